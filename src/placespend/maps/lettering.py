"""Text on a map: lines that fit a width, and labels that neither meet nor leave the map. All in inches."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LINE_SPACING = 1.25
POINTS_PER_INCH = 72

LONGEST_LINE = 400
"""Letters; the narrowest ones fill the page with fewer."""

GAP_IN = 0.03
"""What is left free between two labels."""

RING_IN, RINGS, DIRECTIONS = 0.15, 14, 16
"""A label that has no room at its place is tried on rings around it, in so many directions."""


@dataclass(frozen=True)
class Box:
    """A rectangle on the map.

    Attributes
    ----------
    x, y : float
        Its centre.
    width, height : float
    """

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes overlap or lie closer than :data:`GAP_IN`.

        Parameters
        ----------
        other : Box

        Returns
        -------
        bool
        """
        apart = abs(self.x - other.x) >= (self.width + other.width) / 2 + GAP_IN
        return not apart and abs(self.y - other.y) < (self.height + other.height) / 2 + GAP_IN

    def covers(self, x: float, y: float) -> bool:
        """Tell whether a point lies in the box.

        Parameters
        ----------
        x, y : float

        Returns
        -------
        bool
        """
        return abs(self.x - x) < self.width / 2 and abs(self.y - y) < self.height / 2

    def lies_within(self, width: float, height: float) -> bool:
        """Tell whether the box lies on a map of a size, whose lower left corner is 0, 0.

        Parameters
        ----------
        width, height : float

        Returns
        -------
        bool
        """
        fits = self.width / 2 <= self.x <= width - self.width / 2
        return fits and self.height / 2 <= self.y <= height - self.height / 2


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Break a text into lines that fit a width.

    Parameters
    ----------
    text : str
        Any: what cannot be printed is left out.
    width : float
    measure : callable
        Gives the width of a text.

    Returns
    -------
    list of str
        A word that is wider than a line is broken too. Empty where there is no text.

    Examples
    --------
    >>> wrap("Kensington and Chelsea", 14, len)
    ['Kensington and', 'Chelsea']
    """
    words = one_line(text).split()
    lines: list[str] = []
    while words:
        *whole, words[0] = _break_word(words[0], width, measure)
        fitting = _fitting_words(words, width, measure)
        lines += [*whole, " ".join(words[:fitting])]
        words = words[fitting:]
    return lines


def _fitting_words(words: Sequence[str], width: float, measure: Callable[[str], float]) -> int:
    """Count the words that a line holds, one at least: guessed by their letters, as measuring takes long."""
    ends = list(accumulate(len(word) + 1 for word in words))
    fitting, too_many = 1, len(words) + 1
    tried, found = 1, measure(words[0])
    while too_many - fitting > 1:
        guessed = bisect_right(ends, ends[tried - 1] * width / found) if found else len(words)
        tried = min(max(guessed, fitting + 1), too_many - 1)
        found = measure(" ".join(words[:tried]))
        fitting, too_many = (tried, too_many) if found <= width else (fitting, tried)
    return fitting


def _break_word(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    pieces: list[str] = []
    while word and measure(word) > width:
        # The first length that is too wide, less one; a line holds one letter at least, however wide.
        lengths = range(2, min(len(word), LONGEST_LINE) + 1)
        fitting = bisect_right(lengths, width, key=lambda length: measure(word[:length])) + 1
        pieces.append(word[:fitting])
        word = word[fitting:]
    return [*pieces, word] if word else pieces


def height_of(lines: int, size: float) -> float:
    """Give the height of lines of text.

    Parameters
    ----------
    lines : int
    size : float
        Of the letters, in points.

    Returns
    -------
    float
    """
    return lines * size * LINE_SPACING / POINTS_PER_INCH


def place_labels(
    anchors: Sequence[tuple[float, float]], sizes: Sequence[tuple[float, float]], width: float, height: float
) -> list[Box | None]:
    """Find room for labels, one after another, so that no two meet and none leaves the map.

    Parameters
    ----------
    anchors : sequence of (float, float)
        Where each label belongs, the most important first.
    sizes : sequence of (float, float)
        Width and height of each.
    width, height : float
        Of the map.

    Returns
    -------
    list of Box or None
        In the order given; None where there is no room near. A label never covers another's anchor.
    """
    placed: list[Box | None] = []
    for number, (anchor, size) in enumerate(zip(anchors, sizes, strict=True)):
        others = [other for position, other in enumerate(anchors) if position != number and other != anchor]
        boxes = (Box(anchor[0] + x, anchor[1] + y, *size) for x, y in _offsets())
        placed.append(next((box for box in boxes if _is_free(box, placed, others, width, height)), None))
    return placed


def _offsets() -> Iterator[tuple[float, float]]:
    yield 0.0, 0.0
    for ring in range(1, RINGS + 1):
        for direction in range(DIRECTIONS):
            angle = 2 * math.pi * direction / DIRECTIONS
            yield ring * RING_IN * math.cos(angle), ring * RING_IN * math.sin(angle)


def _is_free(
    box: Box, placed: Sequence[Box | None], anchors: Sequence[tuple[float, float]], width: float, height: float
) -> bool:
    free = not any(other is not None and box.meets(other) for other in placed)
    return free and box.lies_within(width, height) and not any(box.covers(*anchor) for anchor in anchors)
