"""The ladders, rung by rung: what money is shared by, what would be better, and what that moves in a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.cofog import services
from placespend.explain import GIVEN, NOT_ASSESSED, find_services
from placespend.money import total_pence

if TYPE_CHECKING:
    from placespend.loaded import Loaded
    from placespend.place import Place

IN_USE, LOADED, NOT_LOADED, LEFT_OUT, IN_PART = "in use", "loaded", "not loaded", "left out", "in part"
"""What is known of a rung; "in part": the user's measure counts a part of England only, and no line is shared by it."""

RUNG_COLUMNS = [
    *("ladder", "service_codes", "services", "rung", "basis", "label", "use", "state", "quality", "assumption"),
    *("reason", "source", "observed_levels", "shared_pence", "place_pence"),
]


def describe_ladders(loaded: Loaded, service: str | None = None, *, place: Place | None = None) -> pd.DataFrame:
    """Tell what services can be shared by, best first: what is in use, what else is loaded, what is missing.

    Parameters
    ----------
    loaded : Loaded
        The lines, with the user's measures and choices, that are shared: ``pot.loaded`` of a pot.
    service : str, optional
        A service's code, or any part of its name; all services where left out.
    place : Place, optional
        A place, to tell what each basis would give it.

    Returns
    -------
    pandas.DataFrame
        A row for each rung of each ladder of the services: ``ladder``, ``service_codes`` and ``services`` (those asked
        for that have this ladder, joined by "; "), ``rung`` (Int64; missing for a basis that is not on the ladder and
        was chosen), ``basis``, ``label``, ``use`` (best, shipped, alternative, chosen), ``state`` (in use, loaded, not
        loaded, left out, in part), ``quality``, ``assumption``, ``reason`` (why it was chosen; blank where it was not),
        ``source``, ``observed_levels`` (blank where not loaded), ``shared_pence`` (of the loaded lines of the services,
        what it shares now), ``place_pence`` (Int64; what the place would have of them if all were shared by it;
        missing where that is not known or no place was given).

    Raises
    ------
    UnknownNameError
        If no service is called so.

    Notes
    -----
    A line that brings a basis of its own, or has one by a choice, counts for the rung that it is shared by.
    """
    codes = list(services().index) if service is None else find_services(service, services().index)
    asked = services().loc[codes]
    tables = [
        _describe(str(ladder), list(found.index), loaded, place)
        for ladder, found in asked.groupby("ladder", sort=False)
    ]
    return pd.concat(tables, ignore_index=True)


def _describe(ladder: str, codes: list[str], loaded: Loaded, place: Place | None) -> pd.DataFrame:
    """Set out one ladder for the services that have it."""
    bases = loaded.bases
    cells = loaded.cells[loaded.cells["service_code"].isin(codes)]
    shared = {str(name): total_pence(found.to_numpy()) for name, found in cells.groupby("basis")["amount_pence"]}
    # Where there is no money, what would be taken is what counts as being in use.
    used = {*shared} or {bases.chosen.get(code) or str(bases.of_service.at[code, "basis"]) for code in codes}
    table = bases.ladders[bases.ladders["ladder"] == ladder].astype({"rung": "Int64"})
    others = [name for name in shared if name not in set(table["basis"])]
    told: dict[str, dict[str, None]] = {}
    for (code, name), reason in loaded.reasons_by_basis.items():
        if code in codes:
            told.setdefault(name, {})[reason] = None
    reasons = {name: "; ".join(found) for name, found in told.items()}
    chosen = [
        {
            "ladder": ladder,
            "rung": pd.NA,
            "basis": name,
            "use": "chosen",
            "quality": NOT_ASSESSED,
            "assumption": "" if name in reasons else GIVEN,
            "source": "",
            "loaded": True,
        }
        for name in others
    ]
    if chosen:
        table = pd.concat([pd.DataFrame(chosen).astype({"rung": "Int64"}), table], ignore_index=True)
    known = {name: bases.basis(name) for name in table.loc[table["loaded"], "basis"]}
    amounts = {name: None if place is None else _amount(cells, name, loaded, place) for name in known}
    left_out = [
        name in known and bool({part.name for part, _ in known[name].parts} & {*bases.left_out})
        for name in table["basis"]
    ]
    states = np.where(table["loaded"], np.where(left_out, LEFT_OUT, LOADED), NOT_LOADED)
    states = np.where(table["basis"].isin(bases.partial), IN_PART, states)
    states = np.where(table["basis"].isin(used), IN_USE, states)
    labels = services()["label"]
    table = table.assign(
        service_codes="; ".join(codes),
        services="; ".join(f"{code.split('-')[0]} {labels[code]}" for code in codes),
        label=[known[name].label if name in known else name.replace("_", " ") for name in table["basis"]],
        state=states,
        reason=[reasons.get(name, "") for name in table["basis"]],
        observed_levels=[
            "; ".join(dict.fromkeys(part.observed_level for part, _ in known[name].parts)) if name in known else ""
            for name in table["basis"]
        ],
        shared_pence=[shared.get(name, 0) for name in table["basis"]],
        place_pence=pd.array([amounts.get(name) for name in table["basis"]], dtype="Int64"),
    )
    # A user's measure is of its own source, which the ladder cannot know.
    own = {found.name: found.source for found in bases.own}
    table["source"] = [own.get(name, source) for name, source in zip(table["basis"], table["source"], strict=True)]
    return table[RUNG_COLUMNS]


def _amount(cells: pd.DataFrame, basis_name: str, loaded: Loaded, place: Place) -> int | None:
    """Sum what a place would have of cells if all were shared by one basis; nothing where it cannot share them."""
    if loaded.bases.basis(basis_name).is_partial:
        return None
    return build_ledger(cells.assign(basis=basis_name), [place], loaded.bases).totals()[place.code]
