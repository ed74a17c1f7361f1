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
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.bases import services
from placespend.errors import (
    ConservationError,
    OverlapError,
    PlacespendError,
    RecipeError,
    UnknownNameError,
    YearError,
)
from placespend.gazetteer import find_place, parse_as_at
from placespend.geography import level_index
from placespend.loaded import Loaded, load
from placespend.money import format_gbp, parse_pounds
from placespend.place_names import footprint_areas, name_of
from placespend.recipe import Recipe, Source, read_recipe
from placespend.responsibilities import service_groups
from placespend.schema import is_financial_year
from placespend.shipped import read_once, shipped_file
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction
    from pathlib import Path

    from placespend.geography import Place
    from placespend.observed import Relation

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
        self.built = {id(found.recipe): found for found in known}

    def amounts(self, recipe: Recipe, place: Place) -> pd.Series:
        """Sum a pot by service group and region; nothing where there is no source."""
        if not recipe.sources:
            return pd.Series(dtype="int64", index=pd.MultiIndex.from_arrays([[], []], names=["service", "region"]))
        loaded = self.built.get(id(recipe))
        if loaded is None:
            keys = {source.id: _key_of(source) for source in recipe.sources}
            loaded = load(
                recipe, intakes={name: self.intakes[key] for name, key in keys.items() if key in self.intakes}
            )
        cells = loaded.cells
        ledger = build_ledger(cells, [place])
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
    names = titles or (_title(*start), _title(*end))
    return Bridge(
        *names,
        first,
        int(before.sum()),
        pd.DataFrame(rows, columns=STEP_COLUMNS).astype({"amount_pence": "int64", "total_pence": "int64"}),
        pd.concat(details, ignore_index=True)[DETAIL_COLUMNS] if details else pd.DataFrame(columns=DETAIL_COLUMNS),
    )


def _title(place: Place, loaded: Loaded) -> str:
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

    if not np.array_equal(place.small_areas, goal.small_areas):
        place = goal
        change("area", f"{goal.name} in place of {start[0].name}", recipe)
    if first.financial_year != last.financial_year:
        what = f"{last.financial_year} in place of {first.financial_year}"
        change("year", what, replace(recipe, financial_year=last.financial_year))
    _change_sources(first, last, lambda: recipe, change)
    if (recipe.overrides, recipe.measures_left_out) != (last.recipe.overrides, last.recipe.measures_left_out):
        to = replace(recipe, overrides=last.recipe.overrides, measures_left_out=last.recipe.measures_left_out)
        change("bases", "what services are shared by", to)
    for name, step, words in _SCOPE_STEPS:
        wanted = getattr(last.recipe.scope, name)
        if getattr(recipe.scope, name) != wanted:
            change(step, words(wanted), replace(recipe, scope=replace(recipe.scope, **{name: wanted})))
    if states:
        # The last one is the pot that was asked for itself.
        states[-1] = replace(states[-1], recipe=last.recipe)
    return states


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
        if have[name] != want.get(name):
            change("source", f"without source {name}", current().without(name))
    for source in last.recipe.sources:
        if have.get(source.id) != want[source.id]:
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


@read_once
def published_totals() -> pd.DataFrame:
    """List the totals of whole places that were published in their time, to bridge to.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``id``: ``place``, ``code`` (of the place here), ``kind`` (total, part or share), ``measure``,
        ``value`` (text, as published), ``unit``, ``year``, ``payments_to_people`` and ``capital`` (in, out, or blank
        where the publication does not say), ``bodies_left_out`` (joined by "; "), ``source_url``, ``note``.
    """
    path = shipped_file("spend_lines", "whole_place_published.csv")
    return pd.read_csv(path, dtype="str", keep_default_na=False, index_col="id")


