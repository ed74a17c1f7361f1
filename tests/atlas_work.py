"""What stands for the work of an atlas's processes in tests: quick, and going wrong where a place is called so."""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

from placespend.atlases import working
from placespend.atlases.working import Job, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from placespend.atlases.working import Orders

HEADER = (
    "line_id,source_id,body,sector,service_code,financial_year,economic,amount_gbp,amount_kind,status,footprint_code"
)
LINES = f"""{HEADER}
1,mine,City,LG,8.2,2011-12,current,100000.00,outturn,have,E09000002
2,mine,State,CG,7.A,2011-12,current,900000.00,outturn,have,E12000007
3,mine,Ward,LG,8.2,2011-12,current,1000.00,outturn,have,E01000027
"""
"""Few lines, so that a report is made quickly: two are shared out, one is recorded at a small area."""

WITHIN, FIRST = "E02000002", "E01000027"
"""A middle-layer area of four small areas, and one of these."""

HOSTILE = "</script><img src=x onerror=alert(1)> & \u202eeman"


def jobs_of(*codes: str) -> list[Job]:
    return [Job(code, f"Place {code}", None, f"placespend report {code}") for code in codes]


def work(job: Job) -> Outcome:
    """Make a page of the code of its place alone; "DIES..." ends the process, "ONCE..." does so the first time."""
    folder = working._orders[0].folder
    if job.code.startswith("DIES"):
        os._exit(9)
    if job.code.startswith("ONCE") and not (folder / f"{job.code}.tried").exists():
        (folder / f"{job.code}.tried").touch()
        os._exit(9)
    if job.code.startswith("FAILS"):
        return Outcome(job.code, reason="No such thing.")
    page = page_of(job.code)
    (folder / f"{job.code}.html").write_bytes(page)
    return Outcome(job.code, ((f"reports/{job.code}.html", hashlib.sha256(page).hexdigest()),))


def work_slowly(_: Job) -> Outcome:
    """Begin to make a report, and never end it."""
    (working._orders[0].folder / "SLOW.html").touch()
    while True:
        time.sleep(1)


def page_of(code: str) -> bytes:
    return f"<p>{code}</p>\n".encode()


def files_in(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, by its name in it, and name its folders."""
    found = sorted(folder.rglob("*"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"" for path in found}


def make_quickly(jobs: Sequence[Job], orders: Orders, *, processes: int, done: Callable[[Job, Outcome], None]) -> None:
    """Stand for :func:`placespend.atlases.workers.make_reports`, with a page of the code alone for each place."""
    assert processes >= 1
    for job in jobs:
        page = page_of(job.code)
        (orders.folder / f"{job.code}.html").write_bytes(page)
        done(job, Outcome(job.code, ((f"reports/{job.code}.html", hashlib.sha256(page).hexdigest()),)))
