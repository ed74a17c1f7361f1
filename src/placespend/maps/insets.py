"""Small maps beside the map.

London enlarged, where the map shows so much of England that its boroughs are specks; and where the places of the map
lie in something larger.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from placespend.errors import WrongTypeError
from placespend.geography import outlines as shipped_outlines
from placespend.maps.frames import bounds_around
from placespend.maps.keys import KEY_PT, LEGEND_IN
from placespend.maps.lettering import height_of
from placespend.maps.page import fill, ratio
from placespend.maps.shading import check_outlines, path_of
from placespend.maps.styles import BACKGROUND, INK, Style

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from placespend.maps.page import Bounds, Page
    from placespend.maps.shading import Drawing

ENGLAND_M = 300_000
"""A map of places so far apart, London among them, shows London enlarged."""

LONDON = "E12000007"

TALLEST_LOCATOR_IN = 2.0

SPECK_IN = 0.12
"""Places smaller than this on the locator are ringed."""

LOCATED = Style(INK, edge=INK, above=1)


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
    return bounds_around([[london]])


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


@dataclass(frozen=True)
class Locator:
    """A small map of where the mapped places lie, not yet drawn.

    Attributes
    ----------
    caption : list of str
        Its lines.
    around, places : list of shapely polygons
        What is drawn pale, and the mapped places as one in dark.
    bounds : tuple of float
        What it shows: west, south, east, north, in metres.
    width, height : float
        Of the map without its caption, in inches.
    """

    caption: list[str]
    around: list[Any]
    places: list[Any]
    bounds: Bounds
    width: float
    height: float

    @property
    def whole_height(self) -> float:
        """Its height with its caption, in inches."""
        return height_of(len(self.caption) + 1, KEY_PT) + self.height + 0.05


def locator_of(page: Page, shapes: NDArray[Any], locator: gpd.GeoDataFrame, caption: str) -> Locator:
    """Lay out a small map of where the mapped places lie.

    Parameters
    ----------
    page : Page
    shapes : ndarray of shapely polygons
        What is mapped.
    locator : geopandas.GeoDataFrame
        ``code`` and ``geometry`` (EPSG:27700) of the larger places around.
    caption : str
        "Where these places lie" if empty.

    Returns
    -------
    Locator

    Raises
    ------
    WrongTypeError
        If the outlines around are not in metres of the British National Grid, or there are none.
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    around = [shape for shape in check_outlines(locator).geometry if shape is not None and not shape.is_empty]
    if not around:
        message = "There are no outlines around, to show where the places of the map lie."
        raise WrongTypeError(message, hint="give those of a region or of England, or no locator")
    places = shapely.union_all(shapely.make_valid(shapes))
    bounds = bounds_around([[*around, places]])
    width = min(LEGEND_IN, TALLEST_LOCATOR_IN / ratio(bounds))
    lines = page.lines(caption or "Where these places lie", KEY_PT, LEGEND_IN, bold=True)
    return Locator(lines, around, [places], bounds, width, width * ratio(bounds))


def draw_locator(page: Page, locator: Locator, at: tuple[float, float]) -> None:
    """Draw where the mapped places lie.

    Parameters
    ----------
    page : Page
    locator : Locator
    at : (float, float)
        The upper left corner, in inches.
    """
    from matplotlib.patches import Circle, PathPatch, Rectangle  # noqa: PLC0415  (a pot needs no maps)

    page.write(locator.caption, at[0], at[1] + height_of(1, KEY_PT) / 2, KEY_PT, bold=True)
    top = at[1] + height_of(len(locator.caption) + 1, KEY_PT)
    axes = page.axes(at[0], top, locator.width, locator.height, locator.bounds)
    for shapes, style, width in ((locator.around, BACKGROUND, 0.3), (locator.places, LOCATED, 0.2)):
        patch = PathPatch(path_of(shapes), zorder=style.above)
        fill(patch, style, width)
        axes.add_artist(patch)
    frame: dict[str, Any] = {"fill": False, "edgecolor": INK, "linewidth": 0.7, "zorder": 7}
    axes.add_artist(Rectangle((0, 0), 1, 1, transform=axes.transAxes, clip_on=False, **frame))
    west, south, east, north = locator.places[0].bounds
    metres = (locator.bounds[2] - locator.bounds[0]) / locator.width
    if max(east - west, north - south) < SPECK_IN * metres:
        axes.add_artist(Circle(((west + east) / 2, (south + north) / 2), SPECK_IN * metres, **frame))
