"""How far the pot of a place, or of every place of a level, moves with what its money is shared by."""

from __future__ import annotations

from dataclasses import replace
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
from placespend.commands.output import deliver, files_of

if TYPE_CHECKING:
    from placespend.loaded import Loaded
    from placespend.place import Place


@click.command(short_help="Show how far a pot moves, and what would narrow its range.")
@place_or_recipe_argument
@level_option
@click.option(
    "--within", metavar="PLACE", help="With --level and no PLACE: only the places in a larger one, and its rest."
)
@boundary_options
@circle_options
@money_options
@output_options
def sensitivity(place: str | None, level: str | None, within: str | None, **options: Any) -> None:
    """Show low, central and high of a pot, and what would narrow the range.

    Every service is shared by each of its alternative measures. PLACE is as for "placespend pot". With --level and no
    PLACE, the range of every place of that level is shown.
    """
    if place is None and level is not None and options["boundary"] is None and options["around"] is None:
        _of_level(level, within, options)
        return
    if within is not None:
        message = "'--within' goes with '--level' alone, without PLACE or places of your own."
        raise click.UsageError(message)
    if not (place or options["boundary"] or options["around"] or options["radius"] or options["recipe"]):
        message = "Missing argument 'PLACE', or '--level' for every place of a level."
        raise click.UsageError(message)
    from placespend.exports.about import about_pot  # noqa: PLC0415
    from placespend.pot import single_pot  # noqa: PLC0415
    from placespend.sensitivity import sensitivity_of  # noqa: PLC0415
    from placespend.sensitivity_text import (  # noqa: PLC0415
        sensitivity_document,
        sensitivity_text,
        services_stamped,
    )

    if place is None and options["boundary"] is not None and len(several := places_wanted(options)) > 1:
        # As "placespend pots" does, where a file holds several.
        _deliver_ranges(several, "own", "places of your own", money_arguments(options), options)
        return
    pot = single_pot(place_wanted(place, {**options, "level": level}), level=level, **money_arguments(options))
    found = sensitivity_of(pot.place, pot.loaded)
    title = f"How far the single pot of {pot.place.name}, {pot.financial_year}, moves, by service"
    deliver(
        options,
        table=lambda: sensitivity_text(found),
        csv=lambda: services_stamped(found),
        json=lambda: sensitivity_document(found),
        about=lambda: about_pot(pot, title),
        keep=[*files_of(found.loaded.recipe), *boundary_files(options)],
    )


def _of_level(level: str, within: str | None, options: dict[str, Any]) -> None:
    """Show the range of every place of a level."""
    from placespend.levels import check_level  # noqa: PLC0415

    check_no_file({**options, "around": None})
    words = f"every {check_level(level).label}{f' in {within}' if within else ''}"
    _deliver_ranges(level, level, words, {**money_arguments(options), "within": within}, options)


def _deliver_ranges(wanted: Any, level: str, words: str, arguments: dict[str, Any], options: dict[str, Any]) -> None:
    from placespend.exports.about import about_lines  # noqa: PLC0415
    from placespend.exports.stamps import stamp  # noqa: PLC0415
    from placespend.sensitivity import RANGE_NOTES, ranges  # noqa: PLC0415
    from placespend.sensitivity_text import ranges_document, ranges_text  # noqa: PLC0415

    places, loaded, notes = _places(wanted, **arguments)
    found = ranges(places, loaded)
    told = [
        *notes,
        *RANGE_NOTES,
        "The central amounts of places that tile a larger one sum to its own. Low and high do not, for each place has "
        "the set of bases that is extreme for it.",
        *loaded.cautions,
    ]
    title = f"The ranges of the single pots of {words}, {loaded.financial_year}"
    deliver(
        options,
        table=lambda: ranges_text(found, loaded, title=title, notes=told),
        csv=lambda: stamp(found, loaded),
        json=lambda: ranges_document(found, loaded, level=level, notes=told),
        about=lambda: replace(about_lines(loaded, title), notes=tuple(told)),
        places=places,
        declared="sensitivity-ranges",
        keep=[*files_of(loaded.recipe), *boundary_files(options)],
    )


def _places(
    wanted: str | list[Place], *, within: str | None = None, as_at: str | None = None, **recipe: Any
) -> tuple[list[Place], Loaded, list[str]]:
    """Find the places of a level as "placespend pots" does, and gather the lines."""
    from placespend.gazetteer import find_place, parse_as_at  # noqa: PLC0415
    from placespend.loaded import load  # noqa: PLC0415
    from placespend.several import places_asked, places_inside  # noqa: PLC0415
    from placespend.wanted import recipe_wanted  # noqa: PLC0415

    chosen = recipe_wanted(**recipe)
    loaded = load(chosen)
    day = parse_as_at(as_at or chosen.as_at, default=loaded.year_end)
    found = places_asked(wanted, day)
    if within is None:
        return found, loaded, []
    inside, notes = places_inside(found, find_place(within, as_at=day), choose=True)
    return inside, loaded, notes
