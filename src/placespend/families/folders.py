"""The folders that tables of a user's own counts are written into, and what may lie in and beside them.

Whoever reads a folder reads all of it together: two tables, each safe alone, may give a family away between them. So
each such folder holds a record of what was shown there (:mod:`placespend.families.records`), no such folder lies in
another, and the counts themselves lie in none.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from placespend.errors import DataFileError
from placespend.families.records import RECORD

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    if any(_is_record(path) for path in written):
        message = f"{RECORD} is the record of what is shown in a folder: no result is written over it."
        raise DataFileError(message, hint="give the result another name")
    folder = _followed(folder)
    inside = [path for path in private if any(folder in real.parents for real in _where(path))]
    if inside:
        message = f"{inside[0]} lies in {folder}, where numbers would be shown: it holds the counts themselves."
        raise DataFileError(message, hint="write into a folder of its own, which holds only what may be seen")
    other = next((above for above in folder.parents if _has_record(above)), None) or _record_within(folder)
    if other is not None:
        message = f"{other} holds numbers of counts of families, and {folder} would be seen with it."
        raise DataFileError(message, hint="write into one folder, or into folders that lie apart")


def check_private(path: Path) -> None:
    """Refuse to write something private, such as an audit or what a check found, among what is shown.

    Parameters
    ----------
    path : pathlib.Path
        Of a file, which need not be there yet.

    Raises
    ------
    DataFileError
        If a folder that it lies in, at any height and also by links, has a record, or it has the name of one.
    """
    if _is_record(path):
        message = f"{path} has the name of the record of what is shown in a folder: nothing private is written there."
        raise DataFileError(message, hint="give the file another name")
    shown = next((above for real in _where(path) for above in real.parents if _has_record(above)), None)
    if shown is not None:
        message = f"{path} would lie in {shown}, among numbers that are shown, and it may tell the counts themselves."
        raise DataFileError(
            message, hint="name a file outside that folder, where only those may read who may see the counts"
        )


def _followed(path: Path) -> Path:
    """Follow links, and '..', to where a path really leads."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        # RuntimeError: links that lead in a circle.
        message = f"{path} cannot be looked at: {getattr(error, 'strerror', None) or error}."
        raise DataFileError(message, hint="name another path") from None


def _where(path: Path) -> tuple[Path, Path]:
    """Tell where a file is, and, where it is a link, also where that lies."""
    return _followed(path), _followed(path.absolute().parent) / path.name


def _is_record(path: Path) -> bool:
    return any(real.name.casefold() == RECORD for real in _where(path))


def _has_record(folder: Path) -> bool:
    # A link that leads nowhere stands for a record too: it is refused where it is read.
    return os.path.lexists(folder / RECORD)


def _record_within(folder: Path) -> Path | None:
    """Find the first folder below, at any depth, that has a record. Links are looked at, and not walked along."""
    for name, inner, files in os.walk(folder):
        here = Path(name)
        if here != folder and RECORD in (*files, *inner):
            return here
        inner.sort()
        links = [here / one for one in inner if (here / one).is_symlink()]
        for link in links:
            if _has_record(link) and _followed(link) != folder:
                return link
    return None
