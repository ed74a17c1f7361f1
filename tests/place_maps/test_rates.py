"""What maps shade is rounded as pots are, and never to zero where it is not zero."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placespend.money import per_head_pence
from placespend.place_maps.rates import difference, percent_of, pounds_per_head


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**8))
def test_pounds_per_head_are_whole_pence(pence: int, residents: int) -> None:
    head = pounds_per_head(pence, residents)
    assert head is not None
    assert round(head * 100) == per_head_pence(pence, residents)


def test_nothing_is_told_per_head_where_nobody_lives() -> None:
    assert pounds_per_head(100, 0) is None


@pytest.mark.parametrize(
    ("part", "whole", "told"), [(1, 3, 33.33), (0, 5, 0.0), (5, 5, 100.0), (1, 0, None), (1, -5, None), (-1, 8, -12.5)]
)
def test_per_cent_to_two_decimals(part: int, whole: int, told: float | None) -> None:
    assert percent_of(part, whole) == told


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**8))
def test_zero_is_said_only_of_nothing(part: int, whole: int) -> None:
    assert (pounds_per_head(part, whole) == 0) == (percent_of(part, whole) == 0) == (part == 0)


def test_less_than_a_penny_keeps_two_digits() -> None:
    assert pounds_per_head(100_000, 503_127) == 0.002
    assert percent_of(1, 30_000_000) == 3.3e-6
    assert difference(0.002, 0.0002) == 0.0018
    assert (difference(7_000.1, 7_000.0), difference(5.0, 5.0)) == (0.1, 0.0)
