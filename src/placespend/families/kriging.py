"""Kriging: numbers of troubled families as a smooth surface over what places are like.

With ``t(i) = log(families(i) / deprived households(i))`` less the logarithm of the ratio of the sums,

    covariance(t(i), t(j)) = 1 + a * exp(-d(i, j)^2 / (2 * l^2)) + r * [same region] + s * [i = j] * mean size / size(i)

where ``d^2`` is the mean square of the differences of the standardised traits. The 1 leaves the level free. The last
term is what no trait tells, and has a variance that falls with size as that of a sum over independent parts does. Size
is the number of deprived households. Four numbers are not known: how much varies smoothly (a), over what distance (l),
between regions (r) and in each place by itself (s). They are not tuned to predictions: every combination of the grid
counts with the likelihood that it gives to the published numbers, so that the covariance holds what is not known of
them too.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from placespend.families.traits import authorities, make_prediction, sizes, trait_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placespend.families.traits import Floats, Known, Prediction

SMOOTH = (0.003, 0.01, 0.03, 0.1)
DISTANCES = (0.7, 1.0, 1.5, 2.0)
REGIONAL = (0.0, 0.001, 0.003, 0.01)
OWN = (0.001, 0.002, 0.004, 0.008)
"""The grid of kriging: variances of logarithms (0.01 is a standard deviation of 10 %), and a distance in traits."""

LEAST_WEIGHT = 0.01
"""Combinations less likely than this part of the likeliest are left out."""


@cache
def _surfaces() -> tuple[Floats, ...]:
    """Give the parts of kriging's covariance: smooth at each distance, regional, and a place's own."""
    columns = trait_columns()
    squares = ((columns[:, None] - columns[None]) ** 2).mean(axis=2)
    region = authorities()["region_code"].to_numpy()
    smooth = [np.exp(-squares / (2 * distance**2)) for distance in DISTANCES]
    return *smooth, (region[:, None] == region[None]).astype(np.float64), np.diag(sizes().mean() / sizes())


def _grid(regional: tuple[float, ...]) -> Floats:
    """List every combination of variances: a row each, a column for each of the parts."""
    rows = []
    for smooth, distance, region, own in product(SMOOTH, DISTANCES, regional, OWN):
        rows.append([smooth * (distance == each) for each in DISTANCES] + [region, own])
    return np.array(rows)


def _grid_weights(covariances: Floats, target: Floats) -> tuple[Floats, Floats]:
    """Invert the covariance of each combination, and weigh it by how likely it makes the target."""
    inverses = np.linalg.inv(covariances)
    roots = np.diagonal(np.linalg.cholesky(covariances), axis1=1, axis2=2)
    log_likelihood = -0.5 * (target @ inverses @ target) - np.log(roots).sum(axis=1)
    weights = np.exp(log_likelihood - log_likelihood.max())
    weights[weights < LEAST_WEIGHT] = 0.0
    shares: Floats = weights / weights.sum()
    return np.asarray(inverses, dtype=np.float64), shares


def _combine(weights: Floats, where: tuple[NDArray[np.int64], ...]) -> Floats:
    """Add up the parts of the covariance between some places, once for each row of weights."""
    parts = np.array([part[where] for part in _surfaces()])
    combined: Floats = 1 + np.tensordot(weights, parts, axes=1)
    return combined


def krige(known: Known, *, regional: tuple[float, ...]) -> Prediction:
    """Tell the numbers of all authorities from those of some.

    Parameters
    ----------
    known : Known
    regional : tuple of float
        Variances between regions that are thought possible; (0.0,) for none.

    Returns
    -------
    Prediction
    """
    grid = _grid(regional)
    positions, everywhere = known.positions, np.arange(len(sizes()))
    base = np.log(sizes() * known.families.sum() / sizes()[positions].sum())
    target = np.log(known.families) - base[positions]
    inverses, weights = _grid_weights(_combine(grid, np.ix_(positions, positions)), target)
    grid, inverses, weights = grid[weights > 0], inverses[weights > 0], weights[weights > 0]
    across = _combine(grid, np.ix_(everywhere, positions))
    reach = across @ inverses
    # What combinations say on average, and how far they differ: the covariance of their mixture.
    means = reach @ target
    mean = weights @ means
    apart = (means - mean) * np.sqrt(weights)[:, None]
    told = np.tensordot(reach * weights[:, None, None], across, axes=([0, 2], [0, 2]))
    covariance = _combine((weights @ grid)[None], np.ix_(everywhere, everywhere))[0] - told + apart.T @ apart
    return make_prediction(
        known, base + mean, covariance, _left_out(inverses, target, weights), _in_words(weights @ grid)
    )


def _in_words(combined: Floats) -> dict[str, float]:
    """Name the mean variances of the grid, the smooth one being summed over distances."""
    smooth = combined[: len(DISTANCES)]
    return {
        "smooth variance": float(smooth.sum()),
        "mean distance in traits": float(smooth @ np.array(DISTANCES) / smooth.sum()),
        "variance between regions": float(combined[-2]),
        "own variance at mean size": float(combined[-1]),
    }


def _left_out(inverses: Floats, target: Floats, weights: Floats) -> Floats:
    """Give the errors of leaving out each known place, in standard deviations, in closed form."""
    variances = 1 / np.diagonal(inverses, axis1=1, axis2=2)
    errors = (inverses @ target) * variances
    mean = weights @ errors
    scaled: Floats = mean / np.sqrt(weights @ (variances + (errors - mean) ** 2))
    return scaled
