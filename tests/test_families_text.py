"""Families set out for a reader and for machines: 80 columns, every mark explained, and no number under ten."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pandas as pd
import pytest
from running import fits, flat

from placespend.exports.text import to_json
from placespend.families.asked import families_of
from placespend.families.costs import family_costs
from placespend.families.modelled_costs import cost_by_body
from placespend.families.published import published_counts
from placespend.families.shown import Families, table_of
from placespend.families_text import bodies_text, families_document, families_text, marks_in, one_place_text

SALFORD_AREA = "E01005599"


@cache
def ten() -> Families:
    return families_of(level="upper_tier", within="Greater Manchester")


@cache
def one(name: str) -> Families:
    return families_of(name)


@cache
def costs_of(name: str) -> pd.DataFrame:
    found = one(name)
    return family_costs(found.places, found.table.set_index("code")["families"])


@cache
def bodies_of(name: str) -> pd.DataFrame:
    return cost_by_body(name)


def protected() -> Families:
    """A number, a suppressed one and a missing one."""
    places = ten().places[:3]
    said: list[dict[str, Any]] = [
        {"families": 1234567, "thousandths": 1_234_567_000, "status": "published", "low": 1_234_565, "high": 1_234_569},
        {"status": "suppressed"},
        {"status": "missing"},
    ]
    rows = [{"code": place.code, "name": place.name, **row} for place, row in zip(places, said, strict=True)]
    return Families("identified, March 2013", table_of(rows), places, ("A note.",), is_own=True)


def own(**said: Any) -> Families:
    """A user's own count of one place."""
    (place,) = one("E06000050").places
    row = {"code": place.code, "name": place.name, "status": "published", **said}
    return Families("our families", table_of([row]), (place,), ("A note.",), ("Of intervals.",), is_own=True)


CAUTION = "of the 120,000 families of the programme: divided by, or times, counts of another definition they mean"


# --- tables


def test_counts_stand_with_their_interval_status_notes_and_sources() -> None:
    text = families_text(ten(), ten().counts(), title="Troubled families here", notes=["One more."])
    lines = text.split("\n")
    assert lines[0] == "Troubled families here"
    assert lines[1] == "Indicative numbers of December 2011 (programme of 2012)"
    assert fits(text)
    said = flat(text)
    assert "Salford 810 740 to 880 estimated E08000006" in said
    assert "Manchester 2,385 published E08000003" in said
    assert "nine times in ten" in said
    assert "One more." in said
    assert "mancunianmatters.co.uk" in said
    assert "Marks:" not in said


def test_what_must_be_known_of_intervals_stands_where_intervals_do() -> None:
    found = own(families=745, thousandths=745_000, low=743, high=747)
    costs = costs_of("E06000050")
    assert "A note. Of intervals." in flat(families_text(found, found.counts(), title="T"))
    assert "A note. Of intervals." in flat(one_place_text(found, costs, bodies_of("E06000050")))
    for table in (found.density(), costs):
        said = flat(families_text(found, table, title="T"))
        assert "A note." in said
        assert "Of intervals." not in said
    assert families_document(found, found.counts())["notes"] == ["A note.", "Of intervals."]


def test_costs_of_ones_own_families_are_said_to_be_of_others() -> None:
    found, costs = own(families=745, thousandths=745_000, low=743, high=747), costs_of("E06000050")
    (headline,) = published_counts("target_headline", level="nation")["value"]
    assert f"{headline:,}" in CAUTION
    for text in (families_text(found, costs, title="T"), one_place_text(found, costs, bodies_of("E06000050"))):
        assert fits(text)
        assert CAUTION in flat(text)
        assert text.index("Caution:") < text.index("Notes:")
    assert any(CAUTION in note for note in families_document(found, costs)["notes"])  # type: ignore[attr-defined]
    for text in (families_text(found, found.counts(), title="T"), families_text(one("E06000050"), costs, title="T")):
        assert "Caution:" not in text
    assert families_document(found, found.counts())["notes"] == ["A note.", "Of intervals."]


@pytest.mark.parametrize("form", ["counts", "density"])
def test_a_name_that_is_the_code_stands_once(form: str) -> None:
    (place,) = one("E06000050").places
    row = {"code": "A1", "name": "A1", "status": "published", "families": 40, "thousandths": 40_000}
    found = Families("numbers", table_of([row]), (place,))
    assert families_text(found, getattr(found, form)(), title="T").count("A1") == 1


def test_density_has_two_decimals() -> None:
    text = families_text(ten(), ten().density(), title="T")
    assert fits(text)
    row = ten().density().set_index("code").loc["E08000006"]
    assert f"{row['per_1000_households']:.2f} {row['per_km2']:.2f} estimated" in flat(text)


def test_costs_name_their_layer_and_say_that_layers_are_not_compared() -> None:
    text = families_text(one("E06000050"), costs_of("E06000050"), title="T")
    assert fits(text)
    said = flat(text)
    assert "found locally" in said
    assert "modelled from" in said
    assert "national mean" in said
    assert "76,190" in said
    assert "a difference between two of them is none between places" in said


