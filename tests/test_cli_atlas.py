"""``placespend atlas``: what it prints, how it ends, and what is refused with one message."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from atlas_work import FIRST, LINES, WITHIN, make_quickly
from running import fits, flat, refuse, told

from placespend.atlases import building, display
from placespend.atlases.building import Step
from placespend.atlases.display import beginning_of, shown_progress
from placespend.atlases.working import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from running import Run

    from placespend.atlases.working import Job, Orders


@pytest.fixture
def arguments(tmp_path: Path) -> list[str | Path]:
    path = tmp_path / "lines.csv"
    path.write_text(LINES, encoding="utf-8")
    return ["atlas", "--level", "lsoa", "--within", WITHIN, "--lines", path, "--out", tmp_path / "atlas"]


def test_it_tells_what_it_wrote_and_keeps_it(
    run: Run, arguments: list[str | Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "make_reports", make_quickly)
    done = run(*arguments)
    assert done.code == 0
    assert done.out.startswith("Public services for these 4 places add up to £")
    assert done.out.count("\n") == 1
    assert "Reports to make: 4.\n" in done.err
    assert done.err.endswith(f"Written: {arguments[-1]}/index.html, with 4 reports\n")
    assert "there already, and kept: 4" in run(*arguments).err


def test_failures_end_in_a_table_and_code_2(
    run: Run, arguments: list[str | Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(jobs: list[Job], orders: Orders, *, processes: int, done: Callable[[Job, Outcome], None]) -> None:
        make_quickly(jobs[1:], orders, processes=processes, done=done)
        done(jobs[0], Outcome(jobs[0].code, reason="No [red]such[/red] thing."))

    monkeypatch.setattr(building, "make_reports", fail)
    done = run(*arguments)
    assert done.code == 2
    assert done.out
    table = done.err.split("Error: ")[1]
    assert table.startswith("1 report could not be made.\nPlace")
    assert f"Barking and Dagenham 001A {FIRST} No [red]such[/red] thing." in flat(table)
    assert "Hint: run the same command again" in table
    assert fits(table.split("\nHint: ")[0])


def test_ctrl_c_says_how_to_go_on(run: Run, arguments: list[str | Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(jobs: list[Job], orders: Orders, *, processes: int, done: Callable[[Job, Outcome], None]) -> None:
        make_quickly(jobs[:3], orders, processes=processes, done=done)
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "make_reports", stop)
    done = run(*arguments)
    assert (done.code, done.out) == (130, "")
    assert done.err.endswith(
        "Stopped. To go on, run the same command again: the 3 reports that are written are kept.\n"
    )
    monkeypatch.setattr(building, "make_reports", make_quickly)
    assert "Reports to make: 4; there already, and kept: 3." in run(*arguments).err


def test_what_somebody_changed_is_not_lost(
    run: Run, arguments: list[str | Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(building, "make_reports", make_quickly)
    assert run(*arguments).code == 0
    report = tmp_path / "atlas" / "reports" / f"{FIRST}.html"
    report.write_text("changed", encoding="utf-8")
    assert f"changed since, and would be lost: reports/{FIRST}.html" in flat(told(run(*arguments)))
    assert report.read_text(encoding="utf-8") == "changed"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (["--level", "lsoas"], "did you mean 'lsoa'"),
        (["--within", "Ledes"], "no place called 'Ledes'"),
        (["--out", ""], "needs the name of a folder"),
        (["--lines", "missing.csv"], "missing.csv"),
        (["--year", "2031-32"], "no lines of 2031-32"),
        (["--recipe", "missing.toml"], "missing.toml"),
    ],
)
def test_a_mistake_stops_before_any_report(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    usual = {"--level": "lsoa", "--within": WITHIN, "--out": "atlas"} | {changes[0]: changes[1]}
    assert message in flat(refuse(run("atlas", *(word for pair in usual.items() for word in pair))))
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_terminal_every_tenth_part_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as show:
        for done in range(153):
            show(Step(done, 152, 0, name=f"Place {done}" if done else "", reason="Odd." if done == 7 else ""))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Reports to make: 152."
    assert lines[-1] == "Reports: 152 of 152; the last on Place 152."
    assert "No report on Place 7: Odd." in lines
    assert len(lines) == 1 + 10 + 1


def test_in_a_terminal_there_is_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with shown_progress() as show:
        show(Step(2, 4, 2))
        show(Step(3, 4, 2, name="Leeds [bold]"))
        show(Step(4, 4, 2, name="York", reason="Odd."))
    streams = capsys.readouterr()
    assert streams.out == ""
    assert "4/4" in streams.err
    assert "No report on York: Odd." in streams.err


def test_other_inputs_are_told() -> None:
    told = beginning_of(Step(0, 152, 0, is_of_other_inputs=True))
    assert told == "The reports in that folder were made from other inputs: all 152 are made anew."
    assert display.LINES == 10
