"""Models of how many troubled families an authority has, told from open measures of it.

The department shared 120,000 families out to 152 authorities with the Index of Multiple Deprivation and the Child
Well-being Index, and neither the formula nor most of the shares were published. A model fits what is published and
tells the rest. All models here say the *logarithm* of an authority's number with its covariance, for an authority
differs from its model by a factor.

The models
----------
*share* (first baseline)
    Families in proportion to households deprived in three or four dimensions (census of 2011).
*blend* (second baseline)
    A blend, with no weight below zero, of income-deprived people and of households deprived in three or four, and in
    four, dimensions; least squares weighted by one over size.
*power*
    A power of households deprived in three or four dimensions, by weighted least squares of logarithms.
*ridge*
    The logarithm of families per such household as a weighted sum of eleven *traits*
    (:mod:`placespend.families.traits`), the squares of whose coefficients are held down. How strongly is chosen within
    the authorities fitted, by leaving out each.
*kriging*
    The same logarithm as a smooth surface over the traits: places with like traits have like numbers, more so the
    nearer they are (a Gaussian process). It needs no form of the formula, only that it is smooth.
*kriging_regions* (in use)
    The same, and places of one region are more alike than their traits say.

Errors
------
Kriging (:mod:`placespend.families.kriging`) has a covariance of its own. Share, blend, power and ridge have errors that
are taken as independent, with a variance of the logarithm that falls with size (deprived households) as that of a sum
over independent parts does, measured by leaving out each authority that was fitted. Of every model, the half-width of
a 90 % interval is as many standard deviations (``Prediction.spread``) as hold 90 % of the errors of leaving out one
of the authorities fitted, with the finite-sample correction of conformal prediction. It uses nothing of those hidden.

Drawbacks
---------
* The indices behind the numbers were of 2010 and earlier; income and employment deprivation here are of 2015-16 and
  ages of 2017. Places that changed between, as inner London did, are told less well.
* Nothing that is shipped counts crime, truancy or children in need, which the indices did.
* 47 numbers are published, of large authorities and of London more often than of others: numbers of the small are
  extrapolated. The City of London, with 25 families, is like no other place, and no model tells it.
* The numbers are those of a formula of 2011. They never were counts of families.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from placespend.errors import UnknownNameError
from placespend.families.kriging import REGIONAL, krige
from placespend.families.traits import SIZE, authorities, make_prediction, sizes, trait_columns, trait_names
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from placespend.families.traits import Floats, Known, Prediction

    Point = Callable[[Known], tuple[Floats, dict[str, float]]]

BLENDED = ("income_deprived_imd2019", SIZE, "households_4_deprivation_dims_2011")

PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Of the squared coefficients of the ridge, the mean weight of an authority being 1."""

LEAST_VARIANCE = 1e-12
"""Of a logarithm: totals still move estimates where a model meets every known number exactly."""


@dataclass(frozen=True)
class Model:
    """A model of the numbers of troubled families.

    Attributes
    ----------
    name, label : str
    fit : callable
        Gives the prediction from what is known (both of :mod:`placespend.families.traits`).
    """

    name: str
    label: str
    fit: Callable[[Known], Prediction]


@cache
def _blended() -> Floats:
    return authorities()[list(BLENDED)].to_numpy(dtype=np.float64)


def _least_squares_from_zero(design: Floats, target: Floats) -> Floats:
    """Find the coefficients of least squares, none below zero, by trying every set of columns."""
    columns = range(design.shape[1])
    square, cross = design.T @ design, design.T @ target
    best, gain = np.zeros(design.shape[1]), 0.0
    for chosen in (list(some) for count in columns for some in combinations(columns, count + 1)):
        found = np.linalg.solve(square[np.ix_(chosen, chosen)], cross[chosen])
        # By so much the sum of squares falls at the optimum of these columns.
        if (found >= 0).all() and found @ cross[chosen] > gain:
            best, gain = np.zeros(design.shape[1]), float(found @ cross[chosen])
            best[chosen] = found
    return best


def _share(known: Known) -> tuple[Floats, dict[str, float]]:
    rate = known.families.sum() / sizes()[known.positions].sum()
    return np.log(rate * sizes()), {"families per 1,000 households deprived in 3 or 4 dimensions": 1_000 * rate}


