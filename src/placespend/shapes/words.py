"""How findings about shapes are put: areas, places and shares in words, and what counts as a sliver."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from placespend.shapes.crs import from_grid

Done = Literal["kept", "mended", "left out", "refused"]

TINY_M2 = 100.0
"""Less is no place people live in: a house with its garden has more. Also what a snapping error leaves behind."""

THIN_M = 2.0
"""A mean width below this is no land of its own, but two lines that were meant to be one: maps at 1:10,000, from
which most boundaries are drawn, are good to about as much. The mean width is twice the area by the perimeter; of a
strip longer than a bus it is at once below an eighth of a circle's roundness, so that needs no measure of its own."""


class Remark(NamedTuple):
    """Something to tell about a shape.

    Attributes
    ----------
    finding : str
        A fixed phrase.
    detail : str
        With numbers.
    done : {"kept", "mended", "refused"}
    """

    finding: str
    detail: str
    done: Done


def area_words(square_metres: float) -> str:
    """Put an area into the unit that suits its size.

    Parameters
    ----------
    square_metres : float

    Returns
    -------
    str

    Examples
    --------
    >>> area_words(99.6), area_words(25_000), area_words(3_200_000)
    ('100 m²', '2.50 ha', '3.20 km²')
    """
    if square_metres < 10_000:
        return f"{square_metres:,.1f} m²" if square_metres < 10 else f"{square_metres:,.0f} m²"
    if square_metres < 1_000_000:
        return f"{square_metres / 10_000:,.2f} ha"
    return f"{square_metres / 1_000_000:,.2f} km²"


def where(x: float, y: float) -> str:
    """Say where a point of the grid is, for those with a paper map and those with a web map.

    Parameters
    ----------
    x, y : float
        Easting and northing.

    Returns
    -------
    str
    """
    longitude, latitude = from_grid(x, y)
    return f"easting {x:,.0f}, northing {y:,.0f} (latitude {latitude:.5f}, longitude {longitude:.5f})"


def is_sliver(shape: Any) -> bool:
    """Tell whether a polygon is too small or too thin to be land that someone meant.

    Parameters
    ----------
    shape : shapely Polygon or MultiPolygon
        On the grid.

    Returns
    -------
    bool
    """
    return bool(shape.area < TINY_M2 or mean_width(shape) < THIN_M)


def mean_width(shape: Any) -> float:
    """Give the width in metres that a strip of the same area and perimeter would have.

    Parameters
    ----------
    shape : shapely Polygon or MultiPolygon

    Returns
    -------
    float
    """
    return float(2 * shape.area / shape.length) if shape.length else 0.0


def percent(share: float) -> str:
    """Put a share into words that do not call a little nothing, nor almost all everything.

    Parameters
    ----------
    share : float
        Of 1.

    Returns
    -------
    str

    Examples
    --------
    >>> percent(0.5), percent(0.0001), percent(0.9999), percent(1)
    ('50.0 %', 'under 0.1 %', 'over 99.9 %', '100.0 %')
    """
    if 0 < share < 0.001:
        return "under 0.1 %"
    return "over 99.9 %" if 0.999 < share < 1 - 1e-6 else f"{100 * share:.1f} %"
