"""Troubled families: how many, how dense, at what cost; how well they are estimated; and payment by results."""

from __future__ import annotations

from pathlib import Path
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
from placespend.commands.default_group import DefaultGroup
from placespend.commands.family_counts import SAID, check, reading_arguments, reading_options
from placespend.commands.family_tables import payments, progress, published, validate
from placespend.commands.options import level_option, lookup_option, output_options
from placespend.commands.output import MAPPED, check_parent, deliver, form_by_ending, tell
from placespend.errors import PlacespendError, list_values

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from placespend.families.own_release import Release
    from placespend.families.shown import Families
    from placespend.place import Place

    Command = Callable[..., None]

MEASURES = ("count", "density", "cost")
LAYERS = ("local", "modelled", "national_mean")


def counts_options(command: Command) -> Command:
    """Add the options by which a user brings counts of families, and says how they may be shown.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command.
    """
    path = click.Path(path_type=Path)
    for option in (
        click.option(
            "--audit", type=path, metavar="FILE", help="Private file that tells what was suppressed, and why."
        ),
        click.option("--reason", default="", metavar="TEXT", help="Why the threshold or rounding may be lowered."),
        click.option("--rounding", type=int, metavar="N", help="Round your counts to N, instead of 5."),
        click.option("--threshold", type=int, metavar="N", help="Show your counts from N on, instead of 10."),
        reading_options,
        click.option(
            "--counts",
            type=path,
            metavar="FILE",
            help="Your own counts of families by authority or small area (CSV, xlsx). Small ones are suppressed.",
        ),
    ):
        command = option(command)
    return command


def spread_options(command: Command) -> Command:
    """Add the options that say what families are spread by inside authorities.

    Parameters
    ----------
    command : callable

    Returns
    -------
    callable
        The command.
    """
    files = click.option(
        "--spread-file",
        "spread_files",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Your own counts by small area (CSV, xlsx) of what goes with families, to spread them by.",
    )
    is_open = click.option(
        "--spread-is-open",
        is_flag=True,
        help="Say that the spread file is open data: what it counts can be worked out from what is shown.",
    )
    by = click.option("--spread-by", metavar="MEASURE", help="The measure to spread by; otherwise the best one loaded.")
    return files(is_open(by(lookup_option(command))))


@click.command(name="show", short_help="Show troubled families: how many, how dense, at what cost.")
@click.argument("place", required=False)
@click.option(
    "--measure", type=click.Choice(MEASURES), help="Only this; otherwise all of one place, counts of several."
)
@level_option
@click.option(
    "--within", metavar="PLACE", help="With --level and no PLACE: only the places in a larger one, and its rest."
)
@boundary_options
@circle_options
@click.option("--as-at", metavar="DATE", help="Day on which combined authorities are taken; otherwise today.")
@counts_options
@spread_options
@click.option("--cost-layer", type=click.Choice(LAYERS), help="With --measure cost: only this layer of it.")
@click.option("--by-body", is_flag=True, help="With PLACE and --measure cost: what part of each body's spending it is.")
@click.option("--recipe", type=click.Path(path_type=Path), metavar="FILE", help="Recipe of the pot that costs are of.")
@click.option(
    "--map", "map_file", type=click.Path(path_type=Path), metavar="FILE", help="Map to draw: .png, .svg or .geojson."
)
@output_options
def show(place: str | None, level: str | None, within: str | None, measure: str | None, **options: Any) -> None:
    """Show how many troubled families there are, how dense, and at what cost.

    PLACE is the name, an alias or the code of a place in England. With --level and no PLACE, every place of that level
    is shown. Numbers are published where they were, and else estimated; inside authorities they are modelled.
    """
    from placespend.exports.about import about_families  # noqa: PLC0415

    _check_ways_out(options)
    # Numbers of families are not shaded, so a map alone means their density.
    measure = measure or ("density" if options["map_file"] is not None else None)
    places, notes = _places(place, level, within, options)
    _check_costs(measure, is_one=len(places) == 1, options=options)
    found, release = _found(places, notes, options)
    table = _bodies(found, options) if options["by_body"] else _rows(found, measure or "count", options)

    where = _where(places, level, within, options["as_at"])

    def text() -> str:
        from placespend.families_text import bodies_text, families_text, one_place_text  # noqa: PLC0415

        if len(places) == 1 and measure is None:
            return one_place_text(found, _rows(found, "cost", options), _bodies(found, options))
        if options["by_body"]:
            return bodies_text(found, table)
        return families_text(found, table, title=f"Troubled families {where}")

    def rows() -> pd.DataFrame:
        from placespend.families.shown import COST_COLUMNS, as_told  # noqa: PLC0415

        told = as_told(table)
        return told[COST_COLUMNS] if "layer" in told else told

    def document() -> object:
        from placespend.families_text import families_document  # noqa: PLC0415

        return families_document(found, table)

    if options["map_file"] is not None:
        from placespend.families.mapped import draw_families, family_layer  # noqa: PLC0415

        # Before anything is written, so that a map that cannot be drawn leaves nothing behind.
        family_layer(found, table)
    if release is not None:
        _keep_private(release, options)
    if options["map_file"] is not None:
        draw_families(found, table, options["map_file"], where=where, keep=_files_read(options))
        tell(f"Written: {options['map_file']}")
    deliver(
        options,
        table=text,
        csv=rows,
        json=document,
        about=lambda: about_families(found, f"Troubled families {where}"),
        places=places,
        declared=_declared(measure, options),
        keep=_files_read(options),
    )


