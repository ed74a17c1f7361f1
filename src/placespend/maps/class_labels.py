"""How a map writes numbers, and what its legend says of each class.

Numbers are written with all the digits of the bounds, so that the legend says exactly what was done. The first and the
last class end at round numbers, no finer than the bounds: else they would tell the lowest and the highest value where
only bands may be told.
"""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from placespend.maps.bands import band_around, is_one_band
from placespend.maps.bounds import count_decimals, step_of

NumberFormat = Literal["plain", "gbp"]

NUMBER_FORMATS = ("plain", "gbp")


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


def for_pounds(decimals: int, number: NumberFormat) -> int:
    """Write pounds whole or with both digits of the pence.

    Parameters
    ----------
    decimals : int
        That the number needs.
    number : {"plain", "gbp"}

    Returns
    -------
    int
        Decimals to write.
    """
    return max(decimals, 2) if number == "gbp" and decimals else decimals


def labels_between(bounds: tuple[Decimal, ...], number: NumberFormat) -> tuple[str, ...]:
    """Say what given classes hold; the first and the last are open.

    Parameters
    ----------
    bounds : tuple of Decimal
        Where the second and each further class begins, rising.
    number : {"plain", "gbp"}

    Returns
    -------
    tuple of str
        One more than there are bounds.
    """
    if not bounds:
        return ("all values",)
    decimals = for_pounds(max(map(count_decimals, bounds)), number)
    shown = [format_number(bound, decimals=decimals, number=number) for bound in bounds]
    between = [f"{first} to under {after}" for first, after in pairwise(shown)]
    return (f"under {shown[0]}", *between, f"{shown[-1]} and over")


def labels_to_the_ends(
    bounds: tuple[Decimal, ...], values: list[Decimal], number: NumberFormat, *, bands_only: bool = False
) -> tuple[str, ...]:
    """Say what classes hold, from the lowest value rounded down to the highest rounded up.

    Parameters
    ----------
    bounds : tuple of Decimal
        Where the second and each further class begins, rising.
    values : list of Decimal
        Rising, one at least.
    number : {"plain", "gbp"}
    bands_only : bool, default False
        Whether no value may be told, not even where all are the same.

    Returns
    -------
    tuple of str
        One more than there are bounds.
    """
    lowest, highest = values[0], values[-1]
    if bands_only and is_one_band(lowest, highest):
        band = band_around(lowest, highest)
        decimals = for_pounds(max(map(count_decimals, band)), number)
        return (" to ".join(format_number(end, decimals=decimals, number=number) for end in band),)
    if lowest == highest:
        return (format_number(lowest, decimals=for_pounds(count_decimals(lowest), number), number=number),)
    decimals = max(map(count_decimals, bounds)) if bounds else count_decimals(step_of(highest - lowest))
    decimals = for_pounds(decimals, number)
    # The ends are no finer than the bounds: they would tell the lowest and the highest value where only bands may be.
    finest = min((int(bound.normalize().as_tuple().exponent) for bound in bounds), default=-decimals)
    grain = max(Decimal(1).scaleb(-decimals), min(Decimal(1).scaleb(finest), step_of(highest - lowest)))
    grain = max(grain, step_of(highest - lowest)) if bands_only else grain
    last = math.floor(highest / grain) + 1 if bands_only else math.ceil(highest / grain)
    ends = (math.floor(lowest / grain) * grain, *bounds, last * grain)
    shown = [format_number(end, decimals=decimals, number=number) for end in ends]
    # Zero is no value of the class: it has a mark of its own.
    shown[0] = f"over {shown[0]}" if ends[0] == 0 < lowest else shown[0]
    under = [f"{first} to under {after}" for first, after in pairwise(shown[:-1])]
    return (*under, f"{shown[-2]} to {shown[-1]}")
