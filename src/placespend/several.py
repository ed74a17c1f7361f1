"""Several places at once: those of a level, those found before, and those in a larger one with its rest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from placespend.errors import PlaceNotFoundError, WrongTypeError, list_values
from placespend.gazetteer import places_of_level
from placespend.geography import count_of
from placespend.levels import check_level
from placespend.place import Place, assign, remainder
from placespend.stretches import deal_out

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


def places_asked(level: str | Sequence[Place], day: date) -> list[Place]:
    """Take the places of a level, or places found before.

    Parameters
    ----------
    level : str or sequence of Place
    day : datetime.date
        On which combined authorities are taken.

    Returns
    -------
    list of Place

    Raises
    ------
    PlaceNotFoundError
        If no place of the level existed on the day.
    WrongTypeError
        If they are no places, or several have one code.
    """
    found = places_of_level(level, as_at=day) if isinstance(level, str) else list(level)
    if not found and isinstance(level, str):
        message = f"No {check_level(level).label} existed on {day.isoformat()}."
        raise PlaceNotFoundError(message, hint="choose another day with --as-at, for example --as-at today")
    odd = [type(place).__name__ for place in found if not isinstance(place, Place)]
    if odd or not found:
        message = f"Pots are built of a level or of places, not of {list_values(odd) or 'nothing'}."
        raise WrongTypeError(message, hint="find places with placespend.find_place or placespend.read_places")
    repeated = sorted(code for code, times in Counter(place.code for place in found).items() if times > 1)
    if repeated:
        message = f"Several of the places have the code {list_values(repeated)}."
        raise WrongTypeError(message, hint="give each place a code of its own")
    return found


def places_inside(found: list[Place], area: Place, *, choose: bool) -> tuple[list[Place], list[str]]:
    """Take the places that lie in a larger one, and its rest.

    Parameters
    ----------
    found : list of Place
    area : Place
        The larger one.
    choose : bool
        Whether only those are taken most of whose residents live in it; otherwise all must lie in it.

    Returns
    -------
    places : list of Place
    notes : list of str
        Which of them reach beyond it.

    Raises
    ------
    PlaceNotFoundError
        If one lies nowhere in it, or none is left.
    OverlappingPlacesError
        If two overlap.
    """
    counts = count_of("residents")
    # Most places of a level are far away: a look at their small areas spares the rest.
    near = np.zeros(len(counts), dtype=bool)
    near[area.extent.touched] = True
    meeting = [place for place in found if near[place.extent.touched].any() and place.extent.meets(area.extent)]
    shared = {place.code: place.extent.shared(area.extent) for place in meeting}
    inside = {code: int(deal_out(counts[pieces.area], pieces).sum()) for code, pieces in shared.items()}
    if choose:
        found = [place for place in found if 2 * inside.get(place.code, 0) > place.residents]
    away = [place.name for place in found if place.code not in inside]
    if away or not found:
        what = f"{list_values(away)} lies nowhere" if away else "No place of that level lies"
        message = f"{what} in {area.name}."
        raise PlaceNotFoundError(message, hint="leave --within out, or name the place that holds them")
    assign(found)
    beyond = [place.name for place in found if not area.extent.holds(place.extent)]
    notes = [
        f"Partly outside {area.name}, and counted whole, so the rows sum to more than its pot: {list_values(beyond)}."
    ] * bool(beyond)
    code = f"{area.code}-rest"
    while any(place.code == code for place in found):
        code += "-rest"
    rest = remainder(area, found, code=code)
    return [*found, *([rest] if rest is not None else [])], notes
