"""What can be wrong with a line register, found all at once and told in an analyst's words.

A change must fit the periods of its lines: the predecessor exists on the day before it, the successor on the day.
As many lines must take part as its word says. Time runs one way: a line that comes back to one that it
followed would be its own successor, and needs an id of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from placespend.errors import FAILURE_COLUMNS, SHOWN
from placespend.register_schema import (
    CHANGES,
    DAY_PATTERN,
    day_before,
    describe_period,
    is_day,
    key_of,
    overlap,
    period_of,
    periods_of_lines,
    records,
)
from placespend.schema import NOT_BLANK, STATUSES
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from placespend.register_schema import Period, Row

    Faults = Iterator[Row]

JOINS_FAMILIES = " + "
"""Stands between lines in the name of a family, so that no line may hold it."""

NOT_A_DAY = "not a date"
ENDS_FIRST = "the last day is before the first"
NO_OWNER = "nobody is named who must supply an awaited line"
TWICE = "the line stands twice in the register for the same days"
JOINED = f"the name of a line holds '{JOINS_FAMILIES}'"
NOT_A_STATUS = f"not one of {', '.join(STATUSES)}"
NOT_A_CHANGE = f"not one of {', '.join(CHANGES)}"
NOT_A_LINE = "not a line of the register"
SEVERAL_LINES = "several sources have a line of that name"
NOTHING_FOLLOWS = "a successor, though the line ended"
NOTHING_BEFORE = "a predecessor, though the line is new"
ITSELF = "the line succeeds itself"
CIRCLE = "the line comes back to one that it followed"
CHANGED_TWICE = "the same change stands in another row"
NOT_YET_OR_GONE = "the line does not exist on the day before the change"
NOT_THERE = "the line does not exist on the day of the change"
GOES_ON = "the line goes on, though it ended or was renamed"
THERE_BEFORE = "the line was there before, though it is new or a new name"
ONE_PREDECESSOR = "merged, though no other line goes into this successor"
ONE_SUCCESSOR = "split, though nothing else is left of the predecessor"
NOT_ONE_TO_ONE = "renamed or replaced, though several lines take part"


class Step(NamedTuple):
    """A change whose lines are known: its row, and their keys (blank where there is none)."""

    row: Row
    predecessor: str
    successor: str


def keys_by_name(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Say which lines answer to a name: the line of that key, or else those of any source.

    Parameters
    ----------
    rows : iterable of dict
        Of a line register.

    Returns
    -------
    dict of str to list of str
    """
    by_line: dict[str, list[str]] = {}
    by_key: dict[str, list[str]] = {}
    for row in rows:
        key = key_of(row["line"], row["source_id"])
        named = by_line.setdefault(row["line"], [])
        if key not in by_key:
            named.append(key)
        by_key[key] = [key]
    return by_line | by_key


def check_tables(lines: pd.DataFrame, changes: pd.DataFrame, *, links: bool = True) -> pd.DataFrame:
    """Find all that is wrong with a line register and its changes.

    Parameters
    ----------
    lines, changes : pandas.DataFrame
        Text in the columns that :mod:`placespend.register_schema` declares, with ``file`` and ``row``.
    links : bool, default True
        Whether to check the changes against the lines; not where some rows of a file could not be read.

    Returns
    -------
    pandas.DataFrame
        Faults, with :data:`placespend.errors.FAILURE_COLUMNS`.
    """
    rows, changed = records(lines), records(changes)
    faults = [
        *_check_lines(rows),
        *_check_overlaps(rows),
        *_check_changes(changed),
        *(_check_links(rows, changed) if links else []),
    ]
    return pd.DataFrame(faults, columns=FAILURE_COLUMNS)


def _fault(row: Row, column: str, problem: str, hint: str = "") -> Row:
    where = {"file": row["file"], "row": row["row"]}
    return {**where, "column": column, "value": row[column], "problem": problem, "hint": hint}


def _check_filled(rows: list[Row], *columns: str) -> Faults:
    return (_fault(row, column, NOT_BLANK) for column in columns for row in rows if not row[column])


def _check_days(rows: list[Row], *columns: str) -> Faults:
    for column in columns:
        wrong = [row for row in rows if row[column] and not is_day(row[column])]
        yield from (_fault(row, column, NOT_A_DAY, _hint_of_day(row[column])) for row in wrong)


