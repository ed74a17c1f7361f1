"""What somebody who sees the whole release can still hold possible of a hidden cell.

Proof is by witness: other counts, unit by unit in whole numbers from nothing to each unit's capacity, that would be
shown as the very same release and under which the hidden cell counts something else. First the quick witnesses:
exchanges within pools. Then a linear program (HiGHS) looks for others among the units around the cell, those farther
off left as they are; it may also use what rounding leaves open. What it finds is rounded to whole numbers and checked
against the release; where the program's answer is no whole numbers, integers are asked for. So what is said to be
possible is possible; what is not found may be possible all the same, and then more is hidden than need be.

The neighbourhood grows from the smallest shown cells around to those around them. Hiding more only takes conditions
away: a witness once found stays one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from placespend.disclosure.release import MARGIN, SPREAD
from placespend.disclosure.rule import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import highspy
    from numpy.typing import NDArray

    from placespend.disclosure.release import Positions, Release

FARTHEST = 4
"""How often a neighbourhood grows before more is hidden instead."""

MOST_COLUMNS = 700
"""How many groups of units a neighbourhood may have, from the second growth on."""

MOST_NODES = 2_000
"""How long a search in whole numbers goes on: a number of steps, so that every run decides alike."""

NEAR = 1e-6
"""How near to whole numbers the solver's answer must be to be taken for them."""

Window = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Witness:
    """Other counts that would look the same.

    Attributes
    ----------
    difference : float
        How far the hidden cell's count lies from what it is.
    units : numpy.ndarray of int64
        The merged units whose counts differ.
    moves : numpy.ndarray of int64
        By how much.
    """

    difference: float
    units: Positions
    moves: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Proof:
    """What is proven possible of a hidden cell.

    Attributes
    ----------
    low, high : float
        Counts of the cell that would look the same, the least and the most found.
    missing : tuple of (float, float)
        Ranges that the cell must be able to reach and for which no witness was found.
    witnesses : tuple of Witness
        Those that exchanges within pools do not make.
    searches : int
        How many neighbourhoods had to be searched.
    """

    low: float
    high: float
    missing: tuple[Window, ...]
    witnesses: tuple[Witness, ...]
    searches: int


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


@cache
def _solver() -> highspy.Highs:
    import highspy  # noqa: PLC0415  (only a user's own counts need it)

    solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in (("output_flag", False), ("threads", 1), ("mip_max_nodes", MOST_NODES)):
        solver.setOptionValue(option, value)
    return solver


def solve(
    columns: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    rows: tuple[NDArray[np.float64], NDArray[np.float64]],
    entries: tuple[Positions, Positions, NDArray[np.float64]],
) -> highspy.Highs:
    """Hand a linear program to the solver, without running it.

    Parameters
    ----------
    columns : tuple of numpy.ndarray of float
        Cost, lowest and highest value of each column.
    rows : tuple of numpy.ndarray of float
        Lowest and highest sum of each row.
    entries : tuple of numpy.ndarray
        Column, row and weight of each entry.

    Returns
    -------
    highspy.Highs
        Always the same one: a program replaces that before.
    """
    import highspy  # noqa: PLC0415  (only a user's own counts need it)

    column, row, weight = entries
    order = np.lexsort((row, column))
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(columns[0]), len(rows[0])
    program.col_cost_, program.col_lower_, program.col_upper_ = columns
    program.row_lower_, program.row_upper_ = rows
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.searchsorted(column[order], np.arange(len(columns[0]) + 1))
    program.a_matrix_.index_ = row[order]
    program.a_matrix_.value_ = weight[order]
    solver = _solver()
    solver.clearModel()
    solver.passModel(program)
    return solver


