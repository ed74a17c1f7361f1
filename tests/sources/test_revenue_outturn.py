"""The Revenue Outturn Summary is read at one stage, each body in its area, and its own totals are checked."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import DataFileError, YearError
from placespend.footprints import footprint_areas
from placespend.geography import level_index
from placespend.lines import CANONICAL_COLUMNS, prepare_table, read_lines
from placespend.sources import Reading, read_revenue_outturn
from placespend.sources.revenue_outturn import BENEFITS, SERVICES

if TYPE_CHECKING:
    from collections.abc import Callable

SPEND_LINES = Path(__file__).resolve().parents[2] / "spend_lines"
FILES = {"2011-12": "Revenue_Outturn_Summary*2011-12*.xls", "2012-13": "Revenue_Outturn_Summary*2012-13*.xls"}

SERVICE_HEADINGS = [texts[0] for key, texts in SERVICES.items() if key != "ro-public-health"]
BENEFIT_HEADINGS = [texts[0] for texts in BENEFITS.values()]
TOTAL = "TOTAL SERVICE EXPENDITURE (TOTAL OF LINES 190 TO 698)"
HEADINGS = ["E-code", "Local authority", "", "Class", "", *SERVICE_HEADINGS, TOTAL, *BENEFIT_HEADINGS]
TITLE = [["Revenue Outturn Summary (RS): 2011-12 data"], [], ["Net current expenditure (£ thousand)"], [], []]


def row(e_code: str, name: str, body_class: str, **amounts: Any) -> list[Any]:
    """A row of a body or a total; amounts by the first word of their headings, all others 0."""
    words = {heading: heading.split()[0].casefold() for heading in [*SERVICE_HEADINGS, "TOTAL"]}
    values = [amounts.get(words[heading], 0) for heading in SERVICE_HEADINGS]
    benefits = [amounts.get(f"benefit_{number}", 0) for number in range(1, 5)]
    return [
        e_code,
        name,
        "",
        body_class,
        "",
        *values,
        amounts.get("total", sum(v for v in values if not isinstance(v, str))),
        *benefits,
    ]


def sheet(*rows: list[Any], headings: list[str] = HEADINGS, title: list[list[Any]] = TITLE) -> list[list[Any]]:
    return [*title, headings, [], *rows]


@pytest.fixture(scope="session")
def read(write_csv: Callable[..., Path]) -> Callable[..., Reading]:
    def run(*rows: list[Any], **options: Any) -> Reading:
        return read_revenue_outturn(write_csv(sheet(*rows)), **options)

    return run


def same_area(footprint: str, other: str) -> bool:
    first, second = footprint_areas(footprint), footprint_areas(other)
    return first is not None and second is not None and np.array_equal(first, second)


# --- a few rows


def test_a_service_of_a_body_becomes_a_line(read: Callable[..., Reading]) -> None:
    made = read(row("E0604", "Cheshire West and Chester UA ", "UA", education=245617))
    assert made.lines.columns.tolist() == [*CANONICAL_COLUMNS, "body_class"]
    (line,) = made.lines.drop(columns="file").to_dict("records")
    assert line == {
        "line_id": "E0604-ro-education",
        "source_id": "dclg-rs-2011-12",
        "body": "Cheshire West and Chester UA",
        "sector": "LG",
        "service_code": "ro-education",
        "service_name": "Education services",
        "financial_year": "2011-12",
        "economic": "current",
        "amount_pence": 24_561_700_000,
        "amount_kind": "outturn",
        "status": "have",
        "footprint_code": "E06000050",
        "basis": "",
        "recipient_body": "",
        "payment_to_people": False,
        "description": "",
        "treatment": "",
        "row": 8,
        "body_class": "unitary",
    }


def test_housing_benefit_is_payments_to_people(read: Callable[..., Reading]) -> None:
    made = read(row("E4203", "Manchester", "MD", benefit_1=7, benefit_2=0, benefit_3=-2, benefit_4=1, housing=5))
    assert made.lines["line_id"].tolist() == [
        "E4203-ro-housing", "E4203-ro-housing-benefit-1", "E4203-ro-housing-benefit-3", "E4203-ro-housing-benefit-4",
    ]  # fmt: skip
    assert made.lines["payment_to_people"].tolist() == [False, True, True, True]
    assert made.lines["description"].tolist() == ["", *(BENEFIT_HEADINGS[at] for at in (0, 2, 3))]
    assert made.lines["amount_pence"].tolist() == [500_000, 700_000, -200_000, 100_000]


def test_what_is_read_passes_the_check_of_lines(read: Callable[..., Reading]) -> None:
    made = read(row("E6106", "Cheshire Combined Fire Authority", "O", fire=3), row("E1521", "Essex", "SC", benefit_1=3))
    checked = prepare_table(made.lines)
    assert checked["payment_to_people"].tolist() == [False, True]
    assert checked["service_name"].tolist() == made.lines["service_name"].tolist()


def test_printed_nothing_blanks_and_totals_are_told_apart(read: Callable[..., Reading]) -> None:
    made = read(row("E1521", "Essex", "SC", education=1, police="", fire=".."), row("", "ENGLAND", "", education=1))
    account = {(outcome, reason): cells for _, outcome, reason, cells in made.account.to_numpy().tolist()}
    assert account == {
        ("lines", ""): 3, ("not applicable", "printed as nothing"): 13, ("not applicable", "a total"): 1,
        ("not applicable", "a total of other rows"): 17,
    }  # fmt: skip
    # Missing is not zero: the police and the fire service of Essex are awaited, and nobody is observed at nothing.
    by_service = made.lines.set_index("service_code")[["status", "amount_pence"]]
    assert by_service["status"].to_dict() == {"ro-education": "have", "ro-police": "awaited", "ro-fire": "awaited"}
    assert by_service["amount_pence"].isna().tolist() == [False, True, True]


def test_the_printed_totals_are_compared(read: Callable[..., Reading]) -> None:
    made = read(
        row("E1521", "Essex", "SC", education=10, police=5, total=16),
        row("E4203", "Manchester", "MD", education=1),
        row("", "ENGLAND", "", education=12, police=5),
        row("", "SHIRE COUNTIES", "SC", education=10, police=5),
    )
    checks = made.checks.set_index("what")["difference_pence"]
    assert checks["E1521 Essex: TOTAL SERVICE EXPENDITURE"] == -100_000
    assert checks["E4203 Manchester: TOTAL SERVICE EXPENDITURE"] == 0
    assert checks["ENGLAND: Education services"] == -100_000
    assert checks[f"ENGLAND: {TOTAL}"] == -100_000
    assert checks["SHIRE COUNTIES: Education services"] == checks["SHIRE COUNTIES: Police services"] == 0
    assert len(checks) == 2 + 2 * 17


def test_notes_below_the_table_are_no_rows_of_money(read: Callable[..., Reading]) -> None:
    made = read(row("E1521", "Essex", "SC", education=1), [], ["Source: DCLG"], ["", "CLASS BREAKDOWN"], ["1. A note"])
    assert made.cells_read == 17


# --- bodies and areas


@pytest.mark.parametrize(
    ("name", "class_", "body_class", "footprint"),
    [
        ("Medway Towns UA", "UA", "unitary", "E06000035"),
        ("The Medway Towns UA", "UA", "unitary", "E06000035"),
        ("Kingston-upon-Hull UA", "UA", "unitary", "E06000010"),
        ("Durham UA", "UA", "unitary", "E06000047"),
        ("Telford & the Wrekin UA", "UA", "unitary", "E06000020"),
        ("Shepway DC", "SD", "district", "E07000112"),
        ("Folkestone & Hythe", "SD", "district", "E07000112"),
        ("MaIdon DC", "SD", "district", "E07000074"),
        ("Newcastle-under-Lyme", "SD", "district", "E07000195"),
        ("Newcastle upon Tyne", "MD", "metropolitan", "E08000021"),
        ("Dorset CC", "SC", "county", "E10000009"),
        ("Westminster", "L", "London", "E09000033"),
        ("City of London", "L", "London", "E09000001"),
        ("Essex Police Authority", "O", "police", "E23000028"),
        ("Devon & Cornwall Police and Crime Commissioner and Chief Constable", "O", "police", "E23000035"),
        ("Police and Crime Commissioner for Kent", "P", "police", "E23000032"),
        ("Cheshire Combined Fire and Rescue Authority", "O", "fire",
         "E06000049 and E06000050 and E06000006 and E06000007"),
        ("Cheshire Fire Authority", "F", "fire", "E06000049 and E06000050 and E06000006 and E06000007"),
        ("Greater Manchester Waste Disposal Authority", "O", "waste", "E47000001 less E08000010"),
        ("Greater Manchester Combined Authority", "O", "transport", "E47000001"),
        ("Broads, The", "O", "park",
         "E07000144 and E07000145 and E07000147 and E07000148 and E07000149 and E07000206"),
        ("New Forest National Park Authority  ", "O", "park", "E07000091 and E07000093 and E06000054"),
        ("Greater London Authority", "O", "GLA", "E12000007"),
    ],
)  # fmt: skip
def test_a_body_is_placed_by_its_name_and_class(
    read: Callable[..., Reading], name: str, class_: str, body_class: str, footprint: str
) -> None:
    line = read(row("E0001", name, class_, central=1)).lines.iloc[0]
    assert (line["body_class"], line["footprint_code"], line["body"]) == (body_class, footprint, name.strip())


def test_the_class_tells_the_county_from_the_district_of_one_name(read: Callable[..., Reading]) -> None:
    made = read(row("E1", "Durham UA", "UA", central=1), row("E2", "Cambridge", "SD", central=1))
    assert made.lines["footprint_code"].tolist() == ["E06000047", "E07000008"]


def test_a_body_without_a_known_area_is_a_reject(read: Callable[..., Reading]) -> None:
    made = read(row("E0001", "Mancester", "MD", education=3, police=2), row("E0002", "Guild of Bakers", "O", central=1))
    assert made.lines.empty
    assert made.rejects[["row", "column", "value"]].to_numpy().tolist() == [
        [8, "Education services", "3"], [8, "Police services", "2"], [9, "Central services", "1"],
    ]  # fmt: skip
    assert set(made.rejects["problem"]) == {
        "the body 'Mancester' of class 'MD' has no known area",
        "the body 'Guild of Bakers' of class 'O' has no known area",
    }  # fmt: skip
    assert made.rejects["hint"].iloc[0] == "did you mean 'Manchester'?"


def test_an_e_code_that_stands_twice_is_a_reject_the_second_time(read: Callable[..., Reading]) -> None:
    made = read(row("E4203", "Manchester", "MD", police=1), row("E4203", "Salford", "MD", police=2))
    assert made.lines["body"].tolist() == ["Manchester"]
    assert made.rejects["problem"].tolist() == ["the E-code 'E4203' stands in a row above"]


def test_figures_without_an_owner_are_rejects(read: Callable[..., Reading]) -> None:
    made = read(row("", "", "MD", police=1, total=0))
    assert made.rejects["problem"].tolist() == ["the row has no E-code or no name"]


@pytest.mark.parametrize(
    ("name", "class_", "code", "footprint"),
    [
        ("Gateshead", "MD", "E08000037", "E08000020"),
        ("Northumberland UA", "UA", "E06000057", "E06000048"),
        ("St Albans", "SD", "E07000240", "E07000100"),
        ("Another name", "MD", "E08000003", "E08000003"),
        ("Buckinghamshire UA", "UA", "E06000060", "E10000002"),
        ("Dorset UA", "UA", "E06000059", "E06000059"),
        ("Essex Police", "O", "E23000028", "E23000028"),
        ("Greater Manchester Combined Authority", "O", "E47000001", "E47000001"),
        ("Manchester", "MD", "E99999999", "E08000003"),
        ("Manchester", "MD", "", "E08000003"),
    ],
)
def test_a_known_ons_code_decides(
    write_csv: Callable[..., Path], name: str, class_: str, code: str, footprint: str
) -> None:
    rows = [[*HEADINGS, "ONS Code"], [*row("E1", name, class_, police=1), code]]
    made = read_revenue_outturn(write_csv([*TITLE, *rows]))
    assert made.lines["footprint_code"].tolist() == [footprint]


def test_every_listed_body_has_an_area_and_one_area_only() -> None:
    table = pd.read_csv(SPEND_LINES / "local_bodies.csv", keep_default_na=False)
    assert [text for text in table["footprint"] if footprint_areas(text) is None] == []
    assert table["name"].is_unique
    parks = table[table["body_class"] == "park"]
    assert parks["note"].str.startswith("approximate").all()
    for kind in ("waste", "transport"):
        areas = [footprint_areas(text) for text in table.loc[table["body_class"] == kind, "footprint"].unique()]
        joined = np.concatenate([found for found in areas if found is not None])
        assert len(np.unique(joined)) == len(joined), kind


# --- layouts


def test_later_headings_with_line_numbers_are_known(write_csv: Callable[..., Path]) -> None:
    numbered = {heading: f"{number}: {heading}" for number, heading in enumerate(SERVICE_HEADINGS, start=190)}
    benefits = [f"71{number} {heading}" for number, heading in enumerate(BENEFIT_HEADINGS)]
    names = ["E-code", "ONS Code", "Local authority", "Class"]
    headings = [*names, "390: Public Health", *numbered.values(), "698: Total service expenditure", *benefits]
    title = [["RS 2014-15"], ["Net Current Expenditure, £ thousands"]]
    body = ["E4203", "E08000003", "Manchester", "MD", 9, *range(1, 13), 87, 4, 3, 2, 1]
    made = read_revenue_outturn(write_csv([*title, headings, body]))
    assert (
        dict(zip(made.lines["service_code"], made.lines["amount_pence"], strict=False))["ro-public-health"] == 900_000
    )
    assert made.lines["source_id"].unique().tolist() == ["dclg-rs-2014-15"]
    assert made.checks["difference_pence"].tolist() == [0]
    assert len(made.lines) == 17


def test_only_the_sheet_of_net_current_expenditure_is_read(write_workbook: Callable[..., Path]) -> None:
    def stage(title: str, amount: int) -> list[list[Any]]:
        return sheet(row("E4203", "Manchester", "MD", police=amount), title=[["RS: 2011-12 data"], [title]])

    sheets = {
        "Front": [["Net current expenditure"]],
        "RS (2)": stage("Capital charges (£ thousand)", 1),
        "RS (1)": stage("Net current expenditure (£ thousand)", 2),
        "RS (3)": stage("Net total cost excluding specific grants (£ thousand)", 3),
    }
    made = read_revenue_outturn(write_workbook(sheets))
    assert made.lines["amount_pence"].tolist() == [200_000]
    assert (set(made.account["sheet"]), made.cells_read) == ({"RS (1)"}, 17)
    del sheets["RS (1)"]
    with pytest.raises(DataFileError, match="no sheet says 'Net current expenditure'") as caught:
        read_revenue_outturn(write_workbook(sheets))
    assert "Capital charges" in caught.value.message
    again = {
        "A": stage("Net current expenditure (£ thousand)", 2),
        "B": stage("Net current expenditure (£ thousand)", 2),
    }
    with pytest.raises(DataFileError, match="several sheets say"):
        read_revenue_outturn(write_workbook(again))


def test_the_year_comes_from_the_title_or_is_given(write_csv: Callable[..., Path]) -> None:
    body = row("E4203", "Manchester", "MD", police=1)
    path = write_csv(sheet(body))
    with pytest.raises(YearError, match="is of 2011-12, not of 2012-13"):
        read_revenue_outturn(path, year="2012-13")
    untitled = write_csv(sheet(body, title=[["Net current expenditure (£ thousand)"]]))
    with pytest.raises(YearError, match="does not name a financial year"):
        read_revenue_outturn(untitled)
    made = read_revenue_outturn(untitled, year="2012-13", vintage="revised")
    assert made.lines[["financial_year", "source_id"]].to_numpy().tolist() == [["2012-13", "dclg-rs-2012-13-revised"]]


def test_a_file_in_another_unit_says_so(write_csv: Callable[..., Path]) -> None:
    body = row("E4203", "Manchester", "MD", police=1.5)
    title = [["2011-12"], ["Net current expenditure (£ million)"]]
    assert read_revenue_outturn(write_csv(sheet(body, title=title))).lines["amount_pence"].tolist() == [150_000_000]
    with pytest.raises(DataFileError, match="does not say in which unit"):
        read_revenue_outturn(write_csv(sheet(body, title=[["2011-12 net current expenditure"]])))


def test_missing_headings_are_all_named(write_csv: Callable[..., Path]) -> None:
    headings = [heading.replace("Police", "Polise") for heading in HEADINGS if heading != "Adult Social Care"]
    with pytest.raises(DataFileError, match="no heading 'Adult Social Care', 'Police services'") as caught:
        read_revenue_outturn(write_csv(sheet(headings=headings)))
    assert caught.value.hint == "for 'Police services' did you mean 'Polise services'?"


def test_text_and_errors_in_cells_of_money_are_rejects(write_workbook: Callable[..., Path]) -> None:
    body = row("E4203", "=HYPERLINK(1)", "MD", police="#ERROR #REF!", education="see note", total=0)
    made = read_revenue_outturn(write_workbook({"RS": sheet([*body[:1], "Manchester", *body[2:]], body)}))
    assert made.rejects[["row", "column", "value"]].head(2).to_numpy().tolist() == [
        [8, "Education services", "see note"], [8, "Police services", "#REF!"],
    ]  # fmt: skip


CELL = st.one_of(st.sampled_from(["", "..", "n/a", "£1,234", "#REF!", "x", "(3)", 0]), st.integers(-(10**6), 10**6))
BODY = st.tuples(
    st.sampled_from([("Manchester", "MD"), ("Nowhere", "UA"), ("Essex Police Authority", "O"), ("", "")]),
    st.sampled_from(["E4203", "E0001", "E0002", "", "x"]),
    st.lists(CELL, min_size=17, max_size=17),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(BODY, max_size=5))
def test_whatever_the_cells_hold_each_is_accounted_for(read: Callable[..., Reading], bodies: list[Any]) -> None:
    rows = [[e_code, name, "", class_, "", *values] for (name, class_), e_code, values in bodies]
    made = read(*rows)
    kept = [values for values in rows if re.fullmatch(r"E[0-9]{4}", values[0]) or any(v != "" for v in values[5:])]
    assert made.cells_read == 17 * len(kept)
    assert made.lines["line_id"].is_unique
    assert set(made.lines["footprint_code"]) <= {"E08000003", "E23000028"}


# --- the real files


@pytest.fixture(scope="module")
def outturn(published: Callable[[str], Path]) -> dict[str, Reading]:
    return {year: read_revenue_outturn(published(pattern)) for year, pattern in FILES.items()}


def test_every_cell_of_the_real_files_is_read(outturn: dict[str, Reading]) -> None:
    for year, columns, lines in (("2011-12", 79, 3_729), ("2012-13", 83, 3_733)):
        made = outturn[year]
        assert made.cells_read == (444 + 7) * columns
        assert (len(made.lines), made.rejects.empty, made.memo.empty, made.rounding) == (lines, True, True, Fraction(0))
        assert made.lines["line_id"].is_unique
        assert set(made.lines["financial_year"]) == {year}
        assert len(prepare_table(made.lines)) == lines


@pytest.mark.parametrize("year", FILES)
def test_all_the_bodies_of_the_real_files_are_placed(outturn: dict[str, Reading], year: str) -> None:
    bodies = outturn[year].lines.drop_duplicates(["body", "body_class"])
    assert bodies["body_class"].value_counts().to_dict() == {
        "district": 201, "unitary": 56, "county": 27, "metropolitan": 36, "London": 33, "police": 37, "fire": 30,
        "waste": 6, "transport": 6, "park": 11, "GLA": 1,
    }  # fmt: skip
    tiers = bodies[bodies["body_class"].isin(["unitary", "county", "metropolitan", "London"])]
    assert sorted(tiers["footprint_code"]) == list(level_index("upper_tier")[0])
    districts = bodies.loc[bodies["body_class"] == "district", "footprint_code"]
    assert sorted(districts) == [code for code in level_index("lad")[0] if code.startswith("E07")]
    police = bodies.loc[bodies["body_class"] == "police", "footprint_code"]
    assert set(police) == set(level_index("police_force")[0]) - {"E23000001", "E23000034"}


@pytest.mark.parametrize(
    ("year", "printed", "found", "benefit"),
    [
        ("2011-12", 9_543_514_500_000, 9_543_514_800_000, 1_975_833_700_000),
        ("2012-13", 9_107_234_800_000, 9_107_234_500_000, 2_073_870_800_000),
    ],
)
def test_the_real_total_is_the_printed_one_but_for_roundings(
    outturn: dict[str, Reading], year: str, printed: int, found: int, benefit: int
) -> None:
    lines, checks = outturn[year].lines, outturn[year].checks
    assert lines.groupby("payment_to_people")["amount_pence"].sum().to_dict() == {False: found, True: benefit}
    england = checks[checks["what"].str.startswith("ENGLAND: TOTAL SERVICE")]
    assert england[["printed_pence", "found_pence"]].to_numpy().tolist() == [[printed, found]]
    # Each service adds up to the thousand pounds; only totals of services, rounded by themselves, do not.
    different = checks[checks["difference_pence"] != 0]
    assert different["what"].str.contains("TOTAL SERVICE EXPENDITURE").all()
    assert different["difference_pence"].abs().max() == 300_000
    assert len(different) == {"2011-12": 15, "2012-13": 24}[year]
    assert len(checks) == 444 + 7 * 17


@pytest.mark.parametrize("year", FILES)
def test_every_e_code_of_the_crosswalk_leads_to_the_same_area(
    outturn: dict[str, Reading], published: Callable[[str], Path], year: str
) -> None:
    crosswalk = pd.read_csv(published("bbc_roall.csv"), dtype="str")[["E-code", "ONS Code"]].drop_duplicates()
    lines = outturn[year].lines
    footprint_of = dict(zip(lines["line_id"].str[:5], lines["footprint_code"], strict=True))
    # A council may stand there under two codes of one area, as Gateshead does.
    pairs = [pair for pair in crosswalk.itertuples(index=False, name=None) if pair[0] in footprint_of]
    assert len({e_code for e_code, _ in pairs}) == 152
    different = [pair for pair in pairs if not same_area(footprint_of[pair[0]], pair[1])]
    # The crosswalk is wrong here: North Yorkshire is E10000023, and E10000022 was the county of Northumberland.
    assert different == [("E2721", "E10000022")]
    assert footprint_of["E2721"] == "E10000023"


# --- the pilots' lines that ship


@pytest.fixture(scope="module")
def pilots() -> pd.DataFrame:
    return read_lines(SPEND_LINES / "revenue_outturn_2011-12_pilots.csv")


def test_the_shipped_pilots_are_whole(pilots: pd.DataFrame) -> None:
    assert len(pilots) == 333
    assert pilots["body"].nunique() == 35
    assert pilots["payment_to_people"].sum() == 68


def test_the_shipped_pilots_are_the_published_facts_to_the_penny(
    pilots: pd.DataFrame, published: Callable[[str], Path]
) -> None:
    facts = published("Revenue_Outturn*2011-12*").parents[2] / "facts" / "revenue_outturn_2011-12_pilots.csv"
    if not facts.exists():
        pytest.skip(f"needs {facts}")
    table = pd.read_csv(facts)
    assert pilots["amount_pence"].tolist() == (table["amount_gbp"] * 100).tolist()
    assert pilots["payment_to_people"].tolist() == table["payment_to_people"].tolist()
    assert pilots["body"].tolist() == table["body"].str.strip().tolist()


def test_the_shipped_pilots_are_what_the_reader_gets_from_the_whole_file(
    pilots: pd.DataFrame, outturn: dict[str, Reading]
) -> None:
    bodies = set(pilots["line_id"].str[:5])
    lines = outturn["2011-12"].lines
    found = lines[lines["line_id"].str[:5].isin(bodies)].set_index("line_id")
    shipped = pilots.set_index("line_id")
    assert set(found.index) == set(shipped.index)
    found = found.loc[shipped.index]
    same = ["source_id", "body", "sector", "service_code", "economic", "amount_pence", "payment_to_people", "status"]
    pd.testing.assert_frame_equal(found[same], shipped[same])
    assert all(map(same_area, found["footprint_code"], shipped["footprint_code"]))
