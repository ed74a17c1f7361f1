"""What a recipe takes in: filters, scope and overrides, every pound accounted for, and the same bytes each time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from everyday import lines as table_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from placespend.accounts import GAVE_WAY, IN_THE_POT, MEMO, READ, sum_pence
from placespend.bases import basis_of_service
from placespend.choices import Override
from placespend.errors import (
    DataFileError,
    LinesError,
    OverlapError,
    PlacespendError,
    RecipeError,
    YearError,
)
from placespend.exports.documents import pot_document
from placespend.exports.stamps import stamp
from placespend.exports.text import to_csv, to_json
from placespend.footprints import name_of
from placespend.intake import digest, filter_lines, take_in
from placespend.lines import shipped_lines
from placespend.loaded import Loaded, load
from placespend.money import format_gbp
from placespend.pot import pot_of, single_pot
from placespend.recipe import Recipe, Scope, Source, read_recipe, shipped_recipe
from placespend.recipe_schema import FILTER_COLUMNS
from placespend.relations import Relation
from placespend.responsibilities import service_groups
from placespend.shipped import FIGURES_COME_FROM, shipped_file
from placespend.tables import explanation_text, pot_text
from placespend.wanted import recipe_of

if TYPE_CHECKING:
    from collections.abc import Callable

SHARED = Path(os.environ.get("PLACESPEND_SHARED", Path(__file__).resolve().parents[2] / "shared"))
ENGLAND_PENCE = 44_485_128_786_600
GROUPS = sorted(service_groups()["group"].unique())
SERVICES = ["3.1", "8.2", "9.2", "10.2-pensions", "7.A"]

LINES = table_of(
    {"amount_pence": 1, "body": "A", "service_code": "8.2"},
    {"amount_pence": 20, "body": "B", "service_code": "3.1", "sector": "CG"},
    {"amount_pence": 300, "body": "A", "service_code": "9.2", "economic": "capital"},
    {"amount_pence": -4000, "body": "C", "service_code": "9.1-primary", "amount_kind": "budget"},
    {"amount_pence": 50_000, "body": "B", "service_code": "10.6", "payment_to_people": True},
    {"amount_pence": 600_000, "body": "C", "service_code": "8.1", "footprint_code": "E08000035"},
    {"amount_pence": 7_000_000, "body": "D", "service_code": "10.6", "status": "refused", "sector": "PC"},
    {"amount_pence": None, "body": "D", "service_code": "3.2", "status": "awaited"},
    {"amount_pence": 80_000_000, "body": "A", "service_code": "8.2", "financial_year": "2012-13"},
)
"""Each amount has a digit of its own, so that a sum tells which lines it is of."""
OWN = Source("own", table=LINES)


def taken(**filters: dict[str, list[str]]) -> int:
    """Sum the lines of the year that a source takes with filters."""
    return loaded_of(**filters).in_pence  # type: ignore[arg-type]


def loaded_of(scope: Scope = Scope(), year: str = "2011-12", **filters: dict[str, list[str]]) -> Loaded:  # noqa: B008
    return load(Recipe("T", (replace(OWN, **filters),), year, scope=scope))  # type: ignore[arg-type]


def outcomes(loaded: Loaded) -> dict[str, dict[str, int]]:
    """Give what became of each source's pounds."""
    return {
        str(source): dict(zip(rows["outcome"], rows["amount_pence"], strict=True))
        for source, rows in loaded.accounts.groupby("source")
    }


def adds_up(loaded: Loaded) -> bool:
    """Tell whether every source's pounds are accounted for, and those of the pot are in it."""
    of_source = outcomes(loaded)
    in_pot = sum(found.get(IN_THE_POT, 0) for found in of_source.values())
    read = all(sum(found.values()) == 2 * found[READ] for found in of_source.values())
    return read and in_pot == loaded.in_pence == sum_pence(loaded.cells)


# --- filters


