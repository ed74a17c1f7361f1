"""Which measure shares out which service: every service has its ladder, and a user's measures stand on it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from everyday import FOOTPRINTS, TILING, lines, tiles
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend import bases as module
from placespend.apportion import build_cells, build_ledger
from placespend.bases import Bases, basis, basis_of_service, ladders, shipped_bases
from placespend.cofog import services
from placespend.errors import PlacespendError, UnknownNameError
from placespend.footprints import footprint_extent
from placespend.geography import positions_of
from placespend.loaded import load
from placespend.measures import Measure, list_measures, measure
from placespend.pot import Pot, pot_of, single_pot
from placespend.pots_by_level import pots
from placespend.recipe import Recipe, Source
from placespend.relations import WITHIN, Relation
from placespend.rungs import describe_ladders

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placespend.bridge import Bridge
    from placespend.loaded import Loaded

ROOT = Path(__file__).resolve().parents[1]
SPEND_LINES = ROOT / "spend_lines"
CODES = pd.read_csv(SPEND_LINES / "services.csv", dtype="str")["service_code"].tolist()
LADDERS = pd.read_csv(SPEND_LINES / "ladders.csv")["ladder"].unique().tolist()
SHIPPED = list_measures().index.tolist()
AREAS = len(measure("residents").counts)
COUNTS = (np.arange(AREAS, dtype=np.int64) * 7_919) % 97 + 1
"""Made-up counts, that follow nothing."""
MANCHESTER, NORTH_WEST = "E08000003", "E12000002"

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


def counted(name: str, **more: object) -> Measure:
    """A user's measure of every small area, in place of the shipped one of its name where there is one."""
    declared = measure(name if name in SHIPPED else "employment_deprived")
    said: dict[str, object] = {"name": name, "label": f"my {name}", "counts": COUNTS, "scale": 1, "source": "mine"}
    return replace(declared, **{**said, "observed_level": "lsoa", "completed_by": "", "by_kind": False, **more})  # type: ignore[arg-type]


def covering(name: str, *codes: str) -> Measure:
    """A user's measure of some upper tiers alone."""
    covered = np.zeros(AREAS, dtype=bool)
    for code in codes:
        covered[positions_of("upper_tier", code)] = True
    return counted(name, covered=covered, counts=np.where(covered, COUNTS, 0))


@cache
def shipped_pot(place: str) -> Pot:
    return single_pot(place)


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


def test_the_bases_are_the_measures_and_the_blends() -> None:
    names = [name for name in shipped_bases().names if not name.endswith("_plain")]
    assert names == [*list_measures().index, "health_blend", "local_roads_blend"]


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


# --- unknown names


def test_a_misspelt_basis_is_an_error_that_suggests_the_right_one() -> None:
    with pytest.raises(UnknownNameError, match=r"There is no basis 'helth_blend'.*did you mean 'health_blend'"):
        basis("helth_blend")


def test_a_rung_that_is_not_loaded_is_no_basis() -> None:
    with pytest.raises(LookupError):
        basis("claimant_count")


# --- a user's measures on the ladders


def test_a_best_rung_that_is_loaded_is_chosen_with_what_the_ladder_says_of_it() -> None:
    known = Bases((counted("claimant_count"),))
    for service in ("10.5", "4.1"):
        assert list(known.of_service.loc[service, ["basis", "quality", "assumption"]]) == [
            *("claimant_count", "green", "People claiming unemployment benefit where they live")
        ]
    rest = services().index[services()["ladder"] != "employment"]
    assert known.of_service.loc[rest, "basis"].tolist() == basis_of_service().loc[rest, "basis"].tolist()
    assert set(known.names) - set(shipped_bases().names) == {"claimant_count"}
    assert set(shipped_bases().names) < set(known.names)
    assert known.ladders.query("basis == 'claimant_count'")["loaded"].tolist() == [True]
    # What is shipped is as it was.
    assert not ladders().query("basis == 'claimant_count'")["loaded"].any()
    assert "claimant_count" not in set(basis_of_service()["basis"])


