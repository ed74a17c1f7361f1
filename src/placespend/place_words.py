"""How a place is called within a sentence: "the North West", "the Isle of Wight", "the circle of 500 m around M1 1AA".

In tables, on axes and in legends a place has its bare name. In a sentence English puts an article before some names,
and a circle that a user drew has no name but what it is. Codes are told where a reader can look them up: those that
the Office for National Statistics gives; names that only files go by are not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from placespend.levels import LEVELS, OWN

if TYPE_CHECKING:
    from placespend.place import Place

WITH_ARTICLE = frozenset(
    {
        *("East Midlands", "North East", "North West", "South East", "South West", "West Midlands"),
        *("Liverpool City Region", "Tri-borough", "West of England"),
    }
)
BEGINS_WITH_ARTICLE = ("City of ", "East Riding of ", "Forest of ", "Isle of ", "Isles of ", "Vale of ")

EAST = "the East of England"
"""The region that the Office for National Statistics calls East."""

CIRCLE = re.compile(r"[0-9,.]+ m around ")
OFFICIAL = re.compile(r"[A-Z][0-9]{8}")
"""A code of the Office for National Statistics."""


def in_text(place: Place) -> str:
    """Name a place within a sentence.

    Parameters
    ----------
    place : Place

    Returns
    -------
    str
        The user's own places keep the name that they were given, but for circles.

    Examples
    --------
    >>> from placespend.gazetteer import find_place
    >>> in_text(find_place("North West")), in_text(find_place("Leeds"))
    ('the North West', 'Leeds')
    """
    if place.level == OWN:
        return f"the circle of {place.name}" if CIRCLE.match(place.name) else place.name
    if place.level == "region" and place.name == "East":
        return EAST
    has_article = place.name in WITH_ARTICLE or place.name.startswith(BEGINS_WITH_ARTICLE)
    return f"the {place.name}" if has_article else place.name


def level_words(place: Place) -> str:
    """Say what kind of place a place is.

    Parameters
    ----------
    place : Place

    Returns
    -------
    str
        Beginning with a capital.
    """
    label = LEVELS[place.level].label
    return f"{label[0].upper()}{label[1:]}"


def people_of(place: Place) -> str:
    """Name those for whom money is spent in a place.

    Parameters
    ----------
    place : Place

    Returns
    -------
    str
        "the people of Leeds".
    """
    return f"the people of {in_text(place)}"


def beginning(words: str) -> str:
    """Fit words to begin a sentence.

    Parameters
    ----------
    words : str

    Returns
    -------
    str
        With a capital.

    Examples
    --------
    >>> beginning("the North West")
    'The North West'
    """
    return f"{words[:1].upper()}{words[1:]}"


def official_code(code: str) -> str:
    """Give a code where a reader can look it up.

    Parameters
    ----------
    code : str

    Returns
    -------
    str
        Empty for what only files go by.

    Examples
    --------
    >>> official_code("E47000001"), official_code("circle-49228eb9")
    ('E47000001', '')
    """
    return code if OFFICIAL.fullmatch(code) else ""
