"""What is wrong, or worth knowing, about one shape of a user's file, in words and numbers.

A shape is kept as it is, mended where there is one way to do so, or refused. Whatever it is, it is told: each
check gives remarks, and none raises, so that a file's faults are seen all at once.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.geography import outlines
from placespend.shapes.crs import looks_like
from placespend.shapes.words import TINY_M2, Remark, area_words, is_sliver, mean_width, percent, where

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Points = NDArray[np.float64]

COAST_M = 50.0
"""How far the shipped outlines of the regions, which are generalised, may lie off the true coast or border."""

COAST_SHARE = 0.01
"""A part outside England smaller than this is left untold, being as likely the outline's fault."""

FARTHEST_M = 1e8
"""More than twice round the Earth; what is no number at all is no less than this either."""

SHOWN_PARTS = 5

REASONS = {
    "Self-intersection": "the outline crosses itself",
    "Ring Self-intersection": "the outline touches itself",
    "Hole lies outside shell": "a hole lies outside the outline",
    "Holes are nested": "a hole lies inside another hole",
    "Nested shells": "one part lies inside another",
    "Interior is disconnected": "holes cut the shape in two",
    "Too few points in geometry component": "the outline has fewer than 3 different points",
    "Duplicate Rings": "an outline is given twice",
}
"""What GEOS says of an invalid polygon, in words."""


def decode_shape(geometry: bytes | None) -> tuple[Any | None, Remark | None]:
    """Make a shape of well-known binary.

    Parameters
    ----------
    geometry : bytes or None

    Returns
    -------
    shape : shapely Geometry or None
        As in the file, possibly invalid, never empty.
    remark : Remark or None
        Why there is none.
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    if geometry is None:
        return None, Remark("no geometry", "the feature has no geometry, or none that can be read", "refused")
    try:
        with np.errstate(invalid="ignore"):
            shape = shapely.from_wkb(geometry)
    except (shapely.errors.GEOSException, NotImplementedError) as error:
        # Shapely implements no curves.
        return None, _broken(geometry, str(error))
    if shape.is_empty:
        return None, Remark("no geometry", "the feature's geometry is empty", "refused")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        return None, Remark("impossible coordinates", "some of its coordinates are no numbers", "refused")
    rings = [ring for part in _polygons(shape) for ring in (part.exterior, *part.interiors)]
    short = next((ring for ring in rings if len(ring.coords) < 4), None)
    if short is not None:
        return None, _short_ring(short.coords[0])
    return shape, None


def _broken(geometry: bytes, reason: str) -> Remark:
    """Say why a geometry cannot be made."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    if "ring" not in reason.lower():
        return Remark(
            "unreadable geometry", "it is damaged, or of a kind that is not read here, as curves are", "refused"
        )
    # Only to say where: what this closes by guessing is not used.
    with np.errstate(invalid="ignore"):
        guessed = shapely.from_wkb(geometry, on_invalid="fix")
    points = [] if guessed is None else shapely.get_coordinates(guessed)
    if not np.isfinite(points).all():
        return Remark("impossible coordinates", "some of its coordinates are no numbers", "refused")
    return _short_ring(tuple(points[0]) if len(points) else None)


def _short_ring(start: tuple[float, ...] | None) -> Remark:
    place = f" (the shape starts at x {start[0]:,.8g}, y {start[1]:,.8g})" if start is not None else ""
    detail = f"a ring is not closed, or has fewer than 4 points{place}: end each ring with its first point"
    return Remark("ring not closed", detail, "refused")


def _simple(shape: Any) -> list[Any]:
    """List the points, lines and polygons in a geometry, however nested."""
    if shape.is_empty:
        return []
    return [found for part in shape.geoms for found in _simple(part)] if hasattr(shape, "geoms") else [shape]


def _polygons(shape: Any) -> list[Any]:
    return [part for part in _simple(shape) if part.geom_type == "Polygon"]


