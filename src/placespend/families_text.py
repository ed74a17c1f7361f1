"""Families of places set out for a reader: counts, density and cost, with their marks explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.families.costs import COST_NOTE, LAYERS
from placespend.families.mapped import cautions_on_costs
from placespend.families.shown import CONFIDENTIAL, MARKED, NOT_AVAILABLE, PUBLISHED, Families, as_told
from placespend.levels import LEVELS
from placespend.shipped import NOTICE
from placespend.text import add_row, bulleted, gbp, render, start_table

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from rich.table import Table

DIGITS = 2
MOST_BODIES = 8

OF_BODIES = (
    "Of the spending on one group of services the same part is taken to go to families everywhere: a body's part tells "
    "which services it spends on, and is no finding about the place."
)

NO_PART = "No part is told where a body has more income than spending, on all or on these services, or is awaited."


def families_text(found: Families, table: pd.DataFrame, *, title: str, notes: Sequence[str] = ()) -> str:
    """Set out counts, density or cost of several places for a reader.

    Parameters
    ----------
    found : Families
    table : pandas.DataFrame
        What :meth:`~placespend.families.shown.Families.counts`, its ``density`` or
        :func:`placespend.families.costs.family_costs` gives.
    title : str
    notes : sequence of str, optional
        Beside those of the families.

    Returns
    -------
    str
    """
    if "layer" in table:
        shown, notes = _costs(table), (COST_NOTE, *notes)
    elif "per_km2" in table:
        shown = _density(table)
    else:
        shown, notes = _counts(table), (*found.interval_notes, *notes)
    cautions = _cautions(found) if "layer" in table else []
    heading = f"{title}\n{found.what[0].upper()}{found.what[1:]}\n"
    return render(heading, shown, *cautions, *_foot(found, table, notes))


def one_place_text(found: Families, costs: pd.DataFrame, bodies: pd.DataFrame, *, notes: Sequence[str] = ()) -> str:
    """Set out all that is known of the families of one place for a reader.

    Parameters
    ----------
    found : Families
        Of one place.
    costs : pandas.DataFrame
        As :func:`placespend.families.costs.family_costs` gives it.
    bodies : pandas.DataFrame
        As :func:`placespend.families.modelled_costs.cost_by_body` gives it.
    notes : sequence of str, optional
        Beside those of the families.

    Returns
    -------
    str
    """
    (place,) = found.places
    level = LEVELS[place.level].label
    (count,) = as_told(found.counts()).to_dict(orient="records")
    (density,) = as_told(found.density()).to_dict(orient="records")
    shown = start_table(("", False), ("", True), ("How it is known", False))
    add_row(shown, "Families", _number(count["families"]), how_known(count, is_own=found.is_own))
    add_row(shown, "Families per 1,000 households", _decimal(density["per_1000_households"]), "households of 2011")
    add_row(shown, "Families per km²", _decimal(density["per_km2"]), "land of the census of 2011")
    return render(
        f"Troubled families in {place.name}",
        f"{level[0].upper()}{level[1:]}{'' if place.name == place.code else f', {place.code}'}",
        f"{found.what[0].upper()}{found.what[1:]}\n",
        shown,
        "",
        _costs(costs, named=False),
        *_local(costs),
        *_cautions(found),
        "",
        f"Of the {len(bodies):,} bodies in the pot, those that families cost most{_rest_of(bodies)}:\n",
        _bodies(bodies.head(MOST_BODIES)),
        *_foot(
            found,
            costs,
            [*found.interval_notes, COST_NOTE, *_on_bodies(bodies.head(MOST_BODIES)), *notes],
        ),
    )


def how_known(count: Mapping[Any, Any], *, is_own: bool) -> str:
    """Say how a number of families is known, and between what it lies.

    Parameters
    ----------
    count : dict
        A row of :meth:`~placespend.families.shown.Families.counts`.
    is_own : bool
        Whether it is of a user's own counts.

    Returns
    -------
    str

    Examples
    --------
    >>> how_known({"status": "estimated", "low": 740, "high": 880}, is_own=False)
    'estimated, 740 to 880'
    >>> how_known({"status": "published", "low": 743, "high": 747}, is_own=True)
    'counted, rounded: stands for 743 to 747'
    """
    is_counted = is_own and count["status"] == PUBLISHED
    if pd.isna(count["low"]) or (is_counted and count["low"] == count["high"]):
        return "counted" if is_counted else str(count["status"])
    between = f"{count['low']:,} to {count['high']:,}"
    return f"counted, rounded: stands for {between}" if is_counted else f"{count['status']}, {between}"


def bodies_text(found: Families, bodies: pd.DataFrame) -> str:
    """Set out what part of each body's spending in a place goes to families, for a reader.

    Parameters
    ----------
    found : Families
        Of one place.
    bodies : pandas.DataFrame
        As :func:`placespend.families.modelled_costs.cost_by_body` gives it.

    Returns
    -------
    str
    """
    title = f"What troubled families cost each body in {found.places[0].name}, as modelled"
    return render(f"{title}\n", _bodies(bodies), *_foot(found, bodies, _on_bodies(bodies)))


def _on_bodies(bodies: pd.DataFrame) -> list[str]:
    return [OF_BODIES, *([NO_PART] if bodies["percent_of_pot"].isna().any() else [])]


def _bodies(bodies: pd.DataFrame) -> Table:
    shown = start_table(("Body", False), ("For families (£)", True), ("In the pot (£)", True), ("Part", True))
    for row in bodies.to_dict(orient="records"):
        part = "" if pd.isna(row["percent_of_pot"]) else f"{row['percent_of_pot']:.1f} %"
        add_row(shown, str(row["body"]), gbp(row["families_pence"]), gbp(row["pot_pence"]), part)
    return shown


def _foot(found: Families, table: pd.DataFrame, notes: Sequence[str]) -> list[Any]:
    sources = dict.fromkeys(str(source) for source in found.table["source"] if str(source).startswith("http"))
    listed = (
        *list(sources)[:3],
        *([f"and {len(sources) - 3:,} more, beside each number in --format csv"] if len(sources) > 3 else []),
    )
    return [
        *bulleted("Marks:", tuple(marks_in(as_told(table)))),
        *bulleted("Notes:", (*found.notes, *notes)),
        *bulleted("Sources:", (*listed, NOTICE)),
    ]


def families_document(found: Families, table: pd.DataFrame) -> dict[str, object]:
    """Put counts, density or cost of families into one document for machines.

    Parameters
    ----------
    found : Families
    table : pandas.DataFrame
        As for :func:`families_text`.

    Returns
    -------
    dict
        ``what`` is counted, ``places`` (the rows: a figure that is not told is null, and ``told`` says why), ``notes``
        and ``sources``.
    """
    rows = table.astype("object").where(table.notna(), None).to_dict(orient="records")
    marked = as_told(table).to_dict(orient="records")
    told = [
        {
            str(name): mark
            for name, mark in after.items()
            if before[name] is None and mark is not None and name in MARKED
        }
        for before, after in zip(rows, marked, strict=True)
    ]
    places = [{**row, **({"told": marks} if marks else {})} for row, marks in zip(rows, told, strict=True)]
    notes = [*found.notes, *found.interval_notes, *(cautions_on_costs(found) if "layer" in table else ())]
    return {"what": found.what, "places": places, "notes": notes, "sources": [NOTICE]}


def marks_in(table: pd.DataFrame) -> list[str]:
    """Explain the marks that a table of families holds.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`placespend.families.shown.as_told` gives it.

    Returns
    -------
    list of str
    """
    cells = set(table.astype("object").to_numpy().ravel().tolist())
    meanings = {
        CONFIDENTIAL: "confidential: too few families, or a number that would give such a one away",
        NOT_AVAILABLE: "not told, or not known",
    }
    return [f"{mark} {meaning}" for mark, meaning in meanings.items() if mark in cells]


def _counts(table: pd.DataFrame) -> Table:
    shown = start_table(("Place", False), ("Families", True), ("Interval", True), ("Status", False))
    for row in as_told(table).to_dict(orient="records"):
        interval = "" if pd.isna(row["low"]) else f"{row['low']:,} to {row['high']:,}"
        add_row(shown, _place(row), _number(row["families"]), interval, str(row["status"]))
    return shown


def _density(table: pd.DataFrame) -> Table:
    heads = (("Per 1,000 households", True), ("Per km²", True))
    shown = start_table(("Place", False), *heads, ("Status", False))
    for row in as_told(table).to_dict(orient="records"):
        add_row(shown, _place(row), _decimal(row["per_1000_households"]), _decimal(row["per_km2"]), str(row["status"]))
    return shown


def _costs(table: pd.DataFrame, *, named: bool = True) -> Table:
    heads = (("A family (£)", True), ("In all (£)", True), ("Status", False))
    shown = start_table(*((("Place", False),) if named else ()), ("Cost a year", False), *heads)
    for row in as_told(table).to_dict(orient="records"):
        cells = (_number(row["cost_per_family_gbp"]), _number(row["total_gbp"]), str(row["status"]))
        add_row(shown, *([_place(row)] if named else []), LAYERS[str(row["layer"])], *cells)
    return shown


def _local(costs: pd.DataFrame) -> list[Any]:
    """Tell the cost found locally against that of the average family, where both were published."""
    told = [
        f"Found locally: £{row['cost_per_family_gbp']:,} against £{row['average_family_gbp']:,} for the average "
        f"family, {row['ratio']:.1f} times as much ({row['note'] or row['source']})."
        for row in costs.to_dict(orient="records")
        if not pd.isna(row["ratio"])
    ]
    return bulleted("Beside the average family:", tuple(told))


def _cautions(found: Families) -> list[Any]:
    """Put what makes costs mean little right below them, where it is not passed over."""
    return bulleted("Caution:", cautions_on_costs(found))


def _place(row: dict[Hashable, Any]) -> str:
    return str(row["name"]) if row["name"] == row["code"] else f"{row['name']}\n{row['code']}"


def _rest_of(bodies: pd.DataFrame) -> str:
    """Say where the bodies stand that are not shown."""
    return " (all with --measure cost --by-body)" if len(bodies) > MOST_BODIES else ""


def _number(figure: object) -> str:
    return figure if isinstance(figure, str) else f"{figure:,}"


def _decimal(figure: object) -> str:
    return figure if isinstance(figure, str) else f"{figure:,.{DIGITS}f}"
