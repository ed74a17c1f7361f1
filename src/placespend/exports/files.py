"""Files that are whole or not there, and never written over what was read."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from placespend.errors import DataFileError
from placespend.measures import Measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placespend.recipe import Recipe

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


def files_of(*recipes: Recipe) -> list[Path]:
    """List the files that recipes take their money and measures from, which no result may be written over.

    Parameters
    ----------
    *recipes : placespend.recipe.Recipe

    Returns
    -------
    list of pathlib.Path
    """
    money = [path for recipe in recipes for source in recipe.sources for path in source.paths]
    measures = [found.path for recipe in recipes for found in recipe.measures if not isinstance(found, Measure)]
    return [*money, *measures, *(path for recipe in recipes for path in recipe.lookups)]


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
