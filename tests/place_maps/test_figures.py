"""The figures that maps shade are those of each place's own pot, and how each is known is told."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from maps_of_places import shipped

from placespend.circles import circle
from placespend.errors import OverlappingPlacesError
from placespend.gazetteer import find_place, places_of_level
from placespend.geography import count_of
from placespend.loaded import Loaded, load
from placespend.measures import Measure, measure
from placespend.place_maps.figures import Spending, shares_in_need, spending_at
from placespend.pot import pot_of
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEALTH = ["7.A", "7.B", "7.C"]
SCHOOLS = ["9.1-primary", "9.2"]


@cache
def some() -> Spending:
    # Recorded in part, not recorded at all, a neighbourhood that cuts small areas, and a circle.
    names = ["Salford", "E10000012", "Leeds", "Little Horton"]
    places = [find_place(name) for name in names[:2]] + [find_place(names[3]), circle("LS1 4AP", 900)]
    return spending_at(shipped(), places)


def of(*paths: Path) -> Loaded:
    return load(recipe_wanted(None, lines=list(paths)))


# --- to the penny


def test_each_figure_is_that_of_the_places_own_pot() -> None:
    found = some()
    pots = [pot_of(place, shipped()) for place in found.places]
    assert found.pence() == [pot.total_pence for pot in pots]
    assert found.recorded_pence() == [pot.observed_pence for pot in pots]
    assert found.recorded_pence()[0] > 0
    for codes in (HEALTH, SCHOOLS):
        cells = [pot.cells[pot.cells["service_code"].isin(codes)] for pot in pots]
        assert found.pence(codes) == [int(one["amount_pence"].sum()) for one in cells]
        recorded = [one[one["grade"] == "A"] for one in cells]
        assert found.recorded_pence(codes) == [int(one["amount_pence"].sum()) for one in recorded]


def test_the_regions_hold_all_of_england_and_none_of_it_is_shared_out() -> None:
    regions = spending_at(shipped(), places_of_level("region"))
    assert sum(regions.pence()) == pot_of("England", shipped()).total_pence
    assert set(regions.statuses()) == {"published"}
    assert not regions.is_shared(shipped().cells).any()


def test_what_was_shared_out_is_told() -> None:
    one = spending_at(shipped(), [find_place("Leeds")])
    assert one.statuses() == ["modelled"]
    assert one.is_shared(shipped().cells).any()
    grades = pot_of("Leeds", shipped()).cells
    whole = grades[grades["grade"].isin(["A", "B"]) & (grades["amount_pence"] != 0)]
    assert not one.is_shared(shipped().cells)[whole.index].any()


def test_places_that_overlap_are_refused() -> None:
    places = [find_place("Leeds"), find_place("Yorkshire and the Humber")]
    with pytest.raises(OverlappingPlacesError, match=r"Places of one map do not overlap\. .*Leeds") as caught:
        spending_at(shipped(), places)
    assert caught.value.hint == "map those that lie apart, or each on a map of its own"


# --- how each is known


def test_recorded_published_modelled_and_missing_are_told_apart(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"footprint_code": "E08000003", "amount_gbp": "5"},
        {"footprint_code": "E08000006", "amount_gbp": "5"},
        {"footprint_code": "E08000006", "amount_gbp": "7", "amount_kind": "budget"},
        {"footprint_code": "E10000012", "amount_gbp": "3"},
        {"footprint_code": "E08000010", "amount_gbp": "", "status": "awaited"},
        {"footprint_code": "E08000009", "amount_gbp": "4", "amount_kind": "estimate"},
    )
    # Manchester, Salford, a district of Essex, Wigan (awaited), Trafford, and Leeds, which no line reaches.
    codes = ["E08000003", "E08000006", "E07000066", "E08000010", "E08000009", "E08000035"]
    found = spending_at(of(path), [find_place(code) for code in codes])
    assert found.statuses() == ["recorded", "published", "modelled", "missing", "modelled", "missing"]
    assert found.is_known() == [True, True, True, False, True, False]
    assert found.recorded_pence() == [500, 500, 0, 0, 0, 0]


def test_a_service_is_missing_where_only_its_lines_are_awaited(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"footprint_code": "E08000003"},
        {"footprint_code": "E08000003", "service_code": "3.1", "amount_gbp": "", "status": "awaited"},
    )
    found = spending_at(of(path), [find_place("E08000003")])
    assert (found.is_known(), found.is_known(["3.1"]), found.is_known(["3.2"])) == ([True], [False], [True])
    assert (found.statuses(["3.1"]), found.statuses(["3.2"])) == (["missing"], ["modelled"])


def test_a_line_of_a_place_that_cuts_small_areas_lies_wholly_in_it(write_lines: Callable[..., Path]) -> None:
    wards = [find_place(code, level="ward_2025") for code in ("E05011351", "E05011384")]
    assert all(len(place.extent.parts) for place in wards)
    path = write_lines({"footprint_code": wards[0].code})
    found = spending_at(of(path), wards)
    pots = [pot_of(place, found.loaded) for place in wards]
    assert found.recorded_pence() == [pot.observed_pence for pot in pots] == [100, 0]
    assert found.statuses() == ["recorded", "missing"]


# --- need


def test_need_is_told_of_the_people_or_households_who_live_there() -> None:
    leeds, ward = find_place("Leeds"), find_place("Little Horton")
    people, households = measure("income_deprived"), measure("households_4_deprivation_dims")
    for found, column in ((people, "residents"), (households, "households")):
        values, statuses = shares_in_need(found, [leeds, ward])
        count = leeds.extent.count(found.counts) / found.scale
        assert values[0] == round(100 * count / leeds.extent.count(count_of(column)), 2)
        assert statuses == ["published", "modelled"]


def test_a_measure_that_does_not_count_the_whole_place_is_missing() -> None:
    counts = np.ones(32_844, dtype=np.int64)
    leeds = find_place("Leeds")
    covered = np.zeros(32_844, dtype=bool)
    covered[leeds.small_areas] = True
    own = Measure("own", "claimants", "people", 2012, "lsoa", "", False, "me", "", "", counts, 1, covered=covered)
    values, statuses = shares_in_need(own, [leeds, find_place("Bradford")])
    assert values[1] is None
    assert statuses == ["published", "missing"]
