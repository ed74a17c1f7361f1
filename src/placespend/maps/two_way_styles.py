"""How places are filled on a map of two measures, and what is written in them.

Oranges grow with the first measure and blues with the second, in the colours of the Government Analysis Function's
palette and steps between them; both together go to near black. Any two of the nine lie 22 or more apart in CIELAB, for
normal sight and for those who lack one of the three kinds of cones. Greyscale cannot tell nine cells apart: so the sign
of its cell is written in each place that has room for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.maps.labels import INNER_PT, Label, draw_labels
from placespend.maps.layers import VALUE
from placespend.maps.lettering import Box, height_of
from placespend.maps.page import PAGE_IN, ratio
from placespend.maps.shading import Drawing
from placespend.maps.styles import MARK_STYLES, STEPS, Style, hatched
from placespend.maps.two_way import LETTERS, NUMBERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from placespend.maps.page import Bounds, Page
    from placespend.maps.two_way import TwoWayLayer

COLOURS = (
    ("#f3f2f1", "#9ab0d7", "#2073bc"),
    ("#ffb08b", "#947475", "#12436d"),
    ("#f46a25", "#802c08", "#2b2b2b"),
)
"""By the class of the first measure, then by that of the second, from the lowest up."""


def style_of_cell(layer: TwoWayLayer, cell: str) -> Style:
    """Give the style of a cell.

    Parameters
    ----------
    layer : TwoWayLayer
    cell : str
        "A1" to "C3".

    Returns
    -------
    Style
    """
    # Of two classes the ends of three are taken, so that low and high look the same on every map.
    first = STEPS[len(layer.first.classes)][LETTERS.index(cell[0])] if len(layer.first.classes) > 1 else 1
    second = STEPS[len(layer.second.classes)][NUMBERS.index(cell[1])] if len(layer.second.classes) > 1 else 1
    return Style(COLOURS[first][second])


def styles_of_places(layer: TwoWayLayer) -> list[Style]:
    """Give the style in which each place is drawn.

    Parameters
    ----------
    layer : TwoWayLayer

    Returns
    -------
    list of Style
        By the rows of the layer's table. Estimates are hatched where the map has other numbers beside them.
    """
    styles = []
    for mark, cell, is_modelled in zip(
        layer.table["mark"], layer.table["cell"], layer.table["is_modelled"], strict=True
    ):
        style = style_of_cell(layer, cell) if mark == VALUE else MARK_STYLES[mark]
        styles.append(hatched(style) if is_modelled and not layer.is_all_modelled else style)
    return styles


@dataclass
class TwoWayDrawing(Drawing):
    """Places in the styles of their cells, to be drawn on a map and again on its inset.

    Attributes
    ----------
    two_way : TwoWayLayer
    page : Page
    with_signs : bool
        Whether the sign of its cell is written within each place that has room for it.
    """

    two_way: TwoWayLayer
    page: Page
    with_signs: bool = True

    def draw(self, axes: Axes) -> None:
        """Draw what the axes show, and the signs.

        Parameters
        ----------
        axes : matplotlib.axes.Axes
        """
        super().draw(axes)
        if self.with_signs:
            (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
            width = axes.get_position().width * PAGE_IN
            bounds = west, south, east, north
            draw_labels(axes, signs_inside(self.page, self.two_way, self.shapes, bounds, width))


def signs_inside(page: Page, layer: TwoWayLayer, shapes: NDArray[Any], bounds: Bounds, width: float) -> list[Label]:
    """Write its name and the sign of its cell within each place that has room for both; or the sign alone.

    Parameters
    ----------
    page : Page
    layer : TwoWayLayer
    shapes : ndarray of shapely polygons
        By the rows of the layer's table.
    bounds : tuple of float
        What the map shows: west, south, east, north, in metres.
    width : float
        Of the map, in inches.

    Returns
    -------
    list of Label
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    scale = width / (bounds[2] - bounds[0])
    inches = shapely.transform(shapes, lambda points: (points - np.array(bounds[:2])) * scale)
    rows = zip(layer.table["name"], layer.table["cell"], inches, styles_of_places(layer), strict=True)
    labels = (_sign_inside(page, name, cell, shape, style, scale, bounds) for name, cell, shape, style in rows)
    height = width * ratio(bounds)
    return [label for label in labels if label is not None and label.box.lies_within(width, height)]


def _sign_inside(
    page: Page, name: str, cell: str, shape: Any, style: Style, scale: float, bounds: Bounds
) -> Label | None:
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    (x, y), _ = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest))
    sign = [cell] if cell else []
    for lines in filter(None, [*([*words, *sign] for words in _breaks(name)), sign]):
        for size in INNER_PT:
            width, height = max(page.measure(line, size) for line in lines), height_of(len(lines), size)
            # What stands behind the words is a little larger than they are.
            needed = shapely.box(*_around(x, y, width + 0.04, height + 0.02))
            if largest.contains(needed):
                on_map = x / scale + bounds[0], y / scale + bounds[1]
                return Label(lines, Box(x, y, width, height), (x, y), on_map, size, style)
    return None


def _breaks(name: str) -> list[list[str]]:
    """Give a name on one line and, where it has several words, on two about as long as one another."""
    words = name.split()
    twos = [[" ".join(words[:first]), " ".join(words[first:])] for first in range(1, len(words))]
    best = [min(twos, key=lambda two: max(map(len, two)))] if twos else []
    return [[name], *best] if words else []


def _around(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2
