"""How the classes of a map were made, in words that stand on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.maps.bounds import MOST_VALUES

if TYPE_CHECKING:
    from placespend.maps.classes import Classes

SCHEME_WORDS = {
    "quantiles": "Classes hold about equally many places.",
    "equal": "Classes are equally wide.",
    "natural": "Classes begin where the values leave gaps (natural breaks, Fisher and Jenks).",
    "given": "The bounds of the classes were chosen by the maker of the map.",
}
"""What a reader is told of each scheme."""

CENTRED_WORDS = {
    "quantiles": "chosen so that each shade holds about equally many places, both sides together",
    "equal": "equally wide",
    "natural": "chosen where the distances leave gaps (natural breaks, Fisher and Jenks)",
    "given": "chosen by the maker of the map",
}
"""What a reader is told of the steps of distance from a centre."""


def words_of_scheme(classes: Classes) -> str:
    """Say how classes were made.

    Parameters
    ----------
    classes : Classes

    Returns
    -------
    str
        A sentence or more; empty where there are no two classes.
    """
    if len(classes) < 2:
        return ""
    used = sum(classes.counts)
    is_sampled = classes.scheme == "natural" and used > MOST_VALUES
    sampled = f" Found on {MOST_VALUES:,} of the {used:,} values, taken at even steps of rank." * is_sampled
    if classes.centre is None:
        return SCHEME_WORDS[classes.scheme] + sampled
    said = f"Classes lie on both sides of {classes.centre_words}; a value equal to it is above."
    if max(classes.below, len(classes) - classes.below) > 1:
        said += " A shade means the same distance from it on either side; "
        said += f"the distances are {CENTRED_WORDS[classes.scheme]}."
    return said + sampled


def words_of_sides(classes: Classes, zeros: int) -> str:
    """Say how many places lie on each side of a centre.

    Parameters
    ----------
    classes : Classes
        With a centre.
    zeros : int
        How many places are of zero and in no class.

    Returns
    -------
    str
    """
    below, above = sum(classes.counts[: classes.below]), sum(classes.counts[classes.below :])
    said = f"Centre: {classes.centre_words}. {count_places(above)} at it or above; {count_places(below)} below."
    if zeros and classes.centre is not None:
        said += (
            f" {count_places(zeros)} of zero not counted there: {'below' if classes.centre > 0 else 'above'} it too."
        )
    return said


def count_places(count: int) -> str:
    """Say how many places.

    Parameters
    ----------
    count : int

    Returns
    -------
    str
        "1 place", "2 places".
    """
    return f"{count:,} place{'s' if count != 1 else ''}"
