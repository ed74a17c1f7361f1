"""Money over the years: totals that follow it through merges and splits, what is still awaited, and what cannot be.

A line of a file is a line of the register by its ``line_id``, with its ``source_id`` where the register names one.
Lines that the register does not know stand alone, each as its own family. Totals are of families, because a family
has the same money in it before and after a change: each line is in one family and counts there once, so that families
sum to the lines of each year to the penny. What is awaited is a count beside the total and never a zero.

Years here are financial years. A change in the middle of one puts money of both lines into that year, in one family.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.errors import FAILURE_COLUMNS, TooLargeError, list_values
from placespend.gazetteer import parse_as_at
from placespend.money import totals_pence
from placespend.register_schema import (
    FAR_FUTURE,
    FAR_PAST,
    days_of_year,
    describe_period,
    key_of,
    overlap,
    period_of,
    records,
    year_of,
)
from placespend.schema import is_financial_year

if TYPE_CHECKING:
    from collections.abc import Callable

    from placespend.register import Register
    from placespend.register_schema import Row

MOST_PENCE = 2**63

AWAITED_COLUMNS = [
    "line_id",
    "source_id",
    "body",
    "service_code",
    "service_name",
    "footprint_code",
    "financial_year",
    "owner",
    "asked_on",
    "days_waiting",
    "note",
    "recorded_in",
]
FROM_LINES, FROM_REGISTER = "lines", "register"
"""Where an awaited line is recorded."""

NOT_IN_THAT_YEAR = "a year in which the line did not exist, by the register"
CAME_IN = "an amount, though the register still awaits it"


def _by_line(lines: pd.DataFrame, find: Callable[[str, str], str | None]) -> pd.Series:
    """Look each distinct line up once."""
    pairs = pd.MultiIndex.from_frame(lines[["line_id", "source_id"]])
    numbers, distinct = pd.factorize(pairs)
    found = np.array([find(str(line_id), str(source_id)) for line_id, source_id in distinct], dtype=object)
    return pd.Series(found[numbers] if len(distinct) else [], index=lines.index, dtype="object")


def totals_over_years(lines: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Sum lines by family and financial year, following the money through the changes of the register.

    Parameters
    ----------
    lines : pandas.DataFrame
        As :func:`placespend.lines.read_lines` gives them, of any years.
    register : Register

    Returns
    -------
    pandas.DataFrame
        One row per family and year: ``family``, ``financial_year``, ``lines`` (their ids), ``total_pence``
        (Int64; missing where no amount is known), ``awaited_lines`` (how many of them have no amount yet, those
        that the register alone awaits for that year among them).

    Raises
    ------
    TooLargeError
        If a total leaves 64 bits.
    """
    families = register.families()

    def family(line_id: str, source_id: str) -> str:
        key = register.key_for(line_id, source_id)
        return families[key] if key else key_of(line_id, source_id)

    table = lines[["line_id", "source_id", "financial_year", "amount_pence", "status"]].reset_index(drop=True)
    owed = awaited(lines, register)
    owed = owed[(owed["recorded_in"] == FROM_REGISTER) & is_financial_year(owed["financial_year"])]
    only = owed[["line_id", "source_id", "financial_year"]].assign(status="awaited")
    table = pd.concat([table, only], ignore_index=True).astype({"amount_pence": "Int64"})
    table["family"] = _by_line(table, family).astype("str")
    groups = table.groupby(["family", "financial_year"], sort=True)
    number = np.asarray(groups.ngroup(), dtype=np.int64)
    pence = totals_pence(table["amount_pence"].fillna(0).to_numpy(dtype=np.int64), number, groups.ngroups)
    if any(abs(total) >= MOST_PENCE for total in pence):
        message = "The amounts of a family in a year are too large to be counted exactly."
        raise TooLargeError(message, hint="check the unit: amounts are in pounds")
    known = np.bincount(number[table["amount_pence"].notna()], minlength=groups.ngroups) > 0
    ids: list[dict[str, None]] = [{} for _ in range(groups.ngroups)]
    for group, line_id in zip(number, table["line_id"], strict=True):
        ids[group][line_id] = None
    found = groups.size().to_frame("lines").assign(lines=[", ".join(names) for names in ids])
    totals = pd.Series(pence, index=found.index, dtype="Int64").where(known)
    waiting = np.bincount(number[table["status"] == "awaited"], minlength=groups.ngroups)
    return found.assign(total_pence=totals, awaited_lines=waiting).reset_index()


