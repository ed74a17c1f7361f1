"""What moves a pot to another total."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from placespend.commands.options import (
    level_option,
    money_arguments,
    money_options,
    output_options,
    place_or_recipe_argument,
)
from placespend.commands.output import deliver, files_of

if TYPE_CHECKING:
    import pandas as pd


@click.command(short_help="Show step by step what moves a pot to another total.")
@place_or_recipe_argument
@click.option(
    "--to",
    metavar="TOTAL|RECIPE",
    help="A published total by its id, or the file of another recipe (.toml); otherwise every published total.",
)
@click.option("--to-place", metavar="PLACE", help="Another place, in place of or beside --to RECIPE.")
@click.option(
    "--deflator",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="HM Treasury's GDP deflators, for a step to the prices of the published year.",
)
@level_option
@money_options
@output_options
def bridge(place: str | None, to: str | None, to_place: str | None, deflator: Path | None, **options: Any) -> None:
    """Show what moves the pot of a place to another total, step by step and to the penny.

    Between two pots nothing is left unexplained. To a published total, the rest that its publication does not explain
    is shown, never forced.
    """
    from placespend.exports.about import about_pot  # noqa: PLC0415
    from placespend.exports.documents import bridge_document  # noqa: PLC0415
    from placespend.exports.stamps import stamp  # noqa: PLC0415
    from placespend.pot import single_pot  # noqa: PLC0415
    from placespend.published import bridges_wanted  # noqa: PLC0415
    from placespend.recipe import read_recipe  # noqa: PLC0415

    pot = single_pot(place, level=options["level"], **money_arguments(options))
    found = bridges_wanted(pot.place, pot.loaded, to=to, to_place=to_place, as_at=options["as_at"], deflator=deflator)

    def table() -> str:
        from placespend.bridge_text import bridges_text  # noqa: PLC0415

        return bridges_text(found, pot.loaded)

    def csv() -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415

        return stamp(pd.concat([one.as_table() for one in found], ignore_index=True), pot.loaded)

    def json() -> object:
        return [bridge_document(one, pot.loaded) for one in found]

    # A recipe that is bridged to was read, and so was what it takes.
    to_recipe = [read_recipe(to)] if to is not None and to.casefold().endswith(".toml") else []
    read = [*(Path(name) for name in (to, deflator) if name is not None), *files_of(pot.loaded.recipe, *to_recipe)]
    title = f"What moves the single pot of {pot.place.name}, {pot.financial_year}, to other totals"
    deliver(options, table=table, csv=csv, json=json, about=lambda: about_pot(pot, title), keep=read)
