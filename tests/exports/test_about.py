"""What is said of a table goes with it."""

from __future__ import annotations

from placespend.exports.about import About, about_lines, about_pot, about_pots
from placespend.pot import single_pot
from placespend.pots_by_level import pots
from placespend.shipped import NOTICE


def test_what_is_empty_is_not_said() -> None:
    assert About("x").as_texts() == {"title": "x", "notice": NOTICE}


def test_a_pot_says_its_place_scope_notes_sources_and_what_made_it() -> None:
    pot = single_pot("Rutland")
    told = about_pot(pot)
    assert told.title == "The single pot of Rutland, 2011-12"
    assert "E06000017" in told.place
    assert (told.notes, told.sources, told.made_with) == (pot.notes, pot.source_titles, pot.loaded.stamp)
    assert told.scope == pot.loaded.recipe.scope.describe()
    assert about_pot(pot, "Another").title == "Another"


def test_pots_and_lines_say_as_much_as_is_known() -> None:
    found = pots("region")
    assert about_pots(found).notes == found.notes
    assert about_lines(found.loaded, "x").made_with == found.loaded.stamp
