"""The pots of every place of a level in one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.bases import basis
from placespend.errors import OverlappingPlacesError, PlaceNotFoundError
from placespend.explain import describe_measure_years, describe_sources
from placespend.gazetteer import parse_as_at, places_of_level
from placespend.geography import Place, check_level, count_of, level_index
from placespend.ledger import ELSEWHERE, UNALLOCATED
from placespend.loaded import Loaded, load
from placespend.money import per_head_pence
from placespend.place_names import footprint_areas
from placespend.pot import notes_on_places
from placespend.reconciliation import Reconciliation, reconcile

if TYPE_CHECKING:
    from datetime import date

    from placespend.loaded import Lines


GRADES_NOTE = "How each figure is known: placespend pot PLACE --by grade."


@dataclass(frozen=True, eq=False)
class Pots:
    """The pots of every place of a level.

    Attributes
    ----------
    level, financial_year : str
    table : pandas.DataFrame
        ``code``, ``name``, ``residents``, ``total_pence``, ``per_head_pence`` (Int64), in the order of the
        codes; then rows "elsewhere" and "unallocated" where they hold money, so that nothing is lost from
        sight.
    reconciliation : Reconciliation
    notes, source_titles : tuple of str
    """

    level: str
    financial_year: str
    table: pd.DataFrame
    reconciliation: Reconciliation
    notes: tuple[str, ...]
    source_titles: tuple[str, ...]

    def __repr__(self) -> str:
        return f"<Pots of {len(self.table):,} rows at level {self.level}, {self.financial_year}>"


def pots(
    level: str,
    *,
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
    lines, with_shipped, year, as_at, unknown_footprints
        As for :func:`single_pot`.

    Returns
    -------
    Pots

    Raises
    ------
    UnknownNameError
        If there is no such level.
    PlaceNotFoundError
        If no place of the level existed on the day.

    Examples
    --------
    >>> int(pots("region").table["total_pence"].sum())
    44485128786600
    """
    check_level(level)
    loaded = load(lines, with_shipped=with_shipped, year=year, unknown_footprints=unknown_footprints)
    day = parse_as_at(as_at, default=loaded.year_end)
    found = places_of_level(level, as_at=day)
    if not found:
        message = f"No {check_level(level).label} existed on {day.isoformat()}."
        raise PlaceNotFoundError(message, hint="choose another day with --as-at, for example --as-at today")
    totals, union = _totals(loaded, found)
    rows = [(place.code, place.name, place.residents, totals[place.code]) for place in found]
    if union.elsewhere_pence:
        covered = np.unique(np.concatenate([place.small_areas for place in found]))
        outside = int(count_of("residents").sum() - count_of("residents")[covered].sum())
        rows.append((ELSEWHERE, "Elsewhere", outside, union.elsewhere_pence))
    if union.unallocated_pence:
        rows.append((UNALLOCATED, "Unallocated", 0, union.unallocated_pence))
    table = pd.DataFrame(rows, columns=["code", "name", "residents", "total_pence"])
    heads = [per_head_pence(pence, residents) for _, _, residents, pence in rows]
    table["per_head_pence"] = pd.array(heads, dtype="Int64")
    shared = ~_are_whole_footprints(loaded.cells["footprint_code"], level)
    notes = [
        *loaded.cautions,
        *describe_measure_years(loaded.cells, shared, loaded.financial_year),
        *_notes_on_coarse_measures(loaded.cells[shared], level),
        *notes_on_places(level, loaded.financial_year, day),
        GRADES_NOTE,
    ]
    if union.placed_pence != sum(totals.values()):
        notes.append("Places of this level overlap, so their pots do not add up to one.")
    titles = describe_sources(loaded.cells, shared)
    return Pots(level, loaded.financial_year, table, union, tuple(notes), titles)


def _are_whole_footprints(footprint_codes: pd.Series, level: str) -> pd.Series:
    """Tell which footprints are themselves places of the level, or of one inside it, so that none is cut."""
    if not check_level(level).tiles_england:
        return pd.Series(data=False, index=footprint_codes.index)
    _, numbers = level_index(level)

    def is_within_one(code: str) -> bool:
        areas = footprint_areas(code)
        return areas is not None and len(np.unique(numbers[areas])) == 1

    within = {code: is_within_one(code) for code in footprint_codes.unique()}
    return footprint_codes.map(within).astype("bool")


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


def _totals(loaded: Loaded, found: list[Place]) -> tuple[dict[str, int], Reconciliation]:
    """Sum the pot of each place, and reconcile all of them together."""
    try:
        ledger = build_ledger(loaded.cells, found)
    except OverlappingPlacesError:
        # Overlapping places each get a ledger of their own; together they are one area.
        union = np.unique(np.concatenate([place.small_areas for place in found]))
        together = Place("together", "together", found[0].level, union)
        alone = {place.code: build_ledger(loaded.cells, [place]).totals()[place.code] for place in found}
        return alone, reconcile(loaded, build_ledger(loaded.cells, [together]))
    totals = ledger.totals()
    return {place.code: totals[place.code] for place in found}, reconcile(loaded, ledger)
