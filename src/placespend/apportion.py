"""Sharing lines out over places, so that every penny is somewhere.

Lines are first summed into *cells*: same source, body, service, economic, footprint, basis, year, kind and
flags. Each cell is shared by largest remainder in two nested steps, first over the upper tiers of its
footprint, then within each upper tier over its small areas. Small-area pence are the atoms; a place is the sum
of its atoms. So 152 upper tiers sum to England, and small areas to their district, to the penny. What falls
outside the places asked for is *elsewhere*; what has no footprint or nothing to share by is *unallocated*.

An upper tier that lies wholly in one place (or in none) is never cut up, which changes no result and saves the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.bases import choose_bases
from placespend.geography import assign, level_index
from placespend.ledger import ELSEWHERE, UNALLOCATED, Ledger
from placespend.money import largest_remainder
from placespend.shares import build_shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from placespend.geography import Place

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


def build_cells(lines: pd.DataFrame) -> pd.DataFrame:
    """Sum lines into cells, each with the basis it is shared by.

    Parameters
    ----------
    lines : pandas.DataFrame
        As :func:`placespend.lines.read_lines` gives them. Awaited lines have no amount and make no cell.

    Returns
    -------
    pandas.DataFrame
        One row per cell, in the order of :data:`CELL_KEYS`; those columns, ``amount_pence`` (int64) and
        ``lines`` (how many).
    """
    paid = lines[lines["amount_pence"].notna()]
    paid = paid.assign(basis=choose_bases(paid), amount_pence=paid["amount_pence"].astype("int64"))
    groups = paid.groupby(CELL_KEYS, sort=True, dropna=False)["amount_pence"]
    return groups.agg(amount_pence="sum", lines="size").reset_index()


@dataclass(frozen=True, eq=False)
class _Targets:
    """The places asked for, as numbers; the last two stand for elsewhere and unallocated."""

    of_area: NDArray[np.int64]
    codes: list[str]

    @property
    def unallocated(self) -> int:
        return len(self.codes) - 1


def build_ledger(cells: pd.DataFrame, places: Sequence[Place]) -> Ledger:
    """Share cells out over places.

    Parameters
    ----------
    cells : pandas.DataFrame
        As :func:`build_cells` gives them.
    places : sequence of Place
        Without overlap; they need not cover England.

    Returns
    -------
    Ledger

    Raises
    ------
    OverlappingPlacesError
        If two places share a small area.
    """
    numbers = assign(places)
    targets = _Targets(
        of_area=np.where(numbers < 0, len(places), numbers),
        codes=[*(place.code for place in places), ELSEWHERE, UNALLOCATED],
    )
    pieces: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    reasons: dict[int, str] = {}
    routes: dict[object, _Route] = {}
    all_ids, all_pence = cells.index.to_numpy(), cells["amount_pence"].to_numpy()
    groups = cells.groupby(["footprint_code", "basis"], sort=True).indices
    for key, rows in groups.items():
        footprint_code, basis_name = map(str, key)  # type: ignore[call-overload]
        ids, pence = all_ids[rows], all_pence[rows]
        shares = build_shares(footprint_code, basis_name)
        if shares is None or not shares.denominator:
            reasons |= dict.fromkeys(ids.tolist(), UNKNOWN_FOOTPRINT if shares is None else NOTHING_TO_SHARE_BY)
            pieces.append((ids, np.full(len(ids), targets.unallocated), pence))
            continue
        if footprint_code not in routes:
            routes[footprint_code] = _Route.build(shares.positions, targets)
        only = routes[footprint_code].only_target
        if only is not None:
            # Money that cannot go anywhere else needs no sharing.
            pieces.append((ids, np.full(len(ids), only), pence))
            continue
        # In blocks, so that many cells of a wide footprint do not fill the memory.
        step = max(1, BLOCK // len(shares.weights))
        for start in range(0, len(ids), step):
            some = slice(start, start + step)
            parts = _share_out(pence[some], shares.weights, routes[footprint_code])
            pieces.extend(_scatter(ids[some], *part) for part in parts)
    return Ledger(cells, _entries(pieces, targets), pd.Series(reasons, dtype="str"))


@dataclass(frozen=True, eq=False)
class _Route:
    """The way of a footprint's money: over its upper tiers, then within those that are cut, to the targets."""

    tier_of: NDArray[np.int64]
    target_of: NDArray[np.int64]
    target_of_tier: NDArray[np.int64]
    is_whole: NDArray[np.bool_]

    @property
    def only_target(self) -> int | None:
        """The target that holds the whole footprint, if one does."""
        first = int(self.target_of[0])
        return first if (self.target_of == first).all() else None

    @classmethod
    def build(cls, positions: NDArray[np.int64], targets: _Targets) -> _Route:
        """Find the upper tiers of some small areas, and which of them lie wholly in one target."""
        _, upper_tier_of = level_index("upper_tier")
        tiers, tier_of = np.unique(upper_tier_of[positions], return_inverse=True)
        target_of = targets.of_area[positions]
        lowest, highest = np.full(len(tiers), len(targets.codes)), np.full(len(tiers), -1)
        np.minimum.at(lowest, tier_of, target_of)
        np.maximum.at(highest, tier_of, target_of)
        return cls(tier_of, target_of, lowest, lowest == highest)


def _share_out(
    pence: NDArray[np.int64], weights: NDArray[np.int64], route: _Route
) -> Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Share amounts over targets; yield blocks of (targets, pence by amount and target)."""
    tier_weights = np.zeros(len(route.is_whole), dtype=np.int64)
    np.add.at(tier_weights, route.tier_of, weights)
    by_tier = largest_remainder(pence, tier_weights)
    if route.is_whole.any():
        yield _sum_by_target(by_tier[:, route.is_whole], route.target_of_tier[route.is_whole])
    for tier in np.flatnonzero(~route.is_whole & (tier_weights > 0)):
        inside = np.flatnonzero(route.tier_of == tier)
        yield _sum_by_target(largest_remainder(by_tier[:, tier], weights[inside]), route.target_of[inside])


def _sum_by_target(
    block: NDArray[np.int64], target_of: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Add up the columns that belong to one target."""
    found, column_of = np.unique(target_of, return_inverse=True)
    if len(found) == len(target_of):
        return found, block[:, np.argsort(target_of)]
    sums = np.zeros((len(found), len(block)), dtype=np.int64)
    np.add.at(sums, column_of, block.T)
    return found, sums.T


def _scatter(
    ids: NDArray[np.int64], found: NDArray[np.int64], block: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Turn a block into entries, leaving zeros out."""
    row, column = np.nonzero(block)
    return ids[row], found[column], block[row, column]


def _entries(
    pieces: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]], targets: _Targets
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
