"""What several test files are given: an everyday line, and places by level."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd
from hypothesis import strategies as st

from placespend.gazetteer import places_of_level
from placespend.geography import groupings, level_index
from placespend.levels import LEVELS, OWN
from placespend.lines import CANONICAL_COLUMNS

if TYPE_CHECKING:
    from placespend.place import Place

EVERYDAY_LINE: dict[str, Any] = {
    **dict.fromkeys(CANONICAL_COLUMNS, ""),
    "source_id": "ledger",
    "body": "Council",
    "sector": "LG",
    "service_code": "8.2",
    "financial_year": "2011-12",
    "economic": "current",
    "amount_kind": "outturn",
    "status": "have",
    "footprint_code": "E08000003",
    "payment_to_people": False,
}
TILING = [level for level in LEVELS if LEVELS[level].tiles_england]
NUMBERED = ("neighbourhood", "ward_2025")
TRI_BOROUGH = ["E09000013", "E09000020", "E09000033"]


def lines(*given: dict[str, Any]) -> pd.DataFrame:
    """The canonical table of lines, each told by what differs from a council's culture in Manchester."""
    rows = [{**EVERYDAY_LINE, "line_id": str(number), **line} for number, line in enumerate(given)]
    table = pd.DataFrame(rows, columns=CANONICAL_COLUMNS)
    return table.astype({"amount_pence": "Int64", "payment_to_people": "bool"})


@cache
def codes_of(level: str) -> list[str]:
    if level in TILING:
        return list(level_index(level)[0])
    if level in NUMBERED:
        return [place.code for place in places_of_level(level)]
    return groupings().query("level == @level")["code"].tolist()


@cache
def tiles(level: str) -> list[Place]:
    return places_of_level(level)


SEVERAL = [
    "E06000033 and E10000012",
    "E47000001 less E08000010",
    "E12000002 less E06000050 and E08000001 and E08000003",
    "E12000006 and E12000007 less E09000013 and E09000020 and E09000033",
]
"""Footprints of several places, or of a place without some of its parts."""

FOOTPRINTS = st.one_of(
    *(st.sampled_from(codes_of(level)) for level in LEVELS if level != OWN), st.sampled_from(SEVERAL)
)
