"""The assumptions log names what is there, and quotes what comes out."""

from __future__ import annotations

import csv
import re
import shlex
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import click
import pytest
from click.testing import CliRunner
from test_architecture import ORDER

import placespend as ps
from placespend.bases import ladders
from placespend.cli import app
from placespend.families.published import published_counts
from placespend.measures import list_measures
from placespend.money import format_gbp
from placespend.reports.assumptions import QUALITIES

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")
COLUMNS = [
    *("id", "area", "assumption", "status", "module", "why", "if_wrong", "effect", "command"),
    *("quality", "impact", "replace"),
]
RATINGS = {"red", "amber", "green"}
STATUSES = {"published", "observed", "modelled", "assumed"}
NUMBER = re.compile(r"\d+(?:[,.]\d+)*")


def read_log() -> list[dict[str, str]]:
    with (ROOT / "docs" / "assumptions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LOG = read_log()
BY_ID = {row["id"]: row for row in LOG}
COMMANDS = sorted({row["command"] for row in LOG if row["command"]})


# --- what each row says


def test_the_columns_are_those_that_the_page_tells_of() -> None:
    assert list(LOG[0]) == COLUMNS
    assert [row["id"] for row in LOG] == [f"A{number:02d}" for number in range(1, len(LOG) + 1)]
    areas = [row["area"] for row in LOG]
    assert sum(first != second for first, second in pairwise(areas)) == len(set(areas)) - 1, "an area is in one piece"


@pytest.mark.parametrize("row", LOG, ids=list(BY_ID))
def test_a_row_is_whole_and_its_ratings_are_known(row: dict[str, str]) -> None:
    assert row["quality"] in RATINGS
    assert row["impact"] in RATINGS
    assert row["status"] in STATUSES
    assert row["module"] in ORDER
    for column in ("assumption", "why", "if_wrong", "replace"):
        assert row[column].endswith(".")
        assert "  " not in row[column]
    # A cell of a spreadsheet that begins so would be taken for a formula.
    assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())
    assert bool(row["effect"]) <= bool(row["command"]), "an effect stands with the command that shows it"


def test_no_assumption_stands_twice() -> None:
    assert max(Counter(row["assumption"] for row in LOG).values()) == 1


def test_the_page_explains_every_rating_and_status_and_has_no_second_copy() -> None:
    for rating in RATINGS:
        assert PAGE.count(f"| **{rating}** |") == 2
    assert {row["status"] for row in LOG} <= STATUSES
    for status in STATUSES:
        assert f"**{status}**" in PAGE
    assert "{assumptions-log} assumptions.csv" in PAGE
    assert not any(row["assumption"] in PAGE for row in LOG)


def test_quality_is_rated_as_reports_and_ladders_rate_it() -> None:
    assert {quality for quality in QUALITIES if quality in set(ladders()["quality"])} == RATINGS
    for quality in RATINGS:
        meaning = QUALITIES[quality].replace("the measure ", "it ")
        said = meaning.replace("stands in for those whom the service is for", "stands in for them")
        assert re.search(rf"\| \*\*{quality}\*\* \|.*\| {re.escape(said)} \|", PAGE)


# --- commands


def parse(command: str) -> int:
    """Give the exit code of a command that is taken apart and not run."""
    words = shlex.split(command)
    assert words[0] == "placespend"
    with patch.object(click.Command, "invoke"):
        return CliRunner().invoke(app, words[1:]).exit_code


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_one_that_there_is(command: str) -> None:
    assert parse(command) == 0


@pytest.mark.parametrize("command", ["placespend bogus", "placespend pot --bogus", "placespend measures bogus"])
def test_a_command_that_there_is_not_would_be_found(command: str) -> None:
    assert parse(command) == 2


# --- figures


@cache
def pot(name: str) -> ps.Pot:
    return ps.single_pot(name)


@cache
def rungs() -> dict[str, int]:
    table = ps.describe_ladders(pot("England").loaded)
    found = table[table["state"] == "in use"].groupby("quality")["shared_pence"].sum()
    return {str(quality): int(pence) for quality, pence in found.items()}


def percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}".replace("%", " %")


def billions(pence: int) -> str:
    return f"£{pence / 1e11:.2f}bn"


def millions(pence: int, digits: int = 0) -> str:
    return f"£{pence / 1e8:,.{digits}f}m"


def rung(service: str, place: str, basis: str) -> str:
    table = ps.describe_ladders(pot("England").loaded, service, place=ps.find_place(place))
    amounts = dict(zip(table["basis"], table["place_pence"], strict=True))
    return millions(int(amounts[basis]), 1)


