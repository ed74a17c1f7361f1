"""Sharing lines out over places: every penny is somewhere, and a place is the sum of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from everyday import FOOTPRINTS, TILING, TRI_BOROUGH, lines, tiles
from hypothesis import example, given, settings
from hypothesis import strategies as st

from placespend.apportion import CELL_KEYS, NOTHING_TO_SHARE_BY, UNKNOWN_FOOTPRINT, build_cells, build_ledger
from placespend.bases import shipped_bases
from placespend.errors import OverlappingPlacesError
from placespend.extents import Extent
from placespend.footprints import footprint_areas
from placespend.gazetteer import find_place
from placespend.geography import level_index, small_areas
from placespend.ledger import ELSEWHERE, UNALLOCATED, Ledger
from placespend.place import Place
from placespend.shares import Shares

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from numpy.typing import NDArray

COVERED_BY_ATOMS = [level for level in TILING if level != "lsoa"]
GREATER_MANCHESTER = [f"E080000{number:02d}" for number in range(1, 11)]


def pence_by_cell_and_place(ledger: Ledger) -> dict[tuple[int, str], int]:
    entries = ledger.entries
    pairs = zip(entries["cell"], entries["place_code"], strict=True)
    found = dict(zip(pairs, entries["amount_pence"], strict=True))
    assert len(found) == len(entries)
    return found


def placed(ledger: Ledger) -> dict[str, int]:
    """The totals that are not nothing."""
    return {code: pence for code, pence in ledger.totals().items() if pence}


def atoms(cells: pd.DataFrame) -> pd.DataFrame:
    """Every cell's pence at every small area: ``cell``, ``position`` in the frame, ``amount_pence``."""
    entries = build_ledger(cells, tiles("lsoa")).entries
    positions = pd.Index(small_areas()["lsoa_code"]).get_indexer(entries["place_code"].astype("str"))
    assert (positions >= 0).all()
    return entries.assign(position=positions)


def summed(table: pd.DataFrame, codes: NDArray[np.object_]) -> dict[tuple[int, str], int]:
    sums = table["amount_pence"].groupby([table["cell"].to_numpy(), codes]).sum()
    return {pair: pence for pair, pence in zip(sums.index.tolist(), sums.tolist(), strict=True) if pence}


LINES = st.fixed_dictionaries(
    {
        "footprint_code": FOOTPRINTS,
        "basis": st.sampled_from(shipped_bases().names),
        "amount_pence": st.integers(-100, 100) | st.integers(-(10**13), 10**13),
        "body": st.sampled_from(["Council", "Department"]),
    }
)


# --- cells


def test_lines_that_have_everything_in_common_are_one_cell() -> None:
    cells = build_cells(lines({"amount_pence": 70}, {"amount_pence": -20}, {"amount_pence": 0}))
    assert cells.columns.tolist() == [*CELL_KEYS, "amount_pence", "lines"]
    assert cells[["amount_pence", "lines"]].to_dict(orient="records") == [{"amount_pence": 50, "lines": 3}]
    assert cells["amount_pence"].dtype == np.int64


@pytest.mark.parametrize(
    "difference",
    [
        {"source_id": "other"},
        {"body": "Other"},
        {"sector": "CG"},
        {"service_code": "8.1"},
        {"economic": "capital"},
        {"footprint_code": "E08000001"},
        {"basis": "households"},
        {"financial_year": "2012-13"},
        {"amount_kind": "budget"},
        {"status": "refused"},
        {"recipient_body": "Other"},
        {"payment_to_people": True},
        {"treatment": "remainder"},
    ],
)
def test_lines_that_differ_in_a_key_are_two_cells(difference: dict[str, Any]) -> None:
    assert len(set(difference) & set(CELL_KEYS)) == 1
    cells = build_cells(lines({"amount_pence": 70}, {"amount_pence": 30, **difference}))
    assert sorted(cells["amount_pence"]) == [30, 70]


