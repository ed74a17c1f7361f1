"""Finding the table in a published sheet: its row of headings, its years, its unit, and its columns of money.

Headings are compared without case, punctuation and spacing, and a reader declares the spellings it knows. Where some
are not there, the message names all of them with what was probably meant. A unit that a file does not say is an error
and not a guess, for a factor of a thousand makes no noise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from placespend.errors import DataFileError, UnknownNameError, YearError, list_values
from placespend.sources.amounts import UNITS
from placespend.sources.grids import Sheet, text_of
from placespend.spelling import did_you_mean, normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

NO_HEADING = "a column without a heading"

UNIT_PATTERNS = {
    "million": r"£\s*(?:m|mn|millions?)\b|millions? of pounds",
    "thousand": r"£\s*(?:k\b|thousands?\b|['\u2018\u2019]?\s*000)|thousands? of pounds",
    "pound": r"\(\s*£s?\s*\)|\bin pounds\b",
}
"""How each unit is written in titles and headings."""

YEAR_PATTERN = re.compile(r"\b((?:19|20)[0-9]{2})\s*[-/\u2013]\s*(?:(?:19|20)(?=[0-9]{2}\b))?([0-9]{2})\b")

ROWS_SEARCHED = 100
"""Headings are looked for in this many rows from the top."""


@dataclass(frozen=True, eq=False)
class Header:
    """The row of a sheet that holds its headings.

    Attributes
    ----------
    sheet : Sheet
    row : int
        Its number in the spreadsheet.
    headings : list of str
        All of them, as printed.
    columns : dict of str to int
        Where the headings that were looked for stand.
    """

    sheet: Sheet
    row: int
    headings: list[str]
    columns: dict[str, int]

    @property
    def above(self) -> list[str]:
        """The texts of the rows above, such as the title and the unit."""
        return [text_of(value) for row in self.sheet.rows[: self.row - 1] for value in row if text_of(value)]

    @cached_property
    def data(self) -> list[tuple[int, list[Any]]]:
        """The rows below that hold anything, with their numbers, each as long as the headings or longer."""
        width = max([len(self.headings), *(len(row) for row in self.sheet.rows[self.row :])])
        numbered = enumerate(self.sheet.rows[self.row :], start=self.row + 1)
        return [(number, row + [""] * (width - len(row))) for number, row in numbered if any(map(text_of, row))]

    def heading_of(self, column: int) -> str:
        """Name a column by its heading.

        Parameters
        ----------
        column : int

        Returns
        -------
        str
            "(column 7)" where it has none.
        """
        heading = self.headings[column] if column < len(self.headings) else ""
        return heading or f"(column {column + 1})"


def find_year(text: str) -> str | None:
    """Find a financial year in a heading or title.

    Parameters
    ----------
    text : str

    Returns
    -------
    str or None
        As 2011-12; None where there is none.

    Examples
    --------
    >>> find_year("2014/15 plans"), find_year("2014-2015"), find_year("LINES 190 to 698")
    ('2014-15', '2014-15', None)
    """
    years = ((first, last) for first, last in YEAR_PATTERN.findall(text) if (int(first) + 1) % 100 == int(last))
    return next((f"{first}-{last}" for first, last in years), None)


def check_year(year: str | None) -> None:
    """Refuse what is not a financial year.

    Parameters
    ----------
    year : str or None
        None stands for no year in particular.

    Raises
    ------
    YearError
        If it is not written as 2011-12.
    """
    if year is not None and find_year(year) != year:
        message = f"'{year}' is not a financial year."
        raise YearError(message, hint="write it as 2011-12")


def find_unit(texts: Iterable[str], *, given: str | None, what: str) -> int:
    """Find the unit that a table's titles or headings say it is in.

    Parameters
    ----------
    texts : iterable of str
    given : str or None
        One of :data:`UNITS`, which settles it.
    what : str
        The table, for the message.

    Returns
    -------
    int
        Pence in the unit.

    Raises
    ------
    UnknownNameError
        If ``given`` is no unit.
    DataFileError
        If no unit is said, or several are.

    Examples
    --------
    >>> find_unit(["Net current expenditure (£ thousand)"], given=None, what="RS")
    100000
    """
    if given is not None:
        if given not in UNITS:
            message = f"'{given}' is not a unit of money."
            raise UnknownNameError(message, hint=f"say {', '.join(map(repr, UNITS))}")
        return UNITS[given]
    joined = "\n".join(texts)
    found = [unit for unit, pattern in UNIT_PATTERNS.items() if re.search(pattern, joined, re.IGNORECASE)]
    if len(found) != 1:
        reads = f"names several units: {', '.join(found)}" if found else "does not say in which unit its amounts are"
        message = f"{what} {reads}."
        raise DataFileError(message, hint="say it with unit='pound', 'thousand' or 'million'")
    return UNITS[found[0]]


def find_headers(
    path: str | Path, sheets: Sequence[Sheet], key_of: Callable[[str], str | None], required: Mapping[str, str]
) -> list[Header]:
    """Find the rows of headings, one for each sheet that has all that are needed.

    Parameters
    ----------
    path : str or pathlib.Path
        For messages.
    sheets : sequence of Sheet
    key_of : callable
        Gives the key of a heading as printed, or None where it is not one that is looked for.
    required : mapping of str to str
        Keys that must be there, with how the heading is usually printed.

    Returns
    -------
    list of Header
        One or more.

    Raises
    ------
    DataFileError
        If no sheet has them all; the message lists those not found. Or if one stands there twice.
    """
    best: Header | None = None
    complete = []
    for sheet in sheets:
        header = _best_row(path, sheet, key_of, required)
        if header is None:
            continue
        if set(required) <= set(header.columns):
            complete.append(header)
        elif best is None or len(header.columns) > len(best.columns):
            best = header
    if complete:
        return complete
    raise _missing_headings(path, sheets, best, required)


def _best_row(
    path: str | Path, sheet: Sheet, key_of: Callable[[str], str | None], required: Mapping[str, str]
) -> Header | None:
    """Find the row of a sheet that has most of the headings; None where none has any."""
    best: tuple[int, int, list[str]] | None = None
    for number, row in enumerate(sheet.rows[:ROWS_SEARCHED], start=1):
        headings = [text_of(value) for value in row]
        count = len({key_of(heading) for heading in headings if heading} & set(required))
        if count and (best is None or count > best[0]):
            best = (count, number, headings)
    if best is None:
        return None
    _, number, headings = best
    keys = [key_of(heading) if heading else None for heading in headings]
    repeated = sorted({headings[at] for at, key in enumerate(keys) if key is not None and keys.count(key) > 1})
    if repeated:
        message = f"{path}, sheet '{sheet.name}', row {number} names a column more than once: {list_values(repeated)}."
        raise DataFileError(message, hint="remove or rename all but one")
    return Header(sheet, number, headings, {key: at for at, key in enumerate(keys) if key is not None})


def _missing_headings(
    path: str | Path, sheets: Sequence[Sheet], best: Header | None, required: Mapping[str, str]
) -> DataFileError:
    if best is None:
        names = list_values([repr(sheet.name) for sheet in sheets if sheet.name])
        where = f"No sheet of {path} ({names})" if names else f"No row of {path}"
        message = f"{where} has any of the headings {', '.join(map(repr, required.values()))}."
        return DataFileError(message, hint="is it the file of another publication?")
    missing = [name for key, name in required.items() if key not in best.columns]
    others = [heading for at, heading in enumerate(best.headings) if heading and at not in set(best.columns.values())]
    hints = [f"for {name!r} {hint}" for name in missing if (hint := did_you_mean(name, others))]
    where = f"sheet '{best.sheet.name}', row {best.row}" if best.sheet.name else f"row {best.row}"
    message = f"{path}, {where} has no heading {', '.join(map(repr, missing))}."
    return DataFileError(message, hint="; ".join(hints) or f"its headings are {list_values([*map(repr, others)])}")


def keys_by_spelling(spellings: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Turn a list of spellings of each heading round.

    Parameters
    ----------
    spellings : mapping of str to sequence of str

    Returns
    -------
    dict of str to str
        From the normalised spelling to the key.
    """
    return {normalise(text): key for key, texts in spellings.items() for text in texts}


def value_columns(header: Header, identifying: Iterable[str]) -> list[int]:
    """List the columns that might hold money: all that have a heading or a value, but for those that identify the row.

    Parameters
    ----------
    header : Header
    identifying : iterable of str
        Keys of columns that say whose and what the money is.

    Returns
    -------
    list of int
    """
    names = {header.columns[key] for key in identifying if key in header.columns}
    headed = {at for at, heading in enumerate(header.headings) if heading}
    width = max([len(header.headings), *(len(row) for _, row in header.data)])
    stray = {at for at in set(range(width)) - headed if any(text_of(row[at]) for _, row in header.data)}
    return sorted((headed | stray) - names)
