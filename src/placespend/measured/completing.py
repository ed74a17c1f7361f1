"""Bringing counts of larger areas to small areas by the kinds of their neighbourhoods, where that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placespend.geography import level_index
from placespend.kinds import FEWEST_GROUPS, HELPS, fit, hidden_region_error, spread_by_kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

TENTH = 10
FEWEST_REGIONS = 3
"""With fewer, hiding one leaves too little to judge by."""


def complete_by_kind(
    amounts: NDArray[np.int64], by: NDArray[np.int64], group_of: NDArray[np.int64], scale: int
) -> NDArray[np.int64] | None:
    """Spread the amounts of areas that tile England over small areas by kinds of neighbourhoods, if that helps.

    Parameters
    ----------
    amounts : ndarray of int64, shape (g,)
        In units of ``1 / scale``, not negative.
    by : ndarray of int64, shape (32844,)
        Residents or households.
    group_of : ndarray of int64, shape (32844,)
        The area of each small area, from 0 to g - 1.
    scale : int

    Returns
    -------
    ndarray of int64, shape (32844,), or None
        They sum to the amounts exactly. None where there are too few areas to judge by, or where kinds foretell how a
        region's total is made up little better than the plain base does: :data:`placespend.kinds.HELPS`.
    """
    _, region_of_area = level_index("region")
    region_of = np.zeros(len(amounts), dtype=np.int64)
    region_of[group_of] = region_of_area
    base = np.bincount(group_of, weights=by, minlength=len(amounts)).astype(np.float64)
    usable = (amounts > 0) & (base > 0)
    if usable.sum() < FEWEST_GROUPS or len(np.unique(region_of[usable])) < FEWEST_REGIONS:
        return None
    # An area without a count says nothing of rates, and gets its nothing in the end.
    number = np.where(usable, np.cumsum(usable) - 1, -1)[group_of]
    totals, regions = _as_part(amounts[usable] / scale, base[usable]), region_of[usable]
    by_kinds, plain = hidden_region_error(totals, by, number, regions)
    rates = fit(totals, by, number, region_of=regions)
    if rates is None or not by_kinds <= HELPS * plain:
        return None
    return spread_by_kind(amounts, rates, by, group_of, scale)


def _as_part(counts: NDArray[np.float64], base: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give counts as whole numbers, of which none need be more than its base.

    What is no part of the residents, as the trips that they make, is brought down to a tenth of them: the model takes
    no small area to count more than its base, and rates matter only beside one another.
    """
    factor = 1.0 if (counts <= base).all() else base.sum() / counts.sum() / TENTH
    return np.maximum(np.rint(counts * factor), 1).astype(np.int64)
