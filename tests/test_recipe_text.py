"""Recipes for a reader: keys, what became of every line, and outturn against official allocation."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from everyday import lines as table_of
from rich.cells import cell_len

from placespend.choices import Override
from placespend.loaded import Loaded, load
from placespend.money import format_gbp
from placespend.recipe import Recipe, Scope, Source, shipped_recipe
from placespend.recipe_schema import list_keys
from placespend.recipe_text import accounts_text, keys_text, residuals_text
from placespend.relations import RESIDUALS

ESCAPE = "\x1b]0;owned\x07"


@cache
def shipped() -> Loaded:
    return load(shipped_recipe())


def fits(text: str) -> bool:
    return all(cell_len(line) <= 80 and line == line.rstrip() for line in text.split("\n"))


def flat(text: str) -> str:
    return " ".join(text.split())


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_every_key_is_set_out_with_its_meaning() -> None:
    text = keys_text(list_keys())
    assert fits(text)
    shown = "".join(text.split())
    for row in list_keys().to_dict(orient="records"):
        assert str(row["key"]).split(".")[-1] in shown
    # A key too long for its column is folded, and whole.
    assert "placespend recipe template" in text
    assert ["Key", "Holds", "Needed", "Meaning"] in rows(text)
    assert flat(text).count(" yes ") == int(list_keys()["needed"].sum())


def test_what_became_of_every_line_is_told_to_the_penny() -> None:
    text = accounts_text(shipped())
    assert fits(text)
    for row in shipped().accounts.to_dict(orient="records"):
        assert format_gbp(int(row["amount_pence"]), sign="") in text
        # A long one is folded in its column.
        assert set(str(row["outcome"]).split()) <= set(text.split())
    assert flat(text).startswith(
        "England 2011-12: the Treasury's regional analysis, with the pilots' own outturn within it, 2011-12: "
        "£444,851,287,866.00 in the pot of all places"
    )
    # Each source is named once.
    assert [line.split()[0] for line in text.splitlines() if " read " in line] == ["cra", "outturn"]
    assert shipped().stamp in flat(text)


def test_scope_overrides_and_digests_stand_on_it_and_nothing_that_a_terminal_obeys() -> None:
    table = table_of({"amount_pence": 100}, {"amount_pence": 2_000, "economic": "capital"})
    recipe = Recipe(
        f"Title{ESCAPE} {'long ' * 40}",
        (Source(f"own{ESCAPE}{'x' * 90}", table=table),),
        scope=Scope(capital=False),
        overrides=(Override("8.2", "households", f"because{ESCAPE} [red]so[/red]"),),
    )
    loaded = load(recipe)
    text = accounts_text(loaded)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert fits(text)
    assert "capital out" in text
    assert "8.2: shared by households: because]0;owned [red]so[/red]" in flat(text)
    assert loaded.inputs[0][1][:16] in text
    assert ["out", "of", "scope", "1", "20.00"] in [row[-5:] for row in rows(text)]


def test_outturn_is_set_against_allocation_by_group_and_region() -> None:
    text = residuals_text(shipped())
    assert fits(text)
    residuals = shipped().residuals
    for label, found in residuals.groupby("label"):
        assert str(label) in text
        sums = found[["control_pence", "outturn_pence", "difference_pence"]].sum()
        told = [f"{round(int(pence) / 1e8, 1) + 0.0:,.1f}" for pence in sums]
        observed = f"{found['observed_authorities'].sum()} of {found['authorities'].sum()}"
        assert ["All", "regions", *told, *observed.split()] in rows(text)
    assert text.count("North West") == residuals["label"].nunique()
    assert "Notes:" in text


def test_a_recipe_without_outturn_has_nothing_to_compare() -> None:
    loaded = load(shipped_recipe().without("outturn"), intakes=shipped().intakes)
    assert flat(residuals_text(loaded)).startswith("This recipe takes no outturn into an official allocation")


@pytest.mark.parametrize(
    ("pence", "told"),
    [(0, "0.0"), (-4_999_999, "0.0"), (5_000_001, "0.1"), (-5_000_001, "-0.1"), (-180_999_700_000, "-1,810.0")],
)
def test_what_rounds_to_nothing_has_no_sign(pence: int, told: str) -> None:
    row = ["police", "Police", "E12000001", pence, pence, pence, 0, 0, 1, 12, "replace"]
    loaded = replace(shipped(), residuals=pd.DataFrame([row], columns=RESIDUALS))
    assert ["North", "East", told, told, told, "1", "of", "12"] in rows(residuals_text(loaded))
    assert "-0.0" not in residuals_text(loaded)
