"""Sums of cells by what they have in common are exact, and missing only where all is missing."""

from __future__ import annotations

import pandas as pd
import pytest

from placespend.cuts import sum_groups

MANY = 2**62 + 1
"""More pence than a float can count one by one."""

CELLS = pd.DataFrame(
    {
        "body": ["North", "North", "South", "South", "East"],
        "grade": ["C", "A", "E", "C", "E"],
        "amount_pence": pd.array([MANY, 2, None, -5, None], dtype="Int64"),
        "observed_pence": pd.array([0, 2, None, 0, None], dtype="Int64"),
        "awaited_lines": [0, 0, 1, 0, 2],
    }
)


def test_amounts_are_exact_and_missing_where_all_are() -> None:
    found = sum_groups(CELLS, ["body"]).set_index("body")
    assert found["amount_pence"].dtype == "Int64"
    assert found.loc["North", "amount_pence"] == MANY + 2
    assert found.loc["South", "amount_pence"] == -5
    assert found.loc["East", ["amount_pence", "observed_pence"]].isna().all()
    assert found["observed_pence"].to_dict() | {"East": None} == {"North": 2, "South": 0, "East": None}
    assert found["awaited_lines"].to_dict() == {"North": 0, "South": 1, "East": 2}


def test_letters_are_told_once_the_best_first() -> None:
    twice = pd.concat([CELLS, CELLS[:1]], ignore_index=True)
    assert sum_groups(twice.assign(amount_pence=pd.array([1] * 6, dtype="Int64")), ["body"])["grades"].tolist() == [
        "E",
        "AC",
        "CE",
    ]


@pytest.mark.parametrize("keys", [["grade"], ["body", "grade"]])
def test_cells_are_cut_by_grade_too(keys: list[str]) -> None:
    found = sum_groups(CELLS, keys)
    assert found["grades"].tolist() == found["grade"].tolist()
    assert list(found) == [*keys, "amount_pence", "observed_pence", "grades", "awaited_lines"]


def test_of_no_cells_there_are_no_sums() -> None:
    assert sum_groups(CELLS[:0], ["body"]).empty
