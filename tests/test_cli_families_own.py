"""The command on a user's own counts of families: what is written, what is kept to oneself, and what is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from running import Run, fits, flat, refuse, table_of

from placespend.families.records import RECORD
from placespend.geography import level_index, positions_of

if TYPE_CHECKING:
    from pathlib import Path

FRAME = level_index("lsoa")[0]
CITY = positions_of("lad", "E09000001")
HARTLEPOOL = positions_of("lad", "E06000001")
COUNTS = np.random.default_rng(3).integers(101, 180, len(HARTLEPOOL))
COUNTS[9] = 3
"""One small count among large ones, none of which is a multiple of five."""
COUNTS += COUNTS % 5 == 0


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    return write(
        tmp_path / "private" / "counts.csv", ["lsoa_code", "families"], zip(FRAME[HARTLEPOOL], COUNTS, strict=True)
    )


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "release").mkdir()
    return tmp_path / "release"


def write(path: Path, heading: list[str], rows: object) -> Path:
    path.parent.mkdir(exist_ok=True)
    lines = [heading, *rows]  # type: ignore[misc]
    path.write_text("".join(",".join(map(str, line)) + "\n" for line in lines), encoding="utf-8")
    return path


def areas(path: Path, **places: object) -> Path:
    return write(path, ["name", "code"], [(name, FRAME[area]) for name, held in places.items() for area in held])  # type: ignore[attr-defined]


def own(counts: Path) -> list[str | Path]:
    return ["--counts", counts, "--definition", "worked with", "--date", "2013"]


SMALL = [str(code) for code in FRAME[HARTLEPOOL]]


def lsoas(path: Path) -> Path:
    """Make each small area a neighbourhood: England's level takes long to put together."""
    return write(path, ["name", "code"], [(code, code) for code in SMALL])


def test_results_hold_marks_and_rounded_numbers_and_no_suppressed_count(run: Run, counts: Path, out: Path) -> None:
    audit = counts.parent / "audit.csv"
    told = []
    for measure, ending in (("count", ".csv"), ("density", ".json"), ("cost", ".csv"), ("count", ".txt")):
        path = out / f"{measure}{ending}"
        boundary = lsoas(counts.parent / "areas.csv")
        result = run(
            "families", "--boundary", boundary, "--measure", measure, *own(counts), "--out", path, "--audit", audit
        )
        assert (result.code, result.out) == (0, "")
        assert "Suppressed: 1 of 58 numbers." in result.err
        assert "keep it to yourself" in result.err
        told += [result.err, path.read_text(encoding="utf-8")]
    rows = {row["code"]: row for row in table_of(told[1])}
    assert (rows[SMALL[9]]["families"], rows[SMALL[9]]["status"]) == ("[c]", "suppressed")
    assert rows[SMALL[9]]["low"] == rows[SMALL[9]]["high"] == ""
    assert all(int(row["families"]) % 5 == 0 for code, row in rows.items() if code != SMALL[9])
    document = {row["code"]: row for row in json.loads(told[3])["places"]}
    assert document[SMALL[9]]["per_km2"] is None
    assert document[SMALL[9]]["told"] == {"per_1000_households": "[c]", "per_km2": "[c]"}
    assert "[c] confidential" in flat(told[7])
    assert fits(told[7])
    truth = {row["key"]: row for row in table_of(audit.read_text(encoding="utf-8"))}
    assert float(truth[f"unit:{SMALL[9]}"]["count"]) == 3
    assert truth[f"unit:{SMALL[9]}"]["state"] == "small"
    assert [float(truth[f"unit:{code}"]["count"]) for code in SMALL] == COUNTS.tolist()
    assert sorted(path.name for path in out.iterdir()) == ["cost.csv", "count.csv", "count.txt", "density.json", RECORD]


def test_what_is_only_printed_says_that_it_is_protected_alone(run: Run, counts: Path) -> None:
    result = run("families", "Hartlepool", *own(counts), "--measure", "count", "--format", "csv")
    assert result.code == 0
    assert table_of(result.out)[0]["families"] == str(round(int(COUNTS.sum()) / 5) * 5)
    assert "Only what is written into one folder with --out is protected together" in flat(result.err)


