"""A count of an area goes to its small areas whole, whatever the area is made of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.geography import count_of, level_index
from placespend.measured.areas import Given, Units, complete_counts, units_of_level, units_of_postcodes, units_of_wards
from placespend.measures import COMPLETION_SCALE, complete

LEVELS = ["lsoa", "msoa", "lad", "lad_2025", "upper_tier", "upper_tier_2025"]
SMALL_AREAS = 32_844


def all_of(units: Units) -> Given:
    return Given(units, np.arange(len(units.codes)))


@given(st.data())
def test_the_parts_of_each_area_sum_to_its_count(data: st.DataObject) -> None:
    areas = data.draw(st.integers(1, 5))
    published = np.array(data.draw(st.lists(st.integers(0, 2**53), min_size=areas, max_size=areas)))
    groups = [*range(areas), *data.draw(st.lists(st.integers(0, areas - 1), max_size=20))]
    group_of = np.array(groups)
    by = np.array(data.draw(st.lists(st.integers(0, 10**7), min_size=len(groups), max_size=len(groups))))
    parts = complete_counts(published, by, group_of)
    sums = np.zeros(areas, dtype=np.int64)
    np.add.at(sums, group_of, parts)
    assert sums.tolist() == published.tolist()
    assert (parts >= 0).all()
    # What weighs nothing gets nothing, unless all of its area weighs nothing.
    weights = np.bincount(group_of, weights=by, minlength=areas)
    assert not parts[(by == 0) & (weights[group_of] > 0)].any()


def test_completion_is_that_of_the_shipped_measures() -> None:
    published = np.arange(152) * 1_001
    _, upper_tier = level_index("upper_tier")
    own = complete_counts(published * COMPLETION_SCALE, count_of("residents"), upper_tier)
    assert (own == complete(published, count_of("residents"))).all()


@pytest.mark.parametrize("level", LEVELS)
def test_counts_of_every_level_come_to_small_areas_whole(level: str) -> None:
    units = units_of_level(level)
    amounts = np.arange(1, len(units.codes) + 1) * 1_000
    counts = all_of(units).bring(amounts, count_of("residents"))
    assert counts.shape == (SMALL_AREAS,)
    _, number = level_index(level)
    assert np.bincount(number, weights=counts).tolist() == amounts.tolist()
    assert all_of(units).covered().all()


def test_wards_hold_every_small_area_and_all_residents() -> None:
    units = units_of_wards()
    assert len(units.codes) > 6_000
    assert units.codes.is_unique
    assert len(np.unique(units.area)) == SMALL_AREAS
    assert units.sum_of(count_of("residents")).sum() == count_of("residents").sum() * COMPLETION_SCALE
    counts = all_of(units).bring(np.full(len(units.codes), 7_000), count_of("residents"))
    assert counts.sum() == 7_000 * len(units.codes)
    assert all_of(units).covered().all()


def test_residents_given_by_ward_come_back_nearly_as_they_were() -> None:
    units = units_of_wards()
    residents = count_of("residents")
    counts = all_of(units).bring(units.sum_of(residents), residents)
    # Each piece gets its residents back, to the thousandth.
    assert np.abs(counts - residents * COMPLETION_SCALE).max() <= 20


def three() -> Units:
    """Two areas that cut the second of three small areas, one mark to two; a third that holds the last."""
    unit, area, marks = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2]), np.array([1, 1, 2, 1])
    return Units("ward_2025", "ward", pd.Index(["A", "B", "C"]), unit, area, marks)


def bring(units: Units, rows: list[int], amounts: list[int], by: list[int]) -> tuple[list[int], list[bool]]:
    by_area = np.zeros(SMALL_AREAS, dtype=np.int64)
    by_area[: len(by)] = by
    given_areas = Given(units, np.array(rows))
    return given_areas.bring(np.array(amounts), by_area)[:3].tolist(), given_areas.covered()[:3].tolist()


def test_a_small_area_that_is_cut_is_divided_by_its_marks() -> None:
    # A holds 100 of the first and 30 of the second; B 60 of the second.
    assert bring(three(), [0, 1, 2], [1300, 600, 5], [100, 90, 10]) == ([1000, 900, 5], [True, True, True])


def test_what_lies_mostly_in_areas_that_are_not_given_is_not_covered() -> None:
    # A third of the second lies in A, which is all that is given: its count goes to what is covered.
    assert bring(three(), [0, -1, -1], [1300], [100, 90, 10]) == ([1300, 0, 0], [True, False, False])


def test_an_area_of_parts_that_are_not_covered_keeps_its_count() -> None:
    units = Units(
        "lsoa", "x", pd.Index(["A", "B", "C"]), np.arange(3), np.zeros(3, dtype=np.int64), np.ones(3, np.int64)
    )
    counts, covered = bring(units, [0, -1, -1], [12], [100])
    assert (counts[0], covered[0]) == (12, False)


def test_postcodes_add_up_in_their_small_area() -> None:
    units = units_of_postcodes(["M11AE", "M11AF"], np.array([5, 5]))
    counts = all_of(units).bring(np.array([2, 3]), count_of("residents"))
    assert (counts[5], counts.sum()) == (5, 5)
    assert np.flatnonzero(all_of(units).covered()).tolist() == [5]


@settings(max_examples=10)
@given(st.permutations(range(152)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    units = units_of_level("upper_tier")
    amounts = np.arange(152) * 12_345
    moved = Given(units, np.argsort(order))
    counts = moved.bring(amounts[order], count_of("residents"))
    assert (counts == all_of(units).bring(amounts, count_of("residents"))).all()
