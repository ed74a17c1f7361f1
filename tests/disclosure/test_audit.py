"""The audit is written, whole, anywhere but among what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from placespend.disclosure.audit import write_audit
from placespend.disclosure.cells import gather_cells
from placespend.disclosure.protect import Protected, protect
from placespend.disclosure.rule import Rule
from placespend.errors import DataFileError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def protected() -> Protected:
    cells = gather_cells(["a", "b"], ["=Aston", "Bow"], [([0], None), ([1], None)], units=2)
    return protect(np.array([4, 40]), None, cells, Rule())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "out" / "maps").mkdir(parents=True)
    (tmp_path / "private").mkdir()
    return tmp_path / "out"


def test_the_audit_holds_every_cell_and_no_formula(protected: Protected, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "private" / "audit.csv"
    write_audit(protected, path, folder=folder)
    read = pd.read_csv(path)
    assert read["name"].tolist() == ["'=Aston", "Bow"]
    assert read["count"].tolist() == [4.0, 40.0]
    assert read["state"].tolist() == ["small", "published"]
    assert [found.name for found in path.parent.iterdir()] == ["audit.csv"]


@pytest.mark.parametrize("inside", ["audit.csv", "maps/audit.csv", "../out/audit.csv", "maps/../../out/new/audit.csv"])
def test_it_does_not_lie_in_the_folder_that_is_published(protected: Protected, folder: Path, inside: str) -> None:
    with pytest.raises(DataFileError, match="among what is published"):
        write_audit(protected, folder / inside, folder=folder)
    assert not list(folder.rglob("*.csv"))


def test_nor_by_links(protected: Protected, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(folder / "maps", target_is_directory=True)
    (tmp_path / "file.csv").symlink_to(folder / "audit.csv")
    (tmp_path / "published").symlink_to(folder, target_is_directory=True)
    for path, named in (("linked/audit.csv", "out"), ("file.csv", "out"), ("out/audit.csv", "published")):
        with pytest.raises(DataFileError, match="among what is published"):
            write_audit(protected, tmp_path / path, folder=tmp_path / named)
    assert not list(folder.rglob("*.csv"))


def test_a_folder_that_is_not_there_yet_is_guarded_too(protected: Protected, tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="among what is published"):
        write_audit(protected, tmp_path / "new" / "audit.csv", folder=tmp_path / "private" / ".." / "new")


def test_what_was_read_is_not_written_over(protected: Protected, folder: Path, tmp_path: Path) -> None:
    counts = tmp_path / "private" / "counts.csv"
    counts.write_text("mine")
    with pytest.raises(DataFileError, match="data of yours"):
        write_audit(protected, counts, folder=folder, keep=[counts])
    assert counts.read_text() == "mine"