def analysis() -> list[str]:
    lines = ps.shipped_lines()
    whole = int(lines["amount_pence"].sum())
    people = int(lines.loc[lines["payment_to_people"], "amount_pence"].sum())
    capital = int(lines.loc[lines["economic"] == "capital", "amount_pence"].sum())
    return [percent(people, whole), percent(capital, whole)]


def nuclear() -> list[str]:
    lines = ps.shipped_lines()
    known = (lines["body"] == "Department of Energy and Climate Change") & (lines["service_code"] == "5.1")
    return [format_gbp(int(lines.loc[known & (lines["footprint_code"] == "E12000002"), "amount_pence"].sum()))]


def quality_and_range() -> list[str]:
    whole = sum(rungs().values())
    assert whole == pot("England").total_pence
    of_quality = [percent(rungs()[quality], whole) for quality in ("green", "amber", "red")]
    return [*of_quality, *map(billions, pot("Greater Manchester").range_pence)]


def kinds() -> list[str]:
    by_authority = list_measures().query("observed_level == 'upper_tier'")
    return [str(len(by_authority)), str(int((~by_authority["by_kind"]).sum()))]


@pytest.fixture(scope="module")
def without_outturn(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], int]:
    path = tmp_path_factory.mktemp("recipe") / "analysis.toml"
    path.write_text('financial_year = "2011-12"\n[[source]]\nid = "cra"\nshipped = "cra_2011-12.csv"\n', "utf-8")

    def total(name: str) -> int:
        return ps.single_pot(name, recipe=path).total_pence

    return total


def certainty() -> list[str]:
    found = ps.neighbourhood_pilots()["certainty"].value_counts()
    return [str(found.sum()), *(str(found[word]) for word in ("close", "approximate", "doubtful"))]


def castle_vale() -> list[str]:
    return [format_gbp(pot("Castle Vale").range_pence[1]), format_gbp(pot("Castle Vale").sensitivity().high_pence)]


def tiers() -> list[str]:
    table = ps.pots("upper_tier").table
    inside = table[table["code"].isin(ps.list_places(level="upper_tier")["code"])]
    return [str(len(inside)), format_gbp(pot("England").total_pence - int(inside["total_pence"].sum()))]


EFFECTS: dict[str, Callable[[], list[str]]] = {
    "A01": lambda: [format_gbp(pot("England").total_pence)],
    "A04": analysis,
    "A10": nuclear,
    "A15": quality_and_range,
    "A17": lambda: [rung("7.A Medical services", "Cumbria", basis) for basis in ("health_blend", "residents")],
    "A19": lambda: [rung("Police", "Bradford", basis) for basis in ("residents", "income_deprived")],
    "A21": lambda: [millions(pot("Little Horton").total_pence), *map(millions, pot("Little Horton").range_pence)],
    "A22": kinds,
    "A29": tiers,
    "A32": castle_vale,
    "A34": certainty,
    "A36": lambda: ["152", str(len(published_counts()))],
}


def test_every_effect_with_a_figure_is_held_to_what_gives_it() -> None:
    assert {row["id"] for row in LOG if row["effect"]} == {*EFFECTS, "A25"}


@pytest.mark.parametrize("code", EFFECTS)
def test_an_effect_quotes_what_comes_out_and_no_other_figure(code: str) -> None:
    effect, figures = BY_ID[code]["effect"], EFFECTS[code]()
    quoted = Counter(NUMBER.findall(effect))
    assert quoted == Counter(number for figure in figures for number in NUMBER.findall(figure))
    assert all(figure in effect for figure in figures)


def test_recorded_amounts_move_pots_as_the_log_says(without_outturn: Callable[[str], int]) -> None:
    moved = {name: pot(name).total_pence - without_outturn(name) for name in ("Manchester", "Liverpool")}
    assert BY_ID["A25"]["effect"] == (
        f"It moves Manchester's pot by {format_gbp(moved['Manchester'])} and Liverpool's, which has no outturn, "
        f"by {format_gbp(moved['Liverpool'])}."
    )


@pytest.mark.parametrize(("code", "place"), [("A17", "Cumbria"), ("A19", "Bradford"), ("A25", "Manchester")])
def test_what_is_rated_amber_moves_the_pot_of_an_authority_by_less_than_five_per_cent(code: str, place: str) -> None:
    assert BY_ID[code]["impact"] == "amber"
    amounts = [float(number.replace(",", "")) for number in re.findall(r"£([\d,.]+\d)", BY_ID[code]["effect"])]
    moved = amounts[0] if code == "A25" else abs(amounts[0] - amounts[1]) * 1e6
    assert 0.005 < moved * 100 / pot(place).total_pence < 0.05
