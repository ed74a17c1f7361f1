"""Recorded amounts inside an official allocation: the control total stands, what is known replaces what was modelled.

A body's own outturn is better than a share of a regional total. ``observed within`` takes outturn into the
control total of each region and service group: recorded amounts are subtracted, and the rest is spread over the
places without a complete observation. ``scale`` does the same, and where no such place is left, or the rest
would be negative, rakes the recorded amounts to the control. ``replace`` leaves the control out and takes the
outturn as it is, which is right where it is complete.

A recorded amount is split over the services of its group as the region's control is, and stays with its body's
footprint. Outturn of places that are not observed for a group is no part of the pot: it is a memo.

Where the inner source is of the very bodies that the outer one names (a council's payments within its outturn, a
department's payments within its official lines), lines are refined by body and service instead, and the
outer total stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.bases import Bases, shipped_bases
from placespend.cofog import services
from placespend.control import Control, areas_of, cover, without_tiers
from placespend.errors import ConservationError, RecipeError, list_values
from placespend.extents import Extent
from placespend.footprints import ALL_OF, name_of
from placespend.lines import about_source
from placespend.money import format_gbp, largest_remainder, split_in_proportion
from placespend.refined import refine_bodies
from placespend.relations import (
    NO_GROUP,
    NOT_LOCAL_CURRENT,
    NOT_RECORDED,
    NOT_RELATED,
    OUTSIDE,
    REPLACE,
    RESIDUALS,
    SCALE,
    Related,
    Relation,
    is_too_much,
    join_lines,
    region_of_footprint,
)
from placespend.responsibilities import keys_of_bodies, service_groups
from placespend.shares import build_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def relate(
    inner: pd.DataFrame,
    outer: pd.DataFrame,
    relations: Sequence[Relation],
    *,
    left_out: pd.DataFrame | None = None,
    bases: Bases | None = None,
) -> Related:
    """Bring an inner source into the outer one that covers the same money.

    Parameters
    ----------
    inner, outer : pandas.DataFrame
        Canonical lines of one financial year.
    relations : sequence of Relation
        Between the two; of those meant for a service group and region, the first one counts.
    left_out : pandas.DataFrame, optional
        Lines of the inner source that a filter leaves out: their bodies are not loaded for those services.
    bases : Bases, optional
        What a recorded amount is divided by where only a part of its footprint is observed; what is shipped where left
        out.

    Returns
    -------
    Related

    Raises
    ------
    RecipeError
        If recorded amounts do not fit into the control and nothing says what is to be done; all such places at
        once.
    """
    if "source" not in inner:
        inner = inner.assign(source=relations[0].inner)
    paid = inner["amount_pence"].notna()
    outer = outer.reset_index(drop=True)
    named = keys_of_bodies(inner).isin(set(keys_of_bodies(outer)))
    unknown = inner[inner["status"] == "awaited"]
    absent = inner.iloc[:0] if left_out is None else left_out
    by_place = _within_places(inner[paid & ~named], unknown, absent, outer, relations, bases or shipped_bases())
    by_body = refine_bodies(inner[paid & named], by_place.outer, relations)
    found = Related(
        join_lines([by_place.inner, by_body.inner, inner[~paid]], inner),
        by_body.outer,
        join_lines([by_place.memo, by_body.memo], inner.assign(reason="")),
        by_place.residuals,
        {name: by_place.scaled_pence.get(name, 0) + by_body.scaled_pence.get(name, 0) for name in set(inner["source"])},
        by_place.gave_way_pence + by_body.gave_way_pence,
    )
    _check_conserved(inner, outer, found, relations)
    return found


def _check_conserved(inner: pd.DataFrame, outer: pd.DataFrame, found: Related, relations: Sequence[Relation]) -> None:
    """Refuse to go on if a penny was made or lost where two sources were brought together."""

    def total(lines: pd.DataFrame) -> int:
        return int(lines["amount_pence"].sum())

    faults = [
        total(found.inner[found.inner["source"] == name])
        + total(found.memo[found.memo["source"] == name])
        - total(inner[inner["source"] == name])
        - scaled
        for name, scaled in found.scaled_pence.items()
    ]
    faults.append(total(outer) - total(found.outer) - found.gave_way_pence)
    if REPLACE not in {relation.use for relation in relations}:
        faults.append(total(outer) - total(found.outer) - total(found.inner))
    if any(faults):
        message = f"recorded amounts and the official allocation do not hold what they held before: {faults}"
        raise ConservationError(message)


@dataclass(frozen=True)
class _Part:
    """The part of an inner line that falls to the observed, or to the other, places of one region."""

    row: int
    source: str
    pence: int
    footprint: str
    service: str
    observed: bool
    suffix: str = ""


@dataclass
class _Outcome:
    """What became of inner and outer lines, as rows of their tables with what changed."""

    observed: list[dict[str, Any]] = field(default_factory=list)
    remainders: list[dict[str, Any]] = field(default_factory=list)
    memo: list[dict[str, Any]] = field(default_factory=list)
    displaced: list[int] = field(default_factory=list)
    residuals: list[list[object]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    scaled: dict[str, int] = field(default_factory=dict)
    gave_way: int = 0


def _within_places(
    inner: pd.DataFrame,
    unknown: pd.DataFrame,
    absent: pd.DataFrame,
    outer: pd.DataFrame,
    relations: Sequence[Relation],
    bases: Bases,
) -> Related:
    """Bring the outturn of local bodies into the control of each service group and region."""
    if inner.empty:
        return Related(inner, outer, inner.assign(reason=""), pd.DataFrame(columns=RESIDUALS))
    groups = inner["service_code"].map(service_groups()["group"])
    local = (inner["sector"] == "LG") & (inner["economic"] == "current")
    recorded = (inner["amount_kind"] == "outturn") & (inner["status"] == "have")
    own = inner[local & recorded & groups.notna()]
    control = Control.build(outer, _bodies_by_group(own, unknown, absent), set(groups[own.index]), bases)
    outcome = _Outcome()
    parts = _parts(own, groups[own.index], control, outcome)
    for label, group in service_groups().drop_duplicates("group")[["label", "group"]].itertuples(index=False):
        for region, code in enumerate(control.regions):
            here = parts.get((group, region), [])
            uses = _uses(here, group, region_of_footprint(code), relations)
            _settle(group, label, region, here, control, uses, outcome)
    if outcome.problems:
        message = "The recorded amounts do not fit into the official allocation:\n" + "\n".join(outcome.problems)
        raise RecipeError(message, hint='say use = "scale" or use = "replace" in the [[relation]] for them')
    memo = [
        inner[~local].assign(reason=NOT_LOCAL_CURRENT),
        inner[local & ~recorded].assign(reason=NOT_RECORDED),
        inner[local & recorded & groups.isna()].assign(reason=NO_GROUP),
        _changed(own.assign(reason=""), outcome.memo),
    ]
    kept = np.ones(len(outer), dtype=bool)
    kept[outcome.displaced] = False
    return Related(
        _changed(own, outcome.observed),
        join_lines([outer[kept], _changed(outer, outcome.remainders)], outer),
        join_lines(memo, inner.assign(reason="")),
        pd.DataFrame(outcome.residuals, columns=RESIDUALS),
        outcome.scaled,
        outcome.gave_way,
    )


def _uses(parts: list[_Part], group: str, region: str, relations: Sequence[Relation]) -> dict[str, str | None]:
    """Say what is to be done with the lines of each inner source for a service group in a region."""
    return {
        name: next(
            (found.use for found in relations if found.inner == name and found.is_for(group, region)),
            None,
        )
        for name in dict.fromkeys(part.source for part in parts)
    }


def _bodies_by_group(own: pd.DataFrame, unknown: pd.DataFrame, absent: pd.DataFrame) -> dict[str, set[tuple[str, str]]]:
    """List whose spending is loaded, name and footprint, for each service group.

    A publication whose services make up the groups accounts for all that a body spends: what it does not print
    is nothing, unless a filter left it out. Of any other source a body without a line for a group is not loaded
    for it, and of none is a body whose line is awaited.
    """
    table = service_groups()
    publications = {name: (about_source(name) or {}).get("publication") for name in own["source_id"].unique()}
    accounts = own["source_id"].map(publications).isin(set(table["publication"]))
    whole = set(zip(own.loc[accounts, "body"], own.loc[accounts, "footprint_code"], strict=True))
    found = {str(group): set(whole) for group in table["group"].unique()}
    for lines, is_loaded in ((absent, False), (own, True), (unknown, False)):
        local = lines[(lines["sector"] == "LG") & (lines["economic"] == "current")]
        groups = local["service_code"].map(table["group"])
        for body, footprint, group in zip(local["body"], local["footprint_code"], groups, strict=True):
            if group in found and is_loaded:
                found[group].add((body, footprint))
            elif group in found:
                found[group] = {named for named in found[group] if named[0] != body}
    return found


def _changed(lines: pd.DataFrame, changes: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Take the rows of a table that changes name, each with what it changes."""
    taken = lines.iloc[[change["row"] for change in changes]].reset_index(drop=True)
    for column in sorted({key for change in changes for key in change} - {"row", "line_suffix"}):
        taken[column] = pd.Series([change[column] for change in changes]).astype(lines[column].dtype)
    taken["line_id"] += pd.Series([change.get("line_suffix", "") for change in changes], dtype="str")
    if "service_code" in taken and len(taken):
        taken["service_name"] = taken["service_code"].map(services()["service_name"])
    return taken


