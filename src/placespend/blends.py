"""A basis: one measure, or a blend of several.

A *blend* is the weighted sum of each measure's own share of the footprint, never of raw counts: 40 % by older people
means 40 % of the money, however few they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.shipped import shipped_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placespend.extents import Extent
    from placespend.measures import Measure
    from placespend.place import Place

BLEND_SCALE = 1_000_000_000
"""The shares of a blend are held in thousand-millionths of the footprint, as whole numbers."""


@dataclass(frozen=True, eq=False)
class Basis:
    """What a line is shared by: one measure, or a blend of several.

    Attributes
    ----------
    name, label : str
    parts : tuple of (Measure, int)
        Measures with their weights in per cent, which sum to 100.
    """

    name: str
    label: str
    parts: tuple[tuple[Measure, int], ...]

    @property
    def is_plain(self) -> bool:
        """Whether it holds no measure chosen for a service."""
        return all(part.is_plain for part, _ in self.parts)

    @property
    def years(self) -> tuple[int, ...]:
        """The years of its measures, as far as they are said, rising."""
        return tuple(sorted({part.year for part, _ in self.parts if part.year is not None}))

    @property
    def files(self) -> tuple[str, ...]:
        """The user's files that its measures come from."""
        return tuple(dict.fromkeys(part.file for part, _ in self.parts if part.file))

    @property
    def is_partial(self) -> bool:
        """Whether one of its measures counts a part of England only."""
        return any(part.covered is not None for part, _ in self.parts)

    def uncovered(self, footprint: Extent) -> int:
        """Count the small areas of a footprint that its measures do not count.

        Parameters
        ----------
        footprint : Extent

        Returns
        -------
        int
        """
        counted = [part.covered[footprint.touched] for part, _ in self.parts if part.covered is not None]
        return int((~np.logical_and.reduce(counted)).sum()) if counted else 0

    def weights(self, footprint: Extent) -> NDArray[np.int64]:
        """Weigh the small areas of a footprint.

        Parameters
        ----------
        footprint : Extent

        Returns
        -------
        ndarray of int64, shape of ``footprint.touched``
            All zero where a measure of the basis counts nothing in the footprint: there is then nothing to share by.
        """
        counts = [footprint.weigh(part.counts) for part, _ in self.parts]
        if len(counts) == 1:
            return counts[0]
        totals = [int(count.sum()) for count in counts]
        if not all(totals):
            return np.zeros_like(counts[0])
        shares = [
            _divide_half_up(count, percent * (BLEND_SCALE // 100), total)
            for count, (_, percent), total in zip(counts, self.parts, totals, strict=True)
        ]
        summed: NDArray[np.int64] = np.sum(shares, axis=0, dtype=np.int64)
        return summed

    def grade_within(self, place: Place) -> str:
        """Grade an apportioned amount, METHOD 3.1.

        Parameters
        ----------
        place : Place

        Returns
        -------
        {"C", "D", "E"}
            C by a measure chosen for the service, D by plain residents or households, and one lower where a
            measure was observed only at a coarser level than the place.
        """
        coarse = any(not place.is_made_of(part.observed_level) for part, _ in self.parts)
        return "CDE"[self.is_plain + coarse]


def _divide_half_up(counts: NDArray[np.int64], factor: int, total: int) -> NDArray[np.int64]:
    """Multiply counts by a factor and divide by their total, rounded half up, in whole numbers."""
    if 2 * int(counts.max()) * factor + total >= 2**63:
        counts = counts.astype(object)
    return ((2 * counts * factor + total) // (2 * total)).astype(np.int64)


@cache
def blends() -> pd.DataFrame:
    """List the blends that come with placespend.

    Returns
    -------
    pandas.DataFrame
        One row for each measure of a blend: ``basis``, ``label``, ``measure``, ``weight_percent``.
    """
    return pd.read_csv(shipped_file("spend_lines", "blends.csv"))
