"""A user's places as a list of codes: small and middle-layer areas, wards, postcodes, in any mixture."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.csv_text import read_text_table
from placespend.errors import DataFileError, UnknownNameError, list_values
from placespend.extents import Extent
from placespend.geography import level_index, positions_of
from placespend.postcodes import is_live, rows_of_postcodes
from placespend.rulers import extent_of_postcodes, is_ward, rows_of_ward
from placespend.spelling import did_you_mean, one_line, printable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")
CODE_COLUMNS = r"(?i)code|postcodes?|pcds?|(lsoa|msoa|ward|wd|lsoa11|msoa11|wd2[0-9])_?(code|cd)?"
PLACE_COLUMNS = r"(?i)place|name|neighbourhood|area|\w*nm|\w+_name"

KINDS = {
    "E00": "an output area: give the small area (LSOA) that it is in",
    "E01": "no small area (LSOA) of 2011; those of 2021 that were changed are not known here",
    "E02": "no middle-layer area (MSOA) of 2011; those of 2021 that were changed are not known here",
    "E05": "no ward of 2025; wards of other years are not known here",
}
"""What is said of an unknown code, by how it starts."""

ROWS_LOST = ("row broken", "row not complete")
"""What is found of the file and not of one of its places."""

UNKNOWN_POSTCODE = "no postcode known here: it may be newer than May 2022, ended, or in doubt"
UNKNOWN = "no code of a small area, middle-layer area or ward, and no postcode"


@dataclass(frozen=True, eq=False)
class CodedPlaces:
    """Places read from a list of codes.

    Attributes
    ----------
    extents : dict of str to Extent
        By the place's name, in the order of the file; those without any usable code are left out.
    findings : list of tuple
        Place, name (blank), finding, detail, done.
    sha256 : str
    """

    extents: dict[str, Extent]
    findings: list[tuple[str, str, str, str, str]]
    sha256: str


def read_codes(path: Path, *, code: str | None, name: str | None, coverage: str) -> CodedPlaces:
    """Read places from a CSV that lists their codes.

    Parameters
    ----------
    path : pathlib.Path
        A column of codes, and one that says which place a code belongs to; without it all are one place, which has
        the name of the file.
    code, name : str, optional
        The columns; guessed where left out.
    coverage : {"postcodes", "households", "residents"}

    Returns
    -------
    CodedPlaces

    Raises
    ------
    DataFileError
        If the file cannot be read, or holds no codes.
    UnknownNameError
        If there is no such column.
    """
    table, broken = read_text_table(path)
    columns = [column for column in table.columns if column not in {"file", "row"}]
    code_column = _column(path, columns, code, CODE_COLUMNS)
    if code_column is None:
        message = f"{printable(path.name)} has no column of codes; its columns are {_list(columns)}."
        raise DataFileError(message, hint="call it code, or name it with --code-field")
    others = [column for column in columns if column != code_column]
    name_column = _column(path, others if name is None else columns, name, PLACE_COLUMNS)
    places = table[name_column] if name_column is not None else pd.Series(path.stem, index=table.index)
    places = places.map(one_line)
    whose = f"places: the column {printable(name_column)!r}" if name_column else f"all is one place, {path.stem!r}"
    used = printable(f"codes: the column {printable(code_column)!r}; {whose}")
    findings = [("file", "", "fields", used, "kept")] if code is None or name is None else []
    findings += [("file", "", "row broken", f"row {fault['row']} {fault['problem']}", "refused") for fault in broken]
    listed = pd.DataFrame({"place": places, "code": table[code_column], "row": table["row"]})
    findings += [
        ("file", "", "row not complete", f"row {row} has no {what}", "refused")
        for what in ("place", "code")
        for row in listed.loc[listed[what] == "", "row"]
    ]
    listed = listed[(listed["place"] != "") & (listed["code"] != "")]
    if listed.empty and not any(done == "refused" for *_, done in findings):
        message = f"{printable(path.name)} holds no codes."
        raise DataFileError(message)
    keys = listed["code"].map(_key)
    postcodes = [key for key in keys.unique() if POSTCODE.fullmatch(key)]
    row_of = dict(zip(postcodes, rows_of_postcodes(postcodes).tolist(), strict=True)) if postcodes else {}
    extents = {}
    for place, codes in listed.groupby("place", sort=False):
        extent, told = _extent(codes, row_of, coverage)
        findings += [(str(place), "", *found) for found in told]
        if extent is not None:
            extents[str(place)] = extent
    return CodedPlaces(extents, findings, hashlib.sha256(path.read_bytes()).hexdigest())


def _column(path: Path, columns: list[str], wanted: str | None, likely: str) -> str | None:
    """Choose a column: the one asked for, or the first that is likely to be meant."""
    if wanted is None:
        return next((column for column in columns if re.fullmatch(likely, column)), None)
    if wanted not in columns:
        message = f"{printable(path.name)} has no column {printable(wanted)!r}; its columns are {_list(columns)}."
        raise UnknownNameError(message, hint=printable(did_you_mean(wanted, columns)) or None)
    return wanted


def _list(columns: list[str]) -> str:
    return ", ".join(map(printable, columns))


def _key(code: str) -> str:
    return "".join(code.upper().split())


def _extent(
    listed: pd.DataFrame, row_of: dict[str, int], coverage: str
) -> tuple[Extent | None, list[tuple[str, str, str]]]:
    """Make one place of its codes; tell what was found."""
    told: list[tuple[str, str, str]] = []
    areas: list[NDArray[np.int64]] = []
    rows: list[NDArray[np.int64]] = []
    keys = listed["code"].map(_key)
    is_repeated = keys.duplicated()
    repeated = sorted(map(repr, set(listed.loc[is_repeated, "code"])))
    if repeated:
        told.append(("code repeated", f"listed more than once, and counted once: {list_values(repeated)}", "kept"))
    listed, keys = listed[~is_repeated], keys[~is_repeated]
    for key, code, number in zip(keys, listed["code"], listed["row"], strict=True):
        if key in row_of and row_of[key] >= 0:
            rows.append(np.array([row_of[key]]))
            if not is_live()[row_of[key]]:
                told.append(("postcode ended", f"{code!r} (row {number}) is not live and counts for nothing", "kept"))
        elif is_ward(key):
            rows.append(rows_of_ward(key))
        elif key[:3] in {"E01", "E02"} and key in level_index("lsoa" if key[:3] == "E01" else "msoa")[0]:
            areas.append(positions_of("lsoa" if key[:3] == "E01" else "msoa", key))
        else:
            reason = UNKNOWN_POSTCODE if key in row_of else KINDS.get(key[:3], UNKNOWN)
            told.append(("code unknown", f"{code!r} (row {number}) is {reason}", "refused"))
    if not areas and not rows:
        return None, told
    whole = Extent(np.unique(np.concatenate(areas))) if areas else None
    cut = extent_of_postcodes(np.concatenate(rows), coverage=coverage) if rows else None
    found = [extent for extent in (whole, cut) if extent is not None and len(extent)]
    if len(found) == 2 and found[0].meets(found[1]):
        told.append(("codes overlap", "some postcodes or wards lie in small areas that are listed too", "kept"))
    if sum(map(len, areas)) != len(np.unique(np.concatenate(areas or [np.empty(0, dtype=np.int64)]))):
        told.append(("codes overlap", "some small areas lie in middle-layer areas that are listed too", "kept"))
    # Nothing but ended postcodes is a place still, and an empty one: its reader is told.
    return (found[0].join(*found[1:]) if found else Extent(np.empty(0, dtype=np.int64))), told
