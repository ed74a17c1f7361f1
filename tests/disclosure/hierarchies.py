"""Made-up counts and places that nest and cross, as small or as large as a test needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placespend.disclosure.cells import gather_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placespend.disclosure.cells import Cells

Made = tuple["NDArray[np.int64]", "NDArray[np.int64]", "Cells"]


def authorities(number: int, small_areas: int, *, seed: int, mean: float = 3.6, neighbourhoods: int = 2) -> Made:
    """Make small areas in fives (MSOAs), crossing sixes (wards), authorities, regions; neighbourhoods that overlap."""
    rng = np.random.default_rng(seed)
    units = number * small_areas
    keys = [f"L{unit}" for unit in range(units)]
    members: list[tuple[NDArray[np.int64], NDArray[np.float64] | None]] = [
        (np.array([unit]), None) for unit in range(units)
    ]

    def add(key: str, inside: NDArray[np.int64], weights: NDArray[np.float64] | None = None) -> None:
        keys.append(key)
        members.append((inside, weights))

    for authority in range(number):
        inside = np.arange(authority * small_areas, (authority + 1) * small_areas)
        for place, group in enumerate(np.array_split(inside, max(small_areas // 5, 1))):
            add(f"M{authority}-{place}", group)
        for place, group in enumerate(np.array_split(np.roll(inside, 2), max(small_areas // 6, 1))):
            add(f"W{authority}-{place}", group)
        add(f"A{authority}", inside)
    for region, group in enumerate(np.array_split(np.arange(units), 2)):
        add(f"R{region}", group)
    for place in range(neighbourhoods):
        # Each starts in the middle of the one before, and cuts the units at its ends.
        start = place * 4
        weights = np.ones(9)
        weights[[0, -1]] = rng.choice([0.25, 0.4, 0.75], 2)
        add(f"N{place}", np.arange(start, start + 9), weights)
    counts = rng.negative_binomial(1.2, 1.2 / (1.2 + mean), units).astype("int64")
    capacity = rng.integers(300, 900, units).astype("int64")
    return counts, capacity, gather_cells(keys, keys, members, units=units)
