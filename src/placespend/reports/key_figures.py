"""What a report says first: its title, its answer in one sentence, what the place is, and the figures that stand out.

A neighbourhood's pot is modelled, not managed, spending: the answer says so, and never calls it a budget. Where the
lines are not those that ship, the answer is of the bodies whose lines are loaded, not of all. The range is the one that
the sensitivity tells: for a place that cuts small areas it also holds other ways of telling what lies in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.levels import OWN
from placespend.money import format_gbp, percent
from placespend.notes import notes_on_neighbourhood
from placespend.place_words import in_text, level_words, official_code, people_of
from placespend.recipe import shipped_recipe
from placespend.reports.comparing import compared_per_head
from placespend.reports.coverage import NOT_COMPARED, has_analysis, serves_england
from placespend.reports.document import Block, KeyFigure, KeyFigures, Notice, Paragraph, Section
from placespend.reports.wording import (
    and_list,
    grades_of,
    known_of,
    rounded_gbp,
    scope_in_words,
    span_gbp,
    why_no_range,
)

if TYPE_CHECKING:
    from placespend.loaded import Loaded
    from placespend.pot import Pot
    from placespend.reports.document import Known
    from placespend.reports.gathered import Gathered

KEY_FIGURES = "key-figures"

NOTHING_KNOWN = (
    "What public bodies spent for {people} in {year} is not known here: all that serves the place is awaited or left "
    "out, or no line that is loaded serves it."
)


AWAITED_LINE = "One line is awaited: it has no amount yet, and is in no total. It is listed below."
AWAITED_LINES = "lines are awaited: they have no amount yet, and are in no total. They are listed below."


def title_of_report(gathered: Gathered) -> str:
    """Name a report.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    str
    """
    what = "What public services come to in" if gathered.is_neighbourhood else "The single pot of"
    return f"{what} {in_text(gathered.place)}, {gathered.pot.financial_year}"


def answer_of(gathered: Gathered) -> str:
    """Say in one sentence what a place's pot comes to, how it stands to England's, and how far it may be off.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    str
    """
    pot = gathered.pot
    people, year = people_of(gathered.place), pot.financial_year
    if pot.cells.empty:
        return NOTHING_KNOWN.format(people=people, year=year)
    head = "" if pot.per_head_pence is None else f", {rounded_gbp(pot.per_head_pence)} a head"
    parts = [part for part in (head, _against_england(gathered)) if part]
    if gathered.is_neighbourhood:
        start = f"In {year} public services for {people} come to about {rounded_gbp(pot.total_pence)}"
        said = f"{start}{''.join(parts)}: this is {pot.what}, which no one holds or decides on as one sum"
    else:
        who = bodies_covered(pot.loaded)
        verb = (
            "together spent" if set(pot.cells["amount_kind"]) <= {"outturn"} else "together spent or planned to spend"
        )
        said = f"In {year} {who} {verb} {rounded_gbp(pot.total_pence)} for {people}{''.join(parts)}"
    return f"{said}; {_range_in_words(gathered)}."


def _against_england(gathered: Gathered) -> str:
    if gathered.is_england or not serves_england(gathered.loaded):
        return ""
    told = compared_per_head(gathered.pot, gathered.england)
    return f", {told} in England as a whole" if told else ""


def _range_in_words(gathered: Gathered) -> str:
    found = gathered.sensitivity
    if found.low_pence == found.high_pence:
        return why_no_range(gathered.pot)
    return f"by other reasonable ways of sharing it would be {span_gbp(found.low_pence, found.high_pence)}"


def bodies_covered(loaded: Loaded) -> str:
    """Say whose spending the lines hold.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    str
        "all public bodies" only where the shipped lines are in, and nothing was taken out.
    """
    held = [source.as_dict() for source in loaded.recipe.sources]
    scope, usual = loaded.recipe.scope, shipped_recipe().scope
    narrower = scope.only_services or scope.leave_out_services or scope.leave_out_bodies or scope.amount_kinds
    if all(source.as_dict() in held for source in shipped_recipe().sources) and not narrower:
        out = [
            words
            for flag, words in (("payments_to_people", "payments to people"), ("capital", "capital spending"))
            if getattr(usual, flag) and not getattr(scope, flag)
        ]
        return f"all public bodies, {and_list(out)} left out," if out else "all public bodies"
    return "the public bodies whose lines are loaded"


def about_place(gathered: Gathered) -> tuple[str, ...]:
    """Say what the place is, and of when the figures are.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    tuple of str
        One line each.
    """
    place, pot = gathered.place, gathered.pot
    where = f" in {in_text(pot.authority)}" if pot.authority is not None else ""
    told = [
        f"{level_words(place)}{where}{f', {official_code(place.code)}' if official_code(place.code) else ''}",
        f"{pot.residents:,} residents, counted by the census of 2011",
        f"Money of the financial year {pot.financial_year}. {scope_in_words(pot.loaded.recipe.scope)}",
    ]
    if has_analysis(pot.loaded):
        told.append("The armed forces, interest on debt and what else serves the whole country are in no place's pot")
    # What a pilot's place is, and how well that is known, takes a paragraph: the section on method has it.
    return (*told, *([place.definition] if place.level == OWN and place.definition else []))


def key_figures_section(gathered: Gathered) -> Section:
    """Set out the figures that stand out.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
    """
    pot = gathered.pot
    blocks: list[Block] = []
    if pot.what:
        blocks.append(Notice(notes_on_neighbourhood(pot.place, pot.grades)[0]))
    if pot.cells.empty:
        blocks.append(Paragraph(NOTHING_KNOWN.format(people=people_of(pot.place), year=pot.financial_year)))
    else:
        figures = [_total(pot), *_range(gathered), *_per_head(gathered), *_recorded(pot)]
        blocks += [KeyFigures(tuple(figures)), *_cautions(pot)]
        blocks += [] if gathered.is_england or serves_england(pot.loaded) else [Paragraph(NOT_COMPARED)]
    if len(pot.awaited):
        count = len(pot.awaited)
        words = f"{count:,} {AWAITED_LINES}" if count > 1 else AWAITED_LINE
        blocks.append(Notice(words))
    return Section(KEY_FIGURES, "Key figures", tuple(blocks))


def _cautions(pot: Pot) -> list[Block]:
    """Warn of a place so small that the figures say little of it."""
    return [Notice(note) for note in notes_on_neighbourhood(pot.place, pot.grades) if note.startswith("Fewer than")]


def _total(pot: Pot) -> KeyFigure:
    known = known_of(grades_of(pot))
    name = "All public services" if pot.what else "The single pot"
    is_mixed = known == "observed_and_modelled" and pot.observed_pence > 0 and pot.total_pence > 0
    mixed = f"{percent(pot.observed_pence, pot.total_pence)} of it is recorded" if is_mixed else ""
    note = "; ".join(filter(None, (pot.what, mixed)))
    return KeyFigure(f"{name}, {pot.financial_year}", format_gbp(pot.total_pence), known, note)


def _per_head(gathered: Gathered) -> list[KeyFigure]:
    """Tell the pot per head, and how it stands to England's where the lines serve all of it."""
    pot = gathered.pot
    if pot.per_head_pence is None:
        return [KeyFigure("Per head", "No one lives here", "", "counted by the census of 2011")]
    known = known_of(grades_of(pot))
    found = [KeyFigure("Per head", format_gbp(pot.per_head_pence), known, f"of {pot.residents:,} residents")]
    if gathered.is_england or not serves_england(pot.loaded) or gathered.england.per_head_pence is None:
        return found
    england = gathered.england
    difference = pot.per_head_pence - (england.per_head_pence or 0)
    sign = "+" if difference > 0 else ""
    told = compared_per_head(pot, england)
    note = f"{told} England's {format_gbp(england.per_head_pence or 0)}" if told else ""
    return [*found, KeyFigure("Against England, per head", f"{sign}{format_gbp(difference)}", known, note)]


def _recorded(pot: Pot) -> list[KeyFigure]:
    if pot.total_pence <= 0:
        return []
    share = percent(pot.observed_pence, pot.total_pence)
    known: Known = "observed" if pot.observed_pence else ""
    by_whom = f"{format_gbp(pot.observed_pence)} of it, by the bodies that spent it"
    note = by_whom if pot.observed_pence else "no body's own record of what it spent here is loaded"
    return [KeyFigure("Recorded at this place", share, known, note)]


def _range(gathered: Gathered) -> list[KeyFigure]:
    found = gathered.sensitivity
    if found.low_pence == found.high_pence:
        return [KeyFigure("Range", "No range", "", why_no_range(gathered.pot))]
    value = f"{format_gbp(found.low_pence)} to {format_gbp(found.high_pence)}"
    return [KeyFigure("Range", value, "modelled", "by other reasonable ways of sharing; not a confidence interval")]
