"""What can be wrong with spending lines, found all at once and told in an analyst's words.

Each check returns *faults*: a table of file, row, column, value, problem and hint. The declared schema checks
each value by itself; this module adds what needs other tables: services, bases, places, and the lines beside.
"""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.bases import Bases, shipped_bases
from placespend.cofog import services
from placespend.csv_text import PROVENANCE
from placespend.errors import FAILURE_COLUMNS, UnknownNameError
from placespend.footprints import ALL_OF, LESS, fault_of_footprint
from placespend.gazetteer import suggest_places
from placespend.place_names import country_outside_england
from placespend.schema import (
    AMOUNT_KINDS,
    ECONOMICS,
    NOT_A_YEAR,
    NOT_POUNDS,
    PART_OF_A_PENNY,
    SECTORS,
    STATUSES,
    TREATMENTS,
    TRUTHS,
    WITHOUT_AMOUNT,
    line_schema,
)
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

UNKNOWN_FOOTPRINTS = ("error", "unallocated")

NOT_A_PLACE = "not the code of a place"
NOT_A_SERVICE = "not the code of a service"
NOT_A_BASIS = "not a measure or blend that is loaded"
NO_AMOUNT = "no amount, though the line is not awaited"
AMOUNT_AWAITED = "an amount, though the line is awaited or included in another"
DUPLICATE = "the same line_id, source_id and financial_year stand in another row"
MISSING_COLUMN = "missing column"
UNKNOWN_COLUMN = "unknown column"
NO_LINES = "there are no lines"
SEE_TEMPLATE = "see: placespend lines template"
NOT_TEXT = "missing, where a blank text is meant"
NOT_PENCE = "not whole pence"
NOT_A_TRUTH = "neither true nor false"
NOT_A_TREATMENT = f"not one of {', '.join(filter(None, TREATMENTS))}, nor blank"

HINTS = {
    NOT_POUNDS: "write plain pounds such as 1234.56 or -20, without £ sign or thousands commas",
    PART_OF_A_PENNY: "round it to the penny, at most two decimals",
    NOT_A_YEAR: "write it as 2011-12",
    NO_AMOUNT: "an awaited line has status awaited, one that another line's amount holds included; nothing is 0",
    AMOUNT_AWAITED: "set status to have, or leave amount_gbp blank",
}


def _faults(rows: pd.DataFrame, column: str, problem: str, hint: Callable[[str], str] | None = None) -> pd.DataFrame:
    """Make faults of rows of a text table, with a hint per distinct value."""
    hints = {value: hint(value) for value in rows[column].unique()} if hint else {}
    return pd.DataFrame(
        {
            "file": rows["file"],
            "row": rows["row"],
            "column": column,
            "value": rows[column].map(str),
            "problem": problem,
            "hint": rows[column].map(hints) if hint else HINTS.get(problem, ""),
        }
    )


def _faults_of_file(file: str, problem: str, hints: dict[str, str]) -> pd.DataFrame:
    """Make faults of a file as a whole (row 0), one for each value, which has its hint."""
    rows = [(file, 0, "", value, problem, hint) for value, hint in hints.items()]
    return pd.DataFrame(rows, columns=FAILURE_COLUMNS)


