"""The rule by which a user's own counts are shown: from 10 on, rounded to 5, and below that not at all.

A zero is a small count too: that nobody of a kind lives in a street is something learnt of everybody who lives there.
A shown number stands for every count that rounds to it, half up, and that is not below the threshold: by the usual
rule 10 stands for 10 to 12 and 15 for 13 to 17. Where the threshold is no multiple of the rounding a number below
it may stand (12 is shown as 10 under a threshold of 12), and those who know the rule know that it is 12.

The threshold and the rounding may be raised freely. Lowering either below what is usual takes a reason, which the
notes of whatever is shown then repeat.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from placespend.errors import PlacespendError
from placespend.spelling import one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

USUAL_THRESHOLD = 10
USUAL_ROUNDING = 5

EXACT = 1e-9
"""Counts of a place that cuts a unit are sums of fractions: nearer than this they are the same."""


@dataclass(frozen=True)
class Rule:
    """From which count on a number is shown, and what it is rounded to.

    Attributes
    ----------
    threshold : int
        Counts below it are small and never shown.
    rounding : int
        Other counts are shown as the nearest multiple, half up.
    reason : str
        Why either is lower than usual.

    Raises
    ------
    PlacespendError
        If either is no whole number of at least one, or is lower than usual without a reason.

    Examples
    --------
    >>> Rule().words
    'Counts of 10 or more are shown, rounded to 5; others, and those that would give them back, are suppressed.'
    """

    threshold: int = USUAL_THRESHOLD
    rounding: int = USUAL_ROUNDING
    reason: str = ""

    def __post_init__(self) -> None:
        for what, number in (("threshold", self.threshold), ("rounding", self.rounding)):
            if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= 1_000_000:
                message = f"The {what} of disclosure control is a whole number from 1 on, not {number!r}."
                raise PlacespendError(
                    message, hint=f"leave it out for the usual {USUAL_THRESHOLD} and {USUAL_ROUNDING}"
                )
        if self.rounding > self.threshold:
            message = f"Rounding to {self.rounding} would show counts from {self.threshold} on as 0."
            raise PlacespendError(message, hint="raise the threshold as far as the rounding")
        if self.reason and not self.is_lowered:
            message = "A reason is given, and neither the threshold nor the rounding is lowered."
            raise PlacespendError(message, hint="leave --reason out, or say which is lowered")
        if self.is_lowered and not one_line(self.reason):
            message = (
                f"A threshold of {self.threshold} and rounding to {self.rounding} protect less than the usual "
                f"{USUAL_THRESHOLD} and {USUAL_ROUNDING}."
            )
            raise PlacespendError(message, hint="say why that is allowed (--reason TEXT), which the notes will repeat")

    @property
    def is_lowered(self) -> bool:
        """Whether it protects less than is usual."""
        return self.threshold < USUAL_THRESHOLD or self.rounding < USUAL_ROUNDING

    @property
    def words(self) -> str:
        """One sentence for notes, and the reason where the rule was lowered."""
        text = (
            f"Counts of {self.threshold} or more are shown, rounded to {self.rounding}; others, and those that would "
            "give them back, are suppressed."
        )
        if self.is_lowered:
            text += f" Lowered from {USUAL_THRESHOLD} and {USUAL_ROUNDING}: {one_line(self.reason).rstrip('.')}."
        return text

    def is_small(self, counts: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which counts are small.

        Parameters
        ----------
        counts : numpy.ndarray of float

        Returns
        -------
        numpy.ndarray of bool
            Zero is small.
        """
        return np.asarray(counts < self.threshold - EXACT)

    def rounded(self, counts: NDArray[np.float64]) -> NDArray[np.int64]:
        """Round counts, half up.

        Parameters
        ----------
        counts : numpy.ndarray of float

        Returns
        -------
        numpy.ndarray of int64

        Examples
        --------
        >>> Rule().rounded(np.array([12.0, 12.5, 13.0])).tolist()
        [10, 15, 15]
        """
        steps = np.floor((counts + self.rounding / 2 + EXACT) / self.rounding)
        return np.asarray(steps.astype("int64") * self.rounding)

    def stands_for(self, shown: int, *, whole: bool) -> tuple[float, float]:
        """Find the counts that a shown number may stand for.

        Parameters
        ----------
        shown : int
        whole : bool
            Whether only whole numbers are possible: the place cuts no unit.

        Returns
        -------
        lowest : float
        highest : float
            Of a place that cuts units the end of the range, which itself would be rounded up.

        Examples
        --------
        >>> Rule().stands_for(10, whole=True), Rule().stands_for(15, whole=True)
        ((10, 12), (13, 17))
        """
        low, high = shown - self.rounding / 2, shown + self.rounding / 2
        if whole:
            return max(self.threshold, math.ceil(low)), math.ceil(high) - 1
        return max(float(self.threshold), low), high
