"""Does it add up? What was read, against what the ledger placed, left elsewhere or could not allocate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placespend.errors import ConservationError
from placespend.ledger import ELSEWHERE, UNALLOCATED

if TYPE_CHECKING:
    from placespend.ledger import Ledger
    from placespend.loaded import Loaded


@dataclass(frozen=True)
class Reconciliation:
    """Where every penny of the loaded lines is.

    Attributes
    ----------
    in_pence : int
        All lines of the pot's year as they were read, before any sharing.
    placed_pence : int
        In the place, or in the places asked for.
    elsewhere_pence : int
        In the rest of the lines' footprints.
    unallocated_pence : int
        Nowhere: unknown footprint, or nothing to share by.
    """

    in_pence: int
    placed_pence: int
    elsewhere_pence: int
    unallocated_pence: int

    def _repr_html_(self) -> str:
        from placespend.displays import reconciliation_html  # noqa: PLC0415  (only notebooks show it)

        return reconciliation_html(self)

    @property
    def difference_pence(self) -> int:
        """What went in and did not come out: nothing, or the program is at fault."""
        return self.in_pence - self.placed_pence - self.elsewhere_pence - self.unallocated_pence

    def as_dict(self) -> dict[str, int]:
        """Give the five amounts by name.

        Returns
        -------
        dict of str to int
        """
        names = ("in_pence", "placed_pence", "elsewhere_pence", "unallocated_pence", "difference_pence")
        return {name: getattr(self, name) for name in names}


def reconcile(loaded: Loaded, ledger: Ledger) -> Reconciliation:
    """Set a ledger against the lines as they were read.

    Parameters
    ----------
    loaded : Loaded
    ledger : Ledger
        Of those lines.

    Returns
    -------
    Reconciliation

    Raises
    ------
    ConservationError
        If a penny is missing.
    """
    totals = ledger.totals()
    elsewhere, unallocated = totals.pop(ELSEWHERE, 0), totals.pop(UNALLOCATED, 0)
    found = Reconciliation(loaded.in_pence, sum(totals.values()), elsewhere, unallocated)
    if found.difference_pence:
        message = f"the ledger does not hold what was read: {found}"
        raise ConservationError(message)
    return found
