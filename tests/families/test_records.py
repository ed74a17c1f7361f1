"""A folder remembers what was shown in it, or says why it cannot be gone on with."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placespend.disclosure.rule import Rule
from placespend.errors import DataFileError, PlacespendError
from placespend.families import records
from placespend.families.records import LOCK, MOST_DIGITS, RECORD, Record, Shown, read_record, write_record

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
    write_record(RECORDED, tmp_path, before=None)
    assert read_record(tmp_path) == RECORDED
    lowered = Record(RECORDED.counted, Rule(5, 5, "The board agreed."), ())
    write_record(lowered, tmp_path, before=RECORDED)
    assert read_record(tmp_path) == lowered


UNREAD = r"families_shown\.json cannot be read, so it is not known"


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
        *(
            lambda document, part=part: json.dumps(change(document, 1, units={"E01000001": part}))
            for part in (
                *("1e-9999999", "0.5", "-1/2", "-1/-2", " 1", "1\n", "1/", "1_0/2_0", "\u0661", "nan", "", 1, True),
                *(f"1/{'9' * 10_000}", f"1/{'9' * MOST_DIGITS}", "9" * 10_000, f"{'0' * MOST_DIGITS}1"),
            )
        ),
        lambda document: json.dumps(change(document, 0, shown=-5)),
        lambda document: json.dumps(change(document, 0, shown=10**13)),
        lambda document: json.dumps(change(document, 0, shown=1)).replace('"shown": 1,', f'"shown": {"9" * 5000},'),
        lambda document: json.dumps(change(document, 0, shown=15.0)),
        lambda document: json.dumps(change(document, 0, name="half \ud800")),
        lambda document: json.dumps(change(document, 0, name=["North"])),
        lambda document: json.dumps(change(document, 0, key="\udfff")),
        lambda document: json.dumps(change(document, 1, units={"\ud900": "1"})),
        lambda document: json.dumps({**document, "counted": {**document["counted"], "date": "\udc00"}}),
        lambda document: json.dumps({**document, "rule": {"threshold": 5, "rounding": 5, "reason": "\ud800"}}),
        lambda _: "[" * 100_000,
        lambda _: '{"shown":' * 100_000,
    ],
)
def test_a_broken_record_is_refused(tmp_path: Path, broken: Callable[[dict[str, Any]], str]) -> None:
    write_record(RECORDED, tmp_path, before=None)
    path = tmp_path / RECORD
    path.write_text(broken(json.loads(path.read_text(encoding="utf-8"))), encoding="utf-8")
    with pytest.raises(DataFileError, match=UNREAD) as refused:
        read_record(tmp_path)
    assert refused.value.hint is not None


def test_one_that_is_too_large_is_refused_and_none_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_record(RECORDED, tmp_path, before=None)
    size = (tmp_path / RECORD).stat().st_size
    monkeypatch.setattr(records, "MOST_BYTES", size)
    assert read_record(tmp_path) == RECORDED
    monkeypatch.setattr(records, "MOST_BYTES", size - 1)
    with pytest.raises(DataFileError, match=UNREAD):
        read_record(tmp_path)
    (tmp_path / RECORD).unlink()
    with pytest.raises(DataFileError, match="cannot be written: the record holds more than"):
        write_record(RECORDED, tmp_path, before=None)
    assert not list(tmp_path.iterdir())


def test_no_more_is_read_of_a_huge_one_than_tells_that_it_is(tmp_path: Path) -> None:
    with (tmp_path / RECORD).open("wb") as file:
        file.truncate(10**12)  # holes alone
    with pytest.raises(DataFileError, match=UNREAD):
        read_record(tmp_path)


def test_a_link_or_a_pipe_is_neither_read_nor_written_through(tmp_path: Path) -> None:
    out, away = tmp_path / "out", tmp_path / "away"
    out.mkdir()
    away.mkdir()
    path, target = out / RECORD, away / "elsewhere.json"
    path.symlink_to(target)
    for is_there in (False, True):
        if is_there:
            write_record(RECORDED, away, before=None)
            (away / RECORD).rename(target)
        with pytest.raises(DataFileError, match=UNREAD):
            read_record(out)
        for before in (None, RECORDED):
            with pytest.raises(DataFileError, match=UNREAD):
                write_record(Record(RECORDED.counted, Rule(), ()), out, before=before)
        assert target.exists() == is_there
    path.unlink()
    target.rename(away / RECORD)
    assert read_record(away) == RECORDED
    os.mkfifo(path)
    with pytest.raises(DataFileError, match=UNREAD):
        read_record(out)
    path.unlink()
    path.symlink_to("/dev/null")
    with pytest.raises(DataFileError, match=UNREAD):
        write_record(RECORDED, out, before=None)


@given(
    st.lists(st.text(st.characters(exclude_categories=())), min_size=2, max_size=2),
    st.fractions(min_value=0, max_value=1).filter(bool),
)
def test_whatever_is_written_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], part: Fraction
) -> None:
    folder = tmp_path_factory.mktemp("law")
    record = Record(
        ("worked with", "2013", "lsoa"), Rule(), (Shown("a", names[0], "suppressed", {names[1]: part}, is_own=True),)
    )
    if any("\ud800" <= character <= "\udfff" for character in "".join(names)):
        with pytest.raises(DataFileError, match="what is no text"):
            write_record(record, folder, before=None)
        assert not list(folder.iterdir())
    else:
        write_record(record, folder, before=None)
        assert read_record(folder) == record


@pytest.mark.parametrize("digits", [500, MOST_DIGITS, MOST_DIGITS + 1, 2 * MOST_DIGITS])
def test_parts_of_places_that_cut_many_small_areas_are_kept(tmp_path: Path, digits: int) -> None:
    part = Fraction(10 ** (digits - 1) // 3, 10 ** (digits - 1) + 1)
    record = Record(RECORDED.counted, Rule(), (Shown("own:a", "Own", "suppressed", {"E12": part}, is_own=True),))
    if digits <= MOST_DIGITS:
        write_record(record, tmp_path, before=None)
        assert read_record(tmp_path) == record
        return
    with pytest.raises(DataFileError, match="cuts a unit in too many small areas"):
        write_record(record, tmp_path, before=None)
    assert not list(tmp_path.iterdir())


def test_what_another_run_wrote_meanwhile_is_not_lost(tmp_path: Path) -> None:
    other = Record(RECORDED.counted, RECORDED.rule, ROWS[:1])
    write_record(other, tmp_path, before=None)
    for before in (None, RECORDED):
        with pytest.raises(PlacespendError, match="was written into while this was being decided") as refused:
            write_record(Record(RECORDED.counted, RECORDED.rule, ROWS[1:]), tmp_path, before=before)
        assert refused.value.hint == "run it again"
        assert read_record(tmp_path) == other
    (tmp_path / RECORD).unlink()
    with pytest.raises(PlacespendError, match="was written into while"):
        write_record(RECORDED, tmp_path, before=other)
    assert not list(tmp_path.iterdir())


def test_to_write_the_same_again_does_nothing(tmp_path: Path) -> None:
    turned = Record(RECORDED.counted, RECORDED.rule, ROWS[::-1])
    write_record(turned, tmp_path, before=None)
    about = (tmp_path / RECORD).stat()
    write_record(turned, tmp_path, before=None)
    assert (tmp_path / RECORD).stat() == about
    assert read_record(tmp_path) == RECORDED


def test_two_runs_do_not_write_at_once(tmp_path: Path) -> None:
    (tmp_path / LOCK).touch()
    with pytest.raises(PlacespendError, match="Another run is writing") as refused:
        write_record(RECORDED, tmp_path, before=None)
    assert refused.value.hint is not None
    assert str(tmp_path / LOCK) in refused.value.hint
    assert [path.name for path in tmp_path.iterdir()] == [LOCK]
    (tmp_path / LOCK).unlink()
    write_record(RECORDED, tmp_path, before=None)
    assert [path.name for path in tmp_path.iterdir()] == [RECORD]


def test_the_lock_is_kept_while_it_writes_and_never_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def stop(*_: object, **__: object) -> None:
        seen.append((tmp_path / LOCK).exists())
        raise KeyboardInterrupt

    for name in ("read_record", "write_whole"):
        with monkeypatch.context() as patch:
            patch.setattr(records, name, stop)
            with pytest.raises(KeyboardInterrupt):
                write_record(RECORDED, tmp_path, before=None)
    assert seen == [True, True]
    assert not list(tmp_path.iterdir())


def test_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    def run(number: int) -> int:
        """Decide again until it is written, as a user would; tell how often that took."""
        for tried in range(100_000):
            before = read_record(tmp_path)
            row = Shown(f"own:{number}", "Own", "published", {"E01000001": Fraction(1)}, is_own=True, shown=15)
            try:
                write_record(
                    Record(RECORDED.counted, Rule(), (*(before.shown if before else ()), row)), tmp_path, before=before
                )
            except PlacespendError:
                continue
            return tried
        return -1

    with ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(run, range(24)))
    assert min(tries) >= 0
    record = read_record(tmp_path)
    assert record is not None
    assert {row.key for row in record.shown} == {f"own:{number}" for number in range(24)}
    assert [path.name for path in tmp_path.iterdir()] == [RECORD]


def test_so_is_one_that_is_no_text_or_no_file(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataFileError, match="cannot be read"):
        read_record(tmp_path)
    (tmp_path / RECORD).unlink()
    (tmp_path / RECORD).mkdir()
    with pytest.raises(DataFileError, match="cannot be read"):
        read_record(tmp_path)


def test_a_record_tells_rounded_numbers_that_are_shown_and_no_other(tmp_path: Path) -> None:
    write_record(RECORDED, tmp_path, before=None)
    rows = json.loads((tmp_path / RECORD).read_text(encoding="utf-8"))["shown"]
    assert [(row["key"], row["state"], row["shown"]) for row in rows] == [
        ("lad:E1", "published", 15),
        ("own:a", "suppressed", None),
    ]


def test_it_cannot_be_written_where_there_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="cannot be written"):
        write_record(RECORDED, tmp_path / "none", before=None)
