"""The least and the most that places have of each unit, over what its money could be shared by."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from placespend.alternatives import Units, rebase, units_of
from placespend.apportion import build_ledger
from placespend.footprints import footprint_extent
from placespend.geography import level_index
from placespend.money import total_pence
from placespend.place import OUTSIDE, Place, assign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from placespend.bases import Bases
    from placespend.loaded import Loaded

MOST_AMOUNTS = 20_000_000
"""How many amounts one ledger of many places may hold."""


class Rows(NamedTuple):
    """Cells as they are, and those that can move once more for each alternative.

    Attributes
    ----------
    cells : pandas.DataFrame
    cell : ndarray of int64
        The position of each row's cell.
    slot : ndarray of int64
        The alternative, 0 being the cell's own basis; -1 of cells that do not move.
    names : list of tuple of str
        The alternatives of each unit.
    """

    cells: pd.DataFrame
    cell: NDArray[np.int64]
    slot: NDArray[np.int64]
    names: list[tuple[str, ...]]


def rows_of(loaded: Loaded, units: Units, places: Sequence[Place], *variants: Place) -> Rows:
    """Set out the cells; those move that the places, or one of the variants of a place, cut.

    Parameters
    ----------
    loaded : Loaded
    units : Units
    places : sequence of Place
        Without overlap.
    *variants : Place
        The same place by other coverages.

    Returns
    -------
    Rows
    """
    cells, bases = loaded.cells, loaded.bases
    needed = [not found.all() for found in known_units(loaded, units, places)]
    names = [
        (own, *(name for name in others if needed[unit] or name != units.siblings[unit]))
        for unit, (own, *others) in enumerate(units.names)
    ]
    counts = np.array([len(found) for found in names], dtype=np.int64)
    cut = [_are_cut(cells["footprint_code"], taken) for taken in (places, *([variant] for variant in variants))]
    moves = np.logical_or.reduce(cut) & (counts[units.of_cell] > 1)
    numbers, slots, wanted = [np.arange(len(cells))], [np.where(moves, 0, -1)], [cells["basis"].to_numpy()]
    for slot in range(1, int(counts.max(initial=0))):
        some = np.flatnonzero(moves & (counts[units.of_cell] > slot))
        numbers.append(some)
        slots.append(np.full(len(some), slot))
        wanted.append(np.array([names[unit][slot] for unit in units.of_cell[some]], dtype=object))
    cell = np.concatenate(numbers)
    table = cells.iloc[cell].reset_index(drop=True)
    rebased = rebase(table, pd.Series(np.concatenate(wanted), dtype="str"), bases)
    return Rows(rebased, cell, np.concatenate(slots), names)


def _are_cut(footprint_codes: pd.Series, places: Sequence[Place]) -> NDArray[np.bool_]:
    """Tell which footprints do not lie wholly in one place, or outside all."""
    number_of_area = assign(places).number_of_area

    def is_cut(code: str) -> bool:
        footprint = footprint_extent(code)
        if footprint is None:
            return False
        numbers = number_of_area[footprint.touched]
        return bool(numbers.min() < OUTSIDE or numbers.min() != numbers.max())

    cut = {code: is_cut(code) for code in footprint_codes.unique()}
    return footprint_codes.map(cut).to_numpy(dtype=bool)


def known_units(loaded: Loaded, units: Units, places: Sequence[Place]) -> NDArray[np.bool_]:
    """Tell for each unit and place whether the place is made of areas for which the unit's measures were published.

    Parameters
    ----------
    loaded : Loaded
    units : Units
    places : sequence of Place

    Returns
    -------
    ndarray of bool, shape (units, places)
        True where no model is in the unit's basis.
    """
    known = np.ones((len(units.table), len(places)), dtype=bool)
    levels: dict[str, NDArray[np.bool_]] = {}
    for unit, basis in enumerate(units.table["basis"]):
        if not units.siblings[unit]:
            continue
        for level in {part.observed_level for part, _ in loaded.bases.basis(basis).parts if part.completed_by}:
            if level not in levels:
                levels[level] = np.array([_is_made_of(place, level) for place in places])
            known[unit] &= levels[level]
    return known


def _is_made_of(place: Place, level: str) -> bool:
    """Tell as :meth:`placespend.place.Place.is_made_of` does, but quickly for many places of few small areas."""
    _, numbers = level_index(level)
    whole = place.extent.whole
    return not len(place.extent.parts) and int(_sizes(level)[np.unique(numbers[whole])].sum()) == len(whole)


@cache
def _sizes(level: str) -> NDArray[np.int64]:
    return np.bincount(level_index(level)[1])


def amounts_of(
    rows: pd.DataFrame, group: NDArray[np.int64], groups: int, places: Sequence[Place], bases: Bases
) -> NDArray[np.int64]:
    """Share cells out, and sum them by group and place.

    Parameters
    ----------
    rows : pandas.DataFrame
        Cells, numbered from zero.
    group : ndarray of int64
        The group of each.
    groups : int
        How many there are.
    places : sequence of Place
    bases : Bases

    Returns
    -------
    ndarray of int64, shape (groups, places + 2)
        Pence; the last two columns are elsewhere and unallocated.
    """
    sums = np.zeros((groups, len(places) + 2), dtype=np.int64)
    step = max(1, MOST_AMOUNTS // len(places))
    for start in range(0, max(1, len(rows)), step):
        entries = build_ledger(rows.iloc[start : start + step], places, bases).entries
        codes = entries["place_code"].cat.codes.to_numpy()
        np.add.at(sums, (group[entries["cell"].to_numpy()], codes), entries["amount_pence"].to_numpy())
    return sums


class Extremes(NamedTuple):
    """Pence by unit (rows) and place (columns).

    Attributes
    ----------
    central, low, high : ndarray of int64, shape (units, places)
    low_slot, high_slot : ndarray of int64, shape (units, places)
        The alternatives that give the least and the most.
    by_slot : ndarray of int64, shape (units, slots, places)
        Of cells that move, under each alternative.
    names : list of tuple of str
        The alternatives of each unit.
    """

    central: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    low_slot: NDArray[np.int64]
    high_slot: NDArray[np.int64]
    by_slot: NDArray[np.int64]
    names: list[tuple[str, ...]]


def find_extremes(rows: Rows, by_slot: NDArray[np.int64], units: Units, known: NDArray[np.bool_]) -> Extremes:
    """Find the extremes of each unit.

    Parameters
    ----------
    rows : Rows
    by_slot : ndarray of int64, shape (units, slots + 1, places)
        Pence under each alternative; the last slot holds what does not move.
    units : Units
    known : ndarray of bool, shape (units, places)
        As :func:`known_units` gives it.

    Returns
    -------
    Extremes
    """
    moving, fixed = by_slot[:, :-1].copy(), by_slot[:, -1]
    for unit, names in enumerate(rows.names):
        moving[unit, len(names) :] = moving[unit, 0]
        for slot, name in enumerate(names):
            if slot and name == units.siblings[unit]:
                # Of places that the measure was published for, the model and its absence say the same.
                moving[unit, slot] = np.where(known[unit], moving[unit, 0], moving[unit, slot])
    low, high = moving.argmin(axis=1), moving.argmax(axis=1)
    ends = [np.take_along_axis(moving, slot[:, None], axis=1)[:, 0] + fixed for slot in (low, high)]
    # Of several that give as much, the unit's own basis comes first.
    return Extremes(moving[:, 0] + fixed, ends[0], ends[1], low, high, moving, rows.names)


def _sums(rows: Rows, units: Units, places: Sequence[Place], bases: Bases) -> NDArray[np.int64]:
    """Sum amounts by unit, alternative (what does not move comes last) and place."""
    slots = max((len(names) for names in rows.names), default=1) + 1
    group = units.of_cell[rows.cell] * slots + rows.slot % slots
    sums = amounts_of(rows.cells, group, len(units.table) * slots, places, bases)
    return sums[:, : len(places)].reshape(len(units.table), slots, len(places))


def range_of(place: Place, loaded: Loaded) -> tuple[int, int]:
    """Find the least and the most that the pot of a place is.

    Parameters
    ----------
    place : Place
    loaded : Loaded

    Returns
    -------
    tuple of int
        In pence. Kept with the lines, for the reports on other places to set beside theirs.
    """
    key = ("range", *place.extent.key())
    if key not in loaded.kept:
        found = extremes_of(loaded, units_of(loaded), [place])
        loaded.kept[key] = total_pence(found.low[:, 0]), total_pence(found.high[:, 0])
    low, high = loaded.kept[key]
    return low, high


def extremes_of(loaded: Loaded, units: Units, places: Sequence[Place], rows: Rows | None = None) -> Extremes:
    """Find the extremes of each unit in places that do not overlap.

    Parameters
    ----------
    loaded : Loaded
    units : Units
    places : sequence of Place
    rows : Rows, optional
        As :func:`rows_of` gives them; set out anew where left out.

    Returns
    -------
    Extremes

    Raises
    ------
    OverlappingPlacesError
        If they do.
    """
    rows = rows or rows_of(loaded, units, places)
    known = known_units(loaded, units, places)
    return find_extremes(rows, _sums(rows, units, places, loaded.bases), units, known)
