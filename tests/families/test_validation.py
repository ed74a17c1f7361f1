"""The leave-one-out table: what it says follows from the folds, and folds hide what they should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from scipy.stats import binom

from placespend.errors import UnknownNameError
from placespend.families.adding_up import facts
from placespend.families.estimates import correct, estimate_families, interval, positions_of, predict
from placespend.families.models import IN_USE, MODELS
from placespend.families.published import published_counts
from placespend.families.traits import CONFIDENCE, SIZE, authorities
from placespend.families.validation import folds, validate_estimates

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return validate_estimates().set_index(["model", "group_totals"])


def _row(table: pd.DataFrame, *key: str) -> dict[Hashable, Any]:
    return table.loc[[key]].to_dict(orient="records")[0]


def test_every_model_stands_there_twice_and_one_is_in_use(table: pd.DataFrame) -> None:
    assert list(table.index) == [(name, totals) for name in MODELS for totals in ("not used", "used")]
    assert list(table.index[table["in_use"]]) == [(IN_USE, "used")]
    assert (table["folds"] == len(published_counts())).all()


def test_the_baselines_are_the_known_ones(table: pd.DataFrame) -> None:
    # The plain share, refitted in each fold, with a calculator's arithmetic.
    known = published_counts()["value"].astype("float64")
    size = authorities()[SIZE].reindex(known.index)
    estimate = size * (known.sum() - known) / (size.sum() - size)
    plain = 100 * (estimate - known).abs().sum() / known.sum()
    assert f"{plain:.1f}" == "9.4"
    assert table.loc[("share", "not used"), "wmape_percent"] == pytest.approx(plain, abs=0.1)
    assert table.loc[("blend", "not used"), "wmape_percent"] == pytest.approx(6.6, abs=0.1)


def test_the_model_in_use_is_better_than_both_baselines(table: pd.DataFrame) -> None:
    for totals in ("used", "not used"):
        error = table["wmape_percent"].xs(totals, level="group_totals")
        assert error[IN_USE] < 5 < error["blend"] < error["share"]


def test_intervals_hold_as_many_as_they_say(table: pd.DataFrame) -> None:
    count = len(published_counts())
    fewest, most = binom.interval(0.98, count, CONFIDENCE)
    held = table["coverage_percent"] * count / 100
    assert held.between(fewest - 1e-9, most + 1e-9).all()


def test_the_table_follows_from_the_folds(table: pd.DataFrame) -> None:
    found = folds()
    row = _row(table, IN_USE, "used")
    off = (found["estimate"] - found["published"]).abs()
    assert row["wmape_percent"] == pytest.approx(100 * off.sum() / found["published"].sum())
    assert row["mean_ape_percent"] == pytest.approx((100 * off / found["published"]).mean())
    assert row["worst_ape_percent"] == pytest.approx(found["error_percent"].abs().max())
    assert found["name"][row["worst_code"]] == row["worst_name"]
    assert row["mean_width"] == pytest.approx((found["high"] - found["low"]).mean())


def test_a_fold_is_what_estimates_say_without_the_number() -> None:
    found = folds()
    for code in ("E08000003", "E08000032", "E09000001"):
        told = estimate_families(hide=[code]).loc[code]
        assert told["status"] == "estimated"
        row = found.loc[code]
        assert [told["families"], told["low"], told["high"]] == [row["estimate"], row["low"], row["high"]]


def test_a_hidden_number_moves_nothing_in_its_fold() -> None:
    known = published_counts()["value"].astype("int64")
    code = "E06000023"
    changed = known.copy()
    changed[code] += 500
    one, other = (predict(counts.drop(code)) for counts in (known, changed))
    assert (one.log_families == other.log_families).all()


def test_a_range_of_the_hidden_authority_is_hidden_too() -> None:
    bradford = "E08000032"
    found, ranges = folds(), facts()
    assert bradford in ranges.index
    assert (found["high"] - found["low"])[bradford] > (ranges["high"] - ranges["low"])[bradford]


def test_numbers_known_from_outside_lie_where_the_model_says() -> None:
    known = published_counts()["value"].astype("int64")
    fitted = correct(predict(known), known)
    outside = facts()[~facts().index.isin(known.index)]
    assert len(outside) > 0
    for code, row in outside.iterrows():
        low, high = interval(fitted, positions_of([str(code)]))
        assert low <= row["high"]
        assert high >= row["low"]


def test_folds_of_no_model_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="no model 'shares'"):
        folds("shares")
