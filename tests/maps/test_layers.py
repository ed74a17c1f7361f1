"""What a map shows: three marks that are never mixed up, and no number where there must be none."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from placespend.errors import WrongTypeError
from placespend.maps.descriptions import describe_map
from placespend.maps.layers import MapLayer, map_layer, mark_values
from placespend.maps.legends import ALL_MODELLED, legend_keys, style_of_places
from placespend.maps.styles import BLUES, HATCH_MODELLED, MARK_STYLES, SHADES, Style, hatched, lightness, shades

ROWS = [
    ("a", "Ash", 2.0, "value", "published"),
    ("b", "Beech", 4.0, "value", "estimated"),
    ("c", "Cedar", 9.5, "value", "published"),
    ("d", "Dogwood", None, "suppressed", "published"),
    ("e", "Elm", None, "missing", ""),
    ("f", "Fir", 0.0, "zero", "published"),
]


def table(*changes: tuple[str, object, str, str]) -> pd.DataFrame:
    """Make the everyday table; of places named, value, mark and status are changed."""
    rows = {code: (code, name, value, mark, status) for code, name, value, mark, status in ROWS}
    for code, value, mark, status in changes:
        rows[code] = (code, rows[code][1], value, mark, status)  # type: ignore[assignment]
    return pd.DataFrame(list(rows.values()), columns=["code", "name", "value", "mark", "status"])


def layer(*changes: tuple[str, object, str, str], **options: object) -> MapLayer:
    return map_layer(table(*changes), unit="families per 1,000 households", classes=3, **options)  # type: ignore[arg-type]


# --- the layer


def test_places_are_put_into_classes_and_marks() -> None:
    found = layer()
    assert found.table["class_number"].tolist() == [0, 1, 2, pd.NA, pd.NA, pd.NA]
    assert found.classes.counts == (1, 1, 1)
    assert found.words() == ["2", "4", "9.5", "suppressed", "no data", "zero"]
    assert found.is_modelled.tolist() == [False, True, False, False, False, False]


def test_bands_tell_no_value() -> None:
    found = layer(bands_only=True)
    assert found.words()[:3] == list(found.classes.labels)
    told = describe_map(found, title="Trees")
    assert "9.5" not in told
    assert f"Highest: Cedar, {found.classes.labels[2]}." in told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("d", 7.0, "suppressed", ""), "yet have a number"),
        (("e", 7.0, "missing", ""), "yet have a number"),
        (("a", None, "value", ""), "no number"),
        (("a", float("nan"), "value", ""), "no number"),
        (("a", float("inf"), "value", ""), "infinite"),
        (("a", 0.0, "value", ""), "are zero"),
        (("f", 3.0, "zero", ""), "another number"),
        (("a", 3.0, "hidden", ""), "unknown"),
    ],
)
def test_a_value_that_contradicts_its_mark_is_refused_without_telling_it(
    change: tuple[str, object, str, str], said: str
) -> None:
    with pytest.raises(WrongTypeError, match=said) as caught:
        layer(change)
    assert "7" not in str(caught.value)
    assert f"({change[0]})" in str(caught.value)


def test_a_layer_cannot_be_made_around_the_check() -> None:
    found = layer()
    known = found.table.copy()
    known.loc[3, "value"] = 7.0
    with pytest.raises(WrongTypeError, match="yet have a number"):
        MapLayer(known, found.unit, found.classes)


def test_a_table_that_is_none_is_refused() -> None:
    with pytest.raises(WrongTypeError, match="lacks status"):
        map_layer(table().drop(columns="status"), unit="x")
    with pytest.raises(WrongTypeError, match="lacks places"):
        map_layer(table().iloc[:0], unit="x")
    with pytest.raises(WrongTypeError, match="stand twice"):
        map_layer(pd.concat([table(), table()]), unit="x")
    with pytest.raises(WrongTypeError, match="are numbers"):
        map_layer(table().astype({"value": "object"}).replace({"value": {2.0: "fewer than 10"}}), unit="x")


def test_the_order_of_the_rows_changes_nothing() -> None:
    turned = map_layer(table().iloc[::-1], unit="families per 1,000 households", classes=3)
    pd.testing.assert_frame_equal(turned.table, layer().table)


def test_the_table_given_is_left_as_it_was() -> None:
    given = table()
    map_layer(given, unit="x")
    pd.testing.assert_frame_equal(given, table())


def test_marks_are_found() -> None:
    values = pd.Series([3, 0, None, 4], dtype="Float64")
    hidden = pd.Series([False, False, False, True])
    assert mark_values(values, suppressed=hidden).tolist() == ["value", "zero", "missing", "suppressed"]


# --- in words


def test_a_map_is_described() -> None:
    told = describe_map(layer(), title="Trees.")
    assert told.startswith("Map: Trees. 6 places, families per 1,000 households. Classes: 2 to under")
    for words in ("Highest: Cedar, 9.5.", "Lowest: Ash, 2.", "1 place: modelled estimate.", "1 place: suppressed."):
        assert words in told
    assert "1 place: no data." in told
    assert "1 place: zero." in told


def test_what_a_map_does_not_show_is_not_described() -> None:
    rows = table().iloc[:1]
    told = describe_map(map_layer(rows, unit="trees"), title="One")
    assert told == "Map: One. 1 place, trees. One class: 2 (1 place)."
    empty = describe_map(map_layer(table().iloc[[4]], unit="trees"), title="None")
    assert empty == "Map: None. 1 place, trees. 1 place: no data."


# --- the legend


def test_the_legend_has_a_key_for_what_is_shown_and_for_nothing_else() -> None:
    words = [key.words for key in legend_keys(layer())]
    assert words[0] == "Families per 1,000 households"
    assert words[1:4] == list(reversed(layer().classes.labels))
    assert words[4:] == [
        "zero", "modelled estimate", "published", "suppressed: confidential", "no data",
    ]  # fmt: skip
    plain = map_layer(table().iloc[[0, 2]], unit="trees", classes=2)
    keys = legend_keys(plain, with_background=True)[1:]
    assert [key.words for key in keys] == [*reversed(plain.classes.labels), "not part of this map"]
    assert [key.count for key in keys] == ["(1 place)", "(1 place)", ""]


def test_each_mark_has_a_style_of_its_own_and_estimates_are_hatched() -> None:
    found = layer()
    styles = style_of_places(found)
    assert len(set(styles)) == len(styles)
    assert [style.face for style in styles[:3]] == list(shades(3))
    assert [style.hatch == HATCH_MODELLED for style in styles] == [False, True, False, False, False, False]
    assert styles[3:] == [MARK_STYLES[mark] for mark in ("suppressed", "missing", "zero")]
    keyed = {key.style for key in legend_keys(found) if key.style}
    assert {style for style in styles if style.hatch != HATCH_MODELLED} <= keyed
    assert any(style.hatch == HATCH_MODELLED for style in keyed)


def test_where_all_is_modelled_the_legend_says_so_and_nothing_is_hatched() -> None:
    found = layer(*((code, value, mark, "estimated") for code, _, value, mark, _ in ROWS))
    assert all(style.hatch != HATCH_MODELLED for style in style_of_places(found))
    assert ALL_MODELLED in [key.words for key in legend_keys(found)]
    assert "modelled estimate" not in [key.words for key in legend_keys(found)]


# --- legible in greyscale


@pytest.mark.parametrize("classes", sorted(SHADES))
def test_shades_darken_by_steps_that_greyscale_shows(classes: int) -> None:
    steps = [lightness(colour) for colour in shades(classes)]
    assert len(steps) == classes
    assert all(pale - dark >= 10 for pale, dark in pairwise(steps))


def test_the_palest_shade_is_not_paper() -> None:
    assert lightness("#ffffff") - lightness(BLUES[0]) >= 8


@pytest.mark.parametrize("colour", BLUES)
def test_hatching_stands_out_from_every_shade(colour: str) -> None:
    style = hatched(Style(colour))
    assert abs(lightness(style.face) - lightness(style.hatch_colour)) >= 30


def test_marks_differ_by_more_than_colour() -> None:
    patterns = {(style.hatch, style.edge_width) for style in MARK_STYLES.values()}
    assert len(patterns) == len(MARK_STYLES)
    assert HATCH_MODELLED not in {style.hatch for style in MARK_STYLES.values()}


def test_more_classes_than_shades_are_refused() -> None:
    with pytest.raises(WrongTypeError, match="not for 6"):
        shades(6)
