"""What a map in a browser is made of: all that is to be told, escaped, and nothing that must not be told."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_layers import HOSTILE, first_layer, second_layer

from placespend.errors import WrongTypeError
from placespend.geography import outlines
from placespend.maps.descriptions import describe_map
from placespend.maps.layers import map_layer
from placespend.web_maps import content
from placespend.web_maps.content import build_content, check_layers, escaped_json


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    layers = check_layers({"Density": first_layer(HOSTILE), "Change": second_layer(HOSTILE)})
    built = build_content(layers, outlines("upper_tier"), title="Title </script>")
    assert not set("<>&\u2028\u2029") & set(built.json)
    assert built.patterns.startswith("<pattern")
    found: dict[str, Any] = json.loads(built.json)
    return found


def test_places_are_told_once_and_layers_by_them(told: dict[str, Any]) -> None:
    assert len(told["codes"]) == len(told["names"]) == len(told["shapes"]) == len(told["anchors"]) == 6
    for layer in told["layers"]:
        assert {len(layer[column]) for column in ("styles", "shown", "about", "status", "order")} == {6}
        assert all(0 <= style < len(told["styles"]) for style in layer["styles"])
    assert told["names"][0] == HOSTILE[0]


def test_what_is_said_is_what_the_layer_says(told: dict[str, Any]) -> None:
    first, second = told["layers"]
    layer = first_layer(HOSTILE)
    assert first["shown"] == layer.words()
    assert first["about"][0] == f"{layer.words()[0]} (families per 1,000 households; published)"
    assert first["about"][2] == "suppressed"
    assert first["description"] == describe_map(layer, title="Title </script>: Density")
    assert [key["words"] for key in first["keys"] if key["heading"]] == ["Families per 1,000 households"]
    assert {"suppressed: confidential", "no data", "zero"} <= {key["words"] for key in first["keys"]}
    assert [key["style"] for key in second["keys"] if key["line"]] == [None]


def test_places_are_ranked_and_those_without_a_number_are_not(told: dict[str, Any]) -> None:
    assert told["layers"][0]["order"] == [2, 3, None, None, 1, 4]
    assert told["layers"][1]["order"] == [1, 2, 3, 4, 5, 6]


def test_where_only_bands_are_told_ranks_tell_no_more() -> None:
    table = pd.DataFrame({"code": list("abcd"), "name": list("abcd"), "value": [1.0, 2.0, 9.0, 8.0]})
    layer = map_layer(table.assign(mark="value", status=""), unit="x", classes=2, bands_only=True)
    assert content._order(layer) == [1, 1, 2, 2]


def test_styles_differ_where_marks_do(told: dict[str, Any]) -> None:
    number = told["layers"][0]["styles"]
    # The value, the estimate, suppressed, missing and zero.
    assert len({json.dumps(told["styles"][style]) for style in number[:5]}) == 5


def test_layers_must_be_of_the_same_places() -> None:
    fewer = first_layer()
    cut = replace(fewer, table=fewer.table[fewer.table["code"] != "E08000003"])
    with pytest.raises(WrongTypeError, match="layers 'A' and 'B' are not of the same places: E08000003"):
        check_layers({"A": fewer, "B": cut})


@pytest.mark.parametrize("names", [[], [""], ["A", " A "], ["\n"]])
def test_layers_have_names_of_their_own(names: list[str]) -> None:
    with pytest.raises(WrongTypeError, match="a name of its own"):
        check_layers({name: first_layer() for name in names})


def test_too_many_places_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MOST_PLACES", 5)
    with pytest.raises(WrongTypeError, match="at most 5 places, not 6"):
        check_layers({"A": first_layer()})


def test_places_without_an_outline_are_refused() -> None:
    with pytest.raises(WrongTypeError, match="have no outline"):
        build_content({"A": first_layer()}, outlines("upper_tier").iloc[:3], title="x")


@given(st.text())
def test_json_in_a_page_says_the_same_and_obeys_nothing(text: str) -> None:
    written = escaped_json(text)
    assert json.loads(written) == text
    assert not set("<>&\u2028\u2029") & set(written)
