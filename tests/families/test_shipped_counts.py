"""Families of any place: as published wherever that is known, sums that nest, and no number under ten inside."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from everyday import TRI_BOROUGH, tiles
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.bases import Bases
from placespend.extents import Extent
from placespend.families.estimates import estimate_families, interval_of
from placespend.families.published import published_counts
from placespend.families.shipped_counts import shipped_families, told_inside
from placespend.families.shown import FEWEST_TOLD, Families
from placespend.families.small_areas import INDICATORS
from placespend.gazetteer import find_place, places_of_level
from placespend.geography import count_of, level_index
from placespend.measures import Measure, measure
from placespend.place import Place

AREAS = len(count_of("residents"))
_, UPPER = level_index("upper_tier")


@cache
def families_by(level: str) -> Families:
    return shipped_families(tiles(level))


def own(areas: np.ndarray[Any, Any], code: str = "mine") -> Place:
    return Place(code, f"Place {code}", "own", Extent(np.sort(areas).astype(np.int64)))


def joined(*codes: str) -> Place:
    return own(np.concatenate([find_place(code).small_areas for code in codes]))


def row_of(place: Place, **options: Any) -> dict[str, Any]:
    (row,) = shipped_families([place], **options).table.to_dict(orient="records")
    return {str(name): value for name, value in row.items()}


def members(level: str, code: str) -> set[str]:
    """The codes of a level whose places lie in a larger place."""
    codes, inner = level_index(level)
    return set(codes[np.unique(inner[find_place(code).small_areas])])


# --- published numbers


def test_every_published_number_is_told_as_published() -> None:
    table = families_by("upper_tier").counts().set_index("code")
    known = published_counts()
    shown = table[table["status"] == "published"]
    assert shown["families"].to_dict() == known["value"].to_dict()
    assert (shown["source"] == known["source_url"]).all()
    assert (shown["date"] == known["as_at"]).all()
    assert (shown["definition"] == known["definition"]).all()
    assert shown[["low", "high"]].isna().all(axis=None)
    assert len(table) == 152


@pytest.mark.parametrize("code", ["E12000002", "E12000007", "E47000001", "E92000001"])
def test_a_place_of_the_extent_of_a_published_group_has_its_number_whatever_its_code(code: str) -> None:
    known = {"E12000002": 19_385, "E12000007": 21_635, "E47000001": 8_090, "E92000001": 120_000}[code]
    place = find_place(code)
    for same in (place, replace(place, code="mine", name="Mine", level="own"), own(place.small_areas)):
        row = row_of(same)
        assert (row["families"], row["status"]) == (known, "published")
        assert row["source"].startswith("http")
        assert pd.isna(row["low"])


def test_an_authority_made_again_of_its_small_areas_has_its_number() -> None:
    row = row_of(own(find_place("E08000019").small_areas))
    assert (row["families"], row["status"], row["code"]) == (1680, "published", "mine")
    # North Yorkshire became one authority in 2023, of the same extent.
    assert row_of(find_place("E06000065"))["families"] == 845


def test_a_group_without_one_small_area_has_not_the_group_s_number() -> None:
    areas = find_place("E47000001").small_areas
    row = row_of(own(areas[1:]))
    assert row["status"] == "estimated"
    assert row["families"] < 8_090
    assert row["thousandths"] + row_of(own(areas[:1]))["thousandths"] == 8_090_000


def test_what_two_published_totals_leave_is_known_though_no_one_printed_it() -> None:
    row = row_of(joined("E12000002", "E12000007"))
    assert (row["families"], row["status"]) == (19_385 + 21_635, "published")
    manchester = find_place("E47000001").small_areas
    around = own(np.setdiff1d(find_place("E12000002").small_areas, manchester))
    row = row_of(around)
    assert (row["families"], row["status"]) == (19_385 - 8_090, "published")


# --- larger places


@pytest.mark.parametrize("level", ["region", "police_force", "combined_authority", "tri_borough", "england"])
def test_larger_places_have_the_sum_of_their_authorities(level: str) -> None:
    places = places_of_level(level, as_at="2026-04-01")
    upper = estimate_families()["families"]
    table = shipped_families(places).counts().set_index("code")
    assert len(table) == len(places) >= 1
    for place in places:
        inside = members("upper_tier", place.code)
        assert table["families"][place.code] == upper[list(inside)].sum()
    assert set(table["status"]) <= {"published", "estimated"}


def test_the_tri_borough_is_its_three_boroughs_with_the_interval_of_their_sum() -> None:
    row = row_of(find_place("tri-borough"))
    assert members("upper_tier", "tri-borough") == set(TRI_BOROUGH)
    assert (row["low"], row["high"]) == interval_of(TRI_BOROUGH)
    assert row["source"] == "sum of 3 authorities: 1 published, 2 estimated"
    assert row["low"] <= row["families"] <= row["high"]


@pytest.mark.parametrize(
    ("code", "total"), [("E47000001", 8_090), ("E12000002", 19_385), ("E12000007", 21_635), ("E92000001", 120_000)]
)
@pytest.mark.parametrize("level", ["upper_tier", "lad", "msoa", "lsoa"])
def test_numbers_sum_to_what_was_published_at_every_level(level: str, code: str, total: int) -> None:
    table = families_by(level).table
    inside = table[table["code"].isin(members(level, code))]
    assert inside["thousandths"].sum() == total * 1_000
    if level in {"upper_tier", "lad"}:
        assert inside["families"].sum() == total
    told, few = inside["families"].dropna(), int(inside["families"].isna().sum())
    # What is not told is nought to nine each.
    assert told.sum() <= total <= told.sum() + 9 * few


def test_greater_manchester_has_ten_authorities() -> None:
    assert len(members("upper_tier", "E47000001")) == 10


@pytest.mark.parametrize("level", ["police_force", "icb_sub_area", "upper_tier_2025", "lad_2025"])
def test_other_levels_that_tile_england_sum_to_england(level: str) -> None:
    assert families_by(level).table["thousandths"].sum() == 120_000_000


# --- inside authorities


@pytest.mark.parametrize("level", ["lad", "msoa", "lsoa"])
def test_no_number_under_ten_is_told_inside_authorities(level: str) -> None:
    # The Isles of Scilly are an authority, and a middle-layer and a small area as well.
    table = families_by(level).counts()
    table = table[~table["code"].isin(members(level, "E06000053"))]
    told = table["families"].dropna()
    assert len(told) > 0
    assert (told >= FEWEST_TOLD).all()
    few = table[table["families"].isna()]
    assert (few["low"] == 0).all()
    assert (few["high"] >= FEWEST_TOLD - 1).all()
    assert (few["status"] == "estimated").all()


@pytest.mark.parametrize("level", ["upper_tier", "lad", "msoa", "lsoa", "region"])
def test_every_number_lies_in_its_interval(level: str) -> None:
    table = families_by(level).counts()
    table = table.dropna(subset=["families", "low", "high"])
    assert len(table) > 0
    assert (table["low"] <= table["families"]).all()
    assert (table["families"] <= table["high"]).all()


@pytest.mark.parametrize(
    ("count", "low", "high", "expected"),
    [
        (9, 3, 8, (None, 0, 9)),
        (0, 0, 0, (None, 0, 9)),
        (9, 4, 31, (None, 0, 31)),
        (10, 12, 9, (10, 10, 10)),
        (50, 40, 60, (50, 40, 60)),
    ],
)
def test_what_is_told_inside(count: int, low: int, high: int, expected: tuple[int | None, int, int]) -> None:
    assert told_inside(count, low, high) == dict(zip(("families", "low", "high"), expected, strict=True))


def test_numbers_inside_say_what_they_were_spread_by() -> None:
    found = shipped_families([find_place("E01005599")])
    assert found.table["source"][0].endswith(measure(INDICATORS[0]).label)
    assert any("modelled, never counted" in note and "kinds of neighbourhoods" in note for note in found.notes)
    assert any("fewer than 10" in note for note in found.notes)
    whole = shipped_families([find_place("E08000006")])
    assert not any("Inside authorities" in note or "fewer than 10" in note for note in whole.notes)


# --- laws


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4_000), st.integers(1, 6))
def test_any_small_areas_joined_have_the_sum_of_their_thousandths(seed: int, size: int, parts: int) -> None:
    random = np.random.default_rng(seed)
    chosen = random.choice(AREAS, size=max(size, parts), replace=False)
    pieces = np.array_split(chosen, parts)
    places = [own(chosen, "all"), *(own(piece, f"part{number}") for number, piece in enumerate(pieces))]
    table = shipped_families(places).table.set_index("code")
    by_area = families_by("lsoa").table["thousandths"].to_numpy()
    assert table["thousandths"]["all"] == by_area[chosen].sum()
    assert table["thousandths"]["all"] == table["thousandths"].drop("all").sum()
    told = table["families"].dropna()
    assert (told >= FEWEST_TOLD).all()
    assert ((told * 1_000 - table["thousandths"][told.index]).abs() <= 500).all()


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(list(level_index("upper_tier")[0])), min_size=1, max_size=151))
def test_any_authorities_joined_have_the_sum_of_theirs(codes: set[str]) -> None:
    row = row_of(joined(*codes))
    assert row["families"] == estimate_families()["families"][list(codes)].sum()
    assert row["thousandths"] == row["families"] * 1_000
    if row["status"] == "estimated":
        assert row["low"] <= row["families"] <= row["high"]
        assert row["low"] < row["high"]
    else:
        assert pd.isna(row["low"])


def test_a_place_that_cuts_small_areas_and_its_rest_have_the_whole() -> None:
    ward = next(place for place in places_of_level("ward_2025") if len(place.extent.parts))
    places = [find_place("E92000001"), ward]
    rest = Place("rest", "Rest", "own", places[0].extent.less(ward.extent))
    table = shipped_families([ward, rest]).table
    assert table["thousandths"].sum() == 120_000_000


# --- a user's own measure


def counted(counts: np.ndarray[Any, Any], covered: np.ndarray[Any, Any] | None = None) -> Bases:
    found = replace(measure("residents"), name="truants", label="truants", is_plain=False, year=2012, source="test")
    return Bases((replace(found, counts=counts, covered=covered, observed_level="lsoa"),))


def test_a_measure_moves_families_inside_an_authority_and_never_its_total() -> None:
    codes = members("msoa", "E08000006")
    inside = [place for place in tiles("msoa") if place.code in codes]
    own_measure = {"bases": counted(np.random.default_rng(6).integers(0, 90, AREAS)), "by": "truants"}
    both: list[dict[str, Any]] = [{}, own_measure]
    shipped, spread = (shipped_families(inside, **options).table["thousandths"] for options in both)
    assert (shipped != spread).any()
    assert shipped.sum() == spread.sum() == 810_000
    whole = [row_of(find_place("E08000006"), **options) for options in both]
    assert whole[0] == whole[1]


def test_where_a_measure_counts_one_area_only_all_are_there() -> None:
    counts = np.ones(AREAS, dtype=np.int64)
    salford = find_place("E08000006").small_areas
    counts[salford] = 0
    counts[salford[10]] = 4
    row, other = shipped_families(
        [own(salford[10:11], "here"), own(salford[11:12], "there")], bases=counted(counts), by="truants"
    ).table.to_dict(orient="records")
    assert (row["families"], row["status"]) == (810, "estimated")
    assert row["source"] == "authority's number spread by truants"
    assert pd.isna(other["families"])
    assert other["thousandths"] == 0


def test_notes_tell_a_counted_measure_and_its_year_where_that_is_known() -> None:
    place = find_place("E01005599")
    bases = counted(np.ones(AREAS, dtype=np.int64))
    told = shipped_families([place], bases=bases, by="truants")
    assert "spread by truants (2012), counted by small area, given as open data" in " ".join(told.notes)
    assert "what 5 measures give" in " ".join(told.interval_notes)
    (found,) = bases.own
    undated: Measure = replace(found, year=None)
    notes = " ".join(shipped_families([place], bases=Bases((undated,)), by="truants").notes)
    assert "spread by truants, counted by small area, given" in notes
    assert "None" not in notes
