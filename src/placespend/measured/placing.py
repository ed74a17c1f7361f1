"""Which areas the rows of a file are: finding the column of codes, their level and vintage, and what is missing.

Where a file has several columns of codes, as most published ones do, the finest is that of its rows. Codes of Wales,
Scotland and Northern Ireland are left out and told; any other code that is not known is refused.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.errors import list_values
from placespend.geography import level_index
from placespend.measured.areas import Given, Units, units_of_level, units_of_postcodes, units_of_wards
from placespend.measured.codes import OUTSIDE, POSTCODES, CodeColumn, clean_codes, code_columns, kind_of
from placespend.measured.files import name_of
from placespend.measured.findings import list_rows, number_of
from placespend.measured.lookups import (
    ONS_2011,
    known_kinds,
    lacking_in_lookup,
    units_by_lookup,
    units_of_lsoa,
    vintage_of_all,
)
from placespend.measured.values import shown
from placespend.postcodes import rows_of_postcodes, small_area_of_postcode
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from placespend.measured.files import Table
    from placespend.measured.findings import Findings
    from placespend.measured.lookups import Lookup

MOST_UNKNOWN_POSTCODES = 0.1
"""A larger part of postcodes that are not known is refused: what they count would be lost."""


NEARLY_ALL = 0.9
"""A column that has so many of all the areas of a level, each once, is that of the rows."""

LEVELS_OF_KIND = {
    "LSOA": ("lsoa",),
    "MSOA": ("msoa",),
    "authority": ("lad", "lad_2025", "upper_tier", "upper_tier_2025"),
    "county": ("upper_tier", "upper_tier_2025"),
}


@dataclass(frozen=True, eq=False)
class Placed:
    """The rows of a table whose areas are known.

    Attributes
    ----------
    code_at : int
        The position of the column of codes.
    rows : ndarray of int64
        Positions of rows of the table, each of one area.
    given : Given
        Their areas, in that order.
    missing : int
        Areas of the level that have no row.
    """

    code_at: int
    rows: NDArray[np.int64]
    given: Given
    missing: int


def place_rows(
    table: Table, wanted: str, lookups: list[Lookup], findings: Findings, *, unread: Sequence[str] = ()
) -> Placed | None:
    """Find the areas of the rows of a table.

    Parameters
    ----------
    table : Table
    wanted : str
        The column of codes; found by what it holds where empty.
    lookups : list of Lookup
    findings : Findings
    unread : sequence of str, optional
        Names of lookups that were given and could not be read.

    Returns
    -------
    Placed or None
        None where they cannot be found, which is told.
    """
    _tell_sheets(table, findings)
    column = _code_column(table, wanted, findings)
    if column is None:
        return None
    codes = clean_codes(table.columns[column.at])
    kinds = [kind_of(code) for code in codes]
    rows = _rows_of_england(table, column, codes, kinds, findings)
    if rows is None:
        return None
    of_england = [codes[row] for row in rows]
    repeated = [code for code, count in Counter(of_england).items() if count > 1]
    if repeated:
        again = set(repeated)
        at = [int(table.rows[row]) for row in rows if codes[row] in again]
        findings.refuse(
            "code repeated",
            f"{number_of(len(repeated), 'area')} in several rows: {list_values(repeated)} ({list_rows(at)})",
            hint="give each area one row; sum or leave out the others",
        )
        return None
    kind = "authority" if column.kind == "county" else column.kind
    if kind == POSTCODES:
        return _place_postcodes(table, column.at, rows, of_england, findings)
    units = _units(kind, of_england, lookups, findings, unread)
    if units is None:
        return None
    row_of_unit = np.full(len(units.codes), -1, dtype=np.int64)
    row_of_unit[units.codes.get_indexer(pd.Index(of_england))] = np.arange(len(rows))
    given = Given(units, row_of_unit)
    missing = _tell_missing(given, findings)
    return Placed(column.at, rows, given, missing)


def _tell_sheets(table: Table, findings: Findings) -> None:
    """Tell which of several sheets was read."""
    told = [
        f"{list_values([repr(printable(name)) for name in names])} {how}"
        for names, how in (
            (table.other_sheets, "also with codes of areas, not read"),
            (table.hidden_sheets, "hidden, passed over"),
        )
        if names
    ]
    if told:
        detail = f"read from {printable(table.sheet)!r}; {'; '.join(told)}"
        findings.keep("several sheets", f"{detail}. Say which with sheet in a recipe's [[measure]]")


def _code_column(table: Table, wanted: str, findings: Findings) -> CodeColumn | None:
    """Find the column of codes, and tell which of several is taken."""
    found = code_columns(table.columns)
    if wanted:
        chosen = [column for column in found if name_of(table.headings[column.at]) == name_of(wanted)]
        if len(chosen) == 1:
            return chosen[0]
        exists = any(name_of(heading) == name_of(wanted) for heading in table.headings)
        told = f"the column '{wanted}' holds no codes of areas" if exists else f"there is no column '{wanted}'"
        headings = [table.headings[column.at] for column in found] or table.headings
        hint = did_you_mean(wanted, headings, otherwise=f"codes stand in {list_values(headings)}")
        findings.refuse("no codes", told, hint=hint)
        return None
    if not found:
        findings.refuse("no codes", "no column holds codes of areas in most of its rows", hint="is it the right sheet?")
        return None
    alike = [column for column in found if column.kind == found[0].kind]
    best = alike[0]
    if len(alike) > 1 and best.kind == "LSOA":
        frame = set(level_index("lsoa")[0])
        best = max(alike, key=lambda column: sum(code in frame for code in clean_codes(table.columns[column.at])))
    why = "the finest"
    if not _holds_nearly_all(table, best):
        # Finer codes beside nearly all areas of a level, each once, are of something else, as town halls' postcodes.
        complete = [column for column in found if column.kind != best.kind and _holds_nearly_all(table, column)]
        if complete:
            best, why = complete[0], "which has nearly all areas of its level, each once"
    others = [repr(printable(table.headings[column.at])) for column in found if column is not best]
    if others:
        told = f"areas are those of {printable(table.headings[best.at])!r} ({best.kind}), {why}; "
        findings.keep("several columns of codes", told + f"{list_values(others)} not used")
    return best


def _holds_nearly_all(table: Table, column: CodeColumn) -> bool:
    """Tell whether a column has nearly all areas of a level, each in one row."""
    levels = [level_index(level)[0] for level in LEVELS_OF_KIND.get(column.kind, ())]
    if column.kind == "ward":
        levels = [units_of_wards().codes]
    counts = Counter(clean_codes(table.columns[column.at]))
    for level in levels:
        held = [counts[code] for code in level if code in counts]
        if len(held) >= NEARLY_ALL * len(level) and max(held) == 1:
            return True
    return False


def _rows_of_england(
    table: Table, column: CodeColumn, codes: list[str], kinds: list[str], findings: Findings
) -> NDArray[np.int64] | None:
    """Give the rows that are areas of England of one kind; None where that cannot be told."""
    outside = [row for row, kind in enumerate(kinds) if kind == OUTSIDE]
    if outside:
        told = f"{number_of(len(outside), 'row')} of Wales, Scotland or Northern Ireland left out"
        findings.keep("outside England", told)
    empty: list[int] = []
    unknown: list[int] = []
    by_kind: dict[str, list[int]] = {}
    # A row that holds a code or a text and no figure is a footnote, or a blank at the end.
    for row, kind in enumerate(kinds):
        if kind and kind != OUTSIDE:
            by_kind.setdefault("authority" if kind == "county" else kind, []).append(row)
        elif not kind:
            others = (values[row].as_py() for at, values in enumerate(table.columns) if at != column.at)
            if any(value.strip() for value in others):
                unknown.append(row)
            elif codes[row]:
                empty.append(row)
    if empty:
        findings.keep("footnotes", f"{number_of(len(empty), 'row')} without an area or a figure left out")
    if unknown:
        where = [f"{shown(table.columns[column.at][row].as_py())} (row {table.rows[row]:,})" for row in unknown]
        findings.refuse(
            "code unknown",
            f"{number_of(len(unknown), 'row')} with no code of an area: {list_values(where)}",
            hint="remove rows of totals; give codes such as E01000001",
        )
    if not by_kind:
        findings.refuse("no areas", "it holds no area of England")
        return None
    if len(by_kind) > 1:
        kinds_told = [
            f"{len(rows):,} {kind} ({codes[rows[0]]}, row {table.rows[rows[0]]:,})" for kind, rows in by_kind.items()
        ]
        findings.refuse(
            "areas of several kinds",
            f"one column holds {list_values(kinds_told)}, whose counts would be taken twice",
            hint="give areas of one kind; remove rows of totals",
        )
        return None
    kind, rows = next(iter(by_kind.items()))
    if unknown:
        return None
    return np.array(rows, dtype=np.int64)


def _units(
    kind: str, codes: list[str], lookups: list[Lookup], findings: Findings, unread: Sequence[str]
) -> Units | None:
    """Find what the areas of a file are made of."""
    if kind == "LSOA":
        return _units_of_lsoa(codes, lookups, findings, unread)
    levels = {"MSOA": ["msoa"], "authority": ["lad", "lad_2025", "upper_tier", "upper_tier_2025"]}
    if kind == "authority":
        has_county = any(code.startswith("E10") for code in codes)
        levels["authority"] = ["upper_tier", "upper_tier_2025"] if has_county else ["lad", "lad_2025"]
        if has_county and any(code.startswith("E07") for code in codes):
            both = [next(code for code in codes if code.startswith(start)) for start in ("E10", "E07")]
            findings.refuse(
                "areas of several kinds",
                f"it holds counties and districts ({both[0]}, {both[1]}), whose counts would be taken twice",
                hint="give districts only, or upper tiers only",
            )
            return None
    choices = [units_of_wards()] if kind == "ward" else [units_of_level(level) for level in levels.get(kind, [])]
    unknown = [_not_among(codes, units) for units in choices]
    fitting = [units for units, left in zip(choices, unknown, strict=True) if not left]
    if fitting:
        if len(choices) > 1:
            also = f", and of {fitting[1].words[-4:]} too" if len(fitting) > 1 else ""
            findings.keep("level", f"all {len(codes):,} codes are those of {_with_article(fitting[0].words)}{also}")
        return fitting[0]
    by_lookup = units_by_lookup(kind, codes, lookups) if choices else None
    if by_lookup is not None:
        left = _not_among(codes, by_lookup)
        if not left:
            findings.keep("level", f"areas are taken for {_with_article(by_lookup.words)}")
            return by_lookup
        unknown = [left]
    if not choices:
        told = f"{number_of(len(codes), 'row')} of the kind '{kind}', as {list_values(codes)}"
        hint = "give small areas (LSOA), MSOA, wards, districts, upper tiers or postcodes"
        findings.refuse("areas not known", told, hint=hint)
        return None
    least = min(unknown, key=len)
    words = by_lookup.words if by_lookup is not None else choices[unknown.index(least)].words
    hint = _hint_of_lookup("give a lookup of LSOA 2011 to these areas: --lookup FILE", unread)
    if lookups:
        hint += f" (given: {known_kinds(lookups)})"
    told = f"{number_of(len(least), 'code')} of {len(codes):,} are no {words}: {list_values(least)}"
    findings.refuse("code unknown", told, hint=hint)
    return None


def _with_article(words: str) -> str:
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}"


def _hint_of_lookup(otherwise: str, unread: Sequence[str]) -> str:
    """Point to a lookup that was given and could not be read, before another is asked for."""
    if not unread:
        return otherwise
    given = f"the lookup{'s' * (len(unread) != 1)} {list_values(list(unread))} could not be read"
    return f"{given}: mend that first, for the fault need not be in this file"


def _not_among(codes: list[str], units: Units) -> list[str]:
    known = set(units.codes)
    return [code for code in codes if code not in known]


def _units_of_lsoa(codes: list[str], lookups: list[Lookup], findings: Findings, unread: Sequence[str]) -> Units | None:
    """Find of which census small areas are, and what links them to 2011."""
    frame = units_of_level("lsoa")
    known = set(frame.codes)
    changed = [code for code in codes if code not in known]
    vintage = vintage_of_all(changed)
    if vintage == ONS_2011:
        return frame
    units = units_of_lsoa(vintage, lookups)
    if units is None:
        told = (
            f"{number_of(len(changed), 'small area')} of {len(codes):,} are not of 2011 but of {vintage}: "
            f"{list_values(changed)}"
        )
        years = "2001 to 2011" if vintage < ONS_2011 else "2011 to 2021"
        hint = _hint_of_lookup(f"give the ONS lookup of LSOA {years}: --lookup FILE", unread)
        findings.refuse("changed since", told, hint=hint)
        return None
    strange = _not_among(codes, units)
    lookup, lacking = lacking_in_lookup(vintage, strange, lookups)
    if lacking:
        told = f"the lookup {lookup} does not have {number_of(len(lacking), 'small area')} of {vintage}: "
        hint = "was the lookup cut short? If it is whole, there are no such small areas"
        findings.refuse("not in the lookup", told + list_values(lacking), hint=hint)
        return None
    if strange:
        told = f"it mixes small areas of {vintage} with {number_of(len(strange), 'code')} that then were none: "
        findings.refuse("wrong vintage", told + list_values(strange), hint="give areas of one census")
        return None
    same = len(codes) - len(changed)
    told = f"small areas of {vintage}: {same:,} are those of 2011, {len(changed):,} are not"
    findings.keep("vintage", f"{told}: {units.note}")
    return units


def _place_postcodes(
    table: Table, code_at: int, rows: NDArray[np.int64], codes: list[str], findings: Findings
) -> Placed | None:
    """Find the small areas of postcodes."""
    found = rows_of_postcodes(codes)
    unknown = [code for code, row in zip(codes, found.tolist(), strict=True) if row < 0]
    if unknown:
        told = f"{number_of(len(unknown), 'postcode')} of {len(codes):,}: {list_values(unknown)}"
        reason = "they are newer than May 2022, outside England, or in doubt, and what they count is left out"
        if len(unknown) > MOST_UNKNOWN_POSTCODES * len(codes):
            findings.refuse(
                "postcodes unknown", f"{told}; too much would be left out", hint="give codes of small areas"
            )
            return None
        findings.keep("postcodes unknown", f"{told}; {reason}")
    kept = np.flatnonzero(found >= 0)
    area = small_area_of_postcode()[found[kept]]
    units = units_of_postcodes([codes[row] for row in kept], area)
    given = Given(units, np.arange(len(kept)))
    covered = int(given.covered().sum())
    missing = len(given.covered()) - covered
    if missing:
        told = (
            f"{covered:,} of {covered + missing:,} small areas have a postcode in the file; the others are not covered"
        )
        findings.keep("coverage", told)
    return Placed(code_at, rows[kept], given, missing)


def _tell_missing(given: Given, findings: Findings) -> int:
    """Tell the areas of the level that have no row, which are not zero."""
    missing = list(given.units.codes[given.row_of_unit < 0])
    missing = [code for code in missing if code.startswith("E")]
    if missing:
        total = len(missing) + int((given.row_of_unit >= 0).sum())
        told = f"{total - len(missing):,} of {total:,} areas ({given.units.words}) have a row; without: "
        findings.keep("coverage", told + f"{list_values(missing)}. They are not covered, which is not zero")
    return len(missing)
