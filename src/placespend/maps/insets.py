"""Small maps beside the map: London enlarged, where the map shows so much of England that its boroughs are specks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from placespend.geography import outlines as shipped_outlines
from placespend.maps.keys import KEY_PT, LEGEND_IN
from placespend.maps.lettering import height_of
from placespend.maps.page import ratio
from placespend.maps.styles import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from placespend.maps.page import Bounds, Page
    from placespend.maps.shading import Drawing

PADDING = 0.03
"""What is shown around places, as a part of their width or height."""

ENGLAND_M = 300_000
"""A map of places so far apart, London among them, shows London enlarged."""

LONDON = "E12000007"


def london_of(shapes: NDArray[Any]) -> Bounds | None:
    """Give what the inset of London shows, where the map is of England and has one.

    Parameters
    ----------
    shapes : ndarray of shapely polygons
        What is mapped.

    Returns
    -------
    tuple of float or None
        West, south, east, north, in metres.
    """
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


def draw_inset(
    page: Page, drawing: Drawing, main: Axes, bounds: Bounds, at: tuple[float, float], inches_per_metre: float
) -> None:
    """Draw an inset, and a frame around what it shows on the map.

    Parameters
    ----------
    page : Page
    drawing : Drawing
    main : matplotlib.axes.Axes
        The map.
    bounds : tuple of float
        What the inset shows: west, south, east, north, in metres.
    at : (float, float)
        Its upper left corner, in inches.
    inches_per_metre : float
        The scale of the map.
    """
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
