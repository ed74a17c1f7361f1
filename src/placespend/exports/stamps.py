"""What a table was made with, told in each of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.levels import OWN

if TYPE_CHECKING:
    import pandas as pd

    from placespend.loaded import Loaded
    from placespend.place import Place


def stamp(table: pd.DataFrame, loaded: Loaded, *, what: str = "", place: Place | None = None) -> pd.DataFrame:
    """Say in every row what a table was made with, so that it can be made again wherever the rows end up.

    Parameters
    ----------
    table : pandas.DataFrame
    loaded : Loaded
    what : str, optional
        What the amounts are, where that must be said.
    place : Place, optional
        Whose definition is told, where it is the user's own: of others the code says it.

    Returns
    -------
    pandas.DataFrame
        With a last column ``made_with``, which also tells why bases were chosen, and before it, where it must be
        said, ``what``.
    """
    about = f"; {place.definition}" if place is not None and place.level == OWN else ""
    about += "".join(
        f"; {override.service or override.line}: {override.reason}" for override in loaded.recipe.overrides
    )
    said = table.assign(what=what) if what else table
    return said.assign(made_with=loaded.stamp + about)
