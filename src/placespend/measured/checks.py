"""Whether numbers look like counts, and how they go with the measures that are shipped.

A rate shared out as if it were a count gives a hamlet as much as a town, and makes no noise. So what is called a rate
is refused, and so are fractions no larger than a hundred, unless their unit is said or they measure land or length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from placespend.bases import shipped_bases
from placespend.cofog import services
from placespend.geography import level_index
from placespend.measured.files import name_of
from placespend.measured.findings import number_of
from placespend.measured.values import shown
from placespend.measures import list_measures, measure

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from placespend.measured.findings import Findings
    from placespend.measured.plans import Plan
    from placespend.measures import Measure

DECLARE_RATE = (
    "give the counts, or say in a recipe's [[measure]] what it is a rate of, as rate_per = 100, rate_of = 'residents'; "
    "if it is a count, say its unit there, or in a column 'unit'"
)
GIVE_COUNTS = "money is shared by counts: leave the column out, or name the one to read in a recipe's [[measure]]"

RATE_WORDS = re.compile(
    r"(?:^|_)(?:rates?|percent|percentages?|pct|per_cent|per_(?:head|capita|person|household|thousand|million|[0-9][0-9_]*)"
    r"|proportions?|prop|shares?|scores?|ratios?|averages?|mean|median|density|index|indices)(?:_|$)"
)
RANK_WORDS = re.compile(r"(?:^|_)rank(?:ed|ing|ings|s)?(?:_|$)")
BANDS = {"decile": 10, "quintile": 5, "quartile": 4, "percentile": 100, "vigintile": 20, "ventile": 20}

NOT_RATES = re.compile(
    r"(?:^|[_ ])(?:hectares?|acres?|areas?|land|km|kilomet(?:re|er)s?|met(?:re|er)s?|miles?|length|distance"
    r"|estimate[sd]?|model(?:led)?|expected|weighted|fte|full_time)(?:[_ ]|$)"
)
"""What may well come in small fractions."""

FEW_AREAS = 10
"""Of fewer areas, the values alone tell nothing."""

RATE_UNITS = re.compile(r"%|percent|per cent|\brate\b|\bper\b")

SAME, UNLIKE = 0.98, 2
"""Totals within a fiftieth are the same; an authority's that differ by this factor may be in another unit."""


def check_looks(plan: Plan, values: NDArray[np.float64], findings: Findings, *, has_percent: bool) -> None:
    """Refuse what looks like rates, ranks or deciles instead of counts.

    Parameters
    ----------
    plan : Plan
    values : ndarray of float64
        Those that are numbers.
    findings : Findings
    has_percent : bool
        Whether values are written with a per cent sign.
    """
    unit = plan.said_unit
    if plan.is_declared or not len(values):
        return
    whole = bool((values == np.rint(values)).all())
    most = float(values.max())
    # What a recipe calls it takes nothing from what the file calls it.
    words = " ".join(dict.fromkeys((plan.name, name_of(plan.heading))))
    called = f"it is called {shown(plan.heading or plan.name)}"
    said = "_".join(dict.fromkeys((plan.name, name_of(plan.heading)))).strip("_")
    if has_percent or "%" in plan.heading or (unit and RATE_UNITS.search(unit.casefold())):
        findings.refuse(
            "rate, not count", "its values are in per cent or per head", measure=plan.name, hint=DECLARE_RATE
        )
    elif RATE_WORDS.search(said) and not unit:
        findings.refuse("rate, not count", called, measure=plan.name, hint=DECLARE_RATE)
    elif whole and RANK_WORDS.search(said):
        findings.refuse("rank, not count", called, measure=plan.name, hint=GIVE_COUNTS)
    elif whole and any(band in said and most <= number for band, number in BANDS.items()) and values.min() >= 1:
        findings.refuse("decile, not count", f"it holds 1 to {most:.0f}", measure=plan.name, hint=GIVE_COUNTS)
    elif len(values) < FEW_AREAS or unit or NOT_RATES.search(words):
        return
    elif whole and np.array_equal(np.sort(values), np.arange(1, len(values) + 1)):
        told = f"it holds each number from 1 to {len(values):,} once"
        findings.refuse("rank, not count", told, measure=plan.name, hint=GIVE_COUNTS)
    elif most <= 100 and float((values != np.rint(values)).mean()) > 0.2:
        told = f"its values are fractions up to {most:g}"
        findings.refuse("rate, not count", told, measure=plan.name, hint=DECLARE_RATE)


