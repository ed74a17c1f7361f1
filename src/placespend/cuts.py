"""Cutting a pot: by what, and in which order its rows are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.cofog import services
from placespend.errors import UnknownNameError
from placespend.money import total_pence
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence


CUTS = {
    "body": ["body"],
    "sector": ["sector"],
    "service": ["service_code", "service"],
    "economic": ["economic"],
    "basis": ["basis"],
    "grade": ["grade"],
}
"""What a pot can be cut by, and the columns that a cut shows."""


def sum_or_missing(pence: pd.Series) -> object:
    """Sum pence; missing where all of them are.

    Parameters
    ----------
    pence : pandas.Series

    Returns
    -------
    int or pandas.NA
    """
    known = pence.dropna()
    return total_pence(known.to_numpy(dtype=np.int64)) if len(known) else pd.NA


def sum_groups(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sum cells by what they have in common.

    Parameters
    ----------
    cells : pandas.DataFrame
        With the keys, ``amount_pence`` and ``observed_pence`` (Int64), ``grade`` and ``awaited_lines``.
    keys : list of str

    Returns
    -------
    pandas.DataFrame
        The keys, in their order; ``amount_pence`` and ``observed_pence`` (missing where all of them are), ``grades``
        (the letters found, best first) and ``awaited_lines``.
    """
    groups = cells.groupby(keys, sort=True)
    # All lines together stay within 64 bits, or they would not have been loaded.
    table = groups[["amount_pence", "observed_pence"]].sum(min_count=1)
    letters = cells[list(dict.fromkeys([*keys, "grade"]))].drop_duplicates().sort_values("grade", kind="stable")
    table["grades"] = letters.groupby(keys, sort=True)["grade"].agg("".join)
    table["awaited_lines"] = groups["awaited_lines"].sum()
    return table.reset_index()


def cut_keys(columns: Sequence[str]) -> list[str]:
    """Turn what a pot is to be cut by into columns, or say what is wrong.

    Parameters
    ----------
    columns : sequence of str
        One or two of :data:`CUTS`.

    Returns
    -------
    list of str
    """
    unknown = [column for column in columns if column not in CUTS]
    if unknown:
        message = f"A pot cannot be cut by '{unknown[0]}', but by {', '.join(CUTS)}."
        raise UnknownNameError(message, hint=did_you_mean(unknown[0], CUTS) or None)
    if len(columns) not in {1, 2} or len(set(columns)) != len(columns):
        message = f"A pot is cut by one column, or by two different ones, not by '{', '.join(columns)}'."
        raise UnknownNameError(message, hint=f"choose of {', '.join(CUTS)}")
    return [key for column in columns for key in CUTS[column]]


def in_reading_order(table: pd.DataFrame, first: str) -> pd.DataFrame:
    """Order services and grades by their code, everything else by falling amount.

    Parameters
    ----------
    table : pandas.DataFrame
        A cut, with ``amount_pence``.
    first : str
        Its first column.

    Returns
    -------
    pandas.DataFrame
    """
    if first == "grade":
        return table
    if first == "service":
        order = {code: number for number, code in enumerate(services().index)}
        return table.sort_values("service_code", key=lambda codes: codes.map(order), kind="stable", ignore_index=True)
    size = table.groupby(first)["amount_pence"].transform("sum").fillna(0)
    ranked = table.assign(_size=size).sort_values(
        ["_size", first, "amount_pence"], ascending=[False, True, False], kind="stable", ignore_index=True
    )
    return ranked.drop(columns="_size")
