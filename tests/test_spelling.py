"""Names are compared as people type them, and a misspelt one is guessed."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placespend.spelling import did_you_mean, normalise, suggest

PLACES = ["Manchester", "Greater Manchester", "Peterborough", "Tri-borough", "St. Helens", "Kingston upon Hull"]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("St. Helens", "st helens"),
        ("Stoke-on-Trent", "STOKE ON TRENT"),
        ("King's Lynn & West Norfolk", "Kings Lynn and West Norfolk"),
        ("  Bristol,\tCity of ", "bristol city of"),
        ("lad_2025", "LAD 2025"),
        ("Straße", "STRASSE"),
    ],
)
def test_case_punctuation_and_spaces_do_not_matter(text: str, same: str) -> None:
    assert normalise(text) == normalise(same)


@pytest.mark.parametrize("text", ["", " ", "...", "_-_", "\n\t", "\u00a0"])
def test_a_text_without_letters_or_digits_is_nothing(text: str) -> None:
    assert normalise(text) == ""


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(st.text(string.ascii_letters + string.digits, min_size=1), min_size=1), st.text(" .,'-_/()\t"))
def test_what_stands_between_words_does_not_matter(words: list[str], between: str) -> None:
    assert normalise(between.join(words)) == "".join(words).lower()


def test_different_names_stay_different() -> None:
    assert normalise("Essex") != normalise("Wessex")
    assert normalise("E08000003") != normalise("E08000030")


@pytest.mark.parametrize("choice", PLACES)
@pytest.mark.parametrize("at", [0, 3, -2])
def test_a_name_with_a_letter_left_out_is_guessed_first(choice: str, at: int) -> None:
    letters = list(choice)
    del letters[at]
    assert suggest("".join(letters), PLACES)[0] == choice


def test_the_whole_is_compared_before_parts() -> None:
    assert suggest("Tri-boro", PLACES) == ["Tri-borough"]


def test_case_is_no_mistake() -> None:
    assert suggest("GREATER MANCHESTER", PLACES)[0] == "Greater Manchester"


def test_there_are_at_most_as_many_suggestions_as_asked_for() -> None:
    choices = [f"Manchester {number:03d}" for number in range(50)]
    assert len(suggest("Manchester 00", choices)) == 3
    assert len(suggest("Manchester 00", choices, limit=1)) == 1


@pytest.mark.parametrize("text", ["", "   ", "zzzzzz", "曼彻斯特", "!!!", "[", "a" * 10_000])
def test_nothing_is_suggested_where_nothing_is_alike(text: str) -> None:
    assert suggest(text, PLACES) == []
    assert suggest(text, []) == []


def test_suggestions_are_put_into_words() -> None:
    assert did_you_mean("servise", ["body", "service"]) == "did you mean 'service'?"
    assert did_you_mean("10.2", ["10.2-a", "10.2-b"]) == "did you mean '10.2-a' or '10.2-b'?"
    assert did_you_mean("zzz", ["body"]) == ""
    assert did_you_mean("zzz", ["body"], otherwise="leave it out") == "leave it out"
