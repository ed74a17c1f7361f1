"""Who provides what where: groups of services, the bodies that provide them, and whether all of those are loaded.

Councils report their outturn by a dozen *service groups*; the Treasury's analysis has services that are finer.
``spend_lines/service_groups.csv`` says which services make a group. A place is *observed* for a group only where
every body that provides it there is loaded: ``spend_lines/responsibilities.csv`` names the class of body and
where it is needed. A class is needed in a kind of area where it made two per cent or more of the group's net
current expenditure there in 2011-12; smaller parts, as a national park's planning, are not waited for.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.footprints import footprint_areas
from placespend.geography import level_index
from placespend.place_names import named_places
from placespend.shipped import read_once, shipped_file
from placespend.spelling import normalise

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from numpy.typing import NDArray

UPPER_TIER = "upper tier"
UPPER_TIER_CLASSES = ("unitary", "county", "metropolitan", "London")
CLASS_NAMES = {
    UPPER_TIER: "the county, unitary, metropolitan or London council",
    "district": "a district council",
    "police": "the police authority",
    "fire": "the fire authority",
    "waste": "the waste authority",
    "transport": "the passenger transport authority",
    "GLA": "the Greater London Authority (Transport for London, police, fire)",
}
"""Each class of body that may be missing, in words."""

COUNCIL_WORDS = ("council", "city", "county", "borough", "district", "metropolitan", "ua")
"""What may follow the name of a council."""

WHERE_LISTED, ELSEWHERE = "where listed", "elsewhere"
LISTED_OUTSIDE_CITIES = "where listed outside cities"


@read_once
def service_groups() -> pd.DataFrame:
    """List the service groups that councils report by, with the services that make each.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``service_code``: ``group``, ``label`` (plain words), ``publication`` (whose services they are).

    Notes
    -----
    The groups follow the service analysis of the Revenue Outturn. The Treasury's 6.2 stands under planning alone,
    though part of it is housing. Local spending on pensions, health, civil defence, agriculture and other
    industries is in no group.
    """
    return pd.read_csv(shipped_file("spend_lines", "service_groups.csv"), dtype="str", index_col="service_code")


@read_once
def responsibilities() -> pd.DataFrame:
    """List which class of body is needed where, for a place to be observed for a service group.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``body_class``, ``where``, ``note``. ``where`` is a footprint, "everywhere", "counties" or
        "outside counties" (of two tiers), "where listed" (in the areas of the bodies of that class), "where listed
        outside cities" (in London and metropolitan areas not), or "elsewhere" (where no other row of the group asks
        for one).
    """
    return pd.read_csv(shipped_file("spend_lines", "responsibilities.csv"), dtype="str", keep_default_na=False)


@cache
def local_bodies() -> pd.DataFrame:
    """List local bodies that are no councils (fire, waste, transport, park authorities, the GLA), and odd spellings.

    Returns
    -------
    pandas.DataFrame
        Indexed by the normalised ``name``: ``body_class``, ``footprint``, ``note``.
    """
    table = pd.read_csv(shipped_file("spend_lines", "local_bodies.csv"), dtype="str", keep_default_na=False)
    return table.set_index(table["name"].map(normalise))


@cache
def class_of_body(body: str, footprint: str) -> str | None:
    """Tell the class of a local body by its name, else by the area that it serves.

    Parameters
    ----------
    body, footprint : str

    Returns
    -------
    str or None
        "upper tier", "district", or a class of :func:`local_bodies`; None where it serves no authority's area.

    Examples
    --------
    >>> class_of_body("Basildon", "E07000066"), class_of_body("Essex Police Authority", "E23000028")
    ('district', 'police')
    """
    key = normalise(body)
    if key in local_bodies().index:
        found = str(local_bodies().loc[key, "body_class"])
        return UPPER_TIER if found in UPPER_TIER_CLASSES else found
    if "police" in key or "constabulary" in key:
        return "police"
    if footprint in level_index("upper_tier")[0]:
        return UPPER_TIER
    return "district" if footprint in level_index("lad")[0] else None


@cache
def key_of_body(body: str, sector: str, footprint: str) -> str:
    """Tell bodies apart: councils by the area that they serve, however they are spelt, all others by name.

    Parameters
    ----------
    body, sector, footprint : str

    Returns
    -------
    str

    Examples
    --------
    >>> key_of_body("Manchester City Council", "LG", "E08000003") == key_of_body("Manchester", "LG", "E08000003")
    True
    """
    if sector != "LG":
        return normalise(body)
    council = _council_named(body)
    if council and council != footprint:
        inside = _mask([footprint])
        if inside.any() and not (inside & ~_mask([council])).any():
            # A council's line of a part of its area is still the council's.
            footprint = council
    kind = class_of_body(body, footprint)
    return f"{kind} {footprint}" if kind in {UPPER_TIER, "district"} else normalise(body)


@cache
def _councils() -> dict[str, str]:
    """List the codes of councils by their normalised names; an upper tier before a district of its name."""
    places = named_places()
    levels = [places[places["level"] == level] for level in ("lad", "upper_tier")]
    return {normalise(name): code for level in levels for name, code in zip(level["name"], level["code"], strict=True)}


def _council_named(body: str) -> str | None:
    """Find the code of a council by its name, with or without what kind of council it is."""
    name = normalise(body)
    while name:
        found = _councils().get(name)
        ending = next((word for word in COUNCIL_WORDS if name.endswith(word)), "")
        if found or not ending:
            return found
        name = name.removesuffix(ending)
    return None


def keys_of_bodies(lines: pd.DataFrame) -> pd.Series:
    """Tell the bodies of lines apart, as :func:`key_of_body` does.

    Parameters
    ----------
    lines : pandas.DataFrame
        ``body``, ``sector``, ``footprint_code``.

    Returns
    -------
    pandas.Series of str
    """
    columns = [lines[name].tolist() for name in ("body", "sector", "footprint_code")]
    known = {named: key_of_body(*named) for named in dict.fromkeys(zip(*columns, strict=True))}
    return pd.Series([known[named] for named in zip(*columns, strict=True)], index=lines.index, dtype="str")


def _mask(footprints: list[str]) -> NDArray[np.bool_]:
    """Mark the small areas of some footprints."""
    inside = np.zeros(len(level_index("lsoa")[0]), dtype=bool)
    for footprint in footprints:
        areas = footprint_areas(footprint)
        if areas is not None:
            inside[areas] = True
    return inside


@cache
def _starts(*kinds: str) -> NDArray[np.bool_]:
    """Mark the small areas of upper tiers whose code starts so: E08 metropolitan, E09 London, E10 of two tiers."""
    codes, numbers = level_index("upper_tier")
    return np.array([str(code).startswith(kinds) for code in codes])[numbers]


def _counties() -> NDArray[np.bool_]:
    return _starts("E10")


def _where(row: dict[Hashable, str]) -> NDArray[np.bool_]:
    """Mark the small areas where a class of body is needed, "elsewhere" apart."""
    where = row["where"]
    if where in {WHERE_LISTED, LISTED_OUTSIDE_CITIES}:
        listed = local_bodies()
        areas = _mask(list(listed.loc[listed["body_class"] == row["body_class"], "footprint"]))
        return areas if where == WHERE_LISTED else areas & ~_starts("E08", "E09")
    fixed = {"everywhere": np.ones_like(_counties()), "counties": _counties(), "outside counties": ~_counties()}
    return fixed[where] if where in fixed else _mask([where])


def missing_bodies(bodies_of: Mapping[str, Iterable[tuple[str, str]]]) -> dict[str, list[str]]:
    """Tell where the bodies that are loaded leave a service group incomplete.

    Parameters
    ----------
    bodies_of : mapping of str to iterable of (str, str)
        For each service group, name and footprint of every local body whose spending on it is loaded.

    Returns
    -------
    dict of str to list of str
        For each service group and each upper tier, in the order of its code: the classes of body that are not
        loaded, joined by commas; blank where the place is observed.
    """
    codes, numbers = level_index("upper_tier")
    missing = {group: [""] * len(codes) for group, _, _ in _needs()}
    loaded = {group: _loaded_areas(bodies_of.get(group, ())) for group in missing}
    nobody = np.zeros_like(_counties())
    for group, kind, areas in _needs():
        lacking = np.bincount(numbers[areas & ~loaded[group].get(kind, nobody)], minlength=len(codes))
        for tier in np.flatnonzero(lacking):
            missing[group][tier] += f"{', ' * bool(missing[group][tier])}{kind}"
    return missing


def _loaded_areas(bodies: Iterable[tuple[str, str]]) -> dict[str | None, NDArray[np.bool_]]:
    """Mark for each class of body the small areas that those which are loaded serve."""
    footprints: dict[str | None, list[str]] = {}
    for body, footprint in dict.fromkeys(bodies):
        footprints.setdefault(class_of_body(body, footprint), []).append(footprint)
    return {kind: _mask(found) for kind, found in footprints.items()}


@cache
def _needs() -> list[tuple[str, str, NDArray[np.bool_]]]:
    """List service group, class of body and the small areas where it is needed."""
    needs: list[tuple[str, str, NDArray[np.bool_]]] = []
    for name, rows in responsibilities().groupby("group", sort=False):
        records = rows.to_dict(orient="records")
        found = [(row["body_class"], _where(row)) for row in records if row["where"] != ELSEWHERE]
        asked = np.any([areas for _, areas in found], axis=0)
        found += [(row["body_class"], ~asked) for row in records if row["where"] == ELSEWHERE]
        needs.extend((str(name), kind, areas) for kind, areas in found)
    return needs
