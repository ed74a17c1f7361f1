"""Columns of one kind each, and what they mean."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from placespend.errors import DataFileError, TooLargeError, WrongTypeError
from placespend.exports.columns import meanings_of, plain_table, typed_column, typed_table

ODD = {
    "whole": [1, None],
    "truth": [True, None],
    "share": [0.5, 1],
    "day": [date(2012, 3, 31), None],
    "exact": [Fraction(1, 3), None],
    "several": [["a", "b"], None],
    "nothing": [None, None],
}


def test_every_column_gets_one_type_and_missing_stays_missing() -> None:
    table = pd.DataFrame({name: pd.Series(values, dtype="object") for name, values in ODD.items()})
    typed = typed_table(table)
    assert {name: str(dtype) for name, dtype in typed.dtypes.items()} == {
        "whole": "Int64", "truth": "boolean", "share": "Float64", "day": "str", "exact": "str", "several": "str",
        "nothing": "str",
    }  # fmt: skip
    assert typed.iloc[0, 3:6].tolist() == ["2012-03-31", "1/3", "a; b"]
    assert typed.iloc[1].drop("share").isna().all()


def test_columns_that_have_a_type_keep_it() -> None:
    table = pd.DataFrame(
        {"a": [1], "b": [0.5], "c": [True], "d": ["x"], "e": pd.array([None], "Int64"), "f": pd.Categorical(["y"])}
    )
    assert [str(dtype) for dtype in typed_table(table).dtypes] == ["int64", "float64", "bool", "str", "Int64", "str"]
    assert typed_table(pd.DataFrame({"day": pd.to_datetime(["2012-03-31"])}))["day"].tolist() == ["2012-03-31 00:00:00"]


def test_numbers_and_the_marks_among_them_are_told_apart() -> None:
    typed = typed_table(pd.DataFrame({"families": [120, "[c]", None, 7], "name": list("abcd")}))
    assert list(typed) == ["families", "families_mark", "name"]
    assert typed["families"].tolist()[::3] == [120, 7]
    assert typed["families"].isna().tolist() == [False, True, True, False]
    assert typed["families_mark"].fillna("").tolist() == ["", "[c]", "", ""]
    (found, mark, _) = meanings_of(typed)
    assert (found.type, mark.type) == ("integer", "string")
    assert "families" in mark.meaning


def test_numbers_of_numpy_are_numbers_among_marks_too() -> None:
    for number, kind in ((np.int64(7), "Int64"), (np.float32(1.5), "Float64")):
        column = pd.Series([number, "[c]"], dtype="object", name="a")
        assert typed_table(pd.DataFrame({"a": column}))["a"].dtype == kind
        left = typed_column(column, split_marks=False)[0]
        assert (left, type(left)) == (number, type(number.item()))


def test_columns_that_other_programs_have_not_become_what_they_have() -> None:
    table = pd.DataFrame({
        "thin": np.array([1, 2], dtype="float16"), "wide": np.array([1, 2], dtype="longdouble"),
        "sparse": pd.arrays.SparseArray([0, 5]),
    })  # fmt: skip
    assert [str(dtype) for dtype in typed_table(table).dtypes] == ["float64", "float64", "int64"]
    long = typed_table(pd.DataFrame({"a": [np.arange(2_000), np.arange(1)]}))["a"]
    assert long[0].startswith("0; 1; 2;")
    assert long[0].count(";") == 1_999


def test_texts_that_look_like_numbers_stay_texts() -> None:
    assert typed_table(pd.DataFrame({"code": ["007", "12"]}))["code"].tolist() == ["007", "12"]


def test_what_an_index_is_called_is_a_column_and_what_it_only_counts_is_none() -> None:
    table = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="code"))
    assert list(plain_table(table)) == ["code", "a"]
    assert list(plain_table(table.reset_index().iloc[1:])) == ["code", "a"]


def test_what_is_no_plain_table_is_told() -> None:
    for odd, told in (
        ([1], "not list"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "called 'a'"),
        (pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])), "2 rows of headings"),
    ):
        with pytest.raises(WrongTypeError, match=told):
            plain_table(odd)  # type: ignore[arg-type]
    twice = pd.DataFrame({"code": ["x"], "a": [1]}).set_index("code", drop=False)
    with pytest.raises(WrongTypeError, match="called 'code'"):
        plain_table(twice)
    with pytest.raises(DataFileError, match="name of a column"):
        plain_table(pd.DataFrame([[1]], columns=pd.Index(["\ud800"], dtype="object")))
    with pytest.raises(TooLargeError, match="beside fractions"):
        typed_table(pd.DataFrame({"a": pd.Series([2**1030, 0.5], dtype="object")}))
    with pytest.raises(TooLargeError, match="64 bits"):
        typed_table(pd.DataFrame({"a": [2**70]}))
    with pytest.raises(DataFileError, match="half of a sign"):
        typed_table(pd.DataFrame({"a": pd.Series(["\ud800"], dtype="object")}))


def test_what_is_declared_is_told_and_of_the_rest_the_type() -> None:
    known, own = meanings_of(pd.DataFrame({"amount_pence": [1], "my own": [0.5]}))
    assert (known.type, known.unit) == ("integer", "pence")
    assert known.meaning
    assert (own.type, own.unit, own.meaning) == ("number", "", "")
