"""``placespend report``: a file or a folder whose data are those of the other commands; mistakes end in one message."""

from __future__ import annotations

import csv
import json
import shlex
import sys
from typing import TYPE_CHECKING

import pytest
from running import flat, refuse, succeed

if TYPE_CHECKING:
    from pathlib import Path

    from running import Run


def data_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_data_of_a_report_are_those_of_placespend_pot(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "report"
    written = run("report", "E01000001", "--out", out)
    assert written.code == 0
    assert written.out.startswith("In 2011-12 public services for the people of ")
    assert f"Written: {out / 'report.html'}" in written.err
    for by, name, key in (("body", "bodies", "body"), ("service", "services", "service_code")):
        told = json.loads(succeed(run("pot", "E01000001", "--by", by, "--format", "json")))
        rows = data_of(out, name)
        assert [row[key] for row in rows] == [row[key] for row in told["rows"]]
        for column in ("amount_pence", "per_head_pence", "observed_pence"):
            assert [int(row[column]) for row in rows] == [row[column] for row in told["rows"]]
        assert [row["grades"] for row in rows] == [row["grades"] for row in told["rows"]]
    reconciled = {row["what"]: int(row["amount_pence"]) for row in data_of(out, "reconciliation-table")}
    assert reconciled == told["reconciliation"]
    # The places within are those of "placespend pots": tests/reports/test_inside.py.
    services = data_of(out, "sensitivity-services")
    assert sum(int(row["low_pence"]) for row in services) == told["low_pence"]
    assert sum(int(row["high_pence"]) for row in services) == told["high_pence"]


def test_a_report_on_own_places_repeats_what_was_said(run: Run, tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text("place,code\nNorth <b>square</b>,E01000001\nNorth <b>square</b>,E01000002\n", encoding="utf-8")
    lines = tmp_path / "own lines.csv"
    lines.write_text(
        "line_id,source_id,body,sector,service_code,financial_year,economic,amount_gbp,amount_kind,status,"
        "footprint_code\n1,mine,City,LG,8.2,2011-12,current,100.00,outturn,have,E09000001\n",
        encoding="utf-8",
    )
    out = tmp_path / "own.html"
    done = run("report", "--boundary", places, "--lines", lines, "--year", "2011-12", "--out", out)
    assert done.code == 0, done.err
    page = out.read_text(encoding="utf-8")
    assert "<b>square</b>" not in page
    assert str(tmp_path) not in page
    assert "--boundary places.csv" in page
    assert shlex.quote(lines.name) in page.replace("&#39;", "'")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Leeds", "--out", "a.docx"], "no file that a report can be written as"),
        (["Leeds", "--out", "missing/a.html"], "not there"),
        (["Leeds", "--out", ""], "no name for a report"),
        (["Leeds", "--out", ".html"], "no name for a report"),
        (["Ledes", "--out", "a.html"], "no place called 'Ledes'"),
        (["Essex", "--out", "a.html"], "could be"),
        (["Leeds", "--out", "a.html", "--layer", "x"], "can only go with a file of your own places"),
        (["Leeds", "--out", "a.html", "--around", "SW1A 2AA", "--radius", "800"], "without PLACE or --boundary"),
        (["--out", "a.html", "--around", "SW1A 2AA"], "--around and --radius together"),
        ([*"ABCDEFGHI", "--out", "a.html"], "at most 8 places"),
        (["Leeds", "--out", "a.html", "--year", "2031-32"], "There are no lines of 2031-32"),
    ],
)
def test_mistakes_end_in_one_message_and_nothing_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in flat(refuse(run("report", *arguments)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["Leeds"], ["--out", "a.html"]])
def test_what_is_lacking_is_said(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("report", *arguments)
    assert done.code == 2
    assert "Missing" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_pdf_without_its_library_is_refused_at_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    for arguments in (["--out", tmp_path / "a.html", "--pdf"], ["--out", tmp_path / "a.pdf"]):
        assert "No PDF can be made" in refuse(run("report", "No such place", *arguments))
    assert list(tmp_path.iterdir()) == []
