"""How the figures of a place came about, in plain words: what counts, for whom, how it is shared, how each is known.

The words are those of the pot at hand: they tell of sharing only where something was shared, of recorded amounts only
where there are some, and of the Treasury's analysis only where the lines are its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.errors import list_values
from placespend.money import percent
from placespend.notes import NEIGHBOURHOOD, notes_on_neighbourhood
from placespend.place_words import in_text
from placespend.relations import REPLACE, SCALE, WITHIN
from placespend.reports.coverage import has_analysis
from placespend.reports.document import Bullets, Column, DataTable, Notice, Paragraph, Section
from placespend.reports.sources_used import called
from placespend.reports.wording import is_all_held, known_of, rounded_gbp, scope_in_words
from placespend.schema import GRADES
from placespend.text import gbp

if TYPE_CHECKING:
    from placespend.loaded import Loaded
    from placespend.pot import Pot
    from placespend.reports.document import Block
    from placespend.reports.gathered import Gathered

NO_BUDGET = (
    f"This is {NEIGHBOURHOOD}. No one holds it as one sum and no one decides on it as a whole, so it is no budget. It "
    "tells what public services for the people here come to, judged by what is known of larger areas."
)

FOR_WHOM = (
    "Money counts where the people, or the land, that it is spent for are, and not where it is paid out. Each line has "
    "a footprint: the area that it is for."
)

SHARED = (
    "A line whose footprint reaches beyond the place is shared out by a measure that suits the service, such as people "
    "aged 65 and over for pensions. The place has the part of the line that it has of the measure. Parts are rounded "
    "so that they sum to the line to the penny. A line whose whole footprint lies in the place is not shared."
)

RELATED = {
    WITHIN: "what {inner} records is a part of {outer}, and takes the place of what would be modelled; totals stand",
    SCALE: "what {inner} records is a part of {outer}, and is scaled to it where all of it is recorded",
    REPLACE: "where {inner} is complete it stands in place of {outer}, and totals move by what they define otherwise",
}
"""What becomes of money that two sources of a recipe hold."""

NATIONAL = (
    "The armed forces, interest on debt and the like serve the country as a whole. The Treasury's analysis cannot say "
    "where they are for, so they are in no place's pot."
)
CONSOLIDATED = (
    "The Treasury's analysis is consolidated: a grant that a department passes to a council stands once in it, with "
    "the council."
)


def method_section(gathered: Gathered) -> Section:
    """Tell how the figures of a place came about.

    Parameters
    ----------
    gathered : Gathered

    Returns
    -------
    Section
        With the table ``grades``, which sums to the pot.
    """
    pot = gathered.pot
    blocks: list[Block] = [
        *([Notice(NO_BUDGET)] if pot.what else []),
        Paragraph(what_counts(pot.loaded)),
        Paragraph(FOR_WHOM if not len(pot.cells) or is_all_held(pot) else f"{FOR_WHOM} {SHARED}"),
        Paragraph(counted_once(pot.loaded)),
        Paragraph(how_known(pot)),
        grades_table(pot),
    ]
    notes = notes_of(pot)
    if notes:
        blocks += [Paragraph("What to know beside the figures:"), Bullets(notes)]
    return Section("method", "How the figures came about", tuple(blocks))


def what_counts(loaded: Loaded) -> str:
    """Say what is in the pots of a recipe.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    str
    """
    said = (
        f"The pot holds what all public bodies of which lines are loaded spent in {loaded.financial_year}. The recipe "
        f"that says what counts is “{loaded.recipe.title}”. {scope_in_words(loaded.recipe.scope)}."
    )
    return f"{said} {NATIONAL}" if has_analysis(loaded) else said


def counted_once(loaded: Loaded) -> str:
    """Say how it is made sure that each pound is counted once.

    Parameters
    ----------
    loaded : Loaded

    Returns
    -------
    str
    """
    said = [
        "Each pound is counted once. Two sources that hold the same money are refused unless the recipe relates them."
    ]
    for found in loaded.recipe.relations:
        names = {"inner": called(loaded, found.inner), "outer": called(loaded, found.outer)}
        told = RELATED[found.use].format(**{end: f"“{name}”" for end, name in names.items()})
        said.append(f"Here {told}.")
    if has_analysis(loaded):
        said.append(CONSOLIDATED)
    passed = loaded.lines[loaded.lines["recipient_body"] != ""]
    if len(passed):
        bodies = list_values(sorted(passed["recipient_body"].unique().tolist()))
        count = f"{len(passed):,} lines are" if len(passed) > 1 else "One line is"
        said.append(f"{count} passed on to another public body ({bodies}), which is not yet taken out where it is too.")
    return " ".join(said)


def how_known(pot: Pot) -> str:
    """Say how much of a pot was recorded at the place, and how much is modelled.

    Parameters
    ----------
    pot : Pot

    Returns
    -------
    str
    """
    if pot.cells.empty:
        return "No amount is known of this place."
    grades = pot.grades
    told = {
        "was recorded at this place by the bodies that spent it": grades["A"],
        "was allocated officially to areas that lie wholly in it": grades["B"],
        "is modelled, shared out from larger areas": grades["C"] + grades["D"],
        "is an estimate, or shared out by nothing better than residents of a larger area": grades["E"],
    }
    parts = [f"{rounded_gbp(pence)}{_in_brackets(pence, pot)} {how}" for how, pence in told.items() if pence]
    if not parts:
        return "The amounts of the pot come to nothing together."
    listed = parts[0] if len(parts) == 1 else f"{'; '.join(parts[:-1])}; and {parts[-1]}"
    none = "" if grades["A"] else " None of it was recorded at this place."
    return f"Of the pot, {listed}.{none} Every amount has a grade that says how it is known, from A, the best, to E."


def grades_table(pot: Pot) -> DataTable:
    """Set out a pot by grade.

    Parameters
    ----------
    pot : Pot

    Returns
    -------
    DataTable
        All five grades, with their meaning; they sum to the pot.
    """
    data = pd.DataFrame(
        [
            {"grade": letter, "meaning": meaning, "amount_pence": pot.grades[letter], "known": known_of(letter)}
            for letter, meaning in GRADES.items()
        ]
    )
    rows = [
        (row["grade"], row["meaning"], gbp(row["amount_pence"]), _share(row["amount_pence"], pot))
        for row in data.to_dict(orient="records")
    ]
    return DataTable(
        id="grades",
        caption=f"How the pot of {in_text(pot.place)} is known",
        columns=(
            Column("Grade"),
            Column("What it means"),
            Column("Amount (£)", is_number=True),
            Column("Share of the pot", is_number=True),
        ),
        rows=(*rows, ("Total", "", gbp(pot.total_pence), _share(pot.total_pence, pot))),
        data=data,
        has_total=True,
    )


def notes_of(pot: Pot) -> tuple[str, ...]:
    """List what a reader must know beside the figures of a pot.

    Parameters
    ----------
    pot : Pot

    Returns
    -------
    tuple of str
    """
    negative = ("Negative amounts are income and reversals.",) if (pot.cells["amount_pence"] < 0).any() else ()
    # What a neighbourhood's pot is not stands above, where it is not passed over.
    above = notes_on_neighbourhood(pot.place, pot.grades)[:1]
    return (*(note for note in pot.notes if note not in above), *negative)


def _share(pence: int, pot: Pot) -> str:
    return percent(pence, pot.total_pence) if pot.total_pence else ""


def _in_brackets(pence: int, pot: Pot) -> str:
    share = _share(pence, pot)
    return f" ({share})" if share else ""
