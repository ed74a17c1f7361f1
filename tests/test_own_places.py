"""Places that a user brings hold what stands in them, whatever file they come in, and no penny is lost or doubled."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from everyday import lines
from hypothesis import given, settings
from hypothesis import strategies as st
from shape_makers import box, feature, moved, multipolygon, polygon, write_geojson, write_shapes

from placespend.apportion import build_cells, build_ledger
from placespend.circles import circle
from placespend.errors import DataFileError, OverlappingPlacesError, PlacesError, PlacespendError, UnknownNameError
from placespend.extents import Extent
from placespend.geography import count_of, outlines, positions_of, small_areas
from placespend.levels import OWN
from placespend.own_places import check_places, read_places, rows_in_shape
from placespend.place import Place, assign, join_places, remainder
from placespend.postcodes import coordinates, is_live, rows_of_postcodes, rows_within
from placespend.pot import single_pot
from placespend.pots_by_level import pots
from placespend.rulers import extent_of_postcodes
from placespend.shapes.crs import from_grid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from placespend.pot import Pot

CORNERS = [
    (430_000.25, 434_000.75),
    (432_500.75, 433_600.25),
    (433_250.5, 435_900.25),
    (431_100.25, 436_800.5),
    (429_700.75, 435_500.25),
]
"""Of a neighbourhood of Leeds, on quarter metres, that cuts 19 small areas and holds 21."""

LEEDS = "E08000035"
VARIANTS = ["postcodes", "households", "residents", "land"]
HERE, HERE_EAST, HERE_NORTH = "LS1 1UR", 429_833, 434_079


def write_kml(path: Path, ring: list[tuple[float, float]]) -> Path:
    """Write what Google Earth saves: its namespaces, styles, folders and heights of nothing."""
    degrees = [from_grid(x, y) for x, y in [*ring, ring[0]]]
    points = " ".join(f"{longitude:.15f},{latitude:.15f},0" for longitude, latitude in degrees)
    path.write_text(
        f"""<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"
  xmlns:kml="http://www.opengis.net/kml/2.2" xmlns:atom="http://www.w3.org/2005/Atom">
<Document>
	<name>My Places.kml</name>
	<Style id="s_ylw-pushpin"><LineStyle><color>ff0000ff</color><width>3</width></LineStyle></Style>
	<StyleMap id="m_ylw"><Pair><key>normal</key><styleUrl>#s_ylw-pushpin</styleUrl></Pair></StyleMap>
	<Folder>
		<name>Neighbourhoods</name>
		<open>1</open>
		<Placemark id="0A1B2C">
			<name>Our patch</name>
			<styleUrl>#m_ylw</styleUrl>
			<Polygon>
				<tessellate>1</tessellate>
				<outerBoundaryIs>
					<LinearRing>
						<coordinates>
							{points}
						</coordinates>
					</LinearRing>
				</outerBoundaryIs>
			</Polygon>
		</Placemark>
	</Folder>
</Document>
</kml>
""",
        encoding="utf-8",
    )
    return path


def written(folder: Path, kind: str) -> Path:
    """Write the neighbourhood as a file of a kind."""
    shape = shapely.Polygon(CORNERS)
    fields = {"code": ["patch"], "name": ["Our patch"]}
    if kind == "kml":
        return write_kml(folder / "own.kml", CORNERS)
    if kind == "geojson without crs":
        ring = [list(corner) for corner in [*CORNERS, CORNERS[0]]]
        return write_geojson(folder / "own.geojson", feature(polygon(ring), code="patch", name="Our patch"))
    if kind == "geojson in degrees":
        (degrees,) = moved([shape], "EPSG:4326")
        return write_geojson(folder / "own.geojson", feature(shapely.geometry.mapping(degrees), code="patch"))
    suffix, crs = kind.split()
    return write_shapes(folder / f"own.{suffix}", [shape], crs=crs, declared=True, **fields)


@pytest.fixture(scope="module")
def patch(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The neighbourhood, from a zipped shapefile on the grid."""
    (place,) = read_places(written(tmp_path_factory.mktemp("patch"), "zip EPSG:27700"))
    return place


@pytest.fixture(scope="module")
def pot(patch: Place) -> Pot:
    return single_pot(patch)


# --- one shape, whatever file it comes in


def test_the_neighbourhood_is_what_it_is_said_to_be(patch: Place) -> None:
    assert (len(patch.extent.whole), len(patch.extent.parts.areas)) == (21, 19)
    assert set(small_areas()["upper_tier_code"].iloc[patch.small_areas]) == {LEEDS}
    assert all((4 * number).is_integer() for corner in CORNERS for number in corner)
    rows = rows_in_shape(shapely.Polygon(CORNERS))
    assert patch.extent.is_same(extent_of_postcodes(rows))
    assert patch.residents == 50_981


