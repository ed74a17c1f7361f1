"""The words and numbers that the sections of a report have in common.

In running text amounts are rounded, with their unit as a word; in tables they stand to the penny. How a figure is known
is told from its grades (METHOD 3.1): *recorded* where all of it was recorded at the place by the bodies that spent it
(A), *published* where the rest was allocated to it officially (B), *assumed* where all of it is an estimate (E), and
*modelled* wherever any of it was shared out by a measure (C, D). What is recorded in part and modelled in part is told
as both.
"""

from __future__ import annotations

from calendar import month_name
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from placespend.money import format_gbp, percent
from placespend.text import gbp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from placespend.pot import Pot
    from placespend.recipe import Scope
    from placespend.reports.document import Known

BILLION, MILLION = 100_000_000_000, 100_000_000
"""In pence."""

FEWEST_ROUNDED = 100_000
"""Pence below which pence are told too."""

GRADES_IN_SHORT = (
    "Grades: A, recorded at this place; B, allocated to it officially; C, shared out by a measure that suits the "
    "service; D, by residents or households or a measure of a larger area; E, an estimate or awaited."
)
"""What the letters in a table mean, for who has not yet come to the method."""

NOT_KNOWN, AWAITED = "not known", "awaited"


def rounded_gbp(pence: int) -> str:
    """Write an amount as running text tells it.

    Parameters
    ----------
    pence : int

    Returns
    -------
    str
        In billions with two decimals, millions with one, or whole pounds, rounded half even; small amounts to the
        penny.

    Examples
    --------
    >>> [rounded_gbp(pence) for pence in (2_367_518_391_875, -22_485_704_019, 882_570, 99_999)]
    ['£23.68 billion', '-£224.9 million', '£8,826', '£999.99']
    """
    sign, size = "-" if pence < 0 else "", abs(int(pence))
    if size >= BILLION or round(Fraction(size, MILLION), 1) >= BILLION // MILLION:
        return f"{sign}£{_decimals(size, BILLION, 2)} billion"
    if size >= MILLION or round(Fraction(size, 100)) >= MILLION // 100:
        return f"{sign}£{_decimals(size, MILLION, 1)} million"
    if size >= FEWEST_ROUNDED:
        return f"{sign}£{round(Fraction(size, 100)):,}"
    return format_gbp(pence)


def _decimals(size: int, unit: int, places: int) -> str:
    return f"{float(round(Fraction(size, unit), places)):,.{places}f}"


def span_gbp(low: int, high: int) -> str:
    """Write the ends of a range as running text tells them.

    Parameters
    ----------
    low, high : int
        Pence.

    Returns
    -------
    str

    Examples
    --------
    >>> span_gbp(2_340_000_000_000, 2_425_000_000_000)
    '£23.40 billion to £24.25 billion'
    """
    return f"{rounded_gbp(low)} to {rounded_gbp(high)}"


def known_of(grades: Iterable[str]) -> Known:
    """Tell how a figure is known, from the grades of what it is made of.

    Parameters
    ----------
    grades : iterable of str
        Letters.

    Returns
    -------
    {"observed", "published", "observed_and_modelled", "modelled", "assumed", ""}
        Empty where there are none.

    Examples
    --------
    >>> known_of("A"), known_of("AB"), known_of("ACE"), known_of("E")
    ('observed', 'published', 'observed_and_modelled', 'assumed')
    """
    letters = set(grades)
    if not letters:
        return ""
    if letters <= {"A"}:
        return "observed"
    if letters <= {"A", "B"}:
        return "published"
    if "A" in letters:
        return "observed_and_modelled"
    return "assumed" if letters == {"E"} else "modelled"


def grades_of(pot: Pot) -> list[str]:
    """List the grades that a pot as a whole is of.

    Parameters
    ----------
    pot : Pot

    Returns
    -------
    list of str
        Letters of the amounts that are not nothing; of a pot that comes to nothing, those of what it is made of.
    """
    return [letter for letter, pence in pot.grades.items() if pence] or sorted(set(pot.cells["grade"]))


def is_all_held(pot: Pot) -> bool:
    """Tell whether nothing of a pot was shared out.

    Parameters
    ----------
    pot : Pot

    Returns
    -------
    bool
    """
    return set(pot.cells["grade"]) <= {"A", "B"}


def why_no_range(pot: Pot) -> str:
    """Say why the least and the most that a place may have are one figure.

    Parameters
    ----------
    pot : Pot

    Returns
    -------
    str
        To stand within a sentence.
    """
    if is_all_held(pot):
        return "low and high are the same, because nothing in it is shared out"
    return "low and high are the same, because every other measure that is loaded would give the place as much"


def amount_or_awaited(pence: object) -> str:
    """Write an amount under a heading that gives the unit; what is awaited is told so.

    Parameters
    ----------
    pence : int or missing

    Returns
    -------
    str
    """
    return AWAITED if pd.isna(pence) else gbp(pence)  # type: ignore[call-overload]


def share_recorded(observed: object, amount: object) -> str:
    """Say what part of an amount bodies recorded at the place.

    Parameters
    ----------
    observed, amount : int or missing
        Pence.

    Returns
    -------
    str
        In per cent; empty where nothing is known or spent.
    """
    if pd.isna(amount) or pd.isna(observed) or not amount:  # type: ignore[call-overload]
        return ""
    return percent(int(observed), int(amount))  # type: ignore[call-overload]


def scope_in_words(scope: Scope) -> str:
    """Say what counts, as someone reads it who knows no recipe.

    Parameters
    ----------
    scope : Scope

    Returns
    -------
    str
        A sentence without its full stop.

    Examples
    --------
    >>> from placespend.recipe import Scope
    >>> scope_in_words(Scope())
    'Benefits and pensions count, and so does capital spending'
    >>> scope_in_words(Scope(capital=False))
    'Benefits and pensions count; capital spending does not'
    """
    people, capital = scope.payments_to_people, scope.capital
    if people == capital:
        both = "count, and so does capital spending" if people else "do not count, nor does capital spending"
        first = f"Benefits and pensions {both}"
    else:
        verbs = ("count", "does not") if people else ("do not count", "does")
        first = f"Benefits and pensions {verbs[0]}; capital spending {verbs[1]}"
    # What else a recipe leaves out is told as it says it, after the two that every recipe decides.
    return "; ".join([first, *scope.describe().split("; ")[2:]])


def day_in_words(day: date) -> str:
    """Write a day as running text tells it.

    Parameters
    ----------
    day : datetime.date

    Returns
    -------
    str

    Examples
    --------
    >>> from datetime import date
    >>> day_in_words(date(2012, 3, 31))
    '31 March 2012'
    """
    return f"{day.day} {month_name[day.month]} {day.year}"


def and_list(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    Parameters
    ----------
    words : sequence of str

    Returns
    -------
    str

    Examples
    --------
    >>> and_list(["a", "b", "c"])
    'a, b and c'
    """
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
