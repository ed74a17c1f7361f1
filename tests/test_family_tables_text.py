"""Validation, publications, progress and payments set out for a reader: 80 columns, and every word explained."""

from __future__ import annotations

import pandas as pd
import pytest
from running import fits, flat

from placespend.families.asked import families_of
from placespend.families.payable import most_payable
from placespend.families.progress import family_progress
from placespend.families.published import family_measures, published_counts, published_families
from placespend.family_tables_text import folds_text, payments_text, progress_text, published_text, validation_text

VALIDATION = pd.DataFrame(
    {
        "label": ["plain share", "model"],
        "in_use": [False, True],
        "group_totals": ["not used", "used"],
        "wmape_percent": [9.44, 4.25],
        "median_ape_percent": [7.06, 3.0],
        "coverage_percent": [88.888, 91.5],
        "folds": [47, 47],
        "worst_name": ["Leeds", "City of London"],
        "worst_ape_percent": [70.4, 60.0],
    }
)
"""Made up, but for its columns: what is told must be what is given."""


def test_validation_marks_the_model_in_use_and_rounds_to_a_decimal() -> None:
    text = validation_text(VALIDATION)
    assert fits(text)
    said = flat(text)
    assert "plain share not used 9.4 % 7.1 % 88.9 %" in said
    assert "model * used 4.2 % 3.0 % 91.5 %" in said
    assert "47 published numbers, each hidden in turn" in said
    assert "Worst with the model in use: City of London, 60 %." in said


def test_folds_are_set_out_with_the_sign_of_their_error() -> None:
    table = pd.DataFrame(
        {
            "name": ["Cheshire West and Chester", "City of London"],
            "published": [1525, 25],
            "estimate": [1610, 10],
            "low": [1405, 0],
            "high": [1815, 20],
            "error_percent": [5.574, -60.0],
        }
    )
    text = folds_text(table)
    assert fits(text)
    said = flat(text)
    assert "Cheshire West and Chester 1,525 1,610 1,405 to 1,815 +5.6 %" in said
    assert "City of London 25 10 0 to 20 -60.0 %" in said


def test_progress_tells_measure_day_share_and_what_a_blank_means() -> None:
    text = progress_text(family_progress("Greater Manchester"))
    assert fits(text)
    said = flat(text)
    assert "Greater Manchester Turned around 2014-10-31 6,889 85.2 %" in said
    assert "blank where none was published" in said
    assert "Families turned around (turned_around): Families for whom a result was paid" in said
    assert "Families identified" not in said
    assert "England's" not in said
    assert "https://www.oldham-chronicle.co.uk" in said


@pytest.mark.parametrize("place", [None, "England"])
def test_why_england_has_no_share_is_said(place: str | None) -> None:
    (headline,) = published_counts("target_headline", level="nation")["value"]
    said = flat(progress_text(family_progress(place)))
    assert f"England's {headline:,} is a headline, which is another measure" in said


def test_all_progress_fits_and_points_to_its_many_sources() -> None:
    table = family_progress()
    text = progress_text(table)
    assert fits(text)
    for row in table.itertuples():
        assert f"{row.families:,}" in text
    assert "beside it in --format csv" in flat(text)


def test_no_progress_is_said_in_words() -> None:
    assert "Nothing was published" in progress_text(family_progress("Bristol"))


def test_every_published_figure_is_set_out_with_what_it_conflicts_with() -> None:
    table = published_families()
    text = published_text(table)
    assert fits(text)
    said = flat(text)
    assert "London Indicative number 2011-12-16 21,635 21,660" in said
    for row in table.itertuples():
        assert f"{row.value:,}" in said
    for row in family_measures().itertuples():
        assert f"{row.definition}." in said


def test_measures_are_told_by_what_they_are_called_and_by_their_name_in_files() -> None:
    text = published_text(published_families())
    said = flat(text)
    assert "Most that could be paid by results (pbr_maximum): " in said
    assert "Families with five of seven disadvantages (dfe_multiple_problems_estimate): " in said
    rows, _ = text.split("Measures, and what they are called in --format csv:")
    assert "_" not in rows
    assert "pbr" not in rows
    # A label that only explains another one names nothing where it stands alone.
    assert "The same as" not in said
    assert "Indicative number, rounded (indicative_rounded): " in said


def test_payments_tell_each_cohort_and_that_cohorts_are_not_added() -> None:
    found = families_of("Sheffield")
    text = payments_text(found, most_payable(found))
    assert fits(text)
    said = flat(text)
    assert said.startswith("Payment by results in Sheffield, phase 1 1,680 families (published)")
    for year, fee, result in (
        ("2012-13", "3,200", "800"),
        ("2013-14", "2,400", "1,600"),
        ("2014-15", "1,600", "2,400"),
    ):
        assert f"{year} {fee} {result} 1,400 5,600,000" in said
    assert "do not add the rows" in said
    assert "rounded once: it may exceed that of whole families" in said


def test_an_estimated_number_is_paid_for_with_its_interval_beside_it() -> None:
    found = families_of("Leeds")
    (count,) = found.counts().to_dict(orient="records")
    said = flat(payments_text(found, most_payable(found)))
    assert f"{count['families']:,} families (estimated, {count['low']:,} to {count['high']:,})" in said


@pytest.mark.parametrize("phase", [1, 2])
def test_what_must_be_known_of_a_source_stands_with_it(phase: int) -> None:
    found = families_of("Sheffield")
    table = most_payable(found, phase=phase)
    notes, sources = flat(payments_text(found, table)).split("Sources:")
    assert f"{table['source'][0]}. {table['note'][0]}." in sources
    assert table["note"][0] not in notes
    assert ("do not add the rows" in notes) == (phase == 1)
    assert ("rounded once" in notes) == (phase == 1)
    assert ("number of families is that of phase 1; phase 2 had others" in notes) == (phase == 2)
