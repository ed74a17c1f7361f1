"""The commands. Each builds something, sets it out as table, CSV or JSON, and prints or writes it.

A user's mistake ends in one message on the error stream and exit code 2.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from placespend import __version__
from placespend.errors import PlacespendError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

app = typer.Typer(
    help="What all public bodies together spend in a place, right to the penny.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
lines_app = typer.Typer(
    help="Check your own spending lines, or start a file of them.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(lines_app, name="lines")


class Format(StrEnum):
    """How a result is set out."""

    table = "table"
    csv = "csv"
    json = "json"


PlaceArgument = Annotated[
    str,
    typer.Argument(help="Name, alias or code of a place in England, such as 'Greater Manchester' or E08000003."),
]
LinesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--lines",
        metavar="FILE",
        help="Your own spending lines (CSV), instead of the shipped ones. May be given several times.",
    ),
]
WithShippedOption = Annotated[
    bool,
    typer.Option("--with-shipped", help="Add the shipped lines to your own. What both hold is counted twice."),
]
YearOption = Annotated[
    str | None,
    typer.Option("--year", metavar="YEAR", help="Financial year, such as 2011-12, where the lines hold several."),
]
LevelOption = Annotated[
    str | None,
    typer.Option(
        "--level", metavar="LEVEL", help="Kind of place, such as upper_tier, where several places share a name."
    ),
]
AsAtOption = Annotated[
    str | None,
    typer.Option(
        "--as-at",
        metavar="DATE",
        help="Day on which combined authorities are taken, or 'today'. Otherwise the end of the financial year.",
    ),
]
FormatOption = Annotated[
    Format | None,
    typer.Option("--format", help="How to set it out; otherwise by the ending of --out, or as a table."),
]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="File to write instead of printing.")]
KeepOption = Annotated[
    bool,
    typer.Option(
        "--keep-unknown-footprints",
        help="Keep lines whose footprint is no known place, as unallocated money, instead of stopping.",
    ),
]


def _tell(message: str) -> None:
    typer.echo(message, err=True)


def _deliver(
    out: Path | None,
    form: Format | None,
    *,
    table: Callable[[], str],
    csv: Callable[[], pd.DataFrame],
    json: Callable[[], object],
) -> None:
    """Set a result out in the form asked for, and print or write it."""
    from placespend.exports import to_csv, to_json, write_whole  # noqa: PLC0415

    by_ending = {".csv": Format.csv, ".json": Format.json}.get(out.suffix.casefold() if out else "", Format.table)
    form = form or by_ending
    if form is Format.json:
        text = to_json(json())
    elif form is Format.csv:
        text = to_csv(csv())
    else:
        text = table()
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(text, out)
        _tell(f"Written: {out}")


def _unknown_footprints(*, keep: bool) -> str:
    return "unallocated" if keep else "error"


def _split(columns: list[str]) -> tuple[str, ...]:
    """Take --by twice, or once with a comma."""
    return tuple(name.strip() for column in columns for name in column.split(","))


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False,
) -> None:
    if version:
        typer.echo(f"placespend {__version__}")
        raise typer.Exit


@app.command()
def pot(
    place: PlaceArgument,
    by: Annotated[
        list[str],
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="Cut by body, sector, service, economic, basis or grade; two at once as service,grade.",
        ),
    ] = ["service"],
    year: YearOption = None,
    lines: LinesOption = None,
    with_shipped: WithShippedOption = False,
    level: LevelOption = None,
    as_at: AsAtOption = None,
    keep_unknown_footprints: KeepOption = False,
    form: FormatOption = None,
    out: OutOption = None,
) -> None:
    """Show the single pot of a place, each pound counted once."""
    from placespend.exports import pot_document  # noqa: PLC0415
    from placespend.pot import single_pot  # noqa: PLC0415

    columns = _split(by)
    found = single_pot(
        place,
        lines=lines,
        with_shipped=with_shipped,
        year=year,
        level=level,
        as_at=as_at,
        unknown_footprints=_unknown_footprints(keep=keep_unknown_footprints),
    )

    def table() -> str:
        from placespend.tables import pot_text  # noqa: PLC0415

        return pot_text(found, *columns)

    _deliver(out, form, table=table, csv=lambda: found.by(*columns), json=lambda: pot_document(found, *columns))


@app.command()
def pots(
    level: Annotated[
        str,
        typer.Option(
            "--level", metavar="LEVEL", help="Kind of place, such as upper_tier, lad, region or combined_authority."
        ),
    ],
    year: YearOption = None,
    lines: LinesOption = None,
    with_shipped: WithShippedOption = False,
    as_at: AsAtOption = None,
    keep_unknown_footprints: KeepOption = False,
    form: FormatOption = None,
    out: OutOption = None,
) -> None:
    """Show the pot of every place of a level in one run."""
    from placespend.exports import pots_document  # noqa: PLC0415
    from placespend.pot import pots as build_pots  # noqa: PLC0415

    found = build_pots(
        level,
        lines=lines,
        with_shipped=with_shipped,
        year=year,
        as_at=as_at,
        unknown_footprints=_unknown_footprints(keep=keep_unknown_footprints),
    )

    def table() -> str:
        from placespend.tables import pots_text  # noqa: PLC0415

        return pots_text(found)

    _deliver(out, form, table=table, csv=lambda: found.table, json=lambda: pots_document(found))


@app.command()
def places(
    text: Annotated[str | None, typer.Argument(help="Part of a name or code.")] = None,
    level: LevelOption = None,
    as_at: AsAtOption = None,
    form: FormatOption = None,
    out: OutOption = None,
) -> None:
    """List places by name, code or level."""
    from placespend.gazetteer import list_places  # noqa: PLC0415
    from placespend.tables import places_text  # noqa: PLC0415

    found = list_places(text, level=level, as_at=as_at)
    _deliver(out, form, table=lambda: places_text(found), csv=lambda: found, json=lambda: found)


@app.command()
def explain(
    place: PlaceArgument,
    service: Annotated[
        str,
        typer.Option(
            "--service", metavar="TEXT", help="Code of a service, or part of its name, such as 7.A or 'medical'."
        ),
    ],
    year: YearOption = None,
    lines: LinesOption = None,
    with_shipped: WithShippedOption = False,
    level: LevelOption = None,
    as_at: AsAtOption = None,
    keep_unknown_footprints: KeepOption = False,
    form: FormatOption = None,
    out: OutOption = None,
) -> None:
    """Tell how the figure of a service came about.

    Every line behind it, with its footprint, measure, share, assumption and source.
    """
    from placespend.pot import single_pot  # noqa: PLC0415
    from placespend.tables import explanation_text  # noqa: PLC0415

    found = single_pot(
        place,
        lines=lines,
        with_shipped=with_shipped,
        year=year,
        level=level,
        as_at=as_at,
        unknown_footprints=_unknown_footprints(keep=keep_unknown_footprints),
    )
    _deliver(
        out,
        form,
        table=lambda: explanation_text(found, service),
        csv=lambda: found.explain(service),
        json=lambda: found.explain(service),
    )


@lines_app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="Files of lines (CSV).")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the faults as CSV, for whoever owns the data.")
    ] = None,
) -> None:
    """Check files of lines and tell all that is wrong."""
    from placespend.errors import LinesError  # noqa: PLC0415
    from placespend.exports import to_csv, write_whole  # noqa: PLC0415
    from placespend.lines import check_lines, read_lines  # noqa: PLC0415
    from placespend.loaded import sum_pence  # noqa: PLC0415
    from placespend.money import format_gbp  # noqa: PLC0415

    failures = check_lines(*files)
    if out is not None:
        write_whole(to_csv(failures), out)
        _tell(f"Written: {out}")
    if len(failures):
        raise LinesError(failures)
    table = read_lines(*files)
    awaited = int((table["status"] == "awaited").sum())
    years = ", ".join(sorted(table["financial_year"].unique()))
    typer.echo(f"{len(table):,} lines of {years}, {format_gbp(sum_pence(table))}, {awaited:,} awaited: nothing wrong.")


@lines_app.command("template")
def template(out: OutOption = None) -> None:
    """Print a file of lines with three examples, or write it."""
    from placespend.exports import write_whole  # noqa: PLC0415
    from placespend.lines import lines_template  # noqa: PLC0415

    if out is None:
        typer.echo(lines_template(), nl=False)
    else:
        write_whole(lines_template(), out)
        _tell(f"Written: {out}")


@lines_app.command("columns")
def columns(form: FormatOption = None, out: OutOption = None) -> None:
    """List the columns of a lines file with their meaning."""
    from placespend.schema import data_dictionary  # noqa: PLC0415
    from placespend.tables import dictionary_text  # noqa: PLC0415

    table = data_dictionary()
    _deliver(out, form, table=lambda: dictionary_text(table), csv=lambda: table, json=lambda: table)


@lines_app.command("services")
def services(form: FormatOption = None, out: OutOption = None) -> None:
    """List the services and what each is shared by."""
    from placespend.bases import basis_of_service  # noqa: PLC0415
    from placespend.bases import services as list_services  # noqa: PLC0415
    from placespend.tables import services_text  # noqa: PLC0415

    table = list_services().join(basis_of_service()).reset_index()
    _deliver(out, form, table=services_text, csv=lambda: table, json=lambda: table)


def main() -> None:
    """Run the command line; a user's mistake is told and ends with exit code 2."""
    try:
        app()
    except PlacespendError as error:
        _tell(f"Error: {error.message}")
        if error.hint:
            _tell(f"Hint: {error.hint}")
        sys.exit(2)
