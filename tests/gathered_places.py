"""What tests of the parts of a report are given: places gathered from the shipped lines, each once, and readers."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from placespend.exports.documents import pot_document
from placespend.exports.text import to_json
from placespend.loaded import Loaded, load
from placespend.pot import Pot, pot_of
from placespend.recipe import shipped_recipe
from placespend.reports.command_line import command_of
from placespend.reports.document import Bars, Bullets, Code, DataTable, MapPicture, Notice, Paragraph, Section
from placespend.reports.gathered import Gathered, gather_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from placespend.reports.document import Block

GM, LEEDS, PILOT, ENGLAND, TRI_BOROUGH = "E47000001", "E08000035", "NB-CASTLE-VALE", "E92000001", "tri-borough"
SMALL = "E01005599"
"""A small area of Salford, with fewer than ten families as modelled."""

Kind = TypeVar("Kind", bound="Block")


@cache
def shipped() -> Loaded:
    return load(shipped_recipe())


@cache
def gathered(name: str) -> Gathered:
    day = shipped().year_end
    return Gathered(pot_of(name, shipped(), as_at=day), day, command_of([name]))


def tables_of(blocks: Iterable[Block]) -> dict[str, DataTable]:
    held = (block.table if isinstance(block, Bars | MapPicture) else block for block in blocks)
    return {table.id: table for table in held if isinstance(table, DataTable)}


def of_kind(section: Section, kind: type[Kind]) -> list[Kind]:
    return [block for block in section.blocks if isinstance(block, kind)]


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
    return tables_of(section.blocks)[name]


def bars_of_id(section: Section, name: str) -> Bars:
    """Find a picture of a section."""
    (found,) = [block for block in section.blocks if isinstance(block, Bars) and block.id == name]
    return found


def words_of(section: Section) -> str:
    """All running text of a section."""
    told: list[str] = []
    for block in section.blocks:
        told += [block.text] if isinstance(block, Paragraph | Notice | Code) else []
        told += block.items if isinstance(block, Bullets) else ()
    return "\n".join(told)


def column(table: DataTable, heading: str) -> list[str]:
    """Give the cells shown under a heading, without the total."""
    (at,) = [number for number, found in enumerate(table.columns) if found.heading == heading]
    rows = table.rows[:-1] if table.has_total else table.rows
    return [row[at] for row in rows]


def whole(values: pd.Series) -> list[int | None]:
    """Give amounts as plain numbers, missing ones as None."""
    return [None if pd.isna(value) else int(value) for value in values]
