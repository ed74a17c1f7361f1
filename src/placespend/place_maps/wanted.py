"""What is wanted of one picture or page: one thing or several, all checked before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from placespend.cofog import services
from placespend.errors import PlacespendError, WrongTypeError, list_values
from placespend.explain import find_services
from placespend.measures import list_measures
from placespend.measures import measure as load_measure
from placespend.place_maps.asked import SERVED, Asked, check_need, check_shown
from placespend.place_maps.mappable import Mappable, mappable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from placespend.loaded import Loaded
    from placespend.place import Place

PICTURES, PAGES, DATA = (".png", ".svg"), (".html", ".htm"), (".geojson", ".json")
"""The endings of the files that maps are written as."""

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
    """

    asked: tuple[Asked, ...]
    against: str | None = None
    equal_area: bool = False

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
    named = [shows] if isinstance(shows, str) else list(shows)
    served = [service] if isinstance(service, str) else list(service or [])
    given = {name: value for name, value in classing.items() if value is not None}
    _check_together(named, served, against, given, ending=ending, equal_area=equal_area)
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
    _check_different(served)
    if against is not None:
        asked = [replace(one, classing={"classes": CLASSES_AGAINST}) for one in asked]
    if against is not None and (against in list_measures().index or not own_measures):
        check_need(load_measure(against))
    return MapsWanted(tuple(asked), against, equal_area)


def _check_together(
    shows: list[str],
    served: list[str],
    against: str | None,
    classing: dict[str, Any],
    *,
    ending: str,
    equal_area: bool,
) -> None:
    """Refuse what does not go together, or changes nothing."""
    count = len(shows) * max(1, len(served))
    if not shows:
        message = "It is not said what the map shows."
        raise WrongTypeError(message, hint='show "pot", for example')
    if len(shows) > 1 and ending not in PAGES:
        message = f"One picture shows one thing, not {list_values(shows)}."
        raise WrongTypeError(message, hint="write a page to choose between them: end the file's name in .html")
    if count > 1 and ending in DATA:
        message = f"A data layer holds one thing, not {count}."
        raise WrongTypeError(message, hint="write one file for each")
    if len(shows) > 1 and {"breaks", "centre"} & set(classing):
        message = "Several things do not share the bounds of classes, or a centre."
        raise WrongTypeError(message, hint="leave breaks and centre out, or show one thing")
    if count > 1 and classing.get("centre") == "mean" and ending in PICTURES:
        message = "Several services have no mean in common, so it is no centre of maps on one scale."
        raise WrongTypeError(message, hint='show "difference", or draw one map for each')
    if equal_area and ending not in PICTURES:
        message = "Only a picture can show every place as large as any other."
        raise WrongTypeError(message, hint="end the file's name in .png or .svg, or leave the equal-area view out")
    if against is None:
        return
    if count > 1 or ending not in PICTURES:
        message = "Spending is shown against need one thing at a time, in a picture."
        raise WrongTypeError(message, hint="end the file's name in .png or .svg, and name one service at most")
    if shows[0] == "difference":
        message = "A difference lies on both sides of zero, and is not set against need."
        raise WrongTypeError(message, hint="leave the need out, or show the pot or a service")
    if classing:
        message = f"A map of two things has three classes of each, whatever is said of {list_values(list(classing))}."
        raise WrongTypeError(message, hint="leave that out")


def _check_different(named: list[str]) -> None:
    """Refuse services of which two texts mean the same."""
    texts: dict[tuple[str, ...], str] = {}
    for text in named:
        codes = tuple(find_services(text, services().index))
        if codes in texts:
            message = f"'{texts[codes]}' and '{text}' mean the same services."
            raise WrongTypeError(message, hint="name each service once")
        texts[codes] = text


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
    ending = path.suffix.casefold()
    if ending not in {*PICTURES, *PAGES, *DATA}:
        message = f"Maps are not written as {ending or 'files without an ending'}."
        raise PlacespendError(message, hint="end the file's name in .png, .svg, .html or .geojson")
    return ending
