"""What the areas of a file are made of, and how a count of an area is brought to its small areas.

The areas of every level are *linked* to small areas of 2011. A small area may be linked to several, as where a ward
cuts it: it is then divided between them by marks. A count of an area is dealt out over its links by residents (or
households), by largest remainder, so that the small areas sum to it exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from placespend.geography import count_of, level_index
from placespend.measured.completing import complete_by_kind
from placespend.measures import COMPLETION_SCALE
from placespend.money import largest_remainder_by_group
from placespend.postcodes import column_of, is_live, small_area_of_postcode

if TYPE_CHECKING:
    from numpy.typing import NDArray


def complete_counts(
    published: NDArray[np.int64], by: NDArray[np.int64], group_of: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Deal the count of each area out over its parts.

    Parameters
    ----------
    published : ndarray of int64, shape (g,)
        The counts of the areas, not negative.
    by : ndarray of int64, shape (m,)
        What each part weighs. The parts of an area that weigh nothing together count alike.
    group_of : ndarray of int64, shape (m,)
        The area of each part, from 0 to g - 1; every area with a count has a part.

    Returns
    -------
    ndarray of int64, shape (m,)
        The parts of each area sum to its count, by largest remainder, ties to the earlier part.

    Examples
    --------
    >>> complete_counts(np.array([100, 3]), np.array([1, 2, 0]), np.array([0, 0, 1])).tolist()
    [33, 67, 3]
    """
    totals = np.zeros(len(published), dtype=np.int64)
    np.add.at(totals, group_of, by)
    weights = np.where(totals[group_of] > 0, by, 1)
    np.add.at(totals, group_of, np.where(totals[group_of] > 0, 0, 1))
    # Whole multiples of an area's weight are shared without a remainder; what is left is too small to overflow.
    whole, rest = np.divmod(published, np.maximum(totals, 1))
    parts: NDArray[np.int64] = whole[group_of] * weights + largest_remainder_by_group(rest, weights, group_of)
    return parts