@pytest.mark.parametrize(
    "kind",
    [
        "kml",
        "geojson without crs",
        "geojson in degrees",
        "shp EPSG:27700",
        "gpkg EPSG:27700",
        "parquet EPSG:27700",
        "fgb EPSG:27700",
        "zip EPSG:4326",
        "gpkg EPSG:3857",
        "parquet EPSG:4258",
        "fgb EPSG:3857",
        "shp EPSG:25830",
        "kmz EPSG:4326",
    ],
)
def test_one_shape_is_one_place_and_one_pot_from_any_file(tmp_path: Path, kind: str, patch: Place, pot: Pot) -> None:
    (place,) = read_places(written(tmp_path, kind))
    assert place.extent.is_same(patch.extent)
    found = single_pot(place)
    assert found.total_pence == pot.total_pence
    pd.testing.assert_frame_equal(found.by("service"), pot.by("service"))


def test_the_drawing_tools_name_is_the_places(tmp_path: Path) -> None:
    path = written(tmp_path, "kml")
    (place,) = read_places(path)
    assert (place.name, place.level) == ("Our patch", OWN)
    assert not (check_places(path)["done"] == "refused").any()


def test_by_land_any_file_gives_the_same_square_metres_but_for_rounding(tmp_path: Path) -> None:
    residents = set()
    for kind in ("kml", "zip EPSG:27700", "geojson without crs", "gpkg EPSG:3857"):
        (tmp_path / kind).mkdir()
        (place,) = read_places(written(tmp_path / kind, kind), coverage="land")
        assert len(place.extent.parts.areas) > 10
        residents.add(place.residents)
    assert max(residents) - min(residents) <= 1
    assert 51_000 < min(residents) < 51_300


def test_the_neighbourhood_and_the_rest_of_leeds_are_leeds_to_the_penny(patch: Place, pot: Pot) -> None:
    leeds = single_pot(LEEDS)
    rest = remainder(leeds.place, [patch])
    assert rest is not None
    ledger = build_ledger(leeds.loaded.cells, [patch, rest])
    summed = ledger.pence_at(patch.code) + ledger.pence_at(rest.code)
    pd.testing.assert_series_equal(summed, leeds.ledger.pence_at(LEEDS), check_names=False)
    assert pot.total_pence + single_pot(rest).total_pence == leeds.total_pence
    assert patch.residents + rest.residents == leeds.residents


def test_the_parts_of_a_cut_small_area_inside_and_outside_sum_to_it(patch: Place, pot: Pot) -> None:
    cells = pot.loaded.cells
    cells = cells[cells.index % 40 == 0]
    cut = [str(code) for code in small_areas()["lsoa_code"].iloc[patch.extent.parts.areas]]
    whole = [Place(code, code, OWN, Extent(positions_of("lsoa", code))) for code in cut]
    inside = [Place(area.code, "in", OWN, area.extent.common(patch.extent)) for area in whole]
    outside = [Place(f"{area.code}-out", "out", OWN, area.extent.less(patch.extent)) for area in whole]
    expected = build_ledger(cells, whole)
    found = build_ledger(cells, [*inside, *outside])
    for area in whole:
        both = found.pence_at(area.code) + found.pence_at(f"{area.code}-out")
        assert both.tolist() == expected.pence_at(area.code).tolist()


# --- authorities given back


OFF_BY_HALF_A_PERCENT = {
    "E06000015": -0.57,  # Derby
    "E06000017": 1.11,  # Rutland
    "E06000026": -0.84,  # Plymouth
    "E06000039": -1.32,  # Slough
    "E06000045": -0.54,  # Southampton
    "E06000046": -1.22,  # Isle of Wight
    "E06000052": -0.74,  # Cornwall
    "E08000022": -0.61,  # North Tyneside
    "E08000027": -0.52,  # Dudley
    "E08000028": 0.55,  # Sandwell
    "E08000031": -0.75,  # Wolverhampton
    "E09000001": 3.01,  # City of London
    "E09000002": -0.56,  # Barking and Dagenham
    "E09000027": -0.63,  # Richmond upon Thames
    "E09000030": -0.71,  # Tower Hamlets
}
"""Upper tiers whose generalised outline holds the postcodes of more or fewer residents, in percent."""


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Place]]:
    """The 152 upper tiers, given back as shapes, by postcodes and by land."""
    table = outlines("upper_tier")
    path = write_shapes(
        tmp_path_factory.mktemp("tiers") / "tiers.gpkg", list(table.geometry), code=table["code"].tolist()
    )
    return {coverage: read_places(path, coverage=coverage) for coverage in ("postcodes", "land")}


def residents_of(code: str) -> int:
    return int(count_of("residents")[positions_of("upper_tier", code)].sum())


