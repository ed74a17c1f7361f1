"""A place is found by what people call it; what is really different, elsewhere or misspelt is refused in words."""

from __future__ import annotations

import os
from datetime import date, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import (
    AmbiguousPlaceError,
    OutsideEnglandError,
    PlaceNotFoundError,
    PlacespendError,
    UnknownNameError,
    WrongTypeError,
)
from placespend.footprints import extent_at, footprint_areas
from placespend.gazetteer import find_place, list_places, parse_as_at, places_of_level, suggest_places
from placespend.geography import groupings, positions_of
from placespend.neighbourhoods import neighbourhood_pilots
from placespend.place_names import exists
from placespend.shipped import shipped_file
from placespend.spelling import normalise

ROOT = Path(__file__).resolve().parents[1]
# The developers' shared folder; tests that need it are skipped where it is absent.
FACTS = Path(os.environ.get("PLACESPEND_SHARED", ROOT.parent / "shared")) / "facts"

YEAR_END = "2012-03-31"
FOOTPRINTS = {  # every footprint named in the facts but the upper tiers -> the place that it is
    **{f"E1200000{number}": f"E1200000{number}" for number in range(1, 10)},
    **{f"E070000{number}": f"E070000{number}" for number in range(66, 78)},
    "E92000001": "E92000001",
    "E47000001": "E47000001",
    "E47000001 less Wigan": "GM-WASTE",
    "Greater Essex": "WPP-GREATER-ESSEX",
    "E06000057": "E06000057",
    "E08000037": "E08000037",
}
WHOLE_PLACES = {  # every place of facts/whole_place_published.csv
    "Birmingham": "E08000025",
    "Cheshire West and Chester": "E06000050",
    "Cumbria": "E10000006",
    "Greater Manchester": "E47000001",
    "Worcestershire": "E10000034",
}
BOTH_PILOTS = ("whole_place_pilot", "essex")
"""The one name that two places of one level share: Essex was a pilot in both senses."""

TIERS = ["E06000033", "E06000034", "E06000050", "E09000013", "E09000020", "E09000033", "E10000012"] + [
    f"E080000{number:02d}" for number in range(1, 11)
]


@cache
def named() -> pd.DataFrame:
    """List the level, code, name and first day of every place above the middle-layer area."""
    tiling = pd.read_csv(shipped_file("boundaries", "places.csv"), dtype="str").assign(start=YEAR_END)
    columns = ["level", "code", "name", "start"]
    pilots = neighbourhood_pilots()[["code", "name"]].assign(level="neighbourhood", start=YEAR_END)
    return pd.concat([tiling[columns], pilots[columns], groupings()[columns]], ignore_index=True)


def facts(name: str) -> pd.DataFrame:
    path = FACTS / name
    if not path.exists():
        pytest.skip(f"the developers' shared folder does not have facts/{name}")
    return pd.read_csv(path, dtype="str")


# --- by name, alias and code


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        ("Greater Manchester", "combined_authority", "E47000001"),
        ("GMCA", "combined_authority", "E47000001"),
        ("E47000001", "combined_authority", "E47000001"),
        ("E23000005", "police_force", "E23000005"),
        ("Manchester", "upper_tier", "E08000003"),
        ("Norfolk", "upper_tier", "E10000020"),
        ("Suffolk", "upper_tier", "E10000029"),
        ("Birmingham", "upper_tier", "E08000025"),
        ("Cheshire West and Chester", "upper_tier", "E06000050"),
        ("West Cheshire", "upper_tier", "E06000050"),
        ("Essex county", "upper_tier", "E10000012"),
        ("Greater Essex", "whole_place_pilot", "WPP-GREATER-ESSEX"),
        ("Basildon", "lad", "E07000066"),
        ("Tri-borough", "tri_borough", "TRI-BOROUGH"),
        ("Hull", "upper_tier", "E06000010"),
        ("Bristol, City of", "upper_tier", "E06000023"),
        ("London", "region", "E12000007"),
        ("Greater London", "region", "E12000007"),
        ("England", "england", "E92000001"),
        ("Folkestone and Hythe", "lad", "E07000112"),
        ("Barnsley", "upper_tier", "E08000016"),
        ("North Northamptonshire", "upper_tier_2025", "E06000061"),
        ("Manchester 001", "msoa", "E02001045"),
        ("City of London 001A", "lsoa", "E01000001"),
        ("E01000001", "lsoa", "E01000001"),
    ],
)
def test_a_place_is_found_by_name_alias_or_code(text: str, level: str, code: str) -> None:
    place = find_place(text, as_at=YEAR_END)
    assert (place.level, place.code) == (level, code)
    np.testing.assert_array_equal(place.small_areas, positions_of(level, code))


