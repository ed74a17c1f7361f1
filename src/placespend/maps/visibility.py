"""What must be said, or refused, of the outlines that a map is drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.errors import PlacespendError, list_values

if TYPE_CHECKING:
    import geopandas as gpd

LEAST_FILLED = 0.01
"""Places that fill less of the land between them than this are specks on a map."""


def check_visible(outlines: gpd.GeoDataFrame) -> None:
    """Refuse places that would be specks on a picture of all of them.

    Parameters
    ----------
    outlines : geopandas.GeoDataFrame
        ``name`` and ``geometry``.

    Raises
    ------
    PlacespendError
        If they are too small and far apart to be seen.
    """
    west, south, east, north = outlines.total_bounds
    filled = outlines.geometry.area.sum() / ((east - west) * (north - south))
    if len(outlines) > 1 and filled < LEAST_FILLED:
        message = (
            f"These {len(outlines):,} places are too small and far apart to be seen on one map: "
            f"{list_values(list(outlines['name']))}."
        )
        raise PlacespendError(message, hint="map one of them, or every place of a level")


def notes_on_outlines(outlines: gpd.GeoDataFrame) -> list[str]:
    """Say where outlines are only approximate.

    Parameters
    ----------
    outlines : geopandas.GeoDataFrame
        As :func:`placespend.maps.place_outlines.outlines_of` gives them.

    Returns
    -------
    list of str
        None where all are made of whole small areas.
    """
    drawn = sorted({how for how in outlines["drawn"] if how})
    return [f"Outlines of places that cut small areas are approximate: {'; or '.join(drawn)}."] if drawn else []
