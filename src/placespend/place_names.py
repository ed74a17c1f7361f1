"""The names, aliases and codes of places, and what a code means as a footprint.

Small places (middle-layer and small areas, forty thousand) stand in a table of their own, which is only read
where nothing larger bears a name. A code that stands at several levels means the same small areas at each.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.errors import list_values
from placespend.geography import LEVELS, groupings, level_index, positions_of, small_areas
from placespend.shipped import shipped_file
from placespend.spelling import normalise

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

FAR_FUTURE = "9999-12-31"
DATED_LEVEL = "combined_authority"
"""Only combined authorities come and go with the date; other groupings are kept as they were."""


@cache
def named_places() -> pd.DataFrame:
    """List every place above the middle-layer area.

    Returns
    -------
    pandas.DataFrame
        ``level``, ``code``, ``name``, ``start``, ``end`` (ISO dates, blank where open).
    """
    tiling = pd.read_csv(shipped_file("boundaries", "places.csv"), dtype="str", keep_default_na=False)
    tiling = tiling[["level", "code", "name"]].assign(start="", end="")
    return pd.concat([tiling, groupings()[["level", "code", "name", "start", "end"]]], ignore_index=True)


@cache
def small_places() -> pd.DataFrame:
    """List middle-layer and small areas.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`named_places`.
    """
    frame = small_areas()
    tables = [
        pd.DataFrame(
            {
                "level": level,
                "code": frame[f"{level}_code"].astype("str"),
                "name": frame[f"{level}_name"].astype("str"),
            }
        )
        .drop_duplicates("code")
        .sort_values("code")
        for level in ("msoa", "lsoa")
    ]
    return pd.concat(tables, ignore_index=True).assign(start="", end="")


@cache
def rows_by_key(*, small: bool) -> dict[str, list[int]]:
    """Map every normalised name, alias and code to rows of a table of places.

    Parameters
    ----------
    small : bool
        Of :func:`small_places`, or else of :func:`named_places`.

    Returns
    -------
    dict of str to list of int
        Positions in the table.
    """
    table = small_places() if small else named_places()
    pairs = [(key, row) for column in ("code", "name") for row, key in enumerate(table[column])]
    if not small:
        aliases = pd.read_csv(shipped_file("boundaries", "aliases.csv"), dtype="str")
        row_of = {pair: row for row, pair in enumerate(zip(table["level"], table["code"], strict=True))}
        pairs += [
            (alias, row_of[level, code])
            for level, code, alias in zip(*(aliases[name] for name in ("level", "code", "alias")), strict=True)
        ]
    keys: dict[str, list[int]] = {}
    for key, row in pairs:
        rows = keys.setdefault(normalise(key), [])
        if row not in rows:
            rows.append(row)
    return keys


def rows_named(text: str) -> pd.DataFrame:
    """Give the rows whose name, alias or code is the text; small places only where nothing larger is.

    Parameters
    ----------
    text : str

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`named_places`; empty where there is none.
    """
    key = normalise(text)
    for small in (False, True):
        if rows := rows_by_key(small=small).get(key):
            return (small_places() if small else named_places()).iloc[rows]
    return named_places().iloc[:0]


def exists(table: pd.DataFrame, as_at: date) -> pd.Series:
    """Tell which rows of a table of places exist on a day; only combined authorities come and go.

    Parameters
    ----------
    table : pandas.DataFrame
        ``level``, ``start``, ``end``.
    as_at : datetime.date

    Returns
    -------
    pandas.Series of bool
    """
    day = as_at.isoformat()
    living = (table["start"] <= day) & (table["end"].replace("", FAR_FUTURE) >= day)
    return living | (table["level"] != DATED_LEVEL)


@cache
def _outside_england() -> dict[str, str]:
    """Map normalised names of Welsh, Scottish and Northern Irish places to their country."""
    table = pd.read_csv(shipped_file("boundaries", "outside_england.csv"), dtype="str")
    return {normalise(name): country for name, country in zip(table["name"], table["country"], strict=True)}


def country_outside_england(text: str) -> str | None:
    """Name the country of a place outside England.

    Parameters
    ----------
    text : str
        A name, or a code that starts with the letter of its country.

    Returns
    -------
    str or None
        None where it is not known to be outside.
    """
    by_code = re.fullmatch(r"([WSNK])\d{8}", text.strip().upper())
    if by_code:
        return {"W": "Wales", "S": "Scotland", "N": "Northern Ireland", "K": "the United Kingdom"}[by_code[1]]
    return _outside_england().get(normalise(text))


@cache
def _level_of_named_code() -> dict[str, str]:
    """Map the codes of named places to their level; of several, which mean the same, the first in LEVELS."""
    table = named_places()
    rank = {level: number for number, level in enumerate(LEVELS)}
    pairs = sorted(zip(table["level"], table["code"], strict=True), key=lambda pair: rank[pair[0]], reverse=True)
    return {code: level for level, code in pairs}


@cache
def level_of_footprint(code: str) -> str | None:
    """Tell at which level a footprint's code stands.

    Parameters
    ----------
    code : str
        A code of any level or grouping, whatever its dates.

    Returns
    -------
    str or None
        A token of :data:`placespend.geography.LEVELS`; None where it is the code of no place.
    """
    named = _level_of_named_code().get(code)
    if named is not None:
        return named
    return next((level for level in ("msoa", "lsoa") if code in level_index(level)[0]), None)


ALL_OF, LESS = " and ", " less "
"""What joins codes into the footprint of a body that serves several places, or a place without some of its parts."""


def _codes_of(footprint: str) -> tuple[list[str], list[str]]:
    """Split a footprint into the codes that it holds and those it leaves out."""
    whole, _, without = footprint.partition(LESS)
    return whole.split(ALL_OF), without.split(ALL_OF) if without else []


def fault_of_footprint(footprint: str) -> str | None:
    """Say why a text is no footprint.

    Parameters
    ----------
    footprint : str
        The code of a place, or several: "E06000033 and E10000012", "E47000001 less E08000010".

    Returns
    -------
    str or None
        None where it is one.
    """
    return _resolve(footprint)[1]


def footprint_areas(footprint: str) -> NDArray[np.int64] | None:
    """Find the small areas of a footprint.

    Parameters
    ----------
    footprint : str
        As :func:`fault_of_footprint` takes it.

    Returns
    -------
    ndarray of int64 or None
        Positions in the frame, rising; None where it is no footprint.
    """
    return _resolve(footprint)[0]


@cache
def _resolve(footprint: str) -> tuple[NDArray[np.int64] | None, str | None]:
    """Find the small areas of a footprint, or why it is none."""
    whole, without = _codes_of(footprint)
    if not without and len(whole) == 1:
        level = level_of_footprint(footprint)
        return (positions_of(level, footprint), None) if level else (None, f"{footprint!r} is not the code of a place")
    unknown = [code for code in (*whole, *without) if level_of_footprint(code) is None]
    if unknown:
        return None, f"{unknown[0]!r} is not the code of a place"
    held, left_out = _count(whole), _count(without)
    if held.max() > 1 or left_out.max() > 1:
        return None, "two of its codes share small areas"
    rest = held - left_out
    if rest.min() < 0:
        return None, "it leaves out what it does not hold"
    areas = np.flatnonzero(rest)
    areas.setflags(write=False)
    return (areas, None) if len(areas) else (None, "nothing is left of it")


def _count(codes: list[str]) -> NDArray[np.int8]:
    """Count for each small area in how many of some places it lies."""
    count = np.zeros(len(level_index("lsoa")[0]), dtype=np.int8)
    for code in codes:
        count[positions_of(level_of_footprint(code) or "", code)] += 1
    return count


def name_of(footprint: str) -> str:
    """Give the name that goes with a footprint.

    Parameters
    ----------
    footprint : str
        The code of any place, whatever its dates, or several as :func:`fault_of_footprint` takes them.

    Returns
    -------
    str
        Codes of no place stand as they are.
    """
    whole, without = _codes_of(footprint)
    joined = list_values([_name_of_code(code) for code in whole])
    return f"{joined} less {list_values([_name_of_code(code) for code in without])}" if without else joined


def _name_of_code(code: str) -> str:
    rows = rows_named(code)
    rows = rows[rows["code"] == code]
    return str(rows["name"].iloc[0]) if len(rows) else code
