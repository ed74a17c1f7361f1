"""The grid on which small multiples stand: as large as the page lets them be, each under its heading."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from placespend.maps.frames import bounds_around
from placespend.maps.labels import MOST_LABELS, draw_labels, label_places, labels_inside
from placespend.maps.legends import style_of_places
from placespend.maps.lettering import height_of
from placespend.maps.page import MARGIN_IN, PAGE_IN, ratio
from placespend.maps.shading import Drawing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from placespend.maps.layers import MapLayer
    from placespend.maps.page import Bounds, Page

GUTTER_IN = 0.25
"""Between pictures."""

TALLEST_IN = 8.0
"""All pictures together are no higher, so that the whole prints on a page."""

HEADING_PT, CAPTION_PT = 9.5, 8.0

LABELLED_IN = 3.6
"""On a narrower picture no names are written, nor where places are many: the few that had room would stand out."""


@dataclass(frozen=True)
class Grid:
    """Where pictures stand.

    Attributes
    ----------
    across : int
        How many stand in a row.
    width, height : float
        Of each, in inches.
    bounds : tuple of float
        What each shows: west, south, east, north, in metres.
    headings, captions : list of list of str
        The lines over each.
    """

    across: int
    width: float
    height: float
    bounds: Bounds
    headings: list[list[str]]
    captions: list[list[str]]

    def _words_height(self, row: int) -> float:
        """Tell how high the words over a row are."""
        these = range(row * self.across, min((row + 1) * self.across, len(self.headings)))
        heights = [
            height_of(len(self.headings[number]), HEADING_PT) + height_of(len(self.captions[number]), CAPTION_PT)
            for number in these
        ]
        return max(heights) + 0.05

    def corner(self, number: int) -> tuple[float, float, float]:
        """Tell where a picture stands.

        Parameters
        ----------
        number : int
            0 for the first.

        Returns
        -------
        left, top : float
            Of its words, in inches; from the left of the page, and from the top of the grid.
        under : float
            The top of the picture itself.
        """
        row, column = divmod(number, self.across)
        top = sum(self._words_height(above) + self.height + GUTTER_IN for above in range(row))
        return MARGIN_IN + column * (_room(self.across) + GUTTER_IN), top, top + self._words_height(row)

    @property
    def whole_height(self) -> float:
        """The height of all pictures with what stands over them, in inches."""
        return self.corner(len(self.headings) - 1)[2] + self.height


def lay_out(page: Page, captions: Mapping[str, str], shapes: Sequence[NDArray[Any]]) -> Grid:
    """Choose how many pictures stand in a row, two at least, so that they are as large as can be.

    Parameters
    ----------
    page : Page
    captions : mapping of str to str
        By heading.
    shapes : sequence of ndarray of shapely polygons
        What each picture shows. All get the same frame.

    Returns
    -------
    Grid
    """
    bounds = bounds_around(shapes)
    widths = {
        across: min(_room(across), TALLEST_IN / math.ceil(len(captions) / across) / ratio(bounds))
        for across in range(2, len(captions) + 1)
    }
    # Of those as large as one another, the one with the shortest rows: it leaves the fewest gaps.
    across = max(widths, key=lambda across: (round(widths[across], 6), -across))
    room = _room(across)
    headings = [page.lines(heading, HEADING_PT, room, bold=True) for heading in captions]
    below = [page.lines(caption, CAPTION_PT, room) for caption in captions.values()]
    return Grid(across, widths[across], widths[across] * ratio(bounds), bounds, headings, below)


def draw_picture(
    page: Page, grid: Grid, number: int, picture: tuple[MapLayer, NDArray[Any]], top: float, *, is_schematic: bool
) -> None:
    """Draw one of the pictures, with what stands over it.

    Parameters
    ----------
    page : Page
    grid : Grid
    number : int
        0 for the first.
    picture : (MapLayer, ndarray of shapely polygons)
        What it shows.
    top : float
        Of the grid, in inches.
    is_schematic : bool
        Whether the outlines are no real ones.
    """
    layer, shapes = picture
    left, above, under = grid.corner(number)
    heading = grid.headings[number]
    page.write(heading, left, top + above, HEADING_PT, bold=True)
    page.write(grid.captions[number], left, top + above + height_of(len(heading), HEADING_PT), CAPTION_PT)
    axes = page.axes(left, top + under, grid.width, grid.height, grid.bounds)
    Drawing(shapes, style_of_places(layer), None).draw(axes)
    if grid.width < LABELLED_IN or len(shapes) > MOST_LABELS:
        return
    if is_schematic:
        labels, _ = labels_inside(page, layer, shapes, grid.bounds, grid.width)
    else:
        labels, _ = label_places(page, layer, shapes, grid.bounds, grid.width, grid.height)
    draw_labels(axes, labels)


def _room(across: int) -> float:
    return (PAGE_IN - 2 * MARGIN_IN - (across - 1) * GUTTER_IN) / across
