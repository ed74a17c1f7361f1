"""What the shapes of a file have to do with each other: land that two share, and slivers that none has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.shapes.words import THIN_M, Remark, area_words, is_sliver, mean_width, percent, where

if TYPE_CHECKING:
    import geopandas as gpd

OVERLAP_COLUMNS = ["code", "other_code", "overlap_m2"]

NOISE_M2 = 1.0
"""Less shared than this is rounding of coordinates along a common border, unless it is much of a small shape."""

NOISE_SHARE = 0.01

SMALL_SHARE = 0.1
"""A thin overlap that is more of either shape than this is no slip along a border: the shape itself is thin."""

OPEN_GAP_M = 20.0
"""An open gap shorter than this is but the corner at which two outlines part."""

TOUCHING_M = 0.05
"""A gap and its neighbours are this near, arithmetic being what it is."""

SAME = 0.999
"""Of both shapes: more in common than this is the same shape twice."""


def overlaps(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the pairs of shapes that share land.

    Parameters
    ----------
    table : geopandas.GeoDataFrame
        ``code`` and ``geometry``, valid and on the grid.

    Returns
    -------
    pandas.DataFrame
        ``code``, ``other_code`` (in the order of the table) and ``overlap_m2``. Left out is what is under 1 m² and
        under 1 % of the smaller shape: rounding along a common border.
    """
    pairs = [
        (table["code"].iloc[first], table["code"].iloc[second], float(shared.area))
        for first, second, shared in _shared(table)
    ]
    return pd.DataFrame(pairs, columns=OVERLAP_COLUMNS).astype(
        {"code": "str", "other_code": "str", "overlap_m2": "float64"}
    )


def _shared(table: gpd.GeoDataFrame) -> list[tuple[int, int, Any]]:
    """List pairs of positions and what they have in common, in the order of the table."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    shapes = table.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    found = []
    for one, other in sorted((int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b):
        shared = shapes[one].intersection(shapes[other])
        smaller = min(shapes[one].area, shapes[other].area)
        if shared.area >= min(NOISE_M2, NOISE_SHARE * smaller) and shared.area > 0:
            found.append((one, other, shared))
    return found


def check_neighbours(table: gpd.GeoDataFrame) -> list[tuple[int, Remark]]:
    """Tell of overlaps and of slivers between shapes.

    Parameters
    ----------
    table : geopandas.GeoDataFrame
        ``code``, ``name`` and ``geometry``, valid and on the grid.

    Returns
    -------
    list of (int, Remark)
        With the position in the table of the first shape that each concerns.
    """
    return [*_overlap_remarks(table), *_gap_remarks(table)]


def _called(table: gpd.GeoDataFrame, position: int) -> str:
    code, name = table["code"].iloc[position], table["name"].iloc[position]
    return f"{code} ({name})" if name != code else str(code)


def _overlap_remarks(table: gpd.GeoDataFrame) -> list[tuple[int, Remark]]:
    remarks = []
    for one, other, shared in _shared(table):
        shares = [shared.area / table.geometry.iloc[position].area for position in (one, other)]
        detail = (
            f"shares {area_words(shared.area)} with {_called(table, other)}: {percent(shares[0])} of this place and "
            f"{percent(shares[1])} of the other"
        )
        if min(shares) > SAME:
            detail += "; it is the same shape twice"
        sliver = max(shares) < SMALL_SHARE and all(is_sliver(part) for part in _areas(shared))
        at = f", at {where(*max(_areas(shared), key=_area).representative_point().coords[0])}" if sliver else ""
        remarks.append((one, Remark("sliver overlap" if sliver else "overlap", detail + at, "kept")))
    return remarks


def _area(shape: Any) -> float:
    return float(shape.area)


def _areas(shape: Any) -> list[Any]:
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    return [part for part in shapely.get_parts(shape) if part.area > 0]


def _gap_remarks(table: gpd.GeoDataFrame) -> list[tuple[int, Remark]]:
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    if len(table) < 2:
        return []
    shapes = table.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    remarks = []
    for gap in _gaps(shapes):
        beside = sorted(int(found) for found in tree.query(gap, predicate="dwithin", distance=TOUCHING_M))
        if len(beside) < 2:
            # A crack within one shape, of which its own checks tell.
            continue
        others = " and ".join(_called(table, position) for position in beside[1:])
        detail = (
            f"{area_words(gap.area)} between this place and {others} belong to none: {mean_width(gap):.1f} m wide, at "
            f"{where(*gap.representative_point().coords[0])}"
        )
        remarks.append((beside[0], Remark("sliver gap", detail, "kept")))
    return remarks


def _gaps(shapes: Any) -> list[Any]:
    """Find slivers between shapes: enclosed ones, and cracks that are open at an end."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    union = shapely.union_all(shapes)
    rings = [ring for part in shapely.get_parts(union) for ring in part.interiors]
    enclosed = [hole for hole in map(shapely.Polygon, rings) if hole.area >= NOISE_M2 and is_sliver(hole)]
    # Swelling and shrinking by half the width shuts whatever is thinner, and nothing else.
    mitre = {"join_style": "mitre", "quad_segs": 2}
    shut = union.buffer(THIN_M / 2, **mitre).buffer(-THIN_M / 2, **mitre)
    cracks = [
        crack
        for crack in _areas(shut.difference(union))
        if crack.area >= NOISE_M2 and crack.length / 2 >= OPEN_GAP_M and mean_width(crack) < THIN_M
    ]
    tree = shapely.STRtree(enclosed)
    return enclosed + [crack for crack in cracks if not len(tree.query(crack, predicate="intersects"))]
