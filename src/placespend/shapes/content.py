"""What kind of file a user's boundaries came in, by its first bytes and not its name, and all the bytes it takes.

A zip and a bare shapefile are each several files: what belongs together is gathered here, and nothing else is read.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from placespend.errors import DataFileError, UnknownNameError, list_values
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMATS = "GeoJSON, GeoPackage, Shapefile (.shp, or a .zip of it), KML, KMZ, GeoParquet or FlatGeobuf"

SAVE_AGAIN = "save it again from the mapping tool, as GeoPackage or GeoJSON"
ZIP_ALL_PARTS = "a shapefile is several files: zip its .shp, .shx, .dbf and .prj together and give the zip"

SHAPEFILE_NEEDS = (".shp", ".shx", ".dbf")
SHAPEFILE_PARTS = (*SHAPEFILE_NEEDS, ".prj", ".cpg")
"""What is read of a shapefile; its hash is taken over these, in this order."""

MARKS = (
    (b"SQLite format 3\0", "GeoPackage", ".gpkg"),
    (b"fgb", "FlatGeobuf", ".fgb"),
    (b"PAR1", "GeoParquet", ".parquet"),
    (b"\x00\x00\x27\x0a", "Shapefile", ".shp"),
    (b"PK\x03\x04", "zip", ".zip"),
)
"""First bytes of each binary format."""

START = 4096
"""Bytes within which a KML names itself: longer than any preamble seen."""


@dataclass(frozen=True)
class Content:
    """A file, told apart from all others.

    Attributes
    ----------
    kind : str
        The format.
    suffix : str
        Of the part to open.
    parts : mapping of str to bytes
        All that is to be read, by suffix.
    stem : str
        The file's name without suffix.
    sha256 : str
        Of the file; of a bare shapefile, of its :data:`SHAPEFILE_PARTS` one after another.
    crs_member : Any
        What a GeoJSON says of its coordinate system; "absent" where it, or another format, says nothing.
    entries : int
        How many entries a GeoJSON's list of features has; 0 for other formats.
    """

    kind: str
    suffix: str
    parts: Mapping[str, bytes]
    stem: str
    sha256: str
    crs_member: Any = "absent"
    entries: int = 0


def content_of(file: Path, shown: str, layer: str | None) -> Content:
    """Read a file and tell what it is.

    Parameters
    ----------
    file : pathlib.Path
    shown : str
        How messages call it.
    layer : str or None
        Which shapefile of a zip, where there are several.

    Returns
    -------
    Content

    Raises
    ------
    DataFileError
        If there is no such file, or it is of no known format, broken or incomplete.
    UnknownNameError
        If a zip holds several shapefiles and none of them was named.
    """
    first = _bytes_of(file, shown)
    sha256 = hashlib.sha256(first).hexdigest()
    for mark, kind, suffix in MARKS:
        if first.startswith(mark):
            if kind == "zip":
                return _unzip(first, shown, layer, sha256)
            if kind == "Shapefile":
                return _shapefile_beside(file, shown)
            return Content(kind, suffix, {suffix: first}, file.stem, sha256)
    text = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"\x1e")):
        return Content("GeoJSON", ".geojson", {".geojson": text}, file.stem, sha256, *_about_json(text, shown))
    if text.startswith(b"<") and (b"<kml" in text[:START] or b":kml" in text[:START]):
        return Content("KML", ".kml", {".kml": text}, file.stem, sha256)
    message = f"{shown} is no file of boundaries that can be read." if first else f"{shown} is empty."
    sibling = file.suffix.lower() in {*SHAPEFILE_PARTS, ".sbn", ".sbx"}
    raise DataFileError(message, hint=ZIP_ALL_PARTS if sibling else f"give {FORMATS}")


def _bytes_of(file: Path, shown: str) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        message = f"There is no file {shown}."
        web = "://" in shown or shown.startswith("/vsi")
        hint = "boundaries are read from this computer only: download the file first" if web else None
        raise DataFileError(message, hint=hint) from None
    except IsADirectoryError:
        message = f"{shown} is a folder, not a file."
        raise DataFileError(message, hint=f"give {FORMATS}") from None
    except (OSError, ValueError) as error:
        # ValueError: a path that no system takes, as one with a NUL in it.
        message = f"{shown} cannot be read: {getattr(error, 'strerror', error)}."
        raise DataFileError(message) from None


def _about_json(text: bytes, shown: str) -> tuple[Any, int]:
    """Give what a GeoJSON says of its coordinate system, and how many entries its list of features has."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        # Features line by line, or a broken file: GDAL will tell.
        return "absent", 0
    if not isinstance(document, dict):
        return "absent", 0
    features = document.get("features")
    entries = len(features) if isinstance(features, list) else 0
    return (_crs_member(document["crs"], shown) if "crs" in document else "absent"), entries


