"""What troubled families cost, in a report: the three layers, each named, and what part of each body's spending it is.

The layers rest on different ground and are never mixed: what a study of the authority found and published, what is
modelled from the pot, and the national mean, which is assumed to hold in the place.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.families.costs import COST_NOTE, LAYERS, LOCAL, MODELLED, NATIONAL_MEAN
from placespend.families.modelled_costs import cost_in_pot, family_cost_services, national_costs
from placespend.families.payable import most_payable
from placespend.families.published import published_counts
from placespend.families.shown import FEWEST_TOLD, PUBLISHED
from placespend.families_text import NO_PART, OF_BODIES
from placespend.levels import LEVELS
from placespend.notes import NEIGHBOURHOOD
from placespend.place_words import in_text
from placespend.reports.document import Column, DataTable, Paragraph
from placespend.reports.families_words import day_in_words, figure_in_words, small_first
from placespend.reports.wording import amount_or_awaited, and_list, rounded_gbp
from placespend.text import gbp

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from placespend.families.shown import Families
    from placespend.place import Place
    from placespend.reports.document import Block, Known
    from placespend.reports.gathered import Gathered

KNOWN_LAYERS: dict[str, tuple[Known, str]] = {
    LOCAL: ("published", "published, from a study of the authority"),
    MODELLED: ("modelled", "modelled"),
    NATIONAL_MEAN: ("assumed", "published for England, and assumed here"),
}
"""How a cost of each layer is known."""

PENCE = 100

PAYMENT = (
    "By the terms of the first phase of the programme (2012-15) an authority could be paid up to {each} for each of "
    "five families in six. For {families:,} families that is {most} at most, if all were turned around ({source}; "
    "{doubt})."
)


def cost_blocks(gathered: Gathered, count: Mapping[Hashable, Any], costs: pd.DataFrame | str) -> list[Block]:
    """Tell what families cost, layer by layer, and what part of each body's spending that is.

    Parameters
    ----------
    gathered : Gathered
    count : dict
        The place's row of :meth:`~placespend.families.shown.Families.counts`.
    costs : pandas.DataFrame or str
        As :func:`placespend.families.costs.family_costs` gives them of the place; or why they cannot be modelled.

    Returns
    -------
    list of Block
    """
    local = _found_locally(gathered.place)
    if isinstance(costs, str):
        words = f"What a family costs cannot be modelled from these lines. {costs}"
        return [Paragraph(words), *([Paragraph(local)] if local else [])]
    place, pot = gathered.place, gathered.pot
    bodies = cost_in_pot(pot)
    total = int(costs.loc[costs["layer"] == MODELLED, "total_pence"].iloc[0])
    return [
        Paragraph(COST_NOTE),
        *([Paragraph(local)] if local else []),
        _cost_table(place, count, costs),
        _body_table(place, bodies, total, pot.total_pence),
    ]


def _cost_table(place: Place, count: Mapping[Hashable, Any], costs: pd.DataFrame) -> DataTable:
    layers = [KNOWN_LAYERS[layer] for layer in costs["layer"]]
    records = costs.to_dict(orient="records")
    rows = [
        (
            f"{words[0].upper()}{words[1:]}",
            figure_in_words(row["cost_per_family_gbp"]),
            figure_in_words(row["total_gbp"]),
            how,
        )
        for row, (_, how) in zip(records, layers, strict=True)
        for words in [LAYERS[row["layer"]]]
    ]
    by_count = (
        f"Fewer than {FEWEST_TOLD} families are not told, and neither is what is divided by their number or times it."
    )
    return DataTable(
        id="families-costs",
        caption=f"What a troubled family costs in a year in {in_text(place)}, by layers that cannot be compared",
        columns=(
            Column("Layer"),
            Column("A family (£)", is_number=True),
            Column("All families (£)", is_number=True),
            Column("How the cost of a family is known"),
        ),
        rows=tuple(rows),
        data=costs.assign(known=[known for known, _ in layers]),
        notes=(
            *_range_of_cost(count, costs),
            how_modelled(),
            *([f"{NEIGHBOURHOOD[0].upper()}{NEIGHBOURHOOD[1:]}."] if LEVELS[place.level].is_neighbourhood else []),
            *([by_count] if pd.isna(count["families"]) else []),
        ),
    )


def how_modelled() -> str:
    """Say what the modelled cost is made of, and where it is weakest.

    Returns
    -------
    str
    """
    groups = national_costs()
    weak = family_cost_services().drop_duplicates("group").set_index("group")["quality"]
    told = [
        f"{row['label'].lower()} {rounded_gbp(row['cost_pence'])} ({weak[str(group)]})"
        for group, row in groups.iterrows()
    ]
    return (
        f"The national cost is of 2011 to 2013: {and_list(told)}. Each is shared by spending on services of that kind; "
        "amber, which also serve others, and red, for want of anything better."
    )


def _range_of_cost(count: Mapping[Hashable, Any], costs: pd.DataFrame) -> list[str]:
    """Say what the cost of a family would be at the ends of the interval of their number."""
    if pd.isna(count["families"]) or pd.isna(count["low"]) or not count["low"]:
        return []
    total = int(costs.loc[costs["layer"] == MODELLED, "total_pence"].iloc[0])
    most, least = (figure_in_words(round(Fraction(total, PENCE * count[end])), sign="£") for end in ("low", "high"))
    return [f"With {count['low']:,} to {count['high']:,} families the modelled cost of one is {least} to {most}."]


def _body_table(place: Place, bodies: pd.DataFrame, total: int, pot_pence: int) -> DataTable:
    """Set out what part of each body's spending goes to families; those of which none does are told as one."""
    without = bodies["families_pence"].eq(0).fillna(value=False).astype("bool")
    rows = [
        (
            str(row["body"]),
            amount_or_awaited(row["families_pence"]),
            amount_or_awaited(row["pot_pence"]),
            "" if pd.isna(row["percent_of_pot"]) else f"{row['percent_of_pot']:.1f} %",
        )
        for row in bodies[~without].to_dict(orient="records")
    ]
    if without.any():
        others = sum(bodies.loc[without, "pot_pence"].tolist())
        rows.append((f"The {without.sum():,} other{'s' if without.sum() > 1 else ''}", gbp(0), gbp(others), ""))
    return DataTable(
        id="families-bodies",
        caption=f"What families cost each body in {in_text(place)}, as modelled",
        columns=(
            Column("Body"),
            Column("For families (£)", is_number=True),
            Column("In the pot (£)", is_number=True),
            Column("Part", is_number=True),
        ),
        rows=(*rows, ("Total", gbp(total), gbp(pot_pence), "")),
        data=bodies.assign(known="modelled"),
        has_total=True,
        notes=(OF_BODIES, *([NO_PART] if bodies["percent_of_pot"].isna().any() else [])),
    )


