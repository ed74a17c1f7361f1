"""What is refused of outlines, and said of them."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from placespend.errors import PlacespendError
from placespend.maps.visibility import LEAST_FILLED, check_visible, notes_on_outlines


def two_squares(apart: float, drawn: tuple[str, str] = ("", "")) -> gpd.GeoDataFrame:
    shapes = [shapely.box(0, 0, 100, 100), shapely.box(apart, 0, apart + 100, 100)]
    return gpd.GeoDataFrame({"name": ["Here", "There"], "drawn": drawn}, geometry=shapes, crs="EPSG:27700")


def test_places_that_would_be_specks_are_refused_by_name() -> None:
    # Two squares fill 200 of every (apart + 100) metres of their row.
    enough = 200 / LEAST_FILLED - 100
    check_visible(two_squares(enough))
    with pytest.raises(PlacespendError, match="too small and far apart to be seen on one map: Here, There"):
        check_visible(two_squares(enough + 1))


def test_one_place_is_always_seen() -> None:
    triangle = shapely.Polygon([(0, 0), (10_000, 10_000), (10_000, 10_001)])
    check_visible(gpd.GeoDataFrame({"name": ["Thin"]}, geometry=[triangle], crs="EPSG:27700"))


def test_approximate_outlines_are_told_once_for_each_way() -> None:
    assert notes_on_outlines(two_squares(200)) == []
    ways = notes_on_outlines(two_squares(200, ("drawn by b", "drawn by a")))
    assert ways == ["Outlines of places that cut small areas are approximate: drawn by a; or drawn by b."]
