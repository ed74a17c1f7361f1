"""A user's own counts of families are read as given, or the file says why not, and no message tells a count."""

from __future__ import annotations

import csv
import gzip
import os
import pickle
import re
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import FamilyCountsError, MeasuresError, WrongTypeError
from placespend.families.own_counts import (
    NOT_GIVEN,
    FamilyCounts,
    check_family_counts,
    read_family_counts,
)
from placespend.families.own_units import UNIT_WORDS
from placespend.geography import count_of, level_index, positions_of
from placespend.levels import LEVELS
from placespend.measured.areas import units_of_wards
from placespend.postcodes import column_of, is_live, small_area_of_postcode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Find = Callable[[str], Path]
    Write = Callable[..., Path]

SHARED = Path(os.environ.get("PLACESPEND_SHARED", Path(__file__).resolve().parents[3] / "shared"))
MANCHESTER, SALFORD = "E08000003", "E08000006"
GREATER_MANCHESTER = [f"E080000{number:02}" for number in range(1, 11)]
FRAME = level_index("lsoa")[0]
SMALL_AREAS = len(FRAME)


def here(code: str = MANCHESTER) -> list[str]:
    """The small areas of a district."""
    return [str(code) for code in FRAME[positions_of("lad", code)]]


def save(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        writer.writerows(rows)
    return path


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a CSV of columns of the same length; one that is a text says the same in every row."""

    def write_columns(name: str = "own.csv", /, **columns: object) -> Path:
        length = max(len(values) for values in columns.values() if isinstance(values, list))
        full = [values if isinstance(values, list) else [values] * length for values in columns.values()]
        return save(tmp_path / name, list(columns), zip(*full, strict=True))

    return write_columns


@pytest.fixture
def published() -> Find:
    """Find a published lookup, or skip the test."""

    def find(name: str) -> Path:
        path = SHARED / "data" / "lookups" / name
        if not path.exists():
            pytest.skip(f"{name} is not at hand: set PLACESPEND_SHARED to the folder that holds data/")
        return path

    return find


def told(path: Path, done: str = "kept", **options: object) -> dict[str, str]:
    """Give what was found with its detail; of each finding the last."""
    table = check_family_counts(path, **options)  # type: ignore[arg-type]
    table = table[table["done"] == done]
    return dict(zip(table["finding"], table["detail"], strict=True))


def refused(path: Path, **options: object) -> dict[str, str]:
    with pytest.raises(FamilyCountsError) as error:
        read_family_counts(path, **options)  # type: ignore[arg-type]
    assert isinstance(error.value, MeasuresError)
    assert str(error.value).startswith("These counts of families cannot be used:\n  ")
    assert str(path.parent) not in str(error.value)
    found = told(path, "refused", **options)
    assert all(f"{finding}: {detail}" in str(error.value) for finding, detail in found.items())
    return found


def by_code(found: FamilyCounts) -> dict[str, int | None]:
    counts = zip(found.codes, found.counts.tolist(), found.is_given.tolist(), strict=True)
    return {code: count if is_given else None for code, count, is_given in counts}


# --- what is read


def test_counts_by_small_area_are_kept_as_given(write: Write) -> None:
    codes = here()
    counts = [number % 23 for number in range(len(codes))]
    path = write(lsoa=codes, families=counts, definition="identified", date="2013-03-31", source="Children's services")
    found = read_family_counts(path)
    assert by_code(found) == dict(zip(codes, counts, strict=True))
    assert (found.level, found.name, found.label, found.file) == ("lsoa", "families", "families", "own.csv")
    assert (found.definition, found.date, found.source) == ("identified", "2013-03-31", "Children's services")
    inside = positions_of("lad", MANCHESTER)
    assert (found.unit_of_small_area[inside] == np.arange(len(codes))).all()
    assert (np.delete(found.unit_of_small_area, inside) == -1).all()
    assert (found.households == count_of("households")[inside]).all()
    assert found.names[0].startswith("Manchester ")
    assert found.counts.dtype == np.int64
    assert found.unit_of_small_area.shape == (SMALL_AREAS,)
    with pytest.raises(ValueError, match="read-only"):
        found.counts[0] = 1


@pytest.mark.parametrize("level", ["msoa", "lad", "lad_2025", "upper_tier", "upper_tier_2025"])
def test_every_level_is_told_from_its_codes(write: Write, level: str) -> None:
    codes, number = level_index(level)
    counts = [at % 190 for at in range(len(codes))]
    found = read_family_counts(write(code=list(codes)[::-1], count=counts[::-1]))
    assert found.level == level
    assert by_code(found) == dict(zip(codes, counts, strict=True))
    assert (found.unit_of_small_area == number).all()
    assert found.households.sum() == count_of("households").sum()
    assert all(found.names)
    assert f"{len(codes):,} {UNIT_WORDS[level][1]} (" in repr(found)


def test_districts_that_are_upper_tiers_are_counted_as_upper_tiers(write: Write) -> None:
    found = read_family_counts(write(code=GREATER_MANCHESTER, families=[800] * 10))
    assert found.level == "upper_tier"
    assert read_family_counts(write(code=["E07000008", MANCHESTER], families=[5, 9])).level == "lad"


def test_a_level_of_every_unit_can_be_looked_up(write: Write) -> None:
    assert set(UNIT_WORDS) <= set(LEVELS)
    assert read_family_counts(write(code=here(), families=[3] * len(here()))).level in LEVELS


def test_numbers_are_read_however_they_are_written(write: Write) -> None:
    found = read_family_counts(write(code=[MANCHESTER, SALFORD], families=["1,204", "12.0"]))
    assert by_code(found) == {MANCHESTER: 1204, SALFORD: 12}


def test_zero_is_a_count(write: Write) -> None:
    found = read_family_counts(write(code=here(), families=[0] * len(here())))
    assert found.is_given.all()
    assert not found.counts.any()


@pytest.mark.parametrize("mark", ["", "c", "*", "<5", "..", "fewer than 10"])
def test_a_blank_or_mark_is_missing_and_not_zero(write: Write, mark: str) -> None:
    path = write(code=[MANCHESTER, SALFORD, "E08000001"], families=[30, mark, 0])
    found = read_family_counts(path)
    assert by_code(found) == {"E08000001": 0, MANCHESTER: 30, SALFORD: None}
    assert found.counts[2] == NOT_GIVEN < 0
    assert told(path)["missing"].startswith("1 area of 3 blank or marked: row 3. They are not known")
    assert "The counts of 1 of 3 areas are missing, which is not zero." in found.notes


def test_a_packed_file_and_a_workbook_read_alike(write: Write, tmp_path: Path) -> None:
    plain = write(code=[MANCHESTER, SALFORD], families=[30, 40], as_at="2013-03-31")
    packed = tmp_path / "own.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    book_path = tmp_path / "own.xlsx"
    with xlsxwriter.Workbook(book_path) as book:
        for name in ("Identified", "Turned around"):
            sheet = book.add_worksheet(name)
            more = name == "Turned around"
            for at, row in enumerate([["code", "families"], [MANCHESTER, 30 + more], [SALFORD, 40 + more]]):
                sheet.write_row(at, 0, row)
    assert (
        by_code(read_family_counts(packed)) == by_code(read_family_counts(book_path)) == {MANCHESTER: 30, SALFORD: 40}
    )
    with xlsxwriter.Workbook(tmp_path / "dated.xlsx", {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["code", "families", "date"])
        sheet.write_row(1, 0, [MANCHESTER, 30])
        sheet.write_datetime(1, 2, datetime(2013, 3, 31, tzinfo=None))  # noqa: DTZ001
    assert read_family_counts(tmp_path / "dated.xlsx").date == "2013-03-31"
    assert by_code(read_family_counts(book_path, sheet="Turned around")) == {MANCHESTER: 31, SALFORD: 41}
    said = told(book_path)["several sheets"]
    assert "'Turned around'" in said
    assert "recipe" not in said
    assert "no sheet 'Third'" in refused(book_path, sheet="Third")["file not read"]


def test_a_title_above_the_headings_and_wales_are_passed_over(tmp_path: Path) -> None:
    path = save(tmp_path / "own.csv", ["Our families"], [["code", "families"], [MANCHESTER, 7], ["W06000015", 9]])
    assert by_code(read_family_counts(path)) == {MANCHESTER: 7}
    assert told(path)["outside England"].startswith("1 row of Wales")


# --- which column


def test_the_only_column_of_whole_numbers_is_the_count(write: Write) -> None:
    path = write(code=[MANCHESTER, SALFORD], helped=[30, 40], households=[500, 600], rate=[0.5, 1.5], note=["a", "b"])
    found = read_family_counts(path)
    assert (found.name, by_code(found)) == ("helped", {MANCHESTER: 30, SALFORD: 40})
    assert "families are those of 'helped'; 3 columns not read: 'households', 'rate', 'note'" in told(path)["not read"]


def test_several_counts_are_listed_and_one_can_be_said(write: Write) -> None:
    path = write(code=[MANCHESTER, SALFORD], families_identified=[30, 40], families_turned_around=[10, 20])
    said = refused(path)["several counts"]
    assert "2 columns may be of families: 'families_identified', 'families_turned_around'" in said
    assert "say which with column" in said
    found = read_family_counts(path, column="Families identified")
    assert (found.name, by_code(found)) == ("families_identified", {MANCHESTER: 30, SALFORD: 40})
    assert "did you mean 'families_identified'" in refused(path, column="familys_identified")["no such column"]


def test_a_rate_beside_the_families_is_not_taken_for_them(write: Write) -> None:
    path = write(code=[MANCHESTER, SALFORD], families_per_1000=[3, 4], families=[30, 40])
    assert by_code(read_family_counts(path)) == {MANCHESTER: 30, SALFORD: 40}


@pytest.mark.parametrize("heading", ["households", "residents", "number_of_people"])
def test_what_is_no_family_is_not_taken_for_one(write: Write, heading: str) -> None:
    path = write(code=[MANCHESTER, SALFORD], **{heading: [30, 40]})
    assert "no column of whole numbers" in refused(path)["no counts"]
    assert by_code(read_family_counts(path, column=heading)) == {MANCHESTER: 30, SALFORD: 40}


def test_the_column_of_codes_can_be_said(write: Write) -> None:
    path = write(home=here(MANCHESTER)[:2], other=here(SALFORD)[:2], families=[3, 4])
    assert by_code(read_family_counts(path, code="other")) == dict(zip(here(SALFORD)[:2], [3, 4], strict=True))
    assert "there is no column 'third'" in refused(path, code="third")["no codes"]


@pytest.mark.parametrize(
    ("heading", "counts", "finding"),
    [
        ("families_per_1000_households", [3, 9, 4], "rate, not count"),
        ("families_rank", [3, 9, 4], "rank, not count"),
        ("families", list(range(1, 31)), "rank, not count"),
        ("families", ["3%", "9%", "4%"], "rate, not count"),
    ],
)
def test_rates_and_ranks_are_refused_without_their_values(
    write: Write, heading: str, counts: list[object], finding: str
) -> None:
    path = write(code=here()[: len(counts)], **{heading: counts})
    assert refused(path)[finding] == (
        "its heading or its values say so: give the number of families of each area, a whole number"
    )


# --- what is said of all


def test_what_the_file_does_not_say_is_told(write: Write) -> None:
    path = write(code=[MANCHESTER, SALFORD], families=[30, 40])
    found = read_family_counts(path)
    assert (found.definition, found.date, found.source) == ("as counted by own.csv", "not stated", "own.csv")
    assert {"definition not stated", "date not stated"} <= set(told(path))
    assert not {"definition not stated", "date not stated"} & set(told(path, definition="identified", date="2013"))


@pytest.mark.parametrize("column", ["definition", "date", "as_at", "source"])
def test_a_file_says_one_thing_of_all_its_rows(write: Write, column: str) -> None:
    what = "date" if column == "as_at" else column
    path = write(code=GREATER_MANCHESTER[:4], families=[3, 4, 5, 6], **{column: ["x", "y", "x", "z"]})
    assert f"'x' in 2 rows, 'y' (row 3), 'z' (row 5): a file is of one {what}" in refused(path)[f"{what}s differ"]


def test_a_blank_says_nothing_else(write: Write) -> None:
    path = write(code=[MANCHESTER, SALFORD], families=[3, 4], definition=["identified", " "])
    assert read_family_counts(path).definition == "identified"


def test_what_is_given_wins_and_is_told(write: Write) -> None:
    path = write(code=[MANCHESTER, SALFORD], families=[3, 4], definition="worked with", date=["2012", "2013"])
    found = read_family_counts(path, definition="identified", date="2013-03-31")
    assert (found.definition, found.date) == ("identified", "2013-03-31")
    said = told(path, definition="identified", date="2013-03-31")
    assert "the file says 'worked with'; 'identified' is taken" in said["definition said otherwise"]
    assert "the file says '2012', '2013'" in said["date said otherwise"]
    assert "definition said otherwise" not in told(path, definition="worked with", date="2012")


def test_a_day_that_never_was_is_refused(write: Write) -> None:
    path = write(code=[MANCHESTER], families=[3])
    assert "2013-02-30" in refused(path, date="2013-02-30")["no such day"]
    assert read_family_counts(path, date="31/3/2013").date == "31/3/2013"


def test_formulas_and_control_signs_are_text(write: Write) -> None:
    path = write(code=[MANCHESTER], families=[3], definition="=HYPERLINK(1)\x1b[2J\n\tnow", source="+cmd|' /C'!A0")
    found = read_family_counts(path)
    assert found.definition == "=HYPERLINK(1)[2J now"
    assert found.source == "+cmd|' /C'!A0"
    assert repr(found).isprintable()
    told_of = refused(write(code=[MANCHESTER], families=["=1+1\x1b[2J"]))
    assert all(detail.isprintable() for detail in told_of.values())


# --- what is refused


@pytest.mark.parametrize(
    ("cells", "finding", "rows"),
    [
        ([30, -7777, 20], "negative", "row 3"),
        ([30, "12.5", 20], "fractions", "row 3"),
        ([30.25, 40, "7777.5"], "fractions", "rows 2, 4"),
        ([30, "about 7777", 20], "no number", "row 3"),
        ([30, "inf", 20], "no number", "row 3"),
        ([30, "1e999", 20], "infinite", "row 3"),
        ([30, "=SUM(A1:A7777)", 20], "no number", "row 3"),
        ([30, "7777,5", 20], "no number", "row 3"),
        ([30, "<0", 20], "no number", "row 3"),
        (["c", "", ".."], "no counts", "all are blank or marked"),
        ([30, 9_000_000, 20], "more than households", "row 3"),
        ([30, "1e300", 20], "more than households", "row 3"),
    ],
)
def test_what_is_no_count_is_refused_by_its_row(write: Write, cells: list[object], finding: str, rows: str) -> None:
    path = write(code=[MANCHESTER, SALFORD, "E08000001"], families=cells)
    found = refused(path)
    assert rows in found[finding]
    table = check_family_counts(path)
    assert not table["detail"].str.contains("7777|9,?000,?000|30").any()
    assert set(table.loc[table["finding"] == finding, "measure"]) == {"families"}


def test_many_families_are_told_and_kept(write: Write) -> None:
    households = int(count_of("households")[positions_of("lad", MANCHESTER)].sum())
    path = write(code=[MANCHESTER, SALFORD], families=[households // 4 + 1, 5])
    assert "1 row with more than a quarter of the area's households: row 2" in told(path)["many families"]
    assert "many families" not in told(write(code=[MANCHESTER], families=[households // 4]))
    assert by_code(read_family_counts(write(code=[MANCHESTER], families=[households]))) == {MANCHESTER: households}
    assert "row 2" in refused(write(code=[MANCHESTER], families=[households + 1]))["more than households"]


@pytest.mark.parametrize(
    ("codes", "finding", "words"),
    [
        ([MANCHESTER, MANCHESTER], "code repeated", "rows 2, 3"),
        ([MANCHESTER, "E08009999"], "code unknown", "E08009999"),
        ([MANCHESTER, "Salford"], "code unknown", "'Salford' (row 3)"),
        ([MANCHESTER, ""], "code unknown", "remove rows of totals"),
        ([MANCHESTER, "E92000001"], "areas of several kinds", "remove rows of totals"),
        ([MANCHESTER, "E12000002"], "areas of several kinds", "remove rows of totals"),
        ([MANCHESTER, "E47000001"], "areas of several kinds", "remove rows of totals"),
        (["E10000014", "E07000084"], "areas of several kinds", "counties and districts"),
        ([MANCHESTER, "E01005061"], "areas of several kinds", "LSOA"),
        (["E12000001", "E12000002"], "areas not known", "region"),
        (["W06000015", "S12000033"], "no areas", "no area of England"),
        (["E01005061", "E01099999"], "changed since", "--lookup FILE"),
    ],
)
def test_areas_that_cannot_be_counted_are_refused(write: Write, codes: list[str], finding: str, words: str) -> None:
    assert words in refused(write(code=codes, families=[21, 22]))[finding]


def test_all_faults_are_told_at_once(write: Write) -> None:
    path = write(
        code=GREATER_MANCHESTER, families=[-1, "ten", 2.5, *[7] * 7], definition=["a", *["b"] * 9], date="2013-02-30"
    )
    assert set(refused(path)) == {"negative", "no number", "fractions", "definitions differ", "no such day"}
    path = write(code=[MANCHESTER, MANCHESTER], families_a=[1, 2], families_b=[1, 2], definition=["a", "b"])
    assert set(refused(path)) == {"code repeated", "several counts", "definitions differ"}


def test_a_count_that_slipped_among_the_codes_is_not_told(write: Write) -> None:
    said = refused(write(code=[MANCHESTER, SALFORD, "37"], families=[20, 21, "Trafford"]))["code unknown"]
    assert "1 row with no code of an area: a number (row 4)" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"code,families\n", "no rows below"),
        (b"Manchester,37\nSalford,41\n", "no column of codes"),
        (b"E08000003,37\nE08000006,41\n", "no headings above"),
        (b"\xff\xfec\0o\0d\0e\0", "UTF-16"),
        (b"code,families\nE08000003,\xa337\n", "UTF-8"),
        (b"<html><body>37</body></html>", "web page"),
        (b"code;families\nE08000003;37\n", "separates its columns"),
        (b'code,families\n"E08000003,37\n', "cannot be read as CSV"),
        (b"\x1f\x8b\x08\x00broken", "cannot be unpacked"),
        (b"PK\x03\x04broken", "own.csv"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_no_count(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    said = refused(path)["file not read"]
    assert words in said
    assert not re.search(r"\b(?:37|41)\b", said)


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.csv")["file not read"] == "There is no file none.csv."


def test_broken_rows_and_repeated_columns_are_refused(tmp_path: Path) -> None:
    heading = ["code", "families"]
    assert "row 3" in refused(save(tmp_path / "a.csv", heading, [[MANCHESTER, 3], [SALFORD, 4, 5]]))["row broken"]
    repeated = save(tmp_path / "b.csv", [*heading, "families"], [[MANCHESTER, 3, 4]])
    assert "'families'" in refused(repeated)["column repeated"]


def test_what_is_no_path_or_text_is_refused(write: Write) -> None:
    path = write(code=[MANCHESTER], families=[3])
    with pytest.raises(WrongTypeError, match="given as a path, not as list"):
        read_family_counts([path])  # type: ignore[arg-type]
    with pytest.raises(WrongTypeError, match="given as text"):
        read_family_counts(path, date=2013)  # type: ignore[arg-type]
    with pytest.raises(WrongTypeError, match="list of files"):
        read_family_counts(path, lookups="lookup.csv")


# --- coverage


def test_what_the_authorities_lack_is_told(write: Write) -> None:
    codes = [*here()[:-3], *here(SALFORD)]
    said = told(write(code=codes, families=[3] * len(codes)))["authorities in part"]
    assert said == (
        f"1 of 2 upper tiers covered in part ({MANCHESTER}): 3 areas of theirs without a row, as "
        f"{', '.join(here()[-3:])}"
    )
    assert "authorities in part" not in told(write(code=here(), families=[3] * len(here())))


# --- areas of other years, wards and postcodes


def to_2021(write: Write) -> tuple[Path, dict[str, list[str]]]:
    """Make a lookup in which the first small area of Manchester was split, two were merged, and two redrawn."""
    first, second, third, fourth, fifth = here()[:5]
    became = {str(code): [str(code)] for code in FRAME}
    became[first] = ["E01034500", "E01034501"]
    became[second] = became[third] = ["E01034502"]
    became[fourth], became[fifth] = ["E01034503", "E01034504"], ["E01034504"]
    pairs = [(old, new) for old, others in became.items() for new in others]
    path = write("lookup.csv", LSOA11CD=[old for old, _ in pairs], LSOA21CD=[new for _, new in pairs])
    return path, became


def test_small_areas_of_2021_are_joined_into_whole_ones_of_2011(write: Write) -> None:
    lookup, _ = to_2021(write)
    first, second, third, fourth, fifth, sixth = here()[:6]
    codes = [sixth, *(f"E0103450{number}" for number in range(5))]
    path = write(code=codes, families=[1, 10, 20, 30, 40, 50])
    assert "--lookup FILE" in refused(path)["changed since"]
    found = read_family_counts(path, lookups=[lookup])
    redrawn = "E01034503+E01034504"
    assert by_code(found) == {first: 30, "E01034502": 30, redrawn: 90, sixth: 1}
    frame = [first, second, third, fourth, fifth, sixth]
    unit = found.unit_of_small_area[FRAME.get_indexer(pd.Index(frame))]
    assert list(found.codes[unit]) == [first, "E01034502", "E01034502", redrawn, redrawn, sixth]
    assert (found.unit_of_small_area >= 0).sum() == 6
    assert (found.level, found.words) == ("own", "small area (LSOA) of 2021")
    assert "4 areas (small area (LSOA) of 2021) were joined into 2 units" in told(path, lookups=[lookup])["joined"]
    assert any("2 units of whole small areas" in note for note in found.notes)
    assert repr(found) == "<Family counts of 4 areas (as counted by own.csv, not stated): own.csv>"


def test_a_part_of_a_small_area_alone_is_missing(write: Write) -> None:
    lookup, _ = to_2021(write)
    first, sixth = here()[0], here()[5]
    lacking = write(code=["E01034500", sixth], families=[10, 20])
    assert by_code(read_family_counts(lacking, lookups=[lookup])) == {first: None, sixth: 20}
    assert (
        f"1 unit of whole small areas lack a part that has no row: {first}"
        in (told(lacking, lookups=[lookup])["in part"])
    )
    marked = write(code=["E01034500", "E01034501", sixth], families=[10, "c", 20])
    found = read_family_counts(marked, lookups=[lookup])
    assert by_code(found) == {first: None, sixth: 20}
    assert found.level == "lsoa"


def test_a_lookup_that_cannot_be_read_is_told(write: Write) -> None:
    path = write(code=[MANCHESTER], families=[3])
    bad = write("lookup.csv", LSOA11CD=here(), LSOA21CD=here())
    assert "cut short" in refused(path, lookups=[bad])["lookup not read"]


@pytest.mark.parametrize(
    ("lookup", "column"),
    [("lookup_lsoa11_lsoa21_ltla22.csv.gz", "lsoa21_code"), ("lookup_lsoa01_lsoa11.csv.gz", "lsoa01_code")],
)
def test_all_small_areas_of_another_census_keep_their_families(
    published: Find, tmp_path: Path, lookup: str, column: str
) -> None:
    with gzip.open(published(lookup), "rt", encoding="utf-8") as file:
        codes = sorted({row[column] for row in csv.DictReader(file) if row[column].startswith("E")})
    counts = [at % 17 for at in range(len(codes))]
    path = save(tmp_path / "own.csv", ["code", "families"], zip(codes, counts, strict=True))
    found = read_family_counts(path, lookups=[published(lookup)])
    assert found.is_given.all()
    assert found.counts.sum() == sum(counts)
    assert (found.unit_of_small_area >= 0).all()
    assert found.households.sum() == count_of("households").sum()
    assert len(found.codes) > 0.95 * min(SMALL_AREAS, len(codes))


def test_wards_of_another_year_are_whole_small_areas_by_a_lookup(published: Find, tmp_path: Path) -> None:
    lookup = published("lookup_lsoa11_ward17.csv.gz")
    with gzip.open(lookup, "rt", encoding="utf-8") as file:
        inside = set(here())
        pairs = [row for row in csv.DictReader(file) if row["lsoa11_code"] in inside]
    wards = sorted({row["ward17_code"] for row in pairs})
    path = save(tmp_path / "own.csv", ["ward", "families"], [[ward, 12] for ward in wards])
    found = read_family_counts(path, lookups=[lookup])
    assert (list(found.codes), found.level) == (wards, "own")
    unit = found.unit_of_small_area[FRAME.get_indexer(pd.Index([row["lsoa11_code"] for row in pairs]))]
    assert list(found.codes[unit]) == [row["ward17_code"] for row in pairs]


def cut_wards() -> tuple[list[str], list[str]]:
    """The wards of 2025 that are whole small areas, and those that cut some."""
    units = units_of_wards()
    shared = np.bincount(units.area, minlength=SMALL_AREAS)[units.area] > 1
    cutting = np.unique(units.unit[shared])
    whole = np.setdiff1d(np.unique(units.unit), cutting)
    return list(units.codes[whole]), list(units.codes[cutting])


def test_wards_that_cut_small_areas_are_refused_and_others_read(write: Write) -> None:
    whole, cutting = cut_wards()
    found = read_family_counts(write(code=whole, families=[3] * len(whole)))
    assert (found.level, list(found.codes)) == ("ward_2025", whole)
    assert (found.households > 0).all()
    assert all(found.names)
    said = refused(write(code=[*whole, *cutting], families=[3] * (len(whole) + len(cutting))))["small areas cut"]
    assert "areas (ward of 2025) are not made of whole small areas: E05" in said
    assert "give counts by small area or authority" in said


def test_an_area_that_is_hardly_cut_is_taken_whole(write: Write) -> None:
    inside = here()
    shared = here(SALFORD)[0]
    old = [*map(str, FRAME), shared]
    district = dict.fromkeys(inside, "E08000990") | dict.fromkeys(here(SALFORD), "E08000991")
    new = [*(district.get(code, "E08000992") for code in old[:-1]), "E08000990"]
    lookup = write("lookup.csv", LSOA11CD=old, LAD22CD=new)
    path = write(code=["E08000990", "E08000991"], families=[30, 40])
    found = read_family_counts(path, lookups=[lookup])
    assert by_code(found) == {"E08000990": 30, "E08000991": 40}
    # A tie goes to the first code.
    assert found.unit_of_small_area[positions_of("lsoa", shared)].tolist() == [0]
    said = told(path, lookups=[lookup])["best fit"]
    assert said.startswith("2 areas cut small areas that hold few of their households (E08000990, E08000991), each")
    assert f"Areas: {said}." in found.notes
    assert found.level == "own"


def test_an_area_that_is_cut_more_is_refused(write: Write) -> None:
    shared = here(SALFORD)[:5]
    old = [*map(str, FRAME), *shared]
    district = dict.fromkeys(here(), "E08000990") | dict.fromkeys(here(SALFORD), "E08000991")
    new = [*(district.get(code, "E08000992") for code in old[:SMALL_AREAS]), *["E08000990"] * 5]
    lookup = write("lookup.csv", LSOA11CD=old, LAD22CD=new)
    path = write(code=["E08000990", "E08000991"], families=[30, 40])
    assert ": E08000991: how many" in refused(path, lookups=[lookup])["small areas cut"]
    assert by_code(read_family_counts(write(code=["E08000990"], families=[30]), lookups=[lookup])) == {"E08000990": 30}


def test_postcodes_are_summed_by_small_area(write: Write) -> None:
    first, second = positions_of("lad", MANCHESTER)[:2]
    rows = [np.flatnonzero(is_live() & (small_area_of_postcode() == area))[:2] for area in (first, second)]
    postcodes = [column_of("postcode")[int(row)].as_py() for row in np.concatenate(rows)]
    found = read_family_counts(write(postcode=postcodes, families=[1, 2, 3, "c"]))
    assert by_code(found) == {FRAME[first]: 3, FRAME[second]: None}
    assert found.level == "lsoa"
    assert "Areas: summed from postcodes." in found.notes


# --- what is shown


def test_what_is_shown_tells_no_count(write: Write) -> None:
    codes = here()
    path = write(code=codes, families=[73] * len(codes), definition="identified", date="2013-03-31")
    found = read_family_counts(path)
    assert repr(found) == f"<Family counts of {len(codes)} LSOAs (identified, 2013-03-31): own.csv>"
    assert str(found) == repr(found)
    assert not [name for name in dir(found) if name.startswith("_repr_")]
    shown = " ".join([repr(found), *found.notes, found.findings.to_string()])
    assert not re.search(r"\b73\b", shown)
    assert str(path.parent) not in shown


def test_an_error_survives_the_way_to_another_process(write: Write) -> None:
    with pytest.raises(FamilyCountsError) as error:
        read_family_counts(write(code=[MANCHESTER], families=[-3]))
    again = pickle.loads(pickle.dumps(error.value))  # noqa: S301
    assert str(again) == str(error.value)
    assert isinstance(again, FamilyCountsError)


# --- laws


DISTRICTS = [str(code) for code in level_index("lad")[0][::25]]
CELLS = st.one_of(st.integers(0, 120), st.sampled_from(["", "c", "<5", "7.0"]))
ROWS = st.lists(st.tuples(st.sampled_from(DISTRICTS), CELLS), min_size=2, max_size=12, unique_by=lambda row: row[0])


def outcome(path: Path) -> FamilyCounts | set[str]:
    """Give the counts, or what they are refused for."""
    try:
        return read_family_counts(path)
    except FamilyCountsError as error:
        return set(error.findings["finding"])


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, data=st.data())
def test_reading_does_not_depend_on_the_order_of_rows(rows: list[tuple[str, object]], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(rows))
    with TemporaryDirectory() as folder:
        first, second = (outcome(save(Path(folder) / "own.csv", ["code", "families"], of)) for of in (rows, mixed))
    if isinstance(first, FamilyCounts) and isinstance(second, FamilyCounts):
        assert by_code(first) == by_code(second)
        assert list(first.codes) == list(second.codes) == sorted(code for code, _ in rows)
        assert (first.unit_of_small_area == second.unit_of_small_area).all()
        assert (first.households == second.households).all()
        assert (first.names, first.notes, repr(first)) == (second.names, second.notes, repr(second))
        marks = {"", "c", "<5"}
        assert by_code(first) == {code: None if cell in marks else int(float(str(cell))) for code, cell in rows}
    else:
        assert isinstance(first, set)
        assert first == second
