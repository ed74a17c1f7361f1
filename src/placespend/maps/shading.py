"""Shading places: each outline found by its code, and all places of one style drawn as one shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from placespend.errors import WrongTypeError, list_values
from placespend.maps.page import fill
from placespend.maps.styles import BACKGROUND, Style
from placespend.shapes.crs import BRITISH_NATIONAL_GRID

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from numpy.typing import NDArray

    from placespend.maps.layers import MapLayer

MANY_POINTS = 150_000
"""Outlines of more points are drawn as a picture within an SVG, which would else be of tens of megabytes."""

OUTLINE_WIDTHS = ((20, 0.7), (200, 0.4), (3_000, 0.2), (10_000, 0.1))
"""Up to so many places, how wide their outlines are drawn, in points; over the last, they are not."""


def outlines_in_order(layer: MapLayer, outlines: gpd.GeoDataFrame) -> NDArray[Any]:
    """Find the outline of each place of a layer.

    Parameters
    ----------
    layer : MapLayer
    outlines : geopandas.GeoDataFrame
        ``code`` and ``geometry`` (EPSG:27700).

    Returns
    -------
    ndarray of shapely polygons
        By the rows of the layer's table.

    Raises
    ------
    WrongTypeError
        If places have none or several, or they are not in EPSG:27700.
    """
    table = check_outlines(outlines)
    known = table.set_index(table["code"].astype(str)).geometry
    wanted = layer.table["code"]
    lacking = [f"{row.name} ({row.code})" for row in layer.table[~wanted.isin(known.index)].itertuples(index=False)]
    if lacking:
        message = f"{len(lacking):,} of the places of the map have no outline: {list_values(lacking)}."
        raise WrongTypeError(message, hint="take the outlines of the level, or placespend.maps.place_outlines")
    twice = sorted(set(known.index[known.index.duplicated()]) & set(wanted))
    if twice:
        message = f"Several outlines are of one place: {list_values(twice)}."
        raise WrongTypeError(message, hint="give one outline for each code")
    found: NDArray[Any] = known.loc[wanted].to_numpy()
    if any(shape is None or shape.is_empty for shape in found):
        empty = [code for code, shape in zip(wanted, found, strict=True) if shape is None or shape.is_empty]
        message = f"The outline is empty of {list_values(empty)}."
        raise WrongTypeError(message, hint="leave these places out")
    return found


def check_outlines(outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Refuse outlines that cannot be drawn.

    Parameters
    ----------
    outlines : geopandas.GeoDataFrame

    Returns
    -------
    geopandas.GeoDataFrame
        The same.

    Raises
    ------
    WrongTypeError
        If they have no column ``code``, or are not in EPSG:27700.
    """
    crs = getattr(outlines, "crs", None)
    if "code" not in getattr(outlines, "columns", ()) or crs is None or crs.to_epsg() != 27700:
        message = f"Outlines of a map need a column code, and {BRITISH_NATIONAL_GRID} as their coordinate system."
        raise WrongTypeError(message, hint="take placespend.outlines, or bring yours with .to_crs(27700)")
    return outlines


@dataclass
class Drawing:
    """Places in their styles, to be drawn on a map and again on its inset.

    Attributes
    ----------
    shapes : ndarray of shapely polygons
        The outline of each place.
    styles : sequence of Style
        How each is filled.
    around : geopandas.GeoDataFrame or None
        Places drawn without a value.
    """

    shapes: NDArray[Any]
    styles: Sequence[Style]
    around: gpd.GeoDataFrame | None

    def draw(self, axes: Axes) -> None:
        """Draw what the axes show: one shape for all places of a style.

        Parameters
        ----------
        axes : matplotlib.axes.Axes
        """
        import shapely  # noqa: PLC0415  (a pot needs no maps)
        from matplotlib.patches import PathPatch  # noqa: PLC0415

        window = shapely.box(axes.get_xlim()[0], axes.get_ylim()[0], axes.get_xlim()[1], axes.get_ylim()[1])
        order = sorted(set(self.styles), key=lambda style: (style.above, style.face, style.hatch))
        groups: dict[Style, list[Any]] = {style: [] for style in order}
        for shape, style in zip(self.shapes, self.styles, strict=True):
            if shape.intersects(window):
                groups[style].append(shape)
        drawn: dict[Style, list[Any]] = {BACKGROUND: self._background(window), **groups}
        points = sum(int(shapely.get_num_coordinates(shapes).sum()) for shapes in drawn.values() if shapes)
        usual = next((width for most, width in OUTLINE_WIDTHS if len(self.shapes) <= most), 0.0)
        for style, shapes in drawn.items():
            if shapes:
                patch = PathPatch(path_of(shapes), zorder=style.above, rasterized=points > MANY_POINTS)
                fill(patch, style, min(style.edge_width, 2 * usual) or usual)
                axes.add_artist(patch)

    def _background(self, window: Any) -> list[Any]:
        if self.around is None:
            return []
        import shapely  # noqa: PLC0415  (a pot needs no maps)

        near = [shape for shape in self.around.geometry if shape is not None and shape.intersects(window)]
        cut = shapely.intersection(near, window) if near else []
        return [shape for shape in cut if shape.area > 0]


def path_of(shapes: Sequence[Any]) -> Path:
    """Join polygons into one path; holes run the other way round than what they are in.

    Parameters
    ----------
    shapes : sequence of shapely polygons
        One at least.

    Returns
    -------
    matplotlib.path.Path
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)
    from matplotlib.path import Path  # noqa: PLC0415

    parts = shapely.get_parts(np.asarray(shapes, dtype=object))
    polygons = shapely.orient_polygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    points, ring_of = shapely.get_coordinates(shapely.get_rings(polygons), return_index=True)
    codes = np.full(len(points), Path.LINETO, dtype=np.uint8)
    first = np.flatnonzero(np.diff(ring_of, prepend=-1))
    codes[first] = Path.MOVETO
    codes[[*(first[1:] - 1), -1]] = Path.CLOSEPOLY
    return Path(points, codes)
