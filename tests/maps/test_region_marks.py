"""Regions on an equal-area view: lines around them, and names that meet nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.patches import PathPatch
from texts_apart import check_texts, texts_of

from placespend.gazetteer import places_of_level
from placespend.maps.cartogram import equal_area_outlines
from placespend.maps.drawing import draw_map
from placespend.maps.layers import MapLayer, map_layer
from placespend.maps.page import Page, settings
from placespend.maps.region_marks import mark_regions, room_for_name

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.figure import Figure

NORTH = ("E12000001", "E12000003")


@pytest.fixture(scope="module")
def north() -> gpd.GeoDataFrame:
    """Set out the authorities of the North East and of Yorkshire."""
    everywhere = places_of_level("upper_tier")
    codes = ("E06000001", "E06000002", "E06000003", "E06000004", "E06000005", "E06000047", "E06000057", "E06000014")
    return equal_area_outlines(
        [p for p in everywhere if p.code in codes or p.code.startswith(("E0800003", "E0800001"))]
    )


def layer_of(cartogram: gpd.GeoDataFrame) -> MapLayer:
    table = cartogram[["code", "name"]].assign(value=range(1, len(cartogram) + 1), mark="value", status="published")
    return map_layer(pd.DataFrame(table), unit="things")


@pytest.fixture(scope="module")
def figure(north: gpd.GeoDataFrame) -> Figure:
    return mark_regions(draw_map(layer_of(north), north, title="North", is_schematic=True), north)


def test_regions_are_named_beside_them(figure: Figure, north: gpd.GeoDataFrame) -> None:
    check_texts(figure)
    assert {"North East", "Yorkshire and the Humber"} <= set(texts_of(figure))
    (axes,) = figure.axes
    with settings():
        figure.draw_without_rendering()
        names = [text for text in axes.texts if text.get_text() in {"North East", "Yorkshire and the Humber"}]
        corners = [axes.transData.inverted().transform(text.get_window_extent().get_points()) for text in names]
    everything = shapely.union_all(north.geometry.to_numpy())
    for (west, south), (east, top) in corners:
        assert shapely.box(west, south, east, top).disjoint(everything)


def test_lines_run_around_regions(figure: Figure) -> None:
    lines = [patch for patch in figure.axes[0].findobj(PathPatch) if not patch.get_fill()]
    assert [line.get_linewidth() for line in lines] == [3.0, 1.6]


def test_one_region_needs_no_marks(north: gpd.GeoDataFrame) -> None:
    alone = north[north["region"] == NORTH[0]].reset_index(drop=True)
    drawn = draw_map(layer_of(alone), alone, title="Alone", is_schematic=True)
    before = texts_of(drawn)
    assert texts_of(mark_regions(drawn, alone)) == before
    assert all(patch.get_fill() for patch in drawn.axes[0].findobj(PathPatch))


def test_a_name_that_has_no_room_on_one_line_takes_two() -> None:
    region = shapely.box(1, 1, 2, 2)
    with settings():
        page = Page()
        for width, lines in ((3.2, ("West Midlands",)), (2.8, ("West", "Midlands"))):
            # Only on the right of the region is room: more or less than the name is wide.
            taken = shapely.box(0, 0, 2, 3)
            found, box = room_for_name(page, "West Midlands", region, taken, np.array([width, 3.0]))
            assert found == lines
            assert box.disjoint(taken)
        assert room_for_name(page, "West Midlands", region, taken, np.array([2.2, 3.0])) == ((), None)
