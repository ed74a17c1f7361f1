"""Low, central and high: by hand, and the laws that hold for any bases."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from everyday import lines, tiles
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.alternatives import amounts_under, rebase, units_of
from placespend.bases import Bases
from placespend.choices import Override
from placespend.gazetteer import find_place
from placespend.geography import positions_of
from placespend.loaded import load
from placespend.measures import measure
from placespend.place import Place, remainder
from placespend.pot import single_pot
from placespend.recipe import shipped_recipe
from placespend.rulers import rows_of_ward
from placespend.sensitivity import ranges, sensitivity_of
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from placespend.loaded import Loaded
    from placespend.measures import Measure

BIRMINGHAM, SOLIHULL, BOTH = "E08000025", "E08000029", "E08000025 and E08000029"


@cache
def shipped() -> Loaded:
    return load(shipped_recipe())


def loaded_of(*given_lines: dict[str, Any], measures: tuple[Measure, ...] = (), **options: Any) -> Loaded:
    rows = [{"footprint_code": BOTH, **line} for line in given_lines]
    found = load(recipe_wanted(None, lines=lines(*rows), **options))
    return replace(found, bases=Bases(measures)) if measures else found


def counted(name: str, **counts: int) -> Measure:
    """A measure that stands wholly in the first small area of each authority."""
    values = np.zeros(32_844, dtype=np.int64)
    for code, count in counts.items():
        values[positions_of("lad", code)[0]] = count
    return replace(measure(name), counts=values, completed_by="", observed_level="lsoa")


def three(*given_lines: dict[str, Any], measures: tuple[Measure, ...], place: str = BIRMINGHAM) -> tuple[int, int, int]:
    found = sensitivity_of(find_place(place), loaded_of(*given_lines, measures=measures))
    return found.low_pence, found.central_pence, found.high_pence


# Residents 3 : 1, income-deprived 1 : 1, households 1 : 3.
COUNTS = (
    counted("residents", E08000025=300, E08000029=100),
    counted("income_deprived", E08000025=50, E08000029=50),
    counted("households", E08000025=10, E08000029=30),
)
POLICE = {"service_code": "3.1", "amount_pence": 1_000}  # residents; or income-deprived
CULTURE = {"service_code": "8.2", "amount_pence": 400}  # residents; or households


# --- by hand


def test_low_central_and_high_are_those_worked_out_by_hand() -> None:
    # Police 750 or 500; culture 300 or 100.
    assert three(POLICE, CULTURE, measures=COUNTS) == (600, 1_050, 1_050)
    assert three(POLICE, CULTURE, measures=COUNTS, place=SOLIHULL) == (350, 350, 800)


def test_each_service_says_by_what_it_is_least_and_most() -> None:
    found = sensitivity_of(find_place(BIRMINGHAM), loaded_of(POLICE, CULTURE, measures=COUNTS))
    table = found.services.set_index("service_code")
    columns = ["low_pence", "central_pence", "high_pence", "spread_pence", "low_basis", "high_basis"]
    assert list(table.loc["3.1", columns]) == [500, 750, 750, 250, "income_deprived", "residents"]
    assert list(table.loc["8.2", columns]) == [100, 300, 300, 200, "households", "residents"]
    assert repr(found) == f"<Sensitivity Birmingham ({BIRMINGHAM}) 2011-12: £10.50, from £6.00 to £10.50>"


def test_negative_amounts_turn_low_and_high_round() -> None:
    assert three({**POLICE, "amount_pence": -1_000}, measures=COUNTS) == (-750, -750, -500)


def test_awaited_lines_are_in_no_total_and_refused_ones_are() -> None:
    awaited = {**POLICE, "amount_pence": None, "status": "awaited"}
    assert three(awaited, CULTURE, measures=COUNTS) == (100, 300, 300)
    assert three({**POLICE, "status": "refused"}, measures=COUNTS) == (500, 750, 750)


def test_what_a_place_holds_wholly_does_not_move() -> None:
    assert three({**POLICE, "footprint_code": BIRMINGHAM}, measures=COUNTS) == (1_000, 1_000, 1_000)


def test_a_place_without_money_has_a_range_of_nothing() -> None:
    found = sensitivity_of(find_place("Leeds"), loaded_of(POLICE, measures=COUNTS))
    assert (found.low_pence, found.central_pence, found.high_pence) == (0, 0, 0)
    assert found.services.empty
    assert found.narrowing.empty


def test_a_place_that_only_awaited_lines_serve_has_a_range_of_nothing() -> None:
    loaded = loaded_of({**POLICE, "amount_pence": None, "status": "awaited"}, measures=COUNTS)
    found = sensitivity_of(find_place(BIRMINGHAM), loaded)
    assert (found.low_pence, found.central_pence, found.high_pence) == (0, 0, 0)
    assert found.services.empty
    assert found.narrowing.empty
    assert ranges([find_place(BIRMINGHAM)], loaded)["high_pence"].tolist() == [0]


def test_an_alternative_that_counts_nothing_leaves_the_cell_as_it_is() -> None:
    nothing = counted("income_deprived", E08000003=1)
    assert three(POLICE, measures=(COUNTS[0], nothing)) == (750, 750, 750)


def test_what_cannot_be_placed_stays_unallocated_under_every_basis() -> None:
    nothing = counted("residents", E08000003=1)
    assert three(POLICE, measures=(nothing, COUNTS[1])) == (0, 0, 0)


def test_an_alternative_that_counts_a_part_only_is_not_taken() -> None:
    covered = np.zeros(32_844, dtype=bool)
    covered[positions_of("lad", BIRMINGHAM)] = True
    partial = replace(COUNTS[1], covered=covered, name="crimes")
    found = loaded_of({**POLICE, "basis": "residents"}, measures=(COUNTS[0], partial))
    wanted = found.cells["basis"].map({"residents": "crimes"})
    assert rebase(found.cells, wanted, found.bases)["basis"].tolist() == ["residents"]


# --- units


def test_a_line_with_a_basis_of_its_own_may_have_what_its_ladder_gives() -> None:
    found = loaded_of({**POLICE, "basis": "households"}, measures=COUNTS)
    assert units_of(found).names == [
        (
            "households",
            "residents",
            "income_deprived",
        )
    ]
    assert three({**POLICE, "basis": "households"}, measures=COUNTS) == (250, 250, 750)


def test_an_override_by_an_alternative_may_have_what_its_ladder_gives() -> None:
    found = loaded_of(POLICE, overrides=[Override("3.1", "income_deprived", "asked for")])
    assert units_of(found).names == [("income_deprived", "residents", "income_deprived_plain")]


def test_a_measure_that_the_recipe_leaves_out_is_no_alternative() -> None:
    wanted = recipe_wanted(None, lines=lines({**POLICE, "footprint_code": BOTH}))
    assert units_of(load(replace(wanted, measures_left_out=("income_deprived",)))).names == [("residents",)]


def test_the_best_rung_has_no_alternatives_and_the_notes_say_what_is_left() -> None:
    real = replace(
        counted("residents", E08000025=1, E08000029=1), name="claimant_count", label="claimants", is_plain=False
    )
    found = loaded_of({"service_code": "10.5", "amount_pence": 100}, measures=(real,))
    assert units_of(found).names == [("claimant_count",)]
    told = sensitivity_of(find_place(BIRMINGHAM), found)
    assert (told.low_pence, told.central_pence, told.high_pence) == (50, 50, 50)
    assert any("the best rung of the ladder" in note and "claimants" in note for note in told.notes)


def test_no_model_of_small_areas_is_an_alternative_for_neighbourhoods_only() -> None:
    of_authority = sensitivity_of(find_place("Leeds"), shipped()).services
    assert not of_authority[["low_basis", "high_basis"]].stack().str.endswith("_plain").any()
    of_pilot = sensitivity_of(find_place("Castle Vale", level="neighbourhood"), shipped()).services
    assert of_pilot[["low_basis", "high_basis"]].stack().str.endswith("_plain").any()


# --- laws


@pytest.mark.parametrize("name", ["Leeds", "England", "NB-LITTLE-HORTON", "E05011132", "E01000001"])
def test_central_is_the_pot_and_each_extreme_is_what_its_bases_give(name: str) -> None:
    pot = single_pot(name)
    found = sensitivity_of(pot.place, shipped())
    assert found.low_pence <= found.central_pence == pot.total_pence <= found.high_pence
    table = found.services
    for end in ("low", "high"):
        keys = zip(table["service_code"], table["basis"], strict=True)
        choice = dict(zip(keys, table[f"{end}_basis"], strict=True))
        ledger = amounts_under(shipped(), [pot.place], choice)
        assert ledger.totals()[pot.place.code] == table[f"{end}_pence"].sum()
    row = ranges([pot.place], shipped()).iloc[0]
    for column in ("low_pence", "central_pence", "high_pence", "low_per_head_pence", "high_per_head_pence"):
        assert row[column] == getattr(found, column)


def choices(loaded: Loaded) -> st.SearchStrategy[dict[tuple[str, str], str]]:
    units = units_of(loaded)
    keys = list(units.table.itertuples(index=False, name=None))
    return st.fixed_dictionaries(dict(zip(keys, map(st.sampled_from, units.names), strict=True)))


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_places_sum_to_the_larger_one_under_any_one_set_of_bases(data: st.DataObject) -> None:
    choice = data.draw(choices(shipped()))
    totals = amounts_under(shipped(), tiles("upper_tier"), choice).totals()
    assert totals["elsewhere"] == totals["unallocated"] == 0
    assert sum(totals.values()) == shipped().in_pence
    manchester = find_place("Greater Manchester")
    districts = [place for place in tiles("lad") if manchester.extent.holds(place.extent)]
    inside = amounts_under(shipped(), districts, choice).totals()
    alone = amounts_under(shipped(), [manchester], choice).totals()
    assert sum(inside[place.code] for place in districts) == alone[manchester.code]
    ward = find_place("Castle Vale", level="neighbourhood")
    district = find_place(BIRMINGHAM)
    rest = remainder(district, [ward])
    assert rest is not None
    parts = amounts_under(shipped(), [ward, rest], choice).totals()
    assert parts[ward.code] + parts[rest.code] == amounts_under(shipped(), [district], choice).totals()[BIRMINGHAM]


@settings(max_examples=8, deadline=None)
@given(st.data(), st.sampled_from(["E08000025", "E08000029", "E01000001", "E12000005"]))
def test_no_set_of_bases_leads_beyond_low_and_high(data: st.DataObject, code: str) -> None:
    amounts = st.integers(-1_000, 1_000) | st.integers(-(10**12), 10**12)
    codes = st.sampled_from(["3.1", "8.2", "7.A", "10.2-pensions", "4.5-local-roads", "10.5"])
    footprints = st.sampled_from([BOTH, "E12000005", "E92000001", BIRMINGHAM])
    line = {"service_code": codes, "amount_pence": amounts, "footprint_code": footprints}
    rows = data.draw(st.lists(st.fixed_dictionaries(line), min_size=1, max_size=5))
    found, place = loaded_of(*rows), find_place(code)
    told = sensitivity_of(place, found)
    assert told.low_pence <= told.central_pence <= told.high_pence
    choice = data.draw(choices(found))
    if "lsoa" not in place.level:
        choice = {key: name for key, name in choice.items() if not name.endswith("_plain")}
    assert told.low_pence <= amounts_under(found, [place], choice).totals()[code] <= told.high_pence
    narrowing = told.narrowing[told.narrowing["kind"] != "small-area counts"]
    assert narrowing["spread_pence"].sum() == told.services["spread_pence"].sum() == told.spread_pence


def test_scaling_a_measure_changes_nothing() -> None:
    larger = tuple(replace(found, counts=found.counts * 7) for found in COUNTS)
    assert three(POLICE, CULTURE, measures=larger) == three(POLICE, CULTURE, measures=COUNTS)


def test_ranges_of_places_that_overlap_are_those_of_each_alone() -> None:
    places = [find_place(name) for name in ("Greater Manchester", "E08000003", "E08000003", "Leeds")]
    table = ranges(places, shipped())
    for place, row in zip(places, table.to_dict(orient="records"), strict=True):
        alone = sensitivity_of(place, shipped())
        assert (row["low_pence"], row["high_pence"]) == (alone.low_pence, alone.high_pence)
    assert ranges([], shipped()).empty


def test_central_amounts_of_a_level_sum_to_all_money() -> None:
    table = ranges(tiles("lad"), shipped())
    assert table["central_pence"].sum() == shipped().in_pence
    assert (table["low_pence"] <= table["central_pence"]).all()
    assert (table["central_pence"] <= table["high_pence"]).all()


# --- coverage


def test_coverage_is_told_of_places_that_cut_small_areas_only() -> None:
    assert sensitivity_of(find_place("Leeds"), shipped()).coverage.empty
    place = find_place("NB-LITTLE-HORTON")
    found = sensitivity_of(place, shipped())
    assert found.coverage["coverage"].tolist() == ["postcodes", "households", "residents"]
    assert found.low_pence == found.coverage["low_pence"].min()
    assert found.high_pence == found.coverage["high_pence"].max()


def test_lines_that_serve_wards_leave_the_coverage_that_they_cannot_meet_out() -> None:
    ward = find_place("E05011132")
    found = sensitivity_of(ward, loaded_of({**POLICE, "footprint_code": "E05011132"}))
    assert set(found.coverage["coverage"]) <= {"postcodes", "households", "residents"}
    left = {"households", "residents"} - set(found.coverage["coverage"])
    assert bool(left) == any("serve wards" in note for note in found.notes)
    assert len(rows_of_ward(ward.code)) > 0


def test_a_place_where_nobody_lives_has_no_figures_per_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Place, "residents", property(lambda _: 0))
    found = sensitivity_of(find_place("Leeds"), shipped())
    assert (found.low_per_head_pence, found.central_per_head_pence, found.high_per_head_pence) == (None, None, None)
