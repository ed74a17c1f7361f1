"""What reports are made from, gathered once for all tests: a combined authority, an authority and a neighbourhood."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pandas as pd

from placespend.exports import pot_document, to_json
from placespend.loaded import Loaded, load
from placespend.pot import Pot, pot_of
from placespend.recipe import shipped_recipe
from placespend.reports.document import Bars, Bullets, DataTable, MapPicture, Notice, Paragraph, Section
from placespend.reports.gathered import Gathered, command_of, gather_all

PLACES = ("Greater Manchester", "Leeds", "NB-LITTLE-HORTON")


@cache
def gathered_places() -> dict[str, Gathered]:
    """Gather the places by the names that they were asked for by, the lines of all once."""
    return dict(zip(PLACES, gather_all(PLACES), strict=True))


@cache
def told_by_pot(place: str, by: str) -> dict[str, Any]:
    """Give what ``placespend pot PLACE --by BY --format json`` prints, from a pot of its own."""
    found: dict[str, Any] = json.loads(to_json(pot_document(_pot(place), by)))
    return found


@cache
def _pot(place: str) -> Pot:
    # Lines of its own, read anew, but once for all places.
    return pot_of(place, _loaded())


@cache
def _loaded() -> Loaded:
    return load(shipped_recipe())


def gathered_from_shipped(name: str) -> Gathered:
    """Gather another place from the lines that are there."""
    found = gathered_places()["Leeds"]
    return Gathered(pot_of(name, found.loaded), found.day, command_of([name]))


def pence(shown: str) -> int:
    """Read an amount of a table back."""
    return int(shown.replace(",", "").replace(".", ""))


def table_of_id(section: Section, name: str) -> DataTable:
    """Find a table of a section, also one behind a picture."""
    held = [block.table if isinstance(block, Bars | MapPicture) else block for block in section.blocks]
    (found,) = [block for block in held if isinstance(block, DataTable) and block.id == name]
    return found


def bars_of_id(section: Section, name: str) -> Bars:
    """Find a picture of a section."""
    (found,) = [block for block in section.blocks if isinstance(block, Bars) and block.id == name]
    return found


def words_of(section: Section) -> str:
    """Join the running text of a section."""
    texts = [block.text for block in section.blocks if isinstance(block, Paragraph | Notice)]
    return " ".join([*texts, *(item for block in section.blocks if isinstance(block, Bullets) for item in block.items)])


def column(table: DataTable, heading: str) -> list[str]:
    """Give the cells shown under a heading, without the total."""
    (at,) = [number for number, found in enumerate(table.columns) if found.heading == heading]
    rows = table.rows[:-1] if table.has_total else table.rows
    return [row[at] for row in rows]


def whole(values: pd.Series) -> list[int | None]:
    """Give amounts as plain numbers, missing ones as None."""
    return [None if pd.isna(value) else int(value) for value in values]
