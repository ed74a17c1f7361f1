"""Where places nest so well that whole numbers come of themselves.

Two places *cross* if they overlap and neither lies in the other. If places fall into two families without crossings in
either, such as census areas and wards, the table of which unit lies in which is totally unimodular: between two other
counts that would look the same, in whole numbers, there is one for every whole number between. So the ends of a range
prove all of it. Places that cut units, and families of three that all cross, are out of order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Positions = NDArray[np.int64]


def orderly_units(cell: Positions, unit: Positions, is_whole: NDArray[np.bool_], units: int) -> NDArray[np.bool_]:
    """Tell which units lie only in cells that fall into two families without crossings.

    Parameters
    ----------
    cell, unit : numpy.ndarray of int64
        Of each entry: a unit that lies in a cell.
    is_whole : numpy.ndarray of bool, shape (cells,)
        Whether a cell cuts no unit.
    units : int

    Returns
    -------
    numpy.ndarray of bool, shape (units,)
        Counts of these units alone, and only of these, may be thought of in between.
    """
    one, other = _crossings(cell, unit, is_whole)
    is_out = ~is_whole
    is_out[_of_odd_rings(one, other)] = True
    return np.asarray(np.bincount(unit[is_out[cell]], minlength=units) == 0)


def _crossings(cell: Positions, unit: Positions, is_whole: NDArray[np.bool_]) -> tuple[Positions, Positions]:
    """List the pairs of whole cells that cross, the lower position first."""
    cells = len(is_whole)
    size = np.bincount(cell, minlength=cells)
    kept = (is_whole & (size > 1))[cell]
    order = np.lexsort((cell[kept], unit[kept]))
    cell, unit = cell[kept][order], unit[kept][order]
    # Of each entry, how many others of the same unit come after it.
    after = np.searchsorted(unit, unit, side="right") - np.arange(len(unit)) - 1
    first = np.repeat(np.arange(len(unit)), after)
    second = first + 1 + np.arange(len(first)) - np.repeat(np.cumsum(after) - after, after)
    pair, overlap = np.unique(cell[first] * cells + cell[second], return_counts=True)
    one, other = pair // cells, pair % cells
    crosses = overlap < np.minimum(size[one], size[other])
    return one[crosses], other[crosses]


def _of_odd_rings(one: Positions, other: Positions) -> list[int]:
    """List all cells that hang together by crossings, where these cannot be shared out to two families."""
    across: dict[int, list[int]] = {}
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        across.setdefault(first, []).append(second)
        across.setdefault(second, []).append(first)
    family: dict[int, bool] = {}
    found: list[int] = []
    for start in across:
        if start in family:
            continue
        family[start] = True
        together, fits = [start], True
        for cell in together:  # grows as it goes
            for met in across[cell]:
                if met not in family:
                    family[met] = not family[cell]
                    together.append(met)
                fits &= family[met] != family[cell]
        found += [] if fits else together
    return found
