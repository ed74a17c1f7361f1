"""The foot of a map: what must be known of it, where its figures are from, and the notice that licences ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.maps.lettering import height_of
from placespend.maps.page import MARGIN_IN, PAGE_IN
from placespend.maps.styles import GREY
from placespend.shipped import NOTICE
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placespend.maps.page import Page

FOOT_PT = 7.0

FIGURES = "Figures from {}."
OUTLINES = f"Outlines, places and census counts. {NOTICE}"
"""The notice, and what it is of: other publications stand above it."""

SCHEMATIC = "The outlines are not those on the ground: areas and distances are not drawn to scale."


class Foot:
    """The lines at the foot of a page, to be measured before they are written.

    Parameters
    ----------
    page : Page
    notes, sources : sequence of str
        The notice follows them.
    """

    def __init__(self, page: Page, notes: Sequence[str], sources: Sequence[str]) -> None:
        texts = [*notes, *([FIGURES.format("; ".join(map(one_line, sources)))] if sources else []), OUTLINES]
        self._page = page
        self._lines = [line for text in texts for line in page.lines(text, FOOT_PT, PAGE_IN - 2 * MARGIN_IN)]

    @property
    def height(self) -> float:
        """Its height, in inches."""
        return height_of(len(self._lines), FOOT_PT)

    def write(self) -> None:
        """Write it at the lower end of the page, whose height is set."""
        top = self._page.height - MARGIN_IN - self.height
        self._page.write(self._lines, MARGIN_IN, top, FOOT_PT, colour=GREY)