def _declared(measure: str | None, options: dict[str, Any]) -> str:
    """Name the table as the data dictionary does."""
    if options["by_body"]:
        return "families-bodies"
    return f"families-{measure}" if measure in {"density", "cost"} else "families"


def _places(
    place: str | None, level: str | None, within: str | None, options: dict[str, Any]
) -> tuple[list[Place], list[str]]:
    """Find the places that are asked for: one, those of a level, or those of a file."""
    from placespend.families.asked import places_for_families  # noqa: PLC0415

    if place is None and options["boundary"] is not None and options["around"] is None:
        if level is not None:
            message = "'--level' and '--boundary' do not go together."
            raise click.UsageError(message)
        return places_for_families(places_wanted(options), within=within, as_at=options["as_at"])
    if place is None and options["around"] is None and options["radius"] is None:
        if level is None:
            message = "Missing argument 'PLACE', or '--level' for every place of a level."
            raise click.UsageError(message)
        check_no_file(options)
        return places_for_families(None, level=level, within=within, as_at=options["as_at"])
    if within is not None:
        message = "'--within' goes with '--level' or '--boundary' alone, without PLACE or a circle."
        raise click.UsageError(message)
    return places_for_families(place_wanted(place, {**options, "level": level}), level=level, as_at=options["as_at"])


def _found(places: list[Place], notes: list[str], options: dict[str, Any]) -> tuple[Families, Release | None]:
    """Give the families of places; of the user's own counts what may be shown of them."""
    from dataclasses import replace  # noqa: PLC0415

    from placespend.families.asked import bases_for_families  # noqa: PLC0415

    _check_open(options)
    bases = bases_for_families(list(options["spread_files"]), list(options["lookups"]))
    by = options["spread_by"]
    if options["counts"] is None:
        from placespend.families.shipped_counts import shipped_families  # noqa: PLC0415

        _check_no_counts(options)
        release, found = None, shipped_families(places, bases=bases, by=by)
    else:
        from placespend.disclosure.rule import USUAL_ROUNDING, USUAL_THRESHOLD, Rule  # noqa: PLC0415
        from placespend.families.own_counts import read_family_counts  # noqa: PLC0415
        from placespend.families.own_release import protect_families  # noqa: PLC0415

        counts = read_family_counts(options["counts"], **reading_arguments(options))
        threshold, rounding = options["threshold"], options["rounding"]
        rule = Rule(
            USUAL_THRESHOLD if threshold is None else threshold,
            USUAL_ROUNDING if rounding is None else rounding,
            options["reason"],
        )
        release = protect_families(counts, places, rule=rule, folder=_folder(options), keep=False, bases=bases, by=by)
        found = release.families
    return replace(found, notes=(*found.notes, *notes)), release


def _check_open(options: dict[str, Any]) -> None:
    """Refuse a measure to spread by that no one says is open: shares of a known number give it back exactly."""
    if bool(options["spread_files"]) == options["spread_is_open"]:
        return
    if options["spread_is_open"]:
        message = "'--spread-is-open' goes with '--spread-file'."
        raise click.UsageError(message)
    names = list_values([path.name for path in options["spread_files"]])
    message = f"What {names} counts can be worked out from what is shown, for families are spread in proportion to it."
    hint = "if it is open data, say so with --spread-is-open; counts of your own that are not go in with --counts"
    raise PlacespendError(message, hint=hint)


def _check_no_counts(options: dict[str, Any]) -> None:
    """Refuse options that only go with a user's own counts: they would change nothing."""
    names = (*SAID, "threshold", "rounding", "reason", "audit")
    idle = [f"--{name}" for name in names if options[name] not in {None, ""}]
    if idle:
        message = f"{', '.join(idle)} can only go with counts of your own."
        raise PlacespendError(message, hint="name the file with --counts FILE")


