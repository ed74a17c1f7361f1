"""Integrated settlements: what departments hand over to a mayoral strategic authority as one budget.

The layout is that of Greater Manchester's Integrated Settlement: one row for each fund with its functional
responsibility, home department and allocation mechanism, and columns of resource (RDEL) and capital (CDEL) spending
limits. Each figure becomes a line of the home department (central government) that is passed to the authority: RDEL as
current, CDEL as capital, of kind *allocation*, for the authority's area. A functional responsibility is printed once
for several funds, so a blank one means the one above. What each responsibility is spent on is told by
``spend_lines/settlement_services.csv``, a hand-made list which places a whole theme at one service: that is coarse,
for "transport" is roads and buses both.

Traps. "TBC" is money to come: a line that is *awaited*, and never a zero. "Included in figure above" is money that
another line holds: a line that is *included*, without an amount, so that it is seen and not counted twice. The unit
stands in a heading or a title, mostly £ million; where none can be told it must be given, for a factor of a thousand
is silent. Rows of totals are not lines but are compared with the lines above (``checks``). An allocation is not what
is spent.

No real file was at hand: this is tried only on tables made up for the tests, from the layout as described.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from placespend.cofog import services
from placespend.errors import DataFileError, PlaceNotFoundError, YearError
from placespend.footprints import footprint_areas
from placespend.gazetteer import suggest_places
from placespend.shipped import shipped_file
from placespend.sources.amounts import read_amount
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
from placespend.spelling import did_you_mean, normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = {
    "function": ("Functional responsibility", "Functional responsibilities", "Function", "Theme", "Area of competence"),
    "fund": ("Fund", "Fund name", "Funding line", "Funding stream", "Programme"),
    "department": ("Home department", "Department", "Lead department", "Funding department"),
    "mechanism": ("Allocation mechanism", "Mechanism", "Allocation method", "Allocation methodology"),
    "notes": ("Note", "Notes", "Comment", "Comments"),
}
OPTIONAL = {"mechanism", "notes"}

LIMITS = {"current": r"\brdel\b|\bresource\b|\brevenue\b", "capital": r"\bcdel\b|\bcapital\b"}
"""Words of the headings of the spending limits."""

AWAITED = (
    r"t\.?b\.?[cda]\b|to be (confirmed|determined|decided|agreed|announced)|"
    r"awaiting|not yet (known|confirmed|allocated)"
)
INCLUDED = r"included\b|\(?incl\.|see (above|below)\b"

ANOTHER_YEAR = "another year than was asked for"
NOT_A_LIMIT = "neither RDEL nor CDEL"
TOTAL_ROW = "a total of other rows"
HEADING_OR_NOTE = "a heading or a note"


class _Column(NamedTuple):
    at: int
    economic: str
    unit: int


class _Fund(NamedTuple):
    """What the words of a row say of its figures."""

    number: int
    text: dict[str, str]
    service_code: str
    fault: tuple[str, str] | None


class _Section:
    """What was found above, for the totals that are printed below."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, int]] = []
        self.start = 0


