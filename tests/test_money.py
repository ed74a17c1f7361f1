"""Pence: sharing them out to the last one, reading them, writing them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend import money
from placespend.money import (
    LARGEST_INT64_WEIGHT,
    format_gbp,
    largest_remainder,
    largest_remainder_by_group,
    parse_pounds,
    per_head_pence,
    plain_gbp,
    split_in_proportion,
    total_pence,
)

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

LARGEST = 2**63 - 1
LARGEST_LINE = 99_999_999_999_999  # pence: a penny below a trillion pounds, the most a line can hold

AMOUNTS = st.lists(st.integers(-LARGEST, LARGEST) | st.integers(-1_000, 1_000), min_size=1, max_size=4)
SMALL_WEIGHTS = st.lists(st.integers(0, 5_000), min_size=1, max_size=12).filter(any)
# Sums on both sides of the bound above which NumPy's integers no longer suffice.
LARGE_WEIGHTS = st.lists(st.integers(0, LARGEST_INT64_WEIGHT), min_size=1, max_size=6).filter(any)
WEIGHTS = SMALL_WEIGHTS | LARGE_WEIGHTS

LAW = settings(max_examples=150, deadline=None)


def int64(values: list[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def share(amount: int, weights: list[int]) -> list[int]:
    return [int(part) for part in largest_remainder(int64([amount]), int64(weights))[0]]


# --- largest remainder, worked by hand


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        # 55.56, 33.33, 11.11: 99 whole pennies, and the one left over goes to .56.
        (100, [5, 3, 1], [56, 33, 11]),
        # 1.67, 1.67, 6.67: 8 whole pennies, and of three equal remainders the first two get the two left over.
        (10, [1, 1, 4], [2, 2, 6]),
        (10, [4, 1, 1], [7, 2, 1]),
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (-101, [1, 1, 1], [-34, -34, -33]),
        (1, [1, 1], [1, 0]),
        (0, [1, 2, 3], [0, 0, 0]),
        (7, [1, 2, 4], [1, 2, 4]),
        # The whole of it is one part's, the largest amount included.
        (LARGEST, [0, 3, 0], [0, LARGEST, 0]),
        # 2**63 - 1 is odd: half of it is 4611686018427387903.5, and the tie goes to the earlier part.
        (LARGEST, [1, 1], [4611686018427387904, 4611686018427387903]),
        # Weights whose square does not fit in 64 bits: 5.0000000008 and 4.9999999992.
        (10, [3_000_000_001, 3_000_000_000], [5, 5]),
        # 0.50000000008 and 0.49999999992, whichever comes first.
        (1, [3_000_000_001, 3_000_000_000], [1, 0]),
        (1, [3_000_000_000, 3_000_000_001], [0, 1]),
    ],
)
def test_an_amount_is_shared_as_worked_by_hand(amount: int, weights: list[int], parts: list[int]) -> None:
    assert share(amount, weights) == parts


def test_the_smallest_number_of_64_bits_keeps_its_sign() -> None:
    # 2**63 = 9223372036854775808 by thirds: ...602.67 and ...205.33, so the first part gets the penny.
    assert share(-(2**63), [1, 2]) == [-3074457345618258603, -6148914691236517205]


def test_each_row_is_shared_by_itself() -> None:
    parts = largest_remainder(int64([100, -10, 0]), int64([1, 1, 1]))
    assert parts.tolist() == [[34, 33, 33], [-4, -3, -3], [0, 0, 0]]
    assert parts.dtype == np.int64


def test_no_amounts_give_no_rows() -> None:
    assert largest_remainder(int64([]), int64([1, 2])).shape == (0, 2)


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [1, -1], [5, -1]])
def test_weights_that_share_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must not be negative"):
        largest_remainder(int64([1]), int64(weights))


# --- largest remainder, laws


@LAW
@given(AMOUNTS, WEIGHTS)
def test_the_parts_sum_exactly_to_each_amount(amounts: list[int], weights: list[int]) -> None:
    parts = largest_remainder(int64(amounts), int64(weights))
    assert [sum(row) for row in parts.tolist()] == amounts


@LAW
@given(AMOUNTS, WEIGHTS)
def test_a_negative_amount_is_shared_as_the_mirror_of_the_positive(amounts: list[int], weights: list[int]) -> None:
    turned = largest_remainder(-int64(amounts), int64(weights))
    assert turned.tolist() == (-largest_remainder(int64(amounts), int64(weights))).tolist()


@LAW
@given(st.integers(-LARGEST, LARGEST), WEIGHTS, st.data())
def test_a_weight_of_zero_gets_nothing_and_changes_nothing(
    amount: int, weights: list[int], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(weights)))
    parts = share(amount, [*weights[:at], 0, *weights[at:]])
    assert parts.pop(at) == 0
    assert parts == share(amount, weights)


@LAW
@given(st.integers(-LARGEST, LARGEST), WEIGHTS)
def test_each_part_is_within_a_penny_of_its_exact_share(amount: int, weights: list[int]) -> None:
    exact = [Fraction(amount * weight, sum(weights)) for weight in weights]
    assert all(abs(part - wanted) < 1 for part, wanted in zip(share(amount, weights), exact, strict=True))


@LAW
@given(st.integers(0, LARGEST), WEIGHTS)
def test_the_pennies_left_over_go_to_the_largest_remainders_and_ties_to_the_earlier_part(
    amount: int, weights: list[int]
) -> None:
    exact = [Fraction(amount * weight, sum(weights)) for weight in weights]
    gains = [
        (wanted - wanted.numerator // wanted.denominator, -place, part - wanted.numerator // wanted.denominator)
        for place, (wanted, part) in enumerate(zip(exact, share(amount, weights), strict=True))
    ]
    gained = [extra for _, _, extra in sorted(gains, reverse=True)]
    assert set(gained) <= {0, 1}
    assert gained == sorted(gained, reverse=True)


@LAW
@given(st.integers(-LARGEST, LARGEST), SMALL_WEIGHTS, st.integers(1, 10**12))
def test_scaling_the_weights_changes_nothing(amount: int, weights: list[int], scale: int) -> None:
    assert share(amount, [weight * scale for weight in weights]) == share(amount, weights)


@LAW
@given(AMOUNTS, SMALL_WEIGHTS)
def test_pythons_integers_share_as_those_of_64_bits_do(amounts: list[int], weights: list[int]) -> None:
    expected = largest_remainder(int64(amounts), int64(weights))
    with mock.patch.object(money, "LARGEST_INT64_WEIGHT", 1):
        parts = largest_remainder(int64(amounts), int64(weights))
    assert parts.tolist() == expected.tolist()
    assert parts.dtype == np.int64


@LAW
@given(st.integers(0, 10**9), SMALL_WEIGHTS, st.integers(0, 1_000))
def test_as_many_more_pence_as_there_are_weights_add_the_weights(amount: int, weights: list[int], times: int) -> None:
    more = share(amount + times * sum(weights), weights)
    assert more == [part + times * weight for part, weight in zip(share(amount, weights), weights, strict=True)]


@LAW
@given(st.integers(-LARGEST, LARGEST), st.integers(1, 40))
def test_equal_parts_differ_by_a_penny_at_most_and_the_earlier_are_the_larger(amount: int, count: int) -> None:
    parts = [abs(part) for part in share(amount, [7] * count)]
    assert parts == sorted(parts, reverse=True)
    assert parts[0] - parts[-1] <= 1


# --- group by group


GROUPS = st.lists(
    st.tuples(st.integers(0, 10**9), st.lists(st.integers(0, 9_000), min_size=1, max_size=8).filter(any)),
    min_size=1,
    max_size=6,
)


@LAW
@given(GROUPS, st.randoms(use_true_random=False))
def test_sharing_by_group_equals_sharing_each_group(groups: list[tuple[int, list[int]]], random: Random) -> None:
    # Interleave the groups, each keeping its own order.
    order = [number for number, (_, weights) in enumerate(groups) for _ in weights]
    random.shuffle(order)
    queues = [iter(weights) for _, weights in groups]
    weights = [next(queues[number]) for number in order]
    amounts = [amount for amount, _ in groups]

    parts = largest_remainder_by_group(int64(amounts), int64(weights), int64(order))

    for number, (amount, own) in enumerate(groups):
        assert parts[int64(order) == number].tolist() == share(amount, own)


def test_a_group_with_no_amount_may_have_no_weight() -> None:
    # Group 0 has weights and 10 pence (3.33 and 6.67), group 1 has neither, group 2 has a weight but no pence.
    parts = largest_remainder_by_group(int64([10, 0, 0]), int64([1, 0, 2, 5]), int64([0, 1, 0, 2]))
    assert parts.tolist() == [3, 0, 7, 0]


def test_a_group_without_members_gets_nothing() -> None:
    assert largest_remainder_by_group(int64([0, 4]), int64([1, 1]), int64([1, 1])).tolist() == [2, 2]


@pytest.mark.parametrize("group_of", [[0, 0], [1, 1]])
def test_a_group_with_an_amount_and_no_weight_is_refused(group_of: list[int]) -> None:
    with pytest.raises(ValueError, match="no weight"):
        largest_remainder_by_group(int64([1, 1]), int64([0, 3]), int64(group_of))


# --- summing


@LAW
@given(st.lists(st.integers(-(2**63), LARGEST), max_size=30))
def test_a_total_is_what_python_would_sum(pence: list[int]) -> None:
    assert total_pence(int64(pence)) == sum(pence)


def test_a_total_beyond_64_bits_does_not_overflow() -> None:
    # Ten times (2**63 - 1), which 64 bits do not hold.
    assert total_pence(int64([LARGEST] * 10)) == 92233720368547758070
    assert total_pence(int64([-LARGEST] * 10)) == -92233720368547758070


# --- reading and writing pounds


@LAW
@given(st.lists(st.integers(-LARGEST_LINE, LARGEST_LINE), max_size=20))
def test_pounds_that_are_written_are_read_again(pence: list[int]) -> None:
    text = pd.Series([plain_gbp(amount) for amount in pence], dtype="str")
    assert parse_pounds(text).tolist() == pence


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("12", 1200),
        ("+3", 300),
        ("-0.5", -50),
        ("-0", 0),
        ("0.07", 7),
        ("-0.07", -7),
        ("0012.30", 1230),
        ("999999999999.99", LARGEST_LINE),
        ("-999999999999.99", -LARGEST_LINE),
    ],
)
def test_plain_pounds_are_read_exactly(text: str, pence: int) -> None:
    assert parse_pounds(pd.Series([text])).tolist() == [pence]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "-",
            ".",
            "1,000",
            "£1",
            "1.",
            ".5",
            "1.234",
            "1e3",
            "--1",
            "(1)",
            "1 000",
            " 1",
            "1 ",
            "nan",
            "inf",
        ),
        *("1000000000000", "0x10", "1_000", "\N{MINUS SIGN}1", "1\n", "1\n2"),
        *("\N{FULLWIDTH DIGIT ONE}", "\N{ARABIC-INDIC DIGIT ONE}\N{ARABIC-INDIC DIGIT TWO}"),
    ],
)
def test_anything_else_is_missing_and_never_zero(text: str) -> None:
    assert parse_pounds(pd.Series([text, "2"])).isna().tolist() == [True, False]


def test_amounts_keep_the_index_that_came_in() -> None:
    found = parse_pounds(pd.Series({"b": "1", "a": "x", "c": "-2.1"}))
    pd.testing.assert_series_equal(found, pd.Series({"b": 100, "a": pd.NA, "c": -210}, dtype="Int64"))


def test_no_text_gives_no_amounts() -> None:
    found = parse_pounds(pd.Series([], dtype="str"))
    assert len(found) == 0
    assert found.dtype == "Int64"


@pytest.mark.parametrize(
    ("pence", "written", "plain"),
    [
        (0, "£0.00", "0.00"),
        (5, "£0.05", "0.05"),
        (-5, "-£0.05", "-0.05"),
        (99_999, "£999.99", "999.99"),
        (100_000, "£1,000.00", "1000.00"),
        (-123_456_789, "-£1,234,567.89", "-1234567.89"),
        (44_485_128_786_600, "£444,851,287,866.00", "444851287866.00"),
        (92233720368547758070, "£922,337,203,685,477,580.70", "922337203685477580.70"),
    ],
)
def test_pence_are_written_as_pounds(pence: int, written: str, plain: str) -> None:
    assert format_gbp(pence) == written
    assert format_gbp(pence, sign="") == written.replace("£", "")
    assert plain_gbp(pence) == plain


def test_numpys_pence_are_written_as_pythons_are() -> None:
    assert format_gbp(np.int64(-(2**63))) == "-£92,233,720,368,547,758.08"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pence", "residents", "per_head"),
    [
        (5, 2, 2),  # 2.5: half to the even penny
        (15, 2, 8),  # 7.5
        (-5, 2, -2),
        (-15, 2, -8),
        (26, 10, 3),
        (24, 10, 2),
        (0, 5, 0),
        (2**60 + 1, 2, 2**59),  # ends in .5, which no float of this size can hold
        (2**60 + 3, 2, 2**59 + 2),
    ],
)
def test_pence_per_head_are_rounded_half_even(pence: int, residents: int, per_head: int) -> None:
    assert per_head_pence(pence, residents) == per_head


@pytest.mark.parametrize("pence", [0, 1, -1])
def test_there_is_nothing_per_head_where_nobody_lives(pence: int) -> None:
    assert per_head_pence(pence, 0) is None


# --- splitting in proportion to amounts of either sign


MIXED_AMOUNTS = st.lists(st.integers(-(10**14), 10**14) | st.integers(-5, 5), min_size=1, max_size=8).filter(sum)


@pytest.mark.parametrize(
    ("total", "amounts", "parts"),
    [
        # 66.67, 66.67, -33.33: whole pennies below are 66, 66, -34, and of three equal remainders two get a penny.
        (100, [2, 2, -1], [67, 67, -34]),
        (-100, [2, 2, -1], [-67, -67, 34]),
        # The same proportions, whatever their sign.
        (100, [-2, -2, 1], [67, 67, -34]),
        (100, [60, 40], [60, 40]),
        (7, [1, 0, 1], [4, 0, 3]),
        (0, [5, -3], [0, 0]),
        (5, [-1], [5]),
        # 10 and -9 make one, so parts can be far larger than the whole.
        (3, [10, -9], [30, -27]),
    ],
)
def test_an_amount_is_split_as_worked_by_hand(total: int, amounts: list[int], parts: list[int]) -> None:
    assert split_in_proportion(total, amounts) == parts


@LAW
@given(st.integers(-LARGEST, LARGEST), MIXED_AMOUNTS)
def test_a_split_sums_exactly_and_each_part_is_within_a_penny_of_its_exact_share(
    total: int, amounts: list[int]
) -> None:
    parts = split_in_proportion(total, amounts)
    assert sum(parts) == total
    exact = [Fraction(total * amount, sum(amounts)) for amount in amounts]
    assert all(abs(part - wanted) < 1 for part, wanted in zip(parts, exact, strict=True))


@LAW
@given(st.integers(-LARGEST, LARGEST), MIXED_AMOUNTS)
def test_no_part_of_a_split_is_on_the_wrong_side_of_nothing(total: int, amounts: list[int]) -> None:
    for part, amount in zip(split_in_proportion(total, amounts), amounts, strict=True):
        assert part * Fraction(total * amount, sum(amounts)) >= 0
        assert amount or not part


@LAW
@given(st.integers(-LARGEST, LARGEST), MIXED_AMOUNTS)
def test_a_split_is_mirrored_for_a_negative_total_and_the_same_for_turned_amounts(
    total: int, amounts: list[int]
) -> None:
    parts = split_in_proportion(total, amounts)
    assert split_in_proportion(-total, amounts) == [-part for part in parts]
    assert split_in_proportion(total, [-amount for amount in amounts]) == parts


@LAW
@given(st.integers(0, 10**6), st.integers(1, 9) | st.integers(-9, -1), st.integers(1, 12))
def test_pennies_left_over_of_an_equal_split_go_to_the_first(total: int, amount: int, count: int) -> None:
    whole, left_over = divmod(total, count)
    assert split_in_proportion(total, [amount] * count) == [whole + (number < left_over) for number in range(count)]


@LAW
@given(st.integers(-LARGEST, LARGEST), SMALL_WEIGHTS)
def test_amounts_of_one_sign_are_split_as_by_largest_remainder(total: int, weights: list[int]) -> None:
    assert split_in_proportion(total, weights) == share(total, weights)


@LAW
@given(MIXED_AMOUNTS, st.integers(-50, 50))
def test_a_multiple_of_the_whole_is_split_into_multiples(amounts: list[int], times: int) -> None:
    assert split_in_proportion(times * sum(amounts), amounts) == [times * amount for amount in amounts]


@pytest.mark.parametrize("amounts", [[], [0], [0, 0], [5, -5]])
@pytest.mark.parametrize("total", [0, 1, -1])
def test_amounts_that_sum_to_nothing_split_nothing(total: int, amounts: list[int]) -> None:
    with pytest.raises(ValueError, match="must not sum to zero"):
        split_in_proportion(total, amounts)
