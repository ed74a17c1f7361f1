"""How two sources that cover the same money relate, and what comes of bringing them together."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.control import areas_of
from placespend.geography import level_index

if TYPE_CHECKING:
    from collections.abc import Sequence


WITHIN, SCALE, REPLACE = "observed within", "scale", "replace"
USES = (WITHIN, SCALE, REPLACE)

NO_GROUP = "it is in no group of services that the official allocation and the outturn share"
NOT_LOCAL_CURRENT = "it is neither current spending of a local body nor of a body that the outer source names"
NOT_RELATED = "the recipe does not relate it"
OUTSIDE = "it is outside the area of the official allocation"
NOT_RECORDED = "only outturn that the body gave can be observed"


@dataclass(frozen=True)
class Relation:
    """How an inner source stands to the outer one that covers the same money.

    Attributes
    ----------
    inner, outer : str
        Sources of the recipe.
    use : {"observed within", "scale", "replace"}
    groups, regions : tuple of str
        Service groups and regions it is meant for; all where empty.
    """

    inner: str
    outer: str
    use: str
    groups: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def is_for(self, group: str, region: str) -> bool:
        """Tell whether it is meant for a service group in a region.

        Parameters
        ----------
        group, region : str

        Returns
        -------
        bool
        """
        return (not self.groups or group in self.groups) and (not self.regions or region in self.regions)


@dataclass(frozen=True, eq=False)
class Related:
    """Two sources brought together.

    Attributes
    ----------
    inner, outer : pandas.DataFrame
        Their lines that are in the pot.
    memo : pandas.DataFrame
        Lines that are not, with the ``reason``.
    residuals : pandas.DataFrame
        One row per service group and region: :data:`RESIDUALS`.
    scaled_pence : dict of str to int
        By inner source, what scaling added to its lines.
    gave_way_pence : int
        What the outer source gave up for recorded amounts.
    """

    inner: pd.DataFrame
    outer: pd.DataFrame
    memo: pd.DataFrame
    residuals: pd.DataFrame
    scaled_pence: dict[str, int] = field(default_factory=dict)
    gave_way_pence: int = 0


RESIDUALS = [
    "group",
    "label",
    "region",
    "control_pence",
    "outturn_pence",
    "difference_pence",
    "observed_pence",
    "remainder_pence",
    "observed_authorities",
    "authorities",
    "treatment",
]
"""The table of differences of definition: the official allocation (control), all outturn read, control less outturn,
the outturn that is in the pot, what is left of the control, and how many upper tiers are observed."""


def join_lines(tables: Sequence[pd.DataFrame], like: pd.DataFrame) -> pd.DataFrame:
    """Put lines below one another, with the columns and types of those they came from.

    Parameters
    ----------
    tables : sequence of pandas.DataFrame
    like : pandas.DataFrame
        Whose columns it gets.

    Returns
    -------
    pandas.DataFrame
    """
    filled = [table for table in tables if not table.empty]
    joined = pd.concat(filled, ignore_index=True) if filled else like.iloc[:0]
    return joined[list(like.columns)].astype({"amount_pence": "Int64", "payment_to_people": "bool"})


def is_too_much(known: int, total: int) -> bool:
    """Tell whether nothing, or less than nothing, of a total is there for what is known to be taken out of it.

    Parameters
    ----------
    known, total : int
        Pence.

    Returns
    -------
    bool
    """
    return known != 0 if total == 0 else (total - known) * (1 if total > 0 else -1) < 0


@cache
def region_of_footprint(footprint: str) -> str:
    """Give the region that holds a footprint; blank where none does.

    Parameters
    ----------
    footprint : str

    Returns
    -------
    str
    """
    codes, numbers = level_index("region")
    found = np.unique(numbers[areas_of(footprint)])
    return str(codes[found[0]]) if len(found) == 1 else ""
