"""The commands about neighbourhoods and users' places: results on the output stream, one message and exit code 2."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from running import Run, fits, flat, refuse, succeed, table_of, told
from shapely.geometry import LineString, box

from placespend.gazetteer import find_place
from placespend.place import remainder
from placespend.pot import single_pot

if TYPE_CHECKING:
    from pathlib import Path

NORTH, SOUTH = box(409_000.25, 290_000.25, 410_500.25, 291_500.25), box(410_000.25, 282_000.25, 411_500.25, 283_500.25)
OVER = box(409_700.25, 290_700.25, 411_200.25, 292_200.25)
BEYOND = box(414_000.25, 290_000.25, 415_500.25, 291_500.25)
"""Birmingham's edge lies in it."""

WORDS = "modelled, not managed, spending"


def write(path: Path, **shapes: object) -> Path:
    names = {"code": [name[0] for name in shapes], "name": list(shapes)}
    gpd.GeoDataFrame(names, geometry=list(shapes.values()), crs=27700).to_file(path)
    return path


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two squares in Birmingham."""
    return write(tmp_path / "two.gpkg", North=NORTH, South=SOUTH)


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return write(tmp_path / "one.geojson", North=NORTH)


# --- pot


def test_a_pot_of_the_only_place_of_a_file_says_what_it_is(run: Run, one: Path) -> None:
    text = succeed(run("pot", "--boundary", one))
    assert fits(text)
    assert text.startswith("The single pot of North, 2011-12\nPlace of your own in Birmingham, N; ")
    assert f"per head: {WORDS}" in text.split("\n")[2]
    assert "budget for it" in text  # of grade B, and nowhere else
    assert flat(text).count("budget") == 1
    for wanted in ("This is modelled, not managed, spending", "None of it was recorded at this place", "one.geojson"):
        assert wanted in flat(text)
    heading = next(line for line in text.split("\n") if line.startswith("Per head (£)"))
    assert heading.split() == ["Per", "head", "(£)", "Here", "Birmingham", "England"]


def test_a_pot_of_a_neighbourhood_says_in_json_and_csv_what_it_is(run: Run, one: Path) -> None:
    document = json.loads(succeed(run("pot", "--boundary", one, "--format", "json")))
    assert document["what"] == WORDS
    assert document["observed_pence"] == 0 < document["total_pence"]
    assert document["authority"] == {"code": "E08000025", "name": "Birmingham"}
    assert document["comparison"][-1]["amount_pence"] == document["total_pence"]
    assert document["place"]["definition"].startswith("From one.geojson (SHA-256 ")
    assert document["place"]["small_areas_cut"] > 0
    rows = table_of(succeed(run("pot", "--boundary", one, "--format", "csv")))
    assert {row["what"] for row in rows} == {WORDS}
    assert all("; From one.geojson (SHA-256 " in row["made_with"] for row in rows)
    assert sum(int(row["amount_pence"]) for row in rows) == document["total_pence"]


def test_an_authority_is_not_said_to_be_a_neighbourhood(run: Run) -> None:
    assert WORDS not in succeed(run("pot", "Birmingham"))
    document = json.loads(succeed(run("pot", "Birmingham", "--format", "json")))
    assert (document["what"], document["comparison"], document["authority"]) == ("", None, None)
    assert "what" not in table_of(succeed(run("pot", "Birmingham", "--format", "csv")))[0]


def test_one_of_several_places_is_named_by_name_or_code(run: Run, two: Path) -> None:
    by_name = json.loads(succeed(run("pot", "south", "--boundary", two, "--format", "json")))
    assert by_name == json.loads(succeed(run("pot", "S", "--boundary", two, "--format", "json")))
    assert by_name["place"]["name"] == "South"
    assert "two.gpkg holds 2 places: North, South." in refuse(run("pot", "--boundary", two))
    message = refuse(run("pot", "Nort", "--boundary", two))
    assert "two.gpkg holds no place called 'Nort', but North, South." in message
    assert "did you mean 'North'?" in message


def test_a_pot_around_a_point_is_that_of_the_circle(run: Run) -> None:
    by_point = json.loads(succeed(run("pot", "--around", "414750,290750", "--radius", "800", "--format", "json")))
    assert by_point["place"]["name"] == "800 m around 414,750, 290,750"
    assert by_point["what"] == WORDS
    text = succeed(run("pot", "--around", "B35 6DL", "--radius", "300", "--by", "grade"))
    assert "300 m around B35 6DL" in text
    assert fits(text)


def test_a_figure_of_a_users_place_is_explained(run: Run, one: Path) -> None:
    rows = table_of(succeed(run("explain", "--boundary", one, "--service", "7.A", "--format", "csv")))
    document = json.loads(succeed(run("pot", "--boundary", one, "--format", "json")))
    medical = next(row["amount_pence"] for row in document["rows"] if row["service_code"] == "7.A")
    assert sum(int(row["amount_pence"]) for row in rows) == medical
    assert fits(succeed(run("explain", "--boundary", one, "--service", "7.A")))


# --- pots


def test_places_within_a_larger_one_and_its_rest_sum_to_it(run: Run, two: Path) -> None:
    document = json.loads(succeed(run("pots", "--boundary", two, "--within", "Birmingham", "--format", "json")))
    rows = {row["code"]: row["total_pence"] for row in document["rows"]}
    assert list(rows) == ["N", "S", "E08000025-rest", "elsewhere"]
    assert rows["N"] + rows["S"] + rows["E08000025-rest"] == single_pot("Birmingham").total_pence
    assert document["what"] == WORDS
    text = succeed(run("pots", "--boundary", two, "--within", "Birmingham"))
    assert fits(text)
    assert flat(text).startswith(f"The single pots of places of your own in Birmingham, 2011-12: {WORDS}")


def test_a_place_that_reaches_beyond_the_larger_one_is_told(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "beyond.gpkg", Beyond=BEYOND, North=NORTH)
    document = json.loads(succeed(run("pots", "--boundary", path, "--within", "Birmingham", "--format", "json")))
    told = "Partly outside Birmingham, and counted whole, so the rows sum to more than its pot: Beyond."
    assert told in document["notes"]
    assert document["reconciliation"]["difference_pence"] == 0


def test_places_that_overlap_stand_side_by_side_and_are_not_summed(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "over.gpkg", North=NORTH, Over=OVER)
    document = json.loads(succeed(run("pots", "--boundary", path, "--format", "json")))
    rows = {row["code"]: row["total_pence"] for row in document["rows"]}
    for name in ("North", "Over"):
        alone = json.loads(succeed(run("pot", name, "--boundary", path, "--format", "json")))
        assert rows[name[0]] == alone["total_pence"]
    assert rows["N"] + rows["O"] > document["reconciliation"]["placed_pence"]
    assert "Some of these places overlap, so their pots do not add up to one." in document["notes"]
    message = refuse(run("pots", "--boundary", path, "--within", "Birmingham"))
    assert "North (N) and Over (O) share" in message
    assert "money cannot be shared out between them" in message


def test_the_wards_in_an_authority_and_the_rest_sum_to_it(run: Run) -> None:
    rows = table_of(succeed(run("pots", "--level", "ward_2025", "--within", "E09000021", "--format", "csv")))
    inside = [row for row in rows if row["code"] != "elsewhere"]
    assert sum(int(row["total_pence"]) for row in inside) == single_pot("E09000021").total_pence
    assert len([row for row in inside if row["code"].startswith("E05")]) == 19


def test_a_place_that_lies_elsewhere_is_told(run: Run, two: Path) -> None:
    message = refuse(run("pots", "--boundary", two, "--within", "Leeds"))
    assert "North, South lies nowhere in Leeds." in message


# --- checks and coverage


def test_a_check_tells_all_and_ends_well_where_all_can_be_used(run: Run, two: Path, tmp_path: Path) -> None:
    text = succeed(run("places", "check", two))
    assert fits(text)
    assert "2 places can be used, 0 cannot" in text
    result = run("places", "check", two, "--out", tmp_path / "found.csv")
    assert (result.code, result.out) == (0, "")
    rows = table_of((tmp_path / "found.csv").read_text(encoding="utf-8"))
    assert list(rows[0]) == ["place", "name", "finding", "detail", "done"]


def test_a_check_that_finds_unusable_places_tells_them_and_ends_with_2(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "bad.geojson", North=NORTH, Line=LineString([(414_000, 290_000), (415_000, 291_000)]))
    result = run("places", "check", path, "--format", "csv")
    assert result.code == 2
    rows = table_of(result.out)
    assert {"L", "N"} < {row["place"] for row in rows}
    assert "L (Line): not an area: a line has no area: close it into a polygon" in told(result)
    message = refuse(run("pot", "North", "--boundary", path))
    assert "bad.geojson holds a place that cannot be used:" in message
    assert "--leave-out-unusable" in message
    assert succeed(run("pot", "North", "--boundary", path, "--leave-out-unusable"))


def test_the_coverage_of_a_place_sums_to_it(run: Run, one: Path) -> None:
    rows = table_of(succeed(run("places", "coverage", "Castle Vale", "--format", "csv")))
    place = find_place("Castle Vale")
    assert sum(int(row["residents"]) for row in rows) == place.residents
    assert [row["lsoa_code"] for row in rows if float(row["share"]) < 1] == ["E01009096", "E01009101"]
    text = succeed(run("places", "coverage", "--boundary", one))
    assert fits(text)
    assert "The small areas of North, those in part by live postcodes" in text


# --- mistakes


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pot", "--boundary", "nowhere.gpkg"], "There is no file nowhere.gpkg"),
        (["pot", "--boundary", "nowhere.csv"], "There is no file nowhere.csv"),
        (["pot", "Leeds", "--name-field", "x"], "--name-field can only go with a file of your own places."),
        (["pot", "Leeds", "--coverage", "land"], "--coverage can only go with a file of your own places."),
        (["pots", "--level", "lad", "--layer", "x"], "--layer can only go with a file of your own places."),
        (["pot", "--around", "51.5,-0.1"], "--around and --radius together"),
        (["pot", "--radius", "800"], "--around and --radius together"),
        (["pot", "Leeds", "--around", "51.5,-0.1", "--radius", "800"], "without PLACE or --boundary"),
        (["pot", "--around", "-0.1,51.5", "--radius", "800"], "write latitude before longitude"),
        (["pot", "--around", "50.0,-3.0", "--radius", "800"], "No live postcode of England lies within"),
        (["pot", "--around", "nowhere", "--radius", "800"], "neither a postcode nor a point"),
        (["places", "coverage"], "Of which place?"),
        (["places", "check", "nowhere.kml"], "There is no file nowhere.kml"),
        (["places", "--level", "own"], "Places of your own are not listed here."),
        (["pots", "--level", "own"], "Places of your own are not listed here."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_in_one_message_with_exit_code_2(run: Run, arguments: list[str], message: str) -> None:
    assert message in refuse(run(*arguments))


@pytest.mark.parametrize("command", [["pot"], ["places", "check"]], ids=" ".join)
def test_a_file_of_places_is_never_written_over(run: Run, one: Path, command: list[str]) -> None:
    before = one.read_bytes()
    arguments = [*command, one] if command[-1] == "check" else [*command, "--boundary", one]
    assert "would be written over" in refuse(run(*arguments, "--format", "json", "--out", one))
    assert one.read_bytes() == before


def test_the_rest_of_a_place_is_a_place_like_any_other() -> None:
    authority, pilot = find_place("E08000025"), find_place("Castle Vale")
    rest = remainder(authority, [pilot])
    assert rest is not None
    total = single_pot(pilot).total_pence + single_pot(rest).total_pence
    assert total == single_pot(authority).total_pence


def test_what_was_recorded_at_places_is_told_beside_their_pots(run: Run, two: Path, tmp_path: Path) -> None:
    none = "None of it was recorded at these places by the bodies that spent it: all is modelled."
    assert none in json.loads(succeed(run("pots", "--boundary", two, "--format", "json")))["notes"]
    lines = tmp_path / "lines.csv"
    lines.write_text(
        "line_id,source_id,body,sector,service_code,financial_year,economic,amount_gbp,amount_kind,status,footprint_code\n"
        "1,ledger,Castle Vale Forum,LG,8.2,2011-12,current,12.34,outturn,have,NB-CASTLE-VALE\n",
        encoding="utf-8",
    )
    document = json.loads(succeed(run("pots", "--level", "neighbourhood", "--lines", lines, "--format", "json")))
    told = "Recorded at the place by the bodies that spent it: Castle Vale £12.34. All else is modelled."
    assert told in document["notes"]
    alone = json.loads(succeed(run("pot", "Castle Vale", "--lines", lines, "--format", "json")))
    assert (alone["observed_pence"], alone["total_pence"]) == (1_234, 1_234)


def test_each_row_of_users_places_says_where_the_place_is_from(run: Run, two: Path) -> None:
    rows = table_of(succeed(run("pots", "--boundary", two, "--within", "Birmingham", "--format", "csv")))
    assert [row["definition"].split(" (")[0] for row in rows[:2]] == ["From two.gpkg", "From two.gpkg"]
    assert rows[2]["definition"] == "Birmingham without North, South"
    by_land = run("pots", "--boundary", two, "--coverage", "land", "--format", "csv")
    assert "cutting small areas by land" in table_of(succeed(by_land))[0]["definition"]
