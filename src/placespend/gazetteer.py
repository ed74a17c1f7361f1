"""Finding a place by what people call it: a name, an alias or a code.

Case, punctuation and spacing do not matter. Candidates made of the same small areas are one place. Really
different candidates are listed and refused, for a pot of the wrong Essex is worse than none. Combined authorities
are those that existed on a date.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.errors import (
    AmbiguousPlaceError,
    OutsideEnglandError,
    PlaceNotFoundError,
    PlacespendError,
    WrongTypeError,
    list_values,
)
from placespend.footprints import extent_at
from placespend.geography import count_of
from placespend.levels import LEVELS, OWN, check_level
from placespend.neighbourhoods import neighbourhood_pilots
from placespend.place import Place
from placespend.place_names import country_outside_england, exists, named_places, rows_by_key, rows_named, small_places
from placespend.spelling import normalise, suggest

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

WARD = "ward_2025"
SMALL_LEVELS = ("msoa", "lsoa", WARD)
"""Levels so numerous that they are only listed where they are asked for."""

MOST_LEVELS_KEPT = 32
"""Of how many levels and days the places are kept: those of reports on one another."""

MOST_LISTED = 6
"""How many different places of one name a message lists."""


def parse_as_at(as_at: str | date | None, *, default: date | None = None) -> date:
    """Read the date on which combined authorities are taken.

    Parameters
    ----------
    as_at : str, datetime.date or None
        An ISO date, "today", or None for the default.
    default : datetime.date, optional
        Today where left out.

    Returns
    -------
    datetime.date

    Raises
    ------
    PlacespendError
        If the text is not a date.
    """
    if isinstance(as_at, datetime):
        return as_at.date()
    if isinstance(as_at, date):
        return as_at
    if as_at is not None and not isinstance(as_at, str):
        message = f"A day is a date or a text, not {type(as_at).__name__}."
        raise WrongTypeError(message, hint="write it as '2012-03-31'")
    if as_at is None and default is not None:
        return default
    if as_at is None or as_at.strip().casefold() == "today":
        return date.today()  # noqa: DTZ011  (a calendar day, wherever the analyst is)
    try:
        return date.fromisoformat(as_at.strip())
    except ValueError:
        message = f"'{as_at}' is not a date."
        raise PlacespendError(message, hint="write it as 2012-03-31, or 'today'") from None


def _describe(place: Place) -> str:
    return f"{place.name} ({place.level}, {place.code})"


def _place(row: Mapping[Hashable, Any]) -> Place:
    """Make a place of a row of a table of places."""
    level, code = row["level"], row["code"]
    definition = ""
    if level == "neighbourhood":
        about = neighbourhood_pilots().set_index("code").loc[code]
        stands_for_it = about["approximation"][0].lower() + about["approximation"][1:]
        definition = f"{about['definition']} What stands for it here: {stands_for_it} "
        definition += f"Certainty: {about['certainty']}. Source: {about['source']}."
        namesakes = rows_by_key(small=True).get(normalise(row["name"]), [])
        wards = [name for name, kind in small_places().iloc[namesakes][["name", "level"]].to_numpy() if kind == WARD]
        if wards:
            definition += f" Wards of 2025 are called so too: {list_values(wards)}; find them with the level {WARD}."
    elif level == WARD:
        definition = "Ward of 2025, by its live postcodes."
    return Place(code, row["name"], level, extent_at(level, code), definition=definition)


def _one_place_per_area(rows: pd.DataFrame) -> list[Place]:
    """Make places of rows, those with the same small areas as one, named at the first of their levels."""
    precedence = list(LEVELS)
    alike: dict[tuple[bytes, ...], list[Place]] = {}
    for row in sorted(rows.to_dict(orient="records"), key=lambda row: precedence.index(row["level"])):
        place = _place(row)
        alike.setdefault(place.extent.key(), []).append(place)
    return [replace(first, also=tuple(map(_describe, rest))) for first, *rest in alike.values()]


def suggest_places(text: str, *, limit: int = 3) -> list[str]:
    """Find the places most like a misspelt name or code.

    Parameters
    ----------
    text : str
    limit : int, default 3

    Returns
    -------
    list of str
        As "'E08000003' (Manchester)".
    """
    table = named_places()
    looks_like_code = re.fullmatch(r"[A-Za-z]\d{3,9}", text.strip())
    column = "code" if looks_like_code else "name"
    by_level = table.sort_values("level", key=lambda levels: levels.map(list(LEVELS).index), kind="stable")
    first = by_level.drop_duplicates(column).set_index(column, drop=False)
    similar = first.loc[suggest(text, list(first.index), limit=limit)]
    return [f"'{code}' ({name})" for code, name in zip(similar["code"], similar["name"], strict=True)]


def find_place(text: str, *, level: str | None = None, as_at: str | date | None = None) -> Place:
    """Find the one place that a name, an alias or a code means.

    Parameters
    ----------
    text : str
        Case, spacing and punctuation do not matter.
    level : str, optional
        A token of :data:`placespend.geography.LEVELS`; settles a name that several places share.
    as_at : str or datetime.date, optional
        Combined authorities are those existing on this day; today where left out.

    Returns
    -------
    Place

    Raises
    ------
    PlaceNotFoundError
        If there is none; the message suggests names.
    AmbiguousPlaceError
        If really different places answer to the name.
    OutsideEnglandError
        If it lies in Wales, Scotland or Northern Ireland.

    Examples
    --------
    >>> find_place("E08000003")
    <Place Manchester (upper-tier authority, E08000003): 503,127 residents>
    """
    if not isinstance(text, str):
        message = f"A place is named by a text, not {type(text).__name__}."
        raise WrongTypeError(message, hint="give its name or code")
    day = parse_as_at(as_at)
    if level is not None:
        check_level(level)
    rows = rows_named(text, level=level)
    if level is None and set(rows["level"]) == {WARD} and country_outside_england(text):
        # Some wards are called Wales or Anglesey; whoever says so does not mean them.
        rows = rows.iloc[:0]
    if rows.empty:
        raise _not_found(text, level)
    living = rows[exists(rows, day)]
    if living.empty:
        raise _not_yet(text, rows, day)
    places = _one_place_per_area(living)
    if len(places) > 1:
        listed = "; ".join(f"{_describe(place)}, {place.residents:,} residents" for place in places[:MOST_LISTED])
        if len(places) > MOST_LISTED:
            listed += f"; and {len(places) - MOST_LISTED} more"
        message = f"'{text}' could be {len(places)} different places: {listed}."
        levels = {place.level for place in places}
        listed_by = f"; list all with: placespend places '{text}' --level {places[0].level}" * (
            len(places) > MOST_LISTED
        )
        by_level = f", or the level, such as {places[0].level}" if len(levels) > 1 else ""
        raise AmbiguousPlaceError(message, hint=f"give the code, such as '{places[0].code}'{by_level}{listed_by}")
    return places[0]


def _not_found(text: str, level: str | None) -> PlacespendError:
    country = country_outside_england(text)
    if country is not None:
        message = f"'{text}' is {'in ' if country != 'the United Kingdom' else 'part of '}{country}."
        if normalise(text) == normalise(country) or country == "the United Kingdom":
            message = f"'{text}' is not a place in England."
        hint = "the shipped boundaries, measures and spending lines are England's only"
        return OutsideEnglandError(f"{message} placespend covers England.", hint=hint)
    at_level = f" at level {level}" if level else ""
    message = f"There is no place called '{text}'{at_level}."
    similar = suggest_places(text)
    if level is not None and not rows_named(text).empty:
        found = ", ".join(dict.fromkeys(rows_named(text)["level"]))
        return PlaceNotFoundError(message, hint=f"there is one at level {found}")
    hint = f"did you mean {' or '.join(similar)}?" if similar else "list them with: placespend places TEXT"
    return PlaceNotFoundError(message, hint=hint)


def _not_yet(text: str, rows: pd.DataFrame, day: date) -> PlacespendError:
    lives = [
        f"{row['name']} ({row['code']}) existed from {row['start']}" + (f" to {row['end']}" if row["end"] else "")
        for row in rows.to_dict(orient="records")
    ]
    message = f"No combined authority '{text}' existed on {day.isoformat()}: {list_values(lives)}."
    return PlaceNotFoundError(message, hint="choose another day with --as-at, for example --as-at today")


def _check_listed(level: str) -> None:
    """Refuse the level of places that only their owner knows."""
    if level == OWN:
        message = "Places of your own are not listed here."
        raise PlaceNotFoundError(message, hint="read them with placespend.read_places, or with --boundary FILE")


def places_of_level(level: str, *, as_at: str | date | None = None) -> list[Place]:
    """List the places of a level, in the order of their codes.

    Parameters
    ----------
    level : str
        A token of :data:`placespend.geography.LEVELS`.
    as_at : str or datetime.date, optional
        For combined authorities: those existing on this day; today where left out.

    Returns
    -------
    list of Place
    """
    check_level(level)
    _check_listed(level)
    day = parse_as_at(as_at)
    if level in SMALL_LEVELS:
        # Too many to be kept.
        return _find_level(level, small_places(), day)
    return list(_named_of_level(level, day))


@lru_cache(maxsize=MOST_LEVELS_KEPT)
def _named_of_level(level: str, day: date) -> tuple[Place, ...]:
    return tuple(_find_level(level, named_places(), day))


def _find_level(level: str, table: pd.DataFrame, day: date) -> list[Place]:
    rows = table[(table["level"] == level) & exists(table, day)].sort_values("code")
    return [_place(row) for row in rows.to_dict(orient="records")]


def list_places(text: str | None = None, *, level: str | None = None, as_at: str | date | None = None) -> pd.DataFrame:
    """List places, by part of their name or code, or by level.

    Parameters
    ----------
    text : str, optional
        Part of a name, alias or code; everything above the middle-layer area where left out.
    level : str, optional
        Only this level; needed for wards, middle-layer and small areas unless the text names one.
    as_at : str or datetime.date, optional
        Only combined authorities existing on this day; all of them where left out.

    Returns
    -------
    pandas.DataFrame
        ``level``, ``code``, ``name``, ``vintage``, ``residents``, ``households``, ``start``, ``end``.
    """
    if level is not None:
        check_level(level)
        _check_listed(level)
    small = level in SMALL_LEVELS
    table = small_places() if small else named_places()
    if text:
        key = normalise(text)
        rows = sorted({row for name, found in rows_by_key(small=small).items() if key and key in name for row in found})
        table = table.iloc[rows] if rows else rows_named(text)
        if not small and level is None:
            # Wards that bear just this name are easily missed otherwise.
            named = small_places().iloc[rows_by_key(small=True).get(key, [])]
            table = pd.concat([table, named[(named["level"] == WARD) & ~named["code"].isin(table["code"])]])
    if level is not None:
        table = table[table["level"] == level]
    if as_at is not None:
        table = table[exists(table, parse_as_at(as_at))]
    extents = [extent_at(row["level"], row["code"]) for row in table.to_dict(orient="records")]
    return table.assign(
        vintage=[LEVELS[name].vintage for name in table["level"]],
        residents=[extent.count(count_of("residents")) for extent in extents],
        households=[extent.count(count_of("households")) for extent in extents],
    )[["level", "code", "name", "vintage", "residents", "households", "start", "end"]].reset_index(drop=True)
