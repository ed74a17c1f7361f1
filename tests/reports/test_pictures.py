"""Pictures in a page: their parts have names of their own, and only what draws is kept."""

from __future__ import annotations

import re

import pytest
from made_up_report import HOSTILE, SHOWN, made_up_bars, made_up_map, parsed

from placespend.reports.bars import bars_svg
from placespend.reports.pictures import data_address, inline_svg


def inline(svg: str, name: str = "one") -> str:
    return inline_svg(svg, name, title="Title", description="What it shows")


def wrapped(content: str, attributes: str = "") -> str:
    start = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "https://example.org/svg11.dtd">'
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"{start}<svg {spaces} {attributes}>{content}</svg>"


def names(text: str) -> set[str]:
    return {element.attrib["id"] for element in parsed(text).iter() if "id" in element.attrib}


@pytest.mark.parametrize("svg", [made_up_map(), bars_svg(made_up_bars("b"))], ids=["map", "bars"])
def test_two_pictures_share_no_names_and_each_reference_is_met_within(svg: str) -> None:
    one, two = inline(svg, "one"), inline(svg, "two")
    assert names(one)
    assert names(one) & names(two) == set()
    for name, text in (("one", one), ("two", two)):
        pointed = set(re.findall(r"url\(#([^)]+)\)", text)) | set(re.findall(r'href="#([^"]+)"', text))
        assert all(target.startswith(f"{name}_") for target in names(text))
        # Matplotlib points only at what it has defined.
        assert pointed <= names(text)


def test_a_map_keeps_its_hatches() -> None:
    text = inline(made_up_map())
    assert text.count("<pattern") >= 3
    assert len(re.findall(r"url\(#one_h", text)) >= 3


def test_a_picture_says_once_what_it_shows() -> None:
    text = inline(made_up_map())
    root = parsed(text)
    assert (root.get("role"), root.get("aria-labelledby"), root.get("aria-describedby")) == (
        "img",
        "one_title",
        "one_desc",
    )
    assert [(element.tag, element.text) for element in root][:2] == [("title", "Title"), ("desc", "What it shows")]
    assert text.count("<title") == text.count("<desc") == text.count("role=") == 1
    assert "<?xml" not in text
    assert "DOCTYPE" not in text
    assert "width" not in root.attrib
    assert root.get("viewBox")


def test_what_runs_loads_or_leaves_is_not_kept() -> None:
    text = inline(
        wrapped(
            "<script>alert(1)</script><foreignObject><p>p</p></foreignObject><p>out</p><metadata/>"
            '<a href="https://example.org"><path/></a><use xlink:href="https://example.org/#a"/>'
            '<image xlink:href="https://example.org/a.png"/><image href="data:image/png;base64,AA"/>'
            '<rect onclick="alert(1)" style="fill: url(https://example.org/#p)" fill="url( \'#p\' )"/>'
            '<animate attributeName="href"/><use href="#p"/>',
            'onload="alert(1)" class="c"',
        )
    )
    assert "example.org" not in text
    assert "alert" not in text
    assert [element.tag for element in parsed(text)] == ["title", "desc", "use", "image", "image", "rect", "use"]
    assert 'fill="url(#one_p)"' in text
    assert 'href="#one_p"' in text
    assert "data:image/png" in text


def test_rules_for_all_elements_hold_for_the_picture_alone() -> None:
    text = inline(wrapped("<defs><style>*{stroke-linejoin: round; stroke-linecap: butt}</style></defs>"))
    assert "<style" not in text
    assert 'style="stroke-linejoin: round; stroke-linecap: butt"' in text


@pytest.mark.parametrize("rules", ["rect {fill: red}", "@import 'https://example.org'", "*{fill: url(http://a/#b)}"])
def test_other_rules_are_an_error(rules: str) -> None:
    with pytest.raises(ValueError, match="picture one has a style sheet"):
        inline(wrapped(f"<style>{rules}</style>"))


@pytest.mark.parametrize("text", ["", "<p/>", "no picture", '<!DOCTYPE a [<!ENTITY b "c">]><svg>&b;</svg>'])
def test_what_is_no_svg_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="picture one is no SVG"):
        inline(text)


def test_words_are_text() -> None:
    text = inline_svg(wrapped("<text>a\u202eb</text>"), "one", title=HOSTILE, description=HOSTILE)
    assert "<script" not in text
    assert "\u202e" not in text
    assert parsed(text)[0].text == " ".join(SHOWN.split())


def test_a_file_as_an_address() -> None:
    assert data_address("é".encode(), "text/plain") == "data:text/plain;base64,w6k="