def compare_with_shipped(found: Measure, findings: Findings) -> None:
    """Tell how a measure goes with the shipped one of that name.

    Parameters
    ----------
    found : Measure
    findings : Findings
    """
    if found.name not in list_measures().index:
        return
    shipped = measure(found.name)
    covered = found.covered if found.covered is not None else np.ones(len(found.counts), dtype=bool)
    own, old = found.counts / found.scale, shipped.counts / shipped.scale
    total, shipped_total = float(own[covered].sum()), float(old[covered].sum())
    if not total or not shipped_total:
        return
    told = f"{total:,.0f} in all, {100 * total / shipped_total:.1f} % of the shipped measure"
    if shipped.completed_by and found.observed_level in {"lsoa", "msoa", "ward_2025"}:
        alike = _alike_within(own, old, covered)
        if alike is not None:
            how = "modelled by kinds of neighbourhoods" if shipped.by_kind else f"spread by {shipped.completed_by}"
            told += f"; within authorities that one is {how}, with a correlation of counts of {alike:.2f}"
    findings.keep("beside the shipped", told, measure=found.name)
    _tell_unlike(found, own, old, covered, findings)


def _alike_within(own: NDArray[np.float64], old: NDArray[np.float64], covered: NDArray[np.bool_]) -> float | None:
    """Correlate two counts by small area, each less the mean of its authority."""
    _, authority = level_index("upper_tier")
    group = authority[covered]
    sizes = np.maximum(np.bincount(group), 1)
    mine, theirs = (
        counts - (np.bincount(group, weights=counts) / sizes)[group] for counts in (own[covered], old[covered])
    )
    spread = float(np.sqrt((mine**2).sum() * (theirs**2).sum()))
    return float((mine * theirs).sum()) / spread if spread > 0 else None


def _tell_unlike(
    found: Measure,
    own: NDArray[np.float64],
    old: NDArray[np.float64],
    covered: NDArray[np.bool_],
    findings: Findings,
) -> None:
    """Tell the authorities whose total is quite another than the shipped one."""
    codes, authority = level_index("upper_tier")
    whole = np.bincount(authority, weights=~covered, minlength=len(codes)) == 0
    mine, theirs = (np.bincount(authority, weights=counts, minlength=len(codes)) for counts in (own, old))
    odd = whole & (theirs > 0) & ((mine > UNLIKE * theirs) | (UNLIKE * mine < theirs))
    if odd.any():
        told = ", ".join(f"{codes[at]} {mine[at]:,.0f} against {theirs[at]:,.0f}" for at in np.flatnonzero(odd)[:5])
        rest = int(odd.sum()) - 5
        told += f" and {rest:,} more" if rest > 0 else ""
        detail = f"{number_of(int(odd.sum()), 'authority', 'authorities')} with over twice or under half: {told}"
        findings.keep(
            "unlike the shipped", f"{detail}: is it in another unit, or of another thing?", measure=found.name
        )


def services_shared(name: str, loaded: Collection[str] = ()) -> list[str]:
    """List the services that a measure would share out, by itself or in a blend.

    Parameters
    ----------
    name : str
    loaded : collection of str, optional
        Measures that are loaded beside those shipped.

    Returns
    -------
    list of str
        Codes of services, in the order of the CRA; empty where it stands on no ladder, or below a better rung.
    """
    table = shipped_bases().ladders
    usable = table[(table["loaded"] | table["basis"].isin({name, *loaded})) & (table["use"] != "alternative")]
    best = usable.sort_values("rung").drop_duplicates("ladder").set_index("ladder")["basis"]
    chosen = services()["ladder"].map(best)
    held = {used: {used} if used == name else _parts(used) for used in chosen.dropna().unique()}
    return [str(code) for code, used in chosen.dropna().items() if name in held[used]]


def _parts(name: str) -> set[str]:
    known = shipped_bases()
    return {part.name for part, _ in known.basis(name).parts} if name in known.names else {name}


def is_on_a_ladder(name: str) -> bool:
    """Tell whether a measure is a rung of any ladder, or part of a blend that is one.

    Parameters
    ----------
    name : str

    Returns
    -------
    bool
    """
    rungs = set(shipped_bases().ladders["basis"])
    return name in rungs or any(name in _parts(rung) for rung in rungs)
