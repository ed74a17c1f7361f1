"""Where in an authority its families live: modelled, never counted.

An authority's number is spread over its small areas in proportion to a measure that goes with troubled families:
households deprived in three or four dimensions. Where a user has loaded that measure, or another of
:data:`INDICATORS`, as counted by small area, it is taken; else the shipped one, which is itself modelled from the kinds
of neighbourhoods (:mod:`placespend.kinds`). What the other measures would give is the range that is told. All of it
assumes that families are a fixed part of what the measure counts, everywhere in the authority, which nobody has shown:
it is right for the authority, and says where to look inside it.

The spread is held in thousandths of a family, which sum exactly to the authority's number. Whole families are dealt out
from authority to district, from district to middle-layer area and on to small areas by largest remainder, so that the
numbers shown sum at each of these levels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placespend.bases import Bases, shipped_bases
from placespend.errors import UnknownNameError, list_values
from placespend.families.shown import THOUSANDTHS
from placespend.geography import count_of, level_index
from placespend.measures import PLAIN
from placespend.money import largest_remainder_by_group
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from placespend.measures import Measure

INDICATORS = (
    "households_3plus_deprivation_dims",
    "income_deprived_children",
    "income_deprived",
    "households_4_deprivation_dims",
)
"""Measures that families may be spread by, best first."""

NESTED_LEVELS = ("upper_tier", "lad", "msoa", "lsoa")
"""Levels each of whose places lie wholly in one of the level before."""


@dataclass(frozen=True, eq=False)
class Spread:
    """How families are spread over the small areas of whatever they were counted by.

    Attributes
    ----------
    name, label : str
        Of the measure, as in :func:`placespend.measures.list_measures`.
    is_observed : bool
        Whether it was counted by small area; otherwise it is modelled itself.
    weights : ndarray of int64, shape (32844,)
    year : int or None
    source : str
    is_own : bool
        Whether it is the user's.
    """

    name: str
    label: str
    is_observed: bool
    weights: NDArray[np.int64]
    year: int | None
    source: str
    is_own: bool = False

    def __repr__(self) -> str:
        return f"<Spread of families by {self.label} ({'counted' if self.is_observed else 'modelled'} by small area)>"

    def thousandths(self, families: NDArray[np.int64], unit_of: NDArray[np.int64]) -> NDArray[np.int64]:
        """Spread the families of units over their small areas.

        Parameters
        ----------
        families : ndarray of int64, shape (u,)
        unit_of : ndarray of int64, shape (32844,)
            The position of each small area's unit; -1 for none.

        Returns
        -------
        ndarray of int64, shape (32844,)
            Thousandths of a family, which sum to each unit's number; nothing where there is no unit.
        """
        inside = unit_of >= 0
        weights = weights_for(self, unit_of, len(families))[inside]
        found = np.zeros(len(unit_of), dtype=np.int64)
        found[inside] = largest_remainder_by_group(families * THOUSANDTHS, weights, unit_of[inside])
        return found

    def whole(self, families: NDArray[np.int64], level: str) -> NDArray[np.int64]:
        """Deal the families of all upper tiers out in whole numbers that sum at each level on the way.

        Parameters
        ----------
        families : ndarray of int64, shape (152,)
            In the order of the upper-tier codes.
        level : str
            One that tiles England. Only those of :data:`NESTED_LEVELS` sum to each authority; others sum to England.

        Returns
        -------
        ndarray of int64
            By the places of the level, in the order of their codes.
        """
        _, unit_of = level_index("upper_tier")
        if level not in NESTED_LEVELS:
            return _rounded_together(self.thousandths(families, unit_of), *level_index(level))
        weights = weights_for(self, unit_of, len(families))
        given, found = unit_of, families
        for below in NESTED_LEVELS[1 : NESTED_LEVELS.index(level) + 1]:
            codes, place_of = level_index(below)
            sums = np.zeros(len(codes), dtype=np.int64)
            np.add.at(sums, place_of, weights)
            group_of = np.zeros(len(codes), dtype=np.int64)
            group_of[place_of] = given
            found, given = largest_remainder_by_group(found, sums, group_of), place_of
        return found


def _rounded_together(
    thousandths: NDArray[np.int64], codes: pd.Index, place_of: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Round the sums of places to whole families by largest remainder, so that they keep the sum of all."""
    sums = np.zeros(len(codes), dtype=np.int64)
    np.add.at(sums, place_of, thousandths)
    whole, left = np.divmod(sums, THOUSANDTHS)
    missing = int(left.sum()) // THOUSANDTHS
    whole[np.argsort(-left, kind="stable")[:missing]] += 1
    return np.asarray(whole)


