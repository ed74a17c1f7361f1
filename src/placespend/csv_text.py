"""Reading a CSV as text, with each row's number and nothing lost.

pyarrow parses; rows that do not fit the header are told apart from rows that do, so that each becomes a reject
with its number and a reason.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import csv

from placespend.errors import DataFileError

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

SPREADSHEET_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""First bytes of xlsx (and other zips) and of the older xls."""

SAVE_AS_CSV = "save it from the spreadsheet as 'CSV UTF-8 (comma delimited)'"


def _read_bytes(path: Path) -> bytes:
    """Read a file that ought to be CSV in UTF-8, or say what it is instead."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        message = f"There is no file {path}."
        raise DataFileError(message) from None
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise DataFileError(message) from None
    if content.startswith(SPREADSHEET_MARKS):
        message = f"{path} is a spreadsheet or an archive, not a CSV file."
        raise DataFileError(message, hint=SAVE_AS_CSV)
    if not content.strip():
        message = f"{path} is empty."
        raise DataFileError(message, hint="a lines file starts with a row of column names: placespend lines template")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        message = f"{path} is not text in UTF-8: see line {row:,}."
        raise DataFileError(message, hint=SAVE_AS_CSV) from None
    if b"\0" in content:
        message = f"{path} is not a text file."
        raise DataFileError(message, hint=SAVE_AS_CSV)
    return content.removeprefix(b"\xef\xbb\xbf")


def read_text_table(path: Path) -> tuple[pd.DataFrame, list[dict[str, object]]]:
    """Read a CSV with every value as text, stripped of surrounding spaces.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    table : pandas.DataFrame
        The file's columns as text (blank is ""), ``file`` (its name) and ``row`` (the header is row 1). Blank
        rows are left out but counted.
    broken : list of dict
        Failures for rows that have more or fewer values than the header.

    Raises
    ------
    DataFileError
        If the file is missing, unreadable, empty, not UTF-8 or no CSV.
    """
    content = _read_bytes(path)
    broken: list[dict[str, object]] = []
    skipped: set[int] = set()

    def keep_aside(row: csv.InvalidRow) -> str:
        skipped.add(row.number)
        if row.text.strip():
            problem = f"has {row.actual_columns} values where the header has {row.expected_columns}"
            broken.append(
                {
                    "file": path.name,
                    "row": row.number,
                    "column": "",
                    "value": "",
                    "problem": problem,
                    "hint": "put quotation marks around a value that holds a comma",
                }
            )
        return "skip"

    header = _read_header(path, content)
    try:
        parsed = csv.read_csv(
            io.BytesIO(content),
            read_options=csv.ReadOptions(use_threads=False, column_names=header, skip_rows_after_names=1),
            parse_options=csv.ParseOptions(
                newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep_aside
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        message = f"{path} cannot be read as CSV: {error}."
        raise DataFileError(message, hint=SAVE_AS_CSV) from None
    table = parsed.to_pandas()
    for column in header:
        table[column] = table[column].str.strip()
    rows = [number for number in range(2, 2 + len(table) + len(skipped)) if number not in skipped]
    table["file"], table["row"] = path.name, rows
    blank = (table[header] == "").all(axis="columns")
    return table[~blank].reset_index(drop=True), broken


def _read_header(path: Path, content: bytes) -> list[str]:
    """Read the column names, without the spaces around them, and refuse repeated or unnamed ones."""
    import csv as standard_csv  # noqa: PLC0415  (only its reader knows where a header with quoted line breaks ends)

    header = [name.strip() for name in next(standard_csv.reader(io.StringIO(content.decode("utf-8"))))]
    separator = next((mark for mark in ";\t|" if len(header) == 1 and mark in header[0]), None)
    if separator is not None:
        message = (
            f"{path} separates its columns by {'a tab' if separator == chr(9) else repr(separator)}, not by commas."
        )
        raise DataFileError(message, hint=SAVE_AS_CSV)
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        names = ", ".join(name or "(no name)" for name in repeated)
        message = f"{path} names a column more than once: {names}."
        raise DataFileError(message, hint="rename or remove all but one")
    return header
