"""Counts per small area, by which money is shared out.

Census counts are known for every small area. Others are published by upper-tier authority only, and are
*completed*: each authority's count is spread over its small areas, in thousandths and by largest remainder, so that
the small areas sum exactly to what was published. Where the kinds of its neighbourhoods tell more than plain residents
or households do, it is spread by them (:mod:`placespend.kinds`), which is a model. The level at which a measure was
really observed is kept, for it decides the grade. Of every measure that kinds complete there is a *plain* sibling,
spread by residents or households alone, to tell how much hangs on the model; its name ends in :data:`PLAIN`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.errors import TooLargeError, UnknownNameError, WrongTypeError
from placespend.geography import count_of, level_index
from placespend.kinds import shipped_rates, spread_by_kind
from placespend.money import largest_remainder_by_group
from placespend.shipped import read_once, shipped_file
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Hashable

    from numpy.typing import NDArray

COMPLETION_SCALE = 1_000
"""A completed measure is held in thousandths, as whole numbers."""

MOST_COUNTED = 2**53
"""Totals up to which every whole number has a float of its own, far below where sums leave 64 bits."""

PLAIN = "_plain"
"""How the name of a measure ends that is spread by residents or households alone."""


@dataclass(frozen=True, eq=False)
class Measure:
    """A count per small area.

    Attributes
    ----------
    name, label, unit : str
    year : int or None
        The year it describes, or in which the index it comes from was published; None where that is not said.
    observed_level : str
        The finest level at which it was really observed.
    completed_by : str
        The measure that spreads it over small areas; empty where observed there.
    by_kind : bool
        Whether it is spread by the kinds of neighbourhoods too: a model.
    is_plain : bool
        Residents or households, which say nothing of the service (grade D).
    source, licence, note : str
    counts : ndarray of int64, shape (32844,)
        In ``1 / scale`` of the unit, in the order of the frame.
    scale : int
    plain_counts : ndarray of int64, shape (32844,), or None
        Of a user's measure that is spread by kinds: the counts spread by the plain base alone.
    covered : ndarray of bool, shape (32844,), or None
        The small areas that it counts; None where it counts all. What is not counted is not zero.
    file : str
        The user's file that it comes from; empty where it is shipped.
    """

    name: str
    label: str
    unit: str
    year: int | None
    observed_level: str
    completed_by: str
    is_plain: bool
    source: str
    licence: str
    note: str
    counts: NDArray[np.int64]
    scale: int
    by_kind: bool = False
    plain_counts: NDArray[np.int64] | None = None
    covered: NDArray[np.bool_] | None = None
    file: str = ""


def check_counts(found: Measure) -> None:
    """Refuse a measure made in Python that money cannot be shared by.

    Parameters
    ----------
    found : Measure

    Raises
    ------
    WrongTypeError
        If it does not hold a whole number from zero up for each small area.
    TooLargeError
        If its counts cannot be summed exactly.
    """
    shape = (len(count_of("residents")),)
    is_counts = isinstance(found.counts, np.ndarray) and found.counts.dtype == np.int64 and found.counts.shape == shape
    is_covered = found.covered is None or (found.covered.dtype == np.bool_ and found.covered.shape == shape)
    if not is_counts or not is_covered or not isinstance(found.scale, int) or found.scale < 1:
        message = f"The measure {found.name} does not hold a whole number (int64) for each of {shape[0]:,} small areas."
        raise WrongTypeError(message, hint="read a file of counts with placespend.read_measures")
    if found.counts.min() < 0:
        message = f"The measure {found.name} holds counts below zero."
        raise WrongTypeError(message, hint="a count is zero or more")
    if float(found.counts.sum(dtype=np.float64)) >= MOST_COUNTED:
        message = f"The measure {found.name} counts more in all than can be summed exactly."
        raise TooLargeError(message, hint="count in a larger unit, such as thousands")


@read_once
def list_measures() -> pd.DataFrame:
    """List the shipped measures, without the plain siblings of those that kinds of neighbourhoods complete.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``measure``: ``label``, ``unit``, ``year`` (int), ``observed_level``, ``completed_by``,
        ``plain``, ``column``, ``source``, ``licence``, ``note``, ``by_kind`` (bool; spread by kinds of neighbourhoods).
    """
    table = pd.read_csv(
        shipped_file("boundaries", "measures.csv"),
        dtype={"year": "int64"},
        keep_default_na=False,
        index_col="measure",
    )
    by_kind = [shipped_rates(str(name)) is not None for name in table.index]
    return table.assign(plain=table["plain"] == "yes", by_kind=by_kind)


@cache
def plain_siblings() -> dict[str, str]:
    """Name the plain siblings of the shipped measures.

    Returns
    -------
    dict of str to str
        The measure that kinds of neighbourhoods complete, by the name of its plain sibling.
    """
    table = list_measures()
    return {f"{name}{PLAIN}": str(name) for name in table.index[table["by_kind"]]}


@cache
def _declared() -> dict[str, dict[Hashable, Any]]:
    """Give each measure's row of the table by its name."""
    return {str(name): row for name, row in list_measures().to_dict(orient="index").items()}


