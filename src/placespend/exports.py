"""Tables and documents on their way out: CSV that no spreadsheet runs, JSON, and files that are whole or not there."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import DataFileError
from placespend.levels import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placespend.bridge import Bridge
    from placespend.loaded import Loaded
    from placespend.place import Place
    from placespend.pot import Pot
    from placespend.pots_by_level import Pots

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell that starts so may be run as a formula by a spreadsheet; the last four are the first, in full width."""


def guard_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before texts, and names of columns, that a spreadsheet would run as a formula.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        Numbers are left alone.

    Examples
    --------
    >>> guard_formulas(pd.DataFrame({"body": ["=1+1", "Leeds"]}))["body"].tolist()
    ["'=1+1", 'Leeds']
    """

    def guard(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS) else value

    guarded = table.rename(columns=guard)
    for column in guarded.columns:
        if not pd.api.types.is_numeric_dtype(guarded[column]):
            guarded[column] = guarded[column].astype("object").map(guard)
    return guarded


def to_csv(table: pd.DataFrame) -> str:
    """Write a table as CSV.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    str
        With a header; missing values are blank.
    """
    guarded = guard_formulas(table)
    rows: list[str] = []
    # No line break in a cell may be read as a new row. Python quotes a break only if it is part of the row's own
    # ending, so rows end with both kinds here, and each is then given the one wanted.
    writer = csv.writer(_Rows(rows), lineterminator="\r\n")
    writer.writerow(guarded.columns)
    writer.writerows(guarded.astype("object").where(guarded.notna(), "").to_numpy().tolist())
    return "".join(row.removesuffix("\r\n") + "\n" for row in rows)


class _Rows:
    """A file that keeps each row written to it."""

    def __init__(self, rows: list[str]) -> None:
        self.write = rows.append


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Turn a table into plain values, missing ones into None."""
    plain = table.astype("object").where(table.notna(), None)
    return plain.to_dict(orient="records")  # type: ignore[return-value]


def to_json(content: object) -> str:
    """Write a document as JSON, or a table as a list of objects.

    Parameters
    ----------
    content : dict or pandas.DataFrame

    Returns
    -------
    str
        Indented, in UTF-8, ending with a line break.
    """
    plain = _records(content) if isinstance(content, pd.DataFrame) else content
    return json.dumps(plain, ensure_ascii=False, indent=2, default=int) + "\n"


def pot_document(pot: Pot, *columns: str) -> dict[str, object]:
    """Put a pot into one document for machines.

    Parameters
    ----------
    pot : Pot
    *columns : str
        What it is cut by.

    Returns
    -------
    dict
        ``place``, ``financial_year``, ``residents``, ``what`` (the pot is), ``total_pence``, ``low_pence`` and
        ``high_pence`` (if its services are shared by other bases of their ladders), ``observed_pence`` (of it,
        recorded at this place), ``per_head_pence``, ``comparison`` (of a neighbourhood, per head with its
        ``authority`` and England), ``authority``, ``by``, ``rows``,
        ``grades``, ``reconciliation``, ``awaited``, ``unallocated``, ``memo``, ``scope``, ``accounts`` (what became
        of every line read), ``notes``, ``sources`` and ``made_with`` (recipe, digests of the inputs, version).
    """
    awaited = [
        "line_id",
        "source_id",
        "body",
        "service_code",
        "service_name",
        "footprint_code",
        "description",
    ]
    unallocated = ["body", "service_code", "footprint_code", "basis", "amount_pence", "reason"]
    return {
        "place": {
            "code": pot.place.code,
            "name": pot.place.name,
            "level": pot.place.level,
            "vintage": pot.place.vintage,
            "definition": pot.place.definition,
            "small_areas_whole": len(pot.place.extent.whole),
            "small_areas_cut": len(pot.place.extent.parts.areas),
        },
        "financial_year": pot.financial_year,
        "residents": pot.residents,
        "what": pot.what,
        "total_pence": pot.total_pence,
        "low_pence": pot.range_pence[0],
        "high_pence": pot.range_pence[1],
        "observed_pence": pot.observed_pence,
        "per_head_pence": pot.per_head_pence,
        "comparison": None if pot.comparison is None else _records(pot.comparison),
        "authority": None if pot.authority is None else {"code": pot.authority.code, "name": pot.authority.name},
        "by": columns[0] if len(columns) == 1 else list(columns),
        "rows": _records(pot.by(*columns)),
        "grades": pot.grades,
        "reconciliation": pot.reconcile().as_dict(),
        "awaited": _records(pot.awaited[awaited]),
        "unallocated": _records(pot.unallocated[unallocated]),
        "memo": _records(pot.memo[["source", "body", "service_code", "footprint_code", "amount_pence", "reason"]]),
        "scope": pot.loaded.recipe.scope.describe(),
        "accounts": _records(pot.loaded.accounts),
        "notes": list(pot.notes),
        "sources": list(pot.source_titles),
        "made_with": pot.loaded.made_with,
    }


