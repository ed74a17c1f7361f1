"""Maps as files: the same bytes each time, escaped, and without a number that must not be told."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from PIL import Image

from placespend.errors import DataFileError, WrongTypeError
from placespend.geography import outlines
from placespend.maps.drawing import draw_map
from placespend.maps.layers import MapLayer, map_layer
from placespend.maps.writing import map_geojson, map_properties, picture_drawn, png_bytes, svg_text, write_map

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "<script>alert('$x^2$')</script> & \"Sons\"\x00\x1b[2J"
SECRET = 8_642_975.25

CODES = [f"E0800000{number}" for number in range(1, 7)]
TABLE = pd.DataFrame(
    {
        "code": CODES,
        "name": [NASTY, "Bury", "Manchester", "Oldham", "Rochdale", "Salford"],
        "value": [2.25, 4.5, None, None, 0.0, 9.75],
        "mark": ["value", "value", "suppressed", "missing", "zero", "value"],
        "status": ["published", "estimated", "published", "", "published", "published"],
    }
)


def layer(**options: object) -> MapLayer:
    return map_layer(TABLE, unit="families per 1,000 households <&>", classes=3, **options)  # type: ignore[arg-type]


def figure(**options: object) -> Figure:
    return draw_map(layer(**options), outlines("upper_tier"), title=f"Title {NASTY}", notes=[NASTY], sources=[NASTY])


# --- pictures


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_a_map_is_the_same_bytes_each_time(tmp_path: Path, suffix: str) -> None:
    first, second, again = (tmp_path / f"{name}{suffix}" for name in ("one", "two", "three"))
    drawn = figure()
    write_map(drawn, first)
    write_map(figure(), second)
    write_map(drawn, again)
    assert first.read_bytes() == second.read_bytes() == again.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first.name, second.name, again.name])


def test_a_map_is_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    code = (
        "import sys, pandas as pd\nfrom pathlib import Path\n"
        "from placespend.geography import outlines\nfrom placespend.maps.layers import map_layer\n"
        "from placespend.maps.drawing import draw_map\nfrom placespend.maps.writing import write_map\n"
        "row = {'code': ['E08000001', 'E08000002'], 'name': ['B', 'C'], 'value': [1.0, 2.0],"
        " 'mark': ['value'] * 2, 'status': ['published', 'estimated']}\n"
        "layer = map_layer(pd.DataFrame(row), unit='u')\n"
        "write_map(draw_map(layer, outlines('upper_tier'), title='t'), Path(sys.argv[1]))\n"
    )
    written = []
    for name in ("one.svg", "two.svg"):
        subprocess.run([sys.executable, "-c", code, str(tmp_path / name)], check=True, timeout=120)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert b"<dc:date>" not in written[0]


def test_an_svg_is_sound_says_what_it_shows_and_keeps_text_as_text() -> None:
    text = svg_text(figure())
    root = ET.fromstring(text)  # noqa: S314  (our own)
    assert root.get("role") == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text == "Title <script>alert('$x^2$')</script> & \"Sons\"[2J"
    assert (root[1].text or "").startswith("Map: Title <script>")
    shown = ["".join(found.itertext()) for found in root.iter(f"{SVG}text")]
    assert "zero (1 place)" in shown
    assert any("'$x^2$'" in words for words in shown)


def test_an_svg_holds_no_markup_of_the_user() -> None:
    text = svg_text(figure())
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\x00" not in text
    assert not list(ET.fromstring(text).iter(f"{SVG}script"))  # noqa: S314  (our own)


def test_an_svg_fetches_nothing() -> None:
    root = ET.fromstring(svg_text(figure()))  # noqa: S314  (our own)
    links = [value for found in root.iter() for name, value in found.attrib.items() if name.endswith("href")]
    assert all(link.startswith(("#", "data:")) for link in links)
    called = re.findall(r"url\(.", svg_text(figure()))
    assert set(called) == {"url(#"}


def test_a_png_says_what_it_shows(tmp_path: Path) -> None:
    write_map(figure(), tmp_path / "map.PNG")
    with Image.open(tmp_path / "map.PNG") as picture:
        assert picture.width == 1350
        told = picture.info
    assert told["Title"].startswith("Title <script>")
    assert "1 place: suppressed." in told["Description"]
    assert "Software" not in told


def test_a_map_drawn_is_what_its_png_shows() -> None:
    one = figure()
    drawn = picture_drawn(one)
    with Image.open(io.BytesIO(png_bytes(one))) as written:
        assert written.mode == drawn.mode
        assert written.size == drawn.size
        assert written.tobytes() == drawn.tobytes()
        assert [round(dots) for dots in written.info["dpi"]] == list(drawn.info["dpi"])


def test_a_picture_replaces_an_older_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "map.png"
    path.write_text("old", encoding="utf-8")
    write_map(figure(), path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [found.name for found in tmp_path.iterdir()] == ["map.png"]


@pytest.mark.parametrize("name", ["map.pdf", "map", "map.svgz"])
def test_other_kinds_of_file_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataFileError, match="no picture") as caught:
        write_map(figure(), tmp_path / name)
    assert ".png or .svg" in str(caught.value.hint)


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(DataFileError, match="cannot be written"):
        write_map(figure(), tmp_path / "nowhere" / f"map{suffix}")
    (tmp_path / f"folder{suffix}").mkdir()
    with pytest.raises(DataFileError, match="is a folder"):
        write_map(figure(), tmp_path / f"folder{suffix}")


# --- the data layer


def features(text: str) -> list[dict[str, object]]:
    return [feature["properties"] for feature in json.loads(text)["features"]]


def test_the_data_layer_says_what_the_map_says() -> None:
    found = layer()
    told = features(map_geojson(found, outlines("upper_tier")))
    assert told == map_properties(found)
    assert [row["code"] for row in told] == CODES
    assert [row["class"] for row in told] == [1, 2, None, None, None, 3]
    assert [row["band"] for row in told] == [
        *found.classes.labels[:2], "suppressed", "no data", "zero", found.classes.labels[2],
    ]  # fmt: skip
    assert [row["value"] for row in told] == [2.25, 4.5, None, None, 0.0, 9.75]
    assert [row["status"] for row in told] == ["published", "estimated", None, None, "published", "published"]
    assert told[1]["text"] == "Bury: 4.5 (families per 1,000 households <&>; estimated)"
    assert told[2]["text"] == "Manchester: suppressed"
    assert told[4]["text"] == "Rochdale: zero (published)"


def test_bands_tell_no_value() -> None:
    text = map_geojson(layer(bands_only=True), outlines("upper_tier"))
    told = features(text)
    assert [row["value"] for row in told] == [None, None, None, None, 0.0, None]
    for number in ("2.25", "9.75"):
        assert number not in json.dumps(told)


def test_a_suppressed_number_is_in_no_output() -> None:
    with_secret = TABLE.assign(value=TABLE["value"].where(TABLE["code"] != CODES[2], SECRET))
    with pytest.raises(WrongTypeError) as caught:
        map_layer(with_secret, unit="families", classes=3)
    hidden = map_layer(with_secret.assign(value=with_secret["value"].mask(TABLE["mark"] == "suppressed")), unit="x")
    drawn = draw_map(hidden, outlines("upper_tier"), title="Hidden")
    for text in (
        str(caught.value),
        svg_text(drawn),
        map_geojson(hidden, outlines("upper_tier")),
        str(drawn.get_label()),
        hidden.table.to_csv(),
    ):
        assert "Manchester" in text or "suppressed" in text
        assert not any(number in text for number in ("8642975", "8,642,975", "8_642_975"))


def test_the_data_layer_may_stand_in_a_page() -> None:
    text = map_geojson(layer(), outlines("upper_tier"))
    assert not set("<>&\u2028\u2029\x00\x1b") & set(text)
    assert json.loads(text)["features"][0]["properties"]["name"] == "<script>alert('$x^2$')</script> & \"Sons\"[2J"


def test_the_data_layer_is_the_same_each_time_whatever_the_order() -> None:
    upper = outlines("upper_tier")
    turned = map_layer(TABLE.iloc[::-1], unit="families per 1,000 households <&>", classes=3)
    assert map_geojson(turned, upper.iloc[::-1]) == map_geojson(layer(), upper)


def test_outlines_come_in_degrees_where_they_are() -> None:
    upper = outlines("upper_tier").set_index("code")
    text = map_geojson(layer(), outlines("upper_tier"))
    found = gpd.GeoSeries(
        [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in json.loads(text)["features"]], crs=4326
    )
    assert found.is_valid.all()
    back = found.to_crs(27700)
    assert back.distance(gpd.GeoSeries(list(upper.geometry[CODES]), crs=27700)).max() == 0
    assert back.area.to_numpy() == pytest.approx(upper.geometry[CODES].area.to_numpy(), rel=1e-3)
    points = shapely.get_coordinates(found.to_numpy())
    assert (abs(points - points.round(5)) == 0).all()
    # Outer rings run against the clock, as the standard asks.
    outer = [part.exterior.is_ccw for shape in found for part in shapely.get_parts(shape)]
    assert all(outer)
