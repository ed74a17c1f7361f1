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

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.bases import basis_of_service, services
from placespend.control import Control, areas_of, without_tiers
from placespend.errors import ConservationError, RecipeError, list_values
from placespend.geography import count_of
from placespend.lines import about_source
from placespend.money import format_gbp, largest_remainder, split_in_proportion
from placespend.place_names import ALL_OF, name_of
from placespend.refined import refine_bodies
from placespend.relations import (
    NO_GROUP,
    NOT_LOCAL_CURRENT,
    NOT_RELATED,
    OUTSIDE,
    REPLACE,
    RESIDUALS,
    SCALE,
    Related,
    Relation,
    is_too_much,
    join_lines,
    key_of_bodies,
    region_of_footprint,
)
from placespend.responsibilities import service_groups
from placespend.shares import build_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def relate(
    inner: pd.DataFrame, outer: pd.DataFrame, relations: Sequence[Relation], *, left_out: pd.DataFrame | None = None
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

    Returns
    -------
    Related

    Raises
    ------
    RecipeError
        If recorded amounts do not fit into the control and nothing says what is to be done; all such places at
        once.
    """
    paid = inner["amount_pence"].notna()
    named = key_of_bodies(inner["body"]).isin(set(key_of_bodies(outer["body"])))
    outer = outer.reset_index(drop=True)
    unknown = inner[inner["status"] == "awaited"]
    if left_out is not None and len(left_out):
        unknown = pd.concat([unknown, left_out], ignore_index=True)
    by_place = _within_places(inner[paid & ~named], unknown, outer, relations)
    by_body = refine_bodies(inner[paid & named], by_place.outer, relations)
    held = [int(lines["amount_pence"].sum()) for lines in (outer, by_place.inner, by_body.inner, by_body.outer)]
    if REPLACE not in {relation.use for relation in relations} and held[0] != sum(held[1:]):
        message = "an official allocation did not keep its total when recorded amounts were taken into it"
        raise ConservationError(message)
    return Related(
        join_lines([by_place.inner, by_body.inner, inner[~paid]], inner),
        by_body.outer,
        join_lines([by_place.memo, by_body.memo], inner.assign(reason="")),
        by_place.residuals,
    )


@dataclass(frozen=True)
class _Part:
    """The part of an inner line that falls to one region."""

    row: int
    region: int
    pence: int
    footprint: str
    service: str
    suffix: str = ""


@dataclass
class _Outcome:
    """What became of inner and outer lines, as rows of their tables with what changed."""

    observed: list[dict[str, Any]]
    remainders: list[dict[str, Any]]
    memo: list[dict[str, Any]]
    displaced: list[int]
    residuals: list[list[object]]
    problems: list[str]


def _within_places(
    inner: pd.DataFrame, unknown: pd.DataFrame, outer: pd.DataFrame, relations: Sequence[Relation]
) -> Related:
    """Bring the outturn of local bodies into the control of each service group and region."""
    if inner.empty:
        return Related(inner, outer, inner.assign(reason=""), pd.DataFrame(columns=RESIDUALS))
    groups = inner["service_code"].map(service_groups()["group"])
    fits = (inner["sector"] == "LG") & (inner["economic"] == "current")
    own = inner[fits & groups.notna()]
    field = Control.build(outer, _bodies_by_group(own, unknown))
    outcome = _Outcome([], [], [], [], [], [])
    parts = _parts(own, groups[own.index], field, outcome)
    for label, group in service_groups().drop_duplicates("group")[["label", "group"]].itertuples(index=False):
        for region, code in enumerate(field.regions):
            rule = next((found for found in relations if found.is_for(group, region_of_footprint(code))), None)
            _settle(group, label, region, parts.get((group, region), []), field, rule.use if rule else None, outcome)
    if outcome.problems:
        message = "The recorded amounts do not fit into the official allocation:\n" + "\n".join(outcome.problems)
        raise RecipeError(message, hint='say use = "scale" or use = "replace" in the [[relation]] for them')
    memo = [
        inner[~fits].assign(reason=NOT_LOCAL_CURRENT),
        inner[fits & groups.isna()].assign(reason=NO_GROUP),
        _changed(own.assign(reason=""), outcome.memo),
    ]
    kept = np.ones(len(outer), dtype=bool)
    kept[outcome.displaced] = False
    return Related(
        _changed(own, outcome.observed),
        join_lines([outer[kept], _changed(outer, outcome.remainders)], outer),
        join_lines(memo, inner.assign(reason="")),
        pd.DataFrame(outcome.residuals, columns=RESIDUALS),
    )


def _bodies_by_group(own: pd.DataFrame, unknown: pd.DataFrame) -> dict[str, set[tuple[str, str]]]:
    """List whose spending is loaded, name and footprint, for each service group.

    A publication whose services make up the groups accounts for all that a body spends: what it does not print
    is nothing. Of any other source a body without a line for a group is not loaded for it, and of none is a body
    whose line is awaited or was left out by a filter.
    """
    table = service_groups()
    publications = {name: (about_source(name) or {}).get("publication") for name in own["source_id"].unique()}
    accounts = own["source_id"].map(publications).isin(set(table["publication"]))
    whole = set(zip(own.loc[accounts, "body"], own.loc[accounts, "footprint_code"], strict=True))
    found = {str(group): set(whole) for group in table["group"].unique()}
    unknown = unknown[(unknown["sector"] == "LG") & (unknown["economic"] == "current")]
    for lines, change in ((own, set.add), (unknown, set.discard)):
        groups = lines["service_code"].map(table["group"])
        for body, footprint, group in zip(lines["body"], lines["footprint_code"], groups, strict=True):
            if group in found:
                change(found[group], (body, footprint))
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
    own: pd.DataFrame, groups: pd.Series, field: Control, outcome: _Outcome
) -> dict[tuple[str, int], list[_Part]]:
    """Divide lines over regions, those of a body in several of them by its residents."""
    parts: dict[tuple[str, int], list[_Part]] = {}
    residents_of: dict[str, tuple[list[int], NDArray[np.int64]]] = {}
    columns = ("footprint_code", "service_code", "amount_pence")
    rows = zip(*(own[column].tolist() for column in columns), groups.tolist(), strict=True)
    for row, (footprint, service, pence, group) in enumerate(rows):
        if footprint not in residents_of:
            residents_of[footprint] = _residents_by_region(footprint, field)
        regions, residents = residents_of[footprint]
        shares = [int(pence)]
        if len(regions) != 1:
            shares = largest_remainder(np.array(shares), residents)[0].tolist() if regions else []
        for region, part in zip(regions, shares, strict=True):
            if region < 0:
                outcome.memo.append({"row": row, "amount_pence": part, "reason": OUTSIDE})
                continue
            suffix = f"/{field.regions[region]}" if len(regions) > 1 else ""
            parts.setdefault((group, region), []).append(_Part(row, region, part, footprint, service, suffix))
        if not regions:
            outcome.memo.append({"row": row, "amount_pence": int(pence), "reason": OUTSIDE})
    return parts


def _residents_by_region(footprint: str, field: Control) -> tuple[list[int], NDArray[np.int64]]:
    """Count the residents of a footprint in each region."""
    areas = areas_of(footprint)
    regions, number_of = np.unique(field.region_of[areas], return_inverse=True)
    residents = np.zeros(len(regions), dtype=np.int64)
    np.add.at(residents, number_of, count_of("residents")[areas])
    return regions.tolist(), residents


def _settle(
    group: str, label: str, region: int, parts: list[_Part], field: Control, use: str | None, outcome: _Outcome
) -> None:
    """Bring the outturn of one service group in one region into its control."""
    code, control = field.regions[region], field.control.get((group, region), [])
    total, outturn = sum(pence for _, _, pence in control), sum(part.pence for part in parts)
    complete, incomplete = field.tiers_in(group, region)
    chosen = [
        part
        for part in parts
        if use == REPLACE or (use is not None and field.is_observed(group, part.footprint, region))
    ]
    amounts = [part.pence for part in chosen]
    scaled, problem = False, ""
    if chosen and use == REPLACE and incomplete:
        problem = f"it would be replaced, but {_name_tiers(incomplete)} not complete"
    elif chosen and use != REPLACE:
        rest = total - sum(amounts)
        if (rest and not incomplete) or is_too_much(sum(amounts), total):
            target = _modelled(control, code, complete) if incomplete else total
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
    for part in parts:
        if part not in chosen:
            why = NOT_RELATED if use is None else field.reason(group, field.within(part.footprint, region))
            outcome.memo.append({"row": part.row, "amount_pence": part.pence, "reason": why})
    if chosen:
        outcome.displaced.extend(row for row, _, _ in control)
        if use != REPLACE:
            # A body may serve several regions; what falls to this one stays in it.
            chosen = [replace(part, footprint=field.within(part.footprint, region)) for part in chosen]
        taken = _split(chosen, amounts, control, outcome, scaled=scaled)
        if use != REPLACE and incomplete:
            _leave(control, taken, without_tiers(code, complete), outcome)


def _name_tiers(codes: list[str]) -> str:
    return f"{list_values([name_of(code) for code in codes])} {'is' if len(codes) == 1 else 'are'}"


def _modelled(control: list[tuple[int, str, int]], region: str, tiers: list[str]) -> int:
    """Model what part of a control falls to some upper tiers, by the basis of each service."""
    inside = areas_of(ALL_OF.join(tiers))
    pence = 0
    for _, service, amount in control:
        shares = build_shares(region, str(basis_of_service()["basis"][service]))
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


def _leave(control: list[tuple[int, str, int]], taken: dict[str, int], footprint: str, outcome: _Outcome) -> None:
    """Leave of each service what was not recorded, for the places that are not observed."""
    left: dict[str, tuple[int, int]] = {}
    for row, service, pence in control:
        first, so_far = left.get(service, (row, -taken[service]))
        left[service] = first, so_far + pence
    outcome.remainders.extend(
        {
            "row": row,
            "amount_pence": pence,
            "footprint_code": footprint,
            "line_suffix": "/remainder",
            "treatment": "remainder",
        }
        for row, pence in left.values()
        if pence
    )