def _blend(known: Known) -> tuple[Floats, dict[str, float]]:
    counts = _blended()
    weight = 1 / np.sqrt(known.families)
    rates = _least_squares_from_zero(counts[known.positions] * weight[:, None], known.families * weight)
    return np.log(counts @ rates), {
        f"families per 1,000 of {name}": 1_000 * rate for name, rate in zip(BLENDED, rates.tolist(), strict=True)
    }


class _Lines(NamedTuple):
    """Fits of log families per deprived household, one for each penalty, with the errors of leaving out each."""

    levels: Floats
    slopes: Floats
    left_out: Floats


def _weighted_lines(known: Known, columns: Floats, penalties: tuple[float, ...]) -> _Lines:
    """Fit weighted lines whose squared slopes are held down; the errors are weighted too."""
    size = sizes()[known.positions]
    weight = np.sqrt(size / size.mean())
    target = np.log(known.families / size)
    design = columns[known.positions]
    level, middle = np.average(target, weights=weight**2), np.average(design, axis=0, weights=weight**2)
    left, singular, right = np.linalg.svd((design - middle) * weight[:, None], full_matrices=False)
    shrink = singular**2 / (singular**2 + np.array(penalties)[:, None])
    away = left.T @ ((target - level) * weight)
    slopes = (shrink / singular * away) @ right
    residuals = (target - level) * weight - (shrink * away) @ left.T
    leverage = weight**2 / (weight**2).sum() + shrink @ (left**2).T
    return _Lines(level - slopes @ middle, slopes, residuals / (1 - leverage))


def _power(known: Known) -> tuple[Floats, dict[str, float]]:
    column = np.log(sizes() / sizes().mean())[:, None]
    fits = _weighted_lines(known, column, (0.0,))
    said = np.log(sizes()) + fits.levels[0] + column @ fits.slopes[0]
    return said, {"power of deprived households": 1 + float(fits.slopes[0, 0])}


def _ridge(known: Known) -> tuple[Floats, dict[str, float]]:
    fits = _weighted_lines(known, trait_columns(), PENALTIES)
    # Weighted errors of leaving out each of those fitted choose the penalty: nothing hidden is used.
    chosen = int(np.argmin((fits.left_out**2).sum(axis=1)))
    slopes = fits.slopes[chosen]
    parameters = {"penalty": PENALTIES[chosen], **dict(zip(trait_names(), slopes.tolist(), strict=True))}
    return np.log(sizes()) + fits.levels[chosen] + trait_columns() @ slopes, parameters


def _with_errors(point: Point, known: Known) -> Prediction:
    """Give a model of points the errors that it makes when each of the known is left out."""
    said, parameters = point(known)
    positions = known.positions
    left_out = np.array([point(known.without(number))[0][place] for number, place in enumerate(positions)])
    relative = sizes().mean() / sizes()
    errors = (np.log(known.families) - left_out) / np.sqrt(relative[positions])
    variance = max(float((errors**2).mean()), LEAST_VARIANCE)
    parameters = {**parameters, "standard deviation in an authority of mean size": float(np.sqrt(variance))}
    return make_prediction(known, said, variance * np.diag(relative), errors / np.sqrt(variance), parameters)


MODELS = {
    model.name: model
    for model in (
        Model("share", "Share of households deprived in 3 or 4 dimensions", partial(_with_errors, _share)),
        Model("blend", "Blend of three measures, no weight below zero", partial(_with_errors, _blend)),
        Model("power", "Power of households deprived in 3 or 4 dimensions", partial(_with_errors, _power)),
        Model("ridge", "Ridge regression of logarithms on traits", partial(_with_errors, _ridge)),
        Model("kriging", "Kriging over traits", partial(krige, regional=(0.0,))),
        Model("kriging_regions", "Kriging over traits, with regions", partial(krige, regional=REGIONAL)),
    )
}
"""The models by name, the baselines first."""

IN_USE = "kriging_regions"
"""The model that estimates are made by."""


def find_model(name: str) -> Model:
    """Find a model by its name.

    Parameters
    ----------
    name : str

    Returns
    -------
    Model

    Raises
    ------
    UnknownNameError
        If there is none of that name.
    """
    if name not in MODELS:
        message = f"There is no model {name!r} of troubled families."
        raise UnknownNameError(message, hint=did_you_mean(name, MODELS, otherwise=", ".join(MODELS)))
    return MODELS[name]
