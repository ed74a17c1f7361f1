"""What may be shown of a user's own counts of families.

Places made of whole units (the areas that were counted) have the sum of their counts, and one that cuts units the part
that is modelled to lie in it. All of these are protected together, and together with what was shown in the same folder
before (:mod:`placespend.disclosure`). A place inside one unit has no count of its own: its number is modelled from what
is *shown* of the unit, as a density or a cost is; so it gives nothing away that the unit does not.

What is shown of each, and of what lies between them, is decided by cells (:mod:`placespend.families.own_cells`).

Two places of the user's own that overlap are refused where the difference between them is a small count: to suppress
one of them would not tell its maker why.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.disclosure.rule import Rule
from placespend.errors import DataFileError, PlacespendError, list_values
from placespend.families.own_cells import list_cells, protect_cells
from placespend.families.records import Record, Shown, read_record, write_record
from placespend.families.shipped_counts import note_on_range, note_on_spread, told_inside
from placespend.families.shown import ESTIMATED, MISSING, PUBLISHED, SUPPRESSED, THOUSANDTHS, Families, table_of
from placespend.families.small_areas import Spread, spreads
from placespend.families.units_of_places import Held, units_held
from placespend.levels import LEVELS
from placespend.money import largest_remainder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placespend.bases import Bases
    from placespend.disclosure.protect import Protected
    from placespend.families.own_counts import FamilyCounts
    from placespend.place import Place


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
    before : Record or None
        Of what was shown there when this was decided.
    folder : pathlib.Path or None
    """

    families: Families
    protected: Protected = field(repr=False)
    record: Record = field(repr=False)
    before: Record | None = field(repr=False)
    folder: Path | None

    def keep_record(self) -> None:
        """Write down what is shown, before it is: in the folder it will be shown in. Doing so again changes nothing.

        Raises
        ------
        DataFileError
            If it cannot be written, or there is no folder.
        PlacespendError
            If another run has shown more there since this was decided.
        """
        if self.folder is None:
            message = "There is no folder to write the record of what is shown into."
            raise DataFileError(message, hint="name the folder when the counts are protected")
        write_record(self.record, self.folder, before=self.before)