def test_places_that_are_not_covered_are_missing(run: Run, counts: Path) -> None:
    result = run("families", "--level", "region", *own(counts), "--format", "csv")
    assert {(row["families"], row["status"]) for row in table_of(result.out)} == {("[x]", "missing")}


@pytest.mark.parametrize("where", ["audit.csv", "deep/audit.csv", "../release/audit.csv", "../link/audit.csv"])
def test_the_audit_is_not_written_among_what_is_published(run: Run, counts: Path, out: Path, where: str) -> None:
    (out / "deep").mkdir()
    (out.parent / "link").symlink_to(out)
    result = run("families", "Hartlepool", *own(counts), "--out", out / "a.csv", "--audit", out / where)
    assert result.code == 2
    assert "The audit would lie in" in flat(result.err)
    assert [path.name for path in out.iterdir()] == ["deep"]


def test_nor_are_results_written_beside_the_counts(run: Run, counts: Path) -> None:
    message = refuse(run("families", "Hartlepool", *own(counts), "--out", counts.parent / "a.csv"))
    assert "it holds the counts themselves" in flat(message)
    assert [path.name for path in counts.parent.iterdir()] == ["counts.csv"]


def test_no_result_is_written_over_the_record(run: Run, counts: Path, out: Path) -> None:
    message = refuse(run("families", "Hartlepool", *own(counts), "--out", out / RECORD))
    assert "no result is written over it" in flat(message)
    assert not list(out.iterdir())


def test_overlapping_places_that_differ_by_little_are_refused_by_name(run: Run, counts: Path, out: Path) -> None:
    both = areas(counts.parent / "both.csv", Docks=HARTLEPOOL[:10], Quay=HARTLEPOOL[:9])
    message = flat(refuse(run("families", "--boundary", both, *own(counts), "--out", out / "a.csv")))
    assert "Docks and Quay" in message
    assert "below 10 by subtraction" in message
    assert not list(out.iterdir())


def test_also_when_one_was_shown_by_an_earlier_run(run: Run, counts: Path, out: Path) -> None:
    docks = areas(counts.parent / "docks.csv", Docks=HARTLEPOOL[:10])
    quay = areas(counts.parent / "quay.csv", Quay=HARTLEPOOL[:9])
    square = areas(counts.parent / "square.csv", Square=HARTLEPOOL[:7])
    assert run("families", "--boundary", docks, *own(counts), "--out", out / "a.csv").code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    result = run(
        "families", "--boundary", quay, *own(counts), "--out", out / "b.csv", "--audit", counts.parent / "x.csv"
    )
    assert "Docks and Quay" in flat(refuse(result))
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert not (counts.parent / "x.csv").exists()
    assert run("families", "--boundary", square, *own(counts), "--out", out / "b.csv").code == 0


def test_the_rest_of_a_place_is_known_by_what_is_left_of_it(run: Run, counts: Path, out: Path) -> None:
    shown = []
    for name, held in (("one", HARTLEPOOL[:20]), ("two", HARTLEPOOL[:30])):
        boundary = areas(counts.parent / f"{name}.csv", **{name: held})
        path = out / f"{name}.csv"
        assert run("families", "--boundary", boundary, "--within", "Hartlepool", *own(counts), "--out", path).code == 0
        shown += [int(row["families"]) for row in table_of(path.read_text()) if row["code"].endswith("-rest")]
    assert shown == [round(int(COUNTS[start:].sum()) / 5) * 5 for start in (20, 30)]


def test_a_raised_threshold_and_rounding_are_used_and_noted(run: Run, counts: Path, out: Path) -> None:
    rule = ["--threshold", "150", "--rounding", "10"]
    boundary = areas(counts.parent / "areas.csv", **{f"n{at}": [area] for at, area in enumerate(HARTLEPOOL)})
    path = out / "a.json"
    assert run("families", "--boundary", boundary, *own(counts), *rule, "--out", path).code == 0
    document = json.loads(path.read_text(encoding="utf-8"))
    shown = [row["families"] for row in document["places"] if row["status"] == "published"]
    assert shown
    assert all(number % 10 == 0 and number >= 150 for number in shown)
    assert len(shown) <= (COUNTS >= 150).sum()
    assert any("Counts of 150 or more are shown, rounded to 10" in note for note in document["notes"])
    message = flat(refuse(run("families", "Hartlepool", *own(counts), "--out", out / "b.csv")))
    assert "shown by another rule" in message


