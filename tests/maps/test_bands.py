"""Bands: round numbers around values, and bounds that tell no value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placespend.maps.bands import band_around, coarser, is_one_band

NUMBERS = st.decimals(-100_000, 100_000, places=2)


@given(NUMBERS)
def test_a_band_is_wide_and_holds_its_value(value: Decimal) -> None:
    first, last = band_around(value, value)
    assert first <= value <= last
    assert last - first >= abs(value) / 2
    assert value != last or value <= 0


@pytest.mark.parametrize(
    ("lowest", "highest", "is_one"), [("8", "8", True), ("0", "0", True), ("8.1", "8.8", True), ("-1", "1", False)]
)
def test_values_that_hardly_differ_are_one_band(lowest: str, highest: str, is_one: bool) -> None:
    assert is_one_band(Decimal(lowest), Decimal(highest)) == is_one


@given(st.lists(NUMBERS, min_size=1, max_size=20).map(sorted), st.lists(NUMBERS, max_size=4))
def test_bounds_leave_no_band_empty(values: list[Decimal], bounds: list[Decimal]) -> None:
    found = (*coarser(bounds, values), values[-1] + 1)
    start = values[0]
    for bound in found:
        assert any(start <= value < bound for value in values)
        start = bound
