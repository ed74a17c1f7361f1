"""Reports as files: whole or not there, and nothing of anyone else's is touched."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
from typing import TYPE_CHECKING

import pytest
from made_up_report import made_up_bars, made_up_picture, made_up_report, made_up_table

from placespend.errors import DataFileError, PlacespendError
from placespend.exports import folders
from placespend.exports.files import write_whole
from placespend.exports.text import to_csv
from placespend.reports import writing
from placespend.reports.bars import bars_svg
from placespend.reports.document import Block, Document, Section
from placespend.reports.page import report_html
from placespend.reports.writing import LIST, WHAT, check_out, write_report

if TYPE_CHECKING:
    from pathlib import Path


def report(*blocks: Block) -> Document:
    """Make a report with one section."""
    return dataclasses.replace(made_up_report(), sections=(Section("only", "Only", blocks),))


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write no real PDF: that takes long, and is tested elsewhere."""
    monkeypatch.setattr(writing, "report_pdf", lambda document, **_: f"%PDF {document.title}".encode())
    monkeypatch.setattr(writing, "check_pdf", lambda: None)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


BARS, TABLE, OTHER = made_up_bars("bars"), made_up_table("table"), made_up_table("other")
MAP = made_up_picture("map", svg="<svg xmlns='http://www.w3.org/2000/svg'/>")
SMALL = report(TABLE, MAP)


# --- files


@pytest.mark.parametrize("name", ["a.html", "a.htm", "a.HTML"])
def test_a_page_is_one_file(tmp_path: Path, name: str) -> None:
    assert write_report(SMALL, tmp_path / name) == [tmp_path / name]
    assert files(tmp_path) == {name: report_html(SMALL).encode("utf-8")}


def test_a_pdf_stands_beside_its_page_or_alone(tmp_path: Path) -> None:
    assert write_report(SMALL, tmp_path / "a.html", pdf=True) == [tmp_path / "a.html", tmp_path / "a.pdf"]
    assert write_report(SMALL, tmp_path / "b.pdf", pdf=True) == [tmp_path / "b.pdf"]
    assert write_report(SMALL, tmp_path / "c.pdf") == [tmp_path / "c.pdf"]
    assert sorted(files(tmp_path)) == ["a.html", "a.pdf", "b.pdf", "c.pdf"]


@pytest.mark.parametrize(
    ("name", "hint"), [("a.docx", "ends in .html or .pdf"), ("a.hmtl", "did you mean '.html'"), ("a.csv", "a folder")]
)
def test_another_ending_is_told_before_anything_is_made(tmp_path: Path, name: str, hint: str) -> None:
    with pytest.raises(DataFileError, match="no file that a report can be written as") as caught:
        check_out(tmp_path / name)
    assert hint in str(caught.value.hint)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    for name in ("none/a.html", "none/folder"):
        with pytest.raises(DataFileError, match="lies in a folder that is not there"):
            check_out(tmp_path / name)


def test_a_file_without_an_ending_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("mine")
    with pytest.raises(DataFileError, match="is a file"):
        write_report(SMALL, tmp_path / "report")
    assert files(tmp_path) == {"report": b"mine"}


def test_without_weasyprint_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> None:
        raise PlacespendError("No PDF can be made")

    monkeypatch.setattr(writing, "check_pdf", absent)
    for name, pdf in (("a.html", True), ("a.pdf", False), ("folder", True)):
        with pytest.raises(PlacespendError, match="No PDF"):
            write_report(SMALL, tmp_path / name, pdf=pdf)
    assert files(tmp_path) == {}


def test_what_was_read_is_not_written_over_and_then_nothing_is_written(tmp_path: Path) -> None:
    mine = tmp_path / "a.pdf"
    mine.write_text("mine")
    with pytest.raises(DataFileError, match="data of yours"):
        write_report(SMALL, tmp_path / "a.html", pdf=True, keep=[mine])
    assert files(tmp_path) == {"a.pdf": b"mine"}


# --- what cannot be written is told before anything is made


@pytest.mark.parametrize("name", ["", "  ", ".html", ".HTM", ".pdf"])
def test_a_name_that_is_none_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataFileError, match="no name"):
        check_out(name)
    assert files(tmp_path) == {}


@pytest.mark.parametrize("name", ["a" * 300 + ".html", "a" * 300, "a\0b.html", "a\0b", "round.html", "round", "gone"])
def test_a_name_that_cannot_be_is_told(tmp_path: Path, name: str) -> None:
    for link in ("round.html", "round"):
        (tmp_path / link).symlink_to(link)
    (tmp_path / "gone").symlink_to("nowhere")
    with pytest.raises(DataFileError, match="cannot be written"):
        check_out(tmp_path / name)