def protect_families(
    counts: FamilyCounts,
    places: Sequence[Place],
    *,
    rule: Rule | None = None,
    folder: str | Path | None = None,
    keep: bool = True,
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
    folder : str or pathlib.Path, optional
        Where it will be shown, in tables or maps: what was shown there before is taken into account, and what may be
        shown now is recorded there.
    keep : bool, default True
        Whether that is recorded at once; otherwise by :meth:`Release.keep_record`, before anything is shown there.
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
    folder = None if folder is None else Path(folder)
    before = None if folder is None else read_record(folder)
    listed = list_cells(places, held, counts, _earlier(counts, rule, before, folder))
    protected = protect_cells(counts, rule, listed.rows)
    shown = protected.shown.to_dict()
    _check_unchanged(listed.rows, shown, folder)
    record = Record(_counted(counts), rule, tuple(_decided(row, shown[row.key]) for row in listed.rows))
    numbers = [None if key is None else shown[key] for key in listed.key_of]
    rows = _rows(list(places), held, counts, numbers, rule, found)
    table = table_of(rows)
    what = counts.definition if counts.date == "" else f"{counts.definition}, {counts.date}"
    is_modelled = any(of_place.within is not None for of_place in held)
    notes = _notes(table, counts, rule, found, is_modelled=is_modelled)
    about = (note_on_range(found),) if is_modelled else ()
    families = Families(what, table, tuple(places), notes, about, is_own=True)
    release = Release(families, protected, record, before, folder)
    if keep and folder is not None:
        release.keep_record()
    return release


def _counted(counts: FamilyCounts) -> tuple[str, str, str]:
    return counts.definition, counts.date, counts.level


def _earlier(counts: FamilyCounts, rule: Rule, record: Record | None, folder: Path | None) -> tuple[Shown, ...]:
    """Give what was shown in the folder before, and refuse what cannot stand beside it."""
    if record is None:
        return ()
    if record.counted != _counted(counts):
        definition, date, level = record.counted
        message = f"{folder} holds numbers of other counts: {definition}, {date}, by {level}."
        hint = (
            "give the same --definition and --date where they are the same counts; otherwise write into another folder"
        )
        raise PlacespendError(message, hint=hint)
    if record.rule != rule:
        message = f"{folder} holds numbers shown by another rule: {record.rule.words}"
        raise PlacespendError(
            message, hint="give the same threshold, rounding and reason, or write into another folder"
        )
    unknown = sorted({code for row in record.shown for code in row.units} - set(counts.codes))
    if unknown:
        message = f"{folder} holds numbers of areas that these counts have not, such as {unknown[0]}."
        raise PlacespendError(message, hint="write into another folder")
    return record.shown


def _check_unchanged(rows: tuple[Shown, ...], shown: dict[Any, Any], folder: Path | None) -> None:
    """Refuse counts that differ from those that were shown before under the same name: to mix them protects neither."""
    changed = [row.name for row in rows if row.state == PUBLISHED and int(shown[row.key]) != row.shown]
    if changed:
        message = f"{folder} holds other numbers of {list_values(changed)}: the counts have changed since."
        raise PlacespendError(message, hint="write into another folder, and withdraw what is in this one")


def _decided(row: Shown, number: Any) -> Shown:
    is_hidden = pd.isna(number)
    return replace(row, state=SUPPRESSED if is_hidden else PUBLISHED, shown=None if is_hidden else int(number))


def _rows(
    places: list[Place],
    held: list[Held],
    counts: FamilyCounts,
    numbers: list[Any],
    rule: Rule,
    found: tuple[Spread, ...],
) -> list[dict[str, Any]]:
    modelled = _modelled(places, held, counts, numbers, rule, found)
    rows = []
    for number, (place, of_place) in enumerate(zip(places, held, strict=True)):
        row = {"code": place.code, "name": place.name, "definition": counts.definition, "date": counts.date}
        if not of_place.is_covered:
            rows.append({**row, "status": MISSING, "source": counts.source})
        elif number in modelled:
            rows.append({**row, **modelled[number]})
        else:
            rows.append({**row, "source": counts.source, **_shown(numbers[number], rule, whole=of_place.is_whole)})
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
    places: list[Place],
    held: list[Held],
    counts: FamilyCounts,
    numbers: list[Any],
    rule: Rule,
    found: tuple[Spread, ...],
) -> dict[int, dict[str, Any]]:
    """Give what is told of places inside units, by their positions: modelled from what is shown of the unit."""
    inside = [number for number, of_place in enumerate(held) if of_place.within is not None]
    if not inside:
        return {}
    of_spread = [
        units_held([places[number] for number in inside], counts.unit_of_small_area, counts.is_given, spread)
        for spread in found
    ]
    dealt = _dealt([(places[number].level, held[number], numbers[number]) for number in inside])
    rows: dict[int, dict[str, Any]] = {}
    for at, number in enumerate(inside):
        unit = held[number].within
        shown = numbers[number]
        source = f"{counts.source}: the number of {counts.codes[unit or 0]}, spread by {found[0].label}"
        if pd.isna(shown):
            rows[number] = {"status": SUPPRESSED, "source": source}
            continue
        parts = [of_place[at].parts.get(unit or 0, Fraction(0)) for of_place in of_spread]
        low, high = rule.stands_for(int(shown), whole=True)
        told = told_inside(dealt[at], int(min(parts) * int(low)), int(-(-max(parts) * int(high) // 1)))
        thousandths = round(held[number].parts[unit or 0] * int(shown) * THOUSANDTHS)
        rows[number] = {**told, "thousandths": thousandths, "status": ESTIMATED, "source": source}
    return rows


def _dealt(asked: list[tuple[str, Held, Any]]) -> list[int]:
    """Deal what is shown of units out to the places inside them; where these fill a unit they sum to it."""
    dealt = [0] * len(asked)
    groups: dict[tuple[str, int], list[int]] = {}
    for at, (level, held, _) in enumerate(asked):
        groups.setdefault((level, held.within or 0), []).append(at)
    for (level, unit), members in groups.items():
        shown = asked[members[0]][2]
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
    notes = [*counts.notes, f"Counted by {counts.words}. {rule.words}"]
    notes.append("Density and cost are of the rounded numbers, and suppressed with them.")
    if (table["status"] == MISSING).any():
        notes.append("Missing: the counts do not cover the whole of the place.")
    return (*notes, *([note_on_spread(found[0])] if is_modelled else []))
