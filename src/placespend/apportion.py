"""Sharing lines out over places, so that every penny is somewhere.

Lines are first summed into *cells*: same source, body, service, economic, footprint, basis, year, kind and
flags. Each cell is shared by largest remainder in two nested steps, first over the upper tiers of its
footprint, then within each upper tier over its small areas. Small-area pence are the atoms; a place is the sum
of its atoms. So 152 upper tiers sum to England, and small areas to their district, to the penny. Inside a small
area that a place cuts, its pence are dealt out along its ruler, as :mod:`placespend.stretches` says. What falls
outside the places asked for is *elsewhere*; what has no footprint or nothing to share by is *unallocated*.

An upper tier that lies wholly in one place (or in none) is never cut up, which changes no result and saves the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.bases import shipped_bases
from placespend.errors import OverlappingPlacesError, list_values
from placespend.footprints import footprint_extent
from placespend.ledger import ELSEWHERE, UNALLOCATED, Ledger
from placespend.routes import build_route, number_targets
from placespend.shares import build_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from placespend.bases import Bases
    from placespend.extents import Extent
    from placespend.place import Place
    from placespend.routes import Route, Targets

UNKNOWN_FOOTPRINT = "the footprint is no known place"
NOTHING_TO_SHARE_BY = "the basis counts nothing in the footprint"

BLOCK = 4_000_000
"""How many amounts are shared out at once."""

CELL_KEYS = [
    "source_id",
    "body",
    "sector",
    "service_code",
    "economic",
    "footprint_code",
    "basis",
    "financial_year",
    "amount_kind",
    "status",
    "recipient_body",
    "payment_to_people",
    "treatment",
]
"""What the lines of one cell have in common."""


def build_cells(lines: pd.DataFrame, bases: Bases | None = None) -> pd.DataFrame:
    """Sum lines into cells, each with the basis it is shared by.

    Parameters
    ----------
    lines : pandas.DataFrame
        As :func:`placespend.lines.read_lines` gives them. Awaited lines have no amount and make no cell.
    bases : Bases, optional
        What they can be shared by; what is shipped where left out.

    Returns
    -------
    pandas.DataFrame
        One row per cell, in the order of :data:`CELL_KEYS`; those columns, ``amount_pence`` (int64) and
        ``lines`` (how many).
    """
    paid = lines[lines["amount_pence"].notna()]
    paid = paid.assign(basis=(bases or shipped_bases()).choose(paid), amount_pence=paid["amount_pence"].astype("int64"))
    groups = paid.groupby(CELL_KEYS, sort=True, dropna=False)["amount_pence"]
    return groups.agg(amount_pence="sum", lines="size").reset_index()


def build_ledger(cells: pd.DataFrame, places: Sequence[Place], bases: Bases | None = None) -> Ledger:
    """Share cells out over places.

    Parameters
    ----------
    cells : pandas.DataFrame
        As :func:`build_cells` gives them.
    places : sequence of Place
        Without overlap; they need not cover England.
    bases : Bases, optional
        Those that the cells were built with; what is shipped where left out.

    Returns
    -------
    Ledger

    Raises
    ------
    OverlappingPlacesError
        If two places share a small area.
    """
    bases = bases or shipped_bases()
    targets = number_targets(places, ELSEWHERE, UNALLOCATED)
    pieces: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    reasons: dict[int, str] = {}
    routes: dict[str, Route] = {}
    all_ids, all_pence = cells.index.to_numpy(), cells["amount_pence"].to_numpy()
    groups = cells.groupby(["footprint_code", "basis"], sort=True).indices
    for key, rows in groups.items():
        footprint_code, basis_name = map(str, key)  # type: ignore[call-overload]
        ids, pence = all_ids[rows], all_pence[rows]
        footprint = footprint_extent(footprint_code)
        shares = build_shares(footprint_code, bases.basis(basis_name))
        if footprint is None or shares is None or not shares.denominator:
            reasons |= dict.fromkeys(ids.tolist(), UNKNOWN_FOOTPRINT if shares is None else NOTHING_TO_SHARE_BY)
            pieces.append((ids, np.full(len(ids), targets.unallocated), pence))
            continue
        if footprint_code not in routes:
            routes[footprint_code] = _route(footprint_code, footprint, targets)
        only = routes[footprint_code].only_target
        if only is not None:
            # Money that cannot go anywhere else needs no sharing.
            pieces.append((ids, np.full(len(ids), only), pence))
            continue
        # In blocks, so that many cells of a wide footprint do not fill the memory.
        step = max(1, BLOCK // len(shares.weights))
        for start in range(0, len(ids), step):
            some = slice(start, start + step)
            parts = routes[footprint_code].share_out(pence[some], shares.weights)
            pieces.extend(_scatter(ids[some], *part) for part in parts)
    return Ledger(cells, _entries(pieces, targets), pd.Series(reasons, dtype="str"))


def _route(footprint_code: str, footprint: Extent, targets: Targets) -> Route:
    """Find the way of a footprint's money, or say which footprint a place cannot share."""
    try:
        return build_route(footprint, targets)
    except OverlappingPlacesError:
        message = (
            f"The footprint {footprint_code} cuts small areas {footprint.parts.ruler}, and the place cuts the same "
            f"{list_values(sorted(set(targets.ruler_of_piece) - {footprint.parts.ruler}))}."
        )
        raise OverlappingPlacesError(message, hint="take the place by live postcodes: --coverage postcodes") from None


def _scatter(
    ids: NDArray[np.int64], found: NDArray[np.int64], block: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Turn a block into entries, leaving zeros out."""
    row, column = np.nonzero(block)
    return ids[row], found[column], block[row, column]


def _entries(
    pieces: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]], targets: Targets
) -> pd.DataFrame:
    """Join entries, one for each cell and target."""
    empty = np.empty(0, dtype=np.int64)
    cell, target, pence = (np.concatenate(column) for column in zip(*pieces, (empty, empty, empty), strict=True))
    keys = cell * len(targets.codes) + target
    order = np.argsort(keys, kind="stable")
    keys, pence = keys[order], pence[order]
    first = np.flatnonzero(np.diff(keys, prepend=-1))
    sums = np.add.reduceat(pence, first) if len(first) else pence
    keys, sums = keys[first][sums != 0], sums[sums != 0]
    return pd.DataFrame(
        {
            "cell": keys // len(targets.codes),
            "place_code": pd.Categorical.from_codes(keys % len(targets.codes), categories=pd.Index(targets.codes)),
            "amount_pence": sums,
        }
    )
