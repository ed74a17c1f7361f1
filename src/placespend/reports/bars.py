"""Amounts side by side as bars that lie, drawn so that they can be read on a phone.

The picture is narrow and its letters large: fitted to a phone's width they are still legible, and on a wide screen it
is not stretched. Labels stand to the left in as many lines as they need, and each value is written at the end of its
bar; where long values would leave the bars no room, as with many digits on both sides of zero, they stand below the
labels instead. The scale is the largest at which every bar, its range and its value fit, so that nothing meets another
thing, however long a label is. Zero is always in the picture, as a bar's length is what the eye compares. A value that
is not known has words and no bar.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from placespend.maps.lettering import POINTS_PER_INCH, height_of
from placespend.maps.page import DPI, Page, settings
from placespend.maps.styles import BLUES, INK, PAPER
from placespend.maps.writing import svg_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from placespend.reports.document import Bars

WIDTH_IN = 400 / POINTS_PER_INCH
"""400 units of the SVG: at the 328 pixels that a phone leaves, letters of 12 units are 10 pixels high."""

LETTERS_PT = 12.0
LABELS_IN, VALUES_IN = 0.38 * WIDTH_IN, 0.3 * WIDTH_IN
"""Labels and values wider than that are broken into lines."""

LEAST_BARS_IN = 0.25 * WIDTH_IN
"""What the bars have at least, from the end of the lowest to that of the highest."""

GAP_IN, ROW_GAP_IN, MARGIN_IN = 0.08, 0.13, 0.06
BAR_IN = 0.2
END_IN = 0.1
"""Height of the ends of a range."""

BAR, EMPHASISED = BLUES[3], BLUES[4]
STEPS = 60
"""Halvings in the search for the scale: more than the digits of a float."""


@dataclass(frozen=True)
class _Row:
    """One bar as it is laid out, in inches and in the unit of the values."""

    label: list[str]
    shown: list[str]
    shown_in: float
    height: float
    value: float
    low: float
    high: float
    is_emphasised: bool

    @property
    def is_known(self) -> bool:
        return not math.isnan(self.value)

    @property
    def is_negative(self) -> bool:
        return self.is_known and self.value < 0

    def ends(self, scale: float) -> tuple[float, float]:
        """Say how far it reaches to the left and to the right of zero, its value written beside it included."""
        known = [number for number in (self.value, self.low, self.high) if not math.isnan(number)]
        left, right = -min([0.0, *known]) * scale, max([0.0, *known]) * scale
        beside = GAP_IN + self.shown_in if self.shown else 0.0
        return (left + beside, right) if self.is_negative else (left, right + beside)


def bars_svg(bars: Bars) -> str:
    """Draw amounts side by side.

    Parameters
    ----------
    bars : Bars

    Returns
    -------
    str
        An SVG of 400 units' width, in which text stays text; ``title`` and ``desc`` say what it shows. The same bars
        give the same bytes with the same versions of matplotlib and its fonts.
    """
    with settings():
        page = Page()
        laid_out = _laid_out(page, _rows(bars, page, is_beside=True))
        if laid_out.bars < LEAST_BARS_IN:
            laid_out = _laid_out(page, _rows(bars, page, is_beside=False))
        return _draw(bars, laid_out)


@dataclass(frozen=True)
class _Layout:
    """Where everything is, in inches from the left: the end of the labels, and zero; inches per unit."""

    rows: list[_Row]
    labels_end: float
    zero: float
    scale: float

    @property
    def bars(self) -> float:
        """How much the bars and their ranges have."""
        known = [number for row in self.rows for number in (row.value, row.low, row.high) if not math.isnan(number)]
        span = max([0.0, *known]) - min([0.0, *known])
        return span * self.scale if span else math.inf


def _laid_out(page: Page, rows: list[_Row]) -> _Layout:
    labels = max(
        (page.measure(line, LETTERS_PT, bold=row.is_emphasised) for row in rows for line in row.label), default=0.0
    )
    left = MARGIN_IN + labels + GAP_IN
    scale, before_zero = _scale(rows, WIDTH_IN - MARGIN_IN - left)
    return _Layout(rows, left - GAP_IN, left + before_zero, scale)


def _rows(bars: Bars, page: Page, *, is_beside: bool) -> list[_Row]:
    """Break labels and values into lines, and give each row the height that they need."""
    unknown = (math.nan,) * len(bars.labels)
    lows, highs = bars.lows or unknown, bars.highs or unknown
    rows = []
    for number, (label, value, shown) in enumerate(zip(bars.labels, bars.values, bars.shown, strict=True)):
        stands_out = number in bars.emphasised
        lines = page.lines(label, LETTERS_PT, LABELS_IN, bold=stands_out)
        beside = page.lines(shown, LETTERS_PT, VALUES_IN if is_beside else LABELS_IN, bold=stands_out)
        lines, beside = (lines, beside) if is_beside else (lines + beside, [])
        wide = max((page.measure(line, LETTERS_PT, bold=stands_out) for line in beside), default=0.0)
        height = max(height_of(max(len(lines), len(beside)), LETTERS_PT), BAR_IN) + ROW_GAP_IN
        rows.append(_Row(lines, beside, wide, height, value, lows[number], highs[number], stands_out))
    return rows


def _scale(rows: Sequence[_Row], room: float) -> tuple[float, float]:
    """Find the largest scale, in inches per unit, at which all rows fit, and where zero then is from the left."""

    def needed(scale: float) -> tuple[float, float]:
        ends = [row.ends(scale) for row in rows]
        return max((left for left, _ in ends), default=0.0), max((right for _, right in ends), default=0.0)

    known = [abs(number) for row in rows for number in (row.value, row.low, row.high) if not math.isnan(number)]
    longest = max(known, default=0.0)
    low, high = 0.0, room / longest if longest else 0.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if sum(needed(middle)) <= room else (low, middle)
    return low, needed(low)[0]


def _draw(bars: Bars, laid_out: _Layout) -> str:
    from matplotlib.figure import Figure  # noqa: PLC0415  (a pot needs no pictures)

    rows, zero = laid_out.rows, laid_out.zero
    height = sum(row.height for row in rows) + 2 * MARGIN_IN
    figure = Figure(figsize=(WIDTH_IN, height), dpi=DPI, facecolor=PAPER)
    figure.set_label(bars.alternative)
    # The caption stands above the picture on the page; here it only names the file.
    figure.suptitle(bars.caption).set_visible(False)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH_IN)
    axes.set_ylim(height, 0)
    top = MARGIN_IN
    for row in rows:
        _draw_row(axes, row, laid_out.labels_end, zero, top + row.height / 2, laid_out.scale)
        top += row.height
    _line(axes, [(zero, MARGIN_IN), (zero, height - MARGIN_IN)], INK, 1.0)
    return svg_text(figure)


def _draw_row(axes: Axes, row: _Row, labels_end: float, zero: float, middle: float, scale: float) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    _write(axes, row.label, labels_end, middle, "right", is_bold=row.is_emphasised)
    left, right = row.ends(scale)
    if row.is_known:
        colour = EMPHASISED if row.is_emphasised else BAR
        start, width = (zero, row.value * scale) if row.value >= 0 else (zero + row.value * scale, -row.value * scale)
        axes.add_patch(Rectangle((start, middle - BAR_IN / 2), width, BAR_IN, facecolor=colour, linewidth=0))
    if not math.isnan(row.low) and not math.isnan(row.high):
        low, high = zero + row.low * scale, zero + row.high * scale
        # Over a paler line, so that it is seen on a dark bar too.
        for line_colour, width in ((PAPER, 3.6), (INK, 1.4)):
            for points in (
                [(low, middle), (high, middle)],
                [(low, middle - END_IN / 2), (low, middle + END_IN / 2)],
                [(high, middle - END_IN / 2), (high, middle + END_IN / 2)],
            ):
                _line(axes, points, line_colour, width)
    if row.is_negative:
        _write(axes, row.shown, zero - left + row.shown_in, middle, "right", is_bold=row.is_emphasised)
    else:
        _write(axes, row.shown, zero + right - row.shown_in, middle, "left", is_bold=row.is_emphasised)


def _line(axes: Axes, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    style: dict[str, Any] = {"color": colour, "linewidth": width, "solid_capstyle": "projecting"}
    axes.add_line(Line2D([x for x, _ in points], [y for _, y in points], **style))


def _write(axes: Axes, lines: Sequence[str], x: float, middle: float, side: str, *, is_bold: bool) -> None:
    first = middle - height_of(len(lines), LETTERS_PT) / 2
    style: dict[str, Any] = {"size": LETTERS_PT, "color": INK, "weight": "bold" if is_bold else "normal"}
    for number, line in enumerate(lines):
        y = first + height_of(number, LETTERS_PT) + height_of(1, LETTERS_PT) / 2
        axes.text(x, y, line, ha=side, va="center_baseline", **style)
