"""Per head beside other places: each figure is that of the other place's own pot."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from gathered_places import (
    bars_of_id,
    gathered_from_shipped,
    gathered_places,
    pence,
    table_of_id,
    told_by_pot,
    words_of,
)

from placespend.money import per_head_pence
from placespend.reports.against import against_section
from placespend.reports.gathered import gather

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from placespend.reports.document import Section


@pytest.fixture(scope="module")
def sections() -> dict[str, Section]:
    return {name: against_section(found) for name, found in gathered_places().items()}


def test_each_bar_is_the_pot_of_its_place_with_its_range(sections: dict[str, Section]) -> None:
    bars = bars_of_id(sections["Leeds"], "per-head")
    rows = bars.table.data.to_dict(orient="records")
    assert bars.labels == tuple(row["name"] for row in rows)
    assert bars.emphasised == (0,)
    for at in (0, 1, 2, 11):
        told = told_by_pot(rows[at]["code"], "sector")
        assert rows[at]["total_pence"] == told["total_pence"]
        assert rows[at]["observed_pence"] == told["observed_pence"]
        assert round(bars.values[at] * 100) == rows[at]["per_head_pence"] == told["per_head_pence"]
        for end, shown in (("low_pence", bars.lows), ("high_pence", bars.highs)):
            assert rows[at][end] == told[end]
            assert round(shown[at] * 100) == per_head_pence(told[end], told["residents"])


def test_a_neighbourhood_is_compared_as_placespend_pot_does(sections: dict[str, Section]) -> None:
    told = told_by_pot("NB-LITTLE-HORTON", "sector")["comparison"]
    table = table_of_id(sections["NB-LITTLE-HORTON"], "per-head-by-division")
    headings = [found.heading for found in table.columns]
    assert headings[1:5] == ["Little Horton (£)", "England (£)", "Yorkshire and the Humber (£)", "Bradford (£)"]
    for row, expected in zip(table.rows, told, strict=True):
        assert row[0] == expected["division_name"]
        assert pence(row[1]) == expected["per_head_pence"]
        assert pence(row[2]) == expected["england_per_head_pence"]
        assert pence(row[4]) == expected["authority_per_head_pence"]
        assert pence(row[5]) == expected["per_head_pence"] - expected["england_per_head_pence"]


def test_differences_by_division_are_drawn_from_the_most_to_the_least(sections: dict[str, Section]) -> None:
    for section in sections.values():
        bars = bars_of_id(section, "division-differences")
        assert list(bars.values) == sorted(bars.values, reverse=True)
        shown = {row[0]: pence(row[-2]) for row in bars.table.rows}
        assert {name: round(value * 100) for name, value in zip(bars.labels, bars.values, strict=True)} == {
            name: value for name, value in shown.items() if name != "Total"
        }


def test_it_is_said_which_places_are_compared_and_how_many_are_not(sections: dict[str, Section]) -> None:
    of_manchester = words_of(sections["Greater Manchester"])
    assert "No other combined authority existed on 31 March 2012: it is compared with those made since" in of_manchester
    assert "West Midlands" in bars_of_id(sections["Greater Manchester"], "per-head").labels
    assert "5 are not" in words_of(sections["Leeds"])
    assert "in Yorkshire and the Humber" in words_of(sections["Leeds"])


def test_england_is_set_beside_its_regions() -> None:
    section = against_section(gathered_from_shipped("England"))
    assert len(bars_of_id(section, "per-head").labels) == 10
    table = table_of_id(section, "per-head-by-division")
    assert len(table.columns) == 11
    total = int(table.data.loc[table.data["code"] == "E92000001", "amount_pence"].sum())
    regions = int(table.data.loc[table.data["code"] != "E92000001", "amount_pence"].sum())
    assert total == regions == told_by_pot("England", "sector")["total_pence"]


def test_where_nothing_is_known_nothing_is_compared(write_lines: Callable[..., Path]) -> None:
    section = against_section(gather("Rutland", lines=write_lines({})))
    assert "nothing is known" in words_of(section)
    assert len(section.blocks) == 1


def test_lines_that_do_not_serve_all_of_england_are_set_beside_nothing(write_lines: Callable[..., Path]) -> None:
    section = against_section(gather("Manchester", lines=write_lines({})))
    assert "do not serve all of England" in words_of(section)
    assert len(section.blocks) == 1


def test_percentages_by_division_are_of_exact_pence(write_lines: Callable[..., Path]) -> None:
    lines = write_lines({"amount_gbp": "1000000.00"}, {"amount_gbp": "530000.00", "footprint_code": "E92000001"})
    found = gather("Manchester", lines=lines)
    pot, england = found.pot, found.england
    ratio = Fraction(pot.total_pence * england.residents, pot.residents * england.total_pence) - 1
    exact = f"{float(round(100 * ratio, 1)):,.1f} %"
    section = against_section(found)
    assert [row[-1] for row in table_of_id(section, "per-head-by-division").rows] == [exact, exact]
    assert table_of_id(section, "per-head-by-place").rows[0][-2] == f"{exact} more"


def test_what_misleads_is_said_where_places_are_compared() -> None:
    found = gathered_from_shipped("Cumbria")
    (warning,) = found.pot.warnings
    assert warning in words_of(against_section(found))
    assert "nuclear" not in words_of(against_section(gathered_from_shipped("Leeds")))
