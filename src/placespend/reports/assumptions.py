"""Every assumption behind the figures of a place, with what hangs on it, so that a reader can disagree with one.

Money is shared by a measure that stands for those whom a service is for. That is an assumption, one for each service,
and each has a quality: *green*, the measure counts those whom the service is for; *amber*, it stands in for them;
*red*, nothing better is known. What lies wholly in the place was not shared: the body recorded it there, or the source
allocates it there as a whole. The amounts of all rows sum to the pot to the penny, so no assumption is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.cofog import services
from placespend.explain import NOT_ASSESSED, explain_cells
from placespend.grades import touches
from placespend.levels import LEVELS
from placespend.money import percent
from placespend.place_words import in_text
from placespend.reports.document import Bullets, Column, DataTable, Paragraph, Section
from placespend.reports.wording import GRADES_IN_SHORT, known_of, rounded_gbp
from placespend.schema import TREATMENTS
from placespend.text import gbp

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from placespend.loaded import Loaded
    from placespend.pot import Pot
    from placespend.reports.document import Block
    from placespend.reports.gathered import Gathered

NOT_SHARED = "not shared"

QUALITIES = {
    "red": "nothing better is known",
    "amber": "the measure stands in for those whom the service is for",
    "green": "the measure counts those whom the service is for",
    NOT_ASSESSED: "another basis was chosen, and how good it is has not been judged",
    NOT_SHARED: "no measure was needed: all of the area that it is for lies in the place",
}
"""Qualities of an assumption, the weakest first, and what they mean."""

HELD_WHOLLY = {
    "A": "recorded, not shared",
    "B": "allocated to the area as a whole, not shared",
    "D": "a part of what was recorded, by residents",
    "E": "an estimate, not shared",
}
"""By the grade of an amount whose whole area lies in the place: how it came there."""

GUESSED = "The amount itself is an estimate of whoever made the lines."
AS_IT_STANDS = "The amount stands as its source gives it"

ALIKE = ["service_code", "basis", "footprint_code", "amount_kind", "status"]
"""Cells that have these in common rest on one assumption."""

KEYS = ["service_code", "quality", "how", "assumption", "known_for", "measure_years"]


def assumptions_section(gathered: Gathered) -> Section:
    """Set out every assumption behind the figures of a place.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
        With the tables ``assumptions-by-quality`` and ``every-assumption``, each of which sums to the pot.
    """
    pot = gathered.pot
    table = assumptions_of(pot)
    blocks: list[Block] = [
        Paragraph(
            "Most public money is not recorded by place. What is known of a larger area is shared out by a measure, "
            "and each measure rests on an assumption about whom a service is for. Every one behind the figures of "
            f"{in_text(pot.place)} stands below with the amount that hangs on it."
        ),
        Paragraph(_summary(pot, table)),
        _by_quality(pot, table),
        *_chosen(pot.loaded),
        _all(pot, table),
    ]
    if len(pot.awaited):
        blocks.append(
            Paragraph(
                f"Of {len(pot.awaited):,} awaited lines nothing is assumed: they have no amount, and are not zero."
            )
        )
    return Section("what-is-assumed", "What the figures assume", tuple(blocks))


def assumptions_of(pot: Pot) -> pd.DataFrame:
    """Give every assumption behind a pot.

    Parameters
    ----------
    pot : Pot

    Returns
    -------
    pandas.DataFrame
        A row for each service and each way in which its money came to the place: ``service_code``, ``service``,
        ``quality`` (red, amber, green, not assessed, not shared), ``how`` (what it is shared by, or that it is not),
        ``assumption`` (in words), ``known_for`` (where the measure was observed; blank where nothing was shared),
        ``measure_years``, ``amount_pence`` (int64; they sum to the pot), ``grades`` and ``known`` (observed, published,
        modelled, assumed). The weakest first, then the largest.
    """
    found = (
        _rows(pot)
        .groupby(KEYS, sort=False)
        .agg(
            service=("service", "first"),
            amount_pence=("amount_pence", "sum"),
            grades=("grade", lambda grades: "".join(sorted(set(grades)))),
        )
    )
    found = found.reset_index().astype({"amount_pence": "int64"})
    order = {name: number for number, name in enumerate(QUALITIES)}
    places = {code: number for number, code in enumerate(services().index)}
    found["known"] = [known_of(letters) for letters in found["grades"]]
    found = found.assign(_quality=found["quality"].map(order), _service=found["service_code"].map(places))
    found = found.sort_values(
        ["_quality", "amount_pence", "_service"], ascending=[True, False, True], kind="stable", ignore_index=True
    )
    return found[["service_code", "service", *KEYS[1:], "amount_pence", "grades", "known"]]


def _rows(pot: Pot) -> pd.DataFrame:
    """Tell of each cell of a pot how its amount came to the place."""
    wholly = touches(pot.cells["footprint_code"], pot.place, wholly=True)
    # What was not shared needs no share, and of the rest one cell tells for all that are shared alike.
    shared = pot.cells[~wholly]
    alike = explain_cells(shared.drop_duplicates(ALIKE).assign(line_ids=""), pot.place, pot.loaded)
    told = {tuple(row[name] for name in ALIKE): _shared(row) for row in alike.to_dict(orient="records")}
    kept = ["service_code", "service", "amount_pence", "grade"]
    rows = [
        {**{name: row[name] for name in kept}, **(_held(row) if is_whole else told[tuple(row[name] for name in ALIKE)])}
        for row, is_whole in zip(pot.cells.to_dict(orient="records"), wholly, strict=True)
    ]
    return pd.DataFrame(rows, columns=[*kept, *KEYS[1:]]).astype({"amount_pence": "int64"})


def _held(row: Mapping[Hashable, object]) -> dict[str, str]:
    """Tell how an amount came to the place whose whole area lies in it."""
    treatment = str(row["treatment"])
    said = TREATMENTS[treatment] if treatment else AS_IT_STANDS
    assumption = GUESSED if row["grade"] == "E" else f"{said[0].upper()}{said[1:]}"
    # What falls to a region by its residents was shared once, before it came here.
    quality = NOT_ASSESSED if row["grade"] == "D" else NOT_SHARED
    return {
        "quality": quality,
        "how": HELD_WHOLLY[str(row["grade"])],
        "assumption": assumption,
        "known_for": "",
        "measure_years": "",
    }


def _shared(row: Mapping[Hashable, object]) -> dict[str, str]:
    """Tell how an amount came to the place that was shared out."""
    levels = " and ".join(LEVELS[token].label for token in str(row["observed_levels"]).split("; "))
    guess = f" {GUESSED}" if row["status"] == "refused" or row["amount_kind"] == "estimate" else ""
    assumption = str(row["assumption"])
    return {
        "quality": str(row["quality"]),
        "how": str(row["basis_label"]),
        "assumption": f"{assumption.removesuffix('.')}.{guess}" if guess else assumption,
        "known_for": levels,
        "measure_years": str(row["measure_years"]),
    }


def by_quality(table: pd.DataFrame) -> pd.DataFrame:
    """Sum assumptions by quality.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`assumptions_of` gives it.

    Returns
    -------
    pandas.DataFrame
        ``quality`` (those found, the weakest first), ``meaning``, ``services`` (how many) and ``amount_pence`` (int64).
    """
    rows = [
        {
            "quality": quality,
            "meaning": meaning,
            "services": int(found["service_code"].nunique()),
            "amount_pence": sum(found["amount_pence"].tolist()),
        }
        for quality, meaning in QUALITIES.items()
        if len(found := table[table["quality"] == quality])
    ]
    columns = ["quality", "meaning", "services", "amount_pence"]
    return pd.DataFrame(rows, columns=columns).astype({"services": "int64", "amount_pence": "int64"})


def _summary(pot: Pot, table: pd.DataFrame) -> str:
    """Say in one sentence how much hangs on what quality."""
    if table.empty:
        return "No amount is known of this place, so nothing is assumed."
    told = [
        f"{row['quality']}, {rounded_gbp(row['amount_pence'])} ({_of_services(row['services'])})"
        for row in by_quality(table).to_dict(orient="records")
    ]
    text = "; ".join(told)
    return f"{text[0].upper()}{text[1:]}: together {rounded_gbp(pot.total_pence)}, the pot."


def _of_services(count: int) -> str:
    return f"{count:,} service{'s' if count != 1 else ''}"


def _share(pence: int, pot: Pot) -> str:
    return percent(pence, pot.total_pence) if pot.total_pence else ""


def _by_quality(pot: Pot, table: pd.DataFrame) -> DataTable:
    data = by_quality(table)
    rows = [
        (
            row["quality"],
            row["meaning"],
            f"{row['services']:,}",
            gbp(row["amount_pence"]),
            _share(row["amount_pence"], pot),
        )
        for row in data.to_dict(orient="records")
    ]
    return DataTable(
        id="assumptions-by-quality",
        caption="What hangs on assumptions, by their quality",
        columns=(
            Column("Quality", is_quality=True),
            Column("What it means"),
            Column("Services", is_number=True),
            Column("Amount (£)", is_number=True),
            Column("Share of the pot", is_number=True),
        ),
        rows=(*rows, ("Total", "", "", gbp(pot.total_pence), _share(pot.total_pence, pot))),
        data=data,
        has_total=True,
        notes=("A service may stand in several rows: what was recorded of it, and what was shared.",),
    )


def _all(pot: Pot, table: pd.DataFrame) -> DataTable:
    rows = [_row(row) for row in table.to_dict(orient="records")]
    return DataTable(
        id="every-assumption",
        caption="Every assumption, the weakest first and then by amount",
        columns=(
            Column("Service"),
            Column("Shared by"),
            Column("Assumption"),
            Column("Quality", is_quality=True),
            Column("Measure known for"),
            Column("Amount (£)", is_number=True),
            Column("Grade"),
        ),
        rows=(*rows, ("Total", "", "", "", "", gbp(pot.total_pence), "")),
        data=table,
        has_total=True,
        notes=(
            "Measure known for: the kind of area that the measure was observed for, and its years. Inside such an area "
            "it is spread by a model, and the grade falls by one.",
            GRADES_IN_SHORT,
        ),
    )


def _row(row: Mapping[Hashable, object]) -> tuple[str, ...]:
    code = str(row["service_code"])
    known_for = f"{row['known_for']}, {row['measure_years']}" if row["known_for"] else ""
    return (
        f"{code.split('-')[0]} {services()['label'][code]}",
        str(row["how"]),
        str(row["assumption"]),
        str(row["quality"]),
        known_for,
        gbp(row["amount_pence"]),
        " ".join(str(row["grades"])),
    )


def _chosen(loaded: Loaded) -> Sequence[Block]:
    """Tell what is not shared as its ladder says, and why."""
    if not loaded.choices:
        return []
    items = tuple(f"{choice.what}, {choice.reason}" for choice in loaded.choices)
    return [Paragraph("Shared otherwise than is usual, with the reason that was given:"), Bullets(items)]
