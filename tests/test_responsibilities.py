"""Who provides what where: which bodies must be loaded before a place counts as observed for a service group."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.cofog import services
from placespend.footprints import fault_of_footprint, footprint_areas
from placespend.geography import count_of, level_index
from placespend.lines import read_shipped, sources
from placespend.responsibilities import (
    CLASS_NAMES,
    ELSEWHERE,
    LISTED_OUTSIDE_CITIES,
    UPPER_TIER,
    UPPER_TIER_CLASSES,
    WHERE_LISTED,
    class_of_body,
    key_of_body,
    local_bodies,
    missing_bodies,
    responsibilities,
    service_groups,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from numpy.typing import NDArray

Body = tuple[str, str]

SHARED = Path(os.environ.get("PLACESPEND_SHARED", Path(__file__).resolve().parents[2] / "shared"))
PILOTS = "revenue_outturn_2011-12_pilots.csv"
GREATER_MANCHESTER = [f"E080000{number:02d}" for number in range(1, 11)]
MANCHESTER, SALFORD, WIGAN = ("Manchester", "E08000003"), ("Salford", "E08000006"), ("Wigan", "E08000010")
GM_WASTE = ("Greater Manchester Waste Disposal Authority", "E47000001 less E08000010")
GM_POLICE = ("Greater Manchester Police Authority", "E23000005")
GM_FIRE = ("Greater Manchester Fire & CD Authority", "E47000001")
GM_TRANSPORT = ("Greater Manchester Combined Authority", "E47000001")
WESTMINSTER, CITY = ("Westminster", "E09000033"), ("City of London", "E09000001")
GLA = ("Greater London Authority", "E12000007")
ESSEX = ("Essex", "E10000012")


@cache
def groups() -> list[str]:
    return list(service_groups()["group"].unique())


def missing(bodies: Iterable[Body], group: str, tier: str) -> str:
    """What is missing in an upper tier for a group, where the bodies' spending on that group is loaded."""
    found = missing_bodies({group: list(bodies)})
    return found[group][list(level_index("upper_tier")[0]).index(tier)]


@cache
def districts_of(county: str) -> tuple[Body, ...]:
    """Every district of a county, by a made-up name: its class is told by its area."""
    codes, numbers = level_index("lad")
    areas = footprint_areas(county)
    assert areas is not None
    return tuple((f"District {code}", str(code)) for code in codes[np.unique(numbers[areas])])


# --- the tables


def test_every_group_has_services_of_both_publications_and_a_table_of_who_provides_it() -> None:
    table = service_groups()
    assert set(table.index) <= set(services().index)
    assert table.index.is_unique
    assert set(table["publication"]) == {"hmt-cra", "dclg-rs"} <= set(sources()["publication"])
    for group, rows in table.groupby("group"):
        assert len(set(rows["label"])) == 1, group
        assert set(rows["publication"]) == {"hmt-cra", "dclg-rs"}, group
        assert rows.index.str.startswith("ro-").tolist() == (rows["publication"] == "dclg-rs").tolist(), group
    assert table["label"].nunique() == len(groups()) == 12
    assert set(responsibilities()["group"]) == set(groups())


def test_outturn_of_public_health_is_in_no_group_for_there_is_none_in_the_treasurys_analysis() -> None:
    outturn = services().index[services().index.str.startswith("ro-")]
    assert sorted(outturn.difference(service_groups().index)) == ["ro-public-health"]


@pytest.mark.parametrize("group", groups())
def test_the_table_of_a_group_is_well_formed(group: str) -> None:
    rows = responsibilities()[responsibilities()["group"] == group]
    assert not rows.duplicated(["body_class", "where"]).any()
    assert set(rows["body_class"]) <= set(CLASS_NAMES)
    for kind, where in zip(rows["body_class"], rows["where"], strict=True):
        if where in {WHERE_LISTED, LISTED_OUTSIDE_CITIES}:
            assert (local_bodies()["body_class"] == kind).any()
        elif where not in {"everywhere", "counties", "outside counties", ELSEWHERE}:
            assert fault_of_footprint(where) is None, where


@pytest.mark.parametrize("group", groups())
def test_somebody_is_needed_for_every_group_everywhere(group: str) -> None:
    assert "" not in missing_bodies({})[group]
    assert len(missing_bodies({})[group]) == 152


