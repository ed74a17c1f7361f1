"""What is wanted of one picture or page: one thing or several, all checked before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from placespend.errors import WrongTypeError, list_values
from placespend.gazetteer import parse_as_at
from placespend.maps.endings import DATA, PAGES, PICTURES, check_ending
from placespend.place_maps.asked import SERVED, Asked, check_measure, check_shown
from placespend.place_maps.given import check_breaks, check_texts, texts_of
from placespend.place_maps.mappable import Mappable, mappable
from placespend.place_maps.places import count_shown
from placespend.place_maps.together import check_different, check_together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from placespend.loaded import Loaded
    from placespend.place import Place

OF_LINES = ("with_shipped", "unknown_footprints")
"""What is said of lines of the user's own."""

OF_MONEY = ("lines", *OF_LINES, "overrides")
OF_MEASURES = ("measures", "lookups")

CLASSES_AGAINST = 3
"""Of each of two things that are set against one another."""


@dataclass(frozen=True, eq=False)
class MapsWanted:
    """What is wanted of one picture or page, checked. Made by :func:`maps_wanted`.

    Attributes
    ----------
    asked : tuple of Asked
        One for each thing that is shown.
    against : str or None
        The measure of need that the one thing is shown against.
    equal_area : bool
        Whether every place is drawn as large as any other.
    is_page : bool
        Whether they are layers of a page for a browser.
    """

    asked: tuple[Asked, ...]
    against: str | None = None
    equal_area: bool = False
    is_page: bool = False

    def check_money(self, given: Mapping[str, object], *, called: Mapping[str, str] | None = None) -> None:
        """Refuse what is said of the money and would change nothing of what is shown.

        Parameters
        ----------
        given : mapping
            The arguments of :func:`placespend.wanted.recipe_wanted`.
        called : mapping of str to str, optional
            What a user calls them, where not by these names.

        Raises
        ------
        WrongTypeError
        """
        names = {name: (called or {}).get(name, name) for name, value in given.items() if value and value != "error"}
        alone = [names[name] for name in OF_LINES if name in names and not {"lines", "recipe"} & set(names)]
        if alone:
            message = f"Without lines of your own, {list_values(alone)} would change nothing."
            raise WrongTypeError(message, hint="name your lines too, or leave it out")
        shown = {one.show for one in self.asked} | ({"need"} if self.against is not None else set())
        idle = {name for name in (*OF_MONEY, *OF_MEASURES) if name in names}
        if not shown <= {"density", "need"} or (shown == {"density", "need"} and not idle & set(OF_MONEY)):
            return
        idle -= set(OF_MEASURES) if "need" in shown else set()
        if idle:
            told = list_values([names[name] for name in sorted(idle, key=list(names).index)])
            message = f"A map of {' and '.join(sorted(shown))} does not rest on {told}."
            raise WrongTypeError(message, hint="leave that out, or show the pot")

    def check_count(
        self,
        *,
        level: str | None = None,
        within: str | Place | None = None,
        places: Sequence[Place] | None = None,
        day: date,
    ) -> None:
        """Refuse more places than a page or an equal-area view holds, before they are made.

        Parameters
        ----------
        level, within, places, day
            As for :func:`placespend.place_maps.places.places_shown`.

        Raises
        ------
        PlacespendError
        """
        if not (self.is_page or self.equal_area):
            return
        from placespend.maps.cartogram import check_few  # noqa: PLC0415  (a pot needs no maps)
        from placespend.web_maps.content import check_not_many  # noqa: PLC0415

        count = count_shown(level=level, within=within, places=places, day=day)
        (check_not_many if self.is_page else check_few)(count)

    def gather(
        self,
        loaded: Loaded,
        *,
        level: str | None = None,
        within: str | Place | None = None,
        places: Sequence[Place] | None = None,
        as_at: str | date | None = None,
    ) -> list[Mappable]:
        """Put together what is shown of places, and last the need that it is shown against.

        Parameters
        ----------
        loaded : Loaded
        level, within, places, as_at
            As for :func:`placespend.place_maps.mappable.mappable`.

        Returns
        -------
        list of Mappable

        Raises
        ------
        PlacespendError
            As :func:`placespend.place_maps.mappable.mappable` does.
        """
        where: dict[str, Any] = {"level": level, "within": within, "places": places, "as_at": as_at, "loaded": loaded}
        day = parse_as_at(as_at or loaded.recipe.as_at, default=loaded.year_end)
        self.check_count(level=level, within=within, places=places, day=day)
        found = [
            mappable(
                one.show,
                service=one.service,
                measure=one.measure,
                cost_layer=one.cost_layer,
                centre=one.centre,
                **one.classing,
                **where,
            )
            for one in self.asked
        ]
        if self.against is not None:
            found.append(mappable("need", measure=self.against, classes=CLASSES_AGAINST, **where))
        return found


