"""Reports are made by processes of their own: one that goes wrong, or ends its process, does not stop the others."""

from __future__ import annotations

import hashlib
import multiprocessing
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import atlas_work
import pytest

from placespend.atlases import workers, working
from placespend.atlases.workers import DAEMON, DIED, HOW_TO_START, NOT_STARTED, check_start, make_reports
from placespend.atlases.working import FAULT, Job, Orders, Outcome, check_lines, make_report
from placespend.errors import DataFileError, PlacespendError
from placespend.loaded import load
from placespend.recipe import shipped_recipe
from placespend.shipped import digest_of_all
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from collections import deque

NO_RECIPE: Any = None
"""What stands for the work of a process needs none."""


def test_what_goes_wrong_with_one_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "work", atlas_work.work)
    told: dict[str, Outcome] = {}
    jobs = atlas_work.jobs_of("A", "DIES", "B", "ONCE", "FAILS", "C")

    def done(job: Job, outcome: Outcome) -> None:
        assert job.code not in told
        told[job.code] = outcome

    make_reports(jobs, Orders(NO_RECIPE, date(2012, 3, 31), tmp_path), processes=2, done=done)
    assert {code: outcome.reason for code, outcome in told.items()} == {
        **dict.fromkeys(["A", "B", "C", "ONCE"], ""),
        "DIES": DIED,
        "FAILS": "No such thing.",
    }
    assert {path.name for path in tmp_path.glob("*.html")} == {"A.html", "B.html", "C.html", "ONCE.html"}


def test_a_program_without_a_main_guard_is_told_how_to_call_it(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from placespend.atlases.working import Job\n"
        "from placespend.atlases.workers import make_reports\n"
        "from placespend.atlases.working import Orders\n"
        "from placespend.errors import PlacespendError\n"
        "try:\n"
        "    orders = Orders(None, date(2012, 3, 31), Path('.'))\n"
        "    make_reports([Job('A', 'A', None, '')], orders, processes=1, done=print)\n"
        "except PlacespendError as error:\n"
        "    print(error)\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == f"{NOT_STARTED} Hint: {HOW_TO_START}\n"


def test_it_is_told_where_no_process_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    check_start()
    process = multiprocessing.current_process()
    for name, key, message in (("_inheriting", "_inheriting", HOW_TO_START), ("daemon", "_config", DAEMON)):
        with monkeypatch.context() as patched:
            patched.setattr(process, key, {"daemon": True} if name == "daemon" else True, raising=False)
            with pytest.raises(PlacespendError, match=re.escape(message)):
                check_start()
    monkeypatch.setattr(sys.modules["__main__"], "__file__", "<stdin>", raising=False)
    with pytest.raises(PlacespendError, match="from a pipe"):
        check_start()


def test_there_are_no_more_processes_than_any_system_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    def run(waiting: deque[Job], _: Orders, processes: int, done: object) -> list[Job]:
        waiting.clear()
        told.append(processes)
        return []

    monkeypatch.setattr(workers, "_run", run)
    for count in (2, 500):
        jobs = atlas_work.jobs_of(*map(str, range(count)))
        make_reports(jobs, Orders(NO_RECIPE, date(2012, 3, 31), Path()), processes=128, done=print)
    assert told == [2, 61]


def test_lines_that_were_changed_meanwhile_stop_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = tmp_path / "lines.csv"
    lines.write_text(atlas_work.LINES, encoding="utf-8")
    recipe = recipe_wanted(None, lines=lines)
    orders = Orders(recipe, date(2012, 3, 31), tmp_path, inputs=digest_of_all(load(recipe).inputs))
    check_lines(orders)
    # A process that is started later, as after another died, reads them later.
    lines.write_text(atlas_work.LINES.replace("1000.00", "2000.00"), encoding="utf-8")
    monkeypatch.setattr(working, "_orders", [replace(orders)])
    with pytest.raises(DataFileError, match="were changed while it was made"):
        working.work(Job(atlas_work.FIRST, "", None, ""))
    lines.unlink()
    monkeypatch.setattr(working, "_orders", [replace(orders)])
    with pytest.raises(PlacespendError, match=r"lines\.csv"):
        working.work(Job(atlas_work.FIRST, "", None, ""))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_no_matter_of_one_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "_made", lambda job, orders: {f"{job.code}.html": b"page"})
    orders = Orders(NO_RECIPE, date(2012, 3, 31), tmp_path / "gone")
    with pytest.raises(DataFileError, match="cannot be written"):
        make_report(Job("A", "A", None, ""), orders)


def test_a_reason_is_that_of_the_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = Orders(shipped_recipe(), date(2012, 3, 31), tmp_path)
    found = make_report(Job("E99999999", "Nowhere", None, ""), orders)
    assert found.files == ()
    assert found.reason.startswith("There is no place called 'E99999999'.")
    assert "Hint: " in found.reason

    def break_down(*_: object) -> None:
        message = "odd\n\x1b[2Jthing"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("placespend.reports.building.report_document", break_down)
    found = make_report(Job("E06000017", "Rutland", None, ""), orders)
    assert found.reason == FAULT.format(error="ZeroDivisionError: odd [2Jthing")
    assert list(tmp_path.iterdir()) == []


def test_a_pdf_is_made_beside_the_page(tmp_path: Path) -> None:
    lines = tmp_path / "lines.csv"
    lines.write_text(atlas_work.LINES, encoding="utf-8")
    orders = Orders(recipe_wanted(None, lines=lines), date(2012, 3, 31), tmp_path, pdf=True)
    found = make_report(Job(atlas_work.FIRST, "", None, "placespend report"), orders)
    assert found.reason == ""
    written = {name: (tmp_path / Path(name).name).read_bytes() for name, _ in found.files}
    assert list(written) == [f"reports/{atlas_work.FIRST}.html", f"reports/{atlas_work.FIRST}.pdf"]
    assert {name: hashlib.sha256(content).hexdigest() for name, content in written.items()} == dict(found.files)
    assert written[f"reports/{atlas_work.FIRST}.pdf"].startswith(b"%PDF")
