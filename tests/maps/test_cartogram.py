"""The equal-area view: equal hexagons that do not overlap, and England still to be recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely

from placespend.errors import TooLargeError, WrongTypeError
from placespend.gazetteer import find_place, places_of_level
from placespend.geography import outlines
from placespend.maps.cartogram import MOST_PLACES, equal_area_outlines, region_outlines

if TYPE_CHECKING:
    import geopandas as gpd

    from placespend.place import Place

NORTH_EAST, LONDON, SOUTH_WEST = "E12000001", "E12000007", "E12000009"


@pytest.fixture(scope="module")
def authorities() -> list[Place]:
    return places_of_level("upper_tier")


@pytest.fixture(scope="module")
def england(authorities: list[Place]) -> gpd.GeoDataFrame:
    return equal_area_outlines(authorities)


@pytest.fixture(scope="module")
def ten(authorities: list[Place]) -> list[Place]:
    return [place for place in authorities if "E08000001" <= place.code <= "E08000010"]


def test_all_have_one_area_and_none_overlaps(england: gpd.GeoDataFrame, authorities: list[Place]) -> None:
    assert england["code"].tolist() == [place.code for place in authorities]
    assert england["name"].tolist() == [place.name for place in authorities]
    assert england.crs.to_epsg() == 27700
    assert england.area.nunique() == 1
    assert shapely.union_all(england.geometry.to_numpy()).area == england.area.sum()
    corners = shapely.get_coordinates(england.geometry.to_numpy())
    assert (corners == np.round(corners)).all()
    sides = np.hypot(*np.diff(shapely.get_coordinates(england.geometry.iloc[0]), axis=0).T)
    assert sides.max() / sides.min() < 1.001


def test_england_can_be_recognised(england: gpd.GeoDataFrame) -> None:
    """Hold the numbers that the module's text tells."""
    real = outlines("upper_tier").set_index("code").loc[england["code"]].geometry.to_numpy()
    first, second = shapely.STRtree(real).query(real, predicate="intersects")
    first, second = first[first < second], second[first < second]
    touches = shapely.length(shapely.intersection(real[first], real[second])) > 0
    middles = shapely.get_coordinates(england.centroid)
    width = np.ptp(shapely.get_coordinates(england.geometry.iloc[0])[:, 0])
    apart = np.hypot(*(middles[first[touches]] - middles[second[touches]]).T) / width
    assert 0.57 < (apart < 1.01).mean() < 0.63
    assert (apart < 2.01).mean() > 0.89
    moved = np.hypot(*(middles - shapely.get_coordinates(shapely.centroid(real))).T) / width
    assert moved.mean() < 1.5


def test_places_lie_where_they_are_looked_for(england: gpd.GeoDataFrame) -> None:
    middles = shapely.get_coordinates(england.centroid)
    low, high = middles.min(axis=0), middles.max(axis=0)
    across, up = ((middles - low) / (high - low)).T
    at = {name: (across[row], up[row]) for row, name in enumerate(england["name"])}
    assert at["Cornwall"][0] < 0.15
    assert at["Cornwall"][1] < 0.2
    assert at["Northumberland"][1] > 0.9
    london = (england["region"] == LONDON).to_numpy()
    assert london.sum() == 33
    assert across[london].mean() > 0.6
    assert 0.1 < up[london].mean() < 0.4


def test_each_region_of_england_is_in_one_piece(england: gpd.GeoDataFrame) -> None:
    regions = region_outlines(england)
    assert len(regions) == 9
    assert regions.geometry.geom_type.unique().tolist() == ["Polygon"]
    assert regions.area.sum() == england.area.sum()
    assert regions.set_index("code")["name"][NORTH_EAST] == "North East"


def test_the_order_of_places_makes_no_difference(ten: list[Place]) -> None:
    one, other = equal_area_outlines(ten), equal_area_outlines(ten[::-1])
    assert one.to_wkb().equals(other.iloc[::-1].reset_index(drop=True).to_wkb())


def test_places_without_neighbours_are_set_beside_the_nearest() -> None:
    far = [find_place("Cornwall"), find_place("Northumberland"), find_place("Isle of Wight")]
    shapes = equal_area_outlines(far)
    assert shapes["region"].tolist() == [SOUTH_WEST, NORTH_EAST, "E12000008"]
    middles = shapely.get_coordinates(shapes.centroid)
    # Northumberland is north of both, and the Isle of Wight east of Cornwall.
    assert middles[1, 1] > middles[[0, 2], 1].max()
    assert middles[2, 0] > middles[0, 0]


def test_one_place_is_one_hexagon(ten: list[Place]) -> None:
    assert len(shapely.get_coordinates(equal_area_outlines(ten[:1]).geometry.iloc[0])) == 7


def test_what_cannot_be_drawn_is_refused(ten: list[Place]) -> None:
    with pytest.raises(WrongTypeError, match="not of nothing"):
        equal_area_outlines([])
    with pytest.raises(WrongTypeError, match="not of str"):
        equal_area_outlines(["Leeds"])  # type: ignore[list-item]
    with pytest.raises(TooLargeError, match=f"holds {MOST_PLACES}"):
        equal_area_outlines(ten[:1] * (MOST_PLACES + 1))
    with pytest.raises(WrongTypeError, match="have the code"):
        equal_area_outlines([*ten, ten[0]])
