"""Recipes set out for a reader: their keys, what became of every line, and outturn against official allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.footprints import name_of
from placespend.money import format_gbp
from placespend.notes import describe_memo
from placespend.tables import made_with
from placespend.text import add_row, bulleted, gbp, render, start_table

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd
    from rich.console import RenderableType

    from placespend.loaded import Loaded


def keys_text(keys: pd.DataFrame) -> str:
    """Set out what a recipe may say.

    Parameters
    ----------
    keys : pandas.DataFrame
        As :func:`placespend.recipe_schema.list_keys` gives it.

    Returns
    -------
    str
    """
    table = start_table(("Key", False), ("Holds", False), ("Needed", False), ("Meaning", False))
    table.columns[0].no_wrap = True
    for row in keys.to_dict(orient="records"):
        add_row(table, row["key"], row["kind"], "yes" if row["needed"] else "", row["meaning"])
    return render(table, "\nAn example to copy from: placespend recipe template")


def accounts_text(loaded: Loaded) -> str:
    """Tell what became of every line that a recipe's sources hold.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    str
    """
    table = start_table(("Source", False), ("What became of it", False), ("Lines", True), ("£", True))
    last = ""
    for row in loaded.accounts.to_dict(orient="records"):
        if last and row["source"] != last:
            table.add_section()
        name = row["source"] if row["source"] != last else ""
        add_row(table, name, row["outcome"], f"{row['lines']:,}" if row["lines"] else "", gbp(row["amount_pence"]))
        last = row["source"]
    return render(
        f"{loaded.recipe.title}, {loaded.financial_year}: {format_gbp(loaded.in_pence)} in the pot of all places\n",
        table,
        *bulleted("Notes:", (*loaded.cautions, *describe_memo(loaded.memo))),
        *made_with(loaded),
    )


def residuals_text(loaded: Loaded) -> str:
    """Set out official allocation against outturn.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    str
    """
    residuals = loaded.residuals
    if residuals.empty:
        return render("This recipe takes no outturn into an official allocation, so there is nothing to compare.")
    parts: list[RenderableType] = []
    for label, rows in residuals.groupby("label", sort=False):
        table = start_table(
            (str(label), False),
            ("Official (£m)", True),
            ("Outturn (£m)", True),
            ("Difference", True),
            ("Observed", True),
        )
        for row in rows.to_dict(orient="records"):
            observed = f"{row['observed_authorities']} of {row['authorities']}"
            add_row(table, name_of(row["region"]), *_millions(row), observed)
        table.add_section()
        sums = rows[["control_pence", "outturn_pence", "difference_pence"]].sum().to_dict()
        observed = f"{rows['observed_authorities'].sum()} of {rows['authorities'].sum()}"
        add_row(table, "All regions", *_millions(sums), observed)
        parts.extend([table, ""])
    return render(
        f"Official allocation against outturn, {loaded.financial_year}, in £ million\n",
        *parts,
        *bulleted(
            "Notes:",
            (
                "Difference: official less outturn. It is a difference of definitions where every authority is "
                "observed; elsewhere it holds the spending of bodies whose outturn is not loaded.",
                "Observed: upper-tier authorities for which every body that provides the service is loaded.",
                "To the penny, with what was used and what is left: --format csv.",
            ),
        ),
        *made_with(loaded),
    )


def _millions(row: Mapping[Hashable, int]) -> tuple[str, ...]:
    """Write three amounts in millions with one decimal; what rounds to nothing has no sign."""
    columns = ("control_pence", "outturn_pence", "difference_pence")
    return tuple(f"{round(int(row[column]) / 100_000_000, 1) + 0.0:,.1f}" for column in columns)