def run(solver: highspy.Highs, columns: int, *, whole: NDArray[np.bool_] | None = None) -> NDArray[np.float64] | None:
    """Run the solver.

    Parameters
    ----------
    solver : highspy.Highs
    columns : int
        How many of the first columns are wanted.
    whole : numpy.ndarray of bool, optional
        Which columns must be whole numbers; from then on.

    Returns
    -------
    numpy.ndarray of float or None
        Values of the columns; None if there is no answer, or none was found in time.
    """
    import highspy  # noqa: PLC0415  (only a user's own counts need it)

    if whole is not None:
        kinds = np.where(whole, int(highspy.HighsVarType.kInteger), int(highspy.HighsVarType.kContinuous))
        solver.changeColsIntegrality(len(whole), np.arange(len(whole), dtype="int32"), kinds.astype("uint8"))
    solver.run()
    if solver.getInfo().primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
        return None
    return np.array(solver.getSolution().col_value[:columns])


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
        return Witness(round(float(moves @ self.weight), 9), units[differing], taken[differing])

    def reach(self, windows: tuple[Window, ...]) -> list[Witness]:
        """Look for a witness for each of several ranges of the hidden count.

        Parameters
        ----------
        windows : tuple of (float, float)
            As differences from the true count.

        Returns
        -------
        list of Witness
            Of the ranges for which one was found.
        """
        solver = self._program(np.zeros(len(self)), windows[0])
        found = []
        for window in windows:
            solver.changeRowBounds(len(self.rows), *window)
            moves = self._answer(solver)
            if moves is not None:
                found.append(self._witness(moves))
        return found

    def widest(self) -> list[Witness]:
        """Move the hidden count as far down and up as witnesses are found.

        Returns
        -------
        list of Witness
        """
        answers = [self._answer(self._program(cost, (-np.inf, np.inf))) for cost in (self.weight, -self.weight)]
        return [self._witness(moves) for moves in answers if moves is not None]


def _promised(release: Release, cell: int) -> tuple[Window, ...]:
    """List the ranges that a small cell must be able to reach: one around each whole number below the threshold."""
    total, most = float(release.total[cell]), float(release.most[cell])
    top = min(release.rule.threshold - 1, int(most + EXACT))
    if release.is_whole[cell]:
        return tuple((number - total, number - total) for number in range(top + 1))
    middle = [(number - 0.5 - total, number + 0.5 - MARGIN - total) for number in range(1, top)]
    ends = [(-total, -total), (top - total, top + 1 - MARGIN - total)]
    return (ends[0], *middle, *ends[1:]) if top else (ends[0],)


def prove(
    release: Release, cell: int, known: tuple[Witness, ...] = (), *, thorough: bool = True, far: bool = False
) -> Proof:
    """Find out whether a hidden cell is protected as was promised.

    Of a small cell every whole number below the threshold must be possible (or up to what its units can hold, if that
    is less; of a cell that cuts units, nothing at all, something that rounds to each, and the highest itself). Of
    another an interval as wide as the threshold.

    Parameters
    ----------
    release : Release
    cell : int
    known : tuple of Witness, optional
        Those found before that still look the same.
    thorough : bool, optional
        Whether to search in whole numbers where the program's answer is none.
    far : bool, optional
        Whether to search however far it takes.

    Returns
    -------
    Proof
        Without ``missing`` if it is.
    """
    witnesses = list(known)
    reached = release.exchange(cell)
    wanted = _wanted(release, cell, reached, witnesses)
    searches = 0
    for distance, units in enumerate(neighbourhoods(release, cell)) if wanted else ():
        around = Surroundings(release, cell, units, thorough=thorough)
        if not far and (distance >= FARTHEST or (distance and len(around) > MOST_COLUMNS)):
            break
        searches += 1
        witnesses += around.reach(wanted) if release.is_small[cell] else around.widest()
        wanted = _wanted(release, cell, reached, witnesses)
        if not wanted:
            break
    total, differences = float(release.total[cell]), [witness.difference for witness in witnesses]
    low, high = min([-reached[0], *differences]), max([reached[1], *differences])
    return Proof(total + low, total + high, wanted, tuple(witnesses), searches)


def _wanted(release: Release, cell: int, reached: tuple[float, float], witnesses: list[Witness]) -> tuple[Window, ...]:
    """List the ranges that a hidden cell must be able to reach and that neither exchanges nor witnesses do."""
    differences = [witness.difference for witness in witnesses]
    if not release.is_small[cell]:
        return _width(
            release, cell, max([reached[0], *(-found for found in differences)]), max([reached[1], *differences])
        )
    return tuple(
        (low, high)
        for low, high in _promised(release, cell)
        if not (low >= -reached[0] - EXACT and high <= reached[1] + EXACT)
        and not any(low - EXACT <= found <= high + EXACT for found in differences)
    )


def _width(release: Release, cell: int, down: float, up: float) -> tuple[Window, ...]:
    """Say what a cell that is not small must still reach, either of which will do; nothing if it is wide enough."""
    width = min(float(release.rule.threshold), float(release.most[cell]))
    if down + up >= width - EXACT:
        return ()
    return (width - down, np.inf), (-np.inf, up - width)