def test_local_bodies_have_known_classes_and_footprints() -> None:
    table = local_bodies()
    assert table.index.is_unique
    assert set(table["body_class"]) <= {*CLASS_NAMES, *UPPER_TIER_CLASSES, "park"} - {UPPER_TIER}
    assert {footprint: fault_of_footprint(footprint) for footprint in table["footprint"]} == dict.fromkeys(
        table["footprint"]
    )


@pytest.mark.parametrize("kind", ["fire", "waste", "transport"])
def test_two_spellings_of_a_listed_body_serve_the_same_area_and_no_two_bodies_share_one(kind: str) -> None:
    # Listed for a year in which they did not exist beside the others.
    later = {"Dorset and Wiltshire Combined Fire and Rescue Authority"}
    table = local_bodies()[local_bodies()["body_class"] == kind]
    table = table[~table["name"].isin(later)]
    areas = [footprint_areas(footprint) for footprint in table["footprint"].unique()]
    times = Counter(np.concatenate([area for area in areas if area is not None]).tolist())
    assert set(times.values()) == {1}


# --- which class a body is


@pytest.mark.parametrize(
    ("body", "footprint", "kind"),
    [
        ("Manchester", "E08000003", "upper tier"),
        ("Cheshire West and Chester UA", "E06000050", "upper tier"),
        ("Essex", "E10000012", "upper tier"),
        ("Westminster", "E09000033", "upper tier"),
        ("Basildon", "E07000066", "district"),
        ("MaIdon", "E07000074", "district"),
        ("LEICESTER CITY", "E06000016", "upper tier"),
        ("Essex Police Authority", "E23000028", "police"),
        ("Essex Police Authority", "E10000012", "police"),
        ("Durham Constabulary", "E23000008", "police"),
        ("Greater London Authority", "E12000007", "GLA"),
        ("Greater Manchester Waste Disposal Authority", "E47000001 less E08000010", "waste"),
        ("Greater Manchester Combined Authority", "E47000001", "transport"),
        ("Essex Combined Fire Authority", "E10000012 and E06000033 and E06000034", "fire"),
        ("Peak District National Park Authority", "E07000035 and E07000037", "park"),
        ("Some partnership", "E47000001", None),
        ("Some partnership", "nowhere", None),
    ],
)
def test_a_body_is_known_by_its_name_or_else_by_its_area(body: str, footprint: str, kind: str | None) -> None:
    assert class_of_body(body, footprint) == kind


def test_every_body_of_the_shipped_outturn_is_of_a_class() -> None:
    bodies = read_shipped(PILOTS)[["body", "footprint_code"]].drop_duplicates()
    kinds = Counter(class_of_body(*pair) for pair in bodies.itertuples(index=False, name=None))
    assert kinds == {"upper tier": 17, "district": 12, "police": 2, "fire": 2, "waste": 1, "transport": 1}


# --- METHOD 3.4's examples


@pytest.mark.parametrize(
    ("bodies", "left"),
    [
        ([], "upper tier, GLA"),
        ([WESTMINSTER], "GLA"),
        ([GLA], "upper tier"),
        ([WESTMINSTER, GLA], ""),
    ],
)
def test_highways_in_london_need_the_borough_and_the_gla(bodies: list[Body], left: str) -> None:
    assert missing(bodies, "highways", "E09000033") == left


def test_highways_in_greater_manchester_need_the_transport_authority_and_in_a_unitary_nobody_else() -> None:
    assert missing([MANCHESTER], "highways", "E08000003") == "transport"
    assert missing([MANCHESTER, GM_TRANSPORT], "highways", "E08000003") == ""
    assert missing([("Cheshire East UA", "E06000049")], "highways", "E06000049") == ""


@pytest.mark.parametrize("group", ["highways", "housing", "cultural", "environmental", "planning"])
def test_a_county_of_two_tiers_needs_the_county_and_all_its_districts(group: str) -> None:
    districts = districts_of("E10000012")
    assert len(districts) == 12
    assert missing([ESSEX], group, "E10000012") == "district"
    assert missing(districts, group, "E10000012") == "upper tier"
    assert missing([ESSEX, *districts], group, "E10000012") == ""
    for left_out in range(12):
        present = [*districts[:left_out], *districts[left_out + 1 :]]
        assert missing([ESSEX, *present], group, "E10000012") == "district"


