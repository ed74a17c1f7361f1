"""The legend of a map of two measures: a square of cells, with the bounds of the classes along its sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.maps.keys import LEGEND_IN
from placespend.maps.layers import MARK_WORDS, ZERO
from placespend.maps.legends import ALL_MODELLED, MARK_KEYS, Key
from placespend.maps.lettering import height_of
from placespend.maps.styles import DARK, INK, MARK_STYLES, PAPER, hatched, lightness
from placespend.maps.two_way import LETTERS, NUMBERS, words_on_estimates
from placespend.maps.two_way_styles import style_of_cell

if TYPE_CHECKING:
    from placespend.maps.layers import MapLayer
    from placespend.maps.page import Page
    from placespend.maps.two_way import TwoWayLayer

SIDE_IN = 0.85
"""Left of the square, for the bounds of the first measure."""

BOUND_PT, SIGN_PT, COUNT_PT, UNIT_PT = 7.0, 9.0, 7.5, 9.0
INDENT_IN = 0.08


class Square:
    """The square of cells, laid out before it is drawn.

    Parameters
    ----------
    page : Page
    layer : TwoWayLayer
    """

    def __init__(self, page: Page, layer: TwoWayLayer) -> None:
        self._page, self._layer = page, layer
        self._cell = (LEGEND_IN - SIDE_IN) / len(layer.second.classes)
        self._above = page.lines(f"↑ {_capital(layer.first.unit)}", UNIT_PT, LEGEND_IN, bold=True)
        self._below = page.lines(f"→ {_capital(layer.second.unit)}", UNIT_PT, LEGEND_IN, bold=True)
        self._rows = _bounds(page, layer.first, LETTERS, SIDE_IN - INDENT_IN)
        self._columns = _bounds(page, layer.second, NUMBERS, self._cell - INDENT_IN)
        highest = max(len(lines) for lines in self._rows)
        self._height_of_cell = max(height_of(highest, BOUND_PT) + INDENT_IN, 0.5)
        self._top = height_of(len(self._above), UNIT_PT) + 0.08
        self._bottom = self._top + self._height_of_cell * len(layer.first.classes)
        self._unit = self._bottom + 0.05 + height_of(max(map(len, self._columns)), BOUND_PT) + 0.04
        self.height = self._unit + height_of(len(self._below), UNIT_PT) + 0.2

    def draw(self, left: float, top: float) -> None:
        """Draw it.

        Parameters
        ----------
        left, top : float
            Its upper left corner, in inches.
        """
        page = self._page
        page.write(self._above, left, top, UNIT_PT, bold=True)
        for row, lines in enumerate(self._rows):
            # The highest class of the first measure stands at the top.
            at = top + self._bottom - (row + 1) * self._height_of_cell
            drop = (self._height_of_cell - height_of(len(lines), BOUND_PT)) / 2
            page.write(lines, left, at + drop, BOUND_PT)
            for column in range(len(self._columns)):
                self._draw_cell(LETTERS[row] + NUMBERS[column], left + SIDE_IN + column * self._cell, at)
        for column, lines in enumerate(self._columns):
            page.write(lines, left + SIDE_IN + column * self._cell, top + self._bottom + 0.05, BOUND_PT)
        page.write(self._below, left, top + self._unit, UNIT_PT, bold=True)

    def _draw_cell(self, cell: str, x: float, y: float) -> None:
        style = style_of_cell(self._layer, cell)
        self._page.rectangle(x, y, self._cell, self._height_of_cell, style)
        colour = PAPER if lightness(style.face) < DARK else INK
        count = f"({len(self._layer.cells()[cell]):,})"
        words = height_of(1, SIGN_PT) + height_of(1, COUNT_PT)
        under = y + (self._height_of_cell - words) / 2
        for text, size, line in ((cell, SIGN_PT, under), (count, COUNT_PT, under + height_of(1, SIGN_PT))):
            indent = (self._cell - self._page.measure(text, size, bold=size == SIGN_PT)) / 2
            self._page.write([text], x + indent, line, size, bold=size == SIGN_PT, colour=colour)


def _bounds(page: Page, measure: MapLayer, signs: str, width: float) -> list[list[str]]:
    labels = [f"{sign}: {label}" for sign, label in zip(signs, measure.classes.labels, strict=False)]
    return [page.lines(label, BOUND_PT, width) for label in labels]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def keys_of_marks(layer: TwoWayLayer) -> list[Key]:
    """List the rows of the legend under the square: estimates, and the places in no cell.

    Parameters
    ----------
    layer : TwoWayLayer

    Returns
    -------
    list of Key
    """
    keys = [Key("In brackets: places in each cell.")]
    modelled = int(layer.table["is_modelled"].sum())
    if words_on_estimates(layer) and all(words.endswith(": all") for words in words_on_estimates(layer)):
        both = layer.first.is_modelled.any() and layer.second.is_modelled.any()
        keys += [Key(ALL_MODELLED)] if both else [Key(f"{words}.") for words in words_on_estimates(layer)]
    elif modelled and not layer.is_all_modelled:
        middle = style_of_cell(layer, LETTERS[len(layer.first.classes) // 2] + NUMBERS[len(layer.second.classes) // 2])
        keys.append(Key("one number or both: a modelled estimate", hatched(middle), _places(modelled)))
    else:
        keys += [Key(f"{words}.") for words in words_on_estimates(layer)]
    marks = [ZERO, *(mark for mark in MARK_WORDS if mark != ZERO)]
    return keys + [
        Key(f"{MARK_KEYS[mark]}, in one or both", MARK_STYLES[mark], _places(layer.count(mark)))
        for mark in marks
        if layer.count(mark)
    ]


def _places(count: int) -> str:
    return f"({count:,} place{'s' if count != 1 else ''})"
