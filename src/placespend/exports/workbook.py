"""Tables as a workbook for people: a first sheet that says what everything is, then one sheet for each table.

Amounts in pence are shown in pounds, exactly the hundredth part, in columns that end in ``_gbp``. Every text is written
as text and every number as a number: nothing in the data becomes a formula or a link. A missing figure is an empty
cell. The same tables give the same bytes.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from placespend.errors import DataFileError
from placespend.exports.columns import plain_table
from placespend.exports.workbook_about import write_about
from placespend.exports.workbook_cells import write_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from placespend.exports.about import About

ABOUT = "About"
"""Name of the first sheet."""

LONGEST_NAME = 31
"""A spreadsheet takes no longer name of a sheet."""

TAKEN = (ABOUT.casefold(), "history")
"""Names that no table's sheet can have; "History" is Excel's own."""

MADE = datetime(2000, 1, 1)  # noqa: DTZ001  (the format knows no time zones)
"""What the file says of when it was made: the same always, so that the same tables give the same bytes."""

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""What a sheet of a workbook can hold."""

A4 = 9
LONGEST_HEADER = 200


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table for a workbook.

    Attributes
    ----------
    name : str
        Of the sheet; altered where a spreadsheet cannot take it.
    title : str
        What the table shows, in one line.
    table : pandas.DataFrame
    declared : str
        Name of the table in the data dictionary.
    """

    name: str
    title: str
    table: pd.DataFrame = field(repr=False)
    declared: str = ""


def to_workbook(sheets: Sequence[Sheet], *, about: About) -> bytes:
    """Write tables as a workbook.

    Parameters
    ----------
    sheets : sequence of Sheet
    about : About
        What they are together.

    Returns
    -------
    bytes
        Of an .xlsx file, whose first sheet is "About".

    Raises
    ------
    DataFileError
        If a table has more rows or columns, or a text more characters, than a workbook can hold.
    WrongTypeError
        If one of them is no table, or has two columns of one name.
    TooLargeError
        If a number has more digits than a workbook keeps.
    """
    from xlsxwriter.workbook import Workbook  # noqa: PLC0415  (a pot needs no workbook)

    names = sheet_names(sheet.name for sheet in sheets)
    tables = [plain_table(sheet.table) for sheet in sheets]
    for sheet, table in zip(sheets, tables, strict=True):
        _check_size(sheet, table)
    shown = [
        (name, sheet.title, table, sheet.declared) for name, sheet, table in zip(names, sheets, tables, strict=True)
    ]
    written = io.BytesIO()
    # Whatever a text looks like, it is one: xlsxwriter would otherwise make formulas, links and numbers of some.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(written, options)
    book.set_properties({"title": about.title, "comments": about.made_with, "created": MADE})
    write_about(book, _page(book, ABOUT, about.title), about, shown)
    for name, title, table, declared in shown:
        write_cells(book, _page(book, name, title), table, declared)
    book.close()
    return written.getvalue()


def sheet_names(names: Iterable[str]) -> list[str]:
    """Make names such that a spreadsheet takes them for sheets.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    list of str
        At most 31 characters each, without those that are not allowed, each once whatever the case of its letters.

    Examples
    --------
    >>> sheet_names(["by body", "By body", "in/out", "about"])
    ['by body', 'By body 2', 'in-out', 'about 2']
    """
    found: list[str] = []
    taken = set(TAKEN)
    for name in names:
        allowed = re.sub(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]", "-", name)
        clean = allowed[:LONGEST_NAME].strip().strip("'").strip() or "Table"
        number, unique = 1, clean
        while unique.casefold() in taken:
            number += 1
            end = f" {number}"
            unique = clean[: LONGEST_NAME - len(end)] + end
        taken.add(unique.casefold())
        found.append(unique)
    return found


def _check_size(sheet: Sheet, table: pd.DataFrame) -> None:
    """Refuse a table that does not fit into a sheet, whose first row is its heading."""
    rows, columns = table.shape
    if rows >= MOST_ROWS or columns > MOST_COLUMNS:
        message = f"A sheet holds {MOST_ROWS - 1:,} rows of data and {MOST_COLUMNS:,} columns, and '{sheet.title}' has "
        message += f"{rows:,} rows and {columns:,} columns."
        raise DataFileError(message, hint="write the table as .parquet or .csv")


def _page(book: Workbook, name: str, title: str) -> Worksheet:
    """Add a sheet that also prints well."""
    page = book.add_worksheet(name)
    page.set_landscape()
    page.set_paper(A4)
    # In headers and footers "&" begins a command.
    page.set_header("&L" + title[:LONGEST_HEADER].replace("&", "&&"))
    page.set_footer("&RPage &P of &N")
    return page
