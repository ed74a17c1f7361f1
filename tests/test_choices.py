"""Bases that a recipe names for services and lines: what they move, what they say, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from everyday import lines
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.bases import Bases, shipped_bases
from placespend.choices import (
    Choice,
    Override,
    check_choices,
    check_covered,
    choose_otherwise,
    describe_choices,
    faults_of_choices,
    faults_of_lines_named,
)
from placespend.cofog import services
from placespend.errors import RecipeError
from placespend.exports.documents import pot_document
from placespend.exports.stamps import stamp
from placespend.geography import positions_of
from placespend.loaded import Loaded, load
from placespend.measures import Measure, measure
from placespend.pot import pot_of
from placespend.recipe import Recipe, Source, shipped_recipe
from placespend.relations import WITHIN, Relation
from placespend.tables import explanation_text, pot_text

if TYPE_CHECKING:
    import pandas as pd

MANCHESTER, NORTH_WEST = "E08000003", "E12000002"
HOSTILE = '\x1b[2J=1+1\n[red]so[/red] "quoted", <b>bold</b> \u202e'


def partial(*codes: str) -> Measure:
    """Claimants in some upper tiers alone."""
    covered = np.zeros(len(measure("residents").counts), dtype=bool)
    for code in codes:
        covered[positions_of("upper_tier", code)] = True
    return replace(measure("residents"), name="claimant_count", label="claimants", covered=covered)


def loaded_of(table: pd.DataFrame, *overrides: Override, **more: Any) -> Loaded:
    return load(Recipe("Own", (Source("own", table=table),), overrides=overrides, **more))


def faults(*overrides: Override, left_out: tuple[str, ...] = (), **more: bool) -> list[str]:
    return list(faults_of_choices(overrides, left_out, shipped_bases(), **more))


def bases_of(loaded: Loaded) -> dict[str, str]:
    """What each line is shared by."""
    chosen = loaded.bases.choose(loaded.lines)
    return dict(zip(loaded.lines["line_id"], chosen, strict=True))


# --- what an override says


def test_an_override_says_only_what_is_said() -> None:
    assert Override("3.2", "residents", "why").as_dict() == {"service": "3.2", "basis": "residents", "reason": "why"}
    assert Override("", "residents", "why", line="7").as_dict() == {
        "line": "7",
        "basis": "residents",
        "reason": "why",
    }


# --- what is wrong


def test_a_choice_that_can_be_made_has_no_fault() -> None:
    assert faults() == []
    assert faults(Override("3.2", "residents", "why"), Override("", "hectares", "why", line="7")) == []
    assert faults(Override("8.2", "health_blend", "why"), left_out=("employment_deprived",)) == []


@pytest.mark.parametrize(
    ("override", "told"),
    [
        (Override("10.55", "residents", "why"), "there is no service '10.55'. Hint: did you mean '10.5'?"),
        (Override("8.2", "residnts", "why"), "there is no basis 'residnts'. Hint: did you mean 'residents'?"),
        (Override("8.2", "claimant_count", "why"), "the basis 'claimant_count' is known and not loaded. Hint: give"),
        (Override("8.2", "residents", ""), "8.2 is to be shared by 'residents' without a reason"),
        (Override("8.2", "residents", " \t\n\u00a0"), "8.2 is to be shared by 'residents' without a reason"),
        (Override("", "residents", "", line="7"), "7 is to be shared by 'residents' without a reason"),
        (Override("", "residents", "why"), "a [[basis]] is for a service or for a line"),
        (Override("8.2", "residents", "why", line="7"), "a [[basis]] is for a service or for a line"),
    ],
)
def test_a_choice_that_cannot_be_made_is_told_with_a_hint(override: Override, told: str) -> None:
    (fault,) = faults(override)
    assert fault.startswith(told)
    assert ". Hint: " in fault


def test_a_basis_named_twice_for_a_service_or_line_is_told_once() -> None:
    found = faults(
        *(Override("8.2", basis, "why") for basis in ("residents", "hectares", "households")),
        *(Override("", basis, "why", line="7") for basis in ("residents", "hectares")),
    )
    assert found == [
        "two [[basis]] are for service '8.2'. Hint: keep the one that is meant",
        "two [[basis]] are for line '7'. Hint: keep the one that is meant",
    ]
    # The code of a service may well be the id of a line.
    assert faults(Override("8.2", "residents", "why"), Override("", "residents", "why", line="8.2")) == []


def test_a_measure_that_is_left_out_is_named_for_nothing_nor_in_a_blend() -> None:
    found = faults(
        Override("8.2", "health_blend", "why"),
        Override("", "aged_65_plus", "why", line="7"),
        left_out=("aged_65_plus",),
    )
    assert [fault.split(" is to be")[0] for fault in found] == ["8.2", "7"]
    assert all("takes the measure 'aged_65_plus', and the recipe leaves that out" in fault for fault in found)


def test_names_that_may_still_come_are_not_told() -> None:
    overrides = (Override("10.5", "claimant_count", ""), Override("10.55", "dog_owners", "why"))
    told = faults(*overrides, left_out=("cat_owners",), others_may_come=True)
    assert [fault.split(". Hint")[0] for fault in told] == [
        "10.5 is to be shared by 'claimant_count' without a reason",
        "there is no service '10.55'",
    ]


def test_all_faults_are_told_at_once_and_each_once() -> None:
    wrong = (
        Override("10.55", "residnts", ""),
        Override("8.2", "residnts", "why"),
        Override("8.2", "residents", "why", line="7"),
    )
    with pytest.raises(RecipeError) as caught:
        check_choices(wrong, ("resident",), shipped_bases(), {})
    told = caught.value.message.splitlines()
    assert told[0] == "The recipe cannot be used:"
    assert [fault.strip().split(". Hint")[0] for fault in told[1:]] == [
        "there is no measure 'resident'",
        "two [[basis]] are for service '8.2'",
        "10.55 is to be shared by 'residnts' without a reason",
        "there is no service '10.55'",
        "there is no basis 'residnts'",
        "a [[basis]] is for a service or for a line",
        "there is no service and no line '7'",
    ]
    assert caught.value.hint == "what money can be shared by: placespend bases"


def test_a_name_that_a_terminal_would_obey_is_told_without_that() -> None:
    wrong = (Override(HOSTILE, HOSTILE, "why"), Override("", HOSTILE, "why", line=HOSTILE))
    for fault in faults(*wrong, left_out=(HOSTILE,)):
        assert "\x1b" not in fault
        assert "\u202e" not in fault


# --- lines that are named


def test_all_lines_that_no_source_holds_are_told_with_what_was_meant() -> None:
    overrides = [Override("", "residents", "why", line=line) for line in ("cra-1", "cra-12x", "cra-0003")]
    told = list(faults_of_lines_named(overrides, {"one": ["cra-0001"], "two": ["cra-0003"]}))
    assert [fault.split(". Hint: ")[0] for fault in told] == [
        "there is no service and no line 'cra-1'",
        "there is no service and no line 'cra-12x'",
    ]
    assert "did you mean 'cra-0001'" in told[0]
    assert not list(faults_of_lines_named([*overrides[2:], Override("3.2", "residents", "why")], {"two": ["cra-0003"]}))


def test_a_line_of_nothing_like_its_name_is_told_how_lines_are_named() -> None:
    (fault,) = faults_of_lines_named([Override("", "residents", "why", line="zzz")], {"one": ["cra-0001"]})
    assert fault.endswith("Hint: a line is named by its line_id")


# --- what is shared by what


def test_an_override_of_a_service_leaves_lines_with_a_basis_of_their_own() -> None:
    table = lines(
        {"line_id": "plain", "amount_pence": 100},
        {"line_id": "own", "amount_pence": 100, "basis": "households"},
        {"line_id": "other", "amount_pence": 100, "service_code": "3.2"},
    )
    loaded = loaded_of(table, Override("8.2", "hectares", "why"))
    assert bases_of(loaded) == {"plain": "hectares", "own": "households", "other": "households"}
    assert loaded.choices == (Choice("8.2", ("8.2",), "hectares", "shared by hectares: why"),)


def test_an_override_of_a_line_goes_before_all_else() -> None:
    table = lines(
        {"line_id": "plain", "amount_pence": 100},
        {"line_id": "own", "amount_pence": 100, "basis": "households"},
        {"line_id": "third", "amount_pence": 100, "basis": "households"},
    )
    loaded = loaded_of(
        table,
        Override("", "health_blend", "patients", line="own"),
        Override("8.2", "hectares", "land"),
        Override("", "residents", "people", line="plain"),
        measures_left_out=("employment_deprived",),
    )
    assert bases_of(loaded) == {"plain": "residents", "own": "health_blend", "third": "households"}
    assert "line own: shared by health_blend: patients" in loaded.cautions
    assert "line plain: shared by residents: people" in loaded.cautions
    assert "8.2: shared by hectares: land" in loaded.cautions


def test_an_override_of_a_line_takes_no_other_line_whose_id_starts_alike() -> None:
    ids = ["1", "10", "1 /a", "a/1", "1/a", "2"]
    table = lines(*({"line_id": name, "amount_pence": 100} for name in ids))
    loaded = loaded_of(table, Override("", "hectares", "why", line="1"))
    assert bases_of(loaded) == {name: "hectares" if name == "1" else "residents" for name in ids}


def test_an_override_of_a_line_takes_no_part_of_another_line_whose_id_has_a_stroke() -> None:
    # A payment of a council's own named "1/a" was divided over services; a line "1" has nothing to do with it.
    official = {"source_id": "hmt-cra-2014", "body": "Local authorities in England", "footprint_code": NORTH_WEST}
    outer = lines(
        {**official, "line_id": "x", "service_code": "8.1", "amount_pence": 60_000},
        {**official, "line_id": "1", "service_code": "8.2", "amount_pence": 40_000},
    )
    inner = lines({"line_id": "1/a", "body": "Manchester", "service_code": "ro-cultural", "amount_pence": 1_000})
    loaded = related(outer, inner, Override("", "hectares", "why", line="1"))
    assert {
        line: basis for line, basis in bases_of(loaded).items() if line.startswith("1/a")
    } == {"1/a/8.1": "residents", "1/a/8.2": "residents"}  # fmt: skip


def related(outer: pd.DataFrame, inner: pd.DataFrame, *overrides: Override) -> Loaded:
    sources = (Source("outer", table=outer), Source("inner", table=inner, options={"complete": "true"}))
    return load(Recipe("Two", sources, relations=(Relation("inner", "outer", WITHIN),), overrides=overrides))


def test_the_parts_of_a_divided_line_keep_its_basis() -> None:
    official = {"source_id": "hmt-cra-2014", "body": "Local authorities in England", "footprint_code": NORTH_WEST}
    outer = lines(
        {**official, "line_id": "x", "service_code": "8.1", "amount_pence": 60_000},
        {**official, "line_id": "y", "service_code": "8.2", "amount_pence": 40_000},
    )
    inner = lines({"line_id": "i", "body": "Manchester", "service_code": "ro-cultural", "amount_pence": 1_000})
    loaded = related(
        outer, inner, Override("", "hectares", "land", line="i"), Override("", "households", "homes", line="y")
    )
    assert bases_of(loaded) == {
        "i/8.1": "hectares",
        "i/8.2": "hectares",
        "x/remainder": "residents",
        "y/remainder": "households",
    }
    assert loaded.in_pence == 100_000
    assert [choice.services for choice in loaded.choices] == [("8.1", "8.2"), ("8.2",)]


def test_what_is_left_of_a_line_that_the_same_body_refines_keeps_its_basis() -> None:
    department = {"body": "Department", "sector": "CG"}
    outer = lines({**department, "line_id": "o", "amount_pence": 1_000, "source_id": "outer"})
    inner = lines({**department, "line_id": "i", "amount_pence": 300, "source_id": "inner"})
    loaded = related(outer, inner, Override("", "hectares", "why", line="o"))
    assert bases_of(loaded) == {"remainder/o": "hectares", "i": "residents"}


def test_a_line_that_is_not_in_the_pot_is_not_said_to_be_shared() -> None:
    table = lines(
        {"line_id": "in", "amount_pence": 100},
        {"line_id": "later", "amount_pence": 100, "financial_year": "2012-13"},
    )
    loaded = loaded_of(table, Override("", "hectares", "why", line="later"), financial_year="2011-12")
    assert not [note for note in loaded.cautions if note.startswith("line later: shared by")]


def test_a_group_whose_lines_were_all_split_over_its_services_is_shared_as_it_is_said_to_be() -> None:
    official = {"source_id": "hmt-cra-2014", "body": "Local authorities in England", "footprint_code": NORTH_WEST}
    outer = lines({**official, "line_id": "x", "service_code": "8.1", "amount_pence": 60_000})
    inner = lines({"line_id": "i", "body": "Manchester", "service_code": "ro-cultural", "amount_pence": 1_000})
    loaded = related(outer, inner, Override("ro-cultural", "hectares", "why"))
    said = [note for note in loaded.cautions if note.startswith("ro-cultural: shared by hectares")]
    assert ("hectares" in bases_of(loaded).values()) == bool(said)


def test_a_line_id_that_two_sources_hold_is_refused_for_it_is_not_said_which_is_meant() -> None:
    sources = (
        Source("one", table=lines({"line_id": "1", "amount_pence": 100})),
        Source("two", table=lines({"line_id": "1", "amount_pence": 100, "source_id": "x", "service_code": "3.2"})),
    )
    with pytest.raises(RecipeError, match="1"):
        load(Recipe("Two", sources, overrides=(Override("", "hectares", "why", line="1"),)))


def test_lines_without_a_choice_are_the_table_that_came_in() -> None:
    table = lines({"amount_pence": 100})
    assert choose_otherwise(table, ()) is table
    assert describe_choices(table, (), shipped_bases()) == ((), [])


def test_a_measure_left_out_says_so_for_each_service_and_an_override_goes_before_it() -> None:
    table = lines({"amount_pence": 100, "service_code": "10.5"}, {"amount_pence": 100, "service_code": "4.1"})
    loaded = loaded_of(table, Override("10.5", "hectares", "why"), measures_left_out=("employment_deprived",))
    assert bases_of(loaded) == {"0": "hectares", "1": "working_age_16_64"}
    reasons = {choice.what: choice.reason for choice in loaded.choices}
    assert reasons["4.1"] == "shared by working_age_16_64, for the recipe leaves out employment_deprived"
    assert reasons["10.5"] == "shared by hectares: why"


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["8.2", "3.2", "7.A"]), st.integers(-(10**9), 10**9)), min_size=1, max_size=5),
    st.sampled_from(["hectares", "residents", "health_blend", "aged_75_plus"]),
)
def test_no_choice_makes_or_loses_a_penny(drawn: list[tuple[str, int]], basis: str) -> None:
    table = lines(
        *({"service_code": code, "amount_pence": pence, "footprint_code": NORTH_WEST} for code, pence in drawn)
    )
    plain = loaded_of(table)
    for override in (Override("8.2", basis, "why"), Override("", basis, "why", line="0")):
        loaded = loaded_of(table, override)
        assert loaded.in_pence == plain.in_pence == sum(pence for _, pence in drawn)
        assert pot_of(NORTH_WEST, loaded).total_pence == plain.in_pence
        assert pot_of(MANCHESTER, loaded).reconcile().in_pence == plain.in_pence


# --- places that a measure does not count


def test_a_measure_over_places_that_it_does_not_count_is_refused_with_all_of_them() -> None:
    table = lines(
        {"amount_pence": 100, "footprint_code": NORTH_WEST},
        {"amount_pence": 100, "footprint_code": "E08000006"},
        {"amount_pence": 100, "footprint_code": MANCHESTER},
    )
    with pytest.raises(RecipeError, match="places that it does not count") as caught:
        loaded_of(table, Override("8.2", "claimant_count", "why"), measures=(partial(MANCHESTER),))
    told = caught.value.message.splitlines()[1:]
    north_west, manchester = len(positions_of("region", NORTH_WEST)), len(positions_of("upper_tier", MANCHESTER))
    assert told == [
        f"  claimant_count has no count for {north_west - manchester:,} of {north_west:,} small areas of North West",
        f"  claimant_count has no count for {len(positions_of('upper_tier', 'E08000006'))} of "
        f"{len(positions_of('upper_tier', 'E08000006'))} small areas of Salford",
    ]
    assert "what is not counted is not zero" in str(caught.value.hint)


def test_a_line_that_brings_a_measure_which_does_not_count_its_footprint_is_refused() -> None:
    table = lines({"amount_pence": 100, "basis": "claimant_count", "footprint_code": NORTH_WEST})
    with pytest.raises(RecipeError, match="claimant_count has no count for"):
        loaded_of(table, measures=(partial(MANCHESTER),))


def test_a_measure_is_chosen_for_the_lines_that_it_counts_wholly() -> None:
    table = lines({"line_id": "here", "amount_pence": 100}, {"amount_pence": 100, "footprint_code": NORTH_WEST})
    loaded = loaded_of(table, Override("", "claimant_count", "why", line="here"), measures=(partial(MANCHESTER),))
    assert bases_of(loaded) == {"here": "claimant_count", "1": "residents"}


def test_a_footprint_of_no_place_is_not_asked_for_its_areas() -> None:
    table = lines({"amount_pence": 100, "basis": "claimant_count", "footprint_code": "NOWHERE"})
    check_covered(table, Bases((partial(MANCHESTER),)))
    with pytest.raises(RecipeError):
        check_covered(table.assign(footprint_code=NORTH_WEST), Bases((partial(MANCHESTER),)))


# --- the reason travels


def test_the_reason_stands_on_everything_that_is_made_of_the_pot() -> None:
    recipe = replace(shipped_recipe(), overrides=(Override("3.2", "residents", "No incidents are known"),))
    pot = pot_of("Leeds", load(recipe))
    said = "shared by residents: No incidents are known"
    assert f"3.2: {said}" in pot.notes
    assert set(pot.explain("3.2")["assumption"]) == {said}
    document = pot_document(pot, "service")
    assert f"3.2: {said}" in document["notes"]  # type: ignore[operator]
    assert pot.loaded.made_with["recipe"]["basis"] == [  # type: ignore[index]
        {"service": "3.2", "basis": "residents", "reason": "No incidents are known"}
    ]
    for text in (pot_text(pot, "service"), explanation_text(pot, "3.2")):
        assert said in " ".join(text.split())
    other = replace(shipped_recipe(), overrides=(Override("3.2", "residents", "Nothing is known"),))
    stamps = {
        stamp(pot.by("service"), load(found))["made_with"].unique().item()
        for found in (recipe, other, shipped_recipe())
    }
    assert len(stamps) == 3


@pytest.mark.parametrize(
    "override", [Override("8.2", "hectares", HOSTILE), Override("", "hectares", HOSTILE, line="0")]
)
def test_no_terminal_obeys_a_reason(override: Override) -> None:
    pot = pot_of(MANCHESTER, loaded_of(lines({"amount_pence": 100}), override))
    assert HOSTILE in pot.explain("8.2")["assumption"].iloc[0]
    for text in (pot_text(pot, "service"), explanation_text(pot, "8.2")):
        assert "[red]so[/red]" in text
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_two_reasons_for_one_service_and_basis_are_both_told() -> None:
    table = lines({"line_id": "a", "amount_pence": 1}, {"line_id": "b", "amount_pence": 1})
    loaded = loaded_of(table, Override("", "hectares", "first", line="a"), Override("", "hectares", "second", line="b"))
    (told,) = pot_of(MANCHESTER, loaded).explain("8.2")["assumption"].unique()
    assert told == "shared by hectares: first; shared by hectares: second"


def test_every_service_can_be_shared_by_every_basis_that_counts_all() -> None:
    for basis in shipped_bases().names:
        overrides = [Override(code, basis, "why") for code in services().index]
        check_choices(overrides, (), shipped_bases(), {})
        table = lines(*({"service_code": code, "amount_pence": 1} for code in services().index))
        chosen = choose_otherwise(table, overrides)
        assert set(chosen["basis"]) == {basis}
        choices, notes = describe_choices(chosen, overrides, shipped_bases())
        assert len(choices) == len(services())
        assert notes == []
