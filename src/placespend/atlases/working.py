"""One report of an atlas, made by a process of its own.

Each such process reads the lines once, for all reports that it makes. Whatever goes wrong with one report is told, and
never ends the process: a place that cannot be reported on has its reason, and the others are made. A process whose
parent is gone, however that ended, ends too.
"""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import parent_process
from typing import TYPE_CHECKING

from placespend.errors import PlacespendError
from placespend.spelling import one_line

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from placespend.loaded import Loaded
    from placespend.recipe import Recipe

FAULT = "This is a fault of placespend: {error}"
"""What is told of an error that is not the user's to mend."""

LONGEST = 300
"""Letters of a reason: an error of a library may quote a whole table."""


@dataclass(frozen=True)
class Job:
    """One report to be made, small enough to be sent to another process.

    Attributes
    ----------
    code, name : str
        Of the place.
    level : str or None
        Where the code alone means another place, or one of another level first.
    command : str
        The command line that makes this report alone.
    """

    code: str
    name: str
    level: str | None
    command: str


@dataclass(frozen=True, eq=False)
class Orders:
    """What every process of an atlas needs to know. It goes to each once.

    Attributes
    ----------
    recipe : Recipe
        Which lines are in.
    day : datetime.date
        On which combined authorities are taken.
    folder : pathlib.Path
        Where files are made.
    pdf : bool
        Whether a PDF is made of each report too.
    """

    recipe: Recipe = field(repr=False)
    day: date
    folder: Path
    pdf: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one report.

    Attributes
    ----------
    code : str
    files : tuple of (str, str)
        Name and SHA-256 digest of each file that was made.
    reason : str
        Why there is none; empty where there is.
    """

    code: str
    files: tuple[tuple[str, str], ...] = ()
    reason: str = ""


_orders: list[Orders] = []


def start(orders: Orders) -> None:
    """Begin the work of a process.

    Parameters
    ----------
    orders : Orders
    """
    _orders[:] = [orders]
    # The run as a whole is ended by who started it, and ends its processes.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def ready() -> bool:
    """Tell that a process has begun.

    Returns
    -------
    bool
    """
    return bool(_orders)


def work(job: Job) -> Outcome:
    """Make one report in a process that was started.

    Parameters
    ----------
    job : Job

    Returns
    -------
    Outcome
    """
    return make_report(job, _orders[0])


def make_report(job: Job, orders: Orders) -> Outcome:
    """Make the report on one place, in the folder of what is unfinished.

    Parameters
    ----------
    job : Job
    orders : Orders

    Returns
    -------
    Outcome
        With the reason where it could not be made.
    """
    try:
        return Outcome(job.code, _made(job, orders))
    except PlacespendError as error:
        reason = f"{error.message} Hint: {error.hint}" if error.hint else error.message
    except Exception as error:
        # Whatever it is, the others are made.
        reason = FAULT.format(error=f"{type(error).__name__}: {error}")
    told = one_line(reason)
    return Outcome(job.code, reason=told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}\u2026")


def _made(job: Job, orders: Orders) -> tuple[tuple[str, str], ...]:
    """Write the page, and the PDF where one is wanted; give their digests."""
    from placespend.atlases.folder import REPORTS, digest_of  # noqa: PLC0415  (a process is not ready until it is)
    from placespend.exports.files import write_whole  # noqa: PLC0415
    from placespend.pot import pot_of  # noqa: PLC0415
    from placespend.reports.building import report_document  # noqa: PLC0415
    from placespend.reports.gathered import Gathered  # noqa: PLC0415
    from placespend.reports.page import report_html  # noqa: PLC0415
    from placespend.reports.pdf import report_pdf  # noqa: PLC0415

    pot = pot_of(job.code, _lines(orders), level=job.level, as_at=orders.day)
    document = report_document(Gathered(pot, orders.day, job.command))
    contents = {f"{job.code}.html": report_html(document).encode("utf-8")}
    if orders.pdf:
        contents[f"{job.code}.pdf"] = report_pdf(document)
    for name, content in contents.items():
        write_whole(content, orders.folder / name)
    return tuple((f"{REPORTS}/{name}", digest_of(orders.folder / name)) for name in contents)


@cache
def _lines(orders: Orders) -> Loaded:
    """Load the lines once for all reports of a process."""
    from placespend.loaded import load  # noqa: PLC0415

    return load(orders.recipe)
