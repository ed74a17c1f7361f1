"""The single pot: every total and every cut of it exact, awaited money visible, and what is not known said."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.checks import NOT_A_PLACE
from placespend.cofog import services
from placespend.cuts import CUTS
from placespend.errors import (
    AmbiguousPlaceError,
    LinesError,
    OverlapError,
    PlaceNotFoundError,
    RecipeError,
    UnknownNameError,
    WrongTypeError,
    YearError,
)
from placespend.extents import Extent
from placespend.gazetteer import find_place
from placespend.geography import positions_of, small_areas
from placespend.lines import read_lines
from placespend.place import Place
from placespend.pot import Pot, single_pot
from placespend.pots_by_level import Pots, pots
from placespend.recipe import shipped_recipe

if TYPE_CHECKING:
    from collections.abc import Callable

SHIPPED = Path(__file__).resolve().parents[1] / "spend_lines" / "cra_2011-12.csv"
OUTTURN = SHIPPED.with_name("revenue_outturn_2011-12_pilots.csv")
ENGLAND_PENCE = 44_485_128_786_600
OBSERVED_PENCE = 1_120_668_000_000
TREASURY = "HM Treasury, Country and Regional Analysis database, 2014-11 (OGL v3.0)"
COUNCILS = "Department for Communities and Local Government, Revenue Outturn Summary 2011-12, 2013-11-28 (OGL v3.0)"
ALL_COUNCILS = "Local authorities in England"
"""The one body under which the Treasury's analysis has the current spending of every council."""
GREATER_MANCHESTER = [f"E080000{number:02d}" for number in range(1, 11)]
TRI_BOROUGH = ["E09000013", "E09000020", "E09000033"]
TRI_BOROUGHS = ["Hammersmith & Fulham", "Kensington & Chelsea", "Westminster"]
TILING = [
    *("england", "region", "upper_tier", "lad", "police_force", "icb_sub_area", "msoa"),
    *("lad_2025", "upper_tier_2025"),
]
MANCHESTER_AREA = "E01005062"


@cache
def pot_of(place: str) -> Pot:
    return single_pot(place)


@cache
def pots_of(level: str) -> Pots:
    return pots(level)


@cache
def pot_without_outturn(place: str) -> Pot:
    return single_pot(place, recipe=shipped_recipe().without("outturn"))


@cache
def pots_without_outturn(level: str) -> Pots:
    return pots(level, recipe=shipped_recipe().without("outturn"))


def totals(found: Pots) -> dict[str, int]:
    return dict(zip(found.table["code"], found.table["total_pence"], strict=True))


def pence_of(level: str) -> dict[str, int]:
    return totals(pots_of(level))


def published() -> pd.DataFrame:
    """The shipped file as it stands, in whole pounds."""
    return pd.read_csv(SHIPPED, dtype={"service_code": "str", "amount_gbp": "int64"})


def recorded() -> pd.DataFrame:
    """The outturn that is in the pot, in whole pounds: the shipped file less the 18 lines of which it is a memo."""
    outturn = pd.read_csv(OUTTURN, dtype={"amount_gbp": "int64"})
    in_memo = outturn["line_id"].isin(pot_of("England").memo["line_id"])
    assert (len(outturn), int(in_memo.sum())) == (333, 18)
    return outturn[~in_memo]


def bodies_of_england(*columns: str) -> dict[object, int]:
    """Sum the publication by columns, and move what the councils recorded from all councils to each of them."""
    moved = recorded()
    together = pd.concat(
        [published(), moved, moved.assign(body=ALL_COUNCILS, amount_gbp=-moved["amount_gbp"])], ignore_index=True
    )
    sums: dict[object, int] = (together.groupby(list(columns))["amount_gbp"].sum() * 100).to_dict()
    return sums


def missing_as_none(values: pd.Series) -> list[object]:
    return [None if pd.isna(value) else value for value in values]


class Uninhabited(Place):
    """A place where nobody lives; no shipped one is."""

    @property
    def residents(self) -> int:
        return 0


# --- totals on the shipped lines


def test_the_pot_of_england_is_the_sum_of_the_shipped_lines() -> None:
    assert pot_of("England").total_pence == ENGLAND_PENCE
    assert published()["amount_gbp"].sum() * 100 == ENGLAND_PENCE
    # 44,485,128,786,600 / 53,012,456 = 839,145.0
    assert pot_of("England").per_head_pence == 839_145


@pytest.mark.parametrize("level", TILING)
def test_the_pots_of_a_level_that_tiles_england_sum_to_it(level: str) -> None:
    found = pots_of(level)
    assert found.table["total_pence"].sum() == ENGLAND_PENCE
    assert found.table["residents"].sum() == 53_012_456
    assert found.reconciliation.as_dict() == {
        "in_pence": ENGLAND_PENCE,
        "placed_pence": ENGLAND_PENCE,
        "elsewhere_pence": 0,
        "unallocated_pence": 0,
        "difference_pence": 0,
    }


@pytest.mark.parametrize(
    ("level", "count"),
    [("england", 1), ("region", 9), ("upper_tier", 152), ("lad", 326), ("police_force", 39), ("icb_sub_area", 106)],
)
def test_every_place_of_a_level_has_a_row_and_a_pot(level: str, count: int) -> None:
    table = pots_of(level).table
    assert len(table) == count
    assert table["code"].is_monotonic_increasing
    assert table["code"].is_unique
    assert (table["total_pence"] > 0).all()


def test_the_pot_of_a_region_is_the_sum_of_its_lines() -> None:
    sums = published().groupby("footprint_code")["amount_gbp"].sum() * 100
    assert pence_of("region") == sums.to_dict()


