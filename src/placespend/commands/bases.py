"""What money is shared by, and what it could be shared by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from placespend.commands.options import level_option, money_options, output_options, recipe_arguments
from placespend.commands.output import deliver, files_of

if TYPE_CHECKING:
    import pandas as pd


@click.command(short_help="Show what services are shared by, and what would be better.")
@click.argument("service", required=False)
@click.option("--place", metavar="PLACE", help="A place, to tell what each basis would give it.")
@level_option
@money_options
@output_options
def bases(service: str | None, place: str | None, **options: Any) -> None:
    """Show what services are shared by, what else is loaded, and what would be better.

    SERVICE is the code of a service, or part of its name, such as 10.5 or medical; all services where left out.
    """
    from placespend.exports.about import about_lines  # noqa: PLC0415
    from placespend.exports.stamps import stamp  # noqa: PLC0415
    from placespend.gazetteer import find_place, parse_as_at  # noqa: PLC0415
    from placespend.loaded import load  # noqa: PLC0415
    from placespend.rungs import describe_ladders  # noqa: PLC0415
    from placespend.wanted import recipe_wanted  # noqa: PLC0415

    loaded = load(recipe_wanted(**recipe_arguments(options)))
    day = parse_as_at(options["as_at"] or loaded.recipe.as_at, default=loaded.year_end)
    where = None if place is None else find_place(place, level=options["level"], as_at=day)
    rungs = describe_ladders(loaded, service, place=where)

    def table() -> str:
        from placespend.rungs_text import ladders_text, rungs_text  # noqa: PLC0415

        return ladders_text(rungs, loaded) if service is None and where is None else rungs_text(rungs, loaded, where)

    def stamped() -> pd.DataFrame:
        return stamp(rungs, loaded, place=where)

    title = f"What {service or 'services'} can be shared by, {loaded.financial_year}"
    deliver(
        options,
        table=table,
        csv=stamped,
        json=stamped,
        about=lambda: about_lines(loaded, title),
        keep=files_of(loaded.recipe),
    )
