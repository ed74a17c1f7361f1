"""Leaflet and jQuery as they stand in a page: whole, with their licences, and without addresses."""

from __future__ import annotations

import base64
import re

import pytest

from placespend.web_maps import inlined
from placespend.web_maps.inlined import jquery_script, leaflet_script, leaflet_styles, marker_icons


@pytest.mark.parametrize("give", [leaflet_script, jquery_script, leaflet_styles])
def test_nothing_names_another_machine(give: object) -> None:
    text = give()  # type: ignore[operator]
    assert set(re.findall(r"\w+://[^/\s\"']*", text)) <= {"http://www.w3.org"}
    assert "sourceMappingURL" not in text
    assert "\r" not in text


def test_the_licences_stay() -> None:
    assert "(c) 2010-2022 Vladimir Agafonkin" in leaflet_script()
    assert "(c) OpenJS Foundation" in jquery_script()


def test_pictures_stand_in_the_styles() -> None:
    addresses = re.findall(r"url\(([^)]*)\)", leaflet_styles())
    assert {address.split(":")[0] for address in addresses} == {"data", "#default#VML"}


def test_markers_are_pictures() -> None:
    for address in marker_icons().values():
        assert base64.b64decode(address.removeprefix("data:image/png;base64,")).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see https://example.org/x?y=1 now", "see  now"),
        ('"http://www.w3.org/2000/svg"', '"http://www.w3.org/2000/svg"'),
        ("a('http://www.w3.org.example.net/')", "a('')"),
        ("x\n//# sourceMappingURL=x.js.map", "x"),
    ],
)
def test_only_addresses_are_taken_out(text: str, left: str) -> None:
    assert inlined._cleaned(text) == left + "\n"
