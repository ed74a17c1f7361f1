"""The command line that makes a report again, quoted for a shell; of files it tells the names, and no folder."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placespend.levels import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placespend.place import Place


def command_of(places: Sequence[str | Place], **said: Any) -> str:
    """Write the command that makes a report on places again.

    Parameters
    ----------
    places : sequence of str or Place
        Of a place of the user's own the name is told; the file that it is from is not known here.
    **said
        Arguments of :func:`placespend.reports.gathered.gather`, or options of the command by their name there: texts,
        flags, paths (of which only the name of the file is told) and sequences of them.

    Returns
    -------
    str
        Quoted for a shell.

    Examples
    --------
    >>> command_of(["Greater Manchester"], year="2011-12")
    "placespend report 'Greater Manchester' --year 2011-12 --out report.html"
    """
    names = [_named(place) for place in places]
    # After "--" nothing is an option, so a name such as "-2" comes last.
    first, last = ([], ["--", *names]) if any(name.startswith("-") for name in names) else (names, [])
    words = ["placespend", "report", *first]
    if any(not isinstance(place, str) and place.level == OWN for place in places) and "boundary" not in said:
        words += ["--boundary", "FILE"]
    for name, value in said.items():
        words += _option(name, value)
    return shlex.join([*words, "--out", "report.html", *last])


FILES = {"recipe", "lines", "measures", "lookups", "boundary"}
"""Options that name files; a stroke in the text of another belongs to it."""

FLAGS = {"measures": "measure", "lookups": "lookup", "overrides": "basis", "unknown_footprints": ""}


def _named(place: str | Place) -> str:
    if isinstance(place, str):
        return place
    return place.name if place.level == OWN else place.code


def _option(name: str, value: Any) -> Iterable[str]:
    """Write an option of the command, or nothing where it was left as it is."""
    if name == "unknown_footprints":
        return ["--keep-unknown-footprints"] * (value == "unallocated")
    if value is None or value is False:
        return []
    flag = f"--{FLAGS.get(name, name).replace('_', '-')}"
    if value is True:
        return [flag]
    many = list(value) if isinstance(value, list | tuple) else [value]
    if name == "overrides":
        return [word for found in many for word in (flag, *_override(found))]
    return [word for found in many for word in (flag, _file(found) if name in FILES else str(found))]


def _override(found: Any) -> tuple[str, ...]:
    if isinstance(found, tuple | list):
        return tuple(map(str, found))
    return (found.service or found.line, found.basis, found.reason)


def _file(found: Any) -> str:
    """Name a file without its folder; what is neither a file nor was read from one is a table of the user's own."""
    path = Path(found) if isinstance(found, str) else found if isinstance(found, Path) else getattr(found, "path", None)
    return path.name if isinstance(path, Path) else "FILE"
