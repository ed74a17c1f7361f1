"""How a report says how one amount stands to another: in per cent, more or less.

Percentages are of exact pence. A pot per head that is rounded to the penny first may be far off where it is small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.money import percent

if TYPE_CHECKING:
    from placespend.pot import Pot


def compared(here: int | None, there: int | None) -> str:
    """Say how an amount stands to another one.

    Parameters
    ----------
    here, there : int or None
        Pence, of each resident.

    Returns
    -------
    str
        "5.2 % more than"; empty where either is not known or not above zero.

    Examples
    --------
    >>> compared(105, 100), compared(95, 100), compared(100, 100)
    ('5.0 % more than', '5.0 % less than', 'as much as')
    """
    if here is None or there is None or here < 0 or there <= 0:
        return ""
    told = percent(abs(here - there), there)
    if told == percent(0, there):
        return "as much as"
    return f"{told} {'more' if here > there else 'less'} than"


def compared_per_head(here: Pot, there: Pot) -> str:
    """Say how a pot per head stands to another one, from exact pence and not from rounded ones.

    Parameters
    ----------
    here, there : Pot

    Returns
    -------
    str
        As :func:`compared` says it; empty where no one lives in one of the places.
    """
    if not here.residents or not there.residents:
        return ""
    return compared(here.total_pence * there.residents, there.total_pence * here.residents)
