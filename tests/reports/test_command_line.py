"""The command that makes a report again can be given to a shell, and tells no folder of the user's."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path

from placespend.cli import app
from placespend.commands.reports import report
from placespend.recipe import shipped_recipe
from placespend.reports.command_line import command_of


def test_a_command_is_quoted_and_names_files_without_their_folders() -> None:
    said = command_of(
        ["Greater Manchester", "a'b"],
        level=None,
        lines=[Path("/home/me/lines one.csv"), "/home/me/two.csv"],
        with_shipped=True,
        year="2011-12",
        unknown_footprints="unallocated",
        measures=[Path("sub/m.csv")],
        overrides=[("10.5", "residents", "as a/b says")],
        as_at=None,
        recipe=None,
        lookups=[],
    )
    assert said == (
        "placespend report 'Greater Manchester' 'a'\"'\"'b' --lines 'lines one.csv' --lines two.csv --with-shipped "
        "--year 2011-12 --keep-unknown-footprints --measure m.csv --basis 10.5 residents 'as a/b says' "
        "--out report.html"
    )
    assert "/home" not in said


def test_only_files_are_told_without_what_stands_before_a_stroke() -> None:
    said = {"boundary": "/home/me/own.gpkg", "layer": "a/b", "name_field": "Ward/Parish", "code_field": "x\\y"}
    words = shlex.split(command_of(["Here/There"], **said, as_at=date(2012, 3, 31), recipe=shipped_recipe()))
    told = ["--boundary", "own.gpkg", "--layer", "a/b", "--name-field", "Ward/Parish", "--code-field", "x\\y"]
    assert words == [
        *("placespend", "report", "Here/There", *told, "--as-at", "2012-03-31", "--recipe", "FILE"),
        *("--out", "report.html"),
    ]


def test_names_that_look_like_options_come_last_and_are_understood() -> None:
    words = shlex.split(command_of(["-2+3", "--out"], boundary=Path("own.csv")))
    # With the settings of the whole program, for a command keeps the help option that it is first asked for.
    parsed = report.make_context("report", words[2:], **app.context_settings)
    assert parsed.params["places"] == ("-2+3", "--out")
    assert parsed.params["boundary"] == Path("own.csv")
    assert str(parsed.params["out"]) == "report.html"
