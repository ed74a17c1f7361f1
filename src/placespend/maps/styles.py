"""How places are filled: shades of one blue for classes, and patterns for what is no class.

The blues are those of the Government Analysis Function's palette for sequential data, with two paler ones. From one to
the next the lightness falls by 10 of 100 or more, so they keep their order in greyscale and for every kind of colour
vision. Marks differ by pattern, not by hue: a square grid for suppressed, dots on grey for missing, white in a dark
line for zero, and slanted lines over the shade of its class for a modelled estimate.

Around a centre there are blues above and oranges below, on the palette's orange, paler and darker with the distance. In
greyscale, and for those who see no difference between the two hues, thin level lines run over all that is below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placespend.errors import WrongTypeError
from placespend.maps.classes import MOST_CLASSES
from placespend.maps.layers import MISSING, SUPPRESSED, ZERO

if TYPE_CHECKING:
    from placespend.maps.classes import Classes

BLUES = ("#d9e9f7", "#a6cdf0", "#6bace6", "#2073bc", "#12436d")
"""From pale to dark; the last three are the palette's own."""

ORANGES = ("#fbdccb", "#f46a25", "#802c08")
"""From pale to dark; the middle one is the palette's own."""

BLUES_ABOVE = ("#d9e9f7", "#6bace6", "#12436d")
"""Beside them, above a centre; the last two are the palette's own."""

STEPS = {1: (1,), 2: (0, 2), 3: (0, 1, 2)}
"""Which of three are used for each number of shades on a side, from the centre on."""

SHADES = {1: (2,), 2: (1, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}
"""Which blues are used for each number of classes."""

INK, GREY, PALE_GREY, LAND, PAPER = "#0b0c0c", "#505a5f", "#dee0e2", "#f3f2f1", "#ffffff"

DARK = 50.0
"""Under this lightness a shade is hatched in white, over it in ink."""

HATCH_SUPPRESSED, HATCH_MISSING, HATCH_MODELLED = "+++++", "....", "/////"
HATCH_BELOW = "---"


@dataclass(frozen=True)
class Style:
    """How a place is filled.

    Attributes
    ----------
    face, edge : str
        Colours.
    edge_width : float
        In points; 0 where the map's own width for outlines is used.
    hatch : str
        Pattern; empty for none.
    hatch_colour : str
    above : int
        What is drawn above what: higher above lower.
    """

    face: str
    edge: str = GREY
    edge_width: float = 0.0
    hatch: str = ""
    hatch_colour: str = GREY
    above: int = 1


BACKGROUND = Style(LAND, edge="#b1b4b6", above=0)

MARK_STYLES = {
    ZERO: Style(PAPER, edge=INK, edge_width=0.9, above=3),
    SUPPRESSED: Style(PAPER, hatch=HATCH_SUPPRESSED, above=2),
    MISSING: Style(PALE_GREY, hatch=HATCH_MISSING, above=2),
}


def shades(classes: int) -> tuple[str, ...]:
    """Give the colours of classes, from the lowest to the highest.

    Parameters
    ----------
    classes : int
        From 0 to 5.

    Returns
    -------
    tuple of str
        Hexadecimal, from pale to dark.

    Raises
    ------
    WrongTypeError
        If there are more classes than can be told apart.
    """
    if classes > MOST_CLASSES:
        message = f"There are colours for {MOST_CLASSES} classes, not for {classes}."
        raise WrongTypeError(message, hint="take fewer classes")
    return tuple(BLUES[number] for number in SHADES[classes]) if classes else ()


def class_styles(classes: Classes) -> tuple[Style, ...]:
    """Give the styles of classes, from the lowest to the highest: around a centre where they have one.

    Parameters
    ----------
    classes : Classes

    Returns
    -------
    tuple of Style
    """
    if classes.centre is None:
        return tuple(Style(colour) for colour in shades(len(classes)))
    below, above = classes.below, len(classes) - classes.below
    steps = STEPS[max(below, above)] if len(classes) else ()
    oranges, blues = ([colours[step] for step in steps] for colours in (ORANGES, BLUES_ABOVE))
    under = [Style(colour, hatch=HATCH_BELOW, hatch_colour=_farther(colour)) for colour in oranges[:below]]
    return (*reversed(under), *(Style(colour) for colour in blues[:above]))


def _farther(colour: str) -> str:
    """Choose what stands out the more from a colour."""
    return max((PAPER, GREY), key=lambda other: abs(lightness(other) - lightness(colour)))


def lightness(colour: str) -> float:
    """Give the lightness of a colour, as the eye sees it in greyscale.

    Parameters
    ----------
    colour : str
        "#" and six hexadecimal digits.

    Returns
    -------
    float
        L* of CIELAB: from 0, black, to 100, white.

    Examples
    --------
    >>> round(lightness("#ffffff")), round(lightness("#12436d"))
    (100, 27)
    """
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return float(116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance)


def hatched(style: Style) -> Style:
    """Give the style of a modelled estimate: slanted lines over what it is filled with.

    Parameters
    ----------
    style : Style

    Returns
    -------
    Style
    """
    colour = PAPER if lightness(style.face) < DARK else GREY
    if style.hatch:
        # Beside the lines below a centre, which are of one colour with these.
        colour = style.hatch_colour
    return Style(style.face, style.edge, style.edge_width, style.hatch + HATCH_MODELLED, colour, style.above)
