"""What a file gives: which of its columns are which measures, of a published layout or of a user's own.

Published layouts are declared in ``boundaries/published_measures.csv`` and known by their headings. Of a user's own
file, columns named as a measure or as a basis of a ladder are read, and where there are none, all columns of numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from placespend.bases import shipped_bases
from placespend.blends import blends
from placespend.errors import list_values
from placespend.measured.codes import clean_codes
from placespend.measured.files import Table, name_of
from placespend.measured.findings import number_of
from placespend.measured.values import read_numbers
from placespend.measures import list_measures
from placespend.shipped import read_once, shipped_file
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from pathlib import Path

    from placespend.measured.findings import Findings

SAID_ONCE = ("year", "source", "licence", "unit", "label")
"""Columns of a user's own file that say the same of every row."""

NEVER_COUNTS = {
    *("fid", "objectid", "object_id", "id", "ogc_fid", "gid", "index", "row", "row_number", "no", "unnamed_0"),
    *("easting", "northing", "eastings", "northings", "bng_e", "bng_n", "lat", "long", "lon", "latitude", "longitude"),
    *("shape_area", "shape_length", "shape_leng", "st_areasha", "st_lengths", "x", "y", "date", "month", "quarter"),
    *(f"{level}{what}" for level in ("lsoa", "msoa", "ward", "lad", "geography", "area") for what in ("_code", "_id")),
}
"""Columns of numbers that count nothing, as published files carry them."""


@dataclass(frozen=True)
class Plan:
    """How one measure is made of a table.

    Attributes
    ----------
    name, label, unit : str
    year : int or None
    source, licence, note : str
    how : str
        "sum" of columns; "rate" of another measure; "members": those of the other measure where the column says one
        of ``members``.
    columns : tuple of int
        Positions in the table.
    of : str
        The shipped measure that a rate or members are of.
    rate_per : int
    members : tuple of str
    heading : str
        As printed, for messages; empty of published files.
    said_unit : str
        What the user says that it counts; empty where nothing is said.
    is_declared : bool
        Whether it is known to be what it is called: published, or a rate that was said to be one.
    is_published : bool
        Whether its file is a published one, of which it is known what a blank means.
    """

    name: str
    label: str
    unit: str
    year: int | None
    source: str
    licence: str
    note: str = ""
    how: str = "sum"
    columns: tuple[int, ...] = ()
    of: str = ""
    rate_per: int = 1
    members: tuple[str, ...] = ()
    heading: str = ""
    said_unit: str = ""
    is_declared: bool = False
    is_published: bool = False


@dataclass(frozen=True)
class MeasureSource:
    """One file of measures, and what a recipe says of it.

    Attributes
    ----------
    path : pathlib.Path
    name : str
        Of the measure, where the file's heading is not it.
    column : str
        The only column to read.
    code_column : str
        Which column holds the codes of areas; otherwise found by what it holds.
    sheet : str
        Of a workbook; otherwise the first visible one that holds codes.
    label, unit : str
    year : int or None
    source, licence : str
    rate_per : int or None
        The column is a rate per so many: 1, 100, 1000.
    rate_of : str
        Of which shipped measure it is a rate, such as residents.
    """

    path: Path
    name: str = ""
    column: str = ""
    code_column: str = ""
    sheet: str = ""
    label: str = ""
    unit: str = ""
    year: int | None = None
    source: str = ""
    licence: str = ""
    rate_per: int | None = None
    rate_of: str = ""


@read_once
def published_layouts() -> pd.DataFrame:
    """List the published layouts, a row for each measure that they give.

    Returns
    -------
    pandas.DataFrame
        Text: ``layout``, ``title``, ``signature`` (headings that all must be there), ``code``, ``widen_by`` and
        ``widen_of`` (of a file with a row for each area and category) in the first row of a layout; and ``measure``,
        ``how``, ``columns``, ``members``, ``of``, ``label``, ``unit``, ``year``, ``source``, ``licence``, ``note``.
    """
    return pd.read_csv(shipped_file("boundaries", "published_measures.csv"), dtype="str", keep_default_na=False)


def layout_of(table: Table) -> pd.DataFrame | None:
    """Find the published layout of a table.

    Parameters
    ----------
    table : Table

    Returns
    -------
    pandas.DataFrame or None
        Its rows of :func:`published_layouts`; of several that fit, that with most headings told.
    """
    keys = set(table.keys)
    first = published_layouts().drop_duplicates("layout")
    fitting = {
        str(row["layout"]): len(str(row["signature"]).split())
        for row in first.to_dict(orient="records")
        if set(str(row["signature"]).split()) <= keys
    }
    if not fitting:
        return None
    rows = published_layouts()
    return rows[rows["layout"] == max(fitting, key=lambda name: fitting[name])]


