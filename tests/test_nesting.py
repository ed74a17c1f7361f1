"""Sources within sources: brought together outermost first, by what the user loads, every penny accounted for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from everyday import lines
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.accounts import Books
from placespend.bases import Bases, shipped_bases
from placespend.errors import RecipeError
from placespend.geography import positions_of
from placespend.intake import take_in
from placespend.lines import CANONICAL_COLUMNS
from placespend.loaded import Loaded, load
from placespend.measures import Measure, measure
from placespend.nesting import nest
from placespend.pot import pot_of
from placespend.recipe import Recipe, Source, shipped_recipe
from placespend.relations import REPLACE, RESIDUALS, WITHIN, Relation

WEST, EAST = "E06000050", "E06000049"
CHESHIRE = f"E06000007 and {EAST} and {WEST}"
OFFICIAL = {"source_id": "hmt-cra-2014", "body": "Local authorities in England", "footprint_code": CHESHIRE}
AREAS = len(measure("residents").counts)


def made(name: str, seed: int) -> Measure:
    """A user's counts that follow nothing."""
    counts = np.random.default_rng(seed).integers(1, 200, AREAS)
    return replace(measure("residents"), name=name, is_plain=False, counts=counts)


def source(name: str, *given: dict[str, Any], complete: bool = True) -> Source:
    return Source(name, table=lines(*given), options={"complete": "true"} if complete else {})


def recorded(pence: int, footprint: str = WEST, body: str = "Cheshire West", **more: Any) -> dict[str, Any]:
    said = {"service_code": "ro-planning", "amount_pence": pence, "footprint_code": footprint, "body": body}
    return {**said, **more}


CONTROL = (
    {**OFFICIAL, "service_code": "6.2", "amount_pence": 600_000},
    {**OFFICIAL, "service_code": "6.2", "amount_pence": 50_000, "economic": "capital"},
)


def nested(*sources: Source, use: str = WITHIN, **more: Any) -> Loaded:
    outer, *inners = sources
    relations = tuple(Relation(inner.id, outer.id, use) for inner in inners)
    return load(Recipe("Nested", sources, relations=relations, **more))


def part_of(loaded: Loaded, body: str) -> int:
    return int(loaded.lines.loc[loaded.lines["body"] == body, "amount_pence"].sum())


def test_sources_that_are_not_related_come_out_as_they_went_in() -> None:
    recipe = Recipe("Alone", (source("outer", *CONTROL),))
    known = {found.id: take_in(found, year=None) for found in recipe.sources}
    of_year = {name: intake.lines for name, intake in known.items()}
    taken = {name: intake.lines["amount_pence"].notna() for name, intake in known.items()}
    found, memo, residuals = nest(of_year, of_year, recipe, Books(known, taken, "2011-12"), shipped_bases())
    assert found["outer"] is of_year["outer"]
    assert (len(memo), len(residuals)) == (0, 0)
    assert memo.columns.tolist() == [*CANONICAL_COLUMNS, "reason", "source"]
    assert residuals.columns.tolist() == [*RESIDUALS, "inner", "outer"]


def test_a_line_over_observed_and_other_places_is_divided_by_what_the_user_loads() -> None:
    committee = recorded(10_000, f"{WEST} and {EAST}", "A committee of both")
    sources = (source("outer", *CONTROL), source("inner", recorded(1_000), committee))
    for mine in (made("households", 1), made("social_housing_stock", 2)):
        west, east = (int(mine.counts[positions_of("upper_tier", code)].sum()) for code in (WEST, EAST))
        loaded = nested(*sources, measures=(mine,))
        assert part_of(loaded, "A committee of both") == round(10_000 * west / (west + east))
        assert loaded.in_pence == 650_000
    # A measure of another service has no part in it.
    other, plain = nested(*sources, measures=(made("claimant_count", 3),)), nested(*sources)
    assert part_of(other, "A committee of both") == part_of(plain, "A committee of both")


def test_a_measure_that_counts_a_part_of_the_line_only_divides_nothing() -> None:
    covered = np.zeros(AREAS, dtype=bool)
    covered[positions_of("upper_tier", WEST)] = True
    mine = replace(made("social_housing_stock", 4), covered=covered)
    committee = recorded(10_000, f"{WEST} and {EAST}", "A committee of both")
    sources = (source("outer", *CONTROL), source("inner", recorded(1_000), committee))
    loaded, plain = nested(*sources, measures=(mine,)), nested(*sources)
    assert part_of(loaded, "A committee of both") == part_of(plain, "A committee of both")
    chosen = dict(zip(loaded.lines["footprint_code"], loaded.bases.choose(loaded.lines), strict=True))
    assert chosen[WEST] == "social_housing_stock"
    assert set(chosen.values()) == {"social_housing_stock", "households"}


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 300_000), st.integers(0, 300_000))
def test_the_control_stands_whatever_the_user_measures(seed: int, west: int, both: int) -> None:
    committee = recorded(both, f"{WEST} and {EAST}", "A committee of both")
    sources = (source("outer", *CONTROL), source("inner", recorded(west), committee))
    loaded = nested(*sources, measures=(made("households", seed), made("social_housing_stock", seed + 1)))
    assert loaded.in_pence == 650_000
    kept = int(loaded.lines.loc[loaded.lines["source"] == "inner", "amount_pence"].sum())
    assert kept + int(loaded.memo["amount_pence"].sum()) == west + both
    assert pot_of("England", loaded).total_pence == 650_000


def test_inner_sources_of_one_outer_are_taken_together_and_each_keeps_its_name() -> None:
    one = source("one", recorded(1_000))
    two = source("two", recorded(2_000, EAST, "Cheshire East", line_id="of two"))
    loaded = nested(source("outer", *CONTROL), one, two)
    sums = loaded.lines.groupby("source")["amount_pence"].sum().to_dict()
    assert sums == {"one": 1_000, "two": 2_000, "outer": 647_000}
    assert loaded.residuals["inner"].unique().tolist() == ["one, two"]


def test_the_shipped_recipe_holds_its_total_with_every_rung_loaded() -> None:
    best = sorted(set(shipped_bases().ladders.query("use == 'best'")["basis"]))
    mine = tuple(made(name, number) for number, name in enumerate(best))
    loaded = load(replace(shipped_recipe(), measures=mine))
    assert loaded.in_pence == 44_485_128_786_600
    assert set(best) <= set(loaded.cells["basis"])
    assert loaded.bases.of_service["basis"].isin(best).sum() == Bases(mine).of_service["basis"].isin(best).sum()


# --- what cannot be part of another


def test_a_source_that_holds_all_bodies_is_part_of_none() -> None:
    with pytest.raises(RecipeError, match="holds all that every body spends") as caught:
        nested(source("outer", recorded(1_000)), source("inner", *CONTROL))
    assert "turn the [[relation]] round" in str(caught.value.hint)


def test_a_source_that_may_lack_spending_is_not_taken_in() -> None:
    with pytest.raises(RecipeError, match="nothing says that it holds all that its bodies spend"):
        nested(source("outer", *CONTROL), source("inner", recorded(1_000), complete=False))


def test_a_source_that_is_part_of_another_cannot_be_replaced_within() -> None:
    outer, middle = source("outer", *CONTROL), source("middle", recorded(1_000))
    inner = source("inner", recorded(900, line_id="x", source_id="payments"))
    relations = (Relation("middle", "outer", WITHIN), Relation("inner", "middle", REPLACE))
    with pytest.raises(RecipeError, match="would replace what 'middle' holds, and that is part of another source"):
        load(Recipe("Nested", (outer, middle, inner), relations=relations))
