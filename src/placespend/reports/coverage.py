"""What the lines loaded cover: only where they serve all of England is a pot of them to be set beside England's.

A file of one council's lines gives England that council's money, divided by all who live in England. Such an average
is of nothing, so no report makes a comparison with it, or with other places that the lines hardly serve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.lines import about_source
from placespend.pots_by_level import areas_reached

if TYPE_CHECKING:
    from placespend.loaded import Loaded

NOT_ALL = "The lines loaded do not serve all of England"

NOT_COMPARED = (
    f"{NOT_ALL}, so no comparison is made with England, its regions or other places: of what is spent there the lines "
    "hold too little."
)


def serves_england(loaded: Loaded) -> bool:
    """Tell whether every part of England is served by some line that is loaded, and not awaited.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    bool
    """
    key = ("serves_england",)
    if key not in loaded.kept:
        loaded.kept[key] = bool(areas_reached(loaded.cells["footprint_code"]).all())
    found: bool = loaded.kept[key]
    return found


def has_analysis(loaded: Loaded) -> bool:
    """Tell whether lines of the Treasury's regional analysis are loaded, which is without what serves the country.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    bool
    """
    sources = [about_source(source) for source in loaded.lines["source_id"].unique()]
    return any(about is not None and about["publication"] == "hmt-cra" for about in sources)
