"""Which lines are in a pot: shipped or a user's, of one year, and none lost on the way."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from placespend import __version__
from placespend.accounts import ACCOUNT_COLUMNS, IN_THE_POT, Books, sum_pence
from placespend.errors import (
    ConservationError,
    LinesError,
    OverlapError,
    PlacespendError,
    RecipeError,
    TooLargeError,
    UnknownNameError,
    WrongTypeError,
    YearError,
)
from placespend.intake import take_in
from placespend.lines import CANONICAL_COLUMNS, check_lines, read_lines, read_shipped, shipped_lines
from placespend.loaded import Loaded, load
from placespend.pot import single_pot
from placespend.recipe import Recipe, Scope, Source, shipped_recipe
from placespend.relations import Relation
from placespend.shipped import FIGURES_COME_FROM, shipped_file
from placespend.wanted import recipe_of, recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from placespend.intake import Intake

ENGLAND_PENCE = 44_485_128_786_600
OBSERVED_PENCE = 1_120_668_000_000
MEMO_PENCE = 18_846_700_000
LEEDS = "E08000035"
HOUSING_COMPANY = {"body": "Housing company", "sector": "PC", "amount_gbp": "12.34"}
SLOW_COMPANY = {**HOUSING_COMPANY, "amount_gbp": "", "status": "awaited"}
"""The Treasury's analysis has money of every division in every region, so beside it only what is awaited is new."""


def loaded_of(lines: Any = None, **options: Any) -> Loaded:
    return load(recipe_of(lines, **options))


# --- what is loaded


def test_the_shipped_lines_are_loaded_where_none_are_given() -> None:
    loaded = loaded_of()
    assert loaded.recipe.sha256 == shipped_recipe().sha256
    # 2,744 of the 2,813 official lines as they were read, what is left of the rest, and outturn split over services.
    assert loaded.lines.groupby(["source", "treatment"]).size().to_dict() == {
        ("cra", ""): 2_744,
        ("cra", "remainder"): 69,
        ("outturn", "split"): 799,
    }
    assert (len(loaded.lines), loaded.financial_year, loaded.in_pence) == (3_612, "2011-12", ENGLAND_PENCE)
    assert sum_pence(loaded.lines[loaded.lines["source"] == "outturn"]) == OBSERVED_PENCE
    assert list(loaded.lines.columns) == [*CANONICAL_COLUMNS, "source"]
    assert loaded.left_out.empty
    assert loaded.cautions == ()


def test_without_the_outturn_the_shipped_lines_are_the_official_allocation_as_it_was_read() -> None:
    loaded = load(shipped_recipe().without("outturn"))
    assert (len(loaded.lines), loaded.financial_year, loaded.in_pence) == (2_813, "2011-12", ENGLAND_PENCE)
    pd.testing.assert_frame_equal(loaded.lines, shipped_lines().assign(source="cra"))
    assert loaded.left_out.empty
    assert loaded.memo.empty
    assert loaded.residuals.empty
    assert loaded.cautions == ()


def test_a_users_lines_replace_the_shipped_ones(write_lines: Callable[..., Path]) -> None:
    loaded = loaded_of(write_lines({"amount_gbp": "12.34"}))
    assert (len(loaded.lines), loaded.in_pence) == (1, 1234)
    assert loaded.lines["source"].tolist() == ["lines"]
    assert loaded.cautions == ()


def test_or_are_added_to_them_where_the_shipped_ones_do_not_hold_their_money(
    write_lines: Callable[..., Path],
) -> None:
    awaited = {"amount_gbp": "", "status": "awaited"}
    loaded = loaded_of(write_lines(SLOW_COMPANY, awaited), with_shipped=True)
    assert (len(loaded.lines), loaded.in_pence) == (3_614, ENGLAND_PENCE)
    assert loaded.lines.groupby("source").size().to_dict() == {"cra": 2_813, "lines": 2, "outturn": 799}
    assert loaded.awaited["line_id"].tolist() == ["1", "2"]
    assert loaded.cautions == ("Of the loaded lines, 2 are awaited and in no total.",)


