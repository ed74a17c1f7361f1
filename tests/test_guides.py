"""The topic guides: what their prose and their tables say is so; tests/test_docs.py runs their examples."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import placespend as ps
from placespend.geography import positions_of, small_areas
from placespend.money import largest_remainder
from placespend.place import FEW_RESIDENTS

ROOT = Path(__file__).parents[1]
GUIDES = ROOT / "docs" / "guides"
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in GUIDES.glob("*.md")}
NAMES = {
    "choosing_a_basis",
    "observed_or_modelled",
    "small_numbers_and_disclosure",
    "the_single_pot_and_double_counting",
    "what_a_neighbourhood_figure_is_not",
    "why_not_share_by_area",
}


def flat(name: str) -> str:
    return " ".join(TEXTS[name].split())


def table(name: str, heading: str) -> list[list[str]]:
    """Give the cells of a table's rows, without its heading, by a word of its heading."""
    lines = TEXTS[name].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|") and heading in line)
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("*") for cell in line.strip("|").split("|")])
    return rows


def number(text: str) -> int:
    return int(text.strip("£*").replace(",", ""))


def share_out(amount: int, weights: list[int]) -> list[int]:
    (parts,) = largest_remainder(np.array([amount]), np.array(weights)).tolist()
    return [int(part) for part in parts]


# --- form


def test_the_guides_are_those_that_were_meant() -> None:
    assert set(TEXTS) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_guide_can_be_read_in_one_sitting_and_its_links_lead_somewhere(name: str) -> None:
    text = TEXTS[name]
    assert 60 <= len(text.splitlines()) <= 150
    assert re.match(r"# [A-Z].+\n\n\w", text)
    assert "```python" in text, "a guide has an example that runs"
    links = re.findall(r"\]\(([^)]+)\)", text)
    for link in links:
        assert link.startswith("http") or (GUIDES / link).exists()


def test_what_is_cited_is_a_source_that_ships() -> None:
    known = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "spend_lines").glob("*.csv"))
    cited = {link for text in TEXTS.values() for link in re.findall(r"\]\((http[^)]+)\)", text)}
    assert cited
    assert all(link in known for link in cited)
    totals = ps.published_totals().set_index("source_url")["value"]
    assert "£7.3bn](https://localis.org.uk" in flat("the_single_pot_and_double_counting")
    assert {7_300_000_000, 7_500_000_000} <= {int(value) for value in totals[totals.index.isin(cited)]}


# --- why not share by area


def test_the_census_counted_in_the_city_what_the_table_says() -> None:
    *rows, together = table("why_not_share_by_area", "| small area | residents | hectares |")
    city = small_areas().iloc[positions_of("upper_tier", "E09000001")]
    assert [[code, number(residents), number(hectares)] for code, residents, hectares in rows] == city[
        ["lsoa_code", "residents", "hectares"]
    ].to_numpy().tolist()
    assert [number(cell) for cell in together[1:]] == city[["residents", "hectares"]].sum().tolist()


def test_how_many_times_as_much_is_said_rightly() -> None:
    text = flat("why_not_share_by_area")
    area = ps.find_place("E01032739")
    by = {measure: ps.build_shares("E09000001", measure) for measure in ("hectares", "residents")}
    times = {measure: found.of(area) for measure, found in by.items() if found is not None}
    assert round(float((times["hectares"] or 0) / (times["residents"] or 1))) == 4
    assert "Four times as much" in text
    cumbria = ps.find_place("Cumbria")
    shares = {name: ps.build_shares("E12000002", name) for name in ("hectares", "residents", "health_blend")}
    found = {name: share.of(cumbria) for name, share in shares.items() if share is not None}
    assert round(float((found["hectares"] or 0) / (found["health_blend"] or 1))) == 6
    assert "six times as much" in text
    assert round(float(1 / (found["residents"] or 1))) == 14
    assert "one in fourteen of its residents" in text


# --- the single pot and double counting


def test_the_three_books_add_up() -> None:
    *rows, together = table("the_single_pot_and_double_counting", "| body | in its books |")
    books = [[number(cell) if cell else 0 for cell in row[1:]] for row in rows]
    assert all(own - passed == final for own, passed, final in books)
    assert [sum(column) for column in zip(*books, strict=True)] == [number(cell) for cell in together[1:]]
    assert together[3] == "£130"


def test_observed_within_leaves_the_control_and_shares_the_rest() -> None:
    alone, within = table("the_single_pot_and_double_counting", "| use | first place |")
    assert [number(cell) for cell in alone[1:]] == [*share_out(1_000, [20, 30, 50]), 1_000]
    assert [number(cell) for cell in within[1:]] == [400, *share_out(600, [30, 50]), 1_000]


