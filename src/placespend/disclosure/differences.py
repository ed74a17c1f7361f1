"""Two places that overlap must not differ by a small count.

Whoever sees both counts subtracts them. A difference is what lies in one place and not in the other: A without B, and B
without A; where a unit lies in both in part, the larger part less the smaller. Either is refused if its count is small,
zero included: that nobody is counted in the strip between two outlines is learnt of everybody who lives there. A
difference with no unit in it, or with units that can hold nobody, tells nothing and is none.

Where the two outlines cross, the overlap is not shown and would often protect both differences; they are refused all
the same, since another release may show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placespend.disclosure.rule import EXACT
from placespend.errors import OverlappingPlacesError, list_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from placespend.disclosure.protect import Protected


def check_differences(
    counts: NDArray[np.int64],
    capacity: NDArray[np.int64] | None,
    protected: Protected,
    *,
    own: Iterable[str],
    against: Iterable[str] | None = None,
) -> None:
    """Refuse to show two overlapping places that differ by a small count.

    Parameters
    ----------
    counts : numpy.ndarray of int64, shape (units,)
    capacity : numpy.ndarray of int64, shape (units,), or None
        The most each unit can count; None for no limit.
    protected : Protected
        Of the same counts.
    own : iterable of str
        Keys of the user's own places.
    against : iterable of str, optional
        Keys of the places they are compared with; the user's own ones, if left out.

    Raises
    ------
    OverlappingPlacesError
        Naming up to five pairs that are both shown.
    """
    cells = protected.cells
    position = {key: number for number, key in enumerate(cells.keys)}
    is_shown = protected.shown.notna().to_numpy()
    first = [position[key] for key in dict.fromkeys(own) if is_shown[position[key]]]
    second = first if against is None else [position[key] for key in dict.fromkeys(against) if is_shown[position[key]]]
    order = np.argsort(cells.cell, kind="stable")
    starts = np.searchsorted(cells.cell[order], np.arange(len(cells) + 1))
    by_unit = np.argsort(cells.unit, kind="stable")
    unit_starts = np.searchsorted(cells.unit[by_unit], np.arange(cells.units + 1))
    wanted = set(second)
    found: dict[tuple[int, int], None] = {}
    for one in first:
        entries = order[starts[one] : starts[one + 1]]
        units, weights = cells.unit[entries], cells.weight[entries]
        met = np.concatenate(
            [cells.cell[by_unit[unit_starts[unit] : unit_starts[unit + 1]]] for unit in units.tolist()]
            or [np.empty(0, dtype="int64")]
        )
        for other in sorted((wanted & set(met.tolist())) - {one}):
            there = order[starts[other] : starts[other + 1]]
            difference = np.zeros(cells.units)
            difference[units] = weights
            difference[cells.unit[there]] -= cells.weight[there]
            if any(_reveals(side, counts, capacity, protected) for side in (difference, -difference)):
                found[min(one, other), max(one, other)] = None
    if found:
        pairs = [f"{cells.names[one]} and {cells.names[other]}" for one, other in found]
        message = (
            f"{len(pairs):,} pair{'s' if len(pairs) > 1 else ''} of overlapping places would give away a count below "
            f"{protected.rule.threshold} by subtraction: {list_values(pairs)}."
        )
        raise OverlappingPlacesError(
            message,
            hint="leave one of each pair out, or write it into another folder that others will see; or make them agree",
        )


def _reveals(
    difference: NDArray[np.float64],
    counts: NDArray[np.int64],
    capacity: NDArray[np.int64] | None,
    protected: Protected,
) -> bool:
    """Tell whether what lies in one place and not in the other holds a small count."""
    is_in = difference > EXACT
    if capacity is not None:
        is_in &= capacity > 0
    total = np.array([np.round(difference[is_in] @ counts[is_in], 9)])
    return bool(is_in.any() and protected.rule.is_small(total)[0])
