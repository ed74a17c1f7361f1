"""The line register for people: what became of a line, and whose figures are still awaited, in 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import list_values
from placespend.footprints import name_of
from placespend.over_years import check_lines_against, totals_over_years
from placespend.register_schema import describe_period, period_of, records
from placespend.text import add_row, bulleted, gbp, render, start_table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from placespend.register import Register
    from placespend.register_schema import Row

NOT_SMALLER = (
    "These are totals of the whole family, each pound once: once money is split or merged, no single line of it has "
    "the same money before and after."
)
NO_LINES = "None of the lines that were loaded is of this family."
NO_CHANGE = "\nThe register records no change of this line."


def trace_text(register: Register, line: str, lines: pd.DataFrame | None = None) -> str:
    """Set out what a line came from and what became of it.

    Parameters
    ----------
    register : Register
    line : str
        As :meth:`placespend.register.Register.find` takes it.
    lines : pandas.DataFrame, optional
        As :func:`placespend.lines.read_lines` gives them: adds the money of the line's family, year by year.

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        If there is no such line; the message suggests some.
    """
    key = register.find(line)
    found = register.trace(key)
    generation = found["generation"]
    return render(
        *_heading(register, key),
        *_changes("What it came from", "Came from", register, found[generation < 0]),
        *_changes("What happened to it", "Line", register, found[generation == 0]),
        *_changes("What became of it", "Became", register, found[generation > 0]),
        *([NO_CHANGE] if found.empty else []),
        *_family(register, key, found),
        *(_money(register, key, lines) if lines is not None else []),
        *bulleted("Notes:", _notes(register, key, found)),
        *bulleted("Sources:", _sources(register, key, found)),
    )


def _heading(register: Register, key: str) -> list[RenderableType]:
    about = register.describe(key)
    periods = "; ".join(describe_period(period) for period in register.periods[key])
    asked = [row for row in register.rows_of(key) if row["status"] == "awaited"]
    return [
        f"{about['name']} ({key})",
        f"{about['body']}; in the register {periods}",
        *(f"Awaited {describe_period(period_of(row))}, owed by {row['owner']}{_asked_on(row)}" for row in asked),
    ]


def _asked_on(row: Row) -> str:
    return f", asked on {row['asked_on']}" if row["asked_on"] else ""


def _changes(heading: str, column: str, register: Register, found: pd.DataFrame) -> list[RenderableType]:
    """Set out changes on one side of a line, by their day."""
    if found.empty:
        return []
    table = start_table(("On", False), ("Change", False), (column, False), ("Exists", False))
    for fixed in table.columns[:2]:
        fixed.no_wrap = True
    for row in records(found):
        line = row["line"]
        # Beyond the next generation, a reader must see through which line the money went.
        other = row["predecessor"] if row["generation"] > 0 else row["successor"]
        through = f"\n{'from' if row['generation'] > 0 else 'into'} {other}" if abs(row["generation"]) > 1 else ""
        exists = "\n".join(describe_period(period) for period in register.periods[line])
        what = f"{row['name']} ({line}), {row['body']}{through}"
        add_row(table, row["on"], row["change"], what, exists)
    return [f"\n{heading}\n", table]


def _family(register: Register, key: str, found: pd.DataFrame) -> list[RenderableType]:
    """List the lines that are in the family of a line, though it did not come from them nor become them."""
    families = register.families()
    seen = {key, *found["line"]}
    beside = [other for other, family in families.items() if family == families[key] and other not in seen]
    names = [f"{register.describe(other)['name']} ({other})" for other in sorted(beside)]
    return bulleted("In the same family, through lines that it shares with them:", tuple(names))


def _money(register: Register, key: str, lines: pd.DataFrame) -> list[RenderableType]:
    """Set out the money of a line's family, year by year, and what cannot be right about it."""
    families = register.families()
    totals = totals_over_years(lines, register)
    totals = totals[totals["family"] == families[key]]
    if totals.empty:
        return ["", NO_LINES]
    table = start_table(("Year", False), ("Lines", False), ("Family total (£)", True), ("Awaited", True))
    table.columns[0].no_wrap = True
    for row in records(totals):
        # No amount and nothing awaited: the lines say that another line holds theirs.
        unknown = "awaited" if row["awaited_lines"] else "in another line"
        pence: str = unknown if pd.isna(row["total_pence"]) else gbp(row["total_pence"])
        add_row(table, row["financial_year"], row["lines"], pence, f"{row['awaited_lines'] or ''}")
    of_family = [families.get(register.key_for(*pair) or "") == families[key] for pair in _ids(lines)]
    wrong = records(check_lines_against(register, lines[of_family]))
    cautions = [f"{row['file']}, row {row['row']:,}: {row['value']}, {row['problem']}; {row['hint']}." for row in wrong]
    several = list(families.values()).count(families[key]) > 1
    about = [f"\n{NOT_SMALLER}"] if several else []
    return ["\nMoney over the years\n", table, *about, *bulleted("Look at:", tuple(cautions))]


def _ids(lines: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(lines["line_id"], lines["source_id"], strict=True))


def _notes(register: Register, key: str, found: pd.DataFrame) -> tuple[str, ...]:
    """Collect what is noted of a line and of the changes that lead from or to it."""
    own = [row["note"] for row in register.rows_of(key) if row["note"]]
    noted = found[found["note"] != ""].groupby(["on", "note"], sort=False)["line"]
    told = [f"{on}, {list_values(list(dict.fromkeys(names)))}: {note}" for (on, note), names in noted]
    return tuple(dict.fromkeys([*own, *told]))


def _sources(register: Register, key: str, found: pd.DataFrame) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(row["source"] for row in register.rows_of(key)), *found["source"]]))


def awaited_text(table: pd.DataFrame) -> str:
    """Set out the lines whose figure is awaited, and who owes it.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`placespend.over_years.awaited` gives it.

    Returns
    -------
    str
    """
    if table.empty:
        return render("Nothing is awaited.")
    rows = records(table)
    shown = start_table(("Awaited", False), ("Year", False), ("Owed by", False), ("Asked on", False), ("Days", True))
    for fixed in (shown.columns[1], shown.columns[3]):
        fixed.no_wrap = True
    for row in rows:
        days: str = "" if pd.isna(row["days_waiting"]) else f"{row['days_waiting']:,}"
        owner, asked = row["owner"] or "not named", row["asked_on"] or "not said"
        add_row(shown, _describe_awaited(row), row["financial_year"] or "any", owner, asked, days)
    count = f"{len(table):,} figure{'s are' if len(table) > 1 else ' is'} awaited, and in no total.\n"
    return render(count, shown, *_about_awaited(rows))


def _describe_awaited(row: Row) -> str:
    """Say what is awaited: the body, and below it the service and place, or that only the register knows of it."""
    of = f" of {row['source_id']}" if row["source_id"] else ""
    place = f", {name_of(row['footprint_code'])}" if row["footprint_code"] else ""
    what = f"{row['service_name']}{place}\n" if row["service_name"] else ""
    note = f"\n{row['note']}" if row["note"] else ""
    return f"{row['body']}\n{what}line {row['line_id']}{of}{note}"


def _about_awaited(rows: list[Row]) -> list[RenderableType]:
    only = sum(row["recorded_in"] == "register" for row in rows)
    unnamed = sum(not row["owner"] for row in rows)
    notes = [
        f"In the register only, not in a file of lines: {only:,}." if only else "",
        f"Nobody is named who owes the figure: {unnamed:,}. A row of status awaited in a line register names them."
        if unnamed
        else "",
    ]
    return bulleted("Notes:", tuple(filter(None, notes)))
