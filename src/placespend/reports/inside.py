"""The pot within a place: per head of the places that it is made of, as a map and a table.

A combined authority, a county or a region is shown by authority or district, an authority by middle-layer area, and a
neighbourhood by small area, where there are three or more of them. Below an authority all is modelled, and the map says
so. The rows are those of ``placespend pots``: they sum to the place's pot, unless some of them reach beyond it.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import OverlappingPlacesError, PlacespendError
from placespend.levels import LEVELS
from placespend.maps.layers import VALUE, ZERO
from placespend.notes import NEIGHBOURHOOD
from placespend.place_words import in_text, official_code
from placespend.reports.document import Block, Column, DataTable, MapPicture, Notice, Paragraph, Section
from placespend.reports.wording import amount_or_awaited
from placespend.text import gbp

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

    from placespend.maps.layers import MapLayer
    from placespend.pots_by_level import Pots
    from placespend.reports.gathered import Gathered

LARGEST_SVG = 300_000
"""In bytes: a larger map is put into the report as a PNG alone."""

MOST_COLOURS = 128
"""Of a map on paper: a few flat ones, and the steps between them at the edges of lines and letters."""

PLURALS = {
    "upper_tier": "upper-tier authorities",
    "lad": "local authority districts",
    "msoa": "middle-layer areas",
    "lsoa": "small areas",
}

DIFFERENCES = (
    "Differences between them are the model's, and not observed: they come from what kinds of neighbourhoods each is "
    "made of, and from how many people and households live in it."
)


def inside_section(gathered: Gathered) -> Section:
    """Show the pot within the place.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
    """
    heading = f"Within {in_text(gathered.place)}"
    if gathered.pot.cells.empty:
        return Section("inside", heading, (Paragraph("Nothing is known of what is spent here, so no map is drawn."),))
    try:
        found = gathered.inside
    except OverlappingPlacesError:
        found = None
    if found is None:
        none = "The place is made of too few smaller places for a map of its pot to say anything."
        return Section("inside", heading, (Paragraph(none),))
    blocks: list[Block] = [Paragraph(_words(gathered))]
    if LEVELS[gathered.inside_level].is_neighbourhood:
        blocks.append(Notice(f"These amounts are {NEIGHBOURHOOD}. {DIFFERENCES}"))
    table = _table(gathered, found)
    try:
        picture = _map(gathered, table)
    except PlacespendError as error:
        blocks += [table, Paragraph(f"No map is drawn. {error.message}")]
    else:
        blocks.append(replace(picture, table=_with_statuses(table, _statuses(picture.layer))))
    return Section("inside", heading, tuple(blocks))


def _words(gathered: Gathered) -> str:
    kinds = PLURALS[gathered.inside_level]
    return f"The pot per head of the {len(gathered.inside_places):,} {kinds} in {in_text(gathered.place)}."


def _table(gathered: Gathered, found: Pots) -> DataTable:
    """Set out the pots within the place, and the rest of it; what lies elsewhere is told where it is reconciled."""
    known = {place.code for place in gathered.inside_places} | {f"{gathered.place.code}-rest"}
    shown = found.table[found.table["code"].isin(known)].reset_index(drop=True)
    rows = [
        (
            str(row["name"]),
            official_code(str(row["code"])),
            f"{row['residents']:,}",
            amount_or_awaited(row["total_pence"]),
            gbp(row["per_head_pence"]),
        )
        for row in shown.to_dict(orient="records")
    ]
    is_whole = int(shown["total_pence"].sum()) == gathered.pot.total_pence and bool(shown["total_pence"].notna().all())
    if is_whole:
        pot = gathered.pot
        rows.append(
            (
                pot.place.name,
                official_code(pot.place.code),
                f"{pot.residents:,}",
                gbp(pot.total_pence),
                gbp(pot.per_head_pence),
            )
        )
    columns = (
        Column("Place"),
        Column("Code"),
        Column("Residents", is_number=True),
        Column("Amount (£)", is_number=True),
        Column("Per head (£)", is_number=True),
    )
    notes = tuple(note for note in found.notes if note.startswith("Partly outside"))
    name = LEVELS[gathered.inside_level].label
    caption = f"By {name} in {in_text(gathered.place)}, {found.financial_year}"
    return DataTable("inside-table", caption, columns, tuple(rows), shown, has_total=is_whole, notes=notes)


def _statuses(layer: MapLayer | None) -> dict[str, str]:
    """Give how the figure of each place is known, as its map says."""
    if layer is None:
        return {}
    rows = layer.table[layer.table["mark"].isin([VALUE, ZERO])]
    return dict(zip(rows["code"], rows["status"], strict=True))


def _with_statuses(table: DataTable, statuses: dict[str, str]) -> DataTable:
    """Add how each place's figure is known."""
    codes = [*table.data["code"], *[""] * (len(table.rows) - len(table.data))]
    rows = tuple((*row, statuses.get(code, "")) for row, code in zip(table.rows, codes, strict=True))
    data = table.data.assign(known=pd.Series([statuses.get(code, "") for code in table.data["code"]], dtype="str"))
    return replace(table, columns=(*table.columns, Column("How known")), rows=rows, data=data)


def _map(gathered: Gathered, table: DataTable) -> MapPicture:
    """Draw the pot per head of the places within."""
    from placespend.place_maps.choropleths import draw_mappable  # noqa: PLC0415  (only reports with a map need it)
    from placespend.place_maps.mappable import mappable  # noqa: PLC0415

    found = mappable(
        "pot", places=gathered.inside_places, within=gathered.place, loaded=gathered.loaded, as_at=gathered.day
    )
    where = f"by {LEVELS[gathered.inside_level].label} in {in_text(gathered.place)}, {gathered.pot.financial_year}"
    found = replace(found, title=f"{found.label}, {where}", where=where)
    return picture_of("inside-map", found.title, draw_mappable(found), found.layer, table)


def picture_of(name: str, caption: str, figure: Figure, layer: MapLayer, table: DataTable) -> MapPicture:
    """Take a drawn map into a report: as PNG for paper, and as SVG too, for screens, where that is small.

    Parameters
    ----------
    name : str
        Id of the picture.
    caption : str
        What stands beside it in the report.
    figure : matplotlib.figure.Figure
        As :func:`placespend.maps.drawing.draw_map` gives it.
    layer : MapLayer
        What it shows.
    table : DataTable
        The same, for those who cannot see it.

    Returns
    -------
    MapPicture
    """
    from placespend.maps.writing import picture_drawn, svg_text  # noqa: PLC0415  (only reports with a map need it)

    svg = svg_text(figure)
    shown = svg if len(svg.encode("utf-8")) <= LARGEST_SVG else ""
    return MapPicture(name, caption, shown, _few_colours(picture_drawn(figure)), str(figure.get_label()), table, layer)


def _few_colours(picture: Image) -> bytes:
    """Write a picture with as many colours as a map needs: a third of its bytes, and the same to the eye."""
    from PIL.Image import Dither  # noqa: PLC0415  (it comes with matplotlib)

    written = io.BytesIO()
    few = picture.convert("RGB").quantize(MOST_COLOURS, dither=Dither.NONE)
    few.save(written, format="PNG", optimize=True, dpi=picture.info["dpi"])
    return written.getvalue()
