"""Files of spending lines: their check, their columns, and what becomes of a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from placespend.commands.options import (
    keep_unknown_option,
    lines_options,
    measure_options,
    out_option,
    output_options,
    recipe_arguments,
    register_options,
    unknown_footprints,
)
from placespend.commands.output import deliver, files_of, print_or_write


@click.group()
def lines() -> None:
    """Check your own spending lines, or start a file of them."""


@lines.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the faults as CSV, for their owner."
)
@keep_unknown_option
@measure_options
def check(
    files: tuple[Path, ...],
    out: Path | None,
    measures: tuple[Path, ...],
    lookups: tuple[Path, ...],
    *,
    keep_unknown_footprints: bool,
) -> None:
    """Check files of lines and tell all that is wrong."""
    from placespend.accounts import sum_pence  # noqa: PLC0415
    from placespend.errors import LinesError  # noqa: PLC0415
    from placespend.exports.text import to_csv  # noqa: PLC0415
    from placespend.lines import check_lines, read_lines  # noqa: PLC0415
    from placespend.money import format_gbp  # noqa: PLC0415

    unknown, bases = unknown_footprints(keep=keep_unknown_footprints), None
    if measures:
        from placespend.bases import Bases  # noqa: PLC0415
        from placespend.measured.reading import read_measures  # noqa: PLC0415

        bases = Bases(read_measures(*measures, lookups=lookups).measures)
    failures = check_lines(*files, unknown_footprints=unknown, bases=bases)
    if out is not None:
        # Also where nothing is wrong, so that no older list of faults stays beside a file that is right.
        print_or_write(to_csv(failures), out, keep=[*files, *measures, *lookups])
    if not failures.empty:
        raise LinesError(failures)
    table = read_lines(*files, unknown_footprints=unknown, bases=bases)
    awaited = int((table["status"] == "awaited").sum())
    years = ", ".join(sorted(table["financial_year"].unique()))
    click.echo(f"{len(table):,} lines of {years}, {format_gbp(sum_pence(table))}, {awaited:,} awaited: nothing wrong.")


@lines.command()
@out_option
def template(out: Path | None) -> None:
    """Print a file of lines with three examples, or write it."""
    from placespend.lines import lines_template  # noqa: PLC0415

    # A file that is there may be a template that was filled in.
    print_or_write(lines_template(), out, keep=[out] if out else [])


@lines.command()
@output_options
def columns(**options: Any) -> None:
    """List the columns of a lines file with their meaning."""
    from placespend.dictionary import data_dictionary  # noqa: PLC0415
    from placespend.tables import dictionary_text  # noqa: PLC0415

    table = data_dictionary("lines")[["column", "unit", "required", "meaning"]]
    deliver(options, table=lambda: dictionary_text(table), csv=lambda: table, json=lambda: table)


@lines.command()
@output_options
def services(**options: Any) -> None:
    """List the services and what each is shared by."""
    from placespend.bases import basis_of_service  # noqa: PLC0415
    from placespend.cofog import services as list_services  # noqa: PLC0415
    from placespend.tables import services_text  # noqa: PLC0415

    table = list_services().join(basis_of_service()).reset_index()
    deliver(options, table=services_text, csv=lambda: table, json=lambda: table)


@lines.command(short_help="Follow a funding line: renamed, merged, split, ended.")
@click.argument("line")
@register_options
@click.option(
    "--lines",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own spending lines (CSV), whose amounts are shown by year.",
)
@output_options
def trace(line: str, register: tuple[Path, ...], *, register_alone: bool, **options: Any) -> None:
    """Follow a funding line through its changes: renamed, merged, split, ended.

    LINE is its id in the register, or its name.
    """
    from placespend.lines import read_lines  # noqa: PLC0415
    from placespend.register import read_register  # noqa: PLC0415

    known = read_register(*register, with_shipped=not register_alone)

    def table() -> str:
        from placespend.register_text import trace_text  # noqa: PLC0415

        return trace_text(known, line, read_lines(*options["lines"]) if options["lines"] else None)

    deliver(options, table=table, csv=lambda: known.trace(line), json=lambda: known.trace(line), keep=register)


@lines.command(short_help="List awaited lines: who owes a figure, and since when.")
@register_options
@click.option("--as-at", metavar="DATE", help="Day up to which the waiting is counted; otherwise today.")
@lines_options
@output_options
def awaited(register: tuple[Path, ...], as_at: str | None, *, register_alone: bool, **options: Any) -> None:
    """List the lines that are awaited: who owes a figure, and since when.

    Those of files of your own with --lines FILE, otherwise of the shipped lines.
    """
    from placespend.loaded import load  # noqa: PLC0415
    from placespend.over_years import awaited as list_awaited  # noqa: PLC0415
    from placespend.register import read_register  # noqa: PLC0415
    from placespend.wanted import recipe_wanted  # noqa: PLC0415

    known = read_register(*register, with_shipped=not register_alone)
    wanted = recipe_wanted(**recipe_arguments(options))
    waiting = list_awaited(load(wanted).lines, known, as_at=as_at or "today")

    def table() -> str:
        from placespend.register_text import awaited_text  # noqa: PLC0415

        return awaited_text(waiting)

    keep = [*register, *files_of(wanted)]
    deliver(options, table=table, csv=lambda: waiting, json=lambda: waiting, keep=keep)
