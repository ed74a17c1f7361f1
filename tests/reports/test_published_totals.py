"""Bridges to what was published: start, steps and what is not explained sum to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gathered_places import gathered_places, pence, told_by_pot, words_of

from placespend.published import find_published, published_totals
from placespend.reports.document import DataTable
from placespend.reports.gathered import gather
from placespend.reports.published_totals import bridge_section

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_every_total_that_was_published_of_the_place_has_its_bridge() -> None:
    found = gathered_places()["Greater Manchester"]
    tables = [block for block in bridge_section(found).blocks if isinstance(block, DataTable)]
    named = find_published(found.place)
    assert len(tables) == len(named) == 3
    for table, name in zip(tables, named, strict=True):
        told = {str(key): str(value) for key, value in published_totals().loc[name].items()}
        amounts = [pence(row[2]) for row in table.rows]
        assert amounts[0] == told_by_pot("Greater Manchester", "sector")["total_pence"]
        assert amounts[-1] == int(told["value"].partition(".")[0]) * 100
        assert sum(amounts[:-1]) == amounts[-1]
        assert list(table.data["amount_pence"]) == amounts[:-1]
        assert told["source_url"] in table.rows[-1][1]
        assert table.notes == ()


def test_open_questions_stand_beside_their_bridge() -> None:
    found = gathered_places()["Greater Manchester"]
    told = words_of(bridge_section(found))
    assert all(question in told for bridge in found.bridges for question in bridge.questions)


@pytest.mark.parametrize("name", ["Leeds", "NB-LITTLE-HORTON"])
def test_of_a_place_of_which_none_was_published_that_is_said(name: str) -> None:
    section = bridge_section(gathered_places()[name])
    assert "No total of" in words_of(section)
    assert len(section.blocks) == 1


def test_beside_each_bridge_of_lines_that_are_no_whole_pot_that_is_said(write_lines: Callable[..., Path]) -> None:
    section = bridge_section(gather("Greater Manchester", lines=write_lines({})))
    tables = [block for block in section.blocks if isinstance(block, DataTable)]
    assert len(tables) == 3
    assert all("not a whole pot" in " ".join(table.notes) for table in tables)
    assert "placespend bridge PLACE --deflator FILE" in words_of(section)
