from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from placespend.errors import WrongTypeError
from placespend.gazetteer import find_place
from placespend.loaded import load
from placespend.pot import pot_of
from placespend.pots_by_level import pots
from placespend.wanted import recipe_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_pots_of_lines_that_were_gathered_before_are_those_of_the_lines(
    write_lines: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_lines(
        {"footprint_code": "E47000001"}, {"footprint_code": "E08000003", "amount_gbp": "", "status": "awaited"}
    )
    anew, loaded = pots("lad", within="Greater Manchester", lines=path), load(recipe_of(path))
    monkeypatch.setattr("placespend.pots_by_level.load", None)
    found = pots("lad", within="Greater Manchester", loaded=loaded)
    assert found.loaded is loaded
    pd.testing.assert_frame_equal(found.table, anew.table)
    assert (found.notes, found.source_titles, found.within) == (anew.notes, anew.source_titles, anew.within)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"recipe": "mine.toml"}, "without recipe"),
        ({"lines": pd.DataFrame(), "with_shipped": True}, "without lines, with_shipped"),
        ({"year": "2011-12", "unknown_footprints": "unallocated"}, "without unknown_footprints, year"),
        (
            {"measures": "m.csv", "lookups": "l.csv", "overrides": ("3.2", "residents", "so")},
            "without lookups, measures, over",
        ),
    ],
)
def test_lines_gathered_before_go_without_saying_what_to_gather(
    write_lines: Callable[..., Path], said: dict[str, Any], told: str
) -> None:
    loaded = load(recipe_of(write_lines({})))
    with pytest.raises(WrongTypeError, match=rf"Lines gathered before go {told}.*leave loaded= or the others out"):
        pots("region", loaded=loaded, **said)


@pytest.mark.parametrize("odd", ["Leeds", 0, pd.DataFrame()])
def test_what_are_no_lines_gathered_before_is_refused(odd: Any) -> None:
    with pytest.raises(WrongTypeError, match=rf"not {type(odd).__name__}\. Hint: give loaded=pot\.loaded"):
        pots("region", loaded=odd)


def test_what_was_recorded_at_neighbourhoods_is_what_their_pots_say(write_lines: Callable[..., Path]) -> None:
    loaded = load(
        recipe_of(
            write_lines(
                {"footprint_code": "E02001097", "amount_gbp": "12.34"},
                {"footprint_code": "E01005062", "amount_gbp": "1.23"},
                {"footprint_code": "E01005062", "amount_gbp": "5.00", "amount_kind": "estimate"},
                {"footprint_code": "E01005062", "amount_gbp": "6.00", "amount_kind": "budget"},
                {"footprint_code": "E08000003", "amount_gbp": "9000.00"},
            )
        )
    )
    places = [find_place("E02001097"), find_place("E01005062")]
    observed = [pot_of(place, loaded).observed_pence for place in places]
    assert observed == [1234, 123]
    (told,) = [note for note in pots(places, loaded=loaded).notes if note.startswith("Recorded at the place")]
    assert all(f"{place.name} £{pence / 100:.2f}" in told for place, pence in zip(places, observed, strict=True))