@pytest.mark.parametrize(
    "text",
    ["greater manchester", "GREATER MANCHESTER", "  Greater\tManchester\n", "Greater-Manchester", "greater_manchester",
     "GreaterManchester", "e47000001", " E47000001 ", "E47-000-001", "(Greater) Manchester."],
)  # fmt: skip
def test_case_spaces_and_punctuation_do_not_matter(text: str) -> None:
    assert find_place(text, as_at=YEAR_END).code == "E47000001"


@pytest.mark.parametrize("text", ["Windsor & Maidenhead", "windsor and maidenhead", "WINDSOR&MAIDENHEAD"])
def test_an_ampersand_is_and(text: str) -> None:
    assert find_place(text).code == "E06000040"


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_however_a_name_is_typed_it_is_the_same_place(data: st.DataObject) -> None:
    names = named()["name"].drop_duplicates().tolist()
    name = data.draw(st.sampled_from(names))
    between = data.draw(st.text(" .,-_/()'", min_size=1, max_size=3))
    typed = data.draw(st.sampled_from([name.upper(), name.lower(), name.replace(" ", between), f"{between}{name} "]))

    def found(text: str) -> list[str]:
        try:
            return [find_place(text, as_at=YEAR_END).code]
        except AmbiguousPlaceError as error:
            return [error.message.split(": ", 1)[1]]
        except PlaceNotFoundError as error:
            return [error.message.split(": ", 1)[1]]

    assert found(typed) == found(name)


def test_every_code_is_its_own_place_or_an_identical_one() -> None:
    wrong = []
    for row in named().to_dict(orient="records"):
        place = find_place(row["code"], as_at=row["start"])
        if place.code != row["code"] or not place.extent.is_same(extent_at(row["level"], row["code"])):
            wrong.append((row["code"], place))
        if place.level != row["level"] and not any(f"({row['level']}, {row['code']})" in also for also in place.also):
            wrong.append((row["code"], place))
    assert wrong == []


def test_every_name_with_its_level_is_exactly_that_place() -> None:
    wrong = []
    for row in named().to_dict(orient="records"):
        if (row["level"], normalise(row["name"])) == BOTH_PILOTS:
            continue
        place = find_place(row["name"], level=row["level"], as_at=row["start"])
        if (place.level, place.code, place.name) != (row["level"], row["code"], row["name"]):
            wrong.append((row["level"], row["name"], place))
    assert wrong == []


def test_every_alias_with_its_level_is_the_place_it_stands_for() -> None:
    aliases = pd.read_csv(shipped_file("boundaries", "aliases.csv"), dtype="str")
    start = named().set_index(["level", "code"])["start"]
    wrong = [
        (alias, level)
        for level, code, alias in zip(aliases["level"], aliases["code"], aliases["alias"], strict=True)
        if (level, normalise(alias)) != BOTH_PILOTS
        and find_place(alias, level=level, as_at=start[level, code]).code != code
    ]
    assert wrong == []


# --- one place under several names


@pytest.mark.parametrize(
    ("text", "chosen", "also"),
    [
        ("Greater Manchester", "combined_authority", {"whole_place_pilot", "police_force"}),
        ("Norfolk", "upper_tier", {"police_force", "upper_tier_2025"}),
        ("Manchester", "upper_tier", {"lad", "upper_tier_2025", "lad_2025"}),
        ("Tri-borough", "tri_borough", {"whole_place_pilot"}),
        ("Cheshire West and Chester", "upper_tier", {"lad", "whole_place_pilot", "upper_tier_2025", "lad_2025"}),
    ],
)
def test_candidates_of_the_same_small_areas_are_one_place(text: str, chosen: str, also: set[str]) -> None:
    place = find_place(text, as_at=YEAR_END)
    assert place.level == chosen
    assert {name.rsplit("(", 1)[1].split(",")[0] for name in place.also} == also


def test_before_the_combined_authority_the_same_name_is_the_next_level() -> None:
    place = find_place("Greater Manchester", as_at="2011-03-31")
    assert place.level != "combined_authority"
    np.testing.assert_array_equal(place.small_areas, positions_of("combined_authority", "E47000001"))


