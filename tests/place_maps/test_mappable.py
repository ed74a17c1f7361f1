"""What maps show equals what the pots of the places say, and is told with what a reader must know."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from maps_of_places import GM, shipped, ten

from placespend.errors import OverlappingPlacesError, PlacespendError, UnknownNameError, WrongTypeError
from placespend.explain import find_services
from placespend.families.asked import families_of
from placespend.gazetteer import find_place
from placespend.measures import measure
from placespend.notes import NEIGHBOURHOOD
from placespend.place_maps.mappable import mappable
from placespend.place_maps.mappable_words import MANAGED, OF_LARGER, OF_RECORDED, in_a_sentence
from placespend.pot import Pot, pot_of
from placespend.pots_by_level import pots
from placespend.several import places_inside

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd

    from placespend.place_maps.mappable import Mappable


@cache
def pot(name: str = "Salford") -> Pot:
    return pot_of(name, shipped())


def values(found: Mappable) -> pd.Series:
    return found.layer.table.set_index("code")["value"]


def pounds(pence: int) -> float:
    return pence / 100


def of_health(found: Pot) -> pd.DataFrame:
    table = found.by("service")
    return table[table["service_code"].str.startswith("7.")]


# --- the figures


def test_the_pot_per_head_is_what_pots_tells_of_every_place() -> None:
    table = pots("upper_tier", recipe=shipped().recipe).table.set_index("code")
    found = mappable(level="upper_tier", loaded=shipped())
    assert len(found.layer.table) == 152
    assert values(found).to_dict() == {code: pounds(pence) for code, pence in table["per_head_pence"].items()}


def test_the_places_stand_in_the_order_of_the_rows() -> None:
    assert [place.code for place in ten().places] == list(ten().layer.table["code"])


def test_a_service_per_head_is_what_its_lines_in_the_pot_come_to() -> None:
    pence = int(of_health(pot())["amount_pence"].sum())
    assert values(ten("service", service="health"))[pot().place.code] == round(pence / pot().residents) / 100
    # Of one service, the very figure that the pot's own table tells.
    one = pot().by("service").set_index("service_code")
    medical = values(ten("service", service="7.A"))[pot().place.code]
    assert medical == pounds(int(one["per_head_pence"]["7.A"]))


def test_a_share_is_of_each_places_own_pot() -> None:
    pence = int(of_health(pot())["amount_pence"].sum())
    share = values(ten("share", service="health"))[pot().place.code]
    assert share == round(100 * pence / pot().total_pence, 2)


def test_the_recorded_share_is_that_of_the_pot() -> None:
    found = ten("observed")
    assert values(found)[pot().place.code] == round(100 * pot().observed_pence / pot().total_pence, 2) > 0
    assert OF_RECORDED in found.notes
    schools = pot().by("service").set_index("service_code").loc["9.2"]
    of_one = values(ten("observed", service="9.2"))[pot().place.code]
    assert of_one == round(100 * schools["observed_pence"] / schools["amount_pence"], 2)


def test_differences_are_from_the_larger_place_to_the_penny() -> None:
    whole = pot(GM).per_head_pence
    assert whole is not None
    found = ten("difference")
    assert values(found).to_dict() == {
        code: pounds(round(100 * value) - whole) for code, value in values(ten()).items()
    }
    assert found.layer.classes.centre == 0
    assert found.notes[0] == f"Greater Manchester as a whole: £{whole / 100:,.2f} per head."
    # They lie on both sides of the whole, which is their mean.
    assert values(found).min() < 0 < values(found).max()


def test_the_mean_as_the_centre_is_that_of_the_larger_place_or_of_england() -> None:
    for found, name in (
        (ten(centre="mean"), GM),
        (mappable(level="region", loaded=shipped(), centre="mean"), "England"),
    ):
        head = pot(name).per_head_pence
        assert head is not None
        # The legend, the bound and the words agree on the number; the note tells it to the penny.
        assert found.layer.classes.centre_words == f"{name} as a whole, £{found.layer.classes.centre:,}"
        assert f"under £{found.layer.classes.centre:,}" in " ".join(found.layer.classes.labels)
        assert found.notes[0] == f"{name} as a whole: £{head / 100:,.2f} per head."
        assert float(found.layer.classes.centre or 0) == pytest.approx(head / 100, abs=1)


def test_need_is_told_per_hundred_residents() -> None:
    found = ten("need", measure="income_deprived")
    salford = pot().place
    told = measure("income_deprived")
    assert values(found)[salford.code] == round(
        100 * salford.extent.count(told.counts) / told.scale / salford.residents, 2
    )
    assert found.layer.unit == "Income-deprived people, % of residents"
    assert "Income-deprived people of 2019, per 100 residents of the census of 2011." in found.notes
    assert found.sources == (f"{told.source} ({told.licence})",)


def test_families_are_shaded_as_their_own_maps_are() -> None:
    density = families_of(level="upper_tier", within=GM).density().set_index("code")
    assert values(ten("density")).to_dict() == density["per_1000_households"].to_dict()
    assert ten("density").title == "Density of troubled families by upper-tier authority in Greater Manchester"
    cost = ten("cost")
    assert cost.layer.unit == "Cost of a family, modelled from the pot of the place"
    with pytest.raises(PlacespendError, match="No cost found locally was published"):
        ten("cost", cost_layer="local")


# --- the words


def test_the_title_says_what_where_and_when() -> None:
    assert ten().title == "The single pot per head, by upper-tier authority in Greater Manchester, 2011-12"
    assert ten("share", service="health").title.startswith("Health: share of the pot, by upper-tier authority")
    assert repr(ten()) == f"<Mappable {ten().title}: 10 places>"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("health", "Health"),
        ("medical services", "Medical services"),
        ("3.1", "Police"),
        ("education", "Education"),
        ("housing", "Services called 'housing'"),
        ("roads", "Local roads and national roads"),
    ],
)
def test_services_are_named_by_what_they_are(text: str, name: str) -> None:
    found = mappable("service", service=text, places=[find_place("Leeds")], loaded=shipped())
    assert found.about.removesuffix(f" ({len(find_services(text, set(shipped().cells['service_code'])))})") == name
    assert found.layer.unit == f"Spending per head on {in_a_sentence(found.about)}"


def test_what_was_recorded_and_what_shared_it_is_told() -> None:
    recorded = sum(pot_of(place, shipped()).observed_pence for place in ten().places)
    told = f"Bodies recorded {100 * recorded / pot(GM).total_pence:.1f} % of the pot at these places; the rest is "
    assert f"{told}shared out, and modelled. {OF_LARGER}" in ten().notes
    assert "Money of 2011-12 is shared by measures of 2011, 2017 and 2019." in ten().notes
    regions = mappable(level="region", loaded=shipped())
    assert not regions.layer.is_modelled.any()
    assert any("none was shared out between them" in note for note in regions.notes)
    assert not any("shared by measures" in note for note in regions.notes)
    # Nothing was shared, so no measure is a source.
    assert not any("Indices of Deprivation" in source for source in regions.sources)
    assert any("Indices of Deprivation" in source for source in ten().sources)


def test_of_neighbourhoods_it_is_said_that_no_one_manages_them() -> None:
    places, _ = places_inside([find_place("Little Horton")], find_place("Bradford"), choose=True)
    found = mappable(places=places[:1], loaded=shipped())
    assert (found.what, found.notes[0]) == (NEIGHBOURHOOD, MANAGED)
    assert found.layer.is_modelled.all()
    assert ten().what == ""


# --- what is not known


def test_missing_is_not_zero(write_lines: Callable[..., Path]) -> None:
    path = write_lines(
        {"footprint_code": "E08000003", "amount_gbp": "1000000"},
        {"footprint_code": "E08000010", "amount_gbp": "", "status": "awaited"},
    )
    found = mappable(within=GM, lines=[path])
    marks = found.layer.table.set_index("code")["mark"]
    assert marks["E08000003"] == "value"
    assert set(marks.drop("E08000003")) == {"missing"}
    statuses = found.layer.table.set_index("code")["status"]
    assert (statuses["E08000003"], statuses["E08000010"]) == ("recorded", "missing")
    assert any("awaited" in note for note in found.notes)
    fire = {"footprint_code": "E08000003", "service_code": "3.2"}
    # A line for all ten of a service that reaches them all, and none of another: that is zero.
    both = write_lines({"footprint_code": "E47000001"}, {**fire, "amount_gbp": "1000000"})
    of_fire = mappable("service", service="fire", within=GM, lines=[both])
    marks = of_fire.layer.table.set_index("code")["mark"]
    assert (marks["E08000003"], set(marks.drop("E08000003"))) == ("value", {"zero"})


@pytest.mark.parametrize(("pounds", "status"), [(["0"], "recorded"), (["500", "-500"], "recorded")])
def test_a_zero_that_was_recorded_is_no_estimate(
    write_lines: Callable[..., Path], pounds: list[str], status: str
) -> None:
    path = write_lines(*({"footprint_code": "E08000003", "amount_gbp": pound} for pound in pounds))
    found = mappable(within=GM, lines=[path]).layer.table.set_index("code").loc["E08000003"]
    assert (found["mark"], found["status"]) == ("zero", status)


@pytest.mark.parametrize(
    ("pounds", "value"), [("1000", 0.002), ("0.01", 2e-8), ("-1000", -0.002), ("1", 2e-6), ("0", 0.0)]
)
def test_less_than_a_penny_is_not_zero(write_lines: Callable[..., Path], pounds: str, value: float) -> None:
    path = write_lines({"footprint_code": "E08000003", "amount_gbp": pounds})
    found = mappable(within=GM, lines=[path]).layer
    row = found.table.set_index("code").loc["E08000003"]
    assert row["value"] == value
    assert row["mark"] == ("value" if value else "zero")
    words = dict(zip(found.table["code"], found.words(), strict=True))["E08000003"]
    assert ("zero" in words) == (value == 0)
    assert value == 0 or any(sign in "123456789" for sign in words)


def test_a_mean_of_nothing_is_no_centre(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_gbp": "", "status": "awaited"})
    with pytest.raises(PlacespendError, match="Nothing is known of Greater Manchester as a whole"):
        mappable(within=GM, lines=[path], centre="mean")


def test_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(OverlappingPlacesError, match="Places of one map do not overlap"):
        mappable(places=[find_place("Leeds"), find_place("Yorkshire and the Humber")], loaded=shipped())
    with pytest.raises(WrongTypeError, match="Lines gathered before go without year"):
        mappable(level="region", loaded=shipped(), year="2011-12")
    with pytest.raises(UnknownNameError, match="There is no measure 'claimants'"):
        mappable("need", measure="claimants", level="region", loaded=shipped())
