"""The Revenue Outturn Summary (RS): what every local authority of England spent in a year, by service.

Each authority's row and each service's column make a line: *net current expenditure*, that is running costs less the
income from fees and charges, before capital charges and grants. A workbook has the same money at several stages, one
sheet each (net current expenditure, capital charges, net total cost); adding them would count it twice, so only the
sheet whose title says "Net current expenditure" is read, and the cells of the others do not count as read. Read are
the services and the four columns of mandatory housing benefit, which are payments to people. Every other column is not
applicable: totals; levies and precepts, which the receiving body spends and reports itself (a waste authority has its
own row); trading accounts, capital charges, financing and reserves, which are no spending on a service. A printed 0 is
not a line; a cell without a figure is an awaited one.

Each body is placed by its own name and class (:mod:`placespend.sources.body_areas`), for the files have codes of their
own ("E-codes") and not those of the Office for National Statistics; where a file has a column of those, they decide.

Traps. The Greater London Authority's row holds the police, the fire brigade and transport of London. Printed totals
differ from sums by a thousand pounds here and there, for they were rounded by themselves: ``checks`` tells all
differences. Later files put line numbers before headings, so headings are compared without numbers, brackets, case and
punctuation. Public health only exists from 2013-14. Only the workbooks of 2011-12 (revised November 2013) and 2012-13
(revised February 2014) were tried; later layouts are known from their headings alone. In xls files an error of the
workbook looks like a blank.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from placespend.cofog import services
from placespend.errors import DataFileError, YearError, list_values
from placespend.sources.amounts import read_amount
from placespend.sources.body_areas import BodyArea, place_body
from placespend.sources.grids import read_sheets, text_of
from placespend.sources.headings import (
    NO_HEADING,
    Header,
    check_year,
    find_headers,
    find_unit,
    find_year,
    keys_by_spelling,
    value_columns,
)
from placespend.sources.reading import Collector, Reading
from placespend.spelling import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = {
    "e_code": ("E-code", "E code", "LA code", "Authority code"),
    "name": ("Local authority", "Authority", "LA name", "Local authority name"),
    "class": ("Class", "Class of authority", "Authority class"),
    "ons_code": ("ONS Code", "GSS code", "ONS area code"),
}
"""Headings of the columns that say whose money it is."""

SERVICES = {
    "ro-education": ("Education services",),
    "ro-highways": ("Highways and transport services",),
    "ro-childrens-social-care": ("Children Social Care", "Children's social care"),
    "ro-adult-social-care": ("Adult Social Care",),
    "ro-public-health": ("Public Health",),
    "ro-housing": ("Housing services (GFRA only)",),
    "ro-cultural": ("Cultural and related services",),
    "ro-environmental": ("Environmental and regulatory services",),
    "ro-planning": ("Planning and development services",),
    "ro-police": ("Police services",),
    "ro-fire": ("Fire and rescue services",),
    "ro-central": ("Central services",),
    "ro-other": ("Other services",),
}
"""Headings of the services, in the order of the file."""

BENEFIT = "ro-housing-benefit"
BENEFITS = {
    f"{BENEFIT}-1": ("Housing benefits: rent allowances - mandatory payments",),
    f"{BENEFIT}-2": ("Housing benefits: non-HRA rent rebates - mandatory payments",),
    f"{BENEFIT}-3": ("Housing benefits: rent rebates to HRA tenants - mandatory payments",),
    f"{BENEFIT}-4": ("Housing benefits: subsidy limitation transfers from HRA",),
}
"""Headings of the four columns of mandatory housing benefit."""

TOTAL = "total"
TOTAL_HEADING = "TOTAL SERVICE EXPENDITURE"
SINCE_2013 = "ro-public-health"
STAGE = "net current expenditure"

NOT_SERVICES = [
    (r"housing revenue account", "the housing revenue account, which rents pay for"),
    (r"total|budget requirement|council tax requirement|^net current|revenue expenditure$", "a total"),
    (r"community infrastructure|business rates supplement", "financing, not service spending"),
    (r"\blev(y|ies)\b", "a levy, which the receiving body spends"),
    (r"precept", "a precept, which the parish spends"),
    (r"trading account", "a trading account, not service spending"),
    (r"capital charge|capital item|depreciation|impairment|revaluation|capital grants|funded from capital",
     "a capital charge, not net current expenditure"),
    (r"reserve", "a reserve, or a movement of one"),
    (r"please confirm", "an answer, not money"),
]  # fmt: skip
"""What the other columns are, by words of their headings; the first that fits."""
FINANCING = "financing or an adjustment, not service spending"
TOTAL_ROW = "a total of other rows"


def read_revenue_outturn(
    path: str | Path, *, year: str | None = None, vintage: str | None = None, unit: str | None = None
) -> Reading:
    """Read a Revenue Outturn Summary, all authorities by service.

    Parameters
    ----------
    path : str or pathlib.Path
        The workbook as published, or its sheet of net current expenditure as CSV.
    year : str, optional
        As 2011-12; from the title where left out.
    vintage : str, optional
        Added to the ``source_id``, to tell a revision from the first publication.
    unit : {"thousand", "million", "pound"}, optional
        Where the file does not say its unit.

    Returns
    -------
    Reading
        Lines with the extra column ``body_class``: unitary, county, district, metropolitan, London, police, fire,
        waste, transport, park or GLA. Their footprint is a code, or several joined by "and" and "less".

    Raises
    ------
    DataFileError
        If the file cannot be read, lacks headings, or has not one sheet of net current expenditure.
    YearError
        If the title names another year than was asked for, or none.

    Notes
    -----
    Source: Department for Communities and Local Government, Revenue Outturn Summary, Open Government Licence.
    """
    check_year(year)
    header = _find_stage(path, find_headers(path, read_sheets(path), _key_of, _required()))
    told = next(filter(None, map(find_year, header.above)), None)
    if year is not None and told not in {None, year}:
        message = f"{path} is of {told}, not of {year}."
        raise YearError(message, hint="leave the year out, or choose the other file")
    told = told or year
    if told is None:
        message = f"The title of {path} does not name a financial year."
        raise YearError(message, hint="say it with year='2011-12'")
    pence = find_unit([*header.above, *header.headings], given=unit, what=str(path))
    columns = value_columns(header, NAMES)
    collector = Collector(Path(path).name, header.sheet.name)
    source_id = f"dclg-rs-{told}" + (f"-{vintage}" if vintage else "")
    shared = {"source_id": source_id, "financial_year": told}
    rows = _split_rows(header, columns)
    found = _take_bodies(collector, header, rows.bodies, columns, shared, pence)
    collector.skip(TOTAL_ROW, cells=len(columns) * len(rows.totals))
    return collector.reading(
        cells_read=len(columns) * (len(rows.bodies) + len(rows.totals)),
        checks=[*_check_bodies(header, rows.bodies, found, pence), *_check_totals(header, rows, found, pence)],
        extra=["body_class"],
    )


# --- headings


@cache
def _keys() -> dict[str, str]:
    spellings = {**NAMES, **SERVICES, **BENEFITS, TOTAL: (TOTAL_HEADING,)}
    cleaned = {key: [_clean(text) for text in texts] for key, texts in spellings.items()}
    return keys_by_spelling(cleaned)


def _clean(heading: str) -> str:
    """Leave out a line number before a heading and brackets after it."""
    return re.sub(r"\([^)]*\)\s*$", "", re.sub(r"^\s*[0-9]{3}\s*[:.]?\s*", "", heading))


def _key_of(heading: str) -> str | None:
    return _keys().get(normalise(_clean(heading)))


def _required() -> dict[str, str]:
    """List the headings that a file must have; public health and ONS codes came later."""
    spellings = {**NAMES, **SERVICES, **BENEFITS}
    return {key: texts[0] for key, texts in spellings.items() if key not in {"ons_code", SINCE_2013}}


def _find_stage(path: str | Path, headers: list[Header]) -> Header:
    """Choose the one sheet whose title says that it is of net current expenditure."""
    of_stage = [header for header in headers if any(STAGE in text.casefold() for text in _titles(header))]
    if len(of_stage) == 1:
        return of_stage[0]
    titles = [repr(text) for header in headers for text in _titles(header)]
    problem = "several sheets say" if of_stage else "no sheet says"
    message = f"In {path} {problem} 'Net current expenditure' above the headings: {list_values(titles) or 'no titles'}."
    raise DataFileError(
        message, hint="the stages of one outturn must not be added: keep one sheet in a file of its own"
    )


def _titles(header: Header) -> list[str]:
    return [*filter(None, [header.sheet.name]), *header.above]


def _reason(heading: str) -> str:
    """Say why a column is not read."""
    text = heading.casefold()
    return next((reason for pattern, reason in NOT_SERVICES if re.search(pattern, text)), FINANCING)


# --- rows


class _Rows(NamedTuple):
    bodies: list[tuple[int, list[Any]]]
    totals: list[tuple[int, list[Any]]]


def _split_rows(header: Header, columns: Sequence[int]) -> _Rows:
    """Tell the rows of bodies, which have an E-code, from totals; what has no figure at all is a note."""
    e_code, name = header.columns["e_code"], header.columns["name"]
    bodies, totals = [], []
    for number, row in header.data:
        has_figure = any(text_of(row[at]) for at in columns)
        if re.fullmatch(r"[A-Z][0-9]{4}", text_of(row[e_code])) or (text_of(row[e_code]) and has_figure):
            bodies.append((number, row))
        elif has_figure and text_of(row[name]):
            totals.append((number, row))
        elif has_figure:
            # A row of figures that nobody owns must not pass unseen: it becomes rejects.
            bodies.append((number, row))
    return _Rows(bodies, totals)


def _take_bodies(
    collector: Collector,
    header: Header,
    bodies: list[tuple[int, list[Any]]],
    columns: Sequence[int],
    shared: dict[str, Any],
    unit: int,
) -> dict[tuple[int, str], int]:
    """Take every cell of every body; return the pence found by row and column key."""
    key_of = {at: key for key, at in header.columns.items() if key not in {*NAMES, TOTAL}}
    seen: Counter[str] = Counter()
    found = {}
    for number, row in bodies:
        text = {key: text_of(row[at]) for key, at in header.columns.items() if key in NAMES}
        seen[text["e_code"]] += 1
        body = place_body(text["name"], text["class"], text.get("ons_code", ""))
        if not text["e_code"] or not text["name"]:
            body = body._replace(fault=("the row has no E-code or no name", "see the row in the file"))
        elif seen[text["e_code"]] > 1:
            body = body._replace(fault=(f"the E-code {text['e_code']!r} stands in a row above", "remove one of them"))
        for at in columns:
            heading = header.heading_of(at)
            if at not in key_of:
                collector.skip(_reason(heading) if at < len(header.headings) and header.headings[at] else NO_HEADING)
                continue
            fields = {**shared, **_fields(text, key_of[at], heading, body)}
            if body.fault is None and read_amount(row[at], unit).kind == "blank":
                # Missing is not zero: only a printed nothing says that nothing was spent.
                collector.add(number, {**fields, "status": "awaited"}, pence=None)
                continue
            pence = collector.take(number, heading, row[at], unit=unit, fields=fields, fault=body.fault)
            found[number, key_of[at]] = pence
    return found


def _fields(text: dict[str, str], key: str, heading: str, body: BodyArea) -> dict[str, Any]:
    """Say what one cell's line is."""
    is_benefit = key in BENEFITS
    code = BENEFIT if is_benefit else key
    return {
        "line_id": f"{text['e_code']}-{key}",
        "body": text["name"],
        "sector": "LG",
        "service_code": code,
        "service_name": _service_names()[code],
        "economic": "current",
        "amount_kind": "outturn",
        "status": "have",
        "footprint_code": body.footprint,
        "payment_to_people": is_benefit,
        "description": heading if is_benefit else "",
        "body_class": body.body_class,
    }


