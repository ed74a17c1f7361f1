"""What became of a line is readable in 80 columns, and nothing in it is obeyed by a terminal."""

from __future__ import annotations

import pandas as pd
import pytest
from everyday import lines as lines_table
from rich.cells import cell_len
from test_over_years import ASKED, line
from test_register import WORKED, register

from placespend.errors import UnknownNameError
from placespend.over_years import awaited
from placespend.register import shipped_register
from placespend.register_text import awaited_text, trace_text

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "\x1b[2J\x1b[31mred\x07",
    "<script>alert(1)</script> [red]x[/red] :smile:",
    "\u202ereversed",
    "x" * 5_000,
    "曼彻斯特" * 60,
]


def is_plain(text: str) -> bool:
    return all(cell_len(row) <= 80 for row in text.splitlines()) and text.replace("\n", "").isprintable()


def test_a_line_is_set_out_with_what_came_before_after_and_beside() -> None:
    assert trace_text(shipped_register(), "CCG allocations") == (
        "Allocations to clinical commissioning groups (ccg-allocations)\n"
        "Clinical commissioning groups; in the register from 2013-04-01 to 2022-06-30\n"
        "\n"
        "What it came from\n"
        "\n"
        "On          Change  Came from                                      Exists\n"
        "────────────────────────────────────────────────────────────────────────────────\n"
        "2013-04-01  split   Allocations to primary care trusts             to 2013-03-31\n"
        "                    (pct-allocations), Primary care trusts\n"
        "\n"
        "What became of it\n"
        "\n"
        "On          Change    Became                                     Exists\n"
        "────────────────────────────────────────────────────────────────────────────────\n"
        "2022-07-01  replaced  Allocations to integrated care boards      from 2022-07-01\n"
        "                      (icb-allocations), Integrated care boards\n"
        "\n"
        "In the same family, through lines that it shares with them:\n"
        "  Health services that NHS England commissions itself\n"
        "  (nhs-england-commissioning)\n"
        "  Public health grant (public-health-grant)\n"
        "\n"
        "Sources:\n"
        "  Health and Social Care Act 2012 s.10; Health and Care Act 2022 Part 1\n"
        "  Health and Social Care Act 2012 ss.10 and 34\n"
        "  Health and Care Act 2022 Part 1\n"
    )


@pytest.mark.parametrize("name", shipped_register().periods)
def test_every_shipped_line_fits_the_width_and_names_its_source(name: str) -> None:
    text = trace_text(shipped_register(), name)
    assert is_plain(text)
    assert text.split("(", 1)[0].strip() in set(shipped_register().lines["name"].str.split("(").str[0].str.strip())
    assert "\nSources:\n  " in text


def test_beyond_the_next_generation_the_way_is_told() -> None:
    assert "into c" not in trace_text(WORKED, "c")
    text = trace_text(WORKED, "a")
    assert text.count("from c") == 2
    assert "What it came from" not in text
    assert "What happened to it" in trace_text(WORKED, "d")


def test_equal_notes_are_told_once() -> None:
    text = trace_text(shipped_register(), "universal-credit")
    assert text.count("Area by area, over years.") == 1


def test_money_is_of_the_family_with_what_is_awaited_in_sight() -> None:
    table = lines_table(
        line("a", "2010-11", 1_234_567_89),
        line("c", "2012-13"),
        line("d", "2013-14", 1),
        line("e", "2013-14"),
        line("e", "2014-15", status="included"),
        line("c", "2015-16", 5, file="x.csv", row=7),
        line("zzz", "2010-11", 99),
    )
    text = trace_text(WORKED, "e", table)
    assert (
        "Year     Lines  Family total (£)  Awaited\n"
        "─────────────────────────────────────────\n"
        "2010-11  a          1,234,567.89\n"
        "2012-13  c               awaited        1\n"
        "2013-14  d, e               0.01        1\n"
        "2014-15  e       in another line\n"
        "2015-16  c                  0.05\n"
    ) in text
    assert "Look at:\n  x.csv, row 7: 2015-16, a year in which the line did not exist" in text
    assert "each pound once" in text


def test_a_line_alone_and_one_without_money_say_so() -> None:
    text = trace_text(WORKED, "alone", lines_table(line("alone", "2010-11", 1)))
    assert "The register records no change of this line." in text
    assert "each pound once" not in text
    assert "None of the lines that were loaded is of this family." in trace_text(WORKED, "alone", lines_table())


def test_an_awaited_line_says_who_owes_it() -> None:
    found = register([{"line": "a", "valid_from": "2011-04-01", **ASKED}], [])
    said = "\nAwaited from 2011-04-01, owed by Jane at the Home Office, asked on 2012-05-01\n"
    assert said in trace_text(found, "a")


def test_an_unknown_line_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'Crisis loans"):
        trace_text(shipped_register(), "crises loans (discretionary social fund)")


def test_what_is_awaited_stands_in_a_table() -> None:
    found = register([{"line": "a", **ASKED}, {"line": "q", "valid_from": "2013-04-01", **ASKED, "asked_on": ""}], [])
    table = lines_table(line("a", "2011-12", service_name="8.2 Cultural services"), line("b", "2011-12"))
    text = awaited_text(awaited(table, found, as_at="2015-05-31"))
    assert text == (
        "3 figures are awaited, and in no total.\n"
        "\n"
        "Awaited                  Year          Owed by                 Asked on     Days\n"
        "────────────────────────────────────────────────────────────────────────────────\n"
        "Council                  2011-12       Jane at the Home        2012-05-01  1,125\n"
        "8.2 Cultural services,                 Office\n"
        "Manchester\n"
        "line a of ledger\n"
        "By letter\n"
        "Council                  2011-12       not named               not said\n"
        "line b of ledger\n"
        "Council                  from 2013-14  Jane at the Home        not said\n"
        "line q                                 Office\n"
        "By letter\n"
        "\n"
        "Notes:\n"
        "  In the register only, not in a file of lines: 1.\n"
        "  Nobody is named who owes the figure: 1. A row of status awaited in a line\n"
        "  register names them.\n"
    )


def test_nothing_awaited_says_so() -> None:
    assert awaited_text(awaited(None, shipped_register())) == "Nothing is awaited.\n"


@pytest.mark.parametrize("hostile", HOSTILE, ids=["formula", "escapes", "markup", "reversed", "long", "wide"])
def test_hostile_text_is_only_text(hostile: str) -> None:
    said = {"line": hostile, "name": hostile, "body": hostile, "source": hostile}
    found = register([{**said, **ASKED, "owner": hostile, "note": hostile}], [])
    table = lines_table(line(hostile, "2011-12", body=hostile, description=hostile), line("b", "2011-12", 1))
    assert is_plain(trace_text(found, hostile, table))
    assert is_plain(awaited_text(awaited(table, found)))
    assert is_plain(awaited_text(awaited(pd.concat([table.iloc[1:]]), found)))
