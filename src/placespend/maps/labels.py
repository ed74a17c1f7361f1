"""The names of places on a map, where they are few: set so that no two meet, with a line to what they name."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from placespend.maps.legends import style_of_places
from placespend.maps.lettering import Box, height_of, place_labels
from placespend.maps.page import PAGE_IN
from placespend.maps.styles import DARK, INK, PAPER, Style, lightness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from placespend.maps.layers import MapLayer
    from placespend.maps.page import Bounds, Page

LABEL_PT = 7.5
LABEL_WIDTH_IN = 1.05

MOST_LABELS = 15

INNER_PT, INNER_PT_OF_MANY = (7.5, 6.5, 5.5), (6.0, 5.5, 5.0)
"""The sizes at which a name is tried within its place: where places are few, and where they are many."""

INNER_MARGIN_IN = 0.02
"""What is left free between a name and the edge of its place."""

MOST_INNER_LINES, LONGEST_INNER_LINE, MOST_INNER_WORDS = 3, 60, 12
"""A name of longer lines or more words is not written within its place."""


@dataclass(frozen=True)
class Label:
    """A name that has room on the map.

    Attributes
    ----------
    lines : list of str
    box : Box
        Where it stands, in inches.
    anchor : (float, float)
        The middle of what it names, in inches.
    on_map : (float, float)
        The same in metres.
    size : float
        Of the letters, in points.
    within : Style or None
        The style of the place that the name stands in; None where it stands on paper, and may lie beside its place.
    """

    lines: list[str]
    box: Box
    anchor: tuple[float, float]
    on_map: tuple[float, float]
    size: float = LABEL_PT
    within: Style | None = None


def label_places(
    page: Page, layer: MapLayer, shapes: NDArray[Any], bounds: Bounds, width: float, height: float
) -> tuple[list[Label], list[str]]:
    """Find room for the names of places, where they are few; and list those without room.

    Parameters
    ----------
    page : Page
    layer : MapLayer
    shapes : ndarray of shapely polygons
        By the rows of the layer's table.
    bounds : tuple of float
        What the map shows: west, south, east, north, in metres.
    width, height : float
        Of the map, in inches.

    Returns
    -------
    list of Label
    list of str
        The names without room.
    """
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
    labels = [Label(lines, box, anchor, middle) for _, lines, box, anchor, middle in rows if box is not None]
    return labels, [layer.table["name"][row] for row, _, box, _, _ in rows if box is None]


def labels_inside(
    page: Page, layer: MapLayer, shapes: NDArray[Any], bounds: Bounds, width: float
) -> tuple[list[Label], list[str]]:
    """Write names within their places, where the whole name has room; so none can meet another.

    Parameters
    ----------
    page : Page
    layer : MapLayer
    shapes : ndarray of shapely polygons
        By the rows of the layer's table, none over another.
    bounds : tuple of float
        What the map shows: west, south, east, north, in metres.
    width : float
        Of the map, in inches.

    Returns
    -------
    list of Label
    list of str
        The names without room.
    """
    scale = width / (bounds[2] - bounds[0])
    sizes = INNER_PT if len(shapes) <= MOST_LABELS else INNER_PT_OF_MANY
    labels, unlabelled = [], []
    for name, shape, style in zip(layer.table["name"], shapes, style_of_places(layer), strict=True):
        found = _label_inside(page, name, shape, style, sizes, scale, bounds)
        if found is None:
            unlabelled.append(name)
        else:
            labels.append(found)
    return labels, unlabelled


def _label_inside(
    page: Page, name: str, shape: Any, style: Style, sizes: Sequence[float], scale: float, bounds: Bounds
) -> Label | None:
    """Find the largest size at which a name, on up to three lines, lies within its place."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    x, y = _middle(shape)
    at = (x - bounds[0]) * scale, (y - bounds[1]) * scale
    west, _, east, _ = shape.bounds
    # What is measured once is as much narrower as the letters are smaller.
    broken = {lines: max(page.measure(line, sizes[0]) for line in lines) / sizes[0] for lines in ways_to_break(name)}
    for size in sizes:
        for lines, width in broken.items():
            block = width * size, height_of(len(lines), size)
            half_width, half_height = ((part / 2 + INNER_MARGIN_IN) / scale for part in block)
            if half_width * 2 > east - west:
                continue
            if shape.contains(shapely.box(x - half_width, y - half_height, x + half_width, y + half_height)):
                return Label(list(lines), Box(*at, *block), at, (x, y), size, style)
    return None


def ways_to_break(name: str) -> list[tuple[str, ...]]:
    """Break a name between words into one, two and three lines of about one length.

    Parameters
    ----------
    name : str

    Returns
    -------
    list of tuple of str
        None of a name that is too long.

    Examples
    --------
    >>> ways_to_break("West Midlands")
    [('West Midlands',), ('West', 'Midlands')]
    """
    words = name.split()
    if len(words) > MOST_INNER_WORDS:
        return []
    ways = []
    for lines in range(1, min(MOST_INNER_LINES, len(words)) + 1):
        cuts = combinations(range(1, len(words)), lines - 1)
        broken = [tuple(" ".join(words[first:end]) for first, end in pairwise((0, *cut, len(words)))) for cut in cuts]
        ways.append(min(broken, key=lambda way: max(map(len, way))))
    return [way for way in ways if max(map(len, way)) <= LONGEST_INNER_LINE]


def _middle(shape: Any) -> tuple[float, float]:
    """Find the point of a place that is farthest from its edges."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    point = shapely.maximum_inscribed_circle(largest).coords[0]
    return float(point[0]), float(point[1])


def draw_labels(axes: Axes, labels: Sequence[Label]) -> None:
    """Write the names on a map.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    labels : sequence of Label
    """
    from matplotlib.lines import Line2D  # noqa: PLC0415  (a pot needs no maps)

    (west, east), south = axes.get_xlim(), axes.get_ylim()[0]
    size = axes.get_position().width * PAGE_IN
    metres = (east - west) / size
    for label in labels:
        x, y = west + label.box.x * metres, south + label.box.y * metres
        if not label.box.covers(*label.anchor):
            ends = [label.on_map[0], x], [label.on_map[1], y]
            axes.add_artist(Line2D(*ends, color=INK, linewidth=0.6, marker="o", markersize=2, markevery=[0], zorder=8))
        paper: dict[str, Any] = {"facecolor": PAPER, "edgecolor": "none", "alpha": 0.85, "pad": 1.0}
        ink = INK
        if label.within is not None:
            # Its place's own colour behind it, over any pattern.
            paper |= {"facecolor": label.within.face, "alpha": 1.0, "pad": 0.3}
            ink = PAPER if lightness(label.within.face) < DARK else INK
        axes.text(
            x, y, "\n".join(label.lines), size=label.size, color=ink, ha="center", va="center", zorder=9,
            linespacing=1.15, bbox=paper,
        )  # fmt: skip
