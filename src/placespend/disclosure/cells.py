"""The cells of a release: every place whose count is shown, or would be were it not small.

A cell is a weighted sum of units, the smallest areas that are counted: a unit has the weight 1 where it lies wholly in
the place, and a fraction where the place cuts it. Cells may nest and overlap as they like. One that was released
into the same folder before stays as it was then: *published* or *suppressed*; all others are *open*.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placespend.disclosure.rule import EXACT
from placespend.errors import PlacespendError, list_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

OPEN, PUBLISHED, SUPPRESSED = "open", "published", "suppressed"
STATES = (OPEN, PUBLISHED, SUPPRESSED)


@dataclass(frozen=True, eq=False)
class Cells:
    """Everything shown of a user's counts, as weighted sums of units.

    Attributes
    ----------
    keys, names : tuple of str
        One of each per cell; keys are unique.
    cell, unit : numpy.ndarray of int64
        Position of the cell, and of the unit, of each entry: a unit that lies in a cell.
    weight : numpy.ndarray of float
        How much of the unit lies in it, per entry: above 0 and at most 1.
    units : int
        How many units there are.
    fixed : tuple of {"open", "published", "suppressed"}
        What became of each cell in an earlier release.

    Raises
    ------
    PlacespendError
        If keys repeat, the parts do not fit together, or a weight is not above 0 and at most 1.
    """

    keys: tuple[str, ...]
    names: tuple[str, ...]
    cell: NDArray[np.int64]
    unit: NDArray[np.int64]
    weight: NDArray[np.float64]
    units: int
    fixed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.fixed:
            object.__setattr__(self, "fixed", (OPEN,) * len(self.keys))
        self._check_words()
        self._check_entries()

    def __len__(self) -> int:
        return len(self.keys)

    def __repr__(self) -> str:
        return f"<Cells: {len(self):,} of {self.units:,} units>"

    def _check_words(self) -> None:
        if not len(self.keys) == len(self.names) == len(self.fixed):
            message = f"{len(self.keys):,} cells have {len(self.names):,} names and {len(self.fixed):,} states."
            raise PlacespendError(message, hint="give one of each per cell")
        if len(set(self.keys)) < len(self.keys):
            repeated = [key for key, times in Counter(self.keys).items() if times > 1]
            message = f"Cells are named more than once: {list_values(list(map(repr, repeated)))}."
            raise PlacespendError(message, hint="give each place once")
        if unknown := sorted(set(self.fixed) - set(STATES)):
            message = f"A cell cannot be {list_values(list(map(repr, unknown)))}."
            raise PlacespendError(message, hint=f"it is one of {', '.join(STATES)}")

    def _check_entries(self) -> None:
        if not len(self.cell) == len(self.unit) == len(self.weight):
            message = "The entries of cells do not have one cell, one unit and one weight each."
            raise PlacespendError(message)
        for what, positions, count in (("cell", self.cell, len(self)), ("unit", self.unit, self.units)):
            if len(positions) and not (positions.min() >= 0 and positions.max() < count):
                message = f"An entry names a {what} that is not there: there are {count:,}."
                raise PlacespendError(message)
        if not ((self.weight > 0) & (self.weight <= 1 + EXACT)).all():
            wrong = sorted({self.keys[cell] for cell in self.cell[~((self.weight > 0) & (self.weight <= 1 + EXACT))]})
            message = f"Weights are not above 0 and at most 1 in {list_values(list(map(repr, wrong)))}."
            raise PlacespendError(message)
        if len(np.unique(self.cell * max(self.units, 1) + self.unit)) < len(self.cell):
            message = "A unit stands more than once in a cell."
            raise PlacespendError(message, hint="add its weights up")

    def sums(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Add up the counts of each cell.

        Parameters
        ----------
        counts : numpy.ndarray of int64, shape (units,)

        Returns
        -------
        numpy.ndarray of float, shape (cells,)
            Whole numbers, but for cells that cut units.
        """
        summed = np.bincount(self.cell, weights=self.weight * counts[self.unit], minlength=len(self))
        return np.asarray(np.round(summed, 9))


def gather_cells(
    keys: Sequence[str],
    names: Sequence[str],
    members: Iterable[tuple[Sequence[int] | NDArray[np.int64], Sequence[float] | NDArray[np.float64] | None]],
    *,
    units: int,
    fixed: Sequence[str] = (),
) -> Cells:
    """Make cells of lists of units.

    Parameters
    ----------
    keys, names : sequence of str
    members : iterable of (units, weights)
        Per cell the positions of its units, and their weights; None where all lie wholly in it.
    units : int
        How many units there are.
    fixed : sequence of {"open", "published", "suppressed"}, optional
        All are open if left out.

    Returns
    -------
    Cells

    Raises
    ------
    PlacespendError
        As :class:`Cells` does.

    Examples
    --------
    >>> gather_cells(["north", "all"], ["North", "All"], [([0, 1], None), ([0, 1, 2], [1, 1, 0.5])], units=3)
    <Cells: 2 of 3 units>
    """
    pairs = list(members)
    places = [np.asarray(positions, dtype="int64") for positions, _ in pairs]
    shares = [
        np.ones(len(place)) if weights is None else np.asarray(weights, dtype="float64")
        for place, (_, weights) in zip(places, pairs, strict=True)
    ]
    return Cells(
        keys=tuple(keys),
        names=tuple(names),
        cell=np.repeat(np.arange(len(places), dtype="int64"), [len(place) for place in places]),
        unit=np.concatenate([*places, np.empty(0, dtype="int64")]),
        weight=np.concatenate([*shares, np.empty(0)]),
        units=units,
        fixed=tuple(fixed),
    )
