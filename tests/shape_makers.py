"""Boundaries for tests, written by code: a square of Leeds in any format and coordinate system."""

from __future__ import annotations

import json
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from placespend.shapes.crs import EPSG_1314

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

EAST, NORTH = 430_000.0, 434_000.0
"""A corner of Leeds, far from any border of England."""

DRIVERS = {
    "geojson": "GeoJSON",
    "gpkg": "GPKG",
    "shp": "ESRI Shapefile",
    "kml": "KML",
    "fgb": "FlatGeobuf",
}
SYSTEMS = ("EPSG:27700", "EPSG:4326", "EPSG:4258", "EPSG:3857", "EPSG:25830", "EPSG:7405")

Ring = list[list[float]]


def box(x: float = 0, y: float = 0, width: float = 500, height: float = 500) -> Ring:
    """Draw a closed ring, in metres from the corner."""
    west, south, east, north = EAST + x, NORTH + y, EAST + x + width, NORTH + y + height
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: Ring) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def multipolygon(*rings: Ring) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


def feature(geometry: dict[str, Any] | None, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def write_geojson(path: Path, *features: dict[str, Any], **members: object) -> Path:
    """Write features as they are, right or wrong."""
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": list(features)}), encoding="utf-8")
    return path


def to_degrees(points: NDArray[np.float64]) -> NDArray[np.float64]:
    pipeline = pyproj.Transformer.from_pipeline(EPSG_1314)
    return np.column_stack(pipeline.transform(points[:, 0], points[:, 1], direction="INVERSE"))


def moved(shapes: list[Any], crs: str) -> list[Any]:
    """Take shapes of the grid to a system by the inverse of the fixed way."""
    if crs in {"EPSG:27700", "EPSG:7405"}:
        return shapes
    degrees = [shapely.transform(shape, to_degrees) for shape in shapes]
    if crs in {"EPSG:4326", "EPSG:4258"}:
        return degrees
    way = pyproj.Transformer.from_crs(pyproj.CRS(crs).geodetic_crs, crs, always_xy=True)
    return [
        shapely.transform(shape, lambda points: np.column_stack(way.transform(points[:, 0], points[:, 1])))
        for shape in degrees
    ]


def write_shapes(
    path: Path, shapes: list[Any], *, crs: str = "EPSG:27700", declared: bool = True, **fields: list[Any]
) -> Path:
    """Write shapes of the grid in a system, in the format that the suffix says; a .zip is a shapefile's."""
    table = gpd.GeoDataFrame(fields or None, geometry=moved(shapes, crs), crs=crs if declared else None)
    with warnings.catch_warnings():
        # It warns where no system is declared, and of names that a shapefile cuts.
        warnings.simplefilter("ignore")
        if path.suffix == ".parquet":
            table.to_parquet(path)
        elif path.suffix in {".zip", ".kmz"}:
            inner = path.with_suffix(".shp" if path.suffix == ".zip" else ".kml")
            write_shapes(inner, shapes, crs=crs, declared=declared, **fields)
            with zipfile.ZipFile(path, "w") as archive:
                for part in sorted(inner.parent.glob(f"{inner.stem}.*")):
                    if part != path:
                        archive.write(part, part.name)
        else:
            table.to_file(path, driver=DRIVERS[path.suffix[1:]])
    return path
