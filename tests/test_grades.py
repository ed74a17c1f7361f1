"""How far each figure can be trusted: a letter beside every amount."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from everyday import lines

from placespend.apportion import build_cells
from placespend.bases import shipped_bases
from placespend.gazetteer import find_place
from placespend.grades import grade_cells, touches
from placespend.lines import shipped_lines
from placespend.pot import single_pot
from placespend.recipe import shipped_recipe
from placespend.schema import GRADES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GREATER_MANCHESTER, MANCHESTER, SMALL_AREA = "E47000001", "E08000003", "E01005062"
BASILDON, ESSEX = "E07000066", "E10000012"
CITY, CITY_AREA = "E09000001", "E01000001"


def letters(pot_of: str, path: Path) -> set[str]:
    return set(single_pot(pot_of, lines=path).cells["grade"])


def test_there_are_five_grades() -> None:
    assert list(GRADES) == ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize(
    ("amount_kind", "status", "grade"),
    [
        ("outturn", "have", "A"),
        ("budget", "have", "B"),
        ("allocation", "have", "B"),
        ("estimate", "have", "E"),
        ("outturn", "refused", "E"),
        ("budget", "refused", "E"),
        ("estimate", "refused", "E"),
    ],
)
@pytest.mark.parametrize("place", [MANCHESTER, GREATER_MANCHESTER, "E12000002", "E92000001"])
def test_a_place_that_holds_the_whole_footprint_has_the_bodys_record_or_an_official_figure(
    place: str, amount_kind: str, status: str, grade: str, write_lines: Callable[..., Path]
) -> None:
    path = write_lines({"footprint_code": MANCHESTER, "amount_kind": amount_kind, "status": status})
    assert letters(place, path) == {grade}


@pytest.mark.parametrize(
    ("footprint", "place", "service", "grade"),
    [
        # Culture is shared by residents, fire by households: plain, and known for every small area.
        (GREATER_MANCHESTER, MANCHESTER, "8.2", "D"),
        (GREATER_MANCHESTER, SMALL_AREA, "8.2", "D"),
        (GREATER_MANCHESTER, MANCHESTER, "3.2", "D"),
        # Farming is shared by hectares: chosen for it, and known for every small area.
        (GREATER_MANCHESTER, MANCHESTER, "4.2-other", "C"),
        (GREATER_MANCHESTER, SMALL_AREA, "4.2-other", "C"),
        # Local roads: a blend of two measures known for every small area, one of them chosen.
        (GREATER_MANCHESTER, SMALL_AREA, "4.5-local-roads", "C"),
        # Pensions by people aged 65 and over, and health by a blend with them: known by upper tier only.
        (GREATER_MANCHESTER, MANCHESTER, "10.2-pensions", "C"),
        (GREATER_MANCHESTER, SMALL_AREA, "10.2-pensions", "D"),
        (MANCHESTER, SMALL_AREA, "10.2-pensions", "D"),
        (GREATER_MANCHESTER, MANCHESTER, "7.A", "C"),
        (GREATER_MANCHESTER, SMALL_AREA, "7.A", "D"),
        # A district of a county is finer than the upper tier; the county, and three counties together, are not.
        ("E12000006", ESSEX, "10.2-pensions", "C"),
        ("E12000006", BASILDON, "10.2-pensions", "D"),
        ("E12000007", "TRI-BOROUGH", "10.2-pensions", "C"),
        ("E92000001", "E12000006", "10.2-pensions", "C"),
    ],
)
def test_within_a_footprint_the_measure_and_where_it_was_observed_decide(
    footprint: str, place: str, service: str, grade: str, write_lines: Callable[..., Path]
) -> None:
    assert letters(place, write_lines({"footprint_code": footprint, "service_code": service})) == {grade}


def test_plain_residents_known_by_upper_tier_alone_are_an_estimate_inside_it(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"footprint_code": GREATER_MANCHESTER, "basis": "residents_mid2017"})
    assert letters(MANCHESTER, path) == {"D"}
    assert letters(SMALL_AREA, path) == {"E"}


@pytest.mark.parametrize("amount_kind", ["outturn", "budget", "allocation"])
def test_what_is_apportioned_is_never_a_record(amount_kind: str, write_lines: Callable[..., Path]) -> None:
    path = write_lines({"footprint_code": GREATER_MANCHESTER, "amount_kind": amount_kind})
    assert letters(MANCHESTER, path) == {"D"}


@pytest.mark.parametrize("line", [{"amount_kind": "estimate"}, {"status": "refused"}])
def test_an_estimate_stays_one_when_it_is_apportioned(line: dict[str, str], write_lines: Callable[..., Path]) -> None:
    path = write_lines({"footprint_code": GREATER_MANCHESTER, "service_code": "4.2-other", **line})
    assert letters(MANCHESTER, path) == {"E"}


def test_the_lines_own_basis_decides_and_not_that_of_its_service(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"footprint_code": GREATER_MANCHESTER, "service_code": "8.2", "basis": "hectares"})
    assert letters(MANCHESTER, path) == {"C"}


def test_a_place_of_the_same_small_areas_holds_the_footprint_whatever_its_code(
    write_lines: Callable[..., Path],
) -> None:
    # The police force area of Greater Manchester and the combined authority are the same ten districts.
    path = write_lines({"footprint_code": "E23000005"})
    assert letters(GREATER_MANCHESTER, path) == {"A"}
    # The Isles of Scilly are an authority of one small area.
    path = write_lines({"footprint_code": "E06000053"})
    assert letters("E01019077", path) == {"A"}


def test_outturn_of_the_treasurys_publication_is_official_and_not_a_bodys_record() -> None:
    assert set(shipped_lines()["amount_kind"]) == {"outturn"}
    alone = shipped_recipe().without("outturn")
    assert set(single_pot("E12000007", recipe=alone).cells["grade"]) == {"B"}


@pytest.mark.parametrize("place", [MANCHESTER, GREATER_MANCHESTER, "E12000002", "E92000001"])
def test_outturn_within_the_treasurys_publication_is_the_bodys_record_and_what_is_left_is_not(place: str) -> None:
    cells = single_pot(place).cells
    manchesters = cells[cells["body"] == "Manchester"]
    assert set(manchesters["treatment"]) == {"split"}
    assert set(manchesters["grade"]) == {"A"}
    # Nothing but outturn is graded so.
    assert set(cells.loc[cells["grade"] == "A", "source_id"]) == {"dclg-rs-2011-12"}
    assert set(cells.loc[cells["treatment"] == "split", "source_id"]) == {"dclg-rs-2011-12"}
    left = cells[cells["treatment"] == "remainder"]
    assert set(left["body"]) <= {"Local authorities in England"}
    assert "A" not in set(left["grade"])
    # All that is left of police and fire in the North West; nothing of what Manchester itself recorded.
    assert left.empty == (place in {MANCHESTER, GREATER_MANCHESTER})


def test_a_force_over_ten_districts_recorded_nothing_of_one_of_them() -> None:
    for place, grade in ((GREATER_MANCHESTER, "A"), (MANCHESTER, "D"), (SMALL_AREA, "D")):
        cells = single_pot(place).cells
        police = cells[(cells["body"] == "Greater Manchester Police Authority") & (cells["service_code"] == "3.1")]
        assert police["grade"].tolist() == [grade]
        assert police["treatment"].tolist() == ["split"]
    councils = single_pot(SMALL_AREA).cells.query("body == 'Manchester'")
    assert set(councils["treatment"]) == {"split"}
    assert "A" not in set(councils["grade"])


@pytest.mark.parametrize(("treatment", "grade"), [("", "A"), ("split", "A"), ("remainder", "A"), ("scaled", "B")])
def test_an_amount_that_was_scaled_to_fit_is_no_longer_what_the_body_recorded(treatment: str, grade: str) -> None:
    cells = build_cells(lines({"amount_pence": 100, "treatment": treatment}))
    assert grade_cells(cells, find_place(MANCHESTER), shipped_bases()).tolist() == [grade]
    # Where it is apportioned, the measure decides as ever.
    assert grade_cells(cells, find_place(SMALL_AREA), shipped_bases()).tolist() == ["D"]


def test_a_footprint_of_several_places_is_held_by_a_place_that_holds_them_all(
    write_lines: Callable[..., Path],
) -> None:
    path = write_lines({"footprint_code": "E47000001 less E08000001 and E08000010", "service_code": "4.2-other"})
    assert letters(GREATER_MANCHESTER, path) == {"A"}
    assert letters(MANCHESTER, path) == {"C"}
    assert letters("E08000001", path) == set()


def test_each_amount_of_a_pot_has_its_own_grade(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"amount_gbp": "1", "footprint_code": CITY_AREA},
        {"amount_gbp": "2", "footprint_code": CITY_AREA, "amount_kind": "budget"},
        {"amount_gbp": "4", "footprint_code": CITY_AREA, "status": "refused"},
        # 13 of 290 hectares and 1,465 of 7,375 residents of the City: 17.93 pence of £4 and 158.92 of £8.
        {"amount_gbp": "4", "footprint_code": CITY, "basis": "hectares"},
        {"amount_gbp": "8", "footprint_code": CITY},
    )
    assert single_pot(CITY_AREA, lines=path).grades == {"A": 100, "B": 200, "C": 18, "D": 159, "E": 400}
    # The City holds all five footprints: £13, £2 and £4.
    assert single_pot(CITY, lines=path).grades == {"A": 1300, "B": 200, "C": 0, "D": 0, "E": 400}


def test_a_footprint_touches_a_place_partly_wholly_or_not() -> None:
    footprints = pd.Series([CITY_AREA, CITY, "E12000007", MANCHESTER, "NOWHERE"], index=list("abcde"))
    city = find_place(CITY)
    assert touches(footprints, city).to_dict() == dict(zip("abcde", [True, True, True, False, False], strict=True))
    wholly = touches(footprints, city, wholly=True)
    assert wholly.to_dict() == dict(zip("abcde", [True, True, False, False, False], strict=True))


def test_only_outturn_is_a_bodys_own_record_and_a_part_of_it_by_a_basis_is_not() -> None:
    council = {"body": "Manchester", "source_id": "dclg-rs-mine", "footprint_code": MANCHESTER}
    cells = build_cells(
        lines(
            {**council, "amount_pence": 100},
            {**council, "amount_pence": 100, "amount_kind": "budget"},
            {**council, "amount_pence": 100, "treatment": "split"},
            {**council, "amount_pence": 100, "treatment": "part"},
            {**council, "amount_pence": 100, "treatment": "scaled"},
        )
    )
    graded = cells.assign(grade=grade_cells(cells, find_place(MANCHESTER), shipped_bases()))
    found = {(kind, treatment): grade for kind, treatment, grade in zip(
        graded["amount_kind"], graded["treatment"], graded["grade"], strict=True)}  # fmt: skip
    assert found == {
        ("outturn", ""): "A",
        ("budget", ""): "B",
        ("outturn", "split"): "A",
        ("outturn", "part"): "D",
        ("outturn", "scaled"): "B",
    }
