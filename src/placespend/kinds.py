"""What kinds of neighbourhoods a small area is made of, and counts modelled from them.

A count that is published for upper tiers only must be spread over their small areas. Spreading it by residents or
households says nothing about differences inside an authority. Kinds of neighbourhoods do: the 2011 Output Area
Classification (ONS) puts every output area of the census, about 130 households, into one of 76 subgroups of 26 groups
of 8 supergroups, by its census answers. A small area is some five output areas, so its make-up by kind is known.

Method
------
*Rates of kinds* are fitted on the published totals, such as those of the 152 upper tiers, and applied to small areas:

    modelled(a) = base(a) * sum over kinds k of share(a, k) * rate(k) * context(a)
    log published(g) = level(region of g) + log(sum of modelled(a) over a in g) + error(g)

* ``base`` is residents or households; ``share`` the part of the small area's output areas that is of the kind. How
  many people an output area has is not known, so each counts alike.
* The error is of the logarithm, for an authority differs from its model by a factor, and the factor does not matter:
  the result is scaled to each authority's published count, exactly. Every authority weighs the same. For the same
  reason every region has a level of its own. Rates are exponentials, so never negative.
* 152 totals cannot tell 76 rates from each other. The logarithm of a rate is the sum of what its supergroup, group and
  subgroup add, and the squares of all these additions are held down by one penalty (:data:`PENALTY`): a kind of which
  the totals say little stays near its group, and a group near its supergroup.
* ``context`` is what the census frame knows beside kinds, where it helps: a power of household size, and an exponential
  of the share of residents in communal establishments.

How it was chosen
-----------------
Never by the true small-area counts where the totals could decide. The judge is *hidden regions*, which asks for what
the model must do, one level higher: the rates are fitted on eight regions, the ninth region's total is spread over its
authorities, and the absolute errors of all are summed over the sum of the counts.

* Penalties of 0.03, 0.1 and 0.3 were judged. 0.1 is best for children and for five of the six measures of deprivation.
  The other ages and income-deprived older people would take 0.03, with errors 6 to 13 % lower; one penalty for all is
  simpler, and holds for a measure that a user brings.
* Residents, residents of households, households, modelled children and modelled older people were judged as bases.
  None gained enough to leave the base that ``boundaries/measures.csv`` declares.
* Context is taken where it lowers the error by 5 % or more: for children and for people aged 65 and over.
* Kinds complete a measure where the error is at most three quarters of that of the plain base (:data:`HELPS`); else the
  plain base stays. ``boundaries/completion_errors.csv`` declares it for the shipped measures, with both errors and
  those of leaving out one authority at a time, by which subgroups were taken instead of groups;
  ``boundaries/kind_rates.csv`` has the rates, so that a pot needs no fitting.

One choice is not the judge's: density is in no context. Totals of authorities go with density, and hidden regions would
take it for income-deprived older people and for households deprived in four dimensions (errors 8 % lower), but the true
small-area counts contradict it (correlations within authorities of 0.56 instead of 0.61, and of 0.53 instead of 0.65),
and for most other deprivation too. What differs between authorities need not differ within them.
``benchmarks/completion.py`` shows it beside the rest. Nor is the judge quite blind: the form (logarithms, levels of
regions, one penalty for all layers) and the limits of 5 % and three quarters were set with the true counts in sight.
Other forms differed little by either, and no measure is near enough to a limit for that to matter.

Drawbacks
---------
* This is ecological inference: that a kind has the same relative rate in all authorities of England is assumed, not
  known. Where it fails, small areas of one kind in one authority still differ, and the model cannot see it.
* The classification is of 2011. Neighbourhoods built or changed since are missing or misplaced in later counts.
* Its makers used census answers on age, health and employment. A modelled count is therefore partly the census's own
  pattern under another name. It is a model, must be graded so, and any real count is better.
* From 30 totals, the fewest that are fitted, rates are rough: from 30 upper tiers taken at random, the correlation
  within authorities of households deprived in three or four dimensions was 0.72 instead of 0.83.
* How far it is from real small-area counts is measured in ``boundaries/README.md``.

Source: ONS, 2011 Area Classification for Output Areas, Open Government Licence.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from pyarrow import parquet

from placespend.geography import count_of
from placespend.money import largest_remainder_by_group
from placespend.shipped import read_once, shipped_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PENALTY = 0.1
"""On the square of what each supergroup, group and subgroup adds to the logarithm of a rate."""

HELPS = 0.75
"""Kinds complete a measure whose error of hidden regions is at most this part of the plain base's."""

