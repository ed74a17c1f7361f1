"""The Country and Regional Analysis is read whole: England's lines, the memo of the kingdom, nothing lost."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.cofog import services
from placespend.errors import DataFileError, YearError
from placespend.lines import CANONICAL_COLUMNS, prepare_table
from placespend.sources import Reading, read_cra

if TYPE_CHECKING:
    from collections.abc import Callable

HEADINGS = [
    "Department", "COFOG Level 0", "HMT Function", "COFOG Level 1", "HMT Subfunction", "CRA Segment",
    "CRA Segment Description", "ID/non-ID", "CAP or CUR", "CG, LG or PC", "NUTS Region", "Country",
]  # fmt: skip
YEARS = ["2010-11", "2011-12"]
EVERYDAY = {
    "Department": "Department of Health",
    "HMT Subfunction": "7.A Medical services",
    "CRA Segment": "DOH-1",
    "CRA Segment Description": "HOSPITALS",
    "ID/non-ID": "ID",
    "CAP or CUR": "CUR",
    "CG, LG or PC": "CG",
    "NUTS Region": "ENGLAND_North West",
    "Country": "ENGLAND",
    "2010-11": 1,
    "2011-12": 2,
}
SHIPPED = Path(__file__).resolve().parents[2] / "spend_lines" / "cra_2011-12.csv"


def rows_of(*given: dict[str, Any], headings: list[str] = [*HEADINGS, *YEARS]) -> list[list[Any]]:  # noqa: B006
    return [headings, *([{**EVERYDAY, **row}.get(heading, "") for heading in headings] for row in given)]


@pytest.fixture(scope="session")
def read(write_csv: Callable[..., Path]) -> Callable[..., Reading]:
    """Read rows told by what differs from an everyday one, in £ thousand."""

    def run(*given: dict[str, Any], **options: Any) -> Reading:
        return read_cra(write_csv(rows_of(*given)), **{"unit": "thousand", **options})

    return run


# --- a few rows


def test_a_cell_of_england_becomes_a_line(read: Callable[..., Reading]) -> None:
    made = read({"2010-11": "", "2011-12": 77500.123})
    assert made.lines.columns.tolist() == CANONICAL_COLUMNS
    (line,) = made.lines.drop(columns="file").to_dict("records")
    assert line == {
        "line_id": "DOH-1/E12000002/current/2011-12",
        "source_id": "hmt-cra-2014",
        "body": "Department of Health",
        "sector": "CG",
        "service_code": "7.A",
        "service_name": "7.A Medical services",
        "financial_year": "2011-12",
        "economic": "current",
        "amount_pence": 7_750_012_300,
        "amount_kind": "outturn",
        "status": "have",
        "footprint_code": "E12000002",
        "basis": "",
        "recipient_body": "",
        "payment_to_people": False,
        "description": "HOSPITALS",
        "treatment": "",
        "row": 2,
    }
    assert made.cells_of("blank") == 1


def test_what_is_read_passes_the_check_of_lines(read: Callable[..., Reading]) -> None:
    made = read({}, {"CAP or CUR": "CAP"}, {"HMT Subfunction": "10.6 Housing", "CG, LG or PC": "LG"})
    checked = prepare_table(made.lines)
    assert checked["amount_pence"].tolist() == made.lines["amount_pence"].tolist()
    assert checked["service_name"].tolist() == made.lines["service_name"].tolist()


def test_only_the_year_that_is_asked_for_is_read(read: Callable[..., Reading]) -> None:
    made = read({}, {"NUTS Region": "SCOTLAND"}, year="2011-12")
    assert made.lines["financial_year"].tolist() == ["2011-12"]
    assert dict(zip(made.account["reason"], made.account["cells"], strict=True)) == {
        "": 1, "another year than was asked for": 1, "outside England": 2,
    }  # fmt: skip


def test_a_year_that_is_not_there_is_refused_with_those_that_are(read: Callable[..., Reading]) -> None:
    with pytest.raises(YearError, match="no column for 2012-13") as caught:
        read({}, year="2012-13")
    assert caught.value.hint == "it has 2010-11, 2011-12"


def test_plans_are_a_budget(write_csv: Callable[..., Path]) -> None:
    rows = rows_of({"2014-15 plans": 3}, headings=[*HEADINGS, "2013/14 outturn", "2014-15 plans"])
    made = read_cra(write_csv(rows), unit="thousand")
    assert made.lines[["financial_year", "amount_kind"]].to_numpy().tolist() == [["2014-15", "budget"]]


@pytest.mark.parametrize("region", ["SCOTLAND", "WALES", "NORTHERN IRELAND", "OUTSIDE UK"])
def test_money_outside_england_is_not_applicable(read: Callable[..., Reading], region: str) -> None:
    made = read({"NUTS Region": region, "Country": region})
    assert made.account.to_numpy().tolist() == [["", "not applicable", "outside England", 2]]


def test_money_for_the_whole_kingdom_is_a_memo(read: Callable[..., Reading]) -> None:
    national = {"ID/non-ID": "Non-ID", "NUTS Region": "Not Identifiable"}
    made = read(
        {**national, "HMT Subfunction": "2.1 Military defence"},
        {**national, "HMT Subfunction": "1.7 of which: Bank of England Debt Interest", "CG, LG or PC": "BOE"},
        year="2011-12",
    )
    assert made.lines.empty
    assert made.memo["service_name"].tolist() == ["2.1 Military defence", "1.7 of which: Bank of England Debt Interest"]
    assert made.memo["sector"].tolist() == ["CG", ""]
    assert set(made.memo["service_code"]) == set(made.memo["footprint_code"]) == {""}
    assert set(made.memo["reason"]) == {"it is not identifiable: spent for the United Kingdom as a whole"}


def test_rows_of_one_segment_and_region_are_told_apart(read: Callable[..., Reading]) -> None:
    made = read({}, {}, {"NUTS Region": "ENGLAND_London"}, year="2011-12")
    assert made.lines["line_id"].tolist() == [
        "DOH-1/E12000002/current/row 2/2011-12", "DOH-1/E12000002/current/row 3/2011-12",
        "DOH-1/E12000007/current/2011-12",
    ]  # fmt: skip


def test_bodies_are_named_as_the_shipped_lines_name_them(read: Callable[..., Reading]) -> None:
    given = ["Local Government England", "Cabinet Office: Civil Superannuation", "Cabinet Office"]
    made = read(*({"Department": name, "CRA Segment": name} for name in given), year="2011-12")
    assert made.lines["body"].tolist() == ["Local authorities in England", "Civil Service pensions", "Cabinet Office"]


@pytest.mark.parametrize("name", ["=1+1", "<script>alert(1)</script>", "@SUM(A1)", "Ministry of\x1b[2J Magic"])
def test_names_that_look_like_code_stay_text(read: Callable[..., Reading], name: str) -> None:
    assert read({"Department": name}).lines["body"].iloc[0] == name.replace("\x1b", "")


@pytest.mark.parametrize(
    ("changed", "problem", "hint"),
    [
        ({"HMT Subfunction": "7.A Medicl services"},
         "the row's HMT Subfunction is '7.A Medicl services', which is not known",
         "did you mean '7.A Medical services'?"),
        ({"NUTS Region": "ENGLAND_Lundon"}, "the row's NUTS Region is 'ENGLAND_Lundon', which is not known", None),
        ({"CAP or CUR": "CURR"}, "the row's CAP or CUR is 'CURR', which is not known", "did you mean 'CUR'?"),
        ({"CG, LG or PC": "BOE"}, "the row's CG, LG or PC is 'BOE', which is not known", "known are CG, LG, PC"),
        ({"ID/non-ID": ""}, "the row's ID/non-ID is blank", "see the row in the file"),
        ({"Department": " "}, "the row's Department is blank", "see the row in the file"),
    ],
)  # fmt: skip
def test_an_amount_that_cannot_be_placed_is_a_reject(
    read: Callable[..., Reading], changed: dict[str, str], problem: str, hint: str | None
) -> None:
    made = read({**changed, "2010-11": 0})
    (reject,) = made.rejects.to_dict("records")
    assert (reject["row"], reject["column"], reject["value"], reject["problem"]) == (2, "2011-12", "2", problem)
    assert hint is None or reject["hint"] == hint
    assert made.cells_of("not applicable") == 1


def test_text_in_a_cell_of_money_is_a_reject_with_row_and_heading(read: Callable[..., Reading]) -> None:
    made = read({}, {"CRA Segment": "2", "2010-11": "see note", "2011-12": "#REF!"})
    assert made.rejects[["row", "column", "value"]].to_numpy().tolist() == [
        [3, "2010-11", "see note"], [3, "2011-12", "#REF!"],
    ]  # fmt: skip


# --- other layouts


def test_headings_and_functions_of_later_databases_are_known(write_workbook: Callable[..., Path]) -> None:
    headings = ["Organisation", "HMT_Sub-functional_Classification", "ID or non-ID", "Capital or Current",
                "CG, LG, or PC", "NUTS 1 Region", "2018-19 outturn"]  # fmt: skip
    rows = [
        ["CRA 2019 (£ thousand)"],
        [],
        headings,
        ["A", "10.6 HOUSING", "id", "Current", "lg", "East of England", 5],
        ["B", "7.a medical services", "Identifiable", "cap", "CG", "ENGLAND_Yorkshire and The Humber", 6],
        ["C", "7.A Medical services", "ID", "CAP", "CG", "East", 7],
        ["D", "7.A Medical services", "ID", "CAP", "CG", "outside UK", 7],
    ]
    made = read_cra(write_workbook({"Read me": [["Hello"]], "Data": rows}), vintage="2019")
    assert made.lines["footprint_code"].tolist() == ["E12000006", "E12000003", "E12000006"]
    assert made.lines["service_code"].tolist() == ["10.6", "7.A", "7.A"]
    assert made.lines["payment_to_people"].tolist() == [True, False, False]
    assert made.lines["row"].tolist() == [4, 5, 6]
    assert made.lines["line_id"].iloc[0] == "row 4/E12000006/current/2018-19"
    assert set(made.lines["source_id"]) == {"hmt-cra-2019"}


def test_missing_headings_are_all_named(write_csv: Callable[..., Path]) -> None:
    headings = ["Departmint", *HEADINGS[1:10], "NUTS Regoin", *YEARS]
    with pytest.raises(DataFileError, match="no heading 'Department', 'NUTS Region'") as caught:
        read_cra(write_csv(rows_of({}, headings=headings)))
    hint = "for 'Department' did you mean 'Departmint'?; for 'NUTS Region' did you mean 'NUTS Regoin'?"
    assert caught.value.hint == hint


def test_two_columns_of_one_year_are_refused(write_csv: Callable[..., Path]) -> None:
    with pytest.raises(DataFileError, match="several columns for 2011-12"):
        read_cra(write_csv(rows_of({}, headings=[*HEADINGS, "2011-12", "2011/12 plans"])), unit="thousand")


def test_two_sheets_with_a_database_are_refused(write_workbook: Callable[..., Path]) -> None:
    with pytest.raises(DataFileError, match="several sheets with the headings of a database: 'A' and 'B'"):
        read_cra(write_workbook({"A": rows_of({}), "B": rows_of({})}))


def test_a_database_that_does_not_say_its_unit_is_refused(write_csv: Callable[..., Path]) -> None:
    with pytest.raises(DataFileError, match="does not say in which unit"):
        read_cra(write_csv(rows_of({})))


def test_columns_that_are_no_years_are_counted(write_csv: Callable[..., Path]) -> None:
    rows = rows_of({"Remark": "x"}, headings=[*HEADINGS, "2011-12", "Remark", ""])
    made = read_cra(write_csv([*rows, [*rows[1], "stray"]]), unit="thousand")
    reasons = Counter(dict(zip(made.account["reason"], made.account["cells"], strict=True)))
    assert (made.cells_read, reasons["not the column of a year"], reasons[""]) == (6, 4, 2)


def test_no_two_services_are_spelt_alike() -> None:
    names = services()["service_name"].str.casefold().str.replace(r"[\W_]+", "", regex=True)
    assert names.is_unique


# --- laws


CELL = st.one_of(
    st.sampled_from(["", "..", "n/a", "£1,234", "#REF!", "x", "0", "(3)"]),
    st.integers(-(10**6), 10**6),
    st.floats(-9e6, 9e6),
)
ROW = st.fixed_dictionaries(
    {
        "2010-11": CELL,
        "2011-12": CELL,
        "ID/non-ID": st.sampled_from(["ID", "Non-ID", "?"]),
        "NUTS Region": st.sampled_from(["ENGLAND_London", "SCOTLAND", "Not Identifiable", "East"]),
        "HMT Subfunction": st.sampled_from(["7.A Medical services", "2.1 Military defence"]),
        "CG, LG or PC": st.sampled_from(["CG", "LG", "BOE"]),
    }
)


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(ROW, max_size=6), year=st.sampled_from([None, *YEARS]))
def test_whatever_the_cells_hold_each_is_accounted_for(
    read: Callable[..., Reading], rows: list[dict[str, Any]], year: str | None
) -> None:
    made = read(*rows, year=year)
    assert made.cells_read == 2 * len(rows)
    everything = pd.concat([made.lines, made.memo])
    assert everything["line_id"].is_unique
    assert set(made.lines["footprint_code"]) <= {"E12000006", "E12000007"}
    assert abs(made.rounding) <= Fraction(len(everything), 2)


# --- the real database


@pytest.fixture(scope="module")
def all_years(published: Callable[[str], Path]) -> Reading:
    return read_cra(published("CRA_2014*.xlsx"))


@pytest.fixture(scope="module")
def of_2011_12(all_years: Reading) -> pd.DataFrame:
    return all_years.lines[all_years.lines["financial_year"] == "2011-12"]


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    table = pd.read_csv(SHIPPED)
    return table.assign(amount_pence=table["amount_gbp"] * 100)


def test_every_cell_of_the_real_database_is_read(all_years: Reading) -> None:
    assert all_years.cells_read == 22_469 * 5
    assert all_years.rejects.empty
    assert dict(all_years.account.groupby("outcome")["cells"].sum()) == {
        "lines": 45_738, "memo": 761, "not applicable": 35_230 + 30_616,
    }  # fmt: skip
    assert all_years.lines["line_id"].is_unique
    assert all_years.memo["line_id"].is_unique
    assert all_years.checks.empty


def test_the_real_totals_of_each_year(all_years: Reading) -> None:
    assert all_years.lines.groupby("financial_year")["amount_pence"].sum().to_dict() == {
        "2009-10": 44_374_376_317_376,
        "2010-11": 44_839_525_570_084,
        "2011-12": 44_485_128_788_565,
        "2012-13": 45_300_254_243_962,
        "2013-14": 46_745_334_081_280,
    }
    # In whole thousands of pounds, as it is published.
    assert all_years.memo.groupby("financial_year")["amount_pence"].sum().to_dict() == {
        "2009-10": 7_789_803_700_000,
        "2010-11": 8_636_628_300_000,
        "2011-12": 8_707_083_400_000,
        "2012-13": 8_220_723_000_000,
        "2013-14": 8_078_572_400_000,
    }
    assert abs(all_years.rounding) < 48


def test_the_real_total_is_that_of_the_shipped_lines_within_their_rounding_to_pounds(
    of_2011_12: pd.DataFrame, shipped: pd.DataFrame
) -> None:
    difference = int(of_2011_12["amount_pence"].sum()) - int(shipped["amount_pence"].sum())
    assert difference == 1_965
    assert abs(difference) <= 50 * len(shipped)


def test_the_real_lines_add_up_to_each_shipped_line_within_half_a_pound(
    of_2011_12: pd.DataFrame, shipped: pd.DataFrame
) -> None:
    keys = ["body", "sector", "service_code", "economic", "footprint_code"]
    large = of_2011_12["body"].isin(set(shipped["body"]))
    grouped = of_2011_12.assign(body=of_2011_12["body"].where(large, "Other central government bodies"))
    found = grouped.groupby(keys)["amount_pence"].sum().astype("int64")
    expected = shipped.groupby(keys)["amount_pence"].sum()
    both = pd.concat([found, expected], axis=1, keys=["found", "expected"]).fillna(0)
    rows = shipped.groupby(keys).size().reindex(both.index).fillna(1)
    # Half a pound for each row of the shipped file, and the pennies that its cells were rounded by.
    allowance = 50 * rows + grouped.groupby(keys).size().reindex(both.index).fillna(0) / 2
    assert ((both["found"] - both["expected"]).abs() <= allowance).all()


def test_the_real_lines_pass_the_check_of_lines(of_2011_12: pd.DataFrame) -> None:
    assert len(prepare_table(of_2011_12)) == 9_257


def test_the_real_year_alone_is_the_same(all_years: Reading, published: Callable[[str], Path]) -> None:
    alone = read_cra(published("CRA_2014*.xlsx"), year="2013-14")
    same = all_years.lines[all_years.lines["financial_year"] == "2013-14"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.lines, same)
    assert alone.cells_read == all_years.cells_read
