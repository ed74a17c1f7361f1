"""The classes of a map: where one ends and the next begins, and what the legend says of each.

A class holds the values from its lower bound to under the next class's, so a value that equals a bound is always in
the class that begins there, and equal values are never in two classes. Bounds are put at the roundest number that
divides the values where they should be divided, and written with all their digits: the legend says exactly what was
done. No class of quantiles is without places: where values tie there are fewer classes than were asked for, and where
all values are the same there is one.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from placespend.errors import UnknownNameError, WrongTypeError
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

Scheme = Literal["quantiles", "equal", "given"]
NumberFormat = Literal["plain", "gbp"]

SCHEMES = ("quantiles", "equal", "given")
NUMBER_FORMATS = ("plain", "gbp")

MOST_CLASSES = 5
"""More shades than this of one hue cannot be told apart in greyscale."""

DIGITS = 9
"""Values that agree to so many significant digits are the same value: what differs beyond is floating point."""

LEEWAY = 40
"""A bound of quantiles may leave its place by one in so many of the values, for the sake of a rounder number."""


@dataclass(frozen=True)
class Classes:
    """Classes of values, from the lowest to the highest.

    Attributes
    ----------
    breaks : tuple of Decimal
        Where the second and each further class begins, rising.
    labels : tuple of str
        What the legend says of each class.
    counts : tuple of int
        How many values are in each class.
    """

    breaks: tuple[Decimal, ...]
    labels: tuple[str, ...]
    counts: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.labels)

    def number_of(self, value: float) -> int:
        """Find the class of a value.

        Parameters
        ----------
        value : float

        Returns
        -------
        int
            0 for the lowest class.
        """
        return bisect_right(self.breaks, _decimal(value))


def classify(
    values: Sequence[float],
    *,
    classes: int = MOST_CLASSES,
    scheme: Scheme = "quantiles",
    breaks: Sequence[float] | None = None,
    number: NumberFormat = "plain",
) -> Classes:
    """Put values into classes.

    Parameters
    ----------
    values : sequence of float
        Of the places that are shaded: without those that are suppressed, missing or zero.
    classes : int, default 5
        At most so many, from 1 to 5.
    scheme : {"quantiles", "equal", "given"}
        About as many places in each class; classes of the same width; or the bounds that are given.
    breaks : sequence of float, optional
        With "given", where the second and each further class begins, rising. Such a class may be without places, so
        that two maps can have one legend.
    number : {"plain", "gbp"}
        How the legend writes bounds.

    Returns
    -------
    Classes
        None at all where there are no values and no bounds are given.

    Raises
    ------
    UnknownNameError
        If there is no such scheme or number format.
    WrongTypeError
        If the number of classes or the bounds given cannot be used.

    Examples
    --------
    >>> classify([1, 2, 2, 3, 8, 9], classes=3).labels
    ('1 to under 2', '2 to under 6', '6 to 9')
    >>> classify([4, 4, 4]).labels
    ('4',)
    """
    _check_choices(classes, scheme, number, breaks)
    found = sorted(map(_decimal, values))
    if scheme == "given":
        bounds = tuple(map(_decimal, breaks or ()))
        labels = _labels_between(bounds, number)
    elif not found:
        return Classes((), (), ())
    else:
        bounds = _quantiles(found, classes) if scheme == "quantiles" else _equal(found, classes)
        labels = _labels_to_the_ends(bounds, found, number)
    counts = [0] * len(labels)
    for value in found:
        counts[bisect_right(bounds, value)] += 1
    return Classes(bounds, labels, tuple(counts))


def format_number(value: Decimal | float, *, decimals: int, number: NumberFormat = "plain") -> str:
    """Write a number as maps do.

    Parameters
    ----------
    value : Decimal or float
        With "gbp", pounds.
    decimals : int
    number : {"plain", "gbp"}

    Returns
    -------
    str

    Examples
    --------
    >>> format_number(-1234.5, decimals=0, number="gbp")
    '-£1,234'
    >>> format_number(2, decimals=1)
    '2.0'
    """
    digits = f"{abs(Decimal(str(value))):,.{decimals}f}"
    minus = "-" if value < 0 and any(sign in "123456789" for sign in digits) else ""
    return f"{minus}{'£' if number == 'gbp' else ''}{digits}"


def format_within(value: float, classes: Classes, *, number: NumberFormat = "plain") -> str:
    """Write a value with as few decimals as keep it in its class when it is read.

    Parameters
    ----------
    value : float
    classes : Classes
    number : {"plain", "gbp"}

    Returns
    -------
    str
        With one decimal more than the bounds, unless it is a whole number; pounds with as many.
    """
    exact = _decimal(value)
    if exact == exact.to_integral_value():
        return format_number(exact, decimals=0, number=number)
    least = _decimals(_step(exact)) if not classes.breaks else max(map(_decimals, classes.breaks)) + (number == "plain")
    enough = max(_decimals(exact), least)
    for decimals in range(least, enough + 1):
        shown = round(exact, _for_pounds(decimals, number))
        if classes.number_of(float(shown)) == classes.number_of(value):
            break
    return format_number(shown, decimals=_for_pounds(decimals, number), number=number)


def _check_choices(classes: int, scheme: str, number: str, breaks: Sequence[float] | None) -> None:
    for word, choices, what in ((scheme, SCHEMES, "scheme of classes"), (number, NUMBER_FORMATS, "number format")):
        if word not in choices:
            message = f"There is no {what} '{word}'."
            hint = did_you_mean(str(word), choices, otherwise=f"there are {', '.join(choices)}")
            raise UnknownNameError(message, hint=hint)
    if not isinstance(classes, int) or isinstance(classes, bool) or not 1 <= classes <= MOST_CLASSES:
        message = f"A map has from 1 to {MOST_CLASSES} classes, not {classes!r}."
        raise WrongTypeError(message, hint="more shades of one hue cannot be told apart in greyscale")
    if (scheme == "given") != (breaks is not None):
        message = "Bounds of classes are given" + (
            " without the scheme 'given'." if breaks is not None else " nowhere."
        )
        raise WrongTypeError(message, hint="give scheme='given' and breaks together")
    if breaks is not None:
        _check_breaks(breaks)


def _check_breaks(breaks: Sequence[float]) -> None:
    sound = all(isinstance(bound, (int, float, Decimal)) and math.isfinite(bound) for bound in breaks)
    bounds = [_decimal(bound) for bound in breaks] if sound else []
    if not sound or any(later <= bound for bound, later in pairwise(bounds)):
        message = f"The bounds of classes are numbers, each above the one before, not {list(breaks)!r}."
        raise WrongTypeError(message, hint="for example breaks=[2, 4, 6]")
    if len(breaks) >= MOST_CLASSES:
        message = f"{len(breaks)} bounds make {len(breaks) + 1} classes, and a map has at most {MOST_CLASSES}."
        raise WrongTypeError(message, hint="more shades of one hue cannot be told apart in greyscale")


def _decimal(value: Decimal | float) -> Decimal:
    """Read a value as it is written, to :data:`DIGITS` significant digits."""
    return Decimal(f"{value:.{DIGITS}g}")


def _decimals(value: Decimal) -> int:
    """Count the decimals that a number needs."""
    return max(0, -int(value.normalize().as_tuple().exponent))


def _step(width: Decimal) -> Decimal:
    """Give a hundredth of a width or more: the power of ten that leaves it two digits."""
    return Decimal(1).scaleb(width.adjusted() - 1)


def _quantiles(values: list[Decimal], classes: int) -> tuple[Decimal, ...]:
    """Find bounds that put about as many values into each class; values rise, and there is one at least."""
    size, leeway = len(values), len(values) // LEEWAY
    bounds: list[Decimal] = []
    for number in range(1, classes):
        ideal = max(1, min(size - 1, round(size * number / classes)))
        below, above = values[max(0, ideal - 1 - leeway)], values[min(size - 1, ideal + leeway)]
        if below == above:
            # A tie that no bound may split: take the nearer of its two ends.
            first, after = values.index(below), bisect_right(values, below)
            if first > 0 and (after == size or ideal - first <= after - ideal):
                below = values[first - 1]
            elif after < size:
                above = values[after]
            else:
                return ()
        bound = _roundest(below, above)
        # Between two bounds there must be a value, or the class would be without places.
        if not bounds or _any_between(values, bounds[-1], bound):
            bounds.append(bound)
    return tuple(bounds)


def _any_between(values: list[Decimal], first: Decimal, after: Decimal) -> bool:
    return any(first <= value < after for value in values)


def _equal(values: list[Decimal], classes: int) -> tuple[Decimal, ...]:
    """Divide the range of the values into classes of one width, rounded to a hundredth of it or so."""
    width = (values[-1] - values[0]) / classes
    if not width:
        return ()
    step = _step(width)
    return tuple((values[0] + width * number).quantize(step) for number in range(1, classes))


def _roundest(below: Decimal, above: Decimal) -> Decimal:
    """Find the number with the fewest digits that is over one value and not over another, nearest to their middle."""
    # Of whole numbers of a power of ten, the largest power that has any.
    for exponent in range((above - below).adjusted() + 1, -400, -1):
        step = Decimal(1).scaleb(exponent)
        first, last = math.floor(below / step) + 1, math.floor(above / step)
        if first <= last:
            middle = round((below + above) / 2 / step)
            return step * max(first, min(last, middle))
    return above


def _for_pounds(decimals: int, number: NumberFormat) -> int:
    """Write pounds whole or with both digits of the pence."""
    return max(decimals, 2) if number == "gbp" and decimals else decimals


def _labels_between(bounds: tuple[Decimal, ...], number: NumberFormat) -> tuple[str, ...]:
    """Say what given classes hold; the first and the last are open."""
    if not bounds:
        return ("all values",)
    decimals = _for_pounds(max(map(_decimals, bounds)), number)
    shown = [format_number(bound, decimals=decimals, number=number) for bound in bounds]
    between = [f"{first} to under {after}" for first, after in pairwise(shown)]
    return (f"under {shown[0]}", *between, f"{shown[-1]} and over")


def _labels_to_the_ends(bounds: tuple[Decimal, ...], values: list[Decimal], number: NumberFormat) -> tuple[str, ...]:
    """Say what classes hold, from the lowest value rounded down to the highest rounded up."""
    lowest, highest = values[0], values[-1]
    if lowest == highest:
        return (format_number(lowest, decimals=_for_pounds(_decimals(lowest), number), number=number),)
    decimals = max(map(_decimals, bounds)) if bounds else _decimals(_step(highest - lowest))
    decimals = _for_pounds(decimals, number)
    # The ends are no finer than the bounds: they would tell the lowest and the highest value where only bands may be.
    finest = min((int(bound.normalize().as_tuple().exponent) for bound in bounds), default=-decimals)
    grain = max(Decimal(1).scaleb(-decimals), min(Decimal(1).scaleb(finest), _step(highest - lowest)))
    ends = (math.floor(lowest / grain) * grain, *bounds, math.ceil(highest / grain) * grain)
    shown = [format_number(end, decimals=decimals, number=number) for end in ends]
    # Zero is no value of the class: it has a mark of its own.
    shown[0] = f"over {shown[0]}" if ends[0] == 0 < lowest else shown[0]
    under = [f"{first} to under {after}" for first, after in pairwise(shown[:-1])]
    return (*under, f"{shown[-2]} to {shown[-1]}")
