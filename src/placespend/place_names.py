"""The names, aliases and codes of places.

Small places (wards, middle-layer and small areas, nearly fifty thousand) stand in a table of their own, which is only
read where nothing larger bears a name. A code that stands at several levels means the same small areas at each.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from placespend.geography import groupings, small_areas
from placespend.neighbourhoods import neighbourhood_pilots
from placespend.shipped import shipped_file
from placespend.spelling import normalise

if TYPE_CHECKING:
    from datetime import date


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
    pilots = neighbourhood_pilots()[["code", "name"]].assign(level="neighbourhood")
    undated = pd.concat([tiling, pilots])[["level", "code", "name"]].assign(start="", end="")
    return pd.concat([undated, groupings()[["level", "code", "name", "start", "end"]]], ignore_index=True)


@cache
def small_places() -> pd.DataFrame:
    """List middle-layer and small areas, and wards of 2025, which are named with their district.

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
    wards = _wards()
    named = wards["name"] + " (" + wards["lad_2025_name"] + ")"
    tables.append(pd.DataFrame({"level": "ward_2025", "code": wards["code"], "name": named}))
    return pd.concat(tables, ignore_index=True).assign(start="", end="")


@cache
def _wards() -> pd.DataFrame:
    return pd.read_csv(shipped_file("boundaries", "wards_2025.csv"), dtype="str", keep_default_na=False)


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
    if small:
        # A ward is also called by its name alone, without its district.
        first = len(table) - len(_wards())
        pairs += [(name, first + row) for row, name in enumerate(_wards()["name"])]
    else:
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


def rows_named(text: str, *, level: str | None = None) -> pd.DataFrame:
    """Give the rows whose name, alias or code is the text; small places only where nothing larger is.

    Parameters
    ----------
    text : str
    level : str, optional
        Only this level.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`named_places`; empty where there is none.
    """
    key = normalise(text)
    for small in (False, True):
        if rows := rows_by_key(small=small).get(key):
            found = (small_places() if small else named_places()).iloc[rows]
            found = found if level is None else found[found["level"] == level]
            if len(found):
                return found
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