def test_money_is_added_to_the_shipped_lines_where_its_group_is_left_out_of_them(
    write_lines: Callable[..., Path],
) -> None:
    recipe = recipe_of(write_lines({"amount_gbp": "12.34"}), with_shipped=True).without("outturn")
    own, cra = recipe.sources
    culture = {"group": ["cultural"]}
    loaded = load(replace(recipe, sources=(own, replace(cra, leave_out=culture))))
    only = load(replace(recipe, sources=(replace(cra, only=culture),)))
    assert only.in_pence > 0
    assert loaded.in_pence == ENGLAND_PENCE - only.in_pence + 1234


def test_money_that_the_shipped_lines_hold_too_is_an_error_that_names_both_and_the_way_out(
    write_lines: Callable[..., Path],
) -> None:
    with pytest.raises(OverlapError, match="Culture of Housing company is part of"):
        loaded_of(write_lines(HOUSING_COMPANY), with_shipped=True)
    with pytest.raises(OverlapError) as caught:
        loaded_of(write_lines({"amount_gbp": "12.34"}), with_shipped=True)
    assert caught.value.message.split("\n")[0].startswith("'lines' and 'cra' hold the same money: ")
    assert "£12.34 of 'lines'" in caught.value.message
    assert "Local authorities in England there" in caught.value.message
    assert caught.value.hint is not None
    assert 'inner = "lines", outer = "cra", use = "observed within"' in caught.value.hint


def test_the_shipped_lines_are_not_added_to_themselves() -> None:
    loaded = loaded_of(with_shipped=True)
    assert loaded.recipe.sha256 == shipped_recipe().sha256
    assert (len(loaded.lines), loaded.in_pence) == (3_612, ENGLAND_PENCE)


@pytest.mark.parametrize("kind", [list, tuple])
def test_several_files_are_loaded_together(kind: Callable[..., list[Path]], write_lines: Callable[..., Path]) -> None:
    first = write_lines({"amount_gbp": "1"}, name="first.csv")
    second = write_lines({"amount_gbp": "2", "source_id": "other", "body": "Police"}, name="second.csv")
    loaded = loaded_of(kind([first, second]))
    assert loaded.in_pence == 300
    assert loaded.lines["file"].tolist() == ["first.csv", "second.csv"]


def test_two_records_of_one_body_service_and_area_are_not_loaded_together(write_lines: Callable[..., Path]) -> None:
    first = write_lines({"amount_gbp": "1"}, name="first.csv")
    second = write_lines({"amount_gbp": "2", "source_id": "other"}, name="second.csv")
    said = r"'ledger' and 'other' in source 'lines' hold the same money: both have lines of Council .*£1\.00 .*£2\.00"
    with pytest.raises(OverlapError, match=said):
        loaded_of([first, second])


def test_a_path_may_be_text_and_a_table_that_was_read_may_be_given(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_gbp": "1"})
    assert loaded_of(str(path)).in_pence == 100
    assert loaded_of(read_lines(path)).in_pence == 100


def test_a_table_of_other_columns_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"lacks .*body"):
        loaded_of(pd.DataFrame({"line_id": ["1"], "amount_pence": [1]}))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"amount_pence": [100.6, 99.7]}, id="pence with fractions"),
        pytest.param({"amount_pence": pd.array([pd.NA, 100], dtype="Int64")}, id="no amount, yet not awaited"),
        pytest.param({"recipient_body": [None, None]}, id="missing text instead of blank"),
        pytest.param({"service_code": ["99", "8.2"]}, id="an unknown service"),
        pytest.param({"footprint_code": ["NOWHERE", "E08000003"]}, id="an unknown footprint"),
        pytest.param({"treatment": ["", "recorded"]}, id="a treatment that is not declared"),
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
    assert loaded_of(pd.concat([table, table.assign(line_id="2")])).cells["amount_pence"].tolist() == [200]


def test_a_line_that_stands_twice_in_a_table_is_told(write_lines: Callable[..., Path]) -> None:
    table = read_lines(write_lines({"amount_gbp": "1"}))
    with pytest.raises(LinesError, match="the same line_id, source_id and financial_year stand in another row"):
        loaded_of(pd.concat([table, table]))


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
        loaded_of(pd.concat([table, added]))
    assert caught.value.failures["row"].tolist() == [2]


