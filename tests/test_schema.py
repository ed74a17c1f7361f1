"""The line table is declared once: for checking, for the data dictionary and for the template."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from placespend import schema
from placespend.lines import lines_template
from placespend.schema import LINE_COLUMNS, is_financial_year, line_schema

COLUMNS = [
    "line_id",
    "source_id",
    "body",
    "sector",
    "service_code",
    "financial_year",
    "economic",
    "amount_gbp",
    "amount_kind",
    "status",
    "footprint_code",
    "basis",
    "recipient_body",
    "payment_to_people",
    "description",
]
OPTIONAL = ["basis", "recipient_body", "payment_to_people", "description"]


def is_year(text: str) -> bool:
    return bool(is_financial_year(pd.Series([text])).iloc[0])


@given(start=st.integers(1900, 2099), end=st.integers(0, 99))
def test_a_financial_year_ends_in_the_year_after_it_starts(start: int, end: int) -> None:
    assert is_year(f"{start}-{end:02d}") == ((start + 1) % 100 == end)


@pytest.mark.parametrize(
    "text",
    ["", "2011", "2011-13", "2011/12", "11-12", "2011-2012", "2011-12 ", "2011-12\n", "x2011-12", "1811-12",
     "2111-12", "2011\N{EN DASH}12", "٢٠١١-١٢"],
)  # fmt: skip
def test_anything_else_is_no_financial_year(text: str) -> None:
    assert not is_year(text)


def test_years_are_told_on_the_index_that_came_in() -> None:
    found = is_financial_year(pd.Series(["1999-00", "1999-01"], index=[7, 3]))
    pd.testing.assert_series_equal(found, pd.Series([True, False], index=[7, 3]), check_names=False)


def test_the_words_a_line_may_use_are_those_of_the_method() -> None:
    assert list(schema.SECTORS) == ["CG", "LG", "PC"]
    assert schema.ECONOMICS == ("current", "capital")
    assert schema.AMOUNT_KINDS == ("outturn", "budget", "allocation", "estimate")
    assert schema.STATUSES == ("have", "awaited", "refused", "included")
    assert schema.WITHOUT_AMOUNT == ("awaited", "included")
    assert list(schema.TREATMENTS) == ["", "split", "part", "scaled", "remainder"]
    assert list(schema.GRADES) == ["A", "B", "C", "D", "E"]


def test_every_column_is_explained_in_order() -> None:
    assert [column.name for column in LINE_COLUMNS] == COLUMNS
    assert [column.name for column in LINE_COLUMNS if not column.required] == OPTIONAL
    assert {column.name: column.unit for column in LINE_COLUMNS}["amount_gbp"] == "GBP"
    assert all(len(column.meaning) > 10 and column.unit for column in LINE_COLUMNS)
    for column in LINE_COLUMNS:
        declared = line_schema().columns[column.name]
        assert (declared.description, declared.title, declared.required) == (
            column.meaning,
            column.unit,
            column.required,
        )


def test_the_template_has_the_declared_columns_in_order() -> None:
    header = next(csv.reader(io.StringIO(lines_template())))
    assert header == COLUMNS == list(line_schema().columns)


def test_the_schema_takes_the_template_and_tells_each_wrong_value_in_words() -> None:
    table = pd.read_csv(io.StringIO(lines_template()), dtype="str", keep_default_na=False)
    pd.testing.assert_frame_equal(line_schema().validate(table, lazy=True), table)
    wrong = table.assign(sector=["XX", "LG", ""], amount_gbp=["1.234", "", "1,000"])
    with pytest.raises(SchemaErrors) as caught:
        line_schema().validate(wrong, lazy=True)
    cases = caught.value.failure_cases
    assert set(zip(cases["column"], cases["failure_case"], cases["check"], strict=True)) == {
        ("sector", "XX", "not one of CG, LG, PC"),
        ("sector", "", schema.NOT_BLANK),
        ("amount_gbp", "1.234", schema.PART_OF_A_PENNY),
        ("amount_gbp", "1,000", schema.NOT_POUNDS),
    }


def test_only_optional_columns_may_be_left_out() -> None:
    table = pd.read_csv(io.StringIO(lines_template()), dtype="str", keep_default_na=False)
    short = table.drop(columns=OPTIONAL)
    pd.testing.assert_frame_equal(line_schema().validate(short, lazy=True), short)
    for column in short.columns:
        with pytest.raises(SchemaErrors):
            line_schema().validate(table.drop(columns=column), lazy=True)