@cache
def _upper_tier_counts() -> pd.DataFrame:
    return pd.read_csv(shipped_file("boundaries", "upper_tier_measures.csv"), index_col="code")


def complete(published: NDArray[np.int64], by: NDArray[np.int64]) -> NDArray[np.int64]:
    """Spread upper-tier counts over small areas so that they sum exactly to what was published.

    Parameters
    ----------
    published : ndarray of int64, shape (152,)
        In the order of the upper-tier codes.
    by : ndarray of int64, shape (32844,)
        Residents or households of the small areas.

    Returns
    -------
    ndarray of int64, shape (32844,)
        In units of ``1 / COMPLETION_SCALE``.
    """
    _, upper_tier = level_index("upper_tier")
    return largest_remainder_by_group(published * COMPLETION_SCALE, by, upper_tier)


def label_of_plain(label: str, completed_by: str) -> str:
    """Name the plain sibling of a measure for a reader.

    Parameters
    ----------
    label, completed_by : str

    Returns
    -------
    str
    """
    return f"{label}, spread by {completed_by} alone"


@cache
def measure(name: str) -> Measure:
    """Load a measure.

    Parameters
    ----------
    name : str
        A name that :func:`list_measures` lists, or that of a plain sibling.

    Returns
    -------
    Measure

    Raises
    ------
    UnknownNameError
        If it is not shipped.

    Examples
    --------
    >>> measure("aged_65_plus").observed_level
    'upper_tier'
    """
    known = plain_siblings().get(name, name)
    if known not in _declared():
        message = f"There is no measure '{name}'."
        raise UnknownNameError(message, hint=did_you_mean(name, _declared()) or None)
    row = _declared()[known]
    rates = shipped_rates(known) if known == name else None
    if row["completed_by"]:
        codes, upper_tier = level_index("upper_tier")
        published = _upper_tier_counts().loc[codes, row["column"]].to_numpy(dtype=np.int64)
        by, scale = count_of(row["completed_by"]), COMPLETION_SCALE
        if rates is None:
            counts = complete(published, by)
        else:
            counts = spread_by_kind(published * COMPLETION_SCALE, rates, by, upper_tier, COMPLETION_SCALE)
    else:
        counts, scale = count_of(row["column"]), 1
    counts.setflags(write=False)
    return Measure(
        name=name,
        label=row["label"] if known == name else label_of_plain(row["label"], row["completed_by"]),
        unit=row["unit"],
        year=int(row["year"]),
        observed_level=row["observed_level"],
        completed_by=row["completed_by"],
        is_plain=bool(row["plain"]),
        source=row["source"],
        licence=row["licence"],
        note=row["note"],
        counts=counts,
        scale=scale,
        by_kind=rates is not None,
    )
