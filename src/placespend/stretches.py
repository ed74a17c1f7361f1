"""Small areas that a place holds only in part, and how an amount is divided inside them.

A small area is a *ruler*: its postcodes stand along it in the order of their codes, each taking as many marks as it
weighs. A place that cuts the small area holds *stretches* of the ruler. An amount is dealt out evenly along the
ruler: what lies before a mark is the amount times the mark over the ruler's length, rounded half up, and a stretch
gets what lies before its end less what lies before its start. So the parts of a small area sum to it to the penny
however it is cut, a part is the same whoever holds the rest, and the parts of joined places add up. Sharing by largest
remainder would not do: what a part got would depend on what else was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from placespend.errors import ConservationError, OverlappingPlacesError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

LONGEST_RULER = 2**31 - 1
"""Marks of a ruler; twice the square of it still fits in 64 bits."""


class Pieces(NamedTuple):
    """Pieces of rulers, by small area and mark rising; they may fill a ruler, and they may meet.

    Attributes
    ----------
    area : ndarray of int64, shape (n,)
        Positions of the small areas in the frame.
    start, end : ndarray of int64, shape (n,)
        Marks between which the piece lies.
    length : ndarray of int64, shape (n,)
        Marks of the whole ruler.
    """

    area: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    length: NDArray[np.int64]

    def where(self, wanted: NDArray[np.bool_]) -> Pieces:
        """Take some of the pieces.

        Parameters
        ----------
        wanted : ndarray of bool, shape (n,)

        Returns
        -------
        Pieces
        """
        return Pieces(*(column[wanted] for column in self))

    def joined(self) -> Pieces:
        """Join pieces that meet.

        Returns
        -------
        Pieces
        """
        apart = (self.area[1:] != self.area[:-1]) | (self.start[1:] != self.end[:-1])
        edge = np.ones(min(1, len(self.area)), dtype=bool)
        first, last = np.concatenate([edge, apart]), np.concatenate([apart, edge])
        return Pieces(self.area[first], self.start[first], self.end[last], self.length[first])


@dataclass(frozen=True, eq=False)
class Stretches:
    """Stretches of small areas, none of them whole.

    Cannot be made unless the stretches of a small area are of one ruler, rise, and neither meet nor overlap.

    Attributes
    ----------
    ruler : str
        What the marks count; empty where there are no stretches. Only stretches of one ruler can be compared.
    pieces : Pieces
    """

    ruler: str
    pieces: Pieces

    def __post_init__(self) -> None:
        size = len(self.pieces.area)
        sound = all(column.dtype == np.int64 and column.shape == (size,) for column in self.pieces)
        if not sound or not self._is_in_order() or bool(self.ruler) != bool(size):
            message = "stretches of small areas need whole marks on one ruler, rising, and apart from one another"
            raise ConservationError(message)
        for column in self.pieces:
            column.setflags(write=False)

    def _is_in_order(self) -> bool:
        area, start, end, length = self.pieces
        inside = (start >= 0) & (start < end) & (end <= length) & (length <= LONGEST_RULER) & (area >= 0)
        whole = (start == 0) & (end == length)
        apart = (start[1:] > end[:-1]) & (length[1:] == length[:-1])
        return bool((inside & ~whole).all() and ((np.diff(area) > 0) | ((np.diff(area) == 0) & apart)).all())

    def __len__(self) -> int:
        return len(self.pieces.area)

    @property
    def areas(self) -> NDArray[np.int64]:
        """Positions of the small areas that are cut, each once, rising."""
        return np.unique(self.pieces.area)

    def held(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give for each of :attr:`areas` the marks that are held, and the length of its ruler.

        Returns
        -------
        held, length : ndarray of int64
        """
        areas, first, number = np.unique(self.pieces.area, return_index=True, return_inverse=True)
        held = np.zeros(len(areas), dtype=np.int64)
        np.add.at(held, number, self.pieces.end - self.pieces.start)
        return held, self.pieces.length[first]

    def sum_of(self, counts: NDArray[np.int64]) -> int:
        """Sum a count over the stretches.

        Parameters
        ----------
        counts : ndarray of int64
            Of every small area of the frame.

        Returns
        -------
        int
        """
        return int(deal_out(counts[self.pieces.area], self.pieces).sum())


