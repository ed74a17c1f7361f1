"""A user's own file becomes measures of the small areas of 2011, or says why not."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import placespend.measured.reading as reading_module
from placespend.bases import Bases
from placespend.errors import MeasuresError, PlacespendError, WrongTypeError
from placespend.geography import count_of, level_index, positions_of
from placespend.measured.areas import units_of_wards
from placespend.measured.reading import MeasureSource, check_measures, read_measures, survey_measures
from placespend.measures import COMPLETION_SCALE, Measure, measure
from placespend.postcodes import column_of, is_live, small_area_of_postcode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    Write = Callable[..., Path]

MANCHESTER = "E08000003"
SMALL_AREAS = 32_844


def codes_of(level: str) -> list[str]:
    return [str(code) for code in level_index(level)[0]]


def here() -> list[str]:
    """The small areas of Manchester."""
    return [str(code) for code in level_index("lsoa")[0][positions_of("lad", MANCHESTER)]]


def only(path: Path | MeasureSource, lookups: Sequence[Path] = ()) -> Measure:
    (found,) = read_measures(path, lookups=lookups).measures
    return found


def findings(path: Path | MeasureSource, lookups: Sequence[Path] = ()) -> dict[str, str]:
    """Give what was found with its detail; of each finding the last."""
    found = check_measures(path, lookups=lookups)
    return dict(zip(found["finding"], found["detail"], strict=True))


def refused(path: Path | MeasureSource, lookups: Sequence[Path] = ()) -> dict[str, str]:
    found = check_measures(path, lookups=lookups)
    with pytest.raises(MeasuresError) as error:
        read_measures(path, lookups=lookups)
    told = found[found["done"] == "refused"]
    assert error.value.findings.equals(told.reset_index(drop=True))
    return dict(zip(told["finding"], told["detail"], strict=True))


# --- levels


def test_counts_by_small_area_are_taken_as_they_are(write: Write) -> None:
    counts = np.arange(SMALL_AREAS)
    found = only(write(code=codes_of("lsoa"), claimants=counts))
    assert (found.counts == counts).all()
    assert (found.scale, found.covered, found.observed_level, found.completed_by) == (1, None, "lsoa", "")
    assert (found.name, found.label, found.unit, found.year, found.file) == (
        "claimants",
        "claimants",
        "count",
        None,
        "own.csv",
    )
    assert found.source == "own.csv (your own measure; its source is not given)"
    assert not found.is_plain
    with pytest.raises(ValueError, match="read-only"):
        found.counts[0] = 1


@pytest.mark.parametrize("level", ["msoa", "lad", "lad_2025", "upper_tier", "upper_tier_2025"])
def test_counts_of_larger_areas_are_dealt_out_by_residents(write: Write, level: str) -> None:
    codes, number = level_index(level)
    counts = np.arange(len(codes)) + 7
    found = only(write(code=list(codes), claimants=counts))
    assert (found.observed_level, found.completed_by, found.scale) == (level, "residents", COMPLETION_SCALE)
    assert (np.bincount(number, weights=found.counts) == counts * COMPLETION_SCALE).all()
    assert found.covered is None
    # One resident in a hundred thousand is worth no more than a thousandth.
    inside = number == 0
    expected = found.counts[inside].sum() * count_of("residents")[inside] / count_of("residents")[inside].sum()
    assert np.abs(found.counts[inside] - expected).max() < 1


def test_counts_of_households_are_dealt_out_by_households(write: Write) -> None:
    path = write(code=codes_of("lad"), social_housing_stock=[1000] * 326)
    assert only(path).completed_by == "residents"
    found = only(MeasureSource(path, unit="households"))
    assert found.completed_by == "households"
    inside = positions_of("lad", MANCHESTER)
    expected = 1_000_000 * count_of("households")[inside] / count_of("households")[inside].sum()
    assert np.abs(found.counts[inside] - expected).max() < 1


def test_counts_of_wards_of_2025_are_dealt_out_to_what_they_cut(write: Write) -> None:
    wards = list(units_of_wards().codes)
    found = only(write(code=wards, claimants=[3] * len(wards)))
    assert found.observed_level == "ward_2025"
    assert found.counts.sum() == 3 * len(wards) * COMPLETION_SCALE
    assert found.covered is None


def test_counts_of_postcodes_add_up_by_small_area(write: Write) -> None:
    rows = np.flatnonzero(is_live())[::40]
    postcodes = pc.take(column_of("postcode"), rows).to_pylist()
    spaced = [f"{postcode[:-3]} {postcode[-3:].lower()}" for postcode in postcodes]
    found = only(write(postcode=spaced, claimants=[2] * len(spaced)))
    expected = np.bincount(small_area_of_postcode()[rows], minlength=SMALL_AREAS) * 2
    assert (found.counts == expected).all()
    assert found.covered is not None
    assert (found.covered == (expected > 0)).all()


def test_unknown_postcodes_are_told_and_too_many_refused(write: Write) -> None:
    postcodes = pc.take(column_of("postcode"), np.arange(20)).to_pylist()
    few = write(postcode=[*postcodes, "ZZ9 9ZZ"], claimants=[1] * 21)
    assert "1 postcode of 21: ZZ99ZZ" in findings(few)["postcodes unknown"]
    assert only(few).counts.sum() == 20
    many = write(postcode=[*postcodes[:4], "ZZ9 9ZZ"], claimants=[1] * 5)
    assert "too much would be left out" in refused(many)["postcodes unknown"]


def test_the_finest_of_several_columns_of_codes_is_that_of_the_rows(write: Write) -> None:
    path = write(lad=[MANCHESTER] * len(here()), area=here(), claimants=range(len(here())))
    assert only(path).observed_level == "lsoa"
    assert "'area' (LSOA), the finest; 'lad' not used" in findings(path)["several columns of codes"]
    assert "rows" in refused(MeasureSource(path, code_column="lad"))["code repeated"]


def test_a_level_that_fits_both_years_is_told(write: Write) -> None:
    assert "and of 2025 too" in findings(write(code=[MANCHESTER, "E08000035"], claimants=[1, 2]))["level"]
    told = findings(write(code=codes_of("lad_2025"), claimants=[1] * 296))["level"]
    assert told == "all 296 codes are those of a district of 2025"


@pytest.mark.parametrize(
    ("codes", "finding", "words"),
    [
        ([MANCHESTER, "E12000001"], "areas of several kinds", "1 region (E12000001, row 3)"),
        (["E10000002", "E07000004"], "areas of several kinds", "counties and districts"),
        ([MANCHESTER, "E08099999"], "code unknown", "1 code of 2 are no district of 2011: E08099999"),
        (["E02000001", "E02999999"], "code unknown", "E02999999"),
        (["E12000001", "E12000002"], "areas not known", "region"),
        (["E00000001", "E00000003"], "areas not known", "output area"),
        (["W01000001", "W01000002"], "no areas", "no area of England"),
        ([MANCHESTER, MANCHESTER], "code repeated", "rows 2, 3"),
        ([MANCHESTER, "Total"], "code unknown", "'Total' (row 3)"),
        ([MANCHESTER, ""], "code unknown", "(row 3)"),
    ],
)
def test_codes_that_cannot_be_used_are_told(write: Write, codes: list[str], finding: str, words: str) -> None:
    assert words in refused(write(code=codes, claimants=[1, 2]))[finding]


def test_areas_outside_england_are_left_out_and_told(write: Write) -> None:
    path = write(code=["W06000001", "S12000005", "N09000001", MANCHESTER], claimants=[1, 2, 3, 4])
    assert findings(path)["outside England"] == "3 rows of Wales, Scotland or Northern Ireland left out"
    assert only(path).counts.sum() == 4 * COMPLETION_SCALE


def test_footnotes_are_left_out_and_told(write: Write) -> None:
    path = write(code=[MANCHESTER, "E08000035", "Source: somewhere"], claimants=[1, 2, ""])
    assert findings(path)["footnotes"] == "1 row without an area or a figure left out"
    assert only(path).counts.sum() == 3 * COMPLETION_SCALE


# --- coverage


def test_areas_without_a_row_are_not_covered_and_not_zero(write: Write) -> None:
    path = write(code=here(), claimants=[0, *range(1, len(here()))])
    found = only(path)
    assert found.covered is not None
    assert np.flatnonzero(found.covered).tolist() == positions_of("lad", MANCHESTER).tolist()
    assert "282 of 32,844 areas" in findings(path)["coverage"]
    reading = read_measures(path)
    assert (reading.table["areas"][0], reading.table["missing"][0]) == (282, 32_562)
    assert "282 of 32,844 small areas" in reading.notes[0]


def test_a_part_of_england_cannot_take_the_place_of_a_shipped_measure(write: Write) -> None:
    path = write(code=here(), income_deprived=range(len(here())))
    assert "give it a name of its own" in refused(path)["name taken"]
    assert only(MeasureSource(path, column="income_deprived", name="income_deprived_here")).covered is not None


# --- columns


def test_measures_that_are_known_are_read_alone(write: Write) -> None:
    path = write(
        code=here(),
        name=["x"] * 282,
        claimant_count=range(282),
        all_people=range(1, 283),
        **{"Claimant rate": [0.1] * 282},
    )
    assert only(path).name == "claimant_count"
    told = check_measures(path).query("finding == 'not read'")["detail"].tolist()
    assert told == [
        "2 columns of numbers, beside those of known measures: 'all_people', 'Claimant rate'",
        "1 column without counts: 'name'",
    ]


def test_of_unknown_measures_all_columns_of_numbers_are_read(write: Write) -> None:
    path = write(
        **{"code": here(), "fid": range(282), "Pupils 2019": range(282), "Free meals": [3] * 282, "to": ["x"] * 282}
    )
    assert [found.name for found in read_measures(path).measures] == ["pupils_2019", "free_meals"]
    assert [found.label for found in read_measures(path).measures] == ["Pupils 2019", "Free meals"]


def test_what_the_file_says_of_all_its_rows_is_taken(write: Write) -> None:
    path = write(
        code=here(),
        claimants=range(282),
        year=[2012] * 282,
        source=["DWP"] * 282,
        licence=["OGL"] * 282,
        unit=["people"] * 282,
        label=["claimants of benefits"] * 282,
    )
    found = only(path)
    assert (found.year, found.source, found.licence, found.unit) == (2012, "DWP", "OGL", "people")
    assert found.label == "claimants of benefits"
    mine = only(MeasureSource(path, year=2013, source="me", licence="mine", unit="persons", label="they"))
    assert (mine.year, mine.source, mine.licence, mine.unit, mine.label) == (2013, "me", "mine", "persons", "they")


def test_a_column_that_says_several_years_says_none(write: Write) -> None:
    path = write(code=here(), claimants=range(282), year=[2012, *[2013] * 281])
    assert only(path).year is None
    assert "'year' says several things" in findings(path)["not read"]


def test_one_column_can_be_named(write: Write) -> None:
    path = write(**{"code": here(), "One thing": range(282), "other": range(282)})
    assert only(MeasureSource(path, column="One thing")).name == "one_thing"
    found = only(MeasureSource(path, column="one_thing", name="claimant_count"))
    assert (found.name, found.label) == ("claimant_count", "claimant count")
    assert only(MeasureSource(path, name="other")).name == "other"
    assert "did you mean 'other'" in refused(MeasureSource(path, column="othr"))["no such column"]
    assert "which of its columns" in refused(MeasureSource(path, name="mine"))["no such column"]
    assert "'code'" in refused(MeasureSource(path, code_column="cod"))["no codes"]
    assert "holds no codes" in refused(MeasureSource(path, code_column="other"))["no codes"]


@pytest.mark.parametrize(
    ("headings", "finding"),
    [
        (["count", "count"], "column repeated"),
        (["Count", "count"], "column repeated"),
        (["£££"], "no name"),
        (["health_blend"], "name taken"),
    ],
)
def test_headings_that_cannot_name_a_measure_are_told(tmp_path: Path, headings: list[str], finding: str) -> None:
    rows = "".join(f"{code},{','.join(['7'] * len(headings))}\n" for code in here())
    path = tmp_path / "own.csv"
    path.write_text(f"code,{','.join(headings)}\n{rows}", encoding="utf-8")
    assert finding in refused(path)


def test_a_file_without_numbers_is_refused(write: Write) -> None:
    assert "no column of numbers" in refused(write(code=here(), name=["x"] * 282))["no counts"]


def test_two_files_of_one_measure_are_refused(write: Write) -> None:
    paths = [write(name, code=here(), claimants=range(282)) for name in ("a.csv", "b.csv")]
    with pytest.raises(MeasuresError, match=r"2 files give it: a\.csv, b\.csv"):
        read_measures(*paths)
    both = read_measures(paths[0], MeasureSource(paths[1], column="claimants", name="others"))
    assert [found.name for found in both.measures] == ["claimants", "others"]
    assert [name for name, _ in both.inputs] == ["a.csv", "b.csv"]


# --- values


def test_a_suppressed_count_is_half_of_the_least_that_is_told(write: Write) -> None:
    path = write(code=here(), claimants=[0, "c", "", 10, *["1,000"] * 278])
    found = only(path)
    assert found.scale == 1
    assert found.counts[positions_of("lad", MANCHESTER)][:5].tolist() == [0, 5, 5, 10, 1000]
    assert findings(path)["suppressed"] == (
        "2 areas of 282 blank or marked: each taken as 5, half of the least count that is told"
    )
    assert read_measures(path).table["suppressed"][0] == 2


def test_half_of_an_odd_count_is_kept_in_thousandths(write: Write) -> None:
    found = only(write(code=here(), claimants=["c", *[5] * 281]))
    assert found.scale == COMPLETION_SCALE
    assert found.counts[positions_of("lad", MANCHESTER)][:2].tolist() == [2500, 5000]


@pytest.mark.parametrize(
    ("value", "finding", "words"),
    [
        ("-3", "negative", "1 value: '-3' (row 2)"),
        ("ten", "no number", "1 value: 'ten' (row 2)"),
        ("#REF!", "no number", "'#REF!' (row 2)"),
        ("1e400", "infinite", "'1e400' (row 2)"),
        ("1e308", "too large", "too large to be counted"),
        (str(2**60), "too large", "give it in a larger unit"),
        ("0.0001", "too small", "1 count"),
    ],
)
def test_values_that_are_no_counts_are_told_with_their_rows(write: Write, value: str, finding: str, words: str) -> None:
    assert words in refused(write(code=here(), claimants=[value, *[300] * 281]))[finding]


def test_a_measure_of_nothing_is_refused(write: Write) -> None:
    assert "all its counts are zero" in refused(write(code=here(), claimants=[0] * 282))["no counts"]
    path = write(code=here(), claimants=["c"] * 282)
    assert "all are blank or marked" in refused(MeasureSource(path, column="claimants"))["no counts"]


def test_all_faults_of_all_files_are_told_at_once(write: Write, tmp_path: Path) -> None:
    one = write("one.csv", code=here(), claimants=["-1", "ten", *[3] * 280], others=["x1", *[3] * 281])
    with pytest.raises(MeasuresError) as error:
        read_measures(one, tmp_path / "none.csv", lookups=[tmp_path / "no.csv"])
    told = error.value.findings
    assert told["finding"].tolist() == ["lookup not read", "negative", "no number", "no number", "file not read"]
    assert isinstance(error.value, PlacespendError)
    assert isinstance(error.value, ValueError)
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)  # noqa: S301


def test_further_decimals_are_told(write: Write) -> None:
    path = write(code=here(), road_length=[1.23456, *[300.5] * 281])
    assert "further decimals are rounded" in findings(path)["rounded"]
    assert only(path).counts[positions_of("lad", MANCHESTER)[0]] == 1235


# --- rates and ranks


@pytest.mark.parametrize(
    ("heading", "values", "finding"),
    [
        ("poverty", [0.5, 0.25, 0.125] * 94, "rate, not count"),
        ("poverty", [12.5, 25.1, 99.9] * 94, "rate, not count"),
        ("poverty", ["12 %", "13 %", "14 %"] * 94, "rate, not count"),
        ("poverty_rate", [1, 2, 3] * 94, "rate, not count"),
        ("Poverty (%)", [1, 2, 3] * 94, "rate, not count"),
        ("claimants_per_1000", [150, 2, 3] * 94, "rate, not count"),
        ("imd_score", [150.1, 2, 3] * 94, "rate, not count"),
        ("imd_rank", [150, 2, 3] * 94, "rank, not count"),
        ("need", list(range(1, 283)), "rank, not count"),
        ("imd_decile", [1, 2, 10] * 94, "decile, not count"),
    ],
)
def test_rates_and_ranks_are_not_taken_for_counts(
    write: Write, heading: str, values: list[object], finding: str
) -> None:
    assert finding in refused(write(**{"code": here(), heading: values}))


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("hectares", [0.5, 12.25, 99.9] * 94),
        ("road_length", [0.5, 12.25, 99.9] * 94),
        ("modelled_claimants", [0.5, 12.25, 99.9] * 94),
        ("claimants", [0.5, 12.25, 101] * 94),
        ("claimants", [1, 2, 3] * 94),
        ("claimants", [1, 2, 3.5, *[7] * 279]),
        ("residents_in_decile_1", [0, 1500, 300] * 94),
        ("corporate_tenants", [1, 2, 3] * 94),
    ],
)
def test_counts_are_not_taken_for_rates(write: Write, heading: str, values: list[object]) -> None:
    path = write(**{"code": here(), heading: values})
    if heading == "hectares":
        assert set(refused(path)) == {"name taken"}
    else:
        assert only(path).counts.any()


def test_of_a_few_areas_fractions_tell_nothing(write: Write) -> None:
    assert only(write(code=[MANCHESTER, "E08000035"], claimants=[12.5, 30.25])).counts.sum() == 42_750


def test_a_unit_that_is_said_settles_it(write: Write) -> None:
    path = write(code=here(), claimants=[0.5, 12.25, 99.9] * 94)
    assert only(MeasureSource(path, unit="people, weighted")).counts.any()
    assert "rate, not count" in refused(MeasureSource(path, unit="per cent"))


def test_a_rate_that_is_declared_is_multiplied(write: Write) -> None:
    path = write(code=codes_of("lsoa"), poverty_rate=[12.5] * SMALL_AREAS)
    found = only(MeasureSource(path, rate_per=100, rate_of="residents"))
    assert (found.counts == count_of("residents") * 125).all()
    assert found.scale == COMPLETION_SCALE
    assert "per 100 of residents" in found.note
    by_area = write(code=codes_of("upper_tier"), poverty_rate=[10] * 152)
    found = only(MeasureSource(by_area, rate_per=1000, rate_of="aged_65_plus"))
    assert found.counts.sum() == measure("aged_65_plus").counts.sum() // 100
    assert found.observed_level == "upper_tier"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"rate_per": 100}, "needs both"),
        ({"rate_of": "residents"}, "needs both"),
        ({"rate_per": 0, "rate_of": "residents"}, "needs both"),
        ({"rate_per": 100, "rate_of": "resident"}, "did you mean 'residents'"),
    ],
)
def test_a_rate_must_be_declared_whole(write: Write, options: dict[str, object], words: str) -> None:
    path = write(code=here(), poverty_rate=[10] * 282)
    assert words in refused(MeasureSource(path, **options))["rate not clear"]  # type: ignore[arg-type]


def test_a_rate_of_postcodes_is_refused(write: Write) -> None:
    postcodes = pc.take(column_of("postcode"), np.arange(20)).to_pylist()
    path = write(postcode=postcodes, poverty_rate=[10] * 20)
    assert "rate of postcodes" in refused(MeasureSource(path, rate_per=100, rate_of="residents"))


# --- beside what is shipped


def test_a_better_measure_is_told_beside_the_shipped_one(write: Write) -> None:
    counts = count_of("residents") // 7
    path = write(code=codes_of("lsoa"), income_deprived=counts)
    told = findings(path)["beside the shipped"]
    assert "% of the shipped measure" in told
    assert "with a correlation of counts of 0." in told
    assert only(path).label == measure("income_deprived").label


def test_another_unit_is_told(write: Write) -> None:
    shipped = measure("income_deprived")
    path = write(code=codes_of("lsoa"), income_deprived=shipped.counts)
    assert findings(path)["unlike the shipped"].startswith("152 authorities with over twice or under half")


def test_a_measure_on_no_ladder_is_told(write: Write) -> None:
    assert "[[basis]]" in findings(write(code=here(), claimants=[5] * 282))["on no ladder"]
    assert "on no ladder" not in findings(write(code=here(), claimant_count=[5] * 282))


def test_plain_residents_stay_plain(write: Write) -> None:
    assert only(write(code=codes_of("lsoa"), residents=count_of("residents") + 1)).is_plain


# --- laws


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(order=st.permutations(range(30)), counts=st.lists(st.integers(0, 10**9), min_size=30, max_size=30))
def test_the_order_of_rows_changes_nothing(write: Write, order: list[int], counts: list[int]) -> None:
    counts = [*counts[:-1], 7]
    codes = codes_of("msoa")[:30]
    one = only(write("one.csv", code=codes, claimants=counts))
    other = only(write("other.csv", claimants=[counts[at] for at in order], code=[codes[at] for at in order]))
    assert (one.counts == other.counts).all()
    assert one.counts.sum() == sum(counts) * COMPLETION_SCALE


@pytest.mark.parametrize("factor", [2, 1000, 0.5])
def test_scaling_a_measure_changes_no_share(write: Write, factor: float) -> None:
    counts = np.arange(SMALL_AREAS) % 97 + 200
    one = only(write("one.csv", code=codes_of("lsoa"), claimants=counts))
    other = only(write("other.csv", code=codes_of("lsoa"), claimants=counts * factor))
    assert (one.counts * other.counts[0] == other.counts * one.counts[0]).all()


def test_small_letters_and_spaces_change_nothing(write: Write) -> None:
    one = only(write("one.csv", code=here(), claimants=range(282)))
    other = only(
        write("other.csv", code=[f" {code.lower()} " for code in here()], claimants=[f" {n} " for n in range(282)])
    )
    assert (one.counts == other.counts).all()


def test_a_survey_never_raises(tmp_path: Path) -> None:
    reading = survey_measures(tmp_path / "none.csv", "")
    assert reading.measures == ()
    assert list(reading.table.columns) == reading_module.TABLE_COLUMNS
    assert reading.findings["finding"].tolist() == ["file not read", "file not read"]


def test_nothing_gives_nothing() -> None:
    reading = read_measures()
    assert (reading.measures, reading.inputs, reading.notes) == ((), (), ())
    assert isinstance(reading.findings, pd.DataFrame)


# --- what an attack found


def test_a_file_of_blanks_is_no_measure_of_guesses(write: Write) -> None:
    counts = ["7" if number < 282 else "" for number in range(len(codes_of("lsoa")))]
    path = write(code=codes_of("lsoa"), claimant_count=counts)
    assert "32,562 areas of 32,844 are blank or marked" in refused(path)["mostly not told"]


def test_what_was_suppressed_is_told_with_the_figures(write: Write) -> None:
    counts = ["c" if number < 100 else "7" for number in range(len(codes_of("lsoa")))]
    reading = read_measures(write(code=codes_of("lsoa"), claimant_count=counts))
    assert "100 areas of 32,844 suppressed at source, and guessed" in reading.notes[0]


def test_a_rate_of_a_larger_area_goes_to_those_that_it_is_a_rate_of(write: Write) -> None:
    path = write(code=codes_of("lad"), share=["10"] * 326)
    source = MeasureSource(path, column="share", name="cared_for", rate_per=100, rate_of="aged_65_plus")
    (found,) = read_measures(source).measures
    base = measure("aged_65_plus")
    assert np.abs(found.counts / found.scale - base.counts / base.scale / 10).max() < 0.01
    assert (found.completed_by, found.by_kind) == ("aged_65_plus", False)


@pytest.mark.parametrize(
    ("heading", "values", "finding"),
    [
        ("Claimant rate per 1,000", range(5, 331), "rate, not count"),
        ("Crimes per 10,000", range(5, 331), "rate, not count"),
        ("Percentages", range(5, 331), "rate, not count"),
        ("Rank of claimants", range(5, 331), "rank, not count"),
        ("Claimants in England", [number + 0.5 for number in range(50)] * 6 + [1.5] * 26, "rate, not count"),
    ],
)
def test_a_name_of_ones_own_does_not_hide_what_a_column_is(
    write: Write, heading: str, values: Iterable[float], finding: str
) -> None:
    path = write(code=codes_of("lad"), **{heading: [str(value) for value in values]})
    found = check_measures(MeasureSource(path, column=heading, name="claimant_count"))
    assert finding in set(found.loc[found["done"] == "refused", "finding"])


def test_a_measure_spread_by_kinds_has_a_plain_sibling(write: Write) -> None:
    codes, number = level_index("lad")
    households = np.bincount(number, weights=measure("households_3plus_deprivation_dims").counts) // 1000
    (found,) = read_measures(write(code=list(codes), claimant_count=households.astype(int))).measures
    assert found.by_kind
    bases = Bases((found,))
    assert bases.plain_of("claimant_count") == "claimant_count_plain"
    (plain, _), *_ = bases.basis("claimant_count_plain").parts
    assert plain.counts.sum() == found.counts.sum()
    assert plain.counts.tolist() != found.counts.tolist()
    assert (plain.by_kind, plain.label) == (False, f"{found.label}, spread by residents alone")


def test_a_reading_is_told_in_a_line_and_a_list_of_files_is_refused_in_words(write: Write) -> None:
    path = write(code=codes_of("lad"), claimant_count=range(7, 333))
    assert repr(read_measures(path)) == "<MeasureReading of own.csv: claimant_count>"
    assert repr(Bases(read_measures(path).measures)).endswith("claimant_count>")
    with pytest.raises(WrongTypeError, match="not as list"):
        check_measures([path])  # type: ignore[arg-type]
