"""The areas of a user's counts of families, as units that are made of whole small areas of 2011.

Nothing is dealt out: small areas of another census, and postcodes, are joined until what they make up together is
whole small areas. A larger area that cuts small areas is refused, but where those it shares hold so few of its
households (:data:`MOST_CUT`) that each may go to the area that has most of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.errors import list_values
from placespend.geography import count_of, level_index
from placespend.levels import OWN, WARDS
from placespend.measured.areas import units_of_level, units_of_wards
from placespend.measured.findings import number_of
from placespend.place_names import named_places, small_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placespend.measured.areas import Units
    from placespend.measured.findings import Findings
    from placespend.measured.placing import Placed

MOST_CUT = 0.02
"""Of an area's households, the part that may lie in small areas which it shares with others.

Of the districts of 2022, six share small areas, which hold 0.6 to 1.6 % of their households.
"""

UNIT_WORDS = {
    "lsoa": ("LSOA", "LSOAs"),
    "msoa": ("MSOA", "MSOAs"),
    WARDS: ("ward of 2025", "wards of 2025"),
    "lad": ("district", "districts"),
    "lad_2025": ("district of 2025", "districts of 2025"),
    "upper_tier": ("upper tier", "upper tiers"),
    "upper_tier_2025": ("upper tier of 2025", "upper tiers of 2025"),
}
"""What one unit of a level is called, and several."""


def sums_of(values: NDArray[np.int64], group: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Sum values by group.

    Parameters
    ----------
    values : ndarray of int64
    group : ndarray of int64
        From 0 to ``count`` - 1, or -1 of what is left out.
    count : int

    Returns
    -------
    ndarray of int64, shape (count,)
    """
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, group[group >= 0], values[group >= 0])
    return sums


@dataclass(frozen=True, eq=False)
class WholeUnits:
    """Areas of a file, as units that are made of whole small areas of 2011.

    Attributes
    ----------
    level : str
        The token whose codes they have, or "own".
    codes : pandas.Index
        Rising.
    unit_of_small_area : ndarray of int64, shape (32844,)
        Or -1.
    unit_of_row : ndarray of int64
        The unit of each row that was placed.
    is_whole : ndarray of bool, shape of ``codes``
        Whether all that a unit was joined of has rows.
    note : str
        What was joined, or taken to fit best, for a reader; empty where nothing was.
    """

    level: str
    codes: pd.Index
    unit_of_small_area: NDArray[np.int64]
    unit_of_row: NDArray[np.int64]
    is_whole: NDArray[np.bool_]
    note: str


