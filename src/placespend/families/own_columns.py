"""The columns of a user's file of families: which holds the counts, and what the others say of all of them.

One file holds one definition and one date. What a cell of the counts holds is never told, for it may be a count or
close to one; its row is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date as day
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from placespend.errors import list_values
from placespend.measured.checks import RANK_WORDS, RATE_WORDS, check_looks
from placespend.measured.codes import code_columns
from placespend.measured.files import Table, name_of
from placespend.measured.findings import Findings, list_rows, number_of
from placespend.measured.plans import NEVER_COUNTS, Plan
from placespend.measured.values import Numbers, read_numbers, shown
from placespend.spelling import did_you_mean, one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAID = {"definition": ("definition",), "date": ("date", "as_at", "year"), "source": ("source",)}
"""Columns that say the same of every row."""

NAMED = {"count", "counts", "families"}
"""Headings of counts of families; so are others with "famil" in them, where they hold numbers and name no rate."""

NOT_FAMILIES = re.compile(r"household|resident|population|people|persons|dwelling|hectare")
"""Columns of numbers that are not taken for families unless the user says so."""

GIVE_FAMILIES = "give the number of families of each area, a whole number"


def one_sheet(table: Table, findings: Findings) -> Table:
    """Tell which of several sheets was read.

    Parameters
    ----------
    table : Table
    findings : Findings

    Returns
    -------
    Table
        The same, with nothing left to tell of sheets.
    """
    for names, what in ((table.other_sheets, "also holds codes of areas"), (table.hidden_sheets, "is hidden")):
        if names:
            told = f"read from {shown(table.sheet)}; not read: {list_values([shown(name) for name in names])}, which "
            findings.keep("several sheets", f"{told}{what}; say which with sheet")
    return replace(table, other_sheets=(), hidden_sheets=())


def count_column(table: Table, wanted: str, findings: Findings) -> int | None:
    """Find the column of families.

    Parameters
    ----------
    table : Table
    wanted : str
        Its heading; where empty it is the one named for families, or the only one of whole numbers.
    findings : Findings

    Returns
    -------
    int or None
        Its position; None where there is none, or several, which is told.
    """
    keys, headings = table.keys, table.headings
    no_counts = {found.at for found in code_columns(table.columns)}
    no_counts |= {at for at, key in enumerate(keys) if not headings[at] or any(key in names for names in SAID.values())}
    others = [at for at in range(len(keys)) if at not in no_counts and keys[at] not in NEVER_COUNTS]
    quoted = [shown(headings[at]) for at in others]
    if wanted:
        exact = [at for at, heading in enumerate(headings) if heading.strip() == wanted.strip()]
        found = exact or [at for at, key in enumerate(keys) if key == name_of(wanted) != ""]
        if len(found) == 1:
            return found[0]
        hint = did_you_mean(wanted, [headings[at] for at in others], otherwise=f"it has {list_values(quoted)}")
        told = f"{'several columns are' if found else 'no column is'} called {shown(wanted)}"
        findings.refuse("no such column", told, hint=hint)
        return None
    read = {at: read_numbers(table.columns[at]) for at in others}
    is_number = {at: found.share_of_numbers >= 0.5 for at, found in read.items()}
    named = [
        at
        for at in others
        if keys[at] in NAMED
        or (
            "famil" in keys[at]
            and is_number[at]
            and not RATE_WORDS.search(keys[at])
            and not RANK_WORDS.search(keys[at])
        )
    ]
    of_others = {at for at in others if NOT_FAMILIES.search(keys[at]) and "famil" not in keys[at]}
    of_numbers = [at for at in others if is_number[at] and at not in of_others]
    whole = [at for at in of_numbers if _is_mostly_whole(read[at])]
    chosen = named or whole or of_numbers
    if len(chosen) > 1:
        told = f"{len(chosen)} columns may be of families: {list_values([shown(headings[at]) for at in chosen])}"
        findings.refuse("several counts", told, hint="say which with column: one file is read as one definition")
        return None
    if not chosen:
        told = "it has no column of whole numbers under a heading that may be of families"
        findings.refuse("no counts", told, hint=f"{GIVE_FAMILIES}, or say which column with column")
        return None
    left = [shown(headings[at]) for at in others if at not in chosen]
    if left:
        told = f"families are those of {shown(headings[chosen[0]])}; "
        findings.keep("not read", f"{told}{number_of(len(left), 'column')} not read: {list_values(left)}")
    return chosen[0]


def _is_mostly_whole(found: Numbers) -> bool:
    told = found.numbers[np.isfinite(found.numbers)]
    return bool(2 * (told == np.rint(told)).sum() >= len(told))


def say(table: Table, rows: NDArray[np.int64], what: str, given: str, findings: Findings) -> str:
    """Find what is said of all the rows: the definition, the date or the source.

    Parameters
    ----------
    table : Table
    rows : ndarray of int64
        Positions of those that are read.
    what : str
        A key of :data:`SAID`.
    given : str
        What the user says, which wins; empty where nothing is said.
    findings : Findings

    Returns
    -------
    str
        Never empty.
    """
    texts: list[str] = []
    for key in SAID[what]:
        at = next((at for at, found in enumerate(table.keys) if found == key), None)
        if at is not None and not any(texts):
            column = table.columns[at].take(pa.array(rows))
            texts = [one_line(text).removesuffix(" 00:00:00") for text in column.to_pylist()]
    # A blank says nothing else than its neighbours.
    several = sorted(Counter(filter(None, texts)).items(), key=lambda item: (-item[1], item[0]))
    if given and several and several != [(given, several[0][1])]:
        told = f"the file says {list_values([shown(text) for text, _ in several])}; {shown(given)} is taken, as you say"
        findings.keep(f"{what} said otherwise", told)
    elif not given and len(several) > 1:
        differ = [f"{shown(several[0][0])} in {number_of(several[0][1], 'row')}"]
        for other, _ in several[1:]:
            at_rows = list_rows(table.rows[rows[np.array(texts) == other]])
            differ.append(f"{shown(other)} ({at_rows})")
        hint = f"a file is of one {what}: split it" + (f", or say the {what}" if what != "source" else "")
        findings.refuse(f"{what}s differ", list_values(differ), hint=hint)
    said = given or (several[0][0] if several else "")
    if what == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", said) and not _is_day(said):
        findings.refuse("no such day", f"{said} is in no calendar", hint="write a day as 2013-03-31")
    if said or what == "source":
        return said or findings.file
    findings.keep(f"{what} not stated", f"say it in a column '{what}', or with the file: counts differ by it")
    return f"as counted by {findings.file}" if what == "definition" else "not stated"


def _is_day(text: str) -> bool:
    try:
        day.fromisoformat(text)
    except ValueError:
        return False
    return True


def tell_faults(label: str, found: Numbers, rows: NDArray[np.int64], findings: Findings) -> None:
    """Refuse what is no count, by rows alone: what stands there may tell a count.

    Parameters
    ----------
    label : str
        The heading.
    found : Numbers
    rows : ndarray of int64
        The row of the file that each stands in.
    findings : Findings
        What is missing is told too.
    """
    hints = {
        "negative": "a count cannot be below zero; mark what is not known as c",
        "no number": "leave what is not known blank, or mark it c or ..",
        "infinite": GIVE_FAMILIES,
        "fractions": f"{GIVE_FAMILIES}, not a mean or a rate",
    }
    with np.errstate(invalid="ignore"):
        broken = np.flatnonzero(np.isfinite(found.numbers) & (found.numbers != np.rint(found.numbers)))
    no_numbers = set(found.faults.get("no number", []))
    faults = {**found.faults, "fractions": [at for at in broken.tolist() if at not in no_numbers]}
    for problem, at in faults.items():
        if at:
            told = f"{number_of(len(at), 'value')}: {list_rows(rows[at])}"
            findings.refuse(problem, told, measure=label, hint=found.hints.get(problem, hints[problem]))
    if any(faults.values()):
        return
    if found.suppressed.all():
        findings.refuse("no counts", "not one count is told: all are blank or marked", measure=label)
        return
    looks = Findings(findings.file)
    plan = Plan(name_of(label), label, "", None, "", "", heading=label)
    check_looks(plan, found.numbers[~found.suppressed], looks, has_percent=found.has_percent)
    for _, finding, _, _ in looks.rows:
        # What check_looks says of the values themselves is not passed on.
        findings.refuse(finding, "its heading or its values say so", measure=label, hint=GIVE_FAMILIES)
    if found.suppressed.any():
        missing = np.flatnonzero(found.suppressed)
        told = f"{number_of(len(missing), 'area')} of {len(rows):,} blank or marked: {list_rows(rows[missing])}. "
        findings.keep("missing", f"{told}They are not known, which is not zero", measure=label)
