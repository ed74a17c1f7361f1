"""The folder of an atlas: gone on with after a kill at any moment, never written over what is somebody else's."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from atlas_work import files_in

from placespend.atlases.folder import INDEX, LIST, RECORD, TABLE, UNFINISHED, Folder, check_folder, locked
from placespend.errors import DataFileError, WrongTypeError

if TYPE_CHECKING:
    from collections.abc import Callable

CODES = ("A", "B", "C")


class Killed(BaseException):
    """Stands for a kill: nothing that would tidy up after an error sees to it."""


def make(path: Path, key: str, codes: tuple[str, ...] = CODES, keep: tuple[Path, ...] = ()) -> Folder:
    """Go through an atlas as it is made: each page tells its place and what it was made from."""
    path.mkdir(exist_ok=True)
    names = [f"reports/{code}.html" for code in codes]
    folder = Folder(path, key=key, names=[*names, INDEX, TABLE, RECORD], keep=keep)
    folder.begin({"key": key})
    for name in names:
        if not folder.holds([name]):
            beside = folder.unfinished / Path(name).name
            beside.write_text(f"{name} {key}", encoding="utf-8")
            folder.put({name: hashlib.sha256(beside.read_bytes()).hexdigest()})
    folder.write(TABLE, f"table {key} {codes}".encode())
    folder.write(INDEX, f"index {key} {codes}".encode())
    folder.finish()
    folder.leave()
    return folder


def kill_at(number: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Let the program be killed at the nth time that it would change a name in the folder; tell how many there were."""
    calls = 0
    replace, unlink, leave = Path.replace, Path.unlink, Folder.leave

    def count() -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            raise Killed

    def killed_before(change: Callable[..., object]) -> Callable[..., object]:
        def changed(path: Path, *arguments: object, **options: object) -> object:
            if calls >= number:
                # Whoever is dead removes nothing.
                return None
            count()
            return change(path, *arguments, **options)

        return changed

    monkeypatch.setattr(Path, "replace", killed_before(replace))
    monkeypatch.setattr(Path, "unlink", killed_before(unlink))
    monkeypatch.setattr(Folder, "leave", lambda folder: None if calls >= number else leave(folder))
    return lambda: calls


@pytest.mark.parametrize("earlier", ["", "same", "other", "wider"])
def test_killed_anywhere_it_ends_with_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, earlier: str
) -> None:
    def before(path: Path) -> None:
        if earlier:
            make(path, "other" if earlier == "other" else "key", (*CODES, *["D"] * (earlier == "wider")))

    whole = tmp_path / "whole"
    before(whole)
    make(whole, "key")
    wanted = files_in(whole)
    assert set(wanted) == {LIST, RECORD, INDEX, TABLE, "reports", *(f"reports/{code}.html" for code in CODES)}
    number, was_killed = 0, True
    while was_killed:
        number += 1
        path = tmp_path / str(number)
        before(path)
        was_killed = False
        with monkeypatch.context() as patched:
            told = kill_at(number, patched)
            try:
                make(path, "key")
            except Killed:
                was_killed = True
        if was_killed:
            check_sound(path)
            make(path, "key")
        assert files_in(path) == wanted
    assert number == told() + 1 > 8


def check_sound(path: Path) -> None:
    """Hold that a page that leads to reports is only there with reports of one kind, each of them whole."""
    pages = [page.read_text(encoding="utf-8") for page in (path / "reports").glob("*.html")]
    assert all(page.split()[1] in {"key", "other"} for page in pages)
    if (path / INDEX).exists():
        key = (path / INDEX).read_text(encoding="utf-8").split()[1]
        assert {page.split()[1] for page in pages} <= {key}


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    make(tmp_path, "key")
    pages = [f"reports/{code}.html" for code in CODES]
    for key, held in (("key", True), ("other", False)):
        folder = Folder(tmp_path, key=key, names=[*pages, INDEX, TABLE, RECORD], keep=())
        assert folder.holds(pages) is held
        assert folder.is_of_other_inputs is not held
    (tmp_path / pages[0]).unlink()
    folder = Folder(tmp_path, key="key", names=[*pages, INDEX, TABLE, RECORD], keep=())
    assert [folder.holds([page]) for page in pages] == [False, True, True]