def find_published(place: Place, name: str | None = None) -> list[str]:
    """Find the published totals of a place.

    Parameters
    ----------
    place : Place
    name : str, optional
        Of one of them.

    Returns
    -------
    list of str
        Their ids.

    Raises
    ------
    UnknownNameError
        If none is of that name, or it is of another place.
    """
    table = published_totals()
    here = [str(found) for found in table.index[(table["code"] == place.code) & (table["kind"] == "total")]]
    if name is None:
        return here
    if name not in table.index:
        hint = did_you_mean(name, table.index, otherwise=f"those of {place.name}: {', '.join(here) or 'none'}")
        message = f"There is no published total called '{name}'."
        raise UnknownNameError(message, hint=hint)
    if table["code"][name] == place.code and name not in here:
        message = f"'{name}' is not a total of {place.name}, but a {table['kind'][name]} of one."
        raise UnknownNameError(message, hint=f"totals of {place.name}: {', '.join(here)}" if here else None)
    if name not in here:
        message = f"The published total '{name}' is of {table['place'][name]}, not of {place.name}."
        raise UnknownNameError(message, hint=f"those of {place.name}: {', '.join(here)}" if here else None)
    return [name]


def bridge_published(
    place: Place, loaded: Loaded, published: str, *, deflator: Mapping[str, Fraction] | None = None
) -> Bridge:
    """Tell what moves a pot to a published total, as far as its publication says.

    Parameters
    ----------
    place : Place
    loaded : Loaded
        The lines of the pot.
    published : str
        Id of :func:`published_totals`.
    deflator : mapping of str to Fraction, optional
        Index of prices by financial year, for a step to the prices of the published year.

    Returns
    -------
    Bridge
        Its residual is what nobody can explain from the publication.

    Raises
    ------
    UnknownNameError
        If there is no such total of the place.
    """
    (name,) = find_published(place, published)
    row = {str(key): str(value) for key, value in published_totals().loc[name].items()}
    questions: list[str] = []
    recipe = replace(loaded.recipe, financial_year=loaded.financial_year)
    goal, year_is_known = _goal(recipe, row, loaded, questions)
    inner = bridge_pots((place, loaded), (place, goal))
    rows = inner.steps.to_dict(orient="records")
    total = inner.end_pence
    if row["year"] != loaded.financial_year and not year_is_known:
        step = _price_step(total, loaded.financial_year, row["year"], deflator, questions)
        if step is not None:
            total += step
            what = f"prices of {row['year']} in place of {loaded.financial_year}"
            rows.append({"step": "prices", "what": what, "amount_pence": step, "total_pence": total})
    questions.extend([f"The publication adds: {row['note']}."] * bool(row["note"]))
    questions.extend(_questions(place, goal, row))
    return Bridge(
        _title(place, loaded),
        f"{row['place']}, {row['year']}, as published ({row['source_url']})",
        inner.start_pence,
        int(parse_pounds(pd.Series([row["value"]], dtype="str")).iloc[0]),
        pd.DataFrame(rows, columns=STEP_COLUMNS).astype({"amount_pence": "int64", "total_pence": "int64"}),
        inner.details,
        tuple(questions),
    )


def _goal(recipe: Recipe, row: dict[str, str], loaded: Loaded, questions: list[str]) -> tuple[Loaded, bool]:
    """Build the pot whose scope and year are, as far as it says, those of the publication."""
    scope = recipe.scope
    for flag in ("payments_to_people", "capital"):
        if row[flag]:
            scope = replace(scope, **{flag: row[flag] == "in"})  # type: ignore[arg-type]
    bodies = {body for intake in loaded.intakes.values() for body in intake.lines["body"]}
    named = tuple(body for body in row["bodies_left_out"].split("; ") if body in bodies)
    scope = replace(scope, leave_out_bodies=tuple(dict.fromkeys((*scope.leave_out_bodies, *named))))
    wanted = replace(recipe, scope=scope)
    if row["year"] != loaded.financial_year:
        not_known = "what the change of year moves is not known, and is in what is not explained."
        try:
            goal = load(replace(wanted, financial_year=row["year"]), intakes=loaded.intakes)
        except YearError:
            questions.append(
                f"Year: the total is of {row['year']} and the sources hold {loaded.financial_year}; {not_known}"
            )
        except (RecipeError, OverlapError) as error:
            questions.append(
                f"Year: the total is of {row['year']}, and no pot of that year can be built with this recipe "
                f"({error.message.splitlines()[0]}); {not_known}"
            )
        else:
            questions.extend(
                f"Year: no line of source {name} is of {row['year']}; it is left out of the pot of that year."
                for name, intake in goal.intakes.items()
                if row["year"] not in set(intake.lines["financial_year"])
            )
            return goal, True
    return load(wanted, intakes=loaded.intakes), False


