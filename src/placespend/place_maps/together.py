"""What does not go together on one picture or page, told before anything is computed."""

from __future__ import annotations

from typing import Any

from placespend.cofog import services
from placespend.errors import WrongTypeError, list_values
from placespend.explain import find_services
from placespend.maps.endings import DATA, PICTURES


def check_together(
    shows: list[str],
    served: list[str],
    against: str | None,
    classing: dict[str, Any],
    *,
    ending: str,
    equal_area: bool,
) -> None:
    """Refuse what does not go together, or changes nothing.

    Parameters
    ----------
    shows, served : list of str
        What is shown, and of which services.
    against : str or None
        A measure of need.
    classing : dict
        Classes, scheme, breaks and centre, as far as they were given.
    ending : str
        Of the file that is written.
    equal_area : bool

    Raises
    ------
    WrongTypeError
    """
    count = len(shows) * max(1, len(served))
    if not shows:
        message = "It is not said what the map shows."
        raise WrongTypeError(message, hint='show "pot", for example')
    if len(shows) > 1 and ending in PICTURES:
        message = f"One picture shows one thing, not {list_values(shows)}."
        raise WrongTypeError(message, hint="write a page to choose between them: end the file's name in .html")
    if count > 1 and ending in DATA:
        message = f"A data layer holds one thing, not {count}."
        raise WrongTypeError(message, hint="write one file for each, or a page (.html) to choose between them")
    if len(shows) > 1 and {"breaks", "centre"} & set(classing):
        message = "Several things do not share the bounds of classes, or a centre."
        raise WrongTypeError(message, hint="leave breaks and centre out, or show one thing")
    if count > 1 and classing.get("centre") == "mean" and ending in PICTURES:
        message = "Several services have no mean in common, so it is no centre of maps on one scale."
        raise WrongTypeError(message, hint='show "difference", or draw one map for each')
    if {"classes", "breaks"} <= set(classing):
        message = "With the bounds of classes, their number would change nothing."
        raise WrongTypeError(message, hint="leave classes or breaks out")
    if equal_area and ending not in PICTURES:
        message = "Only a picture can show every place as large as any other."
        raise WrongTypeError(message, hint="end the file's name in .png or .svg, or leave the equal-area view out")
    if against is None:
        return
    if count > 1 or ending not in PICTURES:
        message = "Spending is shown against need one thing at a time, in a picture."
        raise WrongTypeError(message, hint="end the file's name in .png or .svg, and name one service at most")
    if shows[0] == "difference":
        message = "A difference lies on both sides of zero, and is not set against need."
        raise WrongTypeError(message, hint="leave the need out, or show the pot or a service")
    if classing:
        message = f"A map of two things has three classes of each, whatever is said of {list_values(list(classing))}."
        raise WrongTypeError(message, hint="leave that out")


def check_different(shows: list[str], served: list[str]) -> None:
    """Refuse what is shown twice, and services of which two texts mean the same.

    Parameters
    ----------
    shows, served : list of str
        What is shown, and of which services.

    Raises
    ------
    WrongTypeError
    """
    twice = sorted({show for show in shows if shows.count(show) > 1})
    if twice:
        message = f"Several of the layers are of the same: {list_values(twice)}."
        raise WrongTypeError(message, hint="name each thing once")
    texts: dict[tuple[str, ...], str] = {}
    for text in served:
        codes = tuple(find_services(text, services().index))
        if codes in texts:
            message = f"'{texts[codes]}' and '{text}' mean the same services."
            raise WrongTypeError(message, hint="name each service once")
        texts[codes] = text
