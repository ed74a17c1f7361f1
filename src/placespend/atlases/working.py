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

from placespend.errors import DataFileError, PlacespendError
from placespend.shipped import digest_of_all
from placespend.spelling import one_line

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from placespend.loaded import Loaded
    from placespend.recipe import Recipe

FAULT = "This is a fault of placespend: {error}"
"""What is told of an error that is not the user's to mend."""

CHANGED = "Files that an atlas is made from were changed while it was made."
HOW_CHANGED = "run the same command again; of an earlier state of them no report is kept"

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
    inputs : str
        The digest of all that was read, as whoever gives the orders found it; empty where any will do.
    """

    recipe: Recipe = field(repr=False)
    day: date
    folder: Path
    pdf: bool = False
    inputs: str = field(default="", repr=False)


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
    check_lines(_orders[0])
    return make_report(job, _orders[0])


def check_lines(orders: Orders) -> None:
    """Make sure that what is read here is what the atlas is of.

    Parameters
    ----------
    orders : Orders

    Raises
    ------
    PlacespendError
        If a file was changed or taken away since the atlas was begun: no report would be of the same inputs.
    """
    try:
        inputs = digest_of_all(_lines(orders).inputs)
    except PlacespendError:
        raise
    except Exception:
        # Told of the place, as when memory runs out: another process may fare better.
        return
    if orders.inputs and inputs != orders.inputs:
        raise DataFileError(CHANGED, hint=HOW_CHANGED)


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

    Raises
    ------
    DataFileError
        If the folder cannot be written to, as on a full disk: that is no matter of this place.
    """
    try:
        contents = _made(job, orders)
    except PlacespendError as error:
        reason = f"{error.message} Hint: {error.hint}" if error.hint else error.message
    except Exception as error:
        # Whatever it is, the others are made.
        reason = FAULT.format(error=f"{type(error).__name__}: {error}")
    else:
        return Outcome(job.code, _written(contents, orders.folder))
    told = one_line(reason)
    return Outcome(job.code, reason=told if len(told) <= LONGEST else f"{told[: LONGEST - 1]}\u2026")


def _made(job: Job, orders: Orders) -> dict[str, bytes]:
    """Make the page, and the PDF where one is wanted."""
    from placespend.pot import pot_of  # noqa: PLC0415  (a process is not ready until it is)
    from placespend.reports.building import report_document  # noqa: PLC0415
    from placespend.reports.gathered import Gathered  # noqa: PLC0415
    from placespend.reports.page import report_html  # noqa: PLC0415
    from placespend.reports.pdf import report_pdf  # noqa: PLC0415

    pot = pot_of(job.code, _lines(orders), level=job.level, as_at=orders.day)
    document = report_document(Gathered(pot, orders.day, job.command))
    contents = {f"{job.code}.html": report_html(document).encode("utf-8")}
    if orders.pdf:
        contents[f"{job.code}.pdf"] = report_pdf(document)
    return contents


def _written(contents: dict[str, bytes], folder: Path) -> tuple[tuple[str, str], ...]:
    """Write what was made, and give the digests."""
    from placespend.atlases.folder import REPORTS  # noqa: PLC0415
    from placespend.exports.files import write_whole  # noqa: PLC0415
    from placespend.exports.folders import digest_of  # noqa: PLC0415

    for name, content in contents.items():
        write_whole(content, folder / name)
    return tuple((f"{REPORTS}/{name}", digest_of(folder / name)) for name in contents)


@cache
def _lines(orders: Orders) -> Loaded:
    """Load the lines once for all reports of a process."""
    from placespend.loaded import load  # noqa: PLC0415

    return load(orders.recipe)
