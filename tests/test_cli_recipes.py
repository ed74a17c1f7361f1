"""The commands of recipes and bridges: results on the output stream, one message and exit code 2 on a mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import Result, Run, fits, flat, refuse, succeed, table_of

from placespend.loaded import load
from placespend.pot import single_pot
from placespend.recipe import shipped_recipe
from placespend.recipe_checks import check_recipe
from placespend.recipe_schema import list_keys
from placespend.shipped import shipped_file

SHIPPED_PATH = shipped_file("spend_lines", "england_2011-12.toml")
ESCAPE = "\\u001b]0;owned\\u0007"
OWN = '[[source]]\nid = "own"\nfile = "lines.csv"\n'
ONE_PLACE = '[places]\nnames = ["Manchester"]\n'


Write = Callable[..., Path]


@pytest.fixture
def recipe(tmp_path: Path, write_lines: Callable[..., Path]) -> Write:
    """Write a recipe of a file of lines beside it: £12.34 and £5 capital in Manchester, £20 the year after."""
    write_lines(
        {"amount_gbp": "12.34"},
        {"amount_gbp": "5", "economic": "capital", "service_code": "3.2"},
        {"amount_gbp": "20", "financial_year": "2012-13"},
        {"amount_gbp": "", "status": "awaited", "body": "Slow body"},
    )

    def write(text: str = f'financial_year = "2011-12"\n{OWN}', name: str = "recipe.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


# --- pot, pots, explain


def test_a_pot_is_made_by_a_recipe_in_every_format(run: Run, recipe: Write) -> None:
    path = recipe()
    text = succeed(run("pot", "Manchester", "--recipe", path))
    assert fits(text)
    assert "17.34" in text
    assert "Recipe: recipe" in text
    assert "Left out, being of 2012-13: 1 line (£20.00)." in flat(text)
    document = json.loads(succeed(run("pot", "Manchester", "--recipe", path, "--format", "json")))
    assert document["total_pence"] == 1734
    assert document["made_with"]["recipe"]["source"][0]["files"] == ["lines.csv"]
    rows = table_of(succeed(run("pot", "Manchester", "--recipe", path, "--format", "csv")))
    assert sum(int(row["amount_pence"] or 0) for row in rows) == 1734
    assert {row["made_with"] for row in rows} == {single_pot("Manchester", recipe=path).loaded.stamp}


def test_the_shipped_recipe_given_as_a_file_is_the_one_that_is_used_without(run: Run) -> None:
    without = succeed(run("pot", "Leeds", "--format", "csv"))
    assert succeed(run("pot", "Leeds", "--format", "csv", "--recipe", SHIPPED_PATH)) == without


def test_the_scope_of_a_recipe_and_the_year_beside_it_count(run: Run, recipe: Write) -> None:
    path = recipe(f'financial_year = "2011-12"\n{OWN}[scope]\ncapital = false\n')
    document = json.loads(succeed(run("pot", "Manchester", "--recipe", path, "--format", "json")))
    assert document["total_pence"] == 1234
    assert document["scope"] == "payments to people in; capital out"
    later = run("pot", "Manchester", "--recipe", path, "--year", "2012-13", "--format", "json")
    assert json.loads(succeed(later))["total_pence"] == 2000


def test_the_place_may_be_left_out_where_the_recipe_names_one_and_is_asked_for_otherwise(
    run: Run, recipe: Write
) -> None:
    one = recipe(f'financial_year = "2011-12"\n{OWN}{ONE_PLACE}')
    assert "The single pot of Manchester, 2011-12" in succeed(run("pot", "--recipe", one))
    assert "The single pot of Leeds" in succeed(run("pot", "Leeds", "--recipe", one))
    level = recipe(f'financial_year = "2011-12"\n{OWN}[places]\nnames = ["Essex"]\nlevel = "upper_tier"\n')
    assert "The single pot of Essex" in succeed(run("pot", "--recipe", level))
    none = recipe()
    for command in (["pot"], ["bridge"]):
        assert "the recipe names none.\nHint: name the place" in refuse(run(*command, "--recipe", none))
        assert "the recipe names none." in refuse(run(*command))
    several = recipe(f'financial_year = "2011-12"\n{OWN}[places]\nnames = ["Leeds", "York"]\n')
    assert "the recipe names 2: Leeds, York." in refuse(run("pot", "--recipe", several))
    nowhere = recipe(f'financial_year = "2011-12"\n{OWN}[places]\nnames = ["Manchster"]\n')
    assert "Manchester" in refuse(run("pot", "--recipe", nowhere))


def test_pots_and_explanations_are_made_by_a_recipe(run: Run, recipe: Write) -> None:
    reason = '[[basis]]\nservice = "8.2"\nbasis = "households"\nreason = "Tickets are sold by household"\n'
    path = recipe(f'financial_year = "2011-12"\n{OWN}{reason}')
    rows = table_of(succeed(run("pots", "--level", "region", "--recipe", path, "--format", "csv")))
    assert {row["code"]: row["total_pence"] for row in rows}["E12000002"] == "1734"
    text = succeed(run("explain", "Manchester", "--service", "8.2", "--recipe", path))
    assert fits(text)
    assert "shared by households: Tickets are sold by household" in flat(text)
    told = table_of(succeed(run("explain", "Manchester", "--service", "8.2", "--recipe", path, "--format", "csv")))
    (row,) = [row for row in told if row["status"] == "have"]
    assert (row["basis"], row["assumption"]) == ("households", "shared by households: Tickets are sold by household")


MISTAKES: list[tuple[str, str]] = [
    ("", "missing 'source'"),
    (f"titel = 'x'\n{OWN}", "did you mean 'title'?"),
    (OWN.replace("lines.csv", "missing.csv"), "there is no file"),
    (OWN.replace("lines.csv", "."), "there is no file"),
    (OWN.replace("lines.csv", "x" * 3000), "there is no file"),
    (OWN.replace("lines.csv", "a\\u0000b"), "holds signs that do not print"),
    (OWN, "choose one, for example --year 2012-13"),
    (f"{OWN}only = {{ body = ['Councl'] }}\n", "did you mean 'Council'?"),
    (f"{OWN}format = 'hmt-cra'\n", "lines.csv"),
    (f"{OWN}format = 'revenue-outturn'\n", "lines.csv"),
    (f"financial_year = '2025-26'\n{OWN}format = 'integrated-settlement'\n", "does not say footprint and recipient"),
    (f"financial_year = '2030-31'\n{OWN}", "There are no lines of 2030-31"),
    (f"financial_year = '2011-12'\n{OWN}[scope]\nleave_out_bodies = ['Councl']\n", "did you mean 'Council'?"),
    (f'title = "{ESCAPE}"\n{OWN}', "holds signs that do not print"),
    ("a = " + "[" * 5000, "brackets within brackets"),
    ("a = 'b", "is not TOML"),
    (f"financial_year = '2011-12'\n{OWN}[[source]]\nid = 'cra'\nshipped = 'cra_2011-12.csv'\n",
     "'own' and 'cra' hold the same money"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), MISTAKES, ids=[told for _, told in MISTAKES])
def test_a_mistake_in_a_recipe_is_told_by_every_command_that_takes_it(
    run: Run, recipe: Write, text: str, told: str
) -> None:
    path = recipe(text)
    for command in (["pot", "Manchester", "--recipe", path], ["recipe", "check", path]):
        assert told in flat(refuse(run(*command)))


def test_other_commands_tell_it_as_well(run: Run, recipe: Write, tmp_path: Path) -> None:
    bad = recipe("titel = 'x'\n")
    for command in (
        ["pots", "--level", "region", "--recipe", bad],
        ["explain", "Manchester", "--service", "8.2", "--recipe", bad],
        ["bridge", "Manchester", "--recipe", bad],
        ["bridge", "Manchester", "--to", bad],
        ["recipe", "residuals", "--recipe", bad],
        ["lines", "awaited", "--recipe", bad],
    ):
        assert "unknown key 'titel'" in refuse(run(*command))
    for path, told in ((tmp_path, "Is a directory"), (tmp_path / "none.toml", "There is no file")):
        for command in (["pot", "Leeds", "--recipe", path], ["recipe", "check", path]):
            assert told in refuse(run(*command))


@pytest.mark.parametrize(
    "command", [["pot", "Manchester"], ["pots", "--level", "region"], ["lines", "awaited"]], ids=str
)
def test_a_recipe_and_lines_beside_it_are_refused(run: Run, recipe: Write, tmp_path: Path, command: list[str]) -> None:
    path = recipe()
    for beside in (["--lines", str(tmp_path / "lines.csv")], ["--with-shipped"], ["--keep-unknown-footprints"]):
        assert "A recipe says itself which lines are in" in refuse(run(*command, "--recipe", path, *beside))


# --- recipe


def test_the_template_is_written_checked_and_used(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert run("recipe", "template", "--out", path) == Result(0, "", f"Written: {path}\n")
    assert path.read_text(encoding="utf-8") == succeed(run("recipe", "template"))
    assert check_recipe(path) == []
    # One that may have been filled in is not written over.
    assert "would be written over" in refuse(run("recipe", "template", "--out", path))
    text = succeed(run("recipe", "check", path))
    assert fits(text)
    assert "£444,851,287,866.00 in the pot of all places" in flat(text)


def test_the_keys_are_listed_in_every_format(run: Run) -> None:
    assert fits(succeed(run("recipe", "keys")))
    keys = list_keys()
    assert [row["key"] for row in table_of(succeed(run("recipe", "keys", "--format", "csv")))] == list(keys["key"])
    assert [row["key"] for row in json.loads(succeed(run("recipe", "keys", "--format", "json")))] == list(keys["key"])


def test_a_check_tells_what_became_of_every_line(run: Run, recipe: Write) -> None:
    path = recipe(f'financial_year = "2011-12"\n{OWN}leave_out = {{ service = ["3.2"] }}\n')
    found = json.loads(succeed(run("recipe", "check", path, "--format", "json")))
    assert {row["outcome"]: row["amount_pence"] for row in found} == {
        "read": 3734,
        "of other years": 2000,
        "left out by a filter": 500,
        "in the pot": 1234,
    }
    assert table_of(succeed(run("recipe", "check", path, "--format", "csv")))[0]["amount_pence"] == "3734"


def test_residuals_are_shown_in_every_format(run: Run) -> None:
    text = succeed(run("recipe", "residuals"))
    assert fits(text)
    assert "Official allocation against outturn, 2011-12" in text
    rows = table_of(succeed(run("recipe", "residuals", "--format", "csv")))
    for row in rows:
        assert int(row["control_pence"]) - int(row["outturn_pence"]) == int(row["difference_pence"])
    assert len(json.loads(succeed(run("recipe", "residuals", "--format", "json")))) == len(rows) == 9 * 12
    assert "no lines of 2012-13" in refuse(run("recipe", "residuals", "--year", "2012-13"))


def test_a_recipe_without_outturn_has_no_residuals(run: Run, recipe: Write) -> None:
    assert "nothing to compare" in flat(succeed(run("recipe", "residuals", "--recipe", recipe())))


# --- bridge


def test_a_bridge_to_every_published_total_in_every_format(run: Run) -> None:
    text = succeed(run("bridge", "Greater Manchester"))
    assert fits(text)
    assert text.count("not explained ") == 3
    document: list[dict[str, Any]] = json.loads(succeed(run("bridge", "Greater Manchester", "--format", "json")))
    assert [found["end_pence"] for found in document] == [2_100_000_000_000, 2_000_000_000_000, 2_200_000_000_000]
    for found in document:
        steps = sum(row["amount_pence"] for row in found["steps"])
        assert found["start_pence"] + steps + found["residual_pence"] == found["end_pence"]
    one = run("bridge", "Greater Manchester", "--to", "greater-manchester-2011", "--format", "csv")
    rows = table_of(succeed(one))
    assert [row["step"] for row in rows] == ["start", "not explained"]
    assert [int(row["total_pence"]) for row in rows] == [document[1]["start_pence"], 2_000_000_000_000]


def test_a_bridge_between_recipes_places_and_years(run: Run, recipe: Write) -> None:
    start = recipe(f'financial_year = "2011-12"\n{OWN}{ONE_PLACE}')
    end = recipe(f'financial_year = "2012-13"\n{OWN}', name="later.toml")
    rows = table_of(succeed(run("bridge", "--recipe", start, "--to", end, "--format", "csv")))
    assert [(row["step"], row["amount_pence"]) for row in rows] == [
        ("start", "1734"),
        ("year", "266"),
        ("not explained", "0"),
    ]
    text = succeed(run("bridge", "--recipe", start, "--to", end, "--to-place", "Leeds"))
    assert fits(text)
    assert "Leeds in place of Manchester" in flat(text)
    # A recipe without a year is taken for that of the pot.
    same = recipe(f"{OWN}[scope]\ncapital = false\n", name="same.toml")
    rows = table_of(succeed(run("bridge", "--recipe", start, "--to", same, "--format", "csv")))
    assert [(row["step"], row["amount_pence"]) for row in rows][1] == ("capital", "-500")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["Leeds"], "No total of Leeds is known to have been published."),
        (["Birmingham", "--to", "nope"], "There is no published total called 'nope'."),
        (["Birmingham", "--to", "greater-manchester-2011"], "is of Greater Manchester, not of Birmingham"),
        (["Birmingham", "--to", "birmingham-council"], "is not a total of Birmingham, but a part of one"),
        (["Birmingham", "--to", "birmingham-draft", "--to-place", "Leeds"], "leave --to-place out"),
        (["Birmingham", "--to", "missing.toml"], "There is no file missing.toml."),
        (["Birmingham", "--to-place", "Nowhere on earth"], "Nowhere on earth"),
        (["Birmingham", "--to-place", "Leeds", "--deflator", "x.csv"], "leave --deflator out"),
        (["Birmingham", "--deflator", "missing.xlsx"], "There is no file missing.xlsx."),
        (["Birmingham", "--deflator", str(SHIPPED_PATH)], "holds no index of prices by financial year"),
        (["Birmingham", "--to", "\x1b]0;owned\x07"], "There is no published total called ']0;owned'."),
        (["Nowhere on earth"], "Nowhere on earth"),
    ],
    ids=str,
)
def test_a_bridge_that_cannot_be_is_told(run: Run, arguments: list[str], told: str) -> None:
    assert told in refuse(run("bridge", *arguments))


def test_a_deflator_makes_a_step_of_prices(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "deflator.csv"
    path.write_text("Financial year,Index\n2011-12,50\n2012-13,51.25\n", encoding="utf-8")
    command = ["bridge", "Greater Manchester", "--to", "greater-manchester-2012-13", "--deflator", str(path)]
    (found,) = json.loads(succeed(run(*command, "--format", "json")))
    (step,) = found["steps"]
    assert step["step"] == "prices"
    assert step["amount_pence"] == round(found["start_pence"] * 1025 / 1000) - found["start_pence"]
    path.write_text("2012-13,51.25\n", encoding="utf-8")
    assert "the deflator file has no 2011-12" in flat(succeed(run(*command)))


# --- --out


def test_a_result_is_written_and_no_file_that_was_read_is_written_over(run: Run, recipe: Write, tmp_path: Path) -> None:
    path = recipe(f'financial_year = "2011-12"\n{OWN}{ONE_PLACE}')
    other = recipe(f'financial_year = "2012-13"\n{OWN.replace("lines.csv", "other.csv")}', name="other.toml")
    lines = tmp_path / "lines.csv"
    (tmp_path / "other.csv").write_bytes(lines.read_bytes())
    (tmp_path / "link.csv").symlink_to(lines)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    money = ["--recipe", str(path), "--format", "csv"]
    for command, read in (
        (["pot", *money], [path, lines, tmp_path / "link.csv"]),
        (["pots", "--level", "region", *money], [lines]),
        (["explain", "Manchester", "--service", "8.2", *money], [lines]),
        (["lines", "awaited", *money], [lines]),
        (["recipe", "residuals", *money], [path, lines]),
        (["recipe", "check", str(path), "--format", "csv"], [path, lines]),
        (["bridge", *money, "--to", str(other)], [other, lines, tmp_path / "other.csv"]),
    ):
        for file in read:
            assert "would be written over, and it holds data of yours" in refuse(run(*command, "--out", file))
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before
    new = tmp_path / "new.csv"
    assert run("pot", *money, "--out", new) == Result(0, "", f"Written: {new}\n")
    assert new.read_text(encoding="utf-8") == succeed(run("pot", *money))


def test_nor_is_a_deflator_or_a_shipped_file(run: Run, tmp_path: Path) -> None:
    deflator = tmp_path / "deflator.csv"
    deflator.write_text("2011-12,50\n", encoding="utf-8")
    command = ["bridge", "Worcestershire", "--deflator", str(deflator), "--format", "csv"]
    assert "would be written over" in refuse(run(*command, "--out", deflator))
    assert deflator.read_text(encoding="utf-8") == "2011-12,50\n"
    shipped = shipped_file("spend_lines", "cra_2011-12.csv")
    before = shipped.stat().st_mtime_ns
    assert "would be written over" in refuse(run("pot", "Leeds", "--format", "csv", "--out", shipped))
    assert shipped.stat().st_mtime_ns == before


# --- lines trace, lines awaited


def test_a_line_is_traced_in_every_format(run: Run) -> None:
    assert fits(succeed(run("lines", "trace", "universal-credit")))
    rows = table_of(succeed(run("lines", "trace", "universal-credit", "--format", "csv")))
    assert rows
    assert len(json.loads(succeed(run("lines", "trace", "universal-credit", "--format", "json")))) == len(rows)
    assert "did you mean" in refuse(run("lines", "trace", "universal-credt"))
    assert "is not in the line register" in refuse(run("lines", "trace", "\x1b]0;owned\x07"))
    assert "There is no file" in refuse(run("lines", "trace", "universal-credit", "--register", "missing.csv"))


def test_what_a_recipe_awaits_is_listed_in_every_format(run: Run, recipe: Write) -> None:
    path = recipe()
    text = succeed(run("lines", "awaited", "--recipe", path, "--as-at", "2012-06-30"))
    assert fits(text)
    assert "Slow body" in text
    (row,) = table_of(succeed(run("lines", "awaited", "--recipe", path, "--format", "csv")))
    assert row["body"] == "Slow body"
    (row,) = json.loads(succeed(run("lines", "awaited", "--recipe", path, "--format", "json")))
    assert row["body"] == "Slow body"
    assert "is not a date" in refuse(run("lines", "awaited", "--recipe", path, "--as-at", "soon"))


# --- processes


def process(*arguments: str | Path, **environment: str) -> Result:
    done = subprocess.run(
        [sys.executable, "-c", "from placespend.cli import main; main()", *arguments],
        capture_output=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )
    return Result(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def test_a_process_ends_with_code_2_on_a_mistake_and_prints_what_this_one_does(run: Run, recipe: Write) -> None:
    path = recipe(f'financial_year = "2011-12"\n{OWN}{ONE_PLACE}')
    here = json.loads(succeed(run("pot", "--recipe", path, "--format", "json")))
    there = json.loads(succeed(process("pot", "--recipe", path, "--format", "json", PYTHONHASHSEED="12345")))
    for found in (here, there):
        # This process may have read the shipped files before someone changed them.
        del found["made_with"]["inputs"]
    assert there == here
    bad = recipe("titel = 'x'\n", name="bad.toml")
    assert "unknown key 'titel'" in refuse(process("recipe", "check", bad))


def test_the_shipped_recipe_is_what_a_pot_says_it_was_made_with(run: Run) -> None:
    document = json.loads(succeed(run("pot", "Leeds", "--format", "json")))
    assert document["made_with"]["recipe_sha256"] == shipped_recipe().sha256
    inputs = [(found["name"], found["sha256"]) for found in document["made_with"]["inputs"]]
    assert tuple(inputs) == load(shipped_recipe()).inputs
