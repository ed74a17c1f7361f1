"""Places are called within sentences as English calls them, and by codes only where a reader can look them up."""

from __future__ import annotations

import pytest

from placespend.circles import circle
from placespend.gazetteer import find_place
from placespend.place_words import beginning, in_text, official_code, people_of


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("North West", "the North West"),
        ("E12000006", "the East of England"),
        ("London", "London"),
        ("Yorkshire and the Humber", "Yorkshire and the Humber"),
        ("Tri-borough", "the Tri-borough"),
        ("Isle of Wight", "the Isle of Wight"),
        ("City of London", "the City of London"),
        ("East Sussex", "East Sussex"),
        ("Little Horton", "Little Horton"),
        ("Liverpool City Region", "the Liverpool City Region"),
    ],
)
def test_a_place_has_an_article_where_english_gives_it_one(name: str, called: str) -> None:
    as_at = "today" if name == "Liverpool City Region" else None
    place = find_place(name, as_at=as_at)
    assert in_text(place) == called
    assert people_of(place) == f"the people of {called}"


def test_a_circle_is_called_what_it_is() -> None:
    drawn = circle("51.5,-0.1", radius_m=1500)
    assert in_text(drawn) == f"the circle of {drawn.name}"
    assert in_text(circle("51.5,-0.1", radius_m=1500, name="North West")) == "North West"


def test_only_codes_of_the_statistics_office_are_told() -> None:
    assert official_code("E08000035") == "E08000035"
    assert [official_code(code) for code in ("TRI-BOROUGH", "circle-49228eb9", "E08000035-rest", "")] == [""] * 4


def test_a_sentence_begins_with_a_capital() -> None:
    assert beginning("the North West") == "The North West"
    assert beginning("") == ""
