"""Maps of the density of families, and of what they cost; and why some maps are not drawn.

A map of numbers of families shows where many people live, and the national mean times those numbers shows the same once
more: both are refused. Layers of cost never share one shading. Inside authorities numbers are modelled, so a map tells
only bands of density there. What is suppressed, missing or zero has a mark of its own. Small places so far apart that
none could be seen are not drawn in one picture.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from placespend.errors import WrongTypeError
from placespend.families.costs import COST_NOTE, LAYERS, check_shadeable
from placespend.families.published import published_counts
from placespend.families.shown import SUPPRESSED, Families
from placespend.maps.descriptions import describe_scheme
from placespend.maps.endings import DATA, PICTURES
from placespend.maps.endings import check_ending as check_ending_of
from placespend.maps.layers import MapLayer, map_layer, mark_values
from placespend.maps.visibility import check_visible, notes_on_outlines

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

OF_CENSUS = "Households and land of the census of 2011."


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


def cautions_on_costs(found: Families) -> tuple[str, ...]:
    """Warn of costs that are of other families than those that were counted.

    Parameters
    ----------
    found : Families
        What the costs are of.

    Returns
    -------
    tuple of str
        Empty unless a user's own counts are behind them.
    """
    if not found.is_own:
        return ()
    (headline,) = published_counts("target_headline", level="nation")["value"]
    caution = (
        f"The modelled cost and the national mean are of the {headline:,} families of the programme: divided by, or "
        "times, counts of another definition they mean little."
    )
    return (caution,)


def family_layer(found: Families, table: pd.DataFrame, **classing: Any) -> MapLayer:
    """Take what a map of families shades.

    Parameters
    ----------
    found : Families
    table : pandas.DataFrame
        What ``found.density()`` gives, or rows of one layer of :func:`placespend.families.costs.family_costs`.
    **classing
        How values are put into classes, as :func:`placespend.maps.layers.map_layer` takes it.

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
    return map_layer(rows, unit=unit, number="gbp" if is_money else "plain", bands_only=only_bands, **classing)


def check_ending(path: Path) -> str:
    """Tell the kind of a map from the ending of its file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str
        The ending, in small letters.

    Raises
    ------
    PlacespendError
        If maps are not written as that.
    """
    return check_ending_of(path, PICTURES, DATA)


def draw_families(
    found: Families, table: pd.DataFrame, path: str | Path, *, where: str = "", keep: Iterable[Path] = ()
) -> None:
    """Draw a map of families, or write its data layer.

    Parameters
    ----------
    found : Families
    table : pandas.DataFrame
        As for :func:`family_layer`.
    path : str or pathlib.Path
        Ending in .png, .svg (pictures) or .geojson (the data layer, for other maps).
    where : str, optional
        Words that end the title: "by region" makes "Density of troubled families by region".
    keep : iterable of pathlib.Path, optional
        Files that must not be written over.

    Raises
    ------
    WrongTypeError
        As :func:`family_layer` does.
    PlacespendError
        If the file has another ending, or the places are too small and far apart to be seen in a picture.
    DataFileError
        If it cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from placespend.families.asked import families_of
    >>> found = families_of(level="region")
    >>> with TemporaryDirectory() as folder:
    ...     draw_families(found, found.density(), f"{folder}/regions.svg", where="by region")
    """
    path = Path(path)
    ending = check_ending(path)
    layer = family_layer(found, table)
    from placespend.exports.files import write_whole  # noqa: PLC0415
    from placespend.maps.drawing import draw_map  # noqa: PLC0415  (matplotlib is only for pictures)
    from placespend.maps.place_outlines import outlines_of  # noqa: PLC0415
    from placespend.maps.writing import map_geojson, write_map  # noqa: PLC0415

    outlines = outlines_of(found.places)
    if ending in DATA:
        write_whole(map_geojson(layer, outlines), path, keep=keep)
        return
    check_visible(outlines)
    classes = [described] if (described := describe_scheme(layer)) else []
    notes = [*family_notes(found, table), *classes, *notes_on_outlines(outlines)]
    write_map(draw_map(layer, outlines, title=title_of(table, where), notes=notes), path, keep=keep)


def family_notes(found: Families, table: pd.DataFrame) -> list[str]:
    """Say what a reader of a map of families must know: first what is counted.

    Parameters
    ----------
    found : Families
    table : pandas.DataFrame
        As for :func:`family_layer`.

    Returns
    -------
    list of str
    """
    return [
        f"{found.what[0].upper()}{found.what[1:]}.",
        *found.notes,
        *([*cautions_on_costs(found), COST_NOTE] if "layer" in table else [OF_CENSUS]),
    ]
