"""What a report is made from: a pot, and all that is set beside it, gathered once.

The lines are loaded once, and shared by the pot, by those that it is compared with and by what they are shared by
otherwise. A place is compared with England, with the region that it lies in, and with its *peers*: an upper-tier
authority with others of its region, a district with others of its county, a region with the other regions, a combined
authority with the others of that day, or, if it was the first, with those made since. What is no such place (a
neighbourhood, a grouping, a place of the user's own) is compared with the authorities that it lies in, and England
with its regions. Where there are more peers than a picture can hold, those with the nearest number of residents are
taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.errors import PlaceNotFoundError
from placespend.footprints import extent_at
from placespend.gazetteer import SMALL_LEVELS, find_place, parse_as_at, places_of_level
from placespend.geography import ENGLAND, count_of, level_index
from placespend.levels import COMBINED_AUTHORITIES_CHECKED_TO
from placespend.loaded import load
from placespend.place import Place
from placespend.place_names import named_places, small_places
from placespend.pot import pot_of
from placespend.pots_by_level import Pots, pots
from placespend.published import bridge_published, find_published
from placespend.recipe import shipped_recipe
from placespend.reports.command_line import command_of
from placespend.several import places_inside
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from placespend.bridge import Bridge
    from placespend.loaded import Loaded
    from placespend.pot import Pot
    from placespend.recipe import Recipe
    from placespend.sensitivity import Sensitivity
    from placespend.wanted import Choices, Lines, Measures

MOST_BARS = 12
"""How many places are set side by side, the place itself among them."""

LEAST_INSIDE = 3
"""Of fewer places than that within the place, no map says anything."""

LEVELS_INSIDE = ("upper_tier", "lad", "msoa", "lsoa")
"""From the largest: the first of which there are enough within a place is shown."""

SMALL = ("neighbourhood", "ward_2025", "msoa", "lsoa")
"""Within places of these levels only small areas are shown."""


@dataclass(frozen=True, eq=False)
class Gathered:
    """A pot and all that a report sets beside it, each computed when it is first asked for. Made by :func:`gather`.

    Attributes
    ----------
    pot : Pot
    day : datetime.date
        On which combined authorities are taken.
    command : str
        The command line that makes this report again, quoted for a shell.
    """

    pot: Pot
    day: date
    command: str = field(default="")

    @property
    def place(self) -> Place:
        """The place that the report is on."""
        return self.pot.place

    @property
    def loaded(self) -> Loaded:
        """The lines of the pot and of all that it is compared with."""
        return self.pot.loaded

    @property
    def is_england(self) -> bool:
        """Whether the place is the whole of England."""
        return self.place.code == ENGLAND

    @property
    def is_neighbourhood(self) -> bool:
        """Whether the place is smaller than an authority, so that no one manages its pot."""
        return bool(self.pot.what)

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """How far the pot moves with what its money is shared by."""
        return self.pot.sensitivity()

    @cached_property
    def bridges(self) -> tuple[Bridge, ...]:
        """What moves the pot to each total that was published of the place; none where none is known."""
        return tuple(bridge_published(self.place, self.loaded, name) for name in find_published(self.place))

    @cached_property
    def _inside(self) -> tuple[str, tuple[Place, ...]]:
        """Find the level that is shown within the place, and its places there."""
        for level in ("lsoa",) if self.place.level in SMALL else LEVELS_INSIDE:
            touched = _touched(self.place, level)
            try:
                found = touched if self.is_england else places_inside(touched, self.place, choose=True)[0]
            except PlaceNotFoundError:
                continue
            here = tuple(place for place in found if place.level == level)
            if len(here) >= LEAST_INSIDE:
                return level, here
        return "", ()

    @property
    def inside_level(self) -> str:
        """The token of the level that is shown within the place; empty where there is none."""
        return self._inside[0]

    @property
    def inside_places(self) -> tuple[Place, ...]:
        """The places of that level most of whose residents live in the place."""
        return self._inside[1]

    @cached_property
    def inside(self) -> Pots | None:
        """Their pots, with that of the rest; None where there are none."""
        if not self.inside_level:
            return None
        within = None if self.is_england else self.place
        return pots(self.inside_places, within=within, loaded=self.loaded, as_at=self.day)

    @cached_property
    def england(self) -> Pot:
        """England's pot, from the same lines."""
        return self.pot if self.is_england else self._pot(find_place(ENGLAND, level="england"))

    @cached_property
    def region(self) -> Pot | None:
        """The pot of the region that the place lies in; None where it lies in several, or is larger than one."""
        found = _around(self.place, "region")
        if len(found) != 1 or self.place.level in {"england", "region"}:
            return None
        return self._pot(found[0])

    @cached_property
    def authorities(self) -> tuple[Pot, ...]:
        """The pots of the upper-tier authorities that a place is a part of, or that it is made of parts of.

        Those in which most of its residents live; none for a place that has peers of its own, but for a district.
        """
        if self.place.level in {"england", "region", "combined_authority", "upper_tier"}:
            return ()
        found = [place for place in _around(self.place, "upper_tier") if not place.extent.is_same(self.place.extent)]
        return tuple(self._pot(place) for place in found[: MOST_BARS - 3])

    @cached_property
    def peers(self) -> tuple[Pot, ...]:
        """The pots of other places of its kind, the largest per head first; of England, of its regions."""
        found, room = self._others(), MOST_BARS - 3 - len(self.authorities)
        near = sorted(found, key=lambda place: (abs(place.residents - self.place.residents), place.code))[:room]
        made = [self._pot(place) for place in near]
        return tuple(sorted(made, key=lambda pot: (-(pot.per_head_pence or 0), pot.place.code)))

    @cached_property
    def peers_came_later(self) -> bool:
        """Whether it was the only combined authority of its day, so that it is compared with those made since."""
        if self.place.level != "combined_authority":
            return False
        return [place.code for place in places_of_level(self.place.level, as_at=self.day)] == [self.place.code]

    @cached_property
    def peers_left_out(self) -> int:
        """How many other places of its kind there was no room for."""
        return len(self._others()) - len(self.peers)

    @property
    def comparators(self) -> tuple[Pot, ...]:
        """All pots that the place's is compared with: England's, its region's, its authorities', its peers'."""
        first = [] if self.is_england else [self.england]
        return (*first, *([self.region] if self.region else []), *self.authorities, *self.peers)

    def _others(self) -> list[Place]:
        """List the other places of its kind that it may be compared with."""
        level = self.place.level
        if level in {"england", "region"}:
            found = places_of_level("region")
        elif level == "combined_authority":
            found = places_of_level(level, as_at=COMBINED_AUTHORITIES_CHECKED_TO if self.peers_came_later else self.day)
        elif level in {"upper_tier", "lad"}:
            around = _around(self.place, "region" if level == "upper_tier" else "upper_tier")[0]
            found = [place for place in places_of_level(level) if around.extent.holds(place.extent)]
        else:
            found = []
        return [place for place in found if not place.extent.is_same(self.place.extent)]

    def _pot(self, place: Place) -> Pot:
        """Give the pot of a place to compare with, which the next report on these lines is likely to want too."""
        kept = self.loaded.kept
        key = ("pot", place.level, place.code)
        if key not in kept:
            kept[key] = pot_of(place, self.loaded)
        found: Pot = kept[key]
        return found


