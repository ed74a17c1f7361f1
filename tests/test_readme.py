"""The README says what is so: its code runs, its numbers are those of the commands, its links lead somewhere."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from page_examples import run_examples

from placespend import cli
from placespend.money import format_gbp
from placespend.pot import single_pot
from placespend.schema import GRADES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FLAT = " ".join(README.split())


def percent(part: int, whole: int) -> str:
    return f"{float(round(Fraction(100 * part, whole), 1)):.1f} %"


def test_the_code_runs_and_prints_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_examples(ROOT / "README.md", tmp_path) == 2


def test_the_grades_are_those_of_the_commands() -> None:
    places = [single_pot("Greater Manchester"), single_pot("England")]
    for letter, meaning in GRADES.items():
        shares = " | ".join(percent(pot.grades[letter], pot.total_pence) for pot in places)
        assert f"| {letter} | {meaning} | {shares} |" in README


def test_the_total_is_that_of_the_command() -> None:
    assert f"England's pot is {format_gbp(single_pot('England').total_pence)} for 2011-12" in FLAT


def test_every_command_is_named_and_no_other() -> None:
    named = set(re.findall(r"`placespend (\w+)", README))
    assert named == set(cli.app.commands)


def test_the_two_commands_are_as_ci_calls_them() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in ('uv run placespend pot "Greater Manchester"', "uv run pytest"):
        assert f"```sh\npip install uv && {command}\n```" in README
        assert f"\n{command}\n" in ci


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", README))))
def test_every_file_that_is_linked_is_there(link: str) -> None:
    assert (ROOT / link).is_file()


def test_the_picture_is_there() -> None:
    (name,) = re.findall(r"^!\[[^]]+\]\(([^)]+)\)$", README, flags=re.MULTILINE)
    assert (ROOT / name).read_bytes().startswith(b"\x89PNG")


def test_it_is_short() -> None:
    assert README.count("\n") <= 130
