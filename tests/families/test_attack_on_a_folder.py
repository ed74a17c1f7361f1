"""Nobody who has a whole folder of results works a small count of a user's families out.

Made-up counts of three authorities go through the command line in many runs into one folder: levels that nest, tables
of counts, density and cost, maps, and neighbourhoods that overlap or cut small areas. Then the folder is attacked.
"""

from __future__ import annotations

import csv
import sys
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from families.outsider import Outsider

from placespend import cli
from placespend.disclosure import protect
from placespend.gazetteer import find_place, places_of_level
from placespend.geography import level_index, outlines, positions_of
from placespend.own_places import read_places
from placespend.place import remainder

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from placespend.place import Place

HARTLEPOOL, STOCKTON, CITY = "E06000001", "E06000004", "E09000001"
FRAME = level_index("lsoa")[0]
UNITS = np.sort(np.concatenate([positions_of("lad", code) for code in (HARTLEPOOL, STOCKTON, CITY)]))
COUNTS = np.random.default_rng(7).negative_binomial(1.5, 1.5 / (1.5 + 16), len(UNITS))
"""Of the families in each small area: many are small, and more are not."""


def save(path: Path, heading: list[str], rows: list[tuple[object, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *rows])
    return path


def neighbourhoods(folder: Path, name: str, **areas: NDArray[np.int64]) -> Path:
    """Write neighbourhoods as lists of small areas."""
    rows: list[tuple[object, ...]] = [(place, FRAME[area]) for place, found in areas.items() for area in found]
    return save(folder / f"{name}.csv", ["name", "code"], rows)


@cache
def places_by_code(level: str) -> dict[str, Place]:
    if level == "lsoa":  # England's take long to put together
        return {code: find_place(code) for code in FRAME[UNITS]}
    return {place.code: place for place in places_of_level(level)}


def level_of(level: str, *, as_at: object = None) -> list[Place]:
    return list(places_by_code(level).values())


class Folder:
    """A folder that results are written into, run by run."""

    def __init__(self, root: Path) -> None:
        self.root, self.path = root, root / "release"
        self.path.mkdir()
        rows: list[tuple[object, ...]] = list(zip(FRAME[UNITS], COUNTS, strict=True))
        self.counts = save(root / "counts.csv", ["lsoa_code", "families"], rows)
        self.outlines: dict[str, dict[str, Place]] = {}

    def run(self, name: str, *arguments: str | Path, places: list[Place], ending: str = ".csv", map_: str = "") -> None:
        out = self.path / f"{name}{ending}"
        options = ["--counts", self.counts, "--definition", "worked with", "--date", "2013", "--out", out]
        options += ["--map", self.path / f"{name}{map_}"] if map_ else []
        with pytest.MonkeyPatch.context() as patch:
            # Only so that no level is put together twice, and of small areas those that were counted.
            patch.setattr("placespend.several.places_of_level", level_of)
            patch.setattr(sys, "argv", ["placespend", "families", *map(str, [*arguments, *options])])
            with pytest.raises(SystemExit) as stop:
                cli.main()
        assert not stop.value.code
        self.outlines[name] = {place.code: place for place in places}

    def attack(self) -> Outsider:
        outsider = Outsider(UNITS)
        outsider.read(self.path, self.outlines)
        return outsider


def fill(folder: Folder) -> None:
    """Write everything there is to write."""
    root = folder.root
    hartlepool, stockton = find_place("Hartlepool"), find_place("Stockton-on-Tees")
    near, far = hartlepool.small_areas, stockton.small_areas
    # Two neighbourhoods that overlap, and two that overlap with these and are shown in a run of their own.
    first = neighbourhoods(root, "first", Docks=near[:22], Headland=near[10:40])
    second = neighbourhoods(root, "second", Coast=near[30:], Both=np.concatenate([near[50:], far[:25]]))
    shape = root / "cut.geojson"
    outlines("lsoa").iloc[far[40:52]].dissolve()[["geometry"]].buffer(400).to_file(shape)
    by_level = {level: level_of(level) for level in ("upper_tier", "lad", "msoa", "lsoa")}
    folder.run("first", "--boundary", first, places=read_places(first))
    for level in ("police_force", "region"):
        folder.run(level, "--level", level, ending=".json", places=level_of(level))
    folder.run("tiers", "--level", "upper_tier", "--measure", "cost", places=by_level["upper_tier"])
    folder.run("lsoa-far", "--level", "lsoa", "--within", "Stockton-on-Tees", places=by_level["lsoa"], ending=".json")
    folder.run(
        "msoa-near",
        "--level",
        "msoa",
        "--within",
        "Hartlepool",
        "--measure",
        "density",
        map_=".geojson",
        places=by_level["msoa"],
    )
    folder.run(
        "cut",
        "--boundary",
        shape,
        "--within",
        "Stockton-on-Tees",
        places=[*read_places(shape), rest(stockton, read_places(shape))],
    )
    folder.run(
        "msoa-far", "--level", "msoa", "--within", "Stockton-on-Tees", "--measure", "cost", places=by_level["msoa"]
    )
    folder.run("second", "--boundary", second, "--measure", "density", places=read_places(second))
    folder.run(
        "lsoa-near",
        "--level",
        "lsoa",
        "--within",
        "Hartlepool",
        "--measure",
        "density",
        map_=".svg",
        places=by_level["lsoa"],
    )
    folder.run("lad", "--level", "lad", "--measure", "density", map_=".geojson", places=by_level["lad"])
    folder.run("one", "Hartlepool", ending=".txt", places=[hartlepool])


def rest(of: Place, without: list[Place]) -> Place:
    found = remainder(of, without)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = Folder(tmp_path_factory.mktemp("full"))
    fill(folder)
    return folder


def test_no_small_count_is_worked_out_of_a_folder(full: Folder) -> None:
    outsider = full.attack()
    small = [name for name, weights in outsider.hidden.values() if weights @ COUNTS < 10]
    complementary = [name for name, weights in outsider.hidden.values() if weights @ COUNTS >= 10]
    assert min(outsider.told, len(small)) > 50
    assert complementary
    assert outsider.broken(COUNTS) == []


def few(folder: Folder) -> Outsider:
    for level in ("upper_tier", "msoa", "lsoa"):
        folder.run(level, "--level", level, "--within", "Hartlepool", places=level_of(level))
    return folder.attack()


def test_without_complementary_suppression_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protect, "protect_hidden", lambda _: ({}, {}))
    (tmp_path / "off").mkdir()
    broken = few(Folder(tmp_path / "off")).broken(COUNTS)
    assert len(broken) > 5
    monkeypatch.undo()
    (tmp_path / "on").mkdir()
    assert few(Folder(tmp_path / "on")).broken(COUNTS) == []


def test_what_lies_between_a_neighbourhood_and_its_authority_is_protected_too(tmp_path: Path) -> None:
    near = positions_of("lad", HARTLEPOOL)
    counts = COUNTS[np.searchsorted(UNITS, near)]
    lone = int(np.flatnonzero((counts > 0) & (counts < 10))[0])
    nearly = neighbourhoods(tmp_path, "nearly", Nearly=np.delete(near, lone))
    folder = Folder(tmp_path)
    folder.run("nearly", "--boundary", nearly, places=read_places(nearly))
    folder.run("all", "--level", "upper_tier", places=level_of("upper_tier"))
    outsider = folder.attack()
    assert len(outsider.hidden) == 1
    between = np.isin(UNITS, near[lone]).astype(float)
    outsider.hidden = {b"": ("between", between)}
    assert outsider.broken(COUNTS) == []
