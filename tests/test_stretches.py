"""An amount is dealt out along a ruler: to the penny, the same whoever holds the rest, and adding up when joined."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from placespend.errors import ConservationError, OverlappingPlacesError
from placespend.stretches import (
    LONGEST_RULER,
    Pieces,
    Stretches,
    deal_out,
    divide,
    no_stretches,
    one_ruler,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST = 2**63 - 1
AMOUNTS = st.integers(-20, 20) | st.integers(-(10**14), 10**14) | st.integers(-LARGEST, LARGEST)


def pieces(*rows: tuple[int, int, int, int]) -> Pieces:
    """Pieces told as (small area, start, end, length)."""
    return Pieces(*np.array(rows, dtype=np.int64).reshape(-1, 4).T.copy())


def rows_of(table: Pieces) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in table), strict=True))


def part(amount: int, start: int, end: int, length: int) -> int:
    """The part of one stretch, from the tool."""
    return int(deal_out(np.array([amount]), pieces((0, start, end, length)))[0])


def exact_before(size: int, mark: int, length: int) -> int:
    """What lies before a mark of an amount that is not negative, rounded half up, with Python's own integers."""
    return (2 * size * mark + length) // (2 * length)


@st.composite
def rulers(draw: st.DrawFn) -> tuple[int, list[int]]:
    """A ruler's length, and all the marks of a division of it, both ends among them."""
    length = draw(st.integers(1, 12) | st.integers(1, 2_000) | st.integers(1, LONGEST_RULER) | st.just(LONGEST_RULER))
    inner = draw(st.lists(st.integers(0, length), max_size=8))
    return length, sorted({0, length, *inner})


# --- deal_out


@pytest.mark.parametrize(
    ("amount", "marks", "length", "parts"),
    [
        (10, [0, 1, 3], 3, [3, 7]),
        # 0.5 rounds up before the first mark, so the first of two halves of a penny gets it.
        (1, [0, 1, 2], 2, [1, 0]),
        (-1, [0, 1, 2], 2, [-1, 0]),
        (1, [0, 1, 2, 3], 3, [0, 1, 0]),
        (2, [0, 1, 2, 3], 3, [1, 0, 1]),
        (100, [0, 1, 2, 3], 3, [33, 34, 33]),
        (-100, [0, 1, 2, 3], 3, [-33, -34, -33]),
        (0, [0, 1, 2, 3], 3, [0, 0, 0]),
        (7, [0, 3], 3, [7]),
    ],
)
def test_parts_worked_by_hand(amount: int, marks: list[int], length: int, parts: list[int]) -> None:
    assert [part(amount, *ends, length) for ends in itertools.pairwise(marks)] == parts


@settings(max_examples=400, deadline=None)
@given(AMOUNTS, rulers())
@example(LARGEST, (LONGEST_RULER, [0, 1, LONGEST_RULER - 1, LONGEST_RULER]))
@example(-LARGEST, (LONGEST_RULER, [0, LONGEST_RULER - 1, LONGEST_RULER]))
@example(2**62, (3, [0, 1, 2, 3]))
def test_the_parts_of_any_division_sum_to_the_amount_and_are_within_a_penny_of_their_share(
    amount: int, ruler: tuple[int, list[int]]
) -> None:
    length, marks = ruler
    table = pieces(*((5, start, end, length) for start, end in itertools.pairwise(marks)))
    parts = deal_out(np.full(len(table.area), amount), table).tolist()
    assert sum(parts) == amount
    sign = -1 if amount < 0 else 1
    for (_, start, end, _), found in zip(rows_of(table), parts, strict=True):
        expected = exact_before(abs(amount), end, length) - exact_before(abs(amount), start, length)
        assert found == sign * expected
        assert abs(found - Fraction(amount * (end - start), length)) <= 1
        assert found * sign >= 0


@settings(max_examples=200, deadline=None)
@given(AMOUNTS, rulers())
def test_stretches_that_meet_have_the_sum_of_their_parts_when_joined(amount: int, ruler: tuple[int, list[int]]) -> None:
    length, marks = ruler
    for start, middle, end in zip(marks[:-2], marks[1:-1], marks[2:], strict=True):
        joined = part(amount, start, end, length)
        assert joined == part(amount, start, middle, length) + part(amount, middle, end, length)


