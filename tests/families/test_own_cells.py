"""Cells are what places are made of; whatever runs go into one folder, in whatever order, it tells no small count."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from families.outsider import Outsider
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.disclosure.rule import Rule
from placespend.errors import PlacespendError
from placespend.extents import Extent
from placespend.families.own_cells import list_cells, protect_cells
from placespend.families.own_counts import FamilyCounts, read_family_counts
from placespend.families.own_release import protect_families
from placespend.families.records import Shown
from placespend.families.units_of_places import Held
from placespend.gazetteer import find_place
from placespend.geography import level_index, positions_of
from placespend.levels import OWN
from placespend.place import Place

FRAME = level_index("lsoa")[0]
MSOAS, MSOA_OF = level_index("msoa")
HARTLEPOOL = positions_of("lad", "E06000001")
SOME = sorted(set(MSOA_OF[HARTLEPOOL]))[:2]
UNITS = np.flatnonzero(np.isin(MSOA_OF, SOME))
LEVELS = [[find_place(str(MSOAS[area])) for area in SOME], [find_place(str(code)) for code in FRAME[UNITS]]]
WHOLE = Fraction(1)


def own(code: str, units: list[int]) -> Place:
    return Place(code, code, OWN, Extent(np.sort(UNITS[units])))


def made(numbers: list[int]) -> FamilyCounts:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "own.csv"
        rows = "".join(f"{code},{number}\n" for code, number in zip(FRAME[UNITS], numbers, strict=False))
        path.write_text(f"code,families\n{rows}", encoding="utf-8")
        return read_family_counts(path, definition="worked with", date="2013")


@pytest.fixture(scope="module")
def four() -> FamilyCounts:
    return made([30, 3, 40, 50])


def held(**parts: Fraction) -> Held:
    return Held({int(unit.removeprefix("u")): part for unit, part in parts.items()}, is_covered=True)


def test_what_is_made_of_the_same_is_one_cell(four: FamilyCounts) -> None:
    places = [own("a", [0]), find_place(str(FRAME[UNITS[0]])), own("b", [0, 1]), own("c", [0, 1])]
    units = [held(u0=WHOLE)] * 2 + [held(u0=WHOLE, u1=WHOLE)] * 2
    listed = list_cells(places, units, four)
    assert listed.key_of == (f"unit:{four.codes[0]}", f"unit:{four.codes[0]}", "own:b", "own:b")
    assert [row.is_own for row in listed.rows] == [True, True]


def test_one_code_of_two_places_is_two_cells(four: FamilyCounts) -> None:
    earlier = list_cells([own("a", [0, 1])], [held(u0=WHOLE, u1=WHOLE)], four).rows
    places = [own("a", [0, 2]), own("a", [1, 2]), own("x", [0, 1])]
    units = [held(u0=WHOLE, u2=WHOLE), held(u1=WHOLE, u2=WHOLE), held(u0=WHOLE, u1=WHOLE)]
    assert list_cells(places, units, four, earlier).key_of == ("own:a (2)", "own:a (3)", "own:a")


def test_a_place_inside_a_unit_is_told_from_it_and_one_not_covered_has_none(four: FamilyCounts) -> None:
    places = [own("a", [0]), own("b", [0])]
    listed = list_cells(places, [held(u2=Fraction(1, 3)), Held({}, is_covered=False)], four)
    assert listed.key_of == (f"unit:{four.codes[2]}", None)
    assert [(row.units, row.is_own) for row in listed.rows] == [({four.codes[2]: WHOLE}, False)]


@pytest.mark.parametrize(("lacking", "hidden"), [(1, 1), (2, 0)])
def test_what_a_place_lacks_of_a_larger_one_is_protected_where_it_is_small(
    four: FamilyCounts, lacking: int, hidden: int
) -> None:
    every = dict.fromkeys(four.codes, WHOLE)
    most = {code: part for code, part in every.items() if code != four.codes[lacking]}
    rows = [Shown("lad:all", "All", "open", every, is_own=False), Shown("own:most", "Most", "open", most, is_own=True)]
    protected = protect_cells(four, Rule(), rows)
    assert int(protected.shown[[row.key for row in rows]].isna().sum()) == hidden


places = st.lists(
    st.lists(st.integers(0, len(UNITS) - 1), min_size=1, max_size=len(UNITS), unique=True), min_size=1, max_size=4
)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.sampled_from([0, 1, 4, 7, 9, 11, 14, 22, 38]), min_size=len(UNITS), max_size=len(UNITS)),
    places,
    st.randoms(use_true_random=False),
)
def test_no_order_of_runs_gives_a_small_count_away(numbers: list[int], areas: list[list[int]], order: object) -> None:
    counts = made(numbers)
    runs = [*LEVELS, *([own(f"n{at}", area)] for at, area in enumerate(areas))]
    order.shuffle(runs)  # type: ignore[attr-defined]
    outsider = Outsider(UNITS)
    with TemporaryDirectory() as folder:
        for run in runs:
            try:
                release = protect_families(counts, run, folder=Path(folder))
            except PlacespendError:  # refused: nothing of it is shown
                continue
            release.keep_record()
            for place, row in zip(run, release.families.table.to_dict(orient="records"), strict=True):
                if row["status"] == "suppressed":
                    outsider.miss(place)
                else:
                    outsider.learn(place, float(row["families"]))
    assert outsider.broken(np.array(numbers)) == []
