"""The map of how dense troubled families are within a place, or why there is none.

It is drawn by authority, or by middle-layer area within one, where there are places enough and they differ. Within a
neighbourhood there is none: the model knows kinds of neighbourhoods, and would tell the same of like streets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import PlacespendError
from placespend.families.asked import families_of
from placespend.families.mapped import OF_CENSUS, family_layer, title_of
from placespend.levels import LEVELS
from placespend.maps.layers import VALUE, ZERO, MapLayer
from placespend.maps.scheme_words import words_of_scheme
from placespend.place_words import in_text
from placespend.reports.document import Column, DataTable, Paragraph
from placespend.reports.inside import picture_of

if TYPE_CHECKING:
    from placespend.reports.document import Block
    from placespend.reports.gathered import Gathered

WITHIN_A_NEIGHBOURHOOD = (
    "No map of density is drawn within a neighbourhood: how families lie in it is a model's, by what kinds of streets "
    "there are, and would look like a finding."
)
TOO_FEW = "No map of density is drawn: the place holds too few smaller ones."
ALL_ALIKE = "No map of density is drawn: it is the same, as far as is known, everywhere in the place."
MODELLED = "Within authorities density is modelled, never counted, and only bands of it are told."


def density_map(gathered: Gathered) -> list[Block]:
    """Map the density of troubled families within a place, or say why there is no map.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    list of Block
        The map, or a paragraph.
    """
    if gathered.is_neighbourhood:
        return [Paragraph(WITHIN_A_NEIGHBOURHOOD)]
    if not gathered.inside_places:
        return [Paragraph(TOO_FEW)]
    try:
        return [_draw(gathered)]
    except PlacespendError as error:
        return [Paragraph(f"No map of density is drawn. {error.message}")]


def _draw(gathered: Gathered) -> Block:
    from placespend.maps.drawing import draw_map  # noqa: PLC0415  (matplotlib is only for pictures)
    from placespend.maps.place_outlines import outlines_of  # noqa: PLC0415
    from placespend.maps.visibility import check_visible, notes_on_outlines  # noqa: PLC0415

    found = families_of(list(gathered.inside_places))
    table = found.density()
    layer = family_layer(found, table)
    if len(layer.classes) < 2:
        return Paragraph(ALL_ALIKE)
    outlines = outlines_of(found.places)
    check_visible(outlines)
    where = f"by {LEVELS[gathered.inside_level].label} in {in_text(gathered.place)}"
    title = title_of(table, where)
    notes = [f"{found.what[0].upper()}{found.what[1:]}.", OF_CENSUS]
    notes += [*([MODELLED] if layer.bands_only else []), words_of_scheme(layer.classes), *notes_on_outlines(outlines)]
    figure = draw_map(layer, outlines, title=title, notes=notes)
    return picture_of("families-map", title, figure, layer, layer_table(layer, title))


def layer_table(layer: MapLayer, caption: str) -> DataTable:
    """Set out what the map shows of each place.

    Parameters
    ----------
    layer : MapLayer
    caption : str

    Returns
    -------
    DataTable
        By name of the place. Where the map tells only bands, no value stands in it either.
    """
    words = pd.Series(layer.words(), index=layer.table.index, dtype="str")
    data = layer.table[["code", "name", "mark", "status"]].assign(shown=words)
    if not layer.bands_only:
        data.insert(2, "value", layer.table["value"])
    data = data.sort_values(["name", "code"], kind="stable", ignore_index=True)
    rows = [
        (str(row["name"]), str(row["shown"]), str(row["status"]) if row["mark"] in {VALUE, ZERO} else "")
        for row in data.to_dict(orient="records")
    ]
    columns = (Column("Place"), Column(layer.unit, is_number=True), Column("How it is known"))
    return DataTable(id="families-map-table", caption=caption, columns=columns, rows=tuple(rows), data=data)
