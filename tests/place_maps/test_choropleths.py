"""Maps as people ask for them: what is drawn, written and said, and what is refused."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from placespend.errors import DataFileError, PlacespendError, WrongTypeError
from placespend.gazetteer import find_place, places_of_level
from placespend.loaded import Loaded, load
from placespend.maps.layers import describe_map
from placespend.maps.writing import svg_text
from placespend.place_maps.choropleths import choropleth, draw_mappable, web_map
from placespend.place_maps.mappable import Mappable, mappable
from placespend.several import places_inside
from placespend.spelling import one_line
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from pathlib import Path

    from placespend.place import Place

GM = "Greater Manchester"
HOSTILE = '<img src=x onerror=alert(1)>"&{{ 7*7 }}'


@cache
def shipped() -> Loaded:
    return load(recipe_wanted(None))


@cache
def ten(show: str = "pot", **options: Any) -> Mappable:
    return mappable(show, within=GM, loaded=shipped(), **options)


def places_in(name: str, level: str = "upper_tier") -> list[Place]:
    return places_inside(places_of_level(level), find_place(name, as_at="2012-03-31"), choose=True)[0]


# --- one map


def test_a_picture_says_what_it_shows_in_words_and_is_the_same_on_every_run(tmp_path: Path) -> None:
    figure = choropleth(within=GM, out=tmp_path / "gm.svg", loaded=shipped())
    assert figure.get_suptitle() == ten().title
    said = str(figure.get_label())
    assert said.startswith(describe_map(ten().layer, title=ten().title))
    assert all(note in said for note in ten().notes)
    text = (tmp_path / "gm.svg").read_text(encoding="utf-8")
    assert text == svg_text(draw_mappable(ten()))
    for place in ten().places:
        assert place.name in text
    assert "Classes hold about equally many places." in text
    assert "Where these places are in the" in text


def test_in_an_equal_area_view_under_ones_own_title_nothing_is_to_scale() -> None:
    figure = choropleth(within=GM, equal_area=True, title="Mine", loaded=shipped())
    assert figure.get_suptitle() == "Mine"
    text = svg_text(figure)
    assert "not drawn to scale" in text
    assert " km" not in text


# --- several, and one against another


def test_several_services_stand_on_one_scale() -> None:
    figure = choropleth("service", within=GM, service=["health", "education"], loaded=shipped())
    assert (
        one_line(figure.get_suptitle()) == "Spending per head, by upper-tier authority in Greater Manchester, 2011-12"
    )
    said = str(figure.get_label())
    assert "Map: Health. 10 places, Spending per head." in said
    assert "Map: Education. 10 places, Spending per head." in said
    (bounds,) = {tuple(re.findall(r"£[\d,.]+ to under £[\d,.]+", part)) for part in said.split("Map: ")[1:]}
    assert bounds


def test_spending_is_set_against_need() -> None:
    figure = choropleth(within=GM, against="income_deprived", loaded=shipped())
    title = "The single pot per head against income-deprived people, by upper-tier authority in Greater Manchester"
    assert one_line(figure.get_suptitle()) == f"{title}, 2011-12"
    said = str(figure.get_label())
    assert "Income-deprived people, % of residents" in said
    assert "Income-deprived people of 2019, per 100 residents of the census of 2011." in said
    # Each of the ten is in one cell.
    assert sum(map(int, re.findall(r"\b[A-C][1-3], (\d+) place", said))) == 10


# --- pages and data


def test_a_page_has_a_layer_for_each_thing_that_is_shown(tmp_path: Path) -> None:
    out = tmp_path / "ten.html"
    web_map(["pot", "service", "density"], within=GM, service="health", out=out, loaded=shipped())
    text = out.read_text(encoding="utf-8")
    for said in (
        "The single pot per head",
        "Health per head",
        "Density of troubled families",
        "Stockport",
    ):
        assert said in text
    assert "Public spending by upper-tier authority in Greater Manchester, 2011-12" in text


# --- refused


def test_files_of_another_kind_are_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    with pytest.raises(WrongTypeError) as caught:
        choropleth(level="region", out=tmp_path / "a.html")
    assert caught.value.hint == "end the file's name in .png or .svg, or take placespend.web_map"
    with pytest.raises(WrongTypeError, match="no page for a browser"):
        web_map(level="region", out=tmp_path / "a.png")
    with pytest.raises(PlacespendError, match=r"not written as \.gif"):
        choropleth(level="region", out=tmp_path / "a.gif")
    with pytest.raises(WrongTypeError, match="Lines gathered before go without year"):
        choropleth(level="region", loaded=shipped(), year="2011-12")
    with pytest.raises(DataFileError):
        choropleth(within=GM, out=tmp_path / "nowhere" / "a.svg", loaded=shipped())
    assert list(tmp_path.iterdir()) == []
