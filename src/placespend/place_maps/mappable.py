"""What a map of places can show, asked for by name, and put together with the words that belong beside it.

Spending is shaded per head, as a share, or as a difference per head, never as a total: a map of totals, as of counts,
shows where many people live. Figures are those of the places' own pots. Beside them stand what they are of a
neighbourhood, what they were shared by, and what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from placespend.errors import PlacespendError, UnknownNameError, WrongTypeError, list_values
from placespend.explain import describe_measure_years, describe_sources, find_services
from placespend.families.mapped import family_layer, family_notes, title_of
from placespend.families.shipped_counts import shipped_families
from placespend.gazetteer import parse_as_at
from placespend.levels import check_level
from placespend.loaded import Loaded, load
from placespend.maps.layers import MapLayer, map_layer, mark_values
from placespend.notes import NEIGHBOURHOOD, notes_on_places
from placespend.place_maps.asked import (
    OF_FAMILIES,
    OF_SPENDING,
    Asked,
    Centre,
    check_need,
    check_shown,
    unknown_measure,
)
from placespend.place_maps.figures import MISSING, shares_in_need, spending_at
from placespend.place_maps.given import check_texts, check_where
from placespend.place_maps.mappable_words import (
    MANAGED,
    OF_CENSUS,
    OF_RECORDED,
    centre_of,
    name_services,
    words_of_recorded,
    words_of_spending,
    words_of_whole,
)
from placespend.place_maps.places import Shown, places_shown
from placespend.place_maps.values import PER_HEAD, spending_values, values_shown
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from placespend.maps.classes import Scheme
    from placespend.place import Place

MOST_SOURCES = 5
"""More sources than this are told where the figures are, not on a map."""


@dataclass(frozen=True, eq=False)
class Mappable:
    """What a map shows of places, with all that is written on it. Made by :func:`mappable`.

    Attributes
    ----------
    layer : MapLayer
    places : tuple of Place
        In the order of the layer's rows.
    title : str
    notes : tuple of str
        What a reader must know.
    sources : tuple of str
        The publications behind the figures.
    what : str
        What the amounts are, where that must be said beside them: of neighbourhoods, that no one manages them.
    label : str
        What is shown, without where and when: for a choice between layers.
    about : str
        Of a service or a group of services, its name.
    where : str
        "by region, 2011-12": what ends the title.
    """

    layer: MapLayer
    places: tuple[Place, ...] = field(repr=False)
    title: str
    notes: tuple[str, ...] = field(repr=False)
    sources: tuple[str, ...] = field(repr=False)
    what: str
    label: str = ""
    about: str = ""
    where: str = ""

    def __repr__(self) -> str:
        return f"<Mappable {self.title}: {len(self.places):,} places>"


def mappable(
    show: str = "pot",
    *,
    level: str | None = None,
    within: str | Place | None = None,
    places: Sequence[Place] | None = None,
    service: str | None = None,
    measure: str | None = None,
    cost_layer: str | None = None,
    classes: int = 5,
    scheme: Scheme | None = None,
    breaks: Sequence[float] | None = None,
    centre: Centre = None,
    loaded: Loaded | None = None,
    as_at: str | date | None = None,
    **money: Any,
) -> Mappable:
    """Put together what a map shows of places.

    Parameters
    ----------
    show : {"pot", "service", "share", "observed", "difference", "density", "cost", "need"}
        See :data:`placespend.place_maps.asked.SHOWS`.
    level : str, optional
        All places of a level; with ``within`` alone, the level below it.
    within : str or Place, optional
        Of a level, only the places most of whose residents live in this larger one.
    places : sequence of Place, optional
        Places found or read before, instead of a level.
    service : str, optional
        A service, a division or a group of services, found as :meth:`placespend.pot.Pot.explain` finds them.
    measure : str, optional
        With "need", the name of the measure.
    cost_layer : {"modelled", "local"}, optional
        With "cost", the layer; the modelled one where left out.
    classes : int, default 5
        At most so many.
    scheme : {"quantiles", "equal", "natural", "given"}, optional
        How classes are made; quantiles where left out, and "given" where there are breaks.
    breaks : sequence of float, optional
        Where the second and each further class begins, rising; in pounds or per cent. With a centre, how far from it.
    centre : float, "zero" or "mean", optional
        What classes lie on both sides of: the mean is that of ``within``, or of England.
    loaded : Loaded, optional
        Lines gathered before; else those that ``money`` says are gathered.
    as_at : str or datetime.date, optional
        Combined authorities are those existing on this day; the end of the financial year where left out.
    **money
        Which lines are in: recipe, lines, with_shipped, year, unknown_footprints, measures, lookups, overrides, as for
        :func:`placespend.pot.single_pot`.

    Returns
    -------
    Mappable

    Raises
    ------
    PlacespendError
        As :func:`placespend.place_maps.asked.check_shown`, :func:`placespend.place_maps.places.places_shown` and
        :func:`placespend.pots_by_level.pots` do, and if the places overlap.

    Examples
    --------
    >>> mappable("share", level="region", service="health").layer.unit
    "Health, % of each place's pot"
    """
    check_texts(service=service, measure=measure, cost_layer=cost_layer, scheme=scheme)
    check_where(level=level, within=within, places=places, loaded=loaded, as_at=as_at)
    asked = check_shown(
        show,
        service=service,
        measure=measure,
        cost_layer=cost_layer,
        classes=classes,
        scheme=scheme,
        breaks=breaks,
        centre=centre,
    )
    if loaded is not None and money:
        message = f"Lines gathered before go without {list_values(sorted(money))}."
        raise WrongTypeError(message, hint="leave loaded= or the others out")
    if loaded is None:
        loaded = load(recipe_wanted(money.pop("recipe", None), **money))
    day = parse_as_at(as_at or loaded.recipe.as_at, default=loaded.year_end)
    shown = places_shown(level=level, within=within, places=places, day=day)
    if show in OF_FAMILIES:
        found = _of_families(asked, shown, loaded)
    elif show == "need":
        found = _of_need(asked, shown, loaded)
    else:
        found = _of_spending(asked, shown, loaded)
    dated = notes_on_places(shown.places[0].level, loaded.financial_year, day) if show in OF_SPENDING else []
    notes = (*found.notes, *dated, *shown.notes)
    order = {code: number for number, code in enumerate(found.layer.table["code"])}
    in_order = tuple(sorted(shown.places, key=lambda place: order[place.code]))
    return replace(found, places=in_order, notes=notes)


def _of_spending(asked: Asked, shown: Shown, loaded: Loaded) -> Mappable:
    """Shade what is spent, in pounds per head or per cent."""
    cells = loaded.cells
    wanted = None
    if asked.service is not None:
        wanted = find_services(asked.service, {*cells["service_code"], *loaded.awaited["service_code"]})
        cells = cells[cells["service_code"].isin(wanted)]
    about = name_services(asked.service, wanted)
    spending, whole = spending_at(loaded, shown.places), spending_at(loaded, [shown.whole])
    (of_whole,) = spending_values(asked.show, whole, wanted)
    values, statuses = values_shown(asked.show, spending, wanted, of_whole)
    is_per_head = asked.show in PER_HEAD
    label, unit = words_of_spending(asked.show, about, shown.whole)
    centre, words = centre_of(asked, of_whole, shown.whole)
    layer = _layer(
        asked,
        shown,
        values,
        statuses,
        unit=unit,
        number="gbp" if is_per_head else "plain",
        centre=centre,
        centre_words=words,
    )
    shared = spending.is_shared(cells)
    notes = [
        *words_of_whole(asked, of_whole, shown.whole),
        *([MANAGED] if shown.what else []),
        *([OF_CENSUS] if is_per_head else []),
        OF_RECORDED if asked.show == "observed" else words_of_recorded(spending, wanted, about),
        *describe_measure_years(cells, shared, loaded),
        *loaded.cautions,
    ]
    sources = describe_sources(cells, shared, loaded.bases)
    where = f"{shown.where}, {loaded.financial_year}"
    return Mappable(layer, shown.places, f"{label}, {where}", tuple(notes), sources, shown.what, label, about, where)


def _layer(
    asked: Asked, shown: Shown, values: Sequence[float | None], statuses: Sequence[str], **options: Any
) -> MapLayer:
    table = pd.DataFrame(
        {
            "code": [place.code for place in shown.places],
            "name": [place.name for place in shown.places],
            "value": pd.array(list(values), dtype="Float64"),
            "status": [MISSING if value is None else status for value, status in zip(values, statuses, strict=True)],
        }
    )
    return map_layer(table.assign(mark=mark_values(table["value"])), **options, **asked.classing)


def _of_need(asked: Asked, shown: Shown, loaded: Loaded) -> Mappable:
    """Shade the people or households that a measure counts, of 100 who live there."""
    try:
        found = loaded.bases.measure(str(asked.measure))
    except UnknownNameError as error:
        raise (error if error.hint else unknown_measure(str(asked.measure), [])) from None
    check_need(found)
    values, statuses = shares_in_need(found, shown.places)
    (of_whole,), _ = shares_in_need(found, [shown.whole])
    among = "households" if found.unit == "households" else "residents"
    label = f"{found.label[0].upper()}{found.label[1:]}"
    unit = f"{label}, % of {among}"
    centre, words = centre_of(asked, of_whole, shown.whole)
    layer = _layer(asked, shown, values, statuses, unit=unit, centre=centre, centre_words=words)
    when = f"{label} of {found.year}" if found.year is not None else f"{label} (it is not said of which year)"
    notes = [*words_of_whole(asked, of_whole, shown.whole), f"{when}, per 100 {among} of the census of 2011."]
    if "modelled" in statuses:
        known = check_level(found.observed_level).label
        notes.append(f"Observed by {known}; inside one, modelled.")
    source = f"{found.source} ({found.licence})" if found.licence else found.source
    return Mappable(
        layer, shown.places, f"{label} {shown.where}", tuple(notes), (source,), "", label, where=shown.where
    )


def _of_families(asked: Asked, shown: Shown, loaded: Loaded) -> Mappable:
    """Shade the density or the cost of troubled families, as :mod:`placespend.families.mapped` does."""
    found = shipped_families(list(shown.places))
    if asked.show == "density":
        table = found.density()
    else:
        costs = found.costs(loaded=loaded)
        table = costs[costs["layer"] == (asked.cost_layer or "modelled")].reset_index(drop=True)
        if table.empty:
            message = "No cost found locally was published of any of these places."
            raise PlacespendError(message, hint="show the modelled layer")
    centre = cast("float | None", asked.centre)
    layer = family_layer(found, table, centre=centre, **asked.classing)
    sources = tuple(dict.fromkeys(source for source in found.table["source"].fillna("") if source))
    if len(sources) > MOST_SOURCES:
        sources = (f"{len(sources):,} publications, told number by number by: placespend families",)
    what = NEIGHBOURHOOD if asked.show == "cost" and shown.what else ""
    title = title_of(table, shown.where)
    notes = tuple(family_notes(found, table))
    return Mappable(layer, shown.places, title, notes, sources, what, title_of(table, ""), where=shown.where)