@pytest.mark.parametrize("kind", ["category", "object", "string"])
def test_texts_may_be_of_any_type_that_holds_them(write_lines: Callable[..., Path], kind: str) -> None:
    company = {**HOUSING_COMPANY, "amount_gbp": "1"}
    table = read_lines(write_lines(company, {"amount_gbp": "", "status": "awaited"}))
    texts = ["body", "service_code", "financial_year", "footprint_code", "basis", "status"]
    typed = table.astype(dict.fromkeys(texts, kind))
    assert (loaded_of(typed).in_pence, len(loaded_of(typed).awaited)) == (100, 1)
    with pytest.raises(OverlapError, match=r"£1\.00 of 'lines'"):
        loaded_of(typed, with_shipped=True)
    assert loaded_of(typed.query("status == 'awaited'"), with_shipped=True).in_pence == ENGLAND_PENCE


def test_amounts_that_cannot_be_summed_exactly_are_refused_even_if_they_cancel(
    write_lines: Callable[..., Path],
) -> None:
    table = read_lines(write_lines({"amount_gbp": "999999999999.99"}, {"amount_gbp": "-999999999999.99", "body": "B"}))
    many = pd.concat([table] * 50_000, ignore_index=True)
    many["line_id"] = [str(number) for number in range(len(many))]
    with pytest.raises(TooLargeError, match="too large to be counted exactly"):
        loaded_of(many)


@pytest.mark.parametrize("odd", [[shipped_lines()], {"a.csv"}, 5, (path for path in ["a.csv"])])
def test_lines_of_another_kind_are_refused_in_words(odd: Any) -> None:
    with pytest.raises(WrongTypeError, match="Lines are given as a path, a list of paths or one table"):
        loaded_of(odd)


def test_money_is_held_twice_only_where_shipped_lines_are_of_the_year(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"financial_year": "2012-13"}, {"financial_year": "2011-12"})
    loaded = loaded_of(path, with_shipped=True, year="2012-13")
    assert loaded.in_pence == 100
    assert loaded.lines["source"].tolist() == ["lines"]
    # What is left out: the user's line of the other year, 2,813 official lines and 333 of outturn.
    assert len(loaded.left_out) == 3_147
    assert loaded.cautions == ("Left out, being of 2011-12: 3,147 lines (£456,246,434,867.00).",)
    with pytest.raises(OverlapError, match="'lines' and 'cra' hold the same money"):
        loaded_of(path, with_shipped=True, year="2011-12")


def test_loading_changes_neither_the_table_that_was_given_nor_the_shipped_lines(
    write_lines: Callable[..., Path],
) -> None:
    given_table = read_lines(write_lines(SLOW_COMPANY))
    before = given_table.copy()
    for loaded in (loaded_of(given_table, with_shipped=True), loaded_of(given_table), loaded_of()):
        loaded.lines.loc[:, "amount_pence"] = 0
        for intake in loaded.intakes.values():
            intake.lines.loc[:, "amount_pence"] = 0
    pd.testing.assert_frame_equal(given_table, before)
    assert sum_pence(shipped_lines()) == ENGLAND_PENCE
    assert loaded_of().in_pence == ENGLAND_PENCE
    assert sum_pence(loaded_of().lines.query("source == 'outturn'")) == OBSERVED_PENCE


def test_faults_of_a_file_are_raised(write_lines: Callable[..., Path]) -> None:
    with pytest.raises(LinesError, match="NOWHERE"):
        loaded_of(write_lines({"footprint_code": "NOWHERE"}))


def test_money_of_unknown_footprints_is_kept_on_request(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"footprint_code": "NOWHERE", "amount_gbp": "3"})
    assert loaded_of(path, unknown_footprints="unallocated").in_pence == 300


# --- sums


def test_awaited_lines_are_loaded_and_sum_to_nothing(write_lines: Callable[..., Path]) -> None:
    loaded = loaded_of(
        write_lines({"amount_gbp": "1"}, {"amount_gbp": "", "status": "awaited"}, {"amount_gbp": "-0.25"})
    )
    assert len(loaded.lines) == 3
    assert loaded.in_pence == 75
    assert loaded.cells["amount_pence"].sum() == 75


def test_nothing_but_awaited_lines_sum_to_zero(write_lines: Callable[..., Path]) -> None:
    assert loaded_of(write_lines({"amount_gbp": "", "status": "awaited"})).in_pence == 0


