"""What stands behind the numbers of families set out for a reader: validation, publications, progress and payments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.families.published import family_measures, published_counts
from placespend.families_text import how_known
from placespend.shipped import NOTICE
from placespend.text import add_row, bulleted, render, start_table

if TYPE_CHECKING:
    from collections.abc import Hashable

    from placespend.families.shown import Families

MOST_SOURCES = 12

PHASE_2 = 2
"""The phase in which authorities were asked to work with other numbers of families."""

OF_INDICATIVE = (
    "Of indicative: against the number that the same place was asked to work with; blank where none was published."
)

ROUNDED_ONCE = (
    "The most is the exact product of families, share and amount, rounded once: it may exceed that of whole families."
)

OF_PHASE_1 = "The number of families is that of phase 1; phase 2 had others, which are not shipped."

FIELD_WORDS = {"indicative": "Indicative number", "indicative_rounded": "Indicative number, rounded"}
"""The field's words for measures whose labels explain rather than name them."""

ONE_COHORT = (
    "A cohort is the year in which families were taken on. Each row is the most were all of it: do not add the rows."
)


def validation_text(table: pd.DataFrame) -> str:
    """Set out how well families are estimated for a reader.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`placespend.families.validation.validate_estimates` gives it.

    Returns
    -------
    str
    """
    shown = start_table(("Model", False), ("Totals", False), ("Error", True), ("Median", True), ("In interval", True))
    for row in table.to_dict(orient="records"):
        cells = (f"{row[name]:.1f} %" for name in ("wmape_percent", "median_ape_percent", "coverage_percent"))
        add_row(shown, f"{row['label']}{' *' if row['in_use'] else ''}", str(row["group_totals"]), *cells)
    used = table[table["in_use"]].iloc[0]
    notes = (
        f"{used['folds']} published numbers, each hidden in turn and estimated from the others, all fitted again.",
        "* in use. Totals: whether published totals of larger areas, and ranges, correct the model.",
        "Error: all differences, without sign, against all published numbers. Median: of an authority's own error.",
        "In interval: published numbers that lie in the interval of their estimate, which is made for 90 %.",
        "The first two are baselines. The models were chosen with this table in sight: expect somewhat larger errors.",
        f"Worst with the model in use: {used['worst_name']}, {used['worst_ape_percent']:.0f} %.",
    )
    return render(
        "How well troubled families are estimated\n",
        shown,
        *bulleted("Notes:", notes),
        *bulleted("Sources:", (NOTICE,)),
    )


def folds_text(table: pd.DataFrame) -> str:
    """Set out each hidden number and its estimate for a reader.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`placespend.families.validation.folds` gives it.

    Returns
    -------
    str
    """
    heads = ("Published", "Estimate", "Interval", "Error")
    shown = start_table(("Authority", False), *((heading, True) for heading in heads))
    for row in table.to_dict(orient="records"):
        interval = f"{row['low']:,} to {row['high']:,}"
        cells = (f"{row['published']:,}", f"{row['estimate']:,}", interval, f"{row['error_percent']:+.1f} %")
        add_row(shown, str(row["name"]), *cells)
    title = "Published numbers of troubled families, each estimated as though it had not been published\n"
    return render(title, shown, *bulleted("Sources:", (NOTICE,)))


def progress_text(table: pd.DataFrame) -> str:
    """Set out how families came along for a reader.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`placespend.families.progress.family_progress` gives it.

    Returns
    -------
    str
    """
    if table.empty:
        return render("Nothing was published of how the families of this place came along.\n", NOTICE)
    shown = start_table(
        ("Place", False), ("Measure", False), ("At", False), ("Families", True), ("Of indicative", True)
    )
    for row in table.to_dict(orient="records"):
        share = "" if pd.isna(row["percent"]) else f"{row['percent']:.1f} %"
        # The figures stand under the heading families: the word need not stand beside each.
        measure = _called(row["measure"]).removeprefix("Families ").capitalize()
        add_row(shown, row["area"], measure, row["as_at"], f"{row['families']:,}", share)
    return render(
        "Troubled families over time, as published\n",
        shown,
        *bulleted("Notes:", (OF_INDICATIVE, *_on_england(table))),
        *_measures(table),
        *_sources(table),
    )


