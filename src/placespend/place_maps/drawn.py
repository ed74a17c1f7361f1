"""What was put together for maps, drawn: as a picture, as a page for a browser, as data, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from placespend.errors import WrongTypeError, list_values
from placespend.maps.descriptions import describe_map, describe_scheme
from placespend.place_maps.grounds import ground_of, mark_ground, notes_on_ground, surroundings
from placespend.place_maps.mappable_words import in_a_sentence
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from folium import Map
    from matplotlib.figure import Figure

    from placespend.place_maps.asked import Asked
    from placespend.place_maps.mappable import Mappable

TOGETHER = {
    "service": ("Spending per head", "Spending per head"),
    "share": ("Share of each place's pot", "% of each place's pot"),
    "observed": ("Share of the spending that was recorded at the place", "Recorded at the place, % of the spending"),
    "difference": ("Difference per head from the whole", "Difference per head from the whole"),
}
"""What a map of several services together is called, and its unit."""


def draw_mappable(found: Mappable, *, locator: bool = True, equal_area: bool = False) -> Figure:
    """Draw a map of one thing.

    Parameters
    ----------
    found : Mappable
        As :func:`placespend.place_maps.mappable.mappable` gives it.
    locator : bool, default True
        Show beside it where the places lie in their region, or in England; nothing where they are all of England.
    equal_area : bool, default False
        Draw every place as large as any other.

    Returns
    -------
    matplotlib.figure.Figure
        Its label is the text alternative; :func:`placespend.maps.writing.write_map` writes both.

    Raises
    ------
    PlacespendError
        If the places are too small and far apart to be seen.
    """
    from placespend.maps.drawing import draw_map  # noqa: PLC0415  (matplotlib is only for pictures)

    drawn = ground_of(found.places, equal_area=equal_area)
    around, caption = (None, "") if equal_area or not locator else surroundings(found.places)
    figure = draw_map(
        found.layer,
        drawn,
        title=found.title,
        notes=_notes(found, drawn),
        sources=found.sources,
        locator=around,
        locator_caption=caption,
        is_schematic=equal_area,
    )
    return mark_ground(figure, drawn)


def draw_several(found: Sequence[Mappable], asked: Asked, *, equal_area: bool = False, title: str = "") -> Figure:
    """Draw maps of several services, small and on one scale.

    Parameters
    ----------
    found : sequence of Mappable
        Of the same places, each of a service.
    asked : Asked
        How values are put into classes.
    equal_area : bool, default False
        Draw every place as large as any other.
    title : str, optional
        Told from what is shown where left out.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    PlacespendError
        If the places are too small and far apart to be seen, or there are too many maps.
    """
    from placespend.maps.multiples import draw_multiples, layers_on_one_scale  # noqa: PLC0415

    first = found[0]
    names = [one.about or one.label for one in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        message = f"Several of the maps are of the same: {list_values(twice)}."
        raise WrongTypeError(message, hint="name each service once")
    called, unit = TOGETHER[asked.show]
    centred: dict[str, Any] = {}
    if first.layer.classes.centre is not None:
        centred = {"centre": float(first.layer.classes.centre), "centre_words": first.layer.classes.centre_words}
    layers = layers_on_one_scale(
        {name: one.layer.table.drop(columns="class_number") for name, one in zip(names, found, strict=True)},
        unit=unit,
        number=first.layer.number,
        bands_only=first.layer.bands_only,
        **asked.classing,
        **centred,
    )
    drawn = ground_of(first.places, equal_area=equal_area)
    figure = draw_multiples(
        layers,
        drawn,
        title=title or f"{called}, {first.where}",
        notes=[*notes_together(found), *notes_on_ground(drawn)],
        sources=list(dict.fromkeys(source for one in found for source in one.sources)),
        is_schematic=equal_area,
    )
    return mark_ground(figure, drawn)


def draw_against(first: Mappable, second: Mappable, *, equal_area: bool, title: str) -> Figure:
    """Draw one thing against another, in three classes of each.

    Parameters
    ----------
    first, second : Mappable
        Of the same places, each in three classes at most.
    equal_area : bool
        Draw every place as large as any other.
    title : str
        Told from what is shown where empty.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from placespend.maps.two_way import two_way_layer  # noqa: PLC0415
    from placespend.maps.two_way_drawing import draw_two_way  # noqa: PLC0415

    drawn = ground_of(first.places, equal_area=equal_area)
    figure = draw_two_way(
        two_way_layer(first.layer, second.layer),
        drawn,
        title=title or f"{first.label} against {in_a_sentence(second.label)}, {first.where}",
        notes=[*dict.fromkeys([*first.notes, *second.notes]), *notes_on_ground(drawn)],
        sources=list(dict.fromkeys([*first.sources, *second.sources])),
        is_schematic=equal_area,
    )
    return mark_ground(figure, drawn)


