"""The commands of measures say what was found, and end with 2 where something cannot be used."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from running import fits, flat, succeed, table_of

if TYPE_CHECKING:
    from pathlib import Path

    from running import Run


def save(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["code,claimants", *rows, ""]), encoding="utf-8")
    return path


def test_the_list_names_every_measure(run: Run) -> None:
    text = succeed(run("measures"))
    assert "aged_65_plus" in text
    assert fits(text)
    assert len(table_of(succeed(run("measures", "list", "--format", "csv")))) == 16


def test_a_sound_file_is_told_and_ends_well(run: Run, tmp_path: Path) -> None:
    path = save(tmp_path / "own.csv", "E08000003,100", "E08000035,300")
    text = succeed(run("measures", "check", path))
    assert "1 measure can be used." in text
    assert "400 count" in flat(text)
    assert fits(text)
    found = json.loads(succeed(run("measures", "check", path, "--format", "json")))
    assert found["usable"]
    assert found["measures"][0]["total"] == 400


def test_a_file_that_cannot_be_used_is_told_and_ends_with_2(run: Run, tmp_path: Path) -> None:
    path = save(tmp_path / "own.csv", "E08000003,-1", "E08000035,ten")
    result = run("measures", "check", path)
    assert result.code == 2
    assert "negative: 1 value: '-1' (row 2)" in flat(result.out)
    assert result.err.startswith("Error: ")
    assert "Traceback" not in result.err


def test_no_file_is_written_over(run: Run, tmp_path: Path) -> None:
    path = save(tmp_path / "own.csv", "E08000003,100")
    assert run("measures", "check", path, "--out", path).code == 2
    assert path.read_text(encoding="utf-8").startswith("code,")
