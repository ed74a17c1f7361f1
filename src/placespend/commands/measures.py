"""The list of measures, and the check of a user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from placespend.commands.default_group import DefaultGroup
from placespend.commands.options import output_options
from placespend.commands.output import deliver


@click.command(name="list")
@output_options
def list_(**options: Any) -> None:
    """List the measures that money is shared by.

    They come with placespend; check your own with "placespend measures check FILE".
    """
    from placespend.kinds import completion_errors  # noqa: PLC0415
    from placespend.measures import list_measures  # noqa: PLC0415

    errors = completion_errors()[["hidden_region_error", "hidden_region_error_plain"]]
    shipped = list_measures().join(errors.set_axis(["error", "plain_error"], axis=1))

    def table() -> str:
        from placespend.measure_text import measures_text  # noqa: PLC0415

        return measures_text(shipped)

    rows = shipped.drop(columns=["plain", "column"]).reset_index()
    deliver(options, table=table, csv=lambda: rows, json=lambda: rows)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--lookup",
    "lookups",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="ONS lookup as published, for small areas of 2001 or 2021, or wards of other years. Several may be given.",
)
@output_options
def check(files: tuple[Path, ...], lookups: tuple[Path, ...], **options: Any) -> None:
    """Check files of your own measures, and tell all that was found.

    FILE has a row for each area (small areas, wards, authorities, postcodes) and
    a column for each count, as CSV or a workbook; published files of the indices
    of deprivation, the census and the population estimates work as they are.
    Ends with exit code 2 where something cannot be used.
    """
    from placespend.errors import MeasuresError  # noqa: PLC0415
    from placespend.measured.findings import REFUSED  # noqa: PLC0415
    from placespend.measured.reading import survey_measures  # noqa: PLC0415

    reading = survey_measures(*files, lookups=lookups)

    def table() -> str:
        from placespend.measure_text import reading_text  # noqa: PLC0415

        return reading_text(reading)

    def document() -> object:
        from placespend.measure_text import reading_document  # noqa: PLC0415

        return reading_document(reading)

    deliver(options, table=table, csv=lambda: reading.findings, json=document, keep=[*files, *lookups])
    refused = reading.findings[reading.findings["done"] == REFUSED]
    if len(refused):
        raise MeasuresError(refused.reset_index(drop=True))


measures = DefaultGroup(name="measures", default=list_)
measures.add_command(check)
