"""The pot of a place, the pots of a level, and how a figure in one came about."""

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
from placespend.commands.options import (
    level_option,
    money_arguments,
    money_options,
    output_options,
    place_or_recipe_argument,
)
from placespend.commands.output import deliver, files_of, tell

if TYPE_CHECKING:
    import pandas as pd


@click.command()
@place_or_recipe_argument
@click.option(
    "--by",
    multiple=True,
    default=["service"],
    metavar="COLUMN",
    help="Cut by body, sector, service (as without it), economic, basis or grade; two at once as body,grade.",
)
@level_option
@boundary_options
@circle_options
@money_options
@output_options
def pot(place: str | None, by: tuple[str, ...], level: str | None, **options: Any) -> None:
    """Show the single pot of a place, each pound counted once.

    PLACE is the name, an alias or the code of a place in England, such as "Greater Manchester" or E08000003. It may be
    left out where a recipe names it. With --boundary it is one of your own places, and may be left out where the file
    holds only one.
    """
    from placespend.exports.about import about_pot  # noqa: PLC0415
    from placespend.exports.documents import pot_document  # noqa: PLC0415
    from placespend.exports.stamps import stamp  # noqa: PLC0415
    from placespend.money import format_gbp  # noqa: PLC0415
    from placespend.pot import single_pot  # noqa: PLC0415

    columns = [name.strip() for column in by for name in column.split(",")]
    found = single_pot(place_wanted(place, {**options, "level": level}), level=level, **money_arguments(options))

    def table() -> str:
        from placespend.tables import pot_text  # noqa: PLC0415

        return pot_text(found, *columns)

    def csv() -> pd.DataFrame:
        if len(found.unallocated):
            # Tables and documents show it; the rows of a cut have no place for it.
            pence = found.reconcile().unallocated_pence
            tell(f"Unallocated, and in no row: {format_gbp(pence)} in {len(found.unallocated):,} cells.")
        return stamp(found.by(*columns), found.loaded, what=found.what, place=found.place)

    keep = [*files_of(found.loaded.recipe), *boundary_files(options)]
    title = f"The single pot of {found.place.name}, {found.financial_year}, by {' and '.join(columns)}"
    deliver(
        options,
        table=table,
        csv=csv,
        json=lambda: pot_document(found, *columns),
        about=lambda: about_pot(found, title),
        keep=keep,
    )


@click.command(short_help="Show the pots of every place of a level, or of your own file.")
@click.option("--level", metavar="LEVEL", help="Kind of place: upper_tier, lad, region, ward_2025, and so on.")
@click.option("--within", metavar="PLACE", help="A larger place: the places in it, and its rest.")
@boundary_options
@money_options
@output_options
def pots(level: str | None, within: str | None, **options: Any) -> None:
    """Show the pot of every place of a level, or of your own file, in one run.

    The levels are those that "placespend places" shows. Your own places may overlap; they are then not summed.
    """
    from placespend.exports.about import about_pots  # noqa: PLC0415
    from placespend.exports.documents import pots_document  # noqa: PLC0415
    from placespend.exports.stamps import stamp  # noqa: PLC0415
    from placespend.pots_by_level import pots as build_pots  # noqa: PLC0415

    if level is not None and options["boundary"] is not None:
        message = "'--level' and '--boundary' do not go together."
        raise click.UsageError(message)
    if level is None and options["boundary"] is None:
        message = "Missing option '--level', or '--boundary' for places of your own."
        raise click.UsageError(message)
    if level is not None:
        check_no_file({**options, "around": None})
    wanted = places_wanted(options) if level is None else []
    found = build_pots(wanted if level is None else level, within=within, **money_arguments(options))

    def table() -> str:
        from placespend.tables import pots_text  # noqa: PLC0415

        return pots_text(found)

    def csv() -> pd.DataFrame:
        for note in found.notes:
            if note.startswith(("Partly outside", "Some of these places overlap")):
                tell(note)
        told = found.table
        if options["boundary"] is not None:
            told = told.assign(definition=[found.definitions.get(code, "") for code in told["code"]])
        return stamp(told, found.loaded, what=found.what)

    deliver(
        options,
        table=table,
        csv=csv,
        json=lambda: pots_document(found),
        about=lambda: about_pots(found),
        places=wanted,
        keep=[*files_of(found.loaded.recipe), *boundary_files(options)],
    )


@click.command()
@place_or_recipe_argument
@click.option("--service", required=True, metavar="TEXT", help="Code of a service, or part of its name: 7.A, medical.")
@level_option
@boundary_options
@circle_options
@money_options
@output_options
def explain(place: str | None, service: str, level: str | None, **options: Any) -> None:
    """Tell how the figure of a service came about.

    Shows every line behind it with its footprint, measure, share, assumption and source.
    """
    from placespend.exports.about import about_pot  # noqa: PLC0415
    from placespend.exports.stamps import stamp  # noqa: PLC0415
    from placespend.pot import single_pot  # noqa: PLC0415

    if not (place or options["boundary"] or options["around"] or options["recipe"]):
        message = "Missing argument 'PLACE'."
        raise click.UsageError(message)
    found = single_pot(place_wanted(place, {**options, "level": level}), level=level, **money_arguments(options))

    def table() -> str:
        from placespend.tables import explanation_text  # noqa: PLC0415

        return explanation_text(found, service)

    def stamped() -> pd.DataFrame:
        return stamp(found.explain(service), found.loaded, what=found.what, place=found.place)

    title = f"How the figures of '{service}' in the pot of {found.place.name}, {found.financial_year}, came about"
    deliver(
        options,
        table=table,
        csv=stamped,
        json=stamped,
        about=lambda: about_pot(found, title),
        keep=[*files_of(found.loaded.recipe), *boundary_files(options)],
    )
