"""The first sheet of a workbook: what it is, what is in each sheet, and what each column means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.exports.text import is_like_formula
from placespend.exports.workbook_cells import LINE_HEIGHT, check_text, height_of, shown_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from placespend.exports.about import About

ABOUT_MONEY = (
    "Amounts are in pounds, in columns that end in _gbp: exactly the whole pence of the same tables as CSV or Parquet, "
    "divided by 100."
)
ABOUT_MISSING = "An empty cell is a figure that is not known, or that there is none of. It is not zero."
ABOUT_FORMULAS = (
    "Some texts begin as formulas do. Here they are texts and stay texts. In a CSV file that a spreadsheet saves from "
    "this workbook they are not marked as such: take CSV from placespend instead."
)

LABELS = {
    "what": "These figures are",
    "place": "Place",
    "financial_year": "Financial year",
    "scope": "In scope",
    "notes": "Notes",
    "sources": "Sources",
    "made_with": "Made with",
    "notice": "Licence",
}

WIDTHS = (30, 100, 20, 40)
SEVERAL = 6
"""A column that stands in so many sheets is said to stand in most of them by their number."""


def write_about(
    book: Workbook, page: Worksheet, about: About, sheets: Sequence[tuple[str, str, pd.DataFrame, str]]
) -> None:
    """Write the sheet that says what everything is.

    Parameters
    ----------
    book : xlsxwriter.workbook.Workbook
    page : xlsxwriter.worksheet.Worksheet
        A sheet of it.
    about : About
    sheets : sequence of (str, str, pandas.DataFrame, str)
        Of each the name, the title, the table, and its name in the data dictionary.
    """
    text = book.add_format({"text_wrap": True, "valign": "top"})
    # As in the tables: a text that begins as a formula stays a text.
    quoted = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})
    title, label = book.add_format({"bold": True, "font_size": 14}), book.add_format({"bold": True, "valign": "top"})
    heading = book.add_format({"bold": True, "bg_color": "#E3EAF2", "bottom": 1, "valign": "top"})
    page.fit_to_pages(1, 0)
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)

    def write(row: int, cells: Sequence[str], formats: Sequence[Format]) -> None:
        for column, cell in enumerate(cells):
            check_text(cell, "what is said of the tables")
            form = formats[min(column, len(formats) - 1)]
            page.write_string(row, column, cell, quoted if form is text and is_like_formula(cell) else form)
        height = max(height_of(cell, width) for cell, width in zip(cells, WIDTHS, strict=False))
        if height > LINE_HEIGHT and text in formats:
            page.set_row(row, height)

    write(0, [about.title], [title])
    row = 2
    for name, line in _said(about, [(table, declared) for _, _, table, declared in sheets]):
        write(row, [name, line], [label, text])
        row += 1
    row += 1
    write(row, ["Sheet", "What it shows", "Rows"], [heading])
    for number, (name, shown, table, _) in enumerate(sheets, start=row + 1):
        write(number, [name, shown, f"{len(table):,}"], [text])
    row += len(sheets) + 2
    write(row, ["Column", "What it means", "Unit", "In sheets"], [heading])
    for number, cells in enumerate(_columns(sheets), start=row + 1):
        write(number, cells, [text])


def _said(about: About, tables: Sequence[tuple[pd.DataFrame, str]]) -> list[tuple[str, str]]:
    """List what is said of all tables together; of several notes or sources each has a row."""
    said: list[tuple[str, str]] = []
    for key, texts in about.as_texts().items():
        if key in LABELS:
            lines = texts.split("\n")
            said += [(LABELS[key] if number == 0 else "", line) for number, line in enumerate(lines)]
    reading = [ABOUT_MONEY] * any(shown.is_money for table, name in tables for shown in shown_columns(table, name))
    reading.append(ABOUT_MISSING)
    reading += [ABOUT_FORMULAS] * any(_begins_as_formula(table) for table, _ in tables)
    return said + [("How to read it" if number == 0 else "", line) for number, line in enumerate(reading)]


def _columns(sheets: Sequence[tuple[str, str, pd.DataFrame, str]]) -> list[list[str]]:
    """List the columns, what each means, and in which sheets it stands."""
    standing: dict[tuple[str, str, str], list[str]] = {}
    for name, _, table, declared in sheets:
        for shown in shown_columns(table, declared):
            standing.setdefault((shown.heading, shown.meaning, shown.unit), []).append(name)
    return [[*told, _named(names, len(sheets))] for told, names in standing.items()]


def _named(names: list[str], sheets: int) -> str:
    if len(names) == sheets > 1:
        return "all"
    rest = len(names) - SEVERAL
    return ", ".join(names[:SEVERAL]) + (f" and {rest:,} more" if rest > 0 else "")


def _begins_as_formula(table: pd.DataFrame) -> bool:
    """Tell whether a text of a table begins as a formula does."""
    columns: Mapping[str, pd.Series] = {str(name): table[name] for name in table.columns}
    texts = list(columns) + [
        value
        for column in columns.values()
        if column.dtype.kind not in "iufb"
        for value in column.drop_duplicates()
        if isinstance(value, str)
    ]
    return any(map(is_like_formula, texts))