def join_faults(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables of faults below one another.

    Parameters
    ----------
    tables : sequence of pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        With :data:`placespend.errors.FAILURE_COLUMNS`; empty where there are none.
    """
    filled = [table for table in tables if not table.empty]
    if not filled:
        return pd.DataFrame(columns=FAILURE_COLUMNS)
    return pd.concat(filled, ignore_index=True)[FAILURE_COLUMNS]


def check_columns(raw: pd.DataFrame, file: str) -> pd.DataFrame:
    """Find missing and unknown columns of a text table (a misspelt one is both), and a table without lines.

    Parameters
    ----------
    raw : pandas.DataFrame
        Columns of text with ``file`` and ``row``.
    file : str
        Its name.

    Returns
    -------
    pandas.DataFrame
        Faults.
    """
    declared = line_schema().columns
    present = [column for column in raw.columns if column not in PROVENANCE]
    unknown = {
        column: did_you_mean(column, declared, otherwise="leave it out") for column in present if column not in declared
    }
    missing = [name for name, column in declared.items() if column.required and name not in present]
    nothing = [""] if raw.empty else []
    return join_faults(
        [
            _faults_of_file(file, UNKNOWN_COLUMN, unknown),
            _faults_of_file(file, MISSING_COLUMN, dict.fromkeys(missing, SEE_TEMPLATE)),
            _faults_of_file(file, NO_LINES, dict.fromkeys(nothing, SEE_TEMPLATE)),
        ]
    )


def check_rows(raw: pd.DataFrame, *, unknown_footprints: str = "error", bases: Bases | None = None) -> pd.DataFrame:
    """Check the values of a text table: each by the schema, then names and amounts against what is declared.

    Parameters
    ----------
    raw : pandas.DataFrame
        Columns of text with ``file`` and ``row``. Columns that are missing or unknown are passed over.
    unknown_footprints : {"error", "unallocated"}
        Whether a footprint that is no place is a fault.
    bases : Bases, optional
        What a line may be shared by; what is shipped where left out.

    Returns
    -------
    pandas.DataFrame
        Faults.

    Raises
    ------
    UnknownNameError
        If ``unknown_footprints`` is neither.
    """
    check_choice_of_footprints(unknown_footprints)
    faults = [_check_values(raw)]
    names = (bases or shipped_bases()).names
    known = {
        "service_code": (NOT_A_SERVICE, set(services().index), _hint_of_service),
        "basis": (NOT_A_BASIS, set(names), lambda name: did_you_mean(name, names)),
    }
    if unknown_footprints == "error":
        codes: list[str] = list(raw["footprint_code"].unique()) if "footprint_code" in raw else []
        known["footprint_code"] = (
            NOT_A_PLACE,
            {code for code in codes if not fault_of_footprint(code)},
            _hint_of_place,
        )
    for column, (problem, allowed, hint) in known.items():
        if column in raw:
            faults.append(_faults(raw[~raw[column].isin([*allowed, ""])], column, problem, hint))
    if {"amount_gbp", "status"} <= set(raw.columns):
        blank, without = raw["amount_gbp"] == "", raw["status"].isin(WITHOUT_AMOUNT)
        faults.append(_faults(raw[blank & ~without], "amount_gbp", NO_AMOUNT))
        faults.append(_faults(raw[~blank & without], "amount_gbp", AMOUNT_AWAITED))
    return join_faults(faults)


def check_choice_of_footprints(unknown_footprints: str) -> None:
    """Refuse anything but the two ways to treat lines whose footprint is no place.

    Parameters
    ----------
    unknown_footprints : str

    Raises
    ------
    UnknownNameError
        If it is neither "error" nor "unallocated".
    """
    if unknown_footprints not in UNKNOWN_FOOTPRINTS:
        message = f"Unknown footprints are not to be '{unknown_footprints}'."
        raise UnknownNameError(message, hint=f"say {' or '.join(map(repr, UNKNOWN_FOOTPRINTS))}")


def check_duplicates(raw: pd.DataFrame) -> pd.DataFrame:
    """Find lines of one source and year with one id, across all the files.

    Parameters
    ----------
    raw : pandas.DataFrame
        Columns of text with ``file`` and ``row``.

    Returns
    -------
    pandas.DataFrame
        Faults.
    """
    if not {"line_id", "source_id", "financial_year"} <= set(raw.columns):
        return join_faults([])
    # A line keeps its id over the years, by which the register follows it.
    repeated = raw.duplicated(["source_id", "line_id", "financial_year"], keep=False) & (raw["line_id"] != "")
    return _faults(raw[repeated], "line_id", DUPLICATE)


def check_types(table: pd.DataFrame) -> pd.DataFrame:
    """Find what keeps a canonical table from being money and text: fractions of pence, and missing texts.

    Parameters
    ----------
    table : pandas.DataFrame
        With the canonical columns.

    Returns
    -------
    pandas.DataFrame
        Faults.
    """
    faults = [
        _faults(table[~table["amount_pence"].map(_is_whole_pence).astype("bool")], "amount_pence", NOT_PENCE),
        _faults(table[~table["payment_to_people"].map(_is_truth).astype("bool")], "payment_to_people", NOT_A_TRUTH),
    ]
    faults.append(_faults(table[~table["treatment"].isin(list(TREATMENTS))], "treatment", NOT_A_TREATMENT))
    texts = table.columns.difference([*PROVENANCE, "amount_pence", "payment_to_people", "service_name"])
    faults.extend(_faults(table[table[column].isna()], column, NOT_TEXT) for column in texts)
    return join_faults(faults)


def _is_whole_pence(value: object) -> bool:
    """Tell whether a value is a whole number, or missing as that of an awaited line is."""
    return bool(pd.isna(value)) or (isinstance(value, Integral) and not isinstance(value, bool))  # type: ignore[call-overload]


def _is_truth(value: object) -> bool:
    """Tell whether a value is true or false, as such or as a text."""
    return isinstance(value, bool | np.bool_) or (isinstance(value, str) and value in TRUTHS)


def _hint_of_place(value: str) -> str:
    country = country_outside_england(value)
    if country is not None:
        return f"{value!r} is a place of {country}, and placespend covers England"
    if ALL_OF in value or LESS in value:
        return f"{fault_of_footprint(value)}; write codes as 'E06000033 and E10000012' or 'E47000001 less E08000010'"
    similar = suggest_places(value)
    otherwise = "list places with 'placespend places TEXT', or keep the money with --keep-unknown-footprints"
    return f"did you mean {' or '.join(similar)}?" if similar else otherwise


def _check_values(raw: pd.DataFrame) -> pd.DataFrame:
    """Check each column by the declared schema, all failures at once."""
    from pandera.errors import SchemaErrors  # noqa: PLC0415

    declared = [column for column in raw.columns if column in line_schema().columns]
    try:
        line_schema().select_columns(declared).validate(raw[declared], lazy=True)
    except SchemaErrors as errors:
        cases: pd.DataFrame = errors.failure_cases
        faults: pd.DataFrame = raw.loc[cases["index"].astype("int64"), ["file", "row"]].reset_index(drop=True)
        cases = cases.reset_index(drop=True)
        return faults.assign(
            column=cases["column"],
            value=cases["failure_case"],
            problem=cases["check"],
            hint=[
                HINTS.get(problem, "") or _hint_of_choice(str(column), str(value))
                for column, value, problem in zip(cases["column"], cases["failure_case"], cases["check"], strict=True)
            ],
        )
    return join_faults([])


def _hint_of_choice(column: str, value: str) -> str:
    choices = {
        "sector": SECTORS,
        "economic": ECONOMICS,
        "amount_kind": AMOUNT_KINDS,
        "status": STATUSES,
        "payment_to_people": TRUTHS,
    }.get(column, ())
    return did_you_mean(value, choices) if value else ""


def _hint_of_service(value: str) -> str:
    """Suggest the services that share a COFOG number, else those of like spelling."""
    number = value.split(" ")[0].split("-")[0]
    family = [code for code in services().index if code.split("-")[0] == number]
    if family:
        return f"did you mean {' or '.join(map(repr, family))}?"
    return did_you_mean(value, services().index, otherwise="see: placespend lines services")
