"""Parquet: typed, described, and the same bytes for the same table."""

from __future__ import annotations

import io
import json

import pandas as pd
import pyarrow.parquet as pq

from placespend.exports.about import About
from placespend.exports.parquet import to_parquet
from placespend.shipped import NOTICE

ABOUT = About("A table", notes=("One.", "Two."), made_with="placespend, for a test")
TABLE = pd.DataFrame({
    "code": ["E08000035", None],
    "amount_pence": pd.array([2**53 + 1, None], dtype="Int64"),
    "residents": [5, 6],
    "flag": [True, False],
})  # fmt: skip


def test_figures_come_back_as_they_were() -> None:
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(to_parquet(TABLE, about=ABOUT))), TABLE)


def test_whole_numbers_are_whole_in_the_file_too() -> None:
    schema = pq.read_schema(io.BytesIO(to_parquet(TABLE, about=ABOUT)))
    assert [str(schema.field(name).type) for name in ("amount_pence", "residents", "flag")] == [
        "int64",
        "int64",
        "bool",
    ]


def test_the_file_says_what_it_is_and_what_its_columns_mean() -> None:
    schema = pq.read_schema(io.BytesIO(to_parquet(TABLE, about=ABOUT)))
    told = {key.decode(): value.decode() for key, value in schema.metadata.items()}
    assert told["made_with"] == ABOUT.made_with
    assert told["notice"] == NOTICE
    assert told["notes"] == "One.\nTwo."
    assert json.loads(told["pandas"])["columns"]
    field = schema.field("amount_pence").metadata
    assert (field[b"unit"], field[b"type"]) == (b"pence", b"integer")
    assert field[b"meaning"]


def test_the_same_table_gives_the_same_bytes() -> None:
    assert to_parquet(TABLE, about=ABOUT) == to_parquet(TABLE.copy(), about=ABOUT)
