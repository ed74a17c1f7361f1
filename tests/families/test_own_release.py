"""What is shown of a user's own counts: rounded, modelled inside, suppressed, or missing; and nothing else."""

from __future__ import annotations

import pickle
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from placespend.bases import Bases
from placespend.disclosure.rule import Rule
from placespend.errors import DataFileError, OverlappingPlacesError, PlacespendError
from placespend.extents import Extent
from placespend.families.costs import family_costs
from placespend.families.own_counts import FamilyCounts, read_family_counts
from placespend.families.own_release import Release, protect_families
from placespend.families.records import read_record
from placespend.families.shown import as_told
from placespend.gazetteer import find_place, places_of_level
from placespend.geography import level_index, positions_of
from placespend.levels import OWN
from placespend.place import Place

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FRAME = level_index("lsoa")[0]
MSOAS, MSOA_OF = level_index("msoa")
HARTLEPOOL = positions_of("lad", "E06000001")
MSOA = find_place("E02002483")
"""Hartlepool 001, of six small areas."""


def own(code: str, areas: np.ndarray) -> Place:
    return Place(code, code.capitalize(), OWN, Extent(np.sort(np.asarray(areas, dtype=np.int64))))


def made(path: Path, numbers: Mapping[str, object], *, date: str = "2013", name: str = "own.csv") -> FamilyCounts:
    text = "".join(f"{code},{number}\n" for code, number in numbers.items())
    (path / name).write_text(f"code,families\n{text}", encoding="utf-8")
    return read_family_counts(path / name, definition="worked with", date=date)


def every(number: int, **others: object) -> dict[str, object]:
    """Count the same in each of Hartlepool's small areas, but for some by their place among them."""
    return {str(code): others.get(f"a{at}", number) for at, code in enumerate(FRAME[HARTLEPOOL])}


def row(release: Release, code: str) -> dict[str, Any]:
    found = as_told(release.families.counts()).to_dict(orient="records")
    return {str(name): value for row in found if row["code"] == code for name, value in row.items()}


# --- numbers


def test_counts_are_rounded_and_say_what_they_stand_for(tmp_path: Path) -> None:
    release = protect_families(made(tmp_path, every(31)), [find_place("Hartlepool"), MSOA])
    assert row(release, "E06000001")["families"] == 1800  # 58 * 31 = 1798
    found = row(release, MSOA.code)
    assert (found["families"], found["low"], found["high"], found["status"]) == (185, 183, 187, "published")  # 186
    assert release.families.is_own


def test_suppressed_and_missing_have_marks_of_their_own_and_are_never_zero(tmp_path: Path) -> None:
    numbers = every(31, a0=0, a1=4, a2="c")
    places = [own(f"p{at}", HARTLEPOOL[[at]]) for at in range(4)]
    beyond = own("beyond", np.append(HARTLEPOOL[5], positions_of("lad", "E06000004")[0]))
    release = protect_families(made(tmp_path, numbers), [*places, beyond, find_place("Hartlepool")])
    told = as_told(release.families.counts()).set_index("code")
    assert told["families"].to_dict() == {
        "p0": "[c]", "p1": "[c]", "p2": "[x]", "p3": 30, "beyond": "[x]", "E06000001": "[x]"
    }  # fmt: skip
    assert told["status"].to_list() == ["suppressed"] * 2 + ["missing", "published", "missing", "missing"]
    density = as_told(release.families.density()).set_index("code")
    for column in ("per_1000_households", "per_km2"):
        assert density.loc[["p1", "p2"], column].to_list() == ["[c]", "[x]"]
    assert any("Missing" in note for note in release.families.notes)


def test_a_place_that_cuts_units_is_estimated_from_their_parts(tmp_path: Path) -> None:
    codes = sorted(set(MSOAS[MSOA_OF[HARTLEPOOL]]))
    counts = made(tmp_path, dict.fromkeys(codes, 60))
    inside = np.flatnonzero(MSOAS[MSOA_OF] == codes[0])
    other = np.flatnonzero(MSOAS[MSOA_OF] == codes[1])
    release = protect_families(counts, [own("both", np.concatenate([inside, other[:2]]))])
    found = row(release, "both")
    assert found["status"] == "estimated"
    assert 60 < found["families"] < 120
    assert found["families"] % 5 == 0


# --- counts by authority


@pytest.fixture
def by_authority(tmp_path: Path) -> FamilyCounts:
    return made(tmp_path, {"E06000001": 297, "E06000004": 7, "E10000023": 1204})


