"""Each thing that can be wrong with a shape is told in words, and spoils no other shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shape_makers import EAST, NORTH, box, feature, multipolygon, polygon, write_geojson, write_shapes

from placespend.geography import outlines
from placespend.shapes.neighbours import overlaps
from placespend.shapes.reading import read_shapes
from placespend.shapes.words import is_sliver, percent

if TYPE_CHECKING:
    from pathlib import Path

    from placespend.shapes.reading import Shapes

BOW_TIE = [[EAST, NORTH], [EAST + 400, NORTH + 300], [EAST + 400, NORTH], [EAST, NORTH + 300], [EAST, NORTH]]


def read(tmp_path: Path, *features: dict[str, Any]) -> Shapes:
    """Read features beside two good ones that nothing may spoil."""
    good = [feature(polygon(box(place, place)), code=f"good {place}") for place in (20_000, 30_000)]
    shapes = read_shapes(write_geojson(tmp_path / "own.geojson", *features, *good))
    assert {"good 20000", "good 30000"} <= set(shapes.table["code"])
    assert not any("good" in place for place in shapes.findings["place"])
    assert shapes.table.geometry.is_valid.all()
    return shapes


def told(shapes: Shapes, place: str = "a") -> list[tuple[str, str, str]]:
    rows = shapes.findings[shapes.findings["place"] == place]
    return list(zip(rows["finding"], rows["detail"], rows["done"], strict=True))


def area_of(shapes: Shapes, code: str = "a") -> float:
    return float(shapes.table.set_index("code").geometry[code].area)


# --- refused, the others survive


@pytest.mark.parametrize(
    ("geometry", "finding", "words"),
    [
        (None, "no geometry", "no geometry, or none that can be read"),
        (polygon(), "no geometry", "empty"),
        ({"type": "Curvy", "coordinates": []}, "no geometry", "none that can be read"),
        (polygon([[1, 2], ["x", 3], [4, 5], [1, 2]]), "no geometry", "none that can be read"),  # type: ignore[list-item]
        (polygon(box()[:-1]), "ring not closed", "starts at x 430,000, y 434,000"),
        (polygon(box()[:2]), "ring not closed", "fewer than 4 points"),
        (polygon([*box()[:2], box()[0]]), "ring not closed", "fewer than 4 points"),
        (multipolygon(box(), box(1000)[:-1]), "ring not closed", "end each ring with its first point"),
        (polygon(box(), box(100, 100, 50, 50)[:-1]), "ring not closed", "is not closed"),
        ({"type": "LineString", "coordinates": box()}, "not an area", "a line has no area: close it into a polygon"),
        ({"type": "MultiLineString", "coordinates": [box()]}, "not an area", "a line has no area"),
        (polygon([box()[0]] * 5), "invalid outline", "fewer than 3 different points"),
        (polygon([*box()[:3], box()[1], box()[0]]), "invalid outline", "nothing with an area is left"),
        (polygon(box(-130_000, -244_000)), "outside England", "km from England, in Wales, Scotland, abroad or at sea"),
        (
            polygon([[-1, 53], [-1.1, 53], [-1.1, 53.1], [-1, 53]]),
            "outside England",
            "y 53.05 in the file; it looks to be in degrees",
        ),
        (polygon([[53, -1], [53, -1.1], [53.1, -1.1], [53, -1]]), "outside England", "longitude look swapped"),
        (
            polygon([[1e300, 0], [1e300, 1e300], [0, 1e300], [1e300, 0]]),
            "impossible coordinates",
            "nowhere on the Earth",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_and_says_why(
    tmp_path: Path, geometry: dict[str, Any] | None, finding: str, words: str
) -> None:
    shapes = read(tmp_path, feature(geometry, code="a"))
    assert list(shapes.table["code"]) == ["good 20000", "good 30000"]
    ((found, detail, done),) = told(shapes)
    assert (found, done) == (finding, "refused")
    assert words in detail
    assert "1 refused" in repr(shapes)


def test_a_pin_beside_areas_is_left_out_and_alone_refused(tmp_path: Path) -> None:
    pin = feature({"type": "Point", "coordinates": [EAST, NORTH]}, code="a")
    shapes = read(tmp_path, pin)
    assert told(shapes) == [("not an area", "a point has no area: draw the place as a polygon", "left out")]
    assert "0 refused" in repr(shapes)
    alone = read_shapes(write_geojson(tmp_path / "pins.geojson", pin))
    assert told(alone)[0][2] == "refused"


def test_entries_that_are_no_features_are_told_in_the_name_of_the_file(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "own.geojson", feature(polygon(box()), code="good"))
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"] += [None, 5]
    path.write_text(json.dumps(document), encoding="utf-8")
    shapes = read_shapes(path)
    assert list(shapes.table["code"]) == ["good"]
    broken = shapes.findings[shapes.findings["finding"] == "features broken"].iloc[0]
    assert (broken["place"], broken["done"]) == ("file", "refused")
    assert broken["detail"].startswith("2 of the entries in its list of features are none")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_coordinates_that_are_no_numbers_are_refused_without_a_warning(tmp_path: Path, number: str) -> None:
    ring = [[EAST, NORTH], [EAST + 100, NORTH], [EAST + 100, NORTH + 100], [EAST, NORTH]]
    good = feature(polygon(box(20_000)), code="good")
    path = write_geojson(tmp_path / "own.geojson", feature(polygon(ring), code="a"), good)
    path.write_text(path.read_text(encoding="utf-8").replace(f"{EAST + 100}", number, 1), encoding="utf-8")
    findings = read_shapes(path).findings
    assert set(findings.loc[findings["place"].isin(["a", "feature 1"]), "done"]) == {"refused"}


@pytest.mark.parametrize("crs", [32630, 3857])
def test_a_wrongly_declared_grid_is_refused_and_says_what_it_looks_like(tmp_path: Path, crs: int) -> None:
    square = shapely.box(EAST, NORTH, EAST + 1_000, NORTH + 1_000)
    gpd.GeoDataFrame({"code": ["a"]}, geometry=[square], crs=crs).to_file(tmp_path / "wrong.gpkg")
    findings = read_shapes(tmp_path / "wrong.gpkg").findings
    (row,) = findings[findings["done"] == "refused"].to_dict(orient="records")
    assert row["finding"] == "outside England"
    assert row["detail"].endswith("British National Grid, and the file says otherwise: declare EPSG:27700")


def test_degrees_that_are_nowhere_are_refused(tmp_path: Path) -> None:
    good = feature(polygon([[-1.5, 53.8], [-1.4, 53.8], [-1.4, 53.9], [-1.5, 53.8]]), code="good")
    nowhere = feature(polygon([[-1.5, 530.8], [-1.4, 53.8], [-1.4, 53.9], [-1.5, 530.8]]), code="a")
    shapes = read_shapes(write_geojson(tmp_path / "own.geojson", nowhere, good, feature(None, code="b")))
    assert list(shapes.table["code"]) == ["good"]
    assert told(shapes) == [("impossible coordinates", "x -1.5, y 530.8 is nowhere on the Earth", "refused")]


# --- mended


def test_a_bow_tie_is_mended_and_says_where_it_crosses(tmp_path: Path) -> None:
    shapes = read(tmp_path, feature(polygon(BOW_TIE), code="a"))
    finding, detail, done = told(shapes)[0]
    assert (finding, done) == ("invalid outline", "mended")
    assert detail.startswith("the outline crosses itself at easting 430,200, northing 434,150 (latitude 53.80")
    assert detail.endswith("area 0.0 m² as drawn, 6.00 ha as mended")
    assert area_of(shapes) == pytest.approx(60_000)
    assert told(shapes)[1][:2] == ("islands", "2 separate parts: 3.00 ha, 3.00 ha")


def test_parts_that_overlap_become_one_and_the_change_is_told(tmp_path: Path) -> None:
    shapes = read(tmp_path, feature(multipolygon(box(), box(250)), code="a"))
    assert area_of(shapes) == pytest.approx(750 * 500)
    ((finding, detail, done),) = told(shapes)
    assert (finding, done) == ("invalid outline", "mended")
    assert "area 50.00 ha as drawn, 37.50 ha as mended, -25.0 %" in detail


def test_a_collection_keeps_its_polygons_and_tells_of_the_rest(tmp_path: Path) -> None:
    inner = {"type": "GeometryCollection", "geometries": [polygon(box(900)), {"type": "Point", "coordinates": [1, 2]}]}
    geometry = {
        "type": "GeometryCollection",
        "geometries": [polygon(box()), inner, {"type": "LineString", "coordinates": box()}],
    }
    shapes = read(tmp_path, feature(geometry, code="a"))
    assert area_of(shapes) == pytest.approx(500_000)
    assert told(shapes)[0] == ("mixed geometry", "2 polygons kept; 2 points or lines left out", "mended")


# --- kept, and told


def test_islands_slivers_and_holes_are_told(tmp_path: Path) -> None:
    islands = feature(multipolygon(box(), box(1000, 0, 100, 100), box(2000, 0, 5, 5)), code="a")
    holed = feature(polygon(box(0, 2000), box(100, 2100, 100, 100)[::-1], box(300, 2100, 150, 1)[::-1]), code="b")
    shapes = read(tmp_path, islands, holed)
    assert told(shapes)[0] == ("islands", "3 separate parts: 25.00 ha, 1.00 ha, 25 m²", "kept")
    assert told(shapes)[1][0] == "sliver part"
    assert told(shapes)[1][1].startswith("1 part so small or thin as to be a slip of the pen: 25 m², 2.5 m wide")
    assert told(shapes, "b")[0][0] == "holes"
    assert told(shapes, "b")[0][1].startswith(
        "2 holes, 1.01 ha in all; the largest at easting 430,150, northing 436,150"
    )
    assert told(shapes, "b")[1][0] == "sliver hole"
    assert area_of(shapes, "b") == pytest.approx(250_000 - 10_000 - 150)


@pytest.mark.parametrize(
    ("ring", "finding", "words"),
    [
        (box(0, 0, 9, 9), "tiny shape", "81 m², less than a house and its garden"),
        (box(0, 0, 500, 1), "thin shape", "500 m², but only 1.0 m wide"),
    ],
)
def test_absurd_sizes_are_told(tmp_path: Path, ring: list[list[float]], finding: str, words: str) -> None:
    shapes = read(tmp_path, feature(polygon(ring), code="a"))
    assert told(shapes) == [(finding, words, "kept")]


def test_more_than_england_is_told(tmp_path: Path) -> None:
    huge = feature(polygon(box(-400_000, -430_000, 700_000, 700_000)), code="huge")
    shapes = read_shapes(write_geojson(tmp_path / "own.geojson", huge))
    findings = told(shapes, "huge")
    assert [finding for finding, _, _ in findings] == ["huge shape", "partly outside England"]
    assert "490,000.00 km², more than England's 130," in findings[0][1]
    assert "% of it" in findings[1][1]


def test_a_shape_over_the_border_is_kept_and_a_little_of_the_coast_is_not_told(tmp_path: Path) -> None:
    # Chepstow is in Wales, Beachley across the Wye in England.
    wye = [[340_000, 180_000], [360_000, 180_000], [360_000, 200_000], [340_000, 200_000], [340_000, 180_000]]
    shapes = read(tmp_path, feature(polygon([[float(x), float(y)] for x, y in wye]), code="a"))
    (found,) = [row for row in told(shapes) if row[0] == "partly outside England"]
    assert found[2] == "kept"
    assert "over a border or at sea" in found[1]


def test_englands_own_regions_are_inside_england(tmp_path: Path) -> None:
    regions = outlines("region")
    path = write_shapes(tmp_path / "r.gpkg", list(regions.geometry), code=list(regions["code"]))
    shapes = read_shapes(path)
    assert len(shapes.table) == 9
    assert not {"outside England", "partly outside England", "overlap", "invalid outline"} & set(
        shapes.findings["finding"]
    )


# --- neighbours


def test_overlaps_name_both_and_how_much_of_each(tmp_path: Path) -> None:
    shapes = read(
        tmp_path,
        feature(polygon(box()), code="a", name="Ay"),
        feature(polygon(box(400, 0, 1000)), code="b", name="Bee"),
        feature(polygon(box(499.5, -2000, 500, 1900)), code="c"),
    )
    assert told(shapes) == [
        ("overlap", "shares 5.00 ha with b (Bee): 20.0 % of this place and 10.0 % of the other", "kept")
    ]
    pairs = overlaps(shapes.table)
    assert list(pairs.columns) == ["code", "other_code", "overlap_m2"]
    assert pairs.to_dict("list") == {"code": ["a"], "other_code": ["b"], "overlap_m2": [pytest.approx(50_000)]}


def test_the_same_shape_twice_is_told(tmp_path: Path) -> None:
    shapes = read(tmp_path, feature(polygon(box()), code="a"), feature(polygon(box()), code="b"))
    ((finding, detail, done),) = told(shapes)
    assert (finding, done) == ("overlap", "kept")
    assert detail.endswith("100.0 % of this place and 100.0 % of the other; it is the same shape twice")


def test_slivers_between_neighbours_are_told(tmp_path: Path) -> None:
    shapes = read(
        tmp_path,
        feature(polygon(box()), code="a"),
        feature(polygon(box(499)), code="b"),
        feature(polygon(box(0, 500.5)), code="c"),
    )
    findings = told(shapes)
    assert [finding for finding, _, _ in findings] == ["sliver overlap", "sliver gap"]
    assert "shares 500 m² with b: 0.2 % of this place" in findings[0][1]
    assert findings[1][1].startswith("250 m² between this place and ")
    assert "0.5 m wide" in findings[1][1]


def test_an_enclosed_sliver_is_told_once_and_a_wide_gap_is_not(tmp_path: Path) -> None:
    frame = polygon(box(-100, -100, 1200, 1200), box(0, 0, 1000, 1000)[::-1])
    shapes = read(
        tmp_path,
        feature(frame, code="a"),
        feature(polygon(box(0, 0, 500, 1000)), code="b"),
        feature(polygon(box(501, 0, 499, 800)), code="c"),
        feature(polygon(box(501, 800, 499, 150)), code="d"),
    )
    gaps = shapes.findings[shapes.findings["finding"] == "sliver gap"]
    assert gaps["place"].tolist() == ["a"]
    assert "950 m² between this place and b and c and d belong to none: 1.0 m wide" in gaps["detail"].iloc[0]


def test_neighbours_that_share_their_border_are_left_alone(tmp_path: Path) -> None:
    squares = [feature(polygon(box(500 * x, 500 * y)), code=f"{x}{y}") for x in range(3) for y in range(3)]
    assert set(read(tmp_path, *squares).findings["place"]) == {"file"}


def test_no_overlaps_make_an_empty_table() -> None:
    table = gpd.GeoDataFrame(
        {"code": pd.Series([], dtype="str")}, geometry=gpd.GeoSeries([], crs="EPSG:27700"), crs="EPSG:27700"
    )
    assert overlaps(table).empty
    assert list(overlaps(table).columns) == ["code", "other_code", "overlap_m2"]


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 2, *[st.integers(5, 30)] * 2), min_size=1, max_size=6))
def test_overlaps_are_those_of_the_squares(boxes: list[tuple[int, int, int, int]]) -> None:
    shapes = [shapely.box(x, y, x + width, y + height) for x, y, width, height in boxes]
    table = gpd.GeoDataFrame({"code": [str(number) for number in range(len(shapes))]}, geometry=shapes)
    expected = {
        (str(one), str(other)): float(area)
        for one in range(len(boxes))
        for other in range(one + 1, len(boxes))
        if (area := _shared_by_hand(boxes[one], boxes[other])) > 0
    }
    found = overlaps(table)
    areas = dict(zip(zip(found["code"], found["other_code"], strict=True), found["overlap_m2"], strict=True))
    assert areas == pytest.approx(expected)


def _shared_by_hand(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> int:
    sides = [
        max(0, min(one[axis] + one[axis + 2], other[axis] + other[axis + 2]) - max(one[axis], other[axis]))
        for axis in (0, 1)
    ]
    return sides[0] * sides[1]


# --- words


def test_what_a_sliver_is() -> None:
    assert is_sliver(shapely.box(0, 0, 9, 9))
    assert is_sliver(shapely.box(0, 0, 1000, 1.9))
    assert not is_sliver(shapely.box(0, 0, 10.1, 10))
    assert not is_sliver(shapely.box(0, 0, 1000, 2.1))


def test_a_little_is_not_nothing() -> None:
    assert [percent(share) for share in (0, 1e-9, 1)] == ["0.0 %", "under 0.1 %", "100.0 %"]