@dataclass(frozen=True, eq=False)
class Units:
    """The areas of a level, and what each is made of.

    Attributes
    ----------
    level : str
        A token of :data:`placespend.levels.LEVELS`: the finest level at which what they count was really observed.
    words : str
        What one of them is called.
    codes : pandas.Index
    unit, area : ndarray of int64, shape (n,)
        The links: positions in ``codes``, and of small areas in the frame.
    marks : ndarray of int64, shape (n,), or None
        How each small area is divided among its links; None where each has one at the most.
    is_direct : bool
        Whether each area is linked to one small area, so that its counts are taken as they are.
    note : str
        How its counts came to the small areas, for a reader; empty where they are as published.
    is_open : bool
        Whether there is no list of all the areas, so that none can be missing.
    """

    level: str
    words: str
    codes: pd.Index
    unit: NDArray[np.int64]
    area: NDArray[np.int64]
    marks: NDArray[np.int64] | None = None
    is_direct: bool = False
    note: str = ""
    is_open: bool = False

    def parts_of(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Divide a count of the small areas among their links.

        Parameters
        ----------
        counts : ndarray of int64, shape (32844,)

        Returns
        -------
        ndarray of int64, shape (n,)
            In units of ``1 / COMPLETION_SCALE`` of what came in.
        """
        if self.marks is None:
            return counts[self.area] * COMPLETION_SCALE
        linked = np.zeros(len(counts), dtype=bool)
        linked[self.area] = True
        return complete_counts(np.where(linked, counts, 0) * COMPLETION_SCALE, self.marks, self.area)

    def sum_of(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sum a count of the small areas by area.

        Parameters
        ----------
        counts : ndarray of int64, shape (32844,)

        Returns
        -------
        ndarray of int64, shape of ``codes``
            In units of ``1 / COMPLETION_SCALE`` of what came in.
        """
        sums = np.zeros(len(self.codes), dtype=np.int64)
        np.add.at(sums, self.unit, self.parts_of(counts))
        return sums


@dataclass(frozen=True, eq=False)
class Given:
    """The areas that a file gives, of those that there are.

    Attributes
    ----------
    units : Units
    row_of_unit : ndarray of int64, shape of ``units.codes``
        The position of each among those given, or -1.
    """

    units: Units
    row_of_unit: NDArray[np.int64]

    def covered(self) -> NDArray[np.bool_]:
        """Tell which small areas are counted: all that became of them is given, or most of each lies in areas given.

        Returns
        -------
        ndarray of bool, shape (32844,)
        """
        units = self.units
        marks = units.marks if units.marks is not None else np.ones_like(units.area)
        whole = np.zeros(len(count_of("residents")), dtype=np.int64)
        given = whole.copy()
        np.add.at(whole, units.area, marks)
        np.add.at(given, units.area, np.where(self.row_of_unit[units.unit] >= 0, marks, 0))
        if units.level == "lsoa":
            # Without one half of a small area that was split, its count would be too small by the other.
            is_whole: NDArray[np.bool_] = (given > 0) & (given == whole)
            return is_whole
        return (given > 0) & (2 * given >= whole)

    def bring(self, amounts: NDArray[np.int64], by: NDArray[np.int64]) -> NDArray[np.int64]:
        """Bring counts of the areas to small areas.

        Parameters
        ----------
        amounts : ndarray of int64, shape (g,)
            Of those given.
        by : ndarray of int64, shape (32844,)
            What a count of an area is dealt out by.

        Returns
        -------
        ndarray of int64, shape (32844,)
            They sum to the amounts.
        """
        units = self.units
        rows = self.row_of_unit[units.unit]
        taken = np.flatnonzero(rows >= 0)
        counts = np.zeros(len(by), dtype=np.int64)
        if units.is_direct:
            np.add.at(counts, units.area[taken], amounts[rows[taken]])
            return counts
        # A small area most of which lies in areas that are not given would be counted in small part only.
        weights = np.where(self.covered()[units.area], units.parts_of(by), 0)[taken]
        np.add.at(counts, units.area[taken], complete_counts(amounts, weights, rows[taken]))
        return counts

    def model(self, amounts: NDArray[np.int64], by: NDArray[np.int64], scale: int) -> NDArray[np.int64] | None:
        """Bring counts of the areas to small areas by the kinds of their neighbourhoods, where that helps.

        Parameters
        ----------
        amounts : ndarray of int64, shape (g,)
            Of those given, in units of ``1 / scale``.
        by : ndarray of int64, shape (32844,)
            Residents or households.
        scale : int

        Returns
        -------
        ndarray of int64, shape (32844,), or None
            They sum to the amounts. None where the areas given are not all that there are, or cut small areas, or
            where kinds do not help.
        """
        units = self.units
        if units.is_direct or units.marks is not None or len(units.area) != len(by) or (self.row_of_unit < 0).any():
            return None
        group_of = np.empty(len(by), dtype=np.int64)
        group_of[units.area] = self.row_of_unit[units.unit]
        return complete_by_kind(amounts, by, group_of, scale)


@cache
def units_of_level(level: str) -> Units:
    """Link the places of a level that tiles England to their small areas.

    Parameters
    ----------
    level : str

    Returns
    -------
    Units
    """
    codes, numbers = level_index(level)
    words = {
        "lsoa": "small area (LSOA) of 2011",
        "msoa": "middle-layer area (MSOA) of 2011",
        "lad": "district of 2011",
        "lad_2025": "district of 2025",
        "upper_tier": "upper-tier authority of 2011",
        "upper_tier_2025": "upper-tier authority of 2025",
    }[level]
    return Units(level, words, codes, numbers, np.arange(len(numbers)), is_direct=level == "lsoa")


@cache
def units_of_wards() -> Units:
    """Link the wards of 2025 to small areas, which they cut: each is divided by its live postcodes.

    Returns
    -------
    Units
    """
    wards = column_of("ward_2025_code").combine_chunks().dictionary_encode()
    names = np.array(wards.dictionary.to_pylist(), dtype=object)
    number = pc.fill_null(wards.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    rows = np.flatnonzero(is_live() & (number >= 0))
    order = np.argsort(names)
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    pairs, marks = np.unique(
        rank[number[rows]] * len(count_of("residents")) + small_area_of_postcode()[rows], return_counts=True
    )
    unit, area = np.divmod(pairs, len(count_of("residents")))
    return Units("ward_2025", "ward of 2025", pd.Index(names[order]), unit, area, marks.astype(np.int64))


def units_of_postcodes(codes: list[str], small_area: NDArray[np.int64]) -> Units:
    """Link postcodes to the small areas that they are of.

    Parameters
    ----------
    codes : list of str
    small_area : ndarray of int64

    Returns
    -------
    Units
    """
    number = np.arange(len(codes))
    note = "summed from postcodes"
    words = "postcode"
    return Units("lsoa", words, pd.Index(codes), number, small_area, is_direct=True, note=note, is_open=True)
