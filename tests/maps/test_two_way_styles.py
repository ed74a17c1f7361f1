"""Nine colours that can be told apart, by those too who see fewer, and the signs in places."""

from __future__ import annotations

from itertools import chain, combinations

import numpy as np
import pandas as pd
import pytest

from placespend.maps.layers import map_layer
from placespend.maps.styles import HATCH_MODELLED, MARK_STYLES, lightness
from placespend.maps.two_way import TwoWayLayer, two_way_layer
from placespend.maps.two_way_styles import COLOURS, style_of_cell, styles_of_places

SIGHT = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""What is left of linear red, green and blue: Machado, Oliveira and Fernandes (2009), severity 1."""

LEAST = {"normal": 25.0, "protanopia": 24.0, "deuteranopia": 25.0, "tritanopia": 22.0}
"""How far apart any two of the nine colours are at least, in CIELAB."""


def lab(colour: str, sight: str) -> np.ndarray:
    """Give L*, a* and b* of a colour as it is seen."""
    parts = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(SIGHT[sight]) @ linear, 0, 1)
    weights = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    x, y, z = (np.array(weights) @ seen) / [0.95047, 1, 1.08883]
    root = [np.cbrt(part) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in (x, y, z)]
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def layer(one: list[float | None], other: list[float | None], *, statuses: list[str], classes: int = 3) -> TwoWayLayer:
    """Make a layer of places by the values of both measures."""
    made = []
    for values in (one, other):
        table = pd.DataFrame({"code": list("abcdefghi")[: len(values)], "name": "x", "value": values})
        marks = ["missing" if value is None else "value" for value in values]
        made.append(map_layer(table.assign(mark=marks, status=statuses), unit="things", classes=classes))
    return two_way_layer(*made)


@pytest.mark.parametrize("sight", SIGHT)
def test_nine_colours_are_told_apart_whatever_colours_one_sees(sight: str) -> None:
    seen = [lab(colour, sight) for colour in chain(*COLOURS)]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) >= LEAST[sight]


def test_the_measure_of_colours_is_right() -> None:
    assert lab("#2073bc", "normal")[0] == pytest.approx(lightness("#2073bc"), abs=0.01)
    assert np.allclose(lab("#ffffff", "normal"), [100, 0, 0], atol=0.02)
    # Red and green of one lightness: far apart, but for those who lack a cone.
    red, green = "#c0504d", "#6b8e23"
    assert np.linalg.norm(lab(red, "normal") - lab(green, "normal")) > 2 * np.linalg.norm(
        lab(red, "deuteranopia") - lab(green, "deuteranopia")
    )


def test_more_of_either_measure_is_darker() -> None:
    light = np.array([[lightness(colour) for colour in row] for row in COLOURS])
    assert (np.diff(light, axis=0) < -5).all()
    assert (np.diff(light, axis=1) < -5).all()


def test_ends_look_the_same_with_fewer_classes() -> None:
    values: list[float | None] = [1, 2, 1, 2]
    two = layer(values, [1, 1, 2, 2], statuses=[""] * 4, classes=2)
    assert [style_of_cell(two, cell).face for cell in ("A1", "B1", "A2", "B2")] == [
        COLOURS[0][0], COLOURS[2][0], COLOURS[0][2], COLOURS[2][2],
    ]  # fmt: skip


def test_estimates_are_hatched_beside_other_numbers_only() -> None:
    mixed = styles_of_places(layer([1, 2, None], [1, 2, 3], statuses=["published", "estimated", "estimated"]))
    assert [style.hatch for style in mixed[:2]] == ["", HATCH_MODELLED]
    assert mixed[2] == MARK_STYLES["missing"]
    alone = styles_of_places(layer([1, 2], [1, 2], statuses=["estimated", "estimated"]))
    assert [style.hatch for style in alone] == ["", ""]