@pytest.mark.parametrize("group", ["education", "childrens-social-care", "adult-social-care"])
def test_schools_and_social_care_need_the_county_alone(group: str) -> None:
    assert missing([ESSEX], group, "E10000012") == ""
    assert missing(districts_of("E10000012"), group, "E10000012") == "upper tier"


def test_housing_benefit_is_paid_by_districts_in_counties_and_by_the_council_elsewhere() -> None:
    assert missing([ESSEX], "housing-benefit", "E10000012") == "district"
    assert missing(districts_of("E10000012"), "housing-benefit", "E10000012") == ""
    assert missing([MANCHESTER], "housing-benefit", "E08000003") == ""


def test_waste_in_greater_manchester_needs_the_waste_authority_except_in_wigan() -> None:
    assert missing([MANCHESTER], "environmental", "E08000003") == "waste"
    assert missing([MANCHESTER, GM_WASTE], "environmental", "E08000003") == ""
    assert missing([WIGAN], "environmental", "E08000010") == ""
    assert missing([GM_WASTE], "environmental", "E08000010") == "upper tier"


def test_a_police_force_alone_provides_police_in_every_tier_it_serves() -> None:
    assert all(missing([GM_POLICE], "police", tier) == "" for tier in GREATER_MANCHESTER)
    assert missing([GM_POLICE], "police", "E06000050") == "police"
    assert missing([MANCHESTER], "police", "E08000003") == "police"
    assert missing([MANCHESTER], "central", "E08000003") == "police"
    assert missing([MANCHESTER, GM_POLICE], "central", "E08000003") == ""


def test_police_in_london_are_the_glas_but_in_the_city() -> None:
    assert missing([GLA], "police", "E09000033") == ""
    assert missing([WESTMINSTER], "police", "E09000033") == "GLA"
    assert missing([CITY], "police", "E09000001") == ""
    assert missing([GLA], "police", "E09000001") == "upper tier"


def test_fire_is_the_combined_authoritys_the_glas_or_the_councils_own() -> None:
    assert missing([GM_FIRE], "fire", "E08000003") == ""
    assert missing([MANCHESTER], "fire", "E08000003") == "fire"
    assert missing([GLA], "fire", "E09000001") == ""
    # Gloucestershire, Oxfordshire and Cornwall ran it themselves; Essex shared one with its two unitaries.
    for tier in ("E10000013", "E10000025", "E06000052"):
        assert missing([("Council", tier)], "fire", tier) == ""
    assert missing([ESSEX], "fire", "E10000012") == "fire"
    # The Isle of Wight stood outside Hampshire's.
    assert missing([("Isle of Wight Council UA", "E06000046")], "fire", "E06000046") == ""


def test_spending_on_another_group_makes_no_place_observed() -> None:
    found = missing_bodies({"education": [MANCHESTER]})
    tier = list(level_index("upper_tier")[0]).index("E08000003")
    assert found["education"][tier] == ""
    assert found["adult-social-care"][tier] == UPPER_TIER


def test_a_body_that_serves_no_authoritys_area_is_none_of_those_needed() -> None:
    assert missing_bodies({group: [("Some partnership", "E92000001")] for group in groups()}) == missing_bodies({})


# --- a law


