"""Totals of whole places that were published in their time, and bridges to them.

The steps are what a publication says of itself: another year, payments to people out, bodies awaited. What it does
not say is not guessed: it is told as a question, with the amount that it could move, and the rest is shown as not
explained. A step for prices needs a deflator, which the user adds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from placespend.apportion import build_ledger
from placespend.bridge import STEP_COLUMNS, Bridge, bridge_pots, title_of
from placespend.errors import (
    OverlapError,
    RecipeError,
    UnknownNameError,
    YearError,
)
from placespend.gazetteer import find_place, parse_as_at
from placespend.loaded import Loaded, load
from placespend.money import format_gbp, parse_pounds
from placespend.recipe import Recipe, read_recipe
from placespend.schema import is_financial_year
from placespend.shipped import read_once, shipped_file
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction
    from pathlib import Path

    from placespend.place import Place
    from placespend.recipe import Scope


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
    goal, year_is_known, about_year = _goal(row, loaded)
    questions = list(about_year)
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
        title_of(place, loaded),
        f"{row['place']}, {row['year']}, as published ({row['source_url']})",
        inner.start_pence,
        int(parse_pounds(pd.Series([row["value"]], dtype="str")).iloc[0]),
        pd.DataFrame(rows, columns=STEP_COLUMNS).astype({"amount_pence": "int64", "total_pence": "int64"}),
        inner.details,
        tuple(questions),
    )


def _goal(row: dict[str, str], loaded: Loaded) -> tuple[Loaded, bool, list[str]]:
    """Gather the lines whose scope and year are, as far as it says, those of the publication.

    Most publications say the same of both, so what was gathered once is kept with the lines.
    """
    scope = loaded.recipe.scope
    for flag in ("payments_to_people", "capital"):
        if row[flag]:
            scope = replace(scope, **{flag: row[flag] == "in"})  # type: ignore[arg-type]
    bodies = {body for intake in loaded.intakes.values() for body in intake.lines["body"]}
    named = tuple(body for body in row["bodies_left_out"].split("; ") if body in bodies)
    scope = replace(scope, leave_out_bodies=tuple(dict.fromkeys((*scope.leave_out_bodies, *named))))
    key = ("goal", scope, row["year"])
    if key not in loaded.kept:
        loaded.kept[key] = _gather_goal(scope, row["year"], loaded)
    found: tuple[Loaded, bool, list[str]] = loaded.kept[key]
    return found


def _gather_goal(scope: Scope, year: str, loaded: Loaded) -> tuple[Loaded, bool, list[str]]:
    """Gather lines in a scope, of a year if that can be; tell whether it could, and what to say where not."""
    wanted = replace(loaded.recipe, scope=scope, financial_year=loaded.financial_year)
    questions = []
    if year != loaded.financial_year:
        not_known = "what the change of year moves is not known, and is in what is not explained."
        try:
            goal = _of_year(replace(wanted, financial_year=year), loaded)
        except YearError:
            questions.append(f"Year: the total is of {year} and the sources hold {loaded.financial_year}; {not_known}")
        except (RecipeError, OverlapError) as error:
            questions.append(
                f"Year: the total is of {year}, and no pot of that year can be built with this recipe "
                f"({error.message.splitlines()[0]}); {not_known}"
            )
        else:
            left_out = [
                f"Year: no line of source {name} is of {year}; it is left out of the pot of that year."
                for name, intake in goal.intakes.items()
                if year not in set(intake.lines["financial_year"])
            ]
            return goal, True, left_out
    if scope == loaded.recipe.scope:
        return loaded, False, questions
    return load(wanted, intakes=loaded.intakes, measured=loaded.measured), False, questions


def _of_year(wanted: Recipe, loaded: Loaded) -> Loaded:
    """Gather the lines of another year from sources that were read before."""
    intakes = loaded.intakes.values()
    if all(
        intake.year is None and wanted.financial_year not in set(intake.lines["financial_year"]) for intake in intakes
    ):
        # All years of all sources are at hand, and none is the one: to relate the lines first would take long.
        message = f"There are no lines of {wanted.financial_year}."
        raise YearError(message)
    return load(wanted, intakes=loaded.intakes, measured=loaded.measured)


def _price_step(
    pence: int, year: str, wanted: str, deflator: Mapping[str, Fraction] | None, questions: list[str]
) -> int | None:
    """Give what the prices of another year move, or say why that is not known."""
    if not is_financial_year(pd.Series([wanted])).iloc[0]:
        questions.append(f"Prices: the publication gives '{wanted}', which is no financial year.")
        return None
    if deflator is None:
        questions.append(
            f"Prices: to state our total in prices of {wanted}, add HM Treasury's GDP deflators: "
            "placespend bridge PLACE --deflator FILE."
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
    here = build_ledger(cells, [place], goal.bases).pence_at(place.code)
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
