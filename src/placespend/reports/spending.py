"""Who spends in a place, and on what: every body and every service, to the penny.

Each table is a cut of the pot and sums to it. Awaited lines are rows without an amount, never zeros. The pictures show
the largest amounts and the rest as one; the tables show all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.cofog import services
from placespend.cuts import sum_or_missing
from placespend.money import per_head_pence, percent
from placespend.place_words import in_text, people_of
from placespend.reports.document import Bars, Block, Column, DataTable, Paragraph, Section
from placespend.reports.wording import (
    AWAITED,
    GRADES_IN_SHORT,
    amount_or_awaited,
    grades_of,
    known_of,
    rounded_gbp,
    share_recorded,
)
from placespend.schema import SECTORS
from placespend.text import gbp

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from placespend.pot import Pot
    from placespend.reports.document import Known
    from placespend.reports.gathered import Gathered

MOST_BODIES = 12
"""How many bodies a picture shows before it sums the rest."""

KNOWN_IN_TABLES: dict[Known, str] = {
    "observed": "recorded",
    "observed_and_modelled": "recorded and modelled",
    "published": "published",
    "modelled": "modelled",
    "assumed": "assumed",
    "": AWAITED,
}

POUNDS = "£ million"
NAMES = (
    "Bodies are named as their sources name them; one name may stand for all bodies of a kind, where the source does "
    "not tell them apart."
)
NEGATIVE = "Negative amounts are income and reversals."


@dataclass(frozen=True)
class _Cut:
    """How a cut of the pot is set out."""

    id: str
    caption: str
    heading: str
    name: Callable[[Mapping[Hashable, Any]], str]


def spending_sections(gathered: Gathered) -> tuple[Section, ...]:
    """Set out who spends in the place, and on what.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    tuple of Section
        None where no line, with an amount or awaited, serves the place.
    """
    pot = gathered.pot
    if pot.cells.empty and pot.awaited.empty:
        return ()
    return (_who(pot), _on_what(pot))


def _who(pot: Pot) -> Section:
    bodies, sectors = pot.by("body"), pot.by("sector")
    by_body = _Cut("bodies", f"What each body spends for {in_text(pot.place)}, {pot.financial_year}", "Body", _body)
    by_sector = _Cut("sectors", f"By sector, {pot.financial_year}", "Sector", _sector)
    table = cut_table(pot, bodies, by_body)
    blocks: list[Block] = [Paragraph(_words_on_bodies(pot, bodies))] if not pot.cells.empty else []
    blocks += [amount_bars("largest-bodies", "The largest bodies", largest(bodies, "body"), table)]
    return Section("who-spends", "Who spends", (*blocks, cut_table(pot, sectors, by_sector)))


def _on_what(pot: Pot) -> Section:
    by_service = pot.by("service")
    by_division = divisions(pot, by_service)
    first = _Cut("divisions", f"On what, by division of services, {pot.financial_year}", "Division", _division)
    second = _Cut("services", f"On what, by service, {pot.financial_year}", "Service", _service)
    table = cut_table(pot, by_division, first)
    known = by_division[by_division["amount_pence"].notna()]
    known = known.sort_values("amount_pence", ascending=False, kind="stable")
    shown = [(str(row["division_name"]), int(row["amount_pence"])) for row in known.to_dict(orient="records")]
    blocks: list[Block] = [
        Paragraph(
            "Services are those of the Treasury's regional analysis, in the divisions of COFOG, the international list "
            "of what governments do."
        ),
        amount_bars("division-bars", "The pot by division of services", shown, table),
        cut_table(pot, by_service, second),
    ]
    return Section("on-what", "What it is spent on", tuple(blocks))


def divisions(pot: Pot, by_service: pd.DataFrame) -> pd.DataFrame:
    """Sum a pot's services by their division.

    Parameters
    ----------
    pot : Pot
    by_service : pandas.DataFrame
        ``pot.by("service")``.

    Returns
    -------
    pandas.DataFrame
        ``division`` and ``division_name``, then as :meth:`placespend.pot.Pot.by` sets out a cut; in the order of the
        divisions.
    """
    named = services()[["division", "division_name"]]
    codes = by_service["service_code"]
    keyed = by_service.assign(division=codes.map(named["division"]), division_name=codes.map(named["division_name"]))
    table = keyed.groupby(list(named), sort=False)
    found = table.agg(
        amount_pence=("amount_pence", sum_or_missing),
        observed_pence=("observed_pence", sum_or_missing),
        grades=("grades", lambda letters: "".join(sorted(set("".join(letters))))),
        awaited_lines=("awaited_lines", "sum"),
    ).reset_index()
    found = found.sort_values("division", key=lambda codes: codes.astype("int64"), ignore_index=True)
    found[["amount_pence", "observed_pence"]] = found[["amount_pence", "observed_pence"]].astype("Int64")
    heads = [None if pd.isna(pence) else per_head_pence(int(pence), pot.residents) for pence in found["amount_pence"]]
    found.insert(3, "per_head_pence", pd.Series(heads, dtype="Int64"))
    return found


def cut_table(pot: Pot, cut: pd.DataFrame, how: _Cut) -> DataTable:
    """Set out a cut of the pot, with how each amount is known, and the total.

    Parameters
    ----------
    pot : Pot
    cut : pandas.DataFrame
        As :meth:`placespend.pot.Pot.by` gives it.
    how : _Cut

    Returns
    -------
    DataTable
    """
    rows = [_row(row, how) for row in cut.to_dict(orient="records")]
    letters = grades_of(pot)
    head = gbp(pot.per_head_pence) if pot.per_head_pence is not None else ""
    recorded = share_recorded(pot.observed_pence, pot.total_pence)
    if not pot.cells.empty:
        rows.append(
            ("Total", gbp(pot.total_pence), head, recorded, " ".join(letters), KNOWN_IN_TABLES[known_of(letters)])
        )
    columns = (
        Column(how.heading),
        Column("Amount (£)", is_number=True),
        Column("Per head (£)", is_number=True),
        Column("Recorded here", is_number=True),
        Column("Grades"),
        Column("How known"),
    )
    data = cut.assign(known=[known_with_amount(row) or AWAITED for row in cut.to_dict(orient="records")])
    negative = (NEGATIVE,) if (cut["amount_pence"].dropna() < 0).any() else ()
    notes = (GRADES_IN_SHORT, *negative)
    return DataTable(how.id, how.caption, columns, tuple(rows), data, has_total=not pot.cells.empty, notes=notes)


def _row(row: Mapping[Hashable, Any], how: _Cut) -> tuple[str, ...]:
    awaited, missing = int(row["awaited_lines"]), pd.isna(row["amount_pence"])
    more = f" ({awaited:,} more awaited)" if awaited and not missing else ""
    return (
        f"{how.name(row)}{more}",
        amount_or_awaited(row["amount_pence"]),
        gbp(row["per_head_pence"]),
        share_recorded(row["observed_pence"], row["amount_pence"]),
        " ".join(str(row["grades"])),
        KNOWN_IN_TABLES[known_with_amount(row)],
    )


def known_with_amount(row: Mapping[Hashable, Any]) -> Known:
    """Tell how the amount of a row of a cut is known.

    Parameters
    ----------
    row : dict
        Of :meth:`placespend.pot.Pot.by`.

    Returns
    -------
    {"observed", "published", "observed_and_modelled", "modelled", "assumed", ""}
        Empty where all of it is awaited.
    """
    if pd.isna(row["amount_pence"]):
        return ""
    letters = set(str(row["grades"]))
    # Awaited lines count as E in a cut, and say nothing of the amount beside them.
    return known_of(letters - {"E"} if row["awaited_lines"] and len(letters) > 1 else letters)


def largest(cut: pd.DataFrame, column: str, most: int = MOST_BODIES) -> list[tuple[str, int]]:
    """Take the largest amounts of a cut, and the rest as one.

    Parameters
    ----------
    cut : pandas.DataFrame
        By falling amount.
    column : str
        What names a row.
    most : int, default 12
        How many rows there may be, the rest being one.

    Returns
    -------
    list of (str, int)
        Names and pence; they sum to the cut.
    """
    known = cut[cut["amount_pence"].notna()]
    found = [(str(row[column]), int(row["amount_pence"])) for row in known.to_dict(orient="records")]
    if len(found) <= most:
        return found
    rest = found[most - 1 :]
    return [*found[: most - 1], (f"{len(rest):,} others", sum(pence for _, pence in rest))]


def amount_bars(name: str, caption: str, shown: list[tuple[str, int]], table: DataTable) -> Bars | DataTable:
    """Draw amounts side by side; where there is none to draw, give the table alone.

    Parameters
    ----------
    name : str
        Id of the picture.
    caption : str
    shown : list of (str, int)
        Names and pence.
    table : DataTable

    Returns
    -------
    Bars or DataTable
    """
    if not shown:
        return table
    return Bars(
        name,
        caption,
        tuple(label for label, _ in shown),
        tuple(pence / 100_000_000 for _, pence in shown),
        tuple(rounded_gbp(pence) for _, pence in shown),
        POUNDS,
        table,
    )


def _words_on_bodies(pot: Pot, bodies: pd.DataFrame) -> str:
    """Say how many bodies spend, and which of them most."""
    known = bodies[bodies["amount_pence"].notna()]
    count = len(known)
    told = f"{count:,} bodies spend" if count > 1 else "One body spends"
    aside = ", awaited lines aside" if len(pot.awaited) else ""
    first = known.iloc[0]
    share = percent(int(first["amount_pence"]), pot.total_pence) if pot.total_pence > 0 else ""
    largest_of_all = f" The largest amount, {share} of the whole, is that of “{first['body']}”." if share else ""
    return f"{told} for {people_of(pot.place)}{aside}.{largest_of_all} {NAMES}"


def _body(row: Mapping[Hashable, Any]) -> str:
    return str(row["body"])


def _sector(row: Mapping[Hashable, Any]) -> str:
    words = SECTORS.get(str(row["sector"]), str(row["sector"]))
    return f"{words[:1].upper()}{words[1:]}"


def _division(row: Mapping[Hashable, Any]) -> str:
    return str(row["division_name"])


def _service(row: Mapping[Hashable, Any]) -> str:
    code = str(row["service_code"])
    return f"{code.split('-')[0]} {services()['label'][code]}"
