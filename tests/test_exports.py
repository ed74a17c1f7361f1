"""Exports run in no spreadsheet, say everything a machine needs, and are whole or not there."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import DataFileError
from placespend.exports import guard_formulas, pot_document, pots_document, stamp, to_csv, to_json, write_whole
from placespend.pot import Pot, single_pot
from placespend.pots_by_level import pots
from placespend.recipe import shipped_recipe

if TYPE_CHECKING:
    from pathlib import Path

ENGLAND_PENCE = 44_485_128_786_600
OBSERVED_PENCE = 1_120_668_000_000
FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201",
    " =1+1", "   @x", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")',
]  # fmt: skip
HARMLESS = ["Leeds", "", "a=b", "7.A Medical services", "'=1+1", "(5)", "£5", "E08000035", "1-2", "Köln 曼彻斯特 🏙"]
LINES = """\
line_id,source_id,body,sector,service_code,financial_year,economic,amount_gbp,amount_kind,status,footprint_code,description
1,ledger,=cmd(),LG,3.1,2011-12,current,100.01,outturn,have,E08000035,
2,ledger,Leeds,LG,3.1,2011-12,current,-30.00,budget,have,E08000035,
3,ledger,Leeds,LG,3.2,2011-12,current,,outturn,awaited,E08000035,Asked for in May
4,ledger,Leeds,CG,7.A,2011-12,current,5.00,outturn,have,NOWHERE,
5,ledger,York,LG,3.1,2011-12,current,7.00,outturn,have,E06000014,
"""


@cache
def england() -> Pot:
    return single_pot("England")


@pytest.fixture
def leeds(tmp_path: Path) -> Pot:
    path = tmp_path / "lines.csv"
    path.write_text(LINES, encoding="utf-8")
    return single_pot("Leeds", lines=path, unknown_footprints="unallocated")


def reread(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


# --- formulas


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    table = pd.DataFrame({"body": ["Leeds", text], text: ["x", "y"]})
    guarded = guard_formulas(table)
    assert guarded["body"].tolist() == ["Leeds", f"'{text}"]
    assert guarded.columns.tolist() == ["body", f"'{text}"]
    assert reread(to_csv(table)) == [["body", f"'{text}"], ["Leeds", "x"], [f"'{text}", "y"]]


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_is_left_alone(text: str) -> None:
    table = pd.DataFrame({"body": [text]})
    assert guard_formulas(table)["body"].tolist() == [text]


def test_numbers_stay_numbers_even_below_zero() -> None:
    table = pd.DataFrame(
        {
            "pence": pd.array([-5, None, 7], dtype="Int64"),
            "plain": [-1, 0, 1],
            "share": [-0.5, 0.25, 1.0],
            "flag": [True, False, True],
        }
    )
    guarded = guard_formulas(table)
    pd.testing.assert_frame_equal(guarded, table)
    assert to_csv(table) == "pence,plain,share,flag\n-5,-1,-0.5,True\n,0,0.25,False\n7,1,1.0,True\n"


def test_guarding_changes_no_table_but_its_own() -> None:
    table = pd.DataFrame({"=a": pd.Categorical(["=1", "x"])})
    assert guard_formulas(table).iloc[:, 0].tolist() == ["'=1", "x"]
    assert table["=a"].tolist() == ["=1", "x"]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(codec="utf-8") | st.sampled_from('=+-@\t\r\n ,"'), max_size=8), min_size=1))
def test_no_cell_of_a_csv_can_start_a_formula_and_none_is_lost(texts: list[str]) -> None:
    rows = reread(to_csv(pd.DataFrame({"text": texts, "number": -1})))
    assert len(rows) == len(texts) + 1
    for (cell, number), text in zip(rows[1:], texts, strict=True):
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
        assert cell in {text, f"'{text}"}
        assert number == "-1"


def test_a_line_break_inside_a_cell_starts_no_row_of_its_own() -> None:
    texts = ["Leeds\r=cmd()", "Leeds\n=cmd()", "Leeds\r\n=cmd()", "\r", "a\x0bb"]
    text = to_csv(pd.DataFrame({"body": texts, "pence": 1}))
    assert len(reread(text)) == len(texts) + 1
    # Whatever a spreadsheet takes for the end of a row, a break stands inside quotation marks.
    outside = "".join(text.split('"')[::2])
    assert "\r" not in outside.replace("\r\n", "\n")
    assert outside.count("\n") == len(texts) + 1


# --- JSON


def test_a_table_in_json_is_a_list_of_objects_with_missing_values_null() -> None:
    table = pd.DataFrame(
        {"name": ["é", None], "pence": pd.array([5, None], dtype="Int64"), "share": [0.5, float("nan")]}
    )
    text = to_json(table)
    assert text.endswith("\n")
    assert "é" in text
    assert json.loads(text) == [
        {"name": "é", "pence": 5, "share": 0.5},
        {"name": None, "pence": None, "share": None},
    ]


def test_amounts_in_json_are_whole_numbers_of_any_size() -> None:
    text = to_json(pot_document(england(), "service"))
    document = json.loads(text, parse_float=lambda number: pytest.fail(f"{number} is no whole number"))
    assert document["total_pence"] == ENGLAND_PENCE


def test_the_document_of_a_pot_has_the_promised_shape() -> None:
    document = json.loads(to_json(pot_document(england(), "body")))
    promised = [
        "place", "financial_year", "residents", "total_pence", "per_head_pence", "by", "rows", "grades",
        "reconciliation", "awaited",
    ]  # fmt: skip
    assert [key for key in document if key in promised] == promised
    assert [key for key in document if key not in promised] == [
        *(
            "what",
            "low_pence",
            "high_pence",
            "observed_pence",
            "comparison",
            "authority",
            "unallocated",
            "memo",
            "scope",
            "accounts",
            "notes",
            "sources",
            "made_with",
        )
    ]
    assert document["place"] == {
        "code": "E92000001", "name": "England", "level": "england", "vintage": "2011",
        "definition": "", "small_areas_whole": 32_844, "small_areas_cut": 0,
    }  # fmt: skip
    assert (document["what"], document["comparison"], document["authority"]) == ("", None, None)
    assert document["observed_pence"] == OBSERVED_PENCE
    assert document["financial_year"] == "2011-12"
    assert document["residents"] == 53_012_456
    assert document["total_pence"] == ENGLAND_PENCE
    assert document["per_head_pence"] == round(ENGLAND_PENCE / 53_012_456)
    assert document["by"] == "body"
    assert list(document["grades"]) == ["A", "B", "C", "D", "E"]
    assert document["grades"] == {"A": OBSERVED_PENCE, "B": ENGLAND_PENCE - OBSERVED_PENCE, "C": 0, "D": 0, "E": 0}
    assert document["reconciliation"] == {
        "in_pence": ENGLAND_PENCE,
        "placed_pence": ENGLAND_PENCE,
        "elsewhere_pence": 0,
        "unallocated_pence": 0,
        "difference_pence": 0,
    }
    assert document["awaited"] == []
    rows = document["rows"]
    assert {tuple(row) for row in rows} == {
        ("body", "amount_pence", "per_head_pence", "observed_pence", "grades", "awaited_lines")
    }
    assert sum(row["amount_pence"] for row in rows) == ENGLAND_PENCE
    assert sum(row["observed_pence"] for row in rows) == OBSERVED_PENCE


def test_the_document_of_a_pot_says_what_is_in_no_pot_and_what_became_of_every_line() -> None:
    document = json.loads(to_json(pot_document(england(), "body")))
    memo = document["memo"]
    assert {tuple(row) for row in memo} == {
        ("source", "body", "service_code", "footprint_code", "amount_pence", "reason")
    }
    assert (len(memo), sum(row["amount_pence"] for row in memo)) == (18, 18_846_700_000)
    assert all(row["reason"] for row in memo)
    assert document["scope"] == "payments to people in; capital in"
    assert [list(row.values()) for row in document["accounts"]] == [
        ["cra", "read", 2_813, ENGLAND_PENCE],
        ["cra", "gave way to recorded amounts, or was scaled to them", 0, OBSERVED_PENCE],
        ["cra", "in the pot", 2_813, ENGLAND_PENCE - OBSERVED_PENCE],
        ["outturn", "read", 333, OBSERVED_PENCE + 18_846_700_000],
        ["outturn", "memo: in no pot", 18, 18_846_700_000],
        ["outturn", "in the pot", 799, OBSERVED_PENCE],
    ]
    assert {tuple(row) for row in document["accounts"]} == {("source", "outcome", "lines", "amount_pence")}


def test_a_document_says_what_makes_it_again() -> None:
    found = pots("region")
    for document in (pot_document(england(), "body"), pots_document(found)):
        made = json.loads(to_json(document))["made_with"]
        assert list(made) == ["placespend", "recipe_sha256", "financial_year", "recipe", "inputs"]
        assert made == england().loaded.made_with == found.loaded.made_with
        assert made["recipe_sha256"] == shipped_recipe().sha256
        assert [source["id"] for source in made["recipe"]["source"]] == ["cra", "outturn"]
        assert all(len(found["sha256"]) == 64 for found in made["inputs"])


def test_every_row_of_a_csv_says_what_it_was_made_with() -> None:
    loaded = england().loaded
    for table in (england().by("body"), pots("region").table, england().explain("3.1")):
        stamped = stamp(table, loaded)
        header, *rows = reread(to_csv(stamped))
        assert header == [*table.columns, "made_with"]
        assert len(rows) == len(table)
        assert {row[-1] for row in rows} == {loaded.stamp}
        assert "made_with" not in table


@pytest.mark.parametrize("column", ["body", "sector", "service", "economic", "basis", "grade"])
def test_every_cut_is_named_in_its_rows_and_sums_to_the_pot(column: str) -> None:
    document = json.loads(to_json(pot_document(england(), column)))
    assert document["by"] == column
    assert all(isinstance(row[column], str) for row in document["rows"])
    assert sum(row["amount_pence"] for row in document["rows"]) == ENGLAND_PENCE


def test_two_cuts_at_once_are_named_both() -> None:
    document = json.loads(to_json(pot_document(england(), "sector", "economic")))
    assert document["by"] == ["sector", "economic"]
    pairs = [(row["sector"], row["economic"]) for row in document["rows"]]
    assert len(pairs) == len(set(pairs)) == 5  # public corporations have no current spending
    assert sum(row["amount_pence"] for row in document["rows"]) == ENGLAND_PENCE


def test_awaited_and_unallocated_money_is_in_the_document(leeds: Pot) -> None:
    document = json.loads(to_json(pot_document(leeds, "service")))
    assert document["total_pence"] == 7_001
    assert [line["line_id"] for line in document["awaited"]] == ["3"]
    assert document["awaited"][0]["description"] == "Asked for in May"
    assert {row["service_code"]: row["amount_pence"] for row in document["rows"]} == {"3.1": 7_001, "3.2": None}
    assert document["reconciliation"] == {
        "in_pence": 8_201,
        "placed_pence": 7_001,
        "elsewhere_pence": 700,
        "unallocated_pence": 500,
        "difference_pence": 0,
    }
    assert [(cell["footprint_code"], cell["amount_pence"]) for cell in document["unallocated"]] == [("NOWHERE", 500)]
    assert document["unallocated"][0]["reason"]


def test_a_body_named_like_a_formula_is_guarded_in_csv_and_plain_in_json(leeds: Pot) -> None:
    by_body = leeds.by("body")
    header, *rows = reread(to_csv(by_body))
    assert header[0] == "body"
    assert {row[0]: row[header.index("amount_pence")] for row in rows} == {"'=cmd()": "10001", "Leeds": "-3000"}
    document = json.loads(to_json(pot_document(leeds, "body")))
    assert {row["body"]: row["amount_pence"] for row in document["rows"]} == {"=cmd()": 10_001, "Leeds": -3_000}


def test_the_document_of_a_level_holds_every_place() -> None:
    document = json.loads(to_json(pots_document(pots("region"))))
    assert document["level"] == "region"
    assert document["financial_year"] == "2011-12"
    assert [row["code"] for row in document["rows"]] == [f"E1200000{number}" for number in range(1, 10)]
    assert sum(row["total_pence"] for row in document["rows"]) == ENGLAND_PENCE
    assert document["reconciliation"]["difference_pence"] == 0
    assert list(document) == [
        *("level", "what", "financial_year", "rows", "reconciliation", "notes", "sources", "scope", "made_with")
    ]
    assert document["scope"] == "payments to people in; capital in"
    assert set(document["rows"][0]) == {"code", "name", "residents", "total_pence", "per_head_pence"}


# --- files


def test_a_file_is_written_whole_with_its_text_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "a b é.csv"
    write_whole("a,b\r\n1,é\n", path)
    assert path.read_bytes() == "a,b\r\n1,é\n".encode()
    write_whole("again", path)
    assert path.read_text(encoding="utf-8") == "again"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_written_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    path, plain = tmp_path / "a.csv", tmp_path / "plain.csv"
    write_whole("x", path)
    plain.write_text("x", encoding="utf-8")
    assert path.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize(("module", "name"), [("os", "fdopen"), ("pathlib.Path", "replace"), ("tempfile", "mkstemp")])
def test_a_failed_write_leaves_the_older_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("older", encoding="utf-8")

    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.{name}", fail)
        with pytest.raises(DataFileError) as caught:
            write_whole("newer", path)
    assert str(caught.value) == f"{path} cannot be written: Permission denied."
    assert path.read_text(encoding="utf-8") == "older"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_text_that_cannot_be_encoded_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("older", encoding="utf-8")
    with pytest.raises((DataFileError, UnicodeEncodeError)):
        write_whole("\ud800", path)
    assert path.read_text(encoding="utf-8") == "older"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(DataFileError) as caught:
        write_whole("x", tmp_path)
    assert (caught.value.message, caught.value.hint) == (f"{tmp_path} is a folder.", "name a file")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "a.csv"
    with pytest.raises(DataFileError) as caught:
        write_whole("x", path)
    assert str(caught.value) == f"{path} cannot be written: No such file or directory."
    inside = tmp_path / "file" / "a.csv"
    inside.parent.write_text("x", encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        write_whole("x", inside)
    assert str(caught.value) == f"{inside} cannot be written: Not a directory."


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="only a plain user is kept out of a folder")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataFileError, match=r"cannot be written: Permission denied\."):
        write_whole("x", tmp_path / "a.csv")
    tmp_path.chmod(0o700)


def test_a_name_too_long_is_told(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 300)
    with pytest.raises(DataFileError, match="cannot be written: File name too long"):
        write_whole("x", path)
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_into_or_refused_but_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole("x", path)
    except DataFileError as error:
        assert "pipe" in str(error)  # noqa: PT017
    else:
        assert os.read(reader, 10) == b"x"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_link_is_followed_or_replaced_but_never_broken(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("older", encoding="utf-8")
    link.symlink_to(target)
    write_whole("newer", link)
    assert link.read_text(encoding="utf-8") == "newer"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link.csv", "target.csv"]


def test_a_file_that_was_read_is_not_written_over(tmp_path: Path) -> None:
    data = tmp_path / "lines.csv"
    data.write_text("mine", encoding="utf-8")
    link = tmp_path / "link.csv"
    link.symlink_to(data)
    for path in (data, link, tmp_path / "." / "lines.csv"):
        with pytest.raises(DataFileError, match="would be written over, and it holds data of yours"):
            write_whole("x", path, keep=[data])
    assert data.read_text(encoding="utf-8") == "mine"


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.symlink_to(second)
    second.symlink_to(first)
    with pytest.raises(DataFileError, match="cannot be written: its links lead in a circle"):
        write_whole("x", first)


@pytest.mark.parametrize("is_there", [True, False])
def test_the_record_of_what_was_shown_is_not_written_over_through_a_link(tmp_path: Path, is_there: bool) -> None:
    record, link, other = tmp_path / "families_shown.json", tmp_path / "link.csv", tmp_path / "other.csv"
    link.symlink_to(other)
    other.symlink_to(record)
    if is_there:
        record.write_text("what was shown", encoding="utf-8")
    with pytest.raises(DataFileError, match="leads to the record of what was shown"):
        write_whole("x", link)
    assert record.exists() == is_there
    assert not is_there or record.read_text(encoding="utf-8") == "what was shown"
    write_whole("newer", record, is_record=True)
    assert record.read_text(encoding="utf-8") == "newer"


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be written: no file can have such a name"):
        write_whole("x", tmp_path / "a\0b.csv")
