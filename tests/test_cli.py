"""The commands: results on the output stream, one clear message and exit code 2 on a mistake, never a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from rich.cells import cell_len
from running import Result, Run, flat, refuse, succeed, table_of

from placespend.lines import lines_template
from placespend.loaded import load
from placespend.recipe import recipe_template, shipped_recipe

ENGLAND_PENCE = 44_485_128_786_600
OBSERVED_PENCE = 1_120_668_000_000
CUTS = ["body", "sector", "service", "economic", "basis", "grade"]
COMMANDS = [
    [],
    ["pot"],
    ["pots"],
    ["places"],
    ["places", "list"],
    ["places", "check"],
    ["places", "coverage"],
    ["explain"],
    ["bridge"],
    ["sensitivity"],
    ["bases"],
    ["measures"],
    ["measures", "list"],
    ["measures", "check"],
    ["families"],
    ["families", "show"],
    ["families", "check"],
    ["families", "validate"],
    ["families", "progress"],
    ["families", "payments"],
    ["families", "published"],
    ["map"],
    ["report"],
    ["data"],
    ["atlas"],
    ["lines"],
    ["lines", "check"],
    ["lines", "template"],
    ["lines", "columns"],
    ["lines", "services"],
    ["lines", "trace"],
    ["lines", "awaited"],
    ["recipe"],
    ["recipe", "template"],
    ["recipe", "keys"],
    ["recipe", "check"],
    ["recipe", "residuals"],
    ["dictionary"],
]
HEADER = (
    "line_id,source_id,body,sector,service_code,financial_year,economic,amount_gbp,amount_kind,status,footprint_code"
)
GOOD = "1,ledger,Leeds City Council,LG,3.1,2011-12,current,12.34,outturn,have,E08000035"
COMPANY = "9,ledger,Leeds Homes,PC,6.1-other-social-housing,2011-12,current,12.34,outturn,have,E08000035"
# A title-setting sequence: unlike a colour, it is not one of those that click takes out by itself.
ESCAPE = "\x1b]0;owned\x07"


def run_process(*arguments: str | Path | bytes, code: str = "", **environment: str) -> Result:
    """Run a command in a process of its own; ``code`` is run before and sees what is left after."""
    program = code or "from placespend.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )
    return Result(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of lines from its rows."""

    def write(*rows: str, name: str = "lines.csv", header: str = HEADER) -> Path:
        path = tmp_path / name
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8", newline="")
        return path

    return write


Write = Callable[..., Path]


def controls(text: str) -> set[str]:
    return {sign for sign in text if unicodedata.category(sign) == "Cc" and sign != "\n"}


# --- pot


def test_a_pot_is_a_table_by_service_that_fits_80_columns(run: Run) -> None:
    text = succeed(run("pot", "Greater Manchester"))
    assert text.startswith("The single pot of Greater Manchester, 2011-12\n")
    assert "2,682,528 residents" in text
    for wanted in ("7.A Medical services", "Amount (£)", "Per head (£)", "Grade", "Difference", "Sources:"):
        assert wanted in text
    assert [line for line in text.split("\n") if cell_len(line) > 80] == []


def test_a_pot_in_json_has_the_promised_shape_and_reconciles(run: Run) -> None:
    document = json.loads(succeed(run("pot", "greater manchester", "--format", "json")))
    assert document["place"] == {
        "code": "E47000001", "name": "Greater Manchester", "level": "combined_authority", "vintage": "dated",
        "definition": "", "small_areas_whole": 1_673, "small_areas_cut": 0,
    }  # fmt: skip
    assert document["by"] == "service"
    assert document["residents"] == 2_682_528
    assert list(document["grades"]) == ["A", "B", "C", "D", "E"]
    assert sum(document["grades"].values()) == document["total_pence"]
    assert sum(row["amount_pence"] for row in document["rows"]) == document["total_pence"]
    found = document["reconciliation"]
    assert list(found) == ["in_pence", "placed_pence", "elsewhere_pence", "unallocated_pence", "difference_pence"]
    assert found["in_pence"] == ENGLAND_PENCE
    assert found["placed_pence"] == document["total_pence"]
    assert (found["unallocated_pence"], found["difference_pence"]) == (0, 0)
    assert document["awaited"] == []
    assert document["grades"]["A"] == sum(row["observed_pence"] for row in document["rows"]) == 601_556_900_000
    assert document["made_with"] == load(shipped_recipe()).made_with


def test_every_row_of_a_csv_says_what_it_was_made_with(run: Run) -> None:
    stamp = load(shipped_recipe()).stamp
    assert re.fullmatch(r"placespend [\d.]+, recipe [0-9a-f]{16}, inputs [0-9a-f]{16}", stamp)
    for command in (["pot", "Leeds"], ["pots", "--level", "region"], ["explain", "Leeds", "--service", "7.A"]):
        rows = table_of(succeed(run(*command, "--format", "csv")))
        assert list(rows[0])[-1] == "made_with"
        assert {row["made_with"] for row in rows} == {stamp}


@pytest.mark.parametrize("column", CUTS)
def test_a_pot_is_cut_by_any_column_in_every_format(run: Run, column: str) -> None:
    rows = table_of(succeed(run("pot", "England", "--by", column, "--format", "csv")))
    assert column in rows[0]
    assert sum(int(row["amount_pence"]) for row in rows) == ENGLAND_PENCE
    document = json.loads(succeed(run("pot", "England", "--by", column, "--format", "json")))
    assert [row[column] for row in document["rows"]] == [row[column] for row in rows]
    assert "444,851,287,866.00" in succeed(run("pot", "England", "--by", column, "--format", "table"))


