"""Compare the time of a pot with that of its sensitivity, side by side in one run, warm and in one process.

    uv run benchmarks/sensitivity.py [ROUNDS]

Prints for each place the least seconds of: the pot with its lines gathered anew, the pot of lines gathered before, the
sensitivity alone; and the ratio of (pot + sensitivity) to pot, for both kinds of pot.
"""

from __future__ import annotations

import sys
from time import perf_counter
from typing import TYPE_CHECKING

from placespend.pot import pot_of, single_pot
from placespend.sensitivity import sensitivity_of

if TYPE_CHECKING:
    from collections.abc import Callable

PLACES = ("E92000001", "Greater Manchester", "Leeds", "NB-LITTLE-HORTON", "E05011132", "E01000001")


def least(call: Callable[[], object], rounds: int) -> float:
    """Time the quickest of several calls, after one that warms caches."""
    call()
    times = []
    for _ in range(rounds):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return min(times)


def tell(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    tell(f"{'place':20} {'gathered':>9} {'pot':>7} {'range':>7} {'ratio':>7} {'to pot':>7}")
    for code in PLACES:
        pot = single_pot(code)
        gathered = least(lambda code=code: single_pot(code), rounds)  # type: ignore[misc]
        alone = least(lambda pot=pot: pot_of(pot.place, pot.loaded), rounds)  # type: ignore[misc]
        told = least(lambda pot=pot: sensitivity_of(pot.place, pot.loaded), rounds)  # type: ignore[misc]
        ratios = [(base + told) / base for base in (gathered, alone)]
        tell(f"{code:20} {gathered:9.3f} {alone:7.3f} {told:7.3f} {ratios[0]:7.2f} {ratios[1]:7.2f}")


if __name__ == "__main__":
    main()
