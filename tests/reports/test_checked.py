"""Every penny of the loaded lines stands somewhere, and what has no amount or no place is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gathered_places import PLACES, gathered_places, pence, table_of_id, told_by_pot, words_of

from placespend.cofog import services
from placespend.reports.checked import _service, checked_section
from placespend.reports.gathered import gather
from placespend.responsibilities import service_groups

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("name", PLACES)
def test_the_reconciliation_is_that_of_the_pot(name: str) -> None:
    told = told_by_pot(name, "sector")["reconciliation"]
    section = checked_section(gathered_places()[name])
    table = table_of_id(section, "reconciliation-table")
    amounts = dict(zip(table.data["what"], map(pence, (row[1] for row in table.rows)), strict=True))
    assert amounts == told
    assert list(table.data["amount_pence"]) == list(amounts.values())
    *parts, whole = amounts.values()
    assert sum(parts) == whole
    assert ("Difference", "0.00") in table.rows
    assert "is £0.00" in words_of(section)


def test_what_is_awaited_or_unallocated_is_listed(write_lines: Callable[..., Path]) -> None:
    lines = write_lines(
        {"amount_gbp": "10.00"},
        {"amount_gbp": "", "status": "awaited", "body": "<b>Late</b>", "description": "Asked for in May"},
        {"amount_gbp": "7.00", "footprint_code": "NOWHERE"},
    )
    section = checked_section(gather("Manchester", lines=lines, unknown_footprints="unallocated"))
    awaited = table_of_id(section, "awaited")
    assert awaited.rows[0][0] == "<b>Late</b>"
    assert awaited.rows[0][-1] == "Asked for in May"
    unallocated = table_of_id(section, "unallocated")
    assert [row[2] for row in unallocated.rows] == ["7.00", "7.00"]
    assert unallocated.has_total
    rows = table_of_id(section, "reconciliation-table").rows
    assert {("In Manchester", "10.00"), ("All lines loaded, as they were read", "17.00")} <= set(rows)


def test_money_in_no_pot_is_listed_with_the_reason() -> None:
    london = gather("Westminster", level="upper_tier")
    memo = london.pot.memo
    assert len(memo)
    table = table_of_id(checked_section(london), "memo")
    assert [pence(row[3]) for row in table.rows] == [int(amount) for amount in memo["amount_pence"]]
    assert [row[4] for row in table.rows] == list(memo["reason"])


def test_services_have_numbers_and_groups_of_services_have_none() -> None:
    assert _service("7.A") == "7.A Medical services"
    group = next(str(code) for code in service_groups().index if not str(code)[0].isdigit())
    assert _service(group) == str(services()["label"][group])
