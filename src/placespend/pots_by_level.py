"""The pots of every place of a level in one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.errors import OverlappingPlacesError, PlaceNotFoundError
from placespend.gazetteer import parse_as_at, places_of_level
from placespend.geography import Place, check_level, count_of
from placespend.ledger import ELSEWHERE, UNALLOCATED
from placespend.loaded import Loaded, load
from placespend.money import per_head_pence
from placespend.pot import notes_on_places
from placespend.reconciliation import Reconciliation, reconcile

if TYPE_CHECKING:
    from datetime import date

    from placespend.loaded import Lines


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
    notes : tuple of str
    """

    level: str
    financial_year: str
    table: pd.DataFrame
    reconciliation: Reconciliation
    notes: tuple[str, ...]

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
    notes = [*loaded.cautions, *notes_on_places(level, loaded.financial_year, day)]
    if union.placed_pence != sum(totals.values()):
        notes.append("Places of this level overlap, so their pots do not add up to one.")
    return Pots(level, loaded.financial_year, table, union, tuple(notes))


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