@pytest.mark.parametrize(
    ("text", "as_at", "candidates"),
    [
        ("Essex", YEAR_END, ["Essex (upper_tier, E10000012), 1,393,587 residents",
                             "Greater Essex (whole_place_pilot, WPP-GREATER-ESSEX), 1,724,950 residents"]),
        ("Dorset", YEAR_END, ["Dorset (upper_tier, E10000009), 412,905 residents",
                              "Dorset (police_force, E23000039), 744,041 residents",
                              "Dorset (upper_tier_2025, E06000059), 365,153 residents"]),
        ("Newcastle", YEAR_END, ["Newcastle upon Tyne (upper_tier, E08000021), 280,177 residents",
                                 "Newcastle-under-Lyme (lad, E07000195), 123,871 residents"]),
        ("West Midlands", YEAR_END, ["West Midlands (region, E12000005), 5,601,847 residents",
                                     "West Midlands (police_force, E23000014), 2,736,460 residents"]),
        ("North East", "2015-03-31", ["North East (region, E12000001), 2,596,886 residents",
                                      "North East (2014 to 2018) (combined_authority, E47000005), "
                                      "1,934,095 residents"]),
        ("North East", "2020-03-31", ["North East (region, E12000001), 2,596,886 residents",
                                      "North East (2018 to 2024) (combined_authority, E47000010), "
                                      "1,137,089 residents"]),
        ("North East", "2025-06-30", ["North East (region, E12000001), 2,596,886 residents",
                                      "North East (combined_authority, E47000014), 1,934,095 residents"]),
    ],
)  # fmt: skip
def test_really_different_places_are_listed_and_refused(text: str, as_at: str, candidates: list[str]) -> None:
    with pytest.raises(AmbiguousPlaceError) as caught:
        find_place(text, as_at=as_at)
    listed = "; ".join(candidates)
    assert caught.value.message == f"'{text}' could be {len(candidates)} different places: {listed}."
    assert caught.value.hint is not None
    assert "give the code" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "level", "code"),
    [
        ("Essex", "upper_tier", "E10000012"),
        ("Essex", "police_force", "E23000028"),
        ("Dorset", "upper_tier", "E10000009"),
        ("Dorset", "police_force", "E23000039"),
        ("Dorset", "upper_tier_2025", "E06000059"),
        ("Manchester", "lad_2025", "E08000003"),
        ("Greater Manchester", "police_force", "E23000005"),
        ("North East", "region", "E12000001"),
    ],
)
def test_the_level_settles_which(text: str, level: str, code: str) -> None:
    place = find_place(text, level=level)
    assert (place.level, place.code) == (level, code)


def test_where_the_level_cannot_settle_which_only_the_code_is_asked_for() -> None:
    with pytest.raises(AmbiguousPlaceError) as caught:
        find_place("Essex", level="whole_place_pilot")
    assert caught.value.message == (
        "'Essex' could be 2 different places: Essex (whole_place_pilot, WPP-ESSEX-COUNTY), 1,393,587 residents; "
        "Greater Essex (whole_place_pilot, WPP-GREATER-ESSEX), 1,724,950 residents."
    )
    assert caught.value.hint is not None
    assert "'WPP-ESSEX-COUNTY'" in caught.value.hint
    assert "or the level" not in caught.value.hint


# --- not found


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Manchestr", "did you mean 'E08000003' (Manchester)?"),
        ("Brimingham", "did you mean 'E08000025' (Birmingham)?"),
        ("Tri-boro", "did you mean 'TRI-BOROUGH' (Tri-borough)?"),
        ("E9200001", "did you mean 'E92000001' (England)?"),
    ],
)
def test_a_misspelt_name_is_guessed(text: str, hint: str) -> None:
    with pytest.raises(PlaceNotFoundError) as caught:
        find_place(text)
    assert caught.value.message == f"There is no place called '{text}'."
    assert caught.value.hint == hint


def test_a_misspelt_code_is_guessed_first_by_its_nearest() -> None:
    with pytest.raises(PlaceNotFoundError) as caught:
        find_place("E0800003")
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("did you mean 'E08000003' (Manchester)")
    assert suggest_places("E0800003", limit=1) == ["'E08000003' (Manchester)"]


