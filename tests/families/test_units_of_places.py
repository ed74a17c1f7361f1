"""What places hold of the units that were counted sums to what the units are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placespend.circles import circle
from placespend.extents import Extent
from placespend.families.small_areas import spreads, weights_for
from placespend.families.units_of_places import Held, units_held
from placespend.gazetteer import find_place
from placespend.geography import level_index, positions_of
from placespend.levels import OWN
from placespend.place import Place, remainder

SPREAD = spreads()[0]
MSOAS, MSOA_OF = level_index("msoa")
AREAS = len(MSOA_OF)
EVERY = np.ones(len(MSOAS), dtype=bool)
HARTLEPOOL = find_place("Hartlepool")


def own(areas: np.ndarray) -> Place:
    return Place("own", "Own", OWN, Extent(np.sort(areas)))


def held(*places: Place, given: np.ndarray = EVERY) -> list[Held]:
    return units_held(list(places), MSOA_OF, given, SPREAD)


def test_a_place_of_whole_units_holds_each_of_them_wholly() -> None:
    (found,) = held(HARTLEPOOL)
    assert found.is_covered
    assert found.is_whole
    assert found.within is None
    assert sorted(MSOAS[list(found.parts)]) == sorted(set(MSOAS[MSOA_OF[HARTLEPOOL.small_areas]]))


def test_a_unit_itself_is_whole_and_not_within() -> None:
    (found,) = held(find_place("E02002483"))
    assert list(found.parts.values()) == [Fraction(1)]
    assert (found.is_whole, found.within) == (True, None)


def test_a_part_of_a_unit_is_what_the_measure_spreads_into_it() -> None:
    unit = int(np.flatnonzero(np.asarray(MSOAS) == "E02002483")[0])
    areas = np.flatnonzero(unit == MSOA_OF)
    (found,) = held(own(areas[:2]))
    assert found.within == unit
    assert found.parts == {unit: Fraction(int(SPREAD.weights[areas[:2]].sum()), int(SPREAD.weights[areas].sum()))}


@given(st.sets(st.integers(0, len(HARTLEPOOL.small_areas) - 1), min_size=1, max_size=57))
def test_a_place_and_its_rest_hold_all_of_what_both_lie_in(chosen: set[int]) -> None:
    place = own(HARTLEPOOL.small_areas[sorted(chosen)])
    rest = remainder(HARTLEPOOL, [place])
    assert rest is not None
    one, other, both = held(place, rest, HARTLEPOOL)
    sums = {unit: one.parts.get(unit, Fraction(0)) + other.parts.get(unit, Fraction(0)) for unit in both.parts}
    assert sums == both.parts


def test_places_that_cut_small_areas_hold_the_part_of_their_postcodes() -> None:
    place = circle("TS24 8AY", 900)
    cut = place.extent.parts
    assert len(cut)
    unit_of = np.arange(AREAS)
    (found,) = units_held([place], unit_of, np.ones(AREAS, dtype=bool), SPREAD)
    shares = place.coverage().set_index("lsoa_code")["share"]
    frame = level_index("lsoa")[0]
    assert {frame[unit]: float(part) for unit, part in found.parts.items()} == pytest.approx(shares.to_dict())
    rest = remainder(HARTLEPOOL, [place])
    assert rest is not None
    (other,) = units_held([rest], unit_of, np.ones(AREAS, dtype=bool), SPREAD)
    assert all(found.parts[area] + other.parts[area] == 1 for area in cut.areas.tolist())


def test_a_place_that_reaches_what_was_not_counted_is_not_covered() -> None:
    some = EVERY.copy()
    some[MSOA_OF[HARTLEPOOL.small_areas[0]]] = False
    inside, beyond, elsewhere = held(own(HARTLEPOOL.small_areas[:1]), HARTLEPOOL, find_place("Halton"), given=some)
    assert (inside.is_covered, beyond.is_covered, elsewhere.is_covered) == (False, False, True)
    outside = np.where(np.isin(np.arange(AREAS), HARTLEPOOL.small_areas), MSOA_OF, -1)
    found = units_held([HARTLEPOOL, find_place("North East", level="region")], outside, EVERY, SPREAD)
    assert [of_place.is_covered for of_place in found] == [True, False]


def test_a_unit_in_which_the_measure_counts_nothing_is_spread_by_households() -> None:
    areas = positions_of("lad", "E06000001")
    nothing = np.where(np.isin(np.arange(AREAS), areas), 0, SPREAD.weights)
    spread = type(SPREAD)("m", "m", True, nothing, 2011, "made up")
    weights = weights_for(spread, MSOA_OF, len(MSOAS))
    unit = int(MSOA_OF[areas[0]])
    inside = np.flatnonzero(unit == MSOA_OF)
    (found,) = units_held([own(inside[:1])], MSOA_OF, EVERY, spread)
    assert found.parts == {unit: Fraction(int(weights[inside[0]]), int(weights[inside].sum()))}
    assert found.parts[unit] > 0