def published_text(table: pd.DataFrame) -> str:
    """Set out the published figures for a reader.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`placespend.families.published.published_families` gives it.

    Returns
    -------
    str
    """
    shown = start_table(("Place", False), ("Measure", False), ("At", False), ("Figure", True), ("Conflict", True))
    for row in table.to_dict(orient="records"):
        sign = "£" if row["unit"] == "GBP" else ""
        add_row(
            shown, row["area"], _called(row["measure"]), row["as_at"], f"{sign}{row['value']:,}", row["conflicts_with"]
        )
    return render(
        "What was published of troubled families\n",
        shown,
        *_measures(table),
        "\nThe address of each figure stands beside it in --format csv.",
        *bulleted("Sources:", (NOTICE,)),
    )


def payments_text(found: Families, table: pd.DataFrame) -> str:
    """Set out the most that could be paid by results for a reader.

    Parameters
    ----------
    found : Families
    table : pandas.DataFrame
        As :func:`placespend.families.payable.most_payable` gives it.

    Returns
    -------
    str
    """
    (place,) = found.places
    first = table.iloc[0]
    shown = start_table(
        ("Cohort", False), ("Fee (£)", True), ("Result (£)", True), ("Families paid for", True), ("Most (£)", True)
    )
    for row in table.to_dict(orient="records"):
        cells = (
            f"{row['fee_gbp']:,}",
            f"{row['result_gbp']:,}",
            f"{row['families_paid']:,}",
            f"{row['maximum_gbp']:,}",
        )
        add_row(shown, row["cohort"], *cells)
    return render(
        f"Payment by results in {place.name}, phase {first['phase']}",
        f"{first['families']:,} families ({how_known(first.to_dict(), is_own=found.is_own)})\n",
        shown,
        *bulleted("Notes:", (*_on_payments(found, table), *found.notes, *found.interval_notes)),
        *bulleted("Sources:", (*_noted_sources(table), NOTICE)),
    )


def _on_england(table: pd.DataFrame) -> list[str]:
    """Explain why no share is given of England's number, where its rows stand there."""
    if not (table["level"] == "nation").any():
        return []
    (headline,) = published_counts("target_headline", level="nation")["value"]
    return [f"England's {headline:,} is a headline, which is another measure: no share of it is given."]


def _on_payments(found: Families, table: pd.DataFrame) -> list[str]:
    """Say what a reader of payments must know."""
    first = table.iloc[0]
    return [
        *([ONE_COHORT] if len(table) > 1 else []),
        *([ROUNDED_ONCE] if first["families_paid"] < first["families"] else []),
        *([OF_PHASE_1] if first["phase"] == PHASE_2 and not found.is_own else []),
    ]


def _measures(table: pd.DataFrame) -> list[Any]:
    shown = set(table["measure"])
    told = [
        f"{_called(measure)} ({measure}): {definition}."
        for measure, definition in family_measures()["definition"].items()
        if measure in shown
    ]
    return bulleted("Measures, and what they are called in --format csv:", tuple(told))


def _called(measure: Hashable) -> str:
    """Give what people call a measure."""
    return FIELD_WORDS.get(str(measure)) or str(family_measures().at[measure, "label"])


def _sources(table: pd.DataFrame) -> list[Any]:
    sources = [str(source) for source in dict.fromkeys(table["source_url"])]
    if len(sources) > MOST_SOURCES:
        sources = ["The address of each figure stands beside it in --format csv."]
    return bulleted("Sources:", (*sources, NOTICE))


def _noted_sources(table: pd.DataFrame) -> list[str]:
    """Name sources, each with what must be known of it."""
    pairs = dict.fromkeys(zip(table["source"], table["note"], strict=True))
    return [f"{source}. {note}." if note else str(source) for source, note in pairs]
