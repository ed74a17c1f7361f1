"""Where the places of a map are drawn: their outlines or shapes of one size, and what lies around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placespend.gazetteer import find_place
from placespend.geography import level_index, outlines
from placespend.maps.visibility import check_visible, notes_on_outlines
from placespend.place_words import in_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from matplotlib.figure import Figure

    from placespend.place import Place

OF_REGIONS = "The thick lines run around regions."


def ground_of(places: Sequence[Place], *, equal_area: bool) -> gpd.GeoDataFrame:
    """Take the outlines of places, or as many shapes of one size.

    Parameters
    ----------
    places : sequence of Place
    equal_area : bool

    Returns
    -------
    geopandas.GeoDataFrame
        ``code``, ``name``, ``drawn`` and ``geometry`` (EPSG:27700); of an equal-area view ``region`` too.

    Raises
    ------
    PlacespendError
        If the places are too small and far apart to be seen, or too many for an equal-area view.
    """
    from placespend.maps.place_outlines import outlines_of  # noqa: PLC0415  (a pot needs no maps)

    if equal_area:
        from placespend.maps.cartogram import equal_area_outlines  # noqa: PLC0415

        return equal_area_outlines(places).assign(drawn="")
    found = outlines_of(places)
    check_visible(found)
    return found


def notes_on_ground(ground: gpd.GeoDataFrame) -> list[str]:
    """Say what must be known of where places are drawn.

    Parameters
    ----------
    ground : geopandas.GeoDataFrame
        Of :func:`ground_of`.

    Returns
    -------
    list of str
    """
    if "region" not in ground:
        return notes_on_outlines(ground)
    from placespend.maps.cartogram import EQUAL_AREAS  # noqa: PLC0415  (a pot needs no maps)

    return [EQUAL_AREAS, *([OF_REGIONS] if 1 < ground["region"].nunique() < len(ground) else [])]


def mark_ground(figure: Figure, ground: gpd.GeoDataFrame) -> Figure:
    """Mark the regions of an equal-area view, where there are several.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What was drawn on the ground.
    ground : geopandas.GeoDataFrame
        Of :func:`ground_of`.

    Returns
    -------
    matplotlib.figure.Figure
        The same.
    """
    if "region" not in ground:
        return figure
    from placespend.maps.region_marks import mark_regions  # noqa: PLC0415  (a pot needs no maps)

    return mark_regions(figure, ground)


def surroundings(places: Sequence[Place]) -> tuple[gpd.GeoDataFrame | None, str]:
    """Find the larger places among which places are shown on a small map.

    Parameters
    ----------
    places : sequence of Place

    Returns
    -------
    outlines : geopandas.GeoDataFrame or None
        The upper-tier authorities of the one region that the places lie in; England's regions where they lie in
        several, or are all of one; None where they lie in every region.
    caption : str
    """
    codes, region_of = level_index("region")
    tiers, tier_of = level_index("upper_tier")
    touched = np.unique(np.concatenate([place.small_areas for place in places]))
    regions = np.unique(region_of[touched])
    if len(regions) == len(codes):
        return None, ""
    there = np.flatnonzero(region_of == regions[0])
    if len(regions) > 1 or len(np.intersect1d(there, touched)) == len(there):
        return outlines("region"), "Where these places are in England"
    around = outlines("upper_tier")
    inside = {str(tiers[number]) for number in np.unique(tier_of[there])}
    region = find_place(str(codes[regions[0]]), level="region")
    return around[around["code"].isin(inside)], f"Where these places are in {in_text(region)}"