@settings(max_examples=100, deadline=None)
@given(AMOUNTS, st.lists(rulers(), min_size=1, max_size=4), st.data())
def test_a_part_does_not_depend_on_what_else_is_asked_for(
    amount: int, many: list[tuple[int, list[int]]], data: st.DataObject
) -> None:
    rows = [
        (area, start, end, length)
        for area, (length, marks) in enumerate(many)
        for start, end in itertools.pairwise(marks)
    ]
    some = data.draw(st.lists(st.sampled_from(rows), unique=True))
    found = deal_out(np.full(len(some), amount), pieces(*some)).tolist()
    assert found == [part(amount, start, end, length) for _, start, end, length in some]


@settings(max_examples=100, deadline=None)
@given(AMOUNTS, rulers())
def test_a_negative_amount_is_dealt_out_as_its_opposite(amount: int, ruler: tuple[int, list[int]]) -> None:
    length, marks = ruler
    for start, end in itertools.pairwise(marks):
        assert part(-amount, start, end, length) == -part(amount, start, end, length)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, LARGEST), st.integers(0, LARGEST), rulers())
def test_more_to_deal_out_leaves_no_less_before_any_mark(one: int, other: int, ruler: tuple[int, list[int]]) -> None:
    length, marks = ruler
    for mark in marks[1:]:
        assert part(min(one, other), 0, mark, length) <= part(max(one, other), 0, mark, length)


def test_many_amounts_are_dealt_out_at_once() -> None:
    table = pieces((0, 0, 1, 3), (0, 1, 3, 3), (4, 2, 5, 7))
    amounts = np.array([[10, 10, 70], [-1, -1, 7], [0, 0, LARGEST]])
    found = deal_out(amounts, table)
    assert found.shape == (3, 3)
    assert found.dtype == np.int64
    for row, each in zip(amounts.tolist(), found.tolist(), strict=True):
        one_by_one = [part(amount, *ends) for amount, (_, *ends) in zip(row, rows_of(table), strict=True)]
        assert each == one_by_one


# --- Stretches


@pytest.mark.parametrize(
    "rows",
    [
        [(3, 0, 3, 3)],  # whole
        [(3, 1, 1, 3)],  # nothing
        [(3, 2, 1, 3)],  # backwards
        [(3, -1, 1, 3)],  # before the ruler
        [(3, 1, 4, 3)],  # beyond it
        [(-1, 0, 1, 3)],  # no small area
        [(3, 0, 1, LONGEST_RULER + 1)],  # too long a ruler
        [(3, 0, 1, 4), (3, 1, 2, 4)],  # they meet
        [(3, 0, 2, 4), (3, 1, 3, 4)],  # they overlap
        [(3, 2, 3, 4), (3, 0, 1, 4)],  # marks fall
        [(3, 0, 1, 4), (3, 2, 3, 5)],  # one small area, two lengths
        [(4, 0, 1, 4), (3, 0, 1, 4)],  # small areas fall
        [(3, 0, 1, 4), (3, 0, 1, 4)],  # twice
    ],
)
def test_stretches_that_are_unsound_are_refused(rows: list[tuple[int, int, int, int]]) -> None:
    with pytest.raises(ConservationError, match="whole marks on one ruler, rising, and apart"):
        Stretches("r", pieces(*rows))


def whole_numbers(*values: int) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize(
    ("ruler", "table"),
    [
        ("", pieces((3, 0, 1, 4))),
        ("r", pieces()),
        ("r", Pieces(whole_numbers(3), whole_numbers(0), whole_numbers(1), np.array([4.0]))),
        ("r", Pieces(np.array([3], dtype=np.int32), *map(whole_numbers, (0, 1, 4)))),
        ("r", Pieces(whole_numbers(3, 4), whole_numbers(0), whole_numbers(1), whole_numbers(4))),
        ("r", Pieces(*(whole_numbers(value)[:, None] for value in (3, 0, 1, 4)))),
    ],
    ids=["no ruler", "a ruler of nothing", "fractions", "32 bits", "columns unlike", "a table"],
)
def test_stretches_need_a_ruler_and_columns_of_whole_numbers(ruler: str, table: Pieces) -> None:
    with pytest.raises(ConservationError):
        Stretches(ruler, table)


