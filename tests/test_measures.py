"""Counts per small area: all load, and the completed ones sum exactly to what was published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import UnknownNameError
from placespend.gazetteer import find_place
from placespend.geography import count_of, level_index, positions_of, small_areas
from placespend.kinds import completion_errors
from placespend.levels import LEVELS
from placespend.measures import COMPLETION_SCALE, complete, list_measures, measure, plain_siblings
from placespend.measures import PLAIN as SUFFIX

BOUNDARIES = Path(__file__).resolve().parents[1] / "boundaries"
NAMES = pd.read_csv(BOUNDARIES / "measures.csv")["measure"].tolist()
OBSERVED_BY_SMALL_AREA = ["residents", "households", "household_residents", "hectares"]
COMPLETED = [name for name in NAMES if name not in OBSERVED_BY_SMALL_AREA]
PLAIN = ["residents", "households", "household_residents", "residents_mid2017"]


def published() -> pd.DataFrame:
    return pd.read_csv(BOUNDARIES / "upper_tier_measures.csv", index_col="code")


def counts_published(name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    codes, _ = level_index("upper_tier")
    return published()[list_measures().at[name, "column"]].loc[codes].to_numpy(dtype=np.int64)


def in_place(name: str, place: str, level: str | None = None) -> int:
    return int(measure(name).counts[find_place(place, level=level).small_areas].sum())


# --- every measure


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_counts_every_small_area_in_whole_numbers(name: str) -> None:
    counts = measure(name).counts
    assert counts.dtype == np.int64
    assert counts.shape == (32_844,)
    assert counts.min() >= 0
    assert counts.any()


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    found = measure(name)
    assert found.name == name
    assert all([found.label, found.unit, found.source, found.licence])
    assert found.year in {2011, 2017, 2019}
    assert found.observed_level in LEVELS


@pytest.mark.parametrize("name", NAMES)
def test_the_counts_of_a_measure_cannot_be_changed(name: str) -> None:
    with pytest.raises(ValueError, match="read-only"):
        measure(name).counts[0] = 1


def test_measures_are_listed_with_their_types() -> None:
    table = list_measures()
    assert table.index.tolist() == NAMES
    assert table["year"].dtype == np.int64
    assert table["plain"].dtype == bool


def test_only_residents_and_households_are_plain() -> None:
    assert [name for name in NAMES if measure(name).is_plain] == PLAIN


def test_a_measure_is_completed_where_it_was_not_observed_by_small_area() -> None:
    assert [name for name in NAMES if measure(name).observed_level == "lsoa"] == OBSERVED_BY_SMALL_AREA
    for name in OBSERVED_BY_SMALL_AREA:
        assert (measure(name).completed_by, measure(name).scale) == ("", 1)
    for name in COMPLETED:
        found = measure(name)
        by = "households" if name.startswith("households") else "residents"
        assert (found.observed_level, found.completed_by, found.scale) == ("upper_tier", by, 1_000)


# --- the census


@pytest.mark.parametrize(
    ("name", "england", "greater_manchester", "tri_borough"),
    [("residents", 53_012_456, 2_682_528, 560_538), ("households", 22_063_368, 1_128_066, 264_898)],
)
def test_the_census_counts_come_out(name: str, england: int, greater_manchester: int, tri_borough: int) -> None:
    assert int(measure(name).counts.sum()) == england
    assert in_place(name, "E47000001") == greater_manchester
    assert in_place(name, "TRI-BOROUGH") == tri_borough


def test_the_tri_borough_has_344_small_areas() -> None:
    assert len(find_place("TRI-BOROUGH").small_areas) == 344


# --- completing


@pytest.mark.parametrize("name", COMPLETED)
def test_a_completed_measure_sums_exactly_to_what_was_published_for_each_authority(name: str) -> None:
    sums = pd.Series(measure(name).counts).groupby(small_areas()["upper_tier_code"].astype("str")).sum()
    expected = published()[list_measures().at[name, "column"]] * 1_000
    assert len(sums) == 152
    assert sums.to_dict() == expected.to_dict()


def test_kinds_of_neighbourhoods_complete_what_is_declared_and_leave_a_plain_sibling() -> None:
    helped = completion_errors()["helps"]
    assert [name for name in NAMES if measure(name).by_kind] == helped.index[helped].tolist()
    assert plain_siblings() == {f"{name}{SUFFIX}": name for name in helped.index[helped]}


@pytest.mark.parametrize("name", COMPLETED)
def test_a_plain_sibling_is_spread_by_residents_or_households_alone(name: str) -> None:
    own, plain = measure(name), measure(name if name == "residents_mid2017" else f"{name}{SUFFIX}")
    assert plain.counts.tolist() == complete(counts_published(name), count_of(own.completed_by)).tolist()
    assert (plain.observed_level, plain.completed_by, plain.by_kind) == ("upper_tier", own.completed_by, False)
    if own.by_kind:
        assert own.counts.tolist() != plain.counts.tolist()
        assert plain.label == f"{own.label}, spread by {own.completed_by} alone"
        # No small area has more of those counted than it has residents or households.
        assert (own.counts <= count_of(own.completed_by) * COMPLETION_SCALE).all()


def test_an_authority_of_one_small_area_has_all_of_its_count() -> None:
    # The Isles of Scilly are one small area, where 565 people were 65 or over in mid-2017.
    assert measure("aged_65_plus").counts[positions_of("upper_tier", "E06000053")].tolist() == [565_000]


def test_an_authority_is_completed_as_worked_by_hand() -> None:
    # The City of London: 7,375 residents in six small areas. Of 1,000 thousandths they get 198.644, 194.712, 182.508,
    # 133.559, 141.559 and 149.017: 997 whole ones. The three left over go to .712, to .644, and of the equal
    # remainders of the fourth and the fifth (33/59) to the earlier.
    city = positions_of("upper_tier", "E09000001")
    assert count_of("residents")[city].tolist() == [1465, 1436, 1346, 985, 1044, 1099]
    one_each = complete(np.ones(152, dtype=np.int64), count_of("residents"))
    assert one_each[city].tolist() == [199, 195, 182, 134, 141, 149]


def test_counts_of_households_are_completed_by_households() -> None:
    # The City of London has 141 households deprived in three or four dimensions. Of its 4,385 households the first
    # small area has 876: 141,000 thousandths of them are 28,167.8. By its residents it would be 28,008.7.
    (first,) = measure(f"households_3plus_deprivation_dims{SUFFIX}").counts[positions_of("lsoa", "E01000001")]
    assert first == 28_168


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 2_000_000), min_size=152, max_size=152))
def test_completing_keeps_every_authoritys_total(totals: list[int]) -> None:
    counts = complete(np.array(totals, dtype=np.int64), count_of("households"))
    sums = pd.Series(counts).groupby(small_areas()["upper_tier_code"].astype("str")).sum()
    assert sums.sort_index().tolist() == [total * COMPLETION_SCALE for total in totals]


# --- unknown names


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("resident", "residents"), ("aged65plus", "aged_65_plus"), ("Income-deprived", "income_deprived")],
)
def test_a_misspelt_measure_is_an_error_that_suggests_the_right_one(typed: str, meant: str) -> None:
    with pytest.raises(UnknownNameError, match=rf"There is no measure '{typed}'.*did you mean .*'{meant}'"):
        measure(typed)


def test_a_measure_like_none_is_an_error_without_a_guess() -> None:
    with pytest.raises(LookupError) as caught:
        measure("zzz")
    assert str(caught.value) == "There is no measure 'zzz'."
