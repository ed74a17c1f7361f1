"""What a report is made from: lines loaded once, comparators of the right kind, and a command that names no folder."""

from __future__ import annotations

import shlex

import pytest
from gathered_places import PLACES, gathered_from_shipped, gathered_places

from placespend.errors import PlaceNotFoundError
from placespend.gazetteer import find_place, places_of_level
from placespend.geography import small_areas
from placespend.levels import OWN
from placespend.place import join_places
from placespend.recipe import Recipe, shipped_recipe
from placespend.reports.gathered import MOST_BARS, Gathered, gather


@pytest.fixture(scope="module")
def of_england() -> dict[str, Gathered]:
    return {name: gathered_from_shipped(name) for name in ("England", "North West", "Dover", "E01000001")}


def test_all_that_is_compared_is_made_of_the_lines_of_the_pot() -> None:
    for found in gathered_places().values():
        assert all(pot.loaded is found.loaded for pot in found.comparators)
    assert len({id(found.loaded) for found in gathered_places().values()}) == 1


def test_reports_on_the_lines_that_ship_share_them_and_what_they_are_compared_with() -> None:
    leeds, sheffield = gather("Leeds"), gather("Sheffield")
    assert leeds.loaded is sheffield.loaded
    assert leeds.england is sheffield.england
    assert leeds.region is sheffield.region
    assert gather("Leeds", year="2011-12").loaded is not leeds.loaded


def test_places_within_and_around_are_those_that_their_codes_find() -> None:
    gathered = gathered_places()
    little_horton = gathered["NB-LITTLE-HORTON"]
    around = [pot.place for pot in (gathered["Leeds"].region, *little_horton.authorities) if pot]
    assert [place.level for place in around] == ["region", "upper_tier"]
    for found in (*around, *(place for one in gathered.values() for place in one.inside_places[:5])):
        same = find_place(found.code, level=found.level)
        assert (found.name, found.definition, found.also) == (same.name, same.definition, same.also)
        assert found.extent.is_same(same.extent)


@pytest.mark.parametrize(("name", "level"), [("Greater Manchester", "upper_tier"), ("Leeds", "msoa")])
def test_places_within_are_those_whose_small_areas_lie_there(name: str, level: str) -> None:
    found = gathered_places()[name]
    frame = small_areas()
    codes = sorted(frame[f"{level}_code"].iloc[found.place.small_areas].unique())
    assert found.inside_level == level
    assert [place.code for place in found.inside_places] == codes


def test_what_lies_within_is_of_the_next_smaller_kind(of_england: dict[str, Gathered]) -> None:
    levels = {name: found.inside_level for name, found in of_england.items()}
    assert levels == {"England": "upper_tier", "North West": "upper_tier", "Dover": "msoa", "E01000001": ""}
    assert gathered_places()["NB-LITTLE-HORTON"].inside_level == "lsoa"
    assert of_england["E01000001"].inside is None
    assert len(of_england["England"].inside_places) == 152


def test_each_kind_of_place_is_compared_with_its_own(of_england: dict[str, Gathered]) -> None:
    levels = {name: {pot.place.level for pot in found.peers} for name, found in of_england.items()}
    assert levels == {"England": {"region"}, "North West": {"region"}, "Dover": {"lad"}, "E01000001": set()}
    assert [pot.place.name for pot in of_england["Dover"].authorities] == ["Kent"]
    assert [pot.place.name for pot in of_england["E01000001"].comparators] == ["England", "London", "City of London"]
    assert of_england["England"].region is None
    # It was the first combined authority, and is set beside those made since.
    first = gathered_places()["Greater Manchester"]
    assert first.peers_came_later
    assert {pot.place.level for pot in first.peers} == {"combined_authority"}
    assert not any(found.peers_came_later for found in of_england.values())


def test_peers_are_nearest_in_residents_and_no_more_than_fit() -> None:
    found = gathered_places()["Leeds"]
    assert len(found.comparators) + 1 == MOST_BARS
    region = find_place("E12000003").extent
    others = [
        place
        for place in places_of_level("upper_tier")
        if region.holds(place.extent) and place.code != found.place.code
    ]
    away = sorted(abs(place.residents - found.place.residents) for place in others)
    shown = sorted(abs(pot.residents - found.pot.residents) for pot in found.peers)
    assert shown == away[: len(shown)]
    assert found.peers_left_out == len(others) - len(shown)


def test_a_place_of_ones_own_is_compared_with_the_authorities_that_it_lies_in() -> None:
    both = join_places([find_place("Leeds"), find_place("Rutland")], name="Two")
    assert both.level == OWN
    found = gather(both)
    assert {pot.place.name for pot in found.authorities} == {"Leeds", "Rutland"}
    assert found.region is None
    assert found.command == "placespend report Two --boundary FILE --out report.html"


def test_places_are_looked_for_before_lines_are_read() -> None:
    with pytest.raises(PlaceNotFoundError, match="no place called 'Ledes'"):
        gather("Ledes", lines="no-such-file.csv")


def test_the_place_of_a_recipe_is_taken_where_none_is_named() -> None:
    recipe = Recipe("Mine", shipped_recipe().sources, relations=shipped_recipe().relations, places=("Rutland",))
    assert gather(recipe=recipe).place.name == "Rutland"
    with pytest.raises(PlaceNotFoundError, match="names none"):
        gather()


def test_the_command_names_all_places_as_they_were_asked_for() -> None:
    for found in gathered_places().values():
        assert shlex.split(found.command) == ["placespend", "report", *PLACES, "--out", "report.html"]
