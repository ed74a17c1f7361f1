"""What a report is made of: parts that can be named, and pictures that say what they show."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from made_up_report import made_up_bars, made_up_picture, made_up_report, made_up_table

from placespend.reports.document import KNOWN_MEANINGS, KNOWN_WORDS, Column, DataTable, Section


def test_a_report_lists_its_tables_and_those_behind_pictures_in_their_order() -> None:
    names = [table.id for table in made_up_report().tables()]
    assert names[:3] == ["bodies-table", "all-bodies", "map-per-head-table"]
    assert len(names) == len(set(names)) == 7


@pytest.mark.parametrize("name", ["", "Bodies", "a b", "1a", "a_b", "../a", "a.csv", "é", "a\n"])
def test_a_part_has_a_name_that_can_stand_in_links_and_as_a_file(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a part"):
        made_up_table(name)


def test_two_parts_cannot_have_one_name() -> None:
    report = made_up_report()
    twice = dataclasses.replace(report.sections[0], id="all-bodies")
    with pytest.raises(ValueError, match="several parts of the report have the id all-bodies"):
        dataclasses.replace(report, sections=(twice, *report.sections[1:]))


def test_rows_are_as_long_as_there_are_columns() -> None:
    with pytest.raises(ValueError, match="table t has rows of another length"):
        DataTable("t", "T", (Column("A"), Column("B")), (("one",),), pd.DataFrame())


@pytest.mark.parametrize("options", [{"lows": ()}, {"highs": ()}, {"lows": (1.0,)}])
def test_each_bar_has_one_value_and_one_range_or_none_has(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="picture b has not one value"):
        made_up_bars("b", **options)
    assert made_up_bars("b", lows=(), highs=()).lows == ()


def test_bars_say_what_they_show() -> None:
    told = made_up_bars("b").alternative
    assert told.startswith(
        "Bars of £ per head. A thin line over a bar is its range. Department for Work and Pensions: £8,8"
    )
    assert "not known" in told
    assert "range" not in made_up_bars("b", lows=(), highs=()).alternative


def test_a_map_has_a_picture() -> None:
    with pytest.raises(ValueError, match="map m has no picture"):
        made_up_picture("m", png=b"")


def test_every_word_for_how_a_figure_is_known_is_explained() -> None:
    assert list(KNOWN_MEANINGS) == list(KNOWN_WORDS)


def test_a_section_has_a_name_for_links() -> None:
    with pytest.raises(ValueError, match="'Who spends' cannot name"):
        Section("Who spends", "Who spends", ())
