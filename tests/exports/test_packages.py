"""A folder of tables is a data package that Frictionless finds valid, with types and rules that the data keep."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from gathered_places import SMALL, gathered
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.dictionary import known_meanings
from placespend.exports.data import data_tables, write_data
from placespend.exports.packages import LICENCE, Resource, package_descriptor
from placespend.exports.text import to_csv, to_json
from placespend.reports.building import report_document
from placespend.reports.writing import write_report
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from pathlib import Path

    from placespend.reports.document import Document

NASTY = ["=1+1", "@SUM(A1)", "a,b", 'say "so"', "two\nlines", "\N{EN DASH} é", "[c]", "", "-1", " x ", "</script>"]


def resource(table: pd.DataFrame, name: str = "table", declared: str = "", path: str = "table.csv") -> Resource:
    return Resource(name, "A table", path, "csv", table, to_csv(table).encode("utf-8"), declared)


def describe(*resources: Resource, **more: Any) -> dict[str, Any]:
    said = {
        "name": "p",
        "title": "P",
        "made_with": "placespend",
        "sources": ["HM Treasury"],
        "description": "About it.",
    }
    return package_descriptor(resources, **{**said, **more})


def faults(folder: Path) -> list[list[str]]:
    """Tell what Frictionless finds wrong with the package in a folder, its files included."""
    with warnings.catch_warnings():
        # Its own dependencies warn of what will change in them.
        warnings.simplefilter("ignore")
        from frictionless import validate  # noqa: PLC0415  (it warns when it is imported)

        found = validate(str(folder / "datapackage.json"))
    assert found.tasks
    return found.flatten(["name", "type", "message"])  # type: ignore[no-any-return]


def write(folder: Path, *resources: Resource) -> Path:
    folder.mkdir(exist_ok=True)
    for each in resources:
        (folder / each.path).write_bytes(each.content)
    (folder / "datapackage.json").write_text(to_json(describe(*resources)), encoding="utf-8")
    return folder


def fields(table: pd.DataFrame, declared: str = "") -> dict[str, dict[str, Any]]:
    described = describe(resource(table, declared=declared))["resources"][0]
    return {field["name"]: field for field in described["schema"]["fields"]}


@pytest.fixture(scope="module")
def document() -> Document:
    return report_document(gathered(SMALL))


# --- what Frictionless finds


def test_the_folder_of_a_report_is_a_valid_package(document: Document, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    written = write_report(document, folder)
    assert folder / "datapackage.json" in written
    assert folder / "tables.xlsx" in written
    assert faults(folder) == []
    told = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert [f"data/{table.id}.csv" for table in document.tables()] == [found["path"] for found in told["resources"]]
    assert told["made_with"] == document.made_with
    assert told["attribution"] == document.notice == NOTICE
    assert any("Country and Regional Analysis" in source["title"] for source in told["sources"])
    bare = [field for found in told["resources"] for field in found["schema"]["fields"] if not field.get("description")]
    assert bare == []
    listed = json.loads((folder / "report_files.json").read_text(encoding="utf-8"))["files"]
    assert {"datapackage.json", "tables.xlsx"} <= set(listed)


def test_the_exported_data_of_a_pot_are_a_valid_package(tmp_path: Path) -> None:
    pot = gathered(SMALL).pot
    write_data(pot, tmp_path / "pot")
    assert faults(tmp_path / "pot") == []
    for sheet in data_tables(pot):
        unknown = [
            name
            for name, found in zip(sheet.table, known_meanings(map(str, sheet.table), sheet.declared), strict=True)
            if found is None
        ]
        assert unknown == [], sheet.name


def test_a_package_of_parquet_tells_the_columns_that_the_files_have(tmp_path: Path) -> None:
    write_data(gathered(SMALL).pot, tmp_path / "pot", form="parquet")
    told = json.loads((tmp_path / "pot" / "datapackage.json").read_text(encoding="utf-8"))
    for found in told["resources"]:
        names = [field["name"] for field in found["schema"]["fields"]]
        assert names == pq.read_schema(tmp_path / "pot" / found["path"]).names
        assert found["mediatype"] == "application/vnd.apache.parquet"
        assert "dialect" not in found


def test_frictionless_would_find_what_is_wrong(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", resource(pd.DataFrame({"code": ["E1", "E2"], "amount_pence": [1, 2]})))
    assert faults(folder) == []
    (folder / "table.csv").write_text("code,amount_pence\nE1,1.5\nE2,2\n", encoding="utf-8")
    assert {kind for _, kind, _ in faults(folder)} >= {"type-error", "hash-count"}


def test_hostile_texts_and_names_are_valid_too(tmp_path: Path) -> None:
    table = pd.DataFrame({"=cmd": NASTY, "families": [1, "[c]", "[x]", "fewer than 10", *range(7)], "body": NASTY})
    both = (resource(table, "../../etc"), resource(table, "ETC", path="other.csv"))
    folder = write(tmp_path / "p", *both)
    assert faults(folder) == []
    told = describe(*both, name="Überall / <b>")
    assert told["name"] == "berall-b"
    assert [found["name"] for found in told["resources"]] == ["etc", "etc-2"]
    schema = told["resources"][0]["schema"]
    assert [field["name"] for field in schema["fields"]] == ["'=cmd", "families", "body"]
    assert schema["fields"][1]["type"] == "integer"
    assert schema["missingValues"] == ["", "[c]", "[x]", "fewer than 10"]
    assert "apostrophe" in told["resources"][0]["description"]


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)


@settings(max_examples=20)
@given(
    pence=st.lists(st.integers(-(2**53), 2**53), min_size=3, max_size=3),
    shares=st.lists(st.one_of(st.none(), st.floats(0, 1), st.just(1e-9)), min_size=3, max_size=3),
    names=st.lists(texts, min_size=3, max_size=3),
    mixed=st.lists(st.one_of(texts, st.integers(), st.booleans(), st.none()), min_size=3, max_size=3),
)
def test_any_table_is_valid(
    tmp_path_factory: pytest.TempPathFactory,
    pence: list[int],
    shares: list[float],
    names: list[str],
    mixed: list[object],
) -> None:
    table = pd.DataFrame(
        {"amount_pence": pence, "share": shares, "name": names, "year": pd.Series(mixed, dtype="object")}
    )
    assert faults(write(tmp_path_factory.mktemp("package"), resource(table, declared="cells"))) == []


# --- what is promised


def test_types_and_rules_are_those_of_the_dictionary_as_far_as_the_data_keep_them() -> None:
    found = fields(pd.DataFrame({"body": ["Council"], "grade": ["C"], "amount_pence": [5], "made_with": ["x"]}), "pot")
    assert found["amount_pence"] == {
        "name": "amount_pence",
        "type": "integer",
        "unit": "pence",
        "description": "Amount in whole pence, negative for income; blank where all lines behind it are awaited",
    }
    assert found["grade"]["constraints"] == {"required": True, "enum": ["A", "B", "C", "D", "E"]}
    loose = fields(pd.DataFrame({"grade": ["C", None, "Z"], "amount_pence": [1.5, 2, None], "my own": [1, 2, 3]}))
    assert "constraints" not in loose["grade"]
    assert loose["amount_pence"]["type"] == "number"
    assert loose["my own"] == {"name": "my own", "type": "integer"}


def test_rows_are_known_by_a_key_only_where_it_is_one() -> None:
    table = pd.DataFrame({"code": ["E1", "E2"], "name": ["A", "B"]})
    assert describe(resource(table, declared="pots"))["resources"][0]["schema"]["primaryKey"] == ["code"]
    for other in (table.assign(code="E1"), table.assign(code=["E1", ""])):
        assert "primaryKey" not in describe(resource(other, declared="pots"))["resources"][0]["schema"]


def test_a_package_says_where_its_figures_come_from() -> None:
    told = describe(resource(pd.DataFrame({"code": ["E1"]})), sources=["A", "", "A", "B"])
    assert told["sources"] == [{"title": "A"}, {"title": "B"}]
    assert told["licenses"] == [LICENCE]
    assert "sources" not in describe(sources=[])
    assert "created" not in told
