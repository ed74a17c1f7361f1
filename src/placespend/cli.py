"""The commands. Each builds something, sets it out as table, CSV or JSON, and prints or writes it.

A user's mistake ends in one message on the error stream and exit code 2. The options that commands share are
declared once. click, not typer: typer now imports pydantic, which alone costs a fifth of the whole time of a pot.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from placespend import __version__
from placespend.errors import PlacespendError
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    Command = Callable[..., None]

FORMATS = ("table", "csv", "json")

_place = click.argument("place")
_level = click.option(
    "--level", metavar="LEVEL", help="Kind of place, such as upper_tier or region, where several share a name."
)
_as_at = click.option(
    "--as-at",
    metavar="DATE",
    help="Day on which combined authorities are taken, or 'today'. Otherwise the end of the financial year.",
)


_keep = click.option(
    "--keep-unknown-footprints",
    is_flag=True,
    help="Keep lines whose footprint is no known place, as unallocated money, instead of stopping.",
)


def _output(command: Command) -> Command:
    """Add the options that say how a result is set out and where it goes."""
    form = click.option(
        "--format", "form", type=click.Choice(FORMATS), help="How to set it out; otherwise by --out, or as a table."
    )
    out = click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="File to write, not print.")
    return form(out(command))


def _money(command: Command) -> Command:
    """Add the options that say which lines are in."""
    year = click.option("--year", metavar="YEAR", help="Financial year, as 2011-12, where the lines hold several.")
    lines = click.option(
        "--lines",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Your own spending lines (CSV) instead of the shipped ones. May be given several times.",
    )
    with_shipped = click.option(
        "--with-shipped", is_flag=True, help="Add the shipped lines to yours. What both hold is counted twice."
    )
    return year(lines(with_shipped(_keep(_as_at(command)))))


def _lines_wanted(options: dict[str, Any]) -> dict[str, Any]:
    """Turn the options of :func:`_money` into the arguments of :func:`placespend.pot.single_pot`."""
    return {
        "lines": list(options["lines"]) or None,
        "with_shipped": options["with_shipped"],
        "year": options["year"],
        "as_at": options["as_at"],
        "unknown_footprints": _unknown_footprints(keep=options["keep_unknown_footprints"]),
    }


def _unknown_footprints(*, keep: bool) -> str:
    return "unallocated" if keep else "error"


def _tell(message: str) -> None:
    click.echo(printable(message), err=True)


def _deliver(
    options: dict[str, Any],
    *,
    table: Callable[[], str],
    csv: Callable[[], pd.DataFrame],
    json: Callable[[], object],
) -> None:
    """Set a result out in the form asked for, and print or write it."""
    from placespend.exports import to_csv, to_json  # noqa: PLC0415

    out: Path | None = options["out"]
    form = options["form"] or _form_by_ending(out)
    if form == "json":
        text = to_json(json())
    elif form == "csv":
        text = to_csv(csv())
    else:
        text = table()
    _print_or_write(text, out, keep=options.get("lines", ()))


def _form_by_ending(out: Path | None) -> str:
    """Tell the form from the ending of a file; text for none or .txt."""
    ending = out.suffix.casefold() if out else ""
    forms = {"": "table", ".txt": "table", ".csv": "csv", ".json": "json"}
    if ending not in forms:
        message = f"placespend does not write {ending} files."
        raise PlacespendError(message, hint="end the file's name in .csv, .json or .txt, or say --format")
    return forms[ending]


def _print_or_write(text: str, out: Path | None, *, keep: Iterable[Path] = ()) -> None:
    """Print a text, or write it to a file that is none of those to keep."""
    from placespend.exports import write_whole  # noqa: PLC0415

    if out is None:
        # Not click.echo, which takes colours out of data that are piped on.
        if sys.stdout is not None:
            sys.stdout.write(text)
            sys.stdout.flush()
    else:
        write_whole(text, out, keep=keep)
        _tell(f"Written: {out}")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, message="placespend %(version)s")
def app() -> None:
    """Show what all public bodies together spend in a place, right to the penny."""


@app.command()
@_place
@click.option(
    "--by",
    multiple=True,
    default=["service"],
    metavar="COLUMN",
    help="Cut by body, sector, service (as without it), economic, basis or grade; two at once as body,grade.",
)
@_level
@_money
@_output
def pot(place: str, by: tuple[str, ...], level: str | None, **options: Any) -> None:
    """Show the single pot of a place, each pound counted once.

    PLACE is the name, an alias or the code of a place in England, such as "Greater Manchester" or E08000003.
    """
    from placespend.exports import pot_document  # noqa: PLC0415
    from placespend.money import format_gbp  # noqa: PLC0415
    from placespend.pot import single_pot  # noqa: PLC0415

    columns = [name.strip() for column in by for name in column.split(",")]
    found = single_pot(place, level=level, **_lines_wanted(options))

    def table() -> str:
        from placespend.tables import pot_text  # noqa: PLC0415

        return pot_text(found, *columns)

    def csv() -> pd.DataFrame:
        if len(found.unallocated):
            # Tables and documents show it; the rows of a cut have no place for it.
            pence = found.reconcile().unallocated_pence
            _tell(f"Unallocated, and in no row: {format_gbp(pence)} in {len(found.unallocated):,} cells.")
        return found.by(*columns)

    _deliver(options, table=table, csv=csv, json=lambda: pot_document(found, *columns))


@app.command()
@click.option("--level", required=True, metavar="LEVEL", help="Kind of place: upper_tier, lad, region, and so on.")
@_money
@_output
def pots(level: str, **options: Any) -> None:
    """Show the pot of every place of a level in one run.

    The levels are those that "placespend places" shows.
    """
    from placespend.exports import pots_document  # noqa: PLC0415
    from placespend.pots_by_level import pots as build_pots  # noqa: PLC0415

    found = build_pots(level, **_lines_wanted(options))

    def table() -> str:
        from placespend.tables import pots_text  # noqa: PLC0415

        return pots_text(found)

    _deliver(options, table=table, csv=lambda: found.table, json=lambda: pots_document(found))


@app.command()
@click.argument("text", required=False)
@_level
@_as_at
@_output
def places(text: str | None, level: str | None, as_at: str | None, **options: Any) -> None:
    """List places by name, code or level.

    TEXT is part of a name or code. Middle-layer and small areas are listed with --level msoa or --level lsoa.
    """
    from placespend.gazetteer import find_place, list_places  # noqa: PLC0415

    found = list_places(text, level=level, as_at=as_at)
    if found.empty and text:
        # Nothing holds the text: what would find one place says what was meant.
        find_place(text, level=level, as_at=as_at)

    def table() -> str:
        from placespend.tables import places_text  # noqa: PLC0415

        return places_text(found)

    _deliver(options, table=table, csv=lambda: found, json=lambda: found)


@app.command()
@_place
@click.option("--service", required=True, metavar="TEXT", help="Code of a service, or part of its name: 7.A, medical.")
@_level
@_money
@_output
def explain(place: str, service: str, level: str | None, **options: Any) -> None:
    """Tell how the figure of a service came about.

    Shows every line behind it with its footprint, measure, share, assumption and source.
    """
    from placespend.pot import single_pot  # noqa: PLC0415

    found = single_pot(place, level=level, **_lines_wanted(options))

    def table() -> str:
        from placespend.tables import explanation_text  # noqa: PLC0415

        return explanation_text(found, service)

    _deliver(options, table=table, csv=lambda: found.explain(service), json=lambda: found.explain(service))


@app.group()
def lines() -> None:
    """Check your own spending lines, or start a file of them."""


@lines.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the faults as CSV, for their owner."
)
@_keep
def check(files: tuple[Path, ...], out: Path | None, *, keep_unknown_footprints: bool) -> None:
    """Check files of lines and tell all that is wrong."""
    from placespend.errors import LinesError  # noqa: PLC0415
    from placespend.exports import to_csv  # noqa: PLC0415
    from placespend.lines import check_lines, read_lines  # noqa: PLC0415
    from placespend.loaded import sum_pence  # noqa: PLC0415
    from placespend.money import format_gbp  # noqa: PLC0415

    unknown = _unknown_footprints(keep=keep_unknown_footprints)
    failures = check_lines(*files, unknown_footprints=unknown)
    if out is not None:
        # Also where nothing is wrong, so that no older list of faults stays beside a file that is right.
        _print_or_write(to_csv(failures), out, keep=files)
    if not failures.empty:
        raise LinesError(failures)
    table = read_lines(*files, unknown_footprints=unknown)
    awaited = int((table["status"] == "awaited").sum())
    years = ", ".join(sorted(table["financial_year"].unique()))
    click.echo(f"{len(table):,} lines of {years}, {format_gbp(sum_pence(table))}, {awaited:,} awaited: nothing wrong.")


@lines.command()
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="File to write, not print.")
def template(out: Path | None) -> None:
    """Print a file of lines with three examples, or write it."""
    from placespend.lines import lines_template  # noqa: PLC0415

    # A file that is there may be a template that was filled in.
    _print_or_write(lines_template(), out, keep=[out] if out else [])


@lines.command()
@_output
def columns(**options: Any) -> None:
    """List the columns of a lines file with their meaning."""
    from placespend.schema import data_dictionary  # noqa: PLC0415
    from placespend.tables import dictionary_text  # noqa: PLC0415

    table = data_dictionary()
    _deliver(options, table=lambda: dictionary_text(table), csv=lambda: table, json=lambda: table)


@lines.command()
@_output
def services(**options: Any) -> None:
    """List the services and what each is shared by."""
    from placespend.bases import basis_of_service  # noqa: PLC0415
    from placespend.bases import services as list_services  # noqa: PLC0415
    from placespend.tables import services_text  # noqa: PLC0415

    table = list_services().join(basis_of_service()).reset_index()
    _deliver(options, table=services_text, csv=lambda: table, json=lambda: table)


def main() -> None:
    """Run the command line; a user's mistake is told and ends with exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a pipe that cannot show every sign still gets the figures.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except PlacespendError as error:
        _tell(f"Error: {error.message}")
        if error.hint:
            _tell(f"Hint: {error.hint}")
        sys.exit(2)
    except OSError as error:
        # Printing failed, as on a full disk; closing what is left to print would fail once more.
        sys.stdout = None
        _tell(f"Error: the result cannot be printed: {error.strerror}.")
        sys.exit(2)
