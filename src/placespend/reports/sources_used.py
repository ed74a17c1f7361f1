"""Where the figures of a report come from: publications, measures and files, each with its digest.

A publication is told by publisher, title, date and licence. A file is told by its name and by the SHA-256 digest of
what is in it, by which anyone can see that theirs is the same. Nothing tells where on a machine a file lies.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from placespend.explain import describe_source
from placespend.grades import touches
from placespend.levels import LEVELS
from placespend.lines import about_source
from placespend.reports.document import Column, DataTable, Notice, Paragraph, Section
from placespend.reports.families_words import day_in_words
from placespend.shipped import NOTICE, shipped_file
from placespend.text import gbp

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from placespend.loaded import Loaded
    from placespend.pot import Pot
    from placespend.reports.document import Block
    from placespend.reports.gathered import Gathered

OWN_LINES = "your own lines"
NOT_SAID = "not said"

FAMILY_FILES = (
    "troubled_families_published.csv",
    "troubled_families_measures.csv",
    "family_costs.csv",
    "payment_by_results.csv",
)
"""Shipped files that the figures on troubled families come from, beside the measures."""

PUBLISHED_TOTALS = "whole_place_published.csv"
"""The shipped file of totals that were published of places, which pots are set beside."""

BESIDE_MONEY = (
    "Numbers of troubled families and what they cost are as they were published at the time, or estimated from that; "
    "each published figure has its address in troubled_families_published.csv. Totals that were published of places "
    "have theirs in whole_place_published.csv. Outlines on maps are those of the Office for National Statistics."
)

LICENCE = (
    "Contains public sector information licensed under the Open Government Licence v3.0, where a source above is "
    "marked so. What you brought yourself has the licence of whoever made it."
)


def sources_section(gathered: Gathered) -> Section:
    """Tell where the figures of a place come from.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
        With the tables ``sources-of-money``, ``sources-of-measures``, ``what-became-of-lines`` and ``files-read``.
    """
    return sources_of([gathered.pot])


def sources_of(pots: Sequence[Pot]) -> Section:
    """Tell where the figures of several pots come from, made of the same lines.

    Parameters
    ----------
    pots : sequence of Pot
        One at least.

    Returns
    -------
    Section
        As :func:`sources_section` gives it.
    """
    loaded = pots[0].loaded
    blocks: list[Block] = [
        Paragraph("Every amount of money in this report comes from these sources, and from no other.")
    ]
    money, measures = money_sources(pots), measure_sources(pots)
    blocks += [_money_table(money)] if len(money) else []
    blocks += [_measures_table(measures)] if len(measures) else []
    blocks += [_accounts(loaded), Paragraph(BESIDE_MONEY), _files(loaded), Notice(f"{NOTICE} {LICENCE}")]
    return Section("sources", "Sources and licences", tuple(blocks))


def money_sources(pots: Sequence[Pot]) -> pd.DataFrame:
    """List the publications that the lines of pots come from.

    Parameters
    ----------
    pots : sequence of Pot
        Made of the same lines.

    Returns
    -------
    pandas.DataFrame
        By source id: ``source_id``, ``title``, ``publisher``, ``published`` (date), ``financial_year``, ``licence``,
        ``url``, ``record`` (whether it is a body's own record or an official allocation), ``files`` and ``told`` (all
        of it in a sentence).
    """
    lines = pots[0].loaded.lines
    here = sorted({str(source) for pot in pots for source in pot.cells["source_id"].unique()})
    return pd.DataFrame([_about(source, lines, pots[0].loaded) for source in here])


def _about(source_id: str, lines: pd.DataFrame, loaded: Loaded) -> dict[str, str]:
    """Tell what is known of one source of lines."""
    about = about_source(source_id) or {}
    names = lines.loc[lines["source_id"] == source_id, "source"].unique()
    files = [name for source in names for name, _ in loaded.intakes[str(source)].inputs]
    return {
        "source_id": source_id,
        "title": about.get("title", source_id),
        "publisher": about.get("publisher", OWN_LINES),
        "published": about.get("published", "") or NOT_SAID,
        "financial_year": loaded.financial_year,
        "licence": about.get("licence", NOT_SAID),
        "url": about.get("url", ""),
        "record": about.get("record", "as the lines say"),
        "files": "; ".join(dict.fromkeys(files)),
        "told": describe_source(source_id),
    }


def called(loaded: Loaded, source: str) -> str:
    """Name a source of a recipe as a reader knows it.

    Parameters
    ----------
    loaded : Loaded
    source : str
        As the recipe calls it.

    Returns
    -------
    str
        The titles of the publications that its lines are of; what the recipe calls it, where they are nobody's.
    """
    ids = loaded.intakes[source].lines["source_id"].unique()
    titles = [about["title"] for source_id in ids if (about := about_source(str(source_id))) is not None]
    return "; ".join(dict.fromkeys(titles)) if len(titles) == len(ids) and titles else source


def measure_sources(pots: Sequence[Pot]) -> pd.DataFrame:
    """List the measures that money of pots was shared by.

    Parameters
    ----------
    pots : sequence of Pot
        Made of the same lines.

    Returns
    -------
    pandas.DataFrame
        In the order in which services are: ``measure``, ``label``, ``year`` (text), ``observed_level``, ``source``,
        ``licence`` and ``file`` (the user's own; blank where it is shipped).
    """
    bases = pots[0].loaded.bases
    names = dict.fromkeys(name for pot in pots for name in _shared(pot)["basis"].unique())
    parts = {part.name: part for name in names for part, _ in bases.basis(name).parts}
    return pd.DataFrame(
        [
            {
                "measure": part.name,
                "label": part.label,
                "year": NOT_SAID if part.year is None else str(part.year),
                "observed_level": part.observed_level,
                "source": part.source,
                "licence": part.licence or NOT_SAID,
                "file": part.file,
            }
            for part in parts.values()
        ]
    )


def _shared(pot: Pot) -> pd.DataFrame:
    return pot.cells[~touches(pot.cells["footprint_code"], pot.place, wholly=True)]


@cache
def digests_of_report() -> tuple[tuple[str, str], ...]:
    """Give the SHA-256 of the shipped files that a report rests on beside those of its pot.

    Returns
    -------
    tuple of (str, str)
        Folder and name, and digest.
    """
    return tuple(
        (f"spend_lines/{name}", hashlib.sha256(shipped_file("spend_lines", name).read_bytes()).hexdigest())
        for name in (*FAMILY_FILES, PUBLISHED_TOTALS)
    )


def inputs_of(loaded: Loaded) -> tuple[tuple[str, str], ...]:
    """Give the name and SHA-256 of every file that a report comes from.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    tuple of (str, str)
        The files of the pot, then those of what is told beside it.
    """
    return (*loaded.inputs, *digests_of_report())


def _money_table(data: pd.DataFrame) -> DataTable:
    rows = [_money_row(row) for row in data.to_dict(orient="records")]
    return DataTable(
        id="sources-of-money",
        caption="Where the money comes from",
        columns=tuple(map(Column, ("Source", "Publisher", "Published", "Money of", "What it is", "Licence"))),
        rows=tuple(rows),
        data=data,
        notes=tuple(f"{row['title']}: {row['url']}" for row in data.to_dict(orient="records") if row["url"]),
    )


def _money_row(row: Mapping[Hashable, str]) -> tuple[str, ...]:
    return (
        f"{row['title']} ({row['files']})" if row["files"] else row["title"],
        row["publisher"],
        day_in_words(row["published"]),
        row["financial_year"],
        row["record"],
        row["licence"],
    )


def _measures_table(data: pd.DataFrame) -> DataTable:
    rows = [
        (row["label"], row["year"], LEVELS[row["observed_level"]].label, row["source"], row["licence"])
        for row in data.to_dict(orient="records")
    ]
    return DataTable(
        id="sources-of-measures",
        caption="Measures that money was shared by",
        columns=tuple(map(Column, ("Measure", "Of", "Known for each", "Source", "Licence"))),
        rows=tuple(rows),
        data=data,
    )


def _accounts(loaded: Loaded) -> DataTable:
    """Tell what became of every line that was read."""
    data = loaded.accounts
    rows = [
        (
            called(loaded, str(row["source"])),
            str(row["outcome"]),
            f"{row['lines']:,}" if row["lines"] else "",
            gbp(row["amount_pence"]),
        )
        for row in data.to_dict(orient="records")
    ]
    awaited = len(loaded.awaited)
    return DataTable(
        id="what-became-of-lines",
        caption="What became of every line that was read, for all of the lines and not this place alone",
        columns=(
            Column("Source"),
            Column("What became of it"),
            Column("Lines", is_number=True),
            Column("Amount (£)", is_number=True),
        ),
        rows=tuple(rows),
        data=data,
        notes=(f"Of them {awaited:,} {'is' if awaited == 1 else 'are'} awaited, with no amount.",) if awaited else (),
    )


DIGEST_SHOWN = 16
"""So many signs of a digest are shown in a table; the rest stands in its data."""


def _files(loaded: Loaded) -> DataTable:
    inputs = inputs_of(loaded)
    return DataTable(
        id="files-read",
        caption="Files that the figures come from",
        columns=(Column("File"), Column("SHA-256 digest, first 16 signs")),
        rows=tuple((name, digest[:DIGEST_SHOWN]) for name, digest in inputs),
        data=pd.DataFrame(inputs, columns=["file", "sha256"]),
        notes=("Whole digests stand below, under how to make this report again.",),
    )
