"""Lookups as the ONS publishes them, from codes of another year or kind to small areas of 2011.

A lookup is known by what its columns hold and not by its headings: small areas of 2001, 2011 and 2021 are told apart
by their numbers, for a code is never used again, and each census's new areas got the next free numbers. A changed
area's count is dealt out over the small areas of 2011 that it is linked to; where a small area of 2011 is linked to
several, its residents are divided evenly among them for that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.errors import DataFileError, list_values
from placespend.geography import level_index
from placespend.measured.areas import Units
from placespend.measured.codes import FINEST_FIRST, clean_codes, code_columns
from placespend.measured.files import Table, read_table
from placespend.spelling import printable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LAST_OF_2001, LAST_OF_2011 = "E01032482", "E01033768"
"""The last codes that were given to small areas by the censuses of 2001 and 2011."""

MOST_FORGOTTEN = 30
"""Small areas of 2011 that a whole lookup may lack: that of 2001 to 2011, as published, forgets four."""

CHANGES, UNCHANGED = {"U", "S", "M", "X"}, "U"
"""What the ONS writes beside a pair: unchanged, split, merged, and what is neither."""

LEAST_SHARED = 0.8
"""Of linked areas that can be compared, the part that must lie in one district: of published lookups, 0.98 and more.

A column that was sorted by itself has less than half.
"""

ENOUGH_TO_COMPARE = 20

ONS_2001, ONS_2011, ONS_2021 = 2001, 2011, 2021

COARSER = {"ward": "lad", "MSOA": "lad", "authority": "upper_tier", "county": "upper_tier"}
"""The next level for which there are places: what is observed by areas of another year says nothing of smaller ones."""


@dataclass(frozen=True, eq=False)
class Lookup:
    """A file that links small areas of 2011 to areas of other years or kinds.

    Attributes
    ----------
    file : str
    sha256 : str
    small_area : ndarray of int64
        Of each row, the position in the frame.
    lsoa : dict of int to ndarray
        Codes of small areas of 2001 or 2021, by year.
    others : list of tuple
        Other columns of codes: kind, heading, codes.
    """

    file: str
    sha256: str
    small_area: NDArray[np.int64]
    lsoa: dict[int, list[str]] = field(default_factory=dict)
    others: list[tuple[str, str, list[str]]] = field(default_factory=list)


def vintage_of(code: str) -> int:
    """Tell by which census the code of a small area of England was first given.

    Parameters
    ----------
    code : str

    Returns
    -------
    int

    Examples
    --------
    >>> vintage_of("E01000004"), vintage_of("E01033000"), vintage_of("E01034000")
    (2001, 2011, 2021)
    """
    if code <= LAST_OF_2001:
        return ONS_2001
    return ONS_2011 if code <= LAST_OF_2011 else ONS_2021


def vintage_of_all(codes: list[str]) -> int:
    """Tell of which census a list of small areas is, from those that are not of 2011.

    Parameters
    ----------
    codes : list of str

    Returns
    -------
    int
        2011 where all are known then.
    """
    changed = set(codes) - set(level_index("lsoa")[0])
    if not changed:
        return ONS_2011
    return ONS_2021 if any(vintage_of(code) == ONS_2021 for code in changed) else ONS_2001


def read_lookup(path: Path) -> Lookup:
    """Read a lookup.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    Lookup

    Raises
    ------
    DataFileError
        If it cannot be read, has no column of all small areas of 2011 beside one of other codes, or pairs codes that
        cannot belong together, as where a column was sorted by itself.
    """
    table, digest = read_table(path)
    frame, _ = level_index("lsoa")
    lsoa: dict[int, list[str]] = {}
    others = []
    base: list[str] = []
    lacking = len(frame)
    for column in code_columns(table.columns):
        codes = clean_codes(table.columns[column.at])
        if column.kind != "LSOA":
            others.append((column.kind, printable(table.headings[column.at]), codes))
            continue
        of_england = {code for code in codes if code.startswith("E01")}
        vintage = max(map(vintage_of, of_england))
        if vintage != ONS_2011:
            lsoa[vintage] = codes
        else:
            missing = len(set(frame) - of_england)
            base, lacking = (codes, missing) if missing < lacking else (base, lacking)
    if not base or not (lsoa or others):
        message = (
            f"{path} is no lookup, or was cut short: it needs a column of all small areas (LSOA) of 2011 and one of "
            "other codes."
        )
        raise DataFileError(message, hint="give the ONS lookup as published, such as LSOA 2011 to LSOA 2021")
    # The lookup of 2001 forgets areas that are new in 2011; one that was there before was cut off.
    missing_codes = sorted(set(frame) - set(base))
    cut_off = [code for code in missing_codes if vintage_of(code) != ONS_2011 or ONS_2001 not in lsoa] if lsoa else []
    if lacking > MOST_FORGOTTEN or cut_off:
        message = (
            f"{path} is not whole: it lacks {lacking:,} of the {len(frame):,} small areas of England 2011, as "
            f"{list_values(cut_off or missing_codes)}."
        )
        raise DataFileError(message, hint="give the lookup of all England, as published; it may have been cut short")
    for codes in lsoa.values():
        _refuse_wrong_pairs(path, table, base, codes, has_marks=len(lsoa) == 1)
    _refuse_scattered(path, base, lsoa, others)
    position = frame.get_indexer(pd.Index(base))
    here = np.flatnonzero(position >= 0)

    def of_england_only(codes: list[str]) -> list[str]:
        return [codes[at] for at in here]

    return Lookup(
        printable(path.name),
        digest,
        position[here].astype(np.int64),
        {vintage: of_england_only(codes) for vintage, codes in lsoa.items()},
        [(kind, heading, of_england_only(codes)) for kind, heading, codes in others],
    )


def _refuse_wrong_pairs(path: Path, table: Table, base: list[str], codes: list[str], *, has_marks: bool) -> None:
    """Refuse small areas of both censuses that are paired with others and never with themselves.

    A code is never used again, so one that both censuses know is the same area: pairing it with another would move
    its counts elsewhere, and the totals would still be right.
    """
    both = (set(base) & set(codes)) - {""}
    itself = {one for one, other in zip(base, codes, strict=True) if one == other}
    strange = both - itself
    is_unchanged = _unchanged_rows(table) if has_marks else np.zeros(len(base), dtype=bool)
    wrong = [
        at
        for at, (one, other) in enumerate(zip(base, codes, strict=True))
        if one != other and (is_unchanged[at] or one in strange or other in strange)
    ]
    if wrong:
        pairs = [f"{base[at] or 'blank'} with {codes[at] or 'blank'} (row {table.rows[at]:,})" for at in wrong]
        message = (
            f"{path} pairs small areas that did not change with others, in {len(wrong):,} of {len(base):,} rows: "
            f"{list_values(pairs)}. A column seems to have been sorted by itself."
        )
        raise DataFileError(message, hint="give the lookup as published; sort whole rows, never one column")


def _unchanged_rows(table: Table) -> NDArray[np.bool_]:
    """Tell the rows that a column of marks of change says to be unchanged; none where there is no such column."""
    for values in table.columns:
        held = {str(value).strip().upper() for value in values.unique().to_pylist()} - {""}
        if UNCHANGED in held and held <= CHANGES:
            return np.array([value.strip().upper() == UNCHANGED for value in values.to_pylist()], dtype=bool)
    return np.zeros(len(table.rows), dtype=bool)


def _refuse_scattered(
    path: Path, base: list[str], lsoa: dict[int, list[str]], others: list[tuple[str, str, list[str]]]
) -> None:
    """Refuse columns whose areas are linked to small areas all over England.

    Changed small areas, wards and middle-layer areas lie in one district, but for a few that were redrawn. Authorities
    of another year may be made of several districts, so of them the districts of 2011 are looked at.
    """
    frame, _ = level_index("lsoa")
    _, district = level_index("lad")
    position = frame.get_indexer(pd.Index(base))
    links = [(f"changed small areas of {vintage}", codes, True) for vintage, codes in lsoa.items()]
    links += [
        (f"areas of {heading!r} ({kind})", codes, kind in {"ward", "MSOA"})
        for kind, heading, codes in others
        if kind in COARSER
    ]
    for words, codes, is_small in links:
        pairs = pd.DataFrame({"code": codes, "district": np.where(position >= 0, district[position], -1), "base": base})
        pairs = pairs[(position >= 0) & (pairs["code"] != "")]
        # An area that is linked to itself shows nothing of the others.
        pairs = pairs[pairs["code"] != pairs["base"]].drop_duplicates()
        group, member = ("code", "district") if is_small else ("district", "code")
        pairs = pairs[pairs.groupby(group)[group].transform("size") > 1]
        if len(pairs) < ENOUGH_TO_COMPARE:
            continue
        most = pairs.groupby([group, member]).size().groupby(level=0).max()
        if float(most.sum()) < LEAST_SHARED * len(pairs):
            of_group = pairs.groupby(group)[member].nunique().sort_values(ascending=False, kind="stable").index[:5]
            shown = pairs[pairs[group].isin(of_group)].drop_duplicates(group)
            told = [f"{row['code']} with {row['base']}" for row in shown.to_dict(orient="records")]
            message = (
                f"{path} links {words} to small areas of many districts, as {list_values(told)}. "
                "A column seems to have been sorted by itself."
            )
            raise DataFileError(message, hint="give the lookup as published; sort whole rows, never one column")


def units_of_lsoa(vintage: int, lookups: list[Lookup]) -> Units | None:
    """Link the small areas of another census to those of 2011.

    Parameters
    ----------
    vintage : {2001, 2021}
    lookups : list of Lookup

    Returns
    -------
    Units or None
        None where no lookup holds them.
    """
    found = next((lookup for lookup in lookups if vintage in lookup.lsoa), None)
    if found is None:
        return None
    words = f"small area (LSOA) of {vintage}"
    note = f"changed small areas of {vintage} were brought to 2011 by {found.file}"
    units = _link("lsoa", words, found.lsoa[vintage], found, note)
    forgotten = np.setdiff1d(np.arange(len(level_index("lsoa")[0])), units.area)
    return _link_forgotten(units, forgotten) if len(forgotten) else units


def lacking_in_lookup(vintage: int, codes: list[str], lookups: list[Lookup]) -> tuple[str, list[str]]:
    """Tell which small areas a lookup lacks that must have been areas of its census.

    Parameters
    ----------
    vintage : {2001, 2021}
    codes : list of str
        Those of a file that the lookup does not know.
    lookups : list of Lookup

    Returns
    -------
    file : str
        Of the lookup.
    lacking : list of str
        First given by that census: so the lookup was cut short, or there is no such area.
    """
    found = next(lookup for lookup in lookups if vintage in lookup.lsoa)
    return found.file, [code for code in codes if vintage_of(code) == vintage]


def _link_forgotten(units: Units, forgotten: NDArray[np.int64]) -> Units:
    """Link small areas of 2011 that a lookup forgets to those changed ones that lie in the same middle-layer area.

    All four that the lookup of 2001 forgets were made where the others of their middle-layer area were redrawn.
    """
    _, msoa = level_index("msoa")
    is_changed = ~units.codes.isin(level_index("lsoa")[0])[units.unit]
    unit, area = [units.unit], [units.area]
    for position in forgotten:
        near = np.unique(units.unit[is_changed & (msoa[units.area] == msoa[position])])
        unit.append(near)
        area.append(np.full(len(near), position))
    links = np.concatenate(unit), np.concatenate(area)
    codes = list_values(list(level_index("lsoa")[0][forgotten]))
    note = f"{units.note}, and to {codes}, which it forgets, from the changed ones around them"
    return replace(units, unit=links[0], area=links[1], marks=np.ones_like(links[0]), note=note)


def units_by_lookup(kind: str, codes: list[str], lookups: list[Lookup]) -> Units | None:
    """Link areas that the frame does not know, as wards of another year, by the lookup that knows most of them.

    Parameters
    ----------
    kind : str
    codes : list of str
        Those of the file.
    lookups : list of Lookup

    Returns
    -------
    Units or None
        None where no lookup holds most of them.
    """
    wanted = set(codes)
    best: tuple[int, Lookup, str, list[str]] | None = None
    for lookup in lookups:
        for held, heading, column in lookup.others:
            same = held == kind or {held, kind} <= {"authority", "county"}
            count = len(wanted & set(column)) if same else 0
            if 2 * count > len(wanted) and (best is None or count > best[0]):
                best = count, lookup, heading, column
    if best is None:
        return None
    _, lookup, heading, column = best
    called = f"{kind} by the column {heading!r} of {lookup.file}"
    return _link(COARSER[kind], called, column, lookup, f"by {lookup.file}, column {heading!r}")


def _link(level: str, words: str, column: list[str], lookup: Lookup, note: str) -> Units:
    """Make units of the rows of a lookup; a link that stands there twice is one."""
    codes, unit = np.unique(np.array(column, dtype=object), return_inverse=True)
    pairs = np.unique(unit.astype(np.int64) * len(level_index("lsoa")[0]) + lookup.small_area)
    number, area = np.divmod(pairs, len(level_index("lsoa")[0]))
    kept = np.array([bool(code) for code in codes])[number]
    links = number[kept], area[kept]
    return Units(level, words, pd.Index(codes), *links, np.ones(int(kept.sum()), dtype=np.int64), note=note)


def known_kinds(lookups: list[Lookup]) -> str:
    """Say what lookups link, for a message.

    Parameters
    ----------
    lookups : list of Lookup

    Returns
    -------
    str
    """
    told = []
    for lookup in lookups:
        links = [f"LSOA of {vintage}" for vintage in lookup.lsoa]
        links += [
            f"{heading} ({kind})"
            for kind, heading, _ in sorted(lookup.others, key=lambda other: FINEST_FIRST.index(other[0]))
        ]
        told.append(f"{lookup.file}: {re.sub(' +', ' ', list_values(links))}")
    return "; ".join(told)
