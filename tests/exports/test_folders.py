"""Folders of files: what was written is known, and nothing else is touched.

How a folder is filled, broken off and mended is tested with reports.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from placespend.errors import DataFileError
from placespend.exports.folders import Kind, write_folder, write_several

if TYPE_CHECKING:
    from pathlib import Path

KIND = Kind("an atlas", "list.json", "files of an atlas", re.compile(r"[a-z]+\.txt"))
OTHER = Kind("an export", "other.json", "files of an export", re.compile(r"[a-z]+\.txt"))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_list_of_one_kind_gives_no_right_over_files_of_another(tmp_path: Path) -> None:
    write_folder(tmp_path, {"a.txt": b"atlas"}, KIND)
    with pytest.raises(DataFileError, match=r"no export wrote.*: a\.txt"):
        write_folder(tmp_path, {"a.txt": b"export"}, OTHER)
    assert (tmp_path / "a.txt").read_bytes() == b"atlas"
    write_folder(tmp_path, {"b.txt": b"export"}, OTHER)
    write_folder(tmp_path, {"c.txt": b"atlas"}, KIND)
    assert names(tmp_path) == ["b.txt", "c.txt", "list.json", "other.json"]


def test_what_was_changed_since_is_told_by_what_wrote_it(tmp_path: Path) -> None:
    write_folder(tmp_path / "new", {"a.txt": b"x"}, KIND)
    (tmp_path / "new" / "a.txt").write_bytes(b"mine")
    with pytest.raises(DataFileError, match="files of an atlas that were changed since"):
        write_folder(tmp_path / "new", {"a.txt": b"y"}, KIND)
    assert KIND.noun == "atlas"


def test_of_several_files_none_is_written_where_one_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with pytest.raises(DataFileError, match="is a folder"):
        write_several({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert names(tmp_path) == ["b"]
    assert write_several({tmp_path / "a": "1"}) == [tmp_path / "a"]
