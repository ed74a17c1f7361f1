"""What tests of maps of places share: the shipped lines, loaded once, and maps of Greater Manchester."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from placespend.gazetteer import find_place, places_of_level
from placespend.loaded import Loaded, load
from placespend.place_maps.mappable import Mappable, mappable
from placespend.several import places_inside
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from placespend.place import Place

GM = "Greater Manchester"
HOSTILE = '<img src=x onerror=alert(1)>"&{{ 7*7 }}'


@cache
def shipped() -> Loaded:
    """Load the shipped lines."""
    return load(recipe_wanted(None))


@cache
def ten(show: str = "pot", **options: Any) -> Mappable:
    """Put together a map of the ten authorities of Greater Manchester."""
    return mappable(show, within=GM, loaded=shipped(), **options)


def places_in(name: str, level: str = "upper_tier") -> list[Place]:
    """Find the places of a level in a larger one."""
    return places_inside(places_of_level(level), find_place(name, as_at="2012-03-31"), choose=True)[0]
