"""Published figures: as they stand in the shipped file, each with its measure, source and conflicts."""

from __future__ import annotations

import csv

import pytest

from placespend.errors import UnknownNameError
from placespend.families.published import INDICATIVE, family_measures, published_counts, published_families
from placespend.gazetteer import find_place
from placespend.shipped import shipped_file

LONDON = "E12000007"


def shipped() -> list[dict[str, str]]:
    """The rows of the file, read by nothing but the standard library."""
    with shipped_file("spend_lines", "troubled_families_published.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def test_every_figure_is_as_it_stands_in_the_file() -> None:
    columns = ["area", "level", "code", "measure", "value", "unit", "as_at", "source_url", "note"]
    told = published_families()[columns].astype("str").to_dict(orient="records")
    assert told == shipped()


def test_every_figure_has_a_measure_a_date_and_an_address() -> None:
    table = published_families()
    assert set(table["measure"]) == set(family_measures().index)
    assert table["as_at"].str.fullmatch(r"20\d\d(-\d\d(-\d\d)?)?").all()
    assert table["source_url"].str.startswith(("http://", "https://")).all()
    assert (table["definition"] == table["measure"].map(family_measures()["definition"])).all()
    assert (table["definition"] != "").all()
    assert set(table["unit"]) == {"families", "GBP"}
    money = set(family_measures().query("kind == 'money'").index)
    assert set(table.query("unit == 'GBP'")["measure"]) == money


def test_47_of_152_indicative_numbers_were_published_each_in_fives() -> None:
    counts = published_counts()
    expected = {
        row["code"]: int(row["value"])
        for row in shipped()
        if (row["measure"], row["level"]) == ("indicative", "upper_tier")
    }
    assert counts["value"].to_dict() == expected
    assert len(counts) == 47
    assert (counts["value"] % 5 == 0).all()
    assert counts.index.is_monotonic_increasing


def test_places_have_the_names_of_the_gazetteer() -> None:
    for code, row in published_counts().iterrows():
        assert find_place(str(code), level="upper_tier").code == code
        assert find_place(row["area"], level="upper_tier").code == code


def test_both_of_two_conflicting_numbers_are_kept_and_the_earliest_is_used() -> None:
    table = published_families().query("code == @LONDON and measure == @INDICATIVE").set_index("as_at")
    assert table["conflicts_with"].to_dict() == {"2011-12-16": "21,660", "2012-06-11": "21,635"}
    assert published_counts(level="region")["value"].to_dict() == {LONDON: 21_635, "E12000002": 19_385}
    assert published_counts(level="region")["as_at"][LONDON] == "2011-12-16"


def test_numbers_that_grow_over_time_are_no_conflict() -> None:
    table = published_families()
    repeated = table[table.duplicated(["code", "measure"], keep=False)]
    assert {"turned_around", "identified", "worked_with"} < set(repeated["measure"])
    assert set(table.query("conflicts_with != ''")["code"]) == {LONDON}


def test_a_measure_of_a_level_without_figures_is_empty() -> None:
    assert published_counts("target_headline").empty
    assert published_counts("target_headline", level="nation")["value"].tolist() == [120_000]


def test_an_unknown_measure_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"of 'turned_round'.*did you mean 'turned_around'"):
        published_counts("turned_round")


def test_what_is_read_once_cannot_be_changed() -> None:
    table = published_families()
    table.loc[0, "value"] = 1
    labels = family_measures()
    labels.loc[INDICATIVE, "label"] = ""
    assert published_families()["value"][0] == 120_000
    assert family_measures()["label"][INDICATIVE] != ""
