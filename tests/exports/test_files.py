"""A file is whole or not there, and never written over what was read."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from placespend.errors import DataFileError
from placespend.exports.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

ENGLAND_PENCE = 44_485_128_786_600
OBSERVED_PENCE = 1_120_668_000_000


def test_a_file_is_written_whole_with_its_text_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "a b é.csv"
    write_whole("a,b\r\n1,é\n", path)
    assert path.read_bytes() == "a,b\r\n1,é\n".encode()
    write_whole("again", path)
    assert path.read_text(encoding="utf-8") == "again"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_written_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    path, plain = tmp_path / "a.csv", tmp_path / "plain.csv"
    write_whole("x", path)
    plain.write_text("x", encoding="utf-8")
    assert path.stat().st_mode == plain.stat().st_mode


@pytest.mark.parametrize(("module", "name"), [("os", "fdopen"), ("pathlib.Path", "replace"), ("tempfile", "mkstemp")])
def test_a_failed_write_leaves_the_older_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("older", encoding="utf-8")

    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.{name}", fail)
        with pytest.raises(DataFileError) as caught:
            write_whole("newer", path)
    assert str(caught.value) == f"{path} cannot be written: Permission denied."
    assert path.read_text(encoding="utf-8") == "older"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_text_that_cannot_be_encoded_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("older", encoding="utf-8")
    with pytest.raises((DataFileError, UnicodeEncodeError)):
        write_whole("\ud800", path)
    assert path.read_text(encoding="utf-8") == "older"
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    with pytest.raises(DataFileError) as caught:
        write_whole("x", tmp_path)
    assert (caught.value.message, caught.value.hint) == (f"{tmp_path} is a folder.", "name a file")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "a.csv"
    with pytest.raises(DataFileError) as caught:
        write_whole("x", path)
    assert str(caught.value) == f"{path} cannot be written: No such file or directory."
    inside = tmp_path / "file" / "a.csv"
    inside.parent.write_text("x", encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        write_whole("x", inside)
    assert str(caught.value) == f"{inside} cannot be written: Not a directory."


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="only a plain user is kept out of a folder")
def test_a_folder_without_permission_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DataFileError, match=r"cannot be written: Permission denied\."):
        write_whole("x", tmp_path / "a.csv")
    tmp_path.chmod(0o700)


def test_a_name_too_long_is_told(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 300)
    with pytest.raises(DataFileError, match="cannot be written: File name too long"):
        write_whole("x", path)
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_written_into_or_refused_but_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole("x", path)
    except DataFileError as error:
        assert "pipe" in str(error)  # noqa: PT017
    else:
        assert os.read(reader, 10) == b"x"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_link_is_followed_or_replaced_but_never_broken(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("older", encoding="utf-8")
    link.symlink_to(target)
    write_whole("newer", link)
    assert link.read_text(encoding="utf-8") == "newer"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["link.csv", "target.csv"]


def test_a_file_that_was_read_is_not_written_over(tmp_path: Path) -> None:
    data = tmp_path / "lines.csv"
    data.write_text("mine", encoding="utf-8")
    link = tmp_path / "link.csv"
    link.symlink_to(data)
    for path in (data, link, tmp_path / "." / "lines.csv"):
        with pytest.raises(DataFileError, match="would be written over, and it holds data of yours"):
            write_whole("x", path, keep=[data])
    assert data.read_text(encoding="utf-8") == "mine"


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.symlink_to(second)
    second.symlink_to(first)
    with pytest.raises(DataFileError, match="cannot be written: its links lead in a circle"):
        write_whole("x", first)


@pytest.mark.parametrize("is_there", [True, False])
def test_the_record_of_what_was_shown_is_not_written_over_through_a_link(tmp_path: Path, is_there: bool) -> None:
    record, link, other = tmp_path / "families_shown.json", tmp_path / "link.csv", tmp_path / "other.csv"
    link.symlink_to(other)
    other.symlink_to(record)
    if is_there:
        record.write_text("what was shown", encoding="utf-8")
    with pytest.raises(DataFileError, match="leads to the record of what was shown"):
        write_whole("x", link)
    assert record.exists() == is_there
    assert not is_there or record.read_text(encoding="utf-8") == "what was shown"
    write_whole("newer", record, is_record=True)
    assert record.read_text(encoding="utf-8") == "newer"


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be written: no file can have such a name"):
        write_whole("x", tmp_path / "a\0b.csv")
