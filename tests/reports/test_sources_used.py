"""Sources are told with publisher, date, licence and digest, and nothing tells where files lie."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from gathered_places import ENGLAND, GM, LEEDS, gathered, of_kind, shipped, tables_of

from placespend.reports.document import Notice
from placespend.reports.gathered import gather
from placespend.reports.sources_used import (
    called,
    inputs_of,
    measure_sources,
    money_sources,
    sources_of,
    sources_section,
)
from placespend.shipped import NOTICE, shipped_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_every_source_of_the_pot_is_told() -> None:
    pot = gathered(GM).pot
    money, measures = money_sources([pot]), measure_sources([pot])
    assert set(money["source_id"]) == set(pot.cells["source_id"].unique())
    told = {*money["told"], *(f"{row.source} ({row.licence})" for row in measures.itertuples())}
    assert told == set(pot.source_titles)
    assert set(money["licence"]) == {"OGL v3.0"}


def test_a_place_without_recorded_amounts_does_not_claim_them() -> None:
    assert set(money_sources([gathered(LEEDS).pot])["source_id"]) == {"hmt-cra-2014"}
    both = money_sources([gathered(LEEDS).pot, gathered(GM).pot])
    assert set(both["source_id"]) == {"hmt-cra-2014", "dclg-rs-2011-12"}


def test_nothing_of_england_was_shared_by_a_measure() -> None:
    assert measure_sources([gathered(ENGLAND).pot]).empty
    assert "sources-of-measures" not in tables_of(sources_of([gathered(ENGLAND).pot]).blocks)


def test_digests_are_those_of_the_files() -> None:
    inputs = dict(inputs_of(shipped()))
    assert dict(shipped().inputs).items() <= inputs.items()
    for name in ("spend_lines/troubled_families_published.csv", "boundaries/measures.csv"):
        folder, file = name.split("/")
        assert inputs[name] == hashlib.sha256(shipped_file(folder, file).read_bytes()).hexdigest()
    table = tables_of(sources_section(gathered(GM)).blocks)["files-read"]
    assert dict(zip(table.data["file"], table.data["sha256"], strict=True)) == inputs
    assert all(inputs[name].startswith(shown) for name, shown in table.rows)


def test_what_became_of_lines_is_that_of_the_recipe() -> None:
    table = tables_of(sources_section(gathered(GM)).blocks)["what-became-of-lines"]
    assert table.data.equals(shipped().accounts)
    assert ("Revenue Outturn Summary 2011-12", "memo: in no pot", "18", "188,467,000.00") in table.rows
    assert called(shipped(), "cra") == "Country and Regional Analysis database"


def test_the_notice_of_the_licences_is_there() -> None:
    (notice,) = of_kind(sources_section(gathered(GM)), Notice)
    assert notice.text.startswith(NOTICE)


def test_own_lines_are_named_without_their_folder(write_lines: Callable[..., Path]) -> None:
    source = "<i>ledger</i>"
    path = write_lines(
        {"source_id": source, "amount_gbp": "7.00"}, {"source_id": source, "status": "awaited", "amount_gbp": ""}
    )
    gathered_here = gather("Manchester", lines=path)
    section = sources_section(gathered_here)
    found = tables_of(section.blocks)
    (row,) = found["sources-of-money"].rows
    assert row == (f"{source} (lines.csv)", "your own lines", "not said", "2011-12", "as the lines say", "not said")
    assert ("lines.csv", hashlib.sha256(path.read_bytes()).hexdigest()) in inputs_of(gathered_here.loaded)
    assert found["what-became-of-lines"].notes == ("Of them 1 is awaited, with no amount.",)
    shown = repr([(table.rows, table.data.to_dict()) for table in found.values()])
    assert str(path.parent) not in shown
