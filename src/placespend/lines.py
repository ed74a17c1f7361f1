"""The canonical line table: reading it, checking it, and the lines that are shipped.

A *line* is one item of spending by one body for one service in one financial year. A file of lines is read whole or
not at all: every fault in it is told at once, with its row as a spreadsheet numbers it. A line that is
*awaited* has no amount and stays visible as such; a line that was *refused* carries the estimate of whoever
made the file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.bases import bases, services
from placespend.csv_text import read_text_table
from placespend.errors import FAILURE_COLUMNS, DataFileError, LinesError, UnknownNameError
from placespend.gazetteer import level_of_footprint, suggest_places
from placespend.money import parse_pounds
from placespend.schema import NOT_A_YEAR, NOT_POUNDS, PART_OF_A_PENNY, TRUTHS, line_schema
from placespend.shipped import read_once, shipped_file
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHIPPED_LINES = "cra_2011-12.csv"
UNKNOWN_FOOTPRINTS = ("error", "unallocated")

CANONICAL_COLUMNS = [
    "line_id",
    "source_id",
    "body",
    "sector",
    "service_code",
    "service_name",
    "financial_year",
    "economic",
    "amount_pence",
    "amount_kind",
    "status",
    "footprint_code",
    "basis",
    "recipient_body",
    "payment_to_people",
    "description",
    "file",
    "row",
]
"""The canonical line table: a lines file with its amount in pence, its services named, and where each row stood."""

NOT_A_PLACE = "not the code of a place"
NOT_A_SERVICE = "not the code of a service"
NOT_A_BASIS = "not a measure or blend that is loaded"
NO_AMOUNT = "no amount, though the line is not awaited"
AMOUNT_AWAITED = "an amount, though the line is awaited"
DUPLICATE = "the same line_id and source_id stand in another row"
MISSING_COLUMN = "missing column"
UNKNOWN_COLUMN = "unknown column"
NO_LINES = "there are no lines"

HINTS = {
    NOT_POUNDS: "write plain pounds such as 1234.56 or -20, without £ sign or thousands commas",
    PART_OF_A_PENNY: "round it to the penny, at most two decimals",
    NOT_A_YEAR: "write it as 2011-12",
    NO_AMOUNT: "an awaited line has status awaited; an amount of nothing is 0",
    AMOUNT_AWAITED: "set status to have, or leave amount_gbp blank",
}


@read_once
def sources() -> pd.DataFrame:
    """List the publications that the shipped lines come from.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``source_id``: ``title``, ``publisher``, ``published``, ``licence``, ``url``, ``record``
        (official allocation, or body's own record).
    """
    return pd.read_csv(shipped_file("spend_lines", "sources.csv"), dtype="str", index_col="source_id")


@cache
def payments_to_people() -> frozenset[str]:
    """List the service, sector and economic whose lines are payments to people, as benefits and pensions are.

    Returns
    -------
    frozenset of str
        As "10.6|LG|current".
    """
    table = pd.read_csv(shipped_file("spend_lines", "payments_to_people.csv"), dtype="str")
    return frozenset(table["service_code"] + "|" + table["sector"] + "|" + table["economic"])


def _failures(rows: pd.DataFrame, column: str, problem: str, hint: Callable[[str], str] | None = None) -> pd.DataFrame:
    """Make failures of the rows of a raw table, with a hint per distinct value."""
    values = rows[column] if column in rows else pd.Series("", index=rows.index)
    hints = {value: hint(value) for value in values.unique()} if hint else {}
    return pd.DataFrame(
        {
            "file": rows["file"],
            "row": rows["row"],
            "column": column,
            "value": values,
            "problem": problem,
            "hint": values.map(hints) if hint else HINTS.get(problem, ""),
        }
    )


def _whole_file(file: str, column: str, problem: str, hint: str = "") -> dict[str, object]:
    return {"file": file, "row": 0, "column": "", "value": column, "problem": problem, "hint": hint}


def _did_you_mean_place(value: str) -> str:
    similar = suggest_places(value)
    otherwise = "list places with 'placespend places TEXT', or keep the money with --keep-unknown-footprints"
    return f"did you mean {' or '.join(similar)}?" if similar else otherwise


def _check_columns(raw: pd.DataFrame, file: str) -> list[dict[str, object]]:
    """List missing and unknown columns; a misspelt one is both."""
    declared = line_schema().columns
    present = [column for column in raw.columns if column not in {"file", "row"}]
    unknown = [column for column in present if column not in declared]
    missing = [name for name, column in declared.items() if column.required and name not in present]
    faults = [
        _whole_file(file, column, UNKNOWN_COLUMN, did_you_mean(column, declared, otherwise="leave it out"))
        for column in unknown
    ]
    return faults + [_whole_file(file, column, MISSING_COLUMN, "see: placespend lines template") for column in missing]


def _check_values(raw: pd.DataFrame) -> pd.DataFrame:
    """Check each column by the declared schema, all failures at once."""
    from pandera.errors import SchemaErrors  # noqa: PLC0415

    try:
        line_schema().validate(raw.drop(columns=["file", "row"]), lazy=True)
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
    return pd.DataFrame(columns=FAILURE_COLUMNS)


def _hint_of_choice(column: str, value: str) -> str:
    from placespend.schema import AMOUNT_KINDS, ECONOMICS, SECTORS, STATUSES  # noqa: PLC0415

    choices = {
        "sector": SECTORS,
        "economic": ECONOMICS,
        "amount_kind": AMOUNT_KINDS,
        "status": STATUSES,
        "payment_to_people": TRUTHS,
    }.get(column, ())
    return did_you_mean(value, choices) if value else ""


def _check_names(raw: pd.DataFrame, *, unknown_footprints: str) -> list[pd.DataFrame]:
    """Check services, bases and footprints against what is declared, and amounts against status."""
    faults = []
    known = services().index
    unknown_service = raw[~raw["service_code"].isin(known) & (raw["service_code"] != "")]
    faults.append(_failures(unknown_service, "service_code", NOT_A_SERVICE, _hint_of_service))
    if "basis" in raw:
        unknown_basis = raw[~raw["basis"].isin(bases()) & (raw["basis"] != "")]
        faults.append(_failures(unknown_basis, "basis", NOT_A_BASIS, lambda name: did_you_mean(name, bases())))
    if unknown_footprints == "error":
        places = [code for code in raw["footprint_code"].unique() if level_of_footprint(code)]
        unplaced = raw[~raw["footprint_code"].isin(places) & (raw["footprint_code"] != "")]
        faults.append(_failures(unplaced, "footprint_code", NOT_A_PLACE, _did_you_mean_place))
    blank, awaited = raw["amount_gbp"] == "", raw["status"] == "awaited"
    faults.append(_failures(raw[blank & ~awaited], "amount_gbp", NO_AMOUNT))
    faults.append(_failures(raw[~blank & awaited], "amount_gbp", AMOUNT_AWAITED))
    return faults


def _hint_of_service(value: str) -> str:
    """Suggest the services that share a COFOG number, else those of like spelling."""
    number = value.split(" ")[0].split("-")[0]
    family = [code for code in services().index if code.split("-")[0] == number]
    if family:
        return f"did you mean {' or '.join(map(repr, family))}?"
    return did_you_mean(value, services().index, otherwise="see: placespend lines services")


def _read_raw(path: Path, *, unknown_footprints: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read one file as text and check it.

    Returns
    -------
    raw : pandas.DataFrame
        Columns of text with ``file`` and ``row``.
    failures : pandas.DataFrame
        Empty where there are none.
    """
    raw, broken = read_text_table(path)
    faults = [pd.DataFrame(broken, columns=FAILURE_COLUMNS)]
    columns = _check_columns(raw, path.name)
    faults.append(pd.DataFrame(columns, columns=FAILURE_COLUMNS))
    if raw.empty and not broken:
        hint = "see: placespend lines template"
        faults.append(pd.DataFrame([_whole_file(path.name, "", NO_LINES, hint)], columns=FAILURE_COLUMNS))
    elif not columns:
        faults.append(_check_values(raw))
        faults.extend(_check_names(raw, unknown_footprints=unknown_footprints))
    return raw, _join_failures(faults)


def _join_failures(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if not table.empty]
    if not filled:
        return pd.DataFrame(columns=FAILURE_COLUMNS)
    return pd.concat(filled, ignore_index=True)[FAILURE_COLUMNS]


def _check_duplicates(raw: pd.DataFrame) -> pd.DataFrame:
    """Find lines of one source with one id, across all the files."""
    if not {"line_id", "source_id"} <= set(raw.columns):
        return pd.DataFrame(columns=FAILURE_COLUMNS)
    repeated = raw.duplicated(["source_id", "line_id"], keep=False) & (raw["line_id"] != "")
    return _failures(raw[repeated], "line_id", DUPLICATE)


def _canonical(raw: pd.DataFrame) -> pd.DataFrame:
    """Give checked text its types, and fill in what services and sectors imply."""
    filled = raw.reindex(columns=[*CANONICAL_COLUMNS, "amount_gbp"], fill_value="")
    declared = (filled["service_code"] + "|" + filled["sector"] + "|" + filled["economic"]).isin(payments_to_people())
    said = filled["payment_to_people"]
    names = services()["service_name"]
    table = filled.assign(
        service_name=filled["service_code"].map(names),
        amount_pence=parse_pounds(filled["amount_gbp"]),
        payment_to_people=np.where(said == "", declared, said == "true"),
    )
    return table[CANONICAL_COLUMNS]


def check_lines(*paths: str | Path, unknown_footprints: str = "error") -> pd.DataFrame:
    """Check files of lines and list everything that is wrong with them.

    Parameters
    ----------
    *paths : str or pathlib.Path
        CSV files in UTF-8.
    unknown_footprints : {"error", "unallocated"}
        Whether a footprint that is no place is a fault.

    Returns
    -------
    pandas.DataFrame
        ``file``, ``row``, ``column``, ``value``, ``problem``, ``hint``; empty where all is well.

    Raises
    ------
    DataFileError
        If a file cannot be read at all.
    """
    return _read_all(paths, unknown_footprints)[1]


def read_lines(*paths: str | Path, unknown_footprints: str = "error") -> pd.DataFrame:
    """Read files of lines into one canonical table, all of them or none.

    Parameters
    ----------
    *paths : str or pathlib.Path
        CSV files in UTF-8 with the columns of :func:`placespend.schema.line_schema`.
    unknown_footprints : {"error", "unallocated"}
        "unallocated" keeps lines whose footprint is no place, as money that cannot be placed.

    Returns
    -------
    pandas.DataFrame
        One row per line with the columns of the file, ``amount_pence`` (Int64, missing where awaited) in place of
        ``amount_gbp``, ``service_name``, and the ``file`` and ``row`` it came from.

    Raises
    ------
    LinesError
        If anything is wrong; it holds all the failures of all the files.
    DataFileError
        If a file cannot be read at all.
    """
    raw, failures = _read_all(paths, unknown_footprints)
    if not failures.empty:
        raise LinesError(failures)
    return _canonical(raw)


def _read_all(paths: Sequence[str | Path], unknown_footprints: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    if unknown_footprints not in UNKNOWN_FOOTPRINTS:
        message = f"Unknown footprints are not to be '{unknown_footprints}'."
        raise UnknownNameError(message, hint=f"say {' or '.join(map(repr, UNKNOWN_FOOTPRINTS))}")
    if not paths:
        message = "No file of lines was given."
        raise DataFileError(message)
    read = [_read_raw(Path(path), unknown_footprints=unknown_footprints) for path in paths]
    raw = pd.concat([table for table, _ in read], ignore_index=True).fillna("")
    return raw, _join_failures([*(faults for _, faults in read), _check_duplicates(raw)])


def lines_template() -> str:
    """Give a file of lines with every column and three example lines, whose amounts are made up.

    Returns
    -------
    str
        CSV.
    """
    return shipped_file("spend_lines", "template.csv").read_text(encoding="utf-8")


@read_once
def shipped_lines() -> pd.DataFrame:
    """Read the lines that come with placespend: England's identifiable spending of 2011-12.

    Returns
    -------
    pandas.DataFrame
        2,813 lines in the columns of :func:`read_lines`.

    Notes
    -----
    Not checked again at each read: a test does that. Source: HM Treasury, Country and Regional Analysis, November
    2014 database, Open Government Licence.
    """
    raw, _ = read_text_table(shipped_file("spend_lines", SHIPPED_LINES))
    return _canonical(raw)
