"""The most that a place could be paid by results, by cohort: what its families would bring were they all of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.errors import WrongTypeError
from placespend.families.results import maximum_payment_pence, paid_families, payment_terms
from placespend.families.shown import ESTIMATED, told

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from placespend.families.shown import Families

PENCE = 100


def most_payable(found: Families, *, phase: int = 1) -> pd.DataFrame:
    """Give the most that places could be paid by results.

    Parameters
    ----------
    found : Families
    phase : {1, 2}

    Returns
    -------
    pandas.DataFrame
        For each place and cohort of the phase: ``code``, ``name``, ``phase``, ``cohort``, ``families``, ``status``,
        ``low`` and ``high`` (Int64; the interval of an estimate, else missing), ``families_paid`` (whole families; in
        phase 1 five in six), ``fee_gbp`` and ``result_gbp`` (a family), ``maximum_gbp`` (whole pounds: what all would
        bring in fee and result together, the same for each cohort; the exact product rounded once, which may exceed
        that of whole families), ``source``, ``note``.

    Raises
    ------
    WrongTypeError
        If the number of a place is not told.
    """
    terms = payment_terms()
    terms = terms[terms["phase"] == phase]
    rows = []
    for row in found.table.to_dict(orient="records"):
        if pd.isna(row["families"]):
            message = f"Payment by results needs the number of families of {row['name']}, and that is {_untold(row)}."
            raise WrongTypeError(message, hint="ask for an authority, or for several together")
        families = int(row["families"])
        rows += [
            {
                **{name: row[name] for name in ("code", "name", "families", "status", "low", "high")},
                "phase": phase,
                "cohort": term["year"] or "all years",
                "families_paid": paid_families(families, phase=phase),
                "fee_gbp": term["fee_gbp"],
                "result_gbp": term["result_gbp"],
                "maximum_gbp": maximum_payment_pence(families, phase=phase) // PENCE,
                "source": term["source"],
                "note": term["note"],
            }
            for term in terms.to_dict(orient="records")
        ]
    return pd.DataFrame(rows).astype({"low": "Int64", "high": "Int64"})


def _untold(row: Mapping[Hashable, Any]) -> str:
    """Say what is known of a number that is not told."""
    return f"told only as {told(row, 'families')}" if row["status"] == ESTIMATED else str(row["status"])
