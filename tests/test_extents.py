"""What places are made of is put together, taken away and compared as if it were a set of marks of rulers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from placespend.errors import OverlappingPlacesError, WrongTypeError
from placespend.extents import Extent, extent_of
from placespend.stretches import Pieces, Stretches, no_stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

LENGTHS = {3: 1, 4: 2, 7: 3, 8: 6, 11: 6}
"""Five small areas by their position, and how many marks each takes."""

EVERY_MARK = [(area, mark) for area, length in LENGTHS.items() for mark in range(length)]
Marks = frozenset[tuple[int, int]]


def int64(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)


def made_of(marks: Iterable[tuple[int, int]], *, ruler: str = "r") -> Extent:
    """The extent of a set of marks, built by hand."""
    held = set(marks)
    areas = sorted({area for area, _ in held})
    whole = [area for area in areas if all((area, mark) in held for mark in range(LENGTHS[area]))]
    rows = []
    for area in areas:
        if area in whole:
            continue
        for mark in range(LENGTHS[area]):
            if (area, mark) in held and (area, mark - 1) not in held:
                end = next(after for after in range(mark, LENGTHS[area] + 1) if (area, after) not in held)
                rows.append((area, mark, end, LENGTHS[area]))
    parts = Stretches(ruler, Pieces(*np.array(rows, dtype=np.int64).T.copy())) if rows else no_stretches()
    return Extent(int64(whole), parts)


def marks_of(extent: Extent) -> Marks:
    whole = {(area, mark) for area in extent.whole.tolist() for mark in range(LENGTHS[area])}
    columns = (column.tolist() for column in extent.parts.pieces)
    parts = {
        (area, mark)
        for area, start, end, length in zip(*columns, strict=True)
        for mark in range(start, end)
        if LENGTHS[area] == length
    }
    assert not whole & parts
    return frozenset(whole | parts)


# Small areas are often whole or empty, so that whole ones meet cut ones.
MARKS = st.builds(
    lambda whole, some, without: frozenset(
        {mark for mark in EVERY_MARK if mark[0] in whole or mark in some} - set(without)
    ),
    st.sets(st.sampled_from(list(LENGTHS))),
    st.sets(st.sampled_from(EVERY_MARK)),
    st.sets(st.sampled_from(EVERY_MARK), max_size=2),
)


@settings(max_examples=300, deadline=None)
@given(MARKS, MARKS)
@example(frozenset(EVERY_MARK), frozenset(EVERY_MARK[:-1]))
@example(frozenset(), frozenset(EVERY_MARK))
def test_two_extents_are_combined_as_sets_of_marks(one: Marks, other: Marks) -> None:
    first, second = made_of(one), made_of(other)
    for found, expected in (
        (first.join(second), one | other),
        (first.less(second), one - other),
        (first.common(second), one & other),
    ):
        assert marks_of(found) == expected
        # What fills a small area is whole, so what is the same has one form only.
        assert found.is_same(made_of(expected))
        assert found.key() == made_of(expected).key()
        assert len(found) == len({area for area, _ in expected})
        assert found.touched.tolist() == sorted({area for area, _ in expected})
    assert first.meets(second) == bool(one & other) == second.meets(first)
    assert first.is_same(second) == (one == other)
    assert (first.key() == second.key()) == (one == other)


@settings(max_examples=150, deadline=None)
@given(st.lists(MARKS, min_size=1, max_size=4))
def test_any_number_of_extents_are_joined_in_any_order(many: list[Marks]) -> None:
    extents = [made_of(marks) for marks in many]
    expected = frozenset().union(*many)
    assert marks_of(extents[0].join(*extents[1:])) == expected
    assert extents[-1].join(*extents[:-1]).is_same(made_of(expected))
    assert extents[0].join().is_same(extents[0])


@settings(max_examples=100, deadline=None)
@given(MARKS, MARKS)
def test_what_is_left_and_what_is_shared_are_the_whole(one: Marks, other: Marks) -> None:
    first, second = made_of(one), made_of(other)
    left, shared = first.less(second), first.common(second)
    assert not left.meets(shared)
    assert left.join(shared).is_same(first)
    assert not left.meets(second)


@settings(max_examples=150, deadline=None)
@given(MARKS, MARKS, st.lists(st.integers(0, 10**12), min_size=12, max_size=12))
def test_counts_of_parts_add_up_and_a_whole_small_area_counts_all(one: Marks, other: Marks, values: list[int]) -> None:
    counts = int64(values)
    first, rest = made_of(one), made_of(one - other)
    assert rest.count(counts) + made_of(one & other).count(counts) == first.count(counts)
    by_hand = 0
    for area, mark in one:
        length, amount = LENGTHS[area], values[area]
        before = [(2 * amount * at + length) // (2 * length) for at in (mark, mark + 1)]
        by_hand += before[1] - before[0]
    assert first.count(counts) == by_hand
    everything = made_of(EVERY_MARK)
    assert everything.count(counts) == sum(values[area] for area in LENGTHS)


@settings(max_examples=150, deadline=None)
@given(MARKS)
def test_an_extent_is_made_of_its_marks_one_by_one(marks: Marks) -> None:
    each = sorted(marks)
    table = Pieces(
        int64(area for area, _ in each),
        int64(mark for _, mark in each),
        int64(mark + 1 for _, mark in each),
        int64(LENGTHS[area] for area, _ in each),
    )
    found = extent_of("r", table)
    assert found.is_same(made_of(marks))
    cut = {area for area, _ in marks} - set(found.whole.tolist())
    assert found.parts.ruler == ("r" if cut else "")
    assert found.parts.areas.tolist() == sorted(cut)


# --- rulers


COMBINE = [
    pytest.param(lambda one, other: one.join(other), id="join"),
    pytest.param(lambda one, other: one.less(other), id="less"),
    pytest.param(lambda one, other: one.common(other), id="common"),
]


@pytest.mark.parametrize("combine", COMBINE)
def test_extents_cut_along_different_rulers_are_not_combined(combine: Callable[[Extent, Extent], Any]) -> None:
    by_post, by_land = made_of([(8, 0)], ruler="by live postcodes"), made_of([(8, 0)], ruler="by land")
    with pytest.raises(OverlappingPlacesError, match="by land and by live postcodes cannot be put together"):
        combine(by_post, by_land)


@settings(max_examples=150, deadline=None)
@given(MARKS, MARKS)
def test_small_areas_cut_along_different_rulers_count_as_shared(one: Marks, other: Marks) -> None:
    first, second = made_of(one, ruler="a"), made_of(other, ruler="b")
    areas = {area for area, _ in one} & {area for area, _ in other}
    assert first.meets(second) == bool(areas) == second.meets(first)
    assert first.is_same(second) == (one == other and not len(first.parts))


@settings(max_examples=100, deadline=None)
@given(MARKS, MARKS)
def test_a_ruler_counts_for_nothing_where_only_one_cuts(one: Marks, other: Marks) -> None:
    whole = {area for area, _ in other}
    filled = frozenset((area, mark) for area in whole for mark in range(LENGTHS[area]))
    assume(one)
    first, second = made_of(one, ruler="a"), made_of(filled, ruler="b")
    assert marks_of(first.join(second)) == one | filled
    assert marks_of(second.less(first)) == filled - one
    assert marks_of(first.less(second)) == one - filled


def test_parts_along_different_rulers_are_not_put_together() -> None:
    first, second = [area for area, length in LENGTHS.items() if length > 1][:2]
    one, other = made_of([(first, 0)], ruler="a"), made_of([(second, 0)], ruler="b")
    with pytest.raises(OverlappingPlacesError, match="cut small areas a and b cannot be put together"):
        one.join(other)
    assert not one.meets(other)
    assert one.less(other).is_same(one)
    assert len(one.common(other)) == 0
    assert not one.holds(other)


# --- what cannot be made


@pytest.mark.parametrize(
    "whole",
    [int64([2, 1]), int64([1, 1]), np.array([1.0]), np.array([1], dtype=np.int32), np.array([[1]], dtype=np.int64)],
    ids=["falling", "twice", "fractions", "32 bits", "a table"],
)
def test_whole_small_areas_rise_and_are_whole_numbers(whole: NDArray[Any]) -> None:
    with pytest.raises(WrongTypeError, match="as whole numbers, rising, each once") as caught:
        Extent(whole)
    assert caught.value.hint == "find places with placespend.find_place"


def test_a_small_area_is_not_held_wholly_and_in_part() -> None:
    with pytest.raises(WrongTypeError, match="each once"):
        Extent(int64([3, 8]), made_of([(8, 0)]).parts)


def test_an_extent_of_nothing_is_empty() -> None:
    nothing = Extent(int64([]))
    assert len(nothing) == 0
    assert nothing.touched.tolist() == []
    assert nothing.count(np.ones(3, dtype=np.int64)) == 0
    assert nothing.join(nothing).is_same(nothing)
    assert nothing.less(nothing).is_same(nothing)
    assert not nothing.meets(nothing)
    assert not nothing.meets(made_of(EVERY_MARK))
