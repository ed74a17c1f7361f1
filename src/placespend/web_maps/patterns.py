"""The fills of the static maps for a browser: a colour, or the same pattern over it as an SVG pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placespend.maps.styles import Style

TILE = 8
"""How many pixels wide and high one tile of a pattern is."""

LINES = {
    "-": "M0 4H8",
    "|": "M4 0V8",
    # Corners of the tiles beside belong to the same line.
    "/": "M0 8L8 0M-2 2L2 -2M6 10L10 6",
    "\\": "M0 0L8 8M-2 6L2 10M6 -2L10 2",
}
"""How each sign of a hatch is drawn in a tile."""

COMBINED = {"+": "-|", "x": "/\\"}

DOTS = '<circle cx="2" cy="2" r="1.1" fill="{0}"/><circle cx="6" cy="6" r="1.1" fill="{0}"/>'


def pattern(style: Style, name: str) -> str:
    """Write the pattern of a style as SVG.

    Parameters
    ----------
    style : Style
    name : str
        Its id in the page.

    Returns
    -------
    str
        A ``pattern`` element; empty where the style is a plain colour.
    """
    if not style.hatch:
        return ""
    signs = sorted(set("".join(COMBINED.get(sign, sign) for sign in style.hatch)))
    path = "".join(LINES.get(sign, "") for sign in signs)
    lines = f'<path d="{path}" stroke="{style.hatch_colour}" stroke-width="1.1" fill="none"/>' if path else ""
    dots = DOTS.format(style.hatch_colour) if any(sign in ".oO*" for sign in signs) else ""
    return (
        f'<pattern id="{name}" width="{TILE}" height="{TILE}" patternUnits="userSpaceOnUse">'
        f'<rect width="{TILE}" height="{TILE}" fill="{style.face}"/>{lines}{dots}</pattern>'
    )


def paint(style: Style, name: str) -> str:
    """Give the paint of a style.

    Parameters
    ----------
    style : Style
    name : str
        The id of its pattern in the page.

    Returns
    -------
    str
        As the attribute ``fill`` of SVG takes it.
    """
    return f"url(#{name})" if style.hatch else style.face
