"""What stands behind the numbers of families: how well they are estimated, what was published, what was paid."""

from __future__ import annotations

from typing import Any

import click

from placespend.commands.options import level_option, output_options
from placespend.commands.output import deliver, tell


@click.command(short_help="Show how well numbers that were not published are estimated.")
@click.option("--folds", is_flag=True, help="Show every authority with a published number, as it is estimated without.")
@output_options
def validate(*, folds: bool, **options: Any) -> None:
    """Show how well families are estimated where a number was published.

    Each of the published numbers is hidden in turn, everything is fitted again, and the estimate is set against it;
    with and without the published totals of larger areas.
    """
    from placespend.families import validation  # noqa: PLC0415

    if not folds:
        tell("Fitting every model once for each published number: that takes about half a minute.")
    table = validation.folds().reset_index() if folds else validation.validate_estimates()

    def text() -> str:
        from placespend.family_tables_text import folds_text, validation_text  # noqa: PLC0415

        return folds_text(table) if folds else validation_text(table)

    deliver(options, table=text, csv=lambda: table, json=lambda: table)


@click.command(short_help="Show what became of families, as it was published over time.")
@click.argument("place", required=False)
@level_option
@output_options
def progress(place: str | None, level: str | None, **options: Any) -> None:
    """Show what was published of families over time: identified, worked with, turned around.

    Each number stands with its measure, date and source. Different measures are never set against each other.
    """
    from placespend.families.progress import family_progress  # noqa: PLC0415

    if place is None and level is not None:
        message = "'--level' goes with PLACE: it settles a name that several places share."
        raise click.UsageError(message)
    table = family_progress(place, level=level).drop(columns="as_at_day")

    def text() -> str:
        from placespend.family_tables_text import progress_text  # noqa: PLC0415

        return progress_text(table)

    deliver(options, table=text, csv=lambda: table, json=lambda: table)


@click.command()
@click.argument("place")
@level_option
@click.option("--phase", type=click.Choice(["1", "2"]), default="1", show_default=True, help="Of the programme.")
@output_options
def payments(place: str, level: str | None, phase: str, **options: Any) -> None:
    """Show the most that could be paid to a place by results.

    In phase 1 up to £4,000 a family for five families in six; what part of it is paid beforehand differs by year.
    """
    from placespend.families.asked import families_of  # noqa: PLC0415
    from placespend.families.payable import most_payable  # noqa: PLC0415

    found = families_of(place, level=level)
    table = most_payable(found, phase=int(phase))

    def text() -> str:
        from placespend.family_tables_text import payments_text  # noqa: PLC0415

        return payments_text(found, table)

    deliver(options, table=text, csv=lambda: table, json=lambda: table)


@click.command(short_help="Show every published figure, and what it conflicts with.")
@output_options
def published(**options: Any) -> None:
    """Show every published figure, with its measure, date, source and what it conflicts with."""
    from placespend.families.published import published_families  # noqa: PLC0415

    table = published_families()

    def text() -> str:
        from placespend.family_tables_text import published_text  # noqa: PLC0415

        return published_text(table)

    deliver(options, table=text, csv=lambda: table, json=lambda: table)
