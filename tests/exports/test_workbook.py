"""Workbooks: exact to the penny, with nothing in them that runs, and readable."""

from __future__ import annotations

import io
import re
import time
import zipfile
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_back import pence_of, sheets_of

from placespend.errors import DataFileError, TooLargeError
from placespend.exports import workbook
from placespend.exports.about import About
from placespend.exports.workbook import Sheet, sheet_names, to_workbook
from placespend.exports.workbook_cells import LONGEST_TEXT, MOST_NUMBER, height_of, shown_columns
from placespend.shipped import NOTICE

ABOUT = About("A book", notes=("A note.",), sources=("A source.",), made_with="placespend, for a test")
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "{=1}", '=HYPERLINK("http://x","y")']
LINKS = ["http://example.org", "mailto:x@y.z", "internal:Sheet1!A1", "external:c:\\x.xlsx", "ftp://x"]
HARMLESS = ["Leeds", "007", "12", "1e5", "a\x01b", "a\rb", "a\nb", "_x0041_", "<b>&amp;", "曼彻斯特 🏙"]


def book(table: pd.DataFrame, **options: str) -> bytes:
    return to_workbook([Sheet("Table", "A title", table, **options)], about=ABOUT)


def cells(table: pd.DataFrame) -> list[list[object]]:
    return sheets_of(book(table))["Table"]


