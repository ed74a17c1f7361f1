"""What was put together for maps, drawn: where it lies, its notes, its data and its words."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from maps_of_places import GM, HOSTILE, places_in, shipped, ten

from placespend.errors import PlacespendError
from placespend.gazetteer import find_place
from placespend.maps.descriptions import describe_map
from placespend.maps.writing import svg_text
from placespend.place_maps.choropleths import draw_mappable
from placespend.place_maps.drawn import data_layer, described, notes_together, page
from placespend.place_maps.mappable import mappable

if TYPE_CHECKING:
    from pathlib import Path


def test_specks_are_refused() -> None:
    far = mappable(places=[find_place("Isles of Scilly"), find_place("Hartlepool")], loaded=shipped())
    with pytest.raises(PlacespendError, match="too small and far apart to be seen on one map: Hartlepool, Isles"):
        draw_mappable(far)


def test_of_several_maps_a_note_says_which_it_is_of() -> None:
    health, police = (ten("service", service=name) for name in ("health", "police"))
    together = notes_together([health, police])
    assert together[0] == "Per head of the residents of the census of 2011."
    assert "Police: Money of 2011-12 is shared by measures of 2011." in together
    # Where a note names what it is of, that is not said twice.
    assert not any(note.startswith("Police: None of the spending on police") for note in together)
    assert any(note.startswith("None of the spending on police") for note in together)


def test_the_data_layer_holds_every_value() -> None:
    found = json.loads(data_layer(ten()))
    told = {one["properties"]["code"]: one["properties"]["value"] for one in found["features"]}
    assert told == ten().layer.table.set_index("code")["value"].to_dict()


def test_maps_are_described_one_by_one() -> None:
    both = [ten(), ten("density")]
    assert described(both) == "\n\n".join(describe_map(one.layer, title=one.title) for one in both)


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    places = [replace(place, name=HOSTILE, level="own") for place in places_in(GM)[:3]]
    found = mappable(places=places, loaded=shipped())
    text = svg_text(draw_mappable(found))
    assert "<img" not in text
    assert "&lt;img src=x" in text
    from placespend.web_maps.page import web_map_html  # noqa: PLC0415

    assert "<img src=x" not in web_map_html(page([found]))
    out = tmp_path / "own.geojson"
    out.write_text(data_layer(found), encoding="utf-8")
    assert "<img" not in out.read_text(encoding="utf-8")
    assert json.loads(data_layer(found))["features"][0]["properties"]["name"] == HOSTILE
