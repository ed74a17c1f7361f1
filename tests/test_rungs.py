"""The ladders set out: what shares the money now, what else could, and what it would move."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from everyday import FOOTPRINTS, lines
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.cofog import services
from placespend.errors import UnknownNameError
from placespend.explain import GIVEN
from placespend.gazetteer import find_place
from placespend.geography import positions_of
from placespend.loaded import Loaded, load
from placespend.measures import measure
from placespend.money import total_pence
from placespend.pot import pot_of
from placespend.recipe import shipped_recipe
from placespend.rungs import IN_USE, LOADED, NOT_LOADED, RUNG_COLUMNS, describe_ladders
from placespend.wanted import recipe_wanted

MANCHESTER, NORTH_WEST = "E08000003", "E12000002"
CLAIMANTS = replace(
    measure("residents"), name="claimant_count", label="claimants", is_plain=False, source="my register", year=2014
)


def loaded_of(table: pd.DataFrame | None = None, **more: Any) -> Loaded:
    return load(recipe_wanted(None, lines=table, **more))


SHIPPED = load(shipped_recipe())


def partial() -> Any:
    covered = np.zeros(len(CLAIMANTS.counts), dtype=bool)
    covered[positions_of("upper_tier", MANCHESTER)] = True
    return replace(CLAIMANTS, covered=covered)


# --- the whole table


@pytest.mark.parametrize("place", [None, MANCHESTER])
def test_every_service_stands_on_one_ladder_and_all_its_rungs_say_the_same_services(place: str | None) -> None:
    table = describe_ladders(SHIPPED, place=None if place is None else find_place(place))
    assert table.columns.tolist() == RUNG_COLUMNS
    assert table.groupby("ladder", sort=False)["service_codes"].nunique().eq(1).all()
    named = [code for codes in table.drop_duplicates("ladder")["service_codes"] for code in codes.split("; ")]
    assert sorted(named) == sorted(services().index)
    for ladder, rows in table.groupby("ladder"):
        having = services().index[services()["ladder"] == ladder]
        assert rows["service_codes"].iloc[0].split("; ") == having.tolist()
        assert rows["rung"].tolist() == list(range(1, len(rows) + 1))
    assert table["rung"].dtype == "Int64"
    assert table["place_pence"].dtype == "Int64"


def test_what_the_rungs_share_sums_to_the_money_of_all_lines() -> None:
    for loaded in (
        SHIPPED,
        loaded_of(measures=CLAIMANTS, overrides=[("8.2", "hectares", "a"), ("cra-0001", "aged_75_plus", "b")]),
        loaded_of(measures=partial()),
    ):
        table = describe_ladders(loaded)
        assert total_pence(table["shared_pence"].to_numpy()) == loaded.in_pence == 44_485_128_786_600
        # Each service by itself too.
        for code in ("10.5", "8.2", "7.A", "ro-police"):
            money = loaded.lines.loc[loaded.lines["service_code"] == code, "amount_pence"].sum()
            assert describe_ladders(loaded, code)["shared_pence"].sum() == money


@settings(max_examples=6, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["10.5", "4.1", "8.1", "8.2", "3.2", "7.A", "6.1-local-authority-housing"]),
            st.integers(-(10**11), 10**12),
            FOOTPRINTS,
            st.sampled_from(["", "", "hectares", "health_blend", "working_age_16_64"]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_no_penny_is_lost_on_the_rungs_whatever_the_lines(drawn: list[tuple[str, int, str, str]]) -> None:
    table = lines(
        *(
            {"service_code": code, "amount_pence": pence, "footprint_code": footprint, "basis": basis}
            for code, pence, footprint, basis in drawn
        )
    )
    loaded = loaded_of(table, measures=[CLAIMANTS])
    found = describe_ladders(loaded, place=find_place(MANCHESTER))
    assert found["shared_pence"].sum() == sum(pence for _, pence, _, _ in drawn)
    assert set(found.loc[found["shared_pence"] != 0, "state"]) <= {IN_USE}
    here = pot_of(MANCHESTER, loaded)
    for _, rows in found.groupby("ladder"):
        used = rows[rows["state"] == IN_USE]
        if len(used) == 1:
            of_ladder = here.cells["service_code"].isin(rows["service_codes"].iloc[0].split("; "))
            assert used["place_pence"].tolist() == [int(here.cells.loc[of_ladder, "amount_pence"].sum())]


def test_a_place_would_have_by_the_basis_in_use_what_its_pot_has() -> None:
    for place in (MANCHESTER, "E01005062", "E92000001"):
        pot = pot_of(place, SHIPPED)
        by_service = pot.cells.groupby("service_code")["amount_pence"].sum()
        table = describe_ladders(SHIPPED, place=pot.place)
        for row in table[table["state"] == IN_USE].to_dict(orient="records"):
            codes = row["service_codes"].split("; ")
            assert row["place_pence"] == by_service.reindex(codes).fillna(0).sum()
        assert table.loc[table["state"] == IN_USE, "place_pence"].sum() == pot.total_pence


def test_a_place_would_have_by_another_basis_what_its_pot_would() -> None:
    table = describe_ladders(SHIPPED, "10.5", place=find_place(MANCHESTER)).set_index("basis")["place_pence"]
    other = pot_of(MANCHESTER, loaded_of(overrides=[("10.5", "working_age_16_64", "why")]))
    assert table["working_age_16_64"] == other.cells.query("service_code == '10.5'")["amount_pence"].sum()
    assert pd.isna(table["claimant_count"])
    assert table.drop("claimant_count").notna().all()


def test_a_place_far_from_the_money_would_have_nothing_of_it() -> None:
    table = describe_ladders(loaded_of(lines({"amount_pence": 100})), "8.2", place=find_place("Cornwall"))
    assert table["place_pence"].tolist() == [0, 0]


# --- states


def test_the_states_are_in_use_loaded_and_not_loaded() -> None:
    table = describe_ladders(SHIPPED, "10.5").set_index("basis")
    assert (IN_USE, LOADED, NOT_LOADED) == ("in use", "loaded", "not loaded")
    assert table["state"].to_dict() == {
        "claimant_count": "not loaded",
        "employment_deprived": "in use",
        "working_age_16_64": "loaded",
    }
    assert table["use"].tolist() == ["best", "shipped", "alternative"]
    assert table["observed_levels"].tolist() == ["", "upper_tier", "upper_tier"]
    assert table.at["claimant_count", "label"] == "claimant count"
    assert table.at["claimant_count", "shared_pence"] == 0
    for _, rows in describe_ladders(SHIPPED).groupby("ladder"):
        assert (rows["state"] == IN_USE).sum() == 1


def test_a_best_rung_is_in_use_once_it_is_loaded() -> None:
    table = describe_ladders(loaded_of(measures=CLAIMANTS), "10.5").set_index("basis")
    assert table["state"].to_dict() == {
        "claimant_count": "in use",
        "employment_deprived": "loaded",
        "working_age_16_64": "loaded",
    }
    assert (table.at["claimant_count", "quality"], table.at["claimant_count", "label"]) == ("green", "claimants")
    assert table.at["claimant_count", "observed_levels"] == "lsoa"
    assert table["shared_pence"].ne(0).tolist() == [True, False, False]


def test_a_users_measure_is_of_its_own_source_and_not_of_the_one_that_the_ladder_hopes_for() -> None:
    table = describe_ladders(loaded_of(measures=CLAIMANTS), "10.5").set_index("basis")
    assert table.at["claimant_count", "source"] == "my register"
    of_file = describe_ladders(loaded_of(measures=replace(CLAIMANTS, file="need.csv")), "10.5").set_index("basis")
    assert of_file.at["claimant_count", "source"] == "my register"
    assert of_file.at["working_age_16_64", "source"] == "placespend assumption"


def test_a_partial_measure_is_in_use_beside_the_next_rung_and_no_amount_is_told_by_it() -> None:
    table = lines(
        {"service_code": "10.5", "amount_pence": 100, "footprint_code": MANCHESTER},
        {"service_code": "10.5", "amount_pence": 200, "footprint_code": "E08000006"},
    )
    found = describe_ladders(loaded_of(table, measures=partial()), "10.5", place=find_place(MANCHESTER))
    assert found[["basis", "state", "shared_pence"]].to_numpy().tolist() == [
        ["claimant_count", "in use", 100],
        ["employment_deprived", "in use", 200],
        ["working_age_16_64", "loaded", 0],
    ]
    assert found["place_pence"].isna().tolist() == [True, False, False]


def test_a_ladder_without_money_has_the_basis_that_would_be_taken_in_use() -> None:
    loaded = loaded_of(lines({"amount_pence": 100}), measures=CLAIMANTS)
    found = describe_ladders(loaded, "10.5", place=find_place(MANCHESTER)).set_index("basis")
    assert found["state"].to_dict()["claimant_count"] == "in use"
    assert found["shared_pence"].tolist() == [0, 0, 0]
    assert found["place_pence"].tolist() == [0, 0, 0]


def test_money_of_no_known_place_is_shared_by_no_place() -> None:
    table = lines({"amount_pence": 100, "footprint_code": "NOWHERE"}, {"amount_pence": 7})
    loaded = loaded_of(table, unknown_footprints="unallocated")
    found = describe_ladders(loaded, "8.2", place=find_place("England"))
    assert found["shared_pence"].tolist() == [107, 0]
    assert found["place_pence"].tolist() == [7, 7]


def test_awaited_lines_have_no_money_to_share() -> None:
    table = lines({"amount_pence": None, "status": "awaited", "basis": "hectares"}, {"amount_pence": 5})
    found = describe_ladders(loaded_of(table), "8.2")
    assert found["basis"].tolist() == ["residents", "households"]
    assert found["shared_pence"].tolist() == [5, 0]


# --- what was chosen


def test_a_basis_that_is_not_on_the_ladder_stands_first_with_its_reason_or_that_the_line_brought_it() -> None:
    table = lines(
        {"line_id": "a", "amount_pence": 100},
        {"line_id": "b", "amount_pence": 20, "basis": "aged_75_plus"},
        {"line_id": "c", "amount_pence": 3, "service_code": "8.1"},
    )
    found = describe_ladders(loaded_of(table, overrides=[("8.2", "hectares", "Parks")]), "8.2")
    columns = ["basis", "use", "state", "quality", "assumption", "reason", "shared_pence"]
    assert found[columns].to_numpy().tolist()[:2] == [
        ["aged_75_plus", "chosen", "in use", "not assessed", GIVEN, "", 20],
        ["hectares", "chosen", "in use", "not assessed", "", "shared by hectares: Parks", 100],
    ]
    assert found["rung"].isna().tolist() == [True, True, False, False]
    assert found["state"].tolist()[2:] == ["loaded", "loaded"]
    # Of the ladder's other services the first rung is in use too.
    whole = describe_ladders(loaded_of(table, overrides=[("8.2", "hectares", "Parks")]))
    assert whole.query("ladder == 'general' and state == 'in use'")["basis"].tolist() == [
        *("aged_75_plus", "hectares", "residents")
    ]


def test_the_reason_of_a_choice_of_another_rung_is_told_too() -> None:
    loaded = loaded_of(overrides=[("10.5", "working_age_16_64", "Claims are not known")])
    row = describe_ladders(loaded, "10.5").set_index("basis").loc["working_age_16_64"]
    assert row["state"] == "in use"
    assert row["reason"] == "shared by working_age_16_64: Claims are not known"


def test_two_reasons_for_one_basis_on_a_ladder_are_both_told() -> None:
    table = lines({"service_code": "8.1", "amount_pence": 1}, {"service_code": "8.2", "amount_pence": 1})
    loaded = loaded_of(table, overrides=[("8.1", "hectares", "Pitches"), ("8.2", "hectares", "Parks")])
    row = describe_ladders(loaded).query("basis == 'hectares' and shared_pence == 2").iloc[0]
    assert "Pitches" in row["reason"]
    assert "Parks" in row["reason"]


# --- asking for a service


@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ("10.5", ["10.5"]),
        ("Unemployment benefits", ["10.5"]),
        ("medical", ["7.A; 7.B"]),
        ("pensions", ["10.2-pensions"]),
        ("6.1-local-authority-housing", ["6.1-local-authority-housing"]),
    ],
)
def test_services_are_found_by_code_or_part_of_a_name(asked: str, codes: list[str]) -> None:
    assert describe_ladders(SHIPPED, asked)["service_codes"].unique().tolist() == codes


def test_a_service_is_found_though_the_pot_has_no_money_for_it() -> None:
    assert "7.A" not in set(loaded_of(lines({"amount_pence": 1})).lines["service_code"])
    assert describe_ladders(loaded_of(lines({"amount_pence": 1})), "7.A")["shared_pence"].eq(0).all()


@pytest.mark.parametrize("asked", ["nonsense", "", " ", "10.55"])
def test_a_service_that_is_none_is_told(asked: str) -> None:
    with pytest.raises(UnknownNameError, match="is called") as caught:
        describe_ladders(SHIPPED, asked)
    assert caught.value.hint
