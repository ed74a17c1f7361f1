"""What a map of places may be asked to show, checked before anything is computed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal

from placespend.cofog import services
from placespend.errors import PlacespendError, UnknownNameError, WrongTypeError, list_values
from placespend.explain import find_services
from placespend.families.costs import check_shadeable
from placespend.maps.bounds import count_decimals, read_decimal
from placespend.maps.classes import check_choices
from placespend.measures import list_measures
from placespend.measures import measure as load_measure
from placespend.place_maps.given import check_breaks
from placespend.spelling import did_you_mean, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placespend.maps.classes import Scheme
    from placespend.measures import Measure

SHOWS = {
    "pot": "the single pot, per head",
    "service": "a service or group of services, per head",
    "share": "a service's share of each place's pot, in per cent",
    "observed": "the share of the pot that bodies recorded at the place, in per cent",
    "difference": "the pot or a service per head, less that of the whole",
    "density": "troubled families per 1,000 households",
    "cost": "what a troubled family costs, in one layer",
    "need": "people or households that a measure counts, in per cent",
}
"""What a map can show, by the word that asks for it."""

TOTALS = {"total", "totals", "amount", "amounts", "count", "counts", "families", "sum", "residents", "people"}
"""What is asked for and not shaded, as it shows where many people live."""

OF_SPENDING = ("pot", "service", "share", "observed", "difference")
OF_FAMILIES = ("density", "cost")
SERVED = ("service", "share", "observed", "difference")
"""What is shown of a service; the last two also of all together."""

ZERO, MEAN = "zero", "mean"

NEVER_BELOW_ZERO = ("density", "need", "cost")
"""What is a count of those who live there: money may lie below zero, where more came in than was spent."""

MOST_BOUND = 1_000_000_000
MOST_DECIMALS = 2
"""Of a bound: figures themselves have no more."""

MOST_DECIMALS_OF_CENTRE = 6
"""A mean that a user worked out is not rounded."""

Centre = float | Literal["zero", "mean"] | None


@dataclass(frozen=True, eq=False)
class Asked:
    """What a map is to show, checked. Made by :func:`check_shown`.

    Attributes
    ----------
    show : str
        A key of :data:`SHOWS`.
    service, measure, cost_layer : str or None
        Which service, measure or layer of cost, where one is shown.
    centre : float, "zero", "mean" or None
    classing : dict
        Number of classes, scheme and breaks, as :func:`placespend.maps.layers.map_layer` takes them.
    """

    show: str
    service: str | None
    measure: str | None
    cost_layer: str | None
    centre: Centre
    classing: dict[str, Any] = field(default_factory=dict)


def check_shown(
    show: str = "pot",
    *,
    service: str | None = None,
    measure: str | None = None,
    cost_layer: str | None = None,
    classes: int = 5,
    scheme: Scheme | None = None,
    breaks: Sequence[float] | None = None,
    centre: Centre = None,
    own_measures: bool = True,
) -> Asked:
    """Refuse what no map can show, before anything is computed.

    Parameters
    ----------
    show, service, measure, cost_layer, classes, scheme, breaks, centre
        As for :func:`placespend.place_maps.mappable.mappable`.
    own_measures : bool, default True
        Whether there may be measures that do not ship.

    Returns
    -------
    Asked

    Raises
    ------
    UnknownNameError
        If there is nothing of that name to be shown, or no such service, layer of cost or scheme.
    WrongTypeError
        If it is a total or a count, classes cannot be made so, or something is lacking or would change nothing.
    """
    if not isinstance(show, str) or show not in SHOWS:
        raise _unknown(show)
    for name, given, shows, is_needed in (
        ("service", service, SERVED, show in {"service", "share"}),
        ("measure", measure, ("need",), show == "need"),
        ("cost_layer", cost_layer, ("cost",), False),
    ):
        if given is not None and show not in shows:
            message = f"A {_worded(name)} goes with a map of {' or '.join(shows)}, not of {show}."
            raise WrongTypeError(message, hint="leave it out, or show another thing")
        if given is None and is_needed:
            message = f"A map of {show} needs a {_worded(name)}."
            raise WrongTypeError(message, hint=_HINTS[name])
    if service is not None:
        find_services(service, services().index)
    if show == "cost":
        check_shadeable(cost_layer or "modelled")
    if show == "difference" and centre is None:
        centre = "zero"
    bounds = check_breaks(breaks)
    chosen = scheme if scheme is not None else ("quantiles" if bounds is None else "given")
    check_choices(classes, chosen, "plain", bounds)
    _check_centre(centre, show)
    _check_bounds(bounds or [], show, centre)
    if centre is not None and classes == 1:
        message = "A map around a centre has classes on both sides of it, so more than one."
        raise WrongTypeError(message, hint="say two classes or more, or leave their number out")
    if measure is not None:
        check_measure(measure, own_measures=own_measures)
    return Asked(show, service, measure, cost_layer, centre, {"classes": classes, "scheme": chosen, "breaks": bounds})


_HINTS = {
    "service": 'name one, such as "7.A" or "police"; placespend lines services lists them',
    "measure": 'name one, such as "income_deprived"; placespend measures lists them',
}


def _worded(name: str) -> str:
    return name.replace("cost_layer", "layer of cost")


def _unknown(show: object) -> PlacespendError:
    if normalise(str(show)) in TOTALS:
        message = f"A map of '{show}' is not drawn: totals and counts show where many people live."
        return WrongTypeError(message, hint='show what comes to each person: "pot", "service", "share" or "density"')
    message = f"A map cannot show '{show}'."
    shown = f"it shows {', '.join(SHOWS)}"
    return UnknownNameError(message, hint=did_you_mean(str(show), SHOWS, otherwise=shown))


def _check_centre(centre: Centre, show: str) -> None:
    if centre is None:
        return
    if not isinstance(centre, str) and _is_number(centre):
        _check_size(centre, "The centre of a map", MOST_DECIMALS_OF_CENTRE)
        return
    if not isinstance(centre, str) or centre not in {ZERO, MEAN}:
        message = f"The centre of a map is 'zero', 'mean' or a number, not {_told(centre)}."
        raise WrongTypeError(message, hint="say centre='mean', or --centre mean")
    if centre == MEAN and show in {*OF_FAMILIES, "difference"}:
        message = f"A map of {show} is not set against the mean."
        raise WrongTypeError(message, hint="give a number, or leave the centre out")
    if centre == ZERO and show != "difference":
        message = f"No figure of a map of {show} lies below zero, so zero is no centre of it."
        raise WrongTypeError(message, hint='show "difference" around zero, or take the mean as the centre')


def _is_number(value: object) -> bool:
    return isinstance(value, Real | Decimal) and not isinstance(value, bool) and math.isfinite(value)


def _told(value: object) -> str:
    """Repeat a text or a number; of anything else, what it is."""
    return repr(value) if isinstance(value, str | int | float) else type(value).__name__


def _check_bounds(bounds: Sequence[float], show: str, centre: Centre) -> None:
    for bound in bounds:
        _check_size(bound, "A bound of classes", MOST_DECIMALS)
        if centre is None and show in NEVER_BELOW_ZERO and bound <= 0:
            message = f"No figure of a map of {show} lies below zero, so no class ends at {bound}."
            raise WrongTypeError(message, hint="give bounds over zero: zero has a mark of its own")


def _check_size(value: float, what: str, decimals: int) -> None:
    """Refuse numbers that no figure comes near, and finer ones than figures are."""
    if abs(value) > MOST_BOUND:
        message = f"{what} lies within {MOST_BOUND:,}, and {value} does not."
        raise WrongTypeError(message, hint="give it in pounds per head, or per cent, as the map tells figures")
    if count_decimals(read_decimal(value)) > decimals:
        message = f"{what} has {decimals} decimals at most, and {value} has more."
        raise WrongTypeError(message, hint="round it")


def check_measure(name: str, *, own_measures: bool) -> None:
    """Refuse a shipped measure that does not say how many are in need, and one that there cannot be.

    Parameters
    ----------
    name : str
    own_measures : bool
        Whether there may be measures that do not ship.

    Raises
    ------
    UnknownNameError
        If there is no such measure.
    WrongTypeError
        As :func:`check_need` does.
    """
    if name in list_measures().index:
        check_need(load_measure(name))
    elif not own_measures:
        raise unknown_measure(name, [str(one) for one in list_measures().index])


def unknown_measure(name: str, known: Iterable[str]) -> UnknownNameError:
    """Say that there is no measure of a name.

    Parameters
    ----------
    name : str
    known : iterable of str
        The measures there are.

    Returns
    -------
    UnknownNameError
    """
    hint = did_you_mean(name, known, otherwise="placespend measures lists them")
    return UnknownNameError(f"There is no measure '{name}'.", hint=hint)


def check_need(found: Measure) -> None:
    """Refuse a measure that does not say how many are in need.

    Parameters
    ----------
    found : Measure

    Raises
    ------
    WrongTypeError
        If it counts residents, households or land.
    """
    if found.is_plain or found.unit == "hectares" or "resident" in found.label:
        message = f"The measure {found.name} says how many live there or how much land there is, not who is in need."
        others = [str(name) for name in list_measures().index if "deprived" in str(name)]
        raise WrongTypeError(message, hint=f"name another, such as {list_values(others)}")
