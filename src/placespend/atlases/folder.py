"""The folder of an atlas: what was written there, so that an atlas that was broken off is gone on with, not begun anew.

Each file is first made whole in a folder of its own, ``.unfinished``. Then its digest is put into the list of the files
written, and only then is it renamed to its place. So at whatever moment a run is killed, each file in its place is
whole, and the list names its digest: it is kept where it was made from the same inputs, and made again where it was
not. A file that the list does not name, or that was changed since, is somebody's, and is never written over.

While an atlas is made, its folder is locked. The lock is the system's, so that it ends with the process however that
ends.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placespend.errors import DataFileError, WrongTypeError, list_values
from placespend.exports.files import UNWRITABLE, check_target, why_unwritable, write_whole
from placespend.exports.folders import Kind, check_parent_of, check_path, check_way, digest_of
from placespend.exports.text import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

INDEX, TABLE, RECORD, LIST = "index.html", "places.csv", "atlas.json", "atlas_files.json"
"""The page that leads to the reports, the table of places, what the reports were made from, and the list of files."""

REPORTS = "reports"
"""The folder of the reports, each called after the code of its place."""

UNFINISHED = ".unfinished"
"""The folder of what is being made; gone when all is."""

NAMES = re.compile(rf"{INDEX}|{TABLE}|{RECORD}|{REPORTS}/[A-Za-z0-9_-]+\.(html|pdf)")
OUR_UNFINISHED = re.compile(r"\.?[A-Za-z0-9_-]+\.(html|pdf|csv|json)(\.[A-Za-z0-9_]+)?")

ATLAS = Kind("an atlas", LIST, "files of an atlas by placespend, with SHA-256 digests", NAMES, (REPORTS, UNFINISHED))

LOCKED = "Another run of placespend is making an atlas in {folder}."


class Folder:
    """The folder of an atlas while it is made.

    Parameters
    ----------
    path : pathlib.Path
    key : str
        The digest of what the reports are made from.
    names : iterable of str
        All files that the atlas will have, by their names in the folder.
    keep : iterable of pathlib.Path
        Files that must not be written over: those that were read.
    """

    def __init__(self, path: Path, *, key: str, names: Iterable[str], keep: Iterable[Path]) -> None:
        self.path = path
        self._names = tuple(names)
        self._keep = tuple(keep)
        found = check_way(path, self._names, ATLAS)
        for name in (*self._names, LIST):
            check_target(path / name, keep=self._keep)
        made = _listed(path) if found.get(RECORD) and _key_in(path / RECORD) == key else {}
        self._files = {name: digest for name, digest in made.items() if found.get(name) == digest}
        self._earlier = {name: digest for name, digest in found.items() if name not in self._files}
        self.is_of_other_inputs = bool(found) and not self._files
        """Whether there was an atlas here, made from something else."""

    @property
    def unfinished(self) -> Path:
        """Where files are made before they are put in their place."""
        return self.path / UNFINISHED

    def holds(self, names: Iterable[str]) -> bool:
        """Tell whether files are there, whole, and made from the same inputs.

        Parameters
        ----------
        names : iterable of str

        Returns
        -------
        bool
        """
        return set(names) <= self._files.keys()

    def begin(self, record: Mapping[str, object]) -> None:
        """Make the folder ready for what is still to be written.

        Parameters
        ----------
        record : mapping
            What the reports are made from, with the key.

        Raises
        ------
        DataFileError
            If it cannot be written to.
        """
        try:
            (self.path / REPORTS).mkdir(exist_ok=True)
            self.unfinished.mkdir(exist_ok=True)
        except OSError as error:
            message = f"{self.path} cannot be written: {error.strerror}."
            raise DataFileError(message) from None
        self._sweep()
        if self.is_of_other_inputs:
            # A page that leads to reports of two kinds would say what is not so.
            self._write_list()
            for name in (INDEX, TABLE):
                self._take_away(name)
        self.write(RECORD, to_json(record).encode("utf-8"))

    def write(self, name: str, content: bytes) -> None:
        """Write a file.

        Parameters
        ----------
        name : str
            Within the folder.
        content : bytes
        """
        beside = self.unfinished / name.rpartition("/")[2]
        write_whole(content, beside)
        self.put({name: digest_of(beside)})

    def put(self, digests: Mapping[str, str]) -> None:
        """Put files that were made in :attr:`unfinished` in their place.

        Parameters
        ----------
        digests : mapping of str to str
            The digest of each, by its name within the folder.

        Raises
        ------
        DataFileError
            If one cannot be put there.
        """
        # Until it is renamed, what stands in its place is ours too.
        self._earlier |= {name: digest for name, digest in self._files.items() if name in digests}
        self._files |= digests
        self._write_list()
        for name in digests:
            try:
                (self.unfinished / name.rpartition("/")[2]).replace(self.path / name)
            except OSError as error:
                message = f"{self.path / name} cannot be written: {error.strerror}."
                raise DataFileError(message) from None
            self._earlier.pop(name, None)

    def finish(self) -> int:
        """Take away what an earlier atlas left that this one has not.

        Returns
        -------
        int
            How many reports were taken away.
        """
        kept = set(self._names)
        self._earlier |= {name: digest for name, digest in self._files.items() if name not in kept}
        self._files = {name: digest for name, digest in self._files.items() if name in kept}
        gone = [name for name in self._earlier if name not in self._files]
        for name in gone:
            self._take_away(name)
        self._earlier = {}
        self._write_list()
        return sum(name.endswith(".html") and name.startswith(REPORTS) for name in gone)

    def leave(self) -> None:
        """Take away what was being made."""
        self._sweep()
        try:
            self.unfinished.rmdir()
        except OSError:
            # Somebody put something else there, or it never was.
            return

    def _take_away(self, name: str) -> None:
        """Remove a file of an earlier atlas that is as it was written."""
        path = self.path / name
        if digest_of(path) == self._earlier.get(name):
            try:
                path.unlink()
            except OSError as error:
                message = f"{path}, of an earlier atlas, cannot be removed: {error.strerror}."
                raise DataFileError(message) from None

    def _sweep(self) -> None:
        """Take away what a run left unfinished."""
        if self.unfinished.is_symlink() or not self.unfinished.is_dir():
            return
        for path in self.unfinished.iterdir():
            if OUR_UNFINISHED.fullmatch(path.name) and not path.is_dir():
                path.unlink(missing_ok=True)

    def _write_list(self) -> None:
        told = {"what": ATLAS.what, "files": dict(sorted(self._files.items()))}
        earlier = {name: digest for name, digest in sorted(self._earlier.items()) if self._files.get(name) != digest}
        beside = self.unfinished / LIST
        write_whole(to_json({**told, "earlier": earlier} if earlier else told), beside)
        try:
            beside.replace(self.path / LIST)
        except OSError as error:
            message = f"{self.path / LIST} cannot be written: {error.strerror}."
            raise DataFileError(message) from None


def _listed(path: Path) -> dict[str, str]:
    """Read which files were made from the inputs that the record tells, once :func:`check_way` found the list sound."""
    found: dict[str, str] = json.loads((path / LIST).read_text(encoding="utf-8"))["files"]
    return found


def _key_in(path: Path) -> str:
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["key"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return ""


def check_folder(out: str | Path) -> Path:
    """Make sure that an atlas can be written to a folder, before anything is computed.

    Parameters
    ----------
    out : str or pathlib.Path

    Returns
    -------
    pathlib.Path

    Raises
    ------
    WrongTypeError, DataFileError
        If it is no path, a file, lies in a folder that is not there, or holds other files and no atlas.
    """
    # Whoever calls from Python may have given anything.
    given: Any = out
    if not isinstance(given, str | Path):
        message = f"An atlas is written to a folder, not to {type(out).__name__}."
        raise WrongTypeError(message, hint='for example out="atlas"')
    path = Path(out)
    if not str(out).strip():
        message = "An atlas needs the name of a folder."
        raise DataFileError(message, hint="for example --out atlas")
    check_path(path)
    check_parent_of(path)
    if path.exists() and not path.is_dir():
        message = f"{path} is a file, and an atlas is a folder."
        raise DataFileError(message, hint="name another folder")
    if path.is_symlink() and not path.exists():
        message = f"{path} cannot be written: it is a link to a folder that is not there."
        raise DataFileError(message, hint="name another folder, or make that one first")
    if path.exists():
        check_way(path, (), ATLAS)
        _check_no_other(path)
    return path


def _check_no_other(path: Path) -> None:
    """Refuse a folder that holds other things and no atlas: most likely another one was meant."""
    if (path / LIST).exists():
        return
    # A run that was killed at its very beginning leaves these.
    others = sorted(file.name for file in path.iterdir() if file.name not in {REPORTS, UNFINISHED})
    if others:
        message = f"{path} holds other files, and no atlas: {list_values(others)}."
        raise DataFileError(message, hint="name a new folder, or an empty one")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Make a folder, where it is not there, and keep other atlases out of it until all is done.

    Parameters
    ----------
    path : pathlib.Path

    Yields
    ------
    None

    Raises
    ------
    DataFileError
        If another run is at work there, or the folder cannot be made.
    """
    try:
        path.mkdir(exist_ok=True)
    except UNWRITABLE as error:
        message = f"{path} cannot be made: {why_unwritable(error)}."
        raise DataFileError(message) from None
    handle = _lock(path)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


if sys.platform == "win32":

    def _lock(path: Path) -> int | None:
        import msvcrt  # noqa: PLC0415

        # Windows takes this file away when it is closed, however that comes.
        handle = os.open(path / ".atlas.lock", os.O_RDWR | os.O_CREAT | os.O_TEMPORARY)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            os.close(handle)
            raise _in_use(path) from None
        return handle

else:

    def _lock(path: Path) -> int | None:
        import fcntl  # noqa: PLC0415

        # The folder itself is locked, so that no file tells of it afterwards.
        handle = os.open(path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise _in_use(path) from None
        except OSError:
            # Some shared drives know no locks.
            os.close(handle)
            return None
        return handle


def _in_use(path: Path) -> DataFileError:
    return DataFileError(LOCKED.format(folder=path), hint="wait until it is done, or name another folder")
