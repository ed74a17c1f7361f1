"""How far a pot moves with what its money is shared by: low, central and high.

The cells of a service that share one basis are a *unit*. Its alternatives are the basis it has; the rungs of use
``alternative`` on its service's ladder; what the ladder would give, where a recipe or a line chose otherwise; and, for
places smaller than the areas for which a modelled measure was published, the same measure spread by residents or
households alone. Measures that a recipe leaves out are no alternatives. A real measure that a user loads, the best
rung, has none of the ladder's.

Each cell is shared alone, so units are independent: the sum of each unit's least amount is what the place has under one
set of bases, and so is the sum of the greatest. A cell keeps its basis under an alternative that cannot share it, for
the alternative counts nothing or not all of the cell's footprint; and what cannot be placed centrally stays so. So
under any one set of bases the same money is placed, and places that tile a footprint sum to the same.

For a place that cuts small areas, low and high are also taken over the ways of telling what lies in it
(:mod:`placespend.coverage_variants`).

What it is not: a confidence interval. No likelihood goes with the alternatives, they are chosen service by service, and
all at once in one direction is extreme. What a body recorded at the place does not move at all, though records have
errors of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.cofog import services
from placespend.coverage_variants import WITHOUT_LAND, coverage_of, coverage_variants
from placespend.errors import OverlappingPlacesError, list_values
from placespend.extents import Extent
from placespend.footprints import footprint_extent
from placespend.geography import level_index
from placespend.levels import check_level
from placespend.measures import PLAIN
from placespend.money import format_gbp, per_head_pence
from placespend.narrowing import narrow
from placespend.notes import NEIGHBOURHOOD
from placespend.place import OUTSIDE, Place, assign, remainder
from placespend.rulers import VARIANTS
from placespend.shares import build_shares

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from placespend.bases import Bases
    from placespend.ledger import Ledger
    from placespend.loaded import Loaded

MOST_AMOUNTS = 20_000_000
"""How many amounts one ledger of many places may hold."""

UNIT = ["service_code", "basis"]
RANGE_COLUMNS = ["code", "name", "residents", "low_pence", "central_pence", "high_pence"]
RANGE_COLUMNS += ["low_per_head_pence", "central_per_head_pence", "high_per_head_pence"]
RANGE_NOTES = (
    "Low and high are no confidence interval. Each is what the place would have if every service were shared by that "
    "one of its alternatives which gives it least, or most, all at once.",
    "The alternatives are assumptions, listed on the ladder of each service (placespend bases). What is the same under "
    "all of them, such as the year of the lines or what a service is taken to be, is not in the range.",
    "What bodies recorded at the place, and allocations to the whole of it (grades A and B), do not move.",
)


class Units(NamedTuple):
    """Cells of one service and one basis taken together, and what they could be shared by.

    Attributes
    ----------
    table : pandas.DataFrame
        ``service_code``, ``basis``; rows are numbered.
    names : list of tuple of str
        For each, its own basis and then the alternatives.
    siblings : list of str
        For each, the same measure spread by residents or households alone; empty where it is not modelled.
    of_cell : ndarray of int64
        The number of each cell's unit.
    """

    table: pd.DataFrame
    names: list[tuple[str, ...]]
    siblings: list[str]
    of_cell: NDArray[np.int64]


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


# --- units and their alternatives


def units_of(loaded: Loaded) -> Units:
    """Take cells of one service and one basis together, and find what else they could be shared by.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    Units
    """
    cells, bases = loaded.cells, loaded.bases
    groups = cells.groupby(UNIT, sort=True)
    table = pd.DataFrame(list(groups.indices), columns=UNIT, dtype="str")
    plain = {name: bases.plain_of(name) or "" for name in table["basis"].unique()}
    ladders = _rungs_used(bases)
    left_out = set(loaded.recipe.measures_left_out)
    names = []
    for (service, own), rows in zip(table.itertuples(index=False), groups.indices.values(), strict=True):
        uses = ladders[_ladder_of_service()[service]]
        others = [name for name, use in uses.items() if use == "alternative"] if uses.get(own) != "best" else []
        if uses.get(own, "alternative") == "alternative":
            others = [*_usual(loaded, service, cells["footprint_code"].iloc[rows].unique()), *others]
        kept = [name for name in others if not left_out or not _measures_of(name, bases) & left_out]
        names.append(tuple(dict.fromkeys([own, *kept, *([plain[own]] if plain[own] else [])])))
    siblings = [plain[own] for own in table["basis"]]
    return Units(table, names, siblings, groups.ngroup().to_numpy().astype(np.int64))


@cache
def _ladder_of_service() -> dict[str, str]:
    return {str(code): str(ladder) for code, ladder in services()["ladder"].items()}


def _rungs_used(bases: Bases) -> dict[str, dict[str, str]]:
    """Give the use of each rung that is loaded, by ladder and basis."""
    found: dict[str, dict[str, str]] = {}
    for row in bases.ladders.to_dict(orient="records"):
        rungs = found.setdefault(str(row["ladder"]), {})
        if row["loaded"]:
            rungs[str(row["basis"])] = str(row["use"])
    return found


def _usual(loaded: Loaded, service: str, footprints: Iterable[str]) -> list[str]:
    """Say what the ladder of a service gives over some footprints."""
    left_out = loaded.recipe.measures_left_out
    if left_out:
        return [str(loaded.bases.without(left_out, chosen_otherwise=list(_ladder_of_service()))[service])]
    return sorted({loaded.bases.for_service(service, code) for code in footprints})


def _measures_of(name: str, bases: Bases) -> set[str]:
    return {part.name.removesuffix(PLAIN) for part, _ in bases.basis(name).parts}


def _can_share(footprint_code: str, name: str, bases: Bases) -> bool:
    """Tell whether a basis counts all of a footprint, and something of it."""
    footprint, basis = footprint_extent(footprint_code), bases.basis(name)
    if footprint is None or (basis.is_partial and basis.uncovered(footprint)):
        return False
    shares = build_shares(footprint_code, basis)
    return shares is not None and bool(shares.denominator)


def rebase(cells: pd.DataFrame, wanted: pd.Series, bases: Bases) -> pd.DataFrame:
    """Share cells by other bases, as far as these and the cells' own can share them.

    Parameters
    ----------
    cells : pandas.DataFrame
        As :func:`placespend.apportion.build_cells` gives them.
    wanted : pandas.Series of str
        The basis of each cell, on the same index.
    bases : Bases

    Returns
    -------
    pandas.DataFrame
        The cells with their ``basis``; one that cannot be shared otherwise keeps its own.
    """
    keys = list(zip(cells["footprint_code"], cells["basis"], wanted, strict=True))
    able = {
        (code, own, other): own != other and _can_share(code, own, bases) and _can_share(code, other, bases)
        for code, own, other in set(keys)
    }
    return cells.assign(basis=wanted.where(np.array([able[key] for key in keys], dtype=bool), cells["basis"]))


def amounts_under(loaded: Loaded, places: Sequence[Place], choice: Mapping[tuple[str, str], str]) -> Ledger:
    """Share the lines out over places under one set of bases.

    Parameters
    ----------
    loaded : Loaded
    places : sequence of Place
        Without overlap.
    choice : mapping of (str, str) to str
        What a service and basis are shared by instead; what is not named stays as it is.

    Returns
    -------
    Ledger

    Raises
    ------
    OverlappingPlacesError
        If two places overlap.
    """
    cells = loaded.cells
    pairs = zip(cells["service_code"], cells["basis"], strict=True)
    wanted = pd.Series([choice.get(pair, pair[1]) for pair in pairs], index=cells.index, dtype="str")
    return build_ledger(rebase(cells, wanted, loaded.bases), places, loaded.bases)


# --- amounts under every alternative


class _Rows(NamedTuple):
    """Cells as they are, and those that can move once more for each alternative."""

    cells: pd.DataFrame
    cell: NDArray[np.int64]  # the position of each row's cell
    slot: NDArray[np.int64]  # the alternative, 0 being the cell's own basis; -1 of cells that do not move
    names: list[tuple[str, ...]]  # of each unit


def _rows(loaded: Loaded, units: Units, places: Sequence[Place], *variants: Place) -> _Rows:
    """Set out the cells; those move that the places, or one of the variants of a place, cut."""
    cells, bases = loaded.cells, loaded.bases
    needed = [not found.all() for found in _knows(loaded, units, places)]
    names = [
        (own, *(name for name in others if needed[unit] or name != units.siblings[unit]))
        for unit, (own, *others) in enumerate(units.names)
    ]
    counts = np.array([len(found) for found in names], dtype=np.int64)
    cut = [_are_cut(cells["footprint_code"], taken) for taken in (places, *([variant] for variant in variants))]
    moves = np.logical_or.reduce(cut) & (counts[units.of_cell] > 1)
    numbers, slots, wanted = [np.arange(len(cells))], [np.where(moves, 0, -1)], [cells["basis"].to_numpy()]
    for slot in range(1, int(counts.max(initial=0))):
        some = np.flatnonzero(moves & (counts[units.of_cell] > slot))
        numbers.append(some)
        slots.append(np.full(len(some), slot))
        wanted.append(np.array([names[unit][slot] for unit in units.of_cell[some]], dtype=object))
    cell = np.concatenate(numbers)
    table = cells.iloc[cell].reset_index(drop=True)
    rebased = rebase(table, pd.Series(np.concatenate(wanted), dtype="str"), bases)
    return _Rows(rebased, cell, np.concatenate(slots), names)


def _are_cut(footprint_codes: pd.Series, places: Sequence[Place]) -> NDArray[np.bool_]:
    """Tell which footprints do not lie wholly in one place, or outside all."""
    number_of_area = assign(places).number_of_area

    def is_cut(code: str) -> bool:
        footprint = footprint_extent(code)
        if footprint is None:
            return False
        numbers = number_of_area[footprint.touched]
        return bool(numbers.min() < OUTSIDE or numbers.min() != numbers.max())

    cut = {code: is_cut(code) for code in footprint_codes.unique()}
    return footprint_codes.map(cut).to_numpy(dtype=bool)


def _knows(loaded: Loaded, units: Units, places: Sequence[Place]) -> NDArray[np.bool_]:
    """Tell for each unit and place whether the place is made of areas for which the unit's measures were published."""
    known = np.ones((len(units.table), len(places)), dtype=bool)
    levels: dict[str, NDArray[np.bool_]] = {}
    for unit, basis in enumerate(units.table["basis"]):
        if not units.siblings[unit]:
            continue
        for level in {part.observed_level for part, _ in loaded.bases.basis(basis).parts if part.completed_by}:
            if level not in levels:
                levels[level] = np.array([_is_made_of(place, level) for place in places])
            known[unit] &= levels[level]
    return known


