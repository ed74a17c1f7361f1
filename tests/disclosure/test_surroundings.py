"""No other counts go beyond the limits that are told without a search, and a witness looks the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from placespend.disclosure.protect import hide_small
from placespend.disclosure.release import Release
from placespend.disclosure.rule import Rule
from placespend.disclosure.surroundings import Surroundings, limits, neighbourhoods

if TYPE_CHECKING:
    from numpy.typing import NDArray

from disclosure.attacker import attacker_of, weights_of
from disclosure.hierarchies import Made, authorities


def hidden_of(made: Made) -> tuple[Release, pd.Series[int], list[int]]:
    release = Release(*made, Rule())
    hide_small(release)
    shown = pd.Series(release.number, dtype="Int64")
    shown[~release.is_shown] = pd.NA
    return release, shown, np.flatnonzero(~release.is_shown).tolist()


@pytest.mark.parametrize("mean", [6.0, 40.0])
def test_no_attacker_finds_a_count_beyond_the_limits(mean: float) -> None:
    made = authorities(1, 30, seed=4, mean=mean)
    release, shown, hidden = hidden_of(made)
    attacker = attacker_of(made[2], shown, made[1])
    told = 0
    for cell in hidden[:12]:
        low, high = limits(release, cell)
        least, most = attacker.range_of(cell)
        assert low <= least - release.total[cell] + 1e-6
        assert high >= most - release.total[cell] - 1e-6
        told += bool(np.isfinite([low, high]).all())
    assert told


def whole_counts(release: Release, counts: NDArray[np.int64], cell: int) -> list[NDArray[np.int64]]:
    """List other counts that a search finds; the units of these releases are all different, in their order."""
    units = next(iter(neighbourhoods(release, cell)))
    found = Surroundings(release, cell, units).farthest()
    made = []
    for witness in found:
        other = counts.copy()
        other[unit_order(release, counts)[witness.units]] += witness.moves
        made.append(other)
    return made


def unit_order(release: Release, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Find which unit each merged one is, by the cell that it has to itself."""
    alone = [int(release.units_of(cell)[0]) for cell in range(len(counts))]
    return np.argsort(alone)


def test_other_counts_look_the_same() -> None:
    made = authorities(1, 30, seed=4, mean=10.0)
    counts, capacity, cells = made
    release, shown, hidden = hidden_of(made)
    weights, rule = weights_of(cells), Rule()
    is_shown = shown.notna().to_numpy()
    others = [other for cell in hidden[:10] for other in whole_counts(release, counts, cell)]
    assert others
    for other in others:
        assert ((other >= 0) & (other <= capacity)).all()
        assert rule.rounded(weights @ other)[is_shown].tolist() == rule.rounded(weights @ counts)[is_shown].tolist()
        assert not rule.is_small((weights @ other)[is_shown]).any()
    assert any((other != counts).any() for other in others)