def check_shape(shape: Any, to_grid: Callable[[Points], Points]) -> tuple[Any | None, list[Remark]]:
    """Bring a shape to the grid, mend it if need be, and tell what there is to tell.

    Parameters
    ----------
    shape : shapely Geometry
        As :func:`decode_shape` gives it.
    to_grid : callable
        As of :class:`placespend.shapes.crs.System`.

    Returns
    -------
    shape : shapely Polygon, MultiPolygon or None
        Valid, on the grid, without heights; None where it is refused.
    remarks : list of Remark
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    areas, remarks = _only_areas(shape)
    if areas is None:
        return None, remarks
    moved = shapely.transform(shapely.force_2d(areas), to_grid)
    points = shapely.get_coordinates(moved)
    nowhere = ~(np.abs(points) < FARTHEST_M).all(axis=1)
    if nowhere.any():
        x, y = shapely.get_coordinates(areas)[nowhere][0]
        remarks.append(Remark("impossible coordinates", f"x {x:,.8g}, y {y:,.8g} is nowhere on the Earth", "refused"))
        return None, remarks
    mended, told = _mend(moved)
    remarks += told
    if mended is None:
        return None, remarks
    elsewhere = _outside_england(mended, shape)
    if any(remark.done == "refused" for remark in elsewhere):
        return None, [*remarks, *elsewhere]
    return mended, [*remarks, *_parts_and_holes(mended), *_size(mended), *elsewhere]


NO_AREA, POINT = "not an area", "a point"


def _only_areas(shape: Any) -> tuple[Any | None, list[Remark]]:
    """Keep the polygons of a geometry, and tell of the rest."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    if shape.geom_type in {"Polygon", "MultiPolygon"}:
        return shape, []
    found = _polygons(shape)
    if not found:
        kind = POINT if "Point" in shape.geom_type else "a line"
        detail = f"{kind} has no area: {'draw the place as' if kind == POINT else 'close it into'} a polygon"
        return None, [Remark(NO_AREA, detail, "refused")]
    left_out = len(_simple(shape)) - len(found)
    areas = found[0] if len(found) == 1 else shapely.MultiPolygon(found)
    plural = "s" * (left_out > 1)
    detail = f"{len(found)} polygon{'s' * (len(found) > 1)} kept; {left_out} point{plural} or line{plural} left out"
    return areas, [Remark("mixed geometry", detail, "mended")]


def _mend(shape: Any) -> tuple[Any | None, list[Remark]]:
    """Make an invalid shape valid, and say where it was wrong and what that did to its area."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    if shape.is_valid and shape.area > 0:
        return shape, []
    found = re.fullmatch(r"(.*?)\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
    reason, at = (found[1], f" at {where(float(found[2]), float(found[3]))}") if found else ("", "")
    wrong = f"{REASONS.get(reason, 'the outline is not that of an area')}{at}"
    # "structure" joins parts that overlap; the default would cut what they share out as a hole.
    parts = _polygons(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    mended = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    if not parts or not mended.is_valid or mended.area <= 0:
        return None, [Remark("invalid outline", f"{wrong}; nothing with an area is left when it is mended", "refused")]
    drawn = shape.area
    change = f", {100 * (mended.area - drawn) / drawn:+.1f} %" if drawn > 0.01 * mended.area else ""
    detail = f"{wrong}; area {area_words(drawn)} as drawn, {area_words(mended.area)} as mended{change}"
    return mended, [Remark("invalid outline", detail, "mended")]


def _parts_and_holes(shape: Any) -> list[Remark]:
    """Tell of islands, slivers among them, and holes."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    remarks = []
    parts = sorted(_polygons(shape), key=lambda part: -part.area)
    if len(parts) > 1:
        areas = ", ".join(area_words(part.area) for part in parts[:SHOWN_PARTS])
        rest = f" and {len(parts) - SHOWN_PARTS:,} smaller" if len(parts) > SHOWN_PARTS else ""
        remarks.append(Remark("islands", f"{len(parts):,} separate parts: {areas}{rest}", "kept"))
        remarks += _slivers("sliver part", [part for part in parts if is_sliver(part)], "part")
    holes = [shapely.Polygon(ring) for part in parts for ring in part.interiors]
    if holes:
        largest = max(holes, key=lambda hole: float(hole.area))
        detail = (
            f"{len(holes):,} hole{'s' * (len(holes) > 1)}, {area_words(sum(hole.area for hole in holes))} in all; the "
            f"largest at {where(*largest.representative_point().coords[0])}"
        )
        remarks.append(Remark("holes", detail, "kept"))
        remarks += _slivers("sliver hole", [hole for hole in holes if is_sliver(hole)], "hole")
    return remarks