def test_a_place_asked_for_at_the_wrong_level_says_where_it_is() -> None:
    with pytest.raises(PlaceNotFoundError) as caught:
        find_place("Basildon", level="upper_tier")
    assert caught.value.message == "There is no place called 'Basildon' at level upper_tier."
    assert caught.value.hint == "there is one at level lad, lad_2025"


def test_a_level_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"There is no level 'uper_tier'\. Hint: did you mean 'upper_tier'\?"):
        find_place("Essex", level="uper_tier")


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t", "...", "!?", ".*", "[", "(", "\\", "^$", "a{1,999}", "曼彻斯特", "🏙", "\u202e", "\u0000",
     "٣", "E0", "a" * 100_000, "😀" * 1_000, "nan", "None", "' OR 1=1", "%", "../places.csv"],
)  # fmt: skip
def test_a_text_that_means_nothing_is_not_found(text: str) -> None:
    with pytest.raises(PlaceNotFoundError, match="There is no place called") as caught:
        find_place(text)
    assert caught.value.hint


# --- outside England


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Cardiff", "'Cardiff' is in Wales."),
        ("CARDIFF", "'CARDIFF' is in Wales."),
        ("Vale of Glamorgan", "'Vale of Glamorgan' is in Wales."),
        ("Glasgow", "'Glasgow' is in Scotland."),
        ("City of Edinburgh", "'City of Edinburgh' is in Scotland."),
        ("Belfast", "'Belfast' is in Northern Ireland."),
        ("Wales", "'Wales' is not a place in England."),
        ("scotland", "'scotland' is not a place in England."),
        ("Northern Ireland", "'Northern Ireland' is not a place in England."),
        ("W06000015", "'W06000015' is in Wales."),
        ("w92000004", "'w92000004' is in Wales."),
        ("W01000001", "'W01000001' is in Wales."),
        ("S12000036", "'S12000036' is in Scotland."),
        (" S92000003 ", "' S92000003 ' is in Scotland."),
        ("N09000003", "'N09000003' is in Northern Ireland."),
        ("United Kingdom", "'United Kingdom' is not a place in England."),
        ("UK", "'UK' is not a place in England."),
        ("uk", "'uk' is not a place in England."),
        ("Great Britain", "'Great Britain' is not a place in England."),
        ("England and Wales", "'England and Wales' is not a place in England."),
        ("K02000001", "'K02000001' is not a place in England."),
    ],
)
def test_a_place_outside_england_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(OutsideEnglandError) as caught:
        find_place(text)
    assert caught.value.message == f"{message} placespend covers England."
    assert caught.value.hint == "the shipped boundaries, measures and spending lines are England's only"


def test_every_listed_name_outside_england_is_refused_and_none_is_english() -> None:
    outside = pd.read_csv(shipped_file("boundaries", "outside_england.csv"), dtype="str")
    assert set(outside["country"]) == {"Wales", "Scotland", "Northern Ireland", "the United Kingdom"}
    english = {normalise(name) for name in named()["name"]}
    assert [name for name in outside["name"] if normalise(name) in english] == []
    for name in outside["name"]:
        with pytest.raises(OutsideEnglandError):
            find_place(name)


@pytest.mark.parametrize("text", ["W0600001", "W060000155", "X06000015", "WILLS"])
def test_what_only_looks_like_a_welsh_code_is_not_called_welsh(text: str) -> None:
    with pytest.raises(PlaceNotFoundError):
        find_place(text)


# --- dates


@pytest.mark.parametrize("text", ["E47000002", "Sheffield City Region"])
def test_a_combined_authority_before_its_day_is_refused_with_its_dates(text: str) -> None:
    with pytest.raises(PlaceNotFoundError) as caught:
        find_place(text, as_at=YEAR_END)
    assert caught.value.message == (
        f"No combined authority '{text}' existed on 2012-03-31: South Yorkshire (E47000002) existed from 2014-04-01."
    )
    assert caught.value.hint is not None
    assert "--as-at today" in caught.value.hint


@pytest.mark.parametrize("as_at", ["2014-04-01", "today", " Today ", None, date(2020, 1, 1)])
def test_a_combined_authority_is_found_from_its_first_day(as_at: str | date | None) -> None:
    assert find_place("E47000002", as_at=as_at).name == "South Yorkshire"