FEWEST_GROUPS = 30
"""Published totals above zero below which no rates are fitted."""

CONTEXT = ("household_size", "communal_share", "density")
"""What the census frame knows beside kinds; density is there to show that it does not help."""

WEIGHT_SCALE = 10_000
"""Weights are modelled counts times this, as whole numbers."""


class Kinds(NamedTuple):
    """How many output areas of each small area are of each kind; pairs with none are left out.

    Attributes
    ----------
    codes : tuple of str
        The 76 subgroups in the order of their codes: the first character is the supergroup, the first two the group.
    area : ndarray of int64, shape (m,)
        Positions of small areas in the frame, rising.
    kind : ndarray of int64, shape (m,)
        Positions in ``codes``.
    output_areas : ndarray of int64, shape (m,)
    share : ndarray of float64, shape (m,)
        The part of the small area's output areas that is of the kind.
    """

    codes: tuple[str, ...]
    area: NDArray[np.int64]
    kind: NDArray[np.int64]
    output_areas: NDArray[np.int64]
    share: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rates:
    """What the kinds of neighbourhoods say of a count.

    Attributes
    ----------
    kind : ndarray of float64, shape (76,)
        Count per unit of the base in small areas of each kind, in the order of the codes, at England's mean context.
    context : dict of str to float
        Coefficients of the logarithm, by names of :data:`CONTEXT`; what is not named has none.
    """

    kind: NDArray[np.float64]
    context: dict[str, float]


@read_once
def kind_names() -> pd.DataFrame:
    """List the kinds of neighbourhoods.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``code``: ``level`` (supergroup, group or subgroup), ``name``, ``within`` (the code one level up,
        empty for a supergroup).

    Examples
    --------
    >>> kind_names().loc["4B", "name"]
    'Challenged Asian terraces'
    """
    path = shipped_file("boundaries", "kinds.csv")
    return pd.read_csv(path, dtype="str", keep_default_na=False, index_col="code")


@cache
def kinds() -> Kinds:
    """Read how many output areas of each small area are of each kind.

    Returns
    -------
    Kinds
    """
    table = parquet.ParquetFile(shipped_file("boundaries", "neighbourhood_kinds.parquet")).read()
    kind = table["kind"].combine_chunks()
    columns = [table["small_area"].to_numpy(), kind.indices.to_numpy(), table["output_areas"].to_numpy()]
    area, number, output_areas = (column.astype(np.int64) for column in columns)
    share = output_areas / np.bincount(area, weights=output_areas)[area]
    for array in (area, number, output_areas, share):
        array.setflags(write=False)
    return Kinds(tuple(kind.dictionary.to_pylist()), area, number, output_areas, share)


@cache
def context_of(name: str) -> NDArray[np.float64]:
    """Give what the census frame knows of the small areas, less the mean of England's residents.

    Parameters
    ----------
    name : {"household_size", "communal_share", "density"}

    Returns
    -------
    ndarray of float64, shape (32844,)
        The logarithm of residents per household; the share of residents in communal establishments; the logarithm of
        residents per hectare.
    """
    residents, in_households = count_of("residents"), count_of("household_residents")
    if name == "household_size":
        raw = np.log(in_households / count_of("households"))
    elif name == "communal_share":
        raw = 1 - in_households / residents
    else:
        raw = np.log(residents / count_of("hectares"))
    centred: NDArray[np.float64] = raw - np.average(raw, weights=residents)
    centred.setflags(write=False)
    return centred