@pytest.mark.parametrize("column", ["line_id", "description", "file"])
def test_what_is_no_key_makes_no_cell(column: str) -> None:
    assert build_cells(lines({"amount_pence": 1}, {"amount_pence": 2, column: "other"}))["amount_pence"].tolist() == [3]


def test_every_key_is_tried_above() -> None:
    assert len(CELL_KEYS) == len(set(CELL_KEYS)) == 13


def test_a_line_is_shared_by_its_own_basis_and_else_by_that_of_its_service() -> None:
    # Fire is shared by households, so a line that names them belongs to the same cell.
    fire = {"service_code": "3.2", "amount_pence": 1}
    cells = build_cells(lines(fire, {**fire, "basis": "households"}, {**fire, "basis": "hectares"}))
    assert dict(zip(cells["basis"], cells["lines"], strict=True)) == {"households": 2, "hectares": 1}


def test_an_awaited_line_makes_no_cell() -> None:
    cells = build_cells(lines({"amount_pence": 5}, {"amount_pence": pd.NA, "status": "awaited", "body": "Police"}))
    assert cells["body"].tolist() == ["Council"]
    assert build_cells(lines({"amount_pence": pd.NA, "status": "awaited"})).empty


@settings(max_examples=30, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=15), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_cell(rows: list[dict[str, Any]], random: Random) -> None:
    cells = build_cells(lines(*rows))
    assert cells["amount_pence"].sum() == sum(row["amount_pence"] for row in rows)
    random.shuffle(rows)
    pd.testing.assert_frame_equal(build_cells(lines(*rows)), cells)


# --- sharing out, worked by hand over made-up shares


