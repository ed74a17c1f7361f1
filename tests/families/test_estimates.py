"""Estimates of troubled families: sums, ranges, intervals and what stands beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import ConservationError, PlaceNotFoundError
from placespend.families.adding_up import Group, facts, groups
from placespend.families.estimates import (
    correct,
    describe_model,
    estimate_families,
    interval,
    interval_of,
    positions_of,
    predict,
)
from placespend.families.published import published_counts
from placespend.families.traits import authorities

CODES = list(authorities().index)
TOTALS = {"Greater Manchester": 8_090, "North West": 19_385, "London": 21_635, "England": 120_000}


def _published() -> pd.Series:
    return published_counts()["value"].astype("int64")


def _check_sums(table: pd.DataFrame) -> None:
    assert {group.name: int(table.loc[list(group.members), "families"].sum()) for group in groups()} == TOTALS
    assert (table["families"] % 5 == 0).all()


def test_published_numbers_are_as_published() -> None:
    table, known = estimate_families(), _published()
    shown = table[table["status"] == "published"]
    assert shown["families"].to_dict() == known.to_dict()
    assert shown[["low", "high"]].isna().all(axis=None)
    assert (shown["source"] == published_counts()["source_url"]).all()
    assert (shown["date"] == published_counts()["as_at"]).all()


def test_every_authority_has_a_number_in_the_order_of_codes() -> None:
    table = estimate_families()
    assert list(table.index) == CODES
    assert table.index.name == "code"
    assert set(table["status"]) == {"published", "estimated"}
    assert list(table.columns) == [
        *("name", "families", "status", "low", "high"),
        *("definition", "date", "source", "note"),
    ]
    assert [str(table[column].dtype) for column in ("families", "low", "high")] == ["Int64"] * 3
    assert all((table[column].str.len() > 0).all() for column in ("definition", "date", "source"))


def test_sums_are_as_published() -> None:
    _check_sums(estimate_families())
    assert {group.name: group.total for group in groups()} == TOTALS


@pytest.mark.parametrize("code", sorted(published_counts().index))
def test_sums_hold_whichever_number_is_hidden(code: str) -> None:
    # The plain share is corrected and rounded by the same code, and quick.
    known = _published().drop(code)
    fitted = correct(predict(known, model="share"), known, ranges=facts().drop(index=code, errors="ignore"))
    _check_sums(pd.DataFrame({"families": fitted.families}, index=CODES))
    assert (fitted.families[positions_of(known.index)] == known).all()


@settings(max_examples=15, deadline=None)
@given(st.sets(st.sampled_from(sorted(published_counts().index)), max_size=20))
def test_sums_and_intervals_hold_whatever_is_hidden(hidden: set[str]) -> None:
    known = _published().drop(list(hidden))
    fitted = correct(predict(known, model="blend"), known, ranges=facts().drop(index=list(hidden), errors="ignore"))
    _check_sums(pd.DataFrame({"families": fitted.families}, index=CODES))
    for place in range(len(CODES)):
        low, high = interval(fitted, np.array([place]))
        assert 0 <= low <= fitted.families[place] <= high
        assert (low == high) == bool(fitted.is_known[place])


def test_intervals_hold_their_estimates() -> None:
    table = estimate_families()
    shown = table[table["status"] == "estimated"]
    assert (shown["low"] >= 0).all()
    assert (shown["low"] <= shown["families"]).all()
    assert (shown["families"] <= shown["high"]).all()
    assert (shown["low"] < shown["high"]).all()
    assert (shown[["low", "high"]] % 5 == 0).all(axis=None)


def test_facts_hold_what_was_published_of_the_same_authority() -> None:
    ranges, known = facts(), _published()
    both = ranges.index.intersection(known.index)
    assert len(both) > 0
    assert known[both].between(ranges.loc[both, "low"], ranges.loc[both, "high"]).all()


def test_a_printed_maximum_is_read_as_rounded_or_cut_off() -> None:
    # £7.3m may be anything from £7.25m to below £7.4m; a family is worth £4,000 x 5/6.
    leeds = facts().loc["E08000035"]
    paid = [families * 4_000 * 5 / 6 for families in (leeds["low"] - 5, leeds["low"], leeds["high"], leeds["high"] + 5)]
    assert paid[0] < 7_250_000 <= paid[1]
    assert paid[2] < 7_400_000 <= paid[3]


def test_estimates_keep_to_facts_and_say_so() -> None:
    table, ranges = estimate_families(), facts()
    for code in ranges.index.difference(_published().index):
        row, fact = table.loc[code], ranges.loc[code]
        assert fact["low"] <= row["low"] <= row["families"] <= row["high"] <= fact["high"]
        assert fact["source_url"] in row["source"]
        assert f"{fact['low']:,} and {fact['high']:,}" in row["note"]


def test_groups_are_inside_each_other_or_apart() -> None:
    for number, small in enumerate(groups()):
        for large in groups()[number + 1 :]:
            assert small.members <= large.members or not small.members & large.members


@pytest.mark.parametrize("group", groups(), ids=lambda group: group.name)
def test_a_whole_group_is_known(group: Group) -> None:
    assert interval_of(group.members) == (group.total, group.total)
    rest = set(CODES) - group.members
    assert interval_of(rest) == (120_000 - group.total, 120_000 - group.total)


def test_a_part_of_a_group_is_as_uncertain_as_the_rest_of_it() -> None:
    manchester = next(group for group in groups() if group.name == "Greater Manchester")
    part = {"E08000001", "E08000002", "E08000003"}
    low, high = interval_of(part)
    assert interval_of(manchester.members - part) == (8_090 - high, 8_090 - low)


def test_published_numbers_add_no_width() -> None:
    one, known = "E06000001", ["E08000003", "E08000025"]
    low, high = interval_of([one])
    added = int(_published()[known].sum())
    assert interval_of([one, *known]) == (low + added, high + added)
    assert interval_of(known) == (added, added)
    assert interval_of([]) == (0, 0)


def test_one_authority_has_the_interval_of_the_table() -> None:
    table = estimate_families()
    for code, row in table[table["status"] == "estimated"].iterrows():
        assert interval_of([str(code), str(code)]) == (row["low"], row["high"])


def test_sums_are_known_better_than_the_ends_of_their_parts() -> None:
    table = estimate_families()
    five = ["E06000001", "E06000002", "E06000003", "E06000004", "E06000005"]
    low, high = interval_of(five)
    widths = (table["high"] - table["low"])[five]
    assert widths.max() < high - low < widths.sum()
    assert low < int(table.loc[five, "families"].sum()) < high


def test_totals_make_intervals_narrower() -> None:
    known = _published()
    said = predict(known)
    free, held = correct(said, known, group_totals=False), correct(said, known)
    assert (np.diag(held.covariance / held.families**2) <= np.diag(free.covariance / free.families**2) * 1.2).all()
    widths = [
        np.mean([np.subtract(*interval(fitted, np.array([place]))[::-1]) for place in range(152)])
        for fitted in (held, free)
    ]
    assert widths[0] < widths[1]


def test_the_order_of_known_numbers_changes_nothing() -> None:
    known = _published()
    shuffled = known.sample(frac=1, random_state=4)
    one, other = (correct(predict(counts), counts, ranges=facts()) for counts in (known, shuffled))
    assert (one.families == other.families).all()


def test_what_a_total_leaves_to_one_is_its_number() -> None:
    # All numbers but one of each ring are known, so the totals tell the rest, whatever the model.
    truth = estimate_families()["families"].astype("int64")
    known = truth.drop(["E08000001", "E09000002", "E06000001", "E06000007"])
    for model in ("share", "ridge"):
        fitted = correct(predict(known, model=model), known)
        assert (fitted.families == truth).all()


def test_independent_errors_are_scaled_evenly() -> None:
    known = _published()
    plain = correct(predict(known, model="share"), known, group_totals=False).families
    scaled = correct(predict(known, model="share"), known).families
    london = next(group for group in groups() if group.name == "London").members
    places = positions_of(sorted(london - set(known.index)))
    factor = scaled[places].sum() / plain[places].sum()
    assert np.abs(scaled[places] - factor * plain[places]).max() < 10
    assert abs(factor - 1) > 0.02


def test_numbers_that_do_not_fit_the_total_are_refused() -> None:
    known = _published()
    known["E08000003"] = 8_000
    with pytest.raises(ConservationError, match="Greater Manchester, 8,090 families, leaves"):
        correct(predict(known, model="share"), known)
    known["E08000003"] = 2_386
    with pytest.raises(ConservationError, match="multiples of 5"):
        correct(predict(known, model="share"), known)


def test_codes_that_are_no_upper_tiers_are_refused() -> None:
    for ask in (lambda: interval_of(["E0800003"]), lambda: estimate_families(hide=["E0800003"])):
        with pytest.raises(PlaceNotFoundError, match=r"'E0800003'.*did you mean"):
            ask()


def test_a_table_may_be_changed_without_harm_to_the_next() -> None:
    table = estimate_families()
    table["families"] = 0
    _check_sums(estimate_families())


def test_the_model_is_described() -> None:
    told = describe_model()
    assert (told > 0).all()
    assert told["standard deviations to each side of an interval"] < 2.5