@pytest.mark.parametrize(
    ("day", "found"),
    [("2014-04-14", False), ("2014-04-15", True), ("2018-11-01", True), ("2018-11-02", False), ("today", False)],
)
def test_first_and_last_day_of_a_combined_authority_are_its_own(day: str, found: bool) -> None:
    if found:
        assert find_place("E47000005", as_at=day).code == "E47000005"
    else:
        with pytest.raises(PlaceNotFoundError, match="existed from 2014-04-15 to 2018-11-01"):
            find_place("E47000005", as_at=day)


@pytest.mark.parametrize(
    ("day", "code"),
    [("2014-04-14", None), ("2014-04-15", "E47000005"), ("2018-11-01", "E47000005"), ("2018-11-02", "E47000010"),
     ("2024-05-06", "E47000010"), ("2024-05-07", "E47000014"), ("today", "E47000014")],
)  # fmt: skip
def test_the_north_east_combined_authority_over_time(day: str, code: str | None) -> None:
    if code is None:
        with pytest.raises(PlaceNotFoundError, match="existed on 2014-04-14"):
            find_place("North East", level="combined_authority", as_at=day)
    else:
        assert find_place("North East", level="combined_authority", as_at=day).code == code


def test_other_groupings_are_kept_whatever_the_day() -> None:
    assert find_place("Tri-borough", as_at="1999-01-01").code == "TRI-BOROUGH"
    assert find_place("Tri-borough", as_at="today").code == "TRI-BOROUGH"


@pytest.mark.parametrize("text", ["31/03/2012", "2012-02-30", "2012", "2012-3-31", "", "tomorrow", "0000-00-00"])
def test_a_date_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(PlacespendError) as caught:
        find_place("Leeds", as_at=text)
    assert caught.value.message == f"'{text}' is not a date."
    assert caught.value.hint == "write it as 2012-03-31, or 'today'"


def test_a_date_left_out_is_the_default_or_today() -> None:
    day = date(2012, 3, 31)
    assert parse_as_at("2012-03-31") == parse_as_at(day) == parse_as_at(None, default=day) == day
    assert parse_as_at(None) == parse_as_at("today") == parse_as_at("TODAY", default=day) >= date(2025, 1, 1)


def test_only_combined_authorities_come_and_go() -> None:
    table = pd.DataFrame(
        {
            "level": ["combined_authority", "combined_authority", "tri_borough", "lad"],
            "start": ["2014-04-01", "2010-01-01", "2014-04-01", ""],
            "end": ["", "2012-03-30", "2015-01-01", ""],
        }
    )
    assert exists(table, date(2012, 3, 31)).tolist() == [False, False, True, True]
    assert exists(table, date(2012, 3, 30)).tolist() == [False, True, True, True]


# --- the footprints of the facts


@pytest.mark.parametrize("text", [*FOOTPRINTS, *TIERS])
def test_every_footprint_named_in_the_facts_is_a_place(text: str) -> None:
    place = find_place(text, as_at=YEAR_END)
    assert place.code == FOOTPRINTS.get(text, text)
    areas = footprint_areas(place.code)
    assert areas is not None
    np.testing.assert_array_equal(areas, place.small_areas)


@pytest.mark.parametrize("text", WHOLE_PLACES)
def test_every_published_whole_place_is_a_place(text: str) -> None:
    assert find_place(text, as_at=YEAR_END).code == WHOLE_PLACES[text]


@pytest.mark.parametrize(
    ("name", "column"),
    [("spend_lines_cra_2011-12.csv", "footprint_code"), ("revenue_outturn_2011-12_pilots.csv", "footprint")],
)
def test_every_footprint_of_the_shared_facts_is_a_place(name: str, column: str) -> None:
    footprints = facts(name)[column].unique()
    assert {find_place(text, as_at=YEAR_END).code for text in footprints} <= {*FOOTPRINTS.values(), *TIERS}


def test_the_published_upper_tiers_are_places_by_code_and_by_name() -> None:
    table = facts("upper_tier_measures.csv")
    found = [find_place(name, level="upper_tier").code for name in table["name"]]
    assert found == table["code"].tolist()


def test_every_area_with_published_families_is_the_same_by_name_and_by_code() -> None:
    table = facts("troubled_families_published.csv")[["area", "level", "code"]].drop_duplicates()
    assert len(table) > 60
    for area, level, code in table.itertuples(index=False):
        by_code = find_place(code, as_at=YEAR_END)
        by_name = find_place(area, level={"nation": "england"}.get(level, level), as_at=YEAR_END)
        np.testing.assert_array_equal(by_code.small_areas, by_name.small_areas)


