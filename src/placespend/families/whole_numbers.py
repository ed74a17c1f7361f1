"""Numbers of families are whole and not negative: telling those that are not, and where they stand."""

from __future__ import annotations

import pandas as pd

from placespend.errors import FAILURE_COLUMNS, WrongTypeError

NOT_A_COUNT = "this is not a whole number of families, zero or above"
"""What is said of a number that counts no families."""


def is_count(value: object) -> bool:
    """Tell whether a value is a whole number of families.

    Parameters
    ----------
    value : object

    Returns
    -------
    bool
        False of what is missing, negative, text or no whole number.

    Examples
    --------
    >>> is_count(3), is_count(2.5), is_count(-1), is_count("3")
    (True, False, False, False)
    """
    if value is None or value is pd.NA or isinstance(value, bool | str):
        return False
    try:
        return bool(value >= 0) and value == int(value)  # type: ignore[operator, call-overload]
    except (TypeError, ValueError, OverflowError):
        return False


def check_count(name: str, value: int) -> int:
    """Take a number of families, or say that it is none.

    Parameters
    ----------
    name : str
        What it counts.
    value : int

    Returns
    -------
    int

    Raises
    ------
    WrongTypeError
        If it is not whole or is negative.
    """
    if not is_count(value):
        message = f"{name} is a whole number of families, not {value!r}."
        raise WrongTypeError(message, hint="give a whole number, zero or above")
    return int(value)


def tell_fault(row: int, column: str, value: object, problem: str, hint: str = "") -> dict[str, object]:
    """Set out a fault of a table of families.

    Parameters
    ----------
    row : int
        As a spreadsheet numbers it, the header being row 1; 0 stands for the table as a whole.
    column : str
    value : object
    problem, hint : str

    Returns
    -------
    dict of str to object
        By :data:`placespend.errors.FAILURE_COLUMNS`.
    """
    # A column with one odd number among whole ones is read as decimals; 3.0 was written as 3.
    said = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    return dict(zip(FAILURE_COLUMNS, ["families", row, column, said, problem, hint], strict=True))
