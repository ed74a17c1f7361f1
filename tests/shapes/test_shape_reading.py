"""A user's boundaries come out the same from any format and system, and a bad file says what is wrong with it."""

from __future__ import annotations

import ast
import hashlib
import json
import pickle
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from shape_makers import EAST, NORTH, SYSTEMS, box, feature, polygon, write_geojson, write_shapes

from placespend.errors import DataFileError, PlacespendError, UnknownNameError
from placespend.shapes.crs import EPSG_1314, from_grid, looks_like
from placespend.shapes.reading import FINDING_COLUMNS, read_shapes

SQUARE = shapely.Polygon(box())
OTHER = shapely.Polygon(box(2000))
FILES = ("geojson", "gpkg", "shp", "zip", "kml", "kmz", "parquet", "fgb")
DEGREES_ONLY = {"kml", "kmz"}
WAYS = [(suffix, crs) for suffix in FILES for crs in SYSTEMS if suffix not in DEGREES_ONLY or crs == "EPSG:4326"]
CENTIMETRES_5 = 0.05


def same(one: Any, other: Any) -> bool:
    return bool(shapely.hausdorff_distance(one, other) < CENTIMETRES_5)


def kml(*placemarks: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Own</name>'
        f"{''.join(placemarks)}</Document></kml>"
    )


def placemark(name: str, ring: str = "-1.5,53.8,0 -1.4,53.8,0 -1.4,53.9,0 -1.5,53.8,0") -> str:
    return (
        f"<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates>"
        "</LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


def error_of(path: Path | str, kind: type[PlacespendError] = DataFileError, **options: str) -> str:
    """Read a file that cannot be, and give the message."""
    with pytest.raises(kind) as caught:
        read_shapes(path, **options)
    assert caught.value.__cause__ is None
    assert "/vsi" not in str(caught.value).replace(str(path), "")
    assert "shapes.geojson" not in str(caught.value)
    return str(caught.value)


# --- the same from everywhere


@pytest.mark.parametrize(("suffix", "crs"), WAYS)
def test_any_format_in_any_system_comes_out_the_same(tmp_path: Path, suffix: str, crs: str) -> None:
    path = write_shapes(tmp_path / f"own.{suffix}", [SQUARE, OTHER], crs=crs, name=["Ay", "Bee"])
    shapes = read_shapes(path)
    # FlatGeobuf sorts what it holds by where it is.
    by_name = shapes.table.set_index("name").geometry
    assert sorted(by_name.index) == ["Ay", "Bee"]
    assert shapes.table.columns.tolist() == ["code", "name", "geometry"]
    assert shapes.table.crs == "EPSG:27700"
    assert same(by_name["Ay"], SQUARE)
    assert same(by_name["Bee"], OTHER)
    assert set(shapes.findings["finding"]) <= {"fields", "heights"}
    assert not shapes.table.geometry.has_z.any()
    if suffix != "shp":
        assert shapes.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def ring_of(radii: list[float]) -> Any:
    """Draw a star-shaped polygon, which never crosses itself."""
    turns = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    east, north = EAST + np.array(radii) * np.cos(turns), NORTH + np.array(radii) * np.sin(turns)
    return shapely.Polygon(np.column_stack([east, north]))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(20, 20_000), min_size=3, max_size=12),
    st.sampled_from(WAYS),
)
def test_any_polygon_comes_back_to_5_cm(radii: list[float], way: tuple[str, str]) -> None:
    suffix, crs = way
    shape = ring_of(radii)
    with TemporaryDirectory() as folder:
        path = write_shapes(Path(folder, f"own.{suffix}"), [shape], crs=crs, code=["x"])
        shapes = read_shapes(path)
    assert same(shapes.table.geometry[0], shape)


