"""England's postcodes: which small area each is of, where it stands, its ward, and whether it is live."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from placespend.shipped import shipped_file

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@cache
def column_of(name: str) -> pa.ChunkedArray:
    """Read one column of the frame, for the others are large.

    Parameters
    ----------
    name : str
        One that :func:`postcode_frame` lists.

    Returns
    -------
    pyarrow.ChunkedArray
    """
    path = shipped_file("boundaries", "postcodes.parquet")
    return parquet.ParquetFile(path).read([name]).column(0)


@cache
def numbers_of(name: str) -> NDArray[np.int64]:
    """Read one column of whole numbers without gaps.

    Parameters
    ----------
    name : {"small_area", "easting", "northing", "output_area", "introduced"}

    Returns
    -------
    ndarray of int64
    """
    numbers: NDArray[np.int64] = column_of(name).to_numpy().astype(np.int64)
    numbers.setflags(write=False)
    return numbers


@cache
def is_live() -> NDArray[np.bool_]:
    """Tell which postcodes of the frame are live: not ended, and perhaps given out anew, before May 2022.

    Returns
    -------
    ndarray of bool, shape (1463528,)
        In the order of :func:`postcode_frame`.
    """
    live: NDArray[np.bool_] = pc.is_null(column_of("ended")).to_numpy()
    return live


def postcode_frame() -> pd.DataFrame:
    """Read England's postcodes, by small area and code.

    Returns
    -------
    pandas.DataFrame
        1,463,528 rows; ``small_area`` (position in :func:`placespend.geography.small_areas`), ``postcode`` (without a
        space), ``easting``, ``northing`` (metres), ``output_area`` (number within
        the small area), ``large_user`` (an address that gets much mail of its own), ``introduced``, ``ended`` (year
        and month as a number; ended missing where live), ``ward_2025_code``.

    Notes
    -----
    Source: Ordnance Survey, Code-Point Open 2025; ONS, postcode lookup of May 2022. Open Government Licence.
    """
    table = parquet.ParquetFile(shipped_file("boundaries", "postcodes.parquet")).read()
    frame: pd.DataFrame = table.to_pandas()
    return frame


def small_area_of_postcode() -> NDArray[np.int64]:
    """Give the small area of each postcode of the frame.

    Returns
    -------
    ndarray of int64
        Positions in :func:`placespend.geography.small_areas`, rising.
    """
    return numbers_of("small_area")


def rows_of_postcodes(codes: list[str]) -> NDArray[np.int64]:
    """Find postcodes.

    Parameters
    ----------
    codes : list of str
        In capitals, without spaces.

    Returns
    -------
    ndarray of int64
        Rows of :func:`postcode_frame`; -1 for what is no postcode of the frame.
    """
    asked, frame = pa.array(codes, pa.string()), column_of("postcode")
    # To look each of the frame up among those asked for takes a tenth of the time of the other way round.
    rows = np.flatnonzero(pc.is_in(frame, value_set=asked).to_numpy())
    found = pc.index_in(asked, value_set=frame.take(pa.array(rows)).combine_chunks())
    asked_rows: NDArray[np.int64] = np.append(rows, -1)[pc.fill_null(found, len(rows)).to_numpy(zero_copy_only=False)]
    return asked_rows


@cache
def _by_easting() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the live postcodes from west to east: their eastings and rows."""
    rows = np.flatnonzero(is_live())
    order = np.argsort(numbers_of("easting")[rows], kind="stable")
    return numbers_of("easting")[rows[order]], rows[order]


def rows_within(west: float, south: float, east: float, north: float) -> NDArray[np.int64]:
    """Find the live postcodes of a rectangle.

    Parameters
    ----------
    west, south, east, north : float
        Metres of the British National Grid.

    Returns
    -------
    ndarray of int64
        Rows of :func:`postcode_frame`, rising.
    """
    eastings, rows = _by_easting()
    first, last = np.searchsorted(eastings, west, side="left"), np.searchsorted(eastings, east, side="right")
    northings = numbers_of("northing")[rows[first:last]]
    return np.sort(rows[first:last][(northings >= south) & (northings <= north)])


def coordinates(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the coordinates of postcodes.

    Parameters
    ----------
    rows : ndarray of int64
        Rows of :func:`postcode_frame`.

    Returns
    -------
    eastings, northings : ndarray of int64
        Metres of the British National Grid.
    """
    return numbers_of("easting")[rows], numbers_of("northing")[rows]
