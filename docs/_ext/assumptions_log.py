"""The assumptions log as an overview and a list for each subject: ``{assumptions-log} assumptions.csv``.

The file is the only copy of the log. It stands beside the page, where a code host or a spreadsheet shows it too.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sphinx.application import Sphinx

LABELS = {"Why": "why", "If wrong": "if_wrong", "Effect": "effect", "Instead": "replace"}
"""What is told of an assumption, and the column of the log that tells it."""

RATINGS = ("red", "amber", "green")
"""What evidence and impact can be rated, the weakest first."""


def read_log(path: Path) -> list[dict[str, str]]:
    """Read the rows of the log."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def build_overview(rows: Sequence[dict[str, str]]) -> nodes.table:
    """Build the table that has each assumption where its two ratings meet."""
    head = [[nodes.Text("Quality")], *([nodes.Text(f"Impact {rating}")] for rating in RATINGS)]
    body = []
    for quality in RATINGS:
        of_quality = [row for row in rows if row["quality"] == quality]
        cells = [links_to([row for row in of_quality if row["impact"] == impact]) for impact in RATINGS]
        body.append(build_row([[nodes.strong(text=quality)], *cells]))
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
    group += [nodes.thead("", build_row(head)), nodes.tbody("", *body)]
    return nodes.table("", group)


def build_row(cells: Sequence[Sequence[nodes.Node]]) -> nodes.row:
    """Build a row of cells."""
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))


def links_to(rows: Sequence[dict[str, str]]) -> list[nodes.Node]:
    """Name assumptions so that each leads to where it stands."""
    found: list[nodes.Node] = []
    for row in rows:
        link = nodes.reference("", row["id"], internal=True, refid=row["id"].lower())
        found += [nodes.Text(" "), link] if found else [link]
    return found


def build_list(rows: Sequence[dict[str, str]]) -> nodes.definition_list:
    """Build the list of the assumptions of one subject."""
    return nodes.definition_list("", *map(build_item, rows))


def build_item(row: dict[str, str]) -> nodes.definition_list_item:
    """Build what is told of one assumption."""
    term = nodes.term("", f"{row['id']} {row['assumption']}", ids=[row["id"].lower()])
    rated = f"Quality {row['quality']}, impact {row['impact']}; {row['status']}; in "
    told = [nodes.paragraph("", "", nodes.Text(rated), nodes.literal(text=row["module"]))]
    told += [labelled(label, row[key]) for label, key in LABELS.items() if row[key]]
    if row["command"]:
        told[-2 if row["replace"] else -1] += [nodes.Text(" See: "), nodes.literal(text=row["command"])]
    return nodes.definition_list_item("", term, nodes.definition("", *told))


def labelled(label: str, text: str) -> nodes.paragraph:
    """Set a text behind what it tells."""
    return nodes.paragraph("", "", nodes.emphasis(text=f"{label}:"), nodes.Text(f" {text}"))


class AssumptionsLog(SphinxDirective):
    """Set the overview, and a section for each subject."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Build the overview and the sections."""
        _, path = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(path)
        rows = read_log(Path(path))
        sections: list[nodes.Node] = [build_overview(rows)]
        for area in dict.fromkeys(row["area"] for row in rows):
            section = nodes.section(ids=[nodes.make_id(area)], names=[nodes.fully_normalize_name(area)])
            section += nodes.title(text=area)
            section += build_list([row for row in rows if row["area"] == area])
            sections.append(section)
        return sections


def setup(app: Sphinx) -> dict[str, object]:
    """Add the directive."""
    app.add_directive("assumptions-log", AssumptionsLog)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
