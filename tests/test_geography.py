"""Places are sets of small areas: levels tile England, groupings have the members they should."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import UnknownNameError
from placespend.extents import Extent
from placespend.geography import (
    OUTLINE_LEVELS,
    count_of,
    groupings,
    is_whole,
    level_index,
    outlines,
    positions_of,
    small_areas,
)
from placespend.place import Place, assign
from placespend.shipped import shipped_file

SIZE = 32_844
TILING = {  # level -> how many places
    "england": 1,
    "region": 9,
    "upper_tier": 152,
    "lad": 326,
    "police_force": 39,
    "icb_sub_area": 106,
    "msoa": 6_791,
    "lsoa": SIZE,
    "upper_tier_2025": 153,
    "lad_2025": 296,
}
GREATER_MANCHESTER = [f"E080000{number:02d}" for number in range(1, 11)]
MEMBERS = {  # grouping -> its upper tiers of 2011
    "E47000001": GREATER_MANCHESTER,
    "E47000002": ["E08000016", "E08000017", "E08000018", "E08000019"],
    "E47000003": ["E08000032", "E08000033", "E08000034", "E08000035", "E08000036"],
    "E47000004": ["E06000006", "E08000011", "E08000012", "E08000013", "E08000014", "E08000015"],
    "E47000007": [f"E080000{number}" for number in range(25, 32)],
    "E47000009": ["E06000022", "E06000023", "E06000025"],
    "TRI-BOROUGH": ["E09000013", "E09000020", "E09000033"],
    "WPP-TRI-BOROUGH": ["E09000013", "E09000020", "E09000033"],
    "WPP-GREATER-MANC": GREATER_MANCHESTER,
    "WPP-CHESHIRE-WEST": ["E06000050"],
    "WPP-ESSEX-COUNTY": ["E10000012"],
    "WPP-GREATER-ESSEX": ["E06000033", "E06000034", "E10000012"],
    "GM-WASTE": GREATER_MANCHESTER[:-1],
}


def place(level: str, code: str) -> Place:
    return Place(code, code, level, Extent(positions_of(level, code)))


def codes_of(level: str) -> list[str]:
    return list(level_index(level)[0])


# --- levels


@pytest.mark.parametrize("level", TILING)
def test_the_places_of_a_level_tile_england(level: str) -> None:
    codes, numbers = level_index(level)
    assert len(codes) == TILING[level]
    assert codes.is_monotonic_increasing
    assert codes.is_unique
    assert set(np.unique(numbers)) == set(range(len(codes)))
    areas = [positions_of(level, code) for code in codes]
    assert all((np.diff(area) > 0).all() for area in areas)
    np.testing.assert_array_equal(np.sort(np.concatenate(areas)), np.arange(SIZE))


@pytest.mark.parametrize("level", [level for level in TILING if level not in {"england", "lsoa"}])
def test_a_place_holds_the_small_areas_that_the_frame_gives_it(level: str) -> None:
    column = small_areas()[f"{level}_code"].astype("str").to_numpy()
    codes = codes_of(level)
    for code in [codes[0], codes[len(codes) // 2], codes[-1]]:
        np.testing.assert_array_equal(positions_of(level, code), np.flatnonzero(column == code))


@pytest.mark.parametrize(("level", "code"), [("lad", "E10000012"), ("upper_tier", ""), ("tri_borough", "E09000013")])
def test_a_code_of_another_level_is_a_key_error(level: str, code: str) -> None:
    with pytest.raises(KeyError):
        positions_of(level, code)


def test_positions_of_an_unknown_level_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="There is no level 'county'"):
        positions_of("county", "E10000012")


def test_no_code_means_two_areas() -> None:
    named = pd.read_csv(shipped_file("boundaries", "places.csv"), dtype="str")
    pairs = pd.concat([named[["level", "code"]], groupings()[["level", "code"]]])
    areas: dict[str, set[bytes]] = {}
    for level, code in zip(pairs["level"], pairs["code"], strict=True):
        areas.setdefault(code, set()).add(positions_of(level, code).tobytes())
    assert [code for code, found in areas.items() if len(found) > 1] == []
    assert not set(areas) & (set(codes_of("msoa")) | set(codes_of("lsoa")))


# --- counts


@pytest.mark.parametrize(
    ("level", "code", "residents"),
    [
        ("england", "E92000001", 53_012_456),
        ("combined_authority", "E47000001", 2_682_528),
        ("tri_borough", "TRI-BOROUGH", 560_538),
        ("upper_tier", "E08000003", 503_127),
        ("upper_tier", "E10000012", 1_393_587),
    ],
)
def test_residents_are_those_of_the_census(level: str, code: str, residents: int) -> None:
    assert place(level, code).residents == residents


def test_counts_cannot_be_changed_by_mistake() -> None:
    with pytest.raises(ValueError, match="read-only"):
        count_of("residents")[0] = 0


# --- groupings


@pytest.mark.parametrize("code", MEMBERS)
def test_a_grouping_is_exactly_its_members(code: str) -> None:
    level = groupings().set_index("code")["level"][code]
    members = [positions_of("upper_tier", member) for member in MEMBERS[code]]
    np.testing.assert_array_equal(positions_of(level, code), np.sort(np.concatenate(members)))


@pytest.mark.parametrize("code", groupings()["code"])
def test_members_of_a_grouping_do_not_overlap(code: str) -> None:
    level = groupings().set_index("code")["level"][code]
    areas = positions_of(level, code)
    assert len(areas) > 0
    assert (np.diff(areas) > 0).all()


def test_combined_authorities_of_today_do_not_overlap() -> None:
    table = groupings()
    living = table[(table["level"] == "combined_authority") & (table["end"] == "")]
    numbers = assign([place("combined_authority", code) for code in living["code"]]).number_of_area
    assert (numbers >= 0).sum() == sum(len(positions_of("combined_authority", code)) for code in living["code"])


def test_the_two_senses_of_essex_differ_by_southend_and_thurrock() -> None:
    county, greater = (
        set(positions_of("whole_place_pilot", code).tolist()) for code in ("WPP-ESSEX-COUNTY", "WPP-GREATER-ESSEX")
    )
    between = {int(at) for code in ("E06000033", "E06000034") for at in positions_of("upper_tier", code)}
    assert county < greater
    assert greater - county == between


# --- is_whole


@settings(deadline=None, max_examples=40)
@given(data=st.data(), level=st.sampled_from(["region", "upper_tier", "lad", "police_force", "icb_sub_area", "msoa"]))
def test_whole_places_are_whole_until_one_small_area_is_taken_away_or_added(data: st.DataObject, level: str) -> None:
    codes = data.draw(st.lists(st.sampled_from(codes_of(level)), min_size=1, max_size=4, unique=True))
    areas = np.sort(np.concatenate([positions_of(level, code) for code in codes]))
    assert is_whole(areas, level)
    _, numbers = level_index(level)
    largest = np.bincount(numbers[areas]).argmax()
    lost = data.draw(st.sampled_from(np.flatnonzero(numbers[areas] == largest).tolist()))
    alone = (numbers == largest).sum() == 1
    assert is_whole(np.delete(areas, lost), level) == alone
    assert is_whole(areas, "lsoa")


@pytest.mark.parametrize(
    ("level", "code", "made_of", "whole"),
    [
        ("england", "E92000001", "region", True),
        ("upper_tier", "E08000003", "lad", True),
        ("upper_tier", "E10000012", "upper_tier", True),
        ("lad", "E07000066", "upper_tier", False),  # Basildon is a part of Essex
        ("lad", "E07000066", "lad", True),
        ("combined_authority", "E47000001", "upper_tier", True),
        ("lsoa", "E01000001", "msoa", False),
        ("lad_2025", "E06000061", "lad", True),  # North Northamptonshire is four districts
        ("lad_2025", "E06000061", "upper_tier", False),
    ],
)
def test_is_whole_tells_whether_a_place_is_made_of_places(level: str, code: str, made_of: str, whole: bool) -> None:
    assert is_whole(positions_of(level, code), made_of) is whole


# --- outlines


@pytest.mark.parametrize("level", OUTLINE_LEVELS)
def test_outlines_of_a_level_are_those_of_its_codes(level: str) -> None:
    table = outlines(level)  # type: ignore[arg-type]
    assert isinstance(table, gpd.GeoDataFrame)
    assert table["code"].tolist() == codes_of(level)
    assert table.crs.to_epsg() == 27_700


@pytest.mark.parametrize("level", ["icb_sub_area", "combined_authority", "lad_2025", "zzz", ""])
def test_levels_without_outlines_are_refused_with_those_that_have(level: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        outlines(level)  # type: ignore[arg-type]
    assert caught.value.message == f"There are no outlines for '{level}'."
    assert caught.value.hint == "there are for lsoa, msoa, lad, upper_tier, region, police_force"
