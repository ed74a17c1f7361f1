"""The places of a map: by which level a place is shown, what is said of them, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from placespend.circles import circle
from placespend.errors import PlaceNotFoundError, UnknownNameError, WrongTypeError, list_values
from placespend.gazetteer import find_place, places_of_level
from placespend.notes import NEIGHBOURHOOD
from placespend.place_maps.places import count_shown, level_below, places_shown
from placespend.several import places_inside

if TYPE_CHECKING:
    from placespend.place import Place

DAY = date(2012, 3, 31)


def codes(places: tuple[Place, ...]) -> list[str]:
    return [place.code for place in places]


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("E92000001", "upper_tier"),
        ("North West", "upper_tier"),
        ("Greater Manchester", "upper_tier"),
        ("Tri-borough", "upper_tier"),
        ("E10000012", "lad"),
        ("Leeds", "msoa"),
        ("Little Horton", "lsoa"),
    ],
)
def test_a_place_is_shown_by_the_largest_places_of_which_it_holds_three(name: str, level: str) -> None:
    assert level_below(find_place(name, as_at=DAY)) == level


def test_a_level_in_a_larger_place_is_what_lies_in_it() -> None:
    shown = places_shown(level="lad", within="E10000012", day=DAY)
    inside, _ = places_inside(places_of_level("lad"), find_place("E10000012"), choose=True)
    assert codes(shown.places) == [place.code for place in inside]
    assert shown.where == "by local authority district in Essex"
    assert (shown.whole.code, shown.what, shown.notes) == ("E10000012", "", ())


def test_a_place_alone_is_shown_by_the_level_below() -> None:
    assert codes(places_shown(within="Greater Manchester", day=DAY).places) == codes(
        places_shown(level="upper_tier", within="Greater Manchester", day=DAY).places
    )


def test_all_of_a_level_are_compared_with_england() -> None:
    for within in (None, "England"):
        shown = places_shown(level="region", within=within, day=DAY)
        assert (len(shown.places), shown.where, shown.whole.name) == (9, "by region", "England")


def test_neighbourhoods_are_called_so() -> None:
    assert places_shown(places=[find_place("Little Horton")], day=DAY).what == NEIGHBOURHOOD
    assert places_shown(places=[find_place("Leeds"), find_place("Little Horton")], day=DAY).what == NEIGHBOURHOOD


def test_places_that_reach_beyond_are_told() -> None:
    around = circle("M1 1AE", 9_000)
    shown = places_shown(level="lad", within=around, day=DAY)
    beyond = [place.name for place in shown.places if not around.extent.holds(place.extent)]
    assert f"Partly outside {around.name}, and shown whole: {list_values(beyond)}." in shown.notes


def test_the_rest_of_a_larger_place_is_not_on_the_map_and_that_is_told() -> None:
    ten = places_of_level("upper_tier")
    some = [place for place in ten if place.name in {"Bury", "Bolton"}]
    shown = places_shown(places=some, within="Greater Manchester", day=DAY)
    assert codes(shown.places) == [place.code for place in some]
    assert shown.where == "in Bolton, Bury in Greater Manchester"
    assert shown.notes == ("Of Greater Manchester, what lies in none of these places is not shown.",)


def test_many_places_are_counted_in_the_title() -> None:
    assert places_shown(places=places_of_level("region"), day=DAY).where == "in 9 places"


def test_what_names_no_places_is_refused() -> None:
    with pytest.raises(WrongTypeError, match="not said which places"):
        places_shown(day=DAY)
    with pytest.raises(WrongTypeError, match="of a level or of places, not of both"):
        places_shown(level="region", places=places_of_level("region"), day=DAY)
    with pytest.raises(WrongTypeError, match="nothing"):
        places_shown(places=[], day=DAY)
    with pytest.raises(UnknownNameError, match="no level 'regions'"):
        places_shown(level="regions", day=DAY)
    with pytest.raises(PlaceNotFoundError):
        places_shown(level="region", within="Leeds", day=DAY)


@pytest.mark.parametrize(
    "where", [{"within": "North West"}, {"level": "region"}, {"level": "lad", "within": "E10000012"}, {"level": "lad"}]
)
def test_places_are_counted_as_they_are_shown(where: dict[str, str]) -> None:
    assert count_shown(**where, day=DAY) == len(places_shown(**where, day=DAY).places)  # type: ignore[arg-type]


def test_levels_of_few_places_are_not_counted() -> None:
    assert count_shown(level="combined_authority", day=DAY) == 0
    assert count_shown(places=[find_place("Leeds")], day=DAY) == 1
