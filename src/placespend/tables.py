"""Tables for people: 80 columns, money right-aligned to the penny, and beside it what a reader must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.bases import shipped_bases
from placespend.cofog import services
from placespend.explain import find_services
from placespend.levels import LEVELS, OWN
from placespend.money import format_gbp, percent
from placespend.notes import describe_memo, notes_on_places
from placespend.recipe import shipped_recipe
from placespend.responsibilities import service_groups
from placespend.schema import GRADES, SECTORS, TREATMENTS
from placespend.shipped import NOTICE
from placespend.text import add_row, bulleted, gbp, render, start_table

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from placespend.bases import Bases
    from placespend.loaded import Loaded
    from placespend.pot import Pot
    from placespend.pots_by_level import Pots
    from placespend.reconciliation import Reconciliation

LARGE_DIVISIONS = ("7", "9", "10")
"""COFOG divisions of health, education and social protection."""

HEADINGS = {
    "body": "Body",
    "sector": "Sector",
    "service": "Service",
    "economic": "Economic",
    "basis": "Shared by",
    "grade": "Grade",
}


def _label(column: str, row: dict[str, object], bases: Bases) -> str:
    """Put a value of a cut into plain words."""
    value = str(row[column])
    if column == "service":
        code = str(row["service_code"])
        return f"{code.split('-')[0]} {services()['label'][code]}"
    if column == "basis":
        return bases.basis(value).label
    return f"{value} {SECTORS[value]}" if column == "sector" and value in SECTORS else value


def _reconciliation(found: Reconciliation, placed: str) -> Table:
    table = start_table(("Reconciliation", False), ("£", True))
    add_row(table, "All lines loaded", gbp(found.in_pence))
    add_row(table, placed, gbp(found.placed_pence))
    add_row(table, "Elsewhere", gbp(found.elsewhere_pence))
    add_row(table, "Unallocated: place not known, or nothing to share by", gbp(found.unallocated_pence))
    add_row(table, "Difference", gbp(found.difference_pence))
    return table


def _cut(pot: Pot, columns: tuple[str, ...]) -> Table:
    cut = pot.by(*columns)
    # A cut by grade shows it already.
    grade = [] if "grade" in columns else [("Grade", False)]
    recorded = [("Recorded", True)] if pot.grades["A"] and grade else []
    headings = [(HEADINGS[column], False) for column in columns]
    table = start_table(*headings, ("Amount (£)", True), ("Per head (£)", True), *recorded, *grade)
    for row in cut.to_dict(orient="records"):
        awaited = int(row["awaited_lines"])
        amount = "awaited" if pd.isna(row["amount_pence"]) else gbp(row["amount_pence"])
        names = [_label(column, row, pot.loaded.bases) for column in columns]  # type: ignore[arg-type]
        if awaited and amount != "awaited":
            names[-1] += f" ({awaited} more awaited)"
        known = [_recorded(row["observed_pence"], row["amount_pence"])] if recorded else []
        letters = [" ".join(row["grades"])] if grade else []
        add_row(table, *names, amount, gbp(row["per_head_pence"]), *known, *letters)
    table.add_section()
    blanks = [""] * (len(columns) - 1)
    head = "" if pot.per_head_pence is None else gbp(pot.per_head_pence)
    letters = [" ".join(letter for letter, pence in pot.grades.items() if pence)] if grade else []
    known = [_recorded(pot.grades["A"], pot.total_pence)] if recorded else []
    add_row(table, "Total", *blanks, gbp(pot.total_pence), head, *known, *letters)
    return table


def _recorded(observed: object, amount: object) -> str:
    """Say what part of an amount bodies recorded at this place; nothing where there is none."""
    if pd.isna(amount) or not observed or not amount:  # type: ignore[call-overload]
        return ""
    return percent(int(observed), int(amount))  # type: ignore[call-overload]


def _about_services(pot: Pot) -> list[str]:
    """Compare the great services with what the counts of 2010 found; only where the shipped lines alone are in."""
    if pot.loaded.recipe.sha256 != shipped_recipe().sha256 or pot.total_pence <= 0:
        return []
    division = pot.cells["service_code"].map(services()["division"])
    pence = int(pot.cells.loc[division.isin(LARGE_DIVISIONS), "amount_pence"].sum())
    return [
        f"\nSocial protection, education and health: {percent(pence, pot.total_pence)} of the pot. The Total Place "
        "counts of 2010 said 70-80 % of local spending, on a narrower scope (Publicnet, 10 May 2010)."
    ]


def _about_negatives(pot: Pot) -> tuple[str, ...]:
    return ("Negative amounts are income and reversals.",) if (pot.cells["amount_pence"] < 0).any() else ()


def _headline(pot: Pot) -> str:
    if pot.cells.empty:
        return "No amount is known here: all that serves this place is awaited or left out, or nothing does."
    head = "" if pot.per_head_pence is None else f", {format_gbp(pot.per_head_pence)} per head"
    return f"{format_gbp(pot.total_pence)}{head}{f': {pot.what}' if pot.what else ''}"


def _range(pot: Pot) -> str:
    """Say how far the pot moves with what its money is shared by."""
    low, high = pot.range_pence
    if low == high:
        return "" if pot.cells.empty else "The same by whatever measures its services are shared."
    return f"From {format_gbp(low)} to {format_gbp(high)} by other measures"


def _about_range(pot: Pot) -> tuple[str, ...]:
    low, high = pot.range_pence
    return ("What moves the pot, and what would narrow its range: placespend sensitivity.",) if low != high else ()


def _comparison(pot: Pot) -> list[RenderableType]:
    """Set a neighbourhood's pot per head beside its authority's and England's."""
    if pot.comparison is None or pot.authority is None or pot.residents == 0:
        return []
    table = start_table(("Per head (£)", False), ("Here", True), (pot.authority.name, True), ("England", True))
    for row in pot.comparison.to_dict(orient="records"):
        if not row["division"]:
            table.add_section()
        heads = [gbp(row[f"{prefix}per_head_pence"]) for prefix in ("", "authority_", "england_")]
        add_row(table, row["division_name"], *heads)
    return ["", table]


