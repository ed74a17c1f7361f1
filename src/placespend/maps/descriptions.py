"""What a map shows, in words: its text alternative, and how its classes were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placespend.errors import list_values
from placespend.maps.layers import MARK_WORDS, VALUE, ZERO
from placespend.maps.scheme_words import count_places, words_of_scheme, words_of_sides
from placespend.spelling import one_line

if TYPE_CHECKING:
    from placespend.maps.layers import MapLayer


def describe_scheme(layer: MapLayer) -> str:
    """Say how the classes of a map were made, for its foot.

    Parameters
    ----------
    layer : MapLayer

    Returns
    -------
    str
        Empty where there are no two classes.
    """
    return words_of_scheme(layer.classes)


def describe_map(layer: MapLayer, *, title: str) -> str:
    """Say in words what a map shows, for those who cannot see it.

    Parameters
    ----------
    layer : MapLayer
    title : str

    Returns
    -------
    str
        One paragraph: what is mapped, how many places, the classes, the highest and the lowest, and how many are
        modelled, zero, suppressed and without data. With a centre, how many places lie on each side of it. How natural
        breaks and classes around a centre were made. No suppressed number.
    """
    size = len(layer.table)
    said = [f"Map: {one_line(title).rstrip('.')}.", f"{count_places(size)}, {layer.unit}."]
    if layer.count(VALUE):
        told = [
            f"{label} ({count_places(count)})"
            for label, count in zip(layer.classes.labels, layer.classes.counts, strict=True)
        ]
        said.append(f"{'Classes' if len(told) > 1 else 'One class'}: {'; '.join(told)}.")
        said += _about_classes(layer)
        said += _extremes(layer)
    modelled = int(layer.is_modelled.sum())
    if modelled:
        known = layer.count(VALUE) + layer.count(ZERO)
        some = f"{count_places(modelled)}: modelled estimate{'s' if modelled != 1 else ''}."
        said.append("All are modelled, in whole or in part." if modelled == known == size else some)
    counts = {words: layer.count(mark) for mark, words in MARK_WORDS.items()}
    said += [f"{count_places(count)}: {words}." for words, count in counts.items() if count]
    return " ".join(said)


def _about_classes(layer: MapLayer) -> list[str]:
    """Tell the centre and the scheme; of other schemes a note on the map does."""
    words = words_of_scheme(layer.classes)
    if layer.classes.centre is None:
        return [words] * (layer.classes.scheme == "natural" and bool(words))
    return [words_of_sides(layer.classes, layer.count(ZERO)), words]


def _extremes(layer: MapLayer) -> list[str]:
    """Name the places with the highest and the lowest value, or those in the end classes."""
    shaded = layer.table.assign(words=layer.words())[layer.table["mark"] == VALUE]
    if shaded["value"].min() == shaded["value"].max():
        return []
    key = "class_number" if layer.bands_only else "value"
    told = []
    for word, end in (("Highest", shaded[key].max()), ("Lowest", shaded[key].min())):
        there = shaded[shaded[key] == end]
        told.append(f"{word}: {list_values(list(there['name']))}, {there['words'].iloc[0]}.")
    return told
