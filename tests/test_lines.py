"""A file of lines is read whole or not at all: every fault is told at once, in words, with its row."""

from __future__ import annotations

import csv
import io
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.bases import shipped_bases
from placespend.cofog import services
from placespend.errors import FAILURE_COLUMNS, DataFileError, LinesError
from placespend.footprints import level_of_footprint
from placespend.lines import (
    CANONICAL_COLUMNS,
    check_lines,
    lines_template,
    read_lines,
    shipped_lines,
    sources,
)
from placespend.schema import AMOUNT_KINDS, ECONOMICS, SECTORS, STATUSES
from placespend.shipped import shipped_file

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
# The developers' shared folder; tests that need it are skipped where it is absent.
SHARED = Path(os.environ.get("PLACESPEND_SHARED", ROOT.parent / "shared"))

ENGLAND_PENCE = 44_485_128_786_600
SHIPPED = shipped_file("spend_lines", "cra_2011-12.csv")

GOOD = {
    "line_id": "1",
    "source_id": "ledger",
    "body": "Leeds City Council",
    "sector": "LG",
    "service_code": "3.1",
    "financial_year": "2011-12",
    "economic": "current",
    "amount_gbp": "12.34",
    "amount_kind": "outturn",
    "status": "have",
    "footprint_code": "E08000035",
    "basis": "",
    "recipient_body": "",
    "payment_to_people": "",
    "description": "",
}
POUNDS_HINT = "write plain pounds such as 1234.56 or -20, without £ sign or thousands commas"
NOT_POUNDS = "not a plain amount in pounds below a trillion"
Row = dict[str, str]
READERS: list[Callable[..., object]] = [check_lines, read_lines]


def line(number: int = 1, **changes: str) -> Row:
    return {**GOOD, "line_id": str(number), **changes}


