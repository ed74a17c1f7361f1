"""Places: a code, a name and what they are made of; and places taken together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from placespend.errors import OverlappingPlacesError, WrongTypeError, list_values
from placespend.extents import Extent
from placespend.geography import count_of, is_whole, small_areas
from placespend.levels import LEVELS, OWN, WARDS, check_level
from placespend.shipped import shipped_file
from placespend.stretches import Pieces, divide, one_ruler

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

ELSEWHERE, UNALLOCATED = "elsewhere", "unallocated"
"""What stands in ledgers and tables for all other places, and for what cannot be placed. No place has these codes."""

OUTSIDE, CUT = -1, -2
"""What stands for no place, and for a small area that is cut, in :class:`Assignment`."""


FEW_RESIDENTS = 1_500
"""Below this, what is modelled for a place says little of it."""


@dataclass(frozen=True, eq=False)
class Place:
    """An area that is reported on.

    Attributes
    ----------
    code, name : str
    level : str
        A token of :data:`placespend.levels.LEVELS`.
    extent : Extent
        The small areas that it holds, wholly or in part.
    also : tuple of str
        Other places made of the same, as "name (level, code)".
    definition : str
        What the place is and where that comes from, in words; empty where its code says it.
    """

    code: str
    name: str
    level: str
    extent: Extent
    also: tuple[str, ...] = ()
    definition: str = ""

    def __post_init__(self) -> None:
        check_level(self.level)
        if self.code in {ELSEWHERE, UNALLOCATED, ""}:
            message = f"{self.name or 'A place'} cannot have the code '{self.code}', which is kept for the rest."
            raise WrongTypeError(message, hint="give it another code")
        touched = self.extent.touched
        if not len(touched) or touched[0] < 0 or touched[-1] >= len(count_of("residents")):
            message = f"{self.name} has {'small areas that are not' if len(touched) else 'no small areas'} of England."
            raise WrongTypeError(message, hint="find places with placespend.find_place")

    def __repr__(self) -> str:
        return f"<Place {self.name} ({LEVELS[self.level].label}, {self.code}): {self.residents:,} residents>"

    @property
    def vintage(self) -> str:
        """Year of the boundaries, or "dated" for groupings."""
        return LEVELS[self.level].vintage

    @property
    def small_areas(self) -> NDArray[np.int64]:
        """Positions in :func:`placespend.geography.small_areas` that it holds wholly or in part, rising."""
        return self.extent.touched

    @property
    def residents(self) -> int:
        """Residents counted by the census of 2011."""
        return self.extent.count(count_of("residents"))

    def coverage(self) -> pd.DataFrame:
        """Tell what the place holds of each small area.

        Returns
        -------
        pandas.DataFrame
            ``lsoa_code``, ``lsoa_name``, ``share`` (of one; 1 where held wholly), ``residents``, ``households`` and
            ``hectares`` (of the census, whole numbers, of the part that is held), in the order of the codes.
        """
        extent = self.extent
        held, length = extent.parts.held()
        areas = np.concatenate([extent.whole, extent.parts.areas])
        share = np.concatenate([np.ones(len(extent.whole)), held / length])
        alone = [extent.common(Extent(np.array([area]))) for area in extent.parts.areas]
        table = small_areas().iloc[areas][["lsoa_code", "lsoa_name"]].assign(share=share)
        for column in ("residents", "households", "hectares"):
            counts = count_of(column)
            table[column] = np.concatenate(
                [counts[extent.whole], np.array([part.count(counts) for part in alone], dtype=np.int64)]
            )
        return table.iloc[np.argsort(areas)].reset_index(drop=True)

    def is_made_of(self, level: str) -> bool:
        """Tell whether what was observed by the places of a level is known of this place.

        Parameters
        ----------
        level : str
            One that tiles England, or wards.

        Returns
        -------
        bool
            Whether it is made of whole places of the level. A place may cut small areas, but must then have as many
            residents as the small areas that it touches have on average: what cuts a few is larger than one. One that
            is not a ward must have as many as wards have on average.
        """
        if level == WARDS:
            return self.level == WARDS or self.residents * _number_of_wards() >= int(count_of("residents").sum())
        if level == "lsoa":
            touched = self.extent.touched
            return self.residents * len(touched) >= int(count_of("residents")[touched].sum())
        return not len(self.extent.parts) and is_whole(self.extent.whole, level)


@cache
def _number_of_wards() -> int:
    with shipped_file("boundaries", "wards_2025.csv").open(encoding="utf-8") as rows:
        return sum(1 for _ in rows) - 1


@dataclass(frozen=True, eq=False)
class Assignment:
    """Which place holds each small area, and each piece of those that are cut.

    Attributes
    ----------
    number_of_area : ndarray of int64, shape (32844,)
        The position of the place, or :data:`OUTSIDE` or :data:`CUT`.
    pieces : Pieces
        Of the small areas that are cut, each from its first mark to its last.
    number_of_piece : ndarray of int64
        The position of the place, or :data:`OUTSIDE`.
    ruler_of_piece : ndarray of str
        Along which the small area of the piece is cut.
    """

    number_of_area: NDArray[np.int64]
    pieces: Pieces
    number_of_piece: NDArray[np.int64]
    ruler_of_piece: NDArray[np.object_]


def assign(places: Sequence[Place]) -> Assignment:
    """Give each small area, and each piece of those that are cut, the number of the place that holds it.

    Parameters
    ----------
    places : sequence of Place
        Without overlap.

    Returns
    -------
    Assignment

    Raises
    ------
    OverlappingPlacesError
        If two places share a small area or a part of one, or cut small areas along different rulers.
    """
    numbers = np.full(len(count_of("residents")), OUTSIDE, dtype=np.int64)
    for number, place in enumerate(places):
        taken = numbers[place.extent.whole]
        if (taken >= 0).any():
            raise _overlap(place, places[int(taken[taken >= 0][0])], int((taken >= 0).sum()))
        numbers[place.extent.whole] = number
    cutting = [number for number, place in enumerate(places) if len(place.extent.parts)]
    if not cutting:
        nothing = np.empty(0, dtype=np.int64)
        return Assignment(numbers, Pieces(nothing, nothing, nothing, nothing), nothing, nothing.astype(object))
    tables = [places[number].extent.parts.pieces for number in cutting]
    held = Pieces(*map(np.concatenate, zip(*tables, strict=True)))
    holder = np.repeat(cutting, [len(table.area) for table in tables])
    order = np.lexsort((held.start, held.area))
    held, holder = Pieces(*(column[order] for column in held)), holder[order]
    _check_apart(held, holder, numbers, places)
    pieces, depth = divide([held])
    numbers[pieces.area] = CUT
    # What is held is one piece of the divided rulers, as nothing overlaps: both stand in the same order.
    number_of_piece = np.full(len(pieces.area), OUTSIDE, dtype=np.int64)
    number_of_piece[depth[0] > 0] = holder
    # All pieces of a small area are of the ruler that its first stretch is of.
    first = holder[np.searchsorted(held.area, pieces.area)]
    rulers = np.array([place.extent.parts.ruler for place in places], dtype=object)
    return Assignment(numbers, pieces, number_of_piece, rulers[first])


def _check_apart(held: Pieces, holder: NDArray[np.int64], numbers: NDArray[np.int64], places: Sequence[Place]) -> None:
    """Refuse pieces, by small area and mark rising, that overlap one another or a whole small area."""
    in_whole = np.flatnonzero(numbers[held.area] >= 0)
    if len(in_whole):
        first, second = holder[in_whole[0]], numbers[held.area[in_whole[0]]]
    else:
        same = held.area[1:] == held.area[:-1]
        rulers = np.array([place.extent.parts.ruler for place in places], dtype=object)[holder]
        mixed = np.flatnonzero(same & (rulers[1:] != rulers[:-1]))
        if len(mixed):
            one_ruler(rulers[mixed[0] : mixed[0] + 2])
        over = np.flatnonzero(same & (held.start[1:] < held.end[:-1]))
        if not len(over):
            return
        first, second = holder[over[0] + 1], holder[over[0]]
    place, other = places[int(first)], places[int(second)]
    raise _overlap(place, other, len(place.extent.common(other.extent)), what="small areas or parts of them")


def _overlap(place: Place, other: Place, shared: int, *, what: str = "small areas") -> OverlappingPlacesError:
    message = (
        f"{place.name} ({place.code}) and {other.name} ({other.code}) share "
        f"{shared:,} {what}, so money cannot be shared out between them."
    )
    return OverlappingPlacesError(message, hint="ask for one pot each")


def join_places(places: Sequence[Place], *, name: str, code: str = "") -> Place:
    """Put places together into one.

    Parameters
    ----------
    places : sequence of Place
        Without overlap, so that the pots of the parts sum to the pot of the whole.
    name : str
    code : str, optional
        The codes of the places, joined, where left out.

    Returns
    -------
    Place

    Raises
    ------
    OverlappingPlacesError
        If two of them overlap.
    WrongTypeError
        If there are none.
    """
    assign(places)
    if not places:
        message = f"{name} has no places to be put together from."
        raise WrongTypeError(message)
    extent = places[0].extent.join(*(place.extent for place in places[1:]))
    made_of = list_values([place.name for place in places])
    codes = code or "+".join(place.code for place in places)
    return Place(codes, name, OWN, extent, definition=f"{made_of}, put together")


def remainder(of: Place, without: Sequence[Place], *, name: str = "", code: str = "") -> Place | None:
    """Make the rest of a place: what other places do not hold of it.

    Parameters
    ----------
    of : Place
    without : sequence of Place
        They may reach beyond it, and may overlap.
    name, code : str, optional
        "Rest of" the place, and its code with "-rest", where left out.

    Returns
    -------
    Place or None
        None where nothing is left.

    Raises
    ------
    OverlappingPlacesError
        If they are cut along different rulers.
    """
    taken = without[0].extent.join(*(place.extent for place in without[1:])) if without else None
    extent = of.extent.less(taken) if taken is not None else of.extent
    if not len(extent):
        return None
    less = f" without {list_values([place.name for place in without])}" if without else ""
    definition = f"{of.name}{less}"
    return Place(code or f"{of.code}-rest", name or f"Rest of {of.name}", OWN, extent, definition=definition)
