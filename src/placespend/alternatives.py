"""What the money of each service could be shared by instead.

The cells of a service that share one basis are a *unit*. Its alternatives are the basis it has; the rungs of use
``alternative`` on its service's ladder; what the ladder would give, where a recipe or a line chose otherwise; and, for
places smaller than the areas for which a modelled measure was published, the same measure spread by residents or
households alone. Measures that a recipe leaves out are no alternatives. A real measure that a user loads, the best
rung, has none of the ladder's.

Each cell is shared alone, so units are independent of one another. A cell keeps its basis under an alternative that
cannot share it, for the alternative counts nothing or not all of the cell's footprint; and what cannot be placed stays
so. So under any one set of bases the same money is placed, and places that tile a footprint sum to the same.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.cofog import services
from placespend.footprints import footprint_extent
from placespend.measures import PLAIN
from placespend.shares import build_shares

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from placespend.bases import Bases
    from placespend.ledger import Ledger
    from placespend.loaded import Loaded
    from placespend.place import Place

UNIT = ["service_code", "basis"]


class Units(NamedTuple):
    """Cells of one service and one basis taken together, and what they could be shared by.

    Attributes
    ----------
    table : pandas.DataFrame
        ``service_code``, ``basis``; rows are numbered.
    names : list of tuple of str
        For each, its own basis and then the alternatives.
    siblings : list of str
        For each, the same measure spread by residents or households alone; empty where it is not modelled.
    of_cell : ndarray of int64
        The number of each cell's unit.
    """

    table: pd.DataFrame
    names: list[tuple[str, ...]]
    siblings: list[str]
    of_cell: NDArray[np.int64]


def units_of(loaded: Loaded) -> Units:
    """Take cells of one service and one basis together, and find what else they could be shared by.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    Units
        Kept with the lines: they are the same for every place.
    """
    kept = loaded.kept
    if ("units",) not in kept:
        kept["units",] = _find_units(loaded)
    found: Units = kept["units",]
    return found


def _find_units(loaded: Loaded) -> Units:
    cells, bases = loaded.cells, loaded.bases
    groups = cells.groupby(UNIT, sort=True)
    table = pd.DataFrame(list(groups.indices), columns=UNIT, dtype="str")
    plain = {name: bases.plain_of(name) or "" for name in table["basis"].unique()}
    ladders = rungs_used(bases)
    left_out = set(bases.left_out)
    names = []
    for (service, own), rows in zip(table.itertuples(index=False), groups.indices.values(), strict=True):
        uses = ladders[ladder_of_service()[service]]
        others = [name for name, use in uses.items() if use == "alternative"] if uses.get(own) != "best" else []
        if uses.get(own, "alternative") == "alternative":
            footprints = cells["footprint_code"].iloc[rows].unique()
            others = [*sorted({bases.for_service(service, code) for code in footprints} - {""}), *others]
        kept = [name for name in others if not left_out or not _measures_of(name, bases) & left_out]
        names.append(tuple(dict.fromkeys([own, *kept, *([plain[own]] if plain[own] else [])])))
    siblings = [plain[own] for own in table["basis"]]
    return Units(table, names, siblings, groups.ngroup().to_numpy().astype(np.int64))


@cache
def ladder_of_service() -> dict[str, str]:
    """Give the ladder of each service by its code.

    Returns
    -------
    dict of str to str
    """
    return {str(code): str(ladder) for code, ladder in services()["ladder"].items()}


def rungs_used(bases: Bases) -> dict[str, dict[str, str]]:
    """Give the use of each rung that is loaded, by ladder and basis.

    Parameters
    ----------
    bases : Bases

    Returns
    -------
    dict of str to dict of str to str
    """
    found: dict[str, dict[str, str]] = {}
    for row in bases.ladders.to_dict(orient="records"):
        rungs = found.setdefault(str(row["ladder"]), {})
        if row["loaded"]:
            rungs[str(row["basis"])] = str(row["use"])
    return found


def _measures_of(name: str, bases: Bases) -> set[str]:
    return {part.name.removesuffix(PLAIN) for part, _ in bases.basis(name).parts}


def _can_share(footprint_code: str, name: str, bases: Bases) -> bool:
    """Tell whether a basis counts all of a footprint, and something of it."""
    footprint, basis = footprint_extent(footprint_code), bases.basis(name)
    if footprint is None or (basis.is_partial and basis.uncovered(footprint)):
        return False
    shares = build_shares(footprint_code, basis)
    return shares is not None and bool(shares.denominator)


def rebase(cells: pd.DataFrame, wanted: pd.Series, bases: Bases) -> pd.DataFrame:
    """Share cells by other bases, as far as these and the cells' own can share them.

    Parameters
    ----------
    cells : pandas.DataFrame
        As :func:`placespend.apportion.build_cells` gives them.
    wanted : pandas.Series of str
        The basis of each cell, on the same index.
    bases : Bases

    Returns
    -------
    pandas.DataFrame
        The cells with their ``basis``; one that cannot be shared otherwise keeps its own.
    """
    keys = list(zip(*(column.tolist() for column in (cells["footprint_code"], cells["basis"], wanted)), strict=True))
    able = {
        (code, own, other): own != other and _can_share(code, own, bases) and _can_share(code, other, bases)
        for code, own, other in set(keys)
    }
    return cells.assign(basis=wanted.where(np.array([able[key] for key in keys], dtype=bool), cells["basis"]))


def amounts_under(loaded: Loaded, places: Sequence[Place], choice: Mapping[tuple[str, str], str]) -> Ledger:
    """Share the lines out over places under one set of bases.

    Parameters
    ----------
    loaded : Loaded
    places : sequence of Place
        Without overlap.
    choice : mapping of (str, str) to str
        What a service and basis are shared by instead; what is not named stays as it is.

    Returns
    -------
    Ledger

    Raises
    ------
    OverlappingPlacesError
        If two places overlap.
    """
    cells = loaded.cells
    pairs = zip(cells["service_code"], cells["basis"], strict=True)
    wanted = pd.Series([choice.get(pair, pair[1]) for pair in pairs], index=cells.index, dtype="str")
    return build_ledger(rebase(cells, wanted, loaded.bases), places, loaded.bases)
