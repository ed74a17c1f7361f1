"""All tables of a pot, or of the pots of several places, as files for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from placespend.commands.boundaries import (
    boundary_files,
    boundary_options,
    check_no_file,
    circle_options,
    place_wanted,
    places_wanted,
)
from placespend.commands.options import level_option, money_arguments, money_options, place_or_recipe_argument
from placespend.commands.output import tell

if TYPE_CHECKING:
    from placespend.pot import Pot
    from placespend.pots_by_level import Pots


@click.command()
@place_or_recipe_argument
@level_option
@click.option(
    "--within", metavar="PLACE", help="With --level and no PLACE: only the places in a larger one, and its rest."
)
@click.option(
    "--out",
    required=True,
    # No path yet: as one, an empty text would be the folder of the day.
    type=click.Path(),
    metavar="DIR|FILE",
    help="A folder for one file a table and a datapackage.json that describes them, or a file ending in .xlsx.",
)
@click.option(
    "--form",
    type=click.Choice(["csv", "parquet"]),
    default="csv",
    show_default=True,
    help="Of the tables in a folder.",
)
@boundary_options
@circle_options
@money_options
def data(place: str | None, level: str | None, within: str | None, out: str, form: str, **options: Any) -> None:
    """Write all tables of a pot: a data package, or one workbook.

    PLACE is as for "placespend pot": its pot by body, service and so on, how each amount came about, and what became
    of every line. With --level, or --boundary, and no PLACE, the pots of all those places.
    """
    from placespend.exports.data import check_out, write_data  # noqa: PLC0415

    check_out(out, form=form)
    found = _pots_or_pot(place, level, within, options)
    read = [*boundary_files(options), *([options["recipe"]] if options["recipe"] else [])]
    written = write_data(found, out, form=form, keep=read)
    if len(written) == 1:
        tell(f"Written: {written[0]}")
    else:
        tell(f"Written: {len(written) - 2:,} tables, and datapackage.json, which describes them, in {out}")


def _pots_or_pot(place: str | None, level: str | None, within: str | None, options: dict[str, Any]) -> Pot | Pots:
    """Build the pot of one place, or those of several."""
    from placespend.pot import single_pot  # noqa: PLC0415
    from placespend.pots_by_level import pots  # noqa: PLC0415

    is_one = place is not None or options["around"] is not None or options["radius"] is not None
    if not is_one and level is not None and options["boundary"] is None:
        check_no_file(options)
        return pots(level, within=within, **money_arguments(options))
    if not is_one and options["boundary"] is not None and level is None:
        several = places_wanted(options)
        if len(several) > 1 or within is not None:
            return pots(several, within=within, **money_arguments(options))
    if within is not None:
        message = "'--within' goes with '--level' or '--boundary' alone, without PLACE or a circle."
        raise click.UsageError(message)
    if not (is_one or options["boundary"] or options["recipe"]):
        message = "Missing argument 'PLACE', or '--level' for every place of a level."
        raise click.UsageError(message)
    return single_pot(place_wanted(place, {**options, "level": level}), level=level, **money_arguments(options))
