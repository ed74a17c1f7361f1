"""Text fits its width, and labels neither meet nor leave the map."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from placespend.maps.lettering import Box, place_labels, wrap

POINTS = st.tuples(st.floats(0, 5), st.floats(0, 4))
SIZES = st.tuples(st.floats(0.1, 1.2), st.floats(0.1, 0.5))


@given(st.text(max_size=200), st.integers(1, 30))
def test_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    lines = wrap(text, width, len)
    assert all(0 < len(line) <= width for line in lines)
    kept = "".join("".join(lines).split())
    assert kept == "".join(sign for sign in text if (sign.isprintable() and not sign.isspace()) or sign == "\u200d")


def test_a_word_is_only_broken_where_it_fits_no_line() -> None:
    assert wrap("Hammersmith and Fulham", 11, len) == ["Hammersmith", "and Fulham"]
    assert wrap("Llanfairpwll on", 5, len) == ["Llanf", "airpw", "ll on"]
    assert wrap(" \n ", 5, len) == []


@given(st.lists(st.text("abc", min_size=1, max_size=12), max_size=40), st.integers(1, 30))
def test_each_line_holds_all_the_words_that_fit(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width, len)
    for line, following in pairwise(lines):
        # What follows on a broken word is its rest, which no space divides from it.
        assert len(line) == width or len(f"{line} {following.split()[0]}") > width


def test_a_long_text_is_measured_a_few_times_a_line() -> None:
    measured: list[str] = []

    def measure(text: str) -> int:
        measured.append(text)
        return len(text)

    lines = wrap("Of the lines that a place shares with others ".strip() + " as it is" * 200, 100, measure)
    assert len(lines) > 15
    assert len(measured) < 6 * len(lines)


@given(st.lists(st.tuples(POINTS, SIZES), max_size=15))
def test_no_two_labels_meet_and_none_leaves_the_map(
    wanted: list[tuple[tuple[float, float], tuple[float, float]]],
) -> None:
    anchors, sizes = [anchor for anchor, _ in wanted], [size for _, size in wanted]
    boxes = place_labels(anchors, sizes, 5, 4)
    assert len(boxes) == len(wanted)
    there = [box for box in boxes if box is not None]
    for one, other in combinations(there, 2):
        apart_x = abs(one.x - other.x) >= (one.width + other.width) / 2
        assert apart_x or abs(one.y - other.y) >= (one.height + other.height) / 2
    for box in there:
        assert box.x - box.width / 2 >= 0
        assert box.x + box.width / 2 <= 5 + 1e-9
        assert box.y - box.height / 2 >= 0
        assert box.y + box.height / 2 <= 4 + 1e-9
    for number, found in enumerate(boxes):
        others = {anchor for place, anchor in enumerate(anchors) if place != number} - {anchors[number]}
        assert found is None or not any(found.covers(*anchor) for anchor in others)


def test_a_label_stands_at_its_anchor_where_there_is_room() -> None:
    assert place_labels([(2.5, 2)], [(1, 0.2)], 5, 4) == [Box(2.5, 2, 1, 0.2)]
    near, moved = place_labels([(2.5, 2), (2.6, 2.02)], [(0.02, 0.02), (1, 0.2)], 5, 4)
    assert near == Box(2.5, 2, 0.02, 0.02)
    assert moved is not None
    assert moved != Box(2.6, 2.02, 1, 0.2)


def test_a_label_larger_than_the_map_has_no_room() -> None:
    assert place_labels([(2, 2)], [(6, 0.2)], 5, 4) == [None]
