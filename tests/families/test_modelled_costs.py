"""The national cost of families, shared by spending: exact, nested, by body, and refused where it cannot be."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from everyday import TRI_BOROUGH, lines, tiles
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.cofog import services
from placespend.errors import RecipeError, WrongTypeError
from placespend.families.modelled_costs import (
    NO_GROUP,
    cost_by_body,
    family_cells,
    family_cost_services,
    load_for_families,
    modelled_costs,
    national_costs,
)
from placespend.families.published import published_families
from placespend.gazetteer import find_place, places_of_level
from placespend.geography import level_index
from placespend.place import join_places
from placespend.pot import pot_of

if TYPE_CHECKING:
    from placespend.loaded import Loaded

GROUPS = ["children", "crime_and_justice", "rest"]
WHOLE = 900_000_000_000
ENGLAND = "E92000001"


@cache
def shipped() -> Loaded:
    return load_for_families()


@cache
def by_authority() -> pd.DataFrame:
    return modelled_costs(tiles("upper_tier"), loaded=shipped())


def england_lines(*given_: tuple[str, str, int]) -> pd.DataFrame:
    """Lines for all of England: body, service and pence."""
    return lines(
        *(
            {"body": body, "service_code": service, "amount_pence": pence, "footprint_code": ENGLAND}
            for body, service, pence in given_
        )
    )


# --- what is declared


def test_every_service_is_in_one_group_or_in_none() -> None:
    table = family_cost_services()
    assert sorted(table.index) == sorted(services().index)
    assert sorted(set(table["group"])) == sorted([*GROUPS, NO_GROUP])
    assert (table[["label", "quality", "assumption", "source"]] != "").all(axis=None)
    assert set(table["quality"]) <= {"red", "amber", "green"}
    assert set(table.loc[table["group"] == "rest", "quality"]) == {"red"}


def test_services_are_where_the_method_puts_them() -> None:
    group = family_cost_services()["group"]
    assert group["10.4-personal-social-services"] == "children"
    assert group[["3.1", "3.3", "3.4"]].tolist() == ["crime_and_justice"] * 3
    assert group[["10.2-pensions", "10.3", "10.4-benefits"]].tolist() == [NO_GROUP] * 3


def test_one_group_alone_has_what_is_left_of_the_whole() -> None:
    measures = family_cost_services().query("group != @NO_GROUP", local_dict={"NO_GROUP": NO_GROUP})
    assert measures.groupby("group")["measure"].unique().map(list).to_dict() == {
        "children": ["reactive_child_protection"],
        "crime_and_justice": ["reactive_criminal_justice"],
        "rest": [""],
    }


def test_the_groups_cost_what_was_published_and_sum_to_the_whole() -> None:
    costs = national_costs()["cost_pence"]
    published = published_families().query("level == 'nation'").set_index("measure")["value"]
    assert costs["children"] == published["reactive_child_protection"] * 100
    assert costs["crime_and_justice"] == published["reactive_criminal_justice"] * 100
    assert costs.sum() == published["annual_cost_total"] * 100 == WHOLE


# --- worked with a calculator


def test_the_cost_is_split_over_bodies_in_proportion_with_income_taken_off() -> None:
    table = england_lines(
        ("Children's trust", "10.4-personal-social-services", 700),
        ("Police", "3.1", 300_000),
        ("Fines office", "3.3", -100_000),
        ("Schools", "9.2", 3),
        ("Health", "7.A", 6),
        ("Pensions", "10.2-pensions", 1_000),
    )
    found = cost_by_body("England", lines=table).set_index("body")
    assert found["families_pence"].to_dict() == {
        # 2.5bn over 300 less 100: three halves of it, and minus a half.
        "Police": 375_000_000_000,
        "Children's trust": 350_000_000_000,
        "Health": 200_000_000_000,
        "Schools": 100_000_000_000,
        "Pensions": 0,
        "Fines office": -125_000_000_000,
    }
    assert found["services_pence"]["Pensions"] == 0
    assert found["percent_of_pot"]["Pensions"] == 0
    assert pd.isna(found["percent_of_services"]["Fines office"])
    assert found["percent_of_services"]["Police"] == 125_000_000.0


def test_bodies_whose_lines_are_awaited_have_no_amounts() -> None:
    table = england_lines(
        ("Trust", "10.4-personal-social-services", 700), ("Police", "3.1", 300), ("Schools", "9.2", 3)
    )
    awaited = lines({"body": "Probation", "service_code": "3.4", "status": "awaited", "amount_pence": pd.NA})
    both = pd.concat([table, awaited.assign(line_id="a")], ignore_index=True)
    found = cost_by_body("Manchester", lines=both).set_index("body")
    assert found.loc["Probation", ["pot_pence", "services_pence", "families_pence"]].isna().all()


# --- laws


@pytest.mark.parametrize("level", ["england", "region", "upper_tier", "lad", "police_force", "upper_tier_2025"])
def test_places_that_tile_england_sum_to_the_published_cost_to_the_penny(level: str) -> None:
    table = modelled_costs(tiles(level), loaded=shipped())
    assert table.groupby("group")["cost_pence"].sum().to_dict() == national_costs()["cost_pence"].to_dict()
    assert (table.groupby("group")["spending_pence"].sum() == table.groupby("group")["england_pence"].first()).all()


def test_districts_sum_to_greater_manchester_and_boroughs_to_the_tri_borough() -> None:
    manchester = [code for code in level_index("upper_tier")[0] if "E08000001" <= code <= "E08000010"]
    for whole, parts in (("Greater Manchester", manchester), ("tri-borough", TRI_BOROUGH)):
        found = modelled_costs([find_place(whole)], loaded=shipped()).set_index("group")["cost_pence"]
        summed = by_authority().query("code in @parts", local_dict={"parts": parts}).groupby("group")["cost_pence"]
        assert summed.sum().to_dict() == found.to_dict()


@settings(max_examples=5, deadline=None)
@given(st.sets(st.sampled_from(range(152)), min_size=2, max_size=6))
def test_a_place_put_together_costs_what_its_parts_cost(numbers: set[int]) -> None:
    parts = [tiles("upper_tier")[number] for number in sorted(numbers)]
    joined = modelled_costs([join_places(parts, name="Together")], loaded=shipped())
    apart = by_authority().query("code in @codes", local_dict={"codes": [place.code for place in parts]})
    assert joined["cost_pence"].sum() == apart["cost_pence"].sum()


def test_a_place_has_the_part_of_the_cost_that_it_has_of_the_spending() -> None:
    cells = family_cells(shipped())
    cost = national_costs()["cost_pence"]
    for row in by_authority().to_dict(orient="records"):
        exact = int(cost[row["group"]]) * row["spending_pence"] / row["england_pence"]
        # Each cell is rounded twice on its way down to the authority.
        assert abs(row["cost_pence"] - exact) <= 2 * len(cells)


@pytest.mark.parametrize("name", ["Greater Manchester", "tri-borough", "Sheffield", "England"])
def test_what_falls_on_bodies_is_the_cost_and_the_pot_of_the_place(name: str) -> None:
    found = cost_by_body(name, loaded=shipped())
    pot = pot_of(name, shipped())
    costs = modelled_costs([pot.place], loaded=shipped())
    assert found["families_pence"].sum() == costs["cost_pence"].sum()
    assert found["services_pence"].sum() == costs["spending_pence"].sum()
    assert found["pot_pence"].sum() == pot.total_pence
    by_service = pot.by("service").set_index("service_code")["amount_pence"]
    group = family_cost_services()["group"]
    for row in costs.to_dict(orient="records"):
        assert by_service[group.reindex(by_service.index) == row["group"]].sum() == row["spending_pence"]
    assert found["families_pence"].is_monotonic_decreasing


def test_what_is_done_to_the_cells_of_families_changes_none_that_follow() -> None:
    first = family_cells(shipped())
    kept = first["amount_pence"].sum()
    first["amount_pence"] = 0
    assert family_cells(shipped())["amount_pence"].sum() == kept


def test_places_that_overlap_are_shared_out_one_by_one() -> None:
    places = [find_place("Greater Manchester"), find_place("Manchester"), find_place("England")]
    together = modelled_costs(places, loaded=shipped())
    alone = pd.concat([modelled_costs([place], loaded=shipped()) for place in places], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)


def test_neighbourhoods_have_costs_too() -> None:
    places = places_of_level("neighbourhood")
    table = modelled_costs(places, loaded=shipped())
    assert len(table) == 3 * len(places)
    assert (table["cost_pence"] > 0).all()


# --- what is refused


def test_lines_that_leave_out_a_group_are_refused() -> None:
    table = england_lines(("Trust", "10.4-personal-social-services", 700), ("Schools", "9.2", 3))
    with pytest.raises(
        RecipeError, match=r"hold none on crime and justice in .* and 147 more.*Hint: leave --lines out"
    ):
        modelled_costs([find_place("Leeds")], lines=table)


def test_lines_of_one_council_are_refused() -> None:
    own = lines({"service_code": "10.4-personal-social-services", "amount_pence": 5})
    with pytest.raises(RecipeError, match=r"hold none on protecting children in Hartlepool.*observed within"):
        modelled_costs([find_place("Leeds")], lines=own)


def test_the_money_options_reach_the_pot() -> None:
    chosen = [("3.1", "households", "to see what it moves")]
    moved = modelled_costs(tiles("upper_tier"), overrides=chosen)
    assert moved["cost_pence"].sum() == WHOLE
    same = moved["cost_pence"] == by_authority()["cost_pence"]
    assert same[moved["group"] != "crime_and_justice"].all()
    assert not same[moved["group"] == "crime_and_justice"].any()


def test_lines_that_sum_to_income_are_refused() -> None:
    table = england_lines(("Trust", "10.4-personal-social-services", -7), ("Police", "3.1", 3), ("Schools", "9.2", 3))
    with pytest.raises(RecipeError, match="come to no spending on protecting children"):
        modelled_costs([find_place("Leeds")], lines=table)


def test_money_that_cannot_be_placed_shares_no_cost() -> None:
    table = england_lines(("Trust", "10.4-personal-social-services", 700), ("Police", "3.1", 3), ("Schools", "9.2", 3))
    nowhere = lines({"line_id": "x", "service_code": "3.1", "amount_pence": 1_000, "footprint_code": "E99999999"})
    both = pd.concat([table, nowhere], ignore_index=True)
    found = modelled_costs([find_place("England")], lines=both, unknown_footprints="unallocated")
    assert found["cost_pence"].tolist() == national_costs()["cost_pence"].tolist()
    assert found["england_pence"].tolist() == [700, 3, 3]


def test_what_is_no_place_is_refused() -> None:
    with pytest.raises(WrongTypeError):
        modelled_costs(["Leeds"], loaded=shipped())  # type: ignore[list-item]
