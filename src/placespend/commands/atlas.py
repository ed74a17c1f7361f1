"""The atlas: the reports on every place of a level, in one folder with a page that leads to them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from placespend.commands.options import money_arguments, money_options
from placespend.commands.output import print_or_write, tell

if TYPE_CHECKING:
    from placespend.atlases.building import Atlas, Step

INTERRUPTED = 130
"""What a run ends with that Ctrl-C stopped, as a shell tells it."""


@click.command(short_help="Write the reports on every place of a level, with an index.")
@click.option(
    "--level", required=True, metavar="LEVEL", help="Kind of place: upper_tier, lad, region, msoa, and so on."
)
@click.option("--within", metavar="PLACE", help="A larger place: only the places in it.")
@click.option(
    "--out",
    required=True,
    # No path yet: as one, an empty text would be the folder of the day.
    type=click.Path(),
    metavar="DIR",
    help="Folder to write; of one that holds an atlas, what is whole and made from the same inputs is kept.",
)
@click.option("--pdf", is_flag=True, help="Write PDFs too; needs the extra: pip install 'placespend[pdf]'.")
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many reports to make at a time; otherwise as many as there are processors.",
)
@money_options
def atlas(level: str, within: str | None, out: str, *, pdf: bool, processes: int | None, **options: Any) -> None:
    """Write the reports on every place of a level, and a page that leads to them.

    The page has a search, a map and a table of all places, and opens with no network. Stopped by whatever, the same
    command goes on where it was.
    """
    from placespend.atlases.building import atlas as build_atlas  # noqa: PLC0415
    from placespend.atlases.display import shown_progress  # noqa: PLC0415

    steps: list[Step] = []
    try:
        with shown_progress() as show:

            def progress(step: Step) -> None:
                steps.append(step)
                show(step)

            found = build_atlas(
                level,
                out=out,
                within=within,
                pdf=pdf,
                processes=processes,
                progress=progress,
                **money_arguments(options),
            )
    except KeyboardInterrupt:
        _say_how_to_go_on(steps)
        sys.exit(INTERRUPTED)
    except SystemExit:
        # Told to end by a signal.
        _say_how_to_go_on(steps)
        raise
    _report(found)


def _say_how_to_go_on(steps: list[Step]) -> None:
    count = steps[-1].done - sum(bool(step.reason) for step in steps) if steps else 0
    verb = "is" if count == 1 else "are"
    kept = f"the {_counted(count)} that {verb} written {verb} kept" if count else "no report was written yet"
    tell(f"Stopped. To go on, run the same command again: {kept}.")


def _report(found: Atlas) -> None:
    """Tell what became of an atlas; where reports are missing, which and why."""
    print_or_write(f"{found.answer}\n", None)
    tell(f"Written: {found.index}, with {_counted(len(found.written) + len(found.kept))}")
    if found.removed:
        tell(f"Taken away: {_counted(found.removed)} of an earlier atlas, on places that this one has not.")
    if found.failed:
        _tell_failures(found)
        sys.exit(2)


def _counted(count: int) -> str:
    return f"{count:,} report{'s' * (count != 1)}"


def _tell_failures(found: Atlas) -> None:
    from rich.table import Table  # noqa: PLC0415

    from placespend.text import as_text, render  # noqa: PLC0415

    table = Table("Place", "Code", "What went wrong", box=None, pad_edge=False)
    for failure in found.failed:
        table.add_row(*map(as_text, (failure.name, failure.code, failure.reason)))
    tell(f"Error: {_counted(len(found.failed))} could not be made.\n{render(table).rstrip()}")
    tell("Hint: run the same command again: what is written is kept, and only these are tried again.")
