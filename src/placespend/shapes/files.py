"""Opening a file of boundaries, whatever its format, and handing over what stands in it, untouched.

What a file is, its first bytes say, not its name. GDAL is only ever shown a copy under a plain name in a folder of
its own: it then never takes a path for a web address, never writes beside the user's file, and what was hashed is
what was read.
"""

from __future__ import annotations

import io
import json
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.errors import DataFileError, UnknownNameError
from placespend.shapes.content import SAVE_AGAIN, content_of, layer_error
from placespend.spelling import printable

if TYPE_CHECKING:
    from os import PathLike

    from placespend.shapes.content import Content

PLAIN_NAME = "shapes"
"""What the copy is called, and so the layer of a format that names layers after the file."""


@dataclass(frozen=True, eq=False)
class RawShapes:
    """What a file holds, before anything is made of it.

    Attributes
    ----------
    fields : pandas.DataFrame
        One row per feature, in the order of the file.
    geometries : list of bytes or None
        Well-known binary of each feature; None where the file gives none, or none that can be read.
    crs : Any
        What ``pyproj.CRS`` takes; None where the file does not say.
    by_rule : bool
        Whether the coordinate system is not in the file but that of its format (GeoJSON, KML).
    sha256 : str
        Of the file; of a bare shapefile, of its :data:`placespend.shapes.content.SHAPEFILE_PARTS` one after another.
    has_links : bool
        Whether it holds network links. These are never followed.
    skipped : int
        How many entries of a GeoJSON's list of features are no features, and were passed over.
    """

    fields: pd.DataFrame
    geometries: list[bytes | None]
    crs: Any
    by_rule: bool
    sha256: str
    has_links: bool
    skipped: int = 0


def read_file(path: str | PathLike[str], *, layer: str | None = None) -> RawShapes:
    """Read a file of boundaries as it stands.

    Parameters
    ----------
    path : str or os.PathLike
        A file on this computer.
    layer : str, optional
        Which layer, or which shapefile of a zip, where there are several.

    Returns
    -------
    RawShapes

    Raises
    ------
    DataFileError
        If there is no such file, it is of no known format, broken, incomplete or without a feature.
    UnknownNameError
        If there is no such layer, or there are several and none was named.
    """
    file = Path(path)
    shown = printable(str(path))
    content = content_of(file, shown, layer)
    has_links = content.kind in {"KML", "KMZ"} and b"NetworkLink>" in content.parts[content.suffix]
    try:
        read = _read_parquet(content) if content.kind == "GeoParquet" else _read_with_gdal(content, shown, layer)
    except (DataFileError, UnknownNameError):
        raise
    except Exception:  # GDAL and Arrow raise a dozen kinds each, and name the copy's path in them.
        message = f"{shown} cannot be read as {content.kind}: it is broken, cut short or of another kind."
        raise DataFileError(message, hint=SAVE_AGAIN) from None
    fields, geometries, crs = read
    if not geometries:
        links = " besides network links, which are not followed" if has_links else ""
        message = f"{shown} holds no shapes{links}."
        raise DataFileError(message, hint="export the layer again, with its features")
    by_rule = content.kind in {"KML", "KMZ"} or (content.kind == "GeoJSON" and content.crs_member == "absent")
    skipped = max(0, content.entries - len(geometries))
    return RawShapes(fields, geometries, crs, by_rule, content.sha256, has_links, skipped)


def _read_with_gdal(content: Content, shown: str, layer: str | None) -> tuple[pd.DataFrame, list[bytes | None], Any]:
    """Read one layer through GDAL, geometries as bytes: one that is broken must not spoil the others."""
    import pyogrio  # noqa: PLC0415  (a pot needs no maps)

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # GDAL warns of rings and types that the checks tell of in plainer words.
        warnings.simplefilter("ignore")
        for suffix, part in content.parts.items():
            Path(folder, PLAIN_NAME + suffix).write_bytes(part)
        copy = str(Path(folder, PLAIN_NAME + content.suffix))
        chosen = _one_layer(copy, content, shown, layer)
        meta, fids, geometries, columns = pyogrio.raw.read(copy, layer=chosen, force_2d=False, return_fids=True)
    fields = pd.DataFrame(
        {str(name): pd.Series(list(column), dtype=object) for name, column in zip(meta["fields"], columns, strict=True)}
    )
    if content.kind == "GeoPackage" and not any(str(name).lower() == "fid" for name in fields):
        fields["fid"] = pd.Series(list(fids), dtype=object)
    crs = content.crs_member if content.crs_member != "absent" else meta["crs"]
    if 'CRS["Undefined' in str(crs) or 'CS["Undefined' in str(crs):
        # So a GeoPackage says that it does not know.
        crs = None
    found = [None] * len(fids) if geometries is None else list(geometries)
    return fields.reindex(range(len(found))), found, crs


def _one_layer(copy: str, content: Content, shown: str, layer: str | None) -> str:
    """Choose the layer with shapes in it, or say that there are several."""
    import pyogrio  # noqa: PLC0415  (a pot needs no maps)

    # A GeoPackage keeps styles in a table without geometry; a KML has a layer for each folder, full or not.
    layers = [str(name) for name, kind in pyogrio.list_layers(copy) if kind is not None]
    named = {(content.stem if name == PLAIN_NAME else name): name for name in layers}
    if layer is not None:
        if layer not in named:
            raise layer_error(shown, list(named), layer)
        return named[layer]
    if len(layers) > 1:
        full = {
            known: name
            for known, name in named.items()
            if pyogrio.read_info(copy, layer=name, force_feature_count=True)["features"]
        }
        if len(full) > 1:
            raise layer_error(shown, list(full), None)
        named = full or named
    if not named:
        message = f"{shown} holds no layer with shapes."
        raise DataFileError(message, hint="export the layer again, with its features")
    return next(iter(named.values()))


def _read_parquet(content: Content) -> tuple[pd.DataFrame, list[bytes | None], Any]:
    """Read a GeoParquet through Arrow, which GDAL's wheels leave out."""
    from pyarrow import parquet  # noqa: PLC0415  (a pot needs no maps)

    table = parquet.read_table(io.BytesIO(content.parts[".parquet"]), use_threads=False)
    about = json.loads((table.schema.metadata or {})[b"geo"])
    main = about["primary_column"]
    column = about["columns"][main]
    others = table.drop_columns([name for name in about["columns"] if name in table.column_names])
    # Only geopandas knows the encodings that are not well-known binary.
    geometries = table[main].to_pylist() if column["encoding"] == "WKB" else _native_geometries(content)
    # By the rule of the format a file that says nothing is in degrees; one that says null does not know.
    return others.to_pandas(), geometries, column.get("crs", "OGC:CRS84")


def _native_geometries(content: Content) -> list[bytes | None]:
    import geopandas as gpd  # noqa: PLC0415  (a pot needs no maps)

    found: list[bytes | None] = gpd.read_parquet(io.BytesIO(content.parts[".parquet"])).geometry.to_wkb().tolist()
    return found
