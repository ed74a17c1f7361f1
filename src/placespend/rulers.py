"""The rulers of small areas: what of a small area lies in a place that cuts it.

A small area that a place cuts is divided by its live postcodes, not by the area of polygons: the shipped outlines of
small areas are generalised, and one postcode in nine lies outside that of its own. Each postcode is known to be of its
small area by the lookup, and inside the place by its coordinates, its ward or its code.

The postcodes of a small area make its ruler (:mod:`placespend.stretches`). What a postcode weighs is the *variant* of
coverage. ``postcodes``, the usual one, counts each live postcode once. The others are assumptions, for telling how
much hangs on that: ``households`` takes postcodes of homes that were there at the census of 2011, and each of the
census's output areas alike, as they were drawn to hold about 125 households; ``residents`` adds to that the people of
communal establishments, by the postcodes of addresses that get much mail of their own. ``land`` divides by the area of
polygons instead, and stands in :mod:`placespend.land`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from placespend.errors import UnknownNameError
from placespend.extents import Extent, extent_of
from placespend.geography import count_of
from placespend.postcodes import column_of, is_live, numbers_of
from placespend.spelling import did_you_mean
from placespend.stretches import Pieces, deal_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

VARIANTS = {
    "postcodes": "by live postcodes",
    "households": "by postcodes of homes of 2011, each output area alike",
    "residents": "by postcodes of homes of 2011 and of communal establishments",
    "land": "by land",
}
"""The ways of telling what part of a small area lies in a place, as a reader is told."""

CENSUS_MONTH = 201103
"""Homes whose postcode was introduced by then were counted by the census."""

MARKS_PER_OUTPUT_AREA = 10_000
MARKS_PER_RESIDENT = 1_000


def check_variant(coverage: str) -> str:
    """Look a variant of coverage up.

    Parameters
    ----------
    coverage : str

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        If there is no such variant.
    """
    if not isinstance(coverage, str) or coverage not in VARIANTS:
        message = f"There is no coverage '{coverage}'."
        hint = did_you_mean(str(coverage), VARIANTS, otherwise=f"there are {', '.join(VARIANTS)}")
        raise UnknownNameError(message, hint=hint)
    return coverage


def extent_of_postcodes(rows: NDArray[np.int64], *, coverage: str = "postcodes") -> Extent:
    """Make an extent of postcodes.

    Parameters
    ----------
    rows : ndarray of int64
        Rows of :func:`placespend.postcodes.postcode_frame`; those that are not live, and -1, count for nothing.
    coverage : {"postcodes", "households", "residents"}

    Returns
    -------
    Extent
        Small areas all of whose postcodes are there are whole.
    """
    _, pieces = _ruler(coverage)
    numbers = np.unique(_number_on_ruler(coverage)[rows[rows >= 0]])
    return extent_of(VARIANTS[coverage], Pieces(*(column[numbers[numbers >= 0]] for column in pieces)))


def recut(extent: Extent, *, coverage: str) -> Extent | None:
    """Cut the small areas of an extent by another coverage, along the same live postcodes.

    Parameters
    ----------
    extent : Extent
    coverage : {"postcodes", "households", "residents"}

    Returns
    -------
    Extent or None
        Whole small areas stay whole. What is cut may fall away, where none of its postcodes weighs anything. None
        where it cannot be told: the extent is cut by land, or along postcodes that do not include all those wanted.
    """
    pieces = extent.parts.pieces
    if extent.parts.ruler in {"", VARIANTS[coverage]}:
        return extent
    own = next((name for name, ruler in VARIANTS.items() if ruler == extent.parts.ruler), "land")
    if own == "land":
        return None
    rows, marks = _ruler(own)
    first, last = (np.searchsorted(marks.area, extent.parts.areas, side=side) for side in ("left", "right"))
    near = np.concatenate([np.arange(*ends) for ends in zip(first, last, strict=True)])
    # Stretches are made of whole postcodes: the one that starts last before a postcode's end holds it, or none does.
    keys, starts = marks.area[near] * 2**32, pieces.area * 2**32 + pieces.start
    before = np.searchsorted(starts, keys + marks.start[near], side="right") - 1
    held = (before >= 0) & (pieces.area[before] == marks.area[near]) & (marks.end[near] <= pieces.end[before])
    ends = (np.searchsorted(numbers_of("small_area"), extent.parts.areas, side=side) for side in ("left", "right"))
    there = np.concatenate([np.arange(*found) for found in zip(*ends, strict=True)])
    if ((_number_on_ruler(coverage)[there] >= 0) & (_number_on_ruler(own)[there] < 0)).any():
        return None
    cut = extent_of_postcodes(rows[near[held]], coverage=coverage)
    return Extent(np.union1d(extent.whole, cut.whole), cut.parts)


@cache
def _ruler(coverage: str) -> tuple[NDArray[np.int64], Pieces]:
    """Lay the postcodes that weigh something along the rulers of their small areas: their rows, and a piece each."""
    weigh = {"postcodes": _by_postcode, "households": _by_household, "residents": _by_resident}
    weights = weigh[coverage]()
    rows = np.flatnonzero(weights)
    return rows, _along(numbers_of("small_area")[rows], weights[rows])


@cache
def _number_on_ruler(coverage: str) -> NDArray[np.int64]:
    """Give each postcode of the frame its number among those that weigh something, or -1."""
    rows, _ = _ruler(coverage)
    numbers = np.full(len(is_live()), -1, dtype=np.int64)
    numbers[rows] = np.arange(len(rows))
    return numbers


def _along(ruler_of: NDArray[np.int64], weights: NDArray[np.int64]) -> Pieces:
    """Lay weights along rulers, whose numbers rise."""
    length = np.bincount(ruler_of, weights=weights).astype(np.int64)
    end = np.cumsum(weights) - (np.cumsum(length) - length)[ruler_of]
    return Pieces(ruler_of, end - weights, end, length[ruler_of])


def _split(amounts: NDArray[np.int64], groups: NDArray[np.int64], weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Split each group's amount over the postcodes of the group by their weights."""
    order = np.argsort(groups, kind="stable")
    # Groups are numbered anew, without gaps.
    _, number = np.unique(groups[order], return_inverse=True)
    parts = np.empty(len(groups), dtype=np.int64)
    parts[order] = deal_out(amounts[order], _along(number, weights[order]))
    return parts