def test_three_ways_to_save_one_shape_come_out_alike(tmp_path: Path) -> None:
    shape = ring_of([700, 650, 300, 900, 500])
    drawn = read_shapes(write_shapes(tmp_path / "drawn.kml", [shape], crs="EPSG:4326", Name=["x"]))
    zipped = read_shapes(write_shapes(tmp_path / "zipped.zip", [shape], name=["x"]))
    bare = read_shapes(write_geojson(tmp_path / "bare.json", feature(shapely.geometry.mapping(shape), name="x")))
    assert [found.crs.split(" (")[0] for found in (drawn, zipped, bare)] == ["WGS84", *["British National Grid"] * 2]
    for found in (drawn, zipped, bare):
        assert found.table["name"].tolist() == ["x"]
        assert same(found.table.geometry[0], shape)


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "zip", "fgb", "parquet"])
@pytest.mark.parametrize(
    ("crs", "words"),
    [
        ("EPSG:27700", "British National Grid (recognised by its coordinates)"),
        ("EPSG:4326", "WGS84 (recognised by its coordinates)"),
    ],
)
def test_a_system_that_is_not_declared_is_recognised_and_told(
    tmp_path: Path, suffix: str, crs: str, words: str
) -> None:
    path = write_shapes(tmp_path / f"own.{suffix}", [SQUARE], crs=crs, declared=False, code=["x"])
    shapes = read_shapes(path)
    assert shapes.crs == words
    assert same(shapes.table.geometry[0], SQUARE)
    assert ("file", "coordinate system") in set(zip(shapes.findings["place"], shapes.findings["finding"], strict=True))


def test_a_geojson_on_the_grid_that_does_not_say_so_is_recognised(tmp_path: Path) -> None:
    for name, members in {"none": {}, "null": {"crs": None}}.items():
        shapes = read_shapes(write_geojson(tmp_path / f"{name}.geojson", feature(polygon(box()), code="x"), **members))
        assert shapes.crs == "British National Grid (recognised by its coordinates)"
        assert shapes.table.geometry[0].equals(SQUARE)
        row = shapes.findings.iloc[0]
        assert row[["place", "finding", "done"]].tolist() == ["file", "coordinate system", "kept"]


