"""Every assumption behind a pot is told, with amounts that sum to it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from gathered_places import ENGLAND, GM, PILOT, gathered, pence, tables_of, words_of

from placespend.explain import NOT_ASSESSED
from placespend.pot import single_pot
from placespend.reports.assumptions import (
    NOT_SHARED,
    QUALITIES,
    assumptions_of,
    assumptions_section,
    by_quality,
)
from placespend.reports.gathered import gather

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

HOSTILE = "<script>alert('why')</script> & \"so\""


@cache
def of(name: str) -> pd.DataFrame:
    return assumptions_of(gathered(name).pot)


@pytest.mark.parametrize("name", [GM, ENGLAND])
def test_amounts_sum_to_the_pot(name: str) -> None:
    pot = gathered(name).pot
    table = of(name)
    assert sum(table["amount_pence"].tolist()) == pot.total_pence
    by_service = table.groupby("service_code")["amount_pence"].sum().to_dict()
    assert by_service == pot.cells.groupby("service_code")["amount_pence"].sum().to_dict()
    assert sum(by_quality(table)["amount_pence"].tolist()) == pot.total_pence


def test_rows_are_those_of_the_explanation() -> None:
    pot = gathered(GM).pot
    explained = pot.explain("10.2")
    told = of(GM)
    told = told[told["service_code"].isin(explained["service_code"])]
    shared = told[told["quality"] != NOT_SHARED]
    expected = explained[explained["grade"] != "A"]
    keys = ["service_code", "assumption", "quality"]
    sums = expected.groupby(keys)["amount_pence"].sum().to_dict()
    assert shared.groupby(keys)["amount_pence"].sum().to_dict() == sums
    assert set(shared["how"]) == set(expected["basis_label"])
    held = told[told["quality"] == NOT_SHARED]
    assert int(held["amount_pence"].sum()) == int(explained.loc[explained["grade"] == "A", "amount_pence"].sum())


def test_the_weakest_stand_first_and_then_the_largest() -> None:
    table = of(GM)
    ranks = [list(QUALITIES).index(quality) for quality in table["quality"]]
    assert ranks == sorted(ranks)
    assert set(table["quality"]) == {"red", "amber", "green", NOT_SHARED}
    for _, rows in table.groupby("quality"):
        assert rows["amount_pence"].is_monotonic_decreasing


def test_what_was_recorded_was_not_shared() -> None:
    pot = gathered(GM).pot
    table = of(GM)
    recorded = table[table["known"] == "observed"]
    assert int(recorded["amount_pence"].sum()) == pot.observed_pence > 0
    assert set(recorded["how"]) == {"recorded, not shared"}
    assert set(table.loc[table["quality"] != NOT_SHARED, "known"]) == {"modelled"}


def test_nothing_of_england_was_shared() -> None:
    table = of(ENGLAND)
    assert set(table["quality"]) == {NOT_SHARED}
    assert set(table["known"]) == {"observed", "published"}
    left = table["assumption"].str.startswith("What is left of an official allocation")
    assert set(table.loc[left, "grades"]) == {"B"}
    assert left.any()


def test_tables_show_what_is_in_their_data() -> None:
    found = gathered(PILOT)
    section = assumptions_section(found)
    for table in tables_of(section.blocks).values():
        column = [column.heading for column in table.columns].index("Amount (£)")
        *rows, total = [pence(row[column]) for row in table.rows]
        assert rows == table.data["amount_pence"].tolist()
        assert total == sum(rows) == found.pot.total_pence
        assert table.has_total
    assert "together £109.8 million, the pot" in words_of(section)
    assert "otherwise than is usual" not in words_of(section)
    assert any("upper-tier authority, 2019" in row for row in tables_of(section.blocks)["every-assumption"].rows)


def test_a_choice_is_told_with_its_reason_as_plain_text(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"service_code": "3.2", "footprint_code": "E92000001", "amount_gbp": "900.00"})
    found = gather("Leeds", lines=path, overrides=[("3.2", "hectares", HOSTILE)])
    section = assumptions_section(found)
    assert f"3.2, shared by hectares: {HOSTILE}" in words_of(section)
    rows = assumptions_of(found.pot)
    fire = rows[rows["service_code"] == "3.2"]
    assert fire[["how", "assumption", "quality"]].to_numpy().tolist() == [
        ["hectares", f"shared by hectares: {HOSTILE}", NOT_ASSESSED]
    ]


def test_estimates_and_awaited_lines(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"status": "refused", "amount_gbp": "10.00"},
        {"status": "refused", "amount_gbp": "20.00", "footprint_code": "E92000001"},
        {"amount_gbp": "3.00", "footprint_code": "E92000001", "amount_kind": "budget", "status": "have"},
        {"status": "awaited", "amount_gbp": ""},
    )
    pot = single_pot("Manchester", lines=path)
    table = assumptions_of(pot)
    assert sum(table["amount_pence"].tolist()) == pot.total_pence
    held = table[table["quality"] == NOT_SHARED].iloc[0]
    assert (held["amount_pence"], held["known"], held["how"]) == (1000, "assumed", "an estimate, not shared")
    shared = table[table["quality"] == "red"]
    assert shared["grades"].tolist() == ["E", "D"]
    assert shared["assumption"].str.endswith("whoever made the lines.").tolist() == [True, False]
    told = words_of(assumptions_section(gather("Manchester", lines=path)))
    assert "Of 1 awaited lines nothing is assumed" in told


def test_a_place_of_which_nothing_is_known(write_lines: Callable[..., Path]) -> None:
    section = assumptions_section(gather("Leeds", lines=write_lines({"amount_gbp": "1.00"})))
    assert "nothing is assumed" in words_of(section)
    assert [table.rows[-1][-2:] for table in tables_of(section.blocks).values()] == [("0.00", ""), ("0.00", "")]
