"""Money of places that cut small areas: every penny is somewhere, whoever holds the rest."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from everyday import lines, tiles
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.apportion import build_cells, build_ledger
from placespend.bases import basis, shipped_bases
from placespend.errors import OverlappingPlacesError
from placespend.footprints import footprint_extent
from placespend.gazetteer import find_place
from placespend.geography import count_of
from placespend.grades import grade_cells, touches
from placespend.ledger import ELSEWHERE, UNALLOCATED
from placespend.place import Place, join_places, remainder
from placespend.postcodes import is_live, small_area_of_postcode
from placespend.pot import single_pot
from placespend.rulers import extent_of_postcodes, rows_of_ward, ward_extent
from placespend.shares import Shares, build_shares
from placespend.shipped import shipped_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from random import Random

    from placespend.extents import Extent

BIRMINGHAM, CASTLE_VALE = "E08000025", "E05011132"
DISTRICTS = [BIRMINGHAM, "E09000002", "E08000003", "E07000066"]
"""Districts of 2025 whose boundaries are those of 2011."""


@cache
def wards_of(district: str) -> list[Place]:
    """The wards of a district, as far as they lie in it: a few postcodes of a ward's edge are of the next."""
    table = pd.read_csv(shipped_file("boundaries", "wards_2025.csv"), dtype="str")
    whole = find_place(district, level="lad")
    return [
        Place(code, code, "own", ward_extent(code).common(whole.extent))
        for code in table.loc[table["lad_2025_code"] == district, "code"]
    ]


def pence(cells: pd.DataFrame, places: list[Place]) -> dict[tuple[int, str], int]:
    entries = build_ledger(cells, places).entries
    columns = (entries["cell"], entries["place_code"].astype("str"), entries["amount_pence"])
    return {(cell, code): amount for cell, code, amount in zip(*columns, strict=True)}


def own(code: str, rows: list[int]) -> Place:
    return Place(code, code, "own", extent_of_postcodes(np.array(rows)))


def held_of(extent: Extent) -> dict[int, Fraction]:
    """What share of each small area that it cuts an extent holds."""
    columns = (column.tolist() for column in (extent.parts.areas, *extent.parts.held()))
    return {area: Fraction(held, length) for area, held, length in zip(*columns, strict=True)}


AMOUNTS = st.integers(-100, 100) | st.integers(-(10**13), 10**13)
BASES = st.sampled_from(shipped_bases().names)


