"""Money is integer pence: reading pounds, sharing them out to the last penny, writing them down.

Sharing is by *largest remainder*: each part first gets the whole pennies of its exact share, then the
pennies left over go one each to the parts with the largest remainders, ties to the earlier part. The parts
always sum to the whole. Rounding each part by itself does not: over many cells the pennies drift.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from placespend.errors import ConservationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

POUNDS_PATTERN = r"^(?P<sign>[+-]?)(?P<pounds>[0-9]{1,12})(?:\.(?P<pence>[0-9]{1,2}))?$"
"""Plain pounds below a trillion with at most two decimals: 1200, -3.5, 0.07."""

FRACTION_PATTERN = r"^[+-]?[0-9]{1,12}\.[0-9]{3,}$"
"""A number of pounds with a fraction of a penny."""

LARGEST_INT64_WEIGHT = 3_030_000_000
"""Largest sum of weights whose square fits in 64 bits; above it, Python's own integers are used."""


def parse_pounds(text: pd.Series) -> pd.Series:
    """Turn pounds written as text into pence, exactly.

    Parameters
    ----------
    text : pandas.Series of str
        Amounts that match :data:`POUNDS_PATTERN`; anything else becomes missing, never zero.

    Returns
    -------
    pandas.Series of Int64
        Pence, on the index that came in.

    Examples
    --------
    >>> import pandas as pd
    >>> parse_pounds(pd.Series(["12", "-0.5", "1,000"])).tolist()
    [1200, -50, <NA>]
    """
    parts = pc.extract_regex(pa.array(text, pa.string()), POUNDS_PATTERN)
    sign, pounds, pence = (pc.struct_field(parts, name) for name in ("sign", "pounds", "pence"))
    hundredths = pc.cast(pc.utf8_rpad(pence, 2, padding="0"), pa.int64())
    whole = pc.add(pc.multiply(pc.cast(pounds, pa.int64()), 100), hundredths)
    signed = pc.if_else(pc.equal(sign, "-"), pc.negate(whole), whole)
    return pd.Series(
        signed.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get).array, index=text.index, dtype="Int64"
    )


def total_pence(pence: NDArray[np.int64]) -> int:
    """Sum pence without the chance of a silent overflow.

    Parameters
    ----------
    pence : ndarray of int64

    Returns
    -------
    int
    """
    return totals_pence(pence, np.zeros(len(pence), dtype=np.int64), 1)[0]


def totals_pence(pence: NDArray[np.int64], group_of: NDArray[np.int64], groups: int) -> list[int]:
    """Sum pence by group without the chance of a silent overflow.

    Parameters
    ----------
    pence : ndarray of int64, shape (n,)
    group_of : ndarray of int64, shape (n,)
        The group of each amount, from 0 to ``groups - 1``.
    groups : int

    Returns
    -------
    list of int
        One sum per group.
    """
    # Halves of 32 bits cannot overflow a 64-bit sum of fewer than two thousand million amounts.
    high, low = np.zeros(groups, dtype=np.int64), np.zeros(groups, dtype=np.int64)
    np.add.at(high, group_of, pence >> 32)
    np.add.at(low, group_of, pence & 0xFFFFFFFF)
    return [(above << 32) + below for above, below in zip(high.tolist(), low.tolist(), strict=True)]


def largest_remainder(amounts: NDArray[np.int64], weights: NDArray[np.int64]) -> NDArray[np.int64]:
    """Share amounts in proportion to weights so that the parts sum exactly to each amount.

    Parameters
    ----------
    amounts : ndarray of int64, shape (n,)
        Pence; negative amounts are shared as their absolute value and turned back.
    weights : ndarray of int64, shape (m,)
        Not negative, with a sum above zero. Their order decides ties: the earlier part gets the penny.

    Returns
    -------
    ndarray of int64, shape (n, m)
        Each row sums to its amount. A part of weight zero gets nothing.

    Raises
    ------
    ValueError
        If a weight is negative or all are zero.

    Examples
    --------
    >>> largest_remainder(np.array([100, -100]), np.array([1, 1, 1])).tolist()
    [[34, 33, 33], [-34, -33, -33]]
    """
    if len(weights) == 0 or weights.min() < 0 or not weights.any():
        message = "weights must not be negative, and one at least must be above zero"
        raise ValueError(message)
    # Dividing by the common divisor changes no share and keeps completed measures small.
    parts = weights // np.gcd.reduce(weights)
    sizes = np.abs(amounts)
    total = sum(parts.tolist())
    # The least number of 64 bits has no opposite, so its size comes out negative.
    if total >= LARGEST_INT64_WEIGHT or (sizes < 0).any():
        parts, sizes = parts.astype(object), np.abs(amounts.astype(object))
    quotient, rest = sizes // total, sizes % total
    product = rest[:, None] * parts[None, :]
    shares = quotient[:, None] * parts[None, :] + product // total
    remainders = product % total
    left_over = (sizes - shares.sum(axis=1)).astype(np.int64)
    # One key orders parts by falling remainder, then by place: the smallest keys get the pennies. A part
    # without remainder never does, for fewer pennies are left over than there are parts with one.
    keys = (total - 1 - remainders) * len(parts) + np.arange(len(parts))
    cut = np.take_along_axis(np.sort(keys, axis=1), np.maximum(left_over - 1, 0)[:, None], axis=1)
    shares = shares + ((keys <= cut) & (left_over > 0)[:, None])
    signed: NDArray[np.int64] = (shares * np.sign(amounts)[:, None]).astype(np.int64)
    if (signed.sum(axis=1) != amounts).any():
        message = "the parts of an amount do not sum to it"
        raise ConservationError(message)
    return signed


