"""Linear programs, handed to HiGHS: one solver for all of them, in one thread, so that every run answers alike."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import highspy
    from numpy.typing import NDArray

    from placespend.disclosure.release import Positions

MOST_NODES = 2_000
"""How long a search in whole numbers goes on: a number of steps, so that every run decides alike."""


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
