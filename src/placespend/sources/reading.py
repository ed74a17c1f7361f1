"""Reading a file as it was published, so that every cell of money is accounted for.

A *reading* takes each cell that might hold money exactly once and says what became of it: a line, a memo (real money
that no place of England can be given), a reject with its row and heading, blank, or not applicable with the reason. It
cannot be made unless these add up to the cells that were there. A printed nothing is not a line: tables of outturn are
mostly zeros, so each is counted as "not applicable: printed as nothing", and a cell without a figure as blank; the
two are never mixed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.errors import FAILURE_COLUMNS, ConservationError
from placespend.lines import CANONICAL_COLUMNS
from placespend.sources.amounts import read_amount
from placespend.sources.grids import text_of
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

OUTCOMES = ("lines", "memo", "rejects", "blank", "not applicable")
"""What can become of a cell."""

ACCOUNT_COLUMNS = ["sheet", "outcome", "reason", "cells"]
CHECK_COLUMNS = ["what", "printed_pence", "found_pence", "difference_pence"]

WRITE_A_NUMBER = "write a plain number in the table's unit, or leave the cell empty where there is no figure"


@dataclass(frozen=True, eq=False)
class Reading:
    """What a published file held, every cell of it accounted for.

    Attributes
    ----------
    lines : pandas.DataFrame
        The columns of :data:`placespend.lines.CANONICAL_COLUMNS`, and what a reader adds after them.
    memo : pandas.DataFrame
        The same columns and ``reason``: real money that no place of England can be given.
    rejects : pandas.DataFrame
        Cells that could not be read or placed: ``file``, ``row``, ``column`` (the heading), ``value``, ``problem``,
        ``hint``.
    account : pandas.DataFrame
        ``sheet``, ``outcome`` (one of :data:`OUTCOMES`), ``reason``, ``cells`` (int).
    checks : pandas.DataFrame
        The totals that the file itself prints: ``what``, ``printed_pence``, ``found_pence``, ``difference_pence``
        (found less printed). Empty where it prints none.
    rounding : fractions.Fraction
        Pence that rounding to whole pence added, over all lines and memos.
    cells_read : int
        Cells that might hold money, counted from the size of the table and not from what became of them.

    Raises
    ------
    ConservationError
        If a cell was lost or taken twice.
    """

    lines: pd.DataFrame
    memo: pd.DataFrame
    rejects: pd.DataFrame
    account: pd.DataFrame
    checks: pd.DataFrame
    rounding: Fraction
    cells_read: int

    def __post_init__(self) -> None:
        accounted = int(self.account["cells"].sum())
        if accounted != self.cells_read:
            message = f"{self.cells_read:,} cells were read, but {accounted:,} are accounted for."
            raise ConservationError(message)
        for outcome in ("lines", "memo", "rejects"):
            cells, rows = self.cells_of(outcome), len(getattr(self, outcome))
            if cells != rows:
                message = f"{cells:,} cells became {outcome}, but there are {rows:,} of these."
                raise ConservationError(message)

    def __repr__(self) -> str:
        parts = ", ".join(f"{self.cells_of(outcome):,} {outcome}" for outcome in OUTCOMES)
        return f"<Reading of {self.cells_read:,} cells: {parts}>"

    def cells_of(self, outcome: str) -> int:
        """Count the cells that had an outcome.

        Parameters
        ----------
        outcome : str
            One of :data:`OUTCOMES`.

        Returns
        -------
        int
        """
        return int(self.account.loc[self.account["outcome"] == outcome, "cells"].sum())


class Collector:
    """Takes the cells of a table one by one, and hands over a reading in which each has become something.

    Parameters
    ----------
    file, sheet : str
        Where the cells stand.
    """

    def __init__(self, file: str, sheet: str) -> None:
        self._file = printable(file)
        self._sheet = sheet
        self._records: dict[str, list[dict[str, Any]]] = {"lines": [], "memo": [], "rejects": []}
        self._account: Counter[tuple[str, str]] = Counter()
        self._rounding = Fraction(0)

    def skip(self, reason: str, *, outcome: str = "not applicable", cells: int = 1) -> None:
        """Count cells that are no lines.

        Parameters
        ----------
        reason : str
        outcome : {"not applicable", "blank"}
        cells : int, default 1
        """
        self._account[outcome, reason] += cells

    def reject(self, row: int, heading: str, value: object, *, problem: str, hint: str = "") -> None:
        """Keep a cell as a reject.

        Parameters
        ----------
        row : int
            As the spreadsheet numbers it.
        heading : str
        value : object
        problem, hint : str
        """
        values = (self._file, row, heading, text_of(value), problem, hint)
        self._records["rejects"].append(dict(zip(FAILURE_COLUMNS, values, strict=True)))
        self._account["rejects", problem] += 1

    def add(self, row: int, fields: dict[str, Any], *, pence: int | None, memo: str = "") -> None:
        """Keep a cell as a line, or as a memo where a reason for that is given.

        Parameters
        ----------
        row : int
        fields : dict
            Canonical columns, and what the reader adds; those left out are blank.
        pence : int or None
            None for a line whose amount is awaited or stands elsewhere.
        memo : str
            Why no place can be given the money.
        """
        outcome = "memo" if memo else "lines"
        record = {**fields, "amount_pence": pence, "file": self._file, "row": row}
        self._records[outcome].append({**record, "reason": memo} if memo else record)
        self._account[outcome, memo] += 1

    def take(
        self,
        row: int,
        heading: str,
        value: object,
        *,
        unit: int,
        fields: dict[str, Any],
        memo: str = "",
        fault: tuple[str, str] | None = None,
    ) -> int:
        """Take a cell of money, whatever it holds.

        Parameters
        ----------
        row : int
        heading : str
        value : object
        unit : int
            Pence in the unit of the table.
        fields : dict
            As in :meth:`Collector.add`.
        memo : str
            As in :meth:`Collector.add`.
        fault : tuple of (str, str), optional
            Problem and hint, where the row is such that an amount in it cannot be placed.

        Returns
        -------
        int
            Pence that became a line or a memo.
        """
        amount = read_amount(value, unit)
        if amount.kind == "blank":
            self.skip(amount.reason, outcome="blank")
        elif amount.kind == "nothing":
            self.skip(amount.reason)
        elif amount.kind == "unreadable":
            self.reject(row, heading, value, problem=amount.reason, hint=WRITE_A_NUMBER)
        elif fault is not None:
            self.reject(row, heading, value, problem=fault[0], hint=fault[1])
        else:
            self._rounding += amount.rounding
            self.add(row, fields, pence=amount.pence, memo=memo)
            return amount.pence
        return 0

    def reading(
        self, *, cells_read: int, checks: Sequence[tuple[str, int, int]] = (), extra: Sequence[str] = ()
    ) -> Reading:
        """Hand over what was taken.

        Parameters
        ----------
        cells_read : int
            How many cells there were, counted apart from taking them.
        checks : sequence of (str, int, int)
            What, printed pence and found pence of each total that the file prints.
        extra : sequence of str
            Columns of text that the lines have beyond the canonical ones.

        Returns
        -------
        Reading
        """
        account = [(self._sheet, outcome, reason, cells) for (outcome, reason), cells in self._account.items()]
        compared = [(what, printed, found, found - printed) for what, printed, found in checks]
        return Reading(
            lines=_canonical_table(self._records["lines"], extra),
            memo=_canonical_table(self._records["memo"], ["reason"]),
            rejects=pd.DataFrame(self._records["rejects"], columns=FAILURE_COLUMNS),
            account=pd.DataFrame(account, columns=ACCOUNT_COLUMNS).astype({"cells": "int64"}),
            checks=pd.DataFrame(compared, columns=CHECK_COLUMNS).astype(dict.fromkeys(CHECK_COLUMNS[1:], "int64")),
            rounding=self._rounding,
            cells_read=cells_read,
        )


def _canonical_table(records: list[dict[str, Any]], extra: Sequence[str]) -> pd.DataFrame:
    """Give lines their columns and types, whether there are any or none."""
    columns = [*CANONICAL_COLUMNS, *extra]
    types = {"amount_pence": "Int64", "payment_to_people": "bool", "row": "int64"}
    table = {
        column: pd.Series([record.get(column, "") for record in records], dtype=types.get(column, "str"))
        for column in columns
        if column not in types
    }
    table["amount_pence"] = pd.Series([record["amount_pence"] for record in records], dtype="Int64")
    table["payment_to_people"] = pd.Series([record["payment_to_people"] for record in records], dtype="bool")
    table["row"] = pd.Series([record["row"] for record in records], dtype="int64")
    return pd.DataFrame(table)[columns]
