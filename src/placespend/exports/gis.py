"""Tables for maps: rows that are places, each with the outline of its place, as GeoPackage or GeoParquet.

The outline is the one that is drawn: shipped, made simpler for drawing, and never what figures are computed from. A row
that is no place on the map, such as the rest of a larger place or money that could not be placed, has no outline and
stays all the same, so that money sums. Coordinates are metres of the British National Grid (EPSG:27700).
"""

from __future__ import annotations

import io
import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from placespend.errors import DataFileError, TooLargeError, WrongTypeError, list_values
from placespend.exports.columns import meanings_of, plain_table, typed_table
from placespend.exports.parquet import parquet_bytes, with_meanings
from placespend.footprints import extent_at
from placespend.geography import OUTLINE_LEVELS, outlines
from placespend.maps.place_outlines import outline_of
from placespend.place import Place
from placespend.place_names import rows_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import geopandas as gpd
    import pandas as pd

    from placespend.exports.about import About

CODE_COLUMNS = ("code", "place_code", "lsoa_code", "msoa_code")
"""Columns that tell which place a row is."""

OUTLINE_NOTE = (
    "The outlines are made simpler for drawing; no figure is computed from them. Rows without one are no place on the "
    "map, such as the rest of a larger place."
)
PREFIXES = {"lsoa": "E01", "msoa": "E02"}
"""How the codes of small areas and middle-layer areas begin."""

CRS = "EPSG:27700"
GEOMETRY = "geometry"
TAKEN = ("fid", "ogc_fid", "geom", "geometry", "rowid", "oid", "_rowid_")
"""Names that a GeoPackage, or the database that it is, gives to columns of its own."""

NO_DATE = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"}
"""What the file says of when it was made: the same always, so that the same table gives the same bytes."""

MOST_COLUMNS = 1_999
"""Of the 2,000 that SQLite has, one is the format's own."""

MOST_WHOLE = 2**63 - 1

HINT = "write it as .csv, .xlsx or .parquet"
_one_at_a_time = threading.Lock()


def with_outlines(table: pd.DataFrame, *, places: Sequence[Place] = ()) -> gpd.GeoDataFrame:
    """Give each row of a table the outline of its place.

    Parameters
    ----------
    table : pandas.DataFrame
        With a column ``code``, or another of :data:`CODE_COLUMNS`. One with outlines of its own keeps them.
    places : sequence of Place, optional
        The places of the rows, where their codes alone do not say it: places of your own.

    Returns
    -------
    geopandas.GeoDataFrame
        In the order of the table, with ``geometry`` (EPSG:27700) as the last column; missing where there is none.

    Raises
    ------
    WrongTypeError
        If the rows are no places.
    """
    import geopandas as gpd  # noqa: PLC0415  (a pot needs no maps)

    if isinstance(table, gpd.GeoDataFrame):
        return _own_outlines(table)
    plain, typed = plain_table(table), typed_table(table)
    column = next((name for name in CODE_COLUMNS if name in plain), None)
    if column is None:
        message = "The rows of this table are no places, so they have no outlines."
        raise WrongTypeError(message, hint=HINT)
    if plain.empty:
        message = "The table has no rows, so there is nothing to draw."
        raise WrongTypeError(message, hint=HINT)
    # Not as typed: of codes among numbers that would only be the numbers.
    codes = plain[column].map(str, na_action="ignore").astype("object").fillna("").astype("str")
    drawn = _outlines_by_code(list(codes.unique()), {place.code: place for place in places})
    if not drawn:
        message = f"No row of this table is a place with an outline: {list_values([*map(repr, codes.unique())])}."
        raise WrongTypeError(message, hint=HINT)
    free = GEOMETRY
    while free in typed:
        free += "_"
    return gpd.GeoDataFrame(
        typed.rename(columns={GEOMETRY: free}), geometry=[drawn.get(code) for code in codes], crs=CRS
    )


def to_geopackage(table: gpd.GeoDataFrame, *, about: About, layer: str, declared: str = "") -> bytes:
    """Write a table with outlines as a GeoPackage.

    Parameters
    ----------
    table : geopandas.GeoDataFrame
        As :func:`with_outlines` gives it.
    about : About
        What it is; kept as metadata of the file, with what each column means.
    layer : str
        Name of its only layer.
    declared : str, optional
        Name of the table in the data dictionary.

    Returns
    -------
    bytes
        Columns whose names a GeoPackage has for itself, or that differ only by the case of letters, get another.

    Raises
    ------
    DataFileError
        If a text or a name holds the sign that ends texts in a GeoPackage, or there are more columns than it can have.
    TooLargeError
        If a whole number is one that only a sign more could tell.
    """
    import pyogrio  # noqa: PLC0415  (a pot needs no maps)

    _check_ends(table)
    _check_fits(table)
    renamed = table.rename(columns=_free_names([str(name) for name in table.columns if name != GEOMETRY]))
    told = _with_note(about).as_texts()
    columns = {found.name: {"type": found.type, "unit": found.unit, "meaning": found.meaning}
               for found in meanings_of(table.drop(columns=GEOMETRY), declared)}  # fmt: skip
    named = dict(zip(renamed.columns, columns.values(), strict=False))
    metadata = {key: _whole_text(text) for key, text in told.items()}
    metadata["columns"] = json.dumps(named, ensure_ascii=False)
    written = io.BytesIO()
    with _without_date():
        # The name of the layer is what the file is called: whatever a database takes is allowed.
        pyogrio.write_dataframe(renamed, written, driver="GPKG", layer=layer, layer_metadata=metadata)
    return written.getvalue()


