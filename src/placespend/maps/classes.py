"""The classes of a map: where one ends and the next begins, and what the legend says of each.

A class holds the values from its lower bound to under the next class's, so a value that equals a bound is always in
the class that begins there, and equal values are never in two classes. Bounds are put at the roundest number that
divides the values where they should be divided, and written with all their digits: the legend says exactly what was
done. No class of quantiles or of natural breaks is without places: where values tie there are fewer classes than were
asked for, and where all values are the same there is one. Classes on both sides of a centre are made in
:mod:`placespend.maps.divergence`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from placespend.errors import UnknownNameError, WrongTypeError
from placespend.maps.bands import coarser
from placespend.maps.bounds import (
    count_decimals,
    equal_bounds,
    natural_bounds,
    quantile_bounds,
    read_decimal,
    step_of,
)
from placespend.maps.class_labels import (
    NUMBER_FORMATS,
    NumberFormat,
    for_pounds,
    format_number,
    labels_between,
    labels_to_the_ends,
)
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Scheme = Literal["quantiles", "equal", "natural", "given"]

SCHEMES = ("quantiles", "equal", "natural", "given")

BOUNDS: dict[str, Callable[[list[Decimal], int], tuple[Decimal, ...]]] = {
    "quantiles": quantile_bounds,
    "equal": equal_bounds,
    "natural": natural_bounds,
}
"""What finds the bounds of rising values by each scheme."""

MOST_CLASSES = 5
"""More shades than this of one hue cannot be told apart in greyscale."""


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
    scheme : {"quantiles", "equal", "natural", "given"}
        How they were made.
    centre : Decimal or None
        The bound that the map is about: classes lie on both sides of it.
    centre_words : str
        What that is, with its number.
    """

    breaks: tuple[Decimal, ...]
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    scheme: Scheme = "quantiles"
    centre: Decimal | None = None
    centre_words: str = ""

    @property
    def below(self) -> int:
        """How many of the classes lie below the centre; 0 where there is none."""
        return bisect_right(self.breaks, self.centre) if self.centre is not None and self.breaks else 0

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
        return bisect_right(self.breaks, read_decimal(value))


def classify(
    values: Sequence[float],
    *,
    classes: int = MOST_CLASSES,
    scheme: Scheme = "quantiles",
    breaks: Sequence[float] | None = None,
    number: NumberFormat = "plain",
    bands_only: bool = False,
) -> Classes:
    """Put values into classes.

    Parameters
    ----------
    values : sequence of float
        Of the places that are shaded: without those that are suppressed, missing or zero.
    classes : int, default 5
        At most so many, from 1 to 5.
    scheme : {"quantiles", "equal", "natural", "given"}
        About as many places in each class; classes of the same width; bounds where the values leave gaps; or the
        bounds that are given.
    breaks : sequence of float, optional
        With "given", where the second and each further class begins, rising. Such a class may be without places, so
        that two maps can have one legend.
    number : {"plain", "gbp"}
        How the legend writes bounds.
    bands_only : bool, default False
        Whether the legend may tell no value: bounds that were not given are then rounded further, as
        :mod:`placespend.maps.bands` says.

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
    check_choices(classes, scheme, number, breaks)
    found = sorted(map(read_decimal, values))
    if scheme == "given":
        bounds = tuple(map(read_decimal, breaks or ()))
        labels = labels_between(bounds, number)
    elif not found:
        return Classes((), (), (), scheme)
    else:
        bounds = BOUNDS[scheme](found, classes)
        bounds = coarser(bounds, found) if bands_only else bounds
        labels = labels_to_the_ends(bounds, found, number, bands_only=bands_only)
    return Classes(bounds, labels, count_within(bounds, found), scheme)


def count_within(bounds: Sequence[Decimal], values: Sequence[Decimal]) -> tuple[int, ...]:
    """Count the values of each class.

    Parameters
    ----------
    bounds : sequence of Decimal
        Where the second and each further class begins, rising.
    values : sequence of Decimal

    Returns
    -------
    tuple of int
        One more than there are bounds.
    """
    counts = [0] * (len(bounds) + 1)
    for value in values:
        counts[bisect_right(bounds, value)] += 1
    return tuple(counts)


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
    exact = read_decimal(value)
    if exact == exact.to_integral_value():
        return format_number(exact, decimals=0, number=number)
    least = (
        count_decimals(step_of(exact))
        if not classes.breaks
        else max(map(count_decimals, classes.breaks)) + (number == "plain")
    )
    enough = max(count_decimals(exact), least)
    for decimals in range(least, enough + 1):
        shown = round(exact, for_pounds(decimals, number))
        if classes.number_of(float(shown)) == classes.number_of(value):
            break
    return format_number(shown, decimals=for_pounds(decimals, number), number=number)


def check_choices(classes: int, scheme: str, number: str, breaks: Sequence[float] | None) -> None:
    """Refuse classes that cannot be made.

    Parameters
    ----------
    classes, scheme, number, breaks
        As :func:`classify` takes them.

    Raises
    ------
    UnknownNameError
        If there is no such scheme or number format.
    WrongTypeError
        If the number of classes or the bounds given cannot be used.
    """
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
    sound = all(
        isinstance(bound, (int, float, Decimal)) and not isinstance(bound, bool) and math.isfinite(bound)
        for bound in breaks
    )
    bounds = [read_decimal(bound) for bound in breaks] if sound else []
    if not sound or any(later <= bound for bound, later in pairwise(bounds)):
        message = f"The bounds of classes are numbers, each above the one before, not {list(breaks)!r}."
        raise WrongTypeError(message, hint="for example breaks=[2, 4, 6]")
    if len(breaks) >= MOST_CLASSES:
        message = f"{len(breaks)} bounds make {len(breaks) + 1} classes, and a map has at most {MOST_CLASSES}."
        raise WrongTypeError(message, hint="more shades of one hue cannot be told apart in greyscale")