@pytest.mark.parametrize(
    ("filters", "pence"),
    [
        ({"body": ["A"]}, 301),
        ({"body": ["A", "C"]}, 301 + 600_000 - 4000),
        ({"sector": ["CG"]}, 20),
        ({"service": ["8.1"]}, 600_000),
        ({"economic": ["capital"]}, 300),
        ({"footprint": ["E08000035"]}, 600_000),
        ({"amount_kind": ["budget"]}, -4000),
        ({"status": ["refused", "awaited"]}, 7_000_000),
        ({"line": ["0", "1"]}, 21),
        ({"publication": ["ledger"]}, 7_646_321),
        ({"group": ["cultural"]}, 600_001),
        ({"group": ["education", "police"]}, 320 - 4000),
        ({"body": ["A"], "economic": ["current"]}, 1),
        ({"body": ["A"], "group": ["education"]}, 300),
    ],
    ids=str,
)
def test_a_source_is_filtered_by_each_column_and_by_group(filters: dict[str, list[str]], pence: int) -> None:
    assert taken(only=filters) == pence
    # What one filter takes, the other leaves out.
    if "publication" in filters:
        with pytest.raises(YearError, match="There are no lines"):
            taken(leave_out=filters)
    else:
        assert taken(leave_out=filters) == 7_646_321 - pence


def test_every_column_of_a_filter_is_tried_above() -> None:
    (mark,) = test_a_source_is_filtered_by_each_column_and_by_group.pytestmark  # type: ignore[attr-defined]
    assert {key for filters, _ in mark.args[1] for key in filters} == {*FILTER_COLUMNS, "group"}


def test_both_filters_count_together() -> None:
    assert taken(only={"body": ["A", "B"]}, leave_out={"service": ["8.2"]}) == 50_320


@pytest.mark.parametrize("key", [*FILTER_COLUMNS, "group"])
@pytest.mark.parametrize("filters", ["only", "leave_out"])
def test_a_filter_that_names_what_no_line_has_is_an_error(key: str, filters: str) -> None:
    with pytest.raises(RecipeError, match=f"Source 'own' is filtered by {key} 'nothing of it', which none"):
        taken(**{filters: {key: ["nothing of it"]}})


def test_and_says_what_was_meant() -> None:
    cra = shipped_recipe().sources[0]
    for filters, meant in (
        ({"body": ["Department for Work & Pension"]}, "Department for Work and Pensions"),
        ({"group": ["educaton"]}, "education"),
        ({"economic": ["curent"]}, "current"),
        ({"footprint": ["E1200002"]}, "E12000002"),
    ):
        with pytest.raises(RecipeError) as caught:
            load(Recipe("T", (replace(cra, leave_out=filters),)))
        assert caught.value.hint is not None
        assert f"did you mean '{meant}'" in caught.value.hint


def test_a_filter_is_told_once_with_the_lines_that_it_takes() -> None:
    given_lines = take_in(OWN, year=None).lines
    assert filter_lines(given_lines, OWN).all()
    assert filter_lines(given_lines, replace(OWN, only={"body": ["A"]})).sum() == 3


# --- scope


@pytest.mark.parametrize(
    ("scope", "pence"),
    [
        (Scope(), 7_646_321),
        (Scope(payments_to_people=False), 7_646_321 - 50_000),
        (Scope(capital=False), 7_646_021),
        (Scope(only_services=("8.2",)), 1),
        (Scope(only_services=("cultural",)), 600_001),
        (Scope(only_services=("8.1", "education")), 600_300 - 4000),
        (Scope(leave_out_services=("housing-benefit",)), 7_646_321 - 7_050_000),
        (Scope(only_services=("education",), leave_out_services=("9.2",)), -4000),
        (Scope(leave_out_bodies=("A", "D")), 646_020),
        (Scope(amount_kinds=("budget",)), -4000),
        (Scope(amount_kinds=("budget", "outturn")), 7_646_321),
        (Scope(payments_to_people=False, capital=False, only_services=("education", "housing-benefit")), 6_996_000),
    ],
    ids=lambda found: found.describe() if isinstance(found, Scope) else None,
)
def test_the_scope_says_what_counts_and_what_does_not_is_accounted_for(scope: Scope, pence: int) -> None:
    loaded = loaded_of(scope)
    assert loaded.in_pence == pence
    assert outcomes(loaded)["own"].get("out of scope", 0) == 7_646_321 - pence
    assert adds_up(loaded)