def published_plans(table: Table, layout: pd.DataFrame, findings: Findings) -> tuple[Table, str, list[Plan]]:
    """Tell what a published file gives.

    Parameters
    ----------
    table : Table
    layout : pandas.DataFrame
        As :func:`layout_of` gives it.
    findings : Findings

    Returns
    -------
    table : Table
        With a row for each area.
    code_column : str
        The name of its column of codes.
    plans : list of Plan
    """
    first = layout.iloc[0]
    if first["widen_by"]:
        table = _widen(table, first["code"], first["widen_by"], first["widen_of"], findings)
    position = {key: at for at, key in reversed(list(enumerate(table.keys)))}
    plans = []
    for row in layout.to_dict(orient="records"):
        columns = [position[key] for key in _spread(str(row["columns"])) if key in position]
        plans.append(
            Plan(
                name=str(row["measure"]),
                label=str(row["label"]),
                unit=str(row["unit"]),
                year=int(str(row["year"])),
                source=str(row["source"]),
                licence=str(row["licence"]),
                note=str(row["note"]),
                how=str(row["how"]),
                columns=tuple(columns),
                of=str(row["of"]),
                members=tuple(str(row["members"]).split()),
                is_declared=True,
                is_published=True,
            )
        )
    count = len({at for plan in plans for at in plan.columns})
    rest = len(table.headings) - count - 1
    about = f"{first['title']}: {len(plans)} measures from {count} of its columns"
    findings.keep(
        "published file", about + (f"; {number_of(rest, 'other is', 'others are')} not read" if rest > 0 else "")
    )
    return table, str(first["code"]), plans


def _spread(columns: str) -> list[str]:
    """Write ranges out: "0-2 total" is 0, 1, 2 and total."""
    keys = []
    for part in columns.split():
        start, _, end = part.partition("-")
        keys += [str(age) for age in range(int(start), int(end) + 1)] if end else [part]
    return keys


def _widen(table: Table, code: str, by: str, of: str, findings: Findings) -> Table:
    """Make one row for each area of a table that has one for each area and category."""
    at = {key: table.columns[number] for number, key in enumerate(table.keys)}
    long = pd.DataFrame(
        {
            "code": clean_codes(at[code]),
            "by": pc.utf8_trim_whitespace(at[by]).to_pylist(),
            "of": at[of].to_pylist(),
            "row": table.rows,
        }
    )
    long = long[long["code"] != ""]
    repeated = long.duplicated(["code", "by"])
    if repeated.any():
        told = [f"{row['code']} with {row['by']}" for row in long[repeated].to_dict(orient="records")]
        findings.refuse("code repeated", f"the same area and category stand there twice: {list_values(told)}")
    wide = long[~repeated].pivot(index="code", columns="by", values="of")  # noqa: PD010
    rows = long.drop_duplicates("code").set_index("code")["row"].reindex(wide.index)
    lacking = wide.index[wide.isna().any(axis=1)]
    if len(lacking):
        findings.refuse(
            "rows missing",
            f"{len(lacking):,} areas lack a category, as {list_values(list(lacking))}",
            hint="is it cut short?",
        )
    columns = [pa.array(wide.index, pa.string()), *(pa.array(wide[name].fillna("")) for name in wide.columns)]
    return replace(table, headings=[code, *map(str, wide.columns)], columns=columns, rows=rows.to_numpy(dtype=np.int64))


@cache
def known_names() -> frozenset[str]:
    """Name every measure that a ladder or another part of placespend knows.

    Returns
    -------
    frozenset of str
    """
    return frozenset({*list_measures().index, *shipped_bases().ladders["basis"]} - {*blends()["basis"]})


def own_plans(table: Table, code_at: int, source: MeasureSource, findings: Findings) -> list[Plan]:
    """Tell what a user's own file gives.

    Parameters
    ----------
    table : Table
    code_at : int
        The position of its column of codes.
    source : MeasureSource
    findings : Findings
        What is not read is told.

    Returns
    -------
    list of Plan
        Empty where nothing can be read, which is told.
    """
    keys = table.keys
    said = _said_once(table, findings)
    chosen = _choose(table, code_at, source, findings)
    plans = []
    for at in chosen:
        name = name_of(source.name) if source.name else keys[at]
        heading = printable(table.headings[at])
        known = list_measures().loc[name] if name in list_measures().index else None
        own_unit = source.unit or said.get("unit", "")
        of_homes = "household" in f"{name} {heading.casefold()}"
        guessed = str(known["unit"]) if known is not None else "households" if of_homes else "count"
        own_label = source.label or (said.get("label", "") if len(chosen) == 1 else "")
        label = own_label or (str(known["label"]) if known is not None else (source.name or heading).replace("_", " "))
        year = source.year if source.year is not None else _year(said.get("year", ""))
        plans.append(
            Plan(
                name=name,
                label=printable(label),
                unit=printable(own_unit) or guessed,
                year=year,
                source=source.source or said.get("source", ""),
                licence=source.licence or said.get("licence", ""),
                columns=(at,),
                heading=heading,
                said_unit=printable(own_unit),
            )
        )
    if source.rate_per is not None or source.rate_of:
        plans = _as_rates(plans, source, findings)
    return [plan for plan in plans if _has_sound_name(plan, plans, findings)]


