"""HM Treasury's GDP deflators: an index of prices by financial year.

The Treasury publishes "GDP deflators at market prices, and money GDP" each quarter, as a workbook whose main sheet
has a block of calendar years beside one of financial years: a year as 2011-12, its index, and the change in per cent.
Only the block of financial years is read: of each row, the number that stands next to a financial year. Which year is
100 does not matter. Indices are kept as the exact fractions that the cells show. Known only from its published layout:
no such file was at hand to try it on.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from placespend.errors import DataFileError
from placespend.sources.grids import read_sheets, text_of
from placespend.sources.headings import find_year
from placespend.spelling import printable

if TYPE_CHECKING:
    from pathlib import Path

LEAST_INDEX = 1
"""An index of prices is above this even in 1955-56, where 100 is of the 2020s."""


def read_deflator(path: str | Path) -> dict[str, Fraction]:
    """Read an index of prices by financial year.

    Parameters
    ----------
    path : str or pathlib.Path
        Workbook or CSV in HM Treasury's published layout.

    Returns
    -------
    dict of str to fractions.Fraction
        Index by financial year.

    Raises
    ------
    DataFileError
        If the file cannot be read, holds no index, or two for one year.

    Notes
    -----
    Source: HM Treasury, GDP deflators at market prices, and money GDP, Open Government Licence.
    """
    found: dict[str, set[Fraction]] = {}
    for sheet in read_sheets(path):
        for row in sheet.rows:
            texts = [text_of(value) for value in row]
            for column, text in enumerate(texts):
                year = find_year(text) if len(text) <= len("2011/2012 *") else None
                following = next((value for value in texts[column + 1 :] if value), "") if year else ""
                index = _index(following)
                if year and index is not None:
                    found.setdefault(year, set()).add(index)
    name = printable(str(path))
    if not found:
        message = f"{name} holds no index of prices by financial year."
        raise DataFileError(message, hint="download HM Treasury's 'GDP deflators at market prices, and money GDP'")
    twice = sorted(year for year, values in found.items() if len(values) > 1)
    if twice:
        message = f"{name} holds several indices of {twice[0]}."
        raise DataFileError(message, hint="keep one sheet of the workbook, with one column of indices")
    return {year: next(iter(values)) for year, values in sorted(found.items())}


def _index(text: str) -> Fraction | None:
    """Take a number that can be an index of prices."""
    # Only plain decimals: a fraction such as 1e999999999 would take all memory to be made exact.
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,30})?", text, re.ASCII):
        return None
    value = Fraction(text)
    return value if value > LEAST_INDEX else None
