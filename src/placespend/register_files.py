"""Reading the files of a line register: the shipped ones and a team's own, whole or not at all.

Each file is known by its column names, as a line register or as line changes. What is wrong with any of
them is told for all of them at once.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from placespend.checks import MISSING_COLUMN, UNKNOWN_COLUMN, join_faults
from placespend.csv_text import PROVENANCE, read_text_table
from placespend.errors import FAILURE_COLUMNS, LinesError, UnknownNameError, list_values
from placespend.register_checks import check_tables
from placespend.register_schema import CHANGE_COLUMNS, LINE_COLUMNS, OPTIONAL
from placespend.shipped import shipped_file
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from placespend.register_schema import Row

SHIPPED_FILES = ("line_register.csv", "line_changes.csv")
NEITHER = "the columns are neither those of a line register nor those of line changes"
NO_ROWS = "there are no rows"


def as_text(table: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Give a table the declared columns as text, and a file and row where it has none.

    Parameters
    ----------
    table : pandas.DataFrame
    columns : iterable of str

    Returns
    -------
    pandas.DataFrame
        Missing values are blank, as are columns that may be left out.

    Raises
    ------
    UnknownNameError
        If it lacks another column.
    """
    missing = [column for column in columns if column not in table and column not in OPTIONAL]
    if missing:
        message = f"The table lacks {list_values(missing)}."
        raise UnknownNameError(message, hint="see the columns of Register.lines and Register.changes")
    filled = table.reindex(columns=list(columns)).astype("object")
    filled = filled.where(filled.notna(), "")
    texts = pd.DataFrame({name: [_plain(value) for value in filled[name]] for name in columns}, dtype="str")
    if set(PROVENANCE) <= set(table.columns):
        return texts.assign(file=table["file"].to_numpy(), row=table["row"].to_numpy())
    return texts.assign(file="your table", row=range(1, len(texts) + 1))


def _plain(value: object) -> str:
    """Write a value as a file would hold it; pandas keeps days as moments."""
    return str(value.date() if isinstance(value, datetime) else value).strip()


def read_tables(paths: Sequence[str | Path], *, with_shipped: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read files into one line register and one table of changes.

    Parameters
    ----------
    paths : sequence of str or pathlib.Path
    with_shipped : bool
        Whether to put the shipped files first.

    Returns
    -------
    lines, changes : pandas.DataFrame
        Not yet checked beyond their columns.

    Raises
    ------
    LinesError
        If a file has other columns or broken rows; it then holds every other fault as well.
    DataFileError
        If a file cannot be read at all.
    """
    tables: dict[bool, list[pd.DataFrame]] = {True: [], False: []}
    faults: list[Row] = []
    for path, file in _label(paths, with_shipped=with_shipped):
        raw, broken = read_text_table(path)
        declared = _recognise(raw)
        # Where every row is broken, that there are no others need not be told as well.
        wrong = _check_header(raw, declared, file, rows=len(raw) + len(broken))
        faults += [{**fault, "file": file} for fault in broken] + wrong
        if declared and not any(fault["problem"] == MISSING_COLUMN for fault in wrong):
            tables[declared is CHANGE_COLUMNS].append(as_text(raw.assign(file=file), declared))
    lines, changes = (
        pd.concat([as_text(pd.DataFrame(columns=[*declared, *PROVENANCE]), declared), *found], ignore_index=True)
        for declared, found in ((LINE_COLUMNS, tables[False]), (CHANGE_COLUMNS, tables[True]))
    )
    if faults:
        known = pd.DataFrame(faults, columns=FAILURE_COLUMNS)
        raise LinesError(join_faults([known, check_tables(lines, changes, links=False)]))
    return lines, changes


def _label(paths: Sequence[str | Path], *, with_shipped: bool) -> list[tuple[Path, str]]:
    """Say how each file is called where it is spoken of; files of one name are told apart by their whole path."""
    shipped = [(shipped_file("spend_lines", name), f"{name} (shipped)") for name in SHIPPED_FILES * with_shipped]
    names = [printable(Path(path).name) for path in paths]
    own = [
        (Path(path), name if names.count(name) == 1 else printable(str(path)))
        for path, name in zip(paths, names, strict=True)
    ]
    return shipped + own


def _recognise(raw: pd.DataFrame) -> dict[str, str]:
    """Tell of which of the two tables a file has columns that are its alone; of neither, none."""
    present = set(raw.columns)
    of_changes = len(present & (CHANGE_COLUMNS.keys() - LINE_COLUMNS.keys()))
    # Files of spending lines have these as well.
    of_lines = len(present & (LINE_COLUMNS.keys() - CHANGE_COLUMNS.keys() - {"source_id", "body", "status"}))
    if not of_lines and not of_changes:
        return {}
    return CHANGE_COLUMNS if of_changes > of_lines else LINE_COLUMNS


def _check_header(raw: pd.DataFrame, declared: Mapping[str, str], file: str, *, rows: int) -> list[Row]:
    """Find missing and unknown columns of a file, and a file without rows."""

    def fault(value: str, problem: str, hint: str) -> Row:
        return {"file": file, "row": 0, "column": "", "value": value, "problem": problem, "hint": hint}

    if not declared:
        hint = f"a register has {', '.join(LINE_COLUMNS)}; changes have {', '.join(CHANGE_COLUMNS)}"
        return [fault("", NEITHER, hint)]
    present = [column for column in raw.columns if column not in PROVENANCE]
    unknown = [column for column in present if column not in declared]
    missing = [column for column in declared if column not in present and column not in OPTIONAL]
    return [
        *(fault(name, UNKNOWN_COLUMN, did_you_mean(name, declared, otherwise="leave it out")) for name in unknown),
        *(fault(name, MISSING_COLUMN, declared[name]) for name in missing),
        *(fault("", NO_ROWS, "leave the file out") for _ in range(rows == 0)),
    ]
