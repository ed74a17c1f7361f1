"""Bridges: what moves one total to another, each step what leaving one thing out moves, to the penny."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from everyday import TRI_BOROUGH
from everyday import lines as table_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placespend.apportion import build_ledger
from placespend.bridge import DETAIL_COLUMNS, STEP_COLUMNS, Bridge, bridge_pots
from placespend.choices import Override
from placespend.errors import ConservationError, PlacespendError, UnknownNameError
from placespend.exports.documents import bridge_document
from placespend.gazetteer import find_place
from placespend.loaded import Loaded, load
from placespend.pot import pot_of, single_pot
from placespend.published import bridge_published, bridges_wanted, find_published, published_totals
from placespend.recipe import Recipe, Scope, Source, shipped_recipe
from placespend.relations import Relation
from placespend.sources.deflator import read_deflator
from placespend.wanted import recipe_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from placespend.place import Place

PLACES = ["Greater Manchester", "E08000035", "North West", "England", *TRI_BOROUGH[:1], "E10000012"]
COMPANIES = table_of(
    {
        "amount_pence": 1_000_001,
        "body": "Company",
        "sector": "PC",
        "service_code": "3.4",
        "footprint_code": "E12000002",
    },
    {"amount_pence": -203, "body": "Company", "sector": "PC", "service_code": "3.4"},
    {
        "amount_pence": 30_007,
        "body": "Other",
        "sector": "PC",
        "service_code": "10.2-pensions",
        "payment_to_people": True,
    },
    {
        "amount_pence": 700,
        "body": "Other",
        "sector": "PC",
        "service_code": "3.4",
        "economic": "capital",
        "footprint_code": "E08000035",
    },
).assign(source_id="companies")
"""Public corporations, of services that are left out of the Treasury's analysis, which holds all others."""


@cache
def shipped() -> Loaded:
    return load(shipped_recipe())


@cache
def three_sources() -> Loaded:
    recipe = shipped_recipe()
    own = Source("companies", table=COMPANIES)
    sources = tuple(
        replace(source, leave_out={"service": ["3.4", "10.2-pensions"]}) if source.id == "cra" else source
        for source in recipe.sources
    )
    return load(replace(recipe, title="Three", sources=(*sources, own)), intakes=shipped().intakes)


@cache
def official() -> Loaded:
    return load(shipped_recipe().without("outturn"), intakes=shipped().intakes)


@cache
def place(name: str) -> Place:
    return find_place(name)


def total(where: Place, loaded: Loaded) -> int:
    return int(build_ledger(loaded.cells, [where]).pence_at(where.code).sum())


def is_sound(bridge: Bridge) -> bool:
    """Tell whether start, steps, running totals, details and end agree to the penny."""
    running = bridge.start_pence
    for row in bridge.steps.to_dict(orient="records"):
        running += row["amount_pence"]
        details = bridge.details[bridge.details["what"] == row["what"]]
        if row["total_pence"] != running or int(details["amount_pence"].sum()) != row["amount_pence"]:
            return False
    return (
        running + bridge.residual_pence == bridge.end_pence
        and bridge.steps["what"].is_unique
        and list(bridge.steps.columns) == STEP_COLUMNS
        and list(bridge.details.columns) == DETAIL_COLUMNS
        and not (bridge.details["amount_pence"] == 0).any()
    )


def between(start: Loaded, end: Loaded, first: str = "E08000035", last: str | None = None) -> Bridge:
    """Bridge two pots and check what holds of every bridge between pots."""
    here, there = place(first), place(last or first)
    bridge = bridge_pots((here, start), (there, end))
    assert is_sound(bridge)
    assert (bridge.start_pence, bridge.end_pence) == (total(here, start), total(there, end))
    assert bridge.residual_pence == 0
    return bridge


def steps_of(bridge: Bridge) -> list[tuple[str, str, int]]:
    return list(bridge.steps[["step", "what", "amount_pence"]].itertuples(index=False, name=None))


SCOPES = st.builds(
    Scope,
    payments_to_people=st.booleans(),
    capital=st.booleans(),
    only_services=st.sampled_from([(), ("education", "police"), ("10.6", "3.4", "10.2-pensions", "housing-benefit")]),
    leave_out_services=st.sampled_from([(), ("education",)]),
    leave_out_bodies=st.sampled_from([(), ("Home Office",), ("Company", "Manchester")]),
    amount_kinds=st.sampled_from([(), ("outturn",)]),
)