def _describe_awaited(lines: pd.DataFrame) -> tuple[str, ...]:
    return tuple(
        f"{row['body']}: {row['service_name']} (line {row['line_id']} of {row['source_id']}). {row['description']}"
        for row in lines.to_dict(orient="records")
    )


def pot_text(pot: Pot, *columns: str) -> str:
    """Set out a pot for a reader.

    Parameters
    ----------
    pot : Pot
    *columns : str
        What it is cut by.

    Returns
    -------
    str
    """
    level = LEVELS[pot.place.level].label
    where = f" in {pot.authority.name}" if pot.authority is not None else ""
    grades = start_table(("Grade", False), ("What it means", False), ("Amount (£)", True), ("Share", True))
    for letter, meaning in GRADES.items():
        pence = pot.grades[letter]
        add_row(grades, letter, meaning, gbp(pence), percent(pence, pot.total_pence) if pot.total_pence else "")
    reasons = [
        f"{format_gbp(row['amount_pence'])} of {row['body']} for {row['service_code']}, footprint "
        f"'{row['footprint_code']}': {row['reason']}"
        for row in pot.unallocated.to_dict(orient="records")
    ]
    return render(
        f"The single pot of {pot.place.name}, {pot.financial_year}",
        f"{level[0].upper()}{level[1:]}{where}, {pot.place.code}; {pot.residents:,} residents (census 2011)",
        *filter(None, (_headline(pot), _range(pot))),
        "",
        _cut(pot, columns),
        *(_about_services(pot) if columns == ("service",) else []),
        *_comparison(pot),
        "",
        grades,
        "",
        _reconciliation(pot.reconcile(), f"In {pot.place.name}"),
        *bulleted("Awaited, and in no total:", _describe_awaited(pot.awaited)),
        *bulleted("Unallocated:", tuple(reasons)),
        *bulleted("Notes:", (*pot.notes, *_about_negatives(pot), *_about_range(pot))),
        *bulleted("Sources:", (*pot.source_titles, NOTICE)),
        *made_with(pot.loaded),
    )


def pots_text(found: Pots) -> str:
    """Set out the pots of a level for a reader.

    Parameters
    ----------
    found : Pots

    Returns
    -------
    str
    """
    table = start_table(
        ("Code", False), ("Name", False), ("Residents", True), ("Pot (£)", True), ("Per head (£)", True)
    )
    table.columns[0].no_wrap = True
    for row in found.table.to_dict(orient="records"):
        pence = "awaited" if pd.isna(row["total_pence"]) else gbp(row["total_pence"])
        add_row(table, row["code"], row["name"], f"{row['residents']:,}", pence, gbp(row["per_head_pence"]))
    return render(
        f"{_title(found)}, {found.financial_year}{f': {found.what}' if found.what else ''}\n",
        table,
        "",
        _reconciliation(found.reconciliation, "In these places"),
        *bulleted("Notes:", found.notes),
        *bulleted("Sources:", (*found.source_titles, NOTICE)),
        *made_with(found.loaded),
    )


def _title(found: Pots) -> str:
    within = f" in {found.within}" if found.within else ""
    if found.level == OWN:
        return f"The single pots of places of your own{within}"
    return f"The single pot of every {LEVELS[found.level].label}{within}"


