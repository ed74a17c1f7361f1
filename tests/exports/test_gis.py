"""Tables for maps: outlines beside figures, rows without one kept, the same bytes for the same table."""

from __future__ import annotations

import io
import json
import sqlite3
import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest

from placespend.circles import circle
from placespend.errors import DataFileError, TooLargeError, WrongTypeError
from placespend.exports.about import About, about_pots
from placespend.exports.gis import OUTLINE_NOTE, to_geopackage, to_geoparquet, with_outlines
from placespend.exports.tables import layer_name
from placespend.geography import outlines
from placespend.maps.place_outlines import outline_of
from placespend.pots_by_level import Pots, pots
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from pathlib import Path

ABOUT = About("A map", notes=("A note.",), made_with="placespend, for a test")


@cache
def boroughs() -> Pots:
    return pots("whole_place_pilot")


@cache
def outlined() -> gpd.GeoDataFrame:
    return with_outlines(boroughs().table)


def in_a_file(folder: Path, content: bytes) -> Path:
    path = folder / "map.gpkg"
    path.write_bytes(content)
    return path


def test_each_place_has_its_outline_and_other_rows_stay_without() -> None:
    found = outlined()
    assert found.crs.to_epsg() == 27700
    pd.testing.assert_frame_equal(pd.DataFrame(found.drop(columns="geometry")), boroughs().table)
    bare = found["code"][found.geometry.isna()].tolist()
    assert bare == ["elsewhere"]


def test_a_shipped_outline_is_the_one_that_is_drawn() -> None:
    regions = outlines("region").set_index("code").geometry
    found = with_outlines(pd.DataFrame({"code": ["E12000002", "unallocated"], "total_pence": [1, 2]}))
    assert found.geometry.iloc[0].equals(regions["E12000002"])
    assert found["total_pence"].sum() == 3


def test_small_areas_by_their_own_column_and_own_places_as_given() -> None:
    small = with_outlines(pd.DataFrame({"lsoa_code": ["E01000001"]}))
    assert not small.geometry.iloc[0].is_empty
    own = circle("430000,434000", 800)
    found = with_outlines(pd.DataFrame({"code": [own.code]}), places=[own])
    assert found.geometry.iloc[0].equals(outline_of(own))


def test_the_same_table_gives_the_same_bytes() -> None:
    def write() -> tuple[bytes, bytes]:
        return to_geoparquet(outlined(), about=ABOUT), to_geopackage(outlined(), about=ABOUT, layer="pots")

    first = write()
    # GDAL writes the time to the second, and no clock of Python's moves it.
    time.sleep(1.1)
    assert write() == first


def test_no_date_is_only_said_while_a_file_is_written() -> None:
    to_geopackage(outlined(), about=ABOUT, layer="pots")
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_a_geopackage_says_what_it_is_and_keeps_types(tmp_path: Path) -> None:
    path = in_a_file(tmp_path, to_geopackage(outlined(), about=about_pots(boroughs()), layer="pots"))
    info = pyogrio.read_info(path)
    assert info["crs"] == "EPSG:27700"
    told = info["layer_metadata"]
    assert told["notice"] == NOTICE
    assert told["made_with"] == boroughs().loaded.stamp
    assert OUTLINE_NOTE in told["notes"]
    assert json.loads(told["columns"])["total_pence"]["unit"] == "pence"
    with sqlite3.connect(path) as base:
        (kinds,) = base.execute("SELECT group_concat(DISTINCT typeof(total_pence)) FROM pots").fetchone()
        (total,) = base.execute("SELECT sum(total_pence) FROM pots").fetchone()
    base.close()
    assert kinds == "integer"
    assert total == boroughs().table["total_pence"].sum()


def test_geoparquet_says_what_it_is(tmp_path: Path) -> None:
    content = to_geoparquet(outlined(), about=ABOUT)
    metadata = pq.read_schema(io.BytesIO(content)).metadata
    assert json.loads(metadata[b"geo"])["version"] == "1.1.0"
    assert metadata[b"notice"].decode() == NOTICE
    assert OUTLINE_NOTE in metadata[b"notes"].decode()
    found = gpd.read_parquet(io.BytesIO(content))
    assert found.crs.to_epsg() == 27700
    assert found["total_pence"].tolist() == boroughs().table["total_pence"].tolist()


