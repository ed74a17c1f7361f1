"""The method is told in the words of the pot at hand, with grades that sum to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from gathered_places import ENGLAND, GM, LEEDS, PILOT, TRI_BOROUGH, gathered, of_kind, pence, tables_of, words_of
from running import succeed

from placespend.reports.document import Notice
from placespend.reports.gathered import gather
from placespend.reports.method import CONSOLIDATED, NATIONAL, SHARED, method_section, notes_of
from placespend.schema import GRADES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from running import Run


@pytest.mark.parametrize("name", [GM, PILOT, ENGLAND])
def test_grades_are_those_of_the_pot_and_sum_to_it(name: str) -> None:
    pot = gathered(name).pot
    table = tables_of(method_section(gathered(name)).blocks)["grades"]
    assert dict(zip(table.data["grade"], table.data["amount_pence"], strict=True)) == pot.grades
    assert [(row[0], row[1]) for row in table.rows[:-1]] == list(GRADES.items())
    *rows, total = [pence(row[2]) for row in table.rows]
    assert rows == list(pot.grades.values())
    assert sum(rows) == total == pot.total_pence


def test_grades_are_those_that_the_command_tells(run: Run) -> None:
    told = json.loads(succeed(run("pot", GM, "--format", "json")))
    data = tables_of(method_section(gathered(GM)).blocks)["grades"].data
    assert dict(zip(data["grade"], data["amount_pence"], strict=True)) == told["grades"]
    assert notes_of(gathered(GM).pot)[: len(told["notes"])] == tuple(told["notes"])
    words = words_of(method_section(gathered(GM)))
    # What the command tells of the scope in short, a report says in a sentence.
    assert told["scope"] == "payments to people in; capital in"
    assert "Benefits and pensions count, and so does capital spending." in words
    assert "capital in" not in words


def test_how_each_grade_is_known() -> None:
    data = tables_of(method_section(gathered(GM)).blocks)["grades"].data
    assert data["known"].tolist() == ["observed", "published", "modelled", "modelled", "assumed"]


def test_recorded_and_modelled_are_told_apart() -> None:
    told = words_of(method_section(gathered(GM)))
    assert "£6.02 billion (25.4 %) was recorded at this place" in told
    assert "£17.66 billion (74.6 %) is modelled, shared out from larger areas" in told
    assert "None of it was recorded" in words_of(method_section(gathered(PILOT)))
    england = words_of(method_section(gathered(ENGLAND)))
    assert "was allocated officially" in england
    assert "modelled, shared" not in england
    assert SHARED not in england


def test_a_neighbourhood_is_no_budget() -> None:
    section = method_section(gathered(PILOT))
    (notice,) = of_kind(section, Notice)
    assert "modelled, not managed, spending" in notice.text
    assert "it is no budget" in notice.text
    assert words_of(section).count("modelled, not managed") == 1
    assert of_kind(method_section(gathered(LEEDS)), Notice) == []


def test_related_sources_and_money_in_no_pot_are_told() -> None:
    told = words_of(method_section(gathered(TRI_BOROUGH)))
    assert "“Revenue Outturn Summary 2011-12” records is a part of “Country and Regional Analysis database”" in told
    assert "In no pot:" in told
    assert NATIONAL in told
    assert CONSOLIDATED in told


def test_lines_of_ones_own_are_not_called_the_treasurys(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"amount_gbp": "7.00", "recipient_body": "<b>Trust</b>"},
        {"amount_gbp": "-2.00", "body": "Other"},
    )
    section = method_section(gather("Manchester", lines=path))
    told = words_of(section)
    assert NATIONAL not in told
    assert CONSOLIDATED not in told
    assert "One line is passed on to another public body (<b>Trust</b>)" in told
    assert "Negative amounts are income and reversals." in told
    assert SHARED not in told
    assert pence(tables_of(section.blocks)["grades"].rows[-1][2]) == 500


def test_a_place_of_which_nothing_is_known(write_lines: Callable[..., Path]) -> None:
    told = words_of(method_section(gather("Leeds", lines=write_lines({"amount_gbp": "1.00"}))))
    assert "No amount is known of this place." in told
