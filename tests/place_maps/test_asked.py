"""What a map may be asked to show: every mistake told before anything is computed."""

from __future__ import annotations

from typing import Any

import pytest

from placespend.errors import UnknownNameError, WrongTypeError
from placespend.measures import list_measures
from placespend.place_maps.asked import SHOWS, TOTALS, check_shown


@pytest.mark.parametrize(
    ("show", "options"),
    [
        ("pot", {}),
        ("service", {"service": "health"}),
        ("share", {"service": "7.A"}),
        ("observed", {}),
        ("difference", {"service": "police"}),
        ("density", {}),
        ("cost", {"cost_layer": "local"}),
        ("need", {"measure": "income_deprived"}),
    ],
)
def test_all_that_a_map_shows_can_be_asked_for(show: str, options: dict[str, Any]) -> None:
    assert check_shown(show, **options).show == show


def test_what_can_be_asked_for_is_what_the_table_lists() -> None:
    assert set(SHOWS) == {"pot", "service", "share", "observed", "difference", "density", "cost", "need"}


@pytest.mark.parametrize("show", sorted(TOTALS))
def test_totals_and_counts_are_refused_and_the_reason_is_told(show: str) -> None:
    with pytest.raises(WrongTypeError, match="where many people live") as caught:
        check_shown(show)
    assert caught.value.hint == 'show what comes to each person: "pot", "service", "share" or "density"'


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({"show": "densty"}, "A map cannot show 'densty'.", "did you mean 'density'?"),
        ({"show": "zzzz"}, "A map cannot show 'zzzz'.", f"it shows {', '.join(SHOWS)}"),
        ({"show": 7}, "A map cannot show '7'.", f"it shows {', '.join(SHOWS)}"),
        (
            {"show": "service", "service": "helth"},
            "No service in this pot is called 'helth'.",
            "did you mean 'Health'?",
        ),
        ({"scheme": ""}, "There is no scheme of classes ''.", "there are quantiles, equal, natural, given"),
        ({"scheme": "quantile"}, "There is no scheme of classes 'quantile'.", "did you mean 'quantiles'?"),
        ({"show": "cost", "cost_layer": "modeled"}, "There is no layer of cost 'modeled'.", "did you mean 'modelled'?"),
    ],
)
def test_a_misspelt_word_is_told_with_what_was_meant(options: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        check_shown(**options)
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"service": "health"}, "A service goes with a map of service or share or observed or difference, not of pot."),
        ({"measure": "income_deprived"}, "A measure goes with a map of need, not of pot."),
        ({"show": "density", "cost_layer": "local"}, "A layer of cost goes with a map of cost, not of density."),
        ({"show": "service"}, "A map of service needs a service."),
        ({"show": "share"}, "A map of share needs a service."),
        ({"show": "need"}, "A map of need needs a measure."),
        ({"centre": "middle"}, "The centre of a map is 'zero', 'mean' or a number, not 'middle'."),
        ({"centre": True}, "The centre of a map is 'zero', 'mean' or a number, not True."),
        ({"centre": "zero"}, "No figure of a map of pot lies below zero, so zero is no centre of it."),
        ({"show": "density", "centre": "mean"}, "A map of density is not set against the mean."),
        ({"show": "difference", "centre": "mean"}, "A map of difference is not set against the mean."),
        ({"breaks": [3, 2]}, "The bounds of classes are numbers, each above the one before, not [3, 2]."),
        ({"breaks": []}, "breaks= says where classes begin, and holds no number."),
        ({"breaks": [1e308]}, "A bound of classes lies within 1,000,000,000, and 1e+308 does not."),
        ({"breaks": [0.00001]}, "A bound of classes has 2 decimals at most, and 1e-05 has more."),
        ({"centre": 1e300}, "The centre of a map lies within 1,000,000,000, and 1e+300 does not."),
        ({"centre": 1e-300}, "The centre of a map has 6 decimals at most, and 1e-300 has more."),
        ({"centre": float("nan")}, "The centre of a map is 'zero', 'mean' or a number, not nan."),
        ({"centre": "mean", "classes": 1}, "A map around a centre has classes on both sides of it, so more than one."),
        (
            {"show": "difference", "classes": 1},
            "A map around a centre has classes on both sides of it, so more than one.",
        ),
        (
            {"show": "density", "breaks": [-5, 5]},
            "No figure of a map of density lies below zero, so no class ends at -5.",
        ),
        (
            {"show": "need", "measure": "income_deprived", "breaks": [0, 5]},
            "No figure of a map of need lies below zero, so no class ends at 0.",
        ),
        ({"classes": 9}, "A map has from 1 to 5 classes, not 9."),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(WrongTypeError) as caught:
        check_shown(**options)
    assert caught.value.message == message


def test_the_national_mean_of_costs_stays_refused() -> None:
    with pytest.raises(WrongTypeError, match="national mean cannot be shaded"):
        check_shown("cost", cost_layer="national_mean")


@pytest.mark.parametrize("measure", ["residents", "households", "household_residents", "hectares", "residents_mid2017"])
def test_a_measure_of_how_many_live_there_is_no_need(measure: str) -> None:
    assert measure in list_measures().index
    with pytest.raises(WrongTypeError, match="not who is in need"):
        check_shown("need", measure=measure)


def test_an_unknown_measure_is_refused_at_once_unless_users_bring_their_own() -> None:
    with pytest.raises(UnknownNameError) as caught:
        check_shown("need", measure="income_deprivd", own_measures=False)
    assert "'income_deprived'" in str(caught.value.hint)
    assert check_shown("need", measure="claimants").measure == "claimants"


def test_breaks_alone_mean_the_scheme_that_is_given() -> None:
    assert check_shown(breaks=[7000, 8000]).classing["scheme"] == "given"
    assert check_shown().classing["scheme"] == "quantiles"


def test_a_difference_lies_around_zero_unless_said_otherwise() -> None:
    assert check_shown("difference").centre == "zero"
    assert check_shown("difference", centre=100).centre == 100
    assert check_shown().centre is None


def test_a_bound_of_money_may_lie_below_zero_as_money_may() -> None:
    assert check_shown(breaks=[-5.25, 0]).classing["breaks"] == [-5.25, 0]
