"""Where coordinates are: reading, recognising and bringing to the British National Grid, alike on every machine.

Transformations that want a grid of corrections (OSTN15) differ between a machine that has the grid and one that
has not. None is used here: degrees of WGS84 and ETRS89, which agree within a metre, come to the grid by one fixed
Helmert transformation, good to a few metres. That is finer than neighbourhoods are drawn, not than a kerb.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from placespend.errors import DataFileError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Points = NDArray[np.float64]

BRITISH_NATIONAL_GRID = "EPSG:27700"

_GRID_OF_AIRY = "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"

EPSG_1314 = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 "
    "+step +proj=cart +ellps=WGS84 +step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 "
    "+rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 +convention=position_vector "
    f"+step +inv +proj=cart +ellps=airy +step +proj=pop +v_3 +step {_GRID_OF_AIRY}"
)
"""WGS84 degrees (longitude, latitude) to British National Grid metres: the same as ``boundaries/build.py`` uses."""

DEGREES_OF_AIRY = f"+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step {_GRID_OF_AIRY}"
"""Degrees of the grid's own datum, as the older Ordnance Survey products are in, to the grid."""

AIRY_AXIS, WGS84_AXIS, WGS84_FLATTENING = 6_377_563.396, 6_378_137.0, 298.257
"""Half axes in metres and inverse flattening, by which a datum is told whatever a tool has called it."""

UNMOVED_M = 0.001
"""Coordinates that the way to the grid moves by less are on it already, and are left exactly as they are."""

GREAT_BRITAIN = {
    "degrees": (-9.0, 49.0, 3.0, 61.5),
    "swapped": (49.0, -9.0, 61.5, 3.0),
    "grid": (1_000.0, 1_000.0, 700_000.0, 1_300_000.0),
    "mercator": (-1_100_000.0, 6_200_000.0, 400_000.0, 8_900_000.0),
}
"""Great Britain in each kind of coordinates, as least and greatest x and y. None overlaps another."""

DECLARE = "set the layer's coordinate system in the mapping tool and export it again, as EPSG:27700 or EPSG:4326"
SWAP = "write longitude before latitude: GeoJSON and KML have it so, and mapping tools too"

Kind = Literal["degrees", "swapped", "grid", "mercator", "unknown"]


@dataclass(frozen=True, eq=False)
class System:
    """The coordinate system a file is taken to be in.

    Attributes
    ----------
    words : str
        Which, and how it is known.
    to_grid : callable
        Takes points (x, y) of the file to the grid; a point that is nowhere comes out as no number.
    contradiction : str
        What the file said that its coordinates deny; blank where they agree.
    """

    words: str
    to_grid: Callable[[Points], Points]
    contradiction: str = ""


def looks_like(x: float, y: float) -> Kind:
    """Tell what kind of coordinates a point of Great Britain would be in.

    Parameters
    ----------
    x, y : float

    Returns
    -------
    {"degrees", "swapped", "grid", "mercator", "unknown"}

    Examples
    --------
    >>> looks_like(-1.5, 53.8), looks_like(53.8, -1.5), looks_like(430_000, 434_000)
    ('degrees', 'swapped', 'grid')
    """
    for kind, (left, bottom, right, top) in GREAT_BRITAIN.items():
        if left <= x <= right and bottom <= y <= top:
            return kind  # type: ignore[return-value]
    return "unknown"


def system_of(declared: Any, centre: tuple[float, float] | None, *, by_rule: bool, file: str) -> System:
    """Decide the coordinate system from what a file says and what its coordinates look like.

    Parameters
    ----------
    declared : Any
        What ``pyproj.CRS`` takes, or None.
    centre : tuple of (float, float) or None
        A point amid the file's shapes; None where none could be read.
    by_rule : bool
        Whether the system is that of the format and not written in the file.
    file : str
        For messages.

    Returns
    -------
    System

    Raises
    ------
    DataFileError
        If the coordinates are nowhere in Great Britain in any likely system, contradict the file, have latitude
        and longitude swapped, or are in a system that cannot be brought to the grid offline.
    """
    kind = looks_like(*centre) if centre is not None else "unknown"
    seen = "" if centre is None else f"its coordinates are near x {centre[0]:,.6g}, y {centre[1]:,.6g}"
    if kind == "swapped":
        message = f"{file} has latitude and longitude swapped: {seen}."
        raise DataFileError(message, hint=SWAP)
    if declared is None:
        return _recognised(kind, seen, file)
    crs = _flat(declared, file)
    to_grid = _way_to_grid(crs, file)
    source = "the rule for its format" if by_rule else "as the file says"
    beyond = centre is not None and (abs(centre[0]) > 180 or abs(centre[1]) > 90)
    if crs.is_geographic and beyond:
        if kind != "grid":
            _refuse_contradiction(file, crs.name, seen, kind)
        found = _recognised(kind, seen, file)
        would_be = "by the rule for its format the file is" if by_rule else "the file says that it is"
        contradiction = f"{would_be} in degrees of {_name(crs)}, but {seen}: read as British National Grid"
        return System(found.words, found.to_grid, contradiction)
    if crs.is_projected and centre is not None and not beyond:
        _refuse_contradiction(file, crs.name, seen, kind)
    if crs.is_projected and kind == "mercator" and "mercator" not in (crs.coordinate_operation.method_name.lower()):
        _refuse_contradiction(file, crs.name, seen, kind)
    return System(f"{_name(crs)} ({source})", to_grid)


