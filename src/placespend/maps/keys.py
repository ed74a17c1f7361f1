"""The legend on the page: its keys below one another, each with its words beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.maps.lettering import POINTS_PER_INCH, height_of
from placespend.maps.styles import INK, Style

if TYPE_CHECKING:
    from placespend.maps.legends import Key
    from placespend.maps.page import Page

LEGEND_IN = 2.7
SWATCH_IN = (0.34, 0.2)
HEADING_PT, KEY_PT = 10.0, 9.0

CENTRE_LINE = Style(INK, edge=INK, edge_width=2.0)
"""What stands for the centre, between the classes on both sides of it."""


def _size(key: Key) -> float:
    return HEADING_PT if key.is_heading else KEY_PT


def _has_sign(key: Key) -> bool:
    return key.style is not None or key.is_line


def lines_of_key(page: Page, key: Key) -> list[str]:
    """Break a row of the legend into lines; what is in brackets stays together.

    Parameters
    ----------
    page : Page
    key : Key

    Returns
    -------
    list of str
    """
    room = LEGEND_IN - (SWATCH_IN[0] + 0.1 if _has_sign(key) else 0.0)
    lines = page.lines(key.words, _size(key), room, bold=key.is_heading)
    if not key.count:
        return lines
    last = f"{lines[-1]} {key.count}" if lines else key.count
    return [*lines[:-1], last] if page.measure(last, _size(key)) <= room else [*lines, key.count]


def height_of_keys(keys: list[Key], blocks: list[list[str]]) -> float:
    """Tell how high a legend is.

    Parameters
    ----------
    keys : list of Key
    blocks : list of list of str
        The lines of each, as :func:`lines_of_key` breaks them.

    Returns
    -------
    float
        In inches.
    """
    return sum(_height_of_key(key, block) for key, block in zip(keys, blocks, strict=True))


def _height_of_key(key: Key, block: list[str]) -> float:
    return max(height_of(len(block), _size(key)), SWATCH_IN[1] if key.style else 0.0) + 0.08


def draw_keys(page: Page, keys: list[Key], blocks: list[list[str]], left: float, top: float) -> float:
    """Draw the legend.

    Parameters
    ----------
    page : Page
    keys : list of Key
    blocks : list of list of str
        The lines of each, as :func:`lines_of_key` breaks them.
    left, top : float
        Its upper left corner, in inches.

    Returns
    -------
    float
        Where it ends.
    """
    for key, block in zip(keys, blocks, strict=True):
        indent = SWATCH_IN[0] + 0.1 if _has_sign(key) else 0.0
        if key.style:
            page.rectangle(left, top, *SWATCH_IN, key.style)
        if key.is_line:
            page.rectangle(left, top + KEY_PT / POINTS_PER_INCH * 0.55, SWATCH_IN[0], 0.0, CENTRE_LINE)
        # One line stands level with the middle of its swatch.
        drop = (SWATCH_IN[1] - KEY_PT / POINTS_PER_INCH) / 2 if key.style else 0.0
        page.write(block, left + indent, top + drop, _size(key), bold=key.is_heading)
        top += _height_of_key(key, block)
    return top
