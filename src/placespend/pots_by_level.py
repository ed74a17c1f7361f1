"""The pots of every place of a level in one run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.errors import OverlappingPlacesError, WrongTypeError, list_values
from placespend.explain import describe_measure_years, describe_sources
from placespend.footprints import footprint_areas
from placespend.gazetteer import find_place, parse_as_at
from placespend.geography import ENGLAND, count_of, level_index
from placespend.grades import grade_cells, touches
from placespend.ledger import ELSEWHERE, UNALLOCATED
from placespend.levels import WARDS, check_level
from placespend.loaded import Loaded, load
from placespend.money import format_gbp, per_head_pence
from placespend.neighbourhoods import neighbourhood_pilots
from placespend.notes import (
    NEIGHBOURHOOD,
    describe_memo,
    notes_on_coarse_measures,
    notes_on_own_places,
    notes_on_places,
)
from placespend.place import CUT, FEW_RESIDENTS, Place, assign
from placespend.reconciliation import Reconciliation, reconcile
from placespend.several import places_asked, places_inside
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from placespend.ledger import Ledger
    from placespend.recipe import Recipe
    from placespend.wanted import Choices, Lines, Measures


MOST_GRADED = 200
"""Of more places than that, what is recorded is only told place by place."""

DIFFERENCES = "Places of one authority cannot be ranked by them."
GRADES_NOTE = "How each figure is known: placespend pot PLACE --by grade."


@dataclass(frozen=True, eq=False)
class Pots:
    """The pots of every place of a level.

    Attributes
    ----------
    level, financial_year : str
    table : pandas.DataFrame
        ``code``, ``name``, ``residents``, ``total_pence`` (missing where all lines are awaited), ``per_head_pence``
        (Int64), in the order of the
        codes; then rows "elsewhere" and "unallocated" where they hold money, so that nothing is lost from
        sight.
    reconciliation : Reconciliation
    notes, source_titles : tuple of str
    loaded : Loaded
        The lines they were made from.
    within : str
        Name of the larger place that they are in; empty where none was given.
    definitions : dict of str to str
        What the places are and where that comes from, by code, where their codes do not say it.
    """

    level: str
    financial_year: str
    table: pd.DataFrame
    reconciliation: Reconciliation
    notes: tuple[str, ...]
    source_titles: tuple[str, ...]
    loaded: Loaded = field(repr=False)
    within: str = ""
    definitions: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def what(self) -> str:
        """What the amounts are, where that must be said beside them."""
        return NEIGHBOURHOOD if check_level(self.level).is_neighbourhood else ""

    def __repr__(self) -> str:
        return f"<Pots of {len(self.table):,} rows at level {self.level}, {self.financial_year}>"

    def _repr_html_(self) -> str:
        from placespend.displays import pots_html  # noqa: PLC0415  (only notebooks show it)

        return pots_html(self)


def pots(
    level: str | Sequence[Place],
    *,
    within: str | Place | None = None,
    recipe: Recipe | str | Path | None = None,
    lines: Lines | None = None,
    with_shipped: bool = False,
    year: str | None = None,
    as_at: str | date | None = None,
    unknown_footprints: str = "error",
    measures: Measures | None = None,
    lookups: str | Path | Sequence[str | Path] | None = None,
    overrides: Choices | None = None,
    loaded: Loaded | None = None,
) -> Pots:
    """Build the pots of every place of a level, or of several places, in one run.

    Parameters
    ----------
    level : str or sequence of Place
        A token of :data:`placespend.levels.LEVELS`, or places found or read before.
    within : str or Place, optional
        A larger place: its rest gets a row, so that the rows sum to its pot where none of them reaches beyond it. Of a
        level, only the places most of whose residents live in it.
    recipe, lines, with_shipped, year, as_at, unknown_footprints, measures, lookups, overrides
        As for :func:`placespend.pot.single_pot`.
    loaded : Loaded, optional
        Lines gathered before, as those of a pot; then nothing else says which lines are in.

    Returns
    -------
    Pots

    Raises
    ------
    UnknownNameError
        If there is no such level.
    PlaceNotFoundError
        If no place of the level existed on the day, or a place lies nowhere in the larger one.
    OverlappingPlacesError
        If places overlap that are to sum to a larger one.
    LinesError, YearError, DataFileError
        If the lines cannot be used.
    WrongTypeError
        If lines gathered before are given, and also what to gather.

    Examples
    --------
    >>> int(pots("region").table["total_pence"].sum())
    44485128786600
    """
    if isinstance(level, str):
        check_level(level)
    money: dict[str, Any] = {
        "recipe": recipe,
        "lines": lines,
        "with_shipped": with_shipped,
        "year": year,
        "unknown_footprints": unknown_footprints,
        "measures": measures,
        "lookups": lookups,
        "overrides": overrides,
    }
    if loaded is None:
        loaded = load(recipe_wanted(**money))
    else:
        _check_gathered(loaded, sorted(name for name, value in money.items() if _is_said(name, value)))
    day = parse_as_at(as_at or loaded.recipe.as_at, default=loaded.year_end)
    found = places_asked(level, day)
    notes: list[str] = []
    area = within if isinstance(within, Place) or within is None else find_place(within, as_at=day)
    if area is not None:
        found, notes = places_inside(found, area, choose=isinstance(level, str))
    token = level if isinstance(level, str) else found[0].level
    totals, ledger = _totals(loaded, found)
    union = reconcile(loaded, ledger)
    shared = _are_cut(loaded.cells["footprint_code"], found)
    few = [place.name for place in found if place.residents < FEW_RESIDENTS]
    if check_level(token).is_neighbourhood:
        notes = [f"These pots are {NEIGHBOURHOOD}: no one holds or decides on one as a sum.", *notes]
        notes += [*_about_places(found, token), *_recorded(loaded, found, ledger)]
        heads = [find_place(ENGLAND, level="england"), *([area] if area is not None else [])]
        told = [f"{place.name} {_per_head(loaded, place)}" for place in heads]
        notes.append(f"Per head, for comparison: {'; '.join(told)}.")
        if few:
            count = f"{len(few):,} have" if len(few) > 1 else "One has"
            notes.append(f"{count} fewer than {FEW_RESIDENTS:,} residents, so figures say little: {list_values(few)}.")
    notes += [
        *loaded.cautions,
        *describe_memo(_memo_of(loaded, found)),
        *describe_measure_years(loaded.cells, shared, loaded),
        *notes_on_coarse_measures(loaded.cells[shared], _knows(token), loaded.bases, differences=DIFFERENCES),
        *notes_on_places(token, loaded.financial_year, day),
        GRADES_NOTE,
    ]
    if union.placed_pence != sum(totals[place.code] for place in found):
        notes.insert(0, "Some of these places overlap, so their pots do not add up to one.")
    table = _table(loaded, found, totals, ledger, union)
    titles = describe_sources(loaded.cells, shared, loaded.bases)
    definitions = {place.code: place.definition for place in found if place.definition}
    return Pots(
        token, loaded.financial_year, table, union, tuple(notes), titles, loaded, area.name if area else "", definitions
    )


def _is_said(name: str, value: object) -> bool:
    """Tell whether an argument says anything of which lines are in."""
    return value != "error" if name == "unknown_footprints" else value is not None and value is not False


def _check_gathered(loaded: object, said: list[str]) -> None:
    """Refuse what are no lines gathered before, and such lines beside what to gather."""
    if not isinstance(loaded, Loaded):
        message = f"Lines gathered before are those of a pot, not {type(loaded).__name__}."
        raise WrongTypeError(message, hint="give loaded=pot.loaded, or leave it out")
    if said:
        message = f"Lines gathered before go without {list_values(said)}."
        raise WrongTypeError(message, hint="leave loaded= or the others out")


def _recorded(loaded: Loaded, found: list[Place], ledger: Ledger) -> list[str]:
    """Say what of the places' pots bodies recorded at the place, where they are few and lie apart."""
    if len(found) > MOST_GRADED or not {place.code for place in found} <= set(ledger.totals()):
        return []
    records = loaded.cells["footprint_code"][grades_of_whole(loaded) == "A"]
    sizes = records.map(_count_areas)
    recorded: dict[str, int] = {}
    for place in found:
        # A place holds nothing that is larger than itself, which spares nearly all of them a look.
        fitting = records[sizes <= len(place.small_areas)]
        held = fitting.index[touches(fitting, place, wholly=True)] if len(fitting) else fitting.index
        recorded[place.name] = int(ledger.pence_at(place.code)[held].sum()) if len(held) else 0
    told = [f"{name} {format_gbp(pence)}" for name, pence in recorded.items() if pence]
    if not told:
        return ["None of it was recorded at these places by the bodies that spent it: all is modelled."]
    return [f"Recorded at the place by the bodies that spent it: {list_values(told)}. All else is modelled."]