def _parts(
    own: pd.DataFrame, groups: pd.Series, control: Control, outcome: _Outcome
) -> dict[tuple[str, int], list[_Part]]:
    """Divide lines over regions, and in each over places that are observed and others, by the basis of the service."""
    parts: dict[tuple[str, int], list[_Part]] = {}
    places_of: dict[tuple[str, str, str], list[tuple[int, bool, int, str]]] = {}
    columns = ("source", "footprint_code", "service_code", "amount_pence")
    rows = zip(*(own[column].tolist() for column in columns), groups.tolist(), strict=True)
    for row, (source, footprint, service, pence, group) in enumerate(rows):
        key = (footprint, service, group)
        if key not in places_of:
            places_of[key] = _places_of(footprint, service, group, control)
        places = places_of[key]
        shares = [int(pence)]
        if len(places) > 1:
            weights = np.array([weight for _, _, weight, _ in places], dtype=np.int64)
            shares = largest_remainder(np.array(shares), weights)[0].tolist()
        for (region, observed, _, where), part in zip(places, shares, strict=bool(places)):
            if region < 0:
                outcome.memo.append({"row": row, "amount_pence": part, "reason": OUTSIDE})
                continue
            suffix = f"/{control.regions[region]}{'' if observed else ' rest'}" if len(places) > 1 else ""
            found = _Part(row, source, part, where, service, observed, suffix)
            parts.setdefault((group, region), []).append(found)
        if not places:
            outcome.memo.append({"row": row, "amount_pence": int(pence), "reason": OUTSIDE})
    return parts