def test_a_folder_in_the_place_of_a_pdf_is_told_and_then_no_page_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    for check in (
        lambda: check_out(tmp_path / "a.html", pdf=True),
        lambda: write_report(SMALL, tmp_path / "a.html", pdf=True),
    ):
        with pytest.raises(DataFileError, match=r"a\.pdf is a folder"):
            check()
    assert files(tmp_path) == {}


def test_the_record_of_what_was_shown_is_kept_from_links_and_then_nothing_is_written(tmp_path: Path) -> None:
    record = tmp_path / "families_shown.json"
    record.write_text("what was shown")
    (tmp_path / "a.pdf").symlink_to(record)
    with pytest.raises(DataFileError, match="leads to the record of what was shown"):
        write_report(SMALL, tmp_path / "a.html", pdf=True)
    assert files(tmp_path) == {record.name: b"what was shown", "a.pdf": b"what was shown"}


# --- folders


def test_a_new_folder_holds_page_data_pictures_and_a_list_of_them(tmp_path: Path) -> None:
    folder, whole = tmp_path / "Greater Exampleshire", report(TABLE, BARS, MAP)
    written = write_report(whole, folder, pdf=True)
    found = files(folder)
    assert list(tmp_path.iterdir()) == [folder]
    assert sorted(path.relative_to(folder).as_posix() for path in written) == sorted(found)
    assert written[0] == folder / "report.html"
    assert found["report.html"].decode("utf-8") == report_html(whole, data_folder="data")
    for table in whole.tables():
        assert found[f"data/{table.id}.csv"].decode("utf-8") == to_csv(table.data)
    assert found["pictures/bars.svg"].decode("utf-8") == bars_svg(BARS)
    assert found["pictures/map.svg"].decode("utf-8") == MAP.svg
    assert found["pictures/map.png"] == MAP.png
    assert set(json.loads(found[LIST])["files"]) == set(found) - {LIST}


def test_folders_and_files_in_them_can_be_read_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    write_report(SMALL, tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_folder_that_is_there_is_filled_and_what_is_in_it_stays(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.csv").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine")
    write_report(SMALL, tmp_path)
    found = files(tmp_path)
    assert found["data/mine.csv"] == found["notes.txt"] == b"mine"
    assert "report.html" in found


def test_a_later_report_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    folder, fresh = tmp_path / "folder", tmp_path / "fresh"
    later = report(OTHER)
    write_report(SMALL, folder, pdf=True)
    assert "pictures/map.svg" in files(folder)
    write_report(later, folder)
    write_report(later, fresh)
    assert files(folder) == files(fresh)


def test_what_was_changed_since_is_not_taken_away(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write_report(SMALL, folder)
    (folder / "data" / "table.csv").write_text("my own figures")
    write_report(report(OTHER), folder)
    assert files(folder)["data/table.csv"] == b"my own figures"
    assert "data/map-table.csv" not in files(folder)


def test_files_of_another_origin_are_not_written_over_and_then_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("mine")
    with pytest.raises(DataFileError, match=r"no report wrote.*: report\.html\."):
        write_report(SMALL, tmp_path)
    assert files(tmp_path) == {"report.html": b"mine"}


def test_a_list_is_believed_only_for_names_that_a_report_gives(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "outside.csv").write_text("mine")
    digest = "6e9b0de8ae6ab1a2fd1b2b8e3ea1a1d6c3a4bd2e6a8b42cb6ba4f1dc5c6b7a7c"
    listed = {"../outside.csv": digest, "data/../../outside.csv": digest, "notes.txt": digest}
    (folder / "notes.txt").write_text("mine")
    (folder / LIST).write_text(json.dumps({"what": WHAT, "files": listed}))
    write_report(SMALL, folder)
    assert (tmp_path / "outside.csv").exists()
    assert (folder / "notes.txt").exists()


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "\x00", "[" * 100_000, '{"files": []}', '{"files": "x"}', '{"files": {}}'),
        json.dumps({"what": "files of another program", "files": {}}),
        json.dumps({"what": WHAT, "files": {}, "other": 1}),
        json.dumps({"what": WHAT, "files": {"report.html": "x"}}),
        json.dumps({"what": WHAT, "files": {"report.html": 5}}),
        json.dumps({"what": WHAT, "files": {}, "earlier": []}),
    ],
)
def test_a_file_that_is_no_list_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / LIST).write_text(text)
    with pytest.raises(DataFileError, match="is not the list of a report's files"):
        write_report(SMALL, tmp_path)
    assert list(files(tmp_path)) == [LIST]


