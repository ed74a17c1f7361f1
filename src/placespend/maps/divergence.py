"""Classes on both sides of a centre: what lies above zero or a mean, what lies below it, and how far.

The centre is a bound itself. Both sides have one set of distances, so that the same shade means the same distance from
the centre above as below; at most three shades on a side. A class that begins at a bound holds it: a value that equals
the centre is in the class above. The centre is written with only as many digits as leave every value on its side.
"""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise
from numbers import Real
from typing import TYPE_CHECKING

from placespend.errors import WrongTypeError
from placespend.maps.bands import band_around, coarser, is_one_band
from placespend.maps.bounds import count_decimals, read_decimal, step_of
from placespend.maps.class_labels import NumberFormat, for_pounds, format_number, labels_between
from placespend.maps.classes import BOUNDS, MOST_CLASSES, Classes, Scheme, check_choices, count_within
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ON_A_SIDE = 3
"""More shades than this of two hues cannot be told apart beside one another."""


def classify_around(
    values: Sequence[float],
    centre: float,
    *,
    centre_words: str = "",
    classes: int = MOST_CLASSES,
    scheme: Scheme = "quantiles",
    breaks: Sequence[float] | None = None,
    number: NumberFormat = "plain",
    bands_only: bool = False,
) -> Classes:
    """Put values into classes on both sides of a centre.

    Parameters
    ----------
    values : sequence of float
        Of the places that are shaded.
    centre : float
    centre_words : str, optional
        What it is: "England's mean". Its number is added where the words do not have it.
    classes : int, default 5
        On each side at most half as many, rounded up: 3 of 5.
    scheme : {"quantiles", "equal", "natural", "given"}
        As :func:`placespend.maps.classes.classify` takes it, of the distances from the centre.
    breaks : sequence of float, optional
        With "given", the distances from the centre at which the second and third shade of a side begin, rising, over 0.
        Such classes are kept where they are without places, so that two maps can have one legend.
    number : {"plain", "gbp"}
    bands_only : bool, default False
        Whether the legend may tell no value, as :func:`placespend.maps.classes.classify` takes it.

    Returns
    -------
    Classes
        At least one on each side, also where no place is there, unless there are no values and no distances given.

    Raises
    ------
    UnknownNameError
        If there is no such scheme or number format.
    WrongTypeError
        If the centre, the number of classes or the distances given cannot be used.

    Examples
    --------
    >>> found = classify_around([-4, -1, 1, 2, 9], 0, classes=3, scheme="equal")
    >>> found.labels
    ('-4.0 to under 0', '0 to under 4.5', '4.5 to 9.0')
    """
    _check_centre(centre)
    check_choices(classes, scheme, number, breaks)
    _check_distances(breaks)
    found = sorted(map(read_decimal, values))
    if not found and breaks is None:
        return Classes((), (), (), scheme)
    middle = _shortest_centre(found, read_decimal(centre), number)
    if breaks is not None:
        distances = tuple(map(read_decimal, breaks))
    else:
        apart = sorted(abs(value - middle) for value in found)
        # Shades of one width begin at the centre itself.
        distances = BOUNDS[scheme]([Decimal(0), *apart] if scheme == "equal" else apart, (classes + 1) // 2)
        if bands_only:
            distances = () if is_one_band(found[0], found[-1]) else coarser(distances, apart)
    bounds = (*(middle - distance for distance in reversed(distances)), middle, *(middle + far for far in distances))
    if breaks is None:
        bounds = _without_empty_ends(bounds, middle, found)
        labels = _labels(bounds, middle, distances, found, number, bands_only=bands_only)
    else:
        labels = labels_between(bounds, number)
    said = _words_of_centre(middle, one_line(centre_words), number)
    return Classes(bounds, labels, count_within(bounds, found), scheme, middle, said)


def _check_centre(centre: float) -> None:
    is_number = isinstance(centre, (Real, Decimal)) and not isinstance(centre, bool)
    if not is_number or not math.isfinite(centre):
        message = f"The centre of a map is a number, not {centre!r}."
        raise WrongTypeError(message, hint="for example centre=0, or the mean as a number")


def _check_distances(breaks: Sequence[float] | None) -> None:
    if breaks is not None and (len(breaks) >= MOST_ON_A_SIDE or any(far <= 0 for far in breaks)):
        message = f"With a centre, breaks are one or two distances from it, over 0, not {list(breaks)!r}."
        raise WrongTypeError(message, hint="for example breaks=[500, 1000]; both sides take the same")


def _shortest_centre(values: list[Decimal], centre: Decimal, number: NumberFormat) -> Decimal:
    """Write the centre with the fewest decimals that leave every value on its side; pounds whole or with pence."""
    exact = count_decimals(centre)
    spread = max((abs(value - centre) for value in values), default=Decimal(0))
    # No coarser than a hundredth of the spread or of the centre itself: 2.52 is not 3.
    least = max((count_decimals(step_of(size)) for size in (spread, centre) if size), default=0)
    for decimals in range(least, exact):
        near = round(centre, for_pounds(decimals, number))
        low, high = sorted((near, centre))
        if not any(low <= value < high for value in values):
            return near
    return centre


def _without_empty_ends(bounds: tuple[Decimal, ...], centre: Decimal, values: list[Decimal]) -> tuple[Decimal, ...]:
    """Leave out classes beyond the lowest and the highest value, but for one on each side of the centre."""
    return tuple(
        bound for bound in bounds if bound == centre or (values[0] < bound < centre) or (centre < bound <= values[-1])
    )


def _labels(
    bounds: tuple[Decimal, ...],
    centre: Decimal,
    distances: tuple[Decimal, ...],
    values: list[Decimal],
    number: NumberFormat,
    *,
    bands_only: bool,
) -> tuple[str, ...]:
    """Say what classes hold, to ends at round distances from the centre."""
    lowest, highest = values[0], values[-1]
    farthest = max(centre - lowest, highest - centre)
    # The ends are no finer than the bounds: they would tell the lowest and the highest value where only bands may be.
    digits = (int(far.normalize().as_tuple().exponent) for far in distances)
    grain = Decimal(1).scaleb(min(digits, default=farthest.adjusted() if farthest else 0))
    if bands_only and highest > lowest:
        grain = max(grain, step_of(highest - lowest))
    first = centre - math.ceil((centre - lowest) / grain) * grain
    first = max(first, Decimal(0)) if lowest >= 0 else first
    last = centre + math.ceil((highest - centre) / grain) * grain
    last = last + grain if bands_only and last == highest else last
    if bands_only and not distances:
        first, last = band_around(lowest, highest)
    ends = (first, *bounds, last)
    decimals = for_pounds(max(map(count_decimals, ends)), number)
    shown = [format_number(end, decimals=decimals if end else 0, number=number) for end in ends]
    # A value of zero has a mark of its own, unless it is a value like others.
    shown[0] = f"over {shown[0]}" if first == 0 < lowest else shown[0]
    labels = [f"{start} to under {after}" for start, after in pairwise(shown[:-1])]
    labels.append(f"{shown[-2]} to {shown[-1]}" if highest > bounds[-1] or bands_only else shown[-2])
    if lowest >= centre:
        labels[0] = f"under {shown[1]}"
    if highest < centre:
        labels[-1] = f"{shown[-2]} and over"
    return tuple(labels)


def _words_of_centre(centre: Decimal, words: str, number: NumberFormat) -> str:
    """Say what the centre is, with its number."""
    shown = format_number(centre, decimals=for_pounds(count_decimals(centre), number), number=number)
    if not words:
        return "zero" if centre == 0 else shown
    whole = format_number(centre, decimals=0, number=number)
    return words if shown in words or whole in words or centre == 0 else f"{words}, {shown}"
