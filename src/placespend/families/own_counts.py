"""Reading a user's own counts of families, by authority or small area, as they are given.

A file has a row for each area and one column of families. It is opened, and its areas are told from their codes, as
users' measures are (:mod:`placespend.measured`); but where a measure is brought to small areas and guessed where it is
suppressed, counts of families stay what they are: whole numbers of the areas that were counted, each made of whole
small areas. What is blank or marked is *missing*, which is neither zero nor guessed. One file holds one definition
and one date, for counts that are called alike are of different things.

Small areas of 2001 or 2021 that were changed, and postcodes, are joined until they are whole small areas of 2011. Of
larger areas, one that cuts small areas is refused, unless it is cut so little that each of those can go to the area
that has most of it (:mod:`placespend.families.own_units`).

The counts are private, and so is what is found in them: errors and findings name rows of the file and never a count,
and what is shown of them tells only what was counted where and when.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from placespend.errors import DataFileError, FamilyCountsError, WrongTypeError, list_values
from placespend.families.own_columns import SAID, count_column, one_sheet, say, tell_faults
from placespend.families.own_units import UNIT_WORDS, WholeUnits, names_of, sums_of, tell_coverage, whole_units
from placespend.geography import count_of
from placespend.measured.files import Table, name_of, read_table
from placespend.measured.findings import REFUSED, Findings, list_rows, number_of, table_of_findings
from placespend.measured.lookups import Lookup, read_lookup
from placespend.measured.placing import place_rows
from placespend.measured.values import Numbers, read_numbers, shown
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

NOT_GIVEN = -1
"""What stands for the count of an area that is missing."""

MANY_FAMILIES = 4
"""A count of more than one household in so many is told: few places have that many of any definition."""


@dataclass(frozen=True, eq=False, repr=False)
class FamilyCounts:
    """A user's own counts of families. The counts, the digest and the findings are private.

    Attributes
    ----------
    name, label : str
        The heading of the column, as a name and as it stands in the file.
    definition, date, source : str
        What was counted, when (as it was written), and who says so: the name of the file where nobody is named.
    file : str
        Its name, without its folder.
    sha256 : str
        Of the file, for the private audit only: whoever guesses a count could prove the guess by it.
    level : str
        The token of :data:`placespend.levels.LEVELS` whose codes the units have; "own" where they are no places of
        a level, as wards of another year. Districts that are upper tiers too are upper tiers.
    words : str
        What an area of the file is called, as "small area (LSOA) of 2021".
    codes : pandas.Index
        Of the units, rising. Areas that were joined have the code of the small area that they are, else all of theirs.
    names : tuple of str
        Of the units; blank where they have none.
    unit_of_small_area : ndarray of int64, shape (32844,)
        The unit that each small area of 2011 lies in whole, or -1.
    counts : ndarray of int64, shape of ``codes``
        Families as given; :data:`NOT_GIVEN` where missing.
    is_given : ndarray of bool, shape of ``codes``
        Whether the count is known; a missing one is not zero.
    households : ndarray of int64, shape of ``codes``
        Of the census of 2011.
    notes : tuple of str
        What a reader of figures must know; nothing in them tells a count.
    findings : pandas.DataFrame
        ``file``, ``measure``, ``finding``, ``detail``, ``done``: all kept. Private, for some tell of large counts.
    """

    name: str
    label: str
    definition: str
    date: str
    source: str
    file: str
    sha256: str
    level: str
    words: str
    codes: pd.Index
    names: tuple[str, ...]
    unit_of_small_area: NDArray[np.int64]
    counts: NDArray[np.int64]
    is_given: NDArray[np.bool_]
    households: NDArray[np.int64]
    notes: tuple[str, ...]
    findings: pd.DataFrame

    def __repr__(self) -> str:
        one, many = UNIT_WORDS.get(self.level, ("area", "areas"))
        units = number_of(len(self.codes), one, many)
        return f"<Family counts of {units} ({self.definition}, {self.date}): {self.file}>"


def read_family_counts(
    path: str | Path,
    *,
    column: str = "",
    code: str = "",
    sheet: str = "",
    definition: str = "",
    date: str = "",
    lookups: Sequence[str | Path] = (),
) -> FamilyCounts:
    """Read a user's own counts of families.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV in UTF-8 (also packed by gzip) or a workbook, with a row for each area.
    column : str, optional
        The heading of the counts; otherwise the one named for families, or the only one of whole numbers.
    code : str, optional
        The heading of the codes of areas; otherwise found by what it holds.
    sheet : str, optional
        Of a workbook; otherwise the first visible one that holds codes.
    definition, date : str, optional
        What was counted and when, where the file does not say it in a column, or says it otherwise.
    lookups : sequence of str or pathlib.Path, optional
        ONS lookups as published, for small areas of 2001 or 2021 that were changed, and for areas of other years.

    Returns
    -------
    FamilyCounts

    Raises
    ------
    FamilyCountsError
        If anything is refused: all of it, with the reasons. It is a :class:`placespend.errors.MeasuresError`.

    Notes
    -----
    Assumption: an area holds the households that it held at the census of 2011, which no count of families exceeds.
    It fails where many homes were built since.
    """
    found, findings = _survey(path, column, code, sheet, definition, date, lookups)
    if found is None:
        raise FamilyCountsError(findings[findings["done"] == REFUSED].reset_index(drop=True))
    return found


def check_family_counts(
    path: str | Path,
    *,
    column: str = "",
    code: str = "",
    sheet: str = "",
    definition: str = "",
    date: str = "",
    lookups: Sequence[str | Path] = (),
) -> pd.DataFrame:
    """Tell all that was found in a file of families, and what was done about it.

    Parameters
    ----------
    path : str or pathlib.Path
    column, code, sheet, definition, date : str, optional
    lookups : sequence of str or pathlib.Path, optional
        All as for :func:`read_family_counts`.

    Returns
    -------
    pandas.DataFrame
        ``file``, ``measure`` (the column; blank for what is of the whole file), ``finding``, ``detail``, ``done``
        ("kept" or "refused"). No count is told, but what is told of counts is private.
    """
    return _survey(path, column, code, sheet, definition, date, lookups)[1]


def _survey(
    path: str | Path,
    column: str,
    code: str,
    sheet: str,
    definition: str,
    date: str,
    lookups: Sequence[str | Path],
) -> tuple[FamilyCounts | None, pd.DataFrame]:
    """Read what can be read, and tell what cannot; None where anything was refused."""
    _check_types(path, [column, code, sheet, definition, date], lookups)
    told: list[Findings] = []
    known, unread = _read_lookups(lookups, told)
    path = Path(path)
    findings = Findings(one_line(path.name))
    told.append(findings)
    found: FamilyCounts | None = None
    try:
        table, digest = read_table(path, sheet=sheet)
    except DataFileError as error:
        message = _without_figures(error.message.replace(str(path), path.name))
        findings.refuse("file not read", message, hint=error.hint or "")
    else:
        said = {"definition": one_line(definition), "date": one_line(date)}
        found = _counts_of(table, digest, column, code, said, known, unread, findings)
    result = table_of_findings(told)
    if found is None or (result["done"] == REFUSED).any():
        return None, result
    return replace(found, findings=result), result


def _check_types(path: object, texts: Sequence[object], lookups: object) -> None:
    """Refuse what no file or column can be named by."""
    if not isinstance(path, str | Path):
        message = f"A file of families is given as a path, not as {type(path).__name__}."
        raise WrongTypeError(message, hint="give one file")
    if isinstance(lookups, str | Path) or any(not isinstance(text, str) for text in texts):
        message = "Columns, sheet, definition and date are given as text, and lookups as a list of files."
        raise WrongTypeError(message, hint="for example date='2013-03-31', lookups=['lookup.csv']")


def _read_lookups(lookups: Sequence[str | Path], told: list[Findings]) -> tuple[list[Lookup], list[str]]:
    """Read lookups; give the names of those that cannot be read, which is told."""
    known: list[Lookup] = []
    unread: list[str] = []
    for lookup in map(Path, lookups):
        findings = Findings(one_line(lookup.name))
        told.append(findings)
        try:
            known.append(read_lookup(lookup))
        except DataFileError as error:
            findings.refuse("lookup not read", error.message.replace(str(lookup), findings.file), hint=error.hint or "")
            unread.append(findings.file)
    return known, unread


def _without_figures(text: str) -> str:
    """Tell of a number that stands where a heading or a code should as a number: it may be a count."""
    return re.sub(r"'[^'\w]*\d[\d.,\s]*'", "a number", text)


def _counts_of(
    table: Table,
    digest: str,
    column: str,
    code: str,
    said: dict[str, str],
    lookups: list[Lookup],
    unread: list[str],
    findings: Findings,
) -> FamilyCounts | None:
    """Make the counts of a table, or tell why not."""
    table = one_sheet(table, findings)
    if table.broken:
        told = f"more or fewer values than the {len(table.headings)} headings: "
        findings.refuse("row broken", told + list_rows([number for number, _ in table.broken]))
    repeated = [heading for heading, count in Counter(filter(None, table.headings)).items() if count > 1]
    if repeated:
        told = f"it names a column more than once: {list_values([shown(heading) for heading in repeated])}"
        findings.refuse("column repeated", told, hint="rename all but one")
        return None
    placed = place_rows(table, code, lookups, findings, unread=unread)
    findings.rows = [(of, finding, _without_figures(detail), done) for of, finding, detail, done in findings.rows]
    at = count_column(table, column, findings)
    # Where areas stand in several rows, it is often because the rows say different things.
    read = placed.rows if placed is not None else np.arange(len(table.rows))
    about = {what: say(table, read, what, said.get(what, ""), findings) for what in SAID}
    if at is None:
        return None
    rows = table.rows[read]
    label = one_line(table.headings[at])
    numbers = read_numbers(table.columns[at].take(pa.array(read)))
    # Told also where areas cannot be found, so that all faults of a file are mended at once.
    tell_faults(label, numbers, rows, findings)
    if placed is None:
        return None
    units = whole_units(placed, findings)
    if units is None or findings.is_refused:
        return None
    households = sums_of(count_of("households"), units.unit_of_small_area, len(units.codes))
    counts, is_given = _add_up(label, numbers, rows, units, households, findings)
    if findings.is_refused:
        return None
    tell_coverage(placed, units.unit_of_small_area, findings)
    for array in (units.unit_of_small_area, counts, is_given, households):
        array.setflags(write=False)
    return FamilyCounts(
        name=name_of(label) or "families",
        label=label,
        **about,
        file=findings.file,
        sha256=digest,
        level=units.level,
        words=placed.given.units.words,
        codes=units.codes,
        names=names_of(units.level, units.codes),
        unit_of_small_area=units.unit_of_small_area,
        counts=counts,
        is_given=is_given,
        households=households,
        notes=_notes(findings.file, about, placed.given.units.note, units, is_given),
        findings=table_of_findings([findings]),
    )


def _notes(
    file: str, about: dict[str, str], placing: str, units: WholeUnits, is_given: NDArray[np.bool_]
) -> tuple[str, ...]:
    notes = [f"Counts of families from {file}: {about['definition']}; date: {about['date']}."]
    notes += [f"Areas: {text}." for text in (placing, units.note) if text]
    if units.level.endswith("_2025"):
        notes.append("Authorities of 2025 are taken for the small areas of 2011 that fit them best.")
    if not is_given.all():
        missing = f"{int((~is_given).sum()):,} of {number_of(len(is_given), 'area')}"
        notes.append(f"The counts of {missing} are missing, which is not zero.")
    return tuple(notes)


def _add_up(
    label: str,
    found: Numbers,
    rows: NDArray[np.int64],
    units: WholeUnits,
    households: NDArray[np.int64],
    findings: Findings,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Add the counts of rows up by unit, and refuse more families than households."""
    sums = np.zeros(len(households))
    # A unit with a row that is marked is missing; what is told of it must still fit.
    np.add.at(sums, units.unit_of_row, np.where(found.suppressed, 0.0, found.numbers))
    is_given = units.is_whole.copy()
    is_given[units.unit_of_row[found.suppressed]] = False
    above = np.flatnonzero((sums > households)[units.unit_of_row])
    if len(above):
        told = (
            f"{number_of(len(above), 'row')} with more families than the area had households: {list_rows(rows[above])}"
        )
        hint = "are they people, or of other areas? No count of families is larger than that of households"
        findings.refuse("more than households", told, measure=label, hint=hint)
        return np.full(len(sums), NOT_GIVEN, dtype=np.int64), is_given
    many = np.flatnonzero((MANY_FAMILIES * sums > households)[units.unit_of_row])
    if len(many):
        told = (
            f"{number_of(len(many), 'row')} with more than a quarter of the area's households: {list_rows(rows[many])}"
        )
        findings.keep("many families", told, measure=label)
    counts = np.where(is_given, np.rint(sums), NOT_GIVEN).astype(np.int64)
    return counts, is_given
