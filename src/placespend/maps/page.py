"""The page that a map is drawn on, measured in inches from its upper left corner.

Nothing of matplotlib that is global is kept changed, and pyplot is not used.
"""

from __future__ import annotations

import math
import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from placespend.maps.lettering import height_of, wrap
from placespend.maps.styles import INK, PAPER, Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    Bounds = tuple[float, float, float, float]
    """West, south, east and north, in metres."""

PAGE_IN, MARGIN_IN = 9.0, 0.3

FONTS = ("DejaVu Sans", "Verdana", "Arial", "Helvetica")
"""The first comes with matplotlib, so texts measure the same on every machine; the others are for who opens an SVG."""

SLACK = 1.03
"""Other programs set the same letters up to so much wider."""

DPI = 150

MOST_WIDTHS = 10_000
"""Texts whose width is kept, as those of a few reports: some megabytes."""


_ARE_SET: ContextVar[bool] = ContextVar("_ARE_SET", default=False)


@contextmanager
def settings() -> Iterator[None]:
    """Draw with the same settings whatever the user has set, and leave those as they were.

    Yields
    ------
    None

    Returns
    -------
    Iterator
    """
    import matplotlib as mpl  # noqa: PLC0415  (a pot needs no maps)

    if _ARE_SET.get():
        # Within a picture that is drawn with them already.
        yield
        return
    with mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": ["sans-serif"],
                "font.sans-serif": list(FONTS),
                # A pound or dollar sign in a name is no formula.
                "text.parse_math": False,
                "svg.fonttype": "none",
                "svg.hashsalt": "placespend",
            }
        )
        # A letter that the font lacks is drawn as a box in a PNG; an SVG keeps the letter.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        were_set = _ARE_SET.set(True)
        try:
            yield
        finally:
            _ARE_SET.reset(were_set)


def fill(patch: Any, style: Style, width: float) -> None:
    """Fill a shape in a style.

    Parameters
    ----------
    patch : matplotlib.patches.Patch
    style : Style
    width : float
        Of its outline, in points.
    """
    patch.set(facecolor=style.face, edgecolor=style.edge, linewidth=width, joinstyle="round")
    if style.hatch:
        patch.set(hatch=style.hatch, hatchcolor=style.hatch_colour, hatch_linewidth=0.5)


def ratio(bounds: Bounds) -> float:
    """Give the height of bounds over their width.

    Parameters
    ----------
    bounds : tuple of float
        West, south, east, north.

    Returns
    -------
    float
    """
    return (bounds[3] - bounds[1]) / (bounds[2] - bounds[0])


def scale_length(metres: float) -> int:
    """Choose how much a scale bar stands for.

    Parameters
    ----------
    metres : float
        The most that it may stand for, 1 or more.

    Returns
    -------
    int
        Metres: 1, 2 or 5 and noughts.

    Examples
    --------
    >>> scale_length(73_000)
    50000
    """
    most = max(metres, 1.0)
    power = int(10 ** math.floor(math.log10(most)))
    return next(step * power for step in (5, 2, 1) if step * power <= most)


@lru_cache(maxsize=MOST_WIDTHS)
def _width_of(text: str, size: float, *, bold: bool) -> float:
    """Measure a text under :func:`settings`, once for all pages: maps and reports share most of their words."""
    from matplotlib.backends.backend_agg import RendererAgg  # noqa: PLC0415  (a pot needs no maps)
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    # matplotlib gives this class no types.
    make: Any = RendererAgg
    renderer = make(1, 1, DPI)
    font = FontProperties(family=["sans-serif"], size=size, weight="bold" if bold else "normal")
    width, _, _ = renderer.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / DPI * SLACK


