"""Who spends and on what: every row is that of ``placespend pot``, rows sum to the pot, awaited lines are no zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from gathered_places import PLACES, column, gathered_places, pence, table_of_id, told_by_pot, whole, words_of
from hypothesis import given
from hypothesis import strategies as st

from placespend.cofog import services
from placespend.money import percent
from placespend.reports.document import Bars, DataTable, Section
from placespend.reports.gathered import gather
from placespend.reports.spending import known_with_amount, largest, spending_sections
from placespend.reports.wording import GRADES_IN_SHORT, known_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

HOSTILE = '<script>alert(1)</script>\u202e & "Sons" {{ 7*7 }}'


@pytest.fixture(scope="module")
def sections() -> dict[str, tuple[Section, ...]]:
    return {name: spending_sections(found) for name, found in gathered_places().items()}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize(("by", "table"), [("body", "bodies"), ("sector", "sectors"), ("service", "services")])
def test_every_row_is_that_of_placespend_pot(
    sections: dict[str, tuple[Section, ...]], name: str, by: str, table: str
) -> None:
    told = told_by_pot(name, by)["rows"]
    shown = table_of_id(sections[name][by == "service"], table)
    amounts = column(shown, "Amount (£)")
    assert list(map(pence, amounts)) == [row["amount_pence"] for row in told]
    assert list(map(pence, column(shown, "Per head (£)"))) == [row["per_head_pence"] for row in told]
    assert column(shown, "Grades") == [" ".join(row["grades"]) for row in told]
    recorded = [percent(row["observed_pence"], row["amount_pence"]) if row["amount_pence"] else "" for row in told]
    assert column(shown, "Recorded here") == recorded
    key = "service_code" if by == "service" else by
    assert list(shown.data[key]) == [row[key] for row in told]
    assert whole(shown.data["amount_pence"]) == [row["amount_pence"] for row in told]
    assert list(shown.data["known"]) == [known_of(row["grades"]) for row in told]


@pytest.mark.parametrize("name", PLACES)
def test_every_table_sums_to_the_pot(sections: dict[str, tuple[Section, ...]], name: str) -> None:
    told = told_by_pot(name, "body")
    for section, tables in zip(sections[name], (("bodies", "sectors"), ("divisions", "services")), strict=True):
        for table in tables:
            shown = table_of_id(section, table)
            assert sum(map(pence, column(shown, "Amount (£)"))) == told["total_pence"]
            assert pence(shown.rows[-1][1]) == told["total_pence"]
            assert int(shown.data["amount_pence"].sum()) == told["total_pence"]
            assert shown.has_total


@pytest.mark.parametrize("name", PLACES)
def test_pictures_hold_the_whole_pot(sections: dict[str, tuple[Section, ...]], name: str) -> None:
    total = told_by_pot(name, "body")["total_pence"]
    bars = [block for section in sections[name] for block in section.blocks if isinstance(block, Bars)]
    assert len(bars) == 2
    for found in bars:
        *first, _ = values = list(found.values)
        assert sum(values) == pytest.approx(total / 1e8)
        assert first == sorted(first, reverse=True)


def test_divisions_are_the_sums_of_their_services(sections: dict[str, tuple[Section, ...]]) -> None:
    section = sections["Greater Manchester"][1]
    told = pd.DataFrame(told_by_pot("Greater Manchester", "service")["rows"])
    sums = told.groupby(told["service_code"].map(services()["division"]))["amount_pence"].sum()
    shown = table_of_id(section, "divisions").data.set_index("division")["amount_pence"]
    assert {code: int(amount) for code, amount in shown.items()} == sums.to_dict()


def test_awaited_lines_are_rows_without_amounts(write_lines: Callable[..., Path]) -> None:
    lines = write_lines(
        {"body": "Paid", "amount_gbp": "10.00"},
        {"body": "Paid", "amount_gbp": "", "status": "awaited"},
        {"body": HOSTILE, "amount_gbp": "", "status": "awaited", "service_code": "3.1"},
    )
    who, what = spending_sections(gather("Manchester", lines=lines))
    rows = {row[0]: row[1:] for row in table_of_id(who, "bodies").rows}
    assert rows["Paid (1 more awaited)"][0] == "10.00"
    assert rows["Paid (1 more awaited)"][-1] == "recorded"
    (awaited,) = [cells for name, cells in rows.items() if name.startswith("<script>")]
    assert awaited[:3] == ("awaited", "", "")
    assert awaited[-1] == "awaited"
    assert rows["Total"][0] == "10.00"
    assert "awaited lines aside" in words_of(who)
    assert [row[1] for row in table_of_id(what, "divisions").rows] == ["awaited", "10.00", "10.00"]


def test_names_that_would_do_harm_stay_text(write_lines: Callable[..., Path]) -> None:
    found = gather("Manchester", lines=write_lines({"body": HOSTILE, "amount_gbp": "-3.00"}))
    who, _ = spending_sections(found)
    table = table_of_id(who, "bodies")
    name = found.pot.by("body")["body"].iloc[0]
    assert name.startswith("<script>alert(1)</script>")
    assert table.rows[0][0] == table.data["body"].iloc[0] == name
    assert table.notes == (GRADES_IN_SHORT, "Negative amounts are income and reversals.")


def test_only_awaited_lines_make_tables_without_a_total_or_a_picture(write_lines: Callable[..., Path]) -> None:
    lines = write_lines({"amount_gbp": "", "status": "awaited"}, {"footprint_code": "E08000035"})
    sections = spending_sections(gather("Manchester", lines=lines))
    tables = [block for section in sections for block in section.blocks if isinstance(block, DataTable)]
    assert [table.id for table in tables] == ["bodies", "sectors", "divisions", "services"]
    assert not any(table.has_total for table in tables)
    assert spending_sections(gather("Rutland", lines=lines)) == ()


@pytest.mark.parametrize("amounts", [("0.00",), ("500.00", "-500.00")])
def test_a_pot_that_comes_to_nothing_is_known_as_what_it_is_made_of(
    write_lines: Callable[..., Path], amounts: tuple[str, ...]
) -> None:
    lines = write_lines(*({"amount_gbp": amount} for amount in amounts))
    for section in spending_sections(gather("Manchester", lines=lines)):
        for table in (block for block in section.blocks if isinstance(block, DataTable)):
            assert table.rows[-1][0] == "Total"
            assert table.rows[-1][-2:] == ("A", "recorded")


def test_a_row_that_is_recorded_in_part_says_so(sections: dict[str, tuple[Section, ...]]) -> None:
    table = table_of_id(sections["Greater Manchester"][1], "services")
    words = dict(zip(table.data["known"], column(table, "How known"), strict=True))
    assert words["observed_and_modelled"] == "recorded and modelled"
    for grades, known in zip(column(table, "Grades"), table.data["known"], strict=True):
        assert (known == "modelled") <= ("A" not in grades)
    assert table.rows[-1][-1] == "recorded and modelled"


@given(st.lists(st.integers(-(10**12), 10**12), max_size=30), st.integers(2, 12))
def test_the_largest_and_the_rest_sum_to_all(amounts: list[int], most: int) -> None:
    ranked = sorted(amounts, reverse=True)
    cut = pd.DataFrame({"body": [str(at) for at in range(len(ranked))], "amount_pence": pd.array(ranked, "Int64")})
    found = largest(cut, "body", most)
    assert len(found) == min(most, len(ranked))
    assert sum(amount for _, amount in found) == sum(amounts)
    assert [amount for _, amount in found][: most - 1] == ranked[: most - 1]


def test_an_awaited_line_does_not_change_how_the_amount_beside_it_is_known() -> None:
    row: dict[Hashable, object] = {"amount_pence": 5, "grades": "AE", "awaited_lines": 1}
    assert known_with_amount(row) == "observed"
    assert known_with_amount({**row, "awaited_lines": 0}) == "observed_and_modelled"
    assert known_with_amount({**row, "amount_pence": None}) == ""
