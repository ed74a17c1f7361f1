"""Opening a file of measures: a CSV, also packed, or a sheet of a workbook, as columns of text under their headings.

Where the headings stand is told from the first row that holds a code of an area: what is above the headings is the
publisher's title. A packed file says little of its size, so it is unpacked only up to a limit.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import csv as pa_csv

from placespend.csv_text import BYTE_ORDER_MARK, SAVE_AS_CSV, SPREADSHEET_MARKS
from placespend.errors import DataFileError, list_values
from placespend.measured.codes import is_code
from placespend.sources.grids import read_sheets, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

GZIP_MARK = b"\x1f\x8b"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
MOST_BYTES = 250_000_000
"""The largest file that is read, unpacked; a census table of small areas with a hundred columns has 15 million."""

ROWS_SEARCHED = 200
"""Codes are looked for in this many rows from the top."""

MOST_COLUMNS = 500
"""Each column is searched for codes and numbers, and a file of thousands would take minutes."""

SOUNDLY_QUOTED = re.compile(rb'(?<![^,\n])"[^"\r\n]*"(?![^,\r\n])')

DOWNLOAD_AGAIN = "download it again, or save it as 'CSV UTF-8'"


@dataclass(frozen=True, eq=False)
class Table:
    """A file's table.

    Attributes
    ----------
    headings : list of str
    columns : list of pyarrow.StringArray
        The values of each, as long as ``rows``.
    rows : ndarray of int64
        The number of each row, the first of the file being row 1.
    sheet : str
        Empty for CSV.
    broken : tuple of (int, int)
        Rows that were left out for having more or fewer values than there are headings: number and values.
    other_sheets : tuple of str
        Visible sheets that hold codes too and were not read.
    hidden_sheets : tuple of str
        Hidden sheets that hold codes and were passed over.
    """

    headings: list[str]
    columns: list[pa.StringArray]
    rows: NDArray[np.int64]
    sheet: str = ""
    broken: tuple[tuple[int, int], ...] = ()
    other_sheets: tuple[str, ...] = ()
    hidden_sheets: tuple[str, ...] = ()

    @property
    def keys(self) -> list[str]:
        """The headings, reduced to names."""
        return [name_of(heading) for heading in self.headings]


def name_of(heading: str) -> str:
    """Reduce a heading to small letters, digits and underscores.

    Parameters
    ----------
    heading : str

    Returns
    -------
    str

    Examples
    --------
    >>> name_of(" Income deprived (number)")
    'income_deprived_number'
    """
    return re.sub(r"[^a-z0-9]+", "_", heading.casefold()).strip("_")


def read_table(path: Path, *, sheet: str = "", only: Sequence[str] = ()) -> tuple[Table, str]:
    """Read the table of a file.

    Parameters
    ----------
    path : pathlib.Path
        CSV in UTF-8, also packed by gzip; or a workbook (xlsx, xls, ods).
    sheet : str, optional
        Which sheet of a workbook; otherwise the first visible one that holds codes of areas.
    only : sequence of str, optional
        Headings of the columns to keep, that of codes among them, of a file that has too many to read all.

    Returns
    -------
    table : Table
    sha256 : str
        Of the file as it is, packed or not.

    Raises
    ------
    DataFileError
        If it cannot be read, holds no codes of areas under headings, or has more columns than are read.
    """
    content = _content(path)
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith(GZIP_MARK):
        content = _unpack(path, content)
        if content.startswith(SPREADSHEET_MARKS):
            message = f"{path} is a packed spreadsheet or archive."
            raise DataFileError(message, hint="unpack it first")
    if content.startswith(SPREADSHEET_MARKS):
        return _sheet_table(path, content, sheet, only), digest
    if sheet:
        message = f"{path} is no workbook, so it has no sheet '{sheet}'."
        raise DataFileError(message, hint="leave the sheet out")
    table = _plain_table(path, content, only)
    if table is not None:
        return table, digest
    grid = _csv_grid(path, content, only)
    table = _table(path, grid, only=only)
    if table is None:
        raise _no_codes(path, grid)
    return table, digest


def _content(path: Path) -> bytes:
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            message = f"{path} is a folder, not a file."
            raise DataFileError(message)
        if not stat.S_ISREG(about.st_mode):
            message = f"{path} is not a file that can be read twice."
            raise DataFileError(message, hint="save it as a file first")
        if about.st_size > MOST_BYTES:
            raise _too_large(path)
        content = path.read_bytes()
    except FileNotFoundError:
        message = f"There is no file {path}."
        raise DataFileError(message) from None
    except DataFileError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        # ValueError: a path that no system takes, as one with a NUL in it.
        message = f"{path} cannot be read: {getattr(error, 'strerror', None) or error}."
        raise DataFileError(message) from None
    if not content.strip():
        message = f"{path} is empty."
        raise DataFileError(message, hint="a file of measures has a column of codes of areas and columns of counts")
    return content


def _too_large(path: Path) -> DataFileError:
    message = f"{path} holds more than {MOST_BYTES // 1_000_000} million bytes."
    return DataFileError(message, hint="leave out the columns and rows that are not needed")


def _unpack(path: Path, content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            unpacked = packed.read(MOST_BYTES + 1)
    except (EOFError, OSError, zlib.error):
        message = f"{path} cannot be unpacked: it was cut short, or is damaged."
        raise DataFileError(message, hint="download it again") from None
    if len(unpacked) > MOST_BYTES:
        raise _too_large(path)
    if not unpacked.strip():
        message = f"{path} is empty."
        raise DataFileError(message)
    return unpacked


def _kept_columns(path: Path, headings: list[str], only: Sequence[str]) -> list[int]:
    """Give the positions of the columns to keep, or refuse a file that has too many."""
    if len(headings) <= MOST_COLUMNS:
        return list(range(len(headings)))
    wanted = {name_of(heading) for heading in only} - {""}
    kept = [at for at, heading in enumerate(headings) if name_of(heading) in wanted]
    if not kept or len(kept) > MOST_COLUMNS:
        message = f"{path} has {len(headings):,} columns; no more than {MOST_COLUMNS} are read."
        hint = "say which with column and code_column in a recipe's [[measure]], or leave out those not needed"
        raise DataFileError(message, hint=hint)
    return kept


def _hidden_sheets(content: bytes) -> set[str]:
    """Name the sheets that a workbook does not show."""
    import python_calamine as calamine  # noqa: PLC0415  (a file of CSV needs no workbooks)

    workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {about.name for about in workbook.sheets_metadata if about.visible != calamine.SheetVisibleEnum.Visible}


def _sheet_table(path: Path, content: bytes, wanted: str, only: Sequence[str]) -> Table:
    """Take the sheet that was asked for, or the first that is shown and holds codes."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                raise _too_large(path)
    except zipfile.BadZipFile:
        # The older xls is no zip; whether it can be read is for its reader to say.
        pass
    sheets = read_sheets(path)
    names = list_values([repr(sheet.name) for sheet in sheets])
    if wanted and wanted not in {sheet.name for sheet in sheets}:
        message = f"{path} has no sheet '{wanted}'; it has {names}."
        raise DataFileError(message)
    hidden = _hidden_sheets(content)
    with_codes = [
        sheet
        for sheet in sheets
        if wanted in {"", sheet.name} and _header_of(_texts(sheet.rows[:ROWS_SEARCHED])) is not None
    ]
    visible = [sheet for sheet in with_codes if sheet.name not in hidden or sheet.name == wanted]
    unseen = tuple(sheet.name for sheet in with_codes if sheet not in visible)
    table = _table(path, _texts(visible[0].rows), sheet=visible[0].name, only=only) if visible else None
    if table is not None:
        return replace(table, other_sheets=tuple(sheet.name for sheet in visible[1:]), hidden_sheets=unseen)
    if unseen:
        message = f"{path} has codes of areas in hidden sheets only: {list_values([repr(name) for name in unseen])}."
        raise DataFileError(message, hint="show the sheet, or name it with sheet in a recipe's [[measure]]")
    message = f"No sheet of {path} ({names}) has a column of codes of areas under a heading."
    raise DataFileError(message, hint="give codes such as E01000001, not names of areas")