def _said_once(table: Table, findings: Findings) -> dict[str, str]:
    """Read the columns that say the same of every row."""
    said = {}
    for key, heading, values in zip(table.keys, table.headings, table.columns, strict=True):
        if key in SAID_ONCE:
            different = sorted({*pc.unique(pc.utf8_trim_whitespace(values)).to_pylist()} - {""})
            if len(different) == 1:
                said[key] = printable(different[0])
            elif different:
                findings.keep("not read", f"column {printable(heading)!r} says several things, so it is not used")
    return said


def _year(text: str) -> int | None:
    return int(text[:4]) if text[:4].isascii() and text[:4].isdigit() and 1900 <= int(text[:4]) < 2100 else None


def _choose(table: Table, code_at: int, source: MeasureSource, findings: Findings) -> list[int]:
    """Choose the columns to read."""
    keys = table.keys
    others = [at for at in range(len(keys)) if at != code_at and keys[at] not in SAID_ONCE and table.headings[at]]
    if source.column:
        exact = [at for at in range(len(keys)) if table.headings[at].strip() == source.column.strip()]
        found = exact or [at for at in range(len(keys)) if keys[at] == name_of(source.column) != ""]
        if len(found) != 1:
            shown = list_values([repr(table.headings[at]) for at in others])
            hint = did_you_mean(source.column, [table.headings[at] for at in others], otherwise=f"it has {shown}")
            findings.refuse("no such column", f"{'several columns are' if found else 'no column is'} called "
                            f"'{source.column}'", hint=hint)  # fmt: skip
            return []
        return found
    if source.name and name_of(source.name) in keys:
        return [keys.index(name_of(source.name))]
    known = [at for at in others if keys[at] in known_names()]
    is_number = {at: _holds_numbers(table.columns[at], keys[at]) for at in others}
    chosen = known or [at for at in others if is_number[at]]
    if source.name and len(chosen) != 1:
        findings.refuse("no such column", f"which of its columns is '{source.name}'? It has "
                        f"{list_values([repr(table.headings[at]) for at in others])}",
                        hint="say which with column = in the recipe's [[measure]]")  # fmt: skip
        return []
    for numbers, why in ((True, "of numbers, beside those of known measures"), (False, "without counts")):
        left = [repr(printable(table.headings[at])) for at in others if at not in chosen and is_number[at] is numbers]
        if left:
            findings.keep("not read", f"{len(left)} column{'s' * (len(left) != 1)} {why}: {list_values(left)}")
    if not chosen:
        findings.refuse("no counts", "it has no column of numbers under a heading")
    return chosen


def _holds_numbers(values: pa.StringArray, key: str) -> bool:
    """Tell whether a column is one of counts: at least half of what it tells are numbers."""
    if key in NEVER_COUNTS:
        return False
    sample = values[:: max(1, len(values) // 2_000)]
    return read_numbers(sample).share_of_numbers >= 0.5


def _as_rates(plans: list[Plan], source: MeasureSource, findings: Findings) -> list[Plan]:
    """Take columns for rates, as a recipe says."""
    if source.rate_per is None or not source.rate_of or source.rate_per < 1:
        findings.refuse("rate not clear", "a rate needs both rate_per (1, 100, 1000) and rate_of (such as residents)")
        return []
    if source.rate_of not in list_measures().index:
        hint = did_you_mean(source.rate_of, list_measures().index, otherwise="see: placespend measures list")
        findings.refuse("rate not clear", f"there is no shipped measure '{source.rate_of}' to be a rate of", hint=hint)
        return []
    of = str(list_measures().loc[source.rate_of, "label"])
    note = f"A rate per {source.rate_per:,} of {of}, multiplied by them"
    return [
        replace(plan, how="rate", of=source.rate_of, rate_per=source.rate_per, note=note, is_declared=True)
        for plan in plans
    ]


def _has_sound_name(plan: Plan, plans: list[Plan], findings: Findings) -> bool:
    """Refuse measures without a name, with the name of another, or with that of a blend."""
    if not plan.name:
        findings.refuse("no name", f"the heading {plan.heading!r} has no letters or digits to make a name of")
        return False
    if plan.name in set(blends()["basis"]):
        findings.refuse(
            "name taken", f"'{plan.name}' is a blend of measures", measure=plan.name, hint="rename the column"
        )
        return False
    if sum(other.name == plan.name for other in plans) > 1:
        if not findings.has_refused(plan.name):
            same = [repr(other.heading) for other in plans if other.name == plan.name]
            findings.refuse(
                "column repeated", f"several columns are '{plan.name}': {list_values(same)}", measure=plan.name,
                hint="rename or remove all but one",
            )  # fmt: skip
        return False
    return True
