"""The overlap guard: no money may enter a pot twice.

Two sources overlap where they are the same year of one publication in two editions, where both name the same body,
service and area, or where one is a publication that holds all that bodies of a sector spend: "Local authorities in
England" in the Treasury's analysis contains every council, police, fire, waste, transport and park authority, and
its departments' lines contain every department and agency. What overlaps is an error that names both, the money
and the ways to resolve it. There is no switch to allow it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.cofog import services
from placespend.errors import OverlapError, list_values
from placespend.footprints import footprint_areas
from placespend.geography import level_index
from placespend.lines import about_source
from placespend.money import format_gbp, total_pence
from placespend.responsibilities import keys_of_bodies, service_groups
from placespend.spelling import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from placespend.relations import Relation

HOLDS_ALL = frozenset({"hmt-cra"})
"""Publications that hold all that every body of a sector spends."""
COUNCILS_TOGETHER = normalise("Local authorities in England")
"""The body under which they hold what every council, police, fire, waste, transport and park authority spends."""


@dataclass(frozen=True)
class _Overlap:
    """Two sources that hold the same money."""

    first: str
    second: str
    why: str
    first_pence: int
    second_pence: int
    within: str = ""
    same_publication: bool = False

    def describe(self) -> str:
        where = f" in source '{self.within}'" if self.within else ""
        return (
            f"'{self.first}' and '{self.second}'{where} hold the same money: {self.why} "
            f"({format_gbp(self.first_pence)} of '{self.first}', {format_gbp(self.second_pence)} of '{self.second}')."
        )


def guard(
    lines_of: Mapping[str, pd.DataFrame], whole_of: Mapping[str, pd.DataFrame], relations: Sequence[Relation]
) -> None:
    """Refuse sources that hold the same money, unless it is declared how they relate.

    Parameters
    ----------
    lines_of : mapping of str to pandas.DataFrame
        For each source of a recipe, its canonical lines of one financial year, filtered.
    whole_of : mapping of str to pandas.DataFrame
        The same before filtering: what a publication holds elsewhere tells where in it a line would be.
    relations : sequence of Relation

    Raises
    ------
    OverlapError
        Names every pair, the money, and what can be done.
    """
    related = _related(relations)
    found = [_within_one(name, lines) for name, lines in lines_of.items()]
    for first, second in combinations(lines_of, 2):
        if (first, second) not in related and (second, first) not in related:
            found.append(_between(first, second, lines_of, whole_of))
    overlaps = [overlap for overlap in found if overlap]
    if overlaps:
        message = "\n".join(overlap.describe() for overlap in overlaps)
        raise OverlapError(message, hint=_ways_out(overlaps[0]))


def _ways_out(overlap: _Overlap) -> str:
    if overlap.same_publication:
        return "keep one edition, as a rule the later one, and leave the other source out"
    if overlap.within:
        return "leave one of them out, or give one source_id to what is one record"
    return (
        "leave one source out; or leave these lines out of one with a filter, [source.leave_out]; or, in a recipe, say "
        f'how they relate: [[relation]] inner = "{overlap.first}", outer = "{overlap.second}", use = "observed within"'
    )


def _related(relations: Sequence[Relation]) -> set[tuple[str, str]]:
    """List which source is part of which, also through others between them."""
    pairs = {(relation.inner, relation.outer) for relation in relations}
    while True:
        further = {(inner, outer) for inner, middle in pairs for other, outer in pairs if other == middle} - pairs
        if not further:
            return pairs
        pairs |= further


def _publications(lines: pd.DataFrame) -> dict[str, str]:
    """Give the publication of every source_id that is an edition of one."""
    about = {name: about_source(name) for name in lines["source_id"].unique()}
    return {name: found["publication"] for name, found in about.items() if found}


def _with_money(lines: pd.DataFrame) -> pd.DataFrame:
    """Take the lines that have an amount, with what they are compared by."""
    paid = lines[lines["amount_pence"].notna()]
    group = paid["service_code"].map(service_groups()["group"]).fillna(paid["service_code"])
    whose = paid["service_code"].map(service_groups()["publication"]).fillna("")
    division = paid["service_code"].map(services()["division"])
    return paid.assign(
        group=group, whose=whose, division=division, key=keys_of_bodies(paid), number=np.arange(len(paid))
    )


def _holds_all(lines: pd.DataFrame) -> pd.Series:
    """Tell which lines are of a publication that holds all; its name alone, which anyone may write, makes none so.

    The publication is by region, and holds councils under one name.
    """
    councils = lines["body"].map(normalise) == COUNCILS_TOGETHER
    published = lines["source_id"].map(_publications(lines)).isin(HOLDS_ALL)
    by_region = lines["footprint_code"].isin(level_index("region")[0])
    return councils | (published & by_region & (lines["sector"] != "LG"))


def _sum(lines: pd.DataFrame) -> int:
    return total_pence(lines["amount_pence"].to_numpy(dtype=np.int64))


def _within_one(name: str, lines: pd.DataFrame) -> _Overlap | None:
    """Find records of one body within one source that stand under two names."""
    if lines["source_id"].nunique() < 2:
        return None
    money = _with_money(lines)
    for first, second in combinations(sorted(money["source_id"].unique()), 2):
        one, other = money[money["source_id"] == first], money[money["source_id"] == second]
        overlap = _overlap(one, other, first, second, one, other, ladder=LADDER[:WITH_SECTOR])
        if overlap:
            return replace(overlap, within=name)
    return None


def _between(
    first: str, second: str, lines_of: Mapping[str, pd.DataFrame], whole_of: Mapping[str, pd.DataFrame]
) -> _Overlap | None:
    """Find what two sources of a recipe both hold."""
    one, other = _with_money(lines_of[first]), _with_money(lines_of[second])
    if one.empty or other.empty:
        return None
    return _overlap(
        one, other, first, second, _with_money(whole_of[first]), _with_money(whole_of[second]), ladder=LADDER
    )


def _overlap(
    one: pd.DataFrame,
    other: pd.DataFrame,
    first: str,
    second: str,
    whole_first: pd.DataFrame,
    whole_second: pd.DataFrame,
    *,
    ladder: Sequence[list[str]],
) -> _Overlap | None:
    """Find what two tables both hold; each with its source before filtering."""
    return (
        _editions(one, other, first, second)
        or _contained(one, other, first, second, whole_second, ladder)
        or _contained(other, one, second, first, whole_first, ladder)
        or _same_bodies(one, other, first, second)
    )


def _editions(one: pd.DataFrame, other: pd.DataFrame, first: str, second: str) -> _Overlap | None:
    """Find the same publication in both, in one edition or in two; filters that part them part the money."""
    mine, theirs = _publications(one), _publications(other)
    for publication in sorted(set(mine.values()) & set(theirs.values())):
        ours = one[one["source_id"].map(mine) == publication]
        others = other[other["source_id"].map(theirs) == publication]
        both = _meeting(ours, others, ["key", "group", "economic"], by_classification=True)
        if both:
            editions = sorted({*ours["source_id"], *others["source_id"]})
            year = str(one["financial_year"].iloc[0])
            why = f"{year} stands in both, of one publication ({' and '.join(editions)})"
            return _Overlap(first, second, why, _sum(both[0]), _sum(both[1]), same_publication=True)
    return None


LADDER = (
    ["key", "service_code", "economic"],
    ["key", "group", "economic"],
    ["sector", "service_code", "economic"],
    ["sector", "group", "economic"],
    ["group", "economic"],
    ["division", "economic"],
)
"""Where in a publication that holds all a line would stand: under its body, else its service, else something wider."""
WITH_SECTOR = 4
"""So many rungs ask for the same sector: all that can be asked where the publication is not known unfiltered."""


def _contained(
    inner: pd.DataFrame,
    outer: pd.DataFrame,
    first: str,
    second: str,
    whole: pd.DataFrame,
    ladder: Sequence[list[str]],
) -> _Overlap | None:
    """Find lines of an inner source in a publication that holds all that bodies of a sector spend.

    Where a line would stand is told by the publication before filtering: a line whose place a filter has left out
    is no overlap.
    """
    published, held = outer[_holds_all(outer)], whole[_holds_all(whole)]
    own = inner[~_holds_all(inner)]
    if published.empty or own.empty:
        return None
    found = []
    for keys in ladder:
        stands = _meeting(own, held, keys)
        if stands is None:
            continue
        here = own[own["number"].isin(stands[0]["number"])]
        own = own[~own["number"].isin(here["number"])]
        both = _meeting(here, published, keys)
        if both:
            found.append(both)
    if not found:
        return None
    mine = pd.concat([lines for lines, _ in found])
    # One line of the publication may hold what is spent by bodies that it names and by others.
    theirs = pd.concat([lines for _, lines in found]).drop_duplicates(["source_id", "line_id"])
    what = list_values(sorted({services()["label"][code] for code in mine["service_code"]}))
    why = f"{what} of {_name_bodies(mine)} {'is' if len(set(mine['body'])) == 1 else 'are'} part of"
    return _Overlap(first, second, f"{why} {_name_bodies(theirs)} there", _sum(mine), _sum(theirs))


def _same_bodies(one: pd.DataFrame, other: pd.DataFrame, first: str, second: str) -> _Overlap | None:
    """Find lines of the same body, service and area in both."""
    both = _meeting(one, other, ["key", "group", "economic"], by_classification=True)
    if not both:
        return None
    why = f"both have lines of {_name_bodies(both[0])} for one service and area"
    return _Overlap(first, second, why, _sum(both[0]), _sum(both[1]))


def _name_bodies(lines: pd.DataFrame) -> str:
    return list_values(sorted(set(lines["body"])))


def _meeting(
    one: pd.DataFrame, other: pd.DataFrame, keys: list[str], *, by_classification: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """Find the lines of two tables that agree in some columns and serve areas that meet.

    By classification, services of a group are different money where both are of one classification; those of two
    classifications, as the outturn's and the Treasury's, are compared by group.
    """
    if one.empty or other.empty:
        return None
    columns = [*keys, *sorted({"service_code", "whose"}.difference(keys)), "footprint_code"]
    pairs = one[columns].drop_duplicates().merge(other[columns].drop_duplicates(), on=keys)
    if by_classification:
        alike = pairs["service_code_x"] == pairs["service_code_y"]
        pairs = pairs[alike | (pairs["whose_x"] != pairs["whose_y"])]
    footprints = pairs[["footprint_code_x", "footprint_code_y"]].drop_duplicates()
    meeting = [pair for pair in footprints.itertuples(index=False, name=None) if _meet(*pair)]
    met = pairs.merge(pd.DataFrame(meeting, columns=footprints.columns), on=list(footprints.columns))
    if met.empty:
        return None
    return _taking(one, keys, met, "_x"), _taking(other, keys, met, "_y")


def _taking(lines: pd.DataFrame, keys: list[str], met: pd.DataFrame, side: str) -> pd.DataFrame:
    """Take the lines that met others."""
    own = [column for column in ("service_code", "footprint_code") if column not in keys]
    wanted = met[[*keys, *(f"{column}{side}" for column in own)]].set_axis([*keys, *own], axis=1).drop_duplicates()
    return lines.merge(wanted, on=[*keys, *own])


def _meet(one: str, other: str) -> bool:
    """Tell whether two footprints share small areas; a text that is no footprint may be anywhere."""
    first, second = footprint_areas(one), footprint_areas(other)
    if first is None or second is None:
        return True
    return bool(np.isin(first, second).any())
