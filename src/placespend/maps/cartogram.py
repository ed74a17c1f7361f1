"""An equal-area view: a hexagon for each place, all of one size, each near where the place really is.

On a true map of England the 33 authorities of London are specks, and a few rural counties fill the picture. Here every
place counts the same to the eye. The hexagons are set out by :mod:`placespend.maps.hexagons`; a hexagon is a
little wider than the middles of neighbours lie apart on average, so that few gaps are left. It tells which place is
near which, and not how large any is: of the 152 upper-tier authorities about three in five pairs of neighbours still
touch, and nine in ten are within two cells. :mod:`placespend.maps.region_marks` helps to find a place on it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.errors import TooLargeError, WrongTypeError, list_values
from placespend.gazetteer import places_of_level
from placespend.geography import count_of, level_index
from placespend.maps.hexagons import ROW, Wish, join_all, settle
from placespend.maps.shading import check_outlines
from placespend.place import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

MOST_PLACES = 400
"""More hexagons than this on a page are specks again."""

WIDER = 1.15
"""How wide a hexagon is, beside how far the middles of neighbours lie apart: less leaves gaps, more bends England."""

LEAST_M = 3
"""Half the width of the least hexagon: places may lie within one another, with one middle."""

EQUAL_AREAS = (
    "Every place has the same area, whatever its size. It is set near where it really is, with as many of its "
    "neighbours beside it as there is room for."
)
"""What the foot of such a map says."""


def equal_area_outlines(places: Sequence[Place]) -> gpd.GeoDataFrame:
    """Set places out as hexagons of one size, near where they are.

    Parameters
    ----------
    places : sequence of Place
        From one to 400, with codes of their own.

    Returns
    -------
    geopandas.GeoDataFrame
        ``code``, ``name``, ``region`` (the code of the region in which most of its residents live) and ``geometry``
        (EPSG:27700, whole metres), in the order given. All are of the same area and none overlap. The same places give
        the same, in whatever order.

    Raises
    ------
    WrongTypeError
        If there are none, or two have one code.
    TooLargeError
        If there are too many to be seen on a page.

    Notes
    -----
    Neighbours are places whose outlines have a line in common; islands count the place nearest to them as one.

    Examples
    --------
    >>> from placespend.gazetteer import places_of_level
    >>> hexagons = equal_area_outlines(places_of_level("region"))
    >>> len(hexagons), hexagons.area.nunique()
    (9, 1)
    """
    import geopandas as gpd  # noqa: PLC0415  (a pot needs no maps)

    from placespend.maps.place_outlines import outlines_of  # noqa: PLC0415

    _check_places(places)
    ordered = sorted(places, key=lambda place: place.code)
    codes = _regions(ordered)
    _, region = np.unique(codes, return_inverse=True)
    geometry = _hexagons(outlines_of(ordered).geometry.to_numpy(), region)
    columns = {"code": [place.code for place in ordered], "name": [place.name for place in ordered], "region": codes}
    table = gpd.GeoDataFrame(columns, geometry=geometry, crs="EPSG:27700").set_index("code", drop=False)
    return table.loc[[place.code for place in places]].reset_index(drop=True)


def region_outlines(cartogram: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join the hexagons of each region.

    Parameters
    ----------
    cartogram : geopandas.GeoDataFrame
        Of :func:`equal_area_outlines`.

    Returns
    -------
    geopandas.GeoDataFrame
        ``code``, ``name`` and ``geometry`` (EPSG:27700), by code. A region may have several parts.
    """
    import geopandas as gpd  # noqa: PLC0415  (a pot needs no maps)
    import shapely  # noqa: PLC0415

    check_outlines(cartogram)
    names = {place.code: place.name for place in places_of_level("region")}
    groups = sorted(cartogram.groupby("region").geometry)
    shapes = [shapely.coverage_union_all(shapes.to_numpy()) for _, shapes in groups]
    codes = [str(code) for code, _ in groups]
    columns = {"code": codes, "name": [names[code] for code in codes]}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:27700")


def _check_places(places: Sequence[Place]) -> None:
    odd = [type(place).__name__ for place in places if not isinstance(place, Place)]
    if odd or not places:
        message = f"An equal-area view is of places, not of {list_values(odd) or 'nothing'}."
        raise WrongTypeError(message, hint="find places with placespend.find_place or placespend.read_places")
    check_few(len(places))


def check_few(count: int) -> None:
    """Refuse more places than an equal-area view can show.

    Parameters
    ----------
    count : int

    Raises
    ------
    TooLargeError
    """
    if count > MOST_PLACES:
        message = f"{count:,} places cannot be told apart in an equal-area view, which holds {MOST_PLACES}."
        raise TooLargeError(message, hint="take a larger level, or the places within one place")


def _regions(places: Sequence[Place]) -> list[str]:
    """Find the region in which most residents of each place live."""
    codes, region = level_index("region")
    residents = count_of("residents")
    numbers = [
        int(np.bincount(region[place.small_areas], weights=residents[place.small_areas]).argmax()) for place in places
    ]
    return [str(codes[number]) for number in numbers]


def _hexagons(shapes: NDArray[Any], region: NDArray[np.int64]) -> NDArray[Any]:
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    middles = shapely.get_coordinates(shapely.centroid(shapes))
    pairs = join_all(_neighbours(shapes), middles)
    apart = np.hypot(*(middles[pairs[:, 0]] - middles[pairs[:, 1]]).T)
    # Whole metres that fit into one another: half a width, and a third of the way from row to row.
    width = WIDER * float(apart.mean()) if len(pairs) else math.sqrt(shapely.area(shapes)[0])
    half = max(round(width / 2), LEAST_M)
    third = round(2 * half * ROW / 3)
    cells = settle(Wish(middles / (2 * half), pairs, region)) * [half, 3 * third]
    cells += np.round((middles - cells).mean(axis=0)).astype(np.int64)
    corners = np.array([(0, 2), (half, 1), (half, -1), (0, -2), (-half, -1), (-half, 1)]) * [1, third]
    hexagons: NDArray[Any] = shapely.polygons(cells[:, None] + corners)
    return hexagons


def _neighbours(shapes: NDArray[Any]) -> NDArray[np.int64]:
    """List the pairs of shapes that have more than points in common, in their order."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    pairs = pairs[pairs[:, 0] < pairs[:, 1]]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    common = shapely.length(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]))
    found: NDArray[np.int64] = pairs[common > 0]
    return found
