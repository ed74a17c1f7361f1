"""The words of a map of places: what is shown, of what services, how it is known, and what the centre is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from placespend.cofog import services
from placespend.errors import PlacespendError
from placespend.maps.bounds import count_decimals, read_decimal
from placespend.maps.class_labels import format_number
from placespend.money import percent
from placespend.notes import NEIGHBOURHOOD
from placespend.place_maps.asked import MEAN, ZERO
from placespend.place_maps.figures import MODELLED
from placespend.place_maps.values import PER_HEAD
from placespend.place_words import in_text
from placespend.spelling import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placespend.place import Place
    from placespend.place_maps.asked import Asked
    from placespend.place_maps.figures import Spending

MOST_NAMED = 3
"""Of so many services, each is named in a title."""

MANAGED = (
    f"This is {NEIGHBOURHOOD}: no one holds or decides on it as a sum. Differences between places of one authority are "
    "the model's, and not observed."
)
OF_LARGER = "So is what a body recorded for an area larger than one of them, as a police force does."
OF_RECORDED = "What was recorded is known; the rest, which it is set against, is mostly modelled."
OF_CENSUS = "Per head of the residents of the census of 2011."


def words_of_spending(show: str, about: str, whole: Place) -> tuple[str, str]:
    """Say what is shown, and its unit.

    Parameters
    ----------
    show : {"pot", "service", "share", "observed", "difference"}
    about : str
        The services' name; empty for the pot.
    whole : Place
        What the places lie in.

    Returns
    -------
    label, unit : str
    """
    what = about or "The single pot"
    if show == "share":
        return f"{about}: share of the pot", f"{about}, % of each place's pot"
    if show == "observed":
        of = f"spending on {in_a_sentence(about)}" if about else "the pot"
        return f"Share of {of} that was recorded at the place", f"Recorded at the place, % of {of}"
    if show == "difference":
        return f"{what} per head, less that of {in_text(whole)}", f"Difference per head from {in_text(whole)}"
    return f"{what} per head", f"Spending per head on {in_a_sentence(about)}" if about else "Pot per head"


def name_services(text: str | None, codes: Sequence[str] | None) -> str:
    """Name the services that were asked for: their division, or each, or the word that found them.

    Parameters
    ----------
    text : str or None
        What was asked for.
    codes : sequence of str or None
        What that found; None for all services.

    Returns
    -------
    str
        Empty for all.
    """
    if codes is None:
        return ""
    table = services().loc[list(codes)]
    divisions = list(table["division_name"].unique())
    whole = services()["division_name"].isin(divisions).sum() == len(table) > 1
    if len(divisions) == 1 and (whole or normalise(str(text)) in normalise(divisions[0])):
        return str(divisions[0])
    if len(table) <= MOST_NAMED:
        *others, last = [str(table["label"].iloc[0]), *map(in_a_sentence, table["label"].iloc[1:])]
        return f"{', '.join(others)} and {last}" if others else last
    return f"Services called '{text}' ({len(table)})"


def in_a_sentence(name: str) -> str:
    """Write a name with a small letter, unless it begins with initials.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> in_a_sentence("Medical services"), in_a_sentence("R&D, health")
    ('medical services', 'R&D, health')
    """
    return name[0].lower() + name[1:] if name[1:2].islower() else name


def words_of_recorded(spending: Spending, wanted: Sequence[str] | None, about: str) -> str:
    """Say how much of what is shown was recorded, all places together, and what of it was shared out.

    Parameters
    ----------
    spending : Spending
    wanted : sequence of str or None
        Codes of services; None for all.
    about : str
        Their name; empty for all.

    Returns
    -------
    str
    """
    of = f"the spending on {in_a_sentence(about)}" if about else "the pot"
    if MODELLED not in spending.statuses(wanted):
        return f"All of {of} is of lines that serve one of these places alone: none was shared out between them."
    recorded, pence = sum(spending.recorded_pence(wanted)), sum(spending.pence(wanted))
    if not recorded or pence <= 0:
        return f"None of {of} was recorded at one of these places: it is shared out, and modelled. {OF_LARGER}"
    part = percent(recorded, pence)
    return f"Bodies recorded {part} of {of} at these places; the rest is shared out, and modelled. {OF_LARGER}"


def centre_of(asked: Asked, of_whole: float | None, whole: Place) -> tuple[float | None, str]:
    """Find the number that classes lie on both sides of, and say what it is.

    Parameters
    ----------
    asked : Asked
    of_whole : float or None
        The figure of ``whole``.
    whole : Place
        What the places lie in.

    Returns
    -------
    centre : float or None
    words : str
        Without its number, which the classes add as they write it.

    Raises
    ------
    PlacespendError
        If the mean is asked for, and nothing is known of the whole.
    """
    if asked.centre == MEAN:
        if of_whole is None:
            message = f"Nothing is known of {whole.name} as a whole, so there is no mean to be the centre."
            raise PlacespendError(message, hint="give a number, or leave the centre out")
        return of_whole, f"{in_text(whole)} as a whole"
    if asked.centre == ZERO:
        return 0.0, f"no difference from {in_text(whole)}"
    return cast("float | None", asked.centre), ""


def words_of_whole(asked: Asked, of_whole: float | None, whole: Place) -> list[str]:
    """Say what the whole comes to, where places are set against it.

    Parameters
    ----------
    asked : Asked
    of_whole : float or None
        The figure of ``whole``.
    whole : Place
        What the places lie in.

    Returns
    -------
    list of str
        A sentence, to the penny or the hundredth of a per cent; none where nothing is set against it.
    """
    if of_whole is None or (asked.centre != MEAN and asked.show != "difference"):
        return []
    is_money = asked.show in PER_HEAD
    # Less than a penny is not nothing: it is told with all its digits.
    decimals = max(2, count_decimals(read_decimal(of_whole))) if round(of_whole, 2) == 0 else 2
    figure = format_number(of_whole, decimals=decimals, number="gbp" if is_money else "plain")
    name = in_text(whole)
    return [f"{name[0].upper()}{name[1:]} as a whole: {figure}{' per head' if is_money else ' %'}."]
