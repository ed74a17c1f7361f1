"""What notebooks show of pots, shares and ledgers says what they are, to the penny, and nothing that it should not."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

import placespend as ps
from placespend.displays import KNOWN
from placespend.ledger import Ledger
from placespend.money import format_gbp
from placespend.schema import GRADES
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from pathlib import Path

    from placespend.pot import Pot

LINES = """\
line_id,source_id,body,sector,service_code,financial_year,economic,amount_gbp,amount_kind,status,footprint_code
1,example,Corporation,LG,8.2,2011-12,current,10.00,outturn,have,E09000001
2,example,City Police,LG,3.1,2011-12,current,0.20,budget,have,E09000001
3,example,<b>Agency</b>,CG,4.2-other,2011-12,current,5.00,estimate,have,E09000001
4,example,Agency,CG,5.4,2011-12,current,,outturn,awaited,E09000001
"""
NASTY = "<script>alert(1)</script> $x$ & \u202ereversed"


def cells(html: str) -> list[list[str]]:
    """The rows of a card's tables, as text."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.S)
    return [[unescape(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.S)] for row in rows]


@pytest.fixture(scope="module")
def rutland() -> Pot:
    return ps.single_pot("Rutland")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Pot:
    path: Path = tmp_path_factory.mktemp("lines") / "lines.csv"
    path.write_text(LINES, encoding="utf-8")
    return ps.single_pot("E09000001", lines=path)


def test_a_pot_says_what_it_is_and_what_it_comes_to(rutland: Pot) -> None:
    html = rutland._repr_html_()
    assert "The single pot of Rutland (upper-tier authority, E06000017)" in html
    for said in (format_gbp(rutland.total_pence), f"{rutland.residents:,} residents", NOTICE, rutland.loaded.stamp):
        assert said in html
    assert html.count("<li>") == len(KNOWN) + len(rutland.notes) + len(rutland.source_titles)


def test_divisions_sum_to_the_pot(rutland: Pot) -> None:
    rows = cells(rutland._repr_html_())
    start = next(number for number, row in enumerate(rows) if row[0] == "Division of services")
    *divisions, whole = [row[1].replace("£", "").replace(",", "").replace(".", "") for row in rows[start + 1 :]]
    assert sum(map(int, divisions)) == int(whole) == rutland.total_pence
    numbers = [int(row[0].split()[0]) for row in rows[start + 1 : -1]]
    assert numbers == sorted(numbers)


def test_how_a_pot_is_known_is_told_in_words(city: Pot) -> None:
    assert city.grades == {"A": 1_000, "B": 20, "C": 0, "D": 0, "E": 500}
    rows = {row[0]: row[1:] for row in cells(city._repr_html_())}
    assert rows["Recorded"] == ["£10.00", "65.8 %", "█" * 13]
    # 0.26 of a letter is still one: it is not nothing.
    assert rows["Published"] == ["£0.20", "1.3 %", "▓"]
    assert rows["Modelled"] == ["£0.00", "0.0 %", ""]
    assert rows["Assumed"] == ["£5.00", "32.9 %", "░" * 7]
    assert "".join(letters for letters, _, _ in KNOWN.values()) == "".join(GRADES)


def test_what_is_awaited_is_no_zero(city: Pot) -> None:
    html = city._repr_html_()
    assert ["5 Environment protection", "awaited", "", "", ""] in cells(html)
    assert "1 line is awaited, and in no amount." in html


def test_of_parts_below_zero_no_bar_is_drawn(city: Pot) -> None:
    odd = ps.Pot(city.place, city.loaded, city.ledger, as_at=None)
    odd.__dict__["grades"] = {"A": 200, "B": -100, "C": 0, "D": 0, "E": 0}
    rows = {row[0]: row[1:] for row in cells(odd._repr_html_())}
    assert rows["Recorded"] == ["£2.00", "200.0 %", ""]
    assert rows["Published"] == ["-£1.00", "-100.0 %", ""]


def test_a_part_that_is_small_is_not_told_as_nothing(rutland: Pot) -> None:
    defence = next(row for row in cells(rutland._repr_html_()) if row[0].startswith("2 "))
    assert rutland.by("service").query("service_code.str.startswith('2')")["amount_pence"].sum() > 0
    assert defence[2] == "under 0.1 %"


def test_a_neighbourhood_says_on_top_that_no_one_manages_it() -> None:
    html = ps.single_pot("Castle Vale")._repr_html_()
    assert html.index("Modelled, not managed, spending.") < html.index("<table")