# --- between pots


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), SCOPES, st.sampled_from(["outturn", "companies"]))
def test_what_leaving_a_source_out_moves_is_its_step(name: str, scope: Scope, source: str) -> None:
    whole = three_sources()
    recipe = replace(whole.recipe, scope=scope)
    if source == "companies" and scope.leave_out_bodies == ("Company", "Manchester"):
        # Without the source nobody is called so.
        recipe = replace(recipe, scope=replace(scope, leave_out_bodies=()))
    if source == "outturn" and "Manchester" in scope.leave_out_bodies:
        recipe = replace(recipe, scope=replace(scope, leave_out_bodies=("Company",)))
    start = load(recipe, intakes=whole.intakes)
    end = load(recipe.without(source), intakes=whole.intakes)
    bridge = between(start, end, name)
    assert steps_of(bridge) == [("source", f"without source {source}", total(place(name), end) - bridge.start_pence)]


def test_every_source_of_the_shipped_recipe_can_be_left_out_but_for_what_others_are_part_of() -> None:
    here = place("Greater Manchester")
    whole = shipped()
    (step,) = steps_of(between(whole, official(), "Greater Manchester"))
    assert step == ("source", "without source outturn", total(here, official()) - total(here, whole))
    assert step[2] != 0
    # By itself the outturn is all that is left, with the official allocation and the relation gone.
    alone = load(whole.recipe.without("cra"), intakes=whole.intakes)
    (step,) = steps_of(between(whole, alone, "Greater Manchester"))
    assert step == ("source", "without source cra", total(here, alone) - total(here, whole))
    # In England the outturn moves nothing, for it is part of the official allocation.
    england = between(whole, official(), "England")
    assert [amount for _, _, amount in steps_of(england)] == [0]


SHIPPED_CHANGES = st.fixed_dictionaries(
    {
        "scope": SCOPES.map(lambda scope: replace(scope, leave_out_bodies=())),
        "overrides": st.sampled_from([(), (Override("3.2", "residents", "why"),)]),
        "measures_left_out": st.sampled_from([(), ("employment_deprived",)]),
    }
)


def changed(without: str, change: dict[str, Any]) -> Loaded:
    whole = three_sources()
    recipe = whole.recipe.without(without) if without else whole.recipe
    return load(replace(recipe, **change), intakes=whole.intakes)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(["", "outturn", "cra", "companies"]), SHIPPED_CHANGES),
    st.tuples(st.sampled_from(PLACES), st.sampled_from(["", "outturn", "cra", "companies"]), SHIPPED_CHANGES),
)
def test_a_bridge_between_any_two_pots_leaves_nothing_unexplained_and_there_and_back_is_nothing(
    one: tuple[str, str, dict[str, Any]], other: tuple[str, str, dict[str, Any]]
) -> None:
    start, end = changed(*one[1:]), changed(*other[1:])
    there = between(start, end, one[0], other[0])
    back = between(end, start, other[0], one[0])
    assert int(there.steps["amount_pence"].sum()) + int(back.steps["amount_pence"].sum()) == 0


def test_a_pot_and_itself_need_no_step() -> None:
    bridge = between(shipped(), shipped())
    assert steps_of(bridge) == []
    assert bridge.steps.dtypes[["amount_pence", "total_pence"]].astype(str).tolist() == ["int64", "int64"]
    # Nor does another object of the same recipe, or of other words about it.
    again = load(replace(shipped_recipe(), title="Other words", places=("Leeds",)), intakes=shipped().intakes)
    assert steps_of(between(shipped(), again)) == []


def test_each_thing_that_differs_has_its_step_and_its_name() -> None:
    whole = shipped()
    scope = Scope(
        payments_to_people=False,
        capital=False,
        only_services=("education", "7.A"),
        leave_out_services=("9.2",),
        leave_out_bodies=("Home Office",),
        amount_kinds=("outturn",),
    )
    end = load(
        replace(whole.recipe, scope=scope, overrides=(Override("9.3", "residents", "why"),)), intakes=whole.intakes
    )
    bridge = between(whole, end, "E08000035", "E08000003")
    assert bridge.start_pence == pot_of(place("E08000035"), whole).total_pence
    assert bridge.end_pence == pot_of(place("E08000003"), end).total_pence
    assert [(step, what) for step, what, _ in steps_of(bridge)] == [
        ("area", "Manchester in place of Leeds"),
        ("bases", "what services are shared by"),
        ("payments to people", "payments to people out"),
        ("capital", "capital out"),
        ("services", "only services: education, 7.A"),
        ("services", "services left out: 9.2"),
        ("bodies", "bodies left out: Home Office"),
        ("amount kinds", "only amounts of kind: outturn"),
    ]
    (back,) = steps_of(between(load(replace(whole.recipe, scope=Scope(capital=False)), intakes=whole.intakes), whole))
    assert back[:2] == ("capital", "capital in")


