"""Recipes: one to copy from, what they may say, and what came of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from placespend.commands.options import out_option, output_options
from placespend.commands.output import deliver, files_of, print_or_write


@click.group()
def recipe() -> None:
    """Make a recipe, which says all that is in a pot, and check it."""


@recipe.command(name="template")
@out_option
def recipe_template(out: Path | None) -> None:
    """Print the shipped recipe to copy from, or write it."""
    from placespend.recipe import recipe_template as shipped  # noqa: PLC0415

    print_or_write(shipped(), out, keep=[out] if out else [])


@recipe.command(name="keys")
@output_options
def recipe_keys(**options: Any) -> None:
    """List what a recipe may say, with the meaning."""
    from placespend.recipe_schema import list_keys  # noqa: PLC0415
    from placespend.recipe_text import keys_text  # noqa: PLC0415

    table = list_keys()
    deliver(options, table=lambda: keys_text(table), csv=lambda: table, json=lambda: table)


@recipe.command(name="check", short_help="Check a recipe, and tell what became of every line.")
@click.argument("file", type=click.Path(path_type=Path))
@output_options
def recipe_check(file: Path, **options: Any) -> None:
    """Check a recipe and its sources, and tell what became of every line."""
    from placespend.exports.about import about_lines  # noqa: PLC0415
    from placespend.loaded import load  # noqa: PLC0415
    from placespend.recipe import read_recipe  # noqa: PLC0415

    loaded = load(read_recipe(file))

    def table() -> str:
        from placespend.recipe_text import accounts_text  # noqa: PLC0415

        return accounts_text(loaded)

    keep = [file, *files_of(loaded.recipe)]
    deliver(
        options,
        table=table,
        csv=lambda: loaded.accounts,
        json=lambda: loaded.accounts,
        about=lambda: about_lines(loaded, "What became of every line that the recipe's sources hold"),
        keep=keep,
    )


@recipe.command(short_help="Show official allocation against outturn, by service.")
@click.option("--recipe", type=click.Path(path_type=Path), metavar="FILE", help="Instead of the shipped recipe.")
@click.option("--year", metavar="YEAR", help="Financial year, as 2011-12, where the sources hold several.")
@output_options
def residuals(recipe: Path | None, year: str | None, **options: Any) -> None:
    """Show official allocation against outturn, by service group and region.

    Where all outturn is loaded, their difference is a difference of definitions.
    """
    from placespend.exports.about import about_lines  # noqa: PLC0415
    from placespend.exports.stamps import stamp  # noqa: PLC0415
    from placespend.loaded import load  # noqa: PLC0415
    from placespend.wanted import recipe_wanted  # noqa: PLC0415

    loaded = load(recipe_wanted(recipe, year=year))

    def table() -> str:
        from placespend.recipe_text import residuals_text  # noqa: PLC0415

        return residuals_text(loaded)

    deliver(
        options,
        table=table,
        csv=lambda: stamp(loaded.residuals, loaded),
        json=lambda: loaded.residuals,
        about=lambda: about_lines(loaded, "Official allocation against outturn, by service group and region"),
        keep=[*([recipe] if recipe else []), *files_of(loaded.recipe)],
    )
