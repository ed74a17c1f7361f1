"""What a release shows while it is decided, and what can move behind it without being seen.

Units that lie in the very same cells are one to everybody who sees only cells, so they are merged first. A *pool* is
all merged units with the same weights in every cell that is **shown**: who moves from one unit of a pool to another
changes no shown number at all. Hiding a cell makes pools larger, never smaller.

Pools are kept by a sum of 64-bit random numbers, one per cell and weight: two units have the same sum if they have the
same weights (the chance of an accident among a million units is under one in ten million).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placespend.disclosure.cells import PUBLISHED, SUPPRESSED
from placespend.disclosure.crossing import orderly_units
from placespend.disclosure.rule import EXACT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placespend.disclosure.cells import Cells
    from placespend.disclosure.rule import Rule

    Positions = NDArray[np.int64]

ENDLESS = 2**40
"""Room for more, where no capacity is known."""

MARGIN = 1e-6
"""Of a cell that cuts units, how far below the end of its range a count is kept."""

SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""An odd number of random bits, which makes numbers that lie near each other very different."""


def pick(starts: Positions, chosen: Positions) -> Positions:
    """List the positions of several stretches of an array, one after the other.

    Parameters
    ----------
    starts : numpy.ndarray of int64
        Where each stretch starts; the last is where the array ends.
    chosen : numpy.ndarray of int64
        Which stretches.

    Returns
    -------
    numpy.ndarray of int64
    """
    lengths = starts[chosen + 1] - starts[chosen]
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.arange(lengths.sum()) - np.repeat(before - starts[chosen], lengths))


@dataclass(frozen=True, eq=False)
class Witness:
    """Other counts that would look the same.

    Attributes
    ----------
    units : numpy.ndarray of int64
        The merged units whose counts differ.
    moves : numpy.ndarray of int64
        By how much.
    """

    units: Positions
    moves: NDArray[np.int64]