def _found_locally(place: Place) -> str:
    """Tell the cost found locally against that of the average family, where both were published."""
    cost, average = published_counts("cost_per_troubled_family"), published_counts("cost_per_average_family")
    if place.code not in cost.index:
        return ""
    row = cost.loc[place.code]
    beside = (
        f", against £{average['value'][place.code]:,} for the average family" if place.code in average.index else ""
    )
    return (
        f"A study of the authority found that a troubled family costs £{row['value']:,} in a year{beside} "
        f"(published {day_in_words(str(row['as_at']))}: {row['source_url']})."
    )


def payment_blocks(found: Families) -> list[Block]:
    """Tell the most that could be paid by results, where the number was published.

    Parameters
    ----------
    found : Families
        Of one place.

    Returns
    -------
    list of Block
        None of an estimated number.
    """
    (row,) = found.counts().to_dict(orient="records")
    if row["status"] != PUBLISHED:
        return []
    terms = most_payable(found).iloc[0]
    words = PAYMENT.format(
        each=f"£{terms['fee_gbp'] + terms['result_gbp']:,}",
        families=terms["families"],
        most=f"£{terms['maximum_gbp']:,}",
        source=terms["source"],
        doubt=small_first(str(terms["note"])),
    )
    return [Paragraph(words)]