def test_it_is_lowered_only_with_a_reason_which_every_form_repeats(run: Run, counts: Path, out: Path) -> None:
    lower = [*own(counts), "--threshold", "3", "--rounding", "1"]
    assert "protect less than the usual 10 and 5" in flat(refuse(run("families", "Hartlepool", *lower)))
    reason = "The board agreed on 1 May"
    for ending in (".json", ".txt", ".csv"):
        assert run("families", "Hartlepool", *lower, "--reason", reason, "--out", out / f"a{ending}").code == 0
    assert f"{reason}." in flat((out / "a.txt").read_text(encoding="utf-8"))
    assert any(reason in note for note in json.loads((out / "a.json").read_text(encoding="utf-8"))["notes"])
    assert json.loads((out / RECORD).read_text(encoding="utf-8"))["rule"]["reason"] == reason
    boundary = areas(counts.parent / "one.csv", Lone=HARTLEPOOL[9:10])
    result = run(
        "families", "--boundary", boundary, *lower, "--reason", reason, "--format", "csv", "--measure", "count"
    )
    assert table_of(result.out)[0]["families"] == "3"


def test_a_broken_record_or_other_counts_are_refused(run: Run, counts: Path, out: Path) -> None:
    assert run("families", "Hartlepool", *own(counts), "--out", out / "a.csv").code == 0
    other = [*own(counts)[:-1], "2014"]
    message = flat(refuse(run("families", "Hartlepool", *other, "--out", out / "b.csv")))
    assert "holds numbers of other counts: worked with, 2013, by lsoa" in message
    (out / RECORD).write_text("{", encoding="utf-8")
    message = flat(refuse(run("families", "Hartlepool", *own(counts), "--out", out / "b.csv")))
    assert "it is not known what was shown" in message
    assert not (out / "b.csv").exists()


def test_table_and_map_go_into_one_folder(run: Run, counts: Path, out: Path, tmp_path: Path) -> None:
    table, picture = out / "a.csv", tmp_path / "a.geojson"
    given = ["families", "Hartlepool", *own(counts), "--measure", "density", "--out", table, "--map", picture]
    assert "go into one folder" in flat(refuse(run(*given)))


def test_a_map_tells_suppressed_places_by_a_mark_alone(run: Run, counts: Path, out: Path) -> None:
    boundary = areas(counts.parent / "areas.csv", **{f"n{at}": [area] for at, area in enumerate(HARTLEPOOL[:12])})
    given = ["families", "--boundary", boundary, *own(counts), "--measure", "density", "--out", out / "a.csv"]
    assert run(*given, "--map", out / "a.geojson").code == 0
    found = {
        feature["properties"]["code"]: feature["properties"]
        for feature in json.loads((out / "a.geojson").read_text(encoding="utf-8"))["features"]
    }
    (hidden,) = [row for row in found.values() if row["mark"] == "suppressed"]
    assert (hidden["value"], hidden["class"], hidden["status"], hidden["band"]) == (None, None, None, "suppressed")
    assert re.fullmatch(r"n9: suppressed.*", hidden["text"])


def test_options_of_own_counts_go_with_counts_alone(run: Run) -> None:
    message = flat(refuse(run("families", "Hartlepool", "--threshold", "20", "--audit", "a.csv")))
    assert "--threshold, --audit can only go with counts of your own" in message


def test_columns_are_named_and_files_that_cannot_be_read_are_refused(run: Run, tmp_path: Path) -> None:
    counts = write(tmp_path / "two.csv", ["lsoa_code", "old", "new"], [(code, 100, 200) for code in SMALL])
    result = run("families", "Hartlepool", *own(counts), "--column", "new", "--measure", "count", "--format", "csv")
    assert table_of(result.out)[0]["families"] == "11600"
    assert run("families", "Hartlepool", *own(counts), "--column", "neither").code == 2
    assert run("families", "Hartlepool", *own(tmp_path / "none.csv")).code == 2
