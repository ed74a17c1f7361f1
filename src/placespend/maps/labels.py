"""The names of places on a map, where they are few: set so that no two meet, with a line to what they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from placespend.maps.lettering import Box, height_of, place_labels
from placespend.maps.page import PAGE_IN
from placespend.maps.styles import INK, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from placespend.maps.layers import MapLayer
    from placespend.maps.page import Bounds, Page

LABEL_PT = 7.5
LABEL_WIDTH_IN = 1.05

MOST_LABELS = 15


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
    """

    lines: list[str]
    box: Box
    anchor: tuple[float, float]
    on_map: tuple[float, float]


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
        axes.text(
            x, y, "\n".join(label.lines), size=LABEL_PT, color=INK, ha="center", va="center", zorder=9,
            linespacing=1.15, bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.85, "pad": 1.0},
        )  # fmt: skip
