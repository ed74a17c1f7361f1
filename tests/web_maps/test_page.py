"""The page of a map: one file, the same bytes each time, everything escaped, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from typing import TYPE_CHECKING

import folium
import pytest
from folium.plugins import MarkerCluster
from web_layers import HOSTILE, first_layer, second_layer

from placespend.errors import DataFileError, WrongTypeError
from placespend.geography import outlines
from placespend.maps.layers import map_layer
from placespend.shipped import NOTICE
from placespend.web_maps.page import build_web_map, web_map_html, write_web_map

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def built() -> folium.Map:
    return build_web_map(
        {"Density": first_layer(HOSTILE), "Change": second_layer(HOSTILE)},
        outlines("upper_tier"),
        title=f"Title {HOSTILE[1]} {HOSTILE[2]}",
        notes=HOSTILE,
        sources=HOSTILE,
    )


def with_markers() -> folium.Map:
    found = built()
    folium.Marker([53.4, -2.2], popup="Town hall", tooltip="</script><!--").add_to(found)
    group = folium.FeatureGroup("Hubs").add_to(found)
    folium.CircleMarker([53.5, -2.3]).add_to(group)
    folium.LayerControl().add_to(found)
    return found


@pytest.fixture(scope="module")
def page() -> str:
    return web_map_html(built())


def test_a_page_is_the_same_bytes_each_time(page: str) -> None:
    assert page == web_map_html(built())
    marked = with_markers()
    once = web_map_html(with_markers())
    marked._repr_html_()
    assert [web_map_html(marked) for _ in range(3)] == [once] * 3


def test_a_page_names_no_other_machine(page: str) -> None:
    assert set(re.findall(r"\w+://[^/\s\"']*", page)) == {"http://www.w3.org"}
    assert not re.search(r"<(script|link|img|iframe)[^>]*\b(src|href)=", page)


def test_a_page_says_what_it_is(page: str) -> None:
    assert page.startswith('<!DOCTYPE html>\n<html lang="en-GB">')
    assert f"<title>Title {html.escape(HOSTILE[1], quote=True).replace('&quot;', '&#34;')} {HOSTILE[2]}</title>" in page
    assert NOTICE in page


def test_every_script_is_known_to_the_policy_and_no_text_became_one(page: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert "default-src 'none'" in html.unescape(policy)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts]
    assert re.findall(r"'sha256-([^']*)'", html.unescape(policy)) == hashes
    assert len(scripts) == 4
    # The fifth is the data.
    assert page.count("</script") == 5


def test_what_is_added_does_not_end_the_script() -> None:
    text = web_map_html(with_markers())
    assert text.count("</script") == 5
    assert "<!--" not in text.split("</style>")[-1]


def test_no_template_runs_a_name(page: str) -> None:
    assert page.count("{{ 7*7 }}") >= 4


@pytest.mark.parametrize(
    "add",
    [
        lambda found: folium.TileLayer("OpenStreetMap").add_to(found),
        lambda found: folium.Marker([53, -2], icon=folium.Icon()).add_to(found),
        lambda found: MarkerCluster([[53, -2]]).add_to(found),  # type: ignore[no-untyped-call]
    ],
)
def test_what_must_be_fetched_is_refused(add: Callable[[folium.Map], object]) -> None:
    found = built()
    add(found)
    with pytest.raises(WrongTypeError, match=r"must be fetched from elsewhere: (TileLayer|Icon|MarkerCluster)"):
        web_map_html(found)


def test_another_map_is_refused() -> None:
    with pytest.raises(WrongTypeError, match="no map of places"):
        web_map_html(folium.Map())


def test_a_page_is_written_whole_and_only_as_html(tmp_path: Path, page: str) -> None:
    found = built()
    write_web_map(found, tmp_path / "map.html")
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == page
    with pytest.raises(WrongTypeError, match=r"map\.png is no page"):
        write_web_map(found, tmp_path / "map.png")
    with pytest.raises(DataFileError, match="written over"):
        write_web_map(found, tmp_path / "map.html", keep=[tmp_path / "map.html"])


def test_a_notebook_shows_the_page(page: str) -> None:
    shown = built()._repr_html_()
    assert html.escape(page) in shown


def test_the_152_take_less_than_a_megabyte() -> None:
    table = outlines("upper_tier")
    places = table[["code"]].assign(name=table["code"] + " and a long name", value=range(1, 153))
    layer = map_layer(places.assign(mark="value", status="published"), unit="pounds per resident")
    text = web_map_html(build_web_map({"A": layer, "B": layer, "C": layer}, table, title="x"))
    assert len(text.encode()) < 1_000_000