def lines_over(*footprints: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    line = {"footprint_code": st.sampled_from(footprints), "basis": BASES, "amount_pence": AMOUNTS}
    bodies = {"body": st.sampled_from(["Council", "Department"])}
    return st.lists(st.fixed_dictionaries(line | bodies), min_size=1, max_size=4)


# --- places that cut small areas


@settings(max_examples=15, deadline=None)
@given(st.data(), st.sampled_from(DISTRICTS))
def test_wards_and_what_they_leave_have_the_pence_of_their_district_in_each_cell(
    data: st.DataObject, district: str
) -> None:
    rows = data.draw(lines_over(district, "E92000001", data.draw(st.sampled_from(wards_of(district))).code))
    some = data.draw(st.lists(st.sampled_from(wards_of(district)), unique=True, max_size=12))
    whole = find_place(district, level="lad")
    rest = remainder(whole, some)
    cells = build_cells(lines(*rows))
    parts = pence(cells, [*some, *([rest] if rest else [])])
    alone = pence(cells, [whole])
    for cell, amount in zip(cells.index.tolist(), cells["amount_pence"].tolist(), strict=True):
        of_cell = {code: found for (of, code), found in parts.items() if of == cell}
        outside = of_cell.pop(ELSEWHERE, 0)
        unallocated = of_cell.pop(UNALLOCATED, 0)
        assert sum(of_cell.values()) == alone.get((cell, whole.code), 0)
        assert outside == alone.get((cell, ELSEWHERE), 0)
        assert sum(of_cell.values()) + outside + unallocated == amount


@settings(max_examples=15, deadline=None)
@given(st.data(), lines_over(BIRMINGHAM, "E12000005", CASTLE_VALE, "E08000025 less E05011132"))
def test_any_sets_of_postcodes_and_what_they_leave_have_the_pence_of_the_district(
    data: st.DataObject, rows: list[dict[str, Any]]
) -> None:
    whole = find_place(BIRMINGHAM, level="lad")
    live = np.flatnonzero(np.isin(small_area_of_postcode(), whole.small_areas) & is_live())
    near = np.intersect1d(live, np.flatnonzero(np.isin(small_area_of_postcode(), ward_extent(CASTLE_VALE).touched)))
    picked = data.draw(st.sampled_from([live, near]))
    drawn = data.draw(st.lists(st.integers(0, len(picked) - 1), min_size=1, max_size=300, unique=True))
    number = data.draw(st.integers(1, 3))
    sets = [[int(picked[at]) for at in drawn if at % number == turn] for turn in range(number)]
    some = [own(f"P{turn}", rows_in) for turn, rows_in in enumerate(sets) if rows_in]
    rest = remainder(whole, some)
    assert rest is not None
    cells = build_cells(lines(*rows))
    together, alone = pence(cells, [*some, rest]), pence(cells, [whole])
    for cell in cells.index:
        inside = sum(together.get((cell, place.code), 0) for place in [*some, rest])
        assert inside == alone.get((cell, whole.code), 0)
    # A place has the same pence alone as beside others, and joined places have the sum.
    for place in some:
        by_itself = pence(cells, [place])
        for cell in cells.index:
            assert by_itself.get((cell, place.code), 0) == together.get((cell, place.code), 0)
    joined = pence(cells, [join_places(some, name="joined", code="ALL")])
    for cell in cells.index:
        assert joined.get((cell, "ALL"), 0) == sum(together.get((cell, place.code), 0) for place in some)


@settings(max_examples=10, deadline=None)
@given(st.data(), st.randoms(use_true_random=False))
def test_neither_other_places_nor_their_order_move_a_penny_of_a_ward(data: st.DataObject, random: Random) -> None:
    rows = data.draw(lines_over(BIRMINGHAM, "E92000001", CASTLE_VALE, "NB-SHARD-END"))
    places = data.draw(st.lists(st.sampled_from(wards_of(BIRMINGHAM)), unique=True, min_size=2, max_size=8))
    cells = build_cells(lines(*rows))
    together = pence(cells, places)
    shuffled = [*places]
    random.shuffle(shuffled)
    assert pence(cells, shuffled) == together
    for place in places:
        expected = {key: amount for key, amount in together.items() if key[1] == place.code}
        assert {key: amount for key, amount in pence(cells, [place]).items() if key[1] == place.code} == expected


@settings(max_examples=8, deadline=None)
@given(st.data(), lines_over(BIRMINGHAM, "E12000005", "E92000001"))
def test_a_small_areas_pence_are_the_atoms_that_wards_are_parts_of(
    data: st.DataObject, rows: list[dict[str, Any]]
) -> None:
    ward = data.draw(st.sampled_from(wards_of(BIRMINGHAM)))
    cells = build_cells(lines(*rows))
    found = pence(cells, [ward])
    atoms = pence(cells, tiles("lsoa"))
    codes = [place.code for place in tiles("lsoa")]
    parts = ward.extent.parts
    for cell in cells.index:
        expected = sum(atoms.get((cell, codes[area]), 0) for area in ward.extent.whole)
        by_area = zip(*(column.tolist() for column in parts.pieces), strict=True)
        for area, start, end, length in by_area:
            amount = atoms.get((cell, codes[area]), 0)
            before = [(2 * abs(amount) * mark + length) // (2 * length) for mark in (start, end)]
            expected += (before[1] - before[0]) * (1 if amount >= 0 else -1)
        assert found.get((cell, ward.code), 0) == expected


@settings(max_examples=15, deadline=None)
@given(st.data(), st.integers(0, 10**12))
def test_a_ward_is_within_pennies_of_its_exact_share(data: st.DataObject, amount: int) -> None:
    ward = data.draw(st.sampled_from(wards_of(BIRMINGHAM)))
    footprint = data.draw(st.sampled_from([BIRMINGHAM, "E12000005", CASTLE_VALE, "E08000025 less E05011132"]))
    name = data.draw(BASES)
    cells = build_cells(lines({"footprint_code": footprint, "basis": name, "amount_pence": amount}))
    shares = build_shares(footprint, name)
    assert shares is not None
    share = shares.of(ward)
    assert share is not None
    assert 0 <= share <= 1
    # A penny for each small area, another for each piece, and one for the upper tier.
    slack = 2 * len(ward.extent.whole) + 2 * len(ward.extent.parts) + 2
    assert abs(pence(cells, [ward]).get((0, ward.code), 0) - amount * share) <= slack


# --- footprints that cut small areas


@pytest.mark.parametrize("name", shipped_bases().names)
@pytest.mark.parametrize("code", [CASTLE_VALE, "E05001358", "NB-HAVERHILL", "E05013941 and E05011132"])
def test_the_place_of_a_footprint_has_all_of_its_line_and_elsewhere_nothing(code: str, name: str) -> None:
    extent = footprint_extent(code)
    assert extent is not None
    cells = build_cells(lines({"amount_pence": -987_654_321, "footprint_code": code, "basis": name}))
    here = Place("HERE", "Here", "own", extent)
    assert pence(cells, [here]) == {(0, "HERE"): -987_654_321}
    rest = remainder(find_place("England"), [here], code="THERE")
    assert rest is not None
    assert pence(cells, [rest]) == {(0, ELSEWHERE): -987_654_321}
    assert pence(cells, [rest, here]) == {(0, "HERE"): -987_654_321}


@settings(max_examples=15, deadline=None)
@given(AMOUNTS, BASES, st.sampled_from(wards_of(BIRMINGHAM)))
def test_the_parts_of_a_wards_line_over_small_areas_sum(amount: int, name: str, ward: Place) -> None:
    cells = build_cells(lines({"amount_pence": amount, "footprint_code": ward.code, "basis": name}))
    found = pence(cells, tiles("lsoa"))
    assert sum(found.values()) == amount
    codes = {tiles("lsoa")[area].code for area in ward_extent(ward.code).touched}
    assert {code for _, code in found} <= codes


@settings(max_examples=15, deadline=None)
@given(st.data(), AMOUNTS, BASES)
def test_a_wards_line_is_split_over_places_that_cut_the_same_small_areas(
    data: st.DataObject, amount: int, name: str
) -> None:
    footprint = data.draw(st.sampled_from(wards_of(BIRMINGHAM)))
    rows = rows_of_ward(footprint.code).tolist()
    holder = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    places = [
        own(f"P{number}", some)
        for number in range(3)
        if (some := [row for row, of in zip(rows, holder, strict=True) if of == number])
    ]
    cells = build_cells(lines({"amount_pence": amount, "footprint_code": footprint.code, "basis": name}))
    found = pence(cells, places)
    assert sum(found.values()) == amount
    assert {code for _, code in found} <= {place.code for place in places}
    # A place that reaches beyond the ward has no more of its line.
    wide = find_place("E12000005")
    assert pence(cells, [wide]) == ({(0, wide.code): amount} if amount else {})


def test_a_line_of_a_district_less_a_ward_goes_nowhere_in_the_ward() -> None:
    footprint = f"{BIRMINGHAM} less {CASTLE_VALE}"
    rows = [{"amount_pence": 1_000_001, "footprint_code": footprint, "basis": name} for name in shipped_bases().names]
    cells = build_cells(lines(*rows))
    ward, district = find_place(CASTLE_VALE), find_place(BIRMINGHAM, level="lad")
    rest = remainder(district, [ward])
    assert rest is not None
    found = pence(cells, [ward, rest])
    assert found == {(cell, rest.code): 1_000_001 for cell in cells.index}
    assert pence(cells, [ward]) == {(cell, ELSEWHERE): 1_000_001 for cell in cells.index}


def test_what_a_footprint_cuts_weighs_as_much_as_it_holds() -> None:
    shares = build_shares(CASTLE_VALE, "residents")
    assert shares is not None
    extent = ward_extent(CASTLE_VALE)
    held = held_of(extent)
    residents = count_of("residents")
    expected = [int(1_000 * int(residents[area]) * held.get(area, 1)) for area in extent.touched.tolist()]
    assert shares.weights.tolist() == expected
    assert shares.of(find_place(CASTLE_VALE)) == 1


@pytest.mark.parametrize("name", shipped_bases().names)
@pytest.mark.parametrize("footprint", [CASTLE_VALE, "E05001358", "E05012413", f"{BIRMINGHAM} less {CASTLE_VALE}"])
def test_a_blend_shares_each_measure_within_what_the_footprint_holds(footprint: str, name: str) -> None:
    extent = footprint_extent(footprint)
    shares = build_shares(footprint, name)
    assert extent is not None
    assert shares is not None
    parts = basis(name).parts
    held = held_of(extent)
    exact, rounding = [Fraction(0)] * len(extent.touched), Fraction(1, 10**9)
    for measure, percent in parts:
        counts = [int(measure.counts[area]) * held.get(area, Fraction(1)) for area in extent.touched.tolist()]
        total = sum(counts)
        # Weights of a footprint that cuts are in whole thousandths.
        rounding += Fraction(len(counts) + 1) / (1_000 * total)
        exact = [so_far + Fraction(percent, 100) * count / total for so_far, count in zip(exact, counts, strict=True)]
    assert sum(exact) == 1
    for weight, share in zip(shares.weights.tolist(), exact, strict=True):
        assert abs(Fraction(weight, shares.denominator) - share) < rounding


def test_a_measure_that_counts_nothing_gets_no_pence(monkeypatch: pytest.MonkeyPatch) -> None:
    ward = find_place(CASTLE_VALE)
    touched = ward.extent.touched
    cut = ward.extent.parts.areas
    counts = np.where(np.isin(touched, cut), 0, 7).astype(np.int64)
    made_up = Shares(CASTLE_VALE, "anything", touched, counts, "by hand", ())
    monkeypatch.setattr("placespend.apportion.build_shares", lambda *_: made_up)
    cells = build_cells(lines({"amount_pence": 1_000, "footprint_code": CASTLE_VALE}))
    found = pence(cells, tiles("lsoa"))
    assert sum(found.values()) == 1_000
    cut_codes = {tiles("lsoa")[area].code for area in cut}
    assert not cut_codes & {code for _, code in found}
    nothing = Shares(CASTLE_VALE, "anything", touched, counts * 0, "by hand", ())
    monkeypatch.setattr("placespend.apportion.build_shares", lambda *_: nothing)
    assert pence(cells, [ward]) == {(0, UNALLOCATED): 1_000}


# --- grades


def test_a_wards_own_record_is_of_grade_a_in_the_ward_and_apportioned_in_a_part_of_it() -> None:
    cells = build_cells(lines({"amount_pence": 1_000, "footprint_code": CASTLE_VALE, "basis": "residents"}))
    rows = rows_of_ward(CASTLE_VALE).tolist()
    assert grade_cells(cells, find_place(CASTLE_VALE), shipped_bases()).tolist() == ["A"]
    assert grade_cells(cells, find_place("NB-CASTLE-VALE"), shipped_bases()).tolist() == ["A"]
    assert grade_cells(cells, find_place(BIRMINGHAM), shipped_bases()).tolist() == ["A"]
    assert grade_cells(cells, own("MOST", rows[1:]), shipped_bases()).tolist() != ["A"]
    assert grade_cells(cells, find_place("E05001358"), shipped_bases()).tolist() != ["A"]


@pytest.mark.parametrize(
    ("footprint", "place", "reaches", "wholly"),
    [
        (CASTLE_VALE, BIRMINGHAM, True, True),
        (BIRMINGHAM, CASTLE_VALE, True, False),
        (CASTLE_VALE, CASTLE_VALE, True, True),
        (CASTLE_VALE, "E08000035", False, False),
        (f"{BIRMINGHAM} less {CASTLE_VALE}", CASTLE_VALE, False, False),
        (f"{BIRMINGHAM} less {CASTLE_VALE}", BIRMINGHAM, True, True),
        ("NOWHERE", CASTLE_VALE, False, False),
    ],
)
def test_a_footprint_reaches_into_a_place_or_lies_in_it(
    footprint: str, place: str, reaches: bool, wholly: bool
) -> None:
    codes = pd.Series([footprint])
    assert touches(codes, find_place(place)).tolist() == [reaches]
    assert touches(codes, find_place(place), wholly=True).tolist() == [wholly]


# --- other rulers


def by_households(*, area: int) -> Place:
    """A part of a small area, by the postcodes of homes of 2011."""
    rows = np.flatnonzero((small_area_of_postcode() == area) & is_live())
    return Place("HOMES", "Homes", "own", extent_of_postcodes(rows[: len(rows) // 2], coverage="households"))


def test_a_line_that_cuts_what_a_place_cuts_along_another_ruler_is_refused() -> None:
    area = int(ward_extent(CASTLE_VALE).parts.areas[0])
    cells = build_cells(lines({"amount_pence": 1_000, "footprint_code": CASTLE_VALE}))
    with pytest.raises(OverlappingPlacesError) as caught:
        build_ledger(cells, [by_households(area=area)])
    assert caught.value.message.startswith(f"The footprint {CASTLE_VALE} cuts small areas by live postcodes, and the ")
    assert caught.value.hint == "take the place by live postcodes: --coverage postcodes"


FAR = 0
"""A small area of the City of London, far from Castle Vale."""

ABOUT_A_FAR_LINE: list[Any] = [
    pytest.param(lambda cells, place: build_ledger(cells, [place]).totals()[ELSEWHERE] == 1_000, id="ledger"),
    pytest.param(lambda cells, place: not touches(cells["footprint_code"], place).any(), id="touches"),
    pytest.param(lambda cells, place: not touches(cells["footprint_code"], place, wholly=True).any(), id="wholly"),
    pytest.param(lambda cells, place: grade_cells(cells, place, shipped_bases()).tolist() != ["A"], id="grade"),
    pytest.param(lambda _, place: of_shares(CASTLE_VALE, place) == 0, id="shares"),
]


def of_shares(footprint: str, place: Place) -> Fraction | None:
    shares = build_shares(footprint, "residents")
    assert shares is not None
    return shares.of(place)


@pytest.mark.parametrize("holds", ABOUT_A_FAR_LINE)
def test_a_line_of_a_far_ward_is_no_hindrance_to_a_place_cut_along_another_ruler(
    holds: Callable[[pd.DataFrame, Place], bool],
) -> None:
    cells = build_cells(lines({"amount_pence": 1_000, "footprint_code": CASTLE_VALE}))
    assert holds(cells, by_households(area=FAR))


def test_a_place_cut_along_another_ruler_has_its_part_of_a_line_that_cuts_only_elsewhere(
    write_lines: Callable[..., Path],
) -> None:
    # The district without a ward cuts small areas at the ward's edge; the place cuts one that it holds wholly.
    district = find_place(BIRMINGHAM, level="lad").small_areas
    area = int(np.setdiff1d(district, ward_extent(CASTLE_VALE).touched)[0])
    path = write_lines({"footprint_code": f"{BIRMINGHAM} less {CASTLE_VALE}", "amount_gbp": "1234567.89"})
    whole, homes = single_pot(tiles("lsoa")[area], lines=path), single_pot(by_households(area=area), lines=path)
    assert 0 < homes.total_pence < whole.total_pence
    rest = remainder(tiles("lsoa")[area], [by_households(area=area)])
    assert rest is not None
    assert homes.total_pence + single_pot(rest, lines=path).total_pence == whole.total_pence


# --- whole pots


@pytest.fixture
def mixed(write_lines: Callable[..., Path]) -> Path:
    """Lines of a ward, of its district with and without it, and of England."""
    return write_lines(
        {"footprint_code": CASTLE_VALE, "amount_gbp": "1000.01"},
        {"footprint_code": f"{BIRMINGHAM} less {CASTLE_VALE}", "amount_gbp": "-77.77"},
        {"footprint_code": BIRMINGHAM, "amount_gbp": "123456.78"},
        {"footprint_code": "E92000001", "amount_gbp": "98765432.10"},
    )


def test_the_pots_of_a_districts_wards_and_of_the_rest_sum_to_its_own(mixed: Path) -> None:
    district = find_place(BIRMINGHAM, level="lad")
    some = [*wards_of(BIRMINGHAM)[:6], find_place(CASTLE_VALE)]
    some = list({place.code: place for place in some}.values())
    rest = remainder(district, some)
    assert rest is not None
    pots = [single_pot(place, lines=mixed) for place in [*some, rest]]
    assert sum(pot.total_pence for pot in pots) == single_pot(district, lines=mixed).total_pence
    assert sum(pot.residents for pot in pots) == district.residents


def test_the_pot_of_a_ward_has_its_own_line_whole_and_of_grade_a(mixed: Path) -> None:
    pot = single_pot(CASTLE_VALE, lines=mixed)
    cells = pot.cells.set_index("footprint_code")
    assert set(cells.index) == {CASTLE_VALE, BIRMINGHAM, "E92000001"}
    assert cells.loc[CASTLE_VALE, "amount_pence"] == 100_001
    assert cells.loc[CASTLE_VALE, "grade"] == "A"
    assert set(cells.drop(index=CASTLE_VALE)["grade"]) <= {"C", "D"}
    assert single_pot("NB-CASTLE-VALE", lines=mixed).total_pence == pot.total_pence


def test_the_pot_of_a_place_cut_by_homes_stands_beside_a_line_of_a_far_ward(mixed: Path) -> None:
    pot = single_pot(by_households(area=FAR), lines=mixed)
    assert set(pot.cells["footprint_code"]) == {"E92000001"}
    assert "A" not in set(pot.cells["grade"])
