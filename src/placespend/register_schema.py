"""The two tables of a line register: their columns, their words, and what their days mean.

The *line register* has one row for each funding line and period: what the line is called, who spends it, from which
day (``valid_from``) to which day (``valid_to``, its last day), blank where that is open. The *line changes* are a
dated crosswalk: on which day (the first of the new order) which line became which, how, and where that is written.

A row with a ``status`` says how far the figure of a line has come. It declares the line as well, unless another row
without a status does so for some of the same days: a team may note whom it asked for a line that is declared already,
without having to repeat how long that line lives.

A line is named by its ``line``; where several sources have a line of that name, by "1 of my-ledger".
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    Row = dict[str, Any]
    Period = tuple[str, str]

LINE_COLUMNS = {
    "line": "names the line, as line_id does in a file of lines",
    "source_id": "only this source's line of that name; blank for any source's",
    "name": "the line in plain words",
    "body": "the public body that spends it",
    "valid_from": "first day, as 2013-04-01; blank where open",
    "valid_to": "last day, as 2013-03-31; blank where open",
    "status": "have, awaited, refused or included; blank where the row only declares the line",
    "owner": "who at which body must supply the figure; needed where awaited",
    "asked_on": "the day on which the figure was asked for, as 2012-05-01",
    "note": "anything worth knowing",
    "source": "the law, publication or letter that says so",
}
CHANGE_COLUMNS = {
    "on": "first day of the new order, as 2013-04-01",
    "predecessor": "the line before; blank where new",
    "successor": "the line after; blank where ended",
    "change": "renamed, replaced, merged, split, un-ring-fenced, ended or new",
    "note": "anything worth knowing, such as a change that took years",
    "source": "the law, publication or letter that says so",
}
OPTIONAL = ("source_id", "status", "owner", "asked_on", "note")
"""Columns that a file may leave out."""

CHANGES = {
    "renamed": "the same line under another name",
    "replaced": "one line takes over from one other, at once or over years",
    "merged": "several lines become one, or one goes into a line that is there already",
    "split": "one line becomes several, or a part of it is moved to another",
    "un-ring-fenced": "the money goes on, no longer tied to its purpose",
    "ended": "the line ends and nothing follows",
    "new": "the line begins and nothing came before",
}

FAR_PAST, FAR_FUTURE = "0000-00-00", "9999-99-99"
"""Stand for open ends of a period; days as text compare as days do."""

DAY_PATTERN = r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}"


def key_of(line: str, source_id: str) -> str:
    """Give the name by which the register knows a line.

    Parameters
    ----------
    line, source_id : str

    Returns
    -------
    str

    Examples
    --------
    >>> key_of("1", "my-ledger"), key_of("housing-benefit", "")
    ('1 of my-ledger', 'housing-benefit')
    """
    return f"{line} of {source_id}" if source_id else line


def is_day(text: str) -> bool:
    """Tell whether a text is a day of the calendar, written as 2013-03-31.

    Parameters
    ----------
    text : str

    Returns
    -------
    bool
    """
    if not re.fullmatch(DAY_PATTERN, text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def day_before(day: str) -> str:
    """Give the day before a day.

    Parameters
    ----------
    day : str

    Returns
    -------
    str

    Examples
    --------
    >>> day_before("2013-04-01")
    '2013-03-31'
    """
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def year_of(day: str) -> str:
    """Give the financial year of a day.

    Parameters
    ----------
    day : str

    Returns
    -------
    str

    Examples
    --------
    >>> year_of("2013-03-31"), year_of("1999-04-01")
    ('2012-13', '1999-00')
    """
    start = int(day[:4]) - (day[5:] < "04-01")
    return f"{start}-{(start + 1) % 100:02d}"


def days_of_year(year: str) -> Period:
    """Give the first and last day of a financial year.

    Parameters
    ----------
    year : str
        As 2011-12.

    Returns
    -------
    tuple of (str, str)
    """
    return f"{year[:4]}-04-01", f"{int(year[:4]) + 1}-03-31"


def period_of(row: Row) -> Period:
    """Give the first and last day of a row of the register.

    Parameters
    ----------
    row : dict

    Returns
    -------
    tuple of (str, str)
        :data:`FAR_PAST` and :data:`FAR_FUTURE` where open.
    """
    return row["valid_from"] or FAR_PAST, row["valid_to"] or FAR_FUTURE


def overlap(one: Period, other: Period) -> bool:
    """Tell whether two periods share a day.

    Parameters
    ----------
    one, other : tuple of (str, str)

    Returns
    -------
    bool
    """
    return one[0] <= other[1] and other[0] <= one[1]


def periods_of_lines(rows: Iterable[Row]) -> dict[str, list[Period]]:
    """List the periods in which each line exists.

    Parameters
    ----------
    rows : iterable of dict
        Of a line register. Rows whose days are wrong are passed over.

    Returns
    -------
    dict of str to list of tuple
        By key, in the order of the rows that declare it.
    """
    declared: dict[str, list[Period]] = {}
    told: list[tuple[str, Period]] = []
    for row in rows:
        key = key_of(row["line"], row["source_id"])
        periods = declared.setdefault(key, [])
        if any(row[column] and not is_day(row[column]) for column in ("valid_from", "valid_to")):
            continue
        if row["status"]:
            told.append((key, period_of(row)))
        else:
            periods.append(period_of(row))
    alone = [(key, period) for key, period in told if not any(overlap(period, other) for other in declared[key])]
    for key, period in alone:
        declared[key].append(period)
    return declared


def describe_period(period: Period) -> str:
    """Put a period into words.

    Parameters
    ----------
    period : tuple of (str, str)

    Returns
    -------
    str

    Examples
    --------
    >>> describe_period(("2011-04-01", FAR_FUTURE))
    'from 2011-04-01'
    """
    start, end = period
    parts = [f"from {start}"] * (start > FAR_PAST) + [f"to {end}"] * (end < FAR_FUTURE)
    return " ".join(parts) or "without dates"


def records(table: pd.DataFrame) -> list[Row]:
    """Turn a table into one dictionary for each row.

    Parameters
    ----------
    table : pandas.DataFrame

    Returns
    -------
    list of dict
    """
    return [{str(name): value for name, value in row.items()} for row in table.to_dict(orient="records")]