class Page:
    """A figure, and what is put on it.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    height : float
        In inches.
    """

    def __init__(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  (a pot needs no maps)
        from matplotlib.figure import Figure  # noqa: PLC0415

        self.height = 1.0
        self.figure = Figure(figsize=(PAGE_IN, self.height), dpi=DPI, facecolor=PAPER)
        FigureCanvasAgg(self.figure)

    def measure(self, text: str, size: float, *, bold: bool = False) -> float:
        """Measure how wide a text is.

        Parameters
        ----------
        text : str
        size : float
            In points.
        bold : bool, default False

        Returns
        -------
        float
        """
        return _width_of(text, size, bold=bold)

    def lines(self, text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
        """Break a text into lines.

        Parameters
        ----------
        text : str
        size : float
            In points.
        width : float
        bold : bool, default False

        Returns
        -------
        list of str
        """
        return wrap(text, width, lambda words: self.measure(words, size, bold=bold))

    def set_height(self, height: float) -> None:
        """Cut the page to a height, before anything is put on it.

        Parameters
        ----------
        height : float
        """
        self.height = height
        self.figure.set_size_inches(PAGE_IN, height)

    def write(
        self, lines: Sequence[str], x: float, y: float, size: float, *, bold: bool = False, colour: str = INK
    ) -> None:
        """Write lines.

        Parameters
        ----------
        lines : sequence of str
        x, y : float
            Upper left corner.
        size : float
            In points.
        bold : bool, default False
        colour : str, optional
        """
        weight = "bold" if bold else "normal"
        for number, line in enumerate(lines):
            at = self._at(x, y + height_of(number, size))
            self.figure.text(*at, line, ha="left", va="top", size=size, color=colour, weight=weight)

    def title(self, lines: Sequence[str], size: float) -> None:
        """Write the title, as what the figure calls so.

        Parameters
        ----------
        lines : sequence of str
        size : float
            In points.
        """
        x, y = self._at(MARGIN_IN, MARGIN_IN)
        style = {"ha": "left", "va": "top", "size": size, "color": INK, "weight": "bold", "linespacing": 1.15}
        self.figure.suptitle("\n".join(lines), x=x, y=y, **style)

    def axes(self, x: float, y: float, width: float, height: float, bounds: Bounds) -> Axes:
        """Put a map on the page.

        Parameters
        ----------
        x, y, width, height : float
            Upper left corner and size.
        bounds : tuple of float
            What it shows: west, south, east, north.

        Returns
        -------
        matplotlib.axes.Axes
        """
        left, bottom = self._at(x, y + height)
        axes = self.figure.add_axes((left, bottom, width / PAGE_IN, height / self.height))
        axes.set_axis_off()
        axes.set_xlim(bounds[0], bounds[2])
        axes.set_ylim(bounds[1], bounds[3])
        return axes

    def rectangle(self, x: float, y: float, width: float, height: float, style: Style) -> None:
        """Draw a rectangle in a style.

        Parameters
        ----------
        x, y, width, height : float
            Upper left corner and size.
        style : Style
        """
        from matplotlib.patches import Rectangle  # noqa: PLC0415

        at = self._at(x, y + height)
        patch = Rectangle(at, width / PAGE_IN, height / self.height, transform=self.figure.transFigure)
        fill(patch, style, style.edge_width or 0.7)
        self.figure.add_artist(patch)

    def scale_bar(self, x: float, y: float, metres_per_inch: float, longest: float, size: float) -> None:
        """Draw a scale bar.

        Parameters
        ----------
        x, y : float
            Its left end.
        metres_per_inch : float
        longest : float
        size : float
            Of the words, in points.
        """
        from matplotlib.lines import Line2D  # noqa: PLC0415

        length = scale_length(longest * metres_per_inch)
        end = x + length / metres_per_inch
        points = [self._at(*point) for point in ((x, y - 0.05), (x, y), (end, y), (end, y - 0.05))]
        line = Line2D(*zip(*points, strict=True), color=INK, linewidth=1.0, transform=self.figure.transFigure)
        self.figure.add_artist(line)
        words = f"{length // 1000:,} km" if length >= 1000 else f"{length:,} m"
        self.write([words], end + 0.08, y - 0.1, size)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x / PAGE_IN, 1 - y / self.height
