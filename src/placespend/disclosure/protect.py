"""Protecting a release: small counts are hidden, and others with them so that nothing gives the small ones back.

1. *Primary*: every cell with a small count, zero included, is hidden.
2. *Complementary*: each hidden cell is attacked as by somebody who knows everything shown, the rule, all weights and
   every unit's capacity. If not every small number is possible of a small cell, or the interval of another is narrower
   than the threshold, more cells are hidden, and these must then be protected too. All bear the same mark, so nobody
   is told which are small.
3. Complementary cells that turn out not to be needed are shown again, the largest first, if all promises still hold.

What was released earlier into the same folder stays as it is. A new small cell that the earlier release already gives
back, as the difference of two published ones, cannot be protected any more: that is an error.

Two things are not guarded against. Somebody who reasons from how this program decides (a cell would not have been
hidden unless another were small) may learn more than the numbers tell. And a person who already knows some units'
counts can subtract them.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pandas as pd

from placespend.disclosure.attack import Proof, Shared, prove
from placespend.disclosure.cells import PUBLISHED, SUPPRESSED, Cells
from placespend.disclosure.choosing import choose
from placespend.disclosure.release import Release, Witness
from placespend.disclosure.rule import EXACT, Rule
from placespend.errors import PlacespendError, list_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALL, COMPLEMENTARY = "small", "complementary"

MOST_EFFORT = 15_000
"""How many hidden cells are looked at again, at most, when complementary ones are shown again."""

SEARCH = 7
"""As how many looks a search for other witnesses counts."""


@dataclass(frozen=True, eq=False, repr=False)
class Protected:
    """What may be shown of a user's counts.

    Attributes
    ----------
    cells : Cells
    rule : Rule
    shown : pandas.Series of Int64
        Indexed by the cells' keys: the rounded count; missing where it is suppressed.
    """

    cells: Cells
    rule: Rule
    shown: pd.Series[int]
    _audit: pd.DataFrame = field(repr=False)

    @property
    def is_suppressed(self) -> pd.Series[bool]:
        """Whether each cell is suppressed, whatever for; indexed by key."""
        return self.shown.isna().rename("is_suppressed")

    def audit(self) -> pd.DataFrame:
        """Tell what was suppressed and why: not for publication.

        Returns
        -------
        pandas.DataFrame
            One row per cell: ``key``, ``name``, ``count`` (the true one), ``shown``, ``state`` (published, small,
            complementary; or suppressed, if only an earlier release asks for it), ``why`` (of a complementary cell the
            name and key of the one it protects), ``low`` and ``high``: of a suppressed cell the ends of what was
            proven possible to somebody who sees all that is shown (it may be wider); of a published one what its
            number stands for.
        """
        return self._audit.copy()

    def __repr__(self) -> str:
        hidden = int(self.shown.isna().sum())
        return (
            f"<Protected: {len(self.cells):,} counts, {hidden:,} of them suppressed; "
            f"threshold {self.rule.threshold}, rounded to {self.rule.rounding}>"
        )


def protect(counts: NDArray[np.int64], capacity: NDArray[np.int64] | None, cells: Cells, rule: Rule) -> Protected:
    """Decide what of a user's counts may be shown.

    Parameters
    ----------
    counts : numpy.ndarray of int64, shape (units,)
        The exact count of each unit.
    capacity : numpy.ndarray of int64, shape (units,), or None
        The most each unit can count, such as its households, which everybody is taken to know; None for no limit.
    cells : Cells
        Everything that would be shown, and what an earlier release into the same folder made of it.
    rule : Rule

    Returns
    -------
    Protected

    Raises
    ------
    PlacespendError
        If counts are negative, not one per unit or above the capacity, or what was released earlier cannot be
        made safe by hiding more now.
    """
    _check_counts(counts, capacity, cells.units)
    release = Release(counts, capacity, cells, rule)
    hide_small(release)
    return _put_together(release, *protect_hidden(release))


def _check_counts(counts: NDArray[np.int64], capacity: NDArray[np.int64] | None, units: int) -> None:
    for what, numbers in (("counts", counts), ("capacities", capacity)):
        if numbers is None:
            continue
        if numbers.shape != (units,) or numbers.dtype.kind not in "iu":
            message = f"The {what} are not one whole number for each of {units:,} units."
            raise PlacespendError(message)
        if (numbers < 0).any():
            message = f"{int((numbers < 0).sum()):,} of the {what} are below zero."
            raise PlacespendError(message, hint="a count is a whole number from 0 on")
    if capacity is not None and (counts > capacity).any():
        message = f"{int((counts > capacity).sum()):,} units count more than they can hold."
        raise PlacespendError(message, hint="check the counts, or give a capacity that is not older than they are")


def hide_small(release: Release) -> None:
    """Hide every cell with a small count, and those that an earlier release hid.

    Parameters
    ----------
    release : Release
        Changed.

    Raises
    ------
    PlacespendError
        If a small count was published earlier.
    """
    fixed = release.cells.fixed
    exposed = [cell for cell in np.flatnonzero(release.is_small).tolist() if fixed[cell] == PUBLISHED]
    if exposed:
        names = [f"{release.cells.names[cell]} ({release.cells.keys[cell]})" for cell in exposed]
        message = (
            f"Fewer than {release.rule.threshold} are counted in places whose count was published earlier into the "
            f"same folder: {list_values(names)}."
        )
        raise PlacespendError(message, hint="release into a new folder and withdraw the earlier one")
    for cell, state in enumerate(fixed):
        if release.is_small[cell] or state == SUPPRESSED:
            release.hide(cell)


def protect_hidden(release: Release) -> tuple[dict[int, Proof], dict[int, int]]:
    """Hide more until every hidden cell is protected.

    Parameters
    ----------
    release : Release
        With the small cells hidden; changed.

    Returns
    -------
    proofs : dict of int to Proof
        Of each hidden cell.
    why : dict of int to int
        For each complementary cell the one it was hidden for.

    Raises
    ------
    PlacespendError
        If what was released earlier leaves no way.
    """
    hidden = np.flatnonzero(~release.is_shown)
    # Large ones first: what is hidden for them may be all that the small ones need.
    waiting = deque(hidden[np.argsort(-release.size[hidden], kind="stable")].tolist())
    proofs: dict[int, Proof] = {}
    why: dict[int, int] = {}
    shared = Shared(release)
    while waiting:
        cell = waiting.popleft()
        proof = prove(release, cell, shared=shared)
        while proof.missing:
            others = choose(release, cell, proof.missing)
            for other in others:
                release.hide(other)
                why[other] = cell
                waiting.append(other)
            # Where nothing can be hidden any more, what lies farther off may still protect it.
            proof = prove(release, cell, proof.witnesses, shared, far=not others)
            if proof.missing and not others:
                _refuse(release, cell)
        proofs[cell] = proof
    _show_again(release, proofs, why)
    return proofs, why


def _refuse(release: Release, cell: int) -> NoReturn:
    message = (
        f"{release.cells.names[cell]} ({release.cells.keys[cell]}) cannot be protected: what was released earlier into "
        "the same folder gives its count back, or narrows it too much."
    )
    hint = "release into a new folder and withdraw the earlier one, or leave this place out"
    raise PlacespendError(message, hint=hint)


def _show_again(release: Release, proofs: dict[int, Proof], why: dict[int, int]) -> None:
    """Show complementary cells again that are not needed after all, the largest first."""
    left = MOST_EFFORT
    leaning = _Leaning()
    leaning.add(proofs)
    for cell in sorted(why, key=lambda found: (-release.total[found], found)):
        affected = _hidden_over(release, cell) | leaning.over(release.units_of(cell).tolist())
        release.show(cell)
        # The one it was hidden for comes first: it is the likeliest to forbid it.
        order = sorted((affected - {cell}) & proofs.keys(), key=lambda other: (other != why[cell], other))
        kept = _still_same(release, cell, [proofs[other] for other in order])
        shared = Shared(release)
        for witness in kept:
            shared.add(witness)
        renewed: dict[int, Proof] = {}
        for other in order:
            known = tuple(witness for witness in proofs[other].witnesses if witness in kept)
            renewed[other] = prove(release, other, known, shared, thorough=False)
            left -= 1 + SEARCH * renewed[other].searches
            if renewed[other].missing:
                release.hide(cell)
                break
        else:
            del why[cell], proofs[cell]
            proofs |= renewed
            leaning.add(renewed)
        if left <= 0:
            break


class _Leaning:
    """Which hidden cells have witnesses that change a unit."""

    def __init__(self) -> None:
        self._cells: dict[Witness, set[int]] = {}
        self._changing: dict[int, list[Witness]] = {}

    def add(self, proofs: dict[int, Proof]) -> None:
        """Note the witnesses of some proofs."""
        for cell, proof in proofs.items():
            for witness in proof.witnesses:
                if witness not in self._cells:
                    self._cells[witness] = set()
                    for unit in witness.units.tolist():
                        self._changing.setdefault(unit, []).append(witness)
                self._cells[witness].add(cell)

    def over(self, units: list[int]) -> set[int]:
        """List the cells that lean on any of some units, or did before."""
        witnesses = {witness for unit in units for witness in self._changing.get(unit, ())}
        return set().union(*(self._cells[witness] for witness in witnesses))


def _still_same(release: Release, cell: int, proofs: list[Proof]) -> dict[Witness, None]:
    """Keep the witnesses that a cell shown again does not contradict."""
    weight = np.zeros(len(release.count))
    weight[release.units_of(cell)] = release.weights_of(cell)
    low, high = release.down[cell] - EXACT, release.up[cell] + EXACT
    witnesses = dict.fromkeys(witness for proof in proofs for witness in proof.witnesses)
    return {found: None for found in witnesses if low <= float(weight[found.units] @ found.moves) <= high}


def _hidden_over(release: Release, cell: int) -> set[int]:
    """List the hidden cells whose pools hold any of a cell's units: exchanges of theirs may change it."""
    touching = release.cells_over(release.mates_of(cell))
    return set(touching[~release.is_shown[touching]].tolist())


def _put_together(release: Release, proofs: dict[int, Proof], why: dict[int, int]) -> Protected:
    cells = release.cells
    shown = pd.array(np.where(release.is_shown, release.number, 0), dtype="Int64")
    shown[~release.is_shown] = pd.NA
    state = np.where(release.is_shown, PUBLISHED, np.where(release.is_small, SMALL, SUPPRESSED)).astype("object")
    state[list(why)] = COMPLEMENTARY
    low, high = release.total + release.down, release.total + release.up
    for cell, proof in proofs.items():
        low[cell], high[cell] = proof.low, proof.high
    reasons = [
        f"{cells.names[why[cell]]} ({cells.keys[why[cell]]})" if cell in why else "" for cell in range(len(cells))
    ]
    audit = pd.DataFrame(
        {
            "key": pd.array(cells.keys, dtype="str"),
            "name": pd.array(cells.names, dtype="str"),
            "count": release.total,
            "shown": shown,
            "state": pd.array(state, dtype="str"),
            "why": pd.array(reasons, dtype="str"),
            "low": low,
            "high": high,
        }
    )
    return Protected(cells, release.rule, pd.Series(shown, index=list(cells.keys), name="shown"), audit)