def test_the_details_are_by_service_group_or_service_and_by_region() -> None:
    cra = official()
    bridge = between(shipped(), cra, "E10000012")
    assert set(bridge.details["region"]) == {"East"}
    assert "Education" in set(bridge.details["service"])
    people = load(replace(cra.recipe, scope=Scope(payments_to_people=False)), intakes=cra.intakes)
    bridge = between(cra, people, "England")
    assert bridge.details["region"].nunique() == 9
    assert (bridge.details.groupby("region")["amount_pence"].sum() < 0).all()


def test_how_sources_relate_is_a_step_also_where_only_the_order_of_its_rules_differs() -> None:
    whole = shipped()
    rules = (
        Relation("outturn", "cra", "observed within", groups=("education",)),
        Relation("outturn", "cra", "scale"),
        Relation("outturn", "cra", "observed within", groups=("police",)),
    )
    police_first = (Relation("outturn", "cra", "observed within", groups=("police",)),)
    some = load(replace(whole.recipe, relations=police_first), intakes=whole.intakes)
    bridge = between(whole, some, "Greater Manchester")
    assert [(step, what) for step, what, _ in steps_of(bridge)] == [
        ("relation", "how sources relate (outturn in cra: observed within)")
    ]
    one = load(replace(whole.recipe, relations=rules), intakes=whole.intakes)
    other = load(replace(whole.recipe, relations=rules[::-1]), intakes=whole.intakes)
    assert [step for step, _, _ in steps_of(between(one, other, "Greater Manchester"))] == ["relation"]


def own(*given_lines: dict[str, Any], name: str = "own") -> Source:
    return Source(name, table=table_of(*given_lines))


def test_a_bridge_over_years_of_one_file_of_lines(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"amount_gbp": "1.00", "line_id": "a"},
        {"amount_gbp": "20.00", "line_id": "a", "financial_year": "2012-13"},
        {"amount_gbp": "300.00", "line_id": "b", "financial_year": "2012-13", "service_code": "3.1"},
    )
    first, last = load(recipe_of(path, year="2011-12")), load(recipe_of(path, year="2012-13"))
    bridge = between(first, last, "E08000003")
    assert steps_of(bridge) == [("year", "2012-13 in place of 2011-12", 31_900)]
    assert bridge.details["service"].tolist() == ["Culture and leisure", "Police"]
    assert bridge.details["amount_pence"].tolist() == [1_900, 30_000]
    assert steps_of(between(last, first, "E08000003")) == [("year", "2011-12 in place of 2012-13", -31_900)]
    # Over the year and the place together.
    assert [step for step, _, _ in steps_of(between(first, last, "E08000035", "E08000003"))] == ["area", "year"]


def test_what_no_pot_can_be_built_without_goes_together_with_the_next_step() -> None:
    one = load(Recipe("One", (own({"amount_pence": 100}, name="one"),)))
    other = load(Recipe("Other", (own({"amount_pence": 2_000, "financial_year": "2012-13"}, name="other"),)))
    bridge = between(one, other, "E08000003")
    # No line of the first is of the second year.
    assert steps_of(bridge) == [
        ("year and source", "2012-13 in place of 2011-12; without source one", -100),
        ("source", "with source other", 2_000),
    ]
    # What holds the same money cannot stand beside it.
    same = load(Recipe("Same", (own({"amount_pence": 7}, name="other"),)))
    assert [amount for _, _, amount in steps_of(between(one, same, "E08000003"))] == [-100, 7]


