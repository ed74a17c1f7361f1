"""A report as files: one page that holds everything, a PDF, or a folder with the data and pictures beside them.

All is made in memory before anything is written, so that a fault leaves what was there. A new folder is filled beside
its place and then renamed. In a folder that is there already, files change one by one, each whole. What a report wrote
there is listed in it with digests: only files that the list names and that are as they were written are written over,
or taken away when a later report no longer has them. Nothing else in the folder is touched, and where a file of another
origin, one that was changed since, or a link stands in the way, nothing is written at all.
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
from pathlib import Path
from typing import TYPE_CHECKING

from placespend.errors import DataFileError, list_values
from placespend.exports.files import UNWRITABLE, check_target, why_unwritable, write_whole
from placespend.exports.text import to_csv, to_json
from placespend.reports.bars import bars_svg
from placespend.reports.document import Bars, MapPicture
from placespend.reports.page import report_html
from placespend.reports.pdf import check_pdf, report_pdf
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import FrameType

    from placespend.reports.document import Document

    Files = dict[str, bytes]
    """Content by the name within a folder, parts of it divided by "/"."""

PAGE_ENDINGS, PDF_ENDING = (".html", ".htm"), ".pdf"

PAGE, PDF, DATA, PICTURES = "report.html", "report.pdf", "data", "pictures"
LIST = "report_files.json"
"""The list of the files that a report wrote in its folder."""

OURS = re.compile(rf"{PAGE}|{PDF}|{DATA}/[a-z][a-z0-9-]*\.csv|{PICTURES}/[a-z][a-z0-9-]*\.(svg|png)")
"""Names that a report gives; a list that names others is believed no further."""

WHAT = "files of a report by placespend, with SHA-256 digests"
DIGEST = re.compile("[0-9a-f]{64}")

ENDS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals by which a run is told to end: Windows has not all of them."""


def write_report(document: Document, path: Path, *, pdf: bool = False, keep: Iterable[Path] = ()) -> list[Path]:
    """Write a report as a file or a folder.

    Parameters
    ----------
    document : Document
    path : pathlib.Path
        A file ending in .html or .htm: that page, with its pictures and data in it. One ending in .pdf: only the PDF.
        A folder, there already or not: ``report.html``, the tables in ``data/ID.csv``, the pictures in
        ``pictures/ID.svg`` or ``ID.png``, and ``report_files.json``, the list of them with SHA-256 digests.
    pdf : bool, default False
        Whether to write a PDF too: beside the page under its name, or ``report.pdf`` in the folder.
    keep : iterable of pathlib.Path, optional
        Files that must not be written over: those that were read.

    Returns
    -------
    list of pathlib.Path
        What was written, the page first.

    Raises
    ------
    DataFileError
        If the path is neither, cannot be written to, or holds files that no report wrote.
    PlacespendError
        If a PDF is asked for and weasyprint or Pango is not installed.
    """
    kept = tuple(keep)
    check_out(path, pdf=pdf)
    if _is_folder(path):
        files = _folder(document, pdf=pdf)
        with _undone_if_ended():
            return _fill(path, files, kept) if path.exists() else _make(path, files)
    contents: dict[Path, bytes] = {}
    if path.suffix.casefold() in PAGE_ENDINGS:
        contents[path] = report_html(document).encode("utf-8")
    if pdf or path.suffix.casefold() == PDF_ENDING:
        contents[_pdf_of(path)] = report_pdf(document)
    # All of them before the first is written.
    for file in contents:
        check_target(file, keep=kept)
    with _undone_if_ended():
        for file, content in contents.items():
            write_whole(content, file, keep=kept)
    return list(contents)


def check_out(out: str | Path, *, pdf: bool = False) -> Path:
    """Make sure that a report can be written to a path, before anything is computed.

    Parameters
    ----------
    out : str or pathlib.Path
        An empty text is no path, and never the folder of the day.
    pdf : bool, default False
        Whether a PDF is asked for.

    Returns
    -------
    pathlib.Path
        Where it is to be written.

    Raises
    ------
    DataFileError
        If it ends otherwise than a report does, if the folder that it lies in is not there, if it is a file where a
        folder is meant or the other way round, or if what must not be written over stands there.
    PlacespendError
        If a PDF is asked for and weasyprint or Pango is not installed.
    """
    path = Path(out)
    if not str(out).strip() or path.name.casefold() in (*PAGE_ENDINGS, PDF_ENDING):
        message = f"'{out}' is no name for a report."
        raise DataFileError(message, hint="name a file that ends in .html or .pdf, or a folder")
    _check_path(path)
    ending = path.suffix.casefold()
    if not _is_folder(path) and ending not in (*PAGE_ENDINGS, PDF_ENDING):
        message = f"{path.name} is no file that a report can be written as."
        otherwise = "name a file that ends in .html or .pdf, or a folder"
        hint = did_you_mean(path.suffix, (".html", PDF_ENDING), otherwise=otherwise)
        raise DataFileError(message, hint=hint)
    if not path.resolve().parent.is_dir():
        message = f"{path} lies in a folder that is not there."
        raise DataFileError(message, hint="make that folder first")
    if path.is_dir() != _is_folder(path) and path.exists():
        message = f"{path} is a file, and without an ending it would be a folder."
        raise DataFileError(message, hint="name a file that ends in .html, or another folder")
    if path.is_dir():
        _check_way(path, [PAGE, *[PDF] * pdf])
    elif not _is_folder(path):
        for file in (path, *[_pdf_of(path)] * pdf):
            check_target(file)
    if pdf or ending == PDF_ENDING:
        check_pdf()
    return path