@pytest.mark.parametrize("name", sorted(set(ladders().query("use == 'best'")["basis"])))
def test_every_best_rung_is_taken_by_all_the_services_of_its_ladders_once_it_is_loaded(name: str) -> None:
    known = Bases((counted(name),))
    on = set(ladders().query("basis == @name")["ladder"])
    expected = services()["ladder"].isin(on)
    assert (known.of_service["basis"] == name).tolist() == expected.tolist()
    assert set(known.of_service.loc[expected, "quality"]) == {"green"}


def test_a_measure_that_is_on_no_ladder_is_loaded_and_chosen_for_nothing() -> None:
    known = Bases((counted("dog_owners"),))
    assert known.basis("dog_owners").label == "my dog_owners"
    pd.testing.assert_frame_equal(known.of_service, basis_of_service())
    assert known.rung("8.2", "dog_owners") is None


def test_a_rung_says_what_the_ladder_of_the_service_says() -> None:
    assert shipped_bases().rung("3.1", "income_deprived") == {
        "use": "alternative",
        "quality": "amber",
        "assumption": "Demand on the police follows deprivation",
        "source": "placespend assumption",
    }
    assert shipped_bases().rung("3.2", "income_deprived") is None


@pytest.mark.parametrize("name", SHIPPED)
def test_a_users_measure_takes_the_place_of_the_shipped_one_of_its_name(name: str) -> None:
    mine = counted(name)
    known = Bases((mine,))
    assert known.measure(name) is mine
    # What spreads the shipped one by residents alone has no place beside it.
    gone = {other for other in shipped_bases().names if other.endswith("_plain")} - {*known.names}
    assert set(known.names) == set(shipped_bases().names) - gone
    for other in known.names:
        for part, _ in known.basis(other).parts:
            assert part is (mine if part.name == name else measure(part.name))
    assert known.of_service["basis"].tolist() == basis_of_service()["basis"].tolist()


def test_a_name_that_is_not_loaded_is_looked_for_among_the_users_too() -> None:
    known = Bases((counted("claimant_count"),))
    with pytest.raises(UnknownNameError, match=r"There is no basis 'claimnt_count'.*did you mean 'claimant_count'"):
        known.basis("claimnt_count")
    with pytest.raises(UnknownNameError, match=r"There is no measure 'residnts'.*did you mean 'residents'"):
        known.measure("residnts")


@pytest.mark.parametrize("name", ["claimant_count", "residents"])
def test_two_measures_of_one_name_are_refused(name: str) -> None:
    with pytest.raises(UnknownNameError, match=f"Several measures are called {name}") as caught:
        Bases((counted(name), counted("dog_owners"), counted(name)))
    assert caught.value.hint == "leave all but one out, or give them names of their own"


def test_a_measure_with_the_name_of_a_blend_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="Several measures are called health_blend"):
        Bases((counted("health_blend"),))


def test_all_names_that_mean_two_things_are_told_at_once() -> None:
    with pytest.raises(UnknownNameError, match="called claimant_count, local_roads_blend"):
        Bases((counted("claimant_count"), counted("local_roads_blend"), counted("claimant_count")))


@pytest.mark.parametrize("name", ["health_blend_plain", "aged_65_plus_plain"])
def test_a_users_measure_with_the_name_of_a_plain_sibling_is_refused_or_is_the_one_that_is_taken(name: str) -> None:
    mine = counted(name)
    try:
        known = Bases((mine,))
    except UnknownNameError:
        return
    assert [part for part, _ in known.basis(name).parts] == [mine]
    for other in known.names:
        found = known.basis(other)
        assert not (found.label.endswith("spread by residents alone") and any(part.by_kind for part, _ in found.parts))


def test_a_measure_of_a_part_of_england_cannot_take_the_place_of_a_shipped_one() -> None:
    with pytest.raises(UnknownNameError, match=r"income_deprived counts a part of England only") as caught:
        Bases((covering("income_deprived", MANCHESTER), covering("claimant_count", MANCHESTER)))
    assert "[[basis]]" in str(caught.value.hint)


# --- a measure of a part of England


