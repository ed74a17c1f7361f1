"""HM Treasury's Country and Regional Analysis (CRA), from the database that is published with it.

Each row of the database is a body's spending on one sub-function for the people of one region, in a column for each
year, in £ thousand. Rows of England that are *identifiable* become lines whose footprint is the region. Rows of
Scotland, Wales, Northern Ireland and outside the United Kingdom are not applicable. What is *not identifiable*
(defence, debt interest and the like), being spent for the United Kingdom as a whole, becomes a memo: it belongs to no
place. A memo keeps its sub-function in ``service_name``, with a service code only where England has lines of that
service too. A printed 0 is not a line.

Traps. Amounts are fractions of a thousand, even of a penny, for totals are shared out before they are published: each
cell is rounded half to even, and the reading says what that added. A segment and region may stand in several rows,
which are all real and get line ids with their row. The Bank of England ("BOE") is not one of the three sectors: it has
only memos, whose sector is blank. The database prints no totals of its own, so there are no checks of any. The figures
of a year change from one vintage to the next: never mix two.

Headings, functions and regions are compared without case, punctuation and spacing, and known under the names that later
databases give them, as far as these are known. Only the layout of November 2014 was tried on a real file.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from placespend.cofog import services
from placespend.errors import DataFileError, YearError, list_values
from placespend.lines import payments_to_people
from placespend.place_names import named_places, rows_by_key
from placespend.schema import SECTORS
from placespend.shipped import shipped_file
from placespend.sources.grids import read_sheets, text_of
from placespend.sources.headings import (
    Header,
    check_year,
    find_headers,
    find_unit,
    find_year,
    keys_by_spelling,
    value_columns,
)
from placespend.sources.reading import Collector, Reading
from placespend.spelling import did_you_mean, normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

SPELLINGS = {
    "body": ("Department", "Department Group", "Department Name", "Organisation", "Organisation Name", "Body"),
    "subfunction": (
        "HMT Subfunction",
        "HMT Sub-functional Classification",
        "HMT Subfunctional Classification",
        "HMT Sub-function Classification",
    ),
    "identifiable": ("ID/non-ID", "ID or non-ID", "ID non-ID", "Identifiable or non-identifiable"),
    "economic": ("CAP or CUR", "CAP/CUR", "CUR or CAP", "Capital or current", "Current or capital"),
    "sector": ("CG, LG or PC", "CG/LG/PC", "CG LG PC", "Public sector", "Sector"),
    "region": ("NUTS Region", "NUTS 1 Region", "NUTS1", "ITL 1 Region", "Region"),
    "country": ("Country",),
    "segment": ("CRA Segment", "CRA Segment Code", "Segment", "Segment Code"),
    "description": ("CRA Segment Description", "Segment Description", "CRA Segment Name"),
    "level_0": ("COFOG Level 0",),
    "level_1": ("COFOG Level 1",),
    "function": ("HMT Function", "HMT Functional Classification"),
}
"""How the headings are spelt in one database or another; the first is that of 2014."""

OPTIONAL = {"country", "segment", "description", "level_0", "level_1", "function"}
OUTSIDE_ENGLAND = {"scotland", "wales", "northernireland", "outsideuk", "outsidetheuk", "outsideunitedkingdom"}
_IDENTIFIABLE = {
    "id": "ID",
    "identifiable": "ID",
    **dict.fromkeys(("nonid", "nonidentifiable", "notidentifiable"), "Non-ID"),
}
_ECONOMIC = {"cur": "current", "current": "current", "cap": "capital", "capital": "capital"}

NOT_IDENTIFIABLE = "it is not identifiable: spent for the United Kingdom as a whole"
NOT_ENGLAND = "outside England"
ANOTHER_YEAR = "another year than was asked for"
NOT_A_YEAR_COLUMN = "not the column of a year"


class _Row(NamedTuple):
    """What the identifying columns of a row say of all its cells."""

    fields: dict[str, Any]
    skip: str
    memo: str
    fault: tuple[str, str] | None


def read_cra(path: str | Path, *, year: str | None = None, vintage: str = "2014", unit: str | None = None) -> Reading:
    """Read the database of a Country and Regional Analysis.

    Parameters
    ----------
    path : str or pathlib.Path
        The workbook as published, or its database sheet as CSV.
    year : str, optional
        As 2011-12; all the years of the database where left out.
    vintage : str, default "2014"
        The year in which the analysis was published, which is part of the ``source_id``.
    unit : {"thousand", "million", "pound"}, optional
        Where the file does not say its unit.

    Returns
    -------
    Reading
        Lines with the footprint of a region (E12000001 to E12000009); memos without footprint.

    Raises
    ------
    DataFileError
        If the file cannot be read, or lacks headings; the message lists them.
    YearError
        If the database does not have the year.

    Notes
    -----
    Identifiable spending is for the benefit of the people of a region, whoever spends it and wherever. Grants to local
    authorities are not in departments' rows, so departments and local authorities add up.
    Source: HM Treasury, Country and Regional Analysis, Open Government Licence.
    """
    check_year(year)
    sheets = read_sheets(path)
    keys = keys_by_spelling(SPELLINGS)
    required = {key: texts[0] for key, texts in SPELLINGS.items() if key not in OPTIONAL}
    headers = find_headers(path, sheets, lambda heading: keys.get(normalise(heading)), required)
    if len(headers) > 1:
        names = " and ".join(repr(header.sheet.name) for header in headers)
        message = f"{path} has several sheets with the headings of a database: {names}."
        raise DataFileError(message, hint="keep the one that is meant in a file of its own")
    header = headers[0]
    said = [text for sheet in sheets if sheet is not header.sheet for row in sheet.rows for text in map(text_of, row)]
    pence = find_unit([*said, *header.above, *header.headings], given=unit, what=str(path))
    columns = value_columns(header, SPELLINGS)
    year_of = _years(path, header, columns, year)
    reasons = {at: "" if at in year_of else _reason(header.heading_of(at)) for at in columns}
    collector = Collector(Path(path).name, header.sheet.name)
    rows = [_read_row(header, number, values, vintage) for number, values in header.data]
    _tell_repeated_apart(rows, [number for number, _ in header.data])
    for (number, values), row in zip(header.data, rows, strict=True):
        _take_row(collector, header, number, values, row, reasons, year_of, pence)
    return collector.reading(cells_read=len(columns) * len(rows))


def _years(path: str | Path, header: Header, columns: Sequence[int], year: str | None) -> dict[int, str]:
    """Tell which columns are to be read, with their years."""
    found = {at: find_year(header.heading_of(at)) for at in columns}
    years = {at: name for at, name in found.items() if name is not None}
    repeated = sorted(name for name, count in Counter(years.values()).items() if count > 1)
    if repeated:
        message = f"{path} has several columns for {', '.join(repeated)}."
        raise DataFileError(message, hint="remove all but one")
    wanted = {at: name for at, name in years.items() if year in {None, name}}
    if not wanted:
        message = f"{path} has no column for {year or 'any year'}."
        hint = f"it has {', '.join(years.values())}" if years else "years are headings such as 2011-12"
        raise YearError(message, hint=hint)
    return wanted


def _reason(heading: str) -> str:
    return ANOTHER_YEAR if find_year(heading) else NOT_A_YEAR_COLUMN


def _take_row(
    collector: Collector,
    header: Header,
    number: int,
    values: list[Any],
    row: _Row,
    reasons: dict[int, str],
    year_of: dict[int, str],
    unit: int,
) -> None:
    """Take the cells of a row, those that are not to be read with the reason."""
    for at, reason in reasons.items():
        if reason or row.skip:
            collector.skip(row.skip or reason)
            continue
        heading = header.heading_of(at)
        fields = {
            **row.fields,
            "line_id": f"{row.fields['line_id']}/{year_of[at]}",
            "financial_year": year_of[at],
            "amount_kind": "budget" if "plan" in heading.casefold() else "outturn",
        }
        collector.take(number, heading, values[at], unit=unit, fields=fields, memo=row.memo, fault=row.fault)


def _tell_repeated_apart(rows: list[_Row], numbers: list[int]) -> None:
    """Add the row to the line ids of rows of one segment, region and economic."""
    count = Counter(row.fields["line_id"] for row in rows if not row.skip)
    for number, row in zip(numbers, rows, strict=True):
        if count[row.fields["line_id"]] > 1:
            row.fields["line_id"] += f"/row {number}"


def _read_row(header: Header, number: int, values: list[Any], vintage: str) -> _Row:
    """Read what identifies a row: whether it is England's, a memo, neither, or cannot be told."""
    text = {key: text_of(values[at]) for key, at in header.columns.items()}
    identifiable = _IDENTIFIABLE.get(normalise(text["identifiable"]), "")
    is_memo = identifiable == "Non-ID"
    economic = _ECONOMIC.get(normalise(text["economic"]), "")
    sector = text["sector"].upper() if text["sector"].upper() in SECTORS else ""
    code = _service_code(text["subfunction"])
    footprint = "" if is_memo else _region_code(text["region"])
    fields = {
        "line_id": "/".join([text.get("segment") or f"row {number}", footprint or "UK", economic]),
        "source_id": f"hmt-cra-{vintage}",
        "body": _body_names().get(normalise(text["body"]), text["body"]),
        "sector": sector,
        "service_code": code,
        "service_name": _service_names()[code] if code else text["subfunction"],
        "economic": economic,
        "status": "have",
        "footprint_code": footprint,
        "payment_to_people": f"{code}|{sector}|{economic}" in payments_to_people(),
        "description": text.get("description", ""),
    }
    found = {"identifiable": identifiable, "economic": economic, "body": text["body"]}
    if not is_memo:
        found |= {"region": footprint, "subfunction": code, "sector": sector}
    unknown = next((key for key, value in found.items() if not value), None)
    outside = identifiable == "ID" and normalise(text["region"]) in OUTSIDE_ENGLAND
    return _Row(
        fields,
        skip=NOT_ENGLAND if outside else "",
        memo=NOT_IDENTIFIABLE if is_memo else "",
        fault=_fault(unknown, header.heading_of(header.columns[unknown]), text[unknown]) if unknown else None,
    )


