"""Tables of the reference that placespend gives itself when the pages are set, so that they cannot be out of date.

``{generated-table} NAME`` sets one table; ``{data-dictionary}`` sets one section for each table of the dictionary.
Nothing is written beside the pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

import placespend as ps
from placespend.levels import LEVELS
from placespend.recipe_schema import list_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd
    from sphinx.application import Sphinx

Rows = list[list[str]]
CODE = "code: "
"""Begins the heading of a column that holds words to type."""


def texts(table: pd.DataFrame, **columns: str) -> tuple[list[str], Rows]:
    """Give the headings and the rows of some columns of a table, all as text."""
    found = table[list(columns.values())].astype(object).where(table[list(columns.values())].notna(), "")
    return [heading.replace("_", " ") for heading in columns], [[str(cell) for cell in row] for row in found.to_numpy()]


def levels() -> tuple[list[str], Rows]:
    """List the kinds of place."""
    rows = [
        [level.token, level.label, level.vintage, "yes" if level.tiles_england else ""] for level in LEVELS.values()
    ]
    return [f"{CODE}Level", "What it is", "Boundaries of", "Covers England"], rows


def services() -> tuple[list[str], Rows]:
    """List the services, with the ladder that each is shared by."""
    found = ps.services().reset_index()
    return texts(found, **{f"{CODE}Code": "service_code", "Service": "service_name", f"{CODE}Ladder": "ladder"})


def ladders() -> tuple[list[str], Rows]:
    """List the rungs of every ladder of bases."""
    found = ps.ladders()
    found["state"] = found["loaded"].map({True: "yes", False: ""})
    columns = {
        f"{CODE}Ladder": "ladder",
        "Rung": "rung",
        f"{CODE}Basis": "basis",
        "Ships": "state",
        "Quality": "quality",
        "Assumption": "assumption",
    }
    return texts(found, **columns)


def measures() -> tuple[list[str], Rows]:
    """List the measures that ship."""
    found = ps.list_measures().reset_index()
    columns = {
        f"{CODE}Measure": "measure",
        "What it counts": "label",
        "Year": "year",
        "Observed by": "observed_level",
        "Source": "source",
    }
    return texts(found, **columns)


def recipe_keys() -> tuple[list[str], Rows]:
    """List what a recipe may say."""
    found = list_keys()
    found["must"] = found["needed"].map({True: "yes", False: ""})
    return texts(found, **{f"{CODE}Key": "key", "Holds": "kind", "Needed": "must", "Meaning": "meaning"})


TABLES: dict[str, Callable[[], tuple[list[str], Rows]]] = {
    "levels": levels,
    "services": services,
    "ladders": ladders,
    "measures": measures,
    "recipe-keys": recipe_keys,
}


def build_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> nodes.table:
    """Build the nodes of a table, whose columns are as wide as their texts ask for."""
    table, group = nodes.table(classes=["generated"]), nodes.tgroup(cols=len(headings))
    table += group
    for _ in headings:
        group += nodes.colspec(colwidth=1)
    head, body = nodes.thead(), nodes.tbody()
    group += head
    group += body
    codes = [heading.startswith(CODE) for heading in headings]
    head += build_row([heading.removeprefix(CODE) for heading in headings], [False] * len(codes))
    for row in rows:
        body += build_row(row, codes)
    return table


def build_row(cells: Sequence[str], codes: Sequence[bool]) -> nodes.row:
    """Build a row, in which words to type look so."""
    row = nodes.row()
    for cell, code in zip(cells, codes, strict=True):
        entry, text = nodes.entry(), nodes.paragraph()
        if cell:
            text += nodes.literal(text=cell) if code else nodes.Text(cell)
        entry += text
        row += entry
    return row


class GeneratedTable(SphinxDirective):
    """Set one of :data:`TABLES`."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Build the table, anew each time: what it is made of stands in no page."""
        self.env.note_reread()
        return [build_table(*TABLES[self.arguments[0]]())]


SHIPPED = r"(?:boundaries|spend_lines)/"


class DataDictionary(SphinxDirective):
    """Set the columns of every table: those that mean the same everywhere, then those of some tables, then of files."""

    def run(self) -> list[nodes.Node]:
        """Build a section for each, anew each time."""
        self.env.note_reread()
        found = ps.data_dictionary()
        anywhere, shipped = found["table"] == "", found["table"].str.match(SHIPPED)
        what = {"Meaning": "meaning", "Unit": "unit", "Type": "type"}
        name = {f"{CODE}Column": "column"}
        return [
            build_section("In any table", texts(found[anywhere], **name, **what)),
            build_section("In some tables", texts(found[~anywhere & ~shipped], **name, **what, Tables="table")),
            build_section("In the files that ship", texts(found[shipped], **name, **what, Files="table")),
        ]


def build_section(title: str, table: tuple[list[str], Rows]) -> nodes.section:
    """Build a section of one table."""
    section = nodes.section(ids=[nodes.make_id(title)], names=[nodes.fully_normalize_name(title)])
    section += nodes.title(text=title)
    section += build_table(*table)
    return section


def setup(app: Sphinx) -> dict[str, object]:
    """Add the directives."""
    app.add_directive("generated-table", GeneratedTable)
    app.add_directive("data-dictionary", DataDictionary)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
