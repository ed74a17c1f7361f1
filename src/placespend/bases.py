"""Which measure shares out which service: the ladder, its assumptions and its grades.

Every service names a ladder in ``spend_lines/services.csv``; ``spend_lines/ladders.csv`` lists its rungs, best
first. The first rung whose measure is loaded is the service's *basis*; rungs of use ``alternative`` are for
sensitivity.

What is loaded is the shipped measures and those that a user brings: :class:`Bases` holds both, and goes with the lines
of a pot. A user's measure takes the place of the shipped one of its name. One that counts a part of England only
serves the footprints that it counts wholly; for others the next rung is taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

import pandas as pd

from placespend.blends import Basis, blends
from placespend.cofog import services
from placespend.errors import UnknownNameError, list_values
from placespend.footprints import footprint_extent
from placespend.measures import PLAIN, Measure, check_counts, label_of_plain, list_measures, measure, plain_siblings
from placespend.shipped import read_once, shipped_file
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@read_once
def _rungs() -> pd.DataFrame:
    return pd.read_csv(shipped_file("spend_lines", "ladders.csv"), dtype={"rung": "int64"})


@dataclass(frozen=True, eq=False)
class Bases:
    """All that money can be shared by: the shipped measures, a user's own, and blends.

    Attributes
    ----------
    own : tuple of Measure
        A user's measures. One that has the name of a shipped measure takes its place.
    left_out : tuple of str
        Measures that must not be used: the next rung of a ladder is taken.
    chosen : dict of str to str
        Bases of services that are not to be shared by what their ladder says.

    Raises
    ------
    WrongTypeError, TooLargeError
        If one does not hold a count for each small area, or cannot be summed exactly.
    UnknownNameError
        If two of them have one name, one has that of a blend or of a plain sibling, or one that counts a part of
        England only has the name of a shipped measure: its name would then mean two things.

    Examples
    --------
    >>> Bases().basis("health_blend").label
    'residents 60 %, aged 65 and over 40 %'
    """

    own: tuple[Measure, ...] = ()
    left_out: tuple[str, ...] = ()
    chosen: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for found in self.own:
            check_counts(found)
        names = [found.name for found in self.own]
        blended = {*blends()["basis"]}
        kept = {*blended, *(f"{name}{PLAIN}" for name in blended), *plain_siblings()}
        repeated = sorted({name for name in names if names.count(name) > 1} | ({*names} & kept))
        if repeated:
            message = f"Several measures are called {list_values(repeated)}."
            raise UnknownNameError(message, hint="leave all but one out, or give them names of their own")
        taken = [found.name for found in self.own if found.covered is not None and found.name in list_measures().index]
        if taken:
            message = f"{list_values(taken)} counts a part of England only, and a shipped measure has that name."
            raise UnknownNameError(
                message, hint="give it a name of its own, and choose it for a service with [[basis]]"
            )

    def __repr__(self) -> str:
        own = list_values([found.name for found in self.own]) or "none of the user's own"
        return f"<Bases: {len(self.names)} by name, {own}>"

    @cached_property
    def _own_by_name(self) -> dict[str, Measure]:
        return {found.name: found for found in self.own}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every basis that is loaded: shipped measures, then a user's others, then blends, then plain siblings."""
        shipped, blended = list_measures().index, blends()["basis"].unique()
        others = [name for name in self._own_by_name if name not in shipped]
        known = (*shipped, *others, *blended)
        return (*known, *(plain for name in known if (plain := self.plain_of(name))))

    @cached_property
    def partial(self) -> frozenset[str]:
        """The user's measures that count a part of England only."""
        return frozenset(found.name for found in self.own if found.covered is not None)

    def plain_of(self, name: str) -> str | None:
        """Name the sibling of a basis that no kinds of neighbourhoods complete.

        Parameters
        ----------
        name : str
            A measure or a blend.

        Returns
        -------
        str or None
            None where kinds complete none of its measures: it is plain itself, or observed by small area.
        """
        rows = blends()[blends()["basis"] == name]
        parts = [name] if rows.empty else list(rows["measure"])
        own = self._own_by_name
        modelled = [
            own[part].plain_counts is not None if part in own else f"{part}{PLAIN}" in plain_siblings()
            for part in parts
        ]
        return f"{name}{PLAIN}" if any(modelled) else None

    @cached_property
    def _known(self) -> dict[str, Basis]:
        return {}

    def measure(self, name: str) -> Measure:
        """Give a measure: the user's own, else the shipped one.

        Parameters
        ----------
        name : str

        Returns
        -------
        Measure

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        if name in self._own_by_name:
            return self._own_by_name[name]
        own = self._own_by_name.get(name.removesuffix(PLAIN))
        if own is None or own.plain_counts is None:
            return measure(name)
        label = label_of_plain(own.label, own.completed_by)
        return replace(own, name=name, label=label, counts=own.plain_counts, by_kind=False, plain_counts=None)

    def basis(self, name: str) -> Basis:
        """Give a basis by name.

        Parameters
        ----------
        name : str
            A measure or a blend.

        Returns
        -------
        Basis

        Raises
        ------
        UnknownNameError
            If neither is loaded.
        """
        if name not in self._known:
            self._known[name] = self._build(name)
        return self._known[name]

    def _build(self, name: str) -> Basis:
        if name not in self.names:
            message = f"There is no basis '{name}'."
            raise UnknownNameError(message, hint=did_you_mean(name, self.names) or None)
        rows = blends()[blends()["basis"] == name.removesuffix(PLAIN)]
        if rows.empty:
            only = self.measure(name)
            return Basis(name, only.label, ((only, 100),))
        is_plain = name.endswith(PLAIN)
        parts = []
        for row in rows.to_dict(orient="records"):
            part = str(row["measure"])
            plain = self.plain_of(part) if is_plain else None
            parts.append((self.measure(plain or part), int(row["weight_percent"])))
        label = str(rows["label"].iloc[0])
        return Basis(name, f"{label}, spread by residents alone" if is_plain else label, tuple(parts))

    @cached_property
    def ladders(self) -> pd.DataFrame:
        """The rungs of every ladder, best first.

        ``ladder``, ``rung`` (int), ``basis``, ``use`` (best, shipped, alternative), ``quality`` (red, amber,
        green), ``assumption``, ``source``, ``loaded`` (bool).
        """
        return _rungs().assign(loaded=_rungs()["basis"].isin(self.names))

    @cached_property
    def _usable(self) -> pd.DataFrame:
        """The rungs that are loaded and not left out, best first, with whether they count a part of England only."""
        table = self.ladders[self.ladders["loaded"]].sort_values("rung", kind="stable")
        held = {name: self.basis(name) for name in table["basis"].unique()}
        kept = [not {part.name for part, _ in held[name].parts} & {*self.left_out} for name in table["basis"]]
        table = table[kept]
        return table.assign(is_partial=[held[name].is_partial for name in table["basis"]])

    @cached_property
    def of_service(self) -> pd.DataFrame:
        """The basis of every service: the best rung of its ladder that is loaded and counts all of England.

        Indexed by ``service_code``: ``basis``, ``quality``, ``assumption``, ``source``; blank where none is left.
        """
        chosen = self._usable[~self._usable["is_partial"]].drop_duplicates("ladder").set_index("ladder")
        columns = ["basis", "quality", "assumption", "source"]
        return chosen[columns].reindex(services()["ladder"], fill_value="").set_index(services().index)

    def for_service(self, service_code: str, footprint_code: str) -> str:
        """Choose the basis of a service over a footprint by its ladder.

        Parameters
        ----------
        service_code, footprint_code : str

        Returns
        -------
        str
            The best rung that is loaded and counts the whole footprint; blank where none is left.
        """
        partial = self._partial_rungs.get(str(services().at[service_code, "ladder"]))
        footprint = footprint_extent(footprint_code) if partial else None
        for name in partial or ():
            if footprint is not None and not self.basis(name).uncovered(footprint):
                return name
        return str(self.of_service.at[service_code, "basis"])

    @cached_property
    def _partial_rungs(self) -> dict[str, list[str]]:
        """The rungs of each ladder that count a part of England only and stand above the one that counts all."""
        table = self._usable
        of_all = table[~table["is_partial"]].groupby("ladder")["rung"].min()
        above = table["is_partial"] & ~(table["rung"] > table["ladder"].map(of_all))
        # A rung that is only there for sensitivity is nobody's first choice.
        above &= table["use"] != "alternative"
        return {str(name): list(found["basis"]) for name, found in table[above].groupby("ladder")}

    def taken(self, service_code: str, footprint_code: str) -> str:
        """Give the basis of a service over a footprint: the one chosen for it, else that of its ladder.

        Parameters
        ----------
        service_code, footprint_code : str

        Returns
        -------
        str
        """
        return self.chosen.get(service_code) or self.for_service(service_code, footprint_code)

    def rung(self, service_code: str, basis_name: str) -> dict[str, str] | None:
        """Tell what a service's ladder says of a basis.

        Parameters
        ----------
        service_code, basis_name : str

        Returns
        -------
        dict of str to str or None
            ``use``, ``quality``, ``assumption``, ``source``; None where the basis is not on the ladder.
        """
        return self._rung_of.get((str(services().at[service_code, "ladder"]), basis_name))

    @cached_property
    def _rung_of(self) -> dict[tuple[str, str], dict[str, str]]:
        columns = ["use", "quality", "assumption", "source"]
        rows = self.ladders.to_dict(orient="records")
        return {(row["ladder"], row["basis"]): {column: str(row[column]) for column in columns} for row in rows}

    def choose(self, lines: pd.DataFrame) -> pd.Series:
        """Choose what each line is shared by: its own basis where it brings one, else its service's.

        Parameters
        ----------
        lines : pandas.DataFrame
            With ``basis`` (blank where the line brings none), ``service_code`` and ``footprint_code``.

        Returns
        -------
        pandas.Series of str
            On the index that came in.
        """
        by_service = lines["service_code"].map(dict(self.of_service["basis"]) | dict(self.chosen))
        if self._partial_rungs:
            pairs = list(zip(lines["service_code"], lines["footprint_code"], strict=True))
            taken = {pair: self.taken(*pair) for pair in set(pairs)}
            by_service = pd.Series([taken[pair] for pair in pairs], index=lines.index, dtype="str")
        return lines["basis"].where(lines["basis"] != "", by_service)

    def without(self, left_out: Collection[str], *, chosen_otherwise: Collection[str] = ()) -> pd.Series:
        """Choose the basis of every service where some measures must not be used: the next rung of its ladder.

        Parameters
        ----------
        left_out : collection of str
            Measures; a blend that holds one of them goes with it.
        chosen_otherwise : collection of str
            Services that need no rung.

        Returns
        -------
        pandas.Series of str
            Basis by ``service_code``; missing where none is left and none is needed.

        Raises
        ------
        UnknownNameError
            If the ladder of a service has no rung left.
        """
        found = Bases(self.own, (*self.left_out, *left_out)).of_service["basis"]
        needed = ~found.index.isin([*chosen_otherwise])
        ended = sorted(set(services()["ladder"][(found == "") & needed]))
        if ended:
            message = f"Nothing is left to share {', '.join(ended)} by without {', '.join(left_out)}."
            raise UnknownNameError(message, hint="leave fewer measures out")
        return found.where(found != "")


@cache
def shipped_bases() -> Bases:
    """Give what comes with placespend, where a user brings no measures.

    Returns
    -------
    Bases
    """
    return Bases()


def ladders() -> pd.DataFrame:
    """List the rungs of every ladder, best first.

    Returns
    -------
    pandas.DataFrame
        ``ladder``, ``rung`` (int), ``basis``, ``use`` (best, shipped, alternative), ``quality`` (red, amber,
        green), ``assumption``, ``source``, ``loaded`` (bool, of what is shipped).
    """
    return shipped_bases().ladders.copy()


def basis(name: str) -> Basis:
    """Give a basis that comes with placespend.

    Parameters
    ----------
    name : str
        A measure or a blend.

    Returns
    -------
    Basis

    Raises
    ------
    UnknownNameError
        If neither is shipped.

    Examples
    --------
    >>> basis("health_blend").label
    'residents 60 %, aged 65 and over 40 %'
    """
    return shipped_bases().basis(name)


def basis_of_service() -> pd.DataFrame:
    """Choose the basis of every service: the best rung of its ladder that is shipped.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``service_code``: ``basis``, ``quality``, ``assumption``, ``source``.
    """
    return shipped_bases().of_service.copy()
