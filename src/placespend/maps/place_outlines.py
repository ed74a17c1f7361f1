"""The outlines of places of any kind, made of those of their small areas. For drawing only.

A place of a level whose outlines ship has the one that ships: it is the same to the metre, and sooner read than made.

A small area that a place cuts is divided on the map as its money is, as near as can be told: its outline is divided
into the parts nearest to each of its live postcodes, and the place is drawn with those of the postcodes that it holds.
Where those cannot be told (it was cut by land, or by another weight), it is drawn whole if half of it or more is held.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from placespend.errors import WrongTypeError, list_values
from placespend.geography import OUTLINE_LEVELS, outlines, positions_of, small_areas
from placespend.postcodes import coordinates, is_live, numbers_of
from placespend.rulers import recut

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from placespend.extents import Extent
    from placespend.geography import OutlineLevel
    from placespend.place import Place

WHOLE = ""
BY_POSTCODES = "drawn by the postcodes held"
BY_HALVES = "drawn by the small areas of which at least half is held"

HELD = 0.5
"""Of the postcodes at one point, so many must be held for the point to be."""


def outline_of(place: Place) -> Any:
    """Draw the outline of a place.

    Parameters
    ----------
    place : Place

    Returns
    -------
    shapely.Polygon or shapely.MultiPolygon
        EPSG:27700. Exact as the small areas' outlines are where the place cuts none; else approximate.
    """
    return _draw(place)[0]


def outlines_of(places: Sequence[Place]) -> gpd.GeoDataFrame:
    """Draw the outlines of places, as maps take them.

    Parameters
    ----------
    places : sequence of Place
        With codes of their own.

    Returns
    -------
    geopandas.GeoDataFrame
        ``code``, ``name``, ``drawn`` (empty where the place cuts no small area, else how it is drawn) and
        ``geometry`` (EPSG:27700), in the order given.

    Raises
    ------
    WrongTypeError
        If two places have one code.
    """
    import geopandas as gpd  # noqa: PLC0415  (a pot needs no maps)

    codes = [place.code for place in places]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        message = f"Several places of the map have the code {list_values(twice)}."
        raise WrongTypeError(message, hint="give each place a code of its own")
    drawn = [_draw(place) for place in places]
    columns = {"code": codes, "name": [place.name for place in places], "drawn": [how for _, how in drawn]}
    return gpd.GeoDataFrame(columns, geometry=[outline for outline, _ in drawn], crs="EPSG:27700")


@cache
def _small_area_outlines() -> NDArray[np.object_]:
    """Give the outline of each small area, in the order of the frame."""
    table = outlines("lsoa").set_index("code")
    geometry: NDArray[np.object_] = table.geometry.reindex(small_areas()["lsoa_code"]).to_numpy()
    return geometry


@cache
def _shipped(level: str) -> dict[str, Any]:
    """Give the outline of each place of a level that has outlines, by code."""
    if level not in OUTLINE_LEVELS:
        return {}
    table = outlines(cast("OutlineLevel", level))
    return dict(zip(table["code"], table.geometry, strict=True))


def _draw(place: Place) -> tuple[Any, str]:
    """Draw a place, and tell how."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    extent, is_whole = place.extent, not len(place.extent.parts)
    shipped = _shipped(place.level).get(place.code)
    # A code alone does not say that the place holds what the outline is of.
    if shipped is not None and is_whole and np.array_equal(extent.whole, positions_of(place.level, place.code)):
        return shipped, WHOLE
    frame = _small_area_outlines()
    whole = list(frame[extent.whole])
    if is_whole:
        return shapely.coverage_union_all(whole), WHOLE
    by_postcodes = recut(extent, coverage="postcodes")
    if by_postcodes is None:
        held, length = extent.parts.held()
        cut = list(frame[extent.parts.areas[2 * held >= length]])
        how = BY_HALVES
    else:
        added = np.setdiff1d(by_postcodes.whole, extent.whole)
        cut = [*frame[added], *(part for part in _parts_by_postcodes(by_postcodes) if not part.is_empty)]
        how = BY_POSTCODES
    if not whole and not cut:
        # A small place must not vanish from the map.
        cut = list(frame[extent.parts.areas])
    return _areas_only(shapely.union_all([*whole, *cut])), how


def _areas_only(geometry: Any) -> Any:
    """Leave out lines and points, which two parts that only touch have in common."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _parts_by_postcodes(extent: Extent) -> list[Any]:
    """Draw what an extent holds of each small area that it cuts, by live postcodes."""
    live = np.flatnonzero(is_live())
    area_of = numbers_of("small_area")[live]
    pieces = extent.parts.pieces
    found = []
    for area in extent.parts.areas:
        first, last = np.searchsorted(area_of, [area, area + 1])
        held = np.zeros(last - first, dtype=bool)
        for start, end in zip(pieces.start[pieces.area == area], pieces.end[pieces.area == area], strict=True):
            # Each live postcode is one mark of this ruler.
            held[start:end] = True
        points = np.column_stack(coordinates(live[first:last])).astype(float)
        found.append(_nearest_part(_small_area_outlines()[area], points, held))
    return found


def _nearest_part(outline: Any, points: NDArray[np.float64], held: NDArray[np.bool_]) -> Any:
    """Give the part of an outline that lies nearer to the points that are held than to the others."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    places, number = np.unique(points, axis=0, return_inverse=True)
    share = np.bincount(number.ravel(), weights=held) / np.bincount(number.ravel())
    if len(places) == 1:
        return outline if share[0] >= HELD else shapely.Polygon()
    around = shapely.union(outline, shapely.MultiPoint(places)).envelope
    cells = shapely.voronoi_polygons(shapely.MultiPoint(places), extend_to=around, ordered=True)
    wanted = [cell for cell, part in zip(cells.geoms, share, strict=True) if part >= HELD]
    return shapely.intersection(outline, shapely.union_all(wanted)) if wanted else shapely.Polygon()
