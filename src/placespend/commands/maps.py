"""Maps of places: a picture, a page for a browser, or a data layer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from placespend.commands.boundaries import (
    boundary_files,
    boundary_options,
    check_no_file,
    place_wanted,
    places_wanted,
)
from placespend.commands.options import money_arguments, money_options
from placespend.commands.output import check_parent, files_of, print_or_write, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from placespend.place import Place
    from placespend.place_maps.mappable import Mappable
    from placespend.place_maps.wanted import MapsWanted

    Command = Callable[..., None]

SHOWN = (
    "pot, service (both per head), share (of a service in the pot), observed (share of the pot recorded there), "
    "difference (per head, from the whole), density or cost (of troubled families) or need"
)


CALLED = {
    "lines": "--lines",
    "with_shipped": "--with-shipped",
    "unknown_footprints": "--keep-unknown-footprints",
    "overrides": "--basis",
    "measures": "--measure",
    "lookups": "--lookup",
}
"""What the command calls the arguments that say which money is in."""


def shown_options(command: Command) -> Command:
    """Add the options that say what a map shows, and how.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command.
    """
    for option in (
        click.option("--equal-area", is_flag=True, help="Draw every place as large as any other."),
        click.option("--against", metavar="MEASURE", help="Shade by this measure of need too, in three classes each."),
        click.option(
            "--centre",
            metavar="CENTRE",
            help="Classes on both sides of it: zero (of a difference), mean (of the whole) or a number.",
        ),
        click.option(
            "--breaks",
            metavar="N,N,...",
            help="Where the second and each further class begins; with --centre, how far from it.",
        ),
        click.option("--scheme", metavar="SCHEME", help="How classes are made: quantiles, equal, natural or given."),
        click.option(
            "--classes",
            type=int,
            metavar="N",
            help="At most so many classes, from 1 to 5; 5 if left out. With --centre, half as many on each side.",
        ),
        click.option("--cost-layer", metavar="LAYER", help="With --show cost: modelled (as without it) or local."),
        click.option("--need", metavar="MEASURE", help="With --show need: the measure, such as income_deprived."),
        click.option(
            "--service",
            "services",
            multiple=True,
            metavar="TEXT",
            help="A service or a group of them: 7.A, health. Several make small maps on one scale; in a page, layers.",
        ),
        click.option(
            "--show",
            "shows",
            multiple=True,
            metavar="WHAT",
            help=f"{SHOWN}. Several in a page (.html). If left out, the pot, or what the other options are of.",
        ),
    ):
        command = option(command)
    return command


@click.command(name="map")
@click.argument("place", required=False)
@click.option(
    "--level", metavar="LEVEL", help="Kind of place that is shaded: region, upper_tier, lad, msoa, lsoa, and so on."
)
@click.option("--within", metavar="PLACE", help="The same as PLACE.")
@shown_options
@click.option("--title", metavar="TEXT", help="Title of the map; otherwise told from what is shown.")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="File to write: .png, .svg (pictures), .html (a page for a browser) or .geojson (a data layer).",
)
@boundary_options
@money_options
def draw_map(place: str | None, level: str | None, within: str | None, **options: Any) -> None:
    """Draw a map of places, and say in words what it shows.

    PLACE is what the places lie in, by name, alias or code; alone, it is shown by the level below: Greater Manchester
    by authority, an authority by middle-layer area. Without it, every place of a level is shown, or those of
    --boundary. Totals and counts are never shaded: such a map shows where many people live.
    """
    wanted, ending = _wanted(options)
    money = money_arguments(options)
    as_at = money.pop("as_at")
    wanted.check_money(money, called=CALLED)
    area, places = _places(place, level, within, options)

    from placespend.loaded import load  # noqa: PLC0415
    from placespend.wanted import recipe_wanted  # noqa: PLC0415

    loaded = load(recipe_wanted(money.pop("recipe"), **money))
    found = wanted.gather(loaded, level=level, within=area, places=places, as_at=as_at)
    if level is None and places is None:
        from placespend.levels import check_level  # noqa: PLC0415

        tell(f"By {check_level(found[0].places[0].level).label}: choose another level with --level.")
    keep = [*files_of(loaded.recipe), *boundary_files(options)]
    keep += [options["recipe"]] if options["recipe"] else []
    said = _write(found, wanted, ending, options, keep)
    tell(f"Written: {options['out']}")
    _say(said, found)


def _wanted(options: dict[str, Any]) -> tuple[MapsWanted, str]:
    """Check what is asked for, before anything is computed."""
    from placespend.maps.endings import DATA  # noqa: PLC0415
    from placespend.place_maps.wanted import check_map_ending, maps_wanted  # noqa: PLC0415

    ending = check_map_ending(options["out"])
    check_parent(options["out"])
    shows = list(options["shows"]) or [_told_by_the_others(options)]
    wanted = maps_wanted(
        shows,
        service=list(options["services"]),
        measure=options["need"],
        cost_layer=options["cost_layer"],
        against=options["against"],
        equal_area=options["equal_area"],
        ending=ending,
        own_measures=bool(options["measures"] or options["recipe"]),
        classes=options["classes"],
        scheme=options["scheme"],
        breaks=_breaks(options["breaks"]),
        centre=_centre(options["centre"]),
    )
    if options["title"] is not None and ending in DATA:
        message = "'--title' would change nothing in a data layer."
        raise click.UsageError(message)
    return wanted, ending


def _told_by_the_others(options: dict[str, Any]) -> str:
    """Say what is shown where only other options tell it."""
    if options["need"] is not None:
        return "need"
    if options["cost_layer"] is not None:
        return "cost"
    return "service" if options["services"] else "pot"


def _breaks(text: str | None) -> list[float] | None:
    if text is None:
        return None
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        message = f"'--breaks' takes numbers with commas between them, as 7000,8000,9000, not '{text}'."
        raise click.UsageError(message) from None


def _centre(text: str | None) -> str | float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return text


def _places(
    place: str | None, level: str | None, within: str | None, options: dict[str, Any]
) -> tuple[str | Place | None, list[Place] | None]:
    """Find what the places lie in, and the places where they are a user's own."""
    from placespend.levels import check_level  # noqa: PLC0415

    if place is not None and within is not None:
        message = "PLACE and '--within' say the same: give one of them."
        raise click.UsageError(message)
    if level is not None:
        check_level(level)
    if options["boundary"] is None:
        check_no_file({**options, "around": None})
        if place is None and within is None and level is None:
            message = "Missing argument 'PLACE', or '--level' for every place of a level."
            raise click.UsageError(message)
        return place if place is not None else within, None
    if place is not None:
        # A place of the file: it is shown by what lies in it.
        return place_wanted(place, {**options, "level": None, "around": None, "radius": None}), None
    if level is not None:
        message = "With '--boundary', '--level' needs PLACE: the one of the file that is shown by that level."
        raise click.UsageError(message)
    return within, places_wanted(options)


