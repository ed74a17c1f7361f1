"""A place's pot per head beside England's, its region's, its authority's, and those of places of its kind.

All of them are built from the same lines by the same recipe. Each has the range that its own pot has by other
measures: where ranges meet, a difference says little. Per head is of the residents of the census.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.cofog import services
from placespend.levels import COMBINED_AUTHORITIES_CHECKED_TO, LEVELS
from placespend.money import format_gbp, per_head_pence, percent
from placespend.place_words import beginning, in_text, level_words
from placespend.reports.comparing import compared_per_head
from placespend.reports.coverage import NOT_COMPARED, serves_england
from placespend.reports.document import Bars, Block, Column, DataTable, Paragraph, Section
from placespend.reports.spending import KNOWN_IN_TABLES
from placespend.reports.wording import (
    and_list,
    day_in_words,
    grades_of,
    known_of,
    rounded_gbp,
)
from placespend.text import gbp

if TYPE_CHECKING:
    from placespend.pot import Pot
    from placespend.reports.gathered import Gathered

MOST_COLUMNS = 3
"""How many places a table sets beside the place, division by division, where it is not England."""

PER_HEAD = "£ a head"


def against_section(gathered: Gathered) -> Section:
    """Set the place's pot per head beside others.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
    """
    pot = gathered.pot
    heading = "By region" if gathered.is_england else "Against England and other places"
    if pot.cells.empty or pot.per_head_pence is None:
        why = "no one lives here" if pot.per_head_pence is None else "nothing is known of what is spent here"
        return Section("against", heading, (Paragraph(f"There is nothing to compare: {why}."),))
    if not serves_england(pot.loaded):
        return Section("against", heading, (Paragraph(NOT_COMPARED),))
    pots = [pot, *gathered.comparators]
    blocks: list[Block] = [Paragraph(text) for text in (_who_is_compared(gathered), RANGES, *pot.warnings)]
    blocks += [per_head_bars(pots, gathered.england), *_by_division(gathered)]
    return Section("against", heading, tuple(blocks))


RANGES = (
    "The line over each bar shows how far the figure moves when its services are shared by other reasonable measures. "
    "Where lines meet, a difference says little. What is modelled differs between places only as its measures do."
)


def _who_is_compared(gathered: Gathered) -> str:
    """Say how the places that are compared were chosen."""
    place = gathered.place
    if gathered.is_england:
        return "England's pot per head beside that of each of its regions."
    named = [in_text(found.place) for found in gathered.comparators if found not in gathered.peers]
    told = [f"{beginning(in_text(place))} is set beside {and_list(named)}."]
    kind = LEVELS[place.level].label
    if gathered.peers:
        where = _where_peers_lie(gathered)
        if gathered.peers_left_out:
            told.append(
                f"Of the other places of its kind ({kind}){where}, those {len(gathered.peers):,} are shown that are "
                f"nearest to it in residents; {gathered.peers_left_out:,} are not."
            )
        else:
            told.append(f"All other places of its kind ({kind}){where} are shown.")
    if gathered.peers_came_later:
        last = day_in_words(COMBINED_AUTHORITIES_CHECKED_TO)
        told.append(
            f"No other combined authority existed on {day_in_words(gathered.day)}: it is compared with those made "
            f"since, as they were on {last}, by what was spent in their areas."
        )
    return " ".join(told)


def _where_peers_lie(gathered: Gathered) -> str:
    if gathered.place.level == "upper_tier" and gathered.region:
        return f" in {in_text(gathered.region.place)}"
    if gathered.place.level == "lad" and gathered.authorities:
        return f" in {in_text(gathered.authorities[0].place)}"
    return ""


def per_head_bars(pots: list[Pot], england: Pot | None) -> Bars:
    """Draw the pots of several places per head, each with its range.

    Parameters
    ----------
    pots : list of Pot
        The first is that of the place itself.
    england : Pot or None
        None where the lines do not serve all of England, so that there is nothing to compare with.

    Returns
    -------
    Bars
    """
    lived = [pot for pot in pots if pot.per_head_pence is not None]
    heads = [pot.per_head_pence or 0 for pot in lived]
    ends = [[per_head_pence(pence, pot.residents) or 0 for pence in pot.range_pence] for pot in lived]
    return Bars(
        "per-head",
        f"The pot per head, {pots[0].financial_year}",
        tuple(pot.place.name for pot in lived),
        tuple(pence / 100 for pence in heads),
        tuple(rounded_gbp(pence) for pence in heads),
        PER_HEAD,
        _per_head_table(pots, england),
        lows=tuple(low / 100 for low, _ in ends),
        highs=tuple(high / 100 for _, high in ends),
        emphasised=(0,),
    )


def _per_head_table(pots: list[Pot], england: Pot | None) -> DataTable:
    columns = [Column("Place"), Column("Kind"), Column("Residents", is_number=True)]
    columns += [Column("Pot (£)", is_number=True), Column("Per head (£)", is_number=True)]
    columns += [Column("Low per head (£)", is_number=True), Column("High per head (£)", is_number=True)]
    columns += [Column("Per head, against England")] * (england is not None)
    columns.append(Column("How known"))
    rows, data = [], []
    for pot in pots:
        low, high = pot.range_pence
        heads = [per_head_pence(pence, pot.residents) for pence in (low, high)]
        known = _known(pot)
        words = "" if england is None or pot is england else compared_per_head(pot, england)
        rows.append(
            (
                pot.place.name,
                level_words(pot.place),
                f"{pot.residents:,}",
                gbp(pot.total_pence),
                gbp(pot.per_head_pence),
                *map(gbp, heads),
                *([] if england is None else [words.removesuffix(" than")]),
                KNOWN_IN_TABLES[known],
            )
        )
        data.append(
            {
                "code": pot.place.code,
                "name": pot.place.name,
                "level": pot.place.level,
                "residents": pot.residents,
                "total_pence": pot.total_pence,
                "per_head_pence": pot.per_head_pence,
                "low_pence": low,
                "high_pence": high,
                "observed_pence": pot.observed_pence,
                "known": known,
            }
        )
    caption = f"The pot per head of each place, {pots[0].financial_year}"
    table = pd.DataFrame(data).astype({"per_head_pence": "Int64"})
    return DataTable("per-head-by-place", caption, tuple(columns), tuple(rows), table)


def _known(pot: Pot) -> Any:
    return known_of(grades_of(pot))


# --- by division


def division_heads(pots: list[Pot]) -> pd.DataFrame:
    """Sum pots by division of services, per head too.

    Parameters
    ----------
    pots : list of Pot

    Returns
    -------
    pandas.DataFrame
        ``code``, ``name`` (of the place), ``division``, ``division_name``, ``amount_pence`` (int64),
        ``per_head_pence`` (Int64), ``known``; the places in the order that came in, each by division, those that
        any of them has money in.
    """
    named = services()[["division", "division_name"]]
    order = named.drop_duplicates("division").set_index("division")["division_name"]
    sums, letters = {}, {}
    for pot in pots:
        cells = pot.cells[["amount_pence", "grade"]].assign(division=pot.cells["service_code"].map(named["division"]))
        sums[pot.place.code] = cells.groupby("division")["amount_pence"].sum()
        each = cells[["division", "grade"]].drop_duplicates().sort_values("grade", kind="stable")
        letters[pot.place.code] = each.groupby("division")["grade"].agg("".join)
    found = [code for code in order.index if any(code in by.index for by in sums.values())]
    rows = []
    for pot in pots:
        for division in sorted(found, key=int):
            pence = int(sums[pot.place.code].get(division, 0))
            known = known_of(letters[pot.place.code].get(division, ""))
            head = per_head_pence(pence, pot.residents)
            rows.append((pot.place.code, pot.place.name, division, order[division], pence, head, known))
    columns = ["code", "name", "division", "division_name", "amount_pence", "per_head_pence", "known"]
    return pd.DataFrame(rows, columns=columns).astype({"per_head_pence": "Int64"})


def _by_division(gathered: Gathered) -> list[Block]:
    """Set the divisions of services per head beside those of the first places that are compared."""
    pot = gathered.pot
    pots = [pot, *(found for found in gathered.comparators if found.per_head_pence is not None)]
    data = division_heads(pots)
    beside = pots[1:] if gathered.is_england else pots[1 : 1 + MOST_COLUMNS]
    heads = {code: table.set_index("division")["per_head_pence"] for code, table in data.groupby("code")}
    names = data.drop_duplicates("division").set_index("division")["division_name"]
    table = _division_table(gathered, [pot, *beside], heads, names, data)
    if gathered.is_england:
        return [table]
    england = heads[gathered.england.place.code]
    here = heads[pot.place.code]
    less = {str(name): int(here[str(code)]) - int(england[str(code)]) for code, name in names.items()}
    differences = dict(sorted(less.items(), key=lambda found: -found[1]))
    return [
        Bars(
            "division-differences",
            f"{pot.place.name} less England, per head, by division of services",
            tuple(differences),
            tuple(pence / 100 for pence in differences.values()),
            tuple(_signed(pence) for pence in differences.values()),
            PER_HEAD,
            table,
        )
    ]


def _signed(pence: int) -> str:
    return f"{'+' if pence > 0 else ''}{rounded_gbp(pence)}"


def _division_table(
    gathered: Gathered, pots: list[Pot], heads: dict[Any, pd.Series], names: pd.Series, data: pd.DataFrame
) -> DataTable:
    compared_with_england = not gathered.is_england
    columns = [Column("Division"), *(Column(f"{pot.place.name} (£)", is_number=True) for pot in pots)]
    columns += [Column("Less England (£)", is_number=True), Column("Less England", is_number=True)] * (
        compared_with_england
    )
    rows = []
    for division, name in [*names.items(), ("", "Total")]:
        values = [_head(pot, heads, str(division)) for pot in pots]
        row = [str(name), *(gbp(value) for value in values)]
        if compared_with_england:
            here, there = values[0], _head(gathered.england, heads, str(division))
            row += [format_gbp(here - there, sign=""), _percent_less(gathered, data, str(division))]
        rows.append(tuple(row))
    caption = f"Per head by division of services, {gathered.pot.financial_year}"
    notes = (
        "Each figure is rounded by itself, so the divisions may sum to a penny or two more or less than the total.",
    )
    return DataTable("per-head-by-division", caption, tuple(columns), tuple(rows), data, notes=notes)


def _percent_less(gathered: Gathered, data: pd.DataFrame, division: str) -> str:
    """Say by how much a division of the place per head is above England's, from exact pence, not from rounded ones."""
    here, there = gathered.pot, gathered.england
    if division:
        found = data[data["division"] == division].set_index("code")["amount_pence"]
        ours, theirs = int(found[here.place.code]), int(found[there.place.code])
    else:
        ours, theirs = here.total_pence, there.total_pence
    ours, theirs = ours * there.residents, theirs * here.residents
    return percent(ours - theirs, theirs) if theirs > 0 else ""


def _head(pot: Pot, heads: dict[Any, pd.Series], division: str) -> int:
    return int(heads[pot.place.code][division]) if division else int(pot.per_head_pence or 0)