def test_an_outer_source_that_the_inner_one_does_not_fit_into_is_added_with_it() -> None:
    outturn = own({"amount_pence": 900, "body": "Manchester", "service_code": "ro-police"}, name="outturn")
    outturn = replace(outturn, options={"complete": "true"})
    ring = Source("outer", shipped="cra_2011-12.csv", paths=shipped_recipe().sources[0].paths)
    rule = Relation("outturn", "outer", "observed within")
    start = load(Recipe("One", (outturn,)))
    end = load(Recipe("Both", (ring, outturn), relations=(rule,)))
    bridge = between(start, end, "E08000003")
    assert [what for _, what, _ in steps_of(bridge)] == ["with source outer"]
    assert [what for _, what, _ in steps_of(between(end, start, "E08000003"))] == ["without source outer"]


def test_a_source_of_the_same_name_and_other_money_changes_in_one_step() -> None:
    one = load(Recipe("One", (own({"amount_pence": 100}),)))
    other = load(Recipe("Other", (own({"amount_pence": 250}),)))
    assert steps_of(between(one, other, "E08000003")) == [("source", "source own with other files or filters", 150)]
    filtered = load(replace(three_sources().recipe, sources=tuple(
        replace(source, leave_out={"body": ["Other"]}) if source.id == "companies" else source
        for source in three_sources().recipe.sources
    )), intakes=three_sources().intakes)  # fmt: skip
    bridge = between(three_sources(), filtered)
    assert [what for _, what, _ in steps_of(bridge)] == ["source companies with other files or filters"]


def test_a_file_that_has_changed_between_two_pots_is_a_source_of_other_money(write_lines: Callable[..., Path]) -> None:
    before = load(recipe_of(write_lines({"amount_gbp": "1"})))
    after = load(recipe_of(write_lines({"amount_gbp": "5"})))
    assert [amount for _, _, amount in steps_of(between(before, after, "E08000003"))] == [400]


def test_details_that_do_not_sum_to_their_step_are_no_bridge() -> None:
    steps = pd.DataFrame([("area", "x", 5, 5)], columns=STEP_COLUMNS)
    details = pd.DataFrame([("area", "x", "Police", "London", 4)], columns=DETAIL_COLUMNS)
    with pytest.raises(ConservationError, match="the details of the step 'x' do not sum to it"):
        Bridge("a", "b", 0, 5, steps, details)


def test_a_bridge_is_a_table_that_sums_and_a_line_that_says_so() -> None:
    bridge = between(shipped(), official(), "Greater Manchester")
    table = bridge.as_table()
    assert table["step"].tolist() == ["start", "source", "not explained"]
    assert sum(table["amount_pence"].tolist()) == bridge.end_pence == table["total_pence"].tolist()[-1]
    assert "1 steps, £0.00 not explained>" in repr(bridge)
    document: dict[str, Any] = bridge_document(bridge, shipped())
    parts = [document["start_pence"], *(row["amount_pence"] for row in document["steps"]), document["residual_pence"]]
    assert sum(parts) == document["end_pence"]
    assert sum(row["amount_pence"] for row in document["details"]) == sum(parts[1:-1])


# --- to what was published

TOTALS = published_totals().query("kind == 'total' and code != ''")


@pytest.mark.parametrize("name", list(TOTALS.index))
def test_what_is_not_explained_is_what_the_steps_leave(name: str) -> None:
    row = TOTALS.loc[name]
    here = place(str(row["code"]))
    bridge = bridge_published(here, shipped(), name)
    assert is_sound(bridge)
    assert bridge.start_pence == total(here, shipped())
    assert bridge.end_pence == int(str(row["value"])) * 100
    assert bridge.residual_pence == bridge.end_pence - bridge.start_pence - int(bridge.steps["amount_pence"].sum())
    assert str(row["source_url"]) in bridge.end
    questions = "\n".join(bridge.questions)
    assert ("what the change of year moves is not known" in questions) == (row["year"] != "2011-12")
    for flag, words in (("payments_to_people", "payments to people"), ("capital", "capital spending")):
        assert (f"Not said whether the total counts {words}" in questions) == (row[flag] == "")
    assert (str(row["note"]) in questions) or not row["note"]


def test_the_amount_that_a_question_could_move_is_what_our_pot_holds() -> None:
    here = place("E47000001")
    without = load(replace(shipped_recipe(), scope=Scope(payments_to_people=False)), intakes=shipped().intakes)
    pence = total(here, shipped()) - total(here, without)
    assert any(
        f"payments to people, as benefits and pensions; ours holds £{pence // 100:,}.{pence % 100:02d} of it." in told
        for told in bridge_published(here, shipped(), "greater-manchester-2012-13").questions
    )
    bridge = bridge_published(here, without, "greater-manchester-2012-13")
    assert not any("benefits" in told for told in bridge.questions)