def to_geoparquet(table: gpd.GeoDataFrame, *, about: About, declared: str = "") -> bytes:
    """Write a table with outlines as GeoParquet 1.1.

    Parameters
    ----------
    table : geopandas.GeoDataFrame
        As :func:`with_outlines` gives it.
    about : About
        What it is; kept as metadata of the file.
    declared : str, optional
        Name of the table in the data dictionary.

    Returns
    -------
    bytes
    """
    import pyarrow.parquet as pq  # noqa: PLC0415  (a pot needs no Parquet)

    written = io.BytesIO()
    table.to_parquet(written, index=False, schema_version="1.1.0", geometry_encoding="WKB")
    written.seek(0)
    return parquet_bytes(with_meanings(pq.read_table(written), table, _with_note(about), declared))


def _check_ends(table: gpd.GeoDataFrame) -> None:
    """Refuse texts that would be cut off: GDAL takes the sign of number zero for their end."""
    texts = table.select_dtypes("str")
    cut = [str(name) for name in texts.columns if texts[name].str.contains("\0", regex=False, na=False).any()]
    if cut:
        message = f"A GeoPackage cannot hold the texts of {list_values(cut)}: one has a sign of number zero in it."
        raise DataFileError(message, hint="mend the text, or write the table as .geoparquet")
    cut = [repr(name) for name in table.columns if "\0" in name]
    if cut:
        message = f"A GeoPackage cannot hold columns called {list_values(cut)}: a sign of number zero is in the name."
        raise DataFileError(message, hint="mend the name, or write the table as .geoparquet")


def _check_fits(table: gpd.GeoDataFrame) -> None:
    """Refuse more columns, or larger whole numbers, than the database in a GeoPackage has."""
    if len(table.columns) > MOST_COLUMNS:
        message = (
            f"A GeoPackage holds {MOST_COLUMNS:,} columns with the outlines, and the table has {len(table.columns):,}."
        )
        raise DataFileError(message, hint="write the table as .geoparquet")
    wholes = [name for name in table.columns if table[name].dtype.kind == "u"]
    large = [name for name in wholes if table[name].notna().any() and int(table[name].max()) > MOST_WHOLE]
    if large:
        message = f"A GeoPackage cannot hold the numbers of {list_values(large)}: one is {MOST_WHOLE + 1:,} or more."
        raise TooLargeError(message, hint="write the table as .geoparquet")


def _whole_text(text: str) -> str:
    """Write what is said of a table so that GDAL takes all of it."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _with_note(about: About) -> About:
    return replace(about, notes=(*about.notes, OUTLINE_NOTE))


def _own_outlines(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Take a table that has outlines of its own, on the grid that all others are on."""
    import geopandas as gpd  # noqa: PLC0415  (a pot needs no maps)

    if table.crs is None:
        message = "The outlines of this table do not say which coordinates they are in."
        raise WrongTypeError(message, hint="say it with table.set_crs('EPSG:27700'), or what they are in")
    moved = table.rename_geometry(GEOMETRY) if table.geometry.name != GEOMETRY else table
    others = [name for name in moved.select_dtypes("geometry").columns if name != GEOMETRY]
    if others:
        message = f"The table has more than one column of outlines: {list_values([repr(name) for name in others])}."
        raise WrongTypeError(message, hint="leave one in")
    figures = typed_table(plain_table(moved).drop(columns=GEOMETRY))
    return gpd.GeoDataFrame(figures, geometry=moved.geometry.to_crs(CRS).to_numpy(), crs=CRS)


def _outlines_by_code(codes: list[str], places: dict[str, Place]) -> dict[str, Any]:
    """Find or draw the outline of each code that is a place's."""
    drawn: dict[str, Any] = {code: outline_of(places[code]) for code in codes if code in places}
    for name in reversed(OUTLINE_LEVELS):
        # The outlines of small areas are many: they are only read where a code is one of theirs.
        wanted = [code for code in codes if code not in drawn and code.startswith(PREFIXES.get(name, "E"))]
        if wanted:
            table = outlines(cast("Any", name))
            table = table[table["code"].isin(wanted)]
            drawn |= dict(zip(table["code"], table.geometry, strict=True))
    for code in codes:
        if code and code not in drawn and (place := _place_of(code)) is not None:
            drawn[code] = outline_of(place)
    return drawn


def _place_of(code: str) -> Place | None:
    """Find the place of a code, on whatever days it existed; none of what is no code of a place."""
    rows = rows_named(code)
    rows = rows[rows["code"] == code]
    if rows.empty:
        return None
    # At each level where it stands, a code means the same small areas.
    found = rows.iloc[0]
    return Place(code, found["name"], found["level"], extent_at(found["level"], code))


def _free_names(names: list[str]) -> dict[str, str]:
    """Rename columns that a GeoPackage cannot have: its own, and those that differ by case alone."""
    taken = set(TAKEN)
    renamed = {}
    for name in names:
        unique, number = name, 1
        while unique.casefold() in taken:
            number += 1
            unique = f"{name}_{number}"
        taken.add(unique.casefold())
        renamed[name] = unique
    return renamed


@contextmanager
def _without_date() -> Iterator[None]:
    """Let GDAL write no date of the day."""
    import pyogrio  # noqa: PLC0415  (a pot needs no maps)

    with _one_at_a_time:
        before = {name: pyogrio.get_gdal_config_option(name) for name in NO_DATE}
        pyogrio.set_gdal_config_options(NO_DATE)
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options(before)
