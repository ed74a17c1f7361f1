"""Totals follow money through the changes and lose no penny; what is awaited is told, and never a zero."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from everyday import lines as lines_table
from hypothesis import given, settings
from hypothesis import strategies as st
from test_register import ENDS, NAMES, WORKED, crosswalk, register, step

from placespend.errors import FAILURE_COLUMNS, LinesError, PlacespendError, TooLargeError
from placespend.over_years import AWAITED_COLUMNS, awaited, check_lines_against, totals_over_years
from placespend.register import shipped_register


def line(line_id: str, year: str, pence: int | None = None, **more: Any) -> dict[str, Any]:
    status = "have" if pence is not None else "awaited"
    return {"line_id": line_id, "financial_year": year, "amount_pence": pence, "status": status, **more}


def rows(table: pd.DataFrame) -> list[list[object]]:
    return table.astype("object").where(table.notna(), None).to_numpy().tolist()


def test_totals_follow_money_through_a_merger_and_a_split() -> None:
    table = lines_table(
        line("a", "2010-11", 100_00),
        line("b", "2010-11", 20_05),
        line("c", "2011-12", 130_00),
        line("c", "2012-13"),
        line("d", "2013-14", 90_00),
        line("e", "2013-14"),
        line("alone", "2010-11", 7),
        line("unknown", "2010-11", -3),
        line("unknown", "2010-11", 5, source_id="other"),
        line("e", "2014-15", status="included"),
    )
    found = totals_over_years(table, WORKED)
    assert found.columns.tolist() == ["family", "financial_year", "lines", "total_pence", "awaited_lines"]
    assert found["total_pence"].dtype == "Int64"
    assert rows(found) == [
        ["alone", "2010-11", "alone", 7, 0],
        ["d + e", "2010-11", "a, b", 12_005, 0],
        ["d + e", "2011-12", "c", 13_000, 0],
        ["d + e", "2012-13", "c", None, 1],
        ["d + e", "2013-14", "d, e", 9_000, 1],
        ["d + e", "2014-15", "e", None, 0],
        ["unknown of ledger", "2010-11", "unknown", -3, 0],
        ["unknown of other", "2010-11", "unknown", 5, 0],
    ]


def test_a_line_of_one_source_is_not_that_of_another() -> None:
    found = register([{"line": "1", "source_id": "ledger"}, {"line": "2"}], [step("2011-04-01", "1", "2", "replaced")])
    table = lines_table(*(line(name, "2011-12", 1, source_id=source) for name in "12" for source in ("ledger", "x")))
    assert totals_over_years(table, found)[["family", "total_pence"]].to_numpy().tolist() == [["1 of x", 1], ["2", 3]]


def test_no_lines_have_no_totals() -> None:
    found = totals_over_years(lines_table(), WORKED)
    assert found.empty
    assert found.columns.tolist() == ["family", "financial_year", "lines", "total_pence", "awaited_lines"]


def test_totals_beyond_64_bits_are_refused_and_large_ones_exact() -> None:
    most = 2**62
    table = lines_table(line("a", "2010-11", most), line("b", "2010-11", most - 1))
    assert totals_over_years(table, WORKED)["total_pence"].tolist() == [2 * most - 1]
    table = lines_table(line("a", "2010-11", most), line("b", "2010-11", most))
    with pytest.raises(TooLargeError):
        totals_over_years(table, WORKED)


LINES = st.lists(
    st.builds(
        line,
        st.sampled_from([*NAMES, "unknown", "a + b", "l0 of ledger", "=1+1", "\x1b[2J", "<b>"]),
        st.sampled_from(["2010-11", "2011-12", "2012-13"]),
        st.none() | st.integers(-(10**14), 10**14),
        source_id=st.sampled_from(["ledger", "other"]),
    ),
    max_size=30,
)


@settings(deadline=None, max_examples=25)
@given(ENDS, LINES)
def test_families_sum_to_the_lines_of_each_year_whatever_the_crosswalk(
    ends: set[tuple[int, int]], given_lines: list[dict[str, Any]]
) -> None:
    table = lines_table(*given_lines)
    found = totals_over_years(table, crosswalk(ends))
    assert not found.duplicated(["family", "financial_year"]).any()
    for year, of_year in table.groupby("financial_year"):
        totals = found[found["financial_year"] == year]
        assert sum(totals["total_pence"].dropna()) == sum(of_year["amount_pence"].dropna())
        assert totals["awaited_lines"].sum() == (of_year["status"] == "awaited").sum()
    # A total is missing where nothing is known, and only there.
    known = table[table["amount_pence"].notna()]
    assert found["total_pence"].notna().sum() <= len(known)
    assert (found.loc[found["total_pence"].isna(), "awaited_lines"] > 0).all()
    # Changes that have nothing to do with these lines alter no total.
    pd.testing.assert_frame_equal(found, totals_over_years(table, crosswalk(ends, beside=True)))


# --- what is awaited

ASKED = {"status": "awaited", "owner": "Jane at the Home Office", "asked_on": "2012-05-01", "note": "By letter"}


def test_an_awaited_line_is_joined_with_whom_was_asked_and_how_long_ago() -> None:
    found = register([{"line": "a", **ASKED}], [])
    table = lines_table(
        line("a", "2011-12", description="Grant", service_name="8.2 Cultural services"),
        line("b", "2011-12"),
        line("c", "2011-12", 1),
    )
    waiting = awaited(table, found, as_at="2012-05-31")
    assert waiting.columns.tolist() == AWAITED_COLUMNS
    assert waiting["days_waiting"].dtype == "Int64"
    everyday = ["ledger", "Council", "8.2"]
    assert rows(waiting) == [
        ["a", *everyday, "8.2 Cultural services", "E08000003", "2011-12", "Jane at the Home Office", "2012-05-01", 30,
         "Grant By letter", "lines"],
        ["b", *everyday, "", "E08000003", "2011-12", "", "", None, "", "lines"],
    ]  # fmt: skip
    assert rows(awaited(table, found, as_at=date(2012, 5, 1)))[0][9] == 0
    # Nobody waits before asking.
    assert rows(awaited(table, found, as_at="2012-04-30"))[0][9] is None
    assert awaited(table, found)["days_waiting"].max() > 4_000
    with pytest.raises(PlacespendError, match="'31/05/2012' is not a date"):
        awaited(table, found, as_at="31/05/2012")


@pytest.mark.parametrize(
    ("period", "years"),
    [
        (("2011-04-01", "2013-03-31"), ["2012-13"]),
        (("2012-07-01", "2012-08-31"), ["2012-13"]),
        (("2014-04-01", "2016-03-31"), ["2014-15", "2015-16"]),
        (("2010-04-01", ""), ["2010-11", "2012-13", "2013-14"]),
        (("", ""), ["2010-11", "2012-13", "2013-14"]),
        (("", "2012-03-31"), ["2010-11"]),
        (("2015-04-01", ""), ["from 2015-16"]),
        (("", "2009-03-31"), ["to 2008-09"]),
    ],
)
def test_a_line_awaited_in_the_register_only_is_listed_for_the_years_that_the_lines_do_not_hold(
    period: tuple[str, str], years: list[str]
) -> None:
    found = register([{"line": "a", "valid_from": period[0], "valid_to": period[1], **ASKED}], [])
    table = lines_table(line("b", "2010-11", 1), line("a", "2011-12", 1), line("b", "2013-14", 1))
    waiting = awaited(table, found, as_at="2012-05-02")
    assert waiting["financial_year"].tolist() == years
    assert set(waiting["recorded_in"]) == {"register"}
    assert waiting.iloc[0][["line_id", "body", "owner", "days_waiting"]].tolist() == ["a", "Council", ASKED["owner"], 1]
    # Where a year is named, the line that is missing counts in the totals of that year, and as no zero.
    totals = totals_over_years(table, found)
    missing = totals[totals["total_pence"].isna()]
    assert missing["financial_year"].tolist() == [year for year in years if year[0] == "2"]
    assert (missing["awaited_lines"] == 1).all()


def test_without_lines_the_register_alone_is_listed() -> None:
    found = register([{"line": "a", **ASKED}, {"line": "b", "valid_from": "2011-04-01", **ASKED}], [])
    waiting = awaited(None, found, as_at="2012-05-02")
    assert waiting[["line_id", "financial_year"]].to_numpy().tolist() == [["a", ""], ["b", "from 2011-12"]]
    assert awaited(None, shipped_register()).empty
    assert awaited(lines_table(), shipped_register()).columns.tolist() == AWAITED_COLUMNS


def test_two_requests_for_parts_of_one_year_are_one_awaited_line() -> None:
    halves = [
        {"line": "a", **ASKED, "valid_from": "2011-04-01", "valid_to": "2011-09-30"},
        {"line": "a", **ASKED, "valid_from": "2011-10-01", "valid_to": "2012-03-31"},
    ]
    assert len(awaited(None, register(halves, []))) == 1


def test_who_is_asked_does_not_prolong_a_line_that_ended() -> None:
    found = register([{"line": "a", "valid_to": "2012-03-31"}, {"line": "a", "valid_from": "2010-04-01", **ASKED}], [])
    table = lines_table(line("b", "2013-14", 1))
    assert awaited(table, found)["financial_year"].tolist() == ["2010-11", "2011-12"]


# --- lines that cannot be


def test_money_of_a_year_in_which_the_line_did_not_exist_is_told() -> None:
    table = lines_table(
        line("c", "2010-11", 1, file="x.csv", row=2),
        line("c", "2011-12", 1, file="x.csv", row=3),
        line("c", "2013-14", 1, file="x.csv", row=4),
        line("c", "2014-15", file="x.csv", row=5),
        line("unknown", "2014-15", 1, file="x.csv", row=6),
    )
    found = check_lines_against(WORKED, table)
    assert found.columns.tolist() == FAILURE_COLUMNS
    problem = "a year in which the line did not exist, by the register"
    exists = "'c' exists from 2011-04-01 to 2013-03-31"
    assert rows(found) == [
        ["x.csv", 2, "financial_year", "2010-11", problem, f"{exists}; before it was 'a', 'b'"],
        ["x.csv", 4, "financial_year", "2013-14", problem, f"{exists}; after it came 'd', 'e'"],
        ["x.csv", 5, "financial_year", "2014-15", problem, f"{exists}; after it came 'd', 'e'"],
    ]
    assert str(LinesError(found)).startswith("x.csv, column financial_year: 3 rows: a year in which")


def test_a_change_within_a_year_lets_both_lines_have_money_of_it() -> None:
    ends = ["police-authority-fund", "pcc-police-fund"]
    table = lines_table(*(line(name, "2012-13", 1) for name in ends))
    assert check_lines_against(shipped_register(), table).empty
    table = lines_table(*(line(name, "2013-14", 1) for name in ends))
    assert check_lines_against(shipped_register(), table)["value"].tolist() == ["2013-14"]


def test_an_amount_that_the_register_still_awaits_is_told() -> None:
    found = register([{"line": "a", "valid_to": "2012-03-31", **ASKED}], [])
    table = lines_table(line("a", "2011-12", 1, file="x.csv", row=2), line("a", "2010-11", file="x.csv", row=3))
    problem = "an amount, though the register still awaits it"
    assert rows(check_lines_against(found, table)) == [
        ["x.csv", 2, "line_id", "a", problem, "say so in row 1 of your table"]
    ]


def test_lines_without_fault_have_none() -> None:
    assert check_lines_against(WORKED, lines_table()).columns.tolist() == FAILURE_COLUMNS
    assert check_lines_against(WORKED, lines_table(line("c", "2011-12", 1))).empty