def test_the_largest_lines_are_summed_exactly(write_lines: Callable[..., Path]) -> None:
    largest = {"amount_gbp": "999999999999.99"}
    # 40 times a penny less than a trillion pounds: 40 trillion less 40 pence.
    assert loaded_of(write_lines(*[largest] * 40)).in_pence == 4_000_000_000_000_000 - 40


LIKE_AMOUNTS = st.from_regex(r"\A[+-]?\d{1,13}(\.\d{0,3})?\Z") | st.text("0123456789.,+-£ e\u00a0", max_size=8)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
        (pence,) = loaded_of(path).lines["amount_pence"]
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
        loaded_of(two_years)


@pytest.mark.parametrize(("year", "pence", "left_out"), [("2011-12", 100, 2), ("2012-13", 32_000, 1)])
def test_the_year_that_is_chosen_is_loaded_and_the_rest_told(
    two_years: Path, year: str, pence: int, left_out: int
) -> None:
    loaded = loaded_of(two_years, year=year)
    assert (loaded.financial_year, loaded.in_pence, len(loaded.left_out)) == (year, pence, left_out)
    assert set(loaded.lines["financial_year"]) == {year}
    assert set(loaded.cells["financial_year"]) == {year}


def test_what_is_left_out_is_told_to_the_penny(two_years: Path) -> None:
    assert loaded_of(two_years, year="2011-12").cautions == ("Left out, being of 2012-13: 2 lines (£320.00).",)


def test_a_year_without_lines_is_an_error(two_years: Path) -> None:
    with pytest.raises(YearError, match=r"no lines of 2013-14; the lines hold 2011-12, 2012-13"):
        loaded_of(two_years, year="2013-14")
    with pytest.raises(ValueError, match=r"no lines of 2012-13; the lines hold 2011-12"):
        loaded_of(year="2012-13")


@pytest.mark.parametrize("year", ["2011", "2011-13", "2011/12", "11-12", "", "2011-2012", "1811-12"])
def test_what_is_not_a_financial_year_is_told_so(year: str) -> None:
    with pytest.raises(YearError, match=r"is not a financial year.*2011-12"):
        loaded_of(year=year)


def test_the_turn_of_a_century_is_a_financial_year(write_lines: Callable[..., Path]) -> None:
    loaded = loaded_of(write_lines({"financial_year": "1999-00"}))
    assert loaded.year_end == date(2000, 3, 31)


def test_a_financial_year_ends_in_march() -> None:
    assert loaded_of().year_end == date(2012, 3, 31)


def test_no_lines_at_all_are_an_error() -> None:
    with pytest.raises(YearError, match="There are no lines"):
        loaded_of(shipped_lines().iloc[:0])


# --- what a reader must know


def test_amounts_of_different_kinds_are_told(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_kind": "outturn"}, {"amount_kind": "budget"}, {"amount_kind": "outturn"})
    assert loaded_of(path).cautions == ("Amounts of different kinds are added up: budget, outturn.",)


def test_refused_lines_are_told_with_their_sum(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"status": "refused", "amount_gbp": "1000"}, {"status": "refused", "amount_gbp": "0.50"}, {})
    (caution,) = loaded_of(path).cautions
    assert "refused 2 of the loaded lines (£1,000.50 before sharing)" in caution
    assert "grade E" in caution


def test_a_misspelt_choice_is_refused_also_for_the_shipped_lines() -> None:
    with pytest.raises(UnknownNameError, match="Unknown footprints are not to be 'unalocated'"):
        loaded_of(unknown_footprints="unalocated")


def test_shipped_lines_that_stand_twice_are_told() -> None:
    with pytest.raises(LinesError, match="the same line_id, source_id and financial_year stand in another row"):
        loaded_of(shipped_lines(), with_shipped=True)


def test_lines_that_stand_in_another_line_are_told_and_counted_there(write_lines: Callable[..., Path]) -> None:
    loaded = loaded_of(write_lines({"amount_gbp": "5"}, {"amount_gbp": "", "status": "included"}))
    assert (len(loaded.lines), loaded.in_pence, len(loaded.awaited)) == (2, 500, 0)
    assert loaded.cautions == ("The amount of 2 stands in another line, and is counted there.",)


# --- what became of every line