def grades_of_whole(loaded: Loaded) -> pd.Series:
    """Grade each cell where the whole of its footprint is.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    pandas.Series of str
        On the index of the cells. Kept with the lines.
    """
    kept = loaded.kept
    if ("grades of whole",) not in kept:
        # How an amount is known does not depend on the place that holds it all, and England holds everything.
        england = find_place(ENGLAND, level="england")
        kept["grades of whole",] = grade_cells(loaded.cells, england, loaded.bases)
    found: pd.Series = kept["grades of whole",]
    return found


def _count_areas(footprint: str) -> int:
    """Count the small areas that a footprint touches; none of what is no footprint."""
    areas = footprint_areas(footprint)
    return 0 if areas is None else len(areas)


def _per_head(loaded: Loaded, place: Place) -> str:
    """Write what a place's pot comes to per resident."""
    kept, key = loaded.kept, ("total", *place.extent.key())
    if key not in kept:
        kept[key] = build_ledger(loaded.cells, [place], loaded.bases).totals()[place.code]
    head = per_head_pence(kept[key], place.residents)
    return "nothing, as nobody lives there" if head is None else format_gbp(head)


def _table(
    loaded: Loaded, found: list[Place], totals: dict[str, int], ledger: Ledger, union: Reconciliation
) -> pd.DataFrame:
    """Set out the pots, with what is elsewhere and unallocated."""
    silent = _only_awaited(loaded, found)
    rows = [
        (place.code, place.name, place.residents, pd.NA if place.code in silent else totals[place.code])
        for place in found
    ]
    if (ledger.entries["place_code"] == ELSEWHERE).any():
        outside = int(count_of("residents").sum()) - _together(found).residents
        rows.append((ELSEWHERE, "Elsewhere", outside, union.elsewhere_pence))
    if len(ledger.reasons):
        rows.append((UNALLOCATED, "Unallocated", 0, union.unallocated_pence))
    table = pd.DataFrame(rows, columns=["code", "name", "residents", "total_pence"])
    heads = [None if pd.isna(pence) else per_head_pence(int(pence), residents) for _, _, residents, pence in rows]
    table["per_head_pence"] = pd.array(heads, dtype="Int64")
    if silent:
        table["total_pence"] = table["total_pence"].astype("Int64")
    return table


