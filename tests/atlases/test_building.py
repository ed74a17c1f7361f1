"""An atlas: its reports are those of the command, it goes on after a kill, and one failure does not stop the others."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from atlas_work import FIRST, LINES, WITHIN, files_in, make_quickly, page_of
from browser import axe_faults, open_page

from placespend.atlases import building
from placespend.atlases.building import Atlas, Step, atlas
from placespend.atlases.working import Outcome
from placespend.errors import DataFileError, PlaceNotFoundError, PlacespendError, UnknownNameError, WrongTypeError
from placespend.gazetteer import find_place, places_of_level
from placespend.pots_by_level import pots

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser
    from running import Run

    from placespend.atlases.working import Job, Orders

MAIN = "from placespend.cli import main\nmain()\n"
SLOW = f"import atlas_work\nfrom placespend.atlases import workers\nworkers.work = atlas_work.work_slowly\n{MAIN}"
TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lines") / "lines.csv"
    path.write_text(LINES, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return []


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, lines: Path, steps: list[Step]) -> Atlas:
    """An atlas that nothing interrupted."""
    out = tmp_path_factory.mktemp("whole") / "atlas"
    return atlas("lsoa", within=WITHIN, lines=lines, out=out, processes=2, progress=steps.append)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "make_reports", make_quickly)


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "places.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- the whole


def test_every_place_has_its_report(whole: Atlas, steps: list[Step]) -> None:
    codes = [row["code"] for row in rows_of(whole.folder)]
    assert len(codes) == 4
    assert FIRST in codes
    names = {"index.html", "places.csv", "atlas.json", "atlas_files.json", "reports"}
    assert set(files_in(whole.folder)) == {*names, *(f"reports/{code}.html" for code in codes)}
    assert (whole.written, whole.kept, whole.failed, whole.removed) == (tuple(sorted(codes)), (), (), 0)
    assert [(step.done, step.of, step.kept) for step in steps] == [(done, 4, 0) for done in range(5)]
    assert {step.name for step in steps[1:]} == {row["name"] for row in rows_of(whole.folder)}
    assert repr(whole) == "<Atlas in atlas: 4 reports>"


def test_the_figures_are_those_of_pots(whole: Atlas, lines: Path) -> None:
    rows = rows_of(whole.folder)
    # Of a level, all places of England would be made first.
    places = [find_place(row["code"], level="lsoa") for row in rows]
    found = pots(places, within=WITHIN, lines=lines).table.set_index("code")
    for row in rows:
        assert int(row["total_pence"]) == found.at[row["code"], "total_pence"]
        assert int(row["per_head_pence"]) == found.at[row["code"], "per_head_pence"]
        assert row["what"] == "modelled, not managed, spending"
    observed = {row["code"]: int(row["observed_pence"]) for row in rows}
    assert observed == {code: 100_000 if code == FIRST else 0 for code in observed}
    known = {row["code"]: row["known"] for row in rows}
    assert known == {code: "observed_and_modelled" if code == FIRST else "modelled" for code in known}


def test_a_report_is_the_one_that_its_own_command_writes(whole: Atlas, lines: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert run("report", FIRST, "--lines", lines, "--out", out).code == 0
    written = (whole.folder / "reports" / f"{FIRST}.html").read_bytes()
    assert written == out.read_bytes()
    assert f"placespend report {FIRST} --lines lines.csv --out report.html".encode() in written


def test_a_killed_atlas_is_gone_on_with_to_the_same_bytes(whole: Atlas, lines: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "atlas"
    arguments = ["atlas", "--level", "lsoa", "--within", WITHIN, "--lines", lines, "--processes", "1", "--out", out]
    first, among_unfinished = out / "reports" / f"{FIRST}.html", out / ".unfinished" / "SLOW.html"
    # The second time, a report is on its way that does not come to an end.
    told = ""
    for end, main, awaited in ((signal.SIGKILL, MAIN, first), (signal.SIGTERM, SLOW, among_unfinished)):
        command = [sys.executable, "-c", main, *map(str, arguments)]
        with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            while process.poll() is None and not awaited.exists():
                time.sleep(0.05)
            process.send_signal(end)
            _, told = process.communicate()
        assert process.returncode == (-end if end == signal.SIGKILL else 128 + end)
        assert not (out / "index.html").exists()
    assert "To go on, run the same command again: the 1 report that is written is kept." in told
    assert not (out / ".unfinished").exists()
    finished = run(*arguments)
    assert finished.code == 0
    assert "Reports to make: 4; there already, and kept: 1." in finished.err
    assert finished.out == f"{whole.answer}\n"
    assert files_in(out) == files_in(whole.folder)


def test_the_page_works_in_a_browser_without_a_network(whole: Atlas, browser: Browser) -> None:
    name = next(row["name"] for row in rows_of(whole.folder) if row["code"] == FIRST)
    report = whole.folder / "reports" / f"{FIRST}.html"
    with open_page(browser, whole.index) as opened:
        page = opened.page
        assert page.locator("path.leaflet-interactive").count() == 4
        assert axe_faults(page) == []
        page.get_by_label("Find a place by name or code").fill(name[-4:])
        assert page.locator("#places tbody tr:visible").count() == 1
        page.keyboard.press("Enter")
        link = page.get_by_role("link", name=f"Open the report on {name}")
        assert link.evaluate("link => link === document.activeElement")
        assert page.locator(".leaflet-tooltip strong").inner_text() == name
        assert opened.faults == []
        assert not opened.scrolls_sideways()
        with page.expect_request(report.as_uri()):
            page.keyboard.press("Enter")
    with open_page(browser, report) as opened:
        assert name in opened.page.locator("h1").inner_text()
        assert opened.faults == []


# --- going on


@pytest.mark.usefixtures("quick")
def test_what_is_there_is_kept_until_the_inputs_are_others(lines: Path, tmp_path: Path) -> None:
    out, told = tmp_path / "atlas", list[Step]()
    first = atlas("lsoa", within=WITHIN, lines=lines, out=out)
    before = files_in(out)
    again = atlas("lsoa", within=WITHIN, lines=lines, out=out, progress=told.append)
    assert (again.written, again.kept) == ((), first.written)
    assert told == [Step(4, 4, 4)]
    assert files_in(out) == before
    (out / "reports" / f"{FIRST}.html").unlink()
    assert atlas("lsoa", within=WITHIN, lines=lines, out=out).written == (FIRST,)
    assert files_in(out) == before
    others = tmp_path / lines.name
    others.write_text(LINES.replace("1000.00", "2000.00"), encoding="utf-8")
    told.clear()
    changed = atlas("lsoa", within=WITHIN, lines=others, out=out, progress=told.append)
    assert (changed.written, changed.kept) == (first.written, ())
    assert told[0].is_of_other_inputs
    keys = [json.loads(files["atlas.json"])["key"] for files in (before, files_in(out))]
    assert keys[0] != keys[1]


@pytest.mark.usefixtures("quick")
def test_another_choice_of_places_keeps_what_it_shares_and_takes_the_rest_away(lines: Path, tmp_path: Path) -> None:
    out = tmp_path / "atlas"
    wide = atlas("lsoa", within="E09000001", lines=lines, out=out)
    assert len(wide.written) > 4
    narrow = atlas("lsoa", within="E02000001", lines=lines, out=out)
    assert (narrow.written, narrow.removed) == ((), len(wide.written) - len(narrow.kept))
    assert {path.stem for path in (out / "reports").iterdir()} == set(narrow.kept)


def test_one_failure_is_told_and_tried_again(
    lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser
) -> None:
    def fail_once(jobs: list[Job], orders: Orders, *, processes: int, done: Callable[[Job, Outcome], None]) -> None:
        make_quickly([job for job in jobs if job.code != FIRST], orders, processes=processes, done=done)
        done(next(job for job in jobs if job.code == FIRST), Outcome(FIRST, reason="No <b>such</b> thing."))

    out = tmp_path / "atlas"
    monkeypatch.setattr(building, "make_reports", fail_once)
    found = atlas("lsoa", within=WITHIN, lines=lines, out=out)
    assert [(failure.code, failure.reason) for failure in found.failed] == [(FIRST, "No <b>such</b> thing.")]
    assert repr(found) == "<Atlas in atlas: 3 reports, 1 not made>"
    (row,) = [row for row in rows_of(out) if row["code"] == FIRST]
    assert (row["report"], row["no_report_because"]) == ("", "No <b>such</b> thing.")
    with open_page(browser, out / "index.html", width=360) as opened:
        page = opened.page
        assert page.locator(f"tr[data-code={FIRST}] a").count() == 0
        assert "No <b>such</b> thing." in page.locator("main").inner_text()
        assert axe_faults(page) == []
        assert opened.faults == []
        assert not opened.scrolls_sideways()
    monkeypatch.setattr(building, "make_reports", make_quickly)
    again = atlas("lsoa", within=WITHIN, lines=lines, out=out)
    assert (again.written, again.failed) == ((FIRST,), ())
    assert len(again.kept) == 3
    assert files_in(out)[f"reports/{FIRST}.html"] == page_of(FIRST)
    assert b"No report" not in files_in(out)["index.html"]


# --- the whole of England, with stand-ins for the reports


@pytest.mark.usefixtures("quick")
def test_the_152_add_up_to_england_and_have_their_regions(tmp_path: Path) -> None:
    found = atlas("upper_tier", out=tmp_path / "atlas")
    assert found.answer == (
        "The pots of these 152 places add up to £444,851,287,866.00 in 2011-12: exactly the pot of England."
    )
    rows = rows_of(found.folder)
    assert [row["code"] for row in rows] == [place.code for place in places_of_level("upper_tier")]
    assert sum(int(row["total_pence"]) for row in rows) == 44_485_128_786_600
    assert {row["name"]: row["region"] for row in rows}["Manchester"] == "North West"
    page = found.index.read_text(encoding="utf-8")
    assert page.count('<a href="reports/') == 152
    assert "Open Government Licence" in page
    assert "https://" not in page.replace("https://www.w3.org", "")


@pytest.mark.usefixtures("quick")
def test_places_that_overlap_have_no_map_and_no_sum(lines: Path, tmp_path: Path) -> None:
    found = atlas("whole_place_pilot", lines=lines, out=tmp_path / "atlas")
    assert "the 5 places overlap" in found.answer
    page = found.index.read_text(encoding="utf-8")
    assert "there is no map of them" in page
    assert "leaflet" not in page.split("<script>")[-1]
    assert page.count('<a href="reports/') == 5


# --- what is refused before any report is made


@pytest.mark.parametrize(
    ("level", "options", "error", "message"),
    [
        ("uper_tier", {}, UnknownNameError, "did you mean 'upper_tier'"),
        ("own", {}, PlaceNotFoundError, "not of places of your own"),
        ("lsoa", {}, PlacespendError, "at most 2,000 reports, and this one would have 32,844"),
        ("lsoa", {"within": "Ledes"}, PlaceNotFoundError, "no place called 'Ledes'"),
        ("lsoa", {"within": 3}, WrongTypeError, "not as int"),
        ("lsoa", {"processes": 0}, WrongTypeError, "one or more at a time, not 0"),
        ("lsoa", {"pdf": 1}, WrongTypeError, "by True or False, not by int"),
        ("region", {"lines": "missing.csv"}, DataFileError, "missing.csv"),
    ],
)
def test_what_concerns_all_reports_stops_before_any(
    tmp_path: Path, level: str, options: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        atlas(level, out=tmp_path / "atlas", **options)  # type: ignore[arg-type]
    assert os.listdir(tmp_path) == []  # noqa: PTH208  (hidden files too)
