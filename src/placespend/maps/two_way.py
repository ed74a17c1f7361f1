"""Two measures on one map, such as need against spending: each place in one of nine cells.

The places are put into three classes by each measure, which are lettered A to C by the first and numbered 1 to 3 by the
second, from the lowest up: C1 is high in the first and low in the second. A cell says nothing of cause, and nothing of
how far apart two places are within it. Only a place whose numbers are both known, and neither of them zero, is in a
cell. Of the others suppressed goes before missing, and missing before zero: who must not know one number of a place
does not learn its cell either. The words of each place still say what is known of it by each measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import WrongTypeError, list_values
from placespend.maps.descriptions import describe_scheme
from placespend.maps.layers import MARK_WORDS, MISSING, SUPPRESSED, VALUE, ZERO
from placespend.maps.writing import map_properties
from placespend.spelling import one_line

if TYPE_CHECKING:
    from placespend.maps.layers import MapLayer

LETTERS, NUMBERS = "ABC", "123"
MOST_CLASSES = 3
"""Of each measure: more than nine colours cannot be told apart."""


@dataclass(frozen=True, eq=False)
class TwoWayLayer:
    """Places and the cell of each, made by :func:`two_way_layer`.

    Attributes
    ----------
    first, second : MapLayer
        The measures, of the same places.
    table : pandas.DataFrame
        ``code``, ``name``, ``mark`` ("value" where both numbers are known and neither is zero; else "suppressed",
        "missing" or "zero"), ``cell`` ("A1" to "C3"; empty where the mark is not "value") and ``is_modelled`` (whether
        one of two numbers in a cell is an estimate), by code.
    """

    first: MapLayer
    second: MapLayer
    table: pd.DataFrame

    @property
    def is_all_modelled(self) -> bool:
        """Whether a number of every place in a cell is an estimate, so that hatching would tell nothing."""
        shaded = self.table[self.table["mark"] == VALUE]
        return len(shaded) > 0 and bool(shaded["is_modelled"].all())

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

    def cells(self) -> dict[str, list[str]]:
        """List the places in each cell.

        Returns
        -------
        dict of str to list of str
            Names, by cell: from A1 on, with those that have none.
        """
        letters, numbers = LETTERS[: len(self.first.classes)], NUMBERS[: len(self.second.classes)]
        return {
            letter + number: list(self.table.loc[self.table["cell"] == letter + number, "name"])
            for letter in letters
            for number in numbers
        }


def two_way_layer(first: MapLayer, second: MapLayer) -> TwoWayLayer:
    """Put places into cells by two measures.

    Parameters
    ----------
    first, second : MapLayer
        Of the same places, each in one to three classes:
        ``map_layer(table, unit="people in need per 1,000 residents", classes=3)`` makes thirds.

    Returns
    -------
    TwoWayLayer

    Raises
    ------
    WrongTypeError
        If one has more classes, or none, classes lie around a centre, or they are not of the same places.
    """
    for layer in (first, second):
        if not 1 <= len(layer.classes) <= MOST_CLASSES or layer.classes.centre is not None:
            around = " around a centre" if layer.classes.centre is not None else ""
            message = f"A map of two measures has one to three classes of each, and '{layer.unit}' has "
            message += f"{len(layer.classes)}{around}."
            raise WrongTypeError(message, hint="make the layer with map_layer(..., classes=3), without a centre")
    one, other = first.table, second.table
    alone = sorted(set(one["code"]) ^ set(other["code"]))
    if alone:
        names = {
            **dict(zip(one["code"], one["name"], strict=True)),
            **dict(zip(other["code"], other["name"], strict=True)),
        }
        called = [f"{names[code]} ({code})" for code in alone]
        message = f"{len(alone):,} of the places stand in one of the two measures only: {list_values(called)}."
        raise WrongTypeError(message, hint="mark a place without a number missing, and keep its row")
    return TwoWayLayer(first, second, _table(first, second))


def _table(first: MapLayer, second: MapLayer) -> pd.DataFrame:
    marks = [_mark_of(*pair) for pair in zip(first.table["mark"], second.table["mark"], strict=True)]
    classes = zip(marks, first.table["class_number"], second.table["class_number"], strict=True)
    cells = [LETTERS[one] + NUMBERS[other] if mark == VALUE else "" for mark, one, other in classes]
    columns = {"mark": pd.Series(marks, dtype="str"), "cell": pd.Series(cells, dtype="str")}
    table = first.table[["code", "name"]].assign(**columns)
    return table.assign(is_modelled=(first.is_modelled | second.is_modelled) & (table["mark"] == VALUE))


def _mark_of(one: str, other: str) -> str:
    return next(mark for mark in (SUPPRESSED, MISSING, ZERO, VALUE) if mark in {one, other})


def describe_two_way(layer: TwoWayLayer, *, title: str) -> str:
    """Say in words what a map of two measures shows, for those who cannot see it.

    Parameters
    ----------
    layer : TwoWayLayer
    title : str

    Returns
    -------
    str
        One paragraph: both measures with their classes, how many places are in each cell, which ones are high in one
        and low in the other, and how many are modelled, zero, suppressed and without data. No suppressed number.
    """
    said = [f"Map of two measures: {one_line(title).rstrip('.')}.", f"{_places(len(layer.table))}."]
    for word, measure, signs in (("First", layer.first, LETTERS), ("Second", layer.second, NUMBERS)):
        told = [f"{sign} is {label}" for sign, label in zip(signs, measure.classes.labels, strict=False)]
        said.append(" ".join([f"{word} measure: {measure.unit}; {', '.join(told)}.", describe_scheme(measure)]).strip())
    cells = layer.cells()
    said.append(f"Cells: {'; '.join(f'{cell}, {_places(len(names))}' for cell, names in cells.items())}.")
    if len(layer.first.classes) > 1 and len(layer.second.classes) > 1:
        top = LETTERS[len(layer.first.classes) - 1] + NUMBERS[0], LETTERS[0] + NUMBERS[len(layer.second.classes) - 1]
        for cell, what in zip(top, ("High first, low second", "Low first, high second"), strict=True):
            said.append(f"{what} ({cell}): {list_values(cells[cell]) if cells[cell] else 'none'}.")
    said += [f"{sentence}." for sentence in words_on_estimates(layer)]
    counts = {words: layer.count(mark) for mark, words in MARK_WORDS.items()}
    return " ".join(
        [*said, *(f"{_places(count)}: {words} in one or both." for words, count in counts.items() if count)]
    )


def words_on_estimates(layer: TwoWayLayer) -> list[str]:
    """Say of which measure the numbers are modelled estimates.

    Parameters
    ----------
    layer : TwoWayLayer

    Returns
    -------
    list of str
        For each measure that has any; without full stops.
    """
    told = []
    for measure in (layer.first, layer.second):
        modelled = int(measure.is_modelled.sum())
        known = measure.count(VALUE) + measure.count(ZERO)
        if modelled:
            how_many = "all" if modelled == known else f"{modelled:,} of {known:,}"
            told.append(f"Modelled estimates of {measure.unit}: {how_many}")
    return told


def two_way_properties(layer: TwoWayLayer) -> list[dict[str, object]]:
    """Give what the data layer of a map of two measures says of each place.

    Parameters
    ----------
    layer : TwoWayLayer

    Returns
    -------
    list of dict
        By the rows of the layer's table: ``code``, ``name``, ``mark``, ``cell`` (or null), ``first`` and ``second``
        (what :func:`placespend.maps.writing.map_properties` says of each measure, without code, name and text) and
        ``text`` (for a tooltip).
    """
    told = []
    rows = zip(layer.table.to_dict("records"), map_properties(layer.first), map_properties(layer.second), strict=True)
    for row, *measures in rows:
        # Each measure's own words begin with the name of the place, which need not stand twice.
        words = [str(measure["text"]).removeprefix(f"{measure['name']}: ") for measure in measures]
        kept = [{key: measure[key] for key in measure if key not in {"code", "name", "text"}} for measure in measures]
        cell = str(row["cell"]) or None
        text = f"{row['name']}: {'; '.join([*([cell] if cell else []), *_named(layer, words)])}"
        told.append(
            {
                "code": row["code"], "name": row["name"], "mark": row["mark"], "cell": cell,
                "first": kept[0], "second": kept[1], "text": text,
            }
        )  # fmt: skip
    return told


def _named(layer: TwoWayLayer, words: list[str]) -> list[str]:
    """Add the unit where the words of a measure, being those of a mark, do not say it."""
    units = layer.first.unit, layer.second.unit
    return [said if unit in said else f"{said} ({unit})" for said, unit in zip(words, units, strict=True)]


def _places(count: int) -> str:
    return f"{count:,} place{'s' if count != 1 else ''}"
