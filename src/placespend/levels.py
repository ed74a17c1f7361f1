"""The kinds of place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from placespend.errors import UnknownNameError
from placespend.spelling import did_you_mean

COMBINED_AUTHORITIES_CHECKED_TO = date(2025, 6, 30)
"""Combined authorities made after this day are not in ``boundaries/groupings.csv``."""


@dataclass(frozen=True)
class Level:
    """A kind of place.

    Attributes
    ----------
    token : str
        The word used in commands and code.
    label : str
        The words for people.
    vintage : str
        The year of the boundaries; "dated" where each place has its own dates.
    tiles_england : bool
        Whether the level's places are whole small areas that cover England without overlap.
    is_neighbourhood : bool
        Whether its places are parts of an authority, for which no one manages the money that is modelled.
    """

    token: str
    label: str
    vintage: str
    tiles_england: bool
    is_neighbourhood: bool = False


WARDS = "ward_2025"
OWN = "own"
"""The level of places that a user brings."""

LEVELS = {
    level.token: level
    for level in (
        Level("england", "country", "2011", tiles_england=True),
        Level("region", "region", "2011", tiles_england=True),
        Level("combined_authority", "combined authority", "dated", tiles_england=False),
        Level("tri_borough", "tri-borough", "dated", tiles_england=False),
        Level("upper_tier", "upper-tier authority", "2011", tiles_england=True),
        Level("lad", "local authority district", "2011", tiles_england=True),
        Level("whole_place_pilot", "whole-place pilot", "dated", tiles_england=False),
        Level("police_force", "police force area", "2011", tiles_england=True),
        Level("service_area", "area of a joint service", "dated", tiles_england=False),
        Level("icb_sub_area", "NHS sub-area", "2022", tiles_england=True),
        Level("neighbourhood", "neighbourhood pilot of 2012", "dated", tiles_england=False, is_neighbourhood=True),
        Level("msoa", "middle-layer area", "2011", tiles_england=True, is_neighbourhood=True),
        Level("lsoa", "small area", "2011", tiles_england=True, is_neighbourhood=True),
        Level("upper_tier_2025", "upper-tier authority of 2025", "2025", tiles_england=True),
        Level("lad_2025", "local authority district of 2025", "2025", tiles_england=True),
        Level("ward_2025", "ward of 2025", "2025", tiles_england=False, is_neighbourhood=True),
        Level(OWN, "place of your own", "dated", tiles_england=False, is_neighbourhood=True),
    )
}
"""Every level. Of places made of the same small areas, the one whose level stands first here gives the name."""


def check_level(level: str) -> Level:
    """Look a level up by its token.

    Parameters
    ----------
    level : str

    Returns
    -------
    Level

    Raises
    ------
    UnknownNameError
        If there is no such level.
    """
    if not isinstance(level, str) or level not in LEVELS:
        message = f"There is no level '{level}'."
        levels = f"the levels are {', '.join(LEVELS)}"
        raise UnknownNameError(message, hint=did_you_mean(str(level), LEVELS, otherwise=levels))
    return LEVELS[level]
