"""Bands, where only the class of a value may be told: no bound and no end of a band gives a value away.

Values that hardly differ, or only one, are in one band between two numbers of the row 1, 2, 5, 10, 20, 50. Else bounds
are rounded to a hundredth of the range of the values or more, no band is narrower than one in twenty of where it ends,
and the last band ends above the highest value.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from placespend.maps.bounds import step_of

if TYPE_CHECKING:
    from collections.abc import Sequence

HARDLY = 10
"""Values that lie within one in so many of the largest are not told apart."""

NARROW = 20
"""A band narrower than one in so many of where it ends is joined to the next."""

ROW = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


def is_one_band(lowest: Decimal, highest: Decimal) -> bool:
    """Tell whether values differ so little that bounds between them would give them away.

    Parameters
    ----------
    lowest, highest : Decimal

    Returns
    -------
    bool
    """
    return (highest - lowest) * HARDLY < max(abs(lowest), abs(highest)) or lowest == highest


def band_around(lowest: Decimal, highest: Decimal) -> tuple[Decimal, Decimal]:
    """Find the round numbers between which values lie.

    Parameters
    ----------
    lowest, highest : Decimal

    Returns
    -------
    first, last : Decimal
        The last above the highest, but for zero.

    Examples
    --------
    >>> tuple(map(str, band_around(Decimal("8.08"), Decimal("8.08"))))
    ('5', '10')
    """
    first = _round_down(lowest) if lowest >= 0 else -_round_up(-lowest)
    return first, _round_up(highest) if highest >= 0 else -_round_down(-highest)


def _round_down(size: Decimal) -> Decimal:
    if not size:
        return size
    power = Decimal(1).scaleb(size.adjusted())
    return _plain(max(step * power for step in ROW if step * power <= size))


def _round_up(size: Decimal) -> Decimal:
    if not size:
        return size
    power = Decimal(1).scaleb(size.adjusted())
    return _plain(min(step * power for step in ROW if step * power > size))


def _plain(number: Decimal) -> Decimal:
    """Write a number without an exponent over zero."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def coarser(bounds: Sequence[Decimal], values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Round bounds so far that they tell no value.

    Parameters
    ----------
    bounds : sequence of Decimal
        Rising.
    values : sequence of Decimal
        Rising, one at least.

    Returns
    -------
    tuple of Decimal
        Rising; none without values between it and the next. None at all where values hardly differ.
    """
    lowest, highest = values[0], values[-1]
    if is_one_band(lowest, highest):
        return ()
    step = step_of(highest - lowest)
    kept: list[Decimal] = []
    start, first = math.floor(lowest / step) * step, lowest
    for bound in sorted({_plain(round(bound / step) * step) for bound in bounds}):
        is_wide = (bound - start) * NARROW >= abs(bound)
        if is_wide and bound <= highest and any(first <= value < bound for value in values):
            kept.append(bound)
            start = first = bound
    return tuple(kept)
