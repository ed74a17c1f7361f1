"""A report as one HTML file that needs nothing else: no network, no script, no other file.

Its style, pictures and exact data are in it, and its security policy forbids whatever comes from elsewhere. All that a
report says is text: a name is shown with the signs that it has, never obeyed, and signs that would turn writing round
or cannot be printed are left out. How a figure is known is told by a word, not by a colour alone. Beside every picture
is what it shows, as a table. The same report gives the same bytes.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from placespend.exports.text import to_csv
from placespend.page_templates import template_environment
from placespend.reports.bars import bars_svg
from placespend.reports.document import KNOWN_MEANINGS, KNOWN_WORDS, Bars, KeyFigures
from placespend.reports.pictures import data_address, inline_svg
from placespend.spelling import one_line, printable

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

    from placespend.reports.document import Column, DataTable, Document, MapPicture

Medium = Literal["page", "pdf"]

FOLDER = Path(__file__).parent

LONGEST_WORD = 24
"""Letters after which a word in a table may be broken, as a digest or a file's name."""

LONG = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")

ROOM, SMALL_ROOM = 88, 118
"""Letters that a row has room for on an upright sheet, in letters of the table's usual size and in small ones."""

MOST_ROWS = 30
"""Of a table that is open as the page opens, and that stands in its place in a PDF; a longer one is opened by who wants
it, and in a PDF follows in an appendix."""

QUALITY_MARKS = ("red", "amber", "green")
"""Words for how good an assumption is that get a mark of their own colour and shape, beside the word."""

LONG_TEXT = 32
"""Letters of a cell's text from which on its column is kept wide, so that rows stay low on a phone."""

BOTH = "observed_and_modelled"
"""The one word for how a figure is known that is made of two others, so that they need their meaning too."""

SPACE_BETWEEN = 2
"""What the space between two columns takes, in letters."""


def report_html(document: Document, *, data_folder: str = "") -> str:
    """Write a report as a page.

    Parameters
    ----------
    document : Document
    data_folder : str, optional
        Where the tables' data lie, from the page: each table then links to ``ID.csv`` in it. Without it the page holds
        the data itself.

    Returns
    -------
    str
        A whole HTML file.
    """
    return render(document, "page", data_folder=data_folder)


def render(document: Document, medium: Medium, *, data_folder: str = "") -> str:
    """Write a report as HTML, to be read in a browser or set as a PDF.

    Parameters
    ----------
    document : Document
    medium : {"page", "pdf"}
        A PDF opens nothing: it has its tables open, the long ones in an appendix, and pictures each with one
        alternative text.
    data_folder : str, optional
        As for :func:`report_html`.

    Returns
    -------
    str
    """
    style = (FOLDER / "report.css").read_text(encoding="utf-8")
    return _template().render(
        document=document,
        medium=medium,
        style=_trusted(style),
        picture=_inline if medium == "page" else _as_image,
        data_folder=data_folder,
        meanings=_meanings(document),
        appendix=[table for table in document.tables() if len(table.rows) > MOST_ROWS] if medium == "pdf" else [],
    )


@cache
def _template() -> Template:
    environment = template_environment(FOLDER / "templates", clean=printable)
    environment.filters |= {"breakable": _breakable, "one_line": one_line}
    environment.globals |= {
        "columns_of_text": _columns_of_text,
        "data_link": _data_link,
        "kind": lambda block: type(block).__name__,
        "known_words": KNOWN_WORDS,
        "most_rows": MOST_ROWS,
        "quality_marks": QUALITY_MARKS,
        "room": room_needed,
    }
    return environment.get_template("report.html.jinja")


def room_needed(table: DataTable) -> str:
    """Say how much room a table needs on paper.

    Parameters
    ----------
    table : DataTable

    Returns
    -------
    str
        "upright", "small" (upright in small letters) or "sideways" (on a sheet turned sideways).
    """
    needed = sum(_letters(column, [row[number] for row in table.rows]) for number, column in enumerate(table.columns))
    return "upright" if needed <= ROOM else "small" if needed <= SMALL_ROOM else "sideways"


def _columns_of_text(table: DataTable) -> set[int]:
    """Find the columns that hold sentences."""
    return {number for row in table.rows for number, cell in enumerate(row) if len(cell) > LONG_TEXT}


def _letters(column: Column, cells: list[str]) -> int:
    """Count the letters that a column cannot do without: those of its longest word or amount."""
    # An amount is not broken, a text is between its words.
    words = [*column.heading.split(), *(cells if column.is_number else " ".join(cells).split())]
    return max((min(len(word), LONGEST_WORD) for word in words), default=0) + SPACE_BETWEEN


def _trusted(text: str) -> Markup:
    from markupsafe import Markup  # noqa: PLC0415

    return Markup(text)  # noqa: S704  (only this module's own files and pictures)


def _breakable(text: str) -> Markup:
    """Let long words of a table be broken, so that one of them does not push the others from the page."""
    from markupsafe import Markup, escape  # noqa: PLC0415

    line = one_line(text)
    if len(line) <= LONGEST_WORD:
        return escape(line)
    pieces = LONG.sub(r"\g<0>\n", line).split("\n")
    return Markup("<wbr>").join(map(escape, pieces))


def _inline(block: Bars | MapPicture) -> Markup:
    """Give a picture as part of a page: on a screen an SVG where there is one, on paper a PNG where there is one.

    Browsers print the hatches of an SVG blurred, so that a map's marks could not be told apart.
    """
    svg = bars_svg(block) if isinstance(block, Bars) else block.svg
    png = b"" if isinstance(block, Bars) else block.png
    drawn = _trusted(inline_svg(svg, block.id, title=block.caption, description=block.alternative) if svg else "")
    image = _image(data_address(png, "image/png"), block.alternative) if png else _trusted("")
    if svg and png:
        return _trusted('<div class="on-screen">{}</div><div class="on-paper">{}</div>').format(drawn, image)
    return drawn or image


def _as_image(block: Bars | MapPicture) -> Markup:
    """Give a picture as one image with its alternative, which is what a PDF's tags know.

    A PNG where there is one: each hatched place of an SVG takes weasyprint some tenths of a second.
    """
    if isinstance(block, Bars) or not block.png:
        svg = bars_svg(block) if isinstance(block, Bars) else block.svg
        return _image(data_address(svg.encode("utf-8"), "image/svg+xml"), block.alternative)
    return _image(data_address(block.png, "image/png"), block.alternative)


def _image(address: str, alternative: str) -> Markup:
    return _trusted('<img src="{}" alt="{}">').format(address, one_line(alternative))


def _data_link(table: DataTable, data_folder: str) -> str:
    if data_folder:
        return f"{data_folder}/{table.id}.csv"
    return data_address(to_csv(table.data).encode("utf-8"), "text/csv;charset=utf-8")


def _meanings(document: Document) -> list[tuple[str, str]]:
    """List the words for how a figure is known that the report uses, in its tables too, with what they mean."""
    blocks = [block for section in document.sections for block in section.blocks]
    used = {str(figure.known) for block in blocks if isinstance(block, KeyFigures) for figure in block.figures}
    for table in document.tables():
        used |= set(map(str, table.data["known"])) if "known" in table.data else set()
    if BOTH in used:
        used |= {"observed", "modelled"}
    return [(KNOWN_WORDS[known], meaning) for known, meaning in KNOWN_MEANINGS.items() if known in used]
