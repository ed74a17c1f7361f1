"""What is wanted of one picture or page, and what does not go together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from placespend.errors import PlacespendError, UnknownNameError, WrongTypeError
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
