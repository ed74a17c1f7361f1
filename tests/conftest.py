"""What several test files need: a file of lines written from what is worth saying about each line."""

from __future__ import annotations

import csv
import os
import sys
from typing import TYPE_CHECKING

# Before NumPy is first imported: the processes of the tests share the processors, and would get in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from browser import browser  # noqa: F401  (a fixture for tests of pages)
from running import Result

from placespend import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from running import Run

EVERYDAY_LINE = {
    "source_id": "ledger",
    "body": "Council",
    "sector": "LG",
    "service_code": "8.2",
    "financial_year": "2011-12",
    "economic": "current",
    "amount_gbp": "1.00",
    "amount_kind": "outturn",
    "status": "have",
    "footprint_code": "E08000003",
    "basis": "",
}
"""One pound of a council's culture in Manchester, shared by residents."""


@pytest.fixture
def write_lines(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of lines; of each, only what differs from the everyday line is given."""

    def write(*lines: dict[str, str], name: str = "lines.csv") -> Path:
        rows = [{"line_id": str(number), **EVERYDAY_LINE, **line} for number, line in enumerate(lines, start=1)]
        columns = list(dict.fromkeys(column for row in rows for column in row))
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, as the console script does."""

    def run_command(*arguments: str | Path) -> Result:
        monkeypatch.setattr(sys, "argv", ["placespend", *map(str, arguments)])
        code: object = 0
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code or 0
        assert isinstance(code, int)
        streams = capsys.readouterr()
        return Result(code, streams.out, streams.err)

    return run_command
