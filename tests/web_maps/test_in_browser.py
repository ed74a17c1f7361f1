"""Maps in a browser with the network blocked: they are drawn, said, searched and sorted, and every text stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import OpenPage, axe_faults, open_page
from web_layers import HOSTILE, NAMES, first_layer, second_layer

from placespend.geography import outlines
from placespend.web_maps.page import build_web_map, write_web_map

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


def written(path: Path, names: list[str], title: str) -> Path:
    layers = {"Density": first_layer(names), "Change <i>": second_layer(names)}
    found = build_web_map(layers, outlines("upper_tier"), title=title, notes=names, sources=["ONS"])
    write_web_map(found, path)
    return path


@pytest.fixture(scope="module")
def everyday(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenPage]:
    path = written(tmp_path_factory.mktemp("maps") / "everyday.html", NAMES, "Families in Greater Manchester")
    with open_page(browser, path) as opened:
        yield opened


@pytest.fixture
def opened(everyday: OpenPage) -> OpenPage:
    """The page as it is at first, whatever the test before left."""
    page = everyday.page
    page.locator("input[type=radio]").first.check()
    page.get_by_role("button", name="Show all places on the map").click()
    page.mouse.move(0, 0)
    page.locator("#search").fill("")
    return everyday


def tooltips(opened: OpenPage) -> list[str]:
    return opened.page.locator(".leaflet-tooltip").all_inner_texts()


def column(opened: OpenPage, number: int) -> list[str]:
    return opened.page.locator(f"#table tbody tr > :nth-child({number})").all_inner_texts()


def test_a_map_is_drawn_without_errors_or_requests(opened: OpenPage) -> None:
    page = opened.page
    assert page.title() == "Families in Greater Manchester"
    assert page.locator("path.leaflet-interactive").count() == 6
    fills = page.locator("path.leaflet-interactive").evaluate_all("all => all.map(one => one.getAttribute('fill'))")
    # Estimates, suppressed and missing places have patterns, and each pattern is there.
    names = [fill[5:-1] for fill in fills if fill.startswith("url(#")]
    assert len(set(names)) == 3
    assert all(page.locator(f"pattern#{name}").count() == 1 for name in names)
    assert opened.faults == []
    assert not opened.scrolls_sideways()


def test_pointing_at_a_place_says_what_it_is(opened: OpenPage) -> None:
    box = opened.page.locator("path.leaflet-interactive").first.bounding_box()
    assert box is not None
    assert tooltips(opened) == []
    opened.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    (said,) = tooltips(opened)
    assert said.startswith("Bolton\n")
    assert first_layer().words()[0] in said
    opened.page.keyboard.press("Escape")
    assert tooltips(opened) == []


def test_every_place_is_reached_from_the_keyboard_by_one_stop(opened: OpenPage) -> None:
    page = opened.page
    assert page.locator('#table tbody button[tabindex="0"]').count() == 1
    page.locator("#scroll").focus()
    # Three headings come first.
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Bolton"
    assert tooltips(opened)[0].startswith("Bolton\n")
    for key, name in (("ArrowDown", "Bury"), ("End", "Salford"), ("ArrowUp", "Rochdale"), ("Home", "Bolton")):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent") == name
        assert [said.split("\n")[0] for said in tooltips(opened)] == [name]
    assert page.locator('#table [aria-current="true"]').all_inner_texts() == ["Bolton"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#table')") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("manchester", "Manchester: suppressed"),
        ("E08000005", "Rochdale: zero (published)"),
        ("ROCH", "Rochdale: zero (published)"),
        ("l", "4 places have such a name: Bolton, Oldham, Rochdale, Salford."),
        ("<b>Leeds</b>", "No place on this map has a name like \u201c<b>Leeds</b>\u201d."),
        ("  ", "Type the name of a place."),
    ],
)
def test_search_finds_places_or_says_that_it_did_not(opened: OpenPage, text: str, said: str) -> None:
    opened.page.locator("#search").fill(text)
    opened.page.keyboard.press("Enter")
    status = opened.page.get_by_role("status")
    assert status.inner_text() == said
    found = next((name for name in NAMES if said.startswith(f"{name}:")), None)
    assert opened.page.locator("#table tr.chosen th").all_inner_texts() == ([found] if found else [])
    assert [tip.split("\n")[0] for tip in tooltips(opened)] == ([found] if found else [])


def test_another_layer_changes_legend_table_and_words(opened: OpenPage) -> None:
    page = opened.page
    before = (page.locator("#legend").inner_text(), column(opened, 2), page.locator("#description").inner_text())
    assert "suppressed: confidential" in before[0]
    page.get_by_role("radio", name="Change <i>").check()
    after = (page.locator("#legend").inner_text(), column(opened, 2), page.locator("#description").inner_text())
    assert "no change" in after[0]
    assert "suppressed" not in after[0]
    assert after[1] == second_layer().words()
    assert "Families in Greater Manchester: Change <i>" in after[2]
    assert page.locator("#legend-heading").inner_text() == "Change <b>in</b> per cent"
    # By the keyboard too.
    page.get_by_role("radio", name="Change <i>").press("ArrowUp")
    assert (page.locator("#legend").inner_text(), column(opened, 2)) == before[:2]


def test_the_table_is_sorted_by_its_headings(opened: OpenPage) -> None:
    page = opened.page
    value = page.get_by_role("columnheader").nth(1)
    place = page.get_by_role("columnheader").first
    value.get_by_role("button").click()
    assert value.get_attribute("aria-sort") == "descending"
    assert place.get_attribute("aria-sort") is None
    # Places without a number stand last, whichever way.
    assert column(opened, 1) == ["Salford", "Bury", "Bolton", "Rochdale", "Oldham", "Manchester"]
    value.get_by_role("button").click()
    assert value.get_attribute("aria-sort") == "ascending"
    assert column(opened, 1) == ["Rochdale", "Bolton", "Bury", "Salford", "Oldham", "Manchester"]
    place.get_by_role("button").click()
    assert column(opened, 1) == NAMES
    assert place.get_attribute("aria-sort") == "ascending"


def test_a_row_shows_its_place_on_the_map(opened: OpenPage) -> None:
    page = opened.page
    oldham = page.locator("path.leaflet-interactive").nth(3)
    far = oldham.bounding_box()
    page.get_by_role("button", name="Oldham", exact=True).click()
    near = oldham.bounding_box()
    assert far is not None
    assert near is not None
    assert near["width"] > far["width"]
    assert [said.split("\n") for said in tooltips(opened)] == [["Oldham", "no data"]]


def test_axe_finds_no_serious_fault(opened: OpenPage) -> None:
    opened.page.get_by_role("button", name="Bury", exact=True).click()
    assert axe_faults(opened.page) == []
    assert opened.faults == []


def test_hostile_names_stay_text_at_the_width_of_a_phone(browser: Browser, tmp_path: Path) -> None:
    path = written(tmp_path / "hostile.html", HOSTILE, " ".join(HOSTILE))
    with open_page(browser, path, width=360, height=740) as opened:
        page = opened.page
        page.locator("#table tbody button").evaluate_all("all => all.forEach(one => one.click())")
        page.locator("#search").fill(HOSTILE[0])
        page.keyboard.press("Enter")
        assert HOSTILE[0] in page.get_by_role("status").inner_text()
        assert HOSTILE[0] in tooltips(opened)[0]
        page.get_by_role("radio").nth(1).check()
        assert opened.faults == []
        assert page.locator("img, iframe, main b, main i").count() == 0
        names = page.locator("#table tbody button").all_inner_texts()
        assert HOSTILE[0] in names
        assert HOSTILE[1] in names
        assert HOSTILE[2] in names
        # What turns writing round is left out, and what is left cannot reach the text beside it.
        assert not any("\u202e" in name for name in names)
        assert (
            page.locator("#table tbody button").first.evaluate("one => getComputedStyle(one).unicodeBidi") != "normal"
        )
        assert not opened.scrolls_sideways()
        assert axe_faults(page) == []
