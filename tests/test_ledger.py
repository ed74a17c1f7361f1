"""The ledger: it cannot be made unless every penny is there."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from everyday import TRI_BOROUGH, lines

from placespend.apportion import build_cells, build_ledger
from placespend.errors import ConservationError
from placespend.gazetteer import find_place
from placespend.ledger import ELSEWHERE, UNALLOCATED, Ledger


@pytest.fixture
def ledger() -> Ledger:
    cells = build_cells(
        lines(
            {"amount_pence": 1_000, "footprint_code": "TRI-BOROUGH"},
            {"amount_pence": -300, "footprint_code": "E12000007", "body": "Department"},
            {"amount_pence": 7, "footprint_code": "NOWHERE"},
        )
    )
    return build_ledger(cells, [find_place(code) for code in TRI_BOROUGH])


def moved(ledger: Ledger, pennies: dict[int, int]) -> pd.DataFrame:
    """The entries with pennies added to some of them."""
    extra = pd.Series(pennies).reindex(ledger.entries.index, fill_value=0)
    return ledger.entries.assign(amount_pence=ledger.entries["amount_pence"] + extra)


def test_a_ledger_sums_to_its_lines(ledger: Ledger) -> None:
    assert sum(ledger.totals().values()) == 1_000 - 300 + 7
    assert ledger.totals()[UNALLOCATED] == 7
    assert set(ledger.totals()) == {*TRI_BOROUGH, ELSEWHERE, UNALLOCATED}


def test_the_totals_of_a_ledger_show_every_place_asked_for() -> None:
    nothing = build_cells(lines({"amount_pence": 5, "footprint_code": "E08000003"}))
    found = build_ledger(nothing, [find_place(code) for code in TRI_BOROUGH])
    assert found.totals() == {**dict.fromkeys(TRI_BOROUGH, 0), ELSEWHERE: 5, UNALLOCATED: 0}


def test_a_ledger_gives_each_cells_pence_at_a_place(ledger: Ledger) -> None:
    # By residents 182,493, 158,649 and 219,396 of 560,538, a thousand pence are 325.57, 283.03 and 391.40.
    cell = ledger.cells.index[ledger.cells["footprint_code"] == "TRI-BOROUGH"][0]
    assert [int(ledger.pence_at(code)[cell]) for code in TRI_BOROUGH] == [326, 283, 391]
    assert int(ledger.pence_at(ELSEWHERE)[cell]) == 0
    assert ledger.pence_at("E08000003").tolist() == [0, 0, 0]


def test_a_ledger_that_lacks_an_entry_cannot_be_made(ledger: Ledger) -> None:
    for row in range(len(ledger.entries)):
        with pytest.raises(ConservationError, match="1 cells of a ledger do not hold all their pence"):
            replace(ledger, entries=ledger.entries.drop(index=row))


def test_a_cell_that_lacks_pence_is_named_by_its_number(ledger: Ledger) -> None:
    one = build_ledger(ledger.cells.loc[[2]], [find_place("England")])
    with pytest.raises(ConservationError, match=r"1 cells of a ledger .* the first being 2"):
        replace(one, entries=one.entries.iloc[:0])


@pytest.mark.parametrize("penny", [1, -1])
def test_a_ledger_that_is_a_penny_out_cannot_be_made(ledger: Ledger, penny: int) -> None:
    entries = moved(ledger, {0: penny})
    with pytest.raises(ArithmeticError, match="do not hold all their pence"):
        replace(ledger, entries=entries)


def test_a_penny_moved_from_one_cell_to_another_is_found(ledger: Ledger) -> None:
    entries = moved(ledger, {0: 1, len(ledger.entries) - 1: -1})
    with pytest.raises(ConservationError, match="2 cells of a ledger do not hold all their pence, the first being 0"):
        replace(ledger, entries=entries)


@pytest.mark.parametrize("dtype", ["float64", "Float64", "object", "int32"])
@pytest.mark.parametrize("table", ["cells", "entries"])
def test_a_ledger_of_anything_but_whole_pence_cannot_be_made(ledger: Ledger, table: str, dtype: str) -> None:
    changed = getattr(ledger, table).astype({"amount_pence": dtype})
    with pytest.raises(ConservationError, match=f"the {table} of a ledger hold whole pence, not {dtype}"):
        replace(ledger, **{table: changed})


def test_a_ledger_with_amounts_of_a_cell_that_it_does_not_list_cannot_be_made(ledger: Ledger) -> None:
    stranger = pd.DataFrame({"cell": [99], "place_code": ["E09000013"], "amount_pence": [0]})
    with pytest.raises(ConservationError, match="cells that it does not list"):
        replace(ledger, entries=pd.concat([ledger.entries.astype({"place_code": "str"}), stranger]))


def test_a_ledger_tells_itself_in_a_line(ledger: Ledger) -> None:
    assert repr(ledger) == f"<Ledger: 3 cells, {len(ledger.entries)} entries, every penny there>"
