"""Which measure shares out which service: the ladder, its assumptions and its grades.

Every service names a ladder in ``spend_lines/services.csv``; ``spend_lines/ladders.csv`` lists its rungs, best
first. The first rung whose measure is loaded is the service's *basis*; rungs of use ``alternative`` are for
sensitivity. A *blend* is the weighted sum of each measure's own share of the footprint, never of raw counts: 40
% by older people means 40 % of the money, however few they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.errors import UnknownNameError
from placespend.measures import Measure, list_measures, measure
from placespend.shipped import read_once, shipped_file
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from placespend.extents import Extent
    from placespend.place import Place

BLEND_SCALE = 1_000_000_000
"""The shares of a blend are held in thousand-millionths of the footprint, as whole numbers."""


@dataclass(frozen=True)
class Basis:
    """What a line is shared by: one measure, or a blend of several.

    Attributes
    ----------
    name, label : str
    parts : tuple of (Measure, int)
        Measures with their weights in per cent, which sum to 100.
    """

    name: str
    label: str
    parts: tuple[tuple[Measure, int], ...]

    @property
    def is_plain(self) -> bool:
        """Whether it holds no measure chosen for a service."""
        return all(part.is_plain for part, _ in self.parts)

    @property
    def years(self) -> tuple[int, ...]:
        """The years of its measures, as far as they are said, rising."""
        return tuple(sorted({part.year for part, _ in self.parts if part.year is not None}))

    def weights(self, footprint: Extent) -> NDArray[np.int64]:
        """Weigh the small areas of a footprint.

        Parameters
        ----------
        footprint : Extent

        Returns
        -------
        ndarray of int64, shape of ``footprint.touched``
            All zero where a measure of the basis counts nothing in the footprint: there is then nothing to share by.
        """
        counts = [footprint.weigh(part.counts) for part, _ in self.parts]
        if len(counts) == 1:
            return counts[0]
        totals = [int(count.sum()) for count in counts]
        if not all(totals):
            return np.zeros_like(counts[0])
        shares = [
            _divide_half_up(count, percent * (BLEND_SCALE // 100), total)
            for count, (_, percent), total in zip(counts, self.parts, totals, strict=True)
        ]
        summed: NDArray[np.int64] = np.sum(shares, axis=0, dtype=np.int64)
        return summed

    def grade_within(self, place: Place) -> str:
        """Grade an apportioned amount, METHOD 3.1.

        Parameters
        ----------
        place : Place

        Returns
        -------
        {"C", "D", "E"}
            C by a measure chosen for the service, D by plain residents or households, and one lower where a
            measure was observed only at a coarser level than the place.
        """
        coarse = any(not place.is_made_of(part.observed_level) for part, _ in self.parts)
        return "CDE"[self.is_plain + coarse]


def _divide_half_up(counts: NDArray[np.int64], factor: int, total: int) -> NDArray[np.int64]:
    """Multiply counts by a factor and divide by their total, rounded half up, in whole numbers."""
    if 2 * int(counts.max()) * factor + total >= 2**63:
        counts = counts.astype(object)
    return ((2 * counts * factor + total) // (2 * total)).astype(np.int64)


@read_once
def services() -> pd.DataFrame:
    """List the services of the CRA.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``service_code``: ``service_name`` (the string as published), ``label`` (plain words),
        ``division`` and ``division_name`` (COFOG), ``ladder``.
    """
    return pd.read_csv(shipped_file("spend_lines", "services.csv"), dtype="str", index_col="service_code")


@read_once
def ladders() -> pd.DataFrame:
    """List the rungs of every ladder, best first.

    Returns
    -------
    pandas.DataFrame
        ``ladder``, ``rung`` (int), ``basis``, ``use`` (best, shipped, alternative), ``quality`` (red, amber,
        green), ``assumption``, ``source``, ``loaded`` (bool).
    """
    table = pd.read_csv(shipped_file("spend_lines", "ladders.csv"), dtype={"rung": "int64"})
    return table.assign(loaded=table["basis"].isin(bases()))


def choose_bases(lines: pd.DataFrame) -> pd.Series:
    """Choose what each line is shared by: its own basis where it brings one, else its service's.

    Parameters
    ----------
    lines : pandas.DataFrame
        With ``basis`` (blank where the line brings none) and ``service_code``.

    Returns
    -------
    pandas.Series of str
        On the index that came in.
    """
    return lines["basis"].where(lines["basis"] != "", lines["service_code"].map(basis_of_service()["basis"]))


@cache
def _blends() -> pd.DataFrame:
    return pd.read_csv(shipped_file("spend_lines", "blends.csv"))


@cache
def bases() -> tuple[str, ...]:
    """Name every basis that is loaded: measures first, then blends.

    Returns
    -------
    tuple of str
    """
    return (*list_measures().index, *_blends()["basis"].unique())


@cache
def basis(name: str) -> Basis:
    """Load a basis by name.

    Parameters
    ----------
    name : str
        A measure or a blend.

    Returns
    -------
    Basis

    Raises
    ------
    UnknownNameError
        If neither is loaded.

    Examples
    --------
    >>> basis("health_blend").label
    'residents 60 %, aged 65 and over 40 %'
    """
    if name not in bases():
        message = f"There is no basis '{name}'."
        raise UnknownNameError(message, hint=did_you_mean(name, bases()) or None)
    rows = _blends()[_blends()["basis"] == name]
    if rows.empty:
        only = measure(name)
        return Basis(name, only.label, ((only, 100),))
    parts = tuple((measure(str(row["measure"])), int(row["weight_percent"])) for row in rows.to_dict(orient="records"))
    return Basis(name, str(rows["label"].iloc[0]), parts)


@read_once
def basis_of_service() -> pd.DataFrame:
    """Choose the basis of every service: the best rung of its ladder that is loaded.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``service_code``: ``basis``, ``quality``, ``assumption``, ``source``.
    """
    usable = ladders()[ladders()["loaded"] & (ladders()["use"] != "alternative")]
    chosen = usable.sort_values("rung").drop_duplicates("ladder").set_index("ladder")
    return chosen.loc[services()["ladder"], ["basis", "quality", "assumption", "source"]].set_index(services().index)


def bases_without(left_out: Collection[str], *, chosen_otherwise: Collection[str] = ()) -> pd.Series:
    """Choose the basis of every service where some measures must not be used: the next rung of its ladder.

    Parameters
    ----------
    left_out : collection of str
        Measures; a blend that holds one of them goes with it.
    chosen_otherwise : collection of str
        Services that need no rung.

    Returns
    -------
    pandas.Series of str
        Basis by ``service_code``; missing where none is left and none is needed.

    Raises
    ------
    UnknownNameError
        If the ladder of a service has no rung left.
    """
    table = ladders()[ladders()["loaded"]]
    held = {name: {part.name for part, _ in basis(name).parts} for name in table["basis"].unique()}
    usable = table[[not held[name] & set(left_out) for name in table["basis"]]].sort_values("rung")
    chosen = usable.drop_duplicates("ladder").set_index("ladder")["basis"]
    needed = services()["ladder"].drop(index=[code for code in chosen_otherwise if code in services().index])
    ended = sorted(set(needed) - set(chosen.index))
    if ended:
        message = f"Nothing is left to share {', '.join(ended)} by without {', '.join(left_out)}."
        raise UnknownNameError(message, hint="leave fewer measures out")
    return services()["ladder"].map(chosen)
