"""A hidden cell and the units around it, and other counts of theirs that would look the same.

A *witness* is such other counts: so many more or fewer in some units, in whole numbers, from nothing to each unit's
capacity, with every shown number as it is. A linear program (HiGHS) looks for them among the units around the cell,
those farther off left as they are; it may also use what rounding leaves open. What it finds is rounded to whole
numbers and checked against the release; where the program's answer is no whole numbers, integers are asked for.

The neighbourhood grows from the smallest shown cells around to those around them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placespend.disclosure.programs import run, solve
from placespend.disclosure.release import SPREAD, Witness
from placespend.disclosure.rule import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import highspy
    from numpy.typing import NDArray

    from placespend.disclosure.release import Positions, Release

NEAR = 1e-6
"""How near to whole numbers the solver's answer must be to be taken for them."""

MOST_AROUND = 2
"""How many of the shown cells around a hidden one are asked, from the smallest on, how far it can move at most."""

Window = tuple[float, float]


def neighbourhoods(release: Release, cell: int) -> Iterator[Positions]:
    """Grow from a cell to what is around it, for as long as something shown reaches beyond.

    Parameters
    ----------
    release : Release
    cell : int

    Yields
    ------
    numpy.ndarray of int64
        Merged units, each time more.
    """
    units = np.sort(release.units_of(cell))
    wider = _grown(release, units)
    if wider is None:
        yield units
    while wider is not None:
        units = wider
        yield units
        wider = _grown(release, units)


def _grown(release: Release, units: Positions) -> Positions | None:
    """Add, for each unit, the smallest shown cell around it that reaches beyond; None if none does."""
    which, cell, _ = release.shown_entries(units)
    found, place, inside = np.unique(cell, return_inverse=True, return_counts=True)
    beyond = (inside < release.size[found])[place]
    if not beyond.any():
        return None
    which, cell = which[beyond], cell[beyond]
    order = np.lexsort((cell, release.size[cell], which))
    _, first = np.unique(which[order], return_index=True)
    chosen = np.unique(cell[order][first])
    return np.unique(np.concatenate([units, *(release.units_of(other) for other in chosen.tolist())]))


def limits(release: Release, cell: int) -> Window:
    """Say how far a hidden count can lie from what it is at most, without any search.

    What is more in the cell is less in the rest of a shown one around it, and there every unit that is shown by itself
    stays near what it is.

    Parameters
    ----------
    release : Release
    cell : int

    Returns
    -------
    low, high : float
        As differences from the true count: no witness goes beyond.
    """
    if not release.is_whole[cell]:
        return -np.inf, np.inf
    units = release.units_of(cell)
    found, inside = np.unique(release.shown_entries(units)[1], return_counts=True)
    around = found[(inside == len(units)) & release.is_whole[found]]
    low, high = -np.inf, np.inf
    for other in around[np.argsort(release.size[around], kind="stable")][:MOST_AROUND].tolist():
        rest = np.setdiff1d(release.units_of(other), units)
        least, most = -release.count[rest].astype("float64"), release.room[rest].astype("float64")
        which, shown, _ = release.shown_entries(rest)
        is_alone = release.is_whole[shown] & (release.size[shown] == 1)
        np.maximum.at(least, which[is_alone], release.down[shown[is_alone]])
        np.minimum.at(most, which[is_alone], release.up[shown[is_alone]])
        low = max(low, float(release.down[other] - most.sum()))
        high = min(high, float(release.up[other] - least.sum()))
    return low, high


