"""Classes around a centre: it is a bound, both sides have one set of distances, and the legend says so."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import WrongTypeError
from placespend.maps.descriptions import describe_map, describe_scheme
from placespend.maps.divergence import classify_around
from placespend.maps.layers import MapLayer, map_layer
from placespend.maps.legends import legend_keys, style_of_places
from placespend.maps.styles import HATCH_BELOW, HATCH_MODELLED, class_styles
from placespend.maps.writing import map_properties

if TYPE_CHECKING:
    from placespend.maps.classes import Scheme

NUMBERS = st.one_of(st.integers(-12, 12).map(float), st.floats(-1e4, 1e4).filter(lambda value: abs(value) > 1e-3))
SCHEMES = st.sampled_from(["quantiles", "equal", "natural"])


@settings(max_examples=60)
@given(st.lists(NUMBERS, min_size=1, max_size=40), NUMBERS, SCHEMES, st.integers(1, 5))
def test_the_centre_is_a_bound_and_distances_are_the_same_on_both_sides(
    values: list[float], centre: float, scheme: Scheme, classes: int
) -> None:
    found = classify_around(values, centre, scheme=scheme, classes=classes)
    assert found.centre in found.breaks
    assert found.centre is not None
    above = [bound - found.centre for bound in found.breaks if bound > found.centre]
    below = [found.centre - bound for bound in reversed(found.breaks) if bound < found.centre]
    shared = min(len(above), len(below))
    assert above[:shared] == below[:shared]
    assert 1 <= found.below <= 3
    assert 1 <= len(found) - found.below <= 3
    assert sum(found.counts) == len(values)
    for value in values:
        exact = Decimal(f"{value:.9g}")
        assert (exact >= Decimal(f"{centre:.9g}")) == (found.number_of(value) >= found.below)
    # Only beside the centre may a class at an end be without places.
    assert found.counts[0] > 0 or found.below == 1
    assert found.counts[-1] > 0 or len(found) - found.below == 1


@settings(max_examples=60)
@given(st.lists(NUMBERS, min_size=1, max_size=40), NUMBERS, SCHEMES)
def test_every_value_lies_within_what_the_legend_says(values: list[float], centre: float, scheme: Scheme) -> None:
    found = classify_around(values, centre, scheme=scheme)
    for value in values:
        label = found.labels[found.number_of(value)]
        ends = [Decimal(end) for end in label.replace(",", "").replace("over ", "").replace("under ", "").split(" to ")]
        exact = Decimal(f"{value:.9g}")
        assert ends[0] <= exact <= ends[-1]
        assert exact < ends[-1] or "under" not in label


def test_labels_say_pounds_and_ends_are_no_finer_than_distances() -> None:
    values = [6_842.17, 7_100.0, 7_950.0, 8_200.0, 8_391.0, 8_500.0, 9_020.0, 9_333.33]
    found = classify_around(values, 8_391, scheme="given", breaks=[500, 1000], number="gbp")
    assert found.labels[0] == "under £7,391"
    assert found.labels[-1] == "£9,391 and over"
    assert found.counts == (2, 0, 2, 2, 2, 0)
    by_place = classify_around(values, 8_391, centre_words="England's mean", number="gbp")
    assert by_place.centre_words == "England's mean, £8,391"
    assert "6,842" not in " ".join(by_place.labels)
    assert "9,333" not in " ".join(by_place.labels)


def test_the_centre_is_written_short_but_leaves_every_value_on_its_side() -> None:
    assert classify_around([8_000, 9_000], 8_391.4327).centre == 8_391
    near = classify_around([8_000, 8_391.2, 9_000], 8_391.4327)
    assert near.centre == Decimal("8391.4")
    assert near.number_of(8_391.2) < near.below
    pounds = classify_around([8_000, 8_391.2, 9_000], 8_391.4327, number="gbp")
    assert pounds.centre == Decimal("8391.43")
    assert pounds.labels[pounds.below - 1].endswith("under £8,391.43")


def test_words_of_the_centre_have_its_number_once() -> None:
    values = [8_000.0, 9_000.0]
    for given_words, said in (
        ("", "£8,391"),
        ("England's mean", "England's mean, £8,391"),
        ("England's mean, £8,391", "England's mean, £8,391"),
    ):
        assert classify_around(values, 8_391, centre_words=given_words, number="gbp").centre_words == said
    assert classify_around([-1, 1], 0).centre_words == "zero"
    assert classify_around([-1, 1], 0, centre_words="no change").centre_words == "no change"


def test_a_side_without_places_is_still_shown() -> None:
    found = classify_around([3, 4, 9], 2)
    assert found.counts[0] == 0
    assert found.labels[0] == "under 2"
    assert found.below == 1
    beneath = classify_around([-3, -4], 2)
    assert beneath.labels[-1] == "2 and over"
    assert beneath.counts[-1] == 0
    assert classify_around([2, 2], 2).labels == ("under 2", "2")
    assert classify_around([], 2).labels == ()


def test_a_band_of_one_place_does_not_tell_its_value() -> None:
    assert classify_around([-3.27], 0).labels == ("-4 to under 0", "0 and over")


@pytest.mark.parametrize(
    "options",
    [
        {"centre": float("nan")},
        {"centre": "mean"},
        {"centre": True},
        {"scheme": "given", "breaks": [0, 1]},
        {"scheme": "given", "breaks": [-1, 1]},
        {"scheme": "given", "breaks": [1, 2, 3]},
        {"breaks": [1]},
        {"classes": 6},
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(WrongTypeError) as caught:
        classify_around([1.0, 2.0], **{"centre": 0, **options})  # type: ignore[arg-type]
    assert caught.value.hint


# --- as a layer


def layer(*values: float | None, **options: object) -> MapLayer:
    """Make a layer of values; None is missing, and zero has the mark of zero."""
    marks = ["missing" if value is None else "zero" if value == 0 else "value" for value in values]
    codes = [f"p{number}" for number in range(len(values))]
    statuses = ["estimated" if number % 2 else "published" for number in range(len(values))]
    table = pd.DataFrame({"code": codes, "name": codes, "value": values, "mark": marks, "status": statuses})
    return map_layer(table, unit="change", **options)  # type: ignore[arg-type]


def test_zero_is_a_value_where_the_map_is_about_it() -> None:
    found = layer(-3, 0, 5, None, centre=0)
    assert found.table["mark"].tolist() == ["value", "value", "value", "missing"]
    assert found.words() == ["-3", "0", "5", "no data"]
    assert found.table["class_number"][1] == found.classes.below
    assert "zero" not in [key.words for key in legend_keys(found) if key.style]
    # Between losses and gains too, whatever the centre.
    assert layer(-3, 0, 5, centre=2).table["mark"].tolist() == ["value"] * 3


def test_zero_keeps_its_mark_beside_a_mean_of_what_cannot_be_negative() -> None:
    found = layer(3, 0, 9, centre=5, centre_words="the mean")
    assert found.table["mark"].tolist() == ["value", "zero", "value"]
    assert "1 place of zero not counted there: below it too." in describe_map(found, title="x")
    assert "zero" in [key.words for key in legend_keys(found) if key.style]


def test_the_legend_has_a_line_at_the_centre() -> None:
    found = layer(-30, -4, -1, 1, 4, 30, centre=0, centre_words="no change")
    keys = legend_keys(found)
    (at,) = [number for number, key in enumerate(keys) if key.is_line]
    assert keys[at].words == "no change"
    above, below = found.classes.labels[found.classes.below], found.classes.labels[found.classes.below - 1]
    assert [keys[at - 1].words, keys[at + 1].words] == [above, below]


def test_sides_differ_by_lines_and_modelled_places_by_more_of_them() -> None:
    found = layer(-30, -4, -1, 1, 4, 30, centre=0)
    styles = class_styles(found.classes)
    assert [HATCH_BELOW in style.hatch for style in styles] == [True] * 3 + [False] * 3
    drawn = style_of_places(found)
    assert [HATCH_MODELLED in style.hatch for style in drawn] == [False, True] * 3
    assert [HATCH_BELOW in style.hatch for style in drawn] == [True] * 3 + [False] * 3
    assert len(set(drawn)) == 6


def test_the_same_distance_has_the_same_shade_where_one_side_goes_less_far() -> None:
    wide = class_styles(layer(-30, -4, -1, 1, 4, 30, centre=0, scheme="given", breaks=[2, 9]).classes)
    found = layer(-30, -12, -4, -1, 1, centre=0, scheme="natural")
    assert len(found.classes) - found.classes.below < found.classes.below
    assert class_styles(found.classes)[found.classes.below] == wide[3]


def test_words_tell_the_centre_the_scheme_and_both_sides() -> None:
    found = layer(-30, -4, -1, 1, 4, None, centre=0, scheme="natural")
    told = describe_map(found, title="x")
    assert "Centre: zero. 2 places at it or above; 3 places below." in told
    assert describe_scheme(found) in told
    assert "natural breaks" in describe_scheme(found)
    assert "a value equal to it is above" in describe_scheme(found)


def test_the_data_layer_tells_the_side() -> None:
    told = map_properties(layer(-3, 0, 5, None, centre=0))
    assert [row["side"] for row in told] == ["below", "above", "above", None]
    assert [row["value"] for row in told] == [-3.0, 0.0, 5.0, None]
    assert told[0]["text"] == "p0: -3 (change; below zero; published)"
    assert told[1]["text"] == "p1: 0 (change; at or above zero; estimated)"
    hidden = map_properties(layer(-3.21, 0, 5, centre=0, bands_only=True))
    assert [row["value"] for row in hidden] == [None] * 3
    assert "3.21" not in str(hidden)
    assert "side" not in map_properties(layer(1, 2))[0]


def test_words_for_a_centre_that_is_not_given_are_refused() -> None:
    with pytest.raises(WrongTypeError, match="no centre"):
        layer(1, 2, centre_words="the mean")


def test_a_centre_is_not_rounded_to_another_number() -> None:
    # Nothing lies between 2.52 and 3, and yet no one would take the one for the other.
    found = classify_around([5, 12, 20, 25], 2.52, centre_words="England")
    assert found.centre_words == "England, 2.5"


@pytest.mark.parametrize("values", [[8.08], [8.08, 8.08], [8.08, 8.09], [7.93, 8.08]])
@pytest.mark.parametrize("scheme", ["quantiles", "equal", "natural"])
def test_of_bands_only_no_label_around_a_centre_tells_a_value(values: list[float], scheme: str) -> None:
    found = classify_around(values, 8, scheme=scheme, bands_only=True)  # type: ignore[arg-type]
    said = " ".join(found.labels)
    assert found.labels[-1] == "8 to 10"
    assert not any(str(value) in said for value in values)
    assert sum(found.counts) == len(values)
