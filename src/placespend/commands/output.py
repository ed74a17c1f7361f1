"""Where results and messages go: printed, or written to a file that holds no data of the user's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from placespend.errors import PlacespendError
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import pandas as pd

    from placespend.recipe import Recipe


def tell(message: str) -> None:
    """Print a message on the error stream, where it mixes with no data.

    Parameters
    ----------
    message : str
    """
    click.echo(printable(message), err=True)


def deliver(
    options: dict[str, Any],
    *,
    table: Callable[[], str],
    csv: Callable[[], pd.DataFrame],
    json: Callable[[], object],
    keep: Iterable[Path] = (),
) -> None:
    """Set a result out in the form asked for, and print or write it to a file that is none of those to keep.

    Parameters
    ----------
    options : dict
        The options of a command by name: those of :func:`placespend.commands.options.output_options`, and those that
        name files it read.
    table, csv, json : callable
        What gives the result in each form; only that of the form asked for is called.
    keep : iterable of pathlib.Path, optional
        Files that the command read beside those of its options.
    """
    from placespend.exports.text import to_csv, to_json  # noqa: PLC0415

    out: Path | None = options["out"]
    form = options["form"] or form_by_ending(out)
    if form == "json":
        text = to_json(json())
    elif form == "csv":
        text = to_csv(csv())
    else:
        text = table()
    read = [*keep, *options.get("lines", ()), *([options["recipe"]] if options.get("recipe") else [])]
    print_or_write(text, out, keep=read)


def files_of(*recipes: Recipe) -> list[Path]:
    """List the files that recipes take their money and measures from, which no result may be written over.

    Parameters
    ----------
    *recipes : placespend.recipe.Recipe

    Returns
    -------
    list of pathlib.Path
    """
    from placespend.measures import Measure  # noqa: PLC0415

    money = [path for recipe in recipes for source in recipe.sources for path in source.paths]
    measures = [found.path for recipe in recipes for found in recipe.measures if not isinstance(found, Measure)]
    return [*money, *measures, *(path for recipe in recipes for path in recipe.lookups)]


def form_by_ending(out: Path | None) -> str:
    """Tell the form from the ending of a file.

    Parameters
    ----------
    out : pathlib.Path or None
        The file to write, if any.

    Returns
    -------
    str
        ``"table"`` for no file, no ending or .txt.

    Raises
    ------
    PlacespendError
        If files of that ending are not written.
    """
    ending = out.suffix.casefold() if out else ""
    forms = {"": "table", ".txt": "table", ".csv": "csv", ".json": "json"}
    if ending not in forms:
        message = f"placespend does not write {ending} files."
        raise PlacespendError(message, hint="end the file's name in .csv, .json or .txt, or say --format")
    return forms[ending]


def check_parent(path: Path | None) -> None:
    """Refuse a file whose folder is not there, before anything is computed for it.

    Parameters
    ----------
    path : pathlib.Path or None

    Raises
    ------
    PlacespendError
    """
    if path is not None and not path.parent.is_dir():
        message = f"{path} cannot be written: there is no folder {path.parent}."
        raise PlacespendError(message, hint="make the folder first")


def print_or_write(text: str, out: Path | None, *, keep: Iterable[Path] = ()) -> None:
    """Print a text, or write it to a file that is none of those to keep.

    Parameters
    ----------
    text : str
    out : pathlib.Path or None
        The file to write; None prints.
    keep : iterable of pathlib.Path, optional
        Files that must not be written over.
    """
    from placespend.exports.files import write_whole  # noqa: PLC0415

    if out is None:
        # Not click.echo, which takes colours out of data that are piped on.
        if sys.stdout is not None:
            sys.stdout.write(text)
            sys.stdout.flush()
    else:
        write_whole(text, out, keep=keep)
        tell(f"Written: {out}")
