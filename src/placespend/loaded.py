"""Which lines are in a pot: the shipped ones, a user's own, or both, of one financial year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.apportion import build_cells
from placespend.checks import check_choice_of_footprints, check_duplicates
from placespend.errors import LinesError, TooLargeError, WrongTypeError, YearError, list_values
from placespend.lines import prepare_table, read_lines, shipped_lines
from placespend.money import format_gbp, total_pence
from placespend.schema import is_financial_year
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    Lines = pd.DataFrame | str | Path | Sequence[str | Path]


MOST_PENCE = 2**63
"""Below this, no sum of some of the lines leaves 64 bits."""


def sum_pence(lines: pd.DataFrame) -> int:
    """Sum the amounts of lines; awaited ones have none.

    Parameters
    ----------
    lines : pandas.DataFrame
        With ``amount_pence``.

    Returns
    -------
    int
    """
    return total_pence(lines["amount_pence"].dropna().to_numpy(dtype=np.int64))


@dataclass(frozen=True, eq=False)
class Loaded:
    """The lines of one financial year, and those left out.

    Attributes
    ----------
    lines : pandas.DataFrame
        Of the year, as :func:`placespend.lines.read_lines` gives them.
    financial_year : str
    left_out : pandas.DataFrame
        Lines of other years.
    added_to_shipped : bool
        Whether a user's lines stand beside the shipped ones.
    """

    lines: pd.DataFrame
    financial_year: str
    left_out: pd.DataFrame
    added_to_shipped: bool

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The lines summed into cells."""
        return build_cells(self.lines)

    @cached_property
    def awaited(self) -> pd.DataFrame:
        """The lines that have no amount yet."""
        return self.lines[self.lines["status"] == "awaited"]

    @property
    def year_end(self) -> date:
        """The last day of the financial year."""
        return date(int(self.financial_year[:4]) + 1, 3, 31)

    @cached_property
    def in_pence(self) -> int:
        """The sum of the lines as they were read, before any sharing."""
        return sum_pence(self.lines)

    @cached_property
    def cautions(self) -> tuple[str, ...]:
        """What a reader must know about these lines."""
        cautions = []
        if self.added_to_shipped:
            cautions.append(
                "Your lines were added to the shipped ones: spending that both hold is counted twice. The shipped "
                "lines already hold every council, police force, fire service and department."
            )
        kinds = sorted(self.lines["amount_kind"].unique())
        if len(kinds) > 1:
            cautions.append(f"Amounts of different kinds are added up: {', '.join(kinds)}.")
        refused = self.lines[self.lines["status"] == "refused"]
        if len(refused):
            cautions.append(
                f"The bodies refused {len(refused):,} of the loaded lines ({format_gbp(sum_pence(refused))} before "
                "sharing): those amounts are estimates of whoever made the file, grade E."
            )
        if len(self.awaited):
            cautions.append(f"Of the loaded lines, {len(self.awaited):,} are awaited and in no total.")
        if len(self.left_out):
            years = ", ".join(sorted(self.left_out["financial_year"].unique()))
            cautions.append(
                f"{len(self.left_out):,} lines of {years} ({format_gbp(sum_pence(self.left_out))}) are left out."
            )
        return tuple(cautions)


def load(
    lines: Lines | None = None,
    *,
    with_shipped: bool = False,
    year: str | None = None,
    unknown_footprints: str = "error",
) -> Loaded:
    """Gather the lines of one financial year.

    Parameters
    ----------
    lines : path, sequence of paths or pandas.DataFrame, optional
        Files of lines, or a table that :func:`placespend.lines.read_lines` gave. They replace the shipped lines.
    with_shipped : bool, default False
        Add the shipped lines to them instead.
    year : str, optional
        As 2011-12; needed where the lines hold several.
    unknown_footprints : {"error", "unallocated"}

    Returns
    -------
    Loaded

    Raises
    ------
    LinesError
        If a file or a table has faults.
    YearError
        If the lines hold several years and none was chosen, or not the one chosen.
    TooLargeError
        If the amounts cannot be summed exactly.
    DataFileError, WrongTypeError, UnknownNameError
        If a file cannot be read, or something else than files or a table is given.
    """
    check_choice_of_footprints(unknown_footprints)
    if lines is None:
        table = shipped_lines()
    elif isinstance(lines, pd.DataFrame):
        table = prepare_table(lines, unknown_footprints=unknown_footprints)
    else:
        table = read_lines(*_paths(lines), unknown_footprints=unknown_footprints)
    own = table
    if with_shipped and lines is not None:
        table = pd.concat([own, shipped_lines()], ignore_index=True)
        faults = check_duplicates(table)
        if not faults.empty:
            raise LinesError(faults)
    if total_pence(np.abs(table["amount_pence"].dropna().to_numpy(dtype=np.int64))) >= MOST_PENCE:
        message = "The amounts of the lines are too large to be counted exactly together."
        raise TooLargeError(message, hint="check the unit: amounts are in pounds")
    chosen = _choose_year(table, year)
    of_year = table["financial_year"] == chosen
    added_to_shipped = len(own) < len(table) and bool(of_year[len(own) :].any())
    return Loaded(table[of_year], chosen, table[~of_year], added_to_shipped)


def _paths(lines: object) -> list[str | Path]:
    """Take one path or a list of them."""
    paths = lines if isinstance(lines, list | tuple) else [lines]
    odd = [type(path).__name__ for path in paths if not isinstance(path, str | Path)]
    if odd:
        message = f"Lines are given as a path, a list of paths or one table, not as {list_values(odd)}."
        raise WrongTypeError(message, hint="join several tables with pandas.concat")
    return list(paths)


def _choose_year(table: pd.DataFrame, year: str | None) -> str:
    """Settle the financial year of a pot, or say why it cannot be."""
    held = sorted(table["financial_year"].unique())
    if year is not None and not (isinstance(year, str) and is_financial_year(pd.Series([printable(year)])).iloc[0]):
        message = f"'{year}' is not a financial year."
        raise YearError(message, hint="write it as 2011-12")
    if not held:
        message = "There are no lines."
        raise YearError(message)
    if year is None and len(held) > 1:
        message = f"The lines hold {len(held)} financial years, {', '.join(held)}, and a pot has one."
        raise YearError(message, hint=f"choose one, for example --year {held[-1]}")
    if year is not None and year not in held:
        message = f"There are no lines of {year}; the lines hold {', '.join(held)}."
        raise YearError(message, hint="leave --year out, or add lines of that year with --lines FILE")
    return year or str(held[0])
