"""The tables of places side by side: per head by division, by sector, how each pot is known, and families.

Each place is a column, or a row, of its own. Nothing is summed over places, which may overlap.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import RecipeError
from placespend.families.asked import families_of
from placespend.families.costs import COST_NOTE, LAYERS, LOCAL, MODELLED
from placespend.money import percent
from placespend.place_words import in_text
from placespend.reports.against import division_heads
from placespend.reports.document import Bars, Column, DataTable, Paragraph
from placespend.reports.families_section import density_bars, density_of
from placespend.reports.families_words import figure_in_words, how_far_off, number_in_words
from placespend.reports.wording import amount_or_awaited, known_of
from placespend.schema import GRADES, SECTORS
from placespend.text import gbp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placespend.pot import Pot
    from placespend.reports.document import Block

ROUNDED = "Each figure is rounded by itself, so the divisions may sum to a penny or two more or less than the total."


def names_of(pots: Sequence[Pot]) -> list[str]:
    """Name places so that each name stands for one.

    Parameters
    ----------
    pots : sequence of Pot

    Returns
    -------
    list of str
        With the code where several have one name.
    """
    times = Counter(pot.place.name for pot in pots)
    return [pot.place.name if times[pot.place.name] == 1 else f"{pot.place.name} ({pot.place.code})" for pot in pots]


def texts_of(pots: Sequence[Pot]) -> list[str]:
    """Name each place within a sentence, those of one name by their code too.

    Parameters
    ----------
    pots : sequence of Pot

    Returns
    -------
    list of str
    """
    names = zip(names_of(pots), pots, strict=True)
    return [in_text(pot.place) if name == pot.place.name else name for name, pot in names]


def division_table(pots: Sequence[Pot]) -> DataTable:
    """Set places side by side per head by division of services.

    Parameters
    ----------
    pots : sequence of Pot

    Returns
    -------
    DataTable
    """
    data = division_heads(list(pots))
    keys = zip(data["code"], data["division"], strict=True)
    heads = dict(zip(keys, data["per_head_pence"], strict=True))
    names = data.drop_duplicates("division").set_index("division")["division_name"]
    rows = [
        (str(name), *(gbp(heads[pot.place.code, str(division)]) for pot in pots)) for division, name in names.items()
    ]
    total = ("Total", *("" if pot.per_head_pence is None else gbp(pot.per_head_pence) for pot in pots))
    return DataTable(
        id="divisions-side-by-side",
        caption=f"Per head by division of services, {pots[0].financial_year}",
        columns=(Column("Division"), *_place_columns(pots)),
        rows=(*rows, total),
        data=data,
        notes=(ROUNDED, *_nobody(pots)),
    )


def sector_table(pots: Sequence[Pot]) -> DataTable:
    """Set places side by side by sector, to the penny.

    Parameters
    ----------
    pots : sequence of Pot

    Returns
    -------
    DataTable
        Each column sums to the place's pot.
    """
    cuts = [pot.by("sector") for pot in pots]
    data = pd.concat(
        [
            cut.assign(code=pot.place.code, name=pot.place.name, known=[known_of(letters) for letters in cut["grades"]])
            for pot, cut in zip(pots, cuts, strict=True)
        ],
        ignore_index=True,
    )
    sums = [dict(zip(cut["sector"], cut["amount_pence"], strict=True)) for cut in cuts]
    found = [sector for sector in SECTORS if any(sector in amounts for amounts in sums)]
    rows = [
        (
            f"{SECTORS[sector][0].upper()}{SECTORS[sector][1:]}",
            *(amount_or_awaited(amounts[sector]) if sector in amounts else gbp(0) for amounts in sums),
        )
        for sector in found
    ]
    first = ["code", "name", "sector", "amount_pence", "per_head_pence", "observed_pence", "grades", "awaited_lines"]
    return DataTable(
        id="sectors-side-by-side",
        caption=f"The pots by sector, {pots[0].financial_year}",
        columns=(Column("Sector"), *_place_columns(pots)),
        rows=(*rows, ("Total", *(gbp(pot.total_pence) for pot in pots))),
        data=data[[*first, "known"]],
        has_total=True,
    )


def grades_side_by_side(pots: Sequence[Pot]) -> DataTable:
    """Set side by side how the pots of places are known.

    Parameters
    ----------
    pots : sequence of Pot

    Returns
    -------
    DataTable
        What part of each pot has which grade.
    """
    data = pd.DataFrame(
        [
            {
                "code": pot.place.code,
                "name": pot.place.name,
                "grade": letter,
                "amount_pence": pot.grades[letter],
                "known": known_of(letter),
            }
            for pot in pots
            for letter in GRADES
        ]
    )
    rows = [(letter, meaning, *(_part(pot, letter) for pot in pots)) for letter, meaning in GRADES.items()]
    return DataTable(
        id="grades-side-by-side",
        caption="What part of each pot has which grade",
        columns=(
            Column("Grade"),
            Column("What it means"),
            *(Column(name, is_number=True) for name in names_of(pots)),
        ),
        rows=tuple(rows),
        data=data,
    )


def families_blocks(pots: Sequence[Pot]) -> list[Block]:
    """Set the troubled families of places side by side.

    Parameters
    ----------
    pots : sequence of Pot
        Made of the same lines.

    Returns
    -------
    list of Block
    """
    found = families_of([pot.place for pot in pots])
    density = density_of(found)
    blocks: list[Block] = [_density(density, pots)]
    try:
        costs = found.costs(loaded=pots[0].loaded)
    except RecipeError as error:
        return [*blocks, Paragraph(f"What a family costs cannot be modelled from these lines. {error.message}")]
    return [*blocks, Paragraph(how_far_off()), Paragraph(COST_NOTE), _cost_table(density, costs, pots)]


def _density(density: pd.DataFrame, pots: Sequence[Pot]) -> Bars:
    return density_bars(density.assign(name=names_of(pots)), caption="Troubled families in each place", emphasised=())


def _cost_table(density: pd.DataFrame, costs: pd.DataFrame, pots: Sequence[Pot]) -> DataTable:
    by_layer = {layer: costs[costs["layer"] == layer].set_index("code") for layer in (MODELLED, LOCAL)}
    shown = [layer for layer, table in by_layer.items() if len(table)]
    rows = [
        (
            name,
            number_in_words(row),
            *(_cost(by_layer[layer], str(row["code"])) for layer in shown),
        )
        for name, row in zip(names_of(pots), density.to_dict(orient="records"), strict=True)
    ]
    data = costs[costs["layer"].isin(shown)].reset_index(drop=True)
    return DataTable(
        id="families-costs-side-by-side",
        caption="What a troubled family costs in a year, by layer; layers are not to be compared with one another",
        columns=(
            Column("Place"),
            Column("Families", is_number=True),
            *(Column(f"A family, {LAYERS[layer]} (£)", is_number=True) for layer in shown),
        ),
        rows=tuple(rows),
        data=data.assign(known=data["layer"].map({MODELLED: "modelled", LOCAL: "published"})),
        notes=("The national mean is the same everywhere, and so compares nothing.",),
    )


def _cost(layer: pd.DataFrame, code: str) -> str:
    if code not in layer.index:
        return "none published"
    return figure_in_words(layer["cost_per_family_gbp"][code])


def _place_columns(pots: Sequence[Pot]) -> tuple[Column, ...]:
    return tuple(Column(f"{name} (£)", is_number=True) for name in names_of(pots))


def _part(pot: Pot, letter: str) -> str:
    return percent(pot.grades[letter], pot.total_pence) if pot.total_pence else ""


def _nobody(pots: Sequence[Pot]) -> list[str]:
    names = [name for name, pot in zip(names_of(pots), pots, strict=True) if pot.per_head_pence is None]
    return [f"Nobody lives in {name}, so nothing is told per head." for name in names]
