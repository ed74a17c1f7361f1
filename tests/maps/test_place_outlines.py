"""The outlines of places of any kind."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

import placespend as ps
from placespend.errors import WrongTypeError
from placespend.gazetteer import places_of_level
from placespend.geography import outlines
from placespend.maps.place_outlines import BY_HALVES, BY_POSTCODES, WHOLE, outline_of, outlines_of
from placespend.place import remainder


def test_a_place_of_whole_small_areas_has_the_outline_of_its_level() -> None:
    trafford = outlines("upper_tier").set_index("code").geometry["E08000009"]
    assert outline_of(ps.find_place("Trafford")).symmetric_difference(trafford).area == 0


@pytest.mark.parametrize("level", ["region", "upper_tier", "lad", "police_force"])
def test_an_outline_that_ships_is_the_one_that_its_small_areas_make(level: str) -> None:
    place = places_of_level(level)[3]
    made = shapely.union_all(outlines("lsoa").geometry.to_numpy()[place.extent.whole])
    assert outline_of(place).symmetric_difference(made).area == 0


def test_a_code_alone_gives_no_outline_that_ships() -> None:
    trafford, salford = ps.find_place("Trafford"), ps.find_place("Salford")
    drawn = outline_of(replace(salford, code=trafford.code))
    assert drawn.symmetric_difference(outline_of(salford)).area == 0


def test_the_tri_borough_is_its_three_boroughs() -> None:
    boroughs = [outline_of(ps.find_place(name)) for name in ("Hammersmith and Fulham", "E09000020", "Westminster")]
    together = outline_of(ps.find_place("tri-borough"))
    assert together.area == pytest.approx(sum(borough.area for borough in boroughs))
    assert together.symmetric_difference(shapely.union_all(boroughs)).area == pytest.approx(0, abs=1)


def test_a_circle_is_drawn_near_its_radius() -> None:
    place = ps.circle("W12 7RF", 800)
    (row,) = outlines_of([place]).itertuples(index=False)
    assert (row.code, row.name, row.drawn) == (place.code, place.name, BY_POSTCODES)
    assert row.geometry.area == pytest.approx(3.14159 * 800**2, rel=0.1)
    assert row.geometry.is_valid


def test_two_places_that_share_a_small_area_do_not_overlap_on_the_map() -> None:
    whole = ps.find_place("Hammersmith and Fulham")
    part = ps.circle("W12 7RF", 800)
    rest = remainder(whole, [part])
    assert rest is not None
    drawn = outlines_of([part, rest])
    assert list(drawn["drawn"]) == [BY_POSTCODES, BY_POSTCODES]
    first, second = drawn.geometry
    assert first.intersection(second).area == pytest.approx(0, abs=1)
    assert shapely.difference(outline_of(whole), shapely.union(first, second)).area == pytest.approx(0, abs=1)


@pytest.mark.parametrize("coverage", ["land", "households"])
def test_a_place_cut_otherwise_is_drawn_by_halves_and_says_so(coverage: str) -> None:
    place = ps.circle("W12 7RF", 800, coverage=coverage)
    (row,) = outlines_of([place]).itertuples(index=False)
    assert row.drawn == BY_HALVES
    held, length = place.extent.parts.held()
    small = outlines("lsoa").geometry.to_numpy()
    wanted = [*small[place.extent.whole], *small[place.extent.parts.areas[2 * held >= length]]]
    assert row.geometry.area == pytest.approx(sum(shape.area for shape in wanted))


def test_a_place_of_a_single_postcode_does_not_vanish() -> None:
    place = ps.circle("W12 7RF", 5)
    assert outline_of(place).area > 0
    assert outline_of(ps.find_place("Trafford")).geom_type in {"Polygon", "MultiPolygon"}


def test_outlines_come_in_the_order_of_the_places() -> None:
    places = [ps.find_place(name) for name in ("Wigan", "Bury")]
    found = outlines_of(places)
    assert list(found["name"]) == ["Wigan", "Bury"]
    assert list(found["drawn"]) == [WHOLE, WHOLE]
    assert found.crs.to_epsg() == 27700
    with pytest.raises(WrongTypeError, match="have the code E08000010"):
        outlines_of([places[0], places[0]])
