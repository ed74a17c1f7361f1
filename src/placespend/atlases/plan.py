"""What an atlas is of: its places, the lines, and the command that makes each report alone.

Everything that would go wrong with all reports alike goes wrong here, before any is begun: a misspelt level, a place
that is not there, lines or a recipe that cannot be used.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.atlases.inputs import key_of, made_from
from placespend.atlases.working import Job
from placespend.errors import AmbiguousPlaceError, PlaceNotFoundError, PlacespendError, WrongTypeError
from placespend.footprints import extent_at
from placespend.gazetteer import SMALL_LEVELS, find_place, parse_as_at
from placespend.geography import ENGLAND, level_index
from placespend.levels import OWN, check_level
from placespend.loaded import load
from placespend.place import Place
from placespend.place_maps.places import count_shown, places_shown
from placespend.place_names import named_places, small_places
from placespend.place_words import in_text
from placespend.reports.command_line import command_of
from placespend.several import places_inside
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from placespend.loaded import Loaded
    from placespend.place_maps.places import Shown
    from placespend.recipe import Recipe

MOST_PLACES = 2_000
"""More reports than that take hours, and their page would be slow."""


@dataclass(frozen=True, eq=False)
class Plan:
    """What an atlas is of. Made by :func:`plan_atlas`.

    Attributes
    ----------
    level : str
    shown : Shown
        The places, and what they lie in.
    loaded : Loaded
    day : datetime.date
        On which combined authorities are taken.
    jobs : tuple of Job
        One for each place, in their order.
    options : str
        What the command says of the lines, quoted for a shell.
    told : dict
        All that the reports depend on, as :func:`placespend.atlases.inputs.made_from` gives it.
    """

    level: str
    shown: Shown
    loaded: Loaded = field(repr=False)
    day: date
    jobs: tuple[Job, ...] = field(repr=False)
    options: str
    told: dict[str, object] = field(repr=False)

    @property
    def key(self) -> str:
        """The digest of all that the reports depend on."""
        return key_of(self.told)

    @property
    def places(self) -> tuple[Place, ...]:
        """The places."""
        return self.shown.places

    @property
    def whole(self) -> Place:
        """What the places lie in."""
        return self.shown.whole

    @property
    def is_neighbourhood(self) -> bool:
        """Whether the places are smaller than authorities, so that no one manages their pots."""
        return check_level(self.level).is_neighbourhood

    @property
    def command(self) -> str:
        """The command that makes the atlas again, quoted for a shell."""
        within = [] if self.whole.code == ENGLAND else ["--within", self.whole.code]
        words = ["placespend", "atlas", "--level", self.level, *within, *shlex.split(self.options), "--out", "atlas"]
        return shlex.join(words)


def plan_atlas(
    level: str,
    *,
    within: str | Place | None = None,
    recipe: Recipe | str | Path | None = None,
    as_at: str | date | None = None,
    **money: Any,
) -> Plan:
    """Find the places of an atlas, load the lines, and name the command of each report.

    Parameters
    ----------
    level : str
        A token of :data:`placespend.levels.LEVELS`.
    within : str or Place, optional
        Only the places most of whose residents live in this larger one.
    recipe : Recipe or path, optional
    as_at : str or datetime.date, optional
        Combined authorities are those existing on this day.
    **money
        Which lines are in beside it, as for :func:`placespend.wanted.recipe_wanted`.

    Returns
    -------
    Plan

    Raises
    ------
    PlacespendError
        If there is no such level, no such place, too many of them, or the lines cannot be used.
    """
    check_level(level)
    if level == OWN:
        message = "An atlas is of places that ship with placespend, not of places of your own."
        raise PlaceNotFoundError(message, hint="write the report on one with: placespend report --boundary FILE")
    wanted = recipe_wanted(recipe, **money)
    area = _area(within, as_at or wanted.as_at)
    loaded = load(wanted)
    day = parse_as_at(as_at or wanted.as_at, default=loaded.year_end)
    if isinstance(within, str):
        area = find_place(within, as_at=day)
    _check_count(count_shown(level=level, within=area, day=day))
    shown = _shown(level, area, day)
    _check_count(len(shown.places))
    said = {"recipe": recipe, **money, "as_at": as_at}
    jobs = tuple(_job(place, day, said) for place in shown.places)
    options = _options(said)
    return Plan(level, shown, loaded, day, jobs, options, made_from(loaded, level=level, day=day, options=options))


def _area(within: Any, as_at: str | date | None) -> Place | None:
    """Refuse a larger place that is on no day, before lines are read for it."""
    if within is None or isinstance(within, Place):
        return within
    if not isinstance(within, str):
        message = f"A larger place is given by name or found before, not as {type(within).__name__}."
        raise WrongTypeError(message, hint='for example within="Leeds"')
    try:
        return find_place(within, as_at=as_at)
    except PlaceNotFoundError as error:
        # A combined authority may be there on the day that only the lines tell.
        if "existed on" not in error.message:
            raise
    return None


def _shown(level: str, area: Place | None, day: date) -> Shown:
    """Find the places, without making all those of England to take a few of them."""
    if area is None or area.code == ENGLAND or not check_level(level).tiles_england:
        return places_shown(level=level, within=area, day=day)
    near = _touching(area, level)
    together, _ = places_inside(near, area, choose=True)
    codes = {place.code for place in near}
    # What lies in none of them has no report.
    found = [place for place in together if place.code in codes]
    shown = places_shown(places=found, within=area, day=day)
    return replace(shown, where=f"by {check_level(level).label} in {in_text(area)}")


def _touching(area: Place, level: str) -> list[Place]:
    """List the places of a level that tiles England that have a small area in common with a larger place."""
    codes, number_of = level_index(level)
    here = [str(codes[number]) for number in np.unique(number_of[area.extent.touched])]
    table = small_places() if level in SMALL_LEVELS else named_places()
    names = table[(table["level"] == level) & table["code"].isin(here)].set_index("code")["name"]
    return [Place(code, str(names[code]), level, extent_at(level, code)) for code in here]


def _check_count(count: int) -> None:
    """Refuse more places than an atlas can hold."""
    if count > MOST_PLACES:
        message = f"An atlas has at most {MOST_PLACES:,} reports, and this one would have {count:,}."
        raise PlacespendError(message, hint="name a larger place that they lie in, for example --within Leeds")


def _job(place: Place, day: date, said: dict[str, Any]) -> Job:
    """Name the command that makes the report on a place: by its code, and by its level only where that must be said."""
    try:
        is_clear = find_place(place.code, as_at=day).level == place.level
    except AmbiguousPlaceError:
        is_clear = False
    level = None if is_clear else place.level
    return Job(place.code, place.name, level, command_of([place.code], level=level, **said))


def _options(said: dict[str, Any]) -> str:
    """Write what a command says of the lines, without its place and its file."""
    bare = shlex.split(command_of([ENGLAND]))
    first, last = bare[: bare.index("--out")], bare[bare.index("--out") :]
    words = shlex.split(command_of([ENGLAND], **said))
    return shlex.join(words[len(first) : -len(last)])