def test_hostile_names_are_text(city: Pot) -> None:
    place = replace(city.place, name=NASTY, code="my-own", level="own", definition=NASTY)
    html = ps.single_pot(place, lines=city.loaded.lines.assign(service_code="8.2"))._repr_html_()
    pots = ps.pots([place], loaded=city.loaded)._repr_html_()
    for shown in (html, pots, ps.single_pot(place).sensitivity()._repr_html_()):
        assert "<script" not in shown
        assert "\u202e" not in shown
        assert "&lt;script&gt;alert(1)&lt;/script&gt; $x$ &amp; reversed" in shown


def test_pots_stand_with_what_is_elsewhere_and_add_up() -> None:
    found = ps.pots("region")
    html = found._repr_html_()
    for row in found.table.to_dict(orient="records"):
        assert [row["code"], row["name"], f"{row['residents']:,}", format_gbp(row["total_pence"])] in [
            shown[:4] for shown in cells(html)
        ]
    assert ["Not found again", "£0.00"] in cells(html)
    assert [row[1:] for row in cells(found.reconciliation._repr_html_())][2] == [
        format_gbp(found.reconciliation.placed_pence)
    ]


def test_shares_show_their_footprint_measure_and_first_small_areas() -> None:
    shares = ps.build_shares("E09000001", "residents")
    assert shares is not None
    html = shares._repr_html_()
    assert "Shares of City of London (E09000001) by residents" in html
    assert "Shared by residents, from codes and lookups. 6 small areas; weights sum to 7,375." in html
    # 1,465 of 7,375 residents.
    assert ["E01000001", "City of London 001A", "1,465", "19.864 %"] in cells(html)
    assert "The first 5 of 6 small areas." in html


def test_shares_of_nothing_say_so() -> None:
    found = ps.build_shares("E09000001", "residents")
    assert found is not None
    html = replace(found, weights=np.zeros(6, dtype=np.int64))._repr_html_()
    assert "6 small areas, 6 of them of no weight; there is nothing to share by" in html


def test_a_ledger_shows_that_what_went_in_came_out(city: Pot) -> None:
    html = city.ledger._repr_html_()
    rows = cells(html)
    assert ["In: all cells", "£15.20"] in rows
    assert ["City of London (E09000001)", "£15.20"] in rows
    assert ["In less out", "£0.00"] in rows
    assert "&lt;b&gt;Agency&lt;/b&gt;" in html


def test_a_ledger_made_by_hand_is_shown_too() -> None:
    made = pd.DataFrame({"amount_pence": np.array([100, -30])})
    entries = pd.DataFrame({"cell": [0, 0, 1], "place_code": ["north", "unallocated", "elsewhere"]})
    entries["amount_pence"] = np.array([60, 40, -30])
    reasons = pd.Series(["nothing to share by"], index=[0])
    html = Ledger(made, entries, reasons)._repr_html_()
    assert cells(html)[1:] == [
        ["In: all cells", "£0.70"],
        ["north", "£0.60"],
        ["Elsewhere", "-£0.30"],
        ["Unallocated", "£0.40"],
        ["Out: all entries", "£0.70"],
        ["In less out", "£0.00"],
        ["Cell", "Amount", "Entries"],
        ["0", "£1.00", "2"],
        ["1", "-£0.30", "1"],
    ]
    assert "Ledger: 2 cells, 3 entries" in html
    assert "<li>nothing to share by: 1 cell</li>" in html


def test_a_range_and_a_bridge_show_their_figures(rutland: Pot) -> None:
    found = rutland.sensitivity()
    rows = cells(found._repr_html_())
    for word, pence in (("Low", found.low_pence), ("The pot", rutland.total_pence), ("High", found.high_pence)):
        assert [word, format_gbp(pence)] in [row[:2] for row in rows]
    bridge = ps.single_pot("Cumbria").bridge(published="cumbria-total-place")
    shown = bridge._repr_html_()
    assert [row[2] for row in cells(shown)[1:]] == [
        format_gbp(pence) for pence in bridge.as_table()["amount_pence"].tolist()
    ]
    assert shown.count("<li>") == len(bridge.questions) > 0


def test_suppressed_counts_of_families_are_not_shown() -> None:
    # Families show themselves; nothing of them is in a pot's card.
    table = ps.families_of("Sheffield")
    hidden = replace(table, table=table.table.assign(families=pd.array([pd.NA], dtype="Int64"), status="suppressed"))
    assert "[c]" in hidden._repr_html_()
    assert "1,680" not in hidden._repr_html_()
