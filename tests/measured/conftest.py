"""What tests of measures need: files written from a few columns, and the published ones where they are at hand."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHARED = Path(os.environ.get("PLACESPEND_SHARED", Path(__file__).resolve().parents[3] / "shared"))


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a CSV of columns of the same length."""

    def write_columns(name: str = "own.csv", /, **columns: Sequence[object]) -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(zip(*columns.values(), strict=True))
        return path

    return write_columns


@pytest.fixture
def published() -> Callable[[str], Path]:
    """Find a published file, or skip the test."""

    def find(name: str) -> Path:
        path = SHARED / "data" / name
        if not path.exists():
            pytest.skip(f"{name} is not at hand: set PLACESPEND_SHARED to the folder that holds data/")
        return path

    return find
