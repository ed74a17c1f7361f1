"""The twelve neighbourhood pilots of 2012: what each was, and what stands for it here."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.errors import ConservationError
from placespend.geography import level_index, members_in
from placespend.postcodes import rows_of_postcodes, small_area_of_postcode
from placespend.rulers import extent_of_postcodes, rows_of_ward
from placespend.shipped import read_once, shipped_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from placespend.extents import Extent


@read_once
def neighbourhood_pilots() -> pd.DataFrame:
    """List the neighbourhood pilots.

    Returns
    -------
    pandas.DataFrame
        ``code``, ``name``, ``upper_tier_code``, ``definition`` (what the pilot's area was), ``approximation`` (what
        stands for it here), ``certainty`` (close, approximate, doubtful), ``source``.
    """
    return pd.read_csv(shipped_file("boundaries", "neighbourhoods.csv"), dtype="str", keep_default_na=False)


def rows_of(level: str, code: str) -> NDArray[np.int64]:
    """Find the postcodes of a ward, a small or middle-layer area, or of one postcode.

    Parameters
    ----------
    level : {"ward_2025", "lsoa", "msoa", "postcode"}
    code : str
        A postcode in capitals, without spaces.

    Returns
    -------
    ndarray of int64
        Rows of :func:`placespend.postcodes.postcode_frame`.

    Raises
    ------
    KeyError
        If there is no such code.
    """
    if level == "ward_2025":
        return rows_of_ward(code)
    if level == "postcode":
        rows = rows_of_postcodes([code])
        if rows[0] < 0:
            raise KeyError(code)
        return rows
    codes, number_of_area = level_index(level)
    return np.flatnonzero((number_of_area == codes.get_loc(code))[small_area_of_postcode()])


@cache
def neighbourhood_extent(code: str) -> Extent:
    """Find what a neighbourhood pilot is made of.

    Parameters
    ----------
    code : str

    Returns
    -------
    Extent

    Raises
    ------
    KeyError
        If there is no such neighbourhood.
    """
    members = [rows_of(level, member) for level, member in members_in("neighbourhood_members.csv")[code]]
    rows = np.concatenate(members)
    if len(np.unique(rows)) != len(rows):
        message = f"the members of {code} overlap"
        raise ConservationError(message)
    return extent_of_postcodes(rows)
