"""What published totals and ranges say of numbers of families that were not published themselves.

*Groups* have published totals: Greater Manchester, the North West around it, London, and England (the headline of
120,000). *Facts* hold a number inside a range. Both correct what a model says, through the covariance of what it says:
places that the model knows less well move more, and what a total tells is taken out of the covariance.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from placespend.errors import ConservationError
from placespend.families.published import published_counts
from placespend.families.traits import authorities
from placespend.geography import members_in
from placespend.money import largest_remainder_by_group

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placespend.families.traits import Floats

STEP = 5
"""Every number is a multiple of it."""

MOST_PAID_GBP = (4_000 * 5, 6)
"""The most that results could pay for each family, as a fraction: £4,000 for five families in six."""

PAID_UNIT_GBP = 100_000
"""The most that could be paid was printed to this many pounds."""

ROUNDED_TO = 100
"""A number published as rounded is taken to be rounded to this many families."""

WEIGHT_SCALE = 1_000
"""Estimates become whole weights in this many parts of a family."""

MOST_STEPS = 50
CLOSE = 1e-10
"""Newton's steps end when no logarithm moves by more."""


class Group(NamedTuple):
    """A published total and whose it is.

    Attributes
    ----------
    name : str
    total : int
        Families.
    members : frozenset of str
        Codes of upper tiers.
    source : str
        Where it was published.
    date : str
    """

    name: str
    total: int
    members: frozenset[str]
    source: str
    date: str


@cache
def groups() -> tuple[Group, ...]:
    """List the groups whose total was published, the smallest first.

    Returns
    -------
    tuple of Group
        Each is inside a later one or apart from it.
    """
    region_of = authorities()["region_code"]
    found = []
    for level, measure in (
        ("combined_authority", "indicative"),
        ("region", "indicative"),
        ("nation", "target_headline"),
    ):
        for code, row in published_counts(measure, level=level).iterrows():
            if level == "combined_authority":
                members = [member for _, member in members_in("grouping_members.csv")[str(code)]]
            else:
                members = list(region_of.index[(region_of == code) | (level == "nation")])
            found.append(
                Group(row["area"], int(row["value"]), frozenset(members), str(row["source_url"]), str(row["as_at"]))
            )
    return tuple(sorted(found, key=lambda group: len(group.members)))