def test_every_authority_is_the_sum_of_its_districts_middle_layer_areas_and_small_areas() -> None:
    frame = small_areas()
    for level in ("lad", "msoa", "lsoa"):
        parents = frame.drop_duplicates(f"{level}_code").set_index(f"{level}_code")["upper_tier_code"].astype("str")
        table = pots_of(level).table
        sums = table["total_pence"].groupby(table["code"].map(parents)).sum()
        assert table["total_pence"].sum() == ENGLAND_PENCE
        assert sums.to_dict() == pence_of("upper_tier")


@pytest.mark.parametrize("finer", ["upper_tier", "lad", "msoa"])
def test_every_region_is_the_sum_of_its_places(finer: str) -> None:
    parents = small_areas().drop_duplicates(f"{finer}_code").set_index(f"{finer}_code")["region_code"].astype("str")
    table = pots_of(finer).table
    assert table["total_pence"].groupby(table["code"].map(parents)).sum().to_dict() == pence_of("region")


@pytest.mark.parametrize(("whole", "parts"), [("Greater Manchester", GREATER_MANCHESTER), ("tri-borough", TRI_BOROUGH)])
def test_a_grouping_is_exactly_its_members(whole: str, parts: list[str]) -> None:
    pot = pot_of(whole)
    assert pot.total_pence == sum(pence_of("upper_tier")[code] for code in parts)
    assert pot.total_pence == sum(single_pot(code).total_pence for code in parts)


def test_ten_districts_cut_by_service_are_greater_manchester_cut_by_service() -> None:
    cuts = pd.concat([pot_of(code).by("service") for code in GREATER_MANCHESTER])
    sums = cuts.groupby("service_code")["amount_pence"].sum()
    whole = pot_of("Greater Manchester").by("service").set_index("service_code")["amount_pence"]
    assert sums.to_dict() == whole.to_dict()


def test_greater_manchester_has_its_residents() -> None:
    assert pot_of("Greater Manchester").residents == 2_682_528


@pytest.mark.parametrize(
    ("place", "billions"),
    [
        ("Greater Manchester", 23.72),
        ("tri-borough", 5.37),
        ("Cheshire West and Chester", 2.77),
        ("E10000012", 10.63),  # the county of Essex
        ("Birmingham", 9.59),
    ],
)
def test_modelled_alone_the_pots_of_the_pilots_are_of_the_size_that_was_expected(place: str, billions: float) -> None:
    assert pot_without_outturn(place).total_pence / 1e11 == pytest.approx(billions, rel=0.007)


@pytest.mark.parametrize(
    ("place", "modelled", "with_outturn", "observed"),
    [
        ("Greater Manchester", 23.756, 23.675, 6.016),
        ("tri-borough", 5.352, 5.635, 1.329),
        ("Cheshire West and Chester", 2.756, 2.785, 0.569),
        ("E10000012", 10.627, 10.670, 2.318),
        ("Birmingham", 9.652, 9.652, 0.0),
    ],
)
def test_outturn_moves_the_pots_of_the_pilots_to_what_was_recorded(
    place: str, modelled: float, with_outturn: float, observed: float
) -> None:
    pot = pot_of(place)
    found = [pot_without_outturn(place).total_pence, pot.total_pence, pot.grades["A"]]
    assert [round(pence / 1e11, 3) for pence in found] == [modelled, with_outturn, observed]


def test_outturn_moves_no_penny_between_regions_nor_where_there_is_none() -> None:
    assert pence_of("region") == totals(pots_without_outturn("region"))
    regions = small_areas().drop_duplicates("lad_code").set_index("lad_code")["region_code"].astype("str").to_dict()
    now, before = pence_of("lad"), totals(pots_without_outturn("lad"))
    moved = {regions[code] for code in now if now[code] != before[code]}
    assert moved == {"E12000002", "E12000006", "E12000007"}


def test_what_a_council_recorded_is_in_its_pot_to_the_penny_and_in_no_other() -> None:
    for code, body in (("E08000003", "Manchester"), ("E10000012", "Essex"), ("E09000033", "Westminster")):
        outturn = recorded().query("body == @body")["amount_gbp"].sum() * 100
        cut = pot_of(code).by("body")
        row = cut.loc[cut["body"] == body, ["amount_pence", "observed_pence", "grades"]]
        assert row.to_numpy().tolist() == [[outturn, outturn, "A"]]
    assert "Manchester" not in set(pot_of("E08000001").by("body")["body"])


def test_social_protection_education_and_health_are_most_of_england() -> None:
    cut = pot_of("England").by("service")
    division = cut["service_code"].map(services()["division"])
    share = cut.loc[division.isin(["7", "9", "10"]), "amount_pence"].sum() / ENGLAND_PENCE
    assert round(float(share), 3) == 0.824


@pytest.mark.parametrize("place", ["England", "Greater Manchester", "tri-borough", "E12000007", "Birmingham"])
def test_a_pot_reconciles(place: str) -> None:
    pot = pot_of(place)
    found = pot.reconcile()
    assert found.in_pence == ENGLAND_PENCE
    assert found.placed_pence == pot.total_pence
    assert found.elsewhere_pence == ENGLAND_PENCE - pot.total_pence
    assert (found.unallocated_pence, found.difference_pence) == (0, 0)


def test_a_place_may_be_named_coded_or_given() -> None:
    for place in ("manchester", "E08000003", find_place("E08000003")):
        assert single_pot(place).total_pence == pence_of("upper_tier")["E08000003"]


