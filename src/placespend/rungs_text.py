"""The ladders set out for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.money import format_gbp
from placespend.rungs import IN_PART, IN_USE, NOT_LOADED
from placespend.tables import made_with
from placespend.text import add_row, bulleted, gbp, render, start_table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from placespend.loaded import Loaded
    from placespend.place import Place

QUALITY = (
    "Quality of an assumption: green, the measure counts those whom the service is for; amber, it stands in for them; "
    "red, nothing better is known."
)
LOAD = (
    "Load a measure with --measure FILE, a count for each area in a column that has the name of the basis; see: "
    "placespend measures check FILE."
)
CHOOSE = "Choose another basis with --basis SERVICE BASIS REASON, or with [[basis]] in a recipe; the reason is shown."


def ladders_text(rungs: pd.DataFrame, loaded: Loaded) -> str:
    """Set out what every service is shared by, and what would be better, one row for each ladder.

    Parameters
    ----------
    rungs : pandas.DataFrame
        As :func:`placespend.rungs.describe_ladders` gives it.
    loaded : Loaded

    Returns
    -------
    str
    """
    table = start_table(
        ("Services", False), ("Shared by", False), ("England (£m)", True), ("Better, not loaded", False)
    )
    table.columns[-1].no_wrap = True
    table.columns[1].min_width = 19
    for number, (_, rows) in enumerate(rungs.groupby("ladder", sort=False)):
        if number:
            table.add_section()
        used = rows[rows["state"] == IN_USE]
        labels = [f"{label} ({quality})" for label, quality in zip(used["label"], used["quality"], strict=True)]
        millions = f"{round(sum(used['shared_pence'].tolist()) / 100_000_000):,}"
        first = used["rung"].min()
        better = rows[
            rows["state"].isin([NOT_LOADED, IN_PART]) & (pd.isna(first) | (rows["rung"] < first).fillna(value=True))
        ]
        codes = [code.split("-")[0] for code in rows["service_codes"].iloc[0].split("; ") if code[0] != "r"]
        what = f"{str(rows['ladder'].iloc[0]).replace('_', ' ')}: {', '.join(dict.fromkeys(codes))}"
        add_row(table, what, "\n".join(labels), millions, "\n".join(better["basis"]) or "-")
    return render(
        f"What money is shared by: {loaded.recipe.title}, {loaded.financial_year}\n",
        table,
        *bulleted("Notes:", (QUALITY, "More on a service: placespend bases SERVICE.", LOAD, CHOOSE)),
        *made_with(loaded),
    )


def rungs_text(rungs: pd.DataFrame, loaded: Loaded, place: Place | None) -> str:
    """Set out ladders rung by rung.

    Parameters
    ----------
    rungs : pandas.DataFrame
        As :func:`placespend.rungs.describe_ladders` gives it.
    loaded : Loaded
    place : Place or None
        The place whose amounts are in it.

    Returns
    -------
    str
    """
    parts: list[RenderableType] = []
    for _, rows in rungs.groupby("ladder", sort=False):
        amount = [(f"{place.name} (£)", True)] if place is not None else []
        table = start_table(("State", False), ("Basis, and what it assumes", False), *amount, ("Quality", False))
        for column in (table.columns[0], table.columns[-1]):
            column.no_wrap = True
        for row in rows.to_dict(orient="records"):
            amounts = [gbp(row["place_pence"]) or "not known"] if place is not None else []
            what = "\n".join(filter(None, (row["basis"], row["assumption"], row["reason"])))
            add_row(table, row["state"], what, *amounts, row["quality"])
        parts += [f"{rows['services'].iloc[0]}\n", table, *bulleted("", _moves(rows, place)), ""]
    return render(*parts[:-1], *bulleted("Notes:", (QUALITY, LOAD, CHOOSE)), *made_with(loaded))


def _moves(rows: pd.DataFrame, place: Place | None) -> tuple[str, ...]:
    """Say how much money the rungs share, and what is known of what a missing one would change."""
    money = sum(rows["shared_pence"].tolist())
    told = [f"{format_gbp(money)} of the loaded lines is for these services."]
    amounts = rows["place_pence"].dropna()
    if place is not None and len(amounts):
        low, high = format_gbp(int(amounts.min())), format_gbp(int(amounts.max()))
        told.append(
            f"By what is loaded, {place.name} has between {low} and {high} of it."
            if low != high
            else f"By whatever of it is loaded, {place.name} has {low} of it."
        )
    told += [
        f"In part: {name} counts a part of England only, and no line is for a footprint that lies wholly in that."
        for name in rows.loc[rows["state"] == IN_PART, "basis"]
    ]
    missing = rows[rows["state"] == NOT_LOADED]
    told += [
        f"Not loaded: {row['basis']} ({row['source']}). What it would change is not known before it is loaded."
        for row in missing.to_dict(orient="records")
    ]
    return tuple(told)
