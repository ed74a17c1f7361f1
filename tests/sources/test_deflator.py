"""HM Treasury's GDP deflators: exact indices by financial year, and what is none of them is told."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import DataFileError
from placespend.sources.deflator import read_deflator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WIDE = "\N{FULLWIDTH DIGIT SEVEN}1"
TREASURY: list[list[Any]] = [
    ["GDP deflators at market prices, and money GDP: March 2026 (Quarterly National Accounts)"],
    ["Outturn data are correct as of 31 March 2026"],
    [],
    ["", "Calendar year", "", "", "Financial year", "", ""],
    ["", "GDP deflator at", "per cent change", "", "", "GDP deflator at", "per cent change"],
    ["Calendar year", "2024 = 100", "on previous year", "", "Financial year", "2024-25 = 100", "on previous year"],
    [2010, 70.125, 1.62, "", "2010-11", 70.4031, 1.81],
    [2011, 71.4, 1.81, "", "2011-12", 71.2345678, 1.18],
    [2012, 72.5, 1.54, "", "2012-13", 72.7, 2.06],
    [2024, 100, 3.6, "", "2024-25", 100, 3.5],
    [2025, 102.9, 2.9, "", "2025-26 *", 102.71, 2.71],
    [],
    ["Notes"],
    ["For years earlier than 2011-12, see the note on 1955-56."],
    ["* Forecasts of the Office for Budget Responsibility for 2025-26 and after"],
]
"""A sheet as the Treasury lays it out, with made-up indices."""


def test_a_workbook_in_the_treasurys_layout_is_read_exactly(write_workbook: Callable[..., Path]) -> None:
    path = write_workbook({"QNA Mar 2026": TREASURY, "Notes": [["Deflators of 2011-12 and later"]]})
    assert read_deflator(path) == {
        "2010-11": Fraction("70.4031"),
        "2011-12": Fraction("71.2345678"),
        "2012-13": Fraction("72.7"),
        "2024-25": Fraction(100),
        "2025-26": Fraction("102.71"),
    }


def test_and_so_is_it_as_csv_by_text_and_path(write_csv: Callable[..., Path]) -> None:
    path = write_csv(TREASURY)
    assert read_deflator(path) == read_deflator(str(path))
    assert read_deflator(path)["2011-12"] == Fraction("71.2345678")
    assert list(read_deflator(path)) == sorted(read_deflator(path))


def test_years_may_stand_as_the_treasury_wrote_them_before(write_csv: Callable[..., Path]) -> None:
    path = write_csv([["2011/12", "71.2"], ["2012-2013", "", "72.7"], [" 2013-14 (f)", "74.1 "], ["1999-00", 55]])
    assert read_deflator(path) == {
        "1999-00": Fraction(55),
        "2011-12": Fraction("71.2"),
        "2012-13": Fraction("72.7"),
        "2013-14": Fraction("74.1"),
    }


def test_the_same_index_twice_is_one(write_workbook: Callable[..., Path]) -> None:
    path = write_workbook({"one": [["2011-12", 71.2]], "two": [["2011-12", 71.2]]})
    assert read_deflator(path) == {"2011-12": Fraction("71.2")}


def test_two_indices_of_a_year_are_told_and_none_is_guessed(write_workbook: Callable[..., Path]) -> None:
    path = write_workbook({"deflator": TREASURY, "money GDP": [["2011-12", 1645.3], ["2012-13", 1694.4]]})
    with pytest.raises(DataFileError, match=r"holds several indices of 2011-12\. Hint: keep one sheet"):
        read_deflator(path)


@pytest.mark.parametrize(
    "rows",
    [
        [["nothing", "here"]],
        [["2011", "98.2"], ["2012", "99.1"]],
        [["2011-13", "98.2"]],
        [["2011-12", ".."], ["2012-13", "98.2 %"], ["2013-14", "1,234"]],
        [["2012-13", "-71.2"], ["2013-14", "1e3"], ["2014-15", "142/2"], ["2015-16", "nan"]],
        [["2011-12", "0"], ["2012-13", "1"], ["2013-14", "0.98"]],
        [["Deflators of 2011-12 and after", "98.2"]],
        [["2011-12", "9" * 5000], ["2012-13", "1e999999999"], ["2013-14", "1_000"], ["2014-15", WIDE]],
        [["2011-12"]],
    ],
    ids=["words", "calendar", "no year", "no number", "odd numbers", "small", "sentence", "vast", "alone"],
)
def test_what_is_no_index_of_a_financial_year_is_not_taken_for_one(
    write_csv: Callable[..., Path], rows: list[list[str]]
) -> None:
    with pytest.raises(DataFileError, match=r"holds no index of prices by financial year\. Hint: download HM Treas"):
        read_deflator(write_csv(rows))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path, told in (
        (tmp_path / "missing.xlsx", "There is no file"),
        (tmp_path, "cannot be read: Is a directory"),
        (tmp_path / "a\0b", "cannot be read"),
    ):
        with pytest.raises(DataFileError, match=told):
            read_deflator(path)
    page = tmp_path / "page.xls"
    page.write_text("<html><body>2011-12</body></html>", encoding="utf-8")
    with pytest.raises(DataFileError, match="is a web page"):
        read_deflator(page)
    page.write_bytes(b"")
    with pytest.raises(DataFileError, match="is empty"):
        read_deflator(page)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.integers(1955, 2060).map(lambda year: f"{year}-{(year + 1) % 100:02d}"),
        st.decimals("1.01", "999.99", places=4).map(str),
        min_size=1,
        max_size=8,
    )
)
def test_every_index_comes_out_as_it_is_printed(write_csv: Callable[..., Path], said: dict[str, str]) -> None:
    path = write_csv([[2011, 98.2, "", year, index, "1.9"] for year, index in said.items()])
    assert read_deflator(path) == {year: Fraction(index) for year, index in said.items()}
