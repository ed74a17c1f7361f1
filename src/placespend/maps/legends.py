"""The legend of a map: a key for each thing that the map shows, and for nothing that it does not show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placespend.maps.layers import MARK_WORDS, MISSING, SUPPRESSED, VALUE, ZERO
from placespend.maps.scheme_words import count_places
from placespend.maps.styles import BACKGROUND, BLUES, MARK_STYLES, Style, class_styles, hatched

if TYPE_CHECKING:
    from placespend.maps.layers import MapLayer

MARK_KEYS = {
    ZERO: "zero",
    SUPPRESSED: "suppressed: confidential",
    MISSING: "no data",
}
"""What the legend says of each mark."""

ALL_MODELLED = "All numbers are modelled, in whole or in part."


@dataclass(frozen=True)
class Key:
    """A row of the legend.

    Attributes
    ----------
    words : str
    style : Style or None
        None for words alone.
    count : str
        How many places, in brackets; empty where that is not said.
    is_heading : bool
    is_line : bool
        Whether a line stands before the words, in place of a swatch: the centre between two classes.
    """

    words: str
    style: Style | None = None
    count: str = ""
    is_heading: bool = False
    is_line: bool = False


def style_of_places(layer: MapLayer) -> list[Style]:
    """Give the style in which each place is drawn.

    Parameters
    ----------
    layer : MapLayer

    Returns
    -------
    list of Style
        By the rows of the layer's table. Estimates are hatched where the map has other numbers beside them.
    """
    of_classes = class_styles(layer.classes)
    hatch = layer.is_modelled & (not is_all_modelled(layer))
    styles = []
    for mark, number, is_hatched in zip(layer.table["mark"], layer.table["class_number"], hatch, strict=True):
        style = of_classes[number] if mark == VALUE else MARK_STYLES[mark]
        styles.append(hatched(style) if is_hatched else style)
    return styles


def is_all_modelled(layer: MapLayer) -> bool:
    """Tell whether every number of a map is a modelled estimate, so that hatching would tell nothing.

    Parameters
    ----------
    layer : MapLayer

    Returns
    -------
    bool
    """
    modelled = int(layer.is_modelled.sum())
    return modelled > 0 and modelled == layer.count(VALUE) + layer.count(ZERO)


def legend_keys(layer: MapLayer, *, with_background: bool = False) -> list[Key]:
    """List the rows of a map's legend, from the highest class down.

    Parameters
    ----------
    layer : MapLayer
    with_background : bool, default False
        Whether places around are drawn too.

    Returns
    -------
    list of Key
    """
    keys = [Key(layer.unit[:1].upper() + layer.unit[1:], is_heading=True)]
    rows = zip(layer.classes.labels, class_styles(layer.classes), layer.classes.counts, strict=True)
    of_classes = [Key(label, style, _places(count)) for label, style, count in rows]
    if layer.classes.below:
        of_classes.insert(layer.classes.below, Key(layer.classes.centre_words, is_line=True))
    keys += reversed(of_classes)
    keys += [_key_of_mark(layer, ZERO)] * (layer.count(ZERO) > 0)
    keys += _keys_of_status(layer)
    keys += [_key_of_mark(layer, mark) for mark in MARK_WORDS if mark != ZERO and layer.count(mark)]
    return keys + [Key("not part of this map", BACKGROUND)] * with_background


def _key_of_mark(layer: MapLayer, mark: str) -> Key:
    return Key(MARK_KEYS[mark], MARK_STYLES[mark], _places(layer.count(mark)))


def _keys_of_status(layer: MapLayer) -> list[Key]:
    """Tell estimates from the rest, where there are any."""
    modelled = layer.is_modelled
    if not modelled.any():
        return []
    if is_all_modelled(layer):
        return [Key(ALL_MODELLED)]
    known = layer.table["mark"].isin([VALUE, ZERO]) & ~modelled
    others = " or ".join(sorted(set(layer.table.loc[known, "status"]) - {""})) or "other"
    middle = Style(BLUES[2])
    return [
        Key("modelled estimate", hatched(middle), _places(int(modelled.sum()))),
        Key(others, middle, _places(int(known.sum()))),
    ]


def _places(count: int) -> str:
    return f"({count_places(count)})"
