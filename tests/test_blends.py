"""A basis is one measure or a blend of shares: weights, grades, years, and the areas that it does not count."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placespend.bases import basis, shipped_bases
from placespend.blends import BLEND_SCALE, Basis, blends
from placespend.extents import Extent
from placespend.gazetteer import find_place
from placespend.geography import positions_of
from placespend.measures import Measure, list_measures
from placespend.place import Place
from placespend.shares import build_shares
from placespend.shipped import shipped_file

COUNTS = st.lists(st.integers(0, 10**12), min_size=2, max_size=8)


def made_up(
    name: str, counts: list[int], *, observed_level: str = "lsoa", plain: bool = False, year: int = 2011
) -> Measure:
    """A measure of the first few small areas of the frame."""
    return Measure(
        name=name,
        label=name,
        unit="people",
        year=year,
        observed_level=observed_level,
        completed_by="",
        is_plain=plain,
        source="made up",
        licence="none",
        note="",
        counts=np.array(counts, dtype=np.int64),
        scale=1,
    )


# --- the table, and its weights


def test_the_weights_of_every_blend_sum_to_100() -> None:
    table = blends()
    pd.testing.assert_frame_equal(table, pd.read_csv(shipped_file("spend_lines", "blends.csv")))
    assert table.groupby("basis")["weight_percent"].sum().eq(100).all()
    assert table["measure"].isin(list_measures().index).all()


def test_a_blend_is_of_shares_and_not_of_counts() -> None:
    # Shares of the first: 1/4, 3/4. Of the second: 1/2, 1/2. 60 % and 40 % of them: 0.15 + 0.2 and 0.45 + 0.2.
    # A blend of counts would give 0.6 + 400 and 1.8 + 400, hardly different from one half each.
    blend = Basis("blend", "blend", ((made_up("few", [1, 3]), 60), (made_up("many", [1_000, 1_000]), 40)))
    assert (blend.weights(Extent(np.array([0, 1]))) * 100 / BLEND_SCALE).tolist() == [35, 65]


def test_the_size_of_a_measure_means_nothing_to_a_blend() -> None:
    small = Basis("blend", "blend", ((made_up("a", [1, 3]), 60), (made_up("b", [4, 1]), 40)))
    large = Basis("blend", "blend", ((made_up("a", [10**9, 3 * 10**9]), 60), (made_up("b", [28, 7]), 40)))
    areas = np.array([0, 1])
    assert small.weights(Extent(areas)).tolist() == large.weights(Extent(areas)).tolist()


def test_a_blend_of_counts_too_large_for_64_bits_is_exact() -> None:
    # Twice 10**15 times 5 * 10**8 does not fit; each measure's shares are 1/4, 3/4 all the same.
    huge = made_up("huge", [10**15, 3 * 10**15])
    blend = Basis("blend", "blend", ((huge, 50), (huge, 50)))
    assert blend.weights(Extent(np.array([0, 1]))).tolist() == [BLEND_SCALE // 4, BLEND_SCALE * 3 // 4]


def test_shares_of_a_blend_are_within_the_footprint_alone() -> None:
    # Of the last two small areas alone: 1/4, 3/4 and 1/2, 1/2, whatever stands in the first.
    parts = ((made_up("a", [96, 1, 3]), 60), (made_up("b", [8, 5, 5]), 40))
    assert (Basis("blend", "blend", parts).weights(Extent(np.array([1, 2]))) * 100 / BLEND_SCALE).tolist() == [35, 65]


@pytest.mark.parametrize("counts", [([0, 0], [1, 1]), ([1, 1], [0, 0]), ([0, 0], [0, 0])])
def test_a_blend_shares_nothing_where_one_of_its_measures_counts_nothing(counts: tuple[list[int], list[int]]) -> None:
    first, second = counts
    blend = Basis("blend", "blend", ((made_up("a", first), 60), (made_up("b", second), 40)))
    assert blend.weights(Extent(np.array([0, 1]))).tolist() == [0, 0]


def test_the_health_blend_of_the_tri_borough_is_as_worked_by_hand() -> None:
    # Residents of the three boroughs: 182,493, 158,649 and 219,396 of 560,538, shares 0.325568, 0.283030, 0.391402.
    # Aged 65 and over: 19,334, 23,873 and 30,141 of 73,348, shares 0.263593, 0.325476, 0.410932.
    # 60 % and 40 % of them: 0.195341 + 0.105437, 0.169818 + 0.130190, 0.234841 + 0.164373.
    # (A blend of counts would give the first 117,229.4 of 365,662.0, or 0.3206.)
    shares = build_shares("TRI-BOROUGH", "health_blend")
    assert shares is not None
    found = {code: float(shares.of(find_place(code)) or 0) for code in ("E09000013", "E09000020", "E09000033")}
    assert found == pytest.approx({"E09000013": 0.300778, "E09000020": 0.300008, "E09000033": 0.399214}, abs=1e-6)


def test_the_local_roads_blend_of_the_city_is_as_worked_by_hand() -> None:
    # Households 876 of 4,385 and hectares 13 of 290: half of 0.199772 and half of 0.044828.
    shares = build_shares("E09000001", "local_roads_blend")
    assert shares is not None
    assert float(shares.of(find_place("E01000001")) or 0) == pytest.approx(0.122300, abs=1e-6)


# --- what a grade needs to know


def test_a_basis_is_plain_only_if_all_of_it_is() -> None:
    assert [name for name in shipped_bases().names if basis(name).is_plain] == [
        "residents",
        "households",
        "household_residents",
        "residents_mid2017",
    ]


def test_a_basis_names_the_years_of_its_measures() -> None:
    assert basis("health_blend").years == (2011, 2017)
    assert basis("income_deprived").years == (2019,)
    assert basis("local_roads_blend").years == (2011,)


@pytest.mark.parametrize(
    ("name", "level", "code", "grade"),
    [
        # Observed by small area: the same grade everywhere.
        ("residents", "lsoa", "E01000001", "D"),
        ("residents", "upper_tier", "E08000003", "D"),
        ("hectares", "lsoa", "E01000001", "C"),
        ("local_roads_blend", "lsoa", "E01000001", "C"),
        # Observed by upper tier: one lower inside it.
        ("aged_65_plus", "upper_tier", "E08000003", "C"),
        ("aged_65_plus", "tri_borough", "TRI-BOROUGH", "C"),
        ("aged_65_plus", "lsoa", "E01005062", "D"),
        ("aged_65_plus", "lad", "E07000066", "D"),
        ("health_blend", "upper_tier", "E10000012", "C"),
        ("health_blend", "lad", "E07000066", "D"),
        ("residents_mid2017", "upper_tier", "E08000003", "D"),
        ("residents_mid2017", "lsoa", "E01005062", "E"),
        # A small area that is a whole authority is not coarser than it.
        ("aged_65_plus", "lsoa", "E01019077", "C"),
    ],
)
def test_a_measure_seen_only_at_a_coarser_level_than_the_place_is_one_grade_lower(
    name: str, level: str, code: str, grade: str
) -> None:
    assert basis(name).grade_within(Place("X", "X", level, Extent(positions_of(level, code)))) == grade


# --- measures of a user's own


def test_a_measure_whose_year_is_not_said_adds_no_year() -> None:
    undated = replace(made_up("undated", [1]), year=None)
    assert Basis("undated", "undated", ((undated, 100),)).years == ()
    assert Basis("blend", "blend", ((undated, 40), (made_up("dated", [1], year=2014), 60))).years == (2014,)


def test_a_basis_names_each_file_of_its_measures_once_and_shipped_ones_have_none() -> None:
    one, two = (replace(made_up(name, [1]), file="need.csv") for name in ("one", "two"))
    other = replace(made_up("other", [1]), file="other.xlsx")
    assert Basis("blend", "blend", ((one, 30), (two, 30), (made_up("shipped", [1]), 10), (other, 30))).files == (
        "need.csv",
        "other.xlsx",
    )
    assert basis("health_blend").files == ()


def test_the_areas_of_a_footprint_that_are_not_counted_are_told_apart_from_those_of_none() -> None:
    part = replace(made_up("part", [5, 0, 7, 9]), covered=np.array([True, True, False, False]))
    alone = Basis("part", "part", ((part, 100),))
    assert alone.is_partial
    assert alone.uncovered(Extent(np.array([0, 1]))) == 0
    assert alone.uncovered(Extent(np.array([1, 2]))) == 1
    assert alone.uncovered(Extent(np.array([0, 1, 2, 3]))) == 2
    whole = Basis("whole", "whole", ((made_up("whole", [5, 0, 0, 0]), 100),))
    assert not whole.is_partial
    assert whole.uncovered(Extent(np.array([0, 1, 2, 3]))) == 0


def test_a_blend_counts_only_what_all_of_its_measures_count() -> None:
    left = replace(made_up("left", [1, 1, 1]), covered=np.array([True, True, False]))
    right = replace(made_up("right", [1, 1, 1]), covered=np.array([False, True, True]))
    blend = Basis("blend", "blend", ((left, 30), (made_up("all", [1, 1, 1]), 30), (right, 40)))
    assert blend.is_partial
    assert [blend.uncovered(Extent(np.array([area]))) for area in (0, 1, 2)] == [1, 0, 1]
    assert blend.uncovered(Extent(np.array([0, 1, 2]))) == 2


@given(st.data(), COUNTS, st.integers(1, 99))
def test_a_blend_gives_each_measure_its_weight_but_for_rounding(data: st.DataObject, first: list[int], w: int) -> None:
    second = data.draw(st.lists(st.integers(0, 10**12), min_size=len(first), max_size=len(first)))
    blend = Basis("blend", "blend", ((made_up("a", first), w), (made_up("b", second), 100 - w)))
    weights = blend.weights(Extent(np.arange(len(first))))
    if not sum(first) or not sum(second):
        assert weights.tolist() == [0] * len(first)
        return
    assert (weights >= 0).all()
    assert abs(int(weights.sum()) - BLEND_SCALE) <= len(first)
    for weight, one, other in zip(weights.tolist(), first, second, strict=True):
        exact = BLEND_SCALE * (w * one / sum(first) + (100 - w) * other / sum(second)) / 100
        assert abs(weight - exact) <= 1 + exact * 1e-9


@given(COUNTS, st.integers(1, 10**4))
def test_a_blend_does_not_know_in_which_unit_its_measures_count(counts: list[int], factor: int) -> None:
    even = made_up("even", [1] * len(counts))
    areas = Extent(np.arange(len(counts)))
    told = [
        Basis("blend", "blend", ((made_up("a", [count * unit for count in counts]), 60), (even, 40))).weights(areas)
        for unit in (1, factor)
    ]
    assert told[0].tolist() == told[1].tolist()