def test_numbers_inside_an_authority_are_dealt_out_of_the_shown_number(tmp_path: Path) -> None:
    places = [
        find_place("Hartlepool"),
        *(find_place(code) for code in sorted(set(MSOAS[MSOA_OF[HARTLEPOOL]]))),
    ]
    release = protect_families(made(tmp_path, {"E06000001": 1997}), places)
    table = release.families.table.set_index("code")
    assert table.at["E06000001", "families"] == 1995
    inner = table.drop("E06000001")
    assert (inner["status"] == "estimated").all()
    assert inner["families"].sum() == 1995
    assert inner["thousandths"].sum() == pytest.approx(1_995_000, abs=len(inner))
    assert any("modelled" in note for note in release.families.notes)


def test_they_are_the_same_for_every_count_that_rounds_alike(tmp_path: Path) -> None:
    places = [own("part", HARTLEPOOL[:7]), MSOA, find_place("E01011954")]
    tables = [
        protect_families(made(tmp_path, {"E06000001": count}), places).families.table.drop(columns="source")
        for count in (293, 297)
    ]
    pd.testing.assert_frame_equal(tables[0], tables[1])


def test_small_numbers_inside_are_told_as_fewer_than_ten(by_authority: FamilyCounts) -> None:
    release = protect_families(by_authority, [find_place(code) for code in FRAME[HARTLEPOOL]])
    table = as_told(release.families.counts())
    few = table["families"] == "fewer than 10"
    assert few.any()
    assert (table.loc[few, "low"] == 0).all()
    assert (table.loc[few, "high"] >= 9).all()
    assert (pd.to_numeric(table.loc[~few, "families"]) >= 10).all()


def test_they_are_suppressed_with_the_authority(by_authority: FamilyCounts) -> None:
    inside = positions_of("lad", "E06000004")
    places = [
        find_place("Stockton-on-Tees"),
        *(find_place(code) for code in FRAME[inside[:3]]),
        own("part", inside[:30]),
    ]
    release = protect_families(by_authority, places)
    assert set(release.families.table["status"]) == {"suppressed"}
    assert release.families.table[["families", "low", "high", "thousandths"]].isna().all(axis=None)


def test_districts_of_a_county_are_modelled_from_it(by_authority: FamilyCounts) -> None:
    districts = [
        place
        for place in places_of_level("lad")
        if np.isin(place.small_areas, positions_of("upper_tier", "E10000023")).all()
    ]
    assert len(districts) == 7
    table = protect_families(by_authority, districts).families.table
    assert table["families"].sum() == 1205
    assert set(table["status"]) == {"estimated"}


# --- cost


def test_a_cost_is_of_the_rounded_number_and_suppressed_with_it(by_authority: FamilyCounts) -> None:
    release = protect_families(by_authority, [find_place("Hartlepool"), find_place("Stockton-on-Tees")])
    families, status = (release.families.table.set_index("code")[name] for name in ("families", "status"))
    costs = family_costs(release.families.places, families, status=status).set_index(["code", "layer"])
    assert costs.at[("E06000001", "national_mean"), "total_gbp"] == 295 * 75_000
    hidden = costs.loc["E06000004"]
    assert (hidden["status"] == "suppressed").all()
    assert hidden["cost_per_family_gbp"].isna()["modelled"]
    assert hidden["total_gbp"].isna()["national_mean"]


# --- overlapping places


def test_two_places_of_the_users_own_that_differ_by_little_are_refused(tmp_path: Path) -> None:
    counts = made(tmp_path, every(31, a9=3))
    places = [own("larger", HARTLEPOOL[:10]), own("smaller", HARTLEPOOL[:9])]
    with pytest.raises(OverlappingPlacesError, match=r"Larger and Smaller|Smaller and Larger"):
        protect_families(counts, places)
    allowed = protect_families(counts, [own("larger", HARTLEPOOL[:11]), own("smaller", HARTLEPOOL[:9])])
    assert allowed.families.table["families"].notna().all()


def test_so_they_are_run_after_run(tmp_path: Path) -> None:
    counts = made(tmp_path, every(31, a9=3))
    folder = tmp_path / "release"
    folder.mkdir()
    protect_families(counts, [own("larger", HARTLEPOOL[:10])], folder=folder).keep_record()
    before = read_record(folder)
    with pytest.raises(OverlappingPlacesError, match="Larger and Smaller"):
        protect_families(counts, [own("smaller", HARTLEPOOL[:9])], folder=folder)
    assert read_record(folder) == before


