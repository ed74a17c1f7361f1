"""Cells are weighted sums of units, and say what is wrong with them."""

from __future__ import annotations

import numpy as np
import pytest

from placespend.disclosure.cells import gather_cells
from placespend.errors import PlacespendError


def test_a_cell_counts_its_units_by_their_weights() -> None:
    cells = gather_cells(["a", "b", "c"], ["A", "B", "C"], [([0, 2], None), ([1, 2], [0.5, 0.1]), ([], None)], units=3)
    assert cells.sums(np.array([4, 5, 30])).tolist() == [34.0, 5.5, 0.0]
    assert repr(cells) == "<Cells: 3 of 3 units>"
    assert cells.fixed == ("open", "open", "open")


@pytest.mark.parametrize(
    ("keys", "members", "fixed", "words"),
    [
        (["a", "a"], [([0], None), ([1], None)], (), "named more than once: 'a'"),
        (["a"], [([0], None)], ("hidden",), "cannot be 'hidden'"),
        (["a"], [([0], None)], ("open", "open"), "1 cells have 1 names and 2 states"),
        (["a"], [([2], None)], (), "names a unit that is not there: there are 2"),
        (["a"], [([-1], None)], (), "names a unit that is not there"),
        (["a"], [([0], [0.0])], (), "above 0 and at most 1 in 'a'"),
        (["a"], [([0], [1.5])], (), "above 0 and at most 1 in 'a'"),
        (["a"], [([0], [float("nan")])], (), "above 0 and at most 1 in 'a'"),
        (["a"], [([0, 0], None)], (), "more than once in a cell"),
    ],
)
def test_cells_that_do_not_fit_are_refused(
    keys: list[str], members: list[tuple[list[int], list[float] | None]], fixed: tuple[str, ...], words: str
) -> None:
    with pytest.raises(PlacespendError, match=words):
        gather_cells(keys, keys, members, units=2, fixed=fixed)