def test_a_partial_measure_serves_the_footprints_that_it_counts_wholly_and_the_next_rung_the_others() -> None:
    known = Bases((covering("claimant_count", MANCHESTER, "E08000006"),))
    assert known.of_service.at["10.5", "basis"] == "employment_deprived"
    assert known.for_service("10.5", "8.2") == "employment_deprived"
    table = lines(
        *(
            {"amount_pence": 1, "service_code": "10.5", "footprint_code": code}
            for code in (MANCHESTER, "E08000006", "E08000001")
        ),
        {"amount_pence": 1, "service_code": "10.5", "footprint_code": f"{MANCHESTER} and E08000006"},
        {"amount_pence": 1, "service_code": "10.5", "footprint_code": f"{MANCHESTER} and E08000001"},
        {"amount_pence": 1, "service_code": "10.5", "footprint_code": NORTH_WEST},
        {"amount_pence": 1, "service_code": "10.5", "footprint_code": "E01005062"},
        {"amount_pence": 1, "service_code": "10.5", "footprint_code": "NOWHERE"},
        {"amount_pence": 1, "service_code": "10.5", "footprint_code": MANCHESTER, "basis": "hectares"},
        {"amount_pence": 1, "service_code": "8.2", "footprint_code": MANCHESTER},
    )
    partial, other = "claimant_count", "employment_deprived"
    assert known.choose(table).tolist() == [
        *(partial, partial, other, partial, other, other, partial, other, "hectares", "residents")
    ]
    # Whatever index the lines have.
    assert known.choose(table.set_index(pd.Index([7] * len(table)))).tolist() == known.choose(table).tolist()


@settings(max_examples=40, deadline=None)
@given(FOOTPRINTS)
def test_a_partial_measure_is_never_chosen_where_it_does_not_count(footprint: str) -> None:
    known = Bases((covering("claimant_count", "E08000025", "E06000033", "E10000012"),))
    extent = footprint_extent(footprint)
    assert extent is not None
    whole = bool(np.isin(extent.touched, np.flatnonzero(known.own[0].covered == np.True_)).all())
    assert known.for_service("10.5", footprint) == ("claimant_count" if whole else "employment_deprived")
    assert known.for_service("3.2", footprint) == "households"


def test_of_two_partial_measures_on_a_ladder_the_better_rung_is_tried_first() -> None:
    # Social homes of one district, on a ladder whose shipped rung stands below.
    known = Bases((covering("social_housing_stock", MANCHESTER), covering("pupils_by_home", "E08000006")))
    assert known.for_service("6.1-local-authority-housing", MANCHESTER) == "social_housing_stock"
    assert known.for_service("6.1-local-authority-housing", "E08000006") == "income_deprived"
    assert known.for_service("9.1-primary", MANCHESTER) == "school_age_5_15"
    assert known.for_service("9.1-primary", "E08000006") == "pupils_by_home"


def test_money_shared_by_a_partial_measure_where_it_counts_is_all_there_and_explained_by_its_rung() -> None:
    table = lines(
        {"service_code": "10.5", "amount_pence": 1_000_003, "footprint_code": MANCHESTER},
        {"service_code": "10.5", "amount_pence": 2_000_003, "footprint_code": NORTH_WEST},
    )
    pot = single_pot("E01005062", lines=table, measures=covering("claimant_count", MANCHESTER))
    told = pot.explain("10.5").set_index("footprint_code")
    assert told["basis"].to_dict() == {MANCHESTER: "claimant_count", NORTH_WEST: "employment_deprived"}
    assert told["quality"].to_dict() == {MANCHESTER: "green", NORTH_WEST: "amber"}
    assert told["grade"].to_dict() == {MANCHESTER: "C", NORTH_WEST: "D"}
    sums = [int(pots(level, lines=table, measures=covering("claimant_count", MANCHESTER)).table["total_pence"].sum())
            for level in ("upper_tier", "region")]  # fmt: skip
    assert sums == [3_000_006, 3_000_006]