def test_a_body_that_no_source_names_cannot_be_left_out() -> None:
    with pytest.raises(RecipeError, match=r"leaves out 'Home Ofice', a body that no source names\. Hint: did you mean"):
        single_pot("Leeds", recipe=replace(shipped_recipe(), scope=Scope(leave_out_bodies=("Home Ofice",))))


def test_nothing_in_scope_is_an_empty_pot_and_no_crash() -> None:
    scope = Scope(only_services=("8.2",), leave_out_services=("8.2",))
    pot = single_pot("Leeds", recipe=replace(shipped_recipe(), scope=scope))
    assert (pot.total_pence, len(pot.cells), pot.reconcile().in_pence) == (0, 0, 0)
    assert adds_up(pot.loaded)
    assert outcomes(pot.loaded)["cra"]["out of scope"] == ENGLAND_PENCE - 1_120_668_000_000
    assert "0.00" in pot_text(pot, "body")
    assert pot_document(pot, "body")["rows"] == []


NAMES = {
    key: sorted(LINES[column].replace("", pd.NA).dropna().unique())
    for key, column in FILTER_COLUMNS.items()
    if key != "line"
}
FILTERS = st.dictionaries(st.sampled_from(sorted(NAMES)), st.integers(1, 7), max_size=2).map(
    lambda found: {key: [name for bit, name in enumerate(NAMES[key]) if mask >> bit & 1] for key, mask in found.items()}
)
SCOPES = st.builds(
    Scope,
    payments_to_people=st.booleans(),
    capital=st.booleans(),
    only_services=st.lists(st.sampled_from([*GROUPS, "8.2", "10.6"]), max_size=3, unique=True).map(tuple),
    leave_out_services=st.lists(st.sampled_from([*GROUPS, "3.1"]), max_size=2, unique=True).map(tuple),
    leave_out_bodies=st.lists(st.sampled_from("ABCD"), max_size=2, unique=True).map(tuple),
    amount_kinds=st.lists(st.sampled_from(["outturn", "budget"]), max_size=2, unique=True).map(tuple),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILTERS, FILTERS, SCOPES, st.sampled_from(["2011-12", "2012-13"]))
def test_what_was_read_is_the_sum_of_all_that_became_of_it(
    only: dict[str, list[str]], leave_out: dict[str, list[str]], scope: Scope, year: str
) -> None:
    filters = [{key: names for key, names in found.items() if names} for found in (only, leave_out)]
    try:
        loaded = loaded_of(scope, year, only=filters[0], leave_out=filters[1])
    except YearError:
        # The filters leave no line of the year.
        return
    assert adds_up(loaded)
    # Nothing gives way where no source is part of another.
    assert GAVE_WAY not in set(loaded.accounts["outcome"])
    assert outcomes(loaded)["own"][READ] == 87_646_321


SHIPPED_SCOPES = st.builds(
    Scope,
    payments_to_people=st.booleans(),
    capital=st.booleans(),
    only_services=st.lists(st.sampled_from(GROUPS), max_size=3, unique=True).map(tuple),
    leave_out_services=st.lists(st.sampled_from(GROUPS), max_size=2, unique=True).map(tuple),
    leave_out_bodies=st.lists(
        st.sampled_from(["Home Office", "Manchester", "Local authorities in England"]), max_size=1
    ).map(tuple),
)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    SHIPPED_SCOPES, st.lists(st.sampled_from(GROUPS), max_size=4, unique=True), st.sampled_from(["", "outturn", "cra"])
)
def test_and_of_sources_that_are_part_of_one_another_too(scope: Scope, groups: list[str], filtered: str) -> None:
    recipe = shipped_recipe()
    sources = tuple(
        replace(source, leave_out={"economic": ["current"]} if source.id == "cra" else {"group": ["police"]})
        if source.id == filtered
        else source
        for source in recipe.sources
    )
    relations = tuple(replace(found, groups=tuple(groups)) for found in recipe.relations)
    try:
        loaded = load(replace(recipe, sources=sources, relations=relations, scope=scope))
    except RecipeError:
        # A filter may take the official allocation away in which the outturn ought to be.
        assert filtered
        return
    assert adds_up(loaded)
    found = outcomes(loaded)
    # What gives way in the allocation is just what the outturn brings into the pot.
    everything = load(replace(loaded.recipe, scope=Scope()), intakes=loaded.intakes)
    assert found["cra"].get(GAVE_WAY, 0) == outcomes(everything)["outturn"].get(IN_THE_POT, 0)
    assert found["outturn"].get(GAVE_WAY, 0) == 0
    assert found["outturn"].get(MEMO, 0) == sum_pence(loaded.memo[loaded.memo["source"] == "outturn"])