def _check_path(path: Path) -> None:
    """Refuse what can be no file or folder: too long a name, or links that lead in a circle or to no folder."""
    try:
        path.resolve()
        is_lost = path.is_symlink() and not path.exists() and not path.suffix
    except UNWRITABLE as error:
        message = f"{printable(str(path))} cannot be written: {why_unwritable(error)}."
        raise DataFileError(message, hint="name another file or folder") from None
    if is_lost:
        message = f"{path} cannot be written: it is a link to a folder that is not there."
        raise DataFileError(message, hint="name another folder, or make that one first")


@contextmanager
def _undone_if_ended() -> Iterator[None]:
    """Let what is half made be taken away when the run is told to end, unless whoever runs this sees to it."""
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


def _is_folder(path: Path) -> bool:
    return path.is_dir() or not path.suffix


def _pdf_of(path: Path) -> Path:
    return path if path.suffix.casefold() == PDF_ENDING else path.with_suffix(PDF_ENDING)


def _folder(document: Document, *, pdf: bool) -> Files:
    """Make all the files of a folder."""
    files = {PAGE: report_html(document, data_folder=DATA).encode("utf-8")}
    if pdf:
        files[PDF] = report_pdf(document, data_folder=DATA)
    files |= {f"{DATA}/{table.id}.csv": to_csv(table.data).encode("utf-8") for table in document.tables()}
    for block in (block for section in document.sections for block in section.blocks):
        if isinstance(block, Bars):
            files[f"{PICTURES}/{block.id}.svg"] = bars_svg(block).encode("utf-8")
        elif isinstance(block, MapPicture):
            files |= {f"{PICTURES}/{block.id}.svg": block.svg.encode("utf-8")} if block.svg else {}
            files |= {f"{PICTURES}/{block.id}.png": block.png} if block.png else {}
    return files


def _listed(digests: Mapping[str, str], **more: Mapping[str, str]) -> bytes:
    return to_json({"what": WHAT, "files": dict(digests), **more}).encode("utf-8")


def _digests(files: Files) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _make(path: Path, files: Files) -> list[Path]:
    """Write a new folder, whole or not at all."""
    try:
        beside = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
        try:
            # mkdtemp keeps the folder to its owner; a report is as readable as any other.
            new = beside / path.name
            new.mkdir()
            for name, content in [*files.items(), (LIST, _listed(_digests(files)))]:
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
    return [path / name for name in (*files, LIST)]


def _fill(path: Path, files: Files, kept: tuple[Path, ...]) -> list[Path]:
    """Write into a folder that is there, over what a report wrote."""
    earlier = _check_way(path, files)
    for name in (*files, LIST):
        check_target(path / name, keep=kept)
    digests = _digests(files)
    # First the list of the old and the new together: were this broken off, both are still known as a report's.
    write_whole(_listed(digests, earlier=earlier), path / LIST, keep=kept)
    for name, content in files.items():
        try:
            (path / name).parent.mkdir(exist_ok=True)
        except OSError as error:
            message = f"{(path / name).parent} cannot be made: {error.strerror}."
            raise DataFileError(message) from None
        write_whole(content, path / name, keep=kept)
    for name in earlier.keys() - digests.keys():
        _take_away(path / name, earlier[name], kept)
    write_whole(_listed(digests), path / LIST, keep=kept)
    return [path / name for name in (*files, LIST)]


def _check_way(path: Path, names: Iterable[str]) -> dict[str, str]:
    """Refuse to write over what no report wrote or what was changed since; give the digests of what may be."""
    listed = _earlier(path)
    ours = {name: found for name, digests in listed.items() if (found := _digest_of(path / name)) in digests}
    in_way = [name for name in (DATA, PICTURES) if os.path.lexists(path / name) and not _is_plain_folder(path / name)]
    in_way += [name for name in names if name not in ours and os.path.lexists(path / name)]
    foreign = [name for name in in_way if name not in listed]
    if foreign:
        message = f"{path} holds files that no report wrote and that would be written over: {list_values(foreign)}."
        raise DataFileError(message, hint="name another folder, or move them away")
    if in_way:
        message = f"{path} holds files of a report that were changed since, and would be lost: {list_values(in_way)}."
        raise DataFileError(message, hint="name another folder, or move them away to keep them")
    return ours


def _is_plain_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _digest_of(path: Path) -> str:
    """Take the digest of a plain file; empty of anything else, and of what cannot be read."""
    try:
        return "" if path.is_symlink() or not path.is_file() else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _earlier(path: Path) -> dict[str, set[str]]:
    """Read which files earlier reports wrote in a folder: of one that was broken off, as they were before and after."""
    listed = path / LIST
    if not os.path.lexists(listed):
        return {}
    try:
        found = {} if listed.is_symlink() or not listed.is_file() else json.loads(listed.read_text(encoding="utf-8"))
        is_list = found["what"] == WHAT and found.keys() <= {"what", "files", "earlier"}
        pairs = [*found["files"].items(), *found.get("earlier", {}).items()]
        is_list &= all(isinstance(digest, str) and DIGEST.fullmatch(digest) for _, digest in pairs)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        is_list = False
    if not is_list:
        message = f"{listed} is not the list of a report's files."
        raise DataFileError(message, hint="name another folder, or move that file away")
    names = {name for name, _ in pairs if OURS.fullmatch(name)}
    return {name: {digest for other, digest in pairs if other == name} for name in names}


def _take_away(path: Path, digest: str, kept: tuple[Path, ...]) -> None:
    """Remove a file of an earlier report if it is as it was written."""
    if _digest_of(path) != digest or any(file.exists() and path.samefile(file) for file in kept):
        return
    try:
        path.unlink()
    except OSError as error:
        message = f"{path}, of an earlier report, cannot be removed: {error.strerror}."
        raise DataFileError(message) from None
