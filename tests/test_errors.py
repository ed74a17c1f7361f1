"""Errors say what, which and how to mend it, and are what the standard library's callers would catch."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

from placespend.errors import (
    FAILURE_COLUMNS,
    AmbiguousPlaceError,
    ConservationError,
    DataFileError,
    FamilyCountsError,
    LinesError,
    MeasuresError,
    OutsideEnglandError,
    OverlapError,
    OverlappingPlacesError,
    PlaceNotFoundError,
    PlacesError,
    PlacespendError,
    RecipeError,
    TooLargeError,
    UnknownNameError,
    WrongTypeError,
    YearError,
    describe_failures,
    list_values,
)

MESSAGE_ERRORS: list[tuple[type[PlacespendError], type[Exception]]] = [
    (PlaceNotFoundError, LookupError),
    (AmbiguousPlaceError, LookupError),
    (OutsideEnglandError, ValueError),
    (UnknownNameError, LookupError),
    (OverlappingPlacesError, ValueError),
    (YearError, ValueError),
    (DataFileError, OSError),
    (ConservationError, ArithmeticError),
    (TooLargeError, OverflowError),
    (WrongTypeError, TypeError),
    (RecipeError, ValueError),
    (OverlapError, ValueError),
]


def failures(*rows: tuple[str, int, str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=FAILURE_COLUMNS)


def every_subclass(kind: type[PlacespendError]) -> set[type[PlacespendError]]:
    below = set(kind.__subclasses__())
    return below.union(*(every_subclass(found) for found in below)) if below else below


@pytest.mark.parametrize(("kind", "standard"), MESSAGE_ERRORS)
def test_an_error_is_caught_as_the_standard_one_and_tells_message_and_hint(
    kind: type[PlacespendError], standard: type[Exception]
) -> None:
    with pytest.raises(standard) as caught:
        raise kind("It is wrong.", hint="mend it")
    error = caught.value
    assert isinstance(error, PlacespendError)
    assert (error.message, error.hint) == ("It is wrong.", "mend it")
    assert str(error) == "It is wrong. Hint: mend it"


@pytest.mark.parametrize(("kind", "standard"), MESSAGE_ERRORS)
def test_an_error_without_a_hint_is_its_message_alone(kind: type[PlacespendError], standard: type[Exception]) -> None:
    error = kind("It is wrong.")
    assert issubclass(kind, standard)
    assert error.hint is None
    assert str(error) == "It is wrong."


def test_every_error_is_declared_here() -> None:
    with_tables = {FamilyCountsError, LinesError, MeasuresError, PlacesError}
    assert every_subclass(PlacespendError) == {kind for kind, _ in MESSAGE_ERRORS} | with_tables


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b", "c", "d", "e"], "a, b, c, d, e"),
        (["a", "b", "c", "d", "e", "f"], "a, b, c, d, e and 1 more"),
        ([str(number) for number in range(2_000)], "0, 1, 2, 3, 4 and 1,995 more"),
    ],
)
def test_up_to_five_values_are_shown_and_the_rest_counted(values: list[str], text: str) -> None:
    assert list_values(values) == text


def test_lines_error_holds_every_failure_and_is_a_value_error() -> None:
    table = failures(("a.csv", 2, "sector", "XX", "not one of CG, LG, PC", ""))
    with pytest.raises(ValueError, match=r"a\.csv") as caught:
        raise LinesError(table)
    assert isinstance(caught.value, LinesError)
    pd.testing.assert_frame_equal(caught.value.failures, table)
    assert str(caught.value) == "a.csv, column sector: not one of CG, LG, PC: 'XX' (row 2)."


def test_failures_are_told_in_one_sentence_per_file_column_and_problem() -> None:
    table = failures(
        ("a.csv", 17, "footprint_code", "E0800003", "not the code of a place", "did you mean 'E08000003'?"),
        ("a.csv", 44, "footprint_code", "Tri-boro", "not the code of a place", "did you mean 'TRI-BOROUGH'?"),
        ("a.csv", 18, "footprint_code", "E0800003", "not the code of a place", "did you mean 'E08000003'?"),
        ("b.csv", 3, "footprint_code", "E0800003", "not the code of a place", "did you mean 'E08000003'?"),
        ("a.csv", 17, "financial_year", "2011", "not a financial year", "write it as 2011-12"),
    )
    assert describe_failures(table).split("\n") == [
        "a.csv, column footprint_code: 3 rows: not the code of a place: 'E0800003' (rows 17, 18), 'Tri-boro' (row 44). "
        "Hint: for 'E0800003' did you mean 'E08000003'?; for 'Tri-boro' did you mean 'TRI-BOROUGH'?",
        "b.csv, column footprint_code: not the code of a place: 'E0800003' (row 3). Hint: did you mean 'E08000003'?",
        "a.csv, column financial_year: not a financial year: '2011' (row 17). Hint: write it as 2011-12.",
    ]


def test_a_failure_of_the_file_as_a_whole_names_no_row() -> None:
    table = failures(
        ("a.csv", 0, "", "sector", "missing column", "see: placespend lines template"),
        ("a.csv", 0, "", "body", "missing column", "see: placespend lines template"),
    )
    text = describe_failures(table)
    assert text == "a.csv: missing column: 'sector', 'body'. Hint: see: placespend lines template."


def test_a_blank_value_is_told_by_its_row() -> None:
    text = describe_failures(failures(("a.csv", 1_002, "body", "", "must not be blank", "")))
    assert text == "a.csv, column body: must not be blank: row 1,002."


def test_many_failures_are_counted_not_listed() -> None:
    table = failures(
        *(("a.csv", row, "sector", f"X{row}", "not one of CG, LG, PC", "") for row in range(2, 1_502)),
        *(("a.csv", row, "body", "", "must not be blank", "") for row in range(2, 1_502)),
    )
    first, second = describe_failures(table).split("\n")
    assert first.startswith("a.csv, column sector: 1,500 rows: not one of CG, LG, PC: 'X2' (row 2), 'X3' (row 3), ")
    assert first.endswith(" and 1,495 more.")
    assert second == "a.csv, column body: 1,500 rows: must not be blank: rows 2, 3, 4, 5, 6 and 1,495 more."


@pytest.mark.parametrize(("kind", "_"), MESSAGE_ERRORS)
def test_an_error_survives_the_way_to_another_process(kind: type[PlacespendError], _: type[Exception]) -> None:
    found = pickle.loads(pickle.dumps(kind("It is wrong.", hint="mend it")))  # noqa: S301
    assert type(found) is kind
    assert (found.message, found.hint, str(found)) == ("It is wrong.", "mend it", "It is wrong. Hint: mend it")


def test_faults_survive_the_way_to_another_process() -> None:
    error = LinesError(failures(("a.csv", 2, "sector", "XX", "not one of CG, LG, PC", "")))
    found = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert str(found) == str(error) != ""
    pd.testing.assert_frame_equal(found.failures, error.failures)