def _hint_of_day(text: str) -> str:
    """Guess the day that was meant; in Britain the day comes before the month."""
    british = re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", text)
    stamped = re.fullmatch(rf"({DAY_PATTERN})[T ].*", text, flags=re.DOTALL)
    guess = f"{british[3]}-{british[2]:0>2}-{british[1]:0>2}" if british else stamped[1] if stamped else ""
    if is_day(guess):
        return f"did you mean {guess!r}?"
    no_such_day = british or stamped or re.fullmatch(DAY_PATTERN, text)
    return f"{'there is no such day; ' if no_such_day else ''}write it as 2013-03-31"


def _check_words(rows: list[Row], column: str, allowed: Collection[str], problem: str) -> Faults:
    wrong = [row for row in rows if row[column] not in {*allowed, ""}]
    return (_fault(row, column, problem, did_you_mean(row[column], allowed)) for row in wrong)


def _check_lines(rows: list[Row]) -> Faults:
    """Check each row of a line register by itself."""
    yield from _check_filled(rows, "line", "name", "body", "source")
    yield from _check_days(rows, "valid_from", "valid_to", "asked_on")
    yield from _check_words(rows, "status", STATUSES, NOT_A_STATUS)
    for row in rows:
        if is_day(row["valid_from"]) and is_day(row["valid_to"]) and row["valid_to"] < row["valid_from"]:
            yield _fault(row, "valid_to", ENDS_FIRST, f"it begins on {row['valid_from']}")
        if row["status"] == "awaited" and not row["owner"]:
            yield _fault(row, "owner", NO_OWNER, "name the person or office, and their body")
        if JOINS_FAMILIES in key_of(row["line"], row["source_id"]):
            yield _fault(row, "line", JOINED, "write it otherwise: it joins lines in the name of a family")


def _check_overlaps(rows: list[Row]) -> Faults:
    """Find rows of one line for the same days; one may declare the line and another say how its figure stands."""
    alike: dict[tuple[str, bool], list[Row]] = {}
    for row in rows:
        key = key_of(row["line"], row["source_id"])
        # A row whose days are wrong has no period yet.
        if row["line"] and any(periods_of_lines([row]).values()):
            alike.setdefault((key, row["status"] == ""), []).append(row)
    for found in alike.values():
        found.sort(key=period_of)
        longest = found[0]
        for row in found[1:]:
            if overlap(period_of(row), period_of(longest)):
                where = f"row {longest['row']:,} of {longest['file']}"
                hint = f"{where} has it {describe_period(period_of(longest))}; end one before the other, or rename one"
                yield _fault(row, "line", TWICE, hint)
            longest = max(longest, row, key=lambda dated: period_of(dated)[1])


def _check_changes(changes: list[Row]) -> Faults:
    """Check each row of a crosswalk by itself, and that none stands twice."""
    yield from _check_filled(changes, "on", "change", "source")
    yield from _check_days(changes, "on")
    yield from _check_words(changes, "change", CHANGES, NOT_A_CHANGE)
    times = Counter((row["on"], row["predecessor"], row["successor"]) for row in changes)
    for row in changes:
        before, after, change = row["predecessor"], row["successor"], row["change"]
        if not before and change != "new":
            yield _fault(row, "predecessor", NOT_BLANK, "a line that nothing came before is new")
        if before and change == "new":
            yield _fault(row, "predecessor", NOTHING_BEFORE, "leave it blank, or say what became of it")
        # A ring-fence may fall while the money stays where it is.
        if not after and change not in {"ended", "un-ring-fenced"}:
            yield _fault(row, "successor", NOT_BLANK, "a line that nothing follows has ended")
        if after and change == "ended":
            yield _fault(row, "successor", NOTHING_FOLLOWS, "leave it blank, or say what the line became")
        if before and before == after:
            yield _fault(row, "successor", ITSELF, "give its new name or body a period of its own in the register")
        if times[row["on"], before, after] > 1:
            yield _fault(row, "on", CHANGED_TWICE, "leave one of them out")


def _check_links(rows: list[Row], changes: list[Row]) -> Faults:
    """Check changes against the lines they name, and against one another."""
    names = keys_by_name(row for row in rows if row["line"])
    told, steps = [], []
    for row in changes:
        wrong = list(_check_named(row, names))
        yield from wrong
        before, after = (names.get(name, [name])[0] if name else "" for name in (row["predecessor"], row["successor"]))
        told.append(Step(row, before, after))
        steps += told[-1:] if not wrong else []
    yield from _check_circles(steps)
    periods = periods_of_lines(rows)
    # Where a day is wrong, that is told already, and nothing can be said of the rest.
    dated = [
        step
        for step in steps
        if is_day(step.row["on"]) and all(periods[key] for key in (step.predecessor, step.successor) if key)
    ]
    yield from _check_periods(dated, periods)
    yield from _check_numbers(dated, told, periods)


