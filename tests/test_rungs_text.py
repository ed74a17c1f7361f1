"""The ladders set out for a reader: no wider than a screen, no figure cut, nothing that a terminal obeys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from everyday import lines
from running import fits, flat

from placespend.cofog import services
from placespend.gazetteer import find_place
from placespend.loaded import Loaded, load
from placespend.measures import measure
from placespend.recipe import shipped_recipe
from placespend.rungs import describe_ladders
from placespend.rungs_text import CHOOSE, LOAD, QUALITY, ladders_text, rungs_text
from placespend.text import gbp
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    import pandas as pd

MANCHESTER = "E08000003"
HOSTILE = '\x1b[2J=1+1\n[red]so[/red] "quoted", <b>bold</b> \u202e'
CLAIMANTS = replace(
    measure("residents"), name="claimant_count", label="claimants", is_plain=False, source="my register", year=2014
)
SHIPPED = load(shipped_recipe())


def loaded_of(table: pd.DataFrame | None = None, **more: Any) -> Loaded:
    return load(recipe_wanted(None, lines=table, **more))


def all_of(loaded: Loaded) -> str:
    return ladders_text(describe_ladders(loaded), loaded)


def one_of(loaded: Loaded, service: str, place: str | None = None) -> str:
    where = None if place is None else find_place(place)
    return rungs_text(describe_ladders(loaded, service, place=where), loaded, where)


# --- all ladders


def test_every_ladder_has_its_row_with_services_basis_money_and_what_is_better() -> None:
    text = all_of(SHIPPED)
    assert fits(text)
    assert text.startswith(f"What money is shared by: {SHIPPED.recipe.title.split(':')[0]}")
    said = flat(text)
    for ladder in services()["ladder"].unique():
        assert f"{ladder.replace('_', ' ').split()[0]}" in said
    (row,) = [line for line in text.split("\n") if line.startswith("pensions: 10.2")]
    assert row.split()[-2:] == ["74,543", "dwp_pension_expenditure"]
    for note in (QUALITY, LOAD, CHOOSE):
        assert note in said
    assert SHIPPED.recipe.sha256[:16] in said


def test_what_is_better_is_told_until_it_is_loaded() -> None:
    assert "claimant_count" in all_of(SHIPPED)
    text = all_of(loaded_of(measures=CLAIMANTS))
    assert "claimant_count" not in text.split("Made with:")[0]
    assert "claimants (green)" in flat(text)


def test_several_bases_in_use_stand_together_and_the_money_is_of_all_of_them() -> None:
    table = lines({"amount_pence": 2_000_000_000}, {"amount_pence": 1_000_000_000, "basis": "hectares"})
    text = all_of(loaded_of(table))
    assert "hectares (not" in text
    assert "residents (red)" in text
    (row,) = [line for line in text.split("\n") if line.startswith("general:")]
    assert "30" in row.split()


def test_a_ladder_of_which_only_a_chosen_basis_is_in_use_tells_all_that_is_better() -> None:
    table = lines({"amount_pence": 100, "service_code": "10.5", "basis": "hectares"})
    assert "claimant_count" in all_of(loaded_of(table))


# --- one service


def test_the_rungs_of_a_service_are_set_out_with_amounts_and_what_is_missing() -> None:
    text = one_of(SHIPPED, "10.5", MANCHESTER)
    assert fits(text)
    rungs = describe_ladders(SHIPPED, "10.5", place=find_place(MANCHESTER))
    for row in rungs.to_dict(orient="records"):
        (line,) = [line for line in text.split("\n") if f" {row['basis']} " in line and line.startswith(row["state"])]
        assert line.endswith(row["quality"])
        assert (gbp(row["place_pence"]) or "not known") in line
        assert row["assumption"] in flat(text)
    said = flat(text)
    assert "£4,645,011,785.00 of the loaded lines is for these services." in said
    assert "Not loaded: claimant_count (ONS, claimant count by small area)." in said
    assert "By what is loaded, Manchester has between" in said


def test_without_a_place_no_amount_is_told() -> None:
    text = one_of(SHIPPED, "10.5")
    assert "not known" not in text.split("of the loaded lines")[0]
    assert "By what is loaded" not in text
    assert "(£)" not in text


def test_no_ladder_is_wider_than_a_screen() -> None:
    for place in (None, find_place(MANCHESTER)):
        assert fits(rungs_text(describe_ladders(SHIPPED, place=place), SHIPPED, place))


@pytest.mark.parametrize(
    "place", ["E92000001", "E06000058", "E38000127", "E47000001", "WPP-TRI-BOROUGH", "E01005062", "E12000003"]
)
def test_no_name_of_a_place_is_too_wide_nor_cuts_an_amount(place: str) -> None:
    where = find_place(place)
    text = one_of(SHIPPED, "10.5", place)
    assert fits(text)
    for pence in describe_ladders(SHIPPED, "10.5", place=where)["place_pence"].dropna():
        assert gbp(pence) in text


def test_a_place_of_a_very_long_name_keeps_its_amounts_and_is_named_without_what_a_terminal_obeys() -> None:
    where = replace(find_place(MANCHESTER), name=f"The parishes of {'Upper Slaughter and ' * 5}\x1b[2JMore")
    rungs = describe_ladders(SHIPPED, "10.5", place=where)
    text = rungs_text(rungs, SHIPPED, where)
    assert fits(text)
    assert "\x1b" not in text
    for row in rungs.to_dict(orient="records"):
        assert (gbp(row["place_pence"]) or "not known") in text


# --- what others wrote


@pytest.mark.parametrize("service", ["8.2", "10.5"])
def test_a_reason_is_shown_and_no_terminal_obeys_it(service: str) -> None:
    loaded = loaded_of(overrides=[(service, "hectares", HOSTILE)])
    for text in (one_of(loaded, service), one_of(loaded, service, MANCHESTER), all_of(loaded)):
        assert fits(text)
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert "[red]so[/red]" in flat(one_of(loaded, service))


def test_the_reason_for_another_rung_of_the_ladder_is_shown() -> None:
    loaded = loaded_of(overrides=[("10.5", "working_age_16_64", "Claims are not known")])
    assert "Claims are not known" in flat(one_of(loaded, "10.5"))


def test_a_long_word_in_a_reason_or_in_the_name_of_a_measure_is_folded() -> None:
    long = replace(CLAIMANTS, name="n" * 120, label="l" * 120, source="s" * 200)
    loaded = loaded_of(measures=long, overrides=[("8.2", "n" * 120, "r" * 300)])
    for text in (one_of(loaded, "8.2"), one_of(loaded, "8.2", MANCHESTER), all_of(loaded)):
        assert fits(text)
    assert one_of(loaded, "8.2").count("r" * 20) > 3


def test_a_hostile_measure_is_named_without_what_a_terminal_obeys() -> None:
    mine = replace(CLAIMANTS, label=HOSTILE, source=HOSTILE, file=HOSTILE)
    for text in (one_of(loaded_of(measures=mine), "10.5"), all_of(loaded_of(measures=mine))):
        assert fits(text)
        assert "\x1b" not in text
        assert "\u202e" not in text