class Release:
    """The counts, the cells, and which of them are shown.

    Parameters
    ----------
    counts : numpy.ndarray of int64, shape (units,)
    capacity : numpy.ndarray of int64, shape (units,), or None
        The most a unit can count, which everybody knows; None for no limit.
    cells : Cells
    rule : Rule
    """

    def __init__(self, counts: NDArray[np.int64], capacity: NDArray[np.int64] | None, cells: Cells, rule: Rule) -> None:
        self.cells = cells
        self.rule = rule
        self.total = cells.sums(counts)
        self.is_small = rule.is_small(self.total)
        self.number = rule.rounded(self.total)
        self._merge(counts, capacity)
        self._index()
        self.is_whole = np.ones(len(cells), dtype="bool")
        self.is_whole[self.entry_cell[self.entry_weight < 1]] = False
        self.is_orderly = orderly_units(self.entry_cell, self.entry_unit, self.is_whole, len(self.count))
        self._measure_room()
        fixed = np.array(cells.fixed, dtype="str")
        self.may_hide = (fixed != PUBLISHED) & (fixed != SUPPRESSED)
        self.is_shown = np.ones(len(cells), dtype="bool")
        self.signature = np.zeros(len(self.count), dtype="uint64")
        np.add.at(self.signature, self.entry_unit, self.entry_sign)
        self._pool()

    def _merge(self, counts: NDArray[np.int64], capacity: NDArray[np.int64] | None) -> None:
        """Make one unit of those that lie in the very same cells."""
        cells = self.cells
        sign = _signs(cells.cell, cells.weight, len(cells))
        signature = np.zeros(cells.units, dtype="uint64")
        np.add.at(signature, cells.unit, sign)
        _, first, merged = np.unique(signature, return_index=True, return_inverse=True)
        self.count = np.zeros(len(first), dtype="int64")
        np.add.at(self.count, merged, counts)
        self.room = np.zeros(len(first), dtype="int64")
        np.add.at(self.room, merged, ENDLESS if capacity is None else capacity - counts)
        np.minimum(self.room, ENDLESS, out=self.room)
        kept = first[merged[cells.unit]] == cells.unit
        self.entry_cell, self.entry_unit = cells.cell[kept], np.asarray(merged[cells.unit[kept]], dtype="int64")
        self.entry_weight, self.entry_sign = cells.weight[kept], sign[kept]

    def _index(self) -> None:
        """Sort the entries by cell, and know where each unit's entries are."""
        order = np.argsort(self.entry_cell, kind="stable")
        for name in ("entry_cell", "entry_unit", "entry_weight", "entry_sign"):
            setattr(self, name, getattr(self, name)[order])
        self.cell_starts = np.searchsorted(self.entry_cell, np.arange(len(self.cells) + 1))
        self.by_unit = np.argsort(self.entry_unit, kind="stable")
        self.unit_starts = np.searchsorted(self.entry_unit[self.by_unit], np.arange(len(self.count) + 1))
        self.size = np.diff(self.cell_starts)

    def _measure_room(self) -> None:
        """Find how far each cell's count could lie from what it is and still be shown the same."""
        ends = [
            self.rule.stands_for(number, whole=whole)
            for number, whole in zip(self.number.tolist(), self.is_whole.tolist(), strict=True)
        ]
        low, high = np.array(ends, dtype="float64").reshape(-1, 2).T
        self.down = np.minimum(low - self.total, 0.0)
        self.up = np.where(self.is_whole, high - self.total, np.maximum(high - self.total - MARGIN, 0.0))
        weighted = np.bincount(
            self.entry_cell, self.entry_weight * (self.count + self.room)[self.entry_unit], len(self.cells)
        )
        self.most = np.round(weighted, 9)

    def _pool(self) -> None:
        """Add up what each pool holds and has room for, and list its units."""
        found, inverse = np.unique(self.signature, return_inverse=True)
        held, room = np.zeros(len(found), dtype="int64"), np.zeros(len(found), dtype="int64")
        np.add.at(held, inverse, self.count)
        np.add.at(room, inverse, self.room)
        self.pools = {
            sign: (inside, free)
            for sign, inside, free in zip(found.tolist(), held.tolist(), room.tolist(), strict=True)
        }
        self.mates: dict[int, set[int]] = {sign: set() for sign in found.tolist()}
        for unit, sign in enumerate(self.signature.tolist()):
            self.mates[sign].add(unit)

    def units_of(self, cell: int) -> Positions:
        """List the merged units of a cell.

        Parameters
        ----------
        cell : int

        Returns
        -------
        numpy.ndarray of int64
        """
        return self.entry_unit[self.cell_starts[cell] : self.cell_starts[cell + 1]]

    def weights_of(self, cell: int) -> NDArray[np.float64]:
        """List their weights in it.

        Parameters
        ----------
        cell : int

        Returns
        -------
        numpy.ndarray of float
        """
        return np.asarray(self.entry_weight[self.cell_starts[cell] : self.cell_starts[cell + 1]])

    def shown_entries(self, units: Positions) -> tuple[Positions, Positions, NDArray[np.float64]]:
        """List which shown cells these units lie in.

        Parameters
        ----------
        units : numpy.ndarray of int64

        Returns
        -------
        which : numpy.ndarray of int64
            Position among those asked for.
        cell : numpy.ndarray of int64
        weight : numpy.ndarray of float
        """
        which = np.repeat(np.arange(len(units)), self.unit_starts[units + 1] - self.unit_starts[units])
        entries = self.by_unit[pick(self.unit_starts, units)]
        kept = self.is_shown[self.entry_cell[entries]]
        entries = entries[kept]
        return which[kept], self.entry_cell[entries], self.entry_weight[entries]

    def cells_over(self, units: Positions) -> Positions:
        """List the cells that any of these units lie in, once for each that does.

        Parameters
        ----------
        units : numpy.ndarray of int64

        Returns
        -------
        numpy.ndarray of int64
        """
        return np.asarray(self.entry_cell[self.by_unit[pick(self.unit_starts, units)]])

    def hide(self, cell: int) -> None:
        """Show a cell no longer, which makes pools of its units larger.

        Parameters
        ----------
        cell : int
        """
        self._turn(cell, shown=False)

    def show(self, cell: int) -> None:
        """Show a cell again.

        Parameters
        ----------
        cell : int
        """
        self._turn(cell, shown=True)

    def _turn(self, cell: int, *, shown: bool) -> None:
        here = slice(self.cell_starts[cell], self.cell_starts[cell + 1])
        units, signs = self.entry_unit[here], self.entry_sign[here]
        before = self.signature[units]
        after = before + signs if shown else before - signs
        self.signature[units] = after
        self.is_shown[cell] = shown
        held, room = self.count[units].tolist(), self.room[units].tolist()
        for unit, old, new, inside, free in zip(
            units.tolist(), before.tolist(), after.tolist(), held, room, strict=True
        ):
            old_held, old_room = self.pools[old]
            self.pools[old] = (old_held - inside, old_room - free)
            new_held, new_room = self.pools.get(new, (0, 0))
            self.pools[new] = (new_held + inside, new_room + free)
            self.mates[old].discard(unit)
            self.mates.setdefault(new, set()).add(unit)

    def mates_of(self, cell: int) -> Positions:
        """List the merged units that share a pool with any of a cell's, and these.

        Parameters
        ----------
        cell : int

        Returns
        -------
        numpy.ndarray of int64
            Of those in no shown cell only the cell's own: they need no others for an exchange.
        """
        units = self.units_of(cell)
        signs = set(self.signature[units].tolist()) - {0}
        mates = set(units.tolist()).union(*(self.mates[sign] for sign in signs))
        return np.fromiter(sorted(mates), "int64", len(mates))

    def exchange(self, cell: int, witness: Witness | None = None) -> tuple[float, float]:
        """Find how far a hidden cell's count can move by exchanges within pools.

        Parameters
        ----------
        cell : int
        witness : Witness, optional
            What moves between pools before; nothing, if left out.

        Returns
        -------
        low, high : float
            As differences from the true count, and whole: every whole number between can be reached too. Of a cell
            that cuts units the one difference that the witness itself makes.
        """
        units = self.units_of(cell)
        if not self.is_whole[cell]:
            moved = 0.0 if witness is None else self._moved(cell, witness)
            return moved, moved
        if len(units) == 1:
            return self._exchange_one(int(units[0]), witness)
        found, inverse = np.unique(self.signature[units], return_inverse=True)
        held = np.bincount(inverse, self.count[units], len(found))
        room = np.bincount(inverse, self.room[units], len(found))
        pools = np.array([self.pools[sign] for sign in found.tolist()], dtype="float64").reshape(-1, 2)
        inside = pools[:, 0].copy()
        if witness is not None and len(found):
            signs = self.signature[witness.units]
            place = np.minimum(np.searchsorted(found, signs), len(found) - 1)
            inside += np.bincount(place, np.where(found[place] == signs, witness.moves, 0), len(found))
        # Units in no shown cell need no exchange: whoever is there, nobody can tell.
        free = found == 0
        others = pools[:, 0] - held + pools[:, 1] - room
        low = np.where(free, 0.0, np.maximum(0.0, inside - others))
        high = np.where(free, held + room, np.minimum(held + room, inside))
        return float((low - held).sum()), float((high - held).sum())

    def _exchange_one(self, unit: int, witness: Witness | None) -> tuple[float, float]:
        """Do the same for a cell of one unit."""
        sign, held, room = int(self.signature[unit]), int(self.count[unit]), int(self.room[unit])
        if not sign:
            return float(-held), float(room)
        inside, free = self.pools[sign]
        others = inside - held + free - room
        if witness is not None:
            inside += int(witness.moves[self.signature[witness.units] == self.signature[unit]].sum())
        return float(max(0, inside - others) - held), float(min(held + room, inside) - held)

    def _moved(self, cell: int, witness: Witness) -> float:
        """Say by how much a witness changes a cell's count."""
        units = self.units_of(cell)
        order = np.argsort(units)
        place = np.minimum(np.searchsorted(units, witness.units, sorter=order), len(units) - 1)
        place = order[place]
        weights = np.where(units[place] == witness.units, self.weights_of(cell)[place], 0.0)
        return round(float(weights @ witness.moves), 9)


def _signs(cell: Positions, weight: NDArray[np.float64], cells: int) -> NDArray[np.uint64]:
    """Draw a random number for each cell and weight, always the same."""
    drawn = np.random.default_rng(20120331).integers(1, 2**63, size=(cells, 1), dtype="uint64")[:, 0]
    mixed = drawn[cell] ^ (np.round(weight / EXACT).astype("uint64") * SPREAD)
    # Multiplying and folding spreads the bits, so that sums of several do not meet.
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
