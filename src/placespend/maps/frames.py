"""What a map shows of the ground: all its places, and a little around them; and how large it is on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.maps.keys import LEGEND_IN
from placespend.maps.page import MARGIN_IN, PAGE_IN, ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from placespend.maps.page import Bounds

PADDING = 0.03
"""What is shown around places, as a part of their width or height."""

GUTTER_IN = 0.25
"""Between a map and its legend."""

MAP_IN = PAGE_IN - 2 * MARGIN_IN - GUTTER_IN - LEGEND_IN
TALLEST_MAP_IN = 7.5


def bounds_around(pictures: Sequence[Sequence[Any] | NDArray[Any]]) -> Bounds:
    """Give the frame that holds all shapes of one or several pictures.

    Parameters
    ----------
    pictures : sequence of sequence of shapely polygons

    Returns
    -------
    tuple of float
        West, south, east, north, in metres.
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    west, south, east, north = (float(end) for end in shapely.total_bounds(np.concatenate(list(pictures))))
    pad = PADDING * max(east - west, north - south)
    return west - pad, south - pad, east + pad, north + pad


def frame_beside_legend(shapes: NDArray[Any]) -> tuple[Bounds, float, float]:
    """Choose what a map shows that has its legend beside it, and how large it is.

    Parameters
    ----------
    shapes : ndarray of shapely polygons

    Returns
    -------
    bounds : tuple of float
        West, south, east, north, in metres.
    width, height : float
        In inches.
    """
    bounds = bounds_around([shapes])
    width = min(MAP_IN, TALLEST_MAP_IN / ratio(bounds))
    return bounds, width, width * ratio(bounds)
