"""Text on its way out is run by no spreadsheet, and loses nothing."""

from __future__ import annotations

import csv
import io
import json
from functools import cache

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.exports.documents import pot_document
from placespend.exports.text import guard_formulas, is_like_formula, to_csv, to_json
from placespend.pot import Pot, single_pot

ENGLAND_PENCE = 44_485_128_786_600
OBSERVED_PENCE = 1_120_668_000_000

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201",
    " =1+1", "   @x", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")',
]  # fmt: skip
HARMLESS = ["Leeds", "", "a=b", "7.A Medical services", "'=1+1", "(5)", "£5", "E08000035", "1-2", "Köln 曼彻斯特 🏙"]


@cache
def england() -> Pot:
    return single_pot("England")


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


@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\ufeff", "\u200b", "\0", " \ufeff "])
def test_a_formula_behind_signs_that_are_not_seen_is_one_too(before: str) -> None:
    assert is_like_formula(f"{before}=1+1")
    assert not is_like_formula(f"{before}1+1")
    # A mark at the very beginning of a file is taken away by those who read it.
    assert to_csv(pd.DataFrame({"\ufeff=1+1": [1]})).startswith("'")


def test_what_is_infinite_is_json_that_others_can_read() -> None:
    table = pd.DataFrame({"a": [float("inf"), -float("inf"), None], "b": [1, float("inf"), "[c]"]})

    def refuse(sign: str) -> None:
        pytest.fail(f"{sign} is no JSON")

    found = json.loads(to_json(table), parse_constant=refuse)
    assert found == [{"a": "inf", "b": 1}, {"a": "-inf", "b": "inf"}, {"a": None, "b": "[c]"}]
