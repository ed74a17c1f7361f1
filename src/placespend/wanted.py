"""The recipe that a user asks for: a recipe, or lines in its place, with measures and bases of their own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.checks import check_choice_of_footprints
from placespend.choices import Override
from placespend.cofog import services
from placespend.errors import RecipeError, WrongTypeError, list_values
from placespend.measures import Measure
from placespend.recipe import Recipe, Source, read_recipe, shipped_recipe
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placespend.measured.plans import MeasureSource

    Lines = pd.DataFrame | str | Path | Sequence[str | Path]
    Measures = str | Path | MeasureSource | Measure | Sequence[str | Path | MeasureSource | Measure]
    Choices = Sequence[Override | tuple[str, str, str]]

OWN = "lines"
"""Name of the source that a user's own lines make, where no recipe names it."""
_FIELDS = 3


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
    measures: Measures | None = None,
    lookups: str | Path | Sequence[str | Path] | None = None,
    overrides: Choices | None = None,
) -> Recipe:
    """Take the recipe that was given, or make one of what was given in its place.

    Parameters
    ----------
    recipe : Recipe or path or None
    lines, with_shipped, year, unknown_footprints
        As for :func:`recipe_of`; a year counts for a given recipe too.
    measures : path, MeasureSource, Measure, or a sequence of them, optional
        Measures of the user's own, beside those that a given recipe names.
    lookups : path or sequence of paths, optional
        Lookups of the Office for National Statistics, as published, for codes of other years than 2011.
    overrides : sequence of Override or of (str, str, str), optional
        A service or the id of a line, the basis to share it by, and the reason; before those of a given recipe.

    Returns
    -------
    Recipe

    Raises
    ------
    RecipeError
        If a recipe and lines are given, or the recipe cannot be used.
    """
    if recipe is None:
        found = recipe_of(lines, with_shipped=with_shipped, year=year, unknown_footprints=unknown_footprints)
        return _with_own(found, measures, lookups, overrides)
    if lines is not None or with_shipped or unknown_footprints != "error":
        message = "A recipe says itself which lines are in."
        raise RecipeError(message, hint="name your lines in the recipe as a [[source]], or leave the recipe out")
    if not isinstance(recipe, Recipe | str | Path):
        message = f"A recipe is given as a path or a Recipe, not as {type(recipe).__name__}."
        raise WrongTypeError(message, hint="read it with placespend.read_recipe")
    found = recipe if isinstance(recipe, Recipe) else read_recipe(recipe)
    found = found if year is None else replace(found, financial_year=year)
    return _with_own(found, measures, lookups, overrides)


def _with_own(
    recipe: Recipe,
    measures: Measures | None,
    lookups: str | Path | Sequence[str | Path] | None,
    overrides: Choices | None,
) -> Recipe:
    """Add a user's measures and choices of bases to a recipe, which stays the same where there are none."""
    if not measures and not lookups and not overrides:
        return recipe
    chosen = [_override(found) for found in ([overrides] if isinstance(overrides, Override) else overrides or ())]
    taken = {(found.service, found.line) for found in chosen}
    kept = [found for found in recipe.overrides if (found.service, found.line) not in taken]
    return replace(
        recipe,
        measures=(*recipe.measures, *measures_wanted(measures)),
        lookups=(*recipe.lookups, *(Path(path) for path in _listed(lookups))),
        overrides=(*kept, *chosen),
    )


def measures_wanted(measures: Measures | None) -> tuple[MeasureSource | Measure, ...]:
    """Take a user's measures, however they are given.

    Parameters
    ----------
    measures : str, Path, MeasureSource, Measure, MeasureReading, or a sequence of them, optional

    Returns
    -------
    tuple of MeasureSource or Measure

    Raises
    ------
    WrongTypeError
        If one is something else.
    """
    return tuple(map(_measure, _listed(measures)))


def _listed(given: Any) -> list[Any]:
    """Take one thing or a sequence of them."""
    if given is None:
        return []
    if hasattr(given, "measures"):
        # A reading of files, taken for what it holds.
        return list(given.measures)
    return list(given) if isinstance(given, list | tuple) else [given]


def _measure(given: object) -> MeasureSource | Measure:
    """Take a file by its path, or a measure that was read before."""
    from placespend.measured.plans import MeasureSource  # noqa: PLC0415  (only a user's measures need it)

    if isinstance(given, MeasureSource | Measure):
        return given
    if isinstance(given, str | Path):
        return MeasureSource(Path(given))
    message = f"A measure is given as a path, a MeasureSource or a Measure, not as {type(given).__name__}."
    raise WrongTypeError(message, hint="read it with placespend.read_measures")


def _override(given: Override | tuple[str, str, str]) -> Override:
    """Take a choice of basis; a text that is no service is the id of a line."""
    if isinstance(given, Override):
        return given
    if not isinstance(given, tuple | list) or len(given) != _FIELDS or not all(isinstance(text, str) for text in given):
        message = f"A basis is chosen by a service or line, a basis and a reason, not by {given!r}."
        raise WrongTypeError(message, hint='for example ("10.5", "residents", "the reason")')
    what, basis, reason = map(printable, given)
    if what in services().index:
        return Override(what, basis, reason)
    return Override("", basis, reason, line=what)


def _paths(lines: object) -> list[str | Path]:
    """Take one path or a list of them."""
    paths = lines if isinstance(lines, list | tuple) else [lines]
    odd = [type(path).__name__ for path in paths if not isinstance(path, str | Path)]
    if odd:
        message = f"Lines are given as a path, a list of paths or one table, not as {list_values(odd)}."
        raise WrongTypeError(message, hint="join several tables with pandas.concat")
    return list(paths)
