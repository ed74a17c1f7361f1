"""Published files work as they are, and ONS lookups bring small areas of other censuses to 2011 without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from placespend.errors import MeasuresError
from placespend.geography import level_index
from placespend.measured.lookups import read_lookup, units_of_lsoa
from placespend.measured.plans import published_layouts
from placespend.measured.reading import check_measures, read_measures
from placespend.measures import COMPLETION_SCALE, list_measures, measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Find = Callable[[str], Path]

FILES = {
    "imd2019_indicators": "imd2019_england_lsoa11_indicators.csv.gz",
    "census11_deprivation": "census11_deprivation_england_wales_lsoa11.csv.gz",
    "population17": "population17_lsoa11.csv.gz",
    "imd2010": "imd2010_england_lsoa01.csv.gz",
    "imd2015": "imd2015_england_lsoa11.csv.gz",
    "imd2019_ranks": "imd2019_england_lsoa11.csv.gz",
}
FROM_2001, TO_2021 = "lookups/lookup_lsoa01_lsoa11.csv.gz", "lookups/lookup_lsoa11_lsoa21_ltla22.csv.gz"


@pytest.mark.parametrize("layout", FILES)
def test_a_published_file_gives_all_it_declares(published: Find, layout: str) -> None:
    lookups = [published(FROM_2001)] if layout == "imd2010" else []
    reading = read_measures(published(f"small_area/{FILES[layout]}"), lookups=lookups)
    declared = published_layouts().query("layout == @layout")
    assert [found.name for found in reading.measures] == declared["measure"].tolist()
    for found in reading.measures:
        assert found.covered is None
        # A rate of people of working age, who are modelled inside authorities, is known no better than they are.
        is_of_model = (layout, found.name) == ("imd2010", "employment_deprived")
        assert found.observed_level == ("upper_tier" if is_of_model else "lsoa")
        assert found.counts.any()
        if found.name in list_measures().index and layout != "imd2010":
            shipped = measure(found.name)
            ratio = (found.counts.sum() / found.scale) / (shipped.counts.sum() / shipped.scale)
            assert 0.999 < ratio < 1.02


def test_the_census_counts_every_household_that_the_shipped_measure_does(published: Find) -> None:
    for found in read_measures(published(f"small_area/{FILES['census11_deprivation']}")).measures:
        assert found.counts.sum() == measure(found.name).counts.sum() // COMPLETION_SCALE


def test_what_is_suppressed_at_source_is_half_of_the_least(published: Find) -> None:
    found = check_measures(published(f"small_area/{FILES['imd2019_indicators']}"))
    told = found[found["finding"] == "suppressed"].set_index("measure")["detail"]
    assert told["income_deprived"].startswith("31 areas of 32,844 blank or marked: each taken as 5")


def test_changed_small_areas_are_listed_until_the_lookup_is_given(published: Find) -> None:
    with pytest.raises(MeasuresError, match=r"810 small areas .* E01000004, .* 805 more.*--lookup FILE"):
        read_measures(published(f"small_area/{FILES['imd2010']}"))


@pytest.mark.parametrize(("vintage", "lookup"), [(2001, FROM_2001), (2021, TO_2021)])
def test_a_lookup_loses_nothing(published: Find, tmp_path: Path, vintage: int, lookup: str) -> None:
    units = units_of_lsoa(vintage, [read_lookup(published(lookup))])
    assert units is not None
    codes = [code for code in units.codes if code.startswith("E01")]
    table = pd.DataFrame({"code": codes, "claimants": [number % 97 + 300 for number in range(len(codes))]})
    table.to_csv(tmp_path / "own.csv", index=False)
    (found,) = read_measures(tmp_path / "own.csv", lookups=[published(lookup)]).measures
    assert found.counts.sum() == table["claimants"].sum() * COMPLETION_SCALE
    assert found.covered is None
    # Unchanged small areas match as they are.
    frame, _ = level_index("lsoa")
    links = pd.Series(units.area).groupby(units.unit).agg(["size", "first"])
    shared = pd.Series(units.unit).groupby(units.area).size()
    alone = links[(links["size"] == 1) & (links["first"].map(shared) == 1).to_numpy()]
    pairs = zip(alone.index.to_numpy(dtype=int).tolist(), alone["first"].tolist(), strict=True)
    same = [(unit, area) for unit, area in pairs if units.codes[unit] == frame[area]]
    count_of_code = table.set_index("code")["claimants"]
    assert len(same) > 31_000
    assert all(found.counts[area] == count_of_code[units.codes[unit]] * COMPLETION_SCALE for unit, area in same[::50])


def test_a_mixture_of_censuses_is_refused(published: Find, tmp_path: Path) -> None:
    # The first was changed by 2011, the last made in 2021.
    path = tmp_path / "own.csv"
    path.write_text("code,claimants\nE01000004,1\nE01033769,2\n", encoding="utf-8")
    with pytest.raises(MeasuresError, match="mixes small areas of 2021"):
        read_measures(path, lookups=[published(TO_2021)])


def test_wards_of_another_year_come_by_their_lookup(published: Find, tmp_path: Path) -> None:
    lookup = published("lookups/lookup_lsoa11_ward17.csv.gz")
    wards = pd.read_csv(lookup)["ward17_code"].drop_duplicates()
    path = tmp_path / "own.csv"
    pd.DataFrame({"ward": wards[wards.str.startswith("E")], "claimants": 12}).to_csv(path, index=False)
    with pytest.raises(MeasuresError, match="lookup of LSOA 2011 to these areas"):
        read_measures(path)
    (found,) = read_measures(path, lookups=[lookup]).measures
    assert found.observed_level == "lad"
    assert found.counts.sum() == 12 * wards.str.startswith("E").sum() * COMPLETION_SCALE