def as_csv(rows: list[Row]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def write(folder: Path, rows: list[Row] | str, name: str = "lines.csv") -> Path:
    path = folder / name
    path.write_text(rows if isinstance(rows, str) else as_csv(rows), encoding="utf-8", newline="")
    return path


def faults(path: Path) -> list[tuple[int, str, str, str, str]]:
    """Check a file and give its faults, which reading it must refuse with as well."""
    table = check_lines(path)
    assert table.columns.tolist() == FAILURE_COLUMNS
    assert set(table["file"]) <= {path.name}
    if len(table):
        with pytest.raises(LinesError) as caught:
            read_lines(path)
        pd.testing.assert_frame_equal(caught.value.failures, table)
        assert str(path.name) in str(caught.value)
    columns = ["row", "column", "value", "problem", "hint"]
    return [tuple(row) for row in table[columns].to_numpy().tolist()]


# --- a file without faults


def test_the_template_has_three_lines_and_nothing_wrong(tmp_path: Path) -> None:
    path = write(tmp_path, lines_template())
    assert faults(path) == []
    table = read_lines(path)
    assert table.columns.tolist() == CANONICAL_COLUMNS
    assert table["amount_pence"].dtype == "Int64"
    assert table["amount_pence"].tolist() == [100_000_000, 25_000_050, pd.NA]
    assert table["status"].tolist() == ["have", "have", "awaited"]
    assert table["footprint_code"].tolist() == ["E08000003", "E47000001", "E47000001"]
    assert table["row"].tolist() == [2, 3, 4]
    assert table["file"].tolist() == ["lines.csv"] * 3
    assert table.loc[0, "service_name"] == "10.4 Family and children; of which: personal social services"


def test_plain_pounds_become_exact_pence(tmp_path: Path) -> None:
    pence_of = {
        "0": 0, "5": 500, "5.1": 510, "5.01": 501, "-5.01": -501, "+5": 500, "-0": 0, "007": 700, " 12 ": 1_200,
        "999999999999.99": 99_999_999_999_999, "-999999999999.99": -99_999_999_999_999,
    }  # fmt: skip
    path = write(tmp_path, [line(number, amount_gbp=text) for number, text in enumerate(pence_of)])
    assert faults(path) == []
    assert read_lines(path)["amount_pence"].tolist() == list(pence_of.values())


@settings(deadline=None, max_examples=8)
@given(st.lists(st.integers(-(10**14) + 1, 10**14 - 1), min_size=1, max_size=20))
def test_pence_written_as_pounds_come_back_exactly(amounts: list[int]) -> None:
    texts = [f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}" for pence in amounts]
    with TemporaryDirectory() as folder:
        path = write(Path(folder), [line(number, amount_gbp=text) for number, text in enumerate(texts)])
        assert read_lines(path)["amount_pence"].tolist() == amounts


def test_optional_columns_may_be_left_out_and_columns_stand_in_any_order(tmp_path: Path) -> None:
    optional = {"basis", "recipient_body", "payment_to_people", "description"}
    row = {name: GOOD[name] for name in reversed(GOOD) if name not in optional}
    table = read_lines(write(tmp_path, [row]))
    assert table.columns.tolist() == CANONICAL_COLUMNS
    assert table[["basis", "recipient_body", "description"]].to_numpy().tolist() == [["", "", ""]]


def test_every_word_that_is_declared_is_taken(tmp_path: Path) -> None:
    rows = [
        *({"sector": word} for word in SECTORS),
        *({"economic": word} for word in ECONOMICS),
        *({"amount_kind": word} for word in AMOUNT_KINDS),
        *({"status": word, "amount_gbp": "" if word in {"awaited", "included"} else "1"} for word in STATUSES),
        *({"payment_to_people": word} for word in ("true", "false", "")),
        *({"service_code": code} for code in services().index),
        *({"basis": name} for name in shipped_bases().names),
        *({"footprint_code": code} for code in ("E12000002", "TRI-BOROUGH", "GM-WASTE", "E01000001", "E47000002")),
        *({"footprint_code": code} for code in ("E06000033 and E10000012", "E47000001 less E08000009 and E08000010")),
        *({"financial_year": year} for year in ("1999-00", "2008-09", "2099-00")),
    ]
    path = write(tmp_path, [line(number, **changes) for number, changes in enumerate(rows)])
    assert faults(path) == []
    assert len(read_lines(path)) == len(rows)


def test_quoted_commas_line_breaks_and_other_alphabets_are_kept(tmp_path: Path) -> None:
    bodies = ["Leeds, York", "Leeds\nYork", 'the "City"', "=cmd()", "Köln 曼彻斯特 🏙", "[red]", "\x1b[31m"]
    path = write(tmp_path, [line(number, body=body) for number, body in enumerate(bodies)])
    assert faults(path) == []
    assert read_lines(path)["body"].tolist() == bodies


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    path = write(tmp_path, "\ufeff" + lines_template().replace("\n", "\r\n"))
    assert faults(path) == []
    assert read_lines(path)["line_id"].tolist() == ["1", "2", "3"]


def test_several_files_are_one_table(tmp_path: Path) -> None:
    first = write(tmp_path, [line(1), line(2)], "a.csv")
    second = write(tmp_path, [line(1, source_id="other")], "b.csv")
    table = read_lines(first, str(second))
    assert table[["file", "row"]].to_numpy().tolist() == [["a.csv", 2], ["a.csv", 3], ["b.csv", 2]]
    assert table.index.tolist() == [0, 1, 2]


# --- one fault


WRONG: list[tuple[str, str, str, str | None]] = [
    ("sector", "XX", "not one of CG, LG, PC", ""),
    ("sector", "lg", "not one of CG, LG, PC", "did you mean 'LG'?"),
    ("economic", "Current", "not one of current, capital", "did you mean 'current'?"),
    ("economic", "captal", "not one of current, capital", "did you mean 'capital'?"),
    ("amount_kind", "outurn", "not one of outturn, budget, allocation, estimate", "did you mean 'outturn'?"),
    ("status", "Have", "not one of have, awaited, refused, included", "did you mean 'have'?"),
    ("payment_to_people", "True", "not one of true, false", "did you mean 'true'?"),
    ("payment_to_people", "1", "not one of true, false", ""),
    *(("financial_year", value, "not a financial year", "write it as 2011-12")
      for value in ("2011", "2011-13", "2011/12", "2011-2012", "11-12", "FY12", "0", "9999-00")),
    *(("amount_gbp", value, NOT_POUNDS, POUNDS_HINT)
      for value in ("lots", "1,234", "1,234.50", "£5", "5p", "1e5", "1E+05", "nan", "NaN", "inf", "-inf",
                    "Infinity", "None", "NULL", "N/A", "-", "--5", "5-", "(5)", ".5", "5.", "1 000", "1_000",
                    "0x10", "=1+1", "½", "1000000000000", "-1000000000000.00", "9" * 400, "\N{MINUS SIGN}5",
                    "\N{ARABIC-INDIC DIGIT FIVE}", "\N{FULLWIDTH DIGIT FIVE}")),
    *(("amount_gbp", value, "a fraction of a penny", "round it to the penny, at most two decimals")
      for value in ("1.234", "-0.005", "12.3400", "1.00000000000001")),
    ("footprint_code", "E0899999", "not the code of a place", None),
    ("footprint_code", "Manchester", "not the code of a place", "did you mean 'E08000003' (Manchester)?"),
    ("footprint_code", "Tri-boro", "not the code of a place", "did you mean 'TRI-BOROUGH' (Tri-borough)?"),
    ("footprint_code", "e08000035", "not the code of a place", "did you mean 'E08000035' (Leeds)?"),
    ("footprint_code", "zzzzzz", "not the code of a place", None),
    ("service_code", "10.2", "not the code of a service",
     "did you mean '10.2-pensions' or '10.2-personal-social-services'?"),
    ("service_code", "10.2 Old age; of which: pensions", "not the code of a service",
     "did you mean '10.2-pensions' or '10.2-personal-social-services'?"),
    ("service_code", "7.a", "not the code of a service", "did you mean '7.A'?"),
    ("service_code", "pensions", "not the code of a service", "did you mean '10.2-pensions'?"),
    ("service_code", "99.9", "not the code of a service", "see: placespend lines services"),
    ("basis", "resident", "not a measure or blend that is loaded", "did you mean 'residents'?"),
    ("basis", "zzz", "not a measure or blend that is loaded", ""),
    ("amount_gbp", "", "no amount, though the line is not awaited",
     "an awaited line has status awaited, one that another line's amount holds included; nothing is 0"),
]  # fmt: skip
"""A column, what is wrong in it, and the problem and hint that are told; a hint of None is tested elsewhere."""


@cache
def faults_of_wrong() -> list[tuple[int, str, str, str, str]]:
    """Check one file whose rows are the wrong values, each after a good one."""
    rows = [
        row
        for number, (column, value, _, _) in enumerate(WRONG)
        for row in (line(2 * number), line(2 * number + 1, **{column: value}))
    ]
    with TemporaryDirectory() as folder:
        return faults(write(Path(folder), rows))


@pytest.mark.parametrize("number", range(len(WRONG)), ids=[f"{column}={value:.20}" for column, value, _, _ in WRONG])
def test_a_wrong_value_is_told_with_its_row_problem_and_hint(number: int) -> None:
    column, value, problem, hint = WRONG[number]
    row = 3 + 2 * number
    found = [fault for fault in faults_of_wrong() if fault[0] == row]
    assert [fault[:4] for fault in found] == [(row, column, value, problem)]
    if hint is not None:
        assert found[0][4] == hint


def test_good_rows_between_wrong_ones_are_not_reported() -> None:
    assert {fault[0] for fault in faults_of_wrong()} <= set(range(3, 3 + 2 * len(WRONG), 2))


@pytest.mark.parametrize("column", [name for name in GOOD if name not in {"basis", "recipient_body",
                                    "payment_to_people", "description", "amount_gbp"}])  # fmt: skip
def test_a_needed_value_must_not_be_blank(tmp_path: Path, column: str) -> None:
    found = faults(write(tmp_path, [line(1), line(2, **{column: "  "})]))
    assert (3, column, "", "must not be blank", "") in found
    # A blank status leaves open whether an amount is wanted; nothing else may be told beside it.
    assert {fault[1] for fault in found} == {column}


@pytest.mark.parametrize("status", ["awaited", "included"])
def test_an_awaited_line_has_no_amount_nor_one_that_another_line_holds(tmp_path: Path, status: str) -> None:
    found = faults(write(tmp_path, [line(1, status=status), line(2, status=status, amount_gbp="")]))
    assert found == [
        (2, "amount_gbp", "12.34", "an amount, though the line is awaited or included in another",
         "set status to have, or leave amount_gbp blank"),
    ]  # fmt: skip


def test_a_refused_line_needs_the_estimate(tmp_path: Path) -> None:
    found = faults(write(tmp_path, [line(1, status="refused"), line(2, status="refused", amount_gbp="")]))
    assert [fault[:4] for fault in found] == [(3, "amount_gbp", "", "no amount, though the line is not awaited")]


def test_a_misspelt_footprint_code_is_guessed(tmp_path: Path) -> None:
    found = faults(write(tmp_path, [line(1, footprint_code="E0800003")]))
    assert [fault[:4] for fault in found] == [(2, "footprint_code", "E0800003", "not the code of a place")]
    assert found[0][4].startswith("did you mean 'E08000003' (Manchester)")


@pytest.mark.parametrize(("code", "country"), [("W06000015", "Wales"), ("S12000036", "Scotland")])
def test_a_footprint_outside_england_is_no_misspelt_english_one(tmp_path: Path, code: str, country: str) -> None:
    found = faults(write(tmp_path, [line(1, footprint_code=code)]))
    assert [fault[:4] for fault in found] == [(2, "footprint_code", code, "not the code of a place")]
    assert country in found[0][4]
    assert "did you mean" not in found[0][4]


def test_unknown_footprints_are_kept_on_request_but_never_blank_ones(tmp_path: Path) -> None:
    path = write(tmp_path, [line(1, footprint_code="NOWHERE")])
    assert check_lines(path, unknown_footprints="unallocated").empty
    assert read_lines(path, unknown_footprints="unallocated")["footprint_code"].tolist() == ["NOWHERE"]
    blank = check_lines(write(tmp_path, [line(1, footprint_code="")]), unknown_footprints="unallocated")
    assert blank[["row", "column", "problem"]].to_numpy().tolist() == [[2, "footprint_code", "must not be blank"]]


def test_a_wrong_wish_for_unknown_footprints_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, [line(1, footprint_code="NOWHERE")])
    with pytest.raises((ValueError, LookupError), match="unalocated"):
        read_lines(path, unknown_footprints="unalocated")