def test_a_partial_measure_that_the_recipe_leaves_out_shares_nothing() -> None:
    table = lines({"service_code": "10.5", "amount_pence": 1_000, "footprint_code": MANCHESTER})
    recipe = Recipe(
        "Without it",
        (Source("own", table=table),),
        measures=(covering("claimant_count", MANCHESTER),),
        measures_left_out=("claimant_count",),
    )
    assert load(recipe).cells["basis"].tolist() == ["employment_deprived"]


def test_a_partial_measure_stays_the_best_rung_where_one_below_it_is_left_out() -> None:
    table = lines(
        {"service_code": "10.5", "amount_pence": 1_000, "footprint_code": MANCHESTER},
        {"service_code": "10.5", "amount_pence": 1_000, "footprint_code": "E08000006"},
    )
    recipe = Recipe(
        "Without the next",
        (Source("own", table=table),),
        measures=(covering("claimant_count", MANCHESTER),),
        measures_left_out=("employment_deprived",),
    )
    found = load(recipe).cells.set_index("footprint_code")["basis"].to_dict()
    assert found == {MANCHESTER: "claimant_count", "E08000006": "working_age_16_64"}


def test_a_full_measure_that_the_recipe_leaves_out_gives_way_to_the_next_rung() -> None:
    known = Bases((counted("claimant_count"),))
    assert known.without(["claimant_count"])["10.5"] == "employment_deprived"
    assert known.without(["claimant_count", "employment_deprived"])["10.5"] == "working_age_16_64"
    assert known.without(["employment_deprived"])["10.5"] == "claimant_count"
    with pytest.raises(
        UnknownNameError, match=r"Nothing is left to share .*general.* by without residents, households"
    ):
        known.without(["residents", "households"], chosen_otherwise=["3.2", "not a service"])


# --- the same measure everywhere

BETTER = counted("income_deprived")


def test_income_deprivation_by_small_area_moves_a_neighbourhood_and_nothing_in_england() -> None:
    assert measure("income_deprived").observed_level == "upper_tier"
    before, after = shipped_pot("E01005062"), single_pot("E01005062", measures=BETTER)
    moved = after.by("basis").set_index("basis")["amount_pence"]
    kept = before.by("basis").set_index("basis")["amount_pence"]
    assert moved.index.sort_values().tolist() == kept.index.sort_values().tolist()
    assert [name for name in moved.index if moved[name] != kept[name]] == ["income_deprived"]
    graded = {
        pot: pot.cells[pot.cells["basis"] == "income_deprived"]["grade"].unique().tolist() for pot in (before, after)
    }
    assert graded == {before: ["D"], after: ["C"]}
    assert after.grades["C"] > before.grades["C"]
    england = pot_of("England", after.loaded)
    assert england.total_pence == shipped_pot("England").total_pence
    assert england.grades == shipped_pot("England").grades
    assert pot_of("E12000007", after.loaded).total_pence == shipped_pot("E12000007").total_pence


def test_a_neighbourhood_is_compared_by_the_users_measure() -> None:
    pot = single_pot("E01005062", measures=BETTER)
    before, after = shipped_pot("E01005062").comparison, pot.comparison
    assert before is not None
    assert after is not None
    changed = before["division"][before["amount_pence"].ne(after["amount_pence"])].tolist()
    assert changed == ["3", "6", "10", ""]
    assert before["england_per_head_pence"].tolist() == after["england_per_head_pence"].tolist()
    assert int(after["amount_pence"].iloc[-1]) == pot.total_pence
    # Its authority's column is the authority's own pot by the same measure.
    authority = pot_of(MANCHESTER, pot.loaded)
    assert after["authority_per_head_pence"].iloc[-1] == authority.per_head_pence
    assert authority.per_head_pence != shipped_pot(MANCHESTER).per_head_pence


@pytest.fixture
def no_shipped_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing load the shipped measure that a user's takes the place of, nor what is shipped as a whole."""
    load_measure = measure

    def refuse(name: str) -> Measure:
        assert name != "income_deprived", "the shipped measure was loaded beside the user's"
        return load_measure(name)

    def refuse_all() -> Bases:
        raise AssertionError("what is shipped was taken in place of what is loaded")

    monkeypatch.setattr(module, "measure", refuse)
    for name in ("apportion", "shares", "observed", "checks", "loaded"):
        monkeypatch.setattr(f"placespend.{name}.shipped_bases", refuse_all)


