"""What the tests of published files share: writing small workbooks and CSVs, and the real files where they are."""

from __future__ import annotations

import csv
import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Callable

    Rows = list[list[Any]]

SHARED = Path(os.environ.get("PLACESPEND_SHARED", Path(__file__).resolve().parents[3] / "shared"))
NUMBER = count(1)


@pytest.fixture(scope="session")
def write_workbook(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a workbook of one sheet after another; text is written as text, whatever it looks like."""

    def write(sheets: dict[str, Rows], name: str = "published.xlsx") -> Path:
        path = tmp_path_factory.mktemp("workbook") / name
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
            for title, rows in sheets.items():
                sheet = workbook.add_worksheet(title)
                for number, row in enumerate(rows):
                    for column, value in enumerate(row):
                        if isinstance(value, str) and value.startswith("#ERROR "):
                            sheet.write_formula(number, column, "=1/0", None, value.removeprefix("#ERROR "))
                        elif value != "":
                            sheet.write(number, column, value)
        return path

    return write


@pytest.fixture(scope="session")
def write_csv(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write a CSV in UTF-8; one folder serves all, for hypothesis writes many."""
    folder = tmp_path_factory.mktemp("csv")

    def write(rows: Rows) -> Path:
        path = folder / f"{next(NUMBER)}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


@pytest.fixture(scope="session")
def published() -> Callable[[str], Path]:
    """Find a real published file, or skip the test with the reason."""

    def find(pattern: str) -> Path:
        found = sorted((SHARED / "data" / "outturn").glob(pattern))
        if not found:
            pytest.skip(f"needs the real file {pattern} in {SHARED / 'data' / 'outturn'}")
        return found[0]

    return find