# --- cuts


@pytest.mark.parametrize("place", ["England", "Greater Manchester", MANCHESTER_AREA])
@pytest.mark.parametrize("columns", [*((name,) for name in CUTS), *combinations(CUTS, 2)])
def test_every_cut_sums_to_the_pot_and_has_its_types(place: str, columns: tuple[str, ...]) -> None:
    pot = pot_of(place)
    cut = pot.by(*columns)
    keys = [key for name in columns for key in (["service_code", "service"] if name == "service" else [name])]
    assert cut.columns.tolist() == [
        *keys,
        *("amount_pence", "per_head_pence", "observed_pence", "grades", "awaited_lines"),
    ]
    assert not cut.duplicated(keys).any()
    assert cut["amount_pence"].sum() == pot.total_pence
    assert cut["observed_pence"].sum() == pot.grades["A"]
    assert cut[["amount_pence", "per_head_pence", "observed_pence", "awaited_lines"]].dtypes.astype("str").tolist() == [
        *("Int64", "Int64", "Int64", "int64")
    ]
    # What bodies recorded is nowhere but in rows that have the grade, and all of a row that has no other.
    letters = cut["grades"].str
    assert cut.loc[~letters.contains("A"), "observed_pence"].eq(0).all()
    assert (cut["observed_pence"] == cut["amount_pence"])[cut["grades"] == "A"].all()
    assert not cut.isna().any(axis=None)
    assert cut["awaited_lines"].eq(0).all()


def test_there_are_six_cuts() -> None:
    assert list(CUTS) == ["body", "sector", "service", "economic", "basis", "grade"]


@pytest.mark.parametrize(
    ("cut", "column"), [("sector", "sector"), ("economic", "economic"), ("body", "body"), ("service", "service_code")]
)
def test_the_cuts_of_england_are_those_of_the_publication(cut: str, column: str) -> None:
    expected = published().groupby(column)["amount_gbp"].sum() * 100
    found = pot_without_outturn("England").by(cut).set_index(column)["amount_pence"]
    assert found.to_dict() == expected.to_dict()
    if cut != "body":
        # Outturn only says which councils: no sector, service or kind gains or loses a penny.
        found = pot_of("England").by(cut).set_index(column)["amount_pence"]
        assert found.to_dict() == expected.to_dict()


def test_by_body_all_councils_have_less_by_what_each_of_the_35_recorded() -> None:
    found = pot_of("England").by("body").set_index("body")["amount_pence"]
    assert found.to_dict() == bodies_of_england("body")
    assert len(found) == published()["body"].nunique() + 35
    assert found[ALL_COUNCILS] == published().query("body == @ALL_COUNCILS")["amount_gbp"].sum() * 100 - OBSERVED_PENCE


def test_a_cut_of_two_is_that_of_the_publication() -> None:
    expected = published().groupby(["body", "economic"])["amount_gbp"].sum() * 100
    found = pot_without_outturn("England").by("body", "economic").set_index(["body", "economic"])["amount_pence"]
    assert found.to_dict() == expected.to_dict()
    found = pot_of("England").by("body", "economic").set_index(["body", "economic"])["amount_pence"]
    assert found.to_dict() == bodies_of_england("body", "economic")


def test_services_stand_in_the_order_of_their_codes_and_everything_else_by_falling_amount() -> None:
    pot = pot_of("Greater Manchester")
    here = set(published()["service_code"])
    assert len(here) == 69
    assert pot.by("service")["service_code"].tolist() == [code for code in services().index if code in here]
    for column in ("body", "sector", "economic", "basis"):
        assert pot.by(column)["amount_pence"].is_monotonic_decreasing
    assert pot.by("grade")["grade"].tolist() == ["A", "C", "D"]


def test_a_cut_tells_the_grades_in_it_best_first(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"status": "refused"}, {"amount_kind": "budget"}, {}, {"body": "Police", "amount_kind": "budget"}
    )
    cut = single_pot("E08000003", lines=path).by("body")
    assert dict(zip(cut["body"], cut["grades"], strict=True)) == {"Council": "ABE", "Police": "B"}
    assert dict(zip(cut["body"], cut["observed_pence"], strict=True)) == {"Council": 100, "Police": 0}


@pytest.mark.parametrize("typed", ["bodi", "Body ", "services"])
def test_a_cut_that_is_none_is_an_error_that_suggests_the_right_one(typed: str) -> None:
    right = "service" if typed == "services" else "body"
    with pytest.raises(UnknownNameError, match=rf"cannot be cut by '{typed}'.*did you mean '{right}'"):
        pot_of("England").by(typed)


@pytest.mark.parametrize("columns", [(), ("body", "sector", "grade"), ("body", "body")])
def test_a_pot_is_cut_by_one_or_two_different_columns(columns: tuple[str, ...]) -> None:
    with pytest.raises(LookupError, match="cut by one column, or by two different ones"):
        pot_of("England").by(*columns)


# --- per head


@pytest.mark.parametrize(("amount_gbp", "per_head"), [("50.00", 2), ("150.00", 8), ("-50.00", -2), ("50.01", 3)])
def test_pence_per_head_are_rounded_half_even_in_the_pot_and_its_cuts(
    amount_gbp: str, per_head: int, write_lines: Callable[..., Path]
) -> None:
    # 2,000 people live in E01008163: 5,000 pence are 2.5 each, 15,000 are 7.5, and 5,001 a little over 2.5.
    place = find_place("E01008163")
    assert place.residents == 2_000
    pot = single_pot(place, lines=write_lines({"amount_gbp": amount_gbp, "footprint_code": place.code}))
    assert pot.per_head_pence == per_head
    assert pot.by("body")["per_head_pence"].tolist() == [per_head]


