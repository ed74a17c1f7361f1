"""Low, central and high set out for a reader, with the services that matter and what would narrow the range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.exports.stamps import stamp
from placespend.levels import LEVELS
from placespend.money import format_gbp
from placespend.narrowing import MEASURE, NOTHING, SMALL_AREA_COUNTS
from placespend.shipped import NOTICE
from placespend.tables import made_with
from placespend.text import WIDTH, add_row, bulleted, gbp, render, start_table

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from placespend.loaded import Loaded
    from placespend.sensitivity import Sensitivity

MOST_SERVICES = 12
MOST_TO_OBTAIN = 8
GAP = 2
WHOLE_POUNDS_BELOW = 10_000_000_000
"""Pence. Larger amounts are shown in thousands of pounds."""


def sensitivity_text(found: Sensitivity) -> str:
    """Set out how far a pot moves for a reader.

    Parameters
    ----------
    found : Sensitivity

    Returns
    -------
    str
    """
    place, what = found.place, f": {found.what}" if found.what else ""
    level = LEVELS[place.level].label
    unit = 1 if max(abs(found.low_pence), abs(found.high_pence)) < WHOLE_POUNDS_BELOW else 1_000
    services: RenderableType = _services(found, unit) if len(found.services) else "No money is known here."
    tables: list[RenderableType] = [
        _totals(found),
        "",
        services,
        *bulleted("What low and high stand for:", _meanings(found)),
    ]
    tables += ["", _coverage(found, unit)] if len(found.coverage) else []
    tables += ["", _narrowing(found, unit)] if len(found.narrowing) else []
    return render(
        f"The range of the single pot of {place.name}, {found.financial_year}",
        f"{level[0].upper()}{level[1:]}, {place.code}; {place.residents:,} residents (census 2011)",
        f"{format_gbp(found.central_pence)}, from {format_gbp(found.low_pence)} to {format_gbp(found.high_pence)}"
        f"{what}\n",
        *tables,
        *bulleted("How to load it:", _ways(found)),
        *bulleted("Notes:", found.notes),
        *bulleted("Sources:", (NOTICE,)),
        *made_with(found.loaded),
    )


def ranges_text(table: pd.DataFrame, loaded: Loaded, *, title: str, notes: Sequence[str]) -> str:
    """Set out the ranges of several places for a reader.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`placespend.sensitivity.ranges` gives it.
    loaded : Loaded
    title : str
    notes : sequence of str

    Returns
    -------
    str
    """
    ends = table[["low_pence", "high_pence"]].abs().to_numpy()
    unit = 1 if not len(table) or int(ends.max()) < WHOLE_POUNDS_BELOW else 1_000
    heads = ["low_per_head_pence", "central_per_head_pence", "high_per_head_pence"]
    shown = start_table(
        ("Place", False),
        *((f"{heading} ({_unit(unit)})", True) for heading in ("Low", "Central", "High")),
        ("Per head (£)", True),
    )
    for row in table.to_dict(orient="records"):
        amounts = [_rounded(row[f"{name}_pence"], unit) for name in ("low", "central", "high")]
        low, _, high = ("" if pd.isna(row[name]) else _rounded(row[name], 1) for name in heads)
        add_row(shown, f"{row['name']}\n{row['code']}", *amounts, f"{low} to {high}" if low else "")
    return render(f"{title}\n", shown, *bulleted("Notes:", tuple(notes)), *bulleted("Sources:", (NOTICE,)),
                  *made_with(loaded))  # fmt: skip


def sensitivity_document(found: Sensitivity) -> dict[str, object]:
    """Put all of a sensitivity into one document for machines.

    Parameters
    ----------
    found : Sensitivity

    Returns
    -------
    dict
        ``place``, ``financial_year``, ``residents``, ``what`` (the pot is), low, central and high in pence and per
        head, ``services``, ``coverage``, ``narrowing``, ``notes``, ``scope`` and ``made_with``.
    """
    place = found.place
    ends = [f"{name}{per}_pence" for name in ("low", "central", "high") for per in ("", "_per_head")]
    return {
        "place": {"code": place.code, "name": place.name, "level": place.level, "definition": place.definition},
        "financial_year": found.financial_year,
        "residents": place.residents,
        "what": found.what,
        **{name: getattr(found, name) for name in ends},
        **{name: _records(getattr(found, name)) for name in ("services", "coverage", "narrowing")},
        "notes": list(found.notes),
        "scope": found.loaded.recipe.scope.describe(),
        "made_with": found.loaded.made_with,
    }


def ranges_document(table: pd.DataFrame, loaded: Loaded, *, level: str, notes: Sequence[str]) -> dict[str, object]:
    """Put the ranges of several places into one document for machines.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`placespend.sensitivity.ranges` gives it.
    loaded : Loaded
    level : str
        Token of :data:`placespend.levels.LEVELS`.
    notes : sequence of str

    Returns
    -------
    dict
        ``level``, ``financial_year``, ``rows``, ``notes``, ``scope`` and ``made_with``.
    """
    return {
        "level": level,
        "financial_year": loaded.financial_year,
        "rows": _records(table),
        "notes": list(notes),
        "scope": loaded.recipe.scope.describe(),
        "made_with": loaded.made_with,
    }


def services_stamped(found: Sensitivity) -> pd.DataFrame:
    """Give the services of a sensitivity, with what they were made with in every row.

    Parameters
    ----------
    found : Sensitivity

    Returns
    -------
    pandas.DataFrame
    """
    return stamp(found.services, found.loaded, what=found.what, place=found.place)


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    plain = table.astype("object").where(table.notna(), None)
    return plain.to_dict(orient="records")  # type: ignore[return-value]


def _unit(unit: int) -> str:
    return "£" if unit == 1 else "£000"


def _rounded(pence: object, unit: int) -> str:
    """Write pence in whole units, rounded half even."""
    pounds = divmod(abs(int(pence)), 100 * unit)  # type: ignore[call-overload]
    up = 2 * pounds[1] > 100 * unit or (2 * pounds[1] == 100 * unit and pounds[0] % 2 == 1)
    whole = pounds[0] + up
    return f"{'-' if int(pence) < 0 and whole else ''}{whole:,}"  # type: ignore[call-overload]


def _totals(found: Sensitivity) -> Table:
    table = start_table(("", False), ("Low", True), ("Central", True), ("High", True))
    ends = ("low", "central", "high")
    add_row(table, "Pot (£)", *(gbp(getattr(found, f"{name}_pence")) for name in ends))
    heads = [getattr(found, f"{name}_per_head_pence") for name in ends]
    if found.central_per_head_pence is not None:
        add_row(table, "Per head (£)", *("" if head is None else gbp(head) for head in heads))
    return table


def _split(found: Sensitivity) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Split services into those that matter, others that move, and those that do not."""
    moving = found.services[found.services["spread_pence"] > 0]
    return (
        moving.iloc[:MOST_SERVICES],
        moving.iloc[MOST_SERVICES:],
        found.services[found.services["spread_pence"] == 0],
    )


