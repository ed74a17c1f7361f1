"""The ledger: every apportioned amount, and the proof that no penny was lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from placespend.errors import ConservationError
from placespend.money import totals_pence
from placespend.place import ELSEWHERE as ELSEWHERE
from placespend.place import UNALLOCATED as UNALLOCATED


@dataclass(frozen=True, eq=False)
class Ledger:
    """Every apportioned amount. Cannot be made unless every cell's pence are all there.

    Attributes
    ----------
    cells : pandas.DataFrame
        As :func:`placespend.apportion.build_cells` gives them; their index numbers them.
    entries : pandas.DataFrame
        ``cell`` (int64), ``place_code``, ``amount_pence`` (int64, never zero). ``place_code`` may be
        "elsewhere" or "unallocated".
    reasons : pandas.Series
        For each cell that is unallocated, why.
    """

    cells: pd.DataFrame
    entries: pd.DataFrame
    reasons: pd.Series

    def __post_init__(self) -> None:
        for name, table in (("cells", self.cells), ("entries", self.entries)):
            if table["amount_pence"].dtype != np.int64:
                message = f"the {name} of a ledger hold whole pence, not {table['amount_pence'].dtype}"
                raise ConservationError(message)
        cell_of = self.cells.index.get_indexer(pd.Index(self.entries["cell"])).astype(np.int64)
        if (cell_of < 0).any():
            message = "a ledger holds amounts of cells that it does not list"
            raise ConservationError(message)
        found = totals_pence(self.entries["amount_pence"].to_numpy(), cell_of, len(self.cells))
        wrong = [cell for cell, pence in enumerate(self.cells["amount_pence"].tolist()) if found[cell] != pence]
        if wrong:
            first = self.cells.index[wrong[0]]
            message = f"{len(wrong):,} cells of a ledger do not hold all their pence, the first being {first}"
            raise ConservationError(message)

    def __repr__(self) -> str:
        return f"<Ledger: {len(self.cells):,} cells, {len(self.entries):,} entries, every penny there>"

    def _repr_html_(self) -> str:
        from placespend.displays import ledger_html  # noqa: PLC0415  (only notebooks show it)

        return ledger_html(self)

    def pence_at(self, place_code: str) -> pd.Series:
        """Give each cell's pence at a place.

        Parameters
        ----------
        place_code : str
            A place's code, "elsewhere" or "unallocated".

        Returns
        -------
        pandas.Series of int64
            On the index of the cells; zero where the cell has nothing there.
        """
        there = self.entries[self.entries["place_code"] == place_code].set_index("cell")["amount_pence"]
        return there.reindex(self.cells.index, fill_value=0)

    def totals(self) -> dict[str, int]:
        """Sum the pence by place.

        Returns
        -------
        dict of str to int
            By place code, with "elsewhere" and "unallocated"; every place asked for, also those with nothing.
        """
        places = self.entries["place_code"].cat
        codes = list(places.categories)
        sums = totals_pence(
            self.entries["amount_pence"].to_numpy(), places.codes.to_numpy().astype(np.int64), len(codes)
        )
        return dict(zip(codes, sums, strict=True))
