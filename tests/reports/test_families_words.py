"""What the term meant is told with the figures and days of its time, and nothing untold looks like a zero."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from gathered_places import LEEDS, SMALL

from placespend.families.published import published_counts, published_families
from placespend.gazetteer import find_place
from placespend.reports.families_words import (
    ERRORS,
    about_term,
    day_in_words,
    figure_in_words,
    how_far_off,
    number_in_words,
    small_first,
    status_in_words,
)

if TYPE_CHECKING:
    from typing import Any


def test_the_term_is_explained_by_what_was_published() -> None:
    table = published_families().query("code == 'E92000001'").drop_duplicates("measure").set_index("measure")
    told = " ".join(about_term())
    for measure in ("target_headline", "dfe_multiple_problems_estimate"):
        assert f"{table['value'][measure]:,}" in told
        assert day_in_words(table["as_at"][measure]) in told
    assert "not verified: the title is cited from memory" in told
    assert "not families that anyone had counted" in told


@pytest.mark.parametrize(
    ("day", "words"),
    [("2012-03", "March 2012"), ("2012-13", "2012-13"), ("2013-01-03", "3 January 2013"), ("", ""), ("2011", "2011")],
)
def test_days_are_told_as_far_as_they_are_known(day: str, words: str) -> None:
    assert day_in_words(day) == words


def test_how_a_number_is_known() -> None:
    estimate: dict[str, Any] = {"families": 2195, "low": 2175, "high": 2215, "status": "estimated"}
    few: dict[str, Any] = {"families": pd.NA, "low": 0, "high": 9, "status": "estimated"}
    leeds, area = find_place(LEEDS), find_place(SMALL)
    assert status_in_words(estimate, leeds) == "estimated, 2,175 to 2,215"
    assert status_in_words(estimate, area) == "modelled, 2,175 to 2,215"
    assert status_in_words(few, area) == "modelled"
    assert status_in_words({**estimate, "status": "published", "low": pd.NA}, leeds) == "published"
    assert number_in_words(estimate) == "2,195"
    assert number_in_words(few) == "fewer than 10"
    assert number_in_words({"families": pd.NA, "status": "suppressed"}) == "[c]"


def test_what_is_not_told_is_no_blank() -> None:
    assert figure_in_words(pd.NA) == figure_in_words(None, sign="£") == "not told"
    assert figure_in_words(0) == "0"
    assert small_first("Not so.") == "not so"
    assert small_first("") == ""


def test_how_far_off_estimates_are_is_told_as_it_was_measured() -> None:
    # The page of the manual is held to the measurement by a test of its own.
    page = (Path(__file__).parents[2] / "docs" / "manual" / "troubled_families.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if "(in use)" in line]
    assert row.endswith(f"| {ERRORS['error']} % | {ERRORS['held']:.0f} % |")
    assert ERRORS["folds"] == len(published_counts())
    assert "4.5 % off" in how_far_off()