def account_of(loaded: Loaded) -> dict[tuple[str, str], tuple[int, int]]:
    assert loaded.accounts.columns.tolist() == ACCOUNT_COLUMNS
    rows = loaded.accounts.itertuples(index=False, name=None)
    return {(source, outcome): (lines, pence) for source, outcome, lines, pence in rows}


def adds_up(loaded: Loaded) -> bool:
    """Tell whether the outcomes of each source sum to what was read of it."""
    read = loaded.accounts["outcome"] == "read"
    signed = loaded.accounts["amount_pence"].where(~read, -loaded.accounts["amount_pence"])
    return signed.groupby(loaded.accounts["source"]).sum().eq(0).all().item()


def test_every_pound_of_the_shipped_sources_is_accounted_for() -> None:
    loaded = loaded_of()
    assert account_of(loaded) == {
        ("cra", "read"): (2_813, ENGLAND_PENCE),
        ("cra", "in the pot"): (2_813, ENGLAND_PENCE - OBSERVED_PENCE),
        ("cra", "gave way to recorded amounts, or was scaled to them"): (0, OBSERVED_PENCE),
        ("outturn", "read"): (333, OBSERVED_PENCE + MEMO_PENCE),
        ("outturn", "memo: in no pot"): (18, MEMO_PENCE),
        ("outturn", "in the pot"): (799, OBSERVED_PENCE),
    }
    assert adds_up(loaded)
    assert sum_pence(loaded.memo) == MEMO_PENCE
    assert loaded.memo["source"].unique().tolist() == ["outturn"]
    assert loaded.memo["reason"].str.startswith("not all who provide it there are loaded (missing: ").all()


def test_what_is_filtered_out_of_scope_or_of_another_year_is_accounted_for(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"amount_gbp": "1"},
        {"amount_gbp": "20", "body": "Other"},
        {"amount_gbp": "300", "economic": "capital"},
        {"amount_gbp": "4000", "financial_year": "2012-13"},
        {"amount_gbp": "50000", "financial_year": "2012-13", "body": "Other"},
    )
    recipe = recipe_of(path, year="2011-12")
    (own,) = recipe.sources
    loaded = load(replace(recipe, sources=(replace(own, leave_out={"body": ["Other"]}),), scope=Scope(capital=False)))
    assert account_of(loaded) == {
        ("lines", "read"): (5, 5_432_100),
        ("lines", "of other years"): (2, 5_400_000),
        ("lines", "left out by a filter"): (1, 2_000),
        ("lines", "out of scope"): (1, 30_000),
        ("lines", "in the pot"): (1, 100),
    }
    assert adds_up(loaded)
    assert loaded.in_pence == 100
    # Of other years, what a filter takes out is not told once more.
    assert sum_pence(loaded.left_out) == 400_000


def test_a_line_that_is_lost_is_noticed(write_lines: Callable[..., Path]) -> None:
    own = read_lines(write_lines({"amount_gbp": "1"}, {"amount_gbp": "20"}))
    intakes = {"own": take_in(Source("own", table=own), year=None)}

    def books() -> Books:
        found = Books(intakes, {"own": pd.Series(data=True, index=own.index)}, "2011-12")
        found.enter("own", IN_THE_POT, own.iloc[:1])
        return found

    with pytest.raises(ConservationError, match="source 'own' leaves 2000 pence unaccounted for"):
        books().close()
    # What gave way is entered as it was told; what scaling added counts against it.
    short = books()
    short.give_way("own", 2_001)
    with pytest.raises(ConservationError, match="leaves -1 pence"):
        short.close()
    short.give_way("own", -1)
    assert short.close().set_index("outcome")["amount_pence"].to_dict() == {
        "read": 2_100,
        "in the pot": 100,
        "gave way to recorded amounts, or was scaled to them": 2_000,
    }


# --- what can be part of another source


