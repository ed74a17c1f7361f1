"""Turning a column of text into numbers, or saying what stands there instead.

A blank and a mark such as "c" or ".." mean that the publisher knows a count and does not tell it, or that there is
none: neither is zero. What is no number at all is a fault, and is told with its row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from placespend.spelling import printable

if TYPE_CHECKING:
    from numpy.typing import NDArray

PLAIN_NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$"

GROUPED_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:(?:,[0-9]{3})+|(?:[ \u00a0\u2009\u202f][0-9]{3})+)(?:\.[0-9]*)?")

MARKS = {
    *("", "-", "\N{EN DASH}", "\N{EM DASH}", "*", "**", "***", ".", "..", "...", ":", "~", "#", "!"),
    *("c", "s", "x", "z", "u", "na", "n/a", "n.a.", "n/k", "nan", "null", "none", "nil return", "missing"),
    *("suppressed", "confidential", "disclosive", "redacted", "not available", "not applicable", "unknown", "low"),
}
"""What stands where a count is not told. "nil" is not among them, for it may mean zero."""

FEWER_THAN = re.compile(r"(?:<|&lt;|fewer than|less than|under)\s*=?\s*0*[1-9][0-9]*")
"""A count of which only a bound is told. None is fewer than 0, so "<0" hides no count."""

WITH_COMMA = re.compile(
    r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:[. \u00a0\u2009\u202f'][0-9]{3})+),[0-9]+|[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}"
)
"""A number as much of Europe writes it: a comma before decimals, points between thousands."""

WITH_POINT = r"^[+-]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*%?$"

MAYBE_THOUSANDS = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"

FEWEST_POINTS = 3
"""So many values like "1.234" and no other decimals cannot be told from thousands."""

HINT_COMMA = "write a point before decimals and no points between thousands: 1234.5, not 1.234,5 or 1234,5"
HINT_THOUSANDS = (
    "its points may stand between thousands: write 1234 for 1.234; if they are decimals, write another number of them, "
    "as 1.2340"
)

PERCENT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?\s*%")


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column of numbers.

    Attributes
    ----------
    numbers : ndarray of float64
        NaN where there is no number.
    suppressed : ndarray of bool
        Blanks and marks.
    faults : dict of str to list of int
        Positions by problem.
    texts : pyarrow.StringArray
        What stands in the file.
    has_percent : bool
        Whether some are written with a per cent sign.
    hints : dict of str to str
        How to mend a problem, where its values say how.
    foreign : int
        Values that are numbers with a comma before decimals.
    """

    numbers: NDArray[np.float64]
    suppressed: NDArray[np.bool_]
    faults: dict[str, list[int]]
    texts: pa.StringArray
    has_percent: bool = False
    hints: dict[str, str] = field(default_factory=dict)
    foreign: int = 0

    @property
    def share_of_numbers(self) -> float:
        """How many of the values that are not blank or marks are meant for numbers, of one."""
        told = int((~self.suppressed).sum())
        return (float((~np.isnan(self.numbers)).sum()) + self.foreign) / told if told else 0.0


def read_numbers(column: pa.StringArray) -> Numbers:
    """Read a column of numbers.

    Parameters
    ----------
    column : pyarrow.StringArray

    Returns
    -------
    Numbers
        Negative numbers are read, and are faults.

    Examples
    --------
    >>> found = read_numbers(pa.array(["1,200", "c", "-3", "ten"]))
    >>> found.numbers.tolist(), found.suppressed.tolist(), found.faults
    ([1200.0, nan, -3.0, nan], [False, True, False, False], {'negative': [2], 'no number': [3]})
    """
    try:
        numbers: NDArray[np.float64] = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
        if np.isfinite(numbers).all() and (numbers >= 0).all() and not _maybe_thousands(column):
            return Numbers(numbers, np.zeros(len(numbers), dtype=bool), {}, column)
    except pa.ArrowInvalid:
        # Something is no plain number: each value is looked at.
        pass
    trimmed = pc.utf8_trim_whitespace(column)
    plain = pc.match_substring_regex(trimmed, PLAIN_NUMBER)
    values = pc.cast(pc.if_else(plain, trimmed, None), pa.float64()).to_numpy(zero_copy_only=False).copy()
    suppressed = np.zeros(len(values), dtype=bool)
    faults: dict[str, list[int]] = {}
    hints: dict[str, str] = {}
    has_percent, has_groups, foreign = False, False, 0
    for at in np.flatnonzero(~plain.to_numpy(zero_copy_only=False)).tolist():
        text = trimmed[at].as_py()
        if _is_mark(text):
            suppressed[at] = True
        elif GROUPED_NUMBER.fullmatch(text):
            values[at], has_groups = float(re.sub(r"[,\s]", "", text)), True
        elif PERCENT.fullmatch(text):
            values[at], has_percent = float(text.rstrip("%")), True
        else:
            faults.setdefault("no number", []).append(at)
            if WITH_COMMA.fullmatch(text):
                foreign += 1
                hints["no number"] = HINT_COMMA
    # Thousands that are set apart otherwise show that points are decimals. The values stay, for they are numbers.
    if not has_groups and (thousands := _maybe_thousands(trimmed)):
        faults["no number"] = sorted([*faults.get("no number", []), *thousands])
        hints["no number"] = HINT_COMMA if foreign else HINT_THOUSANDS
    for problem, where in (("infinite", np.isinf(values)), ("negative", values < 0)):
        if where.any():
            faults[problem] = np.flatnonzero(where).tolist()
    return Numbers(values, suppressed, dict(sorted(faults.items())), trimmed, has_percent, hints, foreign)


def _maybe_thousands(column: pa.StringArray) -> list[int]:
    """Give the values like "1.234" of a column in which nothing shows whether points are decimals."""
    trimmed = pc.utf8_trim_whitespace(column)
    with_point = pc.match_substring_regex(trimmed, WITH_POINT).to_numpy(zero_copy_only=False)
    alike = pc.match_substring_regex(trimmed, MAYBE_THOUSANDS).to_numpy(zero_copy_only=False)
    found: list[int] = np.flatnonzero(alike).tolist()
    return found if len(found) >= FEWEST_POINTS and not (with_point & ~alike).any() else []


def _is_mark(text: str) -> bool:
    reduced = text.casefold().strip()
    return (
        reduced in MARKS
        or (reduced[:1] in "([" and reduced[-1:] in ")]" and reduced[1:-1] in MARKS)
        or bool(FEWER_THAN.fullmatch(reduced))
    )


def shown(text: str) -> str:
    """Quote a value of a file, cut short where it is long.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    tidy = printable(text.strip())
    return repr(tidy if len(tidy) <= 30 else f"{tidy[:27]}...")
