"""Models of troubled families: what they recover, and what they leave alone."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls
from scipy.stats import multivariate_normal

from placespend.errors import UnknownNameError
from placespend.families import kriging, models
from placespend.families.models import BLENDED, IN_USE, MODELS, find_model
from placespend.families.published import published_counts
from placespend.families.traits import SIZE, Known, authorities, sizes, traits

if TYPE_CHECKING:
    from placespend.families.traits import Floats


def _published() -> Known:
    counts = published_counts()["value"]
    return Known(authorities().index.get_indexer(counts.index).astype(np.int64), counts.to_numpy(dtype=np.float64))


def _known(families: Floats) -> Known:
    """Take 60 places of a truth for all 152."""
    places = np.random.default_rng(7).choice(len(families), 60, replace=False)
    return Known(places.astype(np.int64), families[places])


@pytest.mark.parametrize("name", MODELS)
def test_known_numbers_stay_and_are_certain(name: str) -> None:
    known = _published()
    said = find_model(name).fit(known)
    assert np.allclose(np.exp(said.log_families[known.positions]), known.families)
    assert not said.covariance[known.positions].any()
    unknown = np.setdiff1d(np.arange(152), known.positions)
    inside = said.covariance[np.ix_(unknown, unknown)]
    assert np.allclose(inside, inside.T)
    assert np.linalg.eigvalsh(inside).min() > 0
    assert 1 < said.spread < 3


@pytest.mark.parametrize("name", MODELS)
def test_the_order_of_what_is_known_does_not_matter(name: str) -> None:
    known = _published()
    order = np.random.default_rng(3).permutation(len(known.positions))
    one = find_model(name).fit(known)
    other = find_model(name).fit(Known(known.positions[order], known.families[order]))
    assert np.allclose(one.log_families, other.log_families, atol=1e-9)
    assert np.allclose(one.covariance, other.covariance, atol=1e-9)


@pytest.mark.parametrize("name", ["share", "blend", "power", "ridge", "kriging", "kriging_regions"])
def test_a_proportional_truth_is_recovered(name: str) -> None:
    truth = 0.1 * sizes()
    said = np.exp(find_model(name).fit(_known(truth)).log_families)
    assert np.allclose(said, truth, rtol=1e-3)


def test_a_blend_is_recovered_by_the_blend_alone() -> None:
    truth = authorities()[list(BLENDED)].to_numpy() @ np.array([0.01, 0.0, 0.5])
    assert np.allclose(np.exp(find_model("blend").fit(_known(truth)).log_families), truth)
    assert not np.allclose(np.exp(find_model("share").fit(_known(truth)).log_families), truth, rtol=0.05)


def test_a_line_of_traits_is_recovered_by_the_ridge_nearly() -> None:
    slopes = np.linspace(-0.1, 0.1, traits().shape[1])
    truth = 0.1 * sizes() * np.exp(traits().to_numpy() @ slopes)
    said = find_model("ridge").fit(_known(truth)).log_families
    baseline = find_model("share").fit(_known(truth)).log_families
    assert np.abs(said - np.log(truth)).mean() < 0.05 * np.abs(baseline - np.log(truth)).mean()


def test_kriging_tells_regions_apart_where_they_differ() -> None:
    in_london = (authorities()["region_code"] == "E12000007").to_numpy()
    noise = np.random.default_rng(5).normal(0, 0.03, 152)
    truth = 0.1 * sizes() * np.exp(noise + 0.15 * in_london)
    known = _known(truth)
    hidden = np.setdiff1d(np.arange(152), known.positions)
    errors = {
        name: np.abs(find_model(name).fit(known).log_families[hidden] - np.log(truth)[hidden]).mean()
        for name in ("share", "kriging_regions")
    }
    assert errors["kriging_regions"] < 0.6 * errors["share"]


def test_leaving_out_in_closed_form_is_leaving_out() -> None:
    known = _published()
    penalties = (0.3, 3.0)
    columns = traits().to_numpy()
    fits = models._weighted_lines(known, columns, penalties)
    size = sizes()[known.positions]
    for number in (0, 25, 46):
        # Weights of those that stay must not change with who is left out, nor the penalty relative to them.
        weight = size / size.mean()
        kept = np.arange(len(size)) != number
        design = np.column_stack([np.ones(len(size)), columns[known.positions]])
        target = np.log(known.families / size)
        held = np.diag([0.0] + [penalties[1]] * columns.shape[1])
        square = (design[kept] * weight[kept, None]).T @ design[kept] + held
        found = np.linalg.solve(square, (design[kept] * weight[kept, None]).T @ target[kept])
        error = (target[number] - design[number] @ found) * np.sqrt(weight[number])
        assert fits.left_out[1, number] == pytest.approx(error)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_least_squares_from_zero_agree_with_scipy(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    design, target = numbers.normal(size=(12, 3)), numbers.normal(size=12)
    assert np.allclose(models._least_squares_from_zero(design, target), nnls(design, target)[0], atol=1e-8)


def test_traits_are_standardised_and_of_every_authority() -> None:
    table = traits()
    assert table.shape == (152, 11)
    assert table.notna().all(axis=None)
    assert np.allclose(table.mean(), 0)
    assert np.allclose(table.std(ddof=0), 1)
    assert (authorities()[SIZE] > 0).all()


def test_a_model_that_is_not_there_is_told() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'kriging'"):
        find_model("krigging")
    assert IN_USE in MODELS


def test_kriging_is_the_mixture_over_its_grid() -> None:
    known = _published()
    places, everywhere = known.positions, np.arange(152)
    base = np.log(sizes() * known.families.sum() / sizes()[places].sum())
    target = np.log(known.families) - base[places]
    columns = traits().to_numpy()
    squares = ((columns[:, None] - columns[None]) ** 2).mean(axis=2)
    region = authorities()["region_code"].to_numpy()
    found = []
    for smooth, distance, own in product(kriging.SMOOTH, kriging.DISTANCES, kriging.OWN):
        whole = 1 + smooth * np.exp(-squares / (2 * distance**2)) + 0.003 * (region[:, None] == region[None])
        whole += own * np.diag(sizes().mean() / sizes())
        inner = whole[np.ix_(places, places)]
        reach = np.linalg.solve(inner, whole[np.ix_(places, everywhere)]).T
        likelihood = multivariate_normal(np.zeros(len(places)), inner).logpdf(target)
        found.append((likelihood, base + reach @ target, whole - reach @ whole[places]))
    likelihoods, means, covariances = (np.array(each) for each in zip(*found, strict=True))
    weights = np.exp(likelihoods - likelihoods.max())
    weights[weights < kriging.LEAST_WEIGHT] = 0
    weights /= weights.sum()
    mean = weights @ means
    second = np.einsum("g,gij->ij", weights, covariances + means[:, :, None] * means[:, None, :])
    said = kriging.krige(known, regional=(0.003,))
    unknown = np.setdiff1d(everywhere, places)
    assert np.allclose(said.log_families[unknown], mean[unknown])
    assert np.allclose(said.covariance[np.ix_(unknown, unknown)], (second - np.outer(mean, mean))[unknown][:, unknown])