# --- what is shared by something else


def test_an_override_stands_in_the_notes_and_in_the_explanation() -> None:
    recipe = replace(shipped_recipe(), overrides=(Override("3.2", "residents", "No incidents\x1b[2J are known"),))
    pot = single_pot("Leeds", recipe=recipe)
    note = "3.2: shared by residents: No incidents\x1b[2J are known"
    assert note in pot.notes
    explained = pot.explain("3.2")
    assert set(explained["basis"]) == {"residents"}
    assert set(explained["assumption"]) == {note.removeprefix("3.2: ")}
    # The ladder of the service knows the other basis, and what it is worth.
    assert set(explained["quality"]) == {"red"}
    other = pot.explain("8.2")
    assert "No incidents" not in "".join(other["assumption"])
    plain = single_pot("Leeds", recipe=shipped_recipe())
    assert plain.explain("3.2")["basis"].unique().tolist() == ["households"]
    # What it is shared by moves nothing in England.
    england = pot_of("England", pot.loaded)
    assert england.total_pence == ENGLAND_PENCE
    assert pot.total_pence != plain.total_pence
    for text in (pot_text(pot, "body"), explanation_text(pot, "3.2")):
        assert "No incidents[2J are known" in " ".join(text.split())
        assert "\x1b" not in text


def test_a_line_that_brings_its_own_basis_keeps_it() -> None:
    own = table_of({"amount_pence": 100}, {"amount_pence": 100, "basis": "households"})
    recipe = replace(recipe_of(own), overrides=(Override("8.2", "hectares", "why"),))
    loaded = load(recipe)
    assert loaded.lines["basis"].tolist() == ["hectares", "households"]
    explained = pot_of("E08000003", loaded).explain("8.2").set_index("basis")["assumption"].to_dict()
    assert explained == {"hectares": "shared by hectares: why", "households": "basis given with the line"}


def test_a_measure_that_is_left_out_gives_way_to_the_next_rung_of_its_ladder() -> None:
    recipe = replace(shipped_recipe(), measures_left_out=("employment_deprived",))
    loaded = load(recipe)
    own = basis_of_service()["basis"]
    moved = own.index[own == "employment_deprived"]
    assert len(moved)
    lines = loaded.lines[loaded.lines["service_code"].isin(moved)]
    assert set(loaded.bases.choose(lines)) == {"income_deprived", "working_age_16_64"}
    rest = loaded.cells[~loaded.cells["service_code"].isin(moved)]
    assert rest["basis"].tolist() == rest["service_code"].map(own).tolist()
    reasons = {choice.what: choice.reason for choice in loaded.choices}
    assert set(reasons) == set(moved)
    assert f"{moved[0]}: {reasons[moved[0]]}" in loaded.cautions
    assert "for the recipe leaves out employment_deprived" in reasons[moved[0]]
    assert loaded.in_pence == ENGLAND_PENCE


def test_a_blend_goes_with_a_measure_that_is_left_out_of_it() -> None:
    loaded = load(replace(shipped_recipe(), measures_left_out=("aged_65_plus",)))
    assert set(loaded.cells.loc[loaded.cells["service_code"] == "7.A", "basis"]) == {"residents"}


def test_where_no_rung_is_left_that_is_an_error() -> None:
    with pytest.raises(RecipeError, match=r"Nothing is left to share .*fire.* by without households, residents"):
        load(replace(shipped_recipe(), measures_left_out=("households", "residents")))