# --- duplicates


def test_a_line_id_may_stand_once_in_its_source_and_year(tmp_path: Path) -> None:
    others = [line(1, source_id="other"), line(1), line(1, financial_year="2012-13")]
    found = faults(write(tmp_path, [line(1), line(2), line(1), *others]))
    problem = "the same line_id, source_id and financial_year stand in another row"
    assert found == [(row, "line_id", "1", problem, "") for row in (2, 4, 6)]


def test_a_line_id_may_stand_once_in_all_the_files(tmp_path: Path) -> None:
    first, second = write(tmp_path, [line(1), line(2)], "a.csv"), write(tmp_path, [line(3), line(2)], "b.csv")
    with pytest.raises(LinesError) as caught:
        read_lines(first, second)
    assert caught.value.failures[["file", "row", "column", "value"]].to_numpy().tolist() == [
        ["a.csv", 3, "line_id", "2"],
        ["b.csv", 3, "line_id", "2"],
    ]
    assert len(read_lines(first)) == len(read_lines(second)) == 2


def test_the_same_file_twice_is_all_duplicates(tmp_path: Path) -> None:
    path = write(tmp_path, [line(1), line(2)])
    assert check_lines(path, path)["row"].tolist() == [2, 3, 2, 3]


# --- columns


@pytest.mark.parametrize("column", list(GOOD)[:11])
def test_a_missing_column_is_told(tmp_path: Path, column: str) -> None:
    row = line()
    del row[column]
    assert faults(write(tmp_path, [row])) == [(0, "", column, "missing column", "see: placespend lines template")]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("amount_gpb", "amount_gbp"), ("Line_ID", "line_id"), ("footprint", "footprint_code"), ("sectr", "sector")],
)
def test_a_misspelt_column_is_guessed(tmp_path: Path, wrong: str, right: str) -> None:
    row = {wrong if name == right else name: value for name, value in line().items()}
    assert faults(write(tmp_path, [row])) == [
        (0, "", wrong, "unknown column", f"did you mean '{right}'?"),
        (0, "", right, "missing column", "see: placespend lines template"),
    ]