def _price_step(
    pence: int, year: str, wanted: str, deflator: Mapping[str, Fraction] | None, questions: list[str]
) -> int | None:
    """Give what the prices of another year move, or say why that is not known."""
    if not is_financial_year(pd.Series([wanted])).iloc[0]:
        questions.append(f"Prices: the publication gives '{wanted}', which is no financial year.")
        return None
    if deflator is None:
        questions.append(
            f"Prices: to state our total in prices of {wanted}, add HM Treasury's GDP deflators with --deflator FILE."
        )
        return None
    missing = [found for found in (year, wanted) if found not in deflator]
    if missing:
        questions.append(f"Prices: the deflator file has no {' and no '.join(missing)}.")
        return None
    return round(pence * deflator[wanted] / deflator[year]) - pence


def _questions(place: Place, goal: Loaded, row: dict[str, str]) -> list[str]:
    """Say what the publication leaves open, with what each answer would move of what the steps lead to."""
    cells = goal.cells
    here = build_ledger(cells, [place]).pence_at(place.code)
    people = cells["payment_to_people"].astype("bool")
    amounts = {
        "payments_to_people": ("payments to people, as benefits and pensions", int(here[people].sum())),
        "capital": ("capital spending", int(here[cells["economic"] == "capital"].sum())),
    }
    return [
        f"Not said whether the total counts {label}; ours holds {format_gbp(pence)} of it."
        for flag, (label, pence) in amounts.items()
        if not row[flag] and pence
    ]


def bridges_wanted(
    place: Place,
    loaded: Loaded,
    *,
    to: str | None = None,
    to_place: str | None = None,
    as_at: str | None = None,
    deflator: Path | None = None,
) -> list[Bridge]:
    """Build the bridges that a user asks for.

    Parameters
    ----------
    place : Place
    loaded : Loaded
        The lines of its pot.
    to : str, optional
        Id of a published total, or the path of a recipe (.toml). Every published total of the place where left out.
    to_place : str, optional
        Another place.
    as_at : str, optional
        Day on which combined authorities are taken.
    deflator : pathlib.Path, optional
        HM Treasury's GDP deflators.

    Returns
    -------
    list of Bridge

    Raises
    ------
    UnknownNameError
        If there is no such published total, or none of the place.
    """
    to_recipe = to is not None and to.casefold().endswith(".toml")
    if to_recipe or to_place is not None:
        if deflator is not None:
            message = "A deflator is for a step to the prices of a published total, and a bridge between pots has none."
            raise UnknownNameError(message, hint="leave --deflator out")
        if to is not None and not to_recipe:
            message = f"'{to}' is a published total, and a bridge to it is of one place."
            raise UnknownNameError(message, hint="leave --to-place out")
        goal = loaded
        if to is not None:
            wanted = read_recipe(to)
            goal = load(wanted if wanted.financial_year else replace(wanted, financial_year=loaded.financial_year))
        day = parse_as_at(as_at, default=goal.year_end)
        return [bridge_pots((place, loaded), (find_place(to_place, as_at=day) if to_place else place, goal))]
    prices = None
    if deflator is not None:
        from placespend.sources.deflator import read_deflator  # noqa: PLC0415  (a pot needs no reader of workbooks)

        prices = read_deflator(deflator)
    found = find_published(place, to)
    if not found:
        message = f"No total of {place.name} is known to have been published."
        places = published_totals().query("kind == 'total' and code != ''")["place"].unique()
        raise UnknownNameError(message, hint=f"there are totals of {', '.join(places)}; or say --to RECIPE.toml")
    return [bridge_published(place, loaded, name, deflator=prices) for name in found]
