"""Maps as people ask for them: what is drawn, written and said, and what is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from maps_of_places import GM, places_in, shipped, ten

from placespend.errors import DataFileError, PlacespendError, WrongTypeError
from placespend.maps.descriptions import describe_map
from placespend.maps.writing import svg_text
from placespend.place_maps.choropleths import choropleth, draw_mappable, web_map
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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
    # They lie in one region, so none is marked.
    assert "thick lines" not in text


def test_in_an_equal_area_view_of_several_regions_each_is_marked_and_named() -> None:
    places = [*places_in(GM), *places_in("Yorkshire and the Humber")]
    options: dict[str, Any] = {"places": places, "loaded": shipped(), "equal_area": True}
    one = choropleth(**options)
    names = {"North West", "Yorkshire and the Humber"}
    assert names <= {text.get_text() for text in one.axes[0].texts}
    assert "thick lines run around regions" in str(one.get_label())
    # Beside a second map there is no room for names; the lines are on both.
    several = choropleth("service", service=["health", "police"], **options)
    against = choropleth(against="income_deprived", **options)
    for axes in (one.axes[0], *several.axes, against.axes[0]):
        assert sum(patch.get_zorder() == 7 for patch in axes.patches) == 2


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


def test_a_combined_authority_by_middle_layer_area_is_a_page_of_less_than_two_megabytes(tmp_path: Path) -> None:
    out = tmp_path / "gm.html"
    web_map(["pot", "density"], within=GM, level="msoa", out=out, loaded=shipped())
    assert 300_000 < out.stat().st_size < 2_000_000


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


@pytest.mark.parametrize(("function", "name"), [(choropleth, "r.png"), (web_map, "r.html")])
def test_a_recipe_is_not_written_over(
    function: Any, name: str, tmp_path: Path, write_lines: Callable[..., Path]
) -> None:
    own = write_lines({"footprint_code": "E92000001"})
    recipe = tmp_path / name
    recipe.write_text(f'title = "Mine"\n[[source]]\nid = "mine"\nfile = "{own.name}"\n')
    before = recipe.read_bytes()
    with pytest.raises(DataFileError, match="would be written over"):
        function(level="region", recipe=recipe, out=recipe)
    assert recipe.read_bytes() == before
