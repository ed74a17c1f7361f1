"""Drawing a map: places shaded, a legend, a scale bar, sources, and London enlarged where the map shows England.

Everything is laid out in inches from what the text measures, so that no text meets another or leaves the page, however
long a title or a name is. Outlines that are no real ones have no scale and no place on the ground, and the map says so.
Nothing of matplotlib that is global is kept changed, and pyplot is not used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.errors import WrongTypeError, list_values
from placespend.maps.descriptions import describe_map, describe_scheme
from placespend.maps.feet import SCHEMATIC, Foot
from placespend.maps.frames import frame_beside_legend
from placespend.maps.insets import draw_inset, draw_locator, locator_of, london_of
from placespend.maps.keys import KEY_PT, LEGEND_IN, draw_keys, height_of_keys, lines_of_key
from placespend.maps.labels import LABEL_PT, MOST_LABELS, draw_labels, label_places, labels_inside
from placespend.maps.legends import legend_keys, style_of_places
from placespend.maps.lettering import height_of
from placespend.maps.page import MARGIN_IN, PAGE_IN, Page, ratio, settings
from placespend.maps.shading import Drawing, check_outlines, outlines_in_order
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from matplotlib.figure import Figure

    from placespend.maps.labels import Label
    from placespend.maps.layers import MapLayer

STRIP_IN = 0.35
"""Under the map, for the scale bar."""

TITLE_PT = 13.0


def draw_map(
    layer: MapLayer,
    outlines: gpd.GeoDataFrame,
    *,
    title: str,
    notes: Sequence[str] = (),
    sources: Sequence[str] = (),
    background: gpd.GeoDataFrame | None = None,
    locator: gpd.GeoDataFrame | None = None,
    locator_caption: str = "",
    is_schematic: bool = False,
) -> Figure:
    """Draw a map of places.

    Parameters
    ----------
    layer : MapLayer
        What it shows.
    outlines : geopandas.GeoDataFrame
        ``code`` and ``geometry`` (EPSG:27700) of every place of the layer; others are not drawn.
    title : str
    notes, sources : sequence of str
        For the foot of the map, above the notice that the licences of the outlines ask for.
    background : geopandas.GeoDataFrame, optional
        Places around, drawn without a value.
    locator : geopandas.GeoDataFrame, optional
        Larger places, for a small map of where those of the map lie.
    locator_caption : str, optional
        What stands over that: "Bury in the North West".
    is_schematic : bool, default False
        The outlines are no real ones (an equal-area view): no scale bar, no inset, and names only within their places.

    Returns
    -------
    matplotlib.figure.Figure
        Nine inches wide. Its label is the text alternative; :func:`placespend.maps.writing.write_map` writes both.

    Raises
    ------
    WrongTypeError
        If places have no outline, outlines are not in metres of the British National Grid, or a locator is given for
        outlines that are no real ones.
    """
    if is_schematic and locator is not None:
        message = "Outlines that are no real ones do not lie anywhere: a locator cannot show where."
        raise WrongTypeError(message, hint="leave out the locator, or is_schematic")
    shapes = outlines_in_order(layer, outlines)
    around = check_outlines(background) if background is not None else None
    with settings():
        page = Page()
        heading = page.lines(title, TITLE_PT, PAGE_IN - 2 * MARGIN_IN, bold=True)
        keys = legend_keys(layer, with_background=around is not None)
        blocks = [lines_of_key(page, key) for key in keys]
        bounds, width, height = frame_beside_legend(shapes)
        inset = None if is_schematic else london_of(shapes)
        inset_height = LEGEND_IN * ratio(inset) + height_of(2, KEY_PT) if inset else 0.0
        after_inset = inset_height + (0.1 if inset else 0.0)
        located = locator_of(page, shapes, locator, locator_caption) if locator is not None else None
        if is_schematic:
            labels, unlabelled = labels_inside(page, layer, shapes, bounds, width)
        else:
            labels, unlabelled = label_places(page, layer, shapes, bounds, width, height)
        notes = [*notes, *_own_notes(layer, notes, is_schematic=is_schematic)]
        foot = Foot(page, [*notes, *_words_on_labels(labels, unlabelled)], sources)
        below_title = height_of(len(heading), TITLE_PT) + 0.15
        beside = after_inset + located.whole_height if located else inset_height
        body = max(height + STRIP_IN, height_of_keys(keys, blocks) + beside)
        page.set_height(2 * MARGIN_IN + below_title + body + 0.1 + foot.height)

        page.title(heading, TITLE_PT)
        top = MARGIN_IN + below_title
        axes = page.axes(MARGIN_IN, top, width, height, bounds)
        drawing = Drawing(shapes, style_of_places(layer), around)
        drawing.draw(axes)
        draw_labels(axes, labels)
        if not is_schematic:
            page.scale_bar(MARGIN_IN, top + height + 0.2, (bounds[2] - bounds[0]) / width, width / 4, LABEL_PT)
        legend_left = PAGE_IN - MARGIN_IN - LEGEND_IN
        end = draw_keys(page, keys, blocks, legend_left, top)
        if inset:
            draw_inset(page, drawing, axes, inset, (legend_left, end), width / (bounds[2] - bounds[0]))
        if located:
            draw_locator(page, located, (legend_left, end + after_inset))
        foot.write()
        told = [describe_map(layer, title=title)]
        told += [note for note in map(one_line, notes) if note != describe_scheme(layer) or note not in told[0]]
        page.figure.set_label(" ".join(told))
        return page.figure


def _own_notes(layer: MapLayer, notes: Sequence[str], *, is_schematic: bool) -> list[str]:
    """Say what a reader must know of this map, whoever asked for it and whatever they say of it."""
    is_usual = layer.classes.centre is None and layer.classes.scheme != "natural"
    own = [SCHEMATIC] * is_schematic + [describe_scheme(layer)] * (not is_usual)
    return [note for note in own if note and note not in notes]


def _words_on_labels(labels: Sequence[Label], unlabelled: Sequence[str]) -> list[str]:
    if not unlabelled:
        return []
    if len(unlabelled) <= MOST_LABELS:
        return [f"Without room for a label: {list_values(list(unlabelled))}."]
    return ["Names are written where there is room for them."] if labels else []
