"""Where classes begin: natural breaks are the best there are, split no tie and leave no class empty."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.maps import bounds
from placespend.maps.bounds import natural_bounds, quantile_bounds, read_decimal, roundest_between
from placespend.maps.classes import classify

VALUES = st.lists(st.one_of(st.integers(1, 30), st.floats(-1e3, 1e3)).map(read_decimal), min_size=1, max_size=12)


def squares(values: list[Decimal], limits: tuple[Decimal, ...]) -> float:
    """Add up how far values lie from the mean of their class, squared."""
    edges = [Decimal("-Infinity"), *limits, Decimal("Infinity")]
    total = 0.0
    for first, after in pairwise(edges):
        inside = [float(value) for value in values if first <= value < after]
        total += sum((value - sum(inside) / len(inside)) ** 2 for value in inside)
    return total


@settings(max_examples=40, deadline=None)
@given(VALUES, st.integers(1, 4))
def test_natural_breaks_are_the_best_division_there_is(values: list[Decimal], classes: int) -> None:
    values.sort()
    distinct = sorted(set(values))
    found = natural_bounds(values, classes)
    wanted = min(classes, len(distinct))
    assert len(found) == wanted - 1
    assert list(found) == sorted(set(found))
    best = min(squares(values, limits) for limits in combinations(distinct[1:], wanted - 1))
    assert squares(values, found) == pytest.approx(best, rel=1e-6, abs=1e-6)


def test_natural_breaks_lie_in_the_gaps() -> None:
    found = classify([1, 1.2, 1.4, 20, 21, 22, 22, 80], classes=3, scheme="natural")
    assert found.labels == ("1 to under 10", "10 to under 50", "50 to 80")
    assert found.counts == (3, 4, 1)
    assert found.scheme == "natural"


def test_natural_breaks_of_few_distinct_values_are_few() -> None:
    assert classify([3.0] * 90 + [5.0], scheme="natural").counts == (90, 1)
    assert classify([3.0] * 90, scheme="natural").labels == ("3",)
    assert classify([], scheme="natural").labels == ()


def test_numbers_that_are_large_and_near_keep_their_gaps() -> None:
    found = natural_bounds([Decimal(10**8 + number) for number in (1, 2, 3, 50, 51, 52)], 2)
    assert len(found) == 1
    assert 10**8 + 3 < found[0] <= 10**8 + 50


def test_of_very_many_values_some_are_taken_and_no_class_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_VALUES", 20)
    values = [Decimal(number * number) for number in range(333)]
    found = natural_bounds(values, 5)
    assert len(found) == 4
    assert all(any(first <= value < after for value in values) for first, after in pairwise(found))
    assert values[0] < found[0] <= found[-1] <= values[-1]


def test_the_roundest_number_is_over_one_and_not_over_the_other() -> None:
    assert roundest_between(Decimal("3.9"), Decimal("4.2")) == 4
    assert roundest_between(Decimal(4), Decimal("4.2")) == Decimal("4.1")
    assert roundest_between(Decimal(-1), Decimal(1)) in {0, 1}


def test_two_values_that_hardly_differ_make_no_bound_in_pence_where_a_place_can_be_spared() -> None:
    pounds = ["210", "220", "230", "250.10", "250.30", "290", "310", "1600", "1649", "1660", "1700", "1900"]
    values = [Decimal(pound) for pound in pounds]
    # Four to a class: one may go to the next.
    assert quantile_bounds(values, 3) == (Decimal(260), Decimal(1620))
    # Fewer: none may.
    assert quantile_bounds(values[1:-1], 3)[0] == Decimal("250.2")
