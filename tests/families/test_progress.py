"""How families came along: the series, the sums that were published, and what may be added up."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import ConservationError, LinesError, PlaceNotFoundError, WrongTypeError
from placespend.families.progress import (
    PROGRESS,
    check_turned_around,
    family_progress,
    progress_sums,
    turned_around,
)
from placespend.families.published import published_families
from placespend.gazetteer import find_place

LAW = settings(max_examples=60, deadline=None)
COUNTS = st.integers(0, 10**9)


# --- turned around


def test_crime_and_employment_add_up_to_the_published_figure() -> None:
    published = published_families().query("measure == 'turned_around' and level == 'nation'").set_index("as_at")
    assert turned_around(crime_education=77_270, employment=8_033) == published["value"]["2014-10-31"] == 85_303


def test_adding_progress_to_work_is_refused_with_the_reason() -> None:
    with pytest.raises(ConservationError, match="progress to work is not added: it is a smaller outcome"):
        turned_around(crime_education=77_270, employment=8_033, progress_to_work=5_000)
    assert turned_around(crime_education=1, employment=2, progress_to_work=0) == 3


@LAW
@given(COUNTS, COUNTS, st.integers(-5, 5))
def test_a_stated_total_is_held_against_the_outcomes(crime: int, employment: int, off: int) -> None:
    stated = max(crime + employment + off, 0)
    if stated == crime + employment:
        assert turned_around(crime_education=crime, employment=employment, stated=stated) == stated
        return
    with pytest.raises(ConservationError, match=f"{stated:,} are stated"):
        turned_around(crime_education=crime, employment=employment, stated=stated)


@pytest.mark.parametrize("bad", [-1, 1.5, None, "3"])
def test_outcomes_are_numbers_of_families(bad: int) -> None:
    with pytest.raises(WrongTypeError):
        turned_around(crime_education=bad, employment=0)


def test_a_table_is_checked_row_by_row_and_all_at_once() -> None:
    table = pd.DataFrame(
        {
            "crime_education": [10, 10, 10, 10],
            "employment": [2, 2, 2, -2],
            "progress_to_work": [4, 4, 4, 4],
            "turned_around": [12, 16, 11, 8],
        }
    )
    check_turned_around(table.iloc[:1])
    with pytest.raises(LinesError) as caught:
        check_turned_around(table)
    told = caught.value.failures
    assert told[["row", "column"]].to_numpy().tolist() == [
        [3, "turned_around"],
        [4, "turned_around"],
        [5, "employment"],
    ]
    assert "progress to work is not added" in told["problem"][0]
    assert "1 fewer" in told["problem"][1]


def test_a_table_without_a_column_is_refused() -> None:
    with pytest.raises(WrongTypeError, match="turned_around is missing"):
        check_turned_around(pd.DataFrame({"crime_education": [1], "employment": [1]}))


# --- the series


def test_every_published_figure_of_progress_is_there_once_as_published() -> None:
    published = published_families()
    published = published[published["measure"].isin(PROGRESS)]
    table = family_progress()
    keys = ["code", "measure", "as_at"]
    left = published.set_index(keys)[["value", "source_url", "definition"]].sort_index()
    right = table.set_index(keys)[["families", "source_url", "definition"]].sort_index()
    pd.testing.assert_frame_equal(left.rename(columns={"value": "families"}), right)
    assert left.index.is_unique


def test_a_series_is_in_the_order_of_its_measures_and_days() -> None:
    table = family_progress("England")
    assert table["measure"].drop_duplicates().tolist() == list(PROGRESS)
    for _, series in table.groupby("measure"):
        assert series["as_at_day"].is_monotonic_increasing
        assert series["families"].is_monotonic_increasing


def test_a_month_is_taken_by_its_last_day() -> None:
    row = family_progress("Blackpool").iloc[0]
    assert (row["as_at"], row["as_at_day"]) == ("2013-06", date(2013, 6, 30))


def test_shares_are_of_the_indicative_number_of_the_same_place_and_of_nothing_else() -> None:
    row = family_progress("Greater Manchester").iloc[0]
    assert (row["families"], row["indicative"], row["percent"]) == (6889, 8090, 85.2)
    # 120,000 was the headline and 118,082 the sum tasked: neither is an indicative number.
    assert family_progress("England")["percent"].isna().all()
    table = family_progress()
    assert (table["percent"].isna() == table["indicative"].isna()).all()


def test_a_place_is_found_by_either_of_its_codes_where_only_the_code_changed() -> None:
    for code in ("E06000048", "E06000057"):
        assert family_progress(code)["families"].tolist() == [40]
    assert family_progress(find_place("Gateshead"))["families"].tolist() == [83]


def test_of_a_place_without_figures_the_series_is_empty_and_of_no_place_an_error() -> None:
    assert family_progress("Bristol").empty
    assert list(family_progress("Bristol")) == list(family_progress())
    with pytest.raises(PlaceNotFoundError):
        family_progress("Atlantis")


def test_the_twelve_of_the_north_east_sum_to_what_was_published() -> None:
    sums = progress_sums()
    here = (sums["code"] == "E12000001") & (sums["measure"] == "turned_around")
    told = sums.loc[here, ["families", "authorities", "published", "sum", "agrees"]]
    assert told.to_numpy().tolist() == [[1508, 12, 12, 1508, True]]
    others = sums[~here]
    assert len(others) == 4
    assert others["sum"].isna().all()
    assert others["agrees"].isna().all()