def _slivers(finding: str, found: list[Any], what: str) -> list[Remark]:
    if not found:
        return []
    largest = max(found, key=lambda sliver: float(sliver.area))
    detail = (
        f"{len(found):,} {what}{'s' * (len(found) > 1)} so small or thin as to be a slip of the pen"
        f"{'; the largest' if len(found) > 1 else ':'} {area_words(largest.area)}, {mean_width(largest):.1f} m wide, "
        f"at {where(*largest.representative_point().coords[0])}"
    )
    return [Remark(finding, detail, "kept")]


def _size(shape: Any) -> list[Remark]:
    """Tell of a shape that no place has the size of."""
    england, _ = _england()
    area = float(shape.area)
    if area > england.area:
        return [Remark("huge shape", f"{area_words(area)}, more than England's {area_words(england.area)}", "kept")]
    if area < TINY_M2:
        return [Remark("tiny shape", f"{area_words(area)}, less than a house and its garden", "kept")]
    if is_sliver(shape):
        return [Remark("thin shape", f"{area_words(area)}, but only {mean_width(shape):.1f} m wide", "kept")]
    return []


@cache
def _england() -> tuple[Any, Any]:
    """Give England's outline, and the same with its shore."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    england = shapely.union_all(outlines("region").geometry.to_numpy())
    shore = england.buffer(COAST_M)
    shapely.prepare([england, shore])
    return england, shore


def _outside_england(shape: Any, drawn: Any) -> list[Remark]:
    """Refuse a shape that is elsewhere, and tell of one that partly is."""
    england, shore = _england()
    if england.covers(shape):
        return []
    share = float(shape.difference(england).area / shape.area)
    # Over a border the generalised outline overlaps what lies behind it, but never by more than its error.
    overlaps_only_by_error = share > 1 - COAST_SHARE and not shape.intersection(england).buffer(-COAST_M / 2).area
    if not shore.intersects(shape) or (overlaps_only_by_error and not shore.covers(shape)):
        return [Remark("outside England", _elsewhere(shape, drawn), "refused")]
    if share == 1 or (share >= COAST_SHARE and not shore.covers(shape)):
        detail = (
            f"{percent(share)} of it ({area_words(share * shape.area)}) is outside England: over a border or at sea"
        )
        return [Remark("partly outside England", detail, "kept")]
    return []


def _elsewhere(shape: Any, drawn: Any) -> str:
    """Say where a shape is that is not in England, and what may have gone wrong."""
    england, _ = _england()
    distance = shape.distance(england)
    x, y = drawn.representative_point().coords[0][:2]
    far = f"{distance / 1000:,.1f} km from England" if distance >= COAST_M else "just over England's border"
    on_grid = abs(shape.bounds[0] - drawn.bounds[0]) < 1
    slip = {
        "swapped": "; its latitude and longitude look swapped",
        "degrees": "; it looks to be in degrees, unlike the rest" * on_grid,
        "grid": "; it looks to be on the British National Grid, and the file says otherwise: declare EPSG:27700"
        * (not on_grid),
    }.get(looks_like(x, y), "")
    return f"it lies {far}, in Wales, Scotland, abroad or at sea: x {x:,.8g}, y {y:,.8g} in the file{slip}"