def _sums(group: NDArray[np.int64], numbers: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    """Sum numbers by group."""
    return np.bincount(group, weights=numbers, minlength=groups).astype(np.float64, copy=False)


# --- fitting


class _Totals(NamedTuple):
    """Published totals and what is needed to model them; rows are the pairs of :class:`Kinds` that a group holds."""

    log_counts: NDArray[np.float64]
    level: NDArray[np.float64]  # (groups, regions), one where the group is of the region
    area: NDArray[np.int64]
    group: NDArray[np.int64]
    kind: NDArray[np.int64]
    base: NDArray[np.float64]
    context: NDArray[np.float64]  # (small areas, features), each divided by its spread
    penalty: NDArray[np.float64]  # square, as long as the coefficients

    def modelled(self, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        """Model the count of each row."""
        kinds_end = len(kinds().codes)
        features = coefficients[kinds_end : kinds_end + self.context.shape[1]]
        by_kind: NDArray[np.float64] = self.base * np.exp(coefficients[:kinds_end])[self.kind]
        return by_kind * np.exp(self.context @ features)[self.area] if len(features) else by_kind

    def derivatives(self, rows: NDArray[np.float64], totals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Derive the logarithm of each modelled total by each coefficient."""
        number, groups = len(kinds().codes), len(totals)
        by_kind = np.bincount(self.group * number + self.kind, weights=rows, minlength=groups * number)
        parts = [by_kind.reshape(groups, number)]
        parts += [
            np.bincount(self.group, weights=rows * feature[self.area], minlength=groups)[:, None]
            for feature in self.context.T
        ]
        return np.concatenate([*(part / totals[:, None] for part in parts), self.level], axis=1)


@cache
def _penalty_of_kinds() -> NDArray[np.float64]:
    """Give the square form that holds down what supergroups, groups and subgroups add.

    Notes
    -----
    Holding down the squares of the additions is holding the logarithms of rates to the inverse of how much of their
    additions they share: subgroups of one group share two of three.
    """
    codes = np.array(kinds().codes)
    shared = sum((np.array([code[:length] for code in codes])[:, None] == [code[:length] for code in codes]) * 1.0
                 for length in (1, 2, 3))  # fmt: skip
    inverse: NDArray[np.float64] = np.linalg.inv(shared)
    return inverse


def _totals(
    published: NDArray[np.int64],
    by: NDArray[np.int64],
    group_of: NDArray[np.int64],
    region_of: NDArray[np.int64] | None,
    context: Sequence[str],
    penalty: float,
) -> tuple[_Totals, NDArray[np.bool_]]:
    """Prepare the totals above zero, and say which of the published ones they are."""
    covered = group_of >= 0
    base = np.bincount(group_of[covered], weights=by[covered], minlength=len(published))
    usable = (published > 0) & (base > 0)
    number = np.where(usable, np.cumsum(usable) - 1, -1)
    small = kinds()
    group = np.where(covered, number[group_of], -1)[small.area]
    held = group >= 0
    regions = np.zeros(len(published), dtype=np.int64) if region_of is None else region_of
    _, region = np.unique(regions[usable], return_inverse=True)
    level = (region[:, None] == np.arange(region.max(initial=-1) + 1)).astype(np.float64)
    features = [context_of(name) / np.sqrt(np.average(context_of(name) ** 2, weights=by)) for name in context]
    kinds_end = len(small.codes)
    size = kinds_end + len(features) + level.shape[1]
    holding = np.zeros((size, size))
    holding[:kinds_end, :kinds_end] = penalty * _penalty_of_kinds()
    among = np.arange(kinds_end, kinds_end + len(features))
    holding[among, among] = penalty
    return _Totals(
        log_counts=np.log(published[usable].astype(np.float64)),
        level=level,
        area=small.area[held],
        group=group[held],
        kind=small.kind[held],
        base=(by[small.area] * small.share)[held],
        context=np.stack(features, axis=1) if features else np.zeros((len(by), 0)),
        penalty=holding,
    ), usable


def _solve(
    totals: _Totals, weights: NDArray[np.float64], start: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Find the coefficients of least squares by damped Newton steps.

    Parameters
    ----------
    totals
    weights
        Of the groups; zero leaves one out.
    start
        Coefficients to start from.

    Notes
    -----
    Gauss-Newton steps alone need ten times as many or more: the fit is loose, so what bends in the logarithm of a sum
    matters. It is known exactly for kinds, and left out for context and levels.
    """
    kinds_end = len(kinds().codes)
    size, groups = len(totals.penalty), len(totals.log_counts)
    here = np.zeros(size) if start is None else start
    # Without a group, nothing holds the level of a region: it stays where it is.
    holding = totals.penalty + 1e-9 * np.eye(size)

    def look(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        with np.errstate(all="ignore"):  # a step that goes too far has a cost that is not finite, and is not taken
            rows = totals.modelled(at)
            sums = _sums(totals.group, rows, groups)
            rest = totals.log_counts - np.log(sums) - totals.level @ at[size - totals.level.shape[1] :]
            return float(weights @ rest**2 + at @ totals.penalty @ at), rows, sums, rest

    cost, rows, sums, rest = look(here)
    damping = 1e-3
    for _ in range(200):
        slopes = totals.derivatives(rows, sums)
        weighted = slopes.T * weights
        square = weighted @ slopes + holding
        slope = weighted @ rest - totals.penalty @ here
        size_of_steps = np.diag(np.diag(square))
        of_kinds = slopes[:, :kinds_end]
        bent = square.copy()
        bent[:kinds_end, :kinds_end] += (of_kinds.T * (weights * rest)) @ of_kinds
        bent[range(kinds_end), range(kinds_end)] -= weighted[:kinds_end] @ rest
        while True:
            step = np.linalg.solve(bent + damping * size_of_steps, slope)
            found = look(here + step)
            if found[0] <= cost or damping > 1e9:
                break
            damping *= 4
        gained = cost - found[0]  # not a number where no step was good
        if gained > 0:
            here, (cost, rows, sums, rest) = here + step, found
        damping = max(damping / 6, 1e-9)
        if not gained > 1e-12 * cost:
            break
    return here


def fit(
    published: NDArray[np.int64],
    by: NDArray[np.int64],
    group_of: NDArray[np.int64],
    *,
    region_of: NDArray[np.int64] | None = None,
    context: Sequence[str] = (),
    penalty: float = PENALTY,
) -> Rates | None:
    """Fit the rates of kinds on published totals.

    Parameters
    ----------
    published : ndarray of int64, shape (g,)
        Counts of any set of groups of small areas, such as upper tiers or districts. Zeros are passed over, for they
        have no logarithm.
    by : ndarray of int64, shape (32844,)
        The base: residents or households.
    group_of : ndarray of int64, shape (32844,)
        The group of each small area, from 0; -1 where the count does not cover it.
    region_of : ndarray of int64, shape (g,), optional
        The region of each group, from 0; each has a level of its own. One level for all by default.
    context : sequence of str, default none
        Names of :data:`CONTEXT`.
    penalty : float, default PENALTY

    Returns
    -------
    Rates or None
        Scaled so that all modelled counts sum to all published ones; None where fewer than :data:`FEWEST_GROUPS`
        totals are above zero, which is too few to tell kinds apart.

    Notes
    -----
    The module says what is assumed and where it fails.
    """
    totals, usable = _totals(published, by, group_of, region_of, context, penalty)
    if usable.sum() < FEWEST_GROUPS:
        return None
    return _rates(totals, _solve(totals, np.ones(int(usable.sum()))), by, context)


def _rates(totals: _Totals, coefficients: NDArray[np.float64], by: NDArray[np.int64], context: Sequence[str]) -> Rates:
    """Turn coefficients into rates that sum to what was published."""
    size = len(kinds().codes)
    scale = np.exp(totals.log_counts).sum() / totals.modelled(coefficients).sum()
    spread = [np.sqrt(np.average(context_of(name) ** 2, weights=by)) for name in context]
    features = coefficients[size : size + len(context)]
    return Rates(
        kind=scale * np.exp(coefficients[:size]),
        context={name: float(value / by_one) for name, value, by_one in zip(context, features, spread, strict=True)},
    )


# --- applying


def modelled(rates: Rates, by: NDArray[np.int64]) -> NDArray[np.float64]:
    """Model the counts of small areas, before they are scaled to what was published.

    Parameters
    ----------
    rates : Rates
    by : ndarray of int64, shape (32844,)
        The base that the rates were fitted on.

    Returns
    -------
    ndarray of float64, shape (32844,)
    """
    small = kinds()
    counts = by * _sums(small.area, small.share * rates.kind[small.kind], len(by))
    if rates.context:
        counts *= np.exp(sum(value * context_of(name) for name, value in rates.context.items()))
    return counts


def modelled_weights(rates: Rates, by: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the weights by which small areas share a published count.

    Parameters
    ----------
    rates : Rates
    by : ndarray of int64, shape (32844,)
        The base that the rates were fitted on.

    Returns
    -------
    ndarray of int64, shape (32844,)
        Modelled counts times :data:`WEIGHT_SCALE`; zero only where the base is, and never above the base.
    """
    weights = np.rint(modelled(rates, by) * WEIGHT_SCALE).astype(np.int64)
    return np.minimum(np.maximum(weights, by > 0), by * WEIGHT_SCALE)


def spread_by_kind(
    amounts: NDArray[np.int64],
    rates: Rates,
    by: NDArray[np.int64],
    group_of: NDArray[np.int64],
    scale: int,
) -> NDArray[np.int64]:
    """Spread published counts over small areas by kinds, so that they sum exactly to what was published.

    Parameters
    ----------
    amounts : ndarray of int64, shape (g,)
        What was published, in units of ``1 / scale``; not negative.
    rates : Rates
    by : ndarray of int64, shape (32844,)
        The base that the rates were fitted on.
    group_of : ndarray of int64, shape (32844,)
        The group of each small area, from 0 to g - 1.
    scale : int

    Returns
    -------
    ndarray of int64, shape (32844,)
        In units of ``1 / scale``. No small area has more than its base, save in a group that publishes more than
        all its base: that is spread as modelled.
    """
    weights, most = modelled_weights(rates, by), by * scale
    parts = largest_remainder_by_group(amounts, weights, group_of)
    if (parts <= most).all():
        return parts
    whole = np.zeros(len(amounts), dtype=np.int64)
    np.add.at(whole, group_of, most)
    most = np.where((amounts > whole)[group_of], np.iinfo(np.int64).max, most)
    full = np.zeros(len(by), dtype=bool)
    # What is full keeps its base; the rest is shared by the others, of which some may then be full.
    while (over := parts > most).any():
        full |= over
        rest = amounts.copy()
        np.subtract.at(rest, group_of[full], most[full])
        parts = np.where(full, most, largest_remainder_by_group(rest, np.where(full, 0, weights), group_of))
    return parts


# --- errors


def hidden_region_error(
    published: NDArray[np.int64],
    by: NDArray[np.int64],
    group_of: NDArray[np.int64],
    region_of: NDArray[np.int64],
    *,
    context: Sequence[str] = (),
    penalty: float = PENALTY,
) -> tuple[float, float]:
    """Hide how a region's total is made up, region by region, and measure how well kinds and the base tell it.

    Parameters
    ----------
    published : ndarray of int64, shape (g,)
        All above zero.
    by : ndarray of int64, shape (32844,)
    group_of : ndarray of int64, shape (32844,)
    region_of : ndarray of int64, shape (g,)
    context : sequence of str, default none
    penalty : float, default PENALTY

    Returns
    -------
    by_kinds, plain : float
        Absolute errors summed over the sum of counts.
    """
    totals, _ = _totals(published, by, group_of, region_of, context, penalty)
    whole = _solve(totals, np.ones(len(published)))
    base = np.bincount(totals.group, weights=totals.base)
    errors = np.zeros(2)
    for region in np.unique(region_of):
        hidden = region_of == region
        coefficients = _solve(totals, (~hidden).astype(np.float64), whole)
        by_kinds = np.bincount(totals.group, weights=totals.modelled(coefficients))
        for number, weights in enumerate((by_kinds, base)):
            share = weights[hidden] / weights[hidden].sum()
            errors[number] += np.abs(share * published[hidden].sum() - published[hidden]).sum()
    by_kinds_error, plain_error = (errors / published.sum()).tolist()
    return by_kinds_error, plain_error


def left_out_error(
    published: NDArray[np.int64],
    by: NDArray[np.int64],
    group_of: NDArray[np.int64],
    region_of: NDArray[np.int64],
    *,
    context: Sequence[str] = (),
) -> tuple[float, float]:
    """Leave one group out at a time, and measure how well its total is foretold from the rest.

    Parameters
    ----------
    published : ndarray of int64, shape (g,)
        All above zero.
    by : ndarray of int64, shape (32844,)
    group_of : ndarray of int64, shape (32844,)
    region_of : ndarray of int64, shape (g,)
        No region may be of one group only.
    context : sequence of str, default none

    Returns
    -------
    by_kinds, plain : float
        Absolute errors summed over the sum of counts. Plain is the rate of the rest of the region times the base.
    """
    totals, _ = _totals(published, by, group_of, region_of, context, PENALTY)
    whole = _solve(totals, np.ones(len(published)))
    base = np.bincount(totals.group, weights=totals.base)
    errors = np.zeros(2)
    for left_out in range(len(published)):
        others = np.arange(len(published)) != left_out
        coefficients = _solve(totals, others.astype(np.float64), whole)
        by_kinds = np.bincount(totals.group, weights=totals.modelled(coefficients))[left_out]
        factor = np.exp(totals.level[left_out] @ coefficients[len(coefficients) - totals.level.shape[1] :])
        near = others & (region_of == region_of[left_out])
        plain = base[left_out] * published[near].sum() / base[near].sum()
        errors += np.abs(np.array([by_kinds * factor, plain]) - published[left_out])
    by_kinds_error, plain_error = (errors / published.sum()).tolist()
    return by_kinds_error, plain_error


# --- the shipped measures


@read_once
def completion_errors() -> pd.DataFrame:
    """List what completes each shipped measure that is observed by upper tier, and how well.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``measure``: ``helps`` (bool; kinds complete it), ``base``, ``context`` (names parted by spaces),
        ``hidden_region_error``, ``hidden_region_error_plain``, ``left_out_error``, ``left_out_error_plain`` (parts of
        the whole), ``reason``.
    """
    path = shipped_file("boundaries", "completion_errors.csv")
    table = pd.read_csv(path, keep_default_na=False, index_col="measure")
    return table.assign(helps=table["helps"] == "yes")


@cache
def _shipped_rates() -> dict[str, Rates]:
    # Read without pandas: Python's own float is exact, and the table is small.
    with shipped_file("boundaries", "kind_rates.csv").open(encoding="utf-8", newline="") as file:
        (_, *measures), *rows = csv.reader(file)
    numbers = np.array([[float(cell) for cell in cells] for _, *cells in rows])
    terms = {term: position for position, (term, *_) in enumerate(rows)}
    kind = numbers[[terms[code] for code in kinds().codes]]
    kind.setflags(write=False)
    return {
        measure: Rates(
            kind=kind[:, column],
            context={
                name: float(numbers[terms[name], column])
                for name in CONTEXT
                if name in terms and numbers[terms[name], column]
            },
        )
        for column, measure in enumerate(measures)
    }


def shipped_rates(measure: str) -> Rates | None:
    """Give the fitted rates of a shipped measure.

    Parameters
    ----------
    measure : str

    Returns
    -------
    Rates or None
        None where kinds do not complete it.

    Examples
    --------
    >>> shipped_rates("hectares") is None
    True
    """
    return _shipped_rates().get(measure)
