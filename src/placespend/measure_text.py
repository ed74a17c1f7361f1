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


def measures_text(shipped: pd.DataFrame) -> str:
    """Set out the shipped measures for a reader.

    Parameters
    ----------
    shipped : pandas.DataFrame
        As :func:`placespend.measures.list_measures` gives them.

    Returns
    -------
    str
    """
    table = start_table(("Measure", False), ("Year", True), ("Known by", False), ("Spread by", False))
    table.columns[0].no_wrap = True
    for name, row in shipped.to_dict(orient="index").items():
        level = LEVELS[str(row["observed_level"])].label
        add_row(table, f"{name}\n  {row['label']}", str(row["year"]), level, row["completed_by"])
    sources = tuple(shipped["source"].unique())
    about = (
        f"\n{number_of(len(shipped), 'measure')}. What is known by authority only is spread over small areas by "
        "another measure; bring a better one with --measure FILE, after: placespend measures check FILE"
    )
    return render(table, about, *bulleted("Sources:", sources), f"\n{NOTICE}")


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
    parts: list[RenderableType] = []
    for file, found in reading.findings.groupby("file", sort=False):
        table = start_table(("Measure", False), ("What was found", False), ("Done", False))
        table.columns[2].no_wrap = True
        for row in found.to_dict(orient="records"):
            add_row(table, row["measure"] or "the file", f"{row['finding']}: {row['detail']}", row["done"])
        parts += [f"{file}\n", table, ""]
    for row in reading.table.to_dict(orient="records"):
        parts += _measure_parts(row)
    refused = int((reading.findings["done"] == REFUSED).sum())
    count = f"{number_of(len(reading.measures), 'measure')} can be used"
    count += f"; {number_of(refused, 'finding refuses', 'findings refuse')} a file or a measure" if refused else ""
    return render(*parts, f"{count}.", f"\n{NOTICE}")


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
