"""What a code stands for: a small area, a ward, an authority or a postcode, told from the code itself.

Columns of codes are found by what they hold and never by their heading, for every publisher has its own.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from placespend.place_codes import POSTCODE

if TYPE_CHECKING:
    from collections.abc import Sequence

GSS_CODE = re.compile(r"[A-Z][0-9]{8}")
IRISH_CODE = re.compile(r"95[A-Z]{2}[0-9]{2}[A-Z][0-9]")
"""A small area of Northern Ireland."""

SAMPLE = 400
"""How many values of a column are looked at to tell whether it holds codes."""

POSTCODES, OUTSIDE = "postcode", "outside England"

KIND_BY_START = {
    "E00": "output area",
    "E01": "LSOA",
    "E02": "MSOA",
    "E05": "ward",
    "E06": "authority",
    "E07": "authority",
    "E08": "authority",
    "E09": "authority",
    "E10": "county",
    "E12": "region",
    "E92": "country",
    **dict.fromkeys(("W", "S", "N", "L", "M"), OUTSIDE),
}
"""What a code stands for, by how it starts."""

FINEST_FIRST = (
    POSTCODES,
    "output area",
    "LSOA",
    "MSOA",
    "ward",
    "authority",
    "county",
    "region",
    "country",
    "other area",
    OUTSIDE,
)


HEADING = re.compile(r"[A-Z]{2}[0-9]{2}CD")
"""How the ONS heads a column of codes, as WD17CD for wards of 2017. No postcode of England is written so."""


@dataclass(frozen=True, eq=False)
class CodeColumn:
    """A column of a table that holds codes.

    Attributes
    ----------
    at : int
        Its position.
    kind : str
        The finest that most of its codes are.
    """

    at: int
    kind: str


def clean_code(text: str) -> str:
    """Write a code in capitals without spaces.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> clean_code(" sw1a 2aa ")
    'SW1A2AA'
    """
    return "".join(text.split()).upper()


def kind_of(code: str) -> str:
    """Tell what a code in capitals stands for.

    Parameters
    ----------
    code : str

    Returns
    -------
    str
        Empty where it is no code.

    Examples
    --------
    >>> kind_of("E01000001"), kind_of("SW1A2AA"), kind_of("Adur")
    ('LSOA', 'postcode', '')
    """
    if GSS_CODE.fullmatch(code):
        return KIND_BY_START.get(code[:3]) or KIND_BY_START.get(code[0]) or "other area"
    if IRISH_CODE.fullmatch(code):
        return OUTSIDE
    return POSTCODES if POSTCODE.fullmatch(code) and not HEADING.fullmatch(code) else ""


def is_code(text: str) -> bool:
    """Tell whether a cell holds a code, however it is written.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    return 5 <= len(text) <= 40 and bool(kind_of(clean_code(text)))


def clean_codes(values: pa.StringArray) -> list[str]:
    """Write a column of codes in capitals without spaces.

    Parameters
    ----------
    values : pyarrow.StringArray

    Returns
    -------
    list of str
    """
    tidy = pc.utf8_upper(pc.replace_substring_regex(values, r"[\s\x{a0}]+", ""))
    cleaned: list[str] = tidy.to_pylist()
    return cleaned


def code_columns(columns: Sequence[pa.StringArray]) -> list[CodeColumn]:
    """Find the columns most of whose values are codes.

    Parameters
    ----------
    columns : sequence of pyarrow.StringArray

    Returns
    -------
    list of CodeColumn
        The finest first; of the same kind, in the order of the table.
    """
    found = []
    for at, values in enumerate(columns):
        sample = [value for value in values[:: max(1, len(values) // SAMPLE)].to_pylist() if value.strip()]
        kinds = Counter(kind_of(clean_code(value)) for value in sample if len(value) <= 40)
        known = sum(count for kind, count in kinds.items() if kind)
        if known and 2 * known >= len(sample):
            inside = [kind for kind in kinds if kind not in {"", OUTSIDE}]
            most = max(inside, key=lambda kind: (kinds[kind], -FINEST_FIRST.index(kind)), default=OUTSIDE)
            found.append(CodeColumn(at, most))
    return sorted(found, key=lambda column: FINEST_FIRST.index(column.kind))