def test_reports_of_other_places_are_taken_away_and_nothing_else(tmp_path: Path) -> None:
    make(tmp_path, "key", (*CODES, "D", "E"))
    (tmp_path / "reports" / "E.html").write_text("changed by hand", encoding="utf-8")
    (tmp_path / "reports" / "notes.html").write_text("mine", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("mine too", encoding="utf-8")
    make(tmp_path, "key")
    left = {path.name for path in (tmp_path / "reports").iterdir()}
    assert left == {"A.html", "B.html", "C.html", "E.html", "notes.html"}
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine too"


@pytest.mark.parametrize("name", [INDEX, TABLE, RECORD, "reports/B.html"])
def test_what_was_changed_or_is_foreign_is_never_written_over(tmp_path: Path, name: str) -> None:
    foreign = tmp_path / "foreign"
    (foreign / name).parent.mkdir(parents=True, exist_ok=True)
    (foreign / name).write_text("mine", encoding="utf-8")
    with pytest.raises(DataFileError, match="files that no atlas wrote"):
        make(foreign, "key")
    assert files_in(foreign)[name] == b"mine"
    ours = tmp_path / "ours"
    make(ours, "key")
    (ours / name).write_text("changed", encoding="utf-8")
    before = files_in(ours)
    with pytest.raises(DataFileError, match="changed since"):
        make(ours, "other")
    assert files_in(ours) == before


@pytest.mark.parametrize("name", ["reports", UNFINISHED])
def test_links_are_not_followed_out_of_it(tmp_path: Path, name: str) -> None:
    outside, path = tmp_path / "outside", tmp_path / "atlas"
    outside.mkdir()
    path.mkdir()
    (path / name).symlink_to(outside, target_is_directory=True)
    with pytest.raises(DataFileError, match="no atlas wrote"):
        make(path, "key")
    assert list(outside.iterdir()) == []


def test_a_list_that_is_none_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "key")
    (tmp_path / LIST).write_text(json.dumps({"files": {"../x": "y"}}), encoding="utf-8")
    with pytest.raises(DataFileError, match="is not the list of an atlas's files"):
        check_folder(tmp_path)


def test_files_that_were_read_are_kept(tmp_path: Path) -> None:
    make(tmp_path, "key")
    with pytest.raises(DataFileError, match="holds data of yours"):
        make(tmp_path, "other", keep=(tmp_path / TABLE,))


def test_what_somebody_put_among_the_unfinished_stays(tmp_path: Path) -> None:
    (tmp_path / UNFINISHED).mkdir()
    (tmp_path / UNFINISHED / "my notes").write_text("mine", encoding="utf-8")
    (tmp_path / UNFINISHED / ".A.html.k3x_9abc").write_text("half", encoding="utf-8")
    make(tmp_path, "key")
    assert [path.name for path in (tmp_path / UNFINISHED).iterdir()] == ["my notes"]


def test_two_runs_do_not_meet_in_one_folder(tmp_path: Path) -> None:
    path = tmp_path / "atlas"
    # One inside the other: the second is refused.
    with locked(path), pytest.raises(DataFileError, match="Another run of placespend is making"), locked(path):
        pytest.fail("it was not locked")
    with locked(path):
        assert list(path.iterdir()) == []


@pytest.mark.parametrize(
    ("out", "message"),
    [("", "needs the name of a folder"), ("file", "is a file"), ("missing/atlas", "not there"), ("lost", "a link")],
)
def test_a_folder_that_cannot_be_is_refused(tmp_path: Path, out: str, message: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    with pytest.raises(DataFileError, match=message):
        check_folder(os.fspath(tmp_path / out) if out else out)


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(WrongTypeError, match="not to int"):
        check_folder(3)  # type: ignore[arg-type]


def test_a_folder_of_other_things_is_not_the_one_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("mine", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"holds other files, and no atlas: index\.md"):
        check_folder(tmp_path)
    (tmp_path / "index.md").unlink()
    # What a run leaves that was killed before it wrote anything.
    (tmp_path / "reports").mkdir()
    (tmp_path / UNFINISHED).mkdir()
    assert check_folder(tmp_path) == tmp_path
    make(tmp_path, "key")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    assert check_folder(tmp_path) == tmp_path
