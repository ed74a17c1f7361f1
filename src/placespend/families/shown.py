"""The numbers of families of places as they may be shown: counts and density, and the marks of what is not told.

Whatever is here may be seen by anyone: a user's own counts come in only as disclosure control leaves them, and density
and cost are computed from what is shown. Inside authorities a modelled count under ten is told as no more than that,
for the model cannot tell three families from seven. Densities are of the households and the hectares of the census of
2011, never of drawn outlines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.errors import list_values
from placespend.geography import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from placespend.place import Place

PUBLISHED, ESTIMATED, SUPPRESSED, MISSING = "published", "estimated", "suppressed", "missing"
"""What is known of a number. "published" is also said of a user's own count that disclosure control lets stand."""

FEWEST_TOLD = 10
"""A modelled count below this is told as no more than that."""

CONFIDENTIAL, NOT_AVAILABLE = "[c]", "[x]"
"""How a suppressed and a missing number are written: the marks of the Government Analysis Function."""

COUNT_COLUMNS = ["code", "name", "families", "status", "definition", "date", "source", "low", "high"]
COST_COLUMNS = ["code", "name", "layer", "cost_per_family_gbp", "total_gbp", "status"]
DENSITY_COLUMNS = ["code", "name", "per_1000_households", "per_km2", "status"]

HECTARES_OF_KM2 = 100
THOUSANDTHS = 1_000

MOST_ROWS = 60
"""So many places are shown in a notebook; of more, the first and the last."""


@dataclass(frozen=True, eq=False)
class Families:
    """The families of one or more places, with nothing in it that may not be shown.

    Attributes
    ----------
    what : str
        What is counted, in words.
    table : pandas.DataFrame
        A row for each place: the columns of :meth:`counts`, and ``thousandths`` (Int64; of a family, what density and
        cost are computed from; missing where nothing may be computed).
    places : tuple of Place
        In the order of the rows.
    notes : tuple of str
        What a reader of the numbers must know.
    interval_notes : tuple of str
        What a reader of their intervals must know beside that.
    is_own : bool
        Whether a user's own counts are behind it, so that disclosure control was applied.
    """

    what: str
    table: pd.DataFrame = field(repr=False)
    places: tuple[Place, ...] = field(repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)
    interval_notes: tuple[str, ...] = field(default=(), repr=False)
    is_own: bool = False

    def __repr__(self) -> str:
        if len(self.table) == 1:
            (row,) = self.table.to_dict(orient="records")
            return f"<Families of {row['name']}: {told(row, 'families')} ({row['status']}), {self.what}>"
        statuses = [f"{count:,} {status}" for status, count in self.table["status"].value_counts().items()]
        return f"<Families of {len(self.table):,} places: {list_values(statuses)}; {self.what}>"

    def _repr_html_(self) -> str:
        shown = as_told(self.counts())[["code", "name", "families", "low", "high", "status"]].map(_cell)
        table = shown.to_html(index=False, escape=True, max_rows=MOST_ROWS, show_dimensions=len(shown) > MOST_ROWS)
        # pandas writes no caption beside cells that it escapes.
        captioned = table.replace(">", f"><caption>{escape(self.what)}</caption>", 1)
        notes = "".join(f"<li>{escape(note)}</li>" for note in (*self.notes, *self.interval_notes))
        return f"{captioned}\n<ul>{notes}</ul>" if notes else captioned

    def counts(self) -> pd.DataFrame:
        """Give the numbers of families.

        Returns
        -------
        pandas.DataFrame
            ``code``, ``name``, ``families`` (Int64; missing where suppressed, missing, or modelled to be fewer than
            ten), ``status`` (published, estimated, suppressed, missing), ``definition``, ``date``, ``source``, ``low``,
            ``high`` (Int64; the interval of an estimate, or what a rounded number stands for; missing where a number
            was published as it is).
        """
        return self.table[COUNT_COLUMNS].copy()

    def density(self) -> pd.DataFrame:
        """Give families against households and land.

        Returns
        -------
        pandas.DataFrame
            ``code``, ``name``, ``per_1000_households`` and ``per_km2`` (Float64, to two decimals; missing where there
            are no households or no land, or the number is suppressed or missing), ``status``.
        """
        households, hectares = (
            pd.Series(counts, index=self.table.index, dtype="Float64")
            for counts in sums_over(self.places, [count_of("households"), count_of("hectares")])
        )
        families = self.table["thousandths"].astype("Float64") / THOUSANDTHS
        density = self.table.assign(
            per_1000_households=(families * 1_000 / households.where(households > 0)).round(2),
            per_km2=(families * HECTARES_OF_KM2 / hectares.where(hectares > 0)).round(2),
        )
        return density[DENSITY_COLUMNS]

    def costs(self, **options: Any) -> pd.DataFrame:
        """Give what families cost, per family and in all, by layer.

        Parameters
        ----------
        **options
            Which pot the modelled layer is of, as for :func:`placespend.families.costs.family_costs`.

        Returns
        -------
        pandas.DataFrame
            As :func:`placespend.families.costs.family_costs` gives it.
        """
        from placespend.families.costs import family_costs  # noqa: PLC0415  (counts need no pot)

        families, status = (self.table.set_index("code")[column] for column in ("families", "status"))
        costs = family_costs(self.places, families, status=status, **options)
        # Of fewer than ten modelled families no number is given, but they are estimated: they are not missing.
        few = costs["code"].map((families.isna() & (status == ESTIMATED)).to_dict())
        return costs.assign(status=costs["status"].mask(few, ESTIMATED))


