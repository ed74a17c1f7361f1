"""A neighbourhood's pot per head beside that of its authority and of England."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.cofog import services
from placespend.errors import list_values
from placespend.footprints import extent_at
from placespend.gazetteer import find_place
from placespend.geography import ENGLAND, count_of, level_index
from placespend.money import per_head_pence, percent

if TYPE_CHECKING:
    from placespend.loaded import Loaded
    from placespend.place import Place

TOTAL = "Total"


def residents_by_authority(place: Place) -> dict[str, int]:
    """Count a place's residents by the upper-tier authority of 2011 in which they live.

    Parameters
    ----------
    place : Place

    Returns
    -------
    dict of str to int
        By the authority's code, the most first; of those with as many, the first by code.
    """
    codes, tier_of = level_index("upper_tier")
    touched = [str(codes[tier]) for tier in np.unique(tier_of[place.extent.touched])]
    parts = {code: place.extent.common(extent_at("upper_tier", code)) for code in touched}
    inside = {code: part.count(count_of("residents")) for code, part in parts.items()}
    return dict(sorted(inside.items(), key=lambda found: -found[1]))


def authority_of(place: Place) -> Place:
    """Find the upper-tier authority of 2011 in which most of a place's residents live.

    Parameters
    ----------
    place : Place

    Returns
    -------
    Place
    """
    return find_place(next(iter(residents_by_authority(place))), level="upper_tier")


def describe_authorities(place: Place, authority: Place) -> list[str]:
    """Say that a place is compared with one of several authorities.

    Parameters
    ----------
    place : Place
    authority : Place
        The one that it is compared with.

    Returns
    -------
    list of str
        None where all its residents live in that one.
    """
    inside = residents_by_authority(place)
    others = [
        f"{find_place(code, level='upper_tier').name} {percent(residents, place.residents)}"
        for code, residents in inside.items()
        if code != authority.code and residents
    ]
    if not others:
        return []
    share = percent(inside[authority.code], place.residents)
    return [
        f"Compared with {authority.name} alone, where {share} of its residents live. The others live in "
        f"{list_values(others)}."
    ]


def compare(place: Place, loaded: Loaded, authority: Place) -> pd.DataFrame:
    """Set what is spent per head in a place beside its authority and England.

    Parameters
    ----------
    place : Place
    loaded : Loaded
    authority : Place

    Returns
    -------
    pandas.DataFrame
        One row for each division of services (COFOG) and one for the total: ``division`` (blank for the total),
        ``division_name``, ``amount_pence``, and pence per resident ``per_head_pence``, ``authority_per_head_pence``,
        ``england_per_head_pence`` (Int64, rounded half even; missing where nobody lives).
    """
    cells = loaded.cells
    named = services()[["division", "division_name"]]
    keys = [cells["service_code"].map(named[column]) for column in named]
    areas = {"": place, "authority_": authority, "england_": find_place(ENGLAND, level="england")}
    table = pd.DataFrame(dict(zip(named, keys, strict=True)))
    for prefix, area in areas.items():
        table[f"{prefix}amount_pence"] = build_ledger(cells, [area], loaded.bases).pence_at(area.code)
    amounts = [f"{prefix}amount_pence" for prefix in areas]
    found = table.groupby(list(named), sort=False)[amounts].sum().reset_index()
    found = found.sort_values("division", key=lambda codes: codes.astype("int64"), ignore_index=True)
    total = pd.DataFrame([{"division": "", "division_name": TOTAL, **table[amounts].sum().to_dict()}])
    found = pd.concat([found, total], ignore_index=True).astype(dict.fromkeys(amounts, "int64"))
    for prefix, area in areas.items():
        heads = [per_head_pence(pence, area.residents) for pence in found[f"{prefix}amount_pence"].tolist()]
        found[f"{prefix}per_head_pence"] = pd.array(heads, dtype="Int64")
    kept = ["division", "division_name", "amount_pence", *(f"{prefix}per_head_pence" for prefix in areas)]
    return found[kept]
