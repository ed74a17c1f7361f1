"""The figures of spending that a map shades, of what is spent at places: per head, as shares, or as differences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.place_maps.figures import DOUBT, MISSING
from placespend.place_maps.rates import difference, percent_of, pounds_per_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placespend.place_maps.figures import Spending

PER_HEAD = ("pot", "service", "difference")
"""What is shown in pounds per head; the rest of what is spent, in per cent."""


def spending_values(show: str, spending: Spending, wanted: Sequence[str] | None) -> list[float | None]:
    """Give the figure of each place as it stands, a difference not yet taken.

    Parameters
    ----------
    show : {"pot", "service", "share", "observed", "difference"}
    spending : Spending
    wanted : sequence of str or None
        Codes of services; None for all.

    Returns
    -------
    list of float or None
        In pounds per head or per cent; None where nothing is known.
    """
    known = spending.is_known(wanted)
    if show == "share":
        pairs = zip(spending.pence(wanted), spending.pence(), strict=True)
    elif show == "observed":
        pairs = zip(spending.recorded_pence(wanted), spending.pence(wanted), strict=True)
    else:
        pairs = zip(spending.pence(wanted), [place.residents for place in spending.places], strict=True)
    figure = pounds_per_head if show in PER_HEAD else percent_of
    return [figure(*pair) if is_known else None for pair, is_known in zip(pairs, known, strict=True)]


def values_shown(
    show: str, spending: Spending, wanted: Sequence[str] | None, of_whole: float | None
) -> tuple[list[float | None], list[str]]:
    """Give what a map shades of each place, and how it is known.

    Parameters
    ----------
    show : {"pot", "service", "share", "observed", "difference"}
    spending : Spending
    wanted : sequence of str or None
        Codes of services; None for all.
    of_whole : float or None
        The figure of what the places lie in.

    Returns
    -------
    values : list of float or None
        In pounds per head or per cent; None where nothing is known.
    statuses : list of str
        "recorded", "published", "modelled" or "missing".
    """
    values, statuses = spending_values(show, spending, wanted), spending.statuses(wanted)
    if show == "difference":
        differences = [None if value is None or of_whole is None else difference(value, of_whole) for value in values]
        return differences, [MISSING if of_whole is None else status for status in statuses]
    if show in PER_HEAD:
        return values, statuses
    # A share of a pot is known no better than the pot.
    pairs = zip(statuses, spending.statuses(), strict=True)
    return values, [MISSING if MISSING in pair else max(pair, key=DOUBT.index) for pair in pairs]