def test_authorities_given_back_as_shapes_have_their_residents_again(authorities: dict[str, list[Place]]) -> None:
    places = authorities["postcodes"]
    assert sorted(place.code for place in places) == sorted(outlines("upper_tier")["code"])
    assert len(places) == 152
    off = {place.code: 100 * (place.residents / residents_of(place.code) - 1) for place in places}
    exceptions = {code: round(percent, 2) for code, percent in off.items() if abs(percent) > 0.5}
    assert exceptions == OFF_BY_HALF_A_PERCENT
    assert len(off) - len(exceptions) >= 130
    assert max(map(abs, off.values())) <= 3.5


def test_authorities_given_back_as_shapes_tile_england_but_for_its_shore(authorities: dict[str, list[Place]]) -> None:
    assign(authorities["postcodes"])
    together = join_places(authorities["postcodes"], name="All").residents
    assert sum(place.residents for place in authorities["postcodes"]) == together
    assert 0.999 < together / 53_012_456 <= 1


def test_by_land_authorities_are_given_back_exactly(authorities: dict[str, list[Place]]) -> None:
    places = authorities["land"]
    assert len(places) == 152
    for place in places:
        assert place.extent.is_same(Extent(positions_of("upper_tier", place.code)))
        assert place.residents == residents_of(place.code)


# --- tiles


FOUR_CELLS = build_cells(
    lines(
        {"amount_pence": 987_654_321, "footprint_code": "E92000001", "service_code": "7.A"},
        {"amount_pence": -55_555_555, "footprint_code": "E12000003", "basis": "households"},
        {"amount_pence": 1_234_567, "footprint_code": LEEDS, "basis": "residents"},
        {"amount_pence": 99_999, "footprint_code": LEEDS, "basis": "hectares"},
    )
)


def assert_they_tile(tiles: list[Any], whole: Any, coverage: str = "postcodes") -> None:
    """Whatever postcode stands in the whole stands in one of the tiles, and residents and pence sum."""
    rows = [rows_in_shape(tile) for tile in tiles]
    together = np.sort(np.concatenate(rows))
    expected = rows_in_shape(whole)
    assert together.tolist() == expected.tolist()
    extents = [extent_of_postcodes(found, coverage=coverage) for found in rows]
    kept = [Place(f"tile {n}", f"tile {n}", OWN, extent) for n, extent in enumerate(extents) if len(extent)]
    full = extent_of_postcodes(expected, coverage=coverage)
    if not kept:
        assert not len(full)
        return
    assert kept[0].extent.join(*(place.extent for place in kept[1:])).is_same(full)
    assert sum(place.residents for place in kept) == full.count(count_of("residents"))
    parts = build_ledger(FOUR_CELLS, kept)
    of = build_ledger(FOUR_CELLS, [Place("whole", "whole", OWN, full)])
    summed: Any = sum(parts.pence_at(place.code) for place in kept)
    assert summed.tolist() == of.pence_at("whole").tolist()


LEEDS_ROWS = rows_within(427_000, 431_000, 433_000, 437_000)
CORNER = st.integers(0, len(LEEDS_ROWS) - 1).map(lambda number: tuple(map(int, grid_point(number))))


def grid_point(number: int) -> tuple[int, int]:
    """Where a postcode of Leeds stands, on whole metres."""
    eastings, northings = coordinates(LEEDS_ROWS[[number]])
    return int(eastings[0]), int(northings[0])


@settings(max_examples=8, deadline=None)
@given(
    st.lists(CORNER, min_size=1, max_size=3),
    st.sampled_from([0, 0.005, 0.007, 0.01, 0.013, 0.5, 0.995]),
    st.sampled_from(["postcodes", "households", "residents"]),
)
def test_lines_through_postcodes_divide_them_without_loss(
    through: list[tuple[int, int]], beside: float, coverage: str
) -> None:
    across = sorted({427_000, 433_000, *(east + beside for east, _ in through)})
    along = sorted({431_000, 437_000, *(north + beside for _, north in through)})
    tiles = [shapely.box(left, low, right, high) for left, right in pairwise(across) for low, high in pairwise(along)]
    assert_they_tile(tiles, shapely.box(427_000, 431_000, 433_000, 437_000), coverage)


@settings(max_examples=10, deadline=None)
@given(st.lists(CORNER, min_size=2, max_size=12, unique=True), st.floats(-0.5, 0.5))
def test_any_voronoi_tiles_divide_their_rectangle(sites: list[tuple[int, int]], beside: float) -> None:
    frame = shapely.box(400_000, 400_000, 460_000, 470_000)
    points = shapely.MultiPoint([(east + beside, north - beside) for east, north in sites])
    tiles = list(shapely.voronoi_polygons(points, extend_to=frame).geoms)
    assert len(tiles) == len(sites)
    # Not clipped, so that neighbours have the very same corners.
    west, south, east, north = shapely.union_all(tiles).bounds
    assert_they_tile(tiles, shapely.box(west, south, east, north))


