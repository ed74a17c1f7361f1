"""The class of a local body, and the area that it serves, by the name under which it is published.

A council is found by its own name: its class tells whether that is the name of an upper tier or of a district of 2011.
Where a file gives the area's ONS code, a code that is known here decides instead, turned into the code of 2011 where
the area is the same (Gateshead, Northumberland and others were given new ones). Police authorities are found by the
name of the force. Fire, waste, transport and park authorities, the GLA and odd spellings of councils stand in
``spend_lines/local_bodies.csv``, a hand-made list: of these names only the area counts and not the title, which changes
over the years ("Fire & CD Authority", "Combined Fire and Rescue Authority"). Where it fails: an authority that was
merged or split since 2013 is not known unless its code is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from placespend.footprints import footprint_areas, level_of_footprint
from placespend.place_names import named_places, rows_by_key
from placespend.shipped import shipped_file
from placespend.spelling import did_you_mean, normalise

CLASSES = {
    "ua": "unitary", "sc": "county", "cc": "county", "sd": "district", "md": "metropolitan",
    "l": "London", "lb": "London", "il": "London", "ol": "London",
}  # fmt: skip
"""The classes of councils; all other bodies are told by their names."""

LEVEL_OF_CLASS = {"unitary": "upper_tier", "county": "upper_tier", "metropolitan": "upper_tier", "London": "upper_tier",
                  "district": "lad"}  # fmt: skip

OTHER_BODIES = {
    "fire": r"\bfire\b",
    "waste": r"\bwaste\b",
    "transport": r"\btransport\b|\bcombined (county )?authority\b",
    "park": r"\bpark\b|\bbroads\b",
    "GLA": r"^greater london authority",
}
FILLERS = r"\b(the|combined|county|fire|and|rescue|cd|civil|defence|authority|service|waste|disposal|passenger|" \
          r"integrated|transport|national|regional|park)\b|&"  # fmt: skip
"""Words of a body's name that tell its kind and not its area."""

CLASS_SUFFIX = r"\s+(UA|CC|DC|BC|MBC|LBC|LB|MDC)\s*$"
POLICE = (
    r"^(?P<area>.+?) (police|constabulary)( authority| force|( and| fire and) crime commissioner.*)?$",
    r"^(the )?(office of the )?police,?( fire)? and crime commissioner for (?P<area>.+)$",
)


class BodyArea(NamedTuple):
    """Class and footprint of a body; where the footprint is not known, the problem and a hint."""

    body_class: str
    footprint: str
    fault: tuple[str, str] | None


def place_body(name: str, printed_class: str, ons_code: str = "") -> BodyArea:
    """Find the class and the footprint of a local body, or say why there is none.

    Parameters
    ----------
    name : str
        As published.
    printed_class : str
        As published: UA, MD, L, SC, SD, or anything for bodies that are no councils.
    ons_code : str, default ""
        The area's code, where the file has it.

    Returns
    -------
    BodyArea

    Examples
    --------
    >>> place_body("Medway Towns UA", "UA")
    BodyArea(body_class='unitary', footprint='E06000035', fault=None)
    """
    body_class = CLASSES.get(normalise(printed_class)) or _class_by_name(name)
    known = _code_of_2011(ons_code, body_class) if ons_code else None
    footprint = known or _footprint_by_name(name, body_class)
    if footprint is not None:
        return BodyArea(body_class, footprint, None)
    problem = f"the body {name!r} of class {printed_class!r} has no known area"
    return BodyArea(body_class, "", (problem, _hint(re.sub(CLASS_SUFFIX, "", name), body_class)))


@cache
def _hint(name: str, body_class: str) -> str:
    names = [*_area_names(LEVEL_OF_CLASS.get(body_class, "police_force")).values(), *_listed()["name"]]
    return did_you_mean(name, names, otherwise="see spend_lines/local_bodies.csv")


def _class_by_name(name: str) -> str:
    """Tell the class of a body that is no council."""
    text = name.casefold()
    if _police_area(name) is not None:
        return "police"
    return next((kind for kind, pattern in OTHER_BODIES.items() if re.search(pattern, text)), "")


def _footprint_by_name(name: str, body_class: str) -> str | None:
    listed = _listed_footprints().get((body_class, _area_of(name, body_class)))
    if listed is not None:
        return listed
    if body_class == "police":
        return _code_at("police_force", _police_area(name) or "")
    level = LEVEL_OF_CLASS.get(body_class)
    return _code_at(level, re.sub(CLASS_SUFFIX, "", name)) if level else None


def _police_area(name: str) -> str | None:
    found = next((found for pattern in POLICE if (found := re.match(pattern, name, re.IGNORECASE))), None)
    return found["area"] if found else None


def _area_of(name: str, body_class: str) -> str:
    """Reduce a body's name to its area, so that an authority is known under the titles it had over the years."""
    if body_class in LEVEL_OF_CLASS:
        return normalise(re.sub(r"^the\s+", "", re.sub(CLASS_SUFFIX, "", name), flags=re.IGNORECASE))
    return normalise(re.sub(FILLERS, " ", name.casefold()))


@cache
def _listed() -> pd.DataFrame:
    return pd.read_csv(shipped_file("spend_lines", "local_bodies.csv"), dtype="str", keep_default_na=False)


@cache
def _listed_footprints() -> dict[tuple[str, str], str]:
    table = _listed()
    return {
        (body_class, _area_of(name, body_class)): footprint
        for name, body_class, footprint in zip(table["name"], table["body_class"], table["footprint"], strict=True)
    }


@cache
def _area_names(level: str) -> dict[str, str]:
    rows = named_places()[named_places()["level"] == level]
    return dict(zip(rows["code"], rows["name"], strict=True))


def _code_at(level: str, name: str) -> str | None:
    """Find the one place of a level that a name or alias means."""
    codes = _codes_at(level).get(normalise(name), [])
    return codes[0] if len(codes) == 1 else None


@cache
def _codes_at(level: str) -> dict[str, list[str]]:
    """Map the normalised names and aliases of a level to its codes."""
    levels, codes = named_places()["level"].tolist(), named_places()["code"].tolist()
    return {key: [codes[row] for row in rows if levels[row] == level] for key, rows in rows_by_key(small=False).items()}


@cache
def _code_of_2011(code: str, body_class: str) -> str | None:
    """Turn a later code into that of the same area in 2011, where there is one; None where it is not known."""
    level = level_of_footprint(code)
    areas = footprint_areas(code)
    if level is None or areas is None:
        return None
    wanted = {**LEVEL_OF_CLASS, "police": "police_force"}.get(body_class)
    for candidate in _area_names(wanted) if wanted else ():
        same = footprint_areas(candidate)
        if same is not None and np.array_equal(same, areas):
            return candidate
    return code