def test_an_override_goes_before_a_measure_that_is_left_out() -> None:
    recipe = replace(
        shipped_recipe(), measures_left_out=("employment_deprived",), overrides=(Override("10.5", "hectares", "why"),)
    )
    assert basis_of_service()["basis"]["10.5"] == "employment_deprived"
    loaded = load(recipe)
    assert set(loaded.lines.loc[loaded.lines["service_code"] == "10.5", "basis"]) == {"hectares"}
    assert [choice.reason for choice in loaded.choices if choice.what == "10.5"] == ["shared by hectares: why"]


# --- reading


def test_lines_of_unknown_footprints_are_kept_on_request(write_lines: Callable[..., Path], tmp_path: Path) -> None:
    write_lines({"footprint_code": "NOWHERE", "amount_gbp": "3"}, {"amount_gbp": "5"})
    path = tmp_path / "recipe.toml"
    text = '[[source]]\nid = "own"\nfile = "lines.csv"\n'
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LinesError, match="NOWHERE"):
        load(read_recipe(path))
    path.write_text(f'{text}unknown_footprints = "error"\n', encoding="utf-8")
    with pytest.raises(LinesError, match="NOWHERE"):
        load(read_recipe(path))
    path.write_text(f'{text}unknown_footprints = "keep"\n', encoding="utf-8")
    recipe = read_recipe(path)
    pot = single_pot("E08000003", recipe=recipe)
    found = pot.reconcile()
    assert (found.in_pence, found.placed_pence, found.unallocated_pence) == (800, 500, 300)
    assert adds_up(pot.loaded)


def test_a_line_that_stands_in_another_is_counted_there_alone(write_lines: Callable[..., Path]) -> None:
    path = write_lines({"amount_gbp": "5"}, {"amount_gbp": "", "status": "included"})
    loaded = load(Recipe("T", (Source("own", paths=(path,)),)))
    assert loaded.in_pence == 500
    assert loaded.cautions == ("The amount of 2 stands in another line, and is counted there.",)
    assert loaded.accounts["lines"].tolist() == [2, 2]
    assert adds_up(loaded)


@pytest.mark.parametrize("form", ["hmt-cra", "revenue-outturn", "integrated-settlement"])
def test_a_file_of_another_layout_is_told(write_lines: Callable[..., Path], form: str) -> None:
    options = {"footprint": "E47000001", "recipient": "GMCA", "unit": "pound"}
    source = Source("x", form, paths=(write_lines({}),), options=options if form == "integrated-settlement" else {})
    with pytest.raises(PlacespendError):
        load(Recipe("T", (source,), "2011-12"))


@pytest.mark.parametrize(
    ("options", "year", "told"),
    [
        ({}, "2025-26", "Source 'x' does not say footprint and recipient"),
        ({"footprint": "E47000001"}, "2025-26", "Source 'x' does not say recipient"),
        ({"footprint": "E47000001", "recipient": "GMCA"}, None, "do not say which year they are of"),
    ],
)
def test_what_a_settlement_does_not_say_must_be_said(
    write_lines: Callable[..., Path], options: dict[str, str], year: str | None, told: str
) -> None:
    source = Source("x", "integrated-settlement", paths=(write_lines({}),), options=options)
    with pytest.raises(RecipeError, match=told):
        take_in(source, year=year)


SETTLEMENT = """Functional responsibility,Fund,Home department,Allocation mechanism,RDEL (£m),CDEL (£m)
Local transport,Buses,DfT,Formula,12.5,TBC
Local transport,Trams,DfT,Formula,included in figure above,
"""


def test_a_settlement_is_taken_in_with_what_it_awaits_and_what_stands_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "settlement.csv").write_text(SETTLEMENT, encoding="utf-8")
    path = tmp_path / "recipe.toml"
    path.write_text(
        'financial_year = "2025-26"\n[[source]]\nid = "deal"\nformat = "integrated-settlement"\n'
        'file = "settlement.csv"\nfootprint = "E47000001"\nrecipient = "GMCA"\n',
        encoding="utf-8",
    )
    pot = single_pot("Greater Manchester", recipe=path)
    assert (pot.total_pence, len(pot.awaited), len(pot.loaded.lines)) == (1_250_000_000, 1, 3)
    assert set(pot.loaded.lines["recipient_body"]) == {"GMCA"}
    assert adds_up(pot.loaded)
    assert pot.loaded.inputs[0] == ("settlement.csv", digest(tmp_path / "settlement.csv"))
    assert any(note.startswith("Source deal: ") for note in pot.notes)
    # A table that holds what no reader understands is not taken in part.
    (tmp_path / "settlement.csv").write_text(SETTLEMENT.replace("12.5", "about 12"), encoding="utf-8")
    with pytest.raises(LinesError, match="about 12"):
        single_pot("Greater Manchester", recipe=path)