def read_integrated_settlement(
    path: str | Path, *, year: str, footprint: str, recipient: str, body: str = "", unit: str | None = None
) -> Reading:
    """Read a table of an Integrated Settlement.

    Parameters
    ----------
    path : str or pathlib.Path
        A workbook or a CSV.
    year : str
        As 2025-26. Columns of other years are passed over; a column without a year is taken to be of this one.
    footprint : str
        The code of the authority's area, such as E47000001.
    recipient : str
        The authority that the money is passed to.
    body : str, optional
        Who pays where a row names no home department.
    unit : {"million", "thousand", "pound"}, optional
        Where the table does not say its unit.

    Returns
    -------
    Reading
        Lines of kind allocation; those awaited or included in another have no amount.

    Raises
    ------
    DataFileError
        If the file cannot be read, lacks headings, or does not say its unit.
    YearError
        If it has no RDEL or CDEL of the year.
    PlaceNotFoundError
        If the footprint is no place.

    Notes
    -----
    Every pound of RDEL counts as current and of CDEL as capital. The money is shared over the authority's residents by
    the measure of one service for each functional responsibility.
    """
    check_year(year)
    if footprint_areas(footprint) is None:
        message = f"'{footprint}' is not the code of a place."
        similar = suggest_places(footprint)
        raise PlaceNotFoundError(message, hint=f"did you mean {' or '.join(similar)}?" if similar else None)
    keys = keys_by_spelling(NAMES)
    required = {key: texts[0] for key, texts in NAMES.items() if key not in OPTIONAL}
    headers = find_headers(path, read_sheets(path), lambda heading: keys.get(normalise(heading)), required)
    if len(headers) > 1:
        names = " and ".join(repr(header.sheet.name) for header in headers)
        message = f"{path} has several sheets with the headings of a settlement: {names}."
        raise DataFileError(message, hint="keep the one that is meant in a file of its own")
    header = headers[0]
    columns = value_columns(header, NAMES)
    limits = _limits(path, header, columns, year, unit)
    source_id = f"integrated-settlement-{re.sub(r'[^a-z0-9]+', '-', recipient.casefold()).strip('-')}-{year}"
    shared = {"source_id": source_id, "financial_year": year, "footprint_code": footprint, "recipient_body": recipient}
    return _read_rows(Collector(Path(path).name, header.sheet.name), header, columns, limits, shared, body)


def _limits(path: str | Path, header: Header, columns: Sequence[int], year: str, unit: str | None) -> list[_Column]:
    """Choose the columns of the year, with the unit of each."""
    limits = []
    for at in columns:
        heading = header.heading_of(at)
        economic = _economic(heading)
        if economic and find_year(heading) in {None, year}:
            # The unit of the heading itself, else that of the title above.
            try:
                pence = find_unit([heading], given=unit, what=heading)
            except DataFileError:
                pence = find_unit(header.above, given=unit, what=f"{path}, column {heading!r},")
            limits.append(_Column(at, economic, pence))
    repeated = [name for name, count in Counter(limit.economic for limit in limits).items() if count > 1]
    if repeated:
        message = f"{path} has several columns of {' and '.join(repeated)} spending for {year}."
        raise DataFileError(message, hint="put the year into their headings, or remove all but one")
    if not limits:
        message = f"{path} has no column of RDEL or CDEL for {year}."
        raise YearError(message, hint="headings are such as '2025-26 RDEL (£m)'")
    return limits


def _economic(heading: str) -> str | None:
    """Tell current from capital by a heading; a total of both is neither."""
    found = [economic for economic, words in LIMITS.items() if re.search(words, heading, re.IGNORECASE)]
    return found[0] if len(found) == 1 and "total" not in heading.casefold() else None


def _read_rows(
    collector: Collector,
    header: Header,
    columns: Sequence[int],
    limits: Sequence[_Column],
    shared: dict[str, Any],
    body: str,
) -> Reading:
    section, checks, above, ids = _Section(), [], "", Counter[str]()
    reasons = {at: _reason(header, at, str(shared["financial_year"])) for at in columns}
    limit_of = {limit.at: limit for limit in limits}
    for number, row in header.data:
        text = {key: text_of(row[at]) for key, at in header.columns.items()}
        label = _total_label(text)
        if label:
            collector.skip(TOTAL_ROW, cells=len(columns))
            checks += _check_total(header, limits, row, label, section)
            continue
        above = text["function"] or above
        if not (text["fund"] or text["department"] or any(text_of(row[at]) for at in columns)):
            collector.skip(HEADING_OR_NOTE, cells=len(columns))
            continue
        fund = _read_fund(number, {**text, "function": above, "department": text["department"] or body})
        for at in columns:
            if at in limit_of:
                _take_cell(collector, header, limit_of[at], fund, row[at], shared, section, ids)
            else:
                collector.skip(reasons[at])
    return collector.reading(cells_read=len(columns) * len(header.data), checks=checks)


def _reason(header: Header, at: int, year: str) -> str:
    """Say why a column is not read."""
    heading = header.headings[at] if at < len(header.headings) else ""
    if not heading:
        return NO_HEADING
    return ANOTHER_YEAR if _economic(heading) and find_year(heading) not in {None, year} else NOT_A_LIMIT