def test_pence_per_head_are_rounded_half_even_in_the_table_of_a_level(write_lines: Callable[..., Path]) -> None:
    # Of the 2,682,528 residents of Greater Manchester half a penny each is 1,341,264 pence.
    for pence, per_head in ((1_341_264, 0), (3 * 1_341_264, 2), (5 * 1_341_264, 2)):
        path = write_lines({"amount_gbp": f"{pence / 100:.2f}", "footprint_code": "E23000005"})
        table = pots("police_force", lines=path).table.set_index("code")
        assert table.at["E23000005", "per_head_pence"] == per_head


def test_where_nobody_lives_there_is_money_and_nothing_per_head(write_lines: Callable[..., Path]) -> None:
    empty = Uninhabited("X", "Moor", "lsoa", Extent(positions_of("lsoa", "E01000001")))
    pot = single_pot(empty, lines=write_lines({"footprint_code": "E01000001", "amount_gbp": "5"}))
    assert (pot.total_pence, pot.residents, pot.per_head_pence) == (500, 0, None)
    assert missing_as_none(pot.by("service")["per_head_pence"]) == [None]
    assert repr(pot) == "<Pot Moor (X) 2011-12: £5.00, 0 residents>"


# --- grades


def test_england_and_its_regions_are_official_allocations_and_what_bodies_recorded() -> None:
    rest = ENGLAND_PENCE - OBSERVED_PENCE
    assert pot_of("England").grades == {"A": OBSERVED_PENCE, "B": rest, "C": 0, "D": 0, "E": 0}
    assert recorded()["amount_gbp"].sum() * 100 == OBSERVED_PENCE
    for region, observed in {"E12000007": 132_938_200_000, "E12000002": 658_447_800_000, "E12000005": 0}.items():
        rest = pence_of("region")[region] - observed
        assert pot_of(region).grades == {"A": observed, "B": rest, "C": 0, "D": 0, "E": 0}


def test_without_outturn_england_and_its_regions_are_official_allocations_alone() -> None:
    assert pot_without_outturn("England").grades == {"A": 0, "B": ENGLAND_PENCE, "C": 0, "D": 0, "E": 0}
    london = pence_of("region")["E12000007"]
    assert pot_without_outturn("E12000007").grades == {"A": 0, "B": london, "C": 0, "D": 0, "E": 0}


def test_greater_manchester_is_what_its_bodies_recorded_and_apportioned_from_its_region() -> None:
    grades = pot_of("Greater Manchester").grades
    assert [letter for letter, pence in grades.items() if pence] == ["A", "C", "D"]
    assert sum(grades.values()) == pot_of("Greater Manchester").total_pence
    # Ten councils, police, fire, waste (without Wigan) and the combined authority.
    here = recorded()[recorded()["footprint_code"].str.contains("^E080000|^E47000001")]
    assert here["body"].nunique() == 14
    assert grades["A"] == here["amount_gbp"].sum() * 100 == 601_556_900_000
    alone = pot_without_outturn("Greater Manchester").grades
    assert [letter for letter, pence in alone.items() if pence] == ["C", "D"]


def test_a_small_area_has_a_lower_grade_where_the_measure_was_seen_by_authority_alone() -> None:
    bases = ["aged_65_plus", "health_blend", "residents", "hectares"]
    for pot, expected in (
        (pot_without_outturn("E08000003"), ["C", "C", "D", "C"]),
        (pot_without_outturn(MANCHESTER_AREA), ["D", "D", "D", "C"]),
        # Manchester recorded its own culture; police and fire are apportioned from ten districts as ever.
        (pot_of("E08000003"), ["C", "C", "AD", "C"]),
        (pot_of(MANCHESTER_AREA), ["D", "D", "D", "C"]),
    ):
        assert pot.by("basis").set_index("basis")["grades"][bases].tolist() == expected


# --- awaited and unallocated


@pytest.fixture
def partly_known(write_lines: Callable[..., Path]) -> Path:
    """A council whose police line is awaited, a body that is awaited altogether, and money of no known place."""
    return write_lines(
        {"amount_gbp": "10.00", "footprint_code": "E08000003"},
        {"amount_gbp": "", "status": "awaited", "service_code": "3.1", "footprint_code": "E08000003"},
        {"amount_gbp": "", "status": "awaited", "body": "Probation", "sector": "CG", "footprint_code": "E47000001"},
        {"amount_gbp": "", "status": "awaited", "body": "Far away", "footprint_code": "E09000001"},
        {"amount_gbp": "0.08", "footprint_code": "NOWHERE"},
    )


