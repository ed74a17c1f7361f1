"""Troubled families in a report: what the term meant, how many, how dense, and at what cost.

Each figure is told with how it is known. *Published* numbers stand as they were printed. *Estimated* ones are a
model's, with the interval that should hold the true number. Inside authorities all is *modelled*, and fewer than ten
are told as no more than that. The cost of a family has three layers, on different ground, that are never mixed in one
figure; the national mean is *assumed* to hold in the place. A user's own counts are not taken into reports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import RecipeError
from placespend.families.asked import families_of
from placespend.families.costs import LAYERS, MODELLED
from placespend.families.published import INDICATIVE, family_measures
from placespend.families.shipped_counts import HOW_WELL
from placespend.families.shown import PUBLISHED
from placespend.gazetteer import places_of_level
from placespend.place_words import in_text
from placespend.reports.document import (
    Bars,
    Bullets,
    Column,
    DataTable,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
)
from placespend.reports.families_costs import cost_blocks, payment_blocks
from placespend.reports.families_map import density_map
from placespend.reports.families_words import (
    WITHHELD,
    WITHHELD_NOTE,
    about_term,
    day_in_words,
    figure_in_words,
    how_far_off,
    number_in_words,
    status_in_words,
)

if TYPE_CHECKING:
    from placespend.families.shown import Families
    from placespend.place import Place
    from placespend.reports.document import Block, Known
    from placespend.reports.gathered import Gathered

NO_TOTAL_MAPS = (
    "No map shades numbers of families, for it would show where many people live, nor the national mean of what a "
    "family costs, which is the same everywhere."
)

SHIPPED_ONLY = (
    "These are numbers that were published, and estimates made from them. Counts of your own are not taken into a "
    "report; placespend families PLACE --counts FILE shows what may be shown of them."
)


def families_section(gathered: Gathered) -> Section:
    """Tell of the troubled families of a place.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
        Of tables ``families-density``, ``families-costs`` and ``families-bodies``, and the map ``families-map`` where
        one says something. Without the last two of the tables where the lines do not hold England's spending.
    """
    places = compared_places(gathered)
    found = families_of(places)
    of_place = families_of([gathered.place])
    table = density_of(found)
    around = "its regions" if gathered.is_england else "around it"
    (count,) = of_place.counts().to_dict(orient="records")
    try:
        costs: pd.DataFrame | str = of_place.costs(loaded=gathered.loaded)
    except RecipeError as error:
        costs = error.message
    blocks: list[Block] = [
        *map(Paragraph, about_term()),
        _key_figures(of_place, costs),
        density_bars(table, caption=f"Troubled families in {in_text(gathered.place)} and {around}", emphasised=(0,)),
        *density_map(gathered),
        Paragraph(NO_TOTAL_MAPS),
        *cost_blocks(gathered, count, costs),
        *payment_blocks(of_place),
        Bullets((*of_place.notes, *_on_errors(of_place), *_addresses(of_place), SHIPPED_ONLY)),
    ]
    return Section("families", "Troubled families", tuple(blocks))


def compared_places(gathered: Gathered) -> list[Place]:
    """List the places whose density stands beside that of a place.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    list of Place
        The place; the authority that it is a part of; its region; England. England itself stands beside its regions.
    """
    if gathered.is_england:
        return [gathered.place, *places_of_level("region")]
    around = [pot.place for pot in gathered.authorities] if len(gathered.authorities) == 1 else []
    if gathered.pot.authority is not None:
        around = [gathered.pot.authority]
    region = [gathered.region.place] if gathered.region is not None else []
    found: dict[str, Place] = {}
    for place in (gathered.place, *around, *region, gathered.england.place):
        found.setdefault(place.code, place)
    return list(found.values())


def density_of(found: Families) -> pd.DataFrame:
    """Set numbers of families beside their density.

    Parameters
    ----------
    found : Families

    Returns
    -------
    pandas.DataFrame
        ``code``, ``name``, ``families`` (Int64; missing where fewer than ten are modelled), ``low``, ``high``,
        ``status``, ``per_1000_households`` and ``per_km2`` (Float64; missing where the number is),
        ``known`` (published or modelled), ``how`` (in words), ``definition``, ``date``, ``source``.
    """
    counts, density = found.counts(), found.density()
    # Households and land are open, so that a density beside "fewer than 10" would give the number away.
    is_told = counts["families"].notna().to_numpy()
    table = counts.assign(
        per_1000_households=density["per_1000_households"].where(is_told),
        per_km2=density["per_km2"].where(is_told),
        known=["published" if status == PUBLISHED else "modelled" for status in counts["status"]],
        how=[
            status_in_words(row, place)
            for row, place in zip(counts.to_dict(orient="records"), found.places, strict=True)
        ],
    )
    first = ["code", "name", "families", "low", "high", "status", "per_1000_households", "per_km2", "known", "how"]
    return table[[*first, "definition", "date", "source"]]


def _key_figures(found: Families, costs: pd.DataFrame | str) -> KeyFigures:
    (row,) = density_of(found).to_dict(orient="records")
    known: Known = row["known"]
    how = row["how"]
    about = (
        f"Published, {day_in_words(str(row['date']))}" if row["status"] == PUBLISHED else f"{how[0].upper()}{how[1:]}"
    )
    figures = [
        KeyFigure("Families", number_in_words(row), known, about),
        KeyFigure(
            "Families for each 1,000 households",
            figure_in_words(row["per_1000_households"], decimals=2),
            known,
            WITHHELD if pd.isna(row["families"]) else "households of 2011",
        ),
        KeyFigure(
            "Families for each km²",
            figure_in_words(row["per_km2"], decimals=2),
            known,
            WITHHELD if pd.isna(row["families"]) else "land as the census of 2011 has it",
        ),
    ]
    if not isinstance(costs, str):
        (modelled,) = costs[costs["layer"] == MODELLED].to_dict(orient="records")
        shown = figure_in_words(modelled["cost_per_family_gbp"], sign="£")
        figures.append(KeyFigure("Cost of a family in a year", shown, "modelled", LAYERS[MODELLED]))
    return KeyFigures(tuple(figures))


def density_bars(table: pd.DataFrame, *, caption: str, emphasised: tuple[int, ...]) -> Bars:
    """Picture the density of families in several places.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`density_of` gives it.
    caption : str
        Of the table behind the picture.
    emphasised : tuple of int
        Positions of the bars that stand out.

    Returns
    -------
    Bars
        With the table ``families-density``.
    """
    shown = tuple(figure_in_words(value, decimals=2) for value in table["per_1000_households"])
    values = tuple(float(value) for value in table["per_1000_households"].to_numpy(dtype=float, na_value=float("nan")))
    rows = [
        (
            str(row["name"]),
            number_in_words(row),
            figure_in_words(row["per_1000_households"], decimals=2),
            figure_in_words(row["per_km2"], decimals=2),
            str(row["how"]),
        )
        for row in table.to_dict(orient="records")
    ]
    data = DataTable(
        id="families-density",
        caption=caption,
        columns=(
            Column("Place"),
            Column("Families", is_number=True),
            Column("For each 1,000 households", is_number=True),
            Column("For each km²", is_number=True),
            Column("How the number is known"),
        ),
        rows=tuple(rows),
        data=table,
        notes=(
            f"{family_measures()['definition'][INDICATIVE]}.",
            "Households and land of the census of 2011.",
            *([WITHHELD_NOTE] if table["families"].isna().any() else []),
        ),
    )
    return Bars(
        id="families-density-bars",
        caption="Troubled families for each 1,000 households",
        labels=tuple(map(str, table["name"])),
        values=values,
        shown=shown,
        unit="families for each 1,000 households",
        table=data,
        emphasised=emphasised,
    )


def _on_errors(of_place: Families) -> list[str]:
    """Tell how far estimates may be off, of the place and of those beside it and on the map."""
    return [*(note.replace(HOW_WELL, "").rstrip() for note in of_place.interval_notes), how_far_off()]


def _addresses(found: Families) -> list[str]:
    """List where the number was published, or what it is estimated from."""
    return [f"Source of the number: {source}." for source in dict.fromkeys(found.table["source"]) if source]
