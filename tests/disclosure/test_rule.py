"""The rule: what is small, what a number is rounded to, and what it stands for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placespend.disclosure.rule import Rule
from placespend.errors import PlacespendError


def test_the_usual_rule_shows_from_ten_and_rounds_half_up_to_five() -> None:
    rule = Rule()
    assert rule.is_small(np.array([0.0, 9.0, 9.99, 10.0])).tolist() == [True, True, True, False]
    assert rule.rounded(np.array([10.0, 12.0, 12.5, 13.0, 17.0, 18.0])).tolist() == [10, 10, 15, 15, 15, 20]
    assert Rule(10, 10).rounded(np.array([14.0, 15.0, 25.0])).tolist() == [10, 20, 30]


def test_sums_of_fractions_round_as_what_they_are() -> None:
    assert Rule().rounded(np.array([0.1 * 125])).tolist() == [15]
    assert Rule().is_small(np.array([0.1 * 3 * 100 / 3])).tolist() == [False]


@given(threshold=st.integers(10, 60), rounding=st.integers(5, 25), count=st.integers(0, 500), other=st.integers(0, 500))
def test_a_number_stands_for_just_the_counts_that_are_shown_so(
    threshold: int, rounding: int, count: int, other: int
) -> None:
    rule = Rule(max(threshold, rounding), rounding)
    threshold = rule.threshold
    count += threshold
    number, of_other = rule.rounded(np.array([count, other], dtype="float64")).tolist()
    low, high = rule.stands_for(number, whole=True)
    assert low <= count <= high
    assert (low <= other <= high) == (of_other == number and other >= threshold)


def test_a_lower_rule_needs_a_reason_and_says_so() -> None:
    for lowered in ({"threshold": 9}, {"rounding": 4}, {"threshold": 5, "reason": "  "}):
        with pytest.raises(PlacespendError, match=r"protect less than the usual 10 and 5.*say why"):
            Rule(**lowered)
    rule = Rule(5, 5, reason="agreed with the\nboard.")
    assert rule.is_lowered
    assert rule.words.endswith("Lowered from 10 and 5: agreed with the board.")
    assert not Rule(50, 10).is_lowered


@pytest.mark.parametrize("wrong", [0, -5, 10.5, True, "10", None, 10**9])
def test_a_rule_is_of_whole_numbers(wrong: object) -> None:
    with pytest.raises(PlacespendError, match="is a whole number from 1 on"):
        Rule(threshold=wrong)  # type: ignore[arg-type]
    with pytest.raises(PlacespendError, match="is a whole number from 1 on"):
        Rule(rounding=wrong)  # type: ignore[arg-type]


def test_no_rounding_makes_a_shown_count_zero() -> None:
    with pytest.raises(PlacespendError, match=r"Rounding to 50 would show counts from 10 on as 0.*raise the threshold"):
        Rule(10, 50)
    assert Rule(50, 50).rounded(np.array([50.0])).tolist() == [50]


def test_a_reason_for_nothing_is_refused() -> None:
    with pytest.raises(PlacespendError, match="neither the threshold nor the rounding is lowered"):
        Rule(reason="because")
