"""A place cut along other rulers holds the same postcodes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.coverage_variants import coverage_of, coverage_variants
from placespend.gazetteer import find_place
from placespend.place import Place
from placespend.postcodes import is_live, small_area_of_postcode
from placespend.rulers import extent_of_postcodes, recut, rows_of_ward

NEAR = np.flatnonzero(np.isin(small_area_of_postcode(), [100, 101, 20_000]) & is_live())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, len(NEAR) - 1), min_size=1, unique=True), st.sampled_from(["households", "residents"]))
def test_any_postcodes_are_found_again_and_weighed_otherwise(drawn: list[int], coverage: str) -> None:
    rows = NEAR[drawn]
    found = recut(extent_of_postcodes(rows), coverage=coverage)
    whole = extent_of_postcodes(rows)
    expected = extent_of_postcodes(rows, coverage=coverage)
    assert found is not None
    assert found.is_same(expected.join(whole.__class__(whole.whole)))


@pytest.mark.parametrize("coverage", ["households", "residents"])
def test_a_ward_is_what_its_postcodes_make(coverage: str) -> None:
    found = recut(find_place("E05011132").extent, coverage=coverage)
    assert found is not None
    assert found.is_same(extent_of_postcodes(rows_of_ward("E05011132"), coverage=coverage))


def test_a_place_of_whole_small_areas_has_no_variants() -> None:
    assert coverage_variants(find_place("Leeds")) == ({}, ())


def test_the_own_coverage_comes_first_and_what_cannot_be_told_is_said() -> None:
    ward = find_place("E05011132")
    variants, notes = coverage_variants(ward)
    assert (list(variants), notes) == (["postcodes", "households", "residents"], ())
    by_home = variants["households"]
    assert coverage_of(by_home) == "households"
    told, notes = coverage_variants(by_home)
    assert next(iter(told)) == "households"
    assert all("cannot be told" in note for note in notes)
    assert notes


def test_what_was_cut_by_land_has_no_other_coverage() -> None:
    ward = find_place("E05011132")
    parts = ward.extent.parts
    by_land = Place("L", "Land", "own", type(ward.extent)(ward.extent.whole, type(parts)("by land of x", parts.pieces)))
    variants, notes = coverage_variants(by_land)
    assert list(variants) == ["land"]
    assert len(notes) == 1