def _memo_of(loaded: Loaded, found: list[Place]) -> pd.DataFrame:
    """Take the memo of what reaches into the places, and of what has no place."""
    inside = np.zeros(len(count_of("residents")), dtype=bool)
    for place in found:
        inside[place.extent.touched] = True
    areas = {code: footprint_areas(code) for code in loaded.memo["footprint_code"].unique()}
    here = {code: area is None or bool(inside[area].any()) for code, area in areas.items()}
    return loaded.memo[loaded.memo["footprint_code"].map(here).astype("bool")]


def _about_places(found: list[Place], level: str) -> list[str]:
    """Say how surely places are known, where that is not the same for all."""
    if level == "neighbourhood":
        sure = neighbourhood_pilots().groupby("certainty")["name"]
        told = "; ".join(f"{certainty}: {', '.join(names)}" for certainty, names in sure)
        return [f"How well the extents of the pilots are known: {told}. See: placespend pot PLACE."]
    return notes_on_own_places(found)


def _only_awaited(loaded: Loaded, found: list[Place]) -> set[str]:
    """Name the places that awaited lines serve and no line with an amount does: nothing is known of them yet."""
    if loaded.awaited.empty:
        return set()
    awaited, paid = areas_reached(loaded.awaited["footprint_code"]), areas_reached(loaded.cells["footprint_code"])
    return {place.code for place in found if awaited[place.small_areas].any() and not paid[place.small_areas].any()}


