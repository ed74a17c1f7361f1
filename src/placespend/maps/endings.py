"""The endings of the files that maps are written as: what a map is, is told by its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.errors import PlacespendError

if TYPE_CHECKING:
    from pathlib import Path

PICTURES, PAGES, DATA = (".png", ".svg"), (".html", ".htm"), (".geojson", ".json")


def check_ending(path: Path, *kinds: tuple[str, ...]) -> str:
    """Tell the kind of a map from the ending of its file.

    Parameters
    ----------
    path : pathlib.Path
    *kinds : tuple of str
        Of what kinds it may be: pictures, pages or data.

    Returns
    -------
    str
        The ending, in small letters.

    Raises
    ------
    PlacespendError
        If maps are not written as that.
    """
    ending = path.suffix.casefold()
    if ending in {one for kind in kinds for one in kind}:
        return ending
    # Of pages and data the usual ending is enough.
    *others, last = [one for kind in kinds for one in (kind if kind == PICTURES else kind[:1])]
    message = f"Maps are not written as {ending or 'files without an ending'}."
    raise PlacespendError(message, hint=f"end the file's name in {', '.join(others)} or {last}")
