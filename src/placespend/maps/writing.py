"""Maps as files: pictures that are the same on every run, and the data layer of a map that a browser draws."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd

from placespend.errors import DataFileError
from placespend.exports.files import write_whole
from placespend.maps.layers import MARK_WORDS, VALUE, ZERO
from placespend.maps.page import DPI, settings
from placespend.maps.shading import outlines_in_order
from placespend.shapes.crs import EPSG_1314
from placespend.spelling import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import geopandas as gpd
    from matplotlib.figure import Figure
    from PIL.Image import Image

    from placespend.maps.layers import MapLayer

SUFFIXES = (".png", ".svg")

DEGREE_DECIMALS = 5
"""About a metre: finer than outlines are generalised."""


def write_map(figure: Figure, path: Path, *, keep: Iterable[Path] = ()) -> None:
    """Write a map as a picture, with its title and text alternative in it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Of :func:`placespend.maps.drawing.draw_map`.
    path : pathlib.Path
        Ending in .png or .svg. An older file of that name is only replaced by a whole one.
    keep : iterable of pathlib.Path, optional
        Files that must not be written over.

    Raises
    ------
    DataFileError
        If the file is of another kind, or cannot be written.

    Notes
    -----
    The same map gives the same bytes on every run with the same versions of matplotlib and its fonts.
    """
    suffix = path.suffix.casefold()
    if suffix == ".svg":
        write_whole(svg_text(figure), path, keep=keep)
    elif suffix == ".png":
        write_whole(png_bytes(figure), path, keep=keep)
    else:
        message = f"{path.name} is no picture that a map can be written as."
        raise DataFileError(message, hint=f"name a file that ends in {' or '.join(SUFFIXES)}")


def svg_text(figure: Figure) -> str:
    """Write a map as SVG text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Of :func:`placespend.maps.drawing.draw_map`.

    Returns
    -------
    str
        Text stays text in it; ``title`` and ``desc`` say what it shows.
    """
    written = io.StringIO()
    with settings():
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = written.getvalue()
    start = text.index("<svg")
    opened = text.index(">", start)
    said = f"<title>{escape(_title(figure))}</title>\n <desc>{escape(_description(figure))}</desc>"
    return f'{text[:opened]} role="img">\n {said}{text[opened + 1 :]}'


def png_bytes(figure: Figure) -> bytes:
    """Write a map as a PNG picture.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Of :func:`placespend.maps.drawing.draw_map`.

    Returns
    -------
    bytes
        With its title and text alternative in it.
    """
    written = io.BytesIO()
    said = {"Software": None, "Title": _title(figure), "Description": _description(figure)}
    with settings():
        figure.savefig(written, format="png", dpi=DPI, metadata=said)
    return written.getvalue()


def picture_drawn(figure: Figure) -> Image:
    """Draw a map as the PNG shows it, without writing it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Of :func:`placespend.maps.drawing.draw_map`.

    Returns
    -------
    PIL.Image.Image
        In red, green, blue and alpha, with its dots per inch.
    """
    from PIL import Image  # noqa: PLC0415  (it comes with matplotlib)

    written = io.BytesIO()
    with settings():
        figure.savefig(written, format="raw", dpi=DPI)
    width, height = (int(inches * DPI) for inches in figure.get_size_inches())
    picture = Image.frombytes("RGBA", (width, height), written.getvalue())
    picture.info["dpi"] = (DPI, DPI)
    return picture


def _title(figure: Figure) -> str:
    return one_line(figure.get_suptitle())


def _description(figure: Figure) -> str:
    return one_line(str(figure.get_label()))


def map_geojson(layer: MapLayer, outlines: gpd.GeoDataFrame) -> str:
    """Write what a map shows as GeoJSON, for a browser to draw.

    Parameters
    ----------
    layer : MapLayer
    outlines : geopandas.GeoDataFrame
        ``code`` and ``geometry`` (EPSG:27700) of every place of the layer.

    Returns
    -------
    str
        A FeatureCollection in WGS84 degrees, by code. Of each place ``code``, ``name``, ``mark``, ``status`` (null
        where there is no number), ``class`` (1 for the lowest, or null), ``band`` (what the legend says), ``value``
        (null unless the mark is "value" or "zero", and always where only bands are told) and ``text`` (for a tooltip).
        With a centre also ``side`` ("above", which holds the centre itself, "below", or null).
        Signs that HTML would obey are written as escapes of JSON, so that it can stand in a page.

    Raises
    ------
    WrongTypeError
        If places have no outline, or outlines are not in metres of the British National Grid.
    """
    import pyproj  # noqa: PLC0415  (a pot needs no maps)
    import shapely  # noqa: PLC0415

    # One fixed way to degrees: which others there are differs between machines.
    way = pyproj.Transformer.from_pipeline(EPSG_1314)

    def to_degrees(points: Any) -> Any:
        degrees = np.column_stack(way.transform(points[:, 0], points[:, 1], direction="INVERSE"))
        return degrees.round(DEGREE_DECIMALS)

    shapes = shapely.orient_polygons(shapely.transform(outlines_in_order(layer, outlines), to_degrees))
    # Whole numbers of the last decimal are told by json with no more digits than they need.
    features = [
        {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(shape))}
        for properties, shape in zip(map_properties(layer), shapes, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text + "\n"


def map_properties(layer: MapLayer) -> list[dict[str, object]]:
    """Give what a map's data layer says of each place.

    Parameters
    ----------
    layer : MapLayer

    Returns
    -------
    list of dict
        As :func:`map_geojson` says, by the rows of the layer's table.
    """
    told = []
    for row, words in zip(layer.table.to_dict(orient="records"), layer.words(), strict=True):
        mark, number = row["mark"], row["class_number"]
        is_known = mark in {VALUE, ZERO}
        shaded = mark == VALUE
        band = layer.classes.labels[number] if shaded else MARK_WORDS[mark]
        side = side_of(layer, number) if shaded else None
        where = "at or above" if side == "above" else "below"
        about = [layer.unit] * shaded + [f"{where} {layer.classes.centre_words}"] * (side is not None)
        about += [row["status"]] * (is_known and row["status"] != "")
        said = f"{row['name']}: {words}" + (f" ({'; '.join(about)})" if about else "")
        value = None if not is_known or (shaded and layer.bands_only) else float(row["value"] if shaded else 0)
        told.append(
            {
                "code": row["code"],
                "name": row["name"],
                "mark": mark,
                "status": (row["status"] or None) if is_known else None,
                "class": int(number) + 1 if pd.notna(number) else None,
                "band": band,
                "value": value,
                "text": said,
                **({"side": side} if layer.classes.centre is not None else {}),
            }
        )
    return told


def side_of(layer: MapLayer, number: int) -> str | None:
    """Tell on which side of the centre of a map a class lies.

    Parameters
    ----------
    layer : MapLayer
    number : int
        0 for the lowest class.

    Returns
    -------
    {"above", "below"} or None
        None where the map has no centre. What equals the centre counts as above.
    """
    if layer.classes.centre is None:
        return None
    return "below" if number < layer.classes.below else "above"
