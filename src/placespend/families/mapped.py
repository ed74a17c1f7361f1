"""Maps of the density of families, and of what they cost; and why some maps are not drawn.

A map of numbers of families shows where many people live, and the national mean times those numbers shows the same once
more: both are refused. Layers of cost never share one shading. Inside authorities numbers are modelled, so a map tells
only bands of density there. What is suppressed, missing or zero has a mark of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.errors import PlacespendError, WrongTypeError
from placespend.families.costs import COST_NOTE, LAYERS, check_shadeable
from placespend.families.shown import SUPPRESSED, Families
from placespend.maps.layers import MapLayer, map_layer, mark_values

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd

PICTURES, DATA = (".png", ".svg"), (".geojson", ".json")


def title_of(table: pd.DataFrame, where: str) -> str:
    """Say what a map of families shows.

    Parameters
    ----------
    table : pandas.DataFrame
        As for :func:`family_layer`.
    where : str
        "by region", "in Leeds", or both; may be empty.

    Returns
    -------
    str
    """
    what = "What a troubled family costs in a year" if "layer" in table else "Density of troubled families"
    return f"{what} {where}".strip()


def family_layer(found: Families, table: pd.DataFrame) -> MapLayer:
    """Take what a map of families shades.

    Parameters
    ----------
    found : Families
    table : pandas.DataFrame
        What ``found.density()`` gives, or rows of one layer of :func:`placespend.families.costs.family_costs`.

    Returns
    -------
    MapLayer

    Raises
    ------
    WrongTypeError
        If it is a table of counts, the national mean, or several layers of cost.
    """
    if "layer" in table:
        layer = check_shadeable(table["layer"])
        column, unit = "cost_per_family_gbp", f"Cost of a family, {LAYERS[layer]}"
    elif "per_1000_households" in table:
        column, unit = "per_1000_households", "Families per 1,000 households"
    else:
        message = "Numbers of families are not shaded: such a map shows where many people live."
        raise WrongTypeError(message, hint="map the density (--measure density) or the cost (--measure cost)")
    values = table[column].astype("Float64")
    marks = mark_values(values, suppressed=table["status"] == SUPPRESSED)
    rows = table[["code", "name", "status"]].assign(value=values, mark=marks)
    only_bands = any(not place.is_made_of("upper_tier") for place in found.places)
    is_money = column == "cost_per_family_gbp"
    return map_layer(rows, unit=unit, number="gbp" if is_money else "plain", bands_only=only_bands)


def draw_families(found: Families, table: pd.DataFrame, path: Path, *, where: str, keep: Iterable[Path] = ()) -> None:
    """Draw a map of families, or write its data layer.

    Parameters
    ----------
    found : Families
    table : pandas.DataFrame
        As for :func:`family_layer`.
    path : pathlib.Path
        Ending in .png, .svg (pictures) or .geojson (the data layer, for other maps).
    where : str
        As for :func:`title_of`.
    keep : iterable of pathlib.Path, optional
        Files that must not be written over.

    Raises
    ------
    WrongTypeError
        As :func:`family_layer` does.
    PlacespendError
        If the file has another ending.
    DataFileError
        If it cannot be written.
    """
    ending = path.suffix.casefold()
    if ending not in {*PICTURES, *DATA}:
        message = f"Maps are not written as {ending or 'files without an ending'}."
        raise PlacespendError(message, hint="end the file's name in .png, .svg or .geojson")
    layer = family_layer(found, table)
    from placespend.exports import write_whole  # noqa: PLC0415
    from placespend.maps.drawing import draw_map  # noqa: PLC0415  (matplotlib is only for pictures)
    from placespend.maps.place_outlines import outlines_of  # noqa: PLC0415
    from placespend.maps.writing import map_geojson, write_map  # noqa: PLC0415

    outlines = outlines_of(found.places)
    if ending in DATA:
        write_whole(map_geojson(layer, outlines), path, keep=keep)
        return
    notes = [f"{found.what[0].upper()}{found.what[1:]}.", *found.notes, *([COST_NOTE] if "layer" in table else [])]
    drawn = sorted({how for how in outlines["drawn"] if how})
    figure = draw_map(layer, outlines, title=title_of(table, where), notes=[*notes, *drawn])
    write_map(figure, path, keep=keep)