def _is_made_of(place: Place, level: str) -> bool:
    """Tell as :meth:`placespend.place.Place.is_made_of` does, but quickly for many places of few small areas."""
    _, numbers = level_index(level)
    whole = place.extent.whole
    return not len(place.extent.parts) and int(_sizes(level)[np.unique(numbers[whole])].sum()) == len(whole)


@cache
def _sizes(level: str) -> NDArray[np.int64]:
    return np.bincount(level_index(level)[1])


def _amounts(
    rows: pd.DataFrame, group: NDArray[np.int64], groups: int, places: Sequence[Place], bases: Bases
) -> NDArray[np.int64]:
    """Share cells out and sum them by group and place; the last two columns are elsewhere and unallocated."""
    sums = np.zeros((groups, len(places) + 2), dtype=np.int64)
    step = max(1, MOST_AMOUNTS // len(places))
    for start in range(0, max(1, len(rows)), step):
        entries = build_ledger(rows.iloc[start : start + step], places, bases).entries
        codes = entries["place_code"].cat.codes.to_numpy()
        np.add.at(sums, (group[entries["cell"].to_numpy()], codes), entries["amount_pence"].to_numpy())
    return sums


class _Range(NamedTuple):
    """Pence by unit (rows) and place (columns)."""

    central: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    low_slot: NDArray[np.int64]
    high_slot: NDArray[np.int64]
    by_slot: NDArray[np.int64]  # (units, slots, places); of cells that move
    names: list[tuple[str, ...]]


def _range(rows: _Rows, by_slot: NDArray[np.int64], units: Units, known: NDArray[np.bool_]) -> _Range:
    """Find the extremes of each unit; ``by_slot`` ends with what does not move."""
    moving, fixed = by_slot[:, :-1].copy(), by_slot[:, -1]
    for unit, names in enumerate(rows.names):
        moving[unit, len(names) :] = moving[unit, 0]
        for slot, name in enumerate(names):
            if slot and name == units.siblings[unit]:
                # Of places that the measure was published for, the model and its absence say the same.
                moving[unit, slot] = np.where(known[unit], moving[unit, 0], moving[unit, slot])
    low, high = moving.argmin(axis=1), moving.argmax(axis=1)
    ends = [np.take_along_axis(moving, slot[:, None], axis=1)[:, 0] + fixed for slot in (low, high)]
    # Of several that give as much, the unit's own basis comes first.
    return _Range(moving[:, 0] + fixed, ends[0], ends[1], low, high, moving, rows.names)


def _sums(rows: _Rows, units: Units, places: Sequence[Place], bases: Bases) -> NDArray[np.int64]:
    """Sum amounts by unit, alternative (what does not move comes last) and place."""
    slots = max((len(names) for names in rows.names), default=1) + 1
    group = units.of_cell[rows.cell] * slots + rows.slot % slots
    sums = _amounts(rows.cells, group, len(units.table) * slots, places, bases)
    return sums[:, : len(places)].reshape(len(units.table), slots, len(places))


def _range_of(loaded: Loaded, units: Units, places: Sequence[Place], rows: _Rows | None = None) -> _Range:
    """Find the extremes of each unit in places that do not overlap."""
    rows = rows or _rows(loaded, units, places)
    known = _knows(loaded, units, places)
    return _range(rows, _sums(rows, units, places, loaded.bases), units, known)


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
    rows = _rows(loaded, units, [place], *variants.values())
    found, moved = _of_place(loaded, units, place, rows)
    ranges = {coverage_of(place): found}
    for name, variant in list(variants.items())[1:]:
        try:
            ranges[name] = _range_of(loaded, units, [variant], rows)
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


def _of_place(loaded: Loaded, units: Units, place: Place, rows: _Rows) -> tuple[_Range, pd.DataFrame]:
    """Find the extremes of each unit in a place, and what each cell that moves adds to them."""
    places = [place, *_around(place)]
    by_row = _amounts(rows.cells, np.arange(len(rows.cell)), len(rows.cell), places, loaded.bases)
    here, around = by_row[:, 0], by_row[:, : len(places)].sum(axis=1)
    sums = np.zeros((len(units.table), max(len(names) for names in rows.names) + 1, 1), dtype=np.int64)
    np.add.at(sums, (units.of_cell[rows.cell], rows.slot), here[:, None])
    found = _range(rows, sums, units, _knows(loaded, units, [place]))
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


def _of_model(units: Units, found: _Range) -> pd.DataFrame:
    """Tell by unit how far the place's amount differs from that without a model of small areas."""
    slots = [
        names.index(plain) if plain in names else 0 for names, plain in zip(found.names, units.siblings, strict=True)
    ]
    difference = np.abs(found.by_slot[np.arange(len(slots)), slots, 0] - found.by_slot[:, 0, 0])
    return units.table.assign(spread_pence=difference)


def _services_table(loaded: Loaded, units: Units, found: _Range) -> pd.DataFrame:
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


def _coverage_table(variants: Mapping[str, Place], ranges: Mapping[str, _Range]) -> pd.DataFrame:
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
    ladders = _rungs_used(loaded.bases)
    best = [
        loaded.bases.basis(basis).label
        for service, basis in loaded.cells[UNIT].drop_duplicates().itertuples(index=False)
        if ladders[_ladder_of_service()[service]].get(basis) == "best"
    ]
    real = [
        f"Shared by real measures of yours, which have no alternatives here: {list_values(list(dict.fromkeys(best)))}. "
        "Their year and definition are not in the range."
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
            found = _range_of(loaded, units, places)
            columns = (found.low.sum(axis=0), found.central.sum(axis=0), found.high.sum(axis=0))
            return list(zip(*(column.tolist() for column in columns), strict=True))
    except OverlappingPlacesError:
        if len(places) == 1 and skip:
            return [None]
        if len(places) == 1:
            raise
    return [ends for place in places for ends in _ends(loaded, units, [place], skip=skip)]
