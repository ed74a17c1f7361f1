"""The range in a report is that of the pot, and each row that of its sensitivity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gathered_places import (
    PLACES,
    bars_of_id,
    column,
    gathered_from_shipped,
    gathered_places,
    pence,
    table_of_id,
    told_by_pot,
    words_of,
)

from placespend.money import format_gbp
from placespend.reports.document import Bars, KeyFigures, Section
from placespend.reports.gathered import gather
from placespend.reports.sensitivity_section import MOST_SERVICES, sensitivity_section

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def sections() -> dict[str, Section]:
    return {name: sensitivity_section(found) for name, found in gathered_places().items()}


def ends(section: Section) -> dict[str, str]:
    (found,) = [block for block in section.blocks if isinstance(block, KeyFigures)]
    assert {figure.known for figure in found.figures} == {"modelled"}
    return {figure.label: figure.value for figure in found.figures}


@pytest.mark.parametrize("name", ["Greater Manchester", "Leeds"])
def test_low_central_and_high_are_those_of_the_pot(sections: dict[str, Section], name: str) -> None:
    told = told_by_pot(name, "sector")
    expected = {"Low": told["low_pence"], "Central": told["total_pence"], "High": told["high_pence"]}
    assert ends(sections[name]) == {label: format_gbp(amount) for label, amount in expected.items()}


def test_of_a_place_that_cuts_small_areas_the_first_coverage_is_the_pot_s(sections: dict[str, Section]) -> None:
    told = told_by_pot("NB-LITTLE-HORTON", "sector")
    table = table_of_id(sections["NB-LITTLE-HORTON"], "coverage")
    assert [pence(cell) for cell in table.rows[0][2:]] == [told["low_pence"], told["total_pence"], told["high_pence"]]
    assert ends(sections["NB-LITTLE-HORTON"])["Low"] == format_gbp(int(table.data["low_pence"].min()))


@pytest.mark.parametrize("name", PLACES)
def test_the_services_that_move_most_are_drawn_and_their_spreads_sum_to_the_range(
    sections: dict[str, Section], name: str
) -> None:
    bars = bars_of_id(sections[name], "sensitivity-bars")
    spreads = list(map(pence, column(bars.table, "High less low (£)")))
    told = told_by_pot(name, "sector")
    assert sum(spreads) == told["high_pence"] - told["low_pence"]
    assert len(bars.values) == MOST_SERVICES
    assert [round(value * 1e8) for value in bars.values] == spreads[:MOST_SERVICES]
    assert spreads == sorted(spreads, reverse=True)
    assert int(bars.table.data["central_pence"].sum()) == told["total_pence"]


def test_what_would_narrow_the_range_is_told(sections: dict[str, Section]) -> None:
    found = gathered_places()["Greater Manchester"].sensitivity.narrowing
    table = table_of_id(sections["Greater Manchester"], "narrowing")
    assert list(map(pence, column(table, "By up to (£)"))) == found["spread_pence"].tolist()
    assert [cell.casefold() for cell in column(table, table.columns[0].heading)] == list(found["obtain"].str.casefold())


def test_of_england_nothing_moves() -> None:
    section = sensitivity_section(gathered_from_shipped("England"))
    assert "Low and high are the same, because nothing in it is shared out: £444,851,287,866.00." in words_of(section)
    assert not [block for block in section.blocks if isinstance(block, Bars)]


def test_of_nothing_nothing_moves(write_lines: Callable[..., Path]) -> None:
    section = sensitivity_section(gather("Rutland", lines=write_lines({})))
    assert "Nothing is known" in words_of(section)


def test_of_awaited_lines_alone_nothing_moves(write_lines: Callable[..., Path]) -> None:
    section = sensitivity_section(gather("Rutland", lines=write_lines({"status": "awaited", "amount_gbp": ""})))
    assert "Nothing is known" in words_of(section)
