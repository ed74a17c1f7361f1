"""The answer and the figures that stand out are those of the pot, and a neighbourhood's are never called a budget."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from gathered_places import PLACES, gathered_from_shipped, gathered_places, told_by_pot, words_of

from placespend.money import format_gbp, percent
from placespend.recipe import shipped_recipe
from placespend.reports.document import KeyFigure, KeyFigures
from placespend.reports.gathered import Gathered, gather
from placespend.reports.key_figures import (
    about_place,
    answer_of,
    bodies_covered,
    key_figures_section,
    title_of_report,
)
from placespend.reports.wording import rounded_gbp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def figures_of(found: Gathered) -> dict[str, KeyFigure]:
    blocks = key_figures_section(found).blocks
    return {figure.label: figure for block in blocks if isinstance(block, KeyFigures) for figure in block.figures}


@pytest.mark.parametrize("name", PLACES)
def test_key_figures_are_those_that_placespend_pot_prints(name: str) -> None:
    told = told_by_pot(name, "body")
    figures = figures_of(gathered_places()[name])
    total = next(figure for label, figure in figures.items() if label.endswith(told["financial_year"]))
    assert total.value == format_gbp(told["total_pence"])
    assert figures["Per head"].value == format_gbp(told["per_head_pence"])
    assert figures["Recorded at this place"].value == percent(told["observed_pence"], told["total_pence"])
    england = told_by_pot("England", "body")["per_head_pence"]
    difference = told["per_head_pence"] - england
    assert figures["Against England, per head"].value == f"{'+' * (difference > 0)}{format_gbp(difference)}"
    aside = ("Recorded", "Range")
    known = "observed_and_modelled" if told["observed_pence"] else "modelled"
    assert {figure.known for label, figure in figures.items() if not label.startswith(aside)} == {known}
    assert figures["Range"].known == "modelled"


@pytest.mark.parametrize("name", ["Greater Manchester", "Leeds"])
def test_the_range_is_that_of_the_pot(name: str) -> None:
    told = told_by_pot(name, "body")
    value = figures_of(gathered_places()[name])["Range"].value
    assert value == f"{format_gbp(told['low_pence'])} to {format_gbp(told['high_pence'])}"


def test_the_range_of_a_place_that_cuts_small_areas_is_as_wide_as_its_sensitivity() -> None:
    found, told = gathered_places()["NB-LITTLE-HORTON"], told_by_pot("NB-LITTLE-HORTON", "body")
    low, high = found.sensitivity.low_pence, found.sensitivity.high_pence
    assert figures_of(found)["Range"].value == f"{format_gbp(low)} to {format_gbp(high)}"
    assert low < told["low_pence"] < told["high_pence"] <= high


@pytest.mark.parametrize("name", PLACES)
def test_the_answer_says_the_pot_per_head_and_range_in_words(name: str) -> None:
    found = gathered_places()[name]
    said = answer_of(found)
    for amount in (found.pot.total_pence, found.pot.per_head_pence or 0):
        assert rounded_gbp(amount) in said
    assert said.endswith(f"{rounded_gbp(found.sensitivity.low_pence)} to {rounded_gbp(found.sensitivity.high_pence)}.")
    assert found.place.name in title_of_report(found)


def test_a_neighbourhood_s_pot_is_modelled_not_managed_spending_and_no_budget() -> None:
    found = gathered_places()["NB-LITTLE-HORTON"]
    texts = [title_of_report(found), answer_of(found), *about_place(found), words_of(key_figures_section(found))]
    assert "modelled, not managed, spending" in answer_of(found)
    assert "modelled, not managed, spending" in words_of(key_figures_section(found))
    assert not any("budget" in text.casefold() for text in texts if text != found.place.definition)
    assert "all public bodies together spent" not in answer_of(found)


def test_england_is_not_compared_with_itself() -> None:
    found = gathered_from_shipped("England")
    assert "England as a whole" not in answer_of(found)
    assert "Against England, per head" not in figures_of(found)
    assert figures_of(found)["Range"].value == "No range"
    assert "nothing in it is shared out" in figures_of(found)["Range"].note
    assert "nothing in it is shared out" in answer_of(found)
    assert figures_of(found)["Per head"].known == "published"


def test_where_nothing_is_known_the_answer_says_so(write_lines: Callable[..., Path]) -> None:
    lines = write_lines({"status": "awaited", "amount_gbp": ""}, {"footprint_code": "E08000035"})
    found = gather("Manchester", lines=lines)
    assert "is not known here" in answer_of(found)
    assert figures_of(found) == {}
    assert "£" not in answer_of(found)
    assert "One line is awaited: it has no amount yet, and is in no total. It is listed below." in words_of(
        key_figures_section(found)
    )


def test_lines_that_do_not_serve_all_of_england_are_not_compared_with_it(write_lines: Callable[..., Path]) -> None:
    found = gather("Manchester", lines=write_lines({"amount_gbp": "1000000.00"}))
    assert "England" not in answer_of(found)
    assert "Against England, per head" not in figures_of(found)
    assert "do not serve all of England" in words_of(key_figures_section(found))


def test_a_difference_is_a_percentage_of_exact_pence_and_nothing_has_no_plus(
    write_lines: Callable[..., Path],
) -> None:
    lines = write_lines({"amount_gbp": "1000000.00"}, {"amount_gbp": "53.00", "footprint_code": "E92000001"})
    found = gather("Manchester", lines=lines)
    pot, england = found.pot, found.england
    ratio = Fraction(pot.total_pence * england.residents, pot.residents * england.total_pence) - 1
    exact = f"{float(round(100 * ratio, 1)):,.1f} % more than"
    assert exact in answer_of(found)
    assert figures_of(found)["Against England, per head"].note.startswith(exact)
    assert "," in exact
    nothing = gather("Manchester", lines=write_lines({"amount_gbp": "0.00", "footprint_code": "E92000001"}))
    assert figures_of(nothing)["Against England, per head"].value == "£0.00"


def test_what_serves_the_whole_country_is_said_to_be_left_out_where_it_is(write_lines: Callable[..., Path]) -> None:
    said = "serves the whole country"
    assert any(said in line for line in about_place(gathered_places()["Leeds"]))
    assert not any(said in line for line in about_place(gather("Manchester", lines=write_lines({}))))


def test_only_the_shipped_lines_are_called_those_of_all_public_bodies(write_lines: Callable[..., Path]) -> None:
    own = gather("Manchester", lines=write_lines({"amount_kind": "budget"}))
    assert "the public bodies whose lines are loaded together spent or planned to spend" in answer_of(own)
    shipped = gathered_places()["Leeds"].loaded
    assert bodies_covered(shipped) == "all public bodies"
    scope = replace(shipped_recipe().scope, capital=False)
    without = replace(shipped, recipe=replace(shipped_recipe(), scope=scope))
    assert bodies_covered(without) == "all public bodies, capital spending left out,"
    some = replace(shipped, recipe=replace(shipped_recipe(), scope=replace(scope, only_services=("7",))))
    assert bodies_covered(some) == "the public bodies whose lines are loaded"
