"""What the reports of an atlas are made from, told so exactly that a report made from anything else is never kept.

A report that an earlier run wrote is as good as a new one only if all that it depends on is the same: the program with
the data that ship with it, the libraries that draw and set it, the recipe, the lines, the user's own files, and the
options. All of that is put into one digest. Days and machines are no part of it.
"""

from __future__ import annotations

import hashlib
import re
import sys
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING

from placespend.exports.text import to_json
from placespend.shipped import CHECKOUT, FIGURES_COME_FROM, PACKAGE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from placespend.loaded import Loaded

NAME_OF_LIBRARY = re.compile(r"[A-Za-z0-9._-]+")
DISTRIBUTION = "placespend"


def made_from(loaded: Loaded, *, level: str, day: date, options: str) -> dict[str, object]:
    """Tell all that the reports of an atlas depend on, but for their places.

    Parameters
    ----------
    loaded : Loaded
        The lines.
    level : str
        Of the places: one code may be that of places of several levels, each with a report of its own.
    day : datetime.date
        On which combined authorities are taken.
    options : str
        What the command that makes one report again says beside its place.

    Returns
    -------
    dict
        ``level``, ``made_with`` (recipe, digests of the inputs, version), ``as_at``, ``options``,
        ``program_sha256``, ``python`` and ``libraries`` (the version of each by its name).
    """
    return {
        "level": level,
        "made_with": loaded.made_with,
        "as_at": day.isoformat(),
        "options": options,
        "program_sha256": program_digest(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "libraries": dict(_libraries()),
    }


def key_of(told: dict[str, object]) -> str:
    """Put all that reports depend on into one digest.

    Parameters
    ----------
    told : dict
        As :func:`made_from` gives it.

    Returns
    -------
    str
        SHA-256, hexadecimal.

    Examples
    --------
    >>> key_of({"as_at": "2012-03-31"}) == key_of({"as_at": "2012-04-01"})
    False
    """
    return hashlib.sha256(to_json(told).encode("utf-8")).hexdigest()


@cache
def program_digest() -> str:
    """Put the package's own files, and all data that ship with it, into one digest.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    whole = hashlib.sha256()
    for name, path in _files():
        whole.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def _files() -> Iterator[tuple[str, Path]]:
    """List the files of the program by their names in it, in one order on every machine."""
    shipped = [CHECKOUT / folder for folder in FIGURES_COME_FROM if not (PACKAGE / folder).is_dir()]
    found = {
        path.relative_to(root.parent).as_posix(): path
        for root in (PACKAGE, *shipped)
        for path in root.rglob("*")
        # What Python compiles for itself differs from run to run.
        if path.is_file() and "__pycache__" not in path.parts
    }
    yield from sorted(found.items())


@cache
def _libraries() -> tuple[tuple[str, str], ...]:
    """List the libraries that placespend names as needed, each with its version; empty where it is not there."""
    try:
        required = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        # Run from its sources, and never installed.
        return ()
    names = {found[0] for text in required if (found := NAME_OF_LIBRARY.match(text))}
    return tuple((name, _version(name)) for name in sorted(names))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
