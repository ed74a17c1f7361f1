"""Turning a cell of a published table into whole pence, exactly, or saying what it holds instead.

Tables are published in thousands or millions of pounds, with fractions. Each cell becomes whole pence by exact
arithmetic on the digits that it shows, rounded half to even, and what rounding added is kept as a fraction. Missing is
not zero: an empty cell, a mark such as ".." and a printed 0 are three different things, and none is an amount.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Literal, NamedTuple

EMPTY = "empty"
NO_FIGURE = "marked as having no figure"
NOTHING = "printed as nothing"
NOT_AN_AMOUNT = "not an amount"
TOO_LARGE = "a trillion pounds or more"

MARKS_OF_NO_FIGURE = {"-", "\N{EN DASH}", "\N{EM DASH}", "..", "...", ":", "n/a", "na", "not applicable"}


UNITS = {"pound": 100, "thousand": 100_000, "million": 100_000_000}
"""Pence in each unit that tables are published in."""

AMOUNT_PATTERN = re.compile(
    r"(?P<open>\()?(?P<before>[+\-\u2212]?)£?(?P<after>[\-\u2212]?)"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,15})(?P<part>\.[0-9]{1,30})?(?P<close>\))?"
)
"""A number as text: 1,234 or £1234.5 or (20) or -3; no more digits than a table of money can hold."""


TRILLION_POUNDS = 10**14


class Amount(NamedTuple):
    """What a cell of money says."""

    kind: Literal["amount", "nothing", "blank", "unreadable"]
    pence: int = 0
    rounding: Fraction = Fraction(0)
    reason: str = ""


def read_amount(value: object, unit: int) -> Amount:
    """Turn a cell into whole pence, half to even, from the digits that it shows.

    Parameters
    ----------
    value : object
        A cell: a number, a text or nothing.
    unit : int
        Pence in the unit of the table.

    Returns
    -------
    Amount
        ``pence`` and what rounding added; or blank, or a printed nothing, or unreadable, with the reason.

    Examples
    --------
    >>> read_amount(77500.123, UNITS["thousand"]).pence
    7750012300
    >>> read_amount("", UNITS["thousand"]).kind, read_amount(0.0, UNITS["thousand"]).kind
    ('blank', 'nothing')
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return Amount("blank", reason=EMPTY)
    if isinstance(value, str):
        if value.strip().casefold() in MARKS_OF_NO_FIGURE:
            return Amount("blank", reason=NO_FIGURE)
        digits = _digits_of(value)
    elif isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        # repr, unlike the binary number itself, is what the publisher's cell says.
        digits = repr(value)
    else:
        digits = None
    if digits is None:
        return Amount("unreadable", reason=NOT_AN_AMOUNT)
    exact = Fraction(Decimal(digits)) * unit
    if exact == 0:
        return Amount("nothing", reason=NOTHING)
    pence = round(exact)
    if abs(pence) >= TRILLION_POUNDS:
        return Amount("unreadable", reason=TOO_LARGE)
    return Amount("amount", pence, pence - exact)


def _digits_of(text: str) -> str | None:
    """Reduce a number written as text to sign, digits and point; None where it is none."""
    found = AMOUNT_PATTERN.fullmatch(text.strip().replace(" ", ""))
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    signs = [sign for sign in (found["before"], found["after"], "-" if found["open"] else "") if sign]
    if len(signs) > 1:
        return None
    minus = "-" if signs and signs[0] != "+" else ""
    return minus + found["whole"].replace(",", "") + (found["part"] or "")
