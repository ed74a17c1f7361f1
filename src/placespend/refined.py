"""Refining the lines of bodies that both sources name: what the inner one knows is taken out of the outer one.

A council's payments are part of its outturn, a department's payments part of its official lines. The outer total
stands, and what is left of an outer line stays with its own footprint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.cofog import services
from placespend.control import areas_of
from placespend.errors import RecipeError
from placespend.footprints import footprint_areas, name_of
from placespend.money import format_gbp, split_in_proportion
from placespend.relations import (
    NOT_RELATED,
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

if TYPE_CHECKING:
    from collections.abc import Sequence


NO_SUCH_LINE = "the outer source has no line of this body and service there"
CLASSIFIED_OTHERWISE = "dclg-rs"
"""The publication whose services are groups of the Treasury's."""


def refine_bodies(inner: pd.DataFrame, outer: pd.DataFrame, relations: Sequence[Relation]) -> Related:
    """Take what the inner source knows of bodies that both sources name out of the lines of the outer one.

    Parameters
    ----------
    inner : pandas.DataFrame
        With the ``source`` of each line.
    outer : pandas.DataFrame
    relations : sequence of Relation

    Returns
    -------
    Related

    Raises
    ------
    RecipeError
        If the inner source knows more than the outer one holds, and nothing says what is to be done.
    """
    nothing = pd.DataFrame(columns=RESIDUALS)
    if inner.empty:
        return Related(inner, outer, inner.assign(reason=""), nothing)
    groups = service_groups()["group"]
    kept, rests, problems = [], [], []
    displaced: list[int] = []
    memo = [inner.iloc[:0].assign(reason="")]
    scaled_pence: dict[str, int] = {}
    gave_way = 0
    bodies = keys_of_bodies(outer)
    keys = [keys_of_bodies(inner).rename("key"), "source", "service_code", "economic", "sector"]
    for named, lines in inner.groupby(keys, sort=True):
        body, source, service, economic, sector = map(str, named)
        same = (bodies == body) & (outer["economic"] == economic) & (outer["sector"] == sector)
        same &= outer["amount_pence"].notna() & ~pd.Series(outer.index.isin(displaced), outer.index)
        group = str(groups.get(service, ""))
        exact = same & (outer["service_code"] == service)
        if not exact.any() and service_groups()["publication"].get(service) == CLASSIFIED_OTHERWISE:
            # A group of services: the lines of the body for any of them.
            exact = same & (outer["service_code"].map(groups) == group)
        place_of = {
            code: _holder(code, outer.loc[exact, "footprint_code"]) for code in lines["footprint_code"].unique()
        }
        holder = lines["footprint_code"].map(place_of)
        memo.append(lines[holder.isna()].assign(reason=NO_SUCH_LINE))
        for footprint, found in lines[holder.notna()].groupby(holder, sort=True):
            whole = outer[exact & (outer["footprint_code"] == footprint)]
            rules = [relation for relation in relations if relation.inner == source]
            use = next((rule.use for rule in rules if rule.is_for(group, region_of_footprint(footprint))), None)
            if use is None:
                memo.append(found.assign(reason=NOT_RELATED))
                continue
            total, known = int(whole["amount_pence"].sum()), int(found["amount_pence"].sum())
            rest, problem = total - known, ""
            if use == REPLACE:
                rest = 0
                problem = "" if _covers(found, footprint) else "it would be replaced by lines of a part of it"
            elif is_too_much(known, total):
                if use == SCALE:
                    amounts = split_in_proportion(total, found["amount_pence"].tolist())
                    found = found.assign(amount_pence=amounts, treatment="scaled")
                    scaled_pence[source] = scaled_pence.get(source, 0) + total - known
                    rest = 0
                else:
                    problem = f"{format_gbp(rest)} would be left"
            if problem:
                what = f"{whole['body'].iloc[0]}, {services()['label'][str(service)]}, {name_of(str(footprint))}"
                problems.append(f"  {what}: {problem}")
                continue
            kept.append(_classify(found, whole))
            displaced.extend(whole.index)
            gave_way += total - rest
            if rest:
                parts = split_in_proportion(rest, [int(pence) for pence in whole["amount_pence"]])
                left = whole.assign(amount_pence=parts, line_id="remainder/" + whole["line_id"], treatment="remainder")
                rests.append(left[left["amount_pence"] != 0])
    if problems:
        message = "The amounts of the inner source do not fit into those of the same bodies:\n" + "\n".join(problems)
        raise RecipeError(message, hint='say use = "scale" or use = "replace" in the [[relation]]')
    return Related(
        join_lines(kept, inner),
        join_lines([outer.drop(index=displaced), *rests], outer),
        join_lines(memo, memo[0]),
        nothing,
        scaled_pence,
        gave_way,
    )


def _classify(found: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """Split lines of a group of services over the services of the lines that they are part of."""
    weights = whole.groupby("service_code", sort=True)["amount_pence"].sum()
    if set(found["service_code"]) <= set(weights.index) or not weights.sum():
        return found
    names = services()["service_name"]
    amounts = [split_in_proportion(int(pence), [int(weight) for weight in weights]) for pence in found["amount_pence"]]
    tables = [
        found.assign(
            service_code=service,
            service_name=names[service],
            amount_pence=[parts[number] for parts in amounts],
            line_id=found["line_id"] + f"/{service}",
            treatment=found["treatment"].where(found["treatment"] != "", "split"),
        )
        for number, service in enumerate(weights.index)
    ]
    return pd.concat(tables, ignore_index=True)


def _covers(lines: pd.DataFrame, footprint: object) -> bool:
    """Tell whether lines serve all of a footprint, so that they can stand for its whole."""
    served = np.unique(np.concatenate([areas_of(code) for code in lines["footprint_code"].unique()]))
    return len(served) == len(areas_of(str(footprint)))


def _holder(footprint: str, among: pd.Series) -> str | None:
    """Find the smallest of some footprints that holds another wholly."""
    areas = footprint_areas(footprint)
    if areas is None:
        return None
    held = [
        (len(wider), code)
        for code in among.unique()
        if (wider := footprint_areas(code)) is not None and np.isin(areas, wider).all()
    ]
    return min(held)[1] if held else None