@settings(max_examples=10, deadline=None)
@given(st.lists(CORNER, min_size=3, max_size=10, unique=True))
def test_triangles_with_their_corners_on_postcodes_divide_what_they_fill(corners: list[tuple[int, int]]) -> None:
    frame = [(427_000, 431_000), (433_000, 431_000), (433_000, 437_000), (427_000, 437_000)]
    triangles = list(shapely.delaunay_triangles(shapely.MultiPoint([*frame, *corners])).geoms)
    assert_they_tile(triangles, shapely.Polygon(frame))


def test_a_postcode_just_west_or_south_of_a_line_is_not_lost() -> None:
    # Its nudged point lies past the line, so the tile beyond has it, though its own lies before that tile.
    east, north = HERE_EAST, HERE_NORTH
    row = int(rows_of_postcodes(["LS11UR"])[0])
    for step in (0.001, 0.005, 0.0069):
        for tile in (
            shapely.box(east + step, north - 100, east + 100, north + 100),
            shapely.box(east - 100, north + step, east + 100, north + 100),
        ):
            assert row in rows_in_shape(tile)
    assert row not in rows_in_shape(shapely.box(east + 0.014, north - 100, east + 100, north + 100))
    assert row not in rows_in_shape(shapely.box(east - 100, north + 0.008, east + 100, north + 100))


def test_a_postcode_on_a_corner_that_four_share_is_in_one(tmp_path: Path) -> None:
    squares = [
        shapely.box(min(HERE_EAST, x), min(HERE_NORTH, y), max(HERE_EAST, x), max(HERE_NORTH, y))
        for x in (HERE_EAST - 300, HERE_EAST + 300)
        for y in (HERE_NORTH - 300, HERE_NORTH + 300)
    ]
    places = read_places(write_shapes(tmp_path / "own.gpkg", squares, code=list("abcd")))
    alone = extent_of_postcodes(rows_of_postcodes(["LS11UR"]))
    assert [place.code for place in places if place.extent.meets(alone)] == ["d"]
    assign(places)


@pytest.mark.parametrize("coverage", ["postcodes", "households", "residents"])
def test_quarters_of_all_there_is_are_england(tmp_path: Path, coverage: str) -> None:
    squares = [shapely.box(x, y, x + 350_000, y + 350_000) for x in (0, 350_000) for y in (0, 350_000)]
    places = read_places(write_shapes(tmp_path / "own.gpkg", squares, code=list("abcd")), coverage=coverage)
    assert sum(place.residents for place in places) == 53_012_456
    assert join_places(places, name="All").extent.is_same(Extent(np.arange(32_844)))
    ledger = build_ledger(FOUR_CELLS, places)
    assert sum(ledger.totals()[place.code] for place in places) == int(FOUR_CELLS["amount_pence"].sum())


def test_quarters_of_all_there_is_are_england_by_land(tmp_path: Path) -> None:
    squares = [shapely.box(x, y, x + 350_000, y + 350_000) for x in (0, 350_000) for y in (0, 350_000)]
    places = read_places(write_shapes(tmp_path / "own.gpkg", squares, code=list("abcd")), coverage="land")
    assert sum(place.residents for place in places) == 53_012_456
    assert join_places(places, name="All").extent.is_same(Extent(np.arange(32_844)))


# --- coverage


@pytest.mark.parametrize("coverage", VARIANTS)
def test_small_areas_that_lie_wholly_inside_are_whole_by_any_coverage(tmp_path: Path, coverage: str) -> None:
    (place,) = read_places(written(tmp_path, "zip EPSG:27700"), coverage=coverage)
    ends = coordinates(np.flatnonzero(is_live()))
    assert len(ends[0]) == 1_456_217
    outline_inside = outlines("lsoa").geometry.within(shapely.Polygon(CORNERS)).to_numpy()
    by_postcode = set(extent_of_postcodes(rows_in_shape(shapely.Polygon(CORNERS))).whole.tolist())
    must = set(np.flatnonzero(outline_inside).tolist()) if coverage == "land" else by_postcode
    assert len(must) >= 10
    assert must <= set(place.extent.whole.tolist())
    assert place.definition.startswith("From own.zip (SHA-256 ")
    assert ", cutting small areas by " in place.definition


def test_an_unknown_coverage_is_told_before_anything_is_read(tmp_path: Path) -> None:
    calls: list[Callable[[], object]] = [
        lambda: read_places(tmp_path / "none.gpkg", coverage="housholds"),
        lambda: check_places(tmp_path / "none.gpkg", coverage="housholds"),
        lambda: circle(HERE, 500, coverage="housholds"),
    ]
    for call in calls:
        with pytest.raises(UnknownNameError) as caught:
            call()
        assert caught.value.message == "There is no coverage 'housholds'."
        assert caught.value.hint == "did you mean 'households'?"


