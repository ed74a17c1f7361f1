"""Examples small enough to check with a calculator, from a file of lines to the pot.

The City of London is one upper-tier authority, one district and one middle-layer area (E02000001) of six small
areas. The census counted there:

    small area  residents  households  hectares
    E01000001       1,465         876        13
    E01000002       1,436         830        23
    E01000003       1,346         817         6
    E01000005         985         467        19
    E01032739       1,044         676       165
    E01032740       1,099         719        64
    together        7,375       4,385       290

Three bodies have five lines, all for the City:

    1  Corporation   8.2  culture  £10.00 outturn     by residents
    2  City Police   3.1  police    £0.20 budget      by residents
    3  Agency        4.2  farming  -£5.00 outturn     by hectares
    4  Corporation   5.1  waste    £43.85 estimate    by households
    5  Agency        5.4  nature   awaited            by hectares

Line 1, 1,000 pence. Exact: 198.644 194.712 182.508 133.559 141.559 149.017. Whole: 198 194 182 133 141 149 = 997.
Three are left over: to .712, to .644, and of the two equal remainders (33/59) to the earlier small area.
Shared: 199 195 182 134 141 149.

Line 2, 20 pence. Exact: 3.973 3.894 3.650 2.671 2.831 2.980. Whole: 3 3 3 2 2 2 = 15.
Five are left over, to all but the least remainder, .650. Shared: 4 4 3 3 3 3.

Line 3, -500 pence. Exact, of 500: 22.414 39.655 10.345 32.759 284.483 110.345. Whole: 22 39 10 32 284 110 = 497.
Three are left over: to .759, .655 and .483. Shared: -22 -40 -10 -33 -285 -110.

Line 4, 4,385 pence over 4,385 households: a penny each. Shared: 876 830 817 467 676 719.

Together: 199 + 4 - 22 + 876 = 1,057, then 195 + 4 - 40 + 830 = 989, 182 + 3 - 10 + 817 = 992,
134 + 3 - 33 + 467 = 571, 141 + 3 - 285 + 676 = 535 and 149 + 3 - 110 + 719 = 761.
The City: 1,000 + 20 - 500 + 4,385 = 4,905 = 1,057 + 989 + 992 + 571 + 535 + 761.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from placespend.extents import Extent
from placespend.geography import positions_of, small_areas
from placespend.place import Place
from placespend.pot import single_pot
from placespend.pots_by_level import pots

if TYPE_CHECKING:
    from pathlib import Path

CITY = "E09000001"
AREAS = ["E01000001", "E01000002", "E01000003", "E01000005", "E01032739", "E01032740"]

LINES = """\
line_id,source_id,body,sector,service_code,financial_year,economic,amount_gbp,amount_kind,status,footprint_code
1,example,Corporation,LG,8.2,2011-12,current,10.00,outturn,have,E09000001
2,example,City Police,LG,3.1,2011-12,current,0.20,budget,have,E09000001
3,example,Agency,CG,4.2-other,2011-12,current,-5.00,outturn,have,E09000001
4,example,Corporation,LG,5.1,2011-12,capital,43.85,estimate,have,E02000001
5,example,Agency,CG,5.4,2011-12,current,,outturn,awaited,E02000001
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "lines.csv"
    path.write_text(LINES, encoding="utf-8")
    return path


