"""Every column of every table that placespend gives out is declared once, and of the type and meaning that it has."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pandas as pd
import pytest
from every_table import commands, shipped_tables, tables_of_commands, tables_of_functions, tables_of_reports
from running import fits, refuse, succeed, table_of

import placespend as ps
from placespend.cli import app
from placespend.commands.default_group import DefaultGroup
from placespend.dictionary import (
    EVERYWHERE,
    HERE,
    LINES,
    MEANINGS,
    TYPES,
    declared,
    declared_tables,
    find_table,
    known_meanings,
    look_up,
    meanings,
)
from placespend.errors import UnknownNameError
from placespend.exports.text import to_csv
from placespend.families.shown import MARKED
from placespend.schema import LINE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from every_table import Tables
    from running import Run

MARKS = {"[c]", "[x]", "fewer than 10"}
GIVEN_ELSEWHERE = {
    "pot": {"what", "made_with"},
    "explain": {"made_with"},
    "sensitivity": {"made_with"},
    "measures": {"plain", "column", "error", "plain_error"},
    "families-cost": {"total_pence", "average_family_gbp", "ratio", "source", "note"},
    "families-progress": {"as_at_day"},
}
"""Columns that a table has as a command gives it and not as a function does, or the other way round."""

FITS = {
    "string": re.compile(".*", re.S),
    "integer": re.compile(r"-?\d+"),
    "number": re.compile(r"-?\d+(\.\d+)?(e-?\d+)?"),
    "boolean": re.compile("True|False|true|false"),
    "year": re.compile(r"\d{4}"),
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
}
"""How the values of a type are written as CSV."""


def declared_name(name: str) -> str:
    """Name the declared table of one that was gathered."""
    name = name.split(":")[0]
    return re.sub(r"-\d+$", "", name) if name.startswith("report/") else name


def check(tables: Tables) -> None:
    """Hold each column of tables against what is declared of it."""
    assert tables
    seen: dict[str, set[str]] = {}
    for name, table in tables.items():
        plain = table.reset_index() if table.index.name else table
        known = declared_tables()[declared_name(name)]
        assert set(plain) <= set(known.columns), name
        found = meanings(plain.columns, known.name)
        for meaning in found:
            check_values(name, plain[meaning.name], meaning.type)
        seen.setdefault(known.name, set()).update(map(str, plain))
    for name, columns in seen.items():
        left = set(declared_tables()[name].columns) - columns
        assert left <= GIVEN_ELSEWHERE.get(name, set()), name


def check_values(name: str, values: pd.Series, kind: str) -> None:
    rows = [row[str(values.name)] for row in table_of(to_csv(values.to_frame().head(500).map(unwrapped)))]
    told = {row for row in rows if row} - (MARKS if values.name in MARKED else set())
    assert [row for row in told if not FITS[kind].fullmatch(row)] == [], (name, values.name)
    if pd.api.types.is_numeric_dtype(values) and values.notna().any() and values.dtype != "float64":
        assert kind != "string" or name.startswith(("boundaries/", "spend_lines/")), (name, values.name)


def unwrapped(value: object) -> object:
    """Write a value as short as a row of CSV that is read again needs it."""
    return "outline" if hasattr(value, "wkb") else value


# --- what is declared


def test_every_meaning_is_whole() -> None:
    table = ps.data_dictionary()
    assert table.columns.tolist() == ["table", "column", "type", "unit", "meaning"]
    assert set(table["type"]) <= set(TYPES)
    assert (table[["column", "type", "unit", "meaning"]] != "").all(axis=None)
    assert not table.map(lambda text: text != text.strip()).any(axis=None)
    # One sentence, which starts with a capital or with the name of a value and ends without a stop.
    assert not table["meaning"].str.endswith(".").any()
    assert table.loc[table["table"] != LINES, "meaning"].str.len().min() >= 8
    pairs = [(name, row.column) for row in table.itertuples() for name in str(row.table).split("; ")]
    assert len(pairs) == len(set(pairs)) == len(declared())


def test_money_is_whole_pence_or_says_that_it_is_pounds() -> None:
    for (table, name), found in declared().items():
        if name.endswith("_pence"):
            assert (found.type, found.unit.split()[0]) == ("integer", "pence")
        if name.endswith("_gbp"):
            assert found.unit.startswith("GBP")
            assert found.type == "integer" or table == LINES
        if "GBP" in found.unit or "pence" in found.unit:
            assert name.endswith(("_pence", "_gbp")) or name == "pence"


def test_nothing_is_declared_that_no_table_has() -> None:
    columns = {(table.name, column) for table in declared_tables().values() for column in table.columns}
    for table, column in declared():
        if table == EVERYWHERE:
            special = {name for name, other in declared() if other == column}
            assert any(name not in special for name, other in columns if other == column), column
        else:
            assert (table, column) in columns


def test_every_column_of_every_declared_table_has_a_meaning() -> None:
    for name, table in declared_tables().items():
        found = ps.data_dictionary(name)
        assert found["column"].tolist() == list(table.columns)
        assert len(set(table.columns)) == len(table.columns)
        assert set(found["table"]) == {name}
        assert len(table.title) > 10


def test_the_columns_of_a_lines_file_are_those_that_are_checked() -> None:
    table = ps.data_dictionary("lines")
    assert table["column"].tolist() == [column.name for column in LINE_COLUMNS]
    assert table["required"].tolist() == [column.required for column in LINE_COLUMNS]
    assert not {("lines", column) for column in table["column"]} - set(declared())
    written = pd.read_csv(HERE / MEANINGS, keep_default_na=False)
    assert LINES not in set(written["table"])


# --- what is given out


def test_the_tables_of_commands_are_declared(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(tables_of_commands(run, tmp_path, monkeypatch))


def test_every_command_that_gives_a_table_is_asked() -> None:
    asked = {path_of(arguments) for arguments in commands(defaultdict(Path)).values()}
    assert {path for path, command in leaves(app) if "--format" in options_of(command)} == {
        *(asked - {("lines", "check")}),
        # Half a minute; what it gives is made by the function behind it.
        ("families", "validate"),
    }


def path_of(arguments: list[str | Path]) -> tuple[str, ...]:
    """Name the command that arguments are for."""
    command: click.Command = app
    path: list[str] = []
    for word in arguments:
        if not isinstance(command, click.Group) or word not in command.commands:
            break
        command = command.commands[str(word)]
        path.append(str(word))
    return (*path, str(command.default.name)) if isinstance(command, DefaultGroup) else tuple(path)


def leaves(group: click.Group, *above: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """List the commands that do something, with the words that name them."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, *above, name)
        else:
            yield (*above, name), command


