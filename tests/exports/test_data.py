"""All tables of a pot: each sums to it, in a folder that is whole or a workbook, with no more in it than is shown."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from read_back import figures_of, pence_of, sheets_of

from placespend.errors import DataFileError, UnknownNameError, WrongTypeError
from placespend.exports.data import CUTS, PACKAGE, check_out, data_tables, write_data
from placespend.pot import Pot, single_pot
from placespend.pots_by_level import Pots, pots

if TYPE_CHECKING:
    from pathlib import Path

SUMMING = [*(f"by-{cut}" for cut in CUTS), "cells", "explanation"]
HEADER = (
    "line_id,source_id,body,sector,service_code,financial_year,economic,amount_gbp,amount_kind,status,footprint_code,"
    "recipient_body,description"
)


@cache
def rutland() -> Pot:
    return single_pot("Rutland")


@cache
def regions() -> Pots:
    return pots("region")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_every_table_that_cuts_a_pot_sums_to_it_in_a_folder(tmp_path: Path, form: str) -> None:
    written = write_data(rutland(), tmp_path / "out", form=form)
    assert sorted(path.name for path in written) == names(tmp_path / "out")
    for name in SUMMING:
        figures = figures_of(tmp_path / "out" / f"{name}.{form}", "amount_pence")
        assert sum(amount or 0 for amount in figures) == rutland().total_pence, name
    (placed,) = figures_of(tmp_path / "out" / f"reconciliation.{form}", "placed_pence")
    assert placed == rutland().total_pence


def test_every_table_that_cuts_a_pot_sums_to_it_in_a_workbook(tmp_path: Path) -> None:
    (path,) = write_data(rutland(), tmp_path / "rutland.xlsx")
    found = sheets_of(path.read_bytes())
    assert list(found) == ["About", *(sheet.name for sheet in data_tables(rutland()))]
    for name in SUMMING:
        assert sum(amount or 0 for amount in pence_of(found[name], "amount_gbp")) == rutland().total_pence


def test_a_descriptor_names_every_table_and_column(tmp_path: Path) -> None:
    write_data(rutland(), tmp_path / "out")
    described = json.loads((tmp_path / "out" / PACKAGE).read_text(encoding="utf-8"))
    assert described["made_with"] == rutland().loaded.stamp
    assert {found["path"] for found in described["resources"]} == {name for name in names(tmp_path / "out")
                                                                   if name.endswith(".csv")}  # fmt: skip
    for found in described["resources"]:
        table = pd.read_csv(tmp_path / "out" / found["path"])
        assert [field["name"] for field in found["schema"]["fields"]] == list(table)
        assert list(table)[-1] == "made_with"
        assert [field["name"] for field in found["schema"]["fields"] if not field.get("description")] == []


def test_the_pots_of_a_level_sum_to_what_was_read(tmp_path: Path) -> None:
    write_data(regions(), tmp_path / "out", form="parquet")
    assert sum(map(int, pd.read_parquet(tmp_path / "out" / "pots.parquet")["total_pence"])) == 44_485_128_786_600
    (path,) = write_data(regions(), tmp_path / "regions.xlsx")
    assert pence_of(sheets_of(path.read_bytes())["pots"], "total_gbp") == regions().table["total_pence"].tolist()


def test_all_rows_of_every_service_are_explained_as_one_service_is() -> None:
    (explained,) = (sheet.table for sheet in data_tables(rutland()) if sheet.name == "explanation")
    for code in ("7.A", "10.5"):
        rows = explained[explained["service_code"] == code].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, rutland().explain(code))


def test_a_neighbourhood_has_its_comparison_and_says_what_it_is(tmp_path: Path) -> None:
    pot = single_pot("E02002536", level="msoa")
    assert "comparison" in [sheet.name for sheet in data_tables(pot)]
    write_data(pot, tmp_path / "out")
    assert set(pd.read_csv(tmp_path / "out" / "by-body.csv")["what"]) == {pot.what}


def test_who_was_paid_is_told_nowhere_and_no_line_is_lost(tmp_path: Path) -> None:
    own = tmp_path / "lines.csv"
    rows = [
        "1,ledger,Leeds City Council,LG,3.1,2011-12,current,12.34,outturn,have,E08000035,A Secret Supplier,to J. Doe",
        "2,ledger,Leeds City Council,LG,7.A,2011-12,current,,outturn,awaited,E08000035,,a grant",
    ]
    own.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    pot = single_pot("Leeds", lines=own)
    write_data(pot, tmp_path / "out")
    write_data(pot, tmp_path / "leeds.xlsx")
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir()]
    texts += [str(sheets_of((tmp_path / "leeds.xlsx").read_bytes()))]
    for text in texts:
        assert "Secret" not in text
        assert "Doe" not in text
    assert figures_of(tmp_path / "out" / "explanation.csv", "amount_pence") == [1234, None]
    assert pd.read_csv(tmp_path / "out" / "awaited.csv")["line_id"].tolist() == [2]
    with pytest.raises(DataFileError, match=r"data of yours|cannot be written|ends in|no file"):
        write_data(pot, own)
    assert "Secret" in own.read_text(encoding="utf-8")


def test_a_pot_without_any_line_is_written_too(tmp_path: Path) -> None:
    own = tmp_path / "lines.csv"
    row = "1,ledger,Leeds City Council,LG,3.1,2011-12,current,12.34,outturn,have,E08000035,,"
    own.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    write_data(single_pot("Manchester", lines=own), tmp_path / "out")
    assert figures_of(tmp_path / "out" / "explanation.csv", "amount_pence") == []


# --- where it goes


def test_the_same_pot_gives_the_same_bytes_and_a_later_form_takes_the_place_of_an_earlier(tmp_path: Path) -> None:
    write_data(regions(), tmp_path / "a")
    first = {name: (tmp_path / "a" / name).read_bytes() for name in names(tmp_path / "a")}
    write_data(regions(), tmp_path / "a", form="parquet")
    assert "pots.csv" not in names(tmp_path / "a")
    (tmp_path / "a" / "mine.txt").write_text("mine")
    write_data(regions(), tmp_path / "a")
    assert {name: (tmp_path / "a" / name).read_bytes() for name in names(tmp_path / "a") if name != "mine.txt"} == first


def test_nothing_of_another_origin_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "pots.csv").write_text("mine")
    with pytest.raises(DataFileError, match=r"no export wrote.*: pots\.csv"):
        write_data(regions(), tmp_path)
    assert names(tmp_path) == ["pots.csv"]


@pytest.mark.parametrize("name", ["", ".xlsx", "a.csv", "a.xslx", "none/a", "file"])
def test_where_nothing_can_be_written_is_told_before_anything_is_made(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(DataFileError):
        check_out(tmp_path / name if name else name)
    assert names(tmp_path) == ["file"]


def test_what_is_no_pot_or_form_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongTypeError, match="not of DataFrame"):
        write_data(regions().table, tmp_path / "a")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="csv or parquet"):
        write_data(regions(), tmp_path / "a", form="pdf")
    assert names(tmp_path) == []