def largest_remainder_by_group(
    amounts: NDArray[np.int64], weights: NDArray[np.int64], group_of: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Share one amount per group over that group's own weights, as :func:`largest_remainder` does.

    Parameters
    ----------
    amounts : ndarray of int64, shape (g,)
        Not negative; amount times weight, and the number of weights times all weights, must stay within 64 bits.
    weights : ndarray of int64, shape (m,)
        Not negative. Their order decides ties within a group.
    group_of : ndarray of int64, shape (m,)
        The group of each weight, from 0 to g - 1.

    Returns
    -------
    ndarray of int64, shape (m,)
        The parts of each group sum to its amount.

    Raises
    ------
    ValueError
        If a group with an amount has no weight.

    Examples
    --------
    >>> largest_remainder_by_group(np.array([100, 7]), np.array([1, 1, 1, 2]), np.array([0, 0, 0, 1])).tolist()
    [34, 33, 33, 7]
    """
    totals = np.zeros(len(amounts), dtype=np.int64)
    np.add.at(totals, group_of, weights)
    if ((totals == 0) & (amounts != 0)).any():
        message = "a group with an amount has no weight"
        raise ValueError(message)
    shares, remainders = np.divmod(amounts[group_of] * weights, np.maximum(totals, 1)[group_of])
    left_over = amounts.copy()
    np.subtract.at(left_over, group_of, shares)
    # One packed key orders by group, then by falling remainder, then by place: a plain sort is the fastest.
    widest, count = int(totals.max(initial=1)), len(weights)
    keys = np.sort((group_of * widest + (widest - 1 - remainders)) * count + np.arange(count))
    order = keys % count
    first = np.concatenate([[0], np.cumsum(np.bincount(group_of, minlength=len(amounts)))[:-1]])
    rank = np.arange(count) - first[group_of[order]]
    shares[order] += rank < left_over[group_of[order]]
    return shares


def split_in_proportion(total: int, amounts: Sequence[int]) -> list[int]:
    """Split an amount in proportion to amounts of either sign, exactly, by largest remainder.

    Parameters
    ----------
    total : int
        Pence.
    amounts : sequence of int
        They must not sum to zero.

    Returns
    -------
    list of int
        Pence that sum to ``total``; ties go to the first.

    Raises
    ------
    ValueError
        If the amounts sum to zero.

    Examples
    --------
    >>> split_in_proportion(100, [2, 2, -1])
    [67, 67, -34]
    """
    whole = sum(amounts)
    if whole == 0:
        message = "amounts to split in proportion to must not sum to zero"
        raise ValueError(message)
    if total < 0:
        return [-part for part in split_in_proportion(-total, amounts)]
    sign = 1 if whole > 0 else -1
    pairs = [divmod(total * amount * sign, whole * sign) for amount in amounts]
    parts = [quotient for quotient, _ in pairs]
    largest = sorted(range(len(parts)), key=lambda number: -pairs[number][1])
    for number in largest[: total - sum(parts)]:
        parts[number] += 1
    return parts


def per_head_pence(pence: int, residents: int) -> int | None:
    """Divide pence by residents, rounded half even.

    Parameters
    ----------
    pence : int
    residents : int

    Returns
    -------
    int or None
        None where nobody lives.
    """
    return round(Fraction(pence, residents)) if residents else None


def format_gbp(pence: int, *, sign: str = "£") -> str:
    """Write pence as pounds with thousands separators and both decimals.

    Parameters
    ----------
    pence : int
    sign : str, default "£"
        Put before the digits; empty in a column whose heading already gives the unit.

    Returns
    -------
    str

    Examples
    --------
    >>> format_gbp(-123456789)
    '-£1,234,567.89'
    """
    pounds, rest = divmod(abs(int(pence)), 100)
    return f"{'-' if pence < 0 else ''}{sign}{pounds:,}.{rest:02d}"


def plain_gbp(pence: int) -> str:
    """Write pence as plain pounds, as the line table takes them.

    Parameters
    ----------
    pence : int

    Returns
    -------
    str

    Examples
    --------
    >>> plain_gbp(-5)
    '-0.05'
    """
    return format_gbp(pence, sign="").replace(",", "")


def percent(part: int, whole: int) -> str:
    """Write a part of a whole in per cent with one decimal, and commas where there are thousands.

    Parameters
    ----------
    part, whole : int

    Returns
    -------
    str
        "none" of nothing.

    Examples
    --------
    >>> percent(1, 3)
    '33.3 %'
    """
    return f"{float(round(Fraction(100 * part, whole), 1)):,.1f} %" if whole else "none"