def _check_named(row: Row, names: Mapping[str, list[str]]) -> Faults:
    for column in ("predecessor", "successor"):
        if not row[column]:
            continue
        found = names.get(row[column], [])
        if not found:
            hint = did_you_mean(row[column], names, otherwise="declare it in a line register")
            yield _fault(row, column, NOT_A_LINE, hint)
        if len(found) > 1:
            yield _fault(row, column, SEVERAL_LINES, f"say which: {' or '.join(map(repr, found[:SHOWN]))}")


def _check_circles(steps: list[Step]) -> Faults:
    """Find changes by which a line comes back to one that it followed."""
    real = [step for step in steps if step.predecessor and step.successor and step.predecessor != step.successor]
    followers: dict[str, set[str]] = {}
    for step in real:
        followers.setdefault(step.predecessor, set()).add(step.successor)
    try:
        TopologicalSorter(followers).prepare()
    except CycleError:
        for step in real:
            if way := _find_way(followers, step.successor, step.predecessor):
                names = [*map(repr, way[:SHOWN]), *["..."] * (len(way) > SHOWN), repr(step.successor)]
                hint = f"{' to '.join(names)}; give the later line an id of its own"
                yield _fault(step.row, "successor", CIRCLE, hint)


def _find_way(followers: Mapping[str, set[str]], start: str, goal: str) -> list[str]:
    """Find the lines on a shortest way from one to another, both included; none where there is no way."""
    come_from = {start: ""}
    ahead = [start]
    for line in ahead:
        fresh = sorted(followers.get(line, set()) - come_from.keys())
        come_from |= dict.fromkeys(fresh, line)
        ahead += fresh
    way = [goal] if goal in come_from else []
    while way and come_from[way[-1]]:
        way.append(come_from[way[-1]])
    return way[::-1]


def _exists(periods: list[Period], day: str) -> bool:
    return any(start <= day <= end for start, end in periods)


def _check_periods(steps: list[Step], periods: Mapping[str, list[Period]]) -> Faults:
    """Check that predecessors exist until a change, and successors from it on."""

    def valid(key: str) -> str:
        return "; ".join(f"it is valid {describe_period(period)}" for period in periods[key][:SHOWN])

    for row, before, after in steps:
        day, eve, change = row["on"], day_before(row["on"]), row["change"]
        if before and not _exists(periods[before], eve):
            yield _fault(row, "predecessor", NOT_YET_OR_GONE, valid(before))
        elif before and change in {"ended", "renamed"} and _exists(periods[before], day):
            yield _fault(row, "predecessor", GOES_ON, f"set its valid_to to {eve}, or say split or replaced")
        if after and not _exists(periods[after], day):
            yield _fault(row, "successor", NOT_THERE, valid(after))
        elif after and change in {"new", "renamed"} and _exists(periods[after], eve):
            yield _fault(row, "successor", THERE_BEFORE, f"set its valid_from to {day}, or say merged")


def _check_numbers(steps: list[Step], told: list[Step], periods: Mapping[str, list[Period]]) -> Faults:
    """Check that as many lines take part in a change as its word says, misspelt ones included."""
    ways_in = Counter((step.row["on"], step.successor) for step in told if step.predecessor)
    ways_out = Counter((step.row["on"], step.predecessor) for step in told if step.successor)
    for row, before, after in steps:
        if not (before and after):
            continue
        day, change = row["on"], row["change"]
        into, out = ways_in[day, after], ways_out[day, before]
        if change == "merged" and into == 1 and not _exists(periods[after], day_before(day)):
            yield _fault(row, "predecessor", ONE_PREDECESSOR, "add the others, or say renamed or replaced")
        if change == "split" and out == 1 and not _exists(periods[before], day):
            yield _fault(row, "successor", ONE_SUCCESSOR, "add the others, or say renamed or replaced")
        if change in {"renamed", "replaced"} and max(into, out) > 1:
            yield _fault(row, "change", NOT_ONE_TO_ONE, "several into one are merged, one into several is split")