def maps_wanted(
    shows: str | Sequence[str] = "pot",
    *,
    service: str | Sequence[str] | None = None,
    measure: str | None = None,
    cost_layer: str | None = None,
    against: str | None = None,
    equal_area: bool = False,
    ending: str = ".png",
    own_measures: bool = True,
    **classing: Any,
) -> MapsWanted:
    """Refuse what no picture or page can show.

    Parameters
    ----------
    shows : str or sequence of str
        Keys of :data:`placespend.place_maps.asked.SHOWS`; several for a page.
    service : str or sequence of str, optional
        One or several; each is shown.
    measure, cost_layer : str, optional
        As for :func:`placespend.place_maps.mappable.mappable`.
    against : str, optional
        A measure of need.
    equal_area : bool, default False
    ending : str
        Of the file that is written.
    own_measures : bool, default True
        Whether there may be measures that do not ship.
    **classing
        Classes, scheme, breaks and centre, as far as they were given.

    Returns
    -------
    MapsWanted

    Raises
    ------
    PlacespendError
        As :func:`placespend.place_maps.asked.check_shown` does; and if what is asked for does not go together.
    """
    named = texts_of("show" if ending in PICTURES else "shows", shows)
    served = [] if service is None else texts_of("service", service)
    check_texts(measure=measure, cost_layer=cost_layer, against=against, scheme=classing.get("scheme"))
    classing["breaks"] = check_breaks(classing.get("breaks"))
    given = {name: value for name, value in classing.items() if value is not None}
    check_together(named, served, against, given, ending=ending, equal_area=equal_area)
    takes = {"service": SERVED, "measure": ("need",), "cost_layer": ("cost",)}
    for name, value in (("service", served), ("measure", measure), ("cost_layer", cost_layer)):
        if value and len(named) > 1 and not set(named) & set(takes[name]):
            message = f"None of {list_values(named)} takes a {name.replace('_', ' ')}."
            raise WrongTypeError(message, hint=f"show {' or '.join(takes[name])}, or leave it out")
    alone = len(named) == 1
    asked = [
        check_shown(
            show,
            service=one,
            measure=measure if alone or show == "need" else None,
            cost_layer=cost_layer if alone or show == "cost" else None,
            own_measures=own_measures,
            **given,
        )
        for show in named
        for one in (served if served and (alone or show in SERVED) else [None])
    ]
    check_different(named, served)
    if against is not None:
        asked = [replace(one, classing={"classes": CLASSES_AGAINST}) for one in asked]
    if against is not None and against == measure:
        message = f"A map of {against} against itself shows no more than one of it alone."
        raise WrongTypeError(message, hint="name two measures, or show the pot against it")
    if against is not None:
        check_measure(against, own_measures=own_measures)
    return MapsWanted(tuple(asked), against, equal_area, is_page=ending in PAGES)


def check_map_ending(path: Path) -> str:
    """Tell the kind of a map from the ending of its file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str
        The ending, in small letters.

    Raises
    ------
    PlacespendError
        If maps are not written as that.
    """
    return check_ending(path, PICTURES, PAGES, DATA)
