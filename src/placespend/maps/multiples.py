"""Small multiples: several maps of the same places side by side, on one scale, so that one can be held against another.

All pictures share one set of classes, made of the values of all of them together. So a class may be without places in
a picture: a picture that is all dark is one in which all is high. What is counted for a picture is counted there alone.
One legend, one scale bar and one frame of the ground hold for all. Estimates are hatched in a picture that has other
numbers beside them; over one where all are estimates that is said in words.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.errors import WrongTypeError, list_values
from placespend.maps.classes import MOST_CLASSES
from placespend.maps.descriptions import describe_map, describe_scheme
from placespend.maps.drawing import STRIP_IN, TITLE_PT
from placespend.maps.feet import SCHEMATIC, Foot
from placespend.maps.keys import HEADING_PT as UNIT_PT
from placespend.maps.keys import LEGEND_IN, draw_keys, height_of_keys, lines_of_key
from placespend.maps.labels import LABEL_PT
from placespend.maps.layers import MapLayer, map_layer
from placespend.maps.legends import is_all_modelled, legend_keys
from placespend.maps.lettering import height_of
from placespend.maps.multiples_grid import draw_picture, lay_out
from placespend.maps.page import MARGIN_IN, PAGE_IN, Page, settings
from placespend.maps.shading import outlines_in_order
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from matplotlib.figure import Figure

    from placespend.maps.class_labels import NumberFormat
    from placespend.maps.classes import Scheme
    from placespend.maps.legends import Key

FEWEST, MOST = 2, 12
"""How many pictures stand side by side."""

BETWEEN_IN = 0.15
"""Between the columns of the legend."""

MOST_COLUMNS = 3
"""Of the legend."""

CAPTION = "All modelled estimates"
"""What stands over a picture where all numbers are, and others have other numbers."""

SHARED = "All pictures share one set of classes{}."
ALL_TOGETHER = ("about equally many places", "about equally many places, all pictures together")
TOGETHER = ", made of the values of all of them together"


def layers_on_one_scale(
    tables: Mapping[str, pd.DataFrame],
    *,
    unit: str,
    classes: int = MOST_CLASSES,
    scheme: Scheme = "quantiles",
    breaks: Sequence[float] | None = None,
    centre: float | None = None,
    centre_words: str = "",
    number: NumberFormat = "plain",
    bands_only: bool = False,
) -> dict[str, MapLayer]:
    """Put the places of several tables into the same classes.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        By the heading of the picture, in the order in which pictures stand: tables as
        :func:`placespend.maps.layers.map_layer` takes them, all in one unit.
    unit, classes, scheme, breaks, centre, centre_words, number, bands_only
        As :func:`placespend.maps.layers.map_layer` takes them, for the values of all tables together.

    Returns
    -------
    dict of str to MapLayer
        In the same order, and with the same classes but for their counts.

    Raises
    ------
    WrongTypeError
        If there are no tables, or one cannot be mapped.
    UnknownNameError
        If there is no such scheme or number format.

    Examples
    --------
    >>> columns = ["code", "name", "value", "mark", "status"]
    >>> before = pd.DataFrame([("a", "A", 1.0, "value", ""), ("b", "B", 2.0, "value", "")], columns=columns)
    >>> after = before.assign(value=[3.0, 4.0])
    >>> layers = layers_on_one_scale({"Before": before, "After": after}, unit="things", classes=2)
    >>> [layer.classes.counts for layer in layers.values()]
    [(2, 0), (0, 2)]
    """
    if not tables:
        message = "There are no tables to put on one scale."
        raise WrongTypeError(message, hint="give a table for each picture, by its heading")
    # Each is looked at alone first, so that what is wrong is said of its own places.
    ways: dict[str, Any] = {"centre": centre, "centre_words": centre_words}
    checked = [map_layer(table, unit=unit, **ways).table for table in tables.values()]
    apart = [table.assign(code=f"{picture:03d} " + table["code"]) for picture, table in enumerate(checked)]
    # Classes of all places: the picture of each stands before its code, so that none stands there twice.
    together = map_layer(
        pd.concat(apart, ignore_index=True), unit=unit, classes=classes, scheme=scheme, breaks=breaks,
        number=number, bands_only=bands_only, **ways,
    )  # fmt: skip
    picture_of = together.table["code"].str[:3].astype(int)
    return {heading: _part(together, together.table[picture_of == picture]) for picture, heading in enumerate(tables)}


def _part(together: MapLayer, rows: pd.DataFrame) -> MapLayer:
    """Take the places of one picture, and count them alone."""
    table = rows.assign(code=rows["code"].str[4:]).reset_index(drop=True)
    numbers = table["class_number"].dropna().astype(int)
    counts = np.bincount(numbers, minlength=len(together.classes))
    return replace(together, table=table, classes=replace(together.classes, counts=tuple(map(int, counts))))


def draw_multiples(
    layers: Mapping[str, MapLayer],
    outlines: gpd.GeoDataFrame,
    *,
    title: str,
    notes: Sequence[str] = (),
    sources: Sequence[str] = (),
    is_schematic: bool = False,
) -> Figure:
    """Draw several maps side by side, on one scale.

    Parameters
    ----------
    layers : mapping of str to MapLayer
        From 2 to 12, by their headings: of :func:`layers_on_one_scale`.
    outlines : geopandas.GeoDataFrame
        ``code`` and ``geometry`` (EPSG:27700) of every place of the layers; others are not drawn.
    title : str
    notes, sources : sequence of str
        For the foot, above the notice that the licences of the outlines ask for.
    is_schematic : bool, default False
        The outlines are no real ones (an equal-area view): no scale bar.

    Returns
    -------
    matplotlib.figure.Figure
        Nine inches wide. Its label is the text alternative; :func:`placespend.maps.writing.write_map` writes both.

    Raises
    ------
    WrongTypeError
        If there are fewer or more layers, they are not on one scale, places have no outline, or outlines are not in
        metres of the British National Grid.

    Notes
    -----
    London is not enlarged beside each picture: for the authorities of England take an equal-area view.
    """
    _check_layers(layers)
    shapes = [outlines_in_order(layer, outlines) for layer in layers.values()]
    with settings():
        page = Page()
        grid = lay_out(page, captions(layers), shapes)
        heading = page.lines(title, TITLE_PT, PAGE_IN - 2 * MARGIN_IN, bold=True)
        unit, *keys = common_keys(list(layers.values()))
        over = page.lines(unit.words, UNIT_PT, PAGE_IN - 2 * MARGIN_IN, bold=True)
        columns = _columns(page, keys)
        notes = [*notes, *_own_notes(list(layers.values()), notes, is_schematic=is_schematic)]
        foot = Foot(page, notes, sources)
        top = MARGIN_IN + height_of(len(heading), TITLE_PT) + 0.15
        strip = 0.1 if is_schematic else STRIP_IN
        unit_top = top + grid.whole_height + strip
        legend_top = unit_top + height_of(len(over), UNIT_PT) + 0.05
        legend_height = max((height_of_keys(*column) for column in columns), default=0.0)
        page.set_height(legend_top + legend_height + 0.1 + foot.height + MARGIN_IN)

        page.title(heading, TITLE_PT)
        for number, picture in enumerate(zip(layers.values(), shapes, strict=True)):
            draw_picture(page, grid, number, picture, top, is_schematic=is_schematic)
        if not is_schematic:
            metres_per_inch = (grid.bounds[2] - grid.bounds[0]) / grid.width
            page.scale_bar(MARGIN_IN, unit_top - 0.15, metres_per_inch, grid.width / 2, LABEL_PT)
        page.write(over, MARGIN_IN, unit_top, UNIT_PT, bold=True)
        for number, (column, blocks) in enumerate(columns):
            draw_keys(page, column, blocks, MARGIN_IN + number * (LEGEND_IN + BETWEEN_IN), legend_top)
        foot.write()
        told = describe_multiples(layers, title=title)
        page.figure.set_label(" ".join([told, *(note for note in map(one_line, notes) if note not in told)]))
        return page.figure


def describe_multiples(layers: Mapping[str, MapLayer], *, title: str) -> str:
    """Say in words what several maps on one scale show, for those who cannot see them.

    Parameters
    ----------
    layers : mapping of str to MapLayer
        By their headings.
    title : str

    Returns
    -------
    str
        One paragraph: each map as :func:`placespend.maps.descriptions.describe_map` describes it. No suppressed number.
    """
    said = [f"{len(layers)} maps on one scale: {one_line(title).rstrip('.')}."]
    return " ".join([*said, *(describe_map(layer, title=heading) for heading, layer in layers.items())])


def common_keys(layers: Sequence[MapLayer]) -> list[Key]:
    """List the rows of the legend that several maps share.

    Parameters
    ----------
    layers : sequence of MapLayer
        On one scale.

    Returns
    -------
    list of Key
        The classes, and every mark and pattern that one of the maps shows; without counts, which differ.
    """
    all_modelled = all(is_all_modelled(layer) for layer in layers)
    # Where all of one map are estimates it bears no hatching, and needs no key for it.
    tables = [
        layer.table if all_modelled or not is_all_modelled(layer) else layer.table.assign(status="") for layer in layers
    ]
    codes = [f"{picture} {code}" for picture, table in enumerate(tables) for code in table["code"]]
    together = replace(layers[0], table=pd.concat(tables, ignore_index=True).assign(code=codes))
    return [replace(key, count="") for key in legend_keys(together)]


def captions(layers: Mapping[str, MapLayer]) -> dict[str, str]:
    """Say what must be known of single pictures, under their headings.

    Parameters
    ----------
    layers : mapping of str to MapLayer
        By their headings.

    Returns
    -------
    dict of str to str
        By heading; empty where nothing must.
    """
    modelled = {heading: is_all_modelled(layer) for heading, layer in layers.items()}
    return {heading: CAPTION if is_so and not all(modelled.values()) else "" for heading, is_so in modelled.items()}


def _columns(page: Page, keys: list[Key]) -> list[tuple[list[Key], list[list[str]]]]:
    """Divide the legend into columns, each with its lines."""
    most = math.ceil(len(keys) / MOST_COLUMNS)
    columns = [keys[start : start + most] for start in range(0, len(keys), most)]
    return [(column, [lines_of_key(page, key) for key in column]) for column in columns]


def _own_notes(layers: Sequence[MapLayer], notes: Sequence[str], *, is_schematic: bool) -> list[str]:
    shared = SHARED.format("" if layers[0].classes.scheme == "given" else TOGETHER)
    # Each picture by itself need not hold as many of one class as of another.
    own = [SCHEMATIC] * is_schematic + [shared, describe_scheme(layers[0]).replace(*ALL_TOGETHER)]
    return [note for note in own if note and note not in notes]


def _check_layers(layers: Mapping[str, MapLayer]) -> None:
    if not FEWEST <= len(layers) <= MOST:
        message = f"From {FEWEST} to {MOST} maps stand side by side, not {len(layers)}."
        raise WrongTypeError(message, hint="draw a single one with draw_map, and more on several pages")
    first, *others = layers.items()
    odd = [heading for heading, layer in others if _scale(layer) != _scale(first[1])]
    if odd:
        message = (
            f"Maps on one scale have the same unit and the same classes: {list_values(odd)} differ from {first[0]}."
        )
        raise WrongTypeError(message, hint="make the layers together, with layers_on_one_scale")


def _scale(layer: MapLayer) -> tuple[object, ...]:
    return layer.unit, layer.number, layer.bands_only, replace(layer.classes, counts=())
