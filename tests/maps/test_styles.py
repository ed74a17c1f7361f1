"""Shades around a centre, as they are seen in greyscale."""

from __future__ import annotations

from itertools import pairwise

import pytest

from placespend.maps.divergence import classify_around
from placespend.maps.styles import BLUES_ABOVE, HATCH_BELOW, HATCH_MODELLED, ORANGES, class_styles, hatched, lightness


@pytest.mark.parametrize("colours", [ORANGES, BLUES_ABOVE])
def test_shades_darken_away_from_the_centre(colours: tuple[str, ...]) -> None:
    steps = [lightness(colour) for colour in colours]
    assert all(pale - dark >= 20 for pale, dark in pairwise(steps))
    assert 100 - steps[0] >= 8


def test_lines_stand_out_from_every_shade_below_alone_and_with_those_of_estimates() -> None:
    found = classify_around([-9, -5, -1, 1, 5, 9], 0, scheme="given", breaks=[3, 7])
    below = class_styles(found)[:3]
    assert [style.hatch for style in below] == [HATCH_BELOW] * 3
    for style in (*below, *map(hatched, below)):
        assert abs(lightness(style.face) - lightness(style.hatch_colour)) >= 30
    assert {hatched(style).hatch for style in below} == {HATCH_BELOW + HATCH_MODELLED}
