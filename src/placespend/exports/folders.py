"""Folders of files that a program wrote, told apart from everything else that lies in them.

A new folder is filled beside its place and then renamed. In a folder that is there already, files change one by one,
each whole. What was written is listed in the folder with digests: only files that the list names and that are as they
were written are written over, or taken away when a later run no longer has them. Nothing else in the folder is touched,
and where a file of another origin, one that was changed since, or a link stands in the way, nothing is written at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from placespend.errors import DataFileError, list_values
from placespend.exports.files import UNWRITABLE, check_target, why_unwritable, write_whole
from placespend.exports.text import to_json
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import FrameType

    Files = dict[str, bytes]
    """Content by the name within a folder, parts of it divided by "/"."""

DIGEST = re.compile("[0-9a-f]{64}")

ENDS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals by which a run is told to end: Windows has not all of them."""


@dataclass(frozen=True)
class Kind:
    """What a folder is of.

    Attributes
    ----------
    called : str
        What wrote it, with its article: "a report".
    listed : str
        Name of the list of the files written.
    what : str
        What the list says of itself.
    ours : re.Pattern of str
        Names that are given; a list that names others is believed no further.
    folders : tuple of str
        Names of folders within it.
    """

    called: str
    listed: str
    what: str
    ours: re.Pattern[str]
    folders: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """What wrote it, without the article."""
        return self.called.split(" ", 1)[1]


def write_folder(path: Path, files: Files, kind: Kind, *, keep: Iterable[Path] = ()) -> list[Path]:
    """Write files into a folder, which is there already or not.

    Parameters
    ----------
    path : pathlib.Path
        The folder.
    files : dict of str to bytes
        Content by the name within the folder, parts of it divided by "/".
    kind : Kind
    keep : iterable of pathlib.Path, optional
        Files that must not be written over: those that were read.

    Returns
    -------
    list of pathlib.Path
        What was written, the list of it last.

    Raises
    ------
    DataFileError
        If the folder cannot be written to, or holds other files where these would stand.
    """
    with undone_if_ended():
        return _fill(path, files, kind, tuple(keep)) if path.exists() else _make(path, files, kind)


def write_several(contents: Mapping[Path, str | bytes], *, keep: Iterable[Path] = ()) -> list[Path]:
    """Write files, none before it is sure that no other file is in the way of any.

    Parameters
    ----------
    contents : mapping of pathlib.Path to str or bytes
    keep : iterable of pathlib.Path, optional
        Files that must not be written over: those that were read.

    Returns
    -------
    list of pathlib.Path

    Raises
    ------
    DataFileError
        If one of them cannot be written.
    """
    kept = tuple(keep)
    for path in contents:
        check_target(path, keep=kept)
    with undone_if_ended():
        for path, content in contents.items():
            write_whole(content, path, keep=kept)
    return list(contents)


def check_path(path: Path) -> None:
    """Refuse what can be no file or folder: too long a name, or links that lead in a circle or to no folder.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    DataFileError
    """
    try:
        path.resolve()
        is_lost = path.is_symlink() and not path.exists() and not path.suffix
    except UNWRITABLE as error:
        message = f"{printable(str(path))} cannot be written: {why_unwritable(error)}."
        raise DataFileError(message, hint="name another file or folder") from None
    if is_lost:
        message = f"{path} cannot be written: it is a link to a folder that is not there."
        raise DataFileError(message, hint="name another folder, or make that one first")


def check_parent_of(path: Path) -> None:
    """Refuse a file or folder that would lie in a folder that is not there.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    DataFileError
    """
    if not path.resolve().parent.is_dir():
        message = f"{path} lies in a folder that is not there."
        raise DataFileError(message, hint="make that folder first")