def test_the_grid_in_a_file_that_says_degrees_is_told(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    shapes = read_shapes(write_geojson(tmp_path / "own.geojson", feature(polygon(box()), code="x"), crs=crs))
    assert shapes.findings["detail"][0] == (
        "the file says that it is in degrees of WGS84, but its coordinates are near x 430,250, y 434,250: read as "
        "British National Grid"
    )


def test_a_crs_member_is_followed(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    shapes = read_shapes(write_geojson(tmp_path / "own.geojson", feature(polygon(box()), code="x"), crs=crs))
    assert shapes.crs == "British National Grid (as the file says)"
    assert shapes.table.geometry[0].equals(SQUARE)


def test_older_degrees_and_datums_are_brought_over(tmp_path: Path) -> None:
    # The grid's own degrees, and ED50 by a Helmert of pyproj's: each some 100 m from WGS84 if left as they are.
    table = gpd.GeoDataFrame({"code": ["x"]}, geometry=[SQUARE], crs="EPSG:27700").to_crs("EPSG:4277")
    table.to_file(tmp_path / "airy.gpkg")
    assert same(read_shapes(tmp_path / "airy.gpkg").table.geometry[0], SQUARE)
    degrees = shapely.box(*from_grid(EAST, NORTH), *from_grid(EAST + 500, NORTH + 500))
    gpd.GeoDataFrame({"code": ["x"]}, geometry=[degrees], crs="EPSG:4230").to_file(tmp_path / "ed50.gpkg")
    found = read_shapes(tmp_path / "ed50.gpkg")
    assert found.crs == "ED50 (as the file says)"
    assert 100 < found.table.geometry[0].centroid.distance(SQUARE.centroid) < 200


def test_an_old_projection_file_of_another_name_is_the_grid(tmp_path: Path) -> None:
    path = write_shapes(tmp_path / "own.shp", [SQUARE], code=["x"])
    (tmp_path / "own.prj").write_text(
        'PROJCS["British_National_Grid",GEOGCS["GCS_OSGB_1936",DATUM["D_OSGB_1936",SPHEROID["Airy_1830",6377563.396,'
        '299.3249646]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["False_Easting",400000.0],PARAMETER["False_Northing",-100000.0],PARAMETER["Central_Meridian",-2.0],'
        'PARAMETER["Scale_Factor",0.9996012717],PARAMETER["Latitude_Of_Origin",49.0],UNIT["Meter",1.0]]'
    )
    shapes = read_shapes(path)
    assert shapes.crs == "British National Grid (as the file says)"
    assert shapes.table.geometry[0].equals(SQUARE)


def test_the_way_to_the_grid_is_that_of_the_shipped_boundaries() -> None:
    source = ast.parse(Path(__file__).parents[2].joinpath("boundaries", "build.py").read_text(encoding="utf-8"))
    (value,) = [
        node.value
        for node in source.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "EPSG_1314" and node.value
    ]
    assert ast.literal_eval(value) == EPSG_1314


def test_no_kind_of_coordinates_is_taken_for_another() -> None:
    assert looks_like(*from_grid(EAST, NORTH)) == "degrees"
    assert looks_like(*from_grid(EAST, NORTH)[::-1]) == "swapped"
    assert looks_like(EAST, NORTH) == "grid"
    assert looks_like(-170_000, 7_100_000) == "mercator"
    assert looks_like(0, 0) == "unknown"


# --- coordinate systems that cannot be


@pytest.mark.parametrize(
    ("ring", "words"),
    [
        ([[53.8, -1.5], [53.8, -1.4], [53.9, -1.4], [53.8, -1.5]], "latitude and longitude swapped"),
        ([[-170_000, 7.1e6], [-160_000, 7.1e6], [-160_000, 7.2e6], [-170_000, 7.1e6]], "web mercator (EPSG:3857)"),
        ([[1e9, 1e9], [2e9, 1e9], [2e9, 2e9], [1e9, 1e9]], "near x 1.5e+09, y 1.5e+09"),
    ],
)
@pytest.mark.parametrize("members", [{}, {"crs": None}], ids=["by rule", "null"])
def test_coordinates_that_cannot_be_are_told(
    tmp_path: Path, ring: list[list[float]], words: str, members: dict[str, None]
) -> None:
    message = error_of(write_geojson(tmp_path / "own.geojson", feature(polygon(ring)), **members))
    assert words in message
    assert "Hint:" in message


def test_metres_that_are_degrees_are_told(tmp_path: Path) -> None:
    shape = shapely.box(-1.5, 53.8, -1.4, 53.9)
    gpd.GeoDataFrame(geometry=[shape], crs="EPSG:27700").to_file(tmp_path / "own.gpkg")
    message = error_of(tmp_path / "own.gpkg")
    assert "They look like degrees of longitude and latitude." in message
    assert "EPSG:27700" in message


@pytest.mark.parametrize(
    "member",
    [
        {"type": "link", "properties": {"href": "http://127.0.0.1:9/x"}},
        {"type": "name", "properties": {"name": "http://127.0.0.1:9/x"}},
        {"type": "name", "properties": {"name": "EPSG:999999"}},
        "EPSG:27700",
    ],
)
def test_a_system_behind_a_link_or_unknown_is_refused(tmp_path: Path, member: object) -> None:
    message = error_of(write_geojson(tmp_path / "own.geojson", feature(polygon(box())), crs=member))
    assert "coordinate system" in message


def test_a_plane_of_its_own_is_refused(tmp_path: Path) -> None:
    wkt = 'ENGCRS["Site",EDATUM["Site"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
    gpd.GeoDataFrame(geometry=[SQUARE], crs=wkt).to_parquet(tmp_path / "own.parquet")
    assert "does not say where on the Earth" in error_of(tmp_path / "own.parquet")


# --- files that cannot be read


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("own.csv", b"code,name\na,b\n", "give GeoJSON, GeoPackage, Shapefile"),
        ("own.txt", b"hello", "no file of boundaries"),
        ("own.geojson", b"", "is empty"),
        ("own.geojson", b'{"type": "FeatureCollection", "features": [', "cannot be read as GeoJSON"),
        ("own.geojson", b'{"a": 1}', "cannot be read as GeoJSON"),
        ("own.geojson", b"[" * 9, "no file of boundaries"),
        ("own.geojson", b'{"a":' * 100_000, "cannot be read as GeoJSON"),
        ("own.geojson", b'{"type": "FeatureCollection", "features": []}', "holds no shapes"),
        ("own.gpkg", b"SQLite format 3\0" + b"\0" * 200, "cannot be read as GeoPackage"),
        ("own.fgb", b"fgb\3fgb\0" + b"\xff" * 100, "no layer with shapes"),
        ("own.parquet", b"PAR1" + b"\0" * 100, "cannot be read as GeoParquet"),
        ("own.kml", b"<?xml version='1.0'?><kml><Document>", "cannot be read as KML"),
        ("own.kml", b"<OGRVRTDataSource><OGRVRTLayer/></OGRVRTDataSource>", "no file of boundaries"),
        ("own.zip", b"PK\3\4" + b"\0" * 50, "a zip that cannot be opened"),
        ("own.prj", b'PROJCS["x"]', "zip its .shp, .shx, .dbf and .prj together"),
        ("own.shp", b"\0\0\x27\x0a" + b"\0" * 96, "a shapefile without its .shx and .dbf"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert words in error_of(path)


@pytest.mark.parametrize(
    "path",
    [
        "nowhere.geojson",
        "https://example.org/a.geojson",
        "/vsicurl/https://example.org/a.geojson",
        "GPKG:nowhere.gpkg",
        "zip://nowhere.zip",
        "a\0b",
    ],
)
def test_only_files_of_this_computer_are_read(path: str) -> None:
    message = error_of(path)
    assert "There is no file" in message or "cannot be read" in message
    assert ("download the file first" in message) == ("://" in path or path.startswith("/vsi"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in error_of(tmp_path)


def test_names_that_mean_something_to_gdal_are_only_names(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a!b.zip", feature(polygon(box()), code="x"))
    assert len(read_shapes(path).table) == 1


def test_a_parquet_without_shapes_is_told(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "own.parquet")
    assert "cannot be read as GeoParquet" in error_of(tmp_path / "own.parquet")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a.txt"], "a zip without a shapefile"),
        (["a.shp"], "without its .shx and .dbf"),
        (["a.shp", "a.SHX"], "without its .dbf"),
    ],
)
def test_a_zip_that_lacks_something_is_told(tmp_path: Path, names: list[str], words: str) -> None:
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    assert words in error_of(tmp_path / "own.zip")


def test_a_zip_whose_content_is_damaged_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "own.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in ("shp", "shx", "dbf"):
            archive.writestr(f"own.{suffix}", bytes(range(256)) * 40)
    content = bytearray((tmp_path / "own.zip").read_bytes())
    content[45:90] = b"\xff" * 45
    (tmp_path / "own.zip").write_bytes(content)
    assert "a zip that cannot be opened" in error_of(tmp_path / "own.zip")


def test_a_zip_of_several_shapefiles_asks_which(tmp_path: Path) -> None:
    for name, shape in (("wards", SQUARE), ("parishes", OTHER)):
        write_shapes(tmp_path / f"{name}.shp", [shape], code=[name])
    with zipfile.ZipFile(tmp_path / "own.zip", "w") as archive:
        for part in sorted(tmp_path.glob("*.[sdp]*")):
            archive.write(part, f"deep/in/{part.name}")
        archive.writestr("__MACOSX/deep/in/._wards.shp", b"x")
    assert "'parishes', 'wards'" in error_of(tmp_path / "own.zip", UnknownNameError)
    assert "did you mean 'wards'?" in error_of(tmp_path / "own.zip", UnknownNameError, layer="ward")
    assert read_shapes(tmp_path / "own.zip", layer="wards").table["code"].tolist() == ["wards"]


def test_layers_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "own.gpkg"
    for name, shape in (("wards", SQUARE), ("parishes", OTHER)):
        gpd.GeoDataFrame({"code": [name]}, geometry=[shape], crs="EPSG:27700").to_file(path, layer=name)
    assert "several layers: 'wards', 'parishes'. Hint: say which" in error_of(path, UnknownNameError)
    assert "did you mean 'wards'?" in error_of(path, UnknownNameError, layer="Wads")
    assert read_shapes(path, layer="parishes").table["code"].tolist() == ["parishes"]
    single = write_geojson(tmp_path / "own.geojson", feature(polygon(box()), code="x"))
    assert len(read_shapes(single, layer="own").table) == 1
    assert "it has 'own'" in error_of(single, UnknownNameError, layer="zzz")


# --- KML


def test_folders_of_a_kml_are_layers_and_empty_ones_are_none(tmp_path: Path) -> None:
    path = tmp_path / "own.kml"
    folders = [f"<Folder><name>{name}</name>{placemark(name)}</Folder>" for name in ("North", "South")]
    path.write_text(kml(*folders), encoding="utf-8")
    assert "'North', 'South'" in error_of(path, UnknownNameError)
    assert read_shapes(path, layer="South").table["name"].tolist() == ["South"]
    path.write_text(kml(f"<Folder><name>Outer</name>{folders[0]}</Folder>"), encoding="utf-8")
    assert read_shapes(path).table["name"].tolist() == ["North"]


def test_a_kml_by_hand_keeps_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "own.kml"
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/a.kml</href></Link></NetworkLink>"
    path.write_text(
        kml(
            placemark("Good &amp; whole"),
            placemark("Open", "-1.5,53.8 -1.4,53.8 -1.4,53.9"),
            placemark("Two", "-1.5,53.8 -1.4,53.8"),
            placemark("None", ""),
            "<Placemark><name>Nothing</name></Placemark>",
            link,
        ),
        encoding="utf-8",
    )
    shapes = read_shapes(path)
    assert shapes.table[["code", "name"]].to_numpy().tolist() == [["own-1", "Good & whole"]]
    assert shapes.crs == "WGS84 (the rule for its format)"
    assert shapes.findings[["place", "finding", "done"]].to_numpy().tolist() == [
        ["file", "network links", "kept"],
        ["file", "heights", "kept"],
        ["file", "fields", "kept"],
        ["feature 2", "ring not closed", "refused"],
        ["feature 3", "ring not closed", "refused"],
        ["feature 4", "no geometry", "refused"],
        ["feature 5", "no geometry", "refused"],
    ]


def test_a_kml_of_links_alone_says_so(tmp_path: Path) -> None:
    path = tmp_path / "own.kml"
    path.write_text(kml("<NetworkLink><Link><href>x</href></Link></NetworkLink>"), encoding="utf-8")
    message = error_of(path)
    assert "not followed" in message or "no layer with shapes" in message


# --- codes and names


def read_fields(tmp_path: Path, *records: dict[str, object], **options: str) -> Any:
    features = [feature(polygon(box(1000 * number)), **record) for number, record in enumerate(records)]
    return read_shapes(write_geojson(tmp_path / "own.geojson", *features), **options)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([{"WD24CD": "E05", "WD24NM": "Ward", "LAD24CD": "E08", "LAD24NM": "Leeds"}], ["E05", "Ward"]),
        ([{"LAD24CD": "E08", "LAD24NM": "L", "WD24CD": f"E{n}", "WD24NM": f"W{n}"} for n in (1, 2)], ["E1", "W1"]),
        ([{"gss_code": "E1", "label": "x"}], ["E1", "x"]),
        ([{"ID": 7, "Title": "x"}], ["7", "x"]),
        ([{"fid": 12.0}], ["12", "12"]),
        ([{"code": 12.5}], ["12.5", "12.5"]),
        ([{"postcode": "LS1", "NAME": " x "}], ["own-1", "x"]),
        ([{"code": None, "id": "b"}], ["b", "b"]),
        ([{}], ["own-1", "own-1"]),
    ],
)
def test_codes_and_names_are_found(tmp_path: Path, records: list[dict[str, object]], expected: list[str]) -> None:
    shapes = read_fields(tmp_path, *records)
    assert shapes.table[["code", "name"]].to_numpy()[0].tolist() == expected
    assert shapes.table.dtypes[["code", "name"]].tolist() == ["str", "str"]
    assert "fields" in set(shapes.findings["finding"])


def test_fields_that_are_named_are_taken_and_nothing_is_guessed(tmp_path: Path) -> None:
    shapes = read_fields(tmp_path, {"code": "a", "other": "b", "What": "c"}, code="OTHER", name="What")
    assert shapes.table[["code", "name"]].to_numpy().tolist() == [["b", "c"]]
    assert "fields" not in set(shapes.findings["finding"])


@pytest.mark.parametrize("option", ["code", "name"])
def test_a_field_that_is_not_there_is_told(tmp_path: Path, option: str) -> None:
    path = write_geojson(tmp_path / "own.geojson", feature(polygon(box()), ward_code="x", ward_name="y"))
    message = error_of(path, UnknownNameError, **{option: f"wrd_{option}"})
    assert f"no field 'wrd_{option}'; its fields are ward_code, ward_name" in message
    assert f"did you mean 'ward_{option}'" in message


def test_the_same_code_twice_refuses_both_and_names_them(tmp_path: Path) -> None:
    shapes = read_fields(tmp_path, {"code": "a", "name": "x"}, {"code": "b"}, {"code": " a", "name": "y"})
    assert shapes.table["code"].tolist() == ["b"]
    refused = shapes.findings[shapes.findings["done"] == "refused"]
    assert refused["name"].tolist() == ["x", "y"]
    assert set(refused["detail"]) == {"features 1 and 3 have the same code 'a': give each its own"}


def test_a_missing_code_is_made_up_and_told_unless_it_is_taken(tmp_path: Path) -> None:
    shapes = read_fields(tmp_path, {"code": "a"}, {"code": None}, {"code": "own-4"}, {"code": " "})
    assert shapes.table["code"].tolist() == ["a", "own-2", "own-4"]
    assert shapes.findings[["place", "finding", "done"]].to_numpy()[-2:].tolist() == [
        ["own-2", "no code", "kept"],
        ["feature 4", "no code", "refused"],
    ]


def test_codes_and_names_are_one_printable_line_and_told_where_they_were_not(tmp_path: Path) -> None:
    shapes = read_fields(tmp_path, {"code": "a\x1b[2J\nb", "name": "x\u202ey"})
    assert shapes.table[["code", "name"]].to_numpy().tolist() == [["a[2J b", "xy"]]
    assert shapes.findings["done"].tolist()[-1] == "mended"
    assert all(text.isprintable() for text in shapes.findings.to_numpy().ravel())


# --- the whole


def test_nothing_usable_is_still_told(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "EPSG:27700"}}
    path = write_geojson(tmp_path / "own.geojson", feature(None, code="a"), feature(polygon(), code="b"), crs=crs)
    shapes = read_shapes(path)
    assert shapes.table.empty
    assert shapes.table.crs == "EPSG:27700"
    assert shapes.findings.columns.tolist() == FINDING_COLUMNS
    assert shapes.findings["done"].tolist() == ["kept", "refused", "refused"]


def test_the_file_and_its_folder_are_left_as_they_are(tmp_path: Path) -> None:
    path = write_shapes(tmp_path / "own.gpkg", [SQUARE], code=["x"])
    before = {found.name: found.read_bytes() for found in tmp_path.iterdir()}
    read_shapes(path)
    assert before == {found.name: found.read_bytes() for found in tmp_path.iterdir()}


def test_capitals_and_parts_of_a_shapefile(tmp_path: Path) -> None:
    write_shapes(tmp_path / "own.shp", [SQUARE], code=["Wāhi"])
    for part in list(tmp_path.iterdir()):
        part.rename(part.with_suffix(part.suffix.upper()))
    shapes = read_shapes(tmp_path / "own.SHP")
    assert shapes.table["code"].tolist() == ["Wāhi"]
    parts = [tmp_path / f"own.{suffix}" for suffix in ("SHP", "SHX", "DBF", "PRJ", "CPG")]
    assert shapes.sha256 == hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def test_the_format_is_that_of_the_content(tmp_path: Path) -> None:
    path = write_shapes(tmp_path / "own.gpkg", [SQUARE], code=["x"])
    renamed = path.rename(tmp_path / "own.geojson")
    assert read_shapes(renamed).table.geometry[0].equals(SQUARE)
    (tmp_path / "bom.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(feature(polygon(box()), code="x")).encode())
    assert len(read_shapes(tmp_path / "bom.json").table) == 1


def test_a_parquet_with_a_ring_that_is_open_keeps_the_rest(tmp_path: Path) -> None:
    path = write_shapes(tmp_path / "own.parquet", [SQUARE, OTHER], code=["a", "b"])
    table = parquet.read_table(path)
    open_ring = bytearray(table["geometry"][1].as_py())
    open_ring[-8:] = np.float64(1.0).tobytes()
    broken = table.set_column(
        table.column_names.index("geometry"), table.schema.field("geometry"), [[SQUARE.wkb, bytes(open_ring)]]
    )
    parquet.write_table(broken, path)
    shapes = read_shapes(path)
    assert shapes.table["code"].tolist() == ["a"]
    assert shapes.findings["finding"].tolist()[-1] == "ring not closed"


STARTS = [
    b"",
    b"{",
    b'{"type": "FeatureCollection", "features": [',
    b"<kml>",
    b"SQLite format 3\0",
    b"fgb\3fgb\0",
    b"PAR1",
    b"PK\3\4",
]


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=200))
def test_no_bytes_raise_anything_but_an_error_that_explains(start: bytes, rest: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "own")
        path.write_bytes(start + rest)
        with pytest.raises(PlacespendError):
            read_shapes(path)