@pytest.mark.usefixtures("no_shipped_twin")
def test_nothing_falls_back_on_the_shipped_measure_of_the_same_name() -> None:
    # A name that was used before is kept; these small areas were shared by nothing before.
    pot = single_pot("E01005063", measures=[counted("income_deprived")], overrides=[("3.1", "income_deprived", "why")])
    assert pot.comparison is not None
    assert set(pot.explain("3.1")["measure_source"]) == {"mine"}
    assert "mine (OGL v3.0)" in pot.source_titles
    assert pot.notes
    assert pot.by("basis", "grade")["amount_pence"].sum() == pot.total_pence
    assert describe_ladders(pot.loaded, place=pot.place)["place_pence"].notna().any()
    found = pots("region", recipe=pot.loaded.recipe)
    assert int(found.table["total_pence"].sum()) == pot.loaded.in_pence
    step = pot.bridge(single_pot("E01005063", recipe=pot.loaded.recipe, measures=[counted("claimant_count")]))
    assert step.steps["step"].tolist() == ["bases"]


@pytest.mark.usefixtures("no_shipped_twin")
def test_the_split_of_recorded_amounts_takes_the_users_measure() -> None:
    mine = counted("income_deprived", counts=np.where(np.arange(AREAS) % 2, 1, 90))
    own = observed_split(mine, service="ro-housing", inner="6.1-local-authority-housing")
    assert recorded_part(own) == expected_part(mine.counts)


def observed_split(*mine: Measure, service: str, inner: str) -> Loaded:
    """A region of three councils, one recorded, and a line of two of them: it is divided by its service's basis."""
    west, east = "E06000050", "E06000049"
    official = {"source_id": "hmt-cra-2014", "body": "Local authorities in England"}
    own = {"service_code": service}
    sources = (
        Source("outer", table=lines({**official, "service_code": inner, "amount_pence": 100_000,
                                     "footprint_code": f"E06000007 and {east} and {west}"})),
        Source("inner", table=lines({**own, "body": "Cheshire West and Chester UA", "footprint_code": west,
                                     "amount_pence": 1_000},
                                    {**own, "body": "A committee of both", "footprint_code": f"{west} and {east}",
                                     "amount_pence": 10_000}), options={"complete": "true"}),
    )  # fmt: skip
    recipe = Recipe("Split", sources, relations=(Relation("inner", "outer", WITHIN),), measures=mine)
    return load(recipe)


def recorded_part(loaded: Loaded) -> int:
    """What of the committee's line falls to the council that is observed."""
    return int(loaded.lines.loc[loaded.lines["body"] == "A committee of both", "amount_pence"].sum())


def expected_part(counts: NDArray[np.int64]) -> int:
    west, east = (int(counts[positions_of("upper_tier", code)].sum()) for code in ("E06000050", "E06000049"))
    return round(10_000 * west / (west + east))


def test_a_recorded_amount_is_divided_by_the_users_measure_of_its_service() -> None:
    shipped = observed_split(service="ro-planning", inner="6.2")
    assert recorded_part(shipped) == expected_part(measure("households").counts)
    mine = counted("households", counts=np.where(np.arange(AREAS) % 2, 1, 90))
    own = observed_split(mine, service="ro-planning", inner="6.2")
    assert recorded_part(own) == expected_part(mine.counts)
    assert recorded_part(own) != recorded_part(shipped)
    assert own.in_pence == shipped.in_pence == 100_000


def test_a_recorded_amount_is_divided_by_a_better_rung_that_the_user_loads() -> None:
    mine = counted("social_housing_stock", counts=np.where(np.arange(AREAS) % 2, 1, 90))
    own = observed_split(mine, service="ro-planning", inner="6.2")
    assert recorded_part(own) == expected_part(mine.counts)