def test_also_where_another_level_showed_one_of_them_first(tmp_path: Path) -> None:
    inside = MSOA.small_areas
    lone = int(np.flatnonzero(inside[-1] == HARTLEPOOL)[0])
    counts = made(tmp_path, every(31, **{f"a{lone}": 3}))
    folder = tmp_path / "release"
    folder.mkdir()
    protect_families(counts, [MSOA], folder=folder).keep_record()
    protect_families(counts, [own("same", inside)], folder=folder).keep_record()
    with pytest.raises(OverlappingPlacesError, match="Hartlepool 001 and Less"):
        protect_families(counts, [own("less", inside[:-1])], folder=folder)


def test_a_place_and_one_of_a_level_that_differ_by_little_are_not_both_shown(tmp_path: Path) -> None:
    counts = made(tmp_path, every(31, a9=3))
    release = protect_families(counts, [find_place("Hartlepool"), own("nearly", np.delete(HARTLEPOOL, 9))])
    assert (release.families.table["status"] == "suppressed").sum() == 1
    audit = release.protected.audit().set_index("key")
    assert audit.at[f"untold:{FRAME[HARTLEPOOL[9]]}", "count"] == 3
    apart = protect_families(counts, [find_place("Hartlepool"), own("nearly", np.delete(HARTLEPOOL, 10))])
    assert (apart.families.table["status"] == "published").all()


# --- one folder


def test_a_place_is_known_by_what_it_is_made_of_and_not_by_its_code(tmp_path: Path) -> None:
    counts = made(tmp_path, every(31))
    protect_families(counts, [own("n1", HARTLEPOOL[:10])], folder=tmp_path).keep_record()
    second = protect_families(counts, [own("n1", HARTLEPOOL[:20])], folder=tmp_path)
    assert second.families.table["families"].to_list() == [620]
    second.keep_record()
    record = read_record(tmp_path)
    assert record is not None
    assert [(row.key, row.shown) for row in record.shown] == [("own:n1", 310), ("own:n1 (2)", 620)]


