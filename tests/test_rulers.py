"""Postcodes lie along the rulers of small areas; wards are their live postcodes, and England is all of them."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import UnknownNameError
from placespend.extents import Extent
from placespend.geography import count_of, positions_of, small_areas
from placespend.postcodes import (
    is_live,
    postcode_frame,
    small_area_of_postcode,
)
from placespend.rulers import (
    MARKS_PER_OUTPUT_AREA,
    MARKS_PER_RESIDENT,
    VARIANTS,
    check_variant,
    extent_of_postcodes,
    is_ward,
    rows_of_ward,
    ward_extent,
)
from placespend.shipped import shipped_file

SIZE = 32_844
POSTCODES, LIVE = 1_463_528, 1_456_217
BY_POSTCODE = ["postcodes", "households", "residents"]


@cache
def frame() -> pd.DataFrame:
    return postcode_frame()


@cache
def wards() -> pd.DataFrame:
    return pd.read_csv(shipped_file("boundaries", "wards_2025.csv"), dtype="str")


def rows_in(area: int) -> list[int]:
    rows = np.flatnonzero((small_area_of_postcode() == area) & is_live())
    return [int(row) for row in rows]


@cache
def sampled_areas() -> tuple[int, ...]:
    """Some small areas from all over England, and those that are unlike the others."""
    return tuple(sorted({*range(7, SIZE, 300), *odd_areas().values()}))


@cache
def weights(coverage: str) -> pd.Series:
    """What each live postcode of the sampled small areas weighs, by its row, in shares of the length of the ruler."""
    live = [rows_in(area) for area in sampled_areas()]
    found: dict[int, Fraction] = {}
    for turn in range(max(map(len, live))):
        # One postcode of each small area at a time.
        rows = [some[turn] for some in live if turn < len(some)]
        extent = extent_of_postcodes(np.array(rows), coverage=coverage)
        columns = (column.tolist() for column in (extent.parts.areas, *extent.parts.held()))
        shares = {area: Fraction(held, length) for area, held, length in zip(*columns, strict=True)}
        shares |= dict.fromkeys(extent.whole.tolist(), Fraction(1))
        found |= {row: shares.get(int(small_area_of_postcode()[row]), Fraction(0)) for row in rows}
    return pd.Series(found, dtype="object")


# --- variants


def test_a_variant_is_known_or_guessed_or_all_are_listed() -> None:
    assert [check_variant(name) for name in VARIANTS] == list(VARIANTS) == [*BY_POSTCODE, "land"]
    with pytest.raises(UnknownNameError) as caught:
        check_variant("housholds")
    assert caught.value.message == "There is no coverage 'housholds'."
    assert caught.value.hint == "did you mean 'households'?"
    for odd in ("zzz", 7, None):
        with pytest.raises(UnknownNameError) as caught:
            check_variant(odd)  # type: ignore[arg-type]
        assert caught.value.hint == "there are postcodes, households, residents, land"


@pytest.mark.parametrize("coverage", BY_POSTCODE)
def test_all_postcodes_are_england_and_none_are_nothing(coverage: str) -> None:
    everything = extent_of_postcodes(np.arange(POSTCODES), coverage=coverage)
    assert everything.is_same(Extent(np.arange(SIZE)))
    assert everything.count(count_of("residents")) == 53_012_456
    assert len(extent_of_postcodes(np.array([], dtype=np.int64), coverage=coverage)) == 0


@pytest.mark.parametrize("coverage", BY_POSTCODE)
def test_every_small_area_has_a_ruler(coverage: str) -> None:
    # Every second postcode, and the others: where neither holds a small area, both cut it along the same ruler.
    rows = np.arange(POSTCODES)
    even, odd = (extent_of_postcodes(rows[rows % 2 == turn], coverage=coverage) for turn in (0, 1))
    assert not even.meets(odd)
    assert even.join(odd).is_same(Extent(np.arange(SIZE)))
    np.testing.assert_array_equal(even.parts.areas, odd.parts.areas)
    first, second = even.parts.held(), odd.parts.held()
    np.testing.assert_array_equal(first[0] + second[0], first[1])
    np.testing.assert_array_equal(first[1], second[1])
    assert even.parts.ruler == odd.parts.ruler == VARIANTS[coverage]


@pytest.mark.parametrize("coverage", BY_POSTCODE)
def test_ended_postcodes_count_for_nothing(coverage: str) -> None:
    ended = np.flatnonzero(~is_live())
    assert len(ended) == POSTCODES - LIVE
    assert len(extent_of_postcodes(ended, coverage=coverage)) == 0
    some = np.flatnonzero(is_live())[1_000:1_400]
    together = extent_of_postcodes(np.concatenate([some, ended]), coverage=coverage)
    assert together.is_same(extent_of_postcodes(some, coverage=coverage))


AREAS = st.integers(0, SIZE - 1)


def test_by_postcodes_each_live_postcode_weighs_the_same() -> None:
    found = weights("postcodes")
    assert len(sampled_areas()) > 100
    for area in sampled_areas():
        rows = rows_in(area)
        assert set(found[rows]) == {Fraction(1, len(rows))}


def homes_of(area: int) -> pd.DataFrame:
    """The postcodes that stand for the households of a small area, worked by hand."""
    table = frame().loc[rows_in(area)]
    homes = table[~table["large_user"].astype("bool")]
    of_2011 = homes[homes["introduced"] <= 201_103]
    return next(some for some in (of_2011, homes, table) if len(some))


def test_by_households_each_output_area_weighs_the_same() -> None:
    found = weights("households")
    for area in sampled_areas():
        homes, by_row = homes_of(area), found[rows_in(area)]
        assert not by_row[~by_row.index.isin(homes.index)].any()
        output_areas = homes["output_area"].nunique()
        for _, some in by_row[homes.index].groupby(homes["output_area"]):
            assert sum(some) == Fraction(1, output_areas)
            # Postcodes of one output area weigh the same but for a mark.
            assert max(some) - min(some) <= Fraction(1, MARKS_PER_OUTPUT_AREA * output_areas)


def test_by_residents_people_at_home_and_in_communal_establishments_weigh_as_counted() -> None:
    found = weights("residents")
    for area in sampled_areas():
        residents, at_home = (int(count_of(column)[area]) for column in ("residents", "household_residents"))
        table, homes, by_row = frame().loc[rows_in(area)], homes_of(area), found[rows_in(area)]
        assert sum(by_row) == 1
        large = table["large_user"].astype("bool")
        apart = residents - at_home if large.any() else 0
        if large.loc[homes.index].any():
            # No address is a home, so all people are at the addresses that get much mail.
            continue
        assert sum(by_row[homes.index]) == Fraction(residents - apart, residents)
        assert sum(by_row[large]) == Fraction(apart, residents)
        assert all((share * MARKS_PER_RESIDENT * residents).denominator == 1 for share in by_row)


@cache
def odd_areas() -> dict[str, int]:
    """Small areas that are unlike the others, by why."""
    table = frame()[is_live()]
    homes = ~table["large_user"].astype("bool")
    counted = homes & (table["introduced"] <= 201_103)
    sizes = table.groupby("small_area").size().to_numpy()
    missing_2011 = np.setdiff1d(np.arange(SIZE), table.loc[counted, "small_area"])
    missing_homes = np.setdiff1d(np.arange(SIZE), table.loc[homes, "small_area"])
    # Those of very many postcodes take long.
    communal = np.where(sizes < 150, count_of("residents") - count_of("household_residents"), 0)
    has_large = np.isin(np.arange(SIZE), table.loc[~homes, "small_area"])
    found = {
        "fewest postcodes": int(np.argmin(sizes)),
        "most communal": int(np.argmax(np.where(has_large, communal, 0))),
        "communal without a large user": int(np.argmax(np.where(has_large, 0, communal))),
        "a large user and nobody communal": int(np.argmax(has_large & (communal == 0) & (sizes < 150))),
    }
    for reason, areas in (("no home of 2011", missing_2011), ("no home", missing_homes)):
        if len(areas):
            found[reason] = int(areas[0])
    return found


def test_small_areas_unlike_the_others_are_among_those_weighed() -> None:
    assert len(set(odd_areas().values())) >= 4
    communal = count_of("residents") - count_of("household_residents")
    assert communal[odd_areas()["most communal"]] > 1_000
    assert communal[odd_areas()["communal without a large user"]] > 0


@settings(max_examples=20, deadline=None)
@given(st.data(), AREAS, st.sampled_from(BY_POSTCODE))
def test_the_parts_of_a_small_area_add_up_however_its_postcodes_are_held(
    data: st.DataObject, area: int, coverage: str
) -> None:
    rows = rows_in(area)
    holder = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    table = np.array(rows)
    parts = [extent_of_postcodes(table[np.array(holder) == number], coverage=coverage) for number in range(3)]
    assert not any(parts[one].meets(parts[other]) for one, other in pairwise(range(3)))
    assert parts[0].join(*parts[1:]).is_same(Extent(np.array([area])))
    for column in ("residents", "households"):
        assert sum(part.count(count_of(column)) for part in parts) == count_of(column)[area]


# --- wards


def test_every_ward_of_the_list_has_an_extent_and_no_other_has() -> None:
    codes = wards()["code"].tolist()
    assert len(codes) == 6_817
    assert all(is_ward(code) and len(ward_extent(code)) for code in codes)
    in_frame = set(frame()["ward_2025_code"].dropna().unique())
    assert in_frame == set(codes)
    for odd in ("E05999999", "E08000003", ""):
        assert not is_ward(odd)
        with pytest.raises(KeyError):
            ward_extent(odd)
        with pytest.raises(KeyError):
            rows_of_ward(odd)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 6_816))
def test_a_ward_is_its_live_postcodes(number: int) -> None:
    code = wards()["code"].iloc[number]
    rows = rows_of_ward(code)
    assert rows.tolist() == np.flatnonzero((frame()["ward_2025_code"] == code) & frame()["ended"].isna()).tolist()
    assert ward_extent(code).is_same(extent_of_postcodes(rows))


def test_wards_are_disjoint_and_with_the_postcodes_of_none_they_are_england() -> None:
    extents = [ward_extent(code) for code in wards()["code"]]
    homeless = np.flatnonzero(frame()["ward_2025_code"].isna() & is_live())
    assert len(homeless) == 22
    rest = extent_of_postcodes(homeless)
    counts = count_of("residents")
    assert rest.count(counts) == 712
    # 53,011,744 in wards: what is missing of England is exactly what stands in no ward.
    assert sum(extent.count(counts) for extent in extents) == 53_012_456 - 712
    assert extents[0].join(*extents[1:], rest).is_same(Extent(np.arange(SIZE)))
    held = np.bincount(
        np.concatenate([extent.parts.pieces.area for extent in extents]),
        weights=np.concatenate([extent.parts.pieces.end - extent.parts.pieces.start for extent in extents]),
        minlength=SIZE,
    )
    lengths = np.bincount(small_area_of_postcode()[is_live()], minlength=SIZE)
    assert (held <= lengths).all()
    whole = np.concatenate([extent.whole for extent in extents])
    assert len(np.unique(whole)) == len(whole)
    assert (held[whole] == 0).all()


@pytest.mark.parametrize("district", ["E08000025", "E09000002", "E06000052", "E07000066"])
def test_the_wards_of_a_district_are_disjoint_and_nearly_it(district: str) -> None:
    codes = wards().loc[wards()["lad_2025_code"] == district, "code"]
    extents = [ward_extent(code) for code in codes]
    assert len(extents) > 10
    for number, extent in enumerate(extents):
        assert not any(extent.meets(other) for other in extents[:number])
    people = [extent.count(count_of("residents")) for extent in extents]
    counted = int(count_of("residents")[positions_of("lad_2025", district)].sum())
    assert abs(sum(people) - counted) <= counted // 200


def test_a_ward_keeps_to_small_areas_that_its_postcodes_are_of() -> None:
    codes = small_areas()["lsoa_code"]
    extent = ward_extent("E05011132")
    assert set(codes.iloc[extent.touched]) == set(
        codes.iloc[frame().loc[rows_of_ward("E05011132"), "small_area"].unique()]
    )
