"""Small multiples: one set of classes for all pictures, and each counted alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from texts_apart import check_texts, texts_of

from placespend.errors import WrongTypeError
from placespend.maps.descriptions import describe_map
from placespend.maps.layers import map_layer
from placespend.maps.legends import ALL_MODELLED
from placespend.maps.multiples import CAPTION, MOST, captions, common_keys, draw_multiples, layers_on_one_scale
from placespend.maps.writing import svg_text
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from placespend.maps.layers import MapLayer

CODES = list("abcdef")
LONG = "A very long heading, of a kind that no picture was ever made for, and Kingston-upon-Somewhere besides"


def table(*values: float | None, status: str = "published", marks: dict[int, str] | None = None) -> pd.DataFrame:
    """Make a table of the first places, one for each value; a value of None is missing."""
    codes = CODES[: len(values)]
    found = pd.DataFrame({"code": codes, "name": [f"Place {code}" for code in codes], "value": list(values)})
    known = ["missing" if value is None else "value" if value else "zero" for value in values]
    for row, mark in (marks or {}).items():
        known[row] = mark
    return found.assign(mark=known, status=status)


def layers(**options: object) -> dict[str, MapLayer]:
    tables = {
        "Low": table(1, 2, 3, 4, 0.0, None),
        "High": table(5, 6, 7, 8, 9, None, marks={5: "suppressed"}),
    }
    return layers_on_one_scale(tables, unit="things", **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def outlines() -> gpd.GeoDataFrame:
    """Lay six squares in two rows."""
    squares = [
        shapely.box(1000 * (n % 3), 1000 * (n // 3), 1000 * (n % 3) + 1000, 1000 * (n // 3) + 1000) for n in range(6)
    ]
    return gpd.GeoDataFrame({"code": CODES}, geometry=squares, crs="EPSG:27700")


# --- the layers


def test_classes_are_of_all_values_and_counts_of_each_picture() -> None:
    low, high = layers(classes=3).values()
    assert low.classes.labels == high.classes.labels == ("1 to under 4", "4 to under 7", "7 to 9")
    assert (low.classes.counts, high.classes.counts) == ((3, 1, 0), (0, 2, 3))
    assert low.table["code"].tolist() == CODES
    assert low.table["class_number"].tolist()[:4] == [0, 0, 0, 1]
    assert low.table["mark"].tolist()[4:] == ["zero", "missing"]
    assert high.table["mark"].tolist()[5] == "suppressed"


@settings(max_examples=6, deadline=None)
@given(
    values=st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=6), min_size=2, max_size=3),
    classes=st.integers(1, 5),
)
def test_every_value_is_in_the_class_of_its_bounds(values: list[list[int]], classes: int) -> None:
    found = layers_on_one_scale({str(n): table(*row) for n, row in enumerate(values)}, unit="things", classes=classes)
    first = next(iter(found.values()))
    for layer, row in zip(found.values(), values, strict=True):
        assert replace(layer.classes, counts=()) == replace(first.classes, counts=())
        assert layer.table["class_number"].tolist() == [layer.classes.number_of(value) for value in row]
        assert sum(layer.classes.counts) == len(row)
    # The order of pictures changes nothing of the classes.
    turned = layers_on_one_scale(
        {str(n): table(*row) for n, row in enumerate(values[::-1])}, unit="things", classes=classes
    )
    assert turned["0"].classes.breaks == first.classes.breaks


def test_classes_may_lie_around_a_centre_or_be_given() -> None:
    low, high = layers(centre=4.5, centre_words="the mean").values()
    assert low.classes.centre == high.classes.centre
    assert sum(low.classes.counts[low.classes.below :]) == 0
    assert sum(high.classes.counts[: high.classes.below]) == 0
    given_low, _ = layers(scheme="given", breaks=[2, 100]).values()
    assert given_low.classes.counts == (1, 3, 0)


def test_a_fault_is_told_of_the_places_themselves() -> None:
    twice = pd.concat([table(1, 2), table(3)], ignore_index=True)
    with pytest.raises(WrongTypeError, match=r"stand twice: Place a \(a\)"):
        layers_on_one_scale({"One": table(1, 2), "Two": twice}, unit="things")
    with pytest.raises(WrongTypeError, match="no tables"):
        layers_on_one_scale({}, unit="things")


# --- the figure


def test_one_legend_and_one_scale_bar_stand_under_all_pictures(outlines: gpd.GeoDataFrame) -> None:
    figure = draw_multiples(layers(classes=3), outlines, title="Two", notes=["A note."], sources=["One", "Two"])
    check_texts(figure)
    said = texts_of(figure)
    assert len(figure.axes) == 2
    for words in ("Low", "High", "Things", "1 to under 4", "7 to 9", "zero", "no data", "suppressed: confidential"):
        assert said.count(words) == 1, words
    assert sum(text.endswith((" km", " m")) for text in said) == 1
    assert "Figures from One; Two." in said
    assert NOTICE.split()[0] in " ".join(said)
    assert len({axes.get_xlim() + axes.get_ylim() for axes in figure.axes}) == 1


def test_the_text_alternative_describes_each_picture(outlines: gpd.GeoDataFrame) -> None:
    found = layers()
    label = str(draw_multiples(found, outlines, title="Two", notes=["A note."]).get_label())
    assert label.startswith("2 maps on one scale: Two.")
    for heading, layer in found.items():
        assert describe_map(layer, title=heading) in label
    assert "A note." in label
    assert "All pictures share one set of classes, made of the values of all of them together." in label
    assert "Classes hold about equally many places, all pictures together." in label


def test_most_pictures_and_long_headings_fit(outlines: gpd.GeoDataFrame) -> None:
    tables = {f"{LONG if n % 2 else 'Short'} {n}": table(n + 1, n + 2, None) for n in range(MOST)}
    figure = draw_multiples(layers_on_one_scale(tables, unit=LONG), outlines, title=LONG, notes=[LONG])
    check_texts(figure)
    boxes = [axes.get_position() for axes in figure.axes]
    assert len(boxes) == MOST
    assert all(0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1 for box in boxes)
    assert not any(one.overlaps(other) for one, other in pairwise(boxes))


def test_no_scale_bar_where_outlines_are_not_real(outlines: gpd.GeoDataFrame) -> None:
    said = texts_of(draw_multiples(layers(), outlines, title="Two", is_schematic=True))
    assert not [text for text in said if text.endswith((" km", " m"))]
    assert any("not drawn to scale" in text for text in said)


def test_the_same_layers_give_the_same_bytes(outlines: gpd.GeoDataFrame) -> None:
    one, other = (svg_text(draw_multiples(layers(), outlines, title="<b>&")) for _ in range(2))
    assert one == other
    assert "<b>" not in one


def test_a_picture_of_estimates_alone_says_so_in_words() -> None:
    mixed = table(1, 2).assign(status=["published", "estimated"])
    tables = {"Known": table(1, 2), "Estimated": table(1, 2, status="estimated")}
    found = layers_on_one_scale(tables, unit="things")
    assert captions(found) == {"Known": "", "Estimated": CAPTION}
    # No picture is hatched, so no key says what hatching is.
    assert "modelled estimate" not in [key.words for key in common_keys(list(found.values()))]
    found = layers_on_one_scale({**tables, "Mixed": mixed}, unit="things")
    assert captions(found)["Mixed"] == ""
    assert "modelled estimate" in [key.words for key in common_keys(list(found.values()))]
    every = layers_on_one_scale({"A": tables["Estimated"], "B": tables["Estimated"]}, unit="things")
    assert set(captions(every).values()) == {""}
    assert ALL_MODELLED in [key.words for key in common_keys(list(every.values()))]


def test_layers_on_different_scales_are_refused(outlines: gpd.GeoDataFrame) -> None:
    apart = {"One": map_layer(table(1, 2, 3), unit="things"), "Two": map_layer(table(4, 5, 6), unit="things")}
    with pytest.raises(WrongTypeError, match="Two differ from One"):
        draw_multiples(apart, outlines, title="Apart")
    other_unit = {"One": apart["One"], "Three": map_layer(table(1, 2, 3), unit="other things")}
    with pytest.raises(WrongTypeError, match="Three differ from One"):
        draw_multiples(other_unit, outlines, title="Apart")
    # Counts alone may differ.
    draw_multiples({"One": apart["One"], "Same": apart["One"]}, outlines, title="Same")


def test_too_few_and_too_many_pictures_are_refused(outlines: gpd.GeoDataFrame) -> None:
    (one, *_) = layers().values()
    for number in (0, 1, MOST + 1):
        with pytest.raises(WrongTypeError, match=f"not {number}"):
            draw_multiples({str(n): one for n in range(number)}, outlines, title="Many")
