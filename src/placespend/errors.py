"""Exceptions that speak to an analyst.

Each says what is wrong, which codes or rows, and how to fix it. Each is also the standard library's
exception that a caller would catch, so ``except LookupError`` finds a misspelt place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

FAILURE_COLUMNS = ["file", "row", "column", "value", "problem", "hint"]
"""What is said of each fault of a file; rows are numbered as a spreadsheet does, the header being row 1."""

SHOWN = 5
"""How many offending values a message shows before it counts the rest."""


class PlacespendError(Exception):
    """Base of every error a user can mend.

    Parameters
    ----------
    message : str
        What is wrong and which values.
    hint : str, optional
        How to fix it, or what was probably meant.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message} Hint: {hint}" if hint else message)

    def __reduce__(self) -> tuple[object, ...]:
        # An error must survive the way from one process to another.
        return _remake, (type(self), self.message, self.hint)


def _remake(kind: type[PlacespendError], message: str, hint: str | None) -> PlacespendError:
    return kind(message, hint=hint)


class WrongTypeError(PlacespendError, TypeError):
    """Something of another kind was given than what is asked for."""


class TooLargeError(PlacespendError, OverflowError):
    """Amounts that no longer sum exactly in 64 bits."""


class PlaceNotFoundError(PlacespendError, LookupError):
    """No place of that name, alias or code."""


class AmbiguousPlaceError(PlacespendError, LookupError):
    """Several really different places answer to that name."""


class OutsideEnglandError(PlacespendError, ValueError):
    """The place is in Wales, Scotland or Northern Ireland, or is the whole United Kingdom."""


class UnknownNameError(PlacespendError, LookupError):
    """A level, column, basis, measure or service that is not declared."""


class OverlappingPlacesError(PlacespendError, ValueError):
    """Places that share small areas were asked to share money between them."""


class YearError(PlacespendError, ValueError):
    """The lines hold no year, several years, or not the year that was asked for."""


class DataFileError(PlacespendError, OSError):
    """A file cannot be read or written."""

    def __str__(self) -> str:
        # OSError would otherwise print its errno form.
        return str(self.args[0])


class ConservationError(PlacespendError, ArithmeticError):
    """Money did not come out as it went in, or shares are not such that it would."""


class RecipeError(PlacespendError, ValueError):
    """A recipe says something that cannot be, or not enough."""


class OverlapError(PlacespendError, ValueError):
    """Two sources hold the same money."""


class LinesError(PlacespendError, ValueError):
    """Every fault of the spending lines that were read, all at once.

    Parameters
    ----------
    failures : pandas.DataFrame
        One row per fault: ``file``, ``row`` (as a spreadsheet numbers rows, the header being row 1),
        ``column``, ``value``, ``problem``, ``hint``.
    """

    def __init__(self, failures: pd.DataFrame) -> None:
        self.failures = failures
        super().__init__(describe_failures(failures))

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.failures,)


class PlacesError(PlacespendError, ValueError):
    """Every place of a file that cannot be used, all at once.

    Parameters
    ----------
    file : str
        Its name.
    findings : pandas.DataFrame
        ``place``, ``name``, ``finding``, ``detail``, ``done``: those refused.
    """

    def __init__(self, file: str, findings: pd.DataFrame) -> None:
        self.file = file
        self.findings = findings
        told = [f"  {_called(row)}: {row['finding']}: {row['detail']}" for row in findings.to_dict(orient="records")]
        rest = len(told) - MOST_PLACES
        lines = told[:MOST_PLACES] + [f"  and {rest:,} more"] * (rest > 0)
        places = findings["place"].nunique()
        count = f"{places:,} places" if places != 1 else "a place"
        hint = "mend the file, or go on without them: --leave-out-unusable, or in Python unusable='leave out'"
        super().__init__("\n".join([f"{file} holds {count} that cannot be used:", *lines]), hint=hint)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.file, self.findings)


