"""Numbers of families: whole, not negative, and told where they are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from placespend.errors import WrongTypeError
from placespend.families.whole_numbers import check_count, is_count, tell_fault


@pytest.mark.parametrize("value", [0, 7, 7.0, np.int64(3), np.float64(3)])
def test_whole_numbers_count_families(value: object) -> None:
    assert is_count(value)


@pytest.mark.parametrize(
    "value", [-1, 2.5, float("nan"), float("inf"), None, pd.NA, pd.NaT, "3", "", True, [1], np.float64("nan")]
)
def test_nothing_else_does(value: object) -> None:
    assert is_count(value) is False


def test_a_number_that_is_none_is_named() -> None:
    assert check_count("families", 5) == 5
    with pytest.raises(WrongTypeError, match=r"families is a whole number of families, not -5\. Hint:"):
        check_count("families", -5)


def test_a_whole_number_read_as_decimals_is_told_as_it_was_written() -> None:
    assert tell_fault(4, "attached", -3.0, "wrong")["value"] == "-3"
    assert tell_fault(4, "attached", 2.5, "wrong")["value"] == "2.5"
