"""Reading users' own measures: counts per area, by which money is shared out in place of the shipped ones.

A file has a row for each area and a column for each count. Areas may be small areas (LSOA) of 2001, 2011 or 2021,
middle-layer areas, wards, districts, upper tiers or postcodes: which, is told from their codes. Small areas that
were not changed match as they are; changed ones need the ONS lookup. Counts of larger areas are dealt out over their
small areas by residents (of households, by households), and the level at which they were observed is kept.

A suppressed count is not zero: it is taken as half of the least count above zero that the column tells. An area that
has no row is not zero either: its small areas are not covered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from placespend.errors import DataFileError, MeasuresError, WrongTypeError, list_values
from placespend.geography import count_of
from placespend.levels import LEVELS
from placespend.measured.checks import check_looks, compare_with_shipped, is_on_a_ladder, services_shared
from placespend.measured.files import Table, read_table
from placespend.measured.findings import (
    REFUSED,
    Findings,
    list_rows,
    number_of,
    table_of_findings,
)
from placespend.measured.lookups import Lookup, read_lookup
from placespend.measured.placing import Placed, place_rows
from placespend.measured.plans import MeasureSource, Plan, layout_of, own_plans, published_plans
from placespend.measured.values import Numbers, read_numbers, shown
from placespend.measures import COMPLETION_SCALE, MOST_COUNTED, Measure, list_measures, measure
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["MeasureReading", "MeasureSource", "MeasuresError", "check_measures", "read_measures", "survey_measures"]

MOST_SUPPRESSED = 0.2
"""Of a user's own file, the share of areas that may be blank or marked: with more, the guesses would be the measure."""

TABLE_COLUMNS = [
    *("file", "measure", "label", "unit", "year", "level", "areas", "suppressed", "missing", "total", "services"),
    "on_a_ladder",
]


@dataclass(frozen=True, eq=False)
class MeasureReading:
    """Measures that were read, and what was found in their files.

    Attributes
    ----------
    measures : tuple of Measure
        In the order of the files; those refused are not among them.
    findings : pandas.DataFrame
        ``file``, ``measure``, ``finding``, ``detail``, ``done`` ("kept" or "refused").
    inputs : tuple of (str, str)
        Name and SHA-256 of every file and lookup.
    notes : tuple of str
        What a reader of figures must know, a sentence for each measure.
    table : pandas.DataFrame
        A row for each measure: ``file``, ``measure``, ``label``, ``unit``, ``year``, ``level``, ``areas`` (with a
        count), ``suppressed``, ``missing`` (areas), ``total`` (in the unit), ``services`` (codes of those that it
        would share out), ``on_a_ladder``.
    """

    measures: tuple[Measure, ...]
    findings: pd.DataFrame
    inputs: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    table: pd.DataFrame

    def __repr__(self) -> str:
        names = list_values([found.name for found in self.measures]) or "nothing that can be used"
        return f"<MeasureReading of {list_values([name for name, _ in self.inputs]) or 'no file'}: {names}>"


def read_measures(*sources: str | Path | MeasureSource, lookups: Sequence[str | Path] = ()) -> MeasureReading:
    """Read measures that a user brings.

    Parameters
    ----------
    *sources : str, pathlib.Path or MeasureSource
        Files: CSV in UTF-8 (also packed by gzip) or workbooks, a row for each area; and published files that
        ``boundaries/published_measures.csv`` declares, as they are.
    lookups : sequence of str or pathlib.Path, optional
        ONS lookups as published, for small areas of 2001 or 2021 that were changed, and for wards of other years.

    Returns
    -------
    MeasureReading

    Raises
    ------
    MeasuresError
        If anything is refused: all of it, with the reasons.

    Notes
    -----
    Assumption: what is suppressed is half of the least count that is told, and within an area larger than a small area
    counts follow the kinds of its neighbourhoods, or residents where kinds do not help or not all areas are given. The
    first fails where few areas are told, the second where need is uneven in ways that the census of 2011 did not see.
    """
    reading = survey_measures(*sources, lookups=lookups)
    refused = reading.findings[reading.findings["done"] == REFUSED]
    if len(refused):
        raise MeasuresError(refused.reset_index(drop=True))
    return reading


def check_measures(*sources: str | Path | MeasureSource, lookups: Sequence[str | Path] = ()) -> pd.DataFrame:
    """Tell all that was found in files of measures, and what was done about it.

    Parameters
    ----------
    *sources : str, pathlib.Path or MeasureSource
    lookups : sequence of str or pathlib.Path, optional
        As for :func:`read_measures`.

    Returns
    -------
    pandas.DataFrame
        ``file``, ``measure`` (blank for what is of the whole file), ``finding``, ``detail``, ``done`` ("kept" or
        "refused").
    """
    return survey_measures(*sources, lookups=lookups).findings


