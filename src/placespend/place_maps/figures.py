"""The figures that maps shade, by place: what is spent there, and how many of its people are in need.

All places share one ledger, so that nothing is counted twice and every figure is the one that the place's own pot has,
to the penny. A figure is *recorded* where bodies recorded all of it at the place, *published* where it is of whole
lines that lie in the place, and *modelled* where any of it was shared out. A place that no line reaches, or only lines
that are awaited, is missing: it is not known that nothing is spent there. So is a figure per head where nobody lives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.errors import OverlappingPlacesError
from placespend.footprints import footprint_areas, footprint_extent
from placespend.geography import count_of
from placespend.money import totals_pence
from placespend.place import CUT, assign
from placespend.place_maps.rates import percent_of
from placespend.pots_by_level import areas_reached, grades_of_whole

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from placespend.loaded import Loaded
    from placespend.measures import Measure
    from placespend.place import Assignment, Place

RECORDED, PUBLISHED, MODELLED, MISSING = "recorded", "published", "modelled", "missing"
"""How a figure is known."""

DOUBT = (RECORDED, PUBLISHED, MODELLED)
"""From the best known to the least."""

NOWHERE = -1
"""Stands for no place, among the numbers of places."""


@dataclass(frozen=True, eq=False)
class Spending:
    """What is spent at several places that do not overlap, from one ledger of them all. Made by :func:`spending_at`.

    Attributes
    ----------
    loaded : Loaded
    places : tuple of Place
    entries : pandas.DataFrame
        ``cell`` (as in the cells of the lines), ``place`` (position in ``places``), ``service_code``, ``amount_pence``
        (int64), ``grade`` ("A", "B", "D" or "E" of what lies wholly in the place; empty where it was shared out).
    """

    loaded: Loaded
    places: tuple[Place, ...]
    entries: pd.DataFrame = field(repr=False)

    def pence(self, services: Collection[str] | None = None) -> list[int]:
        """Sum what is spent at each place.

        Parameters
        ----------
        services : collection of str, optional
            Codes; all where left out.

        Returns
        -------
        list of int
            In the order of the places.
        """
        return self._sum(self._of(services))

    def recorded_pence(self, services: Collection[str] | None = None) -> list[int]:
        """Sum what bodies recorded at each place: grade A.

        Parameters
        ----------
        services : collection of str, optional
            Codes; all where left out.

        Returns
        -------
        list of int
            In the order of the places.
        """
        kept = self._of(services)
        return self._sum(kept[kept["grade"] == "A"])

    def is_known(self, services: Collection[str] | None = None) -> list[bool]:
        """Tell at which places anything is known of the spending.

        Parameters
        ----------
        services : collection of str, optional
            Codes; all where left out.

        Returns
        -------
        list of bool
            False where no line with an amount reaches the place, and where lines of the services are awaited that do
            and none has come. In the order of the places.
        """
        cells, awaited = self.loaded.cells, self.loaded.awaited
        if services is not None:
            cells = cells[cells["service_code"].isin(services)]
            awaited = awaited[awaited["service_code"].isin(services)]
        paid, due = areas_reached(cells["footprint_code"]), areas_reached(awaited["footprint_code"])
        known = []
        for place, any_paid in zip(self.places, self._is_reached, strict=True):
            areas = place.small_areas
            known.append(any_paid and bool(paid[areas].any() or not due[areas].any()))
        return known

    def statuses(self, services: Collection[str] | None = None) -> list[str]:
        """Tell how what is spent at each place is known.

        Parameters
        ----------
        services : collection of str, optional
            Codes; all where left out.

        Returns
        -------
        list of str
            "recorded", "published", "modelled" or "missing", in the order of the places.
        """
        kept = self._of(services)
        found = [RECORDED] * len(self.places)
        for rows, status in ((kept["grade"] == "B", PUBLISHED), (~kept["grade"].isin(["A", "B"]), MODELLED)):
            for number in kept.loc[rows, "place"].unique():
                found[int(number)] = status
        # Where no money came of lines that reach the place, nothing says that a body recorded so.
        nothing = set(range(len(self.places))) - set(kept["place"].tolist())
        found = [MODELLED if number in nothing else status for number, status in enumerate(found)]
        return [status if known else MISSING for status, known in zip(found, self.is_known(services), strict=True)]

    def is_shared(self, cells: pd.DataFrame) -> pd.Series:
        """Tell which cells were shared out, so that a measure is behind what a place has of them.

        Parameters
        ----------
        cells : pandas.DataFrame
            Of the loaded lines, all or some.

        Returns
        -------
        pandas.Series of bool
            On the index of the cells.
        """
        shared = self.entries.loc[self.entries["grade"] == "", "cell"].unique()
        return pd.Series(cells.index.isin(shared), index=cells.index)

    @cached_property
    def _is_reached(self) -> list[bool]:
        reached = areas_reached(self.loaded.cells["footprint_code"])
        return [bool(reached[place.small_areas].any()) for place in self.places]

    def _of(self, services: Collection[str] | None) -> pd.DataFrame:
        if services is None:
            return self.entries
        return self.entries[self.entries["service_code"].isin(services)]

    def _sum(self, entries: pd.DataFrame) -> list[int]:
        return totals_pence(entries["amount_pence"].to_numpy(), entries["place"].to_numpy(), len(self.places))


def spending_at(loaded: Loaded, places: Sequence[Place]) -> Spending:
    """Build the ledger of several places, and tell what of it lies wholly in one.

    Parameters
    ----------
    loaded : Loaded
    places : sequence of Place

    Returns
    -------
    Spending

    Raises
    ------
    OverlappingPlacesError
        If two of them overlap.
    """
    assigned = _assign(places)
    cells = loaded.cells
    ledger = build_ledger(cells, list(places), loaded.bases)
    number_of = {place.code: number for number, place in enumerate(places)}
    codes = ledger.entries["place_code"].cat
    numbers = np.array([number_of.get(code, NOWHERE) for code in codes.categories], dtype=np.int64)[codes.codes]
    entries = ledger.entries.assign(place=numbers)
    entries = entries[entries["place"] != NOWHERE]
    whole = grades_of_whole(loaded)
    holder = {code: _holder(code, places, assigned) for code in cells["footprint_code"].unique()}
    held_by = cells["footprint_code"].map(holder).loc[entries["cell"]].to_numpy(dtype=np.int64)
    grade = whole.loc[entries["cell"]].to_numpy(dtype=object)
    services = cells["service_code"].loc[entries["cell"]].to_numpy(dtype=object)
    found = entries[["cell", "place", "amount_pence"]].assign(
        service_code=services, grade=np.where(held_by == entries["place"].to_numpy(), grade, "")
    )
    found = pd.concat([found, _of_nothing(cells, found, holder, whole)])
    return Spending(loaded, tuple(places), found.reset_index(drop=True))


def _of_nothing(cells: pd.DataFrame, entries: pd.DataFrame, holder: dict[str, int], grade: pd.Series) -> pd.DataFrame:
    """List the cells that come to nothing and lie wholly in a place: no entry of the ledger says how that is known."""
    held = cells["footprint_code"].map(holder)
    kept = cells[(held != NOWHERE) & ~cells.index.isin(entries["cell"])]
    columns = {
        "cell": kept.index.to_numpy(dtype=np.int64),
        "place": held[kept.index].to_numpy(dtype=np.int64),
        "amount_pence": np.zeros(len(kept), dtype=np.int64),
        "service_code": kept["service_code"].to_numpy(dtype=object),
        "grade": grade[kept.index].to_numpy(dtype=object),
    }
    return pd.DataFrame(columns).astype(entries.dtypes.to_dict())


def _assign(places: Sequence[Place]) -> Assignment:
    try:
        return assign(places)
    except OverlappingPlacesError as error:
        message = f"Places of one map do not overlap. {error.message}"
        raise OverlappingPlacesError(message, hint="map those that lie apart, or each on a map of its own") from None


def _holder(code: str, places: Sequence[Place], assigned: Assignment) -> int:
    """Find the number of the place that holds a whole footprint, if one does."""
    areas, extent = footprint_areas(code), footprint_extent(code)
    if areas is None or extent is None or not len(areas):
        return NOWHERE
    numbers = np.unique(assigned.number_of_area[areas])
    if not len(extent.parts) and len(numbers) == 1 and numbers[0] != CUT:
        return int(numbers[0])
    if numbers[0] != CUT and not len(extent.parts):
        return NOWHERE
    # Only one that holds something of the footprint's first small area can hold all of it.
    first = int(areas[0])
    there = assigned.number_of_piece[assigned.pieces.area == first]
    candidates = {int(number) for number in (*there, assigned.number_of_area[first]) if number >= 0}
    return next((number for number in sorted(candidates) if places[number].extent.holds(extent)), NOWHERE)


def shares_in_need(measure: Measure, places: Sequence[Place]) -> tuple[list[float | None], list[str]]:
    """Give what a measure counts at each place against the people or households who live there.

    Parameters
    ----------
    measure : Measure
        Of households, or of people or what they have.
    places : sequence of Place

    Returns
    -------
    values : list of float or None
        Per 100 residents (of a measure of households, per 100 households) of the census of 2011, to two decimals; None
        where nobody lives or the measure does not count the whole place.
    statuses : list of str
        "published" where the measure was observed for such places, else "modelled", or "missing".
    """
    among = count_of("households" if measure.unit == "households" else "residents")
    values: list[float | None] = []
    statuses: list[str] = []
    for place in places:
        whole = measure.scale * place.extent.count(among)
        covered = measure.covered is None or bool(measure.covered[place.small_areas].all())
        value = percent_of(place.extent.count(measure.counts), whole) if covered else None
        known = PUBLISHED if place.is_made_of(measure.observed_level) else MODELLED
        values.append(value)
        statuses.append(MISSING if value is None else known)
    return values, statuses
