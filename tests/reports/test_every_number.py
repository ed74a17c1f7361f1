"""Every amount on the page of a report is one that other commands give of the place, or a sum or difference of such."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import combinations
from typing import TYPE_CHECKING, Any

from running import succeed

from placespend.families.modelled_costs import national_costs
from placespend.levels import COMBINED_AUTHORITIES_CHECKED_TO
from placespend.money import per_head_pence
from placespend.pot import single_pot
from placespend.reports.building import report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from running import Run

PLACE = "Greater Manchester"
WHOLE = re.compile(r"(?<![\d.,])\d[\d,]*\.\d\d(?![\d.])(?! (?:%|billion|million))")
"""An amount to the penny, not one rounded in words."""

IN_WORDS = re.compile(r"£(\d[\d,]*\.\d+) (billion|million)")
UNITS = {"billion": 10**11, "million": 10**8}


class Text(HTMLParser):
    """The words of a page, without its styles."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_style = tag in {"style", "script"}

    def handle_endtag(self, tag: str) -> None:
        self.is_style = False
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        self.words += [] if self.is_style else [data]


def text_of(page: str) -> str:
    reader = Text()
    reader.feed(page)
    # Signs at which a long amount may be broken, and which no one sees.
    return re.sub("[\u200b\u2060\u00ad]", "", "".join(reader.words))


def pence_of(amount: str) -> int:
    return int(amount.replace(",", "").replace(".", ""))


def numbers_in(document: object) -> Iterator[int]:
    """Give every whole number and, as pence, every other amount in a document."""
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        for part in document:
            yield from numbers_in(part)
    elif isinstance(document, str):
        yield from (pence_of(amount) for amount in WHOLE.findall(document))
    elif isinstance(document, int | float):
        # Densities have two decimals on the page.
        yield abs(document) if isinstance(document, int) else abs(round(document * 100))


def by_division(rows: list[dict[str, Any]], residents: int) -> dict[str, tuple[int, int]]:
    """Sum services by division, with pence per head."""
    sums: dict[str, int] = {}
    for row in rows:
        division = row["service_code"].split(".")[0]
        sums[division] = sums.get(division, 0) + row["amount_pence"]
    return {division: (pence, per_head_pence(pence, residents) or 0) for division, pence in sums.items()}


def test_every_amount_on_the_page_is_that_of_other_commands(run: Run, tmp_path: Path) -> None:
    def told(*arguments: str) -> Any:
        return json.loads(succeed(run(*arguments, "--format", "json")))

    pots = {name: told("pot", name) for name in (PLACE, "North West", "England")}
    # The combined authorities that it is set beside were made later.
    day = COMBINED_AUTHORITIES_CHECKED_TO.isoformat()
    later = told("sensitivity", "--level", "combined_authority", "--as-at", day)
    documents = [
        later,
        *pots.values(),
        *(told("pot", PLACE, "--by", column) for column in ("body", "sector", "economic")),
        told("pots", "--level", "upper_tier", "--within", PLACE),
        told("sensitivity", PLACE),
        told("bridge", PLACE),
        told("families", PLACE),
        *(told("families", name, "--measure", "density") for name in (PLACE, "North West", "England")),
        told("families", "--level", "upper_tier", "--within", PLACE, "--measure", "density"),
        told("families", PLACE, "--measure", "cost", "--by-body"),
    ]
    known = set(numbers_in(documents))
    # Published costs are told in pounds.
    known |= {100 * pounds for pounds in numbers_in(told("families", "published"))}
    # The last part of the national cost is what the published ones leave.
    known |= {int(pence) for pence in national_costs()["cost_pence"]}
    # What is not recorded is modelled.
    known.add(pots[PLACE]["total_pence"] - pots[PLACE]["observed_pence"])
    # Divisions are the sums of their services, and stand beside those of England, the region and the nearest peer.
    nearest = told("pot", "Liverpool City Region", "--level", "combined_authority", "--as-at", day)
    divisions = [by_division(found["rows"], found["residents"]) for found in (*pots.values(), nearest)]
    known |= {number for found in divisions for pair in found.values() for number in pair}
    heads = [{division: head for division, (_, head) in found.items()} for found in divisions]
    heads = [*heads, *({"": found["per_head_pence"]} for found in pots.values())]
    heads += [{"": row["central_per_head_pence"]} for row in later["rows"]]
    known |= {abs(one[key] - other[key]) for one, other in combinations(heads, 2) for key in one.keys() & other.keys()}
    # What rests on each assumption, as the pot explains it.
    explained = single_pot(PLACE)
    rows = [explained.explain(code) for code in {row["service_code"] for row in pots[PLACE]["rows"]}]
    shared: dict[tuple[str, ...], int] = {}
    qualities: dict[str, int] = {}
    for row in (row for table in rows for row in table.to_dict(orient="records")):
        pence, is_recorded = int(row["amount_pence"]), row["grade"] == "A"
        quality = "" if is_recorded else row["quality"]
        qualities[quality] = qualities.get(quality, 0) + pence
        key = (row["service_code"], quality, "" if is_recorded else row["basis"], row["grade"])
        shared[key] = shared.get(key, 0) + pence
    known |= {*shared.values(), *qualities.values()}
    # Bodies that families cost nothing stand together.
    bodies = documents[-1]["places"]
    idle = [row for row in bodies if not row["families_pence"]]
    known |= {sum(row["pot_pence"] for row in idle), sum(row["families_pence"] for row in bodies)}

    (path, *_) = report(PLACE, out=tmp_path / "report.html")
    page = text_of(path.read_text(encoding="utf-8"))
    amounts = {pence_of(amount) for amount in WHOLE.findall(page)}
    assert len(amounts) > 400
    assert sorted(amounts - known) == []
    for amount, unit in IN_WORDS.findall(page):
        decimals = len(amount.split(".")[1])
        half = UNITS[unit] // 10**decimals // 2
        pence = pence_of(amount) * UNITS[unit] // 10**decimals
        assert any(abs(number - pence) <= half for number in known), f"£{amount} {unit}"
