"""How far an atlas has come, on the error stream: a bar in a terminal, a few lines elsewhere."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from placespend.atlases.building import Step

LINES = 10
"""About how many lines tell of it where there is no terminal."""


@contextmanager
def shown_progress() -> Iterator[Callable[[Step], None]]:
    """Show on the error stream how far an atlas has come.

    Yields
    ------
    callable
        Takes each :class:`placespend.atlases.building.Step`.
    """
    if sys.stderr is not None and sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield _say


def _say(step: Step) -> None:
    """Tell of the beginning, of every tenth part, and of each report that could not be made."""
    if not step.name:
        _tell(beginning_of(step))
    elif step.reason:
        _tell(f"No report on {step.name}: {step.reason}")
    elif step.done == step.of or step.done * LINES // step.of > (step.done - 1) * LINES // step.of:
        _tell(f"Reports: {step.done:,} of {step.of:,}; the last on {step.name}.")


def beginning_of(step: Step) -> str:
    """Say what is to be made, and what is there already.

    Parameters
    ----------
    step : Step
        The first.

    Returns
    -------
    str
    """
    if step.is_of_other_inputs:
        return f"The reports in that folder were made from other inputs: all {step.of:,} are made anew."
    kept = f"; there already, and kept: {step.kept:,}" if step.kept else ""
    return f"Reports to make: {step.of:,}{kept}."


def _tell(message: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"{one_line(message)}\n")
        sys.stderr.flush()


@contextmanager
def _bar() -> Iterator[Callable[[Step], None]]:
    from rich.console import Console  # noqa: PLC0415  (only an atlas shows a bar)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    columns = (
        TextColumn("Reports", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=None)

        def show(step: Step) -> None:
            if not step.name:
                console.print(beginning_of(step))
                progress.update(task, total=step.of, completed=0)
                progress.reset(task, total=step.of, completed=step.kept)
                return
            if step.reason:
                console.print(one_line(f"No report on {step.name}: {step.reason}"))
            progress.update(task, completed=step.done, description=one_line(step.name))

        yield show
