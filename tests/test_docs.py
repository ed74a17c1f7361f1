"""The pages of docs/ say what is so: their examples run and print what they show, their figures are the commands'."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from page_examples import differences, run_examples

import placespend as ps
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
DOCS = ROOT / "docs"
MADE = {"_build", "generated"}
PAGES = sorted(path for path in DOCS.rglob("*.md") if not MADE & set(path.relative_to(DOCS).parts))
LINKS = sorted(
    (page, link)
    for page in PAGES
    for link in set(re.findall(r"\]\((?!https?:)([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")))
)
SHARED = Path(os.environ.get("PLACESPEND_SHARED", ROOT.parent / "shared"))


def manual(name: str) -> str:
    """Read a page of the manual."""
    return (DOCS / "manual" / f"{name}.md").read_text(encoding="utf-8")


def flat(name: str) -> str:
    """Read a page of the manual as one line."""
    return " ".join(manual(name).split())


def block(name: str, language: str) -> str:
    """Give the only block of a language on a page of the manual."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", manual(name), flags=re.MULTILINE | re.DOTALL)
    return str(found)


def percent(part: int, whole: int) -> str:
    return f"{float(round(Fraction(100 * part, whole), 1)):.1f} %"


def billions(pence: int) -> str:
    return f"{'-' if pence < 0 else ''}£{abs(pence) / 1e11:.3f}bn"


