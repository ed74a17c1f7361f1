"""A report tells the command, recipe and digests that make it again."""

from __future__ import annotations

import shlex
import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from gathered_places import GM, PILOT, gathered, of_kind, words_of
from hypothesis import given
from hypothesis import strategies as st

from placespend.choices import Override
from placespend.gazetteer import find_place
from placespend.lines import read_lines
from placespend.loaded import load
from placespend.recipe import Source, read_recipe, shipped_recipe
from placespend.reports.document import Bullets, Code
from placespend.reports.gathered import gather
from placespend.reports.reproduce import checks_of, recipe_toml, reproduce_of, reproduce_section

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from placespend.recipe import Recipe

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def changed(reason: str = "it is planned so", title: str = "Mine") -> Recipe:
    """The shipped recipe with a part of every kind."""
    first, second = shipped_recipe().sources
    return replace(
        shipped_recipe(),
        title=title,
        sources=(replace(first, leave_out={"sector": ["PC"]}), second),
        scope=replace(shipped_recipe().scope, capital=False, leave_out_services=("7.B",)),
        overrides=(Override("3.2", "residents", reason),),
        measures_left_out=("aged_75_plus",),
    )


@pytest.mark.parametrize("recipe", [shipped_recipe(), changed()], ids=["shipped", "changed"])
def test_the_recipe_that_is_told_is_the_recipe(recipe: Recipe, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(recipe_toml(recipe), encoding="utf-8")
    assert read_recipe(path).sha256 == recipe.sha256


@given(TEXTS, TEXTS)
def test_any_text_of_a_recipe_comes_back(title: str, reason: str) -> None:
    said = tomllib.loads(recipe_toml(changed(reason=reason, title=title)))
    assert said["title"] == title
    assert said["basis"][0]["reason"] == reason


def test_the_section_holds_all_that_makes_it_again() -> None:
    found = gathered(GM)
    section = reproduce_section(found)
    command, recipe, digests, checks = [block.text for block in of_kind(section, Code)]
    assert command == found.command == f"placespend report {GM} --out report.html"
    assert recipe == recipe_toml(shipped_recipe())
    assert checks == f"placespend pot {GM} --format json\nplacespend families {GM} --format json"
    (made,) = of_kind(section, Bullets)
    assert f"Digest of the recipe: {found.loaded.recipe.sha256}" in made.items
    assert f"Made with: placespend {found.loaded.made_with['placespend']}" in made.items
    for name, digest in found.loaded.inputs:
        assert f"{digest}  {name}" in digests.splitlines()
    assert "placespend families PLACE --counts FILE" in words_of(section)


def test_the_stamp_of_every_table_agrees_with_the_digests() -> None:
    (made,) = of_kind(reproduce_section(gathered(GM)), Bullets)
    digests = [item.rsplit(" ", 1)[1][:16] for item in made.items if item.startswith("Digest")]
    assert [digest in gathered(GM).loaded.stamp for digest in digests] == [True, True]


def test_options_of_the_money_go_with_the_checks() -> None:
    leeds = find_place("Leeds")
    command = "placespend report Leeds --recipe 'my recipe.toml' --pdf --out /x/y.html --year 2011-12"
    assert shlex.split(checks_of(leeds, command)[0]) == [
        *("placespend", "pot", "E08000035", "--recipe", "my recipe.toml", "--year", "2011-12", "--format", "json")
    ]
    own = replace(leeds, level="own", code="north", name="North; estate")
    pot, families = checks_of(
        own, "placespend report 'North; estate' --boundary FILE --year 2011-12 --radius 800 --out report.html"
    )
    assert pot == "placespend pot 'North; estate' --boundary FILE --year 2011-12 --radius 800 --format json"
    assert families == "placespend families 'North; estate' --boundary FILE --radius 800 --format json"


def test_a_name_that_looks_like_an_option_comes_last_in_the_checks_too() -> None:
    own = replace(find_place("Leeds"), level="own", code="north", name="-2+3")
    checks = checks_of(own, "placespend report --boundary FILE --year 2011-12 --out report.html -- -2+3")
    assert checks == (
        "placespend pot --boundary FILE --year 2011-12 --format json -- -2+3",
        "placespend families --boundary FILE --format json -- -2+3",
    )


def test_several_places_share_what_made_them() -> None:
    first, *_, checks = [block.text for block in of_kind(reproduce_of([gathered(GM), gathered(PILOT)]), Code)]
    assert first.splitlines() == [gathered(GM).command, gathered(PILOT).command]
    assert len(checks.splitlines()) == 4


def test_lines_from_python_have_no_file(write_lines: Callable[..., Path]) -> None:
    table = read_lines(write_lines({"amount_gbp": "7.00"}))
    assert "given as a table in Python" in words_of(reproduce_section(gather("Manchester", lines=table)))
    assert "given as a table in Python" not in words_of(reproduce_section(gathered(GM)))
    assert "comes with placespend" in words_of(reproduce_section(gathered(GM)))


def test_a_recipe_of_ones_own_names_its_files_without_folder(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_gbp": "7.00"})
    recipe = replace(changed(), sources=(Source("mine", paths=(path,)),), relations=(), scope=shipped_recipe().scope)
    told = recipe_toml(recipe)
    assert str(path.parent) not in told
    assert '"lines.csv"' in told
    assert load(replace(recipe, overrides=(), measures_left_out=())).recipe.sha256 != shipped_recipe().sha256
