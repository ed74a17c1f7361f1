"""What places hold of the units that a user counted families by.

A place that is made of whole units has the sum of their counts. Of a unit that it cuts it has the part that the
measure in use spreads into it (:mod:`placespend.families.small_areas`): that is modelled. Parts are exact fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from placespend.families.small_areas import Spread, weights_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placespend.place import Place


@dataclass(frozen=True)
class Held:
    """What a place holds of units.

    Attributes
    ----------
    parts : dict of int to Fraction
        The part of each unit, by its position: one where it holds the unit wholly; zero only where it is all that
        there is.
    is_covered : bool
        Whether all of the place lies in units that were counted; otherwise its number is not known.
    """

    parts: dict[int, Fraction]
    is_covered: bool

    @property
    def is_whole(self) -> bool:
        """Whether it holds nothing but whole units."""
        return all(part == 1 for part in self.parts.values())

    @property
    def within(self) -> int | None:
        """The unit that it is a part of, where it lies wholly in one and is less than that; else None."""
        return next(iter(self.parts)) if len(self.parts) == 1 and not self.is_whole else None


def units_held(
    places: list[Place], unit_of: NDArray[np.int64], is_given: NDArray[np.bool_], spread: Spread
) -> list[Held]:
    """Find what places hold of units.

    Parameters
    ----------
    places : list of Place
    unit_of : ndarray of int64, shape (32844,)
        The unit of each small area; -1 for none.
    is_given : ndarray of bool, shape (u,)
        Whether a unit was counted.
    spread : Spread

    Returns
    -------
    list of Held
    """
    weights = weights_for(spread, unit_of, len(is_given))
    sums = np.zeros(len(is_given), dtype=np.int64)
    np.add.at(sums, unit_of[unit_of >= 0], weights[unit_of >= 0])
    areas = np.bincount(unit_of[unit_of >= 0], minlength=len(is_given))
    return [_held(place, unit_of, is_given, weights, sums, areas) for place in places]


def _held(
    place: Place,
    unit_of: NDArray[np.int64],
    is_given: NDArray[np.bool_],
    weights: NDArray[np.int64],
    sums: NDArray[np.int64],
    areas: NDArray[np.int64],
) -> Held:
    touched = place.extent.touched
    if (unit_of[touched] < 0).any() or not is_given[unit_of[touched]].all():
        return Held({}, is_covered=False)
    whole = place.extent.whole
    units, where = np.unique(unit_of[whole], return_inverse=True)
    held = np.zeros(len(units), dtype=np.int64)
    np.add.at(held, where, weights[whole])
    number = np.bincount(where, minlength=len(units))
    parts = {
        # A unit all of whose small areas are held is held wholly, whatever it weighs.
        int(unit): Fraction(1) if count == areas[unit] else Fraction(int(weight), int(sums[unit]))
        for unit, weight, count in zip(units, held, number, strict=True)
    }
    cut = place.extent.parts
    if len(cut):
        shares = zip(cut.areas.tolist(), *(column.tolist() for column in cut.held()), strict=True)
        for area, marks, length in shares:
            unit = int(unit_of[area])
            part = Fraction(int(weights[area]) * marks, int(sums[unit]) * length)
            parts[unit] = parts.get(unit, Fraction(0)) + part
    above_zero = {unit: part for unit, part in sorted(parts.items()) if part}
    # A place in which nothing is modelled still lies in a unit, of which it has no part.
    return Held(above_zero or dict(sorted(parts.items())[:1]), is_covered=True)
