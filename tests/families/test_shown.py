"""What may be shown of families: marks, density against the census, and sums over places of any shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from everyday import FOOTPRINTS, codes_of
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.circles import circle
from placespend.families.shipped_counts import shipped_families
from placespend.families.shown import COUNT_COLUMNS, DENSITY_COLUMNS, Families, as_told, sums_over, table_of, told
from placespend.footprints import footprint_extent
from placespend.gazetteer import find_place, places_of_level
from placespend.geography import count_of, level_index
from placespend.place import Place

SHEFFIELD, LEEDS, BURY, OLDHAM = (find_place(code) for code in ("E08000019", "E08000035", "E08000002", "E08000004"))


def row(place: Place, **said: Any) -> dict[str, Any]:
    about = {"definition": "d", "date": "2012", "source": "s", "status": "published"}
    return {"code": place.code, "name": place.name, **about, **said}


def four() -> Families:
    """A number of each status."""
    rows = [
        row(SHEFFIELD, families=1680, thousandths=1_680_000),
        row(LEEDS, status="estimated", low=0, high=9, thousandths=4_321),
        row(BURY, status="suppressed"),
        row(OLDHAM, status="missing"),
    ]
    return Families("numbers", table_of(rows), (SHEFFIELD, LEEDS, BURY, OLDHAM))


# --- marks


def test_each_reason_why_a_number_is_not_told_has_its_own_mark() -> None:
    assert as_told(four().counts())["families"].tolist() == [1680, "fewer than 10", "[c]", "[x]"]
    density = as_told(four().density())
    assert density["per_km2"].tolist()[2:] == ["[c]", "[x]"]
    assert density["per_1000_households"].tolist()[2:] == ["[c]", "[x]"]


@pytest.mark.parametrize(
    ("value", "status", "column", "expected"),
    [
        (0, "published", "families", 0),
        (12, "estimated", "families", 12),
        (None, "estimated", "families", "fewer than 10"),
        (None, "estimated", "cost_per_family_gbp", "[x]"),
        (None, "suppressed", "families", "[c]"),
        (None, "suppressed", "total_gbp", "[c]"),
        (None, "missing", "families", "[x]"),
    ],
)
def test_a_mark_stands_for_what_is_known(value: int | None, status: str, column: str, expected: object) -> None:
    assert told({column: value, "status": status}, column) == expected


def test_marks_change_no_other_column_and_not_the_table() -> None:
    table = four().counts()
    before = table.copy()
    after = as_told(table)
    pd.testing.assert_frame_equal(table, before)
    pd.testing.assert_frame_equal(after.drop(columns="families"), table.drop(columns="families"))


def test_columns_are_those_of_counts_and_density() -> None:
    assert list(four().counts()) == COUNT_COLUMNS
    assert list(four().density()) == DENSITY_COLUMNS
    assert COUNT_COLUMNS == ["code", "name", "families", "status", "definition", "date", "source", "low", "high"]
    assert DENSITY_COLUMNS == ["code", "name", "per_1000_households", "per_km2", "status"]


def test_the_notebook_and_the_line_show_marks_and_never_thousandths() -> None:
    html = four()._repr_html_()
    assert html.count("fewer than 10") == html.count("[c]") == html.count("[x]") == 1
    assert "4321" not in html
    assert "4.321" not in html
    assert repr(four()) == "<Families of 4 places: 1 published, 1 estimated, 1 suppressed, 1 missing; numbers>"
    alone = Families("numbers", table_of([row(LEEDS, status="estimated", thousandths=4_321)]), (LEEDS,))
    assert repr(alone) == "<Families of Leeds: fewer than 10 (estimated), numbers>"


def test_the_notebook_says_what_is_counted_and_escapes_all_of_it() -> None:
    rows = [row(SHEFFIELD, name="<i>S</i> & co", families=12_345, low=12_343, high=12_347), row(LEEDS, families=7)]
    found = Families("<b>families</b>", table_of(rows), (SHEFFIELD, LEEDS), ("A <note>.",), ("Of <low>.",))
    html = found._repr_html_()
    assert html.count("<caption>&lt;b&gt;families&lt;/b&gt;</caption>") == 1
    heads = [text.split("</th>")[0] for text in html.split("<th>")[1:]]
    assert heads == ["code", "name", "families", "low", "high", "status"]
    cells = [text.split("</td>")[0] for text in html.split("<td>")[1:]]
    assert cells == [
        *(SHEFFIELD.code, "&lt;i&gt;S&lt;/i&gt; &amp; co", "12,345", "12,343", "12,347", "published"),
        *(LEEDS.code, "Leeds", "7", "", "", "published"),
    ]
    assert html.endswith("</table>\n<ul><li>A &lt;note&gt;.</li><li>Of &lt;low&gt;.</li></ul>")
    assert "<ul>" not in four()._repr_html_()


def test_a_notebook_is_not_filled_with_every_small_area() -> None:
    found = shipped_families(places_of_level("upper_tier"))
    html = found._repr_html_()
    assert html.count("E0") < len(found.table)
    assert f"{len(found.table)} rows" in html


def test_a_table_handed_out_is_a_copy() -> None:
    found = four()
    table = found.counts()
    table.loc[0, "families"] = 1
    assert found.counts()["families"][0] == 1680


# --- density


@pytest.mark.parametrize("level", ["upper_tier", "region", "police_force", "combined_authority", "tri_borough"])
def test_density_is_of_the_households_and_hectares_of_the_census(level: str) -> None:
    places = places_of_level(level)
    found = shipped_families(places)
    density, counts = found.density(), found.counts()["families"]
    for place, families, row in zip(places, counts, density.itertuples(), strict=True):
        households = int(count_of("households")[place.small_areas].sum())
        hectares = int(count_of("hectares")[place.small_areas].sum())
        assert row.per_1000_households == pytest.approx(1_000 * families / households, abs=0.005 + 1e-9)
        assert row.per_km2 == pytest.approx(100 * families / hectares, abs=0.005 + 1e-9)


def test_sheffield_by_hand() -> None:
    # 1,680 families, 229,928 households and 36,803 hectares of the census of 2011.
    (found,) = shipped_families([SHEFFIELD]).density().to_dict(orient="records")
    assert (SHEFFIELD.extent.count(count_of("households")), found["per_1000_households"]) == (229_928, 7.31)
    assert (SHEFFIELD.extent.count(count_of("hectares")), found["per_km2"]) == (36_803, 4.56)


def test_density_of_a_suppressed_number_is_missing_whatever_its_places() -> None:
    density = four().density()
    assert density["per_1000_households"].isna().tolist() == [False, False, True, True]
    assert density["per_km2"].isna().tolist() == [False, False, True, True]


def test_where_nobody_lives_there_is_no_density() -> None:
    place = circle("W12 7RF", 1, coverage="land")
    assert [place.extent.count(count_of(name)) for name in ("households", "hectares")] == [0, 0]
    found = Families("numbers", table_of([row(place, families=40, thousandths=40_000)]), (place,))
    (density,) = found.density().to_dict(orient="records")
    assert pd.isna(density["per_1000_households"])
    assert pd.isna(density["per_km2"])
    assert as_told(found.density())["per_1000_households"].tolist() == ["[x]"]


# --- sums over places


def sums_by_hand(place: Place, amount: np.ndarray[Any, np.dtype[np.int64]]) -> int:
    return place.extent.count(amount)


@settings(max_examples=40, deadline=None)
@given(st.lists(FOOTPRINTS, min_size=1, max_size=5), st.integers(0, 2**32 - 1))
def test_sums_over_overlapping_and_cut_places_are_those_of_each(codes: list[str], seed: int) -> None:
    extents = [extent for code in codes if (extent := footprint_extent(code)) is not None]
    places = [Place(f"P{number}", f"P{number}", "own", extent) for number, extent in enumerate(extents)]
    random = np.random.default_rng(seed)
    amounts = [random.integers(0, 10**6, len(count_of("residents"))) for _ in range(2)]
    found = sums_over(places, amounts)
    assert [sums.tolist() for sums in found] == [
        [sums_by_hand(place, amount) for place in places] for amount in amounts
    ]


@pytest.mark.parametrize("level", ["region", "lad", "msoa"])
def test_sums_over_a_level_that_tiles_england_are_those_of_all(level: str) -> None:
    codes, numbers = level_index(level)
    assert list(codes) == codes_of(level)
    (sums,) = sums_over(places_of_level(level), [count_of("residents")])
    assert sums.sum() == count_of("residents").sum()
    by_code = dict(zip((place.code for place in places_of_level(level)), sums.tolist(), strict=True))
    assert by_code == dict(
        zip(codes, np.bincount(numbers, weights=count_of("residents")).astype(int).tolist(), strict=True)
    )
