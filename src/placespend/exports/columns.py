"""Columns of one kind each, as Parquet, workbooks and maps need them, and what each column means.

A table of pandas may hold in one column whatever it likes. Here whole numbers stay whole, also beside missing ones;
texts stay texts; dates are texts as ISO 8601 writes them. A column in which marks stand among numbers ("[c]" for what
is suppressed) becomes two, so that it can be computed with: the numbers, and the marks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.dictionary import ColumnMeaning, known_meanings
from placespend.errors import DataFileError, TooLargeError, WrongTypeError, list_values

if TYPE_CHECKING:
    from collections.abc import Iterable

MARK = "_mark"
"""Ends the name of the column of marks."""

TYPE_OF_KIND = {"b": "boolean", "i": "integer", "u": "integer", "f": "number"}
"""Types of the data dictionary by the kind of a column in pandas."""

MIXED = ("mixed", "mixed-integer")
NUMBERS = (int, float, np.integer, np.floating)
ODD_FLOATS = ("float16", "longdouble", "float96", "float128")
"""Kinds of fractions that files for other programs have not."""


def plain_table(table: pd.DataFrame) -> pd.DataFrame:
    """Make a table one of plain columns with names of their own, and an index that says nothing.

    Parameters
    ----------
    table : pandas.DataFrame
        Of any kind; what its index is called comes back as a column.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    WrongTypeError
        If it is no table, has several rows of headings, or two columns of one name.
    DataFileError
        If the name of a column is one that no file can hold.
    """
    if not isinstance(table, pd.DataFrame):
        message = f"A table is a pandas DataFrame, not {type(table).__name__}."
        raise WrongTypeError(message, hint="for example write_table(pot.by('body'), 'pot.xlsx')")
    if table.columns.nlevels > 1:
        message = f"The table has {table.columns.nlevels} rows of headings, and a file of data has one."
        raise WrongTypeError(message, hint="join them: table.columns = ['_'.join(name) for name in table.columns]")
    named = [name for name in table.index.names if name is not None]
    names = [str(name) for name in (*named, *table.columns)]
    if any("\ud800" <= sign <= "\udfff" for name in names for sign in name):
        message = "The name of a column holds half of a sign (a lone surrogate), which no file can hold."
        raise DataFileError(message, hint="mend the name")
    twice = list(dict.fromkeys(name for name in names if names.count(name) > 1))
    if twice:
        message = f"Several columns of the table are called {list_values([repr(name) for name in twice])}."
        raise WrongTypeError(message, hint="give each column a name of its own, and the index too if it has one")
    return (table.reset_index() if named else table.reset_index(drop=True)).rename(columns=str)


def typed_table(table: pd.DataFrame) -> pd.DataFrame:
    """Give every column of a table one type.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    pandas.DataFrame
        Whole numbers are int64, or Int64 where some are missing; other numbers, texts and truth values likewise.
        Behind a column of numbers and marks stands one of its marks, ``NAME_mark``.

    Raises
    ------
    WrongTypeError
        As :func:`plain_table` does.
    TooLargeError
        If a whole number does not fit into 64 bits.
    DataFileError
        If a text holds what no file can hold.

    Examples
    --------
    >>> typed_table(pd.DataFrame({"families": [120, "[c]"]}))["families_mark"].tolist()[1]
    '[c]'
    """
    plain = plain_table(table)
    columns: dict[str, Any] = {}
    for name in plain.columns:
        column = plain[name]
        if _holds_marks(column) and f"{name}{MARK}" not in plain:
            is_text = column.map(lambda value: isinstance(value, str)).astype("bool")
            columns[name] = typed_column(column.mask(is_text, None).astype("object"))
            columns[f"{name}{MARK}"] = column.where(is_text, None).astype("str")
        else:
            columns[name] = typed_column(column)
    return pd.DataFrame(columns, index=plain.index)


def typed_column(column: pd.Series, *, split_marks: bool = True) -> pd.Series:
    """Give a column one type.

    Parameters
    ----------
    column : pandas.Series
    split_marks : bool, default True
        Whether numbers that texts stand among become texts too; otherwise they are left beside each other, as are
        whole numbers of any size.

    Returns
    -------
    pandas.Series
        A shape on the map is left as it is.

    Raises
    ------
    TooLargeError
        If a whole number does not fit into 64 bits, or one beside fractions is beyond all fractions.
    DataFileError
        If a text holds what no file can hold.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("object")
    if isinstance(column.dtype, pd.SparseDtype):
        column = column.astype(column.dtype.subtype)
    if column.dtype != "object":
        if column.dtype.kind == "f" and column.dtype.name in ODD_FLOATS:
            return column.astype("float64")
        # Dates and spans of time are told as texts, as all of placespend's are.
        is_plain = column.dtype.kind in TYPE_OF_KIND or isinstance(column.dtype, pd.StringDtype)
        is_plain |= column.dtype.name == "geometry"
        return column if is_plain else column.map(str, na_action="ignore").astype("str")
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind == "integer":
        try:
            return column.astype("Int64") if column.isna().any() else column.astype("int64")
        except OverflowError:
            if not split_marks:
                return column
            message = f"Column '{column.name}' holds whole numbers of more than 64 bits."
            raise TooLargeError(message, hint="write the table as .csv or .json") from None
    if kind == "boolean":
        return column.astype("boolean")
    if kind in {"floating", "mixed-integer-float"}:
        try:
            return column.astype("Float64")
        except OverflowError:
            message = f"A number in column '{column.name}' is too large to stand beside fractions."
            raise TooLargeError(message, hint="leave it out, or make the column one of texts") from None
    if not split_marks and _holds_marks(column):
        return column.map(lambda value: value.item() if isinstance(value, np.generic) else value)
    try:
        return column.map(_as_text, na_action="ignore").astype("str")
    except UnicodeEncodeError:
        message = f"A text in column '{column.name}' holds half of a sign (a lone surrogate), which no file can hold."
        raise DataFileError(message, hint="mend the text") from None


