"""How a figure came about: every cell behind it with its exact share."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from placespend.choices import Override
from placespend.cofog import services
from placespend.errors import UnknownNameError
from placespend.explain import describe_source, find_services
from placespend.pot import Pot, single_pot
from placespend.recipe import shipped_recipe
from placespend.shares import build_shares
from placespend.wanted import recipe_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COLUMNS = [
    *("service_code", "service", "body", "sector", "economic", "amount_kind", "status", "treatment"),
    *("footprint_code", "footprint"),
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
    pot = pot_of("E08000003")
    codes = pot.by("service")["service_code"]
    assert len(codes) == 69
    rows = [row for code in codes for row in pot.explain(code).to_dict(orient="records")]
    assert len(rows) == len(pot.cells)
    for row in rows:
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
        "treatment": "",
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


def test_what_a_body_recorded_and_what_is_left_are_told_apart() -> None:
    # Cheshire West and Chester is complete for schools: what is left of the region is for those that are not.
    table = pot_of("E12000002").explain("9.1-primary").query("sector == 'LG' and economic == 'current'")
    recorded = table[table["treatment"] == "split"]
    assert set(recorded["body"]) == {
        *(
            "Bolton",
            "Bury",
            "Manchester",
            "Oldham",
            "Rochdale",
            "Salford",
            "Stockport",
            "Tameside",
            "Trafford",
            "Wigan",
        ),
        "Cheshire West and Chester UA",
    }
    assert set(recorded["grade"]) == {"A"}
    assert (recorded["share_exact"] == "1/1").all()
    council = recorded.set_index("body").loc["Manchester"]
    assert (council["footprint"], council["line_ids"]) == ("Manchester", "E4203-ro-education/9.1-primary")
    (left,) = table[table["treatment"] != "split"].to_dict(orient="records")
    assert (left["treatment"], left["body"], left["grade"]) == ("remainder", "Local authorities in England", "B")
    assert left["line_ids"].endswith("/remainder")
    assert left["footprint_code"] == "E12000002 less E06000050 and " + " and ".join(
        f"E080000{number:02d}" for number in range(1, 11)
    )
    assert left["footprint"] == "North West less Cheshire West and Chester, Bolton, Bury, Manchester, Oldham and 6 more"
    # Together they are what the Treasury has, to the penny.
    alone = single_pot("E12000002", recipe=shipped_recipe().without("outturn")).explain("9.1-primary")
    (whole,) = alone.query("sector == 'LG' and economic == 'current'").to_dict(orient="records")
    assert (whole["treatment"], int(table["amount_pence"].sum())) == ("", whole["amount_pence"])
    # None of what is left is for a council that is complete.
    assert "remainder" not in set(pot_of("E08000003").explain("9.1-primary")["treatment"])


def test_a_basis_of_the_recipe_is_told_with_its_reason_and_one_of_the_line_without(
    write_lines: Callable[..., Path],
) -> None:
    path = write_lines({"service_code": "3.1"}, {"service_code": "3.1", "basis": "hectares", "body": "Rangers"})
    override = Override(service="3.1", basis="households", reason="Burglars go to homes")
    pot = single_pot("E08000003", recipe=replace(recipe_of(path), overrides=(override,)))
    table = pot.explain("3.1").set_index("body")[["basis", "quality", "assumption"]]
    assert table.to_dict(orient="index") == {
        "Council": {
            "basis": "households",
            "quality": "not assessed",
            "assumption": "shared by households: Burglars go to homes",
        },
        "Rangers": {"basis": "hectares", "quality": "not assessed", "assumption": "basis given with the line"},
    }


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


def test_a_footprint_is_named_once_though_many_cells_are_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str] = []

    def name(code: str) -> str:
        named.append(code)
        return f"the area {code}"

    monkeypatch.setattr("placespend.explain.name_of", name)
    table = pot_of("E08000035").explain("education")
    assert len(named) == len(set(named)) < len(table)
    assert (table["footprint"] == "the area " + table["footprint_code"]).all()
