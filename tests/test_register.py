"""A line is followed back and on, and all lines that changes join are one family, whatever stands beside them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from placespend.errors import LinesError, UnknownNameError
from placespend.register import TRACE_COLUMNS, Register, read_register, shipped_register
from placespend.register_schema import CHANGE_COLUMNS, LINE_COLUMNS

Row = dict[str, str]


def register(lines: list[Row], changes: list[Row]) -> Register:
    """A register, each row told by what is worth saying; a line is open at both ends."""
    said = {"name": "", "body": "Council", "source": "Act"}
    return Register(
        pd.DataFrame([{**said, "name": f"Line {row['line']}", **row} for row in lines], columns=list(LINE_COLUMNS)),
        pd.DataFrame([{"source": "Act", **row} for row in changes], columns=list(CHANGE_COLUMNS)),
    )


def step(on: str, before: str, after: str, change: str) -> Row:
    return {"on": on, "predecessor": before, "successor": after, "change": change}


WORKED = register(
    [
        {"line": "a", "valid_to": "2011-03-31"},
        {"line": "b", "valid_to": "2011-03-31"},
        {"line": "c", "valid_from": "2011-04-01", "valid_to": "2013-03-31"},
        {"line": "d", "valid_from": "2013-04-01", "valid_to": "2015-03-31"},
        {"line": "e", "valid_from": "2013-04-01"},
        {"line": "alone"},
    ],
    [
        step("2015-04-01", "d", "", "ended"),
        step("2013-04-01", "c", "d", "split"),
        step("2013-04-01", "c", "e", "split"),
        step("2011-04-01", "a", "c", "merged"),
        step("2011-04-01", "b", "c", "merged"),
        step("2014-04-01", "e", "", "un-ring-fenced"),
    ],
)
"""Two lines merge into one, which splits in two again; of these one ends."""


def traced(found: pd.DataFrame) -> list[tuple[object, ...]]:
    columns = ["generation", "line", "on", "change", "predecessor", "successor"]
    return [tuple(row) for row in found[columns].to_numpy().tolist()]


def test_a_line_is_followed_back_and_on_in_order_of_date() -> None:
    found = WORKED.trace("c")
    assert found.columns.tolist() == TRACE_COLUMNS
    assert found["generation"].dtype == "int64"
    assert traced(found) == [
        (-1, "a", "2011-04-01", "merged", "a", "c"),
        (-1, "b", "2011-04-01", "merged", "b", "c"),
        (1, "d", "2013-04-01", "split", "c", "d"),
        (1, "e", "2013-04-01", "split", "c", "e"),
        (1, "e", "2014-04-01", "un-ring-fenced", "e", ""),
        (1, "d", "2015-04-01", "ended", "d", ""),
    ]
    about = found.loc[[2], ["name", "body", "valid_from", "valid_to", "source"]]
    assert about.to_numpy().tolist() == [["Line d", "Council", "2013-04-01", "2015-03-31", "Act"]]


def test_generations_count_changes_and_leave_out_what_is_only_beside() -> None:
    assert traced(WORKED.trace("a")) == [
        (1, "c", "2011-04-01", "merged", "a", "c"),
        (2, "d", "2013-04-01", "split", "c", "d"),
        (2, "e", "2013-04-01", "split", "c", "e"),
        (2, "e", "2014-04-01", "un-ring-fenced", "e", ""),
        (2, "d", "2015-04-01", "ended", "d", ""),
    ]
    assert traced(WORKED.trace("d"))[-1] == (0, "d", "2015-04-01", "ended", "d", "")
    assert [row[0] for row in traced(WORKED.trace("d"))] == [-2, -2, -1, 0]
    assert WORKED.trace("alone").empty


def test_a_generation_is_counted_by_the_longest_way() -> None:
    lines = [{"line": name} for name in "abc"]
    days = [step(f"201{day}-04-01", ends[0], ends[1], "replaced") for day, ends in enumerate(["ab", "bc", "ac"])]
    found = register(lines, days)
    assert found.trace("a")[["line", "generation"]].to_numpy().tolist() == [["b", 1], ["c", 2], ["c", 2]]
    assert found.trace("c")[["line", "generation"]].to_numpy().tolist() == [["a", -2], ["b", -1], ["a", -2]]


def test_a_family_is_named_by_what_nothing_followed() -> None:
    assert WORKED.families() == {**dict.fromkeys("abcde", "d + e"), "alone": "alone"}
    many = [{"line": f"l{number}", "valid_from": "2013-04-01"} for number in range(8)]
    split = [step("2013-04-01", "old", line["line"], "split") for line in many]
    assert register([{"line": "old"}, *many], split).families()["old"] == "l0 + l1 + l2 + l3 + l4 + 3 more"


def test_changing_what_was_given_does_not_change_the_register() -> None:
    WORKED.families().clear()
    assert len(WORKED.families()) == 6


def test_a_line_is_found_by_id_source_or_plain_name() -> None:
    found = register(
        [
            {"line": "1", "source_id": "x"},
            {"line": "1", "source_id": "y", "name": "Housing benefit"},
            {"line": "2"},
            {"line": "2", "source_id": "x"},
        ],
        [],
    )
    assert found.find("1 of x") == "1 of x"
    assert found.find("housing BENEFIT") == "1 of y"
    assert found.find("2") == "2"
    assert [found.key_for(*pair) for pair in [("1", "x"), ("1", "z"), ("2", "x"), ("2", "z"), ("3", "x")]] == [
        "1 of x", None, "2 of x", "2", None,
    ]  # fmt: skip
    with pytest.raises(UnknownNameError, match="'1' may be any of 2 lines") as caught:
        found.find("1")
    assert caught.value.hint == "say which: '1 of x', '1 of y'"


def test_an_unknown_line_is_told_with_what_was_probably_meant() -> None:
    with pytest.raises(UnknownNameError, match="'univercal credit' is not in the line register") as caught:
        shipped_register().trace("univercal credit")
    assert caught.value.hint == "did you mean 'universal-credit'?"
    with pytest.raises(UnknownNameError) as caught:
        shipped_register().trace("")
    assert caught.value.hint == "declare it in a line register of your own"


def test_a_line_of_several_periods_is_one_line_called_as_it_is_last() -> None:
    periods = [
        {"line": "a", "name": "Old name", "valid_to": "2011-03-31"},
        {"line": "a", "name": "New name", "valid_from": "2013-04-01"},
    ]
    found = register(periods, [])
    assert found.describe("a") == {
        "line": "a", "name": "New name", "body": "Council", "valid_from": "", "valid_to": "",
    }  # fmt: skip
    assert found.exists("a", ("2011-03-31", "2011-04-01"))
    assert not found.exists("a", ("2011-04-01", "2013-03-31"))
    assert found.find("Old name") == "a"


def test_tables_may_hold_dates_and_missing_values() -> None:
    lines = pd.DataFrame(
        {
            "line": ["a", "b"],
            "name": ["A", "B"],
            "body": "Council",
            "valid_from": pd.Series([pd.Timestamp("2011-04-01"), pd.NaT]),
            "valid_to": None,
            "source": "Act",
        }
    )
    found = Register(lines, pd.DataFrame(columns=list(CHANGE_COLUMNS)))
    assert found.lines["valid_from"].tolist() == ["2011-04-01", ""]
    assert found.lines[["file", "row"]].to_numpy().tolist() == [["your table", 1], ["your table", 2]]
    assert repr(found) == "<Register of 2 funding lines, 0 changes>"


def test_a_table_that_lacks_a_column_or_holds_faults_makes_no_register() -> None:
    with pytest.raises(UnknownNameError, match="The table lacks line, name"):
        Register(pd.DataFrame({"x": [1]}), WORKED.changes)
    with pytest.raises(LinesError, match="column predecessor: not a line of the register: 'b'") as caught:
        Register(WORKED.lines[WORKED.lines["line"] != "b"], WORKED.changes)
    assert caught.value.failures["value"].tolist() == ["b"]


def test_an_empty_register_holds_nothing() -> None:
    found = read_register(with_shipped=False)
    assert repr(found) == "<Register of 0 funding lines, 0 changes>"
    assert found.families() == {}


def test_the_shipped_register_follows_the_health_service() -> None:
    found = shipped_register()
    assert repr(found) == "<Register of 26 funding lines, 19 changes from 2008-10-27 to 2022-07-01>"
    last = "icb-allocations + nhs-england-commissioning + public-health-grant"
    assert {line for line, family in found.families().items() if family == last} == {
        "pct-allocations", "ccg-allocations", "nhs-england-commissioning", "public-health-grant", "icb-allocations",
    }  # fmt: skip
    assert found.trace("icb-allocations")["line"].tolist() == ["pct-allocations", "ccg-allocations"]
    merged = [line for line, family in found.families().items() if family == "universal-credit"]
    assert len(merged) == 7


# --- laws

NAMES = [f"l{number}" for number in range(9)]
ENDS = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda ends: ends[0] < ends[1]), max_size=14)
"""Arrows from lower to higher numbers never make a circle."""


def crosswalk(ends: set[tuple[int, int]], *, beside: bool = False) -> Register:
    lines = [{"line": name} for name in NAMES]
    steps = [step(f"20{10 + first}-04-01", NAMES[first], NAMES[then], "un-ring-fenced") for first, then in sorted(ends)]
    if beside:
        lines += [{"line": "x"}, {"line": "y"}]
        steps += [step("2013-04-01", "x", "y", "replaced"), step("2014-04-01", "y", "", "un-ring-fenced")]
    return register(lines, steps)


@settings(deadline=None, max_examples=12)
@given(ENDS)
def test_tracing_from_any_member_finds_the_same_family(ends: set[tuple[int, int]]) -> None:
    found = crosswalk(ends)
    families = found.families()
    reached = {name: set(found.trace(name)["line"]) for name in NAMES}
    for name in NAMES:
        assert {families[other] for other in reached[name]} <= {families[name]}
        # Who finds another is found by it, on the other side and as many changes away.
        for other in reached[name]:
            assert name in reached[other]
            away, back = (
                found.trace(one).set_index("line")["generation"].groupby(level=0).first()[two]
                for one, two in ((name, other), (other, name))
            )
            assert away == -back
    # Going on from line to line reaches the whole family, and nothing else.
    for name in NAMES:
        group = {name}
        while not group >= (wider := set.union(*(reached[member] for member in group))):
            group |= wider
        assert group == {other for other in NAMES if families[other] == families[name]}


@settings(deadline=None, max_examples=12)
@given(ENDS)
def test_unrelated_changes_alter_nothing(ends: set[tuple[int, int]]) -> None:
    found, more = crosswalk(ends), crosswalk(ends, beside=True)
    assert more.families() == {**found.families(), "x": "y", "y": "y"}
    for name in NAMES:
        pd.testing.assert_frame_equal(found.trace(name), more.trace(name))


@settings(deadline=None, max_examples=12)
@given(ENDS, st.randoms())
def test_the_order_of_rows_does_not_matter(ends: set[tuple[int, int]], random: object) -> None:
    found = crosswalk(ends)
    seed = random.randrange(1000)  # type: ignore[attr-defined]
    mixed = Register(found.lines.sample(frac=1, random_state=seed), found.changes.sample(frac=1, random_state=seed))
    assert mixed.families() == found.families()
    for name in NAMES:
        pd.testing.assert_frame_equal(found.trace(name), mixed.trace(name))
