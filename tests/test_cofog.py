"""The services that money is spent on: each has one code, one name, one label and one division."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from placespend.checks import NOT_A_SERVICE
from placespend.cofog import services
from placespend.explain import find_services
from placespend.lines import check_lines

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
SPEND_LINES = ROOT / "spend_lines"
# The developers' shared data folder; tests that need it are skipped where it is absent.
SHARED = Path(os.environ.get("PLACESPEND_SHARED", ROOT.parent / "shared"))

CODES = pd.read_csv(SPEND_LINES / "services.csv", dtype="str")["service_code"].tolist()
DIVISION_OF_GROUP = {
    "ro-education": "9",
    "ro-highways": "4",
    "ro-childrens-social-care": "10",
    "ro-adult-social-care": "10",
    "ro-public-health": "7",
    "ro-housing": "6",
    "ro-cultural": "8",
    "ro-environmental": "5",
    "ro-planning": "6",
    "ro-police": "3",
    "ro-fire": "3",
    "ro-central": "1",
    "ro-other": "1",
    "ro-housing-benefit": "10",
}
NOT_SHIPPED = {"4.2-forestry"}
"""Services of other years of the analysis."""


def test_a_service_says_its_name_label_division_and_ladder_in_texts() -> None:
    table = services()
    assert table.columns.tolist() == ["service_name", "label", "division", "division_name", "ladder"]
    assert table.index.name == "service_code"
    assert not table.isna().any(axis=None)
    assert not (table == "").any(axis=None)
    # A code is a text: as a number 1.10 would be 1.1.
    assert {type(code) for code in table.index} == {str}
    assert table.groupby("division")["division_name"].nunique().eq(1).all()


def test_what_a_caller_changes_of_the_services_is_changed_for_no_one_else() -> None:
    mine = services()
    mine.loc["3.2", "ladder"] = "general"
    mine["label"] = "nothing"
    assert services().at["3.2", "ladder"] == "fire"
    assert services()["label"].is_unique


def test_the_services_are_exactly_those_of_the_shipped_lines() -> None:
    lines = pd.read_csv(SPEND_LINES / "cra_2011-12.csv", dtype="str")
    assert set(lines["service_code"]) == set(CODES) - set(DIVISION_OF_GROUP) - NOT_SHIPPED
    outturn = pd.read_csv(SPEND_LINES / "revenue_outturn_2011-12_pilots.csv", dtype="str")
    # Councils became responsible for public health in 2013.
    assert set(outturn["service_code"]) == set(DIVISION_OF_GROUP) - {"ro-public-health"}


def test_the_shipped_lines_hold_the_services_and_pounds_of_the_publication_string_by_string() -> None:
    path = SHARED / "facts" / "spend_lines_cra_2011-12.csv"
    if not path.exists():
        pytest.skip("the developers' shared data folder does not have facts/spend_lines_cra_2011-12.csv")
    keys = ["service", "body", "sector", "economic", "footprint_code"]
    published = pd.read_csv(path, dtype={"amount_gbp": "int64"}).groupby(keys)["amount_gbp"].sum()
    shipped = pd.read_csv(SPEND_LINES / "cra_2011-12.csv", dtype={"service_code": "str", "amount_gbp": "int64"})
    shipped["service"] = shipped["service_code"].map(services()["service_name"])

    treasurys = services().drop(index=[*DIVISION_OF_GROUP, *NOT_SHIPPED])
    assert set(published.index.get_level_values("service")) == set(treasurys["service_name"])
    pd.testing.assert_series_equal(shipped.groupby(keys)["amount_gbp"].sum(), published)


@pytest.mark.parametrize("code", CODES)
def test_a_service_is_found_by_its_whole_code_or_name_and_no_other_with_it(code: str) -> None:
    assert find_services(code, CODES) == [code]
    assert find_services(str(services().at[code, "service_name"]), CODES) == [code]


def test_no_two_services_share_a_name_or_label() -> None:
    assert services()["service_name"].is_unique
    assert services()["label"].is_unique
    assert services().index.is_unique


@pytest.mark.parametrize(
    "invented",
    ["7", "7.", "7.a", "7.A.1", "7.A Medical services", "10.1", "4.2", "9.1-", "1.10", "11.1", "Medical services"],
)
def test_a_string_that_is_not_the_whole_code_of_a_service_resolves_to_none(
    invented: str, write_lines: Callable[..., Path]
) -> None:
    assert invented not in services().index
    failures = check_lines(write_lines({"service_code": invented}))
    assert failures[["row", "column", "value", "problem"]].to_numpy().tolist() == [
        [2, "service_code", invented, NOT_A_SERVICE]
    ]


@pytest.mark.parametrize("code", sorted(DIVISION_OF_GROUP))
def test_a_group_of_the_outturn_stands_in_the_division_of_most_of_it(code: str) -> None:
    assert services().at[code, "division"] == DIVISION_OF_GROUP[code]


@pytest.mark.parametrize("code", sorted(set(CODES) - set(DIVISION_OF_GROUP)))
def test_a_service_stands_in_the_division_of_its_number(code: str) -> None:
    assert services().at[code, "division"] == code.split(".")[0]
    assert str(services().at[code, "service_name"]).startswith(code.split("-")[0] + " ")
