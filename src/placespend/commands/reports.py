"""The report on a place, or on several places side by side: one page that opens with no network, and a PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from placespend.commands.boundaries import (
    COVERAGE,
    boundary_files,
    boundary_options,
    circle_options,
    place_wanted,
)
from placespend.commands.options import level_option, money_arguments, money_options
from placespend.commands.output import files_of, print_or_write, tell

if TYPE_CHECKING:
    from placespend.place import Place

SAID_OF_PLACES = ("boundary", "name_field", "code_field", "layer", "leave_out_unusable", "around")
"""Options that say which places of the user's own are meant, as the command repeats them."""


@click.command(short_help="Write a report on a place, or on several side by side.")
@click.argument("places", nargs=-1, metavar="[PLACE]...")
@click.option(
    "--out",
    required=True,
    # No path yet: as one, an empty text would be the folder of the day.
    type=click.Path(),
    metavar="FILE|DIR",
    help="File ending in .html (or .pdf, for the PDF alone), or a folder for the report with all of its data.",
)
@click.option("--pdf", is_flag=True, help="Write a PDF too; needs the extra: pip install 'placespend[pdf]'.")
@level_option
@boundary_options
@circle_options
@money_options
def report(places: tuple[str, ...], out: str, *, pdf: bool, level: str | None, **options: Any) -> None:
    """Write a report on a place: its pot, what it is spent on, how it is known.

    PLACE is as for "placespend pot"; of several, the report sets them side by side. The report is one file that opens
    with no network, holds its own data, and says how to make it again.
    """
    if not (places or options["boundary"] or options["around"] or options["radius"] or options["recipe"]):
        message = "Missing argument 'PLACE'."
        raise click.UsageError(message)
    from placespend.reports.building import check_asked, document_of, write_gathered  # noqa: PLC0415
    from placespend.reports.command_line import command_of  # noqa: PLC0415
    from placespend.reports.gathered import gather_all  # noqa: PLC0415

    path = check_asked(out, pdf=pdf, places=len(places))
    wanted = [place_wanted(place, {**options, "level": level}) for place in places or (None,)]
    money = money_arguments(options)
    command = command_of(_names(places, wanted, options), **_said(options, level), **money)
    found = gather_all(wanted, level=level, command=command, **money)
    document = document_of(found)
    keep = [*files_of(found[0].loaded.recipe), *boundary_files(options)]
    keep += [options["recipe"]] if options["recipe"] else []
    written = write_gathered(document, found, path, pdf=pdf, keep=keep)
    print_or_write(f"{document.answer}\n", None)
    reports = [file for file in written if file.parent == written[0].parent and file.suffix != ".json"]
    for file in reports:
        tell(f"Written: {file}")
    if len(written) > len(reports):
        tell(f"Written: {len(written) - len(reports):,} files of data and pictures beside it, in {path}")


def _names(places: tuple[str, ...], wanted: list[str | Place | None], options: dict[str, Any]) -> list[str]:
    """Give the names as they were typed; of a circle or a recipe, or the only place of a file, none."""
    if options["boundary"] is not None and not places:
        return [place.name for place in wanted if place is not None and not isinstance(place, str)]
    return list(places)


def _said(options: dict[str, Any], level: str | None) -> dict[str, Any]:
    """Give what was said of the places, as far as it changes anything."""
    said = {name: options[name] for name in SAID_OF_PLACES}
    coverage = options["coverage"] if options["coverage"] != COVERAGE[0] else None
    radius = options["radius"]
    return {"level": level, **said, "radius": f"{radius:g}" if radius is not None else None, "coverage": coverage}