@cache
def _fault(key: str, heading: str, value: str) -> tuple[str, str]:
    """Say why the amounts of a row could not be placed, and what was probably meant."""
    if not value:
        return f"the row's {heading} is blank", "see the row in the file"
    known = {
        "identifiable": ["ID", "Non-ID"],
        "economic": ["CUR", "CAP"],
        "sector": list(SECTORS),
        "region": list(_regions().values()),
        "subfunction": list(_service_names().values()),
    }[key]
    otherwise = f"known are {list_values(known)}"
    return f"the row's {heading} is {value!r}, which is not known", did_you_mean(value, known, otherwise=otherwise)


@cache
def _service_names() -> dict[str, str]:
    """Map each service of the CRA to its published string."""
    names = services()["service_name"]
    return {str(code): str(name) for code, name in names.items() if str(name)[0].isdigit()}


@cache
def _codes_by_name() -> dict[str, str]:
    return {normalise(name): code for code, name in _service_names().items()}


def _service_code(text: str) -> str:
    """Find a service by its whole published string; blank where it is not known."""
    return _codes_by_name().get(normalise(text), "")


@cache
def _regions() -> dict[str, str]:
    """Map the codes of the nine regions to their names."""
    table = named_places()
    rows = table[table["level"] == "region"]
    return dict(zip(rows["code"], rows["name"], strict=True))


@cache
def _region_code(text: str) -> str:
    """Find a region by name, with or without its country before it; blank where it is none."""
    country, _, rest = text.partition("_")
    name = rest if normalise(country) == "england" and rest else text
    codes = [str(named_places()["code"].iloc[row]) for row in rows_by_key(small=False).get(normalise(name), [])]
    return next((code for code in codes if code in _regions()), "")


@cache
def _body_names() -> dict[str, str]:
    """Map bodies that are named otherwise here to that name."""
    table = pd.read_csv(shipped_file("spend_lines", "body_names.csv"), dtype="str")
    return {normalise(published): name for published, name in zip(table["published_name"], table["body"], strict=True)}
