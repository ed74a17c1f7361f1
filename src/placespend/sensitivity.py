"""How far a pot moves with what its money is shared by: low, central and high.

Units of cells are independent (:mod:`placespend.alternatives`), so the sum of each unit's least amount is what the
place has under one set of bases, and so is the sum of the greatest (:mod:`placespend.extremes`). For a place that cuts
small areas, low and high are also taken over the ways of telling what lies in it
(:mod:`placespend.coverage_variants`).

What it is not: a confidence interval. No likelihood goes with the alternatives, they are chosen service by service, and
all at once in one direction is extreme. What a body recorded at the place does not move at all, though records have
errors of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.alternatives import UNIT, Units, ladder_of_service, rungs_used, units_of
from placespend.cofog import services
from placespend.coverage_variants import WITHOUT_LAND, coverage_of, coverage_variants
from placespend.errors import OverlappingPlacesError, list_values
from placespend.extents import Extent
from placespend.extremes import Extremes, Rows, amounts_of, extremes_of, find_extremes, known_units, rows_of
from placespend.geography import level_index
from placespend.levels import check_level
from placespend.money import format_gbp, per_head_pence
from placespend.narrowing import narrow
from placespend.notes import NEIGHBOURHOOD
from placespend.place import Place, remainder
from placespend.rulers import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from placespend.loaded import Loaded

RANGE_COLUMNS = ["code", "name", "residents", "low_pence", "central_pence", "high_pence"]
RANGE_COLUMNS += ["low_per_head_pence", "central_per_head_pence", "high_per_head_pence"]
RANGE_NOTES = (
    "Low and high are no confidence interval. Each is what the place would have if every service were shared by that "
    "one of its alternatives which gives it least, or most, all at once.",
    "The alternatives are assumptions, listed on the ladder of each service (placespend bases). What is the same under "
    "all of them, such as the year of the lines or what a service is taken to be, is not in the range.",
    "A measure that is not loaded, as a real count by small area, may give the place less than low or more than high.",
    "Of a place that cuts small areas, low and high per head are by the residents of the coverage that gives them.",
    "What bodies recorded at the place, and allocations to the whole of it (grades A and B), do not move.",
)


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How far the pot of a place moves with the bases and the coverage. Made by :func:`sensitivity_of`.

    Attributes
    ----------
    place : Place
    loaded : Loaded
        The lines it was made from.
    low_pence, central_pence, high_pence : int
    low_per_head_pence, central_per_head_pence, high_per_head_pence : int or None
        Per resident, of the same coverage as the amount; None where nobody lives.
    services : pandas.DataFrame
        For each service and basis with money in the place, the widest first: ``service_code``, ``service`` (label),
        ``basis``, ``basis_label``, ``low_pence``, ``central_pence``, ``high_pence``, ``spread_pence`` (high less
        low), ``low_basis``, ``low_label``, ``high_basis``, ``high_label``, ``alternatives`` (how many bases beside its
        own). By the coverage that the place has.
    coverage : pandas.DataFrame
        ``coverage``, ``label``, ``residents``, ``low_pence``, ``total_pence``, ``high_pence`` by each coverage,
        the place's own first; empty where the place cuts no small area.
    narrowing : pandas.DataFrame
        What would narrow the range, as :func:`placespend.narrowing.narrow` sets it out.
    notes : tuple of str
    """

    place: Place
    loaded: Loaded = field(repr=False)
    low_pence: int
    central_pence: int
    high_pence: int
    low_per_head_pence: int | None
    central_per_head_pence: int | None
    high_per_head_pence: int | None
    services: pd.DataFrame
    coverage: pd.DataFrame
    narrowing: pd.DataFrame
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"<Sensitivity {self.place.name} ({self.place.code}) {self.financial_year}: "
            f"{format_gbp(self.central_pence)}, from {format_gbp(self.low_pence)} to {format_gbp(self.high_pence)}>"
        )

    def _repr_html_(self) -> str:
        from placespend.displays import sensitivity_html  # noqa: PLC0415  (only notebooks show it)

        return sensitivity_html(self)

    @property
    def financial_year(self) -> str:
        """The year of the money, as 2011-12."""
        return self.loaded.financial_year

    @property
    def spread_pence(self) -> int:
        """High less low."""
        return self.high_pence - self.low_pence

    @property
    def what(self) -> str:
        """What the pot is, where that must be said beside it: of a neighbourhood, that no one manages it."""
        return NEIGHBOURHOOD if check_level(self.place.level).is_neighbourhood else ""


# --- one place


