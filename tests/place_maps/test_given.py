"""What is given to maps from Python: things of another kind are refused, before anything is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from placespend.errors import DataFileError, PlacespendError, WrongTypeError
from placespend.gazetteer import find_place
from placespend.place_maps.choropleths import choropleth, web_map
from placespend.place_maps.given import check_breaks
from placespend.place_maps.mappable import mappable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLE = pd.DataFrame({"a": [1]})
WRONG: list[tuple[str, Any]] = [
    *(("service", value) for value in (5, TABLE, ["health", 5], {"health": 1}, [])),
    *(("measure", value) for value in (5, ["a"], TABLE)),
    *(("cost_layer", value) for value in (5, ["modelled"], TABLE)),
    *(("scheme", value) for value in (TABLE, 5, "")),
    *(("classes", value) for value in (TABLE, "5", True)),
    *(("breaks", value) for value in (5, (one for one in (7000, 8000)), [], [True], {7000}, "7000", TABLE, ["a"])),
    *(("centre", value) for value in ([1], {1: 1}, TABLE, True, float("nan"), float("inf"))),
    *(("places", value) for value in (5, TABLE, "Leeds", find_place("Leeds"), ["Leeds"])),
    *(("level", value) for value in (5, TABLE)),
    *(("within", value) for value in (5, TABLE, ["Leeds"])),
    ("loaded", "lines.csv"),
    ("as_at", 5),
]
OF_PICTURES: list[tuple[str, Any]] = [
    *(("show", value) for value in (None, 5, True, b"pot", ["pot", 5], {"pot": 1})),
    *(("against", value) for value in (5, ["a"], TABLE)),
    *(("equal_area", value) for value in ("no", 5, None)),
    ("locator", "no"),
    *(("title", value) for value in (TABLE, 5, ["a"])),
    *(("out", value) for value in (5, True, ["x"], b"x.png", TABLE)),
]
OF_PAGES: list[tuple[str, Any]] = [
    *(("shows", value) for value in (None, 5, b"pot", ["pot", 5], {"pot": 1})),
    *(("title", value) for value in (TABLE, 5)),
    *(("out", value) for value in (5, b"x.html", TABLE)),
]


@pytest.fixture(autouse=True)
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where lines are loaded or spending is computed."""

    def refuse_to_load(*_: object, **__: object) -> None:
        pytest.fail("lines were loaded")

    for module in ("mappable", "choropleths"):
        monkeypatch.setattr(f"placespend.place_maps.{module}.load", refuse_to_load)
    monkeypatch.setattr("placespend.place_maps.mappable.spending_at", refuse_to_load)


def refused(function: Callable[..., object], name: str, value: Any) -> PlacespendError:
    """Give the one thing that is wrong, beside what else such a map needs."""
    shows = {"service": "service", "measure": "need", "cost_layer": "cost"}
    given = {"level": "region", **({"show": shows[name]} if name in shows else {}), name: value}
    if name in {"places", "within"}:
        given.pop("level")
    if function is web_map and "show" in given:
        given["shows"] = given.pop("show")
    with pytest.raises(PlacespendError) as caught:
        function(**given)
    return caught.value


@pytest.mark.parametrize(("name", "value"), [*WRONG, *OF_PICTURES], ids=lambda value: repr(value)[:20])
def test_a_picture_refuses_what_is_of_another_kind(name: str, value: Any) -> None:
    error = refused(choropleth, name, value)
    assert isinstance(error, WrongTypeError | LookupError)
    assert error.hint
    assert len(error.message) < 200


@pytest.mark.parametrize(("name", "value"), [*WRONG, *OF_PAGES], ids=lambda value: repr(value)[:20])
def test_a_page_refuses_what_is_of_another_kind(name: str, value: Any) -> None:
    assert refused(web_map, name, value).hint


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda value: repr(value)[:20])
def test_what_is_put_together_refuses_what_is_of_another_kind(name: str, value: Any) -> None:
    assert refused(mappable, name, value).hint


def test_a_name_in_place_of_places_is_told_where_it_goes() -> None:
    error = refused(choropleth, "places", "Leeds")
    assert error.message == "places= takes a list of Place, not str."
    assert error.hint == 'say within="Leeds", or find places with placespend.find_place or placespend.read_places'


def test_a_file_that_cannot_be_written_is_told_first(tmp_path: Path) -> None:
    for function, name in ((choropleth, "x.png"), (web_map, "x.html")):
        with pytest.raises(DataFileError, match="there is no folder"):
            function(level="region", out=tmp_path / "nodir" / name)
    with pytest.raises(PlacespendError, match="not written as files without an ending"):
        choropleth(level="region", out="")


@pytest.mark.parametrize("breaks", [(7000, 8000), pd.Series([7000, 8000]), np.array([7000.0, 8000.0])])
def test_breaks_are_any_row_of_numbers(breaks: Any) -> None:
    assert check_breaks(breaks) == [7000, 8000]
    assert check_breaks(None) is None