def test_what_the_publication_says_it_leaves_out_is_a_step() -> None:
    here = place("Worcestershire")
    bridge = bridge_published(here, shipped(), "worcestershire-interim")
    assert [(step, what) for step, what, _ in steps_of(bridge)] == [
        ("bodies", "bodies left out: Home Office, Ministry of Justice")
    ]
    cells = shipped().cells
    ledger = build_ledger(cells, [here]).pence_at(here.code)
    named = cells["body"].isin(["Home Office", "Ministry of Justice"])
    assert steps_of(bridge)[0][2] == -int(ledger[named].sum()) < 0


def test_a_year_that_the_sources_hold_is_a_step(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"amount_gbp": "1", "footprint_code": "E47000001"},
        {"amount_gbp": "3", "footprint_code": "E47000001", "financial_year": "2012-13"},
    )
    loaded = load(recipe_of(path, year="2011-12"))
    bridge = bridge_published(
        place("E47000001"), loaded, "greater-manchester-2012-13", deflator={"2011-12": Fraction(1)}
    )
    assert steps_of(bridge) == [("year", "2012-13 in place of 2011-12", 200)]
    assert not any(told.startswith(("Year:", "Prices:")) for told in bridge.questions)
    assert bridge.residual_pence == 2_100_000_000_000 - 300


def test_a_source_that_has_nothing_of_the_published_year_is_told_and_what_could_move_is_of_the_pot_of_that_year() -> (
    None
):
    first = {"footprint_code": "E47000001", "amount_pence": 100, "economic": "capital"}
    both = own(first, {**first, "amount_pence": 700, "financial_year": "2012-13"}, name="both")
    once = own({**first, "body": "Other", "source_id": "other"}, name="once")
    loaded = load(Recipe("T", (both, once), "2011-12"))
    bridge = bridge_published(place("E47000001"), loaded, "greater-manchester-2012-13")
    assert steps_of(bridge) == [("year", "2012-13 in place of 2011-12", 500)]
    assert "Year: no line of source once is of 2012-13; it is left out of the pot of that year." in bridge.questions
    assert "Not said whether the total counts capital spending; ours holds £7.00 of it." in bridge.questions


def test_a_recipe_that_cannot_be_used_for_the_published_year_is_told_and_the_bridge_still_built() -> None:
    # In 2012-13 both hold the same money.
    line = {"footprint_code": "E47000001", "amount_pence": 100}
    one = own(line, {**line, "financial_year": "2012-13"}, name="one")
    other = own({**line, "body": "B"}, {**line, "financial_year": "2012-13"}, name="other")
    other = replace(other, table=other.table.assign(source_id="other"))  # type: ignore[union-attr]
    loaded = load(Recipe("T", (one, other), "2011-12"))
    bridge = bridge_published(place("E47000001"), loaded, "greater-manchester-2012-13")
    assert steps_of(bridge) == []
    assert bridge.questions[0].startswith(
        "Year: the total is of 2012-13, and no pot of that year can be built with this recipe ('one' and 'other' hold "
    )
    assert "what the change of year moves is not known" in bridge.questions[0]


@pytest.mark.parametrize(
    ("name", "wanted", "told", "hint"),
    [
        ("Birmingham", "nope", "There is no published total called 'nope'", "birmingham-draft"),
        ("Birmingham", "birmingham-drat", "There is no published total", "did you mean 'birmingham-draft'"),
        ("Birmingham", "greater-manchester-2011", "is of Greater Manchester, not of Birmingham", "birmingham-draft"),
        ("Birmingham", "birmingham-council", "'birmingham-council' is not a total of Birmingham, but a part", "draft"),
        ("Birmingham", "all-pilots-share", "is of All Total Place pilots, not of Birmingham", "birmingham-draft"),
        ("Birmingham", "all-pilots-total", "is of All Total Place pilots, not of Birmingham", "birmingham-draft"),
        ("Leeds", "nope", "There is no published total called 'nope'", "those of Leeds: none"),
        ("Birmingham", "", "There is no published total called ''", "birmingham-draft"),
    ],
)
def test_another_total_than_one_of_the_place_is_told_with_those_that_are(
    name: str, wanted: str, told: str, hint: str
) -> None:
    with pytest.raises(UnknownNameError, match=told) as caught:
        bridges_wanted(place(name), shipped(), to=wanted)
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def test_a_place_without_published_totals_is_told_with_those_that_have_some() -> None:
    with pytest.raises(UnknownNameError, match="No total of Leeds is known to have been published") as caught:
        bridges_wanted(place("E08000035"), shipped())
    assert "there are totals of Birmingham, Worcestershire, Greater Manchester" in str(caught.value.hint)
    with pytest.raises(UnknownNameError, match=r"Of Leeds, no totals are published\."):
        pot_of("E08000035", shipped()).bridge()
    with pytest.raises(UnknownNameError, match=r"Of Birmingham, 2 totals are published\. Hint: choose one of birm"):
        pot_of("Birmingham", shipped()).bridge()