def sensitivity_of(place: Place, loaded: Loaded) -> Sensitivity:
    """Tell how far the pot of a place moves with what its money is shared by.

    Parameters
    ----------
    place : Place
    loaded : Loaded

    Returns
    -------
    Sensitivity
    """
    units = units_of(loaded)
    variants, notes = coverage_variants(place)
    rows = rows_of(loaded, units, [place], *variants.values())
    found, moved = _of_place(loaded, units, place, rows)
    ranges = {coverage_of(place): found}
    for name, variant in list(variants.items())[1:]:
        try:
            ranges[name] = extremes_of(loaded, units, [variant], rows)
        except OverlappingPlacesError:
            notes += (
                f"Coverage {VARIANTS[name]} is not in the range: lines serve wards or neighbourhoods that cut the same "
                "small areas by live postcodes.",
            )
    coverage = _coverage_table({name: variants.get(name, place) for name in ranges}, ranges)
    low, high = (_heads(coverage[f"{name}_pence"], coverage["residents"]) for name in ("low", "high"))
    return Sensitivity(
        place=place,
        loaded=loaded,
        low_pence=int(coverage["low_pence"].min()),
        central_pence=int(coverage["total_pence"].iloc[0]),
        high_pence=int(coverage["high_pence"].max()),
        low_per_head_pence=min(low, default=None),
        central_per_head_pence=per_head_pence(int(coverage["total_pence"].iloc[0]), place.residents),
        high_per_head_pence=max(high, default=None),
        services=_services_table(loaded, units, found),
        coverage=coverage if variants else coverage.iloc[:0],
        narrowing=narrow(moved, _of_model(units, found), loaded),
        notes=(*notes, *_notes(place, loaded)),
    )


def _of_place(loaded: Loaded, units: Units, place: Place, rows: Rows) -> tuple[Extremes, pd.DataFrame]:
    """Find the extremes of each unit in a place, and what each cell that moves adds to them."""
    places = [place, *_around(place)]
    by_row = amounts_of(rows.cells, np.arange(len(rows.cell)), len(rows.cell), places, loaded.bases)
    here, around = by_row[:, 0], by_row[:, : len(places)].sum(axis=1)
    # Where all amounts are awaited, there are no units.
    slots = max((len(names) for names in rows.names), default=1) + 1
    sums = np.zeros((len(units.table), slots, 1), dtype=np.int64)
    np.add.at(sums, (units.of_cell[rows.cell], rows.slot), here[:, None])
    found = find_extremes(rows, sums, units, known_units(loaded, units, [place]))
    row_of = np.tile(np.arange(len(loaded.cells))[:, None], (1, sums.shape[1] - 1))
    row_of[rows.cell, np.maximum(rows.slot, 0)] = np.arange(len(rows.cell))
    cell = rows.cell[rows.slot == 0]
    unit = units.of_cell[cell]
    low, high = (row_of[cell, slot[unit, 0]] for slot in (found.low_slot, found.high_slot))
    moved = loaded.cells.iloc[cell].assign(
        spread_pence=here[high] - here[low],
        # With the amount of the authorities around the place known, what is left is how much of that is the place's.
        between_pence=_of_part(around[high] - around[low], here[cell], around[cell]),
    )
    return found, moved


def _around(place: Place) -> list[Place]:
    """Give the rest of the upper tiers that a place is in; nothing where it is made of whole ones."""
    _, tier_of = level_index("upper_tier")
    extent = Extent(np.flatnonzero(np.isin(tier_of, tier_of[place.extent.touched])))
    rest = remainder(replace(place, extent=extent), [place])
    return [] if rest is None else [rest]