def _places_of(footprint: str, service: str, group: str, control: Control) -> list[tuple[int, bool, int, str]]:
    """Cut a footprint into observed and other places of each region: region, observed or not, weight, footprint."""
    areas = areas_of(footprint)
    numbers = 2 * control.region_of[areas] + control.is_observed(group)[areas]
    numbers[control.region_of[areas] < 0] = -1
    found = np.unique(numbers)
    if len(found) == 1:
        return [(int(found[0]) // 2, bool(found[0] % 2), 1, footprint)]
    weights = _weigh(service, footprint, Extent(areas), control.bases)
    return [
        (int(number) // 2, bool(number % 2), int(weights[numbers == number].sum()), cover(areas[numbers == number]))
        for number in found
    ]


def _weigh(service: str, footprint: str, extent: Extent, bases: Bases) -> NDArray[np.int64]:
    """Weigh small areas by the basis of a service, or by residents where it counts nothing in them."""
    name = bases.taken(service, footprint)
    weights = bases.basis(name).weights(extent) if name else np.zeros(len(extent), dtype=np.int64)
    return weights if weights.any() else bases.basis("residents").weights(extent)


def _settle(
    group: str,
    label: str,
    region: int,
    parts: list[_Part],
    control: Control,
    uses: dict[str, str | None],
    outcome: _Outcome,
) -> None:
    """Bring the outturn of one service group in one region into its control."""
    code, lines = control.regions[region], control.lines.get((group, region), [])
    total, outturn = sum(pence for _, _, pence in lines), sum(part.pence for part in parts)
    complete, incomplete = control.tiers_in(group, region)
    chosen = [part for part in parts if uses[part.source] == REPLACE or (uses[part.source] and part.observed)]
    named = {use for name, use in uses.items() if use and any(part.source == name for part in chosen)}
    use = SCALE if SCALE in named else next(iter(named), None)
    amounts = [part.pence for part in chosen]
    scaled, problem = False, ""
    if REPLACE in named and len(named) > 1:
        problem = "one relation replaces the allocation, and another takes recorded amounts into it"
    elif use == REPLACE and incomplete:
        problem = f"it would be replaced, but {_name_tiers(incomplete)} not complete"
    elif chosen and use != REPLACE:
        rest = total - sum(amounts)
        if (rest and not incomplete) or is_too_much(sum(amounts), total):
            target = _modelled(lines, code, complete, control.bases) if incomplete else total
            # Amounts that sum to the other side of nothing would all change their sign.
            scaled = use == SCALE and sum(amounts) * (target or sum(amounts)) > 0
            why = "no place is left for it" if not incomplete else "that is less than nothing"
            why = "there is nothing that it could be left of" if total == 0 else why
            problem = "" if scaled else f"{format_gbp(rest)} would be left, and {why}"
        if scaled:
            amounts = split_in_proportion(target, amounts)
    if problem:
        outcome.problems.append(f"  {label}, {name_of(code)}: {problem}")
        return
    treatment = "" if not chosen else (SCALE if scaled else str(use))
    remainder = 0 if chosen and use == REPLACE else total - sum(amounts)
    outcome.residuals.append(
        [
            *(group, label, code, total, outturn, total - outturn, sum(amounts), remainder),
            *(len(complete), len(complete) + len(incomplete), treatment),
        ]
    )
    taken_rows = {(part.row, part.suffix) for part in chosen}
    for part in parts:
        if (part.row, part.suffix) not in taken_rows:
            why = control.reason(group, part.footprint) if uses[part.source] else NOT_RELATED
            outcome.memo.append({"row": part.row, "amount_pence": part.pence, "reason": why})
    if chosen:
        for part, amount in zip(chosen, amounts, strict=True):
            outcome.scaled[part.source] = outcome.scaled.get(part.source, 0) + amount - part.pence
        outcome.displaced.extend(row for row, _, _ in lines)
        outcome.gave_way += total - remainder
        taken = _split(chosen, amounts, lines, outcome, scaled=scaled)
        if use != REPLACE and incomplete:
            _leave(lines, taken, without_tiers(code, complete), outcome)


def _name_tiers(codes: list[str]) -> str:
    return f"{list_values([name_of(code) for code in codes])} {'is' if len(codes) == 1 else 'are'}"


def _modelled(control: list[tuple[int, str, int]], region: str, tiers: list[str], bases: Bases) -> int:
    """Model what part of a control falls to some upper tiers, by the basis of each service."""
    inside = areas_of(ALL_OF.join(tiers))
    pence = 0
    for _, service, amount in control:
        shares = build_shares(region, bases.basis(bases.taken(service, region) or "residents"))
        if shares is None or not shares.denominator:
            continue
        weight = int(shares.weights[np.isin(shares.positions, inside)].sum())
        pence += int(largest_remainder(np.array([amount]), np.array([weight, shares.denominator - weight]))[0, 0])
    return pence


def _split(
    chosen: list[_Part],
    amounts: list[int],
    control: list[tuple[int, str, int]],
    outcome: _Outcome,
    *,
    scaled: bool,
) -> dict[str, int]:
    """Split amounts over the services of a group as the control is; return what was taken from each service."""
    weights: dict[str, int] = {}
    for _, service, pence in control:
        weights[service] = weights.get(service, 0) + pence
    taken = dict.fromkeys(weights, 0)
    for part, amount in zip(chosen, amounts, strict=True):
        if part.service in weights or not sum(weights.values()):
            # A line of a service of its own needs no split, and without a control there is nothing to split by.
            pieces = {part.service: amount}
        else:
            pieces = dict(zip(weights, split_in_proportion(amount, list(weights.values())), strict=True))
        for service, pence in pieces.items():
            taken[service] = taken.get(service, 0) + pence
            if pence:
                outcome.observed.append(
                    {
                        "row": part.row,
                        "service_code": service,
                        "amount_pence": pence,
                        "footprint_code": part.footprint,
                        "line_suffix": f"{part.suffix}/{service}" if len(pieces) > 1 else part.suffix,
                        "treatment": "part" if part.suffix else "scaled" if scaled else "split",
                    }
                )
    return taken


def _leave(lines: list[tuple[int, str, int]], taken: dict[str, int], footprint: str, outcome: _Outcome) -> None:
    """Leave what was not recorded for the places that are not observed, line by line of the control."""
    weights: dict[str, int] = {}
    for _, service, pence in lines:
        weights[service] = weights.get(service, 0) + pence
    left = {service: weight - taken[service] for service, weight in weights.items()}
    if any(is_too_much(taken[service], weight) for service, weight in weights.items()):
        # More is recorded for a service than the control has for it: the group's rest is left as the control is split.
        rest = sum(weights.values()) - sum(taken.values())
        left = dict(zip(weights, split_in_proportion(rest, list(weights.values())), strict=True))
    for service, pence in left.items():
        rows = [(row, amount) for row, found, amount in lines if found == service]
        amounts = [amount for _, amount in rows]
        parts = split_in_proportion(pence, amounts) if sum(amounts) else [pence, *[0] * (len(rows) - 1)]
        outcome.remainders.extend(
            {
                "row": row,
                "amount_pence": part,
                "footprint_code": footprint,
                "line_suffix": "/remainder",
                "treatment": "remainder",
            }
            for (row, _), part in zip(rows, parts, strict=True)
            if part
        )
