"""Drawing a map of two measures: places in the colours of their cells, and a square legend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from placespend.errors import list_values
from placespend.maps.descriptions import describe_scheme
from placespend.maps.drawing import STRIP_IN, TITLE_PT
from placespend.maps.feet import SCHEMATIC, Foot
from placespend.maps.frames import GUTTER_IN, MAP_IN, frame_beside_legend
from placespend.maps.insets import draw_inset, london_of
from placespend.maps.keys import KEY_PT, LEGEND_IN, draw_keys, height_of_keys, lines_of_key
from placespend.maps.labels import LABEL_PT, MOST_LABELS, draw_labels, label_places
from placespend.maps.lettering import height_of
from placespend.maps.page import MARGIN_IN, PAGE_IN, Page, ratio, settings
from placespend.maps.shading import outlines_in_order
from placespend.maps.two_way import describe_two_way
from placespend.maps.two_way_legend import Square, keys_of_marks
from placespend.maps.two_way_styles import TwoWayDrawing, styles_of_places
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from matplotlib.figure import Figure

    from placespend.maps.layers import MapLayer
    from placespend.maps.two_way import TwoWayLayer


def draw_two_way(
    layer: TwoWayLayer,
    outlines: gpd.GeoDataFrame,
    *,
    title: str,
    notes: Sequence[str] = (),
    sources: Sequence[str] = (),
    is_schematic: bool = False,
) -> Figure:
    """Draw a map of two measures.

    Parameters
    ----------
    layer : TwoWayLayer
        What it shows.
    outlines : geopandas.GeoDataFrame
        ``code`` and ``geometry`` (EPSG:27700) of every place of the layer; others are not drawn.
    title : str
    notes, sources : sequence of str
        For the foot of the map, above the notice that the licences of the outlines ask for.
    is_schematic : bool, default False
        The outlines are no real ones (an equal-area view): no scale bar and no inset.

    Returns
    -------
    matplotlib.figure.Figure
        Nine inches wide. Its label is the text alternative; :func:`placespend.maps.writing.write_map` writes both.

    Raises
    ------
    WrongTypeError
        If places have no outline, or outlines are not in metres of the British National Grid.
    """
    shapes = outlines_in_order(layer.first, outlines)
    bounds, width, height = frame_beside_legend(shapes)
    inset = None if is_schematic else london_of(shapes)
    with settings():
        page = Page()
        heading = page.lines(title, TITLE_PT, PAGE_IN - 2 * MARGIN_IN, bold=True)
        square, keys = Square(page, layer), keys_of_marks(layer)
        blocks = [lines_of_key(page, key) for key in keys]
        is_named = len(shapes) <= MOST_LABELS and not is_schematic
        named = label_places(page, _with_signs(layer), shapes, bounds, width, height) if is_named else ([], [])
        labels, unlabelled = named
        notes = [*notes, *_own_notes(layer, notes, is_schematic=is_schematic)]
        without = [f"Without room for a label: {list_values(unlabelled)}."] if unlabelled else []
        foot = Foot(page, [*notes, *without], sources)
        top = MARGIN_IN + height_of(len(heading), TITLE_PT) + 0.15
        beside = square.height + height_of_keys(keys, blocks)
        inset_height = LEGEND_IN * ratio(inset) + height_of(2, KEY_PT) if inset else 0.0
        body = max(height + STRIP_IN, beside + inset_height)
        page.set_height(top + body + 0.1 + foot.height + MARGIN_IN)

        page.title(heading, TITLE_PT)
        axes = page.axes(MARGIN_IN, top, width, height, bounds)
        drawing = TwoWayDrawing(shapes, styles_of_places(layer), None, layer, page, with_signs=not is_named)
        drawing.draw(axes)
        draw_labels(axes, labels)
        if not is_schematic:
            page.scale_bar(MARGIN_IN, top + height + 0.2, (bounds[2] - bounds[0]) / width, width / 4, LABEL_PT)
        left = MARGIN_IN + MAP_IN + GUTTER_IN
        square.draw(left, top)
        end = draw_keys(page, keys, blocks, left, top + square.height)
        if inset:
            draw_inset(page, drawing, axes, inset, (left, end), width / (bounds[2] - bounds[0]))
        foot.write()
        told = describe_two_way(layer, title=title)
        page.figure.set_label(" ".join([told, *(note for note in map(one_line, notes) if note not in told)]))
        return page.figure


def _with_signs(layer: TwoWayLayer) -> MapLayer:
    """Write the sign of its cell after the name of each place."""
    names = (layer.table["name"] + " " + layer.table["cell"]).str.rstrip()
    return replace(layer.first, table=layer.first.table.assign(name=names))


def _own_notes(layer: TwoWayLayer, notes: Sequence[str], *, is_schematic: bool) -> list[str]:
    """Say what a reader must know of this map, whoever asked for it and whatever they say of it."""
    schemes = list(dict.fromkeys(filter(None, map(describe_scheme, (layer.first, layer.second)))))
    own = [SCHEMATIC] * is_schematic
    own += schemes if len(schemes) < 2 else [f"First measure: {schemes[0]}", f"Second measure: {schemes[1]}"]
    return [note for note in own if note not in notes]
