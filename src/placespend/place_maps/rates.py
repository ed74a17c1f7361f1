"""The rounding of what maps shade: to the penny or the hundredth of a per cent, and never to zero what is not zero."""

from __future__ import annotations

from fractions import Fraction

from placespend.money import per_head_pence

PENCE_OF_POUND = 100
PENNY = 0.01
PERCENT_DECIMALS = 2


def difference(value: float, of_whole: float) -> float:
    """Take a difference between two figures.

    Parameters
    ----------
    value, of_whole : float
        In pounds per head.

    Returns
    -------
    float
        To the penny; of two figures that are both less than a penny, to two digits.

    Examples
    --------
    >>> difference(7.1, 7.0), difference(0.002, 0.0002)
    (0.1, 0.0018)
    """
    apart = value - of_whole
    return float(f"{apart:.2g}") if max(abs(value), abs(of_whole)) < PENNY else round(apart, 2)


def pounds_per_head(pence: int, residents: int) -> float | None:
    """Give pounds per resident.

    Parameters
    ----------
    pence : int
    residents : int

    Returns
    -------
    float or None
        Of whole pence, rounded half even, as pots tell them; None where nobody lives. Less than half a penny is told
        to two digits: zero is said only of nothing.
    """
    head = per_head_pence(pence, residents)
    if head == 0 and pence:
        return _two_digits(Fraction(pence, PENCE_OF_POUND * residents))
    return None if head is None else head / PENCE_OF_POUND


def percent_of(part: int, whole: int) -> float | None:
    """Give a part in per cent of a whole.

    Parameters
    ----------
    part, whole : int

    Returns
    -------
    float or None
        To two decimals, rounded half even, or where that were zero and the part is not, to two digits; None where the
        whole is nothing or less.
    """
    if whole <= 0:
        return None
    percent = Fraction(100 * part, whole)
    return float(round(percent, PERCENT_DECIMALS)) or _two_digits(percent)


def _two_digits(number: Fraction) -> float:
    return float(f"{float(number):.2g}")
