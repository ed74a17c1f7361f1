"""What a code, or several, means as the footprint of a line: the area whose residents the line serves."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from placespend.errors import list_values
from placespend.extents import Extent
from placespend.geography import level_index, positions_of
from placespend.levels import LEVELS
from placespend.neighbourhoods import neighbourhood_extent
from placespend.place_names import named_places, rows_named
from placespend.rulers import is_ward, ward_extent

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


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
        A token of :data:`placespend.levels.LEVELS`; None where it is the code of no place.
    """
    named = _level_of_named_code().get(code)
    if named is not None:
        return named
    if code.startswith("E05"):
        return "ward_2025" if is_ward(code) else None
    return next((level for level in ("msoa", "lsoa") if code in level_index(level)[0]), None)


ALL_OF, LESS = " and ", " less "
"""What joins codes into the footprint of a body that serves several places, or a place without some of its parts."""


def _codes_of(footprint: str) -> tuple[list[str], list[str]]:
    """Split a footprint into the codes that it holds and those it leaves out."""
    whole, less, without = footprint.partition(LESS)
    return whole.split(ALL_OF), without.split(ALL_OF) if less else []


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
        Positions in the frame of those that it holds wholly or in part, rising; None where it is no footprint.
    """
    extent = footprint_extent(footprint)
    return None if extent is None else extent.touched


def footprint_extent(footprint: str) -> Extent | None:
    """Find what a footprint is made of.

    Parameters
    ----------
    footprint : str
        As :func:`fault_of_footprint` takes it.

    Returns
    -------
    Extent or None
        None where it is no footprint.
    """
    return _resolve(footprint)[0]


def extent_at(level: str, code: str) -> Extent:
    """Find what a place is made of.

    Parameters
    ----------
    level : str
        A token of :data:`placespend.levels.LEVELS`.
    code : str
        A code of that level.

    Returns
    -------
    Extent

    Raises
    ------
    KeyError
        If the level has no such code.
    """
    if level == "ward_2025":
        return ward_extent(code)
    if level == "neighbourhood":
        return neighbourhood_extent(code)
    return Extent(positions_of(level, code))


@cache
def _resolve(footprint: str) -> tuple[Extent | None, str | None]:
    """Find what a footprint is made of, or why it is none."""
    whole, without = _codes_of(footprint)
    if without == [""]:
        whole, without = [footprint], []
    unknown = [code for code in (*whole, *without) if level_of_footprint(code) is None]
    if unknown:
        return None, f"{unknown[0]!r} is not the code of a place"
    parts = [_extent_of_code(code) for code in (*whole, *without)]
    if len(parts) == 1:
        return parts[0], None
    held, left_out = parts[: len(whole)], parts[len(whole) :]
    for side in (held, left_out):
        if any(part.meets(other) for number, part in enumerate(side) for other in side[:number]):
            return None, "two of its codes share small areas"
    extent = held[0].join(*held[1:])
    for part in left_out:
        if not extent.holds(part):
            return None, "it leaves out what it does not hold"
        extent = extent.less(part)
    return (extent, None) if len(extent) else (None, "nothing is left of it")


def _extent_of_code(code: str) -> Extent:
    return extent_at(level_of_footprint(code) or "", code)


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
