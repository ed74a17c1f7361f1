"""Plain text of 80 columns: tables with right-aligned money, lists, and nothing that a terminal would obey."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pandas as pd
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from placespend.money import format_gbp
from placespend.spelling import printable

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 80


def render(*parts: RenderableType) -> str:
    """Set parts below one another as plain text.

    Parameters
    ----------
    *parts : str or rich renderable

    Returns
    -------
    str
    """
    console = Console(file=io.StringIO(), width=WIDTH, highlight=False, markup=False, emoji=False, no_color=True)
    for part in parts:
        console.print(as_text(part) if isinstance(part, str) else part)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def as_text(text: str) -> Text:
    """Make text for the terminal, with nothing in it that the terminal would obey.

    Parameters
    ----------
    text : str

    Returns
    -------
    rich.text.Text
    """
    return Text(printable(text))


def start_table(*columns: tuple[str, bool]) -> Table:
    """Start a table.

    Parameters
    ----------
    *columns : tuple of (str, bool)
        Heading, and whether the column holds numbers: those stand to the right and are never folded.

    Returns
    -------
    rich.table.Table
    """
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        show_edge=False,
        header_style="",
        expand=False,
    )
    for heading, is_number in columns:
        table.add_column(Text(heading), justify="right" if is_number else "left", no_wrap=is_number, overflow="fold")
    return table


def add_row(table: Table, *cells: str) -> None:
    """Add a row of plain text to a table.

    Parameters
    ----------
    table : rich.table.Table
    *cells : str
    """
    table.add_row(*map(as_text, cells))


def gbp(pence: object) -> str:
    """Write pence as pounds under a heading that gives the unit; blank where missing.

    Parameters
    ----------
    pence : int or missing

    Returns
    -------
    str
    """
    return "" if pd.isna(pence) else format_gbp(int(pence), sign="")  # type: ignore[call-overload]


def bulleted(heading: str, texts: tuple[str, ...]) -> list[RenderableType]:
    """Set texts below a heading; nothing where there are none.

    Parameters
    ----------
    heading : str
    texts : tuple of str

    Returns
    -------
    list of rich renderables
    """
    if not texts:
        return []
    return [f"\n{heading}", *(Padding(as_text(text), (0, 0, 0, 2)) for text in texts)]