def test_two_columns_are_given_twice_or_with_a_comma(run: Run) -> None:
    twice = succeed(run("pot", "Leeds", "--by", "sector", "--by", "economic", "--format", "csv"))
    assert twice == succeed(run("pot", "Leeds", "--by", "sector,economic", "--format", "csv"))
    assert twice == succeed(run("pot", "Leeds", "--by", " sector , economic ", "--format", "csv"))
    assert twice.startswith(
        "sector,economic,amount_pence,per_head_pence,observed_pence,grades,awaited_lines,made_with\n"
    )
    assert json.loads(succeed(run("pot", "Leeds", "--by", "grade,body", "--format", "json")))["by"] == ["grade", "body"]


def test_the_level_settles_an_ambiguous_name_and_the_date_a_combined_authority(run: Run) -> None:
    county = json.loads(succeed(run("pot", "Essex", "--level", "upper_tier", "--format", "json")))
    assert county["place"]["code"] == "E10000012"
    south = json.loads(succeed(run("pot", "South Yorkshire", "--as-at", "today", "--format", "json")))
    assert south["place"]["code"] == "E47000002"
    today = json.loads(succeed(run("pot", "North Northamptonshire", "--format", "json")))
    assert today["place"]["vintage"] == "2025"
    assert any("boundaries of 2025" in note for note in today["notes"])


# --- --out


