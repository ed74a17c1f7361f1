"""The options by which a user brings places, and the places that they mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from placespend.errors import PlaceNotFoundError, PlacespendError, list_values

if TYPE_CHECKING:
    from collections.abc import Callable

    from placespend.place import Place

    Command = Callable[..., None]

COVERAGE = ("postcodes", "households", "residents", "land")


def file_options(command: Command) -> Command:
    """Add the options that say how a file of places is read.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command, whose options :func:`file_arguments` reads.
    """
    name = click.option("--name-field", metavar="FIELD", help="Field of the places' names; otherwise guessed.")
    code = click.option("--code-field", metavar="FIELD", help="Field of the places' codes; otherwise guessed.")
    layer = click.option("--layer", metavar="LAYER", help="Layer of the file, where it has several.")
    coverage = click.option(
        "--coverage",
        type=click.Choice(COVERAGE),
        default="postcodes",
        show_default=True,
        help="What tells how much of a small area lies in a place that cuts it.",
    )
    return name(code(layer(coverage(command))))


def boundary_options(command: Command) -> Command:
    """Add the options by which a user brings places.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command, whose options :func:`place_wanted` and :func:`places_wanted` read.
    """
    boundary = click.option(
        "--boundary",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Your own places: GeoJSON, GeoPackage, Shapefile, KML, GeoParquet, FlatGeobuf, or a CSV of codes.",
    )
    leave_out = click.option("--leave-out-unusable", is_flag=True, help="Go on without places that cannot be used.")
    return boundary(file_options(leave_out(command)))


def circle_options(command: Command) -> Command:
    """Add the options that make a circle a place.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command, whose options :func:`place_wanted` reads.
    """
    around = click.option(
        "--around", metavar="POINT", help="A circle: a postcode, 'latitude,longitude' or 'easting,northing'."
    )
    return around(click.option("--radius", type=float, metavar="METRES", help="Radius of the circle.")(command))


def file_arguments(options: dict[str, Any]) -> dict[str, Any]:
    """Turn the options of :func:`file_options` into the arguments of :func:`placespend.own_places.read_places`.

    Parameters
    ----------
    options : dict
        The options of a command by name.

    Returns
    -------
    dict
    """
    named = {"name": "name_field", "code": "code_field", "layer": "layer", "coverage": "coverage"}
    return {argument: options[option] for argument, option in named.items()}


def places_wanted(options: dict[str, Any]) -> list[Place]:
    """Read the places of the file that was given.

    Parameters
    ----------
    options : dict
        The options of a command by name.

    Returns
    -------
    list of Place
    """
    from placespend.own_places import read_places  # noqa: PLC0415

    unusable = "leave out" if options["leave_out_unusable"] else "error"
    return read_places(options["boundary"], **file_arguments(options), unusable=unusable)


def place_wanted(place: str | None, options: dict[str, Any]) -> str | Place | None:
    """Find the place of the user's own that a command is about, or leave the name as it is.

    Parameters
    ----------
    place : str or None
        Of a file, the name or code of one of its places; needed where it holds several.
    options : dict
        The options of a command by name.

    Returns
    -------
    str, Place or None

    Raises
    ------
    PlaceNotFoundError
        If the file holds no such place, or several and none was named.
    PlacespendError
        If the options cannot go together.
    """
    around, radius = options["around"], options["radius"]
    if options.get("level") is not None and (options["boundary"] is not None or around is not None):
        message = "--level cannot go with places of your own."
        raise PlacespendError(message, hint="leave it out")
    if options["boundary"] is None:
        check_no_file(options)
    if around is None and radius is None:
        return place if options["boundary"] is None else _choose(places_wanted(options), place, options["boundary"])
    if around is None or radius is None or options["boundary"] is not None or place is not None:
        message = "A circle is given by --around and --radius together, without PLACE or --boundary."
        raise PlacespendError(message, hint="for example: --around 'SW1A 2AA' --radius 800")
    from placespend.circles import circle  # noqa: PLC0415

    return circle(around, radius, coverage=options["coverage"])


def boundary_files(options: dict[str, Any]) -> list[Path]:
    """List the file of places that was read, which no result may be written over.

    Parameters
    ----------
    options : dict
        The options of a command by name.

    Returns
    -------
    list of pathlib.Path
    """
    return [options["boundary"]] if options["boundary"] is not None else []


def check_no_file(options: dict[str, Any]) -> None:
    """Refuse options that only say how a file is read, where there is none: they would change nothing.

    Parameters
    ----------
    options : dict
        The options of a command by name.

    Raises
    ------
    PlacespendError
        If one was given.
    """
    idle = [f"--{option.replace('_', '-')}" for option in ("name_field", "code_field", "layer") if options[option]]
    idle += ["--leave-out-unusable"] * options["leave_out_unusable"]
    if options["coverage"] != COVERAGE[0] and options["around"] is None:
        idle.append("--coverage")
    if idle:
        message = f"{list_values(idle)} can only go with a file of your own places."
        raise PlacespendError(message, hint="name the file with --boundary FILE")


def _choose(found: list[Place], wanted: str | None, file: Path) -> Place:
    """Choose one of a file's places by its name or code."""
    from placespend.spelling import did_you_mean, normalise  # noqa: PLC0415

    if wanted is None and len(found) == 1:
        return found[0]
    names = list_values([place.name for place in found])
    if wanted is None:
        message = f"{file.name} holds {len(found):,} places: {names}."
        raise PlaceNotFoundError(message, hint="name one of them, or take all with: placespend pots --boundary FILE")
    key = normalise(wanted)
    chosen = [place for place in found if place.code == wanted] or [
        place for place in found if key in {normalise(place.name), normalise(place.code)}
    ]
    if len(chosen) == 1:
        return chosen[0]
    if chosen:
        message = f"{file.name} holds {len(chosen):,} places called '{wanted}'."
        raise PlaceNotFoundError(message, hint=f"give the code: {list_values([place.code for place in chosen])}")
    message = f"{file.name} holds no place called '{wanted}', but {names}."
    raise PlaceNotFoundError(message, hint=did_you_mean(wanted, [place.name for place in found]) or None)
