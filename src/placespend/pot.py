"""The single pot: what all bodies spend in a place, each pound counted once.

A pot has one place and one financial year. It is cut by body, sector, service, economic, basis or grade, and
every cut sums to it exactly. Awaited lines have no amount yet: they are rows of the pot, not zeros.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from placespend.apportion import build_ledger
from placespend.bridge import bridge_pots
from placespend.cofog import services
from placespend.comparison import authority_of, compare, describe_authorities
from placespend.cuts import cut_keys, in_reading_order, sum_groups
from placespend.errors import ConservationError, PlaceNotFoundError, UnknownNameError, WrongTypeError, list_values
from placespend.explain import (
    describe_measure_years,
    describe_sources,
    explain_cells,
    find_services,
    name_lines,
)
from placespend.extremes import range_of
from placespend.footprints import footprint_areas
from placespend.gazetteer import find_place, parse_as_at
from placespend.grades import grade_cells, touches
from placespend.levels import check_level
from placespend.loaded import Loaded, load
from placespend.money import format_gbp, per_head_pence, total_pence
from placespend.notes import (
    NEIGHBOURHOOD,
    describe_memo,
    notes_on_coarse_measures,
    notes_on_neighbourhood,
    notes_on_places,
    warn_of_lines,
)
from placespend.place import Place
from placespend.published import bridge_published, find_published
from placespend.reconciliation import Reconciliation, reconcile
from placespend.schema import GRADES
from placespend.sensitivity import Sensitivity, sensitivity_of
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from fractions import Fraction
    from pathlib import Path

    from placespend.bridge import Bridge
    from placespend.ledger import Ledger
    from placespend.recipe import Recipe
    from placespend.wanted import Choices, Lines, Measures


DIFFERENCES = (
    "By these, what a place has is its residents' or households' part of its authority's figure, so places of one "
    "authority cannot be ranked by them."
)


class Pot:
    """What all bodies spend in a place in one financial year. Made by :func:`single_pot`.

    Attributes
    ----------
    place : Place
    loaded : Loaded
        The lines it was made from.
    ledger : Ledger
        Proof that every penny of them is in the place, elsewhere or unallocated.
    cells : pandas.DataFrame
        The cells whose footprint touches the place: their keys, ``cell_pence`` (the whole cell),
        ``amount_pence`` (in the place), ``lines``, ``grade``, ``service``.
    as_at : datetime.date or None
        The day on which combined authorities were taken; None where the place was found before.
    """

    def __init__(self, place: Place, loaded: Loaded, ledger: Ledger, *, as_at: date | None) -> None:
        self.place = place
        self.loaded = loaded
        self.ledger = ledger
        self.as_at = as_at
        cells = loaded.cells.rename(columns={"amount_pence": "cell_pence"})
        cells = cells.assign(amount_pence=ledger.pence_at(place.code))
        cells = cells[touches(cells["footprint_code"], place)]
        self.cells = cells.assign(
            grade=grade_cells(cells, place, loaded.bases), service=cells["service_code"].map(services()["service_name"])
        )
        self._reconciliation = reconcile(loaded, ledger)
        if self.total_pence != self._reconciliation.placed_pence:
            message = f"the cells of {place.name} do not sum to its pot"
            raise ConservationError(message)

    def __repr__(self) -> str:
        head = "" if self.per_head_pence is None else f", {format_gbp(self.per_head_pence)} per head"
        return (
            f"<Pot {self.place.name} ({self.place.code}) {self.financial_year}: {format_gbp(self.total_pence)}, "
            f"{self.residents:,} residents{head}>"
        )

    def _repr_html_(self) -> str:
        from placespend.displays import pot_html  # noqa: PLC0415  (only notebooks show it)

        return pot_html(self)

    @property
    def financial_year(self) -> str:
        """The year of the money, as 2011-12."""
        return self.loaded.financial_year

    @cached_property
    def residents(self) -> int:
        """Residents counted by the census of 2011."""
        return self.place.residents

    @cached_property
    def total_pence(self) -> int:
        """The pot in pence."""
        return total_pence(self.cells["amount_pence"].to_numpy())

    @property
    def per_head_pence(self) -> int | None:
        """Pence per resident, rounded half even; None where nobody lives."""
        return per_head_pence(self.total_pence, self.residents)

    @cached_property
    def grades(self) -> dict[str, int]:
        """Pence by grade, all five letters."""
        sums = self.cells.groupby("grade")["amount_pence"].sum()
        return {letter: int(sums.get(letter, 0)) for letter in GRADES}

    @property
    def observed_pence(self) -> int:
        """What bodies recorded at this place: grade A."""
        return self.grades["A"]

    @property
    def what(self) -> str:
        """What the pot is, where that must be said beside it: of a neighbourhood, that no one manages it."""
        return NEIGHBOURHOOD if check_level(self.place.level).is_neighbourhood else ""

    @cached_property
    def authority(self) -> Place | None:
        """Of a neighbourhood, the upper-tier authority of 2011 in which most of its residents live."""
        return authority_of(self.place) if self.what else None

    @cached_property
    def comparison(self) -> pd.DataFrame | None:
        """Of a neighbourhood, the pot per head by division of services, beside its authority's and England's.

        As :func:`placespend.comparison.compare` sets it out.
        """
        return None if self.authority is None else compare(self.place, self.loaded, self.authority)

    @cached_property
    def awaited(self) -> pd.DataFrame:
        """Lines awaited: they have no amount yet and are in no total.

        Those whose footprint touches the place, and those whose footprint is not known, which may.
        """
        lines = self.loaded.awaited
        unknown = lines["footprint_code"].map(footprint_areas).isna()
        return lines[touches(lines["footprint_code"], self.place) | unknown].reset_index(drop=True)

    @cached_property
    def memo(self) -> pd.DataFrame:
        """Money that is in no pot, with the ``reason``: outturn that could not be used here, and what has no place."""
        memo = self.loaded.memo
        placeless = memo["footprint_code"].map(footprint_areas).isna()
        return memo[placeless | touches(memo["footprint_code"], self.place)].reset_index(drop=True)

    @cached_property
    def unallocated(self) -> pd.DataFrame:
        """Cells of the loaded lines that could not be placed anywhere, with the ``reason``."""
        cells = self.loaded.cells.loc[self.ledger.reasons.index]
        return cells.assign(reason=self.ledger.reasons).reset_index(drop=True)

    def by(self, *columns: str) -> pd.DataFrame:
        """Cut the pot.

        Parameters
        ----------
        *columns : {"body", "sector", "service", "economic", "basis", "grade"}
            One, or two at once.

        Returns
        -------
        pandas.DataFrame
            The columns asked for (``service`` with its ``service_code``), ``amount_pence`` (Int64; missing
            where all lines are awaited), ``per_head_pence`` (Int64, rounded half even), ``observed_pence`` (of the
            amount, what bodies recorded at this place: grade A), ``grades`` (the letters
            found, best first) and ``awaited_lines``. The amounts sum to the pot exactly. By the first
            column, services and grades are in the order of their code, the rest by amount.

        Raises
        ------
        UnknownNameError
            If a pot cannot be cut by that.
        """
        if len(columns) == 1 and isinstance(columns[0], list | tuple):
            # As pandas takes them.
            columns = tuple(columns[0])
        keys = cut_keys(columns)
        # Awaited rows have no amount; whole numbers that may be missing keep every penny of the rest.
        cells = self.cells.astype({"amount_pence": "Int64"})
        cells["observed_pence"] = cells["amount_pence"].where(cells["grade"] == "A", 0)
        table = sum_groups(pd.concat([cells, self._awaited_cells()], ignore_index=True), keys)
        pence = [None if pd.isna(amount) else int(amount) for amount in table["amount_pence"]]
        heads = [None if amount is None else per_head_pence(amount, self.residents) for amount in pence]
        table["amount_pence"] = pd.array(pence, dtype="Int64")
        table.insert(len(keys) + 1, "per_head_pence", pd.Series(heads, dtype="Int64"))
        table["observed_pence"] = table["observed_pence"].astype("Int64")
        table["awaited_lines"] = table["awaited_lines"].astype("int64")
        return in_reading_order(table, columns[0])

    def _awaited_cells(self) -> pd.DataFrame:
        """Make each awaited line a cell without amounts: grade E."""
        none = pd.array([pd.NA] * len(self.awaited), dtype="Int64")
        return self.awaited.assign(
            service=self.awaited["service_name"],
            basis=self.loaded.bases.choose(self.awaited),
            grade="E",
            cell_pence=none,
            amount_pence=none,
            observed_pence=none,
            lines=1,
            awaited_lines=1,
            line_ids=self.awaited["line_id"],
        )

    def reconcile(self) -> Reconciliation:
        """Show where every penny of the loaded lines is.

        Returns
        -------
        Reconciliation
            ``in = placed + elsewhere + unallocated``, exactly.
        """
        return self._reconciliation

    def explain(self, service: str) -> pd.DataFrame:
        """Tell how the figures of a service came about.

        Parameters
        ----------
        service : str
            A service's code, or any part of its name, label or division.

        Returns
        -------
        pandas.DataFrame
            One row per cell and per awaited line: ``service_code``, ``service``, ``body``, ``sector``, ``economic``,
            ``amount_kind``, ``status``, ``treatment``, ``footprint_code``, ``footprint`` (name), ``cell_pence``,
            ``basis``, ``basis_label``, ``measure_years``, ``observed_levels``, ``share`` (of the footprint; missing
            where it cannot be shared), ``share_exact`` (a fraction of whole numbers), ``amount_pence``, ``grade``,
            ``quality``, ``assumption``, ``measure_source``, ``source``, ``lines`` (how many) and
            ``line_ids``. Awaited lines have no amounts.

        Raises
        ------
        UnknownNameError
            If no service of the pot is called so.
        WrongTypeError
            If it is no text.
        """
        here = {*self.cells["service_code"], *self.awaited["service_code"]}
        found = find_services(service, here)
        paid = self.cells[self.cells["service_code"].isin(found)]
        paid = paid.assign(line_ids=name_lines(paid, self.loaded))
        awaited = self._awaited_cells()
        awaited = awaited[awaited["service_code"].isin(found)]
        amounts = {"cell_pence": "Int64", "amount_pence": "Int64"}
        cells = pd.concat([paid.astype(amounts), awaited.astype(amounts)], ignore_index=True)
        in_order = cells.sort_values("service_code", key=lambda codes: codes.map(found.index), kind="stable")
        return explain_cells(in_order, self.place, self.loaded)

    def bridge(
        self,
        other: Pot | None = None,
        *,
        published: str | None = None,
        deflator: Mapping[str, Fraction] | None = None,
    ) -> Bridge:
        """Tell what moves this total to another pot's, or to a published one, step by step.

        Parameters
        ----------
        other : Pot, optional
        published : str, optional
            Id of :func:`placespend.published.published_totals`. Needed where ``other`` is left out, unless one total
            alone was published of the place.
        deflator : mapping of str to Fraction, optional
            Index of prices by financial year, as :func:`placespend.sources.deflator.read_deflator` gives it.

        Returns
        -------
        Bridge

        Raises
        ------
        UnknownNameError
            If there is no such published total of the place, or none or several and no choice.
        """
        if other is not None and not isinstance(other, Pot):
            message = f"A bridge leads to another pot, not to {type(other).__name__}."
            raise WrongTypeError(message, hint="say published= for a published total")
        if other is not None:
            return bridge_pots((self.place, self.loaded), (other.place, other.loaded))
        found = find_published(self.place, published)
        if len(found) != 1:
            message = f"Of {self.place.name}, {len(found) or 'no'} totals are published."
            raise UnknownNameError(message, hint=f"choose one of {', '.join(found)}" if found else None)
        return bridge_published(self.place, self.loaded, found[0], deflator=deflator)

    @cached_property
    def _range(self) -> Sensitivity:
        return sensitivity_of(self.place, self.loaded)

    @cached_property
    def range_pence(self) -> tuple[int, int]:
        """The least and the most that the pot is if its services are shared by other bases of their ladders.

        By the coverage that the place has; :meth:`sensitivity` also takes others, and tells what moves it.
        """
        return range_of(self.place, self.loaded)

    def sensitivity(self) -> Sensitivity:
        """Tell how far the pot moves with what its money is shared by.

        Returns
        -------
        Sensitivity
            Low, central and high; what moves them most; what would narrow them.

        Examples
        --------
        >>> found = single_pot("Leeds").sensitivity()
        >>> found.low_pence <= found.central_pence <= found.high_pence
        True
        """
        return self._range

    @cached_property
    def _shared(self) -> pd.Series:
        """Which cells were apportioned, for the place does not hold their whole footprint."""
        return ~touches(self.cells["footprint_code"], self.place, wholly=True)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What misleads in the figures of the place: money that was shared by a basis known to be wrong for it."""
        return tuple(warn_of_lines(self.cells[self._shared]))

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know beside the figures."""
        years = describe_measure_years(self.cells, self._shared, self.loaded)
        places = notes_on_places(self.place.level, self.financial_year, self.as_at)
        split = ["Recorded amounts are known by group of services, and within a group are split as the official ones."]
        is_split = bool((self.cells["treatment"].isin(["split", "part"]) & (self.cells["grade"] == "A")).any())
        about = notes_on_neighbourhood(self.place, self.grades)
        if about and self.authority is not None:
            about += describe_authorities(self.place, self.authority)
            shared = self.cells[self._shared]
            about += notes_on_coarse_measures(shared, self.place.is_made_of, self.loaded.bases, differences=DIFFERENCES)
        return (
            *about,
            *self.warnings,
            *self.loaded.cautions,
            *describe_memo(self.memo),
            *split * is_split,
            *years,
            *places,
        )

    @cached_property
    def source_titles(self) -> tuple[str, ...]:
        """The publications that the lines in the pot come from, then those of the measures that shared them."""
        return describe_sources(self.cells, self._shared, self.loaded.bases)


def single_pot(
    place: str | Place | None = None,
    *,
    recipe: Recipe | str | Path | None = None,
    lines: Lines | None = None,
    with_shipped: bool = False,
    year: str | None = None,
    level: str | None = None,
    as_at: str | date | None = None,
    unknown_footprints: str = "error",
    measures: Measures | None = None,
    lookups: str | Path | Sequence[str | Path] | None = None,
    overrides: Choices | None = None,
) -> Pot:
    """Build the single pot of a place.

    Parameters
    ----------
    place : str or Place, optional
        A name, an alias, a code, or a place found before, which is taken as it is. Needed unless the recipe names
        one.
    recipe : Recipe or path, optional
        What is in; the shipped one where left out.
    lines : path, sequence of paths or pandas.DataFrame, optional
        Files of lines that replace the shipped ones.
    with_shipped : bool, default False
        Add the shipped lines to ``lines`` instead. Money that both hold is an error.
    year : str, optional
        As 2011-12; needed where the lines hold several.
    level : str, optional
        Settles a name that places of several levels share.
    as_at : str or datetime.date, optional
        Combined authorities are those existing on this day; the end of the financial year where left out.
    unknown_footprints : {"error", "unallocated"}
        Whether a line whose footprint is no place is an error, or money that cannot be placed.
    measures : path, MeasureSource, Measure, or a sequence of them, optional
        Measures of your own, by which money is shared in place of what is shipped or on a better rung of a ladder.
    lookups : path or sequence of paths, optional
        Lookups of the Office for National Statistics, as published, for codes of other years than 2011.
    overrides : sequence of Override or of (str, str, str), optional
        A service or the id of a line, the basis to share it by, and the reason.

    Returns
    -------
    Pot

    Raises
    ------
    PlaceNotFoundError, AmbiguousPlaceError, OutsideEnglandError
        If the place is not one place of England.
    LinesError, YearError, DataFileError
        If the lines cannot be used.
    RecipeError, OverlapError
        If the recipe cannot be used, or its sources hold the same money.
    MeasuresError
        If your measures cannot be used.

    Examples
    --------
    >>> single_pot("England").total_pence
    44485128786600
    """
    wanted = recipe_wanted(
        recipe,
        lines=lines,
        with_shipped=with_shipped,
        year=year,
        unknown_footprints=unknown_footprints,
        measures=measures,
        lookups=lookups,
        overrides=overrides,
    )
    if place is None and level is None:
        # The recipe's level settles the recipe's own name, not another one.
        level = wanted.level
    return pot_of(_one_place(place, wanted), load(wanted), level=level, as_at=as_at or wanted.as_at)


def pot_of(place: str | Place, loaded: Loaded, *, level: str | None = None, as_at: str | date | None = None) -> Pot:
    """Build the single pot of a place from lines that were gathered before.

    Parameters
    ----------
    place : str or Place
    loaded : Loaded
    level, as_at
        As for :func:`single_pot`.

    Returns
    -------
    Pot

    Raises
    ------
    PlaceNotFoundError, AmbiguousPlaceError, OutsideEnglandError
        If the place is not one place of England.
    """
    if isinstance(place, Place):
        return Pot(place, loaded, build_ledger(loaded.cells, [place], loaded.bases), as_at=None)
    day = parse_as_at(as_at, default=loaded.year_end)
    found = find_place(place, level=level, as_at=day)
    return Pot(found, loaded, build_ledger(loaded.cells, [found], loaded.bases), as_at=day)


def _one_place(place: str | Place | None, recipe: Recipe) -> str | Place:
    """Take the place that was asked for, else the only one that the recipe names."""
    if place is not None:
        return place
    if len(recipe.places) == 1:
        return recipe.places[0]
    named = f"names {len(recipe.places)}: {list_values(list(recipe.places))}" if recipe.places else "names none"
    message = f"A pot is of one place, and the recipe {named}."
    raise PlaceNotFoundError(message, hint="name the place")