def _texts(rows: list[list[Any]]) -> list[list[str]]:
    return [[text_of(value) for value in row] for row in rows]


def _is_quoted_soundly(content: bytes) -> bool:
    """Tell whether each quotation mark opens or closes a value, for Arrow lets one never closed swallow the rest."""
    marks = content.count(b'"')
    return marks == 0 or 2 * len(SOUNDLY_QUOTED.findall(content.removeprefix(BYTE_ORDER_MARK))) == marks


def _plain_table(path: Path, content: bytes, only: Sequence[str]) -> Table | None:
    """Read a CSV that has its headings in the first row and sound quotation marks, as most do; None otherwise.

    Arrow takes a quarter of the time of Python's own reader.
    """
    lines = content[:1_000_000].removeprefix(BYTE_ORDER_MARK).splitlines()[:2]
    if not _is_quoted_soundly(content) or b"\0" in content or len(lines) < 2 or max(map(len, lines)) > 100_000:
        return None
    try:
        headings, first = csv.reader([line.decode("utf-8") for line in lines], strict=True)
        if (
            len(headings) != len(first)
            or not all(headings)
            or any(map(is_code, headings))
            or not any(map(is_code, first))
        ):
            return None
        headings = [text_of(heading) for heading in headings]
        kept = _kept_columns(path, headings, only)
        names = [str(number) for number in range(len(headings))]
        found = pa_csv.read_csv(
            io.BytesIO(content),
            read_options=pa_csv.ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=pa_csv.ConvertOptions(
                include_columns=[names[at] for at in kept],
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
            ),
        )
    except (UnicodeDecodeError, ValueError, csv.Error):
        # Whatever it is, the slower reader says it.
        return None
    columns = [column.combine_chunks() for column in found.columns]
    rows = np.arange(2, len(columns[0]) + 2)
    return Table([headings[at] for at in kept], columns, rows)