@cache
def no_stretches() -> Stretches:
    """Make stretches of nothing.

    Returns
    -------
    Stretches
        Always the same: nearly all places hold whole small areas only, and its arrays cannot be written to.
    """
    return Stretches("", Pieces(*(np.empty(0, dtype=np.int64) for _ in Pieces._fields)))


def deal_out(amounts: NDArray[np.int64], pieces: Pieces) -> NDArray[np.int64]:
    """Give each piece its part of an amount of its small area.

    Parameters
    ----------
    amounts : ndarray of int64, shape (..., n)
        The amount of the whole small area, for each piece. Negative amounts are dealt out as their opposite.
    pieces : Pieces
        n of them.

    Returns
    -------
    ndarray of int64, shape (..., n)
        Those of pieces that fill a ruler sum to its amount.

    Examples
    --------
    >>> import numpy as np
    >>> thirds = Pieces(np.array([7, 7]), np.array([0, 1]), np.array([1, 3]), np.array([3, 3]))
    >>> deal_out(np.array([10, 10]), thirds).tolist()
    [3, 7]
    """
    quotient, remainder = np.divmod(np.abs(amounts), pieces.length)

    def before(mark: NDArray[np.int64]) -> NDArray[np.int64]:
        # The remainder is below the length, so nothing here can pass 64 bits, whatever the amount.
        return quotient * mark + (2 * remainder * mark + pieces.length) // (2 * pieces.length)

    parts: NDArray[np.int64] = np.sign(amounts) * (before(pieces.end) - before(pieces.start))
    return parts


def one_ruler(rulers: Iterable[str]) -> str:
    """Name the ruler that several share.

    Parameters
    ----------
    rulers : iterable of str
        Empty ones count for nothing.

    Returns
    -------
    str

    Raises
    ------
    OverlappingPlacesError
        If there are several.
    """
    found = sorted(set(rulers) - {""})
    if len(found) > 1:
        message = f"Places that cut small areas {' and '.join(found)} cannot be put together."
        raise OverlappingPlacesError(message, hint="read them in the same way; by land, from one file")
    return found[0] if found else ""


def divide(tables: Sequence[Pieces]) -> tuple[Pieces, NDArray[np.int64]]:
    """Cut rulers wherever a piece of one of several tables starts or ends.

    Parameters
    ----------
    tables : sequence of Pieces
        Of one ruler.

    Returns
    -------
    pieces : Pieces
        Of every small area in the tables, from the first mark to the last.
    depth : ndarray of int64, shape (number of tables, n)
        How many pieces of each table hold the piece.
    """
    area, start, end, length = (np.concatenate(columns) for columns in zip(*tables, strict=True))
    table_of = np.repeat(np.arange(len(tables)), [len(table.area) for table in tables])
    areas, first = np.unique(area, return_index=True)
    # Both ends of each ruler are marks too, so that what nobody holds is a piece like any other.
    at = np.concatenate([area, area, areas, areas])
    mark = np.concatenate([start, end, np.zeros_like(areas), length[first]])
    order = np.lexsort((mark, at))
    is_new = np.ones(len(at), dtype=bool)
    is_new[1:] = (np.diff(at[order]) != 0) | (np.diff(mark[order]) != 0)
    place_of = np.empty(len(at), dtype=np.int64)
    place_of[order] = np.cumsum(is_new) - 1
    step = np.zeros((len(tables), int(is_new.sum())), dtype=np.int64)
    np.add.at(step, (table_of, place_of[: len(area)]), 1)
    np.subtract.at(step, (table_of, place_of[len(area) : 2 * len(area)]), 1)
    at, mark = at[order][is_new], mark[order][is_new]
    inner = np.flatnonzero(at[:-1] == at[1:])
    lengths = length[first][np.searchsorted(areas, at[inner])]
    return Pieces(at[inner], mark[inner], mark[inner + 1], lengths), np.cumsum(step, axis=1)[:, inner]
