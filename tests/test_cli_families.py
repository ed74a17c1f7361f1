"""The commands of families: the columns of each form, what adds up, what is refused, and what is never told."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from running import fits, flat, refuse, succeed, table_of, told

from placespend.families.estimates import estimate_families
from placespend.families.modelled_costs import modelled_costs
from placespend.families.published import published_counts
from placespend.gazetteer import find_place
from placespend.geography import count_of, level_index, small_areas

if TYPE_CHECKING:
    from pathlib import Path

    from running import Run

COUNT = ["code", "name", "families", "status", "definition", "date", "source", "low", "high"]
DENSITY = ["code", "name", "per_1000_households", "per_km2", "status"]
COST = ["code", "name", "layer", "cost_per_family_gbp", "total_gbp", "status"]
SALFORD = "E08000006"
FEW = "fewer than 10"
LEFT_OPEN = 0.05
"""More than what two decimals of a density leave open of the families of a middle-layer area (0.005 a thousand)."""


@pytest.fixture
def spread_file(tmp_path: Path) -> Path:
    """Counts by small area that rise with the order of their codes."""
    path = tmp_path / "truants.csv"
    rows = [f"{code},{number % 97 + 1}" for number, code in enumerate(small_areas()["lsoa_code"])]
    path.write_text("\n".join(["lsoa_code,truants", *rows, ""]), encoding="utf-8")
    return path


def csv_of(run: Run, *arguments: str | Path) -> list[dict[str, str]]:
    return table_of(succeed(run("families", *arguments, "--format", "csv")))


def families_by_density(rows: list[dict[str, str]]) -> dict[str, float]:
    """The families of middle-layer areas, as their density and the households of the census make them."""
    codes, inner = level_index("msoa")
    households = dict(zip(codes, np.bincount(inner, weights=count_of("households")), strict=True))
    return {row["code"]: float(row["per_1000_households"]) * households[row["code"]] / 1_000 for row in rows}


# --- counts


def test_the_published_numbers_come_out_as_published(run: Run) -> None:
    rows = csv_of(run, "--level", "upper_tier")
    assert list(rows[0]) == COUNT
    assert len(rows) == 152
    shown = {row["code"]: row for row in rows if row["status"] == "published"}
    known = published_counts()
    assert {code: int(row["families"]) for code, row in shown.items()} == known["value"].to_dict()
    assert {code: row["date"] for code, row in shown.items()} == known["as_at"].to_dict()
    assert {code: row["source"] for code, row in shown.items()} == known["source_url"].to_dict()
    assert all(row["low"] == row["high"] == "" for row in shown.values())
    others = [row for row in rows if row["status"] != "published"]
    assert {row["status"] for row in others} == {"estimated"}
    assert all(int(row["low"]) <= int(row["families"]) <= int(row["high"]) for row in others)
    assert all(int(row["families"]) % 5 == 0 for row in rows)
    assert all(row["definition"] and row["date"] and row["source"] for row in rows)


def test_authorities_and_districts_sum_to_what_was_published(run: Run) -> None:
    rows = {level: csv_of(run, "--level", level) for level in ("upper_tier", "lad")}
    for place, total in (
        ("E47000001", 8_090),
        ("E12000002", 19_385),
        ("E12000007", 21_635),
        ("E92000001", 120_000),
    ):
        areas = find_place(place).small_areas
        for level, found in rows.items():
            codes, inner = level_index(level)
            inside = set(codes[np.unique(inner[areas])])
            assert sum(int(row["families"]) for row in found if row["code"] in inside) == total


@pytest.mark.parametrize(("level", "count"), [("region", 9), ("police_force", 39), ("tri_borough", 1)])
def test_larger_places_have_numbers_that_sum_their_authorities(run: Run, level: str, count: int) -> None:
    rows = csv_of(run, "--level", level)
    assert len(rows) == count
    upper = estimate_families()["families"]
    codes, inner = level_index("upper_tier")
    for row in rows:
        inside = codes[np.unique(inner[find_place(row["code"]).small_areas])]
        assert int(row["families"]) == upper[list(inside)].sum()


def test_combined_authorities_are_those_of_today_or_of_the_day(run: Run) -> None:
    rows = csv_of(run, "--level", "combined_authority")
    assert {"Greater Manchester", "West Midlands", "York and North Yorkshire"} <= {row["name"] for row in rows}
    (only,) = csv_of(run, "--level", "combined_authority", "--as-at", "2012-01-01")
    assert (only["families"], only["status"]) == ("8090", "published")


def test_what_is_inside_a_larger_place_sums_to_it(run: Run) -> None:
    rows = csv_of(run, "--level", "upper_tier", "--within", "Greater Manchester")
    assert len(rows) == 10
    assert sum(int(row["families"]) for row in rows) == 8_090


def test_one_place_has_one_row(run: Run) -> None:
    for name in ("Sheffield", "E08000019"):
        (row,) = csv_of(run, name)
        assert (row["name"], row["families"], row["status"]) == ("Sheffield", "1680", "published")
    (row,) = csv_of(run, "tri-borough")
    assert row["status"] == "estimated"
    assert int(row["low"]) < int(row["families"]) < int(row["high"])


# --- inside authorities


def test_no_number_under_ten_is_told_in_any_form(run: Run) -> None:
    arguments = ("families", "--level", "msoa", "--within", "Richmond upon Thames")
    rows = table_of(succeed(run(*arguments, "--format", "csv")))
    few = [row for row in rows if row["families"] == FEW]
    assert 0 < len(few) < len(rows)
    assert all(int(row["families"]) >= 10 for row in rows if row not in few)
    assert all((row["status"], row["low"]) == ("estimated", "0") and int(row["high"]) >= 9 for row in few)
    document = json.loads(succeed(run(*arguments, "--format", "json")))["places"]
    assert [row["families"] for row in document] == [
        None if row["families"] == FEW else int(row["families"]) for row in rows
    ]
    assert [row.get("told") for row in document] == [{"families": FEW} if row in few else None for row in rows]
    text = succeed(run(*arguments))
    assert fits(text)
    for row in rows:
        number = row["families"] if row["families"] == FEW else f"{int(row['families']):,}"
        assert re.search(rf"^{re.escape(row['name'])} +{number} +{row['low']} to {row['high']} ", text, re.MULTILINE)
    assert text.count(FEW) >= len(few)


def test_the_cost_of_a_family_is_not_told_where_fewer_than_ten_are_modelled(run: Run) -> None:
    rows = csv_of(run, "E01005599", "--measure", "cost")
    assert [(row["layer"], row["cost_per_family_gbp"], row["status"]) for row in rows] == [
        ("modelled", "[x]", "estimated"),
        ("national_mean", "75000", "estimated"),
    ]
    assert rows[1]["total_gbp"] == "[x]"
    text = succeed(run("families", "E01005599"))
    assert fits(text)
    assert "no cost of a family" in flat(text)


def test_a_measure_changes_the_spread_and_never_the_total(run: Run, spread_file: Path) -> None:
    arguments = ("--level", "msoa", "--within", SALFORD, "--measure", "density")
    by_other = families_by_density(csv_of(run, *arguments, "--spread-by", "income_deprived"))
    by_own = families_by_density(
        csv_of(run, *arguments, "--spread-file", spread_file, "--spread-is-open", "--spread-by", "truants")
    )
    for families in (by_other, by_own):
        assert sum(families.values()) == pytest.approx(810, abs=LEFT_OPEN * len(families))
    # A number is proportional to what the file counts.
    counts = pd.read_csv(spread_file)["truants"].groupby(small_areas()["msoa_code"], observed=True).sum()[list(by_own)]
    exact = {str(code): float(count) for code, count in (810 * counts / counts.sum()).items()}
    assert by_own == pytest.approx(exact, abs=LEFT_OPEN)
    assert any(abs(by_other[code] - exact[code]) > 5 for code in exact)
    (alone,) = csv_of(run, SALFORD, "--spread-file", spread_file, "--spread-is-open", "--spread-by", "truants")
    assert alone["families"] == "810"


def test_the_note_on_the_spread_says_whether_it_was_counted(run: Run, spread_file: Path) -> None:
    arguments = ("families", "--level", "msoa", "--within", SALFORD)
    assert "itself modelled from the kinds of neighbourhoods" in flat(succeed(run(*arguments)))
    own = flat(succeed(run(*arguments, "--spread-file", spread_file, "--spread-is-open", "--spread-by", "truants")))
    assert "spread by truants, counted by small area, given as open data" in own


# --- density


@pytest.mark.parametrize("level", ["region", "tri_borough", "police_force"])
def test_density_is_families_against_the_census(run: Run, level: str) -> None:
    rows = csv_of(run, "--level", level, "--measure", "density")
    assert list(rows[0]) == DENSITY
    counts = {row["code"]: int(row["families"]) for row in csv_of(run, "--level", level)}
    frame = small_areas()
    for row in rows:
        inside = frame.iloc[find_place(row["code"]).small_areas]
        families = counts[row["code"]]
        per_household = 1_000 * families / inside["households"].sum()
        per_km2 = 100 * families / inside["hectares"].sum()
        assert float(row["per_1000_households"]) == pytest.approx(per_household, abs=0.005 + 1e-9)
        assert float(row["per_km2"]) == pytest.approx(per_km2, abs=0.005 + 1e-9)
        assert row["status"] in {"published", "estimated"}


def test_densities_inside_an_authority_weigh_up_to_its_own(run: Run) -> None:
    families = families_by_density(csv_of(run, "--level", "msoa", "--within", SALFORD, "--measure", "density"))
    assert sum(families.values()) == pytest.approx(810, abs=LEFT_OPEN * len(families))


# --- cost


def test_costs_have_their_layers_apart(run: Run) -> None:
    rows = csv_of(run, "Cheshire West and Chester", "--measure", "cost")
    assert list(rows[0]) == COST
    assert [(row["layer"], row["status"]) for row in rows] == [
        ("local", "published"),
        ("modelled", "estimated"),
        ("national_mean", "estimated"),
    ]
    assert rows[0]["cost_per_family_gbp"] == "76190"
    assert (rows[2]["cost_per_family_gbp"], rows[2]["total_gbp"]) == ("75000", str(75_000 * 525))


def test_one_layer_can_be_asked_for(run: Run) -> None:
    rows = csv_of(run, "--level", "upper_tier", "--measure", "cost", "--cost-layer", "local")
    published = published_counts("cost_per_troubled_family")["value"]
    assert {row["code"]: int(row["cost_per_family_gbp"]) for row in rows} == published.to_dict()


def test_bodies_sum_to_the_modelled_cost(run: Run) -> None:
    arguments = ("families", SALFORD, "--measure", "cost", "--by-body")
    rows = table_of(succeed(run(*arguments, "--format", "csv")))
    (column,) = [name for name in rows[0] if name.startswith("families_")]
    total = sum(round(float(row[column]) * (1 if column.endswith("pence") else 100)) for row in rows if row[column])
    assert total == modelled_costs([find_place(SALFORD)])["cost_pence"].sum()
    text = succeed(run(*arguments))
    assert fits(text)
    assert "Greater Manchester Police Authority" in flat(text)


def test_all_of_one_place_fits_the_screen(run: Run) -> None:
    text = succeed(run("families", "Cheshire West and Chester"))
    assert fits(text)
    assert "9.8 times as much" in flat(text)


# --- maps


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (
            ("--measure", "cost", "--cost-layer", "national_mean"),
            "national mean cannot be shaded: per family it is the",
        ),
        (("--measure", "cost"), "A map shades one layer of cost, not modelled, national_mean"),
        (("--measure", "count"), "such a map shows where many people live"),
    ],
)
def test_maps_that_mislead_are_refused_and_nothing_is_written(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    files = ("--map", tmp_path / "map.png", "--out", tmp_path / "table.csv")
    assert reason in flat(refuse(run("families", "--level", "region", *arguments, *files)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", [".png", ".svg", ".geojson"])
def test_maps_are_written_beside_the_table(run: Run, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"map{ending}"
    result = run("families", "--level", "region", "--measure", "density", "--map", path, "--format", "csv")
    assert (result.code, result.err) == (0, f"Written: {path}\n")
    assert len(table_of(result.out)) == 9
    start = {".png": b"\x89PNG", ".svg": b"<?xml", ".geojson": b"{"}[ending]
    assert path.read_bytes().startswith(start)


def test_a_map_is_named_by_the_place_and_not_by_what_was_typed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "map.svg"
    arguments = ("--level", "upper_tier", "--within", "E47000001", "--measure", "density")
    assert run("families", *arguments, "--map", path).code == 0
    assert "in Greater" in flat(path.read_text(encoding="utf-8"))
    assert succeed(run("families", *arguments)).startswith("Troubled families by upper-tier authority in Greater Manc")


def test_a_map_of_another_ending_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "map.pdf"
    said = refuse(run("families", "--level", "region", "--measure", "density", "--map", path))
    assert "end the file's name in .png, .svg or .geojson" in flat(said)
    assert list(tmp_path.iterdir()) == []


# --- what stands behind the numbers


def test_payments(run: Run) -> None:
    rows = table_of(succeed(run("families", "payments", "Sheffield", "--format", "csv")))
    assert {row["maximum_gbp"] for row in rows} == {"5600000"}
    text = succeed(run("families", "payments", "Sheffield"))
    assert fits(text)
    assert "5,600,000" in text
    later = table_of(succeed(run("families", "payments", "Sheffield", "--phase", "2", "--format", "csv")))
    assert [row["maximum_gbp"] for row in later] == ["3024000"]
    assert "told only as fewer than 10" in refuse(run("families", "payments", "E01005599"))


def test_progress(run: Run) -> None:
    (row,) = table_of(succeed(run("families", "progress", "Greater Manchester", "--format", "csv")))
    assert (row["measure"], row["families"], row["percent"]) == ("turned_around", "6889", "85.2")
    assert fits(succeed(run("families", "progress")))
    rows = table_of(succeed(run("families", "progress", "--format", "csv")))
    last = [row for row in rows if (row["area"], row["measure"]) == ("England", "turned_around")][-1]
    assert last["families"] == "85303"
    assert "Nothing was published" in succeed(run("families", "progress", "Bristol"))


def test_published(run: Run) -> None:
    rows = table_of(succeed(run("families", "published", "--format", "csv")))
    indicative = [row for row in rows if (row["measure"], row["level"]) == ("indicative", "upper_tier")]
    assert {row["code"]: int(row["value"]) for row in indicative} == published_counts()["value"].to_dict()
    assert {row["conflicts_with"] for row in rows} == {"", "21,660", "21,635"}
    assert fits(succeed(run("families", "published")))


def test_folds(run: Run) -> None:
    rows = table_of(succeed(run("families", "validate", "--folds", "--format", "csv")))
    assert {row["code"]: int(row["published"]) for row in rows} == published_counts()["value"].to_dict()
    held = sum(int(row["low"]) <= int(row["published"]) <= int(row["high"]) for row in rows)
    assert held >= 0.8 * len(rows)
    text = succeed(run("families", "validate", "--folds"))
    assert fits(text)
    assert flat(text).count(" %") == len(rows)


def test_the_help_names_the_other_commands(run: Run) -> None:
    said = succeed(run("families", "--help"))
    for name in ("validate", "published", "progress", "payments", "--measure", "--level", "--map"):
        assert name in said


# --- what is refused


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Missing argument 'PLACE', or '--level'"),
        (("Salford", "--within", "Greater Manchester"), "'--within' goes with '--level' or '--boundary' alone"),
        (("--level", "uper_tier"), "did you mean 'upper_tier'"),
        (("Salfrod",), "did you mean 'E08000006' (Salford)"),
        (("--level", "region", "--within", "Atlantis"), "Atlantis"),
        (("Salford", "--measure", "densty"), "'densty' is not one of 'count', 'density', 'cost'"),
        (("E01005599", "--spread-by", "income_deprive"), "did you mean 'income_deprived'"),
        (("Salford", "--spread-file", "nowhere.csv", "--spread-is-open"), "nowhere.csv"),
        (("Salford", "--spread-file", "nowhere.csv"), "can be worked out from what is shown"),
        (("Salford", "--spread-is-open"), "'--spread-is-open' goes with '--spread-file'"),
        (("Salford", "--threshold", "20"), "--threshold can only go with counts of your own"),
        (("Salford", "--audit", "a.csv", "--reason", "x"), "--reason, --audit can only go with counts of your own"),
        (("Salford", "--by-body"), "'--by-body' goes with one PLACE and '--measure cost'"),
        (("--level", "region", "--measure", "cost", "--by-body"), "'--by-body' goes with one PLACE"),
        (("Salford", "--cost-layer", "modelled"), "'--cost-layer' goes with '--measure cost'"),
        (("Salford", "--measure", "count", "--cost-layer", "local"), "'--cost-layer' goes with '--measure cost'"),
        (("Salford", "--measure", "cost", "--cost-layer", "lokal"), "'lokal' is not one of 'local', 'modelled'"),
        (("Salford", "--measure", "cost", "--cost-layer", "local"), "such costs were published of Cheshire West"),
        (("Salford", "--as-at", "yesterday"), "yesterday"),
        (("payments", "Atlantis"), "There is no place called 'Atlantis'"),
        (("payments", "Sheffield", "--phase", "3"), "'3' is not one of '1', '2'"),
        (("progress", "Bristl"), "did you mean 'E06000023' (Bristol)"),
        (("validate", "--level", "lsoa"), "No such option"),
    ],
)
def test_a_mistake_is_told_and_ends_with_2(run: Run, arguments: tuple[str, ...], message: str) -> None:
    result = run("families", *arguments)
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert message in flat(result.err)


def test_no_file_that_was_read_is_written_over(run: Run, spread_file: Path) -> None:
    before = spread_file.read_bytes()
    arguments = (
        "families",
        "E01005599",
        "--spread-file",
        spread_file,
        "--spread-is-open",
        "--spread-by",
        "truants",
        "--format",
        "csv",
    )
    told(run(*arguments, "--out", spread_file))
    result = run(*arguments, "--out", spread_file)
    assert (result.code, result.out) == (2, "")
    assert spread_file.read_bytes() == before


def test_files_that_cannot_be_written_are_refused_before_any_is(run: Run, tmp_path: Path) -> None:
    arguments = ("families", "--level", "region", "--measure", "density", "--map")
    assert run(*arguments, tmp_path / "map.svg", "--out", tmp_path / "table.docx").code == 2
    both = tmp_path / "both.geojson"
    result = run(*arguments, both, "--out", both, "--format", "json")
    assert result.code == 2
    assert "name one file" in result.err
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_written_as_its_ending_says(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    result = run("families", "--level", "region", "--out", path)
    assert (result.code, result.out, result.err) == (0, "", f"Written: {path}\n")
    assert table_of(path.read_text(encoding="utf-8")) == csv_of(run, "--level", "region")


def test_a_map_alone_is_of_the_density(run: Run, tmp_path: Path) -> None:
    assert run("families", "--level", "region", "--map", tmp_path / "map.geojson").code == 0
    assert '"band"' in (tmp_path / "map.geojson").read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_told_before_anything_is_computed(run: Run, tmp_path: Path) -> None:
    for option in ("--out", "--map"):
        message = refuse(run("families", "Leeds", option, tmp_path / "nowhere" / "x.svg"))
        assert "there is no folder" in flat(message) or "does not write .svg files" in message