BODIES = st.lists(
    st.one_of(
        st.sampled_from(
            list(read_shipped(PILOTS)[["body", "footprint_code"]].drop_duplicates().itertuples(False, None))
        ),
        st.sampled_from(list(zip(local_bodies()["name"], local_bodies()["footprint"], strict=True))),
        st.sampled_from([("Anybody", str(code)) for level in ("upper_tier", "lad") for code in level_index(level)[0]]),
        st.sampled_from([("A police authority", str(code)) for code in level_index("police_force")[0]]),
        st.just(("Anybody", "nowhere")),
    ),
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(BODIES, BODIES, st.randoms(use_true_random=False))
def test_loading_more_bodies_in_whatever_order_never_makes_a_place_incomplete(
    some: list[Body], more: list[Body], random: Random
) -> None:
    before = missing_bodies(dict.fromkeys(groups(), some))
    together = [*some, *more]
    random.shuffle(together)
    after = missing_bodies(dict.fromkeys(groups(), together))
    for group in groups():
        for first, then in zip(before[group], after[group], strict=True):
            assert set(then.split(", ")) <= {*first.split(", "), ""}


# --- the declared tables against what was spent


AREAS = ("London", "metropolitan", "the rest")


@cache
def kinds_of_area() -> NDArray[np.object_]:
    """London, metropolitan or the rest, for each small area."""
    codes, numbers = level_index("upper_tier")
    kind_of = {"E09": "London", "E08": "metropolitan"}
    kinds = np.array([kind_of.get(code[:3], "the rest") for code in codes], dtype=object)
    return kinds[numbers]


def declared() -> set[tuple[str, str, str]]:
    """Group, kind of area and class of body that the table names, told by what is missing where nobody is loaded."""
    codes = level_index("upper_tier")[0]
    kind_of = {"E09": "London", "E08": "metropolitan"}
    return {
        (group, kind_of.get(code[:3], "the rest"), kind)
        for group, tiers in missing_bodies({}).items()
        for code, kinds in zip(codes, tiers, strict=True)
        for kind in kinds.split(", ")
    }


def shares_of_classes(lines: pd.DataFrame) -> pd.Series:
    """The share of each class of body in a group's net current expenditure, by kind of area."""
    residents = count_of("residents")
    rows = []
    wanted = lines.assign(group=lines["service_code"].map(service_groups()["group"])).dropna(subset="group")
    for body, footprint, group, pence in wanted[["body", "footprint_code", "group", "amount_pence"]].itertuples(
        index=False, name=None
    ):
        areas = footprint_areas(footprint)
        assert areas is not None
        for kind in AREAS:
            inside = residents[areas][kinds_of_area()[areas] == kind].sum() / residents[areas].sum()
            if inside:
                rows.append((group, kind, class_of_body(body, footprint), pence * float(inside)))
    table = pd.DataFrame(rows, columns=["group", "area", "body_class", "pence"])
    sums = table.groupby(["group", "area", "body_class"])["pence"].sum()
    return sums / sums.groupby(["group", "area"]).transform("sum")


@cache
def outturn_of_england() -> pd.DataFrame:
    """Every authority's outturn of 2011-12, as published."""
    from placespend.sources.revenue_outturn import read_revenue_outturn  # noqa: PLC0415  (opens workbooks)

    files = sorted((SHARED / "data" / "outturn").glob("Revenue_Outturn_Summary__RS__data_2011-12*.xls"))
    if not files:
        pytest.skip(f"the Revenue Outturn Summary 2011-12 is not in {SHARED}")
    return read_revenue_outturn(files[0]).lines


def test_the_classes_declared_are_those_that_made_two_per_cent_of_what_was_spent() -> None:
    shares = shares_of_classes(outturn_of_england())
    made = {key for key, share in shares.to_dict().items() if abs(share) >= 0.02}
    differing = made ^ declared()
    shown = {key: f"{shares.get(key, 0.0):.2%}" for key in sorted(differing, key=str)}
    assert not differing, shown
    # Combined fire authorities made 2.4 % of what was spent on central services outside London and the cities.
    assert shares["central", "the rest", "fire"] == pytest.approx(0.024, abs=0.001)


def test_where_everybody_is_loaded_every_place_is_observed_for_every_group() -> None:
    bodies = list(outturn_of_england()[["body", "footprint_code"]].drop_duplicates().itertuples(index=False, name=None))
    found = missing_bodies(dict.fromkeys(groups(), bodies))
    assert {group: set(tiers) for group, tiers in found.items()} == {group: {""} for group in groups()}


@pytest.mark.parametrize(
    ("body", "footprint", "key"),
    [
        ("Manchester City Council", "E08000003", "upper tier E08000003"),
        ("Manchester", "E02001045", "upper tier E08000003"),
        ("Essex County Council", "E07000066", "upper tier E10000012"),
        ("Basildon Borough Council", "E07000066", "district E07000066"),
    ],
)
def test_a_councils_line_of_a_part_of_its_area_is_still_the_councils(body: str, footprint: str, key: str) -> None:
    assert key_of_body(body, "LG", footprint) == key