def _read_fund(number: int, text: dict[str, str]) -> _Fund:
    """Find the service of a fund, or say why its figures cannot be placed."""
    code = _service_codes().get(normalise(text["function"]), "")
    fault = None
    if not text["function"]:
        fault = ("the row has no functional responsibility, and there is none above", "write it beside the fund")
    elif not code:
        hint = did_you_mean(text["function"], _texts(), otherwise="see spend_lines/settlement_services.csv")
        fault = (f"the functional responsibility {text['function']!r} is not known", hint)
    elif not text["department"]:
        fault = ("the row has no home department", "say who pays with body=")
    return _Fund(number, text, code, fault)


def _take_cell(
    collector: Collector,
    header: Header,
    limit: _Column,
    fund: _Fund,
    value: object,
    shared: dict[str, Any],
    section: _Section,
    ids: Counter[str],
) -> None:
    """Take a figure of a fund, or the words that stand in its place."""
    heading, said = header.heading_of(limit.at), text_of(value)
    name = f"{normalise(fund.text['fund']) or f'row {fund.number}'}-{limit.economic}"
    ids[name] += 1
    fields = {
        **shared,
        "line_id": name if ids[name] == 1 else f"{name}/row {fund.number}",
        "body": fund.text["department"],
        "sector": "CG",
        "service_code": fund.service_code,
        "service_name": services().at[fund.service_code, "service_name"] if fund.service_code else "",
        "economic": limit.economic,
        "amount_kind": "allocation",
        "status": _status(said),
        "payment_to_people": False,
        "description": _describe(fund, said),
    }
    if fields["status"] == "have":
        pence = collector.take(fund.number, heading, value, unit=limit.unit, fields=fields, fault=fund.fault)
        section.found.append((normalise(fund.text["function"]), limit.economic, pence))
    elif fund.fault is not None:
        collector.reject(fund.number, heading, value, problem=fund.fault[0], hint=fund.fault[1])
    else:
        collector.add(fund.number, fields, pence=None)


def _status(said: str) -> str:
    """Tell an amount that is awaited, or that another line holds, from one that is there."""
    if re.match(AWAITED, said, re.IGNORECASE):
        return "awaited"
    return "included" if re.match(INCLUDED, said, re.IGNORECASE) else "have"


def _describe(fund: _Fund, said: str) -> str:
    parts = [fund.text["function"], fund.text["fund"], fund.text.get("mechanism", "")]
    parts += [f"printed: {said}"] if _status(said) != "have" else []
    return "; ".join(part for part in parts if part)


# --- totals


def _total_label(text: dict[str, str]) -> str:
    """Give the words of a row of totals; blank where it is none."""
    words = (text["function"], text["fund"])
    return next((word for word in words if re.match(r"(grand |overall |sub-?\s?)?totals?\b", word, re.IGNORECASE)), "")


def _check_total(
    header: Header, limits: Sequence[_Column], row: list[Any], label: str, section: _Section
) -> list[tuple[str, int, int]]:
    """Compare a row of totals with the lines above: those of the theme it names, those since the last one, or all."""
    theme = normalise(re.sub(r"^(grand |overall |sub-?\s?)?totals?\b( for| of)?", "", label, flags=re.IGNORECASE))
    themes = {function for function, _, _ in section.found}
    rows = section.found
    if theme in themes:
        rows = [found for found in rows if found[0] == theme]
    elif normalise(label).startswith("subtotal"):
        rows = rows[section.start :]
    section.start = len(section.found)
    checks = []
    for limit in limits:
        printed = read_amount(row[limit.at], limit.unit)
        if printed.kind in {"amount", "nothing"}:
            sums = sum(pence for _, economic, pence in rows if economic == limit.economic)
            checks.append((f"{label}: {header.heading_of(limit.at)}", printed.pence, sums))
    return checks


# --- services


@cache
def _table() -> pd.DataFrame:
    return pd.read_csv(shipped_file("spend_lines", "settlement_services.csv"), dtype="str", keep_default_na=False)


def _texts() -> list[str]:
    return _table()["text"].tolist()


@cache
def _service_codes() -> dict[str, str]:
    """Map the normalised functional responsibility to a service."""
    return {normalise(text): code for text, code in zip(_table()["text"], _table()["service_code"], strict=True)}