def test_every_whole_place_of_the_shared_facts_is_a_place() -> None:
    text = set(facts("whole_place_published.csv")["place"]) - {"All Total Place pilots"}
    assert {name: find_place(name, as_at=YEAR_END).code for name in text} == WHOLE_PLACES


# --- lists


@pytest.mark.parametrize(
    ("level", "as_at", "number"),
    [("region", None, 9), ("upper_tier", None, 152), ("lad", None, 326), ("msoa", None, 6_791), ("england", None, 1),
     ("combined_authority", YEAR_END, 1), ("combined_authority", "2011-03-31", 0),
     ("combined_authority", "2014-04-15", 5), ("tri_borough", "1999-01-01", 1)],
)  # fmt: skip
def test_the_places_of_a_level_on_a_day_are_listed_by_code(level: str, as_at: str | None, number: int) -> None:
    found = places_of_level(level, as_at=as_at)
    assert len(found) == number
    codes = [place.code for place in found]
    assert codes == sorted(codes)
    assert {place.level for place in found} <= {level}
    assert [place.code for place in found] == list_places(level=level, as_at=as_at)["code"].sort_values().tolist()


def test_a_list_of_places_may_be_changed_by_who_asked_for_it() -> None:
    places_of_level("region").clear()
    assert len(places_of_level("region")) == 9


def test_an_unknown_level_cannot_be_listed() -> None:
    for function in (lambda: places_of_level("county"), lambda: list_places(level="county")):
        with pytest.raises(UnknownNameError, match="There is no level 'county'"):
            function()


def test_without_a_text_everything_above_the_middle_layer_is_listed() -> None:
    everything = list_places()
    assert everything.columns.tolist() == [
        "level", "code", "name", "vintage", "residents", "households", "start", "end",
    ]  # fmt: skip
    assert len(everything) == len(named())
    pd.testing.assert_frame_equal(list_places(""), everything)
    england = everything[everything["level"] == "england"].iloc[0]
    assert (england["residents"], england["households"]) == (53_012_456, 22_063_368)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("greater manchester less", {"GM-WASTE"}),
        ("GMCA", {"E47000001"}),
        ("e0800000", {f"E0800000{number}" for number in range(1, 10)}),
        ("Windsor &", {"E06000040"}),
        ("E01000001", {"E01000001"}),
    ],
)
def test_places_are_listed_by_part_of_name_alias_or_code(text: str, codes: set[str]) -> None:
    assert set(list_places(text)["code"]) == codes


def test_a_list_takes_text_and_level_together() -> None:
    found = list_places("manchester", level="upper_tier")
    assert found[["level", "code", "name"]].to_numpy().tolist() == [["upper_tier", "E08000003", "Manchester"]]
    assert len(list_places("Manchester", level="lsoa")) == 282
    assert set(list_places("Manchester", level="lsoa")["level"]) == {"lsoa"}


def test_a_list_on_a_day_leaves_out_combined_authorities_of_other_days() -> None:
    codes = list_places("north east", as_at=YEAR_END)["code"].tolist()
    assert "E12000001" in codes
    assert not [code for code in codes if code.startswith("E47")]
    with pytest.raises(PlacespendError, match="'soon' is not a date"):
        list_places(as_at="soon")


@pytest.mark.parametrize("text", ["zzzz", "曼彻斯特", "zz.*zz", "Cardiff"])
def test_a_list_of_what_is_nowhere_is_empty(text: str) -> None:
    assert list_places(text).empty


@pytest.mark.parametrize("text", ["!!!", ".*", "[", "...", "🏙"])
def test_a_list_by_signs_alone_is_not_a_list_of_everything(text: str) -> None:
    assert list_places(text).empty


def test_a_day_with_a_time_is_that_day() -> None:
    # The last day of the first North East combined authority.
    for day in (date(2018, 11, 1), datetime(2018, 11, 1, 12, 30)):  # noqa: DTZ001
        assert find_place("E47000005", as_at=day).name == "North East (2014 to 2018)"


def test_a_day_that_is_neither_date_nor_text_is_refused_in_words() -> None:
    with pytest.raises(WrongTypeError, match="A day is a date or a text, not int"):
        find_place("Leeds", as_at=20120331)  # type: ignore[arg-type]


