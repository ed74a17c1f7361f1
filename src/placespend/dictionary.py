"""The data dictionary: what each column of each table that placespend gives out means, and in which unit.

A name of a column means the same wherever it stands; where it does not, the dictionary says so under the names of the
tables. The columns of a file of spending lines are declared by :mod:`placespend.schema`, which checks such files, and
are not repeated. All others stand in ``data_dictionary.csv``, and the tables with their columns in ``data_tables.csv``,
beside this module. Types are those of data packages (datapackage.org). Money is whole pence, or pounds where the name
ends in ``_gbp``. Where a meaning does not speak of blank cells, there are none.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from placespend.errors import UnknownNameError, list_values
from placespend.schema import LINE_COLUMNS
from placespend.spelling import did_you_mean, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

TYPES = ("string", "integer", "number", "boolean", "year", "date")
LINES = "lines"
"""The table of spending lines, as a user writes it."""

EVERYWHERE = ""
"""Stands for the tables of a meaning that holds wherever the column stands."""

FEWEST_KNOWN_BY = 3
"""A table that is not named is known by its columns, if it has as many as that."""

STAMPED = {"what", "made_with"}
"""Columns that any table gets when it is written with what it was made with."""

HERE = Path(__file__).parent
MEANINGS, TABLES = "data_dictionary.csv", "data_tables.csv"


@dataclass(frozen=True)
class ColumnMeaning:
    """What a column of a table means.

    Attributes
    ----------
    name : str
    type : str
        As data packages name it: one of :data:`TYPES`.
    unit : str
        What its values count or are.
    meaning : str
        In a sentence, with what blank means where cells may be blank.
    """

    name: str
    type: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class DeclaredTable:
    """A table that placespend gives out.

    Attributes
    ----------
    name : str
        Such as ``"pot"``, ``"report/bodies"`` or ``"boundaries/places"``.
    title : str
        Where it comes from and what it holds.
    columns : tuple of str
        All that it may have; some only stand in it where they are needed.
    """

    name: str
    title: str
    columns: tuple[str, ...]


@cache
def declared() -> Mapping[tuple[str, str], ColumnMeaning]:
    """Read what columns mean, in the order of the declaration.

    Returns
    -------
    mapping of (str, str) to ColumnMeaning
        By table and column; the table is :data:`EVERYWHERE` for what holds wherever the column stands.
    """
    found = {
        (table, row["column"]): ColumnMeaning(row["column"], row["type"], row["unit"], row["meaning"])
        for row in _rows(MEANINGS)
        for table in row["table"].split("; ")
    }
    lines = {(LINES, line.name): ColumnMeaning(line.name, line.type, line.unit, line.meaning) for line in LINE_COLUMNS}
    return {**found, **lines}


@cache
def declared_tables() -> Mapping[str, DeclaredTable]:
    """Read which tables there are.

    Returns
    -------
    mapping of str to DeclaredTable
        By name: first the lines file, then tables of commands, functions and reports, then those that ship.
    """
    rows = _rows(TABLES)
    return {row["table"]: DeclaredTable(row["table"], row["title"], tuple(row["columns"].split())) for row in rows}


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def known_meanings(columns: Iterable[str], table: str = "") -> list[ColumnMeaning | None]:
    """Look up what columns mean, as far as they are declared.

    Parameters
    ----------
    columns : iterable of str
    table : str, optional
        Name of the table that they stand in: what is declared for it goes before what holds everywhere, and that
        before what a lines file says. Any other name is no error. Where left out, the table is known by its columns,
        if a declared one has all of them.

    Returns
    -------
    list of ColumnMeaning or None
        One for each, None for a column that is not declared, as those of a user's own table may be.

    Examples
    --------
    >>> [found.unit if found else None for found in known_meanings(["amount_pence", "my own"])]
    ['pence', None]
    """
    names, known = list(columns), declared()
    places = (_without_number(table) or _table_of(names), EVERYWHERE, LINES)
    return [next((known[place, name] for place in places if (place, name) in known), None) for name in names]


def meanings(columns: Iterable[str], table: str = "") -> list[ColumnMeaning]:
    """Look up what columns mean, all of which must be declared.

    Parameters
    ----------
    columns : iterable of str
    table : str, optional
        As for :func:`known_meanings`.

    Returns
    -------
    list of ColumnMeaning
        One for each.

    Raises
    ------
    UnknownNameError
        If a column is not declared.

    Examples
    --------
    >>> meanings(["amount_pence"])[0].type
    'integer'
    """
    names = list(columns)
    found = known_meanings(names, table)
    unknown = [name for name, meaning in zip(names, found, strict=True) if meaning is None]
    if unknown:
        message = f"The data dictionary has no column {list_values([repr(name) for name in unknown])}."
        choices = sorted({name for _, name in declared()})
        hint = did_you_mean(unknown[0], choices, otherwise="see all columns with: placespend dictionary")
        raise UnknownNameError(message, hint=hint)
    return [meaning for meaning in found if meaning is not None]


def data_dictionary(table: str | None = None) -> pd.DataFrame:
    """List columns with their meaning.

    Parameters
    ----------
    table : str, optional
        The columns of one table, such as ``"lines"``, ``"pot"`` or ``"boundaries/places"``, in their order; all that
        is declared where left out.

    Returns
    -------
    pandas.DataFrame
        ``table`` (tables in which the column means this, joined by "; "; blank: wherever it stands), ``column``,
        ``type``, ``unit``, ``meaning``; of ``"lines"`` also ``required`` (bool).

    Raises
    ------
    UnknownNameError
        If there is no such table.

    Examples
    --------
    >>> data_dictionary("lines")[["column", "unit", "required"]].to_dict("records")[0]
    {'column': 'line_id', 'unit': 'text', 'required': True}
    """
    import pandas as pd  # noqa: PLC0415  (a lookup needs no tables)

    if table is None:
        lines = [(LINES, found) for (place, _), found in declared().items() if place == LINES]
        rows = [*_rows(MEANINGS), *(_row(name, found) for name, found in lines)]
        return pd.DataFrame(rows)
    name = find_table(table)
    columns = declared_tables()[name].columns
    listed = pd.DataFrame([_row(name, found) for found in meanings(columns, name)])
    if name == LINES:
        listed.insert(4, "required", [column.required for column in LINE_COLUMNS])
    return listed


def _row(table: str, found: ColumnMeaning) -> dict[str, str]:
    return {"table": table, "column": found.name, "type": found.type, "unit": found.unit, "meaning": found.meaning}


def find_table(name: str) -> str:
    """Find a table by its name, which may be written with spaces or other signs between its words.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Raises
    ------
    UnknownNameError
        If there is no such table.

    Examples
    --------
    >>> find_table("families progress")
    'families-progress'
    """
    wanted = normalise(name)
    found = [known for known in declared_tables() if normalise(known) == wanted]
    if not found:
        message = f"The data dictionary has no table {name!r}."
        hint = did_you_mean(name, declared_tables(), otherwise="see all tables with: placespend dictionary --tables")
        raise UnknownNameError(message, hint=hint)
    return found[0]


def list_tables() -> pd.DataFrame:
    """List the tables that placespend gives out.

    Returns
    -------
    pandas.DataFrame
        ``table``, ``title`` and ``columns`` (all that it may have, joined by a space).
    """
    import pandas as pd  # noqa: PLC0415  (a lookup needs no tables)

    return pd.DataFrame(_rows(TABLES))


def look_up(names: Sequence[str] = ()) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Find what columns mean, by their names or by those of tables.

    Parameters
    ----------
    names : sequence of str, optional
        Of columns, and of tables whose columns are all told; of what is called alike, both. All where left out.

    Returns
    -------
    found : pandas.DataFrame
        As :func:`data_dictionary` gives it, without ``required``.
    whole : tuple of str
        The tables among the names.

    Raises
    ------
    UnknownNameError
        If a name is neither.

    Examples
    --------
    >>> found, whole = look_up(["pots", "sha256"])
    >>> whole, found["column"].tolist()[-1]
    (('pots',), 'sha256')
    """
    import pandas as pd  # noqa: PLC0415  (a lookup needs no tables)

    everything = data_dictionary()
    if not names:
        return everything, ()
    columns = {normalise(name): name for name in everything["column"]}
    tables = {normalise(name): name for name in declared_tables()}
    unknown = [name for name in names if normalise(name) not in {**columns, **tables}]
    if unknown:
        message = f"The data dictionary has no column or table {list_values([repr(name) for name in unknown])}."
        choices = [*dict.fromkeys([*everything["column"], *declared_tables()])]
        hint = did_you_mean(unknown[0], choices, otherwise="see all columns with: placespend dictionary")
        raise UnknownNameError(message, hint=hint)
    keys = dict.fromkeys(map(normalise, names))
    whole = tuple(tables[key] for key in keys if key in tables)
    parts = [data_dictionary(table)[everything.columns] for table in whole]
    parts += [everything[everything["column"] == columns[key]] for key in keys if key in columns]
    return pd.concat(parts, ignore_index=True), whole


def _without_number(table: str) -> str:
    """Leave out the number at the end of a table's name, by which a report tells several of a kind apart."""
    return re.sub(r"-\d+$", "", table)


def _table_of(columns: list[str]) -> str:
    """Find the declared table that has all of some columns, and the fewest beside them."""
    if len(columns) < FEWEST_KNOWN_BY:
        return ""
    wanted = {*columns} - STAMPED
    fits = [table for table in declared_tables().values() if wanted <= {*table.columns}]
    return min(fits, key=lambda table: len(table.columns)).name if fits else ""
