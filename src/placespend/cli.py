"""The command line: its commands brought together, and how a run of one ends.

A user's mistake ends in one message on the error stream and exit code 2. click, not typer: typer now imports pydantic,
which alone costs a fifth of the whole time of a pot.
"""

from __future__ import annotations

import io
import sys

import click

from placespend import __version__
from placespend.commands.atlas import atlas
from placespend.commands.bases import bases
from placespend.commands.bridges import bridge
from placespend.commands.data import data
from placespend.commands.dictionary import dictionary
from placespend.commands.families import families
from placespend.commands.lines import lines
from placespend.commands.maps import draw_map
from placespend.commands.measures import measures
from placespend.commands.output import tell
from placespend.commands.places import places
from placespend.commands.pots import explain, pot, pots
from placespend.commands.recipes import recipe
from placespend.commands.reports import report
from placespend.commands.sensitivity import sensitivity
from placespend.errors import PlacespendError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, message="placespend %(version)s")
def app() -> None:
    """Show what all public bodies together spend in a place, right to the penny."""


for command in (
    pot,
    pots,
    places,
    explain,
    bridge,
    sensitivity,
    bases,
    measures,
    families,
    draw_map,
    report,
    data,
    atlas,
    lines,
    recipe,
    dictionary,
):
    app.add_command(command)


def main() -> None:
    """Run the command line; a user's mistake is told and ends with exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a pipe that cannot show every sign still gets the figures.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except PlacespendError as error:
        tell(f"Error: {error.message}")
        if error.hint:
            tell(f"Hint: {error.hint}")
        sys.exit(2)
    except OSError as error:
        # Printing failed, as on a full disk; closing what is left to print would fail once more.
        sys.stdout = None
        tell(f"Error: the result cannot be printed: {error.strerror}.")
        sys.exit(2)
