"""What counts in a pot, and what its services are shared by where a recipe wants it otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.bases import bases_without, basis_of_service
from placespend.errors import (
    RecipeError,
)
from placespend.responsibilities import service_groups
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from placespend.intake import Intake
    from placespend.recipe import Recipe, Scope

    Lines = pd.DataFrame | str | Path | Sequence[str | Path]


def check_scope(intakes: Mapping[str, Intake], scope: Scope) -> None:
    """Refuse a scope that leaves out bodies that no source names.

    Parameters
    ----------
    intakes : mapping of str to Intake
    scope : Scope
    """
    named = sorted({body for intake in intakes.values() for body in intake.lines["body"]})
    unknown = [body for body in scope.leave_out_bodies if body not in named]
    if unknown:
        message = f"The scope leaves out '{unknown[0]}', a body that no source names."
        raise RecipeError(message, hint=did_you_mean(unknown[0], named) or None)


def in_scope(lines: pd.DataFrame, scope: Scope) -> pd.Series:
    """Tell which lines count.

    Parameters
    ----------
    lines : pandas.DataFrame
    scope : Scope

    Returns
    -------
    pandas.Series of bool
    """
    of_service = service_groups()["group"]
    groups = lines["service_code"].map(of_service)
    outturns = service_groups().query("publication == 'dclg-rs'").index

    def named(wanted: Sequence[str]) -> pd.Series:
        # A service of the outturn stands for its group, over whose services it was split.
        meant = {*wanted, *of_service[[name for name in wanted if name in outturns]]}
        return lines["service_code"].isin(meant) | groups.isin(meant)

    counts = ~lines["body"].isin(scope.leave_out_bodies) & ~named(scope.leave_out_services)
    if scope.only_services:
        counts &= named(scope.only_services)
    if not scope.payments_to_people:
        counts &= ~lines["payment_to_people"].astype("bool")
    return counts if scope.capital else counts & (lines["economic"] != "capital")


def reasons_for_bases(recipe: Recipe) -> dict[str, tuple[str, str]]:
    """Say what each service is shared by that is not shared by its own basis, and why.

    Parameters
    ----------
    recipe : Recipe

    Returns
    -------
    dict of str to (str, str)
        By service: its basis, and the reason.
    """
    found: dict[str, tuple[str, str]] = {}
    if recipe.measures_left_out:
        own = basis_of_service()["basis"]
        other = bases_without(
            recipe.measures_left_out, chosen_otherwise=[override.service for override in recipe.overrides]
        ).dropna()
        left_out = ", ".join(recipe.measures_left_out)
        found = {
            code: (other[code], f"shared by {other[code]}, for the recipe leaves out {left_out}")
            for code in other.index[other != own[other.index]]
        }
    for override in recipe.overrides:
        found[override.service] = (override.basis, f"shared by {override.basis}: {override.reason}")
    return found


def with_bases(lines: pd.DataFrame, reasons: Mapping[str, tuple[str, str]]) -> pd.DataFrame:
    """Give lines the basis that the recipe wants for their service, unless they bring their own.

    Parameters
    ----------
    lines : pandas.DataFrame
    reasons : mapping of str to (str, str)
        As :func:`reasons_for_bases` gives it.

    Returns
    -------
    pandas.DataFrame
    """
    if not reasons:
        return lines
    wanted = lines["service_code"].map({service: basis for service, (basis, _) in reasons.items()})
    return lines.assign(basis=lines["basis"].where((lines["basis"] != "") | wanted.isna(), wanted))