@pytest.fixture
def share_by(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make every line be shared by the given weights of small areas, told by code."""

    def put(weights: dict[str, int]) -> None:
        positions = pd.Index(small_areas()["lsoa_code"]).get_indexer(list(weights)).astype(np.int64)
        counts = np.array(list(weights.values()), dtype=np.int64)
        made_up = Shares("anywhere", "anything", positions, counts, "by hand", ())
        monkeypatch.setattr("placespend.apportion.build_shares", lambda *_: made_up)
        monkeypatch.setattr("placespend.apportion.footprint_extent", lambda _: Extent(positions))

    return put


# Two small areas of Barking and Dagenham and two of Barnet, in the order of their codes.
FOUR_AREAS = ["E01000006", "E01000007", "E01000115", "E01000116"]


def share_over_four(pence: int) -> list[int]:
    cells = build_cells(lines({"amount_pence": pence}))
    totals = build_ledger(cells, [find_place(code) for code in FOUR_AREAS]).totals()
    return [totals.get(code, 0) for code in FOUR_AREAS]


def test_the_four_areas_lie_two_by_two_in_two_authorities() -> None:
    frame = small_areas().set_index("lsoa_code").loc[FOUR_AREAS, "upper_tier_code"]
    assert frame.tolist() == ["E09000002", "E09000002", "E09000003", "E09000003"]


@pytest.mark.parametrize(
    ("weights", "pence", "parts"),
    [
        # Nested: 3 and 3, then 1.5 each, the tie going to the earlier. At one go it would be 2, 2, 1, 1.
        ([1, 1, 1, 1], 6, [2, 1, 2, 1]),
        # 2.5 each, the tie going to the authority whose code comes first; then 1.5 each and 1 each.
        ([1, 1, 1, 1], 5, [2, 1, 1, 1]),
        ([1, 1, 1, 1], -5, [-2, -1, -1, -1]),
        ([1, 1, 1, 1], 1, [1, 0, 0, 0]),
        ([1, 1, 1, 1], 0, [0, 0, 0, 0]),
        # 7 and 3 of ten: 70 and 30; then 20 and 50 of 70, 30 and nothing.
        ([2, 5, 3, 0], 100, [20, 50, 30, 0]),
        # An authority that weighs nothing gets nothing.
        ([0, 0, 1, 2], 10, [0, 0, 3, 7]),
        ([0, 0, 0, 9], -1, [0, 0, 0, -1]),
    ],
)
def test_a_cell_is_shared_over_authorities_and_then_within_them(
    share_by: Callable[..., None], weights: list[int], pence: int, parts: list[int]
) -> None:
    share_by(dict(zip(FOUR_AREAS, weights, strict=True)))
    assert share_over_four(pence) == parts


@pytest.mark.parametrize("scale", [2, 1_000, 10**9, 10**15])
def test_scaling_a_measure_changes_nothing(share_by: Callable[..., None], scale: int) -> None:
    weights = [17, 31, 5, 11]
    share_by(dict(zip(FOUR_AREAS, weights, strict=True)))
    expected = [share_over_four(pence) for pence in (1, 99, -1_234_567)]
    share_by({area: weight * scale for area, weight in zip(FOUR_AREAS, weights, strict=True)})
    assert [share_over_four(pence) for pence in (1, 99, -1_234_567)] == expected


def test_what_has_nothing_to_share_by_is_unallocated_with_the_reason(share_by: Callable[..., None]) -> None:
    share_by(dict.fromkeys(FOUR_AREAS, 0))
    cells = build_cells(lines({"amount_pence": 12_345}, {"amount_pence": -5, "body": "Police"}))
    found = build_ledger(cells, [find_place("England")])
    assert placed(found) == {UNALLOCATED: 12_340}
    assert found.reasons.to_dict() == {0: NOTHING_TO_SHARE_BY, 1: NOTHING_TO_SHARE_BY}


def test_what_has_no_known_footprint_is_unallocated_with_the_reason() -> None:
    cells = build_cells(lines({"amount_pence": 10, "footprint_code": "W06000001"}, {"amount_pence": 4}))
    found = build_ledger(cells, [find_place("England")])
    assert placed(found) == {"E92000001": 4, UNALLOCATED: 10}
    lost = cells.index[cells["footprint_code"] == "W06000001"].tolist()
    assert found.reasons.to_dict() == {lost[0]: UNKNOWN_FOOTPRINT}


# --- sharing out, laws


@pytest.mark.parametrize("basis", shipped_bases().names)
@pytest.mark.parametrize(
    "footprint",
    [
        "E01000001",
        "E02000001",
        "E07000066",
        "E23000005",
        "E38000255",
        "E12000001",
        "E92000001",
        "TRI-BOROUGH",
        "E06000053",
    ],
)
def test_a_place_that_is_the_footprint_has_all_of_it(footprint: str, basis: str) -> None:
    areas = footprint_areas(footprint)
    assert areas is not None
    cells = build_cells(lines({"amount_pence": -987_654_321, "footprint_code": footprint, "basis": basis}))
    assert placed(build_ledger(cells, [Place("HERE", "Here", "lad", Extent(areas))])) == {"HERE": -987_654_321}
    outside = np.setdiff1d(np.arange(32_844), areas)
    if len(outside):
        assert placed(build_ledger(cells, [Place("THERE", "There", "lad", Extent(outside))])) == {
            ELSEWHERE: -987_654_321
        }


@settings(max_examples=5, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4))
@example([{"footprint_code": "E92000001", "basis": "health_blend", "amount_pence": 44_485_128_786_601, "body": "All"}])
@example([{"footprint_code": "E92000001", "basis": "residents", "amount_pence": -1, "body": "All"}])
def test_small_areas_sum_to_every_level_for_each_cell(rows: list[dict[str, Any]]) -> None:
    cells = build_cells(lines(*rows))
    by_area = atoms(cells)
    for level in COVERED_BY_ATOMS:
        codes, numbers = level_index(level)
        expected = summed(by_area, codes.to_numpy(dtype=object)[numbers[by_area["position"]]])
        assert pence_by_cell_and_place(build_ledger(cells, tiles(level))) == expected, level


@settings(max_examples=6, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4), st.integers(2, 7), st.integers(0, 32_843), st.integers(0, 32_843))
def test_any_place_is_the_sum_of_its_small_areas_and_merging_adds(
    rows: list[dict[str, Any]], step: int, start: int, stop: int
) -> None:
    # Any stretch of the frame, cut up by every few small areas: no authority of it is whole.
    stretch = np.arange(min(start, stop), max(start, stop) + 1)
    places = [
        Place(f"P{turn}", f"P{turn}", "lsoa", Extent(stretch[stretch % step == turn]))
        for turn in range(step)
        if (stretch % step == turn).any()
    ]
    cells = build_cells(lines(*rows))
    by_area = atoms(cells)
    code_of = np.full(32_844, ELSEWHERE, dtype=object)
    for place in places:
        code_of[place.small_areas] = place.code

    found = build_ledger(cells, places)

    assert pence_by_cell_and_place(found) == summed(by_area, code_of[by_area["position"]])
    merged = build_ledger(cells, [Place("ALL", "All", "lsoa", Extent(stretch))])
    parts = pd.concat([found.pence_at(place.code) for place in places], axis="columns").sum(axis="columns")
    pd.testing.assert_series_equal(merged.pence_at("ALL"), parts, check_names=False)


@settings(max_examples=30, deadline=None)
@given(st.lists(LINES, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_neither_other_cells_nor_the_order_of_places_move_a_penny(rows: list[dict[str, Any]], random: Random) -> None:
    cells = build_cells(lines(*rows))
    places = list(tiles("lad"))
    expected = pence_by_cell_and_place(build_ledger(cells, places))
    random.shuffle(places)
    alone: dict[tuple[int, str], int] = {}
    for cell in cells.index:
        alone |= pence_by_cell_and_place(build_ledger(cells.loc[[cell]], places))
    assert alone == expected


def test_ten_districts_are_greater_manchester_and_three_boroughs_the_tri_borough() -> None:
    cells = build_cells(lines({"amount_pence": 1_000_003, "footprint_code": "E92000001", "service_code": "7.A"}))
    for whole, parts in (("E47000001", GREATER_MANCHESTER), ("TRI-BOROUGH", TRI_BOROUGH)):
        totals = build_ledger(cells, [find_place(code) for code in parts]).totals()
        assert build_ledger(cells, [find_place(whole)]).totals()[whole] == sum(totals[code] for code in parts)


def test_what_lies_outside_the_places_is_elsewhere() -> None:
    cells = build_cells(lines({"amount_pence": 100, "footprint_code": "TRI-BOROUGH"}))
    # By residents 32.56, 28.30 and 39.14: the penny left over goes to the first.
    assert placed(build_ledger(cells, [find_place("E09000020")])) == {"E09000020": 28, ELSEWHERE: 72}
    assert placed(build_ledger(cells, [find_place("E08000003")])) == {ELSEWHERE: 100}
    assert placed(build_ledger(cells, [])) == {ELSEWHERE: 100}


def test_a_cell_of_no_pence_is_in_the_ledger_and_has_no_entries() -> None:
    found = build_ledger(build_cells(lines({"amount_pence": 0})), tiles("lad"))
    assert len(found.cells) == 1
    assert found.entries.empty
    assert placed(found) == {}


def test_no_cells_make_an_empty_ledger() -> None:
    found = build_ledger(build_cells(lines()), tiles("region"))
    assert (len(found.cells), len(found.entries), placed(found)) == (0, 0, {})


def test_places_that_overlap_are_refused_by_name() -> None:
    cells = build_cells(lines({"amount_pence": 1}))
    with pytest.raises(OverlappingPlacesError, match=r"Manchester \(E08000003\).*Greater Manchester \(E47000001\)"):
        build_ledger(cells, [find_place("E47000001"), find_place("E08000003")])
    with pytest.raises(ValueError, match="ask for one pot each"):
        build_ledger(cells, [find_place("E01000001"), find_place("E01000001")])