@pytest.mark.parametrize("column", ["zzz", "amount_pence", "service_name"])
def test_an_unknown_column_is_told_never_dropped(tmp_path: Path, column: str) -> None:
    found = faults(write(tmp_path, [{**line(), column: "mine"}]))
    assert [fault[:4] for fault in found] == [(0, "", column, "unknown column")]
    assert found[0][4]


@pytest.mark.parametrize("column", ["file", "row"])
def test_a_column_named_as_where_a_row_stood_is_refused(tmp_path: Path, column: str) -> None:
    with pytest.raises(DataFileError, match=f"has a column '{column}', a name kept for where each row stood"):
        check_lines(write(tmp_path, [{**line(), column: "mine"}]))


def test_a_repeated_column_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, as_csv([line()]).replace("description", "body", 1))
    for function in READERS:
        with pytest.raises(DataFileError, match="names a column more than once: body"):
            function(path)


@pytest.mark.parametrize(("separator", "name"), [(";", "';'"), ("\t", "a tab")])
def test_another_separator_is_told_as_such(tmp_path: Path, separator: str, name: str) -> None:
    path = write(tmp_path, lines_template().replace(",", separator))
    for function in READERS:
        with pytest.raises(DataFileError, match=f"separates its columns by {name}, not by commas"):
            function(path)


