"""Amounts are compared by exact pence, and not at all where there is nothing to compare with."""

from __future__ import annotations

from placespend.money import percent
from placespend.reports.comparing import compared


def test_no_comparison_is_made_with_what_is_not_known_or_not_above_zero() -> None:
    assert [compared(None, 5), compared(5, None), compared(5, 0), compared(-5, 5), compared(5, -5)] == [""] * 5
    assert compared(0, 5) == "100.0 % less than"


def test_a_percentage_has_commas_where_there_are_thousands() -> None:
    assert compared(105_366, 1_000) == "10,436.6 % more than"
    assert percent(-104_366, 1_000) == "-10,436.6 %"
    assert percent(1, 0) == "none"
