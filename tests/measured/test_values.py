"""A cell is a number, a mark of what is not told, or a fault, and never zero by default."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placespend.measured.values import read_numbers, shown


def numbers(*texts: str) -> list[float]:
    return list(read_numbers(pa.array(texts, pa.string())).numbers)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("+3", 3),
        ("0", 0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000),
        ("1,234", 1234),
        ("1,234,567.5", 1234567.5),
        ("1 234", 1234),
        ("1\u00a0234", 1234),
        ("12 %", 12),
    ],
)
def test_a_number_is_read_however_it_is_written(text: str, number: float) -> None:
    # Beside another that only the slower way can read.
    assert numbers(text, "c")[0] == number
    assert numbers(text)[0] == number


@pytest.mark.parametrize(
    "mark",
    ["", " ", "c", "C", "*", "x", "-", "\u2013", "..", ":", "n/a", "NaN", "suppressed", "[c]", "(x)", "<5",
     "fewer than 10"],
)  # fmt: skip
def test_a_mark_is_neither_zero_nor_a_fault(mark: str) -> None:
    found = read_numbers(pa.array([mark, "3"]))
    assert found.suppressed.tolist() == [True, False]
    assert np.isnan(found.numbers[0])
    assert found.faults == {}


@pytest.mark.parametrize(
    "text", ["ten", "1,23", "12,34", "1.234,5", "£5", "0x10", "inf", "#REF!", "1e", "--", "True", "1_000", "5 (est.)",
             "nil"],
)  # fmt: skip
def test_what_is_no_number_is_a_fault(text: str) -> None:
    found = read_numbers(pa.array(["1", text]))
    assert found.faults == {"no number": [1]}
    assert not found.suppressed[1]


@pytest.mark.parametrize("text", ["-1", "-0.5", "-1,000"])
def test_what_is_below_zero_is_a_fault(text: str) -> None:
    assert read_numbers(pa.array(["1", text])).faults == {"negative": [1]}


def test_minus_zero_is_zero() -> None:
    assert read_numbers(pa.array(["-0", "1"])).faults == {}


def test_what_no_float_holds_is_a_fault() -> None:
    assert read_numbers(pa.array(["1", "1e400"])).faults == {"infinite": [1]}


def test_per_cent_signs_are_told() -> None:
    assert read_numbers(pa.array(["12%"])).has_percent
    assert not read_numbers(pa.array(["12", "c"])).has_percent


def test_the_share_of_numbers_leaves_marks_out() -> None:
    assert read_numbers(pa.array(["1", "c", "", "text"])).share_of_numbers == 0.5
    assert read_numbers(pa.array(["c"])).share_of_numbers == 0


@given(st.lists(st.integers(0, 10**12)))
def test_whole_numbers_come_back_whichever_way_they_are_read(counts: list[int]) -> None:
    texts = [str(count) for count in counts]
    assert numbers(*texts) == counts
    assert numbers(*texts, "c")[:-1] == counts
    assert numbers(*[f"{count:,}" for count in counts]) == counts


def test_long_and_odd_values_are_shown_short_and_printable() -> None:
    assert shown("9" * 400) == repr("9" * 27 + "...")
    assert shown("\x1b[2Jten") == "'[2Jten'"


# --- as much of Europe writes numbers


@pytest.mark.parametrize(
    "texts",
    [
        ["1.234", "2.345", "12.000"],
        ["1.234", "2.345", "812.600", "95", "c"],
        ["1.234", "2.345", "12.000", "1.234.567"],
        [" 1.234", "2.345 ", "-12.000", ".."],
    ],
)
def test_points_that_may_stand_between_thousands_are_a_fault(texts: list[str]) -> None:
    found = read_numbers(pa.array(texts))
    assert found.faults["no number"][:3] == [0, 1, 2]
    assert "1234" in found.hints["no number"]
    # The column is one of counts: it is to be refused and not passed over.
    assert found.share_of_numbers == 1


@pytest.mark.parametrize(
    "texts",
    [
        ["1.234", "2.345", "12.5"],
        ["1.234", "2.345", "12.000", "0.125"],
        ["1.234", "2.345", "12.000", ".125"],
        ["1.234", "2.345", "12.000", "1234.567"],
        ["1.234", "2.345", "12.000", "1,234"],
        ["1.234", "2.345", "12.000", "5."],
        ["1.234", "12.000"],
        ["1234", "2345", "12000"],
    ],
)
def test_points_that_are_decimals_are_read(texts: list[str]) -> None:
    found = read_numbers(pa.array(texts))
    assert found.faults == {}
    assert found.numbers[0] in {1.234, 1234}


@pytest.mark.parametrize("text", ["1.234,5", "1234,5", "12,34", "1 234,5"])
def test_a_comma_before_decimals_is_hinted_at(text: str) -> None:
    found = read_numbers(pa.array([text, "3"]))
    assert found.faults == {"no number": [0]}
    assert "a point before decimals" in found.hints["no number"]
    assert found.share_of_numbers == 1


@pytest.mark.parametrize("text", ["<0", "< 00", "less than 0"])
def test_fewer_than_none_is_no_mark(text: str) -> None:
    found = read_numbers(pa.array([text, "3"]))
    assert found.faults == {"no number": [0]}
    assert not found.suppressed.any()