def test_awaited_lines_are_rows_with_a_missing_amount_and_in_no_total(partly_known: Path) -> None:
    pot = single_pot("E08000003", lines=partly_known, unknown_footprints="unallocated")
    assert pot.total_pence == 1_000
    assert pot.awaited[["line_id", "body"]].to_numpy().tolist() == [["2", "Council"], ["3", "Probation"]]
    assert pot.awaited["amount_pence"].isna().all()
    assert pot.grades == {"A": 1_000, "B": 0, "C": 0, "D": 0, "E": 0}


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        ("body", [("Council", 1_000, "AE", 1), ("Probation", None, "E", 1)]),
        ("sector", [("LG", 1_000, "AE", 1), ("CG", None, "E", 1)]),
        ("service_code", [("3.1", None, "E", 1), ("8.2", 1_000, "AE", 1)]),
        ("economic", [("current", 1_000, "AE", 2)]),
        ("basis", [("residents", 1_000, "AE", 2)]),
        ("grade", [("A", 1_000, "A", 0), ("E", None, "E", 2)]),
    ],
)
def test_what_is_awaited_is_never_a_zero_in_a_cut(
    partly_known: Path, column: str, rows: list[tuple[object, ...]]
) -> None:
    pot = single_pot("E08000003", lines=partly_known, unknown_footprints="unallocated")
    cut = pot.by(column.removesuffix("_code"))
    shown = [missing_as_none(row) for _, row in cut[[column, "amount_pence", "grades", "awaited_lines"]].iterrows()]
    assert shown == [list(row) for row in rows]
    assert cut["per_head_pence"].isna().tolist() == cut["amount_pence"].isna().tolist()


def test_a_pot_of_nothing_but_awaited_lines_has_rows_and_no_money(write_lines: Callable[..., Path]) -> None:
    pot = single_pot("E08000003", lines=write_lines({"amount_gbp": "", "status": "awaited"}))
    assert pot.total_pence == 0
    for column in CUTS:
        assert missing_as_none(pot.by(column)["amount_pence"]) == [None]
        assert pot.by(column)["awaited_lines"].tolist() == [1]


def test_a_pot_that_no_line_touches_is_empty_and_its_cuts_keep_their_columns(write_lines: Callable[..., Path]) -> None:
    pot = single_pot("E08000003", lines=write_lines({"footprint_code": "E09000001", "amount_gbp": "5"}))
    assert pot.reconcile().elsewhere_pence == 500
    for columns in (*((name,) for name in CUTS), ("service", "grade")):
        cut = pot.by(*columns)
        assert cut.empty
        assert cut["amount_pence"].dtype == "Int64"
    assert (pot.total_pence, pot.notes, pot.source_titles) == (0, (), ())


def test_a_line_of_zero_is_a_row_of_zero(write_lines: Callable[..., Path]) -> None:
    cut = single_pot("E08000003", lines=write_lines({"amount_gbp": "0"})).by("body")
    assert cut["amount_pence"].tolist() == [0]
    assert cut["awaited_lines"].tolist() == [0]


def test_money_of_unknown_footprints_is_an_error_unless_it_may_stay_unallocated(partly_known: Path) -> None:
    with pytest.raises(LinesError, match=NOT_A_PLACE):
        single_pot("E08000003", lines=partly_known)
    pot = single_pot("E08000003", lines=partly_known, unknown_footprints="unallocated")
    assert pot.reconcile().as_dict() == {
        "in_pence": 1_008,
        "placed_pence": 1_000,
        "elsewhere_pence": 0,
        "unallocated_pence": 8,
        "difference_pence": 0,
    }
    assert pot.unallocated[["footprint_code", "amount_pence", "reason"]].to_dict(orient="records") == [
        {"footprint_code": "NOWHERE", "amount_pence": 8, "reason": "the footprint is no known place"}
    ]


def test_unallocated_money_is_a_row_of_the_table(partly_known: Path) -> None:
    table = pots("region", lines=partly_known, unknown_footprints="unallocated").table
    last = table.iloc[-1]
    assert (last["code"], last["name"], last["residents"], last["total_pence"]) == ("unallocated", "Unallocated", 0, 8)
    assert last["per_head_pence"] is pd.NA
    assert table["total_pence"].sum() == 1_008


# --- places that do not cover England, or overlap


def test_the_combined_authorities_of_the_moneys_year_are_greater_manchester_alone() -> None:
    found = pots_of("combined_authority")
    assert found.table["code"].tolist() == ["E47000001", "elsewhere"]
    assert found.table["total_pence"].tolist() == [
        pot_of("Greater Manchester").total_pence,
        ENGLAND_PENCE - pot_of("Greater Manchester").total_pence,
    ]
    assert found.table["residents"].tolist() == [2_682_528, 53_012_456 - 2_682_528]
    assert found.reconciliation.difference_pence == 0
    assert "Combined authorities are those of 2012-03-31." in found.notes


def test_combined_authorities_are_those_of_the_day_that_is_asked_for() -> None:
    found = pots("combined_authority", as_at="2016-07-01")
    codes = found.table["code"].tolist()
    assert codes == [*(f"E4700000{number}" for number in range(1, 8)), "elsewhere"]
    assert found.table["total_pence"].sum() == ENGLAND_PENCE
    assert "Combined authorities are those of 2016-07-01." in found.notes


def test_combined_authorities_after_the_last_day_checked_come_with_a_note() -> None:
    assert "Those made after 2025-06-30 are not known here." in pots("combined_authority", as_at="2026-01-01").notes


def test_before_the_first_combined_authority_there_are_none() -> None:
    with pytest.raises(PlaceNotFoundError, match="2010-01-01"):
        pots("combined_authority", as_at="2010-01-01")


def test_pilots_that_overlap_each_have_their_own_pot() -> None:
    found = pots_of("whole_place_pilot")
    table = found.table.set_index("code")["total_pence"]
    tiers = pence_of("upper_tier")
    essex = tiers["E10000012"]
    assert table.to_dict() == {
        "WPP-CHESHIRE-WEST": tiers["E06000050"],
        "WPP-ESSEX-COUNTY": essex,
        "WPP-GREATER-ESSEX": essex + tiers["E06000033"] + tiers["E06000034"],
        "WPP-GREATER-MANC": pot_of("Greater Manchester").total_pence,
        "WPP-TRI-BOROUGH": pot_of("tri-borough").total_pence,
        # The county lies in Greater Essex, so it is counted once.
        "elsewhere": ENGLAND_PENCE - (table.sum() - table["elsewhere"] - essex),
    }
    assert found.reconciliation.difference_pence == 0
    assert any("overlap" in note for note in found.notes)


