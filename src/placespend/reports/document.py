"""What a report is made of, whatever it is written as: sections of words, figures, tables and pictures.

A report is built once as a :class:`Document` and then written as a page, as a PDF and as files of data, so that none of
them can say another thing than the others. All text in it is plain: what writes it escapes it. Nothing in it depends on
the day or the machine, so the same inputs give the same document.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from placespend.maps.layers import MapLayer

Known = Literal["published", "observed", "observed_and_modelled", "modelled", "assumed", ""]
"""How a figure is known; empty where the words beside it say so, or it is a count of the census."""

KNOWN_WORDS = {
    "published": "Published",
    "observed": "Recorded",
    "observed_and_modelled": "Recorded and modelled",
    "modelled": "Modelled",
    "assumed": "Assumed",
}
"""What a reader is told of each."""

KNOWN_MEANINGS = {
    "published": "printed in an official statistic or account.",
    "observed": "written down by the body that spent it, at this place.",
    "observed_and_modelled": "in part recorded at this place, the rest modelled.",
    "modelled": "worked out from figures of a larger area or of other places.",
    "assumed": "taken to hold here for want of a figure, as the cost of a family that was published for England only.",
}
"""What those words mean, for who reads them first."""

ID = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True)
class Paragraph:
    """Words.

    Attributes
    ----------
    text : str
    """

    text: str


@dataclass(frozen=True)
class Notice:
    """Words that a reader must not miss, as that a neighbourhood's figures are no budget.

    Attributes
    ----------
    text : str
    """

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list.

    Attributes
    ----------
    items : tuple of str
    """

    items: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """A command or a file, to be copied as it is.

    Attributes
    ----------
    text : str
    label : str
        What it is, for those who cannot see it.
    """

    text: str
    label: str


@dataclass(frozen=True)
class KeyFigure:
    """A figure that stands out.

    Attributes
    ----------
    label : str
        What it is: "The single pot, 2011-12".
    value : str
        As shown, with its unit: "£23,675,183,918.75".
    known : {"published", "observed", "observed_and_modelled", "modelled", "assumed", ""}
    note : str
        What must be said beside it; may be empty.
    """

    label: str
    value: str
    known: Known = ""
    note: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """Figures that stand out, side by side.

    Attributes
    ----------
    figures : tuple of KeyFigure
    """

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table as a reader sees it.

    Attributes
    ----------
    heading : str
        With the unit: "Amount (£)".
    is_number : bool
        Whether it stands to the right.
    is_quality : bool
        Whether it tells how good an assumption is: red, amber or green, which are marked so that they are seen at once.
    """

    heading: str
    is_number: bool = False
    is_quality: bool = False


@dataclass(frozen=True, eq=False)
class DataTable:
    """A table as a reader sees it, and the exact figures behind it.

    Attributes
    ----------
    id : str
        Names it in links and as a file: small letters, digits and hyphens; one in the report.
    caption : str
    columns : tuple of Column
        The first is what each row is about.
    rows : tuple of tuple of str
        What is shown; an empty text is an empty cell.
    data : pandas.DataFrame
        The same rows or finer, as data: whole pence, codes, no words made for the page.
    has_total : bool
        Whether the last row is the total of the others.
    notes : tuple of str
        Below the table.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    data: pd.DataFrame
    has_total: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_id(self.id)
        if any(len(row) != len(self.columns) for row in self.rows):
            message = f"table {self.id} has rows of another length than its columns"
            raise ValueError(message)


@dataclass(frozen=True, eq=False)
class Bars:
    """A picture of amounts side by side, drawn from its table.

    Attributes
    ----------
    id : str
    caption : str
    labels : tuple of str
    values : tuple of float
        In the unit; negative ones too.
        Not a number where none is known: no bar is drawn then.
    shown : tuple of str
        Each value as written at its bar.
    unit : str
        What the values are, in words.
    table : DataTable
        What the picture shows, for those who cannot see it.
    lows, highs : tuple of float
        The ends of a range around each value; empty where there is none.
    emphasised : tuple of int
        Positions of the bars that stand out: the place that the report is on.
    notes : tuple of str
    """

    id: str
    caption: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    shown: tuple[str, ...]
    unit: str
    table: DataTable
    lows: tuple[float, ...] = ()
    highs: tuple[float, ...] = ()
    emphasised: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_id(self.id)
        ranges = [ends for ends in (self.lows, self.highs) if ends or self.lows or self.highs]
        if any(len(found) != len(self.labels) for found in (self.values, self.shown, *ranges)):
            message = f"picture {self.id} has not one value, and one range or none, for each label"
            raise ValueError(message)

    @property
    def alternative(self) -> str:
        """What the picture shows, in words."""
        told = "; ".join(f"{label}: {shown}" for label, shown in zip(self.labels, self.shown, strict=True))
        ranges = " A thin line over a bar is its range." if self.lows else ""
        return f"Bars of {self.unit}.{ranges} {told}."


@dataclass(frozen=True, eq=False)
class MapPicture:
    """A map, drawn before.

    Attributes
    ----------
    id : str
    caption : str
    svg : str
        Or empty, where the picture is large.
    png : bytes
        Or empty, where there is an SVG. One of both there must be, and both are best: the PNG is
        what goes on paper and into a PDF, as browsers print the hatches of an SVG blurred and weasyprint slowly.
    alternative : str
        What it shows, in words.
    table : DataTable
        What it shows of each place.
    layer : MapLayer or None
        What it shows, as data.
    """

    id: str
    caption: str
    svg: str
    png: bytes
    alternative: str
    table: DataTable
    layer: MapLayer | None = None

    def __post_init__(self) -> None:
        _check_id(self.id)
        if not self.svg and not self.png:
            message = f"map {self.id} has no picture"
            raise ValueError(message)


Block = Paragraph | Notice | Bullets | Code | KeyFigures | DataTable | Bars | MapPicture


@dataclass(frozen=True)
class Section:
    """A part of a report.

    Attributes
    ----------
    id : str
        Names it in links.
    heading : str
    blocks : tuple of Block
    """

    id: str
    heading: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        _check_id(self.id)


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes
    ----------
    title : str
    answer : str
        What the report says, in one sentence.
    about : tuple of str
        What the place is: its kind, code, residents; the financial year.
    sections : tuple of Section
        The first holds the key figures.
    notice : str
        What the licences of the data ask for.
    made_with : str
        Version and digests, in one line.
    """

    title: str
    answer: str
    about: tuple[str, ...]
    sections: tuple[Section, ...]
    notice: str
    made_with: str = field(default="")

    def __post_init__(self) -> None:
        found = [section.id for section in self.sections]
        found += [block.id for block in self._blocks() if isinstance(block, Bars | MapPicture)]
        found += [table.id for table in self.tables()]
        twice = sorted({name for name in found if found.count(name) > 1})
        if twice:
            message = f"several parts of the report have the id {', '.join(twice)}"
            raise ValueError(message)

    def _blocks(self) -> tuple[Block, ...]:
        return tuple(block for section in self.sections for block in section.blocks)

    def tables(self) -> tuple[DataTable, ...]:
        """List the tables of the report, those behind pictures too.

        Returns
        -------
        tuple of DataTable
            In the order of the report.
        """
        held = (block.table if isinstance(block, Bars | MapPicture) else block for block in self._blocks())
        return tuple(block for block in held if isinstance(block, DataTable))


def _check_id(name: str) -> None:
    if not ID.fullmatch(name):
        message = f"'{name}' cannot name a part of a report"
        raise ValueError(message)