def weights_for(spread: Spread, unit_of: NDArray[np.int64], units: int) -> NDArray[np.int64]:
    """Give the weights of small areas, with households in units in which the measure counts nothing.

    Parameters
    ----------
    spread : Spread
    unit_of : ndarray of int64, shape (32844,)
        The position of each small area's unit; -1 for none.
    units : int

    Returns
    -------
    ndarray of int64, shape (32844,)
        Of no meaning where there is no unit.
    """
    inside = unit_of >= 0
    sums = np.zeros(units, dtype=np.int64)
    np.add.at(sums, unit_of[inside], spread.weights[inside])
    return np.where(sums[unit_of] > 0, spread.weights, count_of("households"))


def spreads(bases: Bases | None = None, by: str | None = None) -> tuple[Spread, ...]:
    """Give the spread in use, and after it the others that tell its range.

    Parameters
    ----------
    bases : Bases, optional
        With a user's own measures; the shipped ones where left out.
    by : str, optional
        The name or label of the measure to spread by; where left out, the first of :data:`INDICATORS` that was counted
        by small area, or else the only measure of the user's own, or else the first of the indicators.

    Returns
    -------
    tuple of Spread

    Raises
    ------
    UnknownNameError
        If no measure of that name is loaded, or the user has several and none is named.
    """
    bases = bases or shipped_bases()
    own = {found.name: found for found in bases.own}
    measures = [found for name in bases.names if (found := _measure(bases, name)) is not None]
    labelled = {found.label: found.name for found in measures}
    by = labelled.get(by, by) if by is not None else None
    if by is not None and by not in {found.name for found in measures}:
        message = f"There is no measure '{by}' to spread families by."
        known = f"the measures are {', '.join(found.name for found in measures)}"
        raise UnknownNameError(message, hint=did_you_mean(by, [found.name for found in measures], otherwise=known))
    counted = [name for name in INDICATORS if name in own and own[name].observed_level in {"lsoa", "msoa"}]
    if by is None and not counted and len(own) > 1:
        message = f"Families can be spread by one measure, and several are given: {list_values(list(own))}."
        raise UnknownNameError(message, hint="say which (--spread-by MEASURE)")
    first = by or (*counted, *own, *INDICATORS)[0]
    order = [first, *(name for name in INDICATORS if name != first)]
    shipped = bases.measure(INDICATORS[0])
    return tuple(_spread(bases.measure(name), otherwise=shipped, is_own=name in own) for name in order)


def _measure(bases: Bases, name: str) -> Measure | None:
    """Give a measure that families can be spread by: no blend, and no plain sibling."""
    try:
        return None if name.endswith(PLAIN) else bases.measure(name)
    except UnknownNameError:
        return None


def _spread(found: Measure, otherwise: Measure, *, is_own: bool) -> Spread:
    """Take a measure as a spread; authorities that it does not wholly count are spread by another."""
    weights = found.counts
    if found.covered is not None:
        _, unit_of = level_index("upper_tier")
        missed = np.bincount(unit_of[~found.covered], minlength=int(unit_of.max()) + 1) > 0
        weights = np.where(missed[unit_of], otherwise.counts, weights)
    is_observed = found.observed_level in {"lsoa", "msoa", "ward_2025"}
    return Spread(found.name, found.label, is_observed, weights, found.year, found.source, is_own)
