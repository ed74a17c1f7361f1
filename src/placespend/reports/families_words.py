"""How troubled families are told in words: what the term meant, how a number is known, and what is not told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.families.published import published_counts
from placespend.families.results import payment_terms
from placespend.families.shown import ESTIMATED, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from placespend.place import Place

NOT_TOLD = "not told"

WITHHELD = "the number could be worked out from it"
WITHHELD_NOTE = f"Density is not told where the number is fewer than 10: {WITHHELD}."

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
DAY = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?")

HOW_FAR_OFF = (
    "How far off estimates are: each of the {folds} published numbers was hidden in turn and estimated from the "
    "others. The estimates were {error:.1f} % off (weighted mean absolute error), the worst {worst:.0f} % ({where}), "
    "and {held:.0f} % of the hidden numbers lay in their interval."
)
ERRORS = {"folds": 47, "error": 4.5, "worst": 60.0, "where": "the City of London", "held": 91.0}
"""What placespend families validate finds of the model in use. To find it takes ten seconds, so it is kept here."""

TERM = (
    "“Troubled families” is what the government of the day called them, and the term is kept only because the figures "
    "are of it. An estimate of {estimated_at} had found {estimated:,} families in England with five or more of seven "
    "disadvantages. On {headline_at} the government set out to work with {headline:,}, rounded from that estimate, and "
    "asked each upper-tier authority to work with its part: the indicative number, shared out by measures of "
    "deprivation.",
    "Whom the programme took on was then decided by other signs: crime or anti-social behaviour, children missing "
    "school, an adult out of work, and high cost to local services ({source}; {doubt}).",
    "So the numbers here are those that authorities were asked to work with. They are not families that anyone had "
    "counted, and no family can be told from them.",
)


def about_term() -> tuple[str, ...]:
    """Explain what troubled families meant, with the figures and days of what was published then.

    Returns
    -------
    tuple of str
        Paragraphs.
    """
    headline, estimated = (
        published_counts(measure, level="nation").to_dict(orient="records")[0]
        for measure in ("target_headline", "dfe_multiple_problems_estimate")
    )
    terms = payment_terms().iloc[0]
    found = {
        "estimated": estimated["value"],
        "estimated_at": day_in_words(str(estimated["as_at"])),
        "headline": headline["value"],
        "headline_at": day_in_words(str(headline["as_at"])),
        "source": terms["source"],
        "doubt": small_first(str(terms["note"])),
    }
    return tuple(paragraph.format(**found) for paragraph in TERM)


def how_far_off() -> str:
    """Say how far estimates of authorities were from published numbers, each hidden in turn.

    Returns
    -------
    str
    """
    return HOW_FAR_OFF.format(**ERRORS)


def status_in_words(count: Mapping[Any, Any], place: Place) -> str:
    """Say how a number of families is known, and between what it lies.

    Parameters
    ----------
    count : dict
        A row of :meth:`~placespend.families.shown.Families.counts`.
    place : Place

    Returns
    -------
    str
        "estimated, 2,175 to 2,215". Of fewer than ten no interval is told.
    """
    word = str(count["status"])
    if word == ESTIMATED and not place.is_made_of("upper_tier"):
        word = "modelled"
    if pd.isna(count["families"]) or pd.isna(count["low"]):
        return word
    return f"{word}, {count['low']:,} to {count['high']:,}"


def number_in_words(row: Mapping[Any, Any]) -> str:
    """Write a number of families as a reader sees it.

    Parameters
    ----------
    row : dict
        With ``families`` and ``status``.

    Returns
    -------
    str
        "fewer than 10" where no more is told.
    """
    found = told(row, "families")
    return found if isinstance(found, str) else f"{found:,}"


def day_in_words(day: str) -> str:
    """Write a day, a month or a year as running text tells it.

    Parameters
    ----------
    day : str
        As 2011-12-15, 2011-12 or 2011; anything else is told as it is.

    Returns
    -------
    str

    Examples
    --------
    >>> day_in_words("2011-12-15"), day_in_words("2011-12"), day_in_words("2011")
    ('15 December 2011', 'December 2011', '2011')
    """
    found = DAY.fullmatch(day)
    if found is None or not 1 <= int(found["month"]) <= len(MONTHS):
        return day
    parts = [*([str(int(found["day"]))] if found["day"] else []), MONTHS[int(found["month"]) - 1], found["year"]]
    return " ".join(parts)


def figure_in_words(figure: object, *, decimals: int = 0, sign: str = "") -> str:
    """Write a figure on families as a reader sees it.

    Parameters
    ----------
    figure : int, float or missing
    decimals : int, default 0
    sign : str, optional
        Put before the digits: the sign of pounds.

    Returns
    -------
    str
        "not told" where it is missing, and never a blank that could be taken for zero.

    Examples
    --------
    >>> figure_in_words(62687, sign="£"), figure_in_words(7.1716, decimals=2), figure_in_words(None)
    ('£62,687', '7.17', 'not told')
    """
    return NOT_TOLD if pd.isna(figure) else f"{sign}{figure:,.{decimals}f}"  # type: ignore[call-overload]


def small_first(text: str) -> str:
    """Fit a sentence into another one.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Beginning with a small letter, without the full stop.
    """
    return f"{text[0].lower()}{text[1:]}".removesuffix(".") if text else ""
