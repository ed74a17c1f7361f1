"""The frame of postcodes: each is of one small area, stands somewhere, and is found by its code."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.postcodes import (
    coordinates,
    is_live,
    postcode_frame,
    rows_of_postcodes,
    rows_within,
    small_area_of_postcode,
)

if TYPE_CHECKING:
    import pandas as pd

SIZE = 32_844
POSTCODES, LIVE = 1_463_528, 1_456_217
BY_POSTCODE = ["postcodes", "households", "residents"]


@cache
def frame() -> pd.DataFrame:
    return postcode_frame()


# --- the frame


def test_the_frame_is_of_englands_postcodes_by_small_area_and_code() -> None:
    table = frame()
    assert len(table) == POSTCODES
    assert set(table.columns) == {
        "postcode", "small_area", "easting", "northing", "output_area", "large_user", "introduced", "ended",
        "ward_2025_code",
    }  # fmt: skip
    assert table["postcode"].is_unique
    assert table["postcode"].str.fullmatch(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}").all()
    area, code = table["small_area"].to_numpy(dtype=np.int64), table["postcode"].to_numpy(dtype=object)
    step = np.diff(area)
    assert (step >= 0).all()
    assert ((step > 0) | (code[1:] > code[:-1])).all()
    np.testing.assert_array_equal(area, small_area_of_postcode())
    assert set(np.unique(area)) == set(range(SIZE))
    assert int(is_live().sum()) == LIVE == int(table["ended"].isna().sum())


def test_coordinates_are_those_of_the_frame_in_metres() -> None:
    rows = np.array([0, 700_000, POSTCODES - 1])
    eastings, northings = coordinates(rows)
    assert eastings.tolist() == frame()["easting"].iloc[rows].tolist()
    assert northings.tolist() == frame()["northing"].iloc[rows].tolist()
    all_east, all_north = coordinates(np.arange(POSTCODES))
    assert 80_000 < all_east.min() < all_east.max() < 656_000
    assert 5_000 < all_north.min() < all_north.max() < 658_000


def test_the_frame_cannot_be_changed_by_mistake() -> None:
    with pytest.raises(ValueError, match="read-only"):
        small_area_of_postcode()[0] = 1


# --- finding postcodes


def test_postcodes_are_found_by_code_and_others_are_not() -> None:
    codes = frame()["postcode"]
    wanted = [codes.iloc[5], "SW1A1AA", "ZZ999ZZ", "sw1a1aa", "SW1A 1AA", "", codes.iloc[-1], codes.iloc[5]]
    found = rows_of_postcodes(wanted)
    assert found.dtype == np.int64
    assert found.tolist()[:1] == [5]
    assert found.tolist()[2:] == [-1, -1, -1, -1, POSTCODES - 1, 5]
    assert codes.iloc[int(found[1])] == "SW1A1AA"
    assert rows_of_postcodes([]).tolist() == []


def test_every_code_is_found_in_its_row() -> None:
    codes = frame()["postcode"].tolist()
    np.testing.assert_array_equal(rows_of_postcodes(codes), np.arange(POSTCODES))
    np.testing.assert_array_equal(rows_of_postcodes(codes[:-1_000:-7]), np.arange(POSTCODES)[:-1_000:-7])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, POSTCODES - 1), st.floats(0, 3_000), st.floats(0, 3_000))
def test_a_rectangle_holds_the_live_postcodes_that_stand_in_it(row: int, width: float, height: float) -> None:
    east, north = (int(values[0]) for values in coordinates(np.array([row])))
    found = rows_within(east - width, north - height, east, north)
    table = frame()
    by_hand = table["easting"].between(east - width, east) & table["northing"].between(north - height, north)
    assert found.tolist() == np.flatnonzero(by_hand & table["ended"].isna()).tolist()
    assert (row in found.tolist()) == bool(is_live()[row])
