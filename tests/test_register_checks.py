"""Whatever is wrong with a register is told at once, with its row, in words."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from placespend.errors import FAILURE_COLUMNS, DataFileError, LinesError
from placespend.register import Register, read_register, shipped_register
from placespend.register_schema import (
    CHANGE_COLUMNS,
    CHANGES,
    LINE_COLUMNS,
    OPTIONAL,
    day_before,
    days_of_year,
    is_day,
    periods_of_lines,
    year_of,
)
from placespend.schema import STATUSES

if TYPE_CHECKING:
    from pathlib import Path

Row = dict[str, str]
OLD = {"line": "old", "valid_to": "2013-03-31"}
YOUNG = {"line": "young", "valid_from": "2013-04-01"}


def line(**given: str) -> Row:
    filled = {**dict.fromkeys(LINE_COLUMNS, ""), "line": "a", "body": "Council", "source": "Act", **given}
    return {**filled, "name": given.get("name", f"Line {filled['line']}")}


def change(**given: str) -> Row:
    filled = {**dict.fromkeys(CHANGE_COLUMNS, ""), "on": "2013-04-01", "change": "replaced", "source": "Act"}
    return {**filled, **given}


def write(folder: Path, rows: list[Row], name: str) -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def faults(folder: Path, lines: list[Row], changes: list[Row] | None = None) -> list[tuple[int, str, str, str, str]]:
    """Read tables as files and give their faults, which making the register of tables must refuse with as well."""
    paths = [write(folder, lines, "lines.csv"), *([write(folder, changes, "changes.csv")] if changes else [])]
    found = pd.DataFrame(columns=FAILURE_COLUMNS)
    try:
        read_register(*paths, with_shipped=False)
    except LinesError as error:
        found = error.failures
    assert found.columns.tolist() == FAILURE_COLUMNS
    assert set(found["file"]) <= {"lines.csv", "changes.csv"}
    columns = ["row", "column", "value", "problem", "hint"]
    return [tuple(row) for row in found[columns].to_numpy().tolist()]


def test_a_small_register_has_nothing_wrong(tmp_path: Path) -> None:
    lines = [line(**OLD), line(**YOUNG)]
    assert faults(tmp_path, lines, [change(predecessor="old", successor="young")]) == []


def test_every_declared_word_is_taken(tmp_path: Path) -> None:
    lines = [line(**OLD), line(**YOUNG), line(line="other"), line(**{**OLD, "line": "older"})]
    lines += [line(line=word, status=word, owner="Jane at the Home Office") for word in STATUSES]
    ends = {
        "merged": ("old", "other"),
        "split": ("other", "young"),
        "ended": ("older", ""),
        "un-ring-fenced": ("other", ""),
    }
    for word in CHANGES:
        before, after = ends.get(word, ("", "young") if word == "new" else ("old", "young"))
        assert faults(tmp_path, lines, [change(predecessor=before, successor=after, change=word)]) == [], word


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"line": ""}, (2, "line", "", "must not be blank", "")),
        ({"name": ""}, (2, "name", "", "must not be blank", "")),
        ({"body": " "}, (2, "body", "", "must not be blank", "")),
        ({"source": ""}, (2, "source", "", "must not be blank", "")),
        ({"valid_to": "31/03/2013"}, (2, "valid_to", "31/03/2013", "not a date", "did you mean '2013-03-31'?")),
        ({"valid_to": "1.4.2013"}, (2, "valid_to", "1.4.2013", "not a date", "did you mean '2013-04-01'?")),
        (
            {"valid_from": "2013-02-30"},
            (2, "valid_from", "2013-02-30", "not a date", "there is no such day; write it as 2013-03-31"),
        ),
        (
            {"valid_from": "30/02/2013"},
            (2, "valid_from", "30/02/2013", "not a date", "there is no such day; write it as 2013-03-31"),
        ),
        (
            {"asked_on": "2012-05-01 00:00:00"},
            (2, "asked_on", "2012-05-01 00:00:00", "not a date", "did you mean '2012-05-01'?"),
        ),
        ({"asked_on": "20120501"}, (2, "asked_on", "20120501", "not a date", "write it as 2013-03-31")),
        ({"asked_on": "May 2012"}, (2, "asked_on", "May 2012", "not a date", "write it as 2013-03-31")),
        ({"valid_from": "0001-01-01"}, (2, "valid_from", "0001-01-01", "not a date", "write it as 2013-03-31")),
        ({"valid_from": "=1+1"}, (2, "valid_from", "=1+1", "not a date", "write it as 2013-03-31")),
        (
            {"status": "awaitd", "owner": "Jane"},
            (2, "status", "awaitd", "not one of have, awaited, refused, included", "did you mean 'awaited'?"),
        ),
        (
            {"status": "awaited"},
            (2, "owner", "", "nobody is named who must supply an awaited line",
             "name the person or office, and their body"),
        ),
        (
            {"valid_from": "2013-04-01", "valid_to": "2013-03-31"},
            (2, "valid_to", "2013-03-31", "the last day is before the first", "it begins on 2013-04-01"),
        ),
        (
            {"line": "a + b"},
            (2, "line", "a + b", "the name of a line holds ' + '",
             "write it otherwise: it joins lines in the name of a family"),
        ),
    ],
)  # fmt: skip
def test_each_fault_of_a_line(tmp_path: Path, given: Row, expected: tuple[int, str, str, str, str]) -> None:
    assert faults(tmp_path, [line(**given)]) == [expected]


WORDS = "not one of renamed, replaced, merged, split, un-ring-fenced, ended, new"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"source": ""}, ("source", "", "must not be blank", "")),
        ({"on": ""}, ("on", "", "must not be blank", "")),
        ({"on": "01/04/2013"}, ("on", "01/04/2013", "not a date", "did you mean '2013-04-01'?")),
        ({"change": "rename"}, ("change", "rename", WORDS, "did you mean 'renamed'?")),
        ({"change": ""}, ("change", "", "must not be blank", "")),
        ({"predecessor": "alwais"}, ("predecessor", "alwais", "not a line of the register", "did you mean 'always'?")),
        (
            {"successor": "zzzzzzzz"},
            ("successor", "zzzzzzzz", "not a line of the register", "declare it in a line register"),
        ),
        ({"predecessor": ""}, ("predecessor", "", "must not be blank", "a line that nothing came before is new")),
        ({"successor": ""}, ("successor", "", "must not be blank", "a line that nothing follows has ended")),
        (
            {"change": "new"},
            ("predecessor", "old", "a predecessor, though the line is new", "leave it blank, or say what became of it"),
        ),
        (
            {"change": "ended"},
            ("successor", "young", "a successor, though the line ended", "leave it blank, or say what the line became"),
        ),
        (
            {"successor": "old"},
            ("successor", "old", "the line succeeds itself",
             "give its new name or body a period of its own in the register"),
        ),
        (
            {"on": "2013-04-02"},
            ("predecessor", "old", "the line does not exist on the day before the change", "it is valid to 2013-03-31"),
        ),
        (
            {"on": "2013-03-31"},
            ("successor", "young", "the line does not exist on the day of the change", "it is valid from 2013-04-01"),
        ),
        (
            {"predecessor": "always", "successor": "", "change": "ended"},
            ("predecessor", "always", "the line goes on, though it ended or was renamed",
             "set its valid_to to 2013-03-31, or say split or replaced"),
        ),
        (
            {"predecessor": "", "successor": "always", "change": "new"},
            ("successor", "always", "the line was there before, though it is new or a new name",
             "set its valid_from to 2013-04-01, or say merged"),
        ),
        (
            {"change": "merged"},
            ("predecessor", "old", "merged, though no other line goes into this successor",
             "add the others, or say renamed or replaced"),
        ),
        (
            {"change": "split"},
            ("successor", "young", "split, though nothing else is left of the predecessor",
             "add the others, or say renamed or replaced"),
        ),
    ],
)  # fmt: skip
def test_each_fault_of_a_change(tmp_path: Path, given: Row, expected: tuple[str, str, str, str]) -> None:
    lines = [line(**OLD), line(**YOUNG), line(line="always")]
    found = faults(tmp_path, lines, [change(**{"predecessor": "old", "successor": "young", **given})])
    # A line that succeeds itself cannot also be there on the day after it ended.
    assert found[0] == (2, *expected)
    assert len(found) == 1 + (given.get("successor") == "old")


def test_renamed_with_several_successors_is_a_fault_of_each_row(tmp_path: Path) -> None:
    lines = [line(**OLD), line(**YOUNG), line(**{**YOUNG, "line": "younger"})]
    steps = [change(predecessor="old", successor=name, change="renamed") for name in ("young", "younger")]
    hint = "several into one are merged, one into several is split"
    problem = "renamed or replaced, though several lines take part"
    assert faults(tmp_path, lines, steps) == [(row, "change", "renamed", problem, hint) for row in (2, 3)]


def test_a_circle_is_told_with_its_way(tmp_path: Path) -> None:
    lines = [line(line=name) for name in "abcd"]
    ends = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]
    steps = [change(predecessor=first, successor=then, on=f"201{row}-04-01") for row, (first, then) in enumerate(ends)]
    problem, mend = "the line comes back to one that it followed", "give the later line an id of its own"
    assert faults(tmp_path, lines, steps) == [
        (2, "successor", "b", problem, f"'b' to 'c' to 'a' to 'b'; {mend}"),
        (3, "successor", "c", problem, f"'c' to 'a' to 'b' to 'c'; {mend}"),
        (4, "successor", "a", problem, f"'a' to 'b' to 'c' to 'a'; {mend}"),
    ]


def test_a_long_circle_is_cut_short_in_words(tmp_path: Path) -> None:
    names = [f"l{number}" for number in range(300)]
    steps = [
        change(predecessor=first, successor=then) for first, then in zip(names, names[1:] + names[:1], strict=True)
    ]
    found = faults(tmp_path, [line(line=name) for name in names], steps)
    assert len(found) == 300
    assert found[0][4].startswith("'l1' to 'l2' to 'l3' to 'l4' to 'l5' to ... to 'l1'; give")


def test_the_same_change_twice(tmp_path: Path) -> None:
    lines = [line(**OLD), line(line="always")]
    steps = [change(predecessor="old", successor="always", change=word) for word in ("merged", "un-ring-fenced")]
    problem = "the same change stands in another row"
    assert faults(tmp_path, lines, steps) == [
        (row, "on", "2013-04-01", problem, "leave one of them out") for row in (2, 3)
    ]


def test_a_line_twice_for_the_same_days(tmp_path: Path) -> None:
    lines = [
        line(valid_to="2013-03-31"),
        line(valid_from="2013-04-01", valid_to="2014-03-31"),
        line(valid_from="2012-04-01", valid_to="2012-04-01"),
    ]
    hint = "row 2 of lines.csv has it to 2013-03-31; end one before the other, or rename one"
    assert faults(tmp_path, lines) == [
        (4, "line", "a", "the line stands twice in the register for the same days", hint)
    ]


def test_a_declared_line_may_have_a_row_that_says_how_its_figure_stands(tmp_path: Path) -> None:
    asked = {"status": "awaited", "owner": "Jane at the Home Office"}
    lines = [line(valid_to="2013-03-31"), line(valid_from="2012-04-01", **asked)]
    assert faults(tmp_path, lines) == []
    # Who asks for a figure does not make the line live longer.
    assert periods_of_lines(lines) == {"a": [("0000-00-00", "2013-03-31")]}
    assert periods_of_lines(lines[1:]) == {"a": [("2012-04-01", "9999-99-99")]}
    later = [lines[0], line(valid_from="2014-04-01", **asked)]
    assert periods_of_lines(later) == {"a": [("0000-00-00", "2013-03-31"), ("2014-04-01", "9999-99-99")]}
    assert [fault[:2] for fault in faults(tmp_path, [*lines, line(valid_from="2012-05-01", **asked)])] == [(4, "line")]


def test_a_name_that_lines_of_several_sources_bear_must_be_said_in_full(tmp_path: Path) -> None:
    lines = [line(**OLD, source_id="x"), line(**OLD, source_id="y"), line(**YOUNG)]
    assert faults(tmp_path, lines, [change(predecessor="old of y", successor="young")]) == []
    problem, hint = "several sources have a line of that name", "say which: 'old of x' or 'old of y'"
    found = faults(tmp_path, lines, [change(predecessor="old", successor="young")])
    assert found == [(2, "predecessor", "old", problem, hint)]


def test_a_misspelt_line_is_not_told_as_a_merger_of_one_as_well(tmp_path: Path) -> None:
    lines = [line(**OLD), line(**{**OLD, "line": "older"}), line(**YOUNG)]
    steps = [change(predecessor=name, successor="young", change="merged") for name in ("old", "oldre")]
    problem, hint = "not a line of the register", "did you mean 'older' or 'old'?"
    assert faults(tmp_path, lines, steps) == [(3, "predecessor", "oldre", problem, hint)]


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    lines = [line(valid_from="1/4/2013"), line(line="b", status="lost"), line(line="b")]
    steps = [change(predecessor="a", successor="q"), change(predecessor="b", successor="a", on="soon")]
    found = faults(tmp_path, lines, steps)
    assert [(row, column) for row, column, *_ in found] == [
        (2, "valid_from"), (3, "status"), (3, "on"), (2, "successor"),
    ]  # fmt: skip


# --- files


def test_files_are_known_by_their_columns_in_any_order_and_may_leave_some_out(tmp_path: Path) -> None:
    lines = [{name: value for name, value in line(**OLD).items() if name not in OPTIONAL}]
    steps = [change(predecessor="old", change="ended")]
    del steps[0]["note"]
    paths = [write(tmp_path, steps, "one.csv"), write(tmp_path, lines, "two.csv")]
    register = read_register(*paths, with_shipped=False)
    assert register.lines["file"].tolist() == ["two.csv"]
    assert register.changes["file"].tolist() == ["one.csv"]
    assert register.lines[["status", "owner"]].to_numpy().tolist() == [["", ""]]


def header_faults(path: Path) -> list[tuple[int, str, str, str]]:
    with pytest.raises(LinesError) as caught:
        read_register(path, with_shipped=False)
    columns = ["row", "value", "problem", "hint"]
    return [tuple(row) for row in caught.value.failures[columns].to_numpy().tolist()]


def test_a_file_of_spending_lines_is_neither(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("line_id,source_id,body,status\n1,x,y,have\n", encoding="utf-8")
    ((row, value, problem, hint),) = header_faults(path)
    assert (row, value) == (0, "")
    assert problem == "the columns are neither those of a line register nor those of line changes"
    assert hint == f"a register has {', '.join(LINE_COLUMNS)}; changes have {', '.join(CHANGE_COLUMNS)}"


def test_missing_and_misspelt_columns(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("on,predecesor,successor,change,source,zzz\n,,,,,z\n", encoding="utf-8")
    assert header_faults(path) == [
        (0, "predecesor", "unknown column", "did you mean 'predecessor'?"),
        (0, "zzz", "unknown column", "leave it out"),
        (0, "predecessor", "missing column", CHANGE_COLUMNS["predecessor"]),
    ]


def test_a_header_without_rows_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(CHANGE_COLUMNS) + "\n", encoding="utf-8")
    assert header_faults(path) == [(0, "", "there are no rows", "leave the file out")]


def test_a_broken_row_is_told_without_faults_that_only_follow_from_it(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(LINE_COLUMNS) + "\na,b\n", encoding="utf-8")
    steps = write(tmp_path, [change(predecessor="a", change="ended", source="")], "steps.csv")
    with pytest.raises(LinesError) as caught:
        read_register(path, steps, with_shipped=False)
    found = caught.value.failures[["file", "row", "column", "problem"]].to_numpy().tolist()
    assert found == [
        ["x.csv", 2, "", "has 2 values where the header has 11"],
        ["steps.csv", 2, "source", "must not be blank"],
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_cannot_be_read(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataFileError):
        read_register(path)


def test_files_of_one_name_are_told_apart_and_a_shipped_line_is_not_declared_again(tmp_path: Path) -> None:
    paths = []
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        paths.append(write(tmp_path / folder, [line(line="crisis-loans")], "line_register.csv"))
    with pytest.raises(LinesError) as caught:
        read_register(*paths)
    assert caught.value.failures["file"].tolist() == [str(path) for path in paths]
    first, second = caught.value.failures["hint"]
    assert first.startswith("row 16 of line_register.csv (shipped) has it to 2013-03-31; end one")
    assert second.startswith(f"row 2 of {paths[0]} has it without dates; end one")
    with pytest.raises(LinesError, match="stands twice"):
        read_register(*paths, with_shipped=False)
    assert list(read_register(paths[0], with_shipped=False).periods) == ["crisis-loans"]


def test_hostile_text_is_kept_as_text(tmp_path: Path) -> None:
    hostile = ["=cmd|' /C calc'!A0", "\x1b[31mred", "<script>alert(1)</script>", "x" * 20_000, "a\nb", "曼彻斯特"]
    lines = [line(line=text, name=text, body=text, source=text) for text in hostile]
    register = read_register(write(tmp_path, lines, "x.csv"), with_shipped=False)
    assert register.lines["name"].tolist() == hostile
    assert list(register.families()) == hostile
    assert [register.find(text) for text in hostile] == hostile


# --- days


def test_days_and_financial_years() -> None:
    assert is_day("2012-02-29")
    odd = ["2013-02-29", "2013-4-1", "\uff12\uff10\uff11\uff13-04-01", "2013-04-01\n", ""]
    assert not any(map(is_day, odd))
    assert day_before("2012-03-01") == "2012-02-29"
    assert days_of_year("1999-00") == ("1999-04-01", "2000-03-31")
    assert [year_of(day) for day in days_of_year("1999-00")] == ["1999-00"] * 2
    assert year_of("2000-04-01") == "2000-01"


# --- what is shipped


def test_the_shipped_register_names_a_source_in_every_row_and_holds_no_figures() -> None:
    register = shipped_register()
    assert register.lines["source"].str.len().min() > 10
    assert register.changes["source"].str.len().min() > 10
    assert set(register.lines["status"]) == {""}
    assert not register.lines["note"].str.contains("£|per cent|%").any()
    assert 15 <= len(register.lines) <= 30
    # Every line takes part in a change; a register of others would say nothing.
    named = {step.predecessor for step in register.steps} | {step.successor for step in register.steps}
    assert named - {""} == set(register.periods)


def test_a_register_made_of_its_own_tables_is_the_same() -> None:
    shipped = shipped_register()
    again = Register(shipped.lines, shipped.changes)
    assert again.lines.equals(shipped.lines)
    assert again.changes.equals(shipped.changes)
