"""A place made of a point and what lies around it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from numbers import Real

import numpy as np

from placespend.errors import PlacespendError
from placespend.land import extents_by_land
from placespend.levels import OWN
from placespend.own_places import COUNTED
from placespend.place import Place
from placespend.place_codes import POSTCODE
from placespend.postcodes import coordinates, rows_of_postcodes, rows_within
from placespend.rulers import VARIANTS, check_variant, extent_of_postcodes
from placespend.spelling import one_line


def circle(
    around: str | tuple[float, float], radius_m: float, *, name: str = "", code: str = "", coverage: str = "postcodes"
) -> Place:
    """Make a place of a point and what lies around it.

    Parameters
    ----------
    around : str or tuple of float
        A postcode; or latitude and longitude, or easting and northing, as numbers or as a text with a comma.
    radius_m : float
        Metres.
    name, code : str, optional
    coverage : {"postcodes", "households", "residents", "land"}

    Returns
    -------
    Place

    Raises
    ------
    PlacespendError
        If the point or the radius cannot be understood, or nothing lies in the circle.
    """
    check_variant(coverage)
    if not isinstance(radius_m, Real) or isinstance(radius_m, bool) or not 0 < radius_m <= 1_000_000:
        message = f"A radius is a number of metres above nothing and up to a million, not {radius_m!r}."
        raise PlacespendError(message, hint="for example --radius 800")
    radius = float(radius_m)
    east, north, words = _point(around)
    title = f"{radius:,.10g} m around {words}"
    if coverage == "land":
        import shapely  # noqa: PLC0415  (a pot needs no maps)

        disc = shapely.Point(east, north).buffer(radius, quad_segs=64)
        extent = extents_by_land([disc], file=title)[0]
    else:
        rows = rows_within(east - radius, north - radius, east + radius, north + radius)
        eastings, northings = coordinates(rows)
        extent = extent_of_postcodes(rows[np.hypot(eastings - east, northings - north) <= radius], coverage=coverage)
    if not len(extent):
        message = f"No {COUNTED[coverage]} lies within {title}."
        raise PlacespendError(message, hint="take a larger radius, or check the point")
    cut = f", cutting small areas {VARIANTS[coverage]}" if len(extent.parts) else ""
    short = hashlib.sha256(f"{east:.0f} {north:.0f} {radius} {coverage}".encode()).hexdigest()[:8]
    called = (one_line(code) or f"circle-{short}", one_line(name) or title)
    return Place(*called, OWN, extent, definition=f"{title}{cut}.")


def _point(around: str | tuple[float, float]) -> tuple[float, float, str]:
    """Find the easting and northing of a point, and words for it."""
    if isinstance(around, str):
        key = "".join(around.upper().split())
        if POSTCODE.fullmatch(key):
            row = rows_of_postcodes([key])
            if row[0] < 0:
                message = f"The postcode '{one_line(around)}' is not known here."
                raise PlacespendError(message, hint="it may be newer than May 2022; give a point instead")
            east, north = coordinates(row)
            return float(east[0]), float(north[0]), f"{key[:-3]} {key[-3:]}"
        numbers = around.split(",")
    else:
        numbers = list(map(str, around)) if isinstance(around, Iterable) else []
    try:
        first, second = (float(number) for number in numbers)
    except ValueError:
        message = f"'{one_line(str(around))}' is neither a postcode nor a point of two numbers."
        raise PlacespendError(message, hint="for example 'W12 7RF', '51.51,-0.23' or '523000,180000'") from None
    if 49 <= first <= 56 and -7 <= second <= 2:
        from placespend.shapes.crs import system_of  # noqa: PLC0415  (a pot needs no maps)

        to_grid = system_of(None, (second, first), by_rule=False, file="the point").to_grid
        ((east, north),) = to_grid(np.array([[second, first]]))
        return float(east), float(north), f"{first:.5f}, {second:.5f}"
    if 0 <= first <= 700_000 and 0 <= second <= 1_300_000 and max(first, second) > 1_000:
        return first, second, f"{first:,.0f}, {second:,.0f}"
    message = f"{first}, {second} is no point of England."
    swapped = 49 <= second <= 56 and -7 <= first <= 2
    hint = "write latitude before longitude" if swapped else "give latitude and longitude, or easting and northing"
    raise PlacespendError(message, hint=hint)
