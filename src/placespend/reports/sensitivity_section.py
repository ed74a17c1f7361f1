"""How far a place's pot moves with what its money is shared by: what matters most, and what would narrow it.

Every service is shared by each of its alternatives in turn; low and high are all of them at once. It is no confidence
interval, and what bodies recorded at the place does not move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.money import format_gbp
from placespend.place_words import beginning
from placespend.reports.document import (
    Bars,
    Block,
    Bullets,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
)
from placespend.reports.spending import POUNDS
from placespend.reports.wording import is_all_held, rounded_gbp, why_no_range
from placespend.text import gbp

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from placespend.reports.gathered import Gathered
    from placespend.sensitivity import Sensitivity

WITHIN = "How each service is shared matters inside it: the reports on the places within it say how much."

MOST_SERVICES = 10
"""How many services a picture shows: those that move the pot most."""


def sensitivity_section(gathered: Gathered) -> Section:
    """Set out how far the pot moves.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
    """
    found = gathered.sensitivity
    heading = "How far it moves with what it is shared by"
    if not len(found.services):
        return Section("sensitivity", heading, (Paragraph("Nothing is known here that could be shared otherwise."),))
    if found.low_pence == found.high_pence:
        same = f"{beginning(why_no_range(gathered.pot))}: {format_gbp(found.central_pence)}."
        parts = WITHIN if is_all_held(gathered.pot) else ""
        return Section("sensitivity", heading, (Paragraph(" ".join(filter(None, (same, parts)))),))
    blocks: list[Block] = [_ends(found), *_services(found), *_coverage(found), *_narrowing(found)]
    return Section("sensitivity", heading, (*blocks, Bullets(found.notes)))


def _ends(found: Sensitivity) -> KeyFigures:
    ends = (
        ("Low", found.low_pence, found.low_per_head_pence, "every service shared as gives the place least"),
        ("Central", found.central_pence, found.central_per_head_pence, "as this report has it"),
        ("High", found.high_pence, found.high_per_head_pence, "every service shared as gives the place most"),
    )
    return KeyFigures(
        tuple(
            KeyFigure(
                name, format_gbp(pence), "modelled", f"{format_gbp(head)} a head; {what}" if head is not None else what
            )
            for name, pence, head, what in ends
        )
    )


def _a_head(pence: int | None, what: str) -> str:
    return what if pence is None else f"{format_gbp(pence)} a head; {what}"


def _services(found: Sensitivity) -> list[Block]:
    """Draw the services that move the pot most; the table holds all."""
    moving = found.services[found.services["spread_pence"] > 0]
    top = moving.head(MOST_SERVICES).to_dict(orient="records")
    columns = [Column("Service"), Column("Shared by")]
    columns += [Column(f"{name} (£)", is_number=True) for name in ("Low", "Central", "High", "High less low")]
    columns += [Column("Low by"), Column("High by")]
    rows = tuple(_service_row(row) for row in moving.to_dict(orient="records"))
    still = len(found.services) - len(moving)
    notes = (f"{still:,} more rows, which nothing moves, are in the data alone.",) if still else ()
    caption = f"Services whose measure moves the pot, {found.financial_year}"
    table = DataTable("sensitivity-services", caption, tuple(columns), rows, found.services, notes=notes)
    bars = Bars(
        "sensitivity-bars",
        "How far each service moves the pot: its high less its low",
        tuple(str(row["service"]) for row in top),
        tuple(int(row["spread_pence"]) / 100_000_000 for row in top),
        tuple(rounded_gbp(int(row["spread_pence"])) for row in top),
        POUNDS,
        table,
    )
    return [Paragraph(_largest_in_words(found)), bars]


def _service_row(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    names = ("low_pence", "central_pence", "high_pence", "spread_pence")
    return (
        str(row["service"]),
        str(row["basis_label"]),
        *(gbp(row[name]) for name in names),
        str(row["low_label"]),
        str(row["high_label"]),
    )


def _largest_in_words(found: Sensitivity) -> str:
    """Say which service moves the pot most, and by which measures."""
    first = found.services.iloc[0]
    central = int(first["central_pence"])
    ends = [
        f"{rounded_gbp(int(first[f'{end}_pence']))} if by {first[f'{end}_label']}"
        for end in ("low", "high")
        if int(first[f"{end}_pence"]) != central
    ]
    return (
        f"What matters most is {first['service']}: {rounded_gbp(central)} as it is shared here, by "
        f"{first['basis_label']}; {' or '.join(ends)}."
    )


def _coverage(found: Sensitivity) -> list[Block]:
    """Set out other ways of telling what lies in a place that cuts small areas."""
    if found.coverage.empty:
        return []
    columns = [Column("What tells what lies in the place"), Column("Residents", is_number=True)]
    columns += [Column(f"{name} (£)", is_number=True) for name in ("Low", "Central", "High")]
    rows = [
        (
            str(row["label"] or row["coverage"]),
            f"{row['residents']:,}",
            *(gbp(row[name]) for name in ("low_pence", "total_pence", "high_pence")),
        )
        for row in found.coverage.to_dict(orient="records")
    ]
    note = "The first is this report's own. Low and high above are the least and the most of all of them."
    caption = "Other ways of telling what lies in the place"
    return [DataTable("coverage", caption, tuple(columns), tuple(rows), found.coverage, notes=(note,))]


def _narrowing(found: Sensitivity) -> list[Block]:
    """Set out what to obtain, by how much it would narrow the range."""
    if found.narrowing.empty:
        return []
    columns = (
        Column("What would narrow the range"),
        Column("By up to (£)", is_number=True),
        Column("Services"),
        Column("Where it is to be had"),
    )
    rows = [
        (
            f"{str(row['obtain'])[:1].upper()}{str(row['obtain'])[1:]}",
            gbp(row["spread_pence"]),
            str(row["services"]),
            "" if pd.isna(row["source"]) else str(row["source"]),
        )
        for row in found.narrowing.to_dict(orient="records")
    ]
    table = DataTable("narrowing", "What would narrow the range", columns, tuple(rows), found.narrowing)
    return [table]