def options_of(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


def test_the_tables_of_functions_are_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(tables_of_functions(tmp_path, monkeypatch))


def test_the_tables_of_reports_are_declared() -> None:
    check(tables_of_reports())


def test_the_shipped_tables_are_declared() -> None:
    check(shipped_tables())
    shipped = {name for name in declared_tables() if name.startswith(("boundaries/", "spend_lines/"))}
    assert shipped == set(shipped_tables())


# --- looking up


def test_the_meaning_of_a_table_goes_before_that_of_every_other() -> None:
    (status,) = meanings(["status"], "families")
    assert "suppressed" in status.meaning
    (line,) = meanings(["status"], "awaited")
    assert "awaited" in line.meaning
    assert meanings(["start"], "bridge") == meanings(["start"], "report/bridge-2") != meanings(["start"], "places")


def test_a_table_without_a_name_is_known_by_its_columns() -> None:
    counts = meanings(["code", "name", "families", "status", "made_with"])
    assert counts[3] == meanings(["status"], "families")[0]
    assert meanings(["status"])[0] != counts[3]
    assert known_meanings(["status", "my own", "status"])[1] is None


def test_what_is_not_declared_is_told_with_what_was_meant() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'amount_pence'") as caught:
        meanings(["amont_pence", "code"])
    assert "no column 'amont_pence'" in caught.value.message
    with pytest.raises(UnknownNameError, match="did you mean 'families-progress'"):
        find_table("familes progres")
    with pytest.raises(UnknownNameError, match="placespend dictionary --tables"):
        ps.data_dictionary("zzzzzz")
    with pytest.raises(UnknownNameError, match="'zzzzzz', 'qqqqqq'"):
        look_up(["pot", "zzzzzz", "qqqqqq"])


def test_what_is_called_alike_is_told_of_both() -> None:
    found, whole = look_up(["services"])
    assert whole == ("services",)
    assert {"label", "services"} <= set(found["column"])
    found, whole = look_up()
    assert (len(found), whole) == (len(ps.data_dictionary()), ())
    assert look_up(["Families Progress"])[1] == ("families-progress",)


# --- the command


def test_the_command_tells_a_table_or_a_column_and_fits_80_columns(run: Run) -> None:
    text = succeed(run("dictionary", "pots"))
    assert text.startswith("placespend pots: the pots of several places\n")
    assert "per_head_pence (whole number, pence per resident)" in text
    assert "Blank is never zero." in text
    for arguments in ([], ["status"], ["pots", "sha256"], ["--tables"]):
        assert fits(succeed(run("dictionary", *arguments)))
    assert "report/bodies" in succeed(run("dictionary", "--tables"))


def test_the_command_gives_rows_to_programs(run: Run) -> None:
    rows = table_of(succeed(run("dictionary", "--format", "csv")))
    assert len(rows) == len(ps.data_dictionary())
    (row,) = table_of(succeed(run("dictionary", "sha256", "--format", "csv")))
    assert (row["table"], row["column"], row["type"]) == ("", "sha256", "string")
    tables = table_of(succeed(run("dictionary", "--tables", "--format", "csv")))
    assert [row["table"] for row in tables] == list(declared_tables())


def test_a_misspelt_name_is_told(run: Run) -> None:
    assert "did you mean 'per_head_pence'?" in refuse(run("dictionary", "per_hed_pence"))
    result = run("dictionary", "pot", "--tables")
    assert (result.code, "goes without names" in result.err) == (2, True)