def _by_postcode() -> NDArray[np.int64]:
    return is_live().astype(np.int64)


def _by_household() -> NDArray[np.int64]:
    """Weigh postcodes of homes so that the output areas of a small area weigh the same."""
    area = numbers_of("small_area")
    homes = is_live() & ~column_of("large_user").to_numpy()
    of_2011 = homes & (numbers_of("introduced") <= CENSUS_MONTH)
    counted = np.zeros(len(area), dtype=bool)
    for candidates in (of_2011, homes, is_live()):
        # A small area without any home of 2011 takes its homes of today, and one without any home all it has.
        lacking = ~np.isin(area, area[counted])
        counted |= candidates & lacking
    rows = np.flatnonzero(counted)
    groups = area[rows] * 128 + numbers_of("output_area")[rows]
    weights = np.zeros(len(area), dtype=np.int64)
    each = np.full(len(rows), MARKS_PER_OUTPUT_AREA)
    weights[rows] = _split(each, groups, np.ones_like(each))
    return weights


def _by_resident() -> NDArray[np.int64]:
    """Weigh postcodes by the residents of households at homes, and those of communal establishments elsewhere."""
    area, homes = numbers_of("small_area"), _by_household()
    large = is_live() & column_of("large_user").to_numpy()
    communal = count_of("residents") - count_of("household_residents")
    # Where no address gets much mail of its own, communal residents are taken to live where the others do.
    apart = np.where(np.isin(np.arange(len(communal)), area[large]), communal, 0)
    at_home = count_of("residents") - apart
    weights = np.zeros(len(area), dtype=np.int64)
    for rows, people, by in (
        (np.flatnonzero(homes), at_home, homes),
        (np.flatnonzero(large), apart, large.astype(np.int64)),
    ):
        weights[rows] += _split(people[area[rows]] * MARKS_PER_RESIDENT, area[rows], by[rows])
    return weights


@cache
def _wards() -> tuple[dict[str, int], NDArray[np.int64], NDArray[np.int64]]:
    """Give each ward its number by its code, the ruler's pieces ward by ward, and where each ward starts."""
    rows, _ = _ruler("postcodes")
    codes = column_of("ward_2025_code").combine_chunks().dictionary_encode()
    names = codes.dictionary.to_pylist()
    number = pc.fill_null(codes.indices, len(names)).to_numpy(zero_copy_only=False).astype(np.int64)[rows]
    starts = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=len(names) + 1))])
    return {name: row for row, name in enumerate(names)}, np.argsort(number, kind="stable"), starts


def is_ward(code: str) -> bool:
    """Tell whether a code is that of a ward of 2025.

    Parameters
    ----------
    code : str

    Returns
    -------
    bool
    """
    return code in _wards()[0]


@cache
def ward_extent(code: str) -> Extent:
    """Find what a ward of 2025 is made of: its live postcodes.

    Parameters
    ----------
    code : str

    Returns
    -------
    Extent

    Raises
    ------
    KeyError
        If there is no such ward.
    """
    _, pieces = _ruler("postcodes")
    return extent_of(VARIANTS["postcodes"], Pieces(*(column[_of_ward(code)] for column in pieces)))


def rows_of_ward(code: str) -> NDArray[np.int64]:
    """Find the live postcodes of a ward.

    Parameters
    ----------
    code : str

    Returns
    -------
    ndarray of int64
        Rows of :func:`placespend.postcodes.postcode_frame`.

    Raises
    ------
    KeyError
        If there is no such ward.
    """
    rows, _ = _ruler("postcodes")
    return rows[_of_ward(code)]


def _of_ward(code: str) -> NDArray[np.int64]:
    """Give the numbers of a ward's postcodes among those of the ruler."""
    number_of, order, starts = _wards()
    number = number_of[code]
    return order[starts[number] : starts[number + 1]]
