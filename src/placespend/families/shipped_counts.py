"""The families of places as they were published, and as they are estimated for the rest.

The numbers are those that authorities were asked to work with (December 2011). 47 of 152 authorities and a few larger
areas were published; the rest is estimated (:mod:`placespend.families.estimates`). A place made of whole authorities
has the sum of theirs, and where that sum was published it is the published one. Inside an authority its number is
spread (:mod:`placespend.families.small_areas`); what other measures would give, and the interval of the authority,
make the interval.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.families.estimates import estimate_families, interval_of
from placespend.families.published import INDICATIVE, family_measures, published_counts, published_families
from placespend.families.shown import ESTIMATED, FEWEST_TOLD, PUBLISHED, THOUSANDTHS, Families, sums_over, table_of
from placespend.families.small_areas import Spread, spreads
from placespend.footprints import extent_at
from placespend.geography import ENGLAND, level_index
from placespend.levels import LEVELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from placespend.bases import Bases
    from placespend.place import Place

WHAT = "indicative numbers of December 2011 (programme of 2012)"

GROUPS = (
    (INDICATIVE, "region", "region"),
    (INDICATIVE, "combined_authority", "combined_authority"),
    ("target_headline", "nation", "england"),
)
"""Measures that larger areas were published by, with the level there and here."""

INTERVAL = "Its interval should hold the true number nine times in ten, by what hiding published numbers shows."

HOW_WELL = "How well it is estimated: placespend families validate."

TOO_FEW = f"Where fewer than {FEWEST_TOLD} are modelled no more is told of their number, and no cost of a family."


@cache
def _upper_tiers() -> pd.DataFrame:
    table = estimate_families()
    for column in ("low", "high"):
        table[column] = table[column].fillna(table["families"])
    return table


def _numbers(column: str) -> NDArray[np.int64]:
    return _upper_tiers()[column].to_numpy(dtype=np.int64)


@cache
def _published_groups() -> dict[tuple[int, ...], dict[str, Any]]:
    """Give the published rows of larger areas by the upper tiers that they are made of, as positions."""
    found = {}
    for measure, published_level, level in GROUPS:
        for code, row in published_counts(measure, level=published_level).iterrows():
            found[_members(extent_at(level, str(code)).whole)] = {str(name): row[name] for name in row.index}
    return found


def _members(areas: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(np.unique(level_index("upper_tier")[1][areas]).tolist())


def shipped_families(places: Sequence[Place], *, bases: Bases | None = None, by: str | None = None) -> Families:
    """Give the published and estimated families of places.

    Parameters
    ----------
    places : sequence of Place
        They may overlap.
    bases : Bases, optional
        With a user's own measures, to spread families by inside authorities.
    by : str, optional
        The measure to spread by, as for :func:`placespend.families.small_areas.spreads`.

    Returns
    -------
    Families

    Raises
    ------
    UnknownNameError
        If there is no such measure.
    """
    inside = [number for number, place in enumerate(places) if not place.is_made_of("upper_tier")]
    found = spreads(bases, by)
    modelled = dict(zip(inside, _inside([places[number] for number in inside], found), strict=True)) if inside else {}
    rows = [modelled[number] if number in modelled else _of_whole(place) for number, place in enumerate(places)]
    table = table_of(rows)
    notes = _notes(table, found, is_modelled=bool(inside))
    about = _interval_notes(table, found, inside)
    return Families(WHAT, table, tuple(places), tuple(notes), tuple(about))


def _of_whole(place: Place) -> dict[str, Any]:
    """Give the row of a place that is made of whole authorities."""
    members = _members(place.extent.whole)
    parts = _upper_tiers().iloc[list(members)]
    families = int(parts["families"].sum())
    row = {"code": place.code, "name": place.name, "families": families, "thousandths": families * THOUSANDTHS}
    group = _published_groups().get(members)
    if group is not None:
        about = {"definition": group["definition"], "date": group["as_at"], "source": group["source_url"]}
        return {**row, **about, "status": PUBLISHED}
    if len(parts) == 1:
        (only,) = parts.to_dict(orient="records")
        is_published = only["status"] == PUBLISHED
        about = {name: only[name] for name in ("definition", "date", "source", "status")}
        return {**row, **about, **({} if is_published else {"low": only["low"], "high": only["high"]})}
    low, high = interval_of(list(parts.index))
    counted = int((parts["status"] == PUBLISHED).sum())
    # Where the rest of a published total was published too, the sum is known although no one printed it.
    is_known = low == high
    source = f"sum of {len(parts)} authorities: {counted} published, {len(parts) - counted} estimated"
    if is_known and counted < len(parts):
        source = "worked out from published totals and published numbers"
    about = {"definition": family_measures().at[INDICATIVE, "definition"], "date": "2011-12", "source": source}
    interval = {} if is_known else {"low": low, "high": high}
    return {**row, **about, **interval, "status": PUBLISHED if is_known else ESTIMATED}


def _inside(places: list[Place], found: tuple[Spread, ...]) -> list[dict[str, Any]]:
    """Give the rows of places that lie in authorities, or cut them."""
    _, unit_of = level_index("upper_tier")
    (thousandths,) = sums_over(places, [found[0].thousandths(_numbers("families"), unit_of)])
    low = np.min(sums_over(places, [spread.thousandths(_numbers("low"), unit_of) for spread in found]), axis=0)
    high = np.max(sums_over(places, [spread.thousandths(_numbers("high"), unit_of) for spread in found]), axis=0)
    levels = {place.level for place in places if LEVELS[place.level].tiles_england}
    whole = {
        level: dict(zip(level_index(level)[0], found[0].whole(_numbers("families"), level).tolist(), strict=True))
        for level in levels
    }
    about = {
        "definition": family_measures().at[INDICATIVE, "definition"],
        "date": "2011-12",
        "source": f"authority's number spread by {found[0].label}",
        "status": ESTIMATED,
    }
    rows = []
    for number, place in enumerate(places):
        of_model = int(thousandths[number])
        count = whole.get(place.level, {}).get(place.code, (of_model + THOUSANDTHS // 2) // THOUSANDTHS)
        row = {"code": place.code, "name": place.name, "thousandths": of_model, **about}
        rows.append(
            {**row, **told_inside(count, int(low[number]) // THOUSANDTHS, -(-int(high[number]) // THOUSANDTHS))}
        )
    return rows


def told_inside(count: int, low: int, high: int) -> dict[str, int | None]:
    """Say what may be told of a count modelled inside an authority.

    Parameters
    ----------
    count, low, high : int
        The count and its interval.

    Returns
    -------
    dict
        ``families``, ``low``, ``high``; of a count under ten no more than that.
    """
    if count < FEWEST_TOLD:
        return {"families": None, "low": 0, "high": max(high, FEWEST_TOLD - 1)}
    return {"families": count, "low": min(low, count), "high": max(high, count)}


def _notes(table: pd.DataFrame, found: tuple[Spread, ...], *, is_modelled: bool) -> list[str]:
    notes = [
        "What authorities were asked to work with in the programme of 2012, not the families that they worked with.",
        *_conflicts(table),
    ]
    if (table["status"] == ESTIMATED).any():
        notes.append("Estimated: no published number was found, so it is modelled.")
    if is_modelled:
        notes.append(note_on_spread(found[0]))
    if (table["families"].isna() & (table["status"] == ESTIMATED)).any():
        notes.append(TOO_FEW)
    return notes


def _conflicts(table: pd.DataFrame) -> list[str]:
    """Tell what else was published of the larger areas in a table."""
    codes = set(table["code"])
    every = published_families().set_index("code")
    conflicting = every[every["conflicts_with"] != ""]
    told = [
        f"{row['area']}: {other['value']:,} was published too ({other['as_at']})."
        for code, row in published_counts(level="region").iterrows()
        if code in codes
        for _, other in conflicting[conflicting.index == code].iterrows()
        if other["value"] != row["value"]
    ]
    if ENGLAND in codes:
        (headline, tasked) = (
            published_counts(measure, level="nation").to_dict(orient="records")[0]
            for measure in ("target_headline", "tasked_total")
        )
        told.append(
            f"England: a headline, {headline['note']}; by {tasked['as_at']} authorities were tasked with "
            f"{tasked['value']:,}."
        )
    return told


def _interval_notes(table: pd.DataFrame, found: tuple[Spread, ...], inside: list[int]) -> list[str]:
    """Say what the intervals of estimates are."""
    notes = []
    if (table["status"].drop(index=inside) == ESTIMATED).any():
        notes.append(f"{INTERVAL} {HOW_WELL}")
    return [*notes, *([note_on_range(found)] if inside else [])]


def note_on_spread(spread: Spread) -> str:
    """Say what must be known of numbers inside authorities.

    Parameters
    ----------
    spread : Spread

    Returns
    -------
    str
    """
    known = "counted by small area" if spread.is_observed else "itself modelled from the kinds of neighbourhoods"
    known += ", given as open data: what it counts can be worked out from this" if spread.is_own else ""
    what = spread.label if spread.year is None else f"{spread.label} ({spread.year})"
    return f"Inside authorities numbers are modelled, never counted: spread by {what}, {known}."


def note_on_range(found: tuple[Spread, ...]) -> str:
    """Say what the intervals of numbers inside authorities are.

    Parameters
    ----------
    found : tuple of Spread

    Returns
    -------
    str
    """
    return f"Inside authorities the interval is what {len(found)} measures give, no more: the truth may lie outside it."
