"""What may be shown of a user's own counts of families.

Places made of whole units (the areas that were counted) have the sum of their counts, and one that cuts units the part
that is modelled to lie in it. All of these are protected together, and together with what was shown in the same folder
before (:mod:`placespend.disclosure`). A place inside one unit has no count of its own: its number is modelled from what
is *shown* of the unit, as a density or a cost is; so it gives nothing away that the unit does not.

Two places of the user's own that overlap are refused where the difference between them is a small count: to suppress
one of them would not tell its maker why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.disclosure.cells import OPEN, gather_cells
from placespend.disclosure.differences import check_differences
from placespend.disclosure.protect import Protected, protect
from placespend.disclosure.rule import Rule
from placespend.errors import DataFileError, PlacespendError
from placespend.families.folders import Record, Shown, read_record, write_record
from placespend.families.shipped_counts import notes_on_spread, told_inside
from placespend.families.shown import ESTIMATED, MISSING, PUBLISHED, SUPPRESSED, THOUSANDTHS, Families, table_of
from placespend.families.small_areas import Spread, spreads
from placespend.families.units_of_places import Held, units_held
from placespend.levels import LEVELS, OWN
from placespend.money import largest_remainder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from placespend.bases import Bases
    from placespend.families.own_counts import FamilyCounts
    from placespend.place import Place

UNIT = "unit"
"""What stands before the code of a unit that no one asked for, and that is shown by what is modelled inside it."""


@dataclass(frozen=True, eq=False)
class Release:
    """What may be shown of a user's own counts for some places.

    Attributes
    ----------
    families : Families
    protected : Protected
        Private: it knows the counts.
    record : Record
        Of all that will have been shown in the folder.
    folder : pathlib.Path or None
    """

    families: Families
    protected: Protected = field(repr=False)
    record: Record = field(repr=False)
    folder: Path | None

    def keep_record(self) -> None:
        """Write down what is shown, before it is: in the folder it will be shown in.

        Raises
        ------
        DataFileError
            If it cannot be written, or there is no folder.
        """
        if self.folder is None:
            message = "There is no folder to write the record of what is shown into."
            raise DataFileError(message, hint="name the folder when the counts are protected")
        write_record(self.record, self.folder)


def protect_families(
    counts: FamilyCounts,
    places: Sequence[Place],
    *,
    rule: Rule | None = None,
    folder: Path | None = None,
    bases: Bases | None = None,
    by: str | None = None,
) -> Release:
    """Decide what of a user's own counts may be shown for places, all of them together.

    Parameters
    ----------
    counts : FamilyCounts
    places : sequence of Place
        Everything that will be seen together. They may nest and overlap.
    rule : Rule, optional
        The usual one where left out.
    folder : pathlib.Path, optional
        Where it will be shown: what was shown there before is taken into account.
    bases, by
        As for :func:`placespend.families.shipped_counts.shipped_families`.

    Returns
    -------
    Release

    Raises
    ------
    PlacespendError
        If two places of the user's own overlap so that their difference is a small count, or the folder holds numbers
        of other counts or under another rule.
    DataFileError
        If the folder's record cannot be read.
    """
    rule = rule or Rule()
    found = spreads(bases, by)
    held = units_held(list(places), counts.unit_of_small_area, counts.is_given, found[0])
    earlier = _earlier(counts, rule, folder)
    cells = {row.key: row for row in earlier}
    for place, of_place in zip(places, held, strict=True):
        for row in _cells_of(place, of_place, counts):
            cells.setdefault(row.key, row)
    protected = _protect(counts, rule, list(cells.values()))
    record = Record(_counted(counts), rule, tuple(_decided(row, protected) for row in cells.values()))
    rows = _rows(list(places), held, counts, protected, found)
    table = table_of(rows)
    what = counts.definition if counts.date == "" else f"{counts.definition}, {counts.date}"
    notes = _notes(table, counts, rule, found, is_modelled=any(of_place.within is not None for of_place in held))
    return Release(Families(what, table, tuple(places), notes, is_own=True), protected, record, folder)


def _counted(counts: FamilyCounts) -> tuple[str, str, str]:
    return counts.definition, counts.date, counts.level


def _earlier(counts: FamilyCounts, rule: Rule, folder: Path | None) -> tuple[Shown, ...]:
    """Give what was shown in the folder before, and refuse what cannot stand beside it."""
    record = read_record(folder) if folder is not None else None
    if record is None:
        return ()
    if record.counted != _counted(counts):
        definition, date, level = record.counted
        message = f"{folder} holds numbers of other counts: {definition}, {date}, by {level}."
        raise PlacespendError(message, hint="write into another folder")
    if record.rule != rule:
        message = f"{folder} holds numbers shown by another rule: {record.rule.words}"
        raise PlacespendError(message, hint="give the same threshold and rounding, or write into another folder")
    unknown = sorted({code for row in record.shown for code in row.units} - set(counts.codes))
    if unknown:
        message = f"{folder} holds numbers of areas that these counts have not, such as {unknown[0]}."
        raise PlacespendError(message, hint="write into another folder")
    return record.shown


def _cells_of(place: Place, held: Held, counts: FamilyCounts) -> list[Shown]:
    """Give the cell of a place; of a place inside a unit, that of the unit."""
    if not held.is_covered:
        return []
    if held.within is not None:
        code = str(counts.codes[held.within])
        return [Shown(f"{UNIT}:{code}", counts.names[held.within] or code, OPEN, {code: Fraction(1)}, is_own=False)]
    units = {str(counts.codes[unit]): part for unit, part in held.parts.items()}
    key = _key(place, held, counts)
    is_own = place.level in {OWN, "neighbourhood"}
    return [Shown(key, place.name, OPEN, units, is_own)]


def _key(place: Place, held: Held, counts: FamilyCounts) -> str:
    """Name the cell of a place: one that is a whole unit is that unit, whatever it is called."""
    if held.within is not None or (len(held.parts) == 1 and held.is_whole):
        return f"{UNIT}:{counts.codes[next(iter(held.parts))]}"
    return f"{place.level}:{place.code}"


def _protect(counts: FamilyCounts, rule: Rule, rows: list[Shown]) -> Protected:
    position = {str(code): number for number, code in enumerate(counts.codes)}
    members = [([position[code] for code in row.units], [float(part) for part in row.units.values()]) for row in rows]
    keys, names = [row.key for row in rows], [row.name for row in rows]
    cells = gather_cells(keys, names, members, units=len(position), fixed=[row.state for row in rows])
    # What was not counted lies in no cell, so that nothing is said of it.
    exact = np.where(counts.is_given, counts.counts, 0)
    protected = protect(exact, counts.households, cells, rule)
    check_differences(exact, counts.households, protected, own=[row.key for row in rows if row.is_own])
    return protected


def _decided(row: Shown, protected: Protected) -> Shown:
    return replace(row, state=SUPPRESSED if pd.isna(protected.shown[row.key]) else PUBLISHED)


def _rows(
    places: list[Place], held: list[Held], counts: FamilyCounts, protected: Protected, found: tuple[Spread, ...]
) -> list[dict[str, Any]]:
    modelled = _modelled(places, held, counts, protected, found)
    rows = []
    for number, (place, of_place) in enumerate(zip(places, held, strict=True)):
        row = {"code": place.code, "name": place.name, "definition": counts.definition, "date": counts.date}
        if not of_place.is_covered:
            rows.append({**row, "status": MISSING, "source": counts.source})
        elif number in modelled:
            rows.append({**row, **modelled[number]})
        else:
            shown = protected.shown[_key(place, of_place, counts)]
            rows.append({**row, "source": counts.source, **_shown(shown, protected.rule, whole=of_place.is_whole)})
    return rows


def _shown(shown: Any, rule: Rule, *, whole: bool) -> dict[str, Any]:
    """Give what is told of a cell."""
    if pd.isna(shown):
        return {"status": SUPPRESSED}
    low, high = rule.stands_for(int(shown), whole=whole)
    interval = {"low": int(np.floor(low)), "high": int(np.ceil(high))}
    status = PUBLISHED if whole else ESTIMATED
    return {"families": int(shown), "thousandths": int(shown) * THOUSANDTHS, **interval, "status": status}


def _modelled(
    places: list[Place], held: list[Held], counts: FamilyCounts, protected: Protected, found: tuple[Spread, ...]
) -> dict[int, dict[str, Any]]:
    """Give what is told of places inside units, by their positions: modelled from what is shown of the unit."""
    inside = [number for number, of_place in enumerate(held) if of_place.within is not None]
    if not inside:
        return {}
    of_spread = [
        units_held([places[number] for number in inside], counts.unit_of_small_area, counts.is_given, spread)
        for spread in found
    ]
    dealt = _dealt([(places[number].level, held[number]) for number in inside], counts, protected)
    rows: dict[int, dict[str, Any]] = {}
    for at, number in enumerate(inside):
        unit = held[number].within
        shown = protected.shown[_key(places[number], held[number], counts)]
        source = f"{counts.source}: the number of {counts.codes[unit or 0]}, spread by {found[0].label}"
        if pd.isna(shown):
            rows[number] = {"status": SUPPRESSED, "source": source}
            continue
        parts = [of_place[at].parts.get(unit or 0, Fraction(0)) for of_place in of_spread]
        low, high = protected.rule.stands_for(int(shown), whole=True)
        told = told_inside(dealt[at], int(min(parts) * int(low)), int(-(-max(parts) * int(high) // 1)))
        thousandths = round(held[number].parts[unit or 0] * int(shown) * THOUSANDTHS)
        rows[number] = {**told, "thousandths": thousandths, "status": ESTIMATED, "source": source}
    return rows


def _dealt(asked: list[tuple[str, Held]], counts: FamilyCounts, protected: Protected) -> list[int]:
    """Deal what is shown of units out to the places inside them; where these fill a unit they sum to it."""
    dealt = [0] * len(asked)
    groups: dict[tuple[str, int], list[int]] = {}
    for at, (level, held) in enumerate(asked):
        groups.setdefault((level, held.within or 0), []).append(at)
    for (level, unit), members in groups.items():
        shown = protected.shown[f"{UNIT}:{counts.codes[unit]}"]
        if pd.isna(shown):
            continue
        parts = [asked[at][1].parts[unit] for at in members]
        if sum(parts) == 1 and LEVELS[level].tiles_england:
            scale = math.lcm(*(part.denominator for part in parts))
            weights = np.array([int(part * scale) for part in parts], dtype=np.int64)
            whole = largest_remainder(np.array([int(shown)]), weights)[0].tolist()
        else:
            whole = [int(part * int(shown) + Fraction(1, 2)) for part in parts]
        for at, count in zip(members, whole, strict=True):
            dealt[at] = count
    return dealt


def _notes(
    table: pd.DataFrame, counts: FamilyCounts, rule: Rule, found: tuple[Spread, ...], *, is_modelled: bool
) -> tuple[str, ...]:
    notes = [f"Your own counts, by {counts.words}. {rule.words}", *counts.notes]
    notes.append("Density and cost are of the rounded numbers, and suppressed with them.")
    if (table["status"] == MISSING).any():
        notes.append("Missing: the counts do not cover the whole of the place.")
    if is_modelled:
        notes.extend(notes_on_spread(found))
    return tuple(notes)
