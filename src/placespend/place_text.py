"""Places set out for a reader: lists of them, what was found in a file of them, what they hold of small areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.own_places import READ, READ_IN_PART
from placespend.shipped import NOTICE
from placespend.text import add_row, bulleted, render, start_table

if TYPE_CHECKING:
    import pandas as pd

    from placespend.place import Place


def places_text(found: pd.DataFrame) -> str:
    """Set out a list of places for a reader.

    Parameters
    ----------
    found : pandas.DataFrame
        As :func:`placespend.gazetteer.list_places` gives it.

    Returns
    -------
    str
    """
    table = start_table(("Level", False), ("Code", False), ("Name", False), ("Residents", True))
    for column in table.columns[:2]:
        column.no_wrap = True
    for row in found.to_dict(orient="records"):
        dates = f" (from {row['start']}{' to ' * bool(row['end'])}{row['end']})" if row["start"] else ""
        add_row(table, row["level"], row["code"], row["name"] + dates, f"{row['residents']:,}")
    count = f"{len(found):,} place{'s' * (len(found) != 1)}"
    return render(table, f"\n{count}; residents of the census of 2011.", f"\n{NOTICE}")


def findings_text(found: pd.DataFrame) -> str:
    """Set out what was found in a file of places for a reader.

    Parameters
    ----------
    found : pandas.DataFrame
        As :func:`placespend.own_places.check_places` gives it.

    Returns
    -------
    str
    """
    table = start_table(("Place", False), ("Finding", False), ("What", False), ("Done", False))
    for row in found.to_dict(orient="records"):
        name = f"{row['place']}\n{row['name']}" if row["name"] and row["name"] != row["place"] else row["place"]
        add_row(table, name, row["finding"], row["detail"], row["done"])
    usable = set(found.loc[found["finding"] == READ, "place"])
    in_part = set(found.loc[found["finding"] == READ_IN_PART, "place"])
    refused = set(found.loc[found["done"] == "refused", "place"]) - usable - in_part - {"file"}
    count = f"{len(usable):,} place{'s' * (len(usable) != 1)} can be used"
    count += f", {len(in_part):,} without some of its codes" if in_part else ""
    count += f", {len(refused):,} cannot"
    return render(table, f"\n{count}; residents of the census of 2011.", f"\n{NOTICE}")


def coverage_text(place: Place) -> str:
    """Set out what a place holds of each small area for a reader.

    Parameters
    ----------
    place : Place

    Returns
    -------
    str
    """
    table = start_table(
        ("Code", False), ("Small area", False), ("Share", True), ("Residents", True), ("Households", True)
    )
    rows = place.coverage()
    for row in rows.to_dict(orient="records"):
        counts = [f"{row[column]:,}" for column in ("residents", "households")]
        add_row(table, row["lsoa_code"], row["lsoa_name"], f"{100 * row['share']:.1f} %", *counts)
    table.add_section()
    add_row(table, "", "Total", "", *(f"{rows[column].sum():,}" for column in ("residents", "households")))
    cut = f", those in part {place.extent.parts.ruler}" if len(place.extent.parts) else ""
    return render(
        f"The small areas of {place.name}{cut}\n",
        table,
        *bulleted("Notes:", (place.definition,) if place.definition else ()),
        f"\n{NOTICE}",
    )
