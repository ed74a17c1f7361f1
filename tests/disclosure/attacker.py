"""An attacker who knows everything that is shown, and nothing else: written apart from what protects.

He is given the shown table (None where suppressed), every weight, what each unit can hold at most, and the rule. He
asks scipy's integer program for the least and the most that each cell can count, and whether a number is possible.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from placespend.disclosure.cells import Cells
    from placespend.disclosure.protect import Protected

BEYOND_ALL = 10_000
"""What a unit holds at most, where nobody knows."""


@dataclass
class Attacker:
    weights: csr_array
    shown: Sequence[int | None]
    capacity: NDArray[np.int64]
    threshold: int
    rounding: int
    asked: int = field(default=0)

    def __post_init__(self) -> None:
        self.known = [row for row, number in enumerate(self.shown) if number is not None]
        ends = [self._window(row) for row in self.known]
        self.low = np.array([end[0] for end in ends])
        self.high = np.array([end[1] for end in ends])

    def _window(self, row: int) -> tuple[float, float]:
        number = self.shown[row]
        assert number is not None
        whole = np.isin(self.weights[[row]].data, [0.0, 1.0]).all()
        fits = [  # every count on a fine grid that would be shown as this number: no formula shared with the product
            count / 2
            for count in range(2 * max(0, number - self.rounding), 2 * (number + self.rounding) + 1)
            if count / 2 >= self.threshold
            and np.floor((count / 2 + self.rounding / 2) / self.rounding) * self.rounding == number
            and (not whole or count % 2 == 0)
        ]
        # Of a place that cuts units the end itself is not reached, but everything below it is.
        return fits[0], fits[-1] if whole else fits[-1] + 0.5 - 1e-7

    def solve(self, cell: int, sign: int, low: float = -np.inf, high: float = np.inf) -> float | None:
        """Find the least (1) or the most (-1) that a cell can count within a range; None if nothing is possible."""
        self.asked += 1
        objective = np.asarray(self.weights[[cell]].todense()).ravel()
        constraints = [LinearConstraint(objective[None, :], low, high)] if np.isfinite([low, high]).any() else []
        if self.known:
            constraints.append(LinearConstraint(self.weights[self.known], self.low, self.high))
        result = milp(
            sign * objective,
            integrality=np.ones(len(self.capacity)),
            bounds=Bounds(0, self.capacity),
            constraints=constraints,
        )
        assert result.status in {0, 2}, result.message
        return None if result.x is None else float(objective @ np.round(result.x))

    def range_of(self, cell: int) -> tuple[float, float]:
        low, high = self.solve(cell, 1), self.solve(cell, -1)
        assert low is not None
        assert high is not None
        return low, high

    def can_count(self, cell: int, number: int) -> bool:
        """Tell whether a cell may count a number; where it cuts units, something that rounds to it."""
        whole = np.isin(self.weights[[cell]].data, [0.0, 1.0]).all()
        near = 0.0 if whole else 0.5
        return self.solve(cell, 1, number - near, number + near) is not None


def weights_of(cells: Cells) -> csr_array:
    return csr_array((cells.weight, (cells.cell, cells.unit)), shape=(len(cells), cells.units))


def attacker_of(
    cells: Cells,
    shown: pd.Series[int],
    capacity: NDArray[np.int64] | None,
    threshold: int = 10,
    rounding: int = 5,
) -> Attacker:
    known = [None if pd.isna(number) else int(number) for number in shown]
    most = np.full(cells.units, BEYOND_ALL) if capacity is None else capacity
    return Attacker(weights_of(cells), known, most, threshold, rounding)


def broken_promises(
    counts: NDArray[np.int64],
    capacity: NDArray[np.int64] | None,
    cells: Cells,
    shown: pd.Series[int],
    *,
    threshold: int = 10,
    rounding: int = 5,
    only: Callable[[int], bool] = lambda _: True,
) -> list[str]:
    """List the cells of which more is learnt than METHOD.md allows."""
    attacker = attacker_of(cells, shown, capacity, threshold, rounding)
    weights = weights_of(cells)
    total, most = np.round(weights @ counts, 9), np.round(weights @ attacker.capacity, 9)
    broken = []
    for cell, key in enumerate(cells.keys):
        if attacker.shown[cell] is not None:
            if total[cell] < threshold:
                broken.append(f"{key} is shown")
            continue
        if not only(cell):
            continue
        low, high = attacker.range_of(cell)
        if total[cell] >= threshold:
            if high - low < min(threshold, most[cell]) - 1e-6:
                broken.append(f"{key} is within {low} and {high}")
            continue
        top = min(threshold - 1, int(most[cell]))
        if low > 1e-6 or high < top - 1e-6:
            broken.append(f"{key} is within {low} and {high}, not 0 to {top}")
            continue
        cannot = [number for number in range(top + 1) if not attacker.can_count(cell, number)]
        if cannot:
            broken.append(f"{key} cannot be {cannot}")
    return broken


def promises_of(
    counts: NDArray[np.int64],
    capacity: NDArray[np.int64] | None,
    protected: Protected,
    **options: Callable[[int], bool],
) -> list[str]:
    rule = protected.rule
    return broken_promises(
        counts,
        capacity,
        protected.cells,
        protected.shown,
        threshold=rule.threshold,
        rounding=rule.rounding,
        **options,
    )
