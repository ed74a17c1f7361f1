"""Coverage by land: what part of a small area's outline lies in a shape, by exact overlay.

Everything else asks where people are; this asks for hectares. The outlines are generalised, and a postcode in nine lies
outside that of its own small area, so a pot by land is for comparison with one by postcodes, not in place of it.

The shapes of one file divide the outline of each small area that they cut into pieces, counted in whole square metres.
The pieces are the marks of its ruler (:mod:`placespend.stretches`), so shapes that overlap hold the same marks.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.extents import Extent, extent_of
from placespend.geography import outlines
from placespend.rulers import VARIANTS
from placespend.stretches import Pieces

if TYPE_CHECKING:
    from collections.abc import Sequence


def extents_by_land(shapes: Sequence[Any], *, file: str) -> list[Extent]:
    """Find what shapes are made of, by land.

    Parameters
    ----------
    shapes : sequence of shapely polygons
        In EPSG:27700; they may overlap.
    file : str
        What the shapes are from, in words. Only shapes of one file can be put together.

    Returns
    -------
    list of Extent
        One for each shape. Of a small area less than a square metre counts for nothing.
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    frame = outlines("lsoa").geometry.to_numpy()
    tree = shapely.STRtree(frame)
    shape_of, area_of = tree.query(np.asarray(shapes, dtype=object), predicate="intersects")
    columns: list[list[tuple[int, int, int, int]]] = [[] for _ in shapes]
    for area in np.unique(area_of):
        start = 0
        pieces = _overlay(frame[area], [(int(number), shapes[number]) for number in shape_of[area_of == area]])
        length = sum(size for _, size in pieces)
        for holders, size in pieces:
            for number in holders:
                columns[number].append((int(area), start, start + size, length))
            start += size
    # Marks mean something among these very shapes only.
    digest = hashlib.sha256(b"".join(shapely.to_wkb(np.asarray(shapes, dtype=object)))).hexdigest()
    ruler = f"{VARIANTS['land']} of {file}, shapes {digest[:8]}"
    rows = [np.array(column, dtype=np.int64).reshape(-1, 4).T.copy() for column in columns]
    return [extent_of(ruler, Pieces(*row)) for row in rows]


def _overlay(outline: Any, shapes: list[tuple[int, Any]]) -> list[tuple[tuple[int, ...], int]]:
    """Divide an outline by shapes: which of them hold each piece, and its square metres."""
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    pieces: list[tuple[tuple[int, ...], Any]] = [((), outline)]
    for number, shape in shapes:
        divided = []
        for holders, piece in pieces:
            inside = shapely.intersection(piece, shape)
            for found, part in (((*holders, number), inside), (holders, shapely.difference(piece, shape))):
                if part.area > 0:
                    divided.append((found, part))
        pieces = divided
    sizes = [(holders, round(piece.area)) for holders, piece in sorted(pieces, key=lambda found: found[0])]
    return [(holders, size) for holders, size in sizes if size]
