"""Which lines are in a pot: the sources of a recipe, related, in scope, of one financial year.

Every line that a source holds is accounted for: it is in the pot, of another year, filtered out, out of scope,
a memo, or part of an official allocation whose place recorded amounts have taken.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend import __version__
from placespend.accounts import IN_THE_POT, MEMO, OUT_OF_SCOPE, Books, sum_pence
from placespend.apportion import build_cells
from placespend.bases import Bases, shipped_bases
from placespend.checks import check_duplicates
from placespend.choices import check_choices, check_covered, choose_otherwise, describe_choices
from placespend.errors import (
    LinesError,
    RecipeError,
    TooLargeError,
    YearError,
    list_values,
)
from placespend.intake import Intake, filter_lines, take_in
from placespend.money import format_gbp, total_pence
from placespend.nesting import nest
from placespend.overlap import guard
from placespend.recipe import Recipe, check_structure, shipped_recipe
from placespend.schema import is_financial_year
from placespend.scope import check_scope, in_scope
from placespend.shipped import digest_of_all, digests_of_shipped
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from placespend.choices import Choice
    from placespend.measured.reading import MeasureReading


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
    choices : tuple of Choice
        What is not shared by the basis that its ladder gives, and why.
    notes_on_choices : tuple of str
        Of choices that move nothing.
    measured : MeasureReading or None
        The user's measures; None where there are none.
    bases : Bases
        All that money can be shared by.
    """

    recipe: Recipe
    lines: pd.DataFrame
    financial_year: str
    left_out: pd.DataFrame
    memo: pd.DataFrame
    accounts: pd.DataFrame
    residuals: pd.DataFrame
    intakes: Mapping[str, Intake] = field(repr=False)
    choices: tuple[Choice, ...]
    notes_on_choices: tuple[str, ...]
    measured: MeasureReading | None = field(repr=False)
    bases: Bases = field(repr=False)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The lines summed into cells."""
        return build_cells(self.lines, self.bases)

    @cached_property
    def awaited(self) -> pd.DataFrame:
        """The lines that have no amount yet."""
        return self.lines[self.lines["status"] == "awaited"]

    @cached_property
    def kept(self) -> dict[tuple[object, ...], Any]:
        """What was worked out from these lines and will be asked for again, by what it is of.

        As pots that others are compared with. It goes with the lines, so that nothing outlives them.
        """
        return {}

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
        found: dict[tuple[str, str], dict[str, None]] = {}
        for choice in self.choices:
            for service in choice.services:
                found.setdefault((service, choice.basis), {})[choice.reason] = None
        return {key: "; ".join(reasons) for key, reasons in found.items()}

    def _unused_measures(self) -> list[str]:
        """Say which of the user's measures share nothing, and why."""
        used = {part.name for name in self.cells["basis"].unique() for part, _ in self.bases.basis(name).parts}
        reasons = {
            True: "it counts a part of England only, and no line is for a footprint that lies wholly in that",
            False: "no line is of a service that has it on its ladder",
        }
        return [
            f"{found.label} ({found.file or found.name}) shares nothing here: {reasons[found.covered is not None]}."
            for found in self.bases.own
            if found.name not in used
        ]

    @cached_property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Name and SHA-256 of every file that the figures come from."""
        own = [found for source in self.recipe.sources for found in self.intakes[source.id].inputs]
        return (*own, *(self.measured.inputs if self.measured else ()), *digests_of_shipped())

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
        cautions.extend(f"{choice.what}: {choice.reason}" for choice in self.choices)
        cautions.extend(self.notes_on_choices)
        cautions.extend(self._unused_measures())
        cautions.extend(self.measured.notes if self.measured else ())
        cautions.extend(note for source in self.recipe.sources for note in self.intakes[source.id].notes)
        return tuple(cautions)


def load(
    recipe: Recipe, *, intakes: Mapping[str, Intake] | None = None, measured: MeasureReading | None = None
) -> Loaded:
    """Gather the lines that a recipe takes.

    Parameters
    ----------
    recipe : Recipe
    intakes : mapping of str to Intake, optional
        Sources that were read before, by name.
    measured : MeasureReading, optional
        The measures of the recipe, where they were read before.

    Returns
    -------
    Loaded

    Raises
    ------
    MeasuresError
        If a file of measures has faults.
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
    measured = measured or _read_measures(recipe)
    bases = _bases(recipe, measured)
    known = dict(intakes or {})
    for source in recipe.sources:
        held_year = known[source.id].year if source.id in known else ""
        if held_year not in {None, recipe.financial_year}:
            known[source.id] = take_in(source, year=recipe.financial_year, bases=bases)
    known = {source.id: known[source.id] for source in recipe.sources}
    lines_of = {name: set(intake.lines["line_id"]) for name, intake in known.items()} if recipe.overrides else {}
    check_choices(recipe.overrides, recipe.measures_left_out, bases, lines_of)
    _check_together([intake.lines for intake in known.values()])
    taken = {source.id: filter_lines(known[source.id].lines, source) for source in recipe.sources}
    held = [known[name].lines[taken[name]] for name in known]
    year = _choose_year(held, recipe.financial_year)
    of_year = {
        name: choose_otherwise(lines[lines["financial_year"] == year], recipe.overrides)
        for name, lines in zip(known, held, strict=True)
    }
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
    related, memo, residuals = nest(of_year, left_out, recipe, books, bases)
    check_scope(known, recipe.scope)
    scoped = {name: lines[in_scope(lines, recipe.scope)] for name, lines in related.items()}
    for name, lines in related.items():
        here = memo[memo["source"] == name]
        books.enter(name, MEMO, here)
        books.enter(name, OUT_OF_SCOPE, lines.drop(index=scoped[name].index))
        books.enter(name, IN_THE_POT, scoped[name])
    tables = [lines.assign(source=name) for name, lines in scoped.items() if len(lines)]
    lines = pd.concat(tables, ignore_index=True) if tables else held[0].iloc[:0].assign(source="")
    lines = choose_otherwise(lines, [override for override in recipe.overrides if override.service])
    choices, notes = describe_choices(lines, recipe.overrides, bases)
    check_covered(lines, bases)
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
        choices=choices,
        notes_on_choices=tuple(notes),
        measured=measured,
        bases=bases,
    )


def _bases(recipe: Recipe, measured: MeasureReading | None) -> Bases:
    """Put together what a recipe lets money be shared by."""
    chosen = {override.service: override.basis for override in recipe.overrides if override.service}
    if not measured and not recipe.measures_left_out and not chosen:
        return shipped_bases()
    return Bases(measured.measures if measured else (), recipe.measures_left_out, chosen)


def _read_measures(recipe: Recipe) -> MeasureReading | None:
    """Read the user's measures, where there are any."""
    if not recipe.measures and recipe.lookups:
        names = list_values([printable(path.name) for path in recipe.lookups])
        message = f"A lookup is for codes in measures of your own, and none is given: {names}."
        raise RecipeError(message, hint="give the measures with --measure FILE, or leave the lookup out")
    if not recipe.measures:
        return None
    from placespend.measured.gathering import gather_measures  # noqa: PLC0415  (only a user's measures need it)

    return gather_measures(recipe.measures, recipe.lookups)


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