def test_a_recorded_amount_that_its_basis_does_not_count_is_divided_by_the_users_residents() -> None:
    nothing = counted("households", counts=np.where(np.isin(np.arange(AREAS), CHESHIRES), 0, 1))
    residents = counted("residents", counts=np.where(np.arange(AREAS) % 2, 1, 90))
    own = observed_split(nothing, residents, service="ro-planning", inner="6.2")
    assert recorded_part(own) == expected_part(residents.counts)


CHESHIRES = np.concatenate([positions_of("upper_tier", code) for code in ("E06000049", "E06000050")])


# --- laws of a user's measures


@st.composite
def a_few_lines(draw: st.DrawFn) -> pd.DataFrame:
    drawn = draw(
        st.lists(
            st.tuples(
                st.integers(-(10**9), 10**12), FOOTPRINTS, st.sampled_from(["10.5", "10.6", "7.A", "8.2", "3.3"])
            ),
            min_size=1,
            max_size=4,
        )
    )
    return lines(
        *(
            {"amount_pence": pence, "footprint_code": footprint, "service_code": service}
            for pence, footprint, service in drawn
        )
    )


@settings(max_examples=25, deadline=None)
@given(a_few_lines(), st.sampled_from(["claimant_count", "income_deprived", "residents"]), st.sampled_from(TILING))
def test_a_measure_counted_seven_times_over_changes_no_penny(table: pd.DataFrame, name: str, level: str) -> None:
    found = []
    for factor in (1, 7):
        known = Bases((counted(name, counts=COUNTS * factor),))
        found.append(build_ledger(build_cells(table, known), tiles(level), known).totals())
    assert found[0] == found[1]


@settings(max_examples=15, deadline=None)
@given(a_few_lines(), st.integers(0, 2**32 - 1), st.integers(1, 10**6))
def test_what_a_users_measure_shares_is_conserved_and_its_sums_are_nested(
    table: pd.DataFrame, seed: int, most: int
) -> None:
    drawn = np.random.default_rng(seed)
    counts = np.where(drawn.random(AREAS) < 0.7, drawn.integers(0, most, AREAS), 0)
    part = covering("housing_benefit_claimants", "E08000025", MANCHESTER)
    known = Bases((counted("claimant_count", counts=counts), counted("residents", counts=counts), part))
    cells = build_cells(table, known)
    assert int(cells["amount_pence"].sum()) == int(table["amount_pence"].sum())
    small = build_ledger(cells, tiles("lsoa"), known).totals()
    assert sum(small.values()) == int(table["amount_pence"].sum())
    for level in ("upper_tier", "region"):
        totals = build_ledger(cells, tiles(level), known).totals()
        for place in tiles(level):
            inside = tiles("lsoa")
            assert totals[place.code] == sum(small[inside[area].code] for area in place.extent.whole)
        assert totals["unallocated"] == small["unallocated"]


def test_a_small_area_that_the_users_measure_does_not_count_gets_no_pence() -> None:
    counts = COUNTS.copy()
    (area,) = positions_of("lsoa", "E01005062")
    counts[area] = 0
    table = lines({"service_code": "10.5", "amount_pence": 10**12, "footprint_code": NORTH_WEST})
    assert single_pot("E01005062", lines=table, measures=counted("claimant_count", counts=counts)).total_pence == 0
    assert single_pot("E01005062", lines=table, measures=counted("claimant_count")).total_pence > 0


def test_money_over_places_where_a_users_measure_counts_nobody_is_unallocated_and_told() -> None:
    table = lines({"service_code": "10.5", "amount_pence": 999})
    pot = single_pot(MANCHESTER, lines=table, measures=counted("claimant_count", counts=np.zeros_like(COUNTS)))
    assert (pot.total_pence, pot.reconcile().unallocated_pence) == (0, 999)
    assert pot.unallocated["reason"].tolist() == ["the basis counts nothing in the footprint"]


