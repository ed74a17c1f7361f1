"""What a map shows: each place in a class, or under one of three marks that are never mixed up.

*Suppressed* (a number is known and must not be shown), *missing* (no number is known) and *zero* are three different
things. A place that is suppressed or missing must come without its number, so that no picture, legend, tooltip or
class bound can give it away. Numbers that are modelled estimates are told from published ones.

On a map around a centre, zero is a value like any other where it is the centre or where values lie on both sides of it.
Else, as with a mean of spending per head, zero keeps its own mark: that nothing is there is not that little is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.errors import WrongTypeError, list_values
from placespend.maps.classes import MOST_CLASSES, Classes, Scheme, classify, format_within
from placespend.maps.divergence import classify_around
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placespend.maps.class_labels import NumberFormat

VALUE, SUPPRESSED, MISSING, ZERO = "value", "suppressed", "missing", "zero"
MARKS = (VALUE, SUPPRESSED, MISSING, ZERO)

MODELLED = ("estimated", "modelled")
"""The statuses that are hatched on a map."""

COLUMNS = ("code", "name", "value", "mark", "status")

MARK_WORDS = {SUPPRESSED: "suppressed", MISSING: "no data", ZERO: "zero"}
"""What a reader is told of each mark."""


@dataclass(frozen=True, eq=False)
class MapLayer:
    """Places and what a map shows of each, made by :func:`map_layer`. It cannot hold a suppressed or missing number.

    Attributes
    ----------
    table : pandas.DataFrame
        ``code``, ``name``, ``value`` (Float64; missing where the mark is not "value" or "zero"), ``mark``,
        ``status``, ``class_number`` (Int64, 0 for the lowest; missing where the mark is not "value"), by code.
    unit : str
        What the values are, in words.
    classes : Classes
    number : {"plain", "gbp"}
        How values are written.
    bands_only : bool
        Whether only the class of a value is told, and never the value.
    """

    table: pd.DataFrame
    unit: str
    classes: Classes
    number: NumberFormat = "plain"
    bands_only: bool = False

    def __post_init__(self) -> None:
        _check_rows(self.table, zero_is_value=self.classes.centre is not None)

    @property
    def is_modelled(self) -> pd.Series:
        """Whether the number of each place is an estimate, by the rows of the table."""
        return self.table["status"].isin(MODELLED) & self.table["mark"].isin([VALUE, ZERO])

    def count(self, mark: str) -> int:
        """Count the places under a mark.

        Parameters
        ----------
        mark : {"value", "suppressed", "missing", "zero"}

        Returns
        -------
        int
        """
        return int((self.table["mark"] == mark).sum())

    def words(self) -> list[str]:
        """Say what the map shows of each place: its value, its class where only that is told, or its mark.

        Returns
        -------
        list of str
            By the rows of the table.
        """
        rows = zip(self.table["mark"], self.table["value"], self.table["class_number"], strict=True)
        return [self._words(*row) for row in rows]

    def _words(self, mark: str, value: float, number: int) -> str:
        if mark != VALUE:
            return MARK_WORDS[mark]
        if self.bands_only:
            return self.classes.labels[number]
        return format_within(value, self.classes, number=self.number)


def map_layer(
    table: pd.DataFrame,
    *,
    unit: str,
    classes: int = MOST_CLASSES,
    scheme: Scheme = "quantiles",
    breaks: Sequence[float] | None = None,
    centre: float | None = None,
    centre_words: str = "",
    number: NumberFormat = "plain",
    bands_only: bool = False,
) -> MapLayer:
    """Put the places of a table into classes, for a map.

    Parameters
    ----------
    table : pandas.DataFrame
        ``code``, ``name``, ``value`` (numbers, in the unit; pounds with ``number="gbp"``), ``mark`` ("value",
        "suppressed", "missing" or "zero"), ``status`` ("published", "estimated", ...).
    unit : str
        What the values are, in words: "families per 1,000 households".
    classes, scheme, breaks, number
        As :func:`placespend.maps.classes.classify` takes them; with a centre, as
        :func:`placespend.maps.divergence.classify_around` does: then ``breaks`` are distances from it.
    centre : float, optional
        Make classes on both sides of this number. The mark of a zero, and "value" for it, are then taken alike where
        the centre is 0 or a value is negative.
    centre_words : str, optional
        What the centre is: "England's mean".
    bands_only : bool, default False
        Tell only the class of each value, as is right for estimates below authority level.

    Returns
    -------
    MapLayer

    Raises
    ------
    WrongTypeError
        If the table lacks a column or any row, a code stands twice, a mark is unknown, value and mark contradict one
        another, or there are words for a centre and no centre.
    UnknownNameError
        If there is no such scheme or number format.
    """
    kept = _check_table(table, centre)
    shaded = kept.loc[kept["mark"] == VALUE, "value"]
    values = shaded.tolist()
    if centre is None and centre_words:
        message = f"The map has no centre, and words for it: {one_line(centre_words)!r}."
        raise WrongTypeError(message, hint="give the number too, as centre=...")
    ways: dict[str, Any] = {
        "classes": classes,
        "scheme": scheme,
        "breaks": breaks,
        "number": number,
        "bands_only": bands_only,
    }
    if centre is not None:
        found = classify_around(values, centre, centre_words=centre_words, **ways)
    else:
        found = classify(values, **ways)
    numbers = pd.Series(pd.NA, index=kept.index, dtype="Int64")
    numbers[shaded.index] = [found.number_of(value) for value in shaded]
    return MapLayer(kept.assign(class_number=numbers), one_line(unit), found, number, bands_only)


def mark_values(values: pd.Series, *, suppressed: pd.Series | None = None) -> pd.Series:
    """Find the mark of each value.

    Parameters
    ----------
    values : pandas.Series of numbers
    suppressed : pandas.Series of bool, optional
        Of the same index.

    Returns
    -------
    pandas.Series of str

    Examples
    --------
    >>> mark_values(pd.Series([1.5, 0.0, None])).tolist()
    ['value', 'zero', 'missing']
    """
    numbers = values.astype("Float64")
    marks = pd.Series(VALUE, index=values.index, dtype="str")
    marks = marks.mask(numbers.eq(0).fillna(value=False), ZERO).mask(numbers.isna(), MISSING)
    return marks if suppressed is None else marks.mask(suppressed.astype(bool), SUPPRESSED)


def _check_table(table: pd.DataFrame, centre: float | None) -> pd.DataFrame:
    """Bring a table into the layer's form, or say what is wrong. No number stands in a message: it may be secret."""
    lacking = [column for column in COLUMNS if column not in table.columns]
    if lacking or table.empty:
        message = f"The table of a map lacks {list_values(lacking) if lacking else 'places'}."
        raise WrongTypeError(message, hint=f"it has the columns {', '.join(COLUMNS)}, and a row for each place")
    kept = table[list(COLUMNS)].reset_index(drop=True)
    texts = {column: kept[column].astype("object").fillna("").map(str) for column in ("code", "name", "mark", "status")}
    try:
        values = kept["value"].astype("Float64")
    except (TypeError, ValueError):
        message = "The values of a map are numbers."
        raise WrongTypeError(message, hint="leave the value of a suppressed or missing place blank") from None
    names = texts["name"].map(one_line).where(texts["name"].map(one_line) != "", texts["code"].map(one_line))
    kept = pd.DataFrame({**texts, "name": names}).astype("str").assign(value=values)[list(COLUMNS)]
    # NaN is no number either, whatever pandas keeps of the difference.
    kept["value"] = kept["value"].mask(pd.Series(np.isnan(kept["value"].to_numpy(dtype=float, na_value=np.nan))))
    crosses = centre is not None and (centre == 0 or bool((kept["value"] < 0).any()))
    _check_rows(kept, zero_is_value=crosses)
    if crosses:
        is_zero = kept["mark"] == ZERO
        kept = kept.assign(value=kept["value"].mask(is_zero, 0.0), mark=kept["mark"].mask(is_zero, VALUE))
    return kept.sort_values("code", kind="stable", ignore_index=True)


