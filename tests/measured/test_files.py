"""Any file a user may have is read or refused with a message, whatever its name says."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from placespend.errors import DataFileError
from placespend.measured import files
from placespend.measured.files import name_of, read_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PLAIN = "code,count\nE01000001,1\nE01000002,2\n"


def save(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(DataFileError) as error:
        read_table(path, **options)
    return str(error.value)


def refusal_of(path: Path, *only: str) -> str:
    with pytest.raises(DataFileError) as error:
        read_table(path, only=only)
    return str(error.value)


def columns(path: Path, **options: str) -> dict[str, list[str]]:
    table, _ = read_table(path, **options)
    values = [column.to_pylist() for column in table.columns]
    return dict(zip(table.headings, values, strict=True))


def save_workbook(path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(at, column, value)
    return path


# --- what is read


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("E01000001", '"E01000001"'),
        PLAIN.replace("code", '"code"'),
        "Claimants by area\n\nSource: somewhere\n" + PLAIN,
        PLAIN.replace("1\n", "1,\n").replace("2\n", "2,,\n"),
    ],
)
def test_a_csv_is_read_however_it_is_laid_out(tmp_path: Path, text: str) -> None:
    read = columns(save(tmp_path / "own.csv", text))
    assert list(read) == ["code", "count"]
    assert read["code"] == ["E01000001", "E01000002"]
    assert read["count"] == ["1", "2"]


def test_blank_rows_are_counted_and_hold_nothing(tmp_path: Path) -> None:
    for title in ("", "title\n"):
        text = title + PLAIN.replace("E01000002", "\n,\nE01000002")
        table, _ = read_table(save(tmp_path / "own.csv", text))
        held = [
            (code, row) for code, row in zip(table.columns[0].to_pylist(), table.rows.tolist(), strict=True) if code
        ]
        assert held == [("E01000001", 2 + bool(title)), ("E01000002", 5 + bool(title))]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    table, _ = read_table(save(tmp_path / "own.csv", "title\n\n" + PLAIN))
    assert table.rows.tolist() == [4, 5]
    table, _ = read_table(save(tmp_path / "own.csv", PLAIN))
    assert table.rows.tolist() == [2, 3]


def test_both_readers_read_the_same(tmp_path: Path) -> None:
    text = 'code,name,count\nE01000001,"Bristol, City of",1\nE01000002,Leeds,\n'
    quick = columns(save(tmp_path / "quick.csv", text))
    slow = columns(save(tmp_path / "slow.csv", "a title\n" + text))
    assert quick == slow
    assert quick["name"] == ["Bristol, City of", "Leeds"]


def test_a_packed_csv_is_read_as_it_is(tmp_path: Path) -> None:
    packed = save(tmp_path / "own.csv.gz", gzip.compress(PLAIN.encode()))
    assert columns(packed) == columns(save(tmp_path / "own.csv", PLAIN))
    # What it is, its first bytes say.
    assert columns(packed.rename(tmp_path / "own.csv"))["count"] == ["1", "2"]


def test_the_digest_is_of_the_file_as_it_is(tmp_path: Path) -> None:
    _, plain = read_table(save(tmp_path / "own.csv", PLAIN))
    _, packed = read_table(save(tmp_path / "own.csv.gz", gzip.compress(PLAIN.encode())))
    assert plain != packed
    assert len(plain) == len(packed) == 64


def test_a_footnote_is_not_a_broken_row(tmp_path: Path) -> None:
    table, _ = read_table(save(tmp_path / "own.csv", PLAIN + "Source: somewhere\n"))
    assert table.broken == ()
    assert table.columns[0].to_pylist()[-1] == "Source: somewhere"


@pytest.mark.parametrize(("row", "values"), [("E01000003", 1), ("E01000003,1,2", 3)])
def test_a_row_of_another_length_is_told(tmp_path: Path, row: str, values: int) -> None:
    table, _ = read_table(save(tmp_path / "own.csv", PLAIN + row + "\n"))
    assert table.broken == ((4, values),)
    assert len(table.rows) == 2


def test_the_headings_are_the_fullest_row_above_the_codes(tmp_path: Path) -> None:
    text = "Claimants,,\nArea,Code,Count\nEngland,,99\nCity 001A,E01000001,1\n"
    table, _ = read_table(save(tmp_path / "own.csv", text))
    assert table.headings == ["Area", "Code", "Count"]
    assert table.rows.tolist() == [3, 4]


def test_headings_are_reduced_to_names() -> None:
    assert name_of(" % of Households (2011) ") == "of_households_2011"
    assert name_of("£££") == ""


def test_headings_show_no_signs_that_a_terminal_obeys(tmp_path: Path) -> None:
    table, _ = read_table(save(tmp_path / "own.csv", PLAIN.replace("count", "=1+1\x1b[2J")))
    assert table.headings[1] == "=1+1[2J"


# --- workbooks


def test_the_first_sheet_with_codes_is_read(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Claimants"],
        [],
        ["code", "count", "rate"],
        ["E01000001", 1, 0.5],
        ["E01000002", 1200.0, ""],
    ]
    path = save_workbook(tmp_path / "own.xlsx", About=[["Notes"]], Data=rows, More=rows[2:])
    table, _ = read_table(path)
    assert (table.sheet, table.rows.tolist()) == ("Data", [4, 5])
    assert columns(path) == {"code": ["E01000001", "E01000002"], "count": ["1", "1200"], "rate": ["0.5", ""]}
    assert read_table(path, sheet="More")[0].sheet == "More"


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "own.xlsx", Data=[["code", "count"], ["E01000001", 1]])
    assert "has no sheet 'Dta'; it has 'Data'" in refusal(path, sheet="Dta")
    assert "no workbook, so it has no sheet" in refusal(save(tmp_path / "own.csv", PLAIN), sheet="Data")


def test_dates_and_errors_of_a_workbook_stay_what_they_are(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "own.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["code", "count"])
        sheet.write_row(1, 0, ["E01000001"])
        sheet.write_datetime(1, 1, date(2020, 1, 2))
        sheet.write_row(2, 0, ["E01000002"])
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    assert columns(tmp_path / "own.xlsx")["count"] == ["2020-01-02", "#DIV/0!"]


def test_a_workbook_without_codes_is_refused(tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "own.xlsx", Data=[["area", "count"], ["Adur", 1]])
    assert "No sheet" in refusal(path)
    assert "'Data'" in refusal(path)


def save_with_hidden(path: Path, **sheets: str) -> Path:
    """Write sheets of one count each, of which some are hidden."""
    with xlsxwriter.Workbook(path) as book:
        for name, state in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["code", "count"])
            sheet.write_row(1, 0, ["E01000001", len(name)])
            if state == "hidden":
                sheet.hide()
            elif state == "very hidden":
                sheet.very_hidden()
            else:
                sheet.activate()
                sheet.set_first_sheet()
    return path


@pytest.mark.parametrize("state", ["hidden", "very hidden"])
def test_hidden_sheets_are_passed_over_and_others_told(tmp_path: Path, state: str) -> None:
    path = save_with_hidden(tmp_path / "own.xlsx", Old=state, Data="", Further="")
    table, _ = read_table(path)
    assert (table.sheet, table.other_sheets, table.hidden_sheets) == ("Data", ("Further",), ("Old",))
    table, _ = read_table(path, sheet="Old")
    assert (table.sheet, table.other_sheets, table.hidden_sheets) == ("Old", (), ())


def test_a_workbook_with_codes_in_hidden_sheets_only_is_refused(tmp_path: Path) -> None:
    path = save_workbook(tmp_path / "own.xlsx", About=[["Notes"]])
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("About").write(0, 0, "Notes")
        sheet = book.add_worksheet("Old")
        sheet.write_row(0, 0, ["code", "count"])
        sheet.write_row(1, 0, ["E01000001", 1])
        sheet.hide()
    assert "hidden sheets only: 'Old'" in refusal(path)


# --- what is refused


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"code,count\n", "has no rows below its headings"),
        (b"code,count\nAdur,1\n", "no column of codes of areas"),
        (b"E01000001,1\n", "no headings above its first code"),
        (b"<!DOCTYPE html><table>E01000001</table>", "is a web page"),
        ("code,count\nE01000001,1\n".encode("utf-16"), "UTF-16"),
        (b"code,name\nE01000001,caf\xe9\n", "not text in UTF-8: see line 2"),
        (b"code,count\nE01000001,\x00\n", "not a text file"),
        (b"code;count\nE01000001;1\n", "separates its columns by ';'"),
        (b"code\tcount\nE01000001\t1\n", "by a tab"),
        (b'code,count\nE01000001,"1\nE01000002,2\n', "cannot be read as CSV"),
        (b"\x1f\x8b\x08\x00", "cannot be unpacked"),
        (gzip.compress(PLAIN.encode() * 99, mtime=0)[:-20], "cannot be unpacked"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"PK\x03\x04 cut short", "cannot be read as a workbook"),
        (b"\xd0\xcf\x11\xe0 cut short", "cannot be read as a workbook"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    assert message in refusal(save(tmp_path / "own.csv", content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "none.csv")
    assert "is a folder" in refusal(tmp_path)
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert "cannot be read" in refusal(tmp_path / "loop.csv")
    assert "cannot be read" in refusal(tmp_path / "nul\0.csv")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "not a file that can be read twice" in refusal(tmp_path / "pipe.csv")


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1_000_000)
    assert "holds more than" in refusal(save(tmp_path / "bomb.csv.gz", gzip.compress(bytes(5_000_000))))
    assert "holds more than" in refusal(save(tmp_path / "large.csv", b"a" * 1_000_001))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(5_000_000))
    assert "holds more than" in refusal(save(tmp_path / "bomb.xlsx", packed.getvalue()))


def test_a_packed_workbook_is_refused(tmp_path: Path) -> None:
    assert "packed spreadsheet" in refusal(save(tmp_path / "own.xlsx.gz", gzip.compress(b"PK\x03\x04")))


@pytest.mark.parametrize(
    "text",
    [
        'code,count\nE01000001,"1\nE01000002,"2\n',
        'code,count\nE01000001,1"\nE01000002,"2\n',
        'code,count\n"E01000001"x,1\n',
        'code,count\nE01000001,",",\n',
    ],
)
def test_odd_quotation_marks_swallow_no_rows(tmp_path: Path, text: str) -> None:
    found: list[object] = []
    # Below a title, the slower reader takes it.
    for content in (text, "title\n" + text):
        try:
            table, _ = read_table(save(tmp_path / "own.csv", content))
        except DataFileError:
            found.append(None)
        else:
            found.append((table.columns, len(table.broken)))
    assert found[0] == found[1]


# --- many columns


@pytest.mark.parametrize("title", ["", "a title\n"])
def test_a_file_with_too_many_columns_is_refused(tmp_path: Path, title: str) -> None:
    def text(count: int) -> str:
        headings = ",".join(f"count {number}" for number in range(count))
        return f"{title}code,{headings}\nE01000001{',7' * count}\nE01000002{',7' * count}\n"

    many = save(tmp_path / "many.csv", text(3_000))
    told = refusal(many)
    assert "has 3,001 columns; no more than 500 are read" in told
    assert "column and code_column in a recipe's [[measure]]" in told
    table, _ = read_table(many, only=("code", "Count 17"))
    assert table.headings == ["code", "count 17"]
    assert [column.to_pylist() for column in table.columns] == [["E01000001", "E01000002"], ["7", "7"]]
    assert "has 3,001 columns" in refusal_of(many, "cod", "")
    fits = save(tmp_path / "fits.csv", text(499))
    assert len(read_table(fits)[0].headings) == len(read_table(fits, only=("code",))[0].headings) == 500


def test_a_sheet_with_too_many_columns_is_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [["code", *map(str, range(600))], ["E01000001", *range(600)]]
    assert "has 601 columns" in refusal(save_workbook(tmp_path / "own.xlsx", Data=rows))