def test_a_footprint_like_no_place_says_where_places_are_listed(tmp_path: Path) -> None:
    found = faults(write(tmp_path, [line(1, footprint_code="zzzzzz")]))
    assert "placespend places TEXT" in found[0][4]


# --- rows


@pytest.mark.parametrize("ending", ["", "\n", "\n\n,,,,,,,,,,,,,,\n"])
def test_a_file_without_lines_is_told(tmp_path: Path, ending: str) -> None:
    header = as_csv([line()]).split("\n")[0]
    assert faults(write(tmp_path, header + ending)) == [
        (0, "", "", "there are no lines", "see: placespend lines template")
    ]


def test_rows_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    header, one, two, three, four, _ = as_csv(
        [line(1, description="x\ny"), line(2, sector="XX"), line(3, economic="x"), line(4)]
    ).replace("x\ny", "x\\ny").split("\n")  # fmt: skip
    content = "\n".join([header, one.replace("\\n", "\n"), "", two, ",,,,,,,,,,,,,,", "4,too,short", three, four, ""])
    found = faults(write(tmp_path, content))
    assert [fault[:2] for fault in found] == [(6, ""), (4, "sector"), (7, "economic")]
    assert found[0][3:] == (
        "has 3 values where the header has 15",
        "the row, or the file, may have been cut short",
    )


def test_an_unquoted_comma_is_told_as_too_many_values(tmp_path: Path) -> None:
    content = as_csv([line(1), line(2, body="Leeds and York")]).replace("Leeds and York", "Leeds, York")
    assert faults(write(tmp_path, content)) == [
        (3, "", "", "has 16 values where the header has 15", "put quotation marks around a value that holds a comma")
    ]


