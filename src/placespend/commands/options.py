"""The options that commands share, declared once, and what they say in arguments."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from placespend.commands.output import FORMATS, check_form, check_parent

if TYPE_CHECKING:
    from collections.abc import Callable

    Command = Callable[..., None]

place_argument = click.argument("place")
place_or_recipe_argument = click.argument("place", required=False)
level_option = click.option(
    "--level", metavar="LEVEL", help="Kind of place, such as upper_tier or region, where several share a name."
)
as_at_option = click.option(
    "--as-at",
    metavar="DATE",
    help="Day on which combined authorities are taken, or 'today'. Otherwise the end of the financial year.",
)
keep_unknown_option = click.option(
    "--keep-unknown-footprints",
    is_flag=True,
    help="Keep lines whose footprint is no known place, as unallocated money, instead of stopping.",
)
out_option = click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="File to write, not print.")


def output_options(command: Command) -> Command:
    """Add the options that say how a result is set out and where it goes.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command, whose options :func:`placespend.commands.output.deliver` reads.
    """

    @wraps(command)
    def checked(*arguments: Any, **options: Any) -> None:
        # Before anything is computed that could then not be written.
        check_form(options["form"], options["out"])
        check_parent(options["out"])
        command(*arguments, **options)

    form = click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        metavar="FORMAT",
        help=f"How to set it out: {', '.join(FORMATS)}; otherwise by --out, or as a table.",
    )
    return form(out_option(checked))


def money_options(command: Command) -> Command:
    """Add the options that say which lines are in, and when places are taken.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command, whose options :func:`money_arguments` reads.
    """
    return lines_options(as_at_option(command))


def lines_options(command: Command) -> Command:
    """Add the options that say which lines are in.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command, whose options :func:`recipe_arguments` reads.
    """
    year = click.option("--year", metavar="YEAR", help="Financial year, as 2011-12, where the lines hold several.")
    lines = click.option(
        "--lines",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Your own spending lines (CSV) instead of the shipped ones. May be given several times.",
    )
    with_shipped = click.option(
        "--with-shipped", is_flag=True, help="Add the shipped lines to yours. Money that both hold is an error."
    )
    recipe = click.option(
        "--recipe",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Recipe that says what is in (TOML), instead of the shipped one.",
    )
    return recipe(year(lines(with_shipped(keep_unknown_option(measure_options(basis_option(command)))))))


def measure_options(command: Command) -> Command:
    """Add the options that say which measures of the user's own money is shared by.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command.
    """
    measure = click.option(
        "--measure",
        "measures",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Your own counts by area (CSV, xlsx), to share money by. May be given several times.",
    )
    return measure(lookup_option(command))


lookup_option = click.option(
    "--lookup",
    "lookups",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Lookup of the ONS, as published, for areas in your measures that are not those of 2011.",
)
basis_option = click.option(
    "--basis",
    "overrides",
    multiple=True,
    nargs=3,
    metavar="SERVICE BASIS REASON",
    help="Share a service, or the line of an id, by another basis, and say why. May be given several times.",
)


def register_options(command: Command) -> Command:
    """Add the options that say which registers of lines are read.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command.
    """
    files = click.option(
        "--register",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Your own register of lines, or of their changes (CSV), beside the shipped one.",
    )
    return files(click.option("--register-alone", is_flag=True, help="Leave the shipped register out.")(command))


def recipe_arguments(options: dict[str, Any]) -> dict[str, Any]:
    """Turn the options of :func:`lines_options` into the arguments of :func:`placespend.wanted.recipe_wanted`.

    Parameters
    ----------
    options : dict
        The options of a command by name.

    Returns
    -------
    dict
    """
    return {
        "recipe": options["recipe"],
        "lines": list(options["lines"]) or None,
        "with_shipped": options["with_shipped"],
        "year": options["year"],
        "unknown_footprints": unknown_footprints(keep=options["keep_unknown_footprints"]),
        "measures": list(options["measures"]),
        "lookups": list(options["lookups"]),
        "overrides": list(options["overrides"]),
    }


def money_arguments(options: dict[str, Any]) -> dict[str, Any]:
    """Turn the options of :func:`money_options` into the arguments of :func:`placespend.pot.single_pot`.

    Parameters
    ----------
    options : dict
        The options of a command by name.

    Returns
    -------
    dict
    """
    return {**recipe_arguments(options), "as_at": options["as_at"]}


def unknown_footprints(*, keep: bool) -> str:
    """Say what becomes of lines whose footprint is no known place.

    Parameters
    ----------
    keep : bool
        Whether they are kept, as unallocated money.

    Returns
    -------
    str
        As functions take it.
    """
    return "unallocated" if keep else "error"
