"""Measure how far the equal-area view of the 152 upper-tier authorities keeps who lies beside whom.

    uv run benchmarks/cartogram.py

Of the pairs of authorities that share a border it prints the part whose hexagons touch, and the part with at most one
hexagon between them; how many pieces the nine regions are in; and how far authorities are moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import shapely

from placespend.gazetteer import places_of_level
from placespend.geography import outlines
from placespend.maps.cartogram import equal_area_outlines, region_outlines


@dataclass(frozen=True)
class Kept:
    """How much of where authorities really lie is left.

    Attributes
    ----------
    touching, near : float
        Percent of the pairs that share a border: whose hexagons touch, and that have at most one hexagon between them.
    pieces : int
        Of all regions together; nine where each is whole.
    moved_km : float
        The mean.
    """

    touching: float
    near: float
    pieces: int
    moved_km: float


def measure() -> Kept:
    """Compare the hexagons of the upper tiers with their true outlines."""
    hexagons = equal_area_outlines(places_of_level("upper_tier")).set_index("code")
    true = outlines("upper_tier").set_index("code").geometry.loc[hexagons.index]
    first, second = shapely.STRtree(true.to_numpy()).query(true.to_numpy(), predicate="intersects")
    shared = shapely.length(shapely.intersection(true.to_numpy()[first], true.to_numpy()[second]))
    pairs = [(one, other) for one, other, length in zip(first, second, shared, strict=True) if one < other and length]
    middles = shapely.centroid(hexagons.geometry.to_numpy())
    width = hexagons.geometry.iloc[0].bounds[2] - hexagons.geometry.iloc[0].bounds[0]
    # In steps from one hexagon to the next; neighbours in the next row lie a little nearer than one width.
    steps = [round(shapely.distance(middles[one], middles[other]) / width * 1.01) for one, other in pairs]
    moved = shapely.distance(middles, shapely.centroid(true.to_numpy())) / 1000
    return Kept(
        100 * sum(step <= 1 for step in steps) / len(pairs),
        100 * sum(step <= 2 for step in steps) / len(pairs),
        sum(len(shapely.get_parts(shape)) for shape in region_outlines(hexagons.reset_index()).geometry),
        float(moved.mean()),
    )


if __name__ == "__main__":
    found = measure()
    print(f"touching {found.touching:.0f} %, with at most one between {found.near:.0f} %")  # noqa: T201
    print(f"{found.pieces} pieces of nine regions; moved {found.moved_km:.0f} km on average")  # noqa: T201