def test_a_ledger_is_taken_into_an_allocation_only_where_it_is_said_to_be_complete(
    write_lines: Callable[..., Path],
) -> None:
    path = write_lines({"body": "Leeds", "service_code": "ro-education", "amount_gbp": "5", "footprint_code": LEEDS})
    own, cra = Source("own", paths=(path,)), shipped_recipe().sources[0]
    recipe = Recipe("T", (own, cra), "2011-12", relations=(Relation("own", "cra", "observed within"),))
    for options in ({}, {"complete": "false"}):
        with pytest.raises(RecipeError, match="nothing says that it holds all that its bodies spend") as caught:
            load(replace(recipe, sources=(replace(own, options=options), cra)))
        assert "complete = true" in str(caught.value.hint)
    loaded = load(replace(recipe, sources=(replace(own, options={"complete": "true"}), cra)))
    assert loaded.in_pence == ENGLAND_PENCE
    assert sum_pence(loaded.lines.query("source == 'own'")) == 500
    assert adds_up(loaded)


def test_the_analysis_cannot_be_part_of_another_source() -> None:
    recipe = replace(shipped_recipe(), relations=(Relation("cra", "outturn", "observed within"),))
    with pytest.raises(RecipeError, match="'cra' holds all that every body spends, so it cannot be part of 'outturn'"):
        load(recipe)


def test_nothing_replaces_what_is_part_of_another_source_itself(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"body": "Leeds", "service_code": "ro-education", "amount_gbp": "5", "footprint_code": LEEDS})
    own = Source("own", paths=(path,), options={"complete": "true"})
    shipped = shipped_recipe()
    relations = (*shipped.relations, Relation("own", "outturn", "replace"))
    with pytest.raises(RecipeError, match="'own' would replace what 'outturn' holds, and that is part of another"):
        load(replace(shipped, sources=(own, *shipped.sources), relations=relations))


def test_kinds_of_amount_that_do_not_count_take_the_place_of_nothing() -> None:
    recipe = shipped_recipe()
    cra, _ = recipe.sources
    table = read_shipped("revenue_outturn_2011-12_pilots.csv").assign(amount_kind="budget")
    budget = Source("outturn", table=table)
    loaded = load(replace(recipe, sources=(cra, budget), scope=Scope(amount_kinds=("outturn",))))
    assert loaded.in_pence == ENGLAND_PENCE
    assert set(loaded.lines["source"]) == {"cra"}
    assert account_of(loaded)["outturn", "out of scope"] == (333, OBSERVED_PENCE + MEMO_PENCE)
    assert adds_up(loaded)


def test_a_service_of_the_outturn_that_is_out_of_scope_means_its_group() -> None:
    by_outturn = load(replace(shipped_recipe(), scope=Scope(leave_out_services=("ro-police",))))
    by_group = load(replace(shipped_recipe(), scope=Scope(leave_out_services=("police",))))
    pd.testing.assert_frame_equal(by_outturn.lines, by_group.lines)
    assert not by_outturn.lines["service_code"].isin(["3.1", "ro-police"]).any()
    assert by_outturn.in_pence < ENGLAND_PENCE


def test_every_outcome_of_a_source_stands_once(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"amount_gbp": "1"}, {"amount_gbp": "20", "amount_kind": "budget"}, {"amount_gbp": "300", "economic": "capital"}
    )
    loaded = load(replace(recipe_of(path), scope=Scope(capital=False, amount_kinds=("outturn",))))
    assert not loaded.accounts.duplicated(["source", "outcome"]).any()
    assert account_of(loaded)["lines", "out of scope"] == (2, 32_000)


