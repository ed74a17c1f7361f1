"""Refining the lines of bodies that both sources name: what the inner one knows is taken out of the outer one.

A council's payments are part of its outturn, a department's payments part of its official lines. The outer total
stands, and what is left of an outer line stays with its own footprint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.bases import services
from placespend.errors import RecipeError
from placespend.money import format_gbp, split_in_proportion
from placespend.place_names import footprint_areas, name_of
from placespend.relations import (
    NOT_RELATED,
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

if TYPE_CHECKING:
    from collections.abc import Sequence


def refine_bodies(inner: pd.DataFrame, outer: pd.DataFrame, relations: Sequence[Relation]) -> Related:
    """Refine the lines of bodies that both sources name: what the inner one knows is taken out of the outer one."""
    nothing = pd.DataFrame(columns=RESIDUALS)
    if inner.empty:
        return Related(inner, outer, inner.assign(reason=""), nothing)
    kept, displaced, rests, problems = [], [], [], []
    memo = [inner.iloc[:0].assign(reason="")]
    keys = ["key_of_bodies", "service_code", "economic", "sector"]
    outer_keys = outer.assign(key_of_bodies=key_of_bodies(outer["body"]))[keys]
    for key, lines in inner.groupby([key_of_bodies(inner["body"]).rename("key_of_bodies"), *keys[1:]], sort=True):
        same = (outer_keys == pd.Series(dict(zip(keys, key, strict=True)))).all(axis=1) & outer["amount_pence"].notna()
        place_of = {code: _holder(code, outer.loc[same, "footprint_code"]) for code in lines["footprint_code"].unique()}
        holder = lines["footprint_code"].map(place_of)
        memo.append(lines[holder.isna()].assign(reason="the outer source has no line of this body and service there"))
        for footprint, found in lines[holder.notna()].groupby(holder, sort=True):
            whole = outer[same & (outer["footprint_code"] == footprint)]
            group, region = service_groups()["group"].get(key[1], ""), region_of_footprint(footprint)
            use = next((relation.use for relation in relations if relation.is_for(group, region)), None)
            if use is None:
                memo.append(found.assign(reason=NOT_RELATED))
                continue
            total, known = int(whole["amount_pence"].sum()), int(found["amount_pence"].sum())
            rest = total - known
            if use != REPLACE and is_too_much(known, total):
                if use == SCALE:
                    amounts = split_in_proportion(total, found["amount_pence"].tolist())
                    found = found.assign(amount_pence=amounts, treatment="scaled")
                    rest = 0
                else:
                    what = f"{whole['body'].iloc[0]}, {services()['label'][str(key[1])]}, {name_of(footprint)}"
                    problems.append(f"  {what}: {format_gbp(rest)} would be left")
            kept.append(found)
            displaced.extend(whole.index)
            if use != REPLACE and rest:
                first = whole.iloc[[0]]
                rests.append(
                    first.assign(amount_pence=rest, line_id="remainder/" + first["line_id"], treatment="remainder")
                )
    if problems:
        message = "The amounts of the inner source do not fit into those of the same bodies:\n" + "\n".join(problems)
        raise RecipeError(message, hint='say use = "scale" or use = "replace" in the [[relation]]')
    return Related(
        join_lines(kept, inner),
        join_lines([outer.drop(index=displaced), *rests], outer),
        join_lines(memo, memo[0]),
        nothing,
    )


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
