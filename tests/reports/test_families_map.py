"""The density of families is mapped where a map says something, in bands within authorities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gathered_places import GM, LEEDS, PILOT, gathered

from placespend.errors import PlacespendError
from placespend.families.asked import families_of
from placespend.families.mapped import family_layer
from placespend.reports import families_map
from placespend.reports.document import MapPicture, Paragraph
from placespend.reports.families_map import TOO_FEW, WITHIN_A_NEIGHBOURHOOD, density_map, layer_table
from placespend.reports.gathered import Gathered

if TYPE_CHECKING:
    import pytest


def test_authorities_are_shown_with_their_numbers() -> None:
    (picture,) = density_map(gathered(GM))
    assert isinstance(picture, MapPicture)
    ten = families_of(level="upper_tier", within="Greater Manchester").density().sort_values("name", ignore_index=True)
    table = picture.table
    assert table.data["value"].tolist() == ten["per_1000_households"].tolist()
    assert [row[2] for row in table.rows] == ten["status"].tolist()
    assert picture.svg.startswith("<?xml")
    assert "10 places" in picture.alternative


def test_within_an_authority_only_bands_are_told() -> None:
    (picture,) = density_map(gathered(LEEDS))
    assert isinstance(picture, MapPicture)
    assert "value" not in picture.table.data
    layer = picture.layer
    assert layer is not None
    assert layer.bands_only
    assert {row[1] for row in picture.table.rows} == set(layer.classes.labels)
    assert "Within authorities density is modelled, never counted" in picture.svg.replace("\n", " ")


def test_why_there_is_no_map() -> None:
    assert density_map(gathered(PILOT)) == [Paragraph(WITHIN_A_NEIGHBOURHOOD)]


def test_a_map_that_is_refused_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(found: Gathered) -> None:
        message = f"{found.place.name} is a speck."
        raise PlacespendError(message)

    monkeypatch.setattr(families_map, "_draw", refuse)
    assert density_map(gathered(GM)) == [Paragraph("No map of density is drawn. Greater Manchester is a speck.")]


def test_a_place_of_too_few_places() -> None:
    found = gathered(GM)
    alone = Gathered(found.pot, found.day)
    vars(alone)["_inside"] = ("", ())
    assert density_map(alone) == [Paragraph(TOO_FEW)]


def test_hostile_names_stay_text() -> None:
    found = families_of(level="region")
    table = found.density().assign(name="<script>alert(1)</script>")
    shown = layer_table(family_layer(replace(found), table), "Regions")
    assert {row[0] for row in shown.rows} == {"<script>alert(1)</script>"}