def test_every_total_of_a_place_is_bridged_to_where_none_is_named() -> None:
    here = place("E47000001")
    found = bridges_wanted(here, shipped())
    assert [one.end_pence for one in found] == [2_100_000_000_000, 2_000_000_000_000, 2_200_000_000_000]
    assert find_published(here) == TOTALS.index[TOTALS["code"] == "E47000001"].tolist()
    (one,) = bridges_wanted(here, shipped(), to="greater-manchester-2011")
    assert one.end_pence == 2_000_000_000_000
    assert pot_of(here, shipped()).bridge(published="greater-manchester-2011").end == one.end


def test_totals_that_say_nothing_of_scope_and_year_are_bridged_to_without_gathering_lines_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, loaded = place("E47000001"), load(shipped_recipe(), intakes=shipped().intakes)
    monkeypatch.setattr("placespend.published.load", None)
    monkeypatch.setattr("placespend.bridge.load", None)
    for name in find_published(here):
        found = bridge_published(here, loaded, name)
        assert found.steps.empty
        assert found.start_pence == total(here, loaded)


def test_lines_of_a_scope_that_a_publication_says_are_gathered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    here, loaded = place("Worcestershire"), load(shipped_recipe(), intakes=shipped().intakes)
    gathered: list[Loaded] = []

    def load_and_count(*given: Any, **options: Any) -> Loaded:
        gathered.append(load(*given, **options))
        return gathered[-1]

    monkeypatch.setattr("placespend.published.load", load_and_count)
    first, second = (bridge_published(here, loaded, "worcestershire-interim") for _ in range(2))
    assert len(gathered) == 1
    pd.testing.assert_frame_equal(first.as_table(), second.as_table())
    assert first.questions == second.questions
    assert not load(shipped_recipe(), intakes=shipped().intakes).kept


# --- prices

TREASURY = [
    ["GDP deflators at market prices, and money GDP"],
    ["Calendar year", "2024 = 100", "per cent", "", "Financial year", "2024-25 = 100", "per cent"],
    *([year, 60 + 1.1 * (year - 2005), 1.5, "", f"{year}-{year % 100 + 1:02d}", 61.037 + 1.0303 * (year - 2005), 1.5]
      for year in range(2005, 2010)),
    [2010, 65.5, 1.5, "", "2010-11", 66.1234567, 1.5],
    [2011, 66.5, 1.5, "", "2011-12", 67.1111, 1.49],
    [2012, 67.5, 1.5, "", "2012-13", 68.0507, 1.4],
    ["Note: for 2011-12, see the quality report"],
]  # fmt: skip


@pytest.fixture
def deflator(tmp_path: Path) -> Path:
    """A workbook in HM Treasury's layout, calendar years beside financial years."""
    import xlsxwriter  # noqa: PLC0415

    path = tmp_path / "deflators.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("QNA")
        for number, row in enumerate(TREASURY):
            sheet.write_row(number, 0, row)
    return path


def test_the_step_to_other_prices_is_the_exact_ratio_of_the_indices(deflator: Path) -> None:
    here = place("E47000001")
    (bridge,) = bridges_wanted(here, shipped(), to="greater-manchester-2012-13", deflator=deflator)
    ours = total(here, shipped())
    step = round(ours * Fraction("68.0507") / Fraction("67.1111")) - ours
    assert steps_of(bridge) == [("prices", "prices of 2012-13 in place of 2011-12", step)]
    assert is_sound_but_for_prices(bridge)
    assert not any(told.startswith("Prices") for told in bridge.questions)
    indices = read_deflator(deflator)
    assert pot_of(here, shipped()).bridge(published="greater-manchester-2012-13", deflator=indices).end_pence == (
        bridge.end_pence
    )


