"""Maps of two measures as figures: the square legend, and signs where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from texts_apart import check_texts, texts_of

from placespend.errors import WrongTypeError
from placespend.geography import outlines as shipped_outlines
from placespend.maps.layers import map_layer
from placespend.maps.two_way import TwoWayLayer, describe_two_way, two_way_layer
from placespend.maps.two_way_drawing import draw_two_way
from placespend.maps.two_way_legend import keys_of_marks
from placespend.maps.writing import svg_text
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NASTY = "Up$to\\frac{1}$ <b>&\x1b[2J\u202e \"x'"
LONG = "Kingston-upon-Somewhere-with-a-Name-that-no-Legend-was-Ever-Made-for and the Hundred of Little Things"


def layer_of(codes: list[str], *, name: str = "Place", unit: str = "things") -> TwoWayLayer:
    """Make a layer with every cell that the values lead to and, of ten places or more, every mark."""
    tables = []
    for turn in (7, 5):
        values: list[float | None] = [1000 + turn * number % len(codes) for number in range(len(codes))]
        marks = ["value"] * len(codes)
        if len(codes) >= 10:
            values[1:4] = [None, None, 0.0]
            marks[1:4] = ["suppressed", "missing", "zero"]
        table = pd.DataFrame({"code": codes, "name": [f"{name} {n}" for n in range(len(codes))], "value": values})
        tables.append(table.assign(mark=marks, status=["published", "estimated"] * (len(codes) // 2)))
    first, second = tables
    return two_way_layer(
        map_layer(first, unit=f"needs {unit}", classes=3), map_layer(second, unit=unit, classes=3, number="gbp")
    )


def squares(size: int) -> gpd.GeoDataFrame:
    """Lay squares in rows of five."""
    shapes = [shapely.box(9 * (n % 5), 9 * (n // 5), 9 * (n % 5) + 9, 9 * (n // 5) + 9) for n in range(size)]
    return gpd.GeoDataFrame({"code": [f"s{n:02d}" for n in range(size)]}, geometry=shapes, crs="EPSG:27700")


@pytest.fixture(scope="module")
def many() -> tuple[TwoWayLayer, gpd.GeoDataFrame, Figure]:
    outlines = squares(30)
    layer = layer_of(list(outlines["code"]))
    return layer, outlines, draw_two_way(layer, outlines, title="Many", notes=["A note."], sources=["One"])


def test_the_legend_tells_bounds_units_and_counts(many: tuple[TwoWayLayer, gpd.GeoDataFrame, Figure]) -> None:
    layer, _, figure = many
    check_texts(figure)
    said = " ".join(texts_of(figure))
    for measure, signs in ((layer.first, "ABC"), (layer.second, "123")):
        for sign, label in zip(signs, measure.classes.labels, strict=True):
            assert f"{sign}: {label}" in said
    assert "↑ Needs things" in said
    assert "→ Things" in said
    counts = [text for text in texts_of(figure) if text.startswith("(") and text[1:-1].isdigit()]
    # From the lowest row up, each from the left: as cells are listed.
    assert counts == [f"({len(names)})" for names in layer.cells().values()]
    assert sum(int(count[1:-1]) for count in counts) == 27
    assert [key.count for key in keys_of_marks(layer) if "in one or both" in key.words] == ["(1 place)"] * 3
    assert " m" in said
    assert NOTICE.split()[0] in said


def test_each_place_bears_the_sign_of_its_cell(many: tuple[TwoWayLayer, gpd.GeoDataFrame, Figure]) -> None:
    layer, _, figure = many
    (axes,) = figure.axes
    signs = sorted(text.get_text() for text in axes.texts)
    named = [f"{row.name} {row.cell}".strip() for row in layer.table[["name", "cell"]].itertuples(index=False)]
    assert sorted(sign.replace("\n", " ") for sign in signs) == sorted(named)


def test_few_places_bear_name_and_sign() -> None:
    outlines = squares(4)
    figure = draw_two_way(layer_of(list(outlines["code"])), outlines, title="Few")
    check_texts(figure)
    assert sorted(text.get_text().split()[-1] for text in figure.axes[0].texts) == sorted(
        layer_of(list(outlines["code"])).table["cell"]
    )


def test_the_text_alternative_is_the_description(many: tuple[TwoWayLayer, gpd.GeoDataFrame, Figure]) -> None:
    layer, _, figure = many
    label = str(figure.get_label())
    assert label.startswith(describe_two_way(layer, title="Many"))
    assert label.count("A note.") == 1


def test_the_same_layer_gives_the_same_bytes_and_no_markup() -> None:
    outlines = squares(4)
    one, other = (
        svg_text(draw_two_way(layer_of(list(outlines["code"]), name=NASTY, unit=NASTY), outlines, title=NASTY))
        for _ in range(2)
    )
    assert one == other
    assert "<b>" not in one


@pytest.mark.parametrize(("words", "schematic"), [(NASTY, True), (LONG, False)])
def test_any_name_and_unit_fits(words: str, schematic: bool) -> None:
    outlines = squares(10)
    layer = layer_of(list(outlines["code"]), name=words, unit=words)
    figure = draw_two_way(layer, outlines, title=words, notes=[words], is_schematic=schematic)
    check_texts(figure)
    has_scale = any(text.endswith((" km", " m")) for text in texts_of(figure))
    assert has_scale != schematic


def test_england_shows_london_enlarged_with_its_signs() -> None:
    upper = shipped_outlines("upper_tier")
    # London, and the ends of England.
    upper = upper[upper["code"].str.startswith("E0900") | upper["code"].isin(["E06000052", "E06000057"])]
    layer = layer_of(list(upper["code"]))
    figure = draw_two_way(layer, upper, title="England")
    main, inset = figure.axes
    assert "London, enlarged" in " ".join(texts_of(figure))
    check_texts(figure)
    assert len(inset.texts) > 15
    assert main.texts


def test_places_without_an_outline_are_refused() -> None:
    with pytest.raises(WrongTypeError, match="have no outline"):
        draw_two_way(layer_of(["s00", "nowhere"]), squares(2), title="x")
