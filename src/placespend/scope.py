"""What counts in a pot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.errors import RecipeError
from placespend.responsibilities import service_groups
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from placespend.intake import Intake
    from placespend.recipe import Scope


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