def survey_measures(*sources: str | Path | MeasureSource, lookups: Sequence[str | Path] = ()) -> MeasureReading:
    """Read what can be read of files of measures, and tell what cannot.

    Parameters
    ----------
    *sources : str, pathlib.Path or MeasureSource
    lookups : sequence of str or pathlib.Path, optional
        As for :func:`read_measures`.

    Returns
    -------
    MeasureReading
        Findings may refuse files or measures, which are then not among those read.
    """
    told: list[Findings] = []
    known: list[Lookup] = []
    unread: list[str] = []
    inputs: list[tuple[str, str]] = []
    for lookup in lookups:
        findings = Findings(printable(Path(lookup).name))
        told.append(findings)
        try:
            known.append(read_lookup(Path(lookup)))
            inputs.append((known[-1].file, known[-1].sha256))
        except DataFileError as error:
            findings.refuse("lookup not read", error.message, hint=error.hint or "")
            unread.append(findings.file)
    read: list[tuple[Findings, Measure, dict[str, object]]] = []
    for given in sources:
        if not isinstance(given, str | Path | MeasureSource):
            message = f"A measure is given as a path or a MeasureSource, not as {type(given).__name__}."
            raise WrongTypeError(message, hint="give several one after another, not as a list")
        source = given if isinstance(given, MeasureSource) else MeasureSource(Path(given))
        findings = Findings(printable(Path(source.path).name))
        told.append(findings)
        try:
            only = (source.code_column, source.column) if source.code_column and source.column else ()
            table, digest = read_table(Path(source.path), sheet=source.sheet, only=only)
        except DataFileError as error:
            findings.refuse("file not read", error.message, hint=error.hint or "")
            continue
        inputs.append((findings.file, digest))
        read += [(findings, *found) for found in _measures_of(table, source, known, unread, findings)]
    kept = _without_repeated(read)
    return MeasureReading(
        tuple(found for _, found, _ in kept),
        table_of_findings(told),
        tuple(inputs),
        tuple(_note(found) for _, found, _ in kept),
        pd.DataFrame([row for *_, row in kept], columns=TABLE_COLUMNS),
    )


def _measures_of(
    table: Table, source: MeasureSource, lookups: list[Lookup], unread: list[str], findings: Findings
) -> list[tuple[Measure, dict[str, object]]]:
    """Make the measures of one file."""
    if table.broken:
        rows = list_rows([number for number, _ in table.broken])
        findings.refuse("row broken", f"more or fewer values than the {len(table.headings)} headings: {rows}")
    layout = None if source.column or source.code_column else layout_of(table)
    wanted = source.code_column
    plans: list[Plan] | None = None
    if layout is not None:
        table, wanted, plans = published_plans(table, layout, findings)
        if source.name:
            plans = _only(plans, source.name, findings)
    elif (repeated := _repeated(table.headings)) != "":
        findings.refuse("column repeated", f"it names a column more than once: {repeated}", hint="rename all but one")
        return []
    placed = place_rows(table, wanted, lookups, findings, unread=unread)
    if placed is None:
        return []
    if plans is None:
        plans = own_plans(table, placed.code_at, source, findings)
    used = {at for plan in plans for at in plan.columns}
    rows = pa.array(placed.rows)
    numbers = {at: read_numbers(table.columns[at].take(rows)) for at in used}
    made = [_make(plan, table, placed, numbers, findings) for plan in plans]
    return [found for found in made if found is not None]


def _only(plans: list[Plan], name: str, findings: Findings) -> list[Plan]:
    names = [plan.name for plan in plans]
    if name not in names:
        hint = did_you_mean(name, names, otherwise=f"it gives {list_values(names)}")
        findings.refuse("no such measure", f"this published file gives no '{name}'", hint=hint)
    return [plan for plan in plans if plan.name == name]


def _repeated(headings: list[str]) -> str:
    repeated = sorted({heading for heading in headings if heading and headings.count(heading) > 1})
    return list_values([repr(heading) for heading in repeated]) if repeated else ""


