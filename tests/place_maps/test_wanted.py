"""What is wanted of one picture or page, and what does not go together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from maps_of_places import GM, shipped

from placespend.errors import PlacespendError, UnknownNameError, WrongTypeError
from placespend.gazetteer import find_place
from placespend.place_maps.wanted import check_map_ending, maps_wanted


def test_each_service_is_shown() -> None:
    found = maps_wanted("service", service=["health", "police"])
    assert [(one.show, one.service) for one in found.asked] == [("service", "health"), ("service", "police")]


def test_in_a_page_services_go_with_what_is_shown_of_them() -> None:
    found = maps_wanted(["pot", "service", "need"], service="health", measure="income_deprived", ending=".html")
    shown = [(one.show, one.service, one.measure) for one in found.asked]
    assert shown == [("pot", None, None), ("service", "health", None), ("need", None, "income_deprived")]


def test_against_need_both_have_three_classes() -> None:
    found = maps_wanted("pot", against="income_deprived")
    assert [one.classing for one in found.asked] == [{"classes": 3}]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shows": []}, "It is not said what the map shows."),
        ({"shows": ["pot", "density"]}, "One picture shows one thing, not pot, density."),
        ({"shows": "service", "service": ["a", "b"], "ending": ".geojson"}, "A data layer holds one thing, not 2."),
        (
            {"classes": 3, "breaks": [8000]},
            "With the bounds of classes, their number would change nothing.",
        ),
        ({"shows": ["pot", "density"], "ending": ".geojson"}, "A data layer holds one thing, not 2."),
        (
            {"shows": ["pot", "density", "pot"], "ending": ".html"},
            "Several of the layers are of the same: pot.",
        ),
        (
            {"shows": "need", "measure": "income_deprived", "against": "income_deprived"},
            "A map of income_deprived against itself shows no more than one of it alone.",
        ),
        (
            {"shows": ["pot", "density"], "ending": ".html", "breaks": [1, 2]},
            "Several things do not share the bounds of classes, or a centre.",
        ),
        (
            {"shows": "service", "service": ["health", "police"], "centre": "mean"},
            "Several services have no mean in common, so it is no centre of maps on one scale.",
        ),
        ({"equal_area": True, "ending": ".html"}, "Only a picture can show every place as large as any other."),
        (
            {"against": "income_deprived", "ending": ".html"},
            "Spending is shown against need one thing at a time, in a picture.",
        ),
        (
            {"against": "income_deprived", "classes": 4},
            "A map of two things has three classes of each, whatever is said of classes.",
        ),
        (
            {"shows": "difference", "against": "income_deprived"},
            "A difference lies on both sides of zero, and is not set against need.",
        ),
        (
            {"shows": ["pot", "density"], "ending": ".html", "service": "health"},
            "None of pot, density takes a service.",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(WrongTypeError) as caught:
        maps_wanted(**options)
    assert caught.value.message == message


@pytest.mark.parametrize("pair", [["health", "Health"], ["7.A", "medical services"]])
def test_the_same_service_twice_is_refused_whatever_it_is_called(pair: list[str]) -> None:
    with pytest.raises(WrongTypeError) as caught:
        maps_wanted("service", service=["police", *pair])
    assert caught.value.message == f"'{pair[0]}' and '{pair[1]}' mean the same services."


def test_need_is_no_count_of_residents_and_no_unknown_measure() -> None:
    with pytest.raises(WrongTypeError, match="not who is in need"):
        maps_wanted("pot", against="residents")
    with pytest.raises(UnknownNameError, match="no measure 'income'"):
        maps_wanted("pot", against="income", own_measures=False)


def test_files_end_in_what_maps_are_written_as() -> None:
    assert [check_map_ending(Path(f"a{end}")) for end in (".png", ".SVG", ".html", ".geojson")] == [
        ".png",
        ".svg",
        ".html",
        ".geojson",
    ]
    for name, told in (("a.jpg", ".jpg"), ("a", "files without an ending")):
        with pytest.raises(PlacespendError) as caught:
            check_map_ending(Path(name))
        assert caught.value.message == f"Maps are not written as {told}."
        assert caught.value.hint == "end the file's name in .png, .svg, .html or .geojson"


def test_a_measure_that_is_not_known_comes_with_a_hint() -> None:
    for options in ({"against": "foo"}, {"shows": "need", "measure": "foo"}):
        with pytest.raises(UnknownNameError) as caught:
            maps_wanted(**options, own_measures=False)  # type: ignore[arg-type]
        assert caught.value.hint == "placespend measures lists them"
        with pytest.raises(UnknownNameError) as caught:
            maps_wanted(**options).gather(shipped(), within=GM)  # type: ignore[arg-type]
        assert caught.value.hint


@pytest.mark.parametrize(
    ("options", "where", "message"),
    [
        ({"equal_area": True}, {"level": "msoa"}, "6,791 places cannot be told apart in an equal-area view"),
        ({"equal_area": True}, {"level": "lsoa", "within": "Leeds"}, "482 places cannot be told apart"),
        ({"equal_area": True}, {"level": "lsoa", "within": find_place("Leeds")}, "482 places cannot be told apart"),
        ({"ending": ".html"}, {"level": "lsoa"}, "at most 7,000 places, not 32,844"),
        ({"ending": ".html"}, {"level": "lsoa", "within": "England"}, "at most 7,000 places, not 32,844"),
    ],
)
def test_too_many_places_are_refused_before_they_are_made(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], where: dict[str, Any], message: str
) -> None:
    monkeypatch.setattr("placespend.place_maps.wanted.mappable", None)
    with pytest.raises(PlacespendError, match=message):
        maps_wanted(**options).gather(shipped(), **where)


@pytest.mark.parametrize(
    ("options", "given", "message"),
    [
        ({"shows": "density"}, ["overrides", "lines"], "A map of density does not rest on overrides, lines."),
        ({"shows": "density"}, ["measures"], "A map of density does not rest on measures."),
        ({"shows": "need", "measure": "income_deprived"}, ["overrides"], "A map of need does not rest on overrides."),
        ({"shows": "pot"}, ["with_shipped"], "Without lines of your own, with_shipped would change nothing."),
        (
            {"shows": "pot"},
            ["unknown_footprints"],
            "Without lines of your own, unknown_footprints would change nothing.",
        ),
    ],
)
def test_what_would_change_nothing_of_the_money_is_refused(
    options: dict[str, Any], given: list[str], message: str
) -> None:
    with pytest.raises(WrongTypeError) as caught:
        maps_wanted(**options).check_money(dict.fromkeys(given, "x"))
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("options", "given"),
    [
        ({"shows": "density"}, {"year": "2011-12", "lines": None, "overrides": [], "unknown_footprints": "error"}),
        ({"shows": "density", "against": "income_deprived"}, {"measures": ["m.csv"]}),
        ({"shows": "need", "measure": "income_deprived"}, {"measures": ["m.csv"], "lookups": ["l.csv"]}),
        ({"shows": ["pot", "density"], "ending": ".html"}, {"lines": "x.csv", "with_shipped": True}),
        ({"shows": "cost"}, {"overrides": [("3.1", "residents", "why")]}),
    ],
)
def test_what_changes_something_of_the_money_is_taken(options: dict[str, Any], given: dict[str, Any]) -> None:
    maps_wanted(**options).check_money(given)
