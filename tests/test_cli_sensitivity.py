"""The command about ranges: results on the output stream, one message and exit code 2."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from running import Run, fits, flat, refuse, succeed, table_of
from shapely.geometry import box

from placespend.pot import single_pot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NORTH, SOUTH = box(409_000.25, 290_000.25, 410_500.25, 291_500.25), box(410_000.25, 282_000.25, 411_500.25, 283_500.25)


def write(path: Path, *names: str) -> Path:
    shapes = [NORTH, SOUTH][: len(names)]
    gpd.GeoDataFrame({"code": list("NS")[: len(names)], "name": list(names)}, geometry=shapes, crs=27700).to_file(path)
    return path


@pytest.mark.parametrize("place", ["Greater Manchester", "Leeds", "NB-LITTLE-HORTON", "E05011132", "E01000001"])
def test_a_range_fits_the_page_and_says_what_it_is(run: Run, place: str) -> None:
    text = succeed(run("sensitivity", place))
    assert fits(text)
    assert "…" not in text
    for wanted in ("Low and high are no confidence interval.", "What would narrow it", "--measure FILE", "Made with:"):
        assert wanted in flat(text)
    heading = next(line for line in text.split("\n") if line.startswith("Service ("))
    assert heading.split()[2:] == ["Shared", "by", "Low", "Central", "High", "Spread"]
    assert ("Small areas that it cuts" in text) == (place in {"NB-LITTLE-HORTON", "E05011132"})
    assert ("modelled, not managed, spending" in text) == (place not in {"Greater Manchester", "Leeds"})


def test_json_has_all_of_it_and_the_pot_in_the_middle(run: Run) -> None:
    document = json.loads(succeed(run("sensitivity", "NB-LITTLE-HORTON", "--format", "json")))
    assert document["low_pence"] < document["central_pence"] < document["high_pence"]
    assert document["central_pence"] == single_pot("NB-LITTLE-HORTON").total_pence
    assert sum(row["central_pence"] for row in document["services"]) == document["central_pence"]
    assert [row["coverage"] for row in document["coverage"]] == ["postcodes", "households", "residents"]
    assert document["narrowing"]
    assert document["made_with"]["recipe_sha256"]
    assert document["what"] == "modelled, not managed, spending"


def test_csv_has_the_services_each_with_what_it_was_made_with(run: Run) -> None:
    rows = table_of(succeed(run("sensitivity", "Leeds", "--format", "csv")))
    assert sum(int(row["central_pence"]) for row in rows) == single_pot("Leeds").total_pence
    assert all(row["made_with"].startswith("placespend ") for row in rows)


def test_the_ranges_of_a_level_are_those_of_its_places(run: Run) -> None:
    rows = table_of(succeed(run("sensitivity", "--level", "region", "--format", "csv")))
    assert len(rows) == 9
    assert sum(int(row["central_pence"]) for row in rows) == single_pot("England").total_pence
    alone = json.loads(succeed(run("sensitivity", rows[0]["code"], "--format", "json")))
    assert int(rows[0]["low_pence"]) == alone["low_pence"]
    text = succeed(run("sensitivity", "--level", "region"))
    assert fits(text)
    assert text.startswith("The ranges of the single pots of every region, 2011-12")


def test_places_within_a_larger_one_and_its_rest_sum_to_it(run: Run) -> None:
    found = run("sensitivity", "--level", "ward_2025", "--within", "E09000021", "--format", "json")
    rows = json.loads(succeed(found))["rows"]
    assert sum(row["central_pence"] for row in rows) == single_pot("E09000021").total_pence
    assert fits(succeed(run("sensitivity", "--level", "lad", "--within", "Greater Manchester")))


def test_places_of_your_own_have_ranges_one_or_all(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path / "two.gpkg", "North", "South")
    rows = table_of(succeed(run("sensitivity", "--boundary", path, "--format", "csv")))
    one = json.loads(succeed(run("sensitivity", "North", "--boundary", path, "--format", "json")))
    assert int(rows[0]["high_pence"]) == one["high_pence"]
    assert succeed(run("sensitivity", "--around", "B35 6DL", "--radius", "300"))


@pytest.mark.parametrize("name", ["=1+1", "[red]x[/]\x1b[31m", "<script>"])
def test_names_are_told_as_they_are_and_nothing_runs(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / "odd.geojson"
    feature = {
        "type": "Feature",
        "properties": {"code": "A", "name": name},
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[-1.83, 52.51], [-1.8, 52.51], [-1.8, 52.53], [-1.83, 52.51]]],
        },
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    text = succeed(run("sensitivity", "--boundary", path))
    assert "\x1b" not in text
    assert name.split("\x1b")[0] in text


def test_a_pot_without_money_is_told(run: Run, write_lines: Callable[..., Path]) -> None:
    text = succeed(run("sensitivity", "Leeds", "--lines", write_lines({})))
    assert "No money is known here." in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sensitivity", "Leedz"], "did you mean"),
        (["sensitivity", "--level", "nowhere"], "There is no level 'nowhere'."),
        (["sensitivity", "--level", "lad", "--layer", "x"], "--layer can only go with a file of your own places."),
        (["sensitivity", "--boundary", "nowhere.gpkg"], "There is no file nowhere.gpkg"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_is_told_in_one_message_with_exit_code_2(run: Run, arguments: list[str], message: str) -> None:
    assert message in refuse(run(*arguments))


@pytest.mark.parametrize("arguments", [[], ["Leeds", "--within", "Leeds"]], ids=str)
def test_a_wrong_use_is_told_with_exit_code_2(run: Run, arguments: list[str]) -> None:
    result = run("sensitivity", *arguments)
    assert (result.code, result.out) == (2, "")
    assert "Usage: " in result.err