@pytest.mark.parametrize("form", ["counts", "density"])
def test_marks_are_explained_where_they_stand(form: str) -> None:
    text = families_text(protected(), getattr(protected(), form)(), title="T")
    assert fits(text)
    assert "[c] confidential" in text
    assert "[x] not told, or not known" in text
    assert text.index("[c]") < text.index("Marks:") < text.index("A note.")


def test_only_marks_that_stand_there_are_explained() -> None:
    assert marks_in(pd.DataFrame({"families": ["[c]", 12]}))[0].startswith("[c] confidential")
    assert len(marks_in(pd.DataFrame({"families": ["[c]", 12]}))) == 1
    assert marks_in(pd.DataFrame({"families": [1, 12]})) == []


def test_large_numbers_are_grouped_and_aligned() -> None:
    text = families_text(protected(), protected().counts(), title="T")
    assert "1,234,567  1,234,565 to 1,234,569  published" in text


def test_many_sources_are_counted_rather_than_listed() -> None:
    found = families_of(level="upper_tier")
    text = families_text(found, found.counts(), title="T")
    assert fits(text)
    assert "more, beside each number in --format csv" in flat(text)


def test_a_name_is_obeyed_by_no_terminal() -> None:
    found = protected()
    found.table["name"] = ["\x1b[31mred\x07", "b", "c"]
    text = families_text(found, found.counts(), title="T")
    assert "\x1b" not in text
    assert "\x07" not in text


# --- one place


def test_all_of_one_place_is_set_out() -> None:
    text = one_place_text(one("E06000050"), costs_of("E06000050"), bodies_of("E06000050"))
    assert fits(text)
    said = flat(text)
    assert said.startswith("Troubled families in Cheshire West and Chester Upper-tier authority, E06000050")
    assert "Families 525 published" in said
    assert "£76,190 against £7,795 for the average family, 9.8 times as much" in said
    assert "is no finding about the place" in said
    total = len(bodies_of("E06000050"))
    assert f"Of the {total:,} bodies in the pot" in said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"families": 745, "low": 743, "high": 747}, "Families 745 counted, rounded: stands for 743 to 747 "),
        ({"families": 745, "low": 745, "high": 745}, "Families 745 counted Families per"),
        ({"families": 745}, "Families 745 counted Families per"),
        ({"status": "suppressed"}, "Families [c] suppressed Families per"),
        ({"families": 50, "status": "estimated", "low": 40, "high": 60}, "Families 50 estimated, 40 to 60 "),
    ],
)
def test_a_count_of_ones_own_is_counted_and_not_published(said: dict[str, Any], expected: str) -> None:
    text = one_place_text(own(**said), costs_of("E06000050"), bodies_of("E06000050"))
    assert fits(text)
    assert expected in flat(text)


def test_where_all_bodies_stand_is_said_where_some_are_left_out() -> None:
    bodies, more = bodies_of("E06000050"), "all with --measure cost --by-body"
    assert len(bodies) > 8
    assert more in flat(one_place_text(one("E06000050"), costs_of("E06000050"), bodies))
    assert more not in flat(one_place_text(one("E06000050"), costs_of("E06000050"), bodies.head(8)))
    assert more in flat(one_place_text(one("E06000050"), costs_of("E06000050"), bodies.head(9)))


def test_of_a_small_area_no_number_under_ten_is_told() -> None:
    found = one(SALFORD_AREA)
    text = one_place_text(found, costs_of(SALFORD_AREA), bodies_of(SALFORD_AREA))
    assert fits(text)
    said = flat(text)
    assert "Families fewer than 10 estimated, 0 to " in said
    assert "modelled, never counted" in said
    assert "no cost of a family" in said
    assert f" {found.table['thousandths'][0] / 1000:.3f}" not in said


# --- bodies


def test_bodies_are_told_with_their_part_and_why_some_have_none() -> None:
    bodies = bodies_of("E08000006")
    text = bodies_text(one("E08000006"), bodies)
    assert fits(text)
    said = flat(text)
    first = bodies.iloc[0]
    pounds, pence = divmod(int(first["families_pence"]), 100)
    assert f"{first['body']} {pounds:,}.{pence:02} " in said
    assert bodies["percent_of_pot"].isna().any()
    assert "No part is told where a body has more income than spending" in said
    whole = bodies[bodies["percent_of_pot"].notna()]
    assert "No part is told" not in flat(bodies_text(one("E08000006"), whole))


# --- documents


def test_the_document_holds_null_and_says_why() -> None:
    document = families_document(protected(), protected().counts())
    told = json.loads(to_json(document))
    assert [row["families"] for row in told["places"]] == [1234567, None, None]
    assert [row.get("told") for row in told["places"]] == [None, {"families": "[c]"}, {"families": "[x]"}]
    assert told["what"] == "identified, March 2013"
    assert told["notes"] == ["A note."]
    assert "thousandths" not in to_json(document)


def test_the_document_of_a_small_area_tells_no_number_under_ten() -> None:
    found = one(SALFORD_AREA)
    (row,) = json.loads(to_json(families_document(found, found.counts())))["places"]
    assert row["families"] is None
    assert row["told"] == {"families": "fewer than 10"}
    assert (row["low"], row["status"]) == (0, "estimated")