def records(table: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """Rows as tuples, with None for what is missing."""
    return [
        tuple(None if pd.isna(value) else value for value in row)
        for row in table[list(columns)].itertuples(index=False, name=None)
    ]


def test_the_census_counted_what_the_example_says() -> None:
    city = small_areas().iloc[positions_of("upper_tier", CITY)]
    assert records(city, "lsoa_code", "residents", "households", "hectares") == [
        ("E01000001", 1_465, 876, 13),
        ("E01000002", 1_436, 830, 23),
        ("E01000003", 1_346, 817, 6),
        ("E01000005", 985, 467, 19),
        ("E01032739", 1_044, 676, 165),
        ("E01032740", 1_099, 719, 64),
    ]
    assert city[["residents", "households", "hectares"]].sum().tolist() == [7_375, 4_385, 290]
    assert city[["msoa_code", "lad_code", "upper_tier_code"]].drop_duplicates().to_numpy().tolist() == [
        ["E02000001", CITY, CITY]
    ]


def test_the_whole_city(path: Path) -> None:
    pot = single_pot(CITY, lines=path)
    assert pot.total_pence == 4_905
    assert pot.residents == 7_375
    # 4,905 / 7,375 = 0.665
    assert pot.per_head_pence == 1
    # It holds every footprint: outturn is A, the budget B, the estimate E.
    assert pot.grades == {"A": 500, "B": 20, "C": 0, "D": 0, "E": 4_385}
    assert repr(pot) == "<Pot City of London (E09000001) 2011-12: £49.05, 7,375 residents, £0.01 per head>"


@pytest.mark.parametrize(
    ("code", "culture", "police", "farming", "waste", "together"),
    [
        ("E01000001", 199, 4, -22, 876, 1_057),
        ("E01000002", 195, 4, -40, 830, 989),
        ("E01000003", 182, 3, -10, 817, 992),
        ("E01000005", 134, 3, -33, 467, 571),
        ("E01032739", 141, 3, -285, 676, 535),
        ("E01032740", 149, 3, -110, 719, 761),
    ],
)
def test_each_small_area(
    path: Path, code: str, culture: int, police: int, farming: int, waste: int, together: int
) -> None:
    pot = single_pot(code, lines=path)
    assert records(pot.by("service"), "service_code", "amount_pence", "grades", "awaited_lines") == [
        ("3.1", police, "D", 0),
        ("4.2-other", farming, "C", 0),
        ("5.1", waste, "E", 0),
        ("5.4", None, "E", 1),
        ("8.2", culture, "D", 0),
    ]
    assert pot.total_pence == together
    assert pot.grades == {"A": 0, "B": 0, "C": farming, "D": culture + police, "E": waste}
    assert pot.reconcile().as_dict() == {
        "in_pence": 4_905,
        "placed_pence": together,
        "elsewhere_pence": 4_905 - together,
        "unallocated_pence": 0,
        "difference_pence": 0,
    }


def test_who_spends_it(path: Path) -> None:
    # The Corporation: 1,000 + 4,385. The Agency's nature line is awaited: it is told, and is no zero.
    assert records(single_pot(CITY, lines=path).by("body"), "body", "amount_pence", "grades", "awaited_lines") == [
        ("Corporation", 5_385, "AE", 0),
        ("City Police", 20, "B", 0),
        ("Agency", -500, "AE", 1),
    ]


def test_who_spends_it_on_what_kind(path: Path) -> None:
    cut = single_pot(CITY, lines=path).by("body", "economic")
    assert records(cut, "body", "economic", "amount_pence", "per_head_pence") == [
        # 4,385 / 7,375 = 0.59, 1,000 / 7,375 = 0.14, 20 / 7,375 = 0.003, -500 / 7,375 = -0.07
        ("Corporation", "capital", 4_385, 1),
        ("Corporation", "current", 1_000, 0),
        ("City Police", "current", 20, 0),
        ("Agency", "current", -500, 0),
    ]


def test_the_awaited_line_is_told_and_in_no_total(path: Path) -> None:
    awaited = single_pot("E01000003", lines=path).awaited
    assert records(awaited, "line_id", "body", "service_code", "amount_pence") == [("5", "Agency", "5.4", None)]


def test_small_areas_in_one_run_are_the_same(path: Path) -> None:
    table = pots("lsoa", lines=path).table.set_index("code")
    assert table.loc[AREAS, "total_pence"].tolist() == [1_057, 989, 992, 571, 535, 761]
    assert table["total_pence"].sum() == 4_905
    # By residents: 0.72, 0.69, 0.74, 0.58, 0.51 and 0.69 pence.
    assert table.loc[AREAS, "per_head_pence"].tolist() == [1, 1, 1, 1, 1, 1]
    assert table.drop(index=AREAS)["total_pence"].eq(0).all()


def test_a_place_of_three_small_areas_has_the_sum_of_theirs(path: Path) -> None:
    # 1,057 + 992 + 535
    city = positions_of("upper_tier", CITY)
    pot = single_pot(Place("THREE", "Three", "lsoa", Extent(city[np.array([0, 2, 4])])), lines=path)
    assert pot.total_pence == 2_584
    assert pot.residents == 1_465 + 1_346 + 1_044
    assert pot.reconcile().elsewhere_pence == 4_905 - 2_584


@pytest.mark.parametrize(("amount_gbp", "sign"), [("1.00", 1), ("-1.00", -1)])
def test_over_several_authorities_money_is_shared_to_them_first(tmp_path: Path, amount_gbp: str, sign: int) -> None:
    # £1.00 for the tri-borough by its 182,493, 158,649 and 219,396 residents: 32.557, 28.303 and 39.140.
    # Whole: 32 28 39 = 99, and the penny left over goes to Hammersmith and Fulham. A debt is its mirror.
    path = tmp_path / "lines.csv"
    line = f"1,example,Partners,LG,8.2,2011-12,current,{amount_gbp},outturn,have,TRI-BOROUGH"
    path.write_text(f"{LINES.splitlines()[0]}\n{line}\n", encoding="utf-8")
    table = pots("upper_tier", lines=path).table.set_index("code")["total_pence"]
    shared = {"E09000013": sign * 33, "E09000020": sign * 28, "E09000033": sign * 39}
    assert table[table != 0].to_dict() == shared
    assert pots("tri_borough", lines=path).table["total_pence"].tolist() == [sign * 100]