@pytest.mark.parametrize(
    ("name", "start"),
    [("pot.csv", "service_code,service,"), ("POT.CSV", "service_code,service,"), ("pot.json", '{\n  "place"'),
     ("pot.txt", "The single pot of Leeds"), ("pot", "The single pot of Leeds")],
)  # fmt: skip
def test_the_ending_of_the_file_says_how_it_is_set_out(run: Run, tmp_path: Path, name: str, start: str) -> None:
    path = tmp_path / name
    assert run("pot", "Leeds", "--out", path) == Result(0, "", f"Written: {path}\n")
    assert path.read_text(encoding="utf-8").startswith(start)
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_the_format_goes_before_the_ending(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pot.csv"
    assert run("pot", "Leeds", "--format", "json", "--out", path).code == 0
    assert json.loads(path.read_text(encoding="utf-8"))["place"]["name"] == "Leeds"


@pytest.mark.parametrize(
    "command",
    [["pot", "Leeds"], ["pots", "--level", "region"], ["places", "leeds"], ["explain", "Leeds", "--service", "7.A"],
     ["lines", "columns"], ["lines", "services"], ["recipe", "keys"], ["recipe", "residuals"]],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_what_is_written_is_what_is_printed(run: Run, tmp_path: Path, command: list[str], form: str) -> None:
    printed = succeed(run(*command, "--format", form))
    path = tmp_path / "result"
    assert run(*command, "--format", form, "--out", path).out == ""
    assert path.read_bytes().decode("utf-8") == printed
    if form == "csv":
        assert len({len(row) for row in csv.reader(io.StringIO(printed))}) == 1
    elif form == "json":
        assert json.loads(printed)
    else:
        assert [line for line in printed.split("\n") if cell_len(line) > 80] == []
        assert controls(printed) == set()


def test_what_cannot_be_written_is_told_and_leaves_older_files(run: Run, tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "pot.csv"
    told = refuse(run("pot", "Leeds", "--out", missing))
    assert f"{missing} cannot be written: there is no folder {missing.parent}." in told
    assert f"{tmp_path} is a folder." in refuse(run("pot", "Leeds", "--out", tmp_path))
    older = tmp_path / "older.csv"
    older.write_text("older", encoding="utf-8")
    assert "cannot be written: there is no folder" in refuse(run("pot", "Leeds", "--out", older / "pot.csv"))
    refuse(run("pot", "Cardiff", "--out", older))
    assert older.read_text(encoding="utf-8") == "older"
    assert [file.name for file in tmp_path.iterdir()] == ["older.csv"]


# --- mistakes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pot", "Manchestr"], "There is no place called 'Manchestr'.\nHint: did you mean 'E08000003' (Manchester)?"),
        (["pot", ""], "There is no place called ''."),
        (["pot", "."], "There is no place called '.'."),
        (["pot", "Essex"], "'Essex' could be 2 different places: Essex (upper_tier, E10000012), 1,393,587 residents; "
                           "Greater Essex (whole_place_pilot, WPP-GREATER-ESSEX), 1,724,950 residents.\nHint: give"),
        (["pot", "Cardiff"], "'Cardiff' is in Wales. placespend covers England.\nHint: "),
        (["pot", "S12000036"], "'S12000036' is in Scotland. placespend covers England."),
        (["pot", "UK"], "'UK' is not a place in England. placespend covers England."),
        (["pot", "E47000002"], "No combined authority 'E47000002' existed on 2012-03-31"),
        (["pot", "Leeds", "--by", "servise"], "A pot cannot be cut by 'servise', but by body, sector, service, "
                                              "economic, basis, grade.\nHint: did you mean 'service'?"),
        (["pot", "Leeds", "--by", "servise", "--format", "csv"], "A pot cannot be cut by 'servise'"),
        (["pot", "Leeds", "--by", "servise", "--format", "json"], "A pot cannot be cut by 'servise'"),
        (["pot", "Leeds", "--by", ""], "A pot cannot be cut by ''"),
        (["pot", "Leeds", "--by", "body,"], "A pot cannot be cut by ''"),
        (["pot", "Leeds", "--by", "body,grade,sector"], "one column, or by two different ones"),
        (["pot", "Leeds", "--by", "body", "--by", "body"], "one column, or by two different ones"),
        (["pot", "Leeds", "--level", "uper_tier"], "There is no level 'uper_tier'.\nHint: did you mean 'upper_tier'?"),
        (["pot", "Leeds", "--level", "region"], "There is no place called 'Leeds' at level region.\nHint: there is"),
        (["pot", "Leeds", "--as-at", "31/3/2012"], "'31/3/2012' is not a date.\nHint: write it as 2012-03-31"),
        (["pot", "Leeds", "--year", "2011"], "'2011' is not a financial year.\nHint: write it as 2011-12"),
        (["pot", "Leeds", "--year", "2011-13"], "'2011-13' is not a financial year.\nHint: write it as 2011-12"),
        (["pot", "Leeds", "--year", "2012-13"], "There are no lines of 2012-13; the lines hold 2011-12."),
        (["pot"], "A pot is of one place, and the recipe names none.\nHint: name the place"),
        (["bridge"], "A pot is of one place, and the recipe names none.\nHint: name the place"),
        (["pot", "Leeds", "--recipe", "nowhere.toml"], "There is no file nowhere.toml."),
        (["pots", "--level", "region", "--recipe", "nowhere.toml"], "There is no file nowhere.toml."),
        (["recipe", "check", "nowhere.toml"], "There is no file nowhere.toml."),
        (["recipe", "template", "--out", "nowhere/r.toml"], "cannot be written: No such file or directory."),
        (["pot", "Leeds", "--recipe", "r.toml", "--with-shipped"], "A recipe says itself which lines are in.\nHint: "),
        (["pot", "Leeds", "--recipe", "r.toml", "--lines", "x.csv"], "A recipe says itself which lines are in."),
        (["lines", "trace", "zzz"], "'zzz' is not in the line register."),
        (["pot", "Leeds", "--lines", "nowhere.csv"], "There is no file nowhere.csv."),
        (["pot", "Leeds", "--lines", "."], "cannot be read: Is a directory."),
        (["pots", "--level", "county"], "There is no level 'county'."),
        (["pots", "--level", "combined_authority", "--as-at", "2011-03-31"], "2011-03-31"),
        (["pots", "--level", "region", "--year", "x"], "'x' is not a financial year."),
        (["places", "--level", "county"], "There is no level 'county'."),
        (["places", "--as-at", "soon"], "'soon' is not a date."),
        (["explain", "Leeds", "--service", "zzz"], "No service in this pot is called 'zzz'."),
        (["explain", "Leeds", "--service", "Medcal services"], "Hint: did you mean 'Medical services'?"),
        (["explain", "Cardiff", "--service", "7.A"], "'Cardiff' is in Wales."),
        (["lines", "check", "nowhere.csv"], "There is no file nowhere.csv."),
        (["lines", "template", "--out", "nowhere/t.csv"], "cannot be written: No such file or directory."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_a_mistake_is_told_in_one_message_with_exit_code_2(run: Run, arguments: list[str], message: str) -> None:
    assert message in refuse(run(*arguments))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain", "--service", "7.A"], "Missing argument 'PLACE'"),
        (["pots"], "Missing option '--level'"),
        (["explain", "Leeds"], "Missing option '--service'"),
        (["recipe", "check"], "Missing argument 'FILE'"),
        (["lines", "trace"], "Missing argument 'LINE'"),
        (["recipe", "bogus"], "No such command 'bogus'"),
        (["lines", "check"], "Missing argument 'FILE...'"),
        (["pot", "Leeds", "York"], "unexpected extra argument"),
        (["pot", "Leeds", "--format", "xml"], "Invalid value for '--format'"),
        (["pot", "Leeds", "--nope"], "No such option"),
        (["places", "leeds", "york"], "unexpected extra argument"),
        (["places", "--nope"], "No such option"),
        (["bogus"], "No such command 'bogus'"),
        (["lines", "bogus"], "No such command 'bogus'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_command_shows_how_it_is_used_with_exit_code_2(run: Run, arguments: list[str], message: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("Usage: placespend")
    assert message in err
    assert "Traceback" not in err


def test_faults_of_a_lines_file_are_told_all_at_once(run: Run, lines: Write) -> None:
    path = lines(GOOD.replace("LG", "XX"), GOOD.replace("1,ledger", "2,ledger").replace("E08000035", "E0800003"))
    for command in (["pot", "Leeds", "--lines", path], ["pots", "--level", "lad", "--lines", path],
                    ["explain", "Leeds", "--service", "3.1", "--lines", path], ["lines", "check", path]):  # fmt: skip
        message = refuse(run(*command))
        assert "lines.csv, column sector: not one of CG, LG, PC: 'XX' (row 2)." in message
        assert "lines.csv, column footprint_code: not the code of a place: 'E0800003' (row 3). Hint: did you" in message


@pytest.mark.parametrize(
    "arguments",
    [
        ["pot", f"Leeds{ESCAPE}"],
        ["pot", "Leeds\x9b31m"],
        ["pot", "Leeds", "--by", f"body{ESCAPE}"],
        ["pot", "Leeds", "--level", f"lad{ESCAPE}"],
        ["pot", "Leeds", "--as-at", f"today{ESCAPE}"],
        ["pot", "Leeds", "--year", f"2011-12{ESCAPE}"],
        ["pot", "Leeds", "--lines", f"x{ESCAPE}.csv"],
        ["explain", "Leeds", "--service", f"7.A{ESCAPE}"],
    ],
    ids=repr,
)
def test_a_message_prints_what_was_typed_as_text(run: Run, arguments: list[str]) -> None:
    assert controls(refuse(run(*arguments))) == set()


@pytest.mark.parametrize("column", ["body", "service_code", "footprint_code", "amount_gbp", "line_id"])
def test_a_message_prints_wrong_values_of_a_file_as_text(run: Run, lines: Write, column: str) -> None:
    names = HEADER.split(",")
    values = GOOD.split(",")
    values[names.index(column)] += ESCAPE
    path = lines(",".join(values), ",".join(values))
    assert controls(refuse(run("lines", "check", path))) == set()


@pytest.mark.parametrize("header", [HEADER + f",x{ESCAPE}", HEADER + f",x{ESCAPE},x{ESCAPE}"])
def test_a_message_prints_wrong_column_names_as_text(run: Run, lines: Write, header: str) -> None:
    assert controls(refuse(run("lines", "check", lines(GOOD, header=header)))) == set()


# --- the user's own lines


def test_lines_replace_the_shipped_ones_or_are_added_to_them(run: Run, lines: Write) -> None:
    path = lines(GOOD)
    other = lines(GOOD.replace("1,ledger", "2,ledger"), name="other.csv")

    def total(*options: str | Path) -> tuple[int, int]:
        document = json.loads(succeed(run("pot", "Leeds", "--format", "json", *options)))
        assert document["reconciliation"]["difference_pence"] == 0
        return document["total_pence"], document["reconciliation"]["in_pence"]

    shipped = total()
    assert total("--lines", path) == (1_234, 1_234)
    assert total("--lines", path, "--lines", other) == (2_468, 2_468)
    assert shipped[1] == ENGLAND_PENCE
    company = lines(COMPANY, name="company.csv")
    assert "'lines' and 'cra' hold the same money" in refuse(run("pot", "Leeds", "--lines", company, "--with-shipped"))
    awaited = lines(GOOD.replace("12.34", "").replace("have", "awaited"), name="awaited.csv")
    assert total("--lines", awaited, "--with-shipped") == shipped
    later = lines(COMPANY.replace("12.34", "").replace("have", "awaited"), name="later.csv")
    assert total("--lines", awaited, "--lines", later, "--with-shipped") == shipped


def test_money_that_the_shipped_lines_hold_too_is_an_error_that_names_both(run: Run, lines: Write) -> None:
    path = lines(GOOD)
    for command in (["pot", "Leeds"], ["pots", "--level", "region"], ["explain", "Leeds", "--service", "3.1"]):
        message = refuse(run(*command, "--lines", path, "--with-shipped"))
        assert (
            "'lines' and 'cra' hold the same money: Police of Leeds City Council is part of Local authorities"
            in message
        )
        assert "(£12.34 of 'lines', £" in message
        assert '[[relation]] inner = "lines", outer = "cra", use = "observed within"' in message
        assert "Hint: leave one source out; or " in message


# --- recipes


@pytest.fixture
def write_recipe(tmp_path: Path) -> Callable[[str], Path]:
    """Write a recipe beside the files of lines."""

    def write(text: str) -> Path:
        path = tmp_path / "recipe.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


WriteRecipe = Callable[[str], Path]
OWN = '[[source]]\nid = "mine"\nfile = "lines.csv"\n'


def test_the_template_of_a_recipe_makes_the_pot_that_is_made_without_one(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert succeed(run("recipe", "template")) == recipe_template()
    assert run("recipe", "template", "--out", path) == Result(0, "", f"Written: {path}\n")
    assert path.read_text(encoding="utf-8") == recipe_template()
    for command in (["pot", "Leeds"], ["pots", "--level", "region"], ["explain", "Leeds", "--service", "7.A"]):
        for form in ("table", "csv", "json"):
            plain = succeed(run(*command, "--format", form))
            assert succeed(run(*command, "--format", form, "--recipe", path)) == plain
    assert "would be written over" in refuse(run("recipe", "template", "--out", path))


def test_a_recipe_names_the_lines_the_place_and_what_is_in_scope(
    run: Run, lines: Write, write_recipe: WriteRecipe
) -> None:
    lines(GOOD, COMPANY, COMPANY.replace("9,", "10,").replace("current", "capital"))
    place = '[places]\nnames = ["Leeds"]\n'
    document = json.loads(succeed(run("pot", "--recipe", write_recipe(OWN + place), "--format", "json")))
    assert (document["place"]["code"], document["total_pence"]) == ("E08000035", 3_702)
    path = write_recipe(f"{OWN}[scope]\ncapital = false\nleave_out_services = ['police']\n{place}")
    document = json.loads(succeed(run("pot", "--recipe", path, "--format", "json")))
    assert document["total_pence"] == 1_234
    assert document["scope"] == "payments to people in; capital out; services left out: police"
    text = flat(succeed(run("pot", "--recipe", path)))
    assert "In scope: payments to people in; capital out; services left out: police" in text
    rows = table_of(succeed(run("recipe", "check", path, "--format", "csv")))
    assert [list(row.values()) for row in rows] == [
        ["mine", "read", "3", "3702"],
        ["mine", "out of scope", "2", "2468"],
        ["mine", "in the pot", "1", "1234"],
    ]


def test_a_recipe_that_cannot_be_used_is_told_by_every_command(run: Run, write_recipe: WriteRecipe) -> None:
    path = write_recipe(recipe_template().replace('use = "observed within"', 'use = "observd within"'))
    for command in (["pot", "Leeds", "--recipe"], ["pots", "--level", "region", "--recipe"], ["recipe", "check"],
                    ["recipe", "residuals", "--recipe"], ["bridge", "Birmingham", "--recipe"]):  # fmt: skip
        message = refuse(run(*command, path))
        assert "'observd within' is not one of observed within, scale, replace" in message
        assert "did you mean 'observed within'?" in message
    assert controls(refuse(run("recipe", "check", write_recipe(f'title = "x"\n"y\\u001b[31m" = 1\n{OWN}')))) == set()


def test_what_two_sources_of_a_recipe_both_hold_is_an_error_unless_they_are_related(
    run: Run, lines: Write, write_recipe: WriteRecipe
) -> None:
    lines(GOOD.replace("Leeds City Council,LG,3.1", "Leeds,LG,ro-education").replace("12.34", "500000000"))
    both = f"{OWN}[[source]]\nid = 'cra'\nshipped = 'cra_2011-12.csv'\n"
    message = refuse(run("pot", "Leeds", "--recipe", write_recipe(both)))
    assert "'mine' and 'cra' hold the same money: " in message
    related = f"{both}[[relation]]\ninner = 'mine'\nouter = 'cra'\nuse = 'observed within'\n"
    message = refuse(run("pot", "Leeds", "--recipe", write_recipe(related)))
    assert "nothing says that it holds all that its bodies spend on a service" in message
    assert "say complete = true in its [[source]]" in message
    related = related.replace('"lines.csv"', '"lines.csv"\ncomplete = true')
    found = json.loads(succeed(run("pot", "Leeds", "--recipe", write_recipe(related), "--format", "json")))
    assert found["reconciliation"]["in_pence"] == ENGLAND_PENCE
    assert found["grades"]["A"] == 50_000_000_000


def test_residuals_set_outturn_against_the_official_allocation(run: Run) -> None:
    rows = table_of(succeed(run("recipe", "residuals", "--format", "csv")))
    assert len({(row["group"], row["region"]) for row in rows}) == len(rows)
    assert sum(int(row["observed_pence"]) for row in rows) == OBSERVED_PENCE
    for row in rows:
        control, outturn, observed = (int(row[f"{name}_pence"]) for name in ("control", "outturn", "observed"))
        assert int(row["difference_pence"]) == control - outturn
        assert int(row["remainder_pence"]) == control - observed
        assert row["treatment"] == ("observed within" if observed else "")


def test_the_same_file_given_twice_is_refused(run: Run, lines: Write) -> None:
    path = lines(GOOD)
    message = refuse(run("pot", "Leeds", "--lines", path, "--lines", path))
    assert "the same line_id, source_id and financial_year stand in another row" in message


def test_several_years_need_a_choice(run: Run, lines: Write) -> None:
    path = lines(GOOD, GOOD.replace("1,ledger", "2,ledger").replace("2011-12", "2012-13"))
    message = refuse(run("pot", "Leeds", "--lines", path))
    assert "The lines hold 2 financial years, 2011-12, 2012-13, and a pot has one." in message
    assert "--year 2012-13" in message
    for year in ("2011-12", "2012-13"):
        document = json.loads(succeed(run("pot", "Leeds", "--lines", path, "--year", year, "--format", "json")))
        assert (document["financial_year"], document["total_pence"]) == (year, 1_234)
        assert any("Left out, being of" in note for note in document["notes"])
    assert "There are no lines of 2013-14" in refuse(run("pot", "Leeds", "--lines", path, "--year", "2013-14"))
    mixed = refuse(run("pots", "--level", "region", "--lines", path, "--with-shipped"))
    assert "a pot has one" in mixed


def test_unknown_footprints_are_an_error_or_kept_in_sight(run: Run, lines: Write) -> None:
    path = lines(GOOD, GOOD.replace("1,ledger", "2,ledger").replace("E08000035", "NOWHERE").replace("12.34", "5"))
    assert "not the code of a place: 'NOWHERE' (row 3)" in refuse(run("pot", "Leeds", "--lines", path))
    keep = ["--lines", str(path), "--keep-unknown-footprints"]
    document = json.loads(succeed(run("pot", "Leeds", *keep, "--format", "json")))
    assert document["reconciliation"] == {
        "in_pence": 1_734,
        "placed_pence": 1_234,
        "elsewhere_pence": 0,
        "unallocated_pence": 500,
        "difference_pence": 0,
    }
    assert [(row["footprint_code"], row["amount_pence"]) for row in document["unallocated"]] == [("NOWHERE", 500)]
    text = succeed(run("pot", "Leeds", *keep))
    assert "Unallocated:" in text
    assert "NOWHERE" in text
    rows = table_of(succeed(run("pots", "--level", "region", *keep, "--format", "csv")))
    assert {row["code"]: row["total_pence"] for row in rows}["unallocated"] == "500"
    assert sum(int(row["total_pence"]) for row in rows) == 1_734


def test_an_awaited_line_is_seen_in_every_format(run: Run, lines: Write) -> None:
    awaited = "2,ledger,Leeds Hospitals,CG,7.A,2011-12,current,,outturn,awaited,E08000035"
    path = lines(GOOD, awaited)
    text = succeed(run("pot", "Leeds", "--lines", path))
    assert re.search(r"^7\.A Medical services +awaited +E$", text, flags=re.MULTILINE)
    assert "Awaited, and in no total:" in text
    assert "Leeds Hospitals: 7.A Medical services (line 2 of ledger)" in flat(text)
    document = json.loads(succeed(run("pot", "Leeds", "--lines", path, "--format", "json")))
    assert [(line["line_id"], line["body"]) for line in document["awaited"]] == [("2", "Leeds Hospitals")]
    assert {row["service_code"]: row["amount_pence"] for row in document["rows"]} == {"3.1": 1_234, "7.A": None}
    rows = table_of(succeed(run("pot", "Leeds", "--lines", path, "--format", "csv")))
    assert {row["service_code"]: (row["amount_pence"], row["awaited_lines"]) for row in rows} == {
        "3.1": ("1234", "0"),
        "7.A": ("", "1"),
    }
    explained = succeed(run("explain", "Leeds", "--service", "7.A", "--lines", path))
    assert "no amount yet" in flat(explained) or "awaited" in flat(explained).lower()


@pytest.mark.parametrize(
    "body",
    ["[red]Leeds[/red]", "[/]", f"Leeds{ESCAPE}", "\x1b[31mLeeds\x1b[0m", "Leeds\x9b2J\x7f\x08", '"Leeds\nYork"',
     '"Leeds\rYork"', "=cmd()", "x" * 500, "🏙 Leeds 👨\u200d👩\u200d👧", "曼彻斯特" * 30, '"a ""b"", c"'],
    ids=ascii,
)  # fmt: skip
def test_hostile_text_of_a_file_stays_text_in_every_format(run: Run, lines: Write, body: str) -> None:
    # Whatever ends a line inside a cell is read as a line break.
    plain = next(csv.reader(io.StringIO(body, newline="")))[0].replace("\r", "\n")
    path = lines(GOOD.replace("Leeds City Council", body))
    assert "nothing wrong" in succeed(run("lines", "check", path))
    command = ["pot", "Leeds", "--lines", str(path), "--by", "body"]
    text = succeed(run(*command))
    assert controls(text) == set()
    assert [line for line in text.split("\n") if cell_len(line) > 80] == []
    assert "12.34" in text
    document = json.loads(succeed(run(*command, "--format", "json")))
    assert [row["body"] for row in document["rows"]] == [plain]
    rows = table_of(succeed(run(*command, "--format", "csv")))
    assert [row["amount_pence"] for row in rows] == ["1234"]
    assert rows[0]["body"] == (f"'{plain}" if plain.startswith("=") else plain)


# --- pots, places, explain


@pytest.mark.parametrize(("level", "number"), [("upper_tier", 152), ("region", 9), ("england", 1)])
def test_the_pots_of_a_level_are_five_columns_and_a_stamp_that_sum_to_england(
    run: Run, level: str, number: int
) -> None:
    text = succeed(run("pots", "--level", level, "--format", "csv"))
    assert text.split("\n", 1)[0] == "code,name,residents,total_pence,per_head_pence,made_with"
    rows = table_of(text)
    assert len(rows) == number
    assert sum(int(row["total_pence"]) for row in rows) == ENGLAND_PENCE
    assert sum(int(row["residents"]) for row in rows) == 53_012_456


def test_pots_of_groupings_show_the_rest_of_england(run: Run) -> None:
    rows = table_of(succeed(run("pots", "--level", "combined_authority", "--format", "csv")))
    assert [row["code"] for row in rows] == ["E47000001", "elsewhere"]
    assert sum(int(row["total_pence"]) for row in rows) == ENGLAND_PENCE
    document = json.loads(succeed(run("pots", "--level", "combined_authority", "--as-at", "today", "--format", "json")))
    assert len(document["rows"]) > 10
    assert document["reconciliation"]["difference_pence"] == 0


def test_places_are_listed_by_text_level_and_date(run: Run) -> None:
    rows = table_of(succeed(run("places", "greater manchester", "--format", "csv")))
    assert {"E47000001", "GM-WASTE", "E23000005"} <= {row["code"] for row in rows}
    assert list(rows[0]) == ["level", "code", "name", "vintage", "residents", "households", "start", "end"]
    found = json.loads(succeed(run("places", "--level", "police_force", "--format", "json")))
    assert len(found) == 39
    then = table_of(succeed(run("places", "--level", "combined_authority", "--as-at", "2012-03-31", "--format", "csv")))
    assert [row["code"] for row in then] == ["E47000001"]
    assert "There is no place called 'zzzzzz'." in refuse(run("places", "zzzzzz"))
    assert "did you mean 'E08000003' (Manchester)?" in refuse(run("places", "Manchestr"))


@pytest.mark.parametrize(
    "arguments",
    [[], ["manchester"], ["--level", "region"], ["oldham", "--format", "json"], ["--format=csv", "oldham"]],
    ids=" ".join,
)
def test_places_are_listed_without_a_command_as_with_it(run: Run, arguments: list[str]) -> None:
    assert succeed(run("places", *arguments)) == succeed(run("places", "list", *arguments))


def test_places_take_other_commands_beside_the_list(run: Run) -> None:
    assert "There is no file a.csv." in refuse(run("places", "check", "a.csv"))
    # A place that is called like a command is reached by the list's own name, or past "--".
    for arguments in (["list", "check"], ["--", "check"], ["--format", "csv", "check"]):
        assert "There is no place called 'check'." in refuse(run("places", *arguments))
    assert "There is no place called '--nope'." in refuse(run("places", "--", "--nope"))
    assert "E08000004" in succeed(run("places", "oldham", "--level", "lad"))


def test_the_help_of_places_shows_the_list_and_the_other_commands(run: Run) -> None:
    usage, *rest = succeed(run("places", "--help")).split("\n\n")
    assert usage.split("\n") == [
        "Usage: placespend places [list] [OPTIONS] [TEXT]",
        "       placespend places COMMAND [ARGS]...",
    ]
    assert rest[-1].split("\n") == [
        "Commands:",
        "  check     Check a file of your own places, and tell all that was found.",
        "  coverage  Show which small areas a place holds, wholly or in part.",
        "  list      List places by name, code or level.",
        "",
    ]
    # But for the commands, it is the help of the list.
    assert rest[:-1] == succeed(run("places", "list", "--help")).rstrip("\n").split("\n\n")[1:]
    assert succeed(run("places", "check", "--help")).startswith("Usage: placespend places check [OPTIONS] FILE\n")


def test_an_explanation_tells_every_line_behind_a_figure(run: Run) -> None:
    rows = table_of(succeed(run("explain", "Manchester", "--service", "7.a", "--format", "csv")))
    assert {row["service_code"] for row in rows} == {"7.A"}
    assert {row["basis"] for row in rows} == {"health_blend"}
    assert {row["footprint"] for row in rows} == {"North West"}
    document = json.loads(succeed(run("pot", "Manchester", "--format", "json")))
    medical = next(row["amount_pence"] for row in document["rows"] if row["service_code"] == "7.A")
    assert sum(int(row["amount_pence"]) for row in rows) == medical
    assert json.loads(succeed(run("explain", "Manchester", "--service", "medical", "--format", "json")))
    text = flat(succeed(run("explain", "Manchester", "--service", "7.A")))
    for wanted in ("residents 60 %, aged 65 and over 40 %", "Assumption, amber", "North West", "HM Treasury"):
        assert wanted in text


# --- lines


def test_the_template_can_be_written_checked_and_used(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    assert succeed(run("lines", "template")) == lines_template()
    assert run("lines", "template", "--out", path) == Result(0, "", f"Written: {path}\n")
    assert path.read_text(encoding="utf-8") == lines_template()
    checked = succeed(run("lines", "check", path))
    assert checked == "3 lines of 2011-12, £1,250,000.50, 1 awaited: nothing wrong.\n"
    document = json.loads(succeed(run("pot", "Greater Manchester", "--lines", path, "--format", "json")))
    assert document["total_pence"] == 125_000_050
    assert len(document["awaited"]) == 1


def test_faults_can_be_saved_for_whoever_owns_the_data(run: Run, lines: Write, tmp_path: Path) -> None:
    path = lines(GOOD.replace("LG", "=1+1"), GOOD.replace("12.34", "1e5"))
    saved = tmp_path / "faults.csv"
    code, out, err = run("lines", "check", path, "--out", saved)
    assert (code, out) == (2, "")
    assert "Error: lines.csv, column sector" in err
    rows = table_of(saved.read_text(encoding="utf-8"))
    assert list(rows[0]) == ["file", "row", "column", "value", "problem", "hint"]
    assert [(row["row"], row["column"], row["value"]) for row in rows] == [
        ("2", "sector", "'=1+1"),
        ("3", "amount_gbp", "1e5"),
        ("2", "line_id", "1"),
        ("3", "line_id", "1"),
    ]


def test_several_files_are_checked_together(run: Run, lines: Write) -> None:
    first, second = lines(GOOD, name="a.csv"), lines(GOOD.replace("LG", "XX"), name="b.csv")
    message = refuse(run("lines", "check", first, second))
    assert "b.csv, column sector" in message
    assert "a.csv, column line_id: the same line_id" in message


def test_columns_and_services_are_listed(run: Run) -> None:
    columns = json.loads(succeed(run("lines", "columns", "--format", "json")))
    assert [row["column"] for row in columns][:11] == HEADER.split(",")
    services = table_of(succeed(run("lines", "services", "--format", "csv")))
    assert len(services) == len({row["service_code"] for row in services}) == 84
    # Those that councils report their outturn by; the others are the Treasury's.
    assert sum(row["service_code"].startswith("ro-") for row in services) == 14
    assert all(row["basis"] and row["quality"] in {"red", "amber", "green"} for row in services)


# --- help and start


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_within_80_columns(run: Run, command: list[str]) -> None:
    text = succeed(run(*command, "--help"))
    assert text.startswith(f"Usage: {' '.join(['placespend', *command])} ")
    assert max(len(line) for line in text.split("\n")) <= 80
    first = text.split("\n\n")[1].strip()
    assert first.endswith(".")
    options = text.split("Options:\n")[1].split("\n\n")[0]
    meanings = re.split(r"^  (?=-)", options, flags=re.MULTILINE)[1:]
    assert any("--help" in meaning for meaning in meanings)
    assert all(re.search(r"\s{2,}\w.*\.", meaning, flags=re.DOTALL) for meaning in meanings)
    assert succeed(run(*command, "-h")) == text


def test_every_subcommand_has_its_line_in_the_help(run: Run) -> None:
    for group in ([], ["places"], ["measures"], ["families"], ["lines"], ["recipe"]):
        text = succeed(run(*group, "--help"))
        about = text.split("Commands:\n")[1]
        listed = set(re.findall(r"^  (\w+)  +\S.*\.$", about, flags=re.MULTILINE))
        assert "..." not in about  # what a command does is not cut short
        depth = len(group) + 1
        assert listed == {words[-1] for words in COMMANDS if len(words) == depth and words[:-1] == group}


@pytest.mark.parametrize("group", [[], ["lines"], ["recipe"]], ids=["placespend", "lines", "recipe"])
def test_without_a_command_the_help_is_shown(run: Run, group: list[str]) -> None:
    code, out, err = run(*group)
    assert code in {0, 2}
    assert out + err == run(*group, "--help").out


def test_the_version_is_that_of_the_package(run: Run) -> None:
    assert succeed(run("--version")) == f"placespend {version('placespend')}\n"


def modules_after(*arguments: str) -> set[str]:
    """Give the names of the top-level modules that a command has imported when it ends."""
    program = (
        "import sys\n"
        "from placespend.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write(' '.join({name.partition('.')[0] for name in sys.modules}))\n"
    )
    code, out, err = run_process(*arguments, code=program)
    assert code == 0
    assert out
    return set(err.split())


def test_help_imports_nothing_heavy() -> None:
    heavy = {"pandas", "numpy", "pyarrow", "pandera", "geopandas", "shapely", "rich", "rapidfuzz", "jsonschema"}
    for command in (["pot"], ["recipe", "check"], ["bridge"]):
        assert modules_after(*command, "--help") & heavy == set()


def test_a_pot_imports_neither_maps_nor_checks() -> None:
    imported = modules_after("pot", "Leeds")
    assert imported & {"geopandas", "shapely", "pandera", "matplotlib", "folium", "rapidfuzz", "typer"} == set()
    # Readers of workbooks and the check of a recipe are for those who bring one.
    assert imported & {"python_calamine", "jsonschema"} == set()
    assert "pandas" in imported


# --- as a process of its own


def test_the_console_script_runs_the_main_job(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("placespend")
    if not script.exists():
        pytest.skip("the console script is not installed beside this Python")
    done = subprocess.run(
        [script, "pot", "Greater Manchester", "--format", "json"], capture_output=True, cwd=tmp_path, check=True
    )
    assert done.stderr == b""
    assert json.loads(done.stdout)["reconciliation"]["difference_pence"] == 0


def test_mistakes_end_a_process_with_code_2_and_no_traceback(tmp_path: Path) -> None:
    assert "is in Wales" in refuse(run_process("pot", "Cardiff"))
    path = tmp_path / "lines.csv"
    path.write_bytes(f"{HEADER}\n{GOOD.replace('LG', 'XX')}\n".encode())
    assert "not one of CG, LG, PC" in refuse(run_process("lines", "check", path))


def test_a_name_that_is_no_text_is_refused_like_any_other() -> None:
    assert "There is no place called" in refuse(run_process("pot", b"\xff\xfe"))


def test_warnings_never_reach_the_user(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(lines_template(), encoding="utf-8")
    result = run_process("pot", "Leeds", "--lines", path, PYTHONWARNINGS="default")
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_an_output_that_cannot_show_every_sign_still_gets_the_figures(encoding: str) -> None:
    code, out, err = run_process("pot", "England", "--by", "sector", PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert "Traceback" not in err
    assert code == 0
    assert "444,851,287,866.00" in out


def test_a_reader_that_stops_early_sees_no_traceback() -> None:
    program = "from placespend.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "places"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        err = process.stderr.read().decode()
    assert "Traceback" not in err
    assert "Exception" not in err


# --- what must not be lost


def test_a_users_recipe_is_never_written_over(run: Run, lines: Write, write_recipe: WriteRecipe) -> None:
    lines(GOOD)
    path = write_recipe(f'{OWN}[places]\nnames = ["Leeds"]\n')
    before = path.read_bytes()
    for command in (["pot", "--recipe", path], ["pots", "--level", "region", "--recipe", path],
                    ["explain", "Leeds", "--service", "3.1", "--recipe", path], ["recipe", "check", path],
                    ["bridge", "Birmingham", "--recipe", path], ["recipe", "template"]):  # fmt: skip
        form = [] if command == ["recipe", "template"] else ["--format", "csv"]
        assert "would be written over" in refuse(run(*command, *form, "--out", path))
    assert path.read_bytes() == before


def test_nor_is_the_recipe_of_which_residuals_are_shown(run: Run, lines: Write, write_recipe: WriteRecipe) -> None:
    lines(GOOD)
    path = write_recipe(OWN)
    before = path.read_bytes()
    found = run("recipe", "residuals", "--recipe", path, "--format", "csv", "--out", path)
    assert path.read_bytes() == before
    assert "would be written over" in refuse(found)


@pytest.mark.parametrize(
    "command", [["pot"], ["pots", "--level", "region"], ["explain", "Leeds", "--service", "3.1"], ["recipe", "check"],
                ["recipe", "residuals"], ["bridge", "Birmingham"]], ids=" ".join,
)  # fmt: skip
def test_the_lines_that_a_recipe_names_are_never_written_over(
    run: Run, lines: Write, write_recipe: WriteRecipe, command: list[str]
) -> None:
    data = lines(GOOD)
    before = data.read_bytes()
    path = write_recipe(f'{OWN}[places]\nnames = ["Leeds"]\n')
    named = [path] if command == ["recipe", "check"] else ["--recipe", path]
    assert "would be written over" in refuse(run(*command, *named, "--format", "csv", "--out", data))
    assert data.read_bytes() == before


@pytest.mark.parametrize("option", ["--to", "--deflator"])
def test_what_a_bridge_is_given_is_never_written_over(
    run: Run, lines: Write, write_recipe: WriteRecipe, tmp_path: Path, option: str
) -> None:
    lines(GOOD)
    path = write_recipe(f'{OWN}[places]\nnames = ["Leeds"]\n')
    if option == "--deflator":
        path = tmp_path / "deflator.csv"
        path.write_text("Financial year,Index\n2008-09,93.0\n2009-10,94.0\n2011-12,97.0\n", encoding="utf-8")
    before = path.read_bytes()
    command = ["bridge", "Birmingham", option, path, "--format", "csv"]
    assert run(*command).code == 0
    assert "would be written over" in refuse(run(*command, "--out", path))
    assert path.read_bytes() == before


def test_the_users_own_files_are_never_written_over(run: Run, lines: Write) -> None:
    path = lines(GOOD)
    before = path.read_bytes()
    for command in (
        ["pot", "Leeds", "--lines", path],
        ["pots", "--level", "region", "--lines", path],
        ["lines", "template"],
    ):
        assert "would be written over" in refuse(run(*command, "--out", path))
    bad = lines(GOOD.replace("LG", "XX"), name="bad.csv")
    refuse(run("lines", "check", bad, "--out", bad))
    assert path.read_bytes() == before
    assert "XX" in bad.read_text(encoding="utf-8")


def test_an_ending_that_is_not_written_is_refused(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "pot.docx"
    assert "does not write .docx files" in refuse(run("pot", "Leeds", "--out", out))
    assert not out.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_told_without_a_traceback() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from placespend.cli import main; main()", "pot", "Leeds"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 2
    assert done.stderr == "Error: the result cannot be printed: No space left on device.\n"


@pytest.mark.parametrize(
    "arguments", [["pot", "Leeds", "--year", "\udcff"], ["explain", "Leeds", "--service", "\udcff"]]
)
def test_bytes_that_are_no_text_are_refused(run: Run, arguments: list[str]) -> None:
    refuse(run(*arguments))


def test_a_check_may_keep_unknown_footprints_and_leaves_no_old_faults(run: Run, lines: Write, tmp_path: Path) -> None:
    path, out = lines(GOOD.replace("E08000035", "NOWHERE")), tmp_path / "faults.csv"
    assert run("lines", "check", path, "--out", out).code == 2
    assert "NOWHERE" in out.read_text(encoding="utf-8")
    kept = run("lines", "check", path, "--out", out, "--keep-unknown-footprints")
    assert (kept.code, "nothing wrong" in kept.out) == (0, True)
    assert out.read_text(encoding="utf-8") == "file,row,column,value,problem,hint\n"


def test_a_csv_tells_beside_it_what_is_unallocated(run: Run, lines: Write) -> None:
    path = lines(GOOD, GOOD.replace("1,ledger", "2,ledger").replace("E08000035", "NOWHERE"))
    found = run("pot", "Leeds", "--lines", path, "--keep-unknown-footprints", "--format", "csv")
    assert found.code == 0
    assert found.err == "Unallocated, and in no row: £12.34 in 1 cells.\n"
