"""The pots of every place of a level in one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.bases import basis
from placespend.errors import OverlappingPlacesError, PlaceNotFoundError
from placespend.explain import describe_measure_years, describe_sources
from placespend.gazetteer import parse_as_at, places_of_level
from placespend.geography import Place, assign, check_level, count_of, level_index
from placespend.ledger import ELSEWHERE, UNALLOCATED
from placespend.loaded import Loaded, load, recipe_wanted
from placespend.money import per_head_pence
from placespend.notes import describe_memo, notes_on_places
from placespend.place_names import footprint_areas
from placespend.reconciliation import Reconciliation, reconcile

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from placespend.ledger import Ledger
    from placespend.loaded import Lines
    from placespend.recipe import Recipe


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
    """

    level: str
    financial_year: str
    table: pd.DataFrame
    reconciliation: Reconciliation
    notes: tuple[str, ...]
    source_titles: tuple[str, ...]
    loaded: Loaded = field(repr=False)

    def __repr__(self) -> str:
        return f"<Pots of {len(self.table):,} rows at level {self.level}, {self.financial_year}>"


def pots(
    level: str,
    *,
    recipe: Recipe | str | Path | None = None,
    lines: Lines | None = None,
    with_shipped: bool = False,
    year: str | None = None,
    as_at: str | date | None = None,
    unknown_footprints: str = "error",
) -> Pots:
    """Build the pots of every place of a level in one run.

    Parameters
    ----------
    level : str
        A token of :data:`placespend.geography.LEVELS`.
    recipe, lines, with_shipped, year, as_at, unknown_footprints
        As for :func:`placespend.pot.single_pot`.

    Returns
    -------
    Pots

    Raises
    ------
    UnknownNameError
        If there is no such level.
    PlaceNotFoundError
        If no place of the level existed on the day.
    LinesError, YearError, DataFileError
        If the lines cannot be used.

    Examples
    --------
    >>> int(pots("region").table["total_pence"].sum())
    44485128786600
    """
    check_level(level)
    wanted = recipe_wanted(
        recipe, lines=lines, with_shipped=with_shipped, year=year, unknown_footprints=unknown_footprints
    )
    loaded = load(wanted)
    day = parse_as_at(as_at or wanted.as_at, default=loaded.year_end)
    found = places_of_level(level, as_at=day)
    if not found:
        message = f"No {check_level(level).label} existed on {day.isoformat()}."
        raise PlaceNotFoundError(message, hint="choose another day with --as-at, for example --as-at today")
    totals, ledger = _totals(loaded, found)
    union = reconcile(loaded, ledger)
    silent = _only_awaited(loaded, found)
    rows = [
        (place.code, place.name, place.residents, pd.NA if place.code in silent else totals[place.code])
        for place in found
    ]
    if (ledger.entries["place_code"] == ELSEWHERE).any():
        covered = np.unique(np.concatenate([place.small_areas for place in found]))
        outside = int(count_of("residents").sum() - count_of("residents")[covered].sum())
        rows.append((ELSEWHERE, "Elsewhere", outside, union.elsewhere_pence))
    if len(ledger.reasons):
        rows.append((UNALLOCATED, "Unallocated", 0, union.unallocated_pence))
    table = pd.DataFrame(rows, columns=["code", "name", "residents", "total_pence"])
    heads = [None if pd.isna(pence) else per_head_pence(int(pence), residents) for _, _, residents, pence in rows]
    table["per_head_pence"] = pd.array(heads, dtype="Int64")
    if silent:
        table["total_pence"] = table["total_pence"].astype("Int64")
    shared = _are_cut(loaded.cells["footprint_code"], found)
    notes = [
        *loaded.cautions,
        *describe_memo(loaded.memo),
        *describe_measure_years(loaded.cells, shared, loaded.financial_year),
        *_notes_on_coarse_measures(loaded.cells[shared], level),
        *notes_on_places(level, loaded.financial_year, day),
        GRADES_NOTE,
    ]
    if union.placed_pence != sum(totals[place.code] for place in found):
        notes.append("Places of this level overlap, so their pots do not add up to one.")
    titles = describe_sources(loaded.cells, shared)
    return Pots(level, loaded.financial_year, table, union, tuple(notes), titles, loaded)


def _only_awaited(loaded: Loaded, found: list[Place]) -> set[str]:
    """Name the places that awaited lines serve and no line with an amount does: nothing is known of them yet."""
    if loaded.awaited.empty:
        return set()

    def served(codes: pd.Series) -> NDArray[np.bool_]:
        reached = np.zeros(len(count_of("residents")), dtype=bool)
        for code in codes.unique():
            areas = footprint_areas(code)
            if areas is not None:
                reached[areas] = True
        return reached

    awaited, paid = served(loaded.awaited["footprint_code"]), served(loaded.cells["footprint_code"])
    return {place.code for place in found if awaited[place.small_areas].any() and not paid[place.small_areas].any()}


def _are_cut(footprint_codes: pd.Series, found: list[Place]) -> pd.Series:
    """Tell which footprints are cut up by the places, so that a measure shared their money."""
    try:
        touched = [assign(found)]
    except OverlappingPlacesError:
        touched = [assign([place]) for place in found]

    def is_cut(code: str) -> bool:
        areas = footprint_areas(code)
        return areas is not None and any(len(np.unique(numbers[areas])) > 1 for numbers in touched)

    cut = {code: is_cut(code) for code in footprint_codes.unique()}
    return footprint_codes.map(cut).astype("bool")


def _notes_on_coarse_measures(cells: pd.DataFrame, level: str) -> list[str]:
    """Say which measures know nothing of differences between places of the level."""
    if not check_level(level).tiles_england:
        return []
    _, numbers = level_index(level)
    parts = {part.name: part for name in cells["basis"].unique() for part, _ in basis(name).parts}
    coarse = [
        part.label
        for part in parts.values()
        if len(np.unique(numbers * len(numbers) + level_index(part.observed_level)[1]))
        > len(level_index(part.observed_level)[0])
    ]
    if not coarse:
        return []
    return [
        "Known only for larger areas, and spread within them by residents or households: "
        f"{', '.join(coarse)}. Differences between places of one authority hardly show them."
    ]


def _totals(loaded: Loaded, found: list[Place]) -> tuple[dict[str, int], Ledger]:
    """Sum the pot of each place, with the ledger of all of them together."""
    try:
        ledger = build_ledger(loaded.cells, found)
    except OverlappingPlacesError:
        # Overlapping places each get a ledger of their own; together they are one area.
        union = np.unique(np.concatenate([place.small_areas for place in found]))
        together = Place("together", "together", found[0].level, union)
        alone = {place.code: build_ledger(loaded.cells, [place]).totals()[place.code] for place in found}
        return alone, build_ledger(loaded.cells, [together])
    return ledger.totals(), ledger
