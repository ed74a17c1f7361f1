"""The twelve neighbourhood pilots are places: what each was, what stands for it, and how sure that is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from placespend.extents import Extent
from placespend.footprints import extent_at, footprint_extent, level_of_footprint, name_of
from placespend.gazetteer import find_place, list_places, places_of_level
from placespend.geography import positions_of
from placespend.neighbourhoods import neighbourhood_extent, neighbourhood_pilots, rows_of
from placespend.place import OUTSIDE, assign
from placespend.postcodes import is_live, postcode_frame, small_area_of_postcode
from placespend.rulers import extent_of_postcodes, rows_of_ward, ward_extent
from placespend.shipped import shipped_file

PILOTS = {  # name as a team would write it -> code, upper tier, residents of 2011 in what stands for it, certainty
    "Balsall Heath": ("NB-BALSALL-HEATH", "E08000025", 14_421, "approximate"),
    "Castle Vale": ("NB-CASTLE-VALE", "E08000025", 9_679, "close"),
    "Cowgate, Kenton Bar and Montague": ("NB-COWGATE", "E08000021", 5_505, "doubtful"),
    "Haverhill": ("NB-HAVERHILL", "E10000029", 27_249, "close"),
    "Ilfracombe": ("NB-ILFRACOMBE", "E10000008", 11_481, "close"),
    "Little Horton": ("NB-LITTLE-HORTON", "E08000032", 21_881, "close"),
    "Norbiton": ("NB-NORBITON", "E09000021", 10_149, "close"),
    "Poplar": ("NB-POPLAR", "E09000030", 23_048, "doubtful"),
    "Queen's Park": ("NB-QUEENS-PARK", "E09000033", 12_563, "close"),
    "Shard End": ("NB-SHARD-END", "E08000025", 27_747, "approximate"),
    "Sherwood": ("NB-SHERWOOD", "E10000016", 7_300, "approximate"),
    "White City": ("NB-WHITE-CITY", "E09000013", 13_389, "doubtful"),
}
CODES = [code for code, *_ in PILOTS.values()]


@pytest.mark.parametrize("name", PILOTS)
def test_a_pilot_is_found_by_its_name_and_its_code(name: str) -> None:
    code, upper_tier, residents, _ = PILOTS[name]
    for text in (name, name.upper(), code, code.lower()):
        place = find_place(text)
        assert (place.code, place.name, place.level) == (code, name, "neighbourhood")
    assert place.vintage == "dated"
    assert place.residents == residents
    # All of it lies in the authority that the table names.
    assert np.isin(place.small_areas, positions_of("upper_tier", upper_tier)).all()


@pytest.mark.parametrize("text", ["Queens Park", "queen's park", "NB QUEENS PARK", "White-City", "balsallheath"])
def test_case_signs_and_spaces_of_a_pilots_name_do_not_matter(text: str) -> None:
    assert find_place(text).level == "neighbourhood"


@pytest.mark.parametrize("text", ["Cowgate", "Kenton Bar", "Montague"])
def test_each_estate_of_the_pilot_in_newcastle_leads_to_it(text: str) -> None:
    assert find_place(text).code == "NB-COWGATE"


def test_the_twelve_pilots_are_told_with_what_stands_for_them_and_how_sure_that_is() -> None:
    table = neighbourhood_pilots()
    assert table.columns.tolist() == [
        "code", "name", "upper_tier_code", "definition", "approximation", "certainty", "source",
    ]  # fmt: skip
    assert table["code"].tolist() == sorted(CODES)
    found = {row["name"]: (row["code"], row["upper_tier_code"], row["certainty"]) for row in table.to_dict("records")}
    assert found == {name: (code, tier, certainty) for name, (code, tier, _, certainty) in PILOTS.items()}
    assert (table.map(str.strip) == table).all(axis=None)
    assert (table.map(len) > 0).all(axis=None)
    for column in ("definition", "approximation"):
        assert table[column].str.endswith(".").all()


@pytest.mark.parametrize("code", CODES)
def test_a_pilot_carries_its_definition_and_its_doubts(code: str) -> None:
    about = neighbourhood_pilots().set_index("code").loc[code]
    definition = find_place(code).definition
    approximation = str(about["approximation"])
    assert f"What stands for it here: {approximation[0].lower()}{approximation[1:]}" in definition
    for column in ("definition", "certainty", "source"):
        assert str(about[column]) in definition


def test_pilots_do_not_overlap_and_are_listed_as_a_level() -> None:
    places = places_of_level("neighbourhood")
    assert [place.code for place in places] == sorted(CODES)
    found = assign(places)
    touched = np.concatenate([place.small_areas for place in places])
    assert (found.number_of_area != OUTSIDE).sum() == len(np.unique(touched))
    listed = list_places(level="neighbourhood")
    assert dict(zip(listed["code"], listed["residents"], strict=True)) == {
        code: residents for code, _, residents, _ in PILOTS.values()
    }
    # They are named places, so they stand in the list of everything.
    assert set(CODES) <= set(list_places()["code"])


def members() -> pd.DataFrame:
    return pd.read_csv(shipped_file("boundaries", "neighbourhood_members.csv"), dtype="str")


def test_the_members_of_pilots_are_known_codes_each_in_one_pilot() -> None:
    table = members()
    assert set(table["neighbourhood_code"]) == set(CODES)
    assert not table.duplicated(["member_level", "member_code"]).any()
    for row in table.to_dict(orient="records"):
        place = find_place(row["member_code"])
        assert place.level == row["member_level"]
        assert place.name.removesuffix(")").split(" (")[0] == row["member_name"]


@pytest.mark.parametrize("code", CODES)
def test_a_pilot_is_its_members_put_together(code: str) -> None:
    table = members().query("neighbourhood_code == @code")
    parts = [extent_at(row["member_level"], row["member_code"]) for row in table.to_dict(orient="records")]
    for number, part in enumerate(parts):
        assert not any(part.meets(other) for other in parts[:number])
    assert neighbourhood_extent(code).is_same(parts[0].join(*parts[1:]))


@pytest.mark.parametrize("code", CODES)
def test_a_pilot_may_be_the_footprint_of_a_line(code: str) -> None:
    extent = footprint_extent(code)
    assert extent is not None
    assert extent.is_same(neighbourhood_extent(code))
    assert level_of_footprint(code) == "neighbourhood"
    assert name_of(code) == find_place(code).name


def test_a_pilot_that_is_one_ward_is_that_place_by_either_code() -> None:
    assert neighbourhood_extent("NB-CASTLE-VALE").is_same(ward_extent("E05011132"))
    assert find_place("NB-CASTLE-VALE").level == "neighbourhood"
    assert find_place("E05011132").level == "ward_2025"


def test_members_are_found_as_postcodes_whatever_they_are() -> None:
    area = int(positions_of("lsoa", "E01001954")[0])
    of_area = np.flatnonzero(small_area_of_postcode() == area)
    np.testing.assert_array_equal(rows_of("lsoa", "E01001954"), of_area)
    assert extent_of_postcodes(rows_of("lsoa", "E01001954")).is_same(Extent(np.array([area])))
    middle = positions_of("msoa", "E02001045")
    np.testing.assert_array_equal(np.unique(small_area_of_postcode()[rows_of("msoa", "E02001045")]), middle)
    np.testing.assert_array_equal(rows_of("ward_2025", "E05011132"), rows_of_ward("E05011132"))
    assert is_live()[rows_of("ward_2025", "E05011132")].all()
    one = rows_of("postcode", "SW1A1AA")
    assert postcode_frame()["postcode"].iloc[one].tolist() == ["SW1A1AA"]


@pytest.mark.parametrize(
    ("level", "code"),
    [("ward_2025", "E05999999"), ("lsoa", "E01999999"), ("msoa", "E01001954"), ("postcode", "ZZ99 9ZZ")],
)
def test_a_member_that_is_unknown_is_a_key_error(level: str, code: str) -> None:
    with pytest.raises(KeyError):
        rows_of(level, code)
    with pytest.raises(KeyError):
        neighbourhood_extent(code)
