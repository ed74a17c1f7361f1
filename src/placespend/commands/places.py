"""The list of places, and the check of a user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from placespend.commands.boundaries import (
    boundary_files,
    boundary_options,
    circle_options,
    file_arguments,
    file_options,
    place_wanted,
)
from placespend.commands.default_group import DefaultGroup
from placespend.commands.options import as_at_option, level_option, output_options, place_or_recipe_argument
from placespend.commands.output import deliver
from placespend.errors import PlacespendError


@click.command(name="list")
@click.argument("text", required=False)
@level_option
@as_at_option
@output_options
def list_(text: str | None, level: str | None, as_at: str | None, **options: Any) -> None:
    """List places by name, code or level.

    TEXT is part of a name or code. Wards, middle-layer and small areas are listed with --level ward_2025,
    msoa or lsoa.
    """
    from placespend.gazetteer import find_place, list_places  # noqa: PLC0415

    found = list_places(text, level=level, as_at=as_at)
    if found.empty and text:
        # Nothing holds the text: what would find one place says what was meant.
        find_place(text, level=level, as_at=as_at)

    def table() -> str:
        from placespend.place_text import places_text  # noqa: PLC0415

        return places_text(found)

    deliver(options, table=table, csv=lambda: found, json=lambda: found)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@file_options
@output_options
def check(file: Path, **options: Any) -> None:
    """Check a file of your own places, and tell all that was found.

    FILE is one that --boundary takes. Ends with exit code 2 where a place cannot be used.
    """
    from placespend.errors import PlacesError  # noqa: PLC0415
    from placespend.own_places import check_places  # noqa: PLC0415

    found = check_places(file, **file_arguments(options))

    def table() -> str:
        from placespend.place_text import findings_text  # noqa: PLC0415

        return findings_text(found)

    deliver(options, table=table, csv=lambda: found, json=lambda: found, keep=[file])
    refused = found[found["done"] == "refused"]
    if len(refused):
        raise PlacesError(file.name, refused.reset_index(drop=True))


@click.command()
@place_or_recipe_argument
@level_option
@boundary_options
@circle_options
@output_options
def coverage(place: str | None, level: str | None, **options: Any) -> None:
    """Show which small areas a place holds, wholly or in part.

    PLACE is named as for "placespend pot".
    """
    from placespend.gazetteer import find_place  # noqa: PLC0415
    from placespend.place import Place  # noqa: PLC0415

    wanted = place_wanted(place, {**options, "level": level})
    if wanted is None:
        message = "Of which place?"
        raise PlacespendError(message, hint="name it, or bring it with --boundary FILE")
    found = wanted if isinstance(wanted, Place) else find_place(wanted, level=level)

    def table() -> str:
        from placespend.place_text import coverage_text  # noqa: PLC0415

        return coverage_text(found)

    deliver(options, table=table, csv=found.coverage, json=found.coverage, keep=boundary_files(options))


places = DefaultGroup(name="places", default=list_)
places.add_command(check)
places.add_command(coverage)
