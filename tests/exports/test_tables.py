"""Any table in any form: the same figures to the penny, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_back import figures_of, sheets_of

from placespend.errors import DataFileError, TooLargeError, WrongTypeError
from placespend.exports.tables import FORMS, form_of, write_table
from placespend.exports.workbook_cells import MOST_NUMBER
from placespend.geography import outlines
from placespend.pots_by_level import pots

CODES = ["E12000001", "E12000002", "elsewhere", "unallocated"]
PENCE = st.none() | st.integers(1 - MOST_NUMBER, MOST_NUMBER - 1)


@settings(deadline=None, max_examples=6)
@given(st.lists(PENCE, min_size=len(CODES), max_size=len(CODES)))
def test_every_form_holds_the_same_figures_to_the_penny(pence: list[int | None]) -> None:
    table = pd.DataFrame({"code": CODES, "total_pence": pd.array(pence, dtype="Int64")})
    with TemporaryDirectory() as folder:
        for ending in FORMS:
            path = write_table(table, Path(folder) / f"table{ending}")
            assert figures_of(path) == pence, ending


def test_real_pots_sum_to_the_same_in_every_form(tmp_path: Path) -> None:
    table = pots("region").table
    for ending in FORMS:
        figures = figures_of(write_table(table, tmp_path / f"table{ending}"))
        assert figures == table["total_pence"].tolist(), ending
        assert sum(amount or 0 for amount in figures) == 44_485_128_786_600


def test_a_table_of_any_index_is_written() -> None:
    table = pd.DataFrame({"total_pence": [5]}, index=pd.Index(["E12000001"], name="code"))
    with TemporaryDirectory() as folder:
        assert (
            Path(write_table(table, f"{folder}/a.csv")).read_text(encoding="utf-8") == "code,total_pence\nE12000001,5\n"
        )


def test_what_is_said_of_a_table_goes_with_it(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [1]})
    path = write_table(table, tmp_path / "a.xlsx", title="My table", notes=["Mind this."], made_with="by hand")
    told = [cell for row in sheets_of(path.read_bytes())["About"] for cell in row]
    assert {"My table", "Mind this.", "by hand"} <= set(told)


@pytest.mark.parametrize(
    ("name", "hint"), [("a.xslx", "did you mean '.xlsx'"), ("a.docx", ".gpkg or .geoparquet"), ("a", ".csv, .json")]
)
def test_another_ending_is_told(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(DataFileError) as caught:
        write_table(pd.DataFrame(), tmp_path / name)
    assert hint in str(caught.value.hint)
    assert list(tmp_path.iterdir()) == []


def test_the_case_of_an_ending_does_not_matter() -> None:
    assert form_of(Path("A.GPKG")) == "gpkg"


def test_a_fault_leaves_an_older_file_as_it_was(tmp_path: Path) -> None:
    for ending in (".gpkg", ".xlsx"):
        path = tmp_path / f"a{ending}"
        path.write_text("mine")
        with pytest.raises((WrongTypeError, DataFileError)):
            write_table(pd.DataFrame({"a": ["x" * 40_000]}), path)
        with pytest.raises(DataFileError, match="data of yours"):
            write_table(pd.DataFrame({"code": ["E12000001"]}), path, keep=[path])
        assert path.read_text() == "mine"


def test_what_is_no_table_or_no_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongTypeError, match="not to int"):
        write_table(pd.DataFrame(), 5)  # type: ignore[arg-type]
    with pytest.raises(WrongTypeError, match="DataFrame"):
        write_table([1], tmp_path / "a.csv")  # type: ignore[arg-type]


def test_a_table_with_outlines_keeps_them_or_is_refused(tmp_path: Path) -> None:
    table = outlines("region")
    for ending in (".parquet", ".geoparquet", ".gpkg"):
        assert len(gpd.read_file(path) if (path := write_table(table, tmp_path / f"a{ending}")).suffix == ".gpkg"
                   else gpd.read_parquet(path)) == 9  # fmt: skip
    for ending in (".csv", ".json", ".xlsx"):
        with pytest.raises(WrongTypeError, match="with outlines") as caught:
            write_table(table, tmp_path / f"a{ending}")
        assert ".gpkg" in str(caught.value.hint)


def test_whole_numbers_of_any_size_go_into_texts_as_the_hint_says(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": pd.Series([2**70, None], dtype="object")})
    with pytest.raises(TooLargeError) as caught:
        write_table(table, tmp_path / "a.parquet")
    assert ".csv or .json" in str(caught.value.hint)
    assert write_table(table, tmp_path / "a.csv").read_text(encoding="utf-8") == f'a\n{2**70}\n""\n'
    assert json.loads(write_table(table, tmp_path / "a.json").read_text(encoding="utf-8")) == [
        {"a": 2**70},
        {"a": None},
    ]
