"""How classes were made, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.maps import scheme_words
from placespend.maps.classes import SCHEMES, classify
from placespend.maps.divergence import classify_around
from placespend.maps.scheme_words import CENTRED_WORDS, SCHEME_WORDS, words_of_scheme

if TYPE_CHECKING:
    import pytest


def test_every_scheme_has_words_of_its_own() -> None:
    assert set(SCHEME_WORDS) == set(CENTRED_WORDS) == set(SCHEMES)
    values = [1.0, 2.0, 5.0, 9.0]
    said = {
        words_of_scheme(classify(values, scheme=scheme, breaks=[3] if scheme == "given" else None))
        for scheme in ("quantiles", "equal", "natural", "given")
    }
    assert said == set(SCHEME_WORDS.values())


def test_nothing_is_said_of_one_class() -> None:
    assert words_of_scheme(classify([4.0, 4.0])) == ""
    assert words_of_scheme(classify([])) == ""
    # A class on either side of a centre has no shades to explain.
    assert "shade" not in words_of_scheme(classify_around([-1, 1], 0, classes=1))


def test_it_is_said_where_only_some_values_were_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    found = classify([1.0, 2.0, 5.0, 9.0], scheme="natural", classes=2)
    assert "Found on" not in words_of_scheme(found)
    monkeypatch.setattr(scheme_words, "MOST_VALUES", 3)
    assert words_of_scheme(found).endswith("Found on 3 of the 4 values, taken at even steps of rank.")
    assert "Found on" not in words_of_scheme(classify([1.0, 2.0, 5.0, 9.0]))
