"""A report of made-up figures with every kind of part, and texts that would do harm were they not kept as text."""

from __future__ import annotations

import io
import math
import xml.etree.ElementTree as ET
from functools import cache

import pandas as pd
from PIL import Image

from placespend.geography import outlines
from placespend.maps.drawing import draw_map
from placespend.maps.layers import map_layer
from placespend.maps.writing import svg_text
from placespend.reports.document import (
    Bars,
    Bullets,
    Code,
    Column,
    DataTable,
    Document,
    KeyFigure,
    KeyFigures,
    MapPicture,
    Notice,
    Paragraph,
    Section,
)

SCRIPT = "<script>alert('out')</script>"
HOSTILE = (
    f"{SCRIPT} \"double\" 'single' <img src=x onerror=alert(1)> {{{{ 7*7 }}}} {{% raw %}} ]]> </style> &amp; "
    "https://example.org/ \x00\x1b[2J\u202egnp.exe\u2066"
)
SHOWN = HOSTILE.replace("\x00\x1b", "").replace("\u202e", "").replace("\u2066", "")
LONG_WORD = "Llanfair" * 12

BODIES = (
    "Department for Work and Pensions",
    "Greater Exampleshire Combined Authority",
    HOSTILE,
    "Example Council",
    LONG_WORD,
    "=HYPERLINK(0)",
)


def parsed(svg: str) -> ET.Element:
    """Read an SVG that this project made."""
    return ET.fromstring(svg)  # noqa: S314


def made_up_table(name: str, rows: int = 6, *, has_total: bool = False) -> DataTable:
    """Make a table of amounts; the last row is the total where one is wanted."""
    bodies = [BODIES[number % len(BODIES)] + (f" {number + 1}" if rows > len(BODIES) else "") for number in range(rows)]
    pence = [(number * 7_919 + 1_234_567) * 1_013 for number in range(rows)]
    if has_total:
        bodies[-1], pence[-1] = "Total", sum(pence[:-1])
    data = pd.DataFrame({"body": bodies, "amount_pence": pence, "known": "modelled"})
    shown = tuple(
        (body, f"£{amount / 100:,.2f}", f"£{amount / 7_000_00:,.2f}", "Modelled", "C")
        for body, amount in zip(bodies, pence, strict=True)
    )
    columns = (
        Column("Body"),
        Column("Amount (£)", is_number=True),
        Column("Per head (£)", is_number=True),
        Column("How it is known"),
        Column("Grade"),
    )
    notes = ("Amounts are to the penny and sum to the total.",)
    return DataTable(name, f"Who spends: {name}", columns, shown, data, has_total=has_total, notes=notes)


def made_up_bars(name: str, **options: object) -> Bars:
    """Make a picture of amounts, one of them negative and one not known."""
    values = (8_826.31, 9_104.02, -1_250.0, 7_741.5, math.nan, 3_000.25)
    shown = ("£8,826.31", "£9,104.02", "-£1,250.00", "£7,741.50", "not known", "£3,000.25")
    given: dict[str, object] = {
        "lows": (8_500.0, 9_000.0, -1_900.0, 7_000.0, math.nan, 2_000.0),
        "highs": (9_400.0, 9_300.0, -600.0, 8_100.0, math.nan, 5_500.0),
        "emphasised": (0,),
        "notes": ("Thin lines are the range by other reasonable ways of sharing.",),
    }
    given |= options
    table = made_up_table(f"{name}-table")
    return Bars(name, f"Per head, {name}", BODIES, values, shown, "£ per head", table, **given)  # type: ignore[arg-type]


@cache
def made_up_map() -> str:
    """Draw a map with shades, hatches and marks, as SVG."""
    table = pd.DataFrame(
        {
            "code": [f"E0800000{number}" for number in range(1, 7)],
            "name": ["Bolton", "Bury", "Manchester", "Oldham", "Rochdale", HOSTILE],
            "value": [7_741.0, 8_050.0, 9_100.0, None, None, 9_980.0],
            "mark": ["value", "value", "value", "suppressed", "missing", "value"],
            "status": ["published", "modelled", "modelled", "modelled", "", "published"],
        }
    )
    layer = map_layer(table, unit="£ per head", classes=3, number="gbp")
    return svg_text(draw_map(layer, outlines("upper_tier"), title="Made up", sources=["Nobody"]))


def made_up_picture(name: str, **options: object) -> MapPicture:
    """Make a picture of two stripes, beside an SVG if one is given."""
    given: dict[str, object] = {
        "svg": "",
        "png": stripes(),
        "alternative": HOSTILE,
        "table": made_up_table(f"{name}-table", 3),
    }
    return MapPicture(id=name, caption=f"Per head, {name}", **(given | options))  # type: ignore[arg-type]


def wide_table() -> DataTable:
    """Make a table that only a sheet turned sideways has room for."""
    columns = (Column("Service"), *(Column(f"Place {number} (£)", is_number=True) for number in range(1, 9)))
    rows = tuple(
        (f"Service {row}", *(f"£{row * 1_234_567_890.12 + number:,.2f}" for number in range(8))) for row in range(1, 5)
    )
    data = pd.DataFrame({"service": [row[0] for row in rows]})
    return DataTable("wide", "Eight places side by side", columns, rows, data)


def stripes() -> bytes:
    """Make the smallest PNG that has something to see."""
    written = io.BytesIO()
    image = Image.new("RGB", (2, 1), "#12436d")
    image.putpixel((1, 0), (107, 172, 230))
    image.save(written, format="PNG")
    return written.getvalue()


@cache
def made_up_report() -> Document:
    """Make the report."""
    key_figures = KeyFigures(
        (
            KeyFigure("The single pot", "£23,675,183,918.75", "modelled", "Of it, a quarter was recorded here."),
            KeyFigure("Per head", "£8,826.31", "modelled"),
            KeyFigure("Recorded at this place", "25.4 %", "observed", HOSTILE),
            KeyFigure("Published total", "£24,000,000,000.00", "published"),
            KeyFigure("Cost per family", "£75,000.00", "assumed", "The programme's own figure of 2011."),
            KeyFigure("Residents", "2,682,528"),
        )
    )
    sections = (
        Section("key-figures", "Key figures", (key_figures, Notice(f"This is no budget. {HOSTILE}"))),
        Section(
            "who-spends",
            f"Who spends {SCRIPT}",
            (
                Paragraph(f"Six bodies spend here. {HOSTILE}"),
                made_up_bars("bodies"),
                made_up_table("all-bodies", has_total=True),
                Bullets(("One", HOSTILE, LONG_WORD)),
            ),
        ),
        Section(
            "where",
            "Where it is spent",
            (
                made_up_picture("map-per-head", svg=made_up_map(), alternative="A map."),
                made_up_picture("map-again", svg=made_up_map()),
                made_up_picture("map-large"),
            ),
        ),
        Section("long", "A long table", (made_up_table("long-table", 45, has_total=True), wide_table())),
        Section(
            "again", "How to make it again", (Code(f"placespend report 'X' --out x.html\n{HOSTILE}", "The command"),)
        ),
    )
    return Document(
        title=f"The single pot of {SCRIPT}, 2011-12",
        answer="In 2011-12 all public bodies together spent £23.68 billion in Exampleshire, £8,826 a head.",
        about=("Combined authority, E47000001", "2,682,528 residents", HOSTILE),
        sections=sections,
        notice="Contains public sector information licensed under the Open Government Licence v3.0.",
        made_with=f"placespend 0.1.0; recipe {'0123456789abcdef' * 4}; inputs {'fedcba9876543210' * 4}",
    )
