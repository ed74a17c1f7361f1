"""Troubled families of every upper tier: as published, or estimated and said to be.

A number that was published is never altered. The others are what the model in use says
(:mod:`placespend.families.models`), corrected by what else was published, and rounded so that they add up.

Method
------
1. The model gives the logarithms of the numbers not published, with their covariance.
2. *Facts* hold an estimate inside a range: the most that could be paid to an authority by results, and a number that
   was published rounded (:func:`facts`). A fact enters as an observation of the middle of its range, with the standard
   deviation of a number that may be anywhere in it.
3. *Groups* have published totals: Greater Manchester, the North West around it, London, and England (the headline of
   120,000). The estimates move as little as they can, measured by their covariance, until every group sums to its
   total. Places that the model knows less well move more; of independent errors whose variance falls with size, it is
   plain scaling. What is known of a total takes its part out of the covariance.
4. Numbers are multiples of 5, as all that were published are. The largest remainder method rounds them within what each
   group leaves, so that every total holds exactly.

Intervals
---------
An interval holds the number of nine authorities in ten. Its half-width is the model's spread, times the standard
deviation of what is left after facts and totals, rounded outwards to multiples of 5; it ends where a fact or the total
of the group does, and at zero. Those of several authorities together (:func:`interval_of`) take the covariance of their
sum: published numbers add nothing, a whole group adds nothing, and what is in a group and what is not have the same
width. Beyond totals, likeness of traits and region, errors are taken as independent of each other. If all numbers were
wrong in one direction, as they would be were England's total of another date, sums would be further out than that.

Drawbacks
---------
* Totals are taken as exact, and as of one date. England's 120,000 is a headline, and authorities were asked to work
  with 118,082 in the end; London's was 21,660 half a year later.
* Leaving an authority out is easier than what is asked: the 47 published are not a random draw.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from placespend.errors import PlaceNotFoundError, list_values
from placespend.families.adding_up import STEP, check_left, facts, groups, hold, meet_totals, rings, round_to_step
from placespend.families.models import IN_USE, find_model
from placespend.families.published import INDICATIVE, family_measures, published_counts
from placespend.families.traits import Known, authorities
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from placespend.families.traits import Floats, Prediction

ESTIMATED, PUBLISHED = "estimated", "published"

MODELLED = "placespend, modelled from the census of 2011, ages of mid-2017 and the Indices of Deprivation 2019"
"""What every estimate rests on."""


class Fitted(NamedTuple):
    """Numbers of all authorities and how well they are known.

    Attributes
    ----------
    families : ndarray of int64, shape (152,)
    covariance : ndarray of float64, shape (152, 152)
        Of the numbers, in families squared; zero where published.
    spread : float
        Standard deviations to each side of an interval.
    least, most : ndarray of int64, shape (152,)
        What facts and totals leave possible.
    is_known : ndarray of bool, shape (152,)
    ring : ndarray of int64, shape (152,)
        The smallest group that each authority is in, by its number in :func:`groups`; -1 where totals are not used.
    parameters : dict of str to float
        What the model fitted.
    """

    families: NDArray[np.int64]
    covariance: Floats
    spread: float
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    is_known: NDArray[np.bool_]
    ring: NDArray[np.int64]
    parameters: dict[str, float]


def correct(
    prediction: Prediction, known: pd.Series, *, group_totals: bool = True, ranges: pd.DataFrame | None = None
) -> Fitted:
    """Correct what a model says by what else was published, and round it.

    Parameters
    ----------
    prediction : Prediction
        Of a model fitted on ``known``.
    known : pandas.Series of int
        Families by upper-tier code, above zero; kept as they are.
    group_totals : bool, default True
        Whether estimates sum to the published totals of :func:`placespend.families.adding_up.groups`.
    ranges : pandas.DataFrame, optional
        Rows of :func:`placespend.families.adding_up.facts`; those of known numbers are not needed.

    Returns
    -------
    Fitted

    Raises
    ------
    PlaceNotFoundError
        If a code is not that of an upper tier.
    ConservationError
        If what a group's total leaves is not a multiple of 5, is too little or is for nobody.
    """
    positions, families = positions_of(known.index), known.to_numpy(dtype=np.int64)
    log_families, covariance = prediction.log_families, prediction.covariance
    count = len(log_families)
    is_known = np.isin(np.arange(count), positions)
    least, most = np.zeros(count, dtype=np.int64), np.full(count, np.iinfo(np.int64).max)
    ring, left = np.full(count, -1), np.zeros(0, dtype=np.int64)
    if ranges is not None:
        ranges = ranges[~ranges.index.isin(known.index)]
        held = positions_of(ranges.index)
        least[held], most[held] = ranges["low"], ranges["high"]
        log_families, covariance = hold(log_families, covariance, held, least[held], most[held])
    if group_totals:
        ring, left = rings()
        np.subtract.at(left, ring[positions], families)
        check_left(left, np.bincount(ring[~is_known], minlength=len(left)))
        most = np.minimum(most, left[ring])
        log_families, covariance = meet_totals(log_families, covariance, ring, left, is_known)
    rounded = round_to_step(np.exp(log_families), ring, left, is_known)
    rounded[positions] = families
    scale = np.exp(log_families)
    covariance = covariance * scale[:, None] * scale[None]
    return Fitted(rounded, covariance, prediction.spread, least, most, is_known, ring, prediction.parameters)


def predict(known: pd.Series, *, model: str = IN_USE) -> Prediction:
    """Fit a model on known numbers.

    Parameters
    ----------
    known : pandas.Series of int
        Families by upper-tier code, above zero.
    model : str, optional
        A name of :data:`placespend.families.models.MODELS`; the one in use by default.

    Returns
    -------
    Prediction

    Raises
    ------
    PlaceNotFoundError
        If a code is not that of an upper tier.
    UnknownNameError
        If there is no such model.
    """
    return find_model(model).fit(Known(positions_of(known.index), known.to_numpy(dtype=np.float64)))


def positions_of(codes: Collection[str] | pd.Index) -> NDArray[np.int64]:
    """Find upper tiers by their codes.

    Parameters
    ----------
    codes : collection of str

    Returns
    -------
    ndarray of int64
        Positions among the 152 in the order of their codes.

    Raises
    ------
    PlaceNotFoundError
        If a code is not that of an upper tier.
    """
    index = authorities().index
    unknown = [str(code) for code in codes if code not in index]
    if unknown:
        message = f"These are not codes of upper tiers of 2011: {list_values([repr(code) for code in unknown])}."
        raise PlaceNotFoundError(message, hint=did_you_mean(unknown[0], list(index)) or None)
    return index.get_indexer(pd.Index(list(codes), dtype=index.dtype)).astype(np.int64)


def interval(fitted: Fitted, chosen: NDArray[np.int64]) -> tuple[int, int]:
    """Give an interval for the sum of several numbers.

    Parameters
    ----------
    fitted : Fitted
    chosen : ndarray of int64
        Different positions, in the order of the upper-tier codes.

    Returns
    -------
    low, high : int
        Families, multiples of 5; both are the sum where it is known.
    """
    total = int(fitted.families[chosen].sum())
    inside = np.zeros(len(fitted.families), dtype=np.bool_)
    inside[chosen] = True
    open_ = inside & ~fitted.is_known
    # What a group leaves is known where all of it is asked for.
    split = np.unique(fitted.ring[~inside & ~fitted.is_known])
    open_ &= (fitted.ring < 0) | np.isin(fitted.ring, split)
    if not open_.any():
        return total, total
    half = fitted.spread * float(np.sqrt(max(fitted.covariance[np.ix_(open_, open_)].sum(), 0.0)))
    estimate = int(fitted.families[open_].sum())
    low = max(int(np.floor((estimate - half) / STEP)) * STEP, sum(fitted.least[open_].tolist()))
    high = min(int(np.ceil((estimate + half) / STEP)) * STEP, sum(fitted.most[open_].tolist()))
    known = total - estimate
    return known + min(low, estimate), known + max(high, estimate)


@cache
def _fit_published(hide: frozenset[str]) -> Fitted:
    positions_of(sorted(hide))
    known, ranges = published_counts()["value"].astype("int64"), facts()
    known, ranges = known[~known.index.isin(hide)], ranges[~ranges.index.isin(hide)]
    with in_one_thread():
        return correct(predict(known), known, ranges=ranges)


def in_one_thread() -> AbstractContextManager[Any]:
    """Keep linear algebra to one thread.

    More of them take longer over the many small matrices here, and would let the last digits depend on the machine.

    Returns
    -------
    context manager
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415  (a pot needs no estimates)

    limits: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limits


