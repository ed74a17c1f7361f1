"""How a basis shares a line over a footprint: exact, whole and proof against a false table."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from everyday import FOOTPRINTS, TRI_BOROUGH, codes_of, tiles
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from placespend.bases import shipped_bases
from placespend.errors import ConservationError, UnknownNameError
from placespend.extents import Extent
from placespend.footprints import extent_at
from placespend.gazetteer import find_place
from placespend.levels import LEVELS
from placespend.place import Place
from placespend.shares import Shares, build_shares

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def some_shares() -> Shares:
    # Two small areas of the City of London and one of Barking and Dagenham.
    return Shares(
        footprint_code="E12000007",
        basis="residents",
        positions=np.array([0, 1, 5], dtype=np.int64),
        weights=np.array([3, 0, 7], dtype=np.int64),
        method="by hand",
        sources=("a book", "another"),
    )


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"weights": np.array([1, 2])}, "as many weights as small areas"),
        ({"weights": np.array([1.0, 2.0, 3.0])}, "whole-number weights"),
        ({"weights": np.array([1, 2, 3], dtype=np.int32)}, "whole-number weights"),
        ({"weights": np.array([1, -2, 3])}, "no weight below zero"),
        ({"positions": np.array([0, 5, 1])}, "in the order of the frame"),
        ({"positions": np.array([0, 1, 1])}, "each small area once"),
        ({"positions": np.array([-1, 0, 1])}, "small areas of the frame"),
        ({"positions": np.array([0, 1, 32_844])}, "small areas of the frame"),
        (
            {"positions": np.array([], dtype=np.int64), "weights": np.array([], dtype=np.int64)},
            "small areas of the frame",
        ),
        pytest.param({"positions": np.array([0.0, 1.5, 2.0])}, "", id="positions that are not whole numbers"),
        pytest.param(
            {"positions": np.array([[0, 1, 5]]), "weights": np.array([[3, 0, 7]])}, "", id="tables for columns"
        ),
    ],
)
def test_shares_that_could_lose_money_cannot_be_made(some_shares: Shares, fault: dict[str, Any], told: str) -> None:
    with pytest.raises(ConservationError, match=f"shares of E12000007 by residents need .*{told}"):
        replace(some_shares, **fault)


def test_every_fault_of_shares_is_told_at_once(some_shares: Shares) -> None:
    with pytest.raises(ArithmeticError, match="whole-number weights; no weight below zero; each small area once"):
        replace(some_shares, weights=np.array([-1.0, 1, 1]), positions=np.array([1, 0, 2]))


def test_a_share_is_an_exact_fraction(some_shares: Shares) -> None:
    # Weights 3, 0, 7: the first small area has 3/10, all three have the whole, and a stranger has nothing.
    def share(*positions: int) -> str:
        return str(some_shares.of(Place("X", "X", "lsoa", Extent(np.array(positions)))))

    assert [share(0), share(1), share(5), share(0, 5), share(2, 3, 4)] == ["3/10", "0", "7/10", "1", "0"]


def test_nothing_to_share_by_gives_no_share_rather_than_zero(some_shares: Shares) -> None:
    empty = replace(some_shares, weights=np.zeros(3, dtype=np.int64))
    assert empty.of(find_place("England")) is None
    assert empty.by_level("lad")["share"].isna().all()
    assert empty.by_level("lad")["weight"].tolist() == [0, 0]


def test_weights_beyond_64_bits_are_summed_exactly(some_shares: Shares) -> None:
    huge = replace(some_shares, weights=np.array([2**63 - 1, 2**63 - 1, 2], dtype=np.int64))
    assert huge.denominator == 2**64
    assert huge.of(Place("X", "X", "lsoa", Extent(np.array([0])))) == Fraction(2**63 - 1, 2**64)


def test_shares_by_level_list_the_places_that_the_footprint_touches() -> None:
    shares = build_shares("TRI-BOROUGH", "residents")
    assert shares is not None
    table = shares.by_level("upper_tier")
    assert table["place_code"].tolist() == TRI_BOROUGH
    assert table["weight"].tolist() == [182_493, 158_649, 219_396]
    # 182,493 of 560,538 and so on.
    assert table["share"].tolist() == pytest.approx([0.325568, 0.283030, 0.391402], abs=1e-6)
    assert shares.by_level("region")["weight"].tolist() == [560_538]


@settings(max_examples=40, deadline=None)
@given(
    FOOTPRINTS,
    st.sampled_from(shipped_bases().names),
    st.sampled_from(["region", "police_force", "upper_tier", "lad", "icb_sub_area"]),
)
def test_the_shares_of_places_that_tile_a_footprint_sum_to_exactly_one(footprint: str, basis: str, level: str) -> None:
    shares = build_shares(footprint, basis)
    assert shares is not None
    parts = [shares.of(place) for place in tiles(level)]
    assert sum(part for part in parts if part is not None) == 1
    assert shares.by_level(level)["weight"].sum() == shares.denominator
    by_code = dict(zip(codes_of(level), parts, strict=True))
    for row in shares.by_level(level).to_dict(orient="records"):
        assert by_code[row["place_code"]] == Fraction(row["weight"], shares.denominator)


def test_unknown_footprints_have_no_shares() -> None:
    assert build_shares("NOWHERE", "residents") is None


def test_unknown_bases_are_an_error() -> None:
    with pytest.raises(UnknownNameError, match=r"There is no basis 'resident'.*'residents'"):
        build_shares("E08000003", "resident")


@pytest.mark.parametrize("footprint", ["E01000001", "TRI-BOROUGH", "E12000007", "E92000001"])
@pytest.mark.parametrize("basis", ["residents", "health_blend", "aged_65_plus"])
def test_shares_come_back_from_parquet_with_all_that_is_known_of_them(
    footprint: str, basis: str, tmp_path: Path
) -> None:
    written = build_shares(footprint, basis)
    assert written is not None
    written.write_parquet(tmp_path / "shares.parquet")
    read = Shares.read_parquet(tmp_path / "shares.parquet")
    for name in ("footprint_code", "basis", "method", "sources"):
        assert getattr(read, name) == getattr(written, name)
    for name in ("positions", "weights"):
        np.testing.assert_array_equal(getattr(read, name), getattr(written, name), strict=True)


def test_shares_in_parquet_can_be_read_by_others(some_shares: Shares, tmp_path: Path) -> None:
    some_shares.write_parquet(tmp_path / "shares.parquet")
    table = pd.read_parquet(tmp_path / "shares.parquet")
    assert table.to_dict(orient="list") == {"lsoa_code": ["E01000001", "E01000002", "E01000007"], "weight": [3, 0, 7]}


@pytest.mark.parametrize(
    ("codes", "weights"),
    [
        pytest.param(["E01000001", "E01999999", "E01000007"], [3, 0, 7], id="an unknown small area"),
        pytest.param(["E01000007", "E01000001", "E01000002"], [3, 0, 7], id="another order"),
        pytest.param(["E01000001", "E01000002", "E01000007"], [3, -1, 7], id="a weight below zero"),
        pytest.param(["E01000001", "E01000002", "E01000007"], [3.5, 0.0, 6.5], id="weights with fractions"),
    ],
)
def test_parquet_that_was_tampered_with_is_refused(
    some_shares: Shares, tmp_path: Path, codes: list[str], weights: list[float]
) -> None:
    path = tmp_path / "shares.parquet"
    some_shares.write_parquet(path)
    about = parquet.read_schema(path).metadata
    parquet.write_table(pa.table({"lsoa_code": codes, "weight": weights}).replace_schema_metadata(about), path)
    with pytest.raises(ConservationError, match="shares of E12000007 by residents need"):
        Shares.read_parquet(path)


def test_shares_tell_themselves_in_a_line() -> None:
    assert repr(build_shares("TRI-BOROUGH", "residents")) == "<Shares of TRI-BOROUGH by residents: 344 small areas>"


def test_the_code_of_a_footprint_means_one_set_of_small_areas() -> None:
    areas: dict[str, set[tuple[bytes, ...]]] = {}
    for level in LEVELS:
        if level not in {"msoa", "lsoa", "own"}:
            for code in codes_of(level):
                areas.setdefault(code, set()).add(extent_at(level, code).key())
    assert [code for code, found in areas.items() if len(found) > 1] == []


@pytest.mark.parametrize("level", ["combined_authority", "ward"])
def test_shares_are_summed_only_by_levels_that_cover_england(some_shares: Shares, level: str) -> None:
    with pytest.raises(UnknownNameError, match=level):
        some_shares.by_level(level)
