"""What was shown of a user's own counts in a folder before, so that more can be shown beside it safely.

Whoever reads a folder reads all of it together: two tables, each safe alone, may give a family away between them. So
each folder that tables of a user's own counts are written into holds a record of what was shown and what was suppressed
there. It holds the rounded numbers that were shown, no other count, and no digest of counts, for a guess could be
proved by that. It is no secret: it says nothing that may not be shown beside it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from placespend.disclosure.rule import Rule
from placespend.errors import DataFileError, PlacespendError
from placespend.exports import to_json, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

RECORD = "families_shown.json"
FORMAT = 1
STATES = ("published", "suppressed")
ABOUT = (
    "What placespend has shown, and what it has suppressed, of counts of families in this folder. "
    "Leave it here: what is written beside it later is protected together with it."
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


def check_folder(folder: Path, *, written: Iterable[Path] = (), private: Iterable[Path] = ()) -> None:
    """Refuse a folder in which numbers would not be protected together, or would lie beside the counts themselves.

    Parameters
    ----------
    folder : pathlib.Path
        Where numbers will be shown.
    written : iterable of pathlib.Path, optional
        The files that they will be written to.
    private : iterable of pathlib.Path, optional
        The files of counts.

    Raises
    ------
    DataFileError
        If a file would be written over the record, counts lie in the folder or in one within it, or a folder around it
        or in it has a record of its own.
    """
    if any(path.resolve().name.casefold() == RECORD for path in written):
        message = f"{RECORD} is the record of what is shown in a folder: no result is written over it."
        raise DataFileError(message, hint="give the result another name")
    folder = folder.resolve()
    inside = [path for path in private if folder in (*path.absolute().parent.resolve().parents, path.parent.resolve())]
    inside += [path for path in private if path not in inside and folder in path.resolve().parents]
    if inside:
        message = f"{inside[0]} lies in {folder}, where numbers would be shown: it holds the counts themselves."
        raise DataFileError(message, hint="write into a folder of its own, which holds only what may be seen")
    others = [above for above in folder.parents if (above / RECORD).exists()]
    others += sorted(found.parent for found in folder.glob(f"*/{RECORD}"))
    if others:
        message = f"{others[0]} holds numbers of counts of families, and {folder} would be seen with it."
        raise DataFileError(message, hint="write into one folder, or into folders that lie apart")


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
        If the record cannot be read.
    """
    path = folder / RECORD
    try:
        if not path.exists():
            return None
        return _record(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError, PlacespendError):
        message = f"{path} cannot be read, so it is not known what was shown in that folder before."
        raise DataFileError(message, hint="put back the file as it was written, or write into another folder") from None


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
        (str(counted["definition"]), str(counted["date"]), str(counted["level"])),
        Rule(rule["threshold"], rule["rounding"], rule["reason"]),
        shown,
    )


def _shown(row: dict[str, Any]) -> Shown:
    units = {str(code): Fraction(str(part)) for code, part in row["units"].items()}
    state, number = str(row["state"]), row["shown"]
    is_number = isinstance(number, int) and not isinstance(number, bool)
    if state not in STATES or is_number != (state == "published") or not isinstance(row["own"], bool):
        message = "a place is neither published with its number nor suppressed"
        raise ValueError(message)
    if not all(0 < part <= 1 for part in units.values()):
        message = "a place holds more than the whole of a unit, or nothing of it"
        raise ValueError(message)
    return Shown(str(row["key"]), str(row["name"]), state, units, row["own"], number)


def write_record(record: Record, folder: Path) -> None:
    """Write what is shown in a folder, in place of what was there.

    Parameters
    ----------
    record : Record
    folder : pathlib.Path

    Raises
    ------
    DataFileError
        If it cannot be written.
    """
    definition, date, level = record.counted
    document = {
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
    write_whole(to_json(document), folder / RECORD)
