"""A folder remembers what was shown in it, or says why it cannot be gone on with."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from placespend.disclosure.rule import Rule
from placespend.errors import DataFileError
from placespend.families.folders import RECORD, Record, Shown, check_folder, read_record, write_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = (
    Shown("lad:E1", "North, \u201cthe\u201d place", "published", {"E01000001": Fraction(1)}, is_own=False, shown=15),
    Shown("own:a", "Own", "suppressed", {"E01000001": Fraction(1, 3), "E01000002": Fraction(1)}, is_own=True),
)
RECORDED = Record(("worked with", "2013", "lsoa"), Rule(20, 10), ROWS)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_record(tmp_path) is None
    write_record(RECORDED, tmp_path)
    assert read_record(tmp_path) == RECORDED
    lowered = Record(RECORDED.counted, Rule(5, 5, "The board agreed."), ())
    write_record(lowered, tmp_path)
    assert read_record(tmp_path) == lowered


def change(document: dict[str, Any], row: int, **parts: object) -> dict[str, Any]:
    document["shown"][row] |= parts
    return document


@pytest.mark.parametrize(
    "broken",
    [
        lambda document: json.dumps(document)[:-20],
        lambda _: "",
        lambda _: "[]",
        lambda _: "null",
        lambda document: json.dumps({**document, "format": 2}),
        lambda document: json.dumps({**document, "rule": {"threshold": 3, "rounding": 5, "reason": ""}}),
        lambda document: json.dumps({**document, "rule": {"threshold": 10.5, "rounding": 5, "reason": ""}}),
        lambda document: json.dumps({**document, "shown": document["shown"] * 2}),
        lambda document: json.dumps({key: part for key, part in document.items() if key != "counted"}),
        lambda document: json.dumps(change(document, 0, state="open")),
        lambda document: json.dumps(change(document, 0, shown=None)),
        lambda document: json.dumps(change(document, 0, shown=True)),
        lambda document: json.dumps(change(document, 1, shown=10)),
        lambda document: json.dumps(change(document, 1, own="no")),
        lambda document: json.dumps(change(document, 1, units={"E01000001": "1/0"})),
        lambda document: json.dumps(change(document, 1, units={"E01000001": "4/3"})),
        lambda document: json.dumps(change(document, 1, units={"E01000001": "0"})),
        lambda document: json.dumps(change(document, 1, units=["E01000001"])),
    ],
)
def test_a_broken_record_is_refused(tmp_path: Path, broken: Callable[[dict[str, Any]], str]) -> None:
    write_record(RECORDED, tmp_path)
    path = tmp_path / RECORD
    path.write_text(broken(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
    with pytest.raises(DataFileError, match=r"families_shown\.json cannot be read, so it is not known"):
        read_record(tmp_path)


def test_so_is_one_that_is_no_text_or_no_file(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataFileError, match="cannot be read"):
        read_record(tmp_path)
    (tmp_path / RECORD).unlink()
    (tmp_path / RECORD).mkdir()
    with pytest.raises(DataFileError, match="cannot be read"):
        read_record(tmp_path)


def test_a_record_tells_rounded_numbers_that_are_shown_and_no_other(tmp_path: Path) -> None:
    write_record(RECORDED, tmp_path)
    rows = json.loads((tmp_path / RECORD).read_text(encoding="utf-8"))["shown"]
    assert [(row["key"], row["state"], row["shown"]) for row in rows] == [
        ("lad:E1", "published", 15),
        ("own:a", "suppressed", None),
    ]


def test_it_cannot_be_written_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be written"):
        write_record(RECORDED, tmp_path / "none")


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
    write_record(RECORDED, tmp_path)
    check_folder(tmp_path)
    with pytest.raises(DataFileError, match="would be seen with it"):
        check_folder(inner)
    (tmp_path / RECORD).unlink()
    write_record(RECORDED, inner)
    check_folder(inner)
    with pytest.raises(DataFileError, match="would be seen with it"):
        check_folder(tmp_path)
