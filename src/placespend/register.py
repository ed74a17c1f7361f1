"""The line register: which funding lines there are over the years, and what became of each.

Lines vanish from a count when grants are merged, renamed or paid to another body. The register keeps them: each line
with its days, and a dated crosswalk of changes, each with its source. Changes are arrows in time, so
that a line has ancestors and descendants, and lines that are joined by any changes are one *family*. A family is
the unit in which money can be followed over the years: where a line was split and part of it merged with
another, no smaller unit has the same money in it before and after, unless somebody knows the parts.

A small register is shipped; a team adds its own files to it. :mod:`placespend.register_schema` says what the
columns mean, :mod:`placespend.register_checks` what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import SHOWN, LinesError, UnknownNameError, list_values
from placespend.register_checks import JOINS_FAMILIES, Step, check_tables, keys_by_name
from placespend.register_files import as_text, read_tables
from placespend.register_schema import (
    CHANGE_COLUMNS,
    FAR_FUTURE,
    FAR_PAST,
    LINE_COLUMNS,
    key_of,
    overlap,
    period_of,
    periods_of_lines,
    records,
)
from placespend.spelling import did_you_mean, normalise

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from placespend.register_schema import Period, Row

TRACE_COLUMNS = [
    "generation",
    "line",
    "name",
    "body",
    "valid_from",
    "valid_to",
    "on",
    "change",
    "predecessor",
    "successor",
    "note",
    "source",
]


@dataclass(frozen=True, eq=False, repr=False)
class Register:
    """Funding lines over time, and the changes between them; checked when it is made.

    Attributes
    ----------
    lines : pandas.DataFrame
        One row per line and period: the columns :data:`placespend.register_schema.LINE_COLUMNS` as text,
        blank where open or unknown, with the ``file`` and ``row`` each came from.
    changes : pandas.DataFrame
        One row per change, by its day: :data:`placespend.register_schema.CHANGE_COLUMNS`, ``file`` and ``row``.

    Raises
    ------
    LinesError
        If anything is wrong; it holds all the faults.
    UnknownNameError
        If a table lacks a column.
    """

    lines: pd.DataFrame
    changes: pd.DataFrame

    def __post_init__(self) -> None:
        lines, changes = as_text(self.lines, LINE_COLUMNS), as_text(self.changes, CHANGE_COLUMNS)
        faults = check_tables(lines, changes)
        if not faults.empty:
            raise LinesError(faults)
        in_time = changes.sort_values(["on", "predecessor", "successor"], ignore_index=True)
        object.__setattr__(self, "lines", lines)
        object.__setattr__(self, "changes", in_time)

    def __repr__(self) -> str:
        days = self.changes["on"]
        when = f" from {days.min()} to {days.max()}" if len(days) else ""
        return f"<Register of {len(self.periods):,} funding lines, {len(days):,} changes{when}>"

    @cached_property
    def periods(self) -> Mapping[str, list[Period]]:
        """The periods in which each line exists, by the key of the line."""
        return periods_of_lines(self._rows)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The changes by their day, with the keys of their lines."""
        return tuple(
            Step(row, *(self._names[name][0] if name else "" for name in (row["predecessor"], row["successor"])))
            for row in records(self.changes)
        )

    @cached_property
    def _rows(self) -> list[Row]:
        return records(self.lines)

    @cached_property
    def _rows_of(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in self._rows:
            found.setdefault(key_of(row["line"], row["source_id"]), []).append(row)
        return found

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        return keys_by_name(self._rows)

    @cached_property
    def _families(self) -> dict[str, str]:
        family: dict[str, set[str]] = {key: {key} for key in self.periods}
        for _, before, after in self.steps:
            if before and after and family[before] is not family[after]:
                small, large = sorted((family[before], family[after]), key=len)
                large |= small
                family |= dict.fromkeys(small, large)
        goes_on = {before for _, before, after in self.steps if before and after}
        name_of = {id(members): _name_family(sorted(members - goes_on)) for members in family.values()}
        return {key: name_of[id(members)] for key, members in family.items()}

    def find(self, line: str) -> str:
        """Find a line by what people call it.

        Parameters
        ----------
        line : str
            Its id, its id and source as "1 of my-ledger", or its name in plain words.

        Returns
        -------
        str
            Its key.

        Raises
        ------
        UnknownNameError
            If there is no such line, or several answer to it.
        """
        found = self._names.get(line, [])
        if not found:
            wanted = normalise(line)
            spoken = {key: {key, *(row["name"] for row in rows)} for key, rows in self._rows_of.items()}
            found = [key for key, names in spoken.items() if wanted in map(normalise, names)]
        if not found:
            message = f"'{line}' is not in the line register."
            # Of a key and a name that differ by spaces only, the key is suggested.
            choices = {normalise(name): name for key, names in spoken.items() for name in (*sorted(names), key)}
            hint = did_you_mean(line, choices.values(), otherwise="declare it in a line register of your own")
            raise UnknownNameError(message, hint=hint)
        if len(found) > 1:
            message = f"'{line}' may be any of {len(found)} lines of the register."
            raise UnknownNameError(message, hint=f"say which: {list_values(list(map(repr, found)))}")
        return found[0]

    def key_for(self, line_id: str, source_id: str) -> str | None:
        """Find the line of the register that a line of a file is.

        Parameters
        ----------
        line_id, source_id : str

        Returns
        -------
        str or None
            The key of that source's line, or else of any source's; None where it is not in the register.
        """
        keys = (key_of(line_id, source_id), line_id)
        return next((key for key in keys if key in self.periods), None)

    def exists(self, key: str, period: Period) -> bool:
        """Tell whether a line exists on some day of a period.

        Parameters
        ----------
        key : str
        period : tuple of (str, str)
            First and last day.

        Returns
        -------
        bool
        """
        return any(overlap(period, own) for own in self.periods[key])

    def rows_of(self, key: str) -> list[Row]:
        """List what the register says of a line.

        Parameters
        ----------
        key : str

        Returns
        -------
        list of dict
            Its rows of :attr:`lines`.
        """
        return self._rows_of[key]

    def describe(self, key: str) -> Row:
        """Tell what a line is called, who spends it, and in which days it exists.

        Parameters
        ----------
        key : str

        Returns
        -------
        dict
            ``line`` (the key), ``name`` and ``body`` of the latest row that declares it; ``valid_from`` of the first
            and ``valid_to`` of the last, blank where open.
        """
        rows = self._rows_of[key]
        latest = max(rows, key=lambda row: (not row["status"], period_of(row)[0]))
        starts, ends = zip(*self.periods[key], strict=True)
        return {
            "line": key,
            "name": latest["name"],
            "body": latest["body"],
            "valid_from": min(starts).replace(FAR_PAST, ""),
            "valid_to": max(ends).replace(FAR_FUTURE, ""),
        }

    def families(self) -> dict[str, str]:
        """Name the family of each line: all lines that changes join.

        Returns
        -------
        dict of str to str
            By the key of the line; a family is named by the lines in it that nothing followed, up to five of them.
        """
        return dict(self._families)

    def trace(self, line: str) -> pd.DataFrame:
        """Follow a line back to all that it came from, and on to all that came of it.

        Parameters
        ----------
        line : str
            As :meth:`find` takes it.

        Returns
        -------
        pandas.DataFrame
            One row per change, by its day: ``generation`` of the line it leads to (1 for a successor of the line,
            -1 for a predecessor, 0 for the line itself; by the longest way where there are several), that ``line``
            with its ``name``, ``body``, ``valid_from`` and ``valid_to``, and the change: ``on``, ``change``,
            ``predecessor``, ``successor``, ``note``, ``source``. Empty where nothing happened to the line.

        Raises
        ------
        UnknownNameError
            If there is no such line, or several answer to it.
        """
        key = self.find(line)
        later, earlier = self._generations(key, forward=True), self._generations(key, forward=False)
        rows = []
        for row, before, after in self.steps:
            if before in later:
                reached, generation = (after, later[after]) if after else (before, later[before])
            elif after in earlier:
                reached, generation = (before, -earlier[before]) if before else (after, -earlier[after])
            else:
                continue
            change = {name: row[name] for name in ("on", "change", "note", "source")}
            ends = {"predecessor": before, "successor": after, "generation": generation}
            rows.append({**self.describe(reached), **change, **ends})
        table = pd.DataFrame(rows, columns=TRACE_COLUMNS).astype({"generation": "int64"})
        return table.sort_values(["on", "generation"], kind="stable", ignore_index=True)

    def _generations(self, key: str, *, forward: bool) -> dict[str, int]:
        """Count how many changes lie between a line and each of those after it, or before it."""
        # The sorter is told what each line must wait for, and gives them in an order in which nothing has to.
        waits_for: dict[str, set[str]] = {}
        for _, before, after in self.steps:
            if before and after:
                first, then = (before, after) if forward else (after, before)
                waits_for.setdefault(then, set()).add(first)
        found = {key: 0}
        for line in TopologicalSorter(waits_for).static_order():
            counts = [found[other] for other in waits_for.get(line, ()) if other in found]
            if counts:
                found[line] = 1 + max(counts)
        return found


def _name_family(last: list[str]) -> str:
    rest = len(last) - SHOWN
    return JOINS_FAMILIES.join([*last[:SHOWN], *([f"{rest:,} more"] if rest > 0 else [])])


def shipped_register() -> Register:
    """Read the register that comes with placespend: some of England's funding lines, from 2008 on.

    Returns
    -------
    Register

    Notes
    -----
    An example, not the whole of public money: benefits, the health service, police and Greater Manchester's transport
    levy. It holds no amounts. Each row names the law or report that says so.
    """
    return read_register()


def read_register(*paths: str | Path, with_shipped: bool = True) -> Register:
    """Read files of a line register and of line changes into one register.

    Parameters
    ----------
    *paths : str or pathlib.Path
        CSV files in UTF-8, each with the columns of a line register or of line changes.
    with_shipped : bool, default True
        Add them to the shipped register.

    Returns
    -------
    Register

    Raises
    ------
    LinesError
        If anything is wrong; it holds all the faults of all the files.
    DataFileError
        If a file cannot be read at all.
    """
    return Register(*read_tables(paths, with_shipped=with_shipped))