def awaited(lines: pd.DataFrame | None, register: Register, *, as_at: str | date | None = None) -> pd.DataFrame:
    """List the lines whose figure is still awaited: those that say so, and those that only the register does.

    Parameters
    ----------
    lines : pandas.DataFrame or None
        As :func:`placespend.lines.read_lines` gives them; None for what the register alone says.
    register : Register
        Its rows of status ``awaited`` say who owes the figure. A year for which the lines hold a row of that line, of
        whatever status, is as the lines say.
    as_at : str or datetime.date, optional
        Day on which the waiting is counted; today where left out.

    Returns
    -------
    pandas.DataFrame
        Longest wait first: ``line_id``, ``source_id``, ``body``, ``service_code``, ``service_name``,
        ``footprint_code``, ``financial_year`` ("from 2013-14" and the like where the register names no years and the
        lines hold none to go by), ``owner``, ``asked_on``, ``days_waiting`` (Int64; missing where nobody was asked by
        that day), ``note``, ``recorded_in`` (lines or register).
    """
    day = parse_as_at(as_at)
    table = pd.DataFrame(columns=["line_id", "source_id", "financial_year", "status"]) if lines is None else lines
    keys = _by_line(table, register.key_for)
    waiting = table["status"] == "awaited"
    rows = [
        _asked(row, next(iter(_awaiting(register, key, row["financial_year"])), {}))
        for row, key in zip(records(table[waiting]), keys[waiting], strict=True)
    ]
    held = set(zip(keys, table["financial_year"], strict=True))
    years = sorted(set(table["financial_year"]))
    for told in register.lines.query("status == 'awaited'").pipe(records):
        key = key_of(told["line"], told["source_id"])
        wanted = [year for year in _years_awaited(register, told, years) if (key, year) not in held]
        # Two rows may await two parts of one year.
        held |= {(key, year) for year in wanted}
        rows += [_asked_in_register(told, year) for year in wanted]
    for row in rows:
        asked = row["asked_on"]
        days = (day - date.fromisoformat(asked)).days if asked else -1
        row["days_waiting"] = days if days >= 0 else pd.NA
    found = pd.DataFrame(rows, columns=AWAITED_COLUMNS).astype({"days_waiting": "Int64"})
    texts = [column for column in AWAITED_COLUMNS if column != "days_waiting"]
    found = found.astype(dict.fromkeys(texts, "str"))
    by = ["days_waiting", "body", "line_id", "source_id", "financial_year"]
    return found.sort_values(by, ascending=[False, True, True, True, True], kind="stable", ignore_index=True)


def _awaiting(register: Register, key: str | None, year: str) -> list[Row]:
    """List the rows of the register that await a line's figure of a year."""
    told = register.rows_of(key) if key is not None else []
    period = days_of_year(year)
    return [row for row in told if row["status"] == "awaited" and overlap(period_of(row), period)]


def _asked(line: Row, told: Row) -> Row:
    """Join an awaited line of a file with what the register says of it."""
    notes = dict.fromkeys(text for text in (line["description"], told.get("note", "")) if text)
    return {
        **{column: line[column] for column in AWAITED_COLUMNS[:7]},
        "owner": told.get("owner", ""),
        "asked_on": told.get("asked_on", ""),
        "note": " ".join(notes),
        "recorded_in": FROM_LINES,
    }


def _asked_in_register(told: Row, year: str) -> Row:
    """Make an awaited line of a row of the register that no file of lines holds."""
    said = {column: told[column] for column in ("source_id", "body", "owner", "asked_on", "note")}
    own = {"line_id": told["line"], "financial_year": year, "recorded_in": FROM_REGISTER}
    return {**dict.fromkeys(AWAITED_COLUMNS, ""), **said, **own}


def _years_awaited(register: Register, told: Row, years: list[str]) -> list[str]:
    """List the years that a row of the register awaits; an open end goes as far as the lines that are loaded."""
    start, end = period_of(told)
    first = year_of(start) if start > FAR_PAST else min(years, default="")
    last = year_of(end) if end < FAR_FUTURE else max(years, default="")
    key = key_of(told["line"], told["source_id"])
    starts = range(int(first[:4]), int(last[:4]) + 1) if first and last else range(0)
    named = [year_of(f"{start}-04-01") for start in starts]
    existing = [year for year in named if register.exists(key, days_of_year(year))]
    since, until = f"from {first}" * (start > FAR_PAST), f"to {last}" * (end < FAR_FUTURE)
    return existing or [since or until]


def check_lines_against(register: Register, lines: pd.DataFrame) -> pd.DataFrame:
    """Find lines of years in which the register says that they did not exist, or still awaits them.

    Parameters
    ----------
    register : Register
    lines : pandas.DataFrame
        As :func:`placespend.lines.read_lines` gives them.

    Returns
    -------
    pandas.DataFrame
        ``file``, ``row``, ``column``, ``value``, ``problem``, ``hint``; empty where all is well. These are warnings:
        late payments of a line that ended may be right.
    """
    keys = _by_line(lines, register.key_for)
    known = keys.notna()
    faults = []
    for row, key in zip(records(lines[known]), keys[known], strict=True):
        where = {"file": row["file"], "row": row["row"]}
        year = row["financial_year"]
        if not register.exists(key, days_of_year(year)):
            fault = {"column": "financial_year", "value": year, "problem": NOT_IN_THAT_YEAR}
            faults.append({**where, **fault, "hint": _hint_of_period(register, key, year)})
        elif not pd.isna(row["amount_pence"]) and (asked := _awaiting(register, key, year)):
            hint = f"say so in row {asked[0]['row']:,} of {asked[0]['file']}"
            fault = {"column": "line_id", "value": row["line_id"], "problem": CAME_IN, "hint": hint}
            faults.append({**where, **fault})
    return pd.DataFrame(faults, columns=FAILURE_COLUMNS)


def _hint_of_period(register: Register, key: str, year: str) -> str:
    """Say when a line existed, and which lines came before or after it."""
    valid = "; ".join(describe_period(period) for period in register.periods[key])
    start, end = days_of_year(year)
    later = sorted(
        {step.successor for step in register.steps if step.predecessor == key and step.row["on"] <= end} - {""}
    )
    earlier = sorted({step.predecessor for step in register.steps if step.successor == key and step.row["on"] > start})
    told = [f"after it came {list_values(list(map(repr, later)))}"] if later else []
    told += [f"before it was {list_values(list(map(repr, filter(None, earlier))))}"] if any(earlier) else []
    return "; ".join([f"{key!r} exists {valid}", *told])
