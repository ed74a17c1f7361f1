"""What goes out of a pot says everything that a machine needs, and what it was made with."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from typing import TYPE_CHECKING

import pytest

from placespend.exports.documents import pot_document, pots_document
from placespend.exports.stamps import stamp
from placespend.exports.text import to_csv, to_json
from placespend.pot import Pot, single_pot
from placespend.pots_by_level import pots
from placespend.recipe import shipped_recipe

if TYPE_CHECKING:
    from pathlib import Path

ENGLAND_PENCE = 44_485_128_786_600
OBSERVED_PENCE = 1_120_668_000_000

LINES = """\
line_id,source_id,body,sector,service_code,financial_year,economic,amount_gbp,amount_kind,status,footprint_code,description
1,ledger,=cmd(),LG,3.1,2011-12,current,100.01,outturn,have,E08000035,
2,ledger,Leeds,LG,3.1,2011-12,current,-30.00,budget,have,E08000035,
3,ledger,Leeds,LG,3.2,2011-12,current,,outturn,awaited,E08000035,Asked for in May
4,ledger,Leeds,CG,7.A,2011-12,current,5.00,outturn,have,NOWHERE,
5,ledger,York,LG,3.1,2011-12,current,7.00,outturn,have,E06000014,
"""


@cache
def england() -> Pot:
    return single_pot("England")


@pytest.fixture
def leeds(tmp_path: Path) -> Pot:
    path = tmp_path / "lines.csv"
    path.write_text(LINES, encoding="utf-8")
    return single_pot("Leeds", lines=path, unknown_footprints="unallocated")


def reread(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


# --- formulas


def test_the_document_of_a_pot_has_the_promised_shape() -> None:
    document = json.loads(to_json(pot_document(england(), "body")))
    promised = [
        "place", "financial_year", "residents", "total_pence", "per_head_pence", "by", "rows", "grades",
        "reconciliation", "awaited",
    ]  # fmt: skip
    assert [key for key in document if key in promised] == promised
    assert [key for key in document if key not in promised] == [
        *(
            "what",
            "low_pence",
            "high_pence",
            "observed_pence",
            "comparison",
            "authority",
            "unallocated",
            "memo",
            "scope",
            "accounts",
            "notes",
            "sources",
            "made_with",
        )
    ]
    assert document["place"] == {
        "code": "E92000001", "name": "England", "level": "england", "vintage": "2011",
        "definition": "", "small_areas_whole": 32_844, "small_areas_cut": 0,
    }  # fmt: skip
    assert (document["what"], document["comparison"], document["authority"]) == ("", None, None)
    assert document["observed_pence"] == OBSERVED_PENCE
    assert document["financial_year"] == "2011-12"
    assert document["residents"] == 53_012_456
    assert document["total_pence"] == ENGLAND_PENCE
    assert document["per_head_pence"] == round(ENGLAND_PENCE / 53_012_456)
    assert document["by"] == "body"
    assert list(document["grades"]) == ["A", "B", "C", "D", "E"]
    assert document["grades"] == {"A": OBSERVED_PENCE, "B": ENGLAND_PENCE - OBSERVED_PENCE, "C": 0, "D": 0, "E": 0}
    assert document["reconciliation"] == {
        "in_pence": ENGLAND_PENCE,
        "placed_pence": ENGLAND_PENCE,
        "elsewhere_pence": 0,
        "unallocated_pence": 0,
        "difference_pence": 0,
    }
    assert document["awaited"] == []
    rows = document["rows"]
    assert {tuple(row) for row in rows} == {
        ("body", "amount_pence", "per_head_pence", "observed_pence", "grades", "awaited_lines")
    }
    assert sum(row["amount_pence"] for row in rows) == ENGLAND_PENCE
    assert sum(row["observed_pence"] for row in rows) == OBSERVED_PENCE


def test_the_document_of_a_pot_says_what_is_in_no_pot_and_what_became_of_every_line() -> None:
    document = json.loads(to_json(pot_document(england(), "body")))
    memo = document["memo"]
    assert {tuple(row) for row in memo} == {
        ("source", "body", "service_code", "footprint_code", "amount_pence", "reason")
    }
    assert (len(memo), sum(row["amount_pence"] for row in memo)) == (18, 18_846_700_000)
    assert all(row["reason"] for row in memo)
    assert document["scope"] == "payments to people in; capital in"
    assert [list(row.values()) for row in document["accounts"]] == [
        ["cra", "read", 2_813, ENGLAND_PENCE],
        ["cra", "gave way to recorded amounts, or was scaled to them", 0, OBSERVED_PENCE],
        ["cra", "in the pot", 2_813, ENGLAND_PENCE - OBSERVED_PENCE],
        ["outturn", "read", 333, OBSERVED_PENCE + 18_846_700_000],
        ["outturn", "memo: in no pot", 18, 18_846_700_000],
        ["outturn", "in the pot", 799, OBSERVED_PENCE],
    ]
    assert {tuple(row) for row in document["accounts"]} == {("source", "outcome", "lines", "amount_pence")}


def test_a_document_says_what_makes_it_again() -> None:
    found = pots("region")
    for document in (pot_document(england(), "body"), pots_document(found)):
        made = json.loads(to_json(document))["made_with"]
        assert list(made) == ["placespend", "recipe_sha256", "financial_year", "recipe", "inputs"]
        assert made == england().loaded.made_with == found.loaded.made_with
        assert made["recipe_sha256"] == shipped_recipe().sha256
        assert [source["id"] for source in made["recipe"]["source"]] == ["cra", "outturn"]
        assert all(len(found["sha256"]) == 64 for found in made["inputs"])


def test_every_row_of_a_csv_says_what_it_was_made_with() -> None:
    loaded = england().loaded
    for table in (england().by("body"), pots("region").table, england().explain("3.1")):
        stamped = stamp(table, loaded)
        header, *rows = reread(to_csv(stamped))
        assert header == [*table.columns, "made_with"]
        assert len(rows) == len(table)
        assert {row[-1] for row in rows} == {loaded.stamp}
        assert "made_with" not in table


@pytest.mark.parametrize("column", ["body", "sector", "service", "economic", "basis", "grade"])
def test_every_cut_is_named_in_its_rows_and_sums_to_the_pot(column: str) -> None:
    document = json.loads(to_json(pot_document(england(), column)))
    assert document["by"] == column
    assert all(isinstance(row[column], str) for row in document["rows"])
    assert sum(row["amount_pence"] for row in document["rows"]) == ENGLAND_PENCE


def test_two_cuts_at_once_are_named_both() -> None:
    document = json.loads(to_json(pot_document(england(), "sector", "economic")))
    assert document["by"] == ["sector", "economic"]
    pairs = [(row["sector"], row["economic"]) for row in document["rows"]]
    assert len(pairs) == len(set(pairs)) == 5  # public corporations have no current spending
    assert sum(row["amount_pence"] for row in document["rows"]) == ENGLAND_PENCE


def test_awaited_and_unallocated_money_is_in_the_document(leeds: Pot) -> None:
    document = json.loads(to_json(pot_document(leeds, "service")))
    assert document["total_pence"] == 7_001
    assert [line["line_id"] for line in document["awaited"]] == ["3"]
    assert document["awaited"][0]["description"] == "Asked for in May"
    assert {row["service_code"]: row["amount_pence"] for row in document["rows"]} == {"3.1": 7_001, "3.2": None}
    assert document["reconciliation"] == {
        "in_pence": 8_201,
        "placed_pence": 7_001,
        "elsewhere_pence": 700,
        "unallocated_pence": 500,
        "difference_pence": 0,
    }
    assert [(cell["footprint_code"], cell["amount_pence"]) for cell in document["unallocated"]] == [("NOWHERE", 500)]
    assert document["unallocated"][0]["reason"]


def test_a_body_named_like_a_formula_is_guarded_in_csv_and_plain_in_json(leeds: Pot) -> None:
    by_body = leeds.by("body")
    header, *rows = reread(to_csv(by_body))
    assert header[0] == "body"
    assert {row[0]: row[header.index("amount_pence")] for row in rows} == {"'=cmd()": "10001", "Leeds": "-3000"}
    document = json.loads(to_json(pot_document(leeds, "body")))
    assert {row["body"]: row["amount_pence"] for row in document["rows"]} == {"=cmd()": 10_001, "Leeds": -3_000}


def test_the_document_of_a_level_holds_every_place() -> None:
    document = json.loads(to_json(pots_document(pots("region"))))
    assert document["level"] == "region"
    assert document["financial_year"] == "2011-12"
    assert [row["code"] for row in document["rows"]] == [f"E1200000{number}" for number in range(1, 10)]
    assert sum(row["total_pence"] for row in document["rows"]) == ENGLAND_PENCE
    assert document["reconciliation"]["difference_pence"] == 0
    assert list(document) == [
        *("level", "what", "financial_year", "rows", "reconciliation", "notes", "sources", "scope", "made_with")
    ]
    assert document["scope"] == "payments to people in; capital in"
    assert set(document["rows"][0]) == {"code", "name", "residents", "total_pence", "per_head_pence"}


# --- files
