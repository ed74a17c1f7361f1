"""The small-area frame under everything, and which small areas each place holds.

Small areas (LSOA 2011, 32,844 in England) are known from codes and lookups, never from polygons: the shipped
outlines are generalised and are for drawing. Most levels tile England; groupings (combined authorities, the
tri-borough, the whole-place pilots, service areas) do not, and are dated. Today's authorities are a best fit by
postcodes, as ``boundaries/README.md`` says.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from pyarrow import parquet

from placespend.errors import UnknownNameError
from placespend.levels import LEVELS, check_level
from placespend.shipped import read_once, shipped_file

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

ENGLAND = "E92000001"

OutlineLevel = Literal["lsoa", "msoa", "lad", "upper_tier", "region", "police_force"]
OUTLINE_LEVELS = ("lsoa", "msoa", "lad", "upper_tier", "region", "police_force")


@read_once
def small_areas() -> pd.DataFrame:
    """Read the frame: one row per small area of England 2011, in the order of its code.

    Returns
    -------
    pandas.DataFrame
        32,844 rows; ``lsoa_code``, ``lsoa_name``, ``msoa_code``, ``msoa_name``, the codes of ``lad``, ``upper_tier``,
        ``region``, ``police_force``, ``icb_sub_area``, ``lad_2025`` and ``upper_tier_2025``; ``residents``,
        ``household_residents``, ``households`` and ``hectares`` of the census of 2011.

    Notes
    -----
    Source: ONS, Census 2011, Open Government Licence.
    """
    # ParquetFile spares the import of pyarrow's dataset machinery.
    path = shipped_file("boundaries", "small_areas.parquet")
    repeated = [
        "msoa_name",
        *(f"{level}_code" for level in LEVELS if level not in {"england", "lsoa"} and LEVELS[level].tiles_england),
    ]
    table = parquet.ParquetFile(path, read_dictionary=repeated).read()
    frame: pd.DataFrame = table.to_pandas().astype({"lsoa_code": "str"})
    return frame


@cache
def count_of(column: str) -> NDArray[np.int64]:
    """Give a census count of the frame, in the order of :func:`small_areas`.

    Parameters
    ----------
    column : {"residents", "household_residents", "households", "hectares"}

    Returns
    -------
    ndarray of int64, shape (32844,)
    """
    counts = small_areas()[column].to_numpy(dtype=np.int64)
    counts.setflags(write=False)
    return counts


@cache
def level_index(level: str) -> tuple[pd.Index, NDArray[np.int64]]:
    """Give each place of a level that tiles England a number.

    Parameters
    ----------
    level : str

    Returns
    -------
    codes : pandas.Index
        The level's codes, sorted.
    numbers : ndarray of int64, shape (32844,)
        For each small area, the position of its place in ``codes``.
    """
    if level == "england":
        return pd.Index([ENGLAND]), np.zeros(len(count_of("residents")), dtype=np.int64)
    column = small_areas()[f"{level}_code"]
    if level == "lsoa":
        return pd.Index(column), np.arange(len(column), dtype=np.int64)
    # Codes are read as a dictionary; only that, not every row, needs sorting.
    codes, rank = np.unique(column.cat.categories.to_numpy(dtype=object), return_inverse=True)
    return pd.Index(codes), rank[column.cat.codes.to_numpy()].astype(np.int64)


@cache
def _positions(level: str) -> tuple[dict[str, int], NDArray[np.int64], NDArray[np.int64]]:
    """Give a tiling level's codes by number, the small areas place by place, and where each place starts."""
    codes, numbers = level_index(level)
    starts = np.concatenate([[0], np.cumsum(np.bincount(numbers))])
    order = np.argsort(numbers, kind="stable")
    order.setflags(write=False)
    return {code: number for number, code in enumerate(codes)}, order, starts


def _positions_of_code(level: str, code: str) -> NDArray[np.int64]:
    number_of, order, starts = _positions(level)
    number = number_of[code]
    return order[starts[number] : starts[number + 1]]


@read_once
def groupings() -> pd.DataFrame:
    """Read the dated groupings: combined authorities, the tri-borough, pilots and service areas.

    Returns
    -------
    pandas.DataFrame
        ``code``, ``level``, ``name``, ``start``, ``end`` (ISO dates, both inclusive, blank where open),
        ``note``, ``source``.
    """
    return pd.read_csv(shipped_file("boundaries", "groupings.csv"), dtype="str", keep_default_na=False)


@cache
def members_in(file: str) -> dict[str, list[tuple[str, str]]]:
    """Map each place that a shipped table makes of others to the (level, code) of its members.

    Parameters
    ----------
    file : {"grouping_members.csv", "neighbourhood_members.csv"}
        Its first column is the code of the place made.

    Returns
    -------
    dict of str to list of (str, str)
    """
    table = pd.read_csv(shipped_file("boundaries", file), dtype="str")
    return {
        str(code): list(zip(group["member_level"], group["member_code"], strict=True))
        for code, group in table.groupby(table.columns[0])
    }


def positions_of(level: str, code: str) -> NDArray[np.int64]:
    """Find the small areas of a place.

    Parameters
    ----------
    level : str
        A token of :data:`placespend.levels.LEVELS`.
    code : str
        A code of that level.

    Returns
    -------
    ndarray of int64
        Positions in :func:`small_areas`, rising.

    Raises
    ------
    KeyError
        If the level has no such code.
    """
    if check_level(level).tiles_england:
        return _positions_of_code(level, code)
    members = members_in("grouping_members.csv")[code]
    return np.sort(np.concatenate([_positions_of_code(kind, member) for kind, member in members]))


def is_whole(positions: NDArray[np.int64], level: str) -> bool:
    """Tell whether a set of small areas is made of whole places of a level.

    Parameters
    ----------
    positions : ndarray of int64
    level : str

    Returns
    -------
    bool
    """
    _, numbers = level_index(level)
    inside = np.bincount(numbers[positions], minlength=int(numbers.max()) + 1)
    return bool(np.all((inside == 0) | (inside == np.bincount(numbers))))


def outlines(level: OutlineLevel) -> gpd.GeoDataFrame:
    """Read the outlines of a level, for drawing.

    Parameters
    ----------
    level : {"lsoa", "msoa", "lad", "upper_tier", "region", "police_force"}

    Returns
    -------
    geopandas.GeoDataFrame
        ``code`` and ``geometry`` (EPSG:27700, whole metres); a valid coverage.

    Raises
    ------
    UnknownNameError
        If the level has no outlines.

    Notes
    -----
    Generalised: only 89 % of postcodes lie inside their own small area's outline, so never assign by polygon.
    """
    import geopandas as gpd  # noqa: PLC0415  (a pot needs no maps)

    if level not in OUTLINE_LEVELS:
        message = f"There are no outlines for '{level}'."
        raise UnknownNameError(message, hint=f"there are for {', '.join(OUTLINE_LEVELS)}")
    return gpd.read_parquet(shipped_file("boundaries", f"outlines_{level}.parquet"))
