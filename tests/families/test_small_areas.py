"""Spreading families over small areas: totals never move, levels nest, and the measure decides where they go."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.bases import Bases
from placespend.errors import UnknownNameError
from placespend.families.estimates import estimate_families
from placespend.families.shown import THOUSANDTHS
from placespend.families.small_areas import INDICATORS, NESTED_LEVELS, Spread, spreads, weights_for
from placespend.geography import count_of, level_index
from placespend.measures import Measure, measure

LAW = settings(max_examples=15, deadline=None)
AREAS = len(count_of("residents"))
_, UPPER = level_index("upper_tier")
UNITS = int(UPPER.max()) + 1


@cache
def numbers() -> np.ndarray:
    return estimate_families()["families"].to_numpy(dtype=np.int64)


def spread_of(weights: np.ndarray) -> Spread:
    return Spread("own", "own", is_observed=True, weights=weights, year=None, source="test")


def counted(name: str, counts: np.ndarray, covered: np.ndarray | None = None) -> Measure:
    """A measure counted by small area."""
    found = replace(measure("residents"), name=name, label=name, is_plain=False, observed_level="lsoa")
    return replace(found, counts=counts, covered=covered, year=2011, source="test")


def sums(values: np.ndarray, group: np.ndarray) -> list[int]:
    found = np.zeros(int(group.max()) + 1, dtype=np.int64)
    np.add.at(found, group, values)
    return found.tolist()


# --- laws


@LAW
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 3, 10**6]), st.floats(0, 0.95))
def test_thousandths_sum_to_each_unit_and_lie_as_near_to_proportion_as_can_be(
    seed: int, most: int, nothing: float
) -> None:
    random = np.random.default_rng(seed)
    weights = random.integers(0, most + 1, AREAS) * (random.random(AREAS) >= nothing)
    families = random.integers(0, 5_000, UNITS)
    found = spread_of(weights).thousandths(families, UPPER)
    assert sums(found, UPPER) == (families * THOUSANDTHS).tolist()
    assert (found >= 0).all()
    used = weights_for(spread_of(weights), UPPER, UNITS)
    exact = used * (families * THOUSANDTHS / np.array(sums(used, UPPER)))[UPPER]
    assert np.abs(found - exact).max() < 1 + 1e-6


@LAW
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.95))
def test_whole_families_nest_at_every_level(seed: int, nothing: float) -> None:
    random = np.random.default_rng(seed)
    weights = random.integers(0, 500, AREAS) * (random.random(AREAS) >= nothing)
    families = random.integers(0, 5_000, UNITS)
    found = {level: spread_of(weights).whole(families, level) for level in NESTED_LEVELS}
    assert found["upper_tier"].tolist() == families.tolist()
    for above, below in pairwise(NESTED_LEVELS):
        (codes, inner), (_, outer) = level_index(below), level_index(above)
        group = np.zeros(len(codes), dtype=np.int64)
        group[inner] = outer
        assert sums(found[below], group) == found[above].tolist()
        assert (found[below] >= 0).all()


def test_levels_nest_as_they_must() -> None:
    for above, below in pairwise(NESTED_LEVELS):
        pairs = np.unique(np.stack([level_index(below)[1], level_index(above)[1]]), axis=1)
        assert pairs.shape[1] == len(level_index(below)[0])


@pytest.mark.parametrize("level", NESTED_LEVELS)
def test_the_shipped_numbers_sum_as_published_at_every_level(level: str) -> None:
    codes, inner = level_index(level)
    found = spreads()[0].whole(numbers(), level)
    assert found.sum() == 120_000
    for above, code, expected in (("region", "E12000002", 19_385), ("region", "E12000007", 21_635)):
        names, outer = level_index(above)
        inside = np.zeros(len(codes), dtype=bool)
        inside[inner[outer == list(names).index(code)]] = True
        assert found[inside].sum() == expected


def test_small_areas_without_a_unit_get_nothing() -> None:
    unit_of = np.where(UPPER == 0, 0, -1)
    found = spreads()[0].thousandths(np.array([7]), unit_of)
    assert found[UPPER == 0].sum() == 7 * THOUSANDTHS
    assert not found[UPPER != 0].any()


# --- what the measure does


def test_where_the_measure_counts_all_in_one_area_all_families_are_there() -> None:
    area = int(np.flatnonzero(UPPER == 5)[3])
    weights = measure(INDICATORS[0]).counts.copy()
    weights[UPPER == 5] = 0
    weights[area] = 1
    families = numbers()
    found = spread_of(weights).thousandths(families, UPPER)
    assert found[area] == families[5] * THOUSANDTHS
    assert (found[UPPER != 5] == spreads()[0].thousandths(families, UPPER)[UPPER != 5]).all()


def test_an_authority_in_which_the_measure_counts_nothing_is_spread_by_households() -> None:
    weights = measure(INDICATORS[0]).counts.copy()
    weights[UPPER == 5] = 0
    used = weights_for(spread_of(weights), UPPER, UNITS)
    assert (used[UPPER == 5] == count_of("households")[UPPER == 5]).all()
    assert (used[UPPER != 5] == weights[UPPER != 5]).all()


def test_scaling_the_measure_in_one_authority_changes_nothing() -> None:
    weights = measure(INDICATORS[0]).counts
    larger = np.where(UPPER == 5, weights * 7, weights)
    one, other = (spread_of(each).thousandths(numbers(), UPPER) for each in (weights, larger))
    assert (one == other).all()


# --- which measure


def test_what_is_shipped_is_the_best_indicator_modelled_and_the_others_tell_the_range() -> None:
    found = spreads()
    assert tuple(spread.name for spread in found) == INDICATORS
    assert not any(spread.is_observed for spread in found)
    assert (found[0].weights == measure(INDICATORS[0]).counts).all()
    assert "modelled" in repr(found[0])


def test_a_counted_indicator_goes_before_a_better_one_that_is_modelled() -> None:
    counts = np.arange(AREAS, dtype=np.int64)
    (first, *others) = spreads(Bases((counted(INDICATORS[2], counts),)))
    assert (first.name, first.is_observed) == (INDICATORS[2], True)
    assert (first.weights == counts).all()
    assert sorted(spread.name for spread in others) == sorted({*INDICATORS} - {INDICATORS[2]})
    assert "counted" in repr(first)


def test_of_two_counted_indicators_the_better_is_taken() -> None:
    counts = np.ones(AREAS, dtype=np.int64)
    bases = Bases((counted(INDICATORS[3], counts), counted(INDICATORS[1], counts)))
    assert spreads(bases)[0].name == INDICATORS[1]


def test_a_measure_asked_for_is_taken_and_joins_the_range() -> None:
    bases = Bases((counted("truants", np.ones(AREAS, dtype=np.int64)),))
    assert spreads(bases)[0].name == "truants"
    several = Bases((*bases.own, counted("others", np.ones(AREAS, dtype=np.int64))))
    with pytest.raises(UnknownNameError, match="several are given: truants, others"):
        spreads(several)
    asked = spreads(bases, "truants")
    assert [spread.name for spread in asked] == ["truants", *INDICATORS]
    assert [spread.name for spread in spreads(by=INDICATORS[1])] == [
        INDICATORS[1],
        INDICATORS[0],
        *INDICATORS[2:],
    ]


def test_an_authority_that_a_measure_does_not_wholly_count_is_spread_by_the_shipped_one() -> None:
    covered = UPPER != 5
    covered[np.flatnonzero(UPPER == 7)[0]] = False
    counts = np.where(covered, np.arange(AREAS, dtype=np.int64), 0)
    found = spreads(Bases((counted("truants", counts, covered),)), "truants")[0]
    missed = np.isin(UPPER, [5, 7])
    assert (found.weights[missed] == measure(INDICATORS[0]).counts[missed]).all()
    assert (found.weights[~missed] == counts[~missed]).all()


@pytest.mark.parametrize("name", ["income_deprive", "health_blend", "income_deprived_plain"])
def test_what_is_no_measure_to_spread_by_is_refused(name: str) -> None:
    with pytest.raises(UnknownNameError, match=f"There is no measure '{name}' to spread families by"):
        spreads(by=name)


def test_a_misspelt_measure_is_told_and_a_stranger_gets_the_list() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'income_deprived'"):
        spreads(by="income_deprive")
    with pytest.raises(UnknownNameError, match=r"the measures are .*income_deprived"):
        spreads(by="zzzz")


@pytest.mark.parametrize("level", ["icb_sub_area", "lad_2025", "upper_tier_2025", "police_force", "region"])
def test_whole_numbers_of_every_level_that_tiles_england_sum_to_it(level: str) -> None:
    families = np.arange(152, dtype=np.int64) * 7 + 3
    whole = spreads()[0].whole(families, level)
    assert whole.sum() == families.sum()
    sums = np.zeros(len(whole), dtype=np.int64)
    np.add.at(sums, level_index(level)[1], spreads()[0].thousandths(families, UPPER))
    assert np.abs(whole * 1_000 - sums).max() < 1_000
