"""Setting places out on hexagonal cells, each near where it is and beside as many of its neighbours as can be.

Each pair of neighbours is wished one cell apart, in the direction in which they really lie; pairs of one region count
for more, so that regions hold together; and each place is drawn weakly to where it is. Where no two places minded
sharing a spot, that wish has one best answer, by least squares. The cells nearest to it are dealt out by an assignment
of least total squared displacement. Then places move to free cells, and change cells in pairs, for as long as the wish
gains by it. This is done on the grid in several positions, and the answer kept in which regions fall into the fewest
pieces, and of those the one that meets the wish best. Nothing is drawn by lot: the same places give the same cells.

It fails where more places meet than six cells can stand around: of such neighbours some are set apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.disclosure.programs import run, solve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Numbers = NDArray[np.int64]

ROW = math.sqrt(3) / 2
"""From one row of cells to the next; between the middles of cells in a row it is 1."""

TO_PLACE = 0.1
"""How much a place is drawn to where it is, beside 1 for each neighbour: so little bends England's outline least."""

OF_REGION = 2.0
"""How much a neighbour of the same region counts."""

SHIFTS = tuple((across / 3, up * ROW / 2) for across in range(3) for up in range(2))
"""The positions in which the grid is tried."""

REACH = 3.05
"""How far a place is moved at once."""

AROUND = 8
"""How many cells there are on each side of where places would be."""

LEAST_GAIN = 1e-9


@dataclass(frozen=True, eq=False)
class Wish:
    """Where places would be.

    Attributes
    ----------
    at : ndarray of float, shape (places, 2)
        Where each is, in widths of a cell.
    pairs : ndarray of int, shape (pairs, 2)
        Neighbours; all are joined with all others through them.
    region : ndarray of int, shape (places,)
    """

    at: Points
    pairs: Numbers
    region: Numbers

    @property
    def weights(self) -> Points:
        """How much each pair counts."""
        first, second = self.pairs.T
        return np.where(self.region[first] == self.region[second], OF_REGION, 1.0)

    @property
    def steps(self) -> Points:
        """From the first of each pair to the second, one cell long; to the east where they have one middle."""
        way = self.at[self.pairs[:, 1]] - self.at[self.pairs[:, 0]]
        length = np.hypot(*way.T)[:, None]
        return np.where(length > 0, way / np.where(length > 0, length, 1.0), [1.0, 0.0])

    def matrix(self) -> Points:
        """Give how much each place is drawn to each other.

        Returns
        -------
        ndarray of float, shape (places, places)
        """
        matrix = np.zeros((len(self.at), len(self.at)))
        first, second = self.pairs.T
        matrix[first, second] = matrix[second, first] = self.weights
        return matrix

    def pull(self) -> Points:
        """Give what draws each place, whatever the places of the others.

        Returns
        -------
        ndarray of float, shape (places, 2)
        """
        pull = TO_PLACE * self.at
        step = self.weights[:, None] * self.steps
        np.add.at(pull, self.pairs[:, 1], step)
        np.add.at(pull, self.pairs[:, 0], -step)
        return pull

    def miss(self, at: Points) -> float:
        """Measure by how much places miss the wish.

        Parameters
        ----------
        at : ndarray of float, shape (places, 2)

        Returns
        -------
        float
            In squared widths of a cell.
        """
        off = at[self.pairs[:, 1]] - at[self.pairs[:, 0]] - self.steps
        return float((self.weights * (off**2).sum(axis=1)).sum() + TO_PLACE * ((at - self.at) ** 2).sum())

    def pieces(self, at: Points) -> int:
        """Count the pieces into which regions fall.

        Parameters
        ----------
        at : ndarray of float, shape (places, 2)
            Middles of cells.

        Returns
        -------
        int
        """
        side_by_side = _squares(at, at) < 1.01
        pairs = np.argwhere(np.triu(side_by_side & (self.region[:, None] == self.region), k=1))
        return len(np.unique(components(pairs, len(at))))


def components(pairs: Numbers, size: int) -> Numbers:
    """Find which places are joined through pairs.

    Parameters
    ----------
    pairs : ndarray of int, shape (pairs, 2)
    size : int
        How many places there are.

    Returns
    -------
    ndarray of int, shape (places,)
        The first place that each is joined with.

    Examples
    --------
    >>> components(np.array([[0, 2]]), 3).tolist()
    [0, 1, 0]
    """
    joined = np.arange(size)
    while True:
        lowest = joined.copy()
        np.minimum.at(lowest, pairs[:, 0], joined[pairs[:, 1]])
        np.minimum.at(lowest, pairs[:, 1], joined[pairs[:, 0]])
        if (lowest == joined).all():
            return joined
        joined = lowest


def join_all(pairs: Numbers, at: Points) -> Numbers:
    """Add pairs until all places are joined: islands with what is nearest to them.

    Parameters
    ----------
    pairs : ndarray of int, shape (pairs, 2)
    at : ndarray of float, shape (places, 2)

    Returns
    -------
    ndarray of int, shape (pairs, 2)
    """
    squares = _squares(at, at)
    while (apart := components(pairs, len(at)) != 0).any():
        between = np.where(~apart[:, None] & apart, squares, np.inf)
        pairs = np.vstack([pairs, np.unravel_index(int(between.argmin()), between.shape)])
    return pairs