def test_sources_that_were_read_before_are_not_read_again(
    write_lines: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = recipe_of(write_lines(SLOW_COMPANY), with_shipped=True)
    first = load(recipe)
    assert list(first.intakes) == ["lines", "cra", "outturn"]

    def refuse(source: Source, **_: object) -> Intake:
        pytest.fail(f"{source.id} was read again")

    monkeypatch.setattr("placespend.loaded.take_in", refuse)
    again = load(replace(recipe, scope=Scope(capital=False)), intakes=first.intakes)
    assert 0 < again.in_pence < first.in_pence
    pd.testing.assert_frame_equal(load(recipe, intakes=first.intakes).lines, first.lines)
    assert load(recipe.without("lines"), intakes=first.intakes).in_pence == ENGLAND_PENCE


# --- what makes the same figures again


def test_the_inputs_are_named_with_their_digests(write_lines: Callable[..., Path]) -> None:
    path = write_lines(SLOW_COMPANY)
    loaded = loaded_of(path, with_shipped=True)
    shipped = [
        (f"{folder}/{name}", shipped_file(folder, name))
        for folder, names in FIGURES_COME_FROM.items()
        for name in names
    ]
    files = [
        ("lines.csv", path),
        ("cra_2011-12.csv", shipped_file("spend_lines", "cra_2011-12.csv")),
        ("revenue_outturn_2011-12_pilots.csv", shipped_file("spend_lines", "revenue_outturn_2011-12_pilots.csv")),
        *shipped,
    ]
    assert loaded.inputs == tuple((name, hashlib.sha256(file.read_bytes()).hexdigest()) for name, file in files)


def test_a_pot_says_which_version_recipe_and_inputs_made_it(write_lines: Callable[..., Path]) -> None:
    loaded = loaded_of(write_lines({}))
    made = loaded.made_with
    assert list(made) == ["placespend", "recipe_sha256", "financial_year", "recipe", "inputs"]
    assert (made["placespend"], made["financial_year"]) == (__version__, "2011-12")
    assert made["recipe_sha256"] == loaded.recipe.sha256
    assert json.loads(json.dumps(made)) == made
    assert made["recipe"] == json.loads(json.dumps(loaded.recipe.as_dict()))
    assert made["inputs"] == [{"name": name, "sha256": digest} for name, digest in loaded.inputs]
    every = hashlib.sha256("\n".join(f"{name} {digest}" for name, digest in loaded.inputs).encode()).hexdigest()
    assert loaded.stamp == (f"placespend {__version__}, recipe {loaded.recipe.sha256[:16]}, inputs {every[:16]}")


def test_the_stamp_changes_with_the_recipe_and_with_any_amount_and_with_nothing_else(
    write_lines: Callable[..., Path],
) -> None:
    path = write_lines({"amount_gbp": "1"})
    stamp = loaded_of(path).stamp
    assert loaded_of(path).stamp == stamp
    assert loaded_of(path, year="2011-12").stamp != stamp
    assert loaded_of(read_lines(path)).stamp != stamp
    assert loaded_of(read_lines(path)).stamp == loaded_of(read_lines(path)).stamp
    other = loaded_of(write_lines({"amount_gbp": "1.01"})).stamp
    assert other != stamp
    # The recipe is the same, and only the file has changed.
    assert other.split(", ")[:2] == stamp.split(", ")[:2]


# --- the recipe that is wanted


def test_a_recipe_is_made_of_what_is_given_in_its_place(write_lines: Callable[..., Path]) -> None:
    path = write_lines({})
    own = recipe_of(path, unknown_footprints="unallocated")
    assert [(source.id, source.paths, dict(source.options)) for source in own.sources] == [
        ("lines", (path,), {"unknown_footprints": "keep"})
    ]
    assert (own.title, own.relations, own.financial_year) == ("Your own lines", (), None)
    both = recipe_of(path, with_shipped=True, year="2011-12")
    assert [source.id for source in both.sources] == ["lines", "cra", "outturn"]
    assert both.relations == shipped_recipe().relations
    assert (both.title, both.financial_year) == ("Your own lines and the shipped ones", "2011-12")


def test_a_recipe_may_be_given_as_such_or_as_a_file_and_the_year_chosen_beside_it() -> None:
    path = shipped_file("spend_lines", "england_2011-12.toml")
    for wanted in (None, path, str(path), shipped_recipe()):
        assert recipe_wanted(wanted).sha256 == shipped_recipe().sha256
        assert recipe_wanted(wanted, year="2012-13").financial_year == "2012-13"
    assert recipe_wanted(shipped_recipe()) is shipped_recipe()


@pytest.mark.parametrize(
    "beside", [{"lines": "lines.csv"}, {"with_shipped": True}, {"unknown_footprints": "unallocated"}], ids=str
)
def test_a_recipe_and_lines_beside_it_are_refused(beside: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match="A recipe says itself which lines are in"):
        recipe_wanted(shipped_recipe(), **beside)


def test_the_outturn_of_the_pilots_is_loaded_as_it_was_shipped() -> None:
    outturn = read_shipped("revenue_outturn_2011-12_pilots.csv")
    assert (len(outturn), outturn["body"].nunique(), sum_pence(outturn)) == (333, 35, OBSERVED_PENCE + MEMO_PENCE)
    pd.testing.assert_frame_equal(loaded_of().intakes["outturn"].lines, outturn)
