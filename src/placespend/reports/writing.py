"""A report as files: one page that holds everything, a PDF, or a folder with the data and pictures beside them.

All is made in memory before anything is written, so that a fault leaves what was there. What a report wrote in a
folder is listed there, and nothing else in it is touched, as :mod:`placespend.exports.folders` says.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from placespend.errors import DataFileError
from placespend.exports.files import check_target
from placespend.exports.folders import Kind, check_parent_of, check_path, check_way, write_folder, write_several
from placespend.exports.text import to_csv, to_json
from placespend.reports.bars import bars_svg
from placespend.reports.document import Bars, MapPicture
from placespend.reports.page import report_html
from placespend.reports.pdf import check_pdf, report_pdf
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placespend.exports.about import About
    from placespend.exports.folders import Files
    from placespend.reports.document import DataTable, Document

PAGE_ENDINGS, PDF_ENDING = (".html", ".htm"), ".pdf"

PAGE, PDF, DATA, PICTURES = "report.html", "report.pdf", "data", "pictures"
PACKAGE, WORKBOOK = "datapackage.json", "tables.xlsx"
"""What each column of the tables is, for programs; and all tables in one file, for people."""

LIST = "report_files.json"
"""The list of the files that a report wrote in its folder."""

OURS = re.compile(
    rf"{PAGE}|{PDF}|{PACKAGE}|{WORKBOOK}|{DATA}/[a-z][a-z0-9-]*\.csv|{PICTURES}/[a-z][a-z0-9-]*\.(svg|png)"
)
"""Names that a report gives; a list that names others is believed no further."""

MONEY, MEASURES = "sources-of-money", "sources-of-measures"
"""The tables of a report that name its sources."""

WHAT = "files of a report by placespend, with SHA-256 digests"
FOLDER = Kind("a report", LIST, WHAT, OURS, (DATA, PICTURES))


def write_report(document: Document, path: Path, *, pdf: bool = False, keep: Iterable[Path] = ()) -> list[Path]:
    """Write a report as a file or a folder.

    Parameters
    ----------
    document : Document
    path : pathlib.Path
        A file ending in .html or .htm: that page, with its pictures and data in it. One ending in .pdf: only the PDF.
        A folder, there already or not: ``report.html``, the tables in ``data/ID.csv``, the pictures in
        ``pictures/ID.svg`` or ``ID.png``, ``tables.xlsx`` (all tables in one workbook), ``datapackage.json`` (what
        each column means) and ``report_files.json``, the list of them with SHA-256 digests.
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
    check_out(path, pdf=pdf)
    if _is_folder(path):
        return write_folder(path, _folder(document, pdf=pdf), FOLDER, keep=keep)
    contents: dict[Path, str | bytes] = {}
    if path.suffix.casefold() in PAGE_ENDINGS:
        contents[path] = report_html(document).encode("utf-8")
    if pdf or path.suffix.casefold() == PDF_ENDING:
        contents[_pdf_of(path)] = report_pdf(document)
    return write_several(contents, keep=keep)


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
    check_path(path)
    ending = path.suffix.casefold()
    if not _is_folder(path) and ending not in (*PAGE_ENDINGS, PDF_ENDING):
        message = f"{path.name} is no file that a report can be written as."
        otherwise = "name a file that ends in .html or .pdf, or a folder"
        hint = did_you_mean(path.suffix, (".html", PDF_ENDING), otherwise=otherwise)
        raise DataFileError(message, hint=hint)
    check_parent_of(path)
    if path.is_dir() != _is_folder(path) and path.exists():
        message = f"{path} is a file, and without an ending it would be a folder."
        raise DataFileError(message, hint="name a file that ends in .html, or another folder")
    if path.is_dir():
        check_way(path, [PAGE, *[PDF] * pdf], FOLDER)
    elif not _is_folder(path):
        for file in (path, *[_pdf_of(path)] * pdf):
            check_target(file)
    if pdf or ending == PDF_ENDING:
        check_pdf()
    return path


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
    if document.tables():
        files |= {PACKAGE: _package(document, files), WORKBOOK: _workbook(document)}
    for block in (block for section in document.sections for block in section.blocks):
        if isinstance(block, Bars):
            files[f"{PICTURES}/{block.id}.svg"] = bars_svg(block).encode("utf-8")
        elif isinstance(block, MapPicture):
            files |= {f"{PICTURES}/{block.id}.svg": block.svg.encode("utf-8")} if block.svg else {}
            files |= {f"{PICTURES}/{block.id}.png": block.png} if block.png else {}
    return files


def _package(document: Document, files: Files) -> bytes:
    """Say what each table of a folder and each column is."""
    from placespend.exports.packages import Resource, package_descriptor  # noqa: PLC0415  (only folders have it)

    resources = []
    for table in document.tables():
        path = f"{DATA}/{table.id}.csv"
        resources.append(Resource(table.id, table.caption, path, "csv", table.data, files[path], _declared(table)))
    about = _about(document)
    descriptor = package_descriptor(
        resources,
        name=f"placespend-report-{document.title}",
        title=about.title,
        made_with=about.made_with,
        sources=about.sources,
        description="\n\n".join(about.notes),
    )
    return to_json(descriptor).encode("utf-8")


def _workbook(document: Document) -> bytes:
    """Put all tables of a report into one workbook."""
    from placespend.exports.workbook import Sheet, to_workbook  # noqa: PLC0415  (only folders have it)

    sheets = [Sheet(table.id, table.caption, table.data, _declared(table)) for table in document.tables()]
    return to_workbook(sheets, about=_about(document))


def _declared(table: DataTable) -> str:
    """Name a table as the data dictionary does."""
    return f"report/{table.id}"


def _about(document: Document) -> About:
    """Say what the tables of a report are, with the sources that it lists."""
    from placespend.exports.about import About  # noqa: PLC0415  (only folders have it)

    tables = {table.id: table.data for table in document.tables()}
    sources = [str(told) for told in tables[MONEY]["told"]] if MONEY in tables else []
    if MEASURES in tables:
        sources += [f"{row['source']} ({row['licence']})" for row in tables[MEASURES].to_dict(orient="records")]
    return About(
        title=document.title,
        notes=(document.answer, *document.about),
        sources=tuple(dict.fromkeys(sources)),
        made_with=document.made_with,
        notice=document.notice,
    )
