"""What a reader must know beside the figures of a pot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from placespend.accounts import sum_pence
from placespend.cofog import services
from placespend.errors import list_values
from placespend.geography import count_of
from placespend.levels import COMBINED_AUTHORITIES_CHECKED_TO, OWN, check_level
from placespend.money import format_gbp, percent
from placespend.place import FEW_RESIDENTS
from placespend.responsibilities import service_groups
from placespend.shipped import read_once, shipped_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from placespend.bases import Bases
    from placespend.place import Place


NEIGHBOURHOOD = "modelled, not managed, spending"
"""What a neighbourhood's pot is: no one manages it as one."""

MODELLED = (
    "Differences between places of one authority are the model's, and not observed: a count by small area, loaded with "
    "--measure, takes its place. Which would matter most: placespend sensitivity. How good the model is: placespend "
    "measures."
)

CHANGED = re.compile(r"\b(mended|refused|left out)\b")
"""What the definition of a user's place says where it is not quite as it was brought."""


def notes_on_own_places(places: Sequence[Place]) -> list[str]:
    """Say how a user's own places were brought, and which are not quite as they were brought.

    Parameters
    ----------
    places : sequence of Place

    Returns
    -------
    list of str
        What all that were taken alike have in common once, and the others by name; nothing of other places.
    """
    own = [place for place in places if place.level == OWN]
    changed = [f"{place.name}: {place.definition}" for place in own if CHANGED.search(place.definition)]
    alike = [place.definition for place in own if not CHANGED.search(place.definition)]
    return [*dict.fromkeys(alike), *changed]


def notes_on_neighbourhood(place: Place, grades: Mapping[str, int]) -> list[str]:
    """Say what the pot of a neighbourhood is and is not, and how well the place is known.

    Parameters
    ----------
    place : Place
    grades : mapping of str to int
        Pence of the pot by grade.

    Returns
    -------
    list of str
        None for places that are no neighbourhoods.
    """
    if not check_level(place.level).is_neighbourhood:
        return []
    observed = f"{format_gbp(grades['A'])} of it" if grades["A"] else "None of it"
    rest = {"modelled": grades["C"] + grades["D"], "allocated to it officially": grades["B"], "estimated": grades["E"]}
    known = " and ".join(f"{format_gbp(pence)} is {how}" for how, pence in rest.items() if pence)
    notes = [
        f"This is {NEIGHBOURHOOD}: what public services for the people here come to, told from what is known of larger "
        f"areas. No one holds or decides on it as one sum. {observed} was recorded at this place by the bodies that "
        f"spent it{f'; {known}' if known else ''}."
    ]
    if place.residents < FEW_RESIDENTS:
        notes.append(
            f"Fewer than {FEW_RESIDENTS:,} residents ({place.residents:,}): figures this small say little of the place."
        )
    if place.definition:
        notes.append(place.definition)
    if len(place.extent.parts):
        cut = place.extent.parts.sum_of(count_of("residents"))
        share = percent(cut, place.residents)
        notes.append(
            f"Small areas that lie in it only in part, divided {place.extent.parts.ruler}: "
            f"{len(place.extent.parts.areas):,} of {len(place.extent):,}. In them live {share} of its residents, "
            "estimated so."
        )
    return notes


def notes_on_coarse_measures(
    cells: pd.DataFrame, is_known: Callable[[str], bool], bases: Bases, *, differences: str
) -> list[str]:
    """Say which measures know nothing of differences between places.

    Parameters
    ----------
    cells : pandas.DataFrame
        Those that were apportioned.
    is_known : callable
        Tells of a level whether what was observed there is known of the places.
    bases : Bases
    differences : str
        What it means for the differences between places, in words, that a measure is spread by residents or households.

    Returns
    -------
    list of str
        None where all is known.
    """
    parts = {part.name: part for name in cells["basis"].unique() for part, _ in bases.basis(name).parts}
    coarse = [part for part in parts.values() if not is_known(part.observed_level)]
    modelled = ", ".join(part.label for part in coarse if part.by_kind)
    plain = ", ".join(part.label for part in coarse if not part.by_kind)
    notes = []
    if modelled:
        notes.append(
            "Known only for larger areas, and spread within them by a model, of what kinds of neighbourhoods they are "
            f"made: {modelled}. {MODELLED}"
        )
    if plain:
        notes.append(
            f"Known only for larger areas, and spread within them by residents or households: {plain}. {differences}"
        )
    return notes


@read_once
def line_warnings() -> pd.DataFrame:
    """List the lines of published sources whose basis is known to mislead.

    Returns
    -------
    pandas.DataFrame
        ``body``, ``service_code``, ``what`` (the money is), ``warning``.
    """
    return pd.read_csv(shipped_file("spend_lines", "line_warnings.csv"), dtype="str")


def warn_of_lines(shared: pd.DataFrame) -> list[str]:
    """Warn of money in a place that was shared out in a way that is known to mislead.

    Parameters
    ----------
    shared : pandas.DataFrame
        Cells that were apportioned, with ``body``, ``service_code`` and ``amount_pence``.

    Returns
    -------
    list of str
        With the amount in the place; nothing where there is none.
    """
    said = []
    for row in line_warnings().to_dict(orient="records"):
        found = shared[(shared["body"] == row["body"]) & (shared["service_code"] == row["service_code"])]
        if sum_pence(found):
            label = services()["label"][row["service_code"]]
            what = f"{format_gbp(sum_pence(found))} of what stands here for {label[0].lower()}{label[1:]}"
            said.append(f"{what} is {row['what']} ({row['body']}). {row['warning']}")
    return said


def describe_memo(memo: pd.DataFrame) -> list[str]:
    """Say which money is in no pot, and why.

    Parameters
    ----------
    memo : pandas.DataFrame
        ``body``, ``service_code``, ``amount_pence``, ``reason``.

    Returns
    -------
    list of str
        One sentence for each reason.
    """
    labels = service_groups()["label"]
    sentences = []
    for reason, lines in memo.groupby("reason", sort=True):
        named = lines["service_code"].map(labels).dropna()
        by_group = lines["amount_pence"].groupby(named).sum().sort_values(ascending=False)
        parts = [f"{label} {format_gbp(int(pence))}" for label, pence in by_group.items()]
        what = f" {'; '.join(parts)}." if len(named) == len(lines) else ""
        is_outturn = str(reason).startswith("not all who")
        by = f" recorded by {list_values(list(lines['body'].unique()))}" if is_outturn else ""
        instead = " What is modelled stands in its place." if is_outturn else ""
        sentences.append(f"In no pot: {format_gbp(sum_pence(lines))}{by}, because {reason}.{what}{instead}")
    return sentences


def notes_on_places(level: str, financial_year: str, as_at: date | None) -> list[str]:
    """Say when boundaries are not those of the money's year, and how far combined authorities are known.

    Parameters
    ----------
    level, financial_year : str
    as_at : datetime.date or None
        The day on which combined authorities were taken, where that is known.

    Returns
    -------
    list of str
    """
    vintage = check_level(level).vintage
    if vintage not in {"dated", financial_year[:4]}:
        fitted = ", fitted by postcodes" if level.endswith("_2025") else ""
        return [f"Money of {financial_year} is shown on boundaries of {vintage}{fitted}."]
    if level != "combined_authority" or as_at is None:
        return []
    notes = [f"Combined authorities are those of {as_at.isoformat()}."]
    if as_at > COMBINED_AUTHORITIES_CHECKED_TO:
        notes.append(f"Those made after {COMBINED_AUTHORITIES_CHECKED_TO.isoformat()} are not known here.")
    return notes