class Surroundings:
    """A hidden cell and the units around it, as a linear program in what is moved.

    Parameters
    ----------
    release : Release
    cell : int
    units : numpy.ndarray of int64
        Merged units: those that may change.
    thorough : bool, optional
        Whether to search in whole numbers where the program's answer is none.

    Attributes
    ----------
    thorough : bool
    release : Release
    cell : int
    groups : numpy.ndarray of int64
        Which group each unit belongs to: those alike in every shown cell and in the hidden one.
    units : numpy.ndarray of int64
    low, high : numpy.ndarray of float
        How much each group can lose (below 0) and gain.
    weight : numpy.ndarray of float
        Of each group in the hidden cell.
    column, row : numpy.ndarray of int64
    value : numpy.ndarray of float
        The entries: group, position among ``rows``, and weight.
    rows : numpy.ndarray of int64
        The shown cells that hold any of the units.
    """

    def __init__(self, release: Release, cell: int, units: Positions, *, thorough: bool = True) -> None:
        self.thorough = thorough
        self.release, self.cell, self.units = release, cell, units
        own = np.zeros(len(units))
        own[np.searchsorted(units, release.units_of(cell))] = release.weights_of(cell)
        alike = release.signature[units] ^ (own.view("uint64") * SPREAD)
        _, first, self.groups = np.unique(alike, return_index=True, return_inverse=True)
        self.low = -np.bincount(self.groups, release.count[units], len(first)).astype("float64")
        self.high = np.bincount(self.groups, release.room[units], len(first)).astype("float64")
        self.weight = own[first]
        self.column, cells, self.value = release.shown_entries(units[first])
        self.rows, self.row = np.unique(cells, return_inverse=True)
        self._is_integer = False
        self._solver: highspy.Highs | None = None

    def __len__(self) -> int:
        return len(self.low)

    def _program(self, cost: NDArray[np.float64], window: Window) -> highspy.Highs:
        self._is_integer = False
        held = np.flatnonzero(self.weight)
        entries = (
            np.concatenate([self.column, held]),
            np.concatenate([self.row, np.full(len(held), len(self.rows))]),
            np.concatenate([self.value, self.weight[held]]),
        )
        low = np.append(self.release.down[self.rows], window[0])
        high = np.append(self.release.up[self.rows], window[1])
        return solve((cost, self.low, self.high), (low, high), entries)

    def _answer(self, solver: highspy.Highs) -> NDArray[np.float64] | None:
        """Run, in whole numbers if need be, and check what comes of it."""
        moves = run(solver, len(self))
        if moves is not None and not self._is_integer and np.abs(moves - np.round(moves)).max(initial=0.0) > NEAR:
            if not self.thorough:
                return None
            self._is_integer = True
            moves = run(solver, len(self), whole=np.ones(len(self), dtype="bool"))
        return None if moves is None else self._checked(np.round(moves))

    def _checked(self, moves: NDArray[np.float64]) -> NDArray[np.float64] | None:
        sums = np.bincount(self.row, self.value * moves[self.column], len(self.rows))
        is_same = (sums >= self.release.down[self.rows] - EXACT) & (sums <= self.release.up[self.rows] + EXACT)
        is_there = (moves >= self.low) & (moves <= self.high)
        return moves if is_same.all() and is_there.all() else None

    def _witness(self, moves: NDArray[np.float64]) -> Witness:
        """Say which units a move of groups changes: of each group the first that can."""
        order = np.argsort(self.groups, kind="stable")
        group, units = self.groups[order], self.units[order]
        can = np.where(moves[group] < 0, self.release.count[units], self.release.room[units])
        before = np.cumsum(can) - can
        before -= before[np.searchsorted(group, group)]
        taken = np.clip(np.abs(moves[group]).astype("int64") - before, 0, can) * np.sign(moves[group]).astype("int64")
        differing = taken != 0
        return Witness(units[differing], taken[differing])

    def reach(self, window: Window) -> Witness | None:
        """Look for a witness that brings the hidden count into a range.

        Parameters
        ----------
        window : tuple of (float, float)
            As differences from the true count.

        Returns
        -------
        Witness or None
            None if none was found.
        """
        if self._solver is None:
            self._solver = self._program(np.zeros(len(self)), window)
        else:
            self._solver.changeRowBounds(len(self.rows), *window)
        moves = self._answer(self._solver)
        return None if moves is None else self._witness(moves)

    def farthest(self) -> Iterator[Witness]:
        """Move the hidden count as far down, and then as far up, as a witness is found.

        Yields
        ------
        Witness
        """
        every = np.arange(len(self), dtype="int32")
        solver = self._program(self.weight, (-np.inf, np.inf))
        for sign in (1.0, -1.0):
            solver.changeColsCost(len(every), every, sign * self.weight)
            moves = self._answer(solver)
            if moves is not None:
                yield self._witness(moves)
