"""Names as people type them: comparing them, and guessing what was meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LIKENESS = 72
"""Least likeness, of 100, for a suggestion."""

MUCH_LESS_ALIKE = 8
"""A suggestion this much less like the text than the best one is left out."""


def normalise(text: str) -> str:
    """Reduce a name to its letters and digits, with "&" read as "and".

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> normalise("St. Helens") == normalise("st helens")
    True
    """
    return re.sub(r"[\W_]+", "", text.casefold().replace("&", "and"))


def suggest(text: str, choices: Iterable[str], *, limit: int = 3) -> list[str]:
    """Find the choices most like a misspelt text.

    Parameters
    ----------
    text : str
    choices : iterable of str
    limit : int, default 3

    Returns
    -------
    list of str
        Best first; empty where nothing is alike.

    Examples
    --------
    >>> suggest("servise", ["body", "service"])
    ['service']
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415  (only a mistake needs it)

    # Whole against whole first: parts alone find 'Peterborough' in 'Tri-boro'.
    for scorer in (fuzz.ratio, fuzz.WRatio):
        found = process.extract(
            text, list(choices), scorer=scorer, processor=normalise, limit=limit, score_cutoff=LIKENESS
        )
        if found:
            return [choice for choice, likeness, _ in found if likeness >= found[0][1] - MUCH_LESS_ALIKE]
    return []


def did_you_mean(text: str, choices: Iterable[str], *, otherwise: str = "") -> str:
    """Put suggestions into words.

    Parameters
    ----------
    text : str
    choices : iterable of str
    otherwise : str, default ""
        What to say where nothing is alike.

    Returns
    -------
    str

    Examples
    --------
    >>> did_you_mean("servise", ["body", "service"])
    "did you mean 'service'?"
    """
    similar = suggest(text, choices)
    return f"did you mean {' or '.join(map(repr, similar))}?" if similar else otherwise


def printable(text: str) -> str:
    r"""Leave out what a terminal would obey instead of printing: escapes, bells, reversed writing.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Line breaks are kept; tabs and other odd spaces become a plain space.

    Examples
    --------
    >>> printable("Leeds\x1b[2J")
    'Leeds[2J'
    """
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in "\n\u200d" else " " * sign.isspace() for sign in text)


def one_line(text: str) -> str:
    r"""Make a text one line that a terminal can show: words apart by single spaces.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> one_line("  North \n square ")
    'North square'
    """
    return " ".join(printable(text).split())
