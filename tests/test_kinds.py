"""Kinds of neighbourhoods: what is shipped, how rates are fitted and applied, and how near they come to real counts."""

from __future__ import annotations

import importlib.util
import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend import kinds
from placespend.geography import count_of, level_index
from placespend.money import largest_remainder_by_group

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
BOUNDARIES = ROOT / "boundaries"
# The developers' shared data folder; tests that need it are skipped where it is absent.
SHARED = Path(os.environ.get("PLACESPEND_SHARED", ROOT.parent / "shared")) / "data" / "small_area"

DECLARED = pd.read_csv(BOUNDARIES / "completion_errors.csv", keep_default_na=False, index_col="measure")
HELPED = DECLARED.index[DECLARED["helps"] == "yes"].tolist()
LEAST_CORRELATION = {  # of rates within authorities; measured, rounded down
    "income_deprived": 0.82,
    "income_deprived_children": 0.75,
    "income_deprived_older": 0.61,
    "employment_deprived": 0.78,
    "households_3plus_deprivation_dims": 0.83,
    "households_4_deprivation_dims": 0.64,
    "children_0_15": 0.54,
    "school_age_5_15": 0.54,
    "working_age_16_64": 0.48,
    "aged_65_plus": 0.80,
    "aged_75_plus": 0.72,
}


