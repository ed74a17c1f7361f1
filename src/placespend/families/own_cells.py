"""The cells of a user's own counts: every place whose number is shown, and what lies between two of them.

A cell is known by what it is made of, not by its code: a place that answers to several names and levels is one cell,
and a place whose code stands for something else today (another outline, another rest) is another. A place inside a unit
has no cell of its own: it is told from the unit's.

Whoever sees several places adds and subtracts them. So every unit with a small count that lies in what is shown is
protected as a hidden cell, although no one asked for it, and so is what lies between a place of the user's own and a
larger or smaller one where that is small. Two places of the user's own are not treated so but refused
(:mod:`placespend.disclosure.differences`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from placespend.disclosure.cells import OPEN, Cells, gather_cells
from placespend.disclosure.differences import check_differences
from placespend.disclosure.protect import Protected, protect
from placespend.families.records import Shown
from placespend.levels import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from placespend.disclosure.rule import Rule
    from placespend.families.own_counts import FamilyCounts
    from placespend.families.units_of_places import Held
    from placespend.place import Place

UNIT, UNTOLD, BETWEEN = "unit", "untold", "between"
"""What stands before the code of a cell that is a whole unit, of a small unit that no one asked for, and before the
codes of two cells that differ by little."""

DIGITS = 9
"""Decimals of sums of parts: nearer to one another they are the same."""

Units = frozenset[tuple[str, Fraction]]


@dataclass(frozen=True)
class Listed:
    """The cells of places, with those that were shown before.

    Attributes
    ----------
    rows : tuple of Shown
        Those shown before first, as they were.
    key_of : tuple of str or None
        For each place the key of the cell that tells its number; None where the counts do not cover it.
    """

    rows: tuple[Shown, ...]
    key_of: tuple[str | None, ...]


def list_cells(
    places: Sequence[Place], held: Sequence[Held], counts: FamilyCounts, earlier: Iterable[Shown] = ()
) -> Listed:
    """Find the cell of each place.

    Parameters
    ----------
    places : sequence of Place
    held : sequence of Held
        What each holds of the units.
    counts : FamilyCounts
    earlier : iterable of Shown, optional
        What was shown in the same folder before.

    Returns
    -------
    Listed
    """
    codes, names = counts.codes.to_list(), counts.names
    rows = {row.key: row for row in earlier}
    key_by_units: dict[Units, str] = {_units(row): row.key for row in rows.values()}
    key_of: list[str | None] = []
    for place, of_place in zip(places, held, strict=True):
        if not of_place.is_covered:
            key_of.append(None)
            continue
        row = _cell(place, of_place, codes, names)
        units = _units(row)
        key = key_by_units.get(units)
        if key is None:
            key = key_by_units[units] = _free(row.key, rows)
            rows[key] = replace(row, key=key)
        elif row.is_own:
            rows[key] = replace(rows[key], is_own=True)
        key_of.append(key)
    return Listed(tuple(rows.values()), tuple(key_of))


def _units(row: Shown) -> Units:
    return frozenset(row.units.items())


def _free(key: str, taken: Mapping[str, object]) -> str:
    """Give a key that no cell has, where a place of that code was something else before."""
    number, free = 1, key
    while free in taken:
        number += 1
        free = f"{key} ({number})"
    return free


def _cell(place: Place, held: Held, codes: Sequence[str], names: Sequence[str]) -> Shown:
    """Give the cell of a place; of a place inside a unit, that of the unit."""
    if held.within is not None:
        code = codes[held.within]
        return Shown(f"{UNIT}:{code}", names[held.within] or code, OPEN, {code: Fraction(1)}, is_own=False)
    units = {codes[unit]: part for unit, part in held.parts.items()}
    is_unit = len(units) == 1 and held.is_whole
    key = f"{UNIT}:{next(iter(units))}" if is_unit else f"{place.level}:{place.code}"
    return Shown(key, place.name, OPEN, units, is_own=place.level in {OWN, "neighbourhood"})


def protect_cells(counts: FamilyCounts, rule: Rule, rows: Sequence[Shown]) -> Protected:
    """Decide which cells are shown, all of them together.

    Parameters
    ----------
    counts : FamilyCounts
    rule : Rule
    rows : sequence of Shown

    Returns
    -------
    Protected
        Also of what lies between cells and is small, which nobody shows.

    Raises
    ------
    PlacespendError
        If what was shown before leaves no way.
    OverlappingPlacesError
        If two places of the user's own differ by a small count.
    """
    position = {str(code): number for number, code in enumerate(counts.codes)}
    # What was not counted lies in no cell, so that nothing is said of it.
    exact = np.where(counts.is_given, counts.counts, 0)
    own = [row.key for row in rows if row.is_own]
    if len(own) > 1:
        # Before anything is hidden for what no one asked for, which would hide one of two that must be refused.
        asked = protect(exact, counts.households, _cells(rows, position), rule)
        check_differences(exact, counts.households, asked, own=own)
    every = [*rows, *_small_units(rows, counts, exact, rule)]
    every += _small_differences(every, position, exact, counts.households, rule)
    return protect(exact, counts.households, _cells(every, position), rule)


def _cells(rows: Sequence[Shown], position: Mapping[str, int]) -> Cells:
    members = [
        (
            np.array([position[code] for code in row.units], dtype=np.int64),
            np.array([float(part) for part in row.units.values()]),
        )
        for row in rows
    ]
    keys, names = [row.key for row in rows], [row.name for row in rows]
    return gather_cells(keys, names, members, units=len(position), fixed=[row.state for row in rows])


def _small_units(rows: Sequence[Shown], counts: FamilyCounts, exact: NDArray[np.int64], rule: Rule) -> list[Shown]:
    """Give the small units that no one asked for: sums and differences of what is shown must not tell them."""
    touched = {code for row in rows for code in row.units}
    known = {_units(row) for row in rows}
    found = []
    for unit in np.flatnonzero(rule.is_small(exact.astype(float)) & (counts.households > 0)).tolist():
        code = str(counts.codes[unit])
        whole = {code: Fraction(1)}
        if code in touched and frozenset(whole.items()) not in known:
            found.append(Shown(f"{UNTOLD}:{code}", counts.names[unit] or code, OPEN, whole, is_own=False))
    return found


def _small_differences(
    rows: Sequence[Shown],
    position: Mapping[str, int],
    exact: NDArray[np.int64],
    households: NDArray[np.int64],
    rule: Rule,
) -> list[Shown]:
    """Give what lies between a place of the user's own and another that holds it, or that it holds, if it is small."""
    if not any(row.is_own for row in rows):
        return []
    totals = [sum(float(part) * int(exact[position[code]]) for code, part in row.units.items()) for row in rows]
    is_small = rule.is_small(np.round(totals, DIGITS))
    known = {_units(row) for row in rows}
    found: dict[Units, Shown] = {}
    for one, other in _nested(rows):
        # Where either is hidden for its own sake nothing can be subtracted.
        if is_small[one] or is_small[other] or not rule.is_small(np.round([totals[one] - totals[other]], DIGITS))[0]:
            continue
        row = _between(rows[one], rows[other])
        # What can hold nobody tells nothing.
        if any(households[position[code]] for code in row.units) and _units(row) not in known:
            found.setdefault(_units(row), row)
    return list(found.values())


def _between(larger: Shown, smaller: Shown) -> Shown:
    left = {code: part - smaller.units.get(code, 0) for code, part in larger.units.items()}
    units = {code: part for code, part in left.items() if part}
    key, name = f"{BETWEEN}:{larger.key}|{smaller.key}", f"{larger.name} without {smaller.name}"
    return Shown(key, name, OPEN, units, is_own=False)


def _nested(rows: Sequence[Shown]) -> Iterator[tuple[int, int]]:
    """Give places of the user's own with others that hold them, or that they hold: the larger first."""
    own = [at for at, row in enumerate(rows) if row.is_own]
    meeting: dict[str, list[int]] = defaultdict(list)
    touched = {code for at in own for code in rows[at].units}
    for at, row in enumerate(rows):
        for code in row.units.keys() & touched:
            meeting[code].append(at)
    for one in own:
        shared = Counter(at for code in rows[one].units for at in meeting[code] if not rows[at].is_own)
        for other, number in shared.items():
            for larger, smaller in ((one, other), (other, one)):
                above, below = rows[larger].units, rows[smaller].units
                if number == len(below) and all(above[code] >= part for code, part in below.items()):
                    yield larger, smaller