def table_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Set rows of families out as :class:`Families` takes them.

    Parameters
    ----------
    rows : list of dict
        The columns of counts, and ``thousandths``; a number that is left out is missing.

    Returns
    -------
    pandas.DataFrame
    """
    table = pd.DataFrame(rows, columns=[*COUNT_COLUMNS, "thousandths"])
    return table.astype(dict.fromkeys(("families", "low", "high", "thousandths"), "Int64"))


def told(row: Mapping[Any, Any], column: str) -> Any:
    """Give a number of families, or a figure made of it, as a reader sees it.

    Parameters
    ----------
    row : dict
        With the column and ``status``.
    column : str

    Returns
    -------
    int, float or str
        The number; else "[c]" where it is suppressed, "[x]" where it is missing, and "fewer than 10" for an estimated
        number of families of which no more is told.
    """
    if not pd.isna(row[column]):
        return row[column]
    if row["status"] == ESTIMATED and column == "families":
        return f"fewer than {FEWEST_TOLD}"
    return CONFIDENTIAL if row["status"] == SUPPRESSED else NOT_AVAILABLE


def as_told(table: pd.DataFrame) -> pd.DataFrame:
    """Put the marks of what is not told in a table of families, so that no cell is blank that could be taken for zero.

    Parameters
    ----------
    table : pandas.DataFrame
        With ``status``, and any of the columns of counts, density or cost.

    Returns
    -------
    pandas.DataFrame
    """
    rows = table.to_dict(orient="records")
    figures = [name for name in table if name in MARKED]
    return table.assign(
        **{str(name): pd.Series([told(row, str(name)) for row in rows], dtype="object") for name in figures}
    )


MARKED = {"families", "per_1000_households", "per_km2", "cost_per_family_gbp", "total_gbp"}
"""Columns in which a missing figure gets a mark."""


def _cell(value: Any) -> str:
    """Write a cell for a notebook: thousands set apart, blank where there is nothing."""
    if isinstance(value, str):
        return value
    return "" if pd.isna(value) else f"{value:,}"


def sums_over(places: Sequence[Place], amounts: Sequence[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Sum amounts over the small areas of places.

    Parameters
    ----------
    places : sequence of Place
    amounts : sequence of ndarray of int64, shape (32844,)

    Returns
    -------
    list of ndarray of int64, shape of places
        For each of the amounts. What a cut small area has is dealt out along its ruler, in whole numbers.
    """
    positions = np.concatenate([place.extent.whole for place in places])
    owner = np.repeat(np.arange(len(places)), [len(place.extent.whole) for place in places])
    cutting = [number for number, place in enumerate(places) if len(place.extent.parts)]
    found = []
    for amount in amounts:
        sums = np.zeros(len(places), dtype=np.int64)
        np.add.at(sums, owner, amount[positions])
        for number in cutting:
            sums[number] += places[number].extent.parts.sum_of(amount)
        found.append(sums)
    return found
