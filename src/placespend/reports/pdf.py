"""A report as a PDF for reading and printing, tagged for screen readers.

The same page as in a browser, set on A4 by weasyprint: headings as bookmarks, each picture with its alternative, each
cell of a table with its headings, a title and a language. Nothing is fetched from anywhere. The same report gives the
same bytes with the same versions of weasyprint and Pango and the same fonts; with others, lines may break elsewhere.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from placespend.errors import PlacespendError
from placespend.reports.page import render

if TYPE_CHECKING:
    from placespend.reports.document import Document

HOW_TO_INSTALL = (
    "install it with pip install 'placespend[pdf]'; it also needs the library Pango (Debian and Ubuntu: apt install "
    "libpango-1.0-0 libpangoft2-1.0-0; macOS: brew install pango), or leave the PDF out and print the page"
)


def report_pdf(document: Document, *, data_folder: str = "") -> bytes:
    """Write a report as a PDF.

    Parameters
    ----------
    document : Document
    data_folder : str, optional
        Where the tables' data lie, for the reader to know.

    Returns
    -------
    bytes
        A PDF after PDF/UA-1, the standard for accessible ones.

    Raises
    ------
    PlacespendError
        If weasyprint or Pango is not installed.
    """
    weasyprint = _weasyprint()
    page = render(document, "pdf", data_folder=data_folder)
    # Data within the page is all that may be read; an address elsewhere is an error within weasyprint and fetches
    # nothing.
    fetcher = weasyprint.URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    found = weasyprint.HTML(string=page, url_fetcher=fetcher, media_type="print")
    # Whatever tells two PDFs apart comes from what is in them, not from the day.
    name = hashlib.sha256(page.encode("utf-8")).hexdigest()[:32].encode("ascii")
    written: bytes = found.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=name)
    return written


def check_pdf() -> None:
    """Make sure that a PDF can be made here, before anything is computed.

    Raises
    ------
    PlacespendError
        If weasyprint or Pango is not installed.
    """
    _weasyprint()


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415  (an extra, and a pot needs no PDF)
    except ImportError:
        missing = "weasyprint is not installed"
    except OSError:
        # It is there, and a library that it opens is not.
        missing = "the library Pango, or one that it needs, is not installed"
    else:
        return weasyprint
    message = f"No PDF can be made: {missing}."
    raise PlacespendError(message, hint=HOW_TO_INSTALL)
