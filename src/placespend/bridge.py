"""The bridge: what moves one total to another, step by step and to the penny.

Between two pots each step changes one thing (area, year, a source, how sources relate, bases, scope) and builds the
pot anew, so that the steps sum to the difference by construction. What cannot be changed by itself, as a source
that no pot can be built without, goes together with the next step and is named with it.

To a published total the steps are what its publication says of it: another year, payments to people out, bodies
awaited. What it does not say is not guessed: it is told as a question, with the amount that it could move, and
the rest is shown as not explained. A step for prices needs a deflator, which the user adds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.cofog import services
from placespend.errors import (
    ConservationError,
    PlacespendError,
)
from placespend.footprints import footprint_areas, name_of
from placespend.geography import level_index
from placespend.loaded import Loaded, load
from placespend.money import format_gbp
from placespend.responsibilities import service_groups

if TYPE_CHECKING:
    from collections.abc import Callable

    from placespend.place import Place
    from placespend.recipe import Recipe, Source
    from placespend.relations import Relation


STEP_COLUMNS = ["step", "what", "amount_pence", "total_pence"]
DETAIL_COLUMNS = ["step", "what", "service", "region", "amount_pence"]
SEVERAL_REGIONS = "several regions"


@dataclass(frozen=True, eq=False)
class Bridge:
    """What moves one total to another.

    Attributes
    ----------
    start, end : str
        What the totals are of.
    start_pence, end_pence : int
    steps : pandas.DataFrame
        ``step`` (area, year, prices, source, relation, bases, payments to people, capital, services, bodies, amount
        kinds), ``what`` (in words), ``amount_pence``, ``total_pence`` (after the step).
    details : pandas.DataFrame
        Of each step between pots: ``service`` (of local bodies' current spending the service group), ``region``,
        ``amount_pence``; they sum to the step.
    questions : tuple of str
        What is not known of the published total, with what it could move. In no sum.
    """

    start: str
    end: str
    start_pence: int
    end_pence: int
    steps: pd.DataFrame
    details: pd.DataFrame
    questions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        parts = self.details.groupby("what")["amount_pence"].sum() if len(self.details) else pd.Series(dtype="int64")
        for row in self.steps.to_dict(orient="records"):
            if row["what"] in parts.index and int(parts[row["what"]]) != row["amount_pence"]:
                message = f"the details of the step '{row['what']}' do not sum to it"
                raise ConservationError(message)

    @property
    def residual_pence(self) -> int:
        """What the steps leave unexplained; nothing between pots."""
        return self.end_pence - self.start_pence - int(self.steps["amount_pence"].sum())

    def as_table(self) -> pd.DataFrame:
        """Give the whole bridge as one table: start, steps, what is not explained, end.

        Returns
        -------
        pandas.DataFrame
            ``start``, ``end``, ``step``, ``what``, ``amount_pence``, ``total_pence``. The amounts of start, steps
            and what is not explained sum to the end.
        """
        rows = [
            ("start", self.start, self.start_pence, self.start_pence),
            *self.steps[STEP_COLUMNS].itertuples(index=False, name=None),
            ("not explained", "", self.residual_pence, self.end_pence),
        ]
        table = pd.DataFrame(rows, columns=STEP_COLUMNS)
        return pd.concat([pd.DataFrame({"start": self.start, "end": self.end}, index=table.index), table], axis=1)

    def __repr__(self) -> str:
        return (
            f"<Bridge from {self.start} ({format_gbp(self.start_pence)}) to {self.end} ({format_gbp(self.end_pence)}): "
            f"{len(self.steps)} steps, {format_gbp(self.residual_pence)} not explained>"
        )

    def _repr_html_(self) -> str:
        from placespend.displays import bridge_html  # noqa: PLC0415  (only notebooks show it)

        return bridge_html(self)


@dataclass(frozen=True)
class _State:
    """A pot on the way: what was changed to come here."""

    step: str
    what: str
    recipe: Recipe
    place: Place


class _Walk:
    """Builds the pots on the way, each source read once."""

    def __init__(self, *known: Loaded) -> None:
        self.intakes = {_key_of(source): found.intakes[source.id] for found in known for source in found.recipe.sources}
        # By the tuple itself: two recipes may name one file, whose content was changed between them.
        self.measured = {id(found.recipe.measures): found.measured for found in known}
        self.built = {id(found.recipe): found for found in known}

    def amounts(self, recipe: Recipe, place: Place) -> pd.Series:
        """Sum a pot by service group and region; nothing where there is no source."""
        if not recipe.sources:
            return pd.Series(dtype="int64", index=pd.MultiIndex.from_arrays([[], []], names=["service", "region"]))
        loaded = self.built.get(id(recipe))
        if loaded is None:
            keys = {source.id: _key_of(source) for source in recipe.sources}
            loaded = load(
                recipe,
                intakes={name: self.intakes[key] for name, key in keys.items() if key in self.intakes},
                measured=self.measured.get(id(recipe.measures)),
            )
        cells = loaded.cells
        ledger = build_ledger(cells, [place], loaded.bases)
        labels = cells["service_code"].map(services()["label"])
        local = (cells["sector"] == "LG") & (cells["economic"] == "current")
        grouped = cells["service_code"].map(service_groups()["label"]).where(local).fillna(labels)
        keys_of_cells = [grouped.rename("service"), cells["footprint_code"].map(_region_of).rename("region")]
        sums: pd.Series = ledger.pence_at(place.code).groupby(keys_of_cells).sum()
        return sums[sums != 0]


def _key_of(source: Source) -> str:
    """Tell sources apart by what was read, whatever their filters."""
    return f"{source.as_dict() | {'only': '', 'leave_out': ''}} {source.paths} {id(source.table)}"


@cache
def _region_of(footprint: str) -> str:
    """Name the region that a footprint lies in."""
    areas = footprint_areas(footprint)
    if areas is None:
        return "not known"
    codes, numbers = level_index("region")
    found = np.unique(numbers[areas])
    return name_of(str(codes[found[0]])) if len(found) == 1 else SEVERAL_REGIONS


def bridge_pots(
    start: tuple[Place, Loaded], end: tuple[Place, Loaded], *, titles: tuple[str, str] | None = None
) -> Bridge:
    """Tell what moves the total of one pot to that of another.

    Parameters
    ----------
    start, end : tuple of (Place, Loaded)
        Each pot's place and lines.
    titles : tuple of str, optional
        What to call them.

    Returns
    -------
    Bridge
        Without a residual.
    """
    walk = _Walk(start[1], end[1])
    states = _states(start, end)
    before = walk.amounts(start[1].recipe, start[0])
    first = int(before.sum())
    rows: list[tuple[str, str, int, int]] = []
    details: list[pd.DataFrame] = []
    waiting: list[_State] = []
    for state in states:
        waiting.append(state)
        try:
            after = walk.amounts(state.recipe, state.place)
        except PlacespendError:
            if state is states[-1]:
                raise
            continue
        kinds = list(dict.fromkeys(found.step for found in waiting))
        what = "; ".join(found.what for found in waiting)
        change = after.sub(before, fill_value=0).astype("int64")
        change = change[change != 0]
        rows.append((" and ".join(kinds), what, int(after.sum()) - int(before.sum()), int(after.sum())))
        details.append(change.rename("amount_pence").reset_index().assign(step=" and ".join(kinds), what=what))
        before, waiting = after, []
    names = titles or (title_of(*start), title_of(*end))
    return Bridge(
        *names,
        first,
        int(before.sum()),
        pd.DataFrame(rows, columns=STEP_COLUMNS).astype({"amount_pence": "int64", "total_pence": "int64"}),
        pd.concat(details, ignore_index=True)[DETAIL_COLUMNS] if details else pd.DataFrame(columns=DETAIL_COLUMNS),
    )


def title_of(place: Place, loaded: Loaded) -> str:
    """Name a pot: its place, year and recipe.

    Parameters
    ----------
    place : Place
    loaded : Loaded

    Returns
    -------
    str
    """
    return f"{place.name}, {loaded.financial_year} ({loaded.recipe.title})"


def _states(start: tuple[Place, Loaded], end: tuple[Place, Loaded]) -> list[_State]:
    """List the pots on the way from one to another, each with one thing changed."""
    (place, first), (goal, last) = start, end
    recipe = replace(first.recipe, financial_year=first.financial_year)
    states: list[_State] = []

    def change(step: str, what: str, to: Recipe) -> None:
        nonlocal recipe
        recipe = to
        states.append(_State(step, what, recipe, place))

    if not place.extent.is_same(goal.extent):
        place = goal
        change("area", f"{goal.name} in place of {start[0].name}", recipe)
    if first.financial_year != last.financial_year:
        what = f"{last.financial_year} in place of {first.financial_year}"
        change("year", what, replace(recipe, financial_year=last.financial_year))
    _change_sources(first, last, lambda: recipe, change)
    if (_bases_of(recipe), _read(first)) != (_bases_of(last.recipe), _read(last)):
        change("bases", "what services are shared by", replace(recipe, **_bases_of(last.recipe)))
    for name, step, words in _SCOPE_STEPS:
        wanted = getattr(last.recipe.scope, name)
        if getattr(recipe.scope, name) != wanted:
            change(step, words(wanted), replace(recipe, scope=replace(recipe.scope, **{name: wanted})))
    if states:
        # The last one is the pot that was asked for itself.
        states[-1] = replace(states[-1], recipe=last.recipe)
    return states


def _bases_of(recipe: Recipe) -> dict[str, Any]:
    """Give what a recipe says of the bases of services."""
    return {name: getattr(recipe, name) for name in ("overrides", "measures_left_out", "measures", "lookups")}


def _read(loaded: Loaded) -> tuple[tuple[str, str], ...]:
    """Tell users' measures apart by what was read."""
    return loaded.measured.inputs if loaded.measured else ()


def _in_or_out(what: str) -> Callable[[bool], str]:
    return lambda wanted: f"{what} {'in' if wanted else 'out'}"


def _listed(what: str) -> Callable[[tuple[str, ...]], str]:
    return lambda wanted: f"{what}: {', '.join(wanted) or 'none'}"


_SCOPE_STEPS: tuple[tuple[str, str, Callable[..., str]], ...] = (
    ("payments_to_people", "payments to people", _in_or_out("payments to people")),
    ("capital", "capital", _in_or_out("capital")),
    ("only_services", "services", _listed("only services")),
    ("leave_out_services", "services", _listed("services left out")),
    ("leave_out_bodies", "bodies", _listed("bodies left out")),
    ("amount_kinds", "amount kinds", _listed("only amounts of kind")),
)


def _change_sources(
    first: Loaded, last: Loaded, current: Callable[[], Recipe], change: Callable[[str, str, Recipe], None]
) -> None:
    """Take away the sources that only the first pot has, add those of the last, and relate them as it does."""
    have = {source.id: _identity(first, source.id) for source in first.recipe.sources}
    want = {source.id: _identity(last, source.id) for source in last.recipe.sources}
    for name in have:
        if name not in want:
            change("source", f"without source {name}", current().without(name))
    for source in last.recipe.sources:
        if source.id in have and have[source.id] != want[source.id]:
            sources = tuple(source if found.id == source.id else found for found in current().sources)
            change("source", f"source {source.id} with other files or filters", replace(current(), sources=sources))
        elif source.id not in have:
            sources = (*current().sources, source)
            present = {found.id for found in sources}
            # Relations among what was there are kept; those of the new source come with it.
            kept = tuple(found for found in current().relations if source.id not in {found.inner, found.outer})
            new = tuple(
                found
                for found in last.recipe.relations
                if source.id in {found.inner, found.outer} and {found.inner, found.outer} <= present
            )
            change("source", f"with source {source.id}", replace(current(), sources=sources, relations=(*kept, *new)))
    if _rules(current()) != _rules(last.recipe):
        uses = "; ".join(f"{found.inner} in {found.outer}: {found.use}" for found in last.recipe.relations)
        change(
            "relation", f"how sources relate ({uses or 'none'})", replace(current(), relations=last.recipe.relations)
        )


def _rules(recipe: Recipe) -> dict[tuple[str, str], list[Relation]]:
    """List the relations of each two sources in their order: of those meant for the same money the first counts."""
    found: dict[tuple[str, str], list[Relation]] = {}
    for relation in recipe.relations:
        found.setdefault((relation.inner, relation.outer), []).append(relation)
    return found


def _identity(loaded: Loaded, name: str) -> tuple[object, ...]:
    source = next(source for source in loaded.recipe.sources if source.id == name)
    return str(source.as_dict()), loaded.intakes[name].inputs