def made_with(loaded: Loaded) -> list[RenderableType]:
    """Say what makes the same figures again.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    list of rich renderables
    """
    inputs = [found for source in loaded.recipe.sources for found in loaded.intakes[source.id].inputs]
    inputs += loaded.measured.inputs if loaded.measured else ()
    own = [f"{name} {digest[:16]}" for name, digest in inputs]
    return bulleted(
        "Made with:",
        (
            f"Recipe: {loaded.recipe.title}",
            f"In scope: {loaded.recipe.scope.describe()}",
            f"{loaded.stamp}; all digests stand in --format json",
            f"Read: {'; '.join(own)}",
        ),
    )


def services_text() -> str:
    """Set out the services with what they are shared by.

    Returns
    -------
    str
    """
    table = start_table(("Code", False), ("Service", False), ("Shared by", False), ("Quality", False))
    table.columns[0].no_wrap = True
    chosen = shipped_bases().of_service
    for code, row in services().iterrows():
        name = str(chosen.at[code, "basis"])
        add_row(table, str(code), row["label"], shipped_bases().basis(name).label, str(chosen.at[code, "quality"]))
    return render(
        table,
        "\nQuality of the assumption: green, the measure counts those whom the service is for; amber, it stands in for "
        "them; red, nothing better is known. The codes are COFOG, the international list of government functions.",
    )


def dictionary_text(columns: pd.DataFrame) -> str:
    """Set out the columns of a lines file.

    Parameters
    ----------
    columns : pandas.DataFrame
        As :func:`placespend.dictionary.data_dictionary` gives it of ``"lines"``.

    Returns
    -------
    str
    """
    table = start_table(("Column", False), ("Unit", False), ("Needed", False), ("Meaning", False))
    for row in columns.to_dict(orient="records"):
        add_row(table, row["column"], row["unit"], "yes" if row["required"] else "", row["meaning"])
    return render(table)


def explanation_text(pot: Pot, service: str) -> str:
    """Tell a reader how the figures of a service came about.

    Parameters
    ----------
    pot : Pot
    service : str
        As :meth:`placespend.pot.Pot.explain` takes it.

    Returns
    -------
    str
    """
    explained = pot.explain(service)
    cells = explained[explained["status"] != "awaited"]
    asked = find_services(service, {*pot.cells["service_code"], *pot.awaited["service_code"]})
    parts: list[RenderableType] = []
    if cells.empty:
        parts.append(f"{', '.join(services()['service_name'][asked])} in {pot.place.name}: no amount yet")
    for _, group in cells.groupby("service_code", sort=False):
        parts.append(
            f"{group['service'].iloc[0]} in {pot.place.name}, {pot.financial_year}: "
            f"{format_gbp(int(group['amount_pence'].sum()))}{f': {pot.what}' if pot.what else ''}\n"
        )
        for _, same in group.groupby("basis", sort=False):
            parts.extend(_explained(same))
    awaited = pot.awaited[pot.awaited["service_code"].isin(asked)]
    parts.extend(bulleted("Awaited, and in no total:", _describe_awaited(awaited)))
    parts.extend(bulleted("Sources of the lines:", tuple(cells["source"].unique())))
    places = notes_on_places(pot.place.level, pot.financial_year, pot.as_at)
    parts.extend(bulleted("Notes:", (*pot.loaded.cautions, *describe_memo(_memo_of(pot, asked)), *places)))
    parts.append(f"\n{NOTICE}")
    return render(*parts, *made_with(pot.loaded))


def _memo_of(pot: Pot, asked: list[str]) -> pd.DataFrame:
    """Take the memo lines of some services, and those of the groups that these services are in."""
    groups = service_groups()["group"]
    kin = {*asked, *groups.index[groups.isin(groups[groups.index.isin(asked)])]}
    return pot.memo[pot.memo["service_code"].isin(kin)]


def _level_labels(tokens: str) -> str:
    return " and ".join(LEVELS[token].label for token in tokens.split("; "))


def _explained(cells: pd.DataFrame) -> list[RenderableType]:
    """Explain the cells of one service that are shared by one basis."""
    first = cells.iloc[0]
    table = start_table(
        ("Body, kind, footprint", False), ("Line (£)", True), ("Share", True), ("Here (£)", True), ("Grade", False)
    )
    for row in cells.to_dict(orient="records"):
        share = "" if pd.isna(row["share"]) else f"{100 * row['share']:.6f} %"
        kind = "refused, estimated" if row["status"] == "refused" else row["amount_kind"]
        kind += f" ({TREATMENTS[row['treatment']]})" if row["treatment"] else ""
        what = f"{row['body']}\n{row['sector']} {row['economic']} {kind}, {row['footprint']}\nline {row['line_ids']}"
        add_row(table, what, gbp(row["cell_pence"]), share, gbp(row["amount_pence"]), row["grade"])
    return [
        f"Shared by {first['basis_label']} (measures of {first['measure_years']}, "
        f"observed by {_level_labels(first['observed_levels'])})",
        f"Assumption, {first['quality']}: {first['assumption']}",
        f"Measures: {first['measure_source']}\n",
        table,
        "",
    ]