def test_an_unknown_choice_for_unusable_places_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"no choice 'drop'.*say 'error' or 'leave out'"):
        read_places(tmp_path / "none.gpkg", unusable="drop")


def test_land_of_two_files_cannot_be_put_together_and_of_one_it_can(tmp_path: Path) -> None:
    west, east = polygon(box(0, 0, 750, 900)), polygon(box(750, 0, 750, 900))
    one = read_places(
        write_geojson(tmp_path / "one.geojson", feature(west, code="w"), feature(east, code="e")), coverage="land"
    )
    (other,) = read_places(write_geojson(tmp_path / "two.geojson", feature(east, code="o")), coverage="land")
    together = join_places(one, name="Both")
    assert together.residents == one[0].residents + one[1].residents
    with pytest.raises(OverlappingPlacesError, match=r"by land of one\.geojson .* and by land of two\.geojson"):
        join_places([one[0], other], name="Both")


@pytest.mark.parametrize("coverage", ["postcodes", "land"])
def test_places_that_overlap_stand_side_by_side_and_are_not_summed(tmp_path: Path, coverage: str) -> None:
    shapes = [feature(polygon(box(0, 0, 1500, 900)), code="a"), feature(polygon(box(700, 0, 1500, 900)), code="b")]
    one, other = read_places(write_geojson(tmp_path / "own.geojson", *shapes), coverage=coverage)
    assert one.extent.meets(other.extent)
    assert single_pot(one).total_pence > 0 < single_pot(other).total_pence
    with pytest.raises(OverlappingPlacesError, match=r"b \(b\) and a \(a\) share .* cannot be shared out between them"):
        join_places([one, other], name="Both")
    shared, both = one.extent.common(other.extent), one.extent.join(other.extent)
    people = count_of("residents")
    assert one.residents + other.residents - shared.count(people) == both.count(people)


# --- checking


BOW_TIE = [[430_000, 434_000], [430_800, 434_600], [430_800, 434_000], [430_000, 434_600], [430_000, 434_000]]
COLUMNS = ["place", "name", "finding", "detail", "done"]


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    return write_geojson(
        tmp_path / "nasty.geojson",
        feature(polygon([[float(x), float(y)] for x, y in BOW_TIE]), code="bow", name="Bow tie"),
        feature({"type": "LineString", "coordinates": box(2000)}, code="line", name="A line"),
        feature({"type": "Point", "coordinates": [430_000, 434_000]}, code="point"),
        feature(polygon(), code="void"),
        feature(None, code="none"),
        feature(polygon(box(-110_000, -230_000)), code="wales"),
        feature(polygon(box(200_000, 0)), code="sea"),
        feature(polygon(box(3_000, 0, 1_500, 1_500)), code="one"),
        feature(polygon(box(4_200, 0, 1_500, 1_500)), code="two", name="Two"),
        feature(polygon(box(0, 3_000, 1, 900)), code="thin"),
        feature(multipolygon(box(-3_000, 0, 800, 800), box(-5_000, 0, 700, 700)), code="islands"),
        feature(polygon(box(6_000)), code="twice", name="First"),
        feature(polygon(box(7_000)), code="twice"),
        feature(polygon(box(-45_000, 20_000, 300, 300)), code="moor", name="A moor"),
        feature(polygon(box(-700, -700, 300, 300)), code="few"),
    )


def test_everything_about_a_nasty_file_is_one_table(nasty: Path) -> None:
    table = check_places(nasty)
    assert table.columns.tolist() == COLUMNS
    assert table.dtypes.astype("str").tolist() == ["str"] * 5
    assert table.index.tolist() == list(range(len(table)))
    assert table[["place", "name", "finding", "done"]].to_numpy().tolist() == [
        ["file", "", "coordinate system", "kept"],
        ["file", "", "fields", "kept"],
        ["bow", "Bow tie", "invalid outline", "mended"],
        ["bow", "Bow tie", "islands", "kept"],
        ["line", "A line", "not an area", "refused"],
        ["point", "", "not an area", "left out"],
        ["void", "", "no geometry", "refused"],
        ["none", "", "no geometry", "refused"],
        ["wales", "", "outside England", "refused"],
        ["sea", "", "outside England", "refused"],
        ["one", "", "overlap", "kept"],
        ["thin", "", "thin shape", "kept"],
        ["islands", "", "islands", "kept"],
        ["twice", "First", "code repeated", "refused"],
        ["twice", "", "code repeated", "refused"],
        ["bow", "Bow tie", "read", "kept"],
        ["one", "", "read", "kept"],
        ["two", "Two", "read", "kept"],
        ["thin", "", "empty", "refused"],
        ["islands", "", "read", "kept"],
        ["moor", "A moor", "empty", "refused"],
        ["few", "", "read", "kept"],
    ]
    detail = table.set_index(["place", "finding"])["detail"]
    assert "read as British National Grid" in detail["file", "coordinate system"]
    assert detail["bow", "invalid outline"].startswith("the outline crosses itself at easting 430,400")
    assert detail["line", "not an area"] == "a line has no area: close it into a polygon"
    assert "in Wales, Scotland, abroad or at sea" in detail["wales", "outside England"]
    assert detail["one", "overlap"].startswith("shares 45.00 ha with two (Two): 20.0 %")
    assert detail["moor", "empty"] == "no live postcode of England lies in it"
    assert detail["one", "read"] == "2 small areas wholly, 10 in part; 7,901 residents"
    assert detail["few", "read"].endswith("350 residents: fewer than 1,500, so little can be said of it")