def facts() -> pd.DataFrame:
    """List what else was published that holds a number inside a range.

    Returns
    -------
    pandas.DataFrame
        Indexed by upper-tier ``code``: ``low`` and ``high`` (families, multiples of 5, both possible), ``fact`` (in
        words), ``source_url``.

    Notes
    -----
    Of the most that could be paid it is not known whether it was rounded or cut off: Bradford's £5,866,667 for 1,760
    families was printed as £5.8m. So the range runs from what rounds to it to below the next printed number. Of a
    number published as rounded it is assumed that it was rounded to hundreds.
    """
    rows = []
    multiplier, divisor = MOST_PAID_GBP
    for code, row in published_counts("pbr_maximum").iterrows():
        paid = int(row["value"])
        low = -(-(paid - PAID_UNIT_GBP // 2) * divisor // (multiplier * STEP)) * STEP
        high = ((paid + PAID_UNIT_GBP) * divisor - 1) // (multiplier * STEP) * STEP
        told = f"the most it could be paid by results was published as £{paid / 1_000_000:.1f}m"
        rows.append((code, low, high, told, row["source_url"]))
    for code, row in published_counts("indicative_rounded").iterrows():
        number = int(row["value"])
        told = f"its number was published rounded, as {number:,}"
        rows.append((code, number - ROUNDED_TO // 2, number + ROUNDED_TO // 2, told, row["source_url"]))
    return pd.DataFrame(rows, columns=["code", "low", "high", "fact", "source_url"]).set_index("code").sort_index()


def hold(
    log_families: Floats,
    covariance: Floats,
    held: NDArray[np.int64],
    least: NDArray[np.int64],
    most: NDArray[np.int64],
) -> tuple[Floats, Floats]:
    """Take in that some numbers lie in ranges.

    Parameters
    ----------
    log_families : ndarray of float64, shape (152,)
    covariance : ndarray of float64, shape (152, 152)
        Of the logarithms.
    held : ndarray of int64, shape (n,)
        Positions of the numbers that ranges hold.
    least, most : ndarray of int64, shape (n,)
        Families.

    Returns
    -------
    log_families, covariance : ndarray of float64
        Corrected.
    """
    middle = (least + most) / 2
    # A number that may be anywhere in a range has this variance, here of its logarithm.
    variance = ((most - least) / middle) ** 2 / 12
    gain = covariance[:, held] @ np.linalg.inv(covariance[np.ix_(held, held)] + np.diag(variance))
    return log_families + gain @ (np.log(middle) - log_families[held]), covariance - gain @ covariance[held]


def rings() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give each authority the smallest group it is in, and each group its total without the groups inside it.

    Returns
    -------
    ring : ndarray of int64, shape (152,)
        Numbers in :func:`groups`.
    totals : ndarray of int64
        Families, one for each group.
    """
    codes = authorities().index
    ring = np.full(len(codes), -1)
    for number, group in reversed(list(enumerate(groups()))):
        ring[codes.isin(group.members)] = number
    left: list[int] = []
    for group in groups():
        inside = [rest for rest, other in zip(left, groups(), strict=False) if other.members < group.members]
        left.append(group.total - sum(inside))
    return ring, np.array(left)


def check_left(left: NDArray[np.int64], unpublished: NDArray[np.int64]) -> None:
    """Refuse known numbers that their group's total cannot hold.

    Parameters
    ----------
    left : ndarray of int64
        What each group's total leaves to those not known.
    unpublished : ndarray of int64
        How many they are.

    Raises
    ------
    ConservationError
        If what is left is no multiple of 5, is less than 5 for each, or is for nobody.
    """
    for group, rest, count in zip(groups(), left.tolist(), unpublished.tolist(), strict=True):
        if rest % STEP or rest < STEP * count or (rest and not count):
            message = (
                f"The total of {group.name}, {group.total:,} families, leaves {rest:,} for {count:,} authorities whose "
                "number is not known."
            )
            raise ConservationError(
                message, hint=f"give known numbers in multiples of {STEP} that fit within the total"
            )


def meet_totals(
    log_families: Floats,
    covariance: Floats,
    ring: NDArray[np.int64],
    left: NDArray[np.int64],
    is_known: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """Move estimates as little as their covariance allows until each group sums to what its total leaves.

    Parameters
    ----------
    log_families : ndarray of float64, shape (152,)
    covariance : ndarray of float64, shape (152, 152)
        Of the logarithms; zero where known.
    ring : ndarray of int64, shape (152,)
    left : ndarray of int64
        What each group's total leaves.
    is_known : ndarray of bool, shape (152,)

    Returns
    -------
    log_families, covariance : ndarray of float64
        Corrected.
    """
    rings = [number for number in range(len(left)) if (ring[~is_known] == number).any()]
    belongs = np.array([(ring == number) & ~is_known for number in rings], dtype=np.float64).reshape(len(rings), -1)
    moved = log_families.copy()
    for _ in range(MOST_STEPS):
        slope = belongs * np.exp(moved)
        short = left[rings] - slope.sum(axis=1)
        push = covariance @ slope.T @ np.linalg.inv(slope @ covariance @ slope.T)
        step = log_families + push @ (short + slope @ (moved - log_families)) - moved
        moved = moved + step
        if np.abs(step).max() < CLOSE:
            break
    return moved, covariance - push @ slope @ covariance


def round_to_step(
    families: Floats, ring: NDArray[np.int64], left: NDArray[np.int64], is_known: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Round estimates to multiples of 5, within each group so that what its total leaves is met.

    Parameters
    ----------
    families : ndarray of float64, shape (152,)
    ring : ndarray of int64, shape (152,)
    left : ndarray of int64
        What each group's total leaves; empty where totals are not used.
    is_known : ndarray of bool, shape (152,)

    Returns
    -------
    ndarray of int64, shape (152,)
        Zero where known, if totals are used.
    """
    if not len(left):
        return np.rint(families / STEP).astype(np.int64) * STEP
    weights = np.where(is_known, 0, np.rint(families * WEIGHT_SCALE).astype(np.int64))
    return largest_remainder_by_group(left // STEP, weights, ring) * STEP
