"""How families came along: figures of progress, and the arithmetic of families turned around.

A family is *turned around* by the outcomes for crime and education or by continuous employment, and by one of them
only: these add up. Progress to work does not, for it is a smaller outcome, which is no result and which families of the
first kind may reach too.

Families identified, worked with, in the programme and turned around are different measures: each figure keeps its
measure, date and address, and is set against nothing but the indicative number of the same place. A place whose code
changed while its area did not (Northumberland and Gateshead in 2013) is the same place.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import FAILURE_COLUMNS, ConservationError, LinesError, WrongTypeError
from placespend.families.published import INDICATIVE, published_counts, published_families
from placespend.families.whole_numbers import NOT_A_COUNT, check_count, is_count, tell_fault
from placespend.gazetteer import find_place, places_of_level
from placespend.place import Place

if TYPE_CHECKING:
    from datetime import date

PROGRESS = ("identified", "worked_with", "families_in_programme", "turned_around")
"""The measures of how families came along, in the order in which a family comes to be counted by them."""

NOT_ADDITIVE = (
    "progress to work is not added: it is a smaller outcome, which families turned around by crime and education "
    "may have reached too"
)


def turned_around(
    *, crime_education: int, employment: int, progress_to_work: int | None = None, stated: int | None = None
) -> int:
    """Add up the families turned around, and refuse what does not add up.

    Parameters
    ----------
    crime_education : int
        Families with the outcomes for crime and education.
    employment : int
        Families with an adult in continuous employment.
    progress_to_work : int, optional
        Refused unless it is zero: it is no part of the sum.
    stated : int, optional
        A total that they are to come to.

    Returns
    -------
    int

    Raises
    ------
    ConservationError
        If progress to work is to be added, or the outcomes do not come to the stated total.
    WrongTypeError
        If a number is not whole or is negative.

    Examples
    --------
    >>> turned_around(crime_education=77_270, employment=8_033)
    85303
    """
    total = check_count("crime_education", crime_education) + check_count("employment", employment)
    if progress_to_work is not None and check_count("progress_to_work", progress_to_work):
        message = f"Families turned around are {total:,}, not {total + progress_to_work:,}: {NOT_ADDITIVE}."
        raise ConservationError(message, hint="tell progress to work beside the families turned around")
    if stated is not None:
        problem = _disagreement(total, check_count("stated", stated))
        if problem:
            raise ConservationError(problem, hint="leave out what is no outcome of families turned around")
    return total


def check_turned_around(table: pd.DataFrame) -> None:
    """Check that in every row of a table the outcomes come to the families turned around.

    Parameters
    ----------
    table : pandas.DataFrame
        ``crime_education``, ``employment``, ``turned_around`` (families), and ``progress_to_work`` where it is known:
        it may stand there, but not be in the total.

    Raises
    ------
    LinesError
        With every row whose outcomes do not add up, and every number that is missing, negative or not whole.
    WrongTypeError
        If a column is missing.
    """
    columns = ["crime_education", "employment", "turned_around"]
    missing = [column for column in columns if column not in table]
    if missing:
        message = f"Families turned around are checked by {', '.join(columns)}; {', '.join(missing)} is missing."
        raise WrongTypeError(message)
    faults = []
    for number, row in enumerate(table.to_dict(orient="records"), start=2):
        odd = [tell_fault(number, name, row[name], NOT_A_COUNT) for name in columns if not is_count(row[name])]
        if odd:
            faults.extend(odd)
            continue
        crime, employment, total = (int(row[name]) for name in columns)
        progress = int(row["progress_to_work"]) if is_count(row.get("progress_to_work")) else 0
        problem = _disagreement(crime + employment, total, progress)
        if problem:
            faults.append(tell_fault(number, "turned_around", total, problem.rstrip(".")))
    if faults:
        raise LinesError(pd.DataFrame(faults, columns=FAILURE_COLUMNS))


def family_progress(place: str | Place | None = None, *, level: str | None = None) -> pd.DataFrame:
    """Give the published figures of how families came along.

    Parameters
    ----------
    place : str or Place, optional
        All places where left out.
    level : str, optional
        Settles a name that places of several levels share.

    Returns
    -------
    pandas.DataFrame
        ``code``, ``area``, ``level``, ``measure`` (one of :data:`PROGRESS`), ``as_at`` (as far as it was published),
        ``as_at_day`` (date; the last day of the month or year where no day was published), ``families`` (Int64),
        ``indicative`` (Int64, the number of the same place; missing where none was published), ``percent`` (Float64, of
        that, one decimal), ``source_url``, ``definition``, ``note``; by place, measure and date. Empty where nothing
        was published of the place.

    Raises
    ------
    PlaceNotFoundError, AmbiguousPlaceError, OutsideEnglandError
        If the place is not one place of England.

    Notes
    -----
    Numbers of England other than the indicative one (120,000 as a headline, 118,082 tasked) are different measures, so
    no share of them is given. More families may be turned around than an authority was asked to work with.

    Examples
    --------
    >>> family_progress("Greater Manchester")[["as_at", "families", "percent"]].to_numpy().tolist()
    [['2014-10-31', 6889, 85.2]]
    """
    table = published_families()
    table = table[table["measure"].isin(PROGRESS)]
    if place is not None:
        found = place if isinstance(place, Place) else find_place(place, level=level)
        table = table[table["code"].map(_area_of) == _area(found)]
    table = table.rename(columns={"value": "families"})
    table["as_at_day"] = table["as_at"].map(_last_day).astype("object")
    indicative = [_indicative(code, level) for code, level in zip(table["code"], table["level"], strict=True)]
    table["indicative"] = pd.array(indicative, dtype="Int64")
    shares = [
        None if whole is None or not whole else float(round(Fraction(100 * int(part), whole), 1))
        for part, whole in zip(table["families"], indicative, strict=True)
    ]
    table["percent"] = pd.array(shares, dtype="Float64")
    rank = table["measure"].map(PROGRESS.index)
    table = table.assign(rank=rank).sort_values(["code", "rank", "as_at_day"], kind="stable", ignore_index=True)
    columns = ["code", "area", "level", "measure", "as_at", "as_at_day", "families", "indicative", "percent"]
    return table[[*columns, "source_url", "definition", "note"]]


def progress_sums() -> pd.DataFrame:
    """Hold the published figures of larger places against those of the authorities in them.

    Returns
    -------
    pandas.DataFrame
        One row for each figure of :func:`family_progress` that is of a region or combined authority: ``code``,
        ``area``, ``measure``, ``as_at``, ``families`` (as published), ``authorities`` (in it), ``published`` (of them,
        with a figure of the measure at the same date), ``sum`` (Int64; missing unless all are published) and ``agrees``
        (boolean; missing likewise).
    """
    table = family_progress()
    single = table[table["level"] == "upper_tier"]
    rows = []
    for row in table[table["level"].isin(["region", "combined_authority"])].to_dict(orient="records"):
        areas = _authorities_in(str(row["code"]))
        same = single[(single["measure"] == row["measure"]) & (single["as_at"] == row["as_at"])]
        found = same[same["code"].map(_area_of).isin(areas)]
        total = int(found["families"].sum()) if len(found) == len(areas) else pd.NA
        agrees = pd.NA if total is pd.NA else total == row["families"]
        told = {key: row[key] for key in ("code", "area", "measure", "as_at", "families")}
        rows.append({**told, "authorities": len(areas), "published": len(found), "sum": total, "agrees": agrees})
    return pd.DataFrame(rows).astype({"families": "Int64", "sum": "Int64", "agrees": "boolean"})


def _area(place: Place) -> bytes:
    """Give what a place is made of, which stays the same where only its code changes."""
    parts = place.extent.parts.pieces
    return b"|".join(column.tobytes() for column in (place.extent.whole, *parts))


@cache
def _area_of(code: str) -> bytes:
    return _area(find_place(code))


def _authorities_in(code: str) -> set[bytes]:
    """Give the areas of the upper-tier authorities that lie wholly in a larger place."""
    around = find_place(code).extent
    return {_area(place) for place in places_of_level("upper_tier") if around.holds(place.extent)}


def _indicative(code: str, level: str) -> int | None:
    """Give the indicative number that was published of a place, where one was."""
    counts = published_counts(INDICATIVE, level=level)["value"]
    return int(counts[code]) if code in counts.index else None


def _last_day(as_at: str) -> date:
    """Read a day, or the last day of a month or year, by which its figure was known."""
    return pd.Period(as_at, freq={4: "Y", 7: "M"}.get(len(as_at), "D")).end_time.date()


def _disagreement(total: int, stated: int, progress: int = 0) -> str:
    """Say how a stated total differs from what the outcomes come to, if it does."""
    if stated == total:
        return ""
    if progress and stated == total + progress:
        return f"The outcomes come to {total:,}, not {stated:,}: {NOT_ADDITIVE}."
    more = "more" if stated > total else "fewer"
    return f"The outcomes come to {total:,}, but {stated:,} are stated, {abs(stated - total):,} {more}."