def test_all_places_that_cannot_be_used_are_one_error(nasty: Path) -> None:
    with pytest.raises(PlacesError) as caught:
        read_places(nasty)
    error = caught.value
    assert error.file == "nasty.geojson"
    assert error.findings["place"].tolist() == [
        "line", "void", "none", "wales", "sea", "twice", "twice", "thin", "moor",
    ]  # fmt: skip
    assert error.findings.index.tolist() == list(range(9))
    assert set(error.findings["done"]) == {"refused"}
    said = str(error)
    for row in error.findings.to_dict(orient="records"):
        known_as = f"{row['place']} ({row['name']})" if row["name"] else row["place"]
        assert f"  {known_as}: {row['finding']}: {row['detail']}" in said
    assert said.endswith("or go on without them: --leave-out-unusable, or in Python unusable='leave out'")


def test_unusable_places_can_be_left_out_and_the_others_say_what_was_mended(nasty: Path) -> None:
    places = read_places(nasty, unusable="leave out")
    assert [(place.code, place.name) for place in places] == [
        ("bow", "Bow tie"), ("one", "one"), ("two", "Two"), ("islands", "islands"), ("few", "few"),
    ]  # fmt: skip
    definition = {place.code: place.definition for place in places}
    assert definition["bow"].endswith("cutting small areas by live postcodes; invalid outline mended.")
    assert definition["few"].endswith("cutting small areas by live postcodes.")
    assert all(text.startswith("From nasty.geojson (SHA-256 ") for text in definition.values())


def test_a_file_with_no_usable_place_is_an_error_either_way(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "own.geojson", feature(polygon(box(-45_000, 20_000, 300, 300)), code="moor"))
    with pytest.raises(PlacesError, match=r"own\.geojson holds a place that cannot be used"):
        read_places(path)
    with pytest.raises(DataFileError, match=r"own\.geojson holds no place that can be used") as caught:
        read_places(path, unusable="leave out")
    assert caught.value.hint == "see why with: placespend places check FILE"
    (by_land,) = read_places(path, coverage="land")
    assert 0 < by_land.residents < 100


def test_by_land_what_holds_no_land_is_empty(tmp_path: Path) -> None:
    dot = [feature(polygon(box(0, 0, 0.4, 0.4)), code="dot"), feature(polygon(box(2_000)), code="good")]
    path = write_geojson(tmp_path / "own.geojson", *dot)
    with pytest.raises(PlacesError, match="dot: empty: no square metre of England lies in it"):
        read_places(path, coverage="land")


HOSTILE = [
    ("a\x1b[31mred", "a[31mred"),
    ("bell\x07\u202e", "bell"),
    ("two\nlines\tand\u00a0more", "two lines and more"),
    ("=1+1", "=1+1"),
    ("🏘️ Bürg", "🏘️ Bürg"),
    ("x" * 3_000, "x" * 3_000),
    ("[bold]x[/]", "[bold]x[/]"),
]


@pytest.mark.parametrize(("given_as", "shown"), HOSTILE)
def test_hostile_codes_and_names_come_out_printable(tmp_path: Path, given_as: str, shown: str) -> None:
    shapes = [feature(polygon(box()), code=given_as, name=given_as), feature(None, code=f"{given_as}2", name=given_as)]
    path = write_geojson(tmp_path / "own.geojson", *shapes)
    (place,) = read_places(path, unusable="leave out")
    assert (place.code, place.name) == (shown, shown)
    assert check_places(path).map(str.isprintable).all(axis=None)
    with pytest.raises(PlacesError) as caught:
        read_places(path)
    assert all(line.isprintable() for line in str(caught.value).split("\n"))


