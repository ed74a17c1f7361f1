"""Tables and documents as text: CSV that no spreadsheet runs, and JSON."""

from __future__ import annotations

import csv
import json
import math

import pandas as pd

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell that starts so may be run as a formula by a spreadsheet; the last four are the first, in full width."""


UNSEEN = " \u00a0\u200b\u2060\ufeff\0"
"""Signs that programs leave out at the beginning of a cell or a file, so that a formula may stand behind them."""


def is_like_formula(text: str) -> bool:
    """Tell whether a spreadsheet may run a text as a formula.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool

    Examples
    --------
    >>> is_like_formula(" =1+1"), is_like_formula("1+1")
    (True, False)
    """
    return text.lstrip(UNSEEN).startswith(FORMULA_STARTS)


def guard_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before texts, and names of columns, that a spreadsheet would run as a formula.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        Numbers are left alone.

    Examples
    --------
    >>> guard_formulas(pd.DataFrame({"body": ["=1+1", "Leeds"]}))["body"].tolist()
    ["'=1+1", 'Leeds']
    """

    def guard(value: object) -> object:
        return f"'{value}" if isinstance(value, str) and is_like_formula(value) else value

    guarded = table.rename(columns=guard)
    for column in guarded.columns:
        if not pd.api.types.is_numeric_dtype(guarded[column]):
            guarded[column] = guarded[column].astype("object").map(guard)
    return guarded


def to_csv(table: pd.DataFrame) -> str:
    """Write a table as CSV.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    str
        With a header; missing values are blank.
    """
    guarded = guard_formulas(table)
    rows: list[str] = []
    # No line break in a cell may be read as a new row. Python quotes a break only if it is part of the row's own
    # ending, so rows end with both kinds here, and each is then given the one wanted.
    writer = csv.writer(_Rows(rows), lineterminator="\r\n")
    writer.writerow(guarded.columns)
    writer.writerows(guarded.astype("object").where(guarded.notna(), "").to_numpy().tolist())
    return "".join(row.removesuffix("\r\n") + "\n" for row in rows)


class _Rows:
    """A file that keeps each row written to it."""

    def __init__(self, rows: list[str]) -> None:
        self.write = rows.append


def records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Turn a table into plain values.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    list of dict
        One for each row, by column; missing values are None, and what is infinite is a text, for JSON has no such
        number.
    """
    plain = table.astype("object").where(table.notna(), None)
    rows = plain.to_dict(orient="records")
    return [{str(name): str(value) if _is_infinite(value) else value for name, value in row.items()} for row in rows]


def _is_infinite(value: object) -> bool:
    return isinstance(value, float) and math.isinf(value)


def to_json(content: object) -> str:
    """Write a document as JSON, or a table as a list of objects.

    Parameters
    ----------
    content : dict or pandas.DataFrame

    Returns
    -------
    str
        Indented, in UTF-8, ending with a line break.
    """
    plain = records(content) if isinstance(content, pd.DataFrame) else content
    return json.dumps(plain, ensure_ascii=False, indent=2, default=int) + "\n"