def xml_of(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        return {name: files.read(name).decode("utf-8") for name in files.namelist()}


# --- money


@settings(deadline=None, max_examples=15)
@given(st.lists(st.none() | st.integers(1 - MOST_NUMBER, MOST_NUMBER - 1), min_size=1, max_size=30))
def test_every_amount_reads_back_to_the_penny(pence: list[int | None]) -> None:
    table = pd.DataFrame({"amount_pence": pd.array(pence, dtype="Int64"), "row": range(len(pence))})
    assert pence_of(cells(table), "amount_gbp") == pence


def test_amounts_stand_in_pounds_and_the_first_sheet_says_so() -> None:
    found = sheets_of(book(pd.DataFrame({"amount_pence": [10_000_000_000_001, -5]})))
    assert found["Table"] == [["amount_gbp"], [100_000_000_000.01], [-0.05]]
    told = [text for row in found["About"] for text in row]
    assert any("divided by 100" in str(text) for text in told)
    assert next(row for row in found["About"] if row[0] == "amount_gbp")[1:3] == [
        shown_columns(pd.DataFrame({"amount_pence": [1]}))[0].meaning, "pounds",
    ]  # fmt: skip


def test_pence_stay_pence_where_the_name_in_pounds_is_taken() -> None:
    assert cells(pd.DataFrame({"total_gbp": [3], "total_pence": [314]})) == [["total_gbp", "total_pence"], [3, 314]]


@pytest.mark.parametrize("pence", [[None, 314.0], ["314", "5"], [None, Decimal(314)], [0.5, 1]])
def test_pence_that_are_not_whole_numbers_are_not_called_pounds(pence: list[object]) -> None:
    (heading,), *rows = cells(pd.DataFrame({"amount_pence": pence}))
    assert heading == "amount_pence"
    assert [row[0] for row in rows] in (
        [str(amount or "") for amount in pence],
        ["" if amount is None else amount for amount in pence],
    )


def test_whole_pence_among_marks_are_shown_in_pounds() -> None:
    assert cells(pd.DataFrame({"amount_pence": [None, 314, "[c]"]})) == [["amount_gbp"], [""], [3.14], ["[c]"]]


def test_more_digits_than_a_workbook_keeps_are_refused() -> None:
    for column in ("amount_pence", "residents"):
        with pytest.raises(TooLargeError, match="15 that a workbook keeps"):
            book(pd.DataFrame({column: [MOST_NUMBER]}))


# --- nothing that runs


@pytest.mark.parametrize("text", [*FORMULAS, *LINKS, *HARMLESS])
def test_a_text_stays_the_text_it_is(text: str) -> None:
    table = pd.DataFrame({"body": [text, "x"], text: ["y", text]})
    content = to_workbook([Sheet(text, text, table)], about=About(text, notes=(text,), made_with=text))
    found = sheets_of(content)
    name = next(name for name in found if name != "About")
    assert found[name] == [["body", text], [text, "y"], ["x", text]]
    for part, xml in xml_of(content).items():
        assert "<f>" not in xml, part
        assert "<hyperlink" not in xml, part
        assert 'TargetMode="External"' not in xml, part


def test_a_text_that_begins_as_a_formula_is_marked_as_typed_and_the_first_sheet_warns() -> None:
    hostile, harmless = book(pd.DataFrame({"a": ["=1+1"]})), book(pd.DataFrame({"a": ["x"]}))
    wanted = 'quotePrefix="1"'
    styles = [int(re.findall(r'r="A2" s="(\d+)"', xml_of(content)["xl/worksheets/sheet2.xml"])[0])
              for content in (hostile, harmless)]  # fmt: skip
    formats = [re.findall(r"<xf .*?(?:/>|</xf>)", xml_of(content)["xl/styles.xml"].split("<cellXfs")[1])
               for content in (hostile, harmless)]  # fmt: skip
    assert [wanted in found[style] for found, style in zip(formats, styles, strict=True)] == [True, False]
    warned = [any("begin as formulas" in str(row[1]) for row in sheets_of(content)["About"])
              for content in (hostile, harmless)]  # fmt: skip
    assert warned == [True, False]


# --- what is in it


def test_marks_may_stand_among_numbers_and_what_is_missing_is_empty() -> None:
    table = pd.DataFrame(
        {"families": [120, "[c]", None], "share": [0.5, None, float("inf")], "flag": [True, False, True]}
    )
    assert cells(table) == [
        ["families", "share", "flag"], [120, 0.5, True], ["[c]", "", False], ["", "inf", True],
    ]  # fmt: skip


def test_the_first_sheet_says_what_all_is() -> None:
    found = sheets_of(book(pd.DataFrame({"amount_pence": [1]})))
    assert list(found) == ["About", "Table"]
    told = [str(cell) for row in found["About"] for cell in row]
    assert told[0] == "A book"
    for wanted in ("A note.", "A source.", ABOUT.made_with, NOTICE, "A title", "Table", "amount_gbp"):
        assert wanted in told
    assert any("not zero" in text for text in told)


def test_a_heading_stays_in_sight_and_is_filtered_by() -> None:
    page = xml_of(book(pd.DataFrame({"a": ["x"], "b": [1]})))["xl/worksheets/sheet2.xml"]
    assert 'state="frozen"' in page
    assert '<autoFilter ref="A1:B2"' in page


def test_a_column_is_wide_enough_for_its_figures_and_rows_high_enough_for_their_texts() -> None:
    table = pd.DataFrame({"amount_pence": [-44_485_128_786_600], "note": ["word " * 60]})
    page = xml_of(book(table))["xl/worksheets/sheet2.xml"]
    widths = [float(width) for width in re.findall(r'<col [^>]*width="([\d.]+)"', page)]
    assert widths[0] >= len("-444,851,287,866.00")
    assert widths[1] <= 61
    assert float(re.findall(r'<row r="2"[^>]* ht="([\d.]+)"', page)[0]) >= 5 * 15
    assert height_of("", 10) == 15
    assert height_of("a\nb", 10) == 30


def test_an_empty_table_is_a_heading() -> None:
    assert cells(pd.DataFrame({"a": pd.Series([], dtype="str")})) == [["a"]]
    assert cells(pd.DataFrame()) == []


def test_the_same_tables_give_the_same_bytes() -> None:
    table = pd.DataFrame({"a": ["x"], "b_pence": [1]})
    first = book(table)
    time.sleep(1.1)
    assert book(table) == first


# --- what it cannot hold


def test_what_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cells(pd.DataFrame({"a": ["x" * LONGEST_TEXT]}))[1] == ["x" * LONGEST_TEXT]
    for table in (pd.DataFrame({"a": ["x", "x" * (LONGEST_TEXT + 1)]}), pd.DataFrame({"x" * (LONGEST_TEXT + 1): [1]})):
        with pytest.raises(DataFileError, match="32,768 characters") as caught:
            book(table)
        assert ".parquet" in str(caught.value.hint)
    with pytest.raises(DataFileError, match="column 'a', row 3"):
        book(pd.DataFrame({"a": ["x", "x" * (LONGEST_TEXT + 1)]}))
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    assert len(cells(pd.DataFrame({"a": [1, 2]}))) == 3
    with pytest.raises(DataFileError, match="3 rows and 1 columns"):
        book(pd.DataFrame({"a": [1, 2, 3]}))


def test_a_title_that_no_file_can_hold_is_told() -> None:
    with pytest.raises(DataFileError, match="half of a sign"):
        to_workbook([], about=About("\ud800"))


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text(st.sampled_from("aA[]:*?/\\' \x00\n") | st.characters(), max_size=40), max_size=6))
def test_names_of_sheets_are_such_as_spreadsheets_take(names: list[str]) -> None:
    found = sheet_names([*names, "History", "about", "x" * 40, "X" * 40])
    assert len({name.casefold() for name in found} | {"about", "history"}) == len(found) + 2
    for name in found:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\\x00\n")
        assert name.strip("'") == name