def _make(
    plan: Plan,
    table: Table,
    placed: Placed,
    numbers: dict[int, Numbers],
    findings: Findings,
) -> tuple[Measure, dict[str, object]] | None:
    """Make one measure, or refuse it."""
    columns = [numbers[at] for at in plan.columns]
    for column in columns:
        _tell_faults(plan, column, table.rows[placed.rows], findings)
    if not findings.has_refused(plan.name):
        found_numbers = columns[0].numbers
        check_looks(plan, found_numbers[~np.isnan(found_numbers)], findings, has_percent=columns[0].has_percent)
    if findings.has_refused(plan.name):
        return None
    suppressed = np.any([column.suppressed for column in columns], axis=0)
    if suppressed.all():
        findings.refuse("no counts", "not one count is told: all are blank or marked", measure=plan.name)
        return None
    if suppressed.mean() > MOST_SUPPRESSED and not plan.is_published:
        told = f"{number_of(int(suppressed.sum()), 'area')} of {len(suppressed):,} are blank or marked"
        hint = "leave out the rows of areas that are not counted: they are then not covered, in place of guessed"
        findings.refuse("mostly not told", told, measure=plan.name, hint=hint)
        return None
    values = np.sum([_filled(plan, column, findings) for column in columns], axis=0)
    amounts, scale = _amounts(plan, values, placed, findings)
    if amounts is None:
        return None
    by = "households" if plan.unit == "households" else "residents"
    base, modelled = count_of(by), None
    if plan.how == "sum":
        modelled = placed.given.model(amounts, base, scale)
    else:
        # A rate goes to where those are that it is a rate of.
        by, base = plan.of, measure(plan.of).counts
    plain = placed.given.bring(amounts, base)
    counts = plain if modelled is None else modelled
    counts.setflags(write=False)
    covered = placed.given.covered()
    covered.setflags(write=False)
    found = replace(_describe(plan, placed, counts, scale, covered, by, findings), by_kind=modelled is not None)
    if modelled is not None:
        plain.setflags(write=False)
        found = replace(found, plain_counts=plain)
    if suppressed.any():
        told = f"{number_of(int(suppressed.sum()), 'area')} of {len(suppressed):,} suppressed at source, and guessed"
        found = replace(found, note="; ".join(filter(None, (found.note, told))))
    if found.covered is not None and found.name in list_measures().index:
        told = (
            f"it counts {int(found.covered.sum()):,} of {len(found.covered):,} small areas, and a shipped measure that "
        )
        hint = "give it a name of its own, with name = in a recipe's [[measure]]"
        findings.refuse("name taken", told + "counts all has its name", measure=plan.name, hint=hint)
        return None
    compare_with_shipped(found, findings)
    services = services_shared(plan.name)
    if not is_on_a_ladder(plan.name):
        told = "no service is shared by it unless a recipe says so with [[basis]]"
        findings.keep("on no ladder", told, measure=plan.name)
    row: dict[str, object] = {
        "file": findings.file,
        "measure": found.name,
        "label": found.label,
        "unit": found.unit,
        "year": found.year,
        "level": placed.given.units.words,
        "areas": int((~suppressed).sum()),
        "suppressed": int(suppressed.sum()),
        "missing": placed.missing,
        "total": float(amounts.sum()) / scale,
        "services": " ".join(services),
        "on_a_ladder": is_on_a_ladder(plan.name),
    }
    return found, row


def _describe(
    plan: Plan,
    placed: Placed,
    counts: NDArray[np.int64],
    scale: int,
    covered: NDArray[np.bool_],
    by: str,
    findings: Findings,
) -> Measure:
    units = placed.given.units
    known = list_measures()
    base = measure(plan.of) if plan.how != "sum" else None
    return Measure(
        name=plan.name,
        label=plan.label,
        unit=plan.unit,
        year=plan.year,
        # A rate of what is itself modelled is known no better than that.
        observed_level=base.observed_level if base is not None and base.completed_by else units.level,
        completed_by=by if units.level != "lsoa" or (base is not None and base.completed_by) else "",
        is_plain=plan.name in known.index and bool(known.loc[plan.name, "plain"]),
        source=plan.source or f"{findings.file} (your own measure; its source is not given)",
        licence=plan.licence or "not given",
        note="; ".join(filter(None, (plan.note, units.note))),
        counts=counts,
        scale=scale,
        covered=None if covered.all() else covered,
        file=findings.file,
    )


def _tell_faults(plan: Plan, column: Numbers, rows: NDArray[np.int64], findings: Findings) -> None:
    """Refuse a measure for what stands in its column, each kind of fault once."""
    hints = {
        "negative": "a count cannot be below zero; mark what is not known as c",
        "no number": "leave what is not known blank, or mark it c or ..",
        "infinite": "",
    }
    for problem, at in column.faults.items():
        told = list_values([f"{shown(column.texts[number].as_py())} (row {rows[number]:,})" for number in at])
        count = number_of(len(at), "value")
        findings.refuse(problem, f"{count}: {told}", measure=plan.name, hint=column.hints.get(problem, hints[problem]))


