"""Which lines are in a pot: the sources of a recipe, related, in scope, of one financial year.

Every line that a source holds is accounted for: it is in the pot, of another year, filtered out, out of scope,
a memo, or part of an official allocation whose place recorded amounts have taken.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend import __version__
from placespend.accounts import IN_THE_POT, MEMO, OUT_OF_SCOPE, Books, sum_pence
from placespend.apportion import build_cells
from placespend.checks import check_choice_of_footprints, check_duplicates
from placespend.errors import (
    LinesError,
    RecipeError,
    TooLargeError,
    WrongTypeError,
    YearError,
    list_values,
)
from placespend.intake import Intake, filter_lines, take_in
from placespend.lines import CANONICAL_COLUMNS, about_source
from placespend.money import format_gbp, total_pence
from placespend.observed import relate
from placespend.overlap import HOLDS_ALL, guard
from placespend.recipe import Recipe, Source, check_structure, read_recipe, shipped_recipe
from placespend.relations import REPLACE, RESIDUALS
from placespend.responsibilities import keys_of_bodies, service_groups
from placespend.schema import is_financial_year
from placespend.scope import check_scope, in_scope, reasons_for_bases, with_bases
from placespend.shipped import digest_of_all, digests_of_shipped
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Lines = pd.DataFrame | str | Path | Sequence[str | Path]


MOST_PENCE = 2**63
"""Below this, no sum of some of the lines leaves 64 bits."""
OWN = "lines"
"""Name of the source that a user's own lines make, where no recipe names it."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """The lines of one financial year that a recipe takes, and what became of all others.

    Attributes
    ----------
    recipe : Recipe
    lines : pandas.DataFrame
        In the pot; as :func:`placespend.lines.read_lines` gives them, with the ``source`` of the recipe.
    financial_year : str
    left_out : pandas.DataFrame
        Lines of other years.
    memo : pandas.DataFrame
        Money that is in no pot, with its ``source`` and the ``reason``.
    accounts : pandas.DataFrame
        What became of every line that was read: ``source``, ``outcome``, ``lines``, ``amount_pence``.
    residuals : pandas.DataFrame
        Official allocation against outturn by service group and region: :data:`placespend.relations.RESIDUALS`.
    intakes : dict of str to Intake
        What each source held, to build another pot of the same sources without reading them again.
    reasons : dict of str to str
        For each service that is not shared by its own basis, why.
    """

    recipe: Recipe
    lines: pd.DataFrame
    financial_year: str
    left_out: pd.DataFrame
    memo: pd.DataFrame
    accounts: pd.DataFrame
    residuals: pd.DataFrame
    intakes: Mapping[str, Intake] = field(repr=False)
    reasons: Mapping[str, str]

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The lines summed into cells."""
        return build_cells(self.lines)

    @cached_property
    def awaited(self) -> pd.DataFrame:
        """The lines that have no amount yet."""
        return self.lines[self.lines["status"] == "awaited"]

    @property
    def year_end(self) -> date:
        """The last day of the financial year."""
        return date(int(self.financial_year[:4]) + 1, 3, 31)

    @cached_property
    def in_pence(self) -> int:
        """The sum of the lines as they were taken in, before any sharing."""
        return sum_pence(self.lines)

    @cached_property
    def reasons_by_basis(self) -> dict[tuple[str, str], str]:
        """The reasons by service and basis: a line that brought a basis of its own was not shared for them."""
        return {(service, basis): reason for service, (basis, reason) in reasons_for_bases(self.recipe).items()}

    @cached_property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Name and SHA-256 of every file that the figures come from."""
        own = [found for source in self.recipe.sources for found in self.intakes[source.id].inputs]
        return (*own, *digests_of_shipped())

    @cached_property
    def made_with(self) -> dict[str, object]:
        """The recipe, the digests of its inputs and the version: what makes the same figures again."""
        return {
            "placespend": __version__,
            "recipe_sha256": self.recipe.sha256,
            "financial_year": self.financial_year,
            "recipe": json.loads(json.dumps(self.recipe.as_dict())),
            "inputs": [{"name": name, "sha256": digest} for name, digest in self.inputs],
        }

    @cached_property
    def stamp(self) -> str:
        """One line that says what a table was made with."""
        return f"placespend {__version__}, recipe {self.recipe.sha256[:16]}, inputs {digest_of_all(self.inputs)[:16]}"

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """What a reader must know about these lines."""
        cautions = []
        kinds = sorted(self.lines["amount_kind"].unique())
        if len(kinds) > 1:
            cautions.append(f"Amounts of different kinds are added up: {', '.join(kinds)}.")
        refused = self.lines[self.lines["status"] == "refused"]
        if len(refused):
            cautions.append(
                f"The bodies refused {len(refused):,} of the loaded lines ({format_gbp(sum_pence(refused))} before "
                "sharing): those amounts are estimates of whoever made the file, grade E."
            )
        if len(self.awaited):
            verb = "is" if len(self.awaited) == 1 else "are"
            cautions.append(f"Of the loaded lines, {len(self.awaited):,} {verb} awaited and in no total.")
        included = self.lines[self.lines["status"] == "included"]
        if len(included):
            ids = list_values([str(line) for line in included["line_id"]])
            cautions.append(f"The amount of {ids} stands in another line, and is counted there.")
        if len(self.left_out):
            years = ", ".join(sorted(self.left_out["financial_year"].unique()))
            lines = "line" if len(self.left_out) == 1 else "lines"
            pounds = format_gbp(sum_pence(self.left_out))
            cautions.append(f"Left out, being of {years}: {len(self.left_out):,} {lines} ({pounds}).")
        cautions.extend(f"{service}: {reason}" for service, reason in self.reasons.items())
        cautions.extend(note for source in self.recipe.sources for note in self.intakes[source.id].notes)
        return tuple(cautions)


def recipe_of(
    lines: Lines | None = None,
    *,
    with_shipped: bool = False,
    year: str | None = None,
    unknown_footprints: str = "error",
) -> Recipe:
    """Make the recipe of a pot from what was given in place of one.

    Parameters
    ----------
    lines : path, sequence of paths or pandas.DataFrame, optional
        Files of lines, or a table that :func:`placespend.lines.read_lines` gave. They replace the shipped sources.
    with_shipped : bool, default False
        Add the shipped sources to them instead.
    year : str, optional
        As 2011-12; needed where the lines hold several.
    unknown_footprints : {"error", "unallocated"}

    Returns
    -------
    Recipe

    Raises
    ------
    WrongTypeError, UnknownNameError
        If something else than files or a table is given.
    """
    check_choice_of_footprints(unknown_footprints)
    if lines is None:
        return shipped_recipe() if year is None else replace(shipped_recipe(), financial_year=year)
    options = {"unknown_footprints": "keep"} if unknown_footprints == "unallocated" else {}
    if isinstance(lines, pd.DataFrame):
        own = Source(OWN, table=lines, options=options)
    else:
        own = Source(OWN, paths=tuple(map(Path, _paths(lines))), options=options)
    if not with_shipped:
        return Recipe("Your own lines", (own,), financial_year=year)
    shipped = shipped_recipe()
    return replace(
        shipped, title="Your own lines and the shipped ones", sources=(own, *shipped.sources), financial_year=year
    )


def recipe_wanted(
    recipe: Recipe | str | Path | None,
    *,
    lines: Lines | None = None,
    with_shipped: bool = False,
    year: str | None = None,
    unknown_footprints: str = "error",
) -> Recipe:
    """Take the recipe that was given, or make one of what was given in its place.

    Parameters
    ----------
    recipe : Recipe or path or None
    lines, with_shipped, year, unknown_footprints
        As for :func:`recipe_of`; a year counts for a given recipe too.

    Returns
    -------
    Recipe

    Raises
    ------
    RecipeError
        If a recipe and lines are given, or the recipe cannot be used.
    """
    if recipe is None:
        return recipe_of(lines, with_shipped=with_shipped, year=year, unknown_footprints=unknown_footprints)
    if lines is not None or with_shipped or unknown_footprints != "error":
        message = "A recipe says itself which lines are in."
        raise RecipeError(message, hint="name your lines in the recipe as a [[source]], or leave the recipe out")
    if not isinstance(recipe, Recipe | str | Path):
        message = f"A recipe is given as a path or a Recipe, not as {type(recipe).__name__}."
        raise WrongTypeError(message, hint="read it with placespend.read_recipe")
    found = recipe if isinstance(recipe, Recipe) else read_recipe(recipe)
    return found if year is None else replace(found, financial_year=year)


def load(recipe: Recipe, *, intakes: Mapping[str, Intake] | None = None) -> Loaded:
    """Gather the lines that a recipe takes.

    Parameters
    ----------
    recipe : Recipe
    intakes : mapping of str to Intake, optional
        Sources that were read before, by name.

    Returns
    -------
    Loaded

    Raises
    ------
    LinesError
        If a file or a table has faults.
    YearError
        If the lines hold several years and none was chosen, or not the one chosen.
    OverlapError
        If two sources hold the same money and nothing says how they relate.
    RecipeError
        If recorded amounts do not fit into an official allocation, or a filter finds nothing.
    TooLargeError
        If the amounts cannot be summed exactly.
    DataFileError
        If a file cannot be read at all.
    """
    check_structure(recipe)
    _check_year(recipe.financial_year)
    known = dict(intakes or {})
    for source in recipe.sources:
        held_year = known[source.id].year if source.id in known else ""
        if held_year not in {None, recipe.financial_year}:
            known[source.id] = take_in(source, year=recipe.financial_year)
    known = {source.id: known[source.id] for source in recipe.sources}
    _check_together([intake.lines for intake in known.values()])
    taken = {source.id: filter_lines(known[source.id].lines, source) for source in recipe.sources}
    held = [known[name].lines[taken[name]] for name in known]
    year = _choose_year(held, recipe.financial_year)
    of_year = {name: lines[lines["financial_year"] == year] for name, lines in zip(known, held, strict=True)}
    books = Books(known, taken, year)
    if recipe.scope.amount_kinds:
        # Before anything is related: what does not count cannot take the place of what does.
        kinds = recipe.scope.amount_kinds
        for name, lines in of_year.items():
            books.enter(name, OUT_OF_SCOPE, lines[~lines["amount_kind"].isin(kinds)])
            of_year[name] = lines[lines["amount_kind"].isin(kinds)]
    whole = {name: intake.lines[intake.lines["financial_year"] == year] for name, intake in known.items()}
    guard(of_year, whole, recipe.relations)
    left_out = {
        name: intake.lines[(intake.lines["financial_year"] == year) & ~taken[name]] for name, intake in known.items()
    }
    related, memo, residuals = _relate(of_year, left_out, recipe, books)
    check_scope(known, recipe.scope)
    scoped = {name: lines[in_scope(lines, recipe.scope)] for name, lines in related.items()}
    for name, lines in related.items():
        here = memo[memo["source"] == name]
        books.enter(name, MEMO, here)
        books.enter(name, OUT_OF_SCOPE, lines.drop(index=scoped[name].index))
        books.enter(name, IN_THE_POT, scoped[name])
    reasons = reasons_for_bases(recipe)
    tables = [with_bases(lines, reasons).assign(source=name) for name, lines in scoped.items() if len(lines)]
    lines = pd.concat(tables, ignore_index=True) if tables else held[0].iloc[:0].assign(source="")
    others = [lines[lines["financial_year"] != year] for lines in held]
    return Loaded(
        recipe=recipe,
        lines=lines,
        financial_year=year,
        left_out=pd.concat([table for table in others if len(table)] or others[:1], ignore_index=True),
        memo=_join_memo(known, memo, year),
        accounts=books.close(),
        residuals=residuals,
        intakes=known,
        reasons={service: reason for service, (_, reason) in reasons.items()},
    )


def _relate(
    of_year: Mapping[str, pd.DataFrame], left_out: Mapping[str, pd.DataFrame], recipe: Recipe, books: Books
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, pd.DataFrame]:
    """Bring inner sources into the one that holds them, all of one outer source together, the outermost first."""
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
        found = relate(together, lines[outer], rules, left_out=absent)
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


def _join_memo(intakes: Mapping[str, Intake], memo: pd.DataFrame, year: str) -> pd.DataFrame:
    """Put the money that no place can be given beside what recorded amounts could not be used."""
    tables = [
        intake.memo[intake.memo["financial_year"] == year].assign(source=name)
        for name, intake in intakes.items()
        if len(intake.memo)
    ]
    return pd.concat([*tables, memo], ignore_index=True) if tables else memo


def _check_together(tables: Sequence[pd.DataFrame]) -> None:
    """Refuse a line that stands twice, and amounts that cannot be summed."""
    together = pd.concat(list(tables), ignore_index=True)
    faults = check_duplicates(together)
    if not faults.empty:
        raise LinesError(faults)
    if total_pence(np.abs(together["amount_pence"].dropna().to_numpy(dtype=np.int64))) >= MOST_PENCE:
        message = "The amounts of the lines are too large to be counted exactly together."
        raise TooLargeError(message, hint="check the unit: amounts are in pounds")


def _paths(lines: object) -> list[str | Path]:
    """Take one path or a list of them."""
    paths = lines if isinstance(lines, list | tuple) else [lines]
    odd = [type(path).__name__ for path in paths if not isinstance(path, str | Path)]
    if odd:
        message = f"Lines are given as a path, a list of paths or one table, not as {list_values(odd)}."
        raise WrongTypeError(message, hint="join several tables with pandas.concat")
    return list(paths)


def _check_year(year: object) -> None:
    """Refuse what is no financial year."""
    if year is None or year == shipped_recipe().financial_year:
        return
    if not (isinstance(year, str) and is_financial_year(pd.Series([printable(year)])).iloc[0]):
        message = f"'{year}' is not a financial year."
        raise YearError(message, hint="write it as 2011-12")


def _choose_year(tables: Sequence[pd.DataFrame], year: str | None) -> str:
    """Settle the financial year of a pot, or say why it cannot be."""
    held = sorted({found for table in tables for found in table["financial_year"].unique()})
    if not held:
        message = "There are no lines: the sources hold none, or their filters leave all of them out."
        raise YearError(message)
    if year is None and len(held) > 1:
        message = f"The lines hold {len(held)} financial years, {', '.join(held)}, and a pot has one."
        raise YearError(message, hint=f"choose one, for example --year {held[-1]}")
    if year is not None and year not in held:
        message = f"There are no lines of {year}; the lines hold {', '.join(held)}."
        raise YearError(message, hint="leave --year out, or add lines of that year with --lines FILE")
    return year or held[0]