@contextmanager
def undone_if_ended() -> Iterator[None]:
    """Let what is half made be taken away when the run is told to end, unless whoever runs this sees to it.

    Yields
    ------
    None
    """
    is_main = threading.current_thread() is threading.main_thread()
    ours = [number for number in ENDS if is_main and signal.getsignal(number) is signal.SIG_DFL]

    def end(number: int, _: FrameType | None) -> None:
        for other in ours:
            # Once is enough: a second time would break off the taking away.
            signal.signal(other, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for number in ours:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _listed(digests: Mapping[str, str], kind: Kind, **more: Mapping[str, str]) -> bytes:
    return to_json({"what": kind.what, "files": dict(digests), **more}).encode("utf-8")


def _digests(files: Files) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _make(path: Path, files: Files, kind: Kind) -> list[Path]:
    """Write a new folder, whole or not at all."""
    try:
        beside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        try:
            # mkdtemp keeps the folder to its owner; what is written is as readable as any other.
            new = beside / path.name
            new.mkdir()
            for name, content in [*files.items(), (kind.listed, _listed(_digests(files), kind))]:
                (new / name).parent.mkdir(exist_ok=True)
                write_whole(content, new / name)
            new.rename(path)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except DataFileError:
        raise
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise DataFileError(message) from None
    return [path / name for name in (*files, kind.listed)]


def _fill(path: Path, files: Files, kind: Kind, kept: tuple[Path, ...]) -> list[Path]:
    """Write into a folder that is there, over what was written there before."""
    earlier = check_way(path, files, kind)
    for name in (*files, kind.listed):
        check_target(path / name, keep=kept)
    digests = _digests(files)
    # First the list of the old and the new together: were this broken off, both are still known as ours.
    write_whole(_listed(digests, kind, earlier=earlier), path / kind.listed, keep=kept)
    for name, content in files.items():
        try:
            (path / name).parent.mkdir(exist_ok=True)
        except OSError as error:
            message = f"{(path / name).parent} cannot be made: {error.strerror}."
            raise DataFileError(message) from None
        write_whole(content, path / name, keep=kept)
    for name in earlier.keys() - digests.keys():
        _take_away(path / name, earlier[name], kind, kept)
    write_whole(_listed(digests, kind), path / kind.listed, keep=kept)
    return [path / name for name in (*files, kind.listed)]


def check_way(path: Path, names: Iterable[str], kind: Kind) -> dict[str, str]:
    """Refuse to write over what is of another origin or was changed since.

    Parameters
    ----------
    path : pathlib.Path
        A folder.
    names : iterable of str
        Names of what is to be written.
    kind : Kind

    Returns
    -------
    dict of str to str
        Digests of what may be written over, by name.

    Raises
    ------
    DataFileError
    """
    listed = _earlier(path, kind)
    ours = {name: found for name, digests in listed.items() if (found := digest_of(path / name)) in digests}
    in_way = [name for name in kind.folders if os.path.lexists(path / name) and not _is_plain_folder(path / name)]
    in_way += [name for name in names if name not in ours and os.path.lexists(path / name)]
    foreign = [name for name in in_way if name not in listed]
    if foreign:
        message = (
            f"{path} holds files that no {kind.noun} wrote and that would be written over: {list_values(foreign)}."
        )
        raise DataFileError(message, hint="name another folder, or move them away")
    if in_way:
        message = (
            f"{path} holds files of {kind.called} that were changed since, and would be lost: {list_values(in_way)}."
        )
        raise DataFileError(message, hint="name another folder, or move them away to keep them")
    return ours


def _is_plain_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def digest_of(path: Path) -> str:
    """Take the digest of a plain file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str
        SHA-256, hexadecimal; empty of anything but a plain file, and of what cannot be read.
    """
    try:
        return "" if path.is_symlink() or not path.is_file() else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _earlier(path: Path, kind: Kind) -> dict[str, set[str]]:
    """Read which files earlier runs wrote in a folder: of one that was broken off, as they were before and after."""
    listed = path / kind.listed
    if not os.path.lexists(listed):
        return {}
    try:
        found = {} if listed.is_symlink() or not listed.is_file() else json.loads(listed.read_text(encoding="utf-8"))
        is_list = found["what"] == kind.what and found.keys() <= {"what", "files", "earlier"}
        pairs = [*found["files"].items(), *found.get("earlier", {}).items()]
        is_list &= all(isinstance(digest, str) and DIGEST.fullmatch(digest) for _, digest in pairs)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        is_list = False
    if not is_list:
        message = f"{listed} is not the list of {kind.called}'s files."
        raise DataFileError(message, hint="name another folder, or move that file away")
    digests: dict[str, set[str]] = {}
    for name, digest in pairs:
        if kind.ours.fullmatch(name):
            digests.setdefault(name, set()).add(digest)
    return digests


def _take_away(path: Path, digest: str, kind: Kind, kept: tuple[Path, ...]) -> None:
    """Remove a file of an earlier run if it is as it was written."""
    if digest_of(path) != digest or any(file.exists() and path.samefile(file) for file in kept):
        return
    try:
        path.unlink()
    except OSError as error:
        message = f"{path}, of an earlier {kind.noun}, cannot be removed: {error.strerror}."
        raise DataFileError(message) from None
