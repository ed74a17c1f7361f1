"""Fills for a browser: those of the static maps."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from placespend.maps.styles import MARK_STYLES, Style, hatched
from placespend.web_maps.patterns import paint, pattern

BELOW = Style("#f46a25", hatch="---")


def test_a_plain_colour_needs_no_pattern() -> None:
    style = Style("#12436d")
    assert pattern(style, "a") == ""
    assert paint(style, "a") == "#12436d"


@pytest.mark.parametrize("style", [*MARK_STYLES.values(), hatched(Style("#12436d")), BELOW, hatched(BELOW)])
def test_a_pattern_lies_over_the_colour(style: Style) -> None:
    if not style.hatch:
        return
    drawn = ET.fromstring(pattern(style, "fill-1"))  # noqa: S314  (written here)
    assert drawn.tag == "pattern"
    assert drawn.get("id") == "fill-1"
    assert paint(style, "fill-1") == "url(#fill-1)"
    first, *over = list(drawn)
    assert first.get("fill") == style.face
    assert {part.get("stroke") or part.get("fill") for part in over} == {style.hatch_colour}


def test_every_pattern_differs_from_the_others() -> None:
    face = Style("#ffffff")
    hatches = ["+++", "...", "///", "---", "---/////", "x"]
    drawn = {pattern(Style(face.face, hatch=hatch), "a") for hatch in hatches}
    assert len(drawn) == len(hatches)
    assert all("<path" in text or "<circle" in text for text in drawn)
