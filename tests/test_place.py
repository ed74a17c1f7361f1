"""Places may cut small areas: who holds what is told without overlap, and places are put together and left over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from everyday import lines
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.apportion import build_cells, build_ledger
from placespend.errors import OverlappingPlacesError, UnknownNameError, WrongTypeError
from placespend.extents import Extent, extent_of
from placespend.gazetteer import find_place, list_places
from placespend.geography import count_of, positions_of
from placespend.place import CUT, OUTSIDE, Place, assign, join_places, remainder
from placespend.postcodes import small_area_of_postcode
from placespend.rulers import extent_of_postcodes
from placespend.stretches import Pieces, Stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE = 32_844
LENGTHS = {0: 1, 5: 2, 6: 4, 900: 3, 32_843: 5}
"""Small areas of the frame, and how many marks each takes here."""

EVERY_MARK = [(area, mark) for area, length in LENGTHS.items() for mark in range(length)]


def int64(values: list[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def holding(marks: set[tuple[int, int]], *, ruler: str = "r") -> Extent:
    each = sorted(marks)
    columns = [(area, mark, mark + 1, LENGTHS[area]) for area, mark in each]
    return extent_of(ruler, Pieces(*np.array(columns, dtype=np.int64).reshape(-1, 4).T.copy()))


def own(name: str, extent: Extent) -> Place:
    return Place(name.upper(), name, "own", extent)


def made_of(name: str, *marks: tuple[int, int], ruler: str = "r") -> Place:
    return own(name, holding(set(marks), ruler=ruler))


def whole(name: str, *areas: int) -> Place:
    return own(name, Extent(int64(list(areas))))


def place(level: str, code: str) -> Place:
    return Place(code, code, level, Extent(positions_of(level, code)))


# --- a place


def test_a_place_tells_itself_on_one_line() -> None:
    found = Place("E08000003", "Manchester", "upper_tier", Extent(positions_of("upper_tier", "E08000003")))
    assert repr(found) == "<Place Manchester (upper-tier authority, E08000003): 503,127 residents>"
    assert found.vintage == "2011"
    assert place("lad_2025", "E08000003").vintage == "2025"
    assert place("tri_borough", "TRI-BOROUGH").vintage == "dated"


@pytest.mark.parametrize(
    "areas",
    [[0, 0, 1], [1, 0], [-1, 0], [0, 32_844], [], [[0, 1]]],
    ids=["twice", "out of order", "below", "beyond", "none", "a table"],
)
def test_a_place_made_by_hand_needs_small_areas_of_the_frame_each_once(areas: list[int]) -> None:
    with pytest.raises(WrongTypeError, match="small areas"):
        Place("X", "Anywhere", "lad", Extent(np.array(areas, dtype=np.int64)))


def test_a_place_made_by_hand_needs_a_level() -> None:
    with pytest.raises(UnknownNameError, match="There is no level 'ward'"):
        Place("X", "Anywhere", "ward", Extent(np.array([0], dtype=np.int64)))


@pytest.mark.parametrize(
    ("areas", "message"),
    [
        ([], "Nowhere has no small areas of England."),
        ([-1, 0], "Nowhere has small areas that are not of England."),
        ([0, SIZE], "Nowhere has small areas that are not of England."),
    ],
)
def test_a_place_has_small_areas_of_england(areas: list[int], message: str) -> None:
    with pytest.raises(WrongTypeError) as caught:
        whole("Nowhere", *areas)
    assert caught.value.message == message
    assert caught.value.hint == "find places with placespend.find_place"


def test_a_place_cannot_cut_what_is_not_of_england() -> None:
    beyond = Stretches("r", Pieces(int64([SIZE]), int64([0]), int64([1]), int64([2])))
    with pytest.raises(WrongTypeError, match="small areas that are not of England"):
        own("Nowhere", Extent(int64([3]), beyond))


def test_a_place_that_cuts_tells_what_it_touches_and_who_lives_there() -> None:
    found = own("Here", holding({(0, 0), (6, 1), (6, 2)}))
    counts = count_of("residents")
    quarter, three_quarters = ((2 * int(counts[6]) * mark + 4) // 8 for mark in (1, 3))
    assert found.small_areas.tolist() == [0, 6]
    assert found.residents == int(counts[0]) + three_quarters - quarter
    assert repr(found) == f"<Place Here (place of your own, HERE): {found.residents:,} residents>"
    assert (found.vintage, found.also, found.definition) == ("dated", (), "")


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(EVERY_MARK), st.integers(0, 3), min_size=1))
def test_residents_of_parts_are_those_of_what_they_are_parts_of(holder: dict[tuple[int, int], int]) -> None:
    parts = [made_of(f"p{number}", *of_one(holder, number)) for number in sorted(set(holder.values()))]
    together = made_of("all", *holder)
    assert sum(part.residents for part in parts) == together.residents
    assert made_of("every", *EVERY_MARK).residents == int(count_of("residents")[list(LENGTHS)].sum())


def of_one(holder: dict[tuple[int, int], int], number: int) -> list[tuple[int, int]]:
    return [mark for mark, found in holder.items() if found == number]


def test_a_place_is_made_of_whole_places_only_where_it_cuts_none() -> None:
    leeds = find_place("E08000035")
    assert leeds.is_made_of("lad")
    assert leeds.is_made_of("msoa")
    assert leeds.is_made_of("lsoa")
    rest = remainder(leeds, [own("Postcode", one_postcode_of(leeds))])
    assert rest is not None
    assert not rest.is_made_of("lad")
    assert not rest.is_made_of("msoa")
    # It cuts one small area of many, so small areas say what it has.
    assert rest.is_made_of("lsoa")
    assert not own("Postcode", one_postcode_of(leeds)).is_made_of("lsoa")


def one_postcode_of(place: Place) -> Extent:
    return extent_of_postcodes(np.flatnonzero(small_area_of_postcode() == place.small_areas[0])[:1])


def test_small_areas_say_what_a_place_has_if_it_is_as_large_as_those_that_it_touches_on_average() -> None:
    counts = count_of("residents")
    half = holding({(5, 0)})
    assert not own("Half", half).is_made_of("lsoa")
    assert own("Half and a whole", half.join(Extent(int64([6])))).is_made_of("lsoa")
    # A half and a quarter are less than the half of both, three quarters and a half are more.
    assert not own("Less", holding({(5, 0), (6, 0)})).is_made_of("lsoa")
    more = own("More", holding({(5, 0), (6, 0), (6, 1), (6, 2)}))
    assert more.residents * 2 > int(counts[5] + counts[6])
    assert more.is_made_of("lsoa")


# --- who holds what


def test_each_whole_small_area_is_given_to_the_place_that_holds_it() -> None:
    leeds, york = place("lad", "E08000035"), place("lad", "E06000014")
    numbers = assign([leeds, york]).number_of_area
    assert numbers.shape == (SIZE,)
    np.testing.assert_array_equal(np.flatnonzero(numbers == 0), leeds.small_areas)
    np.testing.assert_array_equal(np.flatnonzero(numbers == 1), york.small_areas)
    assert (numbers == -1).sum() == SIZE - len(leeds.small_areas) - len(york.small_areas)


def test_without_places_every_small_area_is_outside() -> None:
    assert (assign([]).number_of_area == -1).all()


def test_levels_that_overlap_are_refused_by_name_and_number() -> None:
    manchester = Place("E08000003", "Manchester", "lad", Extent(positions_of("lad", "E08000003")))
    greater = Place(
        "E47000001", "Greater Manchester", "combined_authority", Extent(positions_of("upper_tier", "E08000003"))
    )
    with pytest.raises(OverlappingPlacesError) as caught:
        assign([place("lad", "E08000035"), greater, manchester])
    assert caught.value.message == (
        "Manchester (E08000003) and Greater Manchester (E47000001) share 282 small areas, so money cannot be shared "
        "out between them."
    )
    assert caught.value.hint == "ask for one pot each"


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(EVERY_MARK), st.integers(0, 3), min_size=1))
def test_each_mark_is_given_to_the_place_that_holds_it(holder: dict[tuple[int, int], int]) -> None:
    numbers = sorted(set(holder.values()))
    places = [made_of(f"p{number}", *of_one(holder, number)) for number in numbers]
    found = assign(places)
    assert found.number_of_area.shape == (SIZE,)
    untouched = np.delete(found.number_of_area, list(LENGTHS))
    assert (untouched == OUTSIDE).all()
    cut: dict[tuple[int, int], int] = {}
    for area, start, end, length, number in zip(
        *(column.tolist() for column in found.pieces), found.number_of_piece.tolist(), strict=True
    ):
        assert length == LENGTHS[area]
        cut |= {(area, mark): number for mark in range(start, end)}
    for area, length in LENGTHS.items():
        expected = [numbers.index(holder[area, mark]) if (area, mark) in holder else OUTSIDE for mark in range(length)]
        number = int(found.number_of_area[area])
        if len(set(expected)) == 1:
            # A small area of one holder is not cut.
            assert number == expected[0]
            assert (area, 0) not in cut
        else:
            assert number == CUT
            assert [cut[area, mark] for mark in range(length)] == expected


def test_pieces_of_small_areas_come_each_from_its_first_mark_to_its_last() -> None:
    found = assign([made_of("one", (6, 1), (32_843, 4)), made_of("two", (6, 2), (5, 0)), whole("three", 7)])
    assert [column.tolist() for column in found.pieces] == [
        [5, 5, 6, 6, 6, 6, 32_843, 32_843],
        [0, 1, 0, 1, 2, 3, 0, 4],
        [1, 2, 1, 2, 3, 4, 4, 5],
        [2, 2, 4, 4, 4, 4, 5, 5],
    ]
    assert found.number_of_piece.tolist() == [1, -1, -1, 0, 1, -1, -1, 0]
    assert found.number_of_area[[0, 5, 6, 7, 32_843]].tolist() == [OUTSIDE, CUT, CUT, 2, CUT]


@pytest.mark.parametrize(
    ("places", "message"),
    [
        (
            [whole("One", 0, 5, 6), whole("Two", 5, 6, 7)],
            "Two (TWO) and One (ONE) share 2 small areas, so money cannot be shared out between them.",
        ),
        (
            [whole("One", 0, 6), made_of("Two", (6, 0), (5, 1))],
            "Two (TWO) and One (ONE) share 1 small areas or parts of them, so money cannot be shared out between them.",
        ),
        (
            [made_of("One", (6, 0), (5, 1)), whole("Two", 5, 6)],
            "One (ONE) and Two (TWO) share 2 small areas or parts of them, so money cannot be shared out between them.",
        ),
        (
            [made_of("One", (6, 0), (6, 1)), made_of("Two", (6, 1), (6, 2))],
            "Two (TWO) and One (ONE) share 1 small areas or parts of them, so money cannot be shared out between them.",
        ),
        (
            [made_of("One", (6, 1)), made_of("Two", (6, 0), (6, 1), (6, 2))],
            "One (ONE) and Two (TWO) share 1 small areas or parts of them, so money cannot be shared out between them.",
        ),
    ],
    ids=["whole and whole", "whole and part", "part and whole", "part and part", "part inside part"],
)
def test_places_that_overlap_are_refused_by_name_and_number(places: list[Place], message: str) -> None:
    for number, others in ((0, []), (1, [whole("Far", 20_000)]), (2, [made_of("Near", (32_843, 0))])):
        with pytest.raises(OverlappingPlacesError) as caught:
            assign([*others, *places])
        assert caught.value.message == message, number
        assert caught.value.hint == "ask for one pot each"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sets(st.sampled_from(EVERY_MARK), min_size=1), min_size=2, max_size=3))
def test_places_are_refused_if_and_only_if_two_share_a_mark(many: list[set[tuple[int, int]]]) -> None:
    places = [made_of(f"p{number}", *marks) for number, marks in enumerate(many)]
    if sum(map(len, many)) == len(set().union(*many)):
        assign(places)
        assert join_places(places, name="all").extent.is_same(holding(set().union(*many)))
    else:
        with pytest.raises(OverlappingPlacesError, match="share"):
            assign(places)
        with pytest.raises(OverlappingPlacesError, match="share"):
            join_places(places, name="all")


def test_places_cut_along_different_rulers_are_not_told_apart() -> None:
    with pytest.raises(OverlappingPlacesError, match="cut small areas a and b cannot be put together"):
        assign([made_of("One", (6, 0), ruler="a"), made_of("Two", (6, 1), ruler="b")])


def test_places_that_cut_other_small_areas_may_do_so_along_other_rulers() -> None:
    found = assign([made_of("One", (6, 0), ruler="a"), made_of("Two", (900, 0), ruler="b")])
    rulers = dict(zip(found.pieces.area.tolist(), found.ruler_of_piece.tolist(), strict=True))
    assert rulers == {6: "a", 900: "b"}


# --- together and left over


def test_places_put_together_are_one_with_the_codes_and_names_of_all() -> None:
    one, two = find_place("E08000035"), find_place("E05011132")
    found = join_places([one, two], name="Both")
    assert (found.code, found.name, found.level) == ("E08000035+E05011132", "Both", "own")
    assert found.definition == "Leeds, Castle Vale (Birmingham), put together"
    assert found.residents == one.residents + two.residents
    assert join_places([one], name="One", code="ONE").code == "ONE"
    with pytest.raises(WrongTypeError, match="None has no places to be put together from"):
        join_places([], name="None")


def test_what_is_left_of_a_place_says_so() -> None:
    birmingham, ward = find_place("E08000025"), find_place("E05011132")
    rest = remainder(birmingham, [ward])
    assert rest is not None
    assert (rest.code, rest.name, rest.level) == ("E08000025-rest", "Rest of Birmingham", "own")
    assert rest.definition == "Birmingham without Castle Vale (Birmingham)"
    assert rest.residents + ward.residents == birmingham.residents
    named = remainder(birmingham, [ward], name="The others", code="OTHERS")
    assert named is not None
    assert (named.code, named.name) == ("OTHERS", "The others")


def test_of_a_place_without_itself_or_something_larger_nothing_is_left() -> None:
    ward = find_place("E05011132")
    assert remainder(ward, [ward]) is None
    assert remainder(ward, [find_place("E08000025"), find_place("E08000035")]) is None
    assert remainder(ward, [find_place("West Midlands", level="region"), ward]) is None


def test_of_a_place_without_what_lies_elsewhere_all_is_left() -> None:
    ward = find_place("E05011132")
    for without in ([], [find_place("E08000035")]):
        rest = remainder(ward, without)
        assert rest is not None
        assert rest.extent.is_same(ward.extent)


def test_what_is_left_of_a_place_without_nothing_does_not_trail_off() -> None:
    rest = remainder(find_place("E08000035"), [])
    assert rest is not None
    assert not rest.definition.endswith(" ")


@settings(max_examples=150, deadline=None)
@given(
    st.sets(st.sampled_from(EVERY_MARK), min_size=1),
    st.lists(st.sets(st.sampled_from(EVERY_MARK), min_size=1), max_size=3),
)
def test_what_is_left_is_what_the_others_do_not_hold(
    marks: set[tuple[int, int]], others: list[set[tuple[int, int]]]
) -> None:
    rest = remainder(made_of("all", *marks), [made_of(f"p{number}", *some) for number, some in enumerate(others)])
    left = marks - set().union(*others)
    if left:
        assert rest is not None
        assert rest.extent.is_same(holding(left))
    else:
        assert rest is None


WARDS = list_places("Birmingham", level="ward_2025")["code"].tolist()


def random_places(data: st.DataObject) -> tuple[Place, list[Place]]:
    """A place, and others without overlap: wards, and postcodes of its edge that are in none of them."""
    of = find_place(data.draw(st.sampled_from(["E08000025", "E05011132", "E12000005", "E02001827"])))
    wards = data.draw(st.lists(st.sampled_from(WARDS), max_size=4, unique=True))
    places = [find_place(code) for code in wards]
    area = data.draw(st.sampled_from(of.small_areas.tolist()))
    rows = np.flatnonzero(small_area_of_postcode() == area)
    some = data.draw(st.lists(st.sampled_from(rows.tolist()), min_size=1, unique=True))
    extent = extent_of_postcodes(int64(some))
    for place in places:
        extent = extent.less(place.extent)
    return of, [*places, *([own("Postcodes", extent)] if len(extent) else [])]


LINES = st.fixed_dictionaries(
    {
        "footprint_code": st.sampled_from(["E08000025", "E12000005", "E92000001", "E05011132", "E02001827"]),
        "basis": st.sampled_from(["residents", "households", "hectares", "aged_65_plus", "health_blend"]),
        "amount_pence": st.integers(-100, 100) | st.integers(-(10**13), 10**13),
    }
)


@settings(max_examples=15, deadline=None)
@given(st.data(), st.lists(LINES, min_size=1, max_size=3))
def test_places_and_what_they_leave_of_a_whole_have_its_pence(data: st.DataObject, rows: list[dict[str, Any]]) -> None:
    of, without = random_places(data)
    cells = build_cells(lines(*rows))
    inside = [
        Place(place.code, place.name, "own", common)
        for place in without
        if len(common := place.extent.common(of.extent))
    ]
    rest = remainder(of, without)
    parts = [*inside, *([rest] if rest else [])]
    alone = build_ledger(cells, [of])
    together = build_ledger(cells, parts)
    for cell in cells.index:
        expected = alone.pence_at(of.code).get(cell, 0)
        assert sum(together.pence_at(part.code).get(cell, 0) for part in parts) == expected
    assert sum(part.residents for part in parts) == of.residents
    whole_again = join_places(parts, name="again")
    assert whole_again.extent.is_same(of.extent)


def test_a_place_of_whole_small_areas_is_the_same_however_it_is_made() -> None:
    leeds = positions_of("lad", "E08000035")
    rows = np.flatnonzero(np.isin(small_area_of_postcode(), leeds))
    assert extent_of_postcodes(rows).is_same(Extent(leeds))
