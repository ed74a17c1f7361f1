"""What a reader must know beside the figures of a neighbourhood."""

from __future__ import annotations

import numpy as np
import pytest

from placespend.circles import circle
from placespend.comparison import describe_authorities, residents_by_authority
from placespend.extents import Extent
from placespend.gazetteer import find_place
from placespend.levels import OWN
from placespend.money import format_gbp
from placespend.notes import line_warnings, notes_on_neighbourhood, notes_on_own_places
from placespend.place import FEW_RESIDENTS, Place
from placespend.pot import single_pot

NOTHING = dict.fromkeys("ABCDE", 0)


@pytest.mark.parametrize(("radius", "is_few"), [(150, True), (1_200, False)])
def test_a_place_of_few_residents_is_warned_of(radius: int, is_few: bool) -> None:
    place = circle("B35 6DL", radius)
    assert (place.residents < FEW_RESIDENTS) == is_few
    warned = [note for note in single_pot(place).notes if note.startswith("Fewer than 1,500 residents (")]
    assert len(warned) == is_few


def test_what_is_observed_and_modelled_is_told_by_grade() -> None:
    ward = find_place("E05011132")
    (about, *_) = notes_on_neighbourhood(ward, {**NOTHING, "A": 100, "B": 200, "C": 300, "D": 400, "E": 500})
    assert about.startswith("This is modelled, not managed, spending: ")
    assert "£1.00 of it was recorded at this place by the bodies that spent it; " in about
    assert about.endswith("£7.00 is modelled and £2.00 is allocated to it officially and £5.00 is estimated.")
    (about, *_) = notes_on_neighbourhood(ward, NOTHING)
    assert about.endswith("None of it was recorded at this place by the bodies that spent it.")


def test_of_an_authority_nothing_is_said() -> None:
    assert notes_on_neighbourhood(find_place("E08000025"), NOTHING) == []


def test_a_place_in_several_authorities_says_with_which_it_is_compared() -> None:
    leeds, york = find_place("E08000035"), find_place("E06000014")
    both = Place("X", "Both", "own", leeds.extent.join(york.extent))
    inside = residents_by_authority(both)
    assert inside == {"E08000035": leeds.residents, "E06000014": york.residents}
    pot = single_pot(both)
    assert pot.authority is not None
    told = describe_authorities(both, pot.authority)
    assert told == ["Compared with Leeds alone, where 79.1 % of its residents live. The others live in York 20.9 %."]
    assert told[0] in pot.notes
    one = Place("Y", "One", "own", Extent(leeds.extent.whole))
    assert describe_authorities(one, leeds) == []


def test_own_places_taken_alike_are_told_once_and_those_that_were_changed_by_name() -> None:
    extent = Extent(np.arange(2))
    said = ["From a file", "From a file", "From a file; invalid outline mended"]
    places = [Place(name, name, OWN, extent, definition=words) for name, words in zip("ABC", said, strict=True)]
    assert notes_on_own_places(places) == ["From a file", "C: From a file; invalid outline mended"]
    assert notes_on_own_places([find_place("Leeds")]) == []


def test_a_line_that_is_known_to_mislead_is_told_with_its_amount() -> None:
    pot = single_pot("Cumbria")
    (row,) = line_warnings().to_dict(orient="records")
    is_it = (pot.cells["body"] == row["body"]) & (pot.cells["service_code"] == row["service_code"])
    pence = int(pot.cells.loc[is_it, "amount_pence"].sum())
    assert pence > 0
    (told,) = pot.warnings
    assert told.startswith(f"{format_gbp(pence)} of what stands here for waste management is nuclear decommissioning ")
    assert told in pot.notes


def test_where_it_is_not_shared_out_or_not_there_nothing_is_said() -> None:
    assert single_pot("North West").warnings == ()
    assert single_pot("Leeds").warnings == ()