def _services(found: Sensitivity, unit: int) -> Table:
    table = start_table(
        (f"Service ({_unit(unit)})", False), ("Shared by", False), ("Low", True), ("Central", True), ("High", True),
        ("Spread", True),
    )  # fmt: skip
    columns = ["low_pence", "central_pence", "high_pence", "spread_pence"]
    first, others, still = _split(found)
    for row in first.to_dict(orient="records"):
        name = f"{str(row['service_code']).split('-')[0]} {row['service']}"
        add_row(table, name, row["basis_label"], *(_rounded(row[column], unit) for column in columns))
    for rows, words in ((others, "others that move less"), (still, "that do not move")):
        if len(rows):
            sums = [_rounded(sum(rows[column].tolist()), unit) for column in columns]
            add_row(table, f"{len(rows)} {words}", "", *sums)
    table.add_section()
    sums = [_rounded(sum(found.services[column].tolist()), unit) for column in columns]
    by = f"Total, {found.coverage['label'].iloc[0] or 'by land'}" if len(found.coverage) else "Total"
    add_row(table, by, "", *sums)
    _widen_for_words(table)
    return table


def _widen_for_words(table: Table) -> None:
    """Give the two columns of words the room that figures leave, so that no word of a measure is broken."""
    texts = [[str(column.header), *map(str, column.cells)] for column in table.columns]
    figures = sum(max(map(len, column)) for column in texts[2:])
    left = WIDTH - figures - GAP * (len(texts) - 1)
    named, longest = (max(len(word) for text in column for word in text.split()) for column in texts[:2])
    shared = max(longest, min(left // 2, max(map(len, texts[1]))))
    # A table that is too wide all the same is left to be folded as it may.
    if left - shared >= named:
        table.columns[0].width, table.columns[1].width = left - shared, shared


def _meanings(found: Sensitivity) -> tuple[str, ...]:
    """Say by what the services that matter are shared at their lowest and highest."""
    first, _, _ = _split(found)

    def by(row: dict[Hashable, Any], end: str) -> str:
        is_central = row[f"{end}_basis"] == row["basis"]
        return "as it is" if is_central else f"shared by {row[f'{end}_label']}"

    return tuple(
        f"{str(row['service_code']).split('-')[0]} {row['service']}: low {by(row, 'low')}; high {by(row, 'high')}."
        for row in first.to_dict(orient="records")
    )


def _coverage(found: Sensitivity, unit: int) -> Table:
    table = start_table(
        (f"Small areas that it cuts, divided ({_unit(unit)})", False), ("Residents", True), ("Low", True),
        ("Central", True), ("High", True),
    )  # fmt: skip
    for row in found.coverage.to_dict(orient="records"):
        amounts = [_rounded(row[name], unit) for name in ("low_pence", "total_pence", "high_pence")]
        add_row(table, str(row["label"]), f"{row['residents']:,}", *amounts)
    return table


def _shown_narrowing(found: Sensitivity) -> pd.DataFrame:
    table = found.narrowing[(found.narrowing["spread_pence"] > 0) & (found.narrowing["kind"] != NOTHING)]
    return table.iloc[:MOST_TO_OBTAIN]


def _narrowing(found: Sensitivity, unit: int) -> Table:
    table = start_table(
        ("What would narrow it", False), ("For", False), (f"Spread ({_unit(unit)})", True)
    )  # fmt: skip
    for row in _shown_narrowing(found).to_dict(orient="records"):
        services = str(row["services"]).split("; ")
        more = f" and {len(services) - 2} more" if len(services) > 2 else ""
        obtain = str(row["obtain"])
        what = f"{obtain[0].upper()}{obtain[1:]}. Source: {row['source']}"
        add_row(table, what, f"{'; '.join(services[:2])}{more}", _rounded(row["spread_pence"], unit))
    rest = found.narrowing[found.narrowing["kind"] == NOTHING]
    if len(rest):
        pence = sum(rest["spread_pence"].tolist())
        services = str(rest["services"].iloc[0]).split("; ")
        more = f" and {len(services) - 2} more" if len(services) > 2 else ""
        add_row(table, "No better measure is named on the ladders of these",
                f"{'; '.join(services[:2])}{more}", _rounded(pence, unit))  # fmt: skip
    return table


def _ways(found: Sensitivity) -> tuple[str, ...]:
    """Say which options load what is shown, and which rows overlap."""
    shown = _shown_narrowing(found)
    kinds = set(shown["kind"])
    ways = []
    if kinds & {MEASURE, SMALL_AREA_COUNTS}:
        names = [how.rpartition("named ")[2] for how in shown["how"] if how.startswith("--measure")]
        ways.append(f"Counts by area: --measure FILE, the measure being named {', '.join(names)}.")
        if found.what:
            ways.append("A measure or outturn by authority tells what authorities have, and not where in them it goes.")
    ways += [f"Outturn: {how}." for how in shown["how"].unique() if not str(how).startswith("--measure")]
    if SMALL_AREA_COUNTS in kinds:
        ways.append("Counts by small area and a better measure may take the same spread away: do not add them up.")
    return tuple(ways)
