"""The table of an atlas: what the pot of each place comes to, how much of it is recorded, and where its report is.

The pots are those of ``placespend pots``, to the penny. What of a pot is recorded at the place is told beside it, so
that nobody takes a modelled figure for one that a body wrote down.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.atlases.folder import REPORTS
from placespend.errors import OverlappingPlacesError
from placespend.geography import count_of, level_index
from placespend.place import assign
from placespend.place_maps.figures import MISSING, MODELLED, RECORDED, spending_at
from placespend.place_names import named_places
from placespend.pot import pot_of
from placespend.pots_by_level import Pots, pots

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from placespend.atlases.plan import Plan
    from placespend.loaded import Loaded
    from placespend.place import Place

LARGEST = ("england", "region")
"""Levels of which it need not be said in which larger place one lies."""


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of an atlas. Made by :func:`figures_of`.

    Attributes
    ----------
    table : pandas.DataFrame
        A row for each place, in the order of the codes: ``code``, ``name``, ``region`` (or ``authority``, of
        neighbourhoods; neither of regions), ``residents``, ``total_pence`` and ``per_head_pence`` (Int64; missing
        where all lines are awaited), ``observed_pence`` (Int64), ``known`` ("observed", "observed_and_modelled",
        "published", "modelled" or empty).
    whole_pence : int
        What the pot of the larger place comes to.
    do_overlap : bool
        Whether some of the places overlap, so that their pots do not add up to one.
    pots : Pots
        What the table was made of.
    """

    table: pd.DataFrame
    whole_pence: int
    do_overlap: bool
    pots: Pots

    @cached_property
    def total_pence(self) -> int:
        """What the pots of the places add up to."""
        return sum(int(pence) for pence in self.table["total_pence"].dropna())

    @property
    def observed_pence(self) -> int:
        """What of it was recorded at the places."""
        return sum(int(pence) for pence in self.table["observed_pence"].dropna())

    @property
    def larger(self) -> str:
        """The column that says in which larger place one lies; empty where there is none."""
        return next((name for name in ("region", "authority") if name in self.table.columns), "")


def figures_of(plan: Plan) -> Figures:
    """Work out the figures of an atlas.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Figures
    """
    within = None if plan.whole.level == "england" else plan.whole
    found = pots(plan.places, within=within, loaded=plan.loaded, as_at=plan.day)
    rows = found.table.set_index("code").loc[[place.code for place in plan.places]].reset_index()
    recorded = _recorded(plan.loaded, plan.places)
    table = rows[["code", "name", "residents"]].assign(
        total_pence=rows["total_pence"].astype("Int64"),
        per_head_pence=rows["per_head_pence"],
        observed_pence=pd.array([pence for pence, _ in recorded], dtype="Int64"),
        known=[known for _, known in recorded],
    )
    if plan.level not in LARGEST:
        column, level = ("authority", "upper_tier") if plan.is_neighbourhood else ("region", "region")
        table.insert(2, column, _larger(plan.places, level))
    whole = pot_of(plan.whole, plan.loaded).total_pence
    return Figures(table.sort_values("code", ignore_index=True), whole, _do_overlap(plan.places), found)


def _do_overlap(places: Sequence[Place]) -> bool:
    try:
        assign(places)
    except OverlappingPlacesError:
        return True
    return False


def with_reports(found: Figures, failed: Mapping[str, str]) -> pd.DataFrame:
    """Say of each place where its report is, or why there is none.

    Parameters
    ----------
    found : Figures
    failed : mapping of str to str
        Why there is no report, by the code of the place.

    Returns
    -------
    pandas.DataFrame
        The table with ``report`` (its name in the folder; empty where there is none) and ``no_report_because``.
    """
    codes = found.table["code"]
    reports = ["" if code in failed else f"{REPORTS}/{code}.html" for code in codes]
    return found.table.assign(report=reports, no_report_because=[failed.get(code, "") for code in codes])


def _recorded(loaded: Loaded, places: Sequence[Place]) -> list[tuple[int | None, str]]:
    """Tell of each place how many pence are recorded there, and how its pot is known."""
    try:
        together = spending_at(loaded, places)
    except OverlappingPlacesError:
        return [pair for place in places for pair in _recorded(loaded, [place])]
    pairs = zip(together.recorded_pence(), together.statuses(), strict=True)
    return [(None, "") if status == MISSING else (pence, _known(pence, status)) for pence, status in pairs]


def _known(recorded: int, status: str) -> str:
    if status == RECORDED:
        return "observed"
    return "observed_and_modelled" if status == MODELLED and recorded else status


def _larger(places: Sequence[Place], level: str) -> list[str]:
    """Name the places of a larger level in which the residents of each live, the most first."""
    codes, number_of = level_index(level)
    counts = count_of("residents")
    table = named_places()
    names = table[table["level"] == level].set_index("code")["name"]

    def name(place: Place) -> str:
        touched = place.extent.touched
        inside = np.bincount(number_of[touched], counts[touched], minlength=len(codes))
        order = sorted(map(int, np.flatnonzero(inside)), key=lambda number: -inside[number])
        return "; ".join(str(names[str(codes[number])]) for number in order)

    return [name(place) for place in places]
