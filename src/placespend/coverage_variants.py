"""A place cut along other rulers, to tell how much hangs on what a small area that it cuts is divided by.

Which live postcodes a place holds is recovered from its stretches of the usual ruler; they are then weighed otherwise.
Coverage by land needs the drawn shape, which a place does not keep, so it is no variant of a place cut by postcodes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from placespend.rulers import VARIANTS, recut

if TYPE_CHECKING:
    from placespend.place import Place

BY_LAND = "land"
WITHOUT_LAND = tuple(name for name in VARIANTS if name != BY_LAND)


def coverage_of(place: Place) -> str:
    """Tell by what a place divides the small areas that it cuts.

    Parameters
    ----------
    place : Place

    Returns
    -------
    str
        A key of :data:`placespend.rulers.VARIANTS`; empty where it cuts none.
    """
    ruler = place.extent.parts.ruler
    return next((name for name, words in VARIANTS.items() if words == ruler), BY_LAND) if ruler else ""


def coverage_variants(place: Place) -> tuple[dict[str, Place], tuple[str, ...]]:
    """Cut a place by every coverage that can be told from the one that it has.

    Parameters
    ----------
    place : Place

    Returns
    -------
    variants : dict of str to Place
        By keys of :data:`placespend.rulers.VARIANTS`, the place's own first; empty where it cuts no small area.
    notes : tuple of str
        Why others are left out.
    """
    own = coverage_of(place)
    if not own:
        return {}, ()
    found, unknown, empty = {own: place}, [], []
    for name in WITHOUT_LAND:
        extent = recut(place.extent, coverage=name)
        if extent is None:
            unknown.append(VARIANTS[name])
        elif not len(extent):
            empty.append(VARIANTS[name])
        elif name != own:
            found[name] = replace(place, extent=extent)
    notes = []
    if unknown:
        notes.append(
            f"Coverage {' and '.join(unknown)} is not in the range: it cannot be told of a place that was cut "
            f"{VARIANTS[own]}. Take the place by live postcodes to have it."
        )
    if empty:
        notes.append(f"Coverage {' and '.join(empty)} is not in the range: nothing of the place weighs anything there.")
    return found, tuple(notes)