def _of_part(amounts: NDArray[np.int64], part: NDArray[np.int64], whole: NDArray[np.int64]) -> list[int]:
    """Take as much of amounts as a part is of a whole, rounded half up, in Python's integers; nothing of nothing."""
    columns = zip(amounts.tolist(), part.tolist(), whole.tolist(), strict=True)
    return [(2 * amount * some + all_) // (2 * all_) if all_ else 0 for amount, some, all_ in columns]


def _of_model(units: Units, found: Extremes) -> pd.DataFrame:
    """Tell by unit how far the place's amount differs from that without a model of small areas."""
    slots = [
        names.index(plain) if plain in names else 0 for names, plain in zip(found.names, units.siblings, strict=True)
    ]
    difference = np.abs(found.by_slot[np.arange(len(slots)), slots, 0] - found.by_slot[:, 0, 0])
    return units.table.assign(spread_pence=difference)


def _services_table(loaded: Loaded, units: Units, found: Extremes) -> pd.DataFrame:
    """Set out the units that have money in the place, the widest first."""
    bases = loaded.bases
    table = units.table.assign(
        service=units.table["service_code"].map(services()["label"]),
        basis_label=[bases.basis(name).label for name in units.table["basis"]],
        **{
            f"{name}_pence": column[:, 0]
            for name, column in (("low", found.low), ("central", found.central), ("high", found.high))
        },
        spread_pence=(found.high - found.low)[:, 0],
    )
    for name, slot in (("low", found.low_slot), ("high", found.high_slot)):
        chosen = [names[number] for names, number in zip(found.names, slot[:, 0], strict=True)]
        table[f"{name}_basis"] = pd.Series(chosen, dtype="str")
        table[f"{name}_label"] = pd.Series([bases.basis(basis).label for basis in chosen], dtype="str")
    table["alternatives"] = np.array([len(names) - 1 for names in found.names], dtype=np.int64)
    here = table[table[["low_pence", "central_pence", "high_pence"]].any(axis=1)]
    columns = ["service_code", "service", "basis", "basis_label", "low_pence", "central_pence", "high_pence"]
    columns += ["spread_pence", "low_basis", "low_label", "high_basis", "high_label", "alternatives"]
    by = ["spread_pence", "central_pence"]
    return here.sort_values(by, ascending=False, kind="stable", ignore_index=True)[columns]


def _coverage_table(variants: Mapping[str, Place], ranges: Mapping[str, Extremes]) -> pd.DataFrame:
    rows = [
        (
            name,
            VARIANTS.get(name, ""),
            variants[name].residents,
            int(found.low.sum()),
            int(found.central.sum()),
            int(found.high.sum()),
        )
        for name, found in ranges.items()
    ]
    return pd.DataFrame(
        rows, columns=["coverage", "label", "residents", "low_pence", "total_pence", "high_pence"]
    ).astype({"coverage": "str", "label": "str"})


def _notes(place: Place, loaded: Loaded) -> tuple[str, ...]:
    """Say what the range is and is not."""
    about = [f"The pot is {NEIGHBOURHOOD}."] if check_level(place.level).is_neighbourhood else []
    ladders = rungs_used(loaded.bases)
    best = [
        loaded.bases.basis(basis).label
        for service, basis in loaded.cells[UNIT].drop_duplicates().itertuples(index=False)
        if ladders[ladder_of_service()[service]].get(basis) == "best"
    ]
    real = [
        f"Shared by the best rung of the ladder, which has no other beside it: {list_values([*dict.fromkeys(best)])}. "
        "The year and definition of these measures are not in the range."
    ] * bool(best)
    return (*about, *RANGE_NOTES, *real, *loaded.cautions)


# --- many places


def ranges(places: Sequence[Place], loaded: Loaded) -> pd.DataFrame:
    """Tell how far the pots of several places move, as :func:`sensitivity_of` does for each.

    Parameters
    ----------
    places : sequence of Place
        They may overlap; that takes longer.
    loaded : Loaded

    Returns
    -------
    pandas.DataFrame
        ``code``, ``name``, ``residents``, ``low_pence``, ``central_pence``, ``high_pence`` (int64) and
        ``low_per_head_pence``, ``central_per_head_pence``, ``high_per_head_pence`` (Int64), in the order that came in.
        The central amounts of places that tile a larger one sum to its own; low and high do not, for each place
        has its own set of bases.
    """
    units = units_of(loaded)
    variants = [coverage_variants(place)[0] for place in places]
    own = _ends(loaded, units, list(places))
    found = [[(*ends, place.residents)] for ends, place in zip(own, places, strict=True) if ends is not None]
    for name in WITHOUT_LAND:
        some = [at for at, place in enumerate(places) if name in variants[at] and name != coverage_of(place)]
        others = [variants[at][name] for at in some]
        for at, place, also in zip(some, others, _ends(loaded, units, others, skip=True), strict=True):
            found[at] += [(*also, place.residents)] if also is not None else []
    rows = []
    for place, ways in zip(places, found, strict=True):
        low, central, high, residents = (list(column) for column in zip(*ways, strict=True))
        heads = [min(_heads(low, residents), default=None), *_heads(central[:1], residents[:1])[:1]]
        heads = [*heads, *[None] * (2 - len(heads)), max(_heads(high, residents), default=None)]
        rows.append((place.code, place.name, place.residents, min(low), central[0], max(high), *heads))
    table = pd.DataFrame(rows, columns=RANGE_COLUMNS).astype({"code": "str", "name": "str"})
    return table.astype(dict.fromkeys(RANGE_COLUMNS[2:6], "int64") | dict.fromkeys(RANGE_COLUMNS[6:], "Int64"))


def _heads(pence: Iterable[int], residents: Iterable[int]) -> list[int]:
    """Give pence per resident, where anyone lives."""
    found = [per_head_pence(int(amount), int(people)) for amount, people in zip(pence, residents, strict=True)]
    return [head for head in found if head is not None]


def _ends(
    loaded: Loaded, units: Units, places: list[Place], *, skip: bool = False
) -> list[tuple[int, int, int] | None]:
    """Find low, central and high of each place: all in one ledger, or one by one where they overlap."""
    if not places:
        return []
    try:
        if len({place.code for place in places}) == len(places):
            found = extremes_of(loaded, units, places)
            columns = (found.low.sum(axis=0), found.central.sum(axis=0), found.high.sum(axis=0))
            return list(zip(*(column.tolist() for column in columns), strict=True))
    except OverlappingPlacesError:
        if len(places) == 1 and skip:
            return [None]
        if len(places) == 1:
            raise
    return [ends for place in places for ends in _ends(loaded, units, [place], skip=skip)]