def test_a_name_is_guessed_at_the_first_of_its_levels() -> None:
    assert suggest_places("Greater Manchestr")[0] == "'E47000001' (Greater Manchester)"


# --- wards


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("Abbey (Barking and Dagenham)", "E05014053", "Abbey (Barking and Dagenham)"),
        ("abbey barking & dagenham", "E05014053", "Abbey (Barking and Dagenham)"),
        ("E05014053", "E05014053", "Abbey (Barking and Dagenham)"),
        ("Castle Vale (Birmingham)", "E05011132", "Castle Vale (Birmingham)"),
        ("Blundellsands", "E05000934", "Blundellsands (Sefton)"),
    ],
)
def test_a_ward_is_found_by_its_name_with_its_district_or_alone_or_its_code(text: str, code: str, name: str) -> None:
    place = find_place(text)
    assert (place.level, place.code, place.name, place.vintage) == ("ward_2025", code, name, "2025")
    assert place.definition == "Ward of 2025, by its live postcodes."


def test_a_name_of_many_wards_lists_six_of_them_and_counts_the_rest() -> None:
    with pytest.raises(AmbiguousPlaceError) as caught:
        find_place("Abbey")
    number = sum(name.startswith("Abbey (") for name in list_places(level="ward_2025")["name"])
    assert number == 13
    start, listed = caught.value.message.split(": ", 1)
    assert start == "'Abbey' could be 13 different places"
    *six, last = listed.split("; ")
    assert len(six) == 6
    assert all(place.startswith("Abbey (") and place.endswith(" residents") for place in six)
    assert last == "and 7 more."
    # All are wards, so the level would not settle it.
    assert caught.value.hint == (
        "give the code, such as 'E05001260'; list all with: placespend places 'Abbey' --level ward_2025"
    )


def test_a_name_of_a_few_wards_lists_them_all() -> None:
    with pytest.raises(AmbiguousPlaceError) as caught:
        find_place("Abbey", level="ward_2025")
    assert "13 different places" in caught.value.message
    names = list_places(level="ward_2025")["name"].str.replace(r" \(.*", "", regex=True)
    larger = {normalise(name) for name in list_places()["name"]}
    three = next(
        name for name, number in names.value_counts().items() if number == 3 and normalise(str(name)) not in larger
    )
    with pytest.raises(AmbiguousPlaceError) as caught:
        find_place(str(three))
    assert caught.value.message.startswith(f"'{three}' could be 3 different places: ")
    assert caught.value.message.count(" residents") == 3
    assert " more." not in caught.value.message


@pytest.mark.parametrize(
    ("text", "code"), [("Castle Vale", "E05011132"), ("Norbiton", "E05013941"), ("Little Horton", "E05001358")]
)
def test_a_ward_named_as_something_larger_is_found_at_its_level(text: str, code: str) -> None:
    assert find_place(text).level == "neighbourhood"
    assert find_place(text, level="ward_2025").code == code


def test_every_ward_is_listed_with_its_residents() -> None:
    table = list_places(level="ward_2025")
    assert len(table) == 6_817
    assert table["code"].is_unique
    assert (table["vintage"] == "2025").all()
    assert (table["residents"] > 0).all()
    # All of England but 712 residents, whose postcodes stand in no ward.
    assert table["residents"].sum() == 53_012_456 - 712
    places = places_of_level("ward_2025")
    assert [place.code for place in places] == sorted(table["code"])
    by_code = table.set_index("code")["residents"]
    assert all(place.residents == by_code[place.code] for place in places[::50])


def test_wards_are_listed_where_they_are_asked_for() -> None:
    assert "ward_2025" not in set(list_places()["level"])
    assert "ward_2025" not in set(list_places("Birmingham")["level"])
    found = list_places("birmingham", level="ward_2025")
    assert len(found) == 69
    assert list_places("E05011132")["name"].tolist() == ["Castle Vale (Birmingham)"]


def test_places_of_your_own_are_not_listed() -> None:
    for function in (lambda: places_of_level("own"), lambda: list_places(level="own")):
        with pytest.raises(PlaceNotFoundError) as caught:
            function()
        assert caught.value.message == "Places of your own are not listed here."
        assert caught.value.hint is not None
        assert "--boundary FILE" in caught.value.hint
