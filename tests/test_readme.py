"""The README says what is so: its code runs, its example is the template, its numbers are those of the commands."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from placespend.cofog import services
from placespend.families.asked import families_of
from placespend.families.progress import turned_around
from placespend.families.published import published_counts, published_families
from placespend.families.results import maximum_payment_pence
from placespend.families.validation import validate_estimates
from placespend.gazetteer import find_place
from placespend.lines import lines_template
from placespend.measures import list_measures
from placespend.money import format_gbp
from placespend.neighbourhoods import neighbourhood_pilots
from placespend.own_places import read_places
from placespend.pot import single_pot
from placespend.pots_by_level import pots
from placespend.published import find_published, published_totals
from placespend.recipe import read_recipe
from placespend.recipe_checks import check_recipe
from placespend.schema import GRADES, line_schema

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHARED = Path(os.environ.get("PLACESPEND_SHARED", ROOT.parent / "shared"))
FLAT = " ".join(README.split())
BLOCKS = {"python": 4, "csv": 2, "toml": 1}


def block(language: str, number: int = 0) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
    assert len(found) == BLOCKS[language]
    return str(found[number])


def percent(part: int, whole: int) -> str:
    return f"{float(round(Fraction(100 * part, whole), 1)):.1f} %"


def test_the_code_runs_and_prints_the_pot(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("python"), "README.md", "exec"), {})  # noqa: S102
    printed = capsys.readouterr().out
    assert repr(single_pot("Greater Manchester")) in printed
    assert "Department for Work and Pensions" in printed
    assert "health_blend" in printed


def test_the_example_of_lines_is_the_template() -> None:
    assert block("csv") == lines_template()


def test_the_code_about_a_neighbourhood_runs_and_the_parts_sum(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("python", 1), "README.md", "exec"), {})  # noqa: S102
    assert "Social protection" in capsys.readouterr().out


def test_the_example_of_places_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "estates.csv"
    path.write_text(block("csv", 1), encoding="utf-8")
    assert [place.name for place in read_places(path)] == ["North estate", "South estate"]


def test_the_neighbourhood_pilots_are_those_of_the_command() -> None:
    about = neighbourhood_pilots().set_index("code")
    table = pots("neighbourhood").table.set_index("code")
    for code, row in about.iterrows():
        found = table.loc[str(code)].to_dict()
        authority = find_place(str(row["upper_tier_code"]), level="upper_tier").name
        millions = f"£{round(Fraction(int(found['total_pence']), 10**7)) / 10:.1f}m"
        head = f"£{round(Fraction(int(found['per_head_pence']), 100)):,}"
        told = (row["name"], authority, f"{found['residents']:,}", millions, head, row["certainty"])
        assert f"| {' | '.join(told)} |" in README


def test_the_ranges_are_those_of_the_command() -> None:
    for name, words, in_pounds in (
        ("Greater Manchester", "Greater Manchester", "£{:.2f}bn"),
        ("Leeds", "Leeds", "£{:.2f}bn"),
        ("Little Horton", "Little Horton (neighbourhood pilot, Bradford)", "£{:.0f}m"),
    ):
        found = single_pot(name).sensitivity()
        unit = 10**11 if in_pounds.endswith("bn") else 10**8
        ends = [in_pounds.format(pence / unit) for pence in (found.low_pence, found.central_pence, found.high_pence)]
        assert f"| {words} | {' | '.join(ends)} |" in README


def test_the_errors_of_the_model_are_those_of_the_benchmark_on_real_counts() -> None:
    if not (SHARED / "data" / "small_area").is_dir():
        pytest.skip("the published counts by small area are not at hand")
    command = [sys.executable, str(ROOT / "benchmarks" / "completion.py"), str(SHARED / "data" / "small_area")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    table = printed.split("By kinds and density")[0].splitlines()
    rows = {words[0]: words[1:] for line in table if (words := line.split())}
    labels = list_measures()["label"]
    told = re.findall(r"^\| ([^|]+) \| (0\.\d\d) \| (\d+) % \| (\d+) % \|$", README, flags=re.MULTILINE)
    assert len(told) == 9
    for label, correlation, error, plain in told:
        (name,) = labels.index[labels == label]
        _, rates, _, by_kinds, _, _, alone = rows[str(name)]
        # The benchmark prints three decimals, of which a last 5 may have been rounded either way.
        assert abs(float(correlation) - float(rates)) <= 0.0055
        assert abs(float(error) - 100 * float(by_kinds)) <= 0.55
        assert abs(float(plain) - 100 * float(alone)) <= 0.55


def test_every_column_of_a_lines_file_is_explained() -> None:
    told = set(re.findall(r"`(\w+)`", README.split("| column | what it holds |")[1].split("\n\n")[0]))
    assert set(line_schema().columns) <= told


def test_the_grades_are_those_of_the_commands() -> None:
    places = [single_pot("Greater Manchester"), single_pot("England")]
    for letter, meaning in GRADES.items():
        shares = " | ".join(percent(pot.grades[letter], pot.total_pence) for pot in places)
        assert f"| {letter} | {meaning} | {shares} |" in README


def test_the_totals_are_those_of_the_commands() -> None:
    england = single_pot("England")
    assert f"England's pot is {format_gbp(england.total_pence)} for 2011-12" in FLAT
    division = england.cells["service_code"].map(services()["division"])
    large = int(england.cells.loc[division.isin(["7", "9", "10"]), "amount_pence"].sum())
    assert f"Social protection, education and health are {percent(large, england.total_pence)} of England's pot" in FLAT


def billions(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) / 1e11:.3f}bn"


@pytest.mark.parametrize(
    "place", ["Greater Manchester", "Birmingham", "Worcestershire", "Cumbria", "Cheshire West and Chester"]
)
def test_the_bridges_to_what_was_published_are_those_of_the_command(place: str) -> None:
    pot = single_pot(place)
    names = find_published(pot.place)
    assert names
    for name in names:
        bridge, row = pot.bridge(published=name), published_totals().loc[name]
        told = f"[{billions(bridge.end_pence)}]({row['source_url']}) | {row['year']}"
        steps, rest = billions(int(bridge.steps["amount_pence"].sum())), billions(bridge.residual_pence)
        assert f"| {place} | {billions(pot.total_pence)} | {told} | {steps} | {rest} |" in README


def test_what_open_questions_could_move_is_that_of_the_command() -> None:
    cells = single_pot("Greater Manchester").cells
    people = int(cells.loc[cells["payment_to_people"].astype(bool), "amount_pence"].sum())
    capital = int(cells.loc[cells["economic"] == "capital", "amount_pence"].sum())
    assert f"£{people / 1e11:.1f}bn are payments to people and £{capital / 1e11:.1f}bn capital" in FLAT


def test_the_recipe_of_published_files_is_one_that_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(block("toml"), encoding="utf-8")
    for file in re.findall(r'^file = "(.+)"', block("toml"), flags=re.MULTILINE):
        (tmp_path / file).touch()
    assert check_recipe(path) == []
    recipe = read_recipe(path)
    assert [source.format for source in recipe.sources] == ["hmt-cra", "revenue-outturn"]
    assert not recipe.scope.payments_to_people


def test_the_two_commands_are_as_ci_calls_them() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in ('uv run placespend pot "Greater Manchester"', "uv run pytest"):
        assert f"```sh\npip install uv && {command}\n```" in README
        assert f"\n{command}\n" in ci


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\((?!http)([^)#]+)\)", README))))
def test_every_file_that_is_linked_is_there(link: str) -> None:
    assert (ROOT / link).is_file()


def test_the_errors_of_estimated_families_are_those_of_the_command() -> None:
    table = validate_estimates()
    with_totals = table[table["group_totals"] == "used"].set_index("model")
    without = table[table["group_totals"] == "not used"].set_index("model")
    baselines = set(table["model"].unique()[:2])
    for model, row in zip(with_totals.index, with_totals.to_dict(orient="records"), strict=True):
        words = " (in use)" if row["in_use"] else " (baseline)" if model in baselines else ""
        errors = f"{float(without['wmape_percent'][model]):.1f} % | {row['wmape_percent']:.1f} %"
        assert f"| {row['label']}{words} | {errors} | {row['coverage_percent']:.0f} % |" in README


def test_the_code_about_families_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("python", 2), "README.md", "exec"), {})  # noqa: S102
    printed = capsys.readouterr().out
    assert "2 published" in printed
    assert "national_mean" in printed


def test_the_code_about_maps_and_reports_runs_and_writes_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block("python", 3), "README.md", "exec"), {})  # noqa: S102
    assert sorted(path.name for path in tmp_path.iterdir()) == ["england.html", "police.png", "sheffield.html"]
    assert "The single pot of Sheffield" in (tmp_path / "sheffield.html").read_text(encoding="utf-8")


def test_the_picture_is_there() -> None:
    (name,) = re.findall(r"^!\[[^]]+\]\(([^)]+)\)$", README, flags=re.MULTILINE)
    assert (ROOT / name).read_bytes().startswith(b"\x89PNG")


def test_what_the_equal_area_view_keeps_is_what_the_benchmark_measures() -> None:
    kept = runpy.run_path(str(ROOT / "benchmarks" / "cartogram.py"))["measure"]()
    assert f"{kept.touching:.0f} % of neighbouring authorities still touch" in FLAT


def test_what_is_said_of_families_is_so() -> None:
    for name, families in (("Greater Manchester", "8,090"), ("North West", "19,385"), ("London", "21,635")):
        assert families_of(name).table["families"].tolist() == [int(families.replace(",", ""))]
        assert f"{name} {families}" in FLAT or f"the {name} {families}" in FLAT
    assert f"£{maximum_payment_pence(1_680) // 100:,} for Sheffield's 1,680" in FLAT
    assert f"{turned_around(crime_education=77_270, employment=8_033):,}" == "85,303"
    assert "77,270 and 8,033 are 85,303" in FLAT
    published = published_counts()["value"]
    assert f"{len(published)} of the 152 numbers" in FLAT
    costs = published_families()
    for measure in ("cost_per_troubled_family", "cost_per_average_family"):
        (cost,) = costs.loc[(costs["code"] == "E06000050") & (costs["measure"] == measure), "value"].tolist()
        assert f"£{cost:,}" in FLAT
