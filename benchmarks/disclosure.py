"""Compare protecting counts by small area with just adding them up, side by side in one run.

    uv run benchmarks/disclosure.py [AUTHORITIES] [ROUNDS]

Counts are made up: as many families as England had in phase 1, dealt out to small areas by chance as the measure in use
spreads them. The cells are all small areas, areas above them, authorities, regions and police areas of the first
upper tiers (all 152 where left out). Prints the least seconds of a sum by pandas for each level, of the protection, the
ratio, and how many cells were hidden for others.
"""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.disclosure.cells import Cells, gather_cells
from placespend.disclosure.protect import protect
from placespend.disclosure.rule import Rule
from placespend.families.small_areas import spreads
from placespend.geography import count_of, level_index

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

LEVELS = ("lsoa", "msoa", "lad", "upper_tier", "region", "police_force")
FAMILIES = 120_000


def cells_of(table: pd.DataFrame) -> Cells:
    """Make a cell of every place of every level."""
    keys, members = [], []
    for level in LEVELS:
        for place, rows in table.groupby(level).indices.items():
            keys.append(f"{level} {place}")
            members.append((np.asarray(rows, dtype="int64"), None))
    return gather_cells(keys, keys, members, units=len(table))


def made_up(authorities: int) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Deal families out by chance, and give what each small area can hold."""
    weights = spreads()[0].weights
    table = pd.DataFrame({level: level_index(level)[1] for level in LEVELS})
    table["count"] = np.random.default_rng(2012).poisson(weights / weights.sum() * FAMILIES)
    is_in = (table["upper_tier"] < authorities).to_numpy()
    capacity = np.maximum(count_of("households"), table["count"].to_numpy())
    return table[is_in].reset_index(drop=True), capacity[is_in]


def least(call: Callable[[], object], rounds: int) -> float:
    """Time the quickest of several calls."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    """Print the line."""
    authorities, rounds = (int(given) for given in (*sys.argv[1:3], *("152", "3")[len(sys.argv) - 1 :]))
    table, capacity = made_up(authorities)
    cells, counts = cells_of(table), table["count"].to_numpy(dtype="int64")
    protected = protect(counts, capacity, cells, Rule())
    hidden = int((protected.audit()["state"] == "complementary").sum())
    plain = least(lambda: [table.groupby(level)["count"].sum() for level in LEVELS], rounds)
    guarded = least(lambda: protect(counts, capacity, cells, Rule()), rounds)
    sys.stdout.write(f"{len(cells):,} cells, {hidden:,} hidden for others\n")
    sys.stdout.write(f"sums {plain:.4f} s, protection {guarded:.2f} s, ratio {guarded / plain:,.0f}\n")


if __name__ == "__main__":
    main()
