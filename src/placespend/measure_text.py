"""Measures set out for a reader: those that are shipped, and what was found in files of a user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from rich.padding import Padding

from placespend.cofog import services
from placespend.levels import LEVELS
from placespend.measured.findings import KEPT, REFUSED, number_of
from placespend.shipped import NOTICE
from placespend.text import add_row, as_text, bulleted, render, start_table

if TYPE_CHECKING:
    from collections.abc import Hashable

    from rich.console import RenderableType

    from placespend.measured.reading import MeasureReading


ABOUT_MEASURES = (
    "By upper-tier authority: it was counted for those, and is spread over the small areas of each, which sum to it "
    "exactly.",
    "Spread by kinds: by what kinds of neighbourhoods a small area is made of (the Output Area Classification of "
    "2011), which is a model. Of each there is a sibling spread by residents or households alone: NAME_plain.",
    "Error: how far the model misses the counts of authorities when it is told that of their region only, in per cent "
    "of the whole; in brackets the same for residents or households alone. Inside authorities it cannot be told from "
    "what ships: check a real count by small area, and see how it goes with the model.",
    "Bring a better one with --measure FILE, after: placespend measures check FILE.",
)


def measures_text(shipped: pd.DataFrame) -> str:
    """Set out the shipped measures for a reader.

    Parameters
    ----------
    shipped : pandas.DataFrame
        As :func:`placespend.measures.list_measures` gives them, with the columns of
        :func:`placespend.kinds.completion_errors`.

    Returns
    -------
    str
    """
    table = start_table(
        ("Measure", False), ("What it counts, and how it is known", False), ("Year", True), ("Error", True)
    )
    table.columns[0].no_wrap = True
    for name, row in shipped.to_dict(orient="index").items():
        level = "small area" if row["observed_level"] == "lsoa" else LEVELS[str(row["observed_level"])].label
        spread = f", spread by {row['completed_by']}{' and kinds' * row['by_kind']}" if row["completed_by"] else ""
        error = "" if pd.isna(row["error"]) else f"{100 * row['error']:.0f} % ({100 * row['plain_error']:.0f} %)"
        add_row(table, str(name), f"{row['label']}; by {level}{spread}", str(row["year"]), error)
    sources = tuple(shipped["source"].unique())
    return render(table, *bulleted("Notes:", ABOUT_MEASURES), *bulleted("Sources:", sources), f"\n{NOTICE}")


def reading_text(reading: MeasureReading) -> str:
    """Set out what was found in files of measures, then the measures, for a reader.

    Parameters
    ----------
    reading : MeasureReading
        As :func:`placespend.measured.reading.survey_measures` gives it.

    Returns
    -------
    str
    """
    parts = findings_parts(reading.findings)
    for row in reading.table.to_dict(orient="records"):
        parts += _measure_parts(row)
    refused = int((reading.findings["done"] == REFUSED).sum())
    count = f"{number_of(len(reading.measures), 'measure')} can be used"
    count += f"; {number_of(refused, 'finding refuses', 'findings refuse')} a file or a measure" if refused else ""
    return render(*parts, f"{count}.", f"\n{NOTICE}")


def findings_parts(findings: pd.DataFrame, heading: str = "Measure") -> list[RenderableType]:
    """Set out what was found in files, one below the other.

    Parameters
    ----------
    findings : pandas.DataFrame
        ``file``, ``measure``, ``finding``, ``detail``, ``done``.
    heading : str, optional
        Of what the findings are about.

    Returns
    -------
    list of rich renderables
    """
    parts: list[RenderableType] = []
    for file, found in findings.groupby("file", sort=False):
        table = start_table((heading, False), ("What was found", False), ("Done", False))
        table.columns[2].no_wrap = True
        for row in found.to_dict(orient="records"):
            add_row(table, row["measure"] or "the file", f"{row['finding']}: {row['detail']}", row["done"])
        parts += [f"{file}\n", table, ""]
    return parts


def _measure_parts(row: dict[Hashable, object]) -> list[RenderableType]:
    """Set one measure out: what it counts, for which areas, and what it would share."""
    table = start_table(("", False), ("", False))
    table.show_header, table.box = False, None
    table.columns[0].no_wrap = True
    areas = [
        f"{row['areas']:,} with a count",
        f"{row['suppressed']:,} suppressed",
        f"{row['missing']:,} missing",
    ]
    year = "" if pd.isna(row["year"]) else f"; figures of {int(str(row['year']))}"  # type: ignore[call-overload]
    add_row(table, "Counted by ", f"{row['level']}{year}")
    add_row(table, "Areas", ", ".join(areas))
    add_row(table, "Total", f"{float(str(row['total'])):,.0f} {row['unit']}")
    add_row(table, "Would share ", _shared(row))
    heading = str(row["measure"])
    if row["label"] != heading.replace("_", " "):
        heading += f": {row['label']}"
    return [as_text(heading), Padding(table, (0, 0, 1, 2))]


def _shared(row: dict[Hashable, object]) -> str:
    codes = str(row["services"]).split()
    if codes:
        labels = services()["label"]
        return "; ".join(dict.fromkeys(str(labels[code]) for code in codes))
    if row["on_a_ladder"]:
        return "nothing by itself: it stands for a better one, and tells how sure the pot is"
    return "nothing, being on no ladder: choose it for a service with [[basis]] in a recipe"


def reading_document(reading: MeasureReading) -> dict[str, object]:
    """Put what was found in files of measures into one document for machines.

    Parameters
    ----------
    reading : MeasureReading

    Returns
    -------
    dict
        ``findings``, ``measures``, ``inputs`` (name and SHA-256), ``usable`` (whether nothing is refused).
    """

    def records(table: pd.DataFrame) -> list[dict[Hashable, object]]:
        return table.astype("object").where(table.notna(), None).to_dict(orient="records")

    measures = reading.table.assign(services=reading.table["services"].astype("str").str.split())
    return {
        "findings": records(reading.findings),
        "measures": records(measures),
        "inputs": [{"file": name, "sha256": digest} for name, digest in reading.inputs],
        "usable": bool((reading.findings["done"] == KEPT).all()),
    }