def notes_together(found: Sequence[Mappable]) -> list[str]:
    """Put the notes of several maps together, and say which maps a note is of where it is not of all.

    Parameters
    ----------
    found : sequence of Mappable

    Returns
    -------
    list of str
        Each once.
    """
    maps_of: dict[str, list[str]] = {}
    for one in found:
        for note in dict.fromkeys(one.notes):
            maps_of.setdefault(note, []).append(one.about or one.label)
    return [_for_maps(note, names if len(names) < len(found) else []) for note, names in maps_of.items()]


def _for_maps(note: str, names: Sequence[str]) -> str:
    """Say which maps a note is of, unless it says so itself."""
    unsaid = [name for name in names if name.casefold() not in note.casefold()]
    return f"{'; '.join(unsaid)}: {note}" if unsaid else note


def _notes(found: Mappable, drawn: gpd.GeoDataFrame) -> list[str]:
    scheme = describe_scheme(found.layer)
    return [*found.notes, *([scheme] if scheme else []), *notes_on_ground(drawn)]


def page(found: Sequence[Mappable], *, title: str = "") -> Map:
    """Build a map for a browser of what was put together.

    Parameters
    ----------
    found : sequence of Mappable
        Of the same places; each makes a layer.
    title : str, optional
        Told from what is shown where left out.

    Returns
    -------
    folium.Map
    """
    from placespend.maps.place_outlines import outlines_of  # noqa: PLC0415
    from placespend.web_maps.page import build_web_map  # noqa: PLC0415

    first = found[0]
    drawn = outlines_of(first.places)
    notes = notes_together(found)
    if len(found) == 1 and (scheme := describe_scheme(first.layer)):
        notes.append(scheme)
    layers = {_called(one, found): one.layer for one in found}
    if len(layers) < len(found):
        message = "Several of the layers are of the same."
        raise WrongTypeError(message, hint="name each thing and each service once")
    return build_web_map(
        layers,
        drawn,
        title=title or (first.title if len(found) == 1 else f"Public spending {first.where}"),
        notes=[*notes, *notes_on_ground(drawn)],
        sources=list(dict.fromkeys(source for one in found for source in one.sources)),
    )


def data_layer(found: Mappable) -> str:
    """Write the data layer of a map, for other maps.

    Parameters
    ----------
    found : Mappable

    Returns
    -------
    str
        GeoJSON, as :func:`placespend.maps.writing.map_geojson` writes it.
    """
    from placespend.maps.place_outlines import outlines_of  # noqa: PLC0415
    from placespend.maps.writing import map_geojson  # noqa: PLC0415

    return map_geojson(found.layer, outlines_of(found.places))


def described(found: Sequence[Mappable]) -> str:
    """Say in words what maps show.

    Parameters
    ----------
    found : sequence of Mappable

    Returns
    -------
    str
        A paragraph for each, as :func:`placespend.maps.descriptions.describe_map` says it.
    """
    return "\n\n".join(describe_map(one.layer, title=one.title) for one in found)


def _called(one: Mappable, found: Sequence[Mappable]) -> str:
    """Name a layer; two of one name by all that their title says."""
    same = [other for other in found if other.label == one.label]
    return one_line(one.label if len(same) == 1 else one.title)
