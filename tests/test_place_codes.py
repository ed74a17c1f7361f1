"""A list of codes of small and middle-layer areas, wards and postcodes is places, and says what it could not use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placespend.apportion import build_ledger
from placespend.errors import DataFileError, OverlappingPlacesError, PlacesError, UnknownNameError
from placespend.extents import Extent
from placespend.gazetteer import find_place
from placespend.geography import count_of, positions_of
from placespend.levels import OWN
from placespend.own_places import check_places, read_places
from placespend.place import assign, join_places, remainder
from placespend.place_codes import read_codes
from placespend.postcodes import postcode_frame, rows_of_postcodes
from placespend.pot import single_pot
from placespend.rulers import extent_of_postcodes, ward_extent
from placespend.shipped import shipped_file

if TYPE_CHECKING:
    from pathlib import Path

    from placespend.place import Place

CASTLE_VALE, BIRMINGHAM = "E05011132", "E08000025"
CITY_OF_LONDON_1 = ["E01000001", "E01000002", "E01000003", "E01000005", "E01032739", "E01032740"]
LIVE, ALSO_LIVE, ENDED = "W12 7RF", "B35 7AB", "B35 7BU"
HOME, LARGE = "W12 7RZ", "W12 7RU"
"""A postcode of homes, and an address that gets much mail of its own."""


def write(tmp_path: Path, *rows: str, name: str = "places.csv") -> Path:
    path = tmp_path / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def extents(tmp_path: Path, *rows: str, **options: str) -> dict[str, Extent]:
    return {place.code: place.extent for place in read_places(write(tmp_path, *rows), **options)}


def told(path: Path, **options: str) -> list[tuple[str, str, str, str]]:
    """Everything that was found but how each usable place was read."""
    found = check_places(path, **options)
    found = found[~found["finding"].isin({"read", "read in part", "fields"})]
    return [(row.place, row.finding, row.detail, row.done) for row in found.itertuples()]  # type: ignore[misc]


def of_postcodes(*codes: str, coverage: str = "postcodes") -> Extent:
    return extent_of_postcodes(rows_of_postcodes([code.replace(" ", "") for code in codes]), coverage=coverage)


@cache
def wards_of(district: str) -> tuple[str, ...]:
    table = pd.read_csv(shipped_file("boundaries", "wards_2025.csv"), dtype="str")
    return tuple(table.loc[table["lad_2025_code"] == district, "code"])


def test_the_codes_used_here_are_what_they_are_taken_for() -> None:
    table = postcode_frame().set_index("postcode")
    used = table.loc[[code.replace(" ", "") for code in (LIVE, ALSO_LIVE, HOME, LARGE, ENDED)]]
    assert used["ended"].isna().tolist() == [True, True, True, True, False]
    assert used["large_user"].tolist()[2:4] == [False, True]
    assert positions_of("msoa", "E02000001").tolist() == [
        int(positions_of("lsoa", code)[0]) for code in CITY_OF_LONDON_1
    ]


# --- each kind of code


def test_small_areas_and_middle_layer_areas_are_whole(tmp_path: Path) -> None:
    found = extents(tmp_path, "code,place", "E01000001,small", "E02000001,middle", "E01000003,small")
    assert list(found) == ["small", "middle"]
    assert found["middle"].is_same(Extent(positions_of("msoa", "E02000001")))
    assert found["small"].is_same(Extent(np.array([0, 2])))


def test_a_middle_layer_area_is_its_small_areas(tmp_path: Path) -> None:
    rows = [f"parts,{code}" for code in CITY_OF_LONDON_1]
    found = extents(tmp_path, "place,code", *rows, "whole,E02000001")
    assert found["parts"].is_same(found["whole"])


def test_a_ward_and_postcodes_are_as_they_are_elsewhere(tmp_path: Path) -> None:
    found = extents(tmp_path, "code,place", f"{CASTLE_VALE},ward", f"{LIVE},one", f"{ALSO_LIVE},two", f"{HOME},two")
    assert found["ward"].is_same(ward_extent(CASTLE_VALE))
    assert found["one"].is_same(of_postcodes(LIVE))
    assert found["two"].is_same(of_postcodes(ALSO_LIVE, HOME))


@pytest.mark.parametrize(
    "typed", ["w12 7rf", "W127RF", " W12  7RF ", "w127rf", "W 1 2 7 R F", "\u00a0W12\u00a07RF", "W12\u20097RF"]
)
def test_spaces_and_small_letters_of_a_postcode_do_not_matter(tmp_path: Path, typed: str) -> None:
    path = write(tmp_path, "postcode", f'"{typed}"')
    (place,) = read_places(path)
    assert place.extent.is_same(of_postcodes(LIVE))
    assert told(path) == []


def test_small_letters_of_other_codes_do_not_matter(tmp_path: Path) -> None:
    found = extents(tmp_path, "code", "e01000001", "e02000001", CASTLE_VALE.lower())
    expected = Extent(positions_of("msoa", "E02000001")).join(ward_extent(CASTLE_VALE))
    assert found["places"].is_same(expected)


def test_kinds_may_be_mixed_in_one_place(tmp_path: Path) -> None:
    found = extents(tmp_path, "code", "E01000001", "E02000002", CASTLE_VALE, LIVE)
    whole = Extent(np.union1d([0], positions_of("msoa", "E02000002")))
    assert found["places"].is_same(whole.join(ward_extent(CASTLE_VALE), of_postcodes(LIVE)))


@pytest.mark.parametrize("coverage", ["postcodes", "households", "residents"])
def test_all_postcodes_of_a_small_area_are_the_whole_of_it(tmp_path: Path, coverage: str) -> None:
    table = postcode_frame()
    here = table.loc[(table["small_area"] == 12_345) & table["ended"].isna(), "postcode"].tolist()
    found = extents(tmp_path, "postcode,place", *[f"{code},all" for code in here], coverage=coverage)
    assert found["all"].is_same(Extent(np.array([12_345])))
    cut = extents(tmp_path, "pcds,place", *[f"{code},{n % 2}" for n, code in enumerate(here)], coverage=coverage)
    assert not cut["0"].meets(cut["1"])
    assert cut["0"].join(cut["1"]).is_same(found["all"])
    assert cut["0"].is_same(of_postcodes(*here[::2], coverage=coverage))


# --- what is told


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("E01999999", "no small area (LSOA) of 2011; those of 2021 that were changed are not known here"),
        ("E02999999", "no middle-layer area (MSOA) of 2011; those of 2021 that were changed are not known here"),
        ("E05999999", "no ward of 2025; wards of other years are not known here"),
        ("E00000001", "an output area: give the small area (LSOA) that it is in"),
        ("ZZ99 9ZZ", "no postcode known here: it may be newer than May 2022, ended, or in doubt"),
        ("E08000025", "no code of a small area, middle-layer area or ward, and no postcode"),
        ("W01000001", "no code of a small area, middle-layer area or ward, and no postcode"),
        ("Castle Vale", "no code of a small area, middle-layer area or ward, and no postcode"),
        ("E0100000", "no small area (LSOA) of 2011; those of 2021 that were changed are not known here"),
        ("=1+1", "no code of a small area, middle-layer area or ward, and no postcode"),
        ("E01000001;E01000002", "no small area (LSOA) of 2011; those of 2021 that were changed are not known here"),
    ],
)
def test_an_unknown_code_is_refused_with_its_row_and_reason(tmp_path: Path, code: str, reason: str) -> None:
    path = write(tmp_path, "code,place", "E01000001,good", "E01000001,part", "", f"{code},part")
    assert told(path) == [("part", "code unknown", f"{code!r} (row 5) is {reason}", "refused")]
    with pytest.raises(PlacesError) as caught:
        read_places(path)
    assert f"part: code unknown: {code!r} (row 5) is {reason}" in str(caught.value)
    assert caught.value.findings["place"].tolist() == ["part"]
    good, part = read_places(path, unusable="leave out")
    assert good.extent.is_same(part.extent)
    assert "code unknown" not in good.definition
    assert part.definition.endswith(f"; left out of it: {code!r} (row 5) is {reason}.")


def test_a_place_that_lacks_several_codes_says_which(tmp_path: Path) -> None:
    path = write(tmp_path, "code", "E01000001", "E01999999", "ZZ99 9ZZ")
    (place,) = read_places(path, unusable="leave out")
    assert "; left out of it: 'E01999999' (row 3) is no small area" in place.definition
    assert "'ZZ99 9ZZ' (row 4) is no postcode" in place.definition


def test_a_place_left_with_nothing_is_left_out_and_all_places_are_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, "code,place", "E01999999,none", "E01000001,good")
    assert [place.code for place in read_places(path, unusable="leave out")] == ["good"]
    assert [row[:2] for row in told(path)] == [("none", "code unknown")]
    nothing = write(tmp_path, "code,place", "E01999999,none", name="nothing.csv")
    with pytest.raises(PlacesError, match="a place that cannot be used"):
        read_places(nothing)
    with pytest.raises(DataFileError, match=r"nothing\.csv holds no place that can be used") as caught:
        read_places(nothing, unusable="leave out")
    assert caught.value.hint == "see why with: placespend places check FILE"


def test_ended_postcodes_count_for_nothing_and_are_told(tmp_path: Path) -> None:
    path = write(tmp_path, "postcode", ENDED, ALSO_LIVE)
    assert told(path) == [("places", "postcode ended", f"'{ENDED}' (row 2) is not live and counts for nothing", "kept")]
    (place,) = read_places(path)
    assert place.extent.is_same(of_postcodes(ALSO_LIVE))


def test_a_place_of_ended_postcodes_alone_is_refused_and_not_lost(tmp_path: Path) -> None:
    path = write(tmp_path, "postcode,place", f"{ENDED},gone", f"{ALSO_LIVE},here")
    assert [row[:2] + row[3:] for row in told(path)] == [
        ("gone", "postcode ended", "kept"),
        ("gone", "empty", "refused"),
    ]
    with pytest.raises(PlacesError, match="gone: empty: no live postcode of England lies in it"):
        read_places(path)
    assert [place.code for place in read_places(path, unusable="leave out")] == ["here"]


def test_a_place_without_homes_is_empty_by_households_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "postcode,place", f"{LARGE},office", f"{HOME},home")
    assert [place.code for place in read_places(path)] == ["office", "home"]
    with pytest.raises(PlacesError, match="office: empty: no live postcode of England that counts lies in it"):
        read_places(path, coverage="households")
    assert [place.code for place in read_places(path, coverage="households", unusable="leave out")] == ["home"]


def test_a_repeated_code_is_counted_once_and_told_and_overlaps_nothing(tmp_path: Path) -> None:
    path = write(
        tmp_path, "code", "E01000001", "e01000001", LIVE, LIVE.replace(" ", ""), LIVE, CASTLE_VALE, CASTLE_VALE
    )
    assert told(path) == [
        (
            "places",
            "code repeated",
            f"listed more than once, and counted once: '{CASTLE_VALE}', '{LIVE}', '{LIVE.replace(' ', '')}', "
            "'e01000001'",
            "kept",
        )
    ]
    (place,) = read_places(path)
    expected = Extent(np.array([0])).join(of_postcodes(LIVE), ward_extent(CASTLE_VALE))
    assert place.extent.is_same(expected)


def test_an_unknown_code_that_is_repeated_is_told_once(tmp_path: Path) -> None:
    path = write(tmp_path, "code", "E01000001", "E01999999", "E01999999")
    assert [row[1] for row in told(path)] == ["code repeated", "code unknown"]


def test_codes_of_a_place_that_overlap_are_counted_once_and_told(tmp_path: Path) -> None:
    path = write(tmp_path, "code", "E02000001", "E01000001")
    assert told(path) == [
        ("places", "codes overlap", "some small areas lie in middle-layer areas that are listed too", "kept")
    ]
    (place,) = read_places(path)
    assert place.extent.is_same(Extent(positions_of("msoa", "E02000001")))


def test_postcodes_of_a_small_area_that_is_listed_are_counted_once_and_told(tmp_path: Path) -> None:
    here = postcode_frame().query("small_area == 0 and ended.isna()")["postcode"].iloc[0]
    path = write(tmp_path, "code", "E01000001", here)
    assert told(path) == [
        ("places", "codes overlap", "some postcodes or wards lie in small areas that are listed too", "kept")
    ]
    (place,) = read_places(path)
    assert place.extent.is_same(Extent(np.array([0])))


def test_places_of_a_list_may_overlap_side_by_side_and_are_refused_where_they_are_summed(tmp_path: Path) -> None:
    one, other = read_places(write(tmp_path, "code,place", "E02000001,one", "E01000001,other", f"{LIVE},other"))
    assert one.extent.meets(other.extent)
    for sum_them in (lambda: assign([one, other]), lambda: join_places([one, other], name="Both")):
        with pytest.raises(OverlappingPlacesError, match=r"other \(other\) and one \(one\) share 1 small areas"):
            sum_them()


# --- the file


def test_a_byte_order_mark_and_lines_of_windows_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "Places.CSV"
    path.write_bytes(b"\xef\xbb\xbfCode,Place\r\nE01000001,Here\r\n")
    (place,) = read_places(path)
    assert (place.code, place.name, place.level) == ("Here", "Here", OWN)
    assert place.extent.is_same(Extent(np.array([0])))


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_another_separator_is_named(tmp_path: Path, mark: str) -> None:
    path = write(tmp_path, f"code{mark}place", f"E01000001{mark}Here")
    with pytest.raises(DataFileError, match=r"separates its columns by .*not by commas"):
        read_places(path)
    with pytest.raises(DataFileError, match="separates its columns by"):
        check_places(path)


def test_blank_rows_are_passed_over_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path, "code,place", "", "E01000001,Here", ",", "E01999999,Here")
    assert told(path)[0][2].startswith("'E01999999' (row 5) is")


def test_a_row_without_a_place_or_a_code_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "code,place", "E01000001,Here", "E01000002,", ",There", "E01000003,Here")
    assert told(path) == [
        ("file", "row not complete", "row 3 has no place", "refused"),
        ("file", "row not complete", "row 4 has no code", "refused"),
    ]
    (place,) = read_places(path, unusable="leave out")
    assert place.extent.is_same(Extent(np.array([0, 2])))
    with pytest.raises(PlacesError, match="file: row not complete: row 3 has no place"):
        read_places(path)


def test_a_row_of_too_many_values_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "code,place", "E01000001,Here", "E01000002,Over, there")
    ((place, finding, detail, done),) = told(path)
    assert (place, finding, done) == ("file", "row broken", "refused")
    assert detail == "row 3 has 3 values where the header has 2"


def test_a_place_called_file_has_no_fault_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "code,place", "E01000001,file", "E01000002,")
    (place,) = read_places(path, unusable="leave out")
    assert "row not complete" not in place.definition


def test_a_file_without_a_column_of_codes_lists_its_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "thing,place", "E01000001,Here")
    with pytest.raises(DataFileError) as caught:
        read_places(path)
    assert caught.value.message == "places.csv has no column of codes; its columns are thing, place."
    assert caught.value.hint == "call it code, or name it with --code-field"
    (place,) = read_places(path, code="thing")
    assert place.code == "Here"


@pytest.mark.parametrize(("option", "wanted", "meant"), [("code", "thngs", "things"), ("name", "patchs", "patches")])
def test_a_column_that_is_not_there_is_told_and_guessed(tmp_path: Path, option: str, wanted: str, meant: str) -> None:
    path = write(tmp_path, "things,patches", "E01000001,Here")
    options = {"code": "things", "name": "patches", option: wanted}
    with pytest.raises(UnknownNameError) as caught:
        read_places(path, **options)
    assert caught.value.message == f"places.csv has no column '{wanted}'; its columns are things, patches."
    assert caught.value.hint == f"did you mean '{meant}'?"


@pytest.mark.parametrize(
    "column", ["code", "CODE", "postcode", "Postcodes", "pcds", "pcd", "lsoa11cd", "LSOA_code", "MSOA11CD", "WD25CD"]
)
def test_the_column_of_codes_is_guessed(tmp_path: Path, column: str) -> None:
    found = extents(tmp_path, f"Neighbourhood,other,{column}", "Here,x,E01000001", "There,y,E01000002")
    assert list(found) == ["Here", "There"]


def test_no_column_of_places_makes_one_place_called_as_the_file(tmp_path: Path) -> None:
    (place,) = read_places(write(tmp_path, "code,remark", "E01000001,x", "E01000002,y", name="My ends.csv"))
    assert (place.code, place.name) == ("My ends", "My ends")
    assert place.extent.is_same(Extent(np.array([0, 1])))


@pytest.mark.parametrize("text", ["code,place\n", "code\n\n\n", "\n\n", "", "code,place\n,\n"])
def test_a_file_without_codes_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "places.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=r"holds no codes|holds no column names|is empty"):
        read_places(path)


def test_a_list_has_no_land(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"A list of codes has no land\. Hint: leave --coverage out"):
        read_places(write(tmp_path, "code", "E01000001"), coverage="land")


def test_a_place_says_where_it_is_from_and_what_it_is_made_of(tmp_path: Path) -> None:
    path = write(tmp_path, "code,place", "E01000001,Whole", f"{HOME},Cut")
    whole, cut = read_places(path, coverage="households")
    digest = read_codes(path, code=None, name=None, coverage="postcodes").sha256[:16]
    assert whole.definition == f"From places.csv (SHA-256 {digest})."
    how = "cutting small areas by postcodes of homes of 2011, each output area alike"
    assert cut.definition == f"From places.csv (SHA-256 {digest}), {how}."
    table = check_places(path)
    assert table.columns.tolist() == ["place", "name", "finding", "detail", "done"]
    assert table.dtypes.astype("str").tolist() == ["str"] * 5
    assert table.to_numpy()[0].tolist() == [
        "file", "", "fields", "codes: the column 'code'; places: the column 'place'", "kept",
    ]  # fmt: skip
    assert table.to_numpy()[1].tolist() == [
        "Whole",
        "",
        "read",
        "1 small areas wholly, 0 in part; 1,465 residents: fewer than 1,500, so little can be said of it",
        "kept",
    ]


# --- hostile text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("=1+1", "=1+1"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("a\x1b[2Jb", "a[2Jb"),
        ("a\x07\u202eb", "ab"),
        ('"two\nlines"', "two lines"),
        ("a\u00a0\u2003b", "a b"),
        ("Bürg 🏘️ 東", "Bürg 🏘️ 東"),
        ("x" * 5_000, "x" * 5_000),
        ("<b>&amp;", "<b>&amp;"),
        ("[red]x[/red]", "[red]x[/red]"),
    ],
)
def test_names_of_places_come_out_printable(tmp_path: Path, written: str, shown: str) -> None:
    (place,) = read_places(write(tmp_path, "code,place", f"E01000001,{written}"))
    assert (place.code, place.name) == (shown, shown)
    assert place.name.replace("\u200d", "").isprintable()


def test_hostile_codes_and_columns_are_told_in_print(tmp_path: Path) -> None:
    path = write(tmp_path, "code,place", *["\x1b[2Jx\u202e,A\x07"] * 2, "E01000001,A\x07")
    assert check_places(path).map(str.isprintable).all(axis=None)
    path = write(tmp_path, "thing\x1b[2J,place\x07", "E01000001,A", name="columns.csv")
    for options in ({}, {"code": "x\x1b[2J"}, {"code": "thing\x1b[2J", "name": "\x07"}):
        with pytest.raises((DataFileError, UnknownNameError)) as caught:
            read_places(path, **options)
        assert str(caught.value).isprintable()


ODD = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ODD, st.sampled_from(["E01000001", LIVE, "E02000001"]) | ODD), min_size=1, max_size=5))
def test_whatever_is_written_is_used_or_told(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    path = tmp_path / "own.csv"
    quoted = [",".join('"' + value.replace('"', '""') + '"' for value in row) for row in rows]
    path.write_text("\n".join(["place,code", *quoted]) + "\n", encoding="utf-8")
    try:
        found = check_places(path)
    except DataFileError:
        # A NUL makes it no text, and what is blank is no code.
        assert any("\0" in place + code for place, code in rows) or not any(
            place.strip() + code.strip() for place, code in rows
        )
        return
    assert found.map(lambda text: text.replace("\u200d", "").isprintable()).all(axis=None)
    used = set(found.loc[found["finding"] == "read", "place"])
    refused = found[found["done"] == "refused"]
    if refused.empty:
        assert {place.code for place in read_places(path)} == used
    else:
        with pytest.raises(PlacesError):
            read_places(path)


# --- money


@pytest.mark.parametrize("district", ["E07000066", "E06000052"])
def test_the_wards_of_a_district_and_its_remainder_are_the_district_by_cell(tmp_path: Path, district: str) -> None:
    codes = wards_of(district)
    path = write(tmp_path, "ward,place", *[f"{code},{code}" for code in codes])
    pot = single_pot(district)
    of = pot.place
    wards = read_places(path)
    assert [place.code for place in wards] == list(codes)
    inside = [piece(ward, of) for ward in wards]
    rest = remainder(of, wards)
    parts = [part for part in [*inside, rest] if part is not None]
    ledger = build_ledger(pot.loaded.cells, parts)
    summed = sum(ledger.pence_at(part.code) for part in parts)
    pd.testing.assert_series_equal(summed, pot.ledger.pence_at(of.code), check_names=False)  # type: ignore[arg-type]
    assert sum(part.residents for part in parts) == of.residents
    assert sum(ledger.totals()[part.code] for part in parts) == pot.total_pence


def piece(place: Place, of: Place) -> Place | None:
    """What of a place lies in another: wards of today keep to no line of 2011."""
    extent = place.extent.common(of.extent)
    return type(place)(place.code, place.name, OWN, extent) if len(extent) else None


def test_three_pilots_and_the_remainder_are_birmingham_to_the_penny() -> None:
    pot = single_pot(BIRMINGHAM)
    pilots = [find_place(name) for name in ("Balsall Heath", "Castle Vale", "Shard End")]
    rest = remainder(pot.place, pilots)
    assert rest is not None
    parts = [*pilots, rest]
    ledger = build_ledger(pot.loaded.cells, parts)
    summed = sum(ledger.pence_at(part.code) for part in parts)
    pd.testing.assert_series_equal(summed, pot.ledger.pence_at(BIRMINGHAM), check_names=False)  # type: ignore[arg-type]
    assert sum(single_pot(part).total_pence for part in parts) == pot.total_pence
    assert (
        sum(part.residents for part in parts)
        == pot.residents
        == int(count_of("residents")[positions_of("upper_tier", BIRMINGHAM)].sum())
    )