def test_names_that_a_geopackage_has_for_itself_are_altered(tmp_path: Path) -> None:
    names = ["fid", "geom", "geometry", "ogc_fid", "Name", "name", "a long name " * 6]
    table = pd.DataFrame({"code": ["E12000002"], **{name: [number] for number, name in enumerate(names)}})
    path = in_a_file(tmp_path, to_geopackage(with_outlines(table), about=ABOUT, layer="pots"))
    found = pd.DataFrame(pyogrio.read_dataframe(path).drop(columns="geometry"))
    assert found.iloc[0].tolist() == ["E12000002", *range(len(names))]
    assert {"fid_2", "geom_2", "ogc_fid_2", "Name", "name_2"} <= set(found)


@pytest.mark.parametrize("name", ["gpkg_contents", "rtree_x", "sqlite_master", "a'b\"c;--", "曼彻斯特", "", "1"])
def test_any_name_of_a_file_makes_a_layer(tmp_path: Path, name: str) -> None:
    content = to_geopackage(outlined(), about=ABOUT, layer=layer_name(name))
    assert len(pyogrio.read_dataframe(in_a_file(tmp_path, content))) == len(outlined())


def test_rows_that_are_no_places_are_told() -> None:
    for table in (pd.DataFrame({"body": ["Leeds"]}), pd.DataFrame({"code": ["7.A", None]})):
        with pytest.raises(WrongTypeError, match=r"no places|is a place") as caught:
            with_outlines(table)
        assert ".csv, .xlsx or .parquet" in str(caught.value.hint)


def test_outlines_of_ones_own_are_kept_and_moved_to_the_grid() -> None:
    mine = outlines("region").rename_geometry("shape")
    found = with_outlines(mine.to_crs("EPSG:4326").assign(n=1))
    assert list(found) == ["code", "n", "geometry"]
    assert found.geometry.geom_equals_exact(mine.geometry, tolerance=0.01).all()
    with pytest.raises(WrongTypeError, match="which coordinates"):
        with_outlines(mine.set_crs(None, allow_override=True))


def test_a_text_that_would_be_cut_off_is_refused() -> None:
    table = with_outlines(pd.DataFrame({"code": ["E12000002"], "name": ["a\0b"]}))
    with pytest.raises(DataFileError, match="texts of name"):
        to_geopackage(table, about=ABOUT, layer="pots")


def test_what_a_geopackage_has_no_room_for_is_refused() -> None:
    for columns, error, match in (
        ({"a\0b": [1], "a\0c": [2]}, DataFileError, "columns called"),
        ({str(number): [number] for number in range(1_998)}, DataFileError, "1,999 columns"),
        ({"n": np.array([2**63], dtype="uint64")}, TooLargeError, "numbers of n"),
    ):
        table = with_outlines(pd.DataFrame({"code": ["E12000002"], **columns}))
        with pytest.raises(error, match=match) as caught:
            to_geopackage(table, about=ABOUT, layer="pots")
        assert ".geoparquet" in str(caught.value.hint)
    most = with_outlines(pd.DataFrame({"code": ["E12000002"], **{str(number): [number] for number in range(1_997)}}))
    assert to_geopackage(most, about=replace(ABOUT, title="a\0b\ud800"), layer="pots")


def test_any_columns_beside_a_code_leave_the_outlines_theirs() -> None:
    table = pd.DataFrame({"code": ["E12000002", 5], "geometry": ["a", "b"], "geometry_": ["c", "d"]})
    found = with_outlines(table)
    assert found.geometry.notna().tolist() == [True, False]
    assert {"geometry_", "geometry__"} <= set(found)
    with pytest.raises(WrongTypeError, match="no rows"):
        with_outlines(table.head(0))
