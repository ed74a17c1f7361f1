"""Places that a user brings: shapes, lists of codes, circles."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.errors import DataFileError, PlacesError, UnknownNameError, list_values
from placespend.land import extents_by_land
from placespend.levels import OWN
from placespend.place import ELSEWHERE, FEW_RESIDENTS, UNALLOCATED, Place
from placespend.place_codes import ROWS_LOST, read_codes
from placespend.postcodes import coordinates, rows_within
from placespend.rulers import VARIANTS, check_variant, extent_of_postcodes
from placespend.shapes.reading import FINDING_COLUMNS, read_shapes
from placespend.spelling import printable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from placespend.extents import Extent

NUDGE_E, NUDGE_N = 0.013_071_829_3, 0.007_036_194_7
"""Metres by which postcodes are moved before they are looked for, so that none stands on the line between two places.

Postcodes stand on whole metres, and so do the corners of many boundaries. Without it a postcode on a common edge would
be in both places, or in neither. They have more digits than coordinates in files, which may be whole millimetres."""

COUNTED = {
    "postcodes": "live postcode of England",
    "households": "live postcode of England that counts",
    "residents": "live postcode of England that counts",
    "land": "square metre of England",
}
"""What a place must hold to be one, by coverage: some postcodes are those of nobody's home."""

READ, READ_IN_PART = "read", "read in part"
"""What is found of a place that can be used, and of one that can be without some of its codes."""

LEAVE_OUT = ("error", "leave out")


def read_places(
    path: str | Path,
    *,
    code: str | None = None,
    name: str | None = None,
    layer: str | None = None,
    coverage: str = "postcodes",
    unusable: str = "error",
) -> list[Place]:
    """Read places that a user brings.

    Parameters
    ----------
    path : str or pathlib.Path
        GeoJSON, GeoPackage, Shapefile (also zipped), KML, GeoParquet or FlatGeobuf, in any coordinate system; or a CSV
        of codes of small areas (LSOA 2011), middle-layer areas (MSOA 2011), wards of 2025 and postcodes.
    code, name : str, optional
        The fields of codes and names; guessed where left out. Of a CSV, the columns of codes and of the place that
        each belongs to.
    layer : str, optional
        Which, where the file has several.
    coverage : {"postcodes", "households", "residents", "land"}
        What tells which part of a small area lies in a place: :mod:`placespend.rulers`.
    unusable : {"error", "leave out"}
        Whether a place that cannot be used is an error.

    Returns
    -------
    list of Place
        In the order of the file. They may overlap; what would sum them refuses it.

    Raises
    ------
    PlacesError
        If places cannot be used: all of them, with the reasons.
    DataFileError
        If the file cannot be read, or holds no usable place.
    UnknownNameError
        If there is no such field, layer or coverage.
    """
    if unusable not in LEAVE_OUT:
        message = f"There is no choice '{unusable}' for unusable places."
        raise UnknownNameError(message, hint=f"say {' or '.join(map(repr, LEAVE_OUT))}")
    places, findings = _read(Path(path), code=code, name=name, layer=layer, coverage=coverage)
    refused = findings[findings["done"] == "refused"]
    if len(refused) and unusable == "error":
        raise PlacesError(printable(Path(path).name), refused.reset_index(drop=True))
    if not places:
        message = f"{printable(Path(path).name)} holds no place that can be used."
        raise DataFileError(message, hint="see why with: placespend places check FILE")
    return places


def check_places(
    path: str | Path,
    *,
    code: str | None = None,
    name: str | None = None,
    layer: str | None = None,
    coverage: str = "postcodes",
) -> pd.DataFrame:
    """Tell all that was found in a file of places, and what was done about it.

    Parameters
    ----------
    path, code, name, layer, coverage
        As for :func:`read_places`.

    Returns
    -------
    pandas.DataFrame
        ``place`` (its code; "file" for what is of the whole file), ``name``, ``finding``, ``detail``, ``done`` (kept,
        mended, refused). Of each place that can be used, one row says what it is made of.

    Raises
    ------
    DataFileError
        If the file cannot be read at all.
    UnknownNameError
        If there is no such field, layer or coverage.
    """
    return _read(Path(path), code=code, name=name, layer=layer, coverage=coverage)[1]