@pytest.mark.parametrize("page", PAGES, ids=[str(path.relative_to(DOCS)) for path in PAGES])
def test_the_examples_of_a_page_run_and_print_what_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run_examples(page, tmp_path)
    if page.name == "maps.md":
        assert sorted(path.name for path in tmp_path.iterdir()) == ["england.html", "police.png", "sheffield.html"]
        assert "The single pot of Sheffield" in (tmp_path / "sheffield.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "print(1)\n```\n\n```text\n2"),
        ("python", "assert False"),
        ("console", "$ placespend --version\nplacespend nothing"),
        ("console", "$ placespend --version"),
        ("console", "$ placespend pot Atlantis\n..."),
        ("console", "$ ls"),
        ("console", "words"),
    ],
)
def test_an_example_that_is_not_so_is_found(language: str, text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"```{language}\n{text}\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        run_examples(page, tmp_path)


def test_what_is_left_out_is_told_by_dots_alone() -> None:
    printed = "one\ntwo 2.5\nthree\n"
    assert differences("one\n...\nthree", printed) is None
    assert differences("one\ntwo ...\nthree", printed) is None
    assert differences("...\nthree", printed) is None
    for shown in ("one\nthree", "one\n...", "...\ntwo ...", "one\ntwo 3...\nthree", ""):
        assert (differences(shown, printed) is None) == (shown == "one\n...")


@pytest.mark.parametrize(("page", "link"), LINKS, ids=[f"{page.stem}-{link}" for page, link in LINKS])
def test_every_file_that_is_linked_is_there(page: Path, link: str) -> None:
    assert (page.parent / link).is_file()


def test_every_public_name_stands_in_the_reference_once() -> None:
    page = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    listed = re.findall(r"^   (\w+)$", page, flags=re.MULTILINE)
    assert sorted(listed) == sorted(ps.__all__)


def test_the_guides_are_all_listed() -> None:
    listed = re.findall(r"\]\((guides/\w+\.md)\)", (DOCS / "guides.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(f"guides/{path.name}" for path in (DOCS / "guides").glob("*.md"))


def test_the_grades_are_those_of_the_commands() -> None:
    places = [single_pot("Greater Manchester"), single_pot("England")]
    for letter, meaning in GRADES.items():
        shares = " | ".join(percent(pot.grades[letter], pot.total_pence) for pot in places)
        assert f"| {letter} | {meaning} | {shares} |" in manual("how_far_to_believe_it")


def test_the_totals_are_those_of_the_commands() -> None:
    england = single_pot("England")
    told = flat("how_far_to_believe_it")
    assert f"England's pot is {format_gbp(england.total_pence)} for 2011-12" in told
    division = england.cells["service_code"].map(services()["division"])
    large = int(england.cells.loc[division.isin(["7", "9", "10"]), "amount_pence"].sum())
    assert f"Social protection, education and health are {percent(large, england.total_pence)} of England's pot" in told


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
        row_told = f"| {place} | {billions(pot.total_pence)} | {told} | {steps} | {rest} |"
        assert row_told in manual("against_what_was_published")


def test_what_open_questions_could_move_is_that_of_the_command() -> None:
    cells = single_pot("Greater Manchester").cells
    people = int(cells.loc[cells["payment_to_people"].astype(bool), "amount_pence"].sum())
    capital = int(cells.loc[cells["economic"] == "capital", "amount_pence"].sum())
    told = f"£{people / 1e11:.1f}bn are payments to people and £{capital / 1e11:.1f}bn capital"
    assert told in flat("against_what_was_published")


def test_the_ranges_are_those_of_the_command() -> None:
    for name, words, in_pounds in (
        ("Greater Manchester", "Greater Manchester", "£{:.2f}bn"),
        ("Leeds", "Leeds", "£{:.2f}bn"),
        ("Little Horton", "Little Horton (neighbourhood pilot, Bradford)", "£{:.0f}m"),
    ):
        found = single_pot(name).sensitivity()
        unit = 10**11 if in_pounds.endswith("bn") else 10**8
        ends = [in_pounds.format(pence / unit) for pence in (found.low_pence, found.central_pence, found.high_pence)]
        assert f"| {words} | {' | '.join(ends)} |" in manual("what_money_is_shared_by")


def test_the_errors_of_the_model_are_those_of_the_benchmark_on_real_counts() -> None:
    if not (SHARED / "data" / "small_area").is_dir():
        pytest.skip("the published counts by small area are not at hand")
    command = [sys.executable, str(ROOT / "benchmarks" / "completion.py"), str(SHARED / "data" / "small_area")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    table = printed.split("By kinds and density")[0].splitlines()
    rows = {words[0]: words[1:] for line in table if (words := line.split())}
    labels = list_measures()["label"]
    pattern = r"^\| ([^|]+) \| (0\.\d\d) \| (\d+) % \| (\d+) % \|$"
    told = re.findall(pattern, manual("what_money_is_shared_by"), flags=re.MULTILINE)
    assert len(told) == 9
    for label, correlation, error, plain in told:
        (name,) = labels.index[labels == label]
        _, rates, _, by_kinds, _, _, alone = rows[str(name)]
        # The benchmark prints three decimals, of which a last 5 may have been rounded either way.
        assert abs(float(correlation) - float(rates)) <= 0.0055
        assert abs(float(error) - 100 * float(by_kinds)) <= 0.55
        assert abs(float(plain) - 100 * float(alone)) <= 0.55


def test_the_recipe_of_published_files_is_one_that_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    text = block("recipe", "toml")
    path.write_text(text, encoding="utf-8")
    for file in re.findall(r'^file = "(.+)"', text, flags=re.MULTILINE):
        (tmp_path / file).touch()
    assert check_recipe(path) == []
    recipe = read_recipe(path)
    assert [source.format for source in recipe.sources] == ["hmt-cra", "revenue-outturn"]
    assert not recipe.scope.payments_to_people


def test_the_example_of_lines_is_the_template() -> None:
    assert block("your_own_lines", "csv") == lines_template()


def test_every_column_of_a_lines_file_is_explained() -> None:
    table = manual("your_own_lines").split("| column | what it holds |")[1].split("\n\n")[0]
    assert set(line_schema().columns) <= set(re.findall(r"`(\w+)`", table))


def test_the_example_of_places_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "estates.csv"
    path.write_text(block("neighbourhoods_and_your_own_places", "csv"), encoding="utf-8")
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
        assert f"| {' | '.join(told)} |" in manual("neighbourhoods_and_your_own_places")


def test_the_errors_of_estimated_families_are_those_of_the_command() -> None:
    table = validate_estimates()
    with_totals = table[table["group_totals"] == "used"].set_index("model")
    without = table[table["group_totals"] == "not used"].set_index("model")
    baselines = set(table["model"].unique()[:2])
    for model, row in zip(with_totals.index, with_totals.to_dict(orient="records"), strict=True):
        words = " (in use)" if row["in_use"] else " (baseline)" if model in baselines else ""
        errors = f"{float(without['wmape_percent'][model]):.1f} % | {row['wmape_percent']:.1f} %"
        told = f"| {row['label']}{words} | {errors} | {row['coverage_percent']:.0f} % |"
        assert told in manual("troubled_families")


def test_what_is_said_of_families_is_so() -> None:
    page = flat("troubled_families")
    for name, families in (("Greater Manchester", "8,090"), ("North West", "19,385"), ("London", "21,635")):
        assert families_of(name).table["families"].tolist() == [int(families.replace(",", ""))]
        assert f"{name} {families}" in page
    assert f"£{maximum_payment_pence(1_680) // 100:,} for Sheffield's 1,680" in page
    assert f"{turned_around(crime_education=77_270, employment=8_033):,}" == "85,303"
    assert "77,270 and 8,033 are 85,303" in page
    assert f"152 numbers was found. {len(published_counts()['value'])} of them" in page
    costs = published_families()
    for measure in ("cost_per_troubled_family", "cost_per_average_family"):
        (cost,) = costs.loc[(costs["code"] == "E06000050") & (costs["measure"] == measure), "value"].tolist()
        assert f"£{cost:,}" in page


def test_what_the_equal_area_view_keeps_is_what_the_benchmark_measures() -> None:
    kept = runpy.run_path(str(ROOT / "benchmarks" / "cartogram.py"))["measure"]()
    assert f"{kept.touching:.0f} % of neighbouring authorities still touch" in flat("maps")


def test_every_page_has_a_title_and_names_no_place_of_work() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert not re.search(r"/(tmp|work|home)/", text)


def test_the_generated_tables_are_set_and_the_site_asks_no_server(tmp_path: Path) -> None:
    reason = "the site is set with the packages of the group docs"
    for name in ("sphinx", "sphinx_click", "numpydoc", "myst_parser", "pydata_sphinx_theme"):
        pytest.importorskip(name, reason=reason)
    source, site = tmp_path / "docs", tmp_path / "site"
    for name in ("_ext", "_static", "_templates"):
        shutil.copytree(DOCS / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (
        "conf.py",
        "data_and_licence.md",
        "reference/data_dictionary.md",
        "reference/levels_services_bases.md",
    ):
        (source / name).parent.mkdir(exist_ok=True)
        shutil.copy(DOCS / name, source / name)
    recipe = (DOCS / "reference" / "recipe.md").read_text(encoding="utf-8")
    (source / "index.md").write_text(recipe + "\n```{toctree}\n:glob:\n\n*\nreference/*\n```\n", encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(source), str(site)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    pages = {
        path.stem: path.read_text(encoding="utf-8") for path in site.rglob("*.html") if "_static" not in path.parts
    }
    for page in pages.values():
        assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=.(?:https?:)?//", page)
        assert "Contains OS data © Crown copyright" in page
    assert "relation.use" in pages["index"]
    assert "health_blend" in pages["levels_services_bases"]
    columns = set(ps.data_dictionary()["column"])
    shown = re.findall(
        r'<code class="docutils literal notranslate"><span class="pre">(\w+)</span>', pages["data_dictionary"]
    )
    assert columns <= set(shown)
