"""How a basis shares a line over the small areas of a footprint: from codes and lookups, never from polygons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.bases import shipped_bases
from placespend.blends import Basis
from placespend.errors import ConservationError, UnknownNameError
from placespend.extents import Extent
from placespend.footprints import footprint_extent
from placespend.geography import level_index, small_areas
from placespend.levels import check_level

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from placespend.place import Place


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
                (self.positions.dtype != np.int64 or self.positions.ndim != 1, "one column of small areas"),
                (bool((self.weights < 0).any()), "no weight below zero"),
                (
                    bool((np.diff(self.positions) <= 0).any()),
                    "each small area once, in the order of the frame",
                ),
                (
                    len(self.positions) == 0
                    or int(self.positions.min()) < 0
                    or int(self.positions.max()) >= len(level_index("lsoa")[0]),
                    "small areas of the frame",
                ),
            )
            if wrong
        ]
        if faults:
            message = f"shares of {self.footprint_code} by {self.basis} need {'; '.join(faults)}"
            raise ConservationError(message)
        for name in ("positions", "weights"):
            # A copy, so that neither a change by the maker nor a change here reaches the other.
            kept = getattr(self, name).copy()
            kept.setflags(write=False)
            object.__setattr__(self, name, kept)

    def __repr__(self) -> str:
        return f"<Shares of {self.footprint_code} by {self.basis}: {len(self.positions):,} small areas>"

    def _repr_html_(self) -> str:
        from placespend.displays import shares_html  # noqa: PLC0415  (only notebooks show it)

        return shares_html(self)

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
        if not self.denominator:
            return None
        known = footprint_extent(self.footprint_code)
        footprint = Extent(self.positions) if known is None else known
        if not len(place.extent.parts) and not len(footprint.parts):
            inside = np.isin(self.positions, place.extent.whole, assume_unique=True)
            return Fraction(sum(self.weights[inside].tolist()), self.denominator)
        return self._cut_weight(place.extent, footprint) / self.denominator

    def _cut_weight(self, extent: Extent, footprint: Extent) -> Fraction:
        """Sum the weights of an extent, where it or the footprint cuts small areas."""
        shared = extent.shared(footprint)
        # A small area that the footprint cuts weighs for no more of its ruler than the footprint holds.
        held = dict(zip(footprint.parts.areas.tolist(), footprint.parts.held()[0].tolist(), strict=True))
        weight_of = dict(zip(self.positions.tolist(), self.weights.tolist(), strict=True))
        whole = (shared.start == 0) & (shared.end == shared.length)
        inside = sum(weight_of[area] for area in shared.area[whole].tolist())
        cut = zip(*(column.tolist() for column in shared.where(~whole)), strict=True)
        parts = [Fraction(weight_of[area] * (end - start), held.get(area, length)) for area, start, end, length in cut]
        return sum(parts, Fraction(inside))

    def by_level(self, level: str) -> pd.DataFrame:
        """Sum the weights by the places of a level that tiles England.

        Parameters
        ----------
        level : str

        Returns
        -------
        pandas.DataFrame
            ``place_code``, ``weight`` (whole number), ``share`` (of one), for the places that the footprint touches.

        Raises
        ------
        UnknownNameError
            If there is no such level, or its places do not cover England.
        """
        if not check_level(level).tiles_england:
            message = f"Shares are summed by levels that tile England, and {level} does not."
            raise UnknownNameError(message)
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
            weights=table["weight"].to_numpy(),
            method=about["method"],
            sources=tuple(about["sources"]),
        )


def build_shares(footprint_code: str, by: str | Basis) -> Shares | None:
    """Work out how a basis shares a line over the small areas of a footprint.

    Parameters
    ----------
    footprint_code : str
        The code of a place or grouping.
    by : str or Basis
        A shipped measure or blend by its name, or what :class:`placespend.bases.Bases` gives.

    Returns
    -------
    Shares or None
        None where the footprint is the code of no place.

    Raises
    ------
    UnknownNameError
        If no such basis is shipped.
    """
    return _shares(footprint_code, by if isinstance(by, Basis) else shipped_bases().basis(by))


@lru_cache(maxsize=4_096)
def _shares(footprint_code: str, chosen: Basis) -> Shares | None:
    footprint = footprint_extent(footprint_code)
    if footprint is None:
        return None
    return Shares(
        footprint_code=footprint_code,
        basis=chosen.name,
        positions=footprint.touched,
        weights=chosen.weights(footprint),
        method=f"by {chosen.label}, from codes and lookups",
        sources=tuple(dict.fromkeys(part.source for part, _ in chosen.parts)),
    )
