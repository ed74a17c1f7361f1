"""The texts of a figure as they are drawn, for tests that none meets another or leaves the page."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from matplotlib.text import Text

from placespend.maps.page import settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def texts_of(figure: Figure) -> list[str]:
    """List what is written."""
    return [text.get_text() for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


def check_texts(figure: Figure) -> None:
    """Fail if texts overlap or leave the page."""
    with settings():
        figure.draw_without_rendering()
        found: list[tuple[str, Any]] = [
            (text.get_text(), text.get_window_extent())
            for text in figure.findobj(Text)
            if text.get_text() and text.get_visible()
        ]
    page = figure.bbox
    for text, box in found:
        assert page.x0 <= box.x0 <= box.x1 <= page.x1, text
        assert page.y0 <= box.y0 <= box.y1 <= page.y1, text
    for (one, box), (other, second) in combinations(found, 2):
        apart = min(box.x1, second.x1) - max(box.x0, second.x0) <= 0.5
        assert apart or min(box.y1, second.y1) - max(box.y0, second.y0) <= 0.5, (one, other)
