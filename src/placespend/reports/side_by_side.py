"""A report on several places side by side, all made of the same lines by one recipe.

Places are compared per head, by what is spent and by whom, by how each figure is known, and by their troubled families.
They may overlap, as a borough and the combined authority around it do: then that is told, and nothing is ever summed
over places.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from placespend.errors import PlacespendError, list_values
from placespend.money import format_gbp, percent
from placespend.notes import NEIGHBOURHOOD
from placespend.place_words import beginning, in_text, level_words, official_code
from placespend.reports.against import RANGES, per_head_bars
from placespend.reports.coverage import NOT_ALL, serves_england
from placespend.reports.document import Bullets, Document, KeyFigure, KeyFigures, Notice, Paragraph, Section
from placespend.reports.families_words import about_term
from placespend.reports.key_figures import bodies_covered
from placespend.reports.method import FOR_WHOM, SHARED, counted_once, notes_of, what_counts
from placespend.reports.reproduce import reproduce_of
from placespend.reports.side_by_side_tables import (
    division_table,
    families_blocks,
    grades_side_by_side,
    names_of,
    sector_table,
    texts_of,
)
from placespend.reports.sources_used import sources_of
from placespend.reports.wording import and_list, grades_of, known_of, rounded_gbp, scope_in_words
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placespend.pot import Pot
    from placespend.reports.document import Block
    from placespend.reports.gathered import Gathered

FEWEST, MOST = 2, 8
"""So many places stand side by side."""

MOST_IN_ANSWER = 3
"""Of more places, the first sentence tells the ends only."""

NEVER_SUMMED = "Nothing in this report is summed over places."

MORE = (
    "What each figure of a place rests on, service by service, its assumptions, and how far it may be off stand in the "
    "report on that place alone: placespend report PLACE --out FILE."
)


def comparison_document(gathered: Sequence[Gathered]) -> Document:
    """Put a report on several places side by side together.

    Parameters
    ----------
    gathered : sequence of Gathered
        Two to eight, of the same lines.

    Returns
    -------
    Document

    Raises
    ------
    PlacespendError
        If there are fewer than two or more than eight, one stands twice, or they are not of the same lines.
    """
    check_places(gathered)
    pots = [one.pot for one in gathered]
    loaded = pots[0].loaded
    return Document(
        title=f"{_what_they_are(pots)} {and_list(texts_of(pots))}, {pots[0].financial_year}",
        answer=answer_of_several(gathered),
        about=(*map(_about, pots), f"{scope_in_words(loaded.recipe.scope)}"),
        sections=(
            _key_figures(gathered),
            *_spending([pot for pot in pots if not pot.cells.empty]),
            Section("families", "Troubled families", (*map(Paragraph, about_term()), *families_blocks(pots))),
            _method(pots),
            sources_of(pots),
            reproduce_of(gathered),
        ),
        notice=NOTICE,
        made_with=loaded.stamp,
    )


def check_places(gathered: Sequence[Gathered]) -> None:
    """Refuse places that cannot stand side by side.

    Parameters
    ----------
    gathered : sequence of Gathered

    Raises
    ------
    PlacespendError
        If there are fewer than two or more than eight, one stands twice, or they are not of the same lines.
    """
    names = [one.place.name for one in gathered]
    if not FEWEST <= len(names) <= MOST:
        message = f"A report sets {FEWEST} to {MOST} places side by side, not {len(names):,}: {list_values(names)}."
        hint = "see all places of a level with: placespend pots --level LEVEL" if len(names) > MOST else "name another"
        raise PlacespendError(message, hint=hint)
    twice = [
        one.place.name if one.place.name == other.place.name else f"{one.place.name}, which is {other.place.name}"
        for one, other in combinations(gathered, 2)
        if one.place.code == other.place.code or one.place.extent.is_same(other.place.extent)
    ]
    if twice:
        message = f"A place stands twice among those to be set side by side: {list_values(list(dict.fromkeys(twice)))}."
        raise PlacespendError(message, hint="name each place once")
    if len({one.loaded.stamp for one in gathered}) > 1:
        message = "Places can only be set side by side where their pots are made of the same lines by one recipe."
        raise PlacespendError(message, hint="gather them together, with one recipe")


def overlaps(pots: Sequence[Pot]) -> list[str]:
    """Tell which places hold land in common.

    Parameters
    ----------
    pots : sequence of Pot

    Returns
    -------
    list of str
        A sentence for each two that do.
    """
    told = []
    for (name, pot), (other_name, other) in combinations(list(zip(texts_of(pots), pots, strict=True)), 2):
        one, two = pot.place.extent, other.place.extent
        if one.holds(two):
            told.append(f"{beginning(other_name)} lies in {name}.")
        elif two.holds(one):
            told.append(f"{beginning(name)} lies in {other_name}.")
        elif one.meets(two):
            told.append(f"{beginning(name)} and {other_name} overlap.")
    return told


def answer_of_several(gathered: Sequence[Gathered]) -> str:
    """Say in one sentence how the pots of places stand to one another, and to England's.

    Parameters
    ----------
    gathered : sequence of Gathered

    Returns
    -------
    str
    """
    pots = [one.pot for one in gathered]
    known = [
        (name, pot.per_head_pence)
        for name, pot in zip(texts_of(pots), pots, strict=True)
        if pot.per_head_pence is not None and not pot.cells.empty
    ]
    if not known:
        return f"What public bodies spent per head in {pots[0].financial_year} is known of none of these places."
    start = f"What {bodies_covered(pots[0].loaded).rstrip(',')} spent in {pots[0].financial_year} came to"
    if len(known) <= MOST_IN_ANSWER:
        told = [f"{rounded_gbp(head)} a head in {name}" for name, head in known]
        said = f"{start} {and_list(told)}"
    else:
        (most, high), (least, low) = (choose(known, key=lambda found: found[1]) for choose in (max, min))
        said = f"{start} most a head in {most}, {rounded_gbp(high)}, and least in {least}, {rounded_gbp(low)}"
    england = gathered[0].england.per_head_pence if serves_england(pots[0].loaded) else None
    beside = any(one.is_england for one in gathered) or england is None
    said += "" if beside else f", against {rounded_gbp(england or 0)} in England as a whole"
    modelled = [name for name, pot in zip(texts_of(pots), pots, strict=True) if pot.what]
    return f"{said}; for {and_list(modelled)} this is {NEIGHBOURHOOD}." if modelled else f"{said}."


def _what_they_are(pots: Sequence[Pot]) -> str:
    return "What public services come to in" if any(pot.what for pot in pots) else "The single pots of"


def _about(pot: Pot) -> str:
    where = f" in {in_text(pot.authority)}" if pot.authority is not None else ""
    kind = level_words(pot.place)
    residents = f"{pot.residents:,} residents (census 2011)"
    code = f", {official_code(pot.place.code)}" if official_code(pot.place.code) else ""
    return f"{pot.place.name}: {kind[0].lower()}{kind[1:]}{where}{code}; {residents}"


def _key_figures(gathered: Sequence[Gathered]) -> Section:
    pots = [one.pot for one in gathered]
    figures = [_key_figure(name, pot) for name, pot in zip(names_of(pots), pots, strict=True)]
    blocks: list[Block] = [KeyFigures(tuple(figures))]
    modelled = [name for name, pot in zip(texts_of(pots), pots, strict=True) if pot.what]
    if modelled:
        words = f"For {and_list(modelled)} this is {NEIGHBOURHOOD}: no one holds it as one sum, and it is no budget."
        blocks.append(Notice(words))
    common = overlaps(pots)
    if common:
        blocks.append(Notice(f"{' '.join(common)} So their pots must not be added up. {NEVER_SUMMED}"))
    known = [pot for pot in pots if not pot.cells.empty and pot.per_head_pence is not None]
    if known:
        whole = serves_england(known[0].loaded)
        blocks += [] if whole else [Paragraph(f"{NOT_ALL}, so the places are not compared with it.")]
        bars = per_head_bars(known, gathered[0].england if whole else None)
        blocks += [Paragraph(RANGES), replace(bars, emphasised=())]
    return Section("key-figures", "Key figures", tuple(blocks))


def _key_figure(name: str, pot: Pot) -> KeyFigure:
    """Tell a pot per head; one of which nothing is known is not zero."""
    if pot.cells.empty:
        return KeyFigure(f"{name}, per head", "Not known", "", "no line that is loaded, and not awaited, serves it")
    return KeyFigure(
        f"{name}, per head",
        format_gbp(pot.per_head_pence) if pot.per_head_pence is not None else "Nobody lives there",
        known_of(grades_of(pot)),
        f"the pot is {rounded_gbp(pot.total_pence)}",
    )


def _spending(pots: Sequence[Pot]) -> list[Section]:
    """Set side by side what is spent, by whom, and how it is known, of the places of which anything is."""
    if not pots:
        return []
    return [
        Section("what-is-spent", "What it is spent on", (division_table(pots),)),
        Section("who-spends", "Who spends", (sector_table(pots),)),
        Section("how-known", "How each pot is known", (Paragraph(_recorded(pots)), grades_side_by_side(pots))),
    ]


def _recorded(pots: Sequence[Pot]) -> str:
    told = [
        f"{name} {percent(pot.observed_pence, pot.total_pence)}"
        for name, pot in zip(names_of(pots), pots, strict=True)
        if pot.total_pence > 0
    ]
    if not told:
        return "The amounts of these pots come to nothing together."
    return (
        f"What part of each pot was recorded at the place by the bodies that spent it: {and_list(told)}. That more of "
        "a pot was recorded does not mean that more was spent."
    )


def _method(pots: Sequence[Pot]) -> Section:
    """Tell how the figures came about, and what must be known of each place."""
    loaded = pots[0].loaded
    notes = [notes_of(pot) for pot in pots]
    common = [note for note in notes[0] if all(note in others for others in notes)]
    own = [
        f"{name}: {note}"
        for name, found in zip(names_of(pots), notes, strict=True)
        for note in found
        if note not in common
    ]
    listed = (*common, *own)
    words = (what_counts(loaded), f"{FOR_WHOM} {SHARED}", counted_once(loaded), NEVER_SUMMED, MORE)
    blocks: list[Block] = [*map(Paragraph, words), *([Bullets(listed)] if listed else [])]
    return Section("method", "How the figures came about", tuple(blocks))