def gather(
    place: str | Place | None = None,
    *,
    recipe: Recipe | str | Path | None = None,
    lines: Lines | None = None,
    with_shipped: bool = False,
    year: str | None = None,
    level: str | None = None,
    as_at: str | date | None = None,
    unknown_footprints: str = "error",
    measures: Measures | None = None,
    lookups: str | Path | Sequence[str | Path] | None = None,
    overrides: Choices | None = None,
    command: str = "",
) -> Gathered:
    """Gather what a report on a place is made from.

    Parameters
    ----------
    place, recipe, lines, with_shipped, year, level, as_at, unknown_footprints, measures, lookups, overrides
        As for :func:`placespend.pot.single_pot`.
    command : str, optional
        The command line that makes the report again; told from the other arguments where left out.

    Returns
    -------
    Gathered

    Raises
    ------
    PlacespendError
        As :func:`placespend.pot.single_pot` does.
    """
    money: dict[str, Any] = {
        "lines": lines,
        "with_shipped": with_shipped,
        "year": year,
        "unknown_footprints": unknown_footprints,
        "measures": measures,
        "lookups": lookups,
        "overrides": overrides,
    }
    (found,) = gather_all([place], level=level, as_at=as_at, recipe=recipe, command=command, **money)
    return found


def gather_all(
    places: Sequence[str | Place | None],
    *,
    level: str | None = None,
    as_at: str | date | None = None,
    recipe: Recipe | str | Path | None = None,
    command: str = "",
    **money: Any,
) -> list[Gathered]:
    """Gather what a report on several places is made from, the lines of all of them once.

    Parameters
    ----------
    places : sequence of str, Place or None
        None for the place that the recipe names.
    level, as_at, recipe, command
        As for :func:`gather`.
    **money
        The other arguments of :func:`gather`.

    Returns
    -------
    list of Gathered

    Raises
    ------
    PlacespendError
        As :func:`placespend.pot.single_pot` does; places are looked for before lines are read, as far as can be.
    """
    wanted = recipe_wanted(recipe, **money)
    names = [name for place in places for name in ([place] if place is not None else _of_recipe(wanted))]
    kind = level if level is not None or None not in places else wanted.level
    _check_places(names, kind)
    loaded = _shipped_lines() if wanted is shipped_recipe() else load(wanted)
    day = parse_as_at(as_at or wanted.as_at, default=loaded.year_end)
    told = command or command_of(names, level=kind, as_at=as_at, recipe=recipe, **money)
    return [Gathered(pot_of(name, loaded, level=kind, as_at=day), day, told) for name in names]


