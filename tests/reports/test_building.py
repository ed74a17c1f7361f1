"""A whole report: every part in its order, the same bytes for the same inputs, nothing of the machine or the day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from gathered_places import gathered_places, told_by_pot

import placespend
from placespend.errors import DataFileError, PlacespendError, WrongTypeError
from placespend.gazetteer import find_place
from placespend.money import format_gbp
from placespend.place import join_places
from placespend.reports.building import check_asked, document_of, report, report_document
from placespend.reports.page import report_html
from placespend.shipped import NOTICE
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from placespend.reports.document import Document

HOSTILE = "<script>alert('out')</script> {{ 7*7 }}"
PARTS = [
    *("key-figures", "who-spends", "on-what", "against", "inside", "published", "sensitivity", "reconciliation"),
]


@pytest.fixture(scope="module")
def document() -> Document:
    return report_document(gathered_places()["NB-LITTLE-HORTON"])


@pytest.fixture(scope="module")
def page(document: Document) -> str:
    return report_html(document)


def test_all_parts_stand_in_their_order(document: Document) -> None:
    ids = [section.id for section in document.sections]
    assert ids[: len(PARTS)] == PARTS
    assert len(ids) > len(PARTS) + 4
    assert document.notice == NOTICE
    assert document.made_with == gathered_places()["NB-LITTLE-HORTON"].loaded.stamp


def test_every_amount_that_stands_out_is_that_of_placespend_pot(page: str) -> None:
    told = told_by_pot("NB-LITTLE-HORTON", "service")
    for amount in (told["total_pence"], told["per_head_pence"]):
        assert format_gbp(amount) in page
    for row in told["rows"]:
        assert format_gbp(row["amount_pence"], sign="") in page


def test_a_neighbourhood_s_report_calls_nothing_of_it_a_budget(document: Document) -> None:
    said = [document.title, document.answer, *document.about]
    assert not [text for text in said if "budget" in text.casefold()]


def test_nothing_tells_the_machine_the_day_or_where_files_lie(page: str) -> None:
    checkout = Path(placespend.__file__).parents[2]
    today = datetime.now(tz=UTC).date()
    for secret in (str(checkout), str(Path.home()), str(Path.cwd()), today.isoformat(), f"{today:%d %B %Y}"):
        assert secret not in page


def test_own_lines_make_the_same_report_twice_and_their_names_stay_text(
    write_lines: Callable[..., Path], tmp_path: Path
) -> None:
    place = join_places([find_place("E01000001")], name=HOSTILE, code="RR-1")
    lines = write_lines(
        {"body": HOSTILE, "footprint_code": "E01000001", "amount_gbp": "12345.67", "description": HOSTILE},
        {"body": "Late", "footprint_code": "E01000001", "amount_gbp": "", "status": "awaited", "description": HOSTILE},
    )
    first = report(place, lines=lines, out=tmp_path / "first.html")
    second = report(place, lines=str(lines), out=tmp_path / "second.html")
    assert (first, second) == ([tmp_path / "first.html"], [tmp_path / "second.html"])
    page = first[0].read_text(encoding="utf-8")
    assert page == second[0].read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "12,345.67" in page
    assert str(lines.parent) not in page
    with pytest.raises(DataFileError, match="holds data of yours"):
        report(place, lines=lines.rename(tmp_path / "lines.html"), out=tmp_path / "lines.html")


def test_several_places_are_set_side_by_side() -> None:
    found = [gathered_places()[name] for name in ("Leeds", "NB-LITTLE-HORTON")]
    document = document_of(found)
    assert one_line(document.title) == document.title
    assert all(one.place.name in document.title + document.answer for one in found)


def test_what_cannot_be_made_is_refused_before_anything_is_gathered(tmp_path: Path) -> None:
    for out in ("a.docx", "a.xlsx", "missing/a.html"):
        with pytest.raises(PlacespendError):
            report("No such place", out=tmp_path / out)
    with pytest.raises(PlacespendError, match="at most 8 places side by side, not 9"):
        report(["No such place"] * 9, out=tmp_path / "a.html")
    with pytest.raises(WrongTypeError, match="not on int"):
        report([5], out=tmp_path / "a.html")  # type: ignore[list-item]
    with pytest.raises(WrongTypeError, match="not on nothing"):
        report([], out=tmp_path / "a.html")
    assert check_asked(str(tmp_path / "a.html")) == tmp_path / "a.html"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        *({"out": found} for found in (5, True, None, ["a.html"], b"a.html", pd.DataFrame())),
        *({"pdf": found} for found in (5, "no", None, pd.DataFrame())),
        *(
            {"places": found}
            for found in (5, True, b"Leeds", {"Leeds": 1}, {"Leeds"}, pd.DataFrame(), [None], ["Leeds", 5])
        ),
    ],
    ids=repr,
)
def test_what_is_of_another_kind_is_told(tmp_path: Path, wrong: dict[str, object]) -> None:
    given: dict[str, object] = {"places": "No such place", "out": tmp_path / "a.html", **wrong}
    with pytest.raises(WrongTypeError) as caught:
        report(**given)  # type: ignore[arg-type]
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_no_name_at_all_is_no_folder() -> None:
    with pytest.raises(DataFileError, match="no name"):
        report("No such place", out="")
