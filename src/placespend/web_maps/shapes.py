"""Outlines small enough for one file: simplified together, and told as short whole numbers.

Neighbours must keep one common border, so outlines are simplified as a coverage, all at once, and only as far as the
file has to be small: many maps are not simplified at all. Points are then rounded to a hundred-thousandth of a degree,
about a metre, and each is told as its distance from the one before, which takes a third of the room of GeoJSON.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.maps.writing import DEGREE_DECIMALS
from placespend.shapes.crs import EPSG_1314

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_BYTES, BYTES_PER_PLACE = 400_000, 150
"""What outlines may take of a file: the first, or with very many places the second for each."""

TOLERANCES_M = (0, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
"""How far outlines are simplified, in metres: the first that is enough."""

Ring = list[int]
"""East and north of the first point, then of each further point from the one before, in units of the last decimal."""


@dataclass(frozen=True)
class SmallShapes:
    """Outlines of places, for a browser to draw.

    Attributes
    ----------
    places : list
        Of each place its polygons, of each polygon its rings (the first is the outer one), of each ring
        :data:`Ring`; rings close by themselves.
    anchors : list of [float, float]
        Of each place a point inside it: latitude and longitude, in degrees.
    tolerance_m : int
        Corners that make up less than the square of so many metres were left out.
    """

    places: list[list[list[Ring]]]
    anchors: list[list[float]]
    tolerance_m: int

    @property
    def note(self) -> str:
        """Say how far outlines were simplified; empty where they were not."""
        if not self.tolerance_m:
            return ""
        side = f"{self.tolerance_m:,}"
        return f"Outlines are simplified for drawing: bends smaller than about {side} by {side} metres are left out."


def small_shapes(shapes: NDArray[Any], *, most_bytes: int | None = None) -> SmallShapes:
    """Make outlines small enough for a file.

    Parameters
    ----------
    shapes : ndarray of shapely polygons
        EPSG:27700.
    most_bytes : int, optional
        What they may take; more only where even the simplest outlines do. By default what :data:`MOST_BYTES` says.

    Returns
    -------
    SmallShapes
        In the order given. No place vanishes.
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    anchors = to_degrees(shapely.get_coordinates(shapely.point_on_surface([_largest(shape) for shape in shapes])))
    most = max(MOST_BYTES, BYTES_PER_PLACE * len(shapes)) if most_bytes is None else most_bytes

    @cache
    def told(tolerance: int) -> list[list[list[Ring]]]:
        return _told(shapely.coverage_simplify(shapes, tolerance) if tolerance else shapes)

    def fits(tolerance: int) -> bool:
        return len(json.dumps(told(tolerance), separators=(",", ":"))) <= most

    least = 0 if fits(0) else bisect_left(TOLERANCES_M, x=True, key=fits)
    tolerance = TOLERANCES_M[min(least, len(TOLERANCES_M) - 1)]
    turned = np.round(anchors[:, ::-1], DEGREE_DECIMALS).tolist()
    return SmallShapes(told(tolerance), turned, tolerance)


def to_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn metres of the British National Grid into degrees, the same way on every machine.

    Parameters
    ----------
    points : ndarray of float, shape (n, 2)
        East and north, EPSG:27700.

    Returns
    -------
    ndarray of float, shape (n, 2)
        Longitude and latitude, WGS84.
    """
    import pyproj  # noqa: PLC0415  (a pot needs no maps)

    way = pyproj.Transformer.from_pipeline(EPSG_1314)
    return np.column_stack(way.transform(points[:, 0], points[:, 1], direction="INVERSE"))


def bounds_of(shapes: NDArray[Any]) -> list[list[float]]:
    """Give the corners of what a map shows.

    Parameters
    ----------
    shapes : ndarray of shapely polygons
        EPSG:27700.

    Returns
    -------
    list of list of float
        South-west and north-east: latitude and longitude, in degrees.
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    degrees = to_degrees(shapely.get_coordinates(shapes))
    (west, south), (east, north) = degrees.min(axis=0).tolist(), degrees.max(axis=0).tolist()
    return [[round(end, DEGREE_DECIMALS) for end in corner] for corner in ((south, west), (north, east))]


def _largest(shape: Any) -> Any:
    """Give the largest part of an outline: a label in a small island would mislead."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    parts = shapely.get_parts(shape)
    return parts[int(np.argmax(shapely.area(parts)))]


def _told(shapes: NDArray[Any]) -> list[list[list[Ring]]]:
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    parts, place_of = shapely.get_parts(shapes, return_index=True)
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, polygon_of = shapely.get_rings(parts[is_area], return_index=True)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    whole = np.rint(to_degrees(points) * 10**DEGREE_DECIMALS).astype(np.int64)
    polygons: list[list[Ring]] = [[] for _ in range(int(is_area.sum()))]
    for polygon, (start, end) in zip(polygon_of.tolist(), _runs(ring_of), strict=True):
        polygons[polygon].append(_ring(whole[start:end]))
    places: list[list[list[Ring]]] = [[] for _ in shapes]
    for place, polygon in zip(place_of[is_area].tolist(), polygons, strict=True):
        places[place].append(polygon)
    return places


def _runs(labels: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Give where each run of one label starts and ends."""
    starts = np.flatnonzero(np.diff(labels, prepend=-1))
    return list(zip(starts.tolist(), [*starts[1:].tolist(), len(labels)], strict=True))


def _ring(points: NDArray[np.int64]) -> Ring:
    """Tell a closed ring by its steps, without its last point and without steps of nothing."""
    steps = np.diff(points, axis=0)
    moved = steps[steps.any(axis=1)][:-1]
    return [*points[0].tolist(), *moved.ravel().tolist()]
