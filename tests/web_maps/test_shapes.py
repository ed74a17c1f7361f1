"""Outlines for a browser: where they were, with one border between neighbours, and as small as asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from placespend.geography import outlines
from placespend.web_maps.shapes import TOLERANCES_M, SmallShapes, bounds_of, small_shapes, to_degrees

if TYPE_CHECKING:
    from numpy.typing import NDArray

STEP = 1e-5


def decoded(ring: list[int]) -> NDArray[np.float64]:
    """Read a ring as the page's script does."""
    return np.cumsum(np.array(ring).reshape(-1, 2), axis=0) * STEP


def read(shapes: SmallShapes) -> NDArray[Any]:
    return np.array(
        [
            shapely.MultiPolygon(
                [shapely.Polygon(decoded(outer), [decoded(hole) for hole in holes]) for outer, *holes in polygons]
            )
            for polygons in shapes.places
        ]
    )


def in_degrees(shapes: NDArray[Any]) -> NDArray[Any]:
    found: NDArray[Any] = shapely.transform(shapes, to_degrees)
    return found


@pytest.fixture(scope="module")
def districts() -> NDArray[Any]:
    table = outlines("lad")
    found: NDArray[Any] = table.geometry[table["code"].str.startswith("E080000")].to_numpy()
    return found


def test_outlines_that_are_small_enough_are_where_they_were(districts: NDArray[Any]) -> None:
    found = small_shapes(districts)
    assert found.tolerance_m == 0
    assert found.note == ""
    apart = shapely.hausdorff_distance(read(found), in_degrees(districts))
    assert apart.max() <= STEP


@pytest.mark.parametrize("share", [2, 5])
def test_outlines_are_simplified_together_until_they_are_small_enough(districts: NDArray[Any], share: int) -> None:
    whole = len(json.dumps(small_shapes(districts).places, separators=(",", ":")))
    found = small_shapes(districts, most_bytes=whole // share)
    assert len(json.dumps(found.places, separators=(",", ":"))) <= whole // share
    assert found.tolerance_m in TOLERANCES_M[1:]
    assert f"{found.tolerance_m:,} by {found.tolerance_m:,} metres" in found.note
    # As whole numbers: what differs beyond is floating point.
    assert shapely.coverage_is_valid(shapely.set_precision(read(found), STEP))
    finer = TOLERANCES_M[TOLERANCES_M.index(found.tolerance_m) - 1]
    rough = shapely.coverage_simplify(districts, finer)
    assert len(json.dumps(small_shapes(rough, most_bytes=10**9).places, separators=(",", ":"))) > whole // share


def test_no_place_vanishes_however_small_the_file_should_be(districts: NDArray[Any]) -> None:
    found = small_shapes(districts, most_bytes=1)
    assert found.tolerance_m == TOLERANCES_M[-1]
    assert len(found.places) == len(districts)
    assert all(len(ring) >= 6 for polygons in found.places for rings in polygons for ring in rings)


def test_holes_and_islands_are_kept_and_anchors_lie_inside_the_largest_part() -> None:
    hole = shapely.box(430_400, 434_400, 430_600, 434_600)
    land = shapely.box(430_000, 434_000, 431_000, 435_000) - hole
    island = shapely.box(432_000, 434_000, 432_100, 434_100)
    shapes = np.array([shapely.MultiPolygon([island, land]), hole], dtype=object)
    found = small_shapes(shapes)
    assert [[len(rings) for rings in polygons] for polygons in found.places] == [[1, 2], [1]]
    north, east = np.array(found.anchors).T
    assert shapely.contains_xy(in_degrees(np.array([land, hole])), east, north).all()


def test_bounds_hold_every_place(districts: NDArray[Any]) -> None:
    (south, west), (north, east) = bounds_of(districts)
    frame = shapely.box(west - STEP, south - STEP, east + STEP, north + STEP)
    assert shapely.contains(frame, in_degrees(districts)).all()


@given(
    st.lists(st.tuples(st.integers(-5_000, 5_000), st.integers(-5_000, 5_000)), min_size=3, max_size=12, unique=True)
)
def test_any_outline_comes_back_to_the_metre(points: list[tuple[int, int]]) -> None:
    hull = shapely.convex_hull(shapely.MultiPoint([(430_000 + east, 434_000 + north) for east, north in points]))
    if hull.geom_type != "Polygon":
        return
    shapes = np.array([hull], dtype=object)
    (ring,) = small_shapes(shapes).places[0][0]
    drawn = decoded(ring)
    meant = shapely.get_coordinates(in_degrees(shapes))[:-1]
    nearest = np.abs(drawn[None, :, :] - meant[:, None, :]).max(axis=2).min(axis=1)
    assert nearest.max() <= STEP
