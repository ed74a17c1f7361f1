"""Where places fall into two families without crossings, whole numbers come of themselves."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.disclosure.crossing import orderly_units


def orderly(*members: list[int], units: int, cut: tuple[int, ...] = ()) -> list[bool]:
    cell = np.repeat(np.arange(len(members)), [len(inside) for inside in members])
    unit = np.array([place for inside in members for place in inside], dtype="int64")
    is_whole = np.array([position not in cut for position in range(len(members))], dtype="bool")
    return [bool(fits) for fits in orderly_units(cell, unit, is_whole, units)]


def test_two_nested_families_may_cross_each_other() -> None:
    rows, columns = [[0, 1], [2, 3]], [[0, 2], [1, 3]]
    assert all(orderly(*rows, *columns, [0], [0, 1, 2, 3], units=4))


def test_three_that_all_cross_are_out_of_order_and_those_apart_from_them_are_not() -> None:
    assert orderly([0, 1], [1, 2], [0, 2], [3], [3, 4], units=5) == [False, False, False, True, True]


def test_what_cuts_a_unit_is_out_of_order_with_its_units() -> None:
    assert orderly([0, 1], [1, 2], [3], units=4, cut=(1,)) == [True, False, False, True]


@pytest.mark.parametrize("ring", [4, 5, 6, 7])
def test_a_ring_of_crossings_is_in_order_if_it_is_even(ring: int) -> None:
    members = [[place, (place + 1) % ring] for place in range(ring)]
    assert orderly(*members, units=ring) == [ring % 2 == 0] * ring


FAMILIES = st.lists(st.sets(st.integers(0, 4), min_size=1).map(sorted), min_size=1, max_size=5)


@given(members=FAMILIES)
@settings(max_examples=150, deadline=None)
def test_what_is_in_order_is_totally_unimodular(members: list[list[int]]) -> None:
    fits = np.flatnonzero(orderly(*members, units=5))
    table = np.array([[unit in inside for unit in fits] for inside in members], dtype="float64")
    minors = [
        np.linalg.det(table[np.ix_(rows, columns)])
        for size in range(2, min(table.shape) + 1)
        for rows in combinations(range(len(members)), size)
        for columns in combinations(range(len(fits)), size)
    ]
    assert all(min(abs(minor - whole) for whole in (-1, 0, 1)) < 1e-9 for minor in minors)
