"""The record of what was shown of a user's own counts in a folder.

It holds the rounded numbers that were shown and which were suppressed, no other count, and no digest of counts, for a
guess could be proved by that. It is no secret: it says nothing that may not be shown beside it.

Anybody may have written to that folder. So the record is read as a stranger's file, never through a link; one that
cannot be trusted to the last entry is refused, and none is written that would be refused. Two runs at once may have
decided by the same record: the later one to write finds it changed, and must decide again.
"""

from __future__ import annotations

import json
import os
import re
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from placespend.disclosure.rule import Rule
from placespend.errors import DataFileError, PlacespendError
from placespend.exports.files import KEPT_RECORD, write_whole
from placespend.exports.text import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

RECORD = KEPT_RECORD
LOCK = ".families_shown.lock"
FORMAT = 1
STATES = ("published", "suppressed")
ABOUT = (
    "What placespend has shown, and what it has suppressed, of counts of families in this folder. "
    "Leave it here: what is written beside it later is protected together with it."
)

MOST_BYTES = 50_000_000
MOST_SHOWN = 10**12
MOST_DIGITS = 4_000
"""Of either number of a part: each small area that a drawn place cuts adds some, so that 230 of them make 500."""

TOO_LONG = 10**MOST_DIGITS

PART = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}(/[0-9]{{1,{MOST_DIGITS}}})?")

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character: JSON can tell of one, and no file can hold it."""

UNREADABLE = (
    # ValueError is also of text that is no JSON or no UTF-8; RecursionError of brackets without end.
    *(OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError, PlacespendError),
)


@dataclass(frozen=True)
class Shown:
    """What was shown of a place before.

    Attributes
    ----------
    key, name, state : str
        The state is "published" or "suppressed".
    units : dict of str to Fraction
        What it holds of each unit, by the unit's code.
    is_own : bool
        Whether it is a place of the user's own, or a neighbourhood.
    shown : int or None
        The rounded number, where it is published.
    """

    key: str
    name: str
    state: str
    units: Mapping[str, Fraction]
    is_own: bool
    shown: int | None = None


@dataclass(frozen=True)
class Record:
    """What was shown in a folder.

    Attributes
    ----------
    counted : tuple of str
        Definition, date and level of the counts.
    rule : Rule
    shown : tuple of Shown
    """

    counted: tuple[str, str, str]
    rule: Rule
    shown: tuple[Shown, ...]


def read_record(folder: Path) -> Record | None:
    """Read what was shown in a folder.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    Record or None
        None where nothing was shown there.

    Raises
    ------
    DataFileError
        If the record cannot be read, is no plain file of its own, or holds anything that is never written.
    """
    path = folder / RECORD
    try:
        return _record(json.loads(_content(path).decode("utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UNREADABLE:
        message = f"{path} cannot be read, so it is not known what was shown in that folder before."
        raise DataFileError(message, hint="put back the file as it was written, or write into another folder") from None


def _content(path: Path) -> bytes:
    # Not what a link leads to: that would be read, and written over, elsewhere.
    if not stat.S_ISREG(path.lstat().st_mode):
        message = "the record is no plain file"
        raise ValueError(message)
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    _check_size(content)
    return content


def _check_size(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        message = f"the record holds more than {MOST_BYTES // 1_000_000} million bytes"
        raise ValueError(message)


def _record(document: dict[str, Any]) -> Record:
    if document["format"] != FORMAT:
        message = "the record is of another format"
        raise ValueError(message)
    counted = document["counted"]
    shown = tuple(_shown(row) for row in document["shown"])
    if len({row.key for row in shown}) < len(shown):
        message = "a place stands in the record twice"
        raise ValueError(message)
    rule = document["rule"]
    return Record(
        (_text(counted["definition"]), _text(counted["date"]), _text(counted["level"])),
        Rule(rule["threshold"], rule["rounding"], _text(rule["reason"])),
        shown,
    )


def _shown(row: dict[str, Any]) -> Shown:
    units = {_text(code): _part(part) for code, part in row["units"].items()}
    state, number = _text(row["state"]), row["shown"]
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= MOST_SHOWN
    is_told = is_number if state == "published" else number is None
    if state not in STATES or not is_told or not isinstance(row["own"], bool):
        message = "a place is neither published with its number nor suppressed"
        raise ValueError(message)
    return Shown(_text(row["key"]), _text(row["name"]), state, units, row["own"], number)


def _part(text: object) -> Fraction:
    if not isinstance(text, str) or not PART.fullmatch(text):
        message = f"a part is no fraction of numbers of up to {MOST_DIGITS:,} digits"
        raise ValueError(message)
    part = Fraction(text)
    # Sums of parts are taken as decimals too, in which one that is next to nothing would be lost.
    if not 0 < part <= 1 or float(part) == 0:
        message = "a place holds more than the whole of a unit, or nothing of it"
        raise ValueError(message)
    return part


def _text(value: object) -> str:
    if not isinstance(value, str) or SURROGATE.search(value):
        message = "a name or a code holds what is no text"
        raise ValueError(message)
    return value


def write_record(record: Record, folder: Path, *, before: Record | None) -> None:
    """Write what is shown in a folder, in place of what was there when that was decided.

    Where that very record is there already, nothing is done.

    Parameters
    ----------
    record : Record
    folder : pathlib.Path
    before : Record or None
        What :func:`read_record` gave when it was decided what to show.

    Raises
    ------
    PlacespendError
        If another run writes there, or has written there since.
    DataFileError
        If it cannot be written, or what was there cannot be read.
    """
    path = folder / RECORD
    content, record = _written(record, path)
    with _locked(folder):
        now = read_record(folder)
        if now == record:
            return
        if now != before:
            message = f"{folder} was written into while this was being decided."
            raise PlacespendError(message, hint="run it again")
        write_whole(content, path, is_record=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other runs from writing the record."""
    lock = folder / LOCK
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        message = f"Another run is writing into {folder}."
        raise PlacespendError(message, hint=f"run it again; if no other run is there, remove {lock}") from None
    except (OSError, ValueError) as error:
        message = f"{folder / RECORD} cannot be written: {getattr(error, 'strerror', None) or error}."
        raise DataFileError(message, hint="name a folder that is there and can be written into") from None
    try:
        yield
    finally:
        # Where it cannot be removed the next run tells of it.
        with suppress(OSError):
            lock.unlink()


def _written(record: Record, path: Path) -> tuple[bytes, Record]:
    """Put a record into bytes, and tell how it will be read again; refuse one that could not be."""
    try:
        if any(part.denominator >= TOO_LONG for row in record.shown for part in row.units.values()):
            message = "a place cuts a unit in too many small areas to tell its part of it"
            raise ValueError(message)
        document = _document(record)
        again = _record(document)
        content = to_json(document).encode("utf-8")
        _check_size(content)
    except ValueError as error:
        message = f"{path} cannot be written: {error}."
        raise DataFileError(
            message, hint="show fewer places, or places of whole units, or mend their names and codes"
        ) from None
    return content, again


def _document(record: Record) -> dict[str, Any]:
    definition, date, level = record.counted
    return {
        "format": FORMAT,
        "about": ABOUT,
        "counted": {"definition": definition, "date": date, "level": level},
        "rule": {"threshold": record.rule.threshold, "rounding": record.rule.rounding, "reason": record.rule.reason},
        "shown": [
            {
                "key": row.key,
                "name": row.name,
                "state": row.state,
                "shown": row.shown,
                "own": row.is_own,
                "units": {code: str(part) for code, part in sorted(row.units.items())},
            }
            for row in sorted(record.shown, key=lambda row: row.key)
        ],
    }
