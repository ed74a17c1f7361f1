"""The most that places could be paid by results, by cohort."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import WrongTypeError
from placespend.families.asked import families_of
from placespend.families.payable import most_payable
from placespend.families.published import published_counts, published_families
from placespend.families.results import payment_terms
from placespend.families.shown import Families, table_of
from placespend.gazetteer import find_place

SHEFFIELD = find_place("E08000019")


def families(count: int | None, status: str = "published") -> Families:
    row = {"code": SHEFFIELD.code, "name": "Sheffield", "families": count, "status": status}
    return Families("numbers", table_of([row]), (SHEFFIELD,))


def test_sheffield_could_be_paid_what_was_published() -> None:
    table = most_payable(families_of("Sheffield"))
    assert table["cohort"].tolist() == ["2012-13", "2013-14", "2014-15"]
    assert table[["fee_gbp", "result_gbp"]].to_numpy().tolist() == [[3200, 800], [2400, 1600], [1600, 2400]]
    assert set(table["families"]) == {1680}
    assert set(table["families_paid"]) == {1400}
    assert set(table["maximum_gbp"]) == {5_600_000}


@pytest.mark.parametrize("code", ["E08000035", "E08000032"])
def test_estimates_agree_with_the_published_most_where_that_was_rounded(code: str) -> None:
    published = published_families().query("measure == 'pbr_maximum'").set_index("code")["value"]
    told = most_payable(families_of(code))["maximum_gbp"][0]
    assert abs(told - published[code]) <= 100_000


def test_phase_2_pays_for_every_family_and_knows_no_year() -> None:
    (row,) = most_payable(families_of("Sheffield"), phase=2).to_dict(orient="records")
    assert (row["cohort"], row["families_paid"], row["maximum_gbp"]) == ("all years", 1680, 1680 * 1_800)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_the_most_is_the_exact_product_rounded_once(count: int) -> None:
    table = most_payable(families(count))
    exact = Fraction(5, 6) * count * 4_000
    assert all(abs(maximum - exact) <= Fraction(1, 2) for maximum in table["maximum_gbp"].tolist())
    assert len(set(table["maximum_gbp"])) == 1
    assert (table["fee_gbp"] + table["result_gbp"] == 4_000).all()


def test_an_estimate_stands_with_its_interval_and_a_published_number_without() -> None:
    leeds = families_of("Leeds")
    table, (count,) = most_payable(leeds), leeds.counts().to_dict(orient="records")
    assert count["low"] < count["families"] < count["high"]
    assert set(table["low"]) == {count["low"]}
    assert set(table["high"]) == {count["high"]}
    assert most_payable(families_of("Sheffield"))[["low", "high"]].isna().to_numpy().all()


def test_every_place_has_a_row_for_each_cohort() -> None:
    found = families_of(level="upper_tier", within="Greater Manchester")
    table = most_payable(found)
    terms = payment_terms().query("phase == 1")
    assert len(table) == 10 * len(terms)
    assert table.groupby("code")["cohort"].nunique().eq(len(terms)).all()
    status = table.drop_duplicates("code").set_index("code")["status"]
    assert set(status[status == "published"].index) == {*published_counts().index} & {*table["code"]}


def test_no_families_are_paid_nothing() -> None:
    assert set(most_payable(families(0))["maximum_gbp"]) == {0}


@pytest.mark.parametrize(
    ("status", "told"), [("suppressed", "suppressed"), ("missing", "missing"), ("estimated", "told only as fewer than")]
)
def test_a_number_that_is_not_told_pays_nothing_out(status: str, told: str) -> None:
    with pytest.raises(WrongTypeError, match=f"needs the number of families of Sheffield, and that is {told}"):
        most_payable(families(None, status))