@pytest.mark.parametrize("level", ["tri_borough", "service_area"])
def test_what_is_outside_a_level_is_a_row_called_elsewhere(level: str) -> None:
    table = pots_of(level).table
    assert table["code"].tolist()[-1] == "elsewhere"
    assert table["total_pence"].sum() == ENGLAND_PENCE
    assert table["residents"].sum() == 53_012_456


def test_a_level_that_is_none_is_an_error_that_suggests_the_right_one() -> None:
    with pytest.raises(UnknownNameError, match=r"There is no level 'uper_tier'.*did you mean 'upper_tier"):
        pots("uper_tier")


# --- years


@pytest.fixture
def two_years(write_lines: Callable[..., Path]) -> Path:
    return write_lines(
        {"financial_year": "2011-12", "amount_gbp": "1"}, {"financial_year": "2012-13", "amount_gbp": "20"}
    )


def test_a_pot_has_one_year(two_years: Path) -> None:
    with pytest.raises(YearError, match="2 financial years"):
        single_pot("E08000003", lines=two_years)
    with pytest.raises(YearError, match="2 financial years"):
        pots("region", lines=two_years)


def test_a_year_may_be_chosen_and_the_rest_is_told(two_years: Path) -> None:
    pot = single_pot("E08000003", lines=two_years, year="2012-13")
    assert (pot.total_pence, pot.financial_year) == (2_000, "2012-13")
    assert pot.notes == (
        "Left out, being of 2011-12: 1 line (£1.00).",
        "Money of 2012-13 is shown on boundaries of 2011.",
    )
    assert pots("region", lines=two_years, year="2011-12").table["total_pence"].sum() == 100


def test_a_year_that_is_not_there_is_an_error(two_years: Path) -> None:
    with pytest.raises(YearError, match="no lines of 2015-16"):
        single_pot("E08000003", lines=two_years, year="2015-16")
    with pytest.raises(ValueError, match="no lines of 2012-13"):
        single_pot("England", year="2012-13")


def test_combined_authorities_follow_the_year_of_the_money(write_lines: Callable[..., Path]) -> None:
    # Tees Valley was made on 1 April 2016: in the year that ended the day before, it was not there.
    early = write_lines({"financial_year": "2015-16", "footprint_code": "E92000001"}, name="early.csv")
    late = write_lines({"financial_year": "2016-17", "footprint_code": "E92000001"}, name="late.csv")
    with pytest.raises(PlaceNotFoundError, match="existed on 2016-03-31"):
        single_pot("Tees Valley", lines=early)
    assert single_pot("Tees Valley", lines=late).residents == 662_791
    assert single_pot("Tees Valley", lines=early, as_at="2016-04-01").residents == 662_791


# --- what a reader must know


def test_a_pot_tells_itself_in_a_line() -> None:
    assert repr(pot_of("England")) == (
        "<Pot England (E92000001) 2011-12: £444,851,287,866.00, 53,012,456 residents, £8,391.45 per head>"
    )
    assert repr(pots_of("upper_tier")) == "<Pots of 152 rows at level upper_tier, 2011-12>"


def test_a_pot_that_needed_no_measure_has_no_notes() -> None:
    assert pot_without_outturn("England").notes == ()
    assert pot_without_outturn("England").source_titles == (TREASURY,)


SPLIT = "Recorded amounts are known by group of services, and within a group are split as the official ones."


def test_outturn_that_could_not_be_used_is_told_with_what_is_missing_where_it_is() -> None:
    lacking = "because not all who provide it there are loaded (missing: "
    gla = "the Greater London Authority (Transport for London, police, fire)"
    two = "Hammersmith & Fulham, Kensington & Chelsea"
    boroughs, chester = f"{two}, Westminster", "Cheshire West and Chester UA"
    london = (
        f"In no pot: £119,016,000.00 recorded by {boroughs}, {lacking}{gla}). Environment and regulation "
        "£56,003,000.00; Culture and leisure £41,186,000.00; Planning and development £27,141,000.00; Central and "
        "other services £23,286,000.00; Highways and transport -£28,600,000.00. What is modelled stands in its place.",
        f"In no pot: £56,082,000.00 recorded by {two}, {lacking}{gla}, the waste authority). Environment and "
        "regulation £56,082,000.00. What is modelled stands in its place.",
    )
    cheshire = (
        f"In no pot: £13,369,000.00 recorded by {chester}, {lacking}the fire authority, the police authority). Central "
        "and other services £13,369,000.00. What is modelled stands in its place.",
    )
    measures = ("Money of 2011-12 is shared by measures of 2011, 2017 and 2019.",)
    assert pot_of("England").notes == (*london, *cheshire, SPLIT)
    assert pot_of("E12000007").notes == (*london, SPLIT)
    assert pot_of("tri-borough").notes == (*london, SPLIT, *measures)
    for code, said in {"E06000050": cheshire, "E08000003": ()}.items():
        # In the North West nuclear decommissioning is shared out.
        (warning,) = pot_of(code).warnings
        assert pot_of(code).notes == (warning, *said, SPLIT, *measures)
    assert pot_of("Leeds").notes == measures
    assert pot_of("England").source_titles == (COUNCILS, TREASURY)
    lacking_there = {"E06000050": ["Cheshire West and Chester UA"], "E08000003": [], "tri-borough": TRI_BOROUGHS}
    for place, bodies in lacking_there.items():
        assert sorted(pot_of(place).memo["body"].unique()) == bodies


