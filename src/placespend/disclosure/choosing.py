"""Which other cells to hide so that a hidden one is protected.

A linear program again: let shown cells be broken at a cost, and move the hidden count to where it must be able to go as
cheaply as can be. Those broken are hidden. Breaking one costs the square root of its count, so that few are hidden
rather than many and small ones rather than large: one of 30 before two of 12.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from placespend.disclosure.attack import FARTHEST
from placespend.disclosure.programs import run, solve
from placespend.disclosure.release import ENDLESS
from placespend.disclosure.rule import EXACT
from placespend.disclosure.surroundings import Surroundings, neighbourhoods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placespend.disclosure.release import Release
    from placespend.disclosure.surroundings import Window

MOST_CHOICES = 40
"""Up to how many cells the cheapest set is sought; among more, one that is cheap per family moved."""


def choose(release: Release, cell: int, windows: tuple[Window, ...]) -> list[int]:
    """Choose the cells to hide next.

    Parameters
    ----------
    release : Release
    cell : int
        A hidden cell that is not yet protected.
    windows : tuple of (float, float)
        Ranges that its count must be able to reach, as differences from the true count: all of them for a small
        cell, either of them for another.

    Returns
    -------
    list of int
        None if nothing can be hidden that might help: what was released earlier stays as it is.
    """
    asked = windows[-1:] if release.is_small[cell] else windows
    touching: list[int] = []
    for around in _nearest_last(release, cell):
        touching = touching or [row for row in around.rows.tolist() if release.may_hide[row]]
        found = [choice for window in asked if (choice := _cheapest(around, window)) is not None and choice[1]]
        if found:
            return min(found)[1]
    # Where the solver gave up, what is smallest is hidden.
    return sorted(touching, key=lambda row: (release.total[row], row))[:1]


def _nearest_last(release: Release, cell: int) -> Iterator[Surroundings]:
    """Give the widest neighbourhood in which the cheapest set can be sought, those within it, then wider ones."""
    near: list[Surroundings] = []
    grown = neighbourhoods(release, cell)
    for units in grown:
        near.append(Surroundings(release, cell, units))
        if len(near) == FARTHEST or release.may_hide[near[-1].rows].sum() > MOST_CHOICES:
            break
    fitting = [around for around in near if release.may_hide[around.rows].sum() <= MOST_CHOICES]
    yield from reversed(fitting or near)
    yield from near[len(fitting) :] if fitting else ()
    for units in grown:
        yield Surroundings(release, cell, units)


def _cheapest(around: Surroundings, window: Window) -> tuple[float, list[int]] | None:
    """Find the cells that are cheapest to hide, and their cost; None if no choice will do."""
    release = around.release
    candidates = np.flatnonzero(release.may_hide[around.rows])
    groups, choices, rows = len(around), len(candidates), len(around.rows)
    if not choices:
        return None
    total = release.total[around.rows[candidates]]
    price = np.sqrt(total) + np.log1p(release.size[around.rows[candidates]]) / 100
    reach = _reach(release, window)
    # Columns: what is moved; by how much each candidate is too high; too low; whether it is broken.
    cost = np.concatenate([np.zeros(groups + 2 * choices), price])
    low = np.concatenate([around.low, np.zeros(3 * choices)])
    high = np.concatenate([around.high, np.full(2 * choices, float(ENDLESS)), np.ones(choices)])
    held = np.flatnonzero(around.weight)
    over = groups + np.arange(choices)
    under, broken, limit = over + choices, over + 2 * choices, rows + 1 + np.arange(choices)
    blocks = [
        (around.column, around.row, around.value),
        (held, np.full(len(held), rows), around.weight[held]),
        (over, candidates, np.full(choices, -1.0)),
        (under, candidates, np.full(choices, 1.0)),
        (over, limit, np.full(choices, 1.0)),
        (under, limit, np.full(choices, 1.0)),
        (broken, limit, np.full(choices, -reach)),
    ]
    column, row, value = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    bounds = (
        np.concatenate([release.down[around.rows], [window[0]], np.full(choices, -np.inf)]),
        np.concatenate([release.up[around.rows], [window[1]], np.zeros(choices)]),
    )
    solver = solve((cost, low, high), bounds, (column, row, value))
    whole = np.zeros(len(cost), dtype="bool")
    # Where places nest, whole numbers come of themselves; asking for them would only take longer.
    whole[:groups] = not (release.is_orderly[around.units].all() and release.is_whole[around.cell])
    whole[broken] = choices <= MOST_CHOICES
    answer = run(solver, len(cost), whole=whole)
    if answer is None:
        return None
    is_broken = answer[over] + answer[under] > EXACT * reach
    return float(price[is_broken].sum()), around.rows[candidates[is_broken]].tolist()


def _reach(release: Release, window: Window) -> float:
    """Say by how much a cell may be broken: generously, for how far the hidden count must move."""
    ends = [abs(end) for end in window if np.isfinite(end)]
    return 4.0 * (release.rule.threshold + max(ends))