def is_sound_but_for_prices(bridge: Bridge) -> bool:
    """Tell whether a bridge with a step for prices, which has no details, sums."""
    running = bridge.start_pence + bridge.steps["amount_pence"].cumsum()
    return (running == bridge.steps["total_pence"]).all().item() and (
        bridge.residual_pence == bridge.end_pence - int(running.iloc[-1])
    )


def test_prices_are_taken_of_what_the_other_steps_leave(deflator: Path) -> None:
    here = place("Worcestershire")
    (bridge,) = bridges_wanted(here, shipped(), to="worcestershire-interim", deflator=deflator)
    first, prices = steps_of(bridge)
    left = total(here, shipped()) + first[2]
    indices = read_deflator(deflator)
    assert prices[2] == round(left * indices["2008-09"] / indices["2011-12"]) - left < 0
    assert is_sound_but_for_prices(bridge)


@pytest.mark.parametrize(
    ("name", "indices", "told"),
    [
        (
            "greater-manchester-2012-13",
            None,
            "Prices: to state our total in prices of 2012-13, add HM Treasury's GDP deflators: "
            "placespend bridge PLACE --deflator FILE.",
        ),
        ("greater-manchester-2012-13", {"2011-12": Fraction(99)}, "Prices: the deflator file has no 2012-13."),
        ("greater-manchester-2012-13", {"2012-13": Fraction(99)}, "Prices: the deflator file has no 2011-12."),
        ("greater-manchester-2012-13", {}, "Prices: the deflator file has no 2011-12 and no 2012-13."),
        ("greater-manchester-2011", None, "Prices: the publication gives '2011', which is no financial year."),
        ("greater-manchester-2011", {"2011-12": Fraction(9)}, "Prices: the publication gives '2011', which is no fin"),
    ],
)
def test_where_prices_are_not_known_that_is_told_and_there_is_no_step(
    name: str, indices: dict[str, Fraction] | None, told: str
) -> None:
    bridge = bridge_published(place("E47000001"), shipped(), name, deflator=indices)
    assert steps_of(bridge) == []
    assert next(question for question in bridge.questions if question.startswith("Prices")).startswith(told)


def test_a_total_of_our_own_year_needs_no_prices(deflator: Path) -> None:
    (bridge,) = bridges_wanted(place("E06000050"), shipped(), deflator=deflator)
    assert steps_of(bridge) == []
    assert not any(told.startswith(("Prices", "Year")) for told in bridge.questions)


# --- what a user asks for


def test_a_bridge_to_another_recipe_or_place(tmp_path: Path) -> None:
    path = tmp_path / "other.TOML"
    path.write_text('title = "CRA"\n[[source]]\nid = "cra"\nshipped = "cra_2011-12.csv"\n', encoding="utf-8")
    here = place("E08000003")
    (bridge,) = bridges_wanted(here, shipped(), to=str(path))
    assert bridge.end == "Manchester, 2011-12 (CRA)"
    assert [what for _, what, _ in steps_of(bridge)] == ["without source outturn"]
    (bridge,) = bridges_wanted(here, shipped(), to=str(path), to_place="Leeds")
    assert [what for _, what, _ in steps_of(bridge)] == ["Leeds in place of Manchester", "without source outturn"]
    assert is_sound(bridge)
    (bridge,) = bridges_wanted(here, shipped(), to_place="E08000035")
    assert bridge.end_pence == single_pot("Leeds").total_pence


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (
            {"to": "birmingham-draft", "to_place": "Leeds"},
            "'birmingham-draft' is a published total, and a bridge to it",
        ),
        ({"to": "missing.toml"}, "There is no file missing.toml"),
        ({"to_place": "Nowhere at all"}, "Nowhere at all"),
        ({"to_place": "Leeds", "as_at": "soon"}, "'soon' is not a date"),
        ({"to_place": "Essex"}, "Essex"),
    ],
    ids=str,
)
def test_what_cannot_be_bridged_to_is_told(wanted: dict[str, str], told: str) -> None:
    with pytest.raises(PlacespendError, match=told):
        bridges_wanted(place("Birmingham"), shipped(), **wanted)  # type: ignore[arg-type]


def test_a_deflator_is_refused_where_it_would_change_nothing(deflator: Path) -> None:
    with pytest.raises(UnknownNameError, match="a bridge between pots has none"):
        bridges_wanted(place("Birmingham"), shipped(), to_place="Leeds", deflator=deflator)
