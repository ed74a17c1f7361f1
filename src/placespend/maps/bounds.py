"""Where the classes of a map begin: the arithmetic, on the digits of numbers as they are written.

Quantiles, widths and natural breaks say between which two values a class should begin; the bound is the roundest number
there. Natural breaks are those of Fisher and Jenks (the library jenkspy): of all divisions into so many classes the one
where values lie nearest to the mean of their class, by the sum of squares.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from decimal import Decimal

DIGITS = 9
"""Values that agree to so many significant digits are the same value: what differs beyond is floating point."""

LEEWAY = 40
"""A bound of quantiles may leave its place by one in so many of the values, for the sake of a rounder number."""

FEWEST_TO_SPARE = 4
"""Where so many values come to a class, one may go to the next, so that a bound needs no more digits than three of
the width of a class: pounds, and not pence."""

MOST_VALUES = 8_000
"""Natural breaks of more values are found on so many of them: the time they take grows with the square."""


def read_decimal(value: Decimal | float) -> Decimal:
    """Read a value as it is written, to :data:`DIGITS` significant digits.

    Parameters
    ----------
    value : Decimal or float

    Returns
    -------
    Decimal
    """
    return Decimal(f"{value:.{DIGITS}g}")


def count_decimals(value: Decimal) -> int:
    """Count the decimals that a number needs.

    Parameters
    ----------
    value : Decimal

    Returns
    -------
    int
        0 or more.
    """
    return max(0, -int(value.normalize().as_tuple().exponent))


def step_of(width: Decimal) -> Decimal:
    """Give a hundredth of a width or more: the power of ten that leaves it two digits.

    Parameters
    ----------
    width : Decimal

    Returns
    -------
    Decimal
    """
    return Decimal(1).scaleb(width.adjusted() - 1)


def quantile_bounds(values: list[Decimal], classes: int) -> tuple[Decimal, ...]:
    """Find bounds that put about as many values into each class.

    Parameters
    ----------
    values : list of Decimal
        Rising, one at least.
    classes : int
        At most so many.

    Returns
    -------
    tuple of Decimal
        Where the second and each further class begins. None is without values.
    """
    size, leeway = len(values), len(values) // LEEWAY
    finest = step_of((values[-1] - values[0]) / classes).scaleb(-1)
    bounds: list[Decimal] = []
    for number in range(1, classes):
        ideal = max(1, min(size - 1, round(size * number / classes)))
        ends = _ends_around(values, ideal, leeway)
        if ends is None:
            return ()
        bound = roundest_between(*ends)
        if bound % finest and size >= FEWEST_TO_SPARE * classes:
            # Two values that hardly differ: rather one place more or less in a class than such a bound.
            bound = roundest_between(*(_ends_around(values, ideal, leeway + 1) or ends))
        # Between two bounds there must be a value, or the class would be without places.
        if not bounds or _any_between(values, bounds[-1], bound):
            bounds.append(bound)
    return tuple(bounds)


def _ends_around(values: list[Decimal], ideal: int, leeway: int) -> tuple[Decimal, Decimal] | None:
    """Find the two values between which a bound is put; none where all values are the same."""
    size = len(values)
    below, above = values[max(0, ideal - 1 - leeway)], values[min(size - 1, ideal + leeway)]
    if below != above:
        return below, above
    # A tie that no bound may split: take the nearer of its two ends.
    first, after = values.index(below), bisect_right(values, below)
    if first > 0 and (after == size or ideal - first <= after - ideal):
        return values[first - 1], above
    return (below, values[after]) if after < size else None


def _any_between(values: list[Decimal], first: Decimal, after: Decimal) -> bool:
    return any(first <= value < after for value in values)


def equal_bounds(values: list[Decimal], classes: int) -> tuple[Decimal, ...]:
    """Divide the range of values into classes of one width, rounded to a hundredth of it or so.

    Parameters
    ----------
    values : list of Decimal
        Rising, one at least.
    classes : int

    Returns
    -------
    tuple of Decimal
        Where the second and each further class begins.
    """
    width = (values[-1] - values[0]) / classes
    if not width:
        return ()
    step = step_of(width)
    return tuple((values[0] + width * number).quantize(step) for number in range(1, classes))


def natural_bounds(values: list[Decimal], classes: int) -> tuple[Decimal, ...]:
    """Find bounds where values leave gaps: the natural breaks of Fisher and Jenks.

    Parameters
    ----------
    values : list of Decimal
        Rising, one at least. Of more than :data:`MOST_VALUES`, so many are taken at even steps of rank, the lowest and
        the highest among them.
    classes : int
        At most so many: no more than there are values that differ.

    Returns
    -------
    tuple of Decimal
        Where the second and each further class begins. None is without values.
    """
    import jenkspy  # noqa: PLC0415  (a pot needs no maps)

    last = len(values) - 1
    taken = values if last < MOST_VALUES else [values[rank * last // (MOST_VALUES - 1)] for rank in range(MOST_VALUES)]
    classes = min(classes, len(set(taken)))
    if classes < 2:
        return ()
    # From the lowest value on: squares of numbers that are large and near to one another would lose their digits.
    shifted = [float(value - values[0]) for value in taken]
    ends = [taken[bisect_right(shifted, float(end)) - 1] for end in jenkspy.jenks_breaks(shifted, classes)[1:-1]]
    following = {end: values[bisect_right(values, end)] for end in sorted(set(ends)) if end < values[-1]}
    return tuple(roundest_between(end, after) for end, after in following.items())


def roundest_between(below: Decimal, above: Decimal) -> Decimal:
    """Find the number with the fewest digits that is over one value and not over another, nearest to their middle.

    Parameters
    ----------
    below, above : Decimal
        The first is under the second.

    Returns
    -------
    Decimal
    """
    # Of whole numbers of a power of ten, the largest power that has any.
    for exponent in range((above - below).adjusted() + 1, -400, -1):
        step = Decimal(1).scaleb(exponent)
        first, last = math.floor(below / step) + 1, math.floor(above / step)
        if first <= last:
            middle = round((below + above) / 2 / step)
            return step * max(first, min(last, middle))
    return above
