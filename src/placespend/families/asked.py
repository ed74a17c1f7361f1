"""The families of what a user asks for: a place, the places of a level, or places of the user's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from placespend.bases import Bases
from placespend.errors import WrongTypeError
from placespend.families.shipped_counts import shipped_families
from placespend.gazetteer import find_place, parse_as_at
from placespend.levels import check_level
from placespend.notes import notes_on_own_places
from placespend.place import Place
from placespend.several import places_asked, places_inside
from placespend.wanted import measures_wanted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from placespend.families.shown import Families
    from placespend.wanted import Measures


def families_of(
    place: str | Place | Sequence[str | Place] | None = None,
    *,
    level: str | None = None,
    within: str | Place | None = None,
    as_at: str | date | None = None,
    measures: Measures | None = None,
    lookups: str | Path | Sequence[str | Path] | None = None,
    by: str | None = None,
) -> Families:
    """Give the published and estimated troubled families of places.

    Parameters
    ----------
    place : str, Place or a sequence of them, optional
        Names, aliases or codes of places, or places found or read before. Left out, all places of the level.
    level : str, optional
        A token of :data:`placespend.levels.LEVELS`: the kind of place, or all places of which are wanted.
    within : str or Place, optional
        Of a level, only the places most of whose residents live in this larger one; what is left of it gets a row.
    as_at : str or datetime.date, optional
        Day on which combined authorities are taken; today where left out.
    measures, lookups
        A user's own measures, as for :func:`placespend.pot.single_pot`, to spread families by inside authorities.
    by : str, optional
        The measure to spread by, where it is not the best one that is loaded.

    Returns
    -------
    Families

    Raises
    ------
    PlaceNotFoundError, AmbiguousPlaceError, UnknownNameError
        If there is no such place, level or measure.
    MeasuresError
        If a file of measures has faults.
    WrongTypeError
        If neither a place nor a level is asked for.

    Examples
    --------
    >>> families_of("Greater Manchester")
    <Families of Greater Manchester: 8090 (published), indicative numbers of December 2011 (programme of 2012)>
    """
    places, notes = places_for_families(place, level=level, within=within, as_at=as_at)
    found = shipped_families(places, bases=bases_for_families(measures, lookups), by=by)
    return replace(found, notes=(*found.notes, *notes))


def places_for_families(
    place: str | Place | Sequence[str | Place] | None,
    *,
    level: str | None = None,
    within: str | Place | None = None,
    as_at: str | date | None = None,
) -> tuple[list[Place], list[str]]:
    """Find the places that families are asked for.

    Parameters
    ----------
    place, level, within, as_at
        As for :func:`families_of`.

    Returns
    -------
    places : list of Place
    notes : list of str
        What must be said of them.

    Raises
    ------
    WrongTypeError
        If neither a place nor a level is asked for, or a larger place is named for a single one.
    """
    if level is not None:
        check_level(level)
    if isinstance(place, str | Place):
        if within is not None:
            message = "A larger place goes with a level, or with several places, not with one place."
            raise WrongTypeError(message, hint="leave the place or the larger place out")
        one = find_place(place, level=level, as_at=as_at) if isinstance(place, str) else place
        return [one], notes_on_own_places([one])
    named = (
        None
        if place is None
        else [find_place(one, level=level, as_at=as_at) if isinstance(one, str) else one for one in place]
    )
    wanted = named if named is not None else level
    if wanted is None:
        message = "Families are asked for by a place or a level, and neither is given."
        raise WrongTypeError(message, hint='for example "Greater Manchester", or level="upper_tier"')
    day = parse_as_at(as_at)
    found = places_asked(wanted, day)
    about = [f"Combined authorities as they were on {day.isoformat()}."] if level == "combined_authority" else []
    about += notes_on_own_places(found)
    if within is None:
        return found, about
    area = find_place(within, as_at=as_at) if isinstance(within, str) else within
    found, notes = places_inside(found, area, choose=isinstance(wanted, str))
    return found, [*about, *notes]


def bases_for_families(
    measures: Measures | None, lookups: str | Path | Sequence[str | Path] | None = None
) -> Bases | None:
    """Read a user's measures to spread families by.

    Parameters
    ----------
    measures, lookups
        As for :func:`placespend.pot.single_pot`.

    Returns
    -------
    Bases or None
        None where there are none.

    Raises
    ------
    MeasuresError
        If a file has faults.
    """
    given = measures_wanted(measures)
    if not given:
        return None
    from placespend.measured.gathering import gather_measures  # noqa: PLC0415  (only a user's measures need it)

    files = [lookups] if isinstance(lookups, str | Path) else lookups or ()
    return Bases(gather_measures(given, [Path(path) for path in files]).measures)
