"""All the measures of a recipe: those in files, and those that were read or made before."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from placespend.measured.reading import MeasureReading, read_measures
from placespend.measures import Measure
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from placespend.measured.plans import MeasureSource


def gather_measures(given: Sequence[MeasureSource | Measure], lookups: Sequence[Path]) -> MeasureReading:
    """Read the files among measures, and put the others beside them.

    Parameters
    ----------
    given : sequence of MeasureSource or Measure
    lookups : sequence of pathlib.Path

    Returns
    -------
    MeasureReading
        Its inputs hold a digest of the counts of each measure that is no file.

    Raises
    ------
    MeasuresError
        If anything is refused: all of it, with the reasons.
    """
    made = [found for found in given if isinstance(found, Measure)]
    read = read_measures(*(found for found in given if not isinstance(found, Measure)), lookups=lookups)
    return replace(
        read,
        measures=(*made, *read.measures),
        inputs=(*((f"measure {printable(found.name)}", _digest(found)) for found in made), *read.inputs),
        notes=(*map(_note, made), *read.notes),
    )


def _digest(found: Measure) -> str:
    covered = b"" if found.covered is None else found.covered.tobytes()
    # Whatever moves a figure or its grade.
    about = f"{found.scale} {found.observed_level} {found.completed_by} {found.is_plain} {found.year}"
    return hashlib.sha256(found.counts.tobytes() + covered + about.encode()).hexdigest()


def _note(found: Measure) -> str:
    return f"{found.label}: a measure made in Python, said to be from {found.source}."
