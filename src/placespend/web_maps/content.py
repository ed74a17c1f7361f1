"""What a map in a browser says and shows, as data: the page's script only sets it out, and every text stays text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.errors import WrongTypeError, list_values
from placespend.maps.descriptions import describe_map, describe_scheme
from placespend.maps.layers import VALUE, ZERO
from placespend.maps.legends import legend_keys, style_of_places
from placespend.maps.shading import outlines_in_order
from placespend.maps.writing import map_properties
from placespend.spelling import one_line
from placespend.web_maps.patterns import paint, pattern
from placespend.web_maps.shapes import bounds_of, small_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from placespend.maps.layers import MapLayer
    from placespend.maps.styles import Style

MOST_PLACES = 7_000
"""More outlines than England's middle-layer areas have make a browser slow and its table endless."""


def check_layers(layers: Mapping[str, MapLayer]) -> dict[str, MapLayer]:
    """Refuse layers that cannot be shown on one map.

    Parameters
    ----------
    layers : mapping of str to MapLayer
        By what each is called.

    Returns
    -------
    dict of str to MapLayer
        By their names as one line.

    Raises
    ------
    WrongTypeError
        If there is none, two have one name or none, there are too many places, or they are not of the same places.
    """
    named = {one_line(str(name)): layer for name, layer in layers.items()}
    if not named or "" in named or len(named) < len(layers):
        message = "Each layer of a map has a name of its own, and there is at least one."
        raise WrongTypeError(message, hint='for example {"Spending per head": map_layer(...)}')
    first_name, first = next(iter(named.items()))
    check_not_many(len(first.table))
    for name, layer in named.items():
        apart = sorted(set(layer.table["code"]) ^ set(first.table["code"]))
        if apart:
            message = f"The layers '{first_name}' and '{name}' are not of the same places: {list_values(apart)}."
            raise WrongTypeError(message, hint="give every layer every place; where a number is not known, mark it")
    return named


def check_not_many(count: int) -> None:
    """Refuse more places than a map in a browser can show.

    Parameters
    ----------
    count : int

    Raises
    ------
    WrongTypeError
    """
    if count > MOST_PLACES:
        message = f"A map in a browser has at most {MOST_PLACES:,} places, not {count:,}."
        raise WrongTypeError(message, hint="show part of them, or draw a picture with placespend.choropleth")


@dataclass(frozen=True)
class Content:
    """What the page of a map is made of.

    Attributes
    ----------
    title : str
    json : str
        All that the page's script sets out, in which signs that HTML would obey are escapes.
    patterns : str
        SVG: the patterns of the styles.
    bounds : list of list of float
        South-west and north-east corner of all places: latitude and longitude, in degrees.
    notes : tuple of str
        What is to be said of the outlines.
    """

    title: str
    json: str
    patterns: str
    bounds: list[list[float]]
    notes: tuple[str, ...]


def build_content(layers: Mapping[str, MapLayer], outlines: gpd.GeoDataFrame, *, title: str) -> Content:
    """Put all that a map shows into one text for its page's script.

    Parameters
    ----------
    layers : mapping of str to MapLayer
        As :func:`check_layers` gives them.
    outlines : geopandas.GeoDataFrame
        ``code`` and ``geometry`` (EPSG:27700) of every place.
    title : str

    Returns
    -------
    Content
        Of each layer what its JSON says is by the places; ``order`` is a rank, and null where there is no number.

    Raises
    ------
    WrongTypeError
        If places have no outline, or outlines are not in metres of the British National Grid.
    """
    first = next(iter(layers.values()))
    found = outlines_in_order(first, outlines)
    shapes = small_shapes(found)
    styles: dict[Style, int] = {}
    shown = [_layer(name, layer, title, styles) for name, layer in layers.items()]
    told = {
        "title": one_line(title),
        "codes": first.table["code"].tolist(),
        "names": first.table["name"].tolist(),
        "anchors": shapes.anchors,
        "styles": [_style(style, number) for style, number in styles.items()],
        "layers": shown,
        "shapes": shapes.places,
    }
    patterns = "".join(pattern(style, _pattern_name(number)) for style, number in styles.items())
    return Content(one_line(title), escaped_json(told), patterns, bounds_of(found), (shapes.note,) * bool(shapes.note))


def escaped_json(told: object) -> str:
    r"""Write JSON that can stand in a page.

    Parameters
    ----------
    told : object

    Returns
    -------
    str
        What HTML or a script would obey is written as an escape.

    Examples
    --------
    >>> escaped_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _pattern_name(number: int) -> str:
    return f"fill-{number}"


def _style(style: Style, number: int) -> dict[str, object]:
    return {
        "paint": paint(style, _pattern_name(number)),
        "edge": style.edge,
        "width": style.edge_width,
        "above": style.above,
    }


def _layer(name: str, layer: MapLayer, title: str, styles: dict[Style, int]) -> dict[str, Any]:
    """Say what one layer shows; styles that it brings are added to those there are."""

    def number(style: Style | None) -> int | None:
        return None if style is None else styles.setdefault(style, len(styles))

    told = map_properties(layer)
    called = one_line(title) if name == one_line(title) else f"{one_line(title).rstrip('.')}: {name}"
    return {
        "name": name,
        "unit": layer.unit[:1].upper() + layer.unit[1:],
        "description": describe_map(layer, title=called),
        "keys": [
            {
                "words": key.words,
                "count": key.count,
                "style": number(key.style),
                "heading": key.is_heading,
                "line": key.is_line,
            }
            for key in legend_keys(layer)
        ],
        "styles": [number(style) for style in style_of_places(layer)],
        "shown": layer.words(),
        "about": [str(place["text"]).removeprefix(f"{place['name']}: ") for place in told],
        "classes": describe_scheme(layer),
        "status": [place["status"] or "" for place in told],
        "order": _order(layer),
    }


def _order(layer: MapLayer) -> list[int | None]:
    """Rank the places by what is shown of them: a value, or a class where only that is told; 1 for the lowest."""
    numbers = layer.table["value"].mask(~layer.table["mark"].isin([VALUE, ZERO]))
    if layer.bands_only:
        numbers = numbers.where(layer.table["mark"] != VALUE, layer.table["class_number"] + 1)
    ranks = numbers.rank(method="dense")
    return [None if pd.isna(rank) else int(rank) for rank in ranks]
