"""What a family costs: three layers apart, what is suppressed with the count, and what no map may shade."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from everyday import tiles
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import UnknownNameError, WrongTypeError
from placespend.families.costs import COLUMNS, LAYERS, STATUSES, check_shadeable, family_costs
from placespend.families.modelled_costs import load_for_families, modelled_costs
from placespend.families.published import published_counts, published_families
from placespend.gazetteer import find_place

if TYPE_CHECKING:
    from placespend.loaded import Loaded

CHESHIRE, SOLIHULL, BARNET, SHEFFIELD = "E06000050", "E08000029", "E09000003", "E08000019"


@cache
def shipped() -> Loaded:
    return load_for_families()


def costs(families: dict[str, object], status: dict[str, str] | None = None) -> pd.DataFrame:
    """The costs of the places of these codes, by place and layer."""
    table = family_costs(
        [find_place(code) for code in families],
        pd.Series(families, dtype="Int64"),
        status=None if status is None else pd.Series(status),
        loaded=shipped(),
    )
    return table.set_index(["code", "layer"])


# --- the layers


def test_local_costs_are_as_published_with_their_ratio_to_the_average_family() -> None:
    table = costs({CHESHIRE: 525, SOLIHULL: 100, BARNET: 10}).xs("local", level="layer")
    assert table[["cost_per_family_gbp", "total_gbp"]].to_numpy().tolist() == [
        [76_190, 39_999_750],
        [46_217, 4_621_700],
        [100_000, 1_000_000],
    ]
    # 76,190 / 7,795 = 9.77 and 46,217 / 5,217 = 8.86; of Barnet no average family was published.
    assert table["average_family_gbp"].tolist() == [7_795, 5_217, pd.NA]
    assert table["ratio"].tolist() == [9.8, 8.9, pd.NA]
    assert table["note"][BARNET] == '"almost £100,000"'
    published = published_families().query("measure == 'cost_per_troubled_family'").set_index("code")
    assert table["source"].to_dict() == published["source_url"].to_dict()


def test_only_what_was_found_locally_has_a_local_row() -> None:
    table = costs({SHEFFIELD: 1680, CHESHIRE: 525}).reset_index()
    assert list(zip(table["code"], table["layer"], strict=True)) == [
        (SHEFFIELD, "modelled"),
        (SHEFFIELD, "national_mean"),
        (CHESHIRE, "local"),
        (CHESHIRE, "modelled"),
        (CHESHIRE, "national_mean"),
    ]
    others = table[table["layer"] != "local"]
    assert others[["average_family_gbp", "ratio"]].isna().all(axis=None)


def test_the_national_mean_is_the_same_everywhere_times_the_count() -> None:
    table = costs({SHEFFIELD: 1680, CHESHIRE: 525}).xs("national_mean", level="layer")
    assert table["cost_per_family_gbp"].tolist() == [75_000, 75_000]
    assert table["total_gbp"].tolist() == [126_000_000, 39_375_000]
    assert table["note"].str.contains("not to be shaded").all()


def test_england_s_families_cost_the_national_mean_by_the_model_too() -> None:
    table = costs({"E92000001": 120_000}).xs("modelled", level="layer")
    told = table[["cost_per_family_gbp", "total_gbp", "total_pence"]]
    assert told.to_numpy().tolist() == [[75_000, 9 * 10**9, 9 * 10**11]]


def test_modelled_totals_are_those_of_the_model_and_sum_to_england() -> None:
    places = tiles("upper_tier")
    counts = published_counts()["value"]
    table = family_costs(places, counts, loaded=shipped()).query("layer == 'modelled'").set_index("code")
    assert table["total_pence"].sum() == 900_000_000_000
    exact = modelled_costs(places, loaded=shipped()).groupby("code")["cost_pence"].sum()
    assert table["total_pence"].to_dict() == exact.to_dict()
    known = table.loc[counts.index.intersection(table.index)]
    # Whole pounds, so never more than half a pound from the exact quotient.
    off = known["cost_per_family_gbp"] * counts[known.index] * 100 - known["total_pence"]
    assert (off.abs() <= 50 * counts[known.index]).all()
    assert table["cost_per_family_gbp"].notna().sum() == len(known) > 40


def test_a_table_has_its_columns_and_money_is_whole() -> None:
    table = costs({SHEFFIELD: 1680, CHESHIRE: None}).reset_index()
    assert set(table.columns) == set(COLUMNS)
    money = [column for column in COLUMNS if column.endswith(("_gbp", "_pence"))]
    assert (table[money].dtypes == "Int64").all()
    assert (table["source"] != "").all()
    assert list(dict.fromkeys(table["layer"].tolist())) == ["modelled", "national_mean", "local"]
    assert set(table["layer"]) == set(LAYERS)


# --- what is not known


def test_what_depends_on_a_suppressed_count_is_suppressed_with_it() -> None:
    table = costs({CHESHIRE: 525}, {CHESHIRE: "suppressed"}).loc[CHESHIRE]
    assert (table["status"] == "suppressed").all()
    local, modelled, mean = (table.loc[layer] for layer in LAYERS)
    assert local["cost_per_family_gbp"] == 76_190  # published, whatever the count
    assert pd.isna(local["total_pence"])
    assert pd.isna(local["total_gbp"])
    assert pd.isna(modelled["cost_per_family_gbp"])
    assert mean["cost_per_family_gbp"] == 75_000
    assert pd.isna(mean["total_pence"])
    assert pd.isna(mean["total_gbp"])


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_nothing_in_a_table_tells_a_suppressed_count(one: int, other: int) -> None:
    status = {CHESHIRE: "suppressed"}
    pd.testing.assert_frame_equal(costs({CHESHIRE: one}, status), costs({CHESHIRE: other}, status))


def test_the_modelled_total_does_not_depend_on_the_count() -> None:
    totals = [
        costs({SHEFFIELD: count}, status).loc[(SHEFFIELD, "modelled"), "total_pence"]
        for count, status in ((1680, None), (5, None), (0, None), (None, None), (1680, {SHEFFIELD: "suppressed"}))
    ]
    assert set(totals) == {9_859_237_884}


def test_a_missing_count_is_missing_and_not_zero() -> None:
    table = costs({SHEFFIELD: None}, {SHEFFIELD: "published"}).loc[SHEFFIELD]
    assert (table["status"] == "missing").all()
    assert table["total_gbp"].isna().tolist() == [False, True]
    elsewhere = family_costs([find_place(SHEFFIELD)], pd.Series(dtype="Int64"), loaded=shipped())
    assert (elsewhere["status"] == "missing").all()


def test_no_families_cost_nothing_and_nothing_per_family() -> None:
    table = costs({SHEFFIELD: 0}).loc[SHEFFIELD]
    assert table["cost_per_family_gbp"].isna().all()
    assert table["total_pence"].tolist() == [9_859_237_884, 0]
    assert table["note"].str.contains("No families").all()
    assert (table["status"] == "estimated").all()


def test_what_a_model_makes_of_a_published_count_is_an_estimate() -> None:
    table = costs({CHESHIRE: 525}, {CHESHIRE: "published"}).loc[CHESHIRE]
    assert table["status"].to_dict() == {"local": "published", "modelled": "estimated", "national_mean": "estimated"}


# --- what is refused


@pytest.mark.parametrize("layer", ["local", "modelled"])
def test_one_layer_may_be_shaded(layer: str) -> None:
    assert check_shadeable(layer) == layer
    assert check_shadeable(pd.Series([layer, layer])) == layer


def test_the_national_mean_is_not_shaded_and_the_reason_is_told() -> None:
    with pytest.raises(WrongTypeError, match=r"the same everywhere.*show the count.*Hint: shade the layer 'modelled'"):
        check_shadeable("national_mean")


@pytest.mark.parametrize("layers", [["local", "modelled"], ["modelled", "national_mean"], []])
def test_layers_never_share_a_shading(layers: list[str]) -> None:
    with pytest.raises(WrongTypeError, match="shades one layer of cost"):
        check_shadeable(layers)


def test_an_unknown_layer_is_named() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'modelled'"):
        check_shadeable("modeled")


@pytest.mark.parametrize("bad", [-5, 2.5, "many"])
def test_counts_are_whole_numbers(bad: Any) -> None:
    with pytest.raises(WrongTypeError, match=f"unlike {SHEFFIELD}"):
        family_costs([find_place(SHEFFIELD)], pd.Series({SHEFFIELD: bad}), loaded=shipped())


def test_an_unknown_status_or_a_count_given_twice_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=", ".join(STATUSES)):
        costs({SHEFFIELD: 1}, {SHEFFIELD: "guessed"})
    twice = pd.Series([1, 2], index=[SHEFFIELD, SHEFFIELD])
    with pytest.raises(WrongTypeError, match=f"Several numbers of families are given for '{SHEFFIELD}'"):
        family_costs([find_place(SHEFFIELD)], twice, loaded=shipped())
