"""A user's own file of families: how it is read, and the check of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from placespend.commands.options import lookup_option, output_options
from placespend.commands.output import check_parent, deliver

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., None]

SAID = ("column", "sheet", "definition", "date")


def reading_options(command: Command) -> Command:
    """Add the options that say how a file of families is read.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command, whose options :func:`reading_arguments` reads.
    """
    for option in (
        click.option("--date", default="", metavar="TEXT", help="When your families were counted."),
        click.option("--definition", default="", metavar="TEXT", help="What your counts are of."),
        click.option(
            "--sheet", default="", metavar="NAME", help="Sheet of a workbook; otherwise the first with areas."
        ),
        click.option("--column", default="", metavar="NAME", help="Column of the counts; otherwise guessed."),
    ):
        command = option(command)
    return command


def reading_arguments(options: dict[str, Any]) -> dict[str, Any]:
    """Turn the options of :func:`reading_options` into arguments of the functions that read counts of families.

    Parameters
    ----------
    options : dict
        The options of a command by name.

    Returns
    -------
    dict
    """
    return {**{name: options[name] for name in SAID}, "lookups": list(options["lookups"])}


@click.command(short_help="Check a file of your own counts of families.")
@click.argument("file", type=click.Path(path_type=Path))
@reading_options
@lookup_option
@output_options
def check(file: Path, **options: Any) -> None:
    """Check a file of your own counts of families, and tell all that was found.

    FILE has a row for each area (authorities, wards, small areas, postcodes) and a
    column of families, as CSV or a workbook. What is found is for you alone: do not
    publish it. Ends with exit code 2 where the file cannot be used.
    """
    from placespend.errors import FamilyCountsError  # noqa: PLC0415
    from placespend.families.folders import check_private  # noqa: PLC0415
    from placespend.families.own_counts import check_family_counts  # noqa: PLC0415
    from placespend.measured.findings import REFUSED  # noqa: PLC0415

    if options["out"] is not None:
        check_parent(options["out"])
        check_private(options["out"])
    findings = check_family_counts(file, **reading_arguments(options))
    refused = findings[findings["done"] == REFUSED].reset_index(drop=True)

    def table() -> str:
        from placespend.measure_text import findings_parts  # noqa: PLC0415
        from placespend.text import render  # noqa: PLC0415

        closing = "The file cannot be used." if len(refused) else "The file can be used."
        return render(*findings_parts(findings, "Column"), closing)

    deliver(options, table=table, csv=lambda: findings, json=lambda: findings, keep=[file, *options["lookups"]])
    if len(refused):
        raise FamilyCountsError(refused)