POINTS = st.lists(st.lists(st.one_of(st.floats(), st.integers(420_000, 440_000), st.none()), max_size=4), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "type": st.sampled_from(["Polygon", "MultiPolygon", "LineString", "Point", "GeometryCollection"]),
                "coordinates": st.one_of(POINTS, st.lists(POINTS, max_size=2), st.lists(st.lists(POINTS, max_size=2))),
            }
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_drawn_is_used_or_refused(geometries: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        path = write_geojson(Path(folder, "own.geojson"), *(feature(geometry, code="x") for geometry in geometries))
        try:
            shapes = read_shapes(path, code="code")
        except PlacespendError:
            return
    assert shapes.table.geometry.is_valid.all()
    assert len(shapes.table) + shapes.findings.query("done == 'refused'")["name"].size >= len(geometries)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=9), min_size=1, max_size=4
    )
)
def test_whatever_crosses_itself_is_mended_or_refused(rings: list[list[tuple[int, int]]]) -> None:
    closed = [[[EAST + 50 * x, NORTH + 50 * y] for x, y in [*ring, ring[0]]] for ring in rings]
    features = [feature(polygon(ring), code=str(number)) for number, ring in enumerate(closed)]
    with TemporaryDirectory() as folder:
        shapes = read_shapes(write_geojson(Path(folder, "own.geojson"), *features))
    refused = set(shapes.findings.loc[shapes.findings["done"] == "refused", "place"])
    assert set(shapes.table["code"]) | refused == {str(number) for number in range(len(rings))}
    assert not set(shapes.table["code"]) & refused
    assert shapes.table.geometry.is_valid.all()
    assert (shapes.table.geometry.area > 0).all()


def test_errors_survive_the_way_between_processes(tmp_path: Path) -> None:
    with pytest.raises(DataFileError) as caught:
        read_shapes(tmp_path / "nothing.gpkg")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301  (of this test's making)