def _filled(plan: Plan, column: Numbers, findings: Findings) -> NDArray[np.float64]:
    """Put half of the least count that is told where a count is suppressed."""
    if not column.suppressed.any():
        return column.numbers
    told = column.numbers[~column.suppressed]
    positive = told[told > 0]
    least = float(positive.min()) / 2 if len(positive) and plan.how == "sum" else 0.0
    count = int(column.suppressed.sum())
    areas = f"{number_of(count, 'area')} of {len(column.numbers):,}"
    if plan.how == "sum":
        detail = f"{areas} blank or marked: each taken as {least:g}, half of the least count that is told"
    else:
        least = float(told.mean()) if plan.how == "rate" and len(told) else 0.0
        detail = f"{areas} blank or marked: each taken as {least:g}, " + (
            "the mean of the rates that are told" if plan.how == "rate" else "not among the members"
        )
    findings.keep("suppressed", detail, measure=plan.name)
    return np.where(column.suppressed, least, column.numbers)


def _amounts(
    plan: Plan, values: NDArray[np.float64], placed: Placed, findings: Findings
) -> tuple[NDArray[np.int64] | None, int]:
    """Turn values into whole amounts of the areas, in 1 / scale of the unit."""
    if plan.how in {"rate", "members"}:
        if placed.given.units.is_open:
            findings.refuse("rate of postcodes", "how many a postcode has is not known here", measure=plan.name)
            return None, 1
        whole = measure(plan.of)
        # Areas given, in the order of the file.
        numbers = np.flatnonzero(placed.given.row_of_unit >= 0)
        sums = np.zeros(len(values))
        sums[placed.given.row_of_unit[numbers]] = placed.given.units.sum_of(whole.counts)[numbers] / whole.scale
        if plan.how == "members":
            members = np.isin(values, [float(member) for member in plan.members])
            exact = np.where(members, sums, 0.0)
        else:
            with np.errstate(over="ignore", invalid="ignore"):
                exact = values * sums / plan.rate_per
        scale = COMPLETION_SCALE
    else:
        with np.errstate(over="ignore"):
            exact = values * COMPLETION_SCALE
        is_whole = placed.given.units.is_direct and bool((values == np.rint(values)).all())
        scale = 1 if is_whole else COMPLETION_SCALE
        exact = values if is_whole else exact
    with np.errstate(over="ignore"):
        total = float(exact.sum())
    if not total < MOST_COUNTED:
        told = f"its total of {total / scale:.3g} is too large to be counted exactly"
        findings.refuse("too large", told, measure=plan.name, hint="give it in a larger unit, such as thousands")
        return None, scale
    amounts = np.rint(exact).astype(np.int64)
    if not amounts.any():
        findings.refuse("no counts", "all its counts are zero: nothing can be shared by it", measure=plan.name)
        return None, scale
    lost = int(((amounts == 0) & (exact > 0)).sum())
    if lost and plan.how == "sum":
        told = f"{number_of(lost, 'count')} are less than half of a thousandth, and would be lost"
        findings.refuse("too small", told, measure=plan.name, hint="give it in a smaller unit")
        return None, scale
    if plan.how == "sum" and scale > 1 and float(np.abs(amounts - exact).max()) > 1e-6 * max(1.0, float(exact.max())):
        findings.keep("rounded", "counts are held in thousandths: further decimals are rounded", measure=plan.name)
    return amounts, scale


def _without_repeated(
    read: list[tuple[Findings, Measure, dict[str, object]]],
) -> list[tuple[Findings, Measure, dict[str, object]]]:
    """Refuse measures that several files give."""
    by_name: dict[str, list[Findings]] = {}
    for findings, found, _ in read:
        by_name.setdefault(found.name, []).append(findings)
    repeated = {name: all_of for name, all_of in by_name.items() if len(all_of) > 1}
    for name, all_of in repeated.items():
        files = list_values([findings.file for findings in all_of])
        hint = "leave one out, or give one of them another name in a recipe's [[measure]]"
        all_of[-1].refuse("measure given twice", f"{len(all_of)} files give it: {files}", measure=name, hint=hint)
    return [(findings, found, row) for findings, found, row in read if found.name not in repeated]


def _note(found: Measure) -> str:
    level = LEVELS[found.observed_level].label
    how = f"by {found.completed_by}{' and kinds of neighbourhoods, a model' if found.by_kind else ''}"
    spread = f", spread over small areas {how}" if found.completed_by else ""
    part = "" if found.covered is None else f", for {found.covered.sum():,} of {len(found.covered):,} small areas"
    about = f" {found.note}." if found.note else ""
    return f"{found.label}: from {found.file}, counted by {level}{spread}{part}.{about}"
