"""Cards are plain: nothing in them is obeyed, and they read where every style is taken away."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.cards import Card, CardList, CardTable, Column, card_html, first_rows
from placespend.spelling import one_line

ALLOWED = {
    "div",
    "p",
    "strong",
    "br",
    "table",
    "caption",
    "em",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "ul",
    "li",
    "small",
}
"""What sites that show notebooks let through."""


class Reader(HTMLParser):
    """Gathers what a browser would read: the elements with their attributes, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts += [data.strip()] * bool(data.strip())


def read(html: str) -> Reader:
    found = Reader()
    found.feed(html)
    found.close()
    return found


def full(text: str) -> Card:
    """A card that says a text wherever it can."""
    table = CardTable(text, (Column(text), Column(text, is_number=True)), ((text, text),), text)
    return Card(text, text, (table,), text, (CardList(text, (text,)),), text)


@settings(max_examples=30, deadline=None)
@given(
    st.text() | st.sampled_from(["<script>x</script>", "</table>", "\" onclick='x'", "$\\alpha$", "&amp;", "\u202eX"])
)
def test_all_text_is_shown_and_none_is_obeyed(text: str) -> None:
    found = read(card_html(full(text)))
    assert found.elements <= ALLOWED
    assert found.attributes <= {"class", "style", "scope"}
    shown = [one_line(part) for part in found.texts]
    assert shown == [one_line(text)] * len(shown) if one_line(text) else not shown


def test_no_formula_is_made_of_dollars() -> None:
    # Notebooks set "$x$" as mathematics, except below these.
    assert card_html(full("$x$")).startswith('<div class="tex2jax_ignore mathjax_ignore"')


def test_no_colour_is_fixed() -> None:
    html = card_html(full("x")).lower()
    assert "#" not in html
    assert "rgb" not in html
    assert "background" not in html
    assert html.count("color:") == html.count("color: inherit")


def test_lists_without_items_and_empty_words_leave_no_trace() -> None:
    found = read(card_html(Card("A title", "", (), "A foot", (CardList("Notes", ()),))))
    assert found.texts == ["A title", "A foot"]
    assert "details" not in found.elements


def test_the_rest_of_a_long_table_is_told() -> None:
    rows = [(str(number),) for number in range(1_200)]
    assert first_rows(rows, 2, "cells") == ((("0",), ("1",)), "The first 2 of 1,200 cells.")
    assert first_rows(rows[:2], 2, "cells") == ((("0",), ("1",)), "")
