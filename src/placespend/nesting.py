"""Bringing sources that are part of others into those that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import RecipeError
from placespend.lines import CANONICAL_COLUMNS, about_source
from placespend.observed import relate
from placespend.overlap import HOLDS_ALL
from placespend.relations import REPLACE, RESIDUALS
from placespend.responsibilities import keys_of_bodies, service_groups

if TYPE_CHECKING:
    from collections.abc import Mapping

    from placespend.accounts import Books
    from placespend.bases import Bases
    from placespend.recipe import Recipe


def nest(
    of_year: Mapping[str, pd.DataFrame],
    left_out: Mapping[str, pd.DataFrame],
    recipe: Recipe,
    books: Books,
    bases: Bases,
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, pd.DataFrame]:
    """Bring inner sources into the one that holds them, all of one outer source together, the outermost first.

    Parameters
    ----------
    of_year : mapping of str to pandas.DataFrame
        The lines of each source.
    left_out : mapping of str to pandas.DataFrame
        What its filters leave out.
    recipe : Recipe
    books : Books
        Are told what gave way.
    bases : Bases
        What recorded amounts are divided by.

    Returns
    -------
    lines : dict of str to pandas.DataFrame
    memo : pandas.DataFrame
    residuals : pandas.DataFrame
        :data:`placespend.relations.RESIDUALS`, with ``inner`` and ``outer``.

    Raises
    ------
    RecipeError
        If recorded amounts do not fit into an official allocation, or cannot be part of it.
    """
    lines = dict(of_year)
    outer_of = {relation.inner: relation.outer for relation in recipe.relations}

    def depth(name: str) -> int:
        return 1 + depth(outer_of[name]) if name in outer_of else 0

    memos, residuals = [], []
    for outer in sorted(set(outer_of.values()), key=lambda name: (depth(name), name)):
        inners = [source.id for source in recipe.sources if outer_of.get(source.id) == outer]
        rules = [relation for relation in recipe.relations if relation.outer == outer]
        for name in inners:
            _check_inner(name, lines, outer, recipe)
        together = pd.concat([lines[name].assign(source=name) for name in inners], ignore_index=True)
        absent = pd.concat([left_out[name] for name in inners], ignore_index=True)
        found = relate(together, lines[outer], rules, left_out=absent, bases=bases)
        lines[outer] = found.outer
        books.give_way(outer, found.gave_way_pence)
        for name in inners:
            lines[name] = found.inner[found.inner["source"] == name].drop(columns="source")
            books.give_way(name, -found.scaled_pence.get(name, 0))
        memos.append(found.memo)
        residuals.append(found.residuals.assign(inner=", ".join(inners), outer=outer))
    filled = [memo for memo in memos if len(memo)]
    empty = pd.DataFrame(columns=[*CANONICAL_COLUMNS, "reason", "source"])
    memo = pd.concat(filled, ignore_index=True) if filled else empty
    tables = [table for table in residuals if len(table)]
    nothing = pd.DataFrame(columns=[*RESIDUALS, "inner", "outer"])
    return lines, memo, pd.concat(tables, ignore_index=True) if tables else nothing


def _check_inner(inner: str, lines_of: Mapping[str, pd.DataFrame], outer: str, recipe: Recipe) -> None:
    """Refuse to take into another source what cannot be part of it, or is not known to be whole."""
    lines = lines_of[inner]
    about = [about_source(source_id) for source_id in lines["source_id"].unique()]
    publications = {found["publication"] if found else "" for found in about}
    if publications & HOLDS_ALL:
        message = f"Source '{inner}' holds all that every body spends, so it cannot be part of '{outer}'."
        raise RecipeError(message, hint=f'turn the [[relation]] round: inner = "{outer}", outer = "{inner}"')
    uses = {relation.use for relation in recipe.relations if relation.inner == inner}
    if REPLACE in uses and outer in {relation.inner for relation in recipe.relations}:
        message = f"Source '{inner}' would replace what '{outer}' holds, and that is part of another source itself."
        raise RecipeError(message, hint='say use = "observed within" or "scale", which keep the outer total')
    (source,) = (source for source in recipe.sources if source.id == inner)
    whole = publications <= set(service_groups()["publication"]) or source.options.get("complete") == "true"
    if whole:
        return
    by_place = ~keys_of_bodies(lines).isin(set(keys_of_bodies(lines_of[outer])))
    grouped = lines["service_code"].isin(service_groups().index) & lines["amount_pence"].notna()
    if (by_place & grouped & (lines["sector"] == "LG") & (lines["economic"] == "current")).any():
        message = (
            f"Source '{inner}' is to be taken into '{outer}', and nothing says that it holds all that its bodies spend "
            "on a service: what it lacks would fall to their neighbours."
        )
        raise RecipeError(message, hint="if it does, say complete = true in its [[source]]; if not, leave it out")