def test_what_is_in_no_pot_is_in_no_total() -> None:
    pot = pot_of("E06000050")
    body = "Cheshire West and Chester UA"
    outturn = pd.read_csv(OUTTURN, dtype={"amount_gbp": "int64"}).query("body == @body")["amount_gbp"].sum() * 100
    recorded_there = pot.by("body").set_index("body")["amount_pence"].to_dict()[body]
    assert pot.memo["amount_pence"].sum() == 1_336_900_000
    assert recorded_there == outturn - 1_336_900_000


def test_a_pot_that_was_apportioned_tells_the_years_and_sources_of_the_measures() -> None:
    pot = pot_of("Greater Manchester")
    assert pot.notes == (
        *pot.warnings,
        SPLIT,
        "Money of 2011-12 is shared by measures of 2011, 2017 and 2019.",
        "Combined authorities are those of 2012-03-31.",
    )
    assert pot.source_titles[:2] == (COUNCILS, TREASURY)
    assert set(pot.source_titles[2:]) == {
        "ONS, Census 2011 (OGL v3.0)",
        "ONS, mid-2017 population estimates (OGL v3.0)",
        "MHCLG, Indices of Deprivation 2019 (OGL v3.0)",
    }


def test_one_year_of_measures_is_told_without_a_list(write_lines: Callable[..., Path]) -> None:
    pot = single_pot("E08000003", lines=write_lines({"footprint_code": "E47000001"}))
    assert pot.notes == ("Money of 2011-12 is shared by measures of 2011.",)


def test_boundaries_of_another_year_than_the_money_come_with_a_note() -> None:
    note = "Money of 2011-12 is shown on boundaries of 2025, fitted by postcodes."
    assert note in single_pot("E06000063").notes
    assert note in pots_of("lad_2025").notes
    assert note not in pots_of("lad").notes


def test_the_pots_of_a_level_tell_measures_sources_and_where_the_grades_are() -> None:
    years = "Money of 2011-12 is shared by measures of 2011, 2017 and 2019."
    coarse = "Known only for larger areas"
    for level, apportioned, cut in (("region", False, False), ("upper_tier", True, False), ("lad", True, True)):
        found = pots_of(level)
        assert (years in found.notes, any(note.startswith(coarse) for note in found.notes)) == (apportioned, cut)
        assert "How each figure is known: placespend pot PLACE --by grade." in found.notes
        assert found.source_titles[:2] == (COUNCILS, TREASURY)
        assert sum(note.startswith("In no pot: ") for note in found.notes) == 3
        assert ("MHCLG, Indices of Deprivation 2019 (OGL v3.0)" in found.source_titles) == apportioned


def test_large_amounts_stay_whole_beside_awaited_ones(write_lines: Callable[..., Path]) -> None:
    # 199 lines of a trillion less a penny, and a penny: beyond what floating point counts by ones.
    large = {"amount_gbp": "999999999999.99"}
    path = write_lines(*[large] * 199, {"amount_gbp": "0.01"}, {"amount_gbp": "", "status": "awaited"})
    pot = single_pot("E08000003", lines=path)
    assert pot.total_pence == 199 * 99_999_999_999_999 + 1
    for column in CUTS:
        assert sum(int(pence) for pence in pot.by(column)["amount_pence"].dropna()) == pot.total_pence


def test_a_cut_may_be_given_as_a_list() -> None:
    pot = pot_of("Greater Manchester")
    by_list = pot.by(["body", "grade"])  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(by_list, pot.by("body", "grade"))


@pytest.mark.parametrize("place", [5, ["Leeds"]])
def test_a_place_that_is_no_text_is_refused_in_words(place: Any) -> None:
    with pytest.raises(WrongTypeError, match="A place is named by a text"):
        single_pot(place)


def test_the_place_may_come_from_the_recipe_but_from_somewhere_it_must() -> None:
    recipe = shipped_recipe()
    with pytest.raises(PlaceNotFoundError, match=r"A pot is of one place, and the recipe names none\."):
        single_pot()
    with pytest.raises(PlaceNotFoundError, match=r"the recipe names 2: Leeds, York\..*name the place"):
        single_pot(recipe=replace(recipe, places=("Leeds", "York")))
    here = replace(recipe, places=("Essex",), level="upper_tier")
    assert single_pot(recipe=here).total_pence == pence_of("upper_tier")["E10000012"]
    # A place that is named goes before the recipe's.
    assert single_pot("Leeds", recipe=replace(recipe, places=("York",))).place.name == "Leeds"
    # And the level that settles the recipe's name says nothing of another.
    assert single_pot("North West", recipe=here).total_pence == pence_of("region")["E12000002"]
    with pytest.raises(AmbiguousPlaceError, match="Greater Essex"):
        single_pot(recipe=here, level="whole_place_pilot")
    tees_valley = replace(recipe, places=("Tees Valley",), as_at="2016-04-01")
    assert single_pot(recipe=tees_valley).residents == 662_791


def test_a_recipe_says_itself_which_lines_are_in(write_lines: Callable[..., Path]) -> None:
    choices: list[dict[str, Any]] = [
        {"lines": write_lines({})},
        {"with_shipped": True},
        {"unknown_footprints": "unallocated"},
    ]
    for beside in choices:
        with pytest.raises(RecipeError, match="A recipe says itself which lines are in"):
            single_pot("Leeds", recipe=shipped_recipe(), **beside)
        with pytest.raises(RecipeError, match="A recipe says itself which lines are in"):
            pots("region", recipe=shipped_recipe(), **beside)


