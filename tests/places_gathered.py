"""What tests of a report's parts are given: places gathered from the shipped lines, each once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from placespend.loaded import Loaded, load
from placespend.pot import pot_of
from placespend.recipe import shipped_recipe
from placespend.reports.document import Bars, Bullets, Code, DataTable, MapPicture, Notice, Paragraph, Section
from placespend.reports.gathered import Gathered, command_of

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


def words_of(section: Section) -> str:
    """All running text of a section."""
    told: list[str] = []
    for block in section.blocks:
        told += [block.text] if isinstance(block, Paragraph | Notice | Code) else []
        told += block.items if isinstance(block, Bullets) else ()
    return "\n".join(told)


def pence(shown: str) -> int:
    """Read an amount back as it stands in a table, in pence."""
    return int(shown.replace(",", "").replace(".", ""))