def areas_reached(footprint_codes: pd.Series) -> NDArray[np.bool_]:
    """Tell which small areas lie in any of several footprints.

    Parameters
    ----------
    footprint_codes : pandas.Series of str
        Codes of no place reach nothing.

    Returns
    -------
    ndarray of bool, shape (32844,)
        In the order of the frame; a small area that is reached in part is reached.
    """
    reached = np.zeros(len(count_of("residents")), dtype=bool)
    for code in footprint_codes.unique():
        areas = footprint_areas(code)
        if areas is not None:
            reached[areas] = True
    return reached


def _are_cut(footprint_codes: pd.Series, found: list[Place]) -> pd.Series:
    """Tell which footprints are cut up by the places, so that a measure shared their money."""
    try:
        touched = [assign(found)]
    except OverlappingPlacesError:
        touched = [assign([place]) for place in found]

    def is_cut(code: str) -> bool:
        areas = footprint_areas(code)
        return areas is not None and any(_goes_to_several(found.number_of_area[areas]) for found in touched)

    cut = {code: is_cut(code) for code in footprint_codes.unique()}
    return footprint_codes.map(cut).astype("bool")


def _goes_to_several(numbers: NDArray[np.int64]) -> bool:
    """Tell whether small areas, given by the numbers of their places, are not all in one place."""
    return bool((numbers == CUT).any() or len(np.unique(numbers)) > 1)


def _together(found: list[Place]) -> Place:
    """Make one place of all."""
    return replace(found[0], extent=found[0].extent.join(*(place.extent for place in found[1:])))


def _knows(level: str) -> Callable[[str], bool]:
    """Tell for a level of observation whether what was observed there is known of the places of a level."""
    if not check_level(level).tiles_england:
        # Groupings are made of whole upper tiers; wards and neighbourhoods are smaller than that.
        return lambda observed: not check_level(level).is_neighbourhood or observed in {"lsoa", level}

    def known(observed: str) -> bool:
        if observed == WARDS:
            return not check_level(level).is_neighbourhood
        return _is_made_of(level, observed)

    return known


@cache
def _is_made_of(level: str, observed: str) -> bool:
    """Tell whether the places of a level are made of whole ones of another."""
    _, numbers = level_index(level)
    _, observed_in = level_index(observed)
    return len(np.unique(numbers * len(numbers) + observed_in)) == len(np.unique(observed_in))


def _totals(loaded: Loaded, found: list[Place]) -> tuple[dict[str, int], Ledger]:
    """Sum the pot of each place, with the ledger of all of them together."""
    try:
        ledger = build_ledger(loaded.cells, found, loaded.bases)
    except OverlappingPlacesError:
        # Overlapping places each get a ledger of their own; together they are one area.
        together = _together(found)
        alone = {place.code: build_ledger(loaded.cells, [place], loaded.bases).totals()[place.code] for place in found}
        return alone, build_ledger(loaded.cells, [together], loaded.bases)
    return ledger.totals(), ledger
