"""A neighbourhood's pot per head stands beside that of its authority and of England."""

from __future__ import annotations

import numpy as np
import pytest

from placespend.comparison import TOTAL, authority_of
from placespend.extents import Extent
from placespend.gazetteer import find_place
from placespend.geography import positions_of
from placespend.place import Place
from placespend.pot import single_pot


@pytest.mark.parametrize("name", ["Castle Vale", "Ilfracombe", "White City", "E01005062"])
def test_each_column_is_the_pot_of_its_place(name: str) -> None:
    pot = single_pot(name)
    assert pot.authority is not None
    assert pot.comparison is not None
    total = pot.comparison.iloc[-1]
    assert (total["division"], total["division_name"]) == ("", TOTAL)
    assert total["amount_pence"] == pot.total_pence == pot.comparison["amount_pence"][:-1].sum()
    assert total["per_head_pence"] == pot.per_head_pence
    assert total["authority_per_head_pence"] == single_pot(pot.authority).per_head_pence
    assert total["england_per_head_pence"] == single_pot("England").per_head_pence
    assert pot.comparison["division"][:-1].tolist() == [str(number) for number in range(1, 11)]


def test_only_neighbourhoods_are_compared() -> None:
    pot = single_pot("Birmingham")
    assert (pot.what, pot.authority, pot.comparison) == ("", None, None)


def test_the_authority_is_the_one_where_most_residents_live() -> None:
    leeds, york = positions_of("lad", "E08000035"), positions_of("lad", "E06000014")
    for whole, other, name in ((leeds, york, "Leeds"), (york, leeds, "York")):
        place = Place("X", "X", "own", Extent(np.sort(np.append(whole[:20], other[:2]))))
        assert authority_of(place).name == name
    assert authority_of(find_place("Haverhill")).name == "Suffolk"
