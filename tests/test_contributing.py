"""What CONTRIBUTING.md and CITATION.cff say is so: the commands, the files, and the recipes as far as they go."""

from __future__ import annotations

import csv
import io
import re
import textwrap
import tomllib
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
import yaml  # type: ignore[import-untyped]

from placespend.bases import shipped_bases
from placespend.errors import ConservationError
from placespend.geography import level_index
from placespend.levels import LEVELS, Level
from placespend.recipe_schema import FORMATS, OPTIONS_OF_FORMAT
from placespend.sources.reading import Collector

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MADE_BY_THE_RECIPES = {
    "src/placespend/sources/force_accounts.py",
    "tests/sources/test_force_accounts.py",
    "tests/test_YOURS.py",
}


def blocks(language: str) -> list[str]:
    """List the blocks of a language, whose lines may be indented, without their indentation."""
    found = re.findall(rf"^( *)```{language}[^\n]*\n(.*?)^\1```$", TEXT, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(body) for _, body in found]


def columns(name: str) -> list[str]:
    return (ROOT / name).read_text(encoding="utf-8").splitlines()[0].split(",")


ACCOUNTS, RUNG, GROUPING, MEMBERS = blocks("csv")
READER, LEVEL = blocks("python")


def rows_of(block: str, name: str) -> list[dict[str, str]]:
    rows = list(csv.reader(io.StringIO(block)))
    return [dict(zip(columns(name), row, strict=True)) for row in rows]


# --- what is named is there


def test_the_files_that_are_named_are_there() -> None:
    named = set(re.findall(r"\b(?:src|tests|boundaries|spend_lines|docs)/[\w/]+\.\w+", TEXT))
    assert named >= {"spend_lines/ladders.csv", "boundaries/groupings.csv", "src/placespend/recipe_schema.py"}
    assert {name for name in named if not (ROOT / name).exists()} == MADE_BY_THE_RECIPES
    assert (ROOT / ".ci" / "run").exists()


def test_the_commands_are_those_of_the_checks() -> None:
    checks = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in ("uv run pytest", 'uv run placespend pot "Greater Manchester"', "uv run mypy", "uv run ruff check"):
        assert command in TEXT
        assert command in checks


def test_what_a_recipe_names_in_the_code_is_there() -> None:
    source = (ROOT / "src" / "placespend" / "intake.py").read_text(encoding="utf-8")
    assert "def _read_published(" in source
    assert set(OPTIONS_OF_FORMAT) == set(FORMATS)
    assert "unit" in OPTIONS_OF_FORMAT["hmt-cra"]


# --- a source format


@pytest.fixture(scope="module")
def module() -> ModuleType:
    found = ModuleType("force_accounts")
    exec(compile(READER, "CONTRIBUTING.md", "exec", dont_inherit=True), found.__dict__)  # noqa: S102
    return found


def test_the_reader_of_the_recipe_reads_and_accounts_for_each_cell(module: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(ACCOUNTS, encoding="utf-8")
    reading = module.read_force_accounts(path)
    assert repr(reading).startswith("<Reading of 3 cells: 1 lines, 0 memo, 1 rejects, 1 blank, 0 not applicable")
    (line,) = reading.lines.to_dict("records")
    assert line["amount_pence"] == 60_000_050_000
    assert (line["body"], line["footprint_code"], line["economic"]) == (
        "Greater Manchester Police",
        "E23000005",
        "current",
    )
    (fault,) = reading.rejects.to_dict("records")
    assert (fault["row"], fault["column"], fault["value"]) == (6, "2011-12", "12")
    assert "'E2300000X', which is no place" in fault["problem"]


def test_a_reader_that_loses_a_cell_hands_nothing_over() -> None:
    with pytest.raises(ConservationError):
        Collector("file", "").reading(cells_read=1)


# --- a basis


def test_the_rung_fits_the_ladder_and_its_measure_ships() -> None:
    (rung,) = rows_of(RUNG, "spend_lines/ladders.csv")
    ladders = pd.read_csv(ROOT / "spend_lines" / "ladders.csv")
    others = ladders[ladders["ladder"] == rung["ladder"]]
    assert int(rung["rung"]) == len(others) + 1
    assert rung["basis"] not in set(others["basis"])
    assert rung["basis"] in shipped_bases().names
    assert rung["use"] in set(ladders["use"])
    assert rung["quality"] in set(ladders["quality"])


# --- a geography


def test_the_level_is_new_and_its_places_are_made_of_what_there_is() -> None:
    level = eval(LEVEL, {"Level": Level})  # noqa: S307
    assert level.token not in LEVELS
    (grouping,) = rows_of(GROUPING, "boundaries/groupings.csv")
    assert grouping["level"] == level.token
    members = rows_of(MEMBERS, "boundaries/grouping_members.csv")
    assert {row["grouping_code"] for row in members} == {grouping["code"]}
    for row in members:
        assert row["member_code"] in set(level_index(row["member_level"])[0])


# --- CITATION.cff


def test_the_citation_agrees_with_the_project() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] == "software"
    assert citation["message"]
    assert citation["title"] == PROJECT["name"]
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert citation["keywords"] == PROJECT["keywords"]
    assert citation["authors"] == PROJECT["authors"]
    assert citation["abstract"].startswith(PROJECT["description"])
