"""What a map shows of the ground: all its places, and a little around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.maps.insets import PADDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from placespend.maps.page import Bounds


def bounds_around(pictures: Sequence[NDArray[Any]]) -> Bounds:
    """Give the frame that holds all shapes of one or several pictures.

    Parameters
    ----------
    pictures : sequence of ndarray of shapely polygons

    Returns
    -------
    tuple of float
        West, south, east, north, in metres.
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    west, south, east, north = (float(end) for end in shapely.total_bounds(np.concatenate(list(pictures))))
    pad = PADDING * max(east - west, north - south)
    return west - pad, south - pad, east + pad, north + pad