def _read(
    path: Path, *, code: str | None, name: str | None, layer: str | None, coverage: str
) -> tuple[list[Place], pd.DataFrame]:
    """Read places, and what was found in their file."""
    check_variant(coverage)
    if path.suffix.casefold() == ".csv":
        if coverage == "land":
            message = "A list of codes has no land."
            raise UnknownNameError(message, hint="leave --coverage out, or bring shapes")
        if layer is not None:
            message = "A list of codes has no layers."
            raise UnknownNameError(message, hint="leave --layer out")
        listed = read_codes(path, code=code, name=name, coverage=coverage)
        found = [(place, place, extent) for place, extent in listed.extents.items()]
        digest, findings = listed.sha256, pd.DataFrame(listed.findings, columns=FINDING_COLUMNS, dtype="str")
    else:
        shapes = read_shapes(path, code=code, name=name, layer=layer)
        extents = _extents(list(shapes.table.geometry), coverage, file=f"{printable(path.name)} {shapes.sha256[:8]}")
        found = list(zip(shapes.table["code"], shapes.table["name"], extents, strict=True))
        digest, findings = shapes.sha256, shapes.findings
    told = []
    places = []
    # A place may be called "file", as what is of the whole file is.
    by_place = dict(iter(findings[~findings["finding"].isin(ROWS_LOST)].groupby("place")))
    for found_code, found_name, extent in found:
        # As in the other findings, a name that says no more than the code is left out.
        known_as = (found_code, found_name if found_name != found_code else "")
        if not len(extent):
            told.append((*known_as, "empty", f"no {COUNTED[coverage]} lies in it", "refused"))
            continue
        if found_code in {ELSEWHERE, UNALLOCATED}:
            told.append(
                (*known_as, "code taken", f"{found_code!r} stands for the rest in tables: rename it", "refused")
            )
            continue
        here = by_place.get(found_code, findings.iloc[:0])
        changed = [f"{row['finding']} mended" for row in here[here["done"] == "mended"].to_dict(orient="records")]
        lost = list(here.loc[here["done"] == "refused", "detail"])
        changed += [f"left out of it: {list_values(lost)}"] * bool(lost)
        definition = _define(extent, path, digest, coverage, changed)
        place = Place(found_code, found_name, OWN, extent, definition=definition)
        places.append(place)
        told.append((*known_as, READ_IN_PART if lost else READ, _describe(place), "kept"))
    return places, pd.concat([findings, pd.DataFrame(told, columns=FINDING_COLUMNS, dtype="str")], ignore_index=True)


def _describe(place: Place) -> str:
    few = f": fewer than {FEW_RESIDENTS:,}, so little can be said of it" if place.residents < FEW_RESIDENTS else ""
    cut = len(place.extent.parts.areas)
    return f"{len(place.extent.whole):,} small areas wholly, {cut:,} in part; {place.residents:,} residents{few}"


def _define(extent: Extent, path: Path, digest: str, coverage: str, changed: list[str]) -> str:
    """Say in words where a place is from."""
    cut = f", cutting small areas {VARIANTS[coverage]}" if len(extent.parts) else ""
    counted = Counter(changed).items()
    repairs = "".join(f"; {what} ({count} times)" if count > 1 else f"; {what}" for what, count in counted)
    return f"From {printable(path.name)} (SHA-256 {digest[:16]}){cut}{repairs}."


def _extents(shapes: list[Any], coverage: str, *, file: str) -> list[Extent]:
    if coverage == "land":
        return extents_by_land(shapes, file=file)
    return [extent_of_postcodes(rows_in_shape(shape), coverage=coverage) for shape in shapes]


def rows_in_shape(shape: Any) -> NDArray[np.int64]:
    """Find the live postcodes that stand in a shape.

    Parameters
    ----------
    shape : shapely polygon
        In EPSG:27700.

    Returns
    -------
    ndarray of int64
        Rows of :func:`placespend.postcodes.postcode_frame`. One that stands on the line is in one of the places
        that it divides.
    """
    import shapely  # noqa: PLC0415  (a pot needs no maps)

    west, south, east, north = shape.bounds
    # One that stands just outside may be nudged inside.
    rows = rows_within(west - NUDGE_E, south - NUDGE_N, east, north)
    eastings, northings = coordinates(rows)
    shapely.prepare(shape)
    inside: NDArray[np.bool_] = shapely.contains_xy(shape, eastings + NUDGE_E, northings + NUDGE_N)
    return rows[inside]
