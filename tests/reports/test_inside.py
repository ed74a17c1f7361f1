"""The pot within a place: rows as ``placespend pots`` has them, and a map of the same figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gathered_places import column, gathered_from_shipped, gathered_places, pence, table_of_id, told_by_pot, words_of
from matplotlib.figure import Figure

from placespend.pots_by_level import pots
from placespend.reports.document import MapPicture, Section
from placespend.reports.gathered import gather
from placespend.reports.inside import LARGEST_SVG, inside_section, picture_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="module")
def sections() -> dict[str, Section]:
    return {name: inside_section(gathered_places()[name]) for name in ("Greater Manchester", "NB-LITTLE-HORTON")}


def picture(section: Section) -> MapPicture:
    (found,) = [block for block in section.blocks if isinstance(block, MapPicture)]
    return found


def test_rows_are_those_of_placespend_pots_and_sum_to_the_pot(sections: dict[str, Section]) -> None:
    table = table_of_id(sections["Greater Manchester"], "inside-table")
    listed = pots("upper_tier", within="Greater Manchester").table
    listed = listed[listed["code"] != "elsewhere"]
    assert column(table, "Code") == list(listed["code"])
    assert list(map(pence, column(table, "Amount (£)"))) == list(listed["total_pence"])
    assert list(map(pence, column(table, "Per head (£)"))) == list(listed["per_head_pence"])
    assert table.has_total
    total = told_by_pot("Greater Manchester", "sector")["total_pence"]
    assert sum(map(pence, column(table, "Amount (£)"))) == total == pence(table.rows[-1][3])
    assert set(table.data["known"]) == {"modelled"}


def test_the_map_shows_the_same_figures(sections: dict[str, Section]) -> None:
    for section in sections.values():
        found = picture(section)
        heads = found.table.data.set_index("code")["per_head_pence"]
        assert found.layer is not None
        shown = found.layer.table.set_index("code")["value"]
        assert len(shown) > 3
        assert {code: round(value * 100) for code, value in shown.items()} == {
            code: heads[code] for code in shown.index
        }
        assert "modelled, in whole or in part" in found.alternative


def test_a_small_map_is_drawn_in_lines_and_a_large_one_in_points(
    sections: dict[str, Section], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = picture(sections["Greater Manchester"])
    assert 0 < len(found.svg.encode()) <= LARGEST_SVG
    # Paper takes points whatever the size: browsers print the hatches of an SVG blurred.
    assert found.png.startswith(b"\x89PNG")
    assert len(found.png) < 120_000
    monkeypatch.setattr("placespend.reports.inside.LARGEST_SVG", 10)
    assert found.layer is not None
    drawn = Figure()
    drawn.set_label("what it shows")
    large = picture_of("name", "caption", drawn, found.layer, found.table)
    assert large.png.startswith(b"\x89PNG")
    assert not large.svg
    assert large.alternative == "what it shows"


def test_small_areas_that_reach_beyond_are_told_and_not_summed(sections: dict[str, Section]) -> None:
    section = sections["NB-LITTLE-HORTON"]
    table = table_of_id(section, "inside-table")
    assert not table.has_total
    assert any(note.startswith("Partly outside Little Horton") for note in table.notes)
    assert "modelled, not managed, spending" in words_of(section)
    assert "elsewhere" not in set(table.data["code"])


def test_a_place_of_one_small_area_has_no_map() -> None:
    assert "too few" in words_of(inside_section(gathered_from_shipped("E01000001")))


def test_where_nothing_is_known_no_map_is_drawn(write_lines: Callable[..., Path]) -> None:
    assert "Nothing is known" in words_of(inside_section(gather("Rutland", lines=write_lines({}))))
