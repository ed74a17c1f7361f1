"""Bars: nothing meets another thing, lengths are as the amounts, and text stays text."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_report import HOSTILE, SHOWN, made_up_bars, made_up_table, parsed

from placespend.maps.lettering import POINTS_PER_INCH
from placespend.maps.page import Page
from placespend.maps.page import settings as drawing_settings
from placespend.reports.bars import BAR, EMPHASISED, LETTERS_PT, bars_svg
from placespend.reports.document import Bars

SVG = "{http://www.w3.org/2000/svg}"
WIDTH = 400


class Bar(NamedTuple):
    colour: str
    left: float
    right: float
    middle: float


def drawn_bars(svg: str) -> list[Bar]:
    """Read the bars of a picture, from the top."""
    found = []
    for path in parsed(svg).iter(f"{SVG}path"):
        colour = re.search(r"fill: (#\w+)", path.get("style", ""))
        if colour is not None and colour[1] in {BAR, EMPHASISED}:
            numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d", ""))]
            across, down = numbers[::2], numbers[1::2]
            found.append(Bar(colour[1], min(across), max(across), (min(down) + max(down)) / 2))
    return found


def texts(svg: str) -> list[tuple[str, float, float]]:
    """Read the texts of a picture, each with where its letters stand."""
    found = []
    for text in parsed(svg).iter(f"{SVG}text"):
        place = re.search(r"translate\(([\d.-]+) ([\d.-]+)\)", text.get("transform", ""))
        x, y = (float(place[1]), float(place[2])) if place else (float(text.get("x", 0)), float(text.get("y", 0)))
        found.append(("".join(text.itertext()), x, y))
    return found


def bars_of(values: tuple[float, ...], labels: tuple[str, ...] | None = None, **options: object) -> Bars:
    shown = tuple("not known" if math.isnan(value) else f"£{value:,.2f}" for value in values)
    given_labels = labels or tuple(f"Body {number}" for number in range(len(values)))
    return Bars("b", "B", given_labels, values, shown, "£", made_up_table("t"), **options)  # type: ignore[arg-type]


def test_lengths_are_as_the_amounts_on_both_sides_of_zero() -> None:
    first, second, third = drawn_bars(bars_svg(bars_of((400.0, -100.0, 200.0))))
    unit = (first.right - first.left) / 400
    assert second.right - second.left == pytest.approx(100 * unit, rel=1e-4)
    assert third.right - third.left == pytest.approx(200 * unit, rel=1e-4)
    assert first.left == pytest.approx(third.left) == pytest.approx(second.right)


def test_an_amount_that_is_not_known_has_words_and_no_bar() -> None:
    svg = bars_svg(bars_of((4.0, math.nan, 0.0)))
    assert [bar.right > bar.left for bar in drawn_bars(svg)] == [True, False]
    assert "not known" in [text for text, _, _ in texts(svg)]


def test_the_place_of_the_report_stands_out_by_colour_and_by_weight() -> None:
    svg = bars_svg(bars_of((4.0, 3.0), emphasised=(1,)))
    assert [bar.colour for bar in drawn_bars(svg)] == [BAR, EMPHASISED]
    assert svg.count("font-weight: 700") == 2


def test_text_stays_text() -> None:
    svg = bars_svg(made_up_bars("b", notes=(HOSTILE,)))
    root = parsed(svg)
    assert {element.tag for element in root.iter()} & {f"{SVG}script", f"{SVG}img", f"{SVG}a"} == set()
    told = " ".join(text for text, _, _ in texts(svg))
    assert "<img src=x" in told
    assert "{% raw %} ]]>" in told
    assert all(sign not in svg for sign in "\x00\x1b\u202e\u2066")
    assert " ".join(SHOWN.split()) in (root.findtext(f"{SVG}desc") or "")


def test_the_same_bars_give_the_same_bytes() -> None:
    assert bars_svg(made_up_bars("b")) == bars_svg(made_up_bars("b"))


@pytest.mark.parametrize("values", [(0.0,), (math.nan, math.nan), (-1.0, -2.0), (1e-9, 1e12), ()])
def test_any_amounts_can_be_drawn(values: tuple[float, ...]) -> None:
    assert len(drawn_bars(bars_svg(bars_of(values)))) == sum(not math.isnan(value) for value in values)


def extents(svg: str) -> list[tuple[float, float]]:
    """Measure from where to where each text of a picture reaches."""
    found = []
    with drawing_settings():
        page = Page()
        for text in parsed(svg).iter(f"{SVG}text"):
            style = text.get("style", "")
            words = "".join(text.itertext())
            width = page.measure(words, LETTERS_PT, bold="font-weight: 700" in style) * POINTS_PER_INCH
            start = float(text.get("x", "nan")) - (width if "text-anchor: end" in style else 0)
            found.append((start, start + width))
    return found


def test_long_values_on_both_sides_of_zero_leave_the_bars_room() -> None:
    svg = bars_svg(bars_of((18_741_225_997.74, -2_414_745_197.15), ("Leeds", "Kensington and Chelsea")))
    first, second = drawn_bars(svg)
    assert first.right - second.left >= 0.25 * WIDTH
    told = [text for text, _, _ in texts(svg)]
    assert told == ["Leeds", "£18,741,225,997.74", "Kensington and Chelsea", "£-2,414,745,197.15"]
    assert all(end < second.left for _, end in extents(svg))


amounts = st.one_of(st.just(math.nan), st.floats(-1e11, 1e11))
words = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=60)


@settings(max_examples=6, deadline=None, database=None)
@given(st.lists(st.tuples(words, amounts), min_size=2, max_size=8))
def test_nothing_leaves_the_picture_and_no_rows_meet(rows: list[tuple[str, float]]) -> None:
    svg = bars_svg(bars_of(tuple(value for _, value in rows), tuple(label for label, _ in rows)))
    found = drawn_bars(svg)
    assert all(0 <= bar.left <= bar.right <= WIDTH for bar in found)
    assert all(-1 <= start <= end <= WIDTH + 1 for start, end in extents(svg))
    if any(value for _, value in rows if not math.isnan(value)):
        assert max(bar.right for bar in found) - min(bar.left for bar in found) >= 0.25 * WIDTH - 1
    middles = [bar.middle for bar in found]
    assert middles == sorted(middles)
    assert all(later - middle > 14 for middle, later in pairwise(middles))
