"""Maps as people ask for them: pictures, a page for a browser, and the data layer.

A picture is of one thing, of several services on one scale, or of spending against need. Where the places lie in their
region, or the region in England, is shown beside them. In an equal-area view every place is as large as any other, so
that London's boroughs count as much as counties do.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placespend.errors import WrongTypeError, list_values
from placespend.loaded import load
from placespend.maps.endings import PAGES, PICTURES
from placespend.place_maps.drawn import draw_against, draw_several, page
from placespend.place_maps.drawn import draw_mappable as draw_mappable
from placespend.place_maps.given import check_flags, check_out, check_texts, check_where
from placespend.place_maps.wanted import MapsWanted, check_map_ending, maps_wanted
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from folium import Map
    from matplotlib.figure import Figure

    from placespend.loaded import Loaded
    from placespend.maps.classes import Scheme
    from placespend.place import Place
    from placespend.place_maps.asked import Centre
    from placespend.place_maps.mappable import Mappable


def choropleth(
    show: str = "pot",
    *,
    level: str | None = None,
    within: str | Place | None = None,
    places: Sequence[Place] | None = None,
    service: str | Sequence[str] | None = None,
    measure: str | None = None,
    cost_layer: str | None = None,
    against: str | None = None,
    classes: int | None = None,
    scheme: Scheme | None = None,
    breaks: Sequence[float] | None = None,
    centre: Centre = None,
    equal_area: bool = False,
    locator: bool = True,
    title: str | None = None,
    out: str | Path | None = None,
    loaded: Loaded | None = None,
    as_at: str | date | None = None,
    **money: Any,
) -> Figure:
    """Draw a map of places, and write it where a file is named.

    Parameters
    ----------
    show, level, within, places, measure, cost_layer, scheme, breaks, centre, loaded, as_at, **money
        As for :func:`placespend.place_maps.mappable.mappable`.
    service : str or sequence of str, optional
        Several are drawn as small maps on one scale.
    against : str, optional
        A measure of need: places are shaded by both, in three classes of each.
    classes : int, optional
        At most so many; five where left out.
    equal_area : bool, default False
        Draw every place as large as any other.
    locator : bool, default True
        Show beside it where the places lie.
    title : str, optional
        Told from what is shown where left out.
    out : str or pathlib.Path, optional
        File to write, ending in .png or .svg.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    PlacespendError
        If there is no such thing to be shown, no such place, or it cannot be drawn or written.

    Examples
    --------
    >>> choropleth(level="region").get_suptitle()
    'The single pot per head, by region, 2011-12'
    """
    path = check_out(out)
    check_flags(equal_area=equal_area, locator=locator)
    ending = ".png" if path is None else check_map_ending(path)
    if ending not in PICTURES:
        message = f"{ending} is no picture."
        raise WrongTypeError(message, hint="end the file's name in .png or .svg, or take placespend.web_map")
    wanted = maps_wanted(
        show,
        service=service,
        measure=measure,
        cost_layer=cost_layer,
        against=against,
        equal_area=equal_area,
        own_measures=loaded is not None or bool(money),
        classes=classes,
        scheme=scheme,
        breaks=breaks,
        centre=centre,
    )
    check_texts(title=title)
    check_where(level=level, within=within, places=places, loaded=loaded, as_at=as_at)
    wanted.check_money(money)
    lines = _lines(loaded, money)
    found = wanted.gather(lines, level=level, within=within, places=places, as_at=as_at)
    figure = picture(found, wanted, locator=locator, title=title or "")
    if path is not None:
        from placespend.maps.writing import write_map  # noqa: PLC0415

        write_map(figure, path, keep=files_kept(lines, recipe=money.get("recipe")))
    return figure


def picture(found: Sequence[Mappable], wanted: MapsWanted, *, locator: bool = True, title: str = "") -> Figure:
    """Draw what was put together: one map, one thing against another, or several maps.

    Parameters
    ----------
    found : sequence of Mappable
        As ``wanted.gather`` gives it.
    wanted : MapsWanted
    locator : bool, default True
    title : str, optional
        Told from what is shown where left out.

    Returns
    -------
    matplotlib.figure.Figure
    """
    if wanted.against is not None:
        return draw_against(*found, equal_area=wanted.equal_area, title=title)
    if len(found) > 1:
        return draw_several(found, wanted.asked[0], equal_area=wanted.equal_area, title=title)
    one = replace(found[0], title=title) if title else found[0]
    return draw_mappable(one, locator=locator, equal_area=wanted.equal_area)


def web_map(
    shows: str | Sequence[str] = "pot",
    *,
    level: str | None = None,
    within: str | Place | None = None,
    places: Sequence[Place] | None = None,
    service: str | Sequence[str] | None = None,
    measure: str | None = None,
    cost_layer: str | None = None,
    classes: int | None = None,
    scheme: Scheme | None = None,
    breaks: Sequence[float] | None = None,
    centre: Centre = None,
    title: str | None = None,
    out: str | Path | None = None,
    loaded: Loaded | None = None,
    as_at: str | date | None = None,
    **money: Any,
) -> Map:
    """Build a map for a browser, with a layer for each thing that is shown, and write it where a file is named.

    Parameters
    ----------
    shows : str or sequence of str
        As ``show`` of :func:`placespend.place_maps.mappable.mappable`, one or several.
    service : str or sequence of str, optional
        Each makes a layer of whatever is shown of a service.
    level, within, places, measure, cost_layer, scheme, breaks, centre, loaded, as_at, **money
        As for :func:`placespend.place_maps.mappable.mappable`.
    classes : int, optional
        At most so many; five where left out.
    title : str, optional
        Told from what is shown where left out.
    out : str or pathlib.Path, optional
        File to write, ending in .html. It opens with no network.

    Returns
    -------
    folium.Map

    Raises
    ------
    PlacespendError
        As :func:`choropleth` does.
    """
    path = check_out(out)
    if path is not None and check_map_ending(path) not in PAGES:
        message = f"{path.suffix} is no page for a browser."
        raise WrongTypeError(message, hint="end the file's name in .html, or take placespend.choropleth")
    wanted = maps_wanted(
        shows,
        service=service,
        measure=measure,
        cost_layer=cost_layer,
        ending=".html",
        own_measures=loaded is not None or bool(money),
        classes=classes,
        scheme=scheme,
        breaks=breaks,
        centre=centre,
    )
    check_texts(title=title)
    check_where(level=level, within=within, places=places, loaded=loaded, as_at=as_at)
    wanted.check_money(money)
    lines = _lines(loaded, money)
    found = page(wanted.gather(lines, level=level, within=within, places=places, as_at=as_at), title=title or "")
    if path is not None:
        from placespend.web_maps.page import write_web_map  # noqa: PLC0415

        write_web_map(found, path, keep=files_kept(lines, recipe=money.get("recipe")))
    return found


def files_kept(loaded: Loaded, *, recipe: object = None) -> Iterable[Path]:
    """List the files that lines and measures come from, which no map may be written over.

    Parameters
    ----------
    loaded : Loaded
    recipe : object, optional
        What the lines were gathered by, if that is a file.

    Returns
    -------
    list of pathlib.Path
    """
    from placespend.measures import Measure  # noqa: PLC0415

    read = loaded.recipe
    measures = [found.path for found in read.measures if not isinstance(found, Measure)]
    own = [Path(recipe)] if isinstance(recipe, str | Path) else []
    return [*own, *(path for source in read.sources for path in source.paths), *measures, *read.lookups]


def _lines(loaded: Loaded | None, money: dict[str, Any]) -> Loaded:
    if loaded is not None and money:
        message = f"Lines gathered before go without {list_values(sorted(money))}."
        raise WrongTypeError(message, hint="leave loaded= or the others out")
    if loaded is not None:
        return loaded
    return load(recipe_wanted(money.get("recipe"), **{name: money[name] for name in money if name != "recipe"}))
