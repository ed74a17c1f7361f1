"""What was published of troubled families, as it was published.

Every figure keeps its measure, date and address, for numbers that are called alike are of different things: the
*indicative* number that an authority was asked to work with, those it *identified*, those it *worked with* and those
*turned around*; and the estimate of 2011 (five of seven disadvantages) is of another population than the criteria of
the programme of 2012. Where two figures of one measure conflict, both are kept, and the one that belongs with
England's 120,000 of December 2011 is used: the earliest.
"""

from __future__ import annotations

import pandas as pd

from placespend.errors import UnknownNameError
from placespend.shipped import read_once, shipped_file
from placespend.spelling import did_you_mean

INDICATIVE = "indicative"
"""The measure that all estimates are of."""


@read_once
def family_measures() -> pd.DataFrame:
    """List what the published figures measure.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``measure``: ``label``, ``kind`` (count or money), ``population`` (whose families), ``definition``.
    """
    path = shipped_file("spend_lines", "troubled_families_measures.csv")
    return pd.read_csv(path, dtype="str", keep_default_na=False, index_col="measure")


@read_once
def published_families() -> pd.DataFrame:
    """List the published figures on troubled families, conflicts kept.

    Returns
    -------
    pandas.DataFrame
        ``area``, ``level``, ``code``, ``measure``, ``value`` (Int64), ``unit`` (families, or GBP: whole pounds),
        ``as_at`` (day, month or year, as far as it was published), ``source_url``, ``note``, ``definition`` and
        ``conflicts_with`` (other values of the same measure and place at other dates, joined by "; ", where the
        measure is not one that grows over time; else blank), in the order of the file.
    """
    path = shipped_file("spend_lines", "troubled_families_published.csv")
    table = pd.read_csv(path, dtype={"value": "Int64"}, keep_default_na=False)
    table["definition"] = table["measure"].map(family_measures()["definition"])
    fixed = table[table["measure"] == INDICATIVE]
    values = fixed.groupby(["level", "code"])["value"].agg(list)
    table["conflicts_with"] = [
        "; ".join(f"{other:,}" for other in values.get((row.level, row.code), []) if other != row.value)
        if row.measure == INDICATIVE
        else ""
        for row in table.itertuples()
    ]
    return table


def published_counts(measure: str = INDICATIVE, *, level: str = "upper_tier") -> pd.DataFrame:
    """Give the published figures of one measure by the places of a level, one for each.

    Parameters
    ----------
    measure : str, optional
    level : str, optional

    Returns
    -------
    pandas.DataFrame
        Indexed by ``code``, as :func:`published_families`; where several stand for a place, the earliest.

    Raises
    ------
    UnknownNameError
        If nothing of the measure was published.
    """
    table = published_families()
    if measure not in family_measures().index:
        message = f"Nothing was published of {measure!r}."
        raise UnknownNameError(message, hint=did_you_mean(measure, list(family_measures().index)))
    wanted = table[(table["measure"] == measure) & (table["level"] == level)]
    return wanted.sort_values("as_at", kind="stable").drop_duplicates("code").set_index("code").sort_index()
