"""Lines around the regions of an equal-area view, and their names beside it: they help to find a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.maps.cartogram import region_outlines
from placespend.maps.labels import LABEL_PT, ways_to_break
from placespend.maps.lettering import GAP_IN, height_of
from placespend.maps.page import PAGE_IN, Page, settings
from placespend.maps.shading import path_of
from placespend.maps.styles import INK, PAPER

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

LINE, EDGE = 1.6, 0.7
"""How wide the lines between regions are, and the paper on each side of them, in points."""

STEP_IN = 0.06
"""From one place at which a name is tried to the next."""

NEAR_IN = 0.12
"""A name no farther than this from its region needs no line to it."""

FARTHEST_IN = 1.2
"""A name farther from its region than this would not help."""

IN_THE_WAY = 5.0
"""How much worse a line is that runs over other regions than one of the same length that does not."""


def mark_regions(figure: Figure, cartogram: gpd.GeoDataFrame) -> Figure:
    """Draw thick lines around the regions of an equal-area view, and write their names where there is room.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What drew ``cartogram`` as its outlines. All its maps are marked; names are only written on a single one.
    cartogram : geopandas.GeoDataFrame
        Of :func:`placespend.maps.cartogram.equal_area_outlines`.

    Returns
    -------
    matplotlib.figure.Figure
        The same. Left as it is where there is one region only, or where each place is a region.
    """
    from matplotlib.patches import PathPatch  # noqa: PLC0415  (a pot needs no maps)

    regions = region_outlines(cartogram)
    if len(regions) == 1 or len(regions) == len(cartogram):
        return figure
    with settings():
        for axes in figure.axes:
            # Paper on both sides of the ink keeps the line in sight between dark places.
            for colour, width in ((PAPER, LINE + 2 * EDGE), (INK, LINE)):
                line = PathPatch(path_of(list(regions.geometry)), fill=False, edgecolor=colour, linewidth=width)
                line.set(joinstyle="round", zorder=7)
                axes.add_artist(line)
        if len(figure.axes) == 1:
            _name_regions(figure.axes[0], regions)
    return figure


def _name_regions(axes: Axes, regions: gpd.GeoDataFrame) -> None:
    """Write each region's name beside it, with a line to it where it is not next to it."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)
    from matplotlib.lines import Line2D  # noqa: PLC0415

    corner, end = np.array([axes.get_xlim(), axes.get_ylim()]).T
    scale = axes.get_position().width * PAGE_IN / (end[0] - corner[0])
    shapes = shapely.transform(regions.geometry.to_numpy(), lambda points: (points - corner) * scale)
    page = Page()
    taken = shapely.union_all(shapes)
    for name, shape in zip(regions["name"], shapes, strict=True):
        lines, box = room_for_name(page, name, shape, taken, (end - corner) * scale)
        if box is None:
            continue
        taken = shapely.union(taken, box)
        middle = shapely.get_coordinates(shapely.centroid(box))[0] / scale + corner
        line = shapely.shortest_line(box, shape)
        if line.length > NEAR_IN:
            ends = shapely.get_coordinates(line) / scale + corner
            axes.add_artist(Line2D(*ends.T, color=INK, linewidth=0.6, zorder=8))
        axes.text(
            float(middle[0]),
            float(middle[1]),
            "\n".join(lines),
            size=LABEL_PT,
            weight="bold",
            color=INK,
            ha="center",
            va="center",
            linespacing=1.15,
            zorder=9,
        )


def room_for_name(
    page: Page, name: str, shape: Any, taken: Any, room: NDArray[np.float64]
) -> tuple[tuple[str, ...], Any]:
    """Find room for a name on one line, or else on two.

    Parameters
    ----------
    page : Page
    name : str
    shape : shapely polygon
        What it names, in inches.
    taken : shapely geometry
        Where other things are.
    room : ndarray of float
        The width and height of the map.

    Returns
    -------
    lines : tuple of str
        None where there is no room.
    box : shapely.Polygon or None
        Where they stand.
    """
    for lines in ways_to_break(name)[:2]:
        width = max(page.measure(line, LABEL_PT, bold=True) for line in lines)
        box = _free_box(shape, taken, (width + 2 * GAP_IN, height_of(len(lines), LABEL_PT)), room)
        if box is not None:
            return lines, box
    return (), None


def _free_box(shape: Any, taken: Any, size: tuple[float, float], room: NDArray[np.float64]) -> Any:
    """Find the rectangle of a size that is nearest to a region, where nothing is; None if all are far."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    x, y = (axis.ravel() for axis in np.meshgrid(*(np.arange(0, room[i] - size[i], STEP_IN) for i in (0, 1))))
    boxes = shapely.box(x, y, x + size[0], y + size[1])
    near = boxes[shapely.distance(boxes, shape) <= FARTHEST_IN]
    free = near[shapely.distance(near, taken) > GAP_IN]
    if not len(free):
        return None
    lines = shapely.shortest_line(free, shape)
    over = shapely.length(shapely.intersection(lines, taken))
    middle = shapely.centroid(shape)
    # Of places as near as one another the one level with the middle of the region.
    badness = shapely.length(lines) + IN_THE_WAY * over + 0.1 * shapely.distance(shapely.centroid(free), middle)
    return free[int(badness.argmin())]
