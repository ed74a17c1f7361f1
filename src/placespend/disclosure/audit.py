"""The private record of what was suppressed and why, kept out of the folder that is published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from placespend.errors import DataFileError
from placespend.exports.files import write_whole
from placespend.exports.text import to_csv

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placespend.disclosure.protect import Protected


def write_audit(
    protected: Protected, path: str | Path, *, folder: str | Path | None = None, keep: Iterable[Path] = ()
) -> None:
    """Write the audit as CSV, anywhere but among what is published.

    Parameters
    ----------
    protected : Protected
    path : str or pathlib.Path
        A new or older file, in a folder that is there.
    folder : str or pathlib.Path, optional
        Where the published files are written, if any are; no folder within it will do either.
    keep : iterable of pathlib.Path, optional
        Files that must not be written over: those that were read.

    Raises
    ------
    DataFileError
        If the path leads into that folder, also by links, or the file cannot be written.
    """
    path = Path(path)
    if folder is not None:
        _check_outside(path, Path(folder))
    write_whole(to_csv(protected.audit()), path, keep=keep)


def _check_outside(path: Path, folder: Path) -> None:
    try:
        # Links, and '..', are followed to where the file would really be.
        inside = any(_is_same(above, folder) for above in [path.resolve(), *path.resolve().parents])
    except (OSError, RuntimeError, ValueError) as error:
        message = f"{path} cannot be written: {getattr(error, 'strerror', None) or error}."
        raise DataFileError(message) from None
    if inside:
        message = f"The audit would lie in {folder}, among what is published: it holds the small counts themselves."
        raise DataFileError(
            message, hint="name a file outside that folder, where only those may read who may see the counts"
        )


def _is_same(one: Path, other: Path) -> bool:
    """Tell whether two paths are one folder, however they are spelt (a file system may ignore case)."""
    if one == other.resolve():
        return True
    return one.exists() and other.exists() and one.samefile(other)
