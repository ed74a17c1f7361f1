"""Layers of cost are named and never mixed, and what each body spends sums to the modelled one."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pytest
from gathered_places import GM, LEEDS, PILOT, gathered, pence, tables_of
from running import succeed

from placespend.families.asked import families_of
from placespend.families.modelled_costs import cost_by_body, national_costs
from placespend.reports.document import Paragraph
from placespend.reports.families_costs import cost_blocks, how_modelled, payment_blocks
from placespend.reports.wording import rounded_gbp

if TYPE_CHECKING:
    import pandas as pd
    from running import Run

    from placespend.families.shown import Families
    from placespend.reports.document import Block

SOLIHULL = "E08000029"


@cache
def found_at(name: str) -> tuple[Families, pd.DataFrame, list[Block]]:
    place = gathered(name)
    families = families_of([place.place])
    costs = families.costs(loaded=place.loaded)
    (count,) = families.counts().to_dict(orient="records")
    return families, costs, cost_blocks(place, count, costs)


@pytest.fixture(scope="module", params=[GM, SOLIHULL, PILOT])
def told(request: pytest.FixtureRequest) -> tuple[str, pd.DataFrame, list[Block]]:
    name: str = request.param
    _, costs, blocks = found_at(name)
    return name, costs, blocks


def test_each_layer_is_named_with_its_own_figures(told: tuple[str, pd.DataFrame, list[Block]]) -> None:
    _, costs, blocks = told
    table = tables_of(blocks)["families-costs"]
    assert table.data[list(costs)].equals(costs)
    known = {"local": "published", "modelled": "modelled", "national_mean": "assumed"}
    assert table.data["known"].tolist() == [known[layer] for layer in costs["layer"]]
    assert [row[1] for row in table.rows] == [f"{cost:,}" for cost in costs["cost_per_family_gbp"]]
    assert not table.has_total
    assert how_modelled() in table.notes


def test_costs_are_those_of_the_command(run: Run) -> None:
    _, costs, _ = found_at(SOLIHULL)
    rows = json.loads(succeed(run("families", SOLIHULL, "--measure", "cost", "--format", "json")))["places"]
    for column in ("layer", "cost_per_family_gbp", "total_pence"):
        assert [row[column] for row in rows] == costs[column].tolist()


def test_bodies_sum_to_the_modelled_cost_and_to_the_pot(told: tuple[str, pd.DataFrame, list[Block]]) -> None:
    name, costs, blocks = told
    table = tables_of(blocks)["families-bodies"]
    total = int(costs.loc[costs["layer"] == "modelled", "total_pence"].iloc[0])
    for column, whole in ((1, total), (2, gathered(name).pot.total_pence)):
        *rows, last = [pence(row[column]) for row in table.rows]
        assert sum(rows) == last == whole
    assert table.data.drop(columns="known").equals(cost_by_body(gathered(name).place, loaded=gathered(name).loaded))
    without = int((table.data["families_pence"] == 0).sum())
    assert any(row[0].startswith(f"The {without} other") for row in table.rows)


def test_what_was_found_locally_stands_beside_the_average_family() -> None:
    words = [block.text for block in found_at(SOLIHULL)[2] if isinstance(block, Paragraph)]
    assert any(
        "£46,217 in a year, against £5,217 for the average family (published 23 January" in text for text in words
    )
    barnet = [
        block.text for block in cost_blocks(gathered("E09000003"), {}, "For a reason.") if isinstance(block, Paragraph)
    ]
    assert barnet[0] == "What a family costs cannot be modelled from these lines. For a reason."
    assert "£100,000 in a year (published" in barnet[1]


def test_the_interval_of_the_number_gives_that_of_the_cost() -> None:
    _, costs, blocks = found_at(LEEDS)
    total = int(costs.loc[costs["layer"] == "modelled", "total_pence"].iloc[0])
    notes = tables_of(blocks)["families-costs"].notes
    low, high = (f"£{round(total / 100 / number):,}" for number in (2215, 2175))
    assert notes[0] == f"With 2,175 to 2,215 families the modelled cost of one is {low} to {high}."


def test_the_parts_of_the_national_cost_are_told() -> None:
    assert all(rounded_gbp(cost) in how_modelled() for cost in national_costs()["cost_pence"])


def test_payment_is_told_of_published_numbers_only() -> None:
    (paragraph,) = payment_blocks(families_of("Sheffield"))
    assert isinstance(paragraph, Paragraph)
    assert "For 1,680 families that is £5,600,000 at most" in paragraph.text
    assert "up to £4,000" in paragraph.text
    assert payment_blocks(families_of("Leeds")) == []
    assert payment_blocks(families_of("Castle Vale")) == []
