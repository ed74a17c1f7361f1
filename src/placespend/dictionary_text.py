"""The data dictionary set out for a reader: columns with their unit and meaning, and the list of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding

from placespend.dictionary import declared_tables
from placespend.text import as_text, render

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

BLANK = "Where nothing is said of blank cells, there are none. Blank is never zero."
MORE = (
    "Name a column or a table to see only that, such as: placespend dictionary pot. "
    "All tables: placespend dictionary --tables"
)
WORDS = {"integer": "whole number", "number": "number"}
"""What a reader is told of a type, where the unit does not say it."""

FEW = 4
"""So many tables of a meaning are named; of more, the number is."""


def meanings_text(found: pd.DataFrame, titles: tuple[str, ...] = ()) -> str:
    """Set out what columns mean.

    Parameters
    ----------
    found : pandas.DataFrame
        As :func:`placespend.dictionary.data_dictionary` gives it.
    titles : tuple of str, optional
        Tables of which all columns are shown, by name; their name is then not told with each column.

    Returns
    -------
    str
    """
    parts: list[RenderableType] = []
    last = ""
    for row in found.to_dict(orient="records"):
        if row["table"] in titles and row["table"] != last:
            parts.append(("\n" if parts else "") + declared_tables()[row["table"]].title + "\n")
        last = row["table"]
        where = "" if last in titles or not last else f", in {_named(last)}"
        parts.append(as_text(f"{row['column']} ({_of(row['type'], row['unit'])}{where})"))
        parts.append(_below(row["meaning"]))
    return render(*parts, f"\n{BLANK}", *([] if titles else [MORE]))


def _of(kind: str, unit: str) -> str:
    """Tell type and unit in one, in words for a reader."""
    return f"{WORDS[kind]}, {unit}" if kind in WORDS else unit


def _named(tables: str) -> str:
    names = tables.split("; ")
    return ", ".join(names[:FEW]) + (f" and {len(names) - FEW:,} more" if len(names) > FEW else "")


def tables_text(found: pd.DataFrame) -> str:
    """Set out the tables that there are.

    Parameters
    ----------
    found : pandas.DataFrame
        ``table``, ``title``.

    Returns
    -------
    str
    """
    parts: list[RenderableType] = []
    for row in found.to_dict(orient="records"):
        parts += [as_text(row["table"]), _below(row["title"])]
    return render(*parts, "\nThe columns of a table: placespend dictionary TABLE")


def _below(text: str) -> RenderableType:
    return Padding(as_text(text), (0, 0, 0, 4))
