"""An Integrated Settlement is read fund by fund: amounts, what is awaited, what stands in another figure, and totals.

The tables here are made up: no real one was at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.cofog import services
from placespend.errors import DataFileError, PlaceNotFoundError, YearError
from placespend.lines import CANONICAL_COLUMNS, prepare_table
from placespend.sources import Reading, read_integrated_settlement

if TYPE_CHECKING:
    from collections.abc import Callable

HEADINGS = ["Functional responsibility", "Fund", "Home department", "Allocation mechanism", "RDEL (£m)", "CDEL (£m)"]
GM = {"year": "2025-26", "footprint": "E47000001", "recipient": "Greater Manchester Combined Authority"}
TEXTS = pd.read_csv(
    Path(__file__).resolve().parents[2] / "spend_lines" / "settlement_services.csv", keep_default_na=False
)


def fund(
    *, function: str = "Local transport", name: str = "Buses", dept: str = "DfT", current: Any = "", capital: Any = ""
) -> list[Any]:
    return [function, name, dept, "Formula", current, capital]


@pytest.fixture(scope="session")
def read(write_csv: Callable[..., Path]) -> Callable[..., Reading]:
    def run(*rows: list[Any], headings: list[str] = HEADINGS, **options: Any) -> Reading:
        return read_integrated_settlement(write_csv([headings, *rows]), **{**GM, **options})

    return run


def test_a_figure_becomes_a_line_of_its_department(read: Callable[..., Reading]) -> None:
    made = read(fund(current=12.345678915))
    assert made.lines.columns.tolist() == CANONICAL_COLUMNS
    (line,) = made.lines.drop(columns="file").to_dict("records")
    assert line == {
        "line_id": "buses-current",
        "source_id": "integrated-settlement-greater-manchester-combined-authority-2025-26",
        "body": "DfT",
        "sector": "CG",
        "service_code": "4.5-local-public-transport",
        "service_name": "4.5 of which: local public transport",
        "financial_year": "2025-26",
        "economic": "current",
        "amount_pence": 1_234_567_892,  # half a penny goes to the even one
        "amount_kind": "allocation",
        "status": "have",
        "footprint_code": "E47000001",
        "basis": "",
        "recipient_body": "Greater Manchester Combined Authority",
        "payment_to_people": False,
        "description": "Local transport; Buses; Formula",
        "treatment": "",
        "row": 2,
    }
    assert made.cells_of("blank") == 1
    assert made.rounding.limit_denominator() == made.rounding != 0


def test_rdel_is_current_and_cdel_is_capital(read: Callable[..., Reading]) -> None:
    made = read(fund(current="£1.5", capital="(0.5)"))
    assert made.lines[["economic", "amount_pence"]].to_numpy().tolist() == [
        ["current", 150_000_000], ["capital", -50_000_000],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["TBC", "tbc", "To be confirmed", "TBC at the Spending Review", "t.b.c."])
def test_what_is_to_come_is_awaited_and_no_zero(read: Callable[..., Reading], text: str) -> None:
    made = read(fund(current=text, capital=1))
    awaited, have = made.lines.to_dict("records")
    assert (awaited["status"], pd.isna(awaited["amount_pence"])) == ("awaited", True)
    assert awaited["description"].endswith(f"printed: {text}")
    assert (have["status"], have["amount_pence"]) == ("have", 100_000_000)


@pytest.mark.parametrize("text", ["included in figure above", "Included above", "Included in Local transport fund"])
def test_what_another_figure_holds_is_included_without_an_amount(read: Callable[..., Reading], text: str) -> None:
    made = read(fund(current=3), fund(name="Trams", current=text))
    assert made.lines["status"].tolist() == ["have", "included"]
    assert made.lines["amount_pence"].isna().tolist() == [False, True]


def test_what_is_read_passes_the_check_of_lines(read: Callable[..., Reading]) -> None:
    made = read(fund(current=3, capital="TBC"), fund(name="Trams", current="included above"))
    assert prepare_table(made.lines)["status"].tolist() == ["have", "awaited", "included"]


@pytest.mark.parametrize("text", ["", "-", "n/a", "N/A", "..", "\u2013"])
def test_no_figure_is_no_line(read: Callable[..., Reading], text: str) -> None:
    made = read(fund(current=text))
    assert made.lines.empty
    assert (made.cells_read, made.cells_of("blank")) == (2, 2)


def test_a_responsibility_printed_once_holds_for_the_funds_below(read: Callable[..., Reading]) -> None:
    made = read(
        ["Adult skills", "", "", "", "", ""],
        fund(function="", name="Adult Skills Fund", dept="DfE", current=5),
        fund(function="", name="Bootcamps", dept="DfE", current=6),
        fund(function="Buildings\u2019 Retrofit", name="Warm Homes", dept="DESNZ", capital=7),
        fund(function="", name="Social Housing Fund", dept="DESNZ", capital=8),
    )
    assert made.lines["service_code"].tolist() == ["9.3", "9.3", "6.6", "6.6"]
    assert made.cells_of("not applicable") == 2


def test_merged_cells_of_a_workbook_hold_for_the_funds_below(write_workbook: Callable[..., Path]) -> None:
    rows = [["Integrated Settlement 2025-26, £ million"], [], [*HEADINGS[:4], "RDEL", "CDEL"],
            fund(current=1), fund(function="", name="Roads", capital=2)]  # fmt: skip
    made = read_integrated_settlement(write_workbook({"Notes": [["Hello"]], "Table": rows}), **GM)
    assert made.lines[["service_code", "amount_pence", "row"]].to_numpy().tolist() == [
        ["4.5-local-public-transport", 100_000_000, 4], ["4.5-local-public-transport", 200_000_000, 5],
    ]  # fmt: skip


def test_two_funds_of_one_name_are_told_apart(read: Callable[..., Reading]) -> None:
    made = read(fund(current=1), fund(current=2), fund(name="", current=3))
    assert made.lines["line_id"].tolist() == ["buses-current", "buses-current/row 3", "row 4-current"]


def test_the_printed_totals_are_compared(read: Callable[..., Reading]) -> None:
    made = read(
        fund(current=1, capital=2),
        fund(name="Trams", current=3),
        ["Total local transport", "", "", "", 4, 2],
        fund(function="Adult skills", name="Skills", dept="DfE", current=10),
        ["", "Subtotal", "", "", 11, ""],
        ["Grand total", "", "", "", 14, "TBC"],
    )
    assert made.checks.to_numpy().tolist() == [
        ["Total local transport: RDEL (£m)", 400_000_000, 400_000_000, 0],
        ["Total local transport: CDEL (£m)", 200_000_000, 200_000_000, 0],
        ["Subtotal: RDEL (£m)", 1_100_000_000, 1_000_000_000, -100_000_000],
        ["Grand total: RDEL (£m)", 1_400_000_000, 1_400_000_000, 0],
    ]
    assert made.lines["amount_pence"].sum() == 1_600_000_000
    assert made.cells_of("not applicable") == 6


def test_notes_below_the_table_are_not_lines(read: Callable[..., Reading]) -> None:
    made = read(fund(current=1), [], ["Note: figures are subject to change"], ["Total funding", "", "", "", 1, ""])
    assert len(made.lines) == 1
    assert made.checks["difference_pence"].tolist() == [0]


# --- years, units and headings


def test_only_columns_of_the_year_are_read(read: Callable[..., Reading]) -> None:
    headings = [
        *HEADINGS[:4],
        "2025-26 RDEL £m",
        "2025-26 CDEL £m",
        "2026/27 RDEL £m",
        "Total 2025-26 RDEL and CDEL £m",
    ]
    made = read([*fund(current=1, capital=2), 3, 4], headings=headings)
    assert made.lines["amount_pence"].tolist() == [100_000_000, 200_000_000]
    later = read([*fund(current=1, capital=2), 3, 4], headings=headings, year="2026-27")
    assert later.lines["amount_pence"].tolist() == [300_000_000]
    reasons = dict(zip(later.account["reason"], later.account["cells"], strict=True))
    assert reasons == {"another year than was asked for": 2, "": 1, "neither RDEL nor CDEL": 1}
    with pytest.raises(YearError, match="no column of RDEL or CDEL for 2030-31"):
        read(fund(), headings=headings[:6], year="2030-31")


def test_each_column_may_have_a_unit_of_its_own(read: Callable[..., Reading]) -> None:
    made = read(fund(current=1, capital=2), headings=[*HEADINGS[:4], "Resource (£000)", "Capital (£m)"])
    assert made.lines["amount_pence"].tolist() == [100_000, 200_000_000]


def test_a_unit_that_is_not_said_must_be_given(read: Callable[..., Reading]) -> None:
    headings = [*HEADINGS[:4], "RDEL", "CDEL"]
    with pytest.raises(DataFileError, match="column 'RDEL', does not say in which unit") as caught:
        read(fund(current=1), headings=headings)
    assert caught.value.hint == "say it with unit='pound', 'thousand' or 'million'"
    assert read(fund(current=1), headings=headings, unit="thousand").lines["amount_pence"].tolist() == [100_000]


def test_two_columns_of_one_kind_are_refused(read: Callable[..., Reading]) -> None:
    with pytest.raises(DataFileError, match="several columns of current spending for 2025-26"):
        read(fund(current=1), headings=[*HEADINGS[:4], "RDEL (£m)", "RDEL indicative (£m)"])


def test_missing_headings_are_all_named(read: Callable[..., Reading]) -> None:
    with pytest.raises(DataFileError, match="no heading 'Fund', 'Home department'") as caught:
        read(
            fund(),
            headings=["Functional responsibility", "Fnd", "Home departmnt", "Mechanism", "RDEL (£m)", "CDEL (£m)"],
        )
    assert caught.value.hint == "for 'Fund' did you mean 'Fnd'?; for 'Home department' did you mean 'Home departmnt'?"


def test_two_sheets_with_a_table_are_refused(write_workbook: Callable[..., Path]) -> None:
    with pytest.raises(DataFileError, match="several sheets with the headings of a settlement: 'A' and 'B'"):
        read_integrated_settlement(write_workbook({"A": [HEADINGS], "B": [HEADINGS]}), **GM)


def test_a_footprint_that_is_no_place_is_refused(read: Callable[..., Reading]) -> None:
    with pytest.raises(PlaceNotFoundError, match="'E4700001' is not the code of a place") as caught:
        read(fund(current=1), footprint="E4700001")
    assert "'E47000001' (Greater Manchester)" in str(caught.value.hint)


# --- what cannot be placed


def test_an_unknown_responsibility_is_a_reject_with_what_was_meant(read: Callable[..., Reading]) -> None:
    made = read(fund(function="Local transprt", current=1, capital="TBC"))
    assert made.rejects[["row", "column", "value", "problem", "hint"]].to_numpy().tolist() == [
        [
            2,
            heading,
            value,
            "the functional responsibility 'Local transprt' is not known",
            "did you mean 'Local transport'?",
        ]
        for heading, value in (("RDEL (£m)", "1"), ("CDEL (£m)", "TBC"))
    ]


def test_a_fund_without_responsibility_or_department_is_a_reject(read: Callable[..., Reading]) -> None:
    made = read(fund(function="", current=1), fund(dept="", current=2))
    assert made.rejects["problem"].tolist() == [
        "the row has no functional responsibility, and there is none above", "the row has no home department",
    ]  # fmt: skip
    assert read(fund(dept="", current=2), body="MHCLG").lines["body"].tolist() == ["MHCLG"]


def test_text_and_errors_among_the_figures_are_rejects(write_workbook: Callable[..., Path]) -> None:
    rows = [HEADINGS, fund(name="=1+1", current="about 3", capital="#ERROR #REF!")]
    made = read_integrated_settlement(write_workbook({"T": rows}), **GM)
    assert made.rejects[["row", "column", "value", "problem"]].to_numpy().tolist() == [
        [2, "RDEL (£m)", "about 3", "not an amount"], [2, "CDEL (£m)", "#REF!", "not an amount"],
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["=1+1", "<img src=x onerror=alert(1)>"])
def test_names_that_look_like_code_stay_text(read: Callable[..., Reading], name: str) -> None:
    (line,) = read(fund(name=name, dept=name, current=1)).lines.to_dict("records")
    assert (line["body"], line["description"]) == (name, f"Local transport; {name}; Formula")


# --- services


def test_every_responsibility_leads_to_a_service() -> None:
    assert set(TEXTS["service_code"]) <= set(services().index)
    assert TEXTS["text"].is_unique


@pytest.mark.parametrize(
    ("theme", "division"),
    [
        ("Transport and local infrastructure", "4"), ("Skills and Employment Support", "9"),
        ("Housing & strategic planning", "6"), ("Economic development and regeneration", "4"),
        ("Environment and Climate Change", "5"), ("Health, Wellbeing & Public Service Reform", "7"),
        ("PUBLIC SAFETY", "3"),
    ],
)  # fmt: skip
def test_the_themes_of_english_devolution_are_known(read: Callable[..., Reading], theme: str, division: str) -> None:
    line = read(fund(function=theme, current=1)).lines.iloc[0]
    assert services().at[line["service_code"], "division"] == division


# --- laws


CELL = st.one_of(
    st.sampled_from(["", "-", "n/a", "TBC", "included above", "£1,234", "#REF!", "x", "(3)", 0]),
    st.integers(-(10**4), 10**4),
    st.floats(-1e4, 1e4),
)
FUND = st.tuples(
    st.sampled_from(["Local transport", "", "Nonsense", "Total", "Subtotal", "Adult skills"]),
    st.sampled_from(["Buses", "", "Trams"]),
    st.sampled_from(["DfT", ""]),
    st.just("Formula"),
    CELL,
    CELL,
)


@settings(deadline=None, max_examples=80)
@given(st.lists(FUND, max_size=6))
def test_whatever_the_cells_hold_each_is_accounted_for(read: Callable[..., Reading], rows: list[Any]) -> None:
    made = read(*map(list, rows))
    assert made.cells_read == 2 * len(rows)
    assert made.lines["line_id"].is_unique
    assert (made.lines["amount_pence"].isna() == made.lines["status"].isin(["awaited", "included"])).all()
    assert set(made.lines["body"]) <= {"DfT"}