def test_and_one_place_under_several_names_is_shown_alike(tmp_path: Path) -> None:
    codes = FRAME[positions_of("lad", "E09000001")]
    counts = made(tmp_path, dict.fromkeys(codes, 3))
    levels = {"upper_tier": "E09000001", "msoa": "E02000001", "police_force": "E23000034"}
    city = [find_place(code, level=level) for level, code in levels.items()]
    # A place of one's own is one of them too.
    places = [*city, own("square", positions_of("lad", "E09000001"))]
    release = protect_families(counts, places)
    assert len(release.record.shown) == 1
    assert set(release.families.table["families"]) == {20}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"date": "2014"}, "holds numbers of other counts: worked with, 2013, by lsoa"),
        ({"rule": Rule(20, 5)}, "shown by another rule: Counts of 10 or more"),
        ({"numbers": every(45)}, "holds other numbers of Hartlepool: the counts have changed since"),
        ({"numbers": dict(list(every(31).items())[1:])}, "areas that these counts have not, such as E01011949"),
    ],
)
def test_what_cannot_stand_beside_what_was_shown_is_refused(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    protect_families(made(tmp_path, every(31)), [find_place("Hartlepool")], folder=tmp_path).keep_record()
    numbers, date = change.get("numbers", every(31)), str(change.get("date", "2013"))
    counts = made(tmp_path, numbers, date=date)  # type: ignore[arg-type]
    rule = change.get("rule")
    assert rule is None or isinstance(rule, Rule)
    with pytest.raises(PlacespendError, match=re.escape(words)) as refused:
        protect_families(counts, [MSOA], folder=tmp_path, rule=rule)
    assert "another folder" in str(refused.value.hint)


def test_a_record_is_kept_in_a_folder_alone(tmp_path: Path) -> None:
    release = protect_families(made(tmp_path, every(31)), [MSOA])
    with pytest.raises(DataFileError, match="no folder"):
        release.keep_record()


# --- nothing else


def test_no_display_tells_a_hidden_count(tmp_path: Path) -> None:
    numbers = dict(zip(FRAME[HARTLEPOOL[:4]], [3, 3, 3, 96], strict=True))
    counts = made(tmp_path, numbers)
    release = protect_families(counts, [own(f"p{at}", HARTLEPOOL[[at]]) for at in range(4)])
    shown = [repr(counts), repr(release), repr(release.protected), repr(release.families)]
    shown += [str(release), f"{release.families}", release.families._repr_html_()]
    shown += [str(getattr(thing, "_repr_html_", str)()) for thing in (counts, release, release.protected)]
    for text in shown:
        assert not re.search(r"\b(96|3)\b", re.sub(r"3 suppressed|[\w-]*p3|3 of them|P3", "", text)), text
    assert "[c]" in release.families._repr_html_()
    assert b"own.csv" in pickle.dumps(release.families.table)


@pytest.mark.parametrize(("rule", "shown"), [(Rule(20, 10), [pd.NA, 20]), (Rule(5, 1, "The board agreed"), [15, 23])])
def test_the_rule_may_be_raised_or_lowered_and_is_told(tmp_path: Path, rule: Rule, shown: list[object]) -> None:
    counts = made(tmp_path, every(31, a0=15, a1=23))
    places = [own("a", HARTLEPOOL[[0]]), own("b", HARTLEPOOL[[1]])]
    release = protect_families(counts, places, rule=rule)
    assert release.families.table["families"].to_list() == shown
    assert any(rule.words in note for note in release.families.notes)
    assert release.record.rule == rule


# --- what no one asked for


def test_a_small_unit_between_two_levels_is_not_given_away(tmp_path: Path) -> None:
    # Ilkley ward is the middle-layer area Bradford 002 and one small area more.
    ward, area = find_place("E05001354"), find_place("E02002184")
    (extra,) = set(ward.extent.whole.tolist()) - set(area.extent.whole.tolist())
    numbers = {str(FRAME[unit]): 30 for unit in ward.extent.whole.tolist()} | {str(FRAME[extra]): 3}
    counts = made(tmp_path, numbers)
    shown = protect_families(counts, [area, ward], rule=Rule(10, 1, "agreed")).families.counts()["families"]
    assert shown.isna().sum() == 1
    for first, second in ((area, ward), (ward, area)):
        folder = tmp_path / first.code
        folder.mkdir()
        assert row(protect_families(counts, [first], folder=folder), first.code)["status"] == "published"
        assert row(protect_families(counts, [second], folder=folder), second.code)["families"] == "[c]"


def test_a_small_unit_that_sums_of_places_leave_is_not_given_away(tmp_path: Path) -> None:
    units = HARTLEPOOL[:7]
    counts = made(tmp_path, {str(FRAME[unit]): 3 if at == 6 else 30 for at, unit in enumerate(units)})
    places = [own("one", units[:3]), own("two", units[3:6]), own("all", units)]
    told = protect_families(counts, places, rule=Rule(10, 1, "agreed")).families.counts()["families"]
    assert told.isna().any()


def test_where_nothing_is_modelled_fewer_than_ten_are_told(tmp_path: Path) -> None:
    area = HARTLEPOOL[0]
    measure = replace(Bases().measure("households"), counts=np.where(np.arange(len(FRAME)) == area, 0, 5))
    counts = made(tmp_path, {"E06000001": 297})
    release = protect_families(counts, [find_place(str(FRAME[area]))], bases=Bases((measure,)), by="households")
    assert row(release, str(FRAME[area]))["families"] == "fewer than 10"


def test_what_is_shown_in_a_folder_is_recorded_at_once_and_again_changes_nothing(tmp_path: Path) -> None:
    counts = made(tmp_path, every(31))
    folder = tmp_path / "out"
    folder.mkdir()
    kept = protect_families(counts, [MSOA], folder=str(folder))
    record = read_record(folder)
    assert record == kept.record
    kept.keep_record()
    assert read_record(folder) == record
    later = protect_families(counts, [find_place("Hartlepool")], folder=folder, keep=False)
    assert read_record(folder) == record
    later.keep_record()
    assert read_record(folder) == later.record


def test_a_place_inside_a_unit_has_the_range_that_the_number_stands_for(tmp_path: Path) -> None:
    codes = sorted(set(MSOAS[MSOA_OF[HARTLEPOOL]]))
    counts = made(tmp_path, {"E06000001": 1997})
    release = protect_families(counts, [find_place(code) for code in codes])
    table = release.families.table
    # 1,995 stands for 1,993 to 1,997, so the ends of the parts sum to no less than that.
    assert int(table["low"].sum()) <= 1_993
    assert int(table["high"].sum()) >= 1_997
