"""Maps of families: what they shade, what they refuse to, and the files that they write."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from running import flat

from placespend.circles import circle
from placespend.errors import DataFileError, PlacespendError, WrongTypeError
from placespend.families.asked import families_of
from placespend.families.costs import family_costs
from placespend.families.mapped import draw_families, family_layer, title_of
from placespend.families.shown import Families, table_of
from placespend.gazetteer import find_place

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


@cache
def ten() -> Families:
    return families_of(level="upper_tier", within="Greater Manchester")


@cache
def inside() -> Families:
    return families_of(level="msoa", within="E08000006")


@cache
def costs() -> pd.DataFrame:
    return family_costs(ten().places, ten().table.set_index("code")["families"])


def layer_of(name: str) -> pd.DataFrame:
    return costs()[costs()["layer"] == name].reset_index(drop=True)


# --- what is shaded


def test_the_density_map_shades_families_against_households() -> None:
    layer = family_layer(ten(), ten().density())
    assert layer.unit == "Families per 1,000 households"
    shaded = layer.table.set_index("code")["value"]
    assert shaded.to_dict() == ten().density().set_index("code")["per_1000_households"].to_dict()
    assert not layer.bands_only
    # Eight of the ten are estimates, and marked so.
    assert layer.is_modelled.sum() == 8


def test_the_cost_map_shades_one_layer_in_pounds_and_names_it() -> None:
    layer = family_layer(ten(), layer_of("modelled"))
    assert layer.unit == "Cost of a family, modelled from the pot of the place"
    assert layer.number == "gbp"
    assert layer.is_modelled.all()


def test_inside_authorities_only_bands_are_told() -> None:
    layer = family_layer(inside(), inside().density())
    assert layer.bands_only
    assert set(layer.words()) <= set(layer.classes.labels)


def test_a_map_with_one_place_inside_an_authority_tells_only_bands() -> None:
    places = [find_place("E08000035"), inside().places[0]]
    found = families_of(places)
    assert [place.is_made_of("upper_tier") for place in places] == [True, False]
    assert family_layer(found, found.density()).bands_only


def test_suppressed_missing_and_zero_have_marks_of_their_own_and_no_number() -> None:
    places = ten().places[:4]
    said: list[dict[str, Any]] = [
        {"families": 40, "thousandths": 40_000, "status": "published"},
        {"families": 0, "thousandths": 0, "status": "published"},
        {"status": "suppressed"},
        {"status": "missing"},
    ]
    rows = [{"code": place.code, "name": place.name, **row} for place, row in zip(places, said, strict=True)]
    found = Families("counts", table_of(rows), places, is_own=True)
    table = family_layer(found, found.density()).table
    assert table["mark"].tolist() == ["value", "zero", "suppressed", "missing"]
    assert table["value"].isna().tolist() == [False, False, True, True]


def test_titles_say_what_is_shown_and_where() -> None:
    assert title_of(ten().density(), "by region") == "Density of troubled families by region"
    assert title_of(costs(), "in Leeds") == "What a troubled family costs in a year in Leeds"
    assert title_of(costs(), "") == "What a troubled family costs in a year"


# --- what is refused, and writes nothing


def refused() -> list[tuple[pd.DataFrame, str]]:
    return [
        (ten().counts(), "Numbers of families are not shaded: such a map shows where many people live"),
        (layer_of("national_mean"), "The national mean cannot be shaded: per family it is the same everywhere"),
        (costs(), "A map shades one layer of cost, not modelled, national_mean"),
        (costs().iloc[:0], "A map shades one layer of cost, not none"),
    ]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("ending", [".png", ".svg", ".geojson"])
def test_what_misleads_is_refused_and_nothing_is_written(number: int, ending: str, tmp_path: Path) -> None:
    table, message = refused()[number]
    path = tmp_path / f"map{ending}"
    with pytest.raises(WrongTypeError, match=message):
        draw_families(ten(), table, path, where="")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "told"), [("map.pdf", ".pdf"), ("map", "files without an ending"), ("m.TIF", ".tif")])
def test_an_ending_that_is_not_known_is_refused(name: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(PlacespendError, match=f"Maps are not written as {told}"):
        draw_families(ten(), ten().density(), tmp_path / name, where="")
    assert list(tmp_path.iterdir()) == []


@cache
def scattered() -> Families:
    return families_of([find_place(code) for code in ("E01005599", "E01000001")])


def test_places_that_would_be_specks_are_not_drawn_but_their_data_are_written(tmp_path: Path) -> None:
    found = scattered()
    with pytest.raises(PlacespendError, match="These 2 places are too small and far apart to be seen") as refusal:
        draw_families(found, found.density(), tmp_path / "map.svg")
    assert refusal.value.hint == "map one of them, or every place of a level"
    assert all(place.name in str(refusal.value) for place in found.places)
    assert list(tmp_path.iterdir()) == []
    draw_families(found, found.density(), tmp_path / "map.geojson")
    assert len(properties(tmp_path / "map.geojson")) == 2


def test_one_small_place_is_drawn(tmp_path: Path) -> None:
    found = families_of("E01005599")
    draw_families(found, found.density(), str(tmp_path / "map.svg"))
    said = words_in(tmp_path / "map.svg")
    assert "Density of troubled families" in said
    # Of one place there is one class, or none.
    assert "Classes hold" not in said


def test_a_file_that_was_read_is_not_drawn_over(tmp_path: Path) -> None:
    path = tmp_path / "own.svg"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(DataFileError):
        draw_families(ten(), ten().density(), path, where="", keep=[path])
    assert path.read_text(encoding="utf-8") == "mine"


# --- files


def words_in(picture: Path) -> str:
    """The text of a picture without its marks."""
    return flat(re.sub(r"<[^>]*>", " ", picture.read_text(encoding="utf-8")))


def test_a_picture_holds_title_unit_notes_and_what_is_modelled(tmp_path: Path) -> None:
    path = tmp_path / "density.svg"
    draw_families(ten(), ten().density(), path, where="in Greater Manchester")
    said = words_in(path)
    for words in (
        "Density of troubled families in Greater Manchester",
        "Families per 1,000 households",
        "modelled estimate (8 places)",
        "published (2 places)",
        "Indicative numbers of December 2011",
        "not the families that they worked with",
        "Households and land of the census of 2011.",
        "Classes hold about equally many places.",
    ):
        assert words in said


def test_a_map_of_costs_tells_what_a_layer_rests_on(tmp_path: Path) -> None:
    path = tmp_path / "cost.svg"
    draw_families(ten(), layer_of("modelled"), path, where="")
    said = words_in(path)
    assert "modelled from" in said
    assert "Layers of cost rest on different ground" in said
    assert "Households and land" not in said
    assert "approximate" not in said
    assert "120,000" not in said


def test_a_map_of_what_ones_own_families_cost_says_of_whom_the_cost_is(tmp_path: Path) -> None:
    path = tmp_path / "cost.svg"
    found = replace(ten(), is_own=True, interval_notes=("Of intervals.",))
    draw_families(found, layer_of("modelled"), path)
    said = words_in(path)
    assert "of the 120,000 families of the programme" in said
    assert "Of intervals." not in said


def test_outlines_that_are_approximate_are_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "circles.svg"
    cut = [circle("W12 7RF", 800), circle("SW1A 1AA", 800, coverage="land")]
    draw_families(families_of(cut), families_of(cut).density(), path)
    said = words_in(path)
    assert (
        "Outlines of places that cut small areas are approximate: drawn by the postcodes held; or drawn by the" in said
    )
    assert "small areas of which at least half is held." in said


def test_a_png_is_a_picture(tmp_path: Path) -> None:
    path = tmp_path / "density.PNG"
    draw_families(ten(), ten().density(), path, where="")
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.width >= 1_000
        shades = picture.convert("L").getcolors(1 << 20)
    assert shades is not None
    assert len(shades) > 10


def properties(path: Path) -> list[dict[str, Any]]:
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["type"] == "FeatureCollection"
    return [feature["properties"] for feature in found["features"]]


def test_the_data_layer_tells_what_the_map_does(tmp_path: Path) -> None:
    path = tmp_path / "density.geojson"
    draw_families(ten(), ten().density(), path, where="")
    told = properties(path)
    assert [row["code"] for row in told] == ten().table["code"].tolist()
    assert {row["status"] for row in told} == {"published", "estimated"}


def test_the_data_layer_inside_authorities_holds_bands_and_no_number(tmp_path: Path) -> None:
    path = tmp_path / "inside.geojson"
    draw_families(inside(), inside().density(), path, where="")
    text = path.read_text(encoding="utf-8")
    labels = set(family_layer(inside(), inside().density()).classes.labels)
    for row in properties(path):
        numbers = [value for value in row.values() if isinstance(value, float)]
        assert numbers == []
        assert labels & {str(value) for value in row.values()}
    density = inside().density()["per_1000_households"]
    ends = {number for label in labels for number in label.replace(" to under ", " to ").split(" to ")}
    hidden = [f"{value:.2f}" for value in density if f"{value:.2f}" not in ends]
    assert hidden
    assert not any(f": {value}" in text for value in hidden)