def pots_document(found: Pots) -> dict[str, object]:
    """Put the pots of a level into one document for machines.

    Parameters
    ----------
    found : Pots

    Returns
    -------
    dict
        ``level``, ``what`` (the pots are), ``financial_year``, ``rows``, ``reconciliation``, ``notes``, ``sources``,
        ``scope`` and ``made_with``.
    """
    return {
        "level": found.level,
        "what": found.what,
        "financial_year": found.financial_year,
        "rows": _records(found.table),
        "reconciliation": found.reconciliation.as_dict(),
        "notes": list(found.notes),
        "sources": list(found.source_titles),
        "scope": found.loaded.recipe.scope.describe(),
        "made_with": found.loaded.made_with,
    }


def bridge_document(found: Bridge, loaded: Loaded) -> dict[str, object]:
    """Put a bridge into one document for machines.

    Parameters
    ----------
    found : Bridge
    loaded : Loaded
        The lines of the pot that it starts from.

    Returns
    -------
    dict
        ``start``, ``end``, ``start_pence``, ``end_pence``, ``steps``, ``details`` (by service and region),
        ``residual_pence``, ``questions`` and ``made_with``.
    """
    return {
        "start": found.start,
        "end": found.end,
        "start_pence": found.start_pence,
        "end_pence": found.end_pence,
        "steps": _records(found.steps),
        "details": _records(found.details),
        "residual_pence": found.residual_pence,
        "questions": list(found.questions),
        "made_with": loaded.made_with,
    }


def stamp(table: pd.DataFrame, loaded: Loaded, *, what: str = "", place: Place | None = None) -> pd.DataFrame:
    """Say in every row what a table was made with, so that it can be made again wherever the rows end up.

    Parameters
    ----------
    table : pandas.DataFrame
    loaded : Loaded
    what : str, optional
        What the amounts are, where that must be said.
    place : Place, optional
        Whose definition is told, where it is the user's own: of others the code says it.

    Returns
    -------
    pandas.DataFrame
        With a last column ``made_with``, which also tells why bases were chosen, and before it, where it must be
        said, ``what``.
    """
    about = f"; {place.definition}" if place is not None and place.level == OWN else ""
    about += "".join(
        f"; {override.service or override.line}: {override.reason}" for override in loaded.recipe.overrides
    )
    said = table.assign(what=what) if what else table
    return said.assign(made_with=loaded.stamp + about)


KEPT_RECORD = "families_shown.json"
"""The record of what was shown in a folder: lost, what is shown later would not be protected together with it."""


UNWRITABLE = (OSError, RuntimeError, ValueError)
"""What looking a path up raises where no file can be."""


def why_unwritable(error: Exception) -> str:
    """Say why no file can be written at a path.

    Parameters
    ----------
    error : OSError, RuntimeError or ValueError
        What looking it up raised.

    Returns
    -------
    str

    Examples
    --------
    >>> why_unwritable(ValueError("embedded null byte"))
    'no file can have such a name'
    """
    if isinstance(error, RuntimeError):
        return "its links lead in a circle"
    return str(error.strerror) if isinstance(error, OSError) else "no file can have such a name"


def check_target(path: Path, *, keep: Iterable[Path] = (), is_record: bool = False) -> Path:
    """Refuse a file that must not be written, before anything is written.

    Parameters
    ----------
    path : pathlib.Path
    keep, is_record
        As for :func:`write_whole`.

    Returns
    -------
    pathlib.Path
        The file itself, with links followed.

    Raises
    ------
    DataFileError
        If it is a folder, a file that was read, or the record of what was shown in a folder, be it by way of a link.
    """
    if path.name.casefold() == KEPT_RECORD and not is_record:
        message = f"{path} is the name of the record of what was shown in a folder."
        raise DataFileError(message, hint="name another file")
    try:
        is_kept = path.exists() and any(kept.exists() and path.samefile(kept) for kept in keep)
        # Through a link to the file it means, which keeps the link.
        found = path.resolve()
        is_folder = found.is_dir()
    except UNWRITABLE as error:
        message = f"{path} cannot be written: {why_unwritable(error)}."
        raise DataFileError(message) from None
    if is_kept:
        message = f"{path} would be written over, and it holds data of yours."
        raise DataFileError(message, hint="name another file")
    if found.name.casefold() == KEPT_RECORD and not is_record:
        message = f"{path} leads to the record of what was shown in a folder."
        raise DataFileError(message, hint="name another file")
    if is_folder:
        message = f"{found} is a folder."
        raise DataFileError(message, hint="name a file")
    return found


def write_whole(content: str | bytes, path: Path, *, keep: Iterable[Path] = (), is_record: bool = False) -> None:
    """Write a file beside its place and then rename it, so that it is never half there.

    Parameters
    ----------
    content : str or bytes
        Text is written in UTF-8, with its line breaks as they are.
    path : pathlib.Path
    keep : iterable of pathlib.Path, optional
        Files that must not be written over: those that were read.
    is_record : bool, default False
        Whether it is the record of what was shown in a folder, whose name no other file may take.

    Raises
    ------
    DataFileError
        If the file cannot be written; an older one of that name is then untouched.
    """
    written = content.encode("utf-8") if isinstance(content, str) else content
    path = check_target(path, keep=keep, is_record=is_record)
    try:
        if path.exists() and not path.is_file():
            # A pipe or a device is written into; a rename would put a file in its stead.
            path.write_bytes(written)
            return
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(written)
            # mkstemp keeps the file to its owner; a report is as readable as any other file.
            Path(beside).chmod(0o666 & ~_umask())
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise DataFileError(message) from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
