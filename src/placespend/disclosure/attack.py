"""What somebody who sees the whole release can still hold possible of a hidden cell.

Proof is by witness: other counts that would be shown as the very same release and under which the hidden cell counts
something else. So what is said to be possible is possible; what is not found may be possible all the same, and then
more is hidden than need be. The quick ones come first: exchanges within pools. Then those found for other cells of the
same pools: after such a witness, who moved into a pool may be in any of its units. Only then are new ones sought, in
neighbourhoods that grow. Where places nest well enough (:mod:`placespend.disclosure.crossing`) two witnesses prove
whatever lies between them too.

Hiding more only takes conditions away: a witness once found stays one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placespend.disclosure.release import MARGIN, Release, Witness
from placespend.disclosure.rule import EXACT
from placespend.disclosure.surroundings import Surroundings, limits, neighbourhoods

if TYPE_CHECKING:
    from placespend.disclosure.surroundings import Window

FARTHEST = 4
"""How often a neighbourhood grows before more is hidden instead."""

MOST_COLUMNS = 700
"""How many groups of units a neighbourhood may have, from the second growth on."""

MOST_TRIED = 20
"""How many witnesses of others are tried, the latest first, before a new one is sought."""


@dataclass(frozen=True, eq=False)
class Proof:
    """What is proven possible of a hidden cell.

    Attributes
    ----------
    low, high : float
        Counts of the cell that would look the same, the least and the most found.
    missing : tuple of (float, float)
        Ranges that the cell must be able to reach and for which no witness was found.
    witnesses : tuple of Witness
        Those that it takes beside exchanges within pools.
    searches : int
        How many neighbourhoods had to be searched.
    """

    low: float
    high: float
    missing: tuple[Window, ...]
    witnesses: tuple[Witness, ...]
    searches: int


class Shared:
    """Witnesses by the pools that they change, for whichever cells lie in these.

    Parameters
    ----------
    release : Release
        May hide more, but show nothing again, while these are in use.
    """

    def __init__(self, release: Release) -> None:
        self._release = release
        self._found: dict[int, dict[Witness, None]] = {}

    def add(self, witness: Witness) -> None:
        """Keep a witness for others.

        Parameters
        ----------
        witness : Witness
        """
        for sign in set(self._release.signature[witness.units].tolist()):
            self._found.setdefault(sign, {})[witness] = None

    def near(self, cell: int) -> list[Witness]:
        """List the latest witnesses that change any pool of a cell.

        Parameters
        ----------
        cell : int

        Returns
        -------
        list of Witness
        """
        signs = dict.fromkeys(self._release.signature[self._release.units_of(cell)].tolist())
        found = {witness: None for sign in signs for witness in self._found.get(sign, ())}
        return list(found)[: -MOST_TRIED - 1 : -1]


class _Case:
    """A hidden cell, what is proven possible of it so far, and what is not yet."""

    def __init__(self, release: Release, cell: int) -> None:
        self.release, self.cell = release, cell
        self.low, self.high = self.joined = release.exchange(cell)
        self.is_orderly = bool(release.is_orderly[release.units_of(cell)].all())
        self.witnesses: list[Witness] = []
        self.wanted: tuple[Window, ...] = ()
        self.limits: Window = (-np.inf, np.inf)
        if not release.is_small[cell]:
            self._measure_width()
        elif not self._reaches_all():
            self.wanted = _outside(_promised(release, cell), self.low, self.high)

    def _reaches_all(self) -> bool:
        total, most = float(self.release.total[self.cell]), float(self.release.most[self.cell])
        top = min(self.release.rule.threshold - 1, int(most + EXACT))
        return bool(self.release.is_whole[self.cell]) and self.low <= -total and self.high >= top - total

    def _measure_width(self) -> None:
        """Say what a cell that is not small must still reach, either of which will do."""
        width = min(float(self.release.rule.threshold), float(self.release.most[self.cell]))
        is_wide = self.high - self.low >= width - EXACT
        self.wanted = () if is_wide else ((width + self.low, np.inf), (-np.inf, self.high - width))

    def consider(self, witness: Witness) -> None:
        """Take a witness if it helps to prove what is wanted."""
        low, high = self.release.exchange(self.cell, witness)
        if self.release.is_small[self.cell]:
            before = self.joined
            wanted = _outside(self.wanted, *self._joined(witness, low, high))
            # What widens the joined range is noted too: later conclusions may rest on it.
            helps = len(wanted) < len(self.wanted) or self.joined != before
            self.wanted = wanted
        else:
            helps = low < self.low - EXACT or high > self.high + EXACT
        if helps:
            self.witnesses.append(witness)
            self.low, self.high = min(self.low, low), max(self.high, high)
            if not self.release.is_small[self.cell]:
                self._measure_width()

    def _joined(self, witness: Witness, low: float, high: float) -> tuple[float, float]:
        """Say which range a witness proves, with those before it where all that lies between is possible too."""
        if not (self.is_orderly and self.release.is_orderly[witness.units].all()):
            return low, high
        self.joined = min(self.joined[0], low), max(self.joined[1], high)
        return self.joined

    def is_hopeless(self) -> bool:
        """Tell whether nothing that is wanted can be reached; of a small count the highest comes before all else."""
        first = self.wanted[-1:] if self.release.is_small[self.cell] else ()
        return any(map(self._is_beyond, first)) or all(map(self._is_beyond, self.wanted))

    def _is_beyond(self, window: Window) -> bool:
        low, high = self.limits
        return window[1] < low - EXACT or window[0] > high + EXACT

    def search(self, around: Surroundings) -> list[Witness]:
        """Look for what is wanted in a neighbourhood, and list the witnesses that were found and taken."""
        before = len(self.witnesses)
        if not self.release.is_small[self.cell]:
            for found in around.farthest():
                self.consider(found)
                if not self.wanted:
                    break
            return self.witnesses[before:]
        # The highest, the lowest, and then what lies between: the ends often prove it all.
        order = [*self.wanted[-1:], *self.wanted[:-1]]
        for window in order:
            if window not in self.wanted or self._is_beyond(window):
                continue
            witness = around.reach(window)
            if witness is not None:
                self.consider(witness)
            elif window == order[0]:
                break
        return self.witnesses[before:]


def _outside(windows: tuple[Window, ...], low: float, high: float) -> tuple[Window, ...]:
    """List the ranges with nothing between two differences."""
    return tuple(window for window in windows if window[1] < low - EXACT or window[0] > high + EXACT)


def _promised(release: Release, cell: int) -> tuple[Window, ...]:
    """List the ranges that a small cell must be able to reach: one around each whole number below the threshold."""
    total, most = float(release.total[cell]), float(release.most[cell])
    top = min(release.rule.threshold - 1, int(most + EXACT))
    if release.is_whole[cell]:
        return tuple((number - total, number - total) for number in range(top + 1))
    middle = [(number - 0.5 - total, number + 0.5 - MARGIN - total) for number in range(1, top)]
    ends = [(-total, -total), (top - total, top + 1 - MARGIN - total)]
    return (ends[0], *middle, *ends[1:]) if top else (ends[0],)


def prove(
    release: Release,
    cell: int,
    known: tuple[Witness, ...] = (),
    shared: Shared | None = None,
    *,
    thorough: bool = True,
    far: bool = False,
) -> Proof:
    """Find out whether a hidden cell is protected as was promised.

    Of a small cell every whole number below the threshold must be possible (or up to what its units can hold, if that
    is less; of a cell that cuts units, nothing at all, something that rounds to each, and the highest itself). Of
    another an interval as wide as the threshold.

    Parameters
    ----------
    release : Release
    cell : int
    known : tuple of Witness, optional
        Those found for it before that still look the same.
    shared : Shared, optional
        Those found for others, and afterwards for this one.
    thorough : bool, optional
        Whether to search in whole numbers where the program's answer is none.
    far : bool, optional
        Whether to search however far it takes.

    Returns
    -------
    Proof
        Without ``missing`` if it is.
    """
    case = _Case(release, cell)
    if case.wanted:
        for witness in (*known, *(shared.near(cell) if shared else ())):
            if case.wanted:
                case.consider(witness)
    if case.wanted:
        case.limits = limits(release, cell)
    searches = 0
    for distance, units in enumerate(neighbourhoods(release, cell)) if case.wanted else ():
        if case.is_hopeless():
            break
        around = Surroundings(release, cell, units, thorough=thorough)
        if not far and (distance >= FARTHEST or (distance and len(around) > MOST_COLUMNS)):
            break
        searches += 1
        for witness in case.search(around):
            if shared:
                shared.add(witness)
        if not case.wanted:
            break
    total = float(release.total[cell])
    return Proof(total + case.low, total + case.high, case.wanted, tuple(case.witnesses), searches)