def estimate_families(*, hide: Collection[str] = ()) -> pd.DataFrame:
    """Give the number of troubled families of every upper tier, published or estimated.

    Parameters
    ----------
    hide : collection of str, optional
        Codes of upper tiers to estimate as though nothing had been published of them alone.

    Returns
    -------
    pandas.DataFrame
        152 rows indexed by ``code``: ``name``, ``families`` (Int64), ``status`` ("published" or "estimated"), ``low``
        and ``high`` (Int64; the interval that holds nine in ten, missing where published), ``definition``, ``date``
        (day, month or year), ``source``, ``note``.

    Raises
    ------
    PlaceNotFoundError
        If a code is not that of an upper tier.

    Examples
    --------
    >>> int(estimate_families()["families"].sum())
    120000
    """
    fitted = _fit_published(frozenset(hide))
    table = authorities()[["name"]].assign(families=pd.array(fitted.families, dtype="Int64"))
    table["status"] = np.where(fitted.is_known, PUBLISHED, ESTIMATED)
    ends = [interval(fitted, np.array([place])) for place in range(len(table))]
    for column, end in (("low", 0), ("high", 1)):
        table[column] = pd.array([each[end] for each in ends], dtype="Int64")
        table.loc[fitted.is_known, column] = pd.NA
    described = published_counts()[["definition", "as_at", "source_url", "note"]]
    described = described.set_axis(["definition", "date", "source", "note"], axis="columns")
    told = _tell_estimated(table.index[~fitted.is_known], fitted.ring[~fitted.is_known], hide)
    return table.join(pd.concat([described.loc[table.index[fitted.is_known]], told]))


