"""The figures of spending that a map shades: per head, as shares, or as differences."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from maps_of_places import places_in, shipped

from placespend.place_maps.figures import MISSING, spending_at
from placespend.place_maps.values import spending_values, values_shown

if TYPE_CHECKING:
    from placespend.place_maps.figures import Spending


def test_differences_are_what_is_spent_less_the_whole_or_missing_where_that_is() -> None:
    spending = spending_at(shipped(), places_in("Greater Manchester"))
    heads = spending_values("difference", spending, None)
    assert heads == spending_values("pot", spending, None)
    values, statuses = values_shown("difference", spending, None, 1_000.25)
    assert values == [round((head or 0) - 1_000.25, 2) for head in heads]
    assert statuses == spending.statuses()
    assert values_shown("difference", spending, None, None) == ([None] * 10, [MISSING] * 10)


class Known:
    """Three places: of the service recorded at two, and of all together at one."""

    places = ()

    def statuses(self, services: object = None) -> list[str]:
        """Tell how what is spent is known."""
        return ["recorded", "recorded", "missing"] if services else ["recorded", "modelled", "published"]

    def pence(self, services: object = None) -> list[int]:
        """Sum what is spent."""
        return [1, 2, 0] if services else [4, 4, 4]

    def is_known(self, _: object) -> list[bool]:
        """Tell where anything is known."""
        return [True, True, False]


def test_a_share_of_a_pot_is_known_no_better_than_the_pot() -> None:
    spending = cast("Spending", Known())
    assert values_shown("share", spending, ["7.1"], None) == ([25.0, 50.0, None], ["recorded", "modelled", MISSING])