@pytest.mark.parametrize(
    "counts",
    [COUNTS[:10], COUNTS.astype("float64"), -COUNTS, np.full(AREAS, 2**60)],
    ids=["too few", "fractions", "below zero", "too large to sum"],
)
def test_a_measure_made_in_python_that_counts_nothing_sensible_is_refused_in_words(counts: object) -> None:
    table = lines({"service_code": "10.5", "amount_pence": 999, "footprint_code": NORTH_WEST})
    with pytest.raises(PlacespendError, match="claimant_count"):
        single_pot("E01005062", lines=table, measures=counted("claimant_count", counts=counts))


# --- a bridge to a pot with a user's measure


@pytest.mark.parametrize("place", ["E01005062", MANCHESTER, "E12000002", "E92000001"])
def test_a_bridge_to_a_pot_with_a_measure_has_one_step_and_sums_to_the_penny(place: str) -> None:
    start, end = shipped_pot(place), single_pot(place, measures=[BETTER, counted("claimant_count")])
    for first, last in ((start, end), (end, start)):
        bridge = first.bridge(last)
        assert bridge.steps["step"].tolist() == ["bases"]
        assert (bridge.start_pence, bridge.end_pence) == (first.total_pence, last.total_pence)
        assert bridge.steps["amount_pence"].sum() == last.total_pence - first.total_pence
        assert bridge.details["amount_pence"].sum() == last.total_pence - first.total_pence
        assert bridge.residual_pence == 0
    assert (start.total_pence == end.total_pence) == (place in {"E12000002", "E92000001"})


def test_a_bridge_between_pots_of_the_same_measures_needs_no_step() -> None:
    pot = single_pot(MANCHESTER, measures=BETTER)
    assert pot.bridge(single_pot(MANCHESTER, measures=BETTER)).steps.empty


def test_a_bridge_leads_over_lines_that_only_one_of_its_pots_can_share() -> None:
    table = lines({"service_code": "8.2", "amount_pence": 1_000, "basis": "dog_owners", "footprint_code": NORTH_WEST})
    plain = lines({"service_code": "8.2", "amount_pence": 2_000, "footprint_code": NORTH_WEST})
    start, end = (
        single_pot(MANCHESTER, lines=table, measures=counted("dog_owners")),
        single_pot(MANCHESTER, lines=plain),
    )
    for first, last in ((start, end), (end, start)):
        bridge: Bridge = first.bridge(last)
        assert (bridge.start_pence, bridge.end_pence) == (first.total_pence, last.total_pence)
        assert bridge.steps["amount_pence"].sum() == last.total_pence - first.total_pence


def test_a_bridge_between_readings_of_a_file_of_measures_that_was_changed_ends_at_the_second(tmp_path: Path) -> None:
    file = tmp_path / "need.csv"
    found = []
    for step in (1, 2):
        rows = [f"{place.code},{1 + number % (50 * step)}" for number, place in enumerate(tiles("lsoa"))]
        file.write_text("lsoa_code,claimant_count\n" + "\n".join(rows) + "\n", encoding="utf-8")
        found.append(single_pot(MANCHESTER, measures=file))
    start, end = found
    assert start.total_pence != end.total_pence
    assert start.loaded.stamp != end.loaded.stamp
    bridge = start.bridge(end)
    assert (bridge.start_pence, bridge.end_pence) == (start.total_pence, end.total_pence)
    assert bridge.steps["step"].tolist() == ["bases"]


# --- what makes the same figures again


def test_the_stamp_tells_measures_apart_that_grade_otherwise() -> None:
    found = [
        single_pot("E01005062", measures=counted("claimant_count", observed_level=level)).loaded
        for level in ("lsoa", "upper_tier")
    ]
    grades = [pot_of("E01005062", loaded).grades for loaded in found]
    assert grades[0] != grades[1]
    assert found[0].stamp != found[1].stamp


def test_the_stamp_tells_measures_apart_that_count_otherwise() -> None:
    stamps = {
        single_pot(MANCHESTER, measures=mine).loaded.stamp
        for mine in (
            counted("claimant_count"),
            counted("claimant_count", counts=COUNTS + 1),
            counted("claimant_count", scale=1_000),
            covering("claimant_count", MANCHESTER),
        )
    }
    assert len(stamps | {shipped_pot(MANCHESTER).loaded.stamp}) == 5
