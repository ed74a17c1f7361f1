"""Which lines are in a pot: shipped or a user's, of one year, and none lost on the way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from placespend.errors import (
    ConservationError,
    LinesError,
    PlacespendError,
    TooLargeError,
    UnknownNameError,
    WrongTypeError,
    YearError,
)
from placespend.lines import check_lines, read_lines, shipped_lines
from placespend.loaded import load, sum_pence
from placespend.pot import single_pot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENGLAND_PENCE = 44_485_128_786_600


# --- what is loaded


def test_the_shipped_lines_are_loaded_where_none_are_given() -> None:
    loaded = load()
    assert (len(loaded.lines), loaded.financial_year, loaded.in_pence) == (2_813, "2011-12", ENGLAND_PENCE)
    assert loaded.left_out.empty
    assert not loaded.added_to_shipped
    assert loaded.cautions == ()


def test_a_users_lines_replace_the_shipped_ones(write_lines: Callable[..., Path]) -> None:
    loaded = load(write_lines({"amount_gbp": "12.34"}))
    assert (len(loaded.lines), loaded.in_pence) == (1, 1234)
    assert loaded.cautions == ()


def test_or_are_added_to_them_with_a_caution_of_counting_twice(write_lines: Callable[..., Path]) -> None:
    loaded = load(write_lines({"amount_gbp": "12.34"}), with_shipped=True)
    assert (len(loaded.lines), loaded.in_pence) == (2_814, ENGLAND_PENCE + 1234)
    assert loaded.added_to_shipped
    assert "counted twice" in loaded.cautions[0]


def test_the_shipped_lines_are_not_added_to_themselves() -> None:
    loaded = load(with_shipped=True)
    assert (len(loaded.lines), loaded.in_pence, loaded.added_to_shipped) == (2_813, ENGLAND_PENCE, False)


@pytest.mark.parametrize("kind", [list, tuple])
def test_several_files_are_loaded_together(kind: Callable[..., list[Path]], write_lines: Callable[..., Path]) -> None:
    first = write_lines({"amount_gbp": "1"}, name="first.csv")
    second = write_lines({"amount_gbp": "2", "source_id": "other"}, name="second.csv")
    assert load(kind([first, second])).in_pence == 300


def test_a_path_may_be_text_and_a_table_that_was_read_may_be_given(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_gbp": "1"})
    assert load(str(path)).in_pence == 100
    assert load(read_lines(path)).in_pence == 100


def test_a_table_of_other_columns_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"lacks .*body"):
        load(pd.DataFrame({"line_id": ["1"], "amount_pence": [1]}))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"amount_pence": [100.6, 99.7]}, id="pence with fractions"),
        pytest.param({"amount_pence": pd.array([pd.NA, 100], dtype="Int64")}, id="no amount, yet not awaited"),
        pytest.param({"recipient_body": [None, None]}, id="missing text instead of blank"),
        pytest.param({"service_code": ["99", "8.2"]}, id="an unknown service"),
        pytest.param({"footprint_code": ["NOWHERE", "E08000003"]}, id="an unknown footprint"),
    ],
)
def test_a_table_that_read_lines_would_not_have_given_is_told_to_the_user_and_loses_nothing(
    write_lines: Callable[..., Path], fault: dict[str, Any]
) -> None:
    table = read_lines(write_lines({"amount_gbp": "1"}, {"amount_gbp": "1"})).assign(**fault)
    with pytest.raises(PlacespendError) as caught:
        single_pot("E08000003", lines=table)
    # That would blame the program.
    assert not isinstance(caught.value, ConservationError)


def test_rows_of_a_table_may_bear_the_same_label(write_lines: Callable[..., Path]) -> None:
    table = read_lines(write_lines({"amount_gbp": "1"}))
    assert load(pd.concat([table, table.assign(line_id="2")])).cells["amount_pence"].tolist() == [200]


def test_a_line_that_stands_twice_in_a_table_is_told(write_lines: Callable[..., Path]) -> None:
    table = read_lines(write_lines({"amount_gbp": "1"}))
    with pytest.raises(LinesError, match="the same line_id and source_id stand in another row"):
        load(pd.concat([table, table]))


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"payment_to_people": None}, "neither true nor false"),
        ({"payment_to_people": float("nan")}, "neither true nor false"),
        ({"amount_pence": "1"}, "not whole pence"),
    ],
)
def test_a_row_added_by_hand_is_told_by_its_place_in_the_table(
    write_lines: Callable[..., Path], fault: dict[str, Any], told: str
) -> None:
    table = read_lines(write_lines({"amount_gbp": "1"})).astype("object")
    added = table.assign(line_id="2", file=None, row=None, **fault)
    with pytest.raises(LinesError, match=f"your table, column .*{told}.*2") as caught:
        load(pd.concat([table, added]))
    assert caught.value.failures["row"].tolist() == [2]


@pytest.mark.parametrize("kind", ["category", "object", "string"])
def test_texts_may_be_of_any_type_that_holds_them(write_lines: Callable[..., Path], kind: str) -> None:
    table = read_lines(write_lines({"amount_gbp": "1"}, {"amount_gbp": "", "status": "awaited"}))
    texts = ["body", "service_code", "financial_year", "footprint_code", "basis", "status"]
    loaded = load(table.astype(dict.fromkeys(texts, kind)), with_shipped=True)
    assert loaded.in_pence == ENGLAND_PENCE + 100


def test_amounts_that_cannot_be_summed_exactly_are_refused_even_if_they_cancel(
    write_lines: Callable[..., Path],
) -> None:
    table = read_lines(write_lines({"amount_gbp": "999999999999.99"}, {"amount_gbp": "-999999999999.99", "body": "B"}))
    many = pd.concat([table] * 50_000, ignore_index=True)
    many["line_id"] = [str(number) for number in range(len(many))]
    with pytest.raises(TooLargeError, match="too large to be counted exactly"):
        load(many)


@pytest.mark.parametrize("odd", [[shipped_lines()], {"a.csv"}, 5, (path for path in ["a.csv"])])
def test_lines_of_another_kind_are_refused_in_words(odd: Any) -> None:
    with pytest.raises(WrongTypeError, match="Lines are given as a path, a list of paths or one table"):
        load(odd)


def test_counting_twice_is_told_only_where_shipped_lines_are_of_the_year(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"financial_year": "2012-13"})
    loaded = load(path, with_shipped=True, year="2012-13")
    assert not loaded.added_to_shipped
    assert not any("counted twice" in caution for caution in loaded.cautions)


def test_loading_changes_neither_the_table_that_was_given_nor_the_shipped_lines(
    write_lines: Callable[..., Path],
) -> None:
    given_table = read_lines(write_lines({"amount_gbp": "1"}))
    before = given_table.copy()
    loaded = load(given_table, with_shipped=True)
    loaded.lines.loc[:, "amount_pence"] = 0
    pd.testing.assert_frame_equal(given_table, before)
    assert sum_pence(shipped_lines()) == ENGLAND_PENCE


def test_faults_of_a_file_are_raised(write_lines: Callable[..., Path]) -> None:
    with pytest.raises(LinesError, match="NOWHERE"):
        load(write_lines({"footprint_code": "NOWHERE"}))


def test_money_of_unknown_footprints_is_kept_on_request(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"footprint_code": "NOWHERE", "amount_gbp": "3"})
    assert load(path, unknown_footprints="unallocated").in_pence == 300


# --- sums


def test_awaited_lines_are_loaded_and_sum_to_nothing(write_lines: Callable[..., Path]) -> None:
    loaded = load(write_lines({"amount_gbp": "1"}, {"amount_gbp": "", "status": "awaited"}, {"amount_gbp": "-0.25"}))
    assert len(loaded.lines) == 3
    assert loaded.in_pence == 75
    assert loaded.cells["amount_pence"].sum() == 75


def test_nothing_but_awaited_lines_sum_to_zero(write_lines: Callable[..., Path]) -> None:
    assert load(write_lines({"amount_gbp": "", "status": "awaited"})).in_pence == 0


def test_the_largest_lines_are_summed_exactly(write_lines: Callable[..., Path]) -> None:
    largest = {"amount_gbp": "999999999999.99"}
    # 40 times a penny less than a trillion pounds: 40 trillion less 40 pence.
    assert load(write_lines(*[largest] * 40)).in_pence == 4_000_000_000_000_000 - 40


LIKE_AMOUNTS = st.from_regex(r"\A[+-]?\d{1,13}(\.\d{0,3})?\Z") | st.text("0123456789.,+-£ e\u00a0", max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LIKE_AMOUNTS)
@example("\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}")
@example("1\N{ARABIC-INDIC DIGIT TWO}.50")
@example("0.1")
@example("-999999999999.99")
def test_an_amount_is_read_exactly_or_told_as_a_fault_and_never_lost(
    write_lines: Callable[..., Path], text: str
) -> None:
    path = write_lines({"amount_gbp": text})
    faults = check_lines(path)
    if faults.empty:
        (pence,) = load(path).lines["amount_pence"]
        assert pence is not pd.NA
        assert pence == Decimal(text.strip()) * 100
    else:
        assert faults["column"].tolist() == ["amount_gbp"]


# --- one year


@pytest.fixture
def two_years(write_lines: Callable[..., Path]) -> Path:
    return write_lines(
        {"financial_year": "2011-12", "amount_gbp": "1"},
        {"financial_year": "2012-13", "amount_gbp": "20"},
        {"financial_year": "2012-13", "amount_gbp": "300"},
    )


def test_lines_of_several_years_need_a_choice(two_years: Path) -> None:
    with pytest.raises(YearError, match=r"hold 2 financial years, 2011-12, 2012-13, .*--year 2012-13"):
        load(two_years)


@pytest.mark.parametrize(("year", "pence", "left_out"), [("2011-12", 100, 2), ("2012-13", 32_000, 1)])
def test_the_year_that_is_chosen_is_loaded_and_the_rest_told(
    two_years: Path, year: str, pence: int, left_out: int
) -> None:
    loaded = load(two_years, year=year)
    assert (loaded.financial_year, loaded.in_pence, len(loaded.left_out)) == (year, pence, left_out)
    assert set(loaded.lines["financial_year"]) == {year}
    assert set(loaded.cells["financial_year"]) == {year}


def test_what_is_left_out_is_told_to_the_penny(two_years: Path) -> None:
    assert load(two_years, year="2011-12").cautions == ("2 lines of 2012-13 (£320.00) are left out.",)


def test_a_year_without_lines_is_an_error(two_years: Path) -> None:
    with pytest.raises(YearError, match=r"no lines of 2013-14; the lines hold 2011-12, 2012-13"):
        load(two_years, year="2013-14")
    with pytest.raises(ValueError, match=r"no lines of 2012-13; the lines hold 2011-12"):
        load(year="2012-13")


@pytest.mark.parametrize("year", ["2011", "2011-13", "2011/12", "11-12", "", "2011-2012", "1811-12"])
def test_what_is_not_a_financial_year_is_told_so(year: str) -> None:
    with pytest.raises(YearError, match=r"is not a financial year.*2011-12"):
        load(year=year)


def test_the_turn_of_a_century_is_a_financial_year(write_lines: Callable[..., Path]) -> None:
    loaded = load(write_lines({"financial_year": "1999-00"}))
    assert loaded.year_end == date(2000, 3, 31)


def test_a_financial_year_ends_in_march() -> None:
    assert load().year_end == date(2012, 3, 31)


def test_no_lines_at_all_are_an_error() -> None:
    with pytest.raises(YearError, match="There are no lines"):
        load(shipped_lines().iloc[:0])


# --- what a reader must know


def test_amounts_of_different_kinds_are_told(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_kind": "outturn"}, {"amount_kind": "budget"}, {"amount_kind": "outturn"})
    assert load(path).cautions == ("Amounts of different kinds are added up: budget, outturn.",)


def test_refused_lines_are_told_with_their_sum(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"status": "refused", "amount_gbp": "1000"}, {"status": "refused", "amount_gbp": "0.50"}, {})
    (caution,) = load(path).cautions
    assert "refused 2 of the loaded lines (£1,000.50 before sharing)" in caution
    assert "grade E" in caution


def test_a_misspelt_choice_is_refused_also_for_the_shipped_lines() -> None:
    with pytest.raises(UnknownNameError, match="Unknown footprints are not to be 'unalocated'"):
        load(unknown_footprints="unalocated")


def test_shipped_lines_that_stand_twice_are_told() -> None:
    with pytest.raises(LinesError, match="the same line_id and source_id stand in another row"):
        load(shipped_lines(), with_shipped=True)