def test_stretches_cannot_be_changed_and_know_what_they_hold() -> None:
    found = Stretches("r", pieces((3, 0, 2, 10), (3, 5, 6, 10), (8, 1, 4, 4)))
    with pytest.raises(ValueError, match="read-only"):
        found.pieces.start[0] = 1
    assert len(found) == 3
    assert found.areas.tolist() == [3, 8]
    held, length = found.held()
    assert (held.tolist(), length.tolist()) == ([3, 3], [10, 4])
    counts = np.zeros(9, dtype=np.int64)
    counts[[3, 8]] = 100, 10
    # 20 and 10 of a hundred; of ten, 10 before the end less 2.5 before the first mark, which is 3.
    assert found.sum_of(counts) == 20 + 10 + 7


def test_no_stretches_are_nothing() -> None:
    nothing = no_stretches()
    assert (len(nothing), nothing.ruler, nothing.areas.tolist()) == (0, "", [])
    assert [column.tolist() for column in nothing.held()] == [[], []]
    assert nothing.sum_of(np.ones(3, dtype=np.int64)) == 0


def test_stretches_at_the_end_of_the_longest_ruler_are_sound() -> None:
    longest = Stretches("r", pieces((0, 0, 1, LONGEST_RULER), (0, LONGEST_RULER - 1, LONGEST_RULER, LONGEST_RULER)))
    assert longest.sum_of(np.array([LARGEST])) == 2 * exact_before(LARGEST, 1, LONGEST_RULER)


def test_pieces_that_meet_are_joined_and_others_not() -> None:
    table = pieces((1, 0, 2, 9), (1, 2, 3, 9), (1, 4, 9, 9), (2, 0, 1, 2), (2, 1, 2, 2), (5, 0, 1, 3))
    joined = [(1, 0, 3, 9), (1, 4, 9, 9), (2, 0, 2, 2), (5, 0, 1, 3)]
    assert rows_of(table.joined()) == joined
    assert rows_of(table.joined().joined()) == joined
    assert rows_of(pieces().joined()) == []
    assert rows_of(table.where(table.area == 2)) == [(2, 0, 1, 2), (2, 1, 2, 2)]


def test_places_of_one_ruler_are_of_that_and_of_several_refused() -> None:
    assert one_ruler([]) == one_ruler(["", ""]) == ""
    assert one_ruler(["", "by land", "by land"]) == "by land"
    with pytest.raises(OverlappingPlacesError) as caught:
        one_ruler(["by land", "", "by live postcodes"])
    assert caught.value.message == "Places that cut small areas by land and by live postcodes cannot be put together."


# --- divide


LENGTHS = [1, 2, 5, 6]
"""Rulers of four small areas, short enough to be held mark by mark."""


@st.composite
def tables(draw: st.DrawFn) -> Pieces:
    """Any pieces of the four rulers: they may overlap, meet, or fill a ruler."""
    rows = []
    for _ in range(draw(st.integers(0, 6))):
        area = draw(st.integers(0, 3))
        start = draw(st.integers(0, LENGTHS[area] - 1))
        rows.append((area, start, draw(st.integers(start + 1, LENGTHS[area])), LENGTHS[area]))
    return pieces(*rows)


def depth_at(table: Pieces, area: int, mark: int) -> int:
    return sum(of == area and start <= mark < end for of, start, end, _ in rows_of(table))


@settings(max_examples=300, deadline=None)
@given(st.lists(tables(), min_size=1, max_size=3))
def test_rulers_are_divided_as_if_mark_by_mark(given_tables: list[Pieces]) -> None:
    found, depth = divide(given_tables)
    assert depth.shape == (len(given_tables), len(found.area))
    touched = sorted({area for table in given_tables for area in table.area.tolist()})
    ends = {(area, mark) for table in given_tables for area, start, end, _ in rows_of(table) for mark in (start, end)}
    expected = []
    for area in touched:
        marks = sorted({0, LENGTHS[area], *(mark for of, mark in ends if of == area)})
        expected += [(area, start, end, LENGTHS[area]) for start, end in itertools.pairwise(marks)]
    assert rows_of(found) == expected
    for number, (area, start, end, _) in enumerate(expected):
        for mark in range(start, end):
            assert depth[:, number].tolist() == [depth_at(table, area, mark) for table in given_tables]
