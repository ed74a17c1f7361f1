"""Amounts in words round as they say, and a figure is told as known no better than its weakest part."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placespend.recipe import Scope
from placespend.reports.wording import (
    amount_or_awaited,
    known_of,
    rounded_gbp,
    scope_in_words,
    share_recorded,
)

UNITS = {"billion": 10**11, "million": 10**8, "": 100}


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_an_amount_in_words_is_within_half_of_its_last_digit(amount: int) -> None:
    said = rounded_gbp(amount)
    assert said.startswith("-£" if amount < 0 else "£")
    number, _, unit = said.lstrip("-").removeprefix("£").partition(" ")
    digits = number.replace(",", "")
    told = Fraction(digits) * UNITS[unit]
    last = Fraction(UNITS[unit], 10 ** len(digits.partition(".")[2]))
    assert abs(told - abs(amount)) <= last / 2


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "£0.00"),
        (99_999, "£999.99"),
        (100_000, "£1,000"),
        (99_999_949, "£999,999"),
        (99_999_951, "£1.0 million"),
        (99_994_999_999, "£999.9 million"),
        (99_995_000_001, "£1.00 billion"),
        (-2_367_518_391_875, "-£23.68 billion"),
    ],
)
def test_amounts_at_the_edges_of_units_take_the_next_one(amount: int, said: str) -> None:
    assert rounded_gbp(amount) == said


@given(st.sets(st.sampled_from("ABCDE"), min_size=1))
def test_a_figure_is_known_no_better_than_its_weakest_part(letters: set[str]) -> None:
    known = known_of(letters)
    assert (known == "observed") == (letters == {"A"})
    assert (known == "published") == ("B" in letters and letters <= {"A", "B"})
    assert (known == "assumed") == (letters == {"E"})
    shared = not letters <= {"A", "B"} and letters != {"E"}
    assert (known == "modelled") == (shared and "A" not in letters)
    assert (known == "observed_and_modelled") == (shared and "A" in letters)


def test_nothing_is_known_of_nothing() -> None:
    assert known_of("") == ""
    assert amount_or_awaited(None) == "awaited"
    assert amount_or_awaited(0) == "0.00"
    assert (share_recorded(None, None), share_recorded(0, 0), share_recorded(1, 4)) == ("", "", "25.0 %")


def test_what_else_a_recipe_leaves_out_is_told_too() -> None:
    scope = Scope(payments_to_people=False, capital=False, only_services=("7",))
    assert scope_in_words(scope) == "Benefits and pensions do not count, nor does capital spending; only services 7"
    assert (
        scope_in_words(Scope(payments_to_people=False)) == "Benefits and pensions do not count; capital spending does"
    )
