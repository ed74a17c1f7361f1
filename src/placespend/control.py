"""The control total of every service group and region, and where the outturn within it is complete."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from placespend.errors import RecipeError
from placespend.footprints import ALL_OF, LESS, footprint_areas, name_of
from placespend.geography import count_of, level_index
from placespend.responsibilities import CLASS_NAMES, missing_bodies, service_groups

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from placespend.bases import Bases


@dataclass(frozen=True, eq=False)
class Control:
    """The control of every service group and region, and where outturn is complete.

    Attributes
    ----------
    lines : dict
        By service group and number of the region: row, service and pence of every line of the control.
    regions : list of str
        Codes, in the order of their numbers.
    region_of, tier_of : ndarray of int64
        Of each small area; -1 outside the control's regions.
    missing : dict of str to list of str
        As :func:`placespend.responsibilities.missing_bodies` gives it.
    bases : Bases
        What amounts are divided by.
    """

    lines: dict[tuple[str, int], list[tuple[int, str, int]]]
    regions: list[str]
    region_of: NDArray[np.int64]
    tier_of: NDArray[np.int64]
    missing: dict[str, list[str]]
    bases: Bases

    @classmethod
    def build(
        cls,
        outer: pd.DataFrame,
        bodies_of: Mapping[str, Iterable[tuple[str, str]]],
        wanted: Collection[str],
        bases: Bases,
    ) -> Control:
        """Find the control lines of the wanted groups, their regions, and the upper tiers that are observed.

        Parameters
        ----------
        outer : pandas.DataFrame
            Lines that hold the control.
        bodies_of : mapping of str to iterable of (str, str)
            For each service group, name and footprint of the bodies that are loaded.
        wanted : collection of str
            Service groups of which anything was recorded.
        bases : Bases

        Returns
        -------
        Control
        """
        groups = outer["service_code"].map(service_groups()["group"])
        is_control = (outer["sector"] == "LG") & (outer["economic"] == "current") & groups.notna()
        if (outer.loc[is_control, "treatment"] != "").any():
            # Groups without recorded amounts are left as another relation has made them.
            is_control &= groups.isin(wanted)
        lines = outer[is_control & outer["amount_pence"].notna()]
        if (lines["treatment"] != "").any():
            message = "Recorded amounts are taken into an allocation that was given to another source before."
            raise RecipeError(message, hint="relate both sources to the one that holds them")
        regions = sorted(lines["footprint_code"].unique())
        region_of = np.full(len(count_of("residents")), -1, dtype=np.int64)
        for number, code in enumerate(regions):
            areas = areas_of(code)
            if (region_of[areas] >= 0).any():
                message = f"The official allocation is for areas that overlap: {name_of(code)} and another."
                raise RecipeError(message, hint="leave one of them out with a filter")
            region_of[areas] = number
        number_of = {code: number for number, code in enumerate(regions)}
        control: dict[tuple[str, int], list[tuple[int, str, int]]] = {}
        for row, code, group, service, pence in zip(
            np.flatnonzero(is_control & outer["amount_pence"].notna()).tolist(),
            lines["footprint_code"],
            groups[lines.index],
            lines["service_code"],
            lines["amount_pence"].tolist(),
            strict=True,
        ):
            control.setdefault((group, number_of[code]), []).append((row, service, int(pence)))
        return cls(control, regions, region_of, level_index("upper_tier")[1], missing_bodies(bodies_of), bases)

    def is_observed(self, group: str) -> NDArray[np.bool_]:
        """Mark the small areas of places that are observed for a service group.

        Parameters
        ----------
        group : str

        Returns
        -------
        ndarray of bool
        """
        observed: NDArray[np.bool_] = np.array([missing == "" for missing in self.missing[group]])[self.tier_of]
        return observed

    def reason(self, group: str, footprint: str) -> str:
        """Say which bodies are missing where a line is spent.

        Parameters
        ----------
        group, footprint : str

        Returns
        -------
        str
        """
        lacking = {kind for tier in tiers_of(footprint) for kind in self.missing[group][tier].split(", ")} - {""}
        missing = ", ".join(CLASS_NAMES[kind] for kind in sorted(lacking))
        return f"not all who provide it there are loaded (missing: {missing})"

    def tiers_in(self, group: str, region: int) -> tuple[list[str], list[str]]:
        """Give the upper tiers of a region that are observed for a group, and the others.

        Parameters
        ----------
        group : str
        region : int
            Its number.

        Returns
        -------
        tuple of list of str
        """
        codes, missing = tier_codes(), self.missing[group]
        here = tiers_of(self.regions[region])
        return [codes[tier] for tier in here if not missing[tier]], [codes[tier] for tier in here if missing[tier]]


def areas_of(footprint: str) -> NDArray[np.int64]:
    """Find the small areas of a footprint; none where it is none.

    Parameters
    ----------
    footprint : str

    Returns
    -------
    ndarray of int64
    """
    areas = footprint_areas(footprint)
    return np.empty(0, dtype=np.int64) if areas is None else areas


@cache
def tier_codes() -> list[str]:
    """List the codes of the upper tiers, in the order of their numbers.

    Returns
    -------
    list of str
    """
    return [str(code) for code in level_index("upper_tier")[0]]


@cache
def tiers_of(footprint: str) -> list[int]:
    """Give the numbers of the upper tiers that a footprint touches.

    Parameters
    ----------
    footprint : str

    Returns
    -------
    list of int
    """
    found: list[int] = np.unique(level_index("upper_tier")[1][areas_of(footprint)]).tolist()
    return found


def without_tiers(footprint: str, tiers: list[str]) -> str:
    """Give a footprint without some upper tiers.

    Parameters
    ----------
    footprint : str
    tiers : list of str
        Their codes.

    Returns
    -------
    str
    """
    if not tiers:
        return footprint
    areas, left_out = areas_of(footprint), areas_of(ALL_OF.join(tiers))
    if np.isin(left_out, areas).all():
        return f"{footprint}{ALL_OF if LESS in footprint else LESS}{ALL_OF.join(tiers)}"
    return cover(np.setdiff1d(areas, left_out))


def cover(areas: NDArray[np.int64]) -> str:
    """Name small areas by the fewest codes: whole upper tiers, then whole districts and so on.

    Parameters
    ----------
    areas : ndarray of int64
        Their positions.

    Returns
    -------
    str
        A footprint.
    """
    left = np.zeros(len(count_of("residents")), dtype=bool)
    left[areas] = True
    found: list[str] = []
    for level in ("upper_tier", "lad", "msoa", "lsoa"):
        codes, numbers = level_index(level)
        whole = np.bincount(numbers, weights=left) == np.bincount(numbers)
        found.extend(str(code) for code in codes[whole])
        left &= ~whole[numbers]
    return ALL_OF.join(found)
