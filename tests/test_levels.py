"""The kinds of place: which there are, in which order, and which tile England."""

from __future__ import annotations

import pytest

from placespend.errors import UnknownNameError
from placespend.geography import level_index
from placespend.levels import LEVELS, OWN, check_level

TILING = {
    "england", "region", "upper_tier", "lad", "police_force", "icb_sub_area", "msoa", "lsoa", "upper_tier_2025",
    "lad_2025",
}  # fmt: skip
TOKENS_OF_THE_ISSUE = {
    "lsoa", "msoa", "lad", "upper_tier", "tri_borough", "combined_authority", "police_force", "icb_sub_area",
    "region", "england", "lad_2025", "upper_tier_2025", "ward_2025", "neighbourhood",
}  # fmt: skip


def test_every_level_token_of_the_issue_is_known() -> None:
    assert set(LEVELS) >= TOKENS_OF_THE_ISSUE
    assert {token for token, level in LEVELS.items() if level.tiles_england} == TILING
    neighbourhoods = {token for token, level in LEVELS.items() if level.is_neighbourhood}
    assert neighbourhoods == {"neighbourhood", "ward_2025", "msoa", "lsoa", "own"}
    assert {token for token, level in LEVELS.items() if level.vintage == "2025"} == {
        "lad_2025",
        "upper_tier_2025",
        "ward_2025",
    }
    assert all(level.token == token for token, level in LEVELS.items())


def test_the_larger_gives_the_name_of_what_is_the_same_area() -> None:
    order = list(LEVELS)
    wanted = ["combined_authority", "upper_tier", "lad", "police_force"]
    assert sorted(wanted, key=order.index) == wanted
    assert order.index("upper_tier") < order.index("upper_tier_2025")
    assert order.index("lad") < order.index("lad_2025")


def test_an_unknown_level_is_guessed_or_the_levels_are_listed() -> None:
    with pytest.raises(UnknownNameError) as caught:
        check_level("uper_tier")
    assert caught.value.message == "There is no level 'uper_tier'."
    assert caught.value.hint == "did you mean 'upper_tier'?"
    with pytest.raises(UnknownNameError) as caught:
        check_level("zzz")
    assert caught.value.hint is not None
    assert all(token in caught.value.hint for token in LEVELS)


def test_places_of_your_own_are_the_last_level() -> None:
    assert list(LEVELS)[-1] == OWN == "own"
    assert not LEVELS[OWN].tiles_england


@pytest.mark.parametrize("level", sorted(TILING))
def test_a_level_that_tiles_england_has_a_number_for_every_small_area(level: str) -> None:
    codes, numbers = level_index(level)
    assert len(numbers) == 32_844
    assert sorted(set(numbers.tolist())) == list(range(len(codes)))


@pytest.mark.parametrize("token", LEVELS)
def test_a_level_is_looked_up_by_its_token_and_has_words_of_its_own(token: str) -> None:
    level = check_level(token)
    assert level is LEVELS[token]
    assert level.label == level.label.strip() != ""
    assert [other.token for other in LEVELS.values() if other.label == level.label] == [token]
    assert level.vintage in {"2011", "2022", "2025", "dated"}


@pytest.mark.parametrize("odd", [None, 7, ["lad"], "", "LAD"])
def test_what_is_no_token_is_no_level(odd: object) -> None:
    with pytest.raises(UnknownNameError, match="There is no level"):
        check_level(odd)  # type: ignore[arg-type]
