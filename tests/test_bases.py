"""Which measure shares out which service: every service has its ladder, and a blend is one of shares."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from placespend.bases import BLEND_SCALE, Basis, bases, basis, basis_of_service, ladders, services
from placespend.checks import NOT_A_SERVICE
from placespend.errors import UnknownNameError
from placespend.explain import find_services
from placespend.extents import Extent
from placespend.gazetteer import find_place
from placespend.geography import positions_of
from placespend.lines import check_lines
from placespend.measures import Measure, list_measures
from placespend.place import Place
from placespend.shares import build_shares

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
SPEND_LINES = ROOT / "spend_lines"
# The developers' shared data folder; tests that need it are skipped where it is absent.
SHARED = Path(os.environ.get("PLACESPEND_SHARED", ROOT.parent / "shared"))

CODES = pd.read_csv(SPEND_LINES / "services.csv", dtype="str")["service_code"].tolist()
LADDERS = pd.read_csv(SPEND_LINES / "ladders.csv")["ladder"].unique().tolist()

# METHOD 3.2: what each service is shared by with the shipped measures, and the alternative for sensitivity.
BASIS_OF_SERVICE = {
    "10.2-pensions": ("aged_65_plus", "aged_75_plus"),
    "10.2-personal-social-services": ("aged_75_plus", "aged_65_plus"),
    "10.1-benefits": ("employment_deprived", "income_deprived"),
    "10.1-personal-social-services": ("employment_deprived", "income_deprived"),
    "10.3": ("aged_65_plus", "residents"),
    "10.4-benefits": ("income_deprived_children", "children_0_15"),
    "10.4-personal-social-services": ("income_deprived_children", "children_0_15"),
    "10.5": ("employment_deprived", "working_age_16_64"),
    "4.1": ("employment_deprived", "working_age_16_64"),
    "10.6": ("income_deprived", "households_3plus_deprivation_dims"),
    "10.7-benefits": ("income_deprived", "households_3plus_deprivation_dims"),
    "10.7-personal-social-services": ("income_deprived", "households_3plus_deprivation_dims"),
    **dict.fromkeys(["7.A", "7.B", "7.C"], ("health_blend", "residents")),
    "9.1-primary": ("school_age_5_15", "children_0_15"),
    "9.2": ("school_age_5_15", "children_0_15"),
    # Children 0-15 are the basis of early years themselves, so those of school age are the alternative.
    "9.1-under-fives": ("children_0_15", "school_age_5_15"),
    "9.3": ("working_age_16_64", "residents"),
    "9.4": ("working_age_16_64", "residents"),
    "3.1": ("residents", "income_deprived"),
    "3.2": ("households", "residents"),
    "3.3": ("income_deprived", "residents"),
    "3.4": ("income_deprived", "residents"),
    "4.5-local-roads": ("local_roads_blend", "households"),
    "4.5-railway": ("residents", "working_age_16_64"),
    "4.5-national-roads": ("residents", "working_age_16_64"),
    "4.5-local-public-transport": ("residents", "working_age_16_64"),
    "4.5-other-transport": ("residents", "working_age_16_64"),
    "4.2-cap-market-support": ("hectares", "residents"),
    "4.2-other": ("hectares", "residents"),
    "5.4": ("hectares", "residents"),
    **dict.fromkeys(["5.1", "5.2", "5.3", "5.5", "5.6", "6.2", "6.3", "6.4", "6.6"], ("households", "residents")),
    "6.1-local-authority-housing": ("income_deprived", "residents"),
    "6.1-other-social-housing": ("income_deprived", "residents"),
    **dict.fromkeys(["9.5", "9.6", "9.7", "9.8"], ("school_age_5_15", "residents")),
    "10.9": ("income_deprived", "residents"),
    **dict.fromkeys(["1.1", "1.2", "1.3", "1.5", "1.6", "2.2", "2.5", "3.5", "3.6"], ("residents", "households")),
    **dict.fromkeys(["4.3", "4.4", "4.6", "4.7", "4.8", "4.9"], ("residents", "households")),
    **dict.fromkeys(["8.1", "8.2", "8.3", "8.4", "8.5", "8.6"], ("residents", "households")),
    "4.2-forestry": ("hectares", "residents"),
    # The groups of the Revenue Outturn, by their largest service.
    "ro-education": ("school_age_5_15", "children_0_15"),
    "ro-highways": ("local_roads_blend", "households"),
    "ro-childrens-social-care": ("income_deprived_children", "children_0_15"),
    "ro-adult-social-care": ("aged_75_plus", "aged_65_plus"),
    "ro-public-health": ("health_blend", "residents"),
    "ro-housing": ("income_deprived", "residents"),
    **dict.fromkeys(["ro-environmental", "ro-planning"], ("households", "residents")),
    "ro-police": ("residents", "income_deprived"),
    "ro-fire": ("households", "residents"),
    **dict.fromkeys(["ro-cultural", "ro-central", "ro-other"], ("residents", "households")),
    "ro-housing-benefit": ("income_deprived", "households_3plus_deprivation_dims"),
}
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


def made_up(
    name: str, counts: list[int], *, observed_level: str = "lsoa", plain: bool = False, year: int = 2011
) -> Measure:
    """A measure of the first few small areas of the frame."""
    return Measure(
        name=name,
        label=name,
        unit="people",
        year=year,
        observed_level=observed_level,
        completed_by="",
        is_plain=plain,
        source="made up",
        licence="none",
        note="",
        counts=np.array(counts, dtype=np.int64),
        scale=1,
    )


# --- every service


def test_there_are_84_services_and_each_has_a_basis() -> None:
    assert len(CODES) == 84
    assert services().index.tolist() == CODES
    assert basis_of_service().index.tolist() == CODES
    assert sorted(BASIS_OF_SERVICE) == sorted(CODES)


@pytest.mark.parametrize(("code", "expected"), BASIS_OF_SERVICE.items())
def test_a_service_is_shared_by_the_basis_of_the_method(code: str, expected: tuple[str, str]) -> None:
    chosen, alternative = expected
    assert basis_of_service().at[code, "basis"] == chosen
    rungs = ladders()[ladders()["ladder"] == services().at[code, "ladder"]]
    assert rungs.loc[rungs["use"] == "alternative", "basis"].tolist()[0] == alternative


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
    assert invented not in basis_of_service().index
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


# --- every ladder


def test_every_ladder_is_used_and_every_service_has_one() -> None:
    assert set(services()["ladder"]) == set(LADDERS)


@pytest.mark.parametrize("ladder", LADDERS)
def test_a_ladder_has_its_rungs_in_order_with_assumption_quality_and_source(ladder: str) -> None:
    rungs = ladders()[ladders()["ladder"] == ladder]
    assert rungs["rung"].tolist() == list(range(1, len(rungs) + 1))
    assert set(rungs["quality"]) <= {"red", "amber", "green"}
    for column in ("basis", "assumption", "source"):
        assert rungs[column].notna().all()
        assert rungs[column].str.strip().ne("").all()
    assert rungs["basis"].is_unique


@pytest.mark.parametrize("ladder", LADDERS)
def test_a_ladder_has_one_shipped_rung_and_an_alternative_both_loaded(ladder: str) -> None:
    rungs = ladders()[ladders()["ladder"] == ladder]
    uses = rungs["use"].tolist()
    assert uses.count("shipped") == 1
    assert uses.count("alternative") >= 1
    assert uses == sorted(uses, key=["best", "shipped", "alternative"].index)
    assert rungs.loc[rungs["use"] != "best", "loaded"].all()


def test_a_best_rung_is_chosen_only_when_its_measure_is_loaded() -> None:
    best = ladders()[ladders()["use"] == "best"]
    assert not best["loaded"].any()
    assert not set(best["basis"]) & set(basis_of_service()["basis"])


# --- blends


def test_the_bases_are_the_measures_and_the_blends() -> None:
    assert bases() == (*list_measures().index, "health_blend", "local_roads_blend")


def test_the_weights_of_every_blend_sum_to_100() -> None:
    table = pd.read_csv(SPEND_LINES / "blends.csv")
    assert table.groupby("basis")["weight_percent"].sum().eq(100).all()
    assert table["measure"].isin(list_measures().index).all()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("health_blend", [("residents", 60), ("aged_65_plus", 40)]),
        ("local_roads_blend", [("households", 50), ("hectares", 50)]),
        ("hectares", [("hectares", 100)]),
    ],
)
def test_a_basis_holds_the_measures_of_the_method(name: str, parts: list[tuple[str, int]]) -> None:
    assert [(part.name, percent) for part, percent in basis(name).parts] == parts


def test_a_blend_is_of_shares_and_not_of_counts() -> None:
    # Shares of the first: 1/4, 3/4. Of the second: 1/2, 1/2. 60 % and 40 % of them: 0.15 + 0.2 and 0.45 + 0.2.
    # A blend of counts would give 0.6 + 400 and 1.8 + 400, hardly different from one half each.
    blend = Basis("blend", "blend", ((made_up("few", [1, 3]), 60), (made_up("many", [1_000, 1_000]), 40)))
    assert (blend.weights(Extent(np.array([0, 1]))) * 100 / BLEND_SCALE).tolist() == [35, 65]


def test_the_size_of_a_measure_means_nothing_to_a_blend() -> None:
    small = Basis("blend", "blend", ((made_up("a", [1, 3]), 60), (made_up("b", [4, 1]), 40)))
    large = Basis("blend", "blend", ((made_up("a", [10**9, 3 * 10**9]), 60), (made_up("b", [28, 7]), 40)))
    areas = np.array([0, 1])
    assert small.weights(Extent(areas)).tolist() == large.weights(Extent(areas)).tolist()


def test_a_blend_of_counts_too_large_for_64_bits_is_exact() -> None:
    # Twice 10**15 times 5 * 10**8 does not fit; each measure's shares are 1/4, 3/4 all the same.
    huge = made_up("huge", [10**15, 3 * 10**15])
    blend = Basis("blend", "blend", ((huge, 50), (huge, 50)))
    assert blend.weights(Extent(np.array([0, 1]))).tolist() == [BLEND_SCALE // 4, BLEND_SCALE * 3 // 4]


def test_shares_of_a_blend_are_within_the_footprint_alone() -> None:
    # Of the last two small areas alone: 1/4, 3/4 and 1/2, 1/2, whatever stands in the first.
    parts = ((made_up("a", [96, 1, 3]), 60), (made_up("b", [8, 5, 5]), 40))
    assert (Basis("blend", "blend", parts).weights(Extent(np.array([1, 2]))) * 100 / BLEND_SCALE).tolist() == [35, 65]


@pytest.mark.parametrize("counts", [([0, 0], [1, 1]), ([1, 1], [0, 0]), ([0, 0], [0, 0])])
def test_a_blend_shares_nothing_where_one_of_its_measures_counts_nothing(counts: tuple[list[int], list[int]]) -> None:
    first, second = counts
    blend = Basis("blend", "blend", ((made_up("a", first), 60), (made_up("b", second), 40)))
    assert blend.weights(Extent(np.array([0, 1]))).tolist() == [0, 0]


def test_the_health_blend_of_the_tri_borough_is_as_worked_by_hand() -> None:
    # Residents of the three boroughs: 182,493, 158,649 and 219,396 of 560,538, shares 0.325568, 0.283030, 0.391402.
    # Aged 65 and over: 19,334, 23,873 and 30,141 of 73,348, shares 0.263593, 0.325476, 0.410932.
    # 60 % and 40 % of them: 0.195341 + 0.105437, 0.169818 + 0.130190, 0.234841 + 0.164373.
    # (A blend of counts would give the first 117,229.4 of 365,662.0, or 0.3206.)
    shares = build_shares("TRI-BOROUGH", "health_blend")
    assert shares is not None
    found = {code: float(shares.of(find_place(code)) or 0) for code in ("E09000013", "E09000020", "E09000033")}
    assert found == pytest.approx({"E09000013": 0.300778, "E09000020": 0.300008, "E09000033": 0.399214}, abs=1e-6)


def test_the_local_roads_blend_of_the_city_is_as_worked_by_hand() -> None:
    # Households 876 of 4,385 and hectares 13 of 290: half of 0.199772 and half of 0.044828.
    shares = build_shares("E09000001", "local_roads_blend")
    assert shares is not None
    assert float(shares.of(find_place("E01000001")) or 0) == pytest.approx(0.122300, abs=1e-6)


# --- what a grade needs to know


def test_a_basis_is_plain_only_if_all_of_it_is() -> None:
    assert [name for name in bases() if basis(name).is_plain] == [
        "residents",
        "households",
        "household_residents",
        "residents_mid2017",
    ]


def test_a_basis_names_the_years_of_its_measures() -> None:
    assert basis("health_blend").years == (2011, 2017)
    assert basis("income_deprived").years == (2019,)
    assert basis("local_roads_blend").years == (2011,)


@pytest.mark.parametrize(
    ("name", "level", "code", "grade"),
    [
        # Observed by small area: the same grade everywhere.
        ("residents", "lsoa", "E01000001", "D"),
        ("residents", "upper_tier", "E08000003", "D"),
        ("hectares", "lsoa", "E01000001", "C"),
        ("local_roads_blend", "lsoa", "E01000001", "C"),
        # Observed by upper tier: one lower inside it.
        ("aged_65_plus", "upper_tier", "E08000003", "C"),
        ("aged_65_plus", "tri_borough", "TRI-BOROUGH", "C"),
        ("aged_65_plus", "lsoa", "E01005062", "D"),
        ("aged_65_plus", "lad", "E07000066", "D"),
        ("health_blend", "upper_tier", "E10000012", "C"),
        ("health_blend", "lad", "E07000066", "D"),
        ("residents_mid2017", "upper_tier", "E08000003", "D"),
        ("residents_mid2017", "lsoa", "E01005062", "E"),
        # A small area that is a whole authority is not coarser than it.
        ("aged_65_plus", "lsoa", "E01019077", "C"),
    ],
)
def test_a_measure_seen_only_at_a_coarser_level_than_the_place_is_one_grade_lower(
    name: str, level: str, code: str, grade: str
) -> None:
    assert basis(name).grade_within(Place("X", "X", level, Extent(positions_of(level, code)))) == grade


# --- unknown names


def test_a_misspelt_basis_is_an_error_that_suggests_the_right_one() -> None:
    with pytest.raises(UnknownNameError, match=r"There is no basis 'helth_blend'.*did you mean 'health_blend'"):
        basis("helth_blend")


def test_a_rung_that_is_not_loaded_is_no_basis() -> None:
    with pytest.raises(LookupError):
        basis("claimant_count")