def test_a_file_that_has_gone_is_told(tmp_path: Path) -> None:
    for form in ("lines", "hmt-cra", "revenue-outturn"):
        with pytest.raises(DataFileError, match="There is no file"):
            load(Recipe("T", (Source("x", form, paths=(tmp_path / "gone",)),), "2011-12"))


# --- what makes the same figures again


def test_the_digest_of_an_input_changes_with_any_byte_and_not_otherwise(
    write_lines: Callable[..., Path], tmp_path: Path
) -> None:
    path = write_lines({"amount_gbp": "1.00"})
    recipe = Recipe("T", (Source("own", paths=(path,)),))
    first = load(recipe)
    content = path.read_bytes()
    assert first.inputs[0] == ("lines.csv", hashlib.sha256(content).hexdigest())
    assert digest(path) == first.inputs[0][1]
    # Written anew, and elsewhere.
    path.write_bytes(content)
    (tmp_path / "folder").mkdir()
    other = tmp_path / "folder" / "lines.csv"
    other.write_bytes(content)
    elsewhere = load(Recipe("T", (Source("own", paths=(other,)),)))
    assert load(recipe).inputs == first.inputs == elsewhere.inputs
    assert load(recipe).stamp == first.stamp == elsewhere.stamp
    path.write_bytes(content + b"\n")
    changed = load(recipe)
    assert changed.inputs[0] != first.inputs[0]
    assert changed.inputs[1:] == first.inputs[1:]
    assert changed.stamp != first.stamp
    assert changed.in_pence == first.in_pence


def test_a_table_has_a_digest_of_its_lines_wherever_they_stood() -> None:
    def digest_of(table: pd.DataFrame) -> str:
        ((name, found),) = take_in(Source("own", table=table), year=None).inputs
        assert name == "table own"
        return found

    first = digest_of(LINES)
    assert digest_of(LINES.copy()) == first
    assert digest_of(LINES.set_axis(range(10, 19), axis=0)) == first
    assert digest_of(LINES.assign(file="x.csv", row=5)) == first
    assert digest_of(LINES.astype({"body": "category", "status": "object"})) == first
    assert digest_of(LINES.assign(amount_pence=LINES["amount_pence"] + 1)) != first
    assert digest_of(LINES.assign(description="x")) != first
    assert digest_of(LINES.iloc[::-1]) != first
    assert digest_of(LINES.iloc[1:]) != first


def test_the_same_recipe_gives_the_same_bytes_in_every_process(
    write_lines: Callable[..., Path], tmp_path: Path
) -> None:
    awaited = [{"body": f"Company {number}", "amount_gbp": "", "status": "awaited"} for number in range(9)]
    write_lines(*awaited)
    text = shipped_file("spend_lines", "england_2011-12.toml").read_text(encoding="utf-8").replace("capital = true", "")
    path = tmp_path / "recipe.toml"
    path.write_text(
        f'{text}\n[[source]]\nid = "own"\nfile = "lines.csv"\n[[basis]]\nservice = "3.2"\nbasis = "residents"\n'
        'reason = "why"\n[measures]\nleave_out = ["employment_deprived"]\n',
        encoding="utf-8",
    )
    program = (
        "import sys, placespend as ps\nfrom placespend.exports.documents import *\n"
        "from placespend.exports.stamps import *\nfrom placespend.exports.text import *\n"
        "pot = ps.single_pot('Greater Manchester', recipe=sys.argv[1])\n"
        "sys.stdout.write(to_json(pot_document(pot, 'body', 'grade')) + to_csv(stamp(pot.by('service'), pot.loaded))\n"
        "    + to_csv(stamp(pot.explain('3.2'), pot.loaded)))\n"
    )
    printed = [
        subprocess.run(
            [sys.executable, "-c", program, str(path)],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "4711")
    ]
    assert printed[0] == printed[1]
    assert len(printed[0]) > 30_000
    # And in this process, where other pots were built before.
    pot = single_pot("Greater Manchester", recipe=path)
    assert to_json(pot_document(pot, "body", "grade")).encode() == printed[0][: printed[0].index(b"\n}\n") + 3]
    assert to_csv(stamp(pot.by("service"), pot.loaded)).encode() in printed[0]