def test_cautions_about_the_lines_stand_with_the_notes(write_lines: Callable[..., Path]) -> None:
    company = {"body": "Housing company", "sector": "PC"}
    refused = {**company, "status": "refused", "amount_gbp": "5", "amount_kind": "budget"}
    pot = single_pot("E08000003", lines=write_lines(refused, company))
    for word in ("different kinds are added up: budget, outturn", "refused 1"):
        assert any(word in note for note in pot.notes), word
    assert pot.total_pence == 500 + 100


def test_money_that_the_shipped_lines_hold_too_is_no_caution_but_an_error(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_gbp": "5"})
    for build in (lambda: single_pot("E08000003", lines=path, with_shipped=True),
                  lambda: pots("region", lines=path, with_shipped=True)):  # fmt: skip
        with pytest.raises(OverlapError, match=r"'lines' and 'cra' hold the same money: .*£5\.00 of 'lines'"):
            build()


def test_a_line_that_is_awaited_may_stand_beside_the_shipped_ones(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_gbp": "", "status": "awaited", "body": "Manchester"})
    pot = single_pot("E08000003", lines=path, with_shipped=True)
    assert pot.total_pence == pence_of("upper_tier")["E08000003"]
    assert pot.by("body").set_index("body").at["Manchester", "awaited_lines"] == 1
    assert pot.awaited["line_id"].tolist() == ["1"]


def test_a_line_that_stands_in_another_is_in_no_cut_and_no_total(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_gbp": "5"}, {"amount_gbp": "", "status": "included", "body": "Agency"})
    pot = single_pot("E08000003", lines=path)
    assert (pot.total_pence, len(pot.awaited)) == (500, 0)
    assert pot.by("body")[["body", "amount_pence", "awaited_lines"]].to_numpy().tolist() == [["Council", 500, 0]]
    assert "The amount of 2 stands in another line, and is counted there." in pot.notes


# --- laws


@settings(max_examples=8, deadline=None)
@given(st.lists(st.sampled_from(range(32_844)), min_size=1, max_size=60, unique=True))
def test_a_place_and_the_rest_of_england_are_england_in_every_cut(positions: list[int]) -> None:
    inside = np.sort(np.array(positions))
    here = single_pot(Place("IN", "In", "lsoa", Extent(inside)))
    rest = single_pot(Place("OUT", "Out", "lsoa", Extent(np.setdiff1d(np.arange(32_844), inside))))
    assert here.total_pence + rest.total_pence == ENGLAND_PENCE
    both = pd.concat([here.by("service", "sector"), rest.by("service", "sector")])
    england = pot_of("England").by("service", "sector").set_index(["service_code", "sector"])["amount_pence"]
    assert both.groupby(["service_code", "sector"])["amount_pence"].sum().to_dict() == england.to_dict()


def test_a_table_that_was_read_gives_the_pot_of_its_file() -> None:
    pence = totals(pots_without_outturn("upper_tier"))["E08000003"]
    assert single_pot("E08000003", lines=read_lines(SHIPPED)).total_pence == pence
    assert single_pot("E08000003", lines=SHIPPED).total_pence == pence


def test_an_awaited_line_of_no_known_place_stays_in_sight(write_lines: Callable[..., Path]) -> None:
    path = write_lines({}, {"amount_gbp": "", "status": "awaited", "footprint_code": "NOWHERE", "service_code": "3.1"})
    pot = single_pot("E08000003", lines=path, unknown_footprints="unallocated")
    assert pot.awaited["footprint_code"].tolist() == ["NOWHERE"]
    assert pot.by("service").set_index("service_code")["awaited_lines"].to_dict() == {"3.1": 1, "8.2": 0}


def test_a_place_of_which_all_is_awaited_has_no_zero_among_the_pots(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"footprint_code": "E08000001"}, {"amount_gbp": "", "status": "awaited"})
    found = pots("upper_tier", lines=path)
    by_code = found.table.set_index("code")
    assert by_code.at["E08000001", "total_pence"] == 100
    assert by_code.at["E08000003", "total_pence"] is pd.NA
    assert by_code.at["E08000003", "per_head_pence"] is pd.NA
    assert by_code.at["E08000002", "total_pence"] == 0
    assert "Of the loaded lines, 1 is awaited and in no total." in found.notes


def test_a_place_found_before_is_given_no_day() -> None:
    place = find_place("West Midlands", level="combined_authority", as_at="today")
    assert not any("Combined authorities are those" in note for note in single_pot(place).notes)


def test_boundaries_of_any_other_year_come_with_a_note() -> None:
    assert "Money of 2011-12 is shown on boundaries of 2022." in pots_of("icb_sub_area").notes


def test_a_grouping_that_holds_a_footprint_whole_shares_nothing(write_lines: Callable[..., Path]) -> None:
    found = pots("combined_authority", lines=write_lines({"footprint_code": "E47000001"}))
    assert not any("is shared by measures" in note for note in found.notes)
    assert found.source_titles == ("ledger (your own lines)",)


def test_unallocated_amounts_that_cancel_are_still_a_row(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"footprint_code": "NOWHERE"}, {"footprint_code": "NOWHERE", "amount_gbp": "-1", "body": "B"})
    rows = pots("region", lines=path, unknown_footprints="unallocated").table
    assert rows[rows["code"] == "unallocated"]["total_pence"].tolist() == [0]
