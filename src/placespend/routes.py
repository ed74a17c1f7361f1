"""The way of a footprint's money: over its upper tiers, within those that are cut over small areas, to the targets.

A target is a place that was asked for, or what stands for elsewhere and unallocated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placespend.geography import level_index
from placespend.money import largest_remainder
from placespend.place import OUTSIDE, assign
from placespend.stretches import Pieces, deal_out, divide, one_ruler

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from placespend.extents import Extent
    from placespend.place import Place
    from placespend.stretches import Stretches


@dataclass(frozen=True, eq=False)
class Targets:
    """The places asked for, as numbers; the last two stand for elsewhere and unallocated.

    Attributes
    ----------
    codes : list of str
    of_area : ndarray of int64, shape (32844,)
        The number of each small area; negative where it is cut.
    pieces : Pieces
        Of the small areas that are cut.
    of_piece : ndarray of int64
        The number of each piece.
    ruler_of_piece : ndarray of str
        Along which its small area is cut.
    """

    codes: list[str]
    of_area: NDArray[np.int64]
    pieces: Pieces
    of_piece: NDArray[np.int64]
    ruler_of_piece: NDArray[np.object_]

    @property
    def unallocated(self) -> int:
        """The number of what cannot be placed."""
        return len(self.codes) - 1


def number_targets(places: Sequence[Place], elsewhere: str, unallocated: str) -> Targets:
    """Give places numbers as targets.

    Parameters
    ----------
    places : sequence of Place
    elsewhere, unallocated : str
        What is written for them.

    Returns
    -------
    Targets

    Raises
    ------
    OverlappingPlacesError
        If two places overlap.
    """
    found = assign(places)
    return Targets(
        codes=[*(place.code for place in places), elsewhere, unallocated],
        of_area=np.where(found.number_of_area == OUTSIDE, len(places), found.number_of_area),
        pieces=found.pieces,
        of_piece=np.where(found.number_of_piece == OUTSIDE, len(places), found.number_of_piece),
        ruler_of_piece=found.ruler_of_piece,
    )


@dataclass(frozen=True, eq=False)
class Route:
    """The way of a footprint's money.

    Attributes
    ----------
    positions : ndarray of int64
        The footprint's small areas, rising.
    tier_of : ndarray of int64
        The upper tier of each, numbered within the footprint.
    target_of : ndarray of int64
        The target of each; negative where it is cut.
    target_of_tier : ndarray of int64
        The target of each upper tier that goes wholly to one.
    is_whole : ndarray of bool
        Which upper tiers do.
    pieces : Pieces
        Of the small areas that are cut, as far as the footprint holds them.
    target_of_piece : ndarray of int64
    """

    positions: NDArray[np.int64]
    tier_of: NDArray[np.int64]
    target_of: NDArray[np.int64]
    target_of_tier: NDArray[np.int64]
    is_whole: NDArray[np.bool_]
    pieces: Pieces
    target_of_piece: NDArray[np.int64]

    @property
    def only_target(self) -> int | None:
        """The target that holds the whole footprint, if one does."""
        first = int(self.target_of[0])
        return first if first >= 0 and (self.target_of == first).all() else None

    def share_out(
        self, pence: NDArray[np.int64], weights: NDArray[np.int64]
    ) -> Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Share amounts over targets, block by block.

        Parameters
        ----------
        pence : ndarray of int64, shape (n,)
        weights : ndarray of int64
            Of the small areas of the footprint.

        Returns
        -------
        iterable of (targets, parts)
            ndarrays of int64 of the shapes (m,) and (n, m); a target may stand in several blocks.
        """
        tier_weights = np.zeros(len(self.is_whole), dtype=np.int64)
        np.add.at(tier_weights, self.tier_of, weights)
        by_tier = largest_remainder(pence, tier_weights)
        if self.is_whole.any():
            yield sum_by_target(by_tier[:, self.is_whole], self.target_of_tier[self.is_whole])
        for tier in np.flatnonzero(~self.is_whole & (tier_weights > 0)):
            inside = np.flatnonzero(self.tier_of == tier)
            by_area = largest_remainder(by_tier[:, tier], weights[inside])
            is_cut = self.target_of[inside] < 0
            yield sum_by_target(by_area[:, ~is_cut], self.target_of[inside][~is_cut])
            if is_cut.any():
                yield self._share_cut(by_area[:, is_cut], self.positions[inside][is_cut])

    def _share_cut(
        self, by_area: NDArray[np.int64], areas: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Share the amounts of small areas that are cut, one to a column, over the targets of their pieces."""
        first, last = (np.searchsorted(self.pieces.area, areas, side=side) for side in ("left", "right"))
        column = np.repeat(np.arange(len(areas)), last - first)
        # The pieces of each area stand together: count on from the first of them.
        rows = np.arange(len(column)) + np.repeat(last - np.cumsum(last - first), last - first)
        pieces = Pieces(*(values[rows] for values in self.pieces))
        return sum_by_target(deal_out(by_area[:, column], pieces), self.target_of_piece[rows])


def build_route(footprint: Extent, targets: Targets) -> Route:
    """Find the way of a footprint's money.

    Parameters
    ----------
    footprint : Extent
    targets : Targets

    Returns
    -------
    Route

    Raises
    ------
    OverlappingPlacesError
        If the footprint and a place cut small areas along different rulers.
    """
    _, upper_tier_of = level_index("upper_tier")
    positions = footprint.touched
    tiers, tier_of = np.unique(upper_tier_of[positions], return_inverse=True)
    target_of = targets.of_area[positions]
    lowest, highest = np.full(len(tiers), len(targets.codes)), np.full(len(tiers), target_of.min())
    np.minimum.at(lowest, tier_of, target_of)
    np.maximum.at(highest, tier_of, target_of)
    pieces, of_piece = targets.pieces, targets.of_piece
    if len(footprint.parts) and (target_of < 0).any():
        pieces, of_piece = _within(footprint.parts, targets)
    return Route(positions, tier_of, target_of, lowest, (lowest == highest) & (lowest >= 0), pieces, of_piece)


def _within(parts: Stretches, targets: Targets) -> tuple[Pieces, NDArray[np.int64]]:
    """Cut the targets' pieces down to what a footprint holds of them, on rulers that only hold that."""
    cut_by_both = np.isin(targets.pieces.area, parts.areas)
    one_ruler({parts.ruler, *targets.ruler_of_piece[cut_by_both]} if cut_by_both.any() else ())
    pieces, depth = divide([targets.pieces, parts.pieces])
    # What the footprint does not cut, it holds wholly, or not at all.
    held = (depth[0] > 0) & ((depth[1] > 0) | ~np.isin(pieces.area, parts.areas))
    kept = pieces.where(held)
    starts = targets.pieces.area * 2**32 + targets.pieces.start
    of_piece = targets.of_piece[np.searchsorted(starts, kept.area * 2**32 + kept.start, side="right") - 1]
    size = kept.end - kept.start
    areas, number = np.unique(kept.area, return_inverse=True)
    length = np.zeros(len(areas), dtype=np.int64)
    np.add.at(length, number, size)
    end = np.cumsum(size) - (np.cumsum(length) - length)[number]
    return Pieces(kept.area, end - size, end, length[number]), of_piece


def sum_by_target(
    block: NDArray[np.int64], target_of: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Add up the columns that belong to one target.

    Parameters
    ----------
    block : ndarray of int64, shape (n, k)
    target_of : ndarray of int64, shape (k,)

    Returns
    -------
    targets : ndarray of int64, shape (m,)
    sums : ndarray of int64, shape (n, m)
    """
    found, column_of = np.unique(target_of, return_inverse=True)
    if len(found) == len(target_of):
        return found, block[:, np.argsort(target_of)]
    sums = np.zeros((len(found), len(block)), dtype=np.int64)
    np.add.at(sums, column_of, block.T)
    return found, sums.T
