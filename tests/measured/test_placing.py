"""Rows are placed by the column of codes that is theirs, and messages tell which and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from placespend.geography import level_index
from placespend.measured.files import Table
from placespend.measured.findings import Findings
from placespend.measured.placing import Placed, place_rows
from placespend.postcodes import column_of, is_live

if TYPE_CHECKING:
    from collections.abc import Sequence


def codes_of(level: str) -> list[str]:
    return [str(code) for code in level_index(level)[0]]


def postcodes(count: int) -> list[str]:
    found: list[str] = pc.take(column_of("postcode"), np.flatnonzero(is_live())[:: 1_700_000 // count]).to_pylist()
    return found[:count]


def place(columns: dict[str, Sequence[str]], **about: tuple[str, ...]) -> tuple[Placed | None, dict[str, str]]:
    arrays = [pa.array(values, pa.string()) for values in columns.values()]
    rows = np.arange(2, len(arrays[0]) + 2)
    table = Table(
        list(columns), arrays, rows, other_sheets=about.get("others", ()), hidden_sheets=about.get("hidden", ())
    )
    findings = Findings("own.csv")
    placed = place_rows(table, "", [], findings, unread=about.get("unread", ()))
    return placed, {finding: detail for _, finding, detail, _ in findings.rows}


@pytest.mark.parametrize("level", ["lad", "lad_2025", "upper_tier", "msoa", "lsoa"])
def test_addresses_do_not_place_rows_of_all_areas(level: str) -> None:
    codes = codes_of(level)
    count = len(codes)
    placed, told = place({"council_postcode": postcodes(count), "area": codes, "claimants": ["5"] * count})
    assert placed is not None
    assert (placed.code_at, placed.missing) == (1, 0)
    assert "nearly all areas of its level, each once; 'council_postcode' not used" in told["several columns of codes"]


def test_a_few_areas_may_be_missing_beside_addresses() -> None:
    codes = codes_of("lad")[:300]
    placed, _ = place({"postcode": postcodes(300), "area": codes, "claimants": ["5"] * 300})
    assert placed is not None
    assert placed.code_at == 1


def test_small_areas_of_addresses_do_not_place_rows_of_districts() -> None:
    lsoa, lad = level_index("lsoa")[0], level_index("lad")
    first = [str(lsoa[np.flatnonzero(lad[1] == number)[0]]) for number in range(len(lad[0]))]
    placed, _ = place({"town_hall": first, "area": codes_of("lad"), "claimants": ["5"] * len(first)})
    assert placed is not None
    assert placed.code_at == 1


def test_postcodes_place_rows_where_areas_repeat() -> None:
    codes = ["E08000003", "E08000035"] * 20
    placed, told = place({"area": codes, "postcode": postcodes(40), "claimants": ["5"] * 40})
    assert placed is not None
    assert placed.code_at == 1
    assert "the finest" in told["several columns of codes"]


def test_messages_have_the_right_article() -> None:
    codes = codes_of("upper_tier")
    _, told = place({"area": codes, "claimants": ["5"] * len(codes)})
    assert "are those of an upper-tier authority" in told["level"]


def test_sheets_that_were_not_read_are_told() -> None:
    codes = codes_of("lad")
    _, told = place({"area": codes, "claimants": ["5"] * len(codes)}, others=("More",), hidden=("Old",))
    assert "'More' also with codes of areas, not read; 'Old' hidden, passed over" in told["several sheets"]


def test_a_lookup_that_could_not_be_read_is_named() -> None:
    codes = ["E01034500", *codes_of("lsoa")[1:]]
    _, told = place({"area": codes, "claimants": ["5"] * len(codes)}, unread=("ons.csv",))
    assert "the lookup ons.csv could not be read: mend that first" in told["changed since"]