@cache
def benchmark() -> Any:
    """Load the script that compares with real counts, as the tests ask the same of it."""
    spec = importlib.util.spec_from_file_location("completion", ROOT / "benchmarks" / "completion.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["completion"] = module
    spec.loader.exec_module(module)
    return module


def upper_tiers() -> NDArray[np.int64]:
    return level_index("upper_tier")[1]


def published(measure: str) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = benchmark().published(measure)
    return counts


def base(measure: str) -> NDArray[np.int64]:
    return count_of(str(DECLARED.loc[measure, "base"]))


def refitted(measure: str, counts: NDArray[np.int64]) -> kinds.Rates:
    context = tuple(str(DECLARED.loc[measure, "context"]).split())
    region = benchmark().region_of_upper_tiers()
    rates = kinds.fit(counts, base(measure), upper_tiers(), region_of=region, context=context)
    assert rates
    return rates


def shipped(measure: str) -> kinds.Rates:
    rates = kinds.shipped_rates(measure)
    assert rates
    return rates


# --- what is shipped


def test_every_small_area_is_made_of_named_kinds() -> None:
    schema = pq.read_schema(BOUNDARIES / "neighbourhood_kinds.parquet")
    assert [(field.name, field.nullable) for field in schema] == [
        ("small_area", False),
        ("kind", False),
        ("output_areas", False),
    ]
    small = kinds.kinds()
    assert np.unique(small.area).tolist() == list(range(32_844))
    assert len(np.unique(small.area * 76 + small.kind)) == len(small.area)
    assert (np.diff(small.area * 76 + small.kind) > 0).all()
    assert small.output_areas.min() == 1
    assert small.output_areas.sum() == 171_339
    np.testing.assert_allclose(np.bincount(small.area, weights=small.share), 1)
    names = kinds.kind_names()
    assert list(small.codes) == names.index[names["level"] == "subgroup"].tolist()
    assert names["level"].value_counts().to_dict() == {"subgroup": 76, "group": 26, "supergroup": 8}
    assert (names["within"] == names.index.str[:-1]).all()
    assert names.index.is_monotonic_increasing


def test_the_file_of_kinds_is_small() -> None:
    assert (BOUNDARIES / "neighbourhood_kinds.parquet").stat().st_size < 300_000


def test_every_measure_observed_by_upper_tier_is_declared() -> None:
    measures = pd.read_csv(BOUNDARIES / "measures.csv", keep_default_na=False, index_col="measure")
    completed = measures[measures["completed_by"] != ""]
    assert DECLARED.index.tolist() == completed.index.tolist()
    assert (DECLARED["base"] == completed["completed_by"]).all()
    assert DECLARED["reason"].str.len().min() > 0
    errors = kinds.completion_errors()
    assert (
        errors["helps"] == (errors["hidden_region_error"] <= kinds.HELPS * errors["hidden_region_error_plain"])
    ).all()
    assert [kinds.shipped_rates(name) is not None for name in DECLARED.index] == errors["helps"].tolist()
    assert errors.index[~errors["helps"]].tolist() == ["residents_mid2017"]


@pytest.mark.parametrize("measure", HELPED)
def test_shipped_rates_are_those_of_the_fit(measure: str) -> None:
    rates = refitted(measure, published(measure))
    np.testing.assert_allclose(shipped(measure).kind, rates.kind, rtol=2e-5)
    assert shipped(measure).context == pytest.approx(rates.context, rel=2e-5)
    modelled = kinds.modelled(rates, base(measure))
    assert modelled.sum() == pytest.approx(published(measure).sum())


def test_declared_errors_are_those_of_the_model() -> None:
    measure = "households_3plus_deprivation_dims"
    region = benchmark().region_of_upper_tiers()
    found = kinds.hidden_region_error(published(measure), base(measure), upper_tiers(), region)
    columns = ["hidden_region_error", "hidden_region_error_plain"]
    assert found == pytest.approx(tuple(DECLARED.loc[measure, columns]), abs=1e-4)


# --- applying


@pytest.mark.parametrize("measure", HELPED)
def test_small_areas_sum_exactly_to_what_was_published(measure: str) -> None:
    counts, by = published(measure), base(measure)
    parts = kinds.spread_by_kind(counts * 1_000, shipped(measure), by, upper_tiers(), 1_000)
    sums = np.zeros(152, dtype=np.int64)
    np.add.at(sums, upper_tiers(), parts)
    assert (sums == counts * 1_000).all()
    assert (parts > 0).all()
    assert (parts <= by * 1_000).all()
    weights = kinds.modelled_weights(shipped(measure), by)
    assert weights.dtype == np.int64
    assert ((weights > 0) & (weights <= by * kinds.WEIGHT_SCALE)).all()


def test_where_nothing_is_full_the_weights_say_all() -> None:
    measure = "income_deprived"
    weights = kinds.modelled_weights(shipped(measure), base(measure))
    parts = kinds.spread_by_kind(published(measure) * 1_000, shipped(measure), base(measure), upper_tiers(), 1_000)
    expected = largest_remainder_by_group(published(measure) * 1_000, weights, upper_tiers())
    np.testing.assert_array_equal(parts, expected)


def test_a_group_that_publishes_more_than_its_base_is_spread_as_modelled() -> None:
    by = count_of("households")
    rates = shipped("households_3plus_deprivation_dims")
    whole = np.zeros(152, dtype=np.int64)
    np.add.at(whole, upper_tiers(), by)
    counts = whole * np.where(np.arange(152) == 3, 2, 1)
    parts = kinds.spread_by_kind(counts, rates, by, upper_tiers(), 1)
    others = upper_tiers() != 3
    np.testing.assert_array_equal(parts[others], by[others])  # every household is counted, and none twice
    assert parts[~others].sum() == counts[3]


def test_a_small_area_without_a_base_has_no_weight() -> None:
    by = count_of("households").copy()
    by[:5] = 0
    weights = kinds.modelled_weights(shipped("households_3plus_deprivation_dims"), by)
    assert (weights[:5] == 0).all()
    assert (weights[5:] > 0).all()


# --- fitting


def test_fitting_twice_gives_the_same() -> None:
    measure = "households_4_deprivation_dims"
    first, second = (refitted(measure, published(measure)) for _ in range(2))
    np.testing.assert_array_equal(first.kind, second.kind)


@settings(max_examples=5, deadline=None)
@given(factor=st.integers(2, 1_000))
def test_scaling_what_is_published_scales_rates_and_changes_no_share(factor: int) -> None:
    measure = "households_3plus_deprivation_dims"
    rates = refitted(measure, published(measure))
    scaled = refitted(measure, published(measure) * factor)
    np.testing.assert_allclose(scaled.kind, rates.kind * factor, rtol=1e-5)


def test_rates_of_kinds_that_make_all_the_difference_are_found_again() -> None:
    small, by = kinds.kinds(), count_of("households")
    true = np.array([0.02 + 0.03 * int(code[0]) for code in small.codes])
    counts = kinds.modelled(kinds.Rates(true, {}), by)
    _, district = level_index("lad")
    totals = np.bincount(district, weights=counts).round().astype(np.int64)
    rates = kinds.fit(totals, by, district, penalty=1e-4)
    assert rates
    common = np.bincount(small.kind, weights=small.output_areas) > 500
    np.testing.assert_allclose(rates.kind[common], true[common], rtol=0.05)


def test_districts_fit_too_and_what_is_not_covered_or_zero_is_passed_over() -> None:
    by = count_of("residents")
    codes, district = level_index("lad")
    totals = np.bincount(district, weights=kinds.modelled(shipped("income_deprived"), by)).round().astype(np.int64)
    totals[7] = 0
    not_covered = np.where(district < 200, district, -1)
    rates = kinds.fit(totals, by, not_covered)
    assert rates
    assert np.isfinite(rates.kind).all()
    assert (rates.kind > 0).all()
    covered = (not_covered >= 0) & (not_covered != 7)
    assert kinds.modelled(rates, by)[covered].sum() == pytest.approx(np.delete(totals[:200], 7).sum())
    assert len(codes) == 326


def test_too_few_totals_are_refused() -> None:
    few = np.where(np.arange(152) < kinds.FEWEST_GROUPS - 1, published("income_deprived"), 0)
    assert kinds.fit(few, count_of("residents"), upper_tiers()) is None
    assert kinds.fit(np.zeros(152, dtype=np.int64), count_of("residents"), upper_tiers()) is None


# --- real counts


@cache
def against_real_counts() -> pd.DataFrame:
    table: pd.DataFrame = benchmark().compare(SHARED)
    return table


@pytest.mark.skipif(not SHARED.exists(), reason="the developers' shared data folder does not have small_area")
@pytest.mark.parametrize("measure", DECLARED.index)
def test_kinds_are_nearer_to_real_counts_than_the_plain_base_where_they_are_declared_to_help(measure: str) -> None:
    row = against_real_counts().loc[measure]
    assert abs(row["plain rates"]) < 0.005
    if measure in HELPED:
        assert row["rates"] > LEAST_CORRELATION[measure]
        assert row["counts"] > row["plain counts"]
        assert row["error"] < 0.9 * row["plain error"]
    else:
        assert row["rates"] < 0.2
        assert row["plain error"] < 1.02 * row["error"]


@pytest.mark.skipif(not SHARED.exists(), reason="the developers' shared data folder does not have small_area")
def test_households_deprived_in_three_dimensions_beat_what_was_asked() -> None:
    row = against_real_counts().loc["households_3plus_deprivation_dims"]
    assert row["rates"] > 0.71
    assert row["error"] < 0.37
    assert row["plain error"] == pytest.approx(0.51, abs=0.005)