def settle(wish: Wish) -> Numbers:
    """Set places out on the cells of a hexagonal grid.

    Parameters
    ----------
    wish : Wish

    Returns
    -------
    ndarray of int, shape (places, 2)
        For each place the column, in half widths of a cell, and the row of its cell, from the south west: the cells
        beside (0, 0) are (2, 0) and (1, 1). No two are the same.
    """
    matrix, pull = wish.matrix(), wish.pull()
    strength = matrix.sum(axis=1) + TO_PLACE
    best: Points = np.linalg.solve(np.diag(strength) - matrix, pull).astype(np.float64)
    found = []
    for shift in SHIFTS:
        grid = _grid(best)
        cells = grid * [0.5, ROW] + best.min(axis=0) - AROUND + shift
        holds = _improve(_assign(best, cells), cells, matrix, pull, strength)
        at = cells[holds]
        found.append((wish.pieces(at), wish.miss(at), grid[holds]))
    # Of answers that are as good, the first: what is after the comma of a sum may differ between machines.
    return min(found, key=lambda answer: (answer[0], round(answer[1], 6)))[2]


def _squares(first: Points, second: Points) -> Points:
    """Give the square of the distance of each point to each other."""
    squares: Points = ((first[:, None] - second) ** 2).sum(axis=2)
    return squares


def _grid(best: Points) -> Numbers:
    """List the cells of a grid that is large enough, in half columns and rows."""
    across, up = np.ptp(best, axis=0) + 2 * AROUND
    columns, rows = np.meshgrid(np.arange(math.ceil(across)), np.arange(math.ceil(up / ROW)))
    return np.column_stack([(2 * columns + rows % 2).ravel(), rows.ravel()])


def _assign(best: Points, cells: Points) -> Numbers:
    """Give each place a cell of its own, so that squared displacements sum to the least."""
    size = len(best)
    squares = _squares(best, cells)
    # So many cells are free somewhere among the nearest, however the others crowd.
    near = np.argsort(squares, axis=1, kind="stable")[:, : size + 1 if size < 24 else 24 + 2 * math.isqrt(size)]
    place, cell = np.repeat(np.arange(size), near.shape[1]), near.ravel()
    used, row = np.unique(cell, return_inverse=True)
    columns = np.arange(len(place))
    ones = np.ones(len(place))
    lowest = np.concatenate([np.ones(size), np.zeros(len(used))])
    entries = np.tile(columns, 2), np.concatenate([place, size + row]), np.tile(ones, 2)
    program = solve((squares[place, cell], 0 * ones, ones), (lowest, np.ones(len(lowest))), entries)
    dealt: Any = run(program, len(place))
    # Where places crowd so much that the nearest cells are too few, each takes the nearest that is free.
    return _greedy(squares) if dealt is None else cell[dealt > 0.5]


def _greedy(squares: Points) -> Numbers:
    free = squares.copy()
    holds = np.empty(len(squares), dtype=np.int64)
    for place in range(len(squares)):
        holds[place] = int(free[place].argmin())
        free[:, holds[place]] = np.inf
    return holds


def _improve(holds: Numbers, cells: Points, matrix: Points, pull: Points, strength: Points) -> Numbers:
    """Move places to free cells, and let pairs change cells, while the wish gains by it."""
    holder = np.full(len(cells), -1)
    holder[holds] = np.arange(len(holds))
    at = cells[holds]
    is_moving = True
    while is_moving:
        is_moving = False
        for place in range(len(holds)):
            here = at[place].copy()
            distance = ((cells - here) ** 2).sum(axis=1)
            to = np.flatnonzero((distance < REACH**2) & (distance > LEAST_GAIN))
            gains = _gains(place, here, (cells[to], holder[to]), at, (matrix, pull, strength))
            choice = int(gains.argmax())
            if gains[choice] > LEAST_GAIN:
                cell, other = to[choice], holder[to[choice]]
                holder[holds[place]] = other
                if other >= 0:
                    holds[other], at[other] = holds[place], here
                holds[place], at[place], holder[cell] = cell, cells[cell], place
                is_moving = True
    return holds


def _gains(
    place: int, here: Points, to: tuple[Points, Numbers], at: Points, wish: tuple[Points, Points, Points]
) -> Points:
    """Tell what the wish gains if a place goes to each of some cells, and whoever holds that comes in its stead."""
    (there, others), (matrix, pull, strength) = to, wish
    # With all others where they are, what a place misses is its strength times its squared distance from one point.
    middle = (matrix[place] @ at + pull[place]) / strength[place]
    gains: Points = strength[place] * (((here - middle) ** 2).sum() - ((there - middle) ** 2).sum(axis=1))
    held = others >= 0
    other, left = others[held], there[held]
    middles = (matrix[other] @ at + pull[other]) / strength[other, None]
    back = strength[other] * (((left - middles) ** 2).sum(axis=1) - ((here - middles) ** 2).sum(axis=1))
    # Each of the two was taken to stand where the other has left: of neighbours that is put right.
    gains[held] += back - 2 * matrix[place, other] * ((left - here) ** 2).sum(axis=1)
    return gains
