"""Payment by results: the fees and results that authorities were paid for families.

In the programme an authority is paid a *fee* for each family that it takes on (an attachment) and a *result* for each
family that is turned around. In phase 1 that was up to £4,000 a family, for five families in six of an authority's
indicative number (the sixth was thought to be paid for by other programmes); what part of it is paid beforehand falls
from year to year. A family is paid at the rates of its *cohort*, the year in which it was attached, whenever its result
comes, so that fee and result always make up the whole. In phase 2 the amounts are the same in every year.

The most that an authority can be paid is the exact product of its number, the share and the amount, rounded once, to
the pound: 4,180 families make £13,933,333, although five in six of them is no whole number of families.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import FAILURE_COLUMNS, LinesError, UnknownNameError, WrongTypeError
from placespend.families.whole_numbers import NOT_A_COUNT, check_count, is_count, tell_fault
from placespend.schema import is_financial_year
from placespend.shipped import read_once, shipped_file
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Hashable

FEE, RESULT = "fee", "result"

COHORT_COLUMNS = ("cohort", "attached", "results")
"""What a table of cohorts must hold; ``year`` may stand beside them."""

_PENCE = 100
_HALF = Fraction(1, 2)


@read_once
def payment_terms() -> pd.DataFrame:
    """List what was paid for a family, by phase and year.

    Returns
    -------
    pandas.DataFrame
        ``phase`` (int64), ``year`` (financial year in which the family was attached; blank where all are alike),
        ``fee_gbp`` and ``result_gbp`` (int64, whole pounds a family), ``families_share`` (a fraction as text: the part
        of an authority's number that is paid for), ``source``, ``note``.
    """
    path = shipped_file("spend_lines", "payment_by_results.csv")
    kinds = {"phase": "int64", "fee_gbp": "int64", "result_gbp": "int64"}
    return pd.read_csv(path, dtype="str", keep_default_na=False).astype(kinds)


def maximum_payment_pence(families: int, *, phase: int = 1) -> int:
    """Compute the most that an authority can be paid for its families.

    Parameters
    ----------
    families : int
        The number it was asked to work with.
    phase : {1, 2}

    Returns
    -------
    int
        Pence; whole pounds, for the exact product is rounded once to the pound, halves up.

    Raises
    ------
    WrongTypeError
        If the number is not whole or is negative.
    UnknownNameError
        If there is no such phase.

    Examples
    --------
    >>> maximum_payment_pence(1680) // 100, maximum_payment_pence(4180) // 100
    (5600000, 13933333)
    """
    terms = _terms(phase)
    # Fee and result make up the same in every year of a phase; were that ever not so, the most is the most of them.
    most = int((terms["fee_gbp"] + terms["result_gbp"]).max())
    pounds = check_count("families", families) * Fraction(terms["families_share"].iloc[0]) * most
    return int((pounds + _HALF) // 1) * _PENCE


def paid_families(families: int, *, phase: int = 1) -> int:
    """Compute for how many of an authority's families it can be paid.

    Parameters
    ----------
    families : int
        The number it was asked to work with.
    phase : {1, 2}

    Returns
    -------
    int
        Five in six in phase 1, rounded down: a family more would be beyond the share.

    Raises
    ------
    WrongTypeError, UnknownNameError
        As :func:`maximum_payment_pence`.

    Examples
    --------
    >>> paid_families(4180)
    3483
    """
    return int(check_count("families", families) * Fraction(_terms(phase)["families_share"].iloc[0]) // 1)


def payments_by_results(cohorts: pd.DataFrame, *, phase: int = 1, families: int | None = None) -> pd.DataFrame:
    """Compute the fees and results that are paid, by cohort and year.

    Parameters
    ----------
    cohorts : pandas.DataFrame
        ``cohort`` (financial year in which families were attached, as 2012-13), ``attached`` (families) and
        ``results`` (families of that cohort with a result). With a column ``year`` a cohort may have several rows, one
        for each financial year in which results came; families are then attached in the row of the cohort's own year.
    phase : {1, 2}
    families : int, optional
        The authority's number; more attachments than :func:`paid_families` gives are then refused.

    Returns
    -------
    pandas.DataFrame
        ``cohort``, ``year`` (of the payment; missing for results where the table has no years), ``kind`` (fee or
        result), ``families`` (int64), ``rate_pence`` (int64, a family, of the cohort) and ``pence`` (int64, their exact
        product), by cohort, then fees before results, then year.

    Raises
    ------
    LinesError
        With every fault of the table at once: unknown years, counts that are negative or not whole, more results than
        attachments, more attachments than are paid for.
    WrongTypeError, UnknownNameError
        If the columns, the phase or the number are not what is asked for.

    Examples
    --------
    >>> table = pd.DataFrame({"cohort": ["2012-13", "2013-14"], "attached": [100, 50], "results": [60, 0]})
    >>> payments_by_results(table)["pence"].tolist()
    [32000000, 4800000, 12000000, 0]
    """
    terms = _terms(phase)
    missing = [column for column in COHORT_COLUMNS if column not in cohorts]
    if missing:
        message = f"A table of cohorts has the columns {', '.join(COHORT_COLUMNS)}; {', '.join(missing)} is missing."
        raise WrongTypeError(message, hint="a column year may stand beside them")
    most = None if families is None else paid_families(families, phase=phase)
    faults = _faults(cohorts, terms, most)
    if faults:
        raise LinesError(pd.DataFrame(faults, columns=FAILURE_COLUMNS))
    has_years = "year" in cohorts
    rows: list[tuple[str, object, str, int, int]] = []
    for row in cohorts.to_dict(orient="records"):
        cohort, year = str(row["cohort"]), row["year"] if has_years else None
        fee, result = _rates(terms, cohort)
        if year is None or year == cohort:
            rows.append((cohort, cohort, FEE, int(row["attached"]), fee))
        rows.append((cohort, year, RESULT, int(row["results"]), result))
    table = pd.DataFrame(rows, columns=["cohort", "year", "kind", "families", "rate_pence"])
    table = table.astype({"cohort": "str", "year": "str", "kind": "str", "families": "int64", "rate_pence": "int64"})
    table["pence"] = table["families"] * table["rate_pence"]
    # Fees stand before results by the alphabet.
    return table.sort_values(["cohort", "kind", "year"], kind="stable", ignore_index=True)


def _terms(phase: int) -> pd.DataFrame:
    """Take the terms of a phase."""
    terms = payment_terms()
    if isinstance(phase, bool) or phase not in set(terms["phase"]):
        phases = ", ".join(str(found) for found in sorted(set(terms["phase"])))
        message = f"There is no phase {phase!r} of the programme."
        raise UnknownNameError(message, hint=f"the phases are {phases}")
    return terms[terms["phase"] == phase]


def _rates(terms: pd.DataFrame, cohort: str) -> tuple[int, int]:
    """Give fee and result of a cohort in pence."""
    row = terms[terms["year"].isin([cohort, ""])].iloc[0]
    return int(row["fee_gbp"]) * _PENCE, int(row["result_gbp"]) * _PENCE


def _faults(cohorts: pd.DataFrame, terms: pd.DataFrame, most: int | None) -> list[dict[str, object]]:
    """Find every fault of a table of cohorts."""
    faults: list[dict[str, object]] = []
    for number, row in enumerate(cohorts.to_dict(orient="records"), start=2):
        faults += _faults_of_row(number, row, terms)
    years = ["year"] if "year" in cohorts else []
    for number in [
        position + 2 for position in range(len(cohorts)) if cohorts.duplicated(["cohort", *years])[position]
    ]:
        hint = "" if years else "give each result its year in a column year, or add the rows up"
        faults.append(
            tell_fault(number, "cohort", cohorts["cohort"].iloc[number - 2], "this cohort stands twice", hint)
        )
    counted = {
        name: cohorts[name].map(lambda value: int(value) if is_count(value) else 0) for name in COHORT_COLUMNS[1:]
    }
    sums = pd.DataFrame({"cohort": cohorts["cohort"].astype("str"), **counted}).groupby("cohort", sort=False).sum()
    for cohort, attached, results in sums.itertuples():
        if results > attached:
            problem = f"more families have a result than were attached in {cohort} ({attached:,})"
            faults.append(tell_fault(0, "results", f"{results:,}", problem, "count a family in the cohort it began in"))
    total = int(sums["attached"].sum())
    if most is not None and total > most:
        share = terms["families_share"].iloc[0]
        problem = f"more families are attached than are paid for, {share} of the number rounded down ({most:,})"
        faults.append(tell_fault(0, "attached", f"{total:,}", problem, "leave out the families that are not paid for"))
    return faults


def _faults_of_row(number: int, row: dict[Hashable, object], terms: pd.DataFrame) -> list[dict[str, object]]:
    """Find the faults of one row."""
    known = [year for year in terms["year"] if year]
    faults = [
        tell_fault(number, column, row[column], NOT_A_COUNT)
        for column in COHORT_COLUMNS[1:]
        if not is_count(row[column])
    ]
    cohort = row["cohort"]
    if known and cohort not in known:
        hint = did_you_mean(str(cohort), known, otherwise=f"the years are {', '.join(known)}")
        faults.append(tell_fault(number, "cohort", cohort, "this is no year of the phase", hint or ""))
    elif not _is_year(cohort):
        faults.append(tell_fault(number, "cohort", cohort, "this is not a financial year", "write it as 2012-13"))
    elif "year" in row and not _is_year(row["year"]):
        faults.append(tell_fault(number, "year", row["year"], "this is not a financial year", "write it as 2012-13"))
    elif "year" in row and str(row["year"]) < str(cohort):
        faults.append(tell_fault(number, "year", row["year"], f"this is before the families were attached ({cohort})"))
    elif "year" in row and row["year"] != cohort and is_count(row["attached"]) and row["attached"] != 0:
        problem = f"families of the cohort {cohort} are attached in that year"
        faults.append(
            tell_fault(number, "attached", row["attached"], problem, "give the row of a later year no attachments")
        )
    return faults


def _is_year(value: object) -> bool:
    return isinstance(value, str) and bool(is_financial_year(pd.Series([value])).iloc[0])
