"""Taking one source of a recipe in: its lines, what is only a memo, and the digest of every file that was read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import LinesError, RecipeError
from placespend.lines import CANONICAL_COLUMNS, prepare_table, read_lines, read_shipped
from placespend.money import format_gbp
from placespend.recipe_schema import FILTER_COLUMNS
from placespend.responsibilities import service_groups
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from placespend.bases import Bases
    from placespend.recipe import Source
    from placespend.sources.reading import Reading

MEMO_COLUMNS = [*CANONICAL_COLUMNS, "reason"]


@dataclass(frozen=True, eq=False)
class Intake:
    """What a source holds.

    Attributes
    ----------
    lines : pandas.DataFrame
        Canonical lines of all its years, unfiltered.
    memo : pandas.DataFrame
        Money that no place of England can be given, with the ``reason``.
    inputs : tuple of (str, str)
        Name and SHA-256 of each file.
    notes : tuple of str
        What a reader must know of how it was read.
    year : str or None
        The only financial year that was read; None where all were.
    """

    lines: pd.DataFrame
    memo: pd.DataFrame
    inputs: tuple[tuple[str, str], ...]
    notes: tuple[str, ...] = ()
    year: str | None = None


@cache
def _digest_of_shipped(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digest(path: Path) -> str:
    """Give the SHA-256 of a file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str
        Hexadecimal.
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()


def take_in(source: Source, *, year: str | None, bases: Bases | None = None) -> Intake:
    """Read a source of a recipe.

    Parameters
    ----------
    source : Source
    year : str or None
        Financial year wanted, where the format holds several and can leave the others unread.
    bases : Bases, optional
        What a line may say that it is shared by; what is shipped where left out.

    Returns
    -------
    Intake

    Raises
    ------
    LinesError
        If any row of it cannot be read.
    DataFileError
        If a file cannot be read at all.
    """
    if source.shipped:
        path = source.paths[0]
        lines = read_shipped(source.shipped)
        return Intake(lines, _no_memo(), ((source.shipped, _digest_of_shipped(path)),))
    if source.table is not None:
        lines = prepare_table(source.table, unknown_footprints=_unknown(source), bases=bases)
        text = lines.drop(columns=["file", "row"]).to_csv(index=False)
        return Intake(lines, _no_memo(), ((f"table {source.id}", hashlib.sha256(text.encode()).hexdigest()),))
    if source.format == "lines":
        lines = read_lines(*source.paths, unknown_footprints=_unknown(source), bases=bases)
        memo, notes = _no_memo(), tuple[str, ...]()
    else:
        readings = [_read_published(path, source, year) for path in source.paths]
        rejects = pd.concat([reading.rejects for reading in readings], ignore_index=True)
        if not rejects.empty:
            raise LinesError(rejects)
        lines = pd.concat([reading.lines[CANONICAL_COLUMNS] for reading in readings], ignore_index=True)
        memo = pd.concat([reading.memo[MEMO_COLUMNS] for reading in readings], ignore_index=True)
        notes = tuple(_about_reading(source.id, reading) for reading in readings)
    inputs = tuple((printable(path.name), digest(path)) for path in source.paths)
    return Intake(lines, memo, inputs, notes, year if source.format == "hmt-cra" else None)


def _no_memo() -> pd.DataFrame:
    return pd.DataFrame(columns=MEMO_COLUMNS)


def _unknown(source: Source) -> str:
    return "unallocated" if source.options.get("unknown_footprints") == "keep" else "error"


def _read_published(path: Path, source: Source, year: str | None) -> Reading:
    """Read a file as it was published."""
    # Opening workbooks is only paid for by those who bring one.
    if source.format == "hmt-cra":
        from placespend.sources.cra import read_cra  # noqa: PLC0415

        return read_cra(path, year=year, **_given(source, "vintage", "unit"))
    if source.format == "revenue-outturn":
        from placespend.sources.revenue_outturn import read_revenue_outturn  # noqa: PLC0415

        return read_revenue_outturn(path, **_given(source, "vintage", "unit"))
    from placespend.sources.integrated_settlement import read_integrated_settlement  # noqa: PLC0415

    needed = [key for key in ("footprint", "recipient") if key not in source.options]
    if needed:
        message = f"Source '{source.id}' does not say {' and '.join(needed)}, which its files do not either."
        raise RecipeError(message, hint='add, for example, footprint = "E47000001" to the [[source]]')
    if year is None:
        message = f"The files of source '{source.id}' do not say which year they are of."
        raise RecipeError(message, hint='add financial_year = "2025-26" to the recipe, or say --year')
    return read_integrated_settlement(path, year=year, **_given(source, "footprint", "recipient", "unit"))


def _given(source: Source, *keys: str) -> dict[str, str]:
    return {key: source.options[key] for key in keys if key in source.options}


def _about_reading(name: str, reading: Reading) -> str:
    off = reading.checks["difference_pence"].abs().sum() if len(reading.checks) else 0
    return (
        f"Source {name}: {reading.cells_read:,} cells read, {reading.cells_of('lines'):,} became lines; rounding to "
        f"the penny added {float(reading.rounding):+.2f} pence"
        + (f"; totals printed in the file differ from its own figures by {format_gbp(int(off))} in all" if off else "")
        + "."
    )


def filter_lines(lines: pd.DataFrame, source: Source) -> pd.Series:
    """Tell which lines of a source its filters take.

    Parameters
    ----------
    lines : pandas.DataFrame
    source : Source

    Returns
    -------
    pandas.Series of bool

    Raises
    ------
    RecipeError
        If a filter names what no line of the source has: nothing would be filtered, and nobody would notice.
    """
    taken = pd.Series(data=True, index=lines.index)
    for filters, keep in ((source.only, True), (source.leave_out, False)):
        if filters:
            matched = _matches(lines, filters, source.id)
            taken &= matched if keep else ~matched
    return taken


def _matches(lines: pd.DataFrame, filters: Mapping[str, list[str]], name: str) -> pd.Series:
    """Tell which lines have one of the values in every column that is named."""
    matched = pd.Series(data=True, index=lines.index)
    for key, wanted in filters.items():
        values = lines["service_code"].map(service_groups()["group"]) if key == "group" else lines[FILTER_COLUMNS[key]]
        held = sorted(values.dropna().unique())
        unknown = [value for value in wanted if value not in held]
        if unknown:
            message = f"Source '{name}' is filtered by {key} '{unknown[0]}', which none of its lines has."
            raise RecipeError(message, hint=did_you_mean(unknown[0], held) or None)
        matched &= values.isin(wanted)
    return matched
