"""The page of an atlas: every text stays text, and what its sentence says is what its figures are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from atlas_work import FIRST, HOSTILE, LINES, WITHIN
from browser import axe_faults, open_page

from placespend.atlases.page import Index, Mapped, answer_of, index_html, index_of, map_of, title_of
from placespend.atlases.plan import Plan, plan_atlas
from placespend.atlases.rows import Figures, figures_of
from placespend.money import format_gbp
from placespend.pot import pot_of

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    path = tmp_path_factory.mktemp("lines") / "lines.csv"
    path.write_text(LINES, encoding="utf-8")
    return plan_atlas("lsoa", within=WITHIN, lines=path)


@pytest.fixture(scope="module")
def figures(plan: Plan) -> Figures:
    return figures_of(plan)


@pytest.fixture(scope="module")
def mapped(plan: Plan, figures: Figures) -> Mapped:
    return map_of(plan, figures)


@pytest.fixture(scope="module")
def index(plan: Plan, figures: Figures, mapped: Mapped) -> Index:
    return index_of(plan, figures, mapped, {})


def test_the_sentence_is_that_of_the_figures(plan: Plan, figures: Figures) -> None:
    whole = pot_of(WITHIN, plan.loaded).total_pence
    assert figures.total_pence == whole == figures.whole_pence
    assert answer_of(plan, figures) == (
        f"Public services for these 4 places add up to {format_gbp(whole)} in 2011-12: "
        "exactly what they come to for Barking and Dagenham 001."
    )


def test_what_lies_in_none_of_the_places_is_told(plan: Plan) -> None:
    pilots = plan_atlas("neighbourhood", recipe=plan.loaded.recipe)
    found = figures_of(pilots)
    whole = pot_of("England", plan.loaded).total_pence
    away = whole - sum(found.table["total_pence"].fillna(0))
    assert away > 0
    assert answer_of(pilots, found).endswith(
        f"; for England they come to {format_gbp(whole)}, of which {format_gbp(away)} lies in none of them."
    )


def test_a_neighbourhood_has_no_pot(plan: Plan, index: Index) -> None:
    assert title_of(plan) == ("Atlas: What public services come to by small area in Barking and Dagenham 001, 2011-12")
    assert index.notices[0].startswith("These pots are modelled, not managed, spending")
    assert [column.heading for column in index.columns][:3] == ["Small area", "Code", "Authority"]
    assert {row.cells[1].text for row in index.rows} == {"Barking and Dagenham"}


def test_it_says_how_it_is_made_again(index: Index) -> None:
    assert index.command == f"placespend atlas --level lsoa --within {WITHIN} --lines lines.csv --out atlas"
    assert index.files_needed


def test_reports_of_another_level_are_made_from_other_inputs(plan: Plan) -> None:
    # Of one code there may be places of two levels, and each report says how it is made alone.
    plans = [plan_atlas(level, within="E06000001", recipe=plan.loaded.recipe) for level in ("upper_tier", "lad")]
    assert [[job.code for job in found.jobs] for found in plans] == [["E06000001"]] * 2
    assert len({found.jobs[0].command for found in plans}) == 2
    assert len({found.key for found in plans}) == 2


def test_each_report_is_linked_with_its_pdf(plan: Plan, figures: Figures, mapped: Mapped) -> None:
    found = index_of(plan, figures, mapped, {FIRST: "No."}, pdf=True)
    links = {row.code: (row.report, row.pdf) for row in found.rows}
    others = [code for code in links if code != FIRST]
    assert links == {FIRST: ("", ""), **{code: (f"reports/{code}.html", f"reports/{code}.pdf") for code in others}}
    page = index_html(found)
    assert all(f'href="{name}"' in page for code in others for name in links[code])
    assert found.command.endswith("--out atlas --pdf")


def test_the_same_index_gives_the_same_page(plan: Plan, figures: Figures, index: Index) -> None:
    assert index_html(index_of(plan, figures, map_of(plan, figures), {})) == index_html(index)


def test_hostile_names_stay_text_at_the_width_of_a_phone(
    plan: Plan, figures: Figures, mapped: Mapped, tmp_path: Path, browser: Browser
) -> None:
    table = figures.table.assign(name=[HOSTILE, *figures.table["name"].iloc[1:]])
    found = index_of(plan, replace(figures, table=table), mapped, {table["code"].iloc[1]: HOSTILE})
    path = tmp_path / "index.html"
    path.write_text(index_html(found), encoding="utf-8")
    with open_page(browser, path, width=360) as opened:
        page = opened.page
        assert page.locator("img").count() == 0
        page.locator("#sought").fill(FIRST)
        page.keyboard.press("Enter")
        assert "</script><img src=x onerror=alert(1)>" in page.locator("#chosen").inner_text()
        assert opened.faults == []
        assert not opened.scrolls_sideways()
        assert axe_faults(page) == []


def test_the_table_is_sorted_and_the_map_tells_of_places(index: Index, tmp_path: Path, browser: Browser) -> None:
    path = tmp_path / "index.html"
    path.write_text(index_html(index), encoding="utf-8")
    with open_page(browser, path) as opened:
        page = opened.page
        names = page.locator("#places tbody th")
        assert names.all_inner_texts() == [row.name for row in index.rows]
        page.get_by_role("button", name="Residents").click()
        shown = page.locator("#places tbody tr td:nth-child(4)").all_inner_texts()
        counts = [int(text.replace(",", "")) for text in shown]
        assert counts == sorted(counts, reverse=True)
        assert page.locator("#places th[aria-sort]").get_attribute("aria-sort") == "descending"
        page.locator("path.leaflet-interactive").first.click()
        chosen = page.locator("#chosen strong").inner_text()
        assert page.locator("#places tr.chosen a").inner_text() == chosen
        page.locator("#sought").fill("no such place")
        page.keyboard.press("Enter")
        assert "No place has a name like" in page.locator("#found").inner_text()
        assert page.locator("#places tbody tr:visible").count() == 0
        assert opened.faults == []
    without = browser.new_context(java_script_enabled=False)
    page = without.new_page()
    page.goto(path.as_uri())
    assert page.locator("#places tbody a:visible").count() == 4
    assert page.locator("#find:visible, #map-part:visible").count() == 0
    without.close()
