"""Drawing a map: places shaded, a legend, a scale bar, sources, and London enlarged where the map shows England.

Everything is laid out in inches from what the text measures, so that no text meets another or leaves the page, however
long a title or a name is. Nothing of matplotlib that is global is kept changed, and pyplot is not used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from placespend.errors import list_values
from placespend.geography import outlines as shipped_outlines
from placespend.maps.layers import describe_map
from placespend.maps.legends import Key, legend_keys
from placespend.maps.lettering import POINTS_PER_INCH, Box, height_of, place_labels
from placespend.maps.page import MARGIN_IN, PAGE_IN, Page, ratio, settings
from placespend.maps.shading import Drawing, check_outlines, outlines_in_order
from placespend.maps.styles import GREY, INK, PAPER
from placespend.shipped import NOTICE
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from placespend.maps.layers import MapLayer
    from placespend.maps.page import Bounds

GUTTER_IN, LEGEND_IN = 0.25, 2.7
MAP_IN = PAGE_IN - 2 * MARGIN_IN - GUTTER_IN - LEGEND_IN
TALLEST_MAP_IN = 7.5
STRIP_IN = 0.35
"""Under the map, for the scale bar."""

SWATCH_IN = (0.34, 0.2)
TITLE_PT, HEADING_PT, KEY_PT, LABEL_PT, FOOT_PT = 13.0, 10.0, 9.0, 7.5, 7.0
LABEL_WIDTH_IN = 1.05

PADDING = 0.03
"""What is shown around the places, as a part of their width or height."""

MOST_LABELS = 15
ENGLAND_M = 300_000
"""A map of places so far apart, London among them, shows London enlarged."""

LONDON = "E12000007"


def draw_map(
    layer: MapLayer,
    outlines: gpd.GeoDataFrame,
    *,
    title: str,
    notes: Sequence[str] = (),
    sources: Sequence[str] = (),
    background: gpd.GeoDataFrame | None = None,
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

    Returns
    -------
    matplotlib.figure.Figure
        Nine inches wide. Its label is the text alternative; :func:`placespend.maps.writing.write_map` writes both.

    Raises
    ------
    WrongTypeError
        If places have no outline, or outlines are not in metres of the British National Grid.
    """
    shapes = outlines_in_order(layer, outlines)
    around = check_outlines(background) if background is not None else None
    with settings():
        page = Page()
        heading = page.lines(title, TITLE_PT, PAGE_IN - 2 * MARGIN_IN, bold=True)
        keys = legend_keys(layer, with_background=around is not None)
        blocks = [_lines_of_key(page, key) for key in keys]
        bounds, width, height = _frame(shapes)
        inset = _london(shapes)
        inset_height = LEGEND_IN * ratio(inset) + height_of(2, KEY_PT) if inset else 0.0
        labels, unlabelled = _labels(page, layer, shapes, bounds, width, height)
        foot = [*notes, *([f"Without room for a label: {list_values(unlabelled)}."] if unlabelled else [])]
        foot += [f"Source: {'; '.join(map(one_line, sources))}."] if sources else []
        footer = [line for text in [*foot, NOTICE] for line in page.lines(text, FOOT_PT, PAGE_IN - 2 * MARGIN_IN)]
        below_title = height_of(len(heading), TITLE_PT) + 0.15
        body = max(height + STRIP_IN, _height_of_keys(keys, blocks) + inset_height)
        page.set_height(2 * MARGIN_IN + below_title + body + 0.1 + height_of(len(footer), FOOT_PT))

        page.title(heading, TITLE_PT)
        top = MARGIN_IN + below_title
        axes = page.axes(MARGIN_IN, top, width, height, bounds)
        drawing = Drawing(layer, shapes, around)
        drawing.draw(axes)
        _draw_labels(axes, labels)
        page.scale_bar(MARGIN_IN, top + height + 0.2, (bounds[2] - bounds[0]) / width, width / 4, LABEL_PT)
        legend_left = PAGE_IN - MARGIN_IN - LEGEND_IN
        end = _draw_keys(page, keys, blocks, legend_left, top)
        if inset:
            _draw_inset(page, drawing, axes, inset, (legend_left, end), width / (bounds[2] - bounds[0]))
        page.write(footer, MARGIN_IN, page.height - MARGIN_IN - height_of(len(footer), FOOT_PT), FOOT_PT, colour=GREY)
        told = [describe_map(layer, title=title), *map(one_line, notes)]
        page.figure.set_label(" ".join(told))
        return page.figure


