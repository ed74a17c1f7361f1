"""Places on hexagonal cells: each on its own, none better off by changing with another."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.maps.hexagons import REACH, ROW, Wish, components, join_all, settle


def wish_of(at: list[tuple[float, float]], pairs: list[tuple[int, int]], regions: list[int] | None = None) -> Wish:
    points = np.array(at, dtype=float)
    joined = join_all(np.array(pairs, dtype=np.int64).reshape(-1, 2), points)
    return Wish(points, joined, np.array(regions or [0] * len(at)))


def on_the_plane(cells: np.ndarray) -> np.ndarray:
    return cells * [0.5, ROW]


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    size = draw(st.integers(2, 14))
    number = st.integers(0, 40).map(lambda tenths: tenths / 10)
    at = draw(st.lists(st.tuples(number, number), min_size=size, max_size=size))
    every = list(combinations(range(size), 2))
    pairs = draw(st.lists(st.sampled_from(every), unique=True, max_size=2 * size))
    return wish_of(at, pairs, draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)))


@settings(max_examples=10, deadline=None)
@given(wish=wishes())
def test_each_place_has_a_cell_and_no_two_gain_by_changing(wish: Wish) -> None:
    cells = settle(wish)
    assert len({tuple(cell) for cell in cells.tolist()}) == len(wish.at)
    assert (cells.sum(axis=1) % 2 == 0).all()
    assert (settle(wish) == cells).all()
    at = on_the_plane(cells)
    for one, other in combinations(range(len(at)), 2):
        if np.hypot(*(at[one] - at[other])) < REACH:
            changed = at.copy()
            changed[[one, other]] = at[[other, one]]
            # Where the grid lies on the plane makes no difference to what two gain by changing.
            assert wish.miss(changed) >= wish.miss(at) - 1e-6


def test_a_row_of_places_stays_a_row_in_its_order() -> None:
    cells = settle(wish_of([(x, 0) for x in range(6)], [(x, x + 1) for x in range(5)]))
    assert np.diff(cells[:, 0]).tolist() == [2] * 5
    assert np.ptp(cells[:, 1]) == 0


def test_six_around_one_stand_around_it() -> None:
    around = [(np.cos(turn * np.pi / 3), np.sin(turn * np.pi / 3)) for turn in range(6)]
    pairs = [(0, number) for number in range(1, 7)]
    at = on_the_plane(settle(wish_of([(0, 0), *around], pairs)))
    assert np.allclose(at[1:] - at[0], around)


def test_places_at_one_spot_are_spread_over_cells() -> None:
    cells = settle(wish_of([(0, 0)] * 40, []))
    assert len(np.unique(cells, axis=0)) == 40
    at = on_the_plane(cells)
    # Forty hexagons packed around one reach less than five cells from their middle.
    assert np.hypot(*(at - at.mean(axis=0)).T).max() < 5


def test_one_place_has_a_cell() -> None:
    assert settle(wish_of([(3, 4)], [])).shape == (1, 2)


def test_islands_are_joined_with_what_is_nearest() -> None:
    at = np.array([(0, 0), (1, 0), (5, 0), (5, 1.0)])
    assert join_all(np.array([(0, 1)]), at).tolist() == [[0, 1], [1, 2], [2, 3]]


def test_components_are_named_by_their_first_place() -> None:
    assert components(np.array([(1, 3), (3, 4)]), 5).tolist() == [0, 1, 2, 1, 1]


def test_pieces_of_regions_are_counted() -> None:
    wish = wish_of([(0, 0), (1, 0), (2, 0)], [(0, 1), (1, 2)], [0, 1, 0])
    assert wish.pieces(wish.at) == 3
    assert wish_of([(0, 0), (1, 0), (2, 0)], [(0, 1), (1, 2)], [0, 0, 1]).pieces(wish.at) == 2
