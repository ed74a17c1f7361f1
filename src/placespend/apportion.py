"""Sharing lines out over places, so that every penny is somewhere.

Lines are first summed into *cells*: same source, body, service, economic, footprint, basis, year, kind and
flags. Each cell is shared by largest remainder in two nested steps, first over the upper tiers of its
footprint, then within each upper tier over its small areas. Small-area pence are the atoms; a place is the sum
of its atoms. So 152 upper tiers sum to England, and small areas to their district, to the penny. What falls
outside the places asked for is *elsewhere*; what has no footprint or nothing to share by is *unallocated*.

An upper tier that lies wholly in one place (or in none) is never cut up, which changes no result and saves the work.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.bases import basis, basis_of_service
from placespend.errors import ConservationError
from placespend.gazetteer import footprint_areas
from placespend.geography import assign, level_index, small_areas
from placespend.money import largest_remainder, totals_pence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from placespend.geography import Place

ELSEWHERE = "elsewhere"
UNALLOCATED = "unallocated"

UNKNOWN_FOOTPRINT = "the footprint is no known place"
NOTHING_TO_SHARE_BY = "the basis counts nothing in the footprint"

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
]
"""What the lines of one cell have in common."""


@dataclass(frozen=True, eq=False)
class Shares:
    """How one basis shares a line over the small areas of one footprint.

    Cannot be made unless every small area is of the frame, in its order and named once, and every weight is a
    whole number not below zero. As shares are weights over their own sum, those of any places that tile the
    footprint sum to exactly one.

    Attributes
    ----------
    footprint_code, basis : str
    positions : ndarray of int64
        Small areas of the footprint, as positions in the frame, rising.
    weights : ndarray of int64
        Their weights; all zero where there is nothing to share by.
    method : str
    sources : tuple of str
    """

    footprint_code: str
    basis: str
    positions: NDArray[np.int64]
    weights: NDArray[np.int64]
    method: str
    sources: tuple[str, ...]

    def __post_init__(self) -> None:
        faults = [
            message
            for wrong, message in (
                (self.positions.shape != self.weights.shape, "as many weights as small areas"),
                (self.weights.dtype != np.int64, "whole-number weights"),
                (bool((self.weights < 0).any()), "no weight below zero"),
                (
                    bool((np.diff(self.positions) <= 0).any()),
                    "each small area once, in the order of the frame",
                ),
                (
                    len(self.positions) == 0
                    or int(self.positions.min()) < 0
                    or int(self.positions.max()) >= len(small_areas()),
                    "small areas of the frame",
                ),
            )
            if wrong
        ]
        if faults:
            message = f"shares of {self.footprint_code} by {self.basis} need {'; '.join(faults)}"
            raise ConservationError(message)
        for array in (self.positions, self.weights):
            array.setflags(write=False)

    def __repr__(self) -> str:
        return f"<Shares of {self.footprint_code} by {self.basis}: {len(self.positions):,} small areas>"

    @cached_property
    def denominator(self) -> int:
        """Sum of the weights over the whole footprint."""
        return sum(self.weights.tolist())

    def of(self, place: Place) -> Fraction | None:
        """Give the exact share of a place.

        Parameters
        ----------
        place : Place

        Returns
        -------
        fractions.Fraction or None
            None where there is nothing to share by.
        """
        inside = np.isin(self.positions, place.small_areas, assume_unique=True)
        return Fraction(sum(self.weights[inside].tolist()), self.denominator) if self.denominator else None

    def by_level(self, level: str) -> pd.DataFrame:
        """Sum the weights by the places of a level that tiles England.

        Parameters
        ----------
        level : str

        Returns
        -------
        pandas.DataFrame
            ``place_code``, ``weight`` (whole number), ``share`` (of one), for the places that the footprint touches.
        """
        codes, numbers = level_index(level)
        sums = np.zeros(len(codes), dtype=np.int64)
        np.add.at(sums, numbers[self.positions], self.weights)
        touched = np.unique(numbers[self.positions])
        shares = sums[touched] / self.denominator if self.denominator else np.full(len(touched), np.nan)
        return pd.DataFrame({"place_code": codes[touched], "weight": sums[touched], "share": shares})

    def write_parquet(self, path: str | Path) -> None:
        """Write the shares with all that is known of them.

        Parameters
        ----------
        path : str or pathlib.Path
        """
        import pyarrow as pa  # noqa: PLC0415
        from pyarrow import parquet  # noqa: PLC0415

        about = {
            "footprint_code": self.footprint_code,
            "basis": self.basis,
            "method": self.method,
            "sources": self.sources,
        }
        codes = small_areas()["lsoa_code"].to_numpy()[self.positions]
        table = pa.table({"lsoa_code": pa.array(list(codes), pa.string()), "weight": self.weights})
        parquet.write_table(table.replace_schema_metadata({"placespend": json.dumps(about)}), path)

    @classmethod
    def read_parquet(cls, path: str | Path) -> Shares:
        """Read shares that :meth:`write_parquet` wrote.

        Parameters
        ----------
        path : str or pathlib.Path

        Returns
        -------
        Shares
        """
        from pyarrow import parquet  # noqa: PLC0415

        table = parquet.read_table(path)
        about = json.loads(table.schema.metadata[b"placespend"])
        codes = small_areas()["lsoa_code"].astype("str")
        positions = pd.Index(codes).get_indexer(table["lsoa_code"].to_pylist()).astype(np.int64)
        return cls(
            footprint_code=about["footprint_code"],
            basis=about["basis"],
            positions=positions,
            weights=table["weight"].to_numpy().astype(np.int64),
            method=about["method"],
            sources=tuple(about["sources"]),
        )


@cache
def build_shares(footprint_code: str, basis_name: str) -> Shares | None:
    """Work out how a basis shares a line over the small areas of a footprint.

    Parameters
    ----------
    footprint_code : str
        The code of a place or grouping.
    basis_name : str
        A measure or blend.

    Returns
    -------
    Shares or None
        None where the footprint is the code of no place.

    Raises
    ------
    UnknownNameError
        If the basis is not loaded.
    """
    chosen = basis(basis_name)
    positions = footprint_areas(footprint_code)
    if positions is None:
        return None
    return Shares(
        footprint_code=footprint_code,
        basis=basis_name,
        positions=positions,
        weights=chosen.weights(positions),
        method=f"by {chosen.label}, from codes and lookups",
        sources=tuple(dict.fromkeys(part.source for part, _ in chosen.parts)),
    )


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
    chosen = paid["service_code"].map(basis_of_service()["basis"])
    paid = paid.assign(
        basis=paid["basis"].where(paid["basis"] != "", chosen),
        amount_pence=paid["amount_pence"].astype("int64"),
    )
    groups = paid.groupby(CELL_KEYS, sort=True)["amount_pence"]
    return groups.agg(amount_pence="sum", lines="size").reset_index()


@dataclass(frozen=True, eq=False)
class Ledger:
    """Every apportioned amount. Cannot be made unless every cell's pence are all there.

    Attributes
    ----------
    cells : pandas.DataFrame
        As :func:`build_cells` gives them; their index numbers them.
    entries : pandas.DataFrame
        ``cell`` (int64), ``place_code``, ``amount_pence`` (int64, never zero). ``place_code`` may be
        "elsewhere" or "unallocated".
    reasons : pandas.Series
        For each cell that is unallocated, why.
    """

    cells: pd.DataFrame
    entries: pd.DataFrame
    reasons: pd.Series

    def __post_init__(self) -> None:
        for name, table in (("cells", self.cells), ("entries", self.entries)):
            if table["amount_pence"].dtype != np.int64:
                message = f"the {name} of a ledger hold whole pence, not {table['amount_pence'].dtype}"
                raise ConservationError(message)
        cell_of = self.cells.index.get_indexer(pd.Index(self.entries["cell"])).astype(np.int64)
        if (cell_of < 0).any():
            message = "a ledger holds amounts of cells that it does not list"
            raise ConservationError(message)
        found = totals_pence(self.entries["amount_pence"].to_numpy(), cell_of, len(self.cells))
        wrong = [cell for cell, pence in enumerate(self.cells["amount_pence"].tolist()) if found[cell] != pence]
        if wrong:
            message = f"{len(wrong):,} cells of a ledger do not hold all their pence, the first being {wrong[0]}"
            raise ConservationError(message)

    def __repr__(self) -> str:
        return f"<Ledger: {len(self.cells):,} cells, {len(self.entries):,} entries, every penny there>"

    def pence_at(self, place_code: str) -> pd.Series:
        """Give each cell's pence at a place.

        Parameters
        ----------
        place_code : str
            A place's code, "elsewhere" or "unallocated".

        Returns
        -------
        pandas.Series of int64
            On the index of the cells; zero where the cell has nothing there.
        """
        there = self.entries[self.entries["place_code"] == place_code].set_index("cell")["amount_pence"]
        return there.reindex(self.cells.index, fill_value=0)

    def totals(self) -> dict[str, int]:
        """Sum the pence by place.

        Returns
        -------
        dict of str to int
            By place code, with "elsewhere" and "unallocated"; every place asked for, also those with nothing.
        """
        places = self.entries["place_code"].cat
        codes = list(places.categories)
        sums = totals_pence(
            self.entries["amount_pence"].to_numpy(), places.codes.to_numpy().astype(np.int64), len(codes)
        )
        return dict(zip(codes, sums, strict=True))


@dataclass(frozen=True, eq=False)
class _Targets:
    """The places asked for, as numbers; the last two stand for elsewhere and unallocated."""

    of_area: NDArray[np.int64]
    codes: list[str]

    @property
    def unallocated(self) -> int:
        return len(self.codes) - 1


def apportion(cells: pd.DataFrame, places: Sequence[Place]) -> Ledger:
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
    for (footprint_code, basis_name), group in cells.groupby(["footprint_code", "basis"], sort=True):
        ids, pence = group.index.to_numpy(), group["amount_pence"].to_numpy()
        shares = build_shares(footprint_code, basis_name)
        if shares is None or not shares.denominator:
            reasons |= dict.fromkeys(ids.tolist(), UNKNOWN_FOOTPRINT if shares is None else NOTHING_TO_SHARE_BY)
            pieces.append((ids, np.full(len(ids), targets.unallocated), pence))
        else:
            pieces.extend(_scatter(ids, *part) for part in _share_out(pence, shares, targets))
    return Ledger(cells, _entries(pieces, targets), pd.Series(reasons, dtype="str"))


def _share_out(
    pence: NDArray[np.int64], shares: Shares, targets: _Targets
) -> Iterable[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Share amounts over targets, upper tiers first; yield blocks of (targets, pence by amount and target)."""
    _, upper_tier_of = level_index("upper_tier")
    tiers, tier_of = np.unique(upper_tier_of[shares.positions], return_inverse=True)
    target_of = targets.of_area[shares.positions]
    tier_weights = np.zeros(len(tiers), dtype=np.int64)
    np.add.at(tier_weights, tier_of, shares.weights)
    by_tier = largest_remainder(pence, tier_weights)

    lowest, highest = np.full(len(tiers), len(targets.codes)), np.full(len(tiers), -1)
    np.minimum.at(lowest, tier_of, target_of)
    np.maximum.at(highest, tier_of, target_of)
    whole = lowest == highest
    if whole.any():
        yield _sum_by_target(by_tier[:, whole], lowest[whole])
    for tier in np.flatnonzero(~whole & (tier_weights > 0)):
        inside = np.flatnonzero(tier_of == tier)
        yield _sum_by_target(largest_remainder(by_tier[:, tier], shares.weights[inside]), target_of[inside])


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