def _folder(options: dict[str, Any]) -> Path | None:
    """Tell the folder that numbers will be seen in together; None where they are only printed."""
    from placespend.families.folders import check_folder  # noqa: PLC0415

    named = [path for path in (options["out"], options["map_file"]) if path is not None]
    # What goes into a pipe or to a device lies in no folder.
    written = [path for path in named if path.is_file() or not path.exists()]
    folders = {path.resolve().parent for path in written}
    if len(folders) > 1:
        message = "The table and the map of your own counts go into one folder, where they are protected together."
        raise PlacespendError(message, hint="name files of one folder, or run the command once for each")
    if not folders:
        return None
    folder: Path = folders.pop()
    check_folder(folder, written=written, private=[options["counts"]])
    return folder


def _keep_private(release: Release, options: dict[str, Any]) -> None:
    """Write the audit and the record of what is shown, before anything is."""
    from placespend.disclosure.audit import write_audit  # noqa: PLC0415
    from placespend.families.records import RECORD  # noqa: PLC0415

    suppressed = int((release.families.table["status"] == "suppressed").sum())
    tell(f"Suppressed: {suppressed:,} of {len(release.families.table):,} numbers.")
    if options["audit"] is not None:
        write_audit(release.protected, options["audit"], folder=release.folder, keep=_files_read(options))
        tell(f"Written: {options['audit']}. It tells the counts: keep it to yourself.")
    if release.folder is not None:
        release.keep_record()
        tell(f"Kept: {release.folder / RECORD}, of what is shown there. It holds no other number: leave it there.")
    else:
        tell("Only what is written into one folder with --out is protected together. Other tables may give it away.")


def _rows(found: Families, measure: str, options: dict[str, Any]) -> pd.DataFrame:
    if measure == "count":
        return found.counts()
    if measure == "density":
        return found.density()
    costs = found.costs(recipe=options["recipe"])
    return costs if options["cost_layer"] is None else _of_layer(costs, options["cost_layer"])


def _check_ways_out(options: dict[str, Any]) -> None:
    """Refuse files that cannot be written before any is."""
    out, map_file = options["out"], options["map_file"]
    if options["by_body"] and (options["form"] or form_by_ending(out)) in MAPPED:
        message = "What part of each body's spending families are has rows of bodies, which have no outlines."
        raise PlacespendError(message, hint="end the file's name in .csv, .xlsx or .parquet")
    if out is not None and map_file is not None and out.resolve() == map_file.resolve():
        message = "'--out' and '--map' name one file."
        raise click.UsageError(message)
    if map_file is not None:
        from placespend.families.mapped import check_ending  # noqa: PLC0415

        check_ending(map_file)
    for path in (out, map_file, options["audit"]):
        check_parent(path)
    if options["audit"] is not None:
        from placespend.families.folders import check_private  # noqa: PLC0415

        check_private(options["audit"])


def _check_costs(measure: str | None, *, is_one: bool, options: dict[str, Any]) -> None:
    """Refuse what only goes with costs where none are asked for: it would change nothing."""
    if options["recipe"] is not None and measure != "cost" and not (is_one and measure is None):
        message = "'--recipe' goes with '--measure cost', or with all that is told of one PLACE."
        raise click.UsageError(message)
    if options["cost_layer"] is not None and (measure != "cost" or options["by_body"]):
        message = "'--cost-layer' goes with '--measure cost', without '--by-body'."
        raise click.UsageError(message)
    if options["by_body"] and (not is_one or measure != "cost" or options["map_file"] is not None):
        message = "'--by-body' goes with one PLACE and '--measure cost', without '--map'."
        raise click.UsageError(message)


def _of_layer(costs: pd.DataFrame, layer: str) -> pd.DataFrame:
    kept = costs[costs["layer"] == layer].reset_index(drop=True)
    if kept.empty:
        from placespend.families.published import published_counts  # noqa: PLC0415

        message = "No cost found locally was published of any of these places."
        known = published_counts("cost_per_troubled_family")["area"]
        raise PlacespendError(message, hint=f"such costs were published of {list_values(list(known))}")
    return kept


def _bodies(found: Families, options: dict[str, Any]) -> pd.DataFrame:
    from placespend.families.modelled_costs import cost_by_body  # noqa: PLC0415

    return cost_by_body(found.places[0], recipe=options["recipe"])


def _where(places: list[Place], level: str | None, within: str | None, as_at: str | None) -> str:
    """Say in words what places these are."""
    from placespend.gazetteer import find_place  # noqa: PLC0415
    from placespend.levels import LEVELS  # noqa: PLC0415

    if len(places) == 1:
        return f"in {places[0].name}"
    kind = f"by {LEVELS[level].label}" if level in LEVELS else f"in {len(places):,} places"
    return f"{kind} in {find_place(within, as_at=as_at).name}" if within else kind


def _files_read(options: dict[str, Any]) -> list[Path]:
    given = [options[name] for name in ("counts", "recipe") if options[name] is not None]
    return [*boundary_files(options), *given, *options["spread_files"], *options["lookups"]]


families = DefaultGroup(name="families", default=show)
for command in (check, validate, progress, payments, published):
    families.add_command(command)
