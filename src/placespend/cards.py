"""A card: how a notebook shows one of placespend's objects.

Notebooks differ in what they do with HTML: some are dark, some take every style away, some set what stands between two
dollar signs as a formula. So a card is plain tables and lists with words; it has no script, no style sheet, no picture
and no colour of its own, and loses nothing that matters where its few styles are taken away. All that it says is text:
a name is shown with the signs that it has, never obeyed, and signs that would turn writing round are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from placespend.page_templates import template_environment
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Template

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Column:
    """A column of a card's table.

    Attributes
    ----------
    heading : str
    is_number : bool
        Whether it holds numbers, which stand to the right and are never folded.
    """

    heading: str
    is_number: bool = False

    @property
    def side(self) -> str:
        """On which side its cells stand."""
        return "right" if self.is_number else "left"


@dataclass(frozen=True)
class CardTable:
    """A table of a card.

    Attributes
    ----------
    caption : str
    columns : tuple of Column
    rows : tuple of tuple of str
        As long as the columns are many.
    rest : str
        What is not shown of it, in words; may be empty.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    rest: str = ""


@dataclass(frozen=True)
class CardList:
    """A list of a card, folded up until somebody opens it.

    Attributes
    ----------
    heading : str
    items : tuple of str
        Where there are none, nothing is shown.
    """

    heading: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """What a notebook shows of an object.

    Attributes
    ----------
    title, about : str
        What it is; ``about`` may be empty.
    tables : tuple of CardTable
    foot : str
        What it was made with, and the notices of the data.
    lists : tuple of CardList
    warning : str
        What a reader must not miss; may be empty.
    """

    title: str
    about: str
    tables: tuple[CardTable, ...]
    foot: str
    lists: tuple[CardList, ...] = ()
    warning: str = ""


def card_html(card: Card) -> str:
    """Write a card as HTML that may stand within any page.

    Parameters
    ----------
    card : Card

    Returns
    -------
    str
        One ``div``.

    Examples
    --------
    >>> "<b>" in card_html(Card("<b>Leeds</b>", "", (), ""))
    False
    """
    return _template().render(card=card)


def first_rows(rows: Sequence[tuple[str, ...]], most: int, what: str) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Take the first rows of a table, and say how many there are beside them.

    Parameters
    ----------
    rows : sequence of tuple of str
    most : int
        So many are taken.
    what : str
        What the rows are, in the plural.

    Returns
    -------
    tuple of (tuple of rows, str)
        The rows, and the words; empty where all are taken.

    Examples
    --------
    >>> first_rows([("1",), ("2",), ("3",)], 2, "cells")
    ((('1',), ('2',)), 'The first 2 of 3 cells.')
    """
    told = f"The first {most:,} of {len(rows):,} {what}." if len(rows) > most else ""
    return tuple(rows[:most]), told


@cache
def _template() -> Template:
    return template_environment(TEMPLATES, clean=one_line, keep_end=False).get_template("card.html.jinja")