@cache
def _shipped_lines() -> Loaded:
    """Load the lines that ship once, for all reports on them."""
    return load(shipped_recipe())


def _check_places(names: Sequence[str | Place], level: str | None) -> None:
    """Refuse names that are no place on any day, before lines are read for them."""
    for name in names:
        if isinstance(name, str) and level != "combined_authority":
            try:
                find_place(name, level=level)
            except PlaceNotFoundError as error:
                if "existed on" not in error.message:
                    raise


def _of_recipe(recipe: Recipe) -> list[str]:
    """Take the place or places that a recipe names."""
    if not recipe.places:
        message = "A report is on a place, and the recipe names none."
        raise PlaceNotFoundError(message, hint="name the place")
    return list(recipe.places)


def _around(place: Place, level: str) -> list[Place]:
    """List the places of a level that tiles England in which a place's residents live, the most first."""
    touched = _touched(place, level)
    inside = {found.code: place.extent.common(found.extent).count(count_of("residents")) for found in touched}
    return sorted((found for found in touched if inside[found.code]), key=lambda found: -inside[found.code])


def _touched(place: Place, level: str) -> list[Place]:
    """List the places of a level that tiles England that have a small area in common with a place."""
    codes, number_of = level_index(level)
    here = [str(codes[at]) for at in np.unique(number_of[place.extent.touched])]
    # All at once: to find each by its code takes long where there are hundreds.
    table = small_places() if level in SMALL_LEVELS else named_places()
    rows = table[(table["level"] == level) & table["code"].isin(here)]
    name_of = dict(zip(rows["code"], rows["name"], strict=True))
    return [Place(code, name_of[code], level, extent_at(level, code)) for code in here]
