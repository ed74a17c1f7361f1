"""What may lie in a folder in which numbers of families are shown, and what may not."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from placespend.disclosure.rule import Rule
from placespend.errors import DataFileError
from placespend.families.folders import check_folder, check_private
from placespend.families.records import RECORD, Record, Shown, write_record

if TYPE_CHECKING:
    from pathlib import Path

ROWS = (
    Shown("lad:E1", "North, \u201cthe\u201d place", "published", {"E01000001": Fraction(1)}, is_own=False, shown=15),
    Shown("own:a", "Own", "suppressed", {"E01000001": Fraction(1, 3), "E01000002": Fraction(1)}, is_own=True),
)
RECORDED = Record(("worked with", "2013", "lsoa"), Rule(20, 10), ROWS)


@pytest.mark.parametrize("name", [RECORD, RECORD.upper()])
def test_no_result_is_written_over_the_record(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataFileError, match="no result is written over it"):
        check_folder(tmp_path, written=[tmp_path / "a.csv", tmp_path / name])
    link = tmp_path / "link.json"
    link.symlink_to(tmp_path / RECORD)
    with pytest.raises(DataFileError, match="no result is written over it"):
        check_folder(tmp_path, written=[link])


def test_counts_do_not_lie_among_what_is_shown(tmp_path: Path) -> None:
    out, away = tmp_path / "release", tmp_path / "private"
    (out / "deep").mkdir(parents=True)
    away.mkdir()
    counts = away / "counts.csv"
    counts.touch()
    check_folder(out, private=[counts])
    check_folder(away / ".." / "release", private=[counts])
    (out / "link.csv").symlink_to(counts)
    (away / "back").symlink_to(out / "deep")
    (out / "deep" / "counts.csv").touch()
    for private in (
        out / "deep" / "counts.csv",
        out / "link.csv",
        away / "back" / "counts.csv",
        away / ".." / "release" / "deep" / "counts.csv",
    ):
        with pytest.raises(DataFileError, match="it holds the counts themselves"):
            check_folder(out, private=[private])
    with pytest.raises(DataFileError, match="it holds the counts themselves"):
        check_folder(tmp_path, private=[counts])


def test_folders_in_one_another_are_not_protected_apart(tmp_path: Path) -> None:
    inner = tmp_path / "tables"
    inner.mkdir()
    check_folder(inner)
    write_record(RECORDED, tmp_path, before=None)
    check_folder(tmp_path)
    with pytest.raises(DataFileError, match="would be seen with it"):
        check_folder(inner)
    (tmp_path / RECORD).unlink()
    write_record(RECORDED, inner, before=None)
    check_folder(inner)
    with pytest.raises(DataFileError, match="would be seen with it"):
        check_folder(tmp_path)


@pytest.mark.parametrize("depth", [1, 2, 6])
def test_nor_are_they_at_any_depth(tmp_path: Path, depth: int) -> None:
    deep = tmp_path.joinpath(*"abcdef"[:depth])
    deep.mkdir(parents=True)
    write_record(RECORDED, deep, before=None)
    check_folder(deep)
    with pytest.raises(DataFileError, match="would be seen with it") as refused:
        check_folder(tmp_path)
    assert str(deep) in refused.value.message
    (deep / RECORD).rename(tmp_path / RECORD)
    check_folder(tmp_path)
    with pytest.raises(DataFileError, match="would be seen with it"):
        check_folder(deep)
    (tmp_path / RECORD).unlink()
    check_folder(deep)
    (tmp_path / RECORD).symlink_to("nowhere")
    with pytest.raises(DataFileError, match="would be seen with it"):
        check_folder(deep)


def test_links_are_not_walked_along(tmp_path: Path) -> None:
    out, away = tmp_path / "out", tmp_path / "away"
    (out / "sub").mkdir(parents=True)
    (away / "deep").mkdir(parents=True)
    write_record(RECORDED, out, before=None)
    write_record(RECORDED, away / "deep", before=None)
    (out / "sub" / "self").symlink_to(out)
    (out / "sub" / "circle").symlink_to(out / "sub" / "circle")
    (out / "sub" / "away").symlink_to(away)
    check_folder(out)
    (out / "sub" / "shown").symlink_to(away / "deep")
    with pytest.raises(DataFileError, match="would be seen with it"):
        check_folder(out)


def test_a_folder_that_cannot_be_followed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for check in (check_folder, check_private):
        with pytest.raises(DataFileError, match="cannot be looked at"):
            check(tmp_path / "circle" / "out")


def test_nothing_private_is_written_among_what_is_shown(tmp_path: Path) -> None:
    out, away = tmp_path / "out", tmp_path / "away"
    (out / "deep" / "er").mkdir(parents=True)
    away.mkdir()
    (away / "back").symlink_to(out / "deep")
    (away / "audit.csv").symlink_to(out / "audit.csv")
    (out / "away.csv").symlink_to(away / "kept.csv")
    within = (
        *(out / "audit.csv", out / "deep" / "audit.csv", out / "deep" / "er" / "audit.csv", out / "none" / "audit.csv"),
        *(away / "back" / "audit.csv", away / ".." / "out" / "audit.csv", away / "audit.csv", out / "away.csv"),
    )
    for path in within:
        check_private(path)
    write_record(RECORDED, out, before=None)
    for path in within:
        with pytest.raises(DataFileError, match="among numbers that are shown") as refused:
            check_private(path)
        assert refused.value.hint is not None
    for path in (away / "kept.csv", tmp_path / "audit.csv", out / ".." / "audit.csv"):
        check_private(path)


@pytest.mark.parametrize("name", [RECORD, RECORD.upper(), "Families_Shown.json"])
def test_nothing_private_takes_the_name_of_the_record(tmp_path: Path, name: str) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / name)
    for path in (tmp_path / name, tmp_path / "link.csv"):
        with pytest.raises(DataFileError, match="the name of the record") as refused:
            check_private(path)
        assert refused.value.hint is not None
