"""How far a pot moves is worked out once for a place, and is what its sensitivity says."""

from __future__ import annotations

import pytest
from gathered_places import shipped

from placespend import extremes
from placespend.extremes import range_of
from placespend.gazetteer import find_place
from placespend.pot import pot_of


def test_the_range_is_that_of_the_sensitivity_and_is_kept_with_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    place, loaded = find_place("Rutland", level="upper_tier"), shipped()
    found = range_of(place, loaded)
    told = pot_of(place, loaded).sensitivity()
    assert found == (told.low_pence, told.high_pence)
    assert found[0] < found[1]
    monkeypatch.setattr(extremes, "extremes_of", None)
    assert range_of(place, loaded) == found
    # Another place is not taken for it.
    with pytest.raises(TypeError):
        range_of(find_place("Torbay", level="upper_tier"), loaded)
