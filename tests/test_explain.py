"""How a figure came about: every cell behind it with its exact share."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from placespend.bases import services
from placespend.errors import UnknownNameError
from placespend.explain import describe_source, find_services
from placespend.pot import Pot, single_pot
from placespend.shares import build_shares

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COLUMNS = [
    *("service_code", "service", "body", "sector", "economic", "amount_kind", "status", "footprint_code", "footprint"),
    *("cell_pence", "basis", "basis_label", "measure_years", "observed_levels", "share", "share_exact"),
    *("amount_pence", "grade", "quality", "assumption", "measure_source", "source", "lines"),
    "line_ids",
]
TREASURY = "HM Treasury, Country and Regional Analysis database, 2014-11 (OGL v3.0)"


@cache
def pot_of(place: str) -> Pot:
    return single_pot(place)


@pytest.mark.parametrize("place", ["E12000007", "E47000001", "E01005062"])
def test_the_rows_of_every_service_sum_to_its_amount(place: str) -> None:
    pot = pot_of(place)
    for row in pot.by("service").to_dict(orient="records"):
        assert int(pot.explain(row["service_code"])["amount_pence"].sum()) == row["amount_pence"]


def test_the_columns_are_those_that_are_declared() -> None:
    table = pot_of("E47000001").explain("7.A")
    assert table.columns.tolist() == COLUMNS
    assert table["share"].dtype == "Float64"
    assert not table.drop(columns="share").isna().any(axis=None)
    assert table.index.tolist() == list(range(len(table)))


@pytest.mark.parametrize("service", ["7.A", "3.1", "4.5-local-roads", "10.2-pensions"])
@pytest.mark.parametrize("place", ["E92000001", "E47000001", "E08000003", "E01005062"])
def test_a_share_is_the_one_the_money_was_shared_by(place: str, service: str) -> None:
    pot = pot_of(place)
    for row in pot.explain(service).to_dict(orient="records"):
        shares = build_shares(row["footprint_code"], row["basis"])
        assert shares is not None
        share = shares.of(pot.place)
        assert share is not None
        assert row["share_exact"] == f"{share.numerator}/{share.denominator}"
        assert row["share"] == pytest.approx(float(share))


def test_an_authoritys_amount_is_its_exact_share_rounded_up_or_down() -> None:
    for code in services().index:
        for row in pot_of("E08000003").explain(code).to_dict(orient="records"):
            assert abs(row["amount_pence"] - Fraction(row["share_exact"]) * row["cell_pence"]) < 1


def test_a_place_that_holds_the_footprint_has_a_share_of_one() -> None:
    table = pot_of("E92000001").explain("3.1")
    assert set(table["share_exact"]) == {"1/1"}
    assert table["amount_pence"].tolist() == table["cell_pence"].tolist()


def test_the_police_of_the_city_are_explained_as_worked_by_hand(write_lines: Callable[..., Path]) -> None:
    # 1,465 of the City's 7,375 residents, or 293 of 1,475 once divided by five. Of £10.00 that is 198.64 pence.
    path = write_lines(
        {"service_code": "3.1", "footprint_code": "E09000001", "amount_gbp": "7", "body": "City Police"},
        {"service_code": "3.1", "footprint_code": "E09000001", "amount_gbp": "3", "body": "City Police"},
    )
    (row,) = single_pot("E01000001", lines=path).explain("3.1").to_dict(orient="records")
    assert row == {
        "service_code": "3.1",
        "service": "3.1 of which: other police services",
        "body": "City Police",
        "sector": "LG",
        "economic": "current",
        "amount_kind": "outturn",
        "status": "have",
        "footprint_code": "E09000001",
        "footprint": "City of London",
        "cell_pence": 1000,
        "basis": "residents",
        "basis_label": "residents",
        "measure_years": "2011",
        "observed_levels": "lsoa",
        "share": pytest.approx(293 / 1475),
        "share_exact": "293/1475",
        "amount_pence": 199,
        "grade": "D",
        "quality": "amber",
        "assumption": "The police serve every resident the same; crime is not seen",
        "measure_source": "ONS, Census 2011",
        "source": "ledger (your own lines)",
        "lines": 2,
        "line_ids": "1, 2",
    }


def test_a_basis_that_came_with_the_line_was_not_assessed(write_lines: Callable[..., Path]) -> None:
    table = single_pot("E08000003", lines=write_lines({"service_code": "3.1", "basis": "hectares"})).explain("3.1")
    assert table[["basis", "quality", "assumption"]].to_dict(orient="records") == [
        {"basis": "hectares", "quality": "not assessed", "assumption": "basis given with the line"}
    ]


def test_a_blend_names_all_its_measures_with_their_years_levels_and_sources() -> None:
    row = pot_of("E08000003").explain("7.A").iloc[0]
    assert row["measure_years"] == "2011, 2017"
    assert row["observed_levels"] == "lsoa; upper_tier"
    assert row["measure_source"] == "ONS, Census 2011; ONS, mid-2017 population estimates"
    assert row["source"] == TREASURY


def test_awaited_lines_are_explained_without_amounts(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"service_code": "3.1", "amount_gbp": "", "status": "awaited"}, {"service_code": "8.2"})
    (row,) = single_pot("E08000003", lines=path).explain("3.1").to_dict(orient="records")
    assert (row["status"], row["grade"], row["line_ids"], row["lines"]) == ("awaited", "E", "1", 1)
    assert pd.isna(row["amount_pence"])
    assert pd.isna(row["cell_pence"])


# --- finding a service


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("7.A", ["7.A"]),
        ("7.a", ["7.A"]),
        (" 3.1 ", ["3.1"]),
        ("7.A Medical services", ["7.A"]),
        ("medical services", ["7.A"]),
        ("Police", ["3.1"]),
        ("pensions", ["10.2-pensions"]),
        ("primary", ["9.1-primary"]),
        ("Health", ["7.A", "7.B", "7.C"]),
        ("social care", ["10.1-personal-social-services", "10.2-personal-social-services"]),
    ],
)
def test_a_service_is_found_by_code_name_label_or_division(text: str, codes: list[str]) -> None:
    found = find_services(text, services().index)
    assert found[: len(codes)] == codes
    assert found == [code for code in services().index if code in found]


def test_a_whole_name_finds_one_service_though_a_part_of_it_finds_several() -> None:
    assert find_services("10.6 Housing", services().index) == ["10.6"]
    assert {"10.6", "6.1-other-social-housing", "6.4"} < set(find_services("housing", services().index))


def test_only_the_services_of_the_pot_are_searched(write_lines: Callable[..., Path]) -> None:
    pot = single_pot("E08000003", lines=write_lines({"service_code": "3.1"}))
    with pytest.raises(UnknownNameError, match=r"No service in this pot is called '7\.A'"):
        pot.explain("7.A")


@pytest.mark.parametrize("text", ["Polise", "polices"])
def test_a_misspelt_service_is_an_error_that_suggests_the_right_one(text: str) -> None:
    with pytest.raises(LookupError, match=f"No service in this pot is called '{text}'.*did you mean 'Police'"):
        pot_of("E08000003").explain(text)


@pytest.mark.parametrize("text", ["", "   ", "qqqqqq"])
def test_a_service_like_none_is_an_error_that_tells_where_they_are_listed(text: str) -> None:
    with pytest.raises(UnknownNameError, match=r"No service in this pot .*see: placespend lines services"):
        pot_of("E08000003").explain(text)


# --- sources


def test_a_source_is_named_as_it_is_printed() -> None:
    assert describe_source("hmt-cra-2014") == TREASURY
    assert describe_source("my-ledger") == "my-ledger (your own lines)"


def test_a_cell_whose_measures_count_nothing_has_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("placespend.explain.build_shares", lambda *_: None)
    table = pot_of("E08000003").explain("3.1")
    assert table["share"].isna().all()
    assert table["share_exact"].isna().all()
    pd.testing.assert_series_equal(table["share"], pd.Series([pd.NA] * len(table), name="share", dtype="Float64"))
