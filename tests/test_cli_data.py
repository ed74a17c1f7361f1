"""Tables in the forms of spreadsheets, programs and maps, from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from read_back import figures_of, pence_of, sheets_of
from running import Run, flat, refuse, succeed, table_of

if TYPE_CHECKING:
    from pathlib import Path

ENGLAND_PENCE = 44_485_128_786_600
MAPPED = [
    ["pots", "--level", "region"],
    ["families", "--level", "region"],
    ["places", "leeds"],
    ["places", "coverage", "Rutland"],
]


@pytest.mark.parametrize("ending", [".csv", ".json", ".parquet", ".xlsx", ".gpkg", ".geoparquet"])
def test_the_pots_of_a_level_are_the_same_in_every_form(run: Run, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"pots{ending}"
    assert run("pots", "--level", "region", "--out", path).code == 0
    if ending == ".json":
        figures = [row["total_pence"] for row in json.loads(path.read_text(encoding="utf-8"))["rows"]]
    else:
        figures = figures_of(path)
    assert sum(amount or 0 for amount in figures) == ENGLAND_PENCE
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("command", MAPPED, ids=" ".join)
def test_rows_that_are_places_go_onto_a_map_with_the_figures_of_csv(
    run: Run, tmp_path: Path, command: list[str]
) -> None:
    path = tmp_path / "map.gpkg"
    assert run(*command, "--out", path).code == 0
    found = pyogrio.read_dataframe(path)
    rows = table_of(succeed(run(*command, "--format", "csv")))
    assert len(found) == len(rows)
    assert found.geometry.notna().all()
    column = next(name for name in rows[0] if name in {"code", "lsoa_code"})
    assert found[column].tolist() == [row[column] for row in rows]


def test_own_places_and_their_ranges_keep_their_outlines(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("place,code\nHere,E02002330\nThere,E02002331\n", encoding="utf-8")
    for command in ("pots", "sensitivity"):
        path = tmp_path / f"{command}.geoparquet"
        told = run(command, "--boundary", own, "--out", path)
        assert told.code == 0, told.err
        found = gpd.read_parquet(path)
        assert found.geometry[found["name"].isin(["Here", "There"])].notna().all()


def test_a_workbook_says_what_the_command_would(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pot.xlsx"
    assert run("pot", "Leeds", "--by", "sector", "--out", path).code == 0
    found = sheets_of(path.read_bytes())
    assert found["About"][0][0] == "The single pot of Leeds, 2011-12, by sector"
    rows = table_of(succeed(run("pot", "Leeds", "--by", "sector", "--format", "csv")))
    assert pence_of(found["pot"], "amount_gbp") == [int(row["amount_pence"]) for row in rows]


def test_any_other_table_is_written_too(run: Run, tmp_path: Path) -> None:
    assert run("lines", "services", "--out", tmp_path / "a.parquet").code == 0
    rows = table_of(succeed(run("lines", "services", "--format", "csv")))
    assert pd.read_parquet(tmp_path / "a.parquet")["service_code"].tolist() == [row["service_code"] for row in rows]
    assert run("recipe", "keys", "--out", tmp_path / "a.xlsx").code == 0
    assert sheets_of((tmp_path / "a.xlsx").read_bytes())["About"][0][0].startswith("List what a recipe may say")


# --- what is refused


@pytest.mark.parametrize("form", ["parquet", "xlsx", "gpkg", "geoparquet"])
def test_what_is_no_text_is_not_printed(run: Run, form: str) -> None:
    message = flat(refuse(run("pot", "Leeds", "--format", form)))
    assert f"{form} is no text" in message
    assert f"--out FILE.{form}" in message


def test_rows_that_are_no_places_go_onto_no_map(run: Run, tmp_path: Path) -> None:
    for command in (["pot", "Leeds"], ["families", "Leeds", "--measure", "cost", "--by-body"]):
        message = flat(refuse(run(*command, "--out", tmp_path / "a.gpkg")))
        assert "no outlines" in message
        assert ".xlsx" in message
    assert list(tmp_path.iterdir()) == []


def test_an_ending_that_is_not_written_is_told_before_anything_is_computed(run: Run, tmp_path: Path) -> None:
    # Nowhere is no place: that would be told first if the pot were built first.
    message = flat(refuse(run("pot", "Nowhere at all", "--out", tmp_path / "a.docx")))
    for ending in (".csv", ".json", ".parquet", ".xlsx", ".gpkg", ".geoparquet"):
        assert ending in message
    assert "did you mean '.xlsx'" in flat(refuse(run("pot", "Leeds", "--out", tmp_path / "a.xslx")))


@pytest.mark.parametrize(
    ("form", "name", "told"),
    [
        ("xlsx", "a.csv", "ending says csv"),
        ("csv", "a.XLSX", "ending says xlsx"),
        ("parquet", "a.gpkg", "ending says gpkg"),
        ("xlsx", "-", "no name for a file"),
        (None, "-", "no name for a file"),
        (None, ".xlsx", "no name for a file"),
        (None, "a.xlsx.", "no name for a file"),
    ],
)
def test_what_no_program_would_open_is_refused(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str | None, name: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    named = [] if form is None else ["--format", form]
    assert told in flat(refuse(run("pot", "Nowhere at all", *named, "--out", name)))
    assert list(tmp_path.iterdir()) == []


# --- data


def test_all_tables_of_a_pot_go_into_a_folder_or_a_workbook(run: Run, tmp_path: Path) -> None:
    told = run("data", "Rutland", "--out", tmp_path / "rutland")
    assert (told.code, told.out) == (0, "")
    assert "13 tables" in told.err
    names = {path.name for path in (tmp_path / "rutland").iterdir()}
    assert {"by-body.csv", "explanation.csv", "datapackage.json", "data_files.json"} <= names
    total = sum(figures_of(tmp_path / "rutland" / "by-body.csv", "amount_pence"))  # type: ignore[arg-type]
    assert run("data", "Rutland", "--out", tmp_path / "rutland.xlsx").err.startswith("Written: ")
    found = sheets_of((tmp_path / "rutland.xlsx").read_bytes())
    assert sum(filter(None, pence_of(found["by-body"], "amount_gbp"))) == total


def test_all_pots_of_a_level_go_into_a_folder(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "west"
    assert (
        run("data", "--level", "upper_tier", "--within", "Greater Manchester", "--out", out, "--form", "parquet").code
        == 0
    )
    assert len(pd.read_parquet(out / "pots.parquet")) == 11
    assert sum(figures_of(out / "pots.parquet")) == ENGLAND_PENCE  # type: ignore[arg-type]


def test_what_cannot_be_is_refused_and_leaves_nothing(run: Run, tmp_path: Path) -> None:
    for arguments, wanted in (
        (["--out", tmp_path / "a"], "Missing argument 'PLACE'"),
        (["Leeds"], "--out"),
        (["Leeds", "--within", "Yorkshire", "--out", tmp_path / "a"], "--within"),
    ):
        told = run("data", *arguments)
        assert (told.code, told.out) == (2, "")
        assert wanted in flat(told.err)
    for arguments, wanted in (
        (["Leeds", "--out", ""], "no name"),
        (["Leeds", "--out", tmp_path / "a.csv"], "no file that all tables"),
        (["Lees", "--out", tmp_path / "a"], "did you mean"),
        (["Leeds", "--level", "region", "--out", tmp_path / "a"], "level"),
    ):
        assert wanted in flat(refuse(run("data", *arguments)))
    assert list(tmp_path.iterdir()) == []