def _frame(shapes: NDArray[Any]) -> tuple[Bounds, float, float]:
    """Choose what is shown, in metres, and how large, in inches."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    west, south, east, north = (float(end) for end in shapely.total_bounds(shapes))
    pad = PADDING * max(east - west, north - south)
    bounds = (west - pad, south - pad, east + pad, north + pad)
    width = min(MAP_IN, TALLEST_MAP_IN / ratio(bounds))
    return bounds, width, width * ratio(bounds)


# --- labels


@dataclass(frozen=True)
class _Label:
    lines: list[str]
    box: Box
    anchor: tuple[float, float]
    on_map: tuple[float, float]


def _labels(
    page: Page, layer: MapLayer, shapes: NDArray[Any], bounds: Bounds, width: float, height: float
) -> tuple[list[_Label], list[str]]:
    """Find room for the names of places, where they are few; and list those without room."""
    if len(shapes) > MOST_LABELS:
        return [], []
    scale = width / (bounds[2] - bounds[0])
    # The smaller a place is, the more its name needs to stand in it.
    areas = [float(shape.area) for shape in shapes]
    order = sorted(range(len(shapes)), key=lambda row: (areas[row], layer.table["code"][row]))
    names = [page.lines(layer.table["name"][row], LABEL_PT, LABEL_WIDTH_IN) for row in order]
    middles = [_middle(shapes[row]) for row in order]
    anchors = [((x - bounds[0]) * scale, (y - bounds[1]) * scale) for x, y in middles]
    sizes = [
        (max(page.measure(line, LABEL_PT) for line in lines) + 0.08, height_of(len(lines), LABEL_PT) + 0.06)
        for lines in names
    ]
    boxes = place_labels(anchors, sizes, width, height)
    rows = list(zip(order, names, boxes, anchors, middles, strict=True))
    labels = [_Label(lines, box, anchor, middle) for _, lines, box, anchor, middle in rows if box is not None]
    return labels, [layer.table["name"][row] for row, _, box, _, _ in rows if box is None]


def _middle(shape: Any) -> tuple[float, float]:
    """Find the point of a place that is farthest from its edges."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    point = shapely.maximum_inscribed_circle(largest).coords[0]
    return float(point[0]), float(point[1])


def _draw_labels(axes: Axes, labels: Sequence[_Label]) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415  (a pot needs no maps)

    (west, east), south = axes.get_xlim(), axes.get_ylim()[0]
    size = axes.get_position().width * PAGE_IN
    metres = (east - west) / size
    for label in labels:
        x, y = west + label.box.x * metres, south + label.box.y * metres
        if not label.box.covers(*label.anchor):
            ends = [label.on_map[0], x], [label.on_map[1], y]
            axes.add_artist(Line2D(*ends, color=INK, linewidth=0.6, marker="o", markersize=2, markevery=[0], zorder=8))
        axes.text(
            x, y, "\n".join(label.lines), size=LABEL_PT, color=INK, ha="center", va="center", zorder=9,
            linespacing=1.15, bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.85, "pad": 1.0},
        )  # fmt: skip


# --- beside and under the map


def _size(key: Key) -> float:
    return HEADING_PT if key.is_heading else KEY_PT


def _lines_of_key(page: Page, key: Key) -> list[str]:
    """Break a row of the legend into lines; what is in brackets stays together."""
    room = LEGEND_IN - (SWATCH_IN[0] + 0.1 if key.style else 0.0)
    lines = page.lines(key.words, _size(key), room, bold=key.is_heading)
    if not key.count:
        return lines
    last = f"{lines[-1]} {key.count}" if lines else key.count
    return [*lines[:-1], last] if page.measure(last, _size(key)) <= room else [*lines, key.count]


def _height_of_keys(keys: list[Key], blocks: list[list[str]]) -> float:
    return sum(_height_of_key(key, block) for key, block in zip(keys, blocks, strict=True))


def _height_of_key(key: Key, block: list[str]) -> float:
    return max(height_of(len(block), _size(key)), SWATCH_IN[1] if key.style else 0.0) + 0.08


def _draw_keys(page: Page, keys: list[Key], blocks: list[list[str]], left: float, top: float) -> float:
    """Draw the legend and give where it ends."""
    for key, block in zip(keys, blocks, strict=True):
        indent = 0.0
        if key.style:
            indent = SWATCH_IN[0] + 0.1
            page.rectangle(left, top, *SWATCH_IN, key.style)
        # One line stands level with the middle of its swatch.
        drop = (SWATCH_IN[1] - KEY_PT / POINTS_PER_INCH) / 2 if key.style else 0.0
        page.write(block, left + indent, top + drop, _size(key), bold=key.is_heading)
        top += _height_of_key(key, block)
    return top


def _london(shapes: NDArray[Any]) -> Bounds | None:
    """Give what the inset shows, where the map is of England and has one."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    west, south, east, north = shapely.total_bounds(shapes)
    if max(east - west, north - south) < ENGLAND_M:
        return None
    regions = shipped_outlines("region").set_index("code")
    london = regions.geometry[LONDON]
    # Places that London holds several of: an inset of a whole region would say no more than the map.
    inside = sum(1 for shape in shapes if london.covers(shape.representative_point()))
    if inside < 2:
        return None
    left, bottom, right, top = (float(end) for end in london.bounds)
    pad = PADDING * (right - left)
    return (left - pad, bottom - pad, right + pad, top + pad)


def _draw_inset(
    page: Page, drawing: Drawing, main: Axes, bounds: Bounds, at: tuple[float, float], inches_per_metre: float
) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415  (a pot needs no maps)

    scale = LEGEND_IN / (bounds[2] - bounds[0])
    caption = f"London, enlarged {scale / inches_per_metre:.1f} times"
    page.write([caption], at[0], at[1] + height_of(1, KEY_PT) / 2, KEY_PT, bold=True)
    top = at[1] + height_of(2, KEY_PT)
    axes = page.axes(at[0], top, LEGEND_IN, LEGEND_IN * ratio(bounds), bounds)
    drawing.draw(axes)
    frame: dict[str, Any] = {"fill": False, "edgecolor": INK, "linewidth": 0.7, "zorder": 7}
    axes.add_artist(Rectangle((0, 0), 1, 1, transform=axes.transAxes, clip_on=False, **frame))
    corner, size = bounds[:2], (bounds[2] - bounds[0], bounds[3] - bounds[1])
    main.add_artist(Rectangle(corner, *size, **frame))
