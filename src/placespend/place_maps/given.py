"""What is given to maps from Python, of another kind than they take: refused before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.errors import DataFileError, WrongTypeError
from placespend.loaded import Loaded
from placespend.place import Place

if TYPE_CHECKING:
    from datetime import date

HINTS = {
    "show": 'for example show="pot"',
    "shows": 'for example shows=["pot", "density"]',
    "service": 'for example service="health"',
    "measure": 'for example measure="income_deprived"',
    "cost_layer": 'for example cost_layer="modelled"',
    "against": 'for example against="income_deprived"',
    "scheme": 'for example scheme="equal"',
    "level": 'for example level="upper_tier"',
    "title": 'for example title="Spending per head"',
}


def check_texts(**given: object) -> None:
    """Refuse what is neither a text nor left out.

    Parameters
    ----------
    **given
        By the names of the arguments.

    Raises
    ------
    WrongTypeError
    """
    for name, value in given.items():
        if value is not None and not isinstance(value, str):
            raise _wrong(name, "a text", value, HINTS[name])


def check_flags(**given: object) -> None:
    """Refuse what is neither True nor False.

    Parameters
    ----------
    **given
        By the names of the arguments.

    Raises
    ------
    WrongTypeError
    """
    for name, value in given.items():
        if not isinstance(value, bool):
            raise _wrong(name, "True or False", value, f"say {name}=True, or leave it out")


def texts_of(name: str, value: object) -> list[str]:
    """Take one text or several.

    Parameters
    ----------
    name : str
        Of the argument.
    value : str, or list or tuple of str

    Returns
    -------
    list of str

    Raises
    ------
    WrongTypeError
        If it is something else.
    """
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list | tuple):
        raise _wrong(name, "a text or a list of texts", value, HINTS[name])
    for one in value:
        if not isinstance(one, str):
            raise _wrong(name, "a text or a list of texts", one, HINTS[name])
    return list(value)


def check_breaks(breaks: object) -> list[Any] | None:
    """Take the bounds of classes, in whatever row they are given.

    Parameters
    ----------
    breaks : sequence, ndarray, pandas.Series or None

    Returns
    -------
    list or None
        As far as they are numbers, those of Python.

    Raises
    ------
    WrongTypeError
        If it is no row, or an empty one.
    """
    if breaks is None:
        return None
    if isinstance(breaks, np.ndarray | pd.Series | pd.Index) and breaks.ndim == 1:
        breaks = breaks.tolist()
    if not isinstance(breaks, Sequence) or isinstance(breaks, str | bytes):
        raise _wrong("breaks", "a list of numbers", breaks, "for example breaks=[7000, 8000, 9000]")
    if not breaks:
        message = "breaks= says where classes begin, and holds no number."
        raise WrongTypeError(message, hint="for example breaks=[7000, 8000, 9000], or leave it out")
    return list(breaks)


def check_where(
    *,
    level: object = None,
    within: object = None,
    places: object = None,
    loaded: object = None,
    as_at: str | date | None = None,
) -> None:
    """Refuse what says where and of which lines a map is, and is of another kind.

    Parameters
    ----------
    level, within, places, loaded, as_at
        As for :func:`placespend.place_maps.mappable.mappable`.

    Raises
    ------
    PlacespendError
    """
    from placespend.gazetteer import parse_as_at  # noqa: PLC0415
    from placespend.levels import check_level  # noqa: PLC0415

    check_texts(level=level)
    if isinstance(level, str):
        check_level(level)
    if within is not None and not isinstance(within, str | Place):
        raise _wrong("within", "a name or a Place", within, 'for example within="Greater Manchester"')
    if places is not None:
        _check_places(places)
    if loaded is not None and not isinstance(loaded, Loaded):
        raise _wrong("loaded", "lines gathered before", loaded, "leave it out, and say lines=... or recipe=...")
    if as_at is not None:
        parse_as_at(as_at)


def _check_places(places: object) -> None:
    find = "find places with placespend.find_place or placespend.read_places"
    if not isinstance(places, list | tuple):
        hint = f"say within={places!r:.40}".replace("'", '"') + f", or {find}" if isinstance(places, str) else find
        raise _wrong("places", "a list of Place", places, f"give a list: {find}" if isinstance(places, Place) else hint)
    for place in places:
        if not isinstance(place, Place):
            raise _wrong("places", "a list of Place", place, find)


def check_out(out: object) -> Path | None:
    """Take the file that is to be written.

    Parameters
    ----------
    out : str, pathlib.Path or None

    Returns
    -------
    pathlib.Path or None

    Raises
    ------
    WrongTypeError
        If it is something else.
    DataFileError
        If there is no such folder.
    """
    if out is None:
        return None
    if not isinstance(out, str | Path):
        raise _wrong("out", "a file's name or path", out, 'for example out="map.png"')
    path = Path(out)
    if not path.parent.is_dir():
        message = f"{path} cannot be written: there is no folder {path.parent}."
        raise DataFileError(message, hint="make the folder first")
    return path


def _wrong(name: str, takes: str, value: object, hint: str) -> WrongTypeError:
    return WrongTypeError(f"{name}= takes {takes}, not {type(value).__name__}.", hint=hint)
