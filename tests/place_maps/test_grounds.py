"""Where the places of a map are drawn, and what lies around them."""

from __future__ import annotations

import pytest
from maps_of_places import GM, places_in

from placespend.errors import TooLargeError
from placespend.gazetteer import find_place, places_of_level
from placespend.maps.cartogram import EQUAL_AREAS
from placespend.place_maps.grounds import OF_REGIONS, ground_of, notes_on_ground, surroundings


def test_places_lie_in_their_region_or_in_england() -> None:
    around, caption = surroundings(places_in(GM))
    assert around is not None
    assert caption == "Where these places are in the North West"
    assert set(around["code"]) == {place.code for place in places_in("North West")}
    for places in (places_in("North West"), [find_place("Leeds"), find_place("Manchester")]):
        around, caption = surroundings(places)
        assert around is not None
        assert (len(around), caption) == (9, "Where these places are in England")
    assert surroundings(places_of_level("region")) == (None, "")


def test_of_an_equal_area_view_it_is_said_what_it_is_and_what_its_lines_are() -> None:
    one_region = ground_of(places_in(GM), equal_area=True)
    assert one_region.area.nunique() == 1
    assert notes_on_ground(one_region) == [EQUAL_AREAS]
    assert notes_on_ground(ground_of(places_of_level("region"), equal_area=True)) == [EQUAL_AREAS]
    several = ground_of([*places_in(GM), find_place("Leeds")], equal_area=True)
    assert notes_on_ground(several) == [EQUAL_AREAS, OF_REGIONS]
    assert notes_on_ground(ground_of(places_in(GM), equal_area=False)) == []


def test_too_many_places_have_no_equal_area_view() -> None:
    with pytest.raises(TooLargeError, match="cannot be told apart in an equal-area view"):
        ground_of(places_of_level("msoa"), equal_area=True)
