"""Two measures of places: who is in which cell, and what is told of those in none."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import WrongTypeError
from placespend.maps.layers import MapLayer, map_layer
from placespend.maps.two_way import TwoWayLayer, describe_two_way, two_way_layer, two_way_properties, words_on_estimates

NAMES = ["Ash", "Beech", "Cedar", "Dogwood", "Elm", "Fir"]
MARK: dict[float | None, str] = {None: "missing", 0: "zero"}


def measure(
    *values: float | None,
    unit: str = "needs",
    status: str = "published",
    suppressed: tuple[int, ...] = (),
    **options: Any,
) -> MapLayer:
    """Make a layer of the first places, one for each value; None is missing."""
    marks = ["suppressed" if row in suppressed else MARK.get(value, "value") for row, value in enumerate(values)]
    table = pd.DataFrame({"code": list("abcdef")[: len(values)], "name": NAMES[: len(values)], "value": list(values)})
    return map_layer(table.assign(mark=marks, status=status), unit=unit, **{"classes": 3, **options})


def everyday(**options: Any) -> TwoWayLayer:
    needs = measure(1, 2, 3, 4, 5, 6)
    return two_way_layer(needs, measure(60, 50, 40, 30, 20, 10, unit="pounds", number="gbp", **options))


def test_places_are_put_into_cells_by_both_measures() -> None:
    layer = everyday()
    assert layer.table["cell"].tolist() == ["A3", "A3", "B2", "B2", "C1", "C1"]
    assert layer.cells()["C1"] == ["Elm", "Fir"]
    assert layer.cells()["A1"] == []
    assert sum(map(len, layer.cells().values())) == 6


marks = st.sampled_from(["value", "suppressed", "missing", "zero"])


@settings(max_examples=12, deadline=None)
@given(pairs=st.lists(st.tuples(marks, marks, st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=6))
def test_a_place_has_a_cell_only_where_both_numbers_are_known(pairs: list[tuple[str, str, int, int]]) -> None:
    pairs = [("value", "value", 5, 5), *pairs[:5]]

    def of(which: int) -> MapLayer:
        known = [(pair[:2][which], pair[2:][which]) for pair in pairs]
        values = [value if mark == "value" else 0 if mark == "zero" else None for mark, value in known]
        hidden = tuple(row for row, (mark, _) in enumerate(known) if mark == "suppressed")
        return measure(*values, suppressed=hidden)

    layer = two_way_layer(of(0), of(1))
    for (one, other, *_), row in zip(pairs, layer.table.itertuples(), strict=True):
        assert (row.cell != "") == (one == other == "value")
        ranked = sorted([one, other], key=["suppressed", "missing", "zero", "value"].index)
        assert row.mark == ranked[0]
    assert sum(map(len, layer.cells().values())) == layer.count("value")


def test_fewer_classes_make_fewer_cells() -> None:
    layer = two_way_layer(measure(1, 1, 1), measure(1, 2, 3, classes=2))
    assert list(layer.cells()) == ["A1", "A2"]


def test_layers_that_do_not_go_together_are_refused() -> None:
    with pytest.raises(WrongTypeError, match="has 5"):
        two_way_layer(measure(1, 2, 3, 4, 5, 6, classes=5), measure(1, 2, 3, 4, 5, 6))
    with pytest.raises(WrongTypeError, match="has 0"):
        two_way_layer(measure(1, 2), measure(None, None))
    with pytest.raises(WrongTypeError, match="around a centre"):
        two_way_layer(measure(1, 2, 3, centre=2, centre_words="the mean"), measure(1, 2, 3))
    with pytest.raises(WrongTypeError, match=r"Cedar \(c\)"):
        two_way_layer(measure(1, 2), measure(1, 2, 3))


def test_the_words_say_bounds_cells_and_who_is_where() -> None:
    said = describe_two_way(everyday(), title="Need against spending")
    assert said.startswith("Map of two measures: Need against spending. 6 places.")
    assert "First measure: needs; A is 1 to under 3, B is 3 to under 5, C is 5 to 6." in said
    assert "Second measure: pounds; 1 is £10 to under £30" in said
    assert "A3, 2 places" in said
    assert "High first, low second (C1): Elm, Fir." in said
    assert "Low first, high second (A3): Ash, Beech." in said


def test_no_suppressed_number_is_told() -> None:
    layer = two_way_layer(measure(1, None, 3, suppressed=(1,)), measure(7, 8.5, 0, unit="pounds", status="estimated"))
    said = describe_two_way(layer, title="x")
    assert "1 place: suppressed in one or both." in said
    assert "1 place: zero in one or both." in said
    told = two_way_properties(layer)[1]
    assert told["mark"] == "suppressed"
    assert told["cell"] is None
    assert told["first"] == {"mark": "suppressed", "status": None, "class": None, "band": "suppressed", "value": None}
    assert told["text"] == "Beech: suppressed (needs); 8.5 (pounds; estimated)"


def test_the_data_layer_tells_both_measures() -> None:
    told = two_way_properties(everyday())
    assert told[0]["cell"] == "A3"
    assert told[0]["text"] == "Ash: A3; 1 (needs; published); £60 (pounds; published)"
    assert told[0]["second"]["value"] == 60.0  # type: ignore[index]
    assert json.loads(json.dumps(told)) == told


def test_bands_tell_no_values() -> None:
    told = two_way_properties(everyday(bands_only=True))[0]
    assert told["second"]["value"] is None  # type: ignore[index]
    assert "£60" not in str(told["text"]).replace("to £60", "")


def test_estimates_are_told_by_measure() -> None:
    layer = everyday(status="estimated")
    assert layer.is_all_modelled
    assert words_on_estimates(layer) == ["Modelled estimates of pounds: all"]
    assert words_on_estimates(everyday()) == []
    assert "Modelled estimates of pounds: all." in describe_two_way(layer, title="x")
