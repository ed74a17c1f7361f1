"""The command that draws maps: files, the words beside them, and mistakes told before anything is computed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from running import fits, flat, refuse, table_of
from shape_makers import box, feature, polygon, write_geojson

from placespend.loaded import load

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from running import Run

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def nothing_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where lines are loaded: a mistake in the options is told before that."""

    def refuse_to_load(*_: object, **__: object) -> None:
        pytest.fail("lines were loaded")

    assert callable(load)
    monkeypatch.setattr("placespend.loaded.load", refuse_to_load)


# --- what is written and said


def test_a_place_is_shown_by_the_level_below_and_what_is_shown_is_said_once(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "gm.png"
    result = run("map", "Greater Manchester", "--service", "health", "--service", "police", "--out", out)
    assert result.code == 0
    assert result.err == f"By upper-tier authority: choose another level with --level.\nWritten: {out}\n"
    assert out.read_bytes().startswith(b"\x89PNG")
    assert fits(result.out)
    said = flat(result.out)
    title = "Spending per head, by upper-tier authority in Greater Manchester, 2011-12"
    assert said.startswith(f"2 maps on one scale: {title}. Map: Health. 10 places, Spending per head. Classes: ")
    assert said.count("Per head of the residents of the census of 2011.") == 1
    assert "Sources " in said


def test_a_data_layer_holds_what_pots_prints(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "regions.geojson"
    result = run("map", "--level", "region", "--out", out)
    assert (result.code, result.err) == (0, f"Written: {out}\n")
    told = {one["properties"]["code"]: one["properties"] for one in json.loads(out.read_text())["features"]}
    printed = table_of(run("pots", "--level", "region", "--format", "csv").out)
    heads = {row["code"]: int(row["per_head_pence"]) / 100 for row in printed if row["code"] in told}
    assert {code: one["value"] for code, one in told.items()} == heads
    assert len(heads) == 9
    assert {one["status"] for one in told.values()} == {"published"}


def own_places(path: Path, *, apart: float = 3_000) -> Path:
    """Write two squares in Leeds, one of which bears a hostile name."""
    corners = [(0.0, 0.0), (apart, 0.0)]
    names = [HOSTILE, "Other"]
    shapes = [feature(polygon(box(x, y, 2_000, 2_000)), name=name) for (x, y), name in zip(corners, names, strict=True)]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    return write_geojson(path, *shapes, crs=crs)


def test_places_of_ones_own_are_a_page_in_which_names_stay_text(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "own.html"
    result = run("map", "--boundary", own_places(tmp_path / "own.geojson"), "--out", out)
    assert (result.code, result.err) == (0, f"Written: {out}\n")
    said = flat(result.out)
    assert said.startswith("Map: The single pot per head, in ")
    assert "Notes This is modelled, not managed, spending: " in said
    text = out.read_text(encoding="utf-8")
    assert HOSTILE not in text
    assert "alert(1)" in text


def test_places_of_ones_own_that_overlap_are_refused(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "own.svg"
    message = refuse(run("map", "--boundary", own_places(tmp_path / "own.geojson", apart=500), "--out", out))
    assert "Places of one map do not overlap." in flat(message)
    assert not out.exists()


# --- mistakes


@pytest.mark.usefixtures("nothing_loaded")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--level", "regoin"], "There is no level 'regoin'. Hint: did you mean 'region'?"),
        (["Leeds", "--show", "pott"], "A map cannot show 'pott'. Hint: did you mean 'pot'?"),
        (["Leeds", "--show", "total"], "A map of 'total' is not drawn: totals and counts show where many people live."),
        (["Leeds", "--show", "families"], "totals and counts show where many people live."),
        (["Leeds", "--service", "helth"], "No service in this pot is called 'helth'. Hint: did you mean 'Health'?"),
        (["Leeds", "--need", "income_deprivd"], "There is no measure 'income_deprivd'."),
        (["Leeds", "--against", "households"], "not who is in need."),
        (["Leeds", "--show", "pot", "--need", "income_deprived"], "A measure goes with a map of need, not of pot."),
        (["Leeds", "--show", "pot", "--cost-layer", "local"], "A layer of cost goes with a map of cost, not of pot."),
        (["Leeds", "--breaks", "9000,8000"], "numbers, each above the one before, not [9000.0, 8000.0]."),
        (["Leeds", "--breaks", "9000", "--scheme", "equal"], "Bounds of classes are given without the scheme 'given'."),
        (["Leeds", "--scheme", "jenks"], "There is no scheme of classes 'jenks'."),
        (["Leeds", "--classes", "7"], "A map has from 1 to 5 classes, not 7."),
        (["Leeds", "--centre", "median"], "The centre of a map is 'zero', 'mean' or a number, not 'median'."),
        (["Leeds", "--show", "pot", "--show", "need"], "One picture shows one thing, not pot, need."),
        (["Leeds", "--centre", "nan"], "The centre of a map is 'zero', 'mean' or a number, not nan."),
        (["Leeds", "--show", "density", "--basis", "3.1", "residents", "why"], "does not rest on --basis."),
        (["Leeds", "--with-shipped"], "Without lines of your own, --with-shipped would change nothing."),
        (["Leeds", "--keep-unknown-footprints"], "Without lines of your own, --keep-unknown-footprints would"),
        (["Leeds", "--coverage", "land"], "--coverage can only go with a file of your own places."),
    ],
)
def test_a_mistake_is_told_before_anything_is_computed(
    run: Run, tmp_path: Path, arguments: list[str], message: str
) -> None:
    told = flat(refuse(run("map", *arguments, "--out", tmp_path / "map.svg")))
    assert message in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("nothing_loaded")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument 'PLACE', or '--level' for every place of a level."),
        (["Leeds", "--within", "Leeds"], "PLACE and '--within' say the same: give one of them."),
        (["--level", "lsoa", "--boundary", "x.geojson"], "With '--boundary', '--level' needs PLACE"),
        (["Leeds", "--breaks", "many"], "'--breaks' takes numbers with commas between them"),
    ],
)
def test_a_wrong_use_is_told(run: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    result = run("map", *arguments, "--out", tmp_path / "map.svg")
    assert (result.code, result.out) == (2, "")
    assert message in flat(result.err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("nothing_loaded")
def test_files_that_cannot_be_written_are_told_first(run: Run, tmp_path: Path) -> None:
    told = flat(refuse(run("map", "Leeds", "--out", tmp_path / "map.jpeg")))
    assert "Maps are not written as .jpeg. Hint: end the file's name in .png, .svg, .html or .geojson" in told
    assert "there is no folder" in flat(refuse(run("map", "Leeds", "--out", tmp_path / "no" / "map.svg")))
    result = run("map", "Leeds")
    assert (result.code, result.out) == (2, "")
    assert "--out" in result.err
    titled = run("map", "Leeds", "--title", "Mine", "--out", tmp_path / "map.geojson")
    assert "'--title' would change nothing in a data layer." in flat(titled.err)


def test_a_file_that_was_read_is_not_written_over(run: Run, write_lines: Any) -> None:
    path = write_lines({"amount_gbp": "1000000"})
    own = path.rename(path.with_suffix(".geojson"))
    before = own.read_bytes()
    result = run("map", "Greater Manchester", "--lines", own, "--out", own)
    assert result.code == 2
    assert own.read_bytes() == before


def test_a_recipe_that_was_read_is_not_written_over(run: Run, tmp_path: Path, write_lines: Any) -> None:
    own = write_lines({"footprint_code": "E92000001"})
    recipe = tmp_path / "recipe.geojson"
    recipe.write_text(f'title = "Mine"\n[[source]]\nid = "mine"\nfile = "{own.name}"\n')
    before = recipe.read_bytes()
    result = run("map", "--level", "region", "--recipe", recipe, "--out", recipe)
    assert result.code == 2
    assert "would be written over" in flat(result.err)
    assert recipe.read_bytes() == before


def test_an_unknown_place_leaves_nothing_behind(run: Run, tmp_path: Path) -> None:
    told = refuse(run("map", "Leedz", "--out", tmp_path / "map.svg"))
    assert "Leeds" in told
    assert list(tmp_path.iterdir()) == []
