"""What a table or a workbook is, to travel within its file: nobody can say later what a bare column of figures was.

CSV has no room for it, so there each row tells what it was made with. Parquet and GeoPackage hold it as metadata, a
workbook on its first sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placespend import __version__
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from placespend.families.shown import Families
    from placespend.loaded import Loaded
    from placespend.pot import Pot
    from placespend.pots_by_level import Pots


@dataclass(frozen=True)
class About:
    """What a file of tables is.

    Attributes
    ----------
    title : str
        What is in it, in one line.
    what : str
        What the amounts are, where that must be said: of a neighbourhood, that no one manages them.
    place : str
        Of which place, and where its extent comes from.
    financial_year : str
        As 2011-12.
    scope : str
        What is in a pot and what is not.
    notes : tuple of str
        What a reader of the figures must know.
    sources : tuple of str
        Publications that the figures come from.
    made_with : str
        Version, and digests of the recipe and of the inputs.
    notice : str
        What the licences of the data ask to stand beside them.
    """

    title: str
    what: str = ""
    place: str = ""
    financial_year: str = ""
    scope: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    made_with: str = ""
    notice: str = NOTICE

    def as_texts(self) -> dict[str, str]:
        """Give all that is said, by its name.

        Returns
        -------
        dict of str to str
            What is empty is left out; of several notes or sources each has a line.

        Examples
        --------
        >>> list(About("Pots", notes=("One.", "Two.")).as_texts())
        ['title', 'notes', 'notice']
        """
        said: dict[str, str | tuple[str, ...]] = vars(self)
        told = {name: value if isinstance(value, str) else "\n".join(value) for name, value in said.items()}
        return {name: text for name, text in told.items() if text}


def about_pot(pot: Pot, title: str = "") -> About:
    """Say what tables of a pot are.

    Parameters
    ----------
    pot : Pot
    title : str, optional
        What is in the file, if it is not the pot as a whole.

    Returns
    -------
    About
    """
    defined = f"; {pot.place.definition}" if pot.place.definition else ""
    return About(
        title=title or f"The single pot of {pot.place.name}, {pot.financial_year}",
        what=pot.what,
        place=f"{pot.place.name} ({pot.place.code}){defined}",
        financial_year=pot.financial_year,
        scope=pot.loaded.recipe.scope.describe(),
        notes=pot.notes,
        sources=pot.source_titles,
        made_with=pot.loaded.stamp,
    )


def about_pots(found: Pots, title: str = "") -> About:
    """Say what tables of the pots of several places are.

    Parameters
    ----------
    found : Pots
    title : str, optional
        What is in the file, if it is not the pots as a whole.

    Returns
    -------
    About
    """
    return About(
        title=title or f"The single pots of places of the level {found.level}, {found.financial_year}",
        what=found.what,
        place=found.within,
        financial_year=found.financial_year,
        scope=found.loaded.recipe.scope.describe(),
        notes=found.notes,
        sources=found.source_titles,
        made_with=found.loaded.stamp,
    )


def about_lines(loaded: Loaded, title: str) -> About:
    """Say what a table made of gathered lines is.

    Parameters
    ----------
    loaded : Loaded
    title : str
        What is in the file.

    Returns
    -------
    About
    """
    return About(
        title=title,
        financial_year=loaded.financial_year,
        scope=loaded.recipe.scope.describe(),
        notes=loaded.cautions,
        made_with=loaded.stamp,
    )


def about_families(found: Families, title: str) -> About:
    """Say what a table of families is.

    Parameters
    ----------
    found : Families
    title : str
        What is in the file.

    Returns
    -------
    About
    """
    notes = (*found.notes, *found.interval_notes)
    return About(title=title, what=found.what, notes=notes, made_with=f"placespend {__version__}")
