"""A folder of tables as a data package: one file that says what each table and column is, for programs to read.

The descriptor follows Data Package version 2 (datapackage.org), which Frictionless and others read. What columns mean
comes from the data dictionary; a type or a rule is only promised where the data at hand keep it. Nothing in it depends
on the day or the machine.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from placespend.exports.columns import meanings_of, plain_table, typed_table
from placespend.exports.text import guard_formulas
from placespend.schema import ECONOMICS, GRADES, SECTORS
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from placespend.dictionary import ColumnMeaning

SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}
DIALECT = {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True}
GUARDED = "An apostrophe stands before texts that a spreadsheet would run as a formula."

MARKS = ("[c]", "[x]", "fewer than 10")
"""Stand where a number of families, or what is made of it, is not told."""

WRITTEN = {
    "integer": re.compile(r"[+-]?\d+"),
    "number": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?"),
    "boolean": re.compile("True|False|true|false"),
    "year": re.compile(r"\d{4}"),
    "date": re.compile(r"\d{4}-\d{2}-\d{2}"),
}
"""How values of each type are written; of a text anything goes."""

VALUES = {"grade": list(GRADES), "sector": list(SECTORS), "economic": list(ECONOMICS)}
"""All that may stand in a column."""

KEYS = {
    "pots": ["code"],
    "families": ["code"],
    "families-density": ["code"],
    "families-cost": ["code", "layer"],
    "sensitivity-ranges": ["code"],
    "report/bodies": ["body"],
    "report/sectors": ["sector"],
    "report/divisions": ["division"],
    "report/services": ["service_code"],
    "report/inside-table": ["code"],
    "report/per-head-by-place": ["code"],
    "report/families-density": ["code"],
    "report/families-map-table": ["code"],
    "report/families-bodies": ["body"],
    "report/families-costs": ["code", "layer"],
    "report/grades": ["grade"],
    "report/files-read": ["file"],
}
"""By which columns the rows of a table are known, by its name in the data dictionary."""


@dataclass(frozen=True, eq=False)
class Resource:
    """A table in a folder.

    Attributes
    ----------
    name : str
    title : str
        What it shows, in one line.
    path : str
        Of its file within the folder, parts divided by "/".
    form : {"csv", "parquet"}
    table : pandas.DataFrame
        What was written.
    content : bytes
        The file.
    declared : str
        Name of the table in the data dictionary; where left out, the table is known by its columns.
    """

    name: str
    title: str
    path: str
    form: str
    table: pd.DataFrame = field(repr=False)
    content: bytes = field(repr=False)
    declared: str = ""


def package_descriptor(
    resources: Sequence[Resource],
    *,
    name: str,
    title: str,
    made_with: str,
    sources: Sequence[str],
    description: str,
) -> dict[str, Any]:
    """Describe a folder of tables, as ``datapackage.json`` in it.

    Parameters
    ----------
    resources : sequence of Resource
    name : str
        Of the package; altered where it has other signs than a name of a package may have.
    title : str
        What it holds, in one line.
    made_with : str
        Version of placespend, and digests of what was read.
    sources : sequence of str
        Publications that the figures come from.
    description : str
        What a reader must know.

    Returns
    -------
    dict
        The same for the same tables.

    Examples
    --------
    >>> import pandas as pd
    >>> table = Resource("pots", "Pots", "pots.csv", "csv", pd.DataFrame({"amount_pence": [1]}), b"amount_pence,1")
    >>> told = package_descriptor([table], name="Leeds", title="", made_with="", sources=[], description="")
    >>> told["name"], told["resources"][0]["schema"]["fields"][0]["unit"]
    ('leeds', 'pence')
    """
    names: list[str] = []
    for resource in resources:
        names.append(_unlike(_as_name(resource.name), names))
    described = [_resource(resource, called) for resource, called in zip(resources, names, strict=True)]
    told = {
        "$schema": SCHEMA,
        "name": _as_name(name),
        "title": title,
        "description": description,
        "made_with": made_with,
        "attribution": NOTICE,
        "licenses": [LICENCE],
        "sources": [{"title": source} for source in dict.fromkeys(sources) if source],
        "resources": described,
    }
    return {key: value for key, value in told.items() if value}


def _resource(resource: Resource, name: str) -> dict[str, Any]:
    is_csv = resource.form == "csv"
    table = plain_table(resource.table) if is_csv else typed_table(resource.table)
    found = {
        "name": name,
        "title": resource.title,
        "description": GUARDED if is_csv else "",
        "path": resource.path,
        "format": resource.form,
        "mediatype": MEDIA_TYPES.get(resource.form, "application/octet-stream"),
        "encoding": "utf-8" if is_csv else "",
        "bytes": len(resource.content),
        "hash": f"sha256:{hashlib.sha256(resource.content).hexdigest()}",
        "dialect": DIALECT if is_csv else {},
        "schema": _schema(table, resource.declared, is_csv=is_csv),
    }
    return {key: value for key, value in found.items() if value != "" and value != {}}


def _schema(table: pd.DataFrame, declared: str, *, is_csv: bool) -> dict[str, Any]:
    meanings = meanings_of(table, declared)
    cells = {column: [_written(value) for value in table[column].tolist()] for column in table.columns}
    headings = list(guard_formulas(table.head(0)).columns) if is_csv else list(table.columns)
    marks = [mark for mark in MARKS if any(_is_marked(cells[found.name], found, mark) for found in meanings)]
    fields = [
        _field(heading, found, cells[found.name], marks) for heading, found in zip(headings, meanings, strict=True)
    ]
    key = KEYS.get(declared, [])
    rows = list(zip(*(cells[column] for column in key), strict=True)) if key and set(key) <= set(cells) else []
    is_key = bool(rows) and len(set(rows)) == len(rows) and all(all(row) for row in rows)
    return {"fields": fields, "missingValues": ["", *marks], **({"primaryKey": key} if is_key else {})}


def _field(heading: str, found: ColumnMeaning, cells: Sequence[str], marks: Sequence[str]) -> dict[str, Any]:
    missing = {"", *marks}
    filled = {cell for cell in cells if cell not in missing}
    kind = _type_of(filled, found.type)
    rules: dict[str, Any] = {}
    # Only what the dictionary says to be never blank, lest a rule be taken from the data of one day.
    if found.meaning and "blank" not in found.meaning and cells and missing.isdisjoint(cells):
        rules["required"] = True
    if found.name in VALUES and filled <= set(VALUES[found.name]):
        rules["enum"] = VALUES[found.name]
    known = {"name": heading, "type": kind, "unit": found.unit, "description": found.meaning, "constraints": rules}
    return {key: value for key, value in known.items() if value}


def _type_of(filled: set[str], declared: str) -> str:
    """Give the declared type if all values are of it, else the next that they are of."""
    types = [declared, *(["number"] if declared == "integer" else [])]
    fits = (kind for kind in types if kind in WRITTEN and all(WRITTEN[kind].fullmatch(value) for value in filled))
    return next(fits, "string")


def _is_marked(cells: Sequence[str], found: ColumnMeaning, mark: str) -> bool:
    return found.type in ("integer", "number") and mark in cells


def _written(value: object) -> str:
    """Write a value as CSV does; blank where it is missing."""
    is_missing = value is None or type(value).__name__ == "NAType" or value != value
    return "" if is_missing else str(value)


def _as_name(text: str) -> str:
    """Write a text as the name of a package or resource: small letters, digits, full stops and hyphens."""
    return re.sub(r"[^a-z0-9._]+", "-", text.casefold()).strip("-.") or "table"


def _unlike(name: str, taken: Sequence[str]) -> str:
    """Add a number to a name that is taken."""
    others = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in others if other not in taken)
