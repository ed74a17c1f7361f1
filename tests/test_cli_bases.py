"""The command of bases, and the options that bring measures and choices: one message and exit code 2 on a mistake."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from running import fits, flat, refuse, succeed, table_of

from placespend.cofog import services
from placespend.geography import level_index
from placespend.pot import single_pot
from placespend.recipe_checks import check_recipe
from placespend.rungs import RUNG_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from running import Run

CRA = '[[source]]\nid = "cra"\nshipped = "cra_2011-12.csv"\n'
ENGLAND_PENCE = 44_485_128_786_600
HOSTILE = '\x1b[2J=1+1\n[red]so[/red] "quoted"'


@pytest.fixture
def claimants(tmp_path: Path) -> Path:
    """A file of counts by small area, in a column that has the name of a best rung."""
    rows = [f"{code},{number % 90 + 5}" for number, code in enumerate(level_index("lsoa")[0])]
    path = tmp_path / "need.csv"
    path.write_text("lsoa_code,claimant_count\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def own(write_lines: Callable[..., Path]) -> Path:
    return write_lines({"service_code": "10.5", "amount_gbp": "9.99"}, {"line_id": "café", "amount_gbp": "1.01"})


def test_the_ladders_are_told_in_every_format(run: Run) -> None:
    assert fits(succeed(run("bases")))
    rows = table_of(succeed(run("bases", "--format", "csv")))
    assert list(rows[0]) == [*RUNG_COLUMNS, "made_with"]
    assert sum(int(row["shared_pence"]) for row in rows) == ENGLAND_PENCE
    named = {row["ladder"]: row["service_codes"].split("; ") for row in rows}
    assert sorted(code for codes in named.values() for code in codes) == sorted(services().index)
    told = json.loads(succeed(run("bases", "10.5", "--place", "Manchester", "--format", "json")))
    assert [row["place_pence"] is None for row in told] == [True, False, False]
    assert [row["state"] for row in told] == ["not loaded", "in use", "loaded"]
    assert len({row["made_with"] for row in told}) == 1


def test_a_measure_on_the_command_is_in_use_and_named_with_its_stamp(run: Run, claimants: Path, own: Path) -> None:
    said = ("--lines", own, "--measure", claimants)
    (row, *_) = table_of(succeed(run("bases", "10.5", *said, "--format", "csv")))
    assert (row["basis"], row["state"], row["quality"], row["shared_pence"]) == (
        *("claimant_count", "in use", "green", "999"),
    )
    pot = single_pot("Manchester", lines=own, measures=claimants)
    assert row["made_with"] == pot.loaded.stamp
    assert fits(succeed(run("bases", "10.5", *said)))
    document = json.loads(succeed(run("pot", "Manchester", *said, "--format", "json")))
    assert document["made_with"]["recipe"]["measure"] == [{"file": "need.csv"}]
    assert "need.csv" in {found["name"] for found in document["made_with"]["inputs"]}
    (told,) = table_of(succeed(run("explain", "Manchester", "--service", "10.5", *said, "--format", "csv")))
    assert (told["basis"], told["quality"]) == ("claimant_count", "green")


def test_a_result_is_not_written_over_a_file_of_measures(run: Run, claimants: Path, own: Path) -> None:
    before = claimants.read_bytes()
    result = run("bases", "--lines", own, "--measure", claimants, "--out", claimants)
    assert result.code == 2
    assert "holds data of yours" in result.err
    assert claimants.read_bytes() == before


def test_a_choice_on_the_command_goes_before_that_of_the_recipe(run: Run, own: Path, tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    text = f'[[source]]\nid = "own"\nfile = "{own.name}"\n'
    text += '[[basis]]\nservice = "10.5"\nbasis = "hectares"\nreason = "Of the recipe"\n'
    path.write_text(text, encoding="utf-8")
    said = ("explain", "Manchester", "--service", "10.5", "--recipe", path, "--format", "csv")
    (row,) = table_of(succeed(run(*said)))
    assert (row["basis"], row["assumption"]) == ("hectares", "shared by hectares: Of the recipe")
    (mine,) = table_of(succeed(run(*said, "--basis", "10.5", "households", "Of the command")))
    assert (mine["basis"], mine["assumption"]) == ("households", "shared by households: Of the command")
    digests = {
        json.loads(succeed(run("pot", "Manchester", "--recipe", path, *more, "--format", "json")))["made_with"][
            "recipe_sha256"
        ]
        for more in ((), ("--basis", "10.5", "households", "Of the command"))
    }
    assert len(digests) == 2


def test_a_choice_for_a_line_is_taken_by_its_id(run: Run, own: Path) -> None:
    said = ("--lines", own, "--basis", "café", "hectares", "Terraces")
    text = succeed(run("pot", "Manchester", *said))
    assert fits(text)
    assert "line café: shared by hectares: Terraces" in flat(text)
    rows = table_of(succeed(run("bases", "8.2", *said, "--format", "csv")))
    assert (rows[0]["basis"], rows[0]["use"], rows[0]["shared_pence"]) == ("hectares", "chosen", "101")


@pytest.mark.parametrize(
    "command", [("bases", "8.2"), ("pot", "Manchester"), ("explain", "Manchester", "--service", "8.2")]
)
def test_a_hostile_reason_does_nothing_in_any_format(run: Run, own: Path, command: tuple[str, ...]) -> None:
    said = (*command, "--lines", own, "--basis", "8.2", "hectares", HOSTILE)
    text = succeed(run(*said))
    assert fits(text)
    assert "\x1b" not in text
    assert "[red]so[/red]" in text
    rows = table_of(succeed(run(*said, "--format", "csv")))
    assert not [cell for row in rows for cell in row.values() if cell.lstrip().startswith(("=", "\x1b"))]
    raw = succeed(run(*said, "--format", "json"))
    assert "\x1b" not in raw
    assert json.loads(raw)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("bases", "nonsense"), "Hint: see: placespend lines services"),
        (("bases", "Culter"), "did you mean"),
        (("bases", "--place", "Manchster"), "Manchester"),
        (("bases", "--measure", "missing.csv"), "missing.csv"),
        (("bases", "--basis", "8.2", "residnts", "why"), "did you mean 'residents'?"),
        (("bases", "--basis", "8.2", "residents", " "), "without a reason"),
        (("bases", "--basis", "", "residents", "why"), "is for a service or for a line"),
        (
            ("bases", "--basis", "8.2", "residents", "a", "--basis", "8.2", "hectares", "b"),
            "two [[basis]] are for service '8.2'",
        ),
        (("bases", "--basis", "cra-00001", "residents", "why"), "did you mean 'cra-0001'?"),
    ],
)
def test_a_mistake_is_told_with_a_hint(run: Run, said: tuple[str, ...], told: str) -> None:
    assert told in refuse(run(*said))


def test_a_misspelt_service_of_a_choice_is_told_with_services(run: Run) -> None:
    assert "'10.5'" in refuse(run("bases", "--basis", "10.55", "residents", "why"))


def test_no_hint_names_an_option_that_the_command_has_not(run: Run) -> None:
    told = refuse(run("bases", "--place", "Cambridgeshire and Peterborough"))
    options = succeed(run("bases", "--help"))
    assert "--as-at" not in told or "--as-at" in options


# --- recipes that name measures


def recipe_of(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "recipe.toml"
    path.write_text(CRA + text, encoding="utf-8")
    return path


def test_a_recipe_is_checked_without_reading_its_measures(tmp_path: Path) -> None:
    (tmp_path / "need.csv").write_bytes(b"\x00 no table")
    text = '[[measure]]\nfile = "need.csv"\n[[basis]]\nservice = "8.2"\nbasis = "dog_owners"\nreason = "why"\n'
    assert check_recipe(recipe_of(tmp_path, text)) == []


def test_missing_files_and_half_a_rate_are_told_together(tmp_path: Path) -> None:
    (tmp_path / "b.csv").touch()
    text = '[[measure]]\nfile = "a.csv"\n[[measure]]\nfile = "b.csv"\nrate_per = 100\n[measures]\nlookups = ["c.csv"]\n'
    faults = check_recipe(recipe_of(tmp_path, text))
    assert len(faults) == 3
    for fault, told in zip(
        faults, ("a.csv' of measures", "c.csv' of measures", "needs rate_per and rate_of"), strict=True
    ):
        assert told in fault


def test_two_measures_of_one_file_say_their_columns_whatever_another_file_says(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).touch()
    two = '[[measure]]\nfile = "a.csv"\ncolumn = "x"\n[[measure]]\nfile = "a.csv"\ncolumn = "y"\n'
    assert check_recipe(recipe_of(tmp_path, two)) == []
    assert check_recipe(recipe_of(tmp_path, two + '[[measure]]\nfile = "b.csv"\n')) == []
    (fault,) = check_recipe(recipe_of(tmp_path, two.replace('column = "y"\n', "")))
    assert "two [[measure]] are of file 'a.csv'" in fault


@pytest.mark.parametrize("named", ['service = "8.2"\nline = "x"\n', ""])
def test_a_basis_in_a_recipe_is_for_a_service_or_a_line(tmp_path: Path, named: str) -> None:
    (fault,) = check_recipe(recipe_of(tmp_path, f'[[basis]]\n{named}basis = "residents"\nreason = "why"\n'))
    assert "a [[basis]] is for a service or for a line" in fault


def test_a_measure_of_a_part_of_england_does_not_hide_what_would_be_better(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("code,claimant_count\nE08000032,10\nE08000035,20\n", encoding="utf-8")
    rows = table_of(succeed(run("bases", "10.5", "--measure", path, "--format", "csv")))
    assert [row["state"] for row in rows if row["basis"] == "claimant_count"] == ["in part"]
    text = flat(succeed(run("bases", "10.5", "--measure", path)))
    assert (
        "claimant_count counts a part of England only, and no line is for a footprint that lies wholly in that" in text
    )
    assert "claimant_count" in succeed(run("bases", "--measure", path)).split("Made with:")[0]
    narrowed = flat(succeed(run("sensitivity", "Bradford", "--measure", path)).split("What would narrow it")[1])
    assert "Claimant count (people claiming" in narrowed


def test_a_lookup_without_a_measure_is_refused_for_it_would_change_nothing(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "lookup.csv"
    path.write_text("half a file", encoding="utf-8")
    told = refuse(run("pot", "Leeds", "--lookup", path))
    assert "A lookup is for codes in measures of your own, and none is given: lookup.csv." in flat(told)


def test_a_misspelt_basis_is_told_with_one_that_a_ladder_knows(run: Run) -> None:
    assert "did you mean 'claimant_count'?" in flat(
        refuse(run("pot", "Leeds", "--basis", "10.5", "claimant_cout", "why"))
    )