def test_a_hostile_name_of_a_file_comes_out_printable(tmp_path: Path) -> None:
    shapes = [feature(polygon(box(0, 0, 750, 900)), code="w"), feature(None, code="n")]
    folder = tmp_path / "other"
    folder.mkdir()
    first = write_geojson(tmp_path / "own\x1b[2J.geojson", *shapes)
    second = write_geojson(folder / "own\x07.geojson", shapes[0], shapes[1], feature(polygon(box(9_000)), code="z"))
    with pytest.raises(PlacesError) as caught:
        read_places(first)
    assert "\x1b" not in str(caught.value)
    one, two = (read_places(path, coverage="land", unusable="leave out")[0] for path in (first, second))
    assert one.definition.isprintable()
    with pytest.raises(OverlappingPlacesError) as overlapping:
        join_places([one, two], name="Both")
    assert str(overlapping.value).isprintable()


# --- circles


def test_a_point_may_be_given_in_any_way() -> None:
    place = circle(HERE, 800)
    longitude, latitude = from_grid(HERE_EAST, HERE_NORTH)
    for around in (
        "ls11ur",
        " LS1  1UR ",
        f"{HERE_EAST},{HERE_NORTH}",
        f"{latitude:.12f}, {longitude:.12f}",
        (HERE_EAST, HERE_NORTH),
        (latitude, longitude),
    ):
        assert circle(around, 800.0001).extent.is_same(place.extent)
    rows = rows_within(HERE_EAST - 800, HERE_NORTH - 800, HERE_EAST + 800, HERE_NORTH + 800)
    eastings, northings = coordinates(rows)
    inside = (eastings - HERE_EAST) ** 2 + (northings - HERE_NORTH) ** 2 <= 800**2
    assert 100 < inside.sum() < len(rows)
    assert place.extent.is_same(extent_of_postcodes(rows[inside]))
    assert len(place.extent.whole)
    assert len(place.extent.parts.areas)


def test_a_circle_says_what_it_is() -> None:
    place = circle(HERE, 800)
    assert (place.name, place.level) == ("800 m around LS1 1UR", OWN)
    assert place.definition == "800 m around LS1 1UR, cutting small areas by live postcodes."
    assert (
        repr(place) == f"<Place 800 m around LS1 1UR (place of your own, {place.code}): {place.residents:,} residents>"
    )
    longitude, latitude = from_grid(HERE_EAST, HERE_NORTH)
    assert circle((latitude, longitude), 1_234).name == f"1,234 m around {latitude:.5f}, {longitude:.5f}"
    assert circle((HERE_EAST, HERE_NORTH), 800).name == "800 m around 429,833, 434,079"
    named = circle(HERE, 800, name="Our ends", code="ends")
    assert (named.code, named.name) == ("ends", "Our ends")


def test_the_code_of_a_circle_is_that_of_the_point_and_radius() -> None:
    code = circle(HERE, 800).code
    assert code == "circle-74352981"
    assert circle(HERE, 800.0).code == circle((HERE_EAST, HERE_NORTH), 800).code == code
    of_numpy: Any = np.int64(800)
    assert circle(HERE, of_numpy).code == code
    assert circle(HERE, 801).code != code
    assert circle(HERE, 800, coverage="land").code != code
    assert circle((HERE_EAST + 1, HERE_NORTH), 800).code != code


@pytest.mark.parametrize("coverage", VARIANTS)
def test_a_circle_has_a_pot_by_any_coverage_and_grows_with_its_radius(coverage: str) -> None:
    sizes = [circle(HERE, radius, coverage=coverage) for radius in (400, 800, 1_600)]
    residents = [place.residents for place in sizes]
    assert residents == sorted(set(residents))
    if coverage != "land":
        assert sizes[1].extent.less(sizes[2].extent).count(count_of("residents")) == 0
    pots = [single_pot(place).total_pence for place in sizes[:2]]
    assert 0 < pots[0] < pots[1]


def test_a_circle_by_land_is_round() -> None:
    place = circle(HERE, 800, coverage="land")
    disc = shapely.Point(HERE_EAST, HERE_NORTH).buffer(800, quad_segs=64)
    within = np.flatnonzero(outlines("lsoa").geometry.within(disc).to_numpy())
    np.testing.assert_array_equal(place.extent.whole, within)
    held, length = place.extent.parts.held()
    for area, marks, all_marks in zip(place.extent.parts.areas, held, length, strict=True):
        outline = outlines_of_small_areas()[area]
        assert abs(int(marks) - outline.intersection(disc).area) <= 1
        assert abs(int(all_marks) - outline.area) <= 2


def outlines_of_small_areas() -> Any:
    return outlines("lsoa").geometry.to_numpy()


def test_a_circle_around_all_of_england_is_england() -> None:
    assert circle((400_000, 400_000), 1_000_000).extent.is_same(Extent(np.arange(32_844)))


