"""The families of a place in a report are those that the command tells, with how each figure is known."""

from __future__ import annotations

import json
import math
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from gathered_places import ENGLAND, GM, LEEDS, PILOT, SMALL, TRI_BOROUGH, gathered, of_kind, tables_of, words_of
from running import succeed

from placespend.families.asked import families_of
from placespend.reports.document import Bars, KeyFigures
from placespend.reports.families_section import compared_places, density_bars, density_of, families_section
from placespend.reports.gathered import gather

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from running import Run

    from placespend.reports.document import Section


@cache
def section(name: str) -> Section:
    return families_section(gathered(name))


def of_command(run: Run, *arguments: str) -> dict[str, Any]:
    (row,) = json.loads(succeed(run("families", *arguments, "--format", "json")))["places"]
    return row  # type: ignore[no-any-return]


def first_row(name: str) -> dict[Any, Any]:
    data = tables_of(section(name).blocks)["families-density"].data
    return data.astype("object").where(data.notna(), None).to_dict(orient="records")[0]


def test_numbers_and_densities_are_those_of_the_command(run: Run) -> None:
    row = first_row(GM)
    count, density = of_command(run, GM, "--measure", "count"), of_command(run, GM, "--measure", "density")
    for column in ("code", "name", "families", "low", "high", "status", "definition", "date", "source"):
        assert row[column] == count[column]
    for column in ("per_1000_households", "per_km2"):
        assert row[column] == density[column]


@pytest.mark.parametrize("name", [PILOT, SMALL])
def test_numbers_and_densities_are_those_of_the_place_alone(name: str) -> None:
    found = families_of(name)
    expected = found.counts().merge(found.density())
    (alone,) = expected.astype("object").where(expected.notna(), None).to_dict(orient="records")
    row = first_row(name)
    if name == SMALL:
        # Of fewer than ten the density is not told either.
        alone |= {"per_1000_households": None, "per_km2": None}
    assert {column: row[column] for column in alone} == alone
    assert row["known"] == "modelled"


def test_what_is_shown_is_in_the_data() -> None:
    bars = density_bars(
        density_of(families_of(compared_places(gathered(LEEDS)))), caption="Around Leeds", emphasised=(0,)
    )
    table = bars.table
    assert [row[0] for row in table.rows] == ["Leeds", "Yorkshire and the Humber", "England"]
    assert [row[1] for row in table.rows] == [f"{families:,}" for families in table.data["families"]]
    assert [row[2] for row in table.rows] == [f"{value:.2f}" for value in table.data["per_1000_households"]]
    assert table.rows[0][-1] == "estimated, 2,175 to 2,215"
    assert table.data["known"].tolist() == ["modelled", "modelled", "published"]
    assert list(bars.values) == table.data["per_1000_households"].tolist()
    assert bars.emphasised == (0,)


def test_a_published_number_says_when_it_was() -> None:
    (figures,) = of_kind(section(GM), KeyFigures)
    number, *_, cost = figures.figures
    assert (number.value, number.known, number.note) == ("8,090", "published", "Published, 15 December 2011")
    assert (cost.value, cost.known) == ("£62,687", "modelled")


def test_fewer_than_ten_are_told_as_no_more_than_that() -> None:
    (figures,) = of_kind(section(SMALL), KeyFigures)
    assert figures.figures[0].value == "fewer than 10"
    assert figures.figures[-1].value == "not told"
    found = tables_of(section(SMALL).blocks)
    assert found["families-density"].rows[0][1] == "fewer than 10"
    assert found["families-density"].data["families"].isna()[0]
    # With households and land, which are open, a density would give the number.
    density = found["families-density"]
    assert [figure.value for figure in figures.figures[1:3]] == ["not told", "not told"]
    assert {figure.note for figure in figures.figures[1:3]} == {"the number could be worked out from it"}
    assert density.rows[0][2:4] == ("not told", "not told")
    assert density.data[["per_1000_households", "per_km2"]].isna().any(axis=1).tolist() == [
        row[1] == "fewer than 10" for row in density.rows
    ]
    assert any("could be worked out" in note for note in density.notes)
    (bars,) = of_kind(section(SMALL), Bars)
    assert bars.shown[0] == "not told"
    assert math.isnan(bars.values[0])
    costs = found["families-costs"]
    modelled, mean = costs.rows
    assert modelled[1] == mean[2] == "not told"
    assert costs.data["cost_per_family_gbp"].isna().tolist() == [True, False]
    assert not any("families the modelled cost of one is" in note for note in costs.notes)
    assert any(note.startswith("Fewer than 10 families are not told") for note in costs.notes)


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        (GM, ["Greater Manchester", "North West", "England"]),
        (PILOT, ["Castle Vale", "Birmingham", "West Midlands", "England"]),
        ("E07000041", ["Exeter", "Devon", "South West", "England"]),
        ("E12000002", ["North West", "England"]),
    ],
)
def test_a_place_stands_beside_what_is_around_it(name: str, beside: list[str]) -> None:
    assert [place.name for place in compared_places(gathered(name))] == beside


def test_england_stands_beside_its_regions() -> None:
    found = density_of(families_of(compared_places(gathered(ENGLAND))))
    assert len(found) == 10
    assert found["families"][0] == found["families"][1:].sum() == 120_000


def test_the_tri_borough_has_the_sum_of_its_boroughs() -> None:
    found = density_of(families_of(compared_places(gathered(TRI_BOROUGH))))
    assert found["name"].tolist() == ["Tri-borough", "London", "England"]
    boroughs = families_of(list(gathered(TRI_BOROUGH).inside_places)).counts()
    assert boroughs["name"].tolist() == ["Hammersmith and Fulham", "Kensington and Chelsea", "Westminster"]
    assert boroughs["families"].sum() == found["families"][0]


def test_the_lines_must_hold_englands_spending_for_a_cost(write_lines: Callable[..., Path]) -> None:
    found = gather("E06000050", lines=write_lines({"footprint_code": "E06000050", "body": "<b>Chester</b>"}))
    told = families_section(found)
    words = words_of(told)
    assert "cannot be modelled from these lines" in words
    assert "£76,190 in a year, against £7,795 for the average family" in words
    assert "families-costs" not in tables_of(told.blocks)
    (figures,) = of_kind(told, KeyFigures)
    assert len(figures.figures) == 3


def test_own_counts_are_not_taken_in() -> None:
    assert "Counts of your own are not taken into a report" in words_of(section(PILOT))