def from_grid(x: float, y: float) -> tuple[float, float]:
    """Give longitude and latitude of a point of the grid.

    Parameters
    ----------
    x, y : float
        Easting and northing in metres.

    Returns
    -------
    tuple of (float, float)
        WGS84 degrees by the same fixed way.
    """
    import pyproj  # noqa: PLC0415  (a pot needs no maps)

    longitude, latitude = pyproj.Transformer.from_pipeline(EPSG_1314).transform(x, y, direction="INVERSE")
    return float(longitude), float(latitude)


def _refuse_contradiction(file: str, name: str, seen: str, kind: Kind) -> None:
    likely = {
        "degrees": " They look like degrees of longitude and latitude.",
        "grid": " They look like British National Grid.",
        "mercator": " They look like web mercator (EPSG:3857).",
    }
    message = f"{file} says its coordinates are {name}, but {seen}.{likely.get(kind, '')}"
    raise DataFileError(message, hint=DECLARE)


def _recognised(kind: Kind, seen: str, file: str) -> System:
    """Take coordinates for what only they can be."""
    if kind == "degrees":
        return System("WGS84 (recognised by its coordinates)", _pipeline(EPSG_1314))
    if kind == "grid":
        return System("British National Grid (recognised by its coordinates)", lambda points: points)
    if kind == "mercator":
        message = f"{file} does not say its coordinate system; {seen}, which looks like web mercator (EPSG:3857)."
        raise DataFileError(message, hint=DECLARE)
    message = (
        f"{file} does not say its coordinate system, and {seen or 'none of its shapes can be read'}: neither degrees "
        "nor British National Grid within Great Britain."
    )
    raise DataFileError(message, hint=DECLARE)


def _flat(declared: Any, file: str) -> Any:
    """Read a declared system, without heights and without a transformation that a tool has bound to it."""
    import pyproj  # noqa: PLC0415  (a pot needs no maps)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            crs: Any = pyproj.CRS.from_user_input(declared)
    except pyproj.exceptions.CRSError:
        message = f"{file} names a coordinate system that is not known."
        raise DataFileError(message, hint=DECLARE) from None
    while crs.is_bound or crs.is_compound:
        crs = crs.source_crs if crs.is_bound else crs.sub_crs_list[0]
    if not (crs.is_geographic or crs.is_projected):
        message = f"{file} is in {crs.name}, which does not say where on the Earth it is."
        raise DataFileError(message, hint=DECLARE)
    return crs


def _name(crs: Any) -> str:
    if crs.is_geographic and crs.name.upper().replace(" ", "").startswith("WGS84"):
        return "WGS84"
    national = crs.is_projected and "BRITISH_NATIONAL_GRID" in crs.name.upper().replace(" ", "_")
    return "British National Grid" if national else str(crs.name)


def _pipeline(text: str) -> Callable[[Points], Points]:
    import pyproj  # noqa: PLC0415  (a pot needs no maps)

    transformer = pyproj.Transformer.from_pipeline(text)
    return lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1]))


def _way_to_grid(crs: Any, file: str) -> Callable[[Points], Points]:
    """Chain: the file's metres to its own degrees, to WGS84 or the grid's datum, to the grid."""
    import pyproj  # noqa: PLC0415  (a pot needs no maps)

    # Within one datum there is only the arithmetic of the projection, the same everywhere.
    to_degrees = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True) if crs.is_projected else None
    ellipsoid = crs.ellipsoid
    axis, flattening = ellipsoid.semi_major_metre, ellipsoid.inverse_flattening
    between = None
    if abs(axis - AIRY_AXIS) < 0.01:
        onward = _pipeline(DEGREES_OF_AIRY)
    else:
        onward = _pipeline(EPSG_1314)
        if abs(axis - WGS84_AXIS) > 0.01 or abs(flattening - WGS84_FLATTENING) > 0.01:
            between = _without_grids(crs, file)

    def to_grid(points: Points) -> Points:
        moved = points
        for step in (to_degrees, between):
            if step is not None:
                moved = np.column_stack(step.transform(moved[:, 0], moved[:, 1]))
        moved = onward(moved)
        return points if np.allclose(moved, points, rtol=0, atol=UNMOVED_M) else moved

    return to_grid


def _without_grids(crs: Any, file: str) -> Any:
    """Find the best way from another datum to WGS84 that needs no grid of corrections."""
    from pyproj.transformer import AreaOfInterest, TransformerGroup  # noqa: PLC0415  (a pot needs no maps)

    with warnings.catch_warnings():
        # It warns of grids that this machine lacks: none is wanted.
        warnings.simplefilter("ignore")
        england = AreaOfInterest(-6.5, 49.8, 1.8, 55.9)
        ways = TransformerGroup(
            crs.geodetic_crs, "EPSG:4326", always_xy=True, area_of_interest=england, allow_ballpark=False
        ).transformers
    offline = [way for way in ways if not any(operation.grids for operation in way.operations or ())]
    if not offline:
        message = f"{file} is in {crs.name}, which cannot be brought to the British National Grid offline."
        raise DataFileError(message, hint=DECLARE)
    return offline[0]
