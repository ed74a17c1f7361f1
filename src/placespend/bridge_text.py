"""Bridges set out for a reader: start, steps, what is not explained, end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.bridge import SEVERAL_REGIONS
from placespend.shipped import NOTICE
from placespend.tables import made_with
from placespend.text import add_row, as_text, bulleted, gbp, render, start_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.console import RenderableType

    from placespend.bridge import Bridge
    from placespend.loaded import Loaded

MOST_DETAILS = 40
"""More parts of a step than this are summed over regions; CSV and JSON have them all."""


def bridges_text(found: Sequence[Bridge], loaded: Loaded) -> str:
    """Set out bridges for a reader.

    Parameters
    ----------
    found : sequence of Bridge
    loaded : Loaded
        The lines of the pot that they start from.

    Returns
    -------
    str
    """
    parts: list[RenderableType] = []
    for number, bridge in enumerate(found):
        parts.extend(["\n"] * bool(number))
        parts.extend(_one(bridge))
    return render(*parts, *bulleted("Sources:", (NOTICE,)), *made_with(loaded))


def _one(bridge: Bridge) -> list[RenderableType]:
    table = start_table(("Step", False), ("What", False), ("Amount (£)", True))
    add_row(table, "start", "the pot", gbp(bridge.start_pence))
    for row in bridge.steps.to_dict(orient="records"):
        add_row(table, row["step"], row["what"], gbp(row["amount_pence"]))
    add_row(table, "not explained", "", gbp(bridge.residual_pence))
    table.add_section()
    add_row(table, "end", "", gbp(bridge.end_pence))
    parts: list[RenderableType] = [as_text(f"From {bridge.start}\nto {bridge.end}\n"), table]
    for step, details in bridge.details.groupby("what", sort=False):
        if len(details) > 1:
            parts.extend([as_text(f"\nOf which, {step}:\n"), _details(details)])
    parts.extend(bulleted("Open questions, in no step:", bridge.questions))
    return parts


def _details(details: pd.DataFrame) -> RenderableType:
    """Set out the parts of a step, by region too where they are not too many."""
    regions = len(set(details["region"])) > 1 and len(details) <= MOST_DETAILS
    keys = ["service", "region"] if regions else ["service"]
    sums = details.groupby(keys, sort=True)["amount_pence"].sum()
    headings = [("Service", False), ("Region", False)] if regions else [("Service", False)]
    table = start_table(*headings, ("Amount (£)", True))
    for key, pence in sums[sums != 0].items():
        names = key if isinstance(key, tuple) else (key,)
        add_row(table, *(str(name).replace(SEVERAL_REGIONS, "several") for name in names), gbp(pence))
    return table