def meanings_of(table: pd.DataFrame, declared: str = "") -> list[ColumnMeaning]:
    """Say what the columns of a table mean.

    Parameters
    ----------
    table : pandas.DataFrame
    declared : str, optional
        Name of the table in the data dictionary.

    Returns
    -------
    list of ColumnMeaning
        One for each column; of one that is not declared, as in a user's own table, only the type is known.
    """
    names = [str(name) for name in table.columns]
    return [
        meaning or _undeclared(name, table[original])
        for name, original, meaning in zip(names, table.columns, known_meanings(names, declared), strict=True)
    ]


def _undeclared(name: str, column: pd.Series) -> ColumnMeaning:
    if name.endswith(MARK):
        base = name.removesuffix(MARK)
        return ColumnMeaning(name, "string", "mark", f"Why {base} holds no number, where it holds none")
    kind = TYPE_OF_KIND.get(getattr(column.dtype, "kind", "O"), "string")
    unit = "pence" if name.endswith("_pence") and kind == "integer" else ""
    return ColumnMeaning(name, kind, unit, "")


def _holds_marks(column: pd.Series) -> bool:
    """Tell whether a column holds numbers and, among them, texts."""
    if column.dtype != "object" or pd.api.types.infer_dtype(column, skipna=True) not in MIXED:
        return False
    values = [value for value in column if not _is_missing(value)]
    is_plain = all(isinstance(value, (str, *NUMBERS)) and not isinstance(value, bool) for value in values)
    return is_plain and any(not isinstance(value, str) for value in values)


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


def _as_text(value: object) -> str:
    if isinstance(value, np.ndarray):
        # As a text of its own it would be cut short.
        value = value.tolist()
    if isinstance(value, list | tuple | set | frozenset):
        parts: Iterable[object] = value if isinstance(value, list | tuple) else sorted(value, key=str)
        return "; ".join(map(str, parts))
    return str(value)
