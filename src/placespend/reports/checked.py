"""Does it add up? Where every penny of the loaded lines is, and what is awaited, unallocated or in no pot.

What was read is set against what the ledger placed here, left elsewhere or could not allocate: the difference is zero,
or no report is made. Lines that are awaited have no amount, and are listed, not counted as zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.cofog import services
from placespend.footprints import name_of
from placespend.money import format_gbp
from placespend.place_words import in_text
from placespend.reports.document import Block, Column, DataTable, Notice, Paragraph, Section
from placespend.responsibilities import service_groups
from placespend.text import gbp

if TYPE_CHECKING:
    from placespend.pot import Pot
    from placespend.reports.gathered import Gathered

AWAITED_COLUMNS = ["line_id", "source_id", "body", "service_code", "service_name", "footprint_code", "description"]
UNALLOCATED_COLUMNS = ["body", "service_code", "footprint_code", "basis", "amount_pence", "reason"]
MEMO_COLUMNS = ["source", "body", "service_code", "footprint_code", "amount_pence", "reason"]


def checked_section(gathered: Gathered) -> Section:
    """Set out the reconciliation of the pot.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
    """
    pot = gathered.pot
    found = pot.reconcile()
    blocks: list[Block] = [
        Notice(
            f"Every penny is accounted for: {format_gbp(found.in_pence)} was read, and the difference from what was "
            f"placed here, left elsewhere or not allocated is {format_gbp(found.difference_pence)}."
        ),
        reconciliation_table(pot),
    ]
    blocks += [*_awaited(pot), *_unallocated(pot), *_memo(pot)]
    return Section("reconciliation", "Does it add up?", tuple(blocks))


def reconciliation_table(pot: Pot) -> DataTable:
    """Set out where every penny of the loaded lines is.

    Parameters
    ----------
    pot : Pot

    Returns
    -------
    DataTable
        The last row, what was read, is the sum of the others; the difference among them is zero.
    """
    found = pot.reconcile().as_dict()
    named = {
        "placed_pence": f"In {in_text(pot.place)}",
        "elsewhere_pence": "Elsewhere",
        "unallocated_pence": "Unallocated: place not known, or nothing to share by",
        "difference_pence": "Difference",
        "in_pence": "All lines loaded, as they were read",
    }
    rows = tuple((label, gbp(found[name])) for name, label in named.items())
    columns = (Column("Where the money is"), Column("Amount (£)", is_number=True))
    data = pd.DataFrame({"what": list(named), "amount_pence": [found[name] for name in named]})
    return DataTable("reconciliation-table", "Reconciliation", columns, rows, data, has_total=True)


def _awaited(pot: Pot) -> list[Block]:
    """List the lines that have no amount yet."""
    if pot.awaited.empty:
        return [Paragraph("No line that serves the place is awaited.")]
    columns = (Column("Body"), Column("Service"), Column("Line"), Column("What is known"))
    rows = tuple(
        (row["body"], row["service_name"], f"{row['line_id']} of {row['source_id']}", row["description"])
        for row in pot.awaited.astype("object").fillna("").to_dict(orient="records")
    )
    caption = "Awaited: no amount yet, and in no total"
    return [DataTable("awaited", caption, columns, _as_text(rows), pot.awaited[AWAITED_COLUMNS])]


def _unallocated(pot: Pot) -> list[Block]:
    """List what could not be placed anywhere, with the reason."""
    if pot.unallocated.empty:
        return []
    columns = (Column("Body"), Column("Service"), Column("Amount (£)", is_number=True), Column("Why"))
    rows = [
        (row["body"], _service(row["service_code"]), gbp(row["amount_pence"]), row["reason"])
        for row in pot.unallocated.to_dict(orient="records")
    ]
    total = int(pot.unallocated["amount_pence"].sum())
    rows.append(("Total", "", gbp(total), ""))
    data = pot.unallocated[UNALLOCATED_COLUMNS]
    return [DataTable("unallocated", "Unallocated: in no place", columns, _as_text(rows), data, has_total=True)]


def _memo(pot: Pot) -> list[Block]:
    """List money that is in no pot, summed by body and group of services."""
    if pot.memo.empty:
        return []
    columns = (
        Column("Body"), Column("Service"), Column("For whom"), Column("Amount (£)", is_number=True), Column("Why"),
    )  # fmt: skip
    rows = [
        (
            row["body"],
            _service(row["service_code"]),
            name_of(str(row["footprint_code"])),
            gbp(row["amount_pence"]),
            row["reason"],
        )
        for row in pot.memo.to_dict(orient="records")
    ]
    caption = "Recorded or published, and in no pot"
    return [DataTable("memo", caption, columns, _as_text(rows), pot.memo[MEMO_COLUMNS])]


def _service(code: object) -> str:
    for labels in (services()["label"], service_groups()["label"]):
        if str(code) in labels.index:
            # Services are known by their numbers, groups of services by their names alone.
            number = str(code).split("-")[0]
            return f"{number} {labels[str(code)]}" if number[:1].isdigit() else str(labels[str(code)])
    return str(code)


def _as_text(rows: object) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(str, row)) for row in rows)  # type: ignore[attr-defined]
