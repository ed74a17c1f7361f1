"""Traits of the upper tiers that models of troubled families are told from, and what such a model gives.

A *trait* is the logarithm of a ratio of two measures that are shipped, or of the number of households, standardised
over the 152 upper tiers. They were chosen before any prediction was looked at: every measure that is shipped, each
relative to another so that size enters once, but one only of those that are nearly the same (school age beside
children, 75 beside 65 and over, working age as what children and the old leave).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from placespend.shipped import read_once, shipped_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CONFIDENCE = 0.9
"""Of an interval: the part of authorities that lie in theirs."""

SIZE = "households_3plus_deprivation_dims_2011"
"""The measure that stands for the size of an authority, and the first baseline."""


class Known(NamedTuple):
    """Authorities whose number is known.

    Attributes
    ----------
    positions : ndarray of int64, shape (n,)
        In the order of the upper-tier codes.
    families : ndarray of float64, shape (n,)
        Above zero.
    """

    positions: NDArray[np.int64]
    families: Floats

    def without(self, number: int) -> Known:
        """Leave one out.

        Parameters
        ----------
        number : int

        Returns
        -------
        Known
        """
        return Known(np.delete(self.positions, number), np.delete(self.families, number))


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a model says of all authorities.

    Attributes
    ----------
    log_families : ndarray of float64, shape (152,)
        Known numbers are as they are.
    covariance : ndarray of float64, shape (152, 152)
        Of ``log_families``; zero where known.
    spread : float
        Standard deviations to each side that hold :data:`CONFIDENCE` of what was left out.
    parameters : dict of str to float
        What was fitted, in words.
    """

    log_families: Floats
    covariance: Floats
    spread: float
    parameters: dict[str, float]


@read_once
def authorities() -> pd.DataFrame:
    """Read the upper tiers with their measures.

    Returns
    -------
    pandas.DataFrame
        152 rows in the order of their codes, indexed by ``code``: ``name``, ``region_code`` and counts, whose names end
        in the year.
    """
    return pd.read_csv(shipped_file("boundaries", "upper_tier_measures.csv"), index_col="code").sort_index()


@cache
def sizes() -> Floats:
    """Give the size of each authority: its households deprived in three or four dimensions.

    Returns
    -------
    ndarray of float64, shape (152,)
    """
    return authorities()[SIZE].to_numpy(dtype=np.float64)


@read_once
def traits() -> pd.DataFrame:
    """Describe each authority by ratios of every measure that is shipped, as logarithms.

    Returns
    -------
    pandas.DataFrame
        152 rows by code; eleven columns of mean 0 and standard deviation 1 over the authorities.
    """
    table = authorities().drop(columns=["name", "region_code"])
    log = np.log(table[table.columns[(table > 0).all()]])
    deprived, households, income = log[SIZE], log["households_2011"], log["income_deprived_imd2019"]
    raw = pd.DataFrame(
        {
            "households": households,
            "deprived per household": deprived - households,
            "in four dimensions per deprived household": log["households_4_deprivation_dims_2011"] - deprived,
            "income-deprived per deprived household": income - deprived,
            "children among income-deprived": log["income_deprived_children_imd2019"] - income,
            "older among income-deprived": log["income_deprived_older_imd2019"] - income,
            "employment-deprived per income-deprived": log["employment_deprived_imd2019"] - income,
            "residents per household": log["residents_2011"] - households,
            "children per resident": log["children_0_15_mid2017"] - log["residents_2011"],
            "aged 65 and over per resident": log["aged_65_plus_mid2017"] - log["residents_2011"],
            "households per hectare": households - log["hectares"],
        }
    )
    return (raw - raw.mean()) / raw.std(ddof=0)


@cache
def trait_columns() -> Floats:
    """Give the traits as numbers.

    Returns
    -------
    ndarray of float64, shape (152, 11)
    """
    return traits().to_numpy()


@cache
def trait_names() -> tuple[str, ...]:
    """Name the traits in the order of :func:`trait_columns`.

    Returns
    -------
    tuple of str
    """
    return tuple(traits().columns)


def make_prediction(
    known: Known, said: Floats, covariance: Floats, scaled_errors: Floats, parameters: dict[str, float]
) -> Prediction:
    """Put the known numbers in place of what a model says of them, and find how wide intervals must be.

    Parameters
    ----------
    known : Known
    said : ndarray of float64, shape (152,)
        Logarithms of numbers.
    covariance : ndarray of float64, shape (152, 152)
        Of them.
    scaled_errors : ndarray of float64
        Errors of leaving out each known number, in standard deviations.
    parameters : dict of str to float

    Returns
    -------
    Prediction
    """
    log_families, covariance = said.copy(), covariance.copy()
    log_families[known.positions] = np.log(known.families)
    covariance[known.positions, :] = covariance[:, known.positions] = 0.0
    count = len(scaled_errors)
    rank = min(int(np.ceil(CONFIDENCE * (count + 1))), count)
    spread = float(np.sort(np.abs(scaled_errors))[rank - 1])
    return Prediction(log_families, covariance, spread, parameters)
