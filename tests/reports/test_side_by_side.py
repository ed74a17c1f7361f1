"""Places side by side: each place's own figures, never summed, and overlaps told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from gathered_places import ENGLAND, GM, LEEDS, PILOT, gathered, pence, shipped, words_of

from placespend.errors import PlacespendError
from placespend.families.asked import families_of
from placespend.loaded import load
from placespend.pot import pot_of
from placespend.recipe import shipped_recipe
from placespend.reports.document import Document, KeyFigures
from placespend.reports.gathered import Gathered, gather_all
from placespend.reports.side_by_side import answer_of_several, check_places, comparison_document, overlaps
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SALFORD = "E08000006"
FOUR = [GM, LEEDS, PILOT, SALFORD]


@pytest.fixture(scope="module")
def found() -> Document:
    return comparison_document([gathered(name) for name in FOUR])


def test_key_figures_are_those_of_each_pot(found: Document) -> None:
    pots = [gathered(name).pot for name in FOUR]
    (figures,) = [block for block in found.sections[0].blocks if isinstance(block, KeyFigures)]
    assert [pence(figure.value.removeprefix("£")) for figure in figures.figures] == [pot.per_head_pence for pot in pots]
    data = {table.id: table.data for table in found.tables()}["per-head-by-place"]
    assert data["total_pence"].tolist() == [pot.total_pence for pot in pots]
    assert list(zip(data["low_pence"], data["high_pence"], strict=True)) == [pot.range_pence for pot in pots]
    assert data["observed_pence"].tolist() == [pot.observed_pence for pot in pots]


def test_what_is_modelled_and_not_managed_is_said_first(found: Document) -> None:
    assert found.title == (
        "What public services come to in Greater Manchester, Leeds, Castle Vale and Salford, 2011-12"
    )
    assert found.answer.endswith("; for Castle Vale this is modelled, not managed, spending.")
    assert "most a head in Castle Vale" in found.answer
    assert "least in Leeds" in found.answer
    assert "For Castle Vale this is modelled, not managed, spending" in words_of(found.sections[0])


def test_two_places_are_both_in_the_answer() -> None:
    pair = [gathered(GM), gathered(LEEDS)]
    assert answer_of_several(pair) == (
        "What all public bodies spent in 2011-12 came to £8,826 a head in Greater Manchester and £7,957 a head in "
        "Leeds, against £8,391 in England as a whole."
    )
    assert "against" not in answer_of_several([gathered(ENGLAND), gathered(LEEDS)])


def test_overlaps_are_told_and_nothing_is_summed(found: Document) -> None:
    first = words_of(found.sections[0])
    assert "Salford lies in Greater Manchester. So their pots must not be added up." in first
    assert overlaps([gathered(LEEDS).pot, gathered(PILOT).pot]) == []
    assert overlaps([gathered(LEEDS).pot, gathered(ENGLAND).pot]) == ["Leeds lies in England."]
    together = sum(gathered(name).pot.total_pence for name in FOUR)
    shown = {cell.replace(",", "").replace(".", "") for table in found.tables() for row in table.rows for cell in row}
    assert str(together) not in shown


def test_families_are_those_of_each_place(found: Document) -> None:
    data = {table.id: table.data for table in found.tables()}["families-density"]
    expected = [families_of([gathered(name).place]).counts()["families"][0] for name in FOUR]
    assert data["families"].tolist() == expected


def test_notes_of_one_place_name_it(found: Document) -> None:
    method = {section.id: section for section in found.sections}["method"]
    told = words_of(method)
    assert "Castle Vale: Known only for larger areas" in told
    assert told.count("Money of 2011-12 is shared by measures of 2011, 2017 and 2019.") == 1


def test_how_to_make_it_again_and_the_scope_are_told(found: Document) -> None:
    assert "Benefits and pensions count, and so does capital spending" in found.about
    assert found.made_with == shipped().stamp
    assert gathered(GM).command in words_of(found.sections[-1])


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([GM], "2 to 8 places side by side, not 1: Greater Manchester"),
        ([GM] * 9, "not 9"),
        ([GM, LEEDS, GM], "stands twice among those to be set side by side: Greater Manchester"),
    ],
)
def test_what_cannot_stand_side_by_side(names: list[str], words: str) -> None:
    with pytest.raises(PlacespendError, match=words):
        check_places([gathered(name) for name in names])


def test_a_place_of_which_nothing_is_known_is_not_zero(write_lines: Callable[..., Path]) -> None:
    loaded = load(recipe_wanted(None, lines=write_lines({"amount_gbp": "5.00", "body": "<b>Body</b>"})))
    day = loaded.year_end
    several = [Gathered(pot_of(name, loaded, as_at=day), day, "") for name in ("Manchester", "Leeds", "Bradford")]
    document = comparison_document(several)
    (figures,) = [block for block in document.sections[0].blocks if isinstance(block, KeyFigures)]
    assert [figure.value for figure in figures.figures][1:] == ["Not known", "Not known"]
    tables = {table.id: table for table in document.tables()}
    assert [column.heading for column in tables["sectors-side-by-side"].columns] == ["Sector", "Manchester (£)"]
    assert "families-density" in tables
    assert [section.id for section in comparison_document(several[1:]).sections] == [
        *("key-figures", "families", "method", "sources", "reproduce")
    ]


def test_pots_of_several_recipes_are_refused() -> None:
    other = load(replace(shipped_recipe().without("outturn"), title="Other"))
    leeds = Gathered(pot_of(gathered(LEEDS).place, other), gathered(LEEDS).day)
    with pytest.raises(PlacespendError, match="by one recipe"):
        check_places([gathered(GM), leeds])


def test_where_lines_do_not_serve_all_of_england_it_is_not_compared_with(write_lines: Callable[..., Path]) -> None:
    lines = write_lines({"amount_gbp": "1000000.00"}, {"footprint_code": "E08000006", "amount_gbp": "500000.00"})
    told = comparison_document(gather_all(["Manchester", "Salford"], lines=lines))
    assert "England" not in told.answer
    assert "do not serve all of England" in words_of(told.sections[0])
    table = {table.id: table for table in told.tables()}["per-head-by-place"]
    assert not any("England" in column.heading for column in table.columns)
