"""The recipe that a user asks for: measures, lookups and bases of their own, beside a recipe or in its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from everyday import lines

from placespend.choices import Override
from placespend.errors import RecipeError, UnknownNameError, WrongTypeError
from placespend.loaded import load
from placespend.measured.plans import MeasureSource
from placespend.measures import measure
from placespend.pot import single_pot
from placespend.pots_by_level import pots
from placespend.recipe import Recipe, Source, shipped_recipe
from placespend.wanted import OWN, recipe_of, recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Callable

CLAIMANTS = replace(measure("residents"), name="claimant_count", label="claimants", is_plain=False)
OTHERS = replace(CLAIMANTS, name="dog_owners")
WITH_BASES = replace(
    shipped_recipe(),
    overrides=(Override("8.2", "hectares", "the recipe"), Override("", "households", "the recipe", line="cra-0001")),
)


# --- nothing of one's own


@pytest.mark.parametrize("nothing", [{}, {"measures": None}, {"measures": [], "lookups": (), "overrides": ()}])
def test_a_recipe_to_which_nothing_is_added_is_the_same_one(nothing: dict[str, Any]) -> None:
    assert recipe_wanted(None, **nothing) is shipped_recipe()
    assert recipe_wanted(WITH_BASES, **nothing) is WITH_BASES


def test_the_shipped_recipe_says_nothing_of_measures_and_lines_where_none_are_named() -> None:
    said = shipped_recipe().as_dict()
    assert list(said) == ["title", "financial_year", "source", "relation", "scope", "basis", "measures"]
    assert said["measures"] == {"leave_out": ()}
    assert said["basis"] == []
    service = replace(shipped_recipe(), overrides=(Override("8.2", "hectares", "why"),)).as_dict()
    assert service["basis"] == [{"service": "8.2", "basis": "hectares", "reason": "why"}]


# --- measures and lookups


def test_measures_are_taken_as_paths_sources_or_objects_one_or_several() -> None:
    declared = MeasureSource(Path("b.csv"), name="claimant_count")
    for given, expected in (
        ("a.csv", (MeasureSource(Path("a.csv")),)),
        (Path("a.csv"), (MeasureSource(Path("a.csv")),)),
        (declared, (declared,)),
        (CLAIMANTS, (CLAIMANTS,)),
        (["a.csv", declared, CLAIMANTS], (MeasureSource(Path("a.csv")), declared, CLAIMANTS)),
        ((CLAIMANTS, OTHERS), (CLAIMANTS, OTHERS)),
    ):
        assert recipe_wanted(None, measures=given).measures == expected  # type: ignore[arg-type]


def test_measures_and_lookups_stand_behind_those_of_the_recipe() -> None:
    recipe = replace(shipped_recipe(), measures=(CLAIMANTS,), lookups=(Path("one.csv"),))
    found = recipe_wanted(recipe, measures=OTHERS, lookups="two.csv")
    assert found.measures == (CLAIMANTS, OTHERS)
    assert found.lookups == (Path("one.csv"), Path("two.csv"))
    assert recipe_wanted(recipe, lookups=["two.csv", Path("three.csv")]).lookups == (
        *(Path("one.csv"), Path("two.csv"), Path("three.csv")),
    )
    assert (recipe.measures, recipe.lookups) == ((CLAIMANTS,), (Path("one.csv"),))


def test_a_measure_that_the_recipe_names_too_is_refused_when_it_is_loaded() -> None:
    recipe = replace(shipped_recipe(), measures=(CLAIMANTS,))
    with pytest.raises(UnknownNameError, match="Several measures are called claimant_count"):
        load(recipe_wanted(recipe, measures=CLAIMANTS))


@pytest.mark.parametrize("given", [7, [7], [None], {"a": 1}, lines({"amount_pence": 1})], ids=repr)
def test_a_measure_of_another_kind_is_refused(given: Any) -> None:
    with pytest.raises(WrongTypeError, match="A measure is given as a path, a MeasureSource or a Measure"):
        recipe_wanted(None, measures=given if not hasattr(given, "columns") else [given])


def test_measures_of_ones_own_go_with_lines_of_ones_own() -> None:
    found = recipe_wanted(None, lines="lines.csv", measures=CLAIMANTS, overrides=[("8.2", "hectares", "why")])
    assert [source.id for source in found.sources] == [OWN]
    assert found.measures == (CLAIMANTS,)
    assert found.overrides == (Override("8.2", "hectares", "why"),)
    both = recipe_wanted(None, lines="lines.csv", with_shipped=True, measures=CLAIMANTS)
    assert [source.id for source in both.sources] == [OWN, *(source.id for source in shipped_recipe().sources)]
    assert both.measures == (CLAIMANTS,)


# --- bases


def test_a_basis_is_chosen_for_a_service_or_else_for_a_line() -> None:
    found = recipe_wanted(None, overrides=[("10.5", "residents", "a"), ("cra-0001", "hectares", "b")])
    assert found.overrides == (Override("10.5", "residents", "a"), Override("", "hectares", "b", line="cra-0001"))
    given = Override("10.5", "residents", "a")
    assert recipe_wanted(None, overrides=[given]).overrides == (given,)
    assert recipe_wanted(None, overrides=[["10.5", "residents", "a"]]).overrides == (given,)  # type: ignore[list-item]


def test_a_choice_goes_before_that_of_the_recipe_for_the_same_service_or_line_and_leaves_the_others() -> None:
    found = recipe_wanted(WITH_BASES, overrides=[("8.2", "residents", "mine"), ("3.2", "residents", "mine")])
    assert found.overrides == (
        Override("", "households", "the recipe", line="cra-0001"),
        Override("8.2", "residents", "mine"),
        Override("3.2", "residents", "mine"),
    )
    of_line = recipe_wanted(WITH_BASES, overrides=[("cra-0001", "residents", "mine")]).overrides
    assert of_line == (WITH_BASES.overrides[0], Override("", "residents", "mine", line="cra-0001"))


def test_two_choices_for_one_service_are_refused() -> None:
    with pytest.raises(RecipeError, match=r"two \[\[basis\]\] are for service '8.2'"):
        load(recipe_wanted(None, overrides=[("8.2", "residents", "a"), ("8.2", "hectares", "b")]))


@pytest.mark.parametrize(
    "given", [["10.5"], [("10.5", "residents")], [("10.5", "residents", None)], [7], ("10.5", "residents", "why")]
)
def test_a_choice_that_is_not_of_three_texts_is_refused(given: Any) -> None:
    with pytest.raises(WrongTypeError, match="A basis is chosen by a service or line, a basis and a reason"):
        recipe_wanted(None, overrides=given)


def test_one_choice_that_is_given_without_a_list_is_taken_or_refused_in_words() -> None:
    choice: Any = Override("10.5", "residents", "why")
    try:
        found = recipe_wanted(None, overrides=choice)
    except WrongTypeError:
        return
    assert found.overrides == (choice,)


def test_a_misspelt_service_is_told_with_the_service_that_was_meant() -> None:
    with pytest.raises(RecipeError) as caught:
        load(recipe_wanted(None, overrides=[("10.55", "residents", "why")]))
    assert "'10.5'" in str(caught.value)


def test_an_unknown_line_is_told_with_the_other_faults_at_once() -> None:
    wrong = [("cra-99999", "residents", "why"), ("8.2", "residnts", "why"), ("3.2", "residents", " ")]
    with pytest.raises(RecipeError) as caught:
        load(recipe_wanted(None, overrides=wrong))
    for told in ("cra-99999", "did you mean 'residents'?", "3.2 is to be shared by 'residents' without a reason"):
        assert told in str(caught.value)


def test_an_unknown_line_alone_is_told_with_the_line_that_was_meant() -> None:
    with pytest.raises(RecipeError, match=r"there is no service and no line 'cra-00001'") as caught:
        load(recipe_wanted(None, overrides=[("cra-00001", "residents", "why")]))
    assert "did you mean 'cra-0001'?" in caught.value.message


# --- what is made of it


def test_pot_and_pots_take_the_same_measures_and_choices() -> None:
    table = lines(
        {"service_code": "10.5", "amount_pence": 1_000_003, "footprint_code": "E12000002"},
        {"service_code": "8.2", "amount_pence": 2_000_003, "footprint_code": "E12000002"},
    )
    said: dict[str, Any] = {"lines": table, "measures": OTHERS, "overrides": [("10.5", "dog_owners", "They walk")]}
    pot, found = single_pot("E08000003", **said), pots("upper_tier", **said)
    assert found.table.set_index("code")["total_pence"]["E08000003"] == pot.total_pence
    assert int(found.table["total_pence"].sum()) == 3_000_006
    assert found.loaded.recipe.sha256 == pot.loaded.recipe.sha256
    assert "10.5: shared by dog_owners: They walk" in pot.notes
    assert "10.5: shared by dog_owners: They walk" in found.notes
    assert pot.explain("10.5")["basis"].tolist() == ["dog_owners"]
    assert pot.explain("10.5")["quality"].tolist() == ["not assessed"]
    assert single_pot("E08000003", lines=table).total_pence != pot.total_pence


def test_what_is_added_changes_the_digest_of_the_recipe() -> None:
    digests = [
        recipe_wanted(None, **more).sha256
        for more in (
            dict[str, Any](),
            {"measures": CLAIMANTS},
            {"measures": OTHERS},
            {"measures": "need.csv"},
            {"measures": MeasureSource(Path("need.csv"), rate_per=1_000, rate_of="residents")},
            {"lookups": "lookup.csv"},
            {"overrides": [("8.2", "hectares", "why")]},
            {"overrides": [("8.2", "hectares", "because")]},
            {"overrides": [("8.2", "residents", "why")]},
            {"overrides": [("cra-0001", "hectares", "why")]},
        )
    ]
    assert len(set(digests)) == len(digests)
    assert digests[0] == shipped_recipe().sha256


def test_a_recipe_says_the_names_of_files_and_not_where_they_are(tmp_path: Path) -> None:
    here, there = (recipe_wanted(None, measures=folder / "need.csv", lookups=folder / "lookup.csv")
                   for folder in (tmp_path, Path("elsewhere")))  # fmt: skip
    assert here.as_dict() == there.as_dict()
    assert here.as_dict()["measure"] == [{"file": "need.csv"}]
    assert here.as_dict()["measures"] == {"leave_out": (), "lookups": ["lookup.csv"]}


# --- recipes and lines, as before


def test_lines_make_a_recipe_of_their_own(write_lines: Callable[..., Path]) -> None:
    path = write_lines({})
    assert [source.paths for source in recipe_of(path).sources] == [(path,)]
    assert [source.paths for source in recipe_of([path, str(path)]).sources] == [(path, path)]
    assert recipe_of(lines({"amount_pence": 1})).sources[0].table is not None
    assert recipe_of(year="2012-13").financial_year == "2012-13"
    assert recipe_of(path, unknown_footprints="unallocated").sources[0].options == {"unknown_footprints": "keep"}
    with pytest.raises(WrongTypeError, match="not as int"):
        recipe_of([path, 7])  # type: ignore[list-item]


@pytest.mark.parametrize("more", [{"lines": "a.csv"}, {"with_shipped": True}, {"unknown_footprints": "unallocated"}])
def test_a_recipe_says_itself_which_lines_are_in(more: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match="A recipe says itself which lines are in"):
        recipe_wanted(shipped_recipe(), **more)


def test_a_recipe_is_a_path_or_a_recipe_and_takes_another_year() -> None:
    assert recipe_wanted(shipped_recipe(), year="2012-13").financial_year == "2012-13"
    recipe = Recipe("Own", (Source("own", table=lines({"amount_pence": 1})),))
    assert recipe_wanted(recipe) is recipe
    with pytest.raises(WrongTypeError, match="not as int"):
        recipe_wanted(7)  # type: ignore[arg-type]