# --- choosing a basis


def test_the_two_towns_get_what_the_measures_give() -> None:
    rows = table("choosing_a_basis", "| residents | crimes recorded |")
    counts = [[number(cell) for cell in row[1:3]] for row in rows]
    parts = [[Fraction(count, sum(column)) for count in column] for column in zip(*counts, strict=True)]
    blend = [(residents + crimes) / 2 for residents, crimes in zip(*parts, strict=True)]
    for column, shares in zip((3, 4, 5), (*parts, blend), strict=True):
        assert [number(row[column]) for row in rows] == [9_000 * share for share in shares]
    assert blend[0] == Fraction(14, 30)
    assert "so 46⅔ %" in flat("choosing_a_basis")


# --- observed or modelled


def test_kinds_spread_the_authoritys_count() -> None:
    *rows, together = table("observed_or_modelled", "| small area | residents | rate, suburbs = 1 |")
    weights = [number(row[1]) * number(row[2]) for row in rows]
    assert [number(row[3]) for row in rows] == weights
    assert [number(row[4]) for row in rows] == share_out(300, weights)
    assert [number(row[5]) for row in rows] == share_out(300, [number(row[1]) for row in rows])
    assert [number(cell) for cell in together[3:]] == [sum(weights), 300, 300]


def test_the_error_of_the_model_is_the_one_that_was_measured() -> None:
    said = re.search(
        r"\| `income_deprived` \|.*\| (0\.\d+) \| (0\.\d+) \|$",
        (ROOT / "boundaries/README.md").read_text("utf-8"),
        re.M,
    )
    assert said
    model, plain = (f"{float(figure):.0%}".replace("%", " %") for figure in said.groups())
    assert f"off by {model} of all income-deprived people, and residents alone by {plain}" in flat(
        "observed_or_modelled"
    )


def test_manchesters_part_of_its_police_is_its_part_of_residents() -> None:
    manchester, whole = ps.find_place("Manchester").residents, ps.find_place("Greater Manchester").residents
    assert f"{manchester:,} / {whole:,} = {manchester / whole:.4f}" in flat("observed_or_modelled")


# --- small numbers


def shown_as(count: int) -> int:
    (found,) = ps.Rule().rounded(np.array([count], dtype=np.float64)).tolist()
    return int(found)


def test_the_hidden_count_could_be_worked_out_as_the_guide_says() -> None:
    text = flat("small_numbers_and_disclosure")
    known = {shown: [count for count in range(10, 60) if shown_as(count) == shown] for shown in (10, 15, 25)}
    counts = [
        int(row.split(",")[1]) for row in re.findall(r"^E\d{8},\d+$", TEXTS["small_numbers_and_disclosure"], re.M)
    ]
    assert counts == [12, 2, 13]
    assert [shown_as(count) for count in (12, 13, 27)] == [10, 15, 25]
    most = max(known[25]) - min(known[10]) - min(known[15])
    assert most == 4
    assert f"at most {max(known[25])} - {min(known[10]) + min(known[15])} = {most}" in text
    low, high = min(known[25]) - max(known[15]), max(known[25]) - min(known[15])
    assert f"{min(known[25])} - {max(known[15])} = {low} to {max(known[25])} - {min(known[15])} = {high}" in text


# --- neighbourhoods


def test_what_is_said_of_castle_vale_is_so() -> None:
    text = flat("what_a_neighbourhood_figure_is_not")
    pot = ps.single_pot("Castle Vale")
    services = pot.by("service").sort_values("amount_pence", ascending=False).head(6)
    assert f"six services make up {services['amount_pence'].sum() / pot.total_pence:.0%}".replace("%", " %") in text
    assert services["service_code"].tolist().count("7.A") == 1, "and the other five"
    to_people = {"10.1-benefits", "10.2-pensions", "10.4-benefits", "10.6", "10.7-benefits"}
    assert set(services["service_code"]) == to_people | {"7.A"}
    assert set(pot.cells["footprint_code"]) == {"E12000005"}, "all of it was known for the West Midlands"
    low, high = pot.range_pence
    assert f"£{low / 1e8:.0f}m to £{high / 1e8:.0f}m by other measures" in text
    assert f"between £{low / 1e8:.0f}m and £{high / 1e8:.0f}m" in text
    assert f"£{pot.total_pence / 1e8:.1f}m for Castle Vale" in text
    assert f"the {pot.residents:,} people of Castle Vale came to about £110m" in text
    assert f"Below {FEW_RESIDENTS:,} residents" in text
    assert len(ps.neighbourhood_pilots()) == 12