@pytest.mark.parametrize("row", [1, 2, 3])
def test_a_quotation_mark_that_is_never_closed_loses_no_line(tmp_path: Path, row: int) -> None:
    texts = as_csv([line(1), line(2), line(3)]).rstrip("\n").split("\n")
    texts[row] += '"oops'
    path = write(tmp_path, "\n".join(texts) + "\n")
    with pytest.raises((LinesError, DataFileError)):
        read_lines(path)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = [
        line(1, sector="XX", financial_year="2011", economic="x", amount_gbp="£5", amount_kind="x", status="x",
             service_code="10.2", footprint_code="NOWHERE", basis="x", payment_to_people="x"),
        line(2),
        line(2, body="", service_code=""),
        line(4, amount_gbp=""),
    ]  # fmt: skip
    found = faults(write(tmp_path, rows))
    assert sorted((fault[0], fault[1]) for fault in found) == sorted(
        [
            *((2, name) for name in ("sector", "financial_year", "economic", "amount_gbp", "amount_kind", "status",
                                     "service_code", "footprint_code", "basis", "payment_to_people")),
            *((row, "line_id") for row in (3, 4)),
            *((4, name) for name in ("body", "service_code")),
            (5, "amount_gbp"),
        ]
    )  # fmt: skip


def test_the_message_tells_every_kind_of_fault_with_its_rows(tmp_path: Path) -> None:
    path = write(tmp_path, [line(1, sector="XX"), line(2, sector="XX"), line(3, financial_year="2011")])
    with pytest.raises(LinesError) as caught:
        read_lines(path)
    assert str(caught.value).split("\n") == [
        "lines.csv, column sector: 2 rows: not one of CG, LG, PC: 'XX' (rows 2, 3).",
        "lines.csv, column financial_year: not a financial year: '2011' (row 4). Hint: write it as 2011-12.",
    ]


def test_faults_of_several_files_are_told_together(tmp_path: Path) -> None:
    first = write(tmp_path, [line(1, sector="XX")], "a.csv")
    second = write(tmp_path, [{"line_id": "1"}], "b.csv")
    table = check_lines(first, second)
    assert table[["file", "row", "column"]].to_numpy().tolist()[0] == ["a.csv", 2, "sector"]
    assert set(table.loc[1:, "problem"]) == {"missing column"}
    assert set(table.loc[1:, "file"]) == {"b.csv"}


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    folders = [tmp_path / "2011", tmp_path / "2012"]
    for folder in folders:
        folder.mkdir()
    paths = [write(folder, [line(1, sector="XX", source_id=folder.name)]) for folder in folders]
    files = check_lines(*paths)["file"].tolist()
    assert [folder.name in file for folder, file in zip(folders, files, strict=True)] == [True, True]


def test_no_file_at_all_is_refused() -> None:
    for function in READERS:
        with pytest.raises(DataFileError, match="No file of lines was given"):
            function()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04", "is a spreadsheet or an archive"),
        (lines_template().encode("utf-16"), "is not text in UTF-8"),
        (lines_template().replace("Example", "Exámple").encode("cp1252"), "is not text in UTF-8: see line 2"),
        (lines_template().replace("Example", "Ex\0mple").encode(), "is not a text file"),
    ],
    ids=["empty", "xlsx", "utf-16", "cp1252", "nul"],
)
def test_a_file_that_is_no_csv_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "lines.csv"
    path.write_bytes(content)
    for function in READERS:
        with pytest.raises(DataFileError, match=message):
            function(path)


# --- laws

SPOILS: list[tuple[Row, str]] = [
    ({"sector": "XX"}, "sector"),
    ({"economic": ""}, "economic"),
    ({"amount_gbp": "1,000"}, "amount_gbp"),
    ({"amount_gbp": "0.001"}, "amount_gbp"),
    ({"amount_gbp": ""}, "amount_gbp"),
    ({"status": "awaited"}, "amount_gbp"),
    ({"service_code": "10.2"}, "service_code"),
    ({"footprint_code": "E0800003"}, "footprint_code"),
    ({"financial_year": "2011-13"}, "financial_year"),
    ({"basis": "zzz"}, "basis"),
]


