"""Overlapping places of a user's own that differ by a small count are not shown together."""

from __future__ import annotations

import numpy as np
import pytest

from placespend.disclosure.cells import gather_cells
from placespend.disclosure.differences import check_differences
from placespend.disclosure.protect import Protected, protect
from placespend.disclosure.rule import Rule
from placespend.errors import OverlappingPlacesError

Members = list[tuple[list[int], list[float] | None]]


def released(counts: list[int], members: Members, capacity: list[int] | None = None) -> tuple[Protected, list[str]]:
    keys = [f"n{number}" for number in range(len(members))]
    names = [f"Place {number}" for number in range(len(members))]
    cells = gather_cells(keys, names, members, units=len(counts))
    most = None if capacity is None else np.array(capacity)
    return protect(np.array(counts), most, cells, Rule()), keys


def check(counts: list[int], members: Members, capacity: list[int] | None = None) -> None:
    protected, keys = released(counts, members, capacity)
    check_differences(np.array(counts), None if capacity is None else np.array(capacity), protected, own=keys)


@pytest.mark.parametrize("between", [0, 4, 9])
def test_two_places_that_differ_by_a_small_count_are_refused(between: int) -> None:
    with pytest.raises(OverlappingPlacesError, match=r"1 pair of .* below 10 by subtraction: Place 0 and Place 1\."):
        check([50, between], [([0, 1], None), ([0], None)])


def test_so_are_two_that_cross() -> None:
    with pytest.raises(OverlappingPlacesError, match="Place 0 and Place 1"):
        check([40, 50, 4], [([0, 1], None), ([1, 2], None)])


def test_and_two_that_cut_a_unit_differently() -> None:
    with pytest.raises(OverlappingPlacesError, match="Place 0 and Place 1"):
        check([40, 20], [([0, 1], [1.0, 0.5]), ([0, 1], [1.0, 0.25])])


@pytest.mark.parametrize(
    ("counts", "members", "capacity"),
    [
        ([50, 10], [([0, 1], None), ([0], None)], None),
        ([50, 30], [([0], None), ([1], None)], None),
        ([50, 30], [([0, 1], None), ([0, 1], None)], None),
        ([50, 0], [([0, 1], None), ([0], None)], [100, 0]),
        ([40, 60, 40], [([0, 1], None), ([1, 2], None)], None),
    ],
    ids=["large", "apart", "the same", "nobody can live there", "crossing by large counts"],
)
def test_others_are_not(counts: list[int], members: Members, capacity: list[int] | None) -> None:
    check(counts, members, capacity)


def test_what_is_suppressed_is_subtracted_from_nothing() -> None:
    check([50, 4], [([0, 1], None), ([1], None)])


def test_own_places_may_be_compared_with_others_and_up_to_five_pairs_are_named() -> None:
    counts = [50, *[3] * 7]
    members: Members = [([0], None), *[([0, unit], None) for unit in range(1, 8)]]
    protected, keys = released(counts, members)
    shown = [key for key in keys[1:] if protected.shown.notna()[key]]
    assert len(shown) == 7
    check_differences(np.array(counts), None, protected, own=keys[:1])
    with pytest.raises(OverlappingPlacesError, match=r"7 pairs .* and 2 more"):
        check_differences(np.array(counts), None, protected, own=keys[:1], against=keys)
