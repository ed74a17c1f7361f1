"""Opening a published file: every sheet as a grid of cells, each where the spreadsheet shows it.

Traps that are handled here: a workbook's own errors (``#REF!``, ``#DIV/0!``) come out of python-calamine as empty
cells, so in xlsx files they are looked up in the workbook's XML and put back as text, to be rejected and not passed
over; in the older xls (and in ods) this cannot be told, and only the file's printed totals would show it. One stray
cell in the far corner of a sheet would make calamine ask for half a terabyte and end the process: an xlsx that says it
is so large is refused. Whether a file is a workbook, a web page or CSV is told from its first bytes and never from its
name, for CSV and web pages are published as ``.xls``. CSV that is not UTF-8 is taken for cp1252, in which spreadsheets
write pound signs.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from placespend.csv_text import SPREADSHEET_MARKS
from placespend.errors import DataFileError
from placespend.spelling import printable

SAVE_AGAIN = "download it again, or open it in a spreadsheet and save it as xlsx"

MOST_CELLS = 20_000_000
"""The largest sheet that is opened; a Country and Regional Analysis has 400,000."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet of a file, as a grid.

    Attributes
    ----------
    name : str
        Empty for CSV.
    rows : list of list
        Values as python-calamine gives them, or text; the first is the spreadsheet's row 1.
    """

    name: str
    rows: list[list[Any]]


def text_of(value: object) -> str:
    """Write a cell as text: stripped, without what a terminal would obey, whole numbers without a decimal point.

    Parameters
    ----------
    value : object

    Returns
    -------
    str

    Examples
    --------
    >>> text_of(" =1+1 "), text_of(12.0), text_of(None)
    ('=1+1', '12', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return printable(str(value)).strip()


def read_sheets(path: str | Path) -> list[Sheet]:
    """Read all the sheets of a workbook (xlsx, xls, ods), or a CSV as one sheet.

    Parameters
    ----------
    path : str or pathlib.Path

    Returns
    -------
    list of Sheet
        In the order of the workbook.

    Raises
    ------
    DataFileError
        If the file is missing, unreadable, protected by a password, a web page, or neither workbook nor CSV.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        message = f"There is no file {path}."
        raise DataFileError(message) from None
    except (OSError, ValueError) as error:
        # ValueError: a path that no system takes, as one with a NUL in it.
        message = f"{path} cannot be read: {getattr(error, 'strerror', error)}."
        raise DataFileError(message) from None
    if not content.strip():
        message = f"{path} is empty."
        raise DataFileError(message, hint=SAVE_AGAIN)
    if content.startswith(SPREADSHEET_MARKS):
        return _workbook_sheets(path, content)
    return [Sheet("", _csv_rows(path, content))]


def _workbook_sheets(path: Path, content: bytes) -> list[Sheet]:
    import python_calamine as calamine  # noqa: PLC0415  (a pot of the shipped lines needs no workbooks)

    parts = _parts_of_sheets(content)
    _refuse_vast_sheets(path, parts)
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        grids = [workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names]
    except calamine.PasswordError:
        message = f"{path} is protected by a password."
        raise DataFileError(message, hint="save it without a password") from None
    except calamine.CalamineError as error:
        # An encrypted xlsx is a container of the older kind around something that no reader can open.
        if "EncryptedPackage".encode("utf-16-le") in content:
            message = f"{path} is protected by a password."
            raise DataFileError(message, hint="save it without a password") from None
        message = f"{path} cannot be read as a workbook: {error}. It may have been cut short."
        raise DataFileError(message, hint=SAVE_AGAIN) from None
    sheets = [Sheet(name, grid) for name, grid in zip(workbook.sheet_names, grids, strict=True)]
    for sheet, part in zip(sheets, parts, strict=False):
        _put_errors_into(path, sheet, part)
    return sheets


def _parts_of_sheets(content: bytes) -> list[bytes]:
    """Give the XML of each sheet of an xlsx, in the order of the workbook; none for what is no readable xlsx."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            workbook = archive.read("xl/workbook.xml").decode("utf-8", "replace")
            relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
            target_of = {}
            for tag in re.findall(r"<(?:\w+:)?Relationship\s[^>]*>", relations):
                found = {name: re.search(rf'\b{name}="([^"]*)"', tag) for name in ("Id", "Target")}
                if found["Id"] and found["Target"]:
                    target_of[found["Id"][1]] = found["Target"][1]
            sheets = re.findall(r'<(?:\w+:)?sheet\s[^>]*\b\w+:id="([^"]*)"', workbook)
            targets = [target_of[sheet] for sheet in sheets]
            return [archive.read(name[1:] if name.startswith("/") else f"xl/{name}") for name in targets]
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, RuntimeError):
        # Whether the file can be read at all is for calamine to say.
        return []


def _refuse_vast_sheets(path: Path, parts: list[bytes]) -> None:
    for part in parts:
        said = re.search(rb'<(?:\w+:)?dimension\s[^>]*\bref="(?:[^":]*:)?([A-Z]{1,3})([0-9]{1,7})"', part[:10_000])
        if said and _column_number(said[1].decode()) * int(said[2]) > MOST_CELLS:
            cell = (said[1] + said[2]).decode()
            message = f"{path} has a sheet that reaches to cell {cell}, too far to be opened."
            raise DataFileError(message, hint="delete what stands far from the table, and save it again")


def _column_number(letters: str) -> int:
    """Count a column as the spreadsheet names it: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _put_errors_into(path: Path, sheet: Sheet, xml: bytes) -> None:
    """Write a workbook's own errors into the grid as text, for calamine gives an empty cell instead."""
    if b't="e"' not in xml:
        return
    for tag, inner in re.findall(rb'<(?:\w+:)?c\s([^>]*\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', xml, re.DOTALL):
        place = re.search(rb'\br="([A-Z]{1,3})([0-9]{1,7})"', tag)
        if place is None:
            message = f"{path} holds an error in sheet '{sheet.name}', and does not say in which cell."
            raise DataFileError(message, hint=SAVE_AGAIN)
        value = re.search(rb"<(?:\w+:)?v>([^<]*)<", inner)
        column, row = _column_number(place[1].decode()), int(place[2]) - 1
        # calamine leaves trailing error cells out of its grid.
        sheet.rows.extend([] for _ in range(row + 1 - len(sheet.rows)))
        sheet.rows[row].extend([""] * (column - len(sheet.rows[row])))
        sheet.rows[row][column - 1] = value[1].decode("utf-8", "replace") if value else "#ERROR"


def _csv_rows(path: Path, content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if re.match(r"\s*<(?:!doctype|html|head|body|table|\?xml)", text, re.IGNORECASE):
        message = f"{path} is a web page, whatever its name says."
        raise DataFileError(message, hint=SAVE_AGAIN)
    if "\0" in text:
        message = f"{path} is neither a workbook nor a text file."
        raise DataFileError(message, hint=SAVE_AGAIN)
    rows: list[list[str]] = []
    try:
        # newline=None makes every kind of line ending one; strict tells a quotation mark that is never closed.
        rows.extend(csv.reader(io.StringIO(text, newline=None), strict=True))
    except csv.Error as error:
        message = f"{path} cannot be read as CSV from row {len(rows) + 1:,} on: {error}."
        raise DataFileError(message, hint=SAVE_AGAIN) from None
    return rows