def whole_units(placed: Placed, findings: Findings) -> WholeUnits | None:
    """Make the areas of a file into units of whole small areas.

    Parameters
    ----------
    placed : Placed
    findings : Findings

    Returns
    -------
    WholeUnits or None
        None where areas cut small areas, which is told, or where anything was refused before.
    """
    units, row_of_unit = placed.given.units, placed.given.row_of_unit
    is_small = units.level == "lsoa"
    area_group, group, note = (*_joined(units), "") if is_small else _best_fit(placed, findings)
    if findings.is_refused:
        return None
    has_row = row_of_unit >= 0
    numbers = np.unique(group[has_row])
    place = pd.Index(numbers)
    # Only what has links can be part of a unit: a lookup has blanks too.
    is_part = np.isin(np.arange(len(units.codes)), units.unit) & np.isin(group, numbers)
    lacking = np.unique(group[is_part & ~has_row]) if not units.is_open else np.empty(0, dtype=np.int64)
    codes = _codes_of(units, area_group, group, numbers) if is_small else units.codes[numbers]
    order = np.argsort(codes.to_numpy(dtype=object), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    # What is no unit is found at -1, the last value.
    ranks = np.append(rank, -1)
    unit_of_small_area = ranks[place.get_indexer(pd.Index(area_group))]
    given = np.flatnonzero(has_row)
    unit_of_row = np.empty(len(placed.rows), dtype=np.int64)
    unit_of_row[row_of_unit[given]] = ranks[place.get_indexer(pd.Index(group[given]))]
    codes = pd.Index(codes[order])
    sizes = np.bincount(unit_of_row, minlength=len(codes))
    if (sizes > 1).any():
        note = f"{int(sizes[sizes > 1].sum()):,} areas ({units.words}) were joined into "
        note += f"{number_of(int((sizes > 1).sum()), 'unit')} of whole small areas of 2011"
        findings.keep("joined", note)
    is_whole = ~np.isin(numbers, lacking)[order]
    if not is_whole.all():
        told = f"{number_of(int((~is_whole).sum()), 'unit')} of whole small areas lack a part that has no row: "
        findings.keep("in part", f"{told}{list_values(list(codes[~is_whole]))}. They are missing, which is not zero")
    level = _level_of(units, codes, unit_of_small_area)
    return WholeUnits(level, codes, unit_of_small_area, unit_of_row, is_whole, note)


def _joined(units: Units) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join areas that share a small area, directly or through others.

    Gives the group of each small area (the first of those joined; -1 of none) and of each area.
    """
    count = len(count_of("residents"))
    area_group = np.arange(count)
    while True:
        group = np.full(len(units.codes), count, dtype=np.int64)
        np.minimum.at(group, units.unit, area_group[units.area])
        joined = area_group.copy()
        np.minimum.at(joined, units.area, group[units.unit])
        if np.array_equal(joined, area_group):
            break
        area_group = joined
    is_linked = np.zeros(count, dtype=bool)
    is_linked[units.area] = True
    return np.where(is_linked, area_group, -1), group


def _codes_of(
    units: Units, area_group: NDArray[np.int64], group: NDArray[np.int64], numbers: NDArray[np.int64]
) -> pd.Index:
    """Name groups of areas that were joined: by the small area that they are, or by all of theirs."""
    frame, _ = level_index("lsoa")
    areas = np.bincount(area_group[area_group >= 0], minlength=len(frame))
    names = frame.to_numpy(dtype=object)[numbers]
    for at in np.flatnonzero(areas[numbers] > 1):
        names[at] = "+".join(sorted(units.codes[group == numbers[at]]))
    found: pd.Index = pd.Index(names)
    return found


def _best_fit(placed: Placed, findings: Findings) -> tuple[NDArray[np.int64], NDArray[np.int64], str]:
    """Give each small area to the area that has most of it; refuse areas of which much would move.

    Gives the area of each small area (-1 of none), each area's own number, and a note where one was cut.
    """
    units, given = placed.given.units, np.flatnonzero(placed.given.row_of_unit >= 0)
    households = count_of("households")
    marks = units.marks if units.marks is not None else np.ones_like(units.area)
    links = np.bincount(units.area, minlength=len(households))
    shared = links[units.area] > 1
    whole, cut = (sums_of(households[units.area[of]], units.unit[of], len(units.codes)) for of in (slice(None), shared))
    much = given[cut[given] > MOST_CUT * whole[given]]
    empty = given[whole[given] == 0]
    if len(much) or len(empty):
        codes = [str(units.codes[at]) for at in sorted({*much.tolist(), *empty.tolist()})]
        told = f"{len(codes):,} of {len(given):,} areas ({units.words}) are not made of whole small areas: "
        hint = "how many families each part of a small area has is not known; give counts by small area or authority"
        findings.refuse("small areas cut", told + list_values(codes), hint=hint)
    # Most marks first, then the first code; each small area then keeps its first link.
    order = np.lexsort((units.unit, -marks, units.area))
    area, first = np.unique(units.area[order], return_index=True)
    area_group = np.full(len(households), -1, dtype=np.int64)
    area_group[area] = units.unit[order][first]
    lightly = given[(cut[given] > 0) & (cut[given] <= MOST_CUT * whole[given])]
    note = ""
    if len(lightly):
        note = f"{number_of(len(lightly), 'area')} cut small areas that hold few of their households "
        note += f"({list_values([str(units.codes[at]) for at in lightly])}), each taken to lie where most of it does"
        findings.keep("best fit", note)
    return area_group, np.arange(len(units.codes)), note


def _level_of(units: Units, codes: pd.Index, unit_of_small_area: NDArray[np.int64]) -> str:
    """Give the level whose codes the units have."""
    if units.level == "lsoa":
        return "lsoa" if (level_index("lsoa")[0].get_indexer(codes) >= 0).all() else OWN
    if units is units_of_wards():
        return WARDS
    if units.level not in UNIT_WORDS or units is not units_of_level(units.level):
        return OWN
    tier = units.level.replace("lad", "upper_tier")
    names, number = level_index(tier)
    of_codes = names.isin(codes)
    # A district that is an upper tier is counted as one, for the programme was run by upper tiers.
    is_tier = of_codes.sum() == len(codes) and np.array_equal(of_codes[number], unit_of_small_area >= 0)
    return tier if is_tier else units.level


def names_of(level: str, codes: pd.Index) -> tuple[str, ...]:
    """Name the units of a level.

    Parameters
    ----------
    level : str
    codes : pandas.Index

    Returns
    -------
    tuple of str
        Blank where a unit has no name.
    """
    known = small_places() if level in {"lsoa", "msoa", WARDS, OWN} else named_places()
    known = known[known["level"] == ("lsoa" if level == OWN else level)]
    return tuple(known.set_index("code")["name"].reindex(codes).fillna("").astype("str"))


def tell_coverage(placed: Placed, unit_of_small_area: NDArray[np.int64], findings: Findings) -> None:
    """Tell what the file lacks of the authorities that it touches: without it, they have no total.

    Parameters
    ----------
    placed : Placed
    unit_of_small_area : ndarray of int64, shape (32844,)
    findings : Findings
    """
    tiers, tier = level_index("upper_tier")
    covered = unit_of_small_area >= 0
    touched = np.isin(tier, tier[covered])
    units = placed.given.units
    if units.is_open:
        lacking = np.flatnonzero(touched & ~covered)
        codes, words = list(level_index("lsoa")[0][lacking]), "small area"
    else:
        numbers = np.unique(units.unit[touched[units.area]])
        # A neighbour that shares a small area only is none of theirs.
        numbers = numbers[placed.given.row_of_unit[numbers] < 0]
        inside = np.unique(units.unit[touched[units.area] & ~covered[units.area]])
        codes, words = list(units.codes[np.intersect1d(numbers, inside)]), "area"
    if codes:
        partly = np.unique(tier[touched & ~covered])
        told = f"{len(partly):,} of {number_of(len(np.unique(tier[covered])), 'upper tier')} covered in part "
        told += f"({list_values(list(tiers[partly]))}): {number_of(len(codes), words)} of theirs without a row, as "
        findings.keep("authorities in part", f"{told}{list_values(codes)}")