def test_the_inputs_name_all_that_figures_come_from() -> None:
    names = [name for name, _ in load(shipped_recipe()).inputs]
    assert names[:2] == ["cra_2011-12.csv", "revenue_outturn_2011-12_pilots.csv"]
    assert set(names[2:]) == {f"{folder}/{name}" for folder, found in FIGURES_COME_FROM.items() for name in found}


# --- the published files themselves


def published(pattern: str) -> Path:
    found = sorted((SHARED / "data" / "outturn").glob(pattern))
    if not found:
        pytest.skip(f"needs the real file {pattern} in {SHARED / 'data' / 'outturn'}")
    return found[0]


ANALYSIS, OUTTURN = "CRA_2014*.xlsx", {"2011-12": "Revenue*2011-12*.xls", "2012-13": "Revenue*2012-13*.xls"}
KNOWN: dict[str, Any] = {}
"""Readings of this process: one takes seconds."""


def recipe_with(*uses: Relation, year: str, alone: bool = False) -> Recipe:
    analysis = Source("analysis", "hmt-cra", paths=(published(ANALYSIS),))
    outturn = Source("outturn", "revenue-outturn", paths=(published(OUTTURN[year]),))
    return Recipe("Published", (analysis,) if alone else (analysis, outturn), year, tuple(uses))


def load_published(recipe: Recipe) -> Loaded:
    year = str(recipe.financial_year)
    loaded = load(recipe, intakes=KNOWN.get(year))
    KNOWN[year] = {**KNOWN.get(year, {}), **loaded.intakes}
    return loaded


def related(use: str, year: str = "2011-12", **options: tuple[str, ...]) -> Recipe:
    return recipe_with(Relation("outturn", "analysis", use, **options), year=year)


def test_the_analysis_as_published_is_what_was_shipped_but_for_rounding() -> None:
    loaded = load_published(recipe_with(year="2011-12", alone=True))
    # Each shipped line was rounded to the pound, and each cell of the file to the penny.
    assert abs(loaded.in_pence - ENGLAND_PENCE) <= 50 * len(shipped_lines())
    assert loaded.in_pence == 44_485_128_788_565
    (note,) = loaded.cautions
    assert note == (
        "Source analysis: 112,345 cells read, 9,257 became lines; rounding to the penny added -23.24 pence."
    )
    by_region = loaded.lines.groupby("footprint_code")["amount_pence"].sum()
    shipped = shipped_lines().groupby("footprint_code")["amount_pence"].sum()
    assert (by_region - shipped).abs().max() <= 50 * len(shipped_lines())
    assert adds_up(loaded)


def test_what_is_not_identifiable_is_a_memo_and_in_no_pot() -> None:
    loaded = load_published(recipe_with(year="2011-12", alone=True))
    assert (len(loaded.memo), sum_pence(loaded.memo)) == (144, 8_707_083_400_000)
    assert loaded.memo["reason"].unique().tolist() == [
        "it is not identifiable: spent for the United Kingdom as a whole"
    ]
    assert loaded.memo["footprint_code"].unique().tolist() == [""]
    leeds = pot_of("Leeds", loaded)
    assert len(leeds.memo) == 144
    assert any(note.startswith("In no pot: £87,070,834,000.00, because it is not identifiable") for note in leeds.notes)