class MeasuresError(PlacespendError, ValueError):
    """Every measure, or file of measures, that cannot be used, all at once.

    Parameters
    ----------
    findings : pandas.DataFrame
        ``file``, ``measure``, ``finding``, ``detail``, ``done``: those refused.
    """

    def __init__(self, findings: pd.DataFrame) -> None:
        self.findings = findings
        told = []
        for row in findings.to_dict(orient="records"):
            where = f"{row['file']}, {row['measure']}" if row["measure"] else row["file"]
            told.append(f"  {where}: {row['finding']}: {row['detail']}")
        rest = len(told) - MOST_PLACES
        lines = told[:MOST_PLACES] + [f"  and {rest:,} more"] * (rest > 0)
        hint = "see all that was found with: placespend measures check FILE"
        super().__init__("\n".join(["These measures cannot be used:", *lines]), hint=hint)

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.findings,)


class FamilyCountsError(MeasuresError):
    """Every fault for which a file of families cannot be used, all at once.

    Parameters
    ----------
    findings : pandas.DataFrame
        ``file``, ``measure`` (the column), ``finding``, ``detail``, ``done``: those refused.
    """

    def __init__(self, findings: pd.DataFrame) -> None:
        super().__init__(findings)
        _, *lines = self.message.split("\n")
        hint = "see all that was found with: placespend families check FILE"
        PlacespendError.__init__(self, "\n".join(["These counts of families cannot be used:", *lines]), hint=hint)


MOST_PLACES = 20
"""How many faults of places or measures a message tells before it counts the rest."""


def _called(row: dict[Hashable, object]) -> str:
    return f"{row['place']} ({row['name']})" if row["name"] else str(row["place"])


def list_values(values: list[str]) -> str:
    """Join up to five values and count the rest.

    Parameters
    ----------
    values : list of str
        Already quoted or formatted.

    Returns
    -------
    str
    """
    rest = len(values) - SHOWN
    return ", ".join(values[:SHOWN]) + (f" and {rest:,} more" if rest > 0 else "")


def _name_rows(rows: list[int]) -> str:
    """Say which rows of a file a value stands in; row 0 stands for the file as a whole."""
    known = [f"{row:,}" for row in rows if row > 0]
    if not known:
        return ""
    return f" (row{'s' if len(known) > 1 else ''} {list_values(known)})"


def describe_failures(failures: pd.DataFrame) -> str:
    """Put a table of failures into sentences, one per file, problem and column.

    Parameters
    ----------
    failures : pandas.DataFrame
        With the columns that :class:`LinesError` lists.

    Returns
    -------
    str
        One line of text per kind of failure.
    """
    sentences = []
    for (file, column, problem), group in failures.groupby(["file", "column", "problem"], sort=False, dropna=False):
        rows_of_value = group.groupby("value", sort=False)["row"].apply(list)
        values = [
            f"{value!r}{_name_rows(rows)}" if value else _name_rows(rows).strip(" ()")
            for value, rows in rows_of_value.items()
        ]
        where = f"{file}, column {column}" if column else f"{file}"
        count = f"{len(group):,} rows: " if len(group) > 1 and group["row"].all() else ""
        shown = f": {list_values(values)}" if any(values) else ""
        sentences.append(f"{where}: {count}{problem}{shown}.{_join_hints(group)}")
    return "\n".join(sentences)


def _join_hints(group: pd.DataFrame) -> str:
    """Give the hint that all rows share, or one for each value."""
    hint_of_value = group.drop_duplicates("value").set_index("value")["hint"]
    if len(set(hint_of_value)) == 1:
        hints = [hint_of_value.iloc[0]]
    else:
        hints = [f"for {value!r} {hint}" for value, hint in hint_of_value.items() if hint]
    text = "; ".join(hints[:SHOWN])
    return f" Hint: {text}{'' if text.endswith('?') else '.'}" if text else ""
