"""Tables fit 80 columns, show every amount whole, and print what stands in the data as text and nothing else."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from functools import cache
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from placespend.cuts import CUTS
from placespend.dictionary import data_dictionary
from placespend.gazetteer import list_places
from placespend.money import format_gbp
from placespend.place_text import places_text
from placespend.pot import Pot, single_pot
from placespend.pots_by_level import pots
from placespend.schema import GRADES
from placespend.shipped import NOTICE
from placespend.tables import dictionary_text, explanation_text, pot_text, pots_text, services_text

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 80
CUT_PAIRS = [(first,) for first in CUTS] + list(permutations(CUTS, 2))
LEVELS = ["england", "region", "combined_authority", "tri_borough", "upper_tier", "lad", "whole_place_pilot",
          "police_force", "service_area", "icb_sub_area", "upper_tier_2025", "lad_2025"]  # fmt: skip
HOSTILE = {
    "markup": "[red]Leeds[/red] [bold]",
    "broken markup": "[/] [/nothing] \\[",
    "link": "[link=http://x]y[/link] :smile:",
    "colour": "\x1b[31mLeeds\x1b[0m",
    "title": "\x1b]0;owned\x07Leeds",
    "clear screen": "\x1b[2J\x1b[HLeeds",
    "C1 control": "\x9b31mLeeds\x85",
    "bell and backspace": "Leeds\x07\x08\x08\x7f",
    "line breaks": "Leeds\nYork\r\nHull\rBath\x0bEly\x0cRye\u2028Ware",
    "tab": "Leeds\tYork",
    "formula": "=cmd|' /C calc'!A0",
    "long": "x" * 500,
    "long words": "Department for " * 40,
    "emoji": "🏙👨\u200d👩\u200d👧\u200d👦 Leeds 🇬🇧" * 8,
    "wide": "曼彻斯特市议会" * 20,
    "combining": "L" + "\u0301" * 50 + "eeds",
    "right to left": "\u202eLeeds\u2066York",
    "format": "{0} %s {place} £1,000.00",
}
BIDI = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
HEADER = [
    "line_id", "source_id", "body", "sector", "service_code", "financial_year", "economic", "amount_gbp", "amount_kind",
    "status", "footprint_code", "description",
]  # fmt: skip


@cache
def england() -> Pot:
    return single_pot("England")


@cache
def cheshire() -> Pot:
    return single_pot("Cheshire West and Chester")


def build(rows: list[list[str]], place: str = "Leeds") -> Pot:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([HEADER, *rows])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lines.csv"
        path.write_text(buffer.getvalue(), encoding="utf-8", newline="")
        return single_pot(place, lines=path, unknown_footprints="unallocated")


@cache
def hostile(kind: str) -> Pot:
    """Build a pot with one text wherever a user may write a text."""
    text = HOSTILE[kind]
    return build(
        [
            ["1" + text, text, text, "LG", "3.1", "2011-12", "current", "12.34", "outturn", "have", "E08000035", text],
            ["2" + text, text, text, "LG", "3.2", "2011-12", "current", "", "outturn", "awaited", "E08000035", text],
            ["3" + text, text, text, "LG", "3.1", "2011-12", "current", "5", "budget", "have", text + "?", text],
            ["4" + text, text, text, "LG", "3.1", "2011-12", "capital", "7", "estimate", "refused", "E12000003", text],
        ]
    )


def lines_of(text: str) -> list[str]:
    assert text.endswith("\n")
    return text.removesuffix("\n").split("\n")


def too_wide(text: str) -> list[str]:
    return [line for line in lines_of(text) if cell_len(line) > WIDTH]


def controls(text: str) -> set[str]:
    return {sign for sign in text if (unicodedata.category(sign) == "Cc" and sign != "\n") or sign in BIDI}


def amounts(pence: pd.Series) -> set[str]:
    return {format_gbp(int(amount), sign="") for amount in pence.dropna()}


# --- pots


@pytest.mark.parametrize("columns", CUT_PAIRS, ids=",".join)
def test_every_cut_fits_and_shows_every_amount_whole(columns: tuple[str, ...]) -> None:
    for pot in (england(), cheshire()):
        text = pot_text(pot, *columns)
        assert too_wide(text) == []
        found = set(re.findall(r"(?<![\d,.])-?[\d,]+\.\d\d(?![\d%])", text))
        cut = pot.by(*columns)
        assert amounts(cut["amount_pence"]) | amounts(cut["per_head_pence"]) <= found


def meanings(text: str) -> dict[str, str]:
    """Read back what the table of grades says of each, where it is folded over several lines."""
    table = text.split("What it means", 1)[1].split("Reconciliation", 1)[0]
    found: dict[str, str] = {}
    letter = ""
    for line in table.split("\n")[2:]:
        letter = line[:1].strip() or letter
        words = re.sub(r"  +-?[\d,]+\.\d\d +-?[\d.]+ %$", "", line[1:]).strip()
        if words:
            found[letter] = f"{found.get(letter, '')} {words}".strip()
    return found


def test_a_pot_says_what_a_reader_must_know() -> None:
    text = pot_text(england(), "service")
    head = lines_of(text)[:3]
    assert head == [
        "The single pot of England, 2011-12",
        "Country, E92000001; 53,012,456 residents (census 2011)",
        "£444,851,287,866.00, £8,391.45 per head",
    ]
    for wanted in ("Amount (£)", "Per head (£)", "Grade", "Total"):
        assert wanted in text
    assert meanings(text) == GRADES
    assert "Social protection, education and health: 82.4 % of the pot." in " ".join(text.split())
    assert "70-80 %" in text
    assert "narrower scope" in " ".join(text.split())
    assert "HM Treasury, Country and Regional Analysis" in text
    assert NOTICE in " ".join(text.split())


def test_the_reconciliation_stands_in_every_pot_to_the_penny() -> None:
    rows = {line.rsplit("  ", 1)[0].strip(): line.rsplit(" ", 1)[1] for line in lines_of(pot_text(cheshire(), "body"))
            if "  " in line.strip()}  # fmt: skip
    found = cheshire().reconcile()
    assert rows["All lines loaded"] == "444,851,287,866.00"
    assert rows["In Cheshire West and Chester"] == format_gbp(found.placed_pence, sign="")
    assert rows["Elsewhere"] == format_gbp(found.elsewhere_pence, sign="")
    assert rows["Unallocated: place not known, or nothing to share by"] == "0.00"
    assert rows["Difference"] == "0.00"


@pytest.mark.parametrize("columns", [("service",), ("body", "grade")])
def test_amounts_are_right_aligned_to_the_penny(columns: tuple[str, ...]) -> None:
    lines = lines_of(pot_text(england(), *columns))
    top = next(number for number, line in enumerate(lines) if "Amount (£)" in line)
    bottom = next(number for number, line in enumerate(lines) if line.startswith("Total"))
    edge = lines[top].index("Amount (£)") + len("Amount (£)")
    ends = [match.end() for line in lines[top + 2 : bottom + 1] if (match := re.search(r"[\d,]+\.\d\d(?= )", line))]
    assert len(ends) == len(england().by(*columns)) + 1
    assert set(ends) == {edge}


@pytest.mark.parametrize("columns", [("service",), ("body",), ("sector", "economic")])
def test_the_part_that_bodies_recorded_stands_beside_each_amount(columns: tuple[str, ...]) -> None:
    pot = cheshire()
    lines = lines_of(pot_text(pot, *columns))
    top = next(number for number, line in enumerate(lines) if "Amount (£)" in line)
    bottom = next(number for number, line in enumerate(lines) if line.startswith("Total"))
    assert re.search(r"Per head \(£\) +Recorded +Grade$", lines[top])
    shown = [match[1] for line in lines[top + 2 : bottom]
             if (match := re.search(r"\.\d\d +-?[\d,]+\.\d\d +(?:(\d+\.\d %) +)?[A-E](?: [A-E])*$", line))]  # fmt: skip
    cut = pot.by(*columns)
    observed, amounts_of = cut["observed_pence"].tolist(), cut["amount_pence"].tolist()
    assert shown == [
        f"{100 * recorded / amount:.1f} %" if recorded else None
        for recorded, amount in zip(observed, amounts_of, strict=True)
    ]
    assert any(shown)
    assert f"{100 * pot.grades['A'] / pot.total_pence:.1f} %" in lines[bottom]


def test_where_nothing_was_recorded_or_the_cut_shows_it_no_part_is_told() -> None:
    for text in (
        pot_text(single_pot("Leeds"), "body"),
        pot_text(cheshire(), "grade"),
        pot_text(cheshire(), "body", "grade"),
    ):
        # The word may open a note, and heads no column.
        assert not [line for line in text.splitlines() if "Amount (£)" in line and "Recorded" in line]


def test_every_pot_says_what_it_was_made_with() -> None:
    found = pots("region")
    for text, loaded in ((pot_text(england(), "grade"), england().loaded), (pots_text(found), found.loaded)):
        made = " ".join(text.split("Made with:")[1].split())
        digests = {name: digest[:16] for name, digest in loaded.inputs}
        outturn = "revenue_outturn_2011-12_pilots.csv"
        assert made == (
            "Recipe: England 2011-12: the Treasury's regional analysis, with the pilots' own outturn within it "
            f"In scope: payments to people in; capital in {loaded.stamp}; all digests stand in --format json "
            f"Read: cra_2011-12.csv {digests['cra_2011-12.csv']}; {outturn} {digests[outturn]}"
        )


def test_money_that_is_in_no_pot_is_told_with_the_reason() -> None:
    text = " ".join(pot_text(cheshire(), "service").split())
    assert (
        "In no pot: £13,369,000.00 recorded by Cheshire West and Chester UA, because not all who provide it there are "
        "loaded (missing: the fire authority, the police authority). Central and other services £13,369,000.00. What "
        "is modelled stands in its place."
    ) in text


def test_only_a_pot_by_service_tells_the_share_of_the_large_services() -> None:
    assert "Social protection, education and health:" not in pot_text(england(), "body")
    assert "Social protection, education and health:" not in pot_text(england(), "service", "body")


def test_years_of_measures_and_of_boundaries_are_told_beside_the_figures() -> None:
    assert "Money of 2011-12 is shared by measures of 2011, 2017 and 2019." in pot_text(cheshire(), "grade")
    today = " ".join(pot_text(single_pot("North Northamptonshire"), "grade").split())
    assert "Money of 2011-12 is shown on boundaries of 2025" in today
    assert "Money of 2011-12 is shared" not in pot_text(england(), "grade")


def test_an_awaited_line_is_a_row_and_no_zero() -> None:
    pot = hostile("tab")
    rows = [line for line in lines_of(pot_text(pot, "service")) if line.startswith("3.2 Fire")]
    assert len(rows) == 1
    assert "awaited" in rows[0]
    assert "0.00" not in rows[0]
    assert "Awaited, and in no total:" in pot_text(pot, "service")


def test_a_service_of_which_some_lines_are_awaited_says_so() -> None:
    rest = ["2011-12", "current"]
    pot = build(
        [
            ["1", "s", "Leeds", "LG", "3.1", *rest, "12.34", "outturn", "have", "E08000035", ""],
            ["2", "s", "York", "LG", "3.1", *rest, "", "outturn", "awaited", "E08000035", ""],
        ]
    )
    row = next(line for line in lines_of(pot_text(pot, "service")) if line.startswith("3.1 Police"))
    assert "(1 more awaited)" in row
    assert "12.34" in row


def test_a_pot_of_nothing_is_shown() -> None:
    pot = build(
        [["1", "s", "York", "LG", "3.1", "2011-12", "current", "5", "outturn", "have", "E06000014", ""]], place="Leeds"
    )
    text = pot_text(pot, "service")
    assert pot.total_pence == 0
    told = "No amount is known here: all that serves this place is awaited or left out, or nothing does."
    assert told in " ".join(text.split())
    assert too_wide(text) == []


def test_very_large_and_negative_amounts_are_shown_whole() -> None:
    rest = ["2011-12", "current"]
    most = "999999999999.99"
    pot = build(
        [
            *([str(number), "s", "A body with a long name of its own " * 3, "LG", "3.1", *rest, most, "outturn",
               "have", "E01000001", ""] for number in range(90)),
            ["x", "s", "Refunds", "LG", "3.2", *rest, f"-{most}", "outturn", "have", "E01000001", ""],
        ],
        place="E01000001",
    )  # fmt: skip
    assert pot.total_pence == 89 * 99_999_999_999_999
    for columns in (("service",), ("body", "service"), ("service", "basis")):
        text = pot_text(pot, *columns)
        assert too_wide(text) == []
        for wanted in ("88,999,999,999,999.11", "89,999,999,999,999.10", "-999,999,999,999.99"):
            assert wanted in text


@pytest.mark.parametrize("columns", [("service",), ("body",), ("body", "service")])
@pytest.mark.parametrize("kind", HOSTILE)
def test_no_text_of_the_data_reaches_the_terminal_as_a_command(kind: str, columns: tuple[str, ...]) -> None:
    text = pot_text(hostile(kind), *columns)
    assert controls(text) == set()
    assert too_wide(text) == []
    for wanted in ("12.34", "Awaited, and in no total:", "Unallocated:", "Difference"):
        assert wanted in text


@pytest.mark.parametrize("kind", ["markup", "broken markup", "link", "formula", "format"])
def test_signs_that_mean_something_elsewhere_are_printed_as_they_stand(kind: str) -> None:
    # The table folds long names, so the text is looked for in the list of what is awaited.
    told = " ".join(pot_text(hostile(kind), "body").split("Awaited, and in no total:")[1].split())
    assert " ".join(HOSTILE[kind].split()) in told


def test_a_long_name_is_folded_not_cut() -> None:
    table = pot_text(hostile("long"), "body").split("Reconciliation")[0]
    assert table.count("x") >= 500


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_explanation_prints_hostile_text_as_text(kind: str) -> None:
    pot = hostile(kind)
    text = explanation_text(pot, "3.1")
    assert controls(text) == set()
    assert too_wide(text) == []
    assert "12.34" in text


def test_an_explanation_of_an_awaited_service_says_that_there_is_no_amount() -> None:
    text = explanation_text(hostile("tab"), "3.2")
    assert "3.2 Fire-protection services in Leeds: no amount yet" in text
    assert too_wide(text) == []
    assert "0.00" not in text


# --- places and pots of a level


@pytest.mark.parametrize("level", LEVELS)
def test_the_pots_of_every_level_fit_and_show_every_amount(level: str) -> None:
    found = pots(level, as_at="2025-06-30")
    text = pots_text(found)
    assert too_wide(text) == []
    shown = set(re.findall(r"[\d,]+\.\d\d", text))
    assert amounts(found.table["total_pence"]) | amounts(found.table["per_head_pence"]) <= shown
    for wanted in ("Pot (£)", "Per head (£)", "Residents", "Difference"):
        assert wanted in text
    assert NOTICE in " ".join(text.split())


@pytest.mark.parametrize("level", [None, *LEVELS])
def test_the_places_of_every_level_fit_with_their_whole_code_and_level(level: str | None) -> None:
    found = list_places(level=level)
    text = places_text(found)
    assert too_wide(text) == []
    assert set(found["code"]) | set(found["level"]) <= set(text.split())
    count = f"{len(found):,} place{'' if len(found) == 1 else 's'}"
    assert f"\n{count}; residents of the census of 2011." in text


def test_the_pot_of_the_place_with_the_longest_name_fits() -> None:
    found = list_places()
    longest = max(found.to_dict(orient="records"), key=lambda row: len(row["name"]))
    pot = single_pot(longest["code"], level=longest["level"])
    for columns in (("service",), ("body", "grade")):
        assert too_wide(pot_text(pot, *columns)) == []


def test_an_explanation_fits_and_tells_share_assumption_and_source() -> None:
    text = explanation_text(cheshire(), "social")
    assert too_wide(text) == []
    flat = " ".join(text.split())
    for wanted in (
        "Assumption, ",
        "Measures: ",
        "Shared by ",
        "Share",
        "HM Treasury",
        "measures of 2017",
        "North West",
    ):
        assert wanted in flat


def test_an_explanation_says_what_was_done_to_an_amount_and_names_a_footprint_of_several_places() -> None:
    text = explanation_text(single_pot("North West"), "9.1-primary")
    assert too_wide(text) == []
    flat = " ".join(text.split())
    for wanted in (
        "LG current outturn (the body's own record, split over services as the official allocation is),",
        "LG current outturn (what is left of an official allocation when recorded amounts are taken out of it),",
    ):
        assert wanted in flat
    # The table folds long names.
    for word in ("less Cheshire West and", "Bolton, Bury,"):
        assert word in flat
    assert "Revenue Outturn Summary 2011-12" in flat


def test_the_columns_and_services_of_a_lines_file_fit() -> None:
    columns = dictionary_text(data_dictionary("lines"))
    assert too_wide(columns) == []
    assert set(data_dictionary("lines")["column"]) <= set(columns.split())
    services = services_text()
    assert too_wide(services) == []
    assert {"10.2-pensions", "7.A", "4.5-local-roads"} <= set(services.split())
