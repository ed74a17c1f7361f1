"""What is found in files of measures: collected while they are read, and told all at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import list_values
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

FINDING_COLUMNS = ["file", "measure", "finding", "detail", "done"]

KEPT, REFUSED = "kept", "refused"


@dataclass
class Findings:
    """What was found in one file.

    Attributes
    ----------
    file : str
        Its name, as it is shown.
    rows : list of tuple
        Measure (blank for what is of the whole file), finding, detail, done.
    """

    file: str
    rows: list[tuple[str, str, str, str]] = field(default_factory=list)

    def keep(self, finding: str, detail: str, *, measure: str = "") -> None:
        """Tell of something that stays as it is.

        Parameters
        ----------
        finding : str
            A fixed phrase.
        detail : str
        measure : str, optional
        """
        self.rows.append((one_line(measure), finding, one_line(detail), KEPT))

    def refuse(self, finding: str, detail: str, *, measure: str = "", hint: str = "") -> None:
        """Tell of something for which the file, or one of its measures, cannot be used.

        Parameters
        ----------
        finding : str
            A fixed phrase.
        detail : str
        measure : str, optional
        hint : str, optional
            How to mend it.
        """
        told = f"{detail.rstrip('.')}: {hint}" if hint else detail
        self.rows.append((one_line(measure), finding, one_line(told), REFUSED))

    @property
    def is_refused(self) -> bool:
        """Whether anything was refused so far."""
        return any(done == REFUSED for *_, done in self.rows)

    def has_refused(self, measure: str) -> bool:
        """Tell whether a measure was refused so far.

        Parameters
        ----------
        measure : str

        Returns
        -------
        bool
        """
        return any(done == REFUSED and told == one_line(measure) for told, _, _, done in self.rows)


def table_of_findings(found: Iterable[Findings]) -> pd.DataFrame:
    """Put what was found in several files into one table.

    Parameters
    ----------
    found : iterable of Findings

    Returns
    -------
    pandas.DataFrame
        ``file``, ``measure``, ``finding``, ``detail``, ``done`` ("kept" or "refused"); what is of a whole file first.
    """
    rows = [(findings.file, *row) for findings in found for row in sorted(findings.rows, key=lambda row: row[0] != "")]
    return pd.DataFrame(rows, columns=FINDING_COLUMNS, dtype="str")


def list_rows(rows: Iterable[int]) -> str:
    """Say in which rows of a file something stands.

    Parameters
    ----------
    rows : iterable of int

    Returns
    -------
    str
        Up to five and a count.

    Examples
    --------
    >>> list_rows([2]), list_rows(range(2, 9))
    ('row 2', 'rows 2, 3, 4, 5, 6 and 2 more')
    """
    numbers = [f"{row:,}" for row in rows]
    return f"row{'s' * (len(numbers) != 1)} {list_values(numbers)}"


def number_of(count: int, one: str, many: str = "") -> str:
    """Write a count with what it counts.

    Parameters
    ----------
    count : int
    one : str
    many : str, optional
        The plural, where it is not made by an s.

    Returns
    -------
    str

    Examples
    --------
    >>> number_of(1, "area"), number_of(2_000, "area")
    ('1 area', '2,000 areas')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
