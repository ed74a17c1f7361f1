"""By land a place holds of a small area what its shape covers of the outline, in whole square metres."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from everyday import lines
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.apportion import build_cells, build_ledger
from placespend.errors import OverlappingPlacesError
from placespend.extents import Extent
from placespend.geography import count_of, outlines, positions_of, small_areas
from placespend.land import extents_by_land
from placespend.levels import OWN
from placespend.place import Place, join_places, remainder

SIZE = 32_844
AREAS = st.integers(0, SIZE - 1)


@cache
def outline(area: int) -> Any:
    """The outline of a small area of the frame."""
    return all_outlines()[area]


@cache
def all_outlines() -> list[Any]:
    table = outlines("lsoa")
    assert table["code"].tolist() == small_areas()["lsoa_code"].tolist()
    return list(table.geometry)


def beside(area: int, share: float) -> tuple[Any, Any, float]:
    """Boxes west and east of a line through an outline, and the line."""
    west, south, east, north = outline(area).bounds
    line = west + share * (east - west)
    return shapely.box(west - 1, south - 1, line, north + 1), shapely.box(line, south - 1, east + 1, north + 1), line


def held(extent: Extent, area: int) -> tuple[int, int]:
    """The square metres of a small area that are held, and all of them; of one that is whole or absent, 1 or 0 of 1."""
    if area in extent.parts.areas:
        number = int(np.searchsorted(extent.parts.areas, area))
        marks, length = extent.parts.held()
        return int(marks[number]), int(length[number])
    return int(area in extent.whole), 1


# --- worked by hand


@pytest.mark.parametrize("area", [0, 4_615, 12_345, 32_164, SIZE - 1])
@pytest.mark.parametrize("share", [0.5, 0.1, 0.9])
def test_a_cut_from_north_to_south_holds_the_square_metres_on_its_side(area: int, share: float) -> None:
    west, east, line = beside(area, share)
    extents = extents_by_land([west, east], file="a test")
    points, south, north = outline(area), west.bounds[1], west.bounds[3]
    sides = [
        shapely.clip_by_rect(points, west.bounds[0], south, line, north).area,
        shapely.clip_by_rect(points, line, south, east.bounds[2], north).area,
    ]
    assert sum(sides) == pytest.approx(points.area, abs=1e-3)
    expected = [round(side) for side in sides]
    assert [held(extent, area) for extent in extents] == [(side, sum(expected)) for side in expected]
    assert abs(sum(expected) - points.area) <= 1


def test_residents_go_by_square_metres() -> None:
    west, east, _ = beside(12_345, 0.3)
    extents = extents_by_land([west, east], file="a test")
    marks, length = held(extents[0], 12_345)
    residents = int(count_of("residents")[12_345])
    only = [extent.common(Extent(np.array([12_345]))).count(count_of("residents")) for extent in extents]
    assert sum(only) == residents
    assert sorted(only) == sorted([round(residents * marks / length), residents - round(residents * marks / length)])


def test_shapes_that_overlap_hold_the_same_marks() -> None:
    area = 12_345
    left, _, far = beside(area, 0.6)
    _, right, near = beside(area, 0.4)
    west, east, all_of_it = extents_by_land([left, right, outline(area)], file="a test")
    middle = shapely.clip_by_rect(outline(area), near, left.bounds[1], far, left.bounds[3])
    assert west.meets(east)
    assert held(west.common(east), area)[0] == round(middle.area)
    assert held(west, area)[0] + held(east, area)[0] - round(middle.area) == held(west, area)[1]
    assert area in west.join(east).whole
    assert area not in west.whole
    assert area in all_of_it.whole


def test_the_order_of_shapes_changes_no_square_metre() -> None:
    left, right, _ = beside(12_345, 0.4)
    disc = outline(12_345).centroid.buffer(150)
    shapes = [left, right, disc]
    forward, back = extents_by_land(shapes, file="a test"), extents_by_land(shapes[::-1], file="a test")[::-1]
    for one, other in zip(forward, back, strict=True):
        np.testing.assert_array_equal(one.whole, other.whole)
        np.testing.assert_array_equal(one.parts.areas, other.parts.areas)
        np.testing.assert_array_equal(one.parts.held(), other.parts.held())


# --- whole and nothing


@settings(max_examples=25, deadline=None)
@given(AREAS, st.sampled_from([0.0, 0.25, 300.0]))
def test_a_small_area_that_is_covered_is_whole(area: int, wider: float) -> None:
    (extent,) = extents_by_land([outline(area).buffer(wider)], file="a test")
    assert area in extent.whole
    if not wider:
        assert extent.is_same(Extent(np.array([area])))


@pytest.mark.parametrize("code", ["E02000001", "E02002330", "E02006932"])
def test_the_outline_of_a_middle_layer_area_is_its_small_areas_and_no_other(code: str) -> None:
    table = outlines("msoa").set_index("code")
    (extent,) = extents_by_land([table.geometry[code]], file="a test")
    assert extent.is_same(Extent(positions_of("msoa", code)))


def test_what_is_less_than_half_a_square_metre_counts_for_nothing() -> None:
    west, south, _, north = outline(12_345).bounds
    x, y = next(point for point in shapely.get_coordinates(outline(12_345)) if point[0] == west)
    assert south <= y <= north
    (extent,) = extents_by_land([shapely.box(x - 0.3, y - 0.3, x + 0.3, y + 0.3)], file="a test")
    assert len(extent) == 0
    hole = outline(12_345).difference(outline(12_345).representative_point().buffer(0.3))
    (extent,) = extents_by_land([hole], file="a test")
    assert extent.is_same(Extent(np.array([12_345])))


def test_what_lies_at_sea_or_beside_is_empty_and_no_shapes_make_no_extents() -> None:
    sea = shapely.box(630_000, 434_000, 631_000, 435_000)
    empty, full = extents_by_land([sea, outline(7)], file="a test")
    assert (len(empty), len(full)) == (0, 1)
    assert extents_by_land([], file="a test") == []


# --- tiles


@settings(max_examples=15, deadline=None)
@given(st.data(), st.sampled_from(["E02000001", "E02002330", "E02006932", "E02001827"]))
def test_boxes_that_divide_a_rectangle_divide_what_lies_in_it(data: st.DataObject, code: str) -> None:
    whole = outlines("msoa").set_index("code").geometry[code]
    west, south, east, north = whole.bounds
    # Cuts on and off whole metres, on which the corners of outlines stand.
    cuts = st.lists(st.integers(1, 399), max_size=3, unique=True).map(sorted)
    across = [west - 5, *(west + step * (east - west) / 400 for step in data.draw(cuts)), east + 5]
    along = [south - 5, *(round(south + step * (north - south) / 400) for step in data.draw(cuts)), north + 5]
    boxes = [shapely.box(left, low, right, high) for left, right in pairwise(across) for low, high in pairwise(along)]
    tiles = extents_by_land(boxes, file="a test")
    assert not any(one.meets(other) for number, one in enumerate(tiles) for other in tiles[:number])
    inside = Extent(positions_of("msoa", code))
    together = tiles[0].join(*tiles[1:])
    assert together.common(inside).is_same(inside)
    for column in ("residents", "households"):
        assert sum(tile.count(count_of(column)) for tile in tiles) == together.count(count_of(column))
        parts = [tile.common(inside).count(count_of(column)) for tile in tiles]
        assert sum(parts) == inside.count(count_of(column))


@settings(max_examples=25, deadline=None)
@given(st.data(), AREAS)
def test_any_overlapping_discs_share_what_they_share(data: st.DataObject, area: int) -> None:
    middle, reach = outline(area).representative_point(), np.sqrt(outline(area).area)
    steps = st.tuples(*[st.floats(-0.5, 0.5)] * 2, st.floats(0.1, 0.8))
    discs = [
        shapely.Point(middle.x + x * reach, middle.y + y * reach).buffer(size * reach)
        for x, y, size in data.draw(st.lists(steps, min_size=2, max_size=4))
    ]
    extents = extents_by_land([outline(area), *discs], file="a test")
    assert extents[0].is_same(Extent(np.array([area])))
    parts = [extent.common(extents[0]) for extent in extents[1:]]
    for part, disc in zip(parts, discs, strict=True):
        marks, length = held(part, area)
        inside = float(shapely.intersection(outline(area), disc).area)
        # Each piece is rounded on its own; there are at most sixteen.
        assert marks / length == pytest.approx(inside / outline(area).area, abs=16 / outline(area).area)
    shared = parts[0].common(parts[1])
    people = count_of("residents")
    together = parts[0].join(parts[1]).count(people)
    assert parts[0].count(people) + parts[1].count(people) - shared.count(people) == together


# --- money


def test_the_parts_inside_and_outside_sum_to_each_small_area_to_the_penny() -> None:
    left, right, _ = beside(12_345, 0.37)
    code = str(small_areas()["lsoa_code"].iloc[12_345])
    areas = Extent(np.array([12_345]))
    whole = Place(code, "All", OWN, areas)
    west, east = (
        Place(name, name, OWN, extent.common(areas))
        for name, extent in zip(("west", "east"), extents_by_land([left, right], file="a test"), strict=True)
    )
    cells = build_cells(
        lines(
            {"amount_pence": 1_234_567_891, "footprint_code": "E92000001", "service_code": "7.A"},
            {"amount_pence": -77_777_777, "footprint_code": "E92000001", "basis": "hectares"},
            {"amount_pence": 1_001, "footprint_code": code, "basis": "residents"},
        )
    )
    expected = build_ledger(cells, [whole]).pence_at(code)
    parts = build_ledger(cells, [west, east])
    assert (parts.pence_at("west") + parts.pence_at("east")).tolist() == expected.tolist()
    rest = remainder(whole, [west])
    assert rest is not None
    assert build_ledger(cells, [rest]).pence_at(rest.code).tolist() == parts.pence_at("east").tolist()


def test_land_of_two_files_cannot_be_put_together_and_of_one_it_can() -> None:
    left, right, _ = beside(12_345, 0.5)
    west, east = (Place("w", "West", OWN, one) for one in extents_by_land([left, left], file="one.gpkg"))
    assert west.extent.is_same(east.extent)
    (other,) = (Place("o", "Other", OWN, one) for one in extents_by_land([right], file="two.gpkg"))
    with pytest.raises(OverlappingPlacesError) as caught:
        join_places([west, other], name="Both")
    for file in ("one.gpkg", "two.gpkg"):
        assert f"by land of {file}, shapes " in caught.value.message
    assert caught.value.hint == "read them in the same way; by land, from one file"
    parts = [Place(str(n), str(n), OWN, one) for n, one in enumerate(extents_by_land([left, right], file="one.gpkg"))]
    assert 12_345 in join_places(parts, name="Both").extent.whole