def test_the_full_outturn_in_place_of_the_analysis_moves_the_total_by_the_difference_of_definitions() -> None:
    alone, loaded = load_published(recipe_with(year="2011-12", alone=True)), load_published(related("replace"))
    assert loaded.in_pence - alone.in_pence == -int(loaded.residuals["difference_pence"].sum())
    assert loaded.in_pence == 44_658_287_288_564
    assert adds_up(loaded)
    england = loaded.residuals.groupby("group")["difference_pence"].sum()
    measured = {
        "education": -1_809_997,
        "highways": -1_618_661,
        "housing": -1_115_280,
        "adult-social-care": 1_023_776,
        "housing-benefit": 1_862_649,
        "childrens-social-care": -99_526,
        "cultural": -165_737,
        "environmental": -71_607,
        "planning": 389_414,
        "central": -126_616,
    }
    for group, thousands in measured.items():
        assert round(england[group] / 100_000) == thousands
    assert (england["police"], england["fire"]) == (0, 0)
    assert set(england.index) == {*measured, "police", "fire"} == set(GROUPS)
    # As METHOD 3.4 has it, in thousand million.
    told = {"education": -1.8, "highways": -1.6, "housing": -1.1, "adult-social-care": 1.0, "housing-benefit": 1.9}
    assert {group: round(england[group] / 1e11, 1) for group in told} == told
    assert (loaded.residuals["observed_authorities"] == loaded.residuals["authorities"]).all()


def test_the_full_outturn_may_be_raked_to_the_analysis() -> None:
    alone, loaded = load_published(recipe_with(year="2011-12", alone=True)), load_published(related("scale"))
    assert loaded.in_pence == alone.in_pence
    assert adds_up(loaded)
    assert set(loaded.residuals["treatment"]) == {"scale"}
    assert len(loaded.residuals) == 9 * len(GROUPS)


def test_the_full_outturn_within_the_analysis_is_refused_with_every_group_and_region() -> None:
    residuals = load_published(related("replace")).residuals
    with pytest.raises(RecipeError) as caught:
        load_published(related("observed within"))
    told = caught.value.message.splitlines()[1:]
    exact = residuals["difference_pence"] == 0
    assert set(residuals.loc[exact, "group"]) == {"police", "fire"}
    assert exact.sum() == 18
    assert len(told) == (~exact).sum() == 90
    assert len(set(told)) == 90
    for row in residuals[~exact].to_dict(orient="records"):
        left = f"{format_gbp(row['difference_pence'])} would be left, and no place is left for it"
        assert f"  {row['label']}, {name_of(str(row['region']))}: {left}" in told
    assert caught.value.hint is not None
    assert 'use = "scale" or use = "replace"' in caught.value.hint
    # The two that fit need no choice, and one region or one group may be chosen by itself.
    loaded = load_published(related("observed within", groups=("police", "fire")))
    assert loaded.in_pence == load_published(recipe_with(year="2011-12", alone=True)).in_pence
    assert set(loaded.memo["reason"]) >= {"the recipe does not relate it"}
    assert adds_up(loaded)


def test_the_next_year_is_read_as_well() -> None:
    loaded = load_published(related("replace", "2012-13"))
    assert loaded.financial_year == "2012-13"
    england = loaded.residuals.groupby("group")["difference_pence"].sum()
    assert england["police"] == 0
    measured = {"education": -942_768, "highways": -1_613_216, "adult-social-care": 1_116_494, "fire": -873}
    assert {group: round(england[group] / 100_000) for group in measured} == measured
    assert loaded.in_pence == 45_414_337_143_959
    assert adds_up(loaded)


def test_two_editions_and_the_same_year_twice_are_refused() -> None:
    loaded = load_published(recipe_with(year="2011-12", alone=True))
    (source,) = loaded.recipe.sources
    intake = loaded.intakes["analysis"]
    later = replace(intake, lines=intake.lines.assign(source_id="hmt-cra-2015"))
    both = replace(loaded.recipe, sources=(source, replace(source, id="later", options={"vintage": "2015"})))
    with pytest.raises(OverlapError, match=r"2011-12 stands in both, of one publication \(hmt-cra-2014 and hmt-cra-2"):
        load(both, intakes={"analysis": intake, "later": later})
    # The one edition twice.
    with pytest.raises(PlacespendError, match="the same line_id, source_id and financial_year stand in another row"):
        load(both, intakes={"analysis": intake, "later": intake})
    # And outturn beside the analysis, which holds it.
    with pytest.raises(OverlapError, match="Local authorities in England"):
        load_published(recipe_with(year="2011-12"))
