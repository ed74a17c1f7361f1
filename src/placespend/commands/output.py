"""Where results and messages go: printed, or written to a file that holds no data of the user's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from placespend.errors import PlacespendError
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from placespend.exports.about import About
    from placespend.place import Place
    from placespend.recipe import Recipe

TEXTS = ("table", "csv", "json")
"""Forms that can be printed."""

FORMATS = (*TEXTS, "parquet", "xlsx", "gpkg", "geoparquet")
MAPPED = ("gpkg", "geoparquet")
"""Forms that hold an outline for each row, so rows must be places."""

ENDINGS = {"": "table", ".txt": "table", **{f".{form}": form for form in FORMATS[1:]}}


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
    about: Callable[[], About] | None = None,
    places: Sequence[Place] = (),
    declared: str = "",
    keep: Iterable[Path] = (),
) -> None:
    """Set a result out in the form asked for, and print or write it to a file that is none of those to keep.

    Parameters
    ----------
    options : dict
        The options of a command by name: those of :func:`placespend.commands.options.output_options`, and those that
        name files it read.
    table, csv, json : callable
        What gives the result in each form; only that of the form asked for is called. Parquet, workbooks and maps
        are made of the table that CSV is.
    about : callable, optional
        What says what the table is, for forms that have room for it; otherwise the help of the command does.
    places : sequence of Place, optional
        The places of the rows, where they are the user's own.
    declared : str, optional
        Name of the table in the data dictionary, where it is not the name of the command.
    keep : iterable of pathlib.Path, optional
        Files that the command read beside those of its options.
    """
    from placespend.exports.text import to_csv, to_json  # noqa: PLC0415

    out: Path | None = options["out"]
    form = options["form"] or form_by_ending(out)
    if form == "json":
        content: str | bytes = to_json(json())
    elif form == "csv":
        content = to_csv(csv())
    elif form == "table":
        content = table()
    else:
        content = _binary(csv(), form, about=about, places=places, declared=declared, name=out.stem if out else "")
    read = [*keep, *options.get("lines", ()), *([options["recipe"]] if options.get("recipe") else [])]
    print_or_write(content, out, keep=read)


def _binary(
    table: pd.DataFrame,
    form: str,
    *,
    about: Callable[[], About] | None,
    places: Sequence[Place],
    declared: str,
    name: str,
) -> bytes:
    """Set a table out in a form that is no text."""
    from placespend import __version__  # noqa: PLC0415
    from placespend.exports.about import About  # noqa: PLC0415
    from placespend.exports.tables import table_content  # noqa: PLC0415

    context = click.get_current_context()
    if about is None:
        title = (context.command.help or "").split("\n")[0]
        told = About(title.rstrip("."), made_with=f"{context.command_path}, placespend {__version__}")
    else:
        told = about()
    # "placespend lines services" gives the table "lines-services".
    declared = declared or "-".join(context.command_path.split()[1:])
    return table_content(table, form, about=told, name=name, declared=declared, places=places)


def files_of(*recipes: Recipe) -> list[Path]:
    """List the files that recipes take their money and measures from, which no result may be written over.

    Parameters
    ----------
    *recipes : placespend.recipe.Recipe

    Returns
    -------
    list of pathlib.Path
    """
    from placespend.exports.files import files_of as listed  # noqa: PLC0415

    return listed(*recipes)


def check_form(form: str | None, out: Path | None) -> None:
    """Refuse a form that cannot go where it is to go, before anything is computed.

    Parameters
    ----------
    form : str or None
        That was asked for; otherwise the ending of the file says it.
    out : pathlib.Path or None
        The file to write, if any.

    Raises
    ------
    PlacespendError
        If files of that ending are not written, the ending says that the file is of another form, or the form is no
        text and would be printed.
    """
    if out is not None and str(out) == "-":
        message = "'-' is no name for a file."
        raise PlacespendError(message, hint="leave --out out to print, or name a file")
    if form is None:
        form_by_ending(out)
    elif out is not None:
        said = ENDINGS.get(out.suffix.casefold(), form) if out.suffix else form
        # Programs open such files by their ending. A text is a text, whatever it is called.
        if said != form and not {said, form} <= {*TEXTS}:
            message = f"{out} would be {form}, and its ending says {said}."
            raise PlacespendError(message, hint=f"end the file's name in .{form}, or leave --format out")
    elif out is None and form not in TEXTS:
        message = f"{form} is no text that could be printed."
        raise PlacespendError(message, hint=f"name a file with --out, such as --out FILE.{form}")


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
    if out is not None and (out.name.endswith(".") or out.name.casefold() in ENDINGS):
        message = f"'{printable(out.name)}' is no name for a file."
        raise PlacespendError(message, hint="name it such as pot.xlsx")
    if ending not in ENDINGS:
        message = f"placespend does not write {printable(ending)} files."
        *others, last = [known for known in ENDINGS if known]
        otherwise = f"end the file's name in {', '.join(others)} or {last}, or say --format"
        raise PlacespendError(message, hint=did_you_mean(ending, others, otherwise=otherwise))
    return ENDINGS[ending]


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


def print_or_write(content: str | bytes, out: Path | None, *, keep: Iterable[Path] = ()) -> None:
    """Print a text, or write a text or bytes to a file that is none of those to keep.

    Parameters
    ----------
    content : str or bytes
        Only a text can be printed.
    out : pathlib.Path or None
        The file to write; None prints.
    keep : iterable of pathlib.Path, optional
        Files that must not be written over.
    """
    from placespend.exports.files import write_whole  # noqa: PLC0415

    if out is None:
        # Not click.echo, which takes colours out of data that are piped on.
        if sys.stdout is not None and isinstance(content, str):
            sys.stdout.write(content)
            sys.stdout.flush()
    else:
        write_whole(content, out, keep=keep)
        tell(f"Written: {out}")