def _csv_grid(path: Path, content: bytes, only: Sequence[str]) -> list[list[str]]:
    """Split a CSV into rows of values."""
    if content.startswith(UTF_16_MARKS):
        message = f"{path} is text in UTF-16 ('Unicode text'), not in UTF-8."
        raise DataFileError(message, hint=SAVE_AS_CSV)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"{path} is not text in UTF-8: see line {line:,}."
        raise DataFileError(message, hint=SAVE_AS_CSV) from None
    if re.match(r"\s*<(?:!doctype|html|head|body|table|\?xml)", text, re.IGNORECASE):
        message = f"{path} is a web page, whatever its name says."
        raise DataFileError(message, hint=DOWNLOAD_AGAIN)
    if "\0" in text:
        message = f"{path} is not a text file."
        raise DataFileError(message, hint=SAVE_AS_CSV)
    rows: list[list[str]] = []
    try:
        # newline=None makes every kind of line ending one; strict tells a quotation mark that is never closed.
        reader = csv.reader(io.StringIO(text, newline=None), strict=True)
        rows.extend(islice(reader, ROWS_SEARCHED))
        header = _header_of(rows)
        if header is not None:
            # Thousands of columns are refused before all of their rows are split.
            _kept_columns(path, _headings_of(rows[header]), only)
        rows.extend(reader)
    except csv.Error as error:
        message = f"{path} cannot be read as CSV from row {len(rows) + 1:,} on: {error}."
        raise DataFileError(message, hint=SAVE_AS_CSV) from None
    first = next((row for row in rows if any(row)), [""])
    separator = next((mark for mark in ";\t|" if len(first) == 1 and mark in first[0]), None)
    if separator is not None and max(map(len, rows)) == 1:
        message = (
            f"{path} separates its columns by {'a tab' if separator == chr(9) else repr(separator)}, not by commas."
        )
        raise DataFileError(message, hint=SAVE_AS_CSV)
    return rows


def _header_of(grid: list[list[str]]) -> int | None:
    """Find the row of headings of a grid; None where it holds no codes."""
    first = next((at for at, row in enumerate(grid[:ROWS_SEARCHED]) if any(map(is_code, row))), None)
    return _header_above(grid, first) if first is not None else None


def _headings_of(row: list[str]) -> list[str]:
    headings = [text_of(value) for value in row]
    while headings and not headings[-1]:
        headings.pop()
    return headings


def _table(path: Path, grid: list[list[str]], *, sheet: str = "", only: Sequence[str] = ()) -> Table | None:
    """Find the headings of a grid and turn what is below them into columns; None where it holds no codes."""
    header = _header_of(grid)
    if header is None:
        return None
    headings = _headings_of(grid[header])
    width = len(headings)
    taken = _kept_columns(path, headings, only)
    body, numbers, broken = [], [], []
    for number, row in enumerate(grid[header + 1 :], start=header + 2):
        if len(row) == width:
            kept = row
        elif not any(map(str.strip, row)):
            continue
        elif len(row) < width and (sheet or not any(map(is_code, row))):
            # A sheet leaves empty cells at the end of a row out; in a CSV this is a footnote.
            kept = row + [""] * (width - len(row))
        elif not any(map(str.strip, row[width:])) and len(row) > width:
            kept = row[:width]
        else:
            broken.append((number, len(row)))
            continue
        body.append(kept)
        numbers.append(number)
    columns = list(zip(*body, strict=True)) if body else [()] * width
    arrays = [pa.array(columns[at], pa.string()) for at in taken]
    return Table([headings[at] for at in taken], arrays, np.array(numbers, dtype=np.int64), sheet, tuple(broken))


def _header_above(grid: list[list[str]], first: int) -> int | None:
    """Find the fullest row above the first code; of several the lowest. A row of totals has fewer words."""

    def fullness(at: int) -> tuple[int, int, int]:
        cells = [value.strip() for value in grid[at] if value.strip()]
        words = sum(not re.fullmatch(r"[-+.,0-9 ]+", cell) for cell in cells)
        return words, len(cells), at

    best = max(range(first), key=fullness, default=None)
    return best if best is not None and fullness(best)[0] else None


def _no_codes(path: Path, grid: list[list[str]]) -> DataFileError:
    filled = [row for row in grid if any(map(str.strip, row))]
    if len(filled) == 1 and not any(map(is_code, filled[0])):
        message = f"{path} has no rows below its headings."
        return DataFileError(message)
    if any(is_code(value) for row in filled[:1] for value in row):
        message = f"{path} has no headings above its first code."
        return DataFileError(message, hint="put a row of column names above it")
    shown = list_values([repr(text_of(value)) for value in filled[0] if value.strip()]) if filled else "empty"
    message = f"{path} has no column of codes of areas; its first row is {shown}."
    return DataFileError(message, hint="give codes such as E01000001, or postcodes, not names of areas")
