"""The page of an atlas: one file that leads to every report, by name, by map and by table, and opens with no network.

The map and the search are for whoever's browser runs scripts. The table says the same without, with a link to each
report. The page is the map for a browser with a page of its own around it: Leaflet and all data stand in it, and its
policy forbids every connection and every script but its own. Names are text wherever they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.atlases.folder import REPORTS
from placespend.errors import OverlappingPlacesError
from placespend.levels import check_level
from placespend.money import format_gbp, percent
from placespend.page_templates import template_environment
from placespend.place_maps.drawn import notes_together
from placespend.place_maps.grounds import notes_on_ground
from placespend.place_maps.mappable import mappable
from placespend.place_words import beginning, in_text
from placespend.reports.document import KNOWN_MEANINGS, KNOWN_WORDS, Column
from placespend.shipped import NOTICE
from placespend.spelling import one_line, printable
from placespend.web_maps.content import Content, build_content, check_layers
from placespend.web_maps.inlined import leaflet_script
from placespend.web_maps.page import map_script, map_styles, policy_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Template

    from placespend.atlases.plan import Plan
    from placespend.atlases.rows import Figures

TEMPLATES = Path(__file__).parent / "templates"

SHOWN = ("pot", "observed")
"""The layers of the map: what can be shown, as :func:`placespend.place_maps.mappable.mappable` takes it."""

NOT_KNOWN = "Not known"

HOW_FAILED = "Run the same command again: the reports that are written are kept, and only these are tried again."

OVERLAP = "Some of these places overlap, so there is no map of them, and their pots do not add up to one."


@dataclass(frozen=True)
class Cell:
    """A cell of the table.

    Attributes
    ----------
    text : str
    order : int or None
        What it is sorted by, where that is a number and one is known.
    """

    text: str
    order: int | None = None


@dataclass(frozen=True)
class Row:
    """A place in the table.

    Attributes
    ----------
    code, name : str
    report, pdf : str
        Where they are; empty where there is none.
    cells : tuple of Cell
        Beside the name.
    """

    code: str
    name: str
    report: str
    pdf: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, eq=False)
class Mapped:
    """The map of an atlas. Made by :func:`map_of`.

    Attributes
    ----------
    content : Content or None
        None where the places overlap.
    notes, sources : tuple of str
    """

    content: Content | None
    notes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Index:
    """All that the page of an atlas says. Made by :func:`index_of`.

    Attributes
    ----------
    title, answer : str
    notices : tuple of str
        What a reader must not miss.
    columns : tuple of Column
    rows : tuple of Row
    content : Content or None
        Of the map.
    failed : tuple of (str, str)
        The places without a report, and why.
    how_failed : str
    meanings : tuple of (str, str)
        What the words for how a figure is known mean.
    command, files_needed : str
        How to make the atlas again, and what is needed beside it.
    notes, sources : tuple of str
    made_with : str
    """

    title: str
    answer: str
    notices: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    content: Content | None
    failed: tuple[tuple[str, str], ...]
    how_failed: str
    meanings: tuple[tuple[str, str], ...]
    command: str
    files_needed: str
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    made_with: str


def title_of(plan: Plan) -> str:
    """Name an atlas.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    str
    """
    what = "What public services come to" if plan.is_neighbourhood else "The single pot"
    return f"Atlas: {what} {plan.shown.where}, {plan.loaded.financial_year}"


def answer_of(plan: Plan, found: Figures) -> str:
    """Say in one sentence what the pots of the places add up to, and how that stands to the larger place.

    Parameters
    ----------
    plan : Plan
    found : Figures

    Returns
    -------
    str
    """
    area, year = in_text(plan.whole), plan.loaded.financial_year
    whole, count = format_gbp(found.whole_pence), len(found.table)
    if plan.is_neighbourhood:
        sums, here, there, verb = "Public services for", f"public services for {area}", f"for {area} they", "come"
    else:
        sums, here, there, verb = "The pots of", f"the pot of {area}", f"the pot of {area}", "comes"
    if found.do_overlap:
        return f"In {year} {here} {verb} to {whole}; the {count:,} places overlap, so theirs make no sum."
    if count == 1:
        (place,) = plan.places
        return f"In {year} {here.removesuffix(area)}{in_text(place)} {verb} to {format_gbp(found.total_pence)}."
    start = f"{sums} these {count:,} places add up to {format_gbp(found.total_pence)} in {year}"
    if found.total_pence == found.whole_pence:
        return f"{start}: exactly {'what they come to for' if plan.is_neighbourhood else 'the pot of'} {area}."
    if any(note.startswith("Partly outside") for note in found.pots.notes):
        return f"{start}; {there} {verb} to {whole}, and some of them reach beyond it."
    away = format_gbp(found.whole_pence - found.total_pence)
    return f"{start}; {there} {verb} to {whole}, of which {away} lies in none of them."


def map_of(plan: Plan, found: Figures) -> Mapped:
    """Draw the map of an atlas.

    Parameters
    ----------
    plan : Plan
    found : Figures

    Returns
    -------
    Mapped
    """
    from placespend.maps.place_outlines import outlines_of  # noqa: PLC0415  (a pot needs no maps)

    shows = SHOWN if found.observed_pence else SHOWN[:1]
    where: dict[str, Any] = {"places": plan.places, "as_at": plan.day, "loaded": plan.loaded}
    if plan.whole.level != "england":
        where["within"] = plan.whole
    try:
        layers = [mappable(show, **where) for show in shows]
    except OverlappingPlacesError:
        return Mapped(None, (OVERLAP,), ())
    drawn = outlines_of(layers[0].places)
    named = check_layers({one.label: one.layer for one in layers})
    content = build_content(named, drawn, title=f"{beginning(plan.shown.where)}, {plan.loaded.financial_year}")
    notes = [*notes_together(layers), *notes_on_ground(drawn), *content.notes]
    sources = dict.fromkeys(source for one in layers for source in one.sources)
    return Mapped(content, tuple(notes), tuple(sources))


def index_of(plan: Plan, found: Figures, mapped: Mapped, failed: Mapping[str, str], *, pdf: bool = False) -> Index:
    """Put the page of an atlas together.

    Parameters
    ----------
    plan : Plan
    found : Figures
    mapped : Mapped
    failed : mapping of str to str
        Why there is no report, by the code of the place.
    pdf : bool, default False
        Whether there is a PDF of each report.

    Returns
    -------
    Index
    """
    names = dict(zip(found.table["code"], found.table["name"], strict=True))
    words = dict.fromkeys(word for known in found.table["known"] if known for word in _words(known))
    return Index(
        title=title_of(plan),
        answer=answer_of(plan, found),
        notices=_notices(plan, found, failed),
        columns=_columns(plan, found),
        rows=_rows(found, failed, pdf=pdf),
        content=mapped.content,
        failed=tuple((names[code], failed[code]) for code in names if code in failed),
        how_failed=HOW_FAILED,
        meanings=tuple((KNOWN_WORDS[word], KNOWN_MEANINGS[word]) for word in KNOWN_WORDS if word in words),
        command=f"{plan.command} --pdf" if pdf else plan.command,
        files_needed=" where the files that it names lie" if "--" in plan.options else "",
        notes=tuple(dict.fromkeys([*found.pots.notes, *mapped.notes])),
        sources=tuple(dict.fromkeys([*found.pots.source_titles, *mapped.sources])),
        made_with=plan.loaded.stamp,
    )


def index_html(index: Index) -> str:
    """Write the page of an atlas.

    Parameters
    ----------
    index : Index

    Returns
    -------
    str
        HTML that needs no network. The same index gives the same text.
    """
    own = (TEMPLATES / "index.js").read_text(encoding="utf-8")
    scripts = [own]
    if index.content is not None:
        draw = f'placespend.drawPlaces(placespend.openMap("map_of_places"), {index.content.bounds});\n'
        # The page's own script first: it makes room for the map, which must be there when it is drawn.
        scripts = [leaflet_script(), map_script(), own, draw]
    styles = map_styles() + (TEMPLATES / "index.css").read_text(encoding="utf-8")
    return _template().render(index=index, scripts=scripts, styles=styles, policy=policy_for(scripts), notice=NOTICE)


@cache
def _template() -> Template:
    return template_environment(TEMPLATES, clean=printable).get_template("index.html.jinja")


def _notices(plan: Plan, found: Figures, failed: Mapping[str, str]) -> tuple[str, ...]:
    """Say what a reader must not miss: how far the figures are recorded, and what is missing."""
    told = [note for note in found.pots.notes if plan.is_neighbourhood and note.startswith("These pots are")]
    if found.total_pence > 0 and not found.do_overlap:
        share = percent(found.observed_pence, found.total_pence)
        said = f"{share} of that was recorded at these places by the bodies that spent it."
        if not found.observed_pence:
            said = "None of that was recorded at these places by the bodies that spent it."
        told.append(said + _about_the_rest(found))
    if failed:
        count = len(failed)
        told.append(f"{count:,} of the {len(found.table):,} reports could not be made: why is told below the table.")
    return tuple(told)


def _about_the_rest(found: Figures) -> str:
    """Say how what was not recorded at the places is known."""
    held = set(found.table["known"])
    is_modelled, is_published = bool(held & {"modelled", "observed_and_modelled"}), "published" in held
    rest = "The rest" if found.observed_pence else "All of it"
    if is_modelled and is_published:
        return f" {rest} is published or modelled, as the table tells."
    if is_modelled:
        return f" {rest} is modelled: shared out from larger areas by measures of need and of use."
    return f" {rest} is published: official statistics tell it of these places." if is_published else ""


def _words(known: str) -> Sequence[str]:
    """List the words for how a figure is known, that of a mixture with those that it is made of."""
    return ("observed_and_modelled", "observed", "modelled") if known == "observed_and_modelled" else (known,)


def _columns(plan: Plan, found: Figures) -> tuple[Column, ...]:
    pot = "Public services (£)" if plan.is_neighbourhood else "Pot (£)"
    larger = [Column(beginning(found.larger))] if found.larger else []
    label = check_level(plan.level).label
    return (
        Column(beginning(label)),
        Column("Code"),
        *larger,
        Column("Residents", is_number=True),
        Column(pot, is_number=True),
        Column("Per head (£)", is_number=True),
        Column("Recorded there", is_number=True),
        Column("How it is known"),
    )


def _rows(found: Figures, failed: Mapping[str, str], *, pdf: bool) -> tuple[Row, ...]:
    rows = []
    for row in found.table.sort_values(["name", "code"]).to_dict(orient="records"):
        code, has_report = str(row["code"]), row["code"] not in failed
        cells = [Cell(code), *([Cell(row[found.larger])] if found.larger else [])]
        cells.append(Cell(f"{row['residents']:,}", int(row["residents"])))
        cells += [_money(row[name]) for name in ("total_pence", "per_head_pence")]
        cells += [_share(row["observed_pence"], row["total_pence"]), Cell(KNOWN_WORDS.get(row["known"], NOT_KNOWN))]
        where = f"{REPORTS}/{code}"
        rows.append(
            Row(
                code,
                one_line(row["name"]),
                f"{where}.html" if has_report else "",
                f"{where}.pdf" if has_report and pdf else "",
                tuple(cells),
            )
        )
    return tuple(rows)


def _money(pence: Any) -> Cell:
    return Cell("not known") if pd.isna(pence) else Cell(format_gbp(int(pence), sign=""), int(pence))


def _share(part: Any, whole: Any) -> Cell:
    if pd.isna(part) or pd.isna(whole) or int(whole) <= 0:
        return Cell("not known")
    return Cell(percent(int(part), int(whole)), 1_000_000 * int(part) // int(whole))
