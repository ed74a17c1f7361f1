"""The tables of places side by side hold each place's own figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gathered_places import GM, LEEDS, PILOT, SMALL, gathered, pence, tables_of

from placespend.families.asked import families_of
from placespend.loaded import load
from placespend.money import percent
from placespend.pot import pot_of
from placespend.reports.document import Paragraph
from placespend.reports.gathered import gather
from placespend.reports.side_by_side_tables import (
    division_table,
    families_blocks,
    grades_side_by_side,
    names_of,
    sector_table,
)
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHESTER = "E06000050"
HOSTILE = "<img src=x onerror=alert(1)>"


def test_sectors_sum_to_each_pot() -> None:
    pots = [gathered(name).pot for name in (GM, LEEDS, PILOT)]
    table = sector_table(pots)
    for column, pot in enumerate(pots, start=1):
        *rows, total = [pence(row[column]) for row in table.rows]
        assert sum(rows) == total == pot.total_pence
        cut = pot.by("sector")
        data = table.data[table.data["code"] == pot.place.code]
        assert data["amount_pence"].tolist() == cut["amount_pence"].tolist()


def test_divisions_are_per_head_of_each_place() -> None:
    pots = [gathered(name).pot for name in (GM, PILOT)]
    table = division_table(pots)
    comparison = gathered(PILOT).pot.comparison
    assert comparison is not None
    expected = comparison["per_head_pence"].tolist()
    assert [pence(row[2]) for row in table.rows] == expected
    assert [pence(table.rows[-1][1])] == [pots[0].per_head_pence]


def test_grades_are_parts_of_each_pot() -> None:
    pots = [gathered(name).pot for name in (GM, LEEDS)]
    table = grades_side_by_side(pots)
    for column, pot in enumerate(pots, start=2):
        assert [row[column] for row in table.rows] == [
            percent(amount, pot.total_pence) for amount in pot.grades.values()
        ]


def test_layers_of_cost_have_columns_of_their_own() -> None:
    names = [CHESTER, GM, SMALL]
    blocks = families_blocks([gathered(name).pot for name in names])
    table = tables_of(blocks)["families-costs-side-by-side"]
    modelled = [
        families_of([gathered(name).place]).costs(loaded=gathered(name).loaded).query("layer == 'modelled'")
        for name in names[:2]
    ]
    costs = [f"{costs['cost_per_family_gbp'].iloc[0]:,}" for costs in modelled]
    assert [row[2] for row in table.rows] == [*costs, "not told"]
    assert [row[3] for row in table.rows] == ["76,190", "none published", "none published"]
    assert [row[1] for row in table.rows][-1] == "fewer than 10"
    assert "national_mean" not in set(table.data["layer"])


def test_names_stand_for_one_place_each_and_stay_text() -> None:
    pot = gathered(LEEDS).pot
    place = replace(pot.place, name=HOSTILE)
    twice = [pot_of(place, pot.loaded), pot_of(replace(place, code="other"), pot.loaded)]
    assert names_of(twice) == [f"{HOSTILE} (E08000035)", f"{HOSTILE} (other)"]
    assert division_table(twice[:1]).columns[1].heading == f"{HOSTILE} (£)"


def test_own_lines_tell_no_cost(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_gbp": "5.00"}, {"status": "awaited", "amount_gbp": "", "sector": "CG"})
    loaded = load(recipe_wanted(None, lines=path))
    pots = [pot_of(name, loaded) for name in ("Manchester", "Leeds")]
    *_, last = families_blocks(pots)
    assert isinstance(last, Paragraph)
    assert "cannot be modelled from these lines" in last.text
    assert [row[1:] for row in sector_table(pots).rows] == [("awaited", "0.00"), ("5.00", "0.00"), ("5.00", "0.00")]
    assert gather("Manchester", lines=path).pot.total_pence == 500