@settings(deadline=None, max_examples=12)
@given(st.lists(st.none() | st.sampled_from(SPOILS), min_size=1, max_size=12), st.data())
def test_exactly_the_spoilt_rows_are_reported(spoils: list[tuple[Row, str] | None], data: st.DataObject) -> None:
    rows = [line(number, **(spoil[0] if spoil else {})) for number, spoil in enumerate(spoils)]
    header, *texts = as_csv(rows).rstrip("\n").split("\n")
    blanks = data.draw(st.lists(st.integers(0, 2), min_size=len(texts), max_size=len(texts)))
    content, numbers = [header], []
    for text, blank in zip(texts, blanks, strict=True):
        content += [""] * blank + [text]
        numbers.append(len(content))
    wanted = {(number, spoil[1]) for number, spoil in zip(numbers, spoils, strict=True) if spoil}
    with TemporaryDirectory() as folder:
        path = write(Path(folder), "\n".join(content) + "\n")
        table = check_lines(path)
        assert set(zip(table["row"], table["column"], strict=True)) == wanted
        assert len(table) == len(wanted)
        if wanted:
            with pytest.raises(LinesError):
                read_lines(path)
        else:
            assert read_lines(path)["row"].tolist() == numbers


@settings(deadline=None, max_examples=12)
@given(st.lists(st.sampled_from(["good", "spoilt", "short", "long", "blank"]), min_size=1, max_size=15))
def test_every_row_is_a_line_a_reject_or_blank(kinds: list[str]) -> None:
    header, good = as_csv([line()]).rstrip("\n").split("\n")
    texts = {
        "good": good,
        "spoilt": good.replace(",LG,", ",XX,"),
        "short": good[:-1],
        "long": good + ",",
        "blank": "",
    }
    rows = [texts[kind].replace("1,ledger", f"{number},ledger", 1) for number, kind in enumerate(kinds, start=2)]
    numbered = list(enumerate(kinds, start=2))
    bad = {row for row, kind in numbered if kind in {"spoilt", "short", "long"}}
    with TemporaryDirectory() as folder:
        path = write(Path(folder), "\n".join([header, *rows]) + "\n")
        table = check_lines(path)
        assert set(table["row"]) - {0} == bad
        if not bad and "good" in kinds:
            assert read_lines(path)["row"].tolist() == [row for row, kind in numbered if kind == "good"]
        else:
            with pytest.raises(LinesError):
                read_lines(path)


# --- payments to people

PAYMENTS = {
    ("10.1-benefits", "CG", "current"),
    ("10.2-pensions", "CG", "current"),
    ("10.2-pensions", "LG", "current"),
    ("10.3", "CG", "current"),
    ("10.4-benefits", "CG", "current"),
    ("10.5", "CG", "current"),
    ("10.6", "CG", "current"),
    ("10.6", "LG", "current"),
    ("10.7-benefits", "CG", "current"),
    ("ro-housing-benefit", "LG", "current"),
}


def test_the_declared_payments_to_people_are_benefits_and_pensions() -> None:
    table = pd.read_csv(shipped_file("spend_lines", "payments_to_people.csv"), dtype="str", keep_default_na=False)
    assert table.columns.tolist() == ["service_code", "sector", "economic", "reason"]
    keys = zip(table["service_code"], table["sector"], table["economic"], strict=True)
    assert set(keys) == PAYMENTS
    assert set(table["service_code"]) <= set(services().index)
    assert not table.duplicated(["service_code", "sector", "economic"]).any()
    assert (table["reason"] != "").all()


@pytest.mark.parametrize(
    ("service_code", "sector", "economic", "said", "expected"),
    [
        ("10.6", "LG", "current", "", True),
        ("10.6", "LG", "current", "false", False),
        ("10.6", "LG", "capital", "", False),
        ("10.6", "PC", "current", "", False),
        ("10.2-pensions", "CG", "current", "", True),
        ("10.2-personal-social-services", "LG", "current", "", False),
        ("10.2-personal-social-services", "LG", "current", "true", True),
        ("3.1", "LG", "current", "", False),
        ("3.1", "LG", "current", "true", True),
    ],
)
def test_a_payment_to_people_is_what_the_line_says_else_what_is_declared(
    tmp_path: Path, service_code: str, sector: str, economic: str, said: str, expected: bool
) -> None:
    row = line(service_code=service_code, sector=sector, economic=economic, payment_to_people=said)
    table = read_lines(write(tmp_path, [row]))
    assert table["payment_to_people"].dtype == "bool"
    assert table["payment_to_people"].tolist() == [expected]


