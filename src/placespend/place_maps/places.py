"""The places of a map: those of a level, those in a larger place, or a user's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from placespend.errors import WrongTypeError, list_values
from placespend.gazetteer import find_place
from placespend.geography import ENGLAND, count_of, level_index
from placespend.levels import OWN, check_level
from placespend.notes import NEIGHBOURHOOD, notes_on_own_places
from placespend.place import Place
from placespend.place_words import in_text
from placespend.several import places_asked, places_inside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

MOST_NAMED = 3
"""Of so many places, each is named in a title."""

LEAST_BELOW = 3
"""Of fewer places than that, a map says little."""


@dataclass(frozen=True, eq=False)
class Shown:
    """The places of a map, and the whole that they are compared with.

    Attributes
    ----------
    places : tuple of Place
    whole : Place
        What they lie in, as far as that was said; else England.
    where : str
        "by region", "by middle-layer area in Leeds".
    notes : tuple of str
        What must be said of the places.
    """

    places: tuple[Place, ...] = field(repr=False)
    whole: Place
    where: str
    notes: tuple[str, ...] = ()

    @property
    def what(self) -> str:
        """What amounts at these places are, where that must be said."""
        return NEIGHBOURHOOD if any(check_level(place.level).is_neighbourhood for place in self.places) else ""


def level_below(place: Place) -> str:
    """Choose the level by which a place is mapped.

    Parameters
    ----------
    place : Place

    Returns
    -------
    str
        The first of upper-tier authorities, districts, middle-layer and small areas of which there are three or more
        whose residents mostly live in it; else the smallest.

    Examples
    --------
    >>> level_below(find_place("Greater Manchester"))
    'upper_tier'
    >>> level_below(find_place("Leeds"))
    'msoa'
    """
    for level in ("upper_tier", "lad", "msoa"):
        _, number_of = level_index(level)
        if int(_mostly_inside(number_of, place).sum()) >= LEAST_BELOW:
            return level
    return "lsoa"


def places_shown(
    *,
    level: str | None = None,
    within: str | Place | None = None,
    places: Sequence[Place] | None = None,
    day: date,
) -> Shown:
    """Find the places of a map.

    Parameters
    ----------
    level : str, optional
        All places of a level; where left out, that of :func:`level_below`.
    within : str or Place, optional
        Of a level, only the places most of whose residents live in this larger one.
    places : sequence of Place, optional
        Places found or read before, instead of a level.
    day : datetime.date
        On which combined authorities are taken.

    Returns
    -------
    Shown

    Raises
    ------
    PlacespendError
        If there are none, or a level and places are given together, or neither.
    """
    if level is not None and places is not None:
        message = "A map is of a level or of places, not of both."
        raise WrongTypeError(message, hint="leave the level out")
    if level is None and places is None and within is None:
        message = "It is not said which places the map is of."
        raise WrongTypeError(message, hint='say level="upper_tier", within="Leeds", or places=...')
    if level is not None:
        check_level(level)
    area = within if isinstance(within, Place) or within is None else find_place(within, as_at=day)
    if area is not None and level is None and places is None:
        level = level_below(area)
    found = places_asked(level if level is not None else list(places or ()), day)
    notes = notes_on_own_places(found)
    if area is not None and area.code != ENGLAND:
        listed = {place.code for place in found}
        together, _ = places_inside(found, area, choose=level is not None)
        found = [place for place in together if place.code in listed]
        beyond = [place.name for place in found if not area.extent.holds(place.extent)]
        notes += [f"Partly outside {area.name}, and shown whole: {list_values(beyond)}."] * bool(beyond)
        notes += [f"Of {area.name}, what lies in none of these places is not shown."] * (len(together) > len(found))
    kind = f"by {check_level(level).label}" if level is not None else _named(found)
    where = f"{kind} in {in_text(area)}" if area is not None and area.code != ENGLAND else kind
    return Shown(tuple(found), area or find_place(ENGLAND, level="england"), where, tuple(notes))


def count_shown(
    *,
    level: str | None = None,
    within: str | Place | None = None,
    places: Sequence[Place] | None = None,
    day: date,
) -> int:
    """Count the places of a map without making them.

    Parameters
    ----------
    level, within, places, day
        As for :func:`places_shown`.

    Returns
    -------
    int
        Of a level that does not tile England, 0: such levels have few places. Within a larger place whose bounds cut
        small areas, without the places that only those would bring.
    """
    area = within if isinstance(within, Place) or within is None else find_place(within, as_at=day)
    if places is not None:
        return len(places)
    if level is None:
        level = level_below(area) if area is not None else None
    if level is None or not check_level(level).tiles_england:
        return 0
    codes, number_of = level_index(level)
    return len(codes) if area is None else int(_mostly_inside(number_of, area).sum())


def _mostly_inside(number_of: NDArray[np.int64], area: Place) -> NDArray[np.bool_]:
    """Tell of which places of a level most residents live in a larger one."""
    counts, whole = count_of("residents"), area.extent.whole
    inside = np.bincount(number_of[whole], counts[whole], minlength=int(number_of.max()) + 1)
    return np.asarray(2 * inside > np.bincount(number_of, counts))


def _named(places: Sequence[Place]) -> str:
    if len(places) <= MOST_NAMED:
        return f"in {list_values([place.name for place in places])}"
    own = all(place.level == OWN for place in places)
    return f"in {len(places):,} places" + (" of your own" if own else "")