@pytest.mark.parametrize(
    "radius", [0, -1, -0.0, float("nan"), float("inf"), -float("inf"), 1_000_001, 10**400, "800", "", None, [800], True]
)
def test_what_is_no_radius_is_told(radius: Any) -> None:
    with pytest.raises(PlacespendError) as caught:
        circle(HERE, radius)
    assert caught.value.message.startswith("A radius is a number of metres above nothing and up to a million, not ")
    assert caught.value.hint == "for example --radius 800"


@pytest.mark.parametrize(
    ("around", "message", "hint"),
    [
        ("-1.5,53.8", "no point of England", "write latitude before longitude"),
        ((-0.23, 51.51), "no point of England", "write latitude before longitude"),
        ("48.85,2.35", "no point of England", "give latitude and longitude, or easting and northing"),
        ("0,0", "no point of England", "give latitude and longitude"),
        ("900000,180000", "no point of England", "easting and northing"),
        ("nan,51", "no point of England", "give latitude and longitude"),
        ("inf,inf", "no point of England", "give latitude and longitude"),
        ("Leeds", "'Leeds' is neither a postcode nor a point of two numbers", "'51.51,-0.23' or '523000,180000'"),
        ("", "'' is neither a postcode nor a point of two numbers", "for example"),
        ("1,2,3", "neither a postcode nor a point of two numbers", "for example"),
        ("523,000,180,000", "neither a postcode nor a point of two numbers", "for example"),
        ((1, 2, 3), "neither a postcode nor a point of two numbers", "for example"),
        (51.5, "neither a postcode nor a point of two numbers", "for example"),
        (None, "neither a postcode nor a point of two numbers", "for example"),
        ("ZZ99 9ZZ", "The postcode 'ZZ99 9ZZ' is not known here", "give a point instead"),
        ("630000,434000", "No live postcode of England lies within 800 m around 630,000, 434,000", "larger radius"),
        ("51.48,-3.18", "No live postcode of England lies within 800 m around 51.48000, -3.18000", "larger radius"),
    ],
)
def test_what_is_no_point_of_england_is_told(around: Any, message: str, hint: str) -> None:
    with pytest.raises(PlacespendError) as caught:
        circle(around, 800)
    assert message in caught.value.message
    assert hint in str(caught.value.hint)


def test_a_circle_by_land_at_sea_has_no_land() -> None:
    with pytest.raises(PlacespendError, match="No square metre of England lies within 800 m around 630,000, 434,000"):
        circle("630000,434000", 800, coverage="land")


def test_the_examples_of_a_point_that_are_given_can_be_used() -> None:
    with pytest.raises(PlacespendError) as caught:
        circle("Leeds", 800)
    examples = str(caught.value.hint).split("'")[1::2]
    assert len(examples) == 3
    assert all(circle(example, 800).residents > 0 for example in examples)


def test_a_hostile_point_or_name_comes_out_printable() -> None:
    with pytest.raises(PlacespendError) as caught:
        circle("\x1b[2Jx\u202e", 800)
    assert str(caught.value).isprintable()
    place = circle(HERE, 800, name="a\x1b[2Jb\nc", code="c\x07d")
    assert (place.code, place.name) == ("cd", "a[2Jb c")


@pytest.mark.parametrize("code", ["elsewhere", "unallocated"])
def test_a_code_that_stands_for_the_rest_in_tables_is_refused(tmp_path: Path, code: str) -> None:
    shapes = [feature(polygon(box(2_000)), code=code), feature(polygon(box(6_000)), code="good")]
    path = write_geojson(tmp_path / "own.geojson", *shapes)
    with pytest.raises(PlacesError, match=f"{code}: code taken: '{code}' stands for the rest in tables: rename it"):
        read_places(path)
    assert [place.code for place in read_places(path, unusable="leave out")] == ["good"]


def test_the_rest_has_a_code_of_its_own(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "own.geojson", feature(polygon(box(2_000)), code="E08000035-rest"))
    table = pots(read_places(path), within="E08000035").table
    assert table["code"].tolist() == ["E08000035-rest", "E08000035-rest-rest", "elsewhere"]


def test_the_land_of_two_layers_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "layers.gpkg"
    for layer, east in (("one", 2_000), ("two", 2_010)):
        square = shapely.box(430_000 + east, 434_000, 431_500 + east, 435_500)
        gpd.GeoDataFrame({"code": [layer]}, geometry=[square], crs=27700).to_file(path, layer=layer)
    one, two = (read_places(path, layer=layer, coverage="land")[0] for layer in ("one", "two"))
    assert one.extent.parts.ruler != two.extent.parts.ruler
    assert one.extent.meets(two.extent)
    first, second = (circle((HERE_EAST, HERE_NORTH), radius, coverage="land") for radius in (800.4, 799.6))
    assert first.extent.parts.ruler != second.extent.parts.ruler
    assert (first.name.split(" m ")[0], second.name.split(" m ")[0]) == ("800.4", "799.6")
