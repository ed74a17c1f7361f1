"""A CSV is read as text with each row's number; what does not fit is told, and nothing is lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.csv_text import SAVE_AS_CSV, read_text_table
from placespend.errors import DataFileError

QUOTE_HINT = "put quotation marks around a value that holds a comma"
SHORT_HINT = "the row, or the file, may have been cut short"


def write(folder: Path, content: str | bytes, name: str = "lines.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def refusal(path: Path) -> DataFileError:
    with pytest.raises(DataFileError) as caught:
        read_text_table(path)
    return caught.value


def test_values_are_text_without_the_spaces_around_them(tmp_path: Path) -> None:
    path = write(tmp_path, 'a, b ,c\n 1 ,NA,"x, y"\n007,,null\n')
    table, broken = read_text_table(path)
    assert broken == []
    assert table.columns.tolist() == ["a", "b", "c", "file", "row"]
    assert table[["a", "b", "c"]].to_numpy().tolist() == [["1", "NA", "x, y"], ["007", "", "null"]]
    assert table["file"].tolist() == ["lines.csv"] * 2
    assert table["row"].tolist() == [2, 3]


def test_blank_rows_are_left_out_but_counted(tmp_path: Path) -> None:
    table, broken = read_text_table(write(tmp_path, "a,b\n\n1,2\n,\n , \n\n\n3,4\n\n"))
    assert broken == []
    assert table["a"].tolist() == ["1", "3"]
    assert table["row"].tolist() == [3, 8]


def test_blank_rows_are_counted_in_a_file_of_one_column(tmp_path: Path) -> None:
    table, broken = read_text_table(write(tmp_path, 'a\n\n1\n""\n2\n'))
    assert broken == []
    assert table["a"].tolist() == ["1", "2"]
    assert table["row"].tolist() == [3, 5]


def test_a_row_is_one_row_however_many_lines_its_values_hold(tmp_path: Path) -> None:
    table, _ = read_text_table(write(tmp_path, 'a,b\n1,"x\ny\n\nz"\n2,w\n'))
    assert table["b"].tolist() == ["x\ny\n\nz", "w"]
    assert table["row"].tolist() == [2, 3]


def test_a_header_may_hold_quoted_names(tmp_path: Path) -> None:
    table, _ = read_text_table(write(tmp_path, '"a","b, or\nc"\n1,2\n'))
    assert table.columns.tolist() == ["a", "b, or\nc", "file", "row"]
    assert table["row"].tolist() == [2]


def test_quotation_marks_inside_values_are_kept(tmp_path: Path) -> None:
    table, _ = read_text_table(write(tmp_path, 'a,b\n"say ""hi"", ok",5" pipe\n'))
    assert table[["a", "b"]].to_numpy().tolist() == [['say "hi", ok', '5" pipe']]


def test_rows_with_too_many_or_too_few_values_are_told_with_their_number(tmp_path: Path) -> None:
    table, broken = read_text_table(write(tmp_path, "a,b\n1,2\n1,2,3\n\n1\n3,4\n"))
    assert table["row"].tolist() == [2, 6]
    assert broken == [
        {"file": "lines.csv", "row": row, "column": "", "value": "", "problem": problem, "hint": hint}
        for row, problem, hint in (
            (3, "has 3 values where the header has 2", QUOTE_HINT),
            (5, "has 1 values where the header has 2", SHORT_HINT),
        )
    ]


def test_row_numbers_hold_in_a_file_of_many_blocks(tmp_path: Path) -> None:
    rows = [f"{number},{'x' * 300}" for number in range(2, 9_002)]
    rows[4_000], rows[8_000] = "broken", ""
    table, broken = read_text_table(write(tmp_path, "\n".join(["a,b", *rows]) + "\n"))
    assert [failure["row"] for failure in broken] == [4_002]
    assert table["row"].tolist() == [row for row in range(2, 9_002) if row not in {4_002, 8_002}]
    assert table["a"].astype("int64").tolist() == table["row"].tolist()


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"], ids=["Unix", "Windows", "old Mac"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "not ended"])
def test_any_line_ending_will_do(tmp_path: Path, ending: str, last: bool) -> None:
    content = ending.join(["a,b", "1,2", "", "3,4"]) + (ending if last else "")
    table, broken = read_text_table(write(tmp_path, content))
    assert broken == []
    assert table["a"].tolist() == ["1", "3"]
    assert table["row"].tolist() == [2, 4]


@pytest.mark.parametrize("content", ["a,b", "a,b\n", "a,b\n\n\n", "\ufeffa,b\r\n"])
def test_a_header_alone_is_a_table_without_rows(tmp_path: Path, content: str) -> None:
    table, broken = read_text_table(write(tmp_path, content))
    assert broken == []
    assert table.columns.tolist() == ["a", "b", "file", "row"]
    assert table.empty


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    table, _ = read_text_table(write(tmp_path, b"\xef\xbb\xbfa,b\n1,\xc3\xa9\n"))
    assert table.columns.tolist()[:2] == ["a", "b"]
    assert table["b"].tolist() == ["é"]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from(',";\n\t '), max_size=12)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_every_row_is_read_as_written_or_is_blank(rows: list[tuple[str, str, str]], ending: str) -> None:
    # A carriage return inside a value may be read as a line break, which spreadsheets do as well.
    plain = [tuple(value.replace("\r", "") for value in row) for row in rows]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *plain])
    with TemporaryDirectory() as folder:
        table, broken = read_text_table(write(Path(folder), buffer.getvalue()))
    expected = {number: [value.strip() for value in row] for number, row in enumerate(plain, start=2)}
    found = dict(zip(table["row"], table[["a", "b", "c"]].to_numpy().tolist(), strict=True))
    assert broken == []
    assert found == {number: row for number, row in expected.items() if any(row)}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 5), max_size=20))
def test_every_row_is_read_told_or_blank(widths: list[int]) -> None:
    rows = [",".join(["x"] * width) for width in widths]
    with TemporaryDirectory() as folder:
        table, broken = read_text_table(write(Path(folder), "\n".join(["a,b,c", *rows]) + "\n"))
    numbered = list(enumerate(widths, start=2))
    assert table["row"].tolist() == [row for row, width in numbered if width == 3]
    assert [failure["row"] for failure in broken] == [row for row, width in numbered if width not in {0, 3}]


# --- what is no CSV


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n \n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    error = refusal(path)
    assert error.message == f"{path} is empty."
    assert error.hint == "a lines file starts with a row of column names: placespend lines template"


@pytest.mark.parametrize("first", ["\n", " \n", ",\n", "\r\n\r\n"])
def test_blank_rows_above_the_column_names_are_passed_over_or_told_as_such(tmp_path: Path, first: str) -> None:
    try:
        table, broken = read_text_table(write(tmp_path, f"{first}a,b\n1,2\n"))
    except DataFileError as error:
        assert "column names" in str(error)  # noqa: PT017
        return
    assert broken == []
    assert table[["a", "b"]].to_numpy().tolist() == [["1", "2"]]
    assert table["row"].tolist() == [2 + first.count("\n")]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a,b\n1,Café\n".encode("cp1252"), "2"),
        (b"a,b\n" + b"1,2\n" * 1_500 + "1,£\n".encode("latin-1"), "1,502"),
        ("a,b\n1,2\n".encode("utf-16"), "1"),
        (b"a,b\n1,\xed\xa0\x80\n", "2"),
    ],
    ids=["cp1252", "latin-1", "utf-16", "surrogate"],
)
def test_a_file_in_another_encoding_is_refused_at_its_line(tmp_path: Path, content: bytes, line: str) -> None:
    path = write(tmp_path, content)
    error = refusal(path)
    assert error.message == f"{path} is not text in UTF-8: see line {line}."
    assert error.hint == SAVE_AS_CSV


@pytest.mark.parametrize("content", [b"a,b\n1,\0\n", "a,b\n1,2\n".encode("utf-16-le"), b"\0"])
def test_a_file_with_nul_bytes_is_refused(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    assert str(refusal(path)) == f"{path} is not a text file. Hint: {SAVE_AS_CSV}"


@pytest.mark.parametrize("mark", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"], ids=["xlsx", "xls"])
def test_a_spreadsheet_is_refused_with_what_to_do(tmp_path: Path, mark: bytes) -> None:
    path = write(tmp_path, mark + b"\x14\x00\x06\x00 workbook")
    error = refusal(path)
    assert error.message == f"{path} is a spreadsheet or an archive, not a CSV file."
    assert error.hint == "save it from the spreadsheet as 'CSV UTF-8 (comma delimited)'"


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "lines.csv"
    assert str(refusal(missing)) == f"There is no file {missing}."
    assert str(refusal(tmp_path)) == f"{tmp_path} cannot be read: Is a directory."
    inside = write(tmp_path, "a\n1\n") / "lines.csv"
    assert str(refusal(inside)).startswith(f"{inside} cannot be read: Not a directory")


def test_repeated_and_unnamed_columns_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "b, a,b,a,c\n1,2,3,4,5\n")
    error = refusal(path)
    assert error.message == f"{path} names a column more than once: a, b."
    assert error.hint == "rename or remove all but one"
    assert "more than once: (no name)." in refusal(write(tmp_path, "a,,\n1,2,3\n")).message


@pytest.mark.parametrize(
    "content",
    [
        'a,b\n1,"x\n2,y\n3,z\n',
        'a,b\n1,x\n2,"y\n3,z\n',
        'a,b\n1,x\n2,y\n3,"z\n',
        'a,b\n1,"x\n2,y\n3,"z"\n4,w\n',
    ],
)
def test_a_quotation_mark_that_is_never_closed_swallows_no_row(tmp_path: Path, content: str) -> None:
    """Each of these files has three rows or more; none may vanish into the value of another."""
    try:
        table, broken = read_text_table(write(tmp_path, content))
    except DataFileError as error:
        assert "quot" in str(error)  # noqa: PT017
        return
    told = {*table["row"], *(failure["row"] for failure in broken)}
    assert told == set(range(2, content.count("\n") + 1))


def test_a_header_that_is_never_closed_is_told_in_words(tmp_path: Path) -> None:
    assert "quot" in str(refusal(write(tmp_path, '"a,b\n1,2\n')))


@pytest.mark.parametrize("content", ["a" * 200_000 + "\n1\n", '"' + "a" * 200_000 + '"\n1\n'])
def test_a_very_long_header_is_read_or_refused_in_words(tmp_path: Path, content: str) -> None:
    try:
        table, _ = read_text_table(write(tmp_path, content))
    except DataFileError as error:
        assert len(str(error)) < 1_000  # noqa: PT017
        return
    assert len(table) == 1


def test_a_very_long_value_is_read_or_refused_in_words(tmp_path: Path) -> None:
    long = "x" * 3_000_000
    try:
        table, _ = read_text_table(write(tmp_path, f'a,b\n1,"{long}"\n2,y\n'))
    except DataFileError as error:
        assert len(str(error)) < 1_000  # noqa: PT017
        return
    assert table["b"].tolist() == [long, "y"]


@pytest.mark.parametrize("name", ["file", "row"])
def test_a_column_of_the_users_is_never_overwritten(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, f"a,{name}\n1,mine\n")
    try:
        table, _ = read_text_table(path)
    except DataFileError as error:
        assert f"'{name}'" in str(error)  # noqa: PT017
        return
    assert "mine" in table.iloc[0].tolist()