def test_without_the_column_payments_to_people_are_as_declared(tmp_path: Path) -> None:
    rows = [line(1, service_code="10.6"), line(2)]
    for row in rows:
        del row["payment_to_people"]
    assert read_lines(write(tmp_path, rows))["payment_to_people"].tolist() == [True, False]


# --- the shipped lines


def test_the_shipped_lines_are_englands_identifiable_spending_to_the_penny() -> None:
    table = shipped_lines()
    assert len(table) == 2_813
    assert int(table["amount_pence"].sum()) == ENGLAND_PENCE
    assert table.columns.tolist() == CANONICAL_COLUMNS
    assert not table["amount_pence"].isna().any()
    assert set(table["status"]) == {"have"}
    assert set(table["amount_kind"]) == {"outturn"}
    assert set(table["financial_year"]) == {"2011-12"}
    assert set(table["sector"]) == {"CG", "LG", "PC"}
    assert set(table["economic"]) == {"current", "capital"}
    assert {level_of_footprint(code) for code in table["footprint_code"].unique()} == {"region"}
    assert not table.duplicated(["source_id", "line_id"]).any()
    assert table["row"].tolist() == list(range(2, 2_815))
    assert set(table["treatment"]) == {""}


def test_the_shipped_lines_pass_the_check_of_a_users_file() -> None:
    assert check_lines(SHIPPED).empty
    pd.testing.assert_frame_equal(read_lines(SHIPPED), shipped_lines())


def test_the_shipped_lines_name_every_service_and_a_declared_source() -> None:
    table = shipped_lines()
    # The others are those that councils report their outturn by, and one that the Treasury left in 2011-12.
    councils = services().index[services().index.str.startswith("ro-")]
    assert set(table["service_code"]) == set(services().index) - set(councils) - {"4.2-forestry"}
    assert (len(set(table["service_code"])), len(councils), len(services())) == (69, 14, 84)
    assert set(table["source_id"]) <= set(sources().index)
    assert sources().loc["hmt-cra-2014", "record"] == "official allocation"


def test_the_shipped_payments_to_people_are_those_of_the_file() -> None:
    pence = 0
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (row["service_code"], row["sector"], row["economic"]) in PAYMENTS:
                pounds, _, rest = row["amount_gbp"].lstrip("-").partition(".")
                size = int(pounds) * 100 + int(rest.ljust(2, "0"))
                pence += -size if row["amount_gbp"].startswith("-") else size
    table = shipped_lines()
    assert int(table.loc[table["payment_to_people"], "amount_pence"].sum()) == pence > 0


def test_shipped_lines_are_a_copy_each_time() -> None:
    changed = shipped_lines()
    changed["amount_pence"] = 0
    assert int(shipped_lines()["amount_pence"].sum()) == ENGLAND_PENCE


def test_the_shipped_lines_are_the_published_facts_row_by_row() -> None:
    path = SHARED / "facts" / "spend_lines_cra_2011-12.csv"
    if not path.exists():
        pytest.skip("the developers' shared folder does not have facts/spend_lines_cra_2011-12.csv")
    published = pd.read_csv(path, dtype="str", keep_default_na=False)
    table = shipped_lines()
    for ours, theirs in {
        "financial_year": "financial_year",
        "body": "body",
        "sector": "sector",
        "service_name": "service",
        "economic": "economic",
        "footprint_code": "footprint_code",
        "amount_kind": "amount_kind",
    }.items():
        pd.testing.assert_series_equal(table[ours], published[theirs], check_names=False)
    pence = [round(float(text) * 100) for text in published["amount_gbp"]]
    assert table["amount_pence"].tolist() == pence
    assert [f"{pence // 100}" for pence in table["amount_pence"]] == published["amount_gbp"].tolist()
    assert table["service_code"].map(services()["division"]).tolist() == published["cofog_division"].tolist()
