"""A line's footprint is the code of a place, or several, or a place without some of its parts; wards too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.extents import Extent
from placespend.footprints import (
    extent_at,
    fault_of_footprint,
    footprint_areas,
    footprint_extent,
    level_of_footprint,
    name_of,
)
from placespend.gazetteer import find_place
from placespend.geography import count_of, positions_of, small_areas
from placespend.rulers import ward_extent
from placespend.shipped import shipped_file

BIRMINGHAM, CASTLE_VALE, BALSALL_HEATH = "E08000025", "E05011132", "E05011121"

# --- one code


@pytest.mark.parametrize(
    ("code", "level", "name"),
    [
        ("E08000003", "upper_tier", "Manchester"),
        ("E12000002", "region", "North West"),
        ("E47000001", "combined_authority", "Greater Manchester"),
        ("E47000005", "combined_authority", "North East (2014 to 2018)"),
        ("TRI-BOROUGH", "tri_borough", "Tri-borough"),
        ("GM-WASTE", "service_area", "Greater Manchester less Wigan"),
        ("E23000005", "police_force", "Greater Manchester"),
        ("E02001045", "msoa", "Manchester 001"),
        ("E01000001", "lsoa", "City of London 001A"),
        ("E06000061", "upper_tier_2025", "North Northamptonshire"),
    ],
)
def test_a_footprint_is_known_by_its_code_whatever_its_dates(code: str, level: str, name: str) -> None:
    areas = footprint_areas(code)
    assert areas is not None
    np.testing.assert_array_equal(areas, positions_of(level, code))
    assert (level_of_footprint(code), name_of(code)) == (level, name)


@pytest.mark.parametrize("text", ["Manchester", "GMCA", "e08000003", "E08000003 ", "E0800003", "W06000015", "", ".*"])
def test_a_footprint_that_is_no_code_is_no_place(text: str) -> None:
    assert level_of_footprint(text) is None
    assert footprint_areas(text) is None
    assert name_of(text) == text


# --- several codes


def areas_of(footprint: str) -> set[int]:
    areas = footprint_areas(footprint)
    assert areas is not None
    assert areas.tolist() == sorted(set(areas.tolist()))
    return set(areas.tolist())


@pytest.mark.parametrize(
    ("footprint", "held", "left_out", "name"),
    [
        ("E06000033 and E10000012", ["E06000033", "E10000012"], [], "Southend-on-Sea, Essex"),
        ("E47000001 less E08000010", ["E47000001"], ["E08000010"], "Greater Manchester less Wigan"),
        (
            "E12000006 and E12000007 less E09000013 and E10000012",
            ["E12000006", "E12000007"],
            ["E09000013", "E10000012"],
            "East, London less Hammersmith and Fulham, Essex",
        ),
    ],
)
def test_a_footprint_may_be_several_places_and_leave_some_out(
    footprint: str, held: list[str], left_out: list[str], name: str
) -> None:
    assert fault_of_footprint(footprint) is None
    whole = set().union(*(areas_of(code) for code in held))
    without: set[int] = set().union(*(areas_of(code) for code in left_out))
    assert areas_of(footprint) == whole - without
    assert len(without) < len(whole)
    assert name_of(footprint) == name


def test_a_footprint_less_a_part_is_the_place_that_is_so() -> None:
    assert areas_of("E47000001 less E08000010") == areas_of("GM-WASTE")
    assert level_of_footprint("E47000001 less E08000010") is None
    areas = footprint_areas("E47000001 less E08000010")
    assert areas is not None
    # It is kept for the next who asks, so nobody may change it.
    with pytest.raises(ValueError, match="read-only"):
        areas[0] = 0


@pytest.mark.parametrize(
    ("footprint", "fault"),
    [
        ("NOWHERE", "'NOWHERE' is not the code of a place"),
        ("", "'' is not the code of a place"),
        ("E08000003 and ", "'' is not the code of a place"),
        ("E08000003 and Leeds", "'Leeds' is not the code of a place"),
        ("E47000001 less Wigan", "'Wigan' is not the code of a place"),
        ("E47000001 less ", "'E47000001 less ' is not the code of a place"),
        (" less E08000003", "'' is not the code of a place"),
        ("E08000003 less E08000003 less E08000003", "'E08000003 less E08000003' is not the code of a place"),
        ("E08000003 and E08000003", "two of its codes share small areas"),
        ("E47000001 and E08000003", "two of its codes share small areas"),
        ("E12000002 less E47000001 and E08000003", "two of its codes share small areas"),
        ("E08000003 less E08000001", "it leaves out what it does not hold"),
        ("E08000003 less E47000001", "it leaves out what it does not hold"),
        ("E08000003 less E08000003", "nothing is left of it"),
    ],
)
def test_a_text_that_is_no_footprint_is_told_why(footprint: str, fault: str) -> None:
    assert fault_of_footprint(footprint) == fault
    assert footprint_areas(footprint) is None


# --- wards and other places that cut small areas


def extent_of_footprint(footprint: str) -> Extent:
    extent = footprint_extent(footprint)
    assert extent is not None, fault_of_footprint(footprint)
    areas = footprint_areas(footprint)
    assert areas is not None
    np.testing.assert_array_equal(areas, extent.touched)
    return extent


def test_a_ward_is_a_footprint_of_its_postcodes() -> None:
    extent = extent_of_footprint(CASTLE_VALE)
    assert extent.is_same(ward_extent(CASTLE_VALE))
    assert len(extent.parts)
    assert level_of_footprint(CASTLE_VALE) == "ward_2025"
    assert name_of(CASTLE_VALE) == "Castle Vale (Birmingham)"
    assert extent.is_same(find_place(CASTLE_VALE).extent)


@pytest.mark.parametrize("code", ["E05999999", "E0501113", "e05011132", "E05"])
def test_what_only_looks_like_the_code_of_a_ward_is_no_footprint(code: str) -> None:
    assert level_of_footprint(code) is None
    assert fault_of_footprint(code) == f"{code!r} is not the code of a place"
    assert footprint_extent(code) is None


def test_a_district_less_a_ward_is_the_rest_of_it() -> None:
    footprint = f"{BIRMINGHAM} less {CASTLE_VALE}"
    rest, ward = extent_of_footprint(footprint), ward_extent(CASTLE_VALE)
    assert not rest.meets(ward)
    assert rest.join(ward).is_same(Extent(positions_of("lad", BIRMINGHAM)))
    # The ward's edge cuts small areas, so they are in both.
    assert np.intersect1d(rest.touched, ward.touched).tolist() == ward.parts.areas.tolist()
    residents = count_of("residents")
    assert rest.count(residents) + ward.count(residents) == find_place(BIRMINGHAM).residents
    assert name_of(footprint) == "Birmingham less Castle Vale (Birmingham)"


def test_a_ward_and_a_district_elsewhere_are_one_footprint() -> None:
    extent = extent_of_footprint(f"{CASTLE_VALE} and E08000035")
    assert extent.is_same(ward_extent(CASTLE_VALE).join(Extent(positions_of("lad", "E08000035"))))


@pytest.mark.parametrize(
    ("footprint", "fault"),
    [
        (f"{CASTLE_VALE} and {CASTLE_VALE}", "two of its codes share small areas"),
        (f"{CASTLE_VALE} and {BIRMINGHAM}", "two of its codes share small areas"),
        (f"{CASTLE_VALE} and NB-CASTLE-VALE", "two of its codes share small areas"),
        (f"{BIRMINGHAM} less {CASTLE_VALE} and NB-CASTLE-VALE", "two of its codes share small areas"),
        (f"{CASTLE_VALE} less {BIRMINGHAM}", "it leaves out what it does not hold"),
        (f"{CASTLE_VALE} less {BALSALL_HEATH}", "it leaves out what it does not hold"),
        (f"E08000035 less {CASTLE_VALE}", "it leaves out what it does not hold"),
        (f"{CASTLE_VALE} less NB-CASTLE-VALE", "nothing is left of it"),
        (f"{CASTLE_VALE} less E05999999", "'E05999999' is not the code of a place"),
        (f"{CASTLE_VALE} and ", "'' is not the code of a place"),
    ],
)
def test_a_footprint_with_wards_that_is_none_is_told_why(footprint: str, fault: str) -> None:
    assert fault_of_footprint(footprint) == fault
    assert footprint_areas(footprint) is None
    assert footprint_extent(footprint) is None


def test_a_small_area_that_a_ward_cuts_can_neither_be_added_to_it_nor_left_out() -> None:
    codes = small_areas()["lsoa_code"].iloc[ward_extent(CASTLE_VALE).parts.areas].tolist()
    assert codes
    for code in codes:
        assert fault_of_footprint(f"{CASTLE_VALE} and {code}") == "two of its codes share small areas"
        assert fault_of_footprint(f"{CASTLE_VALE} less {code}") == "it leaves out what it does not hold"


WARDS = pd.read_csv(shipped_file("boundaries", "wards_2025.csv"), dtype="str").set_index("code")
WARDS_OF_BIRMINGHAM = WARDS.index[WARDS["lad_2025_code"] == BIRMINGHAM].tolist()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WARDS_OF_BIRMINGHAM), min_size=1, max_size=6, unique=True), st.integers(0, 5))
def test_footprints_of_wards_are_put_together_and_left_out_in_any_order(codes: list[str], number: int) -> None:
    together = extent_of_footprint(" and ".join(codes))
    extents = [ward_extent(code) for code in codes]
    assert together.is_same(extents[0].join(*extents[1:]))
    assert together.is_same(extent_of_footprint(" and ".join(reversed(codes))))
    residents = count_of("residents")
    assert together.count(residents) == sum(extent.count(residents) for extent in extents)
    without = codes[:number]
    whole = Extent(positions_of("region", "E12000005"))
    rest = extent_of_footprint(f"E12000005 less {' and '.join(codes)}")
    assert rest.is_same(whole.less(together))
    if 0 < len(without) < len(codes):
        left = extent_of_footprint(f"{' and '.join(codes)} less {' and '.join(without)}")
        assert left.is_same(extent_of_footprint(" and ".join(codes[number:])))


@pytest.mark.parametrize("level", ["ward_2025", "neighbourhood", "lad", "lsoa"])
def test_a_code_of_no_place_of_a_level_is_a_key_error(level: str) -> None:
    with pytest.raises(KeyError):
        extent_at(level, "E12000005")
