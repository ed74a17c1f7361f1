"""What a reader must know beside the figures of a pot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.accounts import sum_pence
from placespend.geography import COMBINED_AUTHORITIES_CHECKED_TO, check_level
from placespend.money import format_gbp
from placespend.responsibilities import service_groups

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd


def describe_memo(memo: pd.DataFrame) -> list[str]:
    """Say which money is in no pot, and why.

    Parameters
    ----------
    memo : pandas.DataFrame
        ``service_code``, ``amount_pence``, ``reason``.

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
        instead = " What is modelled stands in its place." if str(reason).startswith("not all who") else ""
        sentences.append(f"In no pot: {format_gbp(sum_pence(lines))}, because {reason}.{what}{instead}")
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