def _crs_member(member: Any, shown: str) -> Any:
    """Name a coordinate system that a GeoJSON declares: GDAL takes one that it cannot read for degrees."""
    if member is None:
        return None
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or "://" in name:
        message = f"{shown} names its coordinate system by a link or in an unknown way, and links are not followed."
        raise DataFileError(message, hint=SAVE_AGAIN)
    return name


def _shapefile_beside(file: Path, shown: str) -> Content:
    """Gather the parts of a bare shapefile from the folder it lies in."""
    # Windows wrote .SHP beside .dbf, and nobody there ever noticed.
    beside = {other.suffix.lower(): other for other in sorted(file.parent.iterdir()) if other.stem == file.stem} | {
        ".shp": file
    }
    parts = {suffix: _bytes_of(beside[suffix], shown) for suffix in SHAPEFILE_PARTS if suffix in beside}
    _check_parts(parts, shown)
    sha256 = hashlib.sha256(b"".join(parts.values())).hexdigest()
    return Content("Shapefile", ".shp", parts, file.stem, sha256)


def _check_parts(parts: Mapping[str, bytes], shown: str) -> None:
    missing = [suffix for suffix in SHAPEFILE_NEEDS if suffix not in parts]
    if missing:
        message = f"{shown} is a shapefile without its {' and '.join(missing)}."
        raise DataFileError(message, hint=ZIP_ALL_PARTS)


def _unzip(content: bytes, shown: str, layer: str | None, sha256: str) -> Content:
    """Take the one shapefile, or the KML of a KMZ, out of a zip."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            paths = [PurePosixPath(name.replace("\\", "/")) for name in archive.namelist()]
            # macOS adds a shadow of every file under the same name.
            names = {
                path: name
                for path, name in zip(paths, archive.namelist(), strict=True)
                if "__MACOSX" not in path.parts and not path.name.startswith(".")
            }
            kml = [path for path in names if path.suffix.lower() == ".kml"]
            shapefiles = [path for path in names if path.suffix.lower() == ".shp"]
            if kml and not shapefiles:
                # By the rule of KMZ the first is the document.
                return Content("KMZ", ".kml", {".kml": archive.read(names[kml[0]])}, kml[0].stem, sha256)
            chosen = _one_shapefile(shapefiles, shown, layer)
            parts = {
                path.suffix.lower(): archive.read(name)
                for path, name in names.items()
                if path.with_suffix("") == chosen.with_suffix("") and path.suffix.lower() in SHAPEFILE_PARTS
            }
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError) as error:
        if isinstance(error, DataFileError):
            raise
        # RuntimeError: the zip wants a password, or is packed in a way that is not known.
        message = f"{shown} is a zip that cannot be opened: it is broken, or wants a password."
        raise DataFileError(message, hint="zip it again") from None
    _check_parts(parts, shown)
    return Content("Shapefile", ".shp", parts, chosen.stem, sha256)


def _one_shapefile(shapefiles: list[PurePosixPath], shown: str, layer: str | None) -> PurePosixPath:
    if not shapefiles:
        message = f"{shown} is a zip without a shapefile in it."
        raise DataFileError(message, hint=f"give {FORMATS}")
    stems = [path.stem for path in shapefiles]
    if stems.count(str(layer)) != 1 and (len(stems) > 1 or layer is not None):
        raise layer_error(shown, stems, layer)
    return shapefiles[0 if layer is None else stems.index(layer)]


def layer_error(shown: str, layers: list[str], layer: str | None) -> UnknownNameError:
    """Say which layers there are, where the wrong one or none was named.

    Parameters
    ----------
    shown : str
        How messages call the file.
    layers : list of str
    layer : str or None
        The one that was asked for.

    Returns
    -------
    UnknownNameError
    """
    names = list_values([repr(printable(name)) for name in layers])
    if layer is None:
        return UnknownNameError(f"{shown} has several layers: {names}.", hint="say which, as layer=")
    message = f"{shown} has no layer {printable(layer)!r}."
    return UnknownNameError(message, hint=did_you_mean(layer, layers, otherwise=f"it has {names}"))