def _check_rows(table: pd.DataFrame, *, zero_is_value: bool) -> None:
    value, mark = table["value"], table["mark"]
    infinite = pd.Series(np.isinf(value.to_numpy(dtype=float, na_value=0.0)), index=table.index)
    known = value.notna()
    is_zero = value.eq(0).fillna(value=False)
    wrong_zero = (mark == VALUE) & is_zero & (not zero_is_value)
    for wrong, what, hint in (
        (table["code"].duplicated(keep=False), "stand twice", "give each place once"),
        (table["code"] == "", "have no code", "give each place its code"),
        (~mark.isin(MARKS), "have a mark that is unknown", f"the marks are {', '.join(MARKS)}"),
        (mark.isin([SUPPRESSED, MISSING]) & known, "are suppressed or missing and yet have a number", "leave it blank"),
        ((mark == VALUE) & ~known, "have the mark 'value' and no number", "mark them missing"),
        (wrong_zero, "have the mark 'value' and are zero", "mark them zero: zero has its own key"),
        ((mark == ZERO) & known & ~is_zero, "have the mark 'zero' and another number", "mark them value"),
        (infinite, "have an infinite value", "leave the value blank and mark them missing"),
    ):
        if wrong.any():
            rows = table[wrong]
            called = [f"{row.name} ({row.code})" for row in rows[["name", "code"]].itertuples(index=False)]
            message = f"{len(rows):,} of the places of the map {what}: {list_values(list(dict.fromkeys(called)))}."
            raise WrongTypeError(message, hint=hint)
