"""A report as a page: it holds everything, obeys nothing that is text, and can be read by everyone."""

from __future__ import annotations

import base64
import dataclasses
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from browser import axe_faults, open_page
from made_up_report import HOSTILE, SHOWN, made_up_report, made_up_table, wide_table

from placespend.exports.text import to_csv
from placespend.reports.document import Code, Column, KeyFigure, KeyFigures, Notice, Section
from placespend.reports.page import render, report_html, room_needed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from browser import OpenPage
    from playwright.sync_api import Browser

    from placespend.reports.document import Block, Document

DESKTOP, PHONE = 1280, 360


class Elements(HTMLParser):
    """The elements of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def small(*blocks: Block) -> Document:
    """Make a report with one section."""
    return dataclasses.replace(made_up_report(), sections=(Section("only", "Only", blocks),))


@pytest.fixture(scope="module")
def page() -> str:
    return report_html(made_up_report())


@pytest.fixture(scope="module")
def elements(page: str) -> Elements:
    return Elements(page)


# --- what is in the file


def test_the_same_report_gives_the_same_bytes(page: str) -> None:
    made_up_report.cache_clear()
    assert report_html(made_up_report()) == page


def test_the_page_says_its_language_and_title_and_forbids_what_comes_from_elsewhere(elements: Elements) -> None:
    assert elements.named("html") == [{"lang": "en-GB"}]
    (policy,) = [meta["content"] for meta in elements.named("meta") if "http-equiv" in meta]
    assert str(policy).startswith("default-src 'none';")
    assert "script" not in str(policy)
    assert {"script", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in elements.found} == set()


def test_no_address_in_the_page_leads_out_of_it(elements: Elements, page: str) -> None:
    addresses = [
        str(value) for _, attributes in elements.found for name, value in attributes.items()
        if name in {"href", "src", "srcset", "action", "xlink:href", "data", "poster"}
    ]  # fmt: skip
    assert addresses
    assert all(address.startswith(("#", "data:")) for address in addresses)
    styles = " ".join(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    assert "url(" not in styles
    assert "@import" not in styles


def test_every_name_is_there_once_and_every_link_within_leads_somewhere(elements: Elements) -> None:
    names = [str(attributes["id"]) for _, attributes in elements.found if "id" in attributes]
    assert len(names) == len(set(names))
    pointed = {str(link["href"])[1:] for link in elements.named("a") if str(link["href"]).startswith("#")}
    for attribute in ("aria-labelledby", "aria-describedby"):
        pointed |= {str(attributes[attribute]) for _, attributes in elements.found if attribute in attributes}
    assert {section.id for section in made_up_report().sections} <= pointed <= set(names)


def test_the_page_holds_the_exact_data_of_every_table(elements: Elements) -> None:
    links = {str(link["download"]): str(link["href"]) for link in elements.named("a") if "download" in link}
    tables = made_up_report().tables()
    assert set(links) == {f"{table.id}.csv" for table in tables}
    for table in tables:
        start, content = links[f"{table.id}.csv"].split(",")
        assert start == "data:text/csv;charset=utf-8;base64"
        written = base64.b64decode(content).decode("utf-8")
        assert written == to_csv(table.data)
    assert "'=HYPERLINK(0)" in written or any("'=HYPERLINK(0)" in to_csv(table.data) for table in tables)


def test_in_a_folder_tables_link_to_their_files() -> None:
    table = made_up_table("bodies")
    found = Elements(report_html(small(table), data_folder="data"))
    assert [link["href"] for link in found.named("a") if "download" in link] == ["data/bodies.csv"]


def test_text_of_all_parts_stays_text() -> None:
    blocks: list[Block] = [
        Notice(HOSTILE),
        Code(HOSTILE, HOSTILE),
        KeyFigures((KeyFigure(HOSTILE, HOSTILE, "assumed", HOSTILE),)),
        dataclasses.replace(
            made_up_table("t"), caption=HOSTILE, notes=(HOSTILE,), columns=tuple(Column(HOSTILE) for _ in range(5))
        ),
    ]
    report = dataclasses.replace(
        small(*blocks), title=HOSTILE, answer=HOSTILE, about=(HOSTILE,), notice=HOSTILE, made_with=HOSTILE
    )
    plain = dataclasses.replace(small(Notice(""), Code("", ""), KeyFigures((KeyFigure("", "", "assumed", "n"),)),
        dataclasses.replace(made_up_table("t"), caption="", notes=("",), columns=(Column(""),) * 5)),
        title="", answer="", about=("",), notice="", made_with="m")  # fmt: skip
    hostile, harmless = report_html(report), report_html(plain)
    shapes = [
        [(tag, sorted(names)) for tag, names in Elements(page).found if tag != "wbr"] for page in (hostile, harmless)
    ]
    assert shapes[0] == shapes[1]
    assert not set("\x00\x1b\u202e\u2066") & set(hostile)
    assert "49" not in re.sub(r"base64,[^\"]*|<style>.*?</style>", "", hostile, flags=re.DOTALL).replace(
        "e47000001", ""
    )


def test_how_a_figure_is_known_is_told_in_words_and_explained() -> None:
    figures = KeyFigures((KeyFigure("a", "1", "observed"), KeyFigure("b", "2"), KeyFigure("c", "3", "modelled")))
    page = report_html(small(figures))
    assert re.findall(r'class="known (\w+)">(\w+)<', page) == [("observed", "Recorded"), ("modelled", "Modelled")]
    assert re.findall(r"<dt>(\w+)</dt><dd>", page) == ["Recorded", "Modelled"]


def test_words_for_how_a_figure_is_known_are_explained_where_only_a_table_has_them() -> None:
    table = dataclasses.replace(made_up_table("costs"), data=pd.DataFrame({"known": ["assumed", "awaited"]}))
    both = KeyFigures((KeyFigure("The pot", "£1.00", "observed_and_modelled"),))
    page = report_html(dataclasses.replace(made_up_report(), sections=(Section("one", "One", (both, table)),)))
    assert re.findall(r'class="known ([^"]+)">([^<]+)<', page) == [("observed_and_modelled", "Recorded and modelled")]
    meanings = re.findall(r"<dt>([^<]+)</dt><dd>", page)
    assert meanings == ["Recorded", "Recorded and modelled", "Modelled", "Assumed"]


def test_tables_say_what_their_cells_are() -> None:
    page = report_html(small(made_up_table("t", 4, has_total=True)))
    assert page.count('<th scope="col"') == 5
    assert page.count('<th scope="row">') == 4
    assert page.count('<tr class="total">') == 1
    assert page.count('<td class="number">') == 8
    assert re.search(r"<caption[^>]*><span>Who spends: t</span>", page)
    assert 'class="total"' not in report_html(small(made_up_table("t", 4)))


def test_a_table_too_wide_for_paper_is_turned() -> None:
    assert room_needed(wide_table()) == "sideways"
    assert room_needed(made_up_table("t")) == "upright"
    narrower = dataclasses.replace(
        wide_table(), columns=wide_table().columns[:6], rows=tuple(row[:6] for row in wide_table().rows)
    )
    assert room_needed(narrower) == "small"


def test_a_long_table_is_opened_by_who_wants_it() -> None:
    assert "<details" not in report_html(small(made_up_table("t", 30)))
    page = report_html(small(made_up_table("t", 31)))
    assert page.count("<details") == page.count("<summary>Who spends: t (31 rows)</summary>") == 1
    assert page.count('<th scope="row">') == 31
    assert "<details" not in render(small(made_up_table("t", 31)), "pdf")


def test_in_a_pdf_long_tables_are_in_an_appendix_and_links_lead_there() -> None:
    short, long = made_up_table("short", 30), made_up_table("long", 31)
    page = render(small(long, short), "pdf")
    found = Elements(page)
    assert [link["href"] for link in found.named("a")] == ["#only", "#long_tables", "#long"]
    assert page.count("All 31 rows are in the appendix") == 1
    assert page.index('id="short"') < page.index('id="long_tables"') < page.index('id="long"')
    assert len(found.named("table")) == 2
    assert "long_tables" not in render(small(short), "pdf") + report_html(small(long))


def test_qualities_are_marked_beside_their_word_and_only_in_their_column() -> None:
    columns = (Column("Service"), Column("Quality", is_quality=True))
    rows = (("red", "amber"), ("b", "green"), ("c", "not shared"), ("d", "<b>"))
    table = dataclasses.replace(made_up_table("t"), columns=columns, rows=rows)
    page = report_html(small(table))
    assert re.findall(r'<span class="quality (\w+)">(\w+)</span>', page) == [("amber",) * 2, ("green",) * 2]
    assert "<td>not shared</td>" in page
    assert "<td>&lt;b&gt;</td>" in page


def test_a_pdf_has_its_tables_open_and_no_data_within() -> None:
    found = Elements(render(made_up_report(), "pdf"))
    assert {"details", "svg"} & {tag for tag, _ in found.found} == set()
    assert all(image["alt"] for image in found.named("img"))
    assert len(found.named("img")) == 4
    assert len(found.named("table")) == len(made_up_report().tables())
    assert all(str(link["href"]).startswith("#") for link in found.named("a"))


# --- in a browser with no network


@pytest.fixture(scope="module")
def file(page: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture(scope="module", params=[DESKTOP, PHONE])
def opened(request: pytest.FixtureRequest, browser: Browser, file: Path) -> Iterator[OpenPage]:
    with open_page(browser, file, width=request.param) as found:
        yield found


def test_nothing_is_asked_for_and_nothing_goes_wrong(opened: OpenPage) -> None:
    assert opened.faults == []
    assert opened.page.title() == "The single pot of <script>alert('out')</script>, 2011-12"


def test_the_page_does_not_scroll_sideways(opened: OpenPage) -> None:
    assert not opened.scrolls_sideways()
    opened.page.evaluate("document.querySelectorAll('details').forEach(found => found.open = true)")
    assert not opened.scrolls_sideways()


def test_axe_finds_no_serious_fault(opened: OpenPage) -> None:
    opened.page.evaluate("document.querySelectorAll('details').forEach(found => found.open = true)")
    assert axe_faults(opened.page) == []


def test_hostile_text_is_shown_as_it_is(opened: OpenPage) -> None:
    shown = opened.page.locator(".about li").last.inner_text()
    assert shown == SHOWN.strip()
    assert opened.page.locator("script, body img[src='x']").count() == 0


def test_pictures_and_their_tables_are_there(opened: OpenPage) -> None:
    page = opened.page
    assert page.locator("figure svg[role=img]").count() == 3
    assert page.locator("figure details").count() == 4
    broken = "[...document.images].filter(image => !image.complete || !image.naturalWidth).length"
    assert page.evaluate(broken) == 0


def test_a_map_tells_its_title_once_and_where_it_scrolls_says_so(opened: OpenPage) -> None:
    page = opened.page
    is_phone = page.evaluate("innerWidth") == PHONE
    assert page.locator(".map .hint").first.is_visible() == is_phone
    # On a phone the title in the picture is cut off; elsewhere it is the only one to be seen, and both are to be heard.
    caption = page.locator(".map figcaption").first
    assert (caption.evaluate("found => found.getBoundingClientRect().height") > 5) == is_phone
    assert caption.evaluate("found => getComputedStyle(found).display") != "none"


def test_a_link_gives_the_exact_data(opened: OpenPage) -> None:
    link = opened.page.locator("a[download='all-bodies.csv']")
    with opened.page.expect_download() as waiting:
        link.click()
    written = waiting.value.path().read_text(encoding="utf-8")
    (table,) = [table for table in made_up_report().tables() if table.id == "all-bodies"]
    assert written == to_csv(table.data)
    assert waiting.value.suggested_filename == "all-bodies.csv"


def test_on_paper_the_tables_behind_pictures_are_open_and_links_within_the_file_are_not_printed(
    opened: OpenPage,
) -> None:
    page = opened.page
    page.evaluate("document.querySelectorAll('details').forEach(found => found.open = false)")
    page.emulate_media(media="print")
    try:
        table = page.locator("details table").first
        assert table.evaluate("found => found.getBoundingClientRect().height") > 50
        assert table.evaluate("found => found.checkVisibility({contentVisibilityAuto: true})")
        assert not page.locator("a[href^='data:']").first.is_visible()
        assert page.locator(".on-paper img").first.is_visible()
        assert not page.locator(".on-screen svg").first.is_visible()
    finally:
        page.emulate_media(media="screen")
