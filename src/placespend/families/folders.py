"""What was shown of a user's own counts in a folder before, so that more can be shown beside it safely.

Whoever reads a folder reads all of it together: two tables, each safe alone, may give a family away between them. So
each folder that tables of a user's own counts are written into holds a record of what was shown and what was suppressed
there. It holds no count, and no digest of counts, for a guess could be proved by that. It is no secret: it says nothing
that the tables beside it do not say.
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
    from collections.abc import Mapping
    from pathlib import Path

RECORD = "families_shown.json"
FORMAT = 1
ABOUT = (
    "What placespend has shown, and what it has suppressed, of counts of families in this folder. It holds no count. "
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
    """

    key: str
    name: str
    state: str
    units: Mapping[str, Fraction]
    is_own: bool


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
    shown = tuple(
        Shown(
            str(row["key"]),
            str(row["name"]),
            {"published": "published", "suppressed": "suppressed"}[row["state"]],
            {str(code): Fraction(part) for code, part in row["units"].items()},
            bool(row["own"]),
        )
        for row in document["shown"]
    )
    rule = document["rule"]
    return Record(
        (str(counted["definition"]), str(counted["date"]), str(counted["level"])),
        Rule(rule["threshold"], rule["rounding"], rule["reason"]),
        shown,
    )


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
                "own": row.is_own,
                "units": {code: str(part) for code, part in sorted(row.units.items())},
            }
            for row in sorted(record.shown, key=lambda row: row.key)
        ],
    }
    write_whole(to_json(document), folder / RECORD)
