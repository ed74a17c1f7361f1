"""Payment by results: rates, the most that is paid, fees and results by cohort, and what is refused."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import LinesError, UnknownNameError, WrongTypeError
from placespend.families.results import maximum_payment_pence, paid_families, payment_terms, payments_by_results

if TYPE_CHECKING:
    from collections.abc import Sequence

YEARS = ["2012-13", "2013-14", "2014-15"]
LAW = settings(max_examples=60, deadline=None)


def cohorts(**columns: Sequence[object]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def refused(table: pd.DataFrame, *, phase: int = 1, families: int | None = None) -> pd.DataFrame:
    with pytest.raises(LinesError) as caught:
        payments_by_results(table, phase=phase, families=families)
    return caught.value.failures


# --- the terms


def test_terms_are_those_of_the_programme() -> None:
    terms = payment_terms().set_index(["phase", "year"])[["fee_gbp", "result_gbp"]]
    assert list(terms.itertuples(name=None)) == [
        ((1, "2012-13"), 3200, 800),
        ((1, "2013-14"), 2400, 1600),
        ((1, "2014-15"), 1600, 2400),
        ((2, ""), 1000, 800),
    ]


def test_a_family_is_worth_the_same_in_every_year_of_a_phase_and_fees_are_the_percentages_told() -> None:
    terms = payment_terms()
    whole = terms["fee_gbp"] + terms["result_gbp"]
    assert dict(zip(terms["phase"], whole, strict=True)) == {1: 4000, 2: 1800}
    assert len(set(zip(terms["phase"], whole, strict=True))) == 2
    assert [100 * fee // all_ for fee, all_ in zip(terms["fee_gbp"][:3], whole[:3], strict=True)] == [80, 60, 40]


def test_a_phase_has_one_share_and_every_row_says_that_its_source_is_not_verified() -> None:
    terms = payment_terms()
    assert set(zip(terms["phase"], terms["families_share"], strict=True)) == {(1, "5/6"), (2, "1")}
    assert terms["note"].str.startswith("Not verified").all()
    assert (terms["source"] != "").all()


def test_terms_that_a_caller_changes_stay_as_they_were() -> None:
    mine = payment_terms()
    mine["fee_gbp"] = 0
    assert payment_terms()["fee_gbp"].min() == 1000


# --- the most that is paid


@pytest.mark.parametrize(
    ("families", "phase", "pounds"),
    [
        (1680, 1, 5_600_000),  # Sheffield
        (4180, 1, 13_933_333),  # Birmingham, 13,933,333.33
        (2105, 1, 7_016_667),  # Liverpool, 7,016,666.67
        (0, 1, 0),
        (1, 1, 3_333),
        (10, 2, 18_000),
    ],
)
def test_the_most_is_the_exact_product_rounded_once_to_the_pound(families: int, phase: int, pounds: int) -> None:
    assert maximum_payment_pence(families, phase=phase) == pounds * 100


@LAW
@given(st.integers(0, 10**12))
def test_the_most_is_within_half_a_pound_of_the_product(families: int) -> None:
    exact = Fraction(5, 6) * 4000 * families * 100
    assert abs(maximum_payment_pence(families) - exact) <= 50
    assert maximum_payment_pence(families) % 100 == 0


@LAW
@given(st.integers(0, 10**9))
def test_no_family_more_could_be_paid_for(families: int) -> None:
    paid = paid_families(families)
    assert 6 * paid <= 5 * families < 6 * (paid + 1)


@pytest.mark.parametrize("families", [-1, 2.5, "1680", None, True])
def test_what_is_no_number_of_families_is_refused(families: int) -> None:
    with pytest.raises(WrongTypeError):
        maximum_payment_pence(families)


@pytest.mark.parametrize("phase", [0, 3, "1", True])
def test_an_unknown_phase_is_refused(phase: int) -> None:
    with pytest.raises(UnknownNameError, match="the phases are 1, 2"):
        maximum_payment_pence(10, phase=phase)


# --- fees and results


def test_fees_and_results_by_cohort() -> None:
    table = payments_by_results(cohorts(cohort=YEARS, attached=[100, 50, 10], results=[60, 0, 10]))
    assert table[["cohort", "kind", "families", "pence"]].to_numpy().tolist() == [
        ["2012-13", "fee", 100, 32_000_000],
        ["2012-13", "result", 60, 4_800_000],
        ["2013-14", "fee", 50, 12_000_000],
        ["2013-14", "result", 0, 0],
        ["2014-15", "fee", 10, 1_600_000],
        ["2014-15", "result", 10, 2_400_000],
    ]
    assert table["year"].isna().tolist() == [False, True] * 3
    assert table.dtypes[["families", "rate_pence", "pence"]].eq("int64").all()


def test_a_result_that_comes_later_is_paid_at_the_rate_of_its_cohort() -> None:
    table = payments_by_results(
        cohorts(
            cohort=["2013-14", "2012-13", "2012-13"],
            year=["2013-14", "2012-13", "2014-15"],
            attached=[5, 10, 0],
            results=[0, 4, 6],
        )
    )
    assert table[["cohort", "year", "kind", "families", "rate_pence"]].to_numpy().tolist() == [
        ["2012-13", "2012-13", "fee", 10, 320_000],
        ["2012-13", "2012-13", "result", 4, 80_000],
        ["2012-13", "2014-15", "result", 6, 80_000],
        ["2013-14", "2013-14", "fee", 5, 240_000],
        ["2013-14", "2013-14", "result", 0, 160_000],
    ]


@LAW
@given(st.lists(st.integers(0, 5000), min_size=3, max_size=3))
def test_families_who_all_have_a_result_are_paid_in_full_whatever_their_cohort(attached: list[int]) -> None:
    table = payments_by_results(cohorts(cohort=YEARS, attached=list(attached), results=list(attached)))
    assert table["pence"].sum() == 400_000 * sum(attached)
    assert (table["pence"] == table["families"] * table["rate_pence"]).all()


def test_phase_two_pays_the_same_in_any_year() -> None:
    table = payments_by_results(cohorts(cohort=["2015-16", "2018-19"], attached=[2, 3], results=[1, 3]), phase=2)
    assert table["pence"].tolist() == [200_000, 80_000, 300_000, 240_000]


def test_no_more_than_the_most_is_paid_for_the_families_that_are_paid_for() -> None:
    most = paid_families(4180)
    table = payments_by_results(cohorts(cohort=["2012-13"], attached=[most], results=[most]), families=4180)
    assert table["pence"].sum() <= maximum_payment_pence(4180)
    told = refused(cohorts(cohort=["2012-13"], attached=[most + 1], results=[0]), families=4180)
    assert told["value"].tolist() == ["3,484"]
    assert "5/6 of the number rounded down (3,483)" in told["problem"].iloc[0]


# --- what is refused, all at once


def test_all_faults_are_told_at_once() -> None:
    table = cohorts(
        cohort=["2012-13", "2011-12", "2013-14", "2014-15", "2014-15"],
        attached=[10, -1, 2.5, 3, 1],
        results=[11, 0, None, 0, 0],
    )
    told = refused(table, families=6)
    assert sorted(zip(told["row"], told["column"], told["value"], strict=True)) == [
        (0, "attached", "14"),
        (0, "results", "11"),
        (3, "attached", "-1"),
        (3, "cohort", "2011-12"),
        (4, "attached", "2.5"),
        (4, "results", "nan"),
        (6, "cohort", "2014-15"),
    ]


@pytest.mark.parametrize("year", ["2015-17", "2015", None, 2015])
def test_phase_two_wants_financial_years(year: object) -> None:
    told = refused(cohorts(cohort=[year], attached=[1], results=[0]), phase=2)
    assert told["problem"].tolist() == ["this is not a financial year"]


def test_years_of_payment_are_checked() -> None:
    told = refused(
        cohorts(
            cohort=["2013-14", "2013-14", "2013-14"],
            year=["2013-14", "2012-13", "2014-15"],
            attached=[5, 0, 2],
            results=[0, 1, 1],
        )
    )
    assert told[["row", "column"]].to_numpy().tolist() == [[3, "year"], [4, "attached"]]


def test_results_over_the_years_are_no_more_than_attachments() -> None:
    table = cohorts(cohort=["2012-13", "2012-13"], year=["2012-13", "2013-14"], attached=[10, 0], results=[6, 5])
    assert refused(table)["value"].tolist() == ["11"]


def test_missing_columns_are_named() -> None:
    with pytest.raises(WrongTypeError, match="attached, results is missing"):
        payments_by_results(cohorts(cohort=["2012-13"]))
