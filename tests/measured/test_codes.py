"""What a code stands for is told from the code, and columns of codes from what they hold."""

from __future__ import annotations

import pyarrow as pa
import pytest

from placespend.measured.codes import OUTSIDE, POSTCODES, clean_codes, code_columns, is_code, kind_of
from placespend.postcodes import column_of


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("E00000001", "output area"),
        ("E01000001", "LSOA"),
        ("E02000001", "MSOA"),
        ("E05000001", "ward"),
        ("E06000001", "authority"),
        ("E07000004", "authority"),
        ("E08000003", "authority"),
        ("E09000001", "authority"),
        ("E10000002", "county"),
        ("E12000001", "region"),
        ("E92000001", "country"),
        ("E23000001", "other area"),
        ("W01000001", OUTSIDE),
        ("S01006506", OUTSIDE),
        ("N08000001", OUTSIDE),
        ("95AA01S1", OUTSIDE),
        ("SW1A2AA", POSTCODES),
        ("M11AE", POSTCODES),
        ("Adur", ""),
        ("E0100001", ""),
        ("2019", ""),
        ("", ""),
    ],
)
def test_a_code_says_what_it_stands_for(code: str, kind: str) -> None:
    assert kind_of(code) == kind


def test_codes_are_cleaned_of_spaces_and_small_letters() -> None:
    assert clean_codes(pa.array([" e01000001 ", "sw1a 2aa", "E01\u00a0000002\t"])) == [
        "E01000001",
        "SW1A2AA",
        "E01000002",
    ]
    assert is_code(" e01000001 ")
    assert not is_code("E01000001" * 10)


def test_the_finest_column_of_codes_comes_first() -> None:
    columns = [
        pa.array(["Manchester", "Leeds"]),
        pa.array(["E08000003", "E08000035"]),
        pa.array(["E01005061", "E01011264"]),
        pa.array(["12", "13"]),
    ]
    assert [(column.at, column.kind) for column in code_columns(columns)] == [(2, "LSOA"), (1, "authority")]


def test_a_column_with_few_codes_is_none() -> None:
    assert code_columns([pa.array(["E01000001", "a", "b", "c"])]) == []
    assert code_columns([pa.array(["", ""])]) == []


def test_a_column_is_of_the_kind_that_most_of_its_codes_are() -> None:
    (column,) = code_columns([pa.array(["W01000001", "W01000002", "E01000001"])])
    assert column.kind == "LSOA"
    (column,) = code_columns([pa.array(["W01000001", "W01000002"])])
    assert column.kind == OUTSIDE


def test_the_headings_of_the_ons_are_no_postcodes() -> None:
    postcodes = set(column_of("postcode").to_pylist())
    for year in range(100):
        assert kind_of(f"WD{year:02}CD") == ""
        assert f"WD{year:02}CD" not in postcodes
    assert kind_of("WD171CD") == "postcode"
