"""The bridge: what moves a place's pot to each total that was published of it in its time.

Steps are only what a publication says of itself. The rest is shown as not explained, and what is not known as
questions, with the amount that each could move. A neighbourhood and most authorities have no published total; then that
is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.place_words import in_text
from placespend.reports.coverage import NOT_ALL, serves_england
from placespend.reports.document import Block, Bullets, Column, DataTable, Paragraph, Section
from placespend.text import gbp

if TYPE_CHECKING:
    from placespend.bridge import Bridge
    from placespend.reports.gathered import Gathered

HOW_TO_READ = (
    "Steps are only what a publication says of itself: another year, payments to people left out, bodies awaited. What "
    "it does not say is not guessed, and stands as not explained. Published totals often count other things than the "
    "pot does, and most are of another year."
)


NO_WHOLE_POT = (
    f"{NOT_ALL}, so they are not a whole pot, as the published total is meant to be: "
    "what is not explained holds all that they lack."
)


def bridge_section(gathered: Gathered) -> Section:
    """Set the pot beside what was published of the place.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
    """
    heading = "Against what was published"
    if not gathered.bridges:
        none = f"No total of {in_text(gathered.place)} is known to have been published to set the pot beside."
        return Section("published", heading, (Paragraph(none),))
    blocks: list[Block] = [Paragraph(HOW_TO_READ)]
    notes = () if serves_england(gathered.loaded) else (NO_WHOLE_POT,)
    for number, bridge in enumerate(gathered.bridges, start=1):
        blocks.append(_table(bridge, number, notes))
        blocks += [Bullets(bridge.questions)] if bridge.questions else []
    return Section("published", heading, tuple(blocks))


def _table(bridge: Bridge, number: int, notes: tuple[str, ...]) -> DataTable:
    """Set out one bridge: the pot, its steps, what is not explained, and what was published."""
    rows = [("The pot", bridge.start, gbp(bridge.start_pence))]
    rows += [
        (f"{str(row['step'])[:1].upper()}{str(row['step'])[1:]}", str(row["what"]), gbp(row["amount_pence"]))
        for row in bridge.steps.to_dict(orient="records")
    ]
    rows += [
        ("Not explained", "", gbp(bridge.residual_pence)),
        ("Published", bridge.end, gbp(bridge.end_pence)),
    ]
    return DataTable(
        f"bridge-{number}",
        f"From the pot to a published total: {bridge.end.split(', as published')[0]}",
        (Column("Step"), Column("What"), Column("Amount (£)", is_number=True)),
        tuple(rows),
        bridge.as_table(),
        has_total=True,
        notes=notes,
    )
