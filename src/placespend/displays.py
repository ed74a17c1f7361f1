"""What a notebook shows of a pot, of several, of shares, of a ledger, and of what is told about a pot.

Each is told as :mod:`placespend.cards` writes it: what it is, its figures to the penny with how each is known, its
notes folded up, and at the foot what it was made with. Nothing stands in it that the object does not tell by itself.
How figures are known is told by words, with bars made of different letters, so that no colour is needed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.cards import Card, CardList, CardTable, Column, card_html, first_rows
from placespend.cofog import services
from placespend.footprints import name_of
from placespend.geography import small_areas
from placespend.levels import check_level
from placespend.money import format_gbp, per_head_pence, percent, totals_pence
from placespend.place import ELSEWHERE, UNALLOCATED
from placespend.schema import GRADES
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from placespend.bridge import Bridge
    from placespend.ledger import Ledger
    from placespend.pot import Pot
    from placespend.pots_by_level import Pots
    from placespend.reconciliation import Reconciliation
    from placespend.sensitivity import Sensitivity
    from placespend.shares import Shares

MOST_PLACES, MOST_CELLS, MOST_AREAS, MOST_SERVICES = 40, 5, 5, 8
"""So many rows of a table are shown."""

BAR = 20
"""Letters of a bar that stands for all."""

KNOWN = {
    "Recorded": ("A", "█", GRADES["A"]),
    "Published": ("B", "▓", GRADES["B"]),
    "Modelled": ("CD", "▒", f"{GRADES['C']} (C); {GRADES['D']} (D)"),
    "Assumed": ("E", "░", GRADES["E"]),
}
"""Grades, the letter of a bar and the meaning of each way in which a figure is known."""

MEANINGS = tuple(f"{word}: {meaning}" for word, (_, _, meaning) in KNOWN.items())

AWAITED = "awaited"
ENDS = ("low_pence", "central_pence", "high_pence")
NO_PLACES = {ELSEWHERE: "Elsewhere", UNALLOCATED: "Unallocated"}


def pot_html(pot: Pot) -> str:
    """Write what a notebook shows of a pot.

    Parameters
    ----------
    pot : Pot

    Returns
    -------
    str
        HTML.
    """
    place = pot.place
    head = "" if pot.per_head_pence is None else f", {format_gbp(pot.per_head_pence)} per head"
    about = f"{format_gbp(pot.total_pence)} in {pot.financial_year}: {pot.residents:,} residents{head}"
    return card_html(
        Card(
            title=f"The single pot of {place.name} ({check_level(place.level).label}, {place.code})",
            about=f"{about}. In scope: {pot.loaded.recipe.scope.describe()}.",
            warning=_sentence(pot.what),
            tables=(_known_table(pot.grades), _division_table(pot)),
            lists=(
                CardList("What the words for how it is known mean", MEANINGS),
                CardList("Notes", pot.notes),
                CardList("Sources", pot.source_titles),
            ),
            foot=_foot(pot.loaded.stamp),
        )
    )


def _known_table(grades: Mapping[str, int]) -> CardTable:
    """Set out how a pot is known."""
    whole = sum(grades.values())
    rows = []
    for word, (letters, sign, _) in KNOWN.items():
        pence = sum(grades[letter] for letter in letters)
        rows.append((word, format_gbp(pence), _percent(pence, whole), _bar(pence, grades, sign)))
    columns = (Column("How known"), Column("Amount", True), Column("Of the pot", True), Column(""))
    return CardTable("How it is known", columns, tuple(rows))


def _bar(pence: int, grades: Mapping[str, int], sign: str) -> str:
    """Draw a part of a pot; nothing where some of it is below zero, so that parts are no parts of a whole."""
    whole = sum(grades.values())
    if whole <= 0 or min(grades.values()) < 0 or not pence:
        return ""
    return sign * max(1, round(Fraction(BAR * pence, whole)))


def _percent(part: int, whole: int) -> str:
    told = percent(part, whole)
    return "under 0.1 %" if part and told in {"0.0 %", "-0.0 %"} else told


def _division_table(pot: Pot) -> CardTable:
    """Set out a pot by division of services."""
    cut = pot.by("service")
    about = services().loc[cut["service_code"], ["division", "division_name"]].reset_index(drop=True)
    groups = pd.concat([cut[["amount_pence", "observed_pence"]], about], axis=1).groupby("division")
    found = groups.agg(
        name=("division_name", "first"),
        pence=("amount_pence", lambda amounts: amounts.sum(min_count=1)),
        recorded=("observed_pence", lambda amounts: amounts.sum(min_count=1)),
    ).sort_index(key=lambda divisions: divisions.astype("int64"))
    rows = [
        (f"{division} {row['name']}", *_amounts(row["pence"], row["recorded"], pot.total_pence, pot.residents))
        for division, row in zip(found.index, found.to_dict(orient="records"), strict=True)
    ]
    rows.append(("The pot", *_amounts(pot.total_pence, pot.observed_pence, pot.total_pence, pot.residents)))
    numbers = ("Amount", "Of the pot", "Per head", "Recorded here")
    columns = (Column("Division of services"), *(Column(heading, True) for heading in numbers))
    awaited = len(pot.awaited)
    told = f"{awaited:,} {'line is' if awaited == 1 else 'lines are'} awaited, and in no amount." if awaited else ""
    return CardTable("By division", columns, tuple(rows), told)


def _amounts(pence: int, recorded: int, whole: int, residents: int) -> tuple[str, str, str, str]:
    """Write an amount, its part of the pot, what it is per head and what part of it was recorded."""
    if pd.isna(pence):
        return AWAITED, "", "", ""
    head = per_head_pence(int(pence), residents)
    per_head = "" if head is None else format_gbp(head)
    return format_gbp(pence), _percent(int(pence), whole), per_head, _percent(int(recorded), int(pence))


def pots_html(pots: Pots) -> str:
    """Write what a notebook shows of several pots.

    Parameters
    ----------
    pots : Pots

    Returns
    -------
    str
        HTML.
    """
    rows = [
        (
            row["code"] if row["code"] not in NO_PLACES else "",
            row["name"],
            f"{row['residents']:,}",
            *(_missing_or_gbp(row[column], AWAITED) for column in ("total_pence", "per_head_pence")),
        )
        for row in pots.table.to_dict(orient="records")
    ]
    shown, rest = first_rows(rows, MOST_PLACES, "rows")
    columns = (
        Column("Code"),
        Column("Place"),
        Column("Residents", True),
        Column("Pot", True),
        Column("Per head", True),
    )
    within = f" in {pots.within}" if pots.within else ""
    title = f"The single pots of {check_level(pots.level).label} places{within}, {pots.financial_year}"
    return card_html(
        Card(
            title=title,
            about=f"In scope: {pots.loaded.recipe.scope.describe()}.",
            warning=_sentence(pots.what),
            tables=(CardTable("Pots", columns, shown, rest), _reconciled(pots.reconciliation)),
            lists=(CardList("Notes", pots.notes), CardList("Sources", pots.source_titles)),
            foot=_foot(pots.loaded.stamp),
        )
    )


def reconciliation_html(found: Reconciliation) -> str:
    """Write what a notebook shows of a reconciliation.

    Parameters
    ----------
    found : Reconciliation

    Returns
    -------
    str
        HTML.
    """
    return card_html(Card("Where every penny of the lines is", "", (_reconciled(found),), NOTICE))


def _reconciled(found: Reconciliation) -> CardTable:
    words = {
        "in_pence": "Read from the lines",
        "placed_pence": "In the place, or in the places asked for",
        "elsewhere_pence": "Elsewhere",
        "unallocated_pence": "Unallocated",
        "difference_pence": "Not found again",
    }
    rows = tuple((words[name], format_gbp(pence)) for name, pence in found.as_dict().items())
    return CardTable("Does it add up?", (Column(""), Column("Amount", True)), rows)


def shares_html(shares: Shares) -> str:
    """Write what a notebook shows of shares.

    Parameters
    ----------
    shares : Shares

    Returns
    -------
    str
        HTML.
    """
    areas = small_areas().iloc[shares.positions[:MOST_AREAS]]
    rows = tuple(
        (code, name, f"{weight:,}", _share(weight, shares.denominator))
        for code, name, weight in zip(
            areas["lsoa_code"], areas["lsoa_name"], shares.weights[:MOST_AREAS].tolist(), strict=True
        )
    )
    columns = (Column("Small area"), Column("Name"), Column("Weight", True), Column("Share", True))
    count, empty = len(shares.positions), int((shares.weights == 0).sum())
    covered = f"{count:,} small areas, {empty:,} of them of no weight" if empty else f"{count:,} small areas"
    rest = f"The first {MOST_AREAS} of {count:,} small areas." if count > MOST_AREAS else ""
    weighed = f"weights sum to {shares.denominator:,}" if shares.denominator else "there is nothing to share by"
    return card_html(
        Card(
            title=f"Shares of {_named(shares.footprint_code)} by {shares.basis}",
            about=f"Shared {shares.method}. {covered}; {weighed}. Sources: {'; '.join(shares.sources)}.",
            tables=(CardTable("What each small area has", columns, rows, rest),),
            foot=NOTICE,
        )
    )


def _share(weight: int, whole: int) -> str:
    return f"{float(round(Fraction(100 * weight, whole), 3)):.3f} %" if whole else ""


def ledger_html(ledger: Ledger) -> str:
    """Write what a notebook shows of a ledger.

    Parameters
    ----------
    ledger : Ledger

    Returns
    -------
    str
        HTML.
    """
    cells, entries = ledger.cells, ledger.entries
    reasons = [
        f"{name}: {_count(count, 'cell', 'cells')}" for name, count in ledger.reasons.value_counts(sort=False).items()
    ]
    return card_html(
        Card(
            title=f"Ledger: {_count(len(cells), 'cell', 'cells')}, {_count(len(entries), 'entry', 'entries')}",
            about="Each cell's pence are all there: a ledger with a penny too few or too many cannot be made.",
            tables=(_check_table(ledger), _cells_table(ledger)),
            lists=(CardList("Why cells are unallocated", tuple(reasons)),),
            foot=NOTICE,
        )
    )


def _check_table(ledger: Ledger) -> CardTable:
    """Set what went into a ledger against what came out, by place."""
    sums = _sums_by_place(ledger)
    (went_in,) = totals_pence(
        ledger.cells["amount_pence"].to_numpy(), np.zeros(len(ledger.cells), dtype=np.int64), groups=1
    )
    places = [(_named(code), format_gbp(pence)) for code, pence in sums.items() if code not in NO_PLACES]
    shown, rest = first_rows(places, MOST_PLACES, "places")
    kept = [(NO_PLACES[code], format_gbp(sums[code])) for code in NO_PLACES if code in sums]
    rows = (
        ("In: all cells", format_gbp(went_in)),
        *shown,
        *kept,
        ("Out: all entries", format_gbp(sum(sums.values()))),
        ("In less out", format_gbp(went_in - sum(sums.values()))),
    )
    return CardTable("In and out", (Column(""), Column("Amount", True)), rows, rest)


def _sums_by_place(ledger: Ledger) -> dict[str, int]:
    numbers, codes = pd.factorize(ledger.entries["place_code"].astype("str"), sort=True)
    sums = totals_pence(ledger.entries["amount_pence"].to_numpy(), numbers.astype(np.int64), len(codes))
    return dict(zip(map(str, codes), sums, strict=True))


def _cells_table(ledger: Ledger) -> CardTable:
    """Show the first cells, and in how many places each is."""
    entries = ledger.entries["cell"].value_counts()
    wanted = [name for name in ("body", "service_code", "economic", "footprint_code", "basis") if name in ledger.cells]
    rows = [
        (str(cell), *(str(row[name]) for name in wanted), format_gbp(row["amount_pence"]), f"{entries.get(cell, 0):,}")
        for cell, row in ledger.cells.head(MOST_CELLS).iterrows()
    ]
    rest = f"The first {MOST_CELLS} of {len(ledger.cells):,} cells." if len(ledger.cells) > MOST_CELLS else ""
    headings = [name.removesuffix("_code").capitalize() for name in wanted]
    columns = (Column("Cell"), *map(Column, headings), Column("Amount", True), Column("Entries", True))
    return CardTable("Cells", columns, tuple(rows), rest)


def sensitivity_html(found: Sensitivity) -> str:
    """Write what a notebook shows of a range.

    Parameters
    ----------
    found : Sensitivity

    Returns
    -------
    str
        HTML.
    """
    ends = tuple(
        (word, format_gbp(pence), _missing_or_gbp(head, ""))
        for word, pence, head in (
            ("Low", found.low_pence, found.low_per_head_pence),
            ("The pot", found.central_pence, found.central_per_head_pence),
            ("High", found.high_pence, found.high_per_head_pence),
        )
    )
    columns = (Column(""), Column("Amount", True), Column("Per head", True))
    return card_html(
        Card(
            title=f"How far the pot of {found.place.name} moves, {found.financial_year}",
            about="Modelled: by what else its services could be shared by. No confidence interval.",
            warning=_sentence(found.what),
            tables=(CardTable("Range", columns, ends), _movers(found)),
            lists=(
                CardList("What would narrow it", tuple(map(str, found.narrowing["obtain"]))),
                CardList("Notes", found.notes),
            ),
            foot=_foot(found.loaded.stamp),
        )
    )


def _movers(found: Sensitivity) -> CardTable:
    """Set out what moves a pot most."""
    rows = [
        (row["service"], row["basis_label"], *(format_gbp(row[name]) for name in ENDS))
        for row in found.services.to_dict(orient="records")
        if row["spread_pence"]
    ]
    shown, rest = first_rows(rows, MOST_SERVICES, "services that move")
    numbers = (Column(heading, True) for heading in ("Low", "In the pot", "High"))
    return CardTable("What moves it most", (Column("Service"), Column("Shared by"), *numbers), shown, rest)


def bridge_html(bridge: Bridge) -> str:
    """Write what a notebook shows of a bridge.

    Parameters
    ----------
    bridge : Bridge

    Returns
    -------
    str
        HTML.
    """
    steps = bridge.as_table().to_dict(orient="records")
    rows = tuple(
        (row["step"], row["what"], format_gbp(row["amount_pence"]), format_gbp(row["total_pence"])) for row in steps
    )
    columns = (Column("Step"), Column("What"), Column("Amount", True), Column("Total after it", True))
    return card_html(
        Card(
            title=f"Bridge from {bridge.start} to {bridge.end}",
            about="What moves one total to the other. What no source explains is shown, and not guessed.",
            tables=(CardTable("Steps", columns, rows),),
            lists=(CardList("What is not known of the published total", bridge.questions),),
            foot=NOTICE,
        )
    )


# --- words


def _named(code: str) -> str:
    """Write a code with its name, where it has one that says more."""
    name = name_of(code)
    return code if name == code else f"{name} ({code})"


def _count(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _missing_or_gbp(pence: int | None, missing: str) -> str:
    return missing if pd.isna(pence) else format_gbp(int(pence))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _foot(stamp: str) -> str:
    return f"Made with {stamp}. {NOTICE}"
