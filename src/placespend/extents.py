"""What a place or a footprint is made of: whole small areas, and stretches of those that it cuts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from placespend.errors import WrongTypeError
from placespend.stretches import Pieces, Stretches, divide, no_stretches, one_ruler

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


CUT_SCALE = 1_000
"""What a footprint that cuts small areas holds of a measure is counted in thousandths, as whole numbers."""


@dataclass(frozen=True, eq=False)
class Extent:
    """Whole small areas, and parts of others.

    Attributes
    ----------
    whole : ndarray of int64
        Positions in :func:`placespend.geography.small_areas`, rising.
    parts : Stretches
        Of small areas that are not among them.
    """

    whole: NDArray[np.int64]
    parts: Stretches = field(default_factory=no_stretches)

    def __post_init__(self) -> None:
        rising = self.whole.dtype == np.int64 and self.whole.ndim == 1 and (np.diff(self.whole) > 0).all()
        if not rising or (len(self.parts) and np.isin(self.parts.areas, self.whole).any()):
            message = "A place needs the positions of its small areas as whole numbers, rising, each once."
            raise WrongTypeError(message, hint="find places with placespend.find_place")
        # A copy, so that neither a change by the maker nor a change here reaches the other.
        kept = self.whole.copy() if self.whole.flags.writeable else self.whole
        kept.setflags(write=False)
        object.__setattr__(self, "whole", kept)

    def __len__(self) -> int:
        return len(self.whole) + len(self.parts.areas)

    @property
    def touched(self) -> NDArray[np.int64]:
        """Positions of the small areas that are held wholly or in part, rising."""
        return np.union1d(self.whole, self.parts.areas) if len(self.parts) else self.whole

    def weigh(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give what the extent holds of a count, by small area.

        Parameters
        ----------
        counts : ndarray of int64
            Of every small area of the frame.

        Returns
        -------
        ndarray of int64, shape of :attr:`touched`
            As it is where the extent cuts nothing; else in units of ``1 / CUT_SCALE``, rounded down.
        """
        if not len(self.parts):
            return counts[self.whole]
        touched, cut = self.touched, np.searchsorted(self.touched, self.parts.areas)
        held, length = np.ones_like(touched), np.ones_like(touched)
        held[cut], length[cut] = self.parts.held()
        # In Python's integers, which no count can overflow.
        rows = zip(counts[touched].tolist(), held.tolist(), length.tolist(), strict=True)
        return np.array([count * CUT_SCALE * marks // whole for count, marks, whole in rows], dtype=np.int64)

    def count(self, counts: NDArray[np.int64]) -> int:
        """Sum a count over the extent.

        Parameters
        ----------
        counts : ndarray of int64
            Of every small area of the frame.

        Returns
        -------
        int
            What a cut small area counts is dealt out along its ruler, in whole numbers.
        """
        cut = self.parts.sum_of(counts) if len(self.parts) else 0
        return int(counts[self.whole].sum()) + cut

    def is_same(self, other: Extent) -> bool:
        """Tell whether two extents are made of the same.

        Parameters
        ----------
        other : Extent

        Returns
        -------
        bool
        """
        return self.key() == other.key()

    def key(self) -> tuple[bytes, ...]:
        """Give what two extents share if and only if they are the same.

        Returns
        -------
        tuple of bytes
        """
        cut = (self.parts.ruler.encode(), *(column.tobytes() for column in self.parts.pieces))
        return (self.whole.tobytes(), *cut)

    def meets(self, other: Extent) -> bool:
        """Tell whether two extents share anything.

        Parameters
        ----------
        other : Extent

        Returns
        -------
        bool
            Where they cut a small area along different rulers, it cannot be told, and counts as shared.
        """
        both = np.intersect1d(self.touched, other.touched, assume_unique=True)
        cut_by_both = np.isin(both, self.parts.areas) & np.isin(both, other.parts.areas)
        if not cut_by_both.all():
            return True
        if not len(both):
            return False
        return self.parts.ruler != other.parts.ruler or len(self.common(other)) > 0

    def holds(self, other: Extent) -> bool:
        """Tell whether an extent lies wholly in this one.

        Parameters
        ----------
        other : Extent

        Returns
        -------
        bool

        Raises
        ------
        OverlappingPlacesError
            If they cut a small area along different rulers.
        """
        if not _is_cut(self, other):
            return bool(np.isin(other.whole, self.whole, assume_unique=True).all())
        _, depth = divide(_pieces_of([self, other]))
        return not ((depth[1] > 0) & (depth[0] == 0)).any()

    def shared(self, other: Extent) -> Pieces:
        """Give the pieces that both extents hold.

        Parameters
        ----------
        other : Extent

        Returns
        -------
        Pieces
            A small area that neither cuts is a ruler of one mark.

        Raises
        ------
        OverlappingPlacesError
            If they cut a small area along different rulers.
        """
        pieces, depth = divide(_pieces_of([self, other]))
        return pieces.where((depth[0] > 0) & (depth[1] > 0))

    def join(self, *others: Extent) -> Extent:
        """Put extents together.

        Parameters
        ----------
        *others : Extent
            They may overlap.

        Returns
        -------
        Extent

        Raises
        ------
        OverlappingPlacesError
            If they are cut along different rulers.
        """
        together = [self, *others]
        if not _is_cut(*together):
            return Extent(np.unique(np.concatenate([extent.whole for extent in together])))
        pieces, depth = divide([Pieces(*map(np.concatenate, zip(*_pieces_of(together), strict=True)))])
        return _extent_of_several(together, pieces.where(depth[0] > 0))

    def less(self, other: Extent) -> Extent:
        """Take away what another extent holds.

        Parameters
        ----------
        other : Extent

        Returns
        -------
        Extent

        Raises
        ------
        OverlappingPlacesError
            If they are cut along different rulers.
        """
        if not _is_cut(self, other):
            return Extent(np.setdiff1d(self.whole, other.whole, assume_unique=True))
        return _combine(self, other, lambda depth: (depth[0] > 0) & (depth[1] == 0))

    def common(self, other: Extent) -> Extent:
        """Keep what both extents hold.

        Parameters
        ----------
        other : Extent

        Returns
        -------
        Extent

        Raises
        ------
        OverlappingPlacesError
            If they are cut along different rulers.
        """
        if not _is_cut(self, other):
            return Extent(np.intersect1d(self.whole, other.whole, assume_unique=True))
        return _combine(self, other, lambda depth: (depth[0] > 0) & (depth[1] > 0))


def extent_of(ruler: str, pieces: Pieces) -> Extent:
    """Make an extent of pieces of rulers.

    Parameters
    ----------
    ruler : str
    pieces : Pieces

    Returns
    -------
    Extent
        Small areas that the pieces fill are whole.
    """
    joined = pieces.joined()
    is_whole = (joined.start == 0) & (joined.end == joined.length)
    cut = joined.where(~is_whole)
    return Extent(joined.area[is_whole], Stretches(ruler if len(cut.area) else "", cut))


def _is_cut(*extents: Extent) -> bool:
    """Tell whether one of several extents cuts a small area. Where none does, as nearly always, sets are quicker."""
    return any(len(extent.parts) for extent in extents)


def _combine(one: Extent, other: Extent, wanted: Callable[[NDArray[np.int64]], NDArray[np.bool_]]) -> Extent:
    """Make an extent of what is wanted, told from how often each of two holds a piece."""
    pieces, depth = divide(_pieces_of([one, other]))
    return _extent_of_several([one, other], pieces.where(wanted(depth)))


def _extent_of_several(extents: Sequence[Extent], pieces: Pieces) -> Extent:
    """Make an extent of pieces of several, whose rulers may differ where none of the pieces is a part."""
    joined = pieces.joined()
    left = joined.area[(joined.start > 0) | (joined.end < joined.length)]
    ruler = one_ruler(extent.parts.ruler for extent in extents if np.isin(left, extent.parts.areas).any())
    return extent_of(ruler, joined)


def _pieces_of(extents: Sequence[Extent]) -> list[Pieces]:
    """Set out extents as pieces of rulers, of which each small area has one."""
    _check_rulers(extents)
    cut = Pieces(*map(np.concatenate, zip(*(extent.parts.pieces for extent in extents), strict=True)))
    # A small area that nobody cuts is a ruler of one mark.
    areas, first = np.unique(cut.area, return_index=True)
    touched = np.unique(np.concatenate([extent.touched for extent in extents]))
    lengths = np.ones_like(touched)
    lengths[np.searchsorted(touched, areas)] = cut.length[first]
    tables = []
    for extent in extents:
        full = lengths[np.searchsorted(touched, extent.whole)]
        whole = Pieces(extent.whole, np.zeros_like(full), full, full)
        tables.append(Pieces(*map(np.concatenate, zip(whole, extent.parts.pieces, strict=True))))
    return tables


def _check_rulers(extents: Sequence[Extent]) -> None:
    """Refuse extents that cut a small area along different rulers."""
    rulers = {extent.parts.ruler for extent in extents} - {""}
    if len(rulers) > 1:
        by_ruler = [
            np.unique(np.concatenate([extent.parts.areas for extent in extents if extent.parts.ruler == ruler]))
            for ruler in rulers
        ]
        if len(np.unique(np.concatenate(by_ruler))) < sum(map(len, by_ruler)):
            one_ruler(rulers)