@cache
def _service_names() -> dict[str, str]:
    return {str(code): str(name) for code, name in services()["service_name"].items()}


# --- checks


def _check_bodies(
    header: Header, bodies: list[tuple[int, list[Any]]], found: dict[tuple[int, str], int], unit: int
) -> list[tuple[str, int, int]]:
    """Compare the total that each body's row prints with its services."""
    if TOTAL not in header.columns:
        return []
    checks = []
    for number, row in bodies:
        printed = read_amount(row[header.columns[TOTAL]], unit)
        if printed.kind in {"amount", "nothing"}:
            what = f"{text_of(row[header.columns['e_code']])} {text_of(row[header.columns['name']])}: {TOTAL_HEADING}"
            checks.append((what, printed.pence, sum(found.get((number, key), 0) for key in SERVICES)))
    return checks


def _check_totals(
    header: Header, rows: _Rows, found: dict[tuple[int, str], int], unit: int
) -> list[tuple[str, int, int]]:
    """Compare what the rows of totals print with the sums of the bodies of their class, or of all."""
    class_at, checks = header.columns["class"], []
    for _, total in rows.totals:
        group = normalise(text_of(total[class_at]))
        members = [number for number, row in rows.bodies if group in {"", normalise(text_of(row[class_at]))}]
        name = text_of(total[header.columns["name"]])
        for key, at in header.columns.items():
            printed = read_amount(total[at], unit) if key not in NAMES else None
            if printed is not None and printed.kind in {"amount", "nothing"}:
                keys = list(SERVICES) if key == TOTAL else [key]
                sums = sum(found.get((number, part), 0) for number in members for part in keys)
                checks.append((f"{name}: {header.headings[at]}", printed.pence, sums))
    return checks
