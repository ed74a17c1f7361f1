"""Reading a CSV as text, with each row's number and nothing lost.

The standard library's strict reader parses: it alone of those tried refuses a quotation mark that is never
closed, which otherwise swallows every row after it without a word. Rows that do not fit the header are told
apart, so that each becomes a reject with its number and a reason.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import DataFileError
from placespend.spelling import printable

if TYPE_CHECKING:
    from pathlib import Path

SPREADSHEET_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of xlsx (and other zips) and of the older xls."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
SAVE_AS_CSV = "save it from the spreadsheet as 'CSV UTF-8 (comma delimited)'"
CLOSE_QUOTES = "close it, or write a quotation mark inside a value twice"
QUOTE_COMMAS = "put quotation marks around a value that holds a comma"
CUT_SHORT = "the row, or the file, may have been cut short"

PROVENANCE = ("file", "row")
"""Columns that say where a row stood; no file may bring its own."""


def _read_text(path: Path) -> str:
    """Read a file that ought to be CSV in UTF-8, or say what it is instead."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        message = f"There is no file {path}."
        raise DataFileError(message) from None
    except (OSError, ValueError) as error:
        # ValueError: a path that no system takes, as one with a NUL in it.
        message = f"{path} cannot be read: {getattr(error, 'strerror', error)}."
        raise DataFileError(message) from None
    if content.startswith(SPREADSHEET_MARKS):
        message = f"{path} is a spreadsheet or an archive, not a CSV file."
        raise DataFileError(message, hint=SAVE_AS_CSV)
    content = content.removeprefix(BYTE_ORDER_MARK)
    if not content.strip():
        message = f"{path} is empty."
        raise DataFileError(message, hint="a lines file starts with a row of column names: placespend lines template")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        message = f"{path} is not text in UTF-8: see line {row:,}."
        raise DataFileError(message, hint=SAVE_AS_CSV) from None
    if "\0" in text:
        message = f"{path} is not a text file."
        raise DataFileError(message, hint=SAVE_AS_CSV)
    return text


def _parse(path: Path, text: str) -> list[list[str]]:
    """Split the text into rows of stripped values; a blank row is a row of none."""
    rows: list[list[str]] = []
    # newline=None makes every kind of line ending one.
    reader = csv.reader(io.StringIO(text, newline=None), strict=True)
    try:
        for row in reader:
            values = [value.strip() for value in row]
            rows.append(values if any(values) else [])
    except csv.Error as error:
        quotes = "unexpected end" in str(error) or "expected after" in str(error)
        reason = "a quotation mark is not closed, or text follows a closed one" if quotes else str(error)
        message = f"{path} cannot be read as CSV from row {len(rows) + 1:,} on: {reason}."
        raise DataFileError(message, hint=CLOSE_QUOTES if quotes else SAVE_AS_CSV) from None
    return rows


def read_text_table(path: Path) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Read a CSV with every value as text, stripped of surrounding spaces.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    table : pandas.DataFrame
        The file's columns as text (blank is ""), ``file`` (its name) and ``row`` (the first is row 1, whatever
        it holds). Blank rows are left out but counted.
    broken : list of dict
        Failures for rows that have more or fewer values than the header.

    Raises
    ------
    DataFileError
        If the file is missing, unreadable, empty, not UTF-8 or no CSV.
    """
    rows = _parse(path, _read_text(path))
    numbered = [(number, row) for number, row in enumerate(rows, start=1) if row]
    if not numbered:
        message = f"{path} holds no column names."
        raise DataFileError(message, hint="see: placespend lines template")
    header = numbered[0][1]
    _check_header(path, header)
    fitting = [(number, row) for number, row in numbered[1:] if len(row) == len(header)]
    broken: list[dict[str, object]] = [
        {
            "file": printable(path.name),
            "row": number,
            "column": "",
            "value": "",
            "problem": f"has {len(row)} values where the header has {len(header)}",
            "hint": QUOTE_COMMAS if len(row) > len(header) else CUT_SHORT,
        }
        for number, row in numbered[1:]
        if len(row) != len(header)
    ]
    table = pd.DataFrame([row for _, row in fitting], columns=header, dtype="str")
    return table.assign(file=printable(path.name), row=[number for number, _ in fitting]).astype(
        {"row": "int64"}
    ), broken


def _check_header(path: Path, header: list[str]) -> None:
    """Refuse other separators, repeated or unnamed columns, and names that are taken."""
    separator = next((mark for mark in ";\t|" if len(header) == 1 and mark in header[0]), None)
    if separator is not None:
        name = "a tab" if separator == "\t" else repr(separator)
        message = f"{path} separates its columns by {name}, not by commas."
        raise DataFileError(message, hint=SAVE_AS_CSV)
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        names = ", ".join(name or "(no name)" for name in repeated)
        message = f"{path} names a column more than once: {names}."
        raise DataFileError(message, hint="rename or remove all but one")
    taken = [name for name in header if name in PROVENANCE]
    if taken:
        message = f"{path} has a column {' and '.join(map(repr, taken))}, a name kept for where each row stood."
        raise DataFileError(message, hint="rename or remove it")
