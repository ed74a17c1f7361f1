"""Any table as a file of the form that the file's ending says: for programs, for spreadsheets, for maps.

The file is there whole or not at all. All forms hold the same figures to the penny: pence everywhere but in workbooks,
which show pounds.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.errors import DataFileError, WrongTypeError
from placespend.exports.about import About
from placespend.exports.columns import plain_table, typed_column
from placespend.exports.files import check_target, write_whole
from placespend.exports.text import to_csv, to_json
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placespend.place import Place

FORMS = {
    ".csv": "csv",
    ".json": "json",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".gpkg": "gpkg",
    ".geoparquet": "geoparquet",
}
"""Forms by the ending of a file."""

MAPPED = ("gpkg", "geoparquet")
"""Forms that hold an outline for each row."""

ENDINGS = f"{', '.join([*FORMS][:-1])} or {[*FORMS][-1]}"


def write_table(
    table: pd.DataFrame,
    out: str | Path,
    *,
    title: str = "",
    notes: Sequence[str] = (),
    made_with: str = "",
    places: Sequence[Place] = (),
    keep: Iterable[str | Path] = (),
) -> Path:
    """Write a table to a file, in the form that its ending says.

    Parameters
    ----------
    table : pandas.DataFrame or geopandas.GeoDataFrame
        Any that placespend gives, or of your own.
    out : str or pathlib.Path
        Ends in .csv, .json, .parquet, .xlsx, or, where the rows are places, in .gpkg or .geoparquet: these also hold
        the outline of each place, made simpler for drawing. One that is there is written over.
    title : str, optional
        What the table shows; otherwise the name of the file. This and the next two are kept in all forms but .csv and
        .json, which have no room for them.
    notes : sequence of str, optional
        What a reader of the figures must know.
    made_with : str, optional
        What the table was made with, as ``pot.loaded.stamp`` says it.
    places : sequence of Place, optional
        For maps: the places of the rows, where they are your own.
    keep : iterable of str or pathlib.Path, optional
        Files that must not be written over.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    DataFileError
        If files of that ending are not written, the file cannot be written, or the form cannot hold the table.
    WrongTypeError
        If it is no table, or one that the form cannot hold.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import placespend as ps
    >>> with TemporaryDirectory() as folder:
    ...     path = write_table(ps.pots("region").table, f"{folder}/regions.parquet", title="Pots of regions")
    ...     int(pd.read_parquet(path)["total_pence"].sum())
    44485128786600
    """
    path, kept = _path(out), [Path(file) for file in keep]
    form = form_of(path)
    check_target(path, keep=kept)
    about = About(title=title or path.stem, notes=tuple(notes), made_with=made_with)
    content = table_content(table, form, about=about, name=path.stem, places=places)
    write_whole(content, path, keep=kept)
    return path


def form_of(path: Path) -> str:
    """Tell the form of a table from the ending of its file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str
        One of :data:`FORMS`.

    Raises
    ------
    DataFileError
        If tables are not written to files of that ending.

    Examples
    --------
    >>> form_of(Path("pot.XLSX"))
    'xlsx'
    """
    form = FORMS.get(path.suffix.casefold())
    if form is None:
        message = f"No table is written to a file that ends in '{path.suffix}'." if path.suffix else ""
        message = message or f"The name '{path.name}' has no ending that says how to write the table."
        hint = did_you_mean(path.suffix, FORMS, otherwise=f"end it in {ENDINGS}")
        raise DataFileError(message, hint=hint)
    return form


def table_content(
    table: pd.DataFrame,
    form: str,
    *,
    about: About,
    name: str = "",
    declared: str = "",
    places: Sequence[Place] = (),
) -> bytes:
    """Set a table out in a form.

    Parameters
    ----------
    table : pandas.DataFrame
    form : str
        One of the values of :data:`FORMS`.
    about : About
        What it is.
    name : str, optional
        Of the sheet of a workbook, or of the layer of a GeoPackage.
    declared : str, optional
        Name of the table in the data dictionary.
    places
        As for :func:`write_table`.

    Returns
    -------
    bytes

    Raises
    ------
    DataFileError, WrongTypeError, TooLargeError
        If the form cannot hold the table.
    """
    if form in MAPPED or (form == "parquet" and _has_outlines(table)):
        from placespend.exports import gis  # noqa: PLC0415  (other forms need no maps)

        outlined = gis.with_outlines(table, places=places)
        if form == "gpkg":
            return gis.to_geopackage(outlined, about=about, layer=layer_name(name), declared=declared)
        return gis.to_geoparquet(outlined, about=about, declared=declared)
    if _has_outlines(table):
        message = f"A table with outlines cannot be written as .{form}."
        raise WrongTypeError(message, hint="end the file in .gpkg or .geoparquet, or drop the column of outlines")
    if form == "parquet":
        from placespend.exports.parquet import to_parquet  # noqa: PLC0415

        return to_parquet(table, about=about, declared=declared)
    if form == "xlsx":
        from placespend.exports.workbook import Sheet, to_workbook  # noqa: PLC0415

        return to_workbook([Sheet(name or "Table", about.title, table, declared)], about=about)
    plain = plain_table(table)
    told = pd.DataFrame({column: typed_column(plain[column], split_marks=False) for column in plain}, index=plain.index)
    return (to_csv(told) if form == "csv" else to_json(told)).encode("utf-8")


def layer_name(name: str) -> str:
    """Make a name such that a GeoPackage takes it for a layer.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> layer_name("my pots (2011-12)")
    'my_pots_2011_12'
    """
    plain = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_")
    # Names that begin so are those of tables that the format itself has.
    return re.sub(r"^(gpkg|rtree|sqlite)_", r"t_\1_", plain, flags=re.IGNORECASE) or "table"


def _has_outlines(table: Any) -> bool:
    return isinstance(table, pd.DataFrame) and any(dtype.name == "geometry" for dtype in table.dtypes)


def _path(out: Any) -> Path:
    if not isinstance(out, str | Path):
        message = f"A table is written to a path, not to {type(out).__name__}."
        raise WrongTypeError(message, hint='for example "pot.xlsx"')
    return Path(out)
