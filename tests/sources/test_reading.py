"""A published file is opened or refused in words, and each of its cells becomes exactly one thing."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import ConservationError, DataFileError, UnknownNameError, YearError
from placespend.sources.amounts import UNITS, read_amount
from placespend.sources.grids import read_sheets, text_of
from placespend.sources.headings import check_year, find_headers, find_unit, find_year
from placespend.sources.reading import Collector, Reading
from placespend.spelling import normalise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

THOUSAND = UNITS["thousand"]
LINE = {"line_id": "1", "payment_to_people": False}


def refusal(path: Path) -> DataFileError:
    with pytest.raises(DataFileError) as caught:
        read_sheets(path)
    return caught.value


def file(folder: Path, content: bytes, name: str = "published.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# --- amounts


@pytest.mark.parametrize(
    ("value", "pence"),
    [
        (77500.123, 7_750_012_300),
        (12, 1_200_000),
        (-0.000005, 0),  # half a penny goes to the even one
        (0.000015, 2),
        (0.000025, 2),
        ("1,234", 123_400_000),
        ("£1,234.5", 123_450_000),
        (" (20) ", -2_000_000),
        ("-3", -300_000),
        ("\u22123", -300_000),
        ("-£3", -300_000),
        ("£-3", -300_000),
        ("+4", 400_000),
        ("1 234", 123_400_000),
    ],
)
def test_an_amount_becomes_whole_pence(value: object, pence: int) -> None:
    amount = read_amount(value, THOUSAND)
    assert (amount.kind, amount.pence) == ("amount", pence)


@pytest.mark.parametrize("value", ["", "  ", None])
def test_an_empty_cell_is_blank(value: object) -> None:
    assert read_amount(value, THOUSAND)[::3] == ("blank", "empty")


@pytest.mark.parametrize("value", ["-", "\u2013", "..", "n/a", "N/A", ":"])
def test_a_mark_of_no_figure_is_blank_and_says_so(value: str) -> None:
    assert read_amount(value, THOUSAND)[::3] == ("blank", "marked as having no figure")


@pytest.mark.parametrize("value", [0, 0.0, -0.0, "0", "0.00", "£0"])
def test_a_printed_nothing_is_neither_blank_nor_an_amount(value: object) -> None:
    assert read_amount(value, THOUSAND).kind == "nothing"


@pytest.mark.parametrize(
    "value",
    [
        "about 5", "#REF!", "1,23", "12,34,567", "1.2.3", "--5", "(5", "5)", "(-5)", "£", "5m", "£5k", "1e5",
        "٣", "TBC", "9" * 5000, True, float("nan"), float("inf"), datetime.date(2012, 3, 31),
        datetime.time(1), "=1+1", "0x10",
    ],
)  # fmt: skip
def test_what_is_no_amount_is_unreadable_and_never_zero(value: object) -> None:
    assert read_amount(value, THOUSAND)[::3] == ("unreadable", "not an amount")


@pytest.mark.parametrize("value", [1e9, -1e300, "1,000,000,000"])
def test_a_trillion_pounds_is_a_mistake(value: object) -> None:
    assert read_amount(value, THOUSAND)[::3] == ("unreadable", "a trillion pounds or more")


@given(st.integers(-(10**13), 10**13), st.sampled_from(sorted(UNITS)))
def test_whole_pence_come_back_from_any_unit(pence: int, unit: str) -> None:
    exact = Decimal(pence) / UNITS[unit]
    for value in (f"{exact:f}", f"{exact:,f}"):
        assert read_amount(value, UNITS[unit])[1:3] == (pence, Fraction(0))
    # 15 digits, which a float always keeps, are enough for any of these.
    assert read_amount(float(exact), UNITS[unit])[1:3] == (pence, Fraction(0))


@given(st.floats(-1e8, 1e8), st.sampled_from(sorted(UNITS)))
def test_rounding_is_told_exactly_and_is_half_a_penny_at_most(value: float, unit: str) -> None:
    amount = read_amount(value, UNITS[unit])
    if amount.kind == "amount":
        assert amount.pence - amount.rounding == Fraction(Decimal(repr(value))) * UNITS[unit]
        assert abs(amount.rounding) <= Fraction(1, 2)
    else:
        assert value == 0 or abs(value) * UNITS[unit] > 9.9e13


# --- words


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2011-12", "2011-12"), ("2014/15 plans", "2014-15"), ("2014-2015", "2014-15"), ("1999-00 outturn", "1999-00"),
        ("2011-13", None), ("190 to 698", None), ("", None), ("12011-12", None), ("At 31 March 2012", None),
        ("2011 \u2013 12 RDEL", "2011-12"),
    ],
)  # fmt: skip
def test_a_year_is_found_in_a_heading(text: str, year: str | None) -> None:
    assert find_year(text) == year


@pytest.mark.parametrize("text", ["2011", "2011/12", "last year", ""])
def test_a_year_that_is_asked_for_is_written_one_way(text: str) -> None:
    with pytest.raises(YearError) as caught:
        check_year(text)
    assert caught.value.hint == "write it as 2011-12"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("Net current expenditure (£ thousand)", "thousand"), ("Levels are in £'000s.", "thousand"),
        ("£000", "thousand"), ("£\u2019000s", "thousand"), ("£k", "thousand"), ("RDEL (£m)", "million"),
        ("RDEL £ million", "million"), ("£mn", "million"), ("Amount (£)", "pound"), ("in pounds", "pound"),
    ],
)  # fmt: skip
def test_a_unit_is_found_in_a_title(text: str, unit: str) -> None:
    assert find_unit([text], given=None, what="it") == UNITS[unit]


def test_a_unit_that_is_not_said_must_be_given() -> None:
    for texts, problem in ((["RDEL"], "does not say"), (["£m", "£ thousand"], "several units: million, thousand")):
        with pytest.raises(DataFileError, match=problem):
            find_unit(texts, given=None, what="The table")
        assert find_unit(texts, given="pound", what="The table") == 100
    with pytest.raises(UnknownNameError, match="'pence' is not a unit"):
        find_unit(["£m"], given="pence", what="it")


# --- opening files


def test_sheets_keep_their_rows_where_the_spreadsheet_shows_them(write_workbook: Callable[..., Path]) -> None:
    path = write_workbook({"One": [[], ["", "", "b"], ["=1+1", "<b>x</b>"]], "Two": []})
    one, two = read_sheets(path)
    assert (one.name, two.name, two.rows) == ("One", "Two", [])
    assert [[text_of(value) for value in row] for row in one.rows] == [
        ["", "", ""],
        ["", "", "b"],
        ["=1+1", "<b>x</b>", ""],
    ]


def test_errors_of_a_workbook_are_text_and_not_blank(write_workbook: Callable[..., Path]) -> None:
    rows = [["a", "b", "c"], [1, "#ERROR #REF!", 2], ["", "", ""], ["", "", "", "#ERROR #DIV/0!"]]
    _, sheet = read_sheets(write_workbook({"First": [["x"]], "Errors": rows}))
    assert sheet.rows[1][:3] == [1.0, "#REF!", 2.0]
    assert sheet.rows[3][3] == "#DIV/0!"


def test_csv_is_read_in_utf_8_or_cp1252_whatever_its_name(tmp_path: Path) -> None:
    text = 'Fund,"RDEL (£m)"\r\n\r\n"a, b",1.5\r\n'
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        (sheet,) = read_sheets(file(tmp_path, text.encode(encoding), "table.xls"))
        assert sheet.rows == [["Fund", "RDEL (£m)"], [], ["a, b", "1.5"]]


@pytest.mark.parametrize(
    "content", [b"<html><table></table></html>", b"  <!DOCTYPE html><p>", b"<?xml version='1.0'?>"]
)
def test_a_web_page_named_xls_is_refused_as_such(tmp_path: Path, content: bytes) -> None:
    path = file(tmp_path, content, "outturn.xls")
    assert refusal(path).message == f"{path} is a web page, whatever its name says."


def test_a_truncated_workbook_is_refused(tmp_path: Path, write_workbook: Callable[..., Path]) -> None:
    content = write_workbook({"One": [["a"] * 50] * 50}).read_bytes()
    for length in (4, len(content) // 2, len(content) - 30):
        assert "cannot be read as a workbook" in refusal(file(tmp_path, content[:length])).message
    assert "cannot be read as a workbook" in refusal(file(tmp_path, b"\xd0\xcf\x11\xe0" + bytes(600))).message


def test_a_protected_workbook_is_told_as_such(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    path = file(tmp_path, content)
    assert str(refusal(path)) == f"{path} is protected by a password. Hint: save it without a password"


def test_a_stray_cell_far_from_the_table_is_refused_before_it_ends_the_process(tmp_path: Path) -> None:
    path = tmp_path / "vast.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("First").write(0, 0, "a")
        workbook.add_worksheet("Second").write(1_048_575, 16_383, "z")
    error = refusal(path)
    assert error.message == f"{path} has a sheet that reaches to cell XFD1048576, too far to be opened."
    assert error.hint == "delete what stands far from the table, and save it again"


def test_missing_empty_and_binary_files_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.xlsx").message == f"There is no file {tmp_path / 'no.xlsx'}."
    assert "Is a directory" in refusal(tmp_path).message
    assert "is empty" in refusal(file(tmp_path, b" \n")).message
    assert "neither a workbook nor a text file" in refusal(file(tmp_path, b"a\0b")).message
    assert "from row 2 on" in refusal(file(tmp_path, b'a,b\n1,"x\n2,y\n')).message


# --- headings


def find(rows: list[list[Any]], path: Path, required: dict[str, str]) -> Any:
    keys = {normalise(name): key for key, name in required.items()}
    return find_headers(path, read_sheets(path), lambda heading: keys.get(normalise(heading)), required)


REQUIRED = {"body": "Department", "region": "NUTS Region", "money": "Amount"}


def test_headings_are_found_in_any_row_and_spelling(write_csv: Callable[..., Path]) -> None:
    rows = [["Title"], [], ["NUTS_region", "x", "DEPARTMENT", "amount"], ["a", "", "b", "1"]]
    (header,) = find(rows, write_csv(rows), REQUIRED)
    assert (header.row, header.columns) == (3, {"region": 0, "body": 2, "money": 3})
    assert (header.above, header.data) == (["Title"], [(4, ["a", "", "b", "1"])])
    assert (header.heading_of(1), header.heading_of(9)) == ("x", "(column 10)")


def test_all_headings_that_are_not_found_are_named_with_what_was_meant(write_csv: Callable[..., Path]) -> None:
    rows = [["Departmnt", "NUTS Regin", "Amount"], ["a", "b", "1"]]
    path = write_csv(rows)
    with pytest.raises(DataFileError) as caught:
        find(rows, path, REQUIRED)
    assert caught.value.message == f"{path}, row 1 has no heading 'Department', 'NUTS Region'."
    assert (
        caught.value.hint == "for 'Department' did you mean 'Departmnt'?; for 'NUTS Region' did you mean 'NUTS Regin'?"
    )


def test_a_file_with_no_heading_at_all_is_told_with_its_sheets(write_workbook: Callable[..., Path]) -> None:
    with pytest.raises(
        DataFileError, match=r"No sheet of .* \('Front', 'Empty'\) has any of the headings 'Department'"
    ):
        find([], write_workbook({"Front": [["hello"]], "Empty": []}), REQUIRED)


def test_a_heading_that_stands_twice_is_refused(write_csv: Callable[..., Path]) -> None:
    rows = [["Department", "NUTS Region", "Amount", "amount"], ["a", "b", "1", "2"]]
    with pytest.raises(DataFileError, match="names a column more than once: Amount, amount"):
        find(rows, write_csv(rows), REQUIRED)


# --- conservation


def reading(*, cells_read: int, account: list[tuple[str, str, str, int]]) -> Reading:
    table = pd.DataFrame(account, columns=["sheet", "outcome", "reason", "cells"])
    empty = pd.DataFrame()
    return Reading(empty, empty, empty, table, empty, Fraction(0), cells_read)


def test_a_reading_cannot_lose_a_cell() -> None:
    assert reading(cells_read=2, account=[("", "blank", "empty", 2)]).cells_of("blank") == 2
    with pytest.raises(ConservationError, match="3 cells were read, but 2 are accounted for"):
        reading(cells_read=3, account=[("", "blank", "empty", 2)])
    with pytest.raises(ConservationError, match="2 cells became lines, but there are 0 of these"):
        reading(cells_read=2, account=[("", "lines", "", 2)])


CELLS = st.one_of(
    st.sampled_from(["", "..", "n/a", "£1,234", "#REF!", "TBC", 0, 0.0, True, "-5", "(7)"]),
    st.integers(-(10**6), 10**6),
    st.floats(-1e6, 1e6),
    st.text(max_size=5),
)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, st.sampled_from(["line", "memo", "fault", "skip"]))))
def test_every_cell_becomes_exactly_one_thing(cells: list[tuple[Any, str]]) -> None:
    collector = Collector("f.xlsx", "S")
    pence = 0
    for row, (value, route) in enumerate(cells):
        if route == "skip":
            collector.skip("a total")
            continue
        memo, fault = "no place" if route == "memo" else "", ("bad", "mend it") if route == "fault" else None
        pence += collector.take(row, "2011-12", value, unit=THOUSAND, fields=LINE, memo=memo, fault=fault)
    made = collector.reading(cells_read=len(cells))
    kept = pd.concat([made.lines["amount_pence"], made.memo["amount_pence"]])
    assert int(kept.sum()) == pence
    exact = [read_amount(value, THOUSAND) for value, route in cells if route in {"line", "memo"}]
    assert made.rounding == sum((amount.rounding for amount in exact if amount.kind == "amount"), Fraction(0))
    assert made.cells_of("not applicable") >= sum(route == "skip" for _, route in cells)
    assert set(made.rejects["row"]) <= {row for row, (_, route) in enumerate(cells) if route != "skip"}


def test_a_reject_has_its_row_heading_value_and_hint() -> None:
    collector = Collector("f.xlsx", "S")
    collector.take(7, "2011-12", "about\x1b 5", unit=THOUSAND, fields=LINE)
    made = collector.reading(cells_read=1, checks=[("ENGLAND", 100, 90)])
    assert made.rejects.to_dict("records") == [
        {
            "file": "f.xlsx", "row": 7, "column": "2011-12", "value": "about 5", "problem": "not an amount",
            "hint": "write a plain number in the table's unit, or leave the cell empty where there is no figure",
        }
    ]  # fmt: skip
    assert made.checks["difference_pence"].tolist() == [-10]
    assert repr(made) == "<Reading of 1 cells: 0 lines, 0 memo, 1 rejects, 0 blank, 0 not applicable>"
    assert made.lines.empty
    assert made.lines.dtypes[["amount_pence", "row", "body"]].astype("str").tolist() == ["Int64", "int64", "str"]
