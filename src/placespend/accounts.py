"""What became of every pound that each source of a recipe holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.errors import ConservationError
from placespend.money import total_pence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from placespend.intake import Intake


ACCOUNT_COLUMNS = ["source", "outcome", "lines", "amount_pence"]
READ, OTHER_YEARS, FILTERED = "read", "of other years", "left out by a filter"
MEMO, OUT_OF_SCOPE, IN_THE_POT = "memo: in no pot", "out of scope", "in the pot"
GAVE_WAY = "gave way to recorded amounts, or was scaled to them"


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


class Books:
    """What became of every pound that each source holds."""

    def __init__(self, intakes: Mapping[str, Intake], taken: Mapping[str, pd.Series], year: str) -> None:
        self.rows: list[tuple[str, str, int, int]] = []
        self.read: dict[str, int] = {}
        for name, intake in intakes.items():
            lines, of_year = intake.lines, intake.lines["financial_year"] == year
            self.read[name] = sum_pence(lines)
            self.rows.append((name, READ, len(lines), self.read[name]))
            self.enter(name, OTHER_YEARS, lines[~of_year])
            self.enter(name, FILTERED, lines[of_year & ~taken[name]])

    def enter(self, name: str, outcome: str, lines: pd.DataFrame) -> None:
        """Enter what became of some lines.

        Parameters
        ----------
        name, outcome : str
        lines : pandas.DataFrame
        """
        if len(lines):
            self.rows.append((name, outcome, len(lines), sum_pence(lines)))

    def give_way(self, name: str, pence: int) -> None:
        """Enter what of a source gave way to recorded amounts, or, below nothing, what scaling added to it.

        Parameters
        ----------
        name : str
        pence : int
        """
        if pence:
            self.rows.append((name, GAVE_WAY, 0, pence))

    def close(self) -> pd.DataFrame:
        """Give the whole; refuse if the outcomes of a source do not sum to what was read of it.

        Returns
        -------
        pandas.DataFrame
            With :data:`ACCOUNT_COLUMNS`.
        """
        for name, read in self.read.items():
            left = read - sum(pence for source, outcome, _, pence in self.rows if source == name and outcome != READ)
            if left:
                message = f"what became of source '{name}' leaves {left} pence unaccounted for"
                raise ConservationError(message)
        order = {name: number for number, name in enumerate(self.read)}
        table = pd.DataFrame(self.rows, columns=ACCOUNT_COLUMNS)
        table = table.groupby(["source", "outcome"], sort=False, as_index=False).sum()
        return table.sort_values("source", key=lambda names: names.map(order), kind="stable", ignore_index=True)