def _tell_estimated(codes: pd.Index, ring: NDArray[np.int64], hide: Collection[str]) -> pd.DataFrame:
    """Say of each estimate what it is of and what it rests on."""
    ranges = facts().drop(index=list(hide), errors="ignore").to_dict(orient="index")
    definition = f"Estimate: {family_measures()['definition'][INDICATIVE]}"
    rows = []
    for code, number in zip(codes.tolist(), ring.tolist(), strict=True):
        group = groups()[number]
        source, note = f"{MODELLED}; total of {group.name}: {group.source}", _tell_group(group.name, group.total)
        if code in ranges:
            fact = ranges[code]
            source += f"; range: {fact['source_url']}"
            note += f"; held between {fact['low']:,} and {fact['high']:,}, for {fact['fact']}"
        rows.append((definition, group.date, source, note))
    return pd.DataFrame(rows, index=codes, columns=["definition", "date", "source", "note"])


def _tell_group(name: str, total: int) -> str:
    return f"modelled; with the others of {name} it sums to the {total:,} that were published"


def interval_of(codes: Collection[str], *, hide: Collection[str] = ()) -> tuple[int, int]:
    """Give an interval for the sum over several upper tiers.

    Parameters
    ----------
    codes : collection of str
        Upper tiers; each counts once.
    hide : collection of str, optional
        As for :func:`estimate_families`.

    Returns
    -------
    low, high : int
        Families, multiples of 5. They are the same where the sum is known: of published numbers and whole groups.

    Raises
    ------
    PlaceNotFoundError
        If a code is not that of an upper tier.

    Notes
    -----
    Errors of different authorities are taken as independent beyond likeness of traits, region and published totals.

    Examples
    --------
    >>> interval_of(["E08000003", "E06000023"])
    (3740, 3740)
    """
    return interval(_fit_published(frozenset(hide)), positions_of(sorted(set(codes))))


def describe_model(*, hide: Collection[str] = ()) -> pd.Series:
    """Tell what the model in use fitted.

    Parameters
    ----------
    hide : collection of str, optional
        As for :func:`estimate_families`.

    Returns
    -------
    pandas.Series
        Numbers by what they are, in words; variances are of logarithms (0.01 is a standard deviation of 10 %).
    """
    fitted = _fit_published(frozenset(hide))
    told = {**fitted.parameters, "standard deviations to each side of an interval": fitted.spread}
    return pd.Series(told, name=find_model(IN_USE).label, dtype="float64")
