"""An atlas put together: the report on every place of a level, and the page that leads to them.

Each report is exactly the one that ``placespend report`` writes of its place. The same call goes on with an atlas that
was broken off, by whatever: reports that are whole and made from the same inputs are kept, and the folder ends with the
same bytes as if nothing had happened. A report that cannot be made does not stop the others: it is told, the page lists
it, and the next call tries it again.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from placespend.atlases.folder import INDEX, RECORD, REPORTS, TABLE, Folder, check_folder, locked
from placespend.atlases.page import answer_of, index_html, index_of, map_of
from placespend.atlases.plan import plan_atlas
from placespend.atlases.rows import figures_of, with_reports
from placespend.atlases.workers import check_start, make_reports
from placespend.atlases.working import Orders
from placespend.errors import WrongTypeError
from placespend.exports.folders import undone_if_ended
from placespend.exports.stamps import stamp
from placespend.exports.text import to_csv
from placespend.place_maps.choropleths import files_kept
from placespend.shipped import digest_of_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from placespend.atlases.plan import Plan
    from placespend.atlases.rows import Figures
    from placespend.atlases.working import Job, Outcome
    from placespend.place import Place
    from placespend.recipe import Recipe
    from placespend.wanted import Choices, Lines, Measures

WHAT = "what the reports of an atlas by placespend were made from"


@dataclass(frozen=True)
class Step:
    """How far an atlas has come.

    Attributes
    ----------
    done : int
        Reports that are there or were given up.
    of : int
        Reports that there will be.
    kept : int
        Of them, those that an earlier run wrote.
    name : str
        The place whose report came last; empty at the beginning.
    reason : str
        Why it could not be made; empty where it was.
    is_of_other_inputs : bool
        Whether the folder held reports that were made from something else, and are all made anew.
    """

    done: int
    of: int
    kept: int
    name: str = ""
    reason: str = ""
    is_of_other_inputs: bool = False


@dataclass(frozen=True)
class Failure:
    """A place without a report.

    Attributes
    ----------
    code, name : str
    reason : str
        What went wrong.
    """

    code: str
    name: str
    reason: str


@dataclass(frozen=True)
class Atlas:
    """What became of an atlas. Made by :func:`atlas`.

    Attributes
    ----------
    folder : pathlib.Path
    answer : str
        What the pots of its places add up to.
    written : tuple of str
        Codes of the places whose reports were written now.
    kept : tuple of str
        Codes of those whose reports were there, whole and made from the same inputs.
    failed : tuple of Failure
        The places without a report.
    removed : int
        How many reports of an earlier atlas were taken away, being of places that this one has not.
    """

    folder: Path
    answer: str = field(repr=False)
    written: tuple[str, ...] = field(repr=False)
    kept: tuple[str, ...] = field(repr=False)
    failed: tuple[Failure, ...]
    removed: int = 0

    def __repr__(self) -> str:
        count = len(self.written) + len(self.kept)
        missing = f", {len(self.failed):,} not made" if self.failed else ""
        return f"<Atlas in {self.folder.name}: {count:,} reports{missing}>"

    @property
    def index(self) -> Path:
        """The page that leads to the reports."""
        return self.folder / INDEX


def atlas(
    level: str,
    *,
    out: str | Path,
    within: str | Place | None = None,
    pdf: bool = False,
    processes: int | None = None,
    recipe: Recipe | str | Path | None = None,
    lines: Lines | None = None,
    with_shipped: bool = False,
    year: str | None = None,
    as_at: str | date | None = None,
    unknown_footprints: str = "error",
    measures: Measures | None = None,
    lookups: str | Path | Sequence[str | Path] | None = None,
    overrides: Choices | None = None,
    progress: Callable[[Step], object] | None = None,
) -> Atlas:
    """Write the reports on every place of a level, with a page that leads to them.

    Parameters
    ----------
    level : str
        A token of :data:`placespend.levels.LEVELS`.
    out : str or pathlib.Path
        A folder, there already or not. It then holds ``index.html``, the reports as ``reports/CODE.html``,
        ``places.csv``, and two files by which another call goes on with it: ``atlas.json`` and ``atlas_files.json``.
    within : str or Place, optional
        Only the places most of whose residents live in this larger one.
    pdf : bool, default False
        Write a PDF of each report too.
    processes : int, optional
        How many reports are made at a time; as many as there are processors where left out.
    recipe, lines, with_shipped, year, as_at, unknown_footprints, measures, lookups, overrides
        As for :func:`placespend.pot.single_pot`.
    progress : callable, optional
        Is told how far it has come: at the beginning, and after each report.

    Returns
    -------
    Atlas

    Raises
    ------
    PlacespendError
        If no report can be made (there is no such level or place, the lines cannot be used), there are too many
        places, the folder cannot be written to, or another run is at work in it. What goes wrong with one report
        only is told in the result.

    Notes
    -----
    The reports are made by processes of their own, so a program calls it below ``if __name__ == "__main__":``, as for
    everything that uses :mod:`multiprocessing`; a notebook may call it anywhere.

    Examples
    --------
    >>> atlas("uper_tier", out="atlas")
    Traceback (most recent call last):
    ...
    placespend.errors.UnknownNameError: There is no level 'uper_tier'. Hint: did you mean 'upper_tier'?
    """
    check_start()
    path = check_folder(out)
    count = _check_processes(processes)
    _check_pdf(pdf)
    money = {
        "lines": lines,
        "with_shipped": with_shipped,
        "year": year,
        "unknown_footprints": unknown_footprints,
        "measures": measures,
        "lookups": lookups,
        "overrides": overrides,
    }
    plan = plan_atlas(level, within=within, recipe=recipe, as_at=as_at, **money)
    keep = list(files_kept(plan.loaded, recipe=recipe))
    with undone_if_ended(), locked(path):
        return _Making(plan, path, keep, pdf=pdf, tell=progress).make(count)


def _check_processes(processes: Any) -> int:
    if processes is None:
        return os.cpu_count() or 1
    if not isinstance(processes, int) or isinstance(processes, bool) or processes < 1:
        message = f"Reports are made one or more at a time, not {processes!r}."
        raise WrongTypeError(message, hint="give a whole number from 1, or leave it out")
    return processes


def _check_pdf(pdf: Any) -> None:
    if not isinstance(pdf, bool):
        message = f"Whether to write PDFs is said by True or False, not by {type(pdf).__name__}."
        raise WrongTypeError(message, hint="for example pdf=True")
    if pdf:
        from placespend.reports.pdf import check_pdf  # noqa: PLC0415  (what sets pages needs matplotlib)

        check_pdf()


class _Making:
    """One atlas on its way."""

    def __init__(
        self, plan: Plan, path: Path, keep: list[Path], *, pdf: bool, tell: Callable[[Step], object] | None
    ) -> None:
        self.plan = plan
        self.pdf = pdf
        self.tell = tell
        names = [name for job in plan.jobs for name in self.names_of(job)]
        self.folder = Folder(path, key=plan.key, names=[*names, INDEX, TABLE, RECORD], keep=keep)
        self.kept = [job for job in plan.jobs if self.folder.holds(self.names_of(job))]
        self.written: list[str] = []
        self.failed: dict[str, str] = {}

    def names_of(self, job: Job) -> list[str]:
        return [f"{REPORTS}/{job.code}.{ending}" for ending in ("html", *["pdf"] * self.pdf)]

    def make(self, processes: int) -> Atlas:
        # Whatever would go wrong with the page goes wrong before the reports are made.
        figures = figures_of(self.plan)
        mapped = map_of(self.plan, figures)
        try:
            self.folder.begin(self.record())
            self.step()
            held = {job.code for job in self.kept}
            wanted = [job for job in self.plan.jobs if job.code not in held]
            loaded, folder = self.plan.loaded, self.folder.unfinished.absolute()
            orders = Orders(loaded.recipe, self.plan.day, folder, self.pdf, digest_of_all(loaded.inputs))
            make_reports(wanted, orders, processes=processes, done=self.done)
            table = stamp(with_reports(figures, self.failed), self.plan.loaded, what=figures.pots.what)
            self.folder.write(TABLE, to_csv(table).encode("utf-8"))
            index = index_of(self.plan, figures, mapped, self.failed, pdf=self.pdf)
            # The page comes last: a folder that has none was broken off.
            self.folder.write(INDEX, index_html(index).encode("utf-8"))
            removed = self.folder.finish()
        finally:
            self.folder.leave()
        return self.result(figures, removed)

    def record(self) -> dict[str, object]:
        plan = self.plan
        asked = {"within": plan.whole.code, "command": plan.command}
        return {"what": WHAT, "key": plan.key, **asked, **plan.told}

    def done(self, job: Job, outcome: Outcome) -> None:
        if outcome.reason:
            self.failed[job.code] = outcome.reason
        else:
            self.folder.put(dict(outcome.files))
            self.written.append(job.code)
        self.step(job.name, outcome.reason)

    def step(self, name: str = "", reason: str = "") -> None:
        if self.tell is not None:
            count = len(self.kept) + len(self.written) + len(self.failed)
            other = self.folder.is_of_other_inputs
            self.tell(Step(count, len(self.plan.jobs), len(self.kept), name, reason, other))

    def result(self, figures: Figures, removed: int) -> Atlas:
        failed = tuple(
            Failure(job.code, job.name, self.failed[job.code]) for job in self.plan.jobs if job.code in self.failed
        )
        kept = tuple(job.code for job in self.kept)
        answer = answer_of(self.plan, figures)
        return Atlas(self.folder.path, answer, tuple(sorted(self.written)), kept, failed, removed)
