"""Reading what was exported, as other programs do."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyogrio
from python_calamine import CalamineWorkbook

if TYPE_CHECKING:
    from pathlib import Path

Cells = list[list[Any]]


def sheets_of(content: bytes) -> dict[str, Cells]:
    """Give the cells of each sheet of a workbook, empty ones as empty texts."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def pence_of(cells: Cells, heading: str) -> list[int | None]:
    """Give a column of pounds of a sheet in pence; None where a cell is empty."""
    number = cells[0].index(heading)
    return [None if row[number] == "" else round(row[number] * 100) for row in cells[1:]]


def figures_of(path: Path, column: str = "total_pence") -> list[int | None]:
    """Give the pence of a column of any file that was written."""
    if path.suffix == ".xlsx":
        cells = next(cells for name, cells in sheets_of(path.read_bytes()).items() if name != "About")
        return pence_of(cells, column.replace("_pence", "_gbp"))
    if path.suffix == ".csv":
        table = pd.read_csv(path, dtype={column: "Int64"})
    elif path.suffix == ".json":
        table = pd.read_json(path, dtype={column: "Int64"})
    elif path.suffix == ".gpkg":
        # Read by GDAL through Arrow, whole numbers stay whole beside missing ones.
        table = pyogrio.read_arrow(path)[1].to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    elif path.suffix == ".geoparquet":
        table = gpd.read_parquet(path)
    else:
        table = pd.read_parquet(path)
    return [None if pd.isna(value) else int(value) for value in table[column]]
