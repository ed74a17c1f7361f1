"""A report put together: what a place's pot comes to, who spends it on what, how it is known, and how to make it again.

Everything is built in memory as one :class:`placespend.reports.document.Document` and then written: the page, the PDF
and the files of data cannot differ. Nothing in it tells the day, the machine or where files lie.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from placespend.errors import PlacespendError, WrongTypeError, list_values
from placespend.measures import Measure
from placespend.place import Place
from placespend.reports.against import against_section
from placespend.reports.assumptions import assumptions_section
from placespend.reports.checked import checked_section
from placespend.reports.document import Document
from placespend.reports.families_section import families_section
from placespend.reports.gathered import Gathered, gather_all
from placespend.reports.inside import inside_section
from placespend.reports.key_figures import about_place, answer_of, key_figures_section, title_of_report
from placespend.reports.method import method_section
from placespend.reports.published_totals import bridge_section
from placespend.reports.reproduce import reproduce_section
from placespend.reports.sensitivity_section import sensitivity_section
from placespend.reports.side_by_side import MOST, comparison_document
from placespend.reports.sources_used import sources_section
from placespend.reports.spending import spending_sections
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from placespend.recipe import Recipe
    from placespend.wanted import Choices, Lines, Measures


def report_document(gathered: Gathered) -> Document:
    """Put a report on one place together.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Document
        The same for the same inputs.
    """
    sections = (
        key_figures_section(gathered),
        *spending_sections(gathered),
        against_section(gathered),
        inside_section(gathered),
        bridge_section(gathered),
        sensitivity_section(gathered),
        checked_section(gathered),
        families_section(gathered),
        method_section(gathered),
        assumptions_section(gathered),
        sources_section(gathered),
        reproduce_section(gathered),
    )
    return Document(
        title=title_of_report(gathered),
        answer=answer_of(gathered),
        about=about_place(gathered),
        sections=sections,
        notice=NOTICE,
        made_with=gathered.loaded.stamp,
    )


def document_of(gathered: Sequence[Gathered]) -> Document:
    """Put a report together: on one place, or on several side by side.

    Parameters
    ----------
    gathered : sequence of Gathered

    Returns
    -------
    Document
    """
    return report_document(gathered[0]) if len(gathered) == 1 else comparison_document(gathered)


def check_asked(out: str | Path, *, pdf: bool = False, places: int = 1) -> Path:
    """Refuse a report that cannot be made or written, before anything is computed for it.

    Parameters
    ----------
    out : str or pathlib.Path
        As for :func:`report`.
    pdf : bool, default False
    places : int, default 1
        How many places it is on.

    Returns
    -------
    pathlib.Path
        Where it is to be written.

    Raises
    ------
    WrongTypeError
        If the path or what is said of the PDF is of another kind.
    PlacespendError
        If there are too many places, or as :func:`placespend.reports.writing.check_out` does.
    """
    from placespend.reports.writing import check_out  # noqa: PLC0415  (what sets pages needs matplotlib)

    if places > MOST:
        message = f"A report sets at most {MOST} places side by side, not {places:,}."
        raise PlacespendError(message, hint="see all places of a level with: placespend pots --level LEVEL")
    # Whoever calls from Python may have given anything.
    given: tuple[Any, Any] = (out, pdf)
    if not isinstance(given[0], str | Path):
        message = f"A report is written to a path, not to {type(out).__name__}."
        raise WrongTypeError(message, hint='for example out="report.html"')
    if not isinstance(given[1], bool):
        message = f"Whether to write a PDF is said by True or False, not by {type(pdf).__name__}."
        raise WrongTypeError(message, hint="for example pdf=True")
    return check_out(out, pdf=pdf)


def report(
    places: str | Place | Sequence[str | Place] | None = None,
    *,
    out: str | Path,
    pdf: bool = False,
    recipe: Recipe | str | Path | None = None,
    lines: Lines | None = None,
    with_shipped: bool = False,
    year: str | None = None,
    level: str | None = None,
    as_at: str | date | None = None,
    unknown_footprints: str = "error",
    measures: Measures | None = None,
    lookups: str | Path | Sequence[str | Path] | None = None,
    overrides: Choices | None = None,
) -> list[Path]:
    """Write a report on a place, or on several places side by side.

    Parameters
    ----------
    places : str, Place or a sequence of them, optional
        Needed unless the recipe names them.
    out : str or pathlib.Path
        A file ending in .html, or in .pdf for the PDF alone; or a folder, which then also holds the data of every
        table and every picture.
    pdf : bool, default False
        Write a PDF beside the page.
    recipe, lines, with_shipped, year, level, as_at, unknown_footprints, measures, lookups, overrides
        As for :func:`placespend.pot.single_pot`.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    PlacespendError
        As :func:`placespend.pot.single_pot` does, and if the report cannot be written there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in report("Rutland", out=f"{folder}/rutland.html")]
    ['rutland.html']
    """
    wanted = _several(places)
    path = check_asked(out, pdf=pdf, places=len(wanted))
    gathered = gather_all(
        wanted,
        level=level,
        as_at=as_at,
        recipe=recipe,
        lines=lines,
        with_shipped=with_shipped,
        year=year,
        unknown_footprints=unknown_footprints,
        measures=measures,
        lookups=lookups,
        overrides=overrides,
    )
    keep = [Path(recipe)] if isinstance(recipe, str | Path) else []
    return write_gathered(document_of(gathered), gathered, path, pdf=pdf, keep=keep)


def write_gathered(
    document: Document, gathered: Sequence[Gathered], path: Path, *, pdf: bool = False, keep: Iterable[Path] = ()
) -> list[Path]:
    """Write a report over none of the files that it was made from.

    Parameters
    ----------
    document : Document
    gathered : sequence of Gathered
        What it was made from.
    path : pathlib.Path
        As :func:`check_asked` gave it.
    pdf : bool, default False
    keep : iterable of pathlib.Path, optional
        Other files that must not be written over.

    Returns
    -------
    list of pathlib.Path
        What was written.
    """
    from placespend.reports.writing import write_report  # noqa: PLC0415  (what sets pages needs matplotlib)

    return write_report(document, path, pdf=pdf, keep=[*keep, *_files(gathered)])


def _files(gathered: Sequence[Gathered]) -> list[Path]:
    """List the user's files that the pots were made from."""
    recipe = gathered[0].loaded.recipe
    named = [found.path for found in recipe.measures if not isinstance(found, Measure)]
    return [*(path for source in recipe.sources for path in source.paths), *named, *recipe.lookups]


def _several(places: Any) -> list[str | Place | None]:
    """Take one place or several, each once."""
    if places is None:
        return [None]
    found = list(places) if isinstance(places, list | tuple) else [places]
    odd = [type(place).__name__ for place in found if not isinstance(place, str | Place)]
    if odd or not found:
        told = list_values([*dict.fromkeys(odd)]) or "nothing"
        message = f"A report is on places, given by name or found before, not on {told}."
        raise WrongTypeError(message, hint='for example "Greater Manchester", or ["Leeds", "Bradford"]')
    return found
