"""A table in a sheet of a workbook: which columns are shown how, and cell after cell as what it is.

A text is written as a text, whatever it begins with, so that no spreadsheet runs it. An apostrophe as in CSV is not
put before it: the type of the cell already says that it is a text, and with one a name would be found no more. Where a
text begins as a formula does, its cell is marked as one that was typed with an apostrophe, so that it also stays a text
when someone goes into the cell and out again.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from placespend.errors import DataFileError, TooLargeError
from placespend.exports.columns import meanings_of, typed_column
from placespend.exports.text import is_like_formula

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

PENCE, GBP = "_pence", "_gbp"
PENCE_OF_POUND = 100

LONGEST_TEXT = 32_767
"""A cell holds no more characters."""

MOST_NUMBER = 10**15
"""A spreadsheet keeps 15 digits of a number."""

MONEY, WHOLE, YEAR = "#,##0.00_);[Red]-#,##0.00_)", "#,##0_);[Red]-#,##0_)", "0_)"
"""Below zero a figure has a minus sign, and is red beside that; "_)" keeps it from touching the next column."""

TRUTH = '"TRUE";"TRUE";"FALSE"'
"""Without it, LibreOffice shows some as 1."""

WIDEST, NARROWEST = 60, 8
WIDEST_MADE_WITH = 20
BESIDE_HEADING = 4
"""What the button of the filter takes beside a heading."""

WIDEST_PRINTED = 200
"""A table that is wider is not made smaller in print, for it could not be read."""

LINE_HEIGHT, MOST_HEIGHT = 15, 400
LONG_ANYWAY = "made_with"
"""The same in every row, and no one reads it there: not as wide as it is."""


@dataclass(frozen=True)
class ShownColumn:
    """How a column is shown in a sheet.

    Attributes
    ----------
    name : str
        Of the column in the table.
    heading : str
        In the sheet: amounts in pence are shown in pounds.
    unit, meaning : str
        Of what is shown.
    number_format : str
        Of whole numbers in it.
    is_money : bool
        Whether pence are shown in pounds.
    """

    name: str
    heading: str
    unit: str
    meaning: str
    number_format: str
    is_money: bool = False


def shown_columns(table: pd.DataFrame, declared: str = "") -> list[ShownColumn]:
    """Say how the columns of a table are shown.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`placespend.exports.columns.plain_table` gives it.
    declared : str, optional
        Name of the table in the data dictionary.

    Returns
    -------
    list of ShownColumn
        Pence stay pence where the column's name in pounds is taken, or where they are not written as whole numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> [column.heading for column in shown_columns(pd.DataFrame({"amount_pence": [1]}))]
    ['amount_gbp']
    """
    found = []
    for meaning in meanings_of(table, declared):
        name = meaning.name
        heading = name.removesuffix(PENCE) + GBP
        if name.endswith(PENCE) and meaning.type == "integer" and heading not in table and _is_whole(table[name]):
            told = re.sub(r"\b(whole )?pence\b", "pounds", meaning.meaning)
            found.append(ShownColumn(name, heading, "pounds", told, MONEY, is_money=True))
        else:
            number_format = YEAR if meaning.type == "year" else WHOLE
            found.append(ShownColumn(name, name, meaning.unit, meaning.meaning, number_format))
    return found


def _is_whole(column: pd.Series) -> bool:
    """Tell whether the figures of a column are all whole numbers, so that they can be divided to the penny."""
    typed = typed_column(column, split_marks=False)
    if typed.dtype.kind in "iu" or not typed.notna().any():
        return True
    figures = [value for value in typed.dropna() if not isinstance(value, str)] if typed.dtype == "object" else []
    return bool(figures) and all(isinstance(value, int) and not isinstance(value, bool) for value in figures)


def write_cells(book: Workbook, page: Worksheet, table: pd.DataFrame, declared: str = "") -> None:
    """Write a table into a sheet, with a heading that stays in sight and can be filtered by.

    Parameters
    ----------
    book : xlsxwriter.workbook.Workbook
    page : xlsxwriter.worksheet.Worksheet
        A sheet of it.
    table : pandas.DataFrame
        As :func:`placespend.exports.columns.plain_table` gives it.
    declared : str, optional
        Name of the table in the data dictionary.

    Raises
    ------
    DataFileError, TooLargeError
        If a text or a number is longer than a cell can hold.
    """
    formats = _formats(book)
    widths, heights = [], dict[int, float]()
    for number, column in enumerate(shown_columns(table, declared)):
        values = _values(table[column.name], column)
        width = _width(values, column)
        page.set_column(number, number, width)
        widths.append(width)
        is_figures = any(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
        check_text(column.heading, "the headings")
        page.write_string(0, number, column.heading, formats["heading of figures" if is_figures else "heading"])
        for row, value in enumerate(values, start=1):
            _write(page, (row, number), value, column, formats)
            if isinstance(value, str) and column.name != LONG_ANYWAY:
                heights[row] = max(heights.get(row, LINE_HEIGHT), height_of(value, width))
    for row, height in heights.items():
        if height > LINE_HEIGHT:
            page.set_row(row, height)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    if sum(widths) <= WIDEST_PRINTED:
        page.fit_to_pages(1, 0)
    if widths:
        page.autofilter(0, 0, len(table), len(widths) - 1)


def height_of(text: str, width: float) -> float:
    """Say how high a row must be for a text that goes over several lines: not every program finds that out itself.

    Parameters
    ----------
    text : str
    width : float
        Of the column, in digits.

    Returns
    -------
    float
        In points.
    """
    # Letters are narrower than digits, which makes up for words that go to the next line as a whole.
    filled = int(width)
    lines = sum(1 + max(len(line) - 1, 0) // filled for line in text.split("\n"))
    return min(lines * LINE_HEIGHT, MOST_HEIGHT)


def _formats(book: Workbook) -> dict[str, Format]:
    """Make the formats of the cells of a sheet, by what they are for."""
    heading = {"bold": True, "bg_color": "#E3EAF2", "bottom": 1, "valign": "top"}
    figures, text = {"valign": "top"}, {"valign": "top", "text_wrap": True}
    made = {
        "heading": heading,
        "heading of figures": {**heading, "align": "right", "indent": 1},
        "text": text,
        # No line is broken: the same in all rows, and read by no one.
        "made with": {"valign": "top"},
        "quoted": {**text, "quote_prefix": True},
        "truth": {**figures, "num_format": TRUTH, "align": "left"},
        "number": {**figures, "num_format": "General"},
        **{form: {**figures, "num_format": form} for form in (MONEY, WHOLE, YEAR)},
    }
    return {name: book.add_format(properties) for name, properties in made.items()}


def check_text(text: str, where: str) -> None:
    """Refuse a text that a cell cannot hold.

    Parameters
    ----------
    text : str
    where : str
        Where it stands, in words.

    Raises
    ------
    DataFileError
        If it is too long, or holds half a sign.
    """
    if len(text) > LONGEST_TEXT:
        message = f"A text in {where} has {len(text):,} characters, and a cell of a workbook holds {LONGEST_TEXT:,}."
        raise DataFileError(message, hint="shorten it, or write the table as .csv or .parquet")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        message = f"A text in {where} holds half of a sign (a lone surrogate), which no file can hold."
        raise DataFileError(message, hint="mend the text")


def _values(column: pd.Series, shown: ShownColumn) -> list[Any]:
    """Give the values of a column as Python has them, missing ones as None, and check that cells can hold them."""
    # Marks among numbers may stay there, for a cell has a type of its own; everything else is of one type.
    typed = typed_column(column, split_marks=False)
    values: list[Any] = typed.astype("object").where(typed.notna(), None).tolist()
    for row, value in enumerate(values, start=2):
        if isinstance(value, str):
            check_text(value, f"column '{shown.name}', row {row:,},")
        elif isinstance(value, int) and abs(value) >= MOST_NUMBER:
            message = f"{value:,} in column '{shown.name}' has more digits than the 15 that a workbook keeps."
            raise TooLargeError(message, hint="write the table as .csv or .parquet")
    if not shown.is_money:
        return values
    # Less than 10**15 pence are the nearest of all doubles to their hundredth part, and to no other penny's.
    return [value / PENCE_OF_POUND if isinstance(value, int) else value for value in values]


def _write(page: Worksheet, place: tuple[int, int], value: Any, shown: ShownColumn, formats: dict[str, Format]) -> None:
    """Write a cell as what it is."""
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(*place, value, formats["truth"])
    elif isinstance(value, float) and not math.isfinite(value):
        page.write_string(*place, str(value), formats["text"])
    elif isinstance(value, int | float):
        is_whole = isinstance(value, int) or shown.is_money
        page.write_number(*place, value, formats[shown.number_format if is_whole else "number"])
    elif is_like_formula(value):
        page.write_string(*place, value, formats["quoted"])
    else:
        page.write_string(*place, value, formats["made with" if shown.name == LONG_ANYWAY else "text"])


def _length(value: Any, shown: ShownColumn) -> int:
    """Count the characters of the longest line of a cell."""
    if value is None:
        return 0
    if isinstance(value, str):
        return max(map(len, value.split("\n")))
    if isinstance(value, bool):
        return len("FALSE")
    if isinstance(value, float) and not shown.is_money:
        return len(f"{value:.10g}")
    return len(f"{value:,.2f}" if shown.is_money else f"{value:,}") + 1


def _width(values: list[Any], shown: ShownColumn) -> float:
    """Say how wide a column is: as what is in it, as far as that can be read."""
    longest = max((_length(value, shown) for value in values), default=0)
    most = WIDEST_MADE_WITH if shown.name == LONG_ANYWAY else WIDEST
    return min(max(min(longest, most) + 2, len(shown.heading) + BESIDE_HEADING, NARROWEST), WIDEST)
