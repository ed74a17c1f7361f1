"""A report as a PDF: tagged, named, with every text in it, and without the network."""

from __future__ import annotations

import builtins
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from made_up_report import HOSTILE, SHOWN, made_up_report, made_up_table
from pypdf import PdfReader

from placespend.errors import PlacespendError
from placespend.reports.document import Document, Notice, Section
from placespend.reports.pdf import check_pdf, report_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

try:
    check_pdf()
except PlacespendError as error:
    ABSENT = str(error)
else:
    ABSENT = ""

needs_pdf = pytest.mark.skipif(bool(ABSENT), reason=ABSENT)


@pytest.fixture(scope="module")
def reader() -> PdfReader:
    if ABSENT:
        pytest.skip(ABSENT)
    return PdfReader(io.BytesIO(report_pdf(made_up_report(), data_folder="data")))


def elements(reader: PdfReader) -> Iterator[Any]:
    """Walk the structure that a screen reader follows."""
    root: Any = reader.trailer["/Root"]
    waiting = [root["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop().get_object()
        if hasattr(element, "get") and "/K" in element:
            yield element
            kids = element["/K"]
            waiting += kids if isinstance(kids, list) else []


def text_of(reader: PdfReader) -> str:
    """Read all text, with no spaces, as lines break anywhere."""
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def test_the_pdf_is_tagged_and_says_its_language_and_title(reader: PdfReader) -> None:
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "The single pot of <script>alert('out')</script>, 2011-12"
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_headings_are_bookmarks(reader: PdfReader) -> None:
    entries = [entry for level in reader.outline for entry in (level if isinstance(level, list) else [level])]
    titles = [str(entry["/Title"]) for entry in entries if not isinstance(entry, list)]
    assert titles[:2] == [made_up_report().title, "Contents"]
    assert titles[2:] == [*(section.heading for section in made_up_report().sections), "Appendix: long tables"]


def test_every_picture_says_what_it_shows(reader: PdfReader) -> None:
    figures = [element for element in elements(reader) if element.get("/S") == "/Figure"]
    assert len(figures) == 4
    told = {str(figure["/Alt"]) for figure in figures}
    assert "A map." in told
    assert " ".join(SHOWN.split()) in told
    assert any(words.startswith("Bars of £ per head.") for words in told)


def test_every_cell_of_a_table_knows_its_headings(reader: PdfReader) -> None:
    found = list(elements(reader))
    cells = [element for element in found if element.get("/S") == "/TD"]
    assert len(cells) > 100
    assert all(len(cell["/A"]["/Headers"]) == 2 for cell in cells)
    assert sum(element.get("/S") == "/TH" for element in found) > 50


def test_all_that_the_report_says_is_in_it(reader: PdfReader) -> None:
    found = text_of(reader)
    report = made_up_report()
    said = [report.answer, report.notice, *report.about[:2], *(section.heading for section in report.sections)]
    said += ["£23,675,183,918.75", "Recorded", "data/all-bodies.csv", f"Page2of{len(reader.pages)}"]
    said += [cell for table in report.tables() for row in table.rows for cell in row if cell.startswith("£")]
    assert [words for words in said if "".join(words.split()) not in found] == []
    assert "<script>alert('out')</script>" in found


def test_a_wide_table_is_on_a_sheet_turned_sideways_and_what_follows_is_not(reader: PdfReader) -> None:
    turned = [page.mediabox.width > page.mediabox.height for page in reader.pages]
    assert turned.count(True) == 1
    assert not turned[-1]
    assert "Eight places" in reader.pages[turned.index(True)].extract_text()


def test_nothing_in_it_opens_an_address_or_runs(reader: PdfReader) -> None:
    root: Any = reader.trailer["/Root"]
    assert {"/OpenAction", "/AA", "/AcroForm"} & set(root) == set()
    annotations = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert annotations
    assert all("/A" not in note or note["/A"]["/S"] == "/GoTo" for note in annotations)


def small() -> Document:
    parts = (Section("only", "Only", (Notice(HOSTILE), made_up_table("t", 4))),)
    return Document("Title", "Answer.", ("About",), parts, "Notice", "made with")


@needs_pdf
def test_the_same_report_gives_the_same_bytes_in_another_process() -> None:
    here = Path(__file__)
    code = (
        f"import sys; sys.path[:0] = [{str(here.parent)!r}, {str(here.parents[1])!r}]\n"
        "from test_pdf import report_pdf, small\nsys.stdout.buffer.write(report_pdf(small()))\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120, env=environment)
    assert done.stdout == report_pdf(small())


@pytest.mark.parametrize(
    ("fault", "told"), [(ImportError("no"), "weasyprint is not installed"), (OSError("no"), "Pango")]
)
def test_without_weasyprint_or_pango_it_is_told_how_to_get_them(
    monkeypatch: pytest.MonkeyPatch, fault: Exception, told: str
) -> None:
    real = builtins.__import__

    def refuse(name: str, *arguments: Any, **options: Any) -> Any:
        if name == "weasyprint":
            raise fault
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(PlacespendError, match=told) as caught:
        report_pdf(made_up_report())
    assert caught.value.hint is not None
    assert "pip install 'placespend[pdf]'" in caught.value.hint