def test_a_fault_while_writing_a_new_folder_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []

    def fail(content: str | bytes, path: Path, **options: object) -> None:
        if len(written) == 3:
            raise DataFileError("the disk is full")
        written.append(path)
        write_whole(content, path, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(folders, "write_whole", fail)
    with pytest.raises(DataFileError, match="full"):
        write_report(SMALL, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_was_broken_off_is_mended_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, fresh = tmp_path / "folder", tmp_path / "fresh"
    write_report(SMALL, folder)

    def fail(content: str | bytes, path: Path, **options: object) -> None:
        if path.name == "other.csv":
            raise DataFileError("the disk is full")
        write_whole(content, path, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(folders, "write_whole", fail)
        with pytest.raises(DataFileError, match="full"):
            write_report(report(OTHER), folder)
    write_report(report(OTHER), folder)
    write_report(report(OTHER), fresh)
    assert files(folder) == files(fresh)


@pytest.mark.skipif(os.geteuid() == 0, reason="who may do all may write everywhere")
def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        for name in ("a.html", "folder"):
            with pytest.raises(DataFileError, match="cannot be written"):
                write_report(SMALL, tmp_path / name)
    finally:
        tmp_path.chmod(0o755)


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    with pytest.raises(DataFileError, match=r"no report wrote.*: data\."):
        write_report(SMALL, tmp_path)
    assert files(tmp_path) == {"data": b"mine"}


@pytest.mark.parametrize("name", ["report.html", LIST, "data", "pictures", "data/table.csv"])
@pytest.mark.parametrize("is_there", [True, False])
def test_links_in_a_folder_are_not_followed_and_then_nothing_is_written(
    tmp_path: Path, name: str, is_there: bool
) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    (folder / "data").mkdir(parents=True)
    if name == "data":
        (folder / name).rmdir()
    (folder / name).symlink_to(outside)
    if is_there and name in {"data", "pictures"}:
        outside.mkdir()
    elif is_there:
        outside.write_text(json.dumps({"what": WHAT, "files": {}}))
    before = files(tmp_path)
    with pytest.raises(DataFileError, match=name):
        write_report(SMALL, folder)
    assert files(tmp_path) == before


def test_what_was_changed_since_is_not_written_over_and_then_nothing_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write_report(SMALL, folder)
    for name in ("report.html", "data/table.csv"):
        whole = files(folder)
        (folder / name).write_text("my own words")
        with pytest.raises(DataFileError, match=rf"changed since.*: {name}\.") as caught:
            write_report(dataclasses.replace(SMALL, title="Later"), folder)
        assert "move" in str(caught.value.hint)
        assert files(folder) == {**whole, name: b"my own words"}
        (folder / name).write_bytes(whole[name])
    (folder / "report.html").write_text("my own words")
    with pytest.raises(DataFileError, match="changed since"):
        check_out(folder)


def test_what_was_taken_away_is_written_again(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    write_report(SMALL, folder)
    whole = files(folder)
    (folder / "report.html").unlink()
    write_report(SMALL, folder)
    assert files(folder) == whole


@pytest.mark.parametrize("broken_at", range(6))
def test_wherever_a_report_was_broken_off_the_next_knows_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken_at: int
) -> None:
    folder, fresh = tmp_path / "folder", tmp_path / "fresh"
    first, second, third = (dataclasses.replace(report(TABLE, OTHER), title=title) for title in ("A", "B", "C"))
    write_report(first, folder)
    for later in (second, third):
        written: list[Path] = []

        def fail(content: str | bytes, path: Path, **options: object) -> None:
            if len(written) == broken_at:  # noqa: B023
                raise DataFileError("the disk is full")
            written.append(path)  # noqa: B023
            write_whole(content, path, **options)  # type: ignore[arg-type]

        with monkeypatch.context() as patched:
            patched.setattr(folders, "write_whole", fail)
            if broken_at < 5:
                with pytest.raises(DataFileError, match="full"):
                    write_report(later, folder)
    write_report(report(MAP), folder)
    write_report(report(MAP), fresh)
    assert files(folder) == files(fresh)


@pytest.mark.parametrize("name", ["new", "new.html"])
def test_a_run_that_is_told_to_end_leaves_nothing_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def end(*_: object, **__: object) -> None:
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(folders, "write_whole", end)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as caught:
        write_report(SMALL, tmp_path / name)
    assert caught.value.code == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) is before


def test_who_handles_the_signal_keeps_it(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        write_report(SMALL, tmp_path / "new.html")
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