def _say(said: str, found: list[Mappable]) -> None:
    """Print what a map shows, with what must be known of it, for those who cannot see it."""
    from placespend.place_maps.drawn import described, notes_together  # noqa: PLC0415
    from placespend.text import as_text, bulleted, render  # noqa: PLC0415

    # The alternative of a picture of several maps tells their notes itself.
    notes = () if said else tuple(notes_together(found))
    sources = tuple(dict.fromkeys(source for one in found for source in one.sources))
    text = render(as_text(said or described(found)), *bulleted("Notes", notes), *bulleted("Sources", sources))
    print_or_write(f"{text.rstrip()}\n", None)


def _write(found: list[Mappable], wanted: MapsWanted, ending: str, options: dict[str, Any], keep: list[Path]) -> str:
    """Write the map; of a picture of several, give its text alternative."""
    from placespend.maps.endings import DATA, PAGES  # noqa: PLC0415
    from placespend.place_maps.choropleths import picture  # noqa: PLC0415
    from placespend.place_maps.drawn import data_layer, page  # noqa: PLC0415

    out, title = options["out"], options["title"] or ""
    if ending in DATA:
        from placespend.exports.files import write_whole  # noqa: PLC0415

        write_whole(data_layer(found[0]), out, keep=keep)
    elif ending in PAGES:
        from placespend.web_maps.page import write_web_map  # noqa: PLC0415

        write_web_map(page(found, title=title), out, keep=keep)
    else:
        from placespend.maps.writing import write_map  # noqa: PLC0415

        figure = picture(found, wanted, title=title)
        write_map(figure, out, keep=keep)
        if len(found) > 1:
            return str(figure.get_label())
    return ""
