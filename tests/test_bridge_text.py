"""Bridges for a reader: legible in 80 columns, every figure there, and nothing that a terminal would obey."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from everyday import lines as table_of
from rich.cells import cell_len

from placespend.bridge import DETAIL_COLUMNS, STEP_COLUMNS, Bridge, bridge_pots
from placespend.bridge_text import MOST_DETAILS, bridges_text
from placespend.exports.documents import bridge_document
from placespend.exports.stamps import stamp
from placespend.exports.text import to_csv, to_json
from placespend.gazetteer import find_place
from placespend.loaded import Loaded, load
from placespend.money import format_gbp
from placespend.published import bridges_wanted, published_totals
from placespend.recipe import Recipe, Scope, Source, shipped_recipe

ESCAPE = "\x1b]0;owned\x07"


@cache
def shipped() -> Loaded:
    return load(shipped_recipe())


def fits(text: str) -> bool:
    return all(cell_len(line) <= 80 and line == line.rstrip() for line in text.split("\n"))


def flat(text: str) -> str:
    return " ".join(text.split())


def amounts(text: str) -> list[str]:
    """Give the last word of every line, where amounts stand."""
    return [line.split()[-1] for line in text.splitlines() if line.split()]


def pounds(pence: int) -> str:
    return format_gbp(pence, sign="")


@pytest.mark.parametrize("place", ["Greater Manchester", "Worcestershire", "Cheshire West and Chester"])
def test_a_bridge_to_what_was_published_is_legible_and_complete(place: str) -> None:
    found = bridges_wanted(find_place(place), shipped())
    text = bridges_text(found, shipped())
    assert fits(text)
    for bridge in found:
        for pence in (bridge.start_pence, bridge.residual_pence, bridge.end_pence, *bridge.steps["amount_pence"]):
            assert pounds(pence) in amounts(text)
        assert all(flat(question) in flat(text) for question in bridge.questions)
        assert bridge.end.replace(" ", "") in "".join(text.split())
    assert flat(text).count("not explained ") == len(found)
    assert "Open questions, in no step:" in text
    assert shipped().stamp in flat(text)
    assert "Office for National Statistics" in flat(text)


def test_the_longest_address_is_wrapped_and_whole() -> None:
    longest = max(published_totals()["source_url"].tolist(), key=len)
    assert len(longest) > 80
    text = bridges_text(bridges_wanted(find_place("E47000001"), shipped()), shipped())
    assert longest in "".join(text.split())
    assert fits(text)


def test_the_table_of_steps_sums_as_it_is_printed() -> None:
    (bridge,) = bridges_wanted(find_place("Worcestershire"), shipped(), to="worcestershire-interim")
    text = bridges_text([bridge], shipped())
    rows = text[text.index("start ") : text.index("\nend ")].splitlines()
    printed = [word for row in rows for word in row.split()[-1:] if word.replace(",", "").lstrip("-")[:1].isdigit()]
    assert sum(round(float(word.replace(",", "")) * 100) for word in printed) == bridge.end_pence
    # One step is set out by service, for it has several parts.
    assert "Of which, bodies left out: Home Office, Ministry of Justice:" in flat(text)
    details = text[text.index("Of which") : text.index("Open questions")]
    sums = bridge.details.groupby("service")["amount_pence"].sum()
    assert all(pounds(pence) in amounts(details) for pence in sums)


def test_a_step_with_many_parts_is_summed_over_regions_and_csv_has_them_all() -> None:
    england = find_place("England")
    no_people = load(replace(shipped_recipe(), scope=Scope(payments_to_people=False)), intakes=shipped().intakes)
    bridge = bridge_pots((england, shipped()), (england, no_people))
    assert len(bridge.details) > MOST_DETAILS
    text = bridges_text([bridge], shipped())
    assert fits(text)
    assert "North East" not in text
    for pence in bridge.details.groupby("service")["amount_pence"].sum():
        assert pounds(pence) in amounts(text)
    document = bridge_document(bridge, shipped())
    assert len(document["details"]) == len(bridge.details)  # type: ignore[arg-type]
    assert "North East" in to_json(document)


def test_a_step_with_few_parts_shows_their_regions() -> None:
    steps = pd.DataFrame([("source", "with source x", 12, 12)], columns=STEP_COLUMNS)
    parts = [("Police", "London", 5), ("Fire", "North East", 5), ("Fire", "several regions", 2), ("Roads", "East", 0)]
    details = pd.DataFrame([("source", "with source x", *part) for part in parts], columns=DETAIL_COLUMNS)
    text = bridges_text([Bridge("a", "b", 0, 12, steps, details)], shipped())
    assert ["Fire", "several", "0.02"] in [line.split() for line in text.splitlines()]
    assert ["Police", "London", "0.05"] in [line.split() for line in text.splitlines()]
    assert "Roads" not in text
    # A service may be called like the words for several regions.
    assert fits(text)


def test_a_step_of_one_part_is_not_set_out_once_more() -> None:
    steps = pd.DataFrame([("area", "x", 5, 5)], columns=STEP_COLUMNS)
    details = pd.DataFrame([("area", "x", "Police", "London", 5)], columns=DETAIL_COLUMNS)
    assert "Of which" not in bridges_text([Bridge("a", "b", 0, 5, steps, details)], shipped())


def test_no_bridge_has_anything_that_a_terminal_obeys_and_long_words_are_folded() -> None:
    what = f"with source {ESCAPE}{'x' * 200}"
    steps = pd.DataFrame([("source", what, 123_456_789_012_345, 123_456_789_012_345)], columns=STEP_COLUMNS)
    details = pd.DataFrame(
        [("source", what, f"Service {ESCAPE}{'y' * 100}", region, 123_456_789_012_345 * sign)
         for region, sign in (("North", 2), ("South", -1))], columns=DETAIL_COLUMNS,
    )  # fmt: skip
    bridge = Bridge(f"start{ESCAPE}", f"end {'z' * 300}", 0, 5, steps, details, (f"Question{ESCAPE} [bold]?",))
    text = bridges_text([bridge], shipped())
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold]" in text
    assert fits(text)
    assert "".join(text.split()).count("z") >= 300
    for pence in (123_456_789_012_345, bridge.residual_pence):
        assert pounds(pence) in amounts(text)


def test_csv_and_json_are_complete_and_csv_starts_no_formula() -> None:
    evil = Source("=1+1", table=table_of({"amount_pence": 700, "footprint_code": "E08000003"}))
    first = Source("+own", table=table_of({"amount_pence": 1_000_000, "footprint_code": "E08000003"}))
    here = find_place("E08000003")
    start, end = load(Recipe("=cmd()", (first,))), load(Recipe("@SUM(A1)", (evil,)))
    bridge = bridge_pots((here, start), (here, end))
    table = bridge.as_table().assign(start="=cmd()")
    text = to_csv(stamp(table, start))
    rows = text.splitlines()
    assert rows[0] == "start,end,step,what,amount_pence,total_pence,made_with"
    assert len(rows) == 1 + len(bridge.steps) + 2
    assert all(row.startswith("'=cmd()") for row in rows[1:])
    # Amounts below nothing stay numbers.
    assert ",-1000000,0," in text
    assert to_json(bridge_document(bridge, start)).count('"amount_pence"') == len(bridge.steps) + len(bridge.details)
