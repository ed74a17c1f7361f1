"""What would narrow a range: outturn for councils' money, else a better measure, and counts by small area beside."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from everyday import lines

from placespend.gazetteer import find_place
from placespend.loaded import load
from placespend.narrowing import MEASURE, NOTHING, OUTTURN, SMALL_AREA_COUNTS
from placespend.recipe import shipped_recipe
from placespend.sensitivity import sensitivity_of
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    import pandas as pd

    from placespend.loaded import Loaded

OFFICIAL = {"source_id": "hmt-cra-2014", "footprint_code": "E12000003", "amount_pence": 10**12}
POLICE = {**OFFICIAL, "service_code": "3.1", "sector": "LG"}


@cache
def shipped() -> Loaded:
    return load(shipped_recipe())


def narrowing(name: str, *given: dict[str, Any]) -> pd.DataFrame:
    loaded = load(recipe_wanted(None, lines=lines(*given))) if given else shipped()
    return sensitivity_of(find_place(name), loaded).narrowing


@pytest.mark.parametrize("name", ["Leeds", "Greater Manchester", "England", "NB-LITTLE-HORTON", "E01000001"])
def test_outturn_and_measures_take_away_all_of_the_spread(name: str) -> None:
    found = sensitivity_of(find_place(name), shipped())
    table = found.narrowing
    assert table.loc[table["kind"] != SMALL_AREA_COUNTS, "spread_pence"].sum() == found.services["spread_pence"].sum()
    assert table["kind"].isin([MEASURE, OUTTURN, SMALL_AREA_COUNTS, NOTHING]).all()
    assert not table.duplicated(["obtain", "kind"]).any()


def test_of_councils_official_current_money_the_outturn_is_wanted() -> None:
    (row,) = narrowing("Leeds", POLICE).to_dict(orient="records")
    assert (row["kind"], row["source"]) == (OUTTURN, "DCLG, Revenue Outturn")
    assert row["obtain"] == "revenue outturn of Police of every body that provides it here"
    assert "revenue-outturn" in row["how"]


@pytest.mark.parametrize("other", [{"economic": "capital"}, {"sector": "CG"}, {"source_id": "ledger"}])
def test_of_other_money_a_better_measure_is_wanted(other: dict[str, str]) -> None:
    (row,) = narrowing("Leeds", {**POLICE, **other}).to_dict(orient="records")
    assert row["kind"] == MEASURE
    assert row["how"] == "--measure FILE, named police_force_outturn"


def test_in_a_neighbourhood_outturn_settles_a_part_only() -> None:
    table = narrowing("NB-LITTLE-HORTON", POLICE).set_index("kind")["spread_pence"]
    assert set(table.index) == {OUTTURN, MEASURE}
    assert 0 < table[OUTTURN] < table[MEASURE]


def test_what_no_ladder_names_is_told_last() -> None:
    table = narrowing("Leeds", {**OFFICIAL, "service_code": "4.2-other", "sector": "CG"}, POLICE)
    assert table["kind"].tolist() == [OUTTURN, NOTHING]
    assert table["services"].tolist() == ["Police", "Other farming, food and fisheries"]


def test_real_counts_are_wanted_for_places_smaller_than_the_published_areas() -> None:
    line = {**OFFICIAL, "service_code": "10.5", "sector": "CG"}
    assert set(narrowing("Leeds", line)["kind"]) == {MEASURE}
    table = narrowing("NB-LITTLE-HORTON", line).set_index("kind")
    assert table.at[SMALL_AREA_COUNTS, "obtain"] == "employment-deprived people by small area"
    assert table.at[SMALL_AREA_COUNTS, "how"] == "--measure FILE, named employment_deprived"
    assert "Indices of Deprivation 2019" in str(table.at[SMALL_AREA_COUNTS, "source"])


def test_abbreviations_stand_as_they_are_written() -> None:
    obtain = " ".join(narrowing("Leeds")["obtain"])
    assert "HMRC children in families" in obtain
    assert "DWP pension expenditure" in obtain
